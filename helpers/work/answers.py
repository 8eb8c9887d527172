"""Which cells of a notebook answer which exercise, when marks are lost, cells split or merged."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from helpers.checks.registry import Exercise
from helpers.work.cells import (
    MAX_ANSWER,
    Cell,
    Code,
    definitions,
    is_stub,
    names_defined,
    parse,
    replaced,
    segment,
    shape,
    without_these,
)
from helpers.work.lessons import LessonFacts

_FOUND = {
    "id": "found by the cell's id, since nbgrader's mark is lost",
    "heading": "found below the exercise's heading, since the cell's marks are lost",
    "check": "found above the exercise's check, since the cell's marks are lost",
    "name": "found by the name that a cell defines, since the answer cell is lost or empty",
}


@dataclass(frozen=True)
class Work:
    """What a notebook holds of a lesson.

    Args:
        answers: source by number of the exercise, without those blank or untouched.
        own: ``(exercise, source)`` of the student's other imports and definitions, in the
            order of the notebook, each with the exercise whose answer stands next below.
        by_hand: ``(grade_id, text)`` of the cells that nbgrader marks as graded by hand.
        notes: how answers were found, and what of the lesson's own cells is changed.
    """

    answers: dict[str, str]
    own: tuple[tuple[str, str], ...]
    by_hand: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]


def work_in(cells: list[Cell], lesson: LessonFacts) -> Work:
    """Return what a notebook holds of a lesson."""
    return _Notebook(cells, lesson).work()


def places_in(
    cells: list[Cell], lesson: LessonFacts
) -> tuple[dict[str, list[int]], dict[str, int]]:
    """Return by exercise the cells that answer it, and the one that checks nothing but it."""
    book = _Notebook(cells, lesson)
    book.work()
    checks = {
        entry.id: number
        for entry in lesson.exercises
        for number, cell in enumerate(cells)
        if book.is_check(cell, entry) and not cell.code.names()
    }
    return book.used, checks


def lesson_in(cells: list[Cell], lessons: Iterable[LessonFacts]) -> str:
    """Return the lesson that most cells of a notebook belong to, "" if none belongs to any.

    Args:
        cells: of the notebook.
        lessons: all that there are.
    """
    counts: Counter[str] = Counter()
    for lesson in lessons:
        marks = lesson.stubs.keys() | lesson.checks.keys()
        ids = {entry.id for entry in lesson.exercises}
        counts[lesson.number] = sum(
            bool({cell.mark, cell.id} & marks or cell.checked & ids) for cell in cells
        )
    (number, count), *_ = counts.most_common(1) or [("", 0)]
    return number if count else ""


class _Notebook:
    """One walk over the cells of a notebook, exercise by exercise."""

    def __init__(self, cells: list[Cell], lesson: LessonFacts):
        self._cells, self._lesson = cells, lesson
        self._entries = {entry.grade_id: entry for entry in lesson.exercises}
        self._checks = {f"{entry.grade_id}-check": entry.id for entry in lesson.exercises}
        self._codes = [number for number, cell in enumerate(cells) if self._is_code(cell)]
        self._free = {n: cells[n] for n in self._codes if self._is_free(cells[n])}
        self._missing = set(lesson.variables)
        for cell in self._free.values():
            self._missing -= set(names_defined(definitions(cell.code, set(lesson.modules))))
        self.used: dict[str, list[int]] = {}
        self._notes: dict[str, list[str]] = defaultdict(list)

    def work(self) -> Work:
        answers = {}
        for entry in self._lesson.exercises:
            text = self._answer(entry)
            if len(text) > MAX_ANSWER:
                self._note(entry, f"an answer of more than {MAX_ANSWER:,} characters is not run")
            elif text:
                answers[entry.id] = text
        own = self._own(set(answers))
        by_hand = tuple((c.mark, c.source) for c in self._cells if c.by_hand)
        notes = [f"{', '.join(ids)}: {words}" for words, ids in self._notes.items()]
        return Work(answers, own, by_hand, (*notes, *self._check_notes()))

    def _answer(self, entry: Exercise) -> str:
        """Return the source that answers an exercise, "" if none does; note how it was found."""
        marked = [n for n, cell in enumerate(self._cells) if cell.mark == entry.grade_id]
        how = "" if marked else "id"
        if not marked:
            marked = [n for n in self._codes if self._is_id_of(self._cells[n], entry.grade_id)]
        cells = [n for n in marked if self._cells[n].kind == "code"]
        if len(cells) < len(marked):
            self._note(entry, "an answer cell is no code cell any more, so it is not run")
        live = [n for n in cells if self._is_written(n, entry)]
        if not any(self._defines(n, entry) for n in live):
            others, found = self._elsewhere(entry, lost=not marked)
            if others:
                live, how = sorted({*live, *others}), found
        if live and how:
            self._note(entry, _FOUND[how])
        elif not marked:
            self._note(entry, "its answer cell is missing")
        if len(live) > 1:
            self._note(entry, f"{len(live)} answer cells, run in their order")
        self.used[entry.id] = live
        return self._joined(entry) if live else ""

    def _is_id_of(self, cell: Cell, grade_id: str) -> bool:
        return not cell.mark and cell.id == grade_id

    def _is_code(self, cell: Cell) -> bool:
        return cell.kind == "code" and bool(cell.source.strip())

    def _is_free(self, cell: Cell) -> bool:
        """Return whether a code cell is neither the lesson's own nor marked as anything."""
        known = {*self._entries, *self._checks}
        return (
            cell.source.strip() not in self._lesson.texts
            and not {cell.mark, cell.id} & known
            and not cell.by_hand
        )

    def _is_written(self, number: int, entry: Exercise) -> bool:
        """Return whether a cell holds more than the stub of an exercise."""
        cell = self._cells[number]
        stub = _trimmed(self._lesson.stubs.get(entry.grade_id, ""))
        if _trimmed(cell.source) in ("", stub) or not cell.code.text.strip():
            return False
        return _trimmed(cell.code.text) != stub and not is_stub(cell.code, entry.name)

    def _defines(self, number: int, entry: Exercise) -> bool:
        return self._cells[number].code.defines(entry.name)

    def _elsewhere(self, entry: Exercise, *, lost: bool) -> tuple[list[int], str]:
        """Return the cells that answer an exercise without its mark, and how they were found.

        Args:
            entry: the exercise.
            lost: whether no cell has its mark; then whatever stands below its heading counts.
        """
        below = [n for n in self._zone(entry) if self._is_written(n, entry)]
        defining = [n for n in below if self._defines(n, entry)]
        if defining:
            return defining, "heading"
        above = [n for n in self._above_check(entry) if self._is_written(n, entry)]
        if above:
            return above, "check"
        others = [
            n
            for n in self._codes
            if self._cells[n].source.strip() not in self._lesson.texts
            and self._defines(n, entry)
            and self._is_written(n, entry)
        ]
        return (others, "name") if others or not lost else (below, "heading")

    def _zone(self, entry: Exercise) -> list[int]:
        """Return the free code cells between the heading of an exercise and its check."""
        found, inside = [], False
        for number, cell in enumerate(self._cells):
            if cell.headed:
                inside = entry.id in cell.headed
            elif inside and self.is_check(cell, entry) and not cell.code.defines(entry.name):
                inside = False
            elif inside and number in self._free:
                found.append(number)
        return found

    def _above_check(self, entry: Exercise) -> list[int]:
        """Return the free cell right above the check of an exercise, if it defines its name."""
        for above, number in zip(self._codes, self._codes[1:], strict=False):
            if self.is_check(self._cells[number], entry):
                return [above] if above in self._free and self._defines(above, entry) else []
        return []

    def is_check(self, cell: Cell, entry: Exercise) -> bool:
        """Return whether a cell checks an exercise: by its mark, its id, or what it calls."""
        mark = cell.mark or cell.id
        return self._checks.get(mark) == entry.id or (
            mark not in self._entries and entry.id in cell.checked
        )

    def _joined(self, entry: Exercise) -> str:
        """Return the parts of an answer as one text; what cannot be read as Python is left out."""
        numbers = self.used[entry.id]
        between = self._between(numbers[-1], entry)
        self.used[entry.id] = [*numbers, *between]
        parts = [*(self._text(number, entry) for number in numbers), *between.values()]
        whole = "\n\n".join(parts)
        if len(parts) == 1 or len(whole) > MAX_ANSWER or parse(whole) is not None:
            return whole
        uncut = "\n".join(self._cells[n].source for n in numbers)
        if parse(uncut) is not None:  # a function that was split in two
            return uncut
        readable = [part for part in parts if parse(part) is not None]
        return "\n\n".join(readable) if readable else whole

    def _text(self, number: int, entry: Exercise) -> str:
        """Return a cell as Python, without what can only run in the whole notebook.

        That is the lesson's own statements, if these are merged in, and trials on variables of
        the lesson's other cells, of which only the set-up runs.
        """
        code = self._cells[number].code
        if code.tree and self._cells[number].checked:
            lessons = [n for n in code.tree.body if shape(n) in self._lesson.statements]
            code = Code.of(replaced(code.text, lessons))
        text = without_these(code, self._missing)
        if text != code.text:
            self._note(entry, "lines that need variables of the lesson's other cells are not run")
        return text

    def _between(self, last: int, entry: Exercise) -> dict[int, str]:
        """Return what the student defines between an answer and its check, by cell."""
        found: dict[int, str] = {}
        for number in range(last + 1, len(self._cells)):
            cell = self._cells[number]
            if self.is_check(cell, entry):
                return found
            if {cell.mark, cell.id} & self._entries.keys() or cell.headed:
                return {}
            if number in self._free and not is_stub(cell.code, entry.name):
                again = self._defines(number, entry)
                if text := self._text(number, entry) if again else self._defined(cell.code):
                    found[number] = text
        return {}

    def _own(self, answered: set[str]) -> tuple[tuple[str, str], ...]:
        """Return imports and definitions outside of answers, with the answer that comes next."""
        next_below: dict[int, str] = {}
        taken: set[int] = set()
        for exercise, numbers in self.used.items():
            taken.update(numbers)
            for number in numbers if exercise in answered else ():
                next_below.setdefault(number, exercise)
        found = []
        for number in self._free:
            following = [n for n in next_below if n > number]
            if number not in taken and following:
                text = self._defined(self._cells[number].code)
                if text:
                    found.append((next_below[min(following)], text))
        return tuple(found)

    def _defined(self, code: Code) -> str:
        """Return the statements of a cell that only define, but the lesson's and the answers'."""
        names = {entry.name for entry in self._lesson.exercises}
        return "\n".join(
            segment(code.text, node)
            for node in definitions(code, set(self._lesson.modules))
            if shape(node) not in self._lesson.statements and not names & set(names_defined([node]))
        )

    def _check_notes(self) -> list[str]:
        by_mark: dict[str, list[str]] = defaultdict(list)
        for cell in self._cells:
            mark = cell.mark or (cell.id if cell.id in self._checks else "")
            for exercise in cell.checked if not mark else ():
                mark = next((m for m, id in self._checks.items() if id == exercise), "")
            by_mark[mark].append(cell.source)
        changed = [
            mark
            for mark, text in self._lesson.checks.items()
            if list(map(_trimmed, by_mark.get(mark, []))) != [_trimmed(text)]
        ]
        words = "the check cell is changed, missing or doubled; not used"
        return [f"{', '.join(changed)}: {words}"] if changed else []

    def _note(self, entry: Exercise, words: str) -> None:
        self._notes[words].append(entry.id)


def _trimmed(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip().splitlines())
