"""Files beside the one they are of: copies that are set aside, and never written over."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from helpers.course.atomic import write_atomically


def set_aside(path: Path) -> Path:
    """Copy ``NN_topic.ipynb`` to the first free ``NN_topic.mine.ipynb``, ``.mine2`` ...

    At no moment is there half a copy. A copy of just this content is used again.

    Returns:
        The path of the copy.
    """
    content = path.read_bytes()
    part = path.with_name(f".{path.name}.{os.getpid()}.copy.part")
    write_atomically(part, content)
    number = 1
    try:
        part.chmod(path.stat().st_mode & 0o777)
        while True:
            mine = path.with_name(f"{path.stem}.mine{number if number > 1 else ''}.ipynb")
            if _taken(part, mine):
                return mine
            with contextlib.suppress(OSError):
                if mine.read_bytes() == content:
                    return mine
            number += 1
    finally:
        part.unlink(missing_ok=True)


def _taken(part: Path, name: Path) -> bool:
    """Give a file a name that nothing has; return whether that came about."""
    try:
        os.link(part, name)
    except FileExistsError:
        return False
    except OSError:  # a file system without links
        if os.path.lexists(name):
            return False
        os.replace(part, name)
    return True


def put(path: Path, content: bytes) -> None:
    """Write a file in place of another one, whole or not at all, with that one's permissions."""
    path = path.resolve()  # a link stays one
    mode = path.stat().st_mode & 0o777 if path.exists() else None
    write_atomically(path, content)
    if mode is not None:
        path.chmod(mode)
