# %% [markdown]
# # 01 Unsupervised learning: what there is to learn without labels
#
# *Supervised learning (지도 학습, 감독 학습)* is told what each image shows.
# *Unsupervised learning (비지도 학습, 비감독 학습)* gets the images and nothing
# else. An autoencoder is of the second kind. This lesson shows what there is to
# find in images alone, and how to tell whether something was found.
#
# After this lesson you can
#
# 1. name the three jobs of learning without labels, and do each of them in a
#    few lines of NumPy: say how likely an image is, sort images into groups,
#    describe an image by fewer numbers;
# 2. measure what hundreds of dimensions do to distances, and say why images
#    suffer less than noise;
# 3. choose which fifty images to label, and show with a baseline and a control
#    what the choice is worth.
#
# **14 points**, 45 to 60 minutes of thinking; all cells together compute for
# about a minute on two CPU cores. You need matrices, mean and variance.

# %%
try:
    from helpers.course import about, pick
except ImportError:
    raise ImportError("The course is not found here: open this notebook with "
                      "make lab, and rename a helpers.py beside it.") from None
from helpers import data, measures, plots
from helpers.checks import check, hint, score
from helpers.methods import coarse, kmeans
from helpers.results import compare, published
import numpy as np
from scipy.spatial.distance import cdist
from sklearn.cluster import KMeans

digits = data.load("auto")

# %%
images = digits.train_vectors[: pick(full=10_000, fast=2_000)]
labels = digits.train_labels[: len(images)]
test_images = digits.test_vectors
test_labels = digits.test_labels
print("training", images.shape, " test", test_images.shape)

# %%
from threadpoolctl import threadpool_limits

# On a busy machine scikit-learn's threads mostly wait for each other.
threadpool_limits(1)
finder = KMeans(10, n_init=pick(full=4, fast=1), random_state=1).fit(images)
order = measures.match_groups(labels, finder.labels_, 10)
plots.show_rows(
    {
        "one image": [images[labels == digit][0] for digit in range(10)],
        "with labels": [
            images[labels == digit].mean(axis=0) for digit in range(10)
        ],
        "without": finder.cluster_centers_[order],
    },
    alt="Three rows of ten: one image of each digit; the average image of "
    "each digit; the averages of ten groups found without labels, most of "
    "them like the digit above, some of them blends such as 4 with 9.",
)

# %% [markdown]
# **Figure 1.1.** The same images with and without labels. The middle row
# averages the images of each digit, which takes labels. The last row averages
# ten groups that a program found without any (Exercise 1.3), each put under a
# digit that it shares many images with. Look for digits that have no group of
# their own: images that look alike are grouped together, whatever their label.

# %% [markdown]
# ## Two kinds of training data
#
# $$\text{supervised: } \{(x_i, y_i)\}_{i=1}^{n} \to \hat f_n, \qquad
# \text{unsupervised: } \{x_i\}_{i=1}^{n} \to \hat f_n .$$
#
# | symbol | in words | in the code |
# |---|---|---|
# | $x_i$ | image number $i$, a point with $d = 784$ coordinates | `images[i]` |
# | $y_i$ | its label (레이블) | `labels[i]` |
# | $n$ | number of training images | `len(images)` |
# | $\hat f_n$ | the rule that comes out of the training | a function |
#
# With labels, the rule should predict the label. Without, there are three things
# to ask of it, and this lesson does all three.
#
# - **Density (밀도 추정).** How likely is an image like this one?
# - **Groups (군집).** Which images belong together?
# - **Low-dimensional structure (차원 축소).** How can an image be described by few
#   numbers?
#
# Autoencoders answer the third, as do PCA (lesson 02) and *manifold learning*
# (below). Why without labels? They cost, and images do not: a network may be
# *pretrained (사전 학습)* on many images and finished on few labels (lesson 09).
# New images can be generated (lesson 10), and what does not fit can be found
# (이상치 탐지).

# %%
plots.show_family_tree(
    alt="Family tree: models without probability (KMeans, PCA, autoencoders, "
    "sparse coding) and probabilistic ones, with explicit density, tractable "
    "or not, or with implicit density."
)

# %% [markdown]
# **Figure 1.2.** The family. Above, models without a probability: the
# autoencoder's branch. Below, models that contain a probability $p(x)$. Those
# with an *explicit* density have a formula for it, which can be computed
# (*tractable*) or only bounded or estimated; those with an *implicit* one give
# samples and no formula. Filled dots are met in the lessons named.

