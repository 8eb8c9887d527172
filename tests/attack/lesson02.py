"""Right and wrong answers to the exercises of lesson 02."""

import functools
import itertools
import math
import sys

import keras
import numpy as np
import tensorflow as tf
from scipy import linalg
from sklearn.decomposition import PCA


def altered(answer, change):
    """Return the answer with its result changed."""

    @functools.wraps(answer)
    def wrapped(*args, **kwargs):
        return change(answer(*args, **kwargs))

    return wrapped


def remembering(answer, key):
    """Return the answer, but the same result whenever the key is the same."""
    memory = {}

    @functools.wraps(answer)
    def wrapped(*args, **kwargs):
        place = key(*args, *kwargs.values())
        if place not in memory:
            memory[place] = answer(*args, **kwargs)
        return memory[place]

    return wrapped


def broken(answer):
    """Return what can be wrong with every exercise."""

    @functools.wraps(answer)
    def exits(*args, **kwargs):
        sys.exit(0)

    @functools.wraps(answer)
    def raises(*args, **kwargs):
        raise ValueError("not yet")

    return {
        "remembers-the-first-result": remembering(answer, lambda *args: None),
        "remembers-by-shape": remembering(answer, lambda *args: tuple(map(np.shape, args))),
        "prints-only": altered(answer, print),
        "exits": exits,
        "raises": raises,
    }


def overwriting(answer, position, change):
    """Return the answer, which afterwards changes one of its inputs."""

    @functools.wraps(answer)
    def wrapped(*args):
        result = answer(*args)
        args[position][...] = change(args[position])
        return result

    return wrapped


# 2.1


def fit(vectors, code_size):
    mean = vectors.mean(axis=0)
    _, s, rows = np.linalg.svd(vectors - mean, full_matrices=False)
    return mean, rows[:code_size], s**2 / len(vectors)


def covariance_of(vectors):
    centred = np.asarray(vectors - vectors.mean(axis=0), dtype=float)
    return centred.T @ centred / len(centred)


def fit_by_eigh(vectors, code_size):
    values, columns = np.linalg.eigh(covariance_of(vectors))
    return vectors.mean(axis=0), columns[:, ::-1].T[:code_size], values[::-1]


def fit_by_eig(vectors, code_size):
    values, columns = np.linalg.eig(np.atleast_2d(np.cov(vectors.T, bias=True)))
    order = np.argsort(values.real)[::-1]
    return vectors.mean(axis=0), columns.real[:, order[:code_size]].T, values.real[order]


def fit_by_svd_of_covariance(vectors, code_size):
    u, s, _ = linalg.svd(covariance_of(vectors))
    return [np.average(vectors, axis=0), u.T[:code_size, :], s]


def fit_by_sklearn(vectors, code_size):
    model = PCA(svd_solver="full").fit(np.asarray(vectors, dtype=float))
    n = len(vectors)
    variances = model.explained_variance_ * (n - 1) / n
    return model.mean_, model.components_[:code_size], variances


def fit_by_keras(vectors, code_size):
    mean = keras.ops.mean(vectors, axis=0)
    _, s, rows = keras.ops.svd(keras.ops.subtract(vectors, mean), full_matrices=False)
    variances = keras.ops.square(s) / len(vectors)
    return tuple(map(keras.ops.convert_to_numpy, (mean, rows[:code_size], variances)))


def fit_by_qr(vectors, code_size):
    mean = vectors.sum(axis=0) / len(vectors)
    triangle = np.linalg.qr(vectors - mean, mode="r")
    _, s, rows = np.linalg.svd(triangle)
    return mean, -rows[:code_size], np.square(s / np.sqrt(len(vectors)))


def fit_with(components=None, variances=None, mean=None):
    """Return a fit with parts replaced by functions of (vectors, code_size, u, s, rows)."""

    def fit_pca(vectors, code_size):
        parts = list(fit(vectors, code_size))
        found = np.linalg.svd(vectors - parts[0], full_matrices=False)
        for i, replace in enumerate((mean, components, variances)):
            if replace:
                parts[i] = replace(vectors, code_size, *found)
        return tuple(parts)

    return fit_pca


def fit_not_centred(vectors, code_size):
    _, s, rows = np.linalg.svd(vectors, full_matrices=False)
    return vectors.mean(axis=0), rows[:code_size], s**2 / len(vectors)


def fit_centred_by(centre):
    def fit_pca(vectors, code_size):
        _, s, rows = np.linalg.svd(vectors - centre(vectors), full_matrices=False)
        return vectors.mean(axis=0), rows[:code_size], s**2 / len(vectors)

    return fit_pca


def fit_standardised(vectors, code_size):
    spread = vectors.std(axis=0) + 1e-9
    return vectors.mean(axis=0), *fit(vectors / spread, code_size)[1:]


def fit_smallest_first(vectors, code_size):
    values, columns = np.linalg.eigh(covariance_of(vectors))
    return vectors.mean(axis=0), columns.T[:code_size], values


def fit_smallest_components(vectors, code_size):
    values, columns = np.linalg.eigh(covariance_of(vectors))
    return vectors.mean(axis=0), columns.T[:code_size], values[::-1]


