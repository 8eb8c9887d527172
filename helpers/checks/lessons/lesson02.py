"""Checks of lesson 02, principal component analysis and the linear autoencoder."""

import numpy as np
from scipy.linalg import orth, subspace_angles

from helpers.checks import expect
from helpers.checks.registry import exercise


def _cloud(rng, count=40, size=6):
    """Return vectors far from the origin whose directions differ clearly in variance."""
    spread = np.array([5.0, 3.0, 2.0, 1.0, 0.5, 0.2])[:size]
    rotation = orth(rng.normal(size=(size, size)))
    return rng.normal(size=(count, size)) * spread @ rotation + rng.uniform(5, 10, size)


def _covariance(vectors):
    centred = vectors - vectors.mean(axis=0)
    return centred.T @ centred / len(vectors)


@exercise(
    "2.1",
    "Fit PCA",
    points=3,
    steps=("shapes", "mean", "components", "variances"),
    hints=(
        "Subtract the mean vector first. The right singular vectors of the centred matrix are "
        "the eigenvectors of its covariance.",
        "np.linalg.svd(centred, full_matrices=False) returns U, the singular values s, and V "
        "transposed, whose rows are the components; s**2 / n are the variances.",
        "mean = vectors.mean(axis=0); _, s, rows = np.linalg.svd(vectors - mean, "
        "full_matrices=False); return mean, rows[:code_size], s**2 / len(vectors)",
    ),
)
def check_fit_pca(fit_pca, rng):
    vectors = _cloud(rng)
    count, size = vectors.shape
    mean, components, variances = expect.parts(
        fit_pca(vectors, 3), ("mean", "components", "variances")
    )
    if np.shape(components) == (size, 3):
        raise expect.NotYet(
            f"components are columns, ({size}, 3): return them as rows, (3, {size})"
        )
    if np.shape(components) == (size, size):
        raise expect.NotYet("all components came back: keep the first code_size rows")
    if np.shape(variances) == (3,):
        raise expect.NotYet("return all variances, not only the first code_size")
    expect.shaped(mean, (size,), "the mean")
    expect.shaped(components, (3, size), "components")
    expect.shaped(variances, (size,), "variances")
    yield f"({size},), (3, {size}), ({size},)"
    expect.close(
        mean,
        vectors.mean(axis=0),
        ((np.full(size, vectors.mean()), "one mean for all pixels: average over the rows only"),),
        what="the mean",
    )
    yield "the mean vector"
    covariance = _covariance(vectors)
    eigenvalues, eigenvectors = np.linalg.eigh(covariance)
    eigenvalues = eigenvalues[::-1]
    _expect_components(np.asarray(components, float), eigenvectors[:, ::-1], vectors)
    yield "orthonormal rows, the largest variance first"
    singular = np.sqrt(np.maximum(eigenvalues, 0) * count)
    expect.close(
        variances,
        eigenvalues,
        (
            (eigenvalues[::-1], "the variances run from small to large: turn them round"),
            (eigenvalues * count / (count - 1), "divided by n - 1; this lesson divides by n"),
            (eigenvalues * count, "squared singular values: divide them by n"),
            (singular, "singular values: square them and divide by n"),
        ),
        what="variances",
    )
    yield "all eigenvalues of the covariance matrix"


def _expect_components(components, eigenvectors, vectors):
    """Compare components with eigenvectors, up to the sign that no method fixes."""
    gram = components @ components.T
    if not np.allclose(gram, np.eye(3), atol=1e-4):
        if np.allclose(gram, np.diag(np.diag(gram)), atol=1e-4 * gram.max()):
            raise expect.NotYet("the rows are orthogonal but not of length 1: do not scale them")
        raise expect.NotYet("the rows are not orthonormal: did you take columns of V for its rows?")
    agreement = np.abs(np.sum(components * eigenvectors[:, :3].T, axis=1))
    if np.all(agreement > 0.999):
        return
    smallest = np.abs(np.sum(components * eigenvectors[:, ::-1][:, :3].T, axis=1))
    if np.all(smallest > 0.999):
        raise expect.NotYet(
            "these are the directions of smallest variance: eigh sorts from small to large"
        )
    _, _, uncentred = np.linalg.svd(vectors, full_matrices=False)
    if np.all(np.abs(np.sum(components * uncentred[:3], axis=1)) > 0.999):
        raise expect.NotYet("the vectors were not centred: subtract the mean before the SVD")
    raise expect.NotYet(
        f"row {int(np.argmin(agreement)) + 1} is not the eigenvector with that rank of variance"
    )


