"""Run lessons in four ways, and hold their sentences against what they print.

python tests/reading.py                        every lesson: MNIST and digits, full and fast
python tests/reading.py 03 --data digits --profile fast
python tests/reading.py 03 --committed         the solution as it was executed, no run

A lesson's readings stand in readings/lessonNN.py: a sentence as the lesson has it, and what to
look for in the printed figures. A sentence that is not true in all four ways says so itself.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import re
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat

from helpers.course import ROOT
from helpers.release import execute, load_lesson

FOLDER = Path(__file__).parent / "readings"
DATA, PROFILES = ("mnist", "digits"), ("full", "fast")
WAYS = tuple((data, profile) for data in DATA for profile in PROFILES)
# What a sentence has to say when it is not true everywhere.
WORDS = {"mnist": "MNIST", "digits": "digits", "full": "full", "fast": "fast"}


@dataclass(frozen=True)
class Printed:
    """Hold all that a run printed, and say how it ran."""

    text: str
    data: str
    profile: str

    def rows(self, pattern: str) -> list[tuple[float, ...]]:
        """Return the numbers in the groups of a pattern, one tuple per match, at least one.

        Raises:
            ValueError: the run printed no such line.
        """
        found = [match.groups() for match in re.finditer(pattern, self.text, re.MULTILINE)]
        if not found:
            raise ValueError(f"no line reads {pattern!r}")
        return [tuple(float(group.replace(",", "")) for group in groups) for groups in found]

    def number(self, pattern: str) -> float:
        """Return the number in the one group of a pattern, at its first match."""
        return self.rows(pattern)[0][0]


@dataclass(frozen=True)
class Reading:
    """Hold a sentence of a lesson, or a part of it, and the test of the figures behind it.

    Args:
        says: words as they stand in the lesson's text; line breaks do not count.
        holds: tells from what was printed whether they are true.
        data: the data sets on which they are claimed.
        profiles: the profiles in which they are claimed.
    """

    says: str
    holds: Callable[[Printed], object]
    data: tuple[str, ...] = DATA
    profiles: tuple[str, ...] = PROFILES

    def missing_words(self) -> list[str]:
        """Return what the sentence has to say and does not: on which data, in which profile."""
        narrow = [
            names[0]
            for names, of_all in ((self.data, DATA), (self.profiles, PROFILES))
            if names != of_all
        ]
        return [WORDS[name] for name in narrow if WORDS[name] not in self.says]


def readings(lesson: str) -> list[Reading]:
    """Return the readings of a lesson (two digits)."""
    path = FOLDER / f"lesson{lesson}.py"
    spec = importlib.util.spec_from_file_location(f"readings_lesson{lesson}", path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.READINGS


def lessons() -> list[str]:
    """Return the lessons that have readings."""
    return [path.stem.removeprefix("lesson") for path in sorted(FOLDER.glob("lesson*.py"))]


def prose(lesson: str) -> str:
    """Return the text cells of a lesson as one line."""
    (path,) = (ROOT / "solutions").glob(f"{lesson}_*.py")
    texts = [cell.source for cell in load_lesson(path).cells if cell.cell_type == "markdown"]
    return squeeze("\n".join(texts))


def squeeze(text: str) -> str:
    """Return a text with single spaces and no marks of emphasis."""
    return re.sub(r"\s+", " ", re.sub(r"[*`]", "", text))


def printed(notebook: nbformat.NotebookNode) -> str:
    """Return what the cells of an executed notebook printed or showed as text."""
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    texts = [out.get("text") or out.get("data", {}).get("text/plain", "") for out in outputs]
    return "\n".join(texts)


def broken(lesson: str, run: Printed) -> Iterator[str]:
    """Yield each reading that the figures of a run contradict, with the reason."""
    for reading in readings(lesson):
        if run.data not in reading.data or run.profile not in reading.profiles:
            continue
        try:
            reason = "" if reading.holds(run) else "the figures say otherwise"
        except (ValueError, LookupError) as error:
            reason = str(error)
        if reason:
            yield f"lesson {lesson} on {run.data}, {run.profile}: {reading.says!r}: {reason}"


def committed(lesson: str) -> Printed:
    """Return what the executed solution holds: MNIST, full profile."""
    (path,) = (ROOT / "solutions").glob(f"{lesson}_*.ipynb")
    return Printed(printed(nbformat.read(path, as_version=4)), "mnist", "full")


def executed(lesson: str, data: str, profile: str) -> Printed:
    """Run a lesson's solution from its source."""
    (path,) = (ROOT / "solutions").glob(f"{lesson}_*.py")
    notebook = load_lesson(path)
    before = os.environ.get("AE_DATA")
    os.environ["AE_DATA"] = data
    try:
        execute(notebook, profile=profile, name=f"{lesson} on {data}, {profile}")
    finally:
        os.environ.pop("AE_DATA")
        if before is not None:
            os.environ["AE_DATA"] = before
    return Printed(printed(notebook), data, profile)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("lessons", nargs="*", help="two digits each (default: all)")
    parser.add_argument("--data", choices=DATA)
    parser.add_argument("--profile", choices=PROFILES)
    parser.add_argument("--committed", action="store_true", help="judge the executed solution")
    options = parser.parse_args()
    failed = 0
    for lesson in options.lessons or lessons():
        ways = [(None, None)] if options.committed else WAYS
        for data, profile in ways:
            if options.data not in (None, data) or options.profile not in (None, profile):
                continue
            start = time.monotonic()
            run = committed(lesson) if options.committed else executed(lesson, data, profile)
            found = list(broken(lesson, run))
            failed += len(found)
            count = len(readings(lesson))
            took = time.monotonic() - start
            print(
                *found,
                f"lesson {lesson} on {run.data}, {run.profile}: {len(found)} of {count} readings "
                f"do not hold, {took:.0f} s",
                sep="\n",
                flush=True,
            )
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
