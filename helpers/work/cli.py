"""The student's commands: progress, update."""

from __future__ import annotations

import argparse
import io
import sys
from pathlib import Path


def add_commands(subparsers: argparse._SubParsersAction) -> None:
    """Add ``progress`` and ``update`` to the command line."""
    progress = subparsers.add_parser(
        "progress",
        help="your points over all lessons, and where you stopped",
        description="Show the points of every lesson, what is next, and where you stopped. They "
        "are computed from the answers in the saved notebooks: save first.",
        epilog="examples:\n  python -m helpers progress\n"
        "  python -m helpers progress my-folder --json\n",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    _folder(progress)
    progress.add_argument("--json", action="store_true", help="for programs")
    progress.add_argument(
        "--seconds",
        type=float,
        default=10.0,
        help="of processor time for one exercise (default: 10); five times that by the clock",
    )
    progress.set_defaults(run=_progress)
    update = subparsers.add_parser(
        "update",
        help="take your answers into a new edition of the course",
        description="Write each notebook anew as this edition has it, with your answers, "
        "predictions and own cells in it. The old file is kept beside it as NN_topic.mine.ipynb, "
        "and what has no place any more stands at the end of the new one.",
        epilog="examples:\n  python -m helpers update my-folder\n"
        "  python -m helpers update --pull                in a clone: git pull, and the rest\n"
        "  python -m helpers update ../old/notebooks --to notebooks\n",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    _folder(update)
    update.add_argument(
        "--to", type=Path, metavar="DIR2", help="write there, and leave the old files alone"
    )
    update.add_argument(
        "--all", action="store_true", help="also the lessons that are not in the folder"
    )
    update.add_argument(
        "--pull", action="store_true", help="in a clone: get the new edition with git pull first"
    )
    update.set_defaults(run=_update)


def _folder(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "folder",
        type=Path,
        nargs="?",
        metavar="DIR",
        help="folder of your notebooks (default: this one or its notebooks/)",
    )


def _progress(args: argparse.Namespace) -> int:
    from helpers.work.notebooks import place
    from helpers.work.progress import progress
    from helpers.work.words import closing, row

    if not 0 < args.seconds < 3600:
        raise ValueError(f"--seconds lies between 0 and 3600. Received: {args.seconds:g}")
    _print_anything()
    folder = place(args.folder)
    if args.json:
        print(progress(folder, seconds=args.seconds).to_json())
        return 0
    print(f"Your points, computed from the answers saved in {folder}", flush=True)
    found = progress(
        folder, seconds=args.seconds, tell=lambda standing: print(row(standing), flush=True)
    )
    print(closing(found))
    return 0


def _update(args: argparse.Namespace) -> int:
    from helpers.work import clone
    from helpers.work.notebooks import place
    from helpers.work.update import update
    from helpers.work.words import moved_text

    _print_anything()
    folder = place(args.folder)
    if args.pull and args.to:
        raise ValueError("--pull updates a clone where it is: leave out --to.")
    if args.pull:
        return clone.pull(folder)
    if args.to and not args.to.is_dir():
        raise ValueError(f"There is no folder {str(args.to)!r} to write to.")
    told = lambda moved: print(moved_text(moved), flush=True)  # noqa: E731
    moved = clone.carry_over(folder, told)
    done = {one.file for one in moved}
    moved += update(
        folder,
        args.to,
        every=args.all,
        tell=lambda one: None if one.file in done else told(one),
    )
    if not moved:
        raise ValueError(f"There is no notebook of the course in {folder}.")
    return 1 if any(one.state == "refused" for one in moved) else 0


def _print_anything() -> None:
    """Let the console show in another way what it cannot print."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
