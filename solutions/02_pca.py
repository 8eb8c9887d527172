# %% [markdown]
# # 02 PCA: the linear autoencoder
#
# *Principal component analysis (주성분 분석)* is the oldest autoencoder there
# is. It has an encoder, a code and a decoder, all of them linear, and the best
# ones can be computed instead of trained. That makes it the yardstick of this
# course: every network from here on stands beside PCA with a code of the same
# size.
#
# After this lesson you can
#
# 1. fit PCA yourself, encode and decode with it, know its error for every code
#    size without decoding a single image, and decide how large a code has to be;
# 2. train the same thing as a network with two linear layers, by gradients of
#    your own, and measure how close the two come, in error and in degrees;
# 3. say what a linear code cannot do, and recognise data on which it fails.
#
# **16 points**, about two hours with the reading; all cells together compute for
# about a minute on two CPU cores, in at most
# 3 GB of memory. You need matrix products, what an
# eigenvector is, and, for Exercise 2.6, the chain rule.

# %%
try:
    from helpers.course import about, pick
except ImportError:
    raise ImportError("The course is not found here: open this notebook with "
                      "make lab, and rename a helpers.py beside it.") from None
from helpers import data, losses, measures, pca, plots, training, widgets
from helpers.checks import check, hint, predicted, score
from helpers.results import compare, published
import keras, numpy as np
from sklearn import datasets, discriminant_analysis, manifold, neighbors

digits = data.load("auto")

# %%
vectors = digits.train_vectors[: pick(full=60_000, fast=2_000)]
test_vectors = digits.test_vectors
test_labels = digits.test_labels
print("training", vectors.shape, " test", test_vectors.shape)

# %%
rows = {"input": test_vectors[:10]}
rebuilt = pca.rebuilt(test_vectors[:10], vectors[:5000], (2, 10, 30, 100))
rows |= {f"{size} numbers": outputs for size, outputs in rebuilt.items()}
plots.show_rows(
    rows,
    alt="Ten digits, and each rebuilt from 2, 10, 30 and 100 numbers: from "
    "grey clouds through readable digits to nearly the input.",
)

# %% [markdown]
# **Figure 2.1.** Ten test images, rebuilt from 2, 10, 30 and 100 numbers
# instead of 784.

# %% [markdown]
# ## Two questions with one answer
#
# Take images as points in a space of 784 dimensions. *Dimensionality
# reduction (차원 축소)* asks for a few directions to describe them by. Which?
#
# - those along which the points differ **most**: the largest variance;
# - those from which they can be rebuilt **best**: the smallest error.
#
# These are the same directions. With $x$ an image, $\mu$ the mean image, and
# $W$ a matrix with one direction per row,
#
# $$z = W(x - \mu), \qquad \hat{x} = W^\top z + \mu .$$
#
# | symbol | in words | in the code |
# |---|---|---|
# | $x$ | image, 784 pixels | a row of `vectors` |
# | $\mu$ | mean image | `mean` |
# | $W$ | components (주성분), orthonormal rows | `components`, `(k, 784)` |
# | $z$ | code, $k$ numbers | a row of `codes` |
# | $\hat{x}$ | reconstruction | a row of `reconstructions` |
# | $\lambda_i$ | variance along component $i$ | `variances[i]` |
#
# The sources of this course write the error as $\lVert x - W^\top W x\rVert^2$;
# that is this one for images whose mean is already subtracted.
#
# Why are they the same? *Pythagoras:* the rows of $W$ are orthonormal, so the
# reconstruction and what it misses stand at right angles. Averaged over the
# images,
#
# $$\underbrace{\overline{\lVert x - \mu\rVert^2}}_{\text{total variance}} =
# \underbrace{\overline{\lVert z\rVert^2}}_{\text{variance kept}} +
# \underbrace{\overline{\lVert x - \hat{x}\rVert^2}}_{\text{error}} ,$$
#
# and the left side does not depend on $W$: to keep the most is to err the
# least. *Lagrange:* the variance along a direction $w$ of length 1 is
# $w^\top C w$, with $C$ the covariance matrix. Where it is largest under
# $w^\top w = 1$, the slope of $w^\top C w - \lambda\,(w^\top w - 1)$ is zero:
#
# $$C w = \lambda w, \qquad w^\top C w = \lambda .$$
#
# So $w$ is an eigenvector of $C$, and its variance is the eigenvalue. The best
# $k$ directions together are the eigenvectors with the $k$ largest eigenvalues:
# any $k$ orthonormal rows keep $\sum_i c_i \lambda_i$, where
# $c_i = \lVert W v_i\rVert^2$ is the share of eigenvector $v_i$ that they span;
# each $c_i$ is at most 1 and their sum is $k$, so that the sum is largest when
# the $k$ largest $\lambda_i$ have $c_i = 1$.
#
# By hand, on five points in the plane, that lie near the line of slope 1/2:

# %%
points = np.array([[-2, -1], [-1, -1], [0, 0], [1, 1], [2, 1]], dtype=float)
covariance = points.T @ points / len(points)
eigenvalues, eigenvectors = np.linalg.eigh(covariance)
direction = eigenvectors[:, 1]
print("covariance matrix\n", covariance)
print("variances", eigenvalues[::-1].round(3))
print("direction of the larger one", np.abs(direction).round(3))

