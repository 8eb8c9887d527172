"""TensorFlow 1's RMSProp, step by step by hand."""

import keras
import numpy as np
import pytest

from helpers.training.optimizers import RMSpropTF1


def test_two_steps_by_hand():
    variable = keras.Variable([1.0])
    optimizer = RMSpropTF1(0.1)
    mean, expected = 1.0, 1.0
    for gradient in (0.5, -2.0):
        optimizer.apply([keras.ops.array([gradient])], [variable])
        mean = 0.9 * mean + 0.1 * gradient**2
        expected -= 0.1 * gradient / np.sqrt(mean + 1e-10)
        np.testing.assert_allclose(variable.numpy(), [expected], rtol=1e-6)


def test_building_twice_keeps_the_running_mean():
    variable = keras.Variable([1.0])
    optimizer = RMSpropTF1(0.1)
    optimizer.apply([keras.ops.array([0.0])], [variable])
    optimizer.build([variable])
    optimizer.apply([keras.ops.array([1.0])], [variable])
    mean = 0.9 * (0.9 * 1.0) + 0.1
    np.testing.assert_allclose(variable.numpy(), [1 - 0.1 / np.sqrt(mean)], rtol=1e-6)


def test_tiny_gradients_move_weights_further_than_with_keras_s_epsilon():
    moved = {}
    for optimizer in (RMSpropTF1(0.01), keras.optimizers.RMSprop(0.01)):
        variable = keras.Variable([0.0])
        for _ in range(300):
            optimizer.apply([keras.ops.array([1e-6])], [variable])
        moved[type(optimizer).__name__] = abs(float(variable.numpy()[0]))
    assert moved["RMSpropTF1"] > 5 * moved["RMSprop"]


def test_its_settings_survive_a_round_trip():
    again = RMSpropTF1.from_config(RMSpropTF1(0.02).get_config())
    assert again.epsilon == pytest.approx(1e-10)
    assert float(again.learning_rate) == pytest.approx(0.02)
