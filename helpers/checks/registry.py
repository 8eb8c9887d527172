"""The list of all exercises: one entry per check function, found by its number."""

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from helpers import answers
from helpers.checks import lessons

CheckFunction = Callable[[object, np.random.Generator], Iterator[str]]


@dataclass(frozen=True)
class Exercise:
    """One exercise: its number, what it is worth, and the function that checks it.

    Args:
        id: number as printed in the lesson, for example ``"3.2"``.
        title: a few words, as in the lesson's heading.
        points: points for a right answer; a wrong one earns none.
        name: the name that the student defines, for example ``"dense"``.
        noun: what the answer is called in messages (function, layer, model ...).
        steps: names of the steps that the check takes, in order.
        hints: hints, from a nudge to nearly the answer.
        function: ``(answer, rng) -> iterator``: yields one short text per step that
            holds and raises ``NotYet`` at the first one that does not.
        also: one sentence for a right answer: why it is right, or another way to write it.
        later: ``(rng) -> arguments`` as large as the cells below use, or a good part of that;
            its docstring says how large, for example "on 1,000 codes".
    """

    id: str
    title: str
    points: int
    name: str
    noun: str
    steps: tuple[str, ...]
    hints: tuple[str, ...]
    function: CheckFunction
    also: str = ""
    later: Callable[[np.random.Generator], tuple] | None = None

    @property
    def lesson(self) -> str:
        """Two-digit lesson number, for example ``"03"``."""
        return f"{int(self.id.split('.')[0]):02d}"

    @property
    def grade_id(self) -> str:
        """nbgrader's id of the answer cell, for example ``"ch03-dense"``."""
        return f"ch{self.lesson}-{self.name.replace('_', '-')}"

    def load_reference(self) -> Callable:
        """Import and return the reference answer, with which a lesson goes on until then."""
        return answers.reference(self.lesson, self.name)


_exercises: dict[str, Exercise] = {}


def exercise(
    id: str,
    title: str,
    *,
    points: int,
    steps: tuple[str, ...],
    hints: tuple[str, ...],
    noun: str = "function",
    also: str = "",
    later: Callable[[np.random.Generator], tuple] | None = None,
) -> Callable[[CheckFunction], CheckFunction]:
    """Register the decorated ``check_NAME`` function as the check of exercise ``id``."""

    def register(function: CheckFunction) -> CheckFunction:
        name = function.__name__.removeprefix("check_")
        _exercises[id] = Exercise(
            id, title, points, name, noun, steps, hints, function, also, later
        )
        return function

    return register


def exercises(lesson: str | None = None) -> list[Exercise]:
    """Return the exercises of one lesson (``"03"``), or of all, in order."""
    for module in pkgutil.iter_modules(lessons.__path__):
        if module.name.startswith(f"lesson{lesson or ''}"):
            importlib.import_module(f"{lessons.__name__}.{module.name}")
    found = [e for e in _exercises.values() if lesson in (None, e.lesson)]
    return sorted(found, key=lambda e: [int(part) for part in e.id.split(".")])


def get(id: str | float) -> Exercise:
    """Return the exercise with this number, "3.2" or 3.2.

    Raises:
        ValueError: no exercise has this number.
    """
    id = str(id)
    lesson = id.partition(".")[0]
    known = exercises(f"{int(lesson):02d}") if lesson.isdigit() else []
    for entry in known:
        if entry.id == id:
            return entry
    names = ", ".join(e.id for e in known or exercises())
    raise ValueError(f"There is no exercise {id!r}. The numbers here are {names}.")
