# %% [markdown]
# # 10 Generative models: draw a digit that nobody wrote
#
# A decoder turns a few numbers into a picture. So far the numbers came from an
# encoder that had seen a picture first. Leave the encoder out: choose the
# numbers yourself, and the decoder should draw a digit that nobody ever wrote.
# A model that you can draw new images from is a *generative model (생성 모델)*.
# The autoencoders of lessons 03 to 06 were never told which numbers you would
# choose. This lesson shows what comes of that, and mends it in the two ways
# that the sources name: the variational and the adversarial autoencoder. In the
# family tree of lesson 01 they stand on
# different branches: one has a density that can be bounded, the other only lets
# you draw from it.
#
# After this lesson you can
#
# 1. derive the two terms of a *variational autoencoder (변분 오토인코더)*,
#    check one of them against a simulation, and train it;
# 2. draw digits from it, digits of your choice, and paths between digits, and
#    measure whether they are any good;
# 3. find images that do not belong by their reconstruction error, and say
#    when that fails.
#
# **12 points**, 60 to 90 minutes of thinking; all cells together compute for
# at most 4 minutes on two CPU cores. You need lessons 03 and 04.

# %%
try:
    from helpers.course import about, pick
except ImportError:
    raise ImportError("The course is not found here: open this notebook with "
                      "make lab, and rename a helpers.py beside it.") from None
from helpers import data, losses, measures, models, plots, training
from helpers import widgets
from helpers.checks import check, hint, score
from helpers.methods import draws
from helpers.results import compare
import keras, numpy as np, tensorflow as tf

digits = data.load("auto")

# %%
images = digits.train_vectors[: pick(full=60_000, fast=1_400)]
labels = digits.train_labels[: len(images)]
few = slice(0, pick(full=20_000, fast=1_400))  # for the smaller experiments
test_images = digits.test_vectors
test_labels = digits.test_labels
print("training", images.shape, " few", images[few].shape)
print("test", test_images.shape)

# %% [markdown]
# Pixels are grey, from 0 to 1, and the loss is the cross-entropy of lesson 03,
# in nats an image: each pixel of the output is read as the probability of ink,
# and a grey pixel counts as ink in part. Nothing is rounded to black and white.
# (What the text says about results is the reading on MNIST. The embedded digits
# are too few for some of it.)

# %%
def train(model, inputs, targets=None, *, epochs, batch=250, jit=None):
    steps = epochs * int(np.ceil(len(inputs) / batch))
    schedule = keras.optimizers.schedules.CosineDecay(2e-3, steps)
    training.train(
        model,
        inputs,
        targets,
        loss=losses.binary_cross_entropy,
        optimizer=keras.optimizers.Adam(schedule),
        epochs=epochs,
        batch_size=batch,
        jit=jit,
        progress=False,
    )


sizes = (784, 500, 250, 2)
num_epochs = pick(full=20, fast=5)
keras.utils.set_random_seed(10)
encoder, decoder = models.build_dense(sizes, activation="gelu")
train(models.chain(encoder, decoder), images, epochs=num_epochs)

# %% [markdown]
# ## Draw a code, decode it
#
# This autoencoder, 784-500-250-2 and back, is an ordinary one with a code of
# two. Draw two numbers from a normal distribution and decode them. *Which*
# normal distribution? Nobody told the encoder where to put its codes, so try
# two: mean 0 and deviation 1; and, to be fair, the one with the mean and the
# covariance of the codes of training images.

# %%
rng = np.random.default_rng(10)
codes = encoder(images).numpy()
drawn = rng.normal(size=(1000, 2)).astype("float32")
fitted = draws.draw_normal(codes, 1000, seed=10)
samples = {
    "AE, unit normal": decoder(drawn).numpy(),
    "AE, fitted normal": decoder(fitted).numpy(),
}
print("deviations of the two codes:", codes.std(axis=0).round(1))

# %%
plots.show_rows(
    {
        "test images": test_images[:16],
        "rebuilt": decoder(encoder(test_images[:16])).numpy(),
        **{name: outputs[:16] for name, outputs in samples.items()},
    },
    alt="Sixteen digits and their reconstructions; below, two rows drawn from "
    "random codes: nearly all nines and fours, then digits of many kinds.",
)

# %% [markdown]
# **Figure 10.1.** What goes through both halves comes back as a digit, if not
# always the right one. Codes from a unit normal all land in a small patch in the
# middle of the map, whose codes spread about ten times as far; the decoder draws
# the few shapes that live there. From the fitted normal come digits of many
# kinds, some of them tangled.
#
# An eye is easily pleased, so take three measures that can be wrong in different
# ways.
#
# - **Known to a judge.** A classifier, trained on labelled images, gives ten
#   probabilities. Count the samples of whose digit it is at least 90 % sure.
# - **Like something.** The squared error to the *nearest* training image: its
#   mean, and what 5 of 100 samples exceed.
# - **Of many kinds.** The entropy $H$ of the digits that the judge reads, as a number
#   of kinds: $e^H$ is 10 when all ten are equally frequent, and 1 when it reads
#   the same one everywhere.
#
# What to compare with: real test images, the best that can be asked; samples of
# PCA with two components and normal codes, the baseline. The controls: test
# images with their pixels shuffled; the mean image, which is near to many images
# and is no digit; and one training image again and again, which is a digit and
# nothing new.

