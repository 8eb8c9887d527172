"""nbgrader's marks come back to the cells that lost them, and stay where they are."""

import copy
import json

import nbformat
import pytest
from grading_kit import file_name, filled, solution
from traitlets import import_item
from traitlets.config import Config

from helpers.grading import marks as marks_module
from helpers.grading.marks import RestoreMarks
from helpers.grading.nbgrader import CONFIG
from helpers.work.lessons import facts

LESSON = facts("02")
NAME = file_name("02").removesuffix(".ipynb")


@pytest.fixture
def handed_out(monkeypatch):
    """Return the cells that nbgrader's gradebook knows, which a test may take some from."""
    known = {*LESSON.stubs, *LESSON.checks}
    monkeypatch.setattr(marks_module, "known_cells", lambda words: known)
    return known


@pytest.fixture
def submitted(handed_out):
    """Return a worked notebook, as nbgrader reads it."""
    return nbformat.from_dict(json.loads(json.dumps(filled("02", solution("02")))))


def restored(notebook, name=NAME):
    """Return a notebook as nbgrader gets it: marks by cell, and sources of marked cells."""
    notebook, _ = RestoreMarks().preprocess(notebook, {"nbgrader": {"notebook": name}})
    marked = [c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id")]
    return {cell.metadata.nbgrader.grade_id: "".join(cell.source) for cell in marked}


def marks(notebook):
    return [cell.metadata.get("nbgrader") for cell in notebook.cells]


def test_a_whole_notebook_stays_as_it_is(submitted):
    before = copy.deepcopy(submitted)
    restored(submitted)
    assert submitted == before


@pytest.mark.parametrize("ids", [True, False])
def test_lost_marks_come_back_as_they_were_handed_out(submitted, ids):
    before, untouched = marks(submitted), copy.deepcopy(submitted)
    for number, cell in enumerate(submitted.cells):
        cell.metadata.pop("nbgrader", None)
        cell.id = cell.id if ids else f"other-{number}"
    sources = restored(submitted)
    assert marks(submitted) == before
    assert {k: v for k, v in sources.items() if k in LESSON.stubs} == {
        entry.grade_id: solution("02")[entry.id] for entry in LESSON.exercises
    }
    # Another notebook is none of ours.
    assert restored(untouched, "other") and marks(untouched) == before


def test_an_exercise_that_was_not_handed_out_is_not_added(submitted, handed_out):
    handed_out -= {"ch02-decode", "ch02-decode-check"}
    lost = [cell for cell in submitted.cells if cell.metadata.pop("nbgrader", None)]
    assert len(lost) == 2 * len(LESSON.exercises)
    assert restored(submitted).keys() == handed_out


def test_every_exercise_has_an_answer_cell_before_its_check_and_no_stub_hides_it(submitted):
    """Where one is missing nbgrader stops, and what runs last counts there."""
    cells = {c.metadata.get("nbgrader", {}).get("grade_id"): c for c in submitted.cells}
    first, second, third = (cells[entry.grade_id] for entry in LESSON.exercises[:3])
    first.source = f"{first.source}\n\n{second.source}"
    submitted.cells.remove(second)
    submitted.cells.remove(third)
    answer = cells[LESSON.exercises[3].grade_id]
    pasted = copy.deepcopy(answer)
    pasted.id = "pasted"
    pasted.source = LESSON.stubs[LESSON.exercises[3].grade_id]
    submitted.cells.insert(submitted.cells.index(answer) + 1, pasted)
    sources = restored(submitted)
    both = [(entry.grade_id, f"{entry.grade_id}-check") for entry in LESSON.exercises]
    assert list(sources) == [mark for pair in both for mark in pair]
    assert sources[LESSON.exercises[1].grade_id] == ""
    assert sources[LESSON.exercises[2].grade_id] == LESSON.stubs[LESSON.exercises[2].grade_id]
    assert (pasted.source, pasted.metadata.get("nbgrader")) == ("", None)
    nbformat.validate(submitted)


def test_the_configuration_runs_this_step_before_nbgrader_s_own():
    config = Config()
    exec(CONFIG, {"get_config": lambda: config})
    steps = config.Autograde.sanitize_preprocessors.get_value(["ClearOutput", "OverwriteCells"])
    assert steps[1:] == ["ClearOutput", "OverwriteCells"]
    assert import_item(steps[0]) is RestoreMarks
