# %% [markdown]
# # 01 Unsupervised learning: what there is to learn without labels
#
# *Supervised learning (지도 학습, 감독 학습)* is told what each image shows.
# *Unsupervised learning (비지도 학습, 비감독 학습)* gets the images and nothing
# else. An autoencoder is of the second kind.
#
# After this lesson you can
#
# 1. name the three jobs of learning without labels, and do each of them in a
#    few lines of NumPy: say how likely an image is, sort images into groups,
#    describe an image by fewer numbers;
# 2. measure what hundreds of dimensions do to distances, and say why images
#    suffer less than noise;
# 3. say whether a gain is more than chance, and which control makes it vanish.
#
# **14 points**, about 80 minutes with the reading; all cells together compute for
# about a minute on two CPU cores, in at most
# 3 GB of memory. You need matrices, mean and variance.

# %%
try:
    from helpers.course import about, pick
except ImportError:
    raise ImportError("The course is not found here: open this notebook with "
                      "make lab, and rename a helpers.py beside it.") from None
from helpers import data, measures, plots
from helpers.checks import check, hint, predicted, score
from helpers.methods import coarse, kmeans
from helpers.results import compare, published
from itertools import combinations
import numpy as np
from scipy.spatial.distance import cdist

digits = data.load("auto")

# %%
images = digits.train_vectors[: pick(full=10_000, fast=2_000)]
labels = digits.train_labels[: len(images)]
test_images = digits.test_vectors
test_labels = digits.test_labels
print("training", images.shape, " test", test_images.shape)

# %%
shown = test_images[:12]
nearest = cdist(shown, images).argmin(axis=1)
plots.show_rows(
    {"an image": shown, "the nearest other": images[nearest]},
    alt="Two rows of twelve digits. Under each test image is the training "
    "image that is nearest to it; nearly all show the same digit.",
)

# %% [markdown]
# **Figure 1.1.** Twelve test images, and under each the training image that is
# nearest to it, found without a label. Look for pairs that show the same digit.

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
# With labels, the rule should predict the label. Without, there are three jobs:
#
# - **Density (밀도 추정).** How likely is an image like this one?
# - **Groups (군집).** Which images belong together?
# - **Low-dimensional structure (차원 축소).** How can an image be described by few
#   numbers? Autoencoders answer this one, as do PCA (lesson 02) and *manifold
#   learning* (below).
#
# Why without labels? They cost, and images do not: a network may be
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
# **Figure 1.2.** The family. Above, models without a probability, among them the
# autoencoder. Below, models of a probability $p(x)$: with a formula for it
# (*explicit*) that can be computed (*tractable*) or only bounded or approximated,
# or with samples and no formula (*implicit*). Filled dots are met in the lessons
# named.

# %% [markdown]
# ## What stands in the way: many dimensions
#
# Most ways of comparing images use distances. In 784 dimensions these behave
# unlike those in two or three, the *curse of dimensionality (차원의 저주)*: the
# volume of a space grows exponentially with its dimension $d$, so that the same
# number of points fills it ever more thinly.
# Ten positions along each axis, for one, take $10^d$ points.
#
# ### Exercise 1.1 — Nearest against farthest (1 point)
#
# *Warm-up, about 5 minutes.* Here is a way to measure it. For a query point
# $q$ and points $p_1 \dots p_n$,
#
# $$r(q) = \frac{\min_i \lVert q - p_i\rVert}{\max_i \lVert q - p_i\rVert},
# \qquad \lVert v\rVert = \sqrt{v_1^2 + \dots + v_d^2}.$$
#
# A ratio near **0** is high contrast (the nearest point is much nearer than the
# farthest), a ratio near **1** is none (all points are about equally far).
# `cdist(a, b)`, imported above, returns the distances between all rows of `a`
# and all rows of `b`.

