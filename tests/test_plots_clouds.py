"""The clouds of a variational encoder: ellipses of the right size, on one scale."""

import numpy as np
import pytest
from matplotlib.patches import Circle, Ellipse

from helpers import plots


def some_clouds(count=12):
    rng = np.random.default_rng(0)
    return rng.normal(size=(count, 2)), rng.normal(size=(count, 2)), np.arange(count) % 10


def ellipses(axis):
    return [patch for patch in axis.patches if type(patch) is Ellipse]


def test_an_ellipse_has_the_deviations_as_its_half_axes():
    means, log_variances = np.array([[1.0, -2.0]]), np.log([[0.25, 4.0]])
    for deviations in (1, 2):
        figure = plots.show_clouds(
            {"one": (means, log_variances, [3])}, alt="one ellipse", deviations=deviations
        )
        (ellipse,) = ellipses(figure.axes[0])
        assert ellipse.center == pytest.approx((1, -2))
        assert (ellipse.width, ellipse.height) == pytest.approx((deviations, 4 * deviations))
        (prior,) = [patch for patch in figure.axes[0].patches if isinstance(patch, Circle)]
        assert prior.radius == deviations and prior.center == (0, 0)


def test_panels_share_their_scale_and_name_each_digit_once():
    clouds = some_clouds()
    figure = plots.show_clouds({"before": clouds, "after": clouds}, alt="clouds", half_side=3)
    assert [axis.get_title() for axis in figure.axes] == ["before", "after"]
    assert all(axis.get_xlim() == axis.get_ylim() == (-3, 3) for axis in figure.axes)
    assert all(len(ellipses(axis)) == 12 for axis in figure.axes)
    (legend,) = figure.legends
    assert [text.get_text() for text in legend.get_texts()] == [str(digit) for digit in range(10)]
    assert figure.png()


@pytest.mark.parametrize("shapes", [((4, 3), (4, 3)), ((4, 2), (3, 2)), ((2,), (2,))])
def test_clouds_lie_in_the_plane(shapes):
    means, log_variances = map(np.zeros, shapes)
    with pytest.raises(ValueError, match=r"shape \(n, 2\)"):
        plots.show_clouds({"one": (means, log_variances, np.zeros(len(means)))}, alt="x")
