"""Signs in an answer's text that a person should look at it. No points depend on them."""

from __future__ import annotations

import ast

from helpers.checks.registry import Exercise

_LIBRARIES = {"keras", "tensorflow", "tf", "np", "numpy", "scipy", "sklearn", "math", "self"}
_DETOURS = {"importlib", "__import__", "load_reference", "getattr", "sys", "inspect"}


def signs(entry: Exercise, source: str) -> list[str]:
    """Return what is odd about an answer, in words; nothing is run."""
    try:
        nodes = list(ast.walk(ast.parse(source)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    found = []
    if any(_is_reference(node, entry.name) for node in nodes):
        found.append(f"{entry.id}: calls the course's own {entry.name}; read it")
    if _has_detour(nodes, entry.name):
        found.append(f"{entry.id}: looks modules or names up by text; read it")
    return found


def _is_reference(node: ast.AST, name: str) -> bool:
    if isinstance(node, ast.ImportFrom):
        inside = (node.module or "").split(".")[0] == "helpers"
        return inside and any(alias.name in (name, "*") for alias in node.names)
    if not isinstance(node, ast.Attribute) or node.attr != name:
        return False
    root = node.value
    while isinstance(root, ast.Attribute):
        root = root.value
    return isinstance(root, ast.Name) and root.id not in _LIBRARIES


def _has_detour(nodes: list[ast.AST], name: str) -> bool:
    used = {node.id for node in nodes if isinstance(node, ast.Name)}
    used |= {node.attr for node in nodes if isinstance(node, ast.Attribute)}
    constants = {node.value for node in nodes if isinstance(node, ast.Constant)}
    texts = {text for text in constants if isinstance(text, str) and len(text) < 100}
    imported = {
        alias.name.split(".")[0]
        for node in nodes
        if isinstance(node, ast.Import)
        for alias in node.names
    }
    named = any(text == name or "helpers" in text.split(".") for text in texts)
    return bool({"importlib", "__import__", "load_reference", "inspect"} & (used | imported)) or (
        named and bool(_DETOURS & (used | imported))
    )