# %%
judge = measures.train_classifier(
    images[few], labels[few], epochs=pick(full=5, fast=4)
)
read = judge(test_images).numpy().argmax(axis=1)
print(f"the judge reads {np.mean(read == test_labels):.1%} of the test images")


def print_quality(pictures):
    print(f"{'':22}sure of it  nearest image (worst 5 %)  kinds")
    for name, outputs in pictures.items():
        sure = np.mean(measures.confidence(judge, outputs) >= 0.9)
        nearest = measures.nearest_error(outputs, images[few])
        worst = np.percentile(nearest, 95)
        print(
            f"{name:22}{sure:10.1%} {nearest.mean():14.1f} {worst:11.1f}",
            end="",
        )
        print(f" {measures.variety(judge, outputs):6.1f}")

# %%
from_pca = draws.draw_pca(images[:5000], 2, 1000, seed=10)
references = {
    "test images": test_images[:1000],
    "shuffled pixels": rng.permuted(test_images[:1000], axis=1),
    "mean image": images.mean(axis=0, keepdims=True),
    "one training image": images[:1],
    "PCA, fitted normal": np.clip(from_pca, 0, 1),
}
print_quality(references | samples)

# %% [markdown]
# Read the columns together, for each can be fooled. The mean image is near to
# something and is no digit; the judge, which knows no "none of these", is sure
# of some shuffled images; and a model that repeats one training image is perfect
# but for the last column. The unit normal fails in all. The fitted normal does
# not: in two dimensions it does well on average, and its samples are even nearer
# to training images than test images are, because they are soft. Only its worst
# ones are farther away. So the plain decoder *can* draw. What it lacks is a rule for where to draw from: you had to
# look at all the codes first, nothing says that a normal distribution suits
# them, and nothing tells how likely an image is.

# %% [markdown]
# ## A code that is a cloud
#
# The mend: decide *before* training where codes are going to be drawn from, and
# ask the decoder about the space around each code while it is trained. The
# encoder no longer names a point. For each of the $k$ numbers of
# the code it names a normal distribution, by a mean and a variance, and the
# decoder gets a draw from it. An image is a little cloud in the code space, and
# whatever lies in the cloud has to decode to that image.
#
# $$q(z \mid x) = \mathcal{N}\big(\mu(x),\, \sigma^2(x)\big), \qquad
# z = \mu + \sigma\,\varepsilon, \quad \varepsilon \sim \mathcal{N}(0, 1).$$
#
# | symbol | in words | in the code |
# |---|---|---|
# | $x$ | image | a row of `images` |
# | $z$ | code, drawn | a row of `codes` |
# | $q(z \mid x)$ | the cloud of image $x$ | |
# | $\mu$ | its centre | `means` |
# | $\log \sigma^2$ | logarithm of its variance, any real number | `log_variances` |
# | $\varepsilon$ | noise | `noise` |
#
# The second formula is the *reparameterisation*. A network is trained by
# gradients, and there is no derivative of "draw a number". There is one of
# $\mu + \sigma\varepsilon$: the noise is drawn outside and comes in as one more
# input.

# %% [markdown]
# ### Exercise 10.1 — Reparameterise (1 point)
#
# *Warm-up, about 5 minutes.* Mind that the encoder gives $\log \sigma^2$, and
# that you need $\sigma$.

# %% nbgrader={"schema_version": 3, "grade_id": "ch10-reparameterise", "grade": false, "locked": false, "solution": true, "task": false}
def reparameterise(means, log_variances, noise):
    """Return a sample from each of the normal distributions.

    means, log_variances, noise: (n, k), arrays or tensors; or (1, k) means
    and log_variances, for n samples from one distribution.
    Returns codes (n, k). Use keras.ops, so that gradients pass.
    """
    ### BEGIN SOLUTION
    return means + keras.ops.exp(log_variances / 2) * noise
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade_id": "ch10-reparameterise-check", "grade": true, "locked": true, "points": 1, "solution": false, "task": false}
reparameterise = check("10.1", reparameterise)

# %% [markdown]
# By hand: five draws of noise, one cloud with centre 2 and variance 0.25. And the
# same gradient twice: how does the mean of $z^2$ change with $\mu$? Its mean is
# $\mu^2 + \sigma^2$, so that the answer is $2\mu = 4$.

# %%
noise = np.array([[-1.2], [-0.4], [0.1], [0.6], [0.9]], "float32")
mean = tf.Variable([[2.0]])
log_variance = tf.fill((1, 1), float(np.log(0.25)))
print("codes", np.ravel(reparameterise(mean, log_variance, noise)).round(2))
many = rng.normal(size=(100_000, 1)).astype("float32")
with tf.GradientTape() as tape:
    points = reparameterise(mean, log_variance, many)
    average = tf.reduce_mean(tf.square(points))
print(f"slope from 100,000 draws {tape.gradient(average, mean)[0, 0]:.2f}")