def fit_by_rows_of_eigenvectors(vectors, code_size):
    values, columns = np.linalg.eigh(covariance_of(vectors))
    return vectors.mean(axis=0), columns[::-1][:code_size], values[::-1]


def fit_by_sklearn_as_it_is(vectors, code_size):
    model = PCA(code_size).fit(vectors)
    return model.mean_, model.components_, model.explained_variance_


def fit_centred_in_place(vectors, code_size):
    mean = vectors.mean(axis=0)
    vectors -= mean
    _, s, rows = np.linalg.svd(vectors, full_matrices=False)
    return mean, rows[:code_size], s**2 / len(vectors)


def fit_integer_mean(vectors, code_size):
    mean = vectors.mean(axis=0).astype(int)
    return mean, *fit(vectors - mean, code_size)[1:]


# 2.2


def encoded(vectors, mean, components):
    return (vectors - mean) @ components.T


def encoded_by_loop(vectors, mean, components):
    codes = np.zeros((len(vectors), len(components)))
    for i, vector in enumerate(vectors):
        for j, component in enumerate(components):
            codes[i, j] = np.dot(component, vector - mean)
    return codes


def encoded_by_einsum(vectors, mean, components):
    return np.einsum("ij,kj->ik", np.asarray(vectors) - mean, components)


def encoded_by_keras(vectors, mean, components):
    centred = keras.ops.subtract(vectors, mean)
    codes = keras.ops.matmul(centred, keras.ops.transpose(components))
    return keras.ops.convert_to_numpy(codes)


def encoded_by_layer(vectors, mean, components):
    layer = keras.layers.Dense(len(components), use_bias=False, dtype="float64")
    layer.build((None, len(mean)))
    layer.set_weights([components.T])
    return layer(np.asarray(vectors - mean, dtype=float)).numpy()


def encoded_in_place(vectors, mean, components):
    vectors -= mean
    return vectors @ components.T


def encoded_in_the_inputs_dtype(vectors, mean, components):
    codes = np.zeros((len(vectors), len(components)), dtype=vectors.dtype)
    codes[:] = encoded(vectors, mean, components)
    return codes


# 2.3


def decoded(codes, mean, components):
    return codes @ components + mean


def decoded_by_loop(codes, mean, components):
    result = []
    for code in codes:
        image = np.array(mean, dtype=float)
        for number, component in zip(code, components, strict=True):
            image += number * component
        result.append(image)
    return np.array(result)


def decoded_by_columns(codes, mean, components):
    return (components.T @ codes.T + mean[:, None]).T


def decoded_by_einsum(codes, mean, components):
    return np.add(mean, np.einsum("ik,kj->ij", codes, components))


def decoded_by_outer_products(codes, mean, components):
    return mean + sum(np.outer(codes[:, k], components[k]) for k in range(np.shape(components)[0]))


def decoded_by_keras(codes, mean, components):
    return keras.ops.convert_to_numpy(keras.ops.add(keras.ops.matmul(codes, components), mean))


def decoded_by_layer(codes, mean, components):
    layer = keras.layers.Dense(len(mean), dtype="float64")
    layer.build((None, len(components)))
    layer.set_weights([components, mean])
    return layer(np.asarray(codes, dtype=float)).numpy()


def decoded_in_the_inputs_dtype(codes, mean, components):
    result = np.zeros((len(codes), len(mean)), dtype=codes.dtype)
    result[:] = decoded(codes, mean, components)
    return result


# 2.4


def shares(variances):
    return np.cumsum(variances) / np.sum(variances)


def shares_by_loop(variances):
    total, kept, result = sum(variances), 0.0, []
    for variance in variances:
        kept += variance
        result.append(kept / total)
    return np.array(result)


def shares_by_accumulate(variances):
    sums = list(itertools.accumulate(float(v) for v in variances))
    return np.array(sums) / sums[-1]


def shares_by_triangle(variances):
    return np.tri(len(variances)) @ (variances / np.sum(variances))


def shares_by_slices(variances):
    total = np.sum(variances)
    return np.array([np.sum(variances[: k + 1]) / total for k in range(len(variances))])


def shares_by_keras(variances):
    sums = keras.ops.cumsum(np.asarray(variances, dtype="float64"))
    return keras.ops.convert_to_numpy(sums / sums[-1])


def shares_by_discarded(variances):
    tail = np.append(np.cumsum(variances[::-1])[::-1][1:], 0)
    return 1 - tail / np.sum(variances)


def shares_summed_in_place(variances):
    np.cumsum(variances, out=variances)
    return variances / variances[-1]


def shares_divided_in_place(variances):
    variances /= variances.sum()
    return np.cumsum(variances)


def shares_sorted_in_place(variances):
    result = shares(variances)
    variances.sort()
    return result


def shares_in_the_inputs_dtype(variances):
    result = np.zeros_like(variances)
    result[:] = shares(variances)
    return result


# 2.5


def discarded(variances, code_size):
    return np.sum(variances[code_size:])


def discarded_by_subtraction(variances, code_size):
    variances = np.asarray(variances, dtype=float)
    return variances.sum() - variances[:code_size].sum()


