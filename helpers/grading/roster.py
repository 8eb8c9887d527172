"""Who is in the class: a list as a learning platform exports it, matched with who handed in."""

from __future__ import annotations

import csv
import io
import itertools
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from helpers.grading.whose import Person, clean_name

_HEADS = {
    *("student", "studentname", "name", "fullname", "firstname", "lastname", "surname"),
    *("id", "idnumber", "studentid", "userid", "username", "login", "email", "emailaddress"),
    *("identifier", "sisuserid", "sisloginid", "이름", "성명", "학번", "아이디"),
}
_NAME_HEADS = ("full name", "student", "student name", "name", "이름", "성명")


@dataclass(frozen=True)
class Member:
    """One line of a roster.

    Args:
        name: how the line is shown.
        fields: its cells by their heads, in small letters; empty where the roster has no heads.
        keys: all texts by which the student may be known.
    """

    name: str
    fields: dict[str, str]
    keys: frozenset[str]


@dataclass(frozen=True)
class Roster:
    """The members of a class, in the order of the list."""

    members: tuple[Member, ...]

    def member(self, person: Person) -> Member | None:
        """Return the one member that a person is, None if there is none or more than one."""
        number, names = _keys(person)
        for keys in (number, names):
            found = [member for member in self.members if member.keys & keys]
            if len(found) == 1:
                return found[0]
        return None

    def missing(self, people: Iterable[Person]) -> list[Member]:
        """Return the members of whom nothing came."""
        keys = frozenset().union(*(key for person in people for key in _keys(person)))
        return [member for member in self.members if not member.keys & keys]

    def has(self, person: Person) -> bool:
        """Return whether a person is on the list."""
        keys = frozenset().union(*_keys(person))
        return any(member.keys & keys for member in self.members)


def read_roster(path: Path) -> Roster:
    """Return the roster in a CSV file: with a line of heads or without, one student a line.

    A gradebook of Canvas, a grading worksheet of Moodle, a column of names: whatever a cell
    holds, or two neighbours together, may name the student.

    Raises:
        ValueError: the file cannot be read, or nobody is in it.
    """
    try:
        content = path.read_bytes()
        if content.startswith(b"PK"):
            raise ValueError(f"The roster {path.name!r} is a spreadsheet: save it as CSV.")
        text = _decoded(content)
        lines = text.splitlines()
        dialect = max(",;\t", key=lambda mark: sum(line.count(mark) for line in lines[:5]))
        rows = list(csv.reader(io.StringIO(text), delimiter=dialect))
    except (OSError, csv.Error) as problem:
        said = problem.strerror if isinstance(problem, OSError) else problem
        raise ValueError(f"The roster {path.name!r} cannot be read: {said}") from None
    rows = [[clean_name(cell) if cell.strip() else "" for cell in row] for row in rows]
    rows = [row for row in rows if any(row)]
    heads = [head.lower() for head in rows[0]] if rows else []
    if not any(_plain(head) in _HEADS for head in heads):
        heads = []
    members = [_member(row, heads) for row in rows[bool(heads) :]]
    # Canvas has lines for the points of each assignment and for a test student.
    members = [m for m in members if not m.keys & {"pointspossible", "studenttest", "teststudent"}]
    if not members:
        raise ValueError(f"The roster {path.name!r} names nobody: write one student a line.")
    return Roster(tuple(members))


def _member(row: list[str], heads: list[str]) -> Member:
    fields = dict(zip(heads, row, strict=False))
    first, last = (fields.get(head, "") for head in ("first name", "last name"))
    names = [f"{first} {last}".strip(), *(fields.get(head, "") for head in _NAME_HEADS)]
    names += [cell for cell in row if not cell.isdigit() and "@" not in cell]
    pairs = (pair for near in itertools.pairwise(row[:5]) for pair in (near, near[::-1]))
    cells = [*row, *map("".join, pairs)]
    cells += (cell.split("@")[0] for cell in row if "@" in cell)
    cells += (cell.partition(",")[2] + cell.partition(",")[0] for cell in row if "," in cell)
    cells += (cell.rpartition(" ")[2] + cell.rpartition(" ")[0] for cell in row if " " in cell)
    keys = frozenset(map(_plain, cells)) - {""}
    return Member(next(filter(None, [*names, *row])), fields, keys)


def _keys(person: Person) -> tuple[frozenset[str], frozenset[str]]:
    """Return the texts by which a person may be listed: those with a number, and names."""
    numbers = {person.unique} if person.number else set()
    if person.platform == "canvas":
        numbers.add(person.number)
    elif person.platform == "moodle" and person.number:
        numbers.add(f"participant {person.number}")
    elif person.platform == "brightspace":
        numbers.add(person.number.split("-")[0])
    return frozenset(map(_plain, numbers)), frozenset({_plain(person.name)})


def _plain(text: str) -> str:
    """Return letters and digits only, so that "Adams, Amy" is Canvas's adamsamy."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(filter(str.isalnum, folded))


def _decoded(content: bytes) -> str:
    is_utf16 = content[:2] in (b"\xff\xfe", b"\xfe\xff")
    try:
        return content.decode("utf-16" if is_utf16 else "utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp949", "replace")
