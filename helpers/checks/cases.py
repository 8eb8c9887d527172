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
    mistakes: Mapping[str, Callable] | None = None,
    *,
    says: str,
    parts: tuple[str, ...] = (),
    part: str | None = None,
    what: str = "the result",
    tolerance: float = 1e-4,
    whole: bool = False,
) -> Iterator[str]:
    """Yield ``says`` if the answer is right on every case; else raise ``NotYet`` with the cause.

    The cause that is told is the first mistake that explains what came in *every* case.

    Args:
        answer: the student's function, guarded by the engine.
        right: ``(*case) -> value``, a closed form or a library's; None where None is right.
        cases: tuples of arguments; put in a single row, a single column and two of one shape.
        mistakes: what the student is told -> ``(*case) -> value`` of that mistake, or a `Shape`.
        says: what holds, for the student.
        parts: names of the results, if there are several.
        part: the one that this step looks at; `right` and `mistakes` return that one alone.
        what: name of the value in messages; ``{name}`` stands for an argument of the case.
        tolerance: allowed difference relative to the largest expected entry.
        whole: whether the right answer holds positions or counts, which have to be integers.
    """
    values = [answer(*case) for case in cases]
    if parts:
        values = [dict(zip(parts, expect.parts(v, parts), strict=True))[part] for v in values]
    expected = [right(*case) for case in cases]
    for told, mistake in (mistakes or {}).items():
        wrong = [mistake(*case) for case in cases]
        if not _all_fit(expected, wrong, tolerance) and _all_fit(values, wrong, tolerance):
            raise expect.NotYet(told)
    names = list(inspect.signature(right).parameters)
    may_be_none = any(one is None for one in expected)
    for case, value, one in zip(cases, values, expected, strict=True):
        # The names may be fewer than the arguments where `right` takes them as *arguments.
        named = dict(zip(names, case, strict=False))
        if may_be_none and (value is None or one is None):
            _expect_none(value, one, what.format(**named))
            continue
        expect.close(value, one, what=what.format(**named), tolerance=tolerance)
        if whole:
            expect.whole(value, what.format(**named))
    yield says


def _expect_none(value: Any, expected: Any, what: str) -> None:
    """Accept None for None, in a step in which None is one of the right answers."""
    if value is not expected:
        wanted, came = (expect.describe(v, may_be_none=True) for v in (expected, value))
        raise expect.NotYet(f"{what} should be {wanted} here; it is {came}")


def _all_fit(values: Sequence[Any], others: Sequence[Any], tolerance: float) -> bool:
    return all(_fits(v, o, tolerance) for v, o in zip(values, others, strict=True))


def _fits(value: Any, other: Any, tolerance: float) -> bool:
    """Return whether a value is, to the tolerance, what a mistake gives."""
    if isinstance(other, Shape):
        return value is not None and tuple(np.shape(value)) == tuple(other)
    if value is None or other is None:
        return value is other
    try:
        value, other = np.asarray(value, float), np.asarray(other, float)
    except (TypeError, ValueError):
        return False
    if value.shape != other.shape or not np.isfinite(other).all():
        return False
    scale = max(float(np.max(np.abs(other), initial=0)), 1e-12)
    return bool(np.max(np.abs(value - other), initial=0) <= tolerance * scale)
