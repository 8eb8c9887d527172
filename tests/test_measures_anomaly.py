"""ROC-AUC against scikit-learn and by hand; what is left out is not seen."""

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from helpers.answers import lesson10
from helpers.measures import anomaly


def test_auc_by_hand():
    scores, odd = [0.9, 0.5, 0.5, 0.2, 0.1], [True, False, True, False, False]
    assert anomaly.roc_auc(scores, odd) == pytest.approx(5.5 / 6)


@pytest.mark.parametrize("levels", [3, 1000])
def test_auc_is_scikit_learn_s_with_and_without_ties(levels):
    rng = np.random.default_rng(levels)
    odd = rng.uniform(size=200) < 0.3
    scores = rng.integers(0, levels, size=200) + odd
    assert anomaly.roc_auc(scores, odd) == pytest.approx(roc_auc_score(odd, scores))
    assert anomaly.roc_auc(-scores, odd) == pytest.approx(1 - roc_auc_score(odd, scores))


@pytest.mark.parametrize(
    ("scores", "odd"), [([1, 2], [True, True]), ([1, 2], [0, 0]), ([1, 2, 3], [True, False])]
)
def test_auc_needs_both_kinds(scores, odd):
    with pytest.raises(ValueError, match="Received: scores of shape"):
        anomaly.roc_auc(scores, odd)


def test_the_digit_that_is_left_out_is_not_fitted():
    rng = np.random.default_rng(0)
    labels = np.arange(60) % 3
    images = rng.uniform(size=(60, 8))
    seen = []

    def fit(kept):
        seen.append(kept)
        return lambda vectors: vectors + 0.5

    errors = anomaly.leave_out(1, fit, images, labels, images[:7])
    np.testing.assert_array_equal(seen[0], images[labels != 1])
    np.testing.assert_allclose(errors, 8 * 0.25)


def test_pca_finds_what_lies_off_its_plane():
    rng = np.random.default_rng(1)
    plane = rng.normal(size=(300, 2)) @ rng.normal(size=(2, 10))
    others = plane[:50] + rng.normal(size=(50, 10))
    reconstruct = anomaly.fit_pca_reconstruction(plane, 2)
    np.testing.assert_allclose(reconstruct(plane), plane, atol=1e-9)
    images, labels = np.concatenate([plane, others]), np.repeat([0, 1], [300, 50])
    errors = anomaly.leave_out(
        1, lambda kept: anomaly.fit_pca_reconstruction(kept, 2), images, labels, images
    )
    assert anomaly.roc_auc(errors, labels == 1) > 0.99


def scores_of_two_kinds(shift, seed=3):
    rng = np.random.default_rng(seed)
    odd = np.arange(300) < 60
    return rng.normal(size=200), rng.normal(size=300) + shift * odd, odd


@pytest.mark.parametrize(
    ("shift", "word"), [(1.0, "found"), (-1.0, "reversed"), (0.05, "undecided")]
)
def test_an_evaluation_says_on_which_side_of_chance_its_interval_lies(shift, word):
    held, scores, odd = scores_of_two_kinds(shift)
    auc, (low, high), (found, alarms), said = lesson10.evaluate_detector(held, scores, odd, 200, 0)
    assert said == word
    assert low < auc < high and auc == pytest.approx(roc_auc_score(odd, scores))
    threshold = np.sort(held)[-11]
    assert np.mean(held > threshold) == 0.05
    assert found == pytest.approx(np.mean(scores[odd] > threshold), abs=0.02)
    assert alarms == pytest.approx(np.mean(scores[~odd] > threshold), abs=0.02)


def test_the_bootstrap_s_interval_is_as_wide_as_the_formula_of_hanley_and_mcneil():
    held, scores, odd = scores_of_two_kinds(0.8)
    auc, (low, high), _, _ = lesson10.evaluate_detector(held, scores, odd, 1000, 0)
    first, second = auc / (2 - auc), 2 * auc**2 / (1 + auc)
    variance = auc * (1 - auc) + 59 * (first - auc**2) + 239 * (second - auc**2)
    error = np.sqrt(variance / (60 * 240))
    assert high - low == pytest.approx(2 * 1.96 * error, rel=0.15)
