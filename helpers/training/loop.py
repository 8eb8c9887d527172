"""The training loop."""

import time

import keras
import numpy as np
import tensorflow as tf

from helpers.training.history import History


def train(
    model,
    images,
    targets=None,
    *,
    loss,
    optimizer,
    epochs,
    batch_size,
    corrupt=None,
    validation=None,
    checkpoint_dir=None,
    seed=0,
    strategy=None,
    progress=None,
    tensorboard_dir=None,
    jit=True,
) -> History:
    """Train a built Keras model and return its curves.

    Args:
        model: a built Keras model that maps `(n, ...)` inputs to outputs shaped like `targets`.
        images: float32 array `(n, ...)`, the inputs.
        targets: float32 array `(n, ...)`; the images themselves when None.
        loss: function `(targets, outputs)` -> one number per image, `(n,)`. Its mean is minimised.
        optimizer: a Keras optimizer or its name.
        epochs: passes over the images.
        batch_size: images per step. A smaller last batch is run as it is, so no image is left out.
        corrupt: function `(batch, seed)` -> batch, with `seed` an int32 tensor `(2,)`, new each step.
        validation: array, or `(inputs, targets)`; measured after every epoch, never corrupted.
        seed: decides the order of the images and the corruption.

    Returns:
        A `History` with one number per epoch in `loss`, `validation`, `seconds`.
    """
    optimizer = keras.optimizers.get(optimizer)
    optimizer.build(model.trainable_variables)
    images = tf.constant(images, tf.float32)
    targets = images if targets is None else tf.constant(targets, tf.float32)
    count = len(images)

    @tf.function(jit_compile=jit)
    def step(indices, step_seed):
        inputs = tf.gather(images, indices)
        if corrupt is not None:
            inputs = corrupt(inputs, step_seed)
        with tf.GradientTape() as tape:
            outputs = model(inputs, training=True)
            value = tf.reduce_mean(loss(tf.gather(targets, indices), outputs))
            penalised = tf.add_n([value, *model.losses])
        gradients = tape.gradient(penalised, model.trainable_variables)
        optimizer.apply(gradients, model.trainable_variables)
        return value

    history = History()
    for epoch in range(epochs):
        start, total = time.perf_counter(), 0.0
        order = np.random.default_rng([seed, epoch]).permutation(count)
        for number, first in enumerate(range(0, count, batch_size)):
            indices = tf.constant(order[first : first + batch_size], tf.int32)
            step_seed = tf.constant([seed, epoch * count + number], tf.int32)
            total += float(step(indices, step_seed)) * len(indices)
        seconds = time.perf_counter() - start
        history.loss.append(total / count)
        if validation is not None:
            pair = validation if isinstance(validation, tuple) else (validation, validation)
            history.validation.append(evaluate(model, pair[0], loss, pair[1]))
        history.seconds.append(seconds)
        history.images_per_second.append(count / seconds)
    return history


def evaluate(model, images, loss, targets=None, batch_size=1000) -> float:
    """Return the mean over all images of `loss(targets, model(images))`, with training=False."""
    targets = images if targets is None else targets
    total = 0.0
    for first in range(0, len(images), batch_size):
        part = slice(first, first + batch_size)
        outputs = model(images[part], training=False)
        total += float(tf.reduce_sum(loss(targets[part], outputs)))
    return total / len(images)
