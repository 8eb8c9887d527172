"""Run one check and put what happened into words. Knows nothing of notebooks."""

from __future__ import annotations

import ast
import contextlib
import inspect
import random
import textwrap
import traceback
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from helpers.checks.expect import NotYet, describe
from helpers.checks.guard import Call, Guarded, Raised, copied, explain
from helpers.checks.registry import Exercise

WIDTH = 76
# A check is run on so many draws: what fits one by luck, or remembers it, falls on the next.
DRAWS = 2
# An answer that takes longer than this, in seconds, is told that it is slow.
SLOW = 4.0

# What a library's words for a common mistake mean.
_AIDS = {
    "bitwise_xor": "A power is ** in Python; ^ is something else",
    "cannot mix tensors and non-tensors": "Keras takes a list of its own tensors or one of arrays: "
    "make an array of what a model returns, `np.asarray(...)`, before it goes on",
    "float infinity to integer": "An array of whole numbers holds no infinity: make it one of "
    "floats first",
    "Incompatible type conversion": "Keras's layers work in float32: hand them "
    '`.astype("float32")` of what comes in',
    "non-persistent GradientTape": "Write `with tf.GradientTape() as tape:`, and the loss in its "
    "block",
}
_ABOUT_SHAPES = (
    "broadcast",
    "core dimension",
    "incompatible",
    "not aligned",
    "mismatch",
    "truth value of an array",
    "can be converted to python scalars",
    "array element with a sequence",
    "out of bounds",
    "cannot reshape",
)


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
        seconds: of CPU time that the answer itself took.
        first: arguments, options and result of one call of the answer, if one came back.
        slow: what to tell about a right answer that is too slow for the cells below.
    """

    exercise: Exercise
    status: str
    steps: tuple[Step, ...] = ()
    seconds: float = 0.0
    first: Call | None = None
    slow: str = ""

    @property
    def passed(self) -> bool:
        """Whether the answer earns its points."""
        return self.status == "passed"

    @property
    def points(self) -> int:
        """Points earned: all of the exercise's, or none."""
        return self.exercise.points if self.passed else 0


def run(exercise: Exercise, answer: Any, seed: int = 0) -> Verdict:
    """Check ``answer`` on inputs drawn from ``seed``, ``DRAWS`` times, and return the verdict.

    Nothing is printed and nothing is trained. No exception of the answer escapes, an interrupt
    and ``SystemExit`` neither; its warnings are kept off stderr; Python's and NumPy's global
    generators are left as they were.
    """
    reference = exercise.load_reference()
    if answer is reference:
        return Verdict(exercise, "reference")
    guarded = Guarded(answer, parameters(reference))
    done: list[Step] = []

    def verdict(status: str, text: str = "") -> Verdict:
        steps = tuple(done) if status == "passed" else _failed(exercise, done, text)
        return Verdict(
            exercise,
            status,
            () if status == "not started" else steps,
            guarded.seconds,
            guarded.first,
        )

    try:
        with undisturbed():
            _require_callable(exercise, answer)
            for draw in range(DRAWS):
                done.clear()
                for text in exercise.function(guarded, _generator(seed, draw)):
                    done.append(Step(exercise.steps[len(done)], "ok", text))
    except NotYet as problem:
        return verdict("not yet", str(problem))
    except Raised as raised:
        if _is_stub(raised.problem):
            left = _raise_left(answer)
            return verdict("not yet", left) if left else verdict("not started")
        return verdict("not yet", _students_error(raised))
    except KeyboardInterrupt:
        return verdict("not yet", "stopped by you: is there a loop that does not come to its end?")
    except Exception as problem:
        return verdict("not yet", _ours(problem, reference, guarded))
    return verdict("passed")


def not_run(exercise: Exercise, error: str) -> Verdict:
    """Return the verdict where an answer's cell ended with an error: what is there is older."""
    text = (
        f"the cell that defines `{exercise.name}` stopped with {error}, so that this is what was "
        "there before: mend that cell, run it, and then this one"
    )
    return Verdict(exercise, "not yet", _failed(exercise, [], text))


def too_slow(exercise: Exercise, answer: Callable, verdict: Verdict) -> str:
    """Return what to tell about a right answer that is too slow for the cells below, or nothing.

    Where the exercise names inputs as large as those cells use, it is called with them once.
    """
    seconds, of = verdict.seconds, "on the few numbers of its check"
    if exercise.later is not None and seconds < SLOW:
        inputs, of = exercise.later(np.random.default_rng(0)), exercise.later.__doc__ or ""
        guarded = Guarded(answer)
        try:
            with undisturbed():
                guarded(*inputs)
        except KeyboardInterrupt:
            return f"Right, but slow: you stopped it after {guarded.seconds:.0f} s {of}."
        except (NotYet, Raised):
            return ""
        seconds = guarded.seconds
    if seconds < SLOW:
        return ""
    return (
        f"Right, but slow: it took {seconds:.0f} s {of}. Is there a loop that NumPy can take over?"
    )


def parameters(reference: Callable) -> list[str]:
    """Return the names of a reference's parameters, which every right answer shares."""
    with contextlib.suppress(TypeError, ValueError):
        return list(inspect.signature(reference).parameters)
    return []


@contextlib.contextmanager
def undisturbed() -> Iterator[None]:
    """Keep warnings off stderr, and leave the global generators as they were."""
    states = random.getstate(), np.random.get_state()
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            yield
    finally:
        random.setstate(states[0])
        np.random.set_state(states[1])


def _generator(seed: int, draw: int) -> np.random.Generator:
    return np.random.default_rng([seed, draw] if draw else seed)


