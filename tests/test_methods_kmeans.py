"""One KMeans step: by hand, against scikit-learn, and with empty groups."""

import numpy as np
import pytest
from sklearn.cluster import KMeans
from sklearn.metrics import pairwise_distances_argmin

from helpers.answers.lesson01 import kmeans_step
from helpers.measures.clustering import match_groups

FIVE = np.array([[0.0], [1], [2], [8], [10]])


@pytest.fixture
def rng():
    return np.random.default_rng(2)


def spread(vectors, centres, labels):
    return np.square(vectors - centres[labels]).sum()


def test_five_numbers_by_hand():
    labels, centres = kmeans_step(FIVE, np.array([[1.0], [4]]))
    assert labels.tolist() == [0, 0, 0, 1, 1]
    assert centres.tolist() == [[1.0], [9.0]]


def test_an_empty_group_gets_the_farthest_vector_by_hand():
    # The vector at 10 is 9 away from its centre, farther than any other from its own.
    labels, centres = kmeans_step(FIVE, np.array([[1.0], [50]]))
    assert labels.tolist() == [0, 0, 0, 0, 1]
    assert centres.tolist() == [[11 / 4], [10.0]]


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("outside", [0, 1, 2])
def test_a_step_is_scikit_learn_s(seed, outside):
    rng = np.random.default_rng(seed)
    vectors = rng.normal(size=(80, 4)) + 3 * rng.integers(0, 3, size=(80, 1))
    start = vectors[:5].copy()
    start[:outside] += 100 * np.arange(1, outside + 1)[:, None]
    labels, centres = kmeans_step(vectors, start)
    oracle = KMeans(5, init=start, n_init=1, max_iter=1).fit(vectors)
    # Two empty groups may share out the two farthest vectors either way.
    ours, theirs = (each[np.lexsort(each.T)] for each in (centres, oracle.cluster_centers_))
    np.testing.assert_allclose(ours, theirs)
    if not outside:
        np.testing.assert_array_equal(labels, pairwise_distances_argmin(vectors, start))
    assert sorted(set(labels.tolist())) == [0, 1, 2, 3, 4]


def test_steps_lower_the_spread_until_nothing_moves(rng):
    vectors = rng.normal(size=(60, 3))
    centres, before = vectors[:4], np.inf
    for _ in range(100):
        labels, new_centres = kmeans_step(vectors, centres)
        after = spread(vectors, new_centres, labels)
        assert after <= before
        if np.array_equal(new_centres, centres):
            break
        centres, before = new_centres, after
    oracle = KMeans(4, init=vectors[:4], n_init=1, tol=0).fit(vectors)
    np.testing.assert_allclose(centres, oracle.cluster_centers_)


def test_as_many_groups_as_vectors_leaves_none_empty():
    labels, centres = kmeans_step(FIVE, np.full((5, 1), 3.0) + np.arange(5)[:, None] * 100)
    assert sorted(labels.tolist()) == [0, 1, 2, 3, 4]
    np.testing.assert_array_equal(centres[labels], FIVE)


def test_the_old_centres_are_left_alone():
    start = np.array([[1.0], [50]])
    kmeans_step(FIVE, start)
    assert start.tolist() == [[1.0], [50.0]]


@pytest.mark.parametrize("centres", [np.zeros((2, 3)), np.zeros((6, 1)), np.zeros((0, 1))])
def test_centres_that_do_not_fit_are_refused(centres):
    with pytest.raises(ValueError, match=r"Received: shapes \(5, 1\) and"):
        kmeans_step(FIVE, centres)


def test_groups_are_matched_one_to_one():
    labels = np.array([0, 0, 0, 1, 1, 1, 2, 2, 2])
    groups = np.array([2, 2, 1, 0, 0, 0, 0, 0, 1])
    assert match_groups(labels, groups, 3).tolist() == [2, 0, 1]


def test_a_group_out_of_range_is_refused():
    with pytest.raises(ValueError, match="Received: up to 1 and 2"):
        match_groups(np.array([0, 1]), np.array([0, 2]), 2)
