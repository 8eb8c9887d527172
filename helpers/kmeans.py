"""KMeans one step at a time, in NumPy. Reference answer of lesson 01."""

import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.spatial.distance import cdist


def kmeans_step(vectors: np.ndarray, centres: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Assign every vector to its nearest centre, then move every centre to its group's mean.

    A centre that no vector is nearest to is given one: the vector that is farthest from its own
    centre leaves its group and becomes a group of its own.

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
    for group in np.setdiff1d(np.arange(len(centres)), labels):
        # A vector that is alone would only leave another group empty.
        shared = np.bincount(labels, minlength=len(centres))[labels] > 1
        farthest = np.argmax(np.where(shared, own, -1))
        labels[farthest], own[farthest] = group, 0
    means = [vectors[labels == group].mean(axis=0) for group in range(len(centres))]
    return labels, np.stack(means)


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
