"""Coarse images and halfway images: by hand, round trips, failures."""

import numpy as np
import pytest

from helpers.methods.coarse import coarsen, refine, restore_contrast


@pytest.fixture
def rng():
    return np.random.default_rng(3)


def test_coarse_pixels_are_means_of_blocks():
    image = np.arange(16.0)[None]
    np.testing.assert_array_equal(coarsen(image, 2), [[2.5, 4.5, 10.5, 12.5]])
    np.testing.assert_array_equal(coarsen(image, 4), image)
    np.testing.assert_array_equal(coarsen(image, 1), [[7.5]])


def test_refined_images_come_back_when_made_coarse(rng):
    coarse = rng.random((5, 9))
    assert refine(coarse, 12).shape == (5, 144)
    np.testing.assert_allclose(coarsen(refine(coarse, 12), 3), coarse)
    np.testing.assert_array_equal(
        refine(np.array([[1.0, 2, 3, 4]]), 4)[0],
        [1, 1, 2, 2, 1, 1, 2, 2, 3, 3, 4, 4, 3, 3, 4, 4],
    )


@pytest.mark.parametrize("side", [0, 3, 5])
def test_a_side_that_does_not_divide_is_refused(side):
    with pytest.raises(ValueError, match=f"Received: {side}, 16 pixels"):
        coarsen(np.zeros((1, 16)), side)


@pytest.mark.parametrize(("pixels", "side"), [(4, 3), (5, 10)])
def test_a_side_that_is_no_multiple_is_refused(pixels, side):
    with pytest.raises(ValueError, match=f"Received: {side}, {pixels} pixels"):
        refine(np.zeros((1, pixels)), side)


def test_restored_contrast_by_hand():
    # The ends are 5 and 13 from the centre: the halfway image goes out to 9.
    first, second = np.array([[3.0, 4]]) + 1, np.array([[12.0, 5]]) + 1
    moved = restore_contrast((first + second) / 2, first, second, np.ones(2))
    assert np.linalg.norm(moved - 1) == pytest.approx(9)
    np.testing.assert_allclose(moved[0] - 1, 9 * np.array([7.5, 4.5]) / np.hypot(7.5, 4.5))