# %%
codes = points @ direction
rebuilt = np.outer(codes, direction)
print("codes   ", (codes * np.sign(direction[0])).round(2))
print("rebuilt ", rebuilt.round(2).tolist())
error = np.square(points - rebuilt).sum(axis=1).mean()
kept, total = np.mean(codes**2), np.square(points).sum(axis=1).mean()
print(f"mean squared error per point {error:.3f}")
print(f"kept {kept:.3f} + error {error:.3f} = total {total:.3f}")

# %% [markdown]
# Compare the error with the two variances.

# %% [markdown]
# ### Exercise 2.1 — Fit PCA (3 points)
#
# *The idea itself, about 15 minutes.* A *singular value decomposition* writes
# any matrix as $X = U S V^\top$, with orthonormal columns in $U$ and $V$ and a
# diagonal $S$ that falls; `np.linalg.svd(X, full_matrices=False)` returns $U$,
# the diagonal of $S$, and $V^\top$. Put the $n$ centred vectors into the rows of
# $X$ and the decomposition into the covariance $X^\top X / n$: where are its
# eigenvectors, and where are its eigenvalues, the variances?

# %% nbgrader={"schema_version": 3, "grade_id": "ch02-fit-pca", "grade": false, "locked": false, "solution": true, "task": false}
def fit_pca(vectors, code_size):
    """Find the directions of largest variance.

    vectors: (n, d), with n >= d.
    Returns (mean, components, variances): the mean vector (d,), the first
    code_size components as orthonormal rows (code_size, d), and ALL
    variances (d,), largest first, divided by n (not n - 1).
    """
    ### BEGIN SOLUTION
    mean = vectors.mean(axis=0)
    _, s, rows = np.linalg.svd(vectors - mean, full_matrices=False)
    return mean, rows[:code_size], s**2 / len(vectors)
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade_id": "ch02-fit-pca-check", "grade": true, "locked": true, "points": 3, "solution": false, "task": false}
fit_pca = check("2.1", fit_pca)

# %% [markdown]
# ### Exercise 2.2 — Encode (1 point)
#
# *Warm-up, about 5 minutes.* From images to codes. Mind the order: one row per
# image.

# %% nbgrader={"schema_version": 3, "grade_id": "ch02-encode", "grade": false, "locked": false, "solution": true, "task": false}
def encode(vectors, mean, components):
    """Return the codes W (x - mean), one row per vector.

    vectors: (n, d).  mean: (d,).  components: (k, d).  Returns (n, k).
    """
    ### BEGIN SOLUTION
    return (vectors - mean) @ components.T
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade_id": "ch02-encode-check", "grade": true, "locked": true, "points": 1, "solution": false, "task": false}
encode = check("2.2", encode)

# %% [markdown]
# ### Exercise 2.3 — Decode (1 point)
#
# *Warm-up, about 5 minutes.* And back. The rows of $W$ are orthonormal, so its
# transpose undoes it, as far as it can be undone.

# %% nbgrader={"schema_version": 3, "grade_id": "ch02-decode", "grade": false, "locked": false, "solution": true, "task": false}
def decode(codes, mean, components):
    """Return the reconstructions W^T z + mean, one row per code.

    codes: (n, k).  mean: (d,).  components: (k, d).  Returns (n, d).
    """
    ### BEGIN SOLUTION
    return codes @ components + mean
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade_id": "ch02-decode-check", "grade": true, "locked": true, "points": 1, "solution": false, "task": false}
decode = check("2.3", decode)

# %% [markdown]
# An SVD works on copies of all the images. Where they are many, the eigenvectors of
# the covariance matrix take less memory: that has 784 × 784 numbers, however many
# images there are. The course's `pca.fit_pca` goes that way, and fits all of them from
# here on. See first that yours agrees with it:

# %%
yours, ours = fit_pca(vectors[:5000], 30), pca.fit_pca(vectors[:5000], 30)
cosines = np.abs(np.sum(yours[1] * ours[1], axis=1))
apart = np.abs(yours[2] - ours[2]).max()
print(f"SVD and covariance matrix: variances at most {apart:.5f} apart,")
print(f"cosines between their components at least {cosines.min():.5f}")

# %%
mean, components, variances = pca.fit_pca(vectors, 256)
plots.show_images(
    np.concatenate([mean[None], components[:19]]),
    signed=True,
    alt="The mean image, then the first nineteen components: smooth blobs and "
    "rings at first, finer and finer ripples later.",
)

# %% [markdown]
# **Figure 2.2.** The mean image, top left, and the first nineteen components,
# red for positive and blue for negative. Notice the order: the early ones are
# broad (a ring against a bar is what tells 0 from 1), the later ones ever
# finer. A code says how much of each to add to the mean.

# %% [markdown]
# How many of the 784 components does it take to keep 90 % of the variance?

# %%
# A number of components: write it before you run the next cell.
components_guess = 400  # prediction

# %%
shares = pca.explained_variance(variances)
for share in (0.5, 0.9, 0.95, 0.99):
    needed = np.argmax(shares >= share) + 1
    print(f"{share:.0%} of the variance: {needed} components")
predicted(components_guess, np.argmax(shares >= 0.9) + 1, "components")

# %% [markdown]
# Is it the components that matter, or the space that they span? Mix the first ten
# numbers of the code by any invertible matrix $M$, and give the decoder the rows
# $M^{-\top} W$, which are not orthonormal, in place of $W$. What changes?

# %%
# "codes", "images" or "both": write it before you run the next cell.
mixed_guess = "both"  # prediction

