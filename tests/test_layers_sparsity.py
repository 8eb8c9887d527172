"""TopK and the autoencoder made of it; and what the installed Keras does with a regularizer."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from helpers import layers, losses, models, training
from helpers.layers import sparsity

ROWS = np.array([[0.5, -1.0, 2.0, 0.5, 1.0], [-1.0, -2.0, 0.3, -0.1, 0.0]], "float32")


def test_the_k_largest_are_kept_after_a_relu_and_of_equal_ones_the_first():
    kept = layers.TopK(3)(ROWS)
    np.testing.assert_allclose(kept, [[0.5, 0, 2, 0, 1], [0, 0, 0.3, 0, 0]])
    np.testing.assert_allclose(layers.TopK(1)(ROWS)[0], [0, 0, 2, 0, 0])
    np.testing.assert_allclose(layers.TopK(5)(ROWS), np.maximum(ROWS, 0))


def test_it_takes_no_more_than_k_of_many_equal_ones_and_any_number_of_axes():
    assert np.count_nonzero(layers.TopK(4)(np.ones((3, 9), "float32")), axis=1).tolist() == [4] * 3
    deep = np.random.default_rng(0).normal(size=(2, 3, 8)).astype("float32")
    flat = layers.TopK(2)(deep.reshape(6, 8))
    np.testing.assert_array_equal(layers.TopK(2)(deep), np.reshape(flat, (2, 3, 8)))


@pytest.mark.parametrize("jit", [False, True])
def test_of_equal_numbers_the_first_are_kept(jit):
    rows = np.array([[2, 7, 2, 2, 9, 2], [0, -1, 3, 3, 3, 0]], "float32")
    found = tf.function(layers.TopK(4), jit_compile=jit)(rows)
    np.testing.assert_array_equal(found, [[2, 7, 2, 0, 9, 0], [0, 0, 3, 3, 3, 0]])


def test_the_gradient_passes_to_what_is_kept_and_positive_only():
    rows = tf.constant(ROWS)
    with tf.GradientTape() as tape:
        tape.watch(rows)
        total = tf.reduce_sum(layers.TopK(3)(rows) * [1.0, 2.0, 3.0, 4.0, 5.0])
    np.testing.assert_array_equal(tape.gradient(total, rows), [[1, 0, 3, 0, 5], [0, 0, 3, 0, 0]])


@pytest.mark.parametrize("k", [0, -1, 1.5])
def test_an_impossible_k_is_refused(k):
    with pytest.raises(ValueError, match=r"k must be a whole number, at least 1\. Received"):
        layers.TopK(k)


def test_more_than_all_units_cannot_be_kept():
    with pytest.raises(ValueError, match=r"k must be at most the number of units\. Received"):
        layers.TopK(6)(ROWS)


# Keras reads its variables in a way that NumPy 2 deprecates.
@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
def test_a_saved_model_keeps_its_k(tmp_path):
    encoder, decoder = models.build_top_k(np.full(6, 0.5), 8, 2, seed=3)
    net = models.chain(encoder, decoder)
    images = np.random.default_rng(1).random((5, 6), dtype="float32")
    net.save(tmp_path / "sparse.keras")
    again = keras.models.load_model(tmp_path / "sparse.keras")
    np.testing.assert_array_equal(net(images), again(images))
    assert again.get_layer("encoder").get_layer("code").k == 2


def test_the_untrained_autoencoder_by_hand():
    mean = np.array([0.1, 0.4, 0.2, 0.9], "float32")
    encoder, decoder = models.build_top_k(mean, 7, 3, seed=1)
    dictionary, offset = decoder.get_layer("dictionary").get_weights()
    np.testing.assert_allclose(np.linalg.norm(dictionary, axis=1), 1, rtol=1e-5)
    images = np.random.default_rng(2).random((6, 4), dtype="float32")
    components = (images - mean) @ dictionary.T
    codes = np.array(encoder(images))
    assert np.count_nonzero(codes, axis=1).max() <= 3
    np.testing.assert_allclose(codes[codes > 0], components[codes > 0], rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(decoder(codes), codes @ dictionary + offset, rtol=1e-5)
    np.testing.assert_allclose(decoder(encoder(mean[None])), mean[None], atol=1e-5)
    same = models.build_top_k(mean, 7, 3, seed=1)[1].get_layer("dictionary").get_weights()[0]
    np.testing.assert_array_equal(dictionary, same)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((np.zeros((2, 3)), 5, 2), r"mean must have shape \(d,\)\. Received"),
        ((np.zeros(3), 5, 6), r"at most the number of units\. Received: k 6, 5 units"),
    ],
)
def test_an_impossible_autoencoder_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        models.build_top_k(*arguments)


def test_training_finds_the_directions_that_the_data_are_made_of():
    rng = np.random.default_rng(0)
    truth = np.eye(8, 12, dtype="float32")
    chosen = rng.permuted(np.tile([1] * 2 + [0] * 6, (400, 1)), axis=1)
    data = (chosen * rng.uniform(0.5, 1, chosen.shape)).astype("float32") @ truth
    encoder, decoder = models.build_top_k(data.mean(axis=0), 16, 2, seed=0)
    net = models.chain(encoder, decoder)
    before = np.mean(np.square(net(data) - data))
    adam = keras.optimizers.Adam(0.01)
    options = {"loss": losses.squared_error, "optimizer": adam, "batch_size": 50}
    training.train(net, data, epochs=40, **options)
    assert np.mean(np.square(net(data) - data)) < 0.2 * before


def test_the_installed_keras_divides_a_plain_regularizer_as_the_module_believes():
    codes = np.random.default_rng(3).random((6, 4)).astype("float32")
    layer = keras.layers.Activation(
        "linear", activity_regularizer=lambda codes: codes[0, 0] * 0 + 6
    )
    layer(codes)
    assert float(layer.losses[0]) == (1 if sparsity._IS_DIVIDED else 6)
