"""One step of a check as a table: cases, the right answer, and the mistakes that are known."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from helpers.checks import expect


class Shape(tuple):
    """In place of a mistake's value: any array of this shape."""


def compare(
    answer: Callable,
    right: Callable,
    cases: Sequence[tuple],
    mistakes: Mapping[str, Callable] | Callable | None = None,
    *,
    says: str,
    parts: tuple[str, ...] = (),
    part: str | None = None,
    what: str = "the result",
    tolerance: float = 1e-4,
    whole: bool = False,
    otherwise: Callable[..., str] | None = None,
) -> Iterator[str]:
    """Yield ``says`` if the answer is right on every case; else raise ``NotYet`` with the cause.

    The cause that is told is the first mistake that explains what came in *every* case.

    Args:
        answer: the student's function, guarded by the engine.
        right: ``(*case) -> value``, a closed form or a library's; None where None is right.
        cases: tuples of arguments; put in a single row, a single column and two of one shape.
        mistakes: what the student is told -> ``(*case) -> value`` of that mistake, or a `Shape`;
            or one function, ``(*case) -> {what the student is told: value}``.
        says: what holds, for the student.
        parts: names of the results, if there are several.
        part: the one that this step looks at; `right` and `mistakes` return that one alone.
        what: name of the value in messages; ``{name}`` stands for an argument of the case.
        tolerance: allowed difference relative to the largest expected entry.
        whole: whether the right answer holds positions or counts, which have to be integers.
        otherwise: ``(value, *case) -> text`` for a value that is wrong and that no mistake
            explains, with its own numbers in it; empty where there is nothing better to say.
    """
    values = [answer(*case) for case in cases]
    if parts:
        values = [expect.parts(value, parts)[parts.index(part)] for value in values]
    expected = [right(*case) for case in cases]
    is_right = _all_fit(values, expected, tolerance)
    for told, wrong in () if is_right else _wrong_values(mistakes or {}, cases):
        if not _all_fit(expected, wrong, tolerance) and _all_fit(values, wrong, tolerance):
            raise expect.NotYet(told)
    names = _names(right)
    may_be_none = any(one is None for one in expected)
    for case, value, one in zip(cases, values, expected, strict=True):
        # The names may be fewer than the arguments where `right` takes them as *arguments.
        named = dict(zip(names, case, strict=False))
        told = otherwise and not _fits(value, one, tolerance) and otherwise(value, *case)
        if told:
            raise expect.NotYet(told)
        if may_be_none and (value is None or one is None):
            _expect_none(value, one, what.format(**named))
            continue
        if whole:
            _expect_listed(value, one, what.format(**named))
        expect.close(value, one, what=what.format(**named), tolerance=tolerance)
        if whole:
            expect.whole(value, what.format(**named))
    yield says


def _names(right: Callable) -> list[str]:
    """Return the names of a function's arguments; none for a compiled one that hides them."""
    try:
        return list(inspect.signature(right).parameters)
    except ValueError:  # as SciPy's functions do in older releases
        return []


def _wrong_values(mistakes: Mapping | Callable, cases: Sequence[tuple]) -> Iterator[tuple]:
    """Yield what is told and the values of that mistake, one for each case."""
    if callable(mistakes):
        tables = [mistakes(*case) for case in cases]
        yield from ((told, [table[told] for table in tables]) for told in tables[0])
    else:
        yield from ((told, [of(*case) for case in cases]) for told, of in mistakes.items())


def _expect_none(value: Any, expected: Any, what: str) -> None:
    """Accept None for None, in a step in which None is one of the right answers."""
    if value is not expected:
        wanted, came = (expect.describe(v, may_be_none=True) for v in (expected, value))
        raise expect.NotYet(f"{what} should be {wanted} here; it is {came}")


def _expect_listed(value: Any, expected: Any, what: str) -> None:
    """Accept a list of whole numbers that is as expected; if it is short, show both."""
    wanted, came = np.asarray(expected), expect.array(value, what)
    if wanted.ndim != 1 or came.ndim != 1 or max(len(wanted), len(came)) > 20:
        return
    if wanted.tolist() != came.tolist():
        listed = ", ".join(f"{number:g}" for number in came)
        raise expect.NotYet(f"{what} should be {wanted.tolist()}; yours is [{listed}]")


def _all_fit(values: Sequence[Any], others: Sequence[Any], tolerance: float) -> bool:
    return all(_fits(v, o, tolerance) for v, o in zip(values, others, strict=True))


def _fits(value: Any, other: Any, tolerance: float) -> bool:
    """Return whether a value is, to the tolerance, what a mistake gives: nan where that is."""
    if value is None or other is None:
        return value is other
    try:
        if isinstance(other, Shape):
            return tuple(np.shape(value)) == tuple(other)
        value, other = np.asarray(value, float), np.asarray(other, float)
    except (TypeError, ValueError):
        return False
    known = np.isfinite(other)
    if value.shape != other.shape or not np.array_equal(
        np.where(known, 0, value), np.where(known, 0, other), equal_nan=True
    ):
        return False
    scale = max(float(np.max(np.abs(other[known]), initial=0)), 1e-12)
    return bool(np.max(np.abs(value[known] - other[known]), initial=0) <= tolerance * scale)