def discarded_by_loop(variances, code_size):
    total = 0
    for i in range(code_size, len(variances)):
        total += variances[i]
    return total


def discarded_by_mask(variances, code_size):
    return float(np.where(np.arange(len(variances)) >= code_size, variances, 0).sum())


def discarded_by_tail(variances, code_size):
    tails = np.append(np.cumsum(variances[::-1])[::-1], 0)
    return tails[code_size]


def discarded_by_keras(variances, code_size):
    return keras.ops.sum(variances[code_size:])


def discarded_by_fsum(variances, code_size):
    return math.fsum(variances[code_size:])


def discarded_zeroing(variances, code_size):
    variances[:code_size] = 0
    return variances.sum()


def discarded_sorting(variances, code_size):
    variances.sort()
    return np.sum(variances[: len(variances) - code_size])


# 2.6


def gradients(vectors, encoder_kernel, decoder_kernel):
    codes = vectors @ encoder_kernel
    slopes = 2 * (codes @ decoder_kernel - vectors) / len(vectors)
    return vectors.T @ (slopes @ decoder_kernel.T), codes.T @ slopes


def gradients_by_covariance(vectors, encoder_kernel, decoder_kernel):
    covariance = vectors.T @ vectors / len(vectors)
    rest = covariance @ (encoder_kernel @ decoder_kernel - np.eye(len(covariance)))
    return 2 * rest @ decoder_kernel.T, 2 * encoder_kernel.T @ rest


def gradients_by_loop(vectors, encoder_kernel, decoder_kernel):
    encoder_gradient = np.zeros(encoder_kernel.shape)
    decoder_gradient = np.zeros(decoder_kernel.shape)
    for vector in vectors:
        code = vector @ encoder_kernel
        error = code @ decoder_kernel - vector
        encoder_gradient += np.outer(vector, decoder_kernel @ error)
        decoder_gradient += np.outer(code, error)
    return [2 / len(vectors) * encoder_gradient, 2 / len(vectors) * decoder_gradient]


def gradients_by_einsum(vectors, encoder_kernel, decoder_kernel):
    error = vectors @ encoder_kernel @ decoder_kernel - vectors
    shared = {"optimize": True}
    first = np.einsum("ni,nj,kj->ik", vectors, error, decoder_kernel, **shared)
    second = np.einsum("ni,ik,nj->kj", vectors, encoder_kernel, error, **shared)
    return first / (len(vectors) / 2), second / (len(vectors) / 2)


def gradients_by_tape(vectors, encoder_kernel, decoder_kernel):
    vectors = tf.constant(vectors, dtype=tf.float64)
    kernels = [tf.Variable(k, dtype=tf.float64) for k in (encoder_kernel, decoder_kernel)]
    with tf.GradientTape() as tape:
        errors = vectors @ kernels[0] @ kernels[1] - vectors
        loss = tf.reduce_mean(tf.reduce_sum(tf.square(errors), axis=1))
    return tuple(gradient.numpy() for gradient in tape.gradient(loss, kernels))


def gradients_by_keras(vectors, encoder_kernel, decoder_kernel):
    x, e, d = (keras.ops.cast(a, "float64") for a in (vectors, encoder_kernel, decoder_kernel))
    codes = keras.ops.matmul(x, e)
    slopes = (keras.ops.matmul(codes, d) - x) * (2 / len(vectors))
    first = keras.ops.matmul(
        keras.ops.transpose(x), keras.ops.matmul(slopes, keras.ops.transpose(d))
    )
    second = keras.ops.matmul(keras.ops.transpose(codes), slopes)
    return keras.ops.convert_to_numpy(first), keras.ops.convert_to_numpy(second)


def scaled(factor):
    """Return the gradients times factor(vectors)."""

    def linear_gradients(vectors, encoder_kernel, decoder_kernel):
        first, second = gradients(vectors, encoder_kernel, decoder_kernel)
        return factor(vectors) * first, factor(vectors) * second

    return linear_gradients


def gradients_with(change):
    """Return gradients changed by change(x, e, d, codes, slopes)."""

    def linear_gradients(vectors, encoder_kernel, decoder_kernel):
        codes = vectors @ encoder_kernel
        slopes = 2 * (codes @ decoder_kernel - vectors) / len(vectors)
        return change(vectors, encoder_kernel, decoder_kernel, codes, slopes)

    return linear_gradients


def gradients_through(stop):
    """Return the tape's gradients with stop applied to the codes."""

    def linear_gradients(vectors, encoder_kernel, decoder_kernel):
        kernels = [tf.Variable(k, dtype=tf.float64) for k in (encoder_kernel, decoder_kernel)]
        vectors = tf.constant(vectors, dtype=tf.float64)
        with tf.GradientTape() as tape:
            codes = stop(vectors @ kernels[0])
            errors = codes @ kernels[1] - vectors
            loss = tf.reduce_mean(tf.reduce_sum(tf.square(errors), axis=1))
        found = tape.gradient(loss, kernels)
        return tuple(None if gradient is None else gradient.numpy() for gradient in found)

    return linear_gradients


