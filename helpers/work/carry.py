"""A student's answers and own cells, put into a new edition's copy of the lesson."""

from __future__ import annotations

import ast
from collections import defaultdict
from typing import Any

from helpers.work.cells import segment, shape
from helpers.work.fingerprint import fingerprint
from helpers.work.given import Old
from helpers.work.lessons import LessonFacts
from helpers.work.placing import place_answers, place_predictions
from helpers.work.sewing import sew
from helpers.work.translated import MARK, title
from helpers.work.walk import Carried, Walk, trimmed


def carry(old: dict[str, Any], new: dict[str, Any], lesson: LessonFacts) -> Carried:
    """Return a new copy of a lesson with what a student wrote in an earlier one.

    An answer goes into the cell of its exercise, found as the grader finds it; a prediction
    into its line; a cell of the student's own below the cell it stood under; a changed cell of
    the lesson's takes the place of the unchanged one. What has no place stands at the end. Every
    line that is not the course's is in the new copy.

    Args:
        old: the worked notebook, with a list of cells.
        new: the copy that is handed out now.
        lesson: facts of the new edition.

    Raises:
        Refused: a cell of the old notebook is no cell.
    """
    walk = Walk(old, new, lesson)
    place_answers(walk)
    place_predictions(walk)
    _same(walk)
    _edited(walk)
    _changed(walk)
    _rest(walk)
    sew(walk.found.notebook, old, walk.sewn, walk.olds)
    return walk.found


def _same(walk: Walk) -> None:
    """Find the cells that are in both editions."""
    waiting: dict[tuple[str, str], list[int]] = defaultdict(list)
    for number, cell in enumerate(walk.news):
        if number not in walk.met:
            waiting[cell.kind, trimmed(cell.source)].append(number)
    known = {(cell.kind, trimmed(cell.source)) for cell in walk.news}
    for old in walk.free():
        key = (old.cell.kind, trimmed(old.cell.source))
        if waiting[key]:
            walk.settle(old, waiting[key].pop(0))
        elif key in known or not old.lines():
            walk.settle(old)  # once more what is there already, or nothing


def _edited(walk: Walk) -> None:
    """Put a cell of the lesson's that the student changed in place of the unchanged one."""
    prints = {fingerprint(c.kind, c.source): n for n, c in enumerate(walk.news) if not c.mark}
    has_ids = any(old.built and old.cell.id.startswith(old.built) for old in walk.olds)
    for old in walk.free():
        if old.given or (has_ids and not old.built):
            continue
        home = prints.get(old.built) if old.built else walk.like(old)
        if home is None or home in walk.met:
            continue
        if old.built or walk.print_of(home) in walk.prints:
            walk.settle(old, home)
            walk.sewn.puts[home] = old.number
            walk.found.edited += 1
        elif walk.has_lines(home, old):
            walk.settle(old, home)
        elif not walk.prints:
            # Nobody can tell whether the student changed it, or the edition.
            walk.settle(old, home)
            walk.end(old)


def _changed(walk: Walk) -> None:
    """Find what the new edition has in another wording, by headings and by likeness.

    Nothing of these is kept; they tell where a cell of the student's own stands.
    """
    free = [old for old in walk.free() if old.given]
    for old in free:
        homes = {
            _heading(cell.source): number
            for number, cell in enumerate(walk.news)
            if number not in walk.met and cell.kind == "markdown"
        }
        heading = _heading(old.cell.source) if old.cell.kind == "markdown" else ""
        if heading and heading in homes:
            walk.settle(old, homes[heading])
    for old in free:
        if walk.is_free(old) and (home := walk.like(old)) is not None:
            walk.settle(old, home)


def _heading(text: str) -> str:
    """Return what a text is known by: the title of its exercise, or its heading, "" without."""
    first = text.lstrip().partition("\n")[0]
    return title(text) or (first if first.startswith("#") else "")


def _rest(walk: Walk) -> None:
    """Keep what is the student's own, where it stood or at the end."""
    for old in walk.free():
        if old.given:
            continue
        walk.settle(old)
        mark = old.cell.mark or old.cell.id
        if mark in walk.by_mark:
            walk.sewn.homes.setdefault(old.number, walk.by_mark[mark])
        is_lost = MARK.fullmatch(mark) and not old.cell.by_hand and mark not in walk.by_mark
        if old.built or is_lost:
            _keep_imports(walk, old)
            walk.end(old)
        else:
            walk.sewn.own.append(old.number)
            walk.found.own += 1


def _keep_imports(walk: Walk, old: Old) -> None:
    """Keep what a student imports in a cell that has no place, for the answers to use."""
    lost = [
        segment(old.cell.code.text, node)
        for node in (old.cell.code.tree.body if old.cell.code.tree else ())
        if isinstance(node, ast.Import | ast.ImportFrom)
        and shape(node) not in walk.lesson.statements
        and "helpers" not in ast.unparse(node)
    ]
    first = next((n for n, cell in enumerate(walk.news) if cell.kind == "code"), None)
    if lost and first is not None:
        cell: dict[str, Any] = {"cell_type": "code", "metadata": {}, "source": "\n".join(lost)}
        cell |= {"execution_count": None, "outputs": []}
        walk.sewn.added.setdefault(first, []).append(cell)
