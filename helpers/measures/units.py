"""Measure units: codes of which few numbers are kept, and how pure a unit's images are."""

from __future__ import annotations

import numpy as np


def keep_strongest(codes: np.ndarray, count: int, means: np.ndarray) -> np.ndarray:
    """Return codes in which all but a few numbers of each image are at their mean.

    Args:
        codes: (n, k).
        count: numbers to keep of each image: those that are farthest from their mean.
        means: (k,), what the others become.

    Returns:
        (n, k), of the dtype of the codes.

    Raises:
        ValueError: a count outside 0 to k.
    """
    return np.where(_ranks(np.abs(codes - means), count) < count, codes, means).astype(codes.dtype)


def keep_random(codes: np.ndarray, count: int, means: np.ndarray, seed: int) -> np.ndarray:
    """Return codes as `keep_strongest` does, with the kept numbers drawn for each image."""
    keys = np.random.default_rng(seed).random(codes.shape)
    return np.where(_ranks(keys, count) < count, codes, means).astype(codes.dtype)


def _ranks(keys: np.ndarray, count: int) -> np.ndarray:
    """Return the place of each number in its row, the largest at 0."""
    if not 0 <= count <= keys.shape[1]:
        raise ValueError(f"count is from 0 to {keys.shape[1]} units. Received: {count}")
    order = np.argsort(-keys, axis=1)
    return np.argsort(order, axis=1)


def label_purity(exciting_labels: np.ndarray) -> np.ndarray:
    """Return for each unit the share of the most frequent label among its images.

    Args:
        exciting_labels: whole numbers from 0, (k, count).
    """
    counts = [np.bincount(labels).max() for labels in exciting_labels]
    return np.array(counts) / exciting_labels.shape[1]
