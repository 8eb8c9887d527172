"""Corruptions: functions (batch, seed) -> batch that run inside a compiled step.

The batch is float (n, ...) in [0, 1], and so is the result. The seed is an int32 tensor (2,): the
same seed gives the same noise, and a step that wants new noise passes a new seed.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable

import numpy as np
import tensorflow as tf

from helpers.parts import in_parts

Corruption = Callable[[tf.Tensor, tf.Tensor], tf.Tensor]


def masking(fraction: float) -> Corruption:
    """Return the corruption that sets round(fraction * d) of each image's d pixels to 0.

    Args:
        fraction: from 0 to 1. The number of pixels is exact; which they are is drawn anew for
            every image.

    Raises:
        ValueError: another fraction.

    Reference: Vincent et al., 2008, section 2.3.
    """
    return functools.partial(_mask, fraction=_share("masking", fraction))


def salt_and_pepper(fraction: float) -> Corruption:
    """Return the corruption that sets round(fraction * d) of each image's d pixels to 0 or 1.

    Args:
        fraction: from 0 to 1; of the pixels drawn, each becomes 0 or 1 with the same chance.

    Raises:
        ValueError: another fraction.

    Reference: Vincent et al., 2010, section 3.3.
    """
    return functools.partial(_season, fraction=_share("salt_and_pepper", fraction))


def gaussian(deviation: float) -> Corruption:
    """Return the corruption that adds normal noise to every pixel and clips the sum to [0, 1].

    A step compiled by XLA makes normal numbers in another way, so that its noise for a seed is not
    that of the same step uncompiled. The other corruptions are the same in both.

    Args:
        deviation: standard deviation of the noise, before clipping, 0 or more.

    Raises:
        ValueError: another deviation.
    """
    if not (math.isfinite(deviation) and deviation >= 0):
        raise ValueError(f"gaussian takes a deviation of 0 or more. Received: {deviation}")
    return functools.partial(_add_normal, deviation=float(deviation))


def random_switch(batch: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
    """Multiply every pixel by a random whole number, 0 or 1 with the same chance.

    Reference: KCC 2019 tutorial review (Namgung), lab, denoising autoencoder, `corrupt_input`.
    """
    bits = tf.random.stateless_uniform(tf.shape(batch), seed, 0, 2, tf.int32, alg="philox")
    return batch * tf.cast(bits, batch.dtype)


def mixture(*corruptions: Corruption) -> Corruption:
    """Return the corruption that gives each part of a batch another one of these.

    The batch is cut into as many parts, equal to within one image. A training loop shuffles its
    images, so that in the long run each of them meets every corruption.

    Args:
        *corruptions: one or more.

    Raises:
        ValueError: none.
    """
    if not corruptions:
        raise ValueError("mixture takes one corruption or more. Received: none")
    return functools.partial(_mix, corruptions=corruptions)


def corrupt_images(images: np.ndarray, corrupt: Corruption, seed: int = 0) -> np.ndarray:
    """Return noisy copies of images, the same ones for the same seed.

    Args:
        images: float32 (n, ...) in [0, 1].
        corrupt: for example ``masking(0.5)``.
        seed: of the noise.

    Returns:
        float32 (n, ...), made a thousand images at a time.
    """

    def corrupt_part(part: np.ndarray, positions: np.ndarray) -> tf.Tensor:
        return corrupt(tf.constant(part), tf.constant([seed, int(positions[0])]))

    return in_parts(corrupt_part, images, np.arange(len(images)))


def by_name(name: str) -> Corruption:
    """Return a corruption from text, for example "masking:0.5" or "random_switch".

    Raises:
        ValueError: no such corruption, or a number that is missing, not needed or out of range.
    """
    kind, colon, strength = name.partition(":")
    if kind == "random_switch" and not colon:
        return random_switch
    makers = {maker.__name__: maker for maker in (masking, gaussian, salt_and_pepper)}
    try:
        make, number = makers[kind], float(strength)
    except (KeyError, ValueError):
        raise ValueError(
            "A noise is random_switch, masking:FRACTION, salt_and_pepper:FRACTION or "
            f"gaussian:DEVIATION, for example masking:0.5. Received: {name!r}"
        ) from None
    return make(number)


def _share(name: str, fraction: float) -> float:
    if not 0 <= fraction <= 1:
        raise ValueError(f"{name} takes a fraction from 0 to 1. Received: {fraction}")
    return float(fraction)


def _mask(batch: tf.Tensor, seed: tf.Tensor, fraction: float) -> tf.Tensor:
    return tf.where(_chosen(batch, seed, fraction), tf.zeros_like(batch), batch)


def _season(batch: tf.Tensor, seed: tf.Tensor, fraction: float) -> tf.Tensor:
    place_seed, coin_seed = tf.unstack(tf.random.split(seed, 2, alg="philox"))
    return tf.where(
        _chosen(batch, place_seed, fraction),
        random_switch(tf.ones_like(batch), coin_seed),
        batch,
    )


def _add_normal(batch: tf.Tensor, seed: tf.Tensor, deviation: float) -> tf.Tensor:
    noise = tf.random.stateless_normal(tf.shape(batch), seed, dtype=batch.dtype, alg="philox")
    return tf.clip_by_value(batch + deviation * noise, 0, 1)


def _mix(batch: tf.Tensor, seed: tf.Tensor, corruptions: tuple[Corruption, ...]) -> tf.Tensor:
    count = len(corruptions)
    seeds = tf.unstack(tf.random.split(seed, count, alg="philox"))
    bounds = [batch.shape[0] * position // count for position in range(count + 1)]
    parts = [
        corrupt(batch[first:last], own_seed)
        for corrupt, own_seed, first, last in zip(
            corruptions, seeds, bounds[:-1], bounds[1:], strict=True
        )
        if last > first
    ]
    return tf.concat(parts, axis=0)


def _chosen(batch: tf.Tensor, seed: tf.Tensor, fraction: float) -> tf.Tensor:
    """Return a mask of the batch's shape with exactly round(fraction * d) pixels of each image."""
    size = math.prod(batch.shape[1:])
    count = round(fraction * size)
    if not 0 < count < size:
        return tf.fill(tf.shape(batch), count > 0)
    shape = (tf.shape(batch)[0], size)
    numbers = tf.random.stateless_uniform(shape, seed, None, None, tf.int32, alg="philox")
    # A pixel's own place in the low bits: no two keys are equal, so that the count is exact.
    low_bits = tf.constant((1 << (size - 1).bit_length()) - 1)
    keys = (numbers & ~low_bits) | tf.range(size)
    return tf.reshape(keys <= _smallest(keys, count), tf.shape(batch))


def _smallest(keys: tf.Tensor, count: int) -> tf.Tensor:
    """Return each row's count-th smallest key, int32 (n, size) -> (n, 1), bit by bit.

    A sort gives the same, and takes three times as long inside a compiled step on a CPU.
    """

    def keep_or_clear(bit, found):
        # The lowest int32 has bit 31 set and no other; for that bit, the trial is 0.
        trial = found ^ tf.bitwise.left_shift(tf.constant(1, tf.int32), bit)
        is_below = tf.reduce_sum(tf.cast(keys < trial, tf.int32), axis=1, keepdims=True) < count
        return bit - 1, tf.where(is_below, trial, found)

    lowest = tf.fill((tf.shape(keys)[0], 1), tf.int32.min)
    return tf.while_loop(lambda bit, _: bit >= 0, keep_or_clear, (tf.constant(31), lowest))[1]
