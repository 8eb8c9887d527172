"""Any folder of pictures as arrays: what is in it, what is taken, and which part it belongs to."""

from __future__ import annotations

import hashlib
import os
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from helpers.data.naming import printable, say, shortened
from helpers.data.pictures import Look, NotTaken, read_picture
from helpers.data.walking import MAX_FILES, list_files

PARTS = ("training", "validation", "test")
# Numbers in all arrays together: 1 GB of float32.
MAX_NUMBERS = 250_000_000
TOP = "."  # the class of pictures that lie in no sub-folder
_NAMES_SHOWN = 3

Refusal = tuple[str, str, str]


@dataclass(frozen=True, eq=False)
class Folder:
    """Hold the pictures of a folder, split once.

    Args:
        name: of the folder, without the way to it.
        images: float32 (n, h, w), or (n, h, w, 3) in colour, in [0, 1].
        labels: int64 (n,), the class of each: its place in ``class_names``.
        class_names: the sub-folders, sorted; ``"."`` for pictures that lie in none.
        names: of the files, as they can be printed.
        parts: int64 (n,), 0 for training, 1 for validation, 2 for test.
        refused: (name, kind, detail) of each file that was not taken.
        look: what every picture was brought to.
    """

    name: str
    images: np.ndarray = field(repr=False)
    labels: np.ndarray = field(repr=False)
    class_names: tuple[str, ...]
    names: tuple[str, ...] = field(repr=False)
    parts: np.ndarray = field(repr=False)
    refused: tuple[Refusal, ...] = field(repr=False)
    look: Look

    def part(self, name: str) -> tuple[np.ndarray, np.ndarray, list[str]]:
        """Return images, labels and file names of "training", "validation" or "test".

        Raises:
            ValueError: another part.
        """
        if name not in PARTS:
            raise ValueError(f"a part is one of {', '.join(PARTS)}. Received: {name!r}")
        places = np.flatnonzero(self.parts == PARTS.index(name))
        return self.images[places], self.labels[places], [self.names[place] for place in places]

    def report(self) -> str:
        """Return in a few lines what was taken, how it was split, and what was refused and why."""
        look, taken, refused = self.look, len(self.images), len(self.refused)
        kind = "colour" if look.colour else "grey"
        how = "middle cut out" if look.crop else "scaled to that size"
        lines = [
            f"Folder {shortened(self.name)}: pictures taken {taken:,}, files refused {refused:,}; "
            f"{look.height} x {look.width} pixels, {kind}, {how}"
        ]
        counts = {name: self._counts(self.labels == i) for i, name in enumerate(self.class_names)}
        lines.append(f"  {'':24}" + "".join(f"{part:>12}" for part in PARTS))
        for name, of_parts in {**counts, "all": self._counts(self.labels >= 0)}.items():
            if name == "all" or len(counts) > 1:
                lines.append(
                    f"  {shortened(name, 24):24}" + "".join(f"{count:12,}" for count in of_parts)
                )
        return "\n".join([*lines, *self._refusals()])

    def _counts(self, chosen: np.ndarray) -> list[int]:
        return np.bincount(self.parts[chosen], minlength=len(PARTS)).tolist()

    def _refusals(self) -> list[str]:
        by_kind: dict[str, list[str]] = defaultdict(list)
        for name, kind, detail in self.refused:
            shown = shortened(name)
            by_kind[kind].append(f"{shown} ({shortened(detail)})" if detail else shown)
        lines = []
        for kind, names in by_kind.items():
            more = f", and {len(names) - _NAMES_SHOWN:,} more" if len(names) > _NAMES_SHOWN else ""
            lines.append(f"  refused, {kind}: {', '.join(names[:_NAMES_SHOWN])}{more}")
        return lines


