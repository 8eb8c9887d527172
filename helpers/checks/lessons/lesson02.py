"""Checks of lesson 02, principal component analysis and the linear autoencoder."""

import numpy as np
from scipy.linalg import orth, subspace_angles

from helpers.checks import expect
from helpers.checks.cases import Shape, compare
from helpers.checks.registry import exercise


def _cloud(rng, count, size):
    """Return vectors far from the origin with known variances, the largest four times the next."""
    axes = orth(rng.normal(size=(size, size)))
    codes = rng.normal(size=(count, size))
    codes = np.linalg.qr(codes - codes.mean(axis=0))[0] * np.sqrt(count)
    return codes * 8 * 0.5 ** np.arange(size) @ axes + rng.uniform(20, 40, size)


@exercise(
    "2.1",
    "Fit PCA",
    points=3,
    steps=("mean", "components", "variances"),
    hints=(
        "Subtract the mean vector first. The right singular vectors of the centred matrix are "
        "the eigenvectors of its covariance.",
        "np.linalg.svd(centred, full_matrices=False) returns U, the singular values s, and V "
        "transposed, whose rows are the components; s**2 / n are the variances.",
        "mean = vectors.mean(axis=0); _, s, rows = np.linalg.svd(vectors - mean, "
        "full_matrices=False); return mean, rows[:code_size], s**2 / len(vectors)",
    ),
    also="np.linalg.eigh of the covariance matrix gives the same, with the smallest variance first "
    "and one component per column; the SVD does without that matrix and loses fewer digits.",
)
def check_fit_pca(fit_pca, rng):
    cases = [(_cloud(rng, n, d), k) for n, d, k in ((40, 6, 3), (25, 5, 2), (30, 4, 4), (20, 3, 1))]
    parts = ("mean", "components", "variances")
    yield from compare(
        fit_pca,
        lambda vectors, code_size: vectors.mean(axis=0),
        cases,
        _MEAN_MISTAKES,
        parts=parts,
        part="mean",
        what="the mean",
        says="the mean vector",
    )
    # Without their signs, which no method fixes; then each with itself, where they cancel.
    for _ in compare(
        lambda *case: np.abs(expect.array(expect.parts(fit_pca(*case), parts)[1], "components")),
        lambda vectors, code_size: np.abs(_rows(vectors)[:code_size]),
        cases,
        {
            told: lambda *c, rows=rows: np.abs(rows(*c))
            for told, rows in _COMPONENT_MISTAKES.items()
        },
        what="components, without their signs,",
        tolerance=1e-3,
        says="",
    ):
        yield from compare(
            lambda *case: _squared(expect.array(expect.parts(fit_pca(*case), parts)[1])),
            lambda vectors, code_size: _squared(_rows(vectors)[:code_size]),
            cases,
            {"only the signs are wrong: a row may be turned round as a whole, but no single entry, "
             "and all may not be made positive": lambda v, k: _squared(np.abs(_rows(v)[:k]))},
            what="components, each entry times each,",
            tolerance=1e-3,
            says="orthonormal rows, the largest variance first",
        )  # fmt: skip
    yield from compare(
        fit_pca,
        lambda vectors, code_size: _variances(vectors),
        cases,
        _VARIANCE_MISTAKES,
        parts=parts,
        part="variances",
        what="variances",
        says="all eigenvalues of the covariance matrix",
    )


def _rows(vectors, centre=None):
    centre = vectors.mean(axis=0) if centre is None else centre
    return np.linalg.eigh((vectors - centre).T @ (vectors - centre))[1].T[::-1]


def _squared(rows):
    return np.einsum("ki,kj->kij", rows, rows)


def _variances(vectors):
    return np.linalg.eigvalsh(np.cov(vectors.T, bias=True))[::-1]


def _singular_values(vectors, power=1.0):
    return np.sqrt(_variances(vectors) * len(vectors)) ** power


