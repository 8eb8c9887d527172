"""The form of a right answer: what later cells index, format and call has to be what they count on.

A check reads a list or a tensor of the right numbers as an array, and takes any Keras model that
computes the right thing. The cells after it would stumble, so a right answer is handed on as a
function whose results have the reference's form: arrays for arrays, Python numbers for numbers,
models that know their input for models.
"""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from helpers.checks.guard import Call, copied


def to_go_on_with(reference: Callable, answer: Callable, first: Call | None) -> Callable:
    """Return a right answer in the form that the rest of the lesson counts on.

    Args:
        reference: the reference answer.
        answer: the student's, which has passed its check.
        first: arguments, options and result of one call of it.

    Returns:
        ``answer`` itself where its result has the reference's form, else a function around it.
    """
    if first is None:
        return answer
    arguments, options, result = first
    like = reference(*copied(arguments), **copied(options))
    if _fits(result, like) and not _has_sequential(result):
        return answer

    @functools.wraps(answer)
    def in_form(*arguments, **options):
        result = answer(*arguments, **options)
        if _fits(result, like):
            return result
        # The reference is called again only for what a form alone does not tell: input shapes.
        return _fitted(result, reference(*arguments, **options) if _has_model(like) else like)

    return in_form


def _has_model(value: Any) -> bool:
    if isinstance(value, tuple | list):
        return any(map(_has_model, value))
    return hasattr(value, "get_weights")


def _has_sequential(value: Any) -> bool:
    """Whether a model is among the results that may have its ends from having been called.

    A Sequential without an Input gets them then. The check has called the one that it got; the
    next one that the answer builds is new.
    """
    if isinstance(value, tuple | list):
        return any(map(_has_sequential, value))
    if not _has_model(value):
        return False
    import keras

    return isinstance(value, keras.Sequential)


def _is_tensor(value: Any) -> bool:
    return hasattr(value, "numpy") and not hasattr(value, "get_weights")


def _fits(result: Any, like: Any) -> bool:
    if type(like) in (tuple, list):
        parts = type(result) is type(like) and len(result) == len(like)
        return parts and all(map(_fits, result, like))
    if isinstance(like, np.ndarray):
        narrower = isinstance(result, np.ndarray) and result.dtype == np.float64
        return isinstance(result, np.ndarray) and not (narrower and like.dtype == np.float32)
    if type(like) in (bool, int, float):
        return isinstance(result, type(like)) or type(result) in (int, float)
    if _is_tensor(like):
        return _is_tensor(result)
    if hasattr(like, "get_weights"):
        return _has_ends(result) or not _has_ends(like)
    return True


def _has_ends(model: Any) -> bool:
    """Whether a model knows its inputs and outputs, as `training.train` needs it.

    A subclassed one does not, though it may know its ``input`` once it was called.
    """
    with contextlib.suppress(Exception):
        return bool(model.inputs and model.outputs)
    return False


def _fitted(result: Any, like: Any) -> Any:
    """Return a result in the form of the reference's; as it is where that cannot be done."""
    if type(like) in (tuple, list) and not isinstance(result, dict) and hasattr(result, "__len__"):
        likes = like if len(like) == len(result) else [like[0] if like else None] * len(result)
        parts = result.tolist() if isinstance(result, np.ndarray) and type(like) is list else result
        return type(like)(map(_fitted, parts, likes))
    if _fits(result, like):
        return result
    with contextlib.suppress(Exception):
        if isinstance(like, np.ndarray):
            array = np.asarray(result)
            wide = array.dtype == np.float64 and like.dtype == np.float32
            return array.astype(np.float32) if wide else array
        if type(like) in (bool, int, float):
            return type(like)(np.asarray(result).item())
        if _is_tensor(like):
            import keras

            return keras.ops.convert_to_tensor(
                result, dtype=keras.backend.standardize_dtype(like.dtype)
            )
        if hasattr(like, "get_weights"):
            return _functional(result, like)
    return result


def _functional(model: Any, like: Any) -> Any:
    """Return a functional model around any other, with the inputs of the reference's."""
    import keras

    inputs = [keras.Input(tensor.shape[1:], dtype=tensor.dtype) for tensor in like.inputs]
    inputs = inputs[0] if len(inputs) == 1 else inputs
    return keras.Model(inputs, model(inputs), name=getattr(model, "name", None))
