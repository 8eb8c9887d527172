"""Results that were computed already, kept beside the notebooks that they are of."""

from __future__ import annotations

import contextlib
import json
from dataclasses import asdict
from pathlib import Path

from helpers.course.atomic import write_atomically
from helpers.work.judging import Result

NAME = ".progress.json"


class Kept:
    """The results of a folder's notebooks, by digest of all that they depend on.

    A file that cannot be read is empty, and one that cannot be written is done without.
    """

    def __init__(self, folder: Path):
        self._path = folder / NAME
        self._old = self._read()
        self._new: dict[str, tuple[Result, ...]] = {}

    def _read(self) -> dict[str, tuple[Result, ...]]:
        try:
            found = json.loads(self._path.read_text(encoding="utf-8"))
            return {key: tuple(Result(**row) for row in rows) for key, rows in found.items()}
        except (OSError, ValueError, TypeError, AttributeError):
            return {}

    def get(self, key: str) -> tuple[Result, ...] | None:
        """Return the results under a digest, None where there are none."""
        if key in self._old:
            self._new[key] = self._old[key]
        return self._new.get(key)

    def put(self, key: str, results: tuple[Result, ...]) -> None:
        """Keep results under a digest."""
        self._new[key] = results

    def save(self) -> None:
        """Write what was asked for since; the rest is of notebooks that have changed."""
        if self._new != self._old:
            rows = {key: [asdict(one) for one in results] for key, results in self._new.items()}
            with contextlib.suppress(OSError):
                write_atomically(self._path, json.dumps(rows, ensure_ascii=False).encode())
