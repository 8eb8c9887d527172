"""The student notebooks of this edition, as they are handed out."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from helpers.course import LESSONS, ROOT
from helpers.course.places import notebooks_folder
from helpers.work.cells import headed_in, source
from helpers.work.fingerprint import digest, edition

# The names of notebooks by lesson, without their suffix.
NAMES = {lesson.number: f"{lesson.number}_{lesson.topic}" for lesson in LESSONS}
# The value that a student writes before the next cell computes it: the copy has ... instead.
PREDICTION = re.compile(r"^(\w+ = )(.+)(  # prediction)$", re.MULTILINE)
# What stands in place of an answer.
STUB = """\
# TODO: write your code here, then run this cell and the next one.
raise NotImplementedError("TODO {exercise}")"""
_SOLUTION = re.compile(r"^([ \t]*)### BEGIN SOLUTION\n.*?### END SOLUTION[ \t]*$", re.M | re.S)


def handed_out(root: Path = ROOT) -> Path:
    """Return the folder of the student notebooks of this edition."""
    return notebooks_folder() if root == ROOT else root / "notebooks"


def edition_today(lesson: str) -> str:
    """Return the digest of this edition's copy of a lesson, also where somebody works in it.

    "" where there is none.
    """
    path = handed_out() / f"{NAMES[lesson]}.ipynb"
    return edition(_read(path)) if path.is_file() else ""


def is_untouched(notebook: dict[str, Any]) -> bool:
    """Return whether a notebook holds just the cells that it was handed out with.

    Running cells does not count; editing, adding, moving and deleting do.
    """
    try:
        pairs = [(cell["cell_type"], source(cell)) for cell in notebook["cells"]]
    except (KeyError, TypeError):
        return False
    return bool(edition(notebook)) and edition(notebook) == digest(pairs)


def student_copy(name: str, root: Path = ROOT) -> list[dict]:
    """Return the cells of a notebook as students get it, by its name without a suffix.

    Somebody may be working in the file: then they are made from the solution.

    Raises:
        ValueError: it is not there, or is worked in and there is no solution to make it from.
    """
    path = handed_out(root) / f"{name}.ipynb"
    if not path.is_file():
        raise ValueError(f"There is no {path.parent.name}/{path.name}: run make student first.")
    notebook = _read(path)
    if is_untouched(notebook) or ("cells" in notebook and not edition(notebook)):
        return notebook["cells"]
    solution = root / "solutions" / path.name
    if not solution.is_file():
        raise ValueError(
            f"{path.parent.name}/{path.name} is somebody's work, and there is no solutions/"
            f"{path.name} to tell what students were given: bring back the copy that was handed "
            "out."
        )
    return without_answers(_read(solution)["cells"])


def without_answers(cells: list[dict]) -> list[dict]:
    """Return a solution's cells as the student copy has them: no answers, predictions, outputs.

    nbgrader's part, checksums and locks, stays the builder's.
    """
    found, exercise = [], ""
    for cell in cells:
        exercise = next(iter(headed_in(source(cell))), exercise)
        found.append(_without_answer(cell, exercise))
    return found


def _without_answer(cell: dict, exercise: str) -> dict:
    marks = cell.get("metadata", {}).get("nbgrader", {})
    text = source(cell)
    if marks.get("solution"):
        stub = STUB.format(exercise=exercise).splitlines()
        text = _SOLUTION.sub(lambda match: "\n".join(match[1] + line for line in stub), text)
    elif cell["cell_type"] == "code" and not marks:
        text = PREDICTION.sub(r"\1...\3", text)
    cleared: dict = {"outputs": [], "execution_count": None} if cell["cell_type"] == "code" else {}
    return {**cell, **cleared, "source": text}


def _read(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
