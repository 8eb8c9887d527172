"""Reference answers of lesson 05: corrupt an image, and learn to reconstruct it."""

from __future__ import annotations

from collections.abc import Sequence

import keras
import numpy as np
import tensorflow as tf

from helpers import losses
from helpers.data.toy_curve import ideal_denoiser
from helpers.measures.reconstruction import psnr

__all__ = [
    "best_noise",
    "corrupt_input",
    "denoise_and_score",
    "denoising_step",
    "evaluate_denoiser",
    "mask_exactly",
    "psnr",
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


def evaluate_denoiser(
    autoencoder: keras.Model, images: np.ndarray, noisy_sets: Sequence[np.ndarray]
) -> tuple[np.ndarray, list[str]]:
    """Return how much a network improves noisy images, and whether that is beyond chance.

    Args:
        autoencoder: model (n, d) -> (n, d).
        images: (n, d), clean, two or more.
        noisy_sets: (n, d) each, the same images at one corruption level each.

    Returns:
        ``table``, float64 (number of levels, 4), in dB: mean PSNR of the noisy images, mean PSNR of
        the outputs, mean gain per image, and half the width of that mean's 95 % interval. And
        ``better``, "denoiser", "identity" or, where the interval holds 0, "neither" for each level.
    """
    table, better = [], []
    for noisy_images in noisy_sets:
        outputs = keras.ops.convert_to_numpy(autoencoder(noisy_images))
        before, after = (
            -10 * np.log10(np.mean(np.square(images - seen), axis=1))
            for seen in (noisy_images, outputs)
        )
        gains = after - before
        half = 1.96 * np.std(gains, ddof=1) / np.sqrt(len(gains))
        table.append((before.mean(), after.mean(), gains.mean(), half))
        clear = abs(gains.mean()) > half
        better.append("neither" if not clear else "denoiser" if gains.mean() > 0 else "identity")
    return np.array(table, dtype=float), better


def denoise_and_score(
    noisy: np.ndarray, data: np.ndarray, deviation: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return the least-squares optimum for noisy points, and the score of the noisy data there.

    Args:
        noisy: (n, d).
        data: the clean points (m, d), each as likely as the others.
        deviation: sigma, of the normal noise on every number, above 0.

    Returns:
        ``answers`` and ``scores``, (n, d) each: the mean of the clean point given the noisy one,
        and the gradient of log p at the noisy one, where p is the density of noisy points.

    Reference: Efron, 2011, equation 1.4 (Tweedie's formula).
    """
    answers = ideal_denoiser(noisy, data, deviation)
    return answers, (answers - noisy) / deviation**2


def best_noise(
    levels: Sequence[float], errors: np.ndarray, factor: float
) -> tuple[float, list[float], str]:
    """Return the best noise level of a sweep, all that may be it, and what to do.

    Args:
        levels: noise levels, in any order.
        errors: (number of levels, number of seeds), two seeds or more; a column is one seed.
        factor: half the width of an interval of a mean, in standard errors.

    Returns:
        The level with the smallest mean error; from the smallest up, every level whose mean
        difference from it, seed by seed, is not above 0 by more than the half-width; and
        "go on" if the largest level is one of them, else "settled" if there is one, "undecided"
        if there are several.
    """
    best = int(np.argmin(np.mean(errors, axis=1)))
    gaps = errors - errors[best]
    halves = factor * np.std(gaps, axis=1, ddof=1) / np.sqrt(gaps.shape[1])
    beaten = gaps.mean(axis=1) > halves
    candidates = sorted(level for level, out in zip(levels, beaten, strict=True) if not out)
    if max(levels) in candidates:
        return levels[best], candidates, "go on"
    return levels[best], candidates, "settled" if len(candidates) == 1 else "undecided"