_MEAN_MISTAKES = {
    "one mean for all pixels: average over the rows only": lambda v, k: v.mean() + 0 * v[0],
    "one number came back: average over the rows only, axis=0": lambda v, k: Shape(()),
    "one mean per vector: average over the vectors, axis=0": lambda v, k: v.mean(axis=1),
    "the components came first: return mean, components, variances": lambda v, k: (
        Shape((k, v.shape[1]))),
}  # fmt: skip
_COMPONENT_MISTAKES = {
    "components are columns: return them as rows, (code_size, d)": lambda v, k: _rows(v)[:k].T,
    "these are the first columns of V transposed: the components are its rows, [:code_size]": (
        lambda v, k: _rows(v)[:, :k]),
    "these are rows of V: the components are its columns, the rows of V transposed": (
        lambda v, k: _rows(v)[:, :k].T),
    "all components came back: keep the first code_size rows": lambda v, k: _rows(v),
    "these are the directions of smallest variance: eigh sorts from small to large": lambda v, k: (
        _rows(v)[::-1][:k]),
    "the right ones in reverse order: the largest variance first": lambda v, k: _rows(v)[:k][::-1],
    "the vectors were not centred: subtract the mean before the SVD": lambda v, k: _rows(v, 0)[:k],
    "one number was subtracted from all pixels: subtract the mean vector": lambda v, k: (
        _rows(v, v.mean())[:k]),
    "the pixels were divided by their standard deviations: only subtract the mean": lambda v, k: (
        _rows(v / v.std(axis=0))[:k]),
    "the rows are orthogonal but not of length 1: do not scale them": lambda v, k: (
        _singular_values(v)[:k, None] * _rows(v)[:k]),
}  # fmt: skip
_VARIANCE_MISTAKES = {
    "the variances run from small to large: turn them round": lambda v, k: _variances(v)[::-1],
    "divided by n - 1; this lesson divides by n": lambda v, k: (
        _variances(v) * len(v) / (len(v) - 1)),
    "squared singular values: divide them by n": lambda v, k: _singular_values(v, 2),
    "singular values: square them and divide by n": lambda v, k: _singular_values(v),
    "singular values divided by n: square them first": lambda v, k: _singular_values(v) / len(v),
    "standard deviations: the variances are their squares": lambda v, k: np.sqrt(_variances(v)),
    "the variances of the pixels: take those along the components": lambda v, k: v.var(axis=0),
    "return all variances, not only the first code_size": lambda v, k: _variances(v)[:k],
}  # fmt: skip


def _vectors(rng):
    """on 20,000 vectors and 256 components"""
    return rng.random((20_000, 32)), np.zeros(32), rng.random((256, 32))


def _fitted(rng, count, size, code_size):
    """Return a mean, components and vectors with another mean than that."""
    components = orth(rng.normal(size=(size, size)))[:code_size]
    return rng.uniform(5, 10, (count, size)), rng.uniform(1, 4, size), components


@exercise(
    "2.2",
    "Encode",
    points=2,
    noun="encoder",
    steps=("value",),
    hints=(
        "The code is what is left of a vector when you look along each component only.",
        "For one vector it is W (x - mean). With one vector per row, W goes on the right, "
        "transposed.",
        "return (vectors - mean) @ components.T",
    ),
    also="vectors @ components.T - mean @ components.T is the same: a dense layer without "
    "activation whose bias is minus the code of the mean.",
    later=_vectors,
)
def check_encode(encode, rng):
    sizes = ((5, 6, 2), (4, 5, 3), (1, 6, 2), (3, 4, 1), (7, 4, 4))
    vectors, mean, components = _fitted(rng, 3, 5, 2)
    yield from compare(
        encode,
        _encoded,
        [_fitted(rng, *each) for each in sizes] + [(vectors.astype(int), mean, components)],
        _ENCODE_MISTAKES,
        what="the codes of vectors {vectors.shape} by components {components.shape}",
        says="W (x - mean), one row per vector",
    )


def _encoded(vectors, mean, components):
    return (vectors - mean) @ components.T


