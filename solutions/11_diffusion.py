# %% [markdown]
# # 11 Diffusion: from one denoiser to a generator
#
# A denoising autoencoder (lesson 05) takes a little noise away. Give it nothing *but*
# noise, ask it to take a little of that away, and again, and again, each time at a
# lower noise level. What is left at the end is a new digit. A generative model of this
# kind is a *diffusion model (확산 모델)*. The noise levels and the arrows are those of
# lesson 05; what is new is one network for all levels, and the walk.
#
# After this lesson you can
#
# 1. compute the score of a mixture exactly, and say what a network has to be asked for
#   so that it learns the score at every noise level;
# 2. walk from noise to data with Euler's and with Heun's method, with and without fresh
#   noise, and measure what the number of steps costs;
# 3. make digits of your choice by *latent diffusion*, walking in the code of an
#   autoencoder, and evaluate them beside fair baselines, with controls that must fail.
#
# **12 points**, 60 to 90 minutes of thinking; all cells together compute for at most 5
# minutes on two CPU cores, in at most 3 GB of memory. You need the score from lesson 05
# and the measures of samples from lesson 10.

# %%
try:
    from helpers.course import about, pick
except ImportError:
    raise ImportError("The course is not found here: open this notebook with "
                      "make lab, and rename a helpers.py beside it.") from None
from helpers import data, losses, measures, models, plots, training
from helpers import widgets
from helpers.checks import check, hint, predicted, score
from helpers.course.threads import one_thread
from helpers.methods import diffusion, latent, mixtures
import keras, numpy as np

digits = data.load("auto")

# %% [markdown]
# (Where a result depends on your data or on your own answers, a cell prints what holds.
# Sentences that begin with "In full on MNIST" are about the full run on those images.
# The library has most of what you are to write. An exercise takes NumPy, your own earlier
# answers, and of `helpers` only what its text names.)

# %%
held_out = len(digits.train_vectors) // 12
images = digits.train_vectors[:-held_out][: pick(full=55_000, fast=1_300)]
labels = digits.train_labels[:-held_out][: len(images)]
kept_apart = digits.train_vectors[-held_out:]
test_images = digits.test_vectors
print("training", images.shape, " kept apart", kept_apart.shape)
print("test", test_images.shape)

# %% [markdown]
# ## A score that is known
#
# Lesson 05 ended with *Tweedie's formula*. Normal noise of standard deviation $\sigma$
# is added to a clean point $x$; of all answers to the noisy point $\tilde{x}$, the one
# with the smallest expected squared error is the mean of what it may have been, and the
# arrow from the point to that answer is a gradient:
#
# $$\mathbb{E}[x \mid \tilde{x}] - \tilde{x} = \sigma^2\, \nabla \log p_\sigma(\tilde{x}).$$
#
# The proof takes five lines. With $p(x)$ the density of clean points and $g$ that of
# the noise,
#
# $$\begin{aligned}
# p_\sigma(\tilde{x}) &= \textstyle\int p(x)\, g(\tilde{x} - x)\, dx,
# \qquad g(u) \propto e^{-\lVert u \rVert^2 / 2\sigma^2},
# \qquad \nabla g(u) = -\tfrac{u}{\sigma^2}\, g(u), \\
# \nabla p_\sigma(\tilde{x}) &= \textstyle\int p(x)\, \frac{x - \tilde{x}}{\sigma^2}\,
# g(\tilde{x} - x)\, dx, \\
# \frac{\nabla p_\sigma(\tilde{x})}{p_\sigma(\tilde{x})} &= \frac{1}{\sigma^2}
# \textstyle\int (x - \tilde{x})\, \frac{p(x)\, g(\tilde{x} - x)}{p_\sigma(\tilde{x})}\, dx, \\
# \nabla \log p_\sigma(\tilde{x}) &= \frac{1}{\sigma^2}
# \textstyle\int (x - \tilde{x})\, p(x \mid \tilde{x})\, dx
# \qquad \text{(Bayes' rule)}, \\
# \sigma^2\, \nabla \log p_\sigma(\tilde{x}) &= \mathbb{E}[x \mid \tilde{x}] - \tilde{x}.
# \end{aligned}$$
#
# | symbol | in words | in the code |
# |---|---|---|
# | $x$ | clean point | a row of `points` |
# | $\sigma$ | noise level: standard deviation of the noise | `level` |
# | $\tilde{x} = x + \sigma \varepsilon$ | noisy point, $\varepsilon$ from a unit normal | a row of `noisy` |
# | $p_\sigma$ | density of the noisy points | `log_density` |
# | $\nabla \log p_\sigma$ | its *score (스코어)* | `scores` |
# | $D(\tilde{x}; \sigma)$ | denoiser: an answer to $\tilde{x}$ | `denoise(noisy, level)` |
# | $w_i$, $m_i$, $s_i$ | part $i$ of a mixture (below): probability, centre, standard deviation | `weights`, `means`, `deviations` |
#
# In lesson 05 the data were a list of points. Let them now be a *mixture*: a point
# comes from part $i$ with probability $w_i$, and part $i$ is normal around $m_i$, with
# standard deviation $s_i$ in every direction. Before you derive its best answers, look
# at one part by itself: a million clean numbers around 0, each with noise of 1, and of
# these the ones whose noisy number came out near 2.

# %%
rng = np.random.default_rng(11)
for deviation in (0.2, 1.0, 5.0):
    clean = deviation * rng.normal(size=1_000_000)
    noisy = clean + rng.normal(size=clean.size)
    near = clean[np.abs(noisy - 2) < 0.05]
    print(f"s = {deviation}: noisy 2 was {near.mean():5.2f} on average, "
          f"± {near.std():.2f}, of {len(near):,} numbers")

# %% [markdown]
# Narrow data ($s = 0.2$) say that it was noise; wide data ($s = 5$) that it was hardly
# any. The answer is a compromise between the centre and what was seen. (For the exact
# shares write $\tilde{x} = x + \sigma\varepsilon$: two normal numbers, of variances
# $s^2$ and $\sigma^2$. How much of their sum is due to the first?)

# %% [markdown]
# ### Exercise 11.1 — The score of a mixture (3 points)
#
# *The idea itself, about 20 minutes.* Two questions. How probable is each part, now that
# the noisy point has been seen? (Bayes' rule: its weight times the height of the *noisy*
# part at $\tilde{x}$, divided by the sum of these over all parts.) And if it was part
# $i$, where was the clean point, on average? The best answer is the mean of the parts'
# answers, each counted with its probability; Tweedie's formula gives the score. All this
# has to hold far from all parts, too, where the computer rounds every height to 0.

