# %% [markdown]
# # 13 Features: look inside a network
#
# A hidden layer of a hundred units may use more than a hundred *features (특징)*: each
# one a direction of its activations, and only a few of them present in any one image.
# Lesson 08 built a code that is sparse. This lesson points it at the *inside* of a
# network. First at points whose true features you know, so that "found" can be counted;
# then at a classifier of digits, where nobody knows them, and where a feature is tried
# by switching it off.
#
# After this lesson you can
#
# 1. say what it costs to keep more features than dimensions, and what the least cost is;
# 2. find them with a top-k sparse autoencoder, count what was found against the truth,
#   beside baselines and beside a control in which there is nothing to find;
# 3. switch off one feature inside a classifier, measure what its answer does, and say
#   which comparison makes that a finding.
#
# **12 points**, 60 to 90 minutes of thinking; all cells together compute for at most 5
# minutes on two CPU cores, in at most 3 GB of memory. You need lesson 08; the
# one-to-one match is from lesson 06, the bootstrap from lesson 10 (both are explained
# again where they are used).

# %%
try:
    from helpers.course import about, pick
except ImportError:
    raise ImportError("The course is not found here: open this notebook with "
                      "make lab, and rename a helpers.py beside it.") from None
from helpers import (data, losses, measures, models, plots, pretraining,
                     training, widgets)
from helpers.checks import check, hint, predicted, score
from helpers.course.threads import one_thread
from helpers.data.superposition import Superposition, random_directions
from helpers.methods import ablation
from scipy.optimize import linear_sum_assignment
import keras, numpy as np

digits = data.load("auto")

# %% [markdown]
# (Where a result depends on your data or on your own answers, a cell prints what holds.
# Sentences that begin with "In full on MNIST" are about the full run on those images.)
#
# ## More features than dimensions
#
# Let a point $x$ of $d$ numbers be a sum of features. Each feature has a direction of
# length 1, and there are $m$ of them, more than $d$:
#
# $$x = \sum_{j=1}^{m} c_j f_j, \qquad m > d, \qquad \text{most } c_j = 0.$$
#
# | symbol | in words | in the code |
# |---|---|---|
# | $f_j$ | direction of feature $j$ | a row of `directions`, (m, d) |
# | $c_j$ | how strongly it is present, 0 if not | `coefficients[i, j]` |
# | $w_u$ | row $u$ of the dictionary (its *atom*), of any length | `dictionary[u]` |
# | $z_u$ | activity of unit $u$ (a *latent*) | `codes[i, u]` |
#
# This is called *superposition (중첩)*. Only $d$ directions can be perpendicular to each
# other. With more of them, reading off feature $j$ by the inner product $f_j \cdot x$
# gives $c_j$, and on top of it a share of every other feature that is present: the
# *interference (간섭)*. Five directions in the plane, and the second one alone is present:

# %%
angles = 2 * np.pi * np.arange(5) / 5
pentagon = np.column_stack([np.cos(angles), np.sin(angles)])
print("read off:", (pentagon @ pentagon[1]).round(3))

# %% [markdown]
# ### Exercise 13.1 — What superposition costs (2 points)
#
# *The idea itself, about 20 minutes.* Let the coefficients be independent of each
# other, all with the same mean and variance over the points (the zeros count, too). What
# is the expected squared error of $f_j \cdot x$ as an answer for $c_j$? And since the
# directions' squared cosines make the error: how small can the *mean* of
# $(f_i \cdot f_j)^2$ over all pairs $i \neq j$ be, for any $m$ directions in $d$
# dimensions? (The matrix of all inner products has $m$ ones on its diagonal, and at most
# $d$ eigenvalues that are not 0. The sum of its squared entries is the sum of the squared
# eigenvalues.)

# %% nbgrader={"schema_version": 3, "grade_id": "ch13-interference", "grade": false, "locked": false, "solution": true, "task": false}
def interference(directions, mean, variance):
    """Return how wrong read-outs are, and how small cosines can be.

    directions: (m, d), rows of length 1; m may be 1.
    mean, variance: of every coefficient, over all points.
    Returns (errors, least). errors: (m,), the expected squared error of
    f_j . x as an answer for c_j. least: one number, a bound that the mean
    of the squared cosines over all pairs i != j cannot go below, whatever
    the m directions in d dimensions; 0 where they can all be perpendicular.
    """
    ### BEGIN SOLUTION
    m, d = directions.shape
    cosines = directions @ directions.T
    cosines = cosines * (1 - np.eye(m))
    errors = (mean * cosines.sum(axis=1)) ** 2
    errors = errors + variance * np.square(cosines).sum(axis=1)
    # The eigenvalues have the sum m; equal ones have the smallest squares.
    least = (m - d) / (d * (m - 1)) if m > d else 0.0
    return errors, least
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade_id": "ch13-interference-check", "grade": true, "locked": true, "points": 2, "solution": false, "task": false}
interference = check("13.1", interference)

# %% [markdown]
# That least value is the *Welch bound*, in the form for the mean of the squares. How near
# do directions come to it that were just drawn at random? Their expected squared cosine
# is $1 / d$.

# %%
for m in (16, 64, 256):
    directions = random_directions(m, 32, seed=13).astype(float)
    cosines = (directions @ directions.T)[np.triu_indices(m, 1)]
    _, least = interference(directions, 0.0, 1.0)
    print(f"{m:3d} random directions in 32: mean squared cosine "
          f"{np.square(cosines).mean():.4f}, 1/d {1 / 32:.4f}, least "
          f"{float(least):.4f}, largest |cosine| {np.abs(cosines).max():.2f}")

# %% [markdown]
# Random directions in 32 dimensions are nearly perpendicular on average (the root of the
# mean squared cosine is about 0.18), but not every pair of them; and twice as many as
# dimensions cost only about twice the least.
#
# And how large is the error of reading off, beside a coefficient that is about 1 where a
# feature is present? The toy of the next pages: each of 64 features is present with the
# same probability, with a coefficient between 0.5 and 1.5; "active" is how many are
# present on average. Beside it two other answers for $c_j$: always its mean, without
# looking at $x$; and $f_j \cdot x$ where that is above a *threshold (문턱값)* of 0.6, which
# we fixed beforehand, and 0 elsewhere.

# %%
directions = random_directions(64, 32, seed=13)
print("root of the mean square of the error, of 64 features")
for active in (1, 3, 5, 10):
    p = active / 64
    # The mean square of 0.5 to 1.5 is 1 + 1/12.
    variance = 13 / 12 * p - p**2
    errors, _ = interference(directions.astype(float), p, variance)
    toy = Superposition(directions, active)
    coefficients, points = toy.sample(10_000, seed=13)
    read = points @ directions.T
    cut = np.square(np.where(read > 0.6, read, 0) - coefficients)
    print(f"{active:2d} active: read off {np.sqrt(np.mean(errors)):.2f}, "
          f"always the mean {np.sqrt(variance):.2f}, "
          f"with a threshold {np.sqrt(np.mean(cut)):.2f}")

