"""Curves of several runs on one pair of axes: the mean as a line, all runs as a band."""

from collections.abc import Mapping, Sequence

import numpy as np

from helpers.plots.figure import LINE_COLOURS, LINE_MARKERS, Figure, new_figure


def show_bands(
    curves: Mapping[str, tuple[Sequence[float], np.ndarray]],
    *,
    x_label: str,
    y_label: str,
    alt: str,
    log_x: bool = False,
    levels: Mapping[str, float] | None = None,
    dashed: Sequence[str] = (),
) -> Figure:
    """Draw named curves with the spread of their runs.

    Args:
        curves: name -> (x values (m,), figures (m, runs)); the line is the mean over the runs,
            the band goes from the lowest run to the highest.
        x_label, y_label: axis labels with their units.
        alt: text alternative, one line.
        log_x: logarithmic x axis, with a tick at each x value.
        levels: name -> y of a horizontal line, for controls and published figures.
        dashed: names of the curves to draw dashed, for baselines.

    Returns:
        The figure.

    Raises:
        ValueError: a curve has not one row of runs for each x value.
    """
    figure, axis = new_figure(alt, 4.0)
    for position, (name, (x_values, figures)) in enumerate(curves.items()):
        figures = np.asarray(figures)
        if figures.ndim != 2 or len(figures) != len(x_values):
            raise ValueError(
                f"{name} needs figures of shape ({len(x_values)}, runs). Received: {figures.shape}"
            )
        colour = LINE_COLOURS[position % len(LINE_COLOURS)]
        marker = LINE_MARKERS[position % len(LINE_MARKERS)]
        line = {"label": name, "color": colour, "marker": marker}
        axis.plot(x_values, figures.mean(axis=1), linestyle="--" if name in dashed else "-", **line)
        axis.fill_between(
            x_values,
            figures.min(axis=1),
            figures.max(axis=1),
            color=colour,
            alpha=0.18,
            linewidth=0,
        )
    for name, level in (levels or {}).items():
        axis.axhline(level, color="#444444", linewidth=1.2, linestyle=":")
        axis.annotate(name, (0.01, level), xycoords=("axes fraction", "data"), va="bottom")
    if log_x:
        axis.set_xscale("log")
        ticks = sorted({x for x_values, _ in curves.values() for x in x_values})
        axis.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
        axis.minorticks_off()
    axis.set(xlabel=x_label, ylabel=y_label)
    axis.legend(loc="lower right")
    return figure