# %% [markdown]
# ## What a cloud costs
#
# Left alone, the encoder would make each cloud a point again ($\sigma \to 0$)
# and move the points far apart. So a second term asks every cloud to look like
# one fixed distribution, the *prior* $p(z) = \mathcal{N}(0, 1)$ for each number:
# the same one from which you are going to draw. How different two distributions
# are is measured by the *Kullback-Leibler divergence* you met with t-SNE in
# lesson 06,
#
# $$\mathrm{KL}(q \,\|\, p) = \mathbb{E}_{z \sim q}
# \big[ \log q(z) - \log p(z) \big].$$
#
# For one number, put $z = \mu + \sigma\varepsilon$ into both logarithms. The
# constants of the two bells are the same and cancel:
#
# $$\log q - \log p = \tfrac12\big( z^2 - \varepsilon^2 - \log \sigma^2 \big).$$
#
# Take means: that of $z^2$ is $\mu^2 + \sigma^2$, that of $\varepsilon^2$ is 1.
# The $k$ numbers are independent, so add them up:
#
# $$\mathrm{KL} = \tfrac12 \sum_{j=1}^{k}
# \big( \mu_j^2 + \sigma_j^2 - \log \sigma_j^2 - 1 \big).$$

# %% [markdown]
# ### Exercise 10.2 — KL in closed form (2 points)
#
# *The idea itself, about 5 minutes.* In nats, one number per image.

# %% nbgrader={"schema_version": 3, "grade_id": "ch10-gaussian-kl", "grade": false, "locked": false, "solution": true, "task": false}
def gaussian_kl(means, log_variances):
    """Return the KL divergence of each image's cloud to N(0, 1).

    means, log_variances: (n, k), arrays or tensors.
    Returns (n,), in nats. Use keras.ops, so that gradients pass.
    """
    ### BEGIN SOLUTION
    terms = keras.ops.square(means) + keras.ops.exp(log_variances)
    return keras.ops.sum(terms - log_variances - 1, axis=1) / 2
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade_id": "ch10-gaussian-kl-check", "grade": true, "locked": true, "points": 2, "solution": false, "task": false}
gaussian_kl = check("10.2", gaussian_kl)

# %% [markdown]
# Five clouds. Beside the formula stands the definition, without any calculus:
# draw 100,000 codes from the cloud and average $\log q - \log p$.

# %%
clouds = ((0, 1), (1, 1), (-2, 1), (0, 0.1), (1, 0.01))
print("   mean  variance   formula   100,000 draws")
for mean, variance in clouds:
    one_code = np.array([[[mean]], [[np.log(variance)]]], "float32")
    formula = float(gaussian_kl(*one_code)[0])
    estimate, error = measures.monte_carlo_kl(
        [mean], [np.log(variance)], 100_000, seed=10
    )
    print(
        f"{mean:7} {variance:9} {formula:9.3f} {estimate:10.3f} ± {error:.3f}"
    )

# %% [markdown]
# (After the ± stands one standard error.) It is 0 for mean 0 and variance 1, and only there. To lie two deviations off the
# middle costs 2 nats; to lie one deviation off and to be a tenth of a deviation
# wide ($\sigma^2 = 0.01$) costs 2.3. The KL is the price of telling the decoder
# something about the image.

# %% [markdown]
# ## Where the two terms come from
#
# A generative model should make the images that exist likely. How likely is
# $x$? Draw a code from the prior; the decoder then gives each image a
# probability, $p(x \mid z)$; average over all codes. Almost every code
# contributes nothing, so the average cannot be found by drawing. Use the cloud
# $q$ to look where it matters:
#
# $$\log p(x) = \log \mathbb{E}_{z \sim q}\!\left[
# \frac{p(x \mid z)\, p(z)}{q(z \mid x)} \right] \;\ge\;
# \mathbb{E}_{z \sim q}\big[\log p(x \mid z)\big]
# - \mathrm{KL}\big(q \,\|\, p\big).$$
#
# The step in the middle is that the logarithm of a mean is at least the mean of
# the logarithms. With a sigmoid for each pixel, $-\log p(x \mid z)$ is the
# cross-entropy between image and output. So what you minimise is
#
# $$\text{reconstruction} + \mathrm{KL}
# \quad\text{in nats an image,}$$
#
# an upper bound of $-\log p(x)$. (The right side above is called the *evidence
# lower bound*, ELBO. With grey pixels, read each as the chance of ink: the sum
# then bounds the mean of $-\log p$ over the black-and-white images that one would
# draw so, and cannot fall to 0, for the draw itself is left to chance. It is the
# number that is commonly reported.)

# %% [markdown]
# ### Exercise 10.3 — A step of the VAE (3 points)
#
# *The idea itself, about 20 minutes.* Encode, sample, decode, and return both
# terms, averaged over the batch, with the gradients of their sum. Your
# functions of 10.1 and 10.2 do most of it (while one of them is not right yet,
# its check has put the reference in its place), and
# `losses.binary_cross_entropy(targets, outputs)` gives one number per image.

# %% nbgrader={"schema_version": 3, "grade_id": "ch10-vae-step", "grade": false, "locked": false, "solution": true, "task": false}
def vae_step(encoder, decoder, images, noise):
    """Return both terms of a batch's loss, and the gradients of their sum.

    encoder: Keras model, images (n, d) -> [means, log_variances].
    decoder: Keras model, codes (n, k) -> (n, d).
    images: (n, d).  noise: (n, k), from a unit normal.
    Returns (reconstruction, kl, gradients): two scalars in nats, and a list
    with a gradient for each of encoder.trainable_variables, followed by
    those of decoder.trainable_variables.
    """
    ### BEGIN SOLUTION
    with tf.GradientTape() as tape:
        means, log_variances = encoder(images)
        outputs = decoder(reparameterise(means, log_variances, noise))
        entropies = losses.binary_cross_entropy(images, outputs)
        reconstruction = keras.ops.mean(entropies)
        kl = keras.ops.mean(gaussian_kl(means, log_variances))
        loss = reconstruction + kl
    variables = encoder.trainable_variables + decoder.trainable_variables
    return reconstruction, kl, tape.gradient(loss, variables)
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade_id": "ch10-vae-step-check", "grade": true, "locked": true, "points": 3, "solution": false, "task": false}
vae_step = check("10.3", vae_step)

