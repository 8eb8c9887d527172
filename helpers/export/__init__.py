"""Make one page of a finished notebook: python -m helpers export NB."""

import argparse
from pathlib import Path

from helpers.course import ROOT
from helpers.course.places import in_clone

__all__ = ["add_commands"]


def add_commands(subparsers) -> None:
    """Add ``export`` to the command line."""
    parser = subparsers.add_parser(
        "export",
        help="make one HTML page of a finished notebook",
        description="Make one HTML page of a notebook that was run: no kernel and no network "
        "needed to read it, formulas included, and a latent explorer still moves.",
    )
    parser.add_argument(
        "notebooks",
        nargs="+",
        metavar="NB",
        help="a number, such as 04 (your copy if it was run, else the solution), or a .ipynb file",
    )
    parser.add_argument("--output", type=Path, help="folder for the pages (default: build/)")
    parser.add_argument(
        "--root",
        type=Path,
        default=ROOT if in_clone() else Path(),
        help="the course's folder, or yours",
    )
    parser.set_defaults(run=_run)


def _run(args: argparse.Namespace) -> int:
    from helpers.course.atomic import write_atomically
    from helpers.export.finding import find, read
    from helpers.export.page import build_page

    folder = args.output or args.root / "build"
    pages = {}
    for name in args.notebooks:
        path = find(name, args.root)
        pages[path] = build_page(read(path), folder=path.parent).encode()
    for path, page in pages.items():
        target = folder / f"{path.stem}.html"
        write_atomically(target, page)
        print(f"{path.parent.name}/{path.name} -> {target}, {len(page) / 1e6:.1f} MB")
    return 0
