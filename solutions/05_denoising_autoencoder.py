# %% [markdown]
# # 05 Denoising autoencoder: a better reason not to copy
#
# So far a narrow code kept the network from copying its input. A *denoising
# autoencoder (잡음 제거 오토인코더)* is kept from it by something else: it is
# shown a spoilt image and asked for the clean one. The code may now be as wide
# as you like. To fill in what is missing, the network has to know what digits
# look like.
#
# After this lesson you can
#
# 1. spoil images in four ways, to an exact dose, and train a network to undo
#    it with a step that differs from lesson 03's in one word;
# 2. measure the cleaning in decibels, beside a median filter, PCA and the best
#    linear map there is, and show that an ordinary autoencoder cannot do it;
# 3. explain with arrows what such a network learns, and judge whether a
#    published "25 % noise is best" holds on your own runs.
#
# **18 points**, 60 to 90 minutes of thinking; all cells together compute for
# at most 5 minutes on two CPU cores. You need lesson 03.

# %%
try:
    from helpers.course import about, pick
except ImportError:
    raise ImportError("The course is not found here: open this notebook with "
                      "make lab, and rename a helpers.py beside it.") from None
from helpers import data, layers, losses, measures, models, pca, plots
from helpers import training, widgets
from helpers.checks import check, hint, score
from helpers.data import toy_curve
from helpers.methods import denoising
from helpers.results import compare, published, table_text
import keras, numpy as np, tensorflow as tf

digits = data.load("auto")

# %%
held_out = len(digits.train_vectors) // 12
images = digits.train_vectors[:-held_out][: pick(full=50_000, fast=1_500)]
validation_images = digits.train_vectors[-held_out:]
validation_images = validation_images[: pick(full=5_000, fast=400)]
test_images = digits.test_vectors
test_labels = digits.test_labels
print("training", images.shape, " validation", validation_images.shape)
print("test", test_images.shape)

# %%
rows = {"clean": test_images[:10]}
for share in (0.25, 0.5, 0.75):
    noisy_images = layers.corrupt_images(
        test_images[:10], layers.masking(share)
    )
    rows[f"{share:.0%} masked"] = noisy_images
plots.show_rows(
    rows,
    alt="Ten digits, and the same with a quarter, a half and three quarters "
    "of their pixels erased. The last row is hard to read.",
)

# %% [markdown]
# **Figure 5.1.** Ten test images, and what is left of them when 25, 50 and 75 %
# of the pixels are set to 0. You can still read most of them, and the reason is
# not in the pixels. You know digits.

# %% [markdown]
# ## Spoil the input
#
# Real images are never clean, says the first source of this course, so a
# network that only ever sees clean ones learns too little. It asks for three
# things at once: reconstruct well in spite of noise, do not fit the training
# images too closely, and have a code that noise does not move much. One change
# is to bring all three. Before an image enters the network it goes through a
# *corruption (왜곡)*, a random mapping
#
# $$\tilde{x} \sim q_D(\tilde{x} \mid x).$$
#
# | symbol | in words | in the code |
# |---|---|---|
# | $x$ | clean image, $d$ pixels | a row of `images` |
# | $\tilde{x}$ | spoilt image | a row of `noisy_images` |
# | $q_D$ | the corruption, drawn anew each time | `corrupt` |
# | $v$ | share of the pixels that masking erases | `fraction` |
#
# How strong may it be? Only so strong that a person would still call it the
# same image, says the fourth source. The corruption of the original paper
# (Vincent and others, 2008) is *masking noise*: in every image exactly $v d$
# pixels, chosen at random, are set to 0, and nothing happens to the others.

# %% [markdown]
# ### Exercise 5.1 — Exact masking (4 points)
#
# *The idea itself, about 15 minutes.* Erase **exactly** `round(fraction * d)`
# pixels of every image. A coin for each pixel would erase about as many, now
# more, now fewer; that is the next exercise. All randomness comes from
# `np.random.default_rng(seed)`.

# %% nbgrader={"schema_version": 3, "grade_id": "ch05-mask-exactly", "grade": false, "locked": false, "solution": true, "task": false}
def mask_exactly(images, fraction, seed):
    """Return copies of images in which some pixels are 0.

    images: (n, d).  fraction: v, from 0 to 1.  seed: of the draw.
    Returns (n, d): in each image round(fraction * d) pixels are 0, drawn anew
    for each image and whatever is in them; the others are as they were. The
    input is left alone.
    """
    ### BEGIN SOLUTION
    rng = np.random.default_rng(seed)
    count = round(fraction * images.shape[1])
    order = np.argsort(rng.random(images.shape), axis=1)
    return np.where(order < count, 0, images)
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade_id": "ch05-mask-exactly-check", "grade": true, "locked": true, "points": 4, "solution": false, "task": false}
mask_exactly = check("5.1", mask_exactly)