# %% [markdown]
# Your step, 151 times on one batch of 100 images. (`build_vae` starts every
# cloud with variance 1.)

# %%
keras.utils.set_random_seed(10)
vae_encoder, vae_decoder = models.build_vae(sizes)
optimizer = keras.optimizers.Adam(1e-3)
optimizer.build(
    vae_encoder.trainable_variables + vae_decoder.trainable_variables
)
for step in range(pick(full=151, fast=21)):
    noise = rng.normal(size=(100, 2)).astype("float32")
    reconstruction, kl, gradients = vae_step(
        vae_encoder, vae_decoder, images[:100], noise
    )
    optimizer.apply(gradients)
    if step % 50 == 0:
        print(
            f"step {step:3d}  reconstruction {float(reconstruction):6.1f}"
            f" + KL {float(kl):4.1f} nats"
        )

# %% [markdown]
# At first a cloud tells nothing and costs nothing. Then the encoder buys nats of
# reconstruction with nats of KL. How many? Not all of this fall: a part of it
# needs no code, as the mean image below shows.
#
# `models.chain_vae` is that step in a form that `training.train` takes: a layer
# between the halves draws the code and adds the KL to the loss. The net is the
# plain autoencoder's, with the same images and epochs.

# %%
keras.utils.set_random_seed(10)
vae_encoder, vae_decoder = models.build_vae(sizes)
vae = models.chain_vae(vae_encoder, vae_decoder, seed=10)
train(vae, images, epochs=num_epochs)
reconstruction, kl = measures.measure_terms(
    vae_encoder, vae_decoder, test_images
)
print(f"test: reconstruction {reconstruction:.1f} + KL {kl:.1f}", end="")
print(f" = {reconstruction + kl:.1f} nats")

# %%
def entropy(outputs):
    outputs = np.broadcast_to(outputs, test_images.shape)
    return float(
        np.mean(losses.binary_cross_entropy(test_images, outputs))
    )


vae_codes, _ = map(np.asarray, vae_encoder(test_images))
others = vae_decoder(np.roll(vae_codes, 1, axis=0)).numpy()
print(f"mean image, no code         {entropy(images.mean(axis=0)):7.2f}")
print(f"code of another test image  {entropy(others):7.2f}")
print(f"perfect copy of grey pixels {entropy(test_images):7.2f}")

# %% [markdown]
# Three rows to read that sum by. Without any code, the mean image; that is
# the baseline, and what lies below it was bought with the KL. With the *wrong* code, the control, the decoder is worse than
# the mean image: it draws a clear digit, and another one. And a perfect copy
# would not score 0 either, because a grey pixel is never sure.

# %%
compare(
    {
        "keras.vae.total": reconstruction + kl,
        "keras.vae.reconstruction": reconstruction,
        "keras.vae.kl": kl,
    },
    note="Ours: dense layers, test images, none of them seen in training. "
    "Theirs: convolutions, 30 epochs, the mean over the last epoch of images "
    "that are trained on, with the test images among them. Codes are drawn in "
    "both.",
)

# %% [markdown]
# The published example trains on all 70,000 images, test images included, and
# prints the loss of the training itself. It has no figure for unseen images to
# be compared with; ours has.

# %%
shown = slice(0, pick(full=400, fast=200))
widgets.explore_latent(
    vae_decoder,
    vae_codes[shown],
    test_labels[shown],
    images=test_images[shown],
    alt="Left: test images in the VAE's code of two, one cloud around 0 of "
    "coloured areas with narrow gaps. Right: a grid of digits that blend into "
    "each other.",
)

# %% [markdown]
# **Figure 10.2.** The standing plot for the variational autoencoder: left the
# centres of the clouds, right what each place decodes to. Put it beside Figure
# 4.5. The map is centred on 0 and a few units wide, and its gaps are narrow: that
# is the KL at work. (It draws each single cloud towards the prior. Their sum need
# not become it: the 1s keep to themselves.) Wherever you put the point, the decoder has something
# to draw. The price is in the drawing, which is softer than lesson 04's.

# %% [markdown]
# ## Drawing new digits
#
# Back to the question of Figure 10.1: the same layers, the same images and
# epochs, now with clouds. Codes are drawn from the prior, which needs no
# fitting.

# %%
samples["VAE, prior"] = vae_decoder(drawn).numpy()
print_quality(references | samples)

# %%
plots.show_rows(
    {
        "AE, fitted normal": samples["AE, fitted normal"][-20:],
        "VAE, prior": samples["VAE, prior"][-20:],
    },
    alt="Two rows of twenty drawn images. The plain autoencoder's are digits "
    "and a few black tangles; the VAE's are digits, some of them soft.",
)

# %% [markdown]
# **Figure 10.3.** Twenty drawn images each. By the table the plain one, once its
# codes have been measured, is a little ahead in the mean (of one training each).
# The variational one comes that near with nothing fitted, from a distribution
# that was written down before training. What the mean hides stands in the column
# of the worst. Five in a hundred of the plain decoder's images are farther from
# all training images than the worst test images are; in the picture they are
# black tangles, from places where no code ever was. The worst of the variational
# one's are merely soft. And you get one thing more for the KL, a number in nats
# that says how well the model explains an image it has never seen.

