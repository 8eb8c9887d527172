"""Lesson 02: each check accepts right answers of any kind and names the mistake in wrong ones."""

import numpy as np
from answers import closing_tests
from scipy.linalg import subspace_angles
from sklearn.decomposition import PCA


def fit_with_eigh(vectors, code_size):
    values, rows = np.linalg.eigh(np.cov(vectors.T, bias=True))
    return vectors.mean(axis=0), rows[:, ::-1].T[:code_size], values[::-1]


def fit_with_sklearn(vectors, code_size):
    model = PCA().fit(vectors)
    count = len(vectors)
    shrunk = model.explained_variance_ * (count - 1) / count
    return model.mean_, -model.components_[:code_size], shrunk


def fit_smallest(vectors, code_size):
    values, rows = np.linalg.eigh(np.cov(vectors.T, bias=True))
    return vectors.mean(axis=0), rows.T[:code_size], values[::-1]


def fit_uncentred(vectors, code_size):
    _, s, rows = np.linalg.svd(vectors, full_matrices=False)
    return vectors.mean(axis=0), rows[:code_size], s**2 / len(vectors)


def fit_variant(change):
    def fit(vectors, code_size):
        return change(*fit_with_eigh(vectors, code_size), len(vectors))

    return fit


def gradients(vectors, e, d, scale=2.0):
    out = scale * (vectors @ e @ d - vectors) / len(vectors)
    return vectors.T @ (out @ d.T), (vectors @ e).T @ out


def gradients_closed_form(vectors, e, d):
    c = vectors.T @ vectors / len(vectors)
    return 2 * (c @ e @ d @ d.T - c @ d.T), 2 * (e.T @ c @ e @ d - e.T @ c)


def gradients_with_a_tape(vectors, e, d):
    import tensorflow as tf

    e, d = tf.Variable(e), tf.Variable(d)
    with tf.GradientTape() as tape:
        errors = tf.reduce_sum(tf.square(vectors @ e @ d - vectors), axis=1)
        loss = tf.reduce_mean(errors)
    return tape.gradient(loss, [e, d])


def angles_by_svd(a, b):
    qa, qb = np.linalg.svd(a, full_matrices=False)[0], np.linalg.svd(b, full_matrices=False)[0]
    cosines = np.linalg.svd(qa.T @ qb, compute_uv=False)
    return np.degrees(np.arccos(np.minimum(cosines, 1)))


def angles_unclipped(a, b):
    cosines = np.linalg.svd(np.linalg.qr(a)[0].T @ np.linalg.qr(b)[0], compute_uv=False)
    # An answer without a clip, on a machine where rounding lifts a cosine above 1.
    return np.degrees(np.arccos(np.where(cosines > 1 - 1e-9, 1 + 1e-9, cosines)))


def angles_raw(a, b, highest=1):
    cosines = np.clip(np.linalg.svd(a.T @ b, compute_uv=False), 0, highest)
    return np.degrees(np.arccos(cosines))


def fit_slice(columns):
    def fit(vectors, code_size):
        _, _, rows = np.linalg.svd(vectors - vectors.mean(axis=0), full_matrices=False)
        return vectors.mean(axis=0), columns(rows, code_size), np.zeros(len(rows))

    return fit


def by_size(change=lambda squares, total: total - np.cumsum(squares, axis=1), centre=True):
    """Return errors by size of which all columns but the first are changed."""

    def errors_by_size(vectors, mean, components):
        centred = vectors - mean
        total = np.sum((centred if centre else vectors) ** 2, axis=1, keepdims=True)
        return np.hstack([total, change((centred @ components.T) ** 2, total)])

    return errors_by_size


def errors_decoded(vectors, mean, components):
    columns = []
    for size in range(len(components) + 1):
        projection = components[:size].T @ components[:size]
        columns.append((((vectors - mean) @ projection - (vectors - mean)) ** 2).sum(axis=1))
    return np.stack(columns, axis=1)


def errors_in_a_loop(vectors, mean, components):
    rows = []
    for x in vectors:
        left = [float((x - mean) @ (x - mean))]
        for w in components:
            left.append(left[-1] - float(w @ (x - mean)) ** 2)
        rows.append(left)
    return rows


right_errors = by_size()


