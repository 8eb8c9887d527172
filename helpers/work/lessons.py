"""What is known of a lesson without running it: exercises, stubs, set-up cell, as text."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from helpers import answers
from helpers.checks.registry import Exercise, exercises
from helpers.course import LESSONS, ROOT
from helpers.work.cells import headed_in, names_defined, shape, source
from helpers.work.handed_out import student_copy

# A score depends on these, and on the checks of its lesson; not on pictures, pages or reports.
_ROOMS = (
    *("answers", "course", "data", "layers", "losses.py", "measures", "methods", "models"),
    *("pca.py", "pretraining", "training", "checks"),
    *("grading/trusted", "grading/untrusted", "grading/wire"),
    *("work/plain.py", "work/statements.py"),
)


@dataclass(frozen=True, eq=False)
class LessonFacts:
    """A lesson, as whoever judges answers needs it.

    Args:
        number: two digits.
        topic: the part of the file name after the number.
        title: a few words.
        exercises: in order.
        stubs: by ``grade_id``, the answer cell of the student copy.
        checks: by ``grade_id``, its check cell.
        setup: source of the first code cell, and what later ones import.
        sections: by exercise, the lesson's section that it stands in.
        texts: of all its code cells, without space around them.
        statements: shapes of all their statements but the answers'.
        modules: names that the set-up imports.
        variables: names that the lesson's other cells define, and the set-up does not.
        version: digest of all that the score depends on but the answers and the seed.
    """

    number: str
    topic: str
    title: str
    exercises: tuple[Exercise, ...]
    stubs: dict[str, str]
    checks: dict[str, str]
    setup: str
    sections: dict[str, str]
    texts: frozenset[str]
    statements: frozenset[str]
    modules: frozenset[str]
    variables: frozenset[str]
    version: str

    @property
    def points(self) -> int:
        """Points of all exercises."""
        return sum(entry.points for entry in self.exercises)

    def for_worker(self) -> dict:
        """Return what a warm parent needs of it."""
        return {"number": self.number, "setup": self.setup, "needs": self._needs()}

    def _needs(self) -> str:
        """Return what the reference answers import: their folder is out of a runner's sight."""
        programs = [answers.source(self.number, entry.name) for entry in self.exercises]
        imports = [
            ast.unparse(node)
            for program in programs
            for node in ast.parse(program).body
            if isinstance(node, ast.Import | ast.ImportFrom)
        ]
        return "\n".join(dict.fromkeys(imports))


@lru_cache(maxsize=32)
def facts(number: str, root: Path = ROOT) -> LessonFacts:
    """Return the facts of a lesson, from its student copy and its checks.

    Raises:
        ValueError: there is no such lesson, or it has no student copy.
    """
    known = [lesson for lesson in LESSONS if exercises(lesson.number)]
    lesson = next((lesson for lesson in known if lesson.number == number), None)
    if lesson is None:
        numbers = ", ".join(lesson.number for lesson in known)
        raise ValueError(f"There is no lesson {number!r} to grade. There are {numbers}.")
    cells = student_copy(f"{number}_{lesson.topic}", root)
    codes = [cell for cell in cells if cell["cell_type"] == "code"]
    stubs, checks = (_marked(codes, mark) for mark in ("solution", "grade"))
    entries = tuple(exercises(number))
    setup = "\n".join([_without_checks(source(codes[0])), *_later_imports(codes[1:], stubs)])
    texts = frozenset(source(cell).strip() for cell in codes)
    ready = {*names_defined(ast.parse(setup).body), *(entry.name for entry in entries)}
    own = [
        node
        for text in texts - {stub.strip() for stub in stubs.values()}
        for node in ast.parse(text).body
    ]
    return LessonFacts(
        number,
        lesson.topic,
        lesson.title,
        entries,
        stubs,
        checks,
        setup,
        dict(_sections(cells)),
        texts,
        frozenset(map(shape, own)),
        frozenset(names_defined(n for n in own if isinstance(n, ast.Import | ast.ImportFrom))),
        frozenset(names_defined(own)) - ready,
        version(number, [setup]),
    )


def _sections(cells: list[dict]) -> Iterator[tuple[str, str]]:
    """Yield each exercise with the heading of the section that it stands in."""
    section = ""
    for cell in cells:
        if cell["cell_type"] == "markdown":
            for line in source(cell).splitlines():
                section = line.removeprefix("## ") if line.startswith("## ") else section
                yield from ((exercise, section) for exercise in headed_in(line))


def _marked(cells: list[dict], mark: str) -> dict[str, str]:
    """Return the sources of nbgrader's cells with this mark, by ``grade_id``."""
    marks = [(cell["metadata"].get("nbgrader", {}), cell) for cell in cells]
    return {found["grade_id"]: source(cell) for found, cell in marks if found.get(mark)}


def _later_imports(cells: list[dict], stubs: dict[str, str]) -> list[str]:
    """Return what the lesson's own cells import further down, which answers may use."""
    found = []
    for text in map(source, cells):
        if text not in stubs.values():
            tree = ast.parse(text)
            imports = (n for n in tree.body if isinstance(n, ast.Import | ast.ImportFrom))
            found += [ast.unparse(node) for node in imports]
    return found


def _without_checks(text: str) -> str:
    """Return a set-up cell without its import of the checks, which no runner may hold."""
    tree = ast.parse(text)
    tree.body = [
        node
        for node in tree.body
        if not (isinstance(node, ast.ImportFrom) and node.module == "helpers.checks")
    ]
    return ast.unparse(tree)


def version(number: str, texts: list[str]) -> str:
    """Return a digest of these texts and of the modules that a lesson's scores depend on."""
    digest = hashlib.sha256("\n".join(texts).encode())
    for path in depends_on(number):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def depends_on(number: str) -> list[Path]:
    """Return the modules that the scores of a lesson depend on, in order."""
    package = ROOT / "helpers"
    found = [path for room in _ROOMS for path in _modules(package / room)]
    others = (package / "checks" / "lessons").glob("lesson[0-9][0-9].py")
    skipped = {path for path in others if path.stem != f"lesson{number}"}
    return sorted(set(found) - skipped)


def _modules(room: Path) -> list[Path]:
    return [room] if room.is_file() else list(room.rglob("*.py"))
