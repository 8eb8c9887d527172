# %% [markdown]
# # 08 Sparse codes: many units, few of them active at a time
#
# A code that is narrower than the image has to summarise it: an *undercomplete* code.
# Lesson 05 made a wide code work by corrupting the input. This lesson leaves the
# input alone and restricts the use of the code. It may be as wide as you like, but for
# each single image most of its units should be silent. That is a *sparse autoencoder
# (희소 오토인코더)*.
#
# After this lesson you can
#
# 1. show that a wide code without a constraint learns to copy, also what is no
#    digit; derive the Kullback-Leibler penalty; and say what a published "weight 0.05,
#    target 0.1" means in a framework that divides by the batch size;
# 2. see whether a code is sparse, and measure it, which is another question than
#    whether it reached its target;
# 3. build a code that is sparse by construction, compare it with PCA at equal cost,
#    and separate what the *choice* of units contributes from what they stand for.
#
# **12 points**, 60 to 75 minutes of thinking; all cells together compute for
# at most 5 minutes on two CPU cores. You need lessons 03 and 05; PCA is from
# lesson 02, and permuted pixels are from lesson 01.

# %%
try:
    from helpers.course import about, pick
except ImportError:
    raise ImportError("The course is not found here: open this notebook with "
                      "make lab, and rename a helpers.py beside it.") from None
from helpers import data, layers, losses, measures, models, pca, plots
from helpers import training
from helpers.checks import check, hint, predicted, score
from helpers.results import published
import keras, math, numpy as np

digits = data.load("auto")

# %% [markdown]
# (Where a result depends on your data or on your own answers, a cell prints what
# holds. Sentences that begin with "In full on MNIST" are about the full run on those
# images. Nothing is chosen by an error on test images in this lesson: the settings stand
# in the cells, and where several are shown, all of them are.)

# %%
images = digits.train_vectors[: pick(full=20_000, fast=800)]
test_images = digits.test_vectors
test_labels = digits.test_labels
print("training", images.shape, " test", test_images.shape)


def train(halves, loss=losses.binary_cross_entropy, **options):
    autoencoder = models.chain(*halves)
    settings = {
        "batch_size": 100,
        "epochs": pick(full=8, fast=2),
        "optimizer": keras.optimizers.Adam(2e-3),
    }
    training.train(autoencoder, images, loss=loss, **settings | options)
    return autoencoder


# %% [markdown]
# ## Room to copy
#
# An *overcomplete* code has at least as many numbers as the image. The third
# source of this course says that such a network, left to itself, learns nothing
# about the data. How would you see that? Not from its error, which is low.
# Show it images that are no digits. If it returns these as well, it has learned
# to copy.
#
# Take *permuted pixels* (lesson 01): each pixel of each image comes from another
# test image, at the same place. Every pixel is inked as often as before, and no
# stroke is left. The measure is the *explained share*,
#
# $$R = 1 - \frac{\mathrm{MSE}(x, y)}{\mathrm{MSE}(x, \bar{x})},$$
#
# with the mean image $\bar{x}$: 1 for a perfect copy, 0 for what the mean image
# achieves.

# %%
rng = np.random.default_rng(8)
permuted_images = rng.permuted(test_images, axis=0)
noise_images = rng.random(test_images.shape, dtype="float32")


def explained(inputs, autoencoder):
    mean = inputs.mean(axis=0) + 0 * inputs
    outputs = autoencoder(inputs).numpy()
    return 1 - measures.mse(inputs, outputs) / measures.mse(inputs, mean)


code_sizes = pick(full=[8, 32, 128, 500, 1000], fast=[8, 1000])
by_size = {}
for code_size in code_sizes:
    keras.utils.set_random_seed(8)
    halves = models.build_basic(784, code_size, activation="leaky_relu")
    by_size[code_size] = train(halves, losses.mean_squared_error)
    shares = [
        explained(inputs, by_size[code_size])
        for inputs in (test_images, permuted_images, noise_images)
    ]
    print(
        f"code of {code_size:4d}  digits {shares[0]:6.1%}  permuted "
        f"{shares[1]:6.1%}  noise {shares[2]:7.1%}"
    )

# %%
both = np.concatenate([test_images[:5], permuted_images[:5]])
plots.show_rows(
    {"input": both}
    | {
        f"code of {code_size}": by_size[code_size](both).numpy()
        for code_size in (8, 1000)
    },
    alt="Five digits and five clouds of dots, and what codes of 8 and 1,000 "
    "return. The wide one returns the clouds as clouds.",
)

# %% [markdown]
# **Figure 8.1.** Five test images and five with permuted pixels, rebuilt from codes of
# two sizes. In full on MNIST eight numbers turn a cloud of dots into a grey shape, and a
# thousand return the cloud, nearly dot by dot.

