"""Reference answers of lesson 13: superposition, matching, and ablation inside a classifier."""

from __future__ import annotations

import numpy as np

from helpers import measures
from helpers.methods import ablation
from helpers.methods.ablation import compare_ablations

__all__ = [
    "compare_ablations",
    "firing_rates",
    "interference",
    "match",
    "same_moments",
    "switch_off",
]


def interference(directions: np.ndarray, mean: float, variance: float) -> tuple[np.ndarray, float]:
    """Return how wrong read-outs of features in superposition are, and how small cosines can be.

    Args:
        directions: (m, d), rows of length 1.
        mean, variance: of every coefficient, all independent.

    Returns:
        errors (m,), the expected squared error of the inner product with each direction as an
        answer for its coefficient, and the least mean squared cosine over pairs of m directions
        in d dimensions.

    Reference: Welch, 1974, for the bound.
    """
    m, d = directions.shape
    others = directions @ directions.T * (1 - np.eye(m))
    errors = np.square(mean * others.sum(axis=1)) + variance * np.square(others).sum(axis=1)
    return errors, (m - d) / (d * (m - 1)) if m > d else 0.0


def match(found: np.ndarray, truth: np.ndarray) -> tuple[np.ndarray, float]:
    """Return the cosine of each true direction (m, d) with its row of (k, d), and the share > 0.9.

    Args:
        found, truth: as for ``measures.match_features``.
    """
    cosines, _ = measures.match_features(found, truth)
    return cosines, float(np.mean(cosines > 0.9))


def same_moments(points: np.ndarray, noise: np.ndarray) -> np.ndarray:
    """Return normal points (q, d) with the mean and covariance of other points.

    Args:
        points: (n, d), n at least 2.
        noise: (q, d), from a unit normal.
    """
    values, vectors = np.linalg.eigh(np.atleast_2d(np.cov(points, rowvar=False)))
    return points.mean(axis=0) + noise @ (vectors * np.sqrt(np.maximum(values, 0))).T


def firing_rates(codes: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the share of each digit's images for which a unit is active, and which are dead.

    Args:
        codes: (n, k), 0 where a unit is silent.
        labels: digits (n,).

    Returns:
        rates (10, k) and dead (k,), bool.
    """
    return measures.firing_rates(codes, labels)


def switch_off(
    hidden: np.ndarray,
    codes: np.ndarray,
    dictionary: np.ndarray,
    units: np.ndarray,
    directions: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Return activations without one unit's contribution, and moved as far against a direction.

    Args:
        hidden, codes, dictionary, units: as for ``methods.ablation.switch_off``.
        directions: (n, d), of any length above 0.

    Returns:
        off and moved, (n, d) each.
    """
    off = ablation.switch_off(hidden, codes, dictionary, units)
    lengths = np.linalg.norm(hidden - off, axis=1)
    return off, hidden - ablation.of_length(directions, lengths)
