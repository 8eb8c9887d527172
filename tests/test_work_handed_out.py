"""What students were given: told from a copy, from a solution, and from each cell's print."""

import json

import pytest
from work_kit import answered, code, earlier, sources, today

from helpers.course.lessons import LESSONS
from helpers.work.fingerprint import edition, fingerprint
from helpers.work.given import olds_of
from helpers.work.handed_out import (
    NAMES,
    edition_today,
    handed_out,
    is_untouched,
    student_copy,
    without_answers,
)


def read(folder, lesson):
    path = handed_out().parent / folder / f"{NAMES[lesson.number]}.ipynb"
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.number)
def test_a_solution_without_its_answers_is_the_student_copy(lesson):
    made = {"cells": without_answers(read("solutions", lesson)["cells"])}
    copy = read("notebooks", lesson)
    assert sources(made) == sources(copy)
    assert not [cell for cell in made["cells"] if cell.get("outputs")]
    assert is_untouched(copy) and edition_today(lesson.number) == edition(copy)


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.number)
def test_a_student_copy_carries_the_print_of_each_cell(lesson):
    copy = read("notebooks", lesson)
    assert copy["metadata"]["workbook"]["cells"] == [fingerprint(*one) for one in sources(copy)]
    assert all(old.given and old.known for old in olds_of(copy))


def test_a_copy_that_somebody_works_in_is_told_by_its_cells_alone():
    book = today()
    assert is_untouched(book)
    first = next(cell for cell in book["cells"] if cell["cell_type"] == "code")
    first |= {"execution_count": 3, "outputs": [{"output_type": "stream"}]}
    assert is_untouched(book)
    assert not is_untouched(answered(today(), ids=["3.1"]))
    assert not is_untouched({**book, "cells": [*book["cells"], code("1")]})
    for broken in ({}, {"cells": [3]}, {"cells": [], "metadata": []}, {**book, "metadata": {}}):
        assert not is_untouched(broken)


@pytest.mark.parametrize("prints", [True, False])
def test_each_cell_of_the_course_is_known_until_it_is_changed(prints):
    """By its print, or as before there were any by its id, and a marked one by its checksum."""
    book = earlier(prints=prints)
    assert all(old.given for old in olds_of(book))
    for cell in book["cells"]:
        cell["source"] += "\n# mine"
    assert not any(old.given for old in olds_of(book))
    assert all(old.built or old.cell.mark for old in olds_of(book))


def test_the_copy_comes_from_the_solution_where_somebody_works_in_it(tmp_path):
    for folder in ("notebooks", "solutions"):
        (tmp_path / folder).mkdir()
    name = NAMES["03"]
    (tmp_path / "notebooks" / f"{name}.ipynb").write_text(json.dumps(answered(today())))
    with pytest.raises(ValueError, match="is somebody's work, and there is no solutions/"):
        student_copy(name, tmp_path)
    content = (handed_out().parent / "solutions" / f"{name}.ipynb").read_bytes()
    (tmp_path / "solutions" / f"{name}.ipynb").write_bytes(content)
    assert sources({"cells": student_copy(name, tmp_path)}) == sources(today())
