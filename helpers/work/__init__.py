"""A student's worked notebooks: read, recomputed, and taken into a new edition."""

from pathlib import Path

from helpers.work.cli import add_commands

__all__ = ["add_commands", "show_progress"]


def show_progress(folder: Path | None = None) -> None:
    """Print the points over all lessons, what is next, and where the student stopped.

    Args:
        folder: of the notebooks; when None, this one, its ``notebooks/``, or the course's. For
            a folder of solutions, which are nobody's work, it is that of the student copies.

    Raises:
        ValueError: there is no such folder.
    """
    from helpers.work.handed_out import handed_out
    from helpers.work.notebooks import is_solved, place
    from helpers.work.progress import progress
    from helpers.work.words import to_text

    folder = place(folder)
    print(to_text(progress(handed_out() if is_solved(folder) else folder)))