def _fitted(rng):
    """Return a mean, components (2, 6) and vectors, independent of any answer."""
    vectors = _cloud(rng)
    components = orth(rng.normal(size=(6, 2))).T
    return vectors, vectors.mean(axis=0), components


@exercise(
    "2.2",
    "Encode",
    points=2,
    noun="encoder",
    steps=("shape", "value"),
    hints=(
        "The code is what is left of a vector when you look along each component only.",
        "For one vector it is W (x - mean). With one vector a row, W goes on the right, "
        "transposed.",
        "return (vectors - mean) @ components.T",
    ),
)
def check_encode(encode, rng):
    vectors, mean, components = _fitted(rng)
    codes = encode(vectors[:5], mean, components)
    if np.shape(codes) == (2, 5):
        raise expect.NotYet("yours is transposed, (2, 5): one row a vector")
    expect.shaped(codes, (5, 2))
    yield "(5, 2) from five vectors and two components"
    expected = (vectors[:5] - mean) @ components.T
    expect.close(
        codes,
        expected,
        (
            (vectors[:5] @ components.T, "the mean is not subtracted"),
            ((vectors[:5] + mean) @ components.T, "the mean is added; encoding subtracts it"),
            (vectors[:5] @ components.T - mean[:2], "subtract the mean before you project"),
            (
                (vectors[:5] - vectors[:5].mean(axis=0)) @ components.T,
                "centred with the mean of these vectors: use the mean that was fitted",
            ),
        ),
    )
    yield "W (x - mean)"


@exercise(
    "2.3",
    "Decode",
    points=2,
    noun="decoder",
    steps=("shape", "value", "round trip"),
    hints=(
        "Each number of a code says how much of its component to add to the mean.",
        "For one code it is W^T z + mean; with one code a row, W stands on the right as it is.",
        "return codes @ components + mean",
    ),
)
def check_decode(decode, rng):
    vectors, mean, components = _fitted(rng)
    codes = rng.normal(size=(5, 2))
    decoded = decode(codes, mean, components)
    if np.shape(decoded) == (6, 5):
        raise expect.NotYet("yours is transposed, (6, 5): one row a code")
    expect.shaped(decoded, (5, 6))
    yield "(5, 6) from five codes"
    product = codes @ components
    expect.close(
        decoded,
        product + mean,
        (
            (product, "the mean is not added back"),
            (product - mean, "the mean is subtracted again; decoding adds it back"),
        ),
    )
    yield "W^T z + mean"
    kept = (vectors - mean) @ components.T
    again = (expect.array(decode(kept, mean, components)) - mean) @ components.T
    expect.close(again, kept, what="the code of a decoded code")
    yield "encoding a decoded code gives it back"


@exercise(
    "2.4",
    "Explained variance",
    points=2,
    steps=("shape", "value"),
    hints=(
        "Divide what the first k components keep by what there is in all, for every k at once.",
        "np.cumsum gives the running sum.",
        "return np.cumsum(variances) / np.sum(variances)",
    ),
)
def check_explained_variance(explained_variance, rng):
    variances = np.sort(rng.uniform(0.1, 9, size=7))[::-1]
    shares = explained_variance(variances)
    expect.shaped(shares, (7,))
    yield "(7,) from seven variances"
    running = np.add.accumulate(variances)
    expect.close(
        shares,
        running / running[-1],
        (
            (variances / running[-1], "each component's own share: add them up from the first"),
            (running, "running sums: divide by the sum of all variances"),
            (1 - running / running[-1], "this is the share that is lost; take 1 minus it"),
            (
                np.sqrt(running / running[-1]),
                "a square root is taken: variances add up, standard deviations do not",
            ),
            (100 * running / running[-1], "in percent; the lesson wants shares from 0 to 1"),
        ),
    )
    yield "rises from the first share to 1"


