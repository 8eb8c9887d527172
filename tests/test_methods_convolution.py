"""Transposed convolution by hand: values, the transpose it is named after, and Keras's."""

import keras
import numpy as np
import pytest

from helpers.answers import lesson07
from helpers.methods import convolution

RNG = np.random.default_rng(7)


def test_two_blocks_overlap_in_one_number():
    outputs = lesson07.transpose_convolve(np.array([1.0, 3.0]), np.array([1.0, 2.0, 1.0]), 2)
    np.testing.assert_array_equal(outputs, [1, 2, 4, 6, 3])


def test_blocks_shorter_than_the_stride_leave_gaps():
    outputs = lesson07.transpose_convolve(np.array([1.0, 2.0]), np.array([5.0]), 3)
    np.testing.assert_array_equal(outputs, [5, 0, 0, 10])


@pytest.mark.parametrize(("count", "size", "stride"), [(5, 3, 2), (4, 4, 1), (3, 2, 3), (1, 4, 2)])
def test_it_is_the_transpose_of_the_convolution(count, size, stride):
    kernel, y = RNG.normal(size=size), RNG.normal(size=count)
    x = RNG.normal(size=stride * (count - 1) + size)
    left = convolution.convolve(x, kernel, stride) @ y
    right = x @ lesson07.transpose_convolve(y, kernel, stride)
    assert left == pytest.approx(right)
    matrix = convolution.convolution_matrix(len(x), kernel, stride)
    np.testing.assert_allclose(matrix @ x, convolution.convolve(x, kernel, stride))
    np.testing.assert_allclose(matrix.T @ y, lesson07.transpose_convolve(y, kernel, stride))


def test_the_convolution_is_numpy_s():
    x, kernel = RNG.normal(size=9), RNG.normal(size=3)
    expected = np.correlate(x, kernel, "valid")
    np.testing.assert_allclose(convolution.convolve(x, kernel, 1), expected)
    np.testing.assert_allclose(convolution.convolve(x, kernel, 2), expected[::2])


@pytest.mark.parametrize(("size", "stride"), [(3, 2), (2, 2), (4, 3), (5, 1)])
def test_images_are_keras_s(size, stride):
    layer = keras.layers.Conv2DTranspose(3, size, strides=stride, use_bias=False)
    images = RNG.normal(size=(2, 4, 3, 5)).astype("float32")
    expected = layer(images).numpy()
    outputs = lesson07.transpose_convolve_images(images, layer.get_weights()[0], stride)
    np.testing.assert_allclose(outputs, expected, atol=1e-5)


def test_a_row_of_pixels_is_the_one_dimensional_case():
    row, kernel = RNG.normal(size=4), RNG.normal(size=3)
    square = np.zeros((3, 3))
    square[1] = kernel
    outputs = lesson07.transpose_convolve_images(
        row[None, None, :, None], square[:, :, None, None], 2
    )
    assert outputs.shape == (1, 3, 9, 1)
    np.testing.assert_allclose(outputs[0, 1, :, 0], lesson07.transpose_convolve(row, kernel, 2))
    np.testing.assert_array_equal(outputs[0, ::2], 0)
