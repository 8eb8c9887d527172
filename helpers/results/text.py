"""Write figures and tables as plain text."""

from __future__ import annotations

import math
import numbers
import textwrap
from collections.abc import Mapping, Sequence


def to_float(number) -> float:
    """Return a finite real scalar, also NumPy's or TensorFlow's, as a float; else ValueError."""
    scalar = number.numpy() if hasattr(number, "numpy") else number
    if hasattr(scalar, "item") and getattr(scalar, "ndim", 0) == 0:
        scalar = scalar.item()
    is_real = isinstance(scalar, numbers.Real) and not isinstance(scalar, bool)
    if not is_real or not math.isfinite(scalar):
        raise ValueError(f"A figure is one finite number. Received: {number!r}")
    return float(scalar)


def figure(number: float, decimals: int) -> str:
    """Write a number to the published digits, or to three digits where those say too little."""
    text = f"{number:,.{decimals}f}"
    digits = sum(map(str.isdigit, text.lstrip("-0.,")))
    return text if 3 <= digits <= 12 else f"{number:.3g}"


def signed(difference: float, decimals: int) -> str:
    """Write a difference with its sign, never rounding a small one away to zero."""
    rounds_away = difference != 0 and abs(difference) < 0.5 * 10**-decimals
    return f"{difference:+.1g}" if rounds_away else f"{difference:+,.{decimals}f}"


def size(ours: float, theirs: float) -> str:
    """Say how far two figures are apart: "6.1 times" from a factor of 2 on, else "28 %"."""
    small, large = sorted((ours, theirs))
    if 0 < 2 * small <= large:
        return f"{large / small:,.1f} times"
    percent = 100 * abs(ours - theirs) / theirs
    return f"{percent:.0f} %" if percent >= 10 else f"{percent:.2g} %"


def table(headings: Sequence[str], rows: Sequence[Sequence[str]], widths: Mapping[int, int]) -> str:
    """Align columns, figures to the right; the columns named in `widths` are wrapped."""
    lines = [list(headings)]
    for row in rows:
        cells = [
            textwrap.wrap(cell, widths[i]) if i in widths else [cell] for i, cell in enumerate(row)
        ]
        for n in range(max(map(len, cells))):
            lines.append([cell[n] if n < len(cell) else "" for cell in cells])
    width = [max(map(len, column)) for column in zip(*lines, strict=True)]
    lines.insert(1, ["-" * n for n in width])
    signs = [">" if heading in ("ours", "published") else "<" for heading in headings]
    formats = [f"{{:{sign}{n}}}" for sign, n in zip(signs, width, strict=True)]
    return "\n".join("  ".join(formats).format(*line).rstrip() for line in lines)


def table_text(rows: Mapping[str, Mapping[str, float]]) -> str:
    """Return a table of figures with one decimal: a line for each row, a column for each key."""
    columns = list(next(iter(rows.values())))
    width = max(map(len, rows))
    widths = [max(len(column), 6) + 2 for column in columns]
    head = " " * width + "".join(f"{c:>{w}}" for c, w in zip(columns, widths, strict=True))
    lines = [
        f"{name:{width}}"
        + "".join(f"{row[c]:{w}.1f}" for c, w in zip(columns, widths, strict=True))
        for name, row in rows.items()
    ]
    return "\n".join([head, *lines])
