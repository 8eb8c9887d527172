"""Run lessons to their end with right answers in every form that a student may choose.

python tests/replay.py                    every lesson in every form (an hour)
python tests/replay.py 03 --form tensor   one of them
python tests/replay.py --mixed            every lesson once, another form for each exercise
python tests/replay.py --grade            as the grader's checks see each form, with ten seeds
python tests/replay.py --level L3         as the grader runs each form behind its walls

The suite runs each lesson once, with every second exercise untouched.
"""

from __future__ import annotations

import argparse
import re
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import grading_kit
from forms import FORMS, in_form
from grading_threads import held
from reading import Printed, printed

from helpers.answers import source
from helpers.checks.registry import Exercise, exercises
from helpers.checks.running import run
from helpers.course import ROOT
from helpers.release import execute, load_lesson, student_notebook

if TYPE_CHECKING:
    from nbformat import NotebookNode

SECONDS = 600


def with_forms(lesson: str, forms: dict[str, str]) -> NotebookNode:
    """Return the student copy of a lesson with each answer in the form that is named for it.

    Args:
        lesson: its two digits.
        forms: exercise -> form; the others stay untouched.
    """
    (path,) = (ROOT / "solutions").glob(f"{lesson}_*.py")
    solution = load_lesson(path)
    notebook = student_notebook(solution)
    by_id = {entry.grade_id: entry for entry in exercises(lesson)}
    here = str(Path(__file__).parent)
    for cell, solved in zip(notebook.cells, solution.cells, strict=True):
        entry = by_id.get(cell.metadata.get("nbgrader", {}).get("grade_id"))
        if entry is not None and entry.id in forms:
            cell.source = (
                f"{solved.source}\n\n"
                f"import sys; sys.path.insert(0, {here!r}); from forms import in_form\n"
                f"{entry.name} = in_form({forms[entry.id]!r}, {entry.name})\n"
            )
    return notebook


def mixed(lesson: str) -> dict[str, str]:
    """Return a form for each exercise of a lesson, every form in some lesson."""
    names = list(FORMS)
    forms = {e.id: names[(int(lesson) + n) % len(names)] for n, e in enumerate(exercises(lesson))}
    return right_forms(lesson, forms)


def right_forms(lesson: str, forms: dict[str, str]) -> dict[str, str]:
    """Return these forms where they are right: a loss of plain arrays lets no gradient pass."""
    losses = {entry.id for entry in exercises(lesson) if entry.noun == "loss"}
    return {key: "scalar" if key in losses else form for key, form in forms.items()}


def replay(lesson: str, forms: dict[str, str]) -> tuple[int, int, Printed]:
    """Run a lesson with these forms in the fast profile.

    Returns:
        Its points; their goal, the sum over the exercises that have a form (the others are
        untouched); and what it printed.

    Raises:
        ValueError: a cell failed.
    """
    notebook = with_forms(lesson, forms)
    facts = execute(notebook, profile="fast", timeout=SECONDS, name=f"{lesson} with {forms}")
    total = sum(entry.points for entry in exercises(lesson))
    run = Printed(printed(notebook), "mnist" if "mnist" in facts["data"] else "digits", "fast")
    earned = re.findall(rf"Lesson {lesson}\s+(\d+) of {total} points", run.text)
    goal = sum(entry.points for entry in exercises(lesson) if entry.id in forms)
    return int(earned[-1]) if earned else 0, goal, run


def graded(entry: Exercise, form: str, seed: int) -> str:
    """Return what the grader finds wrong with the reference in another form, or nothing.

    Raises:
        AssertionError: the self-check finds something, too: then it is no right answer.
    """
    answer = in_form(form, entry.load_reference())
    with held(answer) as proxy:
        verdict = run(entry, proxy, seed)
    if verdict.passed:
        return ""
    assert run(entry, answer, seed).passed, f"{entry.id} as {form}: refused by the self-check"
    return "; ".join(step.text for step in verdict.steps if step.status == "not yet")


def grade(lesson: str, forms: list[str], seeds: int = 10) -> int:
    """Print what the grader does not take and the self-check does; return how often."""
    failed = 0
    for entry in exercises(lesson):
        for form in forms:
            try:
                said = list(filter(None, (graded(entry, form, seed) for seed in range(seeds))))
            except AssertionError:
                continue
            failed += len(said)
            if said:
                print(f"{entry.id} as {form}: refused {len(said)} of {seeds} times: {said[0]}")
    return failed


def refused(level: str, lesson: str, forms: dict[str, str]) -> list[str]:
    """Grade the references of a lesson in these forms as a class's grader does, at a level.

    Returns:
        Each exercise that the self-check takes and that did not get its points, with its form.
    """

    def is_right(entry: Exercise) -> bool:
        return run(entry, in_form(forms[entry.id], entry.load_reference())).passed

    written = Path(in_form.__code__.co_filename).read_text(encoding="utf-8")
    answers = {
        entry.id: f"{source(lesson, entry.name)}\n{written}\n"
        f"{entry.name} = in_form({forms[entry.id]!r}, {entry.name})\n"
        for entry in exercises(lesson)
    }
    outcomes = grading_kit.grade(lesson, answers, level=level)
    return [
        f"{entry.id} as {forms[entry.id]}: {outcome['status']}, {outcome['reason']}"
        for entry, outcome in zip(exercises(lesson), outcomes.values(), strict=True)
        if outcome["points"] != outcome["of"] and is_right(entry)
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("lessons", nargs="*", help="two digits each (default: all with points)")
    parser.add_argument("--form", choices=FORMS, action="append", help="some forms (default: all)")
    parser.add_argument("--mixed", action="store_true", help="another form for each exercise")
    parser.add_argument("--grade", action="store_true", help="by the grader's checks")
    parser.add_argument("--level", choices=grading_kit.levels(), help="behind the grader's walls")
    options = parser.parse_args()
    numbers = sorted({entry.lesson for entry in exercises() if entry.points})
    failed = 0
    if options.grade:
        forms = options.form or list(FORMS)
        failed = sum(grade(lesson, forms) for lesson in options.lessons or numbers)
        print(f"{failed} right answers refused")
        return int(failed > 0)
    if options.level:
        for lesson in options.lessons or numbers:
            for form in options.form or FORMS:
                uniform = right_forms(lesson, {entry.id: form for entry in exercises(lesson)})
                found = refused(options.level, lesson, uniform)
                failed += len(found)
                print(f"{lesson} {form} at {options.level}:", *found or ["all points"], flush=True)
        return int(failed > 0)
    for lesson in options.lessons or numbers:
        uniform = {form: {e.id: form for e in exercises(lesson)} for form in options.form or FORMS}
        for name, forms in ({"mixed": mixed(lesson)} if options.mixed else uniform).items():
            start = time.monotonic()
            try:
                words = "{} of {} points".format(*replay(lesson, forms)[:2])
            except ValueError as problem:
                words, failed = f"FAILED {problem}", failed + 1
            print(f"{lesson} {name}: {words}, {time.monotonic() - start:.0f} s", flush=True)
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
