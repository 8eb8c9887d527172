"""Distance contrast, the Gaussian density, groups that become empty: by hand, against SciPy."""

import numpy as np
import pytest
from scipy.stats import multivariate_normal, norm, permutation_test
from sklearn.cluster import KMeans

from helpers.answers.lesson01 import (
    chance_of_gap,
    find_groups,
    kmeans_step,
    log_density,
    nearest_over_farthest,
)
from helpers.course.threads import one_thread


@pytest.fixture
def rng():
    return np.random.default_rng(1)


def test_contrast_by_hand():
    # Distances 3, 4, 5 from the first query and 1, 6, 5 from the second.
    points = np.array([[3.0, 0], [0, 4], [3, 4]])
    contrast = nearest_over_farthest(np.array([[0.0, 0], [3, -1]]), points)
    np.testing.assert_allclose(contrast, [3 / 5, 1 / np.sqrt(34)])


def test_contrast_does_not_depend_on_place_and_scale(rng):
    queries, points = rng.normal(size=(4, 6)), rng.normal(size=(9, 6))
    expected = nearest_over_farthest(queries, points)
    assert expected.shape == (4,)
    np.testing.assert_allclose(nearest_over_farthest(3 * queries + 5, 3 * points + 5), expected)


def test_uniform_noise_concentrates_as_its_dimension_grows(rng):
    ratios = [
        nearest_over_farthest(rng.random((20, size)), rng.random((300, size))).mean()
        for size in (1, 4, 16, 64, 256)
    ]
    assert np.all(np.diff(ratios) > 0.05)
    assert ratios[0] < 0.02
    assert ratios[-1] > 0.75


@pytest.mark.parametrize(
    ("queries", "points", "rule"),
    [
        (np.zeros((2, 3)), np.zeros((4, 2)), "equal width"),
        (np.zeros((2, 3)), np.zeros((0, 3)), "at least one"),
        (np.zeros(3), np.zeros((4, 3)), "equal width"),
        (np.zeros((2, 3)), np.zeros((4, 3)), "another place. Received: 2"),
    ],
)
def test_points_that_have_no_contrast_are_refused(queries, points, rule):
    with pytest.raises(ValueError, match=rule):
        nearest_over_farthest(queries, points)


def test_log_density_by_hand():
    # Mean 4, variance 8, and a ridge of 1: a standard deviation of 3.
    training = np.array([[0.0], [2], [4], [6], [8]])
    scores = log_density(np.array([[4.0], [7]]), training, 1.0)
    np.testing.assert_allclose(scores, -np.log(3 * np.sqrt(2 * np.pi)) - np.array([0, 0.5]))


def test_log_density_agrees_with_scipy(rng):
    training = rng.normal(size=(40, 5)) @ rng.normal(size=(5, 5)) + 3
    vectors = rng.normal(size=(7, 5))
    covariance = np.cov(training.T, bias=True) + 0.2 * np.eye(5)
    expected = multivariate_normal(training.mean(axis=0), covariance).logpdf(vectors)
    np.testing.assert_allclose(log_density(vectors, training, 0.2), expected)


def test_a_constant_pixel_costs_what_its_ridge_says(rng):
    training, vectors = rng.normal(size=(30, 3)), rng.normal(size=(4, 3))
    without = log_density(vectors, training, 0.5)
    constant, moved = np.full((30, 1), 2.0), np.array([[2.0], [2], [3], [4]])
    both = log_density(np.hstack([vectors, moved]), np.hstack([training, constant]), 0.5)
    np.testing.assert_allclose(both - without, norm(2, np.sqrt(0.5)).logpdf(moved[:, 0]))


def test_hundreds_of_pixels_stay_finite(rng):
    training = 0.1 * rng.normal(size=(50, 400)).astype(np.float32)
    scores = log_density(training[:5], training, 1e-3)
    assert scores.shape == (5,) and scores.dtype == np.float64
    assert np.all(np.isfinite(scores))


