"""The norms of gradients by layer, and the reading of a pair of curves."""

import keras
import numpy as np
import pytest

from helpers import losses, models, training
from helpers.answers.lesson04 import best_epoch

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


def test_the_best_epoch_is_counted_from_one_with_its_gap():
    assert best_epoch([5.0, 3.0, 1.0], [6.0, 4.5, 4.75]) == (2, 1.5)
    assert best_epoch(np.array([2.0]), np.array([1.5])) == (1, -0.5)


def test_the_first_of_equal_epochs_is_the_best():
    assert best_epoch([5.0, 3.0, 1.0], [4.0, 3.5, 3.5]) == (2, 0.5)


@pytest.mark.parametrize("curves", [([], []), ([1.0], [1.0, 2.0])])
def test_curves_that_do_not_belong_together_are_refused(curves):
    with pytest.raises(ValueError, match="equally long"):
        best_epoch(*curves)
