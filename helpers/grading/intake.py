"""Take in a class: whose each file is, which of several counts, and what it answers."""

from __future__ import annotations

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from helpers.checks.registry import exercises
from helpers.course.lessons import LESSONS
from helpers.grading.files import MAX_FILE, File, Refused, files_of, is_zip
from helpers.grading.whose import NOBODY, Owned, Person, display_names, is_notebook, owners
from helpers.work.answers import Work, lesson_in, work_in
from helpers.work.cells import Cell, read_notebook
from helpers.work.lessons import facts

# No more notebooks of a student are opened once those opened held so many bytes.
_MAX_READ = 3 * MAX_FILE
# Of the files of one student that are no notebooks, named one by one.
_MAX_NAMED = 10
_ARCHIVE = re.compile(r"\.(rar|7z|tar|tgz|gz|bz2|xz|egg|alz)$", re.IGNORECASE)
_UNKNOWN = "unknown: neither student/NN_topic.ipynb nor student_NN_topic.ipynb"
_NO_NOTEBOOK = "unknown: no notebook"


@dataclass(frozen=True)
class Submission:
    """What is graded of one notebook.

    Args:
        student: name, as the platform's folder or file says.
        lesson: two digits.
        file: where it came from, for the instructor.
        answers: source of the answer cell by number of the exercise, without those that are
            blank or untouched.
        notes: what an instructor should know.
        own: ``(exercise, source)`` of the student's other imports and definitions, in the order
            of the notebook, each with the exercise whose answer stands next below it.
        by_hand: ``(grade_id, text)`` of the cells that nbgrader marks as graded by hand.
        person: the student as the platform knows one.
    """

    student: str
    lesson: str
    file: str
    answers: dict[str, str]
    notes: tuple[str, ...] = ()
    own: tuple[tuple[str, str], ...] = ()
    by_hand: tuple[tuple[str, str], ...] = ()
    person: Person = NOBODY

    def key(self, version: str, seed: str) -> str:
        """Return the digest of all that its score depends on."""
        words = [self.lesson, version, seed, sorted(self.answers.items()), self.own]
        return hashlib.sha256(json.dumps(words).encode()).hexdigest()


@dataclass(frozen=True)
class Intake:
    """What a class handed in.

    Args:
        submissions: by student and lesson, one of each.
        refused: ``(file, why)`` for what is not graded.
        ungraded: by student none of whose files could be graded, why.
        people: by student who handed in anything, as the platform knows one.
    """

    submissions: list[Submission]
    refused: list[tuple[str, str]]
    ungraded: dict[str, str]
    people: dict[str, Person]


def find(
    places: Path | Sequence[Path], lesson: str | None = None
) -> tuple[list[Submission], list[tuple[str, str]]]:
    """Return the submissions and the refused files of ``take_in``."""
    taken = take_in(places, lesson)
    return taken.submissions, taken.refused


def take_in(places: Path | Sequence[Path], lesson: str | None = None) -> Intake:
    """Take in the submissions below folders or in zips.

    The student is whom the platform's folder or file names, whatever names stand inside. Of
    several notebooks of a student and lesson the latest that can be read and holds an answer
    counts.

    Args:
        places: folder or zip of a class, in the layout of a learning platform or of nbgrader,
            as clones, or made by hand; or several of them.
        lesson: take this one only; notebooks of others are passed over.

    Raises:
        ValueError: there is nothing of that name.
    """
    places = [places] if isinstance(places, Path) else list(places)
    for place in places:
        if not place.exists():
            raise ValueError(f"There is no folder or zip of submissions {str(place)!r}.")
    found = _Class(lesson)
    for place in places:
        for one in owners(files_of(place), _name(place)):
            found.add(one, f"{place.name}/" if place.is_file() and is_zip(place.name) else "")
    return found.intake()


def _name(place: Path) -> str:
    """Return the name of a place that could be a student's."""
    place = place.resolve()
    return place.parent.name if place.is_file() and not is_zip(place.name) else place.name


