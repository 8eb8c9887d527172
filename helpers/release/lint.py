"""The rules of a lesson's source. Each rule yields ``(cell index, sentence)`` pairs."""

import ast
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from helpers.release.notebook import KEPT_METADATA, kind, place
from helpers.work.handed_out import PREDICTION

if TYPE_CHECKING:
    from nbformat import NotebookNode

BEGIN = "### BEGIN SOLUTION"
END = "### END SOLUTION"
HEADING = re.compile(r"^#{2,4} Exercise (\d+\.\d+) — (.+) \((\d+ points?|no points)\)$")
ANY_HEADING = re.compile(r"^#+\s*Exercise\b.*$", re.MULTILINE)
CHECK = re.compile(r'^(\w+) = check\("(\d+\.\d+)", (\w+)\)$')
# How every lesson's first code cell begins: on another Python, and beside a file called
# helpers.py, a student reads what to do.
GUARD = """\
try:
    from helpers.course import about, pick
except ImportError:
    raise ImportError("The course is not found here: open this notebook with "
                      "make lab, and rename a helpers.py beside it.") from None
"""
GUARDED = re.compile(re.escape(GUARD).replace(re.escape("about, pick"), r"[\w, ]+"))
MINUTES = re.compile(r"\*.*\babout \d+ minutes?\b.*\*")

Problems = Iterator[tuple[int, str]]


class Heading(NamedTuple):
    """An exercise as its heading states it, and the cell that the heading is in."""

    cell: int
    exercise: str
    title: str
    points: int


class Answer(NamedTuple):
    """An answer cell, the heading above it (if any) and its grade_id."""

    cell: int
    heading: Heading | None
    grade_id: str


def lint(notebook: "NotebookNode", lesson: str) -> list[str]:
    """Return what is wrong with a lesson's source, one sentence each.

    Args:
        notebook: the lesson as ``read_source`` returns it.
        lesson: two-digit number, for example ``"03"``.
    """
    rules = (
        _cells,
        _set_up,
        _markers,
        _grade_ids,
        _pairs,
        _headings,
        _check_cells,
        _predictions,
        _definitions,
    )
    return [
        f"{place(notebook, index)}: {text}"
        for rule in rules
        for index, text in rule(notebook, lesson)
    ]


def headings(notebook: "NotebookNode") -> list[Heading]:
    """Return the well-formed exercise headings in order."""
    found = []
    for index, cell in enumerate(notebook.cells):
        for line in cell.source.splitlines() if cell.cell_type == "markdown" else ():
            if match := HEADING.match(line):
                points = 0 if match[3] == "no points" else int(match[3].split()[0])
                found.append(Heading(index, match[1], match[2], points))
    return found


def answers(notebook: "NotebookNode") -> list[Answer]:
    """Return the answer cells in order, each with the nearest heading not yet answered."""
    open_headings = headings(notebook)
    found = []
    for index, cell in enumerate(notebook.cells):
        if kind(cell) != "answer":
            continue
        above = [heading for heading in open_headings if heading.cell < index]
        if above:
            open_headings.remove(above[-1])
        grade_id = str(cell.metadata.nbgrader.get("grade_id", ""))
        found.append(Answer(index, above[-1] if above else None, grade_id))
    return found


def _cells(notebook: "NotebookNode", lesson: str) -> Problems:
    for index, cell in enumerate(notebook.cells):
        if unknown := sorted(set(cell.metadata) - KEPT_METADATA):
            yield index, f"remove the cell metadata {', '.join(unknown)}"
        if not cell.source.strip():
            yield index, "remove the empty cell"
        if cell.cell_type != "code" and kind(cell):
            yield index, "only code cells are graded: remove the nbgrader metadata"
        if cell.get("outputs"):
            yield index, "a source holds no outputs"


def _set_up(notebook: "NotebookNode", lesson: str) -> Problems:
    first = next((i for i, cell in enumerate(notebook.cells) if cell.cell_type == "code"), None)
    if first is not None and not GUARDED.match(notebook.cells[first].source + "\n"):
        yield first, "the first code cell begins with GUARD of helpers/release/lint.py"


def _markers(notebook: "NotebookNode", lesson: str) -> Problems:
    for index, cell in enumerate(notebook.cells):
        inside, regions, written = False, 0, 0
        for line in cell.source.splitlines():
            if re.search(r"(BEGIN|END) (HIDDEN TESTS|MARK SCHEME)", line):
                yield index, "hidden tests would reach the student: move them to helpers/checks"
            if not re.search(r"(BEGIN|END) SOLUTION", line):
                written += inside and bool(line.strip())
                continue
            if line.strip() not in (BEGIN, END):
                yield index, f"write the marker as {BEGIN!r} or {END!r}, not {line.strip()!r}"
            begins = "BEGIN" in line
            if begins and inside:
                yield index, f"{BEGIN!r} inside another solution: end that one first"
            if not begins and not inside:
                yield index, f"{END!r} without a {BEGIN!r} before it"
            if not begins and inside and not written:
                yield index, "the solution between the markers is empty"
            inside, regions, written = begins, regions + begins, 0
        if inside:
            yield index, f"{BEGIN!r} without an {END!r} after it"
        if regions and kind(cell) != "answer":
            yield index, "a solution is marked in a cell that is not an answer cell"
        if not regions and kind(cell) == "answer":
            yield index, f"the answer cell has no {BEGIN!r}"


