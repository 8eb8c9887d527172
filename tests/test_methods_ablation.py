"""Switching a feature off: what is taken away, what the rest answers, and what is refused."""

import keras
import numpy as np
import pytest

from helpers.methods import ablation
from helpers.pretraining import build_classifier

RNG = np.random.default_rng(13)


def softmax(logits):
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def head(size, classes):
    inputs = keras.Input((size,))
    return keras.Model(inputs, keras.layers.Dense(classes, "softmax")(inputs))


@pytest.mark.parametrize("layer", ["images", "hidden_1", "hidden_2"])
def test_the_two_halves_make_the_whole(layer):
    classifier = build_classifier((6, 5), 3, input_size=4, activation="relu")
    images = RNG.uniform(size=(7, 4)).astype("float32")
    below, above = ablation.split(classifier, layer)
    np.testing.assert_allclose(above(below(images)), classifier(images), atol=1e-6)
    assert [below.output.shape[-1], above.input.shape[-1]] == [
        {"images": 4, "hidden_1": 6, "hidden_2": 5}[layer]
    ] * 2


@pytest.mark.parametrize("layer", ["classes", "hidden_3"])
def test_a_layer_with_nothing_above_it_is_refused(layer):
    classifier = build_classifier((6, 5), 3, input_size=4, activation="relu")
    with pytest.raises(ValueError, match="layer is one of"):
        ablation.split(classifier, layer)


def test_switching_off_is_the_decoder_without_the_unit():
    codes = np.maximum(RNG.normal(size=(5, 6)), 0)
    dictionary, hidden = RNG.normal(size=(6, 4)), RNG.normal(size=(5, 4))
    units = np.array([0, 5, 2, 2, 1])
    silent = codes.copy()
    silent[np.arange(5), units] = 0
    off = ablation.switch_off(hidden, codes, dictionary, units)
    np.testing.assert_allclose(off - hidden, (silent - codes) @ dictionary)


def test_the_strongest_unit_adds_most():
    codes = np.array([[1.0, 2.0, 0.0], [0.0, 0.0, 1.0]])
    dictionary = np.array([[3.0, 0.0], [0.0, 1.0], [0.1, 0.0]])
    np.testing.assert_array_equal(ablation.strongest(codes, dictionary), [0, 2])


def test_lengths_are_kept():
    rows = ablation.of_length(RNG.normal(size=(4, 3)), np.arange(4.0))
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), np.arange(4.0))


def test_moved_probability_by_hand():
    before = np.array([[0.7, 0.3, 0.0], [1, 0, 0], [0.2, 0.3, 0.5]])
    after = np.array([[0.5, 0.4, 0.1], [0, 0, 1], [0.2, 0.3, 0.5]])
    np.testing.assert_allclose(ablation.moved_probability(before, after), [0.2, 1, 0], atol=1e-12)


def test_the_comparison_is_the_one_in_numpy():
    above = head(4, 3)
    kernel, bias = (w.astype(float) for w in above.get_weights())
    codes = np.maximum(RNG.normal(size=(9, 6)), 0.01)
    dictionary, hidden = RNG.normal(size=(6, 4)), RNG.normal(size=(9, 4)).astype("float32")
    controls, draws = RNG.normal(size=(2, 9, 4)), RNG.integers(9, size=(50, 9))
    effects, gaps, intervals = ablation.compare_ablations(
        above, hidden, codes, dictionary, controls, draws
    )
    each = np.zeros((3, 9))
    for i in range(9):
        added = codes[i][:, None] * dictionary
        off = added[np.linalg.norm(added, axis=1).argmax()]
        length = np.linalg.norm(off)
        answers = softmax(hidden[i][None] @ kernel + bias)
        for row, way in enumerate((off, controls[0, i], controls[1, i])):
            way = way / np.linalg.norm(way) * length
            changed = softmax((hidden[i] - way)[None] @ kernel + bias)
            each[row, i] = np.abs(changed - answers).sum() / 2
    np.testing.assert_allclose(effects, each.mean(axis=1), atol=1e-5)
    np.testing.assert_allclose(gaps, (each[0] - each[1:]).mean(axis=1), atol=1e-5)
    means = (each[0] - each[1:])[:, draws].mean(axis=2)
    expected = np.percentile(means, [2.5, 97.5], axis=1).T
    np.testing.assert_allclose(intervals, expected, atol=1e-5)


def test_moving_along_the_feature_itself_leaves_no_gap():
    above = head(4, 3)
    codes, dictionary = RNG.uniform(0.1, 1, size=(5, 1)), RNG.normal(size=(1, 4))
    hidden = RNG.normal(size=(5, 4)).astype("float32")
    controls = np.repeat(dictionary, 5, axis=0)[None]
    draws = RNG.integers(5, size=(10, 5))
    _, gaps, intervals = ablation.compare_ablations(
        above, hidden, codes, dictionary, controls, draws
    )
    np.testing.assert_allclose(gaps, 0, atol=1e-6)
    np.testing.assert_allclose(intervals, 0, atol=1e-6)


def test_controls_of_other_shapes_are_refused():
    case = head(4, 3), np.ones((5, 4)), np.ones((5, 2)), np.ones((2, 4))
    with pytest.raises(ValueError, match="Received: shapes"):
        ablation.compare_ablations(*case, np.ones((5, 4)), np.zeros((3, 5), int))
    with pytest.raises(ValueError, match="Received: shapes"):
        ablation.compare_ablations(*case, np.ones((1, 5, 4)), np.zeros((3, 4), int))
