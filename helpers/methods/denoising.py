"""Denoisers that are no networks, each tuned at its best: what a network has to beat.

Images are vectors in [0, 1], shape (n, d), beside their noisy twins of the same shape.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from scipy import ndimage

from helpers import measures, pca
from helpers.layers.noise import Corruption, corrupt_images

Denoiser = Callable[[np.ndarray], np.ndarray]
Pair = tuple[np.ndarray, np.ndarray]

WINDOWS = (3, 5)
PENALTIES = (1.0, 10.0, 100.0)
_BLOCK = 2000  # images that are float64 at a time


def median_filter(images: np.ndarray, window: int = 3) -> np.ndarray:
    """Replace every pixel by the median of the window x window pixels around it.

    Args:
        images: (n, d) with d a square number.
        window: an odd number of pixels; the border is mirrored.

    Returns:
        (n, d).
    """
    side = round(images.shape[1] ** 0.5)
    pictures = images.reshape(-1, side, side)
    return ndimage.median_filter(pictures, size=(1, window, window)).reshape(images.shape)


def choose_window(validation: Pair, windows: Sequence[int] = WINDOWS) -> int:
    """Return the window of the median filter that has the smallest squared error."""
    clean, noisy = validation
    errors = [measures.mse(clean, median_filter(noisy, window)) for window in windows]
    return windows[int(np.argmin(errors))]


def choose_code_size(validation: Pair, mean: np.ndarray, components: np.ndarray) -> int:
    """Return the number of components with which PCA removes most noise.

    Args:
        validation: (clean, noisy) images, (n, d) each.
        mean: (d,) of clean images.
        components: (k, d), orthonormal rows, largest variance first, of clean images.

    Returns:
        The number of components, 1 to k, with the smallest squared error to the clean images.
    """
    clean, noisy = (pca.encode(images, mean, components) for images in validation)
    # Components are orthonormal: each adds its own share to the squared error.
    gains = np.cumsum(np.mean(noisy**2 - 2 * noisy * clean, axis=0))
    return int(np.argmin(gains)) + 1


def pca_denoise(images: np.ndarray, mean: np.ndarray, components: np.ndarray) -> np.ndarray:
    """Project images (n, d) on the components and clip the result to [0, 1]."""
    return np.clip(pca.decode(pca.encode(images, mean, components), mean, components), 0, 1)


def fit_linear_maps(training: Pair, penalties: Sequence[float]) -> list[np.ndarray]:
    """Return the matrices that map noisy images to clean ones with the smallest squared error.

    Args:
        training: (clean, noisy) images, (n, d) each.
        penalties: of each matrix, the ridge penalty on every weight, above 0.

    Returns:
        For each penalty (d + 1, d); the last row is the bias.
    """
    clean, noisy = training
    one = np.eye(noisy.shape[1] + 1)
    products, targets = np.zeros(one.shape), np.zeros((len(one), clean.shape[1]))
    # In float64, and a few images at a time: all of them would take five times their own memory.
    for first in range(0, len(noisy), _BLOCK):
        part = noisy[first : first + _BLOCK]
        inputs = np.column_stack([part.astype(np.float64), np.ones(len(part))])
        products += inputs.T @ inputs
        targets += inputs.T @ clean[first : first + _BLOCK]
    return [np.linalg.solve(products + penalty * one, targets) for penalty in penalties]


def linear_denoise(images: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Apply a map of ``fit_linear_maps`` to images (n, d) and clip the result to [0, 1]."""
    return np.clip(images @ weights[:-1] + weights[-1], 0, 1)


def tune_baselines(
    training: Pair, validation: Pair, mean: np.ndarray, components: np.ndarray
) -> dict[str, tuple[Denoiser, str]]:
    """Return the denoisers that learn nothing, or nothing but a matrix, each at its best.

    Args:
        training: (clean, noisy) images for the linear map.
        validation: (clean, noisy) images on which every setting is chosen.
        mean, components: PCA of clean images.

    Returns:
        name -> (denoiser, the setting that was chosen, in words).
    """
    window = choose_window(validation)
    size = choose_code_size(validation, mean, components)
    maps = fit_linear_maps(training, PENALTIES)
    map_errors = [measures.mse(validation[0], linear_denoise(validation[1], w)) for w in maps]
    linear = maps[int(np.argmin(map_errors))]
    return {
        "identity": (np.asarray, ""),
        "median filter": (
            functools.partial(median_filter, window=window),
            f"window {window} x {window}",
        ),
        "PCA": (
            functools.partial(pca_denoise, mean=mean, components=components[:size]),
            f"{size} components",
        ),
        "linear map": (functools.partial(linear_denoise, weights=linear), "784 x 784 + bias"),
    }


def psnr_table(
    noises: Mapping[str, Corruption],
    networks: Mapping[str, Denoiser],
    *,
    training: np.ndarray,
    validation: np.ndarray,
    test: np.ndarray,
    principal: tuple[np.ndarray, np.ndarray],
    measure: Callable[[np.ndarray, np.ndarray], Any] = measures.psnr,
) -> tuple[dict[str, dict[str, float]], dict[str, dict[str, str]]]:
    """Measure every denoiser on every noise; baselines are tuned to each noise, networks are not.

    Args:
        noises: name -> corruption.
        networks: name -> denoiser, as it is.
        training, validation, test: clean images (n, d), no image in two of them.
        principal: mean and components of PCA.
        measure: function (clean, denoised) -> number.

    Returns:
        Two tables, noise -> denoiser -> its figure on the test images, and -> its setting.
    """
    figures, settings = {}, {}
    for name, corrupt in noises.items():
        learning, choosing, (clean, noisy) = (
            (images, corrupt_images(images, corrupt, seed))
            for seed, images in enumerate((training, validation, test))
        )
        tuned = tune_baselines(learning, choosing, *principal)
        denoisers = {key: denoise for key, (denoise, _) in tuned.items()} | dict(networks)
        figures[name] = {key: measure(clean, denoise(noisy)) for key, denoise in denoisers.items()}
        settings[name] = {key: setting for key, (_, setting) in tuned.items() if setting}
    return figures, settings
