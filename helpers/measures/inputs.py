"""What measures take: arrays of numbers, and labels; anything else is refused in a sentence."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike


def numbers(values: ArrayLike, name: str) -> np.ndarray:
    """Return a non-empty array of numbers, or raise a ValueError that names it."""
    array = np.asarray(values)
    if array.ndim == 0 or array.size == 0 or array.dtype.kind not in "biuf":
        raise ValueError(
            f"{name} is a non-empty array of numbers, one image or point per row. "
            f"Received: shape {array.shape}, {array.dtype}"
        )
    return array


def labels_of(values: ArrayLike, name: str) -> np.ndarray:
    """Return a non-empty vector of whole numbers or text, or raise a ValueError that names it."""
    array = np.asarray(values)
    if array.ndim != 1 or array.size == 0 or array.dtype.kind not in "biuU":
        raise ValueError(
            f"{name} is a non-empty vector of whole numbers or text. "
            f"Received: shape {array.shape}, {array.dtype}"
        )
    return array


def label_pair(labels: ArrayLike, clusters: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Return labels and clusters of the same points, or raise a ValueError."""
    labels, clusters = labels_of(labels, "labels"), labels_of(clusters, "clusters")
    if len(labels) != len(clusters):
        raise ValueError(
            "labels and clusters have one entry per point. "
            f"Received: {len(labels)} labels and {len(clusters)} clusters"
        )
    return labels, clusters