def _require_callable(exercise: Exercise, answer: Any) -> None:
    if not callable(answer):
        raise NotYet(
            f"`{exercise.name}` should be a {exercise.noun} that can be called; it is of type "
            f"{type(answer).__name__} now: run the cell that defines it again"
        )


def _is_stub(problem: BaseException) -> bool:
    """Tell our and nbgrader's stubs from a library that raises the same error."""
    if not isinstance(problem, NotImplementedError):
        return False
    text = explain(problem).removeprefix("NotImplementedError").lstrip(": ")
    return text.startswith("TODO") or not text


def _raise_left(answer: Any) -> str:
    """Return what to say if the stub's ``raise`` still stands among lines of one's own."""
    try:
        function: Any = ast.parse(textwrap.dedent(inspect.getsource(answer))).body[0]
        body = function.body
    except Exception:
        return ""  # no source: not a function, or held by another process
    own = [
        line
        for line in body
        if not isinstance(line, ast.Raise | ast.Pass)
        and not (isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant))
    ]
    return "the line `raise NotImplementedError(...)` still stands in it: delete it" if own else ""


def _students_error(raised: Raised) -> str:
    """Name the error that an answer raised, and its line, without a traceback."""
    problem = raised.problem
    if isinstance(problem, SystemExit | GeneratorExit):
        return f"it ended with {type(problem).__name__}: leave out exit() and quit(), and return"
    words = explain(problem)
    aids = [text for part, text in _AIDS.items() if part in words]
    if raised.shapes and any(part in words.lower() for part in _ABOUT_SHAPES):
        several = "), " in raised.shapes
        aids.append(f"The shape{'s' if several else ''}: {raised.shapes}")
    return ". ".join([f"it stopped with {words}{_line(problem)}", *aids[:1]])


def _line(problem: BaseException) -> str:
    """Return the student's line that an error comes from, if it is one of a notebook's."""
    frames = [f for f in traceback.extract_tb(problem.__traceback__) if _is_students(f.filename)]
    # A line may call the answer of another cell, in which the error comes up.
    own = [frame for frame in frames if frame.filename == frames[0].filename]
    return f" (line {own[-1].lineno} of your cell: {own[-1].line})" if own else ""


def _is_students(filename: str) -> bool:
    # IPython names a cell <ipython-input-...> or, in ipykernel, a file in a folder of its own.
    return "ipython-input" in filename or "ipykernel_" in filename


def _ours(problem: Exception, reference: Callable, guarded: Guarded) -> str:
    """Say that a result could not be read; an error of the check's is never told as the student's.

    A model of the student's may well raise one when the check calls it: that has a line of theirs.
    """
    line = _line(problem)
    if line:
        return f"what it returned stopped with {explain(problem)}{line}"
    came = describe(guarded.last)
    wanted = ""
    with contextlib.suppress(Exception), undisturbed():
        if guarded.first is not None:
            arguments, options, _ = guarded.first
            wanted = (
                f" where {describe(reference(*copied(arguments), **copied(options)))} is needed"
            )
    return f"what it returned cannot be used: {came}{wanted}"


def _failed(exercise: Exercise, done: list[Step], text: str) -> tuple[Step, ...]:
    failed = exercise.steps[len(done)]
    waiting = (Step(name, "waits", "") for name in exercise.steps[len(done) + 1 :])
    return *done, Step(failed, "not yet", text), *waiting


def to_text(verdict: Verdict, hints_shown: int = 0) -> str:
    """Return the verdict as plain text, at most 76 columns wide."""
    left, right = heading(verdict)
    lines = [f"{left}{right:>{WIDTH - len(left)}}"]
    width = max(len(step.name) for step in verdict.steps) if verdict.steps else 0
    for step in verdict.steps:
        if step.status != "waits":
            lines += wrap(f"  {step.name:{width}}  {step.status:7}  ", step.text)
    waiting = [step.name for step in verdict.steps if step.status == "waits"]
    if waiting:
        lines += wrap(f"  {'':{width}}  then     ", ", ".join(waiting))
    for text in closing(verdict, hints_shown):
        lines += wrap("  ", text)
    return "\n".join(lines)


def heading(verdict: Verdict) -> tuple[str, str]:
    """Return which exercise it is, and what it earned."""
    exercise = verdict.exercise
    earned = f"{verdict.points} of {exercise.points} points" if exercise.points else "practice"
    return f"Exercise {exercise.id}  {exercise.title}", earned


def closing(verdict: Verdict, hints_shown: int = 0) -> list[str]:
    """Return the last lines of a verdict: what goes on, and why a right answer is right."""
    exercise = verdict.exercise
    if verdict.passed:
        also = [f"Also: {exercise.also}"] if exercise.also else []
        quick = "The lesson goes on with the reference, which is quicker."
        own = f"Your own {exercise.noun} from here on."
        return [*also, f"{verdict.slow} {quick}" if verdict.slow else own]
    goes_on = f"The lesson goes on with the reference {exercise.noun}."
    if verdict.status == "reference":
        return [
            f"This is the reference {exercise.noun}, not yours: run the cell that defines "
            f"`{exercise.name}` first, then this one."
        ]
    start = ""
    if verdict.status == "not started":
        start = "Not started: fill in the TODO above, run it, then run this cell. "
    if hints_shown >= len(exercise.hints):
        return [start + goes_on]
    ordinal = ("first", "second", "third", "fourth", "fifth")[hints_shown]
    count = f"the {ordinal} of {len(exercise.hints)} hints"
    return [f'{start}hint("{exercise.id}") shows {count}. {goes_on}']


def wrap(indent: str, text: str) -> list[str]:
    """Return a text as lines of at most 76 columns, the first after ``indent``."""
    return textwrap.wrap(
        text, WIDTH, initial_indent=indent, subsequent_indent=" " * len(indent)
    ) or [indent.rstrip()]
