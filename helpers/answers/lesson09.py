"""Reference answers of lesson 09: a softmax on top of a stack of encoders."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from helpers.measures.labels import error_interval

if TYPE_CHECKING:
    import keras

__all__ = [
    "clear_effects",
    "denoising_stage",
    "error_interval",
    "softmax",
    "softmax_gradient",
    "stack_classifier",
]


def softmax(activations: np.ndarray) -> np.ndarray:
    """Return the probabilities of the classes, each row's sum 1.

    Args:
        activations: float (n, c), of any size: each row is moved so that its largest is 0, which
            changes no probability and keeps the exponential finite.

    Returns:
        float (n, c).
    """
    powers = np.exp(activations - np.max(activations, axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def softmax_gradient(
    codes: np.ndarray, probabilities: np.ndarray, labels: np.ndarray
) -> tuple[float, np.ndarray, np.ndarray]:
    """Return the cross-entropy of a softmax layer and its gradients.

    Args:
        codes: float (n, k), what the layer sees.
        probabilities: float (n, c), what it answers.
        labels: integers (n,), from 0 to c - 1.

    Returns:
        ``loss``, -log of the right class's probability in nats, the mean over the images;
        ``kernel_gradient`` (k, c) and ``bias_gradient`` (c,) of that mean.
    """
    rows = np.arange(len(labels))
    errors = np.array(probabilities, dtype=float)
    loss = -np.log(errors[rows, labels]).mean()
    errors[rows, labels] -= 1
    errors /= len(labels)
    return float(loss), codes.T @ errors, errors.sum(axis=0)


def denoising_stage(
    encoders: Sequence[keras.Model], images: np.ndarray, fraction: float, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return what the next stage of a denoising stack sees, and what it has to give back.

    The noise is the stage's own: the encoders below work on clean images.

    Args:
        encoders: of the trained stages, the first one first; may be empty.
        images: float (n, d) in [0, 1].
        fraction: share of a code's numbers that masking sets to 0, from 0 to 1.
        seed: of the draw.

    Returns:
        ``noisy_codes`` (n, k), in each row exactly round(fraction * k) numbers set to 0, drawn
        anew for each; and ``codes`` (n, k), clean.

    Reference: Vincent et al., 2008, section 2.4.
    """
    codes = images
    for encoder in encoders:
        codes = encoder(codes)
    codes = np.asarray(codes)
    order = np.argsort(np.random.default_rng(seed).random(codes.shape), axis=1)
    return np.where(order < round(fraction * codes.shape[1]), 0, codes), codes


def stack_classifier(
    stages: Sequence[tuple[np.ndarray, np.ndarray]], num_classes: int
) -> keras.Model:
    """Build sigmoid layers with given initial weights and a new softmax on top.

    Args:
        stages: kernel (k below, k) and bias (k,) of each layer, the first one first.
        num_classes: outputs of the softmax.

    Returns:
        Model (n, d) -> (n, num_classes), every weight of it trainable.
    """
    import keras

    images = units = keras.Input((len(stages[0][0]),), name="images")
    for kernel, bias in stages:
        layer = keras.layers.Dense(len(bias), "sigmoid")
        units = layer(units)
        layer.set_weights([kernel, bias])
    outputs = keras.layers.Dense(num_classes, "softmax", name="classes")(units)
    return keras.Model(images, outputs, name="classifier")


def clear_effects(
    counts: Sequence[int], errors: np.ndarray, other_errors: np.ndarray
) -> tuple[list[int], list[int]]:
    """Return where one way of training beats another beyond the spread of the seeds.

    Args:
        counts: numbers of labels (m,), in any order.
        errors: of the first way, (m, seeds).
        other_errors: of the second way, (m, seeds), the seeds may be others.

    Returns:
        ``better``, the counts at which the worst run of the first way is below the best run of the
        second, and ``worse``, those at which its best run is above the worst of the second; both
        in rising order.
    """
    better, worse = [], []
    for count, runs, others in zip(counts, errors, other_errors, strict=True):
        if max(runs) < min(others):
            better.append(count)
        if min(runs) > max(others):
            worse.append(count)
    return sorted(better), sorted(worse)