def load_folder(
    path: str | os.PathLike,
    *,
    size: int | tuple[int, int] = 28,
    colour: bool = False,
    fit: str = "crop",
    shares: Sequence[float] = (0.7, 0.15, 0.15),
    seed: int = 0,
) -> Folder:
    """Load the pictures of a folder, split them once, and print what was taken and what was not.

    PNG, JPEG and BMP files count, in the folder and in its sub-folders, the first of which is the
    class. Nothing is ever written there, and no link is followed. What is damaged, animated, tiny,
    too large or no picture is refused with its reason; so is the second of two files that make the
    same array, so that no picture is on both sides of the split. (Two photographs of one scene, or
    one saved twice as JPEG, make different arrays: those are yours to find.)

    The split depends on the pictures and the seed, not on names and their order: each class is
    divided by the shares, in the order of a hash of content and seed. From a class of as many
    pictures as there are parts on, each part has one.

    Args:
        path: of the folder.
        size: of a side in pixels, or (height, width), from 4 to 1,024.
        colour: three numbers per pixel instead of one.
        fit: "crop" scales a picture until it covers the size, and cuts the middle out; "scale"
            brings each side to its length, whatever that does to the proportions.
        shares: of training, validation and test; they add up to 1.
        seed: of the split, 0 or more.

    Returns:
        The pictures, grouped by class, each class in the order of the hash.

    Raises:
        ValueError: an argument that is none of these; a folder that is not there, is a file, may
            not be read, holds no picture that can be taken, or more files or pixels than fit.
    """
    folder, look = _checked_folder(path), _checked_look(size, colour, fit)
    shares = _checked_split(shares, seed)
    found = list_files(folder)
    refused = [(name, problem.kind, problem.detail) for name, problem in found.refused]
    most = MAX_NUMBERS // int(np.prod(look.shape))
    pictures: dict[bytes, tuple[np.ndarray, list[tuple[str, str]]]] = {}
    for file in found.files:
        name, owner = printable(file.name), printable(file.owner) or TOP
        try:
            array = read_picture(file.path, look)
        except NotTaken as problem:
            refused.append((name, problem.kind, problem.detail))
            continue
        digest = hashlib.sha256(array.tobytes()).digest()
        pictures.setdefault(digest, (array, []))[1].append((name, owner))
        if len(pictures) > most:
            raise ValueError(
                f"at most {most:,} pictures of shape {look.shape} fit into memory: choose a "
                f"smaller size or a part of the folder. Received: more"
            )
    kept = _without_duplicates(pictures, refused)
    if not kept:
        kinds = sorted({kind for _, kind, _ in refused})
        raise ValueError(
            "load_folder needs a picture that it can take, a PNG, JPEG or BMP file. Received: "
            f"{len(refused):,} files, none taken" + (f" ({'; '.join(kinds)})" if kinds else "")
        )
    result = _assembled(printable(folder.name) or "/", kept, look, (shares, seed), refused)
    say(result.report())
    return result


def _without_duplicates(pictures: dict, refused: list[Refusal]) -> dict[bytes, tuple]:
    """Return digest -> (array, name, class) of one file per picture; the others are refused."""
    kept = {}
    for digest, (array, files) in pictures.items():
        (name, owner), *others = sorted(files)
        if len({one for _, one in files}) > 1:
            listed = " and ".join(sorted({one for _, one in files}))
            refused += [(one, "in two classes", listed) for one, _ in sorted(files)]
            continue
        kept[digest] = (array, name, owner)
        refused += [(other, "duplicate", f"of {name}") for other, _ in others]
    return kept


