"""Right and wrong answers to the exercises of lesson 02."""

import functools
import math
import sys

import keras
import numpy as np
import tensorflow as tf
from scipy import linalg
from sklearn.decomposition import PCA
from turns import writes


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


def left(vectors, mean, components):
    centred = vectors - mean
    kept = np.cumsum(np.square(centred @ components.T), axis=1)
    length = np.square(centred).sum(axis=1)[:, None]
    return np.concatenate([length, length - kept], axis=1)


def left_by_loop(vectors, mean, components):
    errors = np.zeros((len(vectors), len(components) + 1))
    for i, vector in enumerate(vectors):
        rest = (vector - mean).astype(float)
        errors[i, 0] = rest @ rest
        for j, component in enumerate(components):
            rest = rest - (rest @ component) * component
            errors[i, j + 1] = rest @ rest
    return errors


def left_by_decoding(vectors, mean, components):
    columns = []
    for size in range(len(components) + 1):
        codes = (vectors - mean) @ components[:size].T
        columns.append(np.linalg.norm(codes @ components[:size] + mean - vectors, axis=1) ** 2)
    return np.column_stack(columns)


def left_by_triangle(vectors, mean, components):
    squares = ((vectors - mean) @ components.T) ** 2
    count = len(components)
    upper = np.triu(np.ones((count, count + 1)), 1)
    return np.sum((vectors - mean) ** 2, axis=1, keepdims=True) - squares @ upper


def left_by_keras(vectors, mean, components):
    centred = keras.ops.subtract(vectors, mean)
    squares = keras.ops.square(keras.ops.matmul(centred, keras.ops.transpose(components)))
    length = keras.ops.sum(keras.ops.square(centred), axis=1, keepdims=True)
    first = keras.ops.zeros_like(squares[:, :1])
    kept = keras.ops.cumsum(keras.ops.concatenate([first, squares], axis=1), axis=1)
    return keras.ops.convert_to_numpy(length - kept)


def left_with(change, centre=lambda vectors, mean: mean):
    """Return the errors changed by change(length, squares of the code)."""

    def errors_by_size(vectors, mean, components):
        centred = vectors - centre(vectors, mean)
        length = np.sum(centred**2, axis=1, keepdims=True)
        return change(length, centred @ components.T)

    return errors_by_size


def columns(length, kept):
    return np.hstack([length, length - kept])


def left_of_uncentred_length(vectors, mean, components):
    kept = np.cumsum(np.square((vectors - mean) @ components.T), axis=1)
    return columns(np.sum(vectors**2, axis=1, keepdims=True), kept)


def left_of_uncentred_codes(vectors, mean, components):
    kept = np.cumsum(np.square(vectors @ components.T), axis=1)
    return columns(np.sum((vectors - mean) ** 2, axis=1, keepdims=True), kept)


def left_centred_in_place(vectors, mean, components):
    vectors -= mean
    return left(vectors, 0 * mean, components)


def left_in_the_inputs_dtype(vectors, mean, components):
    result = np.zeros((len(vectors), len(components) + 1), dtype=vectors.dtype)
    result[:] = left(vectors, mean, components)
    return result


# 2.5


def enough(errors, limit):
    upper = errors.mean(axis=0) + 2 * errors.std(axis=0) / np.sqrt(len(errors))
    for size, one in enumerate(upper):
        if one <= limit:
            return size
    return None


def enough_by_argmax(errors, limit):
    within = np.mean(errors, 0) + 2 * np.sqrt(np.var(errors, 0) / errors.shape[0]) <= limit
    return int(within.argmax()) if within.any() else None


def enough_in_plain_python(errors, limit):
    for size, column in enumerate(zip(*errors.tolist(), strict=True)):
        mean = math.fsum(column) / len(column)
        variance = math.fsum((value - mean) ** 2 for value in column) / len(column)
        if mean + 2 * math.sqrt(variance / len(column)) <= limit:
            return size


def enough_by_search(errors, limit):
    from scipy import stats

    upper = errors.mean(axis=0) + 2 * stats.sem(errors, axis=0, ddof=0)
    found = [size for size in range(errors.shape[1]) if upper[size] <= limit]
    return min(found, default=None)


def enough_with(upper, finish=lambda size: size):
    """Return a choice by another upper end of each column."""

    def smallest_code_size(errors, limit):
        within = np.flatnonzero(upper(errors) <= limit)
        return finish(int(within[0])) if len(within) else None

    return smallest_code_size


