"""Keep a run on disk, so that it can be killed at any moment and goes on where it was."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import shutil
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from helpers.training.history import History

_NAME = re.compile(r"epoch-(\d{5})\.npz")
_KEPT = 3


class Checkpoints:
    """Save and restore the state of one run, one file per epoch, the newest three kept.

    A file holds every variable, the history and the recipe, in NumPy's own format without pickle,
    with a SHA-256 of all of it. It is written under a temporary name, flushed to the disk and then
    renamed, so that a file of the final name is whole.

    Args:
        folder: made if it is not there.
        recipe: whatever must be the same for a run to go on; JSON values by name.
        variables: Keras variables, the state of model and optimizer, always in the same order.

    Raises:
        OSError: if nothing can be written there, before anything is.
    """

    def __init__(self, folder: str | os.PathLike, recipe: dict, variables: list):
        self._folder = Path(folder)
        self._recipe = json.loads(json.dumps(recipe))
        self._variables = variables
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            tempfile.TemporaryFile(dir=self._folder).close()
        except OSError as problem:
            raise self._refusal(problem) from problem
        self._check_space()
        for part in self._folder.glob("epoch-*.part"):  # left by a process that was killed
            part.unlink(missing_ok=True)

    def restore(self) -> History | None:
        """Restore the newest whole checkpoint and return its history, or None if there is none.

        Raises:
            ValueError: if it is of another recipe; the message says what differs.
        """
        for path in reversed(self._paths()):
            try:
                meta, arrays = read_checkpoint(path)
            except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as problem:
                print(f"The checkpoint {path.name} is damaged ({problem}); it is left out.")
                continue
            self._check_recipe(meta["recipe"])
            for variable, array in zip(self._variables, arrays, strict=True):
                variable.assign(array)
            return History.from_dict(meta["history"])
        return None

    def save(self, history: History) -> None:
        """Write the state after the epochs of this history, then remove the oldest files.

        Raises:
            OSError: if it cannot be written; earlier checkpoints stay, and nothing half-written.
        """
        arrays = [np.asarray(variable) for variable in self._variables]
        meta = json.dumps({"history": history.to_dict(), "recipe": self._recipe})
        path = self._folder / f"epoch-{history.epochs:05d}.npz"
        part = path.with_suffix(f".{os.getpid()}.part")
        try:
            with open(part, "wb") as file:
                _write(file, meta, arrays)
                file.flush()
                os.fsync(file.fileno())
            os.replace(part, path)
            _flush_folder(self._folder)
        except OSError as problem:
            raise self._refusal(problem) from problem
        finally:
            part.unlink(missing_ok=True)
        for old in self._paths()[:-_KEPT]:
            old.unlink(missing_ok=True)

    def _paths(self) -> list[Path]:
        """Return the checkpoints, oldest first."""
        return sorted(path for path in self._folder.iterdir() if _NAME.fullmatch(path.name))

    def _check_space(self) -> None:
        """Check that the disk has room for the checkpoints that are kept and one more."""
        needed = (_KEPT + 1) * sum(np.asarray(variable).nbytes for variable in self._variables)
        free = shutil.disk_usage(self._folder).free
        if free < needed:
            raise OSError(
                f"Checkpoints in {self._folder} need {needed / 1e6:.0f} MB free. "
                f"Received: {free / 1e6:.0f} MB. Free some space, or choose another checkpoint_dir"
            )

    def _check_recipe(self, other: dict) -> None:
        """Check that a checkpoint belongs to this run."""
        names = [name for name in self._recipe if self._recipe[name] != other.get(name)]
        if names:
            differences = "; ".join(
                f"{name} was {_short(other.get(name))}, now {_short(self._recipe[name])}"
                for name in names
            )
            raise ValueError(
                f"{self._folder} holds checkpoints of another run, which this one cannot continue. "
                f"Choose another checkpoint_dir, or the recipe of then. Received: {differences}"
            )

    def _refusal(self, problem: OSError) -> OSError:
        """Return the error that says what cannot be written and what to do."""
        return OSError(
            f"Checkpoints cannot be written to {self._folder}: {problem.strerror or problem}. "
            "Choose another checkpoint_dir, or free some space"
        )


def _write(file, meta: str, arrays: list[np.ndarray]) -> None:
    """Write arrays and meta, JSON, with their digest."""
    named: dict[str, Any] = {f"variable_{index:04d}": array for index, array in enumerate(arrays)}
    np.savez(file, digest=np.array(_digest(meta, arrays)), meta=np.array(meta), **named)


def read_checkpoint(path: Path) -> tuple[dict, list[np.ndarray]]:
    """Return meta and arrays of a file whose digest is right, or raise ValueError."""
    with open(path, "rb") as file, np.load(file, allow_pickle=False) as stored:
        names = sorted(name for name in stored.files if name.startswith("variable_"))
        arrays = [stored[name] for name in names]
        meta, digest = str(stored["meta"]), str(stored["digest"])
    if _digest(meta, arrays) != digest:
        raise ValueError("its digest is wrong")
    return json.loads(meta), arrays


def _digest(meta: str, arrays: list[np.ndarray]) -> str:
    """Return the SHA-256 of meta, and of type, shape and content of every array."""
    digest = hashlib.sha256(meta.encode())
    for array in arrays:
        digest.update(f"{array.dtype}{array.shape}".encode())
        digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()


def _flush_folder(folder: Path) -> None:
    """Make a rename last through a loss of power, where the system can."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _short(value) -> str:
    """Return a value for a message, cut where it is long."""
    text = json.dumps(value)
    return text if len(text) <= 100 else f"{text[:97]}..."
