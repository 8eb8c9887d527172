"""Reference answers of lesson 01: what there is to learn without labels."""

from __future__ import annotations

import numpy as np
from scipy.spatial.distance import cdist

from helpers.measures.reconstruction import squared_errors

__all__ = [
    "distance_contrast",
    "kmeans_step",
    "labels_worth",
    "log_density",
    "propagate",
    "reconstruction_losses",
]


def distance_contrast(queries: np.ndarray, points: np.ndarray) -> np.ndarray:
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


def reconstruction_losses(
    images: np.ndarray, reconstructions: np.ndarray
) -> tuple[float, float, float]:
    """Return the loss ||dec(enc(x)) - x||^2 in the three units of the course.

    Args:
        images: float array (n, d), one image per row.
        reconstructions: float array (n, d).

    Returns:
        SSE/image: squared errors summed over the pixels; MSE: averaged over them; L2: the square
        root of the sum. Each is taken image by image, then averaged over the images.

    Raises:
        ValueError: there are no images, or the shapes do not fit.
    """
    errors = squared_errors(images, reconstructions)
    size = np.asarray(images)[0].size
    return float(errors.mean()), float(errors.mean() / size), float(np.sqrt(errors).mean())


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


def labels_worth(counts: np.ndarray, accuracies: np.ndarray, target: float) -> float | None:
    """Return how many labels it takes to reach an accuracy, read off a measured curve.

    Args:
        counts: numbers of labels (m,), rising.
        accuracies: accuracy of each run with each number of labels (m, runs).
        target: accuracy to reach.

    Returns:
        The number of labels at which the mean over the runs first reaches the target, on the
        straight lines between the measured points; the first count if that is enough; None if
        no count is.
    """
    mean = np.mean(accuracies, axis=1)
    if mean.max() < target:
        return None
    right = int(np.argmax(mean >= target))
    if right == 0:
        return float(counts[0])
    share = (target - mean[right - 1]) / (mean[right] - mean[right - 1])
    return float(counts[right - 1] + share * (counts[right] - counts[right - 1]))