# %% [markdown]
# On an image of eight pixels, three times with $v = 0.5$: four pixels go, and
# each time others.

# %%
tiny_image = np.array([[0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8]])
for seed in range(3):
    print(mask_exactly(tiny_image, 0.5, seed)[0])

# %% [markdown]
# ### Exercise 5.2 — The corrupt switch (2 points)
#
# *Warm-up, about 5 minutes.* The first source's lab does it another way. It
# multiplies the image by random whole numbers. Its slide says "0, 1, 2", but
# the function that it calls leaves out the upper end, so they are 0 and 1, a
# coin for each pixel. And it puts a number `corrupt` into the network, 1 while
# it trains and 0 when it is to work on clean images, so that one graph does
# both. Write that switch.

# %% nbgrader={"schema_version": 3, "grade_id": "ch05-corrupt-input", "grade": false, "locked": false, "solution": true, "task": false}
def corrupt_input(images, switches, corrupt):
    """Return images times switches, or clean images, as corrupt says.

    images: (n, d).  switches: (n, d), each number 0 or 1.
    corrupt: 1 to corrupt, 0 to leave clean; one number, or (n, 1), one number
    per image.
    """
    ### BEGIN SOLUTION
    return images * switches * corrupt + images * (1 - corrupt)
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade_id": "ch05-corrupt-input-check", "grade": true, "locked": true, "points": 2, "solution": false, "task": false}
corrupt_input = check("5.2", corrupt_input)

# %% [markdown]
# Both erase half of the pixels. Count, over 1,000 images of nothing but ink.

# %%
ink = np.ones((1000, 784), dtype="float32")
switches = np.random.default_rng(5).integers(0, 2, size=ink.shape)
counts = {
    "masking, v = 50 %": (mask_exactly(ink, 0.5, 5) == 0).sum(axis=1),
    "random 0/1 switches": (corrupt_input(ink, switches, 1) == 0).sum(axis=1),
}
for name, erased in counts.items():
    print(
        f"{name:20} mean {erased.mean():5.1f}  standard deviation "
        f"{erased.std():4.1f}  from {erased.min()} to {erased.max()}"
    )

# %% [markdown]
# A coin for each of 784 pixels has a standard deviation of
# $\sqrt{784}/2 = 14$, and that is what you see. It matters little to the
# network. It matters to you when you write "50 % noise" under a figure.
#
# Two more corruptions are in use. *Gaussian noise (가우시안 잡음)* adds a
# normal number to every pixel. *Salt-and-pepper noise (소금-후추 잡음)* sets an
# exact share of the pixels to 0 or 1, by a coin.

# %%
noises = {
    "masking 25 %": layers.masking(0.25),
    "masking 50 %": layers.masking(0.5),
    "Gaussian 0.3": layers.gaussian(0.3),
    "salt, pepper 20 %": layers.salt_and_pepper(0.2),
}
shown = {"random switch": layers.random_switch} | noises
plots.show_rows(
    {"clean": test_images[:10]}
    | {
        name: layers.corrupt_images(test_images[:10], corrupt, seed=1)
        for name, corrupt in shown.items()
    },
    alt="Ten digits under five kinds of noise: random switches, masking 25 "
    "and 50 percent, Gaussian grain, and salt and pepper.",
)

# %% [markdown]
# **Figure 5.2.** Five corruptions of the same ten images. Masking tells the
# network nothing wrong; it withholds. Gaussian noise touches every pixel a
# little, salt and pepper few pixels completely, and both put ink where there
# is none.

# %% [markdown]
# ## Compare with the clean image
#
# The rest of the network stays as it was: a code $z$ and an output $y$. Given
# the spoilt image, nothing in them is random. (The sources call the code $y$ and
# the output $z$ in this chapter. Here they keep their letters from lesson 03;
# the sigmoid is written $s$, because $\sigma$ is a standard deviation below, and
# the decoder's kernel $W'$.)
#
# $$z = f_\theta(\tilde{x}) = s(W\tilde{x} + b), \qquad
# y = g_{\theta'}(z) = s(W'z + b').$$
#
# Training looks for the weights with the smallest mean loss, over images *and*
# over noise:
#
# $$\min_{\theta, \theta'}\; \mathbb{E}_{x,\, \tilde{x}}
# \big[ L_\mathrm{CE}\big(x,\; g_{\theta'}(f_\theta(\tilde{x}))\big) \big].$$
#
# | symbol | in words | in the code |
# |---|---|---|
# | $f_\theta$, $g_{\theta'}$ | encoder and decoder with their weights | `encoder`, `decoder` |
# | $s$ | activation, a sigmoid | in the layers |
# | $W, b$ and $W', b'$ | kernels and biases | in the layers |
# | $L_\mathrm{CE}$ | cross-entropy of lesson 03, in nats an image | `losses.binary_cross_entropy` |
# | $\mathbb{E}$ | mean over training images and fresh noise | batches |
#
# Look at what stands where. The network gets $\tilde{x}$; the loss gets $x$.
# By hand, on five pixels of a stroke whose middle was erased, with two
# networks: one copies what it sees, one closes the gap.

