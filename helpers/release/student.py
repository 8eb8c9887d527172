"""The student copy: the solution minus the answers, by nbgrader's own preprocessors."""

import copy
from pathlib import Path
from typing import TYPE_CHECKING

from helpers.course.atomic import write_atomically
from helpers.release.launch import add_launch
from helpers.release.leaks import differences, leaks
from helpers.release.lesson import label, load_lesson, refuse, student_path
from helpers.release.lint import answers
from helpers.release.notebook import kind, sources, to_bytes, worked_in
from helpers.work.aside import set_aside
from helpers.work.fingerprint import stamp
from helpers.work.handed_out import PREDICTION, STUB

if TYPE_CHECKING:
    from nbformat import NotebookNode


def student_notebook(solution: "NotebookNode") -> "NotebookNode":
    """Return a copy of a solution without answers, predictions, outputs and execution counts.

    Its metadata records the digest of its cells, by which ``worked_in`` tells later
    whether somebody worked in it, and each cell's print, by which ``update`` tells whose it is.
    """
    from nbgrader.preprocessors import ClearOutput, ClearSolutions, ComputeChecksums, LockCells

    notebook = copy.deepcopy(solution)
    resources = {"language": "python"}
    for index, heading, _ in answers(notebook):
        # One instance an exercise: the stub names its number.
        stub = STUB.format(exercise=heading.exercise if heading else "?")
        clear = ClearSolutions(code_stub={"python": stub})
        clear.preprocess_cell(notebook.cells[index], resources, index)
    for cell in notebook.cells:
        if cell.cell_type == "code" and not kind(cell):
            cell.source = PREDICTION.sub(r"\1...\3", cell.source)
    for preprocessor in (ClearOutput(), LockCells(), ComputeChecksums()):
        notebook, resources = preprocessor.preprocess(notebook, resources)
    notebook.metadata.workbook = stamp(sources(notebook))
    return notebook


def build_student(source: Path) -> bytes:
    """Return the content of the student copy of a lesson; write nothing.

    Args:
        source: ``solutions/NN_topic.py``.

    Raises:
        ValueError: the source breaks a rule, or the copy would show an answer.
    """
    solution = load_lesson(source)
    student = student_notebook(solution)
    refuse(source, differences(student, solution) + leaks(student, solution))
    # Of all that a copy holds, these lines alone are not the solution's.
    add_launch(student, f"{source.stem}.ipynb")
    student.metadata.workbook = stamp(sources(student))
    return to_bytes(student)


def write_student(sources: list[Path], *, force: bool = False) -> list[Path]:
    """Write the student copies of some lessons, or none of them.

    Args:
        sources: paths ``solutions/NN_topic.py``.
        force: keep a copy that somebody worked in as ``NN_topic.mine.ipynb`` and write a
            fresh one, instead of refusing.

    Returns:
        The files written; a copy that is up to date is left alone.

    Raises:
        ValueError: a source breaks a rule, or somebody worked in a copy.
    """
    contents = {student_path(source): build_student(source) for source in sources}
    used = [path for path in contents if worked_in(path)]
    if used and not force:
        names = ", ".join(label(path) for path in used)
        raise ValueError(
            f"Somebody worked in {names}, so nothing was written. To keep that work as "
            "NN_topic.mine.ipynb beside a fresh copy: python -m helpers student --force."
        )
    for path in used:
        set_aside(path)
    written = [path for path, content in contents.items() if not _holds(path, content)]
    for path in written:
        write_atomically(path, contents[path])
    return written


def _holds(path: Path, content: bytes) -> bool:
    return path.exists() and path.read_bytes() == content
