"""What labels tell: a linear probe on codes, a classifier's error, and the interval around it."""

from __future__ import annotations

import numpy as np
from sklearn.base import ClassifierMixin
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from helpers.course.threads import one_thread

_NORMAL_95 = 1.96  # 95 % of a normal distribution lie within so many standard deviations


def error_percent(answers: np.ndarray, labels: np.ndarray) -> float:
    """Return how many percent of the answers (n,) are another class than the labels (n,)."""
    return 100 * float(np.mean(np.asarray(answers) != np.asarray(labels)))


def half_width(percent: float, count: int) -> float:
    """Return half the width, in percent, of the 95 % interval of an error.

    Args:
        percent: error measured, from 0 to 100.
        count: images that it was measured on, taken as independent.

    Returns:
        1.96 standard deviations of a share of so many images.
    """
    share = percent / 100
    return float(100 * _NORMAL_95 * np.sqrt(share * (1 - share) / count))


def error_interval(probabilities: np.ndarray, labels: np.ndarray) -> tuple[float, float]:
    """Return the error of a classifier in percent, and half the width of its 95 % interval.

    Args:
        probabilities: float (n, c); the answer is the most probable class.
        labels: integers (n,), the right classes.

    Returns:
        ``percent`` of the n images answered wrongly, and ``half_width`` in the same unit.
    """
    percent = error_percent(np.argmax(probabilities, axis=1), labels)
    return percent, half_width(percent, len(labels))


def fit_probe(
    codes: np.ndarray, labels: np.ndarray, *, strength: float = 0.01, standardise: bool = True
) -> ClassifierMixin:
    """Fit a logistic regression on codes.

    Args:
        codes: (n, k).
        labels: (n,), two classes or more.
        strength: inverse of the penalty on squared weights. Small enough that the fit converges
            within a second for thousands of codes.
        standardise: whether each number of the codes is first brought to mean 0 and deviation 1.

    Returns:
        The fitted probe, for ``probe_error``.

    Raises:
        ValueError: all labels are the same, or the sizes do not fit.
    """
    regression = LogisticRegression(C=strength, tol=1e-3, max_iter=1000)
    probe = make_pipeline(StandardScaler() if standardise else "passthrough", regression)
    with one_thread():
        return probe.fit(codes, labels)


def probe_error(probe: ClassifierMixin, codes: np.ndarray, labels: np.ndarray) -> float:
    """Return the share of codes (n, k) that the probe gives another label, in percent."""
    return error_percent(probe.predict(codes), labels)


def classifier_accuracy(
    vectors: np.ndarray, labels: np.ndarray, test_vectors: np.ndarray, test_labels: np.ndarray
) -> float:
    """Fit a probe to vectors as they are and return the share of test vectors that it gets right.

    Args:
        vectors: float array (n, d), to train on.
        labels: their classes (n,), at least two different ones.
        test_vectors: float array (m, d).
        test_labels: their true classes (m,).

    Raises:
        ValueError: all labels are the same, or the sizes do not fit.
    """
    probe = fit_probe(vectors, labels, strength=0.1, standardise=False)
    return float(probe.score(test_vectors, test_labels))
