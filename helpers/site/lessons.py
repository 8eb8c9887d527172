"""A lesson as the site shows it: the student copy, with what the solution computed."""

import html
import re
from pathlib import Path
from typing import TYPE_CHECKING

from helpers.checks.panel import with_marks
from helpers.checks.registry import Exercise, get
from helpers.checks.running import Verdict, to_text
from helpers.export.moving import moves, moving
from helpers.release.leaks import squeeze, telling_lines
from helpers.release.lesson import label, load_lesson, solution_path
from helpers.release.lint import CHECK
from helpers.release.notebook import kind
from helpers.release.student import student_notebook
from helpers.site.glossary import without_table

if TYPE_CHECKING:
    from nbformat import NotebookNode

_PREDICTED = re.compile(r"^\s*predicted\(", re.MULTILINE)
# What `predicted` prints: the guess of the solution, what came, and how far they are apart.
_GUESS = re.compile(
    r"^You predicted (?P<said>.*?)(?:, and so it is|\. In this run: (?P<found>.*?)"
    r"(?:, [\d.,]+ (?:times|%) (?:as much|more|less))?)\.$",
    re.MULTILINE,
)
_DOWNLOAD = "{{download}}`The notebook of this lesson, to work in <../notebooks/{stem}.ipynb>`"


def lesson_page(source: Path) -> "NotebookNode":
    """Return a lesson as a notebook for the site.

    It is the student copy. Of the executed solution it shows what is no answer: pictures and
    printed text, what belongs to a prediction folded and without the author's guess; under a
    check what a student reads who has not begun, and the hints, folded. A hint that holds a
    line of the answer is left out.

    Args:
        source: ``solutions/NN_topic.py``.

    Raises:
        ValueError: the source breaks a rule, or its solution is missing or older.
    """
    import nbformat

    solution = load_lesson(source)
    outputs = _outputs(source, solution)
    telling = set().union(*(telling_lines(cell.source) for cell in solution.cells))
    page = nbformat.v4.new_notebook(metadata=solution.metadata)
    for cell in student_notebook(solution).cells:
        role, text = kind(cell), cell.source
        cell.metadata = nbformat.from_dict({})
        if cell.cell_type == "markdown":
            cell.source = text = without_table(text)
        page.cells.append(cell)
        if cell.cell_type != "code" or role == "answer" or text.strip() == "score()":
            continue
        if match := CHECK.match(text.strip()):
            exercise = get(match[2])
            cell.outputs = [_stream(to_text(Verdict(exercise, "not started")) + "\n")]
            page.cells.append(_text(_hints(exercise, telling)))
            continue
        cell.outputs = [_shown(output, cell) for output in outputs.get(cell.id, ())]
        if _PREDICTED.search(text):
            printed = [output for output in cell.outputs if output.output_type == "stream"]
            cell.outputs = [output for output in cell.outputs if output not in printed]
            page.cells.append(_text(_folded("".join(output.text for output in printed))))
    page.cells.insert(1, _text(_DOWNLOAD.format(stem=source.stem)))
    return page


def _outputs(source: Path, solution: "NotebookNode") -> dict[str, list]:
    """Return the outputs of an executed solution by the id of their cell."""
    import nbformat

    path = solution_path(source)
    if not path.exists():
        raise ValueError(f"{label(path)} is missing: make solutions NB={source.name[:2]}")
    ran = nbformat.read(path, as_version=4)
    if [(cell.id, cell.source) for cell in ran.cells] != [
        (cell.id, cell.source) for cell in solution.cells
    ]:
        raise ValueError(
            f"{label(path)} differs from its source: make solutions NB={source.name[:2]}"
        )
    return {cell.id: cell.get("outputs", []) for cell in ran.cells}


def _shown(output: "NotebookNode", cell: "NotebookNode") -> "NotebookNode":
    """Return an output as the site's tool takes it; a picture's alternative goes to its cell."""
    import nbformat

    if output.output_type == "stream":
        return output
    data = output.data
    alt = output.metadata.get("image/png", {}).get("alt", "")
    if moves(data):
        data = {"text/html": moving(data, alt)}
    elif "image/png" in data:
        cell.metadata["mystnb"] = {"image": {"alt": alt}}
        data = {"image/png": data["image/png"]}
    else:
        data = {"text/plain": data["text/plain"]}
    return nbformat.v4.new_output("display_data", data=data)


def _hints(exercise: Exercise, telling: set[str]) -> str:
    hints = [hint for hint in exercise.hints if not _tells(hint, telling)]
    total = len(exercise.hints)
    return "\n\n".join(
        f"<details><summary>Hint {number} of {total}</summary><p>{with_marks(hint)}</p></details>"
        for number, hint in enumerate(hints, start=1)
    )


def _tells(hint: str, telling: set[str]) -> bool:
    squeezed = squeeze(hint)
    return any(line in squeezed for line in telling)


def _folded(printed: str) -> str:
    text = _GUESS.sub(lambda match: f"In this run: {match['found'] or match['said']}.", printed)
    return (
        "<details><summary>Predict first, then open: what this run gave</summary>"
        f"<pre>{html.escape(text)}</pre></details>"
    )


def _text(source: str) -> "NotebookNode":
    import nbformat

    return nbformat.v4.new_markdown_cell(source)


def _stream(text: str) -> "NotebookNode":
    import nbformat

    return nbformat.v4.new_output("stream", text=text)
