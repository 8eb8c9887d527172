"""The files of a class, in folders and in zips: listed and read, never followed, never unpacked."""

from __future__ import annotations

import io
import os
import re
import stat
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from helpers.work.cells import Refused

MAX_FILE = 20_000_000
MAX_ZIP = 100_000_000
MAX_MEMBERS = 5_000
MAX_CLASS_MEMBERS = 200_000
_MAX_DEPTH = 30
_MAX_NAME = 1_000
# A zip in a zip is compressed already, so one that shrinks more than this is a bomb.
_MAX_RATIO = 20
_ZIP_ENTRY = b"PK\x01\x02"
# What systems and tools leave behind.
_NOISE = re.compile(
    r"\._.*|__MACOSX|\.ipynb_checkpoints|\.git|\.DS_Store|Thumbs\.db|desktop\.ini"
    r"|__pycache__|\.venv|venv|node_modules|\.Trashes|\.Spotlight-V100"
)


@dataclass(frozen=True)
class File:
    """A file of a class.

    Args:
        parts: names of the folders and zips that hold it, from the outermost, and its own.
        size: bytes that reading it gives, as far as can be said before.
        read: returns its content; raises ``Refused``.
        why: why it cannot be read, as far as that is known before.
        around: bytes of the inner zip that is inflated each time to get at it.
    """

    parts: tuple[str, ...]
    size: int
    read: Callable[[], bytes]
    why: str = ""
    around: int = 0

    @property
    def name(self) -> str:
        """Its own name."""
        return self.parts[-1]

    @property
    def label(self) -> str:
        """Its path below the place, for the instructor."""
        return "/".join(self.parts)


def files_of(place: Path) -> Iterator[File]:
    """Yield the files of a folder or of a zip, or a single file; zips in it are looked into.

    What cannot be looked into is one file, which says why when it is read.
    """
    if is_zip(place.name) and place.is_file():
        yield from _zip_on_disk((), place, MAX_CLASS_MEMBERS)
    elif place.is_dir():
        yield from _folder((), place)
    else:
        yield from _on_disk((place.name,), place)


def is_zip(name: str) -> bool:
    """Return whether a name says that it is a zip."""
    return name.lower().endswith(".zip")


def _refused(parts: tuple[str, ...], why: str) -> File:
    def read() -> bytes:
        raise Refused(why)

    return File(parts, 0, read, why)


def _folder(parts: tuple[str, ...], folder: Path) -> Iterator[File]:
    if len(parts) > _MAX_DEPTH:
        yield _refused(parts, f"not taken: more than {_MAX_DEPTH} folders deep")
        return
    try:
        entries = sorted(folder.iterdir())
    except OSError as problem:
        yield _refused(
            parts or ("(the whole folder)",), f"not taken: {problem.strerror or problem}"
        )
        return
    for entry in entries:
        if not _NOISE.fullmatch(entry.name):
            yield from _on_disk((*parts, entry.name), entry)


def _on_disk(parts: tuple[str, ...], path: Path) -> Iterator[File]:
    try:
        facts = path.lstat()
    except (OSError, ValueError) as problem:
        yield _refused(parts, f"not taken: {problem}")
        return
    if stat.S_ISDIR(facts.st_mode):
        yield from _folder(parts, path)
    elif why := _odd(facts):
        yield _refused(parts, why)
    elif is_zip(path.name):
        yield from _zip_on_disk(parts, path, MAX_CLASS_MEMBERS if len(parts) == 1 else MAX_MEMBERS)
    else:
        yield File(parts, facts.st_size, lambda: _regular(path))


def _odd(facts: os.stat_result) -> str:
    """Return why a file is not taken that is no file of its own, "" if it is."""
    if stat.S_ISLNK(facts.st_mode):
        return "not taken: it is a link"
    if not stat.S_ISREG(facts.st_mode):
        return "not taken: it is not a regular file"
    if facts.st_nlink > 1:
        return "not taken: it is a hard link to a file that is also elsewhere"
    return ""


