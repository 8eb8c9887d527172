"""Reference answers of lesson 10: generative models."""

from __future__ import annotations

import keras
import numpy as np
from keras import ops

from helpers.layers.sampling import gaussian_kl, reparameterise
from helpers.measures.anomaly import roc_auc
from helpers.measures.variational import beside_labels
from helpers.training.adversarial import adversarial_losses

__all__ = [
    "adversarial_losses",
    "beside_labels",
    "gaussian_kl",
    "read_anomalies",
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


def read_anomalies(network, baseline, control) -> tuple[list[int], list[int]]:
    """Return the digits that the network misses, and those where it beats the baseline.

    Args:
        network, baseline, control: ROC-AUC of each left-out digit, (n,), position i for digit i.

    Returns:
        ``(missed, won)``: digits whose AUC is at most the largest one of the control, and digits
        whose AUC is above the baseline's; each in order.
    """
    network, baseline = np.asarray(network), np.asarray(baseline)
    missed = np.flatnonzero(network <= np.max(control))
    return missed.tolist(), np.flatnonzero(network > baseline).tolist()
