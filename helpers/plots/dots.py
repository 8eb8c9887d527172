"""A dot plot: one column per category, one marker per method."""

from collections.abc import Mapping, Sequence

import numpy as np

from helpers.plots.figure import LINE_COLOURS, LINE_MARKERS, Figure, draw_levels, new_figure


def show_dots(
    values: Mapping[str, Sequence[float]],
    categories: Sequence[object],
    *,
    x_label: str,
    y_label: str,
    alt: str,
    levels: Mapping[str, float] | None = None,
    hollow: Sequence[str] = (),
) -> Figure:
    """Draw a marker for each method above each category, side by side.

    Args:
        values: name -> one figure per category, (m,); up to seven names.
        categories: what stands below the columns, m of them.
        x_label, y_label: axis labels with their units.
        alt: text alternative, one line.
        levels: name -> y of a horizontal line, for chance and published figures.
        hollow: names whose markers are outlines, for baselines and controls.

    Returns:
        The figure.

    Raises:
        ValueError: a method has not one figure per category.
    """
    figure, axis = new_figure(alt, 3.8)
    places = np.arange(len(categories))
    for position, (name, figures) in enumerate(values.items()):
        if len(figures) != len(categories):
            raise ValueError(
                f"{name} needs one figure for each of {len(categories)} categories. "
                f"Received: {len(figures)}"
            )
        colour = LINE_COLOURS[position]
        shift = 0.14 * (position - (len(values) - 1) / 2)
        axis.plot(
            places + shift,
            figures,
            label=name,
            color=colour,
            marker=LINE_MARKERS[position],
            markerfacecolor="white" if name in hollow else colour,
            markersize=7,
            linestyle="none",
        )
    draw_levels(axis, levels)
    for place in places[1:] - 0.5:
        axis.axvline(place, color="#E5E5E5", linewidth=0.8)
    axis.grid(False, axis="x")
    axis.set(xlabel=x_label, ylabel=y_label, xlim=(-0.5, len(categories) - 0.5))
    axis.set_xticks(places, [str(category) for category in categories])
    figure.legend(loc="outside upper center", ncols=len(values))
    return figure
