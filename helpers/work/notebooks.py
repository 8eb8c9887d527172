"""Whose lesson each notebook of a folder is."""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from helpers.course.lessons import LESSONS
from helpers.course.places import ROOT
from helpers.work.cells import Cell, Refused, cells_of, load_notebook
from helpers.work.handed_out import NAMES, is_untouched

MAX_FILE = 20_000_000
# What `update` and `student --force` set aside.
ASIDE = re.compile(r".+\.mine\d*\.ipynb")
_NAMES = {name: lesson for lesson, name in NAMES.items()}


@dataclass(frozen=True)
class Found:
    """A notebook of a folder.

    Args:
        path: of the file.
        lesson: two digits.
        content: bytes of the file.
        raw: its JSON, empty where it is no notebook.
        cells: of it.
        problem: why it cannot be read, "" if it can.
    """

    path: Path
    lesson: str
    content: bytes
    raw: dict[str, Any]
    cells: list[Cell]
    problem: str = ""

    @property
    def untouched(self) -> bool:
        """Whether it holds the cells that it was handed out with."""
        return is_untouched(self.raw)


def place(folder: Path | None) -> Path:
    """Return the folder of a student's notebooks: this one, or where one is to be expected.

    Raises:
        ValueError: it is no folder, or none is given and none is at hand.
    """
    if folder is None:
        near = (Path.cwd(), Path.cwd() / "notebooks", ROOT / "notebooks")
        holding = (one for one in near if any((one / f"{name}.ipynb").is_file() for name in _NAMES))
        folder = next(holding, None)
    if folder is None:
        raise ValueError("There is no notebook of the course here: name the folder of yours.")
    if not folder.is_dir():
        raise ValueError(f"There is no folder {str(folder)!r}: name the one of your notebooks.")
    return folder


def is_solved(folder: Path) -> bool:
    """Return whether a folder's opening page is that of the solutions, with its answer marked."""
    path = folder / f"{NAMES[LESSONS[0].number]}.ipynb"
    return path.is_file() and b"### BEGIN SOLUTION" in path.read_bytes()


def notebooks_in(folder: Path) -> list[Found]:
    """Return the notebooks of lessons in a folder, by lesson; those named NN_topic come first.

    What was set aside is left out, and so is what is of no lesson.
    """
    paths = [path for path in sorted(folder.glob("*.ipynb")) if path.is_file()]
    found = [read(path) for path in paths if not ASIDE.fullmatch(path.name)]
    known = [one for one in found if one.lesson]
    return sorted(known, key=lambda one: (one.lesson, one.path.stem not in _NAMES, one.path.name))


def read(path: Path) -> Found:
    """Read a notebook; its lesson is told by its name, else by its cells."""
    lesson = _NAMES.get(re.sub(r"\.mine\d*$", "", path.stem), "")
    named = re.match(r"(\d\d)_", path.name)
    try:
        if path.stat().st_size > MAX_FILE:
            raise Refused(f"not taken: it is larger than {MAX_FILE // 1_000_000} MB")
        content = path.read_bytes()
        raw, _ = load_notebook(content)
        cells = cells_of(raw["cells"])
    except (Refused, OSError) as problem:
        guess = lesson or (named[1] if named and named[1] in _NAMES.values() else "")
        return Found(path, guess, b"", {}, [], str(problem).removeprefix("not taken: "))
    return Found(path, lesson or _lesson_of(cells), content, raw, cells)


def _lesson_of(cells: list[Cell]) -> str:
    from helpers.checks.registry import exercises
    from helpers.work.answers import lesson_in
    from helpers.work.lessons import facts

    lessons = []
    for one in LESSONS:
        if exercises(one.number):
            with contextlib.suppress(ValueError):  # its notebook is not handed out here
                lessons.append(facts(one.number))
    return lesson_in(cells, lessons)
