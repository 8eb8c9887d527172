"""Keras models on the wire: a config of allowed layers and weight arrays, rebuilt, never loaded."""

from __future__ import annotations

import contextlib
from typing import Any

import numpy as np

from helpers.grading.wire.codec import Codec, WireError

_LAYERS = [
    "InputLayer",
    "Dense",
    "EinsumDense",
    "Embedding",
    "Identity",
    "Masking",
    "Activation",
    "ReLU",
    "LeakyReLU",
    "ELU",
    "PReLU",
    "Softmax",
    "Dropout",
    "SpatialDropout1D",
    "SpatialDropout2D",
    "AlphaDropout",
    "GaussianNoise",
    "GaussianDropout",
    "BatchNormalization",
    "LayerNormalization",
    "GroupNormalization",
    "UnitNormalization",
    "ActivityRegularization",
    "Flatten",
    "Reshape",
    "Permute",
    "RepeatVector",
    "Rescaling",
    "Conv1D",
    "Conv2D",
    "Conv1DTranspose",
    "Conv2DTranspose",
    "DepthwiseConv2D",
    "SeparableConv2D",
    "MaxPooling1D",
    "MaxPooling2D",
    "AveragePooling1D",
    "AveragePooling2D",
    "GlobalMaxPooling1D",
    "GlobalMaxPooling2D",
    "GlobalAveragePooling1D",
    "GlobalAveragePooling2D",
    "UpSampling1D",
    "UpSampling2D",
    "ZeroPadding1D",
    "ZeroPadding2D",
    "Cropping1D",
    "Cropping2D",
    "Add",
    "Subtract",
    "Multiply",
    "Average",
    "Maximum",
    "Minimum",
    "Concatenate",
    "Dot",
]
_INITIALIZERS = [
    "Zeros",
    "Ones",
    "Constant",
    "Identity",
    "IdentityInitializer",
    "RandomNormal",
    "RandomUniform",
    "TruncatedNormal",
    "GlorotNormal",
    "GlorotUniform",
    "HeNormal",
    "HeUniform",
    "LecunNormal",
    "LecunUniform",
    "Orthogonal",
    "OrthogonalInitializer",
    "VarianceScaling",
]
_OPERATIONS = [
    "Sigmoid",
    "Relu",
    "Relu6",
    "Softplus",
    "Softsign",
    "Silu",
    "Elu",
    "Selu",
    "Gelu",
    "LeakyRelu",
    "LogSigmoid",
    "HardSigmoid",
    "Tanh",
    "Exp",
    "Log",
    "Log1p",
    "Sqrt",
    "Square",
    "Absolute",
    "Negative",
    "Add",
    "Subtract",
    "Multiply",
    "Divide",
    "TrueDivide",
    "Matmul",
    "Clip",
    "Maximum",
    "Minimum",
    "Reshape",
    "Transpose",
    "Concatenate",
    "Sum",
    "Mean",
    "Power",
    "GetItem",
    "Cast",
    "ExpandDims",
    "Squeeze",
    "L2Normalize",
    "Normalize",
]
ALLOWED = {
    "keras": {"Sequential", "Functional", "Model", "DTypePolicy"},
    "keras.src.models.functional": {"Functional"},
    "keras.layers": set(_LAYERS),
    "keras.initializers": set(_INITIALIZERS),
    "keras.regularizers": {"L1", "L2", "L1L2", "OrthogonalRegularizer"},
    "keras.constraints": {"NonNeg", "UnitNorm", "MaxNorm", "MinMaxNorm"},
    "keras.src.ops.nn": set(_OPERATIONS),
    "keras.src.ops.numpy": set(_OPERATIONS),
    "keras.src.ops.math": set(_OPERATIONS),
    "keras.src.ops.core": set(_OPERATIONS),
}
_MARKERS = {"__keras_tensor__", "__tuple__"}
_KINDS = ("Sequential", "Functional", "Layer")
_LARGEST = 100_000
_MOST_LAYERS = 200


def to_message(model: Any, codec: Codec) -> dict | None:
    """Return a layer or model as config and weights, None if its class keeps no config."""
    import keras

    config: Any = None
    with contextlib.suppress(Exception):
        if type(model) is keras.Sequential:
            config = {"kind": "Sequential", "config": model.get_config()}
        elif type(model).__name__ == "Functional" or type(model) is keras.Model:
            config = {"kind": "Functional", "config": model.get_config()}
        else:
            config = {"kind": "Layer", "config": keras.layers.serialize(model)}
    if config is None or not _is_json(config):
        return None
    built = getattr(model, "built", False)
    if not built and model.get_weights():
        return None  # its layers have weights that a rebuilt model would lose: a handle keeps them
    shape = getattr(model, "_build_shapes_dict", None) if config["kind"] == "Layer" else None
    weights = [codec.add(np.asarray(weight)) for weight in model.get_weights()]
    return {**config, "weights": weights if built else None, "shape": _single(shape)}