def sized(upper=lambda mean, deviation, n: mean + 2 * deviation / n**0.5, move=0, ddof=0):
    """Return a choice by another upper end, moved."""

    def smallest_code_size(errors, limit):
        ends = upper(errors.mean(axis=0), errors.std(axis=0, ddof=ddof), len(errors))
        return int(np.argmax(ends <= limit)) + move if (ends <= limit).any() else None

    return smallest_code_size


def size_in_a_loop(errors, limit):
    for size, column in enumerate(errors.T):
        if column.mean() + 2 * np.sqrt(column.var() / len(column)) <= limit:
            return size


def size_from_the_end(errors, limit):
    upper = errors.mean(axis=0) + 2 * errors.std(axis=0) / np.sqrt(len(errors))
    return next(iter(np.where(upper <= limit)[0]), None)


def loss(vectors, encoder, decoder):
    return np.square(vectors @ encoder @ decoder - vectors).sum() / len(vectors)


def descent(grow=1.1, shrink=0.5, keep_all=False, one_by_one=False, log=None):
    """Return a descent by another rule."""

    def descend(vectors, encoder, decoder, num_steps, rate):
        losses = [loss(vectors, encoder, decoder)]
        with np.errstate(all="ignore"):
            for _ in range(num_steps):
                new_encoder = encoder - rate * gradients(vectors, encoder, decoder)[0]
                at = new_encoder if one_by_one else encoder
                new_decoder = decoder - rate * gradients(vectors, at, decoder)[1]
                new = loss(vectors, new_encoder, new_decoder)
                if keep_all or new < losses[-1]:
                    encoder, decoder, rate = new_encoder, new_decoder, rate * grow
                    losses.append(new)
                else:
                    rate *= shrink
                    losses.append(losses[-1])
        return encoder, decoder, log(losses, vectors) if log else losses

    return descend


def descent_with_a_tape(vectors, encoder, decoder, num_steps, rate):
    losses = np.zeros(num_steps + 1)
    losses[0] = loss(vectors, encoder, decoder)
    for step in range(1, num_steps + 1):
        slopes = [slope.numpy() for slope in gradients_with_a_tape(vectors, encoder, decoder)]
        trial = encoder - rate * slopes[0], decoder - rate * slopes[1]
        losses[step] = min(loss(vectors, *trial), losses[step - 1])
        if losses[step] < losses[step - 1]:
            encoder, decoder = trial
            rate += rate / 10
        else:
            rate /= 2
    return encoder, decoder, losses


def descent_by_recursion(vectors, encoder, decoder, num_steps, rate):
    first = loss(vectors, encoder, decoder)
    if num_steps == 0:
        return encoder, decoder, [first]
    slopes = gradients(vectors, encoder, decoder)
    trial = encoder - rate * slopes[0], decoder - rate * slopes[1]
    with np.errstate(all="ignore"):
        better = loss(vectors, *trial) < first
    kernels, rate = (trial, 1.1 * rate) if better else ((encoder, decoder), rate / 2)
    *ends, losses = descent_by_recursion(vectors, *kernels, num_steps - 1, rate)
    return *ends, [first, *losses]


def descent_without_loss_kept(vectors, encoder, decoder, num_steps, rate):
    """Write down the loss of the trial, kept or not."""
    losses = [loss(vectors, encoder, decoder)]
    for _ in range(num_steps):
        slopes = gradients(vectors, encoder, decoder)
        trial = encoder - rate * slopes[0], decoder - rate * slopes[1]
        losses.append(loss(vectors, *trial))
        better = losses[-1] < losses[-2]
        encoder, decoder = trial if better else (encoder, decoder)
        rate *= 1.1 if better else 0.5
    return encoder, decoder, losses


def descent_in_place(vectors, encoder, decoder, num_steps, rate):
    for _ in range(num_steps):
        slopes = gradients(vectors, encoder, decoder)
        encoder -= rate * slopes[0]
        decoder -= rate * slopes[1]
    return encoder, decoder, [0]


