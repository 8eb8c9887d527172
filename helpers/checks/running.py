"""Run one check and put what happened into words. Knows nothing of notebooks."""

import textwrap
import traceback
import warnings
from dataclasses import dataclass

import numpy as np

from helpers.checks.expect import NotYet
from helpers.checks.registry import Exercise

WIDTH = 76


@dataclass(frozen=True)
class Step:
    """One step of a check: its name, how it went, and a text for the student."""

    name: str
    status: str
    text: str


@dataclass(frozen=True)
class Verdict:
    """The outcome of a check.

    Args:
        exercise: what was checked.
        status: ``"passed"``, ``"not yet"``, ``"not started"`` or ``"reference"`` (the
            answer handed in is the reference one).
        steps: the steps as far as they went, then those that wait.
    """

    exercise: Exercise
    status: str
    steps: tuple[Step, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether the answer earns its points."""
        return self.status == "passed"

    @property
    def points(self) -> int:
        """Points earned: all of the exercise's, or none."""
        return self.exercise.points if self.passed else 0


def run(exercise: Exercise, answer: object, seed: int = 0) -> Verdict:
    """Check ``answer`` on inputs drawn from ``seed`` and return the verdict.

    Nothing is printed, nothing is trained, and no exception of the answer escapes
    (an interrupt does). Warnings of the answer are kept off stderr.
    """
    if answer is exercise.load_reference():
        return Verdict(exercise, "reference")
    done: list[Step] = []
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            _require_callable(exercise, answer)
            for text in exercise.function(answer, np.random.default_rng(seed)):
                done.append(Step(exercise.steps[len(done)], "ok", text))
    except NotImplementedError as problem:
        # Ours and nbgrader's stubs; a library raises the same error with another text.
        if str(problem).startswith("TODO") or not str(problem):
            return Verdict(exercise, "not started")
        return Verdict(exercise, "not yet", _failed(exercise, done, _explain(problem)))
    except NotYet as problem:
        return Verdict(exercise, "not yet", _failed(exercise, done, str(problem)))
    except Exception as problem:
        return Verdict(exercise, "not yet", _failed(exercise, done, _explain(problem)))
    return Verdict(exercise, "passed", tuple(done))


def _require_callable(exercise: Exercise, answer: object) -> None:
    if not callable(answer):
        raise NotYet(
            f"`{exercise.name}` should be a {exercise.noun} that can be called; it is a "
            f"{type(answer).__name__} now: run the cell that defines it again"
        )


def _failed(exercise: Exercise, done: list[Step], text: str) -> tuple[Step, ...]:
    failed = exercise.steps[len(done)]
    waiting = exercise.steps[len(done) + 1 :]
    return (
        *done,
        Step(failed, "not yet", text),
        *(Step(name, "waits", f"for the {failed}") for name in waiting),
    )


def _explain(problem: Exception) -> str:
    """Name the error and the student's line that raised it, without a traceback."""
    first_line = (str(problem).strip().splitlines() or [""])[0]
    message = f"{type(problem).__name__}: {first_line}"[:300]
    frames = [f for f in traceback.extract_tb(problem.__traceback__) if _is_students(f.filename)]
    if frames:
        message += f" (line {frames[-1].lineno} of your cell: {frames[-1].line})"
    return message


def _is_students(filename: str) -> bool:
    # IPython names a cell <ipython-input-...> or, in ipykernel, a file in a folder of its own.
    return "ipython-input" in filename or "ipykernel_" in filename


def to_text(verdict: Verdict, hints_shown: int = 0) -> str:
    """Return the verdict as plain text, at most 76 columns wide."""
    exercise = verdict.exercise
    left = f"Exercise {exercise.id}  {exercise.title}"
    right = f"{verdict.points} of {exercise.points} points" if exercise.points else "practice"
    lines = [f"{left}{right:>{WIDTH - len(left)}}"]
    width = max(len(step.name) for step in verdict.steps) if verdict.steps else 0
    for step in verdict.steps:
        lines += _wrap(f"  {step.name:{width}}  {step.status:7}  ", step.text)
    lines += _wrap("  ", _closing(verdict, hints_shown))
    return "\n".join(lines)


def _closing(verdict: Verdict, hints_shown: int) -> str:
    exercise = verdict.exercise
    if verdict.passed:
        return f"Your own {exercise.noun} from here on."
    goes_on = f"The lesson goes on with the reference {exercise.noun}."
    if verdict.status == "reference":
        return (
            f"This is the reference {exercise.noun}, not yours: run the cell that defines "
            f"`{exercise.name}` first, then this one."
        )
    start = ""
    if verdict.status == "not started":
        start = "Not started: fill in the TODO above, run it, then run this cell. "
    if hints_shown >= len(exercise.hints):
        return start + goes_on
    ordinal = ("first", "second", "third", "fourth", "fifth")[hints_shown]
    count = f"the {ordinal} of {len(exercise.hints)} hints"
    return f'{start}hint("{exercise.id}") shows {count}. {goes_on}'


def _wrap(indent: str, text: str) -> list[str]:
    return textwrap.wrap(
        text, WIDTH, initial_indent=indent, subsequent_indent=" " * len(indent)
    ) or [indent.rstrip()]
