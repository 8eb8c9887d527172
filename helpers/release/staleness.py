"""Which built notebooks no longer match their source, by content and never by file time."""

from pathlib import Path
from typing import TYPE_CHECKING

from helpers.release.lesson import find_sources, label, load_lesson, solution_path, student_path
from helpers.release.notebook import worked_in
from helpers.release.student import build_student

if TYPE_CHECKING:
    from nbformat import NotebookNode


def stale(source: Path) -> list[str]:
    """Return why the notebooks built from a source must be built again, if they must.

    Raises:
        ValueError: the source breaks a rule.
    """
    return _student_reasons(source) + _solution_reasons(source)


def orphans(root: Path) -> list[str]:
    """Return the built notebooks that have no source, a student's ``.mine`` files aside."""
    sources = find_sources(root)
    known = {path for source in sources for path in (solution_path(source), student_path(source))}
    built = [*(root / "solutions").glob("*.ipynb"), *(root / "notebooks").glob("*.ipynb")]
    return [
        f"{label(path)} has no source solutions/{path.stem}.py: remove it"
        for path in sorted(built)
        if path not in known and ".mine" not in path.name
    ]


def _student_reasons(source: Path) -> list[str]:
    path = student_path(source)
    if not path.exists():
        return [f"{label(path)} is missing: make student"]
    if path.read_bytes() == build_student(source):
        return []
    if worked_in(path):
        return [f"{label(path)} was worked in since it was built"]
    return [f"{label(path)} differs from its source: make student"]


def _solution_reasons(source: Path) -> list[str]:
    import nbformat

    path = solution_path(source)
    command = f"make solutions NB={source.name[:2]}"
    if not path.exists():
        return [f"{label(path)} is missing: {command}"]
    try:
        built = nbformat.reads(path.read_text(encoding="utf-8"), as_version=4)
    except (ValueError, AttributeError):
        return [f"{label(path)} is not a notebook: {command}"]
    if _without_outputs(built) != _without_outputs(load_lesson(source)):
        return [f"{label(path)} differs from its source: {command}"]
    return []


def _without_outputs(notebook: "NotebookNode") -> list[tuple]:
    return [(cell.id, cell.cell_type, cell.source, cell.metadata) for cell in notebook.cells]