# %%
plots.show_curves(
    {
        name: (
            code_sizes,
            [float(explained(inputs, net)) for net in by_size.values()],
        )
        for name, inputs in (
            ("digits", test_images),
            ("permuted pixels", permuted_images),
        )
    },
    x_label="code size (numbers per image)",
    y_label="explained share",
    log_x=True,
    alt="Explained share against code size. Digits rise early and level off "
    "near 1; permuted pixels stay near 0 up to 32 and rise at large codes.",
)

# %% [markdown]
# **Figure 8.2.** Explained share against the size of the code. In full on MNIST the widest
# code explains nearly all of a digit, and more than half of what is no digit at all. A
# copy would explain all of both, and no code gets there. On the third kind in the
# printout, noise at *every* pixel, each of these codes is worse than the mean image: what
# grows with the size of the code is a copy of images that resemble the training images
# at least pixel by pixel. (What in the noise defeats them, its brightness or the border that
# was never inked, we did not test.)

# %% [markdown]
# ## A price on activity
#
# So the wide code needs a constraint, a *regularization (규제)* that is added to
# the loss. The simplest charges each unit for what it says, the **L1 penalty**.
# With the cross-entropy of lesson 03, for a batch of $n$ images and $K$ units:
#
# $$\frac{1}{n}\sum_{i=1}^{n} \Big[ L_\mathrm{CE}(x_i, y_i)
# + \lambda \sum_{k=1}^{K} |z_{ik}| \Big].$$
#
# | symbol | in words | in the code |
# |---|---|---|
# | $z_{ik}$ | activity of unit $k$ for image $i$ | `codes[i, k]` |
# | $\lambda$ | price of one unit of activity, in nats | `weight` |
# | $q_k$ | mean activity of unit $k$ over the batch | `activities[k]` |
# | $p$ | wanted mean activity (목표 희소 정도) | `target` |
# | $\beta$ | weight of the divergence below | `weight` |
#
# The third source does something finer. Its units are sigmoids, so that an
# activity lies between 0 and 1. Read it as the probability that the unit speaks.
# Over a batch a unit speaks for a share $q_k$ of the images, the actual activity
# (실제 희소 정도):
#
# $$q_k = \frac{1}{n}\sum_{i=1}^{n} z_{ik}.$$

# %% [markdown]
# ### Exercise 8.1 — Mean activity (1 point)
#
# *Warm-up, about 3 minutes.* One number per unit.

# %% nbgrader={"schema_version": 3, "grade_id": "ch08-mean-activity", "grade": false, "locked": false, "solution": true, "task": false}
def mean_activity(codes):
    """Return the mean activity of each unit over a batch.

    codes: floats (n, k).  Returns (k,).
    """
    ### BEGIN SOLUTION
    return np.mean(codes, axis=0)
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade_id": "ch08-mean-activity-check", "grade": true, "locked": true, "points": 1, "solution": false, "task": false}
mean_activity = check("8.1", mean_activity)

# %% [markdown]
# How far is $q_k$ from the wanted $p$? Compare two coins. The *Kullback-Leibler
# divergence (쿨백-라이블러 발산)* of a distribution $P$ from another, $Q$, is the
# mean surprise at outcomes of $P$ for someone who believes in $Q$, minus the
# surprise that cannot be helped:
#
# $$D_\mathrm{KL}(P\,\|\,Q) = \sum_o P(o) \ln\frac{1}{Q(o)}
# - \sum_o P(o) \ln\frac{1}{P(o)} = \sum_o P(o) \ln \frac{P(o)}{Q(o)}.$$
#
# A coin has two outcomes $o$: the unit speaks, with probability $p$, or is
# silent, with $1 - p$. The sum has two terms:
#
# $$D(p\,\|\,q) = p \ln\frac{p}{q} + (1 - p)\ln\frac{1 - p}{1 - q}.$$

# %% [markdown]
# ### Exercise 8.2 — KL of two coins (3 points)
#
# *The idea itself, about 10 minutes.* Return the divergence, in nats, and its
# slope in $q$: derive it, the logarithm's slope is all you need. A unit may have
# a mean activity of exactly 0 or 1, where the logarithm is infinite: bring the
# activities into $[10^{-7}, 1 - 10^{-7}]$ with `np.clip` first.