@exercise(
    "2.5",
    "Error without decoding",
    points=2,
    steps=("type", "value", "identity"),
    hints=(
        "What a code of k numbers loses is the variance along the directions it does not keep.",
        "The eigenvalues are sorted: the discarded ones are those from position k on.",
        "return float(np.sum(variances[code_size:]))",
    ),
)
def check_discarded_variance(discarded_variance, rng):
    vectors = _cloud(rng)
    eigenvalues = np.linalg.eigvalsh(_covariance(vectors))[::-1]
    error = discarded_variance(eigenvalues, 2)
    if np.shape(error) != ():
        raise expect.NotYet(f"one number is wanted, the error; got {expect.describe(error)}")
    yield "one number"
    expect.close(
        error,
        eigenvalues[2:].sum(),
        (
            (eigenvalues[:2].sum(), "this is the variance that is kept; sum the rest"),
            (eigenvalues[3:].sum(), "one eigenvalue is missing: the first discarded is [k]"),
            (eigenvalues[1:].sum(), "one eigenvalue too many: positions 0 to k - 1 are kept"),
            (eigenvalues[2:].mean(), "the mean of them came back; the error is their sum"),
            (eigenvalues[2:].sum() / eigenvalues.sum(), "a share; the error is in squared pixels"),
        ),
    )
    yield "the sum of the discarded eigenvalues"
    _, _, rows = np.linalg.svd(vectors - vectors.mean(axis=0), full_matrices=False)
    for code_size in (1, 3, 6):
        kept = (vectors - vectors.mean(axis=0)) @ rows[:code_size].T @ rows[:code_size]
        measured = np.square(vectors - vectors.mean(axis=0) - kept).sum(axis=1).mean()
        error = expect.shaped(discarded_variance(eigenvalues, code_size), ())
        if abs(error - measured) > 1e-6 * eigenvalues.sum():
            raise expect.NotYet(
                f"for a code of {code_size} the error measured by decoding is {measured:.5g}; "
                f"yours is {error:.5g}"
            )
    yield "equal to the error measured by decoding, for codes of 1, 3 and 6"


@exercise(
    "2.6",
    "Gradients by hand",
    points=3,
    steps=("shapes", "decoder", "encoder", "minimum"),
    hints=(
        "Start at the output: the loss is a mean of squares, so its gradient there is "
        "2 (reconstructions - vectors) / n.",
        "A product C = A B passes a gradient G on as A^T G to B and G B^T to A. Use it for "
        "codes @ D, then for vectors @ E.",
        "codes = vectors @ E; G = 2 * (codes @ D - vectors) / len(vectors); "
        "return vectors.T @ (G @ D.T), codes.T @ G",
    ),
)
def check_linear_gradients(linear_gradients, rng):
    vectors = rng.normal(size=(7, 5))
    encoder_kernel, decoder_kernel = rng.normal(size=(5, 2)), rng.normal(size=(2, 5))
    gradients = expect.parts(
        linear_gradients(vectors, encoder_kernel, decoder_kernel),
        ("encoder_gradient", "decoder_gradient"),
    )
    if [np.shape(g) for g in gradients] == [(2, 5), (5, 2)]:
        raise expect.NotYet("the two are swapped: the encoder's gradient comes first")
    expect.shaped(gradients[0], (5, 2), "the encoder's gradient")
    expect.shaped(gradients[1], (2, 5), "the decoder's gradient")
    yield "(5, 2) and (2, 5), like the kernels"
    expected = _numerical_gradients(vectors, encoder_kernel, decoder_kernel)
    for name, gradient, right in reversed(
        list(zip(("encoder", "decoder"), gradients, expected, strict=True))
    ):
        expect.close(
            gradient,
            right,
            (
                (-right, "the sign is turned round: reconstruction minus vector"),
                (right / 2, "the 2 of the square is missing"),
                (right * 7, "summed over the vectors: divide by how many there are"),
                (right / 5, "averaged over the pixels too: the loss sums over them"),
            ),
            what=f"the {name}'s gradient",
            tolerance=1e-3,
        )
        yield "equal to nudging every weight and measuring the loss"
    basis = orth(rng.normal(size=(5, 5)))
    exact = expect.parts(linear_gradients(vectors, basis, basis.T), ("encoder", "decoder"))
    if max(np.abs(np.asarray(g, float)).max() for g in exact) > 1e-6:
        raise expect.NotYet("a perfect reconstruction should give gradients of 0")
    yield "0 where the reconstruction is perfect"


