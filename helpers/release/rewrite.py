"""Take over a built solution's outputs when nothing but its words or its layout has changed."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

from helpers.course.atomic import write_atomically
from helpers.release.leaks import differences, leaks
from helpers.release.lesson import label, load_lesson, refuse, solution_path
from helpers.release.notebook import digest, place, to_bytes, worked_in
from helpers.release.outputs import problems
from helpers.release.student import student_notebook

if TYPE_CHECKING:
    from nbformat import NotebookNode


def rewrite_solution(source: Path) -> NotebookNode:
    """Write a solution notebook anew with the outputs that it has, without running it.

    Text cells may have changed in any way; code cells only in layout and comments, so that they
    would compute what they computed.

    Args:
        source: ``solutions/NN_topic.py``.

    Raises:
        ValueError: the lesson breaks a rule, there is no built notebook, somebody edited it, or a
            code cell says something else than the one that was run. Nothing is written then.
    """
    import nbformat

    path = solution_path(source)
    notebook = load_lesson(source)
    student = student_notebook(notebook)
    refuse(source, differences(student, notebook) + leaks(student, notebook))
    if not path.exists() or worked_in(path):
        raise ValueError(f"{label(path)} is missing or was edited by hand: run it without --keep.")
    built = nbformat.reads(path.read_text(encoding="utf-8"), as_version=4)
    old = [cell for cell in built.cells if cell.cell_type == "code"]
    indices = [index for index, cell in enumerate(notebook.cells) if cell.cell_type == "code"]
    if len(old) != len(indices):
        raise ValueError(
            f"{label(path)} has {len(old)} code cells, its source {len(indices)}: run it."
        )
    for index, before in zip(indices, old, strict=True):
        cell = notebook.cells[index]
        if _meaning(cell.source) != _meaning(before.source):
            raise ValueError(f"{label(path)}, {place(notebook, index)}: its code changed: run it.")
        cell.outputs, cell.execution_count = before.outputs, before.execution_count
    notebook.metadata.workbook = {**built.metadata.workbook, "source": digest(notebook)}
    refuse(path, problems(notebook))
    write_atomically(path, to_bytes(notebook))
    return notebook


def _meaning(code: str) -> str:
    """Return the syntax tree as text, which knows neither layout nor comments."""
    return ast.dump(ast.parse(code))
