"""Spoil images and clean them again: reference answers of lesson 05, and what a network must beat.

Images are vectors in [0, 1], shape (n, d), beside their noisy twins of the same shape.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence

import keras
import numpy as np
import tensorflow as tf
from scipy import ndimage

from helpers import losses, metrics, pca
from helpers.layers.noise import Corruption, corrupt_images

Denoiser = Callable[[np.ndarray], np.ndarray]
Pair = tuple[np.ndarray, np.ndarray]

WINDOWS = (3, 5)
PENALTIES = (1.0, 10.0, 100.0)


def mask_exactly(images: np.ndarray, fraction: float, seed: int) -> np.ndarray:
    """Return copies of the images in which an exact share of each image's pixels is 0.

    Args:
        images: (n, d).
        fraction: v, from 0 to 1; round(v d) pixels of each image become 0, drawn anew for each.
        seed: of the draw.

    Reference: Vincent et al., 2008, section 2.3.
    """
    count = round(fraction * images.shape[1])
    keys = np.random.default_rng(seed).random(images.shape)
    # A row of argsort is a random permutation of 0 to d - 1.
    return np.where(np.argsort(keys, axis=1) < count, 0, images)


def corrupt_input(images, switches, corrupt):
    """Return images times random switches where ``corrupt`` is 1, the images where it is 0.

    Args:
        images: (n, d).
        switches: (n, d), each 0 or 1.
        corrupt: 0 or 1, one number or one for each image, (n, 1).

    Reference: KCC 2019 tutorial review (Namgung), lab, denoising autoencoder.
    """
    return images * switches * corrupt + images * (1 - corrupt)


def denoising_step(
    autoencoder: keras.Model, images, noisy_images
) -> tuple[tf.Tensor, list[tf.Tensor]]:
    """Return the loss of reconstructing clean images from noisy ones, and its gradients.

    Args:
        autoencoder: model (n, d) -> (n, d) with outputs in [0, 1].
        images: float32 (n, d), the clean images, the targets.
        noisy_images: float32 (n, d), what the network is shown.

    Returns:
        The cross-entropy in nats an image, averaged over the batch, and one gradient for each of
        ``autoencoder.trainable_variables``.

    Reference: Vincent et al., 2008, equation 5.
    """
    with tf.GradientTape() as tape:
        outputs = autoencoder(noisy_images)
        loss = tf.reduce_mean(losses.binary_cross_entropy(images, outputs))
    return loss, tape.gradient(loss, autoencoder.trainable_variables)


def best_noise(levels: Sequence[float], errors: np.ndarray) -> tuple[float, list[float]]:
    """Return the best noise level, and all levels that the seeds cannot tell from it.

    Args:
        levels: noise levels, in any order.
        errors: (number of levels, number of seeds), two seeds or more.

    Returns:
        The level with the smallest mean error, and, from the smallest up, every level whose mean is
        above that by at most the best level's standard deviation over the seeds (n - 1).
    """
    means = np.mean(errors, axis=1)
    best = int(np.argmin(means))
    limit = means[best] + np.std(errors[best], ddof=1)
    return levels[best], sorted(
        level for level, mean in zip(levels, means, strict=True) if mean <= limit
    )


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
    errors = [metrics.mse(clean, median_filter(noisy, window)) for window in windows]
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


def fit_linear_map(training: Pair, penalty: float) -> np.ndarray:
    """Return the matrix that maps noisy images to clean ones with the smallest squared error.

    Args:
        training: (clean, noisy) images, (n, d) each.
        penalty: ridge penalty on every weight, above 0.

    Returns:
        (d + 1, d); the last row is the bias.
    """
    clean, noisy = training
    inputs = np.column_stack([noisy, np.ones(len(noisy))]).astype(np.float64)
    return np.linalg.solve(inputs.T @ inputs + penalty * np.eye(inputs.shape[1]), inputs.T @ clean)


def linear_denoise(images: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Apply a map of ``fit_linear_map`` to images (n, d) and clip the result to [0, 1]."""
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
    maps = [fit_linear_map(training, penalty) for penalty in PENALTIES]
    map_errors = [metrics.mse(validation[0], linear_denoise(validation[1], w)) for w in maps]
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
    measure: Callable[[np.ndarray, np.ndarray], float] = metrics.psnr,
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
        pairs = [
            (images, corrupt_images(images, corrupt, seed))
            for seed, images in enumerate((training, validation, test))
        ]
        tuned = tune_baselines(*pairs[:2], *principal)
        denoisers = {key: denoise for key, (denoise, _) in tuned.items()} | dict(networks)
        clean, noisy = pairs[2]
        figures[name] = {key: measure(clean, denoise(noisy)) for key, denoise in denoisers.items()}
        settings[name] = {key: setting for key, (_, setting) in tuned.items() if setting}
    return figures, settings


def table_text(rows: Mapping[str, Mapping[str, float]]) -> str:
    """Return a table of figures with one decimal: a line for each row, a column for each key."""
    columns = list(next(iter(rows.values())))
    width = max(map(len, rows))
    widths = [max(len(column), 6) + 2 for column in columns]
    head = " " * width + "".join(f"{c:>{w}}" for c, w in zip(columns, widths, strict=True))
    lines = [
        f"{name:{width}}"
        + "".join(f"{row[c]:{w}.1f}" for c, w in zip(columns, widths, strict=True))
        for name, row in rows.items()
    ]
    return "\n".join([head, *lines])