# %%
ten = components[:10]
ten_codes = encode(test_vectors, mean, ten)
mixing = np.random.default_rng(2).normal(size=(10, 10))
mixed_codes, mixed_rows = ten_codes @ mixing.T, np.linalg.solve(mixing.T, ten)
as_they_are = decode(ten_codes, mean, ten)
moved = np.abs(mixed_codes - ten_codes).max()
changed = np.abs(decode(mixed_codes, mean, mixed_rows) - as_they_are).max()
print(f"largest difference: codes {moved:.2f}, images {changed:.5f}")
predicted(
    mixed_guess,
    "codes" if changed < 0.01 * moved else "both",
    choices={
        "codes": "only the codes change",
        "images": "only the reconstructed images change",
        "both": "both change",
    },
)

# %% [markdown]
# The reconstruction is the projection on the *subspace*, whatever basis describes
# it. PCA picks one basis out of infinitely many: orthonormal, with uncorrelated
# codes, in order of variance. So a trained network may reach PCA's error with
# weights that look quite different, as one does below.

# %% [markdown]
# Move the slider (or, with the slider in focus, the arrow keys) and watch the
# digits appear. On paper you see six of its positions.

# %%
widgets.explore_pca(
    test_vectors[:10],
    mean,
    components,
    shares,
    alt="Ten digits rebuilt with a growing number of components, beside the "
    "curve of explained variance.",
)

# %% [markdown]
# **Figure 2.3.** Reconstructions with more and more components, and the share
# of the variance they keep. Which digits become readable first?

# %% [markdown]
# ### Exercise 2.4 — Error without decoding (2 points)
#
# *The idea itself, about 15 minutes.* Pythagoras holds for every single image,
# seen in the fit or not: $\hat x - \mu$ and what it misses stand at right angles.
# So an image's code tells its squared error for *every* code size up to $k$, and
# nothing has to be decoded. Derive it: what is left of $\lVert x - \mu\rVert^2$
# when the first 0, 1, 2 ... numbers are kept?

# %% nbgrader={"schema_version": 3, "grade_id": "ch02-errors-by-size", "grade": false, "locked": false, "solution": true, "task": false}
def errors_by_size(vectors, mean, components):
    """Return each vector's squared error for every code size, undecoded.

    vectors: (n, d).  mean: (d,).  components: (k, d), orthonormal rows.
    Returns (n, k + 1): column j holds the squared errors, summed over the
    pixels, of a code of the first j components; column 0 keeps nothing.
    """
    ### BEGIN SOLUTION
    centred = vectors - mean
    kept = np.cumsum((centred @ components.T) ** 2, axis=1)
    total = np.sum(centred**2, axis=1, keepdims=True)
    return np.hstack([total, total - kept])
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade_id": "ch02-errors-by-size-check", "grade": true, "locked": true, "points": 2, "solution": false, "task": false}
errors_by_size = check("2.4", errors_by_size)

# %% [markdown]
# The components were chosen for the training images. Is the error of 30 numbers on
# the *test* images, which PCA has not seen, higher or lower than on those?

# %%
# "higher" or "lower": write it before you run the next cell.
test_guess = "higher"  # prediction

# %%
def decoded_error(vectors, code_size):
    kept = components[:code_size]
    outputs = decode(encode(vectors, mean, kept), mean, kept)
    return measures.sse_per_image(vectors, outputs)


test_errors = errors_by_size(test_vectors, mean, components).mean(axis=0)
for code_size in (2, 30, 256):
    discarded = pca.discarded_variance(variances, code_size)
    measured = decoded_error(vectors, code_size)
    print(
        f"{code_size:4d} numbers: discarded variances {discarded:8.4f}"
        f"  measured on the training images {measured:8.4f}"
    )
print(f"mean image alone: training images {variances.sum():.4f}", end="")
print(f", test images {test_errors[0]:.4f}")
print(f"test images, 30 numbers: {test_errors[30]:.4f}", end="")
print(" by your function", end="")
print(f", {decoded_error(test_vectors, 30):.4f} decoded")
predicted(
    test_guess,
    "higher"
    if test_errors[30] > pca.discarded_variance(variances, 30)
    else "lower",
    choices={
        "higher": "the error on the test images is higher",
        "lower": "the error on the test images is lower",
    },
)

# %% [markdown]
# On the training images the error is the sum of the *discarded* variances, to
# rounding. On other images Pythagoras still holds, and the variances do not. In
# general the error there is higher, for the components were chosen for the training
# images; with many images the gap is small, and chance can outweigh it. In full on
# MNIST the test images lie farther from the mean image, but nearer to the span of the
# first components. Here are their errors beside the figures measured for this course,
# and beside the PCA row of Hinton and Salakhutdinov's paper of 2006, which used
# MNIST.

# %%
compare(
    {f"pca.sse.k{k}": test_errors[k] for k in (2, 3, 10, 30, 64, 256)}
    | {"hinton2006.pca.sse.k30": test_errors[30]},
    images=digits.name,
)

# %% [markdown]
# Is PCA's error the *floor* of every linear code of that size? On its own training
# images, yes. The proofs above are about orthonormal rows with their transpose. But
# whatever a linear encoder and decoder do, the outputs lie in an affine subspace of
# $k$ dimensions. Projecting onto it errs least, and it does best to pass through
# $\mu$: that is a case of the proofs (the theorem of *Eckart and Young*). On other
# images it need not be. The PCA that is best for the test images is the one fitted
# to them:

