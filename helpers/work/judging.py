"""Points of one lesson, recomputed from its answers in a process of its own."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

from helpers.course.environment import SCORING, python_path
from helpers.course.pipes import pipe_from, pipe_to
from helpers.work.answers import Work
from helpers.work.lessons import LessonFacts
from helpers.work.statements import reaches_out

# Of processor time for one exercise; five times that by the clock, so that a busy machine
# costs nobody points.
SECONDS = 10.0
_PATIENCE = 5
# Until the packages and the set-up cell are there.
_START_SECONDS = 600
# The folder comes last on the path: a file of the student's there hides no module of ours.
_PROGRAM = "import sys; sys.path.remove(''); sys.path.append({folder!r}); "
_PROGRAM += "from helpers.work.trial import main; main()"
_STATUS = {
    "time-out": "it did not come to an end in the time allowed: an endless loop?",
    "crashed": "its process ended before it answered: too much memory, or an exit?",
}


@dataclass(frozen=True)
class Result:
    """What one exercise earns.

    Args:
        id: such as ``"3.2"``.
        title: a few words.
        points: earned.
        of: points of the exercise.
        status: ``"passed"``, ``"not yet"``, ``"not started"``, ``"time-out"`` or ``"crashed"``.
        words: what is not right yet.
    """

    id: str
    title: str
    points: int
    of: int
    status: str
    words: str = ""


class NotJudged(Exception):
    """A lesson could not be gone through, by no fault of an answer; the message says why."""


@dataclass
class _Step:
    """A cell to run: an answer, or with no exercise another one of the student's."""

    exercise: str | None
    source: str
    status: str = ""
    words: str = ""


def judge(
    lesson: LessonFacts, work: Work, folder: Path, seconds: float = SECONDS
) -> tuple[Result, ...]:
    """Return what each exercise of a lesson earns, in order.

    Only the set-up cell, the answers and what the student defines beside them run, with the
    inputs of the notebook's own checks. An answer that is wrong, crashes or never ends costs
    its own exercise.

    Args:
        lesson: of the notebook.
        work: what the notebook holds.
        folder: that it lies in.
        seconds: of processor time for one exercise.

    Raises:
        NotJudged: not even the set-up cell runs here.
    """
    steps = list(_steps(lesson, work))
    if work.answers:
        _run(lesson, steps, folder, seconds)
    judged = {step.exercise: step for step in steps if step.exercise}
    return tuple(
        Result(
            entry.id,
            entry.title,
            entry.points if judged[entry.id].status == "passed" else 0,
            entry.points,
            judged[entry.id].status or "not started",
            judged[entry.id].words,
        )
        for entry in lesson.exercises
    )


def _steps(lesson: LessonFacts, work: Work) -> Iterator[_Step]:
    for entry in lesson.exercises:
        yield from (_Step(None, source) for key, source in work.own if key == entry.id)
        yield _Step(entry.id, work.answers.get(entry.id, ""))


def _run(lesson: LessonFacts, steps: list[_Step], folder: Path, seconds: float) -> None:
    """Run the steps, in a fresh process after each that ends one or could disturb the others."""
    while any(step.exercise and step.source and not step.status for step in steps):
        with _Process(lesson, steps, folder) as process:
            process.expect_start()
            for step in steps:
                known = bool(step.status)
                lost = process.expect_end(step, seconds)
                if lost and not step.source:
                    raise NotJudged("not even the reference answers can be loaded")
                if lost:
                    # It runs no more: the next process goes on without it.
                    step.source = ""
                    if not known:  # else it was judged in an earlier process
                        step.status, step.words = lost, _STATUS[lost]
                    break
                if not known and step.status == "not yet" and reaches_out(step.source):
                    break


class _Process:
    """A process that goes through the steps, from the first one on."""

    def __init__(self, lesson: LessonFacts, steps: list[_Step], folder: Path):
        self._steps = steps
        words = [vars(step) for step in steps]
        self._job = json.dumps({"setup": lesson.setup, "steps": words}).encode() + b"\n"
        self._folder = folder
        self._lines: queue.SimpleQueue[str] = queue.SimpleQueue()

    def __enter__(self) -> _Process:
        self._process = subprocess.Popen(
            [sys.executable, "-c", _PROGRAM.format(folder=str(self._folder.resolve()))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=self._folder,
            env={**os.environ, **SCORING, "PYTHONSAFEPATH": "", "PYTHONPATH": python_path()},
            start_new_session=True,
        )
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()
        with contextlib.suppress(OSError):
            pipe_to(self._process).write(self._job)
            pipe_to(self._process).flush()
        return self

    def _listen(self) -> None:
        with pipe_from(self._process) as pipe:
            for line in pipe:
                self._lines.put(line.decode(errors="replace"))
        self._lines.put("")

    def __exit__(self, *problem: object) -> None:
        with contextlib.suppress(OSError):
            if sys.platform == "win32":
                self._process.kill()
            else:  # with whatever an answer started
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        with contextlib.suppress(OSError):
            pipe_to(self._process).close()
        self._listener.join(timeout=1)  # longer only where something left the group

    def expect_start(self) -> None:
        """Wait until the set-up cell has run.

        Raises:
            NotJudged: it has not.
        """
        try:
            said = self._next(float("inf"), _START_SECONDS)
        except TimeoutError:
            raise NotJudged("its set-up cell does not come to an end") from None
        if "ready" not in said:
            why = said.get("problem", "the process ended")
            raise NotJudged(f"its set-up cell does not run here: {why}")

    def expect_end(self, step: _Step, seconds: float) -> str:
        """Wait until a step is done; return "", or in which way the process was lost on it."""
        try:
            said = self._next(seconds, seconds * _PATIENCE)
        except TimeoutError:
            return "time-out"
        step.status, step.words = said.get("status", step.status), said.get("words", step.words)
        return "" if "ended" in said else "crashed"

    def _next(self, seconds: float, wall: float) -> dict:
        """Return what comes next, nothing if the process ended.

        Raises:
            TimeoutError: it took longer than this.
        """
        start, before = time.monotonic(), self._spent()
        while True:
            with contextlib.suppress(queue.Empty):
                line = self._lines.get(timeout=0.05)
                return json.loads(line) if line.endswith("\n") else {}
            if time.monotonic() - start > wall or self._spent() - before > seconds:
                raise TimeoutError

    def _spent(self) -> float:
        """Return the seconds of processor time that the process has taken."""
        with contextlib.suppress(psutil.Error):
            times = psutil.Process(self._process.pid).cpu_times()
            return times.user + times.system
        return 0.0