# %% [markdown]
# ## What stands in the way: many dimensions
#
# Most ways of comparing images use distances. In 784 dimensions these behave
# unlike those in two or three, the *curse of dimensionality (차원의 저주)*: the
# volume of a space grows exponentially with its dimension $d$, so that the same
# number of points fills it ever more thinly.
#
# By hand: how long is the edge of a cube that holds one hundredth of the unit
# cube's volume? It is $0.01^{1/d}$. And how many points give ten positions
# along each axis? $10^d$.

# %%
for size in (1, 2, 3, 16, 784):
    edge = 0.01 ** (1 / size)
    print(f"{size:3d} dimensions: edge {edge:.3f}, points 10^{size}")

# %% [markdown]
# In 784 dimensions a cube with one hundredth of the volume spans more than 99 %
# of every axis.
#
# ### Exercise 1.1 — Nearest against farthest (2 points)
#
# *Warm-up, about 5 minutes.* Here is a way to measure it. For a query point
# $q$ and points $p_1 \dots p_n$,
#
# $$r(q) = \frac{\min_i \lVert q - p_i\rVert}{\max_i \lVert q - p_i\rVert},
# \qquad \lVert v\rVert = \sqrt{v_1^2 + \dots + v_d^2}.$$
#
# Mind which way it runs: a ratio near **0** is high contrast (the nearest point
# is much nearer than the farthest), a ratio near **1** is none (all points are
# about equally far). `cdist(a, b)`, imported above, returns the distances
# between all rows of `a` and all rows of `b`.

# %% nbgrader={"schema_version": 3, "grade_id": "ch01-distance-contrast", "grade": false, "locked": false, "solution": true, "task": false}
def distance_contrast(queries, points):
    """Return nearest distance / farthest distance for each query.

    queries: (m, d).  points: (n, d).  Returns (m,), from 0 to 1.
    """
    ### BEGIN SOLUTION
    distances = cdist(queries, points)
    return distances.min(axis=1) / distances.max(axis=1)
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade_id": "ch01-distance-contrast-check", "grade": true, "locked": true, "points": 2, "solution": false, "task": false}
distance_contrast = check("1.1", distance_contrast)

# %% [markdown]
# Now against the dimension, for three kinds of points. **Digits**, as they are
# and made coarser, so that they have 1, 4, 16 ... 784 pixels. **Uniform
# noise** of the same dimension. And a control between the two: the digits'
# pixel values, **each pixel permuted among the images** on its own. Every pixel
# keeps its values, and no longer depends on the other pixels.

# %%
sides = [1, 2, 4, 7, 14, 28]
sizes = [side**2 for side in sides]
rng = np.random.default_rng(1)
ratios = {"uniform noise": [], "digits, pixels permuted": [], "digits": []}
for side in sides:
    points = coarse.coarsen(images[:1000], side)
    queries = coarse.coarsen(test_images[:100], side)
    permuted = rng.permuted(np.concatenate([points, queries]), axis=0)
    noise = rng.random(permuted.shape)
    for name, (some, many) in {
        "uniform noise": (noise[1000:], noise[:1000]),
        "digits, pixels permuted": (permuted[1000:], permuted[:1000]),
        "digits": (queries, points),
    }.items():
        ratios[name].append(distance_contrast(some, many).mean())
plots.show_curves(
    {name: (sizes, means) for name, means in ratios.items()},
    x_label="dimension (pixels per image)",
    y_label="nearest / farthest distance",
    log_x=True,
    dashed=["uniform noise"],
    alt="Ratio of nearest to farthest distance against dimension, 1 to 784. "
    "Uniform noise ends highest, digits with permuted pixels below it, digits "
    "far below both.",
)

# %% [markdown]
# **Figure 1.3.** Distances concentrate as the dimension grows: in noise the
# nearest of a thousand points is hardly nearer than the farthest. In digits it
# is much nearer. The control has the digits' pixel values and most of the
# noise's concentration. So what keeps the contrast of digits is for the most
# part that their pixels *depend on each other*, not which values they take.

# %%
noise_sizes = list(range(2, 61))
noise_ratios = []
for size in noise_sizes:
    noise = rng.random((1100, size))
    noise_ratios.append(distance_contrast(noise[1000:], noise[:1000]).mean())
same = np.interp(ratios["digits"][-1], noise_ratios, noise_sizes)
for name, means in ratios.items():
    print(f"784 pixels, {name:26} {means[-1]:.2f}")
print(f"noise with the ratio of the digits: {same:.0f} dimensions")