# %%
test_variances = fit_pca(test_vectors, 1)[2]
for code_size in (2, 30):
    floor = pca.discarded_variance(test_variances, code_size)
    print(f"{code_size:2d} numbers, SSE/image on the test images: ", end="")
    print(f"PCA of the training images {test_errors[code_size]:.3f}", end="")
    print(f", their own {floor:.3f}")

# %% [markdown]
# The second figure is the floor for the test images. Nobody is allowed to use it,
# because it looks at them.

# %% [markdown]
# ### Exercise 2.5 — How many numbers? (2 points)
#
# *A decision, about 15 minutes.* Someone asks for the smallest code whose error
# is at most so much per image. The training images flatter PCA, and the test
# images are for the test; so decide on *validation images (검증 데이터)* that were
# kept out of the fit. They are only a sample: the mean of $n$ errors is uncertain
# by its *standard error*, the standard deviation of the errors (with $n$ in its
# denominator) divided by $\sqrt{n}$. Make this rule precise: take the smallest
# code size whose mean error **plus two standard errors** is at most the limit.

# %% nbgrader={"schema_version": 3, "grade_id": "ch02-smallest-code-size", "grade": false, "locked": false, "solution": true, "task": false}
def smallest_code_size(errors, limit):
    """Return the smallest code size whose error is safely within a limit.

    errors: (n, k + 1), squared errors of n images for code sizes 0 to k.
    limit: the highest error per image that is allowed.
    Returns the code size, a whole number; None if even k is too small.
    """
    ### BEGIN SOLUTION
    margin = 2 * errors.std(axis=0) / np.sqrt(len(errors))
    enough = np.flatnonzero(errors.mean(axis=0) + margin <= limit)
    return int(enough[0]) if len(enough) else None
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade_id": "ch02-smallest-code-size-check", "grade": true, "locked": true, "points": 2, "solution": false, "task": false}
smallest_code_size = check("2.5", smallest_code_size)

# %%
held_out = len(vectors) // 6
fitted_mean, fitted_rows, _ = pca.fit_pca(vectors[:-held_out], 256)
validation = errors_by_size(vectors[-held_out:], fitted_mean, fitted_rows)
tested = errors_by_size(test_vectors, fitted_mean, fitted_rows).mean(axis=0)
standard_errors = validation.std(axis=0) / np.sqrt(len(validation))
for limit in (20, 10, 5):
    size = smallest_code_size(validation, limit)
    found = "no size is enough" if size is None else f"test {tested[size]:.2f}"
    print(f"at most {limit:2d} per image: {size} numbers, {found}")
    bare = np.argmax(validation.mean(axis=0) <= limit)
    print(f"    without the margin: {bare}, test {tested[bare]:.2f}", end="")
    print(f"  (standard error there {standard_errors[bare]:.2f})")

# %% [markdown]
# In full on MNIST the margin costs one number, and the test images keep the promise
# without it, too: these three cases do not show that it was needed.

# %% [markdown]
# ## The codes do not repeat each other
#
# Neighbouring pixels say nearly the same thing. The numbers of a PCA code do
# not: over the training images their covariances are zero.

# %%
def off_diagonal(values):
    correlations = np.corrcoef(values, rowvar=False)
    return np.abs(correlations[~np.eye(len(correlations), dtype=bool)])


codes = encode(vectors, mean, components[:20])
central = vectors.reshape(-1, 28, 28)[:, 12:16, 12:17].reshape(-1, 20)
for name, values in (("20 central pixels", central), ("20 PCA codes", codes)):
    sizes = off_diagonal(values)
    print(
        f"{name:18} |correlation|: mean {sizes.mean():.4f}"
        f"  largest {sizes.max():.4f}"
    )

# %% [markdown]
# ## The claim, its baseline and its control
#
# *PCA's directions keep most of the variance in few numbers.* The baseline is a
# code of size zero, the mean image. The control is a projection that is
# orthonormal like PCA's but knows nothing of the data: random directions.

# %%
rng = np.random.default_rng(2)
random_directions = np.linalg.qr(rng.normal(size=(784, 256)))[0].T


def random_error(code_size):
    kept = random_directions[:code_size]
    outputs = decode(encode(test_vectors, mean, kept), mean, kept)
    return measures.sse_per_image(test_vectors, outputs)


sizes = [2, 4, 8, 16, 32, 64, 128, 256]
mean_error = measures.sse_per_image(test_vectors, mean + 0 * test_vectors)
plots.show_curves(
    {
        "random directions": (sizes, [random_error(k) for k in sizes]),
        "PCA": (sizes, [test_errors[k] for k in sizes]),
    },
    x_label="code size (numbers per image)",
    y_label="SSE/image on the test images",
    log_x=True,
    levels={"mean image": mean_error},
    dashed=["random directions"],
    alt="Test error against code size. PCA falls steeply; random directions "
    "stay near the error of the mean image until the code is large.",
)

# %% [markdown]
# **Figure 2.4.** Test error against code size for PCA and for the control; lesson
# 03 adds a network. Random directions keep about their share of the dimensions,
# $k$ of 784; PCA keeps most of the variance in a few dozen numbers.

# %%
for code_size in (16, 64):
    shares_kept = [
        1 - error(code_size) / mean_error
        for error in (random_error, test_errors.__getitem__)
    ]
    print(
        f"{code_size} numbers: {code_size}/784 = {code_size / 784:.1%}"
        f"  random directions keep {shares_kept[0]:.1%}"
        f"  PCA keeps {shares_kept[1]:.1%}"
    )

