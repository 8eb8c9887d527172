"""Find lessons, and load one only when its source keeps all the rules."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

from helpers.release.lint import lint
from helpers.release.notebook import read_source

if TYPE_CHECKING:
    from nbformat import NotebookNode


def find_sources(root: Path, names: list[str] | None = None) -> list[Path]:
    """Return the percent sources in ``root/solutions``, in order.

    Args:
        root: the course folder.
        names: numbers (``"03"`` or ``"3"``) or stems (``"03_basic_autoencoder"``); all if
            empty.

    Raises:
        ValueError: there is no lesson of that name, or none at all.
    """
    every = sorted((root / "solutions").glob("[0-9][0-9]_*.py"))
    if not every:
        raise ValueError("There is no lesson source (NN_topic.py) in solutions/.")
    if not names:
        return every
    found = set()
    for name in names:
        wanted = name.zfill(2) if name.isdigit() else Path(name).stem
        matches = [path for path in every if wanted in (path.stem, path.stem[:2])]
        if not matches:
            there_are = ", ".join(path.stem for path in every)
            raise ValueError(f"There is no lesson {name!r}. There are {there_are}.")
        found.update(matches)
    return sorted(found)


def solution_path(source: Path) -> Path:
    """Return where the executed solution of a source lies."""
    return source.with_suffix(".ipynb")


def student_path(source: Path) -> Path:
    """Return where the student copy of a source lies."""
    return source.parent.parent / "notebooks" / f"{source.stem}.ipynb"


def label(path: Path) -> str:
    """Return a path as messages print it: folder and file, never the machine's."""
    return f"{path.parent.name}/{path.name}"


def load_lesson(source: Path) -> "NotebookNode":
    """Read a lesson's source and check it against the rules.

    Returns:
        The solution as a notebook without outputs.

    Raises:
        ValueError: all the rules that it breaks, one line each.
    """
    if not re.fullmatch(r"\d\d_[a-z0-9_]+\.py", source.name):
        raise ValueError(f"Name a lesson NN_topic.py. Received: {source.name!r}")
    notebook = read_source(source)
    refuse(source, lint(notebook, source.name[:2]))
    return notebook


def refuse(path: Path, problems: list[str]) -> None:
    """Raise a ``ValueError`` that lists the problems of a file, if there are any."""
    if problems:
        raise ValueError("\n".join(f"{label(path)}, {problem}." for problem in problems))