# %% [markdown]
# The fewer features are present at a time, the less there is to interfere. But the plain
# read-out is behind the answer that does not look at $x$ at all, and by nearly the same
# factor in each row: as features become rarer, both errors fall together. The read-out
# with a threshold is the one that gains: about half of the mean's error with one feature
# active, no better than the mean with ten. Sparseness helps a read-out that can say 0.
# (In the toy models of Elhage and others a ReLU does that.)
#
# ## Find them
#
# Now forget the directions, and keep only points. A top-k sparse autoencoder (*sparse
# autoencoder*, SAE, 희소 오토인코더) rebuilds each point from at most $k$ rows of its
# dictionary (Makhzani and Frey, 2013; Gao and others, 2024, for language models). Are its
# rows the features? `models.build_top_k` is the net of lesson 08. `explained` returns the
# *fraction of variance explained (설명된 분산의 비율)*, here for short the explained share.

# %%
count = 10_000


def fit(points, units, k, seed=0, epochs=15, rate=5e-3):
    encoder, decoder = models.build_top_k(
        points.mean(axis=0), units, k, seed=seed)
    steps = epochs * -(-len(points) // 200)
    schedule = keras.optimizers.schedules.CosineDecay(rate, steps)
    training.train(
        models.chain(encoder, decoder), points, loss=losses.squared_error,
        optimizer=keras.optimizers.Adam(schedule), epochs=epochs,
        batch_size=min(200, len(points)), seed=seed, progress=False)
    return encoder, decoder


def rows_of(decoder):
    return decoder.get_layer("dictionary").get_weights()[0]


def explained(points, encoder, decoder):
    outputs = np.asarray(decoder(encoder(points)))
    mean = points.mean(axis=0) + 0 * points
    return 1 - measures.mse(points, outputs) / measures.mse(points, mean)

# %%
toy = Superposition(random_directions(64, 32, seed=100), active=3)
points = toy.sample(count, seed=0)[1]
encoder, decoder = fit(points, 128, 4)
print(f"explained share {explained(points, encoder, decoder):.1%}")

# %% [markdown]
# That says how well points are rebuilt. To say whether the features were *found*, hold
# the rows of the dictionary against the truth. Rows come in any order and with any
# length, and there may be more or fewer of them than features. The fair count lets a
# row stand for *one* feature only: the one-to-one match with the largest sum of cosines
# (the Hungarian method of lesson 06). A coefficient is never below 0, so a row that
# points the other way has found nothing.

# %% [markdown]
# ### Exercise 13.2 — Match with the truth (2 points)
#
# *The idea itself, about 15 minutes.* Compute all cosines, match, and return for each
# true feature the cosine of its row, in the order of the features. The match makes as many
# pairs as there can be, also where a cosine is below 0, and returns it as it is. What of a
# feature that is left without a row, and of a row of zeros?

# %% nbgrader={"schema_version": 3, "grade_id": "ch13-match", "grade": false, "locked": false, "solution": true, "task": false}
def match(found, truth):
    """Return how well each true direction was found.

    found: (r, d), rows of a dictionary, of any length; a row of zeros has
    the cosine 0 with every direction.
    truth: (m, d), true directions of length 1.
    Returns (cosines, share). cosines: (m,), with the row that the best
    one-to-one match gives each true direction; 0 where there is none left.
    share: the share of the true directions with a cosine above 0.9.
    """
    ### BEGIN SOLUTION
    lengths = np.linalg.norm(found, axis=1, keepdims=True)
    similar = truth @ (found / np.where(lengths > 0, lengths, 1)).T
    places, rows = linear_sum_assignment(similar, maximize=True)
    cosines = np.zeros(len(truth))
    cosines[places] = similar[places, rows]
    return cosines, np.mean(cosines > 0.9)
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade_id": "ch13-match-check", "grade": true, "locked": true, "points": 2, "solution": false, "task": false}
match = check("13.2", match)

# %% [markdown]
# 64 features in 32 dimensions, three of them present in a point on average, a dictionary
# of 128 rows. Which share of the features has the autoencoder found, with a cosine
# above 0.9?

# %%
# In percent: write it before you run the next cell.
found_guess = 50  # prediction

# %%
cosines, share = match(rows_of(decoder), toy.directions)
print(f"mean cosine {np.mean(cosines):.3f}, lowest {np.min(cosines):.3f}")
predicted(found_guess, 100 * float(share), "% of the 64 features")

# %% [markdown]
# One run of one method says little. Baselines, on the same points: random rows; as many
# of the points themselves (a point with a single feature *is* one); PCA and *independent
# component analysis* (ICA, 독립 성분 분석), both with each component in both directions,
# since their signs mean nothing; and the centres of KMeans on points brought to length
# 1. PCA and ICA have only 32 components, so that a count out of 64 is not fair to them: the
# second column counts the share of their own rows that are a feature. (That share can
# reach 100% for 32 or 64 rows, and 50% for 128, since there are only 64 features.) All
# with three toys: directions, points and initial weights are new each time.

# %%
from sklearn.cluster import KMeans
from sklearn.decomposition import FastICA

seeds = pick(full=[0, 1, 2], fast=[0])


def make(active, seed):
    toy = Superposition(random_directions(64, 32, seed=100 + seed), active)
    return toy.directions, toy.sample(count, seed=seed)[1]

# %%
@one_thread()  # more of them would wait for each other on a busy machine
def baselines(points, seed):
    centred = points - points.mean(axis=0)
    lengths = np.linalg.norm(points, axis=1, keepdims=True)
    present = points[lengths[:, 0] > 0]
    shuffled = np.random.default_rng(seed).permutation(present)
    components = np.linalg.svd(centred, full_matrices=False)[2]
    ica = FastICA(32, whiten="unit-variance", max_iter=100, tol=1e-3,
                  random_state=seed).fit(points)
    kmeans = KMeans(128, n_init=1, random_state=seed)
    centres = kmeans.fit(points / np.maximum(lengths, 1e-6)).cluster_centers_
    return {
        "random rows": random_directions(128, 32, seed=7 + seed),
        "points as rows": shuffled[:128],
        "PCA": np.concatenate([components, -components]),
        "ICA": np.concatenate([ica.mixing_.T, -ica.mixing_.T]),
        "KMeans": centres,
    }

# %%
table, fitted = {}, {}
for seed in seeds:
    truth, points = make(3, seed)
    rows = baselines(points, seed)
    for units in (64, 128):
        # Kept: further down the same two are needed again.
        fitted[3, units, 4, seed] = fit(points, units, 4, seed)
        rows[f"SAE, {units} rows"] = rows_of(fitted[3, units, 4, seed][1])
    for name, found in rows.items():
        cosines, share = match(found, truth)
        hits = np.sum(np.asarray(cosines) > 0.9)
        own = len(found) // 2 if name in ("PCA", "ICA") else len(found)
        table.setdefault(name, []).append(
            (share, hits / own, np.mean(cosines)))
print(f"{'':16} found (lowest to highest)   of its rows   mean cosine")
for name, runs in table.items():
    share, own, cosine = np.mean(runs, axis=0)
    low, high = np.min(runs, axis=0)[0], np.max(runs, axis=0)[0]
    print(f"{name:16}{share:7.1%}  ({low:.1%} to {high:.1%})"
          f"{own:16.1%}{cosine:14.3f}")

# %%
lowest = {name: min(run[0] for run in runs) for name, runs in table.items()}
highest = {name: max(run[0] for run in runs) for name, runs in table.items()}
for claim, holds in {
    "128 rows find at least 95 % of the 64 features in every run":
        lowest["SAE, 128 rows"] >= 0.95,
    "64 rows, as many as there are features, find fewer in every run":
        highest["SAE, 64 rows"] < lowest["SAE, 128 rows"],
    "PCA and random rows find none":
        max(highest["PCA"], highest["random rows"]) == 0,
    "KMeans finds as many as the autoencoder, within 5 %":
        lowest["KMeans"] >= lowest["SAE, 128 rows"] - 0.05,
}.items():
    print("yes" if holds else "NO ", claim)

# %% [markdown]
# Nearly every feature has its row, up to order and length. The other half of the 128 rows
# are no features, and here it took the truth to say which. And look at KMeans. A point in
# which one feature is stronger than the others lies near that feature's direction, and
# with so few features present a clustering of directions finds them as well. Before you
# credit the autoencoder with more, look for where the two part. (Dictionary learning, as
# in scikit-learn, is the older method for this task; it takes longer, and we did not
# compare it here.)

# %% [markdown]
# ## A control in which there is nothing to find
#
# What would a method report if there were no features? Take points with the *same mean
# and the same covariance* (the first two *moments (적률)*), but normal. They have no
# directions of their own: with normal coefficients of mean 0 and variance 1 the density
# of $\sum_j c_j f_j$ depends on the directions through the covariance $F^\top F$ alone,
# where $F$ has the rows $f_j$. Let $Q$ be any orthogonal matrix, of $m$ rows and columns:
# the rows of $QF$ are other directions, and give the same density. (With another mean,
# the same for all coefficients, this holds for each orthogonal $Q$ that leaves the vector
# of ones as it is. The rows of $QF$ need not have length 1.) So nothing in such points
# can tell $F$ from $QF$, whatever the method.

# %% [markdown]
# ### Exercise 13.3 — Same moments, no features (2 points)
#
# *The idea itself, about 15 minutes.* Make such a control: turn noise from a unit normal
# into points whose mean and covariance are those of the given points. You need a matrix
# $L$ with $L L^\top = C$, where $C$ is the covariance. Points may lie in a subspace,
# so that an eigenvalue of $C$ is 0, or by rounding a little below; and they may be single
# numbers, $d = 1$.

# %% nbgrader={"schema_version": 3, "grade_id": "ch13-same-moments", "grade": false, "locked": false, "solution": true, "task": false}
def same_moments(points, noise):
    """Return normal points with the mean and covariance of other points.

    points: (n, d), n at least 2; their covariance is that of np.cov,
    divided by n - 1, and may have eigenvalues of 0.
    noise: (q, d), from a unit normal; q may be 1.
    Returns (q, d), each row a linear function of its row of noise.
    """
    ### BEGIN SOLUTION
    covariance = np.atleast_2d(np.cov(points, rowvar=False))
    values, vectors = np.linalg.eigh(covariance)
    root = vectors * np.sqrt(np.maximum(values, 0))
    return points.mean(axis=0) + noise @ root.T
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade_id": "ch13-same-moments-check", "grade": true, "locked": true, "points": 2, "solution": false, "task": false}
same_moments = check("13.3", same_moments)

# %% [markdown]
# First in the plane, where it can be seen: five features, one present on average, and
# the control beside it.

# %%
flat = Superposition(pentagon.astype("float32"), active=1)
flat_points = flat.sample(4_000, seed=13)[1]
rng = np.random.default_rng(13)
flat_control = np.asarray(same_moments(
    flat_points, rng.normal(size=flat_points.shape)))
for name, some in (("sparse features", flat_points),
                   ("normal", flat_control)):
    print(f"{name:16} mean {some.mean(axis=0).round(2)}, covariance "
          f"{np.cov(some, rowvar=False).round(2).tolist()}")
plots.show_directions(
    {"sparse features": (flat_points[:1_000], pentagon, np.zeros((1, 2))),
     "normal, same moments": (
         flat_control[:1_000], pentagon, np.zeros((1, 2)))},
    alt="Two panels of grey points with five true directions. Left, many "
    "points lie on five rays; right, a round cloud without any rays.",
)

# %% [markdown]
# **Figure 13.1.** Points in grey, the five true directions in light blue. Left, the arms
# are the points in which a single feature is present; between them lie sums of two or
# three. (The bars cover the arms up to length 1; a third of the points, without any
# feature, lie in the middle.) Right, mean and covariance are the same, up to chance, and
# no arms are left.
#
# Now 64 features in 32 dimensions again, and a function for all that follows: it trains
# on a toy, or on its control, and looks at fresh points.

# %%
def run(active, units, k, seed, normal=False):
    """Train on a toy: share found and explained, dead rows, mean cosine."""
    truth, points = make(active, seed)
    toy = Superposition(truth, active)
    fresh = toy.sample(2_000, seed=50 + seed)[1]
    if normal:
        noise = np.random.default_rng(60 + seed)
        points, fresh = (np.asarray(same_moments(
            points, noise.normal(size=some.shape)), "float32")
            for some in (points, fresh))
    kept = None if normal else fitted.get((active, units, k, seed))
    halves = kept or fit(points, units, k, seed)
    codes = np.asarray(halves[0](fresh))
    dead = np.sum(codes.max(axis=0) <= 0)
    cosines, share = match(rows_of(halves[1]), truth)
    return share, explained(fresh, *halves), dead, np.mean(cosines)

# %% [markdown]
# Predict: how much of the control's variance will the autoencoder explain, with four
# rows for a point out of 128?

# %%
# In percent: write it before you run the next cell.
explained_guess = 20  # prediction

# %%
settled = {
    name: [run(3, 128, 4, seed, normal) for seed in seeds]
    for name, normal in (("sparse", False), ("normal", True))
}
for name, runs in settled.items():
    share, part, dead, cosine = np.mean(runs, axis=0)
    print(f"{name:8} found {share:6.1%} (highest "
          f"{max(one[0] for one in runs):.1%})  mean cosine {cosine:.3f}  "
          f"explained {part:.1%}  dead {dead:.1f}")
near = []
for seed in seeds:
    truth, points = make(3, seed)
    noise = np.random.default_rng(60 + seed).normal(size=points.shape)
    near.append(np.mean(match(same_moments(points, noise)[:128], truth)[0]))
print(f"128 of the normal points as rows: mean cosine {np.mean(near):.3f}; "
      "random rows, from the table: "
      f"{np.mean([one[2] for one in table['random rows']]):.3f}")
predicted(explained_guess,
          100 * float(np.mean([one[1] for one in settled["normal"]])),
          "% of the control's variance")

# %% [markdown]
# With nothing to find, none is found. Yet more than half of the control's variance is
# explained, and its rows are a dictionary like any other. Seen alone, that share looks
# like a result; that it is a small one is seen only beside the first line. (The mean
# cosine is that of the best match of 128 rows with 64 directions. It says no more: 128 of
# the control's own points, taken as rows, are about as near, and random rows are less
# near.)
#
# ## When does it work?
#
# Three things can be turned: how many features are present at a time, how many rows the
# dictionary has, and $k$. In the first, $k$ is one more than the mean number of active
# features, which a user would not know; so the last table turns $k$ with the points left
# as they are.

# %%
# In full this takes about 50 seconds on two cores.
actives = pick(full=[1, 3, 5, 7, 10], fast=[3, 10])
by_active, by_normal, by_kmeans = {}, {}, {}
for active in actives:
    if active == 3:
        by_active[active] = settled["sparse"]
        by_normal[active] = settled["normal"]
    else:
        by_active[active], by_normal[active] = (
            [run(active, 128, active + 1, seed, normal) for seed in seeds]
            for normal in (False, True))
    by_kmeans[active] = []
    for seed in seeds:
        truth, points = make(active, seed)
        points = points[np.linalg.norm(points, axis=1) > 0]
        with one_thread():
            lengths = np.linalg.norm(points, axis=1, keepdims=True)
            kmeans = KMeans(128, n_init=1, random_state=seed)
            centres = kmeans.fit(points / lengths).cluster_centers_
        by_kmeans[active].append(match(centres, truth)[1])

# %%
for active in actives:
    share, part, dead, cosine = np.mean(by_active[active], axis=0)
    apart = np.array([centres - one[0] for centres, one in zip(
        by_kmeans[active], by_active[active])])
    print(f"{active:2d} active: found {share:6.1%}, mean cosine "
          f"{cosine:.2f}, dead {dead:4.1f}; explained {part:.1%}, of normal "
          f"points {np.mean([one[1] for one in by_normal[active]]):.1%}")
    print(f"           KMeans finds {np.mean(by_kmeans[active]):6.1%}; more "
          f"in {np.sum(apart > 0)} of {len(seeds)} toys, fewer in "
          f"{np.sum(apart < 0)}")

# %%
def column(runs, place):
    return actives, np.array([[one[place] for one in runs[active]]
                              for active in actives])


plots.show_bands(
    {
        "SAE, 128 rows": column(by_active, 0),
        "KMeans, 128 centres": (
            actives, np.array([by_kmeans[active] for active in actives])),
        "explained by the SAE": column(by_active, 1),
        "explained, normal points": column(by_normal, 1),
    },
    x_label="features active in a point, on average",
    y_label="share",
    dashed=["KMeans, 128 centres", "explained by the SAE",
            "explained, normal points"],
    legend="lower left",
    alt="Share found against active features. Both methods find nearly all "
    "with three and next to none with ten; the explained share falls little, "
    "and that of normal points comes near to it.",
)

# %% [markdown]
# **Figure 13.2.** The share of features found against how many are active at a time, the
# mean of the toys and their band from lowest to highest; and dashed the explained share,
# for the toy and for normal points of the same mean and covariance. The lines above
# compare KMeans and the autoencoder toy by toy. In the full profile KMeans, the simpler
# method, finds more on average where five or seven are active: nothing here shows that
# finding these directions takes an autoencoder. As used here, KMeans gives no code in
# which several features of one point stand side by side, and that is what is needed
# below. (One could be added to any rows: the $k$ largest products, or *matching pursuit*.
# We did not try it.) And look at the explained share where hardly anything is found any
# more: with ten active, points in which there is nothing to find are explained nearly as
# well.

# %%
# In full this takes about 30 seconds on two cores.
sizes = pick(full=[32, 64, 128, 256], fast=[64, 128])
kept = pick(full=[1, 2, 4, 8, 16], fast=[4, 16])
by_size = {units: [run(3, units, 4, seed) for seed in seeds]
           for units in sizes if units != 128} | {128: settled["sparse"]}
by_k = {k: [run(3, 128, k, seed) for seed in seeds]
        for k in kept if k != 4} | {4: settled["sparse"]}
for name, runs in (("rows", by_size), ("k", by_k)):
    for value in sorted(runs):
        share, part, dead, _ = np.mean(runs[value], axis=0)
        low = min(one[0] for one in runs[value])
        high = max(one[0] for one in runs[value])
        print(f"{name:4} {value:3d}: found {share:6.1%} ({low:.1%} to "
              f"{high:.1%}), explained {part:.1%}, dead {dead:.1f}")

# %%
finds, explains = ({k: np.mean([one[place] for one in runs])
                    for k, runs in by_k.items()} for place in (0, 1))
most = max(explains, key=explains.get)
best = sorted(k for k in finds if finds[k] == max(finds.values()))
print(f"the k that explains most is {most}, and it finds {finds[most]:.0%}")
print("most are found with k =", " and ".join(map(str, best)), "(equal in "
      "the mean), which explain" if len(best) > 1 else "which explains",
      " and ".join(f"{explains[k]:.0%}" for k in best))

# %% [markdown]
# With a larger $k$ more is explained, in each row above; and from some $k$ on fewer
# features are found. So here the largest explained share does not choose $k$, and in a
# real network there is no truth to choose it by. Rows are another matter: a dictionary
# with room to spare finds more, and pays with dead rows.
#
# ## Inside the classifier
#
# Now a network of your own: a classifier 784-128-64-10 with ReLUs. Its first hidden layer
# has 128 activations for each image. Nobody knows what its features are, or whether
# "features" is a good description at all. Cut the network there: `below` leads from an
# image to the layer, `above` from the layer to the answer.

# %%
held_out = len(digits.train_vectors) // 12
images = digits.train_vectors[:-held_out][: pick(full=20_000, fast=1_300)]
labels = digits.train_labels[:-held_out][: len(images)]
test_images = digits.test_vectors[: pick(full=5_000, fast=300)]
test_labels = digits.test_labels[: len(test_images)]


def cut(classifier):
    below, above = ablation.split(classifier, "hidden_1")
    hidden, tested = (np.asarray(below(some))
                      for some in (images, test_images))
    # Lengths of about 1, so that the recipe of the toy fits.
    scale = np.sqrt(hidden.var(axis=0).sum())
    inputs = keras.Input((128,))
    scaled = keras.Model(inputs, above(inputs * float(scale)))
    return scaled, hidden / scale, tested / scale

# %%
new = {"sizes": (128, 64), "activation": "relu", "seed": 13,
       "input_size": images.shape[1]}
classifier = pretraining.build_classifier(**new)
pretraining.fine_tune(
    classifier, images, labels, epochs=pick(full=8, fast=15),
    learning_rate=2e-3, batch_size=pick(full=200, fast=50))
above, hidden, tested = cut(classifier)
error = pretraining.classification_error(
    classifier, test_images, test_labels)
print(f"test error {error:.1f} %; activations {tested.shape}")

# %%
plots.show_network(
    plots.Network(
        [("image", 784), ("$h$", 128), ("code $z$", 256),
         (r"$\hat{h}$", 128)],
        code=2,
        steps={0: "classifier"},
        compared=[(1, 3, "squared error")],
    ),
    alt="Columns of units: image, an arrow to the hidden layer h, a wider "
    "code z, and the rebuilt hidden layer; a bracket joins h and the last.",
)

# %% [markdown]
# **Figure 13.3.** The sparse autoencoder's images are the activations $h$ of the
# classifier's hidden layer; its encoder begins there. The classifier itself stays as it
# is (*frozen*); its layers above $h$ are not drawn.
#
# 256 rows, $k = 8$, fixed beforehand (see above why no error could choose them). Three
# trainings; and the control: three on the hidden layer of a classifier that was *never
# trained*. The first test of a dictionary inside a network: does the rest of the network
# still work when it gets what was rebuilt? Baselines: as many numbers of PCA, and the mean
# activation for every image.

# %%
# In full this takes about 30 seconds on two cores.
recipe = {"units": 256, "k": 8, "rate": 3e-3,
          "epochs": pick(full=12, fast=30)}
nets = [fit(hidden, seed=seed, **recipe) for seed in seeds]
raw_above, raw_hidden, raw_tested = cut(
    pretraining.build_classifier(**new))
raw_nets = [fit(raw_hidden, seed=seed, **recipe) for seed in seeds]


def codes_of(net, activations):
    return np.asarray(net[0](activations))


def answers_of(above, activations):
    return np.asarray(above(np.asarray(activations, "float32")))


def right(inputs):
    return np.mean(answers_of(above, inputs).argmax(axis=1) == test_labels)

# %%
centre = hidden.mean(axis=0)
axes = np.linalg.eigh(np.cov(hidden, rowvar=False))[1][:, -recipe["k"]:]
projected = centre + (tested - centre) @ axes @ axes.T
share = 1 - (measures.mse(tested, projected)
             / measures.mse(tested, tested.mean(axis=0) + 0 * tested))
print(f"right answers {right(tested):.1%}; from the mean activation "
      f"{right(centre + 0 * tested):.1%}; from {recipe['k']} principal "
      f"components {right(projected):.1%} (explained {share:.1%})")
for seed, net in zip(seeds, nets):
    rebuilt = np.asarray(net[1](net[0](tested)))
    print(f"SAE {seed}: explained {explained(tested, *net):.1%}; right "
          f"answers from the rebuilt layer {right(rebuilt):.1%}")
for seed, net in zip(seeds, raw_nets):
    print(f"untrained network, SAE {seed}: explained "
          f"{explained(raw_tested, *net):.1%}")

# %% [markdown]
# ## What a feature fires for
#
# ### Exercise 13.4 — Firing rates (1 point)
#
# *Warm-up, about 5 minutes.* For each digit and each unit: for which share of the
# digit's images is the unit active? And which units are active for no image at all?

# %% nbgrader={"schema_version": 3, "grade_id": "ch13-firing-rates", "grade": false, "locked": false, "solution": true, "task": false}
def firing_rates(codes, labels):
    """Return how often units are active for each digit, and which are dead.

    codes: (n, r), 0 where a unit is silent.
    labels: (n,), digits from 0 to 9, each of them at least once.
    Returns (rates, dead). rates: (10, r), shares of a digit's images.
    dead: (r,), True for a unit that is active for no image.
    """
    ### BEGIN SOLUTION
    active = codes != 0
    rates = [active[labels == digit].mean(axis=0) for digit in range(10)]
    return np.stack(rates), ~active.any(axis=0)
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade_id": "ch13-firing-rates-check", "grade": true, "locked": true, "points": 1, "solution": false, "task": false}
firing_rates = check("13.4", firing_rates)

# %%
codes = codes_of(nets[0], tested)
dictionary = rows_of(nets[0][1])
rates, dead = (np.asarray(one) for one in firing_rates(codes, test_labels))
favourite = rates.argmax(axis=0)
order = np.lexsort([-rates.max(axis=0), favourite])
order = order[~dead[order].astype(bool)]
plots.show_heat_maps(
    {"firing rates": rates[:, order]},
    x_label="living units, by the digit that they fire for most",
    row_names=list(range(10)),
    row_label="digit",
    value_label="share of the digit's images",
    alt="Ten rows, one for each digit, and a column for each living unit, "
    "sorted by digit: dark along a staircase, with lighter spots beside it.",
)

# %% [markdown]
# **Figure 13.4.** For each digit (row) and unit (column) the share of the digit's test
# images for which the unit is active. The staircase itself is made by sorting. What
# the data say is how dark it is, and how much lies beside it.

# %%
def purity(activities, labels):
    busy = np.sum(activities > 0, axis=0) >= 10
    top = np.argsort(-activities[:, busy], axis=0)[:10].T
    return measures.label_purity(labels[top]).mean(), busy.sum()


mixed_labels = np.random.default_rng(13).permutation(test_labels)
print("share of a unit's ten top images that are of one digit; chance "
      f"{purity(tested, mixed_labels)[0]:.1%}")
gains = {}
for name, some, some_nets in (("trained", tested, nets),
                              ("untrained", raw_tested, raw_nets)):
    single, busy = purity(some, test_labels)
    pure = [purity(codes_of(net, some), test_labels) for net in some_nets]
    gains[name] = [value - single for value, _ in pure]
    print(f"{name:9} single units {single:.1%} ({busy} of them); features",
          ", ".join(f"{value:.1%} ({busy})" for value, busy in pure))
if min(gains["untrained"]) > max(gains["trained"]):
    word = "more without training"
elif min(gains["trained"]) > max(gains["untrained"]):
    word = "more in the trained network"
else:
    word = "undecided: the ranges overlap"
print("what the features add to the single units:", word)

# %%
lengths = codes * np.linalg.norm(dictionary, axis=1)
strength = lengths.mean(axis=0)
picked = [np.flatnonzero(favourite == digit) for digit in range(10)]
picked = [some[strength[some].argmax()] for some in picked if len(some)]
plots.show_rows(
    {f"unit {unit}: {favourite[unit]}":
     test_images[np.argsort(-codes[:, unit])[:12]] for unit in picked},
    alt="One row for each digit, twelve images that excite one unit most: in "
    "some rows all are the same digit, in others a few of another digit.",
)

# %% [markdown]
# **Figure 13.5.** For each digit, of the units that fire for it most, the one whose
# contribution is longest on average, and its twelve most exciting test images. It is
# tempting to give these units names. Look at the table above it first: the features of a
# network that has learned nothing are pure to some degree, too, and above chance. (Images
# of one digit resemble each other already. Whether that is why, we did not test.) What a
# unit fires for does not say what the network *does* with it.

# %% [markdown]
# ## Switch it off
#
# The test that says more is an *ablation (절제)*: take the feature's contribution
# $z_u w_u$ off the activations, leave everything else as it is, also what the dictionary
# does not explain, and let the rest of the network answer.
#
# A change of the answer alone says little: *any* push changes an answer. So each
# ablation gets a control of equal length, in another direction.

# %% [markdown]
# ### Exercise 13.5 — Off, and as far elsewhere (2 points)
#
# *The idea itself, about 10 minutes.* Take the contribution of one unit off each image's
# activations; and move the same images by the same lengths along other directions.

# %% nbgrader={"schema_version": 3, "grade_id": "ch13-switch-off", "grade": false, "locked": false, "solution": true, "task": false}
def switch_off(hidden, codes, dictionary, units, directions):
    """Return activations with a unit off, and moved as far elsewhere.

    hidden: (n, d), activations.  codes: (n, r), of the autoencoder.
    dictionary: (r, d), rows of any length above 0.
    units: whole numbers (n,), the unit to switch off for each image.
    directions: (n, d), of any length above 0.
    Returns (off, moved), (n, d) each. off: without the contribution of the
    unit, all else as it is. moved: each image moved by as much as in off,
    along minus its direction; a silent unit changes nothing in either.
    """
    ### BEGIN SOLUTION
    own = codes[np.arange(len(codes)), units][:, None] * dictionary[units]
    lengths = np.linalg.norm(own, axis=1, keepdims=True)
    unit_length = directions / np.linalg.norm(
        directions, axis=1, keepdims=True)
    return hidden - own, hidden - lengths * unit_length
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade_id": "ch13-switch-off-check", "grade": true, "locked": true, "points": 2, "solution": false, "task": false}
switch_off = check("13.5", switch_off)

# %% [markdown]
# Try it. Six images that are read rightly, but not too surely (the one of each digit
# whose probability is nearest to 0.8, so that there is something to see), and for each
# its strongest units: those whose contributions are longest. The answer with one of them
# off:

# %%
answers = answers_of(above, tested)
gaps = np.abs(answers - 0.8) + 2.0 * (test_labels[:, None] != np.arange(10))
chosen = [gaps[:, digit].argmin() for digit in (0, 2, 4, 5, 7, 9)]
strongest = np.argsort(-lengths[chosen], axis=1)[:, :5]
off_answers = np.stack([
    answers_of(above, switch_off(
        tested[chosen], codes[chosen], dictionary, units,
        np.ones((len(chosen), 128)))[0])
    for units in strongest.T], axis=1)
exciting = np.stack([
    test_images[np.argsort(-codes[:, units], axis=0)[:9].T]
    for units in strongest])
symbols = np.stack([images[labels == digit].mean(axis=0)
                    for digit in range(10)])
widgets.explore_switch(
    test_images[chosen], symbols, answers[chosen], off_answers, exciting,
    [[f"unit {unit}" for unit in units] for units in strongest],
    alt="Six rows: an image, nine images that its strongest feature fires "
    "for, and bars of the answer with the feature on and off.",
)

# %% [markdown]
# **Figure 13.6.** Six images, what their strongest feature fires for, and the answer with
# that feature on (grey) and off (orange). With the sliders: any of the five strongest
# features of each, and 0 for none off.

# %% [markdown]
# ## Is that much?
#
# Measure what moves: half the sum of the absolute changes of the ten probabilities, from
# 0 to 1 (the *total variation distance*). Then compare over many images. How sure is a
# mean difference? The *bootstrap (부트스트랩)* of lesson 10: draw as many images as there are, with
# repeats; take the mean; repeat; and give the range that holds the middle 95 % of these
# means.

# %% [markdown]
# ### Exercise 13.6 — An ablation with controls and intervals (3 points)
#
# *Built from end to end, about 30 minutes.* For each image switch off its strongest
# unit, the one whose contribution is *longest*; move it as far along minus each control's
# direction; let `above` answer; and compare, image by image.

# %% nbgrader={"schema_version": 3, "grade_id": "ch13-compare-ablations", "grade": false, "locked": false, "solution": true, "task": false}
def compare_ablations(above, hidden, codes, dictionary, controls, draws):
    """Compare switching off the strongest unit with moves of equal length.

    above: Keras model, activations (n, d) -> probabilities (n, classes).
    hidden: (n, d).  codes: (n, r), each row with an active unit.
    dictionary: (r, d), rows of any length.
    controls: (q, n, d), directions of any length above 0, q per image.
    draws: whole numbers (b, n), positions of images drawn with repeats.
    Returns (effects, gaps, intervals). effects: (1 + q,), the mean
    probability that moves, with the unit off and then for each control.
    gaps: (q,), by how much the first is larger than each control's.
    intervals: (q, 2), percentiles 2.5 and 97.5 of the mean gap over draws.
    """
    ### BEGIN SOLUTION
    sizes = np.abs(codes) * np.linalg.norm(dictionary, axis=1)
    units = sizes.argmax(axis=1)
    off, _ = switch_off(hidden, codes, dictionary, units, controls[0])
    changed = [off] + [
        switch_off(hidden, codes, dictionary, units, directions)[1]
        for directions in controls]

    def answer(inputs):
        return np.asarray(above(np.asarray(inputs, "float32")))

    before = answer(hidden)
    moved = np.stack([
        np.abs(answer(one) - before).sum(axis=1) / 2 for one in changed])
    differences = moved[0] - moved[1:]  # (q, n)
    means = [differences[:, rows].mean(axis=1) for rows in draws]
    intervals = np.percentile(means, [2.5, 97.5], axis=0).T
    return moved.mean(axis=1), differences.mean(axis=1), intervals
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade_id": "ch13-compare-ablations-check", "grade": true, "locked": true, "points": 3, "solution": false, "task": false}
compare_ablations = check("13.6", compare_ablations)

# %% [markdown]
# Five controls, from easy to hard:
#
# - a **random** direction;
# - **another feature**: a living row that is silent for this image;
# - a direction **like the data**: drawn from a normal distribution with the covariance of
#   the activations;
# - **towards the mean**: from the image's own activation straight to the mean activation,
#   as far as the length allows;
# - **towards another image**: straight to the activation of another test image, as far.
#
# With the strongest feature off, how many times as much probability moves as in a random
# direction?

# %%
# How many times: write it before you run the next cell.
times_guess = 10  # prediction

# %%
def controls_for(net, activations, known, seed):
    rng = np.random.default_rng(seed)
    codes = codes_of(net, activations)
    rows, shape = rows_of(net[1]), activations.shape
    alive = codes.max(axis=0) > 0
    keys = np.where((codes > 0) | ~alive, -1, rng.random(codes.shape))
    covariance = np.cov(known, rowvar=False)
    values, vectors = np.linalg.eigh(covariance)
    like_data = rng.normal(size=shape) * np.sqrt(np.maximum(values, 0))
    return codes, rows, {
        "random": rng.normal(size=shape),
        "another feature": rows[keys.argmax(axis=1)],
        "like the data": like_data @ vectors.T,
        "towards the mean": activations - known.mean(axis=0),
        "towards another image": activations - np.roll(activations, 1, axis=0),
    }



# %%
def report(name, head, activations, found, seed=0):
    codes, rows, controls = found
    some = codes.max(axis=1) > 0
    draws = np.random.default_rng(seed).integers(
        some.sum(), size=(pick(full=500, fast=200), some.sum()))
    ways = np.stack([way[some] for way in controls.values()])
    effects, gaps, intervals = (np.asarray(one) for one in compare_ablations(
        head, activations[some], codes[some], rows, ways, draws))
    print(f"{name} off, {effects[0]:.4f} of the probability moves")
    for way, effect, gap, (low, high) in zip(
            controls, effects[1:], gaps, intervals):
        print(f"   {way:22} {effect:.4f}, gap {gap:+.4f} "
              f"[{low:+.4f}, {high:+.4f}]")
    return effects, intervals


def verdict(intervals):
    """Say in how many trainings a difference is clear: 0 is outside."""
    lows, highs = np.asarray(intervals).T
    more, less = np.sum(lows > 0), np.sum(highs < 0)
    return (f"more in {more}, undecided in {len(lows) - more - less}, less "
            f"in {less} of {len(lows)}")

# %%
given = [controls_for(net, tested, hidden, seed)
         for seed, net in zip(seeds, nets)]
reports = [report(f"SAE {seed}: strongest feature", above, tested, found, seed)
           for seed, found in zip(seeds, given)]
times = np.mean([effects[0] / effects[1] for effects, _ in reports])
predicted(times_guess, float(times), "times as much")
raw_report = report(
    "untrained: strongest feature", raw_above, raw_tested,
    controls_for(raw_nets[0], raw_tested, raw_hidden, 0))

# %%
print("trainings in which the strongest feature moves more, or less, than")
for place, name in enumerate(given[0][2]):
    print(f"   {name:22}",
          verdict([intervals[place] for _, intervals in reports]))

# %% [markdown]
# The intervals are over test images; how far another training would differ, only the
# count of trainings says. And the strongest feature is *picked*, image by image, for its
# length, and the controls are not. So once more with one of the image's active units, drawn
# at random, at its own length, beside the two hardest controls:

# %%
drawn_reports = []
for seed, (codes_here, rows, controls) in zip(seeds, given):
    rng = np.random.default_rng(seed)
    keys = np.where(codes_here > 0, rng.random(codes_here.shape), -1)
    only = np.arange(codes_here.shape[1]) == keys.argmax(axis=1)[:, None]
    hard = {name: controls[name] for name in list(controls)[-2:]}
    drawn_reports.append(report(
        f"SAE {seed}: a random active unit", above, tested,
        (np.where(only, codes_here, 0), rows, hard), seed))
print("trainings in which the random active unit moves more, or less, than")
for place, name in enumerate(hard):
    print(f"   {name:22}",
          verdict([intervals[place] for _, intervals in drawn_reports]))

# %% [markdown]
# Read the first table from the top down. The easy controls are passed: a random direction
# in 128 dimensions changes little, and is no match. The hard ones lie where the
# activations lie. What the printed lines say of them holds for your run and may differ
# between data and profiles; wherever it is not "more" in every training, the *size* of
# the effect does not single out the feature. Had we stopped after the first control, it
# would have looked as if it did. And in the untrained network all directions change the
# answer about as little as each other.
#
# What we can ask besides is *which* answer suffers.

# %% [markdown]
# ## Fires for, and works for
#
# For each feature: the digit that it fires for most, read off the training images; and
# the digit that loses most probability when the feature is switched off in the test
# images in which it is active. If what a feature fires for says what it does, they agree.
#
# The control that matters: the *same images*, moved by the *same lengths* in other
# directions. Where a feature is active many images may be of one digit, and where that
# digit has all the probability it can only lose. Baselines: the single units of the
# layer, all of them, and for a fairer count only the 8 largest of each image, as in the
# code; and the untrained network. Last the digits of the features, shuffled among them.

# %%
def suffering(head, activations, codes, dictionary, known):
    """Return the digit that each push lowers most, -1 for too few images."""
    before = answers_of(head, activations)
    ways = {
        "random": np.random.default_rng(0).normal(size=activations.shape),
        "to the mean": activations - known.mean(axis=0),
        "to another": activations - np.roll(activations, 1, axis=0),
    }
    lowered = {way: np.full(len(dictionary), -1) for way in ("off", *ways)}
    for unit in range(len(dictionary)):
        rows = np.flatnonzero(codes[:, unit])[:200]
        if len(rows) < 10:
            continue
        units = np.full(len(rows), unit)
        pairs = [switch_off(activations[rows], codes[rows], dictionary,
                            units, way[rows]) for way in ways.values()]
        pushed = np.stack([pairs[0][0], *(moved for _, moved in pairs)])
        after = answers_of(head, pushed.reshape(-1, activations.shape[1]))
        change = after.reshape(len(pushed), len(rows), 10) - before[rows]
        for way, digit in zip(lowered, change.mean(axis=1).argmin(axis=1)):
            lowered[way][unit] = digit
    return lowered


def agreement(name, trained_on, codes, lowered):
    """Return for each push and unit whether it lowers the digit fired for."""
    fires_for = np.asarray(firing_rates(trained_on, labels)[0]).argmax(axis=0)
    some = lowered["off"] >= 0
    mixed = np.random.default_rng(0).permutation(lowered["off"][some])
    hits = {way: fires_for[some] == digit[some]
            for way, digit in lowered.items()}
    same = np.mean([np.mean(test_labels[codes[:, unit] > 0] == fires_for[unit])
                    for unit in np.flatnonzero(some)])
    print(f"{name:28}{some.sum():4d}{same:10.0%}",
          *(f"{np.mean(hit):11.1%}" for hit in hits.values()),
          f"{np.mean(fires_for[some] == mixed):8.1%}", sep="")
    return hits

# %%
def largest(activations, k):
    limit = np.sort(activations, axis=1)[:, [-k]]
    return np.where(activations >= limit, activations, 0)


print(f"{'':28}units  one digit    off   random  to the mean  to another  "
      "shuffled")
agreements = []
for seed, net in zip(seeds, nets):
    own = codes_of(net, tested)
    agreements.append(agreement(
        f"features, SAE {seed}", codes_of(net, hidden), own,
        suffering(above, tested, own, rows_of(net[1]), hidden)))
for name, known, own in (
        ("single units", hidden, tested),
        ("single units, 8 largest", largest(hidden, 8), largest(tested, 8))):
    agreement(name, known, own,
              suffering(above, tested, own, np.eye(128), hidden))
own = codes_of(raw_nets[0], raw_tested)
agreement("untrained network, features", codes_of(raw_nets[0], raw_hidden),
          own, suffering(raw_above, raw_tested, own,
                         rows_of(raw_nets[0][1]), raw_hidden))

# %%
print("trainings in which switching off agrees more, or less, often than")
rng = np.random.default_rng(13)
for way in list(agreements[0])[1:]:
    intervals = []
    for hits in agreements:
        gap = hits["off"].astype(float) - hits[way]
        rows = rng.integers(len(gap), size=(1_000, len(gap)))
        intervals.append(np.percentile(gap[rows].mean(axis=1), [2.5, 97.5]))
    print(f"   {way:12}", verdict(intervals))

# %% [markdown]
# "one digit" is the share of the images in which a unit is active that are of the digit
# that it fires for; the columns behind it are the share of the units for which a push
# lowers that digit most. In full on MNIST a push in a random direction does so for about
# two in five of the features, and a push towards the mean or another image for about two
# in three: half of these images are of one digit, and it loses by many a push. Beside the
# shuffled digits alone, all of the agreement would have looked like the features' doing.
# What speaks for the features is the *difference* between the column "off" and the other
# pushes; the last lines (intervals over the features) say in how many trainings it is
# clear. In full on MNIST the 8 largest single units lower their digit for most units,
# too, but hardly more often than a push towards another image; and in the untrained
# network nothing is above what shuffling leaves.

# %% [markdown]
# ## What is not shown
#
# - That these are *the* features of the network. Another training finds other rows; the
#   toy has a truth, the classifier has none.
# - That a unit "means" what its top images look like. Twelve images are the extreme end of
#   what it fires for; the firing rates, the untrained control and the ablation say how far
#   a name would carry.
# - That the effect of switching off is the effect that the feature *has* in the undisturbed network:
#   an activation without one contribution may be one that no image produces.
# - Anything about large language models. The method is the one that is used there; the
#   claims have to be measured there.

# %% [markdown]
# ## What to take with you
#
# - More features than dimensions interfere. The mean squared cosine has a least value, the
#   Welch bound; and where few features are present at a time, a read-out that can say 0
#   gains most from it.
# - Where the truth is known, count: a one-to-one match, a threshold, baselines of equal size,
#   and a control with the same mean and covariance, in which nothing can be found.
# - A good reconstruction alone is no evidence of features: hold it beside points of the
#   same mean and covariance. The best one was no guide to $k$ here.
# - Inside a network, what a unit fires for is an observation. What it does is seen when
#   it is switched off, beside controls of equal length in the same images; and the
#   control decides what was shown.

# %% [markdown]
# ## Where to read on
#
# - N. Elhage and others, *Toy models of superposition*, Transformer Circuits, 2022: when a
#   small network keeps more features than it has units.
# - R. Huben, H. Cunningham, L. Riggs Smith, A. Ewart and L. Sharkey, *Sparse autoencoders
#   find highly interpretable features in language models*, ICLR 2024.
# - A. Makhzani and B. Frey, *k-Sparse autoencoders*, 2013, and L. Gao and others, *Scaling
#   and evaluating sparse autoencoders*, 2024: top-k, first for images, then for language
#   models.
# - L. Welch, *Lower bounds on the maximum cross correlation of signals*, 1974: the bound.
# - T. Heap, T. Lawson, L. Farnik and L. Aitchison, *Sparse autoencoders can interpret
#   randomly initialized transformers*, 2025: the control of this lesson, at full size.

# %% [markdown]
# ## Questions to think about
#
# **1.** Two features of the toy are always present together. What will the autoencoder
# find?
#
# <details><summary>One answer</summary>
#
# Their sum, most probably: one row for both costs one of the $k$ places instead of two,
# and rebuilds as well, as long as their coefficients go together. No point says
# that there are two. Features are told apart by the points in which only one is present.
#
# </details>
#
# **2.** A dictionary of 10,000 random rows finds some features by chance. How would you
# compare it with one of 128?
#
# <details><summary>One answer</summary>
#
# Give both the same number of rows, or count what share of the *rows* are features as
# well: the second column of the table. In few dimensions enough random rows come near to
# everything, and then a match above 0.9 says nothing.
#
# </details>
#
# **3.** You switch off a feature and the answer does not change. Is the feature of no use?
#
# <details><summary>One answer</summary>
#
# Not shown. Other features may carry the same information, and the rest of the network
# may compensate; or the answer was so sure that nothing moves it. Switch off several at
# once, look at the pre-activations of the answer instead of the probabilities, and try
# images on which the network is less sure.
#
# </details>

# %%
score()

# %%
about.versions()