def _grade_ids(notebook: "NotebookNode", lesson: str) -> Problems:
    seen: set[str] = set()
    for index, cell in enumerate(notebook.cells):
        if not kind(cell):
            continue
        if kind(cell) == "unknown":
            yield (
                index,
                (
                    "its nbgrader flags are neither those of an answer (solution only) "
                    "nor those of a check (grade and locked)"
                ),
            )
        grade_id = str(cell.metadata.nbgrader.get("grade_id", ""))
        if cell.metadata.nbgrader.get("schema_version") != 3:
            yield index, "set nbgrader's schema_version to 3"
        if not grade_id:
            yield index, "the grade_id is missing"
        elif grade_id in seen:
            yield index, f"the grade_id {grade_id!r} is used twice"
        elif not re.fullmatch(rf"ch{lesson}-[a-z0-9-]+", grade_id):
            yield index, f"a grade_id here reads 'ch{lesson}-name'. Received: {grade_id!r}"
        seen.add(grade_id)


def _pairs(notebook: "NotebookNode", lesson: str) -> Problems:
    marks = [
        (kind(cell), str(cell.metadata.get("nbgrader", {}).get("grade_id", "")))
        for cell in notebook.cells
    ]
    nothing = (None, "")
    for index, (what, grade_id) in enumerate(marks):
        before = marks[index - 1] if index else nothing
        after = marks[index + 1] if index + 1 < len(marks) else nothing
        if what == "answer" and after != ("check", f"{grade_id}-check"):
            yield index, f"the next cell must be its check, '{grade_id}-check'"
        if what == "check" and before != ("answer", grade_id.removesuffix("-check")):
            yield index, "the cell before a check must be its answer"


def _headings(notebook: "NotebookNode", lesson: str) -> Problems:
    expected = "'### Exercise 3.3 — Encoder and decoder (2 points)'"
    for index, cell in enumerate(notebook.cells):
        lines = ANY_HEADING.findall(cell.source) if cell.cell_type == "markdown" else []
        for line in lines:
            if not HEADING.match(line):
                yield index, f"a heading of an exercise reads like {expected}. Received: {line!r}"
        if lines and not MINUTES.search(cell.source):
            yield index, "say how hard and how long: '*Warm-up, about 5 minutes*'"
    found = headings(notebook)
    taken = {answer.heading for answer in answers(notebook)}
    for heading in found:
        if heading not in taken:
            yield heading.cell, f"exercise {heading.exercise} has no answer cell"
    numbers = [heading.exercise for heading in found]
    if numbers != [f"{int(lesson)}.{position}" for position in range(1, len(found) + 1)]:
        yield found[0].cell, f"number the exercises {int(lesson)}.1, {int(lesson)}.2 and so on"


def _check_cells(notebook: "NotebookNode", lesson: str) -> Problems:
    for index, heading, grade_id in answers(notebook):
        if heading is None:
            yield index, "there is no exercise heading above this answer"
            continue
        following = index + 1
        if following == len(notebook.cells) or kind(notebook.cells[following]) != "check":
            continue
        check = notebook.cells[following]
        points = check.metadata.nbgrader.get("points")
        if points != heading.points:
            yield following, f"its points are {points}, and the heading says {heading.points}"
        match = CHECK.match(check.source)
        if not match or match[1] != match[3]:
            yield following, f'a check cell reads: name = check("{heading.exercise}", name)'
        elif match[2] != heading.exercise:
            yield following, f"it checks {match[2]}, and the heading says {heading.exercise}"
        elif grade_id != f"ch{lesson}-{match[1].replace('_', '-')}":
            yield following, f"it checks {match[1]!r}, and the answer's grade_id is {grade_id!r}"
        elif match[1] not in _defined(notebook.cells[index].source):
            yield index, f"the answer cell does not define {match[1]!r}"


def _predictions(notebook: "NotebookNode", lesson: str) -> Problems:
    for index, cell in enumerate(notebook.cells):
        if cell.cell_type != "code" or kind(cell):
            continue
        for line in cell.source.splitlines():
            if line.rstrip().endswith("# prediction") and not PREDICTION.fullmatch(line):
                yield index, f"a prediction reads 'share = 0.1  # prediction'. Received: {line!r}"
        for name in [match[1].split()[0] for match in PREDICTION.finditer(cell.source)]:
            below = (later.source for later in notebook.cells[index + 1 :])
            if not any(re.search(rf"\bpredicted\(\s*{name},", source) for source in below):
                yield index, f"no cell below says what was found: predicted({name}, ...)"


def _definitions(notebook: "NotebookNode", lesson: str) -> Problems:
    for index, cell in enumerate(notebook.cells):
        if cell.cell_type != "code" or re.search(r"^[%!]", cell.source, re.MULTILINE):
            continue
        try:
            ast.parse(cell.source)
        except SyntaxError as error:
            yield index, f"line {error.lineno} is not Python: {error.msg}"


def _defined(source: str) -> set[str]:
    try:
        body = ast.parse(source).body
    except SyntaxError:
        return set()
    return {node.name for node in body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
