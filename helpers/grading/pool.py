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
from helpers.grading.sandbox.limits import Limits
from helpers.grading.trusted.worker import environment

# A job may take this many times the seconds of one exercise, for each of its exercises.
_PATIENCE = 5
_START_SECONDS = 180
_END_SECONDS = 10
# A scorer's memory grows by about 0.4 MB with each job (one of lesson 03).
_JOBS_EACH = 500


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
        self._threads: list[threading.Thread] = []

    def grade(self, jobs: Iterable[dict]) -> Iterator[tuple[dict, dict]]:
        """Yield ``(job, result)`` as they come in.

        A job whose worker dies twice yields a result with ``problem``, which says so.
        """
        count = 0
        for job in jobs:
            self._todo.put(job)
            count += 1
        for _ in range(min(self._count, count)):
            worker = Worker(self._settings)
            thread = threading.Thread(target=self._serve, args=(worker,), daemon=True)
            self._workers.append(worker)
            self._threads.append(thread)
            thread.start()
        for _ in range(count):
            yield self._done.get()

    def close(self) -> None:
        """End all workers, whatever they do; none is started again."""
        with contextlib.suppress(queue.Empty):
            while True:
                self._todo.get_nowait()
        for worker in self._workers:
            worker.end()
        for thread in self._threads:
            thread.join(_END_SECONDS)

    def _serve(self, worker: Worker) -> None:
        with contextlib.suppress(queue.Empty):
            while True:
                job = self._todo.get_nowait()
                self._done.put((job, ask_twice(worker, job)))
        worker.close()


class Worker:
    """One scorer process, started when it is needed, and again when it died or did its share."""

    def __init__(self, settings: dict):
        self._settings = settings
        self._process: subprocess.Popen[str] | None = None
        self._lock, self._ended, self._told = threading.Lock(), False, 0

    def ask(self, job: dict) -> dict | None:
        """Return the result of a job, None if the process did not live to tell it."""
        try:
            process = self._running()
        except OSError:  # this machine starts no process at the moment
            return None
        if process is None:
            return None
        wall = Limits(**self._settings["limits"]).wall
        seconds = wall * (len(job["answers"]) + 1) * _PATIENCE + _START_SECONDS
        watch = threading.Timer(seconds, process.kill)
        watch.start()
        try:
            # A process that died, or tells half a line, has no result to give.
            with contextlib.suppress(OSError, ValueError):
                pipe_to(process).write(json.dumps(job) + "\n")
                pipe_to(process).flush()
                line = pipe_from(process).readline()
                if line.endswith("\n"):
                    result = json.loads(line)
                    self._told += 1
                    if self._told % _JOBS_EACH == 0:
                        self._bury()
                    return result
        finally:
            watch.cancel()
        self._bury()
        return None

    def end(self) -> None:
        """End the process for good, whoever waits for it; warm parent and runners end with it."""
        with self._lock:
            self._ended = True
            process = self._process
        if process is not None:
            process.kill()
            process.wait()

    def _running(self) -> subprocess.Popen[str] | None:
        """Return the process, started if need be; None once the worker was ended."""
        with self._lock:
            if self._process is None and not self._ended:
                # A session of its own: what interrupts the grader from the keyboard leaves the
                # end of its workers to it.
                self._process = process = subprocess.Popen(
                    [sys.executable, "-m", "helpers.grading.trusted.worker"],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                    text=True,
                    env=environment(),
                    start_new_session=True,
                )
                with contextlib.suppress(OSError):
                    pipe_to(process).write(json.dumps(self._settings) + "\n")
            return self._process

    def close(self) -> None:
        """End the process for good, and let its pipes go."""
        self.end()
        self._bury()

    def _bury(self) -> None:
        """End a process that is of no use any more; only who asks it may do so."""
        with self._lock:
            process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            with contextlib.suppress(OSError):
                pipe_to(process).close()
            pipe_from(process).close()


def ask_twice(worker: Worker, job: dict) -> dict:
    """Return the result of a job, of a second worker if the first is lost, or the problem."""
    lost = {"problem": "the grader lost its worker on it, twice"}
    return worker.ask(job) or worker.ask(job) or lost
