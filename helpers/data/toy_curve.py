"""A one-dimensional manifold that can be drawn: a curve in the plane, and points near it.

All points lie in the unit square, shape (n, 2), as pixels do.
"""

from __future__ import annotations

import numpy as np


def curve_points(count: int = 400) -> np.ndarray:
    """Return points along one period of a sine, evenly spaced in the horizontal: (count, 2)."""
    position = np.linspace(0, 1, count)
    heights = 0.5 + 0.28 * np.sin(2 * np.pi * position)
    return np.column_stack([0.1 + 0.8 * position, heights]).astype(np.float32)


def draw_points(count: int, seed: int, *, spread: float = 0.01) -> np.ndarray:
    """Draw points near the curve.

    Args:
        count: number of points.
        seed: of the draw.
        spread: standard deviation of their distance from a point of the curve, in both directions.

    Returns:
        float32 (count, 2).
    """
    rng = np.random.default_rng(seed)
    chosen = rng.choice(curve_points(4000), size=count)
    return (chosen + rng.normal(scale=spread, size=chosen.shape)).astype(np.float32)


def grid(size: int = 17) -> np.ndarray:
    """Return size x size points that fill the square, float32 (size^2, 2)."""
    ticks = np.linspace(0.04, 0.96, size, dtype=np.float32)
    return np.stack(np.meshgrid(ticks, ticks), axis=-1).reshape(-1, 2)


def distances(points: np.ndarray, curve: np.ndarray) -> np.ndarray:
    """Return the distance of each point (n, 2) to the nearest of the curve's points: (n,)."""
    return np.linalg.norm(gaps(points, curve), axis=1)


def ideal_denoiser(points: np.ndarray, data: np.ndarray, deviation: float) -> np.ndarray:
    """Return the best guess of where noisy points came from, if they came from the data.

    With normal noise, that is the mean of the data, each weighted by exp(-distance^2 / (2 s^2)).
    No function of the noisy point has a smaller expected squared error.

    Args:
        points: noisy points (n, d).
        data: clean points (m, d), each as likely as the others.
        deviation: s, of the noise, above 0.

    Returns:
        (n, d).
    """
    squares = np.square(points[:, None] - data[None]).sum(axis=2)
    # The smallest distance is taken off, so that no weight of all is 0 far from the data.
    squares -= squares.min(axis=1, keepdims=True)
    weights = np.exp(-squares / (2 * deviation**2))
    return weights @ data / weights.sum(axis=1, keepdims=True)


def cosines(points: np.ndarray, arrows: np.ndarray, curve: np.ndarray) -> np.ndarray:
    """Return whether arrows lead back to the curve.

    Args:
        points: (n, 2), none of them on the curve.
        arrows: (n, 2), one at each point, none of length 0.
        curve: points of the curve (m, 2).

    Returns:
        (n,), the cosine of the angle between each arrow and the way to the nearest point of the
        curve: 1 straight to it, 0 along it, -1 away.
    """
    ways = gaps(points, curve)
    lengths = np.linalg.norm(arrows, axis=1) * np.linalg.norm(ways, axis=1)
    return np.sum(arrows * ways, axis=1) / lengths


def gaps(points: np.ndarray, curve: np.ndarray) -> np.ndarray:
    """Return the way from each point to the nearest of the curve's points: (n, 2)."""
    ways = curve[None] - points[:, None]
    nearest = np.argmin(np.square(ways).sum(axis=2), axis=1)
    return ways[np.arange(len(points)), nearest]