# %% nbgrader={"schema_version": 3, "grade_id": "ch11-mixture-score", "grade": false, "locked": false, "solution": true, "task": false}
def mixture_score(noisy, means, deviations, weights, level):
    """Return the least-squares optimum for noisy points, and the score.

    noisy: (n, d).  means: (c, d), deviations: (c,), weights: (c,): the
    centres of the parts, their standard deviations in each of the d
    directions, and their probabilities.
    level: sigma of the noise, above 0.
    Returns (answers, scores), (n, d) each: the mean of the clean point
    given the noisy one, and the gradient of log p at the noisy one.
    """
    ### BEGIN SOLUTION
    d = noisy.shape[1]
    variances = deviations**2 + level**2  # (c,), of the noisy parts
    gaps = noisy[:, None] - means[None]  # (n, c, d)
    logs = np.log(weights) - d * np.log(variances) / 2
    logs = logs - np.square(gaps).sum(axis=2) / (2 * variances)
    # A factor that all parts share cancels.
    posterior = np.exp(logs - logs.max(axis=1, keepdims=True))
    posterior = posterior / posterior.sum(axis=1, keepdims=True)
    of_parts = means + (deviations**2 / variances)[:, None] * gaps
    answers = (posterior[:, :, None] * of_parts).sum(axis=1)
    return answers, (answers - noisy) / level**2
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade_id": "ch11-mixture-score-check", "grade": true, "locked": true, "points": 3, "solution": false, "task": false}
mixture_score = check("11.1", mixture_score)

# %% [markdown]
# The data of the next pages: three parts in the plane, of different width.
# `mixtures.Mixture` has their density in closed form; its slope by finite differences
# is the control of your scores, at three noise levels.

# %%
toy = mixtures.Mixture(
    means=np.array([[-1.1, -0.8], [1.2, -0.6], [0.1, 1.2]]),
    deviations=np.array([0.15, 0.3, 0.2]),
    weights=np.array([0.3, 0.3, 0.4]),
)
parts = toy.means, toy.deviations, toy.weights
places = rng.normal(size=(500, 2))
for level in (0.1, 0.5, 2.0):
    scores = np.asarray(mixture_score(places, *parts, level)[1])
    up, right = np.array([[0, 1e-5]]), np.array([[1e-5, 0]])
    slopes = np.column_stack([
        toy.log_density(places + step, level)
        - toy.log_density(places - step, level) for step in (right, up)])
    apart = np.abs(scores - slopes / 2e-5).max() / np.abs(scores).max()
    print(f"sigma {level}: longest score "
          f"{np.linalg.norm(scores, axis=1).max():7.2f}"
          f", largest difference from the slopes {apart:.0e} of it")

# %% [markdown]
# ## One network for all noise levels
#
# The network of lesson 05 was trained at one level, or at several without being told.
# Now it is told: $D(\tilde{x}; \sigma)$ gets $\log \sigma$ as one more input. In each
# training step every point is given a level of its own, drawn at random, and fresh
# noise.
#
# Plain layers that get $\tilde{x}$ and are asked for $x$ would have a task that changes
# with $\sigma$. At $\sigma = 20$ the input is twenty times as wide as at $\sigma = 0$,
# and at $\sigma = 0.02$ the answer is nearly the input. (How much worse they do, we did
# not test.) So give them and ask them for something of the same size at all levels. Let
# each number of the data have mean 0 and variance 1 (the three parts above nearly do: the
# variances are 0.84 and 0.92), and let
#
# $$D(\tilde{x}; \sigma) = a\,\tilde{x} + b\,F(c\,\tilde{x}, \log \sigma),$$
#
# where $F$ stands for the layers, and $a$, $b$ and $c$ are numbers that depend on
# $\sigma$:
#
# - $c$ makes the variance of the layers' input 1;
# - $a\,\tilde{x}$ is already the best answer that a multiple of $\tilde{x}$ can be,
#   with the smallest $\mathbb{E}\,(x - a\tilde{x})^2$;
# - $b$ makes the variance of what the layers are asked for, $(x - a\tilde{x}) / b$,
#   equal to 1.

# %% [markdown]
# ### Exercise 11.2 — What the layers are asked for (2 points)
#
# *The idea itself, about 15 minutes.* Find $a$, $b$ and $c$ for data of mean 0 and
# variance 1 (noise is independent of them), and return the pair that the layers are
# trained on.

# %% nbgrader={"schema_version": 3, "grade_id": "ch11-training-pair", "grade": false, "locked": false, "solution": true, "task": false}
def training_pair(points, noise, levels):
    """Return what the layers F get, and what they are asked for.

    points: (n, k), clean, each number of mean 0 and variance 1.
    noise: (n, k), from a unit normal.
    levels: (n, 1), the noise level sigma of each point, above 0.
    Returns (inputs, targets), (n, k) each: c times the noisy point, and
    (x - a times the noisy point) / b, with b above 0.
    """
    ### BEGIN SOLUTION
    noisy = points + levels * noise
    variances = 1 + levels**2  # of the noisy numbers
    inputs = noisy / np.sqrt(variances)
    targets = (points - noisy / variances) * np.sqrt(variances) / levels
    return inputs, targets
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade_id": "ch11-training-pair-check", "grade": true, "locked": true, "points": 2, "solution": false, "task": false}
training_pair = check("11.2", training_pair)

# %% [markdown]
# At a level of 0.02, what are the layers asked for? Something that is nearly the clean
# point ("point"), nearly the noise with its sign turned ("noise"), or neither
# ("neither")?

# %%
# "point", "noise" or "neither": write it before you run the next cell.
asked_guess = "noise"  # prediction

# %%
points, noise = rng.normal(size=(2, 20_000, 1))
for level in (0.02, 0.3, 1.0, 3.0, 20.0):
    inputs, targets = training_pair(points, noise, np.full_like(points, level))
    like_point, like_noise = (
        np.corrcoef(np.ravel(targets), one.ravel())[0, 1]
        for one in (points, -noise))
    if level == 0.02:
        high = max(like_point, like_noise) > 0.9
        asked = ("noise" if like_noise > like_point else "point")
        asked = asked if high else "neither"
    print(f"sigma {level:5.2f}: variance of inputs {np.var(inputs):.2f}, of "
          f"targets {np.var(targets):.2f}; correlation with the point "
          f"{like_point:+.2f}, with minus the noise {like_noise:+.2f}")
predicted(asked_guess, asked, choices={
    "point": "nearly the clean point",
    "noise": "nearly the noise, with its sign turned",
    "neither": "neither"})

# %% [markdown]
# Where there is little noise, the layers are asked for the noise, and where there is
# much, for the point. In between it is a mixture of both, and always of size 1. The
# squared error of $F$ is that of $D$ divided by $b^2 = \sigma^2 / (1 + \sigma^2)$. So to
# choose this target is to *weight* the squared error of $D$ by $1 / b^2$. (Many texts ask
# for the noise at all levels, as the *denoising diffusion probabilistic models*, DDPM, of
# Ho, Jain and Abbeel, 2020, do. In least squares that differs in the weighting of the
# levels, and in how errors of the layers grow.)
#
# `models.build_denoiser` is $D$, dense layers with $a$, $b$ and $c$ around them, and
# `models.chain_denoiser` puts before it a layer that draws levels and noise anew in
# each step, and after it the error divided by $b$. Its target is 0, so that
# `training.train` takes it as it is. The logarithm of $\sigma$ is drawn from a normal
# distribution of mean $-0.5$ and standard deviation 1.2: mostly levels between 0.1 and
# 4.

