"""Signs in an answer's text that a person should look at it. No points depend on them."""

from __future__ import annotations

import ast
import dis
from collections.abc import Iterable, Iterator
from functools import lru_cache
from types import CodeType

from helpers import answers
from helpers.checks.registry import Exercise, exercises
from helpers.work.lessons import facts
from helpers.work.statements import imported, names, parsed

# What leads from any object to any other: no answer needs it.
_DETOURS = {
    *("__import__", "_getframe", "ag_frame", "allow_pickle", "attrgetter", "breakpoint"),
    *("builtins", "cr_frame", "currentframe", "delattr", "eval", "exec", "f_back", "f_builtins"),
    *("f_globals", "f_locals", "gc", "get_objects", "get_referents", "get_referrers"),
    *("get_type_hints", "gi_frame", "globals", "importlib", "inspect", "load_reference", "locals"),
    *("methodcaller", "modules", "read_pickle", "setattr", "setprofile", "settrace", "sys"),
    *("tb_frame", "tb_next", "vars"),
}
_MODULES = {
    *("bdb", "code", "codeop", "cProfile", "cloudpickle", "ctypes", "dill", "dis", "doctest"),
    *("faulthandler", "joblib", "linecache", "marshal", "mmap", "pdb", "pickle", "pkgutil"),
    *("profile", "runpy", "site", "subprocess", "threading", "timeit", "traceback"),
    *("tracemalloc", "types", "weakref"),
}
# How a name is loaded that the function itself does not bind.
_GLOBAL = ("LOAD_GLOBAL", "LOAD_NAME", "LOAD_FROM_DICT_OR_GLOBALS")
_LIBRARIES = {"keras", "np", "numpy", "ops", "tf"}
_PLAIN = {"__all__", "__call__", "__doc__", "__init__", "__main__", "__name__", "__version__"}


def signs(entry: Exercise, source: str, others: Iterable[str] = ()) -> list[str]:
    """Return what is odd about a cell, in words; nothing is run.

    Args:
        entry: the exercise that the cell answers, or stands above.
        source: of the cell.
        others: sources of the submission's other cells, whose imports it may use.
    """
    tree = parsed(source)
    if tree is None:
        return []
    found = []
    used = sorted(_own_things(entry, tree, others))
    if used:
        told = [entry.name if entry.name in thing.split(".") else thing for thing in used]
        found.append(f"{entry.id}: uses the course's own {', '.join(dict.fromkeys(told))}; read it")
    if _has_detour(tree):
        found.append(f"{entry.id}: looks modules or names up by a detour; read it")
    return found


def review(lesson: str, cells: dict[str, str], own: Iterable[tuple[str, str]] = ()) -> list[str]:
    """Return the signs of a whole submission.

    Args:
        lesson: its two digits.
        cells: source of the answer cell by number of the exercise.
        own: the student's other cells, each with the number of the next exercise below it.
    """
    entries = {entry.id: entry for entry in exercises(lesson)}
    pairs = [(id, text) for id, text in (*own, *cells.items()) if id in entries]
    texts = [text for _, text in pairs]
    found = [sign for id, text in pairs for sign in signs(entries[id], text, texts)]
    return list(dict.fromkeys(found))


def _own_things(entry: Exercise, tree: ast.Module, others: Iterable[str]) -> set[str]:
    """Return what a cell uses of the course's package that the reference does not, by name."""
    setup = _aliases(parsed(facts(entry.lesson).setup))
    anew = _rebound(tree, set(setup))
    known = {name: thing for name, thing in setup.items() if name not in anew}
    for other in map(parsed, others):
        known |= {n: t for n, t in _aliases(other).items() if n not in anew}
    here = _aliases(tree)
    used = set(_uses(_compiled(tree), known, here))
    used |= {thing for name, thing in here.items() if name in (entry.name, "*")}
    return {
        thing.removeprefix("helpers.")
        for thing in used
        if thing not in _of_the_reference(entry.lesson, entry.name)
    }


@lru_cache(maxsize=256)
def _of_the_reference(lesson: str, name: str) -> frozenset[str]:
    """Return what the reference answer uses of the course's package: a student may, too."""
    tree = ast.parse(answers.source(lesson, name))
    return frozenset(_uses(_compiled(tree), {}, _aliases(tree)))


def _aliases(tree: ast.Module | None) -> dict[str, str]:
    """Return the names under which a cell imports things of the course, and what these are."""
    found = {}
    for node in ast.walk(tree) if tree else ():
        for name, thing in imported(node):
            if thing.split(".")[0] == "helpers":
                found[name] = thing
    return found


def _rebound(tree: ast.Module, course: set[str]) -> set[str]:
    """Return the names to which a cell, in any case, gives another meaning than the course's."""
    found = set()
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Assign) and not names(node.value) & course:
            found |= {target.id for target in node.targets if isinstance(target, ast.Name)}
        else:
            found |= {n for n, thing in imported(node) if thing.split(".")[0] != "helpers"}
    return found


def _compiled(tree: ast.Module) -> CodeType | None:
    try:
        return compile(tree, "<cell>", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _uses(code: CodeType | None, outer: dict[str, str], here: dict[str, str]) -> Iterator[str]:
    """Yield the dotted names of the course's things that some code loads, as the compiler sees it.

    Args:
        code: of a cell.
        outer: names that stand for such things where the cell does not bind them itself.
        here: names that the cell itself imports, at its top or inside a function.
    """
    chain = ""
    for step in dis.get_instructions(code) if code else ():
        if chain and step.opname in ("LOAD_ATTR", "LOAD_METHOD"):
            chain += f".{step.argval}"
            continue
        if chain:
            yield chain
        chain = ""
        if step.opname.startswith("LOAD_") and step.opname not in ("LOAD_ATTR", "LOAD_METHOD"):
            loaded = step.argval if isinstance(step.argval, tuple) else (step.argval,)
            known = {**outer, **here} if step.opname in _GLOBAL else here
            if step.opname != "LOAD_CONST":
                chain = next((known[name] for name in loaded if name in known), "")
    for constant in code.co_consts if code else ():
        if isinstance(constant, CodeType):
            yield from _uses(constant, outer, here)


def _has_detour(tree: ast.Module) -> bool:
    said = names(tree)
    modules = {thing.split(".")[0] for node in ast.walk(tree) for _, thing in imported(node)}
    called = {id(n.func) for n in ast.walk(tree) if isinstance(n, ast.Call)}
    return (
        bool(said & _DETOURS or modules & (_MODULES | _DETOURS))
        or any(word.startswith("__") or word.endswith("__") for word in said - _PLAIN)
        or any(_is_blind(node, called) for node in ast.walk(tree))
    )


def _is_blind(node: ast.AST, called: set[int]) -> bool:
    """Return whether a name is looked up that the text does not say, but in a library."""
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "getattr":
        root = node.args[0] if node.args else None
        while isinstance(root, ast.Attribute):
            root = root.value
        said = len(node.args) > 1 and isinstance(node.args[1], ast.Constant)
        return not said and getattr(root, "id", "") not in _LIBRARIES
    if not isinstance(node, ast.Name):
        return False
    return node.id == "compile" or (node.id == "getattr" and id(node) not in called)
