"""Large arrays: a function over their rows a few at a time, and memory that is not held twice."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

_ALIGNMENT = 64  # bytes; TensorFlow's kernels read aligned memory


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
    whole: np.ndarray | None = None
    for first in range(0, max(len(arrays[0]), 1), size):
        part = np.asarray(function(*(array[first : first + size] for array in arrays)))
        if whole is None:
            whole = np.empty((len(arrays[0]), *part.shape[1:]), part.dtype)
        whole[first : first + size] = part
    assert whole is not None
    return whole


def shareable(shape: tuple[int, ...]) -> np.ndarray:
    """Return an uninitialised float32 array whose memory TensorFlow can use without a copy.

    Args:
        shape: of the array.
    """
    buffer = np.empty(math.prod(shape) * 4 + _ALIGNMENT, np.uint8)
    first = -buffer.ctypes.data % _ALIGNMENT
    return buffer[first : first + math.prod(shape) * 4].view(np.float32).reshape(shape)


def is_shareable(array: np.ndarray) -> bool:
    """Return whether TensorFlow can use the memory of an array without a copy."""
    flags = array.flags
    return bool(array.ctypes.data % _ALIGNMENT == 0 and flags.c_contiguous and flags.writeable)
