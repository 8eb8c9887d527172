"""The coordinator's end of the scorers: N processes, each with its warm parent, one job each."""

from __future__ import annotations

import contextlib
import json
import queue
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator

from helpers.course.pipes import pipe_from, pipe_to
from helpers.grading.trusted.worker import environment

# A job may take this many times the seconds of one exercise, for each of its exercises.
_PATIENCE = 5
_START_SECONDS = 180


class LocalPool:
    """Grade jobs on this machine.

    Args:
        settings: for the workers: ``level``, ``limits``, ``lessons``.
        jobs: number of workers.
    """

    def __init__(self, settings: dict, jobs: int):
        self._settings, self._count = settings, jobs
        self._todo: queue.Queue = queue.Queue()
        self._done: queue.Queue = queue.Queue()
        self._workers: list[Worker] = []

    def grade(self, jobs: Iterable[dict]) -> Iterator[tuple[dict, dict]]:
        """Yield ``(job, result)`` as they come in.

        A job whose worker dies twice yields a result with ``problem``, which says so.
        """
        count = 0
        for job in jobs:
            self._todo.put(job)
            count += 1
        for _ in range(min(self._count, count)):
            threading.Thread(target=self._serve, daemon=True).start()
        for _ in range(count):
            yield self._done.get()

    def close(self) -> None:
        """End all workers."""
        with contextlib.suppress(queue.Empty):
            while True:
                self._todo.get_nowait()
        for worker in self._workers:
            worker.close()

    def _serve(self) -> None:
        worker = Worker(self._settings)
        self._workers.append(worker)
        while True:
            try:
                job = self._todo.get_nowait()
            except queue.Empty:
                worker.close()
                return
            result = worker.ask(job) or worker.ask(job)
            self._done.put((job, result or {"problem": "the grader lost its worker on it, twice"}))


class Worker:
    """One scorer process, started when it is needed, and again when it died."""

    def __init__(self, settings: dict):
        self._settings = settings
        self._process: subprocess.Popen[str] | None = None

    def ask(self, job: dict) -> dict | None:
        """Return the result of a job, None if the process did not live to tell it."""
        process = self._process or self._start()
        seconds = self._settings["limits"]["seconds"] * (len(job["answers"]) + 1) * _PATIENCE
        watch = threading.Timer(seconds + _START_SECONDS, process.kill)
        watch.start()
        try:
            # A process that died, or tells half a line, has no result to give.
            with contextlib.suppress(OSError, ValueError):
                pipe_to(process).write(json.dumps(job) + "\n")
                pipe_to(process).flush()
                line = pipe_from(process).readline()
                if line.endswith("\n"):
                    return json.loads(line)
        finally:
            watch.cancel()
        self.close()
        return None

    def _start(self) -> subprocess.Popen[str]:
        self._process = process = subprocess.Popen(
            [sys.executable, "-m", "helpers.grading.trusted.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=environment(),
        )
        with contextlib.suppress(OSError):
            pipe_to(process).write(json.dumps(self._settings) + "\n")
        return process

    def close(self) -> None:
        """End the process; its warm parent and runners end with it."""
        if self._process is not None:
            process, self._process = self._process, None
            process.kill()
            process.wait()
            with contextlib.suppress(OSError):
                pipe_to(process).close()
            pipe_from(process).close()
