"""The recipe of a run: what must stay the same for its checkpoints to go on."""

from __future__ import annotations

import functools
import json
import zlib
from collections.abc import Callable

import keras
import numpy as np


def recipe_of(
    model: keras.Model,
    optimizer: keras.Optimizer,
    data: dict[str, tuple[np.ndarray, ...] | None],
    functions: dict[str, Callable | None],
    numbers: dict[str, int],
) -> dict:
    """Return the recipe as JSON values by name.

    Args:
        model: its variables count by shape and dtype; names differ from one session to the next.
        optimizer: counts with its settings, among them the schedule of its learning rate.
        data: arrays by name, which count by shape and content.
        functions: loss and corruption, which count by name and bound arguments, not by content.
        numbers: batch size, seed and the like.
    """
    settings = keras.optimizers.serialize(optimizer)
    settings["config"].pop("name", None)
    return {
        "weights": [f"{tuple(v.shape)} {v.dtype}" for v in model.variables],
        "optimizer": json.loads(json.dumps(settings, default=str)),
        **{
            name: arrays and [_print_of(array) for array in arrays] for name, arrays in data.items()
        },
        **{name: _name_of(function) for name, function in functions.items()},
        **{name: int(number) for name, number in numbers.items()},
    }


def _print_of(array: np.ndarray) -> str:
    """Return an array's shape and checksum."""
    return f"{array.shape} {zlib.crc32(array.data):08x}"


def _name_of(function: Callable | None) -> str | None:
    """Return a function's name, with the arguments that functools.partial has bound."""
    if function is None:
        return None
    if isinstance(function, functools.partial):
        bound = [*map(repr, function.args), *(f"{k}={v!r}" for k, v in function.keywords.items())]
        return f"{_name_of(function.func)}({', '.join(bound)})"
    return getattr(function, "__name__", type(function).__name__)
