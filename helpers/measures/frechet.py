"""How far apart two sets of features are, each taken as a normal distribution."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from helpers.course.threads import one_thread
from helpers.measures.inputs import numbers
from helpers.parts import in_parts

if TYPE_CHECKING:
    import keras


@one_thread()
def frechet_distance(features: ArrayLike, others: ArrayLike) -> float:
    """Return the squared Fréchet distance of the normal distributions fitted to two sets.

    It is the squared distance of the means plus trace(C + D - 2 (C D)^(1/2)) of the covariances,
    and 0 where means and covariances are equal, whatever else differs.

    Args:
        features: (n, k), n at least 2.  others: (m, k), m at least 2.

    Returns:
        A number, 0 or more, in squared units of the features.

    Raises:
        ValueError: no arrays of numbers (n, k) and (m, k), or fewer than 2 rows.

    Reference: Dowson and Landau, 1982; of a classifier's features, Heusel et al., 2017.
    """
    first, second = (
        numbers(values, name).astype(float)
        for values, name in ((features, "features"), (others, "others"))
    )
    if first.ndim != 2 or first.shape[1:] != second.shape[1:] or min(len(first), len(second)) < 2:
        raise ValueError(
            "features (n, k) and others (m, k) have 2 rows or more and as many columns. "
            f"Received: shapes {first.shape} and {second.shape}"
        )
    one, two = (np.atleast_2d(np.cov(rows, rowvar=False)) for rows in (first, second))
    # The eigenvalues of a product of two covariances are those of a covariance: real, 0 or more.
    values, vectors = np.linalg.eigh(one)
    root = vectors * np.sqrt(np.maximum(values, 0)) @ vectors.T
    roots = np.sqrt(np.maximum(np.linalg.eigvalsh(root @ two @ root), 0))
    gap = first.mean(axis=0) - second.mean(axis=0)
    return max(float(gap @ gap + np.trace(one) + np.trace(two) - 2 * roots.sum()), 0.0)


def features_of(classifier: keras.Model, images: np.ndarray) -> np.ndarray:
    """Return what the last hidden layer of a classifier says of images.

    Args:
        classifier: Keras model whose last layer is its output layer.
        images: (n, d).

    Returns:
        float32 (n, k), k the units of the layer before the last.
    """
    import keras

    inside = keras.Model(classifier.inputs[0], classifier.layers[-2].output)
    return in_parts(inside, images)
