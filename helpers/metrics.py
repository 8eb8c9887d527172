"""Measure reconstructions, subspaces, codes and clusterings, in NumPy.

SSE/image is the squared error summed over an image's pixels and averaged over images, MSE is
SSE/image divided by the number of pixels, and L2 is the square root of an image's SSE, averaged
over images. Sums are taken in float64, a thousand images at a time.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike
from scipy.linalg import subspace_angles
from scipy.optimize import linear_sum_assignment
from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score
from sklearn.metrics.cluster import contingency_matrix
from sklearn.neighbors import NearestNeighbors

_CHUNK = 1000


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
    images = _numbers(images, "images")
    reconstructions = _numbers(reconstructions, "reconstructions")
    if len(images) != len(reconstructions) or images.size != reconstructions.size:
        raise ValueError(
            "images and reconstructions hold the same number of images and of pixels each. "
            f"Received: shapes {images.shape} and {reconstructions.shape}"
        )
    errors = np.empty(len(images))
    for start in range(0, len(images), _CHUNK):
        part = slice(start, start + _CHUNK)
        first = images[part].astype(np.float64).reshape(len(errors[part]), -1)
        second = reconstructions[part].astype(np.float64).reshape(first.shape)
        with np.errstate(invalid="ignore"):  # inf - inf: reported below, as a sentence
            first -= second
        errors[part] = np.einsum("ij,ij->i", first, first)
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
    if np.min(images) < 0 or np.max(images) > 1:
        raise ValueError(
            "psnr takes images in [0, 1]: divide 8-bit images by 255. "
            f"Received: values from {np.min(images)} to {np.max(images)}"
        )
    with np.errstate(divide="ignore"):
        ratios = -10 * np.log10(errors)
    return ratios if per_image else float(ratios.mean())


def principal_angles(basis_a: ArrayLike, basis_b: ArrayLike) -> np.ndarray:
    """Return the principal angles between the subspaces that two bases span.

    Args:
        basis_a: shape (num_features, k), one vector a column, linearly independent, of any length.
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


def neighbour_agreement(codes: ArrayLike, labels: ArrayLike, *, num_neighbours: int = 1) -> float:
    """Return how often a point's nearest other points have its own label.

    Args:
        codes: shape (n, ...), finite numbers; distances are Euclidean.
        labels: shape (n,), whole numbers or text.
        num_neighbours: nearest other points to ask, from 1 to n - 1.

    Returns:
        The share of (point, neighbour) pairs with equal labels, in [0, 1].

    Raises:
        ValueError: if the sizes do not fit, or if a code is not finite.
    """
    codes, labels = _numbers(codes, "codes"), _labels(labels, "labels")
    codes = codes.reshape(len(codes), -1)
    if len(codes) != len(labels) or not np.isfinite(codes).all():
        raise ValueError(
            "codes are finite numbers, one row a label. "
            f"Received: codes of shape {codes.shape} and {len(labels)} labels"
        )
    if not 1 <= num_neighbours < len(codes):
        raise ValueError(
            f"num_neighbours is from 1 to n - 1 = {len(codes) - 1}. Received: {num_neighbours}"
        )
    search = NearestNeighbors(n_neighbors=num_neighbours).fit(codes)
    neighbours = search.kneighbors(return_distance=False)
    return float((labels[neighbours] == labels[:, None]).mean())


def clustering_accuracy(labels: ArrayLike, clusters: ArrayLike) -> float:
    """Return the share of points that the best one-to-one match of clusters to labels gets right.

    Args:
        labels: true classes, shape (n,), whole numbers or text.
        clusters: clusters found, shape (n,), whole numbers or text; their names do not matter, and
            there may be more or fewer than classes.

    Returns:
        Accuracy in [0, 1].

    Raises:
        ValueError: if the lengths differ or are 0, or if names are not whole numbers or text.

    Reference: Xie et al., 2016, equation 10; the match is the Hungarian method's.
    """
    labels, clusters = _label_pair(labels, clusters)
    counts = contingency_matrix(labels, clusters)
    return float(counts[linear_sum_assignment(counts, maximize=True)].sum() / len(labels))


def clustering_scores(labels: ArrayLike, clusters: ArrayLike) -> dict[str, float]:
    """Return three scores of a clustering; arguments and errors as for `clustering_accuracy`.

    Returns:
        "accuracy" in [0, 1], "nmi" (normalised mutual information, arithmetic mean) in [0, 1] and
        "ari" (adjusted Rand index), 1 at best and about 0 by chance.
    """
    labels, clusters = _label_pair(labels, clusters)
    return {
        "accuracy": clustering_accuracy(labels, clusters),
        "nmi": float(normalized_mutual_info_score(labels, clusters)),
        "ari": float(adjusted_rand_score(labels, clusters)),
    }


def _numbers(values: ArrayLike, name: str) -> np.ndarray:
    array = np.asarray(values)
    if array.ndim == 0 or array.size == 0 or array.dtype.kind not in "biuf":
        raise ValueError(
            f"{name} is a non-empty array of numbers, one image or point a row. "
            f"Received: shape {array.shape}, {array.dtype}"
        )
    return array


def _pixels(images: ArrayLike) -> int:
    return np.asarray(images)[0].size


def _basis(values: ArrayLike, name: str) -> np.ndarray:
    basis = np.asarray(_numbers(values, name), dtype=np.float64)
    if basis.ndim != 2 or basis.shape[0] < basis.shape[1]:
        raise ValueError(
            f"{name} is (num_features, k), one vector a column (transpose a matrix of rows). "
            f"Received: shape {basis.shape}"
        )
    if not np.isfinite(basis).all() or np.linalg.matrix_rank(basis) < basis.shape[1]:
        raise ValueError(
            f"The columns of {name} are finite and linearly independent. "
            f"Received: {basis.shape[1]} columns that are not"
        )
    return basis


def _labels(values: ArrayLike, name: str) -> np.ndarray:
    array = np.asarray(values)
    if array.ndim != 1 or array.size == 0 or array.dtype.kind not in "biuU":
        raise ValueError(
            f"{name} is a non-empty vector of whole numbers or text. "
            f"Received: shape {array.shape}, {array.dtype}"
        )
    return array


def _label_pair(labels: ArrayLike, clusters: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    labels, clusters = _labels(labels, "labels"), _labels(clusters, "clusters")
    if len(labels) != len(clusters):
        raise ValueError(
            "labels and clusters have one entry a point. "
            f"Received: {len(labels)} labels and {len(clusters)} clusters"
        )
    return labels, clusters


def average_image(images: ArrayLike) -> np.ndarray:
    """Return the mean of each pixel over the images: (n, ...) -> (...)."""
    return np.mean(images, axis=0)


def smallest_code(code_sizes: Sequence[int], errors: Sequence[float], target: float) -> int | None:
    """Return the smallest code size whose error is at most ``target``, or None."""
    good = [size for size, error in zip(code_sizes, errors, strict=True) if error <= target]
    return min(good) if good else None
