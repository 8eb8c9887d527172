"""Batch normalisation by hand, in NumPy: the reference answer of exercise 4.1."""

import numpy as np


def batch_norm(
    activations: np.ndarray,
    scale: np.ndarray,
    shift: np.ndarray,
    moving: tuple[np.ndarray, np.ndarray],
    phase_train: bool,
    momentum: float = 0.9,
    epsilon: float = 1e-3,
) -> tuple[np.ndarray, tuple[np.ndarray, np.ndarray]]:
    """Normalise every unit, by the batch while training and by moving statistics otherwise.

    Args:
        activations: (n, k), one row per image.
        scale: (k,), standard deviation of the outputs while training.
        shift: (k,), mean of the outputs while training.
        moving: mean and variance, each (k,), gathered so far.
        phase_train: True for training, False for inference.
        momentum: share of the moving statistics that one batch leaves as it was, in [0, 1).
        epsilon: added to the variance, so that a unit that never moves is not divided by 0.

    Returns:
        Outputs (n, k), and the moving mean and variance after this batch; those that came in
        when `phase_train` is False.

    Reference: Ioffe and Szegedy, 2015, algorithms 1 and 2.
    """
    mean, variance = moving
    if phase_train:
        batch_mean, batch_variance = activations.mean(axis=0), activations.var(axis=0)
        moving = (
            momentum * mean + (1 - momentum) * batch_mean,
            momentum * variance + (1 - momentum) * batch_variance,
        )
        mean, variance = batch_mean, batch_variance
    return scale * (activations - mean) / np.sqrt(variance + epsilon) + shift, moving