_ENCODE_MISTAKES = {
    "yours is transposed: one row per vector": lambda v, m, c: _encoded(v, m, c).T,
    "the mean is not subtracted": lambda v, m, c: v @ c.T,
    "the mean is added; encoding subtracts it": lambda v, m, c: (v + m) @ c.T,
    "the sign: it is the vector minus the mean": lambda v, m, c: (m - v) @ c.T,
    "subtract the mean before you project": lambda v, m, c: v @ c.T - m[: len(c)],
    "centred with the mean of these vectors: use the mean that was fitted": lambda v, m, c: (
        (v - v.mean(axis=0)) @ c.T),
    "one number is subtracted from all pixels: subtract the mean vector": lambda v, m, c: (
        (v - m.mean()) @ c.T),
    "cut to whole numbers: make room for floats": lambda v, m, c: _encoded(v, m, c).astype(v.dtype),
}  # fmt: skip


def _codes(rng):
    """on 20,000 codes of 256 numbers"""
    return rng.random((20_000, 256)), np.zeros(32), rng.random((256, 32))


@exercise(
    "2.3",
    "Decode",
    points=2,
    noun="decoder",
    steps=("value",),
    hints=(
        "Each number of a code says how much of its component to add to the mean.",
        "For one code it is W^T z + mean; with one code per row, W stands on the right as it is.",
        "return codes @ components + mean",
    ),
    also="encode(decode(z)) gives z back, since W W^T is the identity; decode(encode(x)) gives x "
    "back only if x lies in the subspace.",
    later=_codes,
)
def check_decode(decode, rng):
    sizes = ((5, 6, 2), (4, 5, 3), (1, 6, 2), (3, 4, 1), (7, 4, 4))
    fitted = [_fitted(rng, *each) for each in sizes]
    whole = rng.integers(1, 9, size=(3, 2))
    yield from compare(
        decode,
        _decoded,
        [(vectors[:, : len(rows)] - 6, mean, rows) for vectors, mean, rows in fitted]
        + [(whole, *fitted[0][1:])],
        _DECODE_MISTAKES,
        what="the reconstructions from codes {codes.shape} by components {components.shape}",
        says="W^T z + mean, one row per code",
    )


def _decoded(codes, mean, components):
    return codes @ components + mean


_DECODE_MISTAKES = {
    "yours is transposed: one row per code": lambda z, m, c: _decoded(z, m, c).T,
    "the mean is not added back": lambda z, m, c: z @ c,
    "the mean is subtracted again; decoding adds it back": lambda z, m, c: z @ c - m,
    "one number is added to all pixels: add the mean vector": lambda z, m, c: z @ c + m.mean(),
    "the mean is added to the codes: add it after the product": lambda z, m, c: (
        (z + m[: len(c)]) @ c),
    "cut to whole numbers: make room for floats": lambda z, m, c: _decoded(z, m, c).astype(z.dtype),
}  # fmt: skip


@exercise(
    "2.4",
    "Explained variance",
    points=2,
    steps=("value",),
    hints=(
        "Divide what the first k components keep by what there is in all, for every k at once.",
        "np.cumsum gives the running sum.",
        "return np.cumsum(variances) / np.sum(variances)",
    ),
    also="variances of uncorrelated numbers add up, standard deviations do not: that is why "
    "shares of the variance are what one adds.",
)
def check_explained_variance(explained_variance, rng):
    falling = [np.sort(rng.uniform(0.1, 9, size=size))[::-1] for size in (7, 4, 1)]
    yield from compare(
        explained_variance,
        _shares,
        [(variances,) for variances in (*falling, np.append(falling[1], [0.0, 0.0]))]
        + [(np.sort(rng.integers(2, 90, size=5))[::-1],)],
        _SHARE_MISTAKES,
        what="the shares for variances {variances.shape}",
        says="rises from the first share to 1",
    )


def _shares(variances):
    return np.add.accumulate(variances) / np.sum(variances)


