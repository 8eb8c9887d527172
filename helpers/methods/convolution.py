"""Convolution of a row of numbers, and the matrix that does the same, in NumPy."""

from __future__ import annotations

import numpy as np


def convolve(outputs: np.ndarray, kernel: np.ndarray, stride: int) -> np.ndarray:
    """Return the convolution that a transposed convolution is the transpose of.

    Args:
        outputs: (d,).
        kernel: (k,), k at most d.
        stride: at least 1.

    Returns:
        ((d - k) // stride + 1,): the weighted sum of each block of k numbers.
    """
    starts = range(0, len(outputs) - len(kernel) + 1, stride)
    return np.array([outputs[start : start + len(kernel)] @ kernel for start in starts])


def convolution_matrix(length: int, kernel: np.ndarray, stride: int) -> np.ndarray:
    """Return the matrix C with ``C @ x == convolve(x, kernel, stride)`` for x of this length."""
    return np.stack([convolve(row, kernel, stride) for row in np.eye(length)], axis=1)