# %% [markdown]
# ## The same thing, trained
#
# The second view of the sources: two fully connected layers without
# activation, $z = W_1 x + b_1$ and $\hat{x} = W_2 z + b_2$, trained on their
# reconstruction error. This is a *linear autoencoder*. Baldi and Hornik (1989)
# showed two things about its loss, for a covariance matrix of full rank whose
# eigenvalues differ. (Pixels that never vary take no part in it.) Its minimum is
# PCA's subspace. And *it has no other minimum*: every other place where the
# gradient is zero, for example the subspace of components 2 to 11, is a *saddle
# point (안장점)*, from which some direction leads down. So training may be slow,
# but there is no bad local minimum to end in.
#
# For centred images the biases stay zero. With one image per row, $E$ for the
# encoder's *kernel* (its matrix of weights) and $D$ for the decoder's, the loss
# is
#
# $$L = \frac{1}{n}\sum_{i=1}^{n} \lVert x_i E D - x_i \rVert^2 .$$

# %% [markdown]
# ### Exercise 2.6 — Gradients by hand (2 points)
#
# *The idea itself, about 20 minutes.* Derive the gradients of $L$ with respect
# to $E$ and $D$. The one rule you need: where $C = A B$ and the gradient at
# $C$ is $G$, the gradient at $A$ is $G B^\top$ and at $B$ it is $A^\top G$.
# From lesson 03 on `tf.GradientTape` does this for you; here you see what it
# does.

# %% nbgrader={"schema_version": 3, "grade_id": "ch02-linear-gradients", "grade": false, "locked": false, "solution": true, "task": false}
def linear_gradients(vectors, encoder_kernel, decoder_kernel):
    """Return the gradients of the loss above.

    vectors: centred, (n, d).  encoder_kernel: (d, k).
    decoder_kernel: (k, d).
    Returns (encoder_gradient, decoder_gradient), shaped like the kernels.
    """
    ### BEGIN SOLUTION
    codes = vectors @ encoder_kernel
    output_gradient = 2 * (codes @ decoder_kernel - vectors) / len(vectors)
    decoder_gradient = codes.T @ output_gradient
    encoder_gradient = vectors.T @ (output_gradient @ decoder_kernel.T)
    return encoder_gradient, decoder_gradient
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade_id": "ch02-linear-gradients-check", "grade": true, "locked": true, "points": 2, "solution": false, "task": false}
linear_gradients = check("2.6", linear_gradients)

# %% [markdown]
# ### Exercise 2.7 — Principal angles (2 points)
#
# *The idea itself, about 15 minutes.* A trained net may span PCA's subspace by a
# basis of its own, so it takes a way to compare subspaces. Take one direction from
# each, so that the angle between the two is as small as possible: that is the first
# *principal angle*. Do the same among the directions at right angles to those
# already taken, and so on. To compute them, take an orthonormal basis of each
# subspace (`np.linalg.qr` makes one); the singular values of the matrix of all inner
# products between the two bases are the cosines.

# %% nbgrader={"schema_version": 3, "grade_id": "ch02-principal-angles", "grade": false, "locked": false, "solution": true, "task": false}
def principal_angles(basis_a, basis_b):
    """Return the angles between two subspaces in degrees, smallest first.

    basis_a, basis_b: (d, k), the columns span the subspaces: any basis,
    as a rule not orthonormal.
    Returns (k,), from 0 (shared) to 90 (nothing in common).
    """
    ### BEGIN SOLUTION
    orthonormal_a, _ = np.linalg.qr(basis_a)
    orthonormal_b, _ = np.linalg.qr(basis_b)
    cosines = np.linalg.svd(orthonormal_a.T @ orthonormal_b, compute_uv=False)
    return np.degrees(np.arccos(np.clip(cosines, 0, 1)))
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade_id": "ch02-principal-angles-check", "grade": true, "locked": true, "points": 2, "solution": false, "task": false}
principal_angles = check("2.7", principal_angles)

# %% [markdown]
# ### Exercise 2.8 — Down to the floor (3 points)
#
# *Built end to end, about 25 minutes.* Train the linear autoencoder by your own
# gradients, and let the step size look after itself. In each step try
# $E - r\,\partial L/\partial E$ and $D - r\,\partial L/\partial D$, with the
# *learning rate* $r$ and both gradients taken at the same place. If that lowers
# $L$, keep the new kernels and let $r$ grow by a tenth; if not, stay where you
# are and halve $r$. You may call your `linear_gradients`.

# %% nbgrader={"schema_version": 3, "grade_id": "ch02-descend", "grade": false, "locked": false, "solution": true, "task": false}
def descend(vectors, encoder_kernel, decoder_kernel, num_steps, rate):
    """Train a linear autoencoder by gradient descent that sets its own rate.

    vectors: centred, (n, d).  encoder_kernel: (d, k).
    decoder_kernel: (k, d).  rate: the learning rate to begin with.
    Returns (encoder_kernel, decoder_kernel, losses): the kernels after
    num_steps steps, and (num_steps + 1,) losses L, first that of the kernels
    as they came, then after each step, kept or not.
    """
    ### BEGIN SOLUTION
    def loss_of(kernels):
        outputs = vectors @ kernels[0] @ kernels[1]
        return np.square(outputs - vectors).sum(axis=1).mean()

    kernels = encoder_kernel, decoder_kernel
    losses = [loss_of(kernels)]
    for _ in range(num_steps):
        slopes = linear_gradients(vectors, *kernels)
        trial = kernels[0] - rate * slopes[0], kernels[1] - rate * slopes[1]
        loss = loss_of(trial)
        if loss < losses[-1]:
            kernels, rate = trial, 1.1 * rate
        else:
            loss, rate = losses[-1], rate / 2
        losses.append(loss)
    return *kernels, np.array(losses)
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade_id": "ch02-descend-check", "grade": true, "locked": true, "points": 3, "solution": false, "task": false}
descend = check("2.8", descend)

