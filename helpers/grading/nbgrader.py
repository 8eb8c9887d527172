"""Write a course tree that stock nbgrader grades right."""

from __future__ import annotations

import json
from pathlib import Path

from helpers.course import ROOT
from helpers.course.atomic import write_atomically

CONFIG = '''\
"""nbgrader's settings for the autoencoder workbook. Give the course a name of your own."""

import contextlib
import os

# nbgrader scores a cell that writes to stderr with 0, and TensorFlow likes to talk there.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
# The figures do not count, so that counts of images and epochs may be small.
os.environ.setdefault("AE_PROFILE", "fast")

c = get_config()  # noqa: F821
c.CourseDirectory.course_id = "autoencoders"
# Seconds for one cell; a student's endless loop ends there.
c.Execute.timeout = 600
c.Execute.interrupt_on_timeout = True
# A student may have deleted a check cell.
c.OverwriteCells.add_missing_cells = True
# A front end may have lost the marks of cells: the course finds them where it is installed.
with contextlib.suppress(ImportError):
    import helpers.grading.marks  # noqa: F401

    c.Autograde.sanitize_preprocessors.insert(0, "helpers.grading.marks.RestoreMarks")
'''


def export(course: Path, root: Path = ROOT) -> list[Path]:
    """Write ``nbgrader_config.py`` and ``source/NN_topic/NN_topic.ipynb`` of every lesson.

    Args:
        course: folder of the course; files of another make are not replaced.
        root: the workbook's folder.

    Returns:
        The files written.

    Raises:
        ValueError: a solution is not built, or a file there is not ours.
    """
    contents = {course / "nbgrader_config.py": CONFIG.encode()}
    for source in sorted((root / "solutions").glob("[0-9][0-9]_*.py")):
        path = source.with_suffix(".ipynb")
        if not path.is_file():
            raise ValueError(f"There is no solutions/{path.name}: run make solutions first.")
        place = course / "source" / path.stem / path.name
        contents[place] = _without_outputs(path)
    foreign = [path for path, new in contents.items() if path.exists() and path.read_bytes() != new]
    if foreign:
        names = ", ".join(str(path.relative_to(course)) for path in foreign)
        raise ValueError(
            f"{names} would be replaced, so nothing was written: move it, or name another folder."
        )
    for path, content in contents.items():
        write_atomically(path, content)
    return list(contents)


def _without_outputs(path: Path) -> bytes:
    """Return a solution as nbgrader's source: cells and their marks, no outputs."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    notebook["metadata"].pop("workbook", None)
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
    return (json.dumps(notebook, indent=1, ensure_ascii=False, sort_keys=True) + "\n").encode()
