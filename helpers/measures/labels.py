"""What labels tell: a linear probe on codes, a classifier's error, and the interval around it."""

from __future__ import annotations

import numpy as np
from sklearn.base import ClassifierMixin
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler


def classifier_accuracy(
    vectors: np.ndarray, labels: np.ndarray, test_vectors: np.ndarray, test_labels: np.ndarray
) -> float:
    """Train a logistic regression and return the share of test vectors that it gets right.

    Args:
        vectors: float array (n, d), to train on.
        labels: their classes (n,), at least two different ones.
        test_vectors: float array (m, d).
        test_labels: their true classes (m,).

    Raises:
        ValueError: all labels are the same, or the sizes do not fit.
    """
    from sklearn.linear_model import LogisticRegression
    from threadpoolctl import threadpool_limits

    model = LogisticRegression(C=0.1, tol=1e-3, max_iter=1000)
    with threadpool_limits(1):
        return float(model.fit(vectors, labels).score(test_vectors, test_labels))


def error_interval(probabilities: np.ndarray, labels: np.ndarray) -> tuple[float, float]:
    """Return the error of a classifier in percent, and half the width of its 95 % interval.

    Args:
        probabilities: float (n, c); the answer is the most probable class.
        labels: integers (n,), the right classes.

    Returns:
        ``percent`` of the n images answered wrongly, and ``half_width`` in the same unit: 1.96
        standard deviations of a share of n independent draws.
    """
    share = np.mean(np.argmax(probabilities, axis=1) != labels)
    half_width = NORMAL_95 * np.sqrt(share * (1 - share) / len(labels))
    return float(100 * share), float(100 * half_width)


NORMAL_95 = 1.96  # 95 % of a normal distribution lie within so many standard deviations


def fit_probe(codes: np.ndarray, labels: np.ndarray, *, strength: float = 0.01) -> ClassifierMixin:
    """Fit a logistic regression on codes, each of their numbers brought to mean 0 and deviation 1.

    Args:
        codes: (n, k).
        labels: (n,), two classes or more.
        strength: inverse of the penalty on squared weights. Small enough that the fit converges
            within a second for thousands of codes.

    Returns:
        The fitted probe, for ``probe_error``.
    """
    regression = LogisticRegression(C=strength, tol=1e-3, max_iter=500)
    return make_pipeline(StandardScaler(), regression).fit(codes, labels)


def probe_error(probe: ClassifierMixin, codes: np.ndarray, labels: np.ndarray) -> float:
    """Return the share of codes (n, k) that the probe gives another label, in percent."""
    return 100 * float(np.mean(probe.predict(codes) != labels))
