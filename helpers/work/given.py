"""Which cells of a worked notebook are the course's, just as they were handed out."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from helpers.work.cells import Cell, Refused, cells_of
from helpers.work.fingerprint import as_bytes, fingerprint
from helpers.work.handed_out import PREDICTION

# The id of a cell that was built: its print, and a number where two cells are the same.
_BUILT = re.compile(r"([0-9a-f]{12})(?:-\d+)?")


@dataclass(frozen=True)
class Old:
    """A cell of a worked notebook.

    Args:
        number: its place in the notebook, from 0.
        raw: its JSON.
        cell: as text.
        print: that stands for what it holds now.
        given: whether it is just as it was handed out.
        known: whether that can be told: its notebook or its mark says how it was.
        built: print of the lesson's cell that it was once, "" where that is not known.
    """

    number: int
    raw: dict[str, Any]
    cell: Cell
    print: str
    given: bool
    known: bool
    built: str

    def lines(self) -> list[str]:
        """Return its lines that say something."""
        return [line for line in self.cell.source.splitlines() if line.strip()]


def olds_of(notebook: Mapping[str, Any]) -> list[Old]:
    """Return the cells of a worked notebook.

    Raises:
        Refused: one of them is no cell.
    """
    prints = prints_of(notebook)
    found = []
    for number, raw in enumerate(notebook["cells"]):
        cells = list(cells_of([raw]))
        if not cells:
            raise Refused(f"its cell {number + 1} has no text")
        found.append(_old(number, raw, cells[0], prints))
    return found


def prints_of(notebook: Mapping[str, Any]) -> frozenset[str]:
    """Return the prints of all cells that a notebook was handed out with, if it says so."""
    metadata = notebook.get("metadata")
    said = metadata.get("workbook") if isinstance(metadata, Mapping) else None
    prints = said.get("cells") if isinstance(said, Mapping) else None
    return frozenset(filter(_is_text, prints)) if isinstance(prints, list) else frozenset()


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _old(number: int, raw: dict[str, Any], cell: Cell, prints: frozenset[str]) -> Old:
    own = fingerprint(cell.kind, cell.source)
    match = _BUILT.fullmatch(cell.id)
    built = match[1] if match and (not prints or match[1] in prints) else ""
    blank = fingerprint(cell.kind, PREDICTION.sub(r"\1...\3", cell.source))
    if not built and blank in prints:
        built = blank  # with a prediction in it
    marks = raw["metadata"]["nbgrader"] if cell.mark else {}
    given = own in prints or own == built or ("checksum" in marks and _is_as_marked(marks, cell))
    known = bool(prints or built or "checksum" in marks)
    return Old(number, raw, cell, own, given, known, built)


def _is_as_marked(marks: dict[str, Any], cell: Cell) -> bool:
    """Return whether a marked cell still has the checksum that nbgrader gave it."""
    is_check = bool(marks.get("grade"))
    words = [cell.source, cell.kind, str(is_check), str(bool(marks.get("solution")))]
    words += [str(is_check or bool(marks.get("locked"))), cell.mark]
    if is_check:
        words.append(str(float(marks.get("points") or 0)))
    found = hashlib.md5(as_bytes("".join(words)), usedforsecurity=False).hexdigest()
    return marks["checksum"] == found
