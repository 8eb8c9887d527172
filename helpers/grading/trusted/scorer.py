"""The trusted side: run the checks on proxies of a student's answers, with inputs of the class."""

from __future__ import annotations

import contextlib
import hashlib
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from helpers import answers
from helpers.checks.registry import Exercise, exercises
from helpers.checks.running import Verdict, run
from helpers.grading.trusted.remote import Lost, RemoteRunner, clean
from helpers.work.statements import definitions, reaches_out

PUBLIC_SEED = 0
_HIDDEN_FAILED = (
    "it passes on the inputs of the self-check and not on others: is something in it made for "
    "those inputs, or left to chance?"
)
# A submission may take this many times the seconds of one exercise, for each of its exercises.
_PATIENCE = 4


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
    _until: float = 0.0

    def grade(self, given: dict[str, str], own: Iterable[tuple[str, str]] = ()) -> list[Outcome]:
        """Return the outcome of every exercise, in order, whatever the runner does.

        Args:
            given: source of the answer cell by number of the exercise; those not started
                are left out.
            own: the student's other cells, each with the number of the next exercise below it.

        Raises:
            NoRunner: this machine could not start one, which is no student's fault.
        """
        self.prepare()
        self._until = time.monotonic() + _PATIENCE * self.seconds * (len(given) + 1)
        entries = exercises(self.lesson)
        cells = _Cells(given, own)
        hidden = _Pass(self, cells, set(given), self._hidden_seed).outcomes(entries)
        right = {outcome.id for outcome in hidden if outcome.status == "passed"}
        others = {one.id for one in hidden if one.status in ("not yet", "not started")}
        others &= given.keys()
        if not others:
            return hidden
        # What a student is told has to be what the notebook tells: of the public inputs.
        public = _Pass(self, cells, others, lambda entry: PUBLIC_SEED, right).outcomes(entries)
        final = {one.id: one for one in hidden}
        final |= {one.id: one for one in public if one.id in others}
        doubted = {key for key in others if final[key].status == "passed"}
        if doubted:
            # As the public inputs were tried: nothing of what answers on their way left behind.
            again = _Pass(self, cells, doubted, self._hidden_seed, right).outcomes(entries)
            final |= {
                one.id: one if one.status == "passed" else _demoted(one)
                for one in again
                if one.id in doubted
            }
        return list(final.values())

    def allow(self, runner: RemoteRunner) -> None:
        """Give a runner the seconds of one exercise, and no more than the submission has left."""
        runner.allow(min(self.seconds, self._until - time.monotonic()))

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


class _Cells:
    """The cells of a submission, by exercise."""

    def __init__(self, given: dict[str, str], own: Iterable[tuple[str, str]]):
        self.answers = given
        self.own: dict[str, list[str]] = defaultdict(list)
        for exercise, source in own:
            self.own[exercise].append(definitions(source, calls=True))


@dataclass
class _Step:
    """What a fresh runner has to do again before it goes on.

    Args:
        source: of a cell.
        entry: its exercise; None for another cell of the student's.
        passed: whether its answer is right, so that later cells go on with it.
        lost: whether a runner got lost on it: then it is left out.
        ran_in: the runner in which its cell was judged, and need not run again.
    """

    source: str
    entry: Exercise | None = None
    passed: bool = False
    lost: bool = False
    ran_in: RemoteRunner | None = None

    @property
    def reaches(self) -> bool:
        return self.passed and reaches_out(self.source)