def _numerical_gradients(vectors, encoder_kernel, decoder_kernel, step=1e-5):
    """Return both gradients by central differences of the loss."""

    def loss(encoder, decoder):
        return np.square(vectors @ encoder @ decoder - vectors).sum(axis=1).mean()

    gradients = (np.zeros_like(encoder_kernel), np.zeros_like(decoder_kernel))
    kernels = (encoder_kernel, decoder_kernel)
    for which, gradient in enumerate(gradients):
        for place in np.ndindex(gradient.shape):
            sides = []
            for sign in (1, -1):
                moved = [kernel.copy() for kernel in kernels]
                moved[which][place] += sign * step
                sides.append(loss(*moved))
            gradient[place] = (sides[0] - sides[1]) / (2 * step)
    return gradients


@exercise(
    "2.7",
    "Principal angles",
    points=2,
    steps=("shape", "value", "same space", "right angle"),
    hints=(
        "Make both bases orthonormal first (np.linalg.qr), then compare every direction of "
        "one with every direction of the other in one product.",
        "The singular values of Q_a^T Q_b are the cosines of the angles, largest first.",
        "q_a, _ = np.linalg.qr(basis_a); the same for b; cosines = np.linalg.svd(q_a.T @ q_b, "
        "compute_uv=False); return np.degrees(np.arccos(np.clip(cosines, 0, 1)))",
    ),
)
def check_principal_angles(principal_angles, rng):
    basis_a, basis_b = rng.normal(size=(8, 3)), rng.normal(size=(8, 3))
    angles = principal_angles(basis_a, basis_b)
    expect.shaped(angles, (3,))
    yield "(3,), one angle a dimension"
    expected = np.sort(np.degrees(subspace_angles(basis_a, basis_b)))
    cosines = np.clip(np.linalg.svd(basis_a.T @ basis_b, compute_uv=False), 0, 1)
    expect.close(
        angles,
        expected,
        (
            (expected[::-1], "largest first: sort them from small to large"),
            (np.radians(expected), "these are radians: np.degrees turns them into degrees"),
            (np.cos(np.radians(expected)), "these are the cosines: take np.arccos of them"),
            (
                np.degrees(np.arccos(cosines)),
                "the bases were not made orthonormal first: np.linalg.qr does it",
            ),
        ),
        tolerance=1e-3,
    )
    yield "the same as scipy.linalg.subspace_angles"
    mixed = basis_a @ rng.normal(size=(3, 3))
    angles = expect.array(principal_angles(basis_a, mixed))
    if not np.all(np.isfinite(angles)):
        raise expect.NotYet(
            "nan for two bases of one space: rounding lifts a cosine above 1, so clip it"
        )
    if np.abs(angles).max() > 0.01:
        raise expect.NotYet("two bases of the same space should have angles of 0")
    yield "0 for two bases of one space"
    expect.close(
        principal_angles(np.eye(8)[:, :2], np.eye(8)[:, 4:6]), [90.0, 90.0], tolerance=1e-3
    )
    yield "90 degrees for two that share nothing"