# %% [markdown]
# Two runs on 500 images with a code of 10. The goal is known in advance: PCA's
# error on the same images. The first run begins at small random weights, the
# second at a saddle point, the components 2 to 11, with noise a hundred times
# smaller than those random weights. There the gradient is almost zero. Where is
# the second run after 200 steps?

# %%
# "stuck" (less than a tenth of the way to PCA's error), "floor" (more than
# nine tenths of it) or "between".
saddle_guess = "stuck"  # prediction

# %%
# In full this takes about 10 seconds on two cores.
few = vectors[:500] - vectors[:500].mean(axis=0)
_, few_components, few_variances = pca.fit_pca(few, 11)
few_floor = pca.discarded_variance(few_variances, 10)
noise = np.random.default_rng(2).normal(scale=0.01, size=(784, 10))
initial = {
    "random weights": noise,
    "saddle point": few_components[1:].T + noise / 100,
}
curves = {}
print(f"PCA       SSE/image {few_floor:6.2f}")
for name, kernel in initial.items():
    slopes = linear_gradients(few, kernel, kernel.T)
    steep = np.sqrt(sum(np.square(slope).sum() for slope in slopes))
    _, decoder_kernel, curve = descend(few, kernel, kernel.T, 200, 0.02)
    curves[name] = range(len(curve)), curve
    apart = principal_angles(decoder_kernel.T, few_components[:10].T)[-1]
    print(f"from {name:14}  length of the gradient there {steep:.4f}")
    for step in range(0, 201, 50):
        print(f"step {step:3d}  SSE/image {curve[step]:6.2f}")
    print(f"largest angle to PCA's subspace {apart:.1f} degrees")

# %%
left = (curve[-1] - few_floor) / (curve[0] - few_floor)
predicted(
    saddle_guess,
    "floor" if left < 0.1 else "stuck" if left > 0.9 else "between",
    choices={
        "stuck": "less than a tenth of the way to PCA's error",
        "between": "on the way",
        "floor": "more than nine tenths of the way",
    },
)
plots.show_curves(
    curves,
    x_label="step",
    y_label="SSE/image on the 500 images",
    levels={"PCA": few_floor},
    alt="Two training curves. From random weights the error falls at once; "
    "from the saddle point it stays level first, then falls. Both end near "
    "PCA's.",
)

# %% [markdown]
# **Figure 2.5.** Your descent from two places, one run each. At the saddle the curve
# is level at first; but a saddle has a way down, towards the missing first
# component, and in this run the tiny noise is enough to find it.

# %% [markdown]
# Now all images, with Keras and the course's training loop.

# %%
def train_linear(code_size, num_epochs=pick(full=10, fast=30)):
    keras.utils.set_random_seed(2)
    inputs = keras.Input((784,))
    latent = keras.layers.Dense(code_size, name="encoder")(inputs)
    outputs = keras.layers.Dense(784, name="decoder")(latent)
    model = keras.Model(inputs, outputs)
    steps = num_epochs * int(np.ceil(len(vectors) / 250))
    schedule = keras.optimizers.schedules.CosineDecay(0.003, steps)
    training.train(
        model,
        vectors - mean,
        loss=losses.squared_error,
        optimizer=keras.optimizers.Adam(schedule),
        epochs=num_epochs,
        batch_size=250,
    )
    return model


def linear_error(model):
    outputs = model(test_vectors - mean).numpy()
    return measures.sse_per_image(test_vectors, outputs + mean)


linear_autoencoder = train_linear(10)

# %%
floor = test_errors[10]
error = linear_error(linear_autoencoder)
print(f"PCA-10, test:                SSE/image {floor:.3f}")
print(f"linear autoencoder, test:    SSE/image {error:.3f}", end="")
print(f"  ({error / floor - 1:+.2%})")
compare(
    "pca.sse.k10",
    error,
    images=digits.name,
    note="Ours: a linear autoencoder, trained.",
)

# %% [markdown]
# The errors are as near as the percentage in brackets. Is it the same *subspace*,
# too? Single directions mean nothing here, since any mixing of the ten code numbers
# has the same error; your angles tell.

# %%
def kernel_basis(model, layer):
    kernel = model.get_layer(layer).get_weights()[0]
    return kernel if layer == "encoder" else kernel.T


pca_basis = components[:10].T
bases = {
    "trained decoder": kernel_basis(linear_autoencoder, "decoder"),
    "trained encoder": kernel_basis(linear_autoencoder, "encoder"),
    "random (control)": random_directions[:10].T,
}
for name, basis in bases.items():
    print(f"{name:17} {principal_angles(basis, pca_basis).round(1)}")

# %%
trained_directions = bases["trained decoder"].T
plots.show_images(
    np.concatenate([trained_directions, components[:10]]),
    signed=True,
    alt="Ten rows of the trained decoder above PCA's first ten components: "
    "mixtures of blobs above, clean rings and bars below.",
)

