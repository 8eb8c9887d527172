"""t-SNE from its definition, for a few hundred points; the lesson's maps use scikit-learn's.

Reference: van der Maaten and Hinton, Visualizing Data using t-SNE, JMLR 9, 2008.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

# Doublings of beta, where one neighbour is much nearer than the rest, count among them.
BISECTIONS = 100


def squared_distances(points: ArrayLike) -> np.ndarray:
    """Return the squared Euclidean distances of all pairs: (n, d) -> (n, n), float64.

    Raises:
        ValueError: the points are not a matrix of two or more rows.
    """
    points = np.asarray(points, dtype=np.float64)
    if points.ndim != 2 or len(points) < 2:
        raise ValueError(f"points must have shape (n, d), n from 2. Received: {points.shape}")
    squares = np.square(points).sum(axis=1)
    distances = squares[:, None] + squares - 2 * points @ points.T
    np.fill_diagonal(distances, 0)
    return np.maximum(distances, 0)  # rounding leaves -1e-16 for equal points


def neighbour_probabilities(squared_distances: ArrayLike, perplexity: float) -> np.ndarray:
    """Return one point's probabilities of its neighbours, with a given perplexity.

    The probabilities are exp(-beta d^2), divided by their sum. Beta is found by bisection, such
    that 2 to the power of their entropy in bits is the perplexity.

    Args:
        squared_distances: from the point to each other point, (m,), not all the same.
        perplexity: above 1 and below m.

    Returns:
        Probabilities (m,), float64, with sum 1.

    Raises:
        ValueError: the perplexity cannot be reached.

    Reference: van der Maaten and Hinton, 2008, equation 1.
    """
    distances = np.asarray(squared_distances, dtype=np.float64)
    if not 1 < perplexity < len(distances):
        raise ValueError(
            "perplexity must be above 1 and below the number of other points, "
            f"{len(distances)}. Received: {perplexity}"
        )
    # A common factor, so that nearest points at any distance do not underflow to 0 / 0.
    distances = distances - distances.min()
    scale = distances.mean()
    low, high = 0.0, np.inf
    beta = 1.0 / scale if scale > 0 else 1.0
    for _ in range(BISECTIONS):
        weights = np.exp(-beta * distances)
        total = weights.sum()
        entropy = np.log(total) + beta * (weights @ distances) / total
        if entropy > np.log(perplexity):
            low = beta
            beta = beta * 2 if np.isinf(high) else (low + high) / 2
        else:
            high = beta
            beta = (low + high) / 2
    return weights / total


def conditional_probabilities(
    codes: ArrayLike, perplexity: float, rule: Callable = neighbour_probabilities
) -> np.ndarray:
    """Return p(j given i) of all points: one row per point, with sum 1 and 0 on the diagonal.

    Args:
        codes: (n, d).
        perplexity: above 1 and below n - 1.
        rule: function (squared distances (n - 1,), perplexity) -> probabilities (n - 1,).
    """
    distances = squared_distances(codes)
    conditional = np.zeros_like(distances)
    for index, row in enumerate(distances):
        others = np.arange(len(row)) != index
        conditional[index, others] = rule(row[others], perplexity)
    return conditional


def map_divergence(
    conditional: ArrayLike, points: ArrayLike
) -> tuple[np.ndarray, np.ndarray, float]:
    """Return the joint P, the map's Student-t Q, and their Kullback-Leibler divergence.

    Args:
        conditional: p(j given i), (n, n), one row per point.
        points: places on the map, (n, 2).

    Returns:
        P and Q, (n, n), symmetric, each with sum 1 and 0 on the diagonal, and KL(P || Q) in nats.

    Reference: van der Maaten and Hinton, 2008, section 3.1 and equations 4 and 2.
    """
    conditional = np.asarray(conditional, dtype=np.float64)
    joint = (conditional + conditional.T) / (2 * len(conditional))
    similarities = _student_t(points)
    similarities /= similarities.sum()
    paired = joint > 0  # 0 log 0 counts as 0
    divergence = np.sum(joint[paired] * np.log(joint[paired] / similarities[paired]))
    return joint, similarities, float(divergence)


def gradient(joint: np.ndarray, points: ArrayLike) -> np.ndarray:
    """Return the gradient of KL(P || Q) with respect to the map's points, (n, 2).

    Reference: van der Maaten and Hinton, 2008, equation 5.
    """
    points = np.asarray(points, dtype=np.float64)
    closeness = _student_t(points)
    forces = (joint - closeness / closeness.sum()) * closeness
    return 4 * (forces.sum(axis=1)[:, None] * points - forces @ points)


def gradient_step(joint: np.ndarray, points: ArrayLike, learning_rate: float) -> np.ndarray:
    """Return the map's points (n, 2) after one plain gradient step."""
    return np.asarray(points, dtype=np.float64) - learning_rate * gradient(joint, points)


def _student_t(points: ArrayLike) -> np.ndarray:
    """Return 1 / (1 + d^2) of all pairs, (n, n), with 0 on the diagonal."""
    closeness = 1 / (1 + squared_distances(points))
    np.fill_diagonal(closeness, 0)
    return closeness
