"""Reference answers of lesson 07: other architectures."""

from __future__ import annotations

import keras
import numpy as np

from helpers.models import lstm_parameters, transposed_shape

__all__ = [
    "build_stroke_autoencoder",
    "lstm_parameters",
    "tied_gradients",
    "transpose_convolve",
    "transpose_convolve_images",
    "transposed_shape",
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


def build_stroke_autoencoder(
    steps: int, code_size: int, units: int
) -> tuple[keras.Model, keras.Model]:
    """Build a recurrent autoencoder of sequences of points.

    Args:
        steps: points of a sequence.
        code_size: numbers of its code.
        units: of the LSTM before and of the one after the code.

    Returns:
        ``encoder`` (n, steps, 2) -> (n, code_size), linear in the output of its LSTM after the last
        point, and ``decoder`` (n, code_size) -> (n, steps, 2), which is shown the code at every
        step. Neither has more parameters for more steps.

    Reference: Srivastava et al., Unsupervised learning of video representations using LSTMs, 2015.
    """
    points = keras.Input((steps, 2), name="points")
    last_output = keras.layers.LSTM(units)(points)
    encoder = keras.Model(points, keras.layers.Dense(code_size)(last_output), name="encoder")
    codes = keras.Input((code_size,), name="codes")
    shown = keras.layers.RepeatVector(steps)(codes)
    outputs = keras.layers.LSTM(units, return_sequences=True)(shown)
    return encoder, keras.Model(codes, keras.layers.Dense(2)(outputs), name="decoder")
