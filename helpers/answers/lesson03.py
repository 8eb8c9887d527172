"""Reference answers of lesson 03: one hidden layer, by hand."""

from __future__ import annotations

from collections.abc import Sequence

import keras
import tensorflow as tf

from helpers.layers import dense, sigmoid
from helpers.losses import binary_cross_entropy, mean_squared_error
from helpers.models import build_basic

__all__ = [
    "binary_cross_entropy",
    "build_basic",
    "dense",
    "loss_and_gradients",
    "mean_squared_error",
    "sigmoid",
    "smallest_code",
]


def smallest_code(code_sizes: Sequence[int], errors: Sequence[float], target: float) -> int | None:
    """Return the smallest code size whose error is at most ``target``, or None."""
    good = [size for size, error in zip(code_sizes, errors, strict=True) if error <= target]
    return min(good) if good else None


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