_SHARE_MISTAKES = {
    "each component's own share: add them up from the first": lambda v: v / np.sum(v),
    "running sums: divide by the sum of all variances": np.cumsum,
    "divided by the largest variance: divide by the sum of all": lambda v: np.cumsum(v) / v[0],
    "this is the share that is lost; take 1 minus it": lambda v: 1 - _shares(v),
    "added up from the smallest: start with the first": lambda v: _shares(v[::-1]),
    "a square root is taken of the shares: variances add up as they are": lambda v: (
        np.sqrt(_shares(v))),
    "these are standard deviations added up: variances add up, they do not": lambda v: (
        _shares(np.sqrt(v))),
    "the variances are squared: they are squares already": lambda v: _shares(np.square(v)),
    "in percent; the lesson wants shares from 0 to 1": lambda v: 100 * _shares(v),
    "one too many: the first share is that of one component, not of none": lambda v: (
        Shape((len(v) + 1,))),
    "shifted by one: the first share is that of one component, not of none": lambda v: (
        np.append(0, _shares(v)[:-1])),
    "cut to whole numbers: make room for floats": lambda v: _shares(v).astype(v.dtype),
}  # fmt: skip


@exercise(
    "2.5",
    "Error without decoding",
    points=2,
    steps=("value", "nothing or all kept"),
    hints=(
        "What a code of k numbers loses is the variance along the directions it does not keep.",
        "The eigenvalues are sorted: the discarded ones are those from position k on.",
        "return float(np.sum(variances[code_size:]))",
    ),
    also="the error is a mean of squared distances, and by Pythagoras the squares along the "
    "discarded directions add up.",
)
def check_discarded_variance(discarded_variance, rng):
    spectra = [_variances(_cloud(rng, 40, 6)), np.sort(rng.uniform(1, 9, size=5))[::-1]]

    def errors(variances, sizes):
        """Return the errors of several code sizes: one that is 0 is as exact as the largest."""
        found = [discarded_variance(variances, size) for size in sizes]
        return [expect.shaped(each, (), "the error") for each in found]

    for sizes, what, says in (
        (lambda d: range(1, d), "the error for codes of 1, 2 ...", "the sum of the discarded "
         "variances, as decoding would measure it"),
        (lambda d: (0, 1, d), "the error for codes of 0, 1 and d", "all of the variance, or none"),
    ):  # fmt: skip
        yield from compare(
            errors,
            _sums(lambda variances, k: variances[k:]),
            [(variances, list(sizes(len(variances)))) for variances in spectra],
            _ERROR_MISTAKES,
            what=what,
            says=says,
        )


def _sums(part, total=np.sum):
    """Return a function that sums up a part of the variances for each code size."""
    return lambda variances, sizes: [total(part(variances, size)) for size in sizes]


_ERROR_MISTAKES = {
    "this is the variance that is kept; sum the rest": _sums(lambda v, k: v[:k]),
    "one eigenvalue is missing: the first discarded is [k]": _sums(lambda v, k: v[k + 1 :]),
    "one eigenvalue too many: positions 0 to k - 1 are kept": _sums(
        lambda v, k: v[max(k - 1, 0) :]),
    "these are the last k: those from position k on are discarded": _sums(lambda v, k: v[-k:]),
    "the mean of them came back; the error is their sum": _sums(lambda v, k: v[k:], np.mean),
    "divided by the number of pixels: the error is summed over them": _sums(
        lambda v, k: v[k:] / len(v)),
    "a share; the error is in squared pixels": _sums(lambda v, k: v[k:] / v.sum()),
    "a root is taken; the error is a sum of squares": _sums(
        lambda v, k: v[k:], lambda rest: np.sqrt(rest.sum())),
    "the variances are squared: they are squares already": _sums(lambda v, k: v[k:] ** 2),
    "these are standard deviations: add the variances up": _sums(lambda v, k: np.sqrt(v[k:])),
}  # fmt: skip


def _five_hundred_images(rng):
    """on 500 images and a code of 10, as each of two hundred steps takes"""
    return rng.random((500, 784)), rng.random((784, 10)), rng.random((10, 784))