def enough_nearest(errors, limit):
    return int(np.abs(errors.mean(axis=0) - limit).argmin())


def enough_or(value):
    def smallest_code_size(errors, limit):
        found = enough(errors, limit)
        return value(errors) if found is None else found

    return smallest_code_size


def enough_last_too_large(errors, limit):
    upper = errors.mean(axis=0) + 2 * errors.std(axis=0) / np.sqrt(len(errors))
    return int(np.sum(upper > limit) - 1)


def enough_sorting(errors, limit):
    found = enough(errors, limit)
    errors.sort(axis=0)
    return found


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


# 2.8


def loss_at(vectors, encoder_kernel, decoder_kernel):
    return np.mean(np.sum((vectors @ encoder_kernel @ decoder_kernel - vectors) ** 2, axis=1))


def down(vectors, encoder_kernel, decoder_kernel, num_steps, rate):
    loss = loss_at(vectors, encoder_kernel, decoder_kernel)
    losses = [loss]
    for _ in range(num_steps):
        for_encoder, for_decoder = gradients(vectors, encoder_kernel, decoder_kernel)
        new_encoder = encoder_kernel - rate * for_encoder
        new_decoder = decoder_kernel - rate * for_decoder
        new_loss = loss_at(vectors, new_encoder, new_decoder)
        if new_loss < loss:
            encoder_kernel, decoder_kernel, loss = new_encoder, new_decoder, new_loss
            rate *= 1.1
        else:
            rate *= 0.5
        losses.append(loss)
    return encoder_kernel, decoder_kernel, np.array(losses)


def down_by_copies(vectors, encoder_kernel, decoder_kernel, num_steps, rate):
    kernels = [encoder_kernel.copy(), decoder_kernel.copy()]
    losses = np.full(num_steps + 1, loss_at(vectors, *kernels))
    for step in range(num_steps):
        before = [kernel.copy() for kernel in kernels]
        for kernel, slope in zip(kernels, gradients(vectors, *before), strict=True):
            kernel -= rate * slope
        losses[step + 1 :] = min(loss_at(vectors, *kernels), losses[step])
        if losses[step + 1] == losses[step]:
            kernels, rate = before, rate / 2
        else:
            rate = rate + 0.1 * rate
    return [*kernels, losses.tolist()]


def down_by_covariance(vectors, encoder_kernel, decoder_kernel, num_steps, rate):
    """The loss is the trace of C (E D - I)(E D - I)^T."""
    covariance = vectors.T @ vectors / len(vectors)

    def loss(e, d):
        rest = e @ d - np.eye(len(covariance))
        return np.trace(rest.T @ covariance @ rest)

    kernels, losses = (encoder_kernel, decoder_kernel), []
    losses.append(loss(*kernels))
    while len(losses) <= num_steps:
        e, d = kernels
        rest = 2 * covariance @ (e @ d - np.eye(len(covariance)))
        trial = e - rate * rest @ d.T, d - rate * e.T @ rest
        kept = loss(*trial) < losses[-1]
        losses.append(loss(*trial) if kept else losses[-1])
        kernels, rate = (trial, 1.1 * rate) if kept else (kernels, rate / 2)
    return *kernels, np.array(losses)


def down_by_tape(vectors, encoder_kernel, decoder_kernel, num_steps, rate):
    """Both kernels in one flat vector, its slopes by automatic differentiation."""
    pixels, units = encoder_kernel.shape
    images = tf.constant(vectors, tf.float64)

    def loss_of(flat):
        encoder, decoder = (
            tf.reshape(flat[i], s) for i, s in ((0, (pixels, units)), (1, (units, pixels)))
        )
        return tf.reduce_mean(tf.reduce_sum((images @ encoder @ decoder - images) ** 2, axis=1))

    here = tf.constant([encoder_kernel.ravel(), decoder_kernel.ravel()], tf.float64)
    losses = [loss_of(here)]
    for _ in range(num_steps):
        with tf.GradientTape() as tape:
            tape.watch(here)
            loss = loss_of(here)
        there = here - rate * tape.gradient(loss, here)
        better = loss_of(there) < loss
        here, rate = (there, rate * 1.1) if better else (here, rate * 0.5)
        losses.append(loss_of(here))
    encoder, decoder = here.numpy()
    return encoder.reshape(pixels, units), decoder.reshape(units, pixels), losses


