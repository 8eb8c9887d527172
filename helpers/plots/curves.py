"""Pictures made of lines and bars: losses by epoch, errors by code size, histograms."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.ticker import LogFormatter, MaxNLocator

from helpers.plots.figure import LINE_COLOURS, LINE_MARKERS, Figure, draw_levels, new_figure

Curve = tuple[Sequence[float], Sequence[float]]


def show_curves(
    curves: Mapping[str, Curve],
    *,
    x_label: str,
    y_label: str,
    alt: str,
    log_x: bool = False,
    log_y: bool = False,
    levels: Mapping[str, float] | None = None,
    dashed: Sequence[str] = (),
) -> Figure:
    """Draw named curves on one pair of axes.

    Args:
        curves: name -> (x values, y values); up to seven, whose legend stands beside the axes.
        x_label, y_label: axis labels with their units.
        alt: text alternative, one line.
        log_x, log_y: logarithmic axes.
        levels: name -> y of a horizontal line, for published figures.
        dashed: names of the curves to draw dashed, for baselines and published curves.

    Returns:
        The figure.
    """
    figure, axis = new_figure(alt, 4.0)
    draw_curves(axis, curves, dashed=dashed)
    if len(curves) > 6:  # no room is left among so many
        axis.legend(loc="center left", bbox_to_anchor=(1.02, 0.5))
    draw_levels(axis, levels, side="right")
    axis.set(xlabel=x_label, ylabel=y_label)
    if all(isinstance(x, int) for xs, _ in curves.values() for x in xs):
        axis.xaxis.set_major_locator(MaxNLocator(integer=True))
    if log_x:
        axis.set_xscale("log")
        ticks = sorted({x for xs, _ in curves.values() for x in xs if x > 0})
        if len(ticks) <= 12:
            axis.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
            axis.minorticks_off()
    if log_y:
        axis.set_yscale("log")
        if min(min(ys) for _, ys in curves.values()) >= 0.1:
            # 2, 5 and 20 read better than powers of ten where there are few of those.
            axis.yaxis.set_major_formatter(LogFormatter())
            axis.yaxis.set_minor_formatter(LogFormatter(minor_thresholds=(2, 0.5)))
    return figure


def draw_curves(axis, curves: Mapping[str, Curve], dashed: Sequence[str] = ()) -> None:
    """Draw named curves into an axis: a colour and a marker each, and a legend."""
    for position, (name, (x_values, y_values)) in enumerate(curves.items()):
        style = position % len(LINE_COLOURS)
        few = len(x_values) <= 30
        axis.plot(
            x_values,
            y_values,
            label=name,
            color=LINE_COLOURS[style],
            marker=LINE_MARKERS[style] if few else None,
            linestyle="--" if name in dashed else "-",
        )
    axis.legend()


def show_panels(
    panels: Mapping[str, Mapping[str, Curve]], *, x_label: str, y_label: str, alt: str
) -> Figure:
    """Draw curves in panels side by side: panel title -> curves as in ``show_curves``."""
    figure, axes = new_figure(alt, 3.4, 1, len(panels), squeeze=False)
    for axis, (title, curves) in zip(axes[0], panels.items(), strict=True):
        draw_curves(axis, curves)
        axis.set(title=title, xlabel=x_label)
    axes[0, 0].set_ylabel(y_label)
    return figure


def show_histograms(
    panels: Mapping[str, Mapping[str, np.ndarray]],
    *,
    x_label: str,
    alt: str,
    bins: int = 60,
    mark: float | None = None,
) -> Figure:
    """Draw histograms as outlines, in panels side by side.

    Args:
        panels: panel title -> {name: values of any shape}.
        x_label: what the values are, with their unit.
        alt: text alternative, one line.
        bins: number of bins per panel.
        mark: where to draw a vertical line, for a target.

    Returns:
        The figure; the y axis is the share of the values in a bin.
    """
    figure, axes = new_figure(alt, 3.4, 1, len(panels), squeeze=False)
    for axis, (title, histograms) in zip(axes[0], panels.items(), strict=True):
        everything = np.concatenate([np.ravel(values) for values in histograms.values()])
        edges = np.histogram_bin_edges(everything, bins)
        for position, (name, values) in enumerate(histograms.items()):
            counts, _ = np.histogram(np.ravel(values), edges)
            colour = LINE_COLOURS[position]
            axis.stairs(counts / counts.sum(), edges, label=name, color=colour, linewidth=1.8)
        if mark is not None:
            axis.axvline(mark, color="#444444", linewidth=1.2, linestyle=":")
        axis.set(title=title, xlabel=x_label)
        axis.legend()
    axes[0, 0].set_ylabel("share of the values")
    return figure
