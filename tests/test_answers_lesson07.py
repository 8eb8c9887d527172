"""Tied gradients against the tape, and which networks are beaten."""

import numpy as np
import pytest
import tensorflow as tf

from helpers import layers, losses
from helpers.answers.lesson07 import tied_gradients, unbeaten


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


def test_the_unbeaten_are_found_whatever_the_order():
    sizes, errors = [500, 100, 300, 200], np.array([[1.0, 3.0], [5.0, 5.0], [3.0, 3.0], [6.0, 4.0]])
    # Means 2, 5, 3, 5: the last one is as good as the second and larger.
    assert unbeaten(sizes, errors) == [1, 2, 0]
    order = [3, 0, 1, 2]
    found = unbeaten([sizes[i] for i in order], errors[order])
    assert [order[place] for place in found] == [1, 2, 0]


def test_equal_networks_do_not_beat_each_other():
    assert unbeaten([10, 10], np.ones((2, 3))) == [0, 1]


def test_counts_that_differ_are_refused():
    with pytest.raises(ValueError):
        unbeaten([1, 2], np.ones((3, 2)))