# %% nbgrader={"schema_version": 3, "grade_id": "ch01-nearest-over-farthest", "grade": false, "locked": false, "solution": true, "task": false}
def nearest_over_farthest(queries, points):
    """Return nearest distance / farthest distance for each query.

    queries: (m, d).  points: (n, d).  Returns (m,), from 0 to 1.
    """
    ### BEGIN SOLUTION
    distances = cdist(queries, points)
    return distances.min(axis=1) / distances.max(axis=1)
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade_id": "ch01-nearest-over-farthest-check", "grade": true, "locked": true, "points": 1, "solution": false, "task": false}
nearest_over_farthest = check("1.1", nearest_over_farthest)

# %% [markdown]
# Now against the dimension, for three kinds of points: **digits**, as they are
# and made coarser, so that they have 1, 4, 16 ... 784 pixels; **uniform noise**
# of the same dimension; and a control between the two, the digits with **each
# pixel permuted among the images** on its own. Every pixel keeps its values, and
# no longer depends on the others. Noise of how many dimensions has the same
# ratio as digits of 784 pixels?

# %%
# A number of dimensions: write it before you run the next cell.
dimensions_guess = 300  # prediction

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
        ratios[name].append(nearest_over_farthest(some, many).mean())
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
# is much nearer, for the most part because their pixels *depend on each other*:
# the control, which has their values, concentrates nearly as noise does.

# %%
noise_sizes = list(range(2, 61))
noise_ratios = []
for size in noise_sizes:
    noise = rng.random((1100, size))
    few_ratios = nearest_over_farthest(noise[1000:], noise[:1000])
    noise_ratios.append(few_ratios.mean())
same = np.interp(ratios["digits"][-1], noise_ratios, noise_sizes)
for name, means in ratios.items():
    print(f"784 pixels, {name:26} {means[-1]:.2f}")
print(f"noise with the ratio of the digits: {same:.0f} dimensions")
predicted(dimensions_guess, same, "dimensions")

# %% [markdown]
# By this measure images of 784 pixels are like points of that few coordinates.

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
# ones, which vary little. Most of the last row is easy to read, all the same:
# unlikely under this model does not mean odd to a person.

# %% [markdown]
# Does it find what is *certainly* odd, images upside down or with their pixels
# permuted (*out-of-distribution detection*)? Take one odd image and one real one:
# how often does the odd one have the lower score? One half is chance, 1 is perfect
# (the *area under the ROC curve* of lesson 10). Three baselines know less: the ink,
# which neither change touches; the distance to the mean image; and a Gaussian of
# the variances alone, without covariances.

# %%
def odd_found(odd_scores, real_scores):
    below = np.searchsorted(np.sort(odd_scores), real_scores)
    return below.mean() / len(odd_scores)


mean_image, ridged = images.mean(axis=0), images.var(axis=0) + 0.01
scores_by = {
    "density": lambda x: log_density(x, images, ridge=0.01),
    "ink alone": lambda x: -np.abs(x.sum(axis=1) - mean_image.sum()),
    "distance to mean": lambda x: -np.sum((x - mean_image) ** 2, axis=1),
    "variances": lambda x: -np.sum((x - mean_image) ** 2 / ridged, axis=1),
}
odd = {
    "upside down": some[:, ::-1],
    "pixels shuffled": rng.permuted(some, axis=1),
}
for name, vectors in odd.items():
    print(f"{name:15}", end="")
    for knows, scores_of in scores_by.items():
        found = odd_found(scores_of(vectors), scores_of(some))
        print(f"  {knows} {found:.2f}", end="")
    print()

# %% [markdown]
# (Reversing the order of the 784 pixels turns an image by half a circle.)
# Shuffled images are nearly always found, by the distance to the mean image alone,
# too. Images upside down are found more often than not, and the more of them, the
# more is known: the distance, the variances, in the density also the covariances.

# %% [markdown]
# ## Second job: groups
#
# *KMeans* describes images by $k$ centres and gives each image to the centre
# that it is nearest to. It lowers the *spread* (scikit-learn's *inertia* is $nJ$)
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
# empty, update. Of the groups that are empty, the one with the lowest number takes a
# point; then look again which groups are empty. A point that has moved is not taken
# again; if it was the last of its old group, that group is empty now.

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