RIGHT = {
    "2.1": [("eigh", fit_with_eigh), ("scikit-learn", fit_with_sklearn)],
    "2.2": [
        ("einsum", lambda v, m, c: np.einsum("nd,kd->nk", v - m, c)),
        ("expanded", lambda v, m, c: v @ c.T - m @ c.T),
        ("rows in a loop", lambda v, m, c: [[w @ (x - m) for w in c] for x in v]),
    ],
    "2.3": [
        ("einsum", lambda z, m, c: np.einsum("nk,kd->nd", z, c) + m),
        ("rows in a loop", lambda z, m, c: np.array([c.T @ code + m for code in z])),
    ],
    "2.4": [
        ("one sum", right_errors),
        ("decoded", errors_decoded),
        ("loop", errors_in_a_loop),
    ],
    "2.5": [
        ("argmax", sized()),
        ("loop", size_in_a_loop),
        ("where", size_from_the_end),
    ],
    "2.6": [
        ("by covariance", gradients_closed_form),
        ("GradientTape", gradients_with_a_tape),
        ("by hand", gradients),
    ],
    "2.7": [
        ("scipy", lambda a, b: np.degrees(subspace_angles(a, b))[::-1]),
        ("svd", angles_by_svd),
    ],
    "2.8": [
        ("loop", descent()),
        ("GradientTape", descent_with_a_tape),
        ("recursion", descent_by_recursion),
    ],
}
WRONG = {
    "2.1": [
        ("columns", fit_variant(lambda m, c, v, n: (m, c.T, v)), "return them as rows"),
        ("n - 1", fit_variant(lambda m, c, v, n: (m, c, v * n / (n - 1))), "n - 1"),
        ("singular values", fit_variant(lambda m, c, v, n: (m, c, np.sqrt(v * n))), "square them"),
        ("not divided", fit_variant(lambda m, c, v, n: (m, c, v * n)), "values: divide them by n"),
        (
            "not squared",
            fit_variant(lambda m, c, v, n: (m, c, np.sqrt(v / n))),
            "values divided by n: square them first",
        ),
        ("columns of Vt", fit_slice(lambda rows, k: rows[:, :k]), "components are its rows"),
        ("rows of V", fit_slice(lambda rows, k: rows[:, :k].T), "columns of what svd returns"),
        ("all", fit_slice(lambda rows, k: rows), "all components came back"),
        ("absolute", fit_variant(lambda m, c, v, n: (m, np.abs(c), v)), "only the signs"),
        ("smallest first", fit_smallest, "smallest variance"),
        ("uncentred", fit_uncentred, "not centred"),
        ("one mean", fit_variant(lambda m, c, v, n: (0 * m + m.mean(), c, v)), "rows only"),
        ("only k variances", fit_variant(lambda m, c, v, n: (m, c, v[: len(c)])), "all variances"),
        ("two results", fit_variant(lambda m, c, v, n: (c, v)), "3 results"),
        (
            "scaled rows",
            fit_variant(lambda m, c, v, n: (m, c * np.sqrt(v[: len(c), None] * n), v)),
            "length 1",
        ),
        ("nothing", lambda vectors, code_size: None, "return missing"),
    ],
    "2.2": [
        ("not centred", lambda v, m, c: v @ c.T, "not subtracted"),
        ("own mean", lambda v, m, c: (v - v.mean(axis=0)) @ c.T, "that was fitted"),
        ("transposed", lambda v, m, c: c @ (v - m).T, "transposed"),
        ("mean added", lambda v, m, c: (v + m) @ c.T, "mean is added"),
        ("whole", lambda v, m, c: ((v - m) @ c.T).astype(v.dtype), "cut to whole numbers"),
        ("squeezed", lambda v, m, c: np.squeeze((v - m) @ c.T), "(1, 2); yours has (2,)"),
    ],
    "2.3": [
        ("no mean", lambda z, m, c: z @ c, "not added back"),
        ("mean subtracted", lambda z, m, c: z @ c - m, "subtracted again"),
        ("transposed", lambda z, m, c: c.T @ z.T + m[:, None], "transposed"),
        ("one number", lambda z, m, c: z @ c + m.mean(), "add the mean vector"),
    ],
    "2.4": [
        (
            "kept",
            lambda v, m, c: np.cumsum(np.hstack([0 * v[:, :1], ((v - m) @ c.T) ** 2]), axis=1),
            "what the codes keep",
        ),
        ("no column 0", lambda v, m, c: right_errors(v, m, c)[:, 1:], "column 0 is missing"),
        ("reversed", lambda v, m, c: right_errors(v, m, c)[:, ::-1], "turn them round"),
        ("not summed", by_size(lambda squares, total: total - squares), "add their squares up"),
        (
            "sum squared",
            lambda v, m, c: by_size(
                lambda squares, total: total - np.cumsum((v - m) @ c.T, axis=1) ** 2
            )(v, m, c),
            "square them first",
        ),
        ("not centred", lambda v, m, c: right_errors(v, 0 * m, c), "mean is not subtracted"),
        ("length not centred", by_size(centre=False), "subtract the mean first"),
        ("own mean", lambda v, m, c: right_errors(v, v.mean(axis=0), c), "that was fitted"),
        ("pixels", lambda v, m, c: right_errors(v, m, c) / v.shape[1], "summed over them"),
        ("root", lambda v, m, c: np.sqrt(abs(right_errors(v, m, c))), "a root is taken"),
        ("shares", lambda v, m, c: right_errors(v, m, c) / right_errors(v, m, c)[:, :1], "shares"),
        ("transposed", lambda v, m, c: right_errors(v, m, c).T, "yours is transposed"),
        ("averaged", lambda v, m, c: right_errors(v, m, c).mean(axis=0), "one row for each"),
        ("whole", lambda v, m, c: right_errors(v, m, c).astype(v.dtype), "cut to whole numbers"),
    ],
    "2.5": [
        ("mean", sized(lambda mean, deviation, n: mean), "the margin is missing"),
        ("one", sized(lambda mean, deviation, n: mean + deviation / n**0.5), "add two"),
        ("deviation", sized(lambda mean, deviation, n: mean + 2 * deviation), "the root of n"),
        ("by n", sized(lambda mean, deviation, n: mean + 2 * deviation / n), "divided by n"),
        ("minus", sized(lambda mean, deviation, n: mean - 2 * deviation / n**0.5), "subtracted"),
        ("later", sized(move=1), "one too large"),
        ("n - 1", sized(ddof=1), "not by n - 1"),
        ("earlier", sized(move=-1), "one too small"),
        ("last", lambda e, limit: e.shape[1] - 1, "the largest size"),
        ("never", lambda e, limit: None, "is within the limit here; got None"),
        ("zero", lambda e, limit: sized()(e, limit) or 0, "should be None here"),
        ("float", lambda e, limit: float(sized()(e, limit)), "of type int"),
    ],
    "2.6": [
        ("swapped", lambda v, e, d: gradients(v, e, d)[::-1], "encoder's gradient comes first"),
        ("sign", lambda v, e, d: gradients(v, e, d, -2.0), "turned round"),
        ("no 2", lambda v, e, d: gradients(v, e, d, 1.0), "2 of the square"),
        ("summed", lambda v, e, d: gradients(v, e, d, 2.0 * len(v)), "divide by how many"),
        ("None", lambda v, e, d: (None, gradients(v, e, d)[1]), "a tape found no way"),
        ("n - 1", lambda v, e, d: gradients(v, e, d, 2.0 * len(v) / (len(v) - 1)), "by n - 1"),
        ("pixel mean", lambda v, e, d: gradients(v, e, d, 2.0 / v.shape[1]), "sums over them"),
    ],
    "2.7": [
        ("radians", lambda a, b: subspace_angles(a, b)[::-1], "radians"),
        ("descending", lambda a, b: np.degrees(subspace_angles(a, b)), "small to large"),
        ("cosines", lambda a, b: np.cos(subspace_angles(a, b))[::-1], "np.arccos"),
        ("not orthonormal", angles_raw, "orthonormal first: np"),
        (
            "not orthonormal, no clip",
            lambda a, b: angles_raw(a, b, np.inf),
            "a cosine is above 1 and its arccos is nan",
        ),
        ("outer", lambda a, b: np.zeros(len(a)), "the product is Q_a^T Q_b"),
        ("no clip", angles_unclipped, "clip it"),
    ],
    "2.8": [
        ("all kept, growing", descent(keep_all=True), "every step is kept"),
        ("no growth", descent(grow=1), "the rate does not grow"),
        ("not halved", descent(shrink=1), "is not halved"),
        ("by 1.1", descent(shrink=1 / 1.1), "is divided by 1.1"),
        ("doubled", descent(grow=2), "the rate is doubled"),
        ("one by one", descent(one_by_one=True), "before the decoder's gradient"),
        ("no first", descent(log=lambda losses, v: losses[1:]), "first loss is missing"),
        ("pixels", descent(log=lambda losses, v: np.divide(losses, v.shape[1])), "L sums over"),
        ("last", descent(log=lambda losses, v: losses[-1]), "only the last loss"),
        ("trial", descent_without_loss_kept, "write down the loss"),
        ("in place", descent_in_place, "changes its input"),
        ("two", lambda *case: descent()(*case)[:2], "3 results"),
    ],
}
test_complete, test_right, test_wrong = closing_tests("02", RIGHT, WRONG)
