"""Mixtures of normal distributions: against SciPy's densities, finite differences and sums."""

import numpy as np
import pytest
from scipy.stats import multivariate_normal

from helpers.data.toy_curve import ideal_denoiser
from helpers.methods.mixtures import Mixture


def a_mixture(size=2, parts=3, seed=0):
    rng = np.random.default_rng(seed)
    weights = rng.uniform(0.2, 1, size=parts)
    return Mixture(
        rng.normal(size=(parts, size)), rng.uniform(0.1, 0.6, size=parts), weights / weights.sum()
    )


@pytest.mark.parametrize("level", [0.0, 0.3, 2.0])
@pytest.mark.parametrize("size", [1, 2, 5])
def test_the_density_is_scipy_s(size, level):
    mixture = a_mixture(size)
    points = np.random.default_rng(1).normal(size=(20, size))
    heights = sum(
        weight * multivariate_normal(mean, (deviation**2 + level**2) * np.eye(size)).pdf(points)
        for mean, deviation, weight in zip(
            mixture.means, mixture.deviations, mixture.weights, strict=True
        )
    )
    np.testing.assert_allclose(mixture.log_density(points, level), np.log(heights), rtol=1e-9)


@pytest.mark.parametrize("level", [0.0, 0.3, 2.0])
def test_the_score_is_the_slope_of_the_log_density(level):
    mixture, points = a_mixture(), np.random.default_rng(2).normal(size=(20, 2))
    slopes = np.stack(
        [
            (mixture.log_density(points + step, level) - mixture.log_density(points - step, level))
            / 2e-5
            for step in 1e-5 * np.eye(2)
        ],
        axis=1,
    )
    np.testing.assert_allclose(mixture.score(points, level), slopes, rtol=1e-4, atol=1e-6)


def test_the_arrow_is_the_variance_times_the_score():
    mixture, points = a_mixture(5), np.random.default_rng(3).normal(size=(20, 5))
    for level in (0.01, 0.5, 30.0):
        arrows = mixture.denoise(points, level) - points
        np.testing.assert_allclose(arrows, level**2 * mixture.score(points, level), atol=1e-9)


def test_the_best_answer_is_a_mean_over_clean_points():
    mixture = a_mixture()
    noisy, clean = np.array([[0.2, -0.4]]), mixture.sample(200_000, seed=4)
    found = ideal_denoiser(noisy, clean, 0.5)
    np.testing.assert_allclose(mixture.denoise(noisy, 0.5), found, atol=0.01)


def test_without_noise_a_point_stays_and_far_away_nothing_overflows():
    mixture = a_mixture()
    points = np.array([[0.0, 0.0], [1e4, -1e4]])
    np.testing.assert_allclose(mixture.denoise(points, 0), points)
    assert np.isfinite(mixture.score(points)).all()
    assert np.isfinite(mixture.log_density(points, 0.1)).all()


def test_samples_have_the_shares_means_and_deviations():
    mixture = Mixture(np.array([[0.0, 0.0], [100.0, 0.0]]), np.array([1.0, 3.0]), [0.25, 0.75])
    points = mixture.sample(40_000, seed=5)
    assert points.dtype == np.float32 and points.shape == (40_000, 2)
    far = points[:, 0] > 50
    assert far.mean() == pytest.approx(0.75, abs=0.01)
    np.testing.assert_allclose(points[far].mean(axis=0), [100, 0], atol=0.1)
    np.testing.assert_allclose(points[far].std(axis=0), 3, rtol=0.03)
    np.testing.assert_array_equal(points, mixture.sample(40_000, seed=5))


@pytest.mark.parametrize(
    "means, deviations, weights",
    [
        (np.zeros(2), [1.0], [1.0]),
        (np.zeros((2, 2)), [1.0], [1.0]),
        (np.zeros((1, 2)), [0.0], [1.0]),
        (np.zeros((2, 2)), [1.0, 1.0], [0.5, 0.6]),
        (np.zeros((2, 2)), [1.0, 1.0], [1.0, 0.0]),
    ],
)
def test_what_is_no_mixture_is_refused(means, deviations, weights):
    with pytest.raises(ValueError, match="Received"):
        Mixture(means, deviations, weights)


def test_points_of_another_size_and_levels_below_0_are_refused():
    for points, level in ((np.zeros((4, 3)), 0.1), (np.zeros(2), 0.1), (np.zeros((4, 2)), -1)):
        with pytest.raises(ValueError, match="points are"):
            a_mixture().log_density(points, level)
