"""The ends of the pipes to a process that was started with some."""

from __future__ import annotations

import subprocess
from typing import IO, AnyStr


def pipe_to(process: subprocess.Popen[AnyStr]) -> IO[AnyStr]:
    """Return the standard input of a process started with ``stdin=PIPE``."""
    assert process.stdin is not None
    return process.stdin


def pipe_from(process: subprocess.Popen[AnyStr]) -> IO[AnyStr]:
    """Return the standard output of a process started with ``stdout=PIPE``."""
    assert process.stdout is not None
    return process.stdout
