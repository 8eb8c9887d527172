"""The reference answer of every exercise: what a lesson goes on with until the student's is right.

One module per lesson. An answer that the library itself uses is imported from there; the others
are written here. Nothing in the library imports this room.
"""

import ast
import importlib
from collections.abc import Callable
from pathlib import Path


def reference(lesson: str, name: str) -> Callable:
    """Return the reference answer called ``name`` of a lesson, for example ("03", "dense")."""
    return getattr(importlib.import_module(f"helpers.answers.lesson{lesson}"), name)


def source(lesson: str, name: str) -> str:
    """Return one reference answer as a program of its own: what it needs, and nothing else.

    Nothing is imported or run. The program binds ``name`` when it runs.

    Raises:
        KeyError: the lesson has no such answer.
    """
    path = Path(__file__).with_name(f"lesson{lesson}.py")
    tree = ast.parse(path.read_text(encoding="utf-8"))
    places: dict[str, ast.stmt] = {}
    for node in tree.body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            bound = [alias.asname or alias.name.split(".")[0] for alias in node.names]
            for alias, known_as in zip(node.names, bound, strict=True):
                places[known_as] = _import_of(node, alias)
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            places[node.name] = node
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            places |= {part.id: node for part in targets if isinstance(part, ast.Name)}
    needed, pending = {"annotations"}, [name]  # of __future__
    while pending:
        one = pending.pop()
        needed.add(one)
        used = {part.id for part in ast.walk(places[one]) if isinstance(part, ast.Name)}
        pending += sorted(used & places.keys() - needed - set(pending))
    kept = [node for key, node in places.items() if key in needed]
    return ast.unparse(ast.Module(kept, []))


def _import_of(node: ast.Import | ast.ImportFrom, alias: ast.alias) -> ast.stmt:
    if isinstance(node, ast.Import):
        return ast.Import([alias])
    return ast.ImportFrom(node.module, [alias], node.level)
