"""The class's secret: a text from which every hidden input is drawn."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def read_seed(path: Path | None, out: Path) -> str:
    """Return the seed in a file, or that of the results folder, made on the first run.

    Raises:
        ValueError: the file is missing or empty.
    """
    if path is None:
        path = out / "seed.txt"
        if not path.exists():
            out.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with open(descriptor, "w", encoding="utf-8") as stream:
                stream.write(secrets.token_hex(16) + "\n")
    try:
        seed = path.read_text(encoding="utf-8").strip()
    except (FileNotFoundError, UnicodeDecodeError):
        raise ValueError(f"The seed file {path.name!r} is not there, or is no text.") from None
    if not seed:
        raise ValueError(f"The seed file {path.name!r} is empty: write any line of text into it.")
    return seed
