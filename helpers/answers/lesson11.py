"""Reference answers of lesson 11: the score of a mixture, walks from noise to data, distances."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from helpers.measures.frechet import frechet_distance
from helpers.methods.diffusion import euler_step, guide, heun_step, told, walk_back
from helpers.methods.mixtures import Mixture

__all__ = [
    "frechet_distance",
    "guide",
    "mixture_score",
    "sample",
    "training_pair",
    "two_steps",
]


def mixture_score(
    noisy: np.ndarray,
    means: np.ndarray,
    deviations: np.ndarray,
    weights: np.ndarray,
    level: float,
) -> tuple[np.ndarray, np.ndarray]:
    """Return the least-squares optimum for noisy points of a mixture, and the score there.

    Args:
        noisy: (n, d).
        means, deviations, weights: (c, d), (c,) and (c,), of the parts.
        level: sigma, of the normal noise on every number, above 0.

    Returns:
        ``answers`` and ``scores``, (n, d) each: the mean of the clean point given the noisy one,
        and the gradient of log p at the noisy one.

    Reference: Efron, 2011, equation 1.4 (Tweedie's formula).
    """
    answers = Mixture(means, deviations, weights).denoise(noisy, level)
    return answers, (answers - noisy) / level**2


def training_pair(
    points: np.ndarray, noise: np.ndarray, levels: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return what the layers of a denoiser get, and what they are asked for.

    Args:
        points: (n, k), clean, each number of mean 0 and variance 1.
        noise: (n, k), from N(0, 1).
        levels: (n, 1), the noise level of each point, above 0.

    Returns:
        ``inputs`` and ``targets``, (n, k) each, of variance 1 at every level.

    Reference: Karras et al., 2022, equations 7 and 8, with data of deviation 1.
    """
    roots = np.sqrt(1 + levels**2)
    return (points + levels * noise) / roots, (levels * points - noise) / roots


def two_steps(
    denoiser: Callable, points: np.ndarray, level: float, lower: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return points (n, k) after one step of Euler, and after one of Heun.

    Args:
        denoiser: model of [points (n, k), log levels (n, 1)] -> points (n, k), or a function
            (points, level) -> points.
        points: (n, k), noisy at ``level``.
        level, lower: noise levels, lower below level and above 0.
    """
    steps = euler_step, heun_step
    euler, heun = (step(told(denoiser), points, level, lower) for step in steps)
    return euler, heun


def sample(
    denoiser: Callable, noise: np.ndarray, levels: np.ndarray, fresh: np.ndarray | None = None
) -> np.ndarray:
    """Return points (n, k) made of noise by walking through decreasing noise levels.

    Args:
        denoiser, noise, levels, fresh: as for ``two_steps`` and ``methods.diffusion.walk_back``.
    """
    return walk_back(told(denoiser), noise, levels, fresh)[-1]
