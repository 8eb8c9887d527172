"""Read clusterings and maps: which classes run together, and how scores spread."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import linear_sum_assignment
from sklearn.metrics.cluster import contingency_matrix
from sklearn.neighbors import NearestNeighbors

from helpers.metrics import clustering_scores


def nearest_other(points: ArrayLike) -> np.ndarray:
    """Return the index of each point's nearest other point: (n, d) -> (n,), int64."""
    points = np.asarray(points)
    search = NearestNeighbors(n_neighbors=1).fit(points)
    return search.kneighbors(return_distance=False)[:, 0]


def most_mixed_pair(labels: Sequence[int], neighbours: Sequence[int]) -> tuple[int, int] | None:
    """Return the two classes that are most often nearest neighbours of each other.

    Args:
        labels: class of each point, (n,).
        neighbours: index of each point's nearest other point, (n,).

    Returns:
        The two classes, the smaller first; None if every neighbour has its point's own class.
    """
    labels = np.asarray(labels)
    pairs = zip(labels.tolist(), labels[np.asarray(neighbours)].tolist(), strict=True)
    counts = Counter(tuple(sorted(pair)) for pair in pairs if pair[0] != pair[1])
    return counts.most_common(1)[0][0] if counts else None


def name_clusters(labels: ArrayLike, clusters: ArrayLike) -> np.ndarray:
    """Return each point's cluster under the class name that the best one-to-one match gives it.

    Args:
        labels: true classes, (n,), whole numbers.
        clusters: clusters found, (n,), whole numbers.

    Returns:
        Class names (n,), int64; -1 where a cluster is left without a class.
    """
    names, clusters = np.unique(labels), np.unique(clusters, return_inverse=True)[1]
    rows, columns = linear_sum_assignment(contingency_matrix(clusters, labels), maximize=True)
    matched = np.full(clusters.max() + 1, -1, dtype=np.int64)
    matched[rows] = names[columns]
    return matched[clusters]


def score_spread(
    labels: ArrayLike, clusterings: Sequence[ArrayLike]
) -> dict[str, tuple[float, float]]:
    """Return mean and spread of the scores of several clusterings of the same points.

    Args:
        labels: true classes, (n,).
        clusterings: two or more, each (n,).

    Returns:
        "accuracy", "nmi" and "ari", each as (mean, half the distance from the smallest to the
        largest).

    Raises:
        ValueError: there are no clusterings, or they do not fit the labels.
    """
    if not len(clusterings):
        raise ValueError("score_spread takes one clustering or more. Received: none")
    scores = [clustering_scores(labels, clusters) for clusters in clusterings]
    return {
        name: (float(np.mean(values)), float(np.ptp(values)) / 2)
        for name in scores[0]
        for values in [[score[name] for score in scores]]
    }