class _Class:
    """The files of a class, until each is read or refused."""

    def __init__(self, lesson: str | None):
        self._lesson = lesson
        self._refused: list[tuple[str, str]] = []
        self._notebooks: dict[tuple[Person, str], list[_Notebook]] = defaultdict(list)
        self._others: dict[Person, list[tuple[str, str]]] = defaultdict(list)
        self._lost: dict[Person, str] = {}
        self._moved: dict[tuple[str, str], list[_Notebook]] = defaultdict(list)

    def add(self, one: Owned | File, place: str) -> None:
        """Take a file, or note why not."""
        file = one if isinstance(one, File) else one.file
        label = f"{place}{file.label}"
        if isinstance(one, File):
            self._refused.append((label, file.why or _UNKNOWN))
        elif _ARCHIVE.search(file.name):
            self._refuse(
                one.person, label, file.why or "not taken: of archives only zips are opened"
            )
        elif not (is_notebook(file) or is_zip(file.name)):
            self._others[one.person].append((label, file.why or _NO_NOTEBOOK))
        elif file.why:
            self._refuse(one.person, label, file.why)
        else:
            notebook = _Notebook(one, label)
            self._notebooks[one.person, one.lesson].append(notebook)

    def intake(self) -> Intake:
        """Read the notebooks, and return what the class handed in."""
        self._settle_lessons()
        idle = [(person, "") for person in [*self._lost, *self._others]]
        names = display_names([*self._notebooks, *idle])
        several: dict[tuple[str, str], list[_Notebook]] = defaultdict(list)
        for (person, lesson), notebooks in self._notebooks.items():
            several[names[person], lesson] += notebooks
        submissions: list[Submission] = []
        waiting = sorted(several.items())
        while waiting:
            for (student, lesson), notebooks in waiting:
                if self._lesson in (None, lesson):
                    submissions += self._chosen(student, lesson, notebooks)
            waiting = self._misnamed({(one.student, one.lesson) for one in submissions})
        submissions.sort(key=lambda one: (one.student, one.lesson))
        for person, others in self._others.items():
            self._name_others(person, others)
            self._lost.setdefault(person, "no notebook among the files")
        graded = {one.student for one in submissions}
        lost = {names[person]: why for person, why in self._lost.items()}
        ungraded = {name: why for name, why in sorted(lost.items()) if name not in graded}
        people = {name: person for person, name in names.items()}
        return Intake(submissions, self._refused, ungraded, people)

    def _refuse(self, person: Person, label: str, why: str) -> None:
        self._refused.append((label, why))
        self._lost[person] = f"{label}: {why}"

    def _settle_lessons(self) -> None:
        """Find the lesson of notebooks whose names do not say it in their cells."""
        for (person, lesson), notebooks in list(self._notebooks.items()):
            if lesson:
                continue
            del self._notebooks[person, lesson]
            room = _MAX_READ
            for notebook in notebooks:
                try:
                    if room < 0:
                        raise Refused("its name says none, and there is too much of this student")
                    room -= notebook.cost()
                    number = lesson_in(notebook.read()[0], _lessons())
                except Refused as problem:
                    self._refuse(person, notebook.label, f"unknown lesson; {problem}")
                    continue
                if number:
                    self._notebooks[person, number].append(notebook)
                else:
                    self._refuse(person, notebook.label, "unknown: no lesson's notebook")

    def _chosen(
        self, student: str, lesson: str, notebooks: list[_Notebook]
    ) -> Iterator[Submission]:
        """Yield the notebook that counts: the latest that can be read and holds an answer."""
        notebooks = sorted(notebooks, key=lambda one: one.owned.rank, reverse=True)
        room = _MAX_READ
        read: list[tuple[_Notebook, Work, list[str]]] = []
        for notebook in notebooks:
            try:
                if room < 0:
                    raise Refused("not taken: there is too much of this student")
                room -= notebook.cost()
                cells, notes = notebook.read()
                work = work_in(cells, facts(lesson))
            except (Refused, ValueError) as problem:
                self._refuse(notebook.owned.person, notebook.label, str(problem))
                continue
            number = lesson if work.answers else lesson_in(cells, _lessons())
            if number == lesson:
                read.append((notebook, work, notes))
            elif number:
                self._moved[student, number].append(notebook)
            else:
                why = f"not taken: no cell of lesson {lesson} is in it"
                self._refuse(notebook.owned.person, notebook.label, why)
            if work.answers:
                break
        for notebook, work, notes in [one for one in read if one[1].answers] or read[:1]:
            elsewhere = [notebook, *self._others_of(student)]
            others = [one.label for one in notebooks if one not in elsewhere]
            yield notebook.submission(student, lesson, work, notes, others)

    def _others_of(self, student: str) -> list[_Notebook]:
        """Return the notebooks of a student that turned out to be of another lesson."""
        return [one for key, moved in self._moved.items() if key[0] == student for one in moved]

    def _misnamed(
        self, there: set[tuple[str, str]]
    ) -> list[tuple[tuple[str, str], list[_Notebook]]]:
        """Return the notebooks whose cells are of another lesson than their names say.

        Args:
            there: students and lessons of which a notebook counts already.
        """
        moved, self._moved = self._moved, defaultdict(list)
        for key in moved.keys() & there:
            for notebook in moved.pop(key):
                why = f"its cells are of lesson {key[1]}, of which another notebook counts"
                self._refuse(notebook.owned.person, notebook.label, why)
        return sorted(moved.items())

    def _name_others(self, person: Person, others: list[tuple[str, str]]) -> None:
        """List the files that are no notebooks; after some of them, how many there are."""
        others.sort(key=lambda one: one[1] == _NO_NOTEBOOK)
        self._refused += others[:_MAX_NAMED]
        if len(others) > _MAX_NAMED:
            more = f"{person.unique}: {len(others) - _MAX_NAMED:,} more files"
            self._refused.append((more, _NO_NOTEBOOK))


@dataclass(frozen=True)
class _Notebook:
    """A notebook of a class, read when it is needed and not kept: a class has hundreds."""

    owned: Owned
    label: str

    def cost(self) -> int:
        """Return how many bytes reading it takes; what is too large is not read."""
        file = self.owned.file
        return file.around + (file.size if file.size <= MAX_FILE else 0)

    def read(self) -> tuple[list[Cell], list[str]]:
        return read_notebook(self.owned.file.read())

    def submission(
        self, student: str, lesson: str, work: Work, notes: list[str], others: list[str]
    ) -> Submission:
        notes = [*notes, *work.notes]
        name = self.owned.file.name
        if self.owned.renamed or self.owned.lesson != lesson:
            notes.insert(0, f"its file is called {name}")
        if others:
            notes.insert(0, f"the latest of {len(others) + 1}; not graded: {', '.join(others)}")
        return Submission(
            student,
            lesson,
            self.label,
            work.answers,
            tuple(notes),
            work.own,
            work.by_hand,
            self.owned.person,
        )


def _lessons():
    return [facts(lesson.number) for lesson in LESSONS if exercises(lesson.number)]