def _assembled(name: str, kept: dict, look: Look, split: tuple, refused: list) -> Folder:
    shares, seed = split
    class_names = sorted({owner for _, _, owner in kept.values()})
    order, labels, parts = [], [], []
    for label, class_name in enumerate(class_names):
        own = [digest for digest, (*_, owner) in kept.items() if owner == class_name]
        own.sort(key=lambda digest: hashlib.sha256(digest + str(seed).encode()).digest())
        order += own
        labels += [label] * len(own)
        parts += np.repeat(range(len(PARTS)), divide(len(own), shares)).tolist()
    return Folder(
        name=name,
        images=np.stack([kept[digest][0] for digest in order]),
        labels=np.array(labels, np.int64),
        class_names=tuple(class_names),
        names=tuple(kept[digest][1] for digest in order),
        parts=np.array(parts, np.int64),
        refused=tuple(refused),
        look=look,
    )


def divide(count: int, shares: Sequence[float]) -> list[int]:
    """Divide a number of pictures by shares: whole numbers that add up to it.

    Args:
        count: 0 or more.
        shares: they add up to 1, and the first is above 0.

    Returns:
        One number per share, by the largest remainders. Where there are enough pictures, a part
        whose share is above 0 gets one or more, from the largest part.
    """
    exact = count * np.asarray(shares, float)
    numbers = np.floor(exact + 1e-9).astype(int)
    for place in np.argsort(numbers - exact, kind="stable")[: count - numbers.sum()]:
        numbers[place] += 1
    wanted = np.asarray(shares) > 0
    for place in np.flatnonzero(wanted & (numbers == 0)):
        if count >= wanted.sum():
            numbers[np.argmax(numbers)] -= 1
            numbers[place] += 1
    return numbers.tolist()


def _checked_folder(path: str | os.PathLike) -> Path:
    if not isinstance(path, str | os.PathLike) or not os.fspath(path):
        raise ValueError(f"load_folder takes the path of a folder, as text. Received: {path!r}")
    shown = shortened(printable(os.fsdecode(path)))
    try:
        folder = Path(os.fsdecode(path)).expanduser()
        exists, is_folder = folder.exists(), folder.is_dir()
        folder = folder.resolve()
    except (OSError, ValueError, RuntimeError) as problem:
        reason = type(problem).__name__
        raise ValueError(
            f"load_folder takes a folder that can be opened. Received: {shown} ({reason})"
        ) from None
    if not exists:
        raise ValueError(f"load_folder takes a folder of pictures. Received: {shown}, not there")
    if not is_folder:
        raise ValueError(
            "load_folder takes a folder of pictures; a zip archive has to be unpacked first. "
            f"Received: {shown}, a file"
        )
    return folder


def _checked_look(size: int | tuple[int, int], colour: bool, fit: str) -> Look:
    sides = (size, size) if isinstance(size, int | np.integer) else size
    whole = isinstance(sides, tuple | list) and len(sides) == 2 and not isinstance(size, bool)
    whole = whole and all(isinstance(side, int | np.integer) for side in sides)
    if not whole or not all(4 <= side <= 1024 for side in sides):
        raise ValueError(
            "size is a side in pixels or (height, width), whole numbers from 4 to 1,024. "
            f"Received: {size!r}"
        )
    if not isinstance(colour, bool) or fit not in ("crop", "scale"):
        raise ValueError(
            'colour is True or False, and fit is "crop" or "scale". '
            f"Received: colour={colour!r}, fit={fit!r}"
        )
    return Look(int(sides[0]), int(sides[1]), colour, fit == "crop")


def _checked_split(shares: Sequence[float], seed: int) -> tuple[float, ...]:
    try:
        numbers = tuple(float(share) for share in shares)
    except (TypeError, ValueError):
        numbers = ()
    if len(numbers) != 3 or not min(numbers) >= 0 or not numbers[0] or abs(sum(numbers) - 1) > 1e-6:
        raise ValueError(
            "shares are three numbers, for training (above 0), validation and test, that add up "
            f"to 1. Received: {shares!r}"
        )
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or seed < 0:
        raise ValueError(f"seed is a whole number, 0 or more. Received: {seed!r}")
    return numbers


__all__ = ["MAX_FILES", "MAX_NUMBERS", "PARTS", "Folder", "divide", "load_folder"]
