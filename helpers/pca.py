"""Principal component analysis and the linear autoencoder, in NumPy.

Most reference answers of lesson 02. Vectors are rows: ``(n, d)``.
"""

from collections.abc import Sequence

import numpy as np

_MANY = 4  # vectors per number in each, from which on their covariance is the shorter way
_BLOCK = 2000  # vectors that are float64 at a time


def fit_pca(vectors: np.ndarray, code_size: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Find the directions of largest variance.

    Args:
        vectors: float array (n, d).
        code_size: number of components k, 1 <= k <= min(n, d).

    Returns:
        ``mean`` (d,), ``components`` (k, d) with orthonormal rows, largest variance
        first, and ``variances`` (min(n, d),): all eigenvalues of the covariance matrix
        (divided by n), largest first, in squared pixel units. Each component points
        where its largest entry, by absolute value, is positive.

    Raises:
        ValueError: ``code_size`` is out of range.
    """
    if not 1 <= code_size <= min(vectors.shape):
        raise ValueError(f"code_size must be from 1 to {min(vectors.shape)}. Received: {code_size}")
    mean = vectors.mean(axis=0)
    if len(vectors) >= _MANY * vectors.shape[1]:
        variances, directions = _by_covariance(vectors, mean)
    else:
        _, singular_values, directions = np.linalg.svd(vectors - mean, full_matrices=False)
        variances = singular_values**2 / len(vectors)
    return mean, _turned(directions[:code_size]).astype(mean.dtype, copy=False), variances


def _by_covariance(vectors: np.ndarray, mean: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return variances (d,) and directions (d, d) of vectors (n, d), n much larger than d.

    It needs the d x d covariance matrix and one block of vectors in float64, where a singular value
    decomposition needs two more copies of all vectors.
    """
    covariance = np.zeros((vectors.shape[1], vectors.shape[1]))
    for first in range(0, len(vectors), _BLOCK):
        centred = vectors[first : first + _BLOCK].astype(np.float64) - mean
        covariance += centred.T @ centred
    variances, columns = np.linalg.eigh(covariance / len(vectors))
    # Rounding leaves -1e-17 where a pixel never varies.
    variances = np.maximum(variances[::-1], 0).astype(mean.dtype, copy=False)
    return variances, columns.T[::-1]


def _turned(directions: np.ndarray) -> np.ndarray:
    """Return the rows, each with the sign that makes its largest entry positive."""
    largest = np.abs(directions).argmax(axis=1)[:, None]
    return directions * np.sign(np.take_along_axis(directions, largest, axis=1))


def encode(vectors: np.ndarray, mean: np.ndarray, components: np.ndarray) -> np.ndarray:
    """Return the codes W(x - mean), one row per vector: (n, d) -> (n, k)."""
    return (vectors - mean) @ components.T


def decode(codes: np.ndarray, mean: np.ndarray, components: np.ndarray) -> np.ndarray:
    """Return the reconstructions W^T z + mean, one row per code: (n, k) -> (n, d)."""
    return codes @ components + mean


def rebuilt(
    vectors: np.ndarray, training: np.ndarray, code_sizes: Sequence[int]
) -> dict[int, np.ndarray]:
    """Return vectors (n, d) rebuilt from codes of several sizes by PCA of other vectors.

    Args:
        vectors: float array (n, d), to encode and decode.
        training: float array (m, d), to fit PCA to.
        code_sizes: numbers of components.

    Returns:
        Code size -> reconstructions (n, d).

    Raises:
        ValueError: a code size is out of range.
    """
    mean, components, _ = fit_pca(training, max(code_sizes))
    return {
        size: decode(encode(vectors, mean, components[:size]), mean, components[:size])
        for size in code_sizes
    }


def errors_by_size(vectors: np.ndarray, mean: np.ndarray, components: np.ndarray) -> np.ndarray:
    """Return the squared error of each vector for every code size, without decoding.

    Args:
        vectors: float array (n, d).
        mean: float array (d,).
        components: float array (k, d) with orthonormal rows.

    Returns:
        Squared errors summed over the pixels, (n, k + 1): column j is for the first j components,
        by Pythagoras what is left of the squared length of ``vectors - mean``.
    """
    centred = vectors - mean
    kept = np.cumsum((centred @ components.T) ** 2, axis=1)
    total = np.sum(centred**2, axis=1, keepdims=True)
    return np.hstack([total, total - kept])


def explained_variance(variances: np.ndarray) -> np.ndarray:
    """Return the share of the variance that the first 1, 2, ... components keep.

    Args:
        variances: all eigenvalues, largest first, (d,).

    Returns:
        Cumulative shares (d,), rising to 1.
    """
    return np.cumsum(variances) / np.sum(variances)


def discarded_variance(variances: np.ndarray, code_size: int) -> float:
    """Return the mean squared error per image (SSE/image) of PCA on its own training set.

    It is the sum of the eigenvalues that a code of ``code_size`` leaves out.
    """
    return float(np.sum(variances[code_size:]))


def linear_gradients(
    vectors: np.ndarray, encoder_kernel: np.ndarray, decoder_kernel: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the gradients of a linear autoencoder's loss, derived by hand.

    The loss is the squared error summed over pixels and averaged over images,
    ``mean_i ||x_i E D - x_i||^2``, for vectors that are already centred.

    Args:
        vectors: centred vectors (n, d).
        encoder_kernel: E, (d, k).
        decoder_kernel: D, (k, d).

    Returns:
        Gradients with respect to E, (d, k), and D, (k, d).
    """
    codes = vectors @ encoder_kernel
    output_gradient = 2 * (codes @ decoder_kernel - vectors) / len(vectors)
    decoder_gradient = codes.T @ output_gradient
    encoder_gradient = vectors.T @ (output_gradient @ decoder_kernel.T)
    return encoder_gradient, decoder_gradient
