"""Reference answers of lesson 10: generative models."""

from __future__ import annotations

import keras
import numpy as np
from keras import ops

from helpers.layers.sampling import gaussian_kl, reparameterise
from helpers.measures.anomaly import roc_auc
from helpers.training.adversarial import adversarial_losses

__all__ = [
    "adversarial_losses",
    "evaluate_detector",
    "gaussian_kl",
    "reparameterise",
    "roc_auc",
    "vae_step",
]


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


def evaluate_detector(
    validation_scores, test_scores, is_anomaly, num_resamples: int, seed: int
) -> tuple[float, tuple[float, float], tuple[float, float], str]:
    """Return how well scores find anomalies: ROC-AUC with an interval, rates, and a word.

    Args:
        validation_scores: (m,), of normal images that were not trained on.
        test_scores: (n,), higher for images that look more like anomalies.
        is_anomaly: bool (n,), at least one of each kind.
        num_resamples: bootstrap samples, anomalies and normal images each resampled on their own.
        seed: of the resampling.

    Returns:
        ``(auc, interval, rates, word)``: the ROC-AUC; 2.5th and 97.5th percentile of the resampled
        ones; the shares of anomalies and of normal test images above the 95th percentile of the
        validation scores; "found", "reversed" or "undecided" where the interval lies above 0.5,
        below it, or holds it.

    Reference: Efron, 1979.
    """
    test_scores, is_anomaly = np.asarray(test_scores), np.asarray(is_anomaly, bool)
    odd, normal = test_scores[is_anomaly], test_scores[~is_anomaly]
    flags = np.repeat([True, False], [len(odd), len(normal)])
    rng = np.random.default_rng(seed)
    aucs = [
        roc_auc(np.append(rng.choice(odd, len(odd)), rng.choice(normal, len(normal))), flags)
        for _ in range(num_resamples)
    ]
    low, high = (float(end) for end in np.percentile(aucs, [2.5, 97.5]))
    threshold = np.percentile(validation_scores, 95)
    rates = float(np.mean(odd > threshold)), float(np.mean(normal > threshold))
    word = "found" if low > 0.5 else "reversed" if high < 0.5 else "undecided"
    return roc_auc(test_scores, is_anomaly), (low, high), rates, word
