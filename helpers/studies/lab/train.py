"""`train`: the lab's autoencoder_mnist.py and denoising_autoencoder_mnist.py."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from helpers.studies.lab import runs

if TYPE_CHECKING:
    from helpers.training import History

BATCH_SIZE = 100
CURVES = "loss-curves.png"
# As in the lab, whose deep nets were trained for 1,000 epochs.
_CODES = {"basic": 256, "deep": 2, "denoising": 2}
_EPOCHS = {"basic": 20, "deep": 7, "denoising": 7}
_LAB_NOISE = "random_switch"

_EXAMPLES = """\
examples:
  python -m helpers train deep --code 2 --epochs 7 --out runs/deep
  python -m helpers train deep --epochs 20 --out runs/deep --resume
  python -m helpers train denoising --noise masking:0.5 --out runs/denoising
  python -m helpers train basic --data digits --images 2000
"""


def add_command(subparsers) -> None:
    """Add `train` to the command line."""
    parser = subparsers.add_parser(
        "train",
        help="train one of the lab's autoencoders",
        description="Train an autoencoder as the lab did: batches of 100, a checkpoint after every "
        "epoch, and a picture of the loss at the end. The validation loss is that of the test "
        "images, which are never trained on. The loss is MSE for basic and L2 for the others.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("kind", choices=runs.KINDS)
    parser.add_argument("--code", type=int, help="units of the code (default: 256 for basic, 2)")
    parser.add_argument("--epochs", type=int, help="in all (default: 20 for basic, 7)")
    parser.add_argument(
        "--data", choices=("auto", "digits", "mnist", "fashion_mnist"), help="default: auto"
    )
    parser.add_argument("--images", type=int, help="train on the first so many (default: all)")
    parser.add_argument("--noise", help=f"for denoising, default {_LAB_NOISE}; or masking:0.5, ...")
    parser.add_argument("--seed", type=int, help="default: 0")
    parser.add_argument("--out", type=Path, metavar="DIR", help="default: runs/KIND")
    parser.add_argument("--resume", action="store_true", help="go on with the run in DIR")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Train, print a line for each epoch, and draw the loss."""
    folder = args.out or Path("runs") / args.kind
    epochs = _EPOCHS[args.kind] if args.epochs is None else args.epochs
    recipe = _resumed(folder, args) if args.resume else _begun(folder, args)
    _check(recipe, epochs)

    from helpers import data
    from helpers.course.atomic import write_atomically

    dataset = data.load(recipe.data)
    recipe = replace(recipe, data=dataset.name)
    images = runs.training_vectors(recipe, dataset)
    if not args.resume:
        runs.write_recipe(folder, recipe)
    report = _Report(decimals=4 if recipe.kind == "basic" else 3)
    history = _train(recipe, images, dataset.test_vectors, epochs, folder, report)
    report(history)  # a resumed run may have had nothing left to do
    write_atomically(folder / CURVES, _curves(recipe, history).png())
    print(f"Checkpoints and {CURVES} are in {folder}.")
    return 0


class _Report:
    """Print the line of every epoch once, as soon as it is over."""

    def __init__(self, decimals: int):
        self._decimals, self._printed = decimals, 0

    def __call__(self, history: History) -> None:
        for line in epoch_lines(history, self._decimals)[self._printed :]:
            print(line, flush=True)
        self._printed = history.epochs


def epoch_lines(history: History, decimals: int) -> list[str]:
    """Return the lab's lines: epoch, training and validation loss, seconds."""
    rows = zip(history.loss, history.validation, history.seconds, strict=True)
    return [
        f"Epoch {epoch:04d}  train {loss:.{decimals}f}  validation {validation:.{decimals}f}  "
        f"({seconds:.1f} s)"
        for epoch, (loss, validation, seconds) in enumerate(rows, start=1)
    ]


def _begun(folder: Path, args: argparse.Namespace) -> runs.Recipe:
    """Return the recipe of a new run.

    Raises:
        ValueError: there is a run in the folder.
    """
    if runs.has_run(folder):
        raise ValueError(
            f"{folder} holds a run already. Go on with it by --resume, or name another --out."
        )
    noise = args.noise or (_LAB_NOISE if args.kind == "denoising" else None)
    code = _CODES[args.kind] if args.code is None else args.code
    return runs.Recipe(args.kind, code, args.data or "auto", args.images, noise, args.seed or 0)


def _resumed(folder: Path, args: argparse.Namespace) -> runs.Recipe:
    """Return the recipe of the run in a folder.

    Raises:
        ValueError: there is none, or it is not what the user asks for.
    """
    recipe = runs.read_recipe(folder)
    for name in ("kind", "code", "data", "images", "noise", "seed"):
        asked, stored = getattr(args, name), getattr(recipe, name)
        if asked not in (None, stored) and (name, asked) != ("data", "auto"):
            raise ValueError(
                f"The run in {folder} has {name} {stored}, which --resume cannot change. "
                f"Received: {asked}"
            )
    return recipe


def _check(recipe: runs.Recipe, epochs: int) -> None:
    """Check what the user chose before anything is written."""
    for name, value in (("code", recipe.code), ("epochs", epochs)):
        if value < 1:
            raise ValueError(f"--{name} must be at least 1. Received: {value}")
    if not 0 <= recipe.seed < 2**31:
        raise ValueError(f"--seed must be from 0 to 2147483647. Received: {recipe.seed}")
    if recipe.noise is None:
        return
    if recipe.kind != "denoising":
        raise ValueError(f"--noise goes with denoising. Received: {recipe.kind}")

    from helpers.layers import noise

    noise.by_name(recipe.noise)


def _train(recipe: runs.Recipe, images, unseen, epochs: int, folder: Path, on_epoch) -> History:
    """Train the recipe's model, from its newest checkpoint on if there is one."""
    import keras

    from helpers import losses, models, training
    from helpers.layers import noise
    from helpers.training.optimizers import RMSpropTF1

    is_basic = recipe.kind == "basic"
    try:
        return training.train(
            models.chain(*runs.build(recipe)),
            images,
            loss=losses.mean_squared_error if is_basic else losses.l2,
            optimizer=RMSpropTF1(0.01) if is_basic else keras.optimizers.Adam(0.01),
            epochs=epochs,
            batch_size=min(BATCH_SIZE, len(images)),
            corrupt=noise.by_name(recipe.noise) if recipe.noise else None,
            validation=unseen,
            checkpoint_dir=folder,
            seed=recipe.seed,
            on_epoch=on_epoch,
        )
    except FloatingPointError as problem:
        raise ValueError(str(problem)) from problem


def _curves(recipe: runs.Recipe, history: History):
    """Draw training and validation loss by epoch."""
    from helpers import plots

    epochs = list(range(1, history.epochs + 1))
    name = "MSE" if recipe.kind == "basic" else "L2"
    return plots.show_curves(
        {"train": (epochs, history.loss), "validation": (epochs, history.validation)},
        x_label="epoch",
        y_label=f"{name}, mean over images",
        alt=f"Loss of the {recipe.kind} autoencoder by epoch: after {history.epochs}, "
        f"train {history.loss[-1]:.4g} and validation {history.validation[-1]:.4g}.",
    )
