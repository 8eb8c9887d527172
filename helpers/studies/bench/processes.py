"""Processes that wait for their turn, and what becomes of those that fail."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable

from helpers.course.environment import python_path
from helpers.course.pipes import pipe_from, pipe_to


class Contestant:
    """Run one contestant in a process of its own.

    Args:
        name: for the reader.
        command: that runs it; it answers each line on stdin by a line of JSON on stdout.
        limit: seconds that one answer may take.

    Attributes:
        problem: why it was not run to the end, None as long as all is well.
        turns: its answers, without the first two, which are the import and the warm-up.
        facts: its first answer.
    """

    def __init__(self, name: str, command: list[str], limit: float):
        self.name = name
        self.problem: str | None = None
        self.turns: list[dict] = []
        self.facts: dict = {}
        self._limit = limit
        # A file, since nobody reads a pipe of errors while the process works. close() ends it.
        self._errors = tempfile.TemporaryFile(  # noqa: SIM115
            "w+", encoding="utf-8", errors="replace"
        )
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
            env=_environment(),
        )
        self._lines: queue.Queue[str] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def wait(self) -> dict | None:
        """Return the next answer, None if there is none any more; `problem` says why."""
        if self.problem:
            return None
        try:
            line = self._lines.get(timeout=self._limit)
            if line:
                return json.loads(line)
            self._fail(self._last_words())
        except queue.Empty:
            self._fail(f"no answer within {self._limit:g} s")
        except json.JSONDecodeError:
            self._fail(f"an answer that is not JSON: {line.strip()[:80]}")
        return None

    def ask(self) -> dict | None:
        """Let it take its turn and return what it answers, like `wait`."""
        if not self.problem:
            try:
                pipe_to(self._process).write("go\n")
                pipe_to(self._process).flush()
            except OSError:
                self._fail(self._last_words())
        return self.wait()

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.wait()
        self._reader.join()
        with contextlib.suppress(OSError):  # something was left when the process ended
            pipe_to(self._process).close()
        pipe_from(self._process).close()
        self._errors.close()

    def _read(self) -> None:
        for line in pipe_from(self._process):
            self._lines.put(line)
        self._lines.put("")

    def _fail(self, problem: str) -> None:
        self.problem = problem
        self._process.kill()

    def _last_words(self) -> str:
        code = self._process.wait()
        self._errors.seek(0)
        said = self._errors.read().strip().splitlines()
        return f"exit code {code}" + (f", {said[-1].strip()[:200]}" if said else "")


def start(task: dict, limit: float) -> Contestant:
    """Start the worker of a task, see `worker`."""
    command = [sys.executable, "-m", "helpers.studies.bench.worker", json.dumps(task)]
    return Contestant(task["contestant"], command, limit)


def take_turns(
    contestants: list[Contestant], rounds: int, report: Callable[[Contestant], None]
) -> None:
    """Let all get ready, then each warm up, then each take a turn in every round; end them.

    Args:
        report: called after the warm-up and each turn of a contestant, or instead of it.
    """
    try:
        for one in contestants:
            one.facts = one.wait() or {}
        for number in range(rounds + 1):
            for one in contestants:
                answer = one.ask()
                if answer is not None and number > 0:
                    one.turns.append(answer)
                report(one)
    finally:
        for one in contestants:
            one.close()


def _environment() -> dict[str, str]:
    """Return the environment of a worker, which finds this package and shares a GPU."""
    shared = {"TF_FORCE_GPU_ALLOW_GROWTH": "true", "XLA_PYTHON_CLIENT_PREALLOCATE": "false"}
    return {**os.environ, "PYTHONPATH": python_path(), **shared}
