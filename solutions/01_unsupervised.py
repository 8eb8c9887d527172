# %% [markdown]
# # 01 Unsupervised learning: what there is to learn without labels
#
# *Supervised learning (지도 학습, 감독 학습)* is told what each image shows.
# *Unsupervised learning (비지도 학습, 비감독 학습)* gets the images and nothing
# else. An autoencoder is the second kind, and before you build one you should
# know what there is to find, how to tell whether something was found, and what
# stands in the way.
#
# After this lesson you can
#
# 1. name the three jobs of learning without labels, and do each of them in a
#    few lines of NumPy: say how likely an image is, sort images into groups,
#    describe an image by fewer numbers;
# 2. measure what hundreds of dimensions do to distances, and say why images
#    suffer less than noise;
# 3. make fifty labels go several times as far, and show that it was not luck.
#
# **14 points**, 60 to 75 minutes of thinking; all cells together compute for
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
# averages the images of each digit: labels say which. The last row averages
# ten groups that a program found by itself (Exercise 1.3), each put under the
# digit that it shares the most images with. Most of the digits are there. Look
# for those that are not: what looks alike is grouped together, whatever its
# name is.

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
# With labels, it is clear what the rule should do: predict the label. Without,
# there are three things to ask of it, and this lesson does all three.
#
# - **Density (밀도 추정).** How likely is an image like this one?
# - **Groups (군집).** Which images belong together?
# - **Low-dimensional structure (차원 축소).** Which few numbers tell the image?
#
# Autoencoders answer the third, and the first source of this course puts three
# methods there: PCA (lesson 02), linear discriminant analysis (LDA), and
# manifold learning (below). Mind LDA: it needs labels, so it is no unsupervised
# method, and lesson 02 sets it beside PCA to show the difference.
#
# What is the point, if nobody has told what the images show?
#
# - **Labels cost, images do not.** A few labels go far when the images without
#   labels have been looked at first: Exercise 1.5, and lesson 09, where a
#   network is *pretrained (사전 학습)* without labels.
# - **Fewer numbers make the next step simpler.** The usual chain is: collect
#   data, extract features (특징), reduce their dimension, train a classifier;
#   and what has two or three dimensions can be plotted.
# - **Data can be made**: whoever knows what images look like can draw new ones
#   (lesson 10), also as additional training data.
# - **What does not fit can be found** (이상치 탐지): broken parts, fraud, wrong
#   labels.
# - And it is how people learn most of what they know: nobody labels what a
#   child sees.

# %%
plots.show_family_tree(
    alt="Family tree: models without probability (KMeans, PCA, autoencoders, "
    "sparse coding) and probabilistic ones, with explicit density, tractable "
    "or not, or with implicit density."
)

# %% [markdown]
# **Figure 1.2.** The family. Below, models that contain a probability $p(x)$
# and can generate images: with an *explicit* density there is a formula for
# $p(x)$, which can be computed (tractable) or only bounded or estimated; with
# an *implicit* one there is no formula, only samples. Above, models without
# $p(x)$: the autoencoder's branch. Filled dots are met in the lessons named.
# Notice that the variational autoencoder of lesson 10 stands on the other
# branch: a probability for its codes is what lets it generate.

# %% [markdown]
# ## What stands in the way: many dimensions
#
# Each of the three jobs compares images, and comparing means distances. In 784
# dimensions distances behave in a way that nobody has a feeling for. It is
# called the *curse of dimensionality (차원의 저주)*: the volume of a space grows
# exponentially with its dimension $d$, the same number of points fills it ever
# more thinly, and the number of samples that a method needs grows
# exponentially, too.
#
# By hand: how long is the edge of a cube that holds one hundredth of the unit
# cube's volume? It is $0.01^{1/d}$. And how many points give ten positions
# along each axis? $10^d$.

# %%
for size in (1, 2, 3, 16, 784):
    edge = 0.01 ** (1 / size)
    print(f"{size:3d} dimensions: edge {edge:.3f}, points 10^{size}")

