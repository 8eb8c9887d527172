"""How likely and how far in many dimensions: a Gaussian density, nearest against farthest.

Reference answers of lesson 01. Vectors are rows: ``(n, d)``.
"""

import numpy as np
from scipy.spatial.distance import cdist


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
