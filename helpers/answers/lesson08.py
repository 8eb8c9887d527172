"""Reference answers of lesson 08: sparse codes.

Codes are float arrays (n, k): one row per image, one column per unit.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

__all__ = [
    "bernoulli_kl",
    "dead_units",
    "exciting_images",
    "kl_penalty",
    "mean_activity",
    "sparsest_target",
]


def mean_activity(codes: np.ndarray) -> np.ndarray:
    """Return the activity of each unit, averaged over the images: (n, k) -> (k,)."""
    return np.mean(codes, axis=0)


def bernoulli_kl(target: float, activities: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the divergence of a coin with mean `target` from others, and its slope.

    Args:
        target: p, in (0, 1).
        activities: q, any shape; brought into [1e-7, 1 - 1e-7] first.

    Returns:
        p ln(p / q) + (1 - p) ln((1 - p) / (1 - q)) in nats, at least 0, and its derivative
        in q, both of the shape of q.

    Raises:
        ValueError: a target or an activity that is no probability.
    """
    activities = np.asarray(activities, dtype=float)
    if not 0 < target < 1 or np.any((activities < 0) | (activities > 1)):
        raise ValueError(
            "target is between 0 and 1, and every activity in [0, 1]. "
            f"Received: {target} and activities from {np.min(activities)} to {np.max(activities)}"
        )
    means = np.clip(activities, 1e-7, 1 - 1e-7)
    values = target * np.log(target / means) + (1 - target) * np.log((1 - target) / (1 - means))
    return values, (1 - target) / (1 - means) - target / means


def kl_penalty(codes: np.ndarray, weight: float, target: float) -> tuple[float, np.ndarray]:
    """Return what a batch of codes costs, and the slope of that in every single activity.

    Args:
        codes: activities in [0, 1], (n, k).
        weight: of the sum of the units' divergences.
        target: wanted mean activity of every unit.

    Returns:
        The penalty, one number, and its gradient (n, k): each of the n images has a share of 1/n
        in a unit's mean, so that all of them are pushed alike.
    """
    values, slopes = bernoulli_kl(target, mean_activity(codes))
    gradient = np.broadcast_to(weight * slopes / len(codes), np.shape(codes))
    return float(weight * np.sum(values)), gradient


def dead_units(codes: np.ndarray, threshold: float) -> list[int]:
    """Return the units whose activity stays below the threshold for every image, in order."""
    return np.flatnonzero(np.max(codes, axis=0) < threshold).tolist()


def exciting_images(codes: np.ndarray, count: int) -> np.ndarray:
    """Return for each unit which images excite it most, the strongest first.

    Args:
        codes: (n, k).
        count: images per unit, at most n.

    Returns:
        Whole numbers (k, count), positions in the batch.
    """
    return np.argsort(-codes, axis=0, kind="stable")[:count].T


def sparsest_target(
    targets: Sequence[float],
    activities: Sequence[float],
    errors: Sequence[float],
    tolerance: float,
    largest_error: float,
) -> float | None:
    """Return the smallest target that was reached at an error that is small enough, or None.

    Args:
        targets: of several networks, in any order.
        activities: the mean activity that each reached.
        errors: of each.
        tolerance: a target is reached when the activity is at most this far from it.
        largest_error: still small enough.
    """
    good = [
        target
        for target, activity, error in zip(targets, activities, errors, strict=True)
        if abs(activity - target) <= tolerance and error <= largest_error
    ]
    return min(good, default=None)