# %% [markdown]
# By this measure images of 784 pixels are like points of as few coordinates as
# the last line says. Whether so few numbers are enough to describe an image,
# the next lessons try.

# %% [markdown]
# ## First job: density
#
# The simplest density with a formula is one Gaussian over all images:
#
# $$\log p(x) = -\tfrac12\Big[(x-\mu)^\top C^{-1}(x-\mu)
# + \log\det C + d\log 2\pi\Big], \qquad C = \Sigma + \varepsilon I .$$
#
# | symbol | in words | in the code |
# |---|---|---|
# | $\mu$ | mean of the training images | `training.mean(axis=0)` |
# | $\Sigma$ | their covariance, $\frac1n\sum_i (x_i-\mu)(x_i-\mu)^\top$ | `(d, d)` |
# | $\varepsilon$ | the *ridge*, a little variance for every direction | `ridge` |
# | $I$ | identity matrix | `np.eye(d)` |
# | $d$ | number of pixels | `training.shape[1]` |
#
# By hand, in one dimension, on five numbers:

# %%
five = np.array([2.0, 4, 4, 6, 9])
mean, variance = five.mean(), five.var()
print(f"mean {mean}, variance {variance}")
for x in (5.0, 9.0, 15.0):
    exponent = (x - mean) ** 2 / variance
    log_p = -0.5 * (exponent + np.log(variance) + np.log(2 * np.pi))
    print(f"log p({x:4.1f}) = {log_p:.2f}")

# %% [markdown]
# The farther from the mean, counted in standard deviations, the less likely.
# Were all five numbers equal, as the corner pixels of a digit are, the variance
# would be 0 and the density infinite. The ridge prevents that.

# %% [markdown]
# ### Exercise 1.2 — Gaussian log density (3 points)
#
# *The idea itself, about 15 minutes.* Fit $\mu$ and $C$ to `training`, then
# score `vectors`. Two things to know: the determinant of 784 small variances
# is smaller than the smallest float, so take `np.linalg.slogdet`, which
# returns its sign and its logarithm; and instead of inverting $C$, let
# `np.linalg.solve(C, b)` return $C^{-1} b$.

# %% nbgrader={"schema_version": 3, "grade_id": "ch01-log-density", "grade": false, "locked": false, "solution": true, "task": false}
def log_density(vectors, training, ridge):
    """Return the log density of vectors under a Gaussian fit to training.

    vectors: (m, d).  training: (n, d).
    ridge: the variance added to each direction.
    Returns (m,).  The covariance is divided by n.
    """
    ### BEGIN SOLUTION
    mean, size = training.mean(axis=0), training.shape[1]
    covariance = np.cov(training.T, bias=True) + ridge * np.eye(size)
    offsets = vectors - mean
    solved = np.linalg.solve(covariance, offsets.T).T
    squares = np.sum(offsets * solved, axis=1)
    _, log_determinant = np.linalg.slogdet(covariance)
    return -0.5 * (squares + log_determinant + size * np.log(2 * np.pi))
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade_id": "ch01-log-density-check", "grade": true, "locked": true, "points": 3, "solution": false, "task": false}
log_density = check("1.2", log_density)

