"""Make the course a website: python -m helpers site."""

import argparse
from pathlib import Path

from helpers.course import ROOT

__all__ = ["add_commands"]


def add_commands(subparsers) -> None:
    """Add ``site`` to the command line."""
    parser = subparsers.add_parser(
        "site",
        help="make the course a website, without answers",
        description="Make a website of the executed solutions, without their answers, and of the "
        "course's other pages: search, moving figures, no network. Nothing is executed.",
    )
    parser.add_argument(
        "lessons", nargs="*", metavar="NB", help="numbers, such as 04 (default: all lessons)"
    )
    parser.add_argument("--output", type=Path, help="folder of the site (default: build/site)")
    parser.add_argument("--root", type=Path, default=ROOT, help="the course's folder")
    parser.set_defaults(run=_run)


def _run(args: argparse.Namespace) -> int:
    from helpers.site.build import build_site

    folder = args.output or args.root / "build" / "site"
    megabytes = build_site(args.root, folder, args.lessons)
    print(f"{folder / 'index.html'}: {megabytes:.1f} MB")
    return 0
