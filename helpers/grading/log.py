"""results.jsonl: one line a graded submission, on disk before anything else happens."""

from __future__ import annotations

import json
import os
from pathlib import Path


class ResultLog:
    """Append results so that a crash at any moment loses nothing that was said to be written.

    Args:
        path: of ``results.jsonl``; a line cut off by a crash is taken away.

    Raises:
        ValueError: the file holds something else than results.
    """

    def __init__(self, path: Path):
        self._path = path
        self.records: list[dict] = []
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
        self._end = self._read()

    def append(self, record: dict) -> None:
        """Write one line and wait until it is on disk.

        Raises:
            OSError: it cannot be written; the file then holds what it held before.
        """
        line = json.dumps(record).encode() + b"\n"
        try:
            rest = line
            while rest:
                rest = rest[os.write(self._file, rest) :]
            os.fsync(self._file)
        except OSError as problem:
            os.ftruncate(self._file, self._end)
            raise OSError(
                f"Grading stops: {self._path.name} cannot be written ({problem.strerror}). What "
                "was graded before is safe; make room and run the same command again."
            ) from None
        self._end += len(line)
        self.records.append(record)

    def close(self) -> None:
        """Close the file."""
        os.close(self._file)

    def _read(self) -> int:
        """Read the whole lines and cut the rest off; return where they end."""
        end = 0
        for number, line in enumerate(self._path.read_bytes().splitlines(keepends=True), start=1):
            if not line.endswith(b"\n"):
                break
            try:
                record = json.loads(line)
                record["identity"], record["key"], record["outcomes"]
            except (ValueError, KeyError, TypeError):
                raise ValueError(
                    f"{self._path.name}, line {number}, is no result of the grader: keep the "
                    "file elsewhere, or choose another folder with --out."
                ) from None
            self.records.append(record)
            end += len(line)
        os.ftruncate(self._file, end)
        return end