# %% [markdown]
# ## Between two digits
#
# Lesson 01 walked from one image to another in a straight line through pixel
# space, and found a double exposure halfway. Walk in a code instead: encode
# both ends, take the straight line between the codes, decode. Of five hundred
# pairs of test images, those that show different digits, judged halfway.

# %%
pairs = np.arange(1000).reshape(2, 500) % len(test_images)
pairs = pairs[:, test_labels[pairs[0]] != test_labels[pairs[1]]]
first, last = test_images[pairs[0]], test_images[pairs[1]]


def walk(encode, decode):
    ends = (np.asarray(encode(end)) for end in (first, last))
    points = draws.interpolate(*ends, 9)  # (9, pairs, k)
    return np.stack([np.asarray(decode(row)) for row in points], axis=1)


walks = {
    "pixels": walk(np.asarray, np.asarray),
    "AE codes": walk(encoder, decoder),
    "VAE codes": walk(lambda ends: vae_encoder(ends)[0], vae_decoder),
}
print(f"{len(first)} pairs, halfway")
print_quality({name: path[:, 4] for name, path in walks.items()})
print("their ends, rebuilt")
ends = {name: path[:, [0, 8]] for name, path in walks.items()}
print_quality(
    {name: path.reshape(-1, path.shape[-1]) for name, path in ends.items()}
)

# %%
plots.show_rows(
    {
        name: np.concatenate([path[3], np.zeros_like(path[:1, 0]), path[8]])
        for name, path in walks.items()
    },
    alt="Two pairs of digits, three walks each: in pixels one digit fades "
    "while the other appears; in codes one stroke bends into another.",
)

# %% [markdown]
# **Figure 10.4.** Two pairs, nine images each, three ways from left to right. In
# pixels the first
# image fades while the second appears, and in the middle you see both. In the
# codes, strokes move, and a walk may pass through a third digit. (Two numbers
# are few: some ends do not come back as the digit that they are.) The numbers
# above agree: halfway, the judge is sure of about two codes in three and of
# fewer than one pixel mixture in four. Between the two kinds of code it sees no
# difference. By the distance the plain one is ahead: its halfway images are as
# near to training images as its ends, and the variational one's are a quarter
# farther away.

# %% [markdown]
# ## The digit of your choice
#
# A variational autoencoder draws *a* digit. To choose which, put the label
# beside the code: a *conditional (조건부)* variational autoencoder gives both
# halves the label, written as ten numbers of which one is 1 (*one-hot*). The
# code then need not say which digit it is, and is free to say how it is written.

# %% [markdown]
# ### Exercise 10.4 — The label beside the code (1 point)
#
# *Warm-up, about 5 minutes.*

# %% nbgrader={"schema_version": 3, "grade_id": "ch10-beside-labels", "grade": false, "locked": false, "solution": true, "task": false}
def beside_labels(values, labels, num_classes=10):
    """Return each row of values with its label beside it, one-hot.

    values: (n, k), codes or images.
    labels: integers (n,), from 0 to num_classes - 1; not all need occur.
    Returns (n, k + num_classes): the row, then num_classes numbers, 1 at
    the place of its label and 0 elsewhere.
    """
    ### BEGIN SOLUTION
    one_hot = np.eye(num_classes, dtype="float32")[labels]
    return np.concatenate([values, one_hot], axis=1)
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade_id": "ch10-beside-labels-check", "grade": true, "locked": true, "points": 1, "solution": false, "task": false}
beside_labels = check("10.4", beside_labels)

# %%
print(beside_labels(np.array([[0.5, -1.5]], "float32"), np.array([4])))

keras.utils.set_random_seed(10)
asked_encoder, asked_decoder = models.build_vae(sizes, num_classes=10)
train(
    models.chain_vae(asked_encoder, asked_decoder, seed=10),
    np.asarray(beside_labels(images, labels), "float32"),
    images,
    epochs=pick(full=8, fast=5),
)
for name, halves, given in (
    ("VAE", (vae_encoder, vae_decoder), None),
    ("conditional VAE", (asked_encoder, asked_decoder), test_labels),
):
    terms = measures.measure_terms(*halves, test_images, labels=given)
    told = 0 if given is None else np.log(10)
    print(
        f"{name:16} reconstruction {terms[0]:.1f} + KL {terms[1]:.1f}"
        f" + label {told:.1f} = {sum(terms) + told:.1f} nats"
    )

# %% [markdown]
# The decoder that is told the digit needs the code for style only, and gets
# closer with fewer nats of KL. To be told is information too: to name one of ten
# digits costs $\log 10$ nats. With these its sum is still the lower one, after
# fewer than half of the epochs.

# %%
first, second = np.meshgrid([-1.4, -0.7, 0, 0.7, 1.4], [-0.8, 0.8])
styles = np.column_stack([first.ravel(), second.ravel()])  # ten of them
sheet = [
    asked_decoder(beside_labels(styles, np.full(10, digit))).numpy()
    for digit in range(10)
]
plots.show_rows(
    {
        f"{digit} and {digit + 1}": np.concatenate(sheet[digit : digit + 2])
        for digit in range(0, 10, 2)
    },
    alt="All ten digits, two a row, each in the same ten styles: slanted, "
    "upright, bold and thin.",
)