# %%
plots.show_network(
    plots.Network(
        [("$x$", 2), (r"$\tilde{x}$, $\log\sigma$", 3), ("", 64), ("", 64),
         ("", 64), (r"$D(\tilde{x};\sigma)$", 2)],
        steps={0: "noise"},
        compared=[(0, 5, "error, divided by b")],
    ),
    alt="Columns of units: the clean point x, an arrow named noise to the "
    "noisy point with its log level, three hidden layers, and the answer D; a "
    "bracket joins the answer with the clean point.",
)

# %% [markdown]
# **Figure 11.1.** The network for the plane. The level is one more input. (What the
# layers add up to with $a$, $b$ and $c$ is the last column.)

# %%
toy_points = toy.sample(4_000, seed=11)


def fit_denoiser(points, sizes, *, steps, batch, rate, seed=0,
                 num_classes=0, **levels):
    keras.utils.set_random_seed(seed)
    denoiser = models.build_denoiser(
        points.shape[1] - num_classes, sizes, num_classes=num_classes)
    epochs = round(steps * batch / len(points))
    schedule = keras.optimizers.schedules.CosineDecay(rate, steps)
    zeros = np.zeros_like(points[:, : points.shape[1] - num_classes])
    training.train(
        models.chain_denoiser(denoiser, seed=seed, **levels), points, zeros,
        loss=losses.squared_error, optimizer=keras.optimizers.Adam(schedule),
        epochs=epochs, batch_size=batch, seed=seed, progress=False)
    return denoiser


recipe = {"sizes": (64, 64, 64), "batch": 200, "rate": 3e-3,
          "steps": pick(full=2_000, fast=800)}
toy_net = fit_denoiser(toy_points, **recipe)
one_level_net = fit_denoiser(
    toy_points, mean=np.log(0.5), deviation=0.0, **recipe)

# %% [markdown]
# The second network is the control: the same layers, points and steps, and noise of one
# level only, 0.5. How far is each from the exact arrows? The length of all differences,
# divided by the length of all exact arrows, at noisy points of six levels.

# %%
denoisers = {"all levels": diffusion.told(toy_net),
             "0.5 only": diffusion.told(one_level_net)}
fresh_points = toy.sample(2_000, seed=12)
print("network trained at", *(f"{name:>12}" for name in denoisers))
for level in (0.05, 0.2, 0.5, 1.0, 3.0, 10.0):
    noisy = fresh_points + level * rng.normal(size=fresh_points.shape)
    arrows = np.asarray(mixture_score(noisy, *parts, level)[0]) - noisy
    apart = [np.linalg.norm(denoise(noisy, level) - noisy - arrows)
             / np.linalg.norm(arrows) for denoise in denoisers.values()]
    print(f"sigma {level:5.2f}        ", *(f"{one:12.1%}" for one in apart))

# %% [markdown]
# Read it by rows. At 0.5 the specialist knows the arrows at least as well; at 0.2, and from
# 1 on, its arrows are farther off than the other's. The one for all levels is worst where there is
# least noise. There the arrows are short, and an error in the answer is a large share of
# them; levels of 0.05 and less are also rare in its training, one in fifty. (Which of the
# two counts more we did not test.)

# %% [markdown]
# ## Walking back
#
# Let the level fall from $\sigma$ to $0$, slowly, and let every point move so that at
# each level the points have the density $p_\sigma$. There is a field of velocities that
# does it, without any randomness (the *probability flow*; Song and others, 2021):
#
# $$\frac{dx}{d\sigma} = -\sigma\, \nabla \log p_\sigma(x) = \frac{x - D(x; \sigma)}{\sigma}.$$
#
# Try it on the one case where everything is known. Data that are normal with standard
# deviation $s$ have, with noise, the standard deviation $\sqrt{s^2 + \sigma^2}$; to
# keep to it, a point has to shrink as $x \propto \sqrt{s^2 + \sigma^2}$, whose
# derivative is $x\,\sigma / (s^2 + \sigma^2)$. And $D = x\, s^2 / (s^2 + \sigma^2)$, so
# that $(x - D) / \sigma$ is the same.
#
# (Such a way of a point is its *trajectory*; to walk from noise to data is to *sample*.)
#
# A computer takes steps, from a level to a lower one. *Euler's method* follows the
# slope where it stands. *Heun's method* takes Euler's step on trial, looks at the slope
# where that ends, and then goes the whole way from the beginning along the mean of the
# two slopes.

# %% [markdown]
# ### Exercise 11.3 — One step of each (2 points)
#
# *The idea itself, about 10 minutes.* The level falls, so mind the sign. The first line
# is given: after it, `denoise(points, level)` returns $D$. Of `diffusion` use nothing
# else, for it has both steps.

# %% nbgrader={"schema_version": 3, "grade_id": "ch11-two-steps", "grade": false, "locked": false, "solution": true, "task": false}
def two_steps(denoiser, points, level, lower):
    """Return where points go in one step of Euler, and in one of Heun.

    denoiser: Keras model, or a function of points (n, k) and a level;
    diffusion.told makes the latter of both.
    points: (n, k), at noise level `level`.
    lower: the level to go to, below `level` and above 0.
    Returns (euler, heun), (n, k) each; both begin at `points`.
    """
    denoise = diffusion.told(denoiser)
    ### BEGIN SOLUTION
    slope = (points - denoise(points, level)) / level
    euler = points + (lower - level) * slope
    slope_there = (euler - denoise(euler, lower)) / lower
    return euler, points + (lower - level) * (slope + slope_there) / 2
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade_id": "ch11-two-steps-check", "grade": true, "locked": true, "points": 2, "solution": false, "task": false}
two_steps = check("11.3", two_steps)

# %% [markdown]
# By hand: data of standard deviation 1, a point at 2, from level 2 to level 1. Exactly,
# it goes to $2\sqrt{2 / 5} = 1.265$.

# %%
def of_unit_normal(points, level):
    return points / (1 + level**2)


for count in (1, 2, 4):
    ends = np.array([[2.0]]), np.array([[2.0]])
    levels = np.linspace(2, 1, count + 1)
    for level, lower in zip(levels[:-1], levels[1:]):
        ends = tuple(
            np.asarray(two_steps(of_unit_normal, end, level, lower)[place])
            for place, end in enumerate(ends))
    print(f"{count} steps: Euler {np.ravel(ends[0])[0]:.4f}, Heun "
          f"{np.ravel(ends[1])[0]:.4f}, exact {2 * np.sqrt(2 / 5):.4f}")

# %% [markdown]
# Twice as many steps halve Euler's error, and divide Heun's by about four. A step of
# Heun asks the network twice.
#
# Now the whole walk. It begins at the highest level, where noise drowns the data, so
# that $\sigma_0 \varepsilon$ will do for a noisy point. It ends at level 0, where there
# is no slope to look at: the last step is Euler's. And a walk can be given *fresh
# noise* (*ancestral sampling*): step further down than to the next level $\sigma'$, namely to
# $\sigma'' = {\sigma'}^2 / \sigma$, and then add noise of standard deviation
# $\sqrt{{\sigma'}^2 - {\sigma''}^2}$: variances of independent noise add up, and the level
# is $\sigma'$ again.

