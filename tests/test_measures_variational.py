"""The two terms of a VAE's loss: closed forms, simulations, and what must hold of any model."""

import numpy as np
import pytest
from scipy.stats import norm

from helpers import losses, measures, models
from helpers.answers import lesson10
from helpers.layers import sampling
from helpers.methods import latent


def normals(seed, *shapes):
    rng = np.random.default_rng(seed)
    return [rng.normal(size=shape).astype("float32") for shape in shapes]


def test_samples_have_the_mean_and_the_deviation_that_are_named():
    (noise,) = normals(0, (200_000, 2))
    means, log_variances = np.array([[3.0, -1]], "float32"), np.log([[4, 0.25]]).astype("float32")
    codes = np.asarray(sampling.reparameterise(means, log_variances, noise))
    np.testing.assert_allclose(codes.mean(axis=0), [3, -1], atol=0.02)
    np.testing.assert_allclose(codes.std(axis=0), [2, 0.5], atol=0.02)


def test_the_divergence_by_hand():
    means, log_variances = np.array([[0.0, 0], [2, 0], [0, 0]]), np.log([[1, 1], [1, 1], [4, 0.5]])
    by_hand = [0, 2, (4 - np.log(4) - 1 + 0.5 - np.log(0.5) - 1) / 2]
    divergences = np.asarray(sampling.gaussian_kl(means, log_variances))
    np.testing.assert_allclose(divergences, by_hand, atol=1e-6)


def test_the_divergence_is_the_integral_of_its_definition():
    z = np.linspace(-30, 30, 20_001)
    for mean, variance in ((0.7, 0.3), (-1.5, 2.0)):
        log_q = norm.logpdf(z, mean, np.sqrt(variance))
        integral = np.sum(np.exp(log_q) * (log_q - norm.logpdf(z))) * (z[1] - z[0])
        (value,) = np.asarray(
            sampling.gaussian_kl(np.array([[mean]]), np.log(np.array([[variance]])))
        )
        assert value == pytest.approx(integral, abs=1e-6)


def test_the_divergence_is_never_negative_and_smallest_at_the_prior():
    means, log_variances = normals(1, (500, 4), (500, 4))
    assert np.asarray(sampling.gaussian_kl(means, log_variances)).min() > 0


def test_a_simulation_agrees_within_its_own_error():
    for seed, (mean, log_variance) in enumerate((([1.0, -2], [0.5, -3.0]), ([0.0], [1.0]))):
        estimate, error = measures.monte_carlo_kl(mean, log_variance, 20_000, seed)
        (right,) = np.asarray(
            sampling.gaussian_kl(np.array([mean]), np.array([log_variance], float))
        )
        assert abs(estimate - right) < 4 * error
        assert 0 < error < 0.05


def test_a_simulation_of_the_prior_is_exactly_0():
    assert measures.monte_carlo_kl([0.0], [0.0], 10) == (0, 0)
    with pytest.raises(ValueError, match=r"at least 2\. Received: 1"):
        measures.monte_carlo_kl([0.0], [0.0], 1)


@pytest.fixture(scope="module")
def halves():
    return models.build_vae((9, 5, 2))


def test_the_step_lowers_the_sum_of_both_terms(halves):
    images = np.random.default_rng(2).uniform(size=(6, 9)).astype("float32")
    (noise,) = normals(3, (6, 2))
    reconstruction, kl, gradients = lesson10.vae_step(*halves, images, noise)
    variables = halves[0].trainable_variables + halves[1].trainable_variables
    kept = [variable.numpy() for variable in variables]
    for variable, gradient in zip(variables, gradients, strict=True):
        assert gradient.shape == variable.shape
        variable.assign_sub(1e-2 * gradient)
    later, later_kl, _ = lesson10.vae_step(*halves, images, noise)
    assert float(later + later_kl) < float(reconstruction + kl)
    for variable, value in zip(variables, kept, strict=True):
        variable.assign(value)


def test_terms_of_many_images_are_the_mean_over_all_of_them(halves):
    images = np.random.default_rng(4).uniform(size=(2500, 9)).astype("float32")
    reconstruction, kl = measures.measure_terms(*halves, images, seed=5)
    noise = np.random.default_rng(5).normal(size=(2500, 2)).astype("float32")
    means, log_variances = halves[0](images)
    outputs = halves[1](sampling.reparameterise(means, log_variances, noise))
    expected = np.asarray(losses.binary_cross_entropy(images, outputs)).mean()
    assert reconstruction == pytest.approx(expected, rel=1e-5)
    assert kl == pytest.approx(float(np.mean(sampling.gaussian_kl(means, log_variances))), abs=1e-6)


def test_what_the_variables_carry_adds_up_to_the_kl(halves):
    images = np.random.default_rng(4).uniform(size=(1500, 9)).astype("float32")
    carried = measures.kl_per_variable(halves[0], images)
    assert carried.shape == (2,) and (carried >= 0).all()
    assert carried.sum() == pytest.approx(measures.measure_terms(*halves, images)[1], rel=1e-4)


def test_a_variable_at_the_prior_carries_nothing_and_others_what_the_formula_says():
    def encoder(batch):
        means = np.stack([0 * batch[:, 0], batch[:, 0]], axis=1)
        return means, np.tile(np.log([1, 0.5]), (len(batch), 1))

    images = np.array([[1.0], [3.0]])
    by_hand = ((1 + 9) / 2 + 0.5 - np.log(0.5) - 1) / 2
    np.testing.assert_allclose(measures.kl_per_variable(encoder, images), [0, by_hand])


def test_terms_of_a_conditional_pair_depend_on_the_label():
    halves = models.build_vae((9, 5, 2), num_classes=10)
    images = np.random.default_rng(6).uniform(size=(20, 9)).astype("float32")
    terms = [
        measures.measure_terms(*halves, images, labels=np.full(20, digit)) for digit in (3, 4, 3)
    ]
    assert terms[0] == terms[2] != terms[1]


def test_a_label_stands_beside_its_row():
    beside = measures.beside_labels([[0.5, -1], [2, 3]], [2, 0], num_classes=3)
    np.testing.assert_array_equal(beside, [[0.5, -1, 0, 0, 1], [2, 3, 1, 0, 0]])
    assert measures.beside_labels(np.zeros((1, 2)), [9]).shape == (1, 12)


def test_a_walk_goes_from_end_to_end_in_equal_steps():
    first, last = normals(7, (3, 4), (3, 4))
    path = latent.interpolate(first, last, 5)
    assert path.shape == (5, 3, 4)
    np.testing.assert_allclose(path[0], first)
    np.testing.assert_allclose(path[-1], last)
    np.testing.assert_allclose(
        np.diff(path, axis=0), np.broadcast_to((last - first) / 4, (4, 3, 4)), atol=1e-6
    )
    with pytest.raises(ValueError, match=r"at least 2\. Received: 1"):
        latent.interpolate(first, last, 1)
