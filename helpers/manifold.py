"""Images as points: what a reconstruction loses, coarser images, halfway images."""

import numpy as np

from helpers.metrics import squared_errors


def reconstruction_losses(
    images: np.ndarray, reconstructions: np.ndarray
) -> tuple[float, float, float]:
    """Return the loss ||dec(enc(x)) - x||^2 in the three units of the course.

    Args:
        images: float array (n, d), one image a row.
        reconstructions: float array (n, d).

    Returns:
        SSE/image: squared errors summed over the pixels; MSE: averaged over them; L2: the square
        root of the sum. Each is taken image by image, then averaged over the images.

    Raises:
        ValueError: there are no images, or the shapes do not fit.
    """
    errors = squared_errors(images, reconstructions)
    size = np.asarray(images)[0].size
    return float(errors.mean()), float(errors.mean() / size), float(np.sqrt(errors).mean())


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
