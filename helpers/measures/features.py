"""Measure features: how many true ones a dictionary holds, and for which classes each fires."""

from __future__ import annotations

import numpy as np
from scipy.optimize import linear_sum_assignment


def match_features(found: np.ndarray, truth: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return how well each true direction is found, when each found row may stand for one only.

    The match is the one-to-one match with the largest sum of cosines. Signs count: a row that
    points the other way has a cosine below 0. A row of zeros has the cosine 0 with everything.

    Args:
        found: rows of a dictionary (k, d), of any length.
        truth: true directions (m, d), none of them zero.

    Returns:
        cosines (m,), 0 for a direction that is left without a row, and partners (m,), whole
        numbers: the row of ``found`` that stands for each direction, -1 where there is none.

    Raises:
        ValueError: other shapes, or a true direction of length 0.

    Reference: Sharkey et al., 2022, with a one-to-one match in place of the nearest row.
    """
    found, truth = np.asarray(found, float), np.asarray(truth, float)
    if found.ndim != 2 or truth.ndim != 2 or found.shape[1] != truth.shape[1]:
        raise ValueError(
            "found is (k, d) and truth (m, d). "
            f"Received: shapes {np.shape(found)} and {np.shape(truth)}"
        )
    lengths = np.linalg.norm(truth, axis=1, keepdims=True)
    if not np.all(lengths > 0):
        raise ValueError("a true direction has a length above 0. Received: one of length 0")
    rows = np.linalg.norm(found, axis=1, keepdims=True)
    similar = truth / lengths @ (found / np.where(rows > 0, rows, 1)).T
    places, chosen = linear_sum_assignment(similar, maximize=True)
    cosines, partners = np.zeros(len(truth)), np.full(len(truth), -1)
    cosines[places], partners[places] = similar[places, chosen], chosen
    return cosines, partners


def share_found(found: np.ndarray, truth: np.ndarray, *, above: float = 0.9) -> float:
    """Return the share of true directions that are matched with a cosine above ``above``.

    Args:
        found, truth: as for ``match_features``.
        above: the cosine from which a direction counts as found.
    """
    return float(np.mean(match_features(found, truth)[0] > above))


def firing_rates(
    codes: np.ndarray, labels: np.ndarray, num_classes: int = 10
) -> tuple[np.ndarray, np.ndarray]:
    """Return how often each unit is active for the images of each class, and which units are dead.

    Args:
        codes: (n, k), 0 where a unit is silent.
        labels: whole numbers (n,), from 0 to num_classes - 1.
        num_classes: classes.

    Returns:
        rates (num_classes, k) in [0, 1], 0 for a class without images, and dead (k,), bool: the
        units that are active for no image.

    Raises:
        ValueError: not one label per row, or a label that is no class.
    """
    active, labels = np.asarray(codes) != 0, np.asarray(labels)
    if active.ndim != 2 or labels.shape != active.shape[:1]:
        raise ValueError(
            f"codes are (n, k), with n labels. Received: shapes {active.shape} and {labels.shape}"
        )
    if labels.size and not 0 <= labels.min() <= labels.max() < num_classes:
        raise ValueError(
            f"labels are from 0 to {num_classes - 1}. Received: {labels.min()} to {labels.max()}"
        )
    of_class = np.eye(num_classes)[labels]  # (n, classes)
    counts = np.maximum(of_class.sum(axis=0), 1)[:, None]
    return of_class.T @ active / counts, ~active.any(axis=0)
