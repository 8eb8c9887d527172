"""Collect the comparisons that executed notebooks hold: `python -m helpers results`."""

from __future__ import annotations

import argparse
import json
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path

from helpers.course import ROOT
from helpers.course.places import need_clone
from helpers.results.comparison import MIME_TYPE
from helpers.results.figures import kind_of
from helpers.results.text import figure, table, to_float

_TEXT_FIELDS = ("key", "what", "unit", "verdict", "source", "note")
_NUMBER_FIELDS = ("ours", "published", "difference", "ratio", "decimals")


def collect(paths: Iterable[str | Path]) -> list[dict]:
    """Return every comparison stored in the outputs of executed notebooks, in order.

    Args:
        paths: notebook files; one without a comparison adds nothing.

    Returns:
        Records as `Comparison.record` makes them, each with "lesson", the notebook's name.

    Raises:
        ValueError: if a file is not a notebook, or if a stored comparison is damaged.
        OSError: if a file cannot be read.
    """
    files = [Path(path) for path in paths]
    return [{"lesson": file.stem, **record} for file in files for record in _stored(file)]


def add_commands(subparsers: argparse._SubParsersAction) -> None:
    """Add `results` to the command line."""
    parser = subparsers.add_parser(
        "results", help="show our figures beside the published ones, from the executed solutions"
    )
    parser.add_argument(
        "--solutions",
        type=Path,
        metavar="DIR",
        default=ROOT / "solutions",
        help="folder of the executed notebooks (default: the course's own solutions)",
    )
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    folder = arguments.solutions
    if folder == ROOT / "solutions":
        need_clone("results")
    if not folder.is_dir():
        raise ValueError(f"--solutions takes a folder of executed notebooks. Received: {folder}")
    records = collect(sorted(folder.glob("*.ipynb")))
    if arguments.json:
        print(json.dumps(records, indent=2, ensure_ascii=False))
    elif records:
        print(_as_table(records))
    else:
        print(f"No notebook in {folder} holds a result yet: build them with 'make solutions'.")
    return 0


def _as_table(records: Sequence[dict]) -> str:
    headings = ("lesson", "what", "ours", "published", "unit", "verdict")
    rows = []
    for record in records:
        what = record["what"].rstrip(".") + (f" [{record['split']}]" if record["split"] else "")
        ours = figure(record["ours"], record["decimals"])
        theirs = f"{record['published']:,.{record['decimals']}f}"
        theirs += "*" if kind_of(record["source"]) == "reference" else ""
        rows.append((record["lesson"], what, ours, theirs, record["unit"], record["verdict"]))
    widths = [max(map(len, column)) for column in zip(headings, *rows, strict=True)]
    terminal = shutil.get_terminal_size(fallback=(160, 24)).columns
    spare = terminal - (sum(widths) - widths[1]) - 2 * (len(headings) - 1)
    text = table(headings, rows, align="<<>><<", widths={1: max(30, spare)})
    marked = any(kind_of(record["source"]) == "reference" for record in records)
    return f"{text}\n\n* a reference of ours, not published" if marked else text


def _stored(path: Path) -> list[dict]:
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        bundles = [out.get("data", {}) for cell in cells for out in cell.get("outputs", ())]
        payloads = [bundle[MIME_TYPE] for bundle in bundles if MIME_TYPE in bundle]
        records = [record for payload in payloads for record in payload.get("results", [payload])]
        for record in records:
            _require_fields(record)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(
            f"{path} is not a notebook with readable results ({type(error).__name__}: {error}). "
            "Build it again with 'make solutions'."
        ) from None
    return records


def _require_fields(record: dict) -> None:
    for name in _NUMBER_FIELDS:
        to_float(record[name])
    for name in _TEXT_FIELDS:
        if not isinstance(record[name], str):
            raise ValueError(f"{name} should be text. Received: {record[name]!r}")
    if not isinstance(record["split"], str | None):
        raise ValueError(f"split should be text or null. Received: {record['split']!r}")
    if not isinstance(record["decimals"], int):
        raise ValueError(f"decimals should be a whole number. Received: {record['decimals']!r}")
