"""Measure reconstruction losses: one number per image, in the unit that each function names.

Every function takes `(targets, outputs)` and returns a vector of shape (n,); a training loop takes
its mean. Images may be flat or not, as long as both hold the same number of pixels:
(n, 28, 28) goes with (n, 784). The result has at least float32 precision.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import keras
from keras import ops


def squared_error(targets, outputs):
    """Sum the squared error over an image's pixels.

    Args:
        targets: images to reconstruct, shape (n, ...), any number type.
        outputs: reconstructions, shape (n, ...), with as many pixels.

    Returns:
        SSE per image, shape (n,).

    Raises:
        ValueError: if the number of images or of pixels differs.
    """
    targets, outputs = _flat(targets, outputs)
    return ops.sum(ops.square(outputs - targets), axis=1)


def half_squared_error(targets, outputs):
    """Return half of `squared_error`, 1/2 ||y - x||^2, whose derivative in y is plain y - x.

    Reference: KCC 2019 tutorial review (Namgung), basic autoencoder, E(W, D).
    """
    return 0.5 * squared_error(targets, outputs)


def mean_squared_error(targets, outputs):
    """Average the squared error over an image's pixels; arguments as for `squared_error`.

    Returns:
        MSE per image, shape (n,): SSE / number of pixels.
    """
    targets, outputs = _flat(targets, outputs)
    return ops.mean(ops.square(outputs - targets), axis=1)


def l2(targets, outputs):
    """Take the Euclidean distance of an image to its target; arguments as for `squared_error`.

    The slope of a square root is infinite at 0. Where an image is reproduced exactly, the
    gradient returned here is 0, not NaN.

    Returns:
        L2 per image, shape (n,): the square root of SSE.

    Reference: KCC 2019 tutorial review (Namgung), lab, deep autoencoder.
    """
    errors = squared_error(targets, outputs)
    is_exact = ops.equal(errors, 0)
    # The inner where keeps 0 out of the root: an outer one alone would give 0 * inf = NaN.
    roots = ops.sqrt(ops.where(is_exact, ops.ones_like(errors), errors))
    return ops.where(is_exact, ops.zeros_like(errors), roots)


def binary_cross_entropy(targets, outputs):
    """Sum -[x log y + (1 - x) log(1 - y)] over an image's pixels.

    Args:
        targets: images in [0, 1], shape (n, ...).
        outputs: reconstructions in [0, 1], shape (n, ...), after the sigmoid. They are clipped to
            [1e-7, 1 - 1e-7], so that a wrong pixel costs at most about 16 nats.

    Returns:
        Cross-entropy per image in nats, shape (n,). Grey targets have an entropy of their own, so
        that a perfect reconstruction does not score 0.

    Raises:
        ValueError: if the number of images or of pixels differs.

    Reference: Vincent et al., 2008, equation 2.
    """
    targets, outputs = _flat(targets, outputs)
    outputs = ops.clip(outputs, 1e-7, 1 - 1e-7)
    log_likelihoods = targets * ops.log(outputs) + (1 - targets) * ops.log(1 - outputs)
    return -ops.sum(log_likelihoods, axis=1)


_BY_NAME = {
    function.__name__: function
    for function in (
        squared_error,
        half_squared_error,
        mean_squared_error,
        l2,
        binary_cross_entropy,
    )
}


def by_name(name: str) -> Callable:
    """Return the loss function of that name, for example "mean_squared_error".

    Raises:
        ValueError: if there is no such loss; the message lists them.
    """
    if name not in _BY_NAME:
        raise ValueError(f"A loss is one of {', '.join(_BY_NAME)}. Received: {name!r}")
    return _BY_NAME[name]


def _flat(targets, outputs):
    """Return both as (n, pixels) tensors of one type, float32 or wider."""
    targets, outputs = ops.convert_to_tensor(targets), ops.convert_to_tensor(outputs)
    shapes = tuple(targets.shape), tuple(outputs.shape)
    if not all(shapes) or None in shapes[0][1:] + shapes[1][1:]:
        raise ValueError(
            "A loss takes (n, ...) images whose pixel axes have known sizes. "
            f"Received: shapes {shapes[0]} and {shapes[1]}"
        )
    pixels = [math.prod(shape[1:]) for shape in shapes]
    # The number of images is None inside a compiled step of any batch size.
    counts_differ = None not in (shapes[0][0], shapes[1][0]) and shapes[0][0] != shapes[1][0]
    if pixels[0] != pixels[1] or counts_differ:
        raise ValueError(
            "targets and outputs hold the same number of images and of pixels each. "
            f"Received: shapes {shapes[0]} and {shapes[1]}"
        )
    dtype = keras.backend.result_type(targets.dtype, outputs.dtype, "float32")
    return tuple(ops.reshape(ops.cast(x, dtype), (-1, pixels[0])) for x in (targets, outputs))
