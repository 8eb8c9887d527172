"""KMeans by scikit-learn, on one thread."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from helpers.course.threads import one_thread

if TYPE_CHECKING:
    from sklearn.cluster import KMeans


def fit_kmeans(vectors: np.ndarray, count: int, *, seed: int | None = None, **options) -> KMeans:
    """Fit scikit-learn's KMeans on one thread.

    Args:
        vectors: (n, d).
        count: number of centres k, from 1 to n.
        seed: of the first centres and of the order of runs.
        options: further arguments of scikit-learn's ``KMeans``.

    Returns:
        The fitted model, with ``cluster_centers_`` (k, d), ``labels_`` (n,) and ``predict``.
    """
    from sklearn.cluster import KMeans

    with one_thread():
        return KMeans(count, random_state=seed, **options).fit(vectors)


def group_centres(vectors: np.ndarray, count: int, seed: int) -> np.ndarray:
    """Return the centres (count, d) of one run of scikit-learn's KMeans on vectors (n, d)."""
    return fit_kmeans(vectors, count, seed=seed, n_init=1).cluster_centers_
