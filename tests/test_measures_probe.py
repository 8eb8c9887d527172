"""The linear probe: it finds what a line can find, and nothing else."""

import numpy as np
import pytest

from helpers import measures


@pytest.fixture
def codes():
    return np.random.default_rng(0).normal(size=(600, 4))


def test_a_label_on_a_line_is_found(codes):
    labels = (codes[:, 1] > 0.3).astype(int)
    fitted = measures.fit_probe(codes[:400], labels[:400], strength=1.0)
    assert measures.probe_error(fitted, codes[400:], labels[400:]) < 5


def test_a_label_that_no_line_shows_is_not_found(codes):
    labels = (codes[:, 0] * codes[:, 1] > 0).astype(int)
    fitted = measures.fit_probe(codes[:400], labels[:400])
    assert measures.probe_error(fitted, codes[400:], labels[400:]) > 30


def test_shuffled_labels_are_guessed_at_chance(codes):
    labels = np.random.default_rng(1).integers(0, 10, size=600)
    fitted = measures.fit_probe(codes[:400], labels[:400])
    assert measures.probe_error(fitted, codes[400:], labels[400:]) > 75


def test_the_error_is_a_share_in_percent(codes):
    labels = (codes[:, 1] > 0).astype(int)
    fitted = measures.fit_probe(codes, labels, strength=10.0)
    predicted = fitted.predict(codes)
    wrong = labels.copy()
    wrong[:] = predicted
    wrong[:60] = 1 - predicted[:60]
    assert measures.probe_error(fitted, codes, wrong) == 10


def test_the_scale_of_a_number_does_not_matter(codes):
    labels = (codes[:, 1] > 0.3).astype(int)
    first = measures.fit_probe(codes, labels)
    scaled = codes * [1, 1000, 0.001, 1] + 5
    second = measures.fit_probe(scaled, labels)
    np.testing.assert_array_equal(first.predict(codes), second.predict(scaled))
