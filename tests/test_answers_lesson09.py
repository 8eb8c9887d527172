"""The softmax layer, its gradient, the stack below it, and the interval of an error."""

import keras
import numpy as np
import pytest
from scipy import special
from sklearn.linear_model import LogisticRegression

from helpers import plots
from helpers.answers.lesson09 import (
    clear_effects,
    denoising_stage,
    softmax,
    softmax_gradient,
    stack_classifier,
)
from helpers.measures.labels import error_interval

RNG = np.random.default_rng(9)


def test_softmax_by_hand():
    np.testing.assert_allclose(softmax(np.log([[1.0, 2.0, 5.0]])), [[0.125, 0.25, 0.625]])
    np.testing.assert_allclose(softmax(np.full((2, 4), -1000.0)), np.full((2, 4), 0.25))


def test_softmax_is_scipy_s():
    activations = RNG.normal(scale=20, size=(6, 5))
    np.testing.assert_allclose(softmax(activations), special.softmax(activations, axis=1))


def test_the_gradient_by_hand():
    loss, kernel, bias = softmax_gradient(
        np.array([[2.0], [4.0]]), np.array([[0.5, 0.5], [0.25, 0.75]]), np.array([0, 1])
    )
    assert loss == pytest.approx((np.log(2) - np.log(0.75)) / 2)
    np.testing.assert_allclose(bias, [-0.125, 0.125])
    np.testing.assert_allclose(kernel, [[0.0, 0.0]], atol=1e-12)


def test_the_gradient_is_0_where_scikit_learn_stops():
    codes, labels = RNG.normal(size=(200, 3)), RNG.integers(4, size=200)
    fitted = LogisticRegression(C=np.inf, tol=1e-10, max_iter=1000).fit(codes, labels)
    loss, kernel, bias = softmax_gradient(codes, fitted.predict_proba(codes), labels)
    assert loss < np.log(4)
    assert max(np.abs(kernel).max(), np.abs(bias).max()) < 1e-5


def test_the_gradient_leaves_its_inputs_alone():
    probabilities = np.full((3, 2), 0.5)
    softmax_gradient(np.ones((3, 1)), probabilities, np.array([0, 1, 1]))
    np.testing.assert_array_equal(probabilities, 0.5)


def test_a_stage_s_noise_is_its_own():
    keras.utils.set_random_seed(0)
    encoders = [
        keras.Sequential([keras.Input((before,)), keras.layers.Dense(after, "sigmoid")])
        for before, after in ((6, 8), (8, 10))
    ]
    images = RNG.uniform(size=(5, 6)).astype("float32")
    noisy, codes = denoising_stage(encoders, images, 0.3, seed=1)
    np.testing.assert_allclose(codes, encoders[1](encoders[0](images)))
    assert ((noisy == 0).sum(axis=1) == 3).all()
    np.testing.assert_array_equal(noisy[noisy > 0], codes[noisy > 0])
    again, _ = denoising_stage(encoders, images, 0.3, seed=1)
    other, _ = denoising_stage(encoders, images, 0.3, seed=2)
    np.testing.assert_array_equal(again, noisy)
    assert (other != noisy).any()


def test_without_a_trained_stage_the_codes_are_the_images():
    images = np.ones((4, 10))
    noisy, codes = denoising_stage([], images, 0.5, seed=0)
    assert codes is images
    assert noisy.sum(axis=1).tolist() == [5, 5, 5, 5]


def test_a_classifier_starts_from_its_stages_and_owns_its_weights():
    stages = [(RNG.normal(size=(4, 3)), RNG.normal(size=3)), (RNG.normal(size=(3, 5)), np.ones(5))]
    before = [stage[0].copy() for stage in stages]
    model = stack_classifier(stages, 2)
    images = RNG.uniform(size=(6, 4)).astype("float32")
    codes = special.expit(special.expit(images @ stages[0][0] + stages[0][1]) @ stages[1][0] + 1)
    kernel, bias = model.get_weights()[-2:]
    np.testing.assert_allclose(model(images), special.softmax(codes @ kernel + bias, 1), rtol=1e-5)
    assert len(model.trainable_variables) == 6
    model.set_weights([w + 1 for w in model.get_weights()])
    np.testing.assert_array_equal(stages[0][0], before[0])


def test_an_interval_by_hand():
    probabilities = np.array([[0.9, 0.1], [0.4, 0.6], [0.7, 0.3], [0.2, 0.8]])
    percent, half_width = error_interval(probabilities, np.array([0, 1, 1, 1]))
    assert percent == 25
    assert half_width == pytest.approx(196 * np.sqrt(0.25 * 0.75 / 4))


def test_the_interval_of_the_published_table():
    # SdA-3 on basic digits: 2.80 ± 0.14 % of 50,000 images.
    wrong = np.arange(50_000) < 1400
    _, half_width = error_interval(np.eye(2)[wrong.astype(int)], np.zeros(50_000, int))
    assert round(half_width, 2) == 0.14


def test_nineteen_intervals_of_twenty_hold_the_truth():
    draws = RNG.random((2000, 400)) < 0.2
    reports = [error_interval(np.eye(2)[draw.astype(int)], np.zeros(400, int)) for draw in draws]
    held = np.mean([abs(percent - 20) <= half for percent, half in reports])
    assert held == pytest.approx(0.95, abs=0.02)


def test_clear_effects_by_hand():
    ours = np.array([[1.0, 2], [3, 4], [9, 8], [5, 6]])
    others = np.array([[3.0, 2.5], [4, 5], [6, 7], [4, 7]])
    assert clear_effects([40, 30, 20, 10], ours, others) == ([40], [20])
    assert clear_effects([40, 30, 20, 10], others, ours) == ([20], [40])


def test_label_curves_are_drawn_on_two_logarithmic_axes():
    figure = plots.show_label_curves(
        {"one": ([100, 1000], np.array([[20.0, 22], [5, 6]]))}, alt="x", dashed=("one",)
    )
    (axis,) = figure.axes
    assert (axis.get_xscale(), axis.get_yscale()) == ("log", "log")
    np.testing.assert_allclose(axis.lines[0].get_ydata(), [21, 5.5])
    assert [text.get_text() for text in axis.get_yticklabels()] == ["5", "10", "20"]
    assert figure.png().startswith(b"\x89PNG")
    with pytest.raises(ValueError, match="one needs figures"):
        plots.show_label_curves({"one": ([1, 2], np.ones((3, 2)))}, alt="x")
