"""Tied gradients against the tape; the recurrent autoencoder of strokes."""

import numpy as np
import tensorflow as tf

from helpers import layers, losses
from helpers.answers.lesson07 import build_stroke_autoencoder, lstm_parameters, tied_gradients


def test_one_pixel_by_hand():
    parts = tied_gradients(np.array([[1.0]]), np.array([[0.5]]))
    np.testing.assert_allclose(parts, [[[-0.75]], [[-0.75]]])


def test_the_sum_is_the_tape_s_gradient_of_a_tied_layer():
    images = np.random.default_rng(0).normal(size=(6, 5)).astype("float32")
    layer = layers.TiedDense(3)
    with tf.GradientTape() as tape:
        outputs = layer(layer(images), transposed=True)
        error = tf.reduce_mean(losses.squared_error(images, outputs))
    gradient = tape.gradient(error, layer.kernel.value)
    parts = tied_gradients(images, layer.get_weights()[0])
    np.testing.assert_allclose(sum(parts), gradient, rtol=1e-4, atol=1e-4)


def test_each_part_is_the_tape_s_when_the_other_use_is_held():
    rng = np.random.default_rng(1)
    images, kernel = rng.normal(size=(4, 6)), rng.normal(size=(6, 2))
    first, second = tf.Variable(kernel), tf.Variable(kernel)
    with tf.GradientTape() as tape:
        outputs = tf.matmul(tf.matmul(images, first), second, transpose_b=True)
        error = tf.reduce_sum(tf.square(outputs - images)) / len(images)
    for part, expected in zip(
        tied_gradients(images, kernel), tape.gradient(error, [first, second]), strict=True
    ):
        np.testing.assert_allclose(part, expected)


def test_orthonormal_kernels_leave_nothing_to_the_encoder_part():
    # W^T (x W W^T - x)^T = 0 when W^T W = 1: the errors are orthogonal to the codes' space.
    rng = np.random.default_rng(2)
    kernel = np.linalg.qr(rng.normal(size=(5, 2)))[0]
    encoder_part, decoder_part = tied_gradients(rng.normal(size=(7, 5)), kernel)
    np.testing.assert_allclose(encoder_part, 0, atol=1e-12)
    assert np.abs(decoder_part).max() > 0.1


def test_a_stroke_goes_to_a_code_and_back():
    encoder, decoder = build_stroke_autoencoder(7, 3, 5)
    strokes = np.random.default_rng(3).normal(size=(4, 7, 2)).astype("float32")
    assert encoder(strokes).shape == (4, 3)
    assert decoder(encoder(strokes)).shape == (4, 7, 2)


def test_the_parameters_are_those_on_paper_whatever_the_number_of_points():
    for steps in (1, 20):
        encoder, decoder = build_stroke_autoencoder(steps, 4, 64)
        assert encoder.count_params() == lstm_parameters(2, 64) + 65 * 4
        assert decoder.count_params() == lstm_parameters(4, 64) + 65 * 2


def test_the_code_depends_on_the_order_and_on_every_point():
    encoder, _ = build_stroke_autoencoder(6, 2, 5)
    stroke = np.random.default_rng(4).normal(size=(1, 6, 2)).astype("float32")
    moved = np.repeat(stroke, 6, axis=0)
    moved[np.arange(6), np.arange(6)] += 0.5
    changes = np.abs(encoder(moved) - encoder(stroke)).max(axis=1)
    assert changes.min() > 1e-4
    assert np.abs(encoder(stroke[:, ::-1]) - encoder(stroke)).max() > 1e-4


def test_longer_decoders_with_the_same_weights_begin_alike():
    short, long = (build_stroke_autoencoder(steps, 3, 5)[1] for steps in (4, 9))
    long.set_weights(short.get_weights())
    codes = np.random.default_rng(5).normal(size=(3, 3)).astype("float32")
    np.testing.assert_allclose(long(codes)[:, :4], short(codes), rtol=1e-5, atol=1e-6)
