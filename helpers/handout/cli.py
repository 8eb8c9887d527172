"""The student's commands: start, lab."""

from __future__ import annotations

import argparse
import importlib.util
import os
from pathlib import Path

from helpers.course import ROOT
from helpers.course.places import in_clone

FIRST = "00_start_here.ipynb"
FOLDER = "autoencoder-workbook"
FETCH_SECONDS = 20.0
_EPILOG = """examples:
  autoencoder-workbook lab                 in the folder autoencoder-workbook, or here if you
                                           are in a folder of lessons already
  autoencoder-workbook start my-course     only copy the notebooks, and open them as you like
"""


def add_commands(subparsers: argparse._SubParsersAction) -> None:
    """Add ``start`` and ``lab`` to the command line."""
    start = subparsers.add_parser("start", help="copy the student notebooks into a folder of yours")
    start.add_argument("folder", type=Path, metavar="DIR", help="made if it is not there")
    start.set_defaults(run=_start)
    lab = subparsers.add_parser(
        "lab",
        help="copy the student notebooks, and open them in JupyterLab",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    lab.add_argument("folder", type=Path, metavar="DIR", nargs="?", help="where you work")
    lab.add_argument("--no-browser", action="store_true", help="print the address, open nothing")
    lab.set_defaults(run=_lab)


def _start(args: argparse.Namespace) -> int:
    _copy(args.folder)
    print(f"Open {FIRST} there, or let JupyterLab do it: autoencoder-workbook lab {args.folder}")
    return 0


def _copy(folder: Path) -> None:
    from helpers.handout.copies import start

    copies = start(folder)
    for name in copies.written:
        print(f"{name}: written")
    for name in copies.kept:
        print(f"{name}: differs from the one that is handed out, left as it is")
    count = len(copies.same)
    told = f"; {count} {'was' if count == 1 else 'were'} there already" if count else ""
    print(f"Your notebooks are in {folder.resolve()}{told}.")


def _lab(args: argparse.Namespace) -> int:
    if importlib.util.find_spec("jupyterlab") is None:
        raise ValueError(
            "JupyterLab is not installed beside the course: python -m pip install jupyterlab "
            f"ipykernel. Or open {FIRST} of your folder in another program for notebooks."
        )
    folder = args.folder or working_folder()
    _copy(folder)
    _try_for_mnist()
    _open(folder, ["--no-browser"] if args.no_browser else [])
    return 0


def working_folder() -> Path:
    """Return where to work if nobody says where.

    That is the folder one is in, if it holds the lessons; a clone's own; else a new one.
    """
    here = Path.cwd()
    if (here / FIRST).is_file():
        return here
    return ROOT / "notebooks" if in_clone() else here / FOLDER


def _try_for_mnist() -> None:
    from helpers import data

    try:
        where = data.fetch("mnist", FETCH_SECONDS)
        print(f"mnist is ready: {where}.")
    except (data.DataRefused, data.DataUnavailable) as problem:
        print(f"The lessons run on the embedded digits for now. {problem}")


def _open(folder: Path, options: list[str]) -> None:
    """Become JupyterLab: as a child, it would be killed by the Ctrl-C that it asks about."""
    from jupyterlab.labapp import LabApp

    # Containers often have no other user, and JupyterLab refuses root unless told.
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        options = [*options, "--allow-root"]
    os.chdir(folder)
    LabApp.launch_instance([*options, FIRST])