# %% [markdown]
# ### Exercise 1.4 — From start to best groups (3 points)
#
# *Built end to end, about 20 minutes.* KMeans is that step in two loops. The
# inner one repeats it until nothing moves: say for yourself how a program can
# tell. What comes out depends on the initial centres, so the outer loop does it
# all from several *starts*, each of them some of the vectors taken as centres,
# and keeps the run with the lowest spread $J$. You may call your `kmeans_step`.

# %% nbgrader={"schema_version": 3, "grade_id": "ch01-find-groups", "grade": false, "locked": false, "solution": true, "task": false}
def find_groups(vectors, starts):
    """Run KMeans from each start to its end and return the best run.

    vectors: (n, d).
    starts: (s, k), whole numbers; each row says which vectors are the k
    initial centres of one run.
    Returns (labels, centres, spread) of the run whose spread at its end is
    lowest, the first of them if several are: (n,) whole numbers, (k, d),
    and one number, the mean squared distance to the own centre.
    """
    ### BEGIN SOLUTION
    best = None
    for start in starts:
        labels, centres = kmeans_step(vectors, vectors[start])
        while True:
            new_labels, centres = kmeans_step(vectors, centres)
            if np.array_equal(new_labels, labels):
                break
            labels = new_labels
        offsets = vectors - centres[labels]
        spread = np.square(offsets).sum(axis=1).mean()
        if best is None or spread < best[2]:
            best = labels, centres, spread
    return best
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade_id": "ch01-find-groups-check", "grade": true, "locked": true, "points": 3, "solution": false, "task": false}
find_groups = check("1.4", find_groups)

# %% [markdown]
# Now several starts, and scikit-learn's KMeans from the same ones beside yours.
# The *accuracy* gives each group the name of one digit, in the best one-to-one
# way (lesson 06), and counts the images of that digit; guessing gives about 10 %.
# The choice between the runs has to do without labels: it goes by the spread. Is
# the start with the lowest spread also the one with the highest accuracy?

# %%
# "yes" or "no": write it before you run the next cell.
best_start_guess = "yes"  # prediction

# %%
# In full this takes about 20 seconds on two cores.
from sklearn.cluster import KMeans
from threadpoolctl import threadpool_limits

# On a busy machine scikit-learn's threads mostly wait for each other.
threadpool_limits(1)
count = pick(full=5, fast=3)
starts = np.array([rng.choice(len(images), 10, False) for _ in range(count)])
groups, centres, spread = find_groups(images, starts)
spreads, accuracies = [], []
for start in starts:
    oracle = KMeans(10, init=images[start], n_init=1, max_iter=1000, tol=0)
    found = oracle.fit_predict(images)
    spreads.append(oracle.inertia_ / len(images))
    accuracies.append(measures.clustering_accuracy(labels, found))
    print(f"start {len(spreads)}  spread {spreads[-1]:.3f}", end="")
    print(f"  accuracy {accuracies[-1]:.1%}")
print(f"yours: spread {spread:.3f}, scikit-learn's lowest {min(spreads):.3f}")

# %%
is_best = np.argmin(spreads) == np.argmax(accuracies)
predicted(
    best_start_guess,
    "yes" if is_best else "no",
    choices={
        "yes": "the lowest spread has the highest accuracy",
        "no": "another start has the highest accuracy",
    },
)
compare(
    "xie2016.kmeans.accuracy",
    100 * np.array(accuracies),
    images=digits.name,
    note="Ours: one run per start, 10,000 training images of MNIST in "
    "the full profile. Published: all 70,000 images.",
)

# %% [markdown]
# KMeans looks for a low spread, which knows nothing of digits.

# %%
order = measures.match_groups(labels, groups, 10)
plots.show_rows(
    {
        "with labels": [
            images[labels == digit].mean(axis=0) for digit in range(10)
        ],
        "without": centres[order],
    },
    alt="Two rows of ten: the average image of each digit; the averages of "
    "ten groups found without labels, most of them like the digit above, some "
    "of them blends such as 4 with 9.",
)

