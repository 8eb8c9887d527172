"""List the files of a folder and its sub-folders: no link is followed, and there is an end."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from helpers.data.naming import printable
from helpers.data.pictures import NotTaken

MAX_FILES = 20_000
MAX_DEPTH = 10


@dataclass(frozen=True)
class File:
    """A file: where it is, its way from the folder, and the first sub-folder on it."""

    path: Path
    name: str
    owner: str


@dataclass
class Found:
    """Files to look at, and what was refused without a look: (printable name, reason)."""

    files: list[File] = field(default_factory=list)
    refused: list[tuple[str, NotTaken]] = field(default_factory=list)
    count: int = 0


def list_files(folder: Path) -> Found:
    """List a folder, sorted by name. Hidden files and folders, as systems make them, do not count.

    Args:
        folder: that is there.

    Raises:
        ValueError: it may not be read, or it holds more than ``MAX_FILES`` files and folders.
    """
    found = Found()
    try:
        _walk(folder, (), found)
    except OSError as problem:
        raise ValueError(
            "load_folder takes a folder that may be read. "
            f"Received: {printable(folder.name)} ({type(problem).__name__})"
        ) from None
    return found


def _walk(folder: Path, way: tuple[str, ...], found: Found) -> None:
    entries = []
    with os.scandir(folder) as listing:
        for entry in listing:
            if entry.name.startswith("."):
                continue
            found.count += 1
            if found.count > MAX_FILES:
                raise ValueError(
                    f"load_folder takes at most {MAX_FILES:,} files and folders: name a part of "
                    "it. Received: more"
                )
            entries.append(entry)
    for entry in sorted(entries, key=lambda one: one.name):
        parts = (*way, entry.name)
        name = "/".join(parts)
        try:
            _look_at(entry, parts, name, found)
        except NotTaken as problem:
            found.refused.append((printable(name), problem))


def _look_at(entry: os.DirEntry, parts: tuple[str, ...], name: str, found: Found) -> None:
    """Add a file, walk a folder, or say why not."""
    is_junction = getattr(entry, "is_junction", lambda: False)  # from Python 3.12 on
    if entry.is_symlink() or is_junction():
        raise NotTaken("a link", "not followed")
    if entry.is_file(follow_symlinks=False):
        owner = parts[0] if len(parts) > 1 else ""
        found.files.append(File(Path(entry.path), name, owner))
    elif not entry.is_dir(follow_symlinks=False):
        raise NotTaken("neither file nor folder")
    elif len(parts) >= MAX_DEPTH:
        raise NotTaken("a folder too deep", f"{MAX_DEPTH} levels")
    else:
        try:
            _walk(Path(entry.path), parts, found)
        except OSError as problem:
            raise NotTaken("a folder that may not be read", type(problem).__name__) from None
