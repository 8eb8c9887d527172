"""The class's secret: a text from which every hidden input is drawn."""

from __future__ import annotations

import secrets
from pathlib import Path

from helpers.course.atomic import write_atomically
from helpers.grading.folder import alone


def read_seed(path: Path | None, out: Path) -> str:
    """Return the seed in a file, or that of the results folder, made on the first run.

    Raises:
        ValueError: the file is missing, empty or no text, or another grader is at work.
    """
    if path is None:
        path = out / "seed.txt"
        with alone(out):
            if not path.exists() or _is_left_over(path, out):
                write_atomically(path, f"{secrets.token_hex(16)}\n".encode(), mode=0o600)
    try:
        seed = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise ValueError(f"The seed file {path.name!r} is not there, or is no text.") from None
    if not seed:
        raise ValueError(f"The seed file {path.name!r} is empty: write any line of text into it.")
    return seed


def _is_left_over(path: Path, out: Path) -> bool:
    """Return whether a file is empty because its first run broke off, before any result."""
    results = out / "results.jsonl"
    return path.stat().st_size == 0 and not (results.exists() and results.stat().st_size)
