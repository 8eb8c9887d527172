"""How strong a signal reaches each layer, and whether one passes through a function at all."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import keras
import numpy as np
import tensorflow as tf


def gradient_norms(model: keras.Model, images, loss: Callable, targets=None) -> np.ndarray:
    """Return the Euclidean norm of the loss's gradient with respect to each kernel.

    The model runs as it does in training; its weights and moving statistics stay as they were.

    Args:
        model: a built Keras model, (n, ...) -> outputs like the targets.
        images: float (n, ...), one batch.
        loss: function (targets, outputs) -> one number per image, (n,); its mean is taken.
        targets: the images themselves when None.

    Returns:
        One norm for each trainable weight of two or more axes, in the order of the layers, those
        next to the input first, float64.

    Raises:
        ValueError: the model has no trainable kernel, or one that the loss does not reach.
    """
    kernels = [weight for weight in model.trainable_variables if len(weight.shape) > 1]
    if not kernels:
        raise ValueError("model must have a trainable kernel. Received: none")
    kept = [np.array(weight) for weight in model.non_trainable_variables]
    images = tf.convert_to_tensor(images)
    with tf.GradientTape() as tape:
        outputs = model(images, training=True)
        objective = tf.reduce_mean(loss(images if targets is None else targets, outputs))
    gradients = tape.gradient(objective, [kernel.value for kernel in kernels])
    for weight, value in zip(model.non_trainable_variables, kept, strict=True):
        weight.assign(value)
    if any(gradient is None for gradient in gradients):
        unreached = [k.path for k, g in zip(kernels, gradients, strict=True) if g is None]
        raise ValueError(f"Every kernel takes part in the loss. Received: not {unreached}")
    return np.array([float(tf.norm(gradient)) for gradient in gradients])


def weighted_slopes(
    function: Callable, inputs: Sequence[np.ndarray], weights: np.ndarray
) -> list[np.ndarray | None]:
    """Return the slopes of a weighted sum of what a function returns, one array for each input.

    Args:
        function: of tensors, for example a loss; it returns a tensor, or several of one shape.
        inputs: float32 arrays of any shapes, which it gets as tensors.
        weights: float32, of the shape of the result, or of all results on top of each other.

    Returns:
        Arrays of the shapes of the inputs, None for an input that no gradient reaches.
    """
    tensors = [tf.constant(array) for array in inputs]
    with tf.GradientTape() as tape:
        tape.watch(tensors)
        result = function(*tensors)
        if isinstance(result, list | tuple):
            result = [tf.cast(tf.convert_to_tensor(part), "float32") for part in result]
        total = tf.reduce_sum(tf.cast(tf.convert_to_tensor(result), "float32") * weights)
    slopes = tape.gradient(total, tensors)
    return [None if slope is None else np.asarray(tf.convert_to_tensor(slope)) for slope in slopes]
