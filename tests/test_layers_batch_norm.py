"""Batch normalisation by hand: five numbers, and Keras's own layer in both phases."""

import keras
import numpy as np
import pytest

from helpers import layers


@pytest.fixture
def drawn():
    """Activations, scale, shift and moving statistics of four units."""
    rng = np.random.default_rng(0)
    moving = rng.normal(size=4), rng.uniform(1, 2, size=4)
    return rng.normal(2, 3, size=(6, 4)), rng.uniform(0.5, 2, 4), rng.normal(size=4), moving


def test_five_numbers_by_hand():
    activations = np.array([[1.0], [2], [3], [4], [5]])  # mean 3, variance 2
    start = np.zeros(1), np.ones(1)
    outputs, (mean, variance) = layers.batch_norm(
        activations, np.array([2.0]), np.array([1.0]), start, True, epsilon=0
    )
    expected = 1 + 2 * np.array([-2, -1, 0, 1, 2]) / np.sqrt(2)
    np.testing.assert_allclose(outputs[:, 0], expected)
    np.testing.assert_allclose([mean[0], variance[0]], [0.3, 0.9 + 0.2])


@pytest.mark.parametrize("phase_train", [True, False])
def test_it_is_keras_s_layer_in_both_phases(drawn, phase_train):
    activations, scale, shift, moving = drawn
    theirs = keras.layers.BatchNormalization(momentum=0.9)
    theirs.build((None, 4))
    theirs.set_weights([scale, shift, *moving])
    outputs, new = layers.batch_norm(activations, scale, shift, moving, phase_train)
    np.testing.assert_allclose(
        theirs(activations.astype("float32"), training=phase_train), outputs, rtol=1e-4, atol=1e-5
    )
    np.testing.assert_allclose(theirs.get_weights()[2:], new, rtol=1e-5)


def test_use_changes_nothing_and_knows_no_neighbours(drawn):
    activations, scale, shift, moving = drawn
    together, new = layers.batch_norm(activations, scale, shift, moving, False)
    alone, _ = layers.batch_norm(activations[:1], scale, shift, moving, False)
    np.testing.assert_array_equal(together[:1], alone)
    assert new is moving


def test_a_unit_that_never_moves_is_not_divided_by_zero():
    moving = np.zeros(2), np.ones(2)
    outputs, _ = layers.batch_norm(np.ones((3, 2)), np.ones(2), np.zeros(2), moving, True)
    np.testing.assert_array_equal(outputs, np.zeros((3, 2)))