def gradients_of_root(vectors, encoder_kernel, decoder_kernel):
    errors = vectors @ encoder_kernel @ decoder_kernel - vectors
    loss = np.square(errors).sum(axis=1).mean()
    return scaled(lambda _: 0.5 / np.sqrt(loss))(vectors, encoder_kernel, decoder_kernel)


def gradients_after_a_step(vectors, encoder_kernel, decoder_kernel):
    first, _ = gradients(vectors, encoder_kernel, decoder_kernel)
    return first, gradients(vectors, encoder_kernel - 0.02 * first, decoder_kernel)[1]


def gradients_stepping(vectors, encoder_kernel, decoder_kernel):
    first, second = gradients(vectors, encoder_kernel, decoder_kernel)
    encoder_kernel -= 0.02 * first
    decoder_kernel -= 0.02 * second
    return first, second


# 2.7


def angles(basis_a, basis_b):
    a, b = np.linalg.qr(basis_a)[0], np.linalg.qr(basis_b)[0]
    return np.degrees(np.arccos(np.clip(np.linalg.svd(a.T @ b, compute_uv=False), 0, 1)))


def angles_by_scipy(basis_a, basis_b):
    return np.rad2deg(linalg.subspace_angles(basis_a, basis_b))[::-1]


def angles_by_svd(basis_a, basis_b):
    a, b = (np.linalg.svd(basis, full_matrices=False)[0] for basis in (basis_a, basis_b))
    cosines = linalg.svdvals(b.T @ a)
    return np.sort(np.arccos(np.minimum(cosines, 1)) * 180 / np.pi)


def angles_by_sines(basis_a, basis_b):
    a, b = linalg.qr(basis_a, mode="economic")[0], linalg.qr(basis_b, mode="economic")[0]
    sines = np.linalg.svd(b - a @ (a.T @ b), compute_uv=False)
    return np.degrees(np.arcsin(np.minimum(sines[::-1], 1)))


def orthonormalised(basis):
    """Return an orthonormal basis by Gram and Schmidt's procedure, done twice."""
    columns = []
    for column in np.asarray(basis, dtype=float).T:
        for _ in range(2):
            column = column - sum((column @ other) * other for other in columns)
        columns.append(column / np.linalg.norm(column))
    return np.stack(columns, axis=1)


def angles_by_gram_schmidt(basis_a, basis_b):
    cosines = np.linalg.svd(orthonormalised(basis_a).T @ orthonormalised(basis_b))[1]
    return np.array([math.degrees(math.acos(min(cosine, 1.0))) for cosine in cosines])


def angles_by_eigenvalues(basis_a, basis_b):
    product = np.linalg.qr(basis_a)[0].T @ np.linalg.qr(basis_b)[0]
    squares = np.linalg.eigvalsh(product @ product.T)[::-1]
    return np.degrees(np.arccos(np.sqrt(np.clip(squares, 0, 1))))


def angles_by_keras(basis_a, basis_b):
    a, b = (keras.ops.qr(np.asarray(basis, dtype="float64"))[0] for basis in (basis_a, basis_b))
    cosines = keras.ops.svd(keras.ops.matmul(keras.ops.transpose(a), b), compute_uv=False)
    return np.degrees(np.arccos(np.clip(keras.ops.convert_to_numpy(cosines), -1, 1)))


def angles_with(prepare=lambda basis: np.linalg.qr(basis)[0], other=None, finish=np.arccos):
    """Return angles with another basis or another function of the cosines."""

    def principal_angles(basis_a, basis_b):
        a, b = prepare(basis_a), (other or prepare)(basis_b)
        cosines = np.linalg.svd(a.T @ b, compute_uv=False)
        return np.degrees(finish(np.clip(cosines, 0, 1)))

    return principal_angles


def normalised(basis):
    return basis / np.linalg.norm(basis, axis=0)


def angles_without_clip(basis_a, basis_b):
    cosines = np.linalg.svd(np.linalg.qr(basis_a)[0].T @ np.linalg.qr(basis_b)[0], compute_uv=False)
    return np.degrees(np.arccos(cosines))


def angles_of_columns(basis_a, basis_b):
    cosines = np.sum(normalised(basis_a) * normalised(basis_b), axis=0)
    return np.sort(np.degrees(np.arccos(np.clip(np.abs(cosines), 0, 1))))


def angles_of_diagonal(basis_a, basis_b):
    product = np.linalg.qr(basis_a)[0].T @ np.linalg.qr(basis_b)[0]
    return np.sort(np.degrees(np.arccos(np.clip(np.abs(np.diag(product)), 0, 1))))


def angles_by_eig(basis_a, basis_b):
    product = np.linalg.qr(basis_a)[0].T @ np.linalg.qr(basis_b)[0]
    return np.sort(np.degrees(np.arccos(np.clip(np.abs(np.linalg.eigvals(product)), 0, 1))))


def angles_of_outer_product(basis_a, basis_b):
    product = np.linalg.qr(basis_a)[0] @ np.linalg.qr(basis_b)[0].T
    return np.degrees(np.arccos(np.clip(np.linalg.svd(product, compute_uv=False), 0, 1)))


