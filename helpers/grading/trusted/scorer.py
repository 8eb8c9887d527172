"""The trusted side: run the checks on proxies of a student's answers, first the public inputs."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field

from helpers.checks.registry import Exercise, exercises
from helpers.checks.running import Verdict, run
from helpers.grading.trusted.remote import Lost, RemoteRunner, clean

PUBLIC_SEED = 0
_HIDDEN_FAILED = (
    "it passes on the inputs of the self-check and not on others: is something in it made for "
    "those inputs, or left to chance?"
)
_DEFINITIONS = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef, ast.AnnAssign)
_REACHING = {
    *("builtins", "compile", "ctypes", "delattr", "eval", "exec", "gc", "globals", "importlib"),
    *("inspect", "os", "setattr", "signal", "sys", "threading", "vars", "__import__"),
}


@dataclass(frozen=True)
class Outcome:
    """What one exercise earned.

    Args:
        id: of the exercise.
        status: ``"passed"``, ``"not yet"``, ``"not started"``, ``"time-out"`` or ``"crashed"``.
        points: earned.
        of: points of the exercise.
        feedback: for the student: ``(step, status, text)``; no hidden input, no student's text.
        reason: for the instructor, one line, empty when all is well.
    """

    id: str
    status: str
    points: int
    of: int
    feedback: tuple[tuple[str, str, str], ...] = ()
    reason: str = ""


@dataclass
class Scorer:
    """Grade the answers of one submission.

    Args:
        lesson: its two digits.
        start: returns a fresh runner for a lesson.
        seed: of the class, any text.
        seconds: wall clock for each exercise.
    """

    lesson: str
    start: Callable[[str], RemoteRunner]
    seed: str
    seconds: float
    details: str = ""
    _fit: dict[str, int] = field(default_factory=dict)

    def grade(self, answers: dict[str, str]) -> list[Outcome]:
        """Return the outcome of every exercise, in order.

        Args:
            answers: source of the answer cell by number of the exercise; those not started
                are left out.
        """
        self.prepare()
        entries = exercises(self.lesson)
        public = _Pass(self, answers, lambda entry: PUBLIC_SEED).outcomes(entries)
        kept = {o.id: answers[o.id] for o in public if o.status == "passed"}
        if not kept:
            return public
        hidden = _Pass(self, kept, self._hidden_seed).outcomes(entries)
        return [
            after if before.status != "passed" or after.status == "passed" else _demoted(after)
            for before, after in zip(
                public,
                (h if p.status == "passed" else p for p, h in zip(public, hidden, strict=True)),
                strict=True,
            )
        ]

    def prepare(self) -> None:
        """Draw the hidden seeds; that starts TensorFlow here, which must cost no student time."""
        for entry in exercises(self.lesson):
            self._hidden_seed(entry)

    def _hidden_seed(self, entry: Exercise) -> int:
        """Return the class's seed for an exercise: the first on which the reference passes."""
        if entry.id not in self._fit:
            reference = entry.load_reference()
            candidates = [_number(f"{self.seed}:{entry.id}:{k}") for k in range(5)]
            fitting = (
                candidate
                for candidate in candidates
                if run(entry, lambda *a, **k: reference(*a, **k), candidate).passed
            )
            self._fit[entry.id] = next(fitting, candidates[0])
        return self._fit[entry.id]