# %%
clean = np.array([[0.0, 1.0, 1.0, 1.0, 0.0]])
noisy = np.array([[0.0, 1.0, 0.0, 1.0, 0.0]])
outputs = {
    "copies": np.array([[0.05, 0.95, 0.05, 0.95, 0.05]]),
    "closes the gap": np.array([[0.05, 0.95, 0.95, 0.95, 0.05]]),
}
print("loss in nats      to the noisy   to the clean")
for name, output in outputs.items():
    to_noisy = float(losses.binary_cross_entropy(noisy, output)[0])
    to_clean = float(losses.binary_cross_entropy(clean, output)[0])
    print(f"{name:18}{to_noisy:12.2f}{to_clean:15.2f}")

# %% [markdown]
# Compared with what it was shown, the copier wins. Compared with the clean
# image, it loses. This is the whole method.

# %% [markdown]
# ### Exercise 5.3 — Denoising step (4 points)
#
# *The idea itself, about 10 minutes.* Take your training step of lesson 03
# (Exercise 3.6), with the cross-entropy `losses.binary_cross_entropy(targets,
# outputs)`, one number per image, averaged over the batch. Then change the one
# word that has to change.

# %% nbgrader={"schema_version": 3, "grade_id": "ch05-denoising-step", "grade": false, "locked": false, "solution": true, "task": false}
def denoising_step(autoencoder, images, noisy_images):
    """Return the loss of a batch and its gradients.

    autoencoder: Keras model (n, d) -> (n, d).
    images, noisy_images: (n, d), the clean batch and the same one corrupted.
    Returns (loss, gradients): the mean cross-entropy, a scalar, and a list
    with one gradient for each of autoencoder.trainable_variables.
    """
    ### BEGIN SOLUTION
    with tf.GradientTape() as tape:
        outputs = autoencoder(noisy_images)
        loss = keras.ops.mean(losses.binary_cross_entropy(images, outputs))
    gradients = tape.gradient(loss, autoencoder.trainable_variables)
    return loss, gradients
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade_id": "ch05-denoising-step-check", "grade": true, "locked": true, "points": 4, "solution": false, "task": false}
denoising_step = check("5.3", denoising_step)

# %% [markdown]
# Your step, sixty times, on one batch of 100 images, each time with fresh
# noise: an image is never spoilt twice in the same way.

# %%
keras.utils.set_random_seed(5)
autoencoder = models.chain(*models.build_basic(784, 500))
optimizer = keras.optimizers.Adam(0.003)
optimizer.build(autoencoder.trainable_variables)
for step in range(61):
    noisy_images = mask_exactly(images[:100], 0.5, seed=step)
    loss, gradients = denoising_step(autoencoder, images[:100], noisy_images)
    optimizer.apply(gradients)
    if step % 20 == 0:
        print(f"step {step:2d}  cross-entropy {float(loss):.1f} nats an image")

# %% [markdown]
# `training.train(..., corrupt=...)` is that step, compiled, with the noise
# drawn inside it. Now two networks with the same layers, 784-1000-1000-784, the
# same start, the same batches. Their code is *overcomplete*, wider than the
# image. One sees a mixture of three kinds of noise in ten doses, and is told
# neither kind nor dose. The other, the negative control, sees clean images only.

# %%
mixture = layers.mixture(
    *(layers.masking(share) for share in (0.1, 0.25, 0.5, 0.75)),
    *(layers.gaussian(deviation) for deviation in (0.1, 0.3, 0.5)),
    *(layers.salt_and_pepper(share) for share in (0.1, 0.2, 0.4)),
)


def train_autoencoder(corrupt):
    keras.utils.set_random_seed(5)
    halves = models.build_dense(
        (784, 1000, 1000), (784,), code_activation="relu")
    autoencoder = models.chain(*halves)
    epochs = pick(full=7, fast=3)
    steps = epochs * int(np.ceil(len(images) / 250))
    schedule = keras.optimizers.schedules.CosineDecay(2e-3, steps)
    training.train(
        autoencoder, images, loss=losses.binary_cross_entropy,
        optimizer=keras.optimizers.Adam(schedule), epochs=epochs,
        batch_size=250, corrupt=corrupt,
    )
    return autoencoder


denoiser = train_autoencoder(mixture)
plain = train_autoencoder(None)

# %%
noisy_images = layers.corrupt_images(test_images[:10], noises["masking 50 %"])
plots.show_rows(
    {
        "clean": test_images[:10],
        "masking 50 %": noisy_images,
        "plain": plain(noisy_images).numpy(),
        "denoising": denoiser(noisy_images).numpy(),
    },
    alt="Ten digits, half erased, and two reconstructions. The plain "
    "autoencoder returns the holes; the denoising one returns whole digits.",
)

