"""The folder of results: one grader at a time works in it."""

from __future__ import annotations

import contextlib
import os
import platform
import time
from collections.abc import Iterator
from pathlib import Path

from helpers.course.locks import lock


@contextlib.contextmanager
def alone(out: Path) -> Iterator[None]:
    """Hold a folder of results, which is made if need be, against other graders.

    A grader that died holds nothing: the lock goes with the process.

    Raises:
        ValueError: another one holds it; the message says which. Or it cannot be locked.
    """
    out.mkdir(parents=True, exist_ok=True)
    with open(out / ".lock", "a+b") as file:
        try:
            free = lock(file)
        except OSError as problem:
            raise ValueError(
                f"The folder {out} cannot be kept for one grader ({problem.strerror}): choose "
                "one on a disk of this machine with --out."
            ) from None
        if not free:
            raise ValueError(
                f"Another grader is at work in {out}{_who(out / '.lock')}. Wait for its end, or "
                "choose another folder with --out."
            )
        # A full disk has no room for these words; the lock holds without them.
        with contextlib.suppress(OSError):
            file.truncate(0)
            since = time.strftime("%Y-%m-%d %H:%M:%S")
            file.write(f"process {os.getpid()} on {platform.node()}, since {since}".encode())
            file.flush()
        yield


def _who(path: Path) -> str:
    """Return who holds a lock, as far as it is known."""
    with contextlib.suppress(OSError):
        said = path.read_bytes()[:200].decode("utf-8", "replace")
        if said.isprintable() and said:
            return f" ({said})"
    return ""
