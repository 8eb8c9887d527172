"""Structural similarity: by hand, beside scikit-image, and what is refused."""

import numpy as np
import pytest
from skimage.metrics import structural_similarity

from helpers import measures

RNG = np.random.default_rng(14)


@pytest.mark.parametrize(
    "shape, window", [((9, 12), 3), ((20, 15), 7), ((7, 7), 7), ((30, 11), 11)]
)
def test_it_is_scikit_image_s(shape, window):
    image = RNG.random(shape)
    for other in (RNG.random(shape), np.clip(image + 0.1, 0, 1), 1 - image, image):
        right = structural_similarity(image, other, win_size=window, data_range=1)
        assert measures.ssim(image, other, window=window) == pytest.approx(right, abs=1e-12)


def test_equal_pictures_have_1_and_the_order_does_not_count():
    image, other = RNG.random((2, 12, 12))
    assert measures.ssim(image, image) == pytest.approx(1)
    assert measures.ssim(image, other) == pytest.approx(measures.ssim(other, image))


def test_flat_pictures_by_hand():
    found = measures.ssim(np.full((7, 7), 0.5), np.full((7, 7), 0.6))
    assert found == pytest.approx((2 * 0.3 + 1e-4) / (0.25 + 0.36 + 1e-4), rel=1e-9)


def test_float32_is_computed_in_float64():
    image = (0.5 + 1e-3 * RNG.random((20, 20))).astype("float32")
    right = measures.ssim(image.astype(float), 1 - image.astype(float))
    assert measures.ssim(image, 1 - image) == pytest.approx(right, rel=1e-4)


@pytest.mark.parametrize(
    "image, other, options, rule",
    [
        (np.zeros((9, 9)), np.zeros((9, 8)), {}, "of one size"),
        (np.zeros((3, 9, 9)), np.zeros((3, 9, 9)), {}, "two grey pictures"),
        (np.zeros((9, 9)), np.zeros((9, 9)), {"window": 4}, "window is odd"),
        (np.zeros((9, 9)), np.zeros((9, 9)), {"window": 11}, "no longer than a side"),
        (np.zeros((9, 9)), np.zeros((9, 9)), {"window": 1}, "at least 3"),
        ([], [], {}, "image is a non-empty array"),
    ],
)
def test_what_it_does_not_take(image, other, options, rule):
    with pytest.raises(ValueError, match=rule):
        measures.ssim(image, other, **options)
