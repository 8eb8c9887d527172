"""Detect anomalies by their reconstruction error, and measure the scores by ROC-AUC."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.stats import rankdata

from helpers import pca
from helpers.measures.reconstruction import squared_errors

Reconstruct = Callable[[np.ndarray], np.ndarray]


def roc_auc(scores, is_anomaly) -> float:
    """Return the area under the ROC curve of anomaly scores.

    It is the probability that an anomaly scores higher than a normal image; a tie counts one half.

    Args:
        scores: (n,), higher for images that look more like anomalies.
        is_anomaly: (n,), true or 1 for anomalies, false or 0 for the others; at least one of each.

    Returns:
        From 0 to 1; 0.5 is chance.

    Raises:
        ValueError: scores and anomalies differ in number, or all images are of one kind.

    Reference: Mann and Whitney, 1947; Hanley and McNeil, 1982.
    """
    scores, is_anomaly = np.asarray(scores, float), np.asarray(is_anomaly, bool)
    anomalies = int(is_anomaly.sum())
    normals = is_anomaly.size - anomalies
    if scores.shape != is_anomaly.shape or scores.ndim != 1 or not anomalies or not normals:
        raise ValueError(
            "roc_auc takes one score per image, and needs anomalies and normal images. "
            f"Received: scores of shape {scores.shape}, {anomalies} anomalies of {is_anomaly.size}"
        )
    # Ranks among all scores, less ranks among the anomalies alone: the pairs that anomalies win.
    wins = rankdata(scores)[is_anomaly].sum() - anomalies * (anomalies + 1) / 2
    return float(wins / (anomalies * normals))


def fit_pca_reconstruction(images: np.ndarray, code_size: int) -> Reconstruct:
    """Fit PCA to images (n, d) and return the function that reconstructs from `code_size` codes."""
    mean, components, _ = pca.fit_pca(images, code_size)
    return lambda vectors: pca.decode(pca.encode(vectors, mean, components), mean, components)


def leave_out(
    digit: int,
    fit: Callable[[np.ndarray], Reconstruct],
    images: np.ndarray,
    labels: np.ndarray,
    test_images: np.ndarray,
) -> np.ndarray:
    """Fit on all digits but one, and return the squared error of every test image.

    Args:
        digit: the one that is left out.
        fit: training images (m, d) -> function that reconstructs images.
        images: (n, d), pixels in [0, 1].  labels: digits (n,).
        test_images: (t, d), of all digits.

    Returns:
        SSE of each test image, float64, (t,).
    """
    reconstruct = fit(images[labels != digit])
    return squared_errors(test_images, reconstruct(test_images))
