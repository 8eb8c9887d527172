"""Augmentation: the same image a little turned, scaled and moved, as a function of a batch."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable

import tensorflow as tf


def warps(
    *, degrees: float = 0.0, scale: float = 0.0, pixels: float = 0.0
) -> Callable[[tf.Tensor, tf.Tensor], tf.Tensor]:
    """Return the augmentation that turns, scales and moves each image at random.

    Every image draws an angle up to so many degrees both ways, two scales, of its width and its
    height, from ``1 - scale`` to ``1 + scale``, and two shifts up to so many pixels both ways, each
    uniformly. The new pixels are read between the old ones (bilinear), and what enters is 0. It
    takes square images, (n, side, side) or flat (n, side * side), and runs inside a compiled step.

    Args:
        degrees: 0 or more.
        scale: from 0 up to, not with, 1.
        pixels: 0 or more, not only whole numbers.

    Raises:
        ValueError: others; later, on use, images that are not square.
    """
    if not (degrees >= 0 and 0 <= scale < 1 and pixels >= 0):
        raise ValueError(
            "warps takes degrees and pixels from 0 and a scale from 0 to below 1. "
            f"Received: degrees={degrees}, scale={scale}, pixels={pixels}"
        )
    return functools.partial(_warp, degrees=degrees, scale=scale, pixels=pixels)


def _warp(batch: tf.Tensor, seed: tf.Tensor, degrees: float, scale: float, pixels: float):
    size = math.prod(batch.shape[1:])
    side = math.isqrt(size)
    if side * side != size:
        raise ValueError(f"warps takes square images. Received: shape {tuple(batch.shape)}")
    count = tf.shape(batch)[0]
    draws = tf.random.stateless_uniform((5, count, 1), seed, -1.0, 1.0, alg="philox")
    angle, tall, wide, down, right = tf.unstack(draws)
    angle, tall, wide = angle * math.radians(degrees), 1 + scale * tall, 1 + scale * wide
    middle = (side - 1) / 2
    places = tf.range(side, dtype=tf.float32) - middle
    rows, columns = (
        tf.reshape(one, (1, size)) for one in tf.meshgrid(places, places, indexing="ij")
    )
    # Where each new pixel (n, size) lies in the old image.
    rows = rows - pixels * down
    columns = columns - pixels * right
    turned_rows = (tf.cos(angle) * rows + tf.sin(angle) * columns) / tall + middle
    turned_columns = (tf.cos(angle) * columns - tf.sin(angle) * rows) / wide + middle
    images = tf.reshape(batch, (count, side, side))
    return tf.reshape(_read_between(images, turned_rows, turned_columns, side), tf.shape(batch))


def _read_between(images, rows, columns, side: int) -> tf.Tensor:
    """Return the pixels of images (n, side, side) at places (n, m) between them, 0 outside."""
    width = side + 3  # one pixel of paper before, two behind
    images = tf.reshape(tf.pad(images, ((0, 0), (1, 2), (1, 2))), (-1, width * width))
    # Places further out lie on the rim of paper, too.
    rows, columns = (tf.clip_by_value(places, -1, side) for places in (rows, columns))
    first_row, first_column = tf.floor(rows), tf.floor(columns)
    below, beside = rows - first_row, columns - first_column
    corner = tf.cast((first_row + 1) * width + first_column + 1, tf.int32)

    def at(step: int) -> tf.Tensor:
        return tf.gather(images, corner + step, axis=1, batch_dims=1)

    upper = (1 - beside) * at(0) + beside * at(1)
    lower = (1 - beside) * at(width) + beside * at(width + 1)
    return (1 - below) * upper + below * lower
