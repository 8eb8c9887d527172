"""Matrices in colour: codes of several networks, images by units, on one scale."""

import itertools
from collections.abc import Mapping, Sequence

import numpy as np

from helpers.plots.figure import Figure, new_figure


def show_heat_maps(
    panels: Mapping[str, np.ndarray],
    *,
    x_label: str,
    row_names: Sequence[object] = (),
    row_label: str = "",
    value_label: str = "activity",
    largest: float = 1.0,
    alt: str,
) -> Figure:
    """Draw matrices below each other, white at 0, with one colour scale.

    Args:
        panels: title -> (rows, columns), values of at least 0; rows are the same in all panels.
        x_label: what the columns are.
        row_names: a name for each row, for example its digit; equal neighbours are named once.
        row_label: what the names are.
        value_label: of the colour scale.
        largest: value that has the darkest colour; larger ones have it, too.
        alt: text alternative, one line.

    Raises:
        ValueError: panels with different numbers of rows, or names for other than all rows.
    """
    counts = {len(matrix) for matrix in panels.values()} | ({len(row_names)} - {0})
    if len(counts) != 1:
        raise ValueError(
            "panels and row_names need as many rows each. Received: "
            f"{[np.shape(matrix) for matrix in panels.values()]} and {len(row_names)} names"
        )
    figure, axes = new_figure(alt, 0.6 + 1.7 * len(panels), len(panels), 1, squeeze=False)
    for axis, (title, matrix) in zip(axes[:, 0], panels.items(), strict=True):
        drawn = axis.imshow(matrix, aspect="auto", cmap="gray_r", vmin=0, vmax=largest)
        axis.set(title=title, yticks=[])
        axis.grid(False)
        blocks = _blocks(row_names)
        axis.set_yticks([middle for _, middle, _ in blocks], [name for name, *_ in blocks])
        axis.tick_params(axis="y", length=0, labelsize=8)
        for *_, end in blocks[:-1]:
            axis.axhline(end - 0.5, color="#BBBBBB", linewidth=0.5)
        axis.set_ylabel(row_label)
        axis.tick_params(axis="x", labelbottom=axis is axes[-1, 0])
    axes[-1, 0].set_xlabel(x_label)
    figure.colorbar(drawn, ax=list(axes[:, 0]), label=value_label, fraction=0.03, pad=0.02)
    return figure


def _blocks(names: Sequence[object]) -> list[tuple[str, float, int]]:
    """Return (name, middle, end) of each run of equal neighbours."""
    edges = [i for i in range(len(names)) if i == 0 or names[i] != names[i - 1]] + [len(names)]
    runs = itertools.pairwise(edges)
    return [(str(names[first]), (first + end - 1) / 2, end) for first, end in runs]
