"""Watch a runner from outside: its processor time, its threads, and the scorer's word."""

from __future__ import annotations

import contextlib
import math
import os
import select
import signal

import psutil

from helpers.grading.sandbox.limits import Limits

# What the scorer sends: a new exercise begins, with seconds of its own; or this is the end.
NEXT, END = b"+", b"x"
OUT_OF_TIME = "out of processor time"
_POLL_SECONDS = 0.02


class Usage:
    """What a process uses, as the kernel counts it.

    Args:
        pid: of a child that is not waited for yet.

    Raises:
        psutil.Error: this machine does not tell.
    """

    def __init__(self, pid: int):
        self._process = psutil.Process(pid)
        self._before = math.inf

    def start(self) -> None:
        """Count processor time from now on; until then none is counted."""
        self._before = self._seconds()

    def excess(self, limits: Limits) -> str:
        """Return which limit is passed, in words, empty for none."""
        if self._seconds() - self._before > limits.seconds:
            return OUT_OF_TIME
        if self._process.num_threads() > limits.threads:
            return f"more than {limits.threads} threads"
        return ""

    def _seconds(self) -> float:
        times = self._process.cpu_times()
        return times.user + times.system


def watch(child: int, control: int, limits: Limits) -> str:
    """Wait for the end of a runner, or bring it about, and return how it came.

    It is killed when it passes a limit, when the scorer says so, and when that is gone.

    Args:
        child: its process.
        control: socket to the scorer.
        limits: of one exercise.
    """
    usage, began, excess = Usage(child), False, ""
    while True:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            break
        if select.select([control], [], [], _POLL_SECONDS)[0]:
            said = os.read(control, 100)
            if END in said or not said:
                break
            began = True
        # Between two looks it may have ended: that is seen at the next.
        with contextlib.suppress(psutil.Error):
            if began:
                usage.start()
                began = False
            excess = usage.excess(limits)
        if excess:
            break
    if not done:
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
    return excess or _ending(os.waitstatus_to_exitcode(status))


def _ending(code: int) -> str:
    if code >= 0:
        return f"exit code {code}"
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"
