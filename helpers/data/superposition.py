"""Points made of a few of many known directions, more of them than dimensions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


def random_directions(count: int, size: int, seed: int = 0) -> np.ndarray:
    """Return directions of length 1, uniform over the sphere.

    Args:
        count: number of directions.
        size: dimensions, at least 1.
        seed: of the draw.

    Returns:
        float32 (count, size).
    """
    rows = np.random.default_rng(seed).normal(size=(count, size))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype("float32")


@dataclass(frozen=True)
class Superposition:
    """Points that are sums of features: each a direction, present or not, and how strongly.

    A feature is active in a point with probability ``active / m``, independently of the others;
    its coefficient is then uniform between ``weakest`` and ``strongest``, and 0 otherwise.

    Args:
        directions: (m, d), of length 1, the true features.
        active: features that are active in a point, on average, above 0 and at most m.
        weakest, strongest: range of an active feature's coefficient, 0 <= weakest < strongest.

    Raises:
        ValueError: directions that are not (m, d) of length 1, or numbers outside their range.

    Reference: Elhage et al., Toy models of superposition, 2022; Sharkey et al., Taking features
    out of superposition with sparse autoencoders, 2022.
    """

    directions: np.ndarray
    active: float
    weakest: float = 0.5
    strongest: float = 1.5

    def __post_init__(self) -> None:
        shape = np.shape(self.directions)
        if len(shape) != 2 or not np.allclose(
            np.linalg.norm(self.directions, axis=1), 1, atol=1e-4
        ):
            raise ValueError(f"directions are (m, d), of length 1. Received: shape {shape}")
        if not 0 < self.active <= shape[0] or not 0 <= self.weakest < self.strongest:
            raise ValueError(
                "active is above 0 and at most m, and 0 <= weakest < strongest. "
                f"Received: {self.active} of {shape[0]}, {self.weakest} and {self.strongest}"
            )

    @property
    def chance(self) -> float:
        """The probability that a feature is active in a point."""
        return self.active / len(self.directions)

    def sample(self, count: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
        """Draw points.

        Args:
            count: number of points.
            seed: of the draw.

        Returns:
            Coefficients float32 (count, m), 0 where a feature is not active, and points float32
            (count, d), their sums of directions.
        """
        rng = np.random.default_rng(seed)
        shape = count, len(self.directions)
        strengths = rng.uniform(self.weakest, self.strongest, size=shape)
        coefficients = np.where(rng.random(shape) < self.chance, strengths, 0)
        points = coefficients @ np.asarray(self.directions, float)
        return coefficients.astype("float32"), points.astype("float32")

    def moments(self) -> tuple[np.ndarray, np.ndarray]:
        """Return the mean (d,) and the covariance (d, d) of the points, exactly."""
        middle = (self.weakest + self.strongest) / 2
        square = middle**2 + (self.strongest - self.weakest) ** 2 / 12
        rows = np.asarray(self.directions, float)
        variance = self.chance * square - (self.chance * middle) ** 2
        return self.chance * middle * rows.sum(axis=0), variance * rows.T @ rows
