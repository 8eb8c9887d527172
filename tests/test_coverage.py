"""The table of what the sources teach points at headings that are there."""

import re
from pathlib import Path

import pytest

from helpers.course.lessons import CORE, LESSONS

ROOT = Path(__file__).parent.parent
ROW = re.compile(r"^\| ([1-5](?: [1-5])*) \| (.+) \| (\d\d) \| ?(.*?) ?\|$", re.MULTILINE)
ROWS = ROW.findall((ROOT / "tests" / "coverage.md").read_text(encoding="utf-8"))
LESSON = {lesson.number: lesson for lesson in LESSONS}


def headings(lesson) -> list[str]:
    source = ROOT / "solutions" / f"{lesson.number}_{lesson.topic}.py"
    return re.findall(r"^# #+ (.+)$", source.read_text(encoding="utf-8"), re.MULTILINE)


def test_every_source_and_the_core_are_in_the_table():
    """A lesson beyond the core may come from none of the sources, and then has no row."""
    assert {number for sources, *_ in ROWS for number in sources.split()} == set("12345")
    covered = {number for *_, number, _ in ROWS}
    assert {lesson.number for lesson in CORE} <= covered <= set(LESSON)


@pytest.mark.parametrize(("sources", "what", "number", "heading"), ROWS, ids=lambda v: v[:40])
def test_a_row_names_a_heading_of_its_lesson(sources, what, number, heading):
    lesson = LESSON[number]
    assert heading in headings(lesson)
