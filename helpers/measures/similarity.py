"""Structural similarity: how alike two pictures are, window by window."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.ndimage import uniform_filter

from helpers.measures.inputs import numbers

# Keep the two quotients finite where a window is black or flat: (0.01 L)^2 and (0.03 L)^2 with
# the range L = 1.
_FIRST, _SECOND = 0.01**2, 0.03**2


def ssim(image: ArrayLike, other: ArrayLike, *, window: int = 7) -> float:
    """Return the mean structural similarity of two grey pictures.

    In each window, the product of how alike the means are and how alike the deviations from the
    mean are, in size and in direction. All pixels of a window count alike, and variances and
    covariance are divided by their number less one, as scikit-image does unless told otherwise.

    Args:
        image, other: (h, w) each, in [0, 1].
        window: side of the windows, odd, at least 3; there is one at every place where it fits.

    Returns:
        1 for equal pictures, about 0 for unrelated ones, at least -1.

    Raises:
        ValueError: no two pictures of one size, or a window that does not fit or is even.

    Reference: Wang et al., 2004, equation 13.
    """
    first, second = (
        numbers(values, name).astype(float) for values, name in ((image, "image"), (other, "other"))
    )
    if first.ndim != 2 or first.shape != second.shape:
        raise ValueError(
            "ssim takes two grey pictures of one size, (h, w). "
            f"Received: shapes {first.shape} and {second.shape}"
        )
    if window % 2 == 0 or not 3 <= window <= min(first.shape):
        raise ValueError(
            "window is odd, at least 3, and no longer than a side of the picture. "
            f"Received: {window} for {first.shape}"
        )
    margin = window // 2
    inside = tuple(slice(margin, side - margin) for side in first.shape)

    def mean(values: np.ndarray) -> np.ndarray:
        return uniform_filter(values, window)[inside]

    one, two = mean(first), mean(second)
    share = window**2 / (window**2 - 1)
    variances = share * (mean(first**2) - one**2 + mean(second**2) - two**2)
    covariance = share * (mean(first * second) - one * two)
    of_means = (2 * one * two + _FIRST) / (one**2 + two**2 + _FIRST)
    return float(np.mean(of_means * (2 * covariance + _SECOND) / (variances + _SECOND)))
