"""Sample codes and images from fitted normal distributions, and walk between codes."""

from __future__ import annotations

import numpy as np

from helpers import pca


def sample_pca(images: np.ndarray, code_size: int, num_samples: int, seed: int = 0) -> np.ndarray:
    """Sample images from PCA: codes from a normal distribution fitted to its codes, decoded.

    Args:
        images: (n, d).
        code_size: number of components, from 1 to min(n, d).
        num_samples: how many.
        seed: of the samples.

    Returns:
        float32 (num_samples, d), not clipped to [0, 1].
    """
    mean, components, _ = pca.fit_pca(images, code_size)
    codes = sample_normal(pca.encode(images, mean, components), num_samples, seed)
    return pca.decode(codes, mean, components).astype("float32")


def sample_normal(codes: np.ndarray, num_samples: int, seed: int = 0) -> np.ndarray:
    """Sample codes from the normal distribution with the mean and covariance of given ones.

    Args:
        codes: (n, k).
        num_samples: how many.
        seed: of the samples.

    Returns:
        float32 (num_samples, k).
    """
    codes = np.asarray(codes, float)
    covariance = np.atleast_2d(np.cov(codes, rowvar=False))
    rng = np.random.default_rng(seed)
    return rng.multivariate_normal(codes.mean(axis=0), covariance, num_samples).astype("float32")


def interpolate(first, last, num_steps: int) -> np.ndarray:
    """Return points on the straight lines between rows of two arrays, ends included.

    Args:
        first, last: (n, k).
        num_steps: points per line, at least 2.

    Returns:
        (num_steps, n, k), from `first` to `last`.

    Raises:
        ValueError: fewer than 2 points.
    """
    if num_steps < 2:
        raise ValueError(f"num_steps must be at least 2. Received: {num_steps}")
    first, last = np.asarray(first), np.asarray(last)
    shares = np.linspace(0, 1, num_steps, dtype=first.dtype)[:, None, None]
    return (1 - shares) * first + shares * last
