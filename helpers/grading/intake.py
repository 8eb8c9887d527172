"""Take in submissions defensively: find notebooks in folders and zips, keep answer cells only."""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path, PurePosixPath

from helpers.course.lessons import LESSONS
from helpers.grading.lessons import LessonFacts, facts, source

MAX_NOTEBOOK = 20_000_000
MAX_ANSWER = 100_000
MAX_MEMBERS = 5_000
MAX_CELLS = 5_000
_TOPICS = {f"{lesson.number}_{lesson.topic}": lesson.number for lesson in LESSONS}
_NAMES = "|".join(map(re.escape, _TOPICS))
_ALONE = re.compile(rf"({_NAMES})\.ipynb")
_PREFIXED = re.compile(rf"(.+?)_({_NAMES})\.ipynb")
# What Moodle appends to a student's name.
_LMS_SUFFIX = re.compile(r"_\d+_assignsubmission_file_?$")


class Refused(Exception):
    """A file that is not graded; the message says why."""


# What reads a file, or why it is not read.
Reader = Callable[[], bytes] | Refused


@dataclass(frozen=True)
class Submission:
    """What is graded of one notebook.

    Args:
        student: name, as the folder or file says.
        lesson: two digits.
        file: where it came from, for the instructor.
        answers: source of the answer cell by number of the exercise, without those that are
            blank or untouched.
        notes: what an instructor should know.
    """

    student: str
    lesson: str
    file: str
    answers: dict[str, str]
    notes: tuple[str, ...] = ()

    def key(self, version: str, seed: str) -> str:
        """Return the digest of all that its score depends on."""
        words = [self.lesson, version, seed, sorted(self.answers.items())]
        return hashlib.sha256(json.dumps(words).encode()).hexdigest()


def find(
    places: Path | Sequence[Path], lesson: str | None = None
) -> tuple[list[Submission], list[tuple[str, str]]]:
    """Return the submissions below folders or in zips, and ``(file, why)`` for other files.

    Args:
        places: folder of ``student/NN_topic.ipynb`` or ``student_NN_topic.ipynb``, of zips of
            these, or one such zip; or several of them.
        lesson: take this one only; notebooks of others are passed over.

    Raises:
        ValueError: there is nothing of that name.
    """
    places = [places] if isinstance(places, Path) else list(places)
    for place in places:
        if not place.exists():
            raise ValueError(f"There is no folder or zip of submissions {str(place)!r}.")
    found: dict[tuple[str, str], list[Submission]] = {}
    refused = []
    for name, read in chain.from_iterable(map(_files, places)):
        try:
            if isinstance(read, Refused):
                raise read
            owner = _owner(name)
            if lesson in (None, owner[1]):
                one = _take(*owner, name, read())
                found.setdefault(owner, []).append(one)
        except Refused as problem:
            refused.append((name, str(problem)))
    single = []
    for (student, number), several in sorted(found.items()):
        if len(several) == 1:
            single += several
            continue
        why = f"{len(several)} notebooks of lesson {number} by {student}: keep one of them"
        refused += [(one.file, why) for one in several]
    return single, refused


def _files(place: Path) -> Iterator[tuple[str, Reader]]:
    """Yield names and readers of all files; folders two levels deep, no links followed."""
    if place.is_file():
        yield from _members(place, "") if place.suffix == ".zip" else [_regular(place, place.name)]
        return
    for entry in sorted(place.iterdir()):
        if entry.is_symlink() or not entry.is_dir():
            yield from _one_file(entry, entry.name)
            continue
        for inner in sorted(entry.iterdir()):
            yield from _one_file(inner, f"{entry.name}/{inner.name}")


def _one_file(path: Path, name: str) -> Iterator[tuple[str, Reader]]:
    if path.suffix == ".zip" and path.is_file() and not path.is_symlink():
        yield from _members(path, f"{name}/")
    else:
        yield _regular(path, name)


def _regular(path: Path, name: str) -> tuple[str, Reader]:
    def read() -> bytes:
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
        try:
            descriptor = os.open(path, flags)
        except OSError as problem:
            why = "it is a link" if path.is_symlink() else problem.strerror
            raise Refused(f"not taken: {why}") from None
        with open(descriptor, "rb") as stream:
            facts = os.fstat(stream.fileno())
            if not stat.S_ISREG(facts.st_mode):
                raise Refused("not taken: it is not a regular file")
            if facts.st_nlink > 1:
                raise Refused("not taken: it is a hard link to a file that is also elsewhere")
            return _capped(stream)

    return name, read


def _capped(stream) -> bytes:
    content = stream.read(MAX_NOTEBOOK + 1)
    if len(content) > MAX_NOTEBOOK:
        raise Refused(f"not taken: it is larger than {MAX_NOTEBOOK // 1_000_000} MB")
    return content


