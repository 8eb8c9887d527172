"""Run a function over many rows a few at a time, which bounds the memory that it takes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np


def in_parts(function: Callable, *arrays: np.ndarray, size: int = 1000) -> np.ndarray:
    """Return what a function makes of arrays, as if it were called once with all their rows.

    Args:
        function: (rows of the first array, rows of the second one, ...) -> (rows, ...), a NumPy
            array or a tensor; a Keras model is one.
        *arrays: (n, ...) each.
        size: rows per call, the last call excepted.

    Returns:
        (n, ...).
    """
    # An empty array makes one call, too, whose result has the right shape.
    starts = range(0, max(len(arrays[0]), 1), size)
    parts = (function(*(array[first : first + size] for array in arrays)) for first in starts)
    return np.concatenate([np.asarray(part) for part in parts])
