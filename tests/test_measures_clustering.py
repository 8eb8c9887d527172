"""What is read off clusterings and maps: neighbours, mixed classes, spread of scores."""

import numpy as np
import pytest

from helpers import measures
from helpers.measures.clustering import clustering_accuracy


def test_nearest_other_is_never_the_point_itself():
    np.testing.assert_array_equal(
        measures.nearest_other([[0.0], [1.0], [1.5], [9.0]]), [1, 2, 1, 2]
    )


def test_spread_is_half_the_range_around_the_mean():
    labels = np.array([0, 0, 1, 1])
    scores = measures.score_spread(labels, [labels, [0, 0, 0, 1]])
    assert scores["accuracy"] == pytest.approx((0.875, 0.125))
    with pytest.raises(ValueError, match="Received: none"):
        measures.score_spread(labels, [])


def test_clusters_take_the_names_of_the_best_match():
    labels = [4, 4, 4, 9, 9, 7]
    clusters = [30, 30, 5, 5, 5, 8]
    np.testing.assert_array_equal(measures.name_clusters(labels, clusters), [4, 4, 9, 9, 9, 7])
    np.testing.assert_array_equal(measures.name_clusters([2, 2, 2], [0, 0, 1]), [2, 2, -1])


def test_the_named_clusters_agree_as_often_as_the_accuracy_says():
    rng = np.random.default_rng(0)
    labels, clusters = rng.integers(0, 5, size=(2, 200))
    named = measures.name_clusters(labels, clusters)
    assert np.mean(named == labels) == clustering_accuracy(labels, clusters)
