"""`doctor`: say whether a student can work on this machine, and what to do if not."""

from __future__ import annotations

import argparse
import importlib
import importlib.metadata
import platform
import shutil
import sys
from dataclasses import dataclass

from helpers.course.places import in_clone

DISTRIBUTION = "autoencoder-workbook"
PYTHON_FROM, PYTHON_BEFORE = (3, 10), (3, 14)
NEEDED_GIGABYTES = 1.0
# What the largest lesson holds in the full profile on MNIST, rounded up (README's table).
NEEDED_MEMORY = 3.0
_INSTALL = (
    "in the course's folder and environment, run: python -m pip install -e '.[lab]'"
    if in_clone()
    else "install the course's wheel anew, with --force-reinstall"
)
_LAB = "lab"  # the extra with the notebooks' front end


@dataclass(frozen=True)
class Finding:
    """One line of the report.

    Args:
        name: what was looked at.
        text: what was found.
        advice: what to do; nothing when empty.
        blocks: whether a student cannot work like this.
    """

    name: str
    text: str
    advice: str = ""
    blocks: bool = False


def add_commands(subparsers) -> None:
    """Add `doctor` to the command line."""
    parser = subparsers.add_parser(
        "doctor",
        help="check this machine, and say what is missing",
        description="Check Python, packages, device, data and disk. The exit code is 0 if the "
        "lessons can be worked on here, else 1.",
        epilog="example:\n  python -m helpers doctor\n",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print what was found, and what to do about it."""
    findings = [check_python(), *check_packages(), check_device(), check_memory()]
    findings += [*check_data(), check_disk()]
    for finding in findings:
        mark = "!!" if finding.blocks else "--" if finding.advice else "ok"
        print(f"{mark}  {finding.name:14}{finding.text}")
        if finding.advice:
            print(f"    {'':14}-> {finding.advice}")
    is_ready = not any(finding.blocks for finding in findings)
    print("Ready to work." if is_ready else "Not ready yet: see the lines marked with !!.")
    return 0 if is_ready else 1


def check_python() -> Finding:
    """Look at Python's version."""
    fits = PYTHON_FROM <= sys.version_info[:2] < PYTHON_BEFORE
    first, last = f"3.{PYTHON_FROM[1]}", f"3.{PYTHON_BEFORE[1] - 1}"
    advice = "" if fits else f"make an environment with Python {first} to {last}"
    return Finding(
        "Python", f"{platform.python_version()}, {first} to {last} needed", advice, not fits
    )


def check_packages() -> list[Finding]:
    """Look at the version of every package that the course, as it was installed, asks for."""
    try:
        from packaging.requirements import Requirement  # Matplotlib brings it

        requirements = map(Requirement, importlib.metadata.requires(DISTRIBUTION) or ())
    except importlib.metadata.PackageNotFoundError:
        return [Finding("the course", "not installed", _INSTALL, True)]
    except ImportError:
        return [Finding("packaging", "not installed, any version needed", _INSTALL, True)]
    findings = []
    for one in requirements:
        # The packages of authors and instructors drop out.
        if not one.marker or one.marker.evaluate({"extra": ""}):
            findings.append(_check_package(one.name, one.specifier))
        elif one.marker.evaluate({"extra": _LAB}):
            findings.append(_check_front_end(one.name, one.specifier))
    return findings


def _check_front_end(name: str, needed) -> Finding:
    """Look at a package that whoever has another program for notebooks does without."""
    found = _check_package(name, needed)
    if not found.blocks:
        return found
    advice = "needed by `lab` only: python -m pip install jupyterlab ipykernel"
    return Finding(name, found.text, advice)


def _check_package(name: str, needed) -> Finding:
    wanted = f"{needed or 'any version'} needed"
    try:
        version = importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return Finding(name, f"not installed, {wanted}", _INSTALL, True)
    fits = needed.contains(version, prereleases=True)
    return Finding(name, f"{version}, {wanted}", "" if fits else _INSTALL, not fits)


def check_device() -> Finding:
    """Import TensorFlow, and say what it computes on."""
    from helpers.course import about

    try:
        importlib.import_module("tensorflow")
    # A broken installation raises whatever it likes.
    except Exception as problem:
        text = f"TensorFlow cannot be imported ({type(problem).__name__}: {_first_line(problem)})"
        return Finding("device", text, _INSTALL, True)
    return Finding("device", about.device())


def check_memory() -> Finding:
    """Look at the machine's memory; a lesson that needs more still runs in the fast profile."""
    try:
        import psutil
    except ImportError:
        return Finding("memory", "psutil, which tells it, cannot be imported", _INSTALL)
    gigabytes = psutil.virtual_memory().total / 1e9
    advice = (
        "" if gigabytes >= NEEDED_MEMORY else "set AE_PROFILE=fast, and open one lesson at a time"
    )
    text = f"{gigabytes:.1f} GB, {NEEDED_MEMORY:g} GB needed by the largest lesson"
    return Finding("memory", text, advice)


def check_data() -> list[Finding]:
    """Look for the data sets; the embedded digits are enough to work."""
    from helpers.data import fetch, files, sources

    findings = []
    for name, spec in sources.SPECS.items():
        found = files.find(spec, strict=False)
        advice = f"optional ({spec.megabytes} MB): python -m helpers fetch {name}"
        if not in_clone():
            advice += f", or put {name}.npz or the four idx files into {files.DATA_DIR}"
        text = f"found, {found[1]}" if found else "not on this machine"
        findings.append(Finding(name, text, "" if found else advice))
    try:
        importlib.import_module("sklearn.datasets")
    except ImportError:
        text = "scikit-learn, which holds them, cannot be imported"
        return [*findings, Finding("digits", text, _INSTALL, True)]
    return [*findings, Finding("digits", f"found, {fetch('digits')}")]


def check_disk() -> Finding:
    """Look at the space that is left for data and checkpoints."""
    from helpers.data import files

    # Of the parents of a folder of downloads, the nearest that is there already.
    folder = next(path for path in files.DATA_DIR.parents if path.is_dir())
    gigabytes = shutil.disk_usage(folder).free / 1e9
    fits = gigabytes >= NEEDED_GIGABYTES
    advice = "" if fits else "remove what is not needed, old checkpoints first"
    text = f"{gigabytes:.1f} GB free, {NEEDED_GIGABYTES:g} GB needed"
    return Finding("disk", text, advice, not fits)


def _first_line(problem: Exception) -> str:
    return next(iter(str(problem).splitlines()), "no reason given")
