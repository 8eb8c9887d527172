"""A student's worked notebooks: read, recomputed, and taken into a new edition."""

from pathlib import Path

from helpers.work.cli import add_commands

__all__ = ["add_commands", "show_progress"]


def show_progress(folder: Path | None = None) -> None:
    """Print the points over all lessons, what is next, and where the student stopped.

    Args:
        folder: of the notebooks; when None, this one, its ``notebooks/``, or the course's.

    Raises:
        ValueError: there is no such folder.
    """
    from helpers.work.progress import progress
    from helpers.work.words import to_text

    print(to_text(progress(folder)))
