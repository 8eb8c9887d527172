"""The Fréchet distance: against SciPy's square root of a matrix, and where it is known by hand."""

import keras
import numpy as np
import pytest
from scipy.linalg import sqrtm

from helpers import measures


def some_rows(count, size, seed):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(count, size)) @ rng.normal(size=(size, size)) + rng.normal(size=size)


@pytest.mark.parametrize("size", [1, 2, 7])
def test_it_is_the_formula_with_scipy_s_root(size):
    one, two = some_rows(30, size, 0), some_rows(50, size, 1)
    c, d = (np.atleast_2d(np.cov(rows, rowvar=False)) for rows in (one, two))
    gap = one.mean(axis=0) - two.mean(axis=0)
    expected = gap @ gap + np.trace(c + d - 2 * np.real(sqrtm(c @ d)))
    assert measures.frechet_distance(one, two) == pytest.approx(expected, rel=1e-6)


def test_in_one_dimension_it_is_two_squares():
    rows = np.random.default_rng(2).normal(size=(40, 1))
    rows = (rows - rows.mean()) / rows.std(ddof=1)
    assert measures.frechet_distance(rows, 3 * rows + 5) == pytest.approx(5**2 + 2**2)


def test_it_is_0_for_equal_moments_and_the_same_both_ways():
    one, two = some_rows(60, 4, 3), some_rows(60, 4, 4)
    assert measures.frechet_distance(one, one) == pytest.approx(0, abs=1e-9)
    both = measures.frechet_distance(one, two), measures.frechet_distance(two, one)
    assert both[0] == pytest.approx(both[1])


def test_fewer_rows_than_columns_still_give_a_number():
    one, two = some_rows(5, 20, 5), some_rows(6, 20, 6)
    assert 0 < measures.frechet_distance(one, two) < np.inf


@pytest.mark.parametrize(
    "shapes", [((1, 3), (5, 3)), ((5, 3), (5, 2)), ((5,), (5,)), ((2, 3, 4), (2, 3, 4))]
)
def test_other_shapes_are_refused(shapes):
    with pytest.raises(ValueError, match="Received: shapes"):
        measures.frechet_distance(*map(np.ones, shapes))


def test_features_are_those_of_the_last_hidden_layer():
    inputs = keras.Input((4,))
    hidden = keras.layers.Dense(3, "tanh")(inputs)
    classifier = keras.Model(inputs, keras.layers.Dense(2, "softmax")(hidden))
    images = np.random.default_rng(7).uniform(size=(1100, 4)).astype("float32")
    kernel, bias, *_ = classifier.get_weights()
    found = measures.features_of(classifier, images)
    np.testing.assert_allclose(found, np.tanh(images @ kernel + bias), atol=1e-5)
