"""Distance contrast, the Gaussian density, groups that become empty: by hand, against SciPy."""

import numpy as np
import pytest
from scipy.stats import multivariate_normal, norm

from helpers.answers.lesson01 import distance_contrast, kmeans_step, log_density


@pytest.fixture
def rng():
    return np.random.default_rng(1)


def test_contrast_by_hand():
    # Distances 3, 4, 5 from the first query and 1, 6, 5 from the second.
    points = np.array([[3.0, 0], [0, 4], [3, 4]])
    contrast = distance_contrast(np.array([[0.0, 0], [3, -1]]), points)
    np.testing.assert_allclose(contrast, [3 / 5, 1 / np.sqrt(34)])


def test_contrast_does_not_depend_on_place_and_scale(rng):
    queries, points = rng.normal(size=(4, 6)), rng.normal(size=(9, 6))
    expected = distance_contrast(queries, points)
    assert expected.shape == (4,)
    np.testing.assert_allclose(distance_contrast(3 * queries + 5, 3 * points + 5), expected)


def test_uniform_noise_concentrates_as_its_dimension_grows(rng):
    ratios = [
        distance_contrast(rng.random((20, size)), rng.random((300, size))).mean()
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
        distance_contrast(queries, points)


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