# %% [markdown]
# In 784 dimensions a "neighbourhood" of one hundredth of the volume spans more
# than 99 % of every axis. It is no neighbourhood at all.
#
# ### Exercise 1.1 — Nearest against farthest (2 points)
#
# *Warm-up, about 5 minutes.* Here is a way to measure it. For a query point
# $q$ and points $p_1 \dots p_n$,
#
# $$r(q) = \frac{\min_i \lVert q - p_i\rVert}{\max_i \lVert q - p_i\rVert},
# \qquad \lVert v\rVert = \sqrt{v_1^2 + \dots + v_d^2}.$$
#
# Near 0, the nearest point is much nearer than the farthest; near 1, all
# points are equally far, and "nearest" says nothing. The function
# `cdist(a, b)`, imported above, returns the distances between all rows of `a`
# and all rows of `b`.

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
# noise** of the same dimension. And a control between the two: the digits' own
# pixel values, but **each pixel dealt out anew among the images**. Every pixel
# then is as dark as often as before; what is gone is that pixels go together.

# %%
sides = [1, 2, 4, 7, 14, 28]
sizes = [side**2 for side in sides]
rng = np.random.default_rng(1)
contrast = {"uniform noise": [], "digits, pixels dealt anew": [], "digits": []}
for side in sides:
    points = coarse.coarsen(images[:1000], side)
    queries = coarse.coarsen(test_images[:100], side)
    dealt = rng.permuted(np.concatenate([points, queries]), axis=0)
    noise = rng.random(dealt.shape)
    for name, (some, many) in {
        "uniform noise": (noise[1000:], noise[:1000]),
        "digits, pixels dealt anew": (dealt[1000:], dealt[:1000]),
        "digits": (queries, points),
    }.items():
        contrast[name].append(distance_contrast(some, many).mean())
plots.show_curves(
    {name: (sizes, ratios) for name, ratios in contrast.items()},
    x_label="dimension (pixels an image)",
    y_label="nearest / farthest distance",
    log_x=True,
    dashed=["uniform noise"],
    alt="Ratio of nearest to farthest distance against dimension, 1 to 784. "
    "Uniform noise climbs to nearly 0.9, digits with dealt pixels to 0.8, "
    "digits only to 0.4.",
)

# %% [markdown]
# **Figure 1.3.** Distances concentrate. In noise of 784 dimensions the nearest
# of a thousand points is hardly nearer than the farthest. In digits it is less
# than half as far. The control tells why: with the very same pixel values,
# dealt anew, most of the difference is gone. What keeps distances telling is
# not which values the pixels take but that they *depend on each other*.

# %%
noise_sizes = list(range(5, 45, 5))
noise_contrast = []
for size in noise_sizes:
    noise = rng.random((1100, size))
    ratios = distance_contrast(noise[1000:], noise[:1000])
    noise_contrast.append(ratios.mean())
same = np.interp(contrast["digits"][-1], noise_contrast, noise_sizes)
for name, ratios in contrast.items():
    print(f"784 pixels, {name:26} {ratios[-1]:.2f}")
print(f"noise with the contrast of the digits: {same:.0f} dimensions")

# %% [markdown]
# The last line is worth keeping: by this measure, images of 784 pixels are
# like points with some twenty coordinates. That is no proof that twenty
# numbers are enough to tell an image, but a good reason to look for them, and
# the rest of the course does.

# %% [markdown]
# ## First job: density
#
# The simplest density with a formula is one Gaussian hill over all images:
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
# Now let all five numbers be equal, as the pixels in the corner of a digit
# are: the variance is 0, the logarithm minus infinity, and the density
# infinite. That is what the ridge is for.

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
# **Figure 1.4.** Test images by their log density. The most likely are digits
# that hardly vary, and the least likely are wide, heavy, or run into places
# where there seldom is ink. No label was used to find them. But look twice
# before you call them odd: a person has no trouble with most of the last row.

# %% [markdown]
# Does it find what is *certainly* odd? Turn test images upside down, and
# shuffle the pixels of others. The figure of merit: take one odd image and one
# real one; how often does the odd one have the lower score? One half is a coin
# toss, 1 is perfect. (It is known as the area under the ROC curve, and lesson
# 10 uses it again.) A baseline that knows only the amount of ink stands beside
# it.

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
# Shuffled images are always found, images upside down more often than not: an
# 8 or a 0 is as good upside down. The ink alone finds nothing, since neither
# change adds or removes any. So far the hill does well. There is a trap in it,
# though, which the third job brings to light.

