"""The reference answer of every exercise: what a lesson goes on with until the student's is right.

One module per lesson. An answer that the library itself uses is imported from there; the others
are written here. Nothing in the library imports this room.
"""

import importlib
from collections.abc import Callable


def reference(lesson: str, name: str) -> Callable:
    """Return the reference answer called ``name`` of a lesson, for example ("03", "dense")."""
    return getattr(importlib.import_module(f"helpers.answers.lesson{lesson}"), name)
