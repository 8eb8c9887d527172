"""The answer as a check calls it: copies go in, and what goes wrong in it stays the answer's.

Every check gets a ``Guarded`` answer, so that no check has to copy its inputs, to compare them
afterwards, or to tell an error of the student's from one of ours.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from helpers.checks.expect import NotYet, says

Call = tuple[tuple, dict, Any]

# What Keras and TensorFlow put around the reason of an error: it says nothing to a student.
_CALLING = "Exception encountered when calling "
_AROUND = re.compile(
    r"\x1b\[\d+m|\{\{function_node [^}]*\}\}|\[Op:\w+\](?: name:)?| with name 'None'"
    r"|\(Variable: <.*"
)


class Elsewhere:
    """Base of an answer that another process holds.

    Arrays come back, and no tape follows: that process takes the slopes itself (``slopes``).
    """


class Gone(BaseException):
    """The process that holds the answer is gone. No check may catch this by mistake."""


class Raised(Exception):
    """The answer itself raised ``problem``, called with arrays of these ``shapes``, in words."""

    def __init__(self, problem: BaseException, shapes: str = ""):
        super().__init__()
        self.problem, self.shapes = problem, shapes


class Guarded:
    """Call an answer with copies of the inputs, and refuse it if it wrote into them.

    Args:
        answer: the student's function, class or model.
        names: of its parameters, for messages.

    Attributes:
        answer: as it was given.
        first: arguments, options and result of the first call that came back, or None.
        last: result of the last call that came back.
        seconds: of CPU time spent in the answer so far: a busy machine makes no answer slow.
    """

    def __init__(self, answer: Callable, names: Sequence[str] = ()):
        self.answer = answer
        self.first: Call | None = None
        self.last: Any = None
        self.seconds = 0.0
        self._names = names

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        given, chosen = copied(arguments), copied(options)
        kept = [(name, value, _state(value)) for name, value in self._named(arguments, options)]
        start = time.process_time()
        try:
            result = self.answer(*given, **chosen)
        except (KeyboardInterrupt, Gone):
            raise
        except BaseException as problem:  # SystemExit and the like end the check, not the lesson
            shapes = [f"{n} {v.shape}" for n, v, _ in kept if isinstance(v, np.ndarray)]
            raise Raised(problem, ", ".join(shapes)) from problem
        finally:
            self.seconds += time.process_time() - start
        for (name, value, state), after in zip(kept, (*given, *chosen.values()), strict=True):
            if not same(value, after):
                raise NotYet(f"your function changes its input `{name}`: work on a copy")
            _expect_state(name, value, state)
        self.last = result
        if self.first is None:
            self.first = copied(arguments), copied(options), result
        return result

    def _named(self, arguments: tuple, options: dict) -> list[tuple[str, Any]]:
        names = [*self._names, *(f"argument {n + 1}" for n in range(len(self._names), 99))]
        return [*zip(names, arguments, strict=False), *options.items()]

    @property
    def is_elsewhere(self) -> bool:
        """Whether another process holds the answer."""
        return isinstance(self.answer, Elsewhere)


def copied(value: Any) -> Any:
    """Return a copy of arrays and of the lists, tuples and dicts around them; the rest as it is."""
    if isinstance(value, np.ndarray):
        return value.copy()
    if type(value) in (list, tuple):
        return type(value)(map(copied, value))
    if type(value) is dict:
        return {key: copied(part) for key, part in value.items()}
    return value


def same(before: Any, after: Any) -> bool:
    """Return whether a value and its copy still hold the same."""
    if isinstance(before, np.ndarray):
        return before.shape == after.shape and np.array_equal(
            before, after, equal_nan=before.dtype.kind == "f"
        )
    if type(before) in (list, tuple):
        return len(before) == len(after) and all(map(same, before, after))
    if type(before) is dict:
        return list(before) == list(after) and all(same(before[key], after[key]) for key in before)
    return before is after


def _state(value: Any) -> list | None:
    """Return what an answer could change in the Keras models of an argument."""
    return [(model, model.get_weights(), _trainable(model)) for model in _models(value)]


def _models(value: Any) -> list:
    if isinstance(value, list | tuple):
        return [model for part in value for model in _models(part)]
    return [value] if hasattr(value, "get_weights") and hasattr(value, "weights") else []


def _trainable(model: Any) -> list[bool]:
    return [bool(weight.trainable) for weight in model.weights]


def _expect_state(name: str, value: Any, state: list | None) -> None:
    for model, weights, trainable in state or ():
        if not all(map(np.array_equal, weights, model.get_weights())):
            model.set_weights(weights)
            raise NotYet(
                f"your function changes the weights of `{name}`: return what is asked for, and "
                "leave the step to the cell that calls it"
            )
        if _trainable(model) != trainable:
            raise NotYet(f"your function leaves layers of `{name}` frozen, or frees frozen ones")


def explain(problem: BaseException) -> str:
    """Name an error and the line that holds its reason, even if it refuses to be printed.

    Of most errors that is the first line. Keras begins with the layer that was called; the reason
    comes after that.
    """
    lines = [line for raw in says(problem).splitlines() if (line := _AROUND.sub("", raw).strip())]
    kind = type(problem).__name__
    if len(lines) > 1 and lines[0].startswith(_CALLING):
        called = lines[0].removeprefix(_CALLING).rstrip(".")
        lines[0] = f"{lines[1].rstrip('.')} (in {called})"
    return (f"{kind}: {lines[0]}" if lines else kind)[:300]
