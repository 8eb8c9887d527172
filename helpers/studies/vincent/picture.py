"""The table of Vincent et al., 2008, as a picture: our cells coloured by how they stand to it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from helpers.plots.figure import Figure
    from helpers.studies.vincent import Cell

_ALPHA = 0.55  # so pale that black text is legible on every cell
_MARKS = {"below": "▼", "within": "●", "above": "▲"}


def show_table(cells: Sequence[Cell], *, alt: str) -> Figure:
    """Draw data sets as rows and systems as columns, ours in each cell above the published figure.

    Colour says how many times the published error ours is, from half of it to twice. A mark says
    whether ours lies below the published 95 % interval, within it or above it. The lowest of ours
    in a row is bold, where there are two or more. Cells that were not run are hatched.

    Args:
        cells: from `helpers.studies.vincent.table`, whole rows.
        alt: text alternative, one line.
    """
    from helpers.plots.figure import new_figure

    rows = list(dict.fromkeys(cell.dataset for cell in cells))
    columns = list(dict.fromkeys(cell.system for cell in cells))
    figure, axis = new_figure(alt, 1.1 + 0.5 * len(rows))
    for cell in cells:
        own = [other.error for other in cells if other.dataset == cell.dataset]
        run = [error for error in own if error is not None]
        place = columns.index(cell.system), rows.index(cell.dataset)
        _draw_cell(axis, cell, place, is_lowest=len(run) > 1 and cell.error == min(run))
    axis.set(xlim=(-0.5, len(columns) - 0.5), ylim=(len(rows) - 0.5, -0.5))
    axis.set_xticks(range(len(columns)), columns)
    axis.set_yticks(range(len(rows)), rows)
    axis.tick_params(length=0, top=False, labeltop=True, bottom=False, labelbottom=False)
    axis.spines[:].set_visible(False)
    axis.grid(False)
    bar = figure.colorbar(_colours(), ax=axis, fraction=0.025, pad=0.02, alpha=_ALPHA)
    bar.set_ticks([-1, 0, 1], labels=["half", "equal", "double"])
    bar.outline.set_visible(False)
    bar.ax.grid(False)
    bar.set_label("our error beside the published one")
    marks = ", ".join(f"{mark} {name}" for name, mark in _MARKS.items())
    axis.set_xlabel(f"{marks} the published 95 % interval; upper line ours, in percent")
    return figure


def _colours():
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import Normalize

    return ScalarMappable(Normalize(-1, 1), "PuOr_r")


def _draw_cell(axis, cell: Cell, place: tuple[int, int], is_lowest: bool) -> None:
    """Draw one cell's rectangle and its two figures."""
    from matplotlib.patches import Rectangle

    x, y = place
    corner = (x - 0.48, y - 0.46)
    theirs = f"{cell.published:.2f} ± {cell.published_half_width:.2f}"
    if cell.error is None:
        box = Rectangle(corner, 0.96, 0.92, facecolor="#F4F4F4", edgecolor="#CCCCCC", hatch="///")
        ours, weight = "not run", "normal"
    else:
        times = math.log2(max(cell.error, 1e-3) / cell.published)
        colour = _colours().to_rgba(max(-1.0, min(1.0, times)), alpha=_ALPHA)
        box = Rectangle(corner, 0.96, 0.92, facecolor=colour, edgecolor="none")
        ours = f"{cell.error:.2f} ± {cell.half_width:.2f}"
        axis.text(x - 0.47, y + 0.2, _MARKS[cell.verdict], va="center", fontsize=6.5)
        weight = "bold" if is_lowest else "normal"
    axis.add_patch(box)
    axis.text(x, y - 0.17, ours, ha="center", va="center", fontsize=9.5, weight=weight)
    axis.text(x + 0.05, y + 0.2, theirs, ha="center", va="center", fontsize=8.5, color="#333333")
