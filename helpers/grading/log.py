"""results.jsonl: one line a graded submission, on disk before anything else happens."""

from __future__ import annotations

import contextlib
import json
import os
from pathlib import Path

from helpers.grading.folder import alone

# What every line tells, and of what type.
_FIELDS: dict[str, type | tuple[type, ...]] = {
    **dict.fromkeys(("identity", "key", "student", "lesson", "file", "problem"), str),
    **dict.fromkeys(("level", "details", "seed"), str),
    **dict.fromkeys(("outcomes", "notes", "review"), list),
    **dict.fromkeys(("points", "of"), int),
    **dict.fromkeys(("seconds", "allowed"), (int, float)),
}
_OUTCOME: dict[str, type | tuple[type, ...]] = {
    **dict.fromkeys(("id", "status", "reason"), str),
    **dict.fromkeys(("points", "of"), int),
    "feedback": list,
}
_BEGINNING = b'{"identity": "'


class ResultLog:
    """Append results so that a crash at any moment loses nothing that was said to be written.

    It holds the folder: no other grader writes into the file meanwhile.

    Args:
        path: of ``results.jsonl``; a line cut off by a crash is taken away.

    Attributes:
        records: of the file, in order, and those appended.
        passed_over: which lines are no results, in words; they stay where they are.

    Raises:
        ValueError: the file holds something else than results, or another grader is at work.
    """

    def __init__(self, path: Path):
        self._path = path
        self.records: list[dict] = []
        self.passed_over: list[str] = []
        with contextlib.ExitStack() as stack:
            stack.enter_context(alone(path.parent))
            self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
            stack.callback(os.close, self._file)
            self._end = self._read()
            self._held = stack.pop_all()

    def append(self, record: dict) -> None:
        """Write one line and wait until it is on disk.

        Raises:
            OSError: it cannot be written; the file then holds what it held before.
        """
        line = json.dumps(record).encode() + b"\n"
        try:
            self._write(line)
        except OSError as problem:
            raise OSError(
                f"Grading stops: {self._path.name} cannot be written ({problem.strerror}). What "
                "was graded before is safe; make room and run the same command again."
            ) from None
        self.records.append(record)

    def close(self) -> None:
        """Close the file and let others have the folder."""
        self._held.close()

    def _write(self, content: bytes) -> None:
        try:
            rest = content
            while rest:
                rest = rest[os.write(self._file, rest) :]
            os.fsync(self._file)
        except OSError:
            # Where even that fails, the next run takes the half line away.
            with contextlib.suppress(OSError):
                os.ftruncate(self._file, self._end)
            raise
        self._end += len(content)

    def _read(self) -> int:
        """Read the lines, cut off what a crash left of the last; return where they end."""
        content = self._path.read_bytes()
        *lines, rest = content.split(b"\n")
        end = len(content)
        # Of a line that was being written there is a beginning; else it only lacks its end.
        if rest and _record(rest) is None and rest.startswith(_BEGINNING[: len(rest)]):
            end -= len(rest)
            os.ftruncate(self._file, end)
        elif rest:
            lines.append(rest)
        odd = []
        for number, line in enumerate(lines, start=1):
            record = _record(line)
            if record is not None:
                self.records.append(record)
            elif line.strip():
                odd.append(number)
        if odd and not self.records:
            raise ValueError(
                f"{self._path.name}, line {odd[0]}, is no result of the grader, and no other line "
                "is: keep the file elsewhere, or choose another folder with --out."
            )
        self.passed_over = [
            f"{self._path.name}, line {number}, is no result of the grader: passed over"
            for number in odd
        ]
        if rest and end == len(content):
            self._end = end
            self._write(b"\n")
            end += 1
        return end


def _record(line: bytes) -> dict | None:
    """Return the result that a line tells, None if it is none."""
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        return None
    whole = (
        _has(record, _FIELDS)
        and all(isinstance(text, str) for text in record["notes"] + record["review"])
        and all(_has(one, _OUTCOME) and _are_steps(one["feedback"]) for one in record["outcomes"])
    )
    return record if whole else None


def _are_steps(feedback: list) -> bool:
    """Return whether these are names, states and texts of steps."""
    return all(
        isinstance(step, list) and len(step) == 3 and all(isinstance(text, str) for text in step)
        for step in feedback
    )


def _has(content: object, fields: dict) -> bool:
    return isinstance(content, dict) and all(
        isinstance(content.get(name), kind) and not isinstance(content.get(name), bool)
        for name, kind in fields.items()
    )
