"""The pages of the library: a page for each room of helpers/, from its docstrings."""

import importlib
import pkgutil

# What a lesson imports. Checks, answers and the tools have no page: answers stay where they are.
_ROOMS = (
    "course", "data", "layers", "losses", "measures", "methods", "models", "parts", "pca",
    "plots", "pretraining", "results", "training", "widgets",
)  # fmt: skip
_INDEX = """\
# The library

What the lessons import from `helpers`, by room. Shapes are written `(n, d)`: n images of d pixels.

```{{toctree}}
:maxdepth: 1

{pages}
```
"""


def library_pages() -> dict[str, str]:
    """Return by page its text in MyST; Sphinx takes the docstrings when it builds them."""
    pages = {f"library/{name}": _page(name) for name in _ROOMS}
    return {"library/index": _INDEX.format(pages="\n".join(_ROOMS)), **pages}


def _page(name: str) -> str:
    room = importlib.import_module(f"helpers.{name}")
    modules = [
        f"helpers.{name}.{module.name}"
        for module in pkgutil.iter_modules(getattr(room, "__path__", ()))
    ]
    parts = [f"# helpers.{name}", _automodule(room.__name__, members=not modules)]
    for module in modules:
        parts += [f"## {module}", _automodule(module, members=True)]
    return "\n\n".join(parts) + "\n"


def _automodule(name: str, *, members: bool) -> str:
    # Matplotlib gives each kind of figure a `set` of its own, with a docstring in its own dialect.
    options = "\n   :members:\n   :exclude-members: set" if members else ""
    return f"```{{eval-rst}}\n.. automodule:: {name}{options}\n```"