# %% [markdown]
# **Figure 5.3.** Clean, half erased, and what the two networks make of it. The
# plain one does what it was trained for: it returns what it sees, holes and
# all. The denoising one returns strokes.

# %% [markdown]
# ## How clean is it?
#
# Noise is measured in *decibels*. With pixels from 0 to 1, the *peak
# signal-to-noise ratio* (PSNR) of one image is
#
# $$\mathrm{PSNR}(x, y) = 10 \log_{10} \frac{1}{\mathrm{MSE}(x, y)},$$
#
# with the MSE of lesson 03. The 1 is the peak, the largest pixel. A tenth of
# the error is worth 10 dB; half of it, 3 dB. For many images, take the mean of
# their ratios.

# %% [markdown]
# ### Exercise 5.4 — PSNR (2 points)
#
# *Warm-up, about 5 minutes.* Write it for many images.

# %% nbgrader={"schema_version": 3, "grade_id": "ch05-psnr", "grade": false, "locked": false, "solution": true, "task": false}
def psnr(images, reconstructions):
    """Return the PSNR in dB, averaged over the images.

    images, reconstructions: (n, d), pixels in [0, 1], no image equal
    to its reconstruction.
    Returns one number.
    """
    ### BEGIN SOLUTION
    errors = np.mean(np.square(images - reconstructions), axis=1)
    return np.mean(10 * np.log10(1 / errors))
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade_id": "ch05-psnr-check", "grade": true, "locked": true, "points": 2, "solution": false, "task": false}
psnr = check("5.4", psnr)

# %%
five_pixels = np.array([[0.0, 0.5, 1.0, 0.5, 0.0]])
for error in (0.3, 0.1, 0.03, 0.01):
    ratio = float(psnr(five_pixels, five_pixels + error))
    print(f"each pixel off by {error:4.2f}: {ratio:4.1f} dB")

# %% [markdown]
# Now the comparison. A network that removes noise must be measured against
# things that need no network:
#
# - **identity**: leave the image as it is;
# - **median filter**: each pixel becomes the median of the pixels around it;
# - **PCA**: project on the first $k$ components of clean images;
# - **linear map**: the one matrix, out of all, that maps spoilt training images
#   to clean ones with the smallest squared error. It is the best *linear*
#   denoising autoencoder there is.
#
# Each of them is tuned to each noise on validation images: the window, $k$, a
# penalty, the matrix. The network is one and the same for all.

# %%
mean, components, _ = pca.fit_pca(images[:10_000], 300)
table_inputs = {
    "training": images[: pick(full=20_000, fast=1_500)],
    "validation": validation_images,
    "test": test_images[: pick(full=10_000, fast=360)],
    "principal": (mean, components),
    "measure": psnr,
}
networks = {
    "plain AE": lambda noisy: plain(noisy).numpy(),
    "DAE": lambda noisy: denoiser(noisy).numpy(),
}
ratios, settings = denoising.psnr_table(noises, networks, **table_inputs)
print("PSNR in dB on the test images\n")
print(table_text(ratios))

# %%
for name, chosen in settings.items():
    print(f"{name}: {chosen['median filter']}, PCA {chosen['PCA']}")
baselines = ("identity", "median filter", "PCA")
print("\nDAE minus")
for name, row in ratios.items():
    best = max(baselines, key=row.get)
    gains = {key: row["DAE"] - row[key] for key in row}
    print(
        f"{name:18}{best} {gains[best]:+.1f} dB, linear map "
        f"{gains['linear map']:+.1f} dB, plain AE {gains['plain AE']:+.1f} dB"
    )

# %% [markdown]
# Read the table line by line. At 50 % masking the network is more than 3 dB,
# half of the squared error, above everything that is commonly set beside it:
# the image as it is, a median filter, PCA. The linear map is another matter. It
# was fitted to each noise anew, and comes within 2 dB of the one network that
# does them all. A comparison that leaves it out looks better than it should: at
# 50 % masking most of what beats PCA is having been *fitted to noise*, and the
# nonlinear layers add the rest. The plain autoencoder is the control, and it
# fails: having the layers is not enough, they must have been asked the right
# question.

# %%
shares = pick(full=[0.1, 0.25, 0.5, 0.75, 0.9], fast=[0.5, 0.75])
by_share, _ = denoising.psnr_table(
    {share: layers.masking(share) for share in shares},
    networks,
    **table_inputs,
)
percent = [round(100 * share) for share in shares]
plots.show_curves(
    {
        name: (percent, [by_share[share][name] for share in shares])
        for name in by_share[shares[0]]
    },
    x_label="masked pixels (%)",
    y_label="PSNR on the test images (dB)",
    dashed=(*baselines, "linear map"),
    alt="PSNR against the share of masked pixels. The denoising autoencoder "
    "is on top from 25 to 75 percent, the linear map at 10 and 90.",
)

