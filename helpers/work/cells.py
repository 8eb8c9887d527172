"""A notebook's cells as text, whichever front end saved them, and as plain Python."""

from __future__ import annotations

import ast
import codecs
import json
import re
import textwrap
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

MAX_CELLS = 5_000
# Of one answer; longer cells are not read as Python.
MAX_ANSWER = 100_000
# A notebook of 20 MB can hold so many small values that reading it takes a GB and minutes.
_MAX_VALUES = 3_000_000
_MAX_CONTAINERS = 400_000
# Of the code cells that are read as Python, all together: a syntax tree is large.
_MAX_CODE = 500_000
# The course's own functions, which grade nothing here.
_GRADERS = {"check", "hint", "score"}
# Cell magics under which there is no Python of this notebook's own.
_OTHER_LANGUAGES = re.compile(
    r"(bash|sh|cmd|script|system|sx|!|html|HTML|javascript|js|latex|markdown|svg|SVG|writefile|file"
    r"|perl|ruby|pypy|python2?|python3|sql|bigquery|R|julia|cython|cu|shell)"
)
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_IMPORTS = (ast.Import, ast.ImportFrom)
# What only the grader, and nobody's answer, uses.
_TOOLS = re.compile(r"helpers\.(answers|checks|grading|release|studies|work)\b")


class Refused(Exception):
    """A file that is not taken; the message says why."""


@dataclass(frozen=True)
class Cell:
    """One cell.

    Args:
        kind: ``"code"``, ``"markdown"`` or another.
        source: its text; lines end in a line feed.
        mark: nbgrader's ``grade_id``, "" without.
        id: its own id, "" without.
        by_hand: whether nbgrader marks it as graded by hand.
        is_short: whether it is short enough to be read as Python.
    """

    kind: str
    source: str
    mark: str = ""
    id: str = ""
    by_hand: bool = False
    is_short: bool = True

    @cached_property
    def checked(self) -> frozenset[str]:
        """The exercises that it has checked, such as "3.2"."""
        return frozenset(re.findall(r"\bcheck\(\s*[\"'](\d+\.\d+)[\"']", self.source))

    @cached_property
    def headed(self) -> frozenset[str]:
        """The exercises whose headings stand in it, if it is text."""
        return headed_in(self.source) if self.kind == "markdown" else frozenset()

    @cached_property
    def code(self) -> Code:
        """The cell as Python."""
        return Code.of(self.source) if self.is_short else Code(self.source, None)


@dataclass(frozen=True)
class Code:
    """A code cell as Python.

    Args:
        text: without what only IPython understands, as far as the rest can then be parsed.
        tree: its syntax tree, None where there is none.
    """

    text: str
    tree: ast.Module | None

    @classmethod
    def of(cls, source: str) -> Code:
        """Return a cell's source as Python.

        A cell magic such as ``%%time`` leaves its cell, one for another language leaves nothing;
        line magics, shell commands and questions cost nothing; neither do statements with a
        top-level ``await`` and the course's own ``check``, ``hint`` and ``score``.
        """
        text = _without_cell_magics(source)
        for attempt in (str, textwrap.dedent, _without_line_magics):
            tree = parse(attempt(text))
            if tree is not None:
                text = attempt(text)
                break
        else:
            return cls(text, None)
        graders = _GRADERS - set(names_defined(n for n in tree.body if not _calls(n, _GRADERS)))
        idle = [node for node in tree.body if _awaits(node) or _calls(node, graders)]
        if not idle:
            return cls(text, tree)
        text = replaced(text, idle)
        return cls(text, parse(text))

    def names(self) -> set[str]:
        """Return the names that its statements define, also within if, try, with and for."""
        return set(names_defined(self.tree.body)) if self.tree else set()

    def defines(self, name: str) -> bool:
        """Return whether it defines a name, as far as can be told without running it."""
        if self.tree:
            return name in self.names()
        return re.search(rf"^(?:def|class)\s+{re.escape(name)}\b", self.text, re.M) is not None


