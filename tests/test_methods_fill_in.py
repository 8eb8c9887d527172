"""Filling in hidden pixels: against ridge regression of scikit-learn, and in a closed form."""

import numpy as np
import pytest
from sklearn.linear_model import Ridge

from helpers.methods.fill_in import fill_in


def some_images(count=200, size=6, seed=0):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(count, size)) @ rng.normal(size=(size, size)) + 3


def test_each_image_has_the_ridge_regression_from_what_is_seen_of_it():
    images, others = some_images(), some_images(7, seed=1)
    hidden = np.random.default_rng(2).permuted(np.tile(np.arange(6) < 4, (7, 1)), axis=1)
    moments = images.mean(axis=0), np.cov(images, rowvar=False)
    filled = fill_in(others, hidden, *moments, penalty=0.3)
    for image, gone, found in zip(others, hidden, filled, strict=True):
        # np.cov divides by n - 1, and so does the penalty of the same size.
        ridge = Ridge(alpha=0.3 * (len(images) - 1)).fit(images[:, ~gone], images[:, gone])
        np.testing.assert_allclose(found[gone], ridge.predict(image[None, ~gone])[0], rtol=1e-6)
        np.testing.assert_array_equal(found[~gone], image[~gone])


def test_two_pixels_by_hand():
    filled = fill_in([[2.0, 9.0]], [[False, True]], [1.0, 5.0], [[1.0, 0.5], [0.5, 1.0]], penalty=1)
    np.testing.assert_allclose(filled, [[2.0, 5 + 0.5 / 2 * (2 - 1)]])


def test_hidden_pixels_are_not_looked_at_and_nothing_is_changed_in_place():
    images, hidden = some_images(3), np.tile(np.arange(6) < 3, (3, 1))
    moments = np.zeros(6), np.eye(6)
    before = images.copy()
    one = fill_in(images, hidden, *moments)
    np.testing.assert_array_equal(images, before)
    np.testing.assert_array_equal(fill_in(np.where(hidden, np.nan, images), hidden, *moments), one)


def test_the_order_of_the_pixels_does_not_count():
    images, order = some_images(4), np.array([3, 1, 5, 0, 2, 4])
    hidden = np.tile(np.arange(6) % 2 == 0, (4, 1))
    mean, covariance = images.mean(axis=0), np.cov(some_images(), rowvar=False)
    one = fill_in(images, hidden, mean, covariance)
    two = fill_in(images[:, order], hidden[:, order], mean[order], covariance[np.ix_(order, order)])
    np.testing.assert_allclose(two, one[:, order])


def test_with_all_hidden_the_mean_is_left():
    found = fill_in(np.zeros((2, 3)), np.ones((2, 3), bool), np.arange(3.0), np.eye(3))
    np.testing.assert_array_equal(found, [[0, 1, 2], [0, 1, 2]])


@pytest.mark.parametrize(
    "shapes, penalty",
    [
        (((2, 3), (2, 4), (3,), (3, 3)), 0.1),
        (((2, 3), (2, 3), (4,), (3, 3)), 0.1),
        (((2, 3), (2, 3), (3,), (3, 2)), 0.1),
        (((2, 3), (2, 3), (3,), (3, 3)), 0),
    ],
)
def test_shapes_and_penalties_that_cannot_be_are_refused(shapes, penalty):
    with pytest.raises(ValueError, match="Received"):
        fill_in(*map(np.zeros, shapes), penalty=penalty)
