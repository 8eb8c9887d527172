"""Points over all lessons, recomputed from the answers that a student's notebooks hold."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from helpers.course.lessons import LESSONS, Lesson
from helpers.work.fingerprint import edition
from helpers.work.handed_out import edition_today
from helpers.work.judging import SECONDS, NotJudged, Result, judge
from helpers.work.kept import Kept
from helpers.work.lessons import facts, version
from helpers.work.notebooks import Found, notebooks_in, place


@dataclass(frozen=True)
class Standing:
    """How far one lesson is.

    Args:
        number: two digits.
        title: of the lesson.
        file: name of its notebook, "" where there is none.
        points: earned.
        of: points of the lesson.
        state: ``"missing"``, ``"untouched"``, ``"worked in"`` or ``"not readable"``.
        results: of its exercises, in order; empty where nothing was answered.
        problem: why nothing could be computed, "" if it could.
        saved: when the file was saved, in seconds since 1970.
        is_old: whether it is of an earlier edition, whose exercises were others.
        others: names of further notebooks of the lesson, which are not looked at.
    """

    number: str
    title: str
    file: str
    points: int
    of: int
    state: str
    results: tuple[Result, ...] = ()
    problem: str = ""
    saved: float = 0.0
    is_old: bool = False
    others: tuple[str, ...] = ()

    @property
    def is_done(self) -> bool:
        """Whether every point is earned."""
        return self.points == self.of

    @property
    def open(self) -> Result | None:
        """The first exercise that is not done; None where all are, or none was looked at."""
        return next((one for one in self.results if one.status != "passed"), None)


@dataclass(frozen=True)
class Progress:
    """How far a student is.

    Args:
        folder: of the notebooks.
        lessons: one each, in order.
        stopped: lesson and exercise where the student stopped: the first exercise not done of
            the lesson last worked in; None where no lesson was worked in, or that one is done.
        next: lesson and exercise to go on with; None where everything is done.
    """

    folder: Path
    lessons: tuple[Standing, ...]
    stopped: tuple[str, str] | None
    next: tuple[str, str] | None

    def to_json(self) -> str:
        """Return all of it as JSON."""
        words = {**asdict(self), "folder": str(self.folder)}
        words["points"] = sum(one.points for one in self.lessons)
        words["of"] = sum(one.of for one in self.lessons)
        return json.dumps(words, indent=1, ensure_ascii=False)


def progress(
    folder: Path | None = None,
    *,
    seconds: float = SECONDS,
    tell: Callable[[Standing], None] = lambda standing: None,
) -> Progress:
    """Return how far a student is, from the answers in the saved notebooks.

    What was printed in them does not count. Answers run in processes of their own, with the
    lesson's set-up cell and checks and nothing else; an untouched notebook runs nothing.
    Predictions earn no points. What was computed is kept in the folder, as ``.progress.json``.

    Args:
        folder: of the notebooks; when None, this one, its ``notebooks/``, or the course's.
        seconds: of processor time for one exercise.
        tell: is told each lesson as it is known.

    Raises:
        ValueError: there is no such folder.
    """
    folder = place(folder)
    found: dict[str, list[Found]] = {}
    for one in notebooks_in(folder):
        found.setdefault(one.lesson, []).append(one)
    kept = Kept(folder)
    standings = []
    for lesson in LESSONS:
        standings.append(_standing(lesson, found.get(lesson.number, []), kept, seconds))
        tell(standings[-1])
    kept.save()
    return Progress(folder, tuple(standings), *_where(standings))


def _standing(lesson: Lesson, found: list[Found], kept: Kept, seconds: float) -> Standing:
    if not found:
        return Standing(lesson.number, lesson.title, "", 0, lesson.points, "missing")
    first, *others = found
    results: tuple[Result, ...]
    if first.problem:
        results, state, problem = (), "not readable", first.problem
    else:
        results, problem = _results(first, kept, seconds)
        state = "untouched" if first.untouched else "worked in"
    return Standing(
        lesson.number,
        lesson.title,
        first.path.name,
        sum(one.points for one in results),
        lesson.points,
        state,
        results,
        problem,
        first.path.stat().st_mtime,
        edition(first.raw) not in ("", edition_today(lesson.number)),
        tuple(one.path.name for one in others),
    )


def _results(one: Found, kept: Kept, seconds: float) -> tuple[tuple[Result, ...], str]:
    """Return what the exercises of a notebook earn, and why nothing can be said, if so."""
    if one.untouched:
        return (), ""
    key = _key(one, seconds)
    if (known := kept.get(key)) is not None:
        return known, ""
    from helpers.work.answers import work_in

    try:
        lesson = facts(one.lesson)
        results = judge(lesson, work_in(one.cells, lesson), one.path.parent, seconds)
    except (NotJudged, ValueError) as problem:
        return (), str(problem)
    kept.put(key, results)
    return results, ""


def _key(one: Found, seconds: float) -> str:
    """Return the digest of all that the points of a notebook depend on."""
    cells = [repr((cell.kind, cell.source, cell.mark, cell.id)) for cell in one.cells]
    words = [edition_today(one.lesson), str(seconds), *cells]
    return hashlib.sha256(version(one.lesson, words).encode()).hexdigest()


def _where(standings: list[Standing]) -> tuple[tuple[str, str] | None, tuple[str, str] | None]:
    """Return where the student stopped, and what comes next."""
    worked = [one for one in standings if one.state == "worked in"]
    last = max(worked, key=lambda one: (one.saved, one.number), default=None)
    stopped = _open_in(last) if last else None
    # After the lesson last worked in, then what was left out before it.
    after = [one for one in standings if last is None or one.number > last.number]
    waiting = (one for one in [*after, *standings] if not one.is_done)
    first = next(waiting, None)
    return stopped, stopped or (_open_in(first) if first else None)


def _open_in(one: Standing) -> tuple[str, str] | None:
    """Return a lesson and its first exercise that is not done; None if it is done."""
    if one.open is not None:
        return one.number, one.open.id
    return None if one.is_done else (one.number, f"{int(one.number)}.1")