# %%
some, some_labels = test_images[:1000], test_labels[:1000]
density = log_density(some, images, ridge=0.01)
ranked = some[np.argsort(density)]
plots.show_rows(
    {
        "most likely": ranked[::-1][:12],
        "middle": ranked[len(ranked) // 2 :][:12],
        "least likely": ranked[:12],
    },
    alt="Three rows of twelve test images. The most likely are all ones, thin "
    "and upright; the middle row has all digits; the least likely are wide, "
    "heavy or drawn with long strokes.",
)

# %% [markdown]
# **Figure 1.4.** Test images by their log density. On MNIST the most likely are
# ones, which vary little, and the least likely are wide, heavy, or run into
# places where there seldom is ink. Most of the last row is easy to read, all
# the same: unlikely under this model does not mean odd to a person.

# %% [markdown]
# Does it find what is *certainly* odd? Turn test images upside down, and
# permute the pixels of others. The measure: take one odd image and one real
# one; how often does the odd one have the lower score? One half is chance, 1 is
# perfect (it is the *area under the ROC curve*, which lesson 10 uses again).
# The baseline knows only the amount of ink.

# %%
def odd_found(odd_scores, real_scores):
    below = np.searchsorted(np.sort(odd_scores), real_scores)
    return below.mean() / len(odd_scores)


def ink_alone(vectors):
    return -np.abs(vectors.sum(axis=1) - images.sum(axis=1).mean())


odd = {
    "upside down": some[:, ::-1],
    "pixels shuffled": rng.permuted(some, axis=1),
}
for name, vectors in odd.items():
    odd_density = log_density(vectors, images, ridge=0.01)
    by_density = odd_found(odd_density, density)
    by_ink = odd_found(ink_alone(vectors), ink_alone(some))
    print(f"{name:16} density {by_density:.2f}  ink alone {by_ink:.2f}")

# %% [markdown]
# (Reversing the order of the 784 pixels turns an image by half a circle.)
# Shuffled images are nearly always found, images upside down more often than
# not; a 0 or an 8 looks much the same upside down. The ink alone finds nothing,
# since neither change adds or removes any.

# %% [markdown]
# ## Second job: groups
#
# *KMeans* describes images by $k$ centres and gives each image to the centre
# that it is nearest to. It lowers the *spread*
#
# $$J = \frac1n \sum_{i=1}^{n} \lVert x_i - c_{g(i)}\rVert^2, \qquad
# g(i) = \arg\min_{j} \lVert x_i - c_j\rVert ,$$
#
# with $c_j$ for centre number $j$ and $g(i)$ for the group of image $i$, by
# two moves in turn. **Assign**: each image goes to its nearest centre.
# **Update**: each centre goes to the mean of its group. Neither move can raise
# $J$.
#
# By hand: the five numbers 0, 1, 2, 8, 10 and the centres 1 and 4. Assign: 0,
# 1 and 2 go to the centre 1; 8 and 10 to the centre 4. Update: the centres
# become 1 and 9. Assign again: nothing changes, so this is the end.
#
# One case needs a rule. Were the centres 1 and 50, no number would be nearest
# to 50: its group is *empty*, and the mean of nothing is no number. The rule
# here is scikit-learn's: **an empty group is given the point that is farthest
# from its own centre, and that point leaves its old group.** Here that is 10,
# which is 9 away from its centre 1. The groups become {0, 1, 2, 8} and {10}.

# %% [markdown]
# ### Exercise 1.3 — One KMeans step (3 points)
#
# *The idea itself, about 15 minutes.* Assign, apply the rule until no group is
# empty, update. Several empty groups take such points one after another, the
# one with the lowest number first. A point that has moved is not taken again;
# if it was the last of its old group, that group is empty now and has its turn.

# %% nbgrader={"schema_version": 3, "grade_id": "ch01-kmeans-step", "grade": false, "locked": false, "solution": true, "task": false}
def kmeans_step(vectors, centres):
    """Assign each vector to a group, then return the means of the groups.

    vectors: (n, d).  centres: (k, d).
    Returns (labels, centres): each vector's group from 0 to k - 1, (n,),
    whole numbers, and the new centres (k, d).  No group is empty.
    """
    ### BEGIN SOLUTION
    gaps = cdist(vectors, centres)
    labels, own = gaps.argmin(axis=1), gaps.min(axis=1)
    while len(empty := np.setdiff1d(np.arange(len(centres)), labels)):
        farthest = own.argmax()
        labels[farthest], own[farthest] = empty[0], -1
    groups = [vectors[labels == k] for k in range(len(centres))]
    return labels, np.array([group.mean(axis=0) for group in groups])
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade_id": "ch01-kmeans-step-check", "grade": true, "locked": true, "points": 3, "solution": false, "task": false}
kmeans_step = check("1.3", kmeans_step)

# %%
def run_kmeans(vectors, centres, num_steps=pick(full=40, fast=10)):
    history = [centres]
    for _ in range(num_steps):
        groups, centres = kmeans_step(vectors, centres)
        history.append(centres)
    return groups, history


start = images[rng.choice(len(images), 10, replace=False)]
groups, history = run_kmeans(images, start)
oracle = KMeans(10, init=start, n_init=1, max_iter=len(history) - 1, tol=0)
centres = oracle.fit(images).cluster_centers_
print(f"largest difference {np.abs(history[-1] - centres).max():.6f}")
plots.show_rows(
    {
        f"{step} step{'s' * (step != 1)}": history[step]
        for step in (0, 1, 3, len(history) - 1)
    },
    alt="Four rows of ten centres. Ten images to start with; after one step "
    "blurred averages; after three and at the end clearer ones.",
)

# %% [markdown]
# **Figure 1.5.** Ten centres from ten images drawn at random, after so many of
# your steps. The printed line compares the last row with scikit-learn's, from
# the same initial centres and after as many steps. The result depends on the
# initial centres: below, a few other draws.

# %%
accuracies = []
for seed in range(pick(full=5, fast=2)):
    chosen = np.random.default_rng(seed).choice(len(images), 10, replace=False)
    groups, _ = run_kmeans(images, images[chosen])
    accuracies.append(100 * measures.clustering_accuracy(labels, groups))
print("accuracy by initial centres, %:", np.round(accuracies, 1))
compare(
    "xie2016.kmeans.accuracy",
    np.mean(accuracies),
    note="Ours: the mean of the line printed above, 10,000 training "
    "images of MNIST in the full profile. Published: all 70,000 images.",
)

# %% [markdown]
# Each group was given the name of one digit, in the best one-to-one way (lesson
# 06), and the accuracy is the share of images whose group has their digit's
# name. Guessing would give about 10 %. Labels are used for measuring only.

# %% [markdown]
# ## Third job: low-dimensional structure
#
# Every point of the space of 784 dimensions is an image of 28 × 28 pixels, and
# hardly any is a digit. The *manifold hypothesis* says where the digits are:
# near a curved surface of few dimensions, the *manifold (다양체, 매니폴드)*.
# *Manifold learning* looks for that surface and describes each image by its
# place there, its *projection (투영)*: to compress, to see the data, to get useful
# *features (특징)*.
#
# If images lie near a curved surface, then halfway between two different digits
# should be no digit, as halfway between two points of a circle is no point of
# the circle. And halfway between an image and its nearest neighbour should
# still be a digit, since a short piece of a curve is nearly straight.

# %%
from sklearn.metrics import pairwise_distances

apart = pairwise_distances(some, test_images)
np.fill_diagonal(apart, np.inf)
neighbours = test_images[apart.argmin(axis=1)]
partner = rng.permutation(len(some))
differ = some_labels != some_labels[partner]
ones, others = some[differ], some[partner][differ]
halfway_other = (ones + others) / 2
halfway_near = (some + neighbours) / 2
plots.show_rows(
    {
        "another digit": others[:10],
        "halfway": halfway_other[:10],
        "an image": ones[:10],
        "halfway ": halfway_near[differ][:10],
        "its neighbour": neighbours[differ][:10],
    },
    alt="Ten images in the middle row; above, halfway to another digit, which "
    "is a double exposure; below, halfway to the nearest neighbour, which is "
    "still a digit.",
)

# %% [markdown]
# **Figure 1.6.** Upwards from the middle row, halfway to an image of another
# digit: a double exposure, and no digit. Downwards, halfway to the image's
# nearest neighbour among the test images: most are still a digit, a little
# blurred.

# %% [markdown]
# Does your density see it, too? It should be low where there are no digits.

# %%
halfway = {
    "halfway to a neighbour": halfway_near,
    "halfway to another digit": halfway_other,
}
for name, vectors in halfway.items():
    found = odd_found(log_density(vectors, images, ridge=0.01), density)
    print(f"{name:24} less likely than a digit: {found:.2f} of all pairs")

# %% [markdown]
# Below one half, the density takes halfway images for *better* digits than
# digits. That is what one Gaussian must do: its logarithm is an upside-down
# bowl, so halfway between two points it is never lower than at the worse of the
# two. A density that is low between the digits has to follow the curved
# surface; lesson 10 looks for one.

# %% [markdown]
# ## Encode, decode, compare
#
# Describing an image by few numbers takes two functions: an *encoder (인코더)*
# $\mathrm{enc}: X \to Z$ from image to *code (코드)*, and a *decoder (디코더)*
# $\mathrm{dec}: Z \to X$ back. How much the code has kept shows when the image
# comes back: the *reconstruction loss (복원 오차)* is
#
# $$L(x) = \lVert \mathrm{dec}(\mathrm{enc}(x)) - x\rVert^2 .$$
#
# An *autoencoder (오토인코더)* is a network for the two functions, trained on this
# loss, without a label: *representation learning (표현 학습)*. But KMeans is such
# a pair already: its code is the number of the group, its decoder returns that
# group's centre, and the average of $L$ is the spread $J$.
#
# The same loss comes in three units:
#
# | name | of one image | range |
# |---|---|---|
# | SSE/image | $\sum_j (\hat x_j - x_j)^2$, the sum over its pixels | 0 to 784 |
# | MSE | the sum divided by the number of pixels | 0 to 1 |
# | L2 | the square root of the sum, a distance | 0 to 28 |
#
# with $x_j$ and $\hat x_j$ for pixel $j$ of an image and of its
# reconstruction. Each is then averaged over the images. By hand, on one image
# of five pixels:

# %%
tiny = np.array([0.0, 0.5, 1.0, 0.5, 0.0])
tiny_rebuilt = np.array([0.0, 0.5, 0.8, 0.5, 0.4])
squared = (tiny_rebuilt - tiny) ** 2
print("squared differences", squared.round(2))
print(f"SSE {squared.sum():.2f}, MSE {squared.sum() / 5:.2f}", end="")
print(f", L2 {squared.sum() ** 0.5:.3f}")

# %% [markdown]
# ### Exercise 1.4 — Reconstruction loss in three units (2 points)
#
# *Warm-up, about 5 minutes.* For many images. Mind the order for L2: first the
# root of each image, then the average.

# %% nbgrader={"schema_version": 3, "grade_id": "ch01-reconstruction-losses", "grade": false, "locked": false, "solution": true, "task": false}
def reconstruction_losses(images, reconstructions):
    """Return SSE/image, MSE and L2, each averaged over the images.

    images, reconstructions: (n, d).  Returns three numbers.
    """
    ### BEGIN SOLUTION
    errors = np.sum((reconstructions - images) ** 2, axis=1)
    sse = errors.mean()
    return sse, sse / images.shape[1], np.sqrt(errors).mean()
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade_id": "ch01-reconstruction-losses-check", "grade": true, "locked": true, "points": 2, "solution": false, "task": false}
reconstruction_losses = check("1.4", reconstruction_losses)

# %%
fifty = KMeans(50, n_init=1, random_state=1).fit(images)
rebuilt = {
    "nothing: the mean image": 0 * test_images + images.mean(axis=0),
    "one of 10 centres": finder.cluster_centers_[finder.predict(test_images)],
    "one of 50 centres": fifty.cluster_centers_[fifty.predict(test_images)],
    "16 block averages": coarse.refine(
        coarse.coarsen(test_images, 4), 28
    ),
    "49 block averages": coarse.refine(
        coarse.coarsen(test_images, 7), 28
    ),
}
for name, reconstructions in rebuilt.items():
    sse, mse, l2 = reconstruction_losses(test_images, reconstructions)
    print(f"{name:24} SSE/image {sse:5.2f}  MSE {mse:.4f}  L2 {l2:.2f}")
pca = published("pca.sse.k30")
print(f"{'lesson 02: 30 numbers':24} SSE/image {pca.value:5.2f}")

# %%
plots.show_rows(
    {"input": test_images[:12]}
    | {name: rows[:12] for name, rows in rebuilt.items()},
    alt="Twelve digits and five reconstructions of each: the mean image, the "
    "nearest of 10 and of 50 centres, and 16 and 49 grey blocks.",
)

# %% [markdown]
# **Figure 1.7.** Five encoders and decoders without a network. A centre is a
# code of one whole number: readable, though not always the right digit. Blocks
# keep the place of the ink and lose the edges. Lesson 02 finds the best code
# that a matrix can make; what it reaches with 30 numbers is printed above.

# %% [markdown]
# ## What a label is worth
#
# Say that you can pay for fifty labels. The usual way is to label fifty images
# drawn at random and train a *classifier (분류기)*, here a *logistic regression*.
# The other images can tell you *which* fifty to label: make fifty groups, and
# label the *representative* of each, the image nearest to its centre. Then pass
# each label on to the whole group, so that the classifier has all images to
# learn from, though some with a wrong label.

# %% [markdown]
# ### Exercise 1.5 — Representatives and their labels (2 points)
#
# *The idea itself, about 10 minutes.* Find each centre's representative, the
# nearest of all images (as a rule, but not always, one of its own group), and
# give each image the label of its group's representative. Only the labels of
# the representatives are paid for, so no other may be looked at.

# %% nbgrader={"schema_version": 3, "grade_id": "ch01-propagate", "grade": false, "locked": false, "solution": true, "task": false}
def propagate(vectors, centres, labels):
    """Buy the labels of representatives and pass them on to their groups.

    vectors: (n, d).  centres: (k, d).
    labels: (n,), of which only those of the representatives are bought.
    Returns (representatives, passed_on): for each centre the position of
    the vector nearest to it, (k,), and a label for every vector, (n,).
    """
    ### BEGIN SOLUTION
    far_apart = cdist(vectors, centres)
    representatives = far_apart.argmin(axis=0)
    nearest_centres = far_apart.argmin(axis=1)
    return representatives, labels[representatives][nearest_centres]
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade_id": "ch01-propagate-check", "grade": true, "locked": true, "points": 2, "solution": false, "task": false}
propagate = check("1.5", propagate)

# %%
representatives, passed_on = propagate(images, fifty.cluster_centers_, labels)
print(f"labels passed on that are right: {np.mean(passed_on == labels):.1%}")
# %%
def trained_on(vectors, names, test=test_images):
    return measures.classifier_accuracy(vectors, names, test, test_labels)


def random_labels(count, draw, train=images, test=test_images):
    chosen = np.random.default_rng(draw).choice(len(train), count, False)
    return trained_on(train[chosen], labels[chosen], test)


def bought_labels(count, seed, train=images, test=test_images):
    centres = kmeans.group_centres(train, count, seed)
    chosen, passed = propagate(train, centres, labels)
    alone = trained_on(train[chosen], labels[chosen], test)
    return alone, trained_on(train, passed, test)


# %%
draws, seeds = range(pick(full=10, fast=3)), range(pick(full=3, fast=2))
counts = pick(full=[20, 50, 100, 200, 500, 1000], fast=[20, 50, 500])
few_counts = [count for count in counts if count <= 200]
random_runs = np.array(
    [[random_labels(count, draw) for draw in draws] for count in counts]
)
bought = np.array(
    [[bought_labels(count, seed) for seed in seeds] for count in few_counts]
)
supervised = trained_on(images, labels)
plots.show_bands(
    {
        "random labels": (counts, random_runs),
        "representatives": (few_counts, bought[:, :, 0]),
        "representatives, passed on": (few_counts, bought[:, :, 1]),
    },
    x_label="labels bought",
    y_label="accuracy on the test images",
    log_x=True,
    dashed=["random labels"],
    levels={f"all {len(images):,} labels": supervised},
    alt="Test accuracy against the number of labels. Representatives lie "
    "above random labels, labels passed on above both, up to 200; the line of "
    "all labels lies above everything.",
)

# %% [markdown]
# **Figure 1.8.** What labels buy. A line is the mean of several runs, a band
# goes from the worst to the best. The dashed line is the baseline, images drawn
# at random; the dotted line is the supervised control, all labels.

# %%
for count, at_random, (alone, passed) in zip(
    counts, random_runs, np.moveaxis(bought, 2, 1)
):
    print(
        f"{count:4d} labels  random {at_random.mean():.3f}"
        f" ({at_random.min():.3f} to {at_random.max():.3f})"
        f"  representatives {alone.mean():.3f}"
        f"  passed on {passed.mean():.3f}"
        f" ({passed.min():.3f} to {passed.max():.3f})"
    )
print(f"all {len(images)} labels  {supervised:.3f}")

# %% [markdown]
# ### Exercise 1.6 — What a chosen label is worth (2 points)
#
# *Reads the figure, about 10 minutes.* Fifty labels passed on reach a certain
# accuracy. How many *random* labels would have been needed for the same? Read
# it from the dashed curve of Figure 1.8, the mean over the runs, and write that
# reading as a function. Between two measured points the curve is a straight
# line in the number of labels itself, although the figure's axis is
# logarithmic.

# %% nbgrader={"schema_version": 3, "grade_id": "ch01-labels-worth", "grade": false, "locked": false, "solution": true, "task": false}
def labels_worth(counts, accuracies, target):
    """Return how many labels it takes to reach a target accuracy.

    counts: a list of m numbers, rising.
    accuracies: (m, runs), rising on average.
    Returns the number of labels, a float, read on the straight lines
    between the means of the runs; the first count if that is enough
    already; None if no mean is as high as the target.
    """
    ### BEGIN SOLUTION
    heights = np.mean(accuracies, axis=1)
    if target > heights.max():
        return None
    return float(np.interp(target, heights, counts))
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade_id": "ch01-labels-worth-check", "grade": true, "locked": true, "points": 2, "solution": false, "task": false}
labels_worth = check("1.6", labels_worth)

# %%
for count, reached in zip(few_counts, bought[:, :, 1].mean(axis=1)):
    worth = labels_worth(counts, random_runs, reached)
    words = "more than measured" if worth is None else f"{worth:.0f}"
    print(f"{count:4d} labels passed on ({reached:.3f}): {words} random ones")

# %% [markdown]
# ## A control, and what it really shows
#
# If chosen labels go further because images that are near each other show the
# same thing, then the gain has to go where that nearness is destroyed. There
# are two ways to shuffle the pixels, with **one permutation for all images** or
# with **a permutation for each image**. To the eye both are noise. Before you
# read on: which numbers of this lesson does each of them change?

# %%
one_for_all = rng.permutation(784)
worlds = {
    "as they are": (images, test_images),
    "one for all": (images[:, one_for_all], test_images[:, one_for_all]),
    "each its own": (
        rng.permuted(images, axis=1),
        rng.permuted(test_images, axis=1),
    ),
}
# %%
seed_images = rng.choice(len(images), 10, replace=False)
for name, (train, test) in worlds.items():
    scores = log_density(test[:1000], train, ridge=0.01)
    ranks = np.argsort(np.argsort([density, scores]))
    found, _ = run_kmeans(train, train[seed_images])
    accuracy = measures.clustering_accuracy(labels, found)
    agreement = measures.neighbour_agreement(test[:1000], some_labels)
    at_random = np.mean([random_labels(50, d, train, test) for d in draws])
    passed = np.mean([bought_labels(50, s, train, test)[1] for s in seeds])
    print(
        f"{name:12} density ranks {np.corrcoef(ranks)[0, 1]:6.3f}"
        f"  groups {accuracy:.3f}  neighbours {agreement:.3f}"
        f"  50 labels: random {at_random:.3f}, passed on {passed:.3f}"
    )

# %% [markdown]
# Read the rows against the first. (*Density ranks*: the correlation between
# the order of the test images by density and their order as they are.
# *Neighbours*: how often the nearest other test image is the same digit.)
#
# - **One permutation for all changes nothing**: all distances stay. No method of
#   this lesson knows which pixels are next to each other; nor do PCA and the
#   dense networks of the next lessons. The convolutional ones of lesson 06 do.
# - **A permutation for each image destroys most of it**, and the gain of chosen
#   labels with it. What is left may be the ink, which no permutation changes.

# %% [markdown]
# ## What to take with you
#
# - Without labels there are three jobs: density, groups, low-dimensional
#   structure. Autoencoders do the third.
# - In many dimensions distances become alike. Images suffer less than noise,
#   because their pixels depend on each other.
# - One Gaussian finds images that are odd in a simple way, and takes a double
#   exposure for a fine digit.
# - An encoder, a decoder and a loss are all that "reconstruction" means;
#   KMeans is a pair of them. Ask in which unit a loss is given.
# - Looking at images without labels first makes the labels that you buy go
#   further. The proof needs the random baseline, the spread over seeds, and
#   the supervised control.

# %% [markdown]
# ## Where to read on
#
# - Kevin Beyer, Jonathan Goldstein, Raghu Ramakrishnan and Uri Shaft, *When Is
#   "Nearest Neighbor" Meaningful?*, ICDT 1999: the ratio of Exercise 1.1, and
#   when it goes to 1.
# - Eric Nalisnick and others, *Do Deep Generative Models Know What They Don't
#   Know?*, ICLR 2019: deep densities that find images of another kind *more*
#   likely than their own.
# - Yoshua Bengio, Aaron Courville and Pascal Vincent, *Representation Learning:
#   A Review and New Perspectives*, IEEE Transactions on Pattern Analysis and
#   Machine Intelligence, 2013: the third job, at length.

# %% [markdown]
# ## Questions to think about
#
# **1.** Why does an average of two images have a higher Gaussian density than
# most images, and what does that say about the "most likely" row of Figure
# 1.4?
#
# <details><summary>One answer</summary>
#
# The density falls with the distance from the mean image, counted in the
# directions in which images vary. Averages lie nearer to the mean. So "most
# likely" there means "nearest to the mean image", and not "the best digit".
#
# </details>
#
# **2.** Noise of 784 dimensions has a ratio near 1 in Figure 1.3. Would KMeans
# find groups in it? Would they mean anything?
#
# <details><summary>One answer</summary>
#
# It would: it always returns as many groups as it is asked for. But every
# image is about as far from one centre as from another, other initial centres
# give other groups, and nothing about a new image follows from its group.
#
# </details>
#
# **3.** You may pay for five hundred labels instead of fifty. Which of the two
# do you expect to matter less then, choosing or passing on?
#
# <details><summary>One answer</summary>
#
# Both matter less, since random labels soon cover every kind of digit, as the
# dashed curve shows by drawing near. Passing on also has a ceiling: a group
# with two digits in it hands wrong labels to the classifier, however many
# images it has.
#
# </details>

# %%
score()

# %%
about.versions()
