"""The scorer's process: jobs come as lines of JSON on stdin, results leave on stdout.

Started as ``python -m helpers.grading.trusted.worker``. It owns one warm parent.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import queue
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from typing import NoReturn

from helpers.course.environment import SCORING, python_path
from helpers.course.pipes import pipe_to
from helpers.grading.sandbox.limits import Limits, address_space
from helpers.grading.trusted.remote import Lost, NoRunner, RemoteRunner
from helpers.grading.trusted.scorer import Scorer

_ENVIRONMENT = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "PYTHONDONTWRITEBYTECODE": "1",
    "TF_ENABLE_ONEDNN_OPTS": "0",
    "TF_NUM_INTEROP_THREADS": "1",
    "TF_NUM_INTRAOP_THREADS": "1",
}
_WARM_SECONDS = 120
# What decoding and checking may take, in bytes, beyond what the scorer holds before.
_MEMORY = 1_500_000_000


def environment() -> dict[str, str]:
    """Return the environment of workers and warm parents: one thread each, no GPU, no secrets."""
    kept = ("PATH", "HOME", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "SYSTEMROOT", "TMPDIR", "TZ")
    own = {name: os.environ[name] for name in kept if name in os.environ}
    return {**own, **SCORING, **_ENVIRONMENT, "PYTHONPATH": python_path()}


class WarmParent:
    """The process that runners are forked from.

    It runs a lesson's set-up cell once, for all; if that computes with TensorFlow, each runner
    runs it for itself after the fork.

    Args:
        settings: ``level``, ``limits`` and ``lessons`` (``setup``, ``needs``).
    """

    def __init__(self, settings: dict):
        self._settings = settings
        self._process: subprocess.Popen[bytes] | None = None
        self._orders: socket.socket  # to the process, as long as there is one
        self._is_ready = False

    def fork(self, lesson: str) -> RemoteRunner:
        """Return a fresh, confined runner.

        Raises:
            NoRunner: there was none to be had, twice.
        """
        why: BaseException | None = None
        for _ in range(2):
            try:
                return self._fork(lesson)
            except (OSError, EOFError, Lost) as problem:
                why = problem
                self.close()
        raise NoRunner(f"no runner could be started: {why}")

    def _fork(self, lesson: str) -> RemoteRunner:
        self.start()
        self.expect_start()
        data, their_data = socket.socketpair()
        control, their_control = socket.socketpair()
        try:
            with their_data, their_control:
                files = [their_data.fileno(), their_control.fileno()]
                socket.send_fds(self._orders, [lesson.encode()], files)
                self._expect_ready()
        except (OSError, EOFError):
            data.close()
            control.close()
            raise
        return RemoteRunner(data, control)

    def start(self) -> None:
        """Start the process, if it does not run; it takes seconds until it is ready."""
        if self._process is not None:
            return
        self._orders, theirs = socket.socketpair()
        self._orders.settimeout(_WARM_SECONDS)
        with theirs:
            command = [sys.executable, "-m", "helpers.grading.untrusted.warm", str(theirs.fileno())]
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                env=environment(),
                start_new_session=True,
            )
        pipe_to(self._process).write(json.dumps(self._settings).encode())
        pipe_to(self._process).close()
        self._is_ready = False

    def expect_start(self) -> None:
        """Wait until the process that was started is ready."""
        if not self._is_ready:
            self._expect_ready()
            self._is_ready = True

    def _expect_ready(self) -> None:
        said = self._orders.recv(1)
        if said == b"c":
            self._settings = {**self._settings, "fresh": True}
            raise OSError("the lesson's set-up cell computes with TensorFlow: no safe fork")
        if said != b"k":
            raise EOFError("the warm parent ended")

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._orders.close()
            self._process = None


def grade_job(job: dict, scorers: dict, warm: WarmParent, seconds: float) -> dict:
    """Grade one job: ``lesson``, ``seed``, ``answers`` by number of the exercise, ``own`` cells."""
    key = (job["lesson"], job["seed"])
    if key not in scorers:
        scorers[key] = Scorer(job["lesson"], warm.fork, job["seed"], seconds)
    warm.start()  # it imports TensorFlow beside this process
    scorers[key].prepare()
    with contextlib.suppress(OSError, EOFError):  # the first fork says what is wrong
        warm.expect_start()
    start = time.monotonic()
    with limited_memory(_MEMORY):
        outcomes = scorers[key].grade(job["answers"], job.get("own", ()))
    return {
        "outcomes": [dataclasses.asdict(outcome) for outcome in outcomes],
        "seconds": round(time.monotonic() - start, 3),
        "details": scorers[key].details,
    }


@contextlib.contextmanager
def limited_memory(room: int) -> Iterator[None]:
    """Let this process take this many bytes more than it holds, where the system can say so."""
    if sys.platform != "linux":
        yield
        return
    import resource

    before = resource.getrlimit(resource.RLIMIT_AS)
    held = address_space() + room
    most = before[1] if before[1] != resource.RLIM_INFINITY else held
    resource.setrlimit(resource.RLIMIT_AS, (min(held, most), before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)


def main() -> NoReturn:
    """Serve jobs until stdin ends."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    settings = json.loads(sys.stdin.readline())
    warm = WarmParent(settings)
    scorers: dict = {}
    seconds = Limits(**settings["limits"]).wall
    jobs: queue.SimpleQueue[str] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(jobs, warm), daemon=True).start()
    try:
        while True:
            try:
                result = grade_job(json.loads(jobs.get()), scorers, warm, seconds)
            except NoRunner as problem:
                result = {"problem": str(problem)}
            answers.write(json.dumps(result) + "\n")
            answers.flush()
    finally:
        warm.close()


def _listen(jobs: queue.SimpleQueue[str], warm: WarmParent) -> None:
    """Take jobs; once nobody is there to give any, end at once, even in the midst of one."""
    for line in sys.stdin:
        jobs.put(line)
    warm.close()
    os._exit(0)


if __name__ == "__main__":
    main()