# %% [markdown]
# ### Exercise 11.4 — The whole walk (3 points)
#
# *Built from end to end, about 25 minutes.* From noise to points, through all `levels`,
# by Heun's steps; where a step ends at level 0, by Euler's. With `fresh`, every step
# goes further down and gets its row of fresh noise. Your `two_steps` may be of use (where
# does it divide by 0?); of `diffusion` take nothing but `told`, for it has the whole walk.

# %% nbgrader={"schema_version": 3, "grade_id": "ch11-sample", "grade": false, "locked": false, "solution": true, "task": false}
def sample(denoiser, noise, levels, fresh=None):
    """Return points made of noise by walking through the noise levels.

    denoiser: Keras model, or a function of points (n, k) and a level;
    diffusion.told makes the latter of both.
    noise: (n, k), from a unit normal; the walk begins at levels[0] * noise.
    levels: (s + 1,), decreasing; the last one may be 0.
    fresh: None, or (s, n, k), from a unit normal: step i goes down to
    levels[i + 1]**2 / levels[i], and then gets so much of fresh[i] that its
    level is levels[i + 1].
    Returns points (n, k).
    """
    denoise = diffusion.told(denoiser)
    ### BEGIN SOLUTION
    points = levels[0] * noise
    for i in range(len(levels) - 1):
        level, lower = levels[i], levels[i + 1]
        down = lower if fresh is None else lower**2 / level
        slope = (points - denoise(points, level)) / level
        moved = points + (down - level) * slope
        if down > 0:
            slope_there = (moved - denoise(moved, down)) / down
            moved = points + (down - level) * (slope + slope_there) / 2
        if fresh is not None:
            moved = moved + np.sqrt(lower**2 - down**2) * fresh[i]
        points = moved
    return points
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade_id": "ch11-sample-check", "grade": true, "locked": true, "points": 3, "solution": false, "task": false}
sample = check("11.4", sample)

# %% [markdown]
# Your walk through the plane, by the exact denoiser and by both networks. How good is
# it? Each end is counted to the part that it most probably comes from: their **shares**
# should be 0.30, 0.30 and 0.40, and their **spread** around the centre, divided by the
# part's own, should be 1. All with Heun's steps.
#
# `diffusion.noise_levels(10, 0.01, s)` has the *noise schedule* of Karras and others (2022):
# $s$ levels from 10 to 0.01 whose seventh roots are equally far apart, so that many are
# low and few are high, and then a 0 (so $s$ steps and $s + 1$ levels):
#
# $$\sigma_i = \Big( \sigma_0^{1/7} + \frac{i}{s - 1}
# \big( \sigma_{s-1}^{1/7} - \sigma_0^{1/7} \big) \Big)^7, \quad i = 0, \dots, s - 1,
# \qquad \sigma_s = 0.$$

# %%
def print_ends(name, ends):
    heights = np.stack([
        np.log(w) - 2 * np.log(s) - np.square(ends - m).sum(axis=1) / s**2 / 2
        for m, s, w in zip(*parts)])
    part = heights.argmax(axis=0)
    shares = [np.mean(part == i) for i in range(3)]
    spreads = [
        np.sqrt(np.square(ends[part == i] - toy.means[i]).mean())
        / toy.deviations[i] if np.any(part == i) else np.nan
        for i in range(3)]
    print(f"{name:28} shares", *(f"{one:.2f}" for one in shares),
          "  spread", *(f"{one:.2f}" for one in spreads))


def exact(points, level):
    return np.asarray(mixture_score(points, *parts, level)[0])


count = pick(full=4_000, fast=2_000)
toy_noise = rng.normal(size=(count, 2))
print_ends("points of the mixture", toy.sample(count, seed=13))
for num_steps in (8, 32):
    levels = diffusion.noise_levels(10, 0.01, num_steps)
    fresh = rng.normal(size=(num_steps, count, 2))
    walkers = {"exact": exact, "all levels": denoisers["all levels"],
               "0.5 only": denoisers["0.5 only"]}
    for name, denoise in walkers.items():
        ends = sample(denoise, toy_noise, levels)
        print_ends(f"{name}, {num_steps} steps", np.asarray(ends))
        ends = sample(denoise, toy_noise, levels, fresh)
        print_ends(f"{name}, {num_steps} steps, fresh", np.asarray(ends))

# %% [markdown]
# Eight steps are few: even the exact denoiser's ends are too wide, a little without fresh
# noise and about one and a half times with it. With 32 both are right, within a few
# percent. The last two lines are the control again, the network that knows one level: led
# down smoothly in 32 steps, its ends are too narrow.
#
# There is another control, lesson 05's denoiser as a beginner would use it: one level,
# nothing told, and its answer put in again and again. Before you run it: forty times
# from noise of standard deviation 1. Will the spread of the ends be right, too small or
# too large?

# %%
# "right", "small" or "large": write it before you run the next cell.
spread_guess = "small"  # prediction

# %%
def iterate(denoise, first, levels):
    places = [first * toy_noise]
    for level in levels:
        places.append(np.asarray(denoise(places[-1], level)))
    return places


iterated = iterate(walkers["0.5 only"], 1, [0.5] * 40)
print_ends("0.5 only, iterated", iterated[-1])
ends = iterated[-1]
gaps = np.linalg.norm(ends[:, None] - toy.means, axis=2)
of_part = gaps.argmin(axis=1)
widths = gaps[np.arange(count), of_part] / (
    np.sqrt(2) * toy.deviations[of_part])
found = np.sqrt(np.mean(widths**2))
word = "small" if found < 0.8 else "large" if found > 1.25 else "right"
predicted(spread_guess, word, choices={
    "right": "between 0.8 and 1.25 of what it should be",
    "small": "less than 0.8 of what it should be",
    "large": "more than 1.25 of what it should be"})

# %% [markdown]
# Is that the fault of its training at one level? Iterate the others at 0.5 as well, the
# exact one among them. And would it help if the level fell, and the whole answer were put
# in again each time, where a walk goes only a part of the way to it?

# %%
for name in ("exact", "all levels"):
    ends = iterate(walkers[name], 1, [0.5] * 40)[-1]
    print_ends(f"{name}, iterated at 0.5", ends)
falling = diffusion.noise_levels(10, 0.01, 40)[:-1]
print_ends("exact, whole answers", iterate(exact, 10, falling)[-1])

# %%
levels = diffusion.noise_levels(10, 0.01, 32)
shown = toy_noise[:400]
fresh = rng.normal(size=(32, 400, 2))
plots.show_walks(
    {
        "exact": diffusion.walk_back(exact, shown, levels),
        "exact, fresh noise": diffusion.walk_back(
            exact, shown, levels, fresh),
        "0.5 only, iterated": np.stack(iterated)[:, :400],
    },
    log_density=toy.log_density,
    lines=12,
    alt="Three panels over a density of three spots. Smooth ways end all over "
    "the spots; zigzag ways do as well; iterated answers of one level all end "
    "in three points.",
)

