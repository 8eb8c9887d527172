"""What a check says: small comparisons that explain themselves when they fail."""

import contextlib
import math
import re
from typing import Any

import numpy as np

# What a name's head noun ends before: "the slopes for activities", "its rates (found, told)".
_AFTER_HEAD = re.compile(
    r"[,(]|\s(?:after|as|at|before|between|by|far|for|from|in|of|on|that|to|when|where|with)\b"
)


class NotYet(Exception):
    """An answer is not right yet; the message is for the student."""


def says(thing: object) -> str:
    """Return the text of a thing, or nothing where it refuses to be printed."""
    try:
        return str(thing)
    except Exception:
        return ""


def describe(value: Any, *, may_be_none: bool = False) -> str:
    """Name what came in a few words: ``an array of shape (5, 4)``, ``the number 3.0``.

    Args:
        value: anything.
        may_be_none: whether None is an answer here, so that no return is missing.
    """
    if value is None:
        return "None" if may_be_none else "None (is a return missing?)"
    if isinstance(value, bool | int | float | np.number):
        return f"the number {float(value):.6g}"
    if isinstance(value, tuple | list):
        return f"a {type(value).__name__} of {len(value)}"
    with contextlib.suppress(Exception):  # whatever an object's own attributes do
        return f"an array of shape {tuple(value.shape)}"
    return f"an object of type {type(value).__name__}"


def is_plural(what: str) -> bool:
    """Return whether a value's name asks for a plural verb: "the points", not "`points`"."""
    head = [*_AFTER_HEAD.split(what, maxsplit=1)[0].split(), ""]
    noun = head[-2] if len(head) > 1 else ""
    is_singular = noun.endswith(("ss", "us", "is")) or noun == "bias"
    return noun.isalpha() and noun.endswith("s") and not is_singular


def array(value: object, what: str = "the result") -> np.ndarray:
    """Return ``value`` as a float64 array, or say what came instead."""
    if isinstance(value, set | frozenset):
        raise NotYet(f"{what} should be a list or an array; it is a set, which has no order")
    try:
        converted = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError):
        raise NotYet(f"{what} should be an array of numbers; it is {describe(value)}") from None
    if np.asarray(value).dtype.kind in "US":
        raise NotYet(f"{what} should be an array of numbers; it is text")
    return converted


def whole(value: object, what: str = "the result") -> np.ndarray:
    """Return positions or counts as an int64 array, or say that they are no whole numbers."""
    converted = array(value, what)
    kind = np.asarray(value).dtype.kind
    if converted.size and kind == "b":
        raise NotYet(f"{what} should be whole numbers; what came is True or False")
    if converted.size and kind not in "iu":
        raise NotYet(
            f"{what} should be whole numbers of type int, as positions and counts are; yours "
            f"are floats, such as {float(converted.flat[0])} (np.zeros makes floats unless told "
            "dtype=int; /, float() and a decimal point make them, too)"
        )
    return converted.astype(np.int64)


def shaped(value: object, shape: tuple[int, ...], what: str = "the result") -> np.ndarray:
    """Return ``value`` as an array of exactly this shape."""
    wanted = f"have shape {shape}" if shape else "be one number"
    if value is None:
        raise NotYet(f"{what} should {wanted}; it is {describe(value)}")
    converted = array(value, what)
    if converted.shape != shape:
        raise NotYet(f"{what} should {wanted}; yours has {converted.shape}")
    return converted


def parts(value: Any, names: tuple[str, ...]) -> tuple:
    """Return ``value`` as a tuple of ``len(names)`` results."""
    listed = ", ".join(names)
    # The shape of a TensorFlow scalar is true, for all that it is empty.
    is_listed = isinstance(value, tuple | list) or len(getattr(value, "shape", ())) > 0
    if not is_listed or len(value) != len(names):
        raise NotYet(f"return {len(names)} results, ({listed}); yours is {describe(value)}")
    return tuple(value)


def close(
    value: object,
    expected: object,
    causes: tuple[tuple[object, str], ...] = (),
    *,
    what: str = "the result",
    tolerance: float = 1e-4,
) -> np.ndarray:
    """Return ``value`` when it equals ``expected`` to a relative tolerance.

    Args:
        value: what the student's answer returned.
        expected: closed form or library result, shape of the right answer.
        causes: ``(wrong value, likely cause)`` pairs: when the answer equals the wrong
            value, the cause is what the student is told.
        what: name of the value in messages.
        tolerance: allowed difference relative to the largest expected entry.
    """
    expected = np.asarray(expected, dtype=np.float64)
    value = shaped(value, expected.shape, what)
    if not np.all(np.isfinite(value)):
        raise NotYet(
            f"{what} {'hold' if is_plural(what) else 'holds'} nan or infinity: a division by "
            "zero, the log of 0, or the root or log of a number below 0?"
        )
    if _same(value, expected, tolerance):
        return value
    for wrong, cause in causes:
        wrong = np.asarray(wrong, dtype=np.float64)
        if wrong.shape == value.shape and _same(value, wrong, tolerance):
            raise NotYet(cause)
    verb, ending = ("differ", "s") if is_plural(what) else ("differs", "")
    raise NotYet(f"{what} {verb} from the expected value{ending}: {_difference(value, expected)}")


def _same(value: np.ndarray, expected: np.ndarray, tolerance: float) -> bool:
    scale = max(float(np.max(np.abs(expected), initial=0.0)), 1e-12)
    if not np.isfinite(scale):
        return False  # anything would be near enough to infinity
    return float(np.max(np.abs(value - expected), initial=0.0)) <= tolerance * scale


def _difference(value: np.ndarray, expected: np.ndarray) -> str:
    """Say where two arrays differ, and by one constant factor or offset if they do."""
    if value.ndim == 0:
        return f"expected {expected:.6g}, got {value:.6g}"
    position = np.unravel_index(np.argmax(np.abs(value - expected)), value.shape)
    place = ", ".join(str(int(i)) for i in position)
    text = f"at [{place}] expected {expected[position]:.6g}, got {value[position]:.6g}"
    factor = float(np.vdot(expected, value) / max(float(np.vdot(expected, expected)), 1e-300))
    if not math.isclose(factor, 0.0, abs_tol=1e-9) and _same(value, factor * expected, 1e-4):
        return f"yours is {factor:.6g} times it everywhere ({text})"
    return text
