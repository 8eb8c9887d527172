"""KMeans by scikit-learn, on one thread: on a busy machine more only wait for each other."""

from __future__ import annotations

import numpy as np


def group_centres(vectors: np.ndarray, count: int, seed: int) -> np.ndarray:
    """Return the centres (count, d) of one run of scikit-learn's KMeans on vectors (n, d)."""
    from sklearn.cluster import KMeans
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):
        return KMeans(count, n_init=1, random_state=seed).fit(vectors).cluster_centers_
