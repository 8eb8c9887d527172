"""Whose a file is: the student is whom the platform says, at any depth, never a name inside."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from helpers.course.lessons import LESSONS
from helpers.grading.files import File, is_zip

_LONGEST_NAME = 200
# What each platform calls the folder or the file of one submission.
_PLATFORMS = {
    "moodle": re.compile(
        r"(?P<who>.+?)(?:_(?P<number>\d+))?_assignsubmission_(?:file|onlinetext)(?:_.*)?"
    ),
    "blackboard": re.compile(
        r"(?P<number>(?:.*?_)??(?P<who>[^_]+))_attempt_(?P<time>\d{4}(?:-\d\d){5})(?:[_.].*)?"
    ),
    "brightspace": re.compile(
        r"(?P<number>\d+-\d+) ?- (?P<who>.+?) ?- (?P<date>\w+ \d+, \d{4} \d{3,4} [AP]M)(?: ?- .*)?"
    ),
    "canvas": re.compile(
        r"(?:LATE_)?(?P<who>.+?)(?:_LATE)?_(?P<number>\d+|(?<=anon_)\w+?)_(?P<file>\d{3,18})_.+"
    ),
}
# Names of those who are shown without one: the number tells them apart.
_NAMELESS = ("participant", "anon")
_NOTEBOOK = re.compile(r"(?P<stem>.*)\.ipynb(\.json|\.txt)?", re.IGNORECASE | re.DOTALL)
_TOPICS = {
    lesson.number: re.compile(
        rf"(?<!\d){lesson.number}[ _-]+{lesson.topic.replace('_', '[ _-]+')}", re.IGNORECASE
    )
    for lesson in LESSONS
}
# Browsers, Canvas, Jupyter, Windows, macOS and Colab mark a copy: (1), -1, -Copy1, Copy of.
_COPY_NUMBER = re.compile(r"(?:[-_ ]|copy ?|\()(\d{1,3})\)?$", re.IGNORECASE)
_COPY_WORDS = re.compile(r"(?<![^\W_])(copy of|kopie von|copia de|copie de)\s*$", re.IGNORECASE)
_VERSION = re.compile(r"\b(?:version|attempt)[ _-]*(\d{1,4})\b", re.IGNORECASE)
# Folders of the course and of nbgrader: nobody is called like this.
_COURSE = {"notebooks", "solutions"}
_TWIN = {"solutions": "notebooks"}
_NBGRADER = {"source", "release", "submitted", "autograded", "feedback"}


@dataclass(frozen=True)
class Person:
    """A student, as a platform names one.

    Args:
        name: in NFC, with single spaces.
        number: what makes the name unique there, "" if nothing does.
        platform: ``"moodle"``, ``"canvas"``, ``"blackboard"``, ``"brightspace"`` or "".
    """

    name: str
    number: str = ""
    platform: str = ""

    @property
    def unique(self) -> str:
        """The name with its number; Blackboard's has the name in it."""
        known = self.number if self.platform == "blackboard" else f"{self.name}_{self.number}"
        return known if self.number else self.name


NOBODY = Person("")


@dataclass(frozen=True)
class Owned:
    """A file and whose it is.

    Args:
        file: the file.
        person: its student.
        lesson: two digits, as its name says, "" if that says none.
        rank: orders the files of one student and lesson: the greatest counts.
        renamed: whether a notebook has not the name that it was handed out with.
    """

    file: File
    person: Person
    lesson: str
    rank: tuple
    renamed: bool


def is_notebook(file: File) -> bool:
    """Return whether a file's name says that it is a notebook."""
    return _NOTEBOOK.fullmatch(file.name) is not None


def owners(files: Iterable[File], place: str) -> Iterator[Owned | File]:
    """Yield the files of a place with their students, and bare those that are nobody's.

    Args:
        files: of the place.
        place: its own name.
    """
    files = _without_solutions(list(files))
    bare = all(len(file.parts) == 1 and not _prefix(file.name) for file in files)
    one = bare and any(_split(file.name)[0] for file in files)
    if one or (_of_platform(place) and not any(_inside(files, 0))):
        # It is one student's: a platform's folder by itself, or notebooks and nothing else.
        for file in files:
            yield _owned(file, 0, *_of_folder(place))
    else:
        yield from _class(files, 0, place)


def _without_solutions(files: list[File]) -> list[File]:
    """Leave out the course's own solutions, where a student handed in a clone of all of it."""
    there = {file.parts for file in files}
    twins = {file.parts: tuple(_TWIN.get(part, part) for part in file.parts) for file in files}
    return [file for file in files if twins[file.parts] not in there - {file.parts}]


def display_names(people: Iterable[tuple[Person, str]]) -> dict[Person, str]:
    """Return what each is called: the name, with its number where two have one in a lesson.

    Args:
        people: with the lesson that each handed in.
    """
    people = list(people)
    numbers: dict[tuple[str, str], set[str]] = defaultdict(set)
    for person, lesson in people:
        numbers[person.name, lesson].update({person.number} - {""})
    shared = {name for (name, _), found in numbers.items() if len(found) > 1}
    shared |= {person.name for person, _ in people if person.name.casefold() in _NAMELESS}
    return {p: p.unique if p.name in shared else p.name for p, _ in people}


