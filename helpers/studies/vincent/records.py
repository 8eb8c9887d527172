"""The file of a run: one record per finished setting, written whole or not at all."""

from __future__ import annotations

import json
from pathlib import Path

from helpers.course.atomic import write_atomically

_CELL = ("dataset", "system", "recipe", "counts")
_KEY = (*_CELL, "seed", "setting")
_NEEDED = ("dataset", "system", "recipe", "seed", "setting", "validation_error", "test_error")
_COMMAND = "python -m helpers vincent"


class Records:
    """Hold the records of finished settings, and keep them in a file.

    Args:
        path: of the JSON file.
        content: what it holds: "records", and the command that makes them.
    """

    def __init__(self, path: Path, content: dict):
        self._path, self._content = Path(path), content

    @classmethod
    def load(cls, path: Path) -> Records:
        """Read the records of a file, or begin with none where there is no file.

        Raises:
            ValueError: the file is not one of records; it is left as it is.
        """
        try:
            content = json.loads(Path(path).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return cls(path, {"command": _COMMAND, "records": []})
        except ValueError as problem:
            raise ValueError(f"{path} is no file of this command: {problem}") from None
        rows = content.get("records") if isinstance(content, dict) else None
        is_good = isinstance(rows, list) and all(
            isinstance(row, dict) and all(name in row for name in _NEEDED) for row in rows
        )
        if not is_good:
            raise ValueError(
                f"{path} is no file of this command. Received: JSON without records of settings"
            )
        return cls(path, content)

    @property
    def all(self) -> list[dict]:
        """Return all records, the oldest first."""
        return self._content["records"]

    def find(self, job: dict) -> dict | None:
        """Return the record of a data set, system, recipe, seed and setting, or None."""
        return next((row for row in self.all if _key(row) == _key(job)), None)

    def of_cell(self, cell: dict) -> list[dict]:
        """Return the records of a data set, system, recipe and counts, the oldest first."""
        return [row for row in self.all if _key(row, _CELL) == _key(cell, _CELL)]

    def best(self, cell: dict) -> dict | None:
        """Return the record of seed 0 with the lowest validation error among a cell's settings.

        On a tie it is the older one, whose test error is known.
        """
        tried = [row for row in self.of_cell(cell) if row["seed"] == 0]
        return min(tried, key=lambda row: row["validation_error"], default=None)

    def add(self, *records: dict) -> None:
        """Add records and write the file."""
        self.all.extend(records)
        rows = ",\n".join(f"  {json.dumps(row)}" for row in self.all)
        head = json.dumps({**self._content, "records": 0}, indent=1, sort_keys=True)
        text = head.replace('"records": 0', f'"records": [\n{rows}\n ]')
        write_atomically(self._path, f"{text}\n".encode())


def _key(row: dict, names: tuple[str, ...] = _KEY) -> str:
    """Return what tells one job from another; JSON, so that tuples and lists are the same."""
    return json.dumps([row.get(name) for name in names], sort_keys=True)
