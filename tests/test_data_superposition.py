"""Points of known features: how many are active, and moments in closed form."""

import numpy as np
import pytest

from helpers.data.superposition import Superposition, random_directions

TOY = Superposition(random_directions(12, 5, seed=1), active=3)


def test_directions_have_length_1_and_follow_their_seed():
    rows = random_directions(40, 7, seed=2)
    assert rows.shape == (40, 7) and rows.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-6)
    np.testing.assert_array_equal(rows, random_directions(40, 7, seed=2))
    assert (rows != random_directions(40, 7, seed=3)).all()


def test_the_mean_squared_cosine_of_random_directions_is_one_over_the_dimension():
    rows = random_directions(1500, 8, seed=0).astype(float)
    cosines = (rows @ rows.T)[np.triu_indices(len(rows), 1)]
    assert np.mean(cosines**2) == pytest.approx(1 / 8, rel=0.02)


def test_points_are_sums_of_directions():
    coefficients, points = TOY.sample(200, seed=4)
    assert coefficients.shape == (200, 12) and points.shape == (200, 5)
    assert coefficients.dtype == points.dtype == np.float32
    np.testing.assert_allclose(points, coefficients @ TOY.directions, atol=1e-5)
    on = coefficients[coefficients > 0]
    assert on.min() >= 0.5 and on.max() <= 1.5


def test_as_many_features_are_active_as_asked():
    coefficients, _ = TOY.sample(20_000, seed=5)
    assert (coefficients > 0).sum(axis=1).mean() == pytest.approx(3, abs=0.05)
    assert TOY.chance == 0.25


def test_the_moments_are_those_of_many_points():
    _, points = TOY.sample(200_000, seed=6)
    mean, covariance = TOY.moments()
    np.testing.assert_allclose(points.mean(axis=0), mean, atol=0.01)
    np.testing.assert_allclose(np.cov(points, rowvar=False), covariance, atol=0.02)


def test_a_feature_that_is_always_on_varies_by_its_strength_alone():
    line = Superposition(np.array([[1.0, 0.0]]), active=1, weakest=0.0, strongest=1.0)
    mean, covariance = line.moments()
    np.testing.assert_allclose(mean, [0.5, 0])
    np.testing.assert_allclose(covariance, [[1 / 12, 0], [0, 0]], atol=1e-12)


@pytest.mark.parametrize(
    "directions, options, message",
    [
        (np.ones((3, 2)), {"active": 1}, "of length 1"),
        (np.array([1.0, 0.0]), {"active": 1}, r"\(m, d\)"),
        (np.eye(3), {"active": 0}, "above 0 and at most m"),
        (np.eye(3), {"active": 4}, "above 0 and at most m"),
        (np.eye(3), {"active": 1, "weakest": 2.0}, "weakest < strongest"),
    ],
)
def test_bad_toys_are_refused(directions, options, message):
    with pytest.raises(ValueError, match=message):
        Superposition(directions, **options)