@exercise(
    "2.6",
    "Gradients by hand",
    points=3,
    steps=("decoder", "encoder"),
    hints=(
        "Start at the output: the loss is a mean of squares, so its gradient there is "
        "2 (reconstructions - vectors) / n.",
        "A product C = A B passes a gradient G on as A^T G to B and G B^T to A. Use it for "
        "codes @ D, then for vectors @ E.",
        "codes = vectors @ E; G = 2 * (codes @ D - vectors) / len(vectors); "
        "return vectors.T @ (G @ D.T), codes.T @ G",
    ),
    also="with the covariance C the two are 2 C (E D - I) D^T and 2 E^T C (E D - I): the vectors "
    "enter by their covariance alone, which is why training finds what PCA finds.",
    later=_five_hundred_images,
)
def check_linear_gradients(linear_gradients, rng):
    cases = [_kernels(rng, *sizes) for sizes in ((7, 5, 2), (4, 3, 1), (6, 4, 4))]
    names = ("encoder_gradient", "decoder_gradient")
    for which in (1, 0):
        yield from compare(
            linear_gradients,
            lambda vectors, encoder_kernel, decoder_kernel, which=which: _nudged(
                vectors, (encoder_kernel, decoder_kernel), which
            ),
            cases,
            _gradient_mistakes(which),
            parts=names,
            part=names[which],
            what=f"{names[which]} for an encoder kernel {{encoder_kernel.shape}}",
            otherwise=_no_gradient,
            says="equal to nudging every weight and measuring the loss",
        )


def _kernels(rng, count, size, code_size):
    vectors = rng.normal(size=(count, size))
    kernels = rng.normal(size=(size, code_size)), rng.normal(size=(code_size, size))
    return (vectors - vectors.mean(axis=0), *kernels)


def _nudged(vectors, kernels, which):
    """Return a gradient by central differences: exact, for the loss is quadratic in a weight."""

    def loss(place, step):
        moved = [kernel.copy() for kernel in kernels]
        moved[which][place] += step
        return np.square(vectors @ moved[0] @ moved[1] - vectors).sum(axis=1).mean()

    gradient = np.zeros(kernels[which].shape)
    for place in np.ndindex(gradient.shape):
        gradient[place] = (loss(place, 1.0) - loss(place, -1.0)) / 2
    return gradient


def _gradient_mistakes(which):
    """Return what goes wrong with a gradient, the encoder's if ``which`` is 0."""

    def times(factor):
        return lambda x, e, d: factor(x) * _nudged(x, (e, d), which)

    return {
        "the two are swapped: the encoder's gradient comes first": lambda x, e, d: (
            _nudged(x, (e, d), 1 - which)),
        "the sign is turned round: reconstruction minus vector": times(lambda x: -1),
        "the 2 of the square is missing": times(lambda x: 1 / 2),
        "summed over the vectors: divide by how many there are": times(len),
        "averaged over the pixels too: the loss sums over them": times(lambda x: 1 / x.shape[1]),
        "divided by n - 1: the loss divides by n": times(lambda x: len(x) / (len(x) - 1)),
        "yours is transposed: shaped like the kernel": lambda x, e, d: _nudged(x, (e, d), which).T,
    }  # fmt: skip


def _no_gradient(value, *case):
    return (
        "a gradient is None: a tape found no way from the loss to that kernel (one of NumPy's "
        "functions between, or a stop_gradient?)"
        if value is None
        else ""
    )


