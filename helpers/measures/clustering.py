"""Measure clusterings and maps: who is whose neighbour, which cluster is which class, how well."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import linear_sum_assignment
from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score
from sklearn.metrics.cluster import contingency_matrix
from sklearn.neighbors import NearestNeighbors

from helpers.course.threads import one_thread
from helpers.measures.inputs import label_pair, labels_of, numbers


def neighbour_agreement(codes: ArrayLike, labels: ArrayLike, *, num_neighbours: int = 1) -> float:
    """Return how often a point's nearest other points have its own label.

    Args:
        codes: shape (n, ...), finite numbers; distances are Euclidean.
        labels: shape (n,), whole numbers or text.
        num_neighbours: nearest other points to ask, from 1 to n - 1.

    Returns:
        The share of (point, neighbour) pairs with equal labels, in [0, 1].

    Raises:
        ValueError: if the sizes do not fit, or if a code is not finite.
    """
    codes, labels = numbers(codes, "codes"), labels_of(labels, "labels")
    codes = codes.reshape(len(codes), -1)
    if len(codes) != len(labels) or not np.isfinite(codes).all():
        raise ValueError(
            "codes are finite numbers, one row per label. "
            f"Received: codes of shape {codes.shape} and {len(labels)} labels"
        )
    if not 1 <= num_neighbours < len(codes):
        raise ValueError(
            f"num_neighbours is from 1 to n - 1 = {len(codes) - 1}. Received: {num_neighbours}"
        )
    search = NearestNeighbors(n_neighbors=num_neighbours).fit(codes)
    with one_thread():
        neighbours = search.kneighbors(return_distance=False)
    return float((labels[neighbours] == labels[:, None]).mean())


def clustering_accuracy(labels: ArrayLike, clusters: ArrayLike) -> float:
    """Return the share of points that the best one-to-one match of clusters to labels gets right.

    Args:
        labels: true classes, shape (n,), whole numbers or text.
        clusters: clusters found, shape (n,), whole numbers or text; their names do not matter, and
            there may be more or fewer than classes.

    Returns:
        Accuracy in [0, 1].

    Raises:
        ValueError: if the lengths differ or are 0, or if names are not whole numbers or text.

    Reference: Xie et al., 2016, equation 10; the match is the Hungarian method's.
    """
    labels, clusters = label_pair(labels, clusters)
    counts = contingency_matrix(labels, clusters)
    return float(counts[linear_sum_assignment(counts, maximize=True)].sum() / len(labels))


def clustering_scores(labels: ArrayLike, clusters: ArrayLike) -> dict[str, float]:
    """Return three scores of a clustering; arguments and errors as for `clustering_accuracy`.

    Returns:
        "accuracy" in [0, 1], "nmi" (normalised mutual information, arithmetic mean) in [0, 1] and
        "ari" (adjusted Rand index), 1 at best and about 0 by chance.
    """
    labels, clusters = label_pair(labels, clusters)
    return {
        "accuracy": clustering_accuracy(labels, clusters),
        "nmi": float(normalized_mutual_info_score(labels, clusters)),
        "ari": float(adjusted_rand_score(labels, clusters)),
    }


def match_groups(labels: np.ndarray, groups: np.ndarray, count: int) -> np.ndarray:
    """Return, for each class, the group that stands for it in the best one-to-one match.

    Args:
        labels: int array (n,), classes from 0 to count - 1.
        groups: int array (n,), groups from 0 to count - 1.
        count: number of classes and of groups.

    Returns:
        Groups (count,), each of them once: those that share the most vectors with their class.

    Raises:
        ValueError: a class or a group is out of range.
    """
    if not all(np.min(each) >= 0 and np.max(each) < count for each in (labels, groups)):
        raise ValueError(
            f"classes and groups are from 0 to {count - 1}. "
            f"Received: up to {np.max(labels)} and {np.max(groups)}"
        )
    shared = np.zeros((count, count), dtype=np.int64)
    np.add.at(shared, (labels, groups), 1)
    return linear_sum_assignment(shared, maximize=True)[1]


def nearest_other(points: ArrayLike) -> np.ndarray:
    """Return the index of each point's nearest other point: (n, d) -> (n,), int64."""
    points = np.asarray(points)
    search = NearestNeighbors(n_neighbors=1).fit(points)
    with one_thread():
        return search.kneighbors(return_distance=False)[:, 0]


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
