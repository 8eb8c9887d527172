"""Reference answers of lesson 02: PCA and the linear autoencoder."""

from __future__ import annotations

import numpy as np

from helpers.measures.reconstruction import principal_angles
from helpers.pca import decode, encode, errors_by_size, fit_pca, linear_gradients

__all__ = [
    "decode",
    "descend",
    "encode",
    "errors_by_size",
    "fit_pca",
    "linear_gradients",
    "principal_angles",
    "smallest_code_size",
]


def smallest_code_size(errors: np.ndarray, limit: float) -> int | None:
    """Return the smallest code size whose mean error, with a margin, is within a limit.

    Args:
        errors: squared errors (n, k + 1) of n images for code sizes 0 to k.
        limit: highest mean error, in squared pixels per image.

    Returns:
        The first size whose mean plus two standard errors is at most the limit; None if there is
        none.
    """
    margin = 2 * np.std(errors, axis=0) / np.sqrt(len(errors))
    enough = np.flatnonzero(np.mean(errors, axis=0) + margin <= limit)
    return int(enough[0]) if len(enough) else None


def descend(
    vectors: np.ndarray,
    encoder_kernel: np.ndarray,
    decoder_kernel: np.ndarray,
    num_steps: int,
    rate: float,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Train a linear autoencoder by gradient descent that sets its own rate (the bold driver).

    Args:
        vectors: centred, float array (n, d).
        encoder_kernel: E, (d, k).
        decoder_kernel: D, (k, d).
        num_steps: steps to try. A step that lowers the loss is kept and the rate grows by a tenth;
            after any other the rate is halved.
        rate: the learning rate to begin with, above 0.

    Returns:
        Both kernels, and the squared errors per image at first and after each step,
        (num_steps + 1,).
    """
    kernels = encoder_kernel, decoder_kernel
    losses = [_loss(vectors, *kernels)]
    # A rate that is much too large ends in infinity, which lowers nothing.
    with np.errstate(over="ignore", invalid="ignore"):
        for _ in range(num_steps):
            slopes = linear_gradients(vectors, *kernels)
            trial = kernels[0] - rate * slopes[0], kernels[1] - rate * slopes[1]
            loss = _loss(vectors, *trial)
            is_kept = loss < losses[-1]
            kernels, rate = (trial, 1.1 * rate) if is_kept else (kernels, rate / 2)
            losses.append(loss if is_kept else losses[-1])
    return *kernels, np.array(losses)


def _loss(vectors: np.ndarray, encoder_kernel: np.ndarray, decoder_kernel: np.ndarray) -> float:
    errors = vectors @ encoder_kernel @ decoder_kernel - vectors
    return float(np.square(errors).sum(axis=1).mean())
