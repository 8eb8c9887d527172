"""Compiled loops that are kept, so that the next model of the same kind is not compiled anew."""

from __future__ import annotations

import collections
import functools
import inspect
import json
import re
from collections.abc import Callable, Hashable, Sequence

import keras
import tensorflow as tf

# Of so many kinds of run the loops are kept; of more, those that were used last.
_KINDS = 12
_KEPT: collections.OrderedDict[Hashable, Loops] = collections.OrderedDict()
# What is defined elsewhere, in a notebook for example, may be another thing under the same name.
_TRUSTED = ("helpers", "keras", "builtins")


class Loops:
    """Loops that were compiled with the variables of one run, for those of the next.

    TensorFlow captures variables when it traces a function. A run of the same kind has its own,
    equal in number, order, shape and dtype, which take their places.
    """

    def __init__(self):
        self._loops: dict[Hashable, tuple[tf.types.experimental.ConcreteFunction, list]] = {}

    def find(self, name: Hashable, variables: Sequence[keras.Variable]) -> Callable | None:
        """Return the loop of this name, on these variables, or None."""
        if name not in self._loops:
            return None
        loop, places = self._loops[name]
        values = [variable.value for variable in variables]
        loop.set_variables(values)
        loop.set_external_captures(
            [values[place].handle if isinstance(place, int) else place for place in places]
        )
        return loop

    def keep(self, name: Hashable, loop, variables: Sequence[keras.Variable]) -> None:
        """Keep a loop, unless it captured a variable that is none of these."""
        handles = {id(variable.value.handle): i for i, variable in enumerate(variables)}
        captured = loop.captured_inputs
        if all(id(one) in handles or one.dtype != tf.resource for one in captured):
            self._loops[name] = loop, [handles.get(id(one), one) for one in captured]

    def close(self) -> None:
        """Let go of the variables of the last run."""
        for loop, _ in self._loops.values():
            loop.set_external_captures([])


def loops_of(
    model: keras.Model,
    optimizer: keras.Optimizer,
    functions: Sequence[Callable | None],
    settings: Sequence[Hashable],
) -> Loops:
    """Return what is kept of runs of this kind, or an empty one where a kind cannot be told.

    Args:
        model: counts with its layers and all their settings, if each of them is Keras's or ours.
        optimizer: counts with its settings, among them the schedule of its learning rate.
        functions: the loss and what changes images; each is the very same one, or a partial one of
            the same with the same arguments, and not one of the caller's own, which may depend on
            what has changed since.
        settings: anything else that the compiled loop depends on.
    """
    described, told = _describe(model, optimizer), [_tell(function) for function in functions]
    if described is None or not all(told):
        return Loops()
    kind = described, tuple(told), tuple(settings)
    loops = _KEPT.setdefault(kind, Loops())
    _KEPT.move_to_end(kind)
    while len(_KEPT) > _KINDS:
        _KEPT.popitem(last=False)
    return loops


def _describe(model: keras.Model, optimizer: keras.Optimizer) -> str | None:
    """Return model and optimizer as text, or None where that leaves something out."""
    if not (type(model) is keras.Sequential or type(model).__name__ == "Functional"):
        return None
    if getattr(optimizer, "_exclude_from_weight_decay", None) or getattr(
        optimizer, "_exclude_from_weight_decay_pattern", None
    ):
        return None  # its settings do not tell which variables
    try:
        settings = [
            keras.saving.serialize_keras_object(model),
            keras.optimizers.serialize(optimizer),
        ]
        text = json.dumps(settings, default=_refuse)
    except (TypeError, ValueError, NotImplementedError):
        return None
    if not all(map(_is_trusted, _parts(json.loads(text)))):
        return None
    for number, name in enumerate(_given_names(model, optimizer)):
        text = text.replace(json.dumps(name), f'"name {number}"')
    variables = [f"{v.shape} {v.dtype} {v.trainable}" for v in model.variables]
    return f"{text} {variables}"


def to_snake_case(name: str) -> str:
    """Return a class name as Keras writes it in the names of layers."""
    name = re.sub(r"\W+", "", name)
    name = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub("([a-z])([A-Z])", r"\1_\2", name).lower()


def _given_names(model: keras.Model, optimizer: keras.Optimizer) -> list[str]:
    """Return the names that Keras gave, in order: of a class, with a number that counts models."""
    named = [optimizer, *model._flatten_layers(), *getattr(model, "operations", ())]
    return list(
        dict.fromkeys(
            one.name
            for one in named
            if re.fullmatch(re.sub(r"_\d+$", "", one.name), to_snake_case(type(one).__name__))
        )
    )


def _refuse(value):
    raise TypeError(f"{value!r} has no settings that could be compared")


def _parts(settings):
    """Yield every object of serialised settings."""
    if isinstance(settings, dict):
        if "class_name" in settings:
            yield settings
        settings = list(settings.values())
    if isinstance(settings, list):
        for part in settings:
            yield from _parts(part)


def _is_trusted(part: dict) -> bool:
    if part["class_name"] in ("function", "Lambda", "__lambda__"):
        return False
    room = part.get("module") or ("" if part.get("registered_name") else "builtins")
    return room.split(".")[0] in _TRUSTED


def _tell(part) -> tuple | None:
    """Return what a function does today and tomorrow as a key; None where that cannot be told.

    Of a partial function, which corruptions are, function and arguments count.
    """
    if type(part) is functools.partial:
        told = [_tell(one) for one in (part.func, *part.args, *part.keywords.values())]
        return ("partial", *part.keywords, *told) if all(told) else None
    if type(part) is tuple:
        told = [_tell(one) for one in part]
        return ("tuple", *told) if all(told) else None
    is_fixed = part is None or type(part) in (bool, int, float, str)
    if inspect.isfunction(part) and not hasattr(part, "__wrapped__"):
        is_fixed = (part.__module__ or "").split(".")[0] in _TRUSTED
    return (type(part), part) if is_fixed else None
