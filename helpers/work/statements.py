"""What the text of a cell tells before it runs: whether it only defines, and what it names."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from helpers.work.plain import plain_python

_DEFINITIONS = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_REACHING = {
    *("__import__", "builtins", "compile", "ctypes", "delattr", "eval", "exec", "gc", "globals"),
    *("importlib", "inspect", "os", "setattr", "signal", "sys", "threading", "vars"),
}
# Attributes that change a library for whoever uses it next, when they are called.
_SETTING = ("disable_", "enable_", "set_")
_SETTERS = {
    *("clear_session", "filterwarnings", "run_functions_eagerly", "seed", "seterr", "setstate"),
    "simplefilter",
}


def parsed(source: str) -> ast.Module | None:
    """Return the tree of a cell, with magics as calls; None if it is no Python."""
    try:
        return ast.parse(plain_python(source))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def reaches_out(source: str) -> bool:
    """Return whether a cell could change what other cells use, beyond defining names."""
    tree = parsed(source)
    return tree is None or not all(_only_defines(node) for node in tree.body)


def definitions(source: str, *, calls: bool = False) -> str:
    """Return those statements of a cell that only import and define.

    Args:
        source: of the cell.
        calls: whether an assignment may call something for its value.
    """
    tree = parsed(source)
    kept = [node for node in tree.body if _only_defines(node, calls=calls)] if tree else []
    return ast.unparse(ast.Module(kept, []))


def _only_defines(node: ast.stmt, *, calls: bool = False) -> bool:
    return _is_definition(node, calls) and not any(map(_reaches, ast.walk(node)))


def _is_definition(node: ast.stmt, calls: bool) -> bool:
    if isinstance(node, ast.Assign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        named = all(isinstance(t, ast.Name) for target in targets for t in _leaves(target))
        return named and (calls or not any(isinstance(n, ast.Call) for n in _at_once(node.value)))
    if isinstance(node, ast.If | ast.Try):
        handlers = node.handlers if isinstance(node, ast.Try) else []
        final = node.finalbody if isinstance(node, ast.Try) else []
        parts = [*node.body, *node.orelse, *final, *(part for h in handlers for part in h.body)]
        return all(_is_definition(part, calls) for part in parts)
    is_text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return is_text or isinstance(node, (*_DEFINITIONS, ast.Pass))


def _leaves(target: ast.expr) -> Iterator[ast.expr]:
    if isinstance(target, ast.Tuple | ast.List):
        for part in target.elts:
            yield from _leaves(part)
    else:
        yield target


def _at_once(node: ast.AST | None) -> Iterator[ast.AST]:
    """Yield the parts of an expression that are evaluated now: not what a lambda does later."""
    if node is not None and not isinstance(node, ast.Lambda):
        yield node
        for child in ast.iter_child_nodes(node):
            yield from _at_once(child)


def _reaches(node: ast.AST) -> bool:
    if isinstance(node, ast.Attribute):
        changes = node.attr in _SETTERS or node.attr.startswith(_SETTING)
        if not isinstance(node.ctx, ast.Load) and not _is_own(node):
            return True
        return (changes and node.attr != "set_weights") or node.attr.startswith("__")
    if isinstance(node, ast.Import | ast.ImportFrom):
        module = node.module or "" if isinstance(node, ast.ImportFrom) else ""
        whole = [part for alias in node.names for part in alias.name.split(".")]
        changing = (name in _SETTERS or name.startswith(_SETTING) for name in whole)
        return bool(_REACHING & {*whole[:1], *module.split(".")}) or any(changing)
    return isinstance(node, ast.Global) or getattr(node, "id", None) in _REACHING


def _is_own(node: ast.Attribute) -> bool:
    return isinstance(node.value, ast.Name) and node.value.id == "self"


def imported(node: ast.AST) -> Iterator[tuple[str, str]]:
    """Yield each name that an import binds, and what it then stands for, by dotted name."""
    if isinstance(node, ast.Import):
        for alias in node.names:
            yield (
                alias.asname or alias.name.split(".")[0],
                (alias.name if alias.asname else alias.name.split(".")[0]),
            )
    elif isinstance(node, ast.ImportFrom):
        for alias in node.names:
            yield alias.asname or alias.name, f"{node.module or ''}.{alias.name}"


def names(tree: ast.AST) -> set[str]:
    """Return every name that a tree mentions, in whatever spelling: also as short text."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, ast.Attribute):
            found.add(node.attr)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            modules = [alias.name for alias in node.names]
            modules += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            found.update(part for module in modules for part in module.split("."))
        elif isinstance(node, ast.MatchClass):
            found.update(node.kwd_attrs)
        elif isinstance(node, ast.keyword):
            found.add(node.arg or "")
        elif isinstance(node, ast.Constant) and isinstance(node.value, str | bytes):
            text = node.value if isinstance(node.value, str) else node.value.decode("latin-1")
            found.update(_words(text) if len(text) < 200 else ())
    return found


def _words(text: str) -> list[str]:
    """Return the identifiers of a text that looks like code: words with dots and brackets only."""
    parts = "".join(c if c.isidentifier() or c.isdigit() else " " for c in text).split()
    return parts if " " not in text.strip() else []