def clean_name(name: str) -> str:
    """Return a name that can be shown: NFC, single spaces, what has no shape spelled out.

    Different names stay different, but for their spaces.
    """
    name = " ".join(unicodedata.normalize("NFC", name).split())
    shown = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in name)
    if len(shown) > _LONGEST_NAME:
        digest = hashlib.sha256(shown.encode()).hexdigest()[:12]
        shown = f"{shown[:_LONGEST_NAME]}… {digest}"
    return shown or "(no name)"


def _class(files: list[File], level: int, around: str) -> Iterator[Owned | File]:
    """Yield what ``owners`` does; the names at this level of the paths are the platform's.

    But for what lies around a class: a platform's zips, zips or a folder made by hand, a folder
    for each lesson.
    """
    groups: dict[str, list[File]] = defaultdict(list)
    for file in files:
        groups[file.parts[min(level, len(file.parts) - 1)]].append(file)
    working = {name for name, group in groups.items() if any(map(_is_work, group))}
    if "submitted" in working and working <= _NBGRADER:
        yield from _class(groups["submitted"], level + 1, "submitted")
        return
    inside = {name: _inside(groups[name], level + 1) for name in working if not _of_platform(name)}
    classes = {
        name for name, (marked, lessons) in inside.items() if is_zip(name) and marked and lessons
    }
    if inside.keys() == working and all(marked or lessons for marked, lessons in inside.values()):
        shared = Counter(number for _, lessons in inside.values() for number in lessons)
        alike = max(shared.values(), default=0) == 1  # a folder for each lesson, or one for all
        if alike or all(marked or is_zip(name) for name, (marked, _) in inside.items()):
            classes = working
    for name, group in groups.items():
        if name in classes:
            yield from _class(group, level + 1, name)
            continue
        for file in group:
            found = _of_file(file.name) if len(file.parts) == level + 1 else _of_folder(name)
            if not found and _split(file.name)[0] and (level > 0 or is_zip(around)):
                found = _of_folder(around)  # a notebook beside others in a zip
            yield _owned(file, level + 1, *found) if found else file


def _inside(group: list[File], level: int) -> tuple[bool, set[str]]:
    """Return whether names at a level are a platform's, and the lessons that several names hold.

    Names with a lesson in common look like students'.
    """
    found = set()
    marked = False
    for file in filter(_is_work, group):
        if len(file.parts) > level:
            name = file.parts[level]
            marked = marked or _of_platform(name) is not None
            loose = len(file.parts) == level + 1 and not is_zip(name)
            found.add((_prefix(name) if loose else name, _split(file.name)[0]))
    lessons = Counter(
        number
        for name, number in found
        if number and name not in {"", *_COURSE} and not _VERSION.fullmatch(name)
    )
    return marked, {number for number, count in lessons.items() if count > 1}


def _is_work(file: File) -> bool:
    return is_notebook(file) or is_zip(file.name)


def _of_folder(name: str) -> tuple[Person, str]:
    """Return whom the name of a folder or zip means, and when, as text that sorts."""
    return _of_platform(name) or (Person(clean_name(_without_zip(name))), "")


def _of_file(name: str) -> tuple[Person, str] | None:
    """Return whom the name of a file beside others means, and when; None if it says nobody."""
    if is_zip(name):
        return _of_folder(name)
    prefix = _prefix(name)
    return _of_platform(name) or ((Person(clean_name(prefix)), "") if prefix else None)


def _of_platform(name: str) -> tuple[Person, str] | None:
    for platform, pattern in _PLATFORMS.items():
        match = pattern.fullmatch(name if platform == "canvas" else _without_zip(name))
        if match:
            groups = match.groupdict("")
            order = groups.get("time") or _sortable(groups.get("date", ""))
            order = order or groups.get("file", "").zfill(18)
            return Person(clean_name(groups["who"]), groups["number"], platform), order
    return None


def _sortable(date: str) -> str:
    """Return Brightspace's date, such as "Mar 3, 2025 1105 AM", as year to minute."""
    words = date.replace(",", "").split()
    for month in ("%b", "%B"):
        try:
            moment = datetime.strptime(
                f"{words[0]} {words[1]} {words[2]} {words[3].zfill(4)} {words[4]}",
                f"{month} %d %Y %I%M %p",
            )
        except (ValueError, IndexError):
            continue
        return moment.strftime("%Y-%m-%d-%H-%M")
    return ""


def _owned(file: File, level: int, person: Person, order: str) -> Owned:
    """Return a file as a person's; its path from a level on is the student's own."""
    lesson, head, tail = _split(file.name)
    version = _VERSION.search("/".join(file.parts[level:]))
    copy = _COPY_NUMBER.search(tail)
    numbers = [int(match[1]) if match else 0 for match in (version, copy)]
    renamed = bool(lesson) and bool(tail or _COPY_WORDS.search(head))
    # Who is named further out comes before: nobody can hand in for another from within a zip.
    rank = (-level, order, *numbers, -len(file.parts))
    return Owned(file, person, lesson, rank, renamed)


def _split(name: str) -> tuple[str, str, str]:
    """Return lesson of a notebook's name, what stands before and after it; "" where none."""
    notebook = _NOTEBOOK.fullmatch(name)
    stem = notebook["stem"] if notebook else ""
    for number, topic in _TOPICS.items():
        if match := topic.search(stem):
            return number, stem[: match.start()], stem[match.end() :]
    return "", "", ""


def _prefix(name: str) -> str:
    """Return what stands before the lesson in a notebook's name: a student's, if anything."""
    return _COPY_WORDS.sub("", _split(name)[1]).rstrip(" _-.")


def _without_zip(name: str) -> str:
    return name[:-4] if is_zip(name) else name
