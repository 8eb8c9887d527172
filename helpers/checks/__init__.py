"""What a student meets: ``check`` an answer, ask for a ``hint``, see the ``score``,
and set what they ``predicted`` beside what came.

The checks themselves live in one module per lesson (``lessons/lesson03.py``). They compare an
answer with a closed form, an invariant or a library operator, never with the course's
own layers and models, so they can neither leak the answer nor share its mistakes.
"""

import os
from dataclasses import replace
from typing import Any

from helpers.checks.form import to_go_on_with
from helpers.checks.panel import a_word_while_waiting, show, show_score
from helpers.checks.predictions import predicted
from helpers.checks.registry import exercises, get
from helpers.checks.running import Verdict, not_run, run, to_text, too_slow
from helpers.course.audience import error_of_cell

__all__ = ["CheckFailed", "check", "hint", "predicted", "score"]

_verdicts: dict[str, Verdict] = {}
_hints_shown: dict[str, int] = {}


class CheckFailed(AssertionError):
    """Raised under nbgrader only, which scores a cell by whether it raises."""


def check(exercise: str | float, answer: Any) -> Any:
    """Check an answer, say what is right and what is not, and return what to go on with.

    Args:
        exercise: number of the exercise, for example ``"3.2"``.
        answer: the function, class or model that the exercise asks for. Where models are asked
            for, any Keras model counts that computes the right thing: Functional, Sequential
            with or without an Input, or a class of one's own.

    Returns:
        ``answer`` itself when it is right, made to return what the reference returns where that
        matters to later cells (arrays for lists and tensors, models that know their input);
        else the reference answer. So too when the answer is right but too slow for these cells.
        The rest of the lesson works either way.

    Raises:
        ValueError: no exercise has this number.
        CheckFailed: the answer is not right, under nbgrader only.
    """
    entry = get(exercise)
    error = error_of_cell(entry.name)
    with a_word_while_waiting():
        verdict = not_run(entry, error) if error else run(entry, answer)
    # Running a check cell twice hands in the reference: that is not a new attempt.
    if verdict.status != "reference":
        _verdicts[entry.id] = verdict
    if not verdict.passed and os.environ.get("NBGRADER_EXECUTION"):
        raise CheckFailed(to_text(verdict, _hints_shown.get(entry.id, 0)))
    going_on, notes = entry.load_reference(), []
    if verdict.passed:
        with a_word_while_waiting():
            verdict = replace(verdict, slow=too_slow(entry, answer, verdict))
        if not verdict.slow:
            going_on = to_go_on_with(going_on, answer, verdict.first)
            if going_on is not answer:
                notes = ["The next cells get what it returns in the form that they need."]
    show(verdict, notes, _hints_shown.get(entry.id, 0))
    return going_on


def hint(exercise: str | float) -> None:
    """Print the next hint of an exercise; after the last one, all of them again."""
    try:
        entry = get(exercise)
    except ValueError as error:
        print(error)
        return
    shown = _hints_shown.get(entry.id, 0)
    total = len(entry.hints)
    if shown >= total:
        print(f"Those were all {total} hints of exercise {entry.id}:")
        for number, text in enumerate(entry.hints, start=1):
            print(f"  {number}. {text}")
        return
    _hints_shown[entry.id] = shown + 1
    print(f"Exercise {entry.id}, hint {shown + 1} of {total}: {entry.hints[shown]}")


def score(lesson: str | None = None) -> None:
    """Show the points of a lesson, by exercise: as text, and as a table in an open notebook.

    Args:
        lesson: for example ``"03"``; when left out, the lesson checked last.
    """
    if lesson is None:
        if not _verdicts:
            print("No exercise has been checked yet: run the check cells first.")
            return
        lesson = list(_verdicts.values())[-1].exercise.lesson
    entries = exercises(lesson)
    if not entries:
        raise ValueError(f"There is no lesson {lesson!r} with exercises.")
    rows = [(entry, _verdicts.get(entry.id)) for entry in entries]
    show_score(lesson, rows)
