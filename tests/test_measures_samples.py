"""Measuring samples: distances by brute force, samples with the moments that they must have."""

import numpy as np
import pytest

from helpers import measures, pca
from helpers.methods import latent


def test_the_nearest_error_is_the_smallest_of_all():
    rng = np.random.default_rng(0)
    images, others = rng.uniform(size=(1203, 7)), rng.uniform(size=(40, 7))
    expected = np.square(images[:, None] - others).sum(axis=2).min(axis=1)
    np.testing.assert_allclose(measures.nearest_error(images, others), expected, atol=1e-5)


def test_a_training_image_is_nearest_to_itself():
    images = np.random.default_rng(1).uniform(size=(20, 784)).astype("float32")
    errors = measures.nearest_error(images, images)
    assert (errors >= 0).all()
    np.testing.assert_allclose(errors, 0, atol=1e-3)


def test_confidence_is_the_largest_probability_of_each():
    probabilities = np.random.default_rng(2).dirichlet(np.ones(10), size=1100)
    answers = measures.confidence(lambda part: part, probabilities)
    np.testing.assert_array_equal(answers, probabilities.max(axis=1))


@pytest.mark.parametrize(
    ("counts", "kinds"), [([1200], 1), ([3, 3, 3], 3), ([600, 600], 2), ([2, 1, 1], 2**1.5)]
)
def test_variety_counts_the_kinds_that_are_read(counts, kinds):
    answers = np.eye(10)[np.repeat(np.arange(len(counts)), counts)]
    assert measures.variety(lambda part: part, answers) == pytest.approx(kinds)


def test_samples_have_the_moments_of_the_codes_and_a_seed():
    codes = np.random.default_rng(3).normal(size=(500, 2)) @ [[2, 1], [0, 0.5]] + [4, -1]
    sampled = latent.sample_normal(codes, 40_000, seed=1)
    assert sampled.dtype == np.float32
    np.testing.assert_allclose(sampled.mean(axis=0), codes.mean(axis=0), atol=0.05)
    np.testing.assert_allclose(np.cov(sampled.T), np.cov(codes.T), atol=0.1)
    np.testing.assert_array_equal(sampled, latent.sample_normal(codes, 40_000, seed=1))
    assert latent.sample_normal(codes[:, :1], 5).shape == (5, 1)


def test_pca_s_samples_lie_in_its_subspace():
    images = np.random.default_rng(4).uniform(size=(60, 9))
    sampled = latent.sample_pca(images, 3, 20)
    mean, components, _ = pca.fit_pca(images, 3)
    rebuilt = pca.decode(pca.encode(sampled, mean, components), mean, components)
    np.testing.assert_allclose(sampled, rebuilt, atol=1e-5)
    assert sampled.shape == (20, 9)


def test_the_classifier_learns_what_can_be_learned_and_repeats_itself():
    rng = np.random.default_rng(5)
    labels = np.arange(400) % 10
    images = (np.eye(10)[labels] * 0.8 + rng.uniform(0, 0.2, size=(400, 10))).astype("float32")
    classifier = measures.train_classifier(images, labels, epochs=20)
    read = np.asarray(classifier(images)).argmax(axis=1)
    assert (read == labels).mean() > 0.95
    again = measures.train_classifier(images, labels, epochs=20)
    assert np.asarray(again(images)) == pytest.approx(np.asarray(classifier(images)), abs=1e-6)
