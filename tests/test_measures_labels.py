"""Labels passed on, and what a classifier makes of labels: by hand, invariants, failures."""

import numpy as np
import pytest

from helpers.answers.lesson01 import propagate
from helpers.measures.labels import classifier_accuracy, error_interval, error_percent, half_width
from helpers.methods.kmeans import group_centres

VECTORS = np.array([[0.0], [1], [2], [8], [10]])
CENTRES = np.array([[1.2], [9.5]])


def test_five_numbers_by_hand():
    chosen, passed_on = propagate(VECTORS, CENTRES, np.array([5, 6, 7, 8, 9]))
    assert chosen.tolist() == [1, 4]
    assert passed_on.tolist() == [6, 6, 6, 9, 9]


def test_only_the_representatives_labels_count():
    _, passed_on = propagate(VECTORS, CENTRES, np.array([0, 6, 0, 0, 9]))
    assert passed_on.tolist() == [6, 6, 6, 9, 9]


def test_every_vector_a_centre_keeps_every_label():
    rng = np.random.default_rng(0)
    vectors, labels = rng.normal(size=(20, 3)), rng.integers(10, size=20)
    chosen, passed_on = propagate(vectors, vectors, labels)
    np.testing.assert_array_equal(chosen, np.arange(20))
    np.testing.assert_array_equal(passed_on, labels)


@pytest.mark.parametrize(("centres", "labels"), [(np.zeros((2, 3)), range(5)), (CENTRES, range(4))])
def test_what_does_not_fit_is_refused(centres, labels):
    with pytest.raises(ValueError, match="equal width, with one label per vector"):
        propagate(VECTORS, centres, labels)


def test_a_classifier_learns_what_separates_two_clouds():
    rng = np.random.default_rng(1)
    labels = rng.integers(2, size=200)
    vectors = rng.normal(size=(200, 4)) + 3 * labels[:, None]
    right = classifier_accuracy(vectors[:100], labels[:100], vectors[100:], labels[100:])
    turned = classifier_accuracy(vectors[:100], labels[:100], vectors[100:], 1 - labels[100:])
    assert right > 0.95
    assert turned == pytest.approx(1 - right)
    with pytest.raises(ValueError, match="class"):
        classifier_accuracy(vectors, np.zeros(200), vectors, labels)


def test_centres_of_separate_clouds_are_their_means():
    rng = np.random.default_rng(2)
    clouds = rng.normal(size=(3, 40, 2)) + 50 * np.arange(3)[:, None, None]
    centres = group_centres(clouds.reshape(-1, 2), 3, seed=0)
    np.testing.assert_allclose(centres[centres[:, 0].argsort()], clouds.mean(axis=1))


def test_the_half_width_by_hand():
    # 1.96 sqrt(0.5 0.5 / 10000) = 1.96 * 0.005
    assert half_width(50, 10_000) == pytest.approx(0.98)
    assert half_width(0, 100) == 0
    # The paper of 2008 prints 2.80 with 0.14, on 50,000 images.
    assert round(half_width(2.80, 50_000), 2) == 0.14


def test_the_interval_is_that_of_the_most_probable_class():
    probabilities = np.array([[0.9, 0.1], [0.2, 0.8], [0.6, 0.4], [0.7, 0.3]])
    percent, width = error_interval(probabilities, np.array([0, 1, 0, 1]))
    assert percent == error_percent([0, 1, 0, 0], [0, 1, 0, 1]) == 25
    assert width == pytest.approx(half_width(25, 4))