def down_with(keep=lambda new, old: new < old, grow=1.1, shrink=0.5, slopes=gradients, log=None):
    """Return a descent by another rule, or that writes down other losses."""

    def descend(vectors, encoder_kernel, decoder_kernel, num_steps, rate):
        kernels = encoder_kernel, decoder_kernel
        losses, shown = [loss_at(vectors, *kernels)], [loss_at(vectors, *kernels)]
        for _ in range(num_steps):
            steps = slopes(vectors, *kernels)
            trial = tuple(k - rate * s for k, s in zip(kernels, steps, strict=True))
            new = loss_at(vectors, *trial)
            shown.append(new)
            if keep(new, losses[-1]):
                kernels, rate = trial, rate * grow
                losses.append(new)
            else:
                rate *= shrink
                losses.append(losses[-1])
        return *kernels, np.array(log(losses, shown, vectors) if log else losses)

    return descend


def slopes_in_turn(vectors, encoder_kernel, decoder_kernel, rate=0.01):
    first = gradients(vectors, encoder_kernel, decoder_kernel)[0]
    moved = encoder_kernel - rate * first
    return first, gradients(vectors, moved, decoder_kernel)[1]


def down_only_the(place):
    """Train one kernel alone."""

    def slopes(vectors, *kernels):
        both = list(gradients(vectors, *kernels))
        both[1 - place] = 0 * both[1 - place]
        return both

    return down_with(slopes=slopes)


def down_tied(vectors, *kernels):
    first, second = gradients(vectors, *kernels)
    return first + second.T, first.T + second


def down_to_pca(vectors, encoder_kernel, decoder_kernel, num_steps, rate):
    rows = np.linalg.svd(vectors, full_matrices=False)[2][: len(decoder_kernel)]
    loss = loss_at(vectors, rows.T, rows)
    return rows.T, rows, np.full(num_steps + 1, loss)


def down_until_it_rises(vectors, encoder_kernel, decoder_kernel, num_steps, rate):
    kernels = encoder_kernel, decoder_kernel
    losses = [loss_at(vectors, *kernels)]
    for _ in range(num_steps):
        steps = gradients(vectors, *kernels)
        trial = tuple(k - rate * s for k, s in zip(kernels, steps, strict=True))
        if loss_at(vectors, *trial) >= losses[-1]:
            break
        kernels, rate = trial, 1.1 * rate
        losses.append(loss_at(vectors, *kernels))
    return *kernels, np.array(losses)


def down_trying_again(vectors, encoder_kernel, decoder_kernel, num_steps, rate):
    """Halve the rate until a step is kept, and count that as one step."""
    kernels = encoder_kernel, decoder_kernel
    losses = [loss_at(vectors, *kernels)]
    for _ in range(num_steps):
        steps = gradients(vectors, *kernels)
        for _ in range(60):
            trial = tuple(k - rate * s for k, s in zip(kernels, steps, strict=True))
            if loss_at(vectors, *trial) < losses[-1]:
                kernels, rate = trial, 1.1 * rate
                break
            rate /= 2
        losses.append(loss_at(vectors, *kernels))
    return *kernels, np.array(losses)