class _Pass:
    """One walk over the exercises with one seed an exercise."""

    def __init__(self, scorer: Scorer, answers: dict[str, str], seed: Callable[[Exercise], int]):
        self._scorer, self._answers, self._seed = scorer, answers, seed
        self._runner: RemoteRunner | None = None
        self._passed: list[Exercise] = []
        self._alone = False

    def outcomes(self, entries: list[Exercise]) -> list[Outcome]:
        try:
            return [self._outcome(entry) for entry in entries]
        finally:
            self._end()

    def _outcome(self, entry: Exercise) -> Outcome:
        if entry.id not in self._answers:
            return Outcome(entry.id, "not started", 0, entry.points)
        if self._alone:
            self._end()
        outcome = self._try(entry)
        wrong = outcome.status not in ("passed", "not started")
        if wrong and not self._alone and any(map(self._reaches, self._passed)):
            # An earlier answer may have changed what this one uses: judge this one by itself.
            self._end()
            self._alone = True
            again = self._try(entry)
            outcome = again if again.status == "passed" else outcome
            self._alone = again.status == "passed"
            if not self._alone:
                self._end()
        if outcome.status == "passed":
            self._passed.append(entry)
        elif self._reaches(entry):
            self._end()
        return outcome

    def _reaches(self, entry: Exercise) -> bool:
        return reaches_out(self._answers[entry.id])

    def _end(self) -> None:
        if self._runner is not None:
            self._runner.close()
            self._runner = None

    def _try(self, entry: Exercise) -> Outcome:
        """Run the cell and its check; whatever happens costs this exercise only."""
        try:
            runner = self._ready_runner()
        except Lost as problem:
            return _lost(entry, problem)
        runner.allow(self._scorer.seconds)
        runner.last_error = ""
        try:
            verdict = self._verdict(runner, entry)
            if not verdict.passed:
                runner.allow(self._scorer.seconds)
                runner.ask("reference", name=entry.name)
        except Lost as problem:
            self._end()
            return _lost(entry, problem)
        return _judged(verdict, runner.last_error)

    def _ready_runner(self) -> RemoteRunner:
        """Return the runner; a fresh one first gets the cells that have passed so far."""
        if self._runner is None:
            self._runner = self._scorer.start(self._scorer.lesson)
            self._scorer.details = self._runner.details
            for entry in [] if self._alone else list(self._passed):
                self._runner.allow(self._scorer.seconds)
                self._cell(self._runner, entry)
        return self._runner

    def _cell(self, runner: RemoteRunner, entry: Exercise) -> None:
        source = self._answers[entry.id]
        runner.ask("cell", exercise=entry.id, name=entry.name, source=source)

    def _verdict(self, runner: RemoteRunner, entry: Exercise) -> Verdict:
        def failing(problem: Exception) -> Callable:
            def answer(*arguments, **options):
                raise problem

            return answer

        try:
            self._cell(runner, entry)
            answer = runner.ask("name", name=entry.name)
        except KeyError:
            answer = failing(NameError(f"the cell no longer defines `{entry.name}`"))
        except Exception as problem:
            answer = failing(problem)
        return run(entry, answer, self._seed(entry))


def _judged(verdict: Verdict, error: str) -> Outcome:
    entry = verdict.exercise
    feedback = tuple((s.name, s.status, clean(s.text)) for s in verdict.steps)
    reason = ""
    if verdict.status == "not yet":
        reason = "; ".join(text for _, status, text in feedback if status == "not yet")
        reason = f"{reason} [{error}]" if error else reason
    return Outcome(entry.id, verdict.status, verdict.points, entry.points, feedback, reason)


def _lost(entry: Exercise, problem: Lost) -> Outcome:
    words = {
        "time-out": "it did not come to an end in the time allowed: an endless loop?",
        "crashed": "its process ended before it answered: too much memory, or an exit?",
    }[problem.status]
    feedback = ((entry.steps[0], "not yet", words),)
    return Outcome(entry.id, problem.status, 0, entry.points, feedback, problem.reason)


def _demoted(outcome: Outcome) -> Outcome:
    """Return a failure on hidden inputs in words that tell nothing about these."""
    feedback = (("other inputs", "not yet", _HIDDEN_FAILED),)
    reason = f"passes on the public inputs only: {outcome.status}, {outcome.reason}"
    return Outcome(outcome.id, outcome.status, 0, outcome.of, feedback, reason)


def reaches_out(source: str) -> bool:
    """Return whether a cell could change what other cells use, beyond defining names."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return True
    if not all(isinstance(node, _DEFINITIONS) or _is_text(node) for node in tree.body):
        return True
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and not isinstance(node.ctx, ast.Load):
            return True
        if isinstance(node, ast.Global) or getattr(node, "id", None) in _REACHING:
            return True
        if isinstance(node, ast.Attribute) and node.attr.startswith("__"):
            return True
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        if any(name.split(".")[0] in _REACHING for name in names):
            return True
    return False


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _number(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
