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
# at most 5 minutes on two CPU cores, in at most 3 GB of memory. You need lessons 03 and
# 05; PCA is from lesson 02, and permuted pixels are from lesson 01.

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
# images. Nothing is chosen by an error on test images in this lesson: where several
# settings are tried, all of them are shown.)

# %%
images = digits.train_vectors[: pick(full=20_000, fast=800)]
test_images = digits.test_vectors
test_labels = digits.test_labels
print("training", images.shape, " test", test_images.shape)


def train(halves, loss=losses.binary_cross_entropy, **options):
    autoencoder = models.chain(*halves)
    settings = {
        "batch_size": 100,
        "epochs": pick(full=8, fast=20),
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
# In full this takes about 30 seconds on two cores.
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
# So the wide code needs a constraint: *regularisation (규제)*, a term that is added to
# the loss. The simplest charges for every activity, the **L1 penalty**.
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

# %%
plots.show_network(
    plots.Network(
        [("$x$", 784), ("code $z$", 300), ("$y$", 784)],
        code=1,
        compared=[
            (0, 2, "reconstruction: cross-entropy of $x$ and $y$"),
            (1, 1, "penalty on the activities of the code"),
        ],
    ),
    alt="Three columns of units: image x, a code z of 300 units, output y. A "
    "bracket joins x and y, the reconstruction; a second term of the loss "
    "stands below the code, the penalty.",
)

# %% [markdown]
# **Figure 8.3.** The sparse autoencoder. Nothing about the layers is new. The loss has a
# second term, which looks at the code alone.
#
# The third source has another penalty. Its units are sigmoids, so that an
# activity lies between 0 and 1; read it as the probability that the unit is active.
# Over a batch a unit is then active for a share $q_k$ of the images, the actual activity
# (실제 희소 정도):
#
# $$q_k = \frac{1}{n}\sum_{i=1}^{n} z_{ik}.$$
#
# How far is $q_k$ from the wanted $p$? Compare two coins. The *Kullback-Leibler
# divergence (쿨백-라이블러 발산)*, which t-SNE made small in lesson 06, of a distribution $P$ from another, $Q$, is the
# mean surprise at outcomes of $P$ for someone who believes in $Q$, minus the
# mean surprise for someone who knows $P$:
#
# $$D_\mathrm{KL}(P\,\|\,Q) = \sum_o P(o) \ln\frac{1}{Q(o)}
# - \sum_o P(o) \ln\frac{1}{P(o)} = \sum_o P(o) \ln \frac{P(o)}{Q(o)}.$$
#
# A coin has two outcomes $o$: the unit is active, with probability $p$, or
# silent, with $1 - p$. The sum has two terms:
#
# $$D(p\,\|\,q) = p \ln\frac{p}{q} + (1 - p)\ln\frac{1 - p}{1 - q}.$$

# %% [markdown]
# ### Exercise 8.1 — KL of two coins (2 points)
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


# %% nbgrader={"schema_version": 3, "grade_id": "ch08-bernoulli-kl-check", "grade": true, "locked": true, "points": 2, "solution": false, "task": false}
bernoulli_kl = check("8.1", bernoulli_kl)

# %% [markdown]
# The slope is 0 at $q = p$ only, negative below and positive above: it moves
# every unit towards the target, from both sides. By hand, with a target of 0.1: three
# units on five images. The first is active for one image, and strongly; the second is
# weakly active for every image; the third is silent. Which of the first two does the
# divergence charge more for?

# %%
# "first", "second" or "same": write it before you run the next cell.
dearer_guess = "first"  # prediction

# %%
tiny_codes = np.array(
    [[0.02, 0.2, 0], [0.9, 0.2, 0], [0.01, 0.2, 0], [0.03, 0.2, 0],
     [0.04, 0.2, 0]]
)
tiny_means = tiny_codes.mean(axis=0)
values, slopes = bernoulli_kl(0.1, tiny_means)
for unit, name in enumerate(("once, strongly", "always, weakly", "silent")):
    print(
        f"{name:15} mean {tiny_means[unit]:.1f}  divergence "
        f"{values[unit]:.3f}  slope {slopes[unit]:.2f}  L1 per image "
        f"{np.abs(tiny_codes[:, unit]).mean():.1f}"
    )
gap = float(values[0] - values[1])
predicted(
    dearer_guess,
    "same" if abs(gap) < 1e-6 else "first" if gap > 0 else "second",
    choices={
        "first": "more for the one that is active once",
        "second": "more for the one that is always active",
        "same": "the same for both",
    },
)

# %% [markdown]
# For *either* penalty the first two are the same unit. Activities are never below 0, so
# that the L1 sum over images is $n$ times the mean, and both penalties see the mean only.
# And look at the third. L1 charges nothing for a unit that is never active; the
# divergence is large, and its slope very large.

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
# **Figure 8.4.** What one unit costs, and the slope that training follows (cut off
# at −5). L1 always pushes down, and as hard for a unit that is hardly active as for
# any other. The divergence pushes down above the target and *up* below it.

# %% [markdown]
# ### Exercise 8.2 — The penalty of a batch (2 points)
#
# *The idea itself, about 15 minutes.* The penalty of a batch is
# $\beta \sum_k D(p\,\|\,q_k)$: mean over the images first, divergence second, sum
# over the units last. Training needs its slope in every single activity
# $z_{ik}$. Use the chain rule: what does $z_{ik}$ change, and by how much?

# %% nbgrader={"schema_version": 3, "grade_id": "ch08-kl-penalty", "grade": false, "locked": false, "solution": true, "task": false}
def kl_penalty(codes, weight, target):
    """Return the penalty of a batch of codes and its gradient.

    codes: floats (n, k), in [0, 1].  weight: beta.  target: p.
    A unit's mean may be exactly 0 or 1: clip it as in Exercise 8.1.
    Returns (penalty, gradient): one number, and (n, k), its derivative in
    every activity.
    """
    ### BEGIN SOLUTION
    values, slopes = bernoulli_kl(target, np.mean(codes, axis=0))
    gradient = np.zeros(codes.shape) + weight * slopes / len(codes)
    return weight * np.sum(values), gradient
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade_id": "ch08-kl-penalty-check", "grade": true, "locked": true, "points": 2, "solution": false, "task": false}
kl_penalty = check("8.2", kl_penalty)

# %%
penalty, gradient = kl_penalty(tiny_codes[:, :2], 1.0, 0.1)
print(f"penalty {penalty:.3f}, slope in each activity of the five images:")
print(gradient.round(3))

# %% [markdown]
# Every image gets the same push, the one for which the unit is active as well as those
# for which it is silent. L1 pushes all of them alike, too, by $\lambda / n$.
# Nothing in either penalty asks a unit to be active *for few* images. If the code comes
# out sparse, it is the reconstruction together with the penalty that made it so.
# Whether it does, you will see and measure.

# %% [markdown]
# ## What "weight 0.05" means
#
# In Keras such a penalty is an *activity regularizer*: an object that a layer
# calls with its outputs. The slides of the third source return $\beta \sum_k D(p\,\|\,q_k)$
# there. What does Keras add to the loss? Try it on batches of several sizes, always of the
# same ten codes over and over, for which the mean activity, and so the penalty, is
# the same. First in the Keras that is installed here; then as tf.keras 2 did, for which
# the slides were written (a layer of ours that divides as it did); then as this course does.

# %%
ten_codes = np.random.default_rng(8).random((10, 300), dtype="float32")


def added_to_loss(regularizer, codes):
    layer = keras.layers.Activation("linear", activity_regularizer=regularizer)
    layer(codes)
    return float(layer.losses[0])


regularizers = {
    f"Keras {keras.__version__}": lambda codes: layers.kl_penalty(
        codes, 0.05, 0.1),
    "as tf.keras 2": layers.KLSparsity(0.05, 0.1, is_mean=False),
    "ours": layers.KLSparsity(0.05, 0.1),
}
print(f"by your function: {kl_penalty(ten_codes, 0.05, 0.1)[0]:.4f}")
for batch_size in (10, 100, 1000):
    codes = np.tile(ten_codes, (batch_size // 10, 1))
    found = "   ".join(f"{name} {added_to_loss(regularizer, codes):.4f}"
                       for name, regularizer in regularizers.items())
    print(f"batch of {batch_size:4d}   {found}")

# %% [markdown]
# tf.keras 2 divides whatever an activity regularizer returns by the batch size. Keras 3
# did not at first, and does so again from version 3.14 on; your row says what yours
# does. For L1, a sum over all images, the division is right: it makes it a mean.
# The divergence is made of means already, and is divided a second time. So in tf.keras 2 a
# weight of 0.05 is another weight for every batch size. `layers.KLSparsity` adds the same
# under any version; with `is_mean=False` it does what the slides do in tf.keras 2.
#
# And a weight means something only beside a loss. The slides use Keras's
# cross-entropy, which is a mean over the 784 pixels; and they give no batch size, so that
# Keras takes 32. So their objective is (nats of loss) / 784 + 0.05 · (nats of divergence) / 32.
# Multiply all of it by 784, which moves no minimum: now the loss is in nats per image, as
# yours is, and the weight is what one nat of divergence costs, in nats of loss:

# %%
slides_weight = published("sparse_ae.kl.weight").value
print(f"slides: weight 0.05 x 784 / 32 = {slides_weight * 784 / 32:.2f}")

# %% [markdown]
# ## The activity that is really reached
#
# The third source builds 784-100-300-100-784, SELU layers around 300 sigmoid
# units, and prints no result. So build it and look. (300 units are fewer than 784 pixels,
# and enough room: what PCA loses with 300 numbers is printed above Figure 8.9.) Five runs:
#
# | run | batch | rate | the divergence is | weight |
# |---|---|---|---|---|
# | no penalty, the control | 32 | 0.001 | | 0 |
# | 0.05, batches of 32: the slides | 32 | 0.001 | divided by 32 | 0.05 |
# | 0.05, batches of 200 | 200 | 0.002 | divided by 200 | 0.05 |
# | adapted, batches of 200 | 200 | 0.002 | undivided | 0.05 / 32 |
# | 0.05 undivided | 32 | 0.001 | undivided | 0.05 |

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


# %%
# In full this takes about 20 seconds on two cores.
slides_nets = {
    "no penalty": train_slides(32, 1e-3, 0, False),
    "0.05, batches of 32": train_slides(32, 1e-3, slides_weight, False),
    "0.05, batches of 200": train_slides(200, 2e-3, slides_weight, False),
    "adapted, batches of 200": train_slides(
        200, 2e-3, slides_weight / 32, True
    ),
    "0.05 undivided": train_slides(32, 1e-3, slides_weight, True),
}

# %%
def reached(encoder, inputs, target=0.1):
    activities = encoder(inputs).numpy().mean(axis=0)
    return np.mean(np.abs(activities - target) <= 0.02)


slides_codes = {}
for name, (encoder, net) in slides_nets.items():
    codes = slides_codes[name] = encoder(test_images).numpy()
    error = measures.mse(test_images, net(test_images).numpy())
    print(
        f"{name:24} mean activity {codes.mean():.3f}  units within 0.02: "
        f"training {reached(encoder, images):4.0%}, test "
        f"{reached(encoder, test_images):4.0%}  MSE {error:.4f}"
    )

# %% [markdown]
# In full on MNIST the slides' setting does what it is meant to in batches of 32: most
# units come within 0.02 of 0.1. In batches of 200 the same 0.05 leaves nearly all of them
# outside. That is not for want of steps, nor is it the learning rate (twice as high in
# batches of 200): the next run has the same of both, and the adapted weight brings most
# of its units in. With 0.05 undivided, 32 times the slides' weight,
# all of them are in.

# %%
penalised = {
    name: codes
    for name, codes in slides_codes.items()
    if name != "no penalty"
}
plots.show_histograms(
    {
        "mean activity, 300 units": {
            name: codes.mean(axis=0) for name, codes in penalised.items()
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
# **Figure 8.5.** Left, the mean activity of each unit on the test images; the
# dotted line is the target. By this panel the undivided weight is the best: in full on
# MNIST it has all its units there. Now the right panel, the activities for single images.
# With the undivided weight they, too, gather around 0.1: its units are like the second
# of the three units in the small example before Figure 8.4, weakly active for every image. They reach the target without being
# silent for some images and strongly active for others.

# %%
for name, codes in slides_codes.items():
    strong = np.mean(codes > 0.5)
    silent = np.mean(codes < 0.05)
    weak = np.mean((codes > 0.05) & (codes < 0.2))
    print(
        f"{name:24} silent {silent:4.0%}  weakly active {weak:4.0%}  "
        f"strongly {strong:5.1%}"
    )

# %% [markdown]
# (Silent is under 0.05, weakly active 0.05 to 0.2, strongly above 0.5.) In full on MNIST
# the answer to "is the target reached?" is yes, with more weight; and the share of silent
# activities is *smaller* with it than with any of the other penalties. A mean of 0.1 is
# what a sparse code has, and what a code without one silent activity can have as well.

# %% [markdown]
# ## Look at the codes
#
# From here on, one hidden layer of 300 sigmoids, so that
# units can be looked at, with both penalties, several targets and prices, and
# several seeds. The weight of the divergence is 12 throughout, ten times that of the slides,
# so that targets are reached. (What a smaller one does to the comparison with L1, we did not
# test.)
#
# A unit that is silent for *every* image is a *dead unit*: the code is wider on paper
# than in use. How many of the 300 units are dead with L1 at a price of 1 nat?

# %%
# Dead units of 300, with L1 at a price of 1: write it before you run on.
dead_guess = 30  # prediction

# %%
# In full this takes about 90 seconds on two cores.
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

# %%
def count_dead(codes, threshold):
    return int(np.sum(codes.max(axis=0) < threshold))


def measure(encoder, decoder):
    codes = encoder(test_images).numpy()
    error = measures.mse(test_images, decoder(codes).numpy())
    return codes.mean(), error, count_dead(codes, 0.05)


measured = {
    key: np.array([measure(*halves) for halves in runs])
    for key, runs in wide.items()
}  # (seeds, 3)
for (kind, setting), rows in measured.items():
    activity, error, dead = rows.mean(axis=0)
    spread = f"seeds span {np.ptp(rows[:, 1]):.4f}"
    print(
        f"{kind:4} {setting:4}  mean activity {activity:.3f}  MSE {error:.4f}"
        f" ({spread if len(seeds) > 1 else 'one seed'})"
        f"  dead {dead:5.1f} of 300"
    )
predicted(dead_guess, measured["L1", 1.0][:, 2].mean(), "dead units")

# %% [markdown]
# (Dead means here below 0.05 for all test images.) In full on MNIST the mean over all
# units comes within 0.01 of the targets from 0.05 up, and not of 0.02: it ends at 0.031. L1 leaves units dead once
# its price is high, and the divergence none.
#
# Follow the two slopes of a unit that is equally active for all images, at $q$, down to the
# pre-activation. The sigmoid's own slope is $q\,(1 - q)$. For the divergence the product is
#
# $$\frac{q - p}{q\,(1 - q)} \cdot q\,(1 - q) = q - p,$$
#
# the cancelling of Figure 3.4 again: a unit near 0 is still pushed up, with a slope near
# $-p$. For L1 it is $+\,q\,(1 - q)$, down at any $q$. (That this is what decides between
# dead and living units in training, we did not test.)
#
# Now see the codes themselves: the same thirty test images, three of each digit, and the
# units of each network, the most active ones at the left.

# %%
by_digit = np.concatenate(
    [np.flatnonzero(test_labels == digit)[:3] for digit in range(10)]
)


def heat(encoder):
    codes = encoder(test_images).numpy()
    return codes[by_digit][:, np.argsort(-codes.mean(axis=0))]


plots.show_heat_maps(
    {
        "no penalty": heat(wide["none", 0][0][0]),
        "L1, price 1": heat(wide["L1", 1.0][0][0]),
        "KL, target 0.1": heat(wide["KL", 0.1][0][0]),
    },
    x_label="units, the most active ones at the left",
    row_names=test_labels[by_digit].tolist(),
    row_label="digit",
    alt="Three matrices, thirty images by 300 units. In full on MNIST: no "
    "penalty, dark throughout; L1, dark spots at the left and white from the "
    "middle on; KL, light grey throughout, with dark spots in all columns.",
)

# %% [markdown]
# **Figure 8.6.** Three codes of the same thirty images on one colour scale: a row is
# the code of one image, a column is one unit. Read along a row: how many units does an
# image use (*population sparseness*)? And down a column: for how many images is a unit
# active (*lifetime sparseness*)? A mean activity says neither.

# %%
for name, key in (
    ("no penalty", ("none", 0)),
    ("L1, price 1", ("L1", 1.0)),
    ("KL, target 0.1", ("KL", 0.1)),
):
    codes = wide[key][0][0](test_images).numpy()
    active = codes > 0.05
    mostly = np.mean(active.mean(axis=0) > 0.5)
    print(
        f"{name:15} active units per image {active.sum(axis=1).mean():5.1f}"
        f"  units active for more than half of the images {mostly:4.0%}"
    )

# %% [markdown]
# (Active is more than 0.05, in the printout.) In full on MNIST both penalties leave fewer
# than half of the units active per image, L1 far fewer than the divergence. With L1 the active
# units of all images come from the same columns, fewer than half; the others are dead. With the
# divergence every column has dark spots, and much of the rest is light grey, not white: weak
# activities.

# %% [markdown]
# ## What a unit is for
#
# A unit that is seldom active might stand *for* something. Two ways to find out:
# look at its weights, as in lessons 03 and 05, or ask which images excite it.

# %% [markdown]
# ### Exercise 8.3 — Exciting images (1 point)
#
# *Warm-up, about 5 minutes.* For each unit, which images of the batch
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


# %% nbgrader={"schema_version": 3, "grade_id": "ch08-exciting-images-check", "grade": true, "locked": true, "points": 1, "solution": false, "task": false}
exciting_images = check("8.3", exciting_images)

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
# **Figure 8.7.** The fourteen units whose activity varies most, of the net with
# target 0.1: the weights, red positive and blue negative, and the eight test
# images that excite the unit most. What do the images of a row have in common: a digit,
# a slant, the place of a stroke? No label was involved.
#
# A picture of the best units proves little. Over *all* units that live (nothing
# excites a dead one), take the share of the most frequent digit among a unit's
# ten most exciting images, its *purity*. Ten images chosen at random have some,
# and so has a unit with random weights: two controls.

# %%
def purity(encoder):
    codes = encoder(test_images).numpy()
    alive = codes.max(axis=0) >= 0.05
    top = exciting_images(codes[:, alive], 10)
    return measures.label_purity(test_labels[top]).mean()


chance = rng.integers(len(test_images), size=(300, 10))
by_chance = measures.label_purity(test_labels[chance]).mean()
keras.utils.set_random_seed(0)
untrained, _ = models.build_basic(784, 300)
print(f"images chosen at random  {by_chance:.1%}")
print(f"untrained units          {purity(untrained):.1%}")
for (kind, setting), runs in wide.items():
    found = [purity(encoder) for encoder, _ in runs]
    reach = f"seeds {min(found):.1%} to {max(found):.1%}"
    print(
        f"{kind:4} {setting:4}                {np.mean(found):.1%}"
        f"  ({reach if len(seeds) > 1 else 'one seed'})"
    )

# %% [markdown]
# Both controls were needed. In full on MNIST more than half of the ten images of an
# *untrained* unit share their digit already, and without a penalty, training *lowers*
# that. With the divergence the purity rises well above the untrained units, whatever the
# target; with L1, only at the two higher prices, and less.

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


# %%
mean, components, _ = pca.fit_pca(images, 300)


def pca_error(count, inputs=test_images):
    codes = pca.encode(inputs, mean, components[:count])
    return measures.mse(inputs, pca.decode(codes, mean, components[:count]))


plots.show_curves(
    {
        "KL, by target": curve_of("KL"),
        "L1, by price": curve_of("L1"),
        "no penalty": curve_of("none"),
    },
    x_label="mean activity of the 300 units, test images",
    y_label="MSE on the test images",
    levels={"PCA, 30 numbers": pca_error(30)},
    alt="Test error against mean activity. One point without a penalty, one "
    "level for PCA, and a curve for KL and for L1: in full on MNIST both rise "
    "as the activity falls, and L1 lies below KL.",
)

# %% [markdown]
# **Figure 8.8.** Error against the mean activity that was reached, means over the
# seeds. In full on MNIST: the less activity, the more error, and the control without a
# penalty has the lowest error of all. At equal activity L1 has a lower error than the
# divergence. What L1 charges for *is* the mean activity, this figure's axis, and it
# leaves open which units have it, while the divergence asks for every unit's share. (Mind
# the dead units in the table above before you call L1 the winner.)
#
# The dotted line invites a comparison: thirty numbers of PCA, and a mean activity of 0.1,
# 300 units times 0.1. It flatters the sparse code, whose other 270 units are
# nearly silent and not absent. How much do they tell the decoder?

# %% [markdown]
# ## Is it sparse? A test
#
# In a sparse code an image is described by *few* numbers. So keep only a few of
# each image's numbers, set all others to a resting value, and decode. Which value? For
# units that are weakly active for every image their *mean* is a fair one; for units that are
# silent, *0*. Try both: keep the numbers farthest from the resting value. Baseline: PCA
# with as many numbers. Controls: the net without a penalty, and the sparse code with its
# numbers kept at random.

# %%
counts = pick(full=[5, 10, 20, 40, 80, 150, 300], fast=[10, 40, 300])
kept_images = test_images[: pick(full=3_000, fast=300)]


def kept_errors(key, rest="mean", keep=measures.keep_strongest, **options):
    encoder, decoder = wide[key][0]
    means = encoder(images).numpy().mean(axis=0)
    values = means if rest == "mean" else np.zeros_like(means)
    kept = encoder(kept_images).numpy()
    decoded = [
        decoder(keep(kept, count, values, **options)).numpy()
        for count in counts
    ]
    return counts, [measures.mse(kept_images, one) for one in decoded]


# %%
curves = {
    "KL, rest at its mean": kept_errors(("KL", 0.1)),
    "KL, rest at 0": kept_errors(("KL", 0.1), rest=0),
    "L1, rest at its mean": kept_errors(("L1", 1.0)),
    "L1, rest at 0": kept_errors(("L1", 1.0), rest=0),
    "no penalty": kept_errors(("none", 0)),
    "PCA": (counts, [pca_error(n, kept_images) for n in counts]),
}
at_random = kept_errors(("KL", 0.1), keep=measures.keep_random, seed=8)
print("numbers kept        ", "  ".join(f"{count:6d}" for count in counts))
for name, (_, errors) in (curves | {"KL, at random": at_random}).items():
    print(f"{name:20}", "  ".join(f"{error:.4f}" for error in errors))
plots.show_curves(
    curves,
    x_label="numbers kept of each image's 300",
    y_label="MSE on test images",
    log_x=True,
    log_y=True,
    dashed=["PCA", "KL, rest at its mean", "L1, rest at its mean"],
    alt="Error against numbers kept, six falling curves. In full on MNIST L1 "
    "with its rest at 0 is lowest from 10 to 40, and PCA beyond; the net "
    "without a penalty is highest up to 40.",
)

# %% [markdown]
# **Figure 8.9.** Error against the count of numbers that are kept. In full on MNIST,
# numbers kept at random tell next to nothing, and the strongest much more. Up
# to 80 numbers both penalised codes have lower errors than the one
# without a penalty, and L1's is the lower one of the two, although it is the other one
# whose layer is called `KLSparsity`. The resting value decides the rest of it. With 0, the L1
# code keeps nearly all that it has in 40 numbers, and with 10 to 40 numbers its error
# is below that of PCA with as many: it *is* a short description (which of the 300 numbers they are
# has to be said, too; more of that below). With its mean it looks like none. The KL code's
# error at least doubles from 300 numbers down to 40, with either: its weak activities carry information.
# A test of sparsity with one resting value would have said of L1 that it failed.

# %% [markdown]
# ## A code that is sparse by construction
#
# Both penalties leave it to training whether the code becomes sparse. A *k-sparse* or *top-k
# autoencoder* (Makhzani and Frey, 2014) does not: of the units' pre-activations $a$
# keep, for each image, the $k$ largest that are positive, and set all others to exactly
# 0. No weight, no target. The decoder is linear,
#
# $$y = b + \sum_{j \,\in\, S(x)} z_j\, d_j,$$
#
# | symbol | in words | in the code |
# |---|---|---|
# | $a$ | pre-activations: what a dense layer gives before any activation | `pre_activations` |
# | $S(x)$ | the units that are active for the image $x$, at most $k$ | `codes != 0` |
# | $z_j$ | activity of unit $j$ for this image | `codes[i, j]` |
# | $d_j$ | what unit $j$ adds to the image: a row of the *dictionary* (사전) | `dictionary[j]` |
# | $b$ | what the decoder adds to every image | `offset` |
#
# so that an image is rebuilt as the offset and a sum of at most $k$ dictionary rows, and
# *which* rows those are is another choice for every image. (Networks of this kind, with
# many more units, are used today to look into large language models.)

# %%
plots.show_network(
    plots.Network(
        [("$x$", 784), ("$a$", 300), ("code $z$", 300), ("$y$", 784)],
        code=2,
        steps={1: "keep k"},
        compared=[(0, 3, "squared error")],
    ),
    alt="Four columns of units: image x, 300 pre-activations a, an arrow "
    "named keep k to the code z, output y; a bracket joins x and y.",
)

# %% [markdown]
# **Figure 8.10.** The top-k autoencoder. The step from the pre-activations to the code has no
# weights, and the loss has one term.

# %% [markdown]
# ### Exercise 8.4 — Keep k, forwards and backwards (3 points)
#
# *The idea itself, about 20 minutes.* Write the step that has no weights, and the way
# back through it. Training hands you the slope of the loss in every number of the code.
# Which numbers before the step would have changed the code, and by how much? Never keep
# more than $k$, also where several numbers are equal: of those that compete for the
# last place any may be kept.

# %% nbgrader={"schema_version": 3, "grade_id": "ch08-top-k", "grade": false, "locked": false, "solution": true, "task": false}
def top_k(pre_activations, k, code_slopes):
    """Return sparse codes, and the slopes of the loss before the step.

    pre_activations: floats (n, units).  k: from 1 to the number of units.
    code_slopes: (n, units), the derivative of a loss in each number of the
    codes.
    Returns (codes, slopes), (n, units) each. codes: in each row the k
    largest numbers if they are positive, 0 elsewhere. slopes: the derivative
    of that loss in each pre-activation; 0 for one that is not positive.
    """
    ### BEGIN SOLUTION
    largest = np.argsort(-pre_activations, axis=1)[:, :k]
    kept = np.zeros(pre_activations.shape, dtype=bool)
    np.put_along_axis(kept, largest, True, axis=1)
    kept = kept & (pre_activations > 0)
    return np.where(kept, pre_activations, 0), np.where(kept, code_slopes, 0)
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade_id": "ch08-top-k-check", "grade": true, "locked": true, "points": 3, "solution": false, "task": false}
top_k = check("8.4", top_k)

# %%
tiny = np.array([[0.3, -0.2, 0.9, 0.1, 0.4], [-0.5, 0.2, -0.1, -0.3, -0.9]])
tiny_top, tiny_slopes = top_k(tiny, 2, np.ones_like(tiny))
# -0. is 0, too; adding 0 takes its sign away.
print("codes\n", tiny_top + 0, "\nslopes\n", tiny_slopes + 0, sep="")

# %% [markdown]
# Only the numbers that were kept get a slope. A unit that no image keeps gets none at all:
# its encoder weights are not moved by the loss any more, for as long as no other change
# brings it back among the largest. Watch the dead units below.
#
# `layers.TopK(k)` is that step as a Keras layer, and `models.build_top_k` builds the network
# of Figure 8.10. Its dictionary begins as random directions of length 1, the encoder as
# their transpose, the offset as the mean image. (In training the lengths are free. Many
# sparse autoencoders keep them at 1; here no penalty on the activities would reward small
# activities and long rows.)

# %%
# In full this takes about 90 seconds on two cores.
top_counts = pick(full=[5, 10, 20, 40], fast=[10, 40])
image_mean = images.mean(axis=0)


def train_top_k(k, seed):
    halves = models.build_top_k(image_mean, 300, k, seed=seed)
    train(halves, losses.squared_error, seed=seed)
    return halves


top_nets = {k: [train_top_k(k, seed) for seed in seeds] for k in top_counts}

# %% [markdown]
# What does such a code cost? PCA's numbers are always the same $k$ components. Here it
# has to be said *which* $k$ of 300 units are active, and there are $\binom{300}{k}$ ways:
# $\log_2 \binom{300}{k}$ bits, if all are taken as equally likely, on top of the $k$
# activities. So there are three comparisons: PCA with $k$ components; PCA with
# $2k$, as if a position cost as much as a number; and PCA with as many *bytes*, a number
# rounded to one of 256 steps being one byte.
#
# How many of PCA's components does it take to have as low an error as ten units, chosen
# for each image?

# %%
# A number of components: write it before you run the next cell.
components_guess = 10  # prediction

# %%
def in_bytes(codes, known):
    """Round each unit's numbers to 256 steps; a silent unit stays at 0."""
    low, high = known.min(axis=0), known.max(axis=0)
    step = np.where(high > low, high - low, 1) / 255
    rounded = low + step * np.clip(np.round((codes - low) / step), 0, 255)
    return np.where(codes == 0, 0, rounded).astype("float32")


def pca_byte_error(count):
    known, codes = (pca.encode(inputs, mean, components[:count])
                    for inputs in (images, test_images))
    rounded = in_bytes(codes, known)
    decoded = pca.decode(rounded, mean, components[:count])
    return measures.mse(test_images, decoded)


# %%
table = {}
for k, nets in top_nets.items():
    rows = []
    for encoder, decoder in nets:
        codes = encoder(test_images).numpy()
        rounded = in_bytes(codes, encoder(images).numpy())
        errors = [measures.mse(test_images, decoder(kind).numpy())
                  for kind in (codes, rounded)]
        rows.append([*errors, count_dead(codes, 1e-9)])
    bits = math.log2(math.comb(300, k))
    as_many = round(k + bits / 8)
    error, byte_error, dead = np.mean(rows, axis=0)
    table[k] = error, pca_error(k), pca_error(2 * k)
    span = f"seeds span {np.ptp(rows, 0)[0]:.4f}"
    print(
        f"k = {k:2d}  top-k {error:.4f} ({span if rows[1:] else 'one seed'})"
        f"  PCA {k:2d}: {table[k][1]:.4f}  PCA {2 * k:2d}: {table[k][2]:.4f}"
        f"\n        positions {bits:5.1f} bits; in bytes: top-k "
        f"{byte_error:.4f}  PCA {as_many}: {pca_byte_error(as_many):.4f}"
        f"   dead {dead:5.1f} of 300"
    )

# %%
for k, (error, same, double) in table.items():
    print(f"k = {k}: {error / same:.0%} of the error of PCA with {k}, "
          f"{error / double:.0%} of that of PCA with {2 * k}")
enough = next(
    (n for n in range(1, 300) if pca_error(n) <= table[10][0]), 300)
predicted(components_guess, enough, "components")

# %% [markdown]
# In full on MNIST the top-k code has little more than half of the error of PCA with equally
# many numbers, at every $k$. With as many bytes its error is still lower. If a position is
# counted as a whole number, it is lower up to $k = 20$ and higher at 40. (A
# cleverer way to write numbers down was not tried for either. And PCA is not the best
# code of so few numbers: the deep autoencoder of lesson 04 has a lower error with
# 30 numbers, too.) In the fast profile there are few training images, and top-k loses more of
# these comparisons; the lines above say which.
#
# It has a price: at small $k$ many units are dead, though all were initialised
# alike. In full on MNIST fewer are dead at larger $k$. (Remedies in the literature: let $k$
# shrink during training, or let dead units explain what the others leave over. We tried neither.)

# %%
top_codes = {
    k: nets[0][0](test_images).numpy() for k, nets in top_nets.items()
}
busiest = {k: np.argsort(-codes.mean(axis=0))
           for k, codes in top_codes.items()}
plots.show_heat_maps(
    {
        f"top-k, k = {k}": codes[by_digit][:, busiest[k]]
        for k, codes in top_codes.items() if k in (10, 40)
    },
    x_label="units, the most active ones at the left",
    row_names=test_labels[by_digit].tolist(),
    row_label="digit",
    largest=float(np.percentile(top_codes[10][top_codes[10] > 0], 95)),
    alt="Two matrices, thirty images by 300 units: white with a few dark "
    "spots per row, ten or forty; rows of a digit share some columns.",
)

# %% [markdown]
# **Figure 8.11.** The codes of the same thirty images, as in Figure 8.6, with a
# colour scale of their own (the activities are not bounded by 1). This is
# what a sparse code looks like: a row has at most $k$ grey or black spots, and all else is exactly
# 0.

# %%
shown = busiest[10][:14]
exciting = exciting_images(top_codes[10], 8)
plots.show_units(
    top_nets[10][0][1].get_layer("dictionary").get_weights()[0][shown],
    test_images[exciting[shown]],
    alt="Fourteen units: a dictionary row in red and blue, a stroke or part "
    "of a digit, and the eight digits that excite the unit most.",
)

# %% [markdown]
# **Figure 8.12.** The fourteen units with the highest mean activity at $k = 10$: the
# row of the dictionary, what the unit *adds* to an image (red is ink, blue takes ink away), and
# the eight images that excite it most.

# %% [markdown]
# ## Choice or dictionary?
#
# Two things are different from PCA at once: the dictionary is another one, and the units are
# chosen for each image. Which of them lowers the error? Keep one fixed and change the other.
#
# For a fair comparison the *values* must not decide: whichever units are chosen, give them the
# best values that there are, by least squares (lesson 02's projection, on rows that need not
# be perpendicular). Then let three rules choose from one and the same dictionary: each image's
# **own** units; **borrowed** units, those of the image before it in the batch; and **fixed**
# units, the same for all images.

# %% [markdown]
# ### Exercise 8.5 — Compare three choices (4 points)
#
# *Built from end to end, about 30 minutes.* For each rule find every image's mean squared
# error over its pixels, with values by least squares (`np.linalg.lstsq`, and mind the offset).
# The units an image uses are those where its code is not 0. Borrowed: image $i$ uses those of
# image $i - 1$, and the first image those of the last. Fixed: the units with the largest sum
# of absolute activities, as many as the image with the most active units has. Then
# compare, image by image, twice: the error with borrowed units minus that with own ones, and
# the error with fixed units minus that with own ones. Half the width of a 95 % interval is 1.96 standard
# errors of the mean difference (lesson 05; standard deviation with $n - 1$).

# %% nbgrader={"schema_version": 3, "grade_id": "ch08-compare-choices", "grade": false, "locked": false, "solution": true, "task": false}
def compare_choices(codes, dictionary, offset, images):
    """Return the errors of one dictionary under three choices of its rows.

    codes: (n, units), 0 where a unit is silent; every image has an active
    unit, and n is at least 2.  dictionary: (units, d).  offset: (d,).
    images: (n, d).
    Returns (errors, gaps, halves). errors: three numbers, the MSE with own,
    borrowed and fixed units. gaps: two numbers, by how much borrowed and
    fixed units are worse than own ones, in MSE. halves: two numbers, half
    the widths of the 95 % intervals of these gaps.
    """
    ### BEGIN SOLUTION
    own = codes != 0
    count = own.sum(axis=1).max()
    fixed = np.zeros_like(own)
    fixed[:, np.argsort(-np.abs(codes).sum(axis=0))[:count]] = True
    errors = []
    for chosen in (own, np.roll(own, 1, axis=0), fixed):
        rebuilt = []
        for units, image in zip(chosen, images):
            rows = dictionary[units]
            values = np.linalg.lstsq(rows.T, image - offset, rcond=None)[0]
            rebuilt.append(values @ rows + offset)
        errors.append(np.mean(np.square(images - rebuilt), axis=1))
    differences = [errors[1] - errors[0], errors[2] - errors[0]]
    gaps = np.mean(differences, axis=1)
    halves = 1.96 * np.std(differences, axis=1, ddof=1) / np.sqrt(len(images))
    return np.mean(errors, axis=1), gaps, halves
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade_id": "ch08-compare-choices-check", "grade": true, "locked": true, "points": 4, "solution": false, "task": false}
compare_choices = check("8.5", compare_choices)

# %% [markdown]
# Four dictionaries of 300 rows: the trained one, $k = 10$; PCA's components; 300
# training images, as differences from the mean; and 300 random directions, the control. For
# the last three an image's own units are the ten rows that are most like it: the largest
# inner products in size.

# %%
some = test_images[: pick(full=2_000, fast=200)]
encoder, decoder = top_nets[10][0]
trained, offset = decoder.get_layer("dictionary").get_weights()
examples = images[:300] - image_mean
directions = np.random.default_rng(8).normal(size=(300, 784))
dictionaries = {
    "trained, k = 10": (encoder(some).numpy(), trained, offset)}
for name, rows in (
    ("PCA", components),
    ("training images", examples),
    ("random directions", directions.astype("float32")),
):
    rows = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    products = (some - image_mean) @ rows.T
    codes = measures.keep_strongest(products, 10, np.zeros(300))
    dictionaries[name] = codes, rows, image_mean

# %%
print(f"{'dictionary':18} own     borrowed             fixed")
for name, parts in dictionaries.items():
    errors, gaps, halves = compare_choices(*parts, some)
    print(f"{name:18}{errors[0]:.4f}" + "".join(
        f"  {error:.4f} ({gap:+.4f} ± {half:.4f})"
        for error, gap, half in zip(errors[1:], gaps, halves)))
blank = measures.mse(some, image_mean + 0 * some)
print(f"the mean image alone: {blank:.4f}")

# %% [markdown]
# Read along a row for the choice, and down a column for the dictionary. In full on MNIST:
#
# - Choice alone: PCA's dictionary has a lower error with ten components chosen for each image
#   than with ten fixed ones. (It has to be said which ten. In full on MNIST, PCA's first 20
#   components, a number for each position, have a slightly lower error than ten chosen ones, and
#   as many bytes of PCA a slightly higher one: see the table above.)
# - Choice is not enough: ten of 300 random directions, chosen for each image, explain little more
#   than the mean image.
# - Dictionary and choice: the trained rows have the lowest error of all with own units, and with
#   fixed units a higher one than PCA's. They are good for being chosen from.
# - Borrowed units are worse than fixed ones: what helps is the choice for *this* image.
# - A dictionary need not be trained to be of use: with 300 training images as its rows the error
#   of own units is lower than that of PCA's fixed ones.

# %%
components_of_tests = pca.encode(test_images, mean, components)
chosen_errors = []
for k in top_counts:
    chosen = measures.keep_strongest(components_of_tests, k, np.zeros(300))
    decoded = pca.decode(chosen, mean, components)
    chosen_errors.append(measures.mse(test_images, decoded))
    print(f"k = {k:2d}  PCA, chosen per image {chosen_errors[-1]:.4f}")

# %%
few = [position for position, count in enumerate(counts)
       if count in top_counts]
cut = {
    name: (top_counts, [curves[name][1][position] for position in few])
    for name in ("KL, rest at its mean", "L1, rest at 0")
}
plots.show_curves(
    {
        "top-k": (top_counts, [table[k][0] for k in top_counts]),
        "PCA, chosen per image": (top_counts, chosen_errors),
        "PCA, the first": (top_counts, [table[k][1] for k in top_counts]),
    }
    | cut,
    x_label="numbers per image",
    y_label="MSE on test images",
    log_x=True,
    log_y=True,
    dashed=["PCA, the first", "PCA, chosen per image"],
    alt="Error against numbers per image. On MNIST top-k is lowest, then PCA "
    "with chosen components, PCA with the first, and the penalised codes.",
)

# %% [markdown]
# **Figure 8.13.** Figure 8.9 once more, with the code that was trained with few numbers: one net
# for each $k$, beside PCA with its first components and with chosen ones, and the penalised
# codes, of which few numbers were kept after training (for these, fewer test images). In full on
# MNIST the order of the first three is the same at every $k$, and the lead of top-k over PCA's
# chosen components is small at 40.

# %% [markdown]
# ## Does the constraint stop the copying?
#
# Back to the claim of Figure 8.2, at equal width: 1,000 sigmoids, with and
# without the penalty; all else is the same. Beside them fewer sigmoids without a penalty,
# and the top-k nets, which are narrower.

# %%
# In full this takes about 40 seconds on two cores.
num_units = pick(full=1000, fast=300)
kinds = [(num_units, "no penalty", None),
         (num_units, "KL, target 0.1", layers.KLSparsity(12, 0.1))]
fewer = pick(full=(128, 200, 256), fast=(32,))
kinds += [(width, "no penalty", None) for width in fewer]
for width, name, penalty in kinds:
    halves = train_wide(penalty, 0, num_units=width)
    net = models.chain(*halves)
    print(
        f"{width:5,} units, {name:15} digits "
        f"{explained(test_images, net):6.1%}  permuted "
        f"{explained(permuted_images, net):6.1%}  mean activity "
        f"{halves[0](test_images).numpy().mean():.3f}"
    )
for k, nets in top_nets.items():
    net = models.chain(*nets[0])
    print(f"  300 units, top-k, k = {k:2d}   digits "
          f"{explained(test_images, net):6.1%}  permuted "
          f"{explained(permuted_images, net):6.1%}")

# %% [markdown]
# In full on MNIST, at equal width, the penalty takes most of the copying away, and a
# tenth of what was explained of the digits as well. Fewer units do that, too: 128 sigmoids
# without a penalty explain less of both than the penalised thousand, and 200 more of both.
# So nothing says that the penalty does it better. (The control has to have the same units
# and the same loss: the thousand leaky ReLUs of Figure 8.2 copy more than the thousand
# sigmoids. One training each.) The top-k nets explain more of both the larger $k$ is. In full
# on MNIST it is, at $k = 40$, about as much of the digits as the penalised net explains, and
# three times as much of the permuted pixels. Being sparse by construction limits copying by how many numbers there are.
#
# And is the code easier to use? As in lesson 05, a linear probe on the codes.

# %%
probe_labels = digits.train_labels[: pick(full=3_000, fast=200)]


def probe_error(encode):
    codes, tested = (np.asarray(encode(inputs)) for inputs in (
        images[: len(probe_labels)], test_images))
    fitted = measures.fit_probe(codes, probe_labels)
    return measures.probe_error(fitted, tested, test_labels)


def print_probe(name, errors):
    width = measures.half_width(np.mean(errors), len(test_images))
    span = f"seeds span {np.ptp(errors):.2f}" if errors[1:] else "one run"
    print(f"{name:17} {np.mean(errors):5.2f} ± {width:.2f} %  ({span})")


print_probe("raw pixels", [probe_error(np.asarray)])
print_probe("untrained units", [probe_error(untrained)])
for count in (10, 40, 300):
    print_probe(f"PCA, {count}", [probe_error(
        lambda inputs, count=count: pca.encode(
            inputs, mean, components[:count]))])
print_probe("PCA, 10 chosen", [probe_error(
    lambda inputs: measures.keep_strongest(
        pca.encode(inputs, mean, components), 10, np.zeros(300)))])

# %%
for key in (("none", 0), ("KL", 0.1), ("L1", 1.0)):
    errors = [probe_error(encoder) for encoder, _ in wide[key]]
    print_probe(f"{key[0]}, {key[1]}", errors)
for k, nets in top_nets.items():
    print_probe(f"top-k, {k}", [probe_error(encoder) for encoder, _ in nets])


def which_units(encoder):
    return lambda inputs: np.sign(encoder(inputs))


def how_strongly(encoder):
    return lambda inputs: -np.sort(-encoder(inputs).numpy())[:, :10]


for name, of in (("which", which_units), ("how strongly", how_strongly)):
    errors = [probe_error(of(encoder)) for encoder, _ in top_nets[10]]
    print_probe(f"  {name}", errors)

# %% [markdown]
# (After ± half the 95 % interval for so many test images.) In full on MNIST the divergence
# brings the error of the probe well below that of raw pixels, untrained units and the code
# without a penalty, by several times the span of the seeds; L1 gains little. The top-k codes
# from 10 up are about as good as the divergence's or better, though for each image all but
# $k$ of their numbers are 0. PCA with equally many numbers is far behind, also where ten of its
# components are chosen for each image. (The probe brings each column to variance 1. That
# does not suit PCA's last components: with all 300 it does worse than with 40.) The last two
# lines separate what the probe reads at $k = 10$: *which* units are active, as ones and zeros, or
# *how strongly*, the ten activities sorted by size, without their units (and so in ten
# columns, not 300). Most of it is in which.

# %% [markdown]
# ## What to take with you
#
# - The wider a code, the more it copies, as far as images resemble the training images.
#   You see it on images that are no digits, not in the error. In the runs here a penalty
#   took copying away, and some of the digits with it, as fewer units did.
# - A test of sparsity needs a resting value. For units that are silent it is 0.
# - Of units that are never below 0, both penalties see only the *mean over the
#   batch*. L1 charges for it, and units may die; the KL divergence moves that of
#   each unit to a target, from both sides.
# - A weight means something only beside its loss, and in tf.keras 2 and in Keras from 3.14 on
#   beside the batch size: what an activity regularizer returns is divided by it.
# - Look at the code, images by units, before you call it sparse: a unit that is weakly
#   active for every image has reached its target, too.
# - A top-k code is sparse by construction. In full on MNIST it has a lower error than PCA with
#   as many numbers, and with as many bytes; many of its units are dead.
# - Choice and dictionary both count, and can be told apart: change one, keep the other.

# %% [markdown]
# ## Where to read on
#
# - A. Makhzani and B. Frey, *k-sparse autoencoders*, ICLR 2014: the code of this lesson's second
#   half.
# - B. Olshausen and D. Field, *Emergence of simple-cell receptive field properties by learning
#   a sparse code for natural images*, Nature 381, 1996: where sparse codes and their
#   dictionaries come from.
# - L. Gao and others, *Scaling and evaluating sparse autoencoders*, 2024: top-k autoencoders
#   with millions of units on the activations of a language model, and what is done about dead ones.

# %% [markdown]
# ## Questions to think about
#
# **1.** You train with batches of 10 and a target of 0.01. What goes wrong?
#
# <details><summary>One answer</summary>
#
# The mean is over ten images. A unit that is strongly active for one image in a
# hundred has, in most batches, a mean near 0, and now and then one of 0.1: the
# penalty is large either way. A weak activity of 0.01 for every image costs nothing
# in any batch. Small batches reward weak activity. Average over several batches, or
# make them larger.
#
# </details>
#
# **2.** Under either penalty, weak activity for every image costs no more than strong activity
# for a few. How would you change that, without top-k?
#
# <details><summary>One answer</summary>
#
# Charge for what single activities do, not their mean. The entropy of each
# activity, $-z \ln z - (1 - z)\ln(1 - z)$, is 0 for a clear yes or no and large
# in between. Or make the unit really binary. Or put noise on the activities: weak ones
# are lost in it.
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
# price, and again. Bound the rows of the dictionary, for example to length 1, or put
# a penalty on its weights. A top-k code has no price on its activities, so that their scale
# does not matter to it.
#
# </details>

# %%
score()

# %%
about.versions()
