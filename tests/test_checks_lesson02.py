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
        ("running sum", lambda v: np.add.accumulate(v / np.sum(v))),
        ("list", lambda v: [sum(v[: k + 1]) / sum(v) for k in range(len(v))]),
    ],
    "2.5": [
        ("all minus kept", lambda v, k: np.sum(v) - np.sum(v[:k])),
        ("python", lambda v, k: sum(list(v)[k:])),
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
        ("rows of V", fit_slice(lambda rows, k: rows[:, :k].T), "these are rows of V"),
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
        ("own shares", lambda v: v / np.sum(v), "add them up"),
        ("sums", np.cumsum, "divide by the sum"),
        ("lost", lambda v: 1 - np.cumsum(v) / np.sum(v), "share that is lost"),
        ("percent", lambda v: 100 * np.cumsum(v) / np.sum(v), "percent"),
        ("root", lambda v: np.sqrt(np.cumsum(v) / np.sum(v)), "square root"),
        ("deviations", lambda v: np.cumsum(np.sqrt(v)) / np.sqrt(v).sum(), "standard deviations"),
        ("from 0", lambda v: np.append(0, np.cumsum(v)) / np.sum(v), "one too many"),
    ],
    "2.5": [
        ("kept", lambda v, k: v[:k].sum(), "variance that is kept"),
        ("off by one", lambda v, k: v[k + 1 :].sum(), "first discarded"),
        ("one too many", lambda v, k: v[k - 1 :].sum(), "one eigenvalue too many"),
        ("mean", lambda v, k: v[k:].mean(), "their sum"),
        ("share", lambda v, k: v[k:].sum() / v.sum(), "squared pixels"),
        ("array", lambda v, k: v[k:], "the error should be one number"),
        ("only for two", lambda v, k: v[2:].sum(), "the error for codes of 1, 2 ..."),
        ("last ones", lambda v, k: v[-k:].sum(), "these are the last k"),
        ("nothing kept", lambda v, k: k and v[k:].sum(), "for codes of 0, 1 and d"),
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
}
test_complete, test_right, test_wrong = closing_tests("02", RIGHT, WRONG)
