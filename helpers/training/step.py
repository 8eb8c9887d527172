"""One training step, written to be read: the reference answer of exercise 3.6."""

import keras
import tensorflow as tf


def loss_and_gradients(autoencoder: keras.Model, images) -> tuple[tf.Tensor, list[tf.Tensor]]:
    """Return the mean squared error of a batch and its gradients.

    Args:
        autoencoder: model (n, d) -> (n, d).
        images: float32 (n, d), pixels in [0, 1].

    Returns:
        The MSE averaged over the batch, a scalar, and one gradient for each of
        ``autoencoder.trainable_variables``.
    """
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(autoencoder(images) - images))
    return loss, tape.gradient(loss, autoencoder.trainable_variables)