# %% [markdown]
# **Figure 11.2.** The density of the mixture in grey, twelve ways in blue, four hundred
# ends in orange. Left, a smooth way for each noise, and the ends fill the parts. Middle,
# fresh noise: other ways, the same density. Right, the control: a denoiser of one
# level, iterated, leads to points, where its arrows are 0. Its ends are no sample of
# the mixture.
#
# By the lines above the figure that is no fault of its training alone: the exact denoiser
# ends in points, too, when it is iterated at one level, and in a single one with falling
# levels and whole answers. (Each answer is a mean of what may have been.) Led through
# falling levels, each step a part of the way, it fills the parts.
#
# How many steps are enough? Compare with the ends of 400 exact steps from the same
# noise. A step of Heun's calls the denoiser twice, the last one, which is Euler's, once.

# %%
reference = np.asarray(sample(
    exact, toy_noise, diffusion.noise_levels(10, 0.01, 400)))
curves = {}
for name in ("exact", "all levels"):
    for method in (diffusion.euler_step, diffusion.heun_step):
        heun = method is diffusion.heun_step
        calls, errors = [], []
        for num_steps in (2, 4, 8, 16, 32):
            num_steps = num_steps if heun else 2 * num_steps
            path = diffusion.walk_back(
                walkers[name], toy_noise,
                diffusion.noise_levels(10, 0.01, num_steps), step=method)
            apart = np.linalg.norm(path[-1] - reference, axis=1)
            errors.append(apart.mean())
            calls.append(2 * num_steps - 1 if heun else num_steps)
        curves[f"{'Heun' if heun else 'Euler'}, {name}"] = (calls, errors)
for name, (calls, errors) in curves.items():
    print(f"{name:18}", *(f"{call:4d}: {error:.4f}"
                          for call, error in zip(calls, errors)))

# %%
plots.show_curves(
    curves,
    x_label="calls of the denoiser",
    y_label="mean distance from the exact end",
    log_x=True,
    log_y=True,
    dashed=[name for name in curves if "exact" in name],
    alt="Error against calls of the denoiser, both logarithmic. Euler's falls "
    "slowly, Heun's steeply; with the network both level off.",
)

# %% [markdown]
# **Figure 11.3.** Distance from where the exact way ends, against how often the
# denoiser was asked (the numbers are printed above). Dashed, the exact denoiser: what
# is left is the error of the steps alone. With 3 and 7 calls Heun's method is the worse
# one, by far; with 15 it is about level with Euler's 16; from 31 on it is ahead, and its
# error falls faster. The curves of the network come down to an error that more steps do
# not remove, which is the network's own.

# %% [markdown]
# ## Digits: walk in the code
#
# An image has 784 numbers, and a walk there takes large networks and long training.
# Walk in a *code* instead: train an autoencoder first (lesson 04), let the noise and
# the walk live in its 16 numbers, and decode only where the walk ends. This is *latent
# diffusion (잠재 확산)*; the large image generators of today do it so. The codes are
# brought to mean 0 and variance 1, as Exercise 11.2 asks.
#
# Two autoencoders of the same layers, 784-500-250-16 and back, the same images and
# epochs: a plain one, and a variational one (lesson 10) as a baseline, which has its
# own way to sample.

# %%
# In full this takes about 40 seconds on two cores.
def train_images(model, steps, batch):
    epochs = round(steps * batch / len(images))
    schedule = keras.optimizers.schedules.CosineDecay(2e-3, steps)
    training.train(
        model, images, loss=losses.binary_cross_entropy,
        optimizer=keras.optimizers.Adam(schedule), epochs=epochs,
        batch_size=batch, progress=False)


sizes = (784, 500, 250, 16)
recipe = {"steps": pick(full=1_760, fast=500),
          "batch": pick(full=250, fast=50)}
keras.utils.set_random_seed(11)
encoder, decoder = models.build_dense(sizes, activation="gelu")
train_images(models.chain(encoder, decoder), **recipe)
keras.utils.set_random_seed(11)
vae_encoder, vae_decoder = models.build_vae(sizes)
train_images(models.chain_vae(vae_encoder, vae_decoder, seed=11), **recipe)

# %%
def encode(vectors):
    codes = encoder.predict(vectors, batch_size=1000, verbose=0)
    return (codes - centre) / width


def decode(codes):
    codes = np.asarray(codes * width + centre, "float32")
    return decoder.predict(codes, batch_size=1000, verbose=0)


centre, width = 0.0, 1.0
codes = encode(images)
centre, width = codes.mean(axis=0), codes.std(axis=0)
codes = encode(images)
print("codes", codes.shape, " deviations before", width.round(1))

# %% [markdown]
# The denoiser of codes: three layers of 512, told the level and the digit, one-hot. In
# one of ten training points the digit is hidden, ten zeros (*condition dropout*), so that
# the same network also knows the answer *without* a digit. It takes both for what comes
# next. Three trainings with different seeds; the autoencoder is the same for all of them.
# And the control for the digit: the same with the labels shuffled.

# %%
# In full this takes about 70 seconds on two cores.
labelled = measures.beside_labels(codes, labels)
shuffled = measures.beside_labels(
    codes, np.random.default_rng(11).permutation(labels))
recipe = {"sizes": (512, 512, 512), "num_classes": 10, "rate": 2e-3,
          "batch": pick(full=500, fast=100),
          "steps": pick(full=1_100, fast=500)}
seeds = pick(full=[0, 1, 2], fast=[0])
nets = [fit_denoiser(labelled, seed=seed, **recipe) for seed in seeds]
shuffled_net = fit_denoiser(shuffled, **recipe)

# %% [markdown]
# ## Guidance
#
# To sample a digit of your choice (*conditional generation*), tell the denoiser which.
# Told "4", its answer is the mean of all 4s that may have been behind the noise. Its
# difference from the answer without a digit is what "4" adds. *Guidance (가이던스)* goes
# further in that direction, $w$ times as far: 0 does not ask, 1 asks once, more than 1
# exaggerates (*classifier-free guidance*: Ho and Salimans, 2022).
#
# In terms of the scores: by Bayes' rule,
# $\log p(\text{digit} \mid \tilde{x}) = \log p(\tilde{x} \mid \text{digit})
# - \log p(\tilde{x}) + \log p(\text{digit})$, and the last term does not depend on
# $\tilde{x}$. So the difference of the scores with and without the digit is
# $\nabla \log p(\text{digit} \mid \tilde{x})$, and guidance follows
# $\nabla \log p(\tilde{x}) + w\, \nabla \log p(\text{digit} \mid \tilde{x})$.

# %% [markdown]
# ### Exercise 11.5 — Guidance (1 point)
#
# *Warm-up, about 5 minutes.* Combine the two answers. (In NumPy: `diffusion` has it.)

# %% nbgrader={"schema_version": 3, "grade_id": "ch11-guide", "grade": false, "locked": false, "solution": true, "task": false}
def guide(with_label, without, guidance):
    """Return the answer that goes guidance times as far as the label says.

    with_label, without: (n, k), answers of the denoiser with the digit told
    and with the digit hidden.
    guidance: w, 0 or more; at 0 the digit does not count, at 1 the answer
    is that with the digit.
    Returns (n, k).
    """
    ### BEGIN SOLUTION
    return without + guidance * (with_label - without)
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade_id": "ch11-guide-check", "grade": true, "locked": true, "points": 1, "solution": false, "task": false}
guide = check("11.5", guide)

