"""grades.csv, as a spreadsheet opens it and as learning platforms import it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from helpers.grading.roster import Roster
from helpers.grading.whose import Person
from helpers.work.lessons import facts

# A spreadsheet runs a cell that begins so, also where it takes ; or a tab for the next cell.
_FORMULA = re.compile(r"(^|[;,|\t\r\n])([\s'\"]*)(?=[=+\-@\t\r＝＋－＠])")


@dataclass(frozen=True)
class Row:
    """What a student earned.

    Args:
        student: the name that is shown.
        points: by lesson; lessons that are not graded are left out.
        people: by lesson, the student as the platform knows one there; by "" in any.
        whole: whether everything that was handed in is graded.
    """

    student: str
    points: dict[str, int] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    whole: bool = True

    @property
    def person(self) -> Person:
        """The student as the platform knows one, from any lesson."""
        return next(iter(self.people.values()), Person(self.student))


def grade_tables(
    rows: Iterable[Row], lessons: Sequence[str], kind: str, roster: Roster | None, out: Path
) -> dict[Path, bytes]:
    """Return the content of ``grades.csv`` by its path; of Moodle's one for each lesson.

    What is not graded is blank, never 0.

    Args:
        rows: one a student, in order.
        lessons: numbers, a column each.
        kind: ``"plain"``: student, points, total. ``"canvas"``: a gradebook to import; a student
            is found by ID, else by the name. ``"moodle"``: the worksheet of an assignment for
            offline grading, where a student is the number in the name of the submission's folder.
        roster: has the columns that no submission tells.
        out: the folder.
    """
    rows = list(rows)
    if kind == "canvas":
        return {out / "grades.csv": _csv(_canvas(rows, lessons, roster))}
    if kind == "moodle":
        names = {n: f"grades_{n}.csv" if len(lessons) > 1 else "grades.csv" for n in lessons}
        return {out / names[n]: _csv(_moodle(rows, n, roster)) for n in lessons}
    return {out / "grades.csv": _csv(_plain(rows, lessons))}


def no_formula(text: str) -> str:
    """Keep a spreadsheet from taking a text, or a part of it after a separator, for a formula."""
    return _FORMULA.sub(r"\1\2'", text)


def _plain(rows: list[Row], lessons: Sequence[str]) -> list[list]:
    heads = ["student", *(f"lesson_{n}_of_{facts(n).points}" for n in lessons), "total"]
    lines = [
        [
            row.student,
            *(row.points.get(n, "") for n in lessons),
            sum(row.points.values()) if row.points and row.whole else "",
        ]
        for row in rows
    ]
    return [heads, *lines]


def _canvas(rows: list[Row], lessons: Sequence[str], roster: Roster | None) -> list[list]:
    known = ("ID", "SIS User ID", "SIS Login ID", "Section")
    titles = [f"Lesson {n} {facts(n).title}" for n in lessons]
    lines = []
    for row in rows:
        member = roster.member(row.person) if roster else None
        fields = member.fields if member else {}
        number = row.person.number if row.person.platform == "canvas" else ""
        own = [fields.get(head.lower(), number if head == "ID" else "") for head in known]
        name = fields.get("student", member.name if member else row.student)
        lines.append([name, *own, *(row.points.get(n, "") for n in lessons)])
    possible = ["    Points Possible", *([""] * len(known)), *(facts(n).points for n in lessons)]
    return [["Student", *known, *titles], possible, *lines]


def _moodle(rows: list[Row], lesson: str, roster: Roster | None) -> list[list]:
    heads = ["Identifier", "Full name", "Email address", "Grade", "Maximum Grade"]
    lines = []
    for row in rows:
        person = row.people.get(lesson) or row.people.get("") or Person(row.student)
        member = roster.member(person) if roster else None
        fields = member.fields if member else {}
        number = person.number if person.platform == "moodle" else ""
        lines.append(
            [
                fields.get("identifier") or (f"Participant {number}" if number else ""),
                member.name if member else row.student,
                fields.get("email address", ""),
                row.points.get(lesson, ""),
                facts(lesson).points,
                fields.get("last modified (grade)", ""),
            ]
        )
    return [[*heads, "Last modified (grade)"], *lines]


def _csv(lines: list[list]) -> bytes:
    """Return a table as Excel opens it right: in UTF-8 with a byte order mark."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    for line in lines:
        writer.writerow([no_formula(cell) if isinstance(cell, str) else cell for cell in line])
    return stream.getvalue().encode("utf-8-sig", "replace")
