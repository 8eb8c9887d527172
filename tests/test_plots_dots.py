"""The dot plot: a marker at each figure, hollow ones for baselines."""

import numpy as np
import pytest

from helpers.plots import show_dots


def test_every_figure_has_its_marker_in_its_column():
    values = {"network": [0.9, 0.2, 0.6], "control": [0.5, 0.4, 0.5]}
    figure = show_dots(
        values,
        "abc",
        x_label="left out",
        y_label="AUC",
        alt="Dots.",
        levels={"chance": 0.5},
        hollow=["control"],
    )
    (axis,) = figure.axes
    lines = {line.get_label(): line for line in axis.lines}
    for name, figures in values.items():
        np.testing.assert_array_equal(lines[name].get_ydata(), figures)
        np.testing.assert_array_equal(np.round(lines[name].get_xdata()), [0, 1, 2])
    assert lines["control"].get_markerfacecolor() == "white" != lines["network"].get_color()
    assert [label.get_text() for label in axis.get_xticklabels()] == ["a", "b", "c"]
    assert figure.png().startswith(b"\x89PNG")


def test_a_figure_for_each_category_is_needed():
    with pytest.raises(ValueError, match=r"one figure for each of 3 categories\. Received: 2"):
        show_dots({"network": [1, 2]}, "abc", x_label="x", y_label="y", alt="Dots.")
