"""Spend few labels well: ask for those of representatives, and pass them on.

Reference answers of lesson 01, and what it measures them with. Both fits run on one thread: their
products are small, and on a busy machine threads wait for each other longer than they work.
"""

import numpy as np
from scipy.spatial.distance import cdist


def propagate(
    vectors: np.ndarray, centres: np.ndarray, labels: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Label every vector like the representative of its group.

    The representative of a group is the vector nearest to its centre. Only the labels of the
    representatives are looked at.

    Args:
        vectors: float array (n, d).
        centres: float array (k, d).
        labels: array (n,), of which k entries count.

    Returns:
        ``representatives`` (k,), positions among the vectors, one a centre; and ``passed_on``
        (n,), for each vector the label of its nearest centre's representative.

    Raises:
        ValueError: the widths differ, or there is not one label a vector.
    """
    if np.shape(vectors)[1:] != np.shape(centres)[1:] or len(vectors) != len(labels):
        raise ValueError(
            "vectors and centres are rows of equal width, with one label a vector. Received: "
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


def group_centres(vectors: np.ndarray, count: int, seed: int) -> np.ndarray:
    """Return the centres (count, d) of one run of scikit-learn's KMeans on vectors (n, d)."""
    from sklearn.cluster import KMeans
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):
        return KMeans(count, n_init=1, random_state=seed).fit(vectors).cluster_centers_


def classifier_accuracy(
    vectors: np.ndarray, labels: np.ndarray, test_vectors: np.ndarray, test_labels: np.ndarray
) -> float:
    """Train a logistic regression and return the share of test vectors that it gets right.

    Args:
        vectors: float array (n, d), to train on.
        labels: their classes (n,), at least two different ones.
        test_vectors: float array (m, d).
        test_labels: their true classes (m,).

    Raises:
        ValueError: all labels are the same, or the sizes do not fit.
    """
    from sklearn.linear_model import LogisticRegression
    from threadpoolctl import threadpool_limits

    model = LogisticRegression(C=0.1, tol=1e-3, max_iter=1000)
    with threadpool_limits(1):
        return float(model.fit(vectors, labels).score(test_vectors, test_labels))
