"""Reference answers of lesson 07: other architectures."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from helpers.models import lstm_parameters, transposed_shape

__all__ = [
    "lstm_parameters",
    "tied_gradients",
    "transpose_convolve",
    "transpose_convolve_images",
    "transposed_shape",
    "unbeaten",
]


def tied_gradients(images: np.ndarray, kernel: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return what the two uses of a tied kernel contribute to the gradient of the loss.

    The network is linear: codes ``x W``, outputs ``x W W^T``. The loss is the squared error summed
    over pixels and averaged over images. The kernel's gradient is the sum of both parts.

    Args:
        images: (n, d).
        kernel: W, (d, k).

    Returns:
        ``encoder_part`` and ``decoder_part``, (d, k) each: the gradient through the use of W in the
        encoder, and through the use of its transpose in the decoder.
    """
    codes = images @ kernel
    output_gradient = 2 * (codes @ kernel.T - images) / len(images)
    return images.T @ (output_gradient @ kernel), output_gradient.T @ codes


def unbeaten(parameters: Sequence[int], errors: np.ndarray) -> list[int]:
    """Return the networks that no other one beats in size and in error together.

    One network beats another if it has no more parameters and no larger mean error, and is better
    in at least one of the two.

    Args:
        parameters: one whole number per network, (m,).
        errors: (m, number of seeds), averaged over the seeds.

    Returns:
        Indices, the smallest network first.
    """
    means = np.mean(errors, axis=1)
    points = list(zip(parameters, means, strict=True))
    kept = [
        index
        for index, (size, error) in enumerate(points)
        if not any(s <= size and e <= error and (s, e) != (size, error) for s, e in points)
    ]
    return sorted(kept, key=lambda index: parameters[index])


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
