"""The instructor's commands: grade, export-nbgrader."""

from __future__ import annotations

import argparse
import dataclasses
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from helpers.course import about

if TYPE_CHECKING:
    from helpers.grading.cluster import Cluster
    from helpers.grading.pool import LocalPool

_EPILOG = """examples:
  python -m helpers grade submissions/ --out results/
  python -m helpers grade moodle-export.zip --out results/ --lesson 03 --jobs 2
  python -m helpers grade canvas/ --out results/ --roster gradebook.csv --csv canvas
"""


def add_commands(subparsers: argparse._SubParsersAction) -> None:
    """Add ``grade`` and ``export-nbgrader`` to the command line."""
    grade = subparsers.add_parser(
        "grade",
        help="grade a class: a folder or zip of notebooks",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    grade.add_argument(
        "submissions",
        type=Path,
        nargs="+",
        help="folder or zip of a class: as Moodle, Canvas, Blackboard or Brightspace exports it, "
        "nbgrader's tree, clones, student/NN_topic.ipynb or student_NN_topic.ipynb",
    )
    grade.add_argument("--out", type=Path, required=True, help="folder of the results")
    grade.add_argument("--lesson", metavar="NN", help="one lesson only, such as 03")
    grade.add_argument("--roster", type=Path, metavar="CSV", help="who is in the class")
    grade.add_argument(
        "--csv",
        choices=("plain", "canvas", "moodle"),
        default="plain",
        help="the form of grades.csv",
    )
    grade.add_argument("--jobs", type=int, metavar="N", help="default: one a core")
    grade.add_argument("--seed-file", type=Path, metavar="F", help="the class's secret text")
    grade.add_argument("--dask", metavar="SCHEDULER", help="address of a dask.distributed cluster")
    grade.add_argument(
        "--seconds",
        type=float,
        default=10.0,
        help="of processor time for one exercise (default: 10); five times that by the clock",
    )
    grade.add_argument("--trust", action="store_true", help="grade although isolation is only L1")
    grade.add_argument("--level", choices=("L1", "L2", "L3"), help="less isolation than possible")
    grade.set_defaults(run=_grade)
    export = subparsers.add_parser("export-nbgrader", help="write a course tree for nbgrader")
    export.add_argument("course", type=Path, metavar="COURSE_DIR")
    export.set_defaults(run=_export)


def _grade(args: argparse.Namespace) -> int:
    from helpers.grading.coordinator import Plan, grade_class
    from helpers.grading.intake import take_in
    from helpers.grading.progress import Progress
    from helpers.grading.report import ClassFacts, write_class
    from helpers.grading.roster import read_roster
    from helpers.grading.sandbox.limits import WORDS, Limits
    from helpers.grading.seeds import read_seed
    from helpers.work.lessons import facts

    lesson = args.lesson.zfill(2) if args.lesson else None
    if lesson:
        facts(lesson)
    jobs = _jobs(args.jobs)
    limits = Limits(seconds=_positive(args.seconds))
    roster = read_roster(args.roster) if args.roster else None
    level, details = choose_level(args.level, args.trust, limits)
    said = f"{WORDS[level]}; {details}"
    print(f"Isolation {said}")
    taken = take_in(args.submissions, lesson)
    submissions = taken.submissions
    for name, why in taken.refused:
        print(f"  {_printable(name)}: {why}")
    for one in submissions:
        for note in one.notes:
            print(f"  {_printable(one.student)}, lesson {one.lesson}: {_printable(note)}")
    if not submissions:
        raise ValueError("No submission was found: see the layouts in grade --help.")
    plan = Plan(args.out, read_seed(args.seed_file, args.out), level, limits.seconds)
    settings = {
        "level": level,
        "limits": dataclasses.asdict(limits),
        "lessons": {n: facts(n).for_worker() for n in {one.lesson for one in submissions}},
    }
    grader = _Opened(settings, jobs, args.dask)
    try:
        records = grade_class(submissions, plan, grader.open, Progress(sys.stdout))
    finally:
        grader.close()
    known = ClassFacts(taken, f"Isolation {said}", limits, roster, args.csv)
    write_class(records, known, args.out)
    graded = [record["points"] for record in records if not record["problem"]]
    mean = f", {sum(graded) / len(graded):.1f} points on average" if graded else ""
    print(f"{len(graded)} submissions graded{mean}: {args.out}")
    failed = [record["student"] for record in records if record["problem"]]
    _tell("Not graded for a fault of the grader's own, run it again", failed)
    _tell("Handed in, and not graded", list(taken.ungraded))
    _tell("On the roster, and nothing came", known.missing())
    _tell("Not on the roster", known.strangers())
    if taken.refused:
        count = len(taken.refused)
        files = "1 file was" if count == 1 else f"{count} files were"
        print(f"{files} not graded: see above, and the end of class.html.")
    return 1 if failed else 0


def _tell(what: str, names: list[str]) -> None:
    if names:
        print(f"{what}: {', '.join(map(_printable, names))}")


class _Opened:
    """The grader of this run, opened when there is something to run."""

    def __init__(self, settings: dict, jobs: int, scheduler: str | None):
        self._settings, self._jobs, self._scheduler = settings, jobs, scheduler
        self._grader: Cluster | LocalPool | None = None

    def open(self) -> Cluster | LocalPool:
        if self._scheduler:
            from helpers.grading.cluster import Cluster

            self._grader = Cluster(self._settings, self._scheduler)
        else:
            from helpers.grading.pool import LocalPool

            self._grader = LocalPool(self._settings, self._jobs)
        return self._grader

    def close(self) -> None:
        if self._grader is not None:
            self._grader.close()


def choose_level(wanted: str | None, trust: bool, limits) -> tuple[str, str]:
    """Return the level of isolation to use, and details in words.

    Raises:
        ValueError: the machine cannot do what is wanted, or only L1 without ``--trust``.
    """
    from helpers.grading.sandbox import isolation

    if wanted:
        outcome = isolation.attempt(wanted, limits)
        if not outcome.startswith("ok"):
            raise ValueError(f"Isolation {wanted} does not work on this machine: {outcome}.")
        level, details = wanted, outcome[2:].strip() or "limits only"
    else:
        level, details = isolation.probe(limits)
    if level == "L1" and not trust:
        raise ValueError(
            "At isolation L1 a student's code can read and write whatever you can, so a class is "
            f"not graded. Use a Linux machine, or --trust if you trust them all ({details})."
        )
    return level, details


def _jobs(wanted: int | None) -> int:
    if wanted is None:
        return about.cores()
    if wanted < 1:
        raise ValueError(f"--jobs is at least 1. Received: {wanted}")
    return wanted


def _positive(seconds: float) -> float:
    if not 0 < seconds < 3600:
        raise ValueError(f"--seconds lies between 0 and 3600. Received: {seconds:g}")
    return seconds


def _printable(name: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in name)


def _export(args: argparse.Namespace) -> int:
    from helpers.course.places import need_clone
    from helpers.grading.nbgrader import export

    need_clone("export-nbgrader")
    for path in export(args.course):
        print(path)
    return 0
