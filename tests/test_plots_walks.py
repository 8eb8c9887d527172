"""Ways through the plane: what is drawn, and what is refused."""

import numpy as np
import pytest

from helpers.plots import show_walks


def flat(points):
    return np.zeros(len(points))


def test_ways_of_some_and_ends_of_all_are_drawn():
    path = np.random.default_rng(0).normal(size=(6, 40, 2))
    figure = show_walks({"one": path, "two": path}, log_density=flat, alt="Two.", lines=7)
    assert len(figure.axes) == 2
    for axis in figure.axes:
        *ways, ends = axis.lines
        assert len(ways) == 7
        np.testing.assert_array_equal(ways[3].get_xydata(), path[:, 3])
        np.testing.assert_array_equal(ends.get_xydata(), path[-1])
        assert len(axis.images) == 1


def test_the_grey_is_the_density_with_up_at_the_top():
    figure = show_walks(
        {"one": np.zeros((2, 1, 2))}, log_density=lambda points: points[:, 1], alt="One."
    )
    (picture,) = figure.axes[0].images
    heights = picture.get_array()
    assert picture.origin == "lower" and heights[-1, 0] > heights[0, 0]


def test_other_shapes_are_refused():
    with pytest.raises(ValueError, match=r"\(s, n, 2\)"):
        show_walks({"one": np.zeros((4, 2))}, log_density=flat, alt="One.")
