"""Measure a loss over any number of images, exactly."""

from __future__ import annotations

from collections.abc import Callable

import keras
import numpy as np
import tensorflow as tf

from helpers.training import inputs as checks
from helpers.training.compiled import Traced


def evaluate(
    model: keras.Model, images, loss: Callable, targets=None, batch_size: int = 1000
) -> float:
    """Return the mean over all images of ``loss(targets, model(images))``, without training.

    Args:
        model: a built Keras model, (n, ...) -> outputs like the targets.
        images: floating-point (n, ...), finite.
        loss: function (targets, outputs) -> one number per image, (n,).
        targets: the images themselves when None.
        batch_size: images per call of the model; no influence on the result but rounding.

    Raises:
        ValueError: shapes, dtypes or ranges that do not fit.
    """
    inputs, targets = checks.pair("images", images, targets)
    checks.check_counts(len(inputs), 1, min(batch_size, len(inputs)), 0)
    checks.check_fit(model, inputs, targets, loss, "images")
    with Traced() as traced:
        return make_evaluator(model, inputs, targets, loss, traced, batch_size)()


def make_evaluator(
    model: keras.Model,
    inputs: np.ndarray,
    targets: np.ndarray,
    loss: Callable,
    traced: Traced,
    batch_size: int = 1000,
) -> Callable[[], float]:
    """Return a function that measures the mean loss with the weights of the moment."""

    def losses_of(inputs, targets):
        outputs = model(inputs, training=False)
        return loss(targets, tf.cast(outputs, targets.dtype))

    specs = [tf.TensorSpec((None, *array.shape[1:]), array.dtype) for array in (inputs, targets)]
    # As a concrete function: a new tf.function for every model would be warned of.
    compiled = tf.function(losses_of, autograph=False).get_concrete_function(*specs)
    traced.add(compiled.graph)

    def mean_loss() -> float:
        total = 0.0
        for first in range(0, len(inputs), batch_size):
            part = slice(first, first + batch_size)
            values = compiled(tf.constant(inputs[part]), tf.constant(targets[part]))
            total += values.numpy().sum(dtype=np.float64)
        return float(total / len(inputs))

    return mean_loss
