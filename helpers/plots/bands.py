"""Curves of several runs on one pair of axes: the mean as a line, all runs as a band."""

from collections.abc import Mapping, Sequence

import numpy as np

from helpers.plots.figure import LINE_COLOURS, LINE_MARKERS, Figure, draw_levels, new_figure

_TICKS = (1, 2, 3, 5, 10, 20, 30, 50, 100)  # percent


def show_bands(
    curves: Mapping[str, tuple[Sequence[float], np.ndarray]],
    *,
    x_label: str,
    y_label: str,
    alt: str,
    log_x: bool = False,
    levels: Mapping[str, float] | None = None,
    dashed: Sequence[str] = (),
    legend: str = "lower right",
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
        legend: where it stands, in Matplotlib's words, or "beside" the axes.

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
    draw_levels(axis, levels)
    if log_x:
        axis.set_xscale("log")
        ticks = sorted({x for x_values, _ in curves.values() for x in x_values})
        axis.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
        axis.minorticks_off()
    axis.set(xlabel=x_label, ylabel=y_label)
    if legend == "beside":
        axis.legend(loc="center left", bbox_to_anchor=(1.02, 0.5))
    else:
        axis.legend(loc=legend)
    return figure


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
        bars = np.maximum(bars, 0)  # the mean of equal figures may be beside them by a rounding
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


def show_label_curves(
    curves: Mapping[str, tuple[Sequence[int], np.ndarray]],
    *,
    alt: str,
    dashed: Sequence[str] = (),
) -> Figure:
    """Draw test errors against the number of labels: the mean of the seeds, and their band.

    Args:
        curves: name -> (numbers of labels (m,), errors in percent, above 0, (m, seeds)).
        alt: text alternative, one line.
        dashed: names of the curves to draw dashed, for baselines and controls.

    Returns:
        The figure.

    Raises:
        ValueError: a curve has not one row of errors for each number of labels.
    """
    figure = show_bands(
        curves,
        x_label="number of labels",
        y_label="error on the test images (%)",
        alt=alt,
        log_x=True,
        dashed=dashed,
    )
    (axis,) = figure.axes
    axis.set_yscale("log")
    low, high = axis.get_ylim()
    ticks = [tick for tick in _TICKS if low <= tick <= high]
    axis.set_yticks(ticks, [str(tick) for tick in ticks])
    axis.minorticks_off()
    axis.legend(loc="upper right")
    return figure
