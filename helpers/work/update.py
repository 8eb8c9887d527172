"""A new edition takes a student's work along, lesson by lesson; no line and no old file is lost."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from helpers.checks.registry import exercises
from helpers.course.lessons import LESSONS
from helpers.work.aside import put, set_aside
from helpers.work.carry import carry
from helpers.work.cells import Refused, source
from helpers.work.fingerprint import edition
from helpers.work.handed_out import NAMES, edition_today, handed_out, is_untouched
from helpers.work.lessons import facts
from helpers.work.notebooks import Found, notebooks_in, read
from helpers.work.walk import Carried


@dataclass(frozen=True)
class Moved:
    """What became of one notebook.

    Args:
        file: its name.
        state: ``"updated"``, ``"new"``, ``"up to date"`` or ``"refused"``.
        kept: name of the copy of the old file, "" without.
        carried: what of the student's is in the new one, None where nothing was.
        words: why it was refused.
    """

    file: str
    state: str
    kept: str = ""
    carried: Carried | None = None
    words: str = ""


def update(
    folder: Path,
    to: Path | None = None,
    *,
    every: bool = False,
    tell: Callable[[Moved], None] = lambda moved: None,
) -> list[Moved]:
    """Bring the notebooks of a folder to this edition.

    Each one is written anew with the student's work in it, and the old file is kept beside it
    under a name of its own. One that cannot be read is left as it is.

    Args:
        folder: of the student's notebooks.
        to: another folder for the new ones; then the old ones are left alone.
        every: whether lessons that are not in the folder come, too.
        tell: is told each notebook as it is done.

    Raises:
        ValueError: what was handed out cannot be told.
        OSError: a file cannot be written; those written before are whole.
    """
    found = notebooks_in(folder)
    # In this order the lesson last worked in stays the last one.
    found.sort(key=lambda one: one.path.stat().st_mtime_ns)
    moved = []
    for one in found:
        moved.append(_moved(one, to))
        tell(moved[-1])
    target = to or folder
    there = {one.lesson for one in found}
    for lesson in LESSONS if every else ():
        path = target / f"{NAMES[lesson.number]}.ipynb"
        if lesson.number not in there and not path.exists():
            put(path, as_handed_out(lesson.number))
            moved.append(Moved(path.name, "new"))
            tell(moved[-1])
    return moved


def _moved(one: Found, to: Path | None) -> Moved:
    try:
        if one.problem:
            raise Refused(one.problem)
        if to is None and edition(one.raw) == edition_today(one.lesson):
            return Moved(one.path.name, "up to date")
        content, carried = renewed(one, as_handed_out(one.lesson))
        return _elsewhere(one, to, content, carried) if to else _in_place(one, content, carried)
    except Refused as problem:
        return Moved(one.path.name, "refused", words=str(problem))


def _in_place(one: Found, content: bytes, carried: Carried | None) -> Moved:
    if carried and _sources(carried.notebook) == _sources(one.raw):
        return Moved(one.path.name, "up to date")
    kept = "" if one.untouched and not _has_outputs(one.raw) else set_aside(one.path).name
    put(one.path, content)
    return Moved(one.path.name, "updated", kept, carried)


def _elsewhere(one: Found, to: Path, content: bytes, carried: Carried | None) -> Moved:
    path = to / one.path.name
    if path.exists():
        there = read(path)
        if there.content == content:
            return Moved(path.name, "up to date")
        if not there.untouched:
            raise Refused(f"somebody worked in {to.name}/{path.name} already: move it away first")
    put(path, content)
    return Moved(path.name, "updated", carried=carried)


def renewed(one: Found, new: bytes) -> tuple[bytes, Carried | None]:
    """Return a new copy with a student's work in it, and what of it that is; None for nothing.

    Args:
        one: the worked notebook.
        new: the copy that is handed out now.

    Raises:
        Refused: not every letter of the old notebook can be read.
    """
    if one.untouched:
        return new, None
    try:
        one.content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refused("it is not in UTF-8, so that letters would be lost") from None
    if not exercises(one.lesson):
        raise Refused(f"lesson {one.lesson} has no exercises")
    carried = carry(one.raw, json.loads(new), facts(one.lesson))
    return to_bytes(carried.notebook), carried


def as_handed_out(lesson: str) -> bytes:
    """Return this edition's copy of a lesson.

    Raises:
        ValueError: it is not there, or somebody works in it and git does not have it either.
    """
    path = handed_out() / f"{NAMES[lesson]}.ipynb"
    if not path.is_file():
        raise ValueError(f"The course has no {path.name} to hand out.")
    content = path.read_bytes()
    found = read(path)
    if found.untouched:
        return to_bytes(_without_outputs(found.raw)) if _has_outputs(found.raw) else content
    content = _committed(path)
    if content and is_untouched(json.loads(content)):
        return content
    raise ValueError(
        f"{path.parent.name}/{path.name} is somebody's work, so that the copy to hand out is not "
        "there: bring it back first."
    )


def _committed(path: Path) -> bytes:
    """Return a file as git has it, nothing where there is no git or no such file."""
    command = ["git", "show", f"HEAD:./{path.name}"]
    try:
        done = subprocess.run(command, cwd=path.parent, capture_output=True)
    except OSError:
        return b""
    return done.stdout if done.returncode == 0 else b""


def to_bytes(notebook: dict[str, Any]) -> bytes:
    """Return the content of a notebook's file, as Jupyter writes it."""
    cells = [{**c, "source": source(c).splitlines(keepends=True)} for c in notebook["cells"]]
    whole = {**notebook, "cells": cells}
    text = json.dumps(whole, indent=1, sort_keys=True, ensure_ascii=False)
    try:
        return (text + "\n").encode()
    except UnicodeEncodeError:  # half of a letter, as JSON may say one
        return (json.dumps(whole, indent=1, sort_keys=True) + "\n").encode()


def _sources(notebook: dict[str, Any]) -> list[tuple[str, str]]:
    return [(cell["cell_type"], source(cell)) for cell in notebook["cells"]]


def _has_outputs(notebook: dict[str, Any]) -> bool:
    return any(cell.get("outputs") or cell.get("execution_count") for cell in notebook["cells"])


def _without_outputs(notebook: dict[str, Any]) -> dict[str, Any]:
    cleared: dict = {"outputs": [], "execution_count": None}
    cells = [c | cleared if c["cell_type"] == "code" else c for c in notebook["cells"]]
    return {**notebook, "cells": cells}
