"""Reference answers of lesson 05: corrupt an image, and learn to reconstruct it."""

from __future__ import annotations

from collections.abc import Sequence

import keras
import numpy as np
import tensorflow as tf

from helpers import losses
from helpers.data.toy_curve import gaps
from helpers.measures.reconstruction import psnr

__all__ = [
    "best_noise",
    "corrupt_input",
    "denoising_step",
    "mask_exactly",
    "psnr",
    "vector_field",
]


def mask_exactly(images: np.ndarray, fraction: float, seed: int) -> np.ndarray:
    """Return copies of the images in which an exact share of each image's pixels is 0.

    Args:
        images: (n, d).
        fraction: v, from 0 to 1; round(v d) pixels of each image become 0, drawn anew for each.
        seed: of the draw.

    Reference: Vincent et al., 2008, section 2.3.
    """
    count = round(fraction * images.shape[1])
    keys = np.random.default_rng(seed).random(images.shape)
    # A row of argsort is a random permutation of 0 to d - 1.
    return np.where(np.argsort(keys, axis=1) < count, 0, images)


def corrupt_input(images, switches, corrupt):
    """Return images times random switches where ``corrupt`` is 1, the images where it is 0.

    Args:
        images: (n, d).
        switches: (n, d), each 0 or 1.
        corrupt: 0 or 1, one number or one for each image, (n, 1).

    Reference: KCC 2019 tutorial review (Namgung), lab, denoising autoencoder.
    """
    return images * switches * corrupt + images * (1 - corrupt)


def denoising_step(
    autoencoder: keras.Model, images, noisy_images
) -> tuple[tf.Tensor, list[tf.Tensor]]:
    """Return the loss of reconstructing clean images from noisy ones, and its gradients.

    Args:
        autoencoder: model (n, d) -> (n, d) with outputs in [0, 1].
        images: float32 (n, d), the clean images, the targets.
        noisy_images: float32 (n, d), what the network is shown.

    Returns:
        The cross-entropy in nats per image, averaged over the batch, and one gradient for each of
        ``autoencoder.trainable_variables``.

    Reference: Vincent et al., 2008, equation 5.
    """
    with tf.GradientTape() as tape:
        outputs = autoencoder(noisy_images)
        loss = tf.reduce_mean(losses.binary_cross_entropy(images, outputs))
    return loss, tape.gradient(loss, autoencoder.trainable_variables)


def best_noise(levels: Sequence[float], errors: np.ndarray) -> tuple[float, list[float]]:
    """Return the best noise level, and all levels that the seeds cannot tell from it.

    Args:
        levels: noise levels, in any order.
        errors: (number of levels, number of seeds), two seeds or more.

    Returns:
        The level with the smallest mean error, and, from the smallest up, every level whose mean is
        above that by at most the best level's standard deviation over the seeds (n - 1).
    """
    means = np.mean(errors, axis=1)
    best = int(np.argmin(means))
    limit = means[best] + np.std(errors[best], ddof=1)
    return levels[best], sorted(
        level for level, mean in zip(levels, means, strict=True) if mean <= limit
    )


def vector_field(
    points: np.ndarray, reconstructions: np.ndarray, curve: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the arrows of a reconstruction, and whether they point to the curve.

    Args:
        points: inputs (n, 2), none of them on the curve.
        reconstructions: (n, 2), none of them equal to its input.
        curve: points of the curve (m, 2).

    Returns:
        ``arrows`` (n, 2), reconstruction minus input, and ``cosines`` (n,), of the angle between
        each arrow and the way to the nearest point of the curve: 1 straight to it, -1 away.
    """
    arrows = reconstructions - points
    to_curve = gaps(points, curve)
    lengths = np.linalg.norm(arrows, axis=1) * np.linalg.norm(to_curve, axis=1)
    return arrows, np.sum(arrows * to_curve, axis=1) / lengths