# %% nbgrader={"schema_version": 3, "grade_id": "ch08-bernoulli-kl", "grade": false, "locked": false, "solution": true, "task": false}
def bernoulli_kl(target, activities):
    """Return the divergence of a coin from others, and its slope.

    target: p, one number in (0, 1).
    activities: q, array of floats of any shape, () too, in [0, 1].
    Returns (values, slopes): D(p || q) and its derivative in q, both at the
    clipped activities, two arrays of the shape of the activities.
    """
    ### BEGIN SOLUTION
    q = np.clip(activities, 1e-7, 1 - 1e-7)
    active = target * np.log(target / q)
    silent = (1 - target) * np.log((1 - target) / (1 - q))
    return active + silent, (q - target) / (q * (1 - q))
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade_id": "ch08-bernoulli-kl-check", "grade": true, "locked": true, "points": 3, "solution": false, "task": false}
bernoulli_kl = check("8.2", bernoulli_kl)

# %% [markdown]
# The slope is 0 at $q = p$ only, negative below and positive above: it draws
# every unit to the target, from both sides. By hand, with a target of 0.1: three
# units on five images. The first speaks once and clearly; the second murmurs at
# every image; the third is silent.

# %%
tiny_codes = np.array(
    [[0.02, 0.2, 0], [0.9, 0.2, 0], [0.01, 0.2, 0], [0.03, 0.2, 0],
     [0.04, 0.2, 0]]
)
tiny_means = mean_activity(tiny_codes)
values, slopes = bernoulli_kl(0.1, tiny_means)
for unit, name in enumerate(("speaks once", "murmurs", "silent")):
    print(
        f"{name:12} mean {tiny_means[unit]:.1f}  divergence "
        f"{values[unit]:.3f}  slope {slopes[unit]:.2f}  L1 an image "
        f"{np.abs(tiny_codes[:, unit]).mean():.1f}"
    )

# %% [markdown]
# Keep the first two units in mind. For *either* penalty they are the same unit:
# activities are never below 0, so that the L1 sum over images is $n$ times the
# mean, and both see the mean only. And look at the third. L1 is content with a
# unit that never speaks; the divergence is large, and its slope enormous.

# %%
grid = np.linspace(0.005, 0.6, 120)
divergence, slope = bernoulli_kl(0.1, grid)
plots.show_panels(
    {
        "penalty (nats)": {
            "KL, target 0.1": (grid, divergence),
            "L1": (grid, grid),
        },
        "its slope": {
            "KL, target 0.1": (grid, np.clip(slope, -5, 5)),
            "L1": (grid, np.ones_like(grid)),
        },
    },
    x_label="mean activity q of a unit",
    y_label="nats, and nats per unit of activity",
    alt="Left, the KL penalty touches 0 at activity 0.1 and rises on both "
    "sides; L1 is a line from 0. Right, the KL slope changes sign at 0.1.",
)

# %% [markdown]
# **Figure 8.3.** What one unit costs, and the slope that training feels (cut off
# at −5). L1 always pushes down, and as hard for a unit that hardly speaks as for
# any other. The divergence pushes down above the target and *up* below it.

# %% [markdown]
# ### Exercise 8.3 — The penalty of a batch (3 points)
#
# *The idea itself, about 15 minutes.* The penalty of a batch is
# $\beta \sum_k D(p\,\|\,q_k)$: mean over the images first, divergence second, sum
# over the units last. Training needs its slope in every single activity
# $z_{ik}$. Use the chain rule: what does $z_{ik}$ change, and by how much?

# %% nbgrader={"schema_version": 3, "grade_id": "ch08-kl-penalty", "grade": false, "locked": false, "solution": true, "task": false}
def kl_penalty(codes, weight, target):
    """Return the penalty of a batch of codes and its gradient.

    codes: floats (n, k), in [0, 1].  weight: beta.  target: p.
    A unit's mean may be exactly 0 or 1: clip it as in Exercise 8.2.
    Returns (penalty, gradient): one number, and (n, k), its derivative in
    every activity.
    """
    ### BEGIN SOLUTION
    values, slopes = bernoulli_kl(target, mean_activity(codes))
    gradient = np.zeros(codes.shape) + weight * slopes / len(codes)
    return weight * np.sum(values), gradient
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade_id": "ch08-kl-penalty-check", "grade": true, "locked": true, "points": 3, "solution": false, "task": false}
kl_penalty = check("8.3", kl_penalty)

# %%
penalty, gradient = kl_penalty(tiny_codes[:, :2], 1.0, 0.1)
print(f"penalty {penalty:.3f}, slope in each activity of the five images:")
print(gradient.round(3))

# %% [markdown]
# Every image gets the same push, the one where the unit speaks as well as the
# ones where it is silent. L1 pushes all of them alike, too, by $\lambda / n$.
# Nothing in either penalty asks a unit to be *loud for few* images; that has to
# come from the reconstruction, which wants to tell images apart. Whether it
# does, you will measure.

