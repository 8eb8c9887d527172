"""`long-run`: the 784-1000-500-250-30 net of 2006 past its published error, by augmentation."""

from __future__ import annotations

import argparse
import json
import math
from importlib import metadata
from pathlib import Path

BATCH_SIZE = 250
LEARNING_RATE = 2e-3
LAYER_SIZES = (784, 1000, 500, 250, 30)

_EXAMPLES = """\
examples:
  python -m helpers long-run                          as the author did, about ten minutes
  python -m helpers long-run --plain 3 --shifted 3 --out runs/short/history.json
"""


def add_command(subparsers) -> None:
    """Add `long-run` to the command line."""
    parser = subparsers.add_parser(
        "long-run",
        help="train the code of 30 with and without shifted images",
        description="Train 784-1000-500-250-30 twice, on the images as they are and on images "
        "shifted by up to one pixel, and write both curves as JSON. Killed and called again, it "
        "goes on. The errors are SSE/image on the test images, which are never trained on.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--plain", type=int, default=30, help="epochs as they are (default: 30)")
    parser.add_argument("--shifted", type=int, default=60, help="epochs shifted (default: 60)")
    parser.add_argument("--data", choices=("auto", "digits", "mnist"), default="mnist")
    parser.add_argument("--images", type=int, help="train on the first so many (default: all)")
    parser.add_argument("--out", type=Path, default=Path("runs/long-run/history.json"))
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Train both, and write the file when both are done."""
    for name in ("plain", "shifted"):
        if getattr(args, name) < 1:
            raise ValueError(f"--{name} must be at least 1. Received: {getattr(args, name)}")
    if args.images is not None and args.images < 1:
        raise ValueError(f"--images must be at least 1. Received: {args.images}")

    from helpers import data
    from helpers.course import about
    from helpers.course.atomic import write_atomically
    from helpers.layers import shifts

    dataset = data.load(args.data)
    images = dataset.train_vectors[: args.images]
    content = {
        "command": "python -m helpers long-run",
        "data": dataset.name,
        "images": len(images),
        "machine": about.device(),
        "versions": {name: metadata.version(name) for name in ("tensorflow", "keras")},
        "seconds": 0.0,
    }
    for name, epochs, augment in (
        ("plain", args.plain, None),
        ("shifted", args.shifted, shifts(1)),
    ):
        folder = args.out.parent / name
        history = _train(images, dataset.test_vectors, epochs, augment, folder, name)
        content[f"{name}_train"] = [round(loss, 4) for loss in history.loss]
        content[f"{name}_test"] = [round(loss, 4) for loss in history.validation]
        content["seconds"] += round(sum(history.seconds), 1)
    write_atomically(args.out, (json.dumps(content, indent=1) + "\n").encode())
    print(f"Both curves are in {args.out}.")
    return 0


def _train(images, unseen, epochs: int, augment, folder: Path, name: str):
    """Train one net by AdamW with a cosine schedule, from its newest checkpoint on."""
    import keras

    from helpers import losses, models, training

    keras.utils.set_random_seed(0)
    batch_size = min(BATCH_SIZE, len(images))
    steps = epochs * math.ceil(len(images) / batch_size)
    rate = keras.optimizers.schedules.CosineDecay(LEARNING_RATE, steps)
    return training.train(
        models.chain(*models.build_dense(LAYER_SIZES, activation="gelu")),
        images,
        loss=losses.squared_error,
        optimizer=keras.optimizers.AdamW(rate),
        epochs=epochs,
        batch_size=batch_size,
        augment=augment,
        validation=unseen,
        checkpoint_dir=folder,
        on_epoch=lambda history: print(
            f"{name} epoch {history.epochs:2d}  train {history.loss[-1]:.3f}  "
            f"test {history.validation[-1]:.3f}",
            flush=True,
        ),
    )
