"""Transposed convolution by hand, in NumPy: reference answers of lesson 07."""

import numpy as np


def transpose_convolve(inputs: np.ndarray, kernel: np.ndarray, stride: int) -> np.ndarray:
    """Write the kernel once for each number, `stride` places apart, and add up.

    Args:
        inputs: (m,).
        kernel: (k,).
        stride: places from one copy of the kernel to the next, at least 1.

    Returns:
        (stride * (m - 1) + k,), float64: copy i is the kernel times ``inputs[i]``.
    """
    outputs = np.zeros(stride * (len(inputs) - 1) + len(kernel))
    for position, number in enumerate(inputs):
        start = stride * position
        outputs[start : start + len(kernel)] += number * kernel
    return outputs


def transpose_convolve_images(images: np.ndarray, kernel: np.ndarray, stride: int) -> np.ndarray:
    """Write a block of the kernel for each place of each map, `stride` pixels apart, and add up.

    It is Keras's Conv2DTranspose with padding "valid", without bias and activation.

    Args:
        images: (n, h, w, c).
        kernel: (k, k, f, c), in Keras's order: place, output channel, input channel.
        stride: pixels from one block to the next, at least 1.

    Returns:
        (n, stride * (h - 1) + k, stride * (w - 1) + k, f), float64.

    Reference: Dumoulin and Visin, A guide to convolution arithmetic for deep learning, 2016.
    """
    count, height, width, _ = images.shape
    size, _, filters, _ = kernel.shape
    shape = count, stride * (height - 1) + size, stride * (width - 1) + size, filters
    outputs = np.zeros(shape)
    for i in range(height):
        for j in range(width):
            blocks = np.einsum("nc,pqfc->npqf", images[:, i, j], kernel)
            top, left = stride * i, stride * j
            outputs[:, top : top + size, left : left + size] += blocks
    return outputs


def convolve(outputs: np.ndarray, kernel: np.ndarray, stride: int) -> np.ndarray:
    """Return the convolution that `transpose_convolve` is the transpose of.

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
