"""Find a data set on this machine, decode it, and verify what was decoded."""

import contextlib
import gzip
import io
import math
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from helpers.course.places import data_folder, in_clone
from helpers.data.sources import IDX_FILES, SPECS, DataRefused, Spec, digest, idx_header

DATA_DIR = data_folder()
# What tells a person which files belong where.
GUIDE = "data/README.md" if in_clone() else "python -m helpers doctor"
USER_DIR = "AE_DATA_DIR"

Arrays = dict[str, np.ndarray]


class AnotherSet(DataRefused):
    """The files are in order, and they are another data set."""


def places() -> dict[str, Path]:
    """Return the folders to search, in order, by the names that are shown for them."""
    user = os.environ.get(USER_DIR)
    keras_home = os.environ.get("KERAS_HOME") or os.path.expanduser("~/.keras")
    folders = {USER_DIR: Path(user).expanduser()} if user else {}
    for place, folder in (("data", DATA_DIR), ("Keras cache", Path(keras_home) / "datasets")):
        # A folder that the user named is the user's, even if it is one of these.
        if folder.resolve() not in (other.resolve() for other in folders.values()):
            folders[place] = folder
    return folders


def candidates(spec: Spec, place: str, folder: Path) -> Iterator[tuple[str, tuple[Path, ...]]]:
    """Yield what looks like the data set in one folder: a label, and one .npz or four idx files."""
    npz = folder / f"{spec.name}.npz"
    if npz.exists():
        yield f"{place}/{npz.name}", (npz,)
    for label, where in ((f"{place}/{spec.folder}", folder / spec.folder), (place, folder)):
        plain = [where / name for name in IDX_FILES.values()]
        paths = [path if path.exists() else path.with_name(f"{path.name}.gz") for path in plain]
        if any(path.exists() for path in paths):
            yield label, tuple(paths)


def read_npz(path: Path, spec: Spec) -> Arrays:
    """Decode the four arrays of an .npz file, and never more bytes than the data set can have."""
    arrays = {}
    with zipfile.ZipFile(path) as archive:
        for key, shape in spec.shapes.items():
            member = archive.getinfo(f"{key}.npy")
            if member.file_size > 8 * math.prod(shape) + 4096:
                raise DataRefused(f"its {key} is larger than {spec.title}'s")
            content = io.BytesIO(archive.read(member))
            arrays[key] = np.lib.format.read_array(content, allow_pickle=False)
    return arrays


def read_idx(path: Path, shape: tuple[int, ...]) -> np.ndarray:
    """Decode one idx file, gzipped or plain, of uint8 values in this shape."""
    if not path.exists():
        raise DataRefused(f"{path.name.removesuffix('.gz')} is missing beside the others")
    header = idx_header(shape)
    size = len(header) + math.prod(shape)
    with path.open("rb") as file:
        zipped = file.read(2) == b"\x1f\x8b"
    with gzip.open(path) if zipped else path.open("rb") as file:
        content = file.read(size + 1)
    if len(content) != size or not content.startswith(header):
        raise DataRefused(f"{path.name} is not an idx file of shape {shape}, or is cut short")
    return np.frombuffer(content, np.uint8, offset=len(header)).reshape(shape)


def verify(arrays: Arrays, spec: Spec) -> Arrays:
    """Return the arrays as uint8 if every one has the shape and the SHA-256 of the data set.

    Raises:
        DataRefused: one does not; AnotherSet where they are those of another known data set.
    """
    verified = {}
    for key, shape in spec.shapes.items():
        array = arrays[key]
        if array.shape != shape or array.dtype.kind not in "iu":
            raise DataRefused(
                f"its {key} must be whole numbers of shape {shape}. "
                f"Received: {array.dtype} of shape {array.shape}"
            )
        verified[key] = array.astype(np.uint8, copy=False)
        if not np.array_equal(verified[key], array):
            raise DataRefused(f"its {key} has numbers outside 0 to 255")
        found = digest(verified[key])
        if found != spec.digests[key]:
            for other in SPECS.values():
                if found == other.digests[key]:
                    raise AnotherSet(f"it holds {other.title}")
            raise DataRefused(f"its {key} is not {spec.title}'s: the SHA-256 is {found[:12]}...")
    return verified


def read_verified(paths: tuple[Path, ...], spec: Spec) -> Arrays:
    """Decode and verify one .npz file or four idx files, in the order of IDX_FILES.

    Returns:
        uint8 arrays x_train, y_train, x_test, y_test.

    Raises:
        DataRefused: they cannot be decoded, or are not the data set; the message is a clause.
    """
    try:
        if len(paths) == 1:
            arrays = read_npz(paths[0], spec)
        else:
            keys_and_paths = zip(IDX_FILES, paths, strict=True)
            arrays = {key: read_idx(path, spec.shapes[key]) for key, path in keys_and_paths}
        return verify(arrays, spec)
    except DataRefused:
        raise
    # What a damaged archive raises depends on the byte that is wrong.
    except Exception as error:
        raise DataRefused(f"it is damaged or cut short ({error})") from error


def refuse(place: str, label: str, paths: tuple[Path, ...], reason: str, strict: bool) -> None:
    """Deal with a bad file: remove our own download, name anyone else's and leave it alone.

    Raises:
        DataRefused: the file is in the folder that the user named, and `strict` is set.
    """
    if place == "data" and len(paths) == 1:
        with contextlib.suppress(OSError):
            paths[0].unlink()
        print(f"{label} was refused and removed: {reason}.")
        return
    message = f"{label} was refused: {reason}. Replace it, or take it away"
    if place == USER_DIR:
        message += f", or unset {USER_DIR}"
    if strict and place == USER_DIR:
        raise DataRefused(f"{message}; {GUIDE} says what belongs there.")
    print(f"{message}.")


def find(spec: Spec, *, strict: bool) -> tuple[Arrays, str] | None:
    """Find a data set on this machine, in the first of `places` that has it in good order.

    Args:
        spec: the data set.
        strict: whether a bad file in $AE_DATA_DIR ends the search.

    Returns:
        its uint8 arrays and a label of where they were (no machine path), or None.
    """
    for place, folder in places().items():
        if place == USER_DIR and not folder.is_dir():
            refuse(place, place, (), "the folder that it names is not there", strict)
        for label, paths in candidates(spec, place, folder):
            try:
                return read_verified(paths, spec), label
            except AnotherSet as refusal:
                # The four idx names are shared, so another set's files are no fault at the top.
                if label != place:
                    refuse(place, label, paths, str(refusal), strict)
            except DataRefused as refusal:
                refuse(place, label, paths, str(refusal), strict)
    return None
