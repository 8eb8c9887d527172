"""Compare a student copy with its solution: no answer in it, and nothing of its own."""

import ast
import keyword
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from helpers.release.lint import BEGIN, END
from helpers.release.notebook import kind, place
from helpers.work.handed_out import PREDICTION, STUB

if TYPE_CHECKING:
    from nbformat import NotebookNode

STUB_LINE = re.compile(
    "|".join(map(re.escape, STUB.splitlines())).replace(re.escape("{exercise}"), r"\d+\.\d+")
)


def telling_lines(source: str) -> set[str]:
    """Return the lines between the markers that give an answer away, without spaces.

    A line is telling when it has five names or numbers, or three of them and two
    operations; ``return codes`` and ``for index in range(10):`` are not.
    """
    found, inside = set(), False
    for line in source.splitlines():
        if line.strip() in (BEGIN, END):
            inside = line.strip() == BEGIN
        elif inside and _is_telling(line.strip()):
            found.add(squeeze(line))
    return found


def _is_telling(line: str) -> bool:
    if line.startswith(("#", "import ", "from ")) or "keras.Input(" in line:
        return False
    value = re.sub(r"^(return\b|[\w, ]+=(?!=))", "", line)
    words = re.findall(r"[A-Za-z_]\w*|\d+\.?\d*", value)
    operands = [word for word in words if not keyword.iskeyword(word)]
    operations = len(re.findall(r"\*\*|//|[-+*/@%<>(\[]", value))
    header = line.endswith(":")
    return len(operands) >= 5 or (len(operands) >= 3 and operations >= 2 and not header)


def squeeze(text: str) -> str:
    """Return a text without spaces and line ends, as ``telling_lines`` gives its lines."""
    return re.sub(r"\s+", "", text)


def leaks(student: "NotebookNode", solution: "NotebookNode") -> list[str]:
    """Return where a telling line of a solution can be read in the student copy.

    Every text counts: code, prose, outputs and metadata.
    """
    telling = set().union(*(telling_lines(cell.source) for cell in solution.cells))
    problems = []
    for index, cell in enumerate(student.cells):
        for text in _lines(cell):
            problems += [
                f"{place(student, index)}: shows this line of a solution: {text.strip()}"
                for line in sorted(telling)
                if line in squeeze(text)
            ]
    for text in _lines(student.metadata):
        if any(line in squeeze(text) for line in telling):
            problems.append(f"the notebook's metadata shows this line of a solution: {text}")
    return problems


def _lines(value: Any) -> Iterator[str]:
    """Yield every line of text in a nested structure, keys included."""
    if isinstance(value, str):
        yield from value.splitlines()
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _lines(key)
            yield from _lines(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _lines(item)


def differences(student: "NotebookNode", solution: "NotebookNode") -> list[str]:
    """Return where a student copy is more than its solution minus the answers.

    Every line of a stub is a line of the solution or of the TODO that stands for it; all
    other cells are the same; stubs parse, and nothing raises before it is called.
    """
    if [cell.id for cell in student.cells] != [cell.id for cell in solution.cells]:
        return ["the student copy has other cells than the solution"]
    problems = []
    for index, (mine, full) in enumerate(zip(student.cells, solution.cells, strict=True)):
        where = place(student, index)
        if kind(full) != "answer":
            if mine.source not in (full.source, PREDICTION.sub(r"\1...\3", full.source)):
                problems.append(f"{where}: differs from the solution's")
            continue
        allowed = set(full.source.splitlines())
        for line in mine.source.splitlines():
            if line not in allowed and not STUB_LINE.fullmatch(line.strip()):
                problems.append(f"{where}: this line is not in the solution: {line.strip()}")
        problems += [f"{where}: {text}" for text in _stub_problems(mine.source)]
    return problems


def _stub_problems(source: str) -> Iterator[str]:
    try:
        waiting: list[ast.AST] = [*ast.parse(source).body]
    except SyntaxError as error:
        yield f"without its answer, line {error.lineno} is not Python: {error.msg}"
        return
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Raise):
            yield "its TODO would stop the notebook: put the markers inside a function"
        elif not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            waiting += ast.iter_child_nodes(node)
