"""The map with thumbnails: where they stand, what frames them, and what is refused."""

import numpy as np
import pytest
from matplotlib.offsetbox import AnnotationBbox

from helpers import plots
from helpers.plots.maps import free_places

RNG = np.random.default_rng(0)
POINTS = RNG.uniform(size=(30, 2))
LABELS = np.arange(30) % 10
IMAGES = RNG.uniform(size=(30, 28, 28, 1))


def test_thumbnails_stand_at_their_points_in_the_colour_of_their_digit():
    figure = plots.show_thumbnails(POINTS, LABELS, IMAGES, alt="x", columns=8)
    drawn = [a for a in figure.axes[0].artists if isinstance(a, AnnotationBbox)]
    chosen = free_places(POINTS, 1 / 8)
    assert [tuple(a.xy) for a in drawn] == [tuple(POINTS[i]) for i in chosen]
    np.testing.assert_array_equal(drawn[0].offsetbox.get_data(), IMAGES[0, :, :, 0])
    edges = {int(LABELS[i]): a.patch.get_edgecolor() for i, a in zip(chosen, drawn, strict=True)}
    assert len(set(edges.values())) == len(edges)
    assert figure.png()[1:4] == b"PNG"


def test_places_keep_their_distance_and_no_place_is_wasted():
    kept = free_places(POINTS, 0.2)
    span = np.ptp(POINTS, axis=0)
    apart = np.abs((POINTS[:, None] - POINTS[kept]) / span).max(axis=2)
    among = apart[kept] + np.eye(len(kept))
    assert among.min() >= 0.2
    assert all(row.min() < 0.2 for index, row in enumerate(apart) if index not in kept)


def test_equal_points_give_one_place():
    assert free_places(np.zeros((5, 2)), 0.1) == [0]


@pytest.mark.parametrize(("points", "labels"), [(POINTS[:, :1], LABELS), (POINTS, LABELS[:5])])
def test_sizes_that_do_not_fit_are_refused(points, labels):
    with pytest.raises(ValueError, match="Received"):
        plots.show_thumbnails(points, labels, IMAGES, alt="x")
