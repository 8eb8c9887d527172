"""Reference answers of lesson 01: what there is to learn without labels."""

from __future__ import annotations

from itertools import combinations

import numpy as np
from scipy.spatial.distance import cdist

__all__ = [
    "chance_of_gap",
    "find_groups",
    "kmeans_step",
    "log_density",
    "nearest_over_farthest",
    "propagate",
]


def nearest_over_farthest(queries: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Return how far a query's nearest point is, as a share of how far its farthest one is.

    Args:
        queries: float array (m, d).
        points: float array (n, d), not all of them equal to a query.

    Returns:
        Ratios (m,) of Euclidean distances, from 0 to 1; 1 means that every point is equally far.

    Raises:
        ValueError: the widths differ, there is no point, or all points are a query's own place.

    Reference: Beyer, Goldstein, Ramakrishnan and Shaft, 1999.
    """
    _check_widths(queries, points)
    distances = cdist(queries, points)
    farthest = distances.max(axis=1)
    if not np.all(farthest > 0):
        raise ValueError(
            "a query needs at least one point at another place. "
            f"Received: {np.sum(farthest == 0)} queries without one"
        )
    return distances.min(axis=1) / farthest


def log_density(vectors: np.ndarray, training: np.ndarray, ridge: float) -> np.ndarray:
    """Return the logarithm of the Gaussian density that fits the training vectors best.

    Args:
        vectors: float array (m, d), the vectors to score.
        training: float array (n, d), the vectors to fit the mean and the covariance to.
        ridge: variance added to every direction, above 0, in squared units of the vectors; it
            keeps a constant pixel from making the density infinite.

    Returns:
        Log densities (m,), in nats; the covariance is divided by n, then gets the ridge.

    Raises:
        ValueError: the widths differ, there is no training vector, or the ridge is not above 0.
    """
    _check_widths(vectors, training)
    if not ridge > 0:
        raise ValueError(f"ridge is a variance above 0. Received: {ridge}")
    training = np.asarray(training, dtype=np.float64)
    mean, size = training.mean(axis=0), training.shape[1]
    centred = training - mean
    covariance = centred.T @ centred / len(training) + ridge * np.eye(size)
    offsets = vectors - mean
    # slogdet: the determinant of hundreds of small variances is too small for a float.
    _, log_determinant = np.linalg.slogdet(covariance)
    squares = np.sum(offsets * np.linalg.solve(covariance, offsets.T).T, axis=1)
    return -0.5 * (squares + log_determinant + size * np.log(2 * np.pi))


def _check_widths(vectors: np.ndarray, others: np.ndarray) -> None:
    shapes = np.shape(vectors), np.shape(others)
    if any(len(shape) != 2 for shape in shapes) or shapes[0][1] != shapes[1][1] or not len(others):
        raise ValueError(
            "vectors are rows of equal width, and there is at least one to compare with. "
            f"Received: shapes {shapes[0]} and {shapes[1]}"
        )


def kmeans_step(vectors: np.ndarray, centres: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Assign every vector to its nearest centre, then move every centre to its group's mean.

    A centre that no vector is nearest to is given one: the vector that is farthest from its own
    centre leaves its group and becomes a group of its own. No vector moves twice; if it was the
    last of its group, that group is given one in turn.

    Args:
        vectors: float array (n, d), at least as many as centres.
        centres: float array (k, d).

    Returns:
        ``labels`` (n,), each vector's group from 0 to k - 1, and the new ``centres`` (k, d).

    Raises:
        ValueError: the widths differ, or there are fewer vectors than centres.

    Reference: Lloyd, 1957; the rule for empty groups is scikit-learn's.
    """
    if np.shape(vectors)[1:] != np.shape(centres)[1:] or not 1 <= len(centres) <= len(vectors):
        raise ValueError(
            "vectors and centres are rows of equal width, with at least as many vectors as "
            f"centres. Received: shapes {np.shape(vectors)} and {np.shape(centres)}"
        )
    distances = cdist(vectors, centres)
    labels, own = distances.argmin(axis=1), distances.min(axis=1)
    while len(empty := np.setdiff1d(np.arange(len(centres)), labels)):
        farthest = own.argmax()
        labels[farthest], own[farthest] = empty[0], -1
    means = [vectors[labels == group].mean(axis=0) for group in range(len(centres))]
    return labels, np.stack(means)


def find_groups(vectors: np.ndarray, starts: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
    """Run KMeans from each start until no vector changes its group; return the best run.

    Args:
        vectors: float array (n, d).
        starts: integers (s, k), at least one row; each names the vectors that are the initial
            centres of one run.

    Returns:
        ``labels`` (n,), ``centres`` (k, d) and ``spread``, the mean squared distance of a vector
        to its own centre, of the run whose spread is lowest; the first of them if several are.

    Raises:
        ValueError: there is no start.

    Reference: Lloyd, 1957.
    """
    if np.ndim(starts) != 2 or not np.size(starts):
        raise ValueError(
            "starts are positions of vectors, one row per start. "
            f"Received: shape {np.shape(starts)}"
        )
    runs = [_to_the_end(vectors, start) for start in np.asarray(starts)]
    return min(runs, key=lambda run: run[2])


def _to_the_end(vectors: np.ndarray, start: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
    labels, centres = kmeans_step(vectors, vectors[start])
    while True:
        before = labels
        labels, centres = kmeans_step(vectors, centres)
        if np.array_equal(labels, before):
            offsets = vectors - centres[labels]
            return labels, centres, float(np.square(offsets).sum(axis=1).mean())


def propagate(
    vectors: np.ndarray, centres: np.ndarray, labels: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Label every vector like the representative of its group.

    The representative of a group is the one of all vectors that is nearest to its centre. Only
    the labels of the representatives are looked at.

    Args:
        vectors: float array (n, d).
        centres: float array (k, d).
        labels: array (n,), of which k entries count.

    Returns:
        ``representatives`` (k,), positions among the vectors, one per centre; and ``passed_on``
        (n,), for each vector the label of its nearest centre's representative.

    Raises:
        ValueError: the widths differ, or there is not one label per vector.
    """
    if np.shape(vectors)[1:] != np.shape(centres)[1:] or len(vectors) != len(labels):
        raise ValueError(
            "vectors and centres are rows of equal width, with one label per vector. Received: "
            f"shapes {np.shape(vectors)} and {np.shape(centres)}, and {len(labels)} labels"
        )
    distances = cdist(vectors, centres)
    representatives = distances.argmin(axis=0)
    return representatives, np.asarray(labels)[representatives][distances.argmin(axis=1)]


def chance_of_gap(first: np.ndarray, second: np.ndarray) -> float:
    """Return how often a random split of all results has a gap as large as the one found.

    Args:
        first: results of one kind (m,).
        second: results of the other kind (n,).

    Returns:
        The share, above 0, of all splits into m and n results in which mean minus mean is as
        large as mean(first) - mean(second), or larger; a difference below 1e-9 is none.

    Raises:
        ValueError: one of the two is empty.

    Reference: Fisher, 1935; Pitman, 1937.
    """
    if not len(first) or not len(second):
        raise ValueError(
            f"both kinds have at least one result. Received: {len(first)} and {len(second)}"
        )
    results = np.concatenate([first, second])
    sums = np.array([sum(part) for part in combinations(results.tolist(), len(first))])
    gaps = sums / len(first) - (results.sum() - sums) / len(second)
    # The split that was found comes first.
    return float(np.mean(gaps >= gaps[0] - 1e-9))
