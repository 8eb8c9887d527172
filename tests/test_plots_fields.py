"""Arrow fields and spreads: they show what they were given, with their text."""

import numpy as np
import pytest
from matplotlib.quiver import Quiver

from helpers import plots

RNG = np.random.default_rng(0)
POINTS, ARROWS = RNG.uniform(size=(9, 2)), RNG.normal(size=(9, 2))
CURVE = np.column_stack([np.linspace(0, 1, 5), np.full(5, 0.5)])


def test_each_panel_holds_its_arrows_at_the_length_asked_for():
    panels = {"one": (POINTS, ARROWS), "two": (POINTS, -ARROWS)}
    figure = plots.show_fields(panels, curve=CURVE, data=POINTS, shrink=0.5, alt="arrows")
    assert [axis.get_title() for axis in figure.axes] == ["one", "two"]
    for axis, sign in zip(figure.axes, (1, -1), strict=True):
        (quiver,) = [artist for artist in axis.collections if isinstance(artist, Quiver)]
        np.testing.assert_allclose(quiver.XY, POINTS)
        np.testing.assert_allclose(np.column_stack([quiver.U, quiver.V]), sign * ARROWS / 2)
        assert quiver.scale == 1 and quiver.scale_units == quiver.angles == "xy"
        np.testing.assert_allclose(axis.lines[0].get_xydata(), CURVE)
    data, metadata = figure._repr_mimebundle_()
    assert metadata["image/png"]["alt"] == "arrows"
    assert len(data["image/png"]) > 1000


def test_each_panel_may_have_a_curve_of_its_own():
    curves = {"one": CURVE, "two": CURVE[:, ::-1]}
    figure = plots.show_fields({name: (POINTS, ARROWS) for name in curves}, curve=curves, alt="two")
    for axis, curve in zip(figure.axes, curves.values(), strict=True):
        np.testing.assert_allclose(axis.lines[0].get_xydata(), curve)


@pytest.mark.parametrize("shape", [(9, 3), (8, 2), (9,)])
def test_arrows_that_do_not_fit_are_refused(shape):
    with pytest.raises(ValueError, match=r"shape \(n, 2\). Received: \(9, 2\)"):
        plots.show_fields({"one": (POINTS, np.zeros(shape))}, curve=CURVE, alt="x")


def test_a_spread_is_drawn_from_the_lowest_to_the_highest():
    figures = np.array([[1.0, 2.0, 6.0], [4.0, 5.0, 6.0]])
    figure = plots.show_spreads(
        {"clean": ([0, 25], figures), "spoilt": ([0, 25], 2 * figures)},
        x_label="dose",
        y_label="error",
        alt="bars",
    )
    for axis, factor in zip(figure.axes, (1, 2), strict=True):
        (container,) = axis.containers
        line, _, (bars,) = container.lines
        np.testing.assert_allclose(line.get_xydata(), [[0, 3 * factor], [25, 5 * factor]])
        low_high = [segment[:, 1] for segment in bars.get_segments()]
        np.testing.assert_allclose(low_high, factor * np.array([[1, 6], [4, 6]]))
    assert figure.axes[0].get_ylabel() == "error"


def test_spreads_of_equal_figures_have_no_length():
    equal = np.full((1, 3), 0.1)
    assert equal.mean() > equal.max()  # by a rounding
    figure = plots.show_spreads({"equal": ([1], equal)}, x_label="x", y_label="y", alt="One dot.")
    (bar,) = figure.axes[0].containers[0][2][0].get_segments()
    assert bar[0] == pytest.approx(bar[1])
