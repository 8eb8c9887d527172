"""Augmentation: the same image a little elsewhere, as a function (batch, seed) -> batch."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable

import tensorflow as tf


def shifts(pixels: int) -> Callable[[tf.Tensor, tf.Tensor], tf.Tensor]:
    """Return the augmentation that moves each image by up to so many pixels both ways.

    Every image draws a row shift and a column shift of its own, whole numbers from -pixels to
    pixels with the same chance. What leaves the frame is lost, and what enters is 0. It takes
    square images, (n, side, side) or flat (n, side * side), and runs inside a compiled step.

    Args:
        pixels: 0 or more.

    Raises:
        ValueError: fewer; later, on use, images that are not square.
    """
    if int(pixels) != pixels or pixels < 0:
        raise ValueError(f"shifts takes a whole number of pixels, 0 or more. Received: {pixels}")
    return functools.partial(_shift, pixels=int(pixels))


def _shift(batch: tf.Tensor, seed: tf.Tensor, pixels: int) -> tf.Tensor:
    size = math.prod(batch.shape[1:])
    side = math.isqrt(size)
    if side * side != size:
        raise ValueError(f"shifts takes square images. Received: shape {tuple(batch.shape)}")
    count = tf.shape(batch)[0]
    starts = tf.random.stateless_uniform(
        (2, count, 1), seed, 0, 2 * pixels + 1, tf.int32, alg="philox"
    )
    rows, columns = tf.unstack(starts + tf.range(side))  # (n, side) each, into the padded image
    images = tf.reshape(batch, (count, side, side))
    images = tf.pad(images, ((0, 0), (pixels, pixels), (pixels, pixels)))
    images = tf.gather(images, rows, axis=1, batch_dims=1)  # (n, side, side + 2 * pixels)
    images = tf.gather(images, columns, axis=2, batch_dims=1)  # (n, side, side)
    return tf.reshape(images, tf.shape(batch))
