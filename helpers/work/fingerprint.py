"""Whether a notebook still holds the cells that it was handed out with."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any


def fingerprint(kind: str, source: str) -> str:
    """Return 12 hex digits that stand for a cell: its type and its source."""
    return hashlib.sha256(as_bytes(f"{kind}\n{source}")).hexdigest()[:12]


def as_bytes(text: str) -> bytes:
    """Return a text in UTF-8; half a letter, as JSON may hold one, is no reason to stop."""
    return text.encode(errors="surrogatepass")


def digest(cells: Iterable[tuple[str, str]]) -> str:
    """Return the SHA-256 of cells, each as type and source, in order, as hex."""
    pairs = [[kind, source] for kind, source in cells]
    return hashlib.sha256(
        json.dumps(pairs, ensure_ascii=False).encode(errors="surrogatepass")
    ).hexdigest()


def stamp(cells: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Return what a student copy says of itself: the digest of its cells, and each one's print.

    By these a later edition tells which cells are the course's, whatever a front end did to
    the ids.
    """
    pairs = list(cells)
    return {"cells": [fingerprint(*pair) for pair in pairs], "source": digest(pairs)}


def edition(notebook: Mapping[str, Any]) -> str:
    """Return the digest that a notebook was handed out with, "" where it says none."""
    metadata = notebook.get("metadata")
    said = metadata.get("workbook") if isinstance(metadata, Mapping) else None
    source = said.get("source") if isinstance(said, Mapping) else None
    return source if isinstance(source, str) else ""