# %% [markdown]
# **Figure 10.5.** Each digit in ten styles: the first half of a row asks for one
# digit, the second half for the next, and the ten codes are the same
# everywhere. Slant and weight go with the code, the digit with the label. Nobody
# labelled slant.

# %%
wanted = rng.integers(0, 10, size=2000)
styles = rng.normal(size=(2000, 2)).astype("float32")
outputs = asked_decoder(beside_labels(styles, wanted)).numpy()
read = judge(outputs).numpy().argmax(axis=1)
print(f"digits that the judge reads as asked: {np.mean(read == wanted):.1%}")
shuffled = rng.permutation(wanted)
print(f"control, the asked digits shuffled:   {np.mean(read == shuffled):.1%}")

# %% [markdown]
# That is more than the judge reads right of real test images: what the decoder
# draws is handwriting near the average, which is easier than people's.

# %% [markdown]
# ## A judge in place of a formula
#
# The KL has a closed form because both distributions are normal. There is
# another way to press codes into a given shape, which needs only draws from it.
# An *adversarial (적대적)* autoencoder has a third network, the
# *discriminator*: given a code, it says how likely it was drawn from the prior
# and not made of an image. It is trained to tell the two apart, and the encoder
# is trained to fool it.
#
# $$L_D = -\,\overline{\log D(z)} - \overline{\log\big(1 - D(f(x))\big)},
# \qquad L_G = -\,\overline{\log D(f(x))}.$$
#
# | symbol | in words | in the code |
# |---|---|---|
# | $f(x)$ | code of an image, a point | `encoder(images)` |
# | $z$ | draw from the prior | `prior` |
# | $D$ | discriminator, a number in (0, 1) | `on_codes`, `on_prior` |
# | bar | mean over the batch | |
# | $L_D$, $L_G$ | loss of the discriminator; of the encoder as *generator* | |
#
# Each batch takes three steps: reconstruct (encoder and decoder), tell apart
# (discriminator), fool (encoder).

# %% [markdown]
# ### Exercise 10.5 — Two losses of one judge (2 points)
#
# *The idea itself, about 10 minutes.* They are cross-entropies with targets 1
# and 0. A sigmoid in float32 can return exactly 0 or 1: clip to
# $[10^{-7}, 1 - 10^{-7}]$ before the logarithm, as in lesson 03.

# %% nbgrader={"schema_version": 3, "grade_id": "ch10-adversarial-losses", "grade": false, "locked": false, "solution": true, "task": false}
def adversarial_losses(on_prior, on_codes):
    """Return the loss of the discriminator and that of the generator.

    on_prior: (n, 1), its outputs for draws from the prior.
    on_codes: (m, 1), its outputs for codes of images.
    The two batches may differ in size.
    Returns (discriminator_loss, generator_loss), two scalars in nats. Use
    keras.ops, so that gradients pass.
    """
    ### BEGIN SOLUTION
    on_prior = keras.ops.clip(on_prior, 1e-7, 1 - 1e-7)
    on_codes = keras.ops.clip(on_codes, 1e-7, 1 - 1e-7)
    told_apart = keras.ops.mean(keras.ops.log(on_prior)) + keras.ops.mean(
        keras.ops.log(1 - on_codes)
    )
    return -told_apart, -keras.ops.mean(keras.ops.log(on_codes))
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade_id": "ch10-adversarial-losses-check", "grade": true, "locked": true, "points": 2, "solution": false, "task": false}
adversarial_losses = check("10.5", adversarial_losses)

# %% [markdown]
# By hand, with five outputs of each kind: a judge that sees through the encoder,
# one that cannot tell and answers 1/2, and one that is fooled. A perfect draw of
# this game is $L_D = 2\log 2 \approx 1.386$ and $L_G = \log 2 \approx 0.693$.

# %%
sure = np.array([[0.9], [0.95], [0.8], [0.9], [0.85]], "float32")
half = np.full((5, 1), 0.5, "float32")
for name, pair in {
    "sees through": (sure, 1 - sure),
    "cannot tell": (half, half),
    "is fooled": (1 - sure, sure),
}.items():
    judge_loss, fool_loss = map(float, adversarial_losses(*pair))
    print(f"{name:13} L_D {judge_loss:.3f}   L_G {fool_loss:.3f}")

# %%
keras.utils.set_random_seed(10)
forger, redrawer = models.build_dense(sizes, activation="gelu")
aae_history = training.train_adversarial(
    forger,
    redrawer,
    training.build_discriminator(2),
    images[few],
    epochs=pick(full=16, fast=6),
    batch_size=100,
    seed=10,
)
for name, values in aae_history.items():
    print(f"{name:15} first epoch {values[0]:7.2f}  last {values[-1]:7.2f}")

# For a fair comparison, a variational one with as few images and steps.
keras.utils.set_random_seed(10)
short_encoder, short_decoder = models.build_vae(sizes)
train(
    models.chain_vae(short_encoder, short_decoder, seed=10),
    images[few],
    epochs=pick(full=16, fast=6),
    batch=100,
)

# %% [markdown]
# The discriminator ends near $2 \log 2$: it can hardly tell. Is it right? Half
# of the draws from a unit normal in the plane lie within
# $\sqrt{2\log 2} \approx 1.177$ of 0, and nine tenths within 2.146. Count codes
# of test images; for the VAE, draws from the clouds.

