"""Measure reconstructions and subspaces, in NumPy.

SSE/image is the squared error summed over an image's pixels and averaged over images, MSE is
SSE/image divided by the number of pixels, and L2 is the square root of an image's SSE, averaged
over images. Sums are taken in float64, a thousand images at a time.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.linalg import subspace_angles

from helpers.measures.inputs import numbers
from helpers.parts import in_parts


def squared_errors(images: ArrayLike, reconstructions: ArrayLike) -> np.ndarray:
    """Return each image's squared error, summed over its pixels.

    Args:
        images: shape (n, ...), numbers.
        reconstructions: shape (n, ...), with as many pixels: (n, 28, 28) goes with (n, 784).

    Returns:
        SSE of each image, float64, shape (n,).

    Raises:
        ValueError: if there are no images, the sizes differ, or a number is not finite.
    """
    images = numbers(images, "images")
    reconstructions = numbers(reconstructions, "reconstructions")
    if len(images) != len(reconstructions) or images.size != reconstructions.size:
        raise ValueError(
            "images and reconstructions hold the same number of images and of pixels each. "
            f"Received: shapes {images.shape} and {reconstructions.shape}"
        )
    errors = in_parts(_squared_errors, images, reconstructions)
    if not np.isfinite(errors).all():
        bad = int(np.argmin(np.isfinite(errors)))
        raise ValueError(f"Pixels are finite numbers. Received: NaN or infinity in image {bad}")
    return errors


def sse_per_image(images: ArrayLike, reconstructions: ArrayLike) -> float:
    """Return SSE/image; arguments and errors as for `squared_errors`."""
    return float(squared_errors(images, reconstructions).mean())


def mse(images: ArrayLike, reconstructions: ArrayLike) -> float:
    """Return MSE; arguments and errors as for `squared_errors`."""
    return sse_per_image(images, reconstructions) / _pixels(images)


def mean_l2(images: ArrayLike, reconstructions: ArrayLike) -> float:
    """Return L2, the mean of the images' distances; arguments as for `squared_errors`."""
    return float(np.sqrt(squared_errors(images, reconstructions)).mean())


def psnr(
    images: ArrayLike, reconstructions: ArrayLike, *, per_image: bool = False
) -> float | np.ndarray:
    """Return the peak signal-to-noise ratio 10 log10(1 / MSE) for pixels in [0, 1].

    Args:
        images: shape (n, ...), in [0, 1].
        reconstructions: shape (n, ...), with as many pixels.
        per_image: whether to return each image's ratio instead of their mean.

    Returns:
        The mean of the images' ratios in dB, or each of them, float64, shape (n,). An image that is
        reproduced exactly has infinity, and so has a mean that it takes part in.

    Raises:
        ValueError: as for `squared_errors`, and if `images` are not in [0, 1].
    """
    errors = squared_errors(images, reconstructions) / _pixels(images)
    low, high = np.min(np.asarray(images)), np.max(np.asarray(images))
    if low < 0 or high > 1:
        raise ValueError(
            "psnr takes images in [0, 1]: divide 8-bit images by 255. "
            f"Received: values from {low} to {high}"
        )
    with np.errstate(divide="ignore"):
        ratios = -10 * np.log10(errors)
    return ratios if per_image else float(ratios.mean())


def principal_angles(basis_a: ArrayLike, basis_b: ArrayLike) -> np.ndarray:
    """Return the principal angles between the subspaces that two bases span.

    Args:
        basis_a: shape (num_features, k), one vector per column, of any length, linearly
            independent.
        basis_b: shape (num_features, l), likewise.

    Returns:
        min(k, l) angles in degrees, from the smallest to the largest, in [0, 90], float64.

    Raises:
        ValueError: if a basis is not such a matrix, or if the numbers of features differ.

    Reference: Björck and Golub, 1973, by `scipy.linalg.subspace_angles`.
    """
    basis_a, basis_b = _basis(basis_a, "basis_a"), _basis(basis_b, "basis_b")
    if len(basis_a) != len(basis_b):
        raise ValueError(
            "Both bases have the same number of features, their rows. "
            f"Received: shapes {basis_a.shape} and {basis_b.shape}"
        )
    return np.rad2deg(subspace_angles(basis_a, basis_b)[::-1])


def _squared_errors(images: np.ndarray, reconstructions: np.ndarray) -> np.ndarray:
    first = images.astype(np.float64).reshape(len(images), -1)
    second = reconstructions.astype(np.float64).reshape(first.shape)
    with np.errstate(invalid="ignore"):  # inf - inf: the caller reports it in a sentence
        first -= second
    return np.einsum("ij,ij->i", first, first)


def _pixels(images: ArrayLike) -> int:
    return np.asarray(images)[0].size


def _basis(values: ArrayLike, name: str) -> np.ndarray:
    basis = np.asarray(numbers(values, name), dtype=np.float64)
    if basis.ndim != 2 or basis.shape[0] < basis.shape[1]:
        raise ValueError(
            f"{name} is (num_features, k), one vector per column (transpose a matrix of rows). "
            f"Received: shape {basis.shape}"
        )
    if not np.isfinite(basis).all() or np.linalg.matrix_rank(basis) < basis.shape[1]:
        raise ValueError(
            f"The columns of {name} are finite and linearly independent. "
            f"Received: {basis.shape[1]} columns that are not"
        )
    return basis