# %% [markdown]
# **Figure 1.5.** Above, the average image of each digit, which takes labels.
# Below, your ten centres, each put under a digit that its group shares many
# images with. Look for digits that have no group of their own: images that look
# alike are grouped together, whatever their label.

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
# If that is so, then halfway between two different digits should be no digit, as
# halfway between two points of a circle is no point of it; and halfway to the
# nearest neighbour still one, since a short piece of a curve is nearly straight.

# %%
apart = cdist(some, test_images)
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
# digit: a double exposure. Downwards, halfway to the nearest neighbour among the
# test images: most are still a digit, a little blurred.

# %% [markdown]
# Does your density see it, too? How often should a halfway image be less likely than
# a real one?

# %%
# For halfway to another digit, a share from 0 to 1 (chance is 0.5): write it
# before you run the next cell.
halfway_guess = 0.8  # prediction

# %%
halfway = {
    "halfway to a neighbour": halfway_near,
    "halfway to another digit": halfway_other,
}
for name, vectors in halfway.items():
    found = odd_found(log_density(vectors, images, ridge=0.01), density)
    print(f"{name:24} less likely than a digit: {found:.2f} of all pairs")
predicted(halfway_guess, found, "of all pairs, halfway to another digit")

# %% [markdown]
# Below one half, the density takes halfway images for *better* digits than digits.
# One Gaussian must do that: halfway between two independent samples of it is a
# sample of $N(\mu, C/2)$, whose $(x-\mu)^\top C^{-1}(x-\mu)$, the squared
# *Mahalanobis distance*, is on average half as large. Its logarithm is one bowl,
# upside down. A density that is low between the digits cannot be one bowl; several,
# or a curved one, could. Lesson 10 looks for one.

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
# The loss is given in three units, each averaged over the images: the sum over an
# image's pixels (**SSE/image**, 0 to 784), that sum divided by the number of pixels
# (**MSE**, 0 to 1), and the square root of the sum (**L2**, 0 to 28).

# %%
fifty = KMeans(50, n_init=1, random_state=1).fit(images)
rebuilt = {
    "nothing: the mean image": 0 * test_images + images.mean(axis=0),
    "49 block averages": coarse.refine(coarse.coarsen(test_images, 7), 28),
    "one of 50 centres": fifty.cluster_centers_[fifty.predict(test_images)],
}
for name, outputs in rebuilt.items():
    sse = measures.sse_per_image(test_images, outputs)
    mse = measures.mse(test_images, outputs)
    l2 = measures.mean_l2(test_images, outputs)
    print(f"{name:24} SSE/image {sse:5.2f}  MSE {mse:.4f}  L2 {l2:.2f}")
pca = published("pca.sse.k30")
print(f"{'lesson 02: 30 numbers':24} SSE/image {pca.value:5.2f}")

# %% [markdown]
# Compare the two middle rows: 49 numbers, whose decoder knows nothing of digits,
# and *one* whole number, whose decoder knows fifty typical ones.

# %% [markdown]
# ## What a label is worth
#
# You can pay for fifty labels. The usual way is to label fifty images drawn at
# random and train a *classifier (분류기)*, here a *logistic regression*. The other
# images can tell you *which* fifty to label: make fifty groups, label the
# *representative* of each, the image nearest to its centre, and pass each label on
# to the whole group, a simple *label propagation*. The classifier then has all
# images to learn from, some with a wrong label.

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

# %% [markdown]
# That changes two things: which images are labelled, and what the classifier learns
# from. Two more rows change one only: representatives without passing on, and random
# images whose labels go to all images that they are nearest to.

# %%
draws = [
    np.random.default_rng(seed).choice(len(images), 50, False)
    for seed in range(pick(full=10, fast=4))
]
seeds = range(pick(full=3, fast=2))


def trained_on(vectors, names, test=test_images):
    return measures.classifier_accuracy(vectors, names, test, test_labels)


def both_ways(centres, train=images, test=test_images):
    chosen, passed = propagate(train, centres, labels)
    alone = trained_on(train[chosen], labels[chosen], test)
    return alone, trained_on(train, passed, test)


