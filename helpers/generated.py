"""Judge images that a decoder drew: does a classifier know them, and is anything like them?"""

from __future__ import annotations

from collections.abc import Callable

import keras
import numpy as np

from helpers import pca

_CHUNK = 500


def train_judge(
    images: np.ndarray, labels: np.ndarray, *, epochs: int, seed: int = 0
) -> keras.Model:
    """Train a classifier of dense layers, images (n, d) -> ten probabilities (n, 10).

    Args:
        images: float32 (n, d), pixels in [0, 1].
        labels: digits (n,).
        epochs: passes over the images.
        seed: of the first weights and the order.
    """
    from helpers import training

    keras.utils.set_random_seed(seed)
    inputs = keras.Input((images.shape[1],), name="images")
    units = keras.layers.Dense(256, "gelu")(inputs)
    judge = keras.Model(inputs, keras.layers.Dense(10, "softmax")(units), name="judge")
    batch_size = min(128, len(images))
    steps = epochs * -(-len(images) // batch_size)
    training.train(
        judge,
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
    return judge


def confidence(judge: Callable, images: np.ndarray) -> np.ndarray:
    """Return the largest probability that a judge gives each image (n, d), shape (n,)."""
    return _judged(judge, images).max(axis=1)


def variety(judge: Callable, images: np.ndarray) -> float:
    """Return of how many kinds images (n, d) are: the exponential of the entropy of the digits.

    Args:
        judge: images (n, d) -> probabilities (n, c).
        images: at least one.

    Returns:
        From 1, when the judge reads the same digit everywhere, to c, when all are as frequent.
    """
    answers = _judged(judge, images).argmax(axis=1)
    shares = np.unique(answers, return_counts=True)[1] / len(answers)
    return float(np.exp(-np.sum(shares * np.log(shares))))


def _judged(judge: Callable, images: np.ndarray) -> np.ndarray:
    """Return the probabilities (n, c) that a judge gives images (n, d), some images at a time."""
    parts = range(0, len(images), _CHUNK)
    return np.concatenate([np.asarray(judge(images[first : first + _CHUNK])) for first in parts])


def nearest_error(images: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Return each image's squared error to the nearest of other images.

    Args:
        images: (n, d).  others: (m, d).

    Returns:
        SSE, float32, (n,).
    """
    others = np.asarray(others, np.float32)
    lengths = np.square(others).sum(axis=1)
    nearest = []
    for first in range(0, len(images), _CHUNK):
        part = np.asarray(images[first : first + _CHUNK], np.float32)
        products = part @ others.T
        squares = np.square(part).sum(axis=1, keepdims=True) + lengths - 2 * products
        nearest.append(squares.min(axis=1))
    return np.maximum(np.concatenate(nearest), 0)


def draw_pca(images: np.ndarray, code_size: int, num_draws: int, seed: int = 0) -> np.ndarray:
    """Draw images from PCA: codes from a normal distribution fitted to its codes, decoded.

    Args:
        images: (n, d).
        code_size: number of components, from 1 to min(n, d).
        num_draws: how many.
        seed: of the draw.

    Returns:
        float32 (num_draws, d), not clipped to [0, 1].
    """
    mean, components, _ = pca.fit_pca(images, code_size)
    codes = draw_normal(pca.encode(images, mean, components), num_draws, seed)
    return pca.decode(codes, mean, components).astype("float32")


def draw_normal(codes: np.ndarray, num_draws: int, seed: int = 0) -> np.ndarray:
    """Draw codes from the normal distribution with the mean and covariance of given ones.

    Args:
        codes: (n, k).
        num_draws: how many.
        seed: of the draw.

    Returns:
        float32 (num_draws, k).
    """
    codes = np.asarray(codes, float)
    covariance = np.atleast_2d(np.cov(codes, rowvar=False))
    rng = np.random.default_rng(seed)
    return rng.multivariate_normal(codes.mean(axis=0), covariance, num_draws).astype("float32")
