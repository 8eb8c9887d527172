"""Sparse codes: by hand, against a library, and as Keras sees the penalty."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from helpers import layers, losses, measures, models, plots, training
from helpers.answers import lesson08

RNG = np.random.default_rng(0)
CODES = RNG.uniform(0.05, 0.95, size=(6, 4)).astype("float32")


def test_the_divergence_by_hand():
    values, slopes = lesson08.bernoulli_kl(0.1, np.array([0.1, 0.2, 0.5]))
    assert values[0] == slopes[0] == 0
    # 0.1 ln(1/2) + 0.9 ln(9/8)
    assert values[1] == pytest.approx(-0.0693147 + 0.1060047, abs=1e-6)
    assert slopes[1:] == pytest.approx([0.1 / 0.16, 0.4 / 0.25])


def test_the_slope_is_the_difference_quotient():
    q, step = np.linspace(0.02, 0.98, 25), 1e-6
    _, slopes = lesson08.bernoulli_kl(0.3, q)
    quotient = lesson08.bernoulli_kl(0.3, q + step)[0] - lesson08.bernoulli_kl(0.3, q - step)[0]
    np.testing.assert_allclose(slopes, quotient / (2 * step), atol=1e-5)


def test_the_divergence_is_finite_at_the_ends_and_refuses_what_is_no_probability():
    values, slopes = lesson08.bernoulli_kl(0.1, np.array([0.0, 1.0]))
    assert np.all(np.isfinite([*values, *slopes]))
    assert slopes[0] < -1e5 and slopes[1] > 1e5
    for target, activity in ((0.0, 0.5), (1.0, 0.5), (0.1, -0.1), (0.1, 1.1)):
        with pytest.raises(ValueError, match=r"in \[0, 1\]. Received"):
            lesson08.bernoulli_kl(target, np.array([activity]))


def test_both_penalties_and_their_gradients_agree():
    penalty, gradient = lesson08.kl_penalty(CODES, 0.7, 0.1)
    codes = tf.constant(CODES)
    with tf.GradientTape() as tape:
        tape.watch(codes)
        value = layers.kl_penalty(codes, 0.7, 0.1)
    assert float(value) == pytest.approx(penalty, rel=1e-5)
    np.testing.assert_allclose(tape.gradient(value, codes), gradient, rtol=1e-4)
    assert gradient.shape == (6, 4)
    assert np.ptp(gradient, axis=0).max() == 0


def test_a_murmur_costs_what_a_rare_shout_costs():
    shout = np.array([[1.0], [0.0], [0.0], [0.0], [0.0]])
    murmur = np.full((5, 1), 0.2)
    costs = [lesson08.kl_penalty(codes, 1, 0.1)[0] for codes in (shout, murmur)]
    assert costs[0] == pytest.approx(costs[1])


def layer_loss(regularizer, codes):
    layer = keras.layers.Activation("linear", activity_regularizer=regularizer)
    layer(codes)
    (loss,) = layer.losses
    return float(loss)


@pytest.mark.parametrize("copies", [1, 5])
def test_keras_divides_by_the_batch_size_and_the_regularizer_undoes_it(copies):
    codes = np.tile(CODES, (copies, 1))
    by_hand = lesson08.kl_penalty(CODES, 0.05, 0.1)[0]
    assert layer_loss(layers.KLSparsity(0.05), codes) == pytest.approx(by_hand, rel=1e-4)
    slides = layers.KLSparsity(0.05, 0.1, is_mean=False)
    assert layer_loss(slides, codes) == pytest.approx(by_hand / len(codes), rel=1e-4)


@pytest.mark.parametrize("copies", [1, 5])
def test_l1_is_a_sum_over_units_and_a_mean_over_images(copies):
    codes = np.tile(CODES - 0.5, (copies, 1))
    by_hand = 0.3 * np.abs(codes).sum(axis=1).mean()
    assert layer_loss(layers.L1Sparsity(0.3), codes) == pytest.approx(by_hand, rel=1e-5)


def sparse_model(regularizer):
    keras.utils.set_random_seed(1)
    encoder, decoder = models.build_basic(12, 5)
    encoder.get_layer("code").activity_regularizer = regularizer
    return models.chain(encoder, decoder)


# Keras reads its variables in a way that NumPy 2 deprecates.
@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
@pytest.mark.parametrize(
    ("kind", "config"),
    [
        (layers.KLSparsity, {"weight": 0.3, "target": 0.2, "is_mean": True}),
        (layers.KLSparsity, {"weight": 0.3, "target": 0.2, "is_mean": False}),
        (layers.L1Sparsity, {"weight": 0.3}),
    ],
)
def test_a_saved_model_keeps_its_regularizer(kind, config, tmp_path):
    model = sparse_model(kind(**config))
    images = RNG.random((7, 12), dtype="float32")
    model.save(tmp_path / "sparse.keras")
    again = keras.models.load_model(tmp_path / "sparse.keras")
    outputs, copied = model(images), again(images)
    np.testing.assert_array_equal(outputs, copied)
    (loss,), (same) = model.losses, again.losses
    assert float(loss) > 0
    assert float(same[0]) == float(loss)
    regularizer = again.get_layer("encoder").get_layer("code").activity_regularizer
    assert regularizer.get_config() == config


@pytest.mark.parametrize(
    "regularizer", [layers.KLSparsity(2, 0.05, is_mean=False), layers.L1Sparsity(2)]
)
def test_a_config_makes_the_same_regularizer(regularizer):
    again = keras.regularizers.deserialize(keras.regularizers.serialize(regularizer))
    assert type(again) is type(regularizer)
    assert again.get_config() == regularizer.get_config()
    assert float(again(CODES)) == float(regularizer(CODES))


@pytest.mark.parametrize("weight", [-1, float("nan"), float("inf")])
def test_impossible_weights_are_refused(weight):
    with pytest.raises(ValueError, match=r"weight must be finite and at least 0\. Received"):
        layers.KLSparsity(weight)
    with pytest.raises(ValueError, match=r"weight must be finite and at least 0\. Received"):
        layers.L1Sparsity(weight)


@pytest.mark.parametrize("target", [0, 1, 1.5, -0.1])
def test_impossible_targets_are_refused(target):
    with pytest.raises(
        ValueError, match=r"target must be between 0 and 1, both excluded\. Received"
    ):
        layers.KLSparsity(1, target)


def test_outputs_that_are_no_codes_are_refused():
    with pytest.raises(ValueError, match=r"outputs \(n, k\). Received: shape \(2, 3, 4\)"):
        layers.KLSparsity(1)(np.zeros((2, 3, 4), "float32"))


@pytest.mark.parametrize("batch_size", [10, 60])
def test_training_moves_the_activity_to_the_target_whatever_the_batch_size(batch_size):
    images = np.random.default_rng(2).random((60, 12), dtype="float32")
    reached = {}
    for weight in (0.0, 20.0):
        model = sparse_model(layers.KLSparsity(weight, 0.2) if weight else None)
        training.train(
            model,
            images,
            loss=losses.squared_error,
            optimizer=keras.optimizers.Adam(0.05),
            epochs=240 * batch_size // 60,
            batch_size=batch_size,
        )
        reached[weight] = model.get_layer("encoder")(images).numpy().mean(axis=0)
    np.testing.assert_allclose(reached[20.0], 0.2, atol=0.04)
    assert np.abs(reached[0.0] - 0.2).max() > 0.1


def test_the_strongest_images_come_first():
    codes = np.array([[0.1, 0.9], [0.5, 0.2], [0.3, 0.4]])
    np.testing.assert_array_equal(lesson08.exciting_images(codes, 2), [[1, 2], [0, 2]])
    every = lesson08.exciting_images(CODES, len(CODES))
    np.testing.assert_array_equal(np.sort(every, axis=1), np.tile(np.arange(6), (4, 1)))


def test_the_strongest_deviations_are_kept():
    codes = np.array([[0.9, 0.5, 0.1], [0.6, 0.1, 0.5]])
    means = np.array([0.5, 0.5, 0.5])
    kept = measures.keep_strongest(codes, 1, means)
    np.testing.assert_array_equal(kept, [[0.9, 0.5, 0.5], [0.5, 0.1, 0.5]])
    np.testing.assert_array_equal(measures.keep_strongest(codes, 3, means), codes)
    np.testing.assert_array_equal(measures.keep_strongest(codes, 0, means), means + 0 * codes)


def test_random_numbers_are_kept_in_the_same_number_and_anew_for_each_image():
    codes, means = np.ones((200, 8), "float32"), np.zeros(8)
    kept = measures.keep_random(codes, 3, means, seed=1)
    assert kept.dtype == codes.dtype
    np.testing.assert_array_equal(kept.sum(axis=1), 3)
    np.testing.assert_allclose(kept.mean(axis=0), 3 / 8, atol=0.12)
    np.testing.assert_array_equal(kept, measures.keep_random(codes, 3, means, seed=1))
    assert np.any(kept != measures.keep_random(codes, 3, means, seed=2))


@pytest.mark.parametrize("count", [-1, 5])
def test_more_numbers_than_there_are_cannot_be_kept(count):
    with pytest.raises(ValueError, match=r"count is from 0 to 4 units\. Received"):
        measures.keep_strongest(CODES, count, CODES.mean(axis=0))


def test_purity_is_the_share_of_the_most_frequent_label():
    labels = np.array([[3, 3, 3, 3], [0, 1, 2, 2], [9, 8, 7, 6]])
    np.testing.assert_array_equal(measures.label_purity(labels), [1, 0.5, 0.25])


def test_k_numbers_are_kept_and_only_they_hand_slopes_back():
    numbers = np.array([[0.3, -0.2, 0.9, 0.4], [-0.5, 0.2, -0.1, -0.9]])
    codes, slopes = lesson08.top_k(numbers, 2, np.arange(1.0, 9).reshape(2, 4))
    np.testing.assert_array_equal(codes, [[0, 0, 0.9, 0.4], [0, 0.2, 0, 0]])
    np.testing.assert_array_equal(slopes, [[0, 0, 3, 4], [0, 6, 0, 0]])


def test_the_exercise_and_the_layer_keep_the_same_numbers_and_slopes():
    numbers = tf.constant(RNG.normal(size=(6, 9)).astype("float32"))
    weights = RNG.normal(size=(6, 9)).astype("float32")
    with tf.GradientTape() as tape:
        tape.watch(numbers)
        codes = layers.TopK(3)(numbers)
        total = tf.reduce_sum(codes * weights)
    by_hand, slopes = lesson08.top_k(numbers.numpy(), 3, weights)
    np.testing.assert_array_equal(codes, by_hand)
    np.testing.assert_array_equal(tape.gradient(total, numbers), slopes)


def test_three_choices_by_hand():
    # Rows along the axes: the best error of a choice is what lies along the other axes.
    codes = np.array([[2.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
    images = np.array([[3.0, 1.0, 1.0], [2.0, 1.0, 4.0]])
    errors, gaps, halves = lesson08.compare_choices(codes, np.eye(3), np.ones(3), images)
    np.testing.assert_allclose(errors, np.array([(0 + 1) / 2, (4 + 9) / 2, (0 + 9) / 2]) / 3)
    np.testing.assert_allclose(gaps, np.array([6.0, 4.0]) / 3)
    np.testing.assert_allclose(halves, 1.96 * np.array([2.0, 4.0]) / 3)


def test_borrowed_units_are_no_better_where_each_image_has_its_own():
    dictionary = RNG.normal(size=(20, 12))
    codes = np.zeros((40, 20))
    for row in codes:
        row[RNG.choice(20, size=3, replace=False)] = RNG.uniform(1, 2, size=3)
    errors, gaps, halves = lesson08.compare_choices(
        codes, dictionary, np.zeros(12), codes @ dictionary
    )
    assert errors[0] < 1e-20 and np.all(gaps > halves) and np.all(halves > 0)


def test_units_are_drawn_with_their_filters_in_colour():
    figure = plots.show_units(RNG.normal(size=(5, 16)), RNG.random((5, 3, 16)), alt="x")
    (axis,) = figure.axes
    (drawn,) = axis.images
    canvas = np.asarray(drawn.get_array())
    # Three rows of 4 pixels with gaps of 2; two halves.
    assert canvas.shape[0] == 3 * 4 + 2 * 2
    coloured = np.ptp(canvas, axis=2) > 1e-6
    assert coloured[:4, :4].any() and not coloured[:4, 4:20].any()
    with pytest.raises(ValueError, match=r"as many units each\. Received"):
        plots.show_units(np.ones((2, 16)), np.ones((3, 1, 16)), alt="x")


def test_a_histogram_can_mark_a_target():
    figure = plots.show_histograms({"a": {"x": [0, 1]}}, x_label="q", mark=0.25, alt="x")
    assert [list(line.get_xdata()) for line in figure.axes[0].lines] == [[0.25, 0.25]]
