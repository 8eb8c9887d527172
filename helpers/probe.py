"""A linear probe: how much of the label a code shows to a logistic regression."""

from __future__ import annotations

import numpy as np
from sklearn.base import ClassifierMixin
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler


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
