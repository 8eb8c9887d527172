"""The README's table of lessons and the issue form's list, written from `LESSONS`."""

import json
import re
from pathlib import Path

from helpers.course import LESSONS, Lesson
from helpers.course.atomic import write_atomically

BEGIN = "<!-- lessons: written by make student and make solutions -->"
END = "<!-- end of lessons -->"
FORM = (".github", "ISSUE_TEMPLATE", "lesson.yml")
HEAD = """\
| lesson | topic | builds on | points | minutes of computing | memory |
|---|---|---|---|---|---|"""


def lesson_table(root: Path) -> str:
    """Return the table in Markdown, one row a lesson.

    Args:
        root: the course's folder, whose executed solutions know how long they took.
    """
    return "\n".join([HEAD, *(_row(root, lesson) for lesson in LESSONS)])


def write_lesson_table(root: Path) -> bool:
    """Write the table into the README, between its two marks; say whether that changed it.

    A folder without a README, and a README without the marks, are left alone.
    """
    path = root / "README.md"
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    if BEGIN not in text or END not in text:
        return False
    before, rest = text.split(BEGIN, 1)
    after = rest.split(END, 1)[1]
    return _renew(path, text, f"{before}{BEGIN}\n{lesson_table(root)}\n{END}{after}")


def write_lesson_form(root: Path) -> bool:
    """Write the lessons into the issue form that asks for one; say whether that changed it.

    A folder without the form is left alone.
    """
    path = root.joinpath(*FORM)
    if not path.exists():
        return False
    text = path.read_text(encoding="utf-8")
    # In quotes, since a title may hold a colon.
    listed = "".join(f'        - "{lesson.number} {lesson.title}"\n' for lesson in LESSONS)
    return _renew(path, text, re.sub(r'( {8}- "?\d\d .*\n)+', lambda _: listed, text, count=1))


def _renew(path: Path, old: str, new: str) -> bool:
    if new != old:
        write_atomically(path, new.encode())
    return new != old


def _row(root: Path, lesson: Lesson) -> str:
    stem = f"{lesson.number}_{lesson.topic}"
    link = f"[{lesson.number}](notebooks/{stem}.ipynb)"
    solution = root / "solutions" / f"{stem}.ipynb"
    facts = {}
    if solution.exists():
        notebook = json.loads(solution.read_text(encoding="utf-8"))
        facts = notebook["metadata"].get("workbook", {})
    minutes = facts.get("minutes", "not run yet")
    memory = f"{facts['gigabytes']} GB" if "gigabytes" in facts else ""
    cells = (link, lesson.title, ", ".join(lesson.builds_on), lesson.points, minutes, memory)
    return f"| {' | '.join(map(str, cells))} |".replace("|  |", "| |")
