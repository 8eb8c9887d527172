"""The augmentation by shifts: whole pixels, every shift as often, nothing else changed."""

import numpy as np
import pytest
import tensorflow as tf

from helpers import layers

SEED = tf.constant([3, 4])


def one_dot(count, side=5):
    images = np.zeros((count, side, side), "float32")
    images[:, 2, 2] = 1
    return images


@pytest.mark.parametrize("shape", [(6, 28, 28), (6, 784)])
def test_the_shape_stays(shape):
    assert layers.shifts(1)(tf.zeros(shape), SEED).shape == shape


def test_a_dot_lands_on_each_of_the_nine_places_about_equally_often():
    moved = layers.shifts(1)(one_dot(4500), SEED).numpy()
    places = moved.sum(axis=0)
    assert places.sum() == 4500
    expected = np.zeros((5, 5))
    expected[1:4, 1:4] = 500
    np.testing.assert_allclose(places, expected, atol=105)  # 5 standard deviations


def test_an_image_moves_as_numpy_moves_it():
    images = np.random.default_rng(0).uniform(size=(30, 36)).astype("float32")
    moved = layers.shifts(2)(images, SEED).numpy()
    for image, after in zip(images, moved, strict=True):
        padded = np.pad(image.reshape(6, 6), 2)
        windows = np.lib.stride_tricks.sliding_window_view(padded, (6, 6)).reshape(25, 36)
        assert (windows == after).all(axis=1).sum() == 1


def test_no_shift_changes_nothing_and_the_same_seed_shifts_the_same_way():
    images = one_dot(50)
    np.testing.assert_array_equal(layers.shifts(0)(images, SEED), images)
    shift = layers.shifts(1)
    compiled = tf.function(shift, jit_compile=True)
    np.testing.assert_array_equal(shift(images, SEED), compiled(images, SEED))
    assert not np.array_equal(shift(images, SEED), shift(images, SEED + 1))


@pytest.mark.parametrize("pixels", [-1, 0.5])
def test_half_a_pixel_is_refused(pixels):
    with pytest.raises(ValueError, match=f"whole number of pixels.* Received: {pixels}"):
        layers.shifts(pixels)


def test_images_that_are_not_square_are_refused():
    with pytest.raises(ValueError, match=r"square images. Received: shape \(2, 12\)"):
        layers.shifts(1)(tf.zeros((2, 12)), SEED)
