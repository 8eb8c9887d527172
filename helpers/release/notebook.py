"""Notebook files: read a percent source, fix ids and metadata, write bytes safely."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

from helpers.work import fingerprint

if TYPE_CHECKING:
    from nbformat import NotebookNode

# How a cell begins that makes one wait.
WAIT = re.compile(r"\A# In full this takes about (\d+) seconds on two cores\.\n")
CHECK_OUTPUT_TAG = "nbval-check-output"
KEPT_METADATA = {"jupyter", "nbgrader", "tags"}
# What jupytext notes down to write a percent file back; we only read.
JUPYTEXT_METADATA = {
    "cell_marker",
    "lines_to_end_of_cell_marker",
    "lines_to_next_cell",
}


def read_source(path: Path) -> "NotebookNode":
    """Read a percent ``.py`` into a notebook with fixed cell ids and no outputs.

    Check cells get the tag that makes nbval compare their output.

    Raises:
        ValueError: the file is missing or is not UTF-8 text.
    """
    import jupytext
    import nbformat

    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ValueError(f"There is no lesson source {path.name} in {path.parent.name}/.") from None
    except UnicodeDecodeError:
        raise ValueError(f"{path.name} is not UTF-8 text.") from None
    cells = jupytext.reads(text, fmt="py:percent").cells
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata = nbformat.from_dict(
        {
            "kernelspec": {
                "display_name": "Python 3 (ipykernel)",
                "language": "python",
                "name": "python3",
            },
            "language_info": {"file_extension": ".py", "name": "python"},
        }
    )
    for cell in cells:
        for key in JUPYTEXT_METADATA:
            cell.metadata.pop(key, None)
        if cell.metadata.get("nbgrader", {}).get("grade"):
            tags = cell.metadata.setdefault("tags", [])
            if CHECK_OUTPUT_TAG not in tags:
                tags.append(CHECK_OUTPUT_TAG)
    _fix_ids(notebook)
    return notebook


def _fix_ids(notebook: "NotebookNode") -> None:
    """Give every cell an id that depends on nothing but the source."""
    taken: set[str] = set()
    for cell in notebook.cells:
        base = str(cell.metadata.get("nbgrader", {}).get("grade_id", ""))
        if not re.fullmatch(r"[A-Za-z0-9_-]{1,60}", base):
            base = fingerprint.fingerprint(cell.cell_type, cell.source)
        name, copy = base, 1
        while name in taken:
            copy += 1
            name = f"{base}-{copy}"
        taken.add(name)
        cell.id = name


def digest(notebook: "NotebookNode") -> str:
    """Return the SHA-256 of the cells' types and sources, in order, as hex."""
    return fingerprint.digest(sources(notebook))


def sources(notebook: "NotebookNode") -> list[tuple[str, str]]:
    """Return the cells' types and sources, in order."""
    return [(cell.cell_type, cell.source) for cell in notebook.cells]


def worked_in(path: Path) -> bool:
    """Return whether a built notebook on disk no longer holds the cells it was built with.

    Running cells does not count, editing, adding, moving or deleting one does. A file
    that is not a readable notebook counts too: it may be somebody's work.
    """
    import nbformat

    if not path.exists():
        return False
    try:
        notebook = nbformat.reads(path.read_text(encoding="utf-8"), as_version=4)
    except (ValueError, AttributeError, nbformat.ValidationError):
        return True
    return notebook.metadata.get("workbook", {}).get("source") != digest(notebook)


def to_bytes(notebook: "NotebookNode") -> bytes:
    """Return the file content of a valid notebook: sorted keys, one final newline.

    Raises:
        ValueError: the notebook does not follow Jupyter's format.
    """
    import nbformat

    try:
        nbformat.validate(notebook)
    except nbformat.ValidationError as error:
        raise ValueError(f"This is not a valid notebook: {error.message}") from None
    return (nbformat.writes(notebook).rstrip("\n") + "\n").encode()


def kind(cell: "NotebookNode") -> str | None:
    """Return ``"answer"``, ``"check"`` or ``"locked"`` for a cell of nbgrader's, else None."""
    marks = cell.metadata.get("nbgrader")
    if not marks:
        return None
    flags = tuple(bool(marks.get(name)) for name in ("solution", "grade", "locked", "task"))
    kinds: dict[tuple[bool, ...], str] = {
        (True, False, False, False): "answer",
        (False, True, True, False): "check",
        (False, False, True, False): "locked",
    }
    return kinds.get(flags, "unknown")


def without_wait(source: str) -> str:
    """Return a code cell without the line that says how long it takes."""
    return WAIT.sub("", source)


def place(notebook: "NotebookNode", index: int) -> str:
    """Name a cell in words: its number from 1, and its grade_id or first line."""
    cell = notebook.cells[index]
    label = cell.metadata.get("nbgrader", {}).get("grade_id")
    if not label:
        lines = without_wait(cell.source).splitlines()
        first = next((line for line in lines if line.strip()), "empty")
        label = f"{first[:40]}..." if len(first) > 40 else first
    return f"cell {index + 1} ({label})"
