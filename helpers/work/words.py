"""Progress as plain text, at most 80 columns wide."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Iterator

from helpers.course.lessons import CORE, LESSONS
from helpers.work.progress import Progress, Standing
from helpers.work.update import Moved

WIDTH = 80
_LEFT = 46
_CORE = {lesson.number for lesson in CORE}


def row(one: Standing) -> str:
    """Return the lines of one lesson: its points, and which exercises are not done."""
    left = f"  {one.number}  {one.title}"
    points = f"{one.points:3} of {one.of:2}" if one.of else "practice"
    return "\n".join(_beside(f"{left:36}{points:>9}  ", _state(one)))


def _state(one: Standing) -> str:
    if one.problem:
        return f"not computed: {one.problem}"
    if one.state == "missing":
        return "no notebook here"
    if one.state == "untouched":
        return "not begun"
    if not one.results:
        return "worked in"
    by_status: dict[str, list[str]] = {}
    for result in one.results:
        by_status.setdefault(result.status, []).append(result.id)
    passed = by_status.pop("passed", [])
    if not by_status:
        return "done"
    if not passed and set(by_status) == {"not started"}:
        return "nothing answered yet"
    return "; ".join(f"{status} {', '.join(ids)}" for status, ids in by_status.items())


def closing(progress: Progress) -> str:
    """Return the sums, where the student stopped, and what is next."""
    return "\n".join(_closing(progress))


def _closing(progress: Progress) -> Iterator[str]:
    rest = {lesson.number for lesson in LESSONS if lesson.points} - _CORE
    for name, numbers in (("01 to 06 together", _CORE), ("the others", rest)):
        mine = [one for one in progress.lessons if one.number in numbers]
        points, of = (sum(getattr(one, key) for one in mine) for key in ("points", "of"))
        yield f"      {name:29}{points:4} of {of}"
    yield ""
    lessons = {one.number: one for one in progress.lessons}
    old = [one.number for one in progress.lessons if one.is_old]
    if old:
        words = (
            f"Of an earlier edition: {', '.join(old)}. python -m helpers update takes your work "
        )
        yield from _beside("", f"{words}into this one.")
    for one in progress.lessons:
        if one.others:
            names = ", ".join(one.others)
            yield from _beside("", f"Also of lesson {one.number}, and not looked at: {names}.")
    if progress.next is None:
        yield "Everything is done."
    elif progress.stopped:
        number, exercise = progress.stopped
        one = lessons[number]
        found = next((result for result in one.results if result.id == exercise), None)
        title = f", {found.title}" if found else ""
        yield from _beside("", f"You stopped at {exercise}{title}: {one.file}")
        if found and found.words:
            yield from _beside("  not yet: ", found.words)
    else:
        number, exercise = progress.next
        one = lessons[number]
        yield f"Next: {exercise}, lesson {number}, {one.title}"
        yield f"      {one.file or 'its notebook is not in this folder'}"


def to_text(progress: Progress) -> str:
    """Return all of it."""
    return "\n".join([*map(row, progress.lessons), closing(progress)])


def moved_text(moved: Moved) -> str:
    """Return what became of one notebook in an update."""
    lines = [f"{moved.file}: {moved.state}"]
    if moved.words:
        lines = _beside(f"{moved.file}: ", f"left as it is: {moved.words}")
    if moved.state == "updated" and moved.kept:
        lines += _beside("    ", f"the old file: {moved.kept}")
    carried = moved.carried
    if carried is not None:
        counts = [
            _count(len(carried.answers), "answer", f" ({', '.join(carried.answers)})"),
            _count(len(carried.predictions), "prediction"),
            _count(carried.own, "cell", " of your own"),
            _count(carried.edited, "cell", " of the lesson's that you changed"),
        ]
        lines += _beside("    ", f"taken along: {', '.join(filter(None, counts)) or 'nothing'}")
        if carried.homeless:
            lines += _beside("    ", "without a place in this edition, now at the end:")
            lines += [line for what in carried.homeless for line in _beside("      - ", what)]
        for what in carried.changed:
            lines += _beside("    ", f"look: {what}")
    return "\n".join(lines)


def _count(number: int, noun: str, more: str = "") -> str:
    return f"{number} {noun}{'s' if number > 1 else ''}{more}" if number else ""


def _beside(left: str, text: str) -> list[str]:
    """Return a text in lines, the first after ``left``, none wider than a terminal."""
    lines = textwrap.wrap(text, WIDTH - len(left) - _extra(text)) or [""]
    rest = " " * len(left)
    return [(left if number == 0 else rest) + line for number, line in enumerate(lines)]


def _extra(text: str) -> int:
    """Return how many columns more than characters a line of a text may take: Hangul takes two."""
    wide = sum(unicodedata.east_asian_width(letter) in "WF" for letter in text)
    return min(wide, WIDTH // 4)