def _regular(path: Path) -> bytes:
    """Return the content of a file that is a file still, and nobody else's."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        descriptor = os.open(path, flags)
    except OSError as problem:
        raise Refused(f"not taken: {problem.strerror}") from None
    with open(descriptor, "rb") as stream:
        facts = os.fstat(stream.fileno())
        if why := _odd(facts):
            raise Refused(why)
        try:
            return _capped(stream, facts.st_size, MAX_FILE)
        except OSError as problem:
            raise Refused(f"not taken: {problem.strerror or problem}") from None


def _capped(stream, size: int, most: int) -> bytes:
    """Return what a stream holds, unless it says or turns out to be larger than ``most`` bytes."""
    content = stream.read(most + 1) if size <= most else b""
    if max(size, len(content)) > most:
        raise Refused(f"not taken: it is larger than {most // 1_000_000} MB")
    return content


def _zip_on_disk(parts: tuple[str, ...], path: Path, most: int) -> Iterator[File]:
    try:
        with path.open("rb") as stream:
            chunks = iter(lambda: stream.read(1 << 20), b"")
            entries = sum(chunk.count(_ZIP_ENTRY) for chunk in chunks)
        facts = path.stat()
    except OSError as problem:
        yield _refused(parts or ("(the whole zip)",), f"not taken: {problem.strerror or problem}")
        return
    version = (facts.st_mtime_ns, facts.st_size)
    yield from _members(parts, lambda: _archive(path, version), entries, most)


@lru_cache(maxsize=4)
def _archive(path: Path, version: tuple[int, int]) -> zipfile.ZipFile:
    """Return a zip on disk, open: the list of a large class is read once, not for each member."""
    return zipfile.ZipFile(path)


def _members(
    parts: tuple[str, ...],
    opened: Callable[[], zipfile.ZipFile],
    entries: int,
    most: int,
    around: int = 0,
) -> Iterator[File]:
    """Yield the members of a zip, each of which is read in memory by itself.

    Args:
        parts: of the zip's own path.
        opened: opens the zip.
        entries: about how many members it has, known before its list is read.
        most: members that are allowed.
        around: its size if it lies in another zip; then no third one is looked into.
    """
    own = parts or ("(the whole zip)",)
    if entries > most:
        yield _refused(own, f"not taken: a zip of more than {most} files")
        return
    try:
        members = opened().infolist()
    except Exception:  # zipfile raises many kinds for what is no zip, or a newer one
        yield _refused(own, "not taken: it is not a readable zip")
        return
    for member in members:
        names = tuple(n for n in re.split(r"[/\\]", _decoded(member)) if n not in ("", "."))
        if _is_folder(member) or any(map(_NOISE.fullmatch, names)):
            continue
        path = (*parts, *(names or ("(no name)",)))
        why = _objection(member, names)
        if why:
            yield _refused(path, f"not taken: {why}")
        elif not is_zip(path[-1]):
            read = _reader(opened, member, MAX_FILE)
            yield File(path, member.file_size, read, around=around)
        elif around:
            yield _refused(path, "not taken: a zip in a zip in a zip")
        elif member.file_size > min(MAX_ZIP, 100_000 + _MAX_RATIO * member.compress_size):
            yield _refused(path, "not taken: a zip that grows too large")
        else:
            yield from _inner_zip(path, _reader(opened, member, MAX_ZIP))


def _inner_zip(path: tuple[str, ...], read: Callable[[], bytes]) -> Iterator[File]:
    try:
        content = read()
    except Refused as problem:
        yield _refused(path, str(problem))
        return
    entries, around = content.count(_ZIP_ENTRY), len(content) + 1
    del content  # read again for each member: a class of such zips would fill the memory
    yield from _members(
        path, lambda: zipfile.ZipFile(io.BytesIO(read())), entries, MAX_MEMBERS, around
    )


def _is_folder(member: zipfile.ZipInfo) -> bool:
    return member.filename.endswith(("/", "\\"))


def _objection(member: zipfile.ZipInfo, names: tuple[str, ...]) -> str:
    """Return why a member is not read, "" if it is."""
    if not names:
        return "it has no name"
    if ".." in names or member.filename.startswith(("/", "\\")) or names[0].endswith(":"):
        return "its path leads out of the zip"
    if len(member.filename) > _MAX_NAME:
        return "its name is too long"
    if len(names) > _MAX_DEPTH:
        return f"more than {_MAX_DEPTH} folders deep"
    if stat.S_ISLNK(member.external_attr >> 16):
        return "it is a link"
    return ""


def _reader(
    opened: Callable[[], zipfile.ZipFile], member: zipfile.ZipInfo, most: int
) -> Callable[[], bytes]:
    def read() -> bytes:
        try:
            with opened().open(member) as stream:
                return _capped(stream, member.file_size, most)
        except Refused:
            raise
        except Exception as problem:  # zipfile raises many kinds for damaged or locked members
            raise Refused(f"not taken: it cannot be read ({type(problem).__name__})") from None

    return read


def _decoded(member: zipfile.ZipInfo) -> str:
    """Return a member's name; those that do not say their encoding are UTF-8, Korean or cp437.

    Bytes of cp949 read as cp437 are "▒Φ╣╬┴╪". Where both could be meant, Hangul that touches
    Latin letters speaks against it: "Gérard" of cp437 would be "G굴ard".
    """
    name = member.filename
    if member.flag_bits & 0x800 or name.isascii():
        return name
    try:
        raw = name.encode("cp437")
    except UnicodeEncodeError:
        return name
    for encoding in ("utf-8", "euc_kr", "cp949"):
        try:
            found = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding != "cp949" or not re.search(r"[A-Za-z][^\x00-\x7f]|[^\x00-\x7f][a-z]", found):
            return found
    return name
