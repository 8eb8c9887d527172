"""The third source's recurrent and convolutional nets: parameters, shapes, values."""

import keras
import numpy as np
import pytest

from helpers import models
from helpers.results import published


def test_the_recurrent_net_has_the_parameters_that_the_source_prints():
    encoder, decoder = models.build_recurrent()
    assert encoder.count_params() == published("lstm_encoder.parameters").value == 67_320
    assert decoder.count_params() == published("lstm_decoder.parameters").value == 55_228
    counts = [x.count_params() for half in (encoder, decoder) for x in half.layers if x.weights]
    keys = [f"lstm_{half}.parameters.layer{n}" for half in ("encoder", "decoder") for n in (1, 2)]
    assert counts == [published(key).value for key in keys]


def test_the_recurrent_net_goes_from_images_to_images():
    encoder, decoder = models.build_recurrent(3, units=4)
    images = np.random.default_rng(0).uniform(size=(5, 28, 28)).astype("float32")
    codes = encoder(images)
    assert codes.shape == (5, 3)
    assert np.abs(codes).max() < 1
    outputs = models.chain(encoder, decoder)(images).numpy()
    assert outputs.shape == (5, 28, 28)
    assert outputs.min() > 0 and outputs.max() < 1


def test_its_last_layer_does_at_each_step_what_the_source_s_time_distributed_one_does():
    _, decoder = models.build_recurrent(3, units=4)
    states = np.random.default_rng(0).normal(size=(5, 28, 4)).astype("float32")
    each = keras.layers.TimeDistributed(keras.layers.Dense(28, "sigmoid"))
    each.build(states.shape)
    each.set_weights(decoder.layers[-1].get_weights())
    np.testing.assert_allclose(decoder.layers[-1](states), each(states), atol=1e-6)


def test_the_code_depends_on_the_order_of_the_rows():
    encoder, _ = models.build_recurrent(3, units=4)
    images = np.random.default_rng(1).uniform(size=(2, 28, 28)).astype("float32")
    assert np.abs(encoder(images) - encoder(images[:, ::-1])).max() > 1e-4


def test_one_lstm_step_by_hand():
    encoder, _ = models.build_recurrent(2, units=3)
    layer = encoder.layers[1]
    rng = np.random.default_rng(2)
    weights = [rng.normal(size=w.shape) for w in layer.get_weights()]
    layer.set_weights(weights)
    kernel, _, bias = weights
    row = rng.uniform(size=(4, 28))
    # Keras's order: write gate, keep gate, candidate, show gate; output and memory start at 0.
    write, _, candidate, show = np.split(row @ kernel + bias, 4, axis=1)

    def gate(sums):
        return 1 / (1 + np.exp(-sums))

    expected = gate(show) * np.tanh(gate(write) * np.tanh(candidate))
    outputs = layer(row[:, None].astype("float32"))
    np.testing.assert_allclose(outputs[:, 0], expected, rtol=1e-4, atol=1e-5)


def test_lstm_parameters_are_keras_s():
    for input_size, units in ((28, 100), (7, 3), (1, 1)):
        layer = keras.layers.LSTM(units)
        layer.build((None, None, input_size))
        assert models.lstm_parameters(input_size, units) == layer.count_params()


@pytest.mark.parametrize(("code_size", "units"), [(0, 5), (5, 0), (-1, 5)])
def test_impossible_recurrent_sizes_are_refused(code_size, units):
    with pytest.raises(ValueError, match="at least 1"):
        models.build_recurrent(code_size, units)


def test_the_decoder_has_23233_parameters_and_the_source_s_shapes():
    encoder, decoder = models.build_pooled()
    assert encoder.output_shape == (None, 3, 3, 64)
    assert decoder.count_params() == published("conv_decoder.parameters").value == 23_233
    layers = models.outline(decoder)[1:]
    assert [shape for _, shape, _ in layers] == [(7, 7, 32), (14, 14, 16), (28, 28, 1)]
    printed = [published(f"conv_decoder.parameters.layer{n}").value for n in (1, 2, 3)]
    assert [count for *_, count in layers] == printed


def test_a_dense_code_goes_in_the_middle():
    halves = models.build_pooled(5)
    assert halves[0].output_shape == (None, 5)
    whole = models.chain(*halves)
    assert whole.output_shape == (None, 28, 28, 1)
    source = sum(half.count_params() for half in models.build_pooled())
    assert whole.count_params() == source + 576 * 5 + 5 + 5 * 576 + 576


def test_the_convolutional_net_is_selu_with_a_sigmoid_output():
    encoder, decoder = models.build_pooled(5)
    names = [
        layer.activation.__name__
        for half in (encoder, decoder)
        for layer in half.layers
        if hasattr(layer, "activation")
    ]
    assert names == ["selu"] * 3 + ["linear"] + ["selu"] * 3 + ["sigmoid"]


def test_transposed_shapes_are_keras_s():
    for side, kernel_size, stride, padding in (
        (3, 3, 2, "valid"), (7, 3, 2, "same"), (5, 4, 3, "valid"), (4, 5, 1, "same"),
    ):  # fmt: skip
        layer = keras.layers.Conv2DTranspose(6, kernel_size, strides=stride, padding=padding)
        layer.build((None, side, side, 4))
        shape = layer.compute_output_shape((1, side, side, 4))
        answer = models.transposed_shape(side, 4, 6, kernel_size, stride, padding)
        assert answer == (shape[1], layer.count_params())


def test_an_unknown_padding_and_an_impossible_code_are_refused():
    with pytest.raises(ValueError, match=r"padding must be .* Received: 'full'"):
        models.transposed_shape(3, 1, 1, 3, 2, "full")
    with pytest.raises(ValueError, match=r"at least 1, or None\. Received: 0"):
        models.build_pooled(0)


def test_an_outline_begins_with_the_input_and_lists_every_layer():
    outline = models.outline(*models.build_dense((9, 4, 2)))
    assert outline[0] == ("Input", (9,), 0)
    assert [shape for _, shape, _ in outline] == [(9,), (4,), (2,), (4,), (9,)]
    assert [count for *_, count in outline] == [0, 40, 10, 12, 45]


def test_a_dense_net_may_end_in_another_activation():
    _, decoder = models.build_dense((9, 4, 2), output_activation="tanh")
    assert decoder.layers[-1].activation is keras.activations.tanh
