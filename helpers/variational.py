"""The two terms of a variational autoencoder's loss, in nats an image, and how they are measured.

A code is no longer a point but a normal distribution with a mean and a variance for each of its
k numbers. Networks return the logarithm of the variance, which may be any real number.

Reference: Kingma and Welling, Auto-Encoding Variational Bayes, 2014.
"""

from __future__ import annotations

import keras
import numpy as np
from keras import ops

_CHUNK = 1000


def reparameterise(means, log_variances, noise):
    """Return codes drawn from N(means, exp(log_variances)), made of noise from N(0, 1).

    Args:
        means, log_variances, noise: (n, k), arrays or tensors.

    Returns:
        means + exp(log_variances / 2) * noise, (n, k), of which a gradient passes to both.

    Reference: Kingma and Welling, 2014, section 2.4.
    """
    return means + ops.exp(log_variances / 2) * noise


def gaussian_kl(means, log_variances):
    """Return the KL divergence of N(means, exp(log_variances)) to N(0, I), for each image.

    Args:
        means, log_variances: (n, k), arrays or tensors.

    Returns:
        Nats an image, (n,), 0 or more; 0 exactly at mean 0 and variance 1.

    Reference: Kingma and Welling, 2014, appendix B.
    """
    terms = ops.square(means) + ops.exp(log_variances) - log_variances - 1
    return ops.sum(terms, axis=1) / 2


def monte_carlo_kl(mean, log_variance, num_draws: int, seed: int = 0) -> tuple[float, float]:
    """Estimate the KL divergence of one code's distribution to N(0, I) from draws of it.

    Args:
        mean, log_variance: (k,).
        num_draws: codes to draw, at least 2.
        seed: of the draws.

    Returns:
        The mean of log q(z) - log p(z) over codes z drawn from q, in nats, and its standard error.

    Raises:
        ValueError: fewer than 2 draws.
    """
    if num_draws < 2:
        raise ValueError(f"num_draws must be at least 2. Received: {num_draws}")
    mean, log_variance = np.asarray(mean, float), np.asarray(log_variance, float)
    noise = np.random.default_rng(seed).normal(size=(num_draws, mean.size))
    codes = mean + np.exp(log_variance / 2) * noise
    # log q(z) - log p(z); the constants of the two densities cancel.
    ratios = (np.square(codes) - np.square(noise) - log_variance).sum(axis=1) / 2
    return float(ratios.mean()), float(ratios.std(ddof=1) / np.sqrt(num_draws))


def vae_step(encoder: keras.Model, decoder: keras.Model, images, noise) -> tuple:
    """Return the two terms of a batch's loss and the gradients of their sum.

    Args:
        encoder: images (n, d) -> [means, log_variances], each (n, k).
        decoder: codes (n, k) -> images (n, d) in (0, 1).
        images: float32 (n, d), pixels in [0, 1].
        noise: float32 (n, k), from N(0, 1).

    Returns:
        ``(reconstruction, kl, gradients)``: two scalars, nats averaged over the batch, and a list
        with one gradient for each of the encoder's and then the decoder's trainable variables.
    """
    import tensorflow as tf

    from helpers import losses

    with tf.GradientTape() as tape:
        means, log_variances = encoder(images)
        outputs = decoder(reparameterise(means, log_variances, noise))
        reconstruction = ops.mean(losses.binary_cross_entropy(images, outputs))
        kl = ops.mean(gaussian_kl(means, log_variances))
        loss = reconstruction + kl
    variables = encoder.trainable_variables + decoder.trainable_variables
    return reconstruction, kl, tape.gradient(loss, variables)


def measure_terms(
    encoder: keras.Model, decoder: keras.Model, images: np.ndarray, *, labels=None, seed: int = 0
) -> tuple[float, float]:
    """Return reconstruction and KL in nats an image, averaged, with one drawn code an image.

    Their sum bounds from above what the images cost under the model.

    Args:
        encoder: images (n, d) -> [means, log_variances]; a conditional one takes (n, d + 10).
        decoder: codes (n, k) -> (n, d); a conditional one takes (n, k + 10).
        images: float32 (n, d), pixels in [0, 1].
        labels: digits (n,), for a conditional pair.
        seed: of the codes' noise.
    """
    from helpers import losses

    rng = np.random.default_rng(seed)
    totals = np.zeros(2)
    for first in range(0, len(images), _CHUNK):
        batch = images[first : first + _CHUNK]

        def labelled(values, part=slice(first, first + _CHUNK)):
            return values if labels is None else beside_labels(values, labels[part])

        means, log_variances = map(np.asarray, encoder(labelled(batch)))
        noise = rng.normal(size=means.shape).astype("float32")
        codes = np.asarray(reparameterise(means, log_variances, noise))
        outputs = decoder(labelled(codes))
        totals += [
            np.asarray(losses.binary_cross_entropy(batch, outputs)).sum(dtype=float),
            np.asarray(gaussian_kl(means, log_variances)).sum(dtype=float),
        ]
    reconstruction, kl = totals / len(images)
    return float(reconstruction), float(kl)


def beside_labels(values, labels, num_classes: int = 10):
    """Return each row with its label beside it, one-hot: the input of a conditional network.

    Args:
        values: (n, k), codes or images.
        labels: whole numbers (n,), from 0 to num_classes - 1.
        num_classes: columns to add.

    Returns:
        float32 (n, k + num_classes): the row, then a 1 in the column of its label and 0 elsewhere.
    """
    columns = np.eye(num_classes, dtype="float32")[np.asarray(labels)]
    return np.concatenate([np.asarray(values, "float32"), columns], axis=1)


def interpolate(first, last, num_steps: int) -> np.ndarray:
    """Return points on the straight lines between rows of two arrays, ends included.

    Args:
        first, last: (n, k).
        num_steps: points a line, at least 2.

    Returns:
        (num_steps, n, k), from `first` to `last`.

    Raises:
        ValueError: fewer than 2 points.
    """
    if num_steps < 2:
        raise ValueError(f"num_steps must be at least 2. Received: {num_steps}")
    first, last = np.asarray(first), np.asarray(last)
    shares = np.linspace(0, 1, num_steps, dtype=first.dtype)[:, None, None]
    return (1 - shares) * first + shares * last
