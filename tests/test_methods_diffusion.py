"""Walks from noise to data: exact where a closed form is known, guidance as a line."""

import numpy as np
import pytest

from helpers.methods import diffusion
from helpers.methods.mixtures import Mixture

LEVELS = diffusion.noise_levels(10, 0.01, 40)


def of_a_normal(deviation, mean=0.0):
    """Return the best denoiser of points from N(mean, deviation^2)."""
    return lambda points, level: mean + (points - mean) * deviation**2 / (deviation**2 + level**2)


def test_levels_fall_from_the_first_to_the_last_and_then_to_0():
    levels = diffusion.noise_levels(20, 0.02, 5)
    assert levels[0] == pytest.approx(20) and levels[-2] == pytest.approx(0.02) and levels[-1] == 0
    assert np.all(np.diff(levels) < 0) and len(levels) == 6
    np.testing.assert_allclose(np.diff(levels[:-1] ** (1 / 7), n=2), 0, atol=1e-12)
    np.testing.assert_allclose(diffusion.noise_levels(3, 1, 3, power=1), [3, 2, 1, 0])


@pytest.mark.parametrize(
    "words, options", [((1, 2, 5), {}), ((1, 0, 5), {}), ((2, 1, 1), {}), ((2, 1, 5), {"power": 0})]
)
def test_impossible_levels_are_refused(words, options):
    with pytest.raises(ValueError, match="Received"):
        diffusion.noise_levels(*words, **options)


def test_one_point_as_data_is_reached_exactly_whatever_the_steps():
    data, noise = np.array([[2.0, -1.0]]), np.random.default_rng(0).normal(size=(7, 2))
    for step in (diffusion.euler_step, diffusion.heun_step):
        path = diffusion.walk_back(lambda p, level: 0 * p + data, noise, [5, 1, 0], step=step)
        assert path.shape == (3, 7, 2)
        np.testing.assert_allclose(path[-1], np.repeat(data, 7, axis=0), atol=1e-12)


def test_heun_follows_the_exact_way_of_a_normal_closer_than_euler():
    noise = np.random.default_rng(1).normal(size=(5, 3))
    exact = noise * LEVELS[0] * 0.7 / np.hypot(0.7, LEVELS[0])
    errors = [
        np.abs(diffusion.walk_back(of_a_normal(0.7), noise, LEVELS, step=step)[-1] - exact).max()
        for step in (diffusion.euler_step, diffusion.heun_step)
    ]
    assert errors[1] < 0.01 and errors[1] < errors[0] / 5


def test_halving_the_steps_quarters_the_error_of_heun():
    noise = np.ones((1, 1))
    exact = 1 * 0.7 / np.hypot(0.7, 1) / (0.7 / np.hypot(0.7, 0.1))

    def error(count):
        levels = np.linspace(1, 0.1, count + 1)
        return abs(diffusion.walk_back(of_a_normal(0.7), noise, levels)[-1][0, 0] - exact)

    assert error(20) / error(40) == pytest.approx(4, rel=0.2)


def test_fresh_noise_leaves_the_deviation_of_the_data():
    rng = np.random.default_rng(2)
    noise, fresh = rng.normal(size=(20_000, 1)), rng.normal(size=(40, 20_000, 1))
    final = diffusion.walk_back(of_a_normal(0.7), noise, LEVELS, fresh)[-1]
    assert final.std() == pytest.approx(0.7, rel=0.05)
    plain = diffusion.walk_back(of_a_normal(0.7), noise, LEVELS)[-1]
    assert abs(np.corrcoef(plain[:, 0], noise[:, 0])[0, 1]) > 0.999
    assert abs(np.corrcoef(final[:, 0], noise[:, 0])[0, 1]) < 0.2


def test_a_mixture_gets_its_shares():
    mixture = Mixture(np.array([[-2.0], [2.0]]), np.array([0.2, 0.2]), np.array([0.3, 0.7]))
    noise = np.random.default_rng(3).normal(size=(4000, 1))
    final = diffusion.walk_back(mixture.denoise, noise, LEVELS)[-1]
    assert np.mean(final > 0) == pytest.approx(0.7, abs=0.03)
    assert np.abs(np.abs(final) - 2).mean() == pytest.approx(0.2 * np.sqrt(2 / np.pi), rel=0.15)


@pytest.mark.parametrize("levels", [[1.0], [1, 1, 0], [0, 1], [1, -1], [[2, 1]]])
def test_levels_that_do_not_fall_are_refused(levels):
    with pytest.raises(ValueError, match="levels are"):
        diffusion.walk_back(of_a_normal(1), np.zeros((2, 2)), levels)


def test_fresh_noise_of_another_shape_is_refused():
    with pytest.raises(ValueError, match=r"\(2, 3, 2\)"):
        diffusion.walk_back(of_a_normal(1), np.zeros((3, 2)), [2, 1, 0], np.zeros((3, 3, 2)))


def test_guidance_is_a_line_through_both_answers():
    with_label, without = np.array([[3.0, 1.0]]), np.array([[1.0, 2.0]])
    for guidance, expected in ((0, [1, 2]), (1, [3, 1]), (2, [5, 0]), (0.5, [2, 1.5])):
        found = diffusion.guide(with_label, without, guidance)
        np.testing.assert_allclose(found, [expected])


class Denoiser:
    """Stand in for a Keras model: points plus log levels plus the sum of the labels."""

    def get_weights(self):
        return []

    def __call__(self, inputs):
        points, logs, *labels = inputs
        return points + logs + sum(one.sum(axis=1, keepdims=True) for one in labels)


def test_a_model_is_told_the_logarithm_of_the_level_and_the_labels():
    points = np.zeros((4, 2))
    np.testing.assert_allclose(diffusion.told(Denoiser())(points, np.e), 1)
    np.testing.assert_allclose(diffusion.told(Denoiser(), 2 * np.eye(4))(points, np.e), 3)


def test_a_function_is_left_as_it_is():
    assert diffusion.told(np.add) is np.add
