"""Coarser images, and the way back."""

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