# %% [markdown]
# **Figure 5.4.** PSNR against the dose, for masking; what is tuned to each dose
# is dashed. The network is on top from 25 to 75 %. At 10 % there is little to
# repair, and drawing the whole image anew costs more than it repairs; 90 % was
# in no training batch. At both ends the linear map wins. The plain autoencoder
# sinks to the identity: it copies.

# %%
widgets.explore_noise(
    denoiser,
    test_images[:10],
    alt="Rows of clean, noisy and denoised digits for three kinds of noise "
    "and several strengths, with their PSNR.",
)

# %% [markdown]
# **Figure 5.5.** The same network, live: choose a kind of noise and its
# strength. Look for the strength at which it begins to invent: it draws a clean
# digit, and not the one that was there.

# %% [markdown]
# ## What it has learned: the way back
#
# Lesson 01 called the place where images lie, in the space of all pixel values,
# a *manifold (매니폴드)*: thin, curved, of few dimensions. Noise moves an image
# off it, nearly always, since there is so much more room beside it than on it.
# A denoising autoencoder is asked for the point that it came from. So at every
# place near the manifold it has to learn **which way is back**.
#
# On a line this can be computed. Let the data be the two numbers 0 and 1,
# equally likely, and the noise normal with standard deviation $\sigma$. With
# the squared error, the best answer to a noisy number $\tilde{x}$ is the mean
# of the data, each weighted by how likely it is to have become $\tilde{x}$:
#
# $$r(\tilde{x}) = \frac{\sum_i w_i\, x_i}{\sum_i w_i}, \qquad
# w_i = e^{-(\tilde{x} - x_i)^2 / 2\sigma^2}.$$

# %%
two_numbers = np.array([[0.0], [1.0]])
noisy_numbers = np.array([[-0.2], [0.2], [0.5], [0.8], [1.2]])
answers = toy_curve.ideal_denoiser(noisy_numbers, two_numbers, 0.3)
for noisy_number, answer in zip(noisy_numbers[:, 0], answers[:, 0]):
    print(
        f"noisy {noisy_number:4.1f}  best answer {answer:.2f}  "
        f"arrow {answer - noisy_number:+.2f}"
    )

# %% [markdown]
# The *arrow*, answer minus input, points to where the data are, and it is
# longer the farther off you are. Exactly between the two it is 0: there the
# best answer is to stay undecided.

# %% [markdown]
# ### Exercise 5.5 — Vector field (3 points)
#
# *The idea itself, about 15 minutes.* In the plane, an arrow has a direction.
# Return the arrow at each point, and the cosine of the angle between it and the
# way to the nearest point of the curve that the data lie on: 1 is straight
# back, 0 is along the curve, −1 is away. The cosine of two arrows $a$ and $b$
# is $a \cdot b \,/\, (\lVert a\rVert \lVert b\rVert)$.

# %% nbgrader={"schema_version": 3, "grade_id": "ch05-vector-field", "grade": false, "locked": false, "solution": true, "task": false}
def vector_field(points, reconstructions, curve):
    """Return the arrows of a reconstruction, and whether they point back.

    points: (n, 2), none of them on the curve.
    reconstructions: (n, 2), what a network returns for them.
    curve: (m, 2), points of the curve, close to one another.
    Returns (arrows, cosines): (n, 2) and (n,).
    """
    ### BEGIN SOLUTION
    arrows = reconstructions - points
    ways = curve[None] - points[:, None]  # (n, m, 2)
    nearest = np.argmin(np.square(ways).sum(axis=2), axis=1)
    gaps = curve[nearest] - points
    lengths = np.linalg.norm(arrows, axis=1) * np.linalg.norm(gaps, axis=1)
    return arrows, np.sum(arrows * gaps, axis=1) / lengths
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade_id": "ch05-vector-field-check", "grade": true, "locked": true, "points": 3, "solution": false, "task": false}
vector_field = check("5.5", vector_field)

# %% [markdown]
# The manifold: one period of a sine in the unit square, 2,000 points near it as
# data. Two networks, 2-64-64-64-2, with a code 32 times wider than the input.
# One gets Gaussian noise of 0.08, the other none.

# %%
curve = toy_curve.curve_points()
points = toy_curve.draw_points(2000, seed=5)


def train_toy(deviation):
    keras.utils.set_random_seed(5)
    halves = models.build_dense(
        (2, 64, 64), activation="tanh", code_activation="tanh"
    )
    autoencoder = models.chain(*halves)
    training.train(
        autoencoder,
        points,
        loss=losses.squared_error,
        optimizer=keras.optimizers.Adam(3e-3),
        epochs=pick(full=150, fast=40),
        batch_size=100,
        corrupt=layers.gaussian(deviation),
    )
    return autoencoder


