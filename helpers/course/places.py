"""Where the course lies: in a clone, or installed without one; and where downloads then go."""

from __future__ import annotations

from pathlib import Path

# The folder that holds solutions/, notebooks/ and this package, where there is a clone.
ROOT = Path(__file__).resolve().parents[2]
_NAME = "autoencoder-workbook"


def in_clone() -> bool:
    """Return whether the course runs from a clone, which has its lessons' sources beside it."""
    return (ROOT / "pyproject.toml").is_file() and (ROOT / "solutions").is_dir()


def notebooks_folder() -> Path:
    """Return where the student notebooks lie as they are handed out.

    A clone has them at its top, a wheel inside the package (setup.py).
    """
    inside = ROOT / "helpers" / "handout" / "notebooks"
    return inside if inside.is_dir() else ROOT / "notebooks"


def need_clone(command: str) -> None:
    """Refuse an author's command where the course is installed without a clone.

    Raises:
        ValueError: there is no clone.
    """
    if not in_clone():
        raise ValueError(
            f"{command} works on the sources of the lessons, which an installed course does not "
            "have: run it in a clone of the course (README.md, For authors)."
        )


def data_folder() -> Path:
    """Return where downloads go: ``data/`` of a clone, else a folder of the user's own."""
    if in_clone():
        return ROOT / "data"
    import platformdirs

    return Path(platformdirs.user_data_dir(_NAME, appauthor=False)) / "data"
