"""Write figures and tables as plain text."""

from __future__ import annotations

import itertools
import math
import numbers
import textwrap
from collections.abc import Iterable, Mapping, Sequence


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


def table(
    headings: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    align: str,
    widths: Mapping[int, int] | None = None,
    rule: bool = True,
) -> str:
    """Write a table as plain text, two spaces between its columns.

    Args:
        headings: of the columns.
        rows: one text per column each.
        align: per column "<" for text or ">" for figures.
        widths: column -> characters at which its texts are wrapped.
        rule: whether dashes stand below the headings.
    """
    widths = widths or {}
    lines = [list(headings)]
    for row in rows:
        cells = [
            textwrap.wrap(cell, widths[i]) if i in widths else [cell] for i, cell in enumerate(row)
        ]
        lines += map(list, itertools.zip_longest(*cells, fillvalue=""))
    width = [max(map(len, column)) for column in zip(*lines, strict=True)]
    if rule:
        lines.insert(1, ["-" * n for n in width])
    form = "  ".join(f"{{:{sign}{n}}}" for sign, n in zip(align, width, strict=True))
    return "\n".join(form.format(*line).rstrip() for line in lines)


def table_text(rows: Mapping[str, Mapping[str, float]]) -> str:
    """Return a table of figures with one decimal: row name -> {column name: figure}."""
    columns = list(next(iter(rows.values())))
    lines = [[name, *(f"{row[column]:.1f}" for column in columns)] for name, row in rows.items()]
    return table(["", *columns], lines, align="<" + ">" * len(columns), rule=False)
