"""Put together a notebook of a new edition's cells and a student's."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from helpers.work.cells import source
from helpers.work.fingerprint import fingerprint
from helpers.work.given import Old

END = """\
## From your earlier copy

An update put this here: cells of yours that have no place in this edition of the lesson. Nothing
below runs. Copy what you still need to where you need it, and delete the rest."""


@dataclass
class Sewn:
    """Where the cells of an old notebook go in a new one.

    Args:
        size: how many cells the new one has.

    Attributes:
        homes: old cell -> the new cell that it belongs to.
        puts: new cell -> the old cell whose text it takes.
        texts: new cell -> a text that it takes.
        above, below: new cell -> old cells that stand around it.
        own: old cells that stand under the cell they stood under.
        added: new cell -> cells to add below it.
        ends: old cells that stand at the end.
    """

    size: int
    homes: dict[int, int] = field(default_factory=dict)
    puts: dict[int, int] = field(default_factory=dict)
    texts: dict[int, str] = field(default_factory=dict)
    above: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    below: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    own: list[int] = field(default_factory=list)
    added: dict[int, list[dict]] = field(default_factory=dict)
    ends: list[int] = field(default_factory=list)

    def anchor(self, number: int, passed_over: list[int]) -> int:
        """Return the new cell below which an old cell of the student's own stands, -1 for the top.

        That is the one that the cell above belongs to. Where the new edition has other cells in
        between, as many of them as the old one had there come first.

        Args:
            number: of the old cell.
            passed_over: old cells of the lesson's that have no counterpart in the new edition.
        """
        before = max((n for n in self.homes if n <= number), default=-1)
        after = min((n for n in self.homes if n > number), default=None)
        start = self.homes.get(before, -1)
        if before == number:
            return start
        stop = self.size if after is None else self.homes[after]
        gone = [n for n in passed_over if n > before and (after is None or n < after)]
        above = sum(n < number for n in gone)
        room = max(0, stop - start - 1)
        if above and above == len(gone) and after is not None:
            return start + room
        return start + min(above, room)


def sew(new: dict[str, Any], old: dict[str, Any], sewn: Sewn, olds: list[Old]) -> None:
    """Change the cells of a new notebook as was found out; nothing of an old cell runs anew.

    Outputs stay behind: they are of another edition, or of another order of cells.
    """
    own, settled = set(sewn.own), {*sewn.homes, *sewn.own, *sewn.ends}
    settled |= {n for found in (*sewn.above.values(), *sewn.below.values()) for n in found}
    passed_over = [o.number for o in olds if o.given and o.number not in settled]
    below: dict[int, list[int]] = defaultdict(list, {n: [*f] for n, f in sewn.below.items()})
    for number in sorted(own):
        below[sewn.anchor(number, passed_over)].append(number)
    courses = {id(cell) for cell in new["cells"]}
    cells: list[dict] = [_own(olds[n]) for n in sorted(below[-1])]
    for number, cell in enumerate(new["cells"]):
        cells += [_own(olds[n]) for n in sorted(sewn.above[number])]
        if number in sewn.puts:
            cell["source"] = olds[sewn.puts[number]].cell.source
        cell["source"] = sewn.texts.get(number, source(cell))
        cells += [cell, *sewn.added.get(number, ())]
        cells += [_own(olds[n]) for n in sorted(below[number])]
    new["cells"] = cells
    lost = [o for o in olds if o.number in sewn.ends or not (o.given or _is_in(o, cells))]
    if lost:
        cells.append({"cell_type": "markdown", "metadata": {}, "source": END})
        cells += [_at_the_end(o) for o in sorted(lost, key=lambda one: one.number)]
    _name(cells, courses)
    # The states of widgets are outputs, too.
    kept = {key: value for key, value in _metadata(old).items() if key != "widgets"}
    new["metadata"] = {**kept, **new["metadata"]}


def _is_in(old: Old, cells: list[dict]) -> bool:
    """Return whether every line of an old cell is in one of these: the last word on it."""
    lines = {line for cell in cells for line in source(cell).splitlines()}
    return set(old.lines()) <= lines


def _metadata(notebook: dict[str, Any]) -> dict[str, Any]:
    found = notebook.get("metadata")
    return found if isinstance(found, dict) else {}


def _own(old: Old) -> dict[str, Any]:
    """Return a cell of the student's as it stands in the new notebook, without outputs."""
    metadata = {k: v for k, v in _metadata(old.raw).items() if k != "nbgrader" or old.cell.by_hand}
    if old.cell.mark and not old.cell.by_hand:
        metadata.pop("deletable", None)
        metadata.pop("editable", None)
    kind = old.cell.kind if old.cell.kind in ("code", "markdown") else "raw"
    cell: dict = {"cell_type": kind, "metadata": metadata, "source": old.cell.source}
    if old.cell.id and not old.cell.mark:
        cell["id"] = old.cell.id
    if kind == "code":
        cell |= {"execution_count": None, "outputs": []}
    elif isinstance(old.raw.get("attachments"), dict):
        cell["attachments"] = old.raw["attachments"]
    return cell


def _at_the_end(old: Old) -> dict[str, Any]:
    """Return a cell as text: code between fences, which no line of it can close."""
    text = old.cell.source
    if old.cell.kind != "markdown":
        ticks = max(map(len, re.findall(r"`+", text)), default=0)
        fence = "`" * max(3, ticks + 1)
        text = f"{fence}python\n{text}\n{fence}"
    cell = {"cell_type": "markdown", "metadata": {}, "source": text}
    if isinstance(old.raw.get("attachments"), dict):
        cell["attachments"] = old.raw["attachments"]
    return cell


def _name(cells: list[dict], courses: set[int]) -> None:
    """Give every cell an id; those of the course keep theirs.

    Args:
        cells: of the notebook.
        courses: Python's ids of the course's cells.
    """
    taken = {cell["id"] for cell in cells if id(cell) in courses}
    for number, cell in enumerate(cells):
        if id(cell) in courses:
            continue
        name = cell.get("id", "")
        name = name if re.fullmatch(r"[A-Za-z0-9_-]{1,64}", name) else ""
        salt = 0
        while not name or name in taken:
            name = f"own-{fingerprint(f'{number} {salt}', source(cell))}"
            salt += 1
        cell["id"] = name
        taken.add(name)
