"""The augmentation by turns, scales and moves: what it reads between pixels, how far it goes."""

import importlib

import numpy as np
import pytest
import tensorflow as tf
from scipy import ndimage

from helpers import layers

SEED = tf.constant([3, 4])
# The package has the function under this name.
MODULE = importlib.import_module("helpers.layers.warps")


def blobs(count, side=28):
    """Return images of one soft blob each, (count, side, side), centred."""
    rows, columns = np.indices((side, side)) - (side - 1) / 2
    one = np.exp(-(rows**2 / 18 + columns**2 / 8))
    return np.repeat(one[None], count, axis=0).astype("float32")


@pytest.mark.parametrize("shape", [(6, 28, 28), (6, 784), (6, 28, 28, 1)])
def test_the_shape_stays(shape):
    warp = layers.warps(degrees=10, scale=0.1, pixels=2)
    assert warp(tf.zeros(shape), SEED).shape == shape


def test_pixels_between_pixels_are_those_that_scipy_reads():
    rng = np.random.default_rng(0)
    image = rng.uniform(size=(9, 9)).astype("float32")
    places = rng.uniform(-4, 13, size=(2, 200)).astype("float32")
    found = MODULE._read_between(image[None], *places[:, None], 9)[0]
    known = ndimage.map_coordinates(np.pad(image, 6), places + 6, order=1)
    np.testing.assert_allclose(found, known, atol=1e-5)


def test_nothing_asked_for_changes_nothing_and_a_seed_decides():
    images = blobs(20)
    np.testing.assert_allclose(layers.warps()(images, SEED), images, atol=1e-6)
    warp = layers.warps(degrees=10, scale=0.1, pixels=2)
    compiled = tf.function(warp, jit_compile=True)
    for one in (warp, compiled):
        np.testing.assert_array_equal(one(images, SEED), one(images, SEED))
        assert not np.allclose(one(images, SEED), one(images, SEED + 1), atol=0.1)


def test_moves_are_uniform_up_to_the_limit():
    moved = layers.warps(pixels=3)(blobs(4000), SEED).numpy()
    weights = moved / moved.sum(axis=(1, 2), keepdims=True)
    for axis, place in enumerate(np.indices((28, 28))):
        centres = (weights * place).sum(axis=(1, 2)) - 13.5
        assert 2.9 < abs(centres).max() < 3.05, axis
        assert centres.std() == pytest.approx(3 / np.sqrt(3), rel=0.05)


def test_an_upright_blob_is_turned_and_scaled_as_far_as_asked():
    turned = layers.warps(degrees=30)(blobs(500), SEED).numpy()
    rows, columns = np.indices((28, 28)) - 13.5
    weights = turned / turned.sum(axis=(1, 2), keepdims=True)
    tall, wide, mixed = (
        (weights * part).sum(axis=(1, 2)) for part in (rows**2, columns**2, rows * columns)
    )
    angles = np.degrees(np.arctan2(2 * mixed, tall - wide)) / 2
    assert 28 < abs(angles).max() < 31 and angles.min() < -28 < 28 < angles.max()
    scaled = layers.warps(scale=0.2)(blobs(500), SEED).numpy()
    heights = np.sqrt((scaled * rows**2).sum(axis=(1, 2)) / scaled.sum(axis=(1, 2)) / 9)
    assert 0.78 < heights.min() < 0.83 and 1.17 < heights.max() < 1.22


@pytest.mark.parametrize("limits", [{"degrees": -1}, {"scale": 1}, {"pixels": -0.5}])
def test_limits_that_mean_nothing_are_refused(limits):
    with pytest.raises(ValueError, match=r"warps takes degrees and pixels.* Received: degrees="):
        layers.warps(**limits)


def test_images_that_are_not_square_are_refused():
    with pytest.raises(ValueError, match=r"square images. Received: shape \(2, 12\)"):
        layers.warps(pixels=1)(tf.zeros((2, 12)), SEED)