# %% [markdown]
# ## Second job: groups
#
# *KMeans* describes images by $k$ centres and says of each image which centre
# it is nearest to. It lowers the *spread*
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
# the same start and after as many steps. Some digits get two centres and
# others share one: the result depends on the start, so look at more than one.

# %%
accuracies = []
for seed in range(pick(full=5, fast=2)):
    chosen = np.random.default_rng(seed).choice(len(images), 10, replace=False)
    groups, _ = run_kmeans(images, images[chosen])
    accuracies.append(100 * measures.clustering_accuracy(labels, groups))
print("accuracy of each start, %:", np.round(accuracies, 1))
compare(
    "xie2016.kmeans.accuracy",
    np.mean(accuracies),
    note="Ours: the mean over the starts printed above, 10,000 training "
    "images of MNIST in the full profile. Published: all 70,000 images.",
)

# %% [markdown]
# Each group was given the name of one digit, in the best one-to-one way, and
# the accuracy is the share of images whose group has their digit's name.
# Guessing would give 10 %. Labels are used for measuring only.

# %% [markdown]
# ## Third job: low-dimensional structure
#
# Every point of the space of 784 dimensions is an image of 28 × 28 pixels, and
# hardly any is a digit. The *manifold hypothesis* says where the digits are:
# near a curved surface of few dimensions inside the large space, the *manifold
# (다양체, 매니폴드)*. *Manifold learning* takes images as points, looks for the
# surface that passes near all of them, and describes each image by its place
# there, its *projection (투영)*. People do it for four reasons: to compress, to
# see the data, to escape the curse, to get useful features.
#
# How would you know that the surface is the right one? Images of similar
# meaning lie near each other on it, and a step along one of its axes changes
# one thing that has a meaning: it turns the digit, or thickens its strokes. In
# lesson 04 you walk along such axes with the arrow keys.
#
# By hand: five points on a circle, a curve of one dimension inside a plane of
# two. Halfway between two of them, is there a point of the circle?

# %%
angles = np.deg2rad([0, 10, 45, 90, 180])
circle = np.stack([np.cos(angles), np.sin(angles)], axis=1)
for point, angle in zip(circle[1:], (10, 45, 90, 180)):
    middle = (circle[0] + point) / 2
    off = 1 - np.linalg.norm(middle)
    print(f"{angle:3d} degrees: {off:.3f} off the curve")

# %% [markdown]
# Between near neighbours almost, between far ones not at all. So if images lie
# near a curved surface, halfway between two different digits should be no
# digit. And halfway between an image and its nearest neighbour should still be
# one.

# %%
from sklearn.metrics import pairwise_distances, pairwise_distances_argmin_min

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
# nearest neighbour among the test images: nearly always still a digit, a
# little blurred. Short steps stay near the surface, long ones leave it.

# %% [markdown]
# Can that be measured? Try the two scores at hand: the distance to the nearest
# of the training images, which should be large where there are no digits, and
# your density, which should be low. For both, ask as before how often the
# halfway image is the odder one of a pair.

# %%
def nearest_distance(vectors):
    return pairwise_distances_argmin_min(vectors, images)[1]


centre = images.mean(axis=0)
restored = coarse.restore_contrast(halfway_other, ones, others, centre)
kinds = {
    "test digits": some,
    "halfway to a neighbour": halfway_near,
    "halfway to another digit": halfway_other,
    "the same, contrast restored": restored,
    "pixels shuffled": rng.permuted(some, axis=1),
}
far = {name: nearest_distance(vectors) for name, vectors in kinds.items()}
dense = {
    name: log_density(vectors, images, ridge=0.01)
    for name, vectors in kinds.items()
}
for name in kinds:
    by_distance = odd_found(-far[name], -far["test digits"])
    by_density = odd_found(dense[name], dense["test digits"])
    print(
        f"{name:28} nearest {far[name].mean():5.2f}, odder {by_distance:.2f}"
        f"   density {dense[name].mean():7.0f}, odder {by_density:.2f}"
    )
