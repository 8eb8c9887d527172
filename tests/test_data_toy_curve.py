"""The toy manifold: its points, the way back to it, and the best denoiser that there is."""

import numpy as np
import pytest
from scipy.special import logsumexp

from helpers.answers import lesson05
from helpers.data import toy_curve

CURVE = toy_curve.curve_points()


def test_the_curve_and_its_points_stay_well_inside_the_square():
    for points in (CURVE, toy_curve.draw_points(500, 0), toy_curve.grid()):
        assert points.dtype == np.float32 and points.shape[1] == 2
        assert points.min() > 0.02 and points.max() < 0.98
    assert toy_curve.grid(5).shape == (25, 2)


def test_points_lie_near_the_curve_and_follow_their_seed():
    points = toy_curve.draw_points(500, 3, spread=0.02)
    far = toy_curve.distances(points, CURVE)
    assert 0.005 < far.mean() < 0.03
    np.testing.assert_array_equal(points, toy_curve.draw_points(500, 3, spread=0.02))
    assert (points != toy_curve.draw_points(500, 4, spread=0.02)).all()


def test_distances_to_a_straight_line_by_hand():
    line = np.column_stack([np.linspace(0, 1, 11), np.zeros(11)])
    points = np.array([[0.3, 0.4], [1.3, 0.4], [0.5, -0.2]])
    np.testing.assert_allclose(toy_curve.distances(points, line), [0.4, 0.5, 0.2])


def test_cosines_by_hand():
    line = np.column_stack([np.linspace(0, 1, 11), np.zeros(11)])
    points = np.full((4, 2), 0.5)
    outputs = np.array([[0.5, 0.1], [0.5, 0.9], [0.9, 0.5], [0.8, 0.2]])
    cosines = toy_curve.cosines(points, outputs - points, line)
    np.testing.assert_allclose(cosines, [1, -1, 0, np.sqrt(0.5)], atol=1e-12)


def test_the_ideal_denoiser_of_two_numbers_is_a_sigmoid():
    noisy = np.linspace(-1, 2, 13)[:, None]
    expected = 1 / (1 + np.exp(-(2 * noisy - 1) / (2 * 0.3**2)))
    answers = toy_curve.ideal_denoiser(noisy, np.array([[0.0], [1.0]]), 0.3)
    np.testing.assert_allclose(answers, expected)


def test_the_ideal_denoiser_of_normal_data_shrinks_towards_the_mean():
    data = np.random.default_rng(0).normal(0.5, 0.2, size=(20_000, 1))
    answers = toy_curve.ideal_denoiser(np.array([[0.3], [0.5], [0.7]]), data, 0.1)
    shrunk = 0.5 + np.array([[-0.2], [0.0], [0.2]]) * 0.2**2 / (0.2**2 + 0.1**2)
    np.testing.assert_allclose(answers, shrunk, atol=0.005)


def test_far_from_all_data_the_nearest_point_answers():
    data = np.array([[0.0, 0.0], [1.0, 1.0]])
    np.testing.assert_allclose(
        toy_curve.ideal_denoiser(np.array([[50.0, 50.0]]), data, 0.01), [[1, 1]]
    )


@pytest.mark.parametrize("deviation", [0.02, 0.3])
def test_the_score_is_the_slope_of_the_log_density(deviation):
    data = toy_curve.draw_points(200, 0).astype(float)
    points = toy_curve.grid(6).astype(float)
    answers, scores = lesson05.denoise_and_score(points, data, deviation)
    np.testing.assert_allclose(answers - points, deviation**2 * scores, atol=1e-12)

    def log_density(noisy):
        squares = np.square(noisy[:, None] - data).sum(axis=2)
        return logsumexp(-squares / (2 * deviation**2), axis=1)

    for axis, step in enumerate(np.eye(2) * 1e-5 * deviation):
        slopes = (log_density(points + step) - log_density(points - step)) / (2 * step[axis])
        np.testing.assert_allclose(scores[:, axis], slopes, rtol=1e-4, atol=1e-3 / deviation)


@pytest.mark.parametrize("deviation", [0.05, 0.08])
def test_the_ideal_field_points_back(deviation):
    data = toy_curve.draw_points(2000, 0)
    points = toy_curve.grid(13)
    near = toy_curve.distances(points, CURVE)
    points = points[(near > 0.03) & (near < 0.15)]
    answers = toy_curve.ideal_denoiser(points, data, deviation)
    cosines = toy_curve.cosines(points, answers - points, CURVE)
    assert cosines.mean() > 0.85
    assert toy_curve.distances(answers, CURVE).mean() < 0.05
