"""Measure samples: how sure a classifier is of them, how varied they are, what they resemble."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from helpers.parts import in_parts

if TYPE_CHECKING:
    import keras


def train_classifier(
    images: np.ndarray, labels: np.ndarray, *, epochs: int, seed: int = 0
) -> keras.Model:
    """Train a classifier of dense layers, images (n, d) -> ten probabilities (n, 10).

    Args:
        images: float32 (n, d), pixels in [0, 1].
        labels: digits (n,).
        epochs: passes over the images.
        seed: of the initial weights and the order.
    """
    import keras

    from helpers import training

    keras.utils.set_random_seed(seed)
    inputs = keras.Input((images.shape[1],), name="images")
    units = keras.layers.Dense(256, "gelu")(inputs)
    classifier = keras.Model(inputs, keras.layers.Dense(10, "softmax")(units), name="classifier")
    batch_size = min(128, len(images))
    steps = epochs * -(-len(images) // batch_size)
    training.train(
        classifier,
        images,
        np.eye(10, dtype="float32")[labels],
        loss=keras.losses.categorical_crossentropy,
        optimizer=keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(2e-3, steps)),
        epochs=epochs,
        batch_size=batch_size,
        seed=seed,
        jit=False,
        progress=False,
    )
    return classifier


def confidence(classifier: Callable, images: np.ndarray) -> np.ndarray:
    """Return the largest probability that a classifier gives each image (n, d), shape (n,)."""
    return in_parts(classifier, images).max(axis=1)


def variety(classifier: Callable, images: np.ndarray) -> float:
    """Return the effective number of classes among images (n, d), the exponential of their entropy.

    Args:
        classifier: images (n, d) -> probabilities (n, c).
        images: at least one.

    Returns:
        From 1, when the classifier reads the same digit everywhere, to c, when all are as frequent.
    """
    answers = in_parts(classifier, images).argmax(axis=1)
    shares = np.unique(answers, return_counts=True)[1] / len(answers)
    return float(np.exp(-np.sum(shares * np.log(shares))))


def nearest_error(images: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Return each image's squared error to the nearest of other images.

    Args:
        images: (n, d).  others: (m, d).

    Returns:
        SSE, float32, (n,).
    """
    others = np.asarray(others, np.float32)
    lengths = np.square(others).sum(axis=1)

    def nearest(part: np.ndarray) -> np.ndarray:
        part = np.asarray(part, np.float32)
        squares = np.square(part).sum(axis=1, keepdims=True) + lengths - 2 * part @ others.T
        return np.maximum(squares.min(axis=1), 0)

    return in_parts(nearest, images, size=500)
