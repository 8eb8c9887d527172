"""The title picture of a lesson, as a file: the first figure of its executed solution."""

import base64
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nbformat import NotebookNode


def title_picture_path(source: Path) -> Path:
    """Return where the title picture of a lesson lies."""
    return source.with_suffix(".png")


def title_picture(notebook: "NotebookNode") -> bytes | None:
    """Return the first PNG among the outputs of an executed notebook, if it has one."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            png = output.get("data", {}).get("image/png")
            if png:
                return base64.b64decode(png)
    return None