# %% [markdown]
# ## What "weight 0.05" means
#
# In Keras such a penalty is an *activity regularizer*: an object that a layer
# calls with its outputs. There is one in this course's library,
# `layers.KLSparsity`; it can be saved with a model like any other. Call it on
# batches of several sizes, always of the same ten codes over and over, for which
# the mean activity, and so the penalty, is the same. Once it is written as on the
# slides of the third source, which return $\beta \sum_k D(p\,\|\,q_k)$, and once
# as this course uses it.

# %%
ten_codes = np.random.default_rng(8).random((10, 300), dtype="float32")


def added_to_loss(regularizer, codes):
    layer = keras.layers.Activation("linear", activity_regularizer=regularizer)
    layer(codes)
    return float(layer.losses[0])


slides = layers.KLSparsity(0.05, 0.1, is_mean=False)
ours = layers.KLSparsity(0.05, 0.1)
print(f"by your function: {kl_penalty(ten_codes, 0.05, 0.1)[0]:.4f}")
for batch_size in (10, 100, 1000):
    codes = np.tile(ten_codes, (batch_size // 10, 1))
    print(
        f"batch of {batch_size:4d}   as on the slides "
        f"{added_to_loss(slides, codes):.4f}   ours "
        f"{added_to_loss(ours, codes):.4f}"
    )

# %% [markdown]
# Keras divides whatever an activity regularizer returns by the batch size (from
# version 3.14 on; with this course's regularizers it comes out the same under
# older ones). For L1, a sum over all images, that is right: it makes it a mean.
# The divergence is made of means already, and is divided a second time. So a
# weight of 0.05 is another weight for every batch size. `KLSparsity` undoes the
# division; with `is_mean=False` it does what the slides do.
#
# And a weight means something only beside a loss. The slides use Keras's
# cross-entropy, which averages over the 784 pixels, and name no batch size;
# Keras takes 32 unless told otherwise. Your losses are in nats an image. There
# the weight is what one nat of divergence costs, in nats of loss:

# %%
slides_weight = published("sparse_ae.kl.weight").value
print(f"slides: weight 0.05 x 784 / 32 = {slides_weight * 784 / 32:.2f}")

# %% [markdown]
# ## The activity that is really reached
#
# The third source builds 784-100-300-100-784, SELU layers around 300 sigmoid
# units, and prints no result. So build it and look. Five runs: without a penalty,
# the control; as on the slides, in batches of 32; the same in batches of 200; in
# batches of 200 with the division undone and the weight that 0.05 amounts to at
# 32; and, in batches of 32 again, with the division undone and 0.05 taken
# literally. (300 units are fewer than 784 pixels, and room enough: at the end of
# this lesson PCA loses next to nothing with 300 numbers.)

# %%
def pixel_cross_entropy(targets, outputs):
    return losses.binary_cross_entropy(targets, outputs) / 784


def train_slides(batch_size, learning_rate, weight, is_mean):
    keras.utils.set_random_seed(8)
    halves = models.build_dense(
        (784, 100, 300),
        (100, 784),
        activation="selu",
        code_activation="sigmoid",
    )
    regularizer = layers.KLSparsity(weight, 0.1, is_mean=is_mean)
    halves[0].get_layer("code").activity_regularizer = regularizer
    adam = keras.optimizers.Adam(learning_rate)
    settings = {"batch_size": batch_size, "optimizer": adam}
    return halves[0], train(halves, pixel_cross_entropy, **settings)


slides_nets = {
    "no penalty": train_slides(32, 1e-3, 0, False),
    "0.05, batches of 32": train_slides(32, 1e-3, slides_weight, False),
    "0.05, batches of 200": train_slides(200, 2e-3, slides_weight, False),
    "mended, batches of 200": train_slides(
        200, 2e-3, slides_weight / 32, True
    ),
    "0.05 undivided": train_slides(32, 1e-3, slides_weight, True),
}

# %%
def reached(encoder, inputs, target=0.1):
    activities = mean_activity(encoder(inputs).numpy())
    return np.mean(np.abs(activities - target) <= 0.02)


slides_codes = {}
for name, (encoder, net) in slides_nets.items():
    codes = slides_codes[name] = encoder(test_images).numpy()
    error = measures.mse(test_images, net(test_images).numpy())
    print(
        f"{name:23} mean activity {codes.mean():.3f}  units within 0.02: "
        f"training {reached(encoder, images):4.0%}, test "
        f"{reached(encoder, test_images):4.0%}  MSE {error:.4f}"
    )

# %% [markdown]
# In batches of 32 the slides' setting does what it is meant to: most units come
# within 0.02 of 0.1. In batches of 200 the same 0.05 leaves nearly all of them
# outside. That is not for want of steps: the next run has as few, and the mended
# weight brings most of its units in. With 0.05 undivided, 32 times the slides',
# all of them are.

# %%
penalised = {
    name: codes
    for name, codes in slides_codes.items()
    if name != "no penalty"
}
plots.show_histograms(
    {
        "mean activity, 300 units": {
            name: mean_activity(codes) for name, codes in penalised.items()
        },
        "activity for single images": {
            name: codes[:1000] for name, codes in penalised.items()
        },
    },
    x_label="activity",
    mark=0.1,
    bins=40,
    alt="Left, mean activities around 0.1, too high for 0.05 in batches of "
    "200. Right, single activities: most near 0, a hump at 0.1 for undivided.",
)

# %% [markdown]
# **Figure 8.4.** Left, the mean activity of each unit on the test images; the
# dotted line is the target. By this panel the undivided weight is the best: it
# has all its units there. Now the right panel, the activities for single images.
# With the undivided weight they, too, gather around 0.1: its units are the
# murmurer of your five numbers. They reach the target by being seldom silent and
# never loud, and the decoder reads tiny differences. With the others half of the
# activities, or more, are near 0.

# %%
for name, codes in slides_codes.items():
    loud = np.mean(codes > 0.5)
    silent = np.mean(codes < 0.05)
    murmur = np.mean((codes > 0.05) & (codes < 0.2))
    print(
        f"{name:23} silent {silent:4.0%}  murmuring {murmur:4.0%}  "
        f"loud {loud:5.1%}"
    )

# %% [markdown]
# (Silent is under 0.05, murmuring 0.05 to 0.2, loud above 0.5.) So the answer to
# "is the target reached?" is yes, with more weight; and the answer to "is the
# code sparse?" gets *worse* with it. A mean of 0.1 is what a sparse code has. It
# does not make one.

# %% [markdown]
# ## Dead units
#
# L1 has a weakness of its own. Train one hidden layer of 300 sigmoids, so that
# units can be looked at, with both penalties, several targets and prices, and
# three seeds. The weight of the divergence is 12, which brings the targets from
# 0.05 up within 0.01, as the printout below shows; the smallest, 0.02, stays at
# 0.031.

# %%
seeds = pick(full=[0, 1, 2], fast=[0])
targets = pick(full=[0.02, 0.05, 0.1, 0.2], fast=[0.1])
prices = pick(full=[0.1, 0.3, 1.0], fast=[1.0])
penalties = {("none", 0): None}
penalties |= {("KL", p): layers.KLSparsity(12, p) for p in targets}
penalties |= {("L1", price): layers.L1Sparsity(price) for price in prices}


def train_wide(penalty, seed, num_units=300):
    keras.utils.set_random_seed(seed)
    halves = models.build_basic(784, num_units)
    halves[0].get_layer("code").activity_regularizer = penalty
    train(halves, seed=seed)
    return halves


wide = {
    key: [train_wide(penalty, seed) for seed in seeds]
    for key, penalty in penalties.items()
}

# %% [markdown]
# ### Exercise 8.4 — Dead units (1 point)
#
# *Warm-up, about 5 minutes.* A unit is *dead* when it is silent for every
# image: its activity stays below a threshold throughout.

# %% nbgrader={"schema_version": 3, "grade_id": "ch08-dead-units", "grade": false, "locked": false, "solution": true, "task": false}
def dead_units(codes, threshold):
    """Return the units whose activity is below the threshold for every image.

    codes: (n, k).  Returns a list of unit numbers, counted from 0, in order;
    it is empty if no unit is dead.
    """
    ### BEGIN SOLUTION
    return [
        unit
        for unit in range(codes.shape[1])
        if codes[:, unit].max() < threshold
    ]
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade_id": "ch08-dead-units-check", "grade": true, "locked": true, "points": 1, "solution": false, "task": false}
dead_units = check("8.4", dead_units)

# %%
def measure(encoder, decoder):
    codes = encoder(test_images).numpy()
    error = measures.mse(test_images, decoder(codes).numpy())
    return codes.mean(), error, len(dead_units(codes, 0.05))


measured = {
    key: np.array([measure(*halves) for halves in runs])
    for key, runs in wide.items()
}  # (seeds, 3)
for (kind, setting), rows in measured.items():
    activity, error, dead = rows.mean(axis=0)
    spread = np.ptp(rows[:, 1])
    print(
        f"{kind:4} {setting:4}  mean activity {activity:.3f}  MSE {error:.4f}"
        f" (seeds span {spread:.4f})  dead {dead:5.1f} of 300"
    )

# %% [markdown]
# L1 kills, once its price is high: a silent unit costs nothing, and a silent
# sigmoid has almost no slope to come back by. The divergence kills none: at small
# $q$ its slope, about $-p / q$, grows as fast as the sigmoid's slope $q\,(1 - q)$
# falls, and their product, $q - p$, stays near $-p$. It is the cancelling of
# Figure 3.4 again. So a low mean activity may be a sparse code, or a small one
# with corpses in it.

# %% [markdown]
# ## What a unit is for
#
# A unit that speaks seldom might speak *for* something. Two ways to find out:
# look at its weights, as in lessons 03 and 05, or ask which images excite it.

# %% [markdown]
# ### Exercise 8.5 — Exciting images (2 points)
#
# *The idea itself, about 10 minutes.* For each unit, which images of the batch
# excite it most?

# %% nbgrader={"schema_version": 3, "grade_id": "ch08-exciting-images", "grade": false, "locked": false, "solution": true, "task": false}
def exciting_images(codes, count):
    """Return the images that excite each unit most, the strongest first.

    codes: (n, k).  count: images per unit, at most n.
    Returns whole numbers (k, count): each row holds the positions in the
    batch of one unit's images. No image comes twice in a row; images with
    equal activities come in any order.
    """
    ### BEGIN SOLUTION
    order = np.argsort(-codes, axis=0)
    return order[:count].T
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade_id": "ch08-exciting-images-check", "grade": true, "locked": true, "points": 2, "solution": false, "task": false}
exciting_images = check("8.5", exciting_images)

# %%
sparse_encoder, sparse_decoder = wide["KL", 0.1][0]
sparse_codes = sparse_encoder(test_images).numpy()
exciting = exciting_images(sparse_codes, 8)
shown = np.argsort(-sparse_codes.std(axis=0))[:14]
plots.show_units(
    sparse_encoder.get_weights()[0].T[shown],
    test_images[exciting[shown]],
    alt="Fourteen units: a filter in red and blue, and eight digits that "
    "excite the unit most. Most rows repeat one digit or one stroke.",
)

# %% [markdown]
# **Figure 8.5.** The fourteen units whose activity varies most, of the net with
# target 0.1: the weights, red positive and blue negative, and the eight test
# images that excite the unit most. Most rows share a digit, a slant or the place
# of a stroke, and no label was involved.

# %% [markdown]
# Do not trust a picture of the best units. Over *all* units that live (nothing
# excites a dead one), take the share of the most frequent digit among a unit's
# ten most exciting images, its *purity*. Ten images drawn at random have some,
# and so has a unit with random weights.

# %%
def purity(encoder):
    codes = encoder(test_images).numpy()
    alive = np.setdiff1d(np.arange(codes.shape[1]), dead_units(codes, 0.05))
    top = exciting_images(codes[:, alive], 10)
    return measures.label_purity(test_labels[top]).mean()


chance = rng.integers(len(test_images), size=(300, 10))
by_chance = measures.label_purity(test_labels[chance]).mean()
keras.utils.set_random_seed(0)
untrained, _ = models.build_basic(784, 300)
print(f"images drawn at random  {by_chance:.1%}")
print(f"untrained units         {purity(untrained):.1%}")
for (kind, setting), runs in wide.items():
    found = [purity(encoder) for encoder, _ in runs]
    print(
        f"{kind:4} {setting:4}               {np.mean(found):.1%}"
        f"  (seeds {min(found):.1%} to {max(found):.1%})"
    )

# %% [markdown]
# Both controls were needed. More than half of the ten images of an *untrained*
# unit share their digit already, since images of one digit resemble each other
# for any filter; and without a penalty, training *lowers* that. With the
# divergence it rises well above the untrained units, whatever the target; with
# L1, only at the two higher prices, and less. Most units have something that
# they are for, and it is not quite a digit.

# %% [markdown]
# ## What sparsity costs
#
# Every penalty is paid for in reconstruction. The curve: error against the
# activity reached.

# %%
def curve_of(kind):
    rows = [m.mean(axis=0) for (k, _), m in measured.items() if k == kind]
    rows = sorted(rows, key=lambda row: row[0])
    return [row[0] for row in rows], [row[1] for row in rows]


mean, components, _ = pca.fit_pca(images, 300)


def pca_error(count, inputs=test_images):
    codes = pca.encode(inputs, mean, components[:count])
    return measures.mse(inputs, pca.decode(codes, mean, components[:count]))


free_error = measured["none", 0][:, 1].mean()
plots.show_curves(
    {
        "KL, by target": curve_of("KL"),
        "L1, by price": curve_of("L1"),
        "no penalty": curve_of("none"),
    },
    x_label="mean activity of the 300 units, test images",
    y_label="MSE on the test images",
    levels={"PCA, 30 numbers": pca_error(30)},
    alt="Test error against mean activity. Both curves rise as the activity "
    "falls; L1 lies below KL. One point without a penalty, one level for PCA.",
)

# %% [markdown]
# **Figure 8.6.** Error against the mean activity that was reached, means over the
# seeds. Less activity, more error, and the baseline without a penalty is best of
# all: as far as reconstruction goes, a constraint is a cost. At equal activity L1
# is cheaper. It had to be, nearly: what it charges for is the mean activity, this
# figure's axis, and it leaves open which units spend it; the divergence insists
# on every unit's share. Before you call L1 the winner, look up its dead units at
# the left end.

# %% [markdown]
# ### Exercise 8.6 — Reading the curve (2 points)
#
# *Open question, about 10 minutes.* How sparse can a code be, and still good
# enough? A target counts if it was **reached**, which is to say that the
# activity is at most `tolerance` away from it, and if its error is at most
# `largest_error`. Return the smallest target that counts.

# %% nbgrader={"schema_version": 3, "grade_id": "ch08-sparsest-target", "grade": false, "locked": false, "solution": true, "task": false}
def sparsest_target(targets, activities, errors, tolerance, largest_error):
    """Return the smallest target that was reached at a small enough error.

    targets, activities, errors: lists or arrays of equal length, in any
    order: of each network its target, the activity it reached, and its
    error. Several networks may have the same target.
    Returns a target, or None if none counts.
    """
    ### BEGIN SOLUTION
    good = [
        target
        for target, activity, error in zip(targets, activities, errors)
        if abs(activity - target) <= tolerance and error <= largest_error
    ]
    return min(good) if good else None
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade_id": "ch08-sparsest-target-check", "grade": true, "locked": true, "points": 2, "solution": false, "task": false}
sparsest_target = check("8.6", sparsest_target)

# %%
kl_activities, kl_errors = curve_of("KL")
for tolerance in (0.02, 0.01):
    for name, largest in (
        ("PCA, 30 numbers", pca_error(30)),
        ("twice the error of no penalty", 2 * free_error),
        ("an error of 0.03", 0.03),
    ):
        answer = sparsest_target(
            targets, kl_activities, kl_errors, tolerance, largest
        )
        print(f"within {tolerance}, at most {name}: target {answer}")

# %% [markdown]
# Where an error of 0.03 is allowed, the tolerance decides: an activity of 0.031
# passes for 0.02, or it does not.
#
# A mean activity of 0.1 of 300 units is thirty units' worth an image, and with
# half of that the network still beats PCA with thirty numbers. That comparison
# flatters the sparse code: it may pick *which* units for every image, and its
# other 270 are quiet, not absent. How much do they say?

# %% [markdown]
# ## Is it sparse? The test that counts
#
# In a sparse code an image is described by *few* numbers. So keep only a few of
# each image's numbers, those farthest from the unit's mean, set all others to
# that mean, and decode. Baseline: PCA with as many numbers. Controls: the net
# without a penalty, and the sparse code with its numbers kept at random, which
# must fail.

# %%
counts = pick(full=[5, 10, 20, 40, 80, 150, 300], fast=[10, 40, 300])
kept_images = test_images[: pick(full=3_000, fast=300)]


def kept_errors(key, keep=measures.keep_strongest, **options):
    encoder, decoder = wide[key][0]
    means = mean_activity(encoder(images).numpy())
    kept = encoder(kept_images).numpy()
    decoded = [
        decoder(keep(kept, count, means, **options)).numpy()
        for count in counts
    ]
    return counts, [measures.mse(kept_images, one) for one in decoded]


# %%
curves = {
    "KL, target 0.1": kept_errors(("KL", 0.1)),
    "L1, price 1": kept_errors(("L1", 1.0)),
    "no penalty": kept_errors(("none", 0)),
    "KL, kept at random": kept_errors(
        ("KL", 0.1), measures.keep_random, seed=8
    ),
    "PCA": (counts, [pca_error(n, kept_images) for n in counts]),
}
for name, (_, errors) in curves.items():
    print(f"{name:18}", "  ".join(f"{error:.4f}" for error in errors))
plots.show_curves(
    curves,
    x_label="numbers kept of each image's 300",
    y_label="MSE on test images",
    log_x=True,
    log_y=True,
    dashed=["PCA", "KL, kept at random"],
    alt="Error against numbers kept. PCA is lowest throughout. Both penalised "
    "codes lie below the free one up to 80; numbers kept at random are worst.",
)

# %% [markdown]
# **Figure 8.7.** Error against the count of numbers that are kept. A few numbers
# kept at random say next to nothing; the strongest say much more, so that the
# order means something. Up to 80 numbers both penalised codes beat the one
# without a penalty, whose content is spread over everything, and L1 is the
# sparser of the two, although it is the other one whose layer is called
# `KLSparsity`. A part of its lead is that only some 135 of its units are alive.
# And go from 300 down to 40: the error of the KL code nearly triples. The murmur
# carries information. PCA, whose numbers are the same few for every image, is
# best throughout. As a short description, the sparse code is not worth its name.

# %% [markdown]
# ## Does the constraint stop the copying?
#
# Back to the claim of Figure 8.2, at equal width: 1,000 sigmoids, with and
# without the penalty; all else is the same. And, as in lesson 05, a linear probe
# on the codes of 300.

# %%
num_units = pick(full=1000, fast=300)
for name, penalty in (
    ("no penalty", None),
    ("KL, target 0.1", layers.KLSparsity(12, 0.1)),
):
    halves = train_wide(penalty, 0, num_units=num_units)
    net = models.chain(*halves)
    print(
        f"{num_units:,} units, {name:15} digits "
        f"{explained(test_images, net):6.1%}  dealt "
        f"{explained(permuted_images, net):6.1%}  mean activity "
        f"{halves[0](test_images).numpy().mean():.3f}"
    )

# %%
probe_labels = digits.train_labels[: pick(full=3_000, fast=200)]


def probe_error(encode):
    codes, tested = (
        np.asarray(encode(inputs))
        for inputs in (images[: len(probe_labels)], test_images)
    )
    fitted = measures.fit_probe(codes, probe_labels)
    return measures.probe_error(fitted, tested, test_labels)


print(f"raw pixels        {probe_error(np.asarray):5.2f} %")
print(f"untrained units   {probe_error(untrained):5.2f} %")
for key in (("none", 0), ("KL", 0.1), ("L1", 1.0)):
    errors = [probe_error(encoder) for encoder, _ in wide[key]]
    spread = np.ptp(errors)
    print(
        f"{key[0]:4} {key[1]:4}         {np.mean(errors):5.2f} %"
        f"  (seeds span {spread:.2f})"
    )

# %% [markdown]
# At equal width the penalty takes most of the copying away: 23 % falls to 6 %.
# But it costs a tenth of what was explained of the digits as well. In the first
# printout the code of 32 has less of both, and the code of 128 more of both. So
# the penalty does here what fewer units do; nothing says that it does it better.
# (Sigmoids copy less than the leaky ReLUs of Figure 8.2 in any case, which is
# why the control must have the same units.)
#
# And here is what the price buys. The divergence brings the error of the probe
# well below that of raw pixels, untrained units and the code without a penalty,
# by several times the span of the seeds; L1 gains little. The code that is harder
# to draw from is easier to read.

# %% [markdown]
# ## What to take with you
#
# - The more room a code has, the more it copies, as far as the training images
#   reach. You see it on images that are no digits, not in the error. A penalty
#   takes copying away, and some of the digits with it, as fewer units do.
# - Of units that are never below 0, both penalties see only the *mean over the
#   batch*. L1 charges for it and lets units die; the KL divergence draws that of
#   each unit to a target, from both sides.
# - A weight means something only beside its loss, and in Keras beside the batch
#   size: what an activity regularizer returns is divided by it.
# - Measure the activity reached, per unit; and do not take a mean for sparsity. A
#   unit that murmurs 0.1 at every image has reached the target.
# - Sparsity is paid for in error. Here the divergence bought units that stand for
#   something, and a better linear probe; not a shorter description than PCA's.

# %% [markdown]
# ## Questions to think about
#
# **1.** You train with batches of 10 and a target of 0.01. What goes wrong?
#
# <details><summary>One answer</summary>
#
# The mean is over ten images. A unit that speaks clearly for one image in a
# hundred has, in most batches, a mean near 0, and now and then one of 0.1: the
# penalty is never content with it. A murmur of 0.01 at every image costs nothing
# in any batch. Small batches reward murmuring. Average over several batches, or
# make them larger.
#
# </details>
#
# **2.** Under either penalty, murmuring at every image costs no more than speaking
# clearly for a few. How would you change that?
#
# <details><summary>One answer</summary>
#
# Charge for what single activities do, not their mean. The entropy of each
# activity, $-z \ln z - (1 - z)\ln(1 - z)$, is 0 for a clear yes or no and large
# in between. Or make the unit really binary, or keep only the largest $k$
# activities of each image in the forward pass, so that the network has to live
# with it from the start. Noise on the activities works as well: a murmur does
# not survive it.
#
# </details>
#
# **3.** With L1 on a *linear* code and a free decoder the penalty can be made as
# small as you like without changing one reconstruction. How, and what prevents
# it?
#
# <details><summary>One answer</summary>
#
# Halve the encoder's kernel and double the decoder's: same output, half the
# price, and again. Bound the decoder's columns, for example to length 1, or put
# a penalty on its weights. A sigmoid code bounds the activities, but not what
# the decoder makes of them: that is how a murmur gets by.
#
# </details>

# %%
score()

# %%
about.versions()