grey = nearest_distance(centre[None])[0]
print(f"{'the mean image':28} nearest {grey:5.2f}")

# %%
short = {
    "digits": "test digits",
    "halfway": "halfway to another digit",
    "restored": "the same, contrast restored",
}
plots.show_histograms(
    {
        "nearest training image, distance": {
            name: far[long] for name, long in short.items()
        },
        "log density, hundreds": {
            name: dense[long] / 100 for name, long in short.items()
        },
    },
    x_label="score",
    bins=40,
    alt="Left: distances to the nearest training image; halfway images lie "
    "hardly farther than digits, with restored contrast farther. Right: log "
    "densities; halfway images lie higher than digits, restored ones do not.",
)

# %% [markdown]
# **Figure 1.7.** Two scores for digits and for halfway images. Left, the
# distance to the nearest training image hardly tells them apart, until their
# contrast is restored. Right, the density has it the wrong way round.

# %% [markdown]
# Neither score sees at once what you see in Figure 1.6, and the reasons are
# worth more than a clean result would be.
#
# - **Averages are near everything.** For the point $m$ halfway between $a$ and
#   $b$, and any third point $p$, $\lVert m - p\rVert^2 = \frac12\lVert a -
#   p\rVert^2 + \frac12\lVert b - p\rVert^2 - \frac14\lVert a - b\rVert^2$. The
#   last term brings $m$ nearer to every image, whatever it shows. Even the
#   mean of all images, a grey cloud, has a training image nearly as close by
#   as a digit has. So a fair comparison moves the halfway images out again,
#   until they have the contrast of their two ends (`contrast restored`). Then,
#   on MNIST, they are the farther ones in four pairs out of five.
# - **One hill is highest in the middle.** The logarithm of a Gaussian is an
#   upside-down bowl, so halfway between two points it is never lower than at
#   the worse of the two, and its top is the mean image. With their contrast
#   restored, double exposures score like digits: still not told apart. A
#   density that can tell them has to follow the curved surface; lesson 10 goes
#   looking for one.

# %% [markdown]
# ## Encode, decode, compare
#
# Describing an image by its place on a surface takes two functions: an
# *encoder (인코더)* $\mathrm{enc}: X \to Z$ from image to *code (코드)*, and a
# *decoder (디코더)* $\mathrm{dec}: Z \to X$ back. Whether the code has kept what
# matters shows when the image comes back, so the *reconstruction loss (복원 오차)*
# is
#
# $$L(x) = \lVert \mathrm{dec}(\mathrm{enc}(x)) - x\rVert^2 .$$
#
# The code should be compact: few numbers, or many of which most are zero
# (*sparse*, lesson 08). An *autoencoder (오토인코더)* is a network for the two
# functions, trained on this loss. Its encoder reduces the dimension and learns
# features (표현 학습, *representation learning*), its decoder draws images, and
# neither needs a label. But nothing in the formula asks for a network. KMeans
# is such a pair already: its encoder answers the number of the group, its
# decoder that group's centre, and the average of $L$ over the images is the
# spread $J$.
#
# The same loss comes in three units, and results that look different are often
# only in different ones:
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
    "nothing: the mean image": 0 * test_images + centre,
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
# **Figure 1.8.** Five encoders and decoders without a network. A centre is
# always readable, though not always the right digit, from a code of one whole
# number; blocks keep the place of the ink and lose every edge. On MNIST one
# whole number out of fifty rebuilds a little better than 49 block averages.
# Lesson 02 finds the best code that a matrix can make; what it reaches there
# with 30 numbers is printed above as a goal.

# %% [markdown]
# ## What a label is worth
#
# Now to the question at the start: what is the point, if in the end somebody
# wants the names? Say that labels cost money and you can pay for fifty. The
# usual way is to draw fifty images at random, buy their labels and train a
# classifier, here a *logistic regression*, which learns one weight for each
# pixel and digit.
#
# But there are thousands of images without labels. So look first, buy later:
# make fifty groups, and buy the label of one image for each, its
# *representative*, which is the image nearest to its centre. That gives fifty
# labels that repeat each other less. Then pass each label on to the whole
# group, and the classifier has all images to learn from, though some with a
# wrong label.

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
plots.show_images(
    images[representatives],
    columns=17,
    alt="Fifty handwritten digits, all plain: the representatives of fifty "
    "groups, several of each digit.",
)