toy_denoiser, toy_plain = train_toy(0.08), train_toy(0.0)

# %%
grid = toy_curve.grid(23)
off_curve = toy_curve.distances(grid, curve)
grid = grid[(off_curve > 0.03) & (off_curve < 0.2)]
ways_back = {
    "best possible": toy_curve.ideal_denoiser(grid, points, 0.08),
    "denoising AE": toy_denoiser(grid).numpy(),
    "plain AE": toy_plain(grid).numpy(),
}
fields = {
    name: vector_field(grid, answers, curve)
    for name, answers in ways_back.items()
}
before = toy_curve.distances(grid, curve).mean()
print(f"{len(grid)} points, mean distance to the curve {before:.3f}")
for name, (_, cosines) in fields.items():
    after = toy_curve.distances(ways_back[name], curve).mean()
    print(
        f"{name:13} mean cosine {cosines.mean():+.2f}  distance {after:.3f}"
    )

# %%
plots.show_fields(
    {name: (grid, arrows) for name, (arrows, _) in fields.items()},
    curve=curve,
    shrink=0.5,
    alt="Three arrow fields around a sine curve. The best possible one and "
    "the denoising autoencoder's point to the curve; the plain one's are "
    "short and go anywhere.",
)

# %% [markdown]
# **Figure 5.6.** Reconstruction minus input at the points of a grid that are
# 0.03 to 0.2 away from the curve, where the noise of 0.08 leads; the curve is
# where the data are. Left, the best possible answer from the formula above;
# middle, the denoising autoencoder, which never saw the formula; right, the
# plain one. Arrows are drawn at half their length. Notice which of them lead to
# the curve, and where even the best possible ones hesitate: halfway between two
# parts of it.

# %% [markdown]
# This picture is more than an analogy. The density $p(\tilde{x})$ of the noisy
# data is a sum of bells, one over each clean point. Differentiate its logarithm
# with the chain rule, and out comes the arrow of the formula, divided by
# $\sigma^2$: the arrow is $\sigma^2\, \nabla \log p(\tilde{x})$, the direction in
# which noisy data become more likely the fastest. Diffusion models, which draw
# images out of noise, follow such arrows step by step.

# %% [markdown]
# ## What the units look for
#
# The fourth source shows filters: with noise, hidden units turn into detectors
# of edges and strokes. Lesson 03 left you with filters that were blobs. So take
# a network of the same shape, one hidden layer of sigmoids, here 784-500-784
# with the cross-entropy, and change nothing but the dose $v$. At $v = 0$ it is
# an ordinary autoencoder.
#
# These networks are also the answer to the next question, so there is one for
# each of several doses and seeds.

# %%
levels = pick(full=[0.0, 0.1, 0.25, 0.5, 0.75], fast=[0.0, 0.5])
seeds = pick(full=[0, 1, 2], fast=[0, 1])
sweep_images = images[: pick(full=10_000, fast=1_500)]


def train_encoder(level, seed):
    keras.utils.set_random_seed(seed)
    encoder, decoder = models.build_basic(784, 500)
    training.train(
        models.chain(encoder, decoder),
        sweep_images,
        loss=losses.binary_cross_entropy,
        optimizer=keras.optimizers.Adam(2e-3),
        epochs=pick(full=10, fast=4),
        batch_size=100,
        corrupt=layers.masking(level),
        seed=seed,
    )
    return encoder


encoders = {
    level: [train_encoder(level, seed) for seed in seeds] for level in levels
}

# %%
def filters(encoder, count=15):
    return encoder.get_weights()[0][:, :count].T


plots.show_images(
    np.concatenate([filters(encoders[level][0]) for level in levels[:4]]),
    columns=15,
    signed=True,
    alt="Four rows of fifteen filters, for 0, 10, 25 and 50 percent masking. "
    "The first rows are fine grain; in the last it gathers into patches.",
)

# %% [markdown]
# **Figure 5.7.** What fifteen hidden units look for, at $v$ = 0, 10, 25 and
# 50 %, one row each; the same start in every row, so that each column is the
# same unit under four doses. A pixel that may be missing cannot be copied from
# itself. Its neighbours have to stand in for it, and the more is erased, the
# farther a unit has to reach: compare the grain of the first row with the
# patches of the last. The run is short, ten epochs on 10,000 images, and the
# paper's strokes are cleaner.

# %% [markdown]
# ## Better features?
#
# The sources say that a code learned with noise is *robust (강건한)*, and good
# for recognition: put a softmax layer on it, which turns ten sums into ten
# probabilities, and you have a classifier. Test it.
# Freeze an encoder, put a *linear probe* on its codes, which is that softmax
# layer alone, a logistic regression from code to digit. Count its errors on
# test images: clean ones, and ones with 25 % of the pixels erased. The probe
# itself has seen codes of clean images only.
#
# Baselines: the same probe on raw pixels, and on the codes of an *untrained*
# encoder, the negative control.