def angles_normalising_in_place(basis_a, basis_b):
    basis_a /= np.linalg.norm(basis_a, axis=0)
    return angles(basis_a, basis_b)


RIGHT = {
    "2.1": {
        "svd": fit,
        "eigh": fit_by_eigh,
        "eig": fit_by_eig,
        "svd-of-covariance": fit_by_svd_of_covariance,
        "sklearn": fit_by_sklearn,
        "keras": fit_by_keras,
        "qr-other-signs": fit_by_qr,
    },
    "2.2": {
        "product": encoded,
        "loop": encoded_by_loop,
        "einsum": encoded_by_einsum,
        "keras": encoded_by_keras,
        "dense-layer": encoded_by_layer,
        "inner": lambda vectors, mean, components: np.inner(vectors - mean, components),
        "mean-encoded-too": lambda vectors, mean, components: (
            vectors @ components.T - mean @ components.T
        ),
        "columns": lambda vectors, mean, components: (components @ (vectors - mean).T).T,
        "float32": altered(encoded, np.float32),
    },
    "2.3": {
        "product": decoded,
        "loop": decoded_by_loop,
        "columns": decoded_by_columns,
        "einsum": decoded_by_einsum,
        "outer-products": decoded_by_outer_products,
        "keras": decoded_by_keras,
        "dense-layer": decoded_by_layer,
        "float32": altered(decoded, np.float32),
    },
    "2.4": {
        "cumsum": shares,
        "loop": shares_by_loop,
        "accumulate": shares_by_accumulate,
        "triangle": shares_by_triangle,
        "slices": shares_by_slices,
        "keras": shares_by_keras,
        "one-minus-discarded": shares_by_discarded,
        "float32": altered(shares, np.float32),
    },
    "2.5": {
        "slice": discarded,
        "subtraction": discarded_by_subtraction,
        "loop": discarded_by_loop,
        "mask": discarded_by_mask,
        "tail-sums": discarded_by_tail,
        "keras-tensor": discarded_by_keras,
        "fsum": discarded_by_fsum,
        "builtin-sum": lambda variances, code_size: sum(variances[code_size:]),
        "float32": altered(discarded, np.float32),
    },
    "2.6": {
        "chain-rule": gradients,
        "covariance": gradients_by_covariance,
        "loop": gradients_by_loop,
        "einsum": gradients_by_einsum,
        "tape": gradients_by_tape,
        "keras": gradients_by_keras,
    },
    "2.7": {
        "qr": angles,
        "scipy": angles_by_scipy,
        "svd": angles_by_svd,
        "sines": angles_by_sines,
        "gram-schmidt": angles_by_gram_schmidt,
        "eigenvalues": angles_by_eigenvalues,
        "keras": angles_by_keras,
    },
}

