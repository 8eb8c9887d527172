"""An earlier edition's cells, with the exercise numbers of this one.

An exercise keeps its name and its mark for life; numbers go to others when exercises come and go.
The finder of answers reads numbers where marks are lost, so an old "Exercise 2.4" must not be
taken for the one that has that number today.
"""

from __future__ import annotations

import re
from dataclasses import replace

from helpers.work.cells import Cell
from helpers.work.lessons import LessonFacts

# As the exercises of a lesson and their checks are marked.
MARK = re.compile(r"ch\d\d-[a-z0-9-]+")
# No exercise has this number.
_NOBODYS = "0.0"
_CHECK = re.compile(r"(\bcheck\(\s*[\"'])(\d+\.\d+)([\"']\s*,\s*)(\w+)")
_HEADING = re.compile(r"^(#{1,6}[ \t]*Exercise[ \t]+)(\d+\.\d+)(\b\W*)(.*)$", re.MULTILINE)


def translated(cells: list[Cell], lesson: LessonFacts) -> list[Cell]:
    """Return an earlier edition's cells as the finder of answers may read them.

    What is marked as another exercise's is nobody's; headings and checks have today's numbers.
    """
    known = {entry.grade_id for entry in lesson.exercises}
    known |= {f"{mark}-check" for mark in known}
    found = []
    for number, cell in enumerate(cells):
        mark = cell.mark or cell.id
        if MARK.fullmatch(mark) and mark not in known:
            found.append(replace(cell, kind="another exercise's", source=""))
        elif cell.kind == "code":
            found.append(replace(cell, source=_with_checks(cell.source, lesson)))
        elif cell.headed:
            found.append(replace(cell, source=_with_headings(cells, number, lesson)))
        else:
            found.append(cell)
    return found


def _with_checks(text: str, lesson: LessonFacts) -> str:
    numbers = {entry.name: entry.id for entry in lesson.exercises}
    return _CHECK.sub(lambda m: f"{m[1]}{numbers.get(m[4], _NOBODYS)}{m[3]}{m[4]}", text)


def _with_headings(cells: list[Cell], number: int, lesson: LessonFacts) -> str:
    """Return a text whose headings of exercises have today's numbers.

    An exercise is known by its title, or by the name that is written below its heading.
    """
    below = ""
    for cell in cells[number + 1 :]:
        if cell.headed:
            break
        below += f"\n{cell.source}" if cell.kind == "code" else ""
    by_title = {entry.title: entry.id for entry in lesson.exercises}
    by_number = {entry.id: entry.name for entry in lesson.exercises}

    def today(match: re.Match[str]) -> str:
        name = by_number.get(match[2])
        is_same = name is not None and re.search(rf"\b{re.escape(name)}\b", below)
        id = by_title.get(title(match[0]), match[2] if is_same else _NOBODYS)
        return f"{match[1]}{id}{match[3]}{match[4]}"

    return _HEADING.sub(today, cells[number].source)


def title(text: str) -> str:
    """Return the title in an exercise's heading, "" where there is none."""
    match = re.search(r"^#{1,6}[ \t]*Exercise[ \t]+\d+\.\d+\W+(.*?)(?:\s*\([^()]*\))?$", text, re.M)
    return match[1] if match else ""