# %%
probe_labels = digits.train_labels[: pick(full=3_000, fast=500)]
probe_images = images[: len(probe_labels)]
spoilt_images = layers.corrupt_images(test_images, layers.masking(0.25))


def probe_errors(encode):
    codes, *tests = [
        np.asarray(encode(vectors))
        for vectors in (probe_images, test_images, spoilt_images)
    ]
    fitted = measures.fit_probe(codes, probe_labels)
    return [measures.probe_error(fitted, tested, test_labels)
            for tested in tests]


keras.utils.set_random_seed(0)
untrained, _ = models.build_basic(784, 500)
references = {
    "raw pixels": probe_errors(np.asarray),
    "untrained": probe_errors(untrained),
}
for name, (on_clean, on_spoilt) in references.items():
    print(f"{name:11} clean {on_clean:5.2f} %  spoilt {on_spoilt:5.2f} %")

# %%
sweep = np.array(
    [
        [probe_errors(encoder) for encoder in encoders[level]]
        for level in levels
    ]
)  # (levels, seeds, 2)
for level, errors in zip(levels, sweep):
    means, spreads = errors.mean(axis=0), errors.std(axis=0, ddof=1)
    print(
        f"v = {level:4.0%}  clean {means[0]:5.2f} ± {spreads[0]:.2f} %"
        f"   spoilt {means[1]:5.2f} ± {spreads[1]:.2f} %"
    )

# %%
percent = [round(100 * level) for level in levels]
plots.show_spreads(
    {
        "clean test images": (percent, sweep[:, :, 0]),
        "25 % of the pixels erased": (percent, sweep[:, :, 1]),
    },
    x_label="masked in training, v (%)",
    y_label="error of the linear probe (%)",
    alt="Two curves of probe error against the dose in training, with bars "
    "for the seeds: one for clean test images, one for spoilt ones.",
)

# %% [markdown]
# **Figure 5.8.** Error of the linear probe against the dose $v$ in training;
# the bars reach from the lowest to the highest of the seeds. Mind the two
# scales. Compare the distance between two doses with the length of a bar.

# %% [markdown]
# ### Exercise 5.6 — Reading the sweep (3 points)
#
# *Open question, about 15 minutes.* Which dose is best, and is that a
# difference or luck? Call the level with the smallest mean error **best**, and
# call every level **tied** with it whose mean is at most the best mean plus the
# standard deviation of the best level's errors over the seeds (with $n - 1$:
# `ddof=1`). The best is tied with itself.

# %% nbgrader={"schema_version": 3, "grade_id": "ch05-best-noise", "grade": false, "locked": false, "solution": true, "task": false}
def best_noise(levels, errors):
    """Return the best noise level, and those that seeds cannot tell from it.

    levels: list of noise levels, in any order.
    errors: (number of levels, number of seeds), two seeds or more.
    Returns (best, tied): a level, and a sorted list of levels.
    """
    ### BEGIN SOLUTION
    means = np.mean(errors, axis=1)
    best = np.argmin(means)
    limit = means[best] + np.std(errors[best], ddof=1)
    tied = [level for level, mean in zip(levels, means) if mean <= limit]
    return levels[best], sorted(tied)
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade_id": "ch05-best-noise-check", "grade": true, "locked": true, "points": 3, "solution": false, "task": false}
best_noise = check("5.6", best_noise)

# %%
for position, name in enumerate(("clean", "spoilt")):
    best, tied = best_noise(levels, sweep[:, :, position])
    listed = ", ".join(f"{level:.0%}" for level in tied)
    print(f"{name:7} best {best:.0%}, tied {listed}")
best_clean, _ = best_noise(levels, sweep[:, :, 0])
compare(
    "stacked_dae.best_noise",
    100 * best_clean,
    note="Ours: one layer of 500, a linear probe, MNIST. Theirs: the loss of "
    "a stacked network, read off a graph.",
)

# %% [markdown]
# On MNIST the sources are right that noise helps: the codes of $v = 0$ are about
# one point better than raw pixels, and every dose improves on them, most of all
# for spoilt images. With this network and this probe that is no luck, and the
# best is not 25 %: more was better as far as this sweep goes. The largest dose
# of a sweep is a weak kind of best, since the next one might be better still.
#
# And the paper of 2008? It stacks three such layers, once trained without noise
# and once with, trains a classifier on top, and tries eight data sets: digits
# as they are (`basic`), turned (`rot`), on noise or on pictures (`bg_...`), and
# three of geometrical shapes. For each it chose $v$ by validation; at $v = 0$
# its two systems are the same. The published doses and errors:

# %%
data_sets = ("basic", "rot", "bg_rand", "bg_img")
data_sets += ("rot_bg_img", "rect", "rect_img", "convex")
for name in data_sets:
    dose = published(f"vincent2008.{name}.noise").value
    without = published(f"vincent2008.{name}.saa3").value
    with_noise = published(f"vincent2008.{name}.sda3").value
    print(
        f"{name:11} v = {dose:2.0f} %  error without noise {without:5.2f} %, "
        f"with noise {with_noise:5.2f} %"
    )

# %% [markdown]
# "About 25 %" is one reading of one graph; the paper's own table has 10 % four
# times out of eight, and 40 % once. Noise lowers the error on seven of the eight
# data sets, by a lot where the background is a picture, and raises it on one.
# The best dose depends on the data.

# %% [markdown]
# ## The lab's network: a code of two
#
# The lab trains its deep network, with a code of two numbers, on images times
# random switches, and shows pictures of it. Here is the nearest thing that fits
# in half a minute: 784-500-250-2 and back, batch normalisation (lesson 04), the
# lab's L2 loss, Adam at 0.01. The whole thing is
# `python -m helpers train denoising` in a terminal, and
# `python -m helpers denoise runs/denoising` tests it.

# %%
keras.utils.set_random_seed(5)
flat_encoder, flat_decoder = models.build_deep(2, (500, 250))
flat = models.chain(flat_encoder, flat_decoder)
switched = layers.corrupt_images(test_images, layers.random_switch)
flat_history = training.train(
    flat,
    images,
    loss=losses.l2,
    optimizer=keras.optimizers.Adam(0.01),
    epochs=pick(full=5, fast=2),
    batch_size=pick(full=250, fast=100),
    corrupt=layers.random_switch,
    validation=(switched, test_images),
)
rebuilt = flat(test_images).numpy()
print(f"L2, from spoilt images {flat_history.validation[-1]:.3f}")
print(f"L2, from clean images  {measures.mean_l2(test_images, rebuilt):.3f}")
distance = measures.mean_l2(test_images, switched)
print(f"L2, spoilt to clean    {distance:.3f}")
linear = published("pca.l2.k2").value
print(f"L2, PCA-2 on MNIST, from clean images {linear}")

# %%
flat_codes = flat_encoder(switched).numpy()
shown = slice(0, pick(full=2_000, fast=360))
plots.show_code_map(
    flat_codes[shown],
    test_labels[shown],
    switched[shown],
    flat_decoder,
    alt="Left: half-erased test images in a code of two, digits in separate "
    "patches. Right: what each place decodes to, clean digits.",
)

# %% [markdown]
# **Figure 5.9.** The standing plot. The thumbnails on the left are the spoilt
# images that the encoder saw; on the right, the decoder draws clean ones
# everywhere. There is nothing else it could draw: it has never been asked for a
# spoilt one. From half of the pixels this code of two rebuilds digits better
# than PCA does from all of them (on MNIST). In this one run it rebuilds clean
# images, which it never saw, no better than spoilt ones: setting the switch to 0
# asks for something that was not trained.

# %% [markdown]
# ## What to take with you
#
# - Spoil the input, compare with the clean image. Nothing else changes, and
#   copying no longer pays.
# - "50 % noise" can mean an exact count or a coin for each pixel. Say which.
# - A denoiser is measured in dB beside filters, PCA and a linear map that are
#   tuned to the noise, and beside an autoencoder that never saw any. The linear
#   map is the one that is hard to beat.
# - What it learns is a field of arrows that lead back to where the data are.
# - Noise makes units reach farther, and their codes better for a probe. How
#   much noise is best depends on data, network and task: 75 % or more here,
#   10 to 40 % in the paper, "about 25 %" in a summary of it.

# %% [markdown]
# ## Questions to think about
#
# **1.** Set $v$ to 100 %. What does the network learn, and what is its field of
# arrows?
#
# <details><summary>One answer</summary>
#
# The input says nothing, so that the best answer is the same for every image:
# the mean image, pixel by pixel. All arrows point to that one image, from
# wherever you are. More noise means arrows that know less and less about where
# they started.
#
# </details>
#
# **2.** You have only noisy images, two different noisy pictures of each scene,
# and never a clean one. Can you still train a denoiser?
#
# <details><summary>One answer</summary>
#
# With the squared error, yes, if the noise of the second picture is 0 on
# average: the best answer is the *mean* of the possible targets, and that mean
# is the clean image. Masking does not average to 0, it darkens; there you would
# learn a darkened image.
#
# </details>
#
# **3.** The code of the denoising network is wider than the image. Why does it
# not copy?
#
# <details><summary>One answer</summary>
#
# Copying is a possible answer, and a bad one: it costs the whole noise. In
# lesson 03 the network could not copy for want of room. Here it can, and it
# does not pay.
#
# </details>

# %%
score()

# %%
about.versions()
