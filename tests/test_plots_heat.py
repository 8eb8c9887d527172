"""Heat maps: one scale for all panels, rows named once per run, bad input refused."""

import numpy as np
import pytest

from helpers import plots

RNG = np.random.default_rng(0)


def drawn(**options):
    panels = {"a": RNG.random((6, 9)), "b": 3 * RNG.random((6, 4))}
    return plots.show_heat_maps(panels, x_label="unit", alt="x", **options)


def test_panels_share_one_scale_and_stand_below_each_other():
    figure = drawn(largest=2.0)
    first, second, _ = figure.axes  # the last is the scale
    assert [axis.get_title() for axis in (first, second)] == ["a", "b"]
    assert {axis.images[0].get_clim() for axis in (first, second)} == {(0, 2.0)}
    assert second.get_xlabel() == "unit" and not first.get_xlabel()
    assert figure.png()[:4] == b"\x89PNG"


def test_equal_neighbours_are_named_once_in_their_middle():
    axis = drawn(row_names=[0, 0, 0, 4, 4, 7], row_label="digit").axes[0]
    assert [label.get_text() for label in axis.get_yticklabels()] == ["0", "4", "7"]
    assert axis.get_yticks().tolist() == [1, 3.5, 5]
    assert len(axis.lines) == 2


def test_rows_and_names_have_to_agree():
    with pytest.raises(ValueError, match=r"need as many rows each\. Received"):
        drawn(row_names=[1, 2])
    with pytest.raises(ValueError, match=r"need as many rows each\. Received"):
        plots.show_heat_maps({"a": np.ones((2, 3)), "b": np.ones((3, 3))}, x_label="u", alt="x")