# %% [markdown]
# **Figure 2.6.** The ten directions of the trained decoder, above, and PCA's
# ten components, below. One by one they do not match; together they span
# subspaces that are as near to each other as the angles above say, where ten
# random directions, the control, stand almost at right angles to PCA's. So this
# training finds PCA's *subspace*, but not its axes; a PCA of the reconstructions
# would give those, too, as far as the subspaces agree.
#
# The *encoder's* columns are far from that subspace. A likely reason stands at
# the border of the images, where a pixel is 0 in every image, or in nearly every
# one. What a weight is worth to the loss is in proportion to the variance of its
# pixel; where there is none, or hardly any, nothing tells training what the
# weight should be. If that is it, the angles must fall when those pixels are
# left out. The control leaves out the same pixels of random directions.

# %%
pixel_variances = vectors.var(axis=0)
for limit in (0, 1e-4, 1e-3):
    seen = pixel_variances > limit
    angles = [
        principal_angles(bases[name][seen], pca_basis[seen])
        for name in ("trained encoder", "random (control)")
    ]
    print(
        f"without {np.sum(~seen):3d} pixels of variance up to {limit:6.0e}: "
        f"encoder {angles[0][0]:4.1f} to {angles[0][-1]:4.1f} degrees, "
        f"control {angles[1][0]:4.1f} to {angles[1][-1]:4.1f}"
    )

# %% [markdown]
# In full on MNIST the angles do fall. The pixels that are *never* inked account for
# a part only; with the nearly constant ones gone, too, the encoder spans PCA's
# subspace nearly as the decoder does, and the control stays where it was. This is
# one run; one that stops before the decoder has arrived keeps larger angles.

# %% [markdown]
# Is a small error proof of the same subspace? Train a code of 30 in the same
# way, but stop early, and look at both.

# %%
wide_model = train_linear(30, pick(full=3, fast=10))
wide_error, wide_floor = linear_error(wide_model), test_errors[30]
wide_angles = principal_angles(
    kernel_basis(wide_model, "decoder"), components[:30].T
)
print(
    f"code of 30: error {wide_error / wide_floor - 1:+.2%} above PCA's", end=""
)
print(f", largest angle {wide_angles[-1]:.0f} degrees")
print("variances 29 to 32:", variances[28:32].round(3))
small, turned = wide_error / wide_floor < 1.05, wide_angles[-1] > 10
if small and turned:
    print("No: the error is nearly right, and a direction points elsewhere.")
else:
    print("This run does not tell: see the two numbers above.")

# %% [markdown]
# In full on MNIST the answer is no. Question 3 asks why.

# %% [markdown]
# ## PCA beside LDA
#
# PCA never sees a label. *Linear discriminant analysis* does: it looks for the
# directions that pull known classes apart. Both are linear maps to two
# numbers.

# %%
lda = discriminant_analysis.LinearDiscriminantAnalysis(
    solver="eigen", shrinkage=0.1, n_components=2
)
fitted = slice(0, pick(full=10_000, fast=2_000))
lda.fit(vectors[fitted], digits.train_labels[fitted])
shown = slice(0, pick(full=2_000, fast=360))
maps = {
    "PCA, without labels": encode(test_vectors, mean, components[:2]),
    "LDA, with labels": lda.transform(test_vectors),
}
agreement = {
    name: measures.neighbour_agreement(points, test_labels)
    for name, points in maps.items()
}
print({name: f"{share:.1%}" for name, share in agreement.items()})
plots.show_maps(
    {name: (p[shown], test_labels[shown]) for name, p in maps.items()},
    alt="Two maps of the test digits. PCA's overlaps heavily around the "
    "middle; LDA's pulls some digits into groups of their own.",
)

# %% [markdown]
# **Figure 2.7.** Two linear maps of the test images. The numbers above are the
# share of images whose nearest neighbour on the map is the same digit; chance
# is one in ten. With labels or without, neither map separates the ten digits.

# %% [markdown]
# Encoder on the left, decoder on the right: lessons 03 and 04 draw this picture of a
# code of two numbers for networks.

# %%
plots.show_code_map(
    maps["PCA, without labels"][shown],
    test_labels[shown],
    test_vectors[shown],
    lambda codes: decode(codes, mean, components[:2]),
    alt="Left: digits on the plane of the first two components, overlapping. "
    "Right: what each place decodes to, one blur fading into another.",
)

# %% [markdown]
# **Figure 2.8.** Left, where the encoder puts test images; right, what the decoder
# makes of each place. Both axes end at the 1st and 99th percentile of the codes;
# images beyond are not shown. On MNIST a ring becomes a bar from one side to the
# other. Between them there are only blends, because a linear decoder can do nothing
# else.

# %% [markdown]
# ## Where PCA fails
#
# Data may be simple and still not lie in a flat subspace. The Swiss roll is a
# sheet of paper, two numbers per point, rolled up in three dimensions. Here it
# is twice: as scikit-learn makes it, and three times as wide, so that most of
# its variance runs across the roll. Four codes of two numbers: the view from the
# side, which is linear; PCA's; that of *Isomap*, which is not linear (it measures
# distances along a graph of nearest neighbours); and the two numbers that the sheet
# was made from.
#
# *Same stripe* measures the place along the roll only: is a point's nearest
# neighbour in the code from the same of eight stripes? *Neighbours kept* measures
# both numbers: how many of a point's 10 nearest on the sheet are among its 10
# nearest in the code?

