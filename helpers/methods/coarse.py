"""Coarser images, and images brought back to the contrast that averaging took."""

import numpy as np


def coarsen(vectors: np.ndarray, side: int) -> np.ndarray:
    """Return images of ``side`` x ``side`` pixels, each the mean of a block.

    Args:
        vectors: images (n, d) with d a square number.
        side: pixels a side, a divisor of the images' own.

    Returns:
        Coarse images (n, side^2).

    Raises:
        ValueError: ``side`` does not divide the side of the images.
    """
    count, size = vectors.shape
    full = round(size**0.5)
    if full * full != size or side < 1 or full % side:
        raise ValueError(f"side must divide that of square images. Received: {side}, {size} pixels")
    block = full // side
    return vectors.reshape(count, side, block, side, block).mean(axis=(2, 4)).reshape(count, -1)


def refine(coarse: np.ndarray, side: int) -> np.ndarray:
    """Return coarse images (n, s^2) drawn with ``side`` x ``side`` pixels: the way back.

    Raises:
        ValueError: ``side`` is no multiple of s.
    """
    small = round(coarse.shape[1] ** 0.5)
    if small * small != coarse.shape[1] or side % small:
        raise ValueError(
            f"side must be a multiple of that of square images. "
            f"Received: {side}, {coarse.shape[1]} pixels"
        )
    squares = coarse.reshape(-1, small, small)
    blown_up = squares.repeat(side // small, axis=1).repeat(side // small, axis=2)
    return blown_up.reshape(len(coarse), -1)


def restore_contrast(
    halfway: np.ndarray, first: np.ndarray, second: np.ndarray, centre: np.ndarray
) -> np.ndarray:
    """Move halfway images away from the centre until they are as far as their two ends.

    Averaging two images draws them towards the mean of all images, where everything is near.

    Args:
        halfway: (n, d), each halfway between the images of the same row.
        first, second: the ends (n, d).
        centre: (d,), the mean of all images.

    Returns:
        Images (n, d) at the mean distance of their two ends from the centre; pixels may leave
        [0, 1].
    """
    wanted = (_lengths(first - centre) + _lengths(second - centre)) / 2
    offsets = halfway - centre
    return centre + offsets * (wanted / _lengths(offsets))[:, None]


def _lengths(vectors: np.ndarray) -> np.ndarray:
    return np.linalg.norm(vectors, axis=1)
