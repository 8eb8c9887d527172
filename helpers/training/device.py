"""The device that a model is trained on, and the arithmetic that suits it."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass

import keras
import tensorflow as tf

from helpers.course import about

# Smaller work than this does not fill a GPU's matrix units: products of one step, forward only.
_WORTH_MIXED = 2e9
# A run of fewer steps ends before XLA has compiled it.
_WORTH_XLA = 200
_PRECISIONS = ("auto", "float32", "mixed_bfloat16")


@dataclass(frozen=True)
class Device:
    """What TensorFlow computes on.

    Args:
        kind: "GPU" or "CPU".
        name: of the first one, in words.
        count: how many of that kind.
        reason: why this one.
        compute_capability: of a GPU, for example (9, 0), as far as it is known.
    """

    kind: str
    name: str
    count: int
    reason: str
    compute_capability: tuple[int, int] | None = None


def find_device() -> Device:
    """Return the device that TensorFlow uses by itself: a GPU if it sees one, else the CPU.

    A GPU's memory is set to grow on demand, which TensorFlow allows only before its first use.
    """
    gpus = tf.config.list_physical_devices("GPU")
    if not gpus:
        return Device("CPU", about.cpu(), 1, _why_no_gpu())
    for gpu in gpus:
        # Refused once the GPU is in use; the memory is then taken at once, which does no harm.
        with contextlib.suppress(RuntimeError):
            tf.config.experimental.set_memory_growth(gpu, True)
    first = about.gpus()[0]
    return Device(
        "GPU",
        first["device_name"],
        len(gpus),
        "TensorFlow sees it",
        first.get("compute_capability"),
    )


def describe(device: Device | None = None) -> str:
    """Return one line: the device and why it was chosen."""
    device = device or find_device()
    if device.kind == "CPU":
        return f"Training on the CPU, {device.name}: {device.reason}."
    capability = ".".join(map(str, device.compute_capability or ())) or "unknown"
    others = f", the first of {device.count}" if device.count > 1 else ""
    return (
        f"Training on the GPU {device.name}{others} (compute capability {capability}): "
        f"{device.reason}; its memory grows on demand."
    )


def choose_precision(model: keras.Model, batch_size: int, device: Device | None = None) -> str:
    """Return "mixed_bfloat16" where a GPU has fast units for it and the net fills them.

    That is from compute capability 8.0 on, for at least 2e9 products in the forward pass of a
    step, counted as dense: weights times batch. Everything else computes in "float32".
    """
    device = device or find_device()
    has_units = device.kind == "GPU" and (device.compute_capability or (0, 0)) >= (8, 0)
    products = batch_size * model.count_params()
    return "mixed_bfloat16" if has_units and products >= _WORTH_MIXED else "float32"


@dataclass(frozen=True)
class Choice:
    """How a model is going to be trained.

    Args:
        precision: the dtype policy that its layers compute in.
        jit: whether XLA compiles the steps.
        reason: one line on device, precision and compiler.
    """

    precision: str
    jit: bool
    reason: str


def choose(
    model: keras.Model,
    batch_size: int,
    strategy: tf.distribute.Strategy,
    precision: str = "auto",
    jit: bool | None = None,
    num_steps: int | None = None,
) -> Choice:
    """Return how to train a model here; what the caller has decided stays.

    Args:
        model: to be trained.
        batch_size: images a step.
        strategy: in whose scope it was made.
        precision: "float32", "mixed_bfloat16" or "auto".
        jit: whether XLA compiles the steps, None for where that is faster.
        num_steps: of the whole run, None when that is not known.

    Raises:
        ValueError: an unknown precision, or XLA for several replicas, which cannot be.
    """
    if precision not in _PRECISIONS:
        raise ValueError(f"precision is one of {', '.join(_PRECISIONS)}. Received: {precision!r}")
    replicas = strategy.num_replicas_in_sync
    if jit and replicas > 1:
        raise ValueError(f"jit=True needs a single replica. Received: {replicas} replicas")
    found = find_device()
    if precision == "auto":
        precision = choose_precision(model, batch_size, found)
    if jit is None:
        is_long = num_steps is None or num_steps >= _WORTH_XLA
        jit = is_long and replicas == 1 and suits_xla(model, found)
    compiler = "compiled by XLA" if jit else "as a TensorFlow graph"
    return Choice(precision, jit, f"{describe(found)} In {precision}, {compiler}.")


@contextlib.contextmanager
def computing_in(model: keras.Model, precision: str) -> Iterator[None]:
    """Let the layers of a float32 model compute in `precision` meanwhile.

    The weights stay float32. So does the last layer: bfloat16 has 8 significant bits, too few for a
    pixel. A model that was built with a policy of its own keeps it.
    """
    last = _last_layers(model)
    changed = [
        layer
        for layer in model._flatten_layers()
        if layer not in last and layer.dtype_policy.name == "float32" != precision
    ]
    for layer in changed:
        layer.dtype_policy = precision
    try:
        yield
    finally:
        for layer in changed:
            layer.dtype_policy = "float32"


def suits_xla(model: keras.Model, device: Device | None = None) -> bool:
    """Return whether XLA makes the steps of this model faster on this device.

    On a CPU it does for dense nets. Convolutions, known by their kernels of more than two axes, are
    20 times slower with it inside a loop, and recurrent layers gain nothing for a long compilation.
    """
    device = device or find_device()
    convolutional = any(len(variable.shape) > 2 for variable in model.trainable_variables)
    recurrent = any(isinstance(layer, keras.layers.RNN) for layer in model._flatten_layers())
    return device.kind == "GPU" or not (convolutional or recurrent)


def _last_layers(model: keras.Model) -> list[keras.Layer]:
    """Return the layers that the outputs come from, with the models around them.

    A subclassed model does not tell its own.
    """
    layers = [tensor._keras_history.operation for tensor in getattr(model, "outputs", ())]
    inside = [x for layer in layers if isinstance(layer, keras.Model) for x in _last_layers(layer)]
    return [model, *layers, *inside]


def _why_no_gpu() -> str:
    """Return in words why TensorFlow sees no GPU."""
    if os.environ.get("CUDA_VISIBLE_DEVICES") in ("", "-1"):
        return "CUDA_VISIBLE_DEVICES hides the GPUs"
    if shutil.which("nvidia-smi"):
        return (
            "an NVIDIA driver is here, but TensorFlow sees no GPU; "
            "pip install 'tensorflow[and-cuda]' brings the libraries it needs"
        )
    return "TensorFlow sees no GPU"