# %%
# In full this takes about 30 seconds on two cores.
grouped = [kmeans.group_centres(images, 50, seed) for seed in seeds]
at_random, random_passed = np.transpose([both_ways(images[d]) for d in draws])
chosen, passed = np.transpose([both_ways(c) for c in grouped])
for name, runs in {
    "random": at_random,
    "random, to the nearest": random_passed,
    "representatives alone": chosen,
    "passed on": passed,
}.items():
    print(f"50 labels, {name:22}  mean {runs.mean():.3f}", end="")
    print(f"  ({runs.min():.3f} to {runs.max():.3f}, {len(runs)} runs)")
print(f"all {len(images)} labels    {trained_on(images, labels):.3f}")

# %% [markdown]
# Each helps by itself; choosing alone brings the larger part of the whole gain. Could
# that gain, passed on against random labels, be luck?
#
# ### Exercise 1.6 — Could it be chance? (2 points)
#
# *The idea itself, about 15 minutes.* If choosing made no difference, the runs
# would be all of one kind, and which of them are called "passed on" would be
# arbitrary. So put all runs in one bag, split it in *every* possible way into
# two parts of the same sizes, and take the gap between their means each time.
# The share of splits whose gap is at least as large as the one that was found
# says how often chance alone does as well: the *p-value* of a *permutation test*.
#
# By hand: 9 and 7 against 6, 5 and 8 has a gap of $8 - 6.33 = 1.67$. Of the ten
# ways to pick two of the five, {9, 8} and {9, 7} have a gap at least as large, so the
# share is 2/10. The
# split that was found is one of them, so the share is never 0.

# %% nbgrader={"schema_version": 3, "grade_id": "ch01-chance-of-gap", "grade": false, "locked": false, "solution": true, "task": false}
def chance_of_gap(first, second):
    """Return how often a random split has a gap as large as the one found.

    first: (m,) results.  second: (n,) results.
    The gap is mean(first) - mean(second); it may be negative.
    Returns the share, above 0 to 1, of all splits of the m + n results into
    m and n whose gap is as large or larger.  Gaps that differ by less than
    1e-9 count as equal.
    """
    ### BEGIN SOLUTION
    results, size = np.concatenate([first, second]), len(first)
    gaps = []
    for chosen in combinations(range(len(results)), size):
        inside = np.isin(np.arange(len(results)), chosen)
        gaps.append(results[inside].mean() - results[~inside].mean())
    found = np.mean(first) - np.mean(second)
    return np.mean(np.array(gaps) >= found - 1e-9)
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade_id": "ch01-chance-of-gap-check", "grade": true, "locked": true, "points": 2, "solution": false, "task": false}
chance_of_gap = check("1.6", chance_of_gap)

# %%
chance = chance_of_gap(passed, at_random)
everyone = range(len(passed) + len(at_random))
total = len(list(combinations(everyone, len(passed))))
print(f"passed on against random: {chance:.4f}, ", end="")
print(f"one of {total} splits ", end="")
print(f"would be {1 / total:.4f}")
half = len(at_random) // 2
chance = chance_of_gap(at_random[:half], at_random[half:])
print(f"control, random against random: {chance:.2f}")

# %% [markdown]
# The share cannot fall below that of one split: to say more takes more runs.

# %% [markdown]
# ## A control, and what it really shows
#
# If groups help because images that are near each other show the same thing, the
# gain has to go where that nearness is destroyed. There are two ways to shuffle
# the pixels, with **one permutation for all images** or with **a permutation for
# each image**.

# %%
# Test accuracy with 50 labels passed on, after one permutation for all, from 0
# to 1: write it before you run the next cell.
permuted_guess = 0.3  # prediction

# %%
def show_row(name, train, test, by_draw, by_group):
    scores = log_density(test[:1000], train, ridge=0.01)
    ranks = np.corrcoef(np.argsort(np.argsort([density, scores])))[0, 1]
    agreement = measures.neighbour_agreement(test[:1000], some_labels)
    blocks = coarse.refine(coarse.coarsen(test, 7), 28)
    print(
        f"{name:12}  density ranks {ranks:5.3f}  neighbours {agreement:.3f}"
        f"  50 labels: random {np.mean(by_draw):.3f}, passed on"
        f" {np.mean(by_group):.3f}"
        f"  blocks {measures.sse_per_image(test, blocks):.2f}"
    )


