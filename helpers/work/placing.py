"""Answers, checks and predictions of a worked notebook, put into a new edition's cells."""

from __future__ import annotations

import ast
from dataclasses import replace

from helpers.checks.registry import Exercise
from helpers.work.answers import places_in
from helpers.work.cells import Cell, is_stub
from helpers.work.fingerprint import fingerprint
from helpers.work.given import Old
from helpers.work.handed_out import PREDICTION
from helpers.work.translated import translated
from helpers.work.walk import Walk, trimmed


def place_answers(walk: Walk) -> None:
    """Put each answer into the cell of its exercise, found as the grader finds it."""
    cells = translated([old.cell for old in walk.olds], walk.lesson)
    used, checks = places_in(cells, walk.lesson)
    owners = _owners(walk, used)
    for entry in walk.lesson.exercises:
        home = walk.by_mark.get(entry.grade_id)
        if home is not None:
            _place(walk, entry, home, used[entry.id], owners)
    for exercise, number in checks.items():
        _place_check(walk, exercise, walk.olds[number], cells[number])


def _owners(walk: Walk, used: dict[str, list[int]]) -> dict[int, str]:
    """Return by old cell the exercise that it goes to, should it answer several."""
    owners: dict[int, str] = {}
    for entry in walk.lesson.exercises:
        for number in used[entry.id]:
            cell = walk.olds[number].cell
            if entry.grade_id in (cell.mark, cell.id):
                owners[number] = entry.id
            owners.setdefault(number, entry.id)
    return owners


def _place(walk: Walk, entry: Exercise, home: int, used: list[int], owners: dict[int, str]) -> None:
    marked = [old for old in walk.olds if entry.grade_id in (old.cell.mark, old.cell.id)]
    if not marked and not any(walk.olds[n].cell.code.defines(entry.name) for n in used):
        used = []  # what stands below a heading may be of another exercise in this edition
    numbers = {n for n in used if owners[n] == entry.id}
    numbers |= {old.number for old in marked if old.cell.kind == "code"}
    parts = [walk.olds[n] for n in sorted(numbers)]
    parts = [old for old in parts if walk.is_free(old) and not old.given and old.lines()]
    for old in [o for o in parts if not o.known and is_stub(o.cell.code, entry.name)]:
        # Nobody can tell whose this TODO is: the new edition's stands.
        parts.remove(old)
        walk.settle(old, home)
        if not walk.has_lines(home, old):
            walk.end(old)
    elsewhere = [owners[n] for n in used if owners[n] != entry.id]
    if parts:
        _answer(walk, entry, home, parts)
    elif elsewhere:
        # A TODO that stands below an answer would take its name again.
        said = f"# Exercise {entry.id} is answered in the cell of {elsewhere[0]}."
        walk.sewn.texts[home] = said
        walk.found.answers.append(entry.id)
    for old in marked:
        if walk.is_free(old) and (old.given or not old.lines()):
            walk.settle(old, home)


def _answer(walk: Walk, entry: Exercise, home: int, parts: list[Old]) -> None:
    """Put the part that defines the answer into its cell, and the others around it."""
    defining = [old for old in parts if old.cell.code.defines(entry.name)]
    main = (defining or parts)[-1]
    walk.sewn.puts[home] = main.number
    for old in parts:
        walk.settle(old, home)
        if old.number < main.number:
            walk.sewn.above[home].append(old.number)
        elif old.number > main.number:
            walk.sewn.below[home].append(old.number)
    if is_stub(main.cell.code, entry.name):
        walk.found.edited += 1
        return
    walk.found.answers.append(entry.id)
    theirs, mine = (_parameters(cell, entry.name) for cell in (walk.news[home], main.cell))
    if theirs is not None and mine is not None and theirs != mine:
        walk.found.changed.append(
            f"{entry.id} now asks for {entry.name}({', '.join(theirs)}); yours has "
            f"({', '.join(mine)})"
        )


def _place_check(walk: Walk, exercise: str, old: Old, said: Cell) -> None:
    """Find a check's cell; where only the number is another one, nothing of it is the student's."""
    entry = next(entry for entry in walk.lesson.exercises if entry.id == exercise)
    home = walk.by_mark.get(f"{entry.grade_id}-check")
    if home is None or not walk.is_free(old):
        return
    walk.belongs(old, home)
    if trimmed(said.source) == trimmed(walk.news[home].source):
        walk.olds[old.number] = replace(old, given=True)
    if walk.olds[old.number].given:
        walk.settle(old)


def _parameters(cell: Cell, name: str) -> list[str] | None:
    for node in cell.code.tree.body if cell.code.tree else ():
        if isinstance(node, ast.FunctionDef) and node.name == name:
            return [each.arg for each in (*node.args.args, *node.args.kwonlyargs)]
    return None


def place_predictions(walk: Walk) -> None:
    """Put the value of each prediction into its line."""
    for home, cell in enumerate(walk.news):
        names = [m[1].split()[0] for m in PREDICTION.finditer(cell.source)]
        if cell.kind != "code" or cell.mark or not names:
            continue
        for old in walk.free():
            code = old.cell.kind == "code" and not old.given
            if code and any(map(old.cell.code.defines, names)):
                _predict(walk, home, old)
                walk.found.predictions += names
                break


def _predict(walk: Walk, home: int, old: Old) -> None:
    walk.settle(old, home)
    blank = PREDICTION.sub(r"\1...\3", old.cell.source)
    was = fingerprint("code", blank)
    values = {match[1]: match[2] for match in PREDICTION.finditer(old.cell.source)}
    is_lessons = was in walk.prints or was == old.built
    if values and (is_lessons or trimmed(blank) == trimmed(walk.news[home].source)):
        walk.sewn.texts[home] = PREDICTION.sub(
            lambda match: f"{match[1]}{values.get(match[1], match[2])}{match[3]}",
            walk.news[home].source,
        )
    else:
        walk.sewn.puts[home] = old.number  # words of the student's are in it, too