# %%
def guided(net, wanted, guidance):
    told = np.eye(10, dtype="float32")[wanted]
    with_digit = diffusion.told(net, told)
    without = diffusion.told(net, 0 * told)
    if guidance in (0, 1):
        return with_digit if guidance else without

    def denoise(points, level):
        answers = with_digit(points, level), without(points, level)
        return np.asarray(guide(*answers, guidance))

    return denoise


count = pick(full=5_000, fast=600)
wanted = np.arange(count) % 10
code_noise = np.random.default_rng(11).normal(size=(count, 16))
code_levels = diffusion.noise_levels(20, 0.02, 20)
asked_for = guided(nets[0], wanted[:10], 1.5)
path = diffusion.walk_back(asked_for, code_noise[:10], code_levels)
answers = [asked_for(*place) for place in zip(path[:-1], code_levels[:-1])]

# %%
widgets.explore_walk(
    code_levels,
    {"walk": np.stack([decode(place) for place in path]),
     "answer": np.stack([decode(one) for one in [*answers, path[-1]]])},
    alt="Ten columns, one for each digit, eight rows from much noise to none: "
    "shapeless ink at first, then strokes, then the digits 0 to 9.",
)

# %% [markdown]
# **Figure 11.4.** The walk, decoded: in each column a code on its way from pure noise,
# top, to level 0, bottom, asked for 0 to 9 with guidance 1.5. With the slider, "answer"
# is what the denoiser takes the clean code to be at that level. (A decoder makes an image
# of whatever it is given. The top rows say more about what it makes of numbers far out
# than about the walk.)

# %%
# In full this takes about 20 seconds on two cores.
codes_made = {
    w: np.asarray(sample(guided(nets[0], wanted, w), code_noise, code_levels))
    for w in (0, 1, 1.5, 2.5)
}
made = {w: decode(some) for w, some in codes_made.items()}
plots.show_rows(
    {
        f"{digit}": made[1.5][wanted == digit][:16] for digit in range(10)
    },
    alt="Ten rows of sixteen samples, one row for each digit from 0 to 9, in "
    "many handwritings.",
)

# %% [markdown]
# **Figure 11.5.** The first sixteen samples of each digit, none left out. Guidance 1.5.

# %% [markdown]
# ## Are they any good?
#
# Lesson 10 has three measures: a classifier is at least 90 % **sure**; the digits that
# it reads are of many **kinds**; the squared error to the **nearest** training image.
# And since a digit was asked for, there is a fourth, how often it is **read as asked**.
# All of them can be fooled: a model that returns one perfect 0, one perfect 1 and so on,
# ten images in all, has full marks in all four. (A nearest error of 0 is suspicious only to
# those who think of it.)
#
# So compare whole sets of images by what a classifier *sees* in them. Take the 256
# numbers of its last hidden layer for each image, the *features*; fit a normal
# distribution to the features of the samples, another to those of test images; and
# measure how far these are apart. The *Fréchet distance* of two normal distributions
# with means $\mu, \nu$ and covariances $C, D$ is
#
# $$\lVert \mu - \nu \rVert^2 + \operatorname{tr} \big( C + D - 2\, (C D)^{1/2} \big).$$
#
# In one dimension it is $(\mu - \nu)^2 + (s - t)^2$, with standard deviations $s$ and
# $t$. The square root of a matrix is one whose square it is. You need its trace only,
# which is the sum of the roots of the eigenvalues of $CD$. (A product of two
# covariances has real eigenvalues of at least 0; rounding may leave a tiny imaginary
# part or a tiny negative number.) The literature's FID is the same with the features of
# a large network for photographs, so that its figures cannot be compared with these.

# %% [markdown]
# ### Exercise 11.6 — Fréchet distance (1 point)
#
# *Warm-up, about 10 minutes.* Return that distance for two sets of features, in NumPy.
# (`measures` has it.)

# %% nbgrader={"schema_version": 3, "grade_id": "ch11-frechet-distance", "grade": false, "locked": false, "solution": true, "task": false}
def frechet_distance(features, others):
    """Return the Fréchet distance of the normals fitted to two sets.

    features: (n, k).  others: (m, k), k at least 2, n and m at least 2.
    Covariances are those of np.cov, divided by n - 1 and m - 1.
    Returns one number.
    """
    ### BEGIN SOLUTION
    one, two = np.cov(features, rowvar=False), np.cov(others, rowvar=False)
    values = np.linalg.eigvals(one @ two).real
    roots = np.sqrt(np.maximum(values, 0))
    gap = features.mean(axis=0) - others.mean(axis=0)
    return gap @ gap + np.trace(one) + np.trace(two) - 2 * roots.sum()
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade_id": "ch11-frechet-distance-check", "grade": true, "locked": true, "points": 1, "solution": false, "task": false}
frechet_distance = check("11.6", frechet_distance)

# %% [markdown]
# What to compare with. **Real images** that were kept apart, and the same through the
# autoencoder, whose decoder makes all the samples. (That is no lower bound: means and
# covariances of samples can come nearer to those of the test images than another set of
# real images does. See Question 3.) The **baselines** in 16 numbers: the autoencoder with
# a normal distribution fitted to all its codes, and one fitted to each digit's codes,
# which is as well informed as the diffusion model is, and sampled three times; the
# variational autoencoder's own samples; PCA. The **controls**: guidance with shuffled
# labels; and the ten perfect images, again and again.

# %%
few = slice(0, pick(full=20_000, fast=1_300))
classifier = measures.train_classifier(
    images[few], labels[few], epochs=pick(full=5, fast=4))
test_features = measures.features_of(classifier, test_images)


@one_thread()  # more of them would wait for each other on a busy machine
def quality(name, outputs, asked=None):
    sure = np.mean(measures.confidence(classifier, outputs) >= 0.9)
    kinds = measures.variety(classifier, outputs)
    nearest = measures.nearest_error(outputs[:1_000], images[few]).mean()
    features = measures.features_of(classifier, outputs)
    distance = float(frechet_distance(features, test_features))
    read, text = 0.0, ""
    if asked is not None:
        answers = classifier.predict(outputs, batch_size=1000, verbose=0)
        read = np.mean(answers.argmax(axis=1) == asked)
        text = f"{read:9.1%}"
    print(f"{name:26}{sure:8.1%}{kinds:7.2f}{nearest:9.1f}{distance:10.2f}"
          f"{text}")
    return sure, distance, read

# %%
unit = np.random.default_rng(12).normal(size=(count, 16)).astype("float32")
fitted = latent.sample_normal(codes, count, seed=11)

def normal_per_digit(seed):
    found = np.empty((count, 16), "float32")
    for digit in range(10):
        found[wanted == digit] = latent.sample_normal(
            codes[labels == digit], np.sum(wanted == digit), seed=seed + digit)
    return decode(found), wanted