class _Pass:
    """One walk over the exercises with one seed an exercise.

    A cell whose answer is right stays as it is for the cells below. Of another one stays what it
    imports and defines, and the reference takes its answer's name.

    Args:
        scorer: of the submission.
        cells: of the submission.
        judged: numbers of the exercises whose answers are checked.
        seed: of each exercise's inputs.
        right: numbers of those that are known to be right.
    """

    def __init__(
        self,
        scorer: Scorer,
        cells: _Cells,
        judged: set[str],
        seed: Callable[[Exercise], int],
        right: Collection[str] = (),
    ):
        self._scorer, self._cells, self._judged, self._seed = scorer, cells, judged, seed
        self._right = right
        self._runner: RemoteRunner | None = None
        self._before: list[_Step] = []
        self._done = 0  # steps that the runner has done
        self._whole = True

    def outcomes(self, entries: list[Exercise]) -> list[Outcome]:
        try:
            return [self._outcome(entry) for entry in entries]
        finally:
            self._end()

    def _outcome(self, entry: Exercise) -> Outcome:
        self._before += map(_Step, self._cells.own[entry.id])
        source = self._cells.answers.get(entry.id, "")
        if entry.id not in self._judged:
            self._before.append(_Step(source, entry, passed=entry.id in self._right))
            return Outcome(entry.id, "not started", 0, entry.points)
        outcome = self._judge(entry)
        passed = outcome.status == "passed"
        if not passed and reaches_out(source):
            self._end()
        self._before.append(_Step(source, entry, passed, ran_in=self._runner))
        return outcome

    def _judge(self, entry: Exercise) -> Outcome:
        outcome = self._try(entry)
        wrong = outcome.status not in ("passed", "not started")
        if wrong and any(step.reaches for step in self._before):
            # An earlier answer may have changed what this one uses: judge this one without it.
            self._end()
            self._whole = not self._whole
            again = self._try(entry)
            if again.status == "passed":
                return again
            self._whole = not self._whole
            self._end()
        return outcome

    def _try(self, entry: Exercise) -> Outcome:
        """Run the cell and its check; whatever happens costs this exercise only."""
        try:
            runner = self._ready_runner()
            self._scorer.allow(runner)
            runner.last_error = ""
            verdict = self._verdict(runner, entry)
            runner.expect_time()
        except Lost as problem:
            self._end()
            return _lost(entry, problem)
        return _judged(verdict, runner.last_error)

    def _verdict(self, runner: RemoteRunner, entry: Exercise) -> Verdict:
        def failing(problem: Exception) -> Callable:
            def answer(*arguments, **options):
                raise problem

            return answer

        try:
            source = self._cells.answers[entry.id]
            if runner.ask("cell", name=entry.name, source=source) is not True:
                raise NameError(f"the cell no longer defines `{entry.name}`")
            answer = runner.answer(entry.name)
        except Exception as problem:
            answer = failing(problem)
        return run(entry, answer, self._seed(entry))

    def _ready_runner(self) -> RemoteRunner:
        """Return the runner, after all that comes before; a fresh one does it anew.

        Raises:
            Lost: not even the references could be sent.
        """
        while self._runner is None or self._done < len(self._before):
            if self._runner is None:
                self._runner, self._done = self._scorer.start(self._scorer.lesson), 0
                self._scorer.details = self._runner.details
                continue
            step = self._before[self._done]
            try:
                self._do(self._runner, step)
                self._done += 1
            except Lost as problem:
                self._end()
                if not self._blame(step):
                    raise problem
        return self._runner

    def _do(self, runner: RemoteRunner, step: _Step) -> None:
        """Let a runner do a step.

        Raises:
            Lost: it is gone, or does not take a reference.
        """
        self._scorer.allow(runner)
        if step.entry is None:
            self._attempt(runner, step, "own", source=step.source)
            return
        name = step.entry.name
        is_there: object = step.ran_in is runner
        if not is_there:
            source = step.source if step.passed and self._whole else definitions(step.source)
            is_there = self._attempt(runner, step, "cell", name=name, source=source)
        if not (step.passed and is_there is True):
            text = answers.source(self._scorer.lesson, name)
            try:
                runner.ask("reference", name=name, source=text)
            except Exception:
                raise Lost("crashed", "it does not take the reference answer") from None

    @staticmethod
    def _attempt(runner: RemoteRunner, step: _Step, do: str, **words: Any) -> object:
        """Ask for a cell that has had its say: whatever it raises now, the runner goes on."""
        if not step.lost and words["source"]:
            with contextlib.suppress(Exception):
                return runner.ask(do, **words)
        return None

    def _blame(self, step: _Step) -> bool:
        """Leave out a cell that lost its runner, else all before it; return if there was one."""
        here = [step] if step.source and not step.lost else self._before
        blamed = [one for one in here if one.source and not one.lost]
        for one in blamed:
            one.lost = True
        return bool(blamed)

    def _end(self) -> None:
        if self._runner is not None:
            self._runner.close()
            self._runner = None


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


def _number(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
