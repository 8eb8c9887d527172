"""Refuse what cannot be trained on, before any time is spent on it."""

from __future__ import annotations

from collections.abc import Callable

import keras
import numpy as np

# Outputs that a last layer can reach; a target outside them can never be met.
_REACHABLE = {"sigmoid": (0.0, 1.0), "hard_sigmoid": (0.0, 1.0), "tanh": (-1.0, 1.0)}


def images_array(name: str, images) -> np.ndarray:
    """Return the images as float32 (n, ...).

    Raises:
        ValueError: no image, whole numbers, text, nan or infinity; `name` says in which argument.
    """
    array = np.asarray(images)
    if array.dtype.kind != "f":
        raise ValueError(
            f"{name} must be floating-point numbers; pixels of 0 to 255 are brought to [0, 1] by "
            f"images.astype('float32') / 255. Received: dtype {array.dtype}"
        )
    if array.ndim < 2 or not array.size:
        raise ValueError(
            f"{name} must hold at least one image, shape (n, ...). Received: shape {array.shape}"
        )
    array = np.ascontiguousarray(array, np.float32)
    # The sum is finite only if every number is, unless it overflows; then look at each of them.
    if not np.isfinite(array.sum(dtype=np.float64)) and not np.isfinite(array).all():
        bad = np.argwhere(~np.isfinite(array.reshape(len(array), -1)).all(axis=1))[0, 0]
        raise ValueError(
            f"{name} must be finite numbers. Received: nan or infinity, first in image {bad}"
        )
    return array


def pair(name: str, inputs, targets) -> tuple[np.ndarray, np.ndarray]:
    """Return inputs and targets, equally many; the targets are the inputs when None.

    Raises:
        ValueError: as `images_array`, or if the counts differ.
    """
    inputs = images_array(name, inputs)
    if targets is None:
        return inputs, inputs
    targets = images_array(f"the targets of {name}", targets)
    if len(targets) != len(inputs):
        raise ValueError(
            f"{name} must have one target per image. "
            f"Received: {len(inputs)} images and {len(targets)} targets"
        )
    return inputs, targets


def check_counts(count: int, epochs: int, batch_size: int, seed: int, replicas: int = 1) -> None:
    """Check the whole numbers of a recipe.

    Raises:
        ValueError: epochs below 1, a batch of none or more than all images, one that cannot be
            shared evenly among the replicas, or a seed that is no int32 from 0 on.
    """
    for name, value, low, high in (
        ("epochs", epochs, 1, None),
        ("batch_size", batch_size, 1, count),
        ("seed", seed, 0, 2**31 - 1),
    ):
        is_whole = isinstance(value, (int, np.integer)) and not isinstance(value, bool)
        if not is_whole or value < low or (high is not None and value > high):
            limit = f"from {low} to {high:,}" if high is not None else f"of at least {low}"
            what = " (all images)" if name == "batch_size" else ""
            raise ValueError(f"{name} must be a whole number {limit}{what}. Received: {value!r}")
    if batch_size % replicas:
        raise ValueError(
            f"batch_size must be a multiple of the strategy's {replicas} replicas. "
            f"Received: {batch_size}"
        )


def check_fit(
    model: keras.Model, inputs: np.ndarray, targets: np.ndarray, loss: Callable, name: str
) -> None:
    """Check that model, inputs, targets and loss go together, on the first two images.

    Raises:
        ValueError: shapes that differ, targets that the last layer can never reach, or a loss that
            is not one number per image.
    """
    if not isinstance(model, keras.Model) or not getattr(model, "outputs", None):
        raise ValueError(
            "model must be a Keras model built from its inputs and outputs, keras.Model(inputs, "
            f"outputs). Received: {model!r}"
        )
    _check_shape("inputs", model.input_shape, inputs, name)
    _check_shape("outputs", model.output_shape, targets, f"the targets of {name}")
    activation, (low, high) = _reachable(model)
    if targets.min() < low or targets.max() > high:
        raise ValueError(
            f"the targets of {name} must lie in [{low:g}, {high:g}], because the last layer is a "
            f"{activation}. Received: [{targets.min():.4g}, {targets.max():.4g}]"
        )
    first = slice(0, 2)
    outputs = keras.ops.cast(model(inputs[first], training=False), "float32")
    shape = tuple(loss(keras.ops.convert_to_tensor(targets[first]), outputs).shape)
    if shape != (len(inputs[first]),):
        raise ValueError(
            "loss must return one number per image, shape (n,), not averaged over the batch. "
            f"Received: shape {shape} for {len(inputs[first])} images"
        )


def check_batch_function(name: str, function: Callable, inputs: np.ndarray) -> None:
    """Check that a corruption or an augmentation keeps the shape of a batch.

    Raises:
        ValueError: if it does not.
    """
    first = keras.ops.convert_to_tensor(inputs[:2])
    shape = tuple(function(first, keras.ops.convert_to_tensor([0, 0], "int32")).shape)
    if shape != tuple(first.shape):
        raise ValueError(
            f"{name}(batch, seed) must return a batch of the same shape. "
            f"Received: shape {shape} for {tuple(first.shape)}"
        )


def _check_shape(what: str, expected, array: np.ndarray, name: str) -> None:
    """Check an array (n, ...) against the shape of a model's inputs or outputs."""
    if not isinstance(expected, tuple):
        raise ValueError(f"model must have one tensor of {what}. Received: {expected}")
    same = len(expected) == array.ndim and all(
        size in (None, given) for size, given in zip(expected[1:], array.shape[1:], strict=True)
    )
    if not same:
        raise ValueError(
            f"{name} must have the shape of the model's {what}, {('n', *expected[1:])}. "
            f"Received: {array.shape}".replace("'", "")
        )


def _reachable(model: keras.Model) -> tuple[str, tuple[float, float]]:
    """Return the last activation's name and the range of the outputs that it allows.

    It is looked for in models inside the model, too; a subclassed one does not tell.
    """
    layer = model.outputs[0]._keras_history.operation
    while isinstance(layer, keras.Model) and hasattr(layer, "outputs"):
        layer = layer.outputs[0]._keras_history.operation
    name = getattr(getattr(layer, "activation", None), "__name__", "")
    return name, _REACHABLE.get(name, (-np.inf, np.inf))
