"""The author's commands: student, solutions, stale."""

import argparse
import importlib.util
from pathlib import Path

from helpers.course import ROOT
from helpers.course.places import need_clone
from helpers.release.execute import build_solution
from helpers.release.lesson import find_sources, label, solution_path, student_path
from helpers.release.listed import FORM, write_lesson_form, write_lesson_table
from helpers.release.rewrite import rewrite_solution
from helpers.release.staleness import orphans, stale
from helpers.release.student import write_student

TOOLS = ("jupytext", "nbclient", "nbgrader")


def add_commands(subparsers: "argparse._SubParsersAction") -> None:
    """Add ``student``, ``solutions`` and ``stale`` to the command line."""
    student = subparsers.add_parser("student", help="build the student copies (seconds)")
    student.add_argument(
        "--force",
        action="store_true",
        help="replace a copy that somebody worked in, keeping it as NN_topic.mine.ipynb",
    )
    student.set_defaults(run=_student)
    solutions = subparsers.add_parser("solutions", help="execute the solutions (minutes)")
    solutions.add_argument("--profile", choices=("full", "fast"), default="full")
    solutions.add_argument(
        "--timeout", type=int, default=1_800, metavar="SECONDS", help="for one cell"
    )
    solutions.add_argument(
        "--force", action="store_true", help="replace a notebook that somebody edited"
    )
    solutions.add_argument(
        "--keep",
        action="store_true",
        help="run nothing and keep the outputs: when only words or layout have changed",
    )
    solutions.set_defaults(run=_solutions)
    staleness = subparsers.add_parser("stale", help="list built notebooks to build again")
    staleness.set_defaults(run=_stale)
    for parser in (student, solutions, staleness):
        parser.add_argument("lessons", nargs="*", metavar="NB", help="such as 03; default: all")
        parser.add_argument("--root", type=Path, default=ROOT, help="the course's folder")


def _sources(args: argparse.Namespace) -> list[Path]:
    """Return the sources that a command is about, once its tools are known to be there."""
    if args.root == ROOT:
        need_clone("This command")
    missing = [name for name in TOOLS if importlib.util.find_spec(name) is None]
    if missing:
        raise ValueError(
            f"This command needs the author tools, and {', '.join(missing)} is not installed: "
            "pip install -e '.[lab,author]'"
        )
    return find_sources(args.root, args.lessons)


def _student(args: argparse.Namespace) -> int:
    sources = _sources(args)
    written = write_student(sources, force=args.force)
    for source in sources:
        path = student_path(source)
        print(f"{label(path)}: {'written' if path in written else 'up to date'}")
    _tell_lists(args.root)
    return 0


def _solutions(args: argparse.Namespace) -> int:
    for source in _sources(args):
        if args.keep:
            rewrite_solution(source)
            print(f"{label(solution_path(source))}: written, with the outputs that it had")
            continue
        print(f"{label(source)}: running, {args.profile} profile ...", flush=True)
        notebook = build_solution(
            source, profile=args.profile, timeout=args.timeout, force=args.force
        )
        facts = notebook.metadata.workbook
        print(
            f"{label(solution_path(source))}: written, {facts.minutes} minutes on "
            f"{facts.device}, data {facts.data}"
        )
        for cell, seconds in facts.seconds.items():
            print(f"{seconds:6d} s  {cell}")
    _tell_lists(args.root)
    return 0


def _tell_lists(root: Path) -> None:
    if write_lesson_table(root):
        print("README.md: its table of lessons is written anew")
    if write_lesson_form(root):
        print(f"{'/'.join(FORM)}: its list of lessons is written anew")


def _stale(args: argparse.Namespace) -> int:
    reasons = [reason for path in _sources(args) for reason in stale(path)]
    if not args.lessons:
        reasons += orphans(args.root)
    for reason in reasons:
        print(reason)
    return 1 if reasons else 0
