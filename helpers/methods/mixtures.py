"""Mixtures of normal distributions under normal noise: density, score and best answer, exactly."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import logsumexp, softmax


@dataclass(frozen=True)
class Mixture:
    """A mixture of round normal distributions in d dimensions.

    Args:
        means: (c, d), the centres.
        deviations: (c,), the standard deviation of each in every direction, above 0.
        weights: (c,), above 0, of sum 1.

    Raises:
        ValueError: other shapes, a deviation of 0 or less, or weights that are no shares.
    """

    means: np.ndarray
    deviations: np.ndarray
    weights: np.ndarray

    def __post_init__(self) -> None:
        shapes = np.shape(self.means), np.shape(self.deviations), np.shape(self.weights)
        if len(shapes[0]) != 2 or not shapes[0][:1] == shapes[1] == shapes[2]:
            raise ValueError(
                "a mixture has means (c, d), deviations (c,) and weights (c,). "
                f"Received: shapes {shapes}"
            )
        if np.min(self.deviations) <= 0 or np.min(self.weights) <= 0:
            raise ValueError(
                "deviations and weights are above 0. "
                f"Received: {self.deviations} and {self.weights}"
            )
        if abs(np.sum(self.weights) - 1) > 1e-6:
            raise ValueError(f"weights have the sum 1. Received: {np.sum(self.weights)}")

    def sample(self, count: int, seed: int = 0) -> np.ndarray:
        """Return points of the mixture, float32 (count, d)."""
        rng = np.random.default_rng(seed)
        chosen = rng.choice(len(self.weights), size=count, p=np.asarray(self.weights, float))
        noise = rng.normal(size=(count, np.shape(self.means)[1]))
        points = np.asarray(self.means)[chosen] + np.asarray(self.deviations)[chosen, None] * noise
        return points.astype("float32")

    def log_density(self, points: np.ndarray, level: float = 0.0) -> np.ndarray:
        """Return the logarithm of the density of noisy points.

        Args:
            points: (n, d).
            level: standard deviation of the noise, 0 or more.

        Returns:
            (n,), in nats.
        """
        return logsumexp(self._log_parts(points, level), axis=1)

    def denoise(self, points: np.ndarray, level: float) -> np.ndarray:
        """Return the mean of the clean point, given each noisy one: the least-squares optimum.

        Args:
            points: (n, d).
            level: standard deviation of the noise, 0 or more.

        Returns:
            (n, d).
        """
        posterior = softmax(self._log_parts(points, level), axis=1)[..., None]  # (n, c, 1)
        variances = np.square(self.deviations)
        kept = (variances / (variances + level**2))[:, None]
        answers = self.means + kept * (np.asarray(points)[:, None] - self.means)
        return np.sum(posterior * answers, axis=1)

    def score(self, points: np.ndarray, level: float = 0.0) -> np.ndarray:
        """Return the gradient of the log density of noisy points, (n, d).

        Args:
            points: (n, d).
            level: standard deviation of the noise, 0 or more.
        """
        posterior = softmax(self._log_parts(points, level), axis=1)[..., None]
        variances = (np.square(self.deviations) + level**2)[:, None]
        return np.sum(posterior * (self.means - np.asarray(points)[:, None]) / variances, axis=1)

    def _log_parts(self, points: np.ndarray, level: float) -> np.ndarray:
        """Return the logarithm of each part's share in the density, (n, c)."""
        points = np.asarray(points, float)
        size = np.shape(self.means)[1]
        if points.ndim != 2 or points.shape[1] != size or level < 0:
            raise ValueError(
                f"points are (n, {size}) and level is 0 or more. "
                f"Received: shape {points.shape}, level {level}"
            )
        variances = np.square(self.deviations) + level**2
        squares = np.square(points[:, None] - self.means).sum(axis=2) / variances
        return np.log(self.weights) - (squares + size * np.log(2 * np.pi * variances)) / 2
