"""Cut images into patches, and which of them a network sees."""

from __future__ import annotations

import keras
import numpy as np
from keras import ops


def cut_patches(images: np.ndarray, size: int) -> np.ndarray:
    """Return the patches of square images, row by row, each with its pixels row by row.

    Args:
        images: (n, side * side); the side is a multiple of the size.
        size: pixels of a patch's side.

    Returns:
        (n, t, size * size) with t = (side / size)^2.

    Raises:
        ValueError: images that are not square, or a size that does not divide their side.

    Reference: Dosovitskiy et al., 2021, section 3.1.
    """
    images = np.asarray(images)
    per_side = _patches_a_side(images.shape, size)
    grid = images.reshape(-1, per_side, size, per_side, size)  # n, row, pixel row, column, pixel
    return grid.transpose(0, 1, 3, 2, 4).reshape(-1, per_side**2, size**2)


def join_patches(patches: np.ndarray) -> np.ndarray:
    """Return the images (n, t * p) whose patches (n, t, p) these are: ``cut_patches`` undone.

    Raises:
        ValueError: patches that are not square, or not as many as a square has.
    """
    patches = np.asarray(patches)
    if patches.ndim != 3 or any(round(n**0.5) ** 2 != n or n < 1 for n in patches.shape[1:]):
        raise ValueError(
            "join_patches takes (n, t, p) with square numbers t of patches and p of pixels. "
            f"Received: shape {patches.shape}"
        )
    per_side, size = (round(n**0.5) for n in patches.shape[1:])
    grid = patches.reshape(-1, per_side, per_side, size, size)
    return grid.transpose(0, 1, 3, 2, 4).reshape(len(patches), -1)


def random_places(
    count: int, num_patches: int, num_seen: int, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return for each image which of its patches are seen, and which are hidden.

    Args:
        count: n, of images.
        num_patches: t, of an image.
        num_seen: s, from 1 to t.
        seed: of the draw.

    Returns:
        ``seen`` (n, s) and ``hidden`` (n, t - s), int32: together each place from 0 to t - 1 once.
        Every choice is as probable as any other.

    Raises:
        ValueError: another number of patches seen.

    Reference: He et al., 2022, section 3.
    """
    if not 1 <= num_seen <= num_patches:
        raise ValueError(f"num_seen is from 1 to {num_patches}. Received: {num_seen}")
    draws = np.random.default_rng(seed).random((count, num_patches))
    order = np.argsort(draws, axis=1).astype("int32")
    return order[:, :num_seen], order[:, num_seen:]


def _patches_a_side(shape: tuple, size: int) -> int:
    side = round(shape[-1] ** 0.5) if len(shape) == 2 else 0
    if side < 1 or side**2 != shape[-1] or size < 1 or side % size:
        raise ValueError(
            "Patches are cut from square images (n, side * side), whose side is a multiple of the "
            f"patches' size. Received: shape {tuple(shape)}, size {size}"
        )
    return side // size


@keras.saving.register_keras_serializable(package="autoencoder_workbook")
class Patches(keras.layers.Layer):
    """``cut_patches`` inside a model: images (n, side * side) -> patches (n, t, size * size).

    Args:
        size: pixels of a patch's side.
        **options: name, dtype and the like, of every Keras layer.

    Raises:
        ValueError: on use, images that cannot be cut so.
    """

    def __init__(self, size: int, **options):
        super().__init__(**options)
        self.size = size

    def call(self, images):
        """Return patches (n, t, size * size)."""
        per_side = _patches_a_side(images.shape, self.size)
        grid = ops.reshape(images, (-1, per_side, self.size, per_side, self.size))
        grid = ops.transpose(grid, (0, 1, 3, 2, 4))
        return ops.reshape(grid, (-1, per_side**2, self.size**2))

    def get_config(self) -> dict:
        """Return the arguments of the constructor, ready for JSON."""
        return {**super().get_config(), "size": self.size}


@keras.saving.register_keras_serializable(package="autoencoder_workbook")
class RandomPlaces(keras.layers.Layer):
    """Split the places of each image's patches at random into seen and hidden ones.

    ``layer(patches)`` with patches (n, t, p) returns ``seen`` (n, num_seen) and ``hidden``
    (n, t - num_seen), int32: exactly so many of 0 to t - 1 for every image, none twice, every
    choice equally probable. They are drawn anew in each call, by a generator of the layer's own.

    Args:
        num_seen: from 1 to t.
        seed: of the generator.
        **options: name, dtype and the like, of every Keras layer.

    Raises:
        ValueError: fewer than 1 seen; on use, more than there are patches.

    Reference: He et al., 2022, section 3.
    """

    def __init__(self, num_seen: int, seed: int = 0, **options):
        super().__init__(**options)
        if num_seen < 1:
            raise ValueError(f"num_seen must be at least 1. Received: {num_seen}")
        self.num_seen, self.seed = num_seen, seed
        self.generator = keras.random.SeedGenerator(seed)

    def call(self, patches):
        """Return the places seen (n, num_seen) and those hidden (n, t - num_seen)."""
        num_patches = patches.shape[1]
        if self.num_seen > num_patches:
            raise ValueError(
                f"{self.num_seen} patches can be seen only of as many. Received: {num_patches}"
            )
        shape = (ops.shape(patches)[0], num_patches)
        draws = keras.random.uniform(shape, seed=self.generator)
        order = ops.cast(ops.argsort(draws, axis=1), "int32")
        return order[:, : self.num_seen], order[:, self.num_seen :]

    def get_config(self) -> dict:
        """Return the arguments of the constructor, ready for JSON."""
        return {**super().get_config(), "num_seen": self.num_seen, "seed": self.seed}