def _members(path: Path, prefix: str) -> Iterator[tuple[str, Reader]]:
    """Yield the members of a zip, which are read in memory and never unpacked to disk."""
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError):
        yield prefix or path.name, Refused("not taken: it is not a readable zip")
        return
    with archive:
        members = [member for member in archive.infolist() if not member.is_dir()]
        if len(members) > MAX_MEMBERS:
            why = f"not taken: a zip of more than {MAX_MEMBERS} files"
            yield prefix or path.name, Refused(why)
            return
        for member in members:
            yield f"{prefix or path.name + '/'}{member.filename}", _member(archive, member)


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo):
    def read() -> bytes:
        parts = PurePosixPath(member.filename.replace("\\", "/")).parts
        if ".." in parts or member.filename.startswith(("/", "\\")) or ":" in parts[0]:
            raise Refused("not taken: its path leads out of the zip")
        if stat.S_ISLNK(member.external_attr >> 16):
            raise Refused("not taken: it is a link")
        try:
            with archive.open(member) as stream:
                return _capped(stream)
        except Refused:
            raise
        except Exception as problem:  # zipfile raises many kinds for damaged or locked members
            raise Refused(f"not taken: it cannot be read ({type(problem).__name__})") from None

    return read


def _owner(name: str) -> tuple[str, str]:
    """Return student and lesson that a file's path names."""
    *folders, last = PurePosixPath(name).parts
    alone, prefixed = _ALONE.fullmatch(last), _PREFIXED.fullmatch(last)
    if alone and folders:
        student, number = folders[-1].removesuffix(".zip"), _TOPICS[alone[1]]
    elif prefixed:
        student, number = prefixed[1], _TOPICS[prefixed[2]]
    else:
        raise Refused("unknown: neither student/NN_topic.ipynb nor student_NN_topic.ipynb")
    student = _LMS_SUFFIX.sub("", student).strip()
    if not student or not student.isprintable() or len(student) > 200 or student in (".", ".."):
        raise Refused("unknown: its student's name cannot be read")
    return student, number


def _take(student: str, number: str, name: str, content: bytes) -> Submission:
    try:
        lesson = facts(number)
    except ValueError as problem:
        raise Refused(str(problem)) from None
    cells, notes = _cells(content)
    answers, more = _answers(cells, lesson)
    return Submission(student, number, name, answers, (*notes, *more))


def _cells(content: bytes) -> tuple[list[dict], list[str]]:
    """Return a notebook's cells, as far as they are cells, and notes."""

    def refuse_constant(text: str):
        raise ValueError(text)

    try:
        notebook = json.loads(content.decode("utf-8-sig"), parse_constant=refuse_constant)
    except (ValueError, RecursionError):
        raise Refused("not taken: it is not a notebook (no valid JSON)") from None
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    if not isinstance(cells, list) or notebook.get("nbformat") != 4:
        raise Refused("not taken: it is not a notebook of format 4")
    if len(cells) > MAX_CELLS:
        raise Refused(f"not taken: a notebook of more than {MAX_CELLS} cells")
    metadata = notebook.get("metadata")
    kernel = metadata.get("kernelspec") if isinstance(metadata, dict) else None
    language = kernel.get("language", "python") if isinstance(kernel, dict) else "python"
    notes = []
    if language != "python":
        notes.append(f"saved with a kernel for {str(language)[:40]!r}; answers are run as Python")
    return [cell for cell in cells if isinstance(cell, dict)], notes


def _marked(cells: list[dict]) -> Iterator[tuple[str, dict, str]]:
    """Yield ``(grade_id, cell, source)`` of cells with an id and a readable source."""
    for cell in cells:
        metadata = cell.get("metadata")
        marks = metadata.get("nbgrader") if isinstance(metadata, dict) else None
        grade_id = marks.get("grade_id") if isinstance(marks, dict) else None
        lines = cell.get("source")
        parts = lines if isinstance(lines, list) else [lines]
        if isinstance(grade_id, str) and all(isinstance(part, str) for part in parts):
            yield grade_id, cell, source(cell)


def _answers(cells: list[dict], lesson: LessonFacts) -> tuple[dict[str, str], list[str]]:
    """Return the answers that are worth running, and notes on the cells."""
    by_id: dict[str, list[str]] = {}
    notes = []
    for grade_id, cell, text in _marked(cells):
        if grade_id in lesson.stubs and cell.get("cell_type") != "code":
            notes.append(f"{grade_id}: the answer cell is no code cell any more, so it is not run")
        else:
            by_id.setdefault(grade_id, []).append(text)
    answers = {}
    for entry in lesson.exercises:
        copies = by_id.get(entry.grade_id, [])
        full = [text for text in copies if text.strip()]
        if len(copies) > 1:
            notes.append(
                f"{entry.id}: {len(copies)} answer cells; the last that is not blank counts"
            )
        if not copies:
            notes.append(f"{entry.id}: its answer cell is missing")
        if full and len(full[-1]) > MAX_ANSWER:
            notes.append(f"{entry.id}: an answer of more than {MAX_ANSWER:,} characters is not run")
        elif full and full[-1].strip() != lesson.stubs.get(entry.grade_id, "").strip():
            answers[entry.id] = full[-1]
    for grade_id, text in lesson.checks.items():
        if by_id.get(grade_id, []) != [text]:
            notes.append(f"{grade_id}: the check cell is changed, missing or doubled; not used")
    return answers, notes
