"""Pictures as overlapping patches: cut, put back, and denoisers that work on one patch at a time.

A patch is a row of s * s numbers, and a picture is grey, (h, w).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from helpers.parts import in_parts

if TYPE_CHECKING:
    import keras

Denoise = Callable[[np.ndarray], np.ndarray]

_PART = 20_000  # patches at a time


def places(length: int, size: int, step: int) -> np.ndarray:
    """Return where patches begin along one side: every step pixels, and at the end.

    Args:
        length: of the side, in pixels.
        size: of a patch, from 1 to length.
        step: from one patch to the next, from 1 to size, so that no pixel is left out.

    Returns:
        int64 (k,), increasing; the last is length - size.

    Raises:
        ValueError: a size or a step out of range.
    """
    if not 1 <= step <= size <= length:
        raise ValueError(
            "patches need 1 <= step <= size <= the picture's side. "
            f"Received: step {step}, size {size}, side {length}"
        )
    last = length - size
    return np.append(np.arange(0, last, step), last)


def cut_patches(picture: np.ndarray, size: int, step: int = 1) -> np.ndarray:
    """Cut a picture into overlapping patches, from left to right and then from top to bottom.

    Args:
        picture: (h, w).
        size: of a side of a patch, s.
        step: from one patch to the next; the last of a row and of a column are at the edge.

    Returns:
        (n, s * s).

    Raises:
        ValueError: no grey picture, or a size or a step out of range.
    """
    picture = np.asarray(picture)
    if picture.ndim != 2:
        raise ValueError(f"a grey picture is (h, w). Received: shape {picture.shape}")
    rows, columns = (places(side, size, step) for side in picture.shape)
    windows = np.lib.stride_tricks.sliding_window_view(picture, (size, size))
    return windows[rows[:, None], columns].reshape(-1, size * size)


def merge_patches(patches: np.ndarray, shape: tuple[int, int], step: int = 1) -> np.ndarray:
    """Put patches back where ``cut_patches`` took them from, each pixel the mean of its patches.

    Args:
        patches: (n, s * s), in the order of ``cut_patches``.
        shape: (h, w) of the picture.
        step: the same as in ``cut_patches``.

    Returns:
        float64 (h, w).

    Raises:
        ValueError: patches that are not square, or not as many as the picture has.
    """
    patches = np.asarray(patches)
    size = round(patches.shape[-1] ** 0.5)
    rows, columns = (places(side, size, step) for side in shape)
    if patches.shape != (len(rows) * len(columns), size * size):
        raise ValueError(
            f"a picture of {shape} has {len(rows) * len(columns)} patches of {size} x {size} at "
            f"step {step}. Received: shape {patches.shape}"
        )
    grid = patches.reshape(len(rows), len(columns), size, size)
    sums, counts = np.zeros(shape), np.zeros(shape)
    # One pixel of all patches at a time: no two of them fall on the same place.
    for down in range(size):
        for right in range(size):
            where = np.ix_(rows + down, columns + right)
            sums[where] += grid[:, :, down, right]
            counts[where] += 1
    return sums / counts


def denoise_picture(denoise: Denoise, picture: np.ndarray, size: int, step: int = 1) -> np.ndarray:
    """Denoise a picture patch by patch, and average where patches overlap.

    Args:
        denoise: patches (n, s * s) -> patches (n, s * s); a Keras model is one.
        picture: (h, w).
        size, step: as for ``cut_patches``.

    Returns:
        float64 (h, w), in [0, 1].
    """
    patches = in_parts(denoise, cut_patches(picture, size, step), size=_PART)
    return np.clip(merge_patches(patches, picture.shape, step), 0, 1)


def fit_components(patches: np.ndarray) -> np.ndarray:
    """Return the principal components of patches without their means, (d, d), largest first."""
    rest = patches - patches.mean(axis=1, keepdims=True)
    return np.linalg.eigh(rest.T @ rest / len(rest))[1].T[::-1]


def keep_first(components: np.ndarray, count: int) -> Denoise:
    """Return the denoiser that keeps a patch's mean and its first components, nothing else."""
    kept = components[:count]
    return lambda patches: _rebuilt(patches, lambda rest: rest @ kept.T @ kept)


def keep_large(components: np.ndarray, threshold: float) -> Denoise:
    """Return the denoiser that keeps a patch's mean and its large coefficients, nothing else.

    Args:
        components: (d, d), orthonormal rows.
        threshold: coefficients of at most this size become 0; in units of the pixels.

    Reference: Donoho and Johnstone, 1994, hard thresholding; of patches, Muresan and Parks, 2003.
    """

    def kept(rest: np.ndarray) -> np.ndarray:
        coefficients = rest @ components.T
        return np.where(np.abs(coefficients) > threshold, coefficients, 0) @ components

    return lambda patches: _rebuilt(patches, kept)


def _rebuilt(patches: np.ndarray, change: Denoise) -> np.ndarray:
    means = patches.mean(axis=1, keepdims=True)
    return means + change(patches - means)


def told(denoiser: keras.Model, deviation: float) -> Denoise:
    """Return a denoiser of ``models.build_patch_denoiser`` as a function of patches.

    Args:
        denoiser: model of [patches (n, d), logarithms of noise levels (n, 1)] -> patches (n, d).
        deviation: the noise level that it is told, above 0.
    """

    def denoise(patches: np.ndarray) -> np.ndarray:
        logs = np.full((len(patches), 1), np.log(deviation), np.float32)
        rows = patches.astype(np.float32)
        return in_parts(lambda *some: denoiser(list(some)), rows, logs, size=_PART)

    return denoise


def choose(
    settings: Sequence[float], cleaned: Callable, score: Callable[[np.ndarray], float]
) -> float:
    """Return the setting whose picture has the highest score.

    Args:
        settings: one or more; of two equally good ones, the first.
        cleaned: setting -> denoised picture (h, w), of a picture that is not the one to be tested.
        score: picture (h, w) -> number, such as its PSNR.
    """
    return settings[int(np.argmax([score(cleaned(one)) for one in settings]))]
