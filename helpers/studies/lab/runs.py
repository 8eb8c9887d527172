"""A run's folder: its recipe.json, from which a model is rebuilt, beside its checkpoints."""

from __future__ import annotations

import json
import re
import zipfile
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import keras

    from helpers.data import Dataset

RECIPE = "recipe.json"
KINDS = ("basic", "deep", "denoising")
_CHECKPOINT = re.compile(r"epoch-\d{5}\.npz")


@dataclass(frozen=True)
class Recipe:
    """What a run is made of.

    Args:
        kind: `basic`, `deep` or `denoising`.
        code: units of the code.
        data: name of the data set.
        images: training images, the first of the data set; all of them when None.
        noise: corruption of the inputs, as `helpers.layers.noise.by_name` reads it, or None.
        seed: of the weights, the order and the noise.
    """

    kind: str
    code: int
    data: str
    images: int | None
    noise: str | None
    seed: int


@dataclass(frozen=True)
class Run:
    """A trained model with what it takes to use it.

    Args:
        recipe: how it was made.
        folder: where, for more files about it.
        epochs: how long it was trained.
        encoder: (n, 784) -> (n, code).
        decoder: (n, code) -> (n, 784).
        dataset: the images of the recipe.
    """

    recipe: Recipe
    folder: Path
    epochs: int
    encoder: keras.Model
    decoder: keras.Model
    dataset: Dataset

    def encode(self, vectors):
        """Return the codes of images: float32 (n, 784) -> (n, code)."""
        return self.encoder.predict(vectors, batch_size=1000, verbose=0)

    def reconstruct(self, vectors):
        """Return the reconstructions of images: float32 (n, 784) -> (n, 784)."""
        return self.decoder.predict(self.encode(vectors), batch_size=1000, verbose=0)


def write_recipe(folder: Path, recipe: Recipe) -> None:
    """Write a recipe into a run's folder, which is made if it is not there."""
    from helpers.course.atomic import write_atomically

    write_atomically(folder / RECIPE, (json.dumps(asdict(recipe), indent=2) + "\n").encode())


def read_recipe(folder: Path) -> Recipe:
    """Return the recipe of a run's folder.

    Raises:
        ValueError: there is none, or one that cannot be read; the message says what to do.
    """
    path = folder / RECIPE
    if not path.is_file():
        raise ValueError(
            f"{folder} holds no run: there is no {RECIPE} in it. Name the folder that "
            "`python -m helpers train` wrote, or a checkpoint in it."
        )
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        recipe = Recipe(**{one.name: values[one.name] for one in fields(Recipe)})
    except (ValueError, KeyError, TypeError) as problem:
        raise ValueError(
            f"{path} is damaged ({problem!r}). Train again into a new folder."
        ) from None
    if recipe.kind not in KINDS:
        raise ValueError(f"{path} must name one of {', '.join(KINDS)}. Received: {recipe.kind!r}")
    return recipe


def has_run(folder: Path) -> bool:
    """Return whether a run was begun in a folder."""
    return (folder / RECIPE).exists() or bool(_checkpoints(folder))


def build(recipe: Recipe) -> tuple[keras.Model, keras.Model]:
    """Build the untrained encoder and decoder of a recipe, always with the same weights."""
    import keras

    from helpers import models

    keras.utils.set_random_seed(recipe.seed)
    # One of our own: older versions of Keras do not begin their global one anew.
    generator = keras.random.SeedGenerator()
    if recipe.kind != "basic":
        return models.build_deep(recipe.code)

    def unit_normal(shape, dtype=None):
        return keras.random.normal(shape, dtype=dtype, seed=generator)

    return models.build_basic(
        784, recipe.code, initializer=unit_normal, bias_initializer=unit_normal
    )


def training_vectors(recipe: Recipe, dataset: Dataset):
    """Return the images that a recipe trains on, float32 (n, 784).

    Raises:
        ValueError: it names more images than there are.
    """
    vectors = dataset.train_vectors
    if recipe.images is not None and not 1 <= recipe.images <= len(vectors):
        raise ValueError(
            f"--images is from 1 to {len(vectors)} for {dataset.name}. Received: {recipe.images}"
        )
    return vectors[: recipe.images]


def load_run(place: Path) -> Run:
    """Rebuild the model of a run and give it the weights of a checkpoint.

    Args:
        place: a run's folder, for its newest whole checkpoint, or one of its checkpoints.

    Raises:
        ValueError: no run, no whole checkpoint, or one that does not fit; the message says which.
    """
    folder = place.parent if place.suffix == ".npz" else place
    recipe = read_recipe(folder)
    if folder != place and not place.is_file():
        raise ValueError(f"There is no checkpoint {place}. Name the folder to use its newest one.")
    epochs, arrays = _read_newest([place] if folder != place else _checkpoints(folder), folder)

    from helpers import data, models

    encoder, decoder = build(recipe)
    variables = models.chain(encoder, decoder).variables
    shapes = [tuple(variable.shape) for variable in variables]
    # The optimizer's state follows the model's; it is not needed here.
    if [array.shape for array in arrays[: len(shapes)]] != shapes:
        raise ValueError(
            f"The checkpoints in {folder} are of another model than its {RECIPE} says. "
            "Train again into a new folder."
        )
    for variable, array in zip(variables, arrays, strict=False):
        variable.assign(array)
    return Run(recipe, folder, epochs, encoder, decoder, data.load(recipe.data))


def output_path(given: Path | None, folder: Path, name: str) -> Path:
    """Return where a picture goes: where the user says, or under its name in the run's folder.

    Raises:
        ValueError: the user's path does not end in .png.
    """
    path = given or folder / name
    if path.suffix.lower() != ".png":
        raise ValueError(f"--out is the name of a picture and ends in .png. Received: {path}")
    return path


def _checkpoints(folder: Path) -> list[Path]:
    """Return the checkpoints of a folder, oldest first."""
    return sorted(path for path in folder.glob("*.npz") if _CHECKPOINT.fullmatch(path.name))


def _read_newest(paths: list[Path], folder: Path) -> tuple[int, list]:
    """Return epochs and arrays of the newest checkpoint that is whole."""
    from helpers.training import checkpoints

    for path in reversed(paths):
        try:
            meta, arrays = checkpoints.read_checkpoint(path)
            return len(meta["history"]["loss"]), arrays
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as problem:
            print(f"The checkpoint {path.name} is damaged ({problem}); it is left out.")
    raise ValueError(
        f"{folder} has no whole checkpoint yet. Train it with `python -m helpers train ... "
        f"--resume --out {folder}`."
    )