def down_in_place(vectors, encoder_kernel, decoder_kernel, num_steps, rate):
    result = down(vectors, encoder_kernel, decoder_kernel, num_steps, rate)
    encoder_kernel[:], decoder_kernel[:] = result[:2]
    return result


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
        "cumsum": left,
        "deflation": left_by_loop,
        "decoding": left_by_decoding,
        "triangle": left_by_triangle,
        "keras": left_by_keras,
        "float32": altered(left, np.float32),
    },
    "2.5": {
        "loop": enough,
        "argmax": enough_by_argmax,
        "plain-python": enough_in_plain_python,
        "scipy": enough_by_search,
        "numpy-integer": altered(enough, lambda size: None if size is None else np.int64(size)),
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
    "2.8": {
        "loop": down,
        "copies": down_by_copies,
        "covariance": down_by_covariance,
        "tape": down_by_tape,
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
        "overwrites-mean": writes(1, encoded, np.zeros_like),
        "sorts-components": writes(2, encoded, lambda rows: np.sort(rows, axis=0)),
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
        "overwrites-codes": writes(0, decoded, np.zeros_like),
        "overwrites-mean": writes(1, decoded, lambda mean: mean + 1),
        "overwrites-components": writes(2, decoded, lambda rows: 2 * rows),
    },
    "2.4": broken(left)
    | {
        "kept": left_with(
            lambda length, codes: np.hstack([0 * length, np.cumsum(codes**2, axis=1)])
        ),
        "first-column-missing": altered(left, lambda errors: errors[:, 1:]),
        "last-column-missing": altered(left, lambda errors: errors[:, :-1]),
        "reversed": altered(left, lambda errors: errors[:, ::-1]),
        "zero-column-last": altered(left, lambda errors: np.roll(errors, -1, axis=1)),
        "not-summed": left_with(lambda length, codes: columns(length, codes**2)),
        "not-squared": left_with(lambda length, codes: columns(length, np.cumsum(codes, axis=1))),
        "summed-then-squared": left_with(
            lambda length, codes: columns(length, np.cumsum(codes, axis=1) ** 2)
        ),
        "absolute": left_with(
            lambda length, codes: columns(length, np.cumsum(np.abs(codes), axis=1))
        ),
        "summed-over-vectors": left_with(
            lambda length, codes: columns(length, np.cumsum(codes**2, axis=0))
        ),
        "summed-backwards": left_with(
            lambda length, codes: columns(length, np.cumsum(codes[:, ::-1] ** 2, axis=1))
        ),
        "mean-forgotten": left_with(
            lambda length, codes: columns(length, np.cumsum(codes**2, axis=1)),
            lambda vectors, mean: 0,
        ),
        "own-mean": left_with(
            lambda length, codes: columns(length, np.cumsum(codes**2, axis=1)),
            lambda vectors, mean: vectors.mean(axis=0),
        ),
        "one-number-for-mean": left_with(
            lambda length, codes: columns(length, np.cumsum(codes**2, axis=1)),
            lambda vectors, mean: mean.mean(),
        ),
        "length-not-centred": left_of_uncentred_length,
        "codes-not-centred": left_of_uncentred_codes,
        "roots": altered(left, lambda errors: np.sqrt(np.abs(errors))),
        "per-pixel": lambda vectors, mean, components: (
            left(vectors, mean, components) / vectors.shape[1]
        ),
        "per-784": altered(left, lambda errors: errors / 784),
        "half": altered(left, lambda errors: errors / 2),
        "negative": altered(left, np.negative),
        "shares": altered(left, lambda errors: errors / errors[:, :1]),
        "average": altered(left, lambda errors: errors.mean(axis=0)),
        "summed": altered(left, lambda errors: errors.sum(axis=0)),
        "last-size-only": altered(left, lambda errors: errors[:, -1]),
        "transposed": altered(left, np.transpose),
        "squeezed": altered(left, np.squeeze),
        "rounded": altered(left, np.round),
        "first-vector-only": lambda vectors, mean, components: left(vectors[:1], mean, components),
        "integer-buffer": left_in_the_inputs_dtype,
        "centres-in-place": left_centred_in_place,
        "overwrites-components": writes(2, left, lambda rows: 2 * rows),
    },
    "2.5": broken(enough)
    | {
        "mean-only": enough_with(lambda errors: errors.mean(axis=0)),
        "one-standard-error": enough_with(
            lambda errors: errors.mean(axis=0) + errors.std(axis=0) / np.sqrt(len(errors))
        ),
        "two-deviations": enough_with(lambda errors: errors.mean(axis=0) + 2 * errors.std(axis=0)),
        "divided-by-n": enough_with(
            lambda errors: errors.mean(axis=0) + 2 * errors.std(axis=0) / len(errors)
        ),
        "variance": enough_with(
            lambda errors: errors.mean(axis=0) + 2 * errors.var(axis=0) / np.sqrt(len(errors))
        ),
        "lower-end": enough_with(
            lambda errors: errors.mean(axis=0) - 2 * errors.std(axis=0) / np.sqrt(len(errors))
        ),
        "median": enough_with(lambda errors: np.median(errors, axis=0)),
        "every-image": enough_with(lambda errors: errors.max(axis=0)),
        "95-percent-of-images": enough_with(lambda errors: np.quantile(errors, 0.95, axis=0)),
        "spread-of-everything": enough_with(
            lambda errors: errors.mean(axis=0) + 2 * errors.std() / np.sqrt(len(errors))
        ),
        "n-of-columns": enough_with(
            lambda errors: errors.mean(axis=0) + 2 * errors.std(axis=0) / np.sqrt(errors.shape[1])
        ),
        "per-image": enough_with(lambda errors: errors[0]),
        "one-too-large": altered(enough, lambda size: None if size is None else size + 1),
        "one-too-small": altered(enough, lambda size: None if size is None else size - 1),
        "nearest": enough_nearest,
        "largest": lambda errors, limit: errors.shape[1] - 1,
        "always-zero": lambda errors, limit: 0,
        "always-none": lambda errors, limit: None,
        "zero-if-none": enough_or(lambda errors: 0),
        "last-if-none": enough_or(lambda errors: errors.shape[1] - 1),
        "number-of-columns-if-none": enough_or(lambda errors: errors.shape[1]),
        "minus-one-if-none": enough_or(lambda errors: -1),
        "last-too-large": enough_last_too_large,
        "float": altered(enough, lambda size: None if size is None else float(size)),
        "text": altered(enough, str),
        "list": altered(enough, lambda size: [size]),
        "whether": altered(enough, lambda size: size is not None),
        "sorts-in-place": enough_sorting,
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
        "halves-vectors-in-place": writes(0, gradients, lambda vectors: 0.5 * vectors),
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
        "orthonormalises-in-place": writes(1, angles, lambda basis: np.linalg.qr(basis)[0]),
    },
    "2.8": broken(down)
    | {
        "every-step-kept": down_with(lambda new, old: True),
        "every-step-kept-one-rate": down_with(lambda new, old: True, grow=1.0),
        "higher-kept": down_with(lambda new, old: new > old),
        "no-step-kept": down_with(lambda new, old: False),
        "one-rate": down_with(grow=1.0, shrink=1.0),
        "no-growth": down_with(grow=1.0),
        "no-shrinking": down_with(shrink=1.0),
        "doubled": down_with(grow=2.0),
        "a-hundredth": down_with(grow=1.01),
        "nine-tenths": down_with(shrink=0.9),
        "divided-by-1.1": down_with(shrink=1 / 1.1),
        "upside-down": down_with(grow=0.5, shrink=1.1),
        "in-turn": down_with(slopes=slopes_in_turn),
        "encoder-only": down_only_the(0),
        "decoder-only": down_only_the(1),
        "tied": down_with(slopes=down_tied),
        "uphill": down_with(slopes=lambda v, e, d: tuple(-s for s in gradients(v, e, d))),
        "half-the-slope": down_with(
            slopes=lambda v, e, d: tuple(s / 2 for s in gradients(v, e, d))
        ),
        "sign-of-slope": down_with(slopes=lambda v, e, d: tuple(map(np.sign, gradients(v, e, d)))),
        "trial-losses": down_with(log=lambda losses, shown, v: shown),
        "no-first-loss": down_with(log=lambda losses, shown, v: losses[1:]),
        "no-last-loss": down_with(log=lambda losses, shown, v: losses[:-1]),
        "last-loss-only": down_with(log=lambda losses, shown, v: losses[-1]),
        "losses-per-pixel": down_with(log=lambda losses, shown, v: np.array(losses) / v.shape[1]),
        "losses-summed": down_with(log=lambda losses, shown, v: np.array(losses) * len(v)),
        "losses-of-kept-steps": down_with(log=lambda losses, shown, v: list(dict.fromkeys(losses))),
        "pca-itself": down_to_pca,
        "stops-when-it-rises": down_until_it_rises,
        "tries-again-within-a-step": down_trying_again,
        "ten-steps": lambda v, e, d, n, r: down(v, e, d, 10, r),
        "200-steps": lambda v, e, d, n, r: down(v, e, d, 200, r),
        "rate-0.02": lambda v, e, d, n, r: down(v, e, d, n, 0.02),
        "one-step-too-many": lambda v, e, d, n, r: down(v, e, d, n + 1, r),
        "initial-kernels": lambda v, e, d, n, r: (e, d, down(v, e, d, n, r)[2]),
        "other-order": altered(down, lambda parts: (parts[1], parts[0], parts[2])),
        "losses-first": altered(down, lambda parts: (parts[2], *parts[:2])),
        "kernels-only": altered(down, lambda parts: parts[:2]),
        "product": altered(down, lambda parts: (parts[0] @ parts[1], parts[2])),
        "moves-kernels-in-place": down_in_place,
    },
}
