"""Build the notebooks: one percent ``.py`` in, an executed solution and a student copy out.

Nothing here is needed by a student; jupytext, nbgrader and nbclient are imported only
inside the functions that use them.
"""

from helpers.release.cli import add_commands
from helpers.release.execute import build_solution, execute
from helpers.release.lesson import load_lesson
from helpers.release.staleness import stale
from helpers.release.student import build_student, student_notebook, write_student

__all__ = [
    "add_commands",
    "build_solution",
    "build_student",
    "execute",
    "load_lesson",
    "stale",
    "student_notebook",
    "write_student",
]
