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
        "In X^T X / n = V S U^T U S V^T / n the middle is the identity. What is left has the form "
        "V (diagonal) V^T: its eigenvectors are V's columns, which NumPy hands you as rows.",
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
    "these are columns of what svd returns, which is V transposed: take its first rows": (
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
    points=1,
    noun="encoder",
    steps=("value",),
    hints=(
        "The code is what is left of a vector when you look along each component only.",
        "For one vector it is W (x - mean). With one vector per row, W goes on the right, "
        "transposed.",
        "NumPy subtracts one mean from every row by itself; then an (n, d) array meets a (d, k) "
        "one.",
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
    points=1,
    noun="decoder",
    steps=("value",),
    hints=(
        "Each number of a code says how much of its component to add to the mean.",
        "For one code it is W^T z + mean; with one code per row, W stands on the right as it is.",
        "An (n, k) array meets a (k, d) one: each row of the result is a sum of components, "
        "weighted by that row's code. The mean comes last, to every row.",
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


def _ten_thousand_vectors(rng):
    """on 10,000 vectors and 100 components"""
    return rng.random((10_000, 100)), np.zeros(100), np.eye(100)


@exercise(
    "2.4",
    "Error without decoding",
    points=2,
    steps=("value", "nothing and all kept"),
    hints=(
        "Centre the vectors and encode them. By Pythagoras the squared length of a centred vector "
        "is the sum of its squared code and its squared error.",
        "The squares of the first j numbers of a code add up to what a code of size j keeps; "
        "np.cumsum along axis=1 gives these sums for every j from 1 on.",
        "Column 0 is the squared length of the centred vector itself; every other column is that "
        "minus what is kept, so the length has to be an (n, 1) column to be subtracted from.",
    ),
    also="it rests on orthonormal rows alone: any W with W W^T = 1 will do, and any vectors. "
    "Averaged over PCA's own training vectors, column j is the sum of the discarded variances.",
    later=_ten_thousand_vectors,
)
def check_errors_by_size(errors_by_size, rng):
    cases = [_fitted(rng, *each) for each in ((5, 6, 3), (4, 5, 2), (1, 6, 2), (3, 4, 1))]
    vectors, mean, components = _fitted(rng, 4, 5, 3)
    whole = [(_fitted(rng, 3, 5, 5)), (vectors.astype(int), mean, components)]
    for each, says in (
        (cases, "as decoding with 0, 1, 2 ... components measures it"),
        (whole, "all of it where nothing is kept, 0 where everything is"),
    ):
        yield from compare(
            errors_by_size,
            _decoded_errors,
            each,
            _BY_SIZE_MISTAKES,
            what="the errors of vectors {vectors.shape} by components {components.shape}",
            says=says,
        )


def _decoded_errors(vectors, mean, components):
    """Return the errors by decoding, code size by code size."""
    columns = []
    for size in range(len(components) + 1):
        kept = components[:size]
        columns.append(_decoded(_encoded(vectors, mean, kept), mean, kept) - vectors)
    return np.square(columns).sum(axis=2).T


def _kept(vectors, mean, components):
    squares = np.square(_encoded(vectors, mean, components))
    return np.hstack([np.zeros((len(vectors), 1)), np.cumsum(squares, axis=1)])


def _lengths(vectors, mean):
    return np.square(vectors - mean).sum(axis=1, keepdims=True)


_BY_SIZE_MISTAKES = {
    "this is what the codes keep: the error is the rest": _kept,
    "column 0 is missing: a code of size 0 keeps nothing": lambda v, m, c: (
        _decoded_errors(v, m, c)[:, 1:]),
    "the columns run from the largest code to the smallest: turn them round": lambda v, m, c: (
        _decoded_errors(v, m, c)[:, ::-1]),
    "only one number of the code is taken off in each column: add their squares up": (
        lambda v, m, c: np.hstack([
            _lengths(v, m), _lengths(v, m) - np.square(_encoded(v, m, c))])),
    "the numbers of a code are added up before they are squared: square them first": (
        lambda v, m, c: np.hstack([
            _lengths(v, m), _lengths(v, m) - np.cumsum(_encoded(v, m, c), axis=1) ** 2])),
    "the mean is not subtracted from the vectors": lambda v, m, c: _decoded_errors(v, 0 * m, c),
    "the length is that of the vector: subtract the mean first": lambda v, m, c: (
        _lengths(v, 0 * m) - _kept(v, m, c)),
    "centred with the mean of these vectors: use the mean that was fitted": lambda v, m, c: (
        _decoded_errors(v, v.mean(axis=0), c)),
    "averaged over the pixels: the error is summed over them": lambda v, m, c: (
        _decoded_errors(v, m, c) / v.shape[1]),
    "a root is taken: these are squared errors": lambda v, m, c: np.sqrt(
        np.maximum(_decoded_errors(v, m, c), 0)),
    "these are shares of the squared length: return the errors themselves": lambda v, m, c: (
        _decoded_errors(v, m, c) / _lengths(v, m)),
    "yours is transposed: one row per vector": lambda v, m, c: _decoded_errors(v, m, c).T,
    "averaged over the vectors: one row for each of them": lambda v, m, c: (
        Shape((len(c) + 1,))),
    "cut to whole numbers: make room for floats": lambda v, m, c: (
        _decoded_errors(v, m, c).astype(v.dtype)),
}  # fmt: skip


@exercise(
    "2.5",
    "How many numbers?",
    points=2,
    steps=("the size", "the edges", "out of reach"),
    hints=(
        "One mean and one standard error per code size: take both along axis=0. The position of "
        "a column is the code size, as column 0 is a code of size 0.",
        "errors.std(axis=0) divides by n, as asked. The standard error is that over the square "
        "root of the number of images.",
        "np.flatnonzero(condition) lists the positions at which a condition holds. It may be "
        "empty: then no code size is enough.",
    ),
    also="the mean of many errors lies within two standard errors of the true mean about 19 times "
    "in 20: without the margin, up to half of such promises would be broken on new images.",
)
def check_smallest_code_size(smallest_code_size, rng):
    inside, edges, beyond = _size_cases(rng)
    for where, cases, mistakes, says in (
        ("", inside, _SIZE_MISTAKES, "the first size whose mean and margin are within the limit"),
        (" at an end of the table", edges, {}, "0 where nothing is needed, the last where all is"),
        (" where no size is enough", beyond, {}, "None where even the last is too small"),
    ):
        yield from compare(
            smallest_code_size,
            _size,
            cases,
            mistakes,
            what=f"the code size{where}",
            whole=not where.startswith(" where"),
            otherwise=_none_but_within,
            says=says,
        )


def _upper(errors, factor=2.0, ddof=0, root=np.sqrt):
    return errors.mean(axis=0) + factor * errors.std(axis=0, ddof=ddof) / root(len(errors))


def _size(errors, limit, upper=_upper):
    enough = np.flatnonzero(upper(errors) <= limit)
    return int(enough[0]) if len(enough) else None


def _by(upper):
    """Return a choice by another upper end; the last size where none is within the limit."""
    return lambda errors, limit: _size(errors, max(limit, upper(errors).min()), upper)


def _none_but_within(value, errors, limit):
    right = _size(errors, limit)
    if value is None and right is not None:
        return f"a code of {right} numbers is within the limit here; got None"
    return ""


_SIZE_MISTAKES = {
    "the margin is missing: add two standard errors to the mean": _by(
        lambda errors: _upper(errors, 0)),
    "one standard error was added: add two": _by(lambda errors: _upper(errors, 1)),
    "two standard deviations were added: divide them by the root of n": _by(
        lambda errors: _upper(errors, root=lambda n: 1)),
    "the deviation is divided by n: the standard error divides by its root": _by(
        lambda errors: _upper(errors, root=lambda n: n)),
    "the margin is subtracted: the promise needs the upper end, mean plus margin": _by(
        lambda errors: _upper(errors, -2)),
    "every image has to be within the limit here; the rule asks for mean plus margin": _by(
        lambda errors: errors.max(axis=0)),
    "the median decides here: take the mean": _by(
        lambda errors: np.median(errors, axis=0) + _upper(errors) - errors.mean(axis=0)),
    "one too large: column j belongs to a code of j numbers, and the deviation here divides by n, "
    "as errors.std(axis=0) does, not by n - 1": lambda errors, limit: (
        _size(errors, limit) + 1),
    "one too small: it is the first size within the limit, not the last one beyond it": (
        lambda errors, limit: _size(errors, limit) - 1),
    "this is the largest size: the smallest one within the limit was asked for": (
        lambda errors, limit: errors.shape[1] - 1),
    "the upper end itself came back: return the code size": lambda errors, limit: (
        _upper(errors)[_size(errors, limit)]),
}  # fmt: skip


def _size_cases(rng):
    """Return tables in which every other margin takes another size; then the ends."""
    inside = []
    for count in (16, 25):
        # The means fall by one step per size, and the spread of the images by less.
        size = 60
        noise = rng.exponential(size=(count, 1)) ** 1.5
        noise = (noise - noise.mean()) / noise.std()
        means = 100.0 - np.arange(size) + rng.uniform(-0.2, 0.2, size)
        means = np.sort(means)[::-1]
        table = means + 12 * noise * np.linspace(1.1, 1, size)
        inside.append((table, float(_upper(table)[20] + 0.05)))
    small = rng.uniform(2, 3, size=(9, 4)) * [8, 4, 2, 1]
    single = small[:1]
    upper = _upper(small)
    edges = [(small, float(upper[0] + 1)), (small, float(upper[-1] * 1.001)), (single, 5.0)]
    return inside, edges, [(small, float(upper[-1] * 0.99)), (small, float(upper[1] + 0.1))]


def _five_hundred_images(rng):
    """on 500 images and a code of 10, as each of two hundred steps takes"""
    return rng.random((500, 784)), rng.random((784, 10)), rng.random((10, 784))


@exercise(
    "2.6",
    "Gradients by hand",
    points=2,
    steps=("decoder", "encoder"),
    hints=(
        "Start at the output: the loss is a mean of squares, so its gradient there is "
        "2 (reconstructions - vectors) / n.",
        "A product C = A B passes a gradient G on as A^T G to B and G B^T to A. Use it for "
        "codes @ D, then for vectors @ E.",
        "Two products follow each other. At the second, A is the codes and B is D; what it "
        "passes on to A is the gradient at the codes. At the first, A is the vectors and B is E.",
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
        "Rounding can lift a cosine a little above 1, where arccos is nan: clip first. The largest "
        "cosine is the smallest angle, so the order is right as it comes.",
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


def _two_hundred_steps(rng):
    """on 20 steps with 500 images and a code of 10"""
    return rng.random((500, 300)), np.ones((300, 10)) / 99, np.ones((10, 300)) / 99, 20, 1e-3


@exercise(
    "2.8",
    "Down to the floor",
    points=3,
    steps=("first steps", "the rate", "kernels", "the floor"),
    hints=(
        "Write the loss as a function of the two kernels first. In each step: gradients, two trial "
        "kernels, the trial's loss, and then the decision.",
        "Both trial kernels come from the gradients at the same place: compute the two before you "
        "move either. And make new arrays: `-=` would move the old kernels, too.",
        "After a step that is not kept, the kernels and the loss stay as they were, only the rate "
        "is halved; the loss is written down again, so that there is one per step.",
    ),
    also="a rate that grows while it goes well and shrinks where it does not is called the bold "
    "driver; Adam, below, sets a rate for each weight instead.",
    later=_two_hundred_steps,
)
def check_descend(descend, rng):
    # So many steps that a rate divided by 1.1 gets small enough, too, and shows.
    calm, wild = _descents(rng, 0.01, 6), _descents(rng, 50.0, 60)
    parts = ("encoder_kernel", "decoder_kernel", "losses")
    for part, cases, what, says in (
        ("losses", calm, "losses, where every step is kept,", "one per step, from the first on"),
        ("losses", wild, "losses, where the rate is too large at first,", "a step that does not "
         "lower the loss is not kept"),
        ("encoder_kernel", wild, "encoder_kernel", "those of the last step that was kept"),
        ("decoder_kernel", wild, "decoder_kernel", ""),
    ):  # fmt: skip
        for told in compare(
            descend,
            _part_of(part),
            cases,
            {
                told: _part_of(part, **rule)
                for told, rule in _DESCENT_MISTAKES.items()
                if cases is wild or told in _WHERE_ALL_ARE_KEPT
            }
            | (_LOSS_MISTAKES if part == "losses" else {}),
            parts=parts,
            part=part,
            what=what,
            otherwise=_rising if part == "losses" else None,
            says=says,
        ):
            if told:
                yield told
    vectors, encoder, decoder, *_ = _descents(rng, 0.05, 1)[0]
    *kernels, losses = expect.parts(descend(vectors, encoder, decoder, 600, 0.05), parts)
    floor = _variances(vectors)[len(decoder) :].sum()
    shown = _rows(vectors)[: len(decoder)]
    expect.close(expect.array(losses)[-1], floor, what="the loss after 600 steps", tolerance=1e-3)
    product = expect.array(kernels[0]) @ expect.array(kernels[1])
    expect.close(product, shown.T @ shown, what="E D after 600 steps", tolerance=0.05)
    yield "after 600 steps PCA's error and PCA's projection"


def _descents(rng, rate, num_steps):
    """Return cases: centred vectors with known variances, small kernels, steps and a rate."""
    cases = []
    for count, size, code_size in ((20, 4, 2), (15, 3, 1)):
        axes = orth(rng.normal(size=(size, size)))
        codes = rng.normal(size=(count, size))
        codes = np.linalg.qr(codes - codes.mean(axis=0))[0] * np.sqrt(count)
        vectors = codes * 2 * 0.5 ** np.arange(size) @ axes
        kernels = [rng.uniform(0.2, 0.5, shape) for shape in ((size, code_size), (code_size, size))]
        cases.append((vectors, *kernels, num_steps, rate))
    return cases


def _gradients(vectors, encoder, decoder):
    slopes = 2 * (vectors @ encoder @ decoder - vectors) / len(vectors)
    return vectors.T @ (slopes @ decoder.T), (vectors @ encoder).T @ slopes


def _loss(vectors, encoder, decoder):
    return np.square(vectors @ encoder @ decoder - vectors).sum(axis=1).mean()


def _descended(
    vectors, encoder, decoder, num_steps, rate, *, grow=1.1, shrink=0.5, always=False, in_turn=False
):
    """Return kernels and losses, by another rule if one is given."""
    losses = [_loss(vectors, encoder, decoder)]
    with np.errstate(all="ignore"):
        for _ in range(num_steps):
            trial = encoder - rate * _gradients(vectors, encoder, decoder)[0]
            place = trial if in_turn else encoder
            moved = trial, decoder - rate * _gradients(vectors, place, decoder)[1]
            loss = _loss(vectors, *moved)
            if loss < losses[-1] or always:
                encoder, decoder = moved
                losses.append(loss)
                rate *= grow
            else:
                losses.append(losses[-1])
                rate *= shrink
    return encoder, decoder, np.array(losses)


def _part_of(part, **rule):
    place = ("encoder_kernel", "decoder_kernel", "losses").index(part)
    return lambda vectors, encoder_kernel, decoder_kernel, num_steps, rate: _descended(
        vectors, encoder_kernel, decoder_kernel, num_steps, rate, **rule
    )[place]


def _rising(losses, *case):
    found = np.asarray(losses, float) if np.ndim(losses) == 1 else np.zeros(1)
    return (
        "a loss is larger than the one before: after a step that is not kept, write down the loss "
        "of the kernels that stayed"
        if not np.all(np.diff(found) <= 0)
        else ""
    )


_DESCENT_MISTAKES = {
    "the rate does not grow: after a step that is kept, by a tenth": {"grow": 1.0},
    "the rate is doubled where it should grow by a tenth": {"grow": 2.0},
    "the encoder is moved before the decoder's gradient is taken: take both at the same place": {
        "in_turn": True},
    "every step is kept: keep one only if it lowers the loss": {"always": True},
    "the rate is not halved after a step that is not kept": {"shrink": 1.0},
    "the rate is divided by 1.1 where it should be halved": {"shrink": 1 / 1.1},
}  # fmt: skip
_WHERE_ALL_ARE_KEPT = tuple(_DESCENT_MISTAKES)[:3]
_LOSS_MISTAKES = {
    "the first loss is missing: that of the kernels as they came": lambda v, e, d, n, r: (
        _descended(v, e, d, n, r)[2][1:]),
    "the losses are averaged over the pixels, too: L sums over them": lambda v, e, d, n, r: (
        _descended(v, e, d, n, r)[2] / v.shape[1]),
    "only the last loss came back: return all of them": lambda *case: Shape(()),
    "the losses of steps that were not kept are missing: one loss per step": lambda v, e, d, n, r: (
        np.unique(_descended(v, e, d, n, r)[2])[::-1]),
}  # fmt: skip
