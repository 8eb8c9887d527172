"""A clone of the course: git pull, with the notebooks that a student works in.

git refuses to pull over changed files. So these are set aside, brought back as they were handed
out, and carried over when the new edition is there. A journal in the folder says which copy is
whose, so that whatever stops this in the middle, the next call goes on.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from helpers.course import ROOT
from helpers.course.atomic import write_atomically
from helpers.work.aside import put, set_aside
from helpers.work.cells import Refused
from helpers.work.fingerprint import edition
from helpers.work.notebooks import read
from helpers.work.update import Moved, renewed

JOURNAL = ".update.json"


def pull(folder: Path) -> int:
    """Set worked notebooks aside, pull, and carry them over with the tools of the new edition.

    Returns:
        The exit code of the last step.

    Raises:
        ValueError: this is no clone, a notebook cannot be read, or git does not pull; then the
            notebooks are as they were.
    """
    _expect_clone(folder)
    changed = _changed(folder)
    files = [file for file in changed if (folder / file).exists()]
    broken = [file for file in files if read(folder / file).problem]
    if broken:
        raise ValueError(
            f"{', '.join(broken)}: no notebook that can be read, so nothing was changed. Where "
            "git left marks of a merge in it, `git merge --abort` brings it back; else move it "
            "to another folder."
        )
    copies = _journal(folder) | {file: set_aside(folder / file).name for file in files}
    _write_journal(folder, copies)
    if changed:
        _git(folder, "checkout", "--quiet", "HEAD", "--", *changed)
    done = subprocess.run(["git", "pull", "--ff-only"], cwd=folder)
    if done.returncode:
        _bring_back(folder, copies)
        raise ValueError(
            "git does not pull, see above. Your notebooks are as they were. Where you committed "
            "changes of your own, make a fresh clone, and run in it: python -m helpers update "
            "YOUR-OLD-FOLDER --to notebooks"
        )
    # The tools have changed with the pull.
    command = [sys.executable, "-m", "helpers", "update", str(folder.resolve())]
    return subprocess.run(command, cwd=ROOT).returncode


def _expect_clone(folder: Path) -> None:
    try:
        inside = _git(folder, "rev-parse", "--is-inside-work-tree").strip() == "true"
    except (OSError, ValueError):
        inside = False
    if not inside:
        raise ValueError(
            f"{folder} is in no clone of the course, or git is not here: get the new edition "
            "another way, then run update without --pull."
        )


def _git(folder: Path, *words: str) -> str:
    done = subprocess.run(["git", *words], cwd=folder, capture_output=True)
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip()
        raise ValueError(f"git {words[0]}: {said}")
    return done.stdout.decode(errors="surrogateescape")


def _changed(folder: Path) -> list[str]:
    """Return the notebooks of a folder that git has, and that differ from what it has."""
    words = ("diff", "--name-only", "--relative", "-z", "HEAD", "--", ".")
    names = _git(folder, *words).split("\0")
    return [name for name in names if name.endswith(".ipynb") and "/" not in name]


def _journal(folder: Path) -> dict[str, str]:
    try:
        found = json.loads((folder / JOURNAL).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _write_journal(folder: Path, copies: dict[str, str]) -> None:
    if copies:
        content = json.dumps(copies, ensure_ascii=False).encode()
        write_atomically(folder / JOURNAL, content)
    else:
        (folder / JOURNAL).unlink(missing_ok=True)


def _bring_back(folder: Path, copies: dict[str, str]) -> None:
    """Put copies that were set aside back where they were, unless somebody worked there since."""
    for file, copy in copies.items():
        there = read(folder / file) if (folder / file).exists() else None
        if there is None or there.untouched:
            put(folder / file, (folder / copy).read_bytes())
            (folder / copy).unlink()
    _write_journal(folder, {})


def carry_over(folder: Path, tell: Callable[[Moved], None]) -> list[Moved]:
    """Carry what was set aside for a pull into the copies that the pull brought.

    Raises:
        OSError: a file cannot be written; the next call goes on there.
    """
    copies, moved = _journal(folder), []
    for file, copy in list(copies.items()):
        moved.append(_carry_over(folder / file, folder / copy))
        tell(moved[-1])
        del copies[file]
        _write_journal(folder, copies)
    return moved


def _carry_over(path: Path, copy: Path) -> Moved:
    if not copy.is_file():
        return Moved(path.name, "refused", words=f"its copy {copy.name} is gone")
    if not path.exists():
        words = f"this edition has no notebook of that name; yours is {copy.name}"
        return Moved(path.name, "refused", words=words)
    new = read(path)
    old = read(copy)
    if not new.untouched:
        # The copy was not brought back yet, or is carried over already.
        return Moved(path.name, "up to date", copy.name)
    if edition(old.raw) and edition(old.raw) == edition(new.raw):
        put(path, old.content)
        copy.unlink()
        return Moved(path.name, "up to date")
    try:
        content, carried = renewed(old, new.content)
    except Refused as problem:
        return Moved(path.name, "refused", copy.name, words=f"{problem}; yours is {copy.name}")
    if carried:
        put(path, content)
    return Moved(path.name, "updated", copy.name, carried)
