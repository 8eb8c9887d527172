"""What is found out while a worked notebook is gone through for a new edition."""

from __future__ import annotations

import copy
import difflib
from dataclasses import dataclass, field
from typing import Any

from helpers.work.cells import Cell, cells_of
from helpers.work.fingerprint import fingerprint
from helpers.work.given import Old, olds_of, prints_of
from helpers.work.lessons import LessonFacts
from helpers.work.sewing import Sewn
from helpers.work.translated import MARK

# Two cells that share this much are one cell, changed.
_ALIKE = 0.6


@dataclass
class Carried:
    """A new copy with a student's work in it.

    Args:
        notebook: its JSON.
        answers: numbers of the exercises that have an answer.
        predictions: names that have a value.
        own: how many cells of the student's own stand where they stood.
        edited: how many of the lesson's own cells are as the student changed them.
        homeless: in words, what has no place in this edition and stands at the end.
        changed: exercises that now ask for a function with other parameters.
    """

    notebook: dict[str, Any]
    answers: list[str] = field(default_factory=list)
    predictions: list[str] = field(default_factory=list)
    own: int = 0
    edited: int = 0
    homeless: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)


class Walk:
    """Old cells that are settled one by one, and the new cells that they belong to.

    Args:
        old: the worked notebook, with a list of cells.
        new: the copy that is handed out now.
        lesson: facts of the new edition.

    Attributes:
        olds: cells of the worked notebook.
        prints: of the cells that it was handed out with, if it says so.
        news: cells of the new copy.
        sewn: where which goes.
        found: what is told about it.
        met: new cells that an old one belongs to.
        by_mark: new cell by its mark, or its id.
    """

    def __init__(self, old: dict[str, Any], new: dict[str, Any], lesson: LessonFacts):
        self.lesson = lesson
        self.olds = olds_of(old)
        self.prints = prints_of(old)
        notebook = copy.deepcopy(new)
        self.news: list[Cell] = cells_of(notebook["cells"])
        self.sewn = Sewn(len(self.news))
        self.found = Carried(notebook)
        self.met: set[int] = set()
        self.by_mark = {cell.mark or cell.id: n for n, cell in enumerate(self.news)}
        self._settled: set[int] = set()

    def settle(self, old: Old, home: int | None = None) -> None:
        """Be done with an old cell, which belongs to this new one."""
        self._settled.add(old.number)
        if home is not None:
            self.belongs(old, home)

    def belongs(self, old: Old, home: int) -> None:
        """Note which new cell an old one belongs to."""
        self.sewn.homes[old.number] = home
        self.met.add(home)

    def is_free(self, old: Old) -> bool:
        """Return whether an old cell is not settled yet."""
        return old.number not in self._settled

    def free(self) -> list[Old]:
        """Return the old cells that are not settled yet."""
        return [old for old in self.olds if self.is_free(old)]

    def end(self, old: Old) -> None:
        """Let an old cell stand at the end, and say so."""
        self.sewn.ends.append(old.number)
        mark = old.cell.mark or old.cell.id
        kind = {"code": "code", "markdown": "text"}.get(old.cell.kind, old.cell.kind)
        name = f"the answer {mark}" if MARK.fullmatch(mark) else f"a cell of {kind}"
        first = next(iter(old.lines()), "")[:50]
        self.found.homeless.append(f"{name} that begins with: {first}")

    def print_of(self, home: int) -> str:
        """Return the print of a new cell."""
        return fingerprint(self.news[home].kind, self.news[home].source)

    def has_lines(self, home: int, old: Old) -> bool:
        """Return whether every line of an old cell is in a new one."""
        return set(old.lines()) <= set(self.news[home].source.splitlines())

    def like(self, old: Old) -> int | None:
        """Return the new cell that an unmarked old one is most like, if any is left."""
        if old.cell.mark:
            return None
        best, found = _ALIKE, None
        matcher = difflib.SequenceMatcher(None, autojunk=False)
        matcher.set_seq2(old.cell.source.splitlines())
        for number, cell in enumerate(self.news):
            if number in self.met or cell.kind != old.cell.kind or cell.mark:
                continue
            matcher.set_seq1(cell.source.splitlines())
            if matcher.real_quick_ratio() > best and (ratio := matcher.ratio()) > best:
                best, found = ratio, number
        return found


def trimmed(text: str) -> str:
    """Return a text without space at the ends of it and of its lines."""
    return "\n".join(line.rstrip() for line in text.strip().splitlines())
