"""Patches: against slices, there and back; how many are hidden, and that each choice is equal."""

import keras
import numpy as np
import pytest

from helpers import layers


def some_images(count=3, side=6, seed=0):
    return np.random.default_rng(seed).uniform(size=(count, side * side)).astype("float32")


@pytest.mark.parametrize("count, side, size", [(3, 6, 2), (1, 6, 3), (2, 4, 4), (2, 3, 1)])
def test_a_patch_is_a_square_of_the_image_row_by_row(count, side, size):
    images = some_images(count, side)
    patches = layers.cut_patches(images, size)
    squares = [
        images.reshape(count, side, side)[:, top : top + size, left : left + size]
        for top in range(0, side, size)
        for left in range(0, side, size)
    ]
    assert patches.shape == (count, (side // size) ** 2, size**2)
    np.testing.assert_array_equal(patches, np.stack([s.reshape(count, -1) for s in squares], 1))
    np.testing.assert_array_equal(layers.join_patches(patches), images)
    np.testing.assert_array_equal(layers.Patches(size)(images), patches)


@pytest.mark.parametrize("shape, size", [((2, 36), 4), ((2, 35), 1), ((2, 6, 6), 2), ((2, 36), 0)])
def test_images_that_cannot_be_cut_are_refused(shape, size):
    for cut in (layers.cut_patches, lambda images, size: layers.Patches(size)(images)):
        with pytest.raises(ValueError, match="Received"):
            cut(np.zeros(shape, "float32"), size)


@pytest.mark.parametrize("shape", [(2, 5, 4), (2, 4, 5), (4, 4), (2, 0, 4)])
def test_patches_that_make_no_square_are_refused(shape):
    with pytest.raises(ValueError, match="Received"):
        layers.join_patches(np.zeros(shape))


@pytest.mark.parametrize("num_seen", [1, 4, 8, 9])
def test_exactly_so_many_are_seen_and_none_twice(num_seen):
    patches = np.zeros((50, 9, 4), "float32")
    seen, hidden = map(np.asarray, layers.RandomPlaces(num_seen, seed=1)(patches))
    assert seen.shape == (50, num_seen) and hidden.shape == (50, 9 - num_seen)
    both = np.sort(np.concatenate([seen, hidden], axis=1), axis=1)
    np.testing.assert_array_equal(both, np.tile(np.arange(9), (50, 1)))


def test_every_choice_is_as_probable_and_new_in_each_call():
    layer, patches = layers.RandomPlaces(2, seed=3), np.zeros((6_000, 4, 1), "float32")
    seen, again = (np.asarray(layer(patches)[0]) for _ in range(2))
    pairs, counts = np.unique(np.sort(seen, axis=1), axis=0, return_counts=True)
    # Six pairs, 1,000 each, with a standard deviation of 29.
    assert len(pairs) == 6 and np.abs(counts - 1_000).max() < 150
    assert (seen != again).any()
    same = layers.RandomPlaces(2, seed=3)(patches)[0]
    np.testing.assert_array_equal(same, seen)


def test_more_than_there_are_or_none_cannot_be_seen():
    with pytest.raises(ValueError, match="at least 1"):
        layers.RandomPlaces(0)
    with pytest.raises(ValueError, match="Received: 4"):
        layers.RandomPlaces(5)(np.zeros((2, 4, 1), "float32"))


def test_both_layers_are_saved_with_what_they_were_made_of(tmp_path):
    images = keras.Input((36,))
    patches = layers.Patches(2)(images)
    model = keras.Model(images, [patches, *layers.RandomPlaces(3, seed=7)(patches)])
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    for one, other in zip(model(some_images()), again(some_images()), strict=True):
        np.testing.assert_array_equal(one, other)