# %% [markdown]
# **Figure 1.9.** The fifty images whose labels you buy. They are plain, and
# they differ: several kinds of 2, of 4, of 7. Fifty images drawn at random
# would hold some of these kinds several times and others not at all.

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
# **Figure 1.10.** What labels buy. The dashed line is the baseline, labels of
# images drawn at random, ten times anew; the two others are three runs of
# KMeans each. A line is the mean, a band goes from the worst run to the best.
# The dotted line is the supervised control, all labels. See where the bands
# part, and where they come together.

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
# accuracy. How many *random* labels would have been needed for the same? Draw
# a horizontal line through Figure 1.10 in your mind, and write the reading of
# the dashed curve, the mean over the runs, as a function. Between two measured
# points the curve is a straight line in the number of labels itself, although
# the figure's axis is logarithmic.

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
# The claim is that fifty chosen labels go further than fifty random ones
# *because images that are near each other show the same thing*. Destroy that
# nearness, and the gain has to go. "Shuffle the pixels" is the control that
# comes to mind. But there are two ways to shuffle, and they do opposite
# things:
#
# - **one permutation for all images**: every image has its pixels moved to the
#   same new places;
# - **a permutation for each image**: every image is shuffled in its own way,
#   so that it keeps its pixel values and nothing else.
#
# Before you read on: which of the numbers of this lesson does each of them
# change?

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
plots.show_rows(
    {name: test[:12] for name, (_, test) in worlds.items()},
    alt="Twelve digits; the same with one permutation of the pixels for all, "
    "which looks like noise; and each with a permutation of its own, which "
    "looks like noise as well.",
)

# %% [markdown]
# **Figure 1.11.** Twelve test images, and the same pixels shuffled in both
# ways. To the eye both lower rows are noise.

# %%
seed_images = rng.choice(len(images), 10, replace=False)
for name, (train, test) in worlds.items():
    scores = log_density(test[:1000], train, ridge=0.01)
    ranks = np.argsort(np.argsort([dense["test digits"], scores]))
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
# - **One permutation for all changes nothing.** It only renames the 784 axes.
#   All distances stay, hence neighbours, groups and labels passed on; the
#   covariance has its rows and columns renamed, hence the density stays. Every
#   method of this lesson is blind to which pixels are next to each other. So
#   is PCA, so are the dense networks of the next lessons; the convolutional
#   ones of lesson 06 are the first that are not.
# - **A permutation for each image destroys most of it.** Neighbours and labels
#   passed on fall to about chance. Of the groups and of the density's order a
#   part is left, and that part is the ink: a 1 has less of it than a 0,
#   shuffled or not.
#
# So try a control before you trust it: of two that are both called "shuffle
# the pixels", one destroys nothing at all.

# %% [markdown]
# ## What to take with you
#
# - Without labels there are three jobs: density, groups, low-dimensional
#   structure. Autoencoders do the third.
# - In many dimensions all distances become alike. Images are spared, because
#   their pixels depend on each other: they lie near a surface of far fewer
#   dimensions.
# - One Gaussian finds images that are odd in a simple way, and takes a double
#   exposure for a fine digit. A density is only as good as its shape.
# - An encoder, a decoder and a loss are all that "reconstruction" means;
#   KMeans is a pair of them. Ask in which unit a loss is given.
# - Looking at images without labels first makes the labels that you buy go
#   further. The proof needs the random baseline, the spread over seeds, and
#   the supervised control.

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
# likely" there means "nearest to the grey cloud": images with little ink and
# no surprises, and not the best digits.
#
# </details>
#
# **2.** Noise of 784 dimensions has a contrast near 1 in Figure 1.3. Would
# KMeans find groups in it? Would they mean anything?
#
# <details><summary>One answer</summary>
#
# It would: it always returns as many groups as it is asked for. But every
# image is about as far from one centre as from another, another start gives
# other groups, and nothing about a new image follows from its group.
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
