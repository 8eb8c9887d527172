"""Measure a variational autoencoder: the two terms of its loss, and the divergence by sampling."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from helpers.parts import in_parts

if TYPE_CHECKING:
    import keras


def monte_carlo_kl(mean, log_variance, num_samples: int, seed: int = 0) -> tuple[float, float]:
    """Estimate the KL divergence of one code's distribution to N(0, I) from samples of it.

    Args:
        mean, log_variance: (k,).
        num_samples: codes to sample, at least 2.
        seed: of the samples.

    Returns:
        The mean of log q(z) - log p(z) over codes z sampled from q, in nats, and its standard
        error.

    Raises:
        ValueError: fewer than 2 samples.
    """
    if num_samples < 2:
        raise ValueError(f"num_samples must be at least 2. Received: {num_samples}")
    mean, log_variance = np.asarray(mean, float), np.asarray(log_variance, float)
    noise = np.random.default_rng(seed).normal(size=(num_samples, mean.size))
    codes = mean + np.exp(log_variance / 2) * noise
    # log q(z) - log p(z); the constants of the two densities cancel.
    ratios = (np.square(codes) - np.square(noise) - log_variance).sum(axis=1) / 2
    return float(ratios.mean()), float(ratios.std(ddof=1) / np.sqrt(num_samples))


def measure_terms(
    encoder: keras.Model, decoder: keras.Model, images: np.ndarray, *, labels=None, seed: int = 0
) -> tuple[float, float]:
    """Return reconstruction and KL in nats per image, averaged, with one sampled code per image.

    Their sum is an upper bound of the negative log likelihood of an image under the model.

    Args:
        encoder: images (n, d) -> [means, log_variances]; a conditional one takes (n, d + 10).
        decoder: codes (n, k) -> (n, d); a conditional one takes (n, k + 10).
        images: float32 (n, d), pixels in [0, 1].
        labels: digits (n,), for a conditional pair.
        seed: of the codes' noise.
    """
    from helpers import losses
    from helpers.layers.sampling import gaussian_kl, reparameterise

    rng = np.random.default_rng(seed)

    def terms(batch, *labels):
        means, log_variances = map(np.asarray, encoder(labelled(batch, *labels)))
        noise = rng.normal(size=means.shape).astype("float32")
        codes = np.asarray(reparameterise(means, log_variances, noise))
        outputs = decoder(labelled(codes, *labels))
        costs = losses.binary_cross_entropy(batch, outputs), gaussian_kl(means, log_variances)
        return np.stack(costs, axis=1)

    def labelled(values, *labels):
        return beside_labels(values, *labels) if labels else values

    given = (images,) if labels is None else (images, labels)
    reconstruction, kl = in_parts(terms, *given).mean(axis=0, dtype=float)
    return float(reconstruction), float(kl)


def kl_per_variable(encoder: keras.Model, images: np.ndarray) -> np.ndarray:
    """Return the mean KL divergence to N(0, 1) of each latent variable, in nats per image.

    Args:
        encoder: images (n, d) -> [means, log_variances], each (n, k).
        images: float32 (n, d), at least one.

    Returns:
        float64 (k,), 0 or more; their sum is the KL that ``measure_terms`` returns. Near 0 means
        that the variable has the prior's distribution whatever the image, and so tells nothing.
    """

    def terms(batch):
        means, log_variances = (np.asarray(part, float) for part in encoder(batch))
        return (np.square(means) + np.expm1(log_variances) - log_variances) / 2

    return in_parts(terms, images).mean(axis=0, dtype=float)


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