ten = [np.flatnonzero(labels == digit)[0] for digit in range(10)]
compared = {
    "real, kept apart": (kept_apart,),
    "the same, through the AE": (decode(encode(kept_apart)),),
    "AE, fitted normal": (decode(fitted),),
    "AE, a normal per digit": normal_per_digit(0),
    "... other samples": normal_per_digit(10),
    "... and others": normal_per_digit(20),
    "VAE": (vae_decoder.predict(unit, batch_size=1000, verbose=0),),
    "PCA, fitted normal": (
        np.clip(latent.sample_pca(images[few], 16, count, seed=11), 0, 1),),
    "ten images, repeated": (images[ten][wanted], wanted)}
heading = f"{'':26}    sure  kinds  nearest   Fréchet  as asked"
print(heading)
others = {name: quality(name, *some) for name, some in compared.items()}

# %% [markdown]
# The samples: guidance 0, which asks for no digit; 1; 1.5; and 2.5. Which of them is
# nearest to the test images by the Fréchet distance?

# %%
# 0, 1, 1.5 or 2.5: write it before you run the next cell.
guidance_guess = 1.5  # prediction

# %%
print(heading)
first_seed = {
    w: quality(f"diffusion, guidance {w}", made[w], wanted if w else None)
    for w in made
}
best = min(first_seed, key=lambda w: first_seed[w][1])
predicted(guidance_guess, float(best), "as guidance nearest to real images")

# %% [markdown]
# The control: the network that was trained with shuffled labels, with the digit told (in
# nine of ten training points it was), with guidance, and with the digit hidden (in one of
# ten). And the other two trainings, each with a noise of its own.

# %%
# In full this takes about 30 seconds on two cores.
print(heading)
control = {}
for w in (0, 1, 1.5):
    ends = sample(guided(shuffled_net, wanted, w), code_noise, code_levels)
    control[w] = quality(
        f"guidance {w}, shuffled", decode(np.asarray(ends)), wanted)
by_seed = {w: [first_seed[w]] for w in (1, 1.5)}
for seed, net in enumerate(nets[1:], start=12):
    noise = np.random.default_rng(seed).normal(size=(count, 16))
    for w, rows in by_seed.items():
        ends = sample(guided(net, wanted, w), noise, code_levels)
        rows.append(quality(f"guidance {w}, next seed",
                            decode(np.asarray(ends)), wanted))

# %%
for w, rows in by_seed.items():
    low, high = np.min(rows, axis=0), np.max(rows, axis=0)
    print(f"guidance {w}, {len(rows)} trained: sure {low[0]:.1%} to "
          f"{high[0]:.1%}, Fréchet {low[1]:.2f} to {high[1]:.2f}, as asked "
          f"{low[2]:.1%} to {high[2]:.1%}")
per_digit = [row for name, row in others.items()
             if name == "AE, a normal per digit" or "other" in name]
worst = max(row[1] for row in by_seed[1])
rival = min(row[1] for row in per_digit)
print(f"a normal per digit, {len(per_digit)} times sampled: Fréchet "
      f"{rival:.2f} to {max(row[1] for row in per_digit):.2f}, as asked "
      f"{min(row[2] for row in per_digit):.1%} to "
      f"{max(row[2] for row in per_digit):.1%}")

# %%
unaware = min(others[name][1] for name in (
    "AE, fitted normal", "VAE", "PCA, fitted normal"))
repeated = others["ten images, repeated"]
surest = max(row[0] for row in [*others.values(), *first_seed.values()])
claims = {"guidance 1 is nearer to the test images than each baseline, in "
    "every training": worst < min(rival, unaware),
    "... at a quarter, or less, of the distance of those that do not know the "
    "digit": worst <= unaware / 4,
    "... at half, or less, of that of a normal per digit": worst <= rival / 2,
    "a normal per digit is read as asked more often than guidance 1": (
        min(row[2] for row in per_digit) > max(row[2] for row in by_seed[1])),
    "guidance 1 is nearer to the test images than real ones through the AE": (
        worst < others["the same, through the AE"][1]),
    "guidance 1.5 is read as asked more often than guidance 1, in every "
    "training": all(b[2] > a[2] for a, b in zip(by_seed[1], by_seed[1.5])),
    "... in 98 % or more": min(row[2] for row in by_seed[1.5]) >= 0.98,
    "guidance 2.5 is surer than 1.5, and farther from the test images": (
        first_seed[2.5][0] > first_seed[1.5][0]
        and first_seed[2.5][1] > first_seed[1.5][1]),
    "with shuffled labels fewer than 15 % are read as asked": (
        max(row[2] for row in control.values()) < 0.15),
    "the ten images are the surest of all, and farther away than guidance "
    "1": repeated[0] >= surest and repeated[1] > worst}
for claim, holds in claims.items():
    print("yes" if holds else "NO ", claim)

# %% [markdown]
# How alike are the samples of one digit? The variance of the features within each digit,
# mean over the ten, beside that of the test images; and the variance of all of them, which
# also grows when the digits move apart.

# %%
def variances(outputs, of_digit):
    features = measures.features_of(classifier, outputs)
    within = [features[of_digit == digit].var(axis=0).sum()
              for digit in range(10)]
    return np.array([np.mean(within), features.var(axis=0).sum()])


of_test = variances(test_images, digits.test_labels)
apart_labels = digits.train_labels[-held_out:]
for name, some in {
    "real, kept apart": (kept_apart, apart_labels),
    "the same, through the AE": (decode(encode(kept_apart)), apart_labels),
    "AE, a normal per digit": compared["AE, a normal per digit"],
    **{f"guidance {w}": (made[w], wanted) for w in made if w},
}.items():
    within, whole = variances(*some) / of_test
    print(f"{name:26} within a digit {within:5.0%}, of all {whole:5.0%}")

# %% [markdown]
# The claims say which of the usual sentences hold in your run. How to read the tables:
#
# - *Sure* is no aim by itself. Real images have the share in the first line. With more
#   guidance the samples can go beyond it; the claims say what that does to the distance.
# - The ten repeated images do well in all the older measures. What gives them away is a
#   nearest error of 0, to those who think of it, and the Fréchet distance.
# - With the labels shuffled the digit tells the network nothing, and there is nothing to
#   exaggerate. In full on MNIST about one in ten is read as asked, as by chance: it is the
#   label that makes the digit, and not the two answers that are combined.
# - In full on MNIST the Fréchet distance of this control with guidance 1.5 is as low as that
#   of guidance 1, and far below that of guidance 0, though neither knows the digit. So
#   guidance 0 is no fair picture of a walk without labels. One candidate for a reason: its
#   answer, with the digit hidden, is trained on one point in ten. In the control it is, too,
#   and its three rows are alike; but there both answers are the same function, which all
#   points train. (We did not test it: that takes a network that is never told a digit.)
# - A normal distribution for each digit knows the digit as well as the diffusion model
#   does, and has the mean and the covariance of its codes. In full on MNIST it is no weak
#   rival: about as sure as guidance 1, read as asked a little more often, and a little
#   farther away by the Fréchet distance.
# - In full on MNIST guidance 1 comes nearer to the test images than real images through the
#   autoencoder do. Differences of a few tenths are not about quality (Question 3).
# - The trainings share autoencoder and classifier; the spread is that of the denoiser and
#   of the noise that the walks begin with.
# - Samples of one digit that are more alike than real ones have less than 100 % *within a
#   digit*. The variance of all can be above 100 % all the same, when digits are apart.

