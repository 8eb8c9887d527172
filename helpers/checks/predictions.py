"""Predict, then run: set a student's guess beside what the run gave. It earns no points."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from helpers.results.text import size, to_float


def predicted(
    guess: Any, result: Any, what: str = "", *, choices: Mapping[str, str] | None = None
) -> None:
    """Print a guess beside the result that it was made for.

    A guess is a line ``share = ...  # prediction``, in which the student writes a value before
    the cell that computes the result. Whatever stands there, the lesson goes on.

    Args:
        guess: a number, or one of ``choices``; ``...`` where nothing was written.
        result: what this run gave: a number, or one of ``choices``.
        what: words after the number, for example ``"% of the hidden units"``.
        choices: letter -> what it says, where the guess is a choice.

    Raises:
        ValueError: the result is no finite number, or none of the choices.
    """
    found = _to_text(_read(result, choices), what, choices)
    if guess is ... or guess is None:
        print(f"No prediction was written. In this run: {found}.")
        return
    try:
        said = _read(guess, choices)
    except ValueError:
        rule = "a number" if choices is None else " or ".join(map(repr, choices))
        print(f"A prediction is {rule} here, not {guess!r}. In this run: {found}.")
        return
    if said == _read(result, choices):
        print(f"You predicted {found}, and so it is.")
        return
    apart = _apart(said, float(result)) if choices is None else ""
    print(f"You predicted {_to_text(said, '', choices)}. In this run: {found}{apart}.")


def _read(value: Any, choices: Mapping[str, str] | None) -> Any:
    """Return a number as a float, or a choice as it is named, or raise ValueError."""
    if choices is None:
        return to_float(value)
    named = {name.lower(): name for name in choices}
    word = value.strip().lower() if isinstance(value, str) else None
    if word not in named:
        raise ValueError(f"A choice is one of {', '.join(choices)}. Received: {value!r}")
    return named[word]


def _to_text(value: Any, what: str, choices: Mapping[str, str] | None) -> str:
    if choices is not None:
        return f"{value} ({choices[value]})"
    number = f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
    return f"{number} {what}".rstrip()


def _apart(guess: float, result: float) -> str:
    """Say how far the result is from the guess, where a ratio says something."""
    if guess <= 0 or result <= 0:
        return ""
    times = max(guess, result) / min(guess, result)
    if times < 2:
        return f", {size(result, guess)} {'more' if result > guess else 'less'}"
    return f", {times:,.1f} times {'as much' if result > guess else 'less'}"