one_for_all = rng.permutation(images.shape[1])
worlds = {
    "each its own": [rng.permuted(x, axis=1) for x in (images, test_images)],
    "one for all": (images[:, one_for_all], test_images[:, one_for_all]),
}

# %%
# In full this takes about 20 seconds on two cores.
show_row("as they are", images, test_images, at_random, passed)
for name, (train, test) in worlds.items():
    by_draw = [trained_on(train[draw], labels[draw], test) for draw in draws]
    by_group = [
        both_ways(kmeans.group_centres(train, 50, seed), train, test)[1]
        for seed in seeds
    ]
    show_row(name, train, test, by_draw, by_group)
predicted(
    permuted_guess, np.mean(by_group), "after one permutation for all"
)

# %% [markdown]
# Read the rows against the first. (*Density ranks*: the correlation between the
# ranks of the test images by density and their ranks as they are, *Spearman's*.
# *Neighbours*: how often the nearest other test image is the same digit.
# *Blocks*: the SSE/image of the 49 block averages.)
#
# - **One permutation for all changes nothing but the blocks**: all distances stay.
#   No method of this lesson except the block averages knows which pixels are next to
#   each other, nor do PCA and the dense networks of the next lessons; the
#   convolutional ones of lesson 06 do. The block averages now do worse than the mean
#   image above.
# - **A permutation for each image leaves less than half of the gain**, passed on
#   minus random. In full on MNIST it is negative: random labels do better.

# %% [markdown]
# ## What to take with you
#
# - Without labels there are three jobs: density, groups, low-dimensional
#   structure. Autoencoders do the third.
# - In many dimensions distances become alike; in images less than in noise,
#   because their pixels depend on each other.
# - One Gaussian finds images that are odd in a simple way, and takes a double
#   exposure for a fine digit.
# - An encoder, a decoder and a loss are all that "reconstruction" means;
#   KMeans is a pair of them.
# - A gain needs its baseline, several runs, the question how often chance does as
#   well, and a control in which it has to vanish.

# %% [markdown]
# ## Where to read on
#
# - Kevin Beyer and others, *When Is "Nearest Neighbor" Meaningful?*, ICDT 1999:
#   the ratio of Exercise 1.1, and when it goes to 1.
# - Eric Nalisnick and others, *Do Deep Generative Models Know What They Don't
#   Know?*, ICLR 2019: deep densities that find images of another kind *more*
#   likely than their own.
# - Yoshua Bengio, Aaron Courville and Pascal Vincent, *Representation Learning:
#   A Review and New Perspectives*, IEEE TPAMI, 2013: the third job, at length.

# %% [markdown]
# ## Questions to think about
#
# **1.** Why does an average of two images have a higher Gaussian density than
# most images, and what does that say about the "most likely" row of Figure
# 1.4?
#
# <details><summary>One answer</summary>
#
# The density falls with the distance from the mean image, and averages lie nearer
# to it. "Most likely" there means "nearest to the mean image, each direction
# measured in its own standard deviations", not "the best digit".
#
# </details>
#
# **2.** Noise of 784 dimensions has a ratio near 1 in Figure 1.3. Would KMeans
# find groups in it? Would they mean anything?
#
# <details><summary>One answer</summary>
#
# It would: it always returns as many groups as it is asked for. But a point is about
# as far from one centre as from another, and nothing about a new one follows from
# its group.
#
# </details>
#
# **3.** You may pay for five hundred labels instead of fifty. Which of the two
# do you expect to matter less then, choosing or passing on?
#
# <details><summary>One answer</summary>
#
# Both should matter less, since random labels soon cover every kind of digit.
# Passing on also hands wrong labels to the classifier, wherever a group has two
# digits in it. (We did not test it here.)
#
# </details>

# %%
score()

# %%
about.versions()