# %%
means, log_variances = vae_encoder(test_images)
noise = rng.normal(size=means.shape).astype("float32")
maps = {
    "plain": encoder(test_images).numpy(),
    "adversarial": forger(test_images).numpy(),
    "variational": np.asarray(
        reparameterise(means, log_variances, noise)
    ),
    "prior itself": noise,
}
for name, points in maps.items():
    radius = np.linalg.norm(points, axis=1)
    print(
        f"{name:13} within 1.177: {np.mean(radius < 1.177):5.1%}"
        f"   within 2.146: {np.mean(radius < 2.146):5.1%}"
        f"   farthest {radius.max():6.1f}"
    )
samples["adversarial, prior"] = redrawer(drawn).numpy()
samples["VAE, as few images"] = short_decoder(drawn).numpy()
print_quality(samples)

# %%
plots.show_maps(
    {
        f"{name}, to ±{np.abs(points).max():.0f}": (
            points[:300],
            test_labels[:300],
        )
        for name, points in maps.items()
        if name != "prior itself"
    },
    alt="Three maps of test images. The plain one has arms that run far out; "
    "the adversarial and the variational one are single clouds around 0.",
)

# %% [markdown]
# **Figure 10.6.** The same net, trained in three ways (the adversarial one on a
# third of the images), each map on its own scale, with the largest number of all
# codes in its title. The plain one is the control:
# without a word about the shape, its codes lie wherever they like. The other
# two come near the shape of the prior, one by a formula and one by a judge that
# only ever saw draws; by the counts above, the judge comes nearer. It
# paid with its drawings: the classifier is sure of a fifth of them. Part of that is
# the small number of images and steps, but with the same ones the variational
# one still gets twice as many. Another prior, a ring or ten blobs, would need no
# new mathematics.
#
# The explorer of Figure 10.2 takes these decoders, too. Put `redrawer` and
# `maps["adversarial"]` into it. For the conditional one, the decoder is
# `lambda z: asked_decoder(beside_labels(z, np.full(len(z), 4)))`, and the codes
# are any draws: you walk through the styles of a 4.

# %% [markdown]
# ## What does not belong
#
# The third source names another use of an autoencoder: *anomaly detection
# (이상치 탐지)*. Train it on what is normal. It has learned to rebuild that, and
# nothing else; so a large reconstruction error says that an image does not
# belong. To test the idea, leave one digit out of the training, and ask whether
# the error finds it among the test images.
#
# Found at which threshold? Ask for none. The *ROC-AUC* (area under the ROC
# curve) is the probability that a randomly chosen anomaly has a higher score
# than a randomly chosen normal image, where a tie counts one half. A perfect
# score has 1, and tossing a coin has 0.5. (The curve, the *receiver operating
# characteristic*, shows the anomalies found against the false alarms, for every
# threshold.)

# %% [markdown]
# ### Exercise 10.6 — ROC-AUC (2 points)
#
# *The idea itself, about 10 minutes.* Compare every anomaly with every normal
# image.

# %% nbgrader={"schema_version": 3, "grade_id": "ch10-roc-auc", "grade": false, "locked": false, "solution": true, "task": false}
def roc_auc(scores, is_anomaly):
    """Return how likely an anomaly scores higher than a normal image.

    scores: (n,), the higher the odder.
    is_anomaly: bool (n,), True for anomalies, False for the others.
    Returns a number from 0 to 1; ties count one half.
    """
    ### BEGIN SOLUTION
    odd, normal = scores[is_anomaly][:, None], scores[~is_anomaly]
    return np.mean(odd > normal) + np.mean(odd == normal) / 2
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade_id": "ch10-roc-auc-check", "grade": true, "locked": true, "points": 2, "solution": false, "task": false}
roc_auc = check("10.6", roc_auc)

# %% [markdown]
# Five images by hand, two of them odd. There are six pairs of an odd and a
# normal image; the odd one wins five and ties one: 5.5 / 6.

# %%
five_scores = np.array([0.9, 0.5, 0.5, 0.2, 0.1])
odd = np.array([True, False, True, False, False])
print(f"AUC {float(roc_auc(five_scores, odd)):.3f}, by hand {5.5 / 6:.3f}")

# %% [markdown]
# Each digit in turn is left out: ten small nets, 784-128-8 and back, trained on
# about 3,600 images of the other nine. The baselines: PCA with 8 components,
# fitted to the same images; and no model at all, the amount of ink. The
# control: the network's scores with the test labels shuffled. (`jit=False`
# leaves out a compiler that takes longer than runs as short as these.)

# %%
def fit_network(images):
    keras.utils.set_random_seed(10)
    halves = models.build_dense((784, 128, 8), activation="gelu")
    model = models.chain(*halves)
    train(model, images, epochs=pick(full=20, fast=4), jit=False)
    return lambda vectors: model(vectors).numpy()


def fit_pca(images):
    return measures.fit_pca_reconstruction(images, 8)


