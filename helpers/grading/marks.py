"""nbgrader's marks, given back to the cells of a submission that lost them.

nbgrader finds a cell by its ``grade_id`` alone, and stops where an answer cell has none. Its
configuration of ``export-nbgrader`` runs this step before all others.
"""

from __future__ import annotations

from nbconvert.preprocessors import Preprocessor
from nbformat.notebooknode import NotebookNode
from nbformat.v4 import new_code_cell
from traitlets import Bool

from helpers.course.lessons import LESSONS
from helpers.work.answers import places_in
from helpers.work.cells import cells_of
from helpers.work.handed_out import student_copy
from helpers.work.lessons import facts


class RestoreMarks(Preprocessor):
    """Find the cells of each exercise as ``grade`` does, and mark them as in the student copy.

    A stub that stands beside an answer is emptied, since nbgrader runs every cell; an exercise
    without an answer cell of its own gets one. Notebooks that are no lesson stay as they are.
    """

    enabled = Bool(True).tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: dict) -> tuple[NotebookNode, dict]:
        """Return the notebook with its marks, and the resources as they came."""
        name = resources["nbgrader"]["notebook"]
        for lesson in LESSONS:
            if lesson.points and name == f"{lesson.number}_{lesson.topic}":
                _restore(nb, lesson.number, name, known_cells(resources["nbgrader"]))
        return nb, resources


def known_cells(words: dict) -> set[str]:
    """Return the ``grade_id`` of every cell of the notebook that was handed out.

    Args:
        words: what nbgrader tells its preprocessors: ``db_url``, ``notebook``, ``assignment``.
    """
    from nbgrader.api import Gradebook

    with Gradebook(words["db_url"]) as gradebook:
        notebook = gradebook.find_notebook(words["notebook"], words["assignment"])
        return {cell.name for cell in notebook.source_cells}


def _restore(nb: NotebookNode, number: str, name: str, known: set[str]) -> None:
    lesson = facts(number)
    marks = {
        found["grade_id"]: found
        for cell in student_copy(name)
        if (found := cell["metadata"].get("nbgrader")) and found["grade_id"] in known
    }
    answers, checks = places_in(cells_of(nb.cells), lesson)
    added: list[tuple[int, NotebookNode]] = []
    for entry in lesson.exercises:
        check = f"{entry.grade_id}-check"
        if not {entry.grade_id, check} <= marks.keys():
            continue  # an exercise that was not handed out
        own = answers[entry.id]
        marked = _marked(nb, entry.grade_id)
        free = [place for place in own if not _mark(nb.cells[place])]
        if own and free and not set(own) & set(marked):
            _give(nb.cells[free[-1]], marks[entry.grade_id])
        for place in set(marked) - set(own) if own else ():
            nb.cells[place].source = ""
            del nb.cells[place].metadata["nbgrader"]
        if not _marked(nb, entry.grade_id):
            cell = new_code_cell("" if own else lesson.stubs[entry.grade_id])
            _give(cell, marks[entry.grade_id])
            added.append((checks.get(entry.id, len(nb.cells)), cell))
        if entry.id in checks and not _marked(nb, check):
            _give(nb.cells[checks[entry.id]], marks[check])
    for place, cell in sorted(added, key=lambda one: one[0], reverse=True):
        nb.cells.insert(place, cell)


def _mark(cell: NotebookNode) -> str:
    return cell.metadata.get("nbgrader", {}).get("grade_id", "")


def _marked(nb: NotebookNode, grade_id: str) -> list[int]:
    return [place for place, cell in enumerate(nb.cells) if _mark(cell) == grade_id]


def _give(cell: NotebookNode, marks: dict) -> None:
    cell.metadata.nbgrader = NotebookNode(marks)
