"""Tied gradients by hand, and networks judged by size and error: references of lesson 07."""

from collections.abc import Sequence

import numpy as np


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
        parameters: one whole number a network, (m,).
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
