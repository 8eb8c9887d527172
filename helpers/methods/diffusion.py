"""Walk from noise to data: noise levels, steps along a denoiser's arrows, and guidance."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import numpy as np

Denoise = Callable[[np.ndarray, float], np.ndarray]


def noise_levels(first: float, last: float, num_steps: int, *, power: float = 7.0) -> np.ndarray:
    """Return decreasing noise levels, num_steps of them and a 0 at the end.

    Args:
        first, last: the highest level, and the lowest above 0.
        num_steps: steps of the walk, at least 2.
        power: the levels are equally far apart in their 1/power-th power; the higher, the more of
            them lie near the end.

    Returns:
        float64 (num_steps + 1,).

    Raises:
        ValueError: levels that do not fall, or fewer than 2 steps.

    Reference: Karras et al., 2022, equation 5.
    """
    if not first > last > 0 or num_steps < 2 or power <= 0:
        raise ValueError(
            "noise_levels takes first > last > 0, 2 steps or more, and a power above 0. "
            f"Received: {first}, {last}, {num_steps}, {power}"
        )
    roots = np.linspace(first ** (1 / power), last ** (1 / power), num_steps)
    return np.append(roots**power, 0.0)


def euler_step(denoise: Denoise, points: np.ndarray, level: float, lower: float) -> np.ndarray:
    """Return points moved from a noise level to a lower one along the denoiser's arrow.

    Args:
        denoise: (points (n, k), level) -> points (n, k).
        points: (n, k), noisy at ``level``.
        level, lower: noise levels, lower from 0 to level.

    Reference: Karras et al., 2022, equation 4.
    """
    return points + (lower - level) * (points - denoise(points, level)) / level


def heun_step(denoise: Denoise, points: np.ndarray, level: float, lower: float) -> np.ndarray:
    """Return points moved as by ``euler_step``, along the mean of the slopes at both ends.

    At level 0 there is no slope: a step that leads there is one of Euler's.

    Args:
        denoise, points, level, lower: as for ``euler_step``.

    Reference: Karras et al., 2022, algorithm 1.
    """
    slope = (points - denoise(points, level)) / level
    moved = points + (lower - level) * slope
    if lower == 0:
        return moved
    slope_there = (moved - denoise(moved, lower)) / lower
    return points + (lower - level) * (slope + slope_there) / 2


def walk_back(
    denoise: Denoise,
    noise: np.ndarray,
    levels: np.ndarray,
    fresh: np.ndarray | None = None,
    *,
    step: Callable = heun_step,
) -> np.ndarray:
    """Return points made of noise, and where they were on the way.

    Args:
        denoise: (points (n, k), level) -> points (n, k).
        noise: (n, k), from N(0, 1); the walk begins at ``levels[0]`` times it.
        levels: (s + 1,), decreasing, the last one may be 0.
        fresh: (s, n, k), noise from N(0, 1) that is added after each step, which then goes further
            down, so that the noise level is the same; none when None.
        step: ``heun_step`` or ``euler_step``.

    Returns:
        (s + 1, n, k), the last one the points.

    Raises:
        ValueError: levels that do not decrease, or fresh noise of another shape.

    Reference: Karras et al., 2022, algorithm 1; fresh noise: Song et al., 2021, ancestral sampling.
    """
    levels, noise = np.asarray(levels, float), np.asarray(noise)
    if levels.ndim != 1 or len(levels) < 2 or levels[-1] < 0 or not np.all(np.diff(levels) < 0):
        raise ValueError(f"levels are two or more and decrease to 0 or above. Received: {levels}")
    if fresh is not None and np.shape(fresh) != (len(levels) - 1, *noise.shape):
        raise ValueError(
            f"fresh is noise for each step, {(len(levels) - 1, *noise.shape)}. "
            f"Received: shape {np.shape(fresh)}"
        )
    path = [levels[0] * noise]
    for index, (level, lower) in enumerate(itertools.pairwise(levels)):
        down = lower if fresh is None else lower**2 / level
        points = step(denoise, path[-1], level, down)
        if fresh is not None:
            points = points + np.sqrt(lower**2 - down**2) * fresh[index]
        path.append(points)
    return np.stack(path)


def told(denoiser: Callable, labels: np.ndarray | None = None) -> Denoise:
    """Return a denoiser as a function of points and one noise level.

    Args:
        denoiser: model of ``models.build_denoiser``; or a function (points, level) -> points, which
            is returned as it is.
        labels: one-hot (n, c), one per point, zeros for "not told"; None for a model without.
    """
    if not hasattr(denoiser, "get_weights"):
        return denoiser

    def denoise(points: np.ndarray, level: float) -> np.ndarray:
        points = np.asarray(points, "float32")
        logs = np.full((len(points), 1), np.log(level), "float32")
        inputs = [points, logs]
        if labels is not None:
            inputs.append(np.asarray(labels, "float32"))
        return np.asarray(denoiser(inputs))

    return denoise


def guide(with_label: np.ndarray, without: np.ndarray, guidance: float) -> np.ndarray:
    """Return the answers of a denoiser, pushed from those without a label past those with it.

    Args:
        with_label, without: (n, k), the answers when the label is told and when it is not.
        guidance: 0 for those without it, 1 for those with it, above 1 for beyond.

    Returns:
        (n, k).

    Reference: Ho and Salimans, 2022, equation 6, whose w is ``guidance - 1``.
    """
    return without + guidance * (with_label - without)