@exercise(
    "2.7",
    "Principal angles",
    points=2,
    steps=("value", "same space"),
    hints=(
        "Make both bases orthonormal first (np.linalg.qr), then compare every direction of "
        "one with every direction of the other in one product.",
        "The singular values of Q_a^T Q_b are the cosines of the angles, largest first.",
        "q_a, _ = np.linalg.qr(basis_a); the same for b; cosines = np.linalg.svd(q_a.T @ q_b, "
        "compute_uv=False); return np.degrees(np.arccos(np.clip(cosines, 0, 1)))",
    ),
    also="np.degrees(scipy.linalg.subspace_angles(basis_a, basis_b))[::-1] is the same; it takes "
    "small angles from their sines, since near 0 a cosine hardly changes.",
)
def check_principal_angles(principal_angles, rng):
    right_angles = np.eye(8)[:, :2], np.eye(8)[:, 4:6]
    degrees = rng.uniform(10, 15), rng.uniform(70, 75)
    cases = [_bases(rng, d, np.linspace(*degrees, k)) for d, k in ((8, 3), (5, 1), (24, 12))]
    yield from compare(
        principal_angles,
        _angles,
        [*cases, right_angles],
        _ANGLE_MISTAKES,
        what="the angles between bases {basis_a.shape} and {basis_b.shape}",
        tolerance=1e-3,
        otherwise=lambda value, *_: _unclipped(value, "are the bases orthonormal, each of them?"),
        says="the same as scipy.linalg.subspace_angles",
    )
    # Rounding goes either way; of so many pairs some have a cosine above 1.
    for _ in range(6):
        angles = principal_angles(*_bases(rng, 24, np.zeros(10)))
        told = _unclipped(angles, "rounding lifts a cosine above 1, so clip it")
        if told or np.abs(expect.shaped(angles, (10,), "the angles")).max() > 0.01:
            raise expect.NotYet(told or "two bases of the same space should have angles of 0")
    yield "0 for two bases of one space"


def _unclipped(angles, why):
    is_nan = angles is not None and np.isnan(expect.array(angles, "the angles")).any()
    return f"nan, the arccos of more than 1: {why}" if is_nan else ""


def _bases(rng, size, degrees):
    """Return two bases, neither of them orthonormal, of subspaces with these angles."""
    count, angles = len(degrees), np.radians(degrees)
    axes, *mixings = (np.linalg.qr(rng.normal(size=(n, n)))[0] for n in (size, count, count))
    first, rest = axes[:, :count], axes[:, count : 2 * count]
    second = first * np.cos(angles) + rest * np.sin(angles)
    lengths = np.linspace(1.5, 3, count)[:, None]
    return tuple(b @ (m * lengths) @ m[::-1] for b, m in zip((first, second), mixings, strict=True))


def _angles(basis_a, basis_b):
    return np.degrees(subspace_angles(basis_a, basis_b))[::-1]


def _arccos(cosines, highest=1.0):
    return np.degrees(np.arccos(np.clip(cosines, 0, highest)))


def _orthonormal(basis):
    return np.linalg.qr(basis)[0]


def _unit(basis):
    return basis / np.linalg.norm(basis, axis=0)


def _product(basis_a, basis_b):
    return _orthonormal(basis_a).T @ _orthonormal(basis_b)


_ANGLE_MISTAKES = {
    "largest first: sort them from small to large": lambda a, b: _angles(a, b)[::-1],
    "these are radians: np.degrees turns them into degrees": lambda a, b: np.radians(_angles(a, b)),
    "these are the cosines: take np.arccos of them": lambda a, b: np.cos(np.radians(_angles(a, b))),
    "the bases were not made orthonormal first, so a cosine is above 1 and its arccos is nan: "
    "np.linalg.qr does it": lambda a, b: _arccos(np.linalg.svd(a.T @ b)[1], np.inf),
    "the bases were not made orthonormal first: np.linalg.qr does it": lambda a, b: (
        _arccos(np.linalg.svd(a.T @ b)[1])),
    "columns of length 1 are not yet orthonormal: np.linalg.qr makes them so": lambda a, b: (
        _arccos(np.linalg.svd(_unit(a).T @ _unit(b))[1])),
    "these are the diagonal's angles: take singular values of the product": lambda a, b: (
        np.sort(_arccos(np.abs(np.diag(_product(a, b)))))),
    "one angle per dimension of the subspaces: the product is Q_a^T Q_b, not Q_a Q_b^T": (
        lambda a, b: Shape((len(a),))),
}  # fmt: skip