def test_a_fixed_permutation_of_the_pixels_changes_nothing(rng):
    training, vectors = rng.random((60, 12)), rng.random((5, 12))
    order = rng.permutation(12)
    np.testing.assert_allclose(
        log_density(vectors[:, order], training[:, order], 0.01),
        log_density(vectors, training, 0.01),
    )


def test_halfway_is_never_less_likely_than_both_ends(rng):
    training = rng.random((50, 6))
    first, second = rng.random((2, 30, 6))
    ends = np.minimum(log_density(first, training, 0.01), log_density(second, training, 0.01))
    assert np.all(log_density((first + second) / 2, training, 0.01) >= ends)


@pytest.mark.parametrize("ridge", [0, -1, np.nan])
def test_a_ridge_that_is_none_is_refused(ridge):
    with pytest.raises(ValueError, match=r"above 0\. Received"):
        log_density(np.zeros((2, 3)), np.zeros((4, 3)), ridge)


@pytest.mark.parametrize(
    ("vectors", "centres", "groups"),
    [
        # 10 is farthest from its centre and the last of its group, which takes 0 in turn.
        ([0, 1, 10], [0.5, 19, 100], [[1], [0], [10]]),
        ([0, 1, 10], [0.5, 100, 19], [[1], [10], [0]]),
        # All are in the place of their centre: no vector is taken twice.
        ([0, 0, 0], [0, 5, 9], [[0], [0], [0]]),
    ],
)
def test_no_group_is_left_empty_by_the_vector_that_moves(vectors, centres, groups):
    columns = [np.array(numbers, dtype=float)[:, None] for numbers in (vectors, centres)]
    labels, moved = kmeans_step(*columns)
    assert sorted(labels.tolist()) == [0, 1, 2]
    np.testing.assert_array_equal(moved, groups)


def test_the_best_of_several_runs_is_scikit_learn_s_from_the_same_starts(rng):
    vectors = rng.normal(size=(200, 3)) + 4 * rng.integers(0, 2, size=(200, 3))
    starts = np.array([rng.choice(200, 6, replace=False) for _ in range(5)])
    labels, centres, spread = find_groups(vectors, starts)
    with one_thread():
        runs = [KMeans(6, init=vectors[start], n_init=1, tol=0).fit(vectors) for start in starts]
    best = min(runs, key=lambda run: run.inertia_)
    assert spread == pytest.approx(best.inertia_ / 200)
    np.testing.assert_array_equal(labels, best.labels_)
    np.testing.assert_allclose(centres, best.cluster_centers_)
    # At its end a step changes nothing.
    np.testing.assert_array_equal(kmeans_step(vectors, centres)[0], labels)


def test_groups_by_hand_and_the_first_of_equal_runs():
    vectors = np.array([[0.0], [1], [10], [12]])
    labels, centres, spread = find_groups(vectors, np.array([[0, 1], [2, 3], [3, 0]]))
    assert labels.tolist() == [0, 0, 1, 1]
    assert centres.tolist() == [[0.5], [11]]
    assert spread == pytest.approx((0.25 + 0.25 + 1 + 1) / 4)
    with pytest.raises(ValueError, match="one row per start"):
        find_groups(vectors, np.array([0, 1]))


def test_the_chance_of_a_gap_by_hand():
    assert chance_of_gap(np.array([9.0, 7]), np.array([6.0, 5, 8])) == pytest.approx(0.2)
    assert chance_of_gap(np.array([1.0]), np.array([2.0])) == 1
    assert chance_of_gap(np.ones(3), np.ones(2)) == 1
    with pytest.raises(ValueError, match="at least one result"):
        chance_of_gap(np.ones(2), np.ones(0))


def test_the_chance_of_a_gap_is_scipy_s(rng):
    first, second = rng.normal(size=4), rng.normal(size=5)
    expected = permutation_test(
        (first, second), lambda a, b: np.mean(a) - np.mean(b), alternative="greater"
    )
    assert chance_of_gap(first, second) == pytest.approx(expected.pvalue)