def from_message(message: Any, codec: Codec, *, trusted: bool = False) -> Any:
    """Rebuild a layer or model.

    Args:
        message: what ``to_message`` made.
        trusted: skip the list of what is allowed: our own model, on its way to a student.

    Raises:
        WireError: a class outside the list, or a config that cannot be built.
    """
    import keras

    if not isinstance(message, dict) or message.get("kind") not in _KINDS:
        raise WireError("a model of an unknown kind")
    config = message.get("config")
    if not trusted:
        refuse_foreign(config)
    weights = message.get("weights")
    try:
        if message["kind"] == "Sequential":
            model = keras.Sequential.from_config(config)
        elif message["kind"] == "Functional":
            model = keras.Model.from_config(config)
        else:
            model = keras.layers.deserialize(config)
            if weights and message.get("shape"):
                model.build(tuple(message["shape"]))
        if weights is not None:
            model.set_weights([codec.at(index) for index in weights])
    except WireError:
        raise
    except Exception as problem:
        raise WireError(f"a model that cannot be built: {type(problem).__name__}") from None
    return model


def shared_weights(model: Any, others: list[Any]) -> list[list[int]]:
    """Return ``[own index, which model, its index]`` of weights that are also another model's."""
    places = {
        id(weight): (number, index)
        for number, other in enumerate(others)
        for index, weight in enumerate(other.weights)
    }
    own = enumerate(model.weights)
    return [[index, *places[id(weight)]] for index, weight in own if id(weight) in places]


class SharingModel:
    """A rebuilt model that follows the weights which it shares with models of the check.

    Args:
        model: the rebuilt one.
        shared: as from ``shared_weights``.
        others: the check's own models, in the order in which they went over the wire.

    Raises:
        WireError: a weight that is not there, or of another shape.
    """

    def __init__(self, model: Any, shared: Any, others: list[Any]):
        self._model = model
        self._pairs = []
        try:
            for own, number, index in shared:
                pair = model.weights[own], others[number].weights[index]
                if min(own, number, index) < 0 or pair[0].shape != pair[1].shape:
                    raise WireError("a shared weight that is none")
                self._pairs.append(pair)
        except (TypeError, ValueError, IndexError):
            raise WireError("a shared weight that is none") from None

    def _follow(self) -> Any:
        for own, other in self._pairs:
            own.assign(other)
        return self._model

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        return self._follow()(*arguments, **options)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self._follow(), name)


def refuse_foreign(config: Any) -> None:
    """Raise a ``WireError`` unless a config names allowed classes and sane numbers only."""
    pending, layers = [(config, 0)], 0
    while pending:
        part, depth = pending.pop()
        if depth > 40:
            raise WireError("a model config nested too deeply")
        if isinstance(part, dict):
            layers += "class_name" in part
            _refuse_class(part)
            pending += [(value, depth + 1) for value in part.values()]
        elif isinstance(part, list):
            pending += [(value, depth + 1) for value in part]
        elif isinstance(part, int | float) and abs(part) > _LARGEST:
            raise WireError("a model config with a number beyond reason")
        if layers > _MOST_LAYERS * 10:
            raise WireError("a model of too many layers")


def _refuse_class(part: dict) -> None:
    name = part.get("class_name")
    if name is None:
        if "module" in part or "registered_name" in part:
            raise WireError("a model config that names a module without a class")
        return
    if not isinstance(name, str) or not isinstance(part.get("module"), str | None):
        raise WireError("a model config whose class is no name")
    module = part.get("module")
    if name in _MARKERS and module is None:
        return
    if name not in ALLOWED.get(str(module), ()) or part.get("registered_name") not in (None, name):
        raise WireError(f"a model with a class that is not on the list: {name[:60]}")


def _single(shapes: Any) -> list | None:
    if not isinstance(shapes, dict) or len(shapes) != 1:
        return None
    (shape,) = shapes.values()
    return list(shape) if isinstance(shape, tuple | list) else None


def _is_json(config: Any) -> bool:
    import json

    try:
        json.dumps(config)
    except (TypeError, ValueError, RecursionError):
        return False
    return True
