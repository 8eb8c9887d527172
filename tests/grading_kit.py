"""Shared by the tests of the grader: notebooks with answers filled in, and a warm parent."""

import atexit
import copy
import dataclasses
import json
from functools import lru_cache
from pathlib import Path

from helpers.course.lessons import LESSONS as COURSE
from helpers.grading.sandbox.isolation import attempt
from helpers.grading.sandbox.limits import Limits
from helpers.grading.trusted.worker import WarmParent, grade_job
from helpers.work.lessons import facts, source

ROOT = Path(__file__).resolve().parents[1]
LIMITS = Limits(seconds=15, memory=800_000_000)
# The lessons that are open and built.
LESSONS = tuple(
    lesson.number
    for lesson in COURSE
    if lesson.points
    and all(
        (ROOT / folder / f"{lesson.number}_{lesson.topic}.ipynb").is_file()
        for folder in ("notebooks", "solutions")
    )
)
SEED = "the class's secret"


@lru_cache(maxsize=1)
def levels() -> tuple[str, ...]:
    """Return the levels of isolation that this machine offers, the highest first."""
    return tuple(level for level in ("L3", "L2", "L1") if attempt(level, LIMITS).startswith("ok"))


def settings(level: str, limits: Limits = LIMITS) -> dict:
    """Return settings for workers and warm parents."""
    lessons = {number: facts(number).for_worker() for number in LESSONS}
    return {"level": level, "limits": dataclasses.asdict(limits), "lessons": lessons}


@lru_cache(maxsize=4)
def warm_parent(level: str) -> WarmParent:
    """Return a warm parent that lives until the tests end."""
    parent = WarmParent(settings(level))
    atexit.register(parent.close)
    return parent


_scorers: dict = {}


def grade(lesson: str, answers: dict, seed: str = SEED, level: str | None = None) -> dict:
    """Grade answers (source by exercise) and return points, status, reason and text by exercise."""
    job = {"lesson": lesson, "seed": seed, "answers": answers}
    level = level or levels()[0]
    scorers = _scorers.setdefault(level, {})
    result = grade_job(job, scorers, warm_parent(level), LIMITS.wall)
    return {outcome["id"]: outcome for outcome in result["outcomes"]}


@lru_cache(maxsize=4)
def notebook(lesson: str, folder: str = "notebooks") -> dict:
    """Return the student copy or the solution of a lesson."""
    path = ROOT / folder / f"{lesson}_{facts(lesson).topic}.ipynb"
    return json.loads(path.read_text(encoding="utf-8"))


def solution(lesson: str) -> dict[str, str]:
    """Return the source of every answer cell of a solution, by exercise."""
    ids = {entry.grade_id: entry.id for entry in facts(lesson).exercises}
    cells = notebook(lesson, "solutions")["cells"]
    marked = ((cell["metadata"].get("nbgrader", {}), cell) for cell in cells)
    return {ids[m["grade_id"]]: source(cell) for m, cell in marked if m.get("solution")}


def filled(lesson: str, answers: dict[str, str]) -> dict:
    """Return a student copy with answers filled in."""
    copied = copy.deepcopy(notebook(lesson))
    ids = {entry.grade_id: entry.id for entry in facts(lesson).exercises}
    for cell in copied["cells"]:
        exercise = ids.get(cell["metadata"].get("nbgrader", {}).get("grade_id"))
        if exercise in answers:
            cell["source"] = answers[exercise]
    return copied


def file_name(lesson: str) -> str:
    """Return ``NN_topic.ipynb``."""
    return f"{lesson}_{facts(lesson).topic}.ipynb"


def hand_in(folder: Path, student: str, lesson: str, answers: dict | str | bytes) -> Path:
    """Write a submission: answers by exercise, or the file's content itself."""
    path = folder / student / file_name(lesson)
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(answers, dict):
        answers = json.dumps(filled(lesson, answers))
    path.write_bytes(answers.encode() if isinstance(answers, str) else answers)
    return path
