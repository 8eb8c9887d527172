"""Pictures of what several seeds gave: the mean as a line, lowest to highest as a bar."""

from collections.abc import Mapping, Sequence

import numpy as np

from helpers.plots.figure import LINE_COLOURS, LINE_MARKERS, Figure, new_figure


def show_spreads(
    curves: Mapping[str, tuple[Sequence[float], np.ndarray]],
    *,
    x_label: str,
    y_label: str,
    alt: str,
) -> Figure:
    """Draw named curves of several seeds in panels side by side, each with its own scale.

    Args:
        curves: title -> (x values (m,), figures (m, number of seeds)).
        x_label, y_label: axis labels with their units.
        alt: text alternative, one line.
    """
    figure, axes = new_figure(alt, 3.6, 1, len(curves), squeeze=False)
    for position, (axis, (title, (x_values, figures))) in enumerate(
        zip(axes[0], curves.items(), strict=True)
    ):
        figures = np.asarray(figures)
        means = figures.mean(axis=1)
        bars = np.stack([means - figures.min(axis=1), figures.max(axis=1) - means])
        axis.errorbar(
            x_values,
            means,
            bars,
            color=LINE_COLOURS[position],
            marker=LINE_MARKERS[position],
            capsize=4,
        )
        axis.set(title=title, xlabel=x_label, xticks=list(x_values))
    axes[0, 0].set_ylabel(y_label)
    return figure
