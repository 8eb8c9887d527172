"""Reference answers of lesson 08: sparse codes.

Codes are float arrays (n, k): one row per image, one column per unit.
"""

from __future__ import annotations

import numpy as np

__all__ = [
    "bernoulli_kl",
    "compare_choices",
    "exciting_images",
    "kl_penalty",
    "top_k",
]


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
    values, slopes = bernoulli_kl(target, np.mean(codes, axis=0))
    gradient = np.broadcast_to(weight * slopes / len(codes), np.shape(codes))
    return float(weight * np.sum(values)), gradient


def exciting_images(codes: np.ndarray, count: int) -> np.ndarray:
    """Return for each unit which images excite it most, the strongest first.

    Args:
        codes: (n, k).
        count: images per unit, at most n.

    Returns:
        Whole numbers (k, count), positions in the batch.
    """
    return np.argsort(-codes, axis=0, kind="stable")[:count].T


def top_k(
    pre_activations: np.ndarray, k: int, code_slopes: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Keep the k largest positive numbers of each row, and lead slopes back through that step.

    Args:
        pre_activations: (n, units).
        k: from 1 to the number of units; of equal numbers the first ones are kept.
        code_slopes: derivative of a loss in each number of the codes, (n, units).

    Returns:
        The codes, and the derivative of that loss in each pre-activation, (n, units) each.

    Reference: Makhzani and Frey, k-sparse autoencoders, 2014.
    """
    largest = np.argsort(-pre_activations, axis=1, kind="stable")[:, :k]
    kept = np.zeros(np.shape(pre_activations), dtype=bool)
    np.put_along_axis(kept, largest, True, axis=1)
    kept &= pre_activations > 0
    return np.where(kept, pre_activations, 0), np.where(kept, code_slopes, 0)


def compare_choices(
    codes: np.ndarray, dictionary: np.ndarray, offset: np.ndarray, images: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the errors of one dictionary under three choices of its rows, values by least squares.

    Args:
        codes: (n, units), 0 where a unit is silent.
        dictionary: (units, d), a row for each unit.
        offset: (d,), what is added to every image.
        images: (n, d).

    Returns:
        ``errors`` (3,), mean squared errors over pixels and images: with each image's own units,
        with those of the image before it (the last one's for the first), and with the units of
        the largest total activity, as many as any image has. ``gaps`` (2,): by how much the
        second and the third are above the first. ``halves`` (2,): half the 95 % intervals of that.
    """
    own = codes != 0
    count = own.sum(axis=1).max()
    fixed = np.zeros_like(own)
    fixed[:, np.argsort(-np.abs(codes).sum(axis=0))[:count]] = True
    of_images = np.array(
        [_fit(chosen, dictionary, offset, images) for chosen in (own, np.roll(own, 1, 0), fixed)]
    )
    differences = of_images[1:] - of_images[0]
    halves = 1.96 * differences.std(axis=1, ddof=1) / np.sqrt(len(images))
    return of_images.mean(axis=1), differences.mean(axis=1), halves


def _fit(chosen, dictionary, offset, images) -> np.ndarray:
    """Return each image's mean squared error, rebuilt of its chosen rows as well as can be."""
    errors = []
    for units, image in zip(chosen, images, strict=True):
        rows = dictionary[units]
        values = np.linalg.lstsq(rows.T, image - offset, rcond=None)[0]
        errors.append(np.mean(np.square(image - offset - values @ rows)))
    return np.array(errors)
