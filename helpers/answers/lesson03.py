"""Reference answers of lesson 03: one hidden layer, by hand."""

from __future__ import annotations

from collections.abc import Callable

import keras
import numpy as np
import tensorflow as tf
from scipy.stats import norm

from helpers.layers import dense, sigmoid
from helpers.losses import binary_cross_entropy, mean_squared_error
from helpers.models import build_basic

__all__ = [
    "binary_cross_entropy",
    "build_basic",
    "dense",
    "initial_sums",
    "loss_and_gradients",
    "mean_squared_error",
    "sigmoid",
    "train_with_patience",
]


def loss_and_gradients(autoencoder: keras.Model, images) -> tuple[tf.Tensor, list[tf.Tensor]]:
    """Return the mean squared error of a batch and its gradients.

    Args:
        autoencoder: model (n, d) -> (n, d).
        images: float32 (n, d), pixels in [0, 1].

    Returns:
        The MSE averaged over the batch, a scalar, and one gradient for each of
        ``autoencoder.trainable_variables``.
    """
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(autoencoder(images) - images))
    return loss, tape.gradient(loss, autoencoder.trainable_variables)


def train_with_patience(
    step: Callable[[np.ndarray], None],
    validate: Callable[[], float],
    get_weights: Callable[[], list[np.ndarray]],
    images: np.ndarray,
    batch_size: int,
    epochs: int,
    patience: int,
) -> tuple[list[np.ndarray], list[float]]:
    """Train until the validation error stops falling, and return the best weights.

    Args:
        step: takes one training step on a batch (m, d).
        validate: returns the validation error at that moment.
        get_weights: returns a copy of the weights at that moment.
        images: training images (n, d).
        batch_size: images per step; the last batch of an epoch may hold fewer.
        epochs: how many at most.
        patience: training stops after so many epochs in a row without a lower error.

    Returns:
        The weights after the epoch with the lowest validation error, and the error of each
        epoch that ran.
    """
    errors: list[float] = []
    best: list[np.ndarray] = []
    for epoch in range(epochs):
        order = np.random.permutation(len(images))
        for first in range(0, len(images), batch_size):
            step(images[order[first : first + batch_size]])
        errors.append(validate())
        lowest = int(np.argmin(errors))
        if lowest == epoch:
            best = get_weights()
        if epoch - lowest >= patience:
            break
    return best, errors


def initial_sums(
    inputs: np.ndarray, deviation: float, limit: float
) -> tuple[np.ndarray, float, float]:
    """Tell the pre-activations of an untrained layer before a weight is drawn.

    Args:
        inputs: (n, d).
        deviation: standard deviation of the weights and biases, which are normal with mean 0.
        limit: a positive number.

    Returns:
        The standard deviation of a unit's pre-activation for each input, (n,); the expected share
        of pre-activations beyond +-limit; and the deviation of weights and biases with which the
        mean square of the pre-activations is 1.
    """
    lengths = np.sqrt(np.square(inputs).sum(axis=1) + 1)
    deviations = deviation * lengths
    share = 2 * norm.sf(limit / deviations).mean()
    return deviations, float(share), float(1 / np.sqrt(np.mean(lengths**2)))
