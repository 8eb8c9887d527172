"""The second source's convolutional net: its parameters, values by hand, and its code model."""

import keras
import numpy as np
import pytest

from helpers import models
from helpers.answers import lesson06
from helpers.results import published


@pytest.mark.parametrize("activation", ["relu", "elu"])
def test_the_net_has_421377_parameters_in_both_variants(activation):
    encoder, decoder = models.build_convolutional(64, activation)
    assert encoder.count_params() + decoder.count_params() == 421_377
    assert encoder.output_shape == (None, 64)
    assert models.chain(encoder, decoder).output_shape == (None, 28, 28, 1)


def test_every_layer_has_the_parameters_that_the_source_prints():
    halves = models.build_convolutional()
    counts = [layer.count_params() for half in halves for layer in half.layers if layer.weights]
    printed = [published(f"conv_ae.parameters.layer{n}").value for n in range(1, 7)]
    assert counts == printed


def test_the_variant_is_elu_in_code_and_decoder_and_relu_in_the_convolutions():
    def names(model):
        return [a.__name__ for a in (getattr(x, "activation", None) for x in model.layers) if a]

    encoder, decoder = models.build_convolutional(64, "elu")
    assert names(encoder) == ["relu", "relu", "elu"]
    assert names(decoder) == ["elu", "elu", "sigmoid"]


def test_one_bright_pixel_reaches_the_code_by_hand():
    encoder = models.build_conv_encoder(2, "relu")
    weights = [np.zeros_like(w) for w in encoder.get_weights()]
    weights[0][1, 0, 0, 5] = 2  # lower left of a block, filter 5
    weights[2][0, 1, 5, 9] = 3  # upper right of a block of blocks, filter 9
    weights[4][9] = [1, -1]  # the place at the top left, filter 9
    weights[5][:] = [0.5, 0.5]
    encoder.set_weights(weights)
    image = np.zeros((1, 28, 28, 1), dtype=np.float32)
    image[0, 1, 2] = 0.25
    np.testing.assert_allclose(encoder(image), [[0.25 * 2 * 3 + 0.5, 0]])


def test_a_transposed_convolution_undoes_the_shape_and_writes_separate_blocks():
    decoder = models.build_conv_decoder(2, "elu")
    outputs = decoder(np.zeros((3, 2), dtype=np.float32)).numpy()
    assert outputs.shape == (3, 28, 28, 1)
    np.testing.assert_allclose(outputs, 0.5)  # the sigmoid of 0, biases at their start


def test_shape_by_hand_and_by_keras():
    assert lesson06.convolution_shape(28, 1, 32, 2, 2) == (14, 160)
    assert lesson06.convolution_shape(14, 32, 64, 2, 2) == (7, 8256)
    for side, channels, filters, kernel, stride in ((9, 3, 4, 3, 2), (10, 1, 2, 4, 3)):
        layer = keras.layers.Conv2D(filters, kernel, strides=stride)
        layer.build((None, side, side, channels))
        answer = lesson06.convolution_shape(side, channels, filters, kernel, stride)
        shape = layer.compute_output_shape((1, side, side, channels))
        assert answer == (shape[1], layer.count_params())


def test_the_code_model_shares_its_weights_and_stops_at_the_code():
    encoder, decoder = models.build_convolutional(4)
    whole = keras.Model(encoder.input, decoder(encoder.output))
    codes = models.code_model(whole, "code")
    images = np.random.default_rng(0).uniform(size=(2, 28, 28, 1)).astype("float32")
    np.testing.assert_allclose(codes(images), encoder(images))
    encoder.set_weights([np.zeros_like(w) for w in encoder.get_weights()])
    np.testing.assert_array_equal(codes(images), 0)


@pytest.mark.parametrize("build", [models.build_conv_encoder, models.build_conv_decoder])
def test_an_impossible_code_is_refused(build):
    with pytest.raises(ValueError, match=r"at least 1\. Received: 0"):
        build(0)