WRONG = {
    "2.1": broken(fit)
    | {
        "n-minus-1": fit_with(variances=lambda x, k, u, s, rows: s**2 / (len(x) - 1)),
        "singular-values": fit_with(variances=lambda x, k, u, s, rows: s),
        "squares-not-divided": fit_with(variances=lambda x, k, u, s, rows: s**2),
        "square-not-taken": fit_with(variances=lambda x, k, u, s, rows: s / len(x)),
        "deviations": fit_with(variances=lambda x, k, u, s, rows: s / np.sqrt(len(x))),
        "divided-by-pixels": fit_with(variances=lambda x, k, u, s, rows: s**2 / x.shape[1]),
        "shares": fit_with(variances=lambda x, k, u, s, rows: s**2 / np.sum(s**2)),
        "some-variances-only": fit_with(
            variances=lambda x, k, u, s, rows: (s**2 / len(x))[:k],
        ),
        "variances-of-pixels": fit_with(variances=lambda x, k, u, s, rows: x.var(axis=0)),
        "variances-rising": fit_with(variances=lambda x, k, u, s, rows: s[::-1] ** 2 / len(x)),
        "all-components": fit_with(components=lambda x, k, u, s, rows: rows),
        "two-components": fit_with(components=lambda x, k, u, s, rows: rows[:2]),
        "columns": fit_with(components=lambda x, k, u, s, rows: rows[:, :k].T),
        "columns-first": fit_with(components=lambda x, k, u, s, rows: rows[:k].T),
        "left-vectors": fit_with(components=lambda x, k, u, s, rows: u[:, :k].T),
        "last-components": fit_with(components=lambda x, k, u, s, rows: rows[::-1][:k]),
        "components-scaled": fit_with(components=lambda x, k, u, s, rows: (s[:, None] * rows)[:k]),
        "components-absolute": fit_with(components=lambda x, k, u, s, rows: np.abs(rows[:k])),
        "pixel-axes": fit_with(components=lambda x, k, u, s, rows: np.eye(x.shape[1])[:k]),
        "components-reversed": fit_with(components=lambda x, k, u, s, rows: rows[:k][::-1]),
        "mean-of-rows": fit_with(mean=lambda x, k, u, s, rows: x.mean(axis=1)),
        "mean-number": fit_with(mean=lambda x, k, u, s, rows: x.mean()),
        "mean-zero": fit_with(mean=lambda x, k, u, s, rows: np.zeros(x.shape[1])),
        "mean-as-row": fit_with(mean=lambda x, k, u, s, rows: x.mean(axis=0, keepdims=True)),
        "median": fit_with(mean=lambda x, k, u, s, rows: np.median(x, axis=0)),
        "not-centred": fit_not_centred,
        "centred-by-one-number": fit_centred_by(lambda vectors: vectors.mean()),
        "centred-by-rows": fit_centred_by(lambda vectors: vectors.mean(axis=1, keepdims=True)),
        "standardised": fit_standardised,
        "smallest-first": fit_smallest_first,
        "smallest-components": fit_smallest_components,
        "rows-of-eigenvectors": fit_by_rows_of_eigenvectors,
        "sklearn-as-it-is": fit_by_sklearn_as_it_is,
        "other-order": altered(fit, lambda parts: (parts[1], parts[2], parts[0])),
        "mean-last": altered(fit, lambda parts: (parts[1], parts[0], parts[2])),
        "two-parts": altered(fit, lambda parts: parts[:2]),
        "centres-in-place": fit_centred_in_place,
        "whole-numbers": fit_integer_mean,
    },
    "2.2": broken(encoded)
    | {
        "mean-forgotten": lambda vectors, mean, components: vectors @ components.T,
        "mean-added": lambda vectors, mean, components: (vectors + mean) @ components.T,
        "mean-minus-vector": lambda vectors, mean, components: (mean - vectors) @ components.T,
        "own-mean": lambda vectors, mean, components: encoded(
            vectors, vectors.mean(axis=0), components
        ),
        "one-number-for-mean": lambda vectors, mean, components: encoded(
            vectors, np.mean(mean), components
        ),
        "mean-of-each-vector": lambda vectors, mean, components: encoded(
            vectors, vectors.mean(axis=1, keepdims=True), components
        ),
        "mean-after-product": lambda vectors, mean, components: (
            vectors @ components.T - mean[: len(components)]
        ),
        "mean-as-column": lambda vectors, mean, components: (
            (vectors - mean[:, None]) @ components.T
        ),
        "transpose-forgotten": lambda vectors, mean, components: (vectors - mean) @ components,
        "reshaped": lambda vectors, mean, components: (
            (vectors - mean) @ components.reshape(len(mean), -1)
        ),
        "one-column-a-vector": lambda vectors, mean, components: components @ (vectors - mean).T,
        "reshaped-result": lambda vectors, mean, components: (
            components @ (vectors - mean).T
        ).reshape(len(vectors), -1),
        "first-component-only": lambda vectors, mean, components: encoded(
            vectors, mean, components[:1]
        ),
        "two-components": lambda vectors, mean, components: encoded(vectors, mean, components[:2]),
        "components-reversed": lambda vectors, mean, components: encoded(
            vectors, mean, components[::-1]
        ),
        "first-vector-only": lambda vectors, mean, components: encoded(
            vectors[:1], mean, components
        ),
        "absolute": altered(encoded, np.abs),
        "squared": altered(encoded, np.square),
        "whitened": altered(encoded, lambda codes: codes / (codes.std(axis=0) + 1e-9)),
        "squeezed": altered(encoded, np.squeeze),
        "rounded": altered(encoded, np.round),
        "decoded-again": lambda vectors, mean, components: (
            encoded(vectors, mean, components) @ components + mean
        ),
        "integer-buffer": encoded_in_the_inputs_dtype,
        "centres-in-place": encoded_in_place,
        "overwrites-mean": overwriting(encoded, 1, np.zeros_like),
        "sorts-components": overwriting(encoded, 2, lambda rows: np.sort(rows, axis=0)),
    },
    "2.3": broken(decoded)
    | {
        "mean-forgotten": lambda codes, mean, components: codes @ components,
        "mean-subtracted": lambda codes, mean, components: codes @ components - mean,
        "mean-twice": lambda codes, mean, components: codes @ components + 2 * mean,
        "one-number-for-mean": lambda codes, mean, components: codes @ components + np.mean(mean),
        "mean-of-codes": lambda codes, mean, components: (
            codes @ components + codes.mean(axis=1, keepdims=True)
        ),
        "mean-before-product": lambda codes, mean, components: (
            (codes + mean[: len(components)]) @ components
        ),
        "mean-as-column": lambda codes, mean, components: codes @ components + mean[:, None],
        "transpose-too-many": lambda codes, mean, components: codes @ components.T + mean,
        "reshaped": lambda codes, mean, components: (
            codes @ components.T.reshape(len(components), -1) + mean
        ),
        "one-column-a-code": lambda codes, mean, components: decoded(codes, mean, components).T,
        "first-component-only": lambda codes, mean, components: decoded(
            codes[:, :1], mean, components[:1]
        ),
        "last-component-missing": lambda codes, mean, components: decoded(
            codes[:, :-1], mean, components[:-1]
        ),
        "components-reversed": lambda codes, mean, components: decoded(
            codes, mean, components[::-1]
        ),
        "first-code-only": lambda codes, mean, components: decoded(codes[:1], mean, components),
        "mean-image-for-all": lambda codes, mean, components: np.tile(mean, (len(codes), 1)),
        "absolute": altered(decoded, np.abs),
        "clipped": altered(decoded, lambda images: np.clip(images, 0, 1)),
        "sigmoid": altered(decoded, lambda images: 1 / (1 + np.exp(-images))),
        "squeezed": altered(decoded, np.squeeze),
        "flattened": altered(decoded, np.ravel),
        "square-images": altered(decoded, lambda images: images.reshape(len(images), 1, -1)),
        "rounded": altered(decoded, np.round),
        "integer-buffer": decoded_in_the_inputs_dtype,
        "overwrites-codes": overwriting(decoded, 0, np.zeros_like),
        "overwrites-mean": overwriting(decoded, 1, lambda mean: mean + 1),
        "overwrites-components": overwriting(decoded, 2, lambda rows: 2 * rows),
    },
    "2.4": broken(shares)
    | {
        "not-summed-up": lambda variances: variances / np.sum(variances),
        "not-divided": np.cumsum,
        "divided-by-first": lambda variances: np.cumsum(variances) / variances[0],
        "divided-by-own": lambda variances: np.cumsum(variances) / variances,
        "divided-by-number": lambda variances: np.cumsum(variances) / len(variances),
        "relative-to-first": lambda variances: variances / variances[0],
        "deviations": lambda variances: shares(np.sqrt(np.abs(variances))),
        "squares": lambda variances: shares(np.square(variances)),
        "discarded": lambda variances: 1 - shares(variances),
        "smallest-first": lambda variances: shares(variances[::-1]),
        "reversed": altered(shares, lambda result: result[::-1]),
        "starts-at-zero": altered(shares, lambda result: np.concatenate([[0], result])),
        "starts-at-zero-same-length": altered(
            shares, lambda result: np.concatenate([[0], result[:-1]])
        ),
        "last-missing": altered(shares, lambda result: result[:-1]),
        "percent": altered(shares, lambda result: 100 * result),
        "rounded": altered(shares, lambda result: result.round(2)),
        "multiplied-up": lambda variances: np.cumprod(variances / np.sum(variances)),
        "evenly-rising": lambda variances: np.arange(1, len(variances) + 1) / len(variances),
        "squeezed": altered(shares, np.squeeze),
        "one-number": altered(shares, lambda result: float(result[0])),
        "column": altered(shares, lambda result: result[:, None]),
        "whole-numbers": lambda variances: np.cumsum(variances) // np.sum(variances),
        "integer-buffer": shares_in_the_inputs_dtype,
        "sums-in-place": shares_summed_in_place,
        "divides-in-place": shares_divided_in_place,
        "sorts-in-place": shares_sorted_in_place,
    },
    "2.5": broken(discarded)
    | {
        "kept": lambda variances, code_size: np.sum(variances[:code_size]),
        "one-too-few": lambda variances, code_size: np.sum(variances[code_size + 1 :]),
        "one-too-many": lambda variances, code_size: np.sum(variances[max(code_size - 1, 0) :]),
        "last-ones": lambda variances, code_size: np.sum(variances[-code_size:]),
        "from-the-end": lambda variances, code_size: np.sum(variances[:-code_size]),
        "all": lambda variances, code_size: np.sum(variances),
        "average": lambda variances, code_size: np.mean(variances[code_size:]),
        "per-pixel": lambda variances, code_size: np.sum(variances[code_size:]) / len(variances),
        "share": lambda variances, code_size: np.sum(variances[code_size:]) / np.sum(variances),
        "root": altered(discarded, np.sqrt),
        "squares": lambda variances, code_size: np.sum(variances[code_size:] ** 2),
        "roots": lambda variances, code_size: np.sum(np.sqrt(np.abs(variances[code_size:]))),
        "half": altered(discarded, lambda error: error / 2),
        "doubled": altered(discarded, lambda error: 2 * error),
        "negative": altered(discarded, np.negative),
        "first-only": lambda variances, code_size: variances[min(code_size, len(variances) - 1)],
        "array": lambda variances, code_size: np.sum(variances[code_size:], keepdims=True),
        "every-code-size": lambda variances, code_size: np.cumsum(variances[::-1])[::-1],
        "unsummed": lambda variances, code_size: variances[code_size:],
        "code-of-30": lambda variances, code_size: np.sum(variances[30:]),
        "code-of-2": lambda variances, code_size: np.sum(variances[2:]),
        "whole-number": altered(discarded, int),
        "text": altered(discarded, str),
        "none-when-nothing-is-left": altered(discarded, lambda error: error if error else None),
        "zeroes-in-place": discarded_zeroing,
        "sorts-in-place": discarded_sorting,
    },
    "2.6": broken(gradients)
    | {
        "factor-2-missing": scaled(lambda vectors: 0.5),
        "n-missing": scaled(len),
        "n-minus-1": scaled(lambda vectors: len(vectors) / max(len(vectors) - 1, 1)),
        "averaged-over-pixels": scaled(lambda vectors: 1 / vectors.shape[1]),
        "n-is-500": scaled(lambda vectors: len(vectors) / 500),
        "sign-turned": scaled(lambda vectors: -1),
        "learning-rate-included": scaled(lambda vectors: 0.02),
        "root-of-loss": gradients_of_root,
        "other-order": altered(gradients, lambda parts: parts[::-1]),
        "transposed": altered(gradients, lambda parts: (parts[0].T, parts[1].T)),
        "squeezed": altered(gradients, lambda parts: tuple(map(np.squeeze, parts))),
        "flattened": altered(gradients, lambda parts: np.concatenate([p.ravel() for p in parts])),
        "encoder-only": altered(gradients, lambda parts: parts[0]),
        "normalised": altered(
            gradients, lambda parts: tuple(p / (np.linalg.norm(p) + 1e-9) for p in parts)
        ),
        "clipped": altered(gradients, lambda parts: tuple(np.clip(p, -0.1, 0.1) for p in parts)),
        "rounded": altered(gradients, lambda parts: tuple(np.round(p, 1) for p in parts)),
        "decoder-by-vectors": gradients_with(
            lambda x, e, d, codes, slopes: (x.T @ (slopes @ d.T), e.T @ x.T @ x / len(x))
        ),
        "encoder-kernel-for-decoder-kernel": gradients_with(
            lambda x, e, d, codes, slopes: (x.T @ (slopes @ e), codes.T @ slopes)
        ),
        "encoder-transpose-of-decoder": gradients_with(
            lambda x, e, d, codes, slopes: ((codes.T @ slopes).T, codes.T @ slopes)
        ),
        "square-kernels-only": gradients_with(
            lambda x, e, d, codes, slopes: (x.T @ (slopes @ d), codes.T @ slopes)
        ),
        "output-for-error": gradients_with(
            lambda x, e, d, codes, slopes: (
                2 * x.T @ (codes @ d @ d.T) / len(x),
                2 * codes.T @ (codes @ d) / len(x),
            )
        ),
        "tied": gradients_with(
            lambda x, e, d, codes, slopes: (
                x.T @ (slopes @ d.T) + (codes.T @ slopes).T,
                codes.T @ slopes + (x.T @ (slopes @ d.T)).T,
            )
        ),
        "weight-decay": gradients_with(
            lambda x, e, d, codes, slopes: (
                x.T @ (slopes @ d.T) + 0.01 * e,
                codes.T @ slopes + 0.01 * d,
            )
        ),
        "stops-at-codes": gradients_through(tf.stop_gradient),
        "numpy-inside-tape": gradients_through(lambda codes: codes.numpy()),
        "encoder-stepped-first": gradients_after_a_step,
        "stepped-kernels": gradients_with(
            lambda x, e, d, codes, slopes: (
                e - 0.02 * x.T @ (slopes @ d.T),
                d - 0.02 * codes.T @ slopes,
            )
        ),
        "steps-in-place": gradients_stepping,
        "halves-vectors-in-place": overwriting(gradients, 0, lambda vectors: 0.5 * vectors),
    },
    "2.7": broken(angles)
    | {
        "radians": altered(angles, np.deg2rad),
        "scipy-as-it-is": linalg.subspace_angles,
        "largest-first": altered(angles, lambda result: result[::-1]),
        "scipy-in-degrees": altered(linalg.subspace_angles, np.degrees),
        "cosines": altered(angles, lambda result: np.cos(np.deg2rad(result))),
        "sines": angles_with(finish=np.arcsin),
        "squared-cosines": angles_with(finish=lambda cosines: np.arccos(cosines**2)),
        "half-angles": angles_with(finish=lambda cosines: np.arccos(cosines) / 2),
        "gradians": altered(angles, lambda result: result / 0.9),
        "complement": altered(angles, lambda result: 90 - result[::-1]),
        "not-orthonormal": angles_with(prepare=lambda basis: basis),
        "normalised-only": angles_with(prepare=normalised),
        "first-basis-only": angles_with(other=lambda basis: basis),
        "second-basis-only": angles_with(
            prepare=normalised, other=lambda basis: np.linalg.qr(basis)[0]
        ),
        "centred": angles_with(prepare=lambda b: np.linalg.qr(b - b.mean(axis=0))[0]),
        "rows": lambda basis_a, basis_b: angles(basis_a.T, basis_b.T),
        "clip-forgotten": angles_without_clip,
        "column-by-column": angles_of_columns,
        "diagonal": angles_of_diagonal,
        "eigenvalues-for-singular-values": angles_by_eig,
        "outer-product": angles_of_outer_product,
        "largest-only": altered(angles, lambda result: result[-1]),
        "average": altered(angles, np.mean),
        "sum": altered(angles, np.sum),
        "squeezed": altered(angles, np.squeeze),
        "ten-at-most": lambda basis_a, basis_b: angles(basis_a[:, :10], basis_b[:, :10]),
        "whole-degrees": altered(angles, np.round),
        "same-basis-twice": lambda basis_a, basis_b: angles(basis_a, basis_a),
        "normalises-in-place": angles_normalising_in_place,
        "orthonormalises-in-place": overwriting(angles, 1, lambda basis: np.linalg.qr(basis)[0]),
    },
}
