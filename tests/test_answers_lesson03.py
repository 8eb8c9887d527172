"""The references of lesson 03 that a whole part of the lesson hangs on."""

import numpy as np
import pytest

from helpers.answers import lesson03


def test_predicted_pre_activations_are_those_of_many_drawn_layers():
    rng = np.random.default_rng(3)
    inputs = rng.uniform(size=(4, 30))
    kernel, bias = rng.normal(scale=0.8, size=(30, 200_000)), rng.normal(scale=0.8, size=200_000)
    sums = inputs @ kernel + bias
    deviations, share, scale = lesson03.initial_sums(inputs, 0.8, 2.0)
    np.testing.assert_allclose(sums.std(axis=1), deviations, rtol=0.01)
    assert np.mean(np.abs(sums) > 2.0) == pytest.approx(share, abs=0.005)
    assert np.mean(np.square(sums * scale / 0.8)) == pytest.approx(1, rel=0.01)


def test_the_loop_goes_on_exactly_as_long_as_early_stopping_in_keras():
    """The card of a right answer says that fit with EarlyStopping counts in the same way."""
    import keras

    for curve, patience in (((4, 5, 2, 3, 2, 1), 2), ((4, 3, 3, 3), 2), ((1, 2, 0.5, 3, 4, 5), 2)):
        stopping = keras.callbacks.EarlyStopping(patience=patience, restore_best_weights=True)
        model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
        stopping.set_model(model)
        stopping.on_train_begin()
        states, ran = [], 0
        for error in curve:
            states.append(float(ran))
            model.set_weights([np.array([[states[-1]]]), np.zeros(1)])
            stopping.on_epoch_end(ran, {"val_loss": error})
            ran += 1
            if getattr(model, "stop_training", False):
                break
        stopping.on_train_end()
        steps = []
        weights, errors = lesson03.train_with_patience(
            lambda batch, steps=steps: steps.append(batch),
            lambda steps=steps, curve=curve: curve[len(steps) - 1],
            lambda steps=steps: [np.array([len(steps) - 1])],
            np.zeros((1, 1)),
            1,
            len(curve),
            patience,
        )
        assert len(errors) == ran
        assert float(weights[0][0]) == float(model.get_weights()[0][0, 0])
