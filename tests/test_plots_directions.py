"""Directions in the plane: what is drawn, and what is refused."""

import numpy as np
import pytest

from helpers.plots import show_directions


def test_points_true_and_found_directions_are_drawn():
    points, found = np.random.default_rng(0).normal(size=(30, 2)), np.array([[0.0, 4], [0, 0]])
    figure = show_directions(
        {"a": (points, np.eye(2), found), "b": (points, np.eye(2), found)}, alt="x"
    )
    for axis in figure.axes:
        dots, first, second, row = axis.lines
        np.testing.assert_allclose(dots.get_xydata(), points)
        np.testing.assert_allclose(first.get_xydata(), [[0, 0], [1, 0]])
        np.testing.assert_allclose(second.get_xydata(), [[0, 0], [0, 1]])
        np.testing.assert_allclose(row.get_xydata(), [[0, 0], [0, 1.2]])
    assert [text.get_text() for text in figure.axes[0].get_legend().get_texts()] == [
        "true",
        "found",
    ]


def test_directions_outside_the_plane_are_refused():
    with pytest.raises(ValueError, match=r"\(n, 2\)"):
        show_directions({"a": (np.ones((4, 3)), np.eye(2), np.eye(2))}, alt="x")
