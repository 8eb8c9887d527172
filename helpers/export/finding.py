"""Find the notebook that is meant, and read it if it was run."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nbformat import NotebookNode


def find(name: str, root: Path) -> Path:
    """Return the notebook that a number or a path means.

    Args:
        name: a number (``"04"`` or ``"4"``), which means the copy in ``notebooks/``, or in the
            folder itself, if that was run, else the one in ``solutions/``; or a notebook's path.
        root: the course's folder, or a student's.

    Raises:
        ValueError: there is no such notebook, or none that was run.
    """
    if not name.isdigit():
        path = Path(name)
        if path.suffix != ".ipynb" or not path.is_file():
            raise ValueError(f"There is no notebook {name!r}.")
        return path
    folders = (root / "notebooks", root, root / "solutions")
    found = [
        path
        for folder in folders
        for path in sorted(folder.glob(f"{name.zfill(2)}_*.ipynb"))
        if ".mine" not in path.name
    ]
    if not found:
        raise ValueError(f"There is no notebook of lesson {name!r}.")
    return next((path for path in found if _was_run(read(path))), found[0])


def read(path: Path) -> "NotebookNode":
    """Read a notebook.

    Raises:
        ValueError: the file is not one.
    """
    import nbformat

    try:
        return nbformat.reads(path.read_text(encoding="utf-8"), as_version=4)
    except (ValueError, AttributeError, nbformat.reader.NotJSONError):
        raise ValueError(f"{path.parent.name}/{path.name} is not a notebook.") from None


def _was_run(notebook: "NotebookNode") -> bool:
    return any(cell.get("outputs") for cell in notebook.cells)
