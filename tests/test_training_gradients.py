"""The norms of gradients by layer, and what a stack leaves of them in expectation."""

import itertools

import keras
import numpy as np
import pytest

from helpers import losses, models, training
from helpers.answers.lesson04 import gradient_left

IMAGES = np.random.default_rng(0).uniform(size=(8, 6)).astype("float32")


def test_norms_are_those_of_a_linear_layer_by_hand():
    model = keras.Sequential([keras.Input((6,)), keras.layers.Dense(6, use_bias=False)])
    (kernel,) = model.get_weights()
    gradient = 2 * IMAGES.T @ (IMAGES @ kernel - IMAGES) / len(IMAGES)
    norms = training.gradient_norms(model, IMAGES, losses.squared_error)
    np.testing.assert_allclose(norms, [np.linalg.norm(gradient)], rtol=1e-5)


def test_norms_are_finite_differences():
    keras.utils.set_random_seed(2)
    model = models.chain(*models.build_basic(6, 3))
    norms = training.gradient_norms(model, IMAGES, losses.squared_error)

    def loss(weights):
        model.set_weights(weights)
        return float(np.mean(losses.squared_error(IMAGES, model(IMAGES))))

    weights, step = model.get_weights(), 1e-2
    for place, norm in zip((0, 2), norms, strict=True):
        slopes = np.zeros_like(weights[place])
        for index in np.ndindex(slopes.shape):
            values = []
            for sign in (1, -1):
                moved = [w.copy() for w in weights]
                moved[place][index] += sign * step
                values.append(loss(moved))
            slopes[index] = (values[0] - values[1]) / (2 * step)
        assert np.linalg.norm(slopes) == pytest.approx(norm, rel=0.01)


def test_one_norm_a_kernel_and_the_model_stays_as_it_was():
    autoencoder = models.chain(*models.build_deep(2, (5, 4), input_size=6))
    before = autoencoder.get_weights()
    norms = training.gradient_norms(autoencoder, IMAGES, losses.l2)
    assert norms.shape == (6,) and np.all(norms > 0)
    for kept, now in zip(before, autoencoder.get_weights(), strict=True):
        np.testing.assert_array_equal(kept, now)


def test_other_targets_give_other_norms():
    model = models.chain(*models.build_basic(6, 3))
    ours = training.gradient_norms(model, IMAGES, losses.squared_error)
    other = training.gradient_norms(model, IMAGES, losses.squared_error, 1 - IMAGES)
    assert not np.allclose(ours, other)


def test_a_model_without_a_kernel_is_refused():
    model = keras.Sequential([keras.Input((6,)), keras.layers.Rescaling(2.0)])
    with pytest.raises(ValueError, match="trainable kernel"):
        training.gradient_norms(model, IMAGES, losses.l2)


def test_a_kernel_that_the_loss_does_not_reach_is_named():
    inputs = keras.Input((6,))
    used = keras.layers.Dense(6)(inputs)
    cut = keras.ops.stop_gradient(keras.layers.Dense(6, name="cut_off")(inputs))
    model = keras.Model(inputs, keras.layers.Add()([used, cut]))
    with pytest.raises(ValueError, match="cut_off"):
        training.gradient_norms(model, IMAGES, losses.l2)


def test_what_a_stack_leaves_of_a_gradient_is_what_drawn_kernels_leave():
    generator = np.random.default_rng(4)
    sizes, slope = (50, 400, 100, 300, 200), 0.25
    lengths = []
    for _ in range(300):
        gradient = generator.normal(size=sizes[-1])
        first = gradient
        for inputs, outputs in reversed(list(itertools.pairwise(sizes[1:]))):
            limit = np.sqrt(6 / (inputs + outputs))
            first = slope * generator.uniform(-limit, limit, size=(inputs, outputs)) @ first
        lengths.append(np.square(first).sum() / np.square(gradient).sum())
    assert np.sqrt(np.mean(lengths)) == pytest.approx(gradient_left(sizes, slope), rel=0.03)


def test_a_single_layer_leaves_all_of_it():
    assert gradient_left([784, 30], 0.25) == 1
    with pytest.raises(ValueError, match="one size to another"):
        gradient_left([784], 0.25)