# %% [markdown]
# How many steps do the digits need? The same noise, guidance 1, fewer steps than the 20
# (39 calls) of the rows above.

# %%
print(heading)
for num_steps in (3, 6, 10):
    few_levels = diffusion.noise_levels(20, 0.02, num_steps)
    ends = sample(guided(nets[0], wanted, 1), code_noise, few_levels)
    quality(f"guidance 1, {num_steps} steps", decode(np.asarray(ends)), wanted)

# %% [markdown]
# In full on MNIST ten steps are as good as twenty by the Fréchet distance, and two points
# lower in *as asked*; six come close, and three are too few.

# %% [markdown]
# ## New, or remembered?
#
# A denoiser that reached the least-squares optimum of its training set could only
# return training images (lesson 05). Has this one? Take as many training images as
# there are test images, at random, and ask of each sample which set the nearest image
# is in. Two controls show what the measure can do: images that were kept apart, which
# no training has seen, and training images; both went through the autoencoder, and only
# some of the latter are in the set.

# %%
some = np.random.default_rng(13).permutation(len(images))
rivals = images[some[: len(test_images)]]
remembered = images[np.random.default_rng(14).permutation(len(images))]
tested = pick(full=2_000, fast=300)
print("nearest in the training set:")
for name, outputs in {
    "training images, through the AE": decode(encode(remembered[:tested])),
    "kept apart, through the AE": decode(encode(kept_apart[:tested])),
    "diffusion, guidance 1": made[1][:tested],
    "diffusion, guidance 1.5": made[1.5][:tested],
}.items():
    in_training = measures.nearest_error(outputs, rivals)
    in_test = measures.nearest_error(outputs, test_images)
    share = 100 * np.mean(in_training < in_test)
    half = measures.half_width(share, len(outputs))
    found = "more than half" if share - half > 50 else "less than half"
    found = "half, or nearly" if abs(share - 50) <= half else found
    print(f"{name:32}{share:5.1f} % ± {half:.1f}, {found}; errors "
          f"{in_training.mean():.1f} and {in_test.mean():.1f}")

# %% [markdown]
# The first line is what memory would look like. In full on MNIST 10,000 of the 55,000
# training images are in the set: of images that are all remembered about 18 % find
# themselves there, and of the others half, 59 % together. The second line is what no
# memory looks like. It need not be at half: test images may differ from the others in more
# than chance. Where are the samples' lines? A model between the two controls has not been
# shown to copy, and not to be free of it. In full on MNIST the controls are only about ten
# points apart, each ± 2: if one sample in five were a copy, it would not show here.

# %%
nearest = [
    images[np.argmin(np.square(images - one).sum(axis=1))]
    for one in made[1][:10]
]
plots.show_rows(
    {"samples": made[1][:10], "nearest of training": np.stack(nearest)},
    alt="Ten samples, and below each the training image nearest to it: mostly "
    "the same digit in a similar hand.",
)

# %% [markdown]
# **Figure 11.6.** Ten samples with guidance 1, and the nearest of all training images.
# Look for a pair that is one and the same picture; ten are few, and the lines above
# count.

# %% [markdown]
# ## What to take with you
#
# - The arrow of the best denoiser is $\sigma^2$ times the score. For a mixture of
#   normals both are known, and a network can be held against them.
# - One network can learn all noise levels when it is told the level. What its layers
#   get and are asked for can be given the same size everywhere: at low levels they then
#   predict the noise, at high ones the point.
# - To sample is to solve a differential equation from much noise to none. With enough
#   calls (31 here) Heun's steps come nearer than Euler's; with 7 or fewer they do much worse. Fresh noise
#   changes the ways, and with enough steps not the density.
# - A denoiser iterated at one level ended in points, the exact one, too. Led through
#   falling levels in 32 smooth steps, the one trained at one level had ends that were too
#   narrow; the exact one and the one for all levels did not.
# - In the code of an autoencoder all this runs on two CPU cores.
# - Guidance exaggerates what the label adds. How far to go takes more than one measure.
# - A sample is evaluated beside real images, beside baselines that know as much, and
#   beside controls that must fail; and new is something to be measured.

# %% [markdown]
# ## Where to read on
#
# - Y. Song, J. Sohl-Dickstein, D. P. Kingma, A. Kumar, S. Ermon and B. Poole,
#   *Score-based generative modeling through stochastic differential equations*, ICLR
#   2021: walks with and without noise, and why they share their densities.
# - T. Karras, M. Aittala, T. Aila and S. Laine, *Elucidating the design space of
#   diffusion-based generative models*, NeurIPS 2022: the numbers $a$, $b$ and $c$, the
#   levels, and Heun's steps.
# - J. Ho, A. Jain and P. Abbeel, *Denoising diffusion probabilistic models*, NeurIPS 2020,
#   after J. Sohl-Dickstein and others, ICML 2015: one network for all levels, and steps with
#   fresh noise.
# - J. Ho and T. Salimans, *Classifier-free diffusion guidance*, 2022; and R. Rombach,
#   A. Blattmann, D. Lorenz, P. Esser and B. Ommer, *High-resolution image synthesis
#   with latent diffusion models*, CVPR 2022, which is the way of this lesson at full
#   size.

# %% [markdown]
# ## Questions to think about
#
# **1.** The smooth walk gives every noise its own end. What can you do with that?
#
# <details><summary>One answer</summary>
#
# The map from noise to points can be walked both ways: let the level *rise* from an
# image's code, and you get its noise. Two images can be mixed there, or an image
# changed by walking back with another digit. With fresh noise there is no such map.
#
# </details>
#
# **2.** A walk begins at $\sigma_0 \varepsilon$. Exactly, a noisy point is
# $x + \sigma_0 \varepsilon$. What is lost, and how would you notice if $\sigma_0$ were
# 2?
#
# <details><summary>One answer</summary>
#
# The mean and the spread of the data are left out at the beginning. At $\sigma_0 = 20$
# the standard deviation is 20 instead of $\sqrt{401} = 20.02$, and at 2 it would be 2
# instead of $\sqrt{5} = 2.24$: walks begin too near to the middle, and parts far out
# get too few points. In the plane the shares and the spread would show it.
#
# </details>
#
# **3.** The Fréchet distance of the samples can be *smaller* than that of real images
# that were kept apart. How?
#
# <details><summary>One answer</summary>
#
# It compares means and covariances of one classifier's features on finite sets, and
# nothing else. Two sets of real images differ, too, if they were collected differently;
# samples that are asked for ten digits equally often, and come from the whole training
# set, may have moments nearer to those of the test images. It does not mean that the
# samples are more real.
#
# </details>

# %%
score()

# %%
about.versions()
