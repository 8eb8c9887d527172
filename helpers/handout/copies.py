"""Copy the student notebooks into a working folder, and never over a student's work."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from helpers.course.atomic import write_atomically
from helpers.course.places import notebooks_folder

FOLDER = notebooks_folder()
NAMES = "[0-9][0-9]_*.ipynb"


@dataclass
class Copies:
    """What became of each notebook, by file name.

    Args:
        written: it was not there.
        same: it was there, as it is handed out.
        kept: it was there and differs, so that it was left alone.
    """

    written: list[str] = field(default_factory=list)
    same: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)


def notebooks() -> list[Path]:
    """Return the student notebooks that came with the course, in order.

    Raises:
        ValueError: it came without them.
    """
    found = [path for path in sorted(FOLDER.glob(NAMES)) if ".mine" not in path.name]
    if found:
        return found
    raise ValueError("This copy of the course came without its notebooks: install it anew.")


def start(folder: Path) -> Copies:
    """Put the student notebooks into a folder; a file that is there stays as it is.

    Args:
        folder: made if it is not there.

    Raises:
        ValueError: there is a file of that name, or the course came without notebooks.
        OSError: the folder cannot be written.
    """
    if folder.exists() and not folder.is_dir():
        raise ValueError(f"A working folder is needed, and {folder} is a file.")
    copies = Copies()
    for source in notebooks():
        content, target = source.read_bytes(), folder / source.name
        if not target.exists():
            write_atomically(target, content)
            copies.written.append(source.name)
        else:
            known = copies.same if target.read_bytes() == content else copies.kept
            known.append(source.name)
    return copies