# %%
def roll_up(width):
    roll, turns = datasets.make_swiss_roll(1500, noise=0.05, random_state=2)
    roll[:, 1] *= width
    arc = (turns * np.hypot(1, turns) + np.arcsinh(turns)) / 2  # arc length
    stripes = np.digitize(arc, np.quantile(arc, np.arange(1, 8) / 8))
    roll_mean, roll_components, _ = pca.fit_pca(roll, 2)
    isomap = manifold.Isomap(n_neighbors=10, n_components=2)
    codes = {
        "side view": roll[:, [0, 2]],
        "PCA": encode(roll, roll_mean, roll_components),
        "Isomap": isomap.fit_transform(roll),
        "unrolled": np.stack([arc, roll[:, 1]], axis=1),
    }
    return stripes, codes


def ten_nearest(points):
    search = neighbors.NearestNeighbors(n_neighbors=10).fit(points)
    return search.kneighbors(return_distance=False)


panels = {}
for width in (1, 3):
    stripes, codes = roll_up(width)
    panels[width] = {name: (code, stripes) for name, code in codes.items()}
    on_sheet = ten_nearest(codes["unrolled"])[:, :, None]
    for name, code in codes.items():
        share = measures.neighbour_agreement(code, stripes)
        kept = (on_sheet == ten_nearest(code)[:, None]).sum() / on_sheet.size
        print(f"width {width}  {name:9}", end="")
        print(f"  same stripe {share:.1%}  neighbours kept {kept:.1%}")

# %%
plots.show_maps(
    panels[1],
    label_name="stripe along the roll",
    alt="A spiral of eight coloured stripes; PCA's picture of it, the spiral "
    "seen at an angle, where inner and outer stripes cross; Isomap's and the "
    "unrolled sheet, both with the stripes side by side in order.",
)

# %% [markdown]
# **Figure 2.9.** The usual roll: from the side, PCA's two numbers, Isomap's, and
# the two that it was made from. The side view has the stripes in order, but loses
# the place across the roll. PCA looks at the spiral at an angle: inner and outer
# stripes meet in places although they are far apart along the sheet. Isomap unrolls
# it.

# %%
plots.show_maps(
    {name: panels[3][name] for name in ("PCA", "Isomap")},
    label_name="stripe along the roll",
    alt="PCA's picture of the wide roll, bands with several stripes on top of "
    "each other; Isomap's, a bent sheet with most stripes in order.",
)

# %% [markdown]
# **Figure 2.10.** PCA and Isomap on the same roll, three times as wide. Now most of
# the variance runs across the roll, PCA spends one of its two numbers on that, and
# the other sees the spiral from one side: stripes that are far apart along the
# sheet lie on top of each other. Isomap keeps most of them apart; its sheet is bent
# here, where the same 1,500 points lie three times as sparsely (we did not test
# whether more of them would mend it).
#
# On both rolls Isomap keeps more neighbours than the two linear codes. A curved
# surface, a *manifold (다양체)*, asks for an encoder that is not linear, such as the
# hidden layers of lesson 04.

# %% [markdown]
# ## What to take with you
#
# - PCA is an autoencoder: encode, code, decode. Its best weights are
#   eigenvectors, and its error is the sum of the variances it discards.
# - On the images that PCA was fitted to, that error is the floor for every linear
#   code of the same size, trained or not. On MNIST's test images thirty numbers
#   leave a squared error of 13.87 per image, in 2006 as today.
# - A linear network trained on reconstruction has no bad local minima. It
#   arrives in the same subspace, with axes of its own.
# - PCA finds the largest variance, which need not be what you care about; and
#   data of two numbers can be curved so that no plane holds them.

# %% [markdown]
# ## Questions to think about
#
# **1.** You fit PCA on images whose pixels run from 0 to 255 and forget to
# divide by 255. What changes in the components, the codes and the error?
#
# <details><summary>One answer</summary>
#
# The components do not change. The mean and the codes grow by 255, the
# variances and the squared error by 255². The explained shares stay as they are.
#
# </details>
#
# **2.** PCA's error on its training images is the sum of the discarded variances.
# On which side of that do you expect the error on other images?
#
# <details><summary>One answer</summary>
#
# Above it, in general: the components were chosen for the training images. With
# 60,000 images and 784 dimensions the gap is small, and chance can turn it round,
# as it does in full on MNIST: the test images are no easier for the mean image, but
# lie nearer to the span of the first components.
#
# </details>
#
# **3.** Why does the trained linear autoencoder reach PCA's *error* sooner than
# it reaches PCA's *subspace*?
#
# <details><summary>One answer</summary>
#
# Where two neighbouring variances are nearly equal, the last kept and the first
# discarded, trading one direction for the other costs almost no error, so
# almost no gradient pushes against it. The angle is then large while the error
# is already right. (We did not test it, for example on data with a gap there.)
#
# </details>

# %% [markdown]
# ## Where to read on
#
# - Pierre Baldi and Kurt Hornik, *Neural networks and principal component
#   analysis: learning from examples without local minima*, Neural Networks 2,
#   1989: the paper behind the second half of this lesson.
# - Ian T. Jolliffe and Jorge Cadima, *Principal component analysis: a review and
#   recent developments*, Philosophical Transactions of the Royal Society A, 2016:
#   what PCA is used for, and its variants.
# - Joshua B. Tenenbaum, Vin de Silva and John C. Langford, *A global geometric
#   framework for nonlinear dimensionality reduction*, Science 290, 2000: Isomap,
#   with the Swiss roll as its example.

# %%
score()

# %%
about.versions()