def read_notebook(content: bytes) -> tuple[list[Cell], list[str]]:
    """Return a notebook's cells, as far as they are cells, and notes.

    Raises:
        Refused: it is no notebook of format 4, or holds more than any does.
    """
    notebook, notes = load_notebook(content)
    return cells_of(notebook["cells"]), notes


def load_notebook(content: bytes) -> tuple[dict[str, Any], list[str]]:
    """Return a notebook's JSON, with a list of cells in it, and notes.

    Raises:
        Refused: it is no notebook of format 4, or holds more than any does.
    """
    containers = content.count(b"{") + content.count(b"[")
    if containers > _MAX_CONTAINERS or content.count(b",") > _MAX_VALUES:
        raise Refused("not taken: it holds more values than a notebook does")
    notes = []
    encoding = "utf-16" if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else ""
    try:
        text = content.decode(encoding or "utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode(encoding or "utf-8-sig", "replace")
        notes.append("it is not in UTF-8; letters that cannot be read are shown as \ufffd")
    try:
        notebook = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        raise Refused("not taken: it is not a notebook (no valid JSON)") from None
    found = notebook.get("cells") if isinstance(notebook, dict) else None
    if not isinstance(found, list) or notebook.get("nbformat", 4) != 4:
        raise Refused("not taken: it is not a notebook of format 4")
    if len(found) > MAX_CELLS:
        raise Refused(f"not taken: more than {MAX_CELLS} cells")
    kernel = _dict(_dict(notebook.get("metadata")).get("kernelspec"))
    language = kernel.get("language", "python")
    if str(language).lower() != "python":
        notes.append(f"saved with a kernel for {str(language)[:40]!r}; answers are run as Python")
    return notebook, notes


def cells_of(found: Iterable[object]) -> list[Cell]:
    """Return the cells of a notebook's JSON, without what is no cell."""
    cells, room = [], _MAX_CODE
    for cell in filter(None, map(_cell, found)):
        room -= len(cell.source) if cell.kind == "code" else 0
        is_short = len(cell.source) <= MAX_ANSWER and room >= 0
        cells.append(cell if is_short else replace(cell, is_short=False))
    return cells


def source(cell: dict) -> str:
    """Return the source of a notebook's cell, which may be a text or a list of lines.

    Lines end in a line feed, whatever they ended in.

    Raises:
        TypeError: it is neither.
    """
    text = cell.get("source", "")
    if isinstance(text, list) and all(isinstance(line, str) for line in text):
        # Some front ends write lines without their ends.
        whole = any(line.endswith(("\n", "\r")) for line in text) or len(text) < 2
        text = ("" if whole else "\n").join(text)
    if not isinstance(text, str):
        raise TypeError(f"a cell's source is text. Received: {type(text).__name__}")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def parse(text: str) -> ast.Module | None:
    """Return the syntax tree of a text, None if it has none."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None


def shape(node: ast.AST) -> str:
    """Return a text that is the same for the same statement however it is written."""
    try:
        return ast.dump(node)
    except (RecursionError, MemoryError):
        return ""


def segment(text: str, node: ast.stmt) -> str:
    """Return the text of a statement at the top level, decorators and all."""
    lines = text.encode().split(b"\n")
    (first, start), (last, end) = _span(node)
    found = lines[first - 1 : last]
    found[-1] = found[-1][:end]
    found[0] = found[0][start:]
    return b"\n".join(found).decode()


def replaced(text: str, nodes: list[ast.stmt]) -> str:
    """Return a text in which some top-level statements do nothing; lines keep their numbers."""
    lines = text.encode().split(b"\n")
    for node in reversed(nodes):
        (first, start), (last, end) = _span(node)
        rest = lines[last - 1][end:]
        lines[first - 1 : last] = [
            lines[first - 1][:start] + b"pass" + (rest if first == last else b""),
            *([b""] * (last - first - 1)),
            *([rest.lstrip(b" ;")] if first < last else []),
        ]
    return b"\n".join(lines).decode()


def names_defined(body: Iterable[ast.stmt]) -> Iterator[str]:
    """Yield the names that statements define, also within if, try, with and for."""
    waiting: list[ast.AST] = [*body]
    while waiting:
        node = waiting.pop()
        if isinstance(node, _DEFINITIONS):
            yield node.name
        elif isinstance(node, _IMPORTS):
            yield from (alias.asname or alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif not isinstance(node, ast.Lambda | ast.comprehension):
            waiting += ast.iter_child_nodes(node)


def without_these(code: Code, missing: set[str]) -> str:
    """Return a cell without the statements that would stop for want of a name.

    Args:
        code: the cell.
        missing: names that are not there; what only missing names could define is missing, too.
    """
    lost = []
    for node in code.tree.body if code.tree else ():
        defined = set(names_defined([node]))
        names = [inner for inner in _at_once(node) if isinstance(inner, ast.Name)]
        own = {name.id for name in names if isinstance(name.ctx, ast.Store)}
        if missing & {name.id for name in names} - own and not isinstance(
            node, (*_DEFINITIONS, *_IMPORTS)
        ):
            lost.append(node)
            missing = missing | defined
        else:
            missing = missing - defined
    return replaced(code.text, lost) if lost else code.text


def definitions(code: Code, imported: set[str]) -> Iterator[ast.stmt]:
    """Yield the statements of a cell that only import or define.

    Functions and classes, imports but those of the grader's own tools, and plain constants:
    numbers, texts, containers and sums of these, lambdas, and names in an imported module.

    Args:
        code: of the cell.
        imported: names of the modules that are imported before.
    """
    for node in code.tree.body if code.tree else ():
        if isinstance(node, _IMPORTS):
            if not _is_tool(node):
                imported = imported | set(names_defined([node]))
                yield node
        elif isinstance(node, _DEFINITIONS) or (
            isinstance(node, ast.Assign | ast.AnnAssign)
            and node.value is not None
            and all(isinstance(target, ast.Name) for target in _targets(node))
            and _is_constant(node.value, imported)
        ):
            yield node


def is_stub(code: Code, name: str) -> bool:
    """Return whether a cell only says that ``name`` is yet to be written."""
    found = False
    for node in code.tree.body if code.tree else ():
        if isinstance(node, _DEFINITIONS) and node.name == name:
            body = [n for n in node.body if not _is_text(n)]
            found = len(body) == 1 and isinstance(body[0], ast.Raise)
            found = found and "NotImplementedError" in shape(body[0])
            if not found:
                return False
        elif not _is_text(node) and not isinstance(node, ast.Pass):
            return False
    return found


def headed_in(text: str) -> frozenset[str]:
    """Return the exercises whose headings stand in a text."""
    return frozenset(re.findall(r"^#{1,6}[ \t]*Exercise[ \t]+(\d+\.\d+)\b", text, re.MULTILINE))


def _dict(value: object) -> dict:
    return value if isinstance(value, dict) else {}


def _cell(raw: object) -> Cell | None:
    if not isinstance(raw, dict):
        return None
    try:
        text = source(raw)
    except TypeError:
        return None
    metadata = _dict(raw.get("metadata"))
    marks = _dict(metadata.get("nbgrader"))
    ids = (marks.get("grade_id"), raw.get("id") or metadata.get("id"))
    mark, own = (value if isinstance(value, str) else "" for value in ids)
    by_hand = bool(mark) and (
        marks.get("task") is True or (marks.get("grade") is True and marks.get("solution") is True)
    )
    return Cell(str(raw.get("cell_type")), text, mark, own, by_hand)


def _without_cell_magics(text: str) -> str:
    """Return what stands under a cell's magics, nothing if that is another language.

    Lines keep their numbers.
    """
    above = ""
    while magic := re.match(r"\s*%%(\S+)[^\n]*(?:\n|$)", text):
        if _OTHER_LANGUAGES.fullmatch(magic[1]):
            return ""
        above += "\n" * magic[0].count("\n")
        text = text[magic.end() :]
    return above + text


# Texts, comments and brackets, within which no magic can begin.
_TOKEN = re.compile(
    r"(\"\"\"|''')(?:\\.|[^\\])*?(?:\1|\Z)|\"(?:\\.|[^\"\\\n])*\"?|'(?:\\.|[^'\\\n])*'?"
    r"|#[^\n]*|\\\n|[()\[\]{}]|\n|[^\"'#\\()\[\]{}\n]+|.",
    re.DOTALL,
)
_TIMED = re.compile(r"(\s*)%time[ \t]+")
_MAGIC = re.compile(
    r"(?P<indent>[ \t]*)(?:(?P<target>[\w.,\[\] ]+=)[ \t]*[!%]|[!%?,;/]|[\w.*]+\?\??[ \t]*(?:\n|$))"
)


def _without_line_magics(text: str) -> str:
    """Return a cell in which magics, shell commands and questions do nothing."""
    out, position, depth, fresh = [], 0, 0, True
    while position < len(text):
        if fresh:
            timed = _TIMED.match(text, position)
            if timed:  # its statement counts
                out.append(timed[1])
                position = timed.end()
            magic = _MAGIC.match(text, position)
            if magic:
                target = magic["target"]
                out.append(magic["indent"] + (f"{target} None" if target else "None"))
                end = _end_of_line(text, position)
                while text[position:end].endswith("\\") and end < len(text):
                    out.append("\n")
                    position, end = end + 1, _end_of_line(text, end + 1)
                position = end
            fresh = False
            continue
        token = _TOKEN.match(text, position)
        assert token is not None
        position = token.end()
        out.append(token[0])
        depth += (token[0] in ("(", "[", "{")) - (token[0] in (")", "]", "}"))
        fresh = token[0] == "\n" and depth <= 0
    return "".join(out)


def _end_of_line(text: str, position: int) -> int:
    end = text.find("\n", position)
    return len(text) if end < 0 else end


def _awaits(node: ast.stmt) -> bool:
    """Return whether a statement awaits outside of any function."""
    return any(
        isinstance(inner, ast.Await | ast.AsyncFor | ast.AsyncWith)
        or (isinstance(inner, ast.comprehension) and inner.is_async)
        for inner in _at_once(node)
    )


def _at_once(node: ast.stmt) -> Iterator[ast.AST]:
    """Yield the parts of a statement that run with it: not the bodies of functions."""
    waiting: list[ast.AST] = [node]
    while waiting:
        inner = waiting.pop()
        yield inner
        if not isinstance(inner, (*_DEFINITIONS[:2], ast.Lambda)):
            waiting += ast.iter_child_nodes(inner)


def _calls(node: ast.stmt, names: set[str]) -> bool:
    """Return whether a statement is a call of one of these, kept under a name or not."""
    value = node.value if isinstance(node, ast.Assign | ast.Expr) else None
    called = value.func if isinstance(value, ast.Call) else None
    return isinstance(called, ast.Name) and called.id in names


def _targets(node: ast.Assign | ast.AnnAssign) -> list[ast.expr]:
    return node.targets if isinstance(node, ast.Assign) else [node.target]


def _is_constant(value: ast.expr, imported: set[str]) -> bool:
    if isinstance(value, ast.Lambda):
        return True
    if isinstance(value, ast.Attribute):
        root: ast.expr = value
        while isinstance(root, ast.Attribute):
            root = root.value
        return isinstance(root, ast.Name) and root.id in imported
    allowed = (ast.Constant, ast.Tuple, ast.List, ast.Set, ast.Dict, ast.UnaryOp, ast.BinOp)
    inner = (ast.operator, ast.unaryop, ast.expr_context)
    return all(isinstance(node, (*allowed, *inner)) for node in ast.walk(value))


def _is_tool(node: ast.Import | ast.ImportFrom) -> bool:
    names = [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        names = [f"{node.module}.{name}" for name in names]
    return any(map(_TOOLS.match, names))


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _span(node: ast.stmt) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return first line and offset in bytes, last line and offset, of a top-level statement."""
    assert node.end_lineno is not None
    assert node.end_col_offset is not None
    start = (node.lineno, node.col_offset)
    decorators = getattr(node, "decorator_list", [])
    if decorators:
        start = (decorators[0].lineno, 0)
    return start, (node.end_lineno, node.end_col_offset)
