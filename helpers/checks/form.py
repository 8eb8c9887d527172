"""The form of a right answer: what later cells index and average has to be an array."""

import functools
from collections.abc import Callable

import numpy as np

from helpers.checks.registry import Exercise
from helpers.checks.running import run


def to_go_on_with(exercise: Exercise, answer: Callable) -> Callable:
    """Return a right answer in the form that the rest of the lesson counts on.

    A check reads a list or a tensor of the right numbers as an array. The cells after it
    would stumble, so where the reference returns an array, the answer is made to.

    Returns:
        ``answer`` itself where it returns arrays already, else a function around it.
    """
    form = _form(_first_result(exercise, exercise.load_reference()))
    if _fits(_first_result(exercise, answer), form):
        return answer

    @functools.wraps(answer)
    def in_form(*args, **options):
        return _fitted(answer(*args, **options), form)

    return in_form


def _first_result(exercise: Exercise, function: Callable) -> object:
    """Return what a right function first answers to its check."""
    results = []

    @functools.wraps(function)
    def noted(*args, **options):
        results.append(function(*args, **options))
        return results[-1]

    run(exercise, noted)  # which lets no warning and no error out
    return results[0]


def _form(result: object) -> tuple | bool:
    """Return whether it is an array; for a tuple, a tuple of the same for its parts."""
    if isinstance(result, tuple):
        return tuple(map(_form, result))
    return isinstance(result, np.ndarray)


def _fits(result: object, form: tuple | bool) -> bool:
    if isinstance(form, tuple):
        return all(map(_fits, result, form))
    return not form or isinstance(result, np.ndarray)


def _fitted(result: object, form: tuple | bool) -> object:
    if isinstance(form, tuple):
        return tuple(map(_fitted, result, form))
    return np.asarray(result) if form else result
