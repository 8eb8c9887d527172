"""The networks of the course and the layers by hand: shapes, parameters, values."""

import itertools

import keras
import numpy as np
import pytest

from helpers import layers, models


def test_sigmoid_by_hand_and_far_out():
    values, slopes = layers.sigmoid(np.array([0.0, np.log(3), 1000.0, -1000.0]))
    np.testing.assert_allclose(values, [0.5, 0.75, 1, 0])
    np.testing.assert_allclose(slopes, [0.25, 0.1875, 0, 0])


def test_dense_by_hand():
    outputs = layers.dense(np.array([[1.0, 2.0]]), np.array([[1.0, 0], [3.0, -1]]), np.ones(2))
    np.testing.assert_allclose(outputs, [[8, -1]])


def test_basic_has_the_parameters_of_two_dense_layers():
    encoder, decoder = models.build_basic(784, 256)
    assert encoder.output_shape == (None, 256)
    assert decoder.output_shape == (None, 784)
    assert models.chain(encoder, decoder).count_params() == 2 * 784 * 256 + 256 + 784


def test_basic_is_the_two_layers_by_hand():
    rng = np.random.default_rng(0)
    encoder, decoder = models.build_basic(5, 2)
    for model in (encoder, decoder):
        model.set_weights([rng.normal(size=w.shape) for w in model.get_weights()])
    images = rng.uniform(size=(3, 5)).astype("float32")
    codes, _ = layers.sigmoid(layers.dense(images, *encoder.get_weights()))
    outputs, _ = layers.sigmoid(layers.dense(codes, *decoder.get_weights()))
    autoencoder = models.chain(encoder, decoder)
    np.testing.assert_allclose(autoencoder(images), outputs, rtol=1e-5)


def test_basic_draws_both_kernels_and_biases_from_the_given_start():
    keras.utils.set_random_seed(0)

    def unit_normal(shape, dtype=None):
        return keras.random.normal(shape, dtype=dtype)

    halves = models.build_basic(200, 100, initializer=unit_normal, bias_initializer=unit_normal)
    for weights in (*halves[0].get_weights(), *halves[1].get_weights()):
        assert weights.std() == pytest.approx(1, abs=0.25)
    assert not np.allclose(halves[0].get_weights()[0].ravel(), halves[1].get_weights()[0].ravel())


def test_the_second_source_s_net_has_716640_parameters():
    halves = models.build_dense((784, 784, 64), (784,), code_activation="relu")
    assert models.chain(*halves).count_params() == 716_640


def test_dense_is_mirrored_when_no_decoder_is_given():
    encoder, decoder = models.build_dense((20, 10, 5, 2))
    assert [layer.units for layer in encoder.layers[1:]] == [10, 5, 2]
    assert [layer.units for layer in decoder.layers[1:]] == [5, 10, 20]
    assert encoder.layers[-1].activation is keras.activations.linear
    assert decoder.layers[-1].activation is keras.activations.sigmoid


def test_a_chain_shares_its_halves_weights():
    encoder, decoder = models.build_basic(4, 2)
    autoencoder = models.chain(encoder, decoder)
    autoencoder.set_weights([np.ones_like(w) for w in autoencoder.get_weights()])
    assert all(np.all(w == 1) for w in encoder.get_weights() + decoder.get_weights())


@pytest.mark.parametrize("sizes", [(784,), (784, 0), ()])
def test_impossible_sizes_are_refused(sizes):
    with pytest.raises(ValueError, match="two or more sizes"):
        models.build_dense(sizes)


def test_deep_is_the_lab_s_net():
    encoder, decoder = models.build_deep()
    units = [[x.units for x in half.layers if hasattr(x, "units")] for half in (encoder, decoder)]
    assert units == [[1000, 500, 250, 2], [250, 500, 1000, 784]]
    sizes = [784, 1000, 500, 250, 2, 250, 500, 1000, 784]
    products = sum(first * second for first, second in itertools.pairwise(sizes))
    # A bias, a scale and a shift to train, and a running mean and variance, for every unit.
    assert models.chain(encoder, decoder).count_params() == products + 5 * sum(sizes[1:])


def test_a_deep_layer_by_hand_in_both_phases():
    rng = np.random.default_rng(0)
    encoder, _ = models.build_deep(2, (), input_size=5, momentum=0.9)
    shapes = [weights.shape for weights in encoder.get_weights()]
    kernel, bias, scale, shift, _, _ = weights = [rng.uniform(0.5, 1, shape) for shape in shapes]
    encoder.set_weights(weights)
    images = rng.uniform(size=(8, 5)).astype("float32")
    sums = images @ kernel + bias

    def outputs(mean, variance):
        return layers.sigmoid(scale * (sums - mean) / np.sqrt(variance + 1e-3) + shift)[0]

    mean, variance = weights[4:]
    np.testing.assert_allclose(encoder(images, training=False), outputs(mean, variance), rtol=1e-4)
    by_batch = outputs(sums.mean(axis=0), sums.var(axis=0))
    np.testing.assert_allclose(encoder(images, training=True), by_batch, rtol=1e-3)
    running = encoder.get_weights()[4]
    np.testing.assert_allclose(running, 0.9 * mean + 0.1 * sums.mean(axis=0), rtol=1e-5)


def test_deep_refuses_an_empty_layer():
    with pytest.raises(ValueError, match="at least 1"):
        models.build_deep(0)
