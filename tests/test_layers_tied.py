"""TiedDense and the models made of it: one kernel for both directions, whatever happens to it."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from helpers import layers, models

IMAGES = np.random.default_rng(0).uniform(size=(4, 5)).astype("float32")


def tied_autoencoder(units=3):
    """Return a model that goes through one TiedDense and back, with weights that hide nothing."""
    layer = layers.TiedDense(units, "tanh", "sigmoid")
    inputs = keras.Input((5,))
    model = keras.Model(inputs, layer(layer(inputs), transposed=True))
    rng = np.random.default_rng(1)
    model.set_weights([rng.normal(size=w.shape) for w in model.get_weights()])
    return model


def kernel_parameters(*parts):
    """Count the parameters of all kernels of some models, each kernel once."""
    kernels = {id(w): np.prod(w.shape) for m in parts for w in m.weights if len(w.shape) == 2}
    return sum(kernels.values())


def test_it_is_the_two_dense_layers_by_hand():
    model = tied_autoencoder()
    kernel, bias, back = model.get_weights()
    assert [w.shape for w in (kernel, bias, back)] == [(5, 3), (3,), (5,)]
    codes = np.tanh(layers.dense(IMAGES, kernel, bias))
    outputs, _ = layers.sigmoid(layers.dense(codes, kernel.T, back))
    np.testing.assert_allclose(model(IMAGES), outputs, rtol=1e-5)


def test_the_kernel_s_gradient_is_the_sum_of_both_directions():
    model = tied_autoencoder()
    kernel, bias, back = model.get_weights()
    encoding, decoding = tf.Variable(kernel), tf.Variable(kernel.T)
    with tf.GradientTape(persistent=True) as tape:
        tied = tf.reduce_sum(tf.square(model(IMAGES) - IMAGES))
        codes = tf.tanh(IMAGES @ encoding + bias)
        untied = tf.reduce_sum(tf.square(tf.sigmoid(codes @ decoding + back) - IMAGES))
    ours = tape.gradient(tied, model.trainable_variables[0].value)
    first, second = (tape.gradient(untied, part) for part in (encoding, decoding))
    np.testing.assert_allclose(ours, first + tf.transpose(second), rtol=1e-4)


@pytest.mark.parametrize("way", ["file", "config", "clone"])
def test_a_copy_returns_the_same_and_is_still_tied(way, tmp_path):
    model = tied_autoencoder()
    if way == "file":
        model.save(tmp_path / "tied.keras")
        copy = keras.models.load_model(tmp_path / "tied.keras")
    else:
        copy = (
            keras.Model.from_config(model.get_config())
            if way == "config"
            else keras.models.clone_model(model)
        )
        copy.set_weights(model.get_weights())
    np.testing.assert_allclose(copy(IMAGES), model(IMAGES), rtol=1e-6)
    assert kernel_parameters(copy) == 5 * 3
    # Both directions change with the one kernel that there is.
    copy.set_weights([np.zeros_like(w) for w in copy.get_weights()])
    np.testing.assert_allclose(copy(IMAGES), 0.5)


def test_config_round_trip_keeps_every_option():
    layer = layers.TiedDense(7, "selu", "sigmoid", kernel_initializer="he_normal", name="tie")
    again = layers.TiedDense.from_config(layer.get_config())
    assert again.get_config() == layer.get_config()
    assert (again.units, again.name) == (7, "tie")
    assert again.transposed_activation is keras.activations.sigmoid


def test_a_tied_autoencoder_has_exactly_half_the_kernel_parameters():
    sizes = (20, 12, 6, 2)
    tied, untied = models.build_tied(sizes), models.build_dense(sizes)
    assert 2 * kernel_parameters(*tied) == kernel_parameters(*untied)
    assert kernel_parameters(*tied) == 20 * 12 + 12 * 6 + 6 * 2
    biases = [sum(np.prod(w.shape) for w in models.chain(*m).weights if len(w.shape) == 1)
              for m in (tied, untied)]  # fmt: skip
    assert biases[0] == biases[1]


def test_a_tied_autoencoder_is_the_dense_one_with_transposed_kernels():
    sizes = (5, 4, 3, 2)
    tied = models.build_tied(sizes, activation="selu", code_activation="tanh")
    untied = models.build_dense(sizes, activation="selu", code_activation="tanh")
    rng = np.random.default_rng(2)
    kernels = [rng.normal(size=shape) for shape in ((5, 4), (4, 3), (3, 2))]
    biases = [rng.normal(size=size) for size in (4, 3, 2)]
    back = [rng.normal(size=size) for size in (5, 4, 3)]
    by_layer = [x for x in tied[0].layers if isinstance(x, layers.TiedDense)]
    for layer, *weights in zip(by_layer, kernels, biases, back, strict=True):
        layer.set_weights(weights)
    untied[0].set_weights([w for pair in zip(kernels, biases, strict=True) for w in pair])
    mirrored = zip([k.T for k in kernels[::-1]], back[::-1], strict=True)
    untied[1].set_weights([w for pair in mirrored for w in pair])
    for ours, theirs in zip(tied, untied, strict=True):
        inputs = rng.uniform(size=(3, ours.input_shape[1])).astype("float32")
        np.testing.assert_allclose(ours(inputs), theirs(inputs), rtol=1e-5)


def test_a_first_call_backwards_is_refused():
    with pytest.raises(ValueError, match="first called forwards"):
        layers.TiedDense(3)(keras.Input((3,)), transposed=True)


def test_inputs_of_another_size_are_refused():
    layer = layers.TiedDense(3)
    layer(IMAGES)
    with pytest.raises(ValueError, match=r"transposed call takes inputs \(n, 3\)"):
        layer(IMAGES, transposed=True)
    with pytest.raises(ValueError, match=r"forward call takes inputs \(n, 5\)"):
        layer(IMAGES[:, :3])


@pytest.mark.parametrize("units", [0, -2])
def test_no_units_are_refused(units):
    with pytest.raises(ValueError, match="at least 1"):
        layers.TiedDense(units)


@pytest.mark.parametrize("sizes", [(784,), (784, 0), (5, 3, 0)])
def test_impossible_sizes_are_refused(sizes):
    with pytest.raises(ValueError, match="two or more sizes"):
        models.build_tied(sizes)