normal = slice(0, pick(full=4_000, fast=500))
tested = slice(0, pick(full=5_000, fast=360))
some_images, some_labels = test_images[tested], test_labels[tested]
mixed = np.random.default_rng(10).permutation(some_labels)
aucs = {"network": [], "PCA": [], "ink": [], "control": []}
left_out = range(pick(full=10, fast=3))
for digit in left_out:
    by_network, by_pca = (
        measures.leave_out(
            digit, fit, images[normal], labels[normal], some_images
        )
        for fit in (fit_network, fit_pca)
    )
    ink = some_images.sum(axis=1)
    aucs["network"].append(roc_auc(by_network, some_labels == digit))
    aucs["PCA"].append(roc_auc(by_pca, some_labels == digit))
    aucs["ink"].append(roc_auc(ink, some_labels == digit))
    aucs["control"].append(roc_auc(by_network, mixed == digit))
for name, values in aucs.items():
    print(f"{name:8} mean {np.mean(values):.3f}  ", np.round(values, 2))

# %%
plots.show_dots(
    aucs,
    left_out,
    x_label="digit that was left out of training",
    y_label="ROC-AUC on the test images",
    levels={"chance": 0.5},
    hollow=["ink", "control"],
    alt="ROC-AUC for each left-out digit. The network and PCA lie high for "
    "most digits and low for the 1; the control lies at 0.5.",
)

# %% [markdown]
# **Figure 10.7.** How well each left-out digit is found. Before you read on:
# which digits are not found at all, and where does the network do better than
# PCA?

# %% [markdown]
# ### Exercise 10.7 — Reading the figure (1 point)
#
# *Open question, about 10 minutes.* Say what "not found" means: the AUC is not
# above the largest AUC that the *control* reaches by chance. And say where the
# network beats its baseline.

# %% nbgrader={"schema_version": 3, "grade_id": "ch10-read-anomalies", "grade": false, "locked": false, "solution": true, "task": false}
def read_anomalies(network, baseline, control):
    """Return the digits that are missed, and those where the network wins.

    network, baseline, control: lists or arrays (n,), ROC-AUC for each
    left-out digit, that of digit i at place i.
    Returns (missed, won), two lists of digits from the lowest up, either of
    which may be empty: missed, where the
    network's AUC is at most the largest one of the control; won, where it
    is above the baseline's.
    """
    ### BEGIN SOLUTION
    missed = np.flatnonzero(np.array(network) <= np.max(control))
    won = np.flatnonzero(np.array(network) > np.array(baseline))
    return missed.tolist(), won.tolist()
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade_id": "ch10-read-anomalies-check", "grade": true, "locked": true, "points": 1, "solution": false, "task": false}
read_anomalies = check("10.7", read_anomalies)

# %%
missed, won = read_anomalies(aucs["network"], aucs["PCA"], aucs["control"])
print("missed:", missed, " network above PCA:", won)

# %% [markdown]
# Missed are the 1 and the 9. A 9 that was never seen is put together from what
# the net knows of 4s and 7s. A 1 is rebuilt *better* than the digits that were
# seen: a single stroke is part of many digits, and has little ink to get wrong;
# the row "ink" fails on it in the same way. The error measures how hard an image
# is, and only partly how strange. And the network is no better at this than
# PCA, which finds the same eight digits and, by a hair, the 9. Each is ahead on
# five of the ten, four times by less than the two decimals show, and each digit
# had one training.

# %% [markdown]
# ## What to take with you
#
# - A decoder means something only where codes were during training. A plain
#   autoencoder puts its codes where it likes: draw from a unit normal and you
#   get a few shapes. A normal distribution fitted afterwards does at least as well
#   on average as the variational autoencoder, with tangles among its samples.
# - A variational autoencoder makes each code a cloud and charges for what the
#   cloud tells: reconstruction + KL, in nats, bounds $-\log p(x)$ from above.
# - The reparameterisation lets a gradient pass a random draw.
# - A label beside the code leaves style in the code; a discriminator in place
#   of the KL needs only draws from the prior.
# - To judge samples takes several measures that fail in different ways, real
#   images as the upper end, and controls that fool each of them.
# - Reconstruction error finds many anomalies and misses those that are easy.

# %% [markdown]
# ## Questions to think about
#
# **1.** Why are the samples of a variational autoencoder soft?
#
# <details><summary>One answer</summary>
#
# Clouds of different images overlap. For a code in the overlap the best answer
# to a cross-entropy is the weighted mean of those images, pixel by pixel, and a
# mean of strokes is soft. A code of only two numbers is the other half of the
# reason: the plain net's images are soft without any clouds. Samples here are also the *probabilities* of ink; a
# real draw would toss a coin for each pixel, and look worse.
#
# </details>
#
# **2.** What happens if you multiply the KL by 10, or by 0?
#
# <details><summary>One answer</summary>
#
# By 0 the clouds shrink to points and you have lesson 04's autoencoder with a
# noisy start: good reconstructions, useless samples. By 10 the code gets too
# dear: more and more of its numbers keep mean 0 and variance 1 for every image,
# which says nothing and costs nothing, and the decoder answers with blurred
# means. A weight other than 1 is used in practice ("beta-VAE"). Above 1 the sum
# still bounds $-\log p(x)$, only less closely; below 1 it is no bound any more.
#
# </details>
#
# **3.** Could the KL, or the whole loss of a VAE, score anomalies better than the
# reconstruction error?
#
# <details><summary>One answer</summary>
#
# The KL says how unusual the *code* is, which the error ignores, so their sum is
# a more complete score. But it does not cure the 1: the bound is still low for
# images that are easy to draw. Models of this kind are known to give simple
# images of a foreign kind a higher likelihood than those they were trained on.
#
# </details>

# %%
score()

# %%
about.versions()
