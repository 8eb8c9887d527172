# %% [markdown]
# # 03 Basic autoencoder: one hidden layer, by hand
#
# An *autoencoder (오토인코더)* is a network that is asked for its own input.
# What makes that hard, and useful, is the *bottleneck (병목)* in the middle: 784
# pixels have to pass through a few numbers, the *code* or *latent vector
# (잠재 벡터)*, and come out again.
#
# After this lesson you can
#
# 1. write the forward pass, two losses, one training step and the whole loop
#    around it yourself, and say what each number in them means;
# 2. explain why the very same network, optimizer and data end at an error of
#    0.033 in the lab of 2019 and many times lower with other initial weights,
#    and tell from the initial weights how many units will be saturated;
# 3. tell what a code of a given size keeps, beside PCA, and name two things
#    that a low reconstruction error does not tell you.
#
# **18 points**, about two hours with the reading; all cells together compute for
# about 5 minutes on two CPU cores, in at most 3 GB of memory. You need lesson 02 for
# the comparison with PCA, and the chain rule. ("In full on MNIST" is said of what
# holds in the full run on those images; the *embedded digits*, which serve where
# MNIST is not at hand, are the 1,797 small images that come with scikit-learn.)

# %%
try:
    from helpers.course import about, pick
except ImportError:
    raise ImportError("The course is not found here: open this notebook with "
                      "make lab, and rename a helpers.py beside it.") from None
from helpers import data, losses, measures, models, pca, plots, training
from helpers import widgets
from helpers.checks import check, hint, predicted, score
from helpers.results import compare, published
from helpers.training import optimizers
import keras, numpy as np, tensorflow as tf
from scipy.stats import norm

digits = data.load("auto")

# %% [markdown]
# Images are rows of 784 numbers in this lesson: `(n, 784)`, each pixel in
# [0, 1]. The network is asked to return them. The last twelfth of the training
# images is put aside as *validation* images (검증), for what one wants to see
# during training. The test images are kept for tests, and nothing is chosen by
# them.

# %%
all_images = digits.train_vectors[: pick(full=60_000, fast=2_000)]
split = len(all_images) * 11 // 12
images, validation_images = all_images[:split], all_images[split:]
test_images = digits.test_vectors
test_labels = digits.test_labels
print("training", images.shape, " validation", validation_images.shape)
print("test", test_images.shape)

# %%
keras.utils.set_random_seed(3)
untrained = models.chain(*models.build_dense((784, 32)))
plots.show_rows(
    {
        "input": test_images[:10],
        "untrained": untrained(test_images[:10]).numpy(),
    },
    alt="Ten handwritten digits above ten even grey squares, which is what "
    "an untrained autoencoder returns for them.",
)

# %% [markdown]
# **Figure 3.1.** Ten test images, and what an untrained autoencoder makes of
# them: grey. This lesson is the way from the second row to the first.

# %% [markdown]
# ## The network in one line
#
# With $\sigma$ for the sigmoid, output pixel $j$ of a basic autoencoder is
#
# $$y_j = \sigma\Big(\sum_{k=1}^{K} D_{jk}\, z_k + d_j\Big), \qquad
# z_k = \sigma\Big(\sum_{i=1}^{784} W_{ki}\, x_i + w_k\Big).$$
#
# | symbol | in words | in the code |
# |---|---|---|
# | $x_i$ | pixel $i$ of the input image | `images[:, i]` |
# | $z_k$ | number $k$ of the code | `codes[:, k]` |
# | $y_j$ | pixel $j$ of the reconstruction | `reconstructions[:, j]` |
# | $K$ | size of the code | `code_size` |
# | $W_{ki}$, $w_k$ | encoder kernel, transposed, and bias | `kernel[i, k]`, `bias[k]` |
# | $D_{jk}$, $d_j$ | decoder kernel, transposed, and bias | `kernel[k, j]`, `bias[j]` |
#
# The slides of the first source write the same sum without biases and without
# the last sigmoid; their lab has both, and so does this lesson. They call both
# the decoder matrix and the number of pixels $D$; here $D$ is the matrix, $d$
# alone is the number of pixels, and $d_j$ with an index a bias.
#
# It takes three pieces: a sigmoid, a dense layer, and the two in sequence.

# %%
plots.show_network(
    plots.Network(
        [("$x$", 784), ("code $z$", 32), ("$y$", 784)],
        code=1,
        compared=[(0, 2, "the loss compares the output with the input")],
    ),
    alt="A column of 784 input units, a narrow column of 32 code units, a "
    "column of 784 output units; every unit is joined to all of the next "
    "column.",
)

# %% [markdown]
# **Figure 3.2.** The network of the formula, with a code of 32. A circle is a
# unit, a line is one number of a kernel; three dots stand for the units that are
# not drawn. The column in the middle is the *bottleneck*: whatever the decoder
# knows of an image has passed through it.

# %% [markdown]
# ### Exercise 3.1 — Sigmoid and its slope (1 point)
#
# *Warm-up, about 5 minutes.* The sigmoid squeezes any number $a$ into (0, 1).
# In a network, $a$ is the weighted sum that a unit forms, its *pre-activation*;
# what comes out of the sigmoid is the unit's *activation*:
#
# $$s = \sigma(a) = \frac{1}{1 + e^{-a}}, \qquad
# \frac{\mathrm{d}s}{\mathrm{d}a} = s\,(1 - s).$$
#
# Training multiplies by the slope at every unit, so the first half of the lesson
# comes back to it again and again. Return both.

# %% nbgrader={"schema_version": 3, "grade_id": "ch03-sigmoid", "grade": false, "locked": false, "solution": true, "task": false}
def sigmoid(activations):
    """Return the sigmoid and its slope at each number.

    activations: the a above, an array of any shape, floats or integers,
    also far from 0.
    Returns (values, slopes), two arrays of that shape.
    """
    ### BEGIN SOLUTION
    values = 1 / (1 + np.exp(-activations))
    return values, values * (1 - values)
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade_id": "ch03-sigmoid-check", "grade": true, "locked": true, "points": 1, "solution": false, "task": false}
sigmoid = check("3.1", sigmoid)

# %%
pre_activations = np.linspace(-8, 8, 161)
values, slopes = sigmoid(pre_activations)
print(f"slope at 0: {slopes[80]:.2f}, at 4: {slopes[120]:.4f}", end="")
print(f", at 8: {slopes[160]:.6f}")
plots.show_curves(
    {"value": (pre_activations, values), "slope": (pre_activations, slopes)},
    x_label="pre-activation a",
    y_label="sigmoid and slope",
    alt="The sigmoid rises from 0 to 1; its slope is a bump of height 0.25 "
    "at zero and is almost nothing beyond plus or minus 5.",
)

# %% [markdown]
# **Figure 3.3.** The sigmoid and its slope. Notice how narrow the bump is: a
# unit whose pre-activation is beyond ±5 is *saturated (포화)*. Its activation is
# within 0.007 of 0 or 1, and a gradient that passes through it is multiplied by
# less than 0.007.

# %% [markdown]
# ### Exercise 3.2 — Dense layer (1 point)
#
# *Warm-up, about 5 minutes.* A dense layer computes $K$ weighted
# sums of its inputs and adds a bias to each. For one image that is the sum
# in the equation above; for a batch it is one matrix product.

# %% nbgrader={"schema_version": 3, "grade_id": "ch03-dense", "grade": false, "locked": false, "solution": true, "task": false}
def dense(inputs, kernel, bias):
    """Return the pre-activations of a dense layer: sums, before any sigmoid.

    inputs: (n, d), one row per image.  kernel: (d, k).  bias: (k,).
    Returns (n, k).
    """
    ### BEGIN SOLUTION
    return inputs @ kernel + bias
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade_id": "ch03-dense-check", "grade": true, "locked": true, "points": 1, "solution": false, "task": false}
dense = check("3.2", dense)

# %% [markdown]
# Before any library does it for you, run a whole autoencoder on five numbers:
# an "image" of five pixels, a code of two. Follow one of the sums by eye.

# %%
tiny_image = np.array([[0.0, 0.5, 1.0, 0.5, 0.0]])
encoder_kernel = np.array([[1, 0], [1, 0], [0, 2], [-1, 0], [-1, 0]])
decoder_kernel = np.array([[-1, 0, 1, 0, -1], [0, 0, 1, 0, 0]])
tiny_code, _ = sigmoid(dense(tiny_image, encoder_kernel, np.zeros(2)))
tiny_output, _ = sigmoid(dense(tiny_code, decoder_kernel, np.zeros(5)))
print("image         ", tiny_image[0])
print("code          ", tiny_code[0].round(3))
print("reconstruction", tiny_output[0].round(3))

# %% [markdown]
# The first unit compares the left of the image with the right, finds them
# equal, and answers 0.5. The second looks at the middle pixel only. Nobody
# chose good weights here; finding them is what training is for.

# %% [markdown]
# ### Exercise 3.3 — Encoder and decoder (2 points)
#
# *The idea itself, about 10 minutes.* Now the same two layers in Keras, as
# two models: the *encoder (인코더)* from image to code and the *decoder
# (디코더)* from code to image. Both layers end in a sigmoid. Two models rather
# than one, because later lessons use each half alone.

# %% nbgrader={"schema_version": 3, "grade_id": "ch03-build-basic", "grade": false, "locked": false, "solution": true, "task": false}
def build_basic(input_size, code_size):
    """Build the two halves of an autoencoder with one hidden layer.

    Returns two Keras models:
    encoder (n, input_size) -> (n, code_size) and
    decoder (n, code_size) -> (n, input_size).
    Any Keras model will do: Functional, Sequential or a class of your own.
    """
    ### BEGIN SOLUTION
    images = keras.Input((input_size,))
    codes = keras.layers.Dense(code_size, "sigmoid")(images)
    encoder = keras.Model(images, codes)

    codes = keras.Input((code_size,))
    outputs = keras.layers.Dense(input_size, "sigmoid")(codes)
    decoder = keras.Model(codes, outputs)
    return encoder, decoder
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade_id": "ch03-build-basic-check", "grade": true, "locked": true, "points": 2, "solution": false, "task": false}
build_basic = check("3.3", build_basic)

# %% [markdown]
# Count before you run: an encoder kernel of 784 × 256 and 256 biases, then a
# decoder kernel of 256 × 784 and 784 biases. The second source of this course
# widens before it narrows, 784-784-64-784, and prints 716,640 parameters.

# %%
encoder, decoder = build_basic(784, 256)
print("784-256-784:", encoder.count_params() + decoder.count_params())
keras.utils.set_random_seed(3)
wide = models.chain(
    *models.build_dense((784, 784, 64), (784,), code_activation="relu")
)
compare("dense_ae.parameters", wide.count_params())

# %% [markdown]
# ## Two ways to be wrong
#
# A reconstruction is judged by a *reconstruction loss (복원 오차)*. Two are in
# use for pixels in [0, 1]. The **squared error**, here averaged over the $d$
# pixels of each image (MSE),
#
# $$L_\mathrm{MSE}(x, y) = \frac{1}{d}\sum_{j=1}^{d} (y_j - x_j)^2,$$
#
# and the **cross-entropy (교차 엔트로피)**, which reads each output as the
# probability that the pixel is ink. Its unit is the *nat*, which goes with the
# natural logarithm (one nat is 1.44 bits):
#
# $$L_\mathrm{CE}(x, y) = -\sum_{j=1}^{d}
# \big[x_j \log y_j + (1 - x_j)\log(1 - y_j)\big].$$
#
# Both give **one number per image**; the mean over the batch is what training
# lowers. Write them with `keras.ops`, so that gradients pass through.
# The slides' $E = \frac{1}{2}\sum_n \lVert y_n - x_n\rVert^2$ is the first one
# up to a constant factor: same minimum, another scale.
#
# Both are also minus the logarithm of a *likelihood (우도)*, of the probability
# that a model gives to the image:
#
# | the pixel $x_j$ is taken for | minus log-likelihood |
# |---|---|
# | a number from a normal (Gaussian) distribution with mean $y_j$ and standard deviation $s$, the same for all pixels | $\frac{1}{2 s^2}(y_j - x_j)^2$ + a constant |
# | a Bernoulli variable, a coin that shows ink with probability $y_j$ | $-x_j \log y_j - (1 - x_j)\log(1 - y_j)$ |
#
# Neither is the truth: a pixel is never below 0 or above 1, and a coin never
# shows grey. Lesson 10 needs likelihoods; here they say what each loss assumes.

# %% [markdown]
# ### Exercise 3.4 — Squared error (1 point)
#
# *Warm-up, about 5 minutes.*

# %% nbgrader={"schema_version": 3, "grade_id": "ch03-mean-squared-error", "grade": false, "locked": false, "solution": true, "task": false}
def mean_squared_error(targets, outputs):
    """Return the squared error of each image, averaged over its pixels.

    targets, outputs: (n, d).  Returns (n,), one number per image.
    """
    ### BEGIN SOLUTION
    return keras.ops.mean(keras.ops.square(outputs - targets), axis=1)
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade_id": "ch03-mean-squared-error-check", "grade": true, "locked": true, "points": 1, "solution": false, "task": false}
mean_squared_error = check("3.4", mean_squared_error)

# %% [markdown]
# ### Exercise 3.5 — Cross-entropy (2 points)
#
# *The idea itself, about 10 minutes.* The logarithm of 0 is minus infinity,
# and a float32 sigmoid does reach exactly 0 and 1. Keep the outputs inside
# $[10^{-7}, 1 - 10^{-7}]$ before you take logarithms.

# %% nbgrader={"schema_version": 3, "grade_id": "ch03-binary-cross-entropy", "grade": false, "locked": false, "solution": true, "task": false}
def binary_cross_entropy(targets, outputs):
    """Return the cross-entropy of each image, summed over its pixels.

    targets, outputs: (n, d), in [0, 1].  Returns (n,), in nats per image.
    """
    ### BEGIN SOLUTION
    outputs = keras.ops.clip(outputs, 1e-7, 1 - 1e-7)
    ink = targets * keras.ops.log(outputs)
    paper = (1 - targets) * keras.ops.log(1 - outputs)
    return -keras.ops.sum(ink + paper, axis=1)
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade_id": "ch03-binary-cross-entropy-check", "grade": true, "locked": true, "points": 2, "solution": false, "task": false}
binary_cross_entropy = check("3.5", binary_cross_entropy)

# %% [markdown]
# A cross-entropy in nats says little by itself, because a perfect copy does not
# cost 0: a pixel of grey 0.5, answered with 0.5, costs $\log 2 = 0.69$. So look
# at it between two levels, the perfect copy and the mean image, which is what a
# network answers that knows nothing of the single image.

# %%
mean_outputs = images.mean(axis=0) + 0 * test_images
levels = {"perfect copy": test_images, "mean image": mean_outputs}
for name, outputs in levels.items():
    error = np.mean(mean_squared_error(test_images, outputs))
    nats = np.mean(binary_cross_entropy(test_images, outputs))
    print(f"{name:12}  MSE {error:.4f}", end="")
    print(f"  cross-entropy {nats:6.1f} nats per image")

# %% [markdown]
# What does each loss *do* to a unit that is badly wrong? Take one pixel that
# should be ink, $x = 1$, move the pre-activation $a$ of the output unit from far
# wrong to right, and ask TensorFlow for the slope of each loss.
#
# The third curve is the cross-entropy computed from $a$ itself. A probability's
# pre-activation is called its *logit*, and
# $-\log \sigma(a) = \log(1 + e^{-a})$ needs neither the sigmoid nor the clip.
# In Keras that is `from_logits=True`, for a network whose last layer has no
# sigmoid.

# %%
def from_logits(targets, logits):
    return keras.ops.binary_crossentropy(targets, logits, from_logits=True)


def loss_slopes(loss, activation=tf.sigmoid):
    sums = tf.linspace(-25.0, 5.0, 121)[:, None]
    with tf.GradientTape() as tape:
        tape.watch(sums)
        total = tf.reduce_sum(loss(tf.ones_like(sums), activation(sums)))
    return sums[:, 0].numpy(), tape.gradient(total, sums)[:, 0].numpy()


slopes_of = {
    "squared error": loss_slopes(mean_squared_error),
    "cross-entropy, clipped": loss_slopes(binary_cross_entropy),
    "cross-entropy from logits": loss_slopes(from_logits, tf.identity),
}
for name, (sums, slopes) in slopes_of.items():
    found = [f"at {a:3d} {slopes[sums == a][0]:8.5f}" for a in (-20, -10, 0)]
    print(f"{name:26}", *found)
plots.show_curves(
    slopes_of,
    x_label="pre-activation a of an output unit whose target is 1",
    y_label="d loss / d a",
    dashed=["cross-entropy from logits"],
    alt="Slope of three losses against the pre-activation. On the wrong side "
    "the squared error's slope returns to zero; the clipped cross-entropy's "
    "is -1 down to about -16 and 0 beyond; from logits it stays -1.",
)

# %% [markdown]
# **Figure 3.4.** The slope that reaches an output unit whose target is 1. On
# the left the unit is completely wrong. There the squared error gives it
# almost *no* slope, because the sigmoid is flat. The logarithm of the
# cross-entropy cancels that flatness: its slope is $y - x$, nearly $-1$. But the
# function of Exercise 3.5 clips, and where it clips it is constant: beyond
# $a = \log 10^{-7} \approx -16$ its slope is 0. Computed from logits, the slope
# stays. Keep this picture in mind when large initial weights come up below.

# %% [markdown]
# ## One step of training
#
# Training repeats one step: run the network, compute one number, ask for the
# gradient of that number with respect to every weight, move every weight a
# little against it. The target of an autoencoder is its own input; no label
# appears anywhere.

# %% [markdown]
# ### Exercise 3.6 — Training step (2 points)
#
# *The idea itself, about 15 minutes.* Compute the loss, the MSE averaged over
# the batch, and its gradients with `tf.GradientTape`.

# %% nbgrader={"schema_version": 3, "grade_id": "ch03-loss-and-gradients", "grade": false, "locked": false, "solution": true, "task": false}
def loss_and_gradients(autoencoder, images):
    """Return the loss of a batch and its gradients.

    autoencoder: Keras model (n, d) -> (n, d).  images: (n, d).
    Returns (loss, gradients): the MSE averaged over the batch, a scalar, and
    a list with one gradient for each of autoencoder.trainable_variables.
    The weights stay as they are.
    """
    ### BEGIN SOLUTION
    with tf.GradientTape() as tape:
        outputs = autoencoder(images)
        loss = keras.ops.mean(keras.ops.square(outputs - images))
    gradients = tape.gradient(loss, autoencoder.trainable_variables)
    return loss, gradients
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade_id": "ch03-loss-and-gradients-check", "grade": true, "locked": true, "points": 2, "solution": false, "task": false}
loss_and_gradients = check("3.6", loss_and_gradients)

# %% [markdown]
# Your step, sixty times, on one batch of 100 images. The optimizer turns
# gradients into moves; Adam is one that picks the size of each move itself.

# %%
keras.utils.set_random_seed(3)
autoencoder = models.chain(*build_basic(784, 256))
optimizer = keras.optimizers.Adam(0.003)
optimizer.build(autoencoder.trainable_variables)
for step in range(61):
    loss, gradients = loss_and_gradients(autoencoder, images[:100])
    optimizer.apply(gradients)
    if step % 20 == 0:
        print(f"step {step:2d}  MSE {float(loss):.4f}")

# %% [markdown]
# One batch is not training yet. What is missing is the loop around the step:
#
# - An *epoch* is one pass over all training images. They are taken in *batches*
#   of `batch_size`, in a new order in each epoch, with one step for each batch.
#   Every image comes once per epoch; what is left over at the end is a smaller
#   batch.
# - After each epoch the error on the *validation images* is taken. When it has not
#   fallen below its lowest value so far for `patience` epochs in a row, the loop
#   stops: *early stopping* (조기 종료). An error that is equal to the lowest has
#   not fallen.
# - The weights at that moment are not the best that there were. So the loop gives
#   back those from the end of the epoch with the lowest validation error (the
#   first one, if several are equal).

# %% [markdown]
# ### Exercise 3.7 — Training loop (5 points)
#
# *Built end to end, about 25 minutes.* Write that loop. It does not have to know
# what a step does, so it is given three functions: `step` takes one training step
# on a batch, `validate` returns the validation error at this moment, and
# `get_weights` a copy of the weights at this moment.

# %% nbgrader={"schema_version": 3, "grade_id": "ch03-train-with-patience", "grade": false, "locked": false, "solution": true, "task": false}
def train_with_patience(
    step, validate, get_weights, images, batch_size, epochs, patience
):
    """Train until the validation error stops falling.

    step: function of a batch (m, d), returns nothing.
    validate: function of nothing, returns the validation error, a number.
    get_weights: function of nothing, returns a list of arrays.
    images: (n, d), which stay as they are.
    batch_size, epochs, patience: integers, 1 or more; epochs is how many run
    at most.
    Returns (weights, errors): the list of arrays that get_weights returned
    after the epoch with the lowest validation error, and a list with the
    validation error of each epoch that ran.
    """
    ### BEGIN SOLUTION
    errors, best = [], None
    for epoch in range(epochs):
        order = np.random.permutation(len(images))
        for first in range(0, len(images), batch_size):
            step(images[order[first : first + batch_size]])
        errors.append(validate())
        lowest = int(np.argmin(errors))
        if lowest == epoch:
            best = get_weights()
        if epoch - lowest >= patience:
            break
    return best, errors
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade_id": "ch03-train-with-patience-check", "grade": true, "locked": true, "points": 5, "solution": false, "task": false}
train_with_patience = check("3.7", train_with_patience)

# %% [markdown]
# Your loop, where overfitting is to be expected: a network of 784-256-64-784 and 40
# training images.
# The step is Keras's `train_on_batch`, which does what yours of Exercise 3.6 does,
# with Adam, and is compiled.

# %%
keras.utils.set_random_seed(3)
few_net = models.chain(
    *models.build_dense((784, 256, 64), (784,), code_activation="relu")
)
few_net.compile(optimizer=keras.optimizers.Adam(0.005), loss="mse")
some, unseen = images[:40], validation_images[:500]
batch_size, num_epochs, patience = 10, pick(full=60, fast=20), 6
best_weights, errors = train_with_patience(
    lambda batch: few_net.train_on_batch(batch, batch),
    lambda: measures.mse(unseen, few_net(unseen).numpy()),
    few_net.get_weights,
    some,
    batch_size,
    num_epochs,
    patience,
)
for when in ("last epoch", "best epoch"):
    if when == "best epoch":
        few_net.set_weights(best_weights)
    found = [measures.mse(x, few_net(x).numpy()) for x in (some, unseen)]
    print(f"{when}: MSE {found[0]:.4f} on the 40 images", end="")
    print(f", {found[1]:.4f} on validation images", end="")
    print(f": {found[1] / found[0]:.1f} times as much")
print(f"{len(errors)} epochs ran; epoch {np.argmin(errors) + 1} was the best")

# %% [markdown]
# The error on the 40 images is lower than on others. Where the first goes on falling
# while the second does not, the network learns what is true of its training images
# alone: *overfitting* (과적합). Compare the two validation errors: in full on MNIST
# stopping early saves epochs here, and next to no error. A larger `patience` costs
# epochs; a smaller one may stop at a bump of the curve.
#
# `training.train` from here on is a loop around the same step, compiled, with
# shuffled batches and a history of the errors. It does not stop early.

# %% [markdown]
# ## The lab of 2019, as it was
#
# The first source of this course trains 784-256-784 with both sigmoids, the
# squared error, RMSProp at 0.01, batches of 100 out of 55,000 images, for 20
# epochs. Its *initialisation*, the rule for the initial weights, is a **normal
# distribution with standard deviation 1** for every weight and bias. It prints
# the error of each epoch, ending at 0.0327. (The *learning rate*, 0.01, scales
# every step. Numbers like these, which are chosen and not trained, are
# *hyperparameters*. *RMSProp*, a forerunner of Adam, divides each weight's step by
# $\sqrt{v + \varepsilon}$: $v$ is a running mean of the weight's squared gradients, and
# $\varepsilon$ a small number against division by zero.)
#
# This is the longest section of the lesson, a *post-mortem*: why did a recipe that
# was taught stop, on MNIST, at more than six times the error that its network can reach?
# One suspect at a time is changed, and everything else is kept. At a first reading,
# Figure 3.5 and Exercise 3.8 are enough; then go on at "A recipe of today".
#
# Here is that recipe, with the RMSProp of TensorFlow 1. Beside it runs the same
# with one change, the initialisation: Glorot's, which scales the weights by the number
# of units they connect, with biases of 0.

# %%
# In full this takes about 50 seconds on two cores.
def unit_normal(shape, dtype=None):
    return keras.random.normal(shape, stddev=1.0, dtype=dtype)


unit = {"initializer": unit_normal, "bias_initializer": unit_normal}
scaled = {"initializer": "glorot_uniform", "bias_initializer": "zeros"}


def build_lab(encoder_start, decoder_start):
    keras.utils.set_random_seed(3)
    encoder, _ = models.build_basic(784, 256, **encoder_start)
    _, decoder = models.build_basic(784, 256, **decoder_start)
    return encoder, decoder


def train_lab(
    encoder, decoder, optimizer=None, epochs=20, loss=losses.mean_squared_error
):
    return training.train(
        models.chain(encoder, decoder),
        images,
        loss=loss,
        optimizer=optimizer or optimizers.RMSpropTF1(0.01),
        epochs=epochs,
        batch_size=100,
        validation=validation_images,
    )


lab, glorot = build_lab(unit, unit), build_lab(scaled, scaled)
lab_history, glorot_history = train_lab(*lab), train_lab(*glorot)

# %%
epochs = range(1, len(lab_history.loss) + 1)
printed = [published(f"basic_ae.mse.epoch{epoch}").value for epoch in epochs]
plots.show_curves(
    {
        "as printed in 2019": (epochs, printed),
        "the same recipe here": (epochs, lab_history.loss),
        "with Glorot's initialisation": (epochs, glorot_history.loss),
        "Glorot's, validation images": (epochs, glorot_history.validation),
    },
    x_label="epoch",
    y_label="MSE",
    log_y=True,
    dashed=["as printed in 2019", "Glorot's, validation images"],
    alt="Error by epoch, logarithmic. The printed curve and our run of the "
    "recipe flatten together; the two of Glorot's initialisation, on training "
    "and on validation images, end far below both.",
)

# %% [markdown]
# **Figure 3.5.** The printed losses, our run of the same recipe, and the run
# that differs in nothing but its initial weights and biases. The last curve is measured
# on images that are not trained on. It begins below the training error, which is
# averaged during the epoch, while the weights are still worse than at its end. If it
# rose while the training error falls, the loop of Exercise 3.7 would stop.

# %%
glorot_outputs = models.chain(*glorot)(test_images).numpy()
glorot_test = measures.mse(test_images, glorot_outputs)
compare(
    {
        "basic_ae.mse.epoch20": lab_history.loss[-1],
        "measured.basic_ae.glorot.mse.train.epoch20": glorot_history.loss[-1],
        "measured.basic_ae.glorot.mse.test.epoch20": glorot_test,
    },
    images=digits.name,
    note="The last two: an earlier measurement with Keras's own RMSProp.",
)

# %% [markdown]
# The same name does not make the same optimizer. Whoever translates the lab word
# for word writes `keras.optimizers.RMSprop(0.01)`. It differs from the RMSProp of
# TensorFlow 1 in two defaults: $\varepsilon$ is $10^{-7}$ instead of $10^{-10}$,
# and the running means begin at 0 instead of 1. Does that matter, and which of
# the two? Change one at a time, from the same initial weights.

# %%
# In full this takes about 10 seconds on two cores.
variants = {
    "1e-7   1": optimizers.RMSpropTF1(0.01, epsilon=1e-7),
    "1e-10  0": keras.optimizers.RMSprop(0.01, epsilon=1e-10),
    "1e-7   0": keras.optimizers.RMSprop(0.01),
}
rmsprop = {
    name: train_lab(*build_lab(unit, unit), optimizer, 3).loss
    for name, optimizer in variants.items()
}
print("epsilon, means from   MSE on the training images, epochs 1 to 3")
for name, loss in {"1e-10  1": lab_history.loss[:3], **rmsprop}.items():
    print(f"{name:20} ", *(f"{error:.4f}" for error in loss))

# %% [markdown]
# In full on MNIST it is $\varepsilon$: with $10^{-7}$ the error of the third epoch
# is more than twice as high, wherever the means begin. Beginning them at 1 makes
# the first steps short and costs most of the first epoch, and little after it. (In
# a run of a few dozen steps that is another matter.) Under the root $10^{-7}$ is the
# square of $3 \cdot 10^{-4}$: gradients smaller than that get short steps. A largely
# saturated network may have such gradients; we did not measure them.
#
# Back to the two curves of Figure 3.5. With other initial weights the lab's
# network, optimizer and twenty epochs do well. What do its own initial weights do?
# Its encoder has 784 inputs, pixels between 0 and 1, and 256 units. Before any
# training every weight and bias is a number from a normal distribution with mean 0
# and standard deviation 1. A unit whose pre-activation is beyond ±5 is saturated.
# How many are, before the first step? Write down what you expect.

# %%
# A share of all hidden units on all images, from 0 to 1.
saturated_guess = 0.1  # prediction

# %% [markdown]
# ### Exercise 3.8 — Initial weights (4 points)
#
# *The idea itself, about 15 minutes.* It can be told before a single weight is
# drawn. Take one image $x$. The pre-activation of a unit, $\sum_i W_i x_i + w$, is
# a sum of independent random numbers: the weights and the bias, each normal with
# mean 0 and standard deviation `deviation`. Such a sum is normal, too. You need to
# know of variances only that those of independent numbers add up, and that $c$
# times a number has $c^2$ times its variance.
#
# Derive the standard deviation of the sum. From it follow the share of
# pre-activations that lie beyond a limit on either side, and the deviation that the
# weights ought to have. `norm.cdf(t)` is the share of a normal distribution with
# mean 0 and standard deviation 1 that lies below `t`.

# %% nbgrader={"schema_version": 3, "grade_id": "ch03-initial-sums", "grade": false, "locked": false, "solution": true, "task": false}
def initial_sums(inputs, deviation, limit):
    """Tell the pre-activations of an untrained layer from its inputs.

    inputs: (n, d).  limit: a number above 0.
    deviation: standard deviation of the weights and biases, above 0.
    Returns (deviations, share, scale):
    deviations: (n,), the standard deviation of a pre-activation, over the
    units, for each of the n inputs;
    share: the expected share, from 0 to 1, of all pre-activations (of all
    inputs and units) below -limit or above limit;
    scale: the standard deviation that weights and biases should have, so
    that the mean square of the pre-activations over all inputs is 1.
    """
    ### BEGIN SOLUTION
    lengths = np.sqrt(np.square(inputs).sum(axis=1) + 1)
    deviations = deviation * lengths
    share = 2 * norm.cdf(-limit / deviations).mean()
    scale = 1 / np.sqrt(np.mean(lengths**2))
    return deviations, share, scale
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade_id": "ch03-initial-sums-check", "grade": true, "locked": true, "points": 4, "solution": false, "task": false}
initial_sums = check("3.8", initial_sums)

# %% [markdown]
# Now feed the untrained networks 1,000 test images, and see how near you came.

# %%
def hidden_sums(encoder):
    kernel, bias = encoder.get_weights()
    return dense(test_images[:1000], kernel, bias)


first_lab, first_glorot = (
    build_lab(unit, unit)[0], build_lab(scaled, scaled)[0]
)
before = {
    "unit normal": hidden_sums(first_lab),
    "Glorot": hidden_sums(first_glorot),
}
after = {"unit normal": hidden_sums(lab[0]), "Glorot": hidden_sums(glorot[0])}
for when, sums_of in {"before": before, "after": after}.items():
    for name, sums in sums_of.items():
        flat = np.mean(np.abs(sums) > 5)
        print(f"{name:12} {when:6} training: standard deviation", end="")
        print(f" {sums.std():5.1f}  saturated {flat:6.1%}")
deviations, share, scale = initial_sums(test_images[:1000], 1.0, 5.0)
spread = np.sqrt(np.mean(np.square(deviations)))
print("your formula, unit normal:    standard deviation", end="")
print(f" {spread:5.1f}  saturated {share:6.1%}")
saturated = np.mean(np.abs(before["unit normal"]) > 5)
predicted(saturated_guess, saturated, "of the hidden units are saturated")
print(f"deviation of the weights for sums of size 1: {scale:.3f}", end="")
print(f", Glorot's: {np.sqrt(2 / (784 + 256)):.3f}")

# %%
plots.show_histograms(
    {"before training": before, "after training": after},
    x_label="pre-activation of a hidden unit",
    alt="Histograms of hidden pre-activations. From the unit normal they are "
    "wide before and after training; Glorot's are narrow around zero before "
    "and wider after it.",
)

# %% [markdown]
# **Figure 3.6.** Hidden pre-activations on 1,000 test images. With weights from a
# unit normal their standard deviation is the length of the image, with a 1 for the
# bias as one more pixel, and most images are longer than 5. So a large share of the
# units is saturated before the first step, with a slope close to 0. In full on MNIST
# more are after training than before. (The table below has their share after a few
# epochs: it is higher still.) Glorot's initialisation divides the weights by about
# $\sqrt{(784 + 256)/2}$, so that every unit begins inside the bump of Figure 3.3.
#
# The decoder is a layer, too, and its inputs are the codes. Your formula tells how
# far out the outputs begin, as soon as there are codes.

# %%
def codes_and_sums(start):
    encoder, decoder = build_lab(start, start)
    codes = np.asarray(encoder(test_images[:1000]))
    return codes, dense(codes, *decoder.get_weights())


codes, sums = codes_and_sums(unit)
for limit in (5.0, 16.0):
    _, share, _ = initial_sums(codes, 1.0, limit)
    print(f"outputs beyond {limit:2.0f} before training: ", end="")
    print(f"your formula {share:.0%}, ", end="")
    print(f"the lab's network {np.mean(np.abs(sums) > limit):.0%}")

# %% [markdown]
# Beyond 5 a sigmoid is nearly flat; beyond 16 the clipped cross-entropy of Exercise
# 3.5 is flat as well. The formula gives the share to be expected over many draws of
# the weights, and the lab's network is one draw.
#
# So both halves of the lab's network begin with saturated units. In the table below
# each half gets Glorot's initialisation while the other keeps its unit normal.
# Which change do you expect to lower the error more?

# %%
# "a": Glorot's in the encoder alone.  "b": Glorot's in the decoder alone.
half_guess = "a"  # prediction

# %% [markdown]
# Figure 3.4 said what happens to an output that is far on the wrong side: under
# a squared error hardly anything pulls it back. So ask where in the image the lab's
# error sits. *Stuck* is here an output pixel that
# stays within 0.1 over all test images, and is wrong.

# %%
def by_pixel(encoder, decoder):
    outputs = decoder(encoder(test_images)).numpy()
    errors = np.square(outputs - test_images).mean(axis=0)
    stuck = (np.ptp(outputs, axis=0) < 0.1) & (errors > 0.01)
    return outputs.mean(axis=0), errors, stuck


_, _, stuck_before = by_pixel(*build_lab(unit, unit))
lab_mean, lab_error, stuck = by_pixel(*lab)
_, glorot_error, _ = by_pixel(*glorot)
share = lab_error[stuck].sum() / lab_error.sum()
print(f"output pixels that are stuck before training: {stuck_before.sum()}")
print(f"output pixels that are stuck after it: {stuck.sum()} of 784")
print(f"their share of the lab's error: {share:.0%}")
cost = published("basic_ae.mse.epoch20").value * 784
print(f"pixels stuck at the wrong end that make 0.0327: {cost:.0f}")

# %%
plots.show_images(
    np.stack([test_images.mean(axis=0), lab_mean, lab_error, glorot_error]),
    titles=["mean image", "mean output, lab", "error, lab", "error, Glorot"],
    columns=4,
    alt="Four maps: the mean image; the lab's mean output, with black and "
    "white dots; its error, the same dots; Glorot's error, almost white.",
)

# %% [markdown]
# **Figure 3.7.** The mean test image, the lab's mean output, and where the
# squared error sits for both initialisations. Some output pixels stand at ink
# near the border, where there hardly ever is any, others at paper in the middle.
# On MNIST few stood there before training: far out as many outputs began, they still changed
# from image to image. It is training that drives them to one end, and Figure 3.4 shows
# how little slope there is to bring them back. Which of its steps do that we did not test. One pixel stuck at the
# wrong end costs
# $1/784 \approx 0.0013$ of MSE, so that the last number above would be the whole
# of 0.0327. A pixel that stands at paper where there is ink only sometimes costs
# less.

# %% [markdown]
# Two things look wrong by now: saturated hidden units, and stuck outputs. Which
# of them costs the error? Each half has initial weights of its own, so there are
# four networks. Four more runs change one other thing in the lab's network:
# *batch normalisation* before the hidden sigmoid, which gives each pre-activation
# mean 0 and standard deviation 1 over the batch (lesson 04 explains it); an
# encoder that is never trained; and the cross-entropy as the loss, clipped as in
# Exercise 3.5, and from logits. The cross-entropy is a *sum* over the pixels where the
# squared error is a mean, which makes its gradients 784 times as large. RMSProp divides
# by their size, but for $\varepsilon$ and for the 1 at which its running means begin: a
# control sums the squared error, too. All nine train for a few
# epochs, which is enough to tell them apart.

# %%
# In full this takes about 20 seconds on two cores.
def build_normalised():
    first, decoder = build_lab(unit, unit)
    encoder = keras.Sequential(
        [
            keras.Input((784,)),
            keras.layers.Dense(256),
            keras.layers.BatchNormalization(),
            keras.layers.Activation("sigmoid"),
        ]
    )
    encoder.layers[0].set_weights(first.get_weights())
    return encoder, decoder


def build_frozen():
    encoder, decoder = build_lab(unit, unit)
    encoder.trainable = False
    return encoder, decoder


networks = {
    "encoder unit,   decoder unit": build_lab(unit, unit),
    "encoder Glorot, decoder unit": build_lab(scaled, unit),
    "encoder unit,   decoder Glorot": build_lab(unit, scaled),
    "encoder Glorot, decoder Glorot": build_lab(scaled, scaled),
    "lab, batch normalisation": build_normalised(),
    "lab, encoder never trained": build_frozen(),
}
few_epochs = pick(full=3, fast=20)
for encoder, decoder in networks.values():
    train_lab(encoder, decoder, epochs=few_epochs)
summed = networks["lab, squared error summed"] = build_lab(unit, unit)
of_sum = train_lab(*summed, epochs=few_epochs, loss=losses.squared_error)

# %%
def train_on_logits(encoder, decoder, epochs):
    logits = keras.Sequential([keras.Input((256,)), keras.layers.Dense(784)])
    logits.set_weights(decoder.get_weights())
    training.train(
        models.chain(encoder, logits),
        images,
        loss=lambda x, a: keras.ops.sum(from_logits(x, a), axis=1),
        optimizer=optimizers.RMSpropTF1(0.01),
        epochs=epochs,
        batch_size=100,
    )
    decoder.set_weights(logits.get_weights())


clipped, unclipped = build_lab(unit, unit), build_lab(unit, unit)
train_lab(*clipped, epochs=few_epochs, loss=losses.binary_cross_entropy)
train_on_logits(*unclipped, few_epochs)
networks["lab, cross-entropy, clipped"] = clipped
networks["lab, cross-entropy from logits"] = unclipped

# %%
heading = f"after {few_epochs} epochs, test images"
print(f"{heading:31} MSE     saturated  stuck")
table = {}
for name, (encoder, decoder) in networks.items():
    codes = np.asarray(encoder(test_images[:1000]))
    saturated = np.mean(np.abs(codes - 0.5) > 0.4933)  # sigmoid(5) = 0.9933
    _, errors, stuck = by_pixel(encoder, decoder)
    table[name] = errors.mean()
    print(
        f"{name:31} {errors.mean():.4f}  {saturated:9.0%}  {stuck.sum():5d}"
    )

# %%
both, encoder_only, decoder_only, *_ = table.values()
print("Glorot's initialisation, instead of the lab's unit normal, divides")
print(f"the lab's error by {both / encoder_only:.1f} in the encoder alone,")
print(f"by {both / decoder_only:.1f} in the decoder alone.")
changes = {"a": "Glorot's in the encoder", "b": "Glorot's in the decoder"}
better_half = "a" if encoder_only < decoder_only else "b"
predicted(half_guess, better_half, choices=changes)

# %% [markdown]
# Read the table from the first row. In full on MNIST:
#
# - *The decoder's initial weights cost most.* With Glorot's there and nothing else
#   changed, no output is stuck, and the error is that of the network with Glorot's
#   in both halves, although almost half of the code is saturated. In these few epochs
#   a saturated code does no harm by itself; what it does in twenty is not shown here.
# - *The encoder's initial weights matter only together with the decoder's.* With
#   Glorot's in the encoder alone, fewer outputs get stuck, but some do.
# - Batch normalisation ends the saturation of the code altogether and leaves fewer
#   outputs stuck; the error stays several times that of the network with Glorot's
#   decoder.
# - The lab's encoder that is never trained is no worse than the one that is. So in
#   these epochs the decoder alone does as much as both; training this encoder made
#   the error higher. Whether it helps in twenty was not run.
# - The cross-entropy leaves hardly an output stuck, from the very same initial weights:
#   that is Figure 3.4. Its error is about a third of the lab's, clipped or from
#   logits. But the control has nearly the same error, with its outputs stuck. So most of
#   that gain is not the slope's: it is had by a sum in place of a mean. (Whether by
#   $\varepsilon$ or by the initial means, we did not test.) And stuck outputs are not all of the error: without
#   them it is still well above that of the network with Glorot's decoder.
#
# One seed and one network size were tried. The histograms looked worse than the map
# of the errors, and it was the map that showed where the error is.

# %%
def filters(encoder, count=30):
    return encoder.get_weights()[0][:, :count].T


for name, old, new in (
    ("unit normal", first_lab, lab[0]),
    ("Glorot", first_glorot, glorot[0]),
):
    pairs = filters(old, 256), filters(new, 256)
    lengths = [np.linalg.norm(kernel, axis=1) for kernel in pairs]
    cosines = np.sum(pairs[0] * pairs[1], axis=1) / lengths[0] / lengths[1]
    moved = np.linalg.norm(pairs[1] - pairs[0], axis=1)
    print(f"{name:12} mean cosine of a filter with its initial self", end="")
    print(f" {cosines.mean():.2f}  initial length"
          f" {lengths[0].mean():4.1f}", end="")
    print(f"  moved by {moved.mean():4.1f}")
plots.show_images(
    np.concatenate([filters(lab[0]), filters(glorot[0])]),
    columns=15,
    signed=True,
    alt="Two rows of fifteen filters from unit-normal initial weights, all "
    "noise, above two rows from Glorot's initialisation, with blobs.",
)

# %% [markdown]
# **Figure 3.8.** What thirty hidden units look for: column $k$ of the encoder
# kernel as an image, the unit's *filter*, red for positive and blue for negative
# weights. The first
# two rows began as a unit normal and still look like noise, up to the border
# where there is never any ink: by the cosines above the trained filters point nearly
# where the initial ones did. They have moved no less than Glorot's, by the last column;
# it is their initial length that hides it. The last two rows, from Glorot's, have
# gathered where the ink is. They are no clean strokes: nothing asks a code of 256
# for that. Lesson 05 asks for more, and you will see how far it gets.

# %% [markdown]
# ## A recipe of today
#
# What most people would take today, all at once: a *leaky ReLU* code (a *ReLU* is the
# pre-activation itself if it is positive, and 0 if not; the leaky one has a fifth of
# it there, so that the slope of a unit is never 0), Glorot's initialisation, Adam
# instead of RMSProp, a learning rate that falls along a cosine to 0, batches of 128,
# and fewer epochs.

# %%
def train_modern(autoencoder, images, epochs, learning_rate=2e-3):
    steps = epochs * int(np.ceil(len(images) / 128))
    schedule = keras.optimizers.schedules.CosineDecay(learning_rate, steps)
    return training.train(
        autoencoder,
        images,
        loss=losses.mean_squared_error,
        optimizer=keras.optimizers.Adam(schedule),
        epochs=epochs,
        batch_size=128,
    )


keras.utils.set_random_seed(3)
encoder, decoder = models.build_basic(784, 256, activation="leaky_relu")
autoencoder = models.chain(encoder, decoder)
modern_history = train_modern(autoencoder, images, pick(full=8, fast=10))
reconstructions = autoencoder(test_images).numpy()

# %%
compare(
    {
        "basic_ae.mse.epoch20": modern_history.loss[0],
        "measured.basic_ae.modern.mse.test.epoch10": measures.mse(
            test_images, reconstructions
        ),
    },
    images=digits.name,
    note="Ours, first row: the first epoch. Second row: a leaky ReLU code, "
    f"{len(modern_history.loss)} epochs, batches of 128.",
)

# %% [markdown]
# The first row sets the *first* epoch of this recipe against the lab's twentieth,
# both on training images. So a 0.0327 says little about autoencoders. How much of
# it comes from the initial weights alone you saw in Figure 3.5, where nothing else
# was changed; here nearly everything is. Look at the pictures as well: one number
# does not show what is lost.

# %% [markdown]
# ### The same with compile and fit
#
# `training.train` shows you every part of the loop. Outside this course you will
# meet Keras's own, `compile` and `fit`, which does the same step. Here is the
# second source's 784-784-64-784 net as most people would write it. For an
# autoencoder the images are passed twice, as inputs and as targets.

# %%
# In full this takes about 20 seconds on two cores.
num_epochs = pick(full=3, fast=10)
standard = keras.Sequential(
    [
        keras.Input((784,)),
        keras.layers.Dense(784, "relu"),
        keras.layers.Dense(64, "relu", name="code"),
        keras.layers.Dense(784, "sigmoid"),
    ]
)
standard.set_weights(wide.get_weights())
standard.compile(optimizer=keras.optimizers.Adam(1e-3), loss="mse")
pixels = keras.ops.convert_to_tensor(images)  # of an array fit takes copies
fitted = standard.fit(
    pixels,
    pixels,
    batch_size=128,
    epochs=num_epochs,
    validation_data=(validation_images, validation_images),
    verbose=0,
)

# %%
trained = training.train(
    wide,
    images,
    loss=losses.mean_squared_error,
    optimizer=keras.optimizers.Adam(1e-3),
    batch_size=128,
    epochs=num_epochs,
    validation=validation_images,
)
rows = {"loss": trained.loss, "val_loss": trained.validation}
for name, ours in rows.items():
    theirs = fitted.history[name]
    print(f"{name:8}  fit  ", *(f"{error:.4f}" for error in theirs))
    print(f"{name:8}  train", *(f"{error:.4f}" for error in ours))

# %% [markdown]
# The two start from the same weights (`set_weights`) and take the images in
# different orders, one order each. `loss="mse"` and
# `"binary_crossentropy"` are the losses of Exercises 3.4 and 3.5, the second
# averaged over the pixels instead of summed. `validation_split=0.1` puts the last
# tenth of the images aside by itself. This course keeps its own loop, because
# later lessons change the step: noise in the input, two losses, runs that are
# resumed.

# %%
plots.show_rows(
    {
        "input": test_images[:10],
        "lab recipe": models.chain(*lab)(test_images[:10]).numpy(),
        "today's": reconstructions[:10],
        "code of 64": standard(test_images[:10]).numpy(),
    },
    alt="Ten digits and three reconstructions of each. The lab's are speckled "
    "with noise, today's are close to the input, the second source's too.",
)

# %% [markdown]
# **Figure 3.9.** Ten test images and what three networks return. The dots in
# the lab's row are the same in every picture: its stuck pixels. The last row is
# the second source's 784-784-64-784, trained by `fit`, for three epochs in full.

# %% [markdown]
# ## How much fits through the middle
#
# Reconstruction error against the size of the code, with PCA on the same axes.
# On its training images PCA is the best that *any* linear code can do (lesson
# 02), so it is the baseline that a network has to beat. The largest code here,
# 1,000, is wider than the image: an *overcomplete* code. Nothing forces it to
# summarise.
#
# PCA has one handicap that is easily removed: its output can be blacker than
# black and whiter than white, and a sigmoid's cannot. So PCA is there twice, as
# it is and with its output clipped to [0, 1].

# %%
# In full this takes about 40 seconds on two cores.
code_sizes = pick(
    full=[2, 16, 32, 64, 128, 1000], fast=[2, 64, 1000]
)


def sweep(code_size, images=images, tested=test_images, code="leaky_relu"):
    keras.utils.set_random_seed(3)
    halves = models.build_basic(784, code_size, activation=code)
    model = models.chain(*halves)
    train_modern(model, images, pick(full=5, fast=10))
    outputs = model(tested).numpy()
    return measures.mse(tested, outputs), outputs[:10].copy()


ae_errors, first_ten = zip(*map(sweep, code_sizes))

# %%
def pca_error(code_size, low=-np.inf, high=np.inf):
    codes = pca.encode(test_images, mean, components[:code_size])
    decoded = pca.decode(codes, mean, components[:code_size])
    return measures.mse(test_images, np.clip(decoded, low, high))


mean, components, _ = pca.fit_pca(images, code_sizes[-2])
pca_sizes = code_sizes[:-1]
pca_errors = [pca_error(code_size) for code_size in pca_sizes]
clipped_errors = [pca_error(code_size, 0, 1) for code_size in pca_sizes]
plots.show_curves(
    {
        "basic autoencoder": (code_sizes, ae_errors),
        "PCA": (pca_sizes, pca_errors),
        "PCA, clipped": (pca_sizes, clipped_errors),
    },
    x_label="code size (numbers per image)",
    y_label="MSE on the test images",
    log_x=True,
    log_y=True,
    dashed=["PCA", "PCA, clipped"],
    alt="Test error against code size, both axes logarithmic: a falling curve "
    "for the autoencoder, one for PCA, and a little below it PCA clipped.",
)

# %% [markdown]
# **Figure 3.10.** Test error against code size, for a network with one hidden
# layer and for PCA, all fitted to the same images. Where does the network win,
# and where does PCA? And what is the network's advantage made of? It differs from
# PCA in two things, its output sigmoid and its code, so put them in one at a time.

# %%
linear_code, _ = sweep(64, code="linear")
at_64 = code_sizes.index(64)
row = {
    "PCA": pca_errors[at_64],
    "PCA, clipped": clipped_errors[at_64],
    "linear code, sigmoid output": linear_code,
    "leaky ReLU code, sigmoid output": ae_errors[at_64],
}
for name, error in row.items():
    print(f"code of 64, {name:31} MSE {error:.5f}")
for size, network, linear in zip(pca_sizes, ae_errors, clipped_errors):
    winner = "the network" if network < linear else "PCA, clipped"
    lead = 1 - min(network, linear) / max(network, linear)
    print(f"code of {size:3d}: {winner} has the lower error, by {lead:.1%}")
target = published("basic_ae.mse.epoch20").value
enough = [size for size, e in zip(code_sizes, ae_errors) if e <= target]
print(f"codes with which the network reaches the lab's {target}:", *enough)

# %% [markdown]
# In full on MNIST the network wins at 32 and 64 numbers, and at 16 by too little for
# one run to say. At 64, clipping brings PCA a part of the way; a *linear* code under a
# sigmoid output goes all the way, and the leaky ReLU adds nothing to that. So at 64 the advantage is the output's. (One run
# each, of five epochs; other sizes were not taken apart.) At 128, PCA's exact solution
# beats five epochs of gradient descent. (The embedded digits are too few for these
# epochs: PCA wins at every size.)

# %% [markdown]
# What such errors look like, you can see by moving the slider. The lab's final
# error took it a code of 256; the last line above says which codes reach it here.

# %%
widgets.explore_code_size(
    {
        "basic autoencoder": dict(zip(code_sizes, ae_errors)),
        "PCA": dict(zip(pca_sizes, pca_errors)),
    },
    dict(zip(code_sizes, first_ten)),
    test_images[:10],
    alt="Ten digits rebuilt from codes of growing size, grey blots at first "
    "and nearly the input at the end, beside the falling curves of Figure "
    "3.10.",
)

# %% [markdown]
# **Figure 3.11.** Ten test images through codes of several sizes. From which size
# on can you tell every digit? On paper some of the sizes stand above each other;
# where a kernel runs, a
# slider moves through all of them.

# %% [markdown]
# ## A control that must fail
#
# The claim is that a narrow code works because the pixels of an image depend on each
# other in ways that repeat. If so, the same network must fail where they do not. Take
# the same pixels and permute them *within each image, each image differently*:
# the same amount of ink, the same code size, no strokes. The baseline is a code
# of size zero: answer the mean image every time. *Explained* is the part of the mean
# image's error that the network removes, from 0 to 1. How much of it does a code of
# 64 explain when the pixels are permuted?

# %%
# A part of the mean image's error, from 0 to 1.
explained_guess = 0.5  # prediction

# %%
rng = np.random.default_rng(3)
permuted = rng.permuted(images, axis=1)
permuted_test = rng.permuted(test_images, axis=1)
permuted_error, _ = sweep(64, permuted, permuted_test)
rows = {
    "digits": (test_images, images, ae_errors[at_64]),
    "permuted pixels": (permuted_test, permuted, permuted_error),
}
for name, (tested, trained, error) in rows.items():
    baseline = measures.mse(tested, trained.mean(axis=0) + 0 * tested)
    kept = 1 - error / baseline
    print(
        f"{name:16} mean image {baseline:.4f}  code of 64 {error:.4f}"
        f"  explained {kept:6.1%}"
    )
print(f"64 of 784 directions, chosen at random, would keep {64 / 784:.1%}")
variances = np.sort(images.var(axis=0))[::-1]
by_pixels = variances[:64].sum() / variances.sum()
print(f"the 64 pixels that vary most keep {by_pixels:.1%} of the digits")
predicted(explained_guess, kept, "of the mean image's error is explained")

# %% [markdown]
# Compare the second row with the line below it: in full on MNIST a code of 64 keeps of
# permuted pixels little more than any 64 directions would. (The amount of ink is one
# direction that is worth more than another.) The permutation also takes away that some
# pixels vary more than others, as they do in digits. The last line is the control for
# that: 64 numbers that are just the pixels which vary most, and know nothing of how
# pixels depend on each other, keep more than that, and less than the network does.
# What an autoencoder learns is not how to copy; it is what the training images have in
# common.

# %% [markdown]
# ## What the error does not see
#
# Move each test image a little: a person sees the same digit. Erase half of
# it: much of the digit is gone. Which one does the squared error prefer? The
# experiment is published for a small colour photograph, and is done here in the
# same way: the image moves one pixel down *and* one to the right; the erased
# half is the upper one; what is empty is filled with the image's average grey. A move
# of one pixel, down alone or right alone, is measured beside it.

# %%
pictures = plots.as_images(test_images)
grey = pictures.mean(axis=(1, 2), keepdims=True)


def move(down, right):
    images = np.roll(pictures, (down, right), axis=(1, 2))
    images[:, :down], images[:, :, :right] = grey, grey
    return images


moved = move(1, 1)
erased = pictures.copy()
erased[:, :14] = grey
costs = {
    "moved down": measures.squared_errors(pictures, move(1, 0)),
    "moved to the right": measures.squared_errors(pictures, move(0, 1)),
    "moved both ways": measures.squared_errors(pictures, moved),
    "upper half erased": measures.squared_errors(pictures, erased),
    "reconstruction": measures.squared_errors(test_images, reconstructions),
}
for name, cost in costs.items():
    print(f"{name:20} SSE/image {cost.mean():6.2f}")
for name in list(costs)[:3]:
    worse = np.mean(costs[name] > costs["upper half erased"])
    print(f"{name:20} costs more than the erased half on {worse:.0%}")

# %%
compare(
    {
        "uva.sse.shift": costs["moved both ways"].mean(),
        "uva.sse.half_erased": costs["upper half erased"].mean(),
    },
    images=digits.name,
    note="Theirs: one colour photograph, pixels from -1 to 1, three colours. "
    "Compare the order of the two, not their size.",
)

# %%
plots.show_rows(
    {
        "input": pictures[:10],
        "moved both ways": moved[:10],
        "half erased": erased[:10],
    },
    alt="Ten digits, the same digits moved one pixel down and to the right, "
    "and with the upper half erased. The moved ones read as well as the "
    "originals.",
)

# %% [markdown]
# **Figure 3.12.** Moved by one pixel down and one to the right, a digit is still the
# same digit; with its upper half erased, it often is not. The squared error has it the
# other way round, on the photograph and on MNIST. (On the embedded digits the two cost
# about the same.) On MNIST one pixel in one direction costs nearly as much as the erased
# half, and leaves everything readable. The squared error compares pixel with pixel, and knows
# nothing of shapes.

# %% [markdown]
# ## A code that you can look at
#
# With a code of two numbers, every image has a place in the plane, and every
# place has an image. The code is linear here. A code of two *sigmoid* units is
# trained beside it, and both at two learning rates: that of the recipe above, and
# ten times that.

# %%
# In full this takes about 10 seconds on two cores.
def train_flat(activation, learning_rate):
    keras.utils.set_random_seed(3)
    encoder, decoder = models.build_basic(784, 2, activation=activation)
    model = models.chain(encoder, decoder)
    train_modern(model, images, pick(full=5, fast=15), learning_rate)
    error = measures.mse(test_images, model(test_images).numpy())
    print(f"two {activation:7} units, rate {learning_rate:5}", end="")
    print(f"  MSE {error:.4f}", end="")
    if activation == "sigmoid":
        sums = dense(test_images, *encoder.get_weights())
        print(f"  saturated {np.mean(np.abs(sums) > 5):4.0%}", end="")
    print()
    return encoder, decoder


for rate in (0.002, 0.02):
    train_flat("sigmoid", rate)
train_flat("linear", 0.002)
flat_encoder, flat_decoder = train_flat("linear", 0.02)
mean_error = measures.mse(test_images, mean + 0 * test_images)
print(f"mean image {mean_error:.4f}  PCA-2 {pca_errors[0]:.4f}")

# %%
flat_codes = flat_encoder(test_images).numpy()
shown = slice(0, pick(full=2_000, fast=360))
plots.show_code_map(
    flat_codes[shown],
    test_labels[shown],
    test_images[shown],
    flat_decoder,
    alt="Left: test images in a two-number code, most digits overlapping. "
    "Right: what each place decodes to, blurred digits that blend.",
)

# %% [markdown]
# **Figure 3.13.** Left, where the encoder puts test images; right, what the
# decoder makes of each place, for a linear code of two under a sigmoid output.
# The two sigmoid units are saturated on nearly all images at either learning rate,
# and in full on MNIST that network does no better than the mean image; why they
# saturate here, we did not test. The linear units come up to PCA at best, and the
# higher rate brought them nearer: how far more training would take them, we did not
# test either. Lesson 04 puts more layers on both sides.

# %% [markdown]
# ## What to take with you
#
# - An autoencoder is trained on its own input; the narrow code is what makes
#   the task worth something.
# - Two losses, one number per image each. With a sigmoid output the squared
#   error loses its slope where the output is most wrong; the cross-entropy
#   keeps it as far as it is not clipped, and everywhere if it is computed from
#   logits. A cross-entropy stands between two levels: the perfect copy and the
#   mean image.
# - How many units begin saturated can be told from the length of the inputs and the
#   deviation of the weights, before anything is drawn.
# - Initial weights matter. With the lab's unit normal in the decoder, training drives
#   many outputs to one end, a squared error lets them stay there, and a known 0.0327
#   is the price. Its saturated code looks as bad, and
#   cost nothing by itself in the few epochs of the table. And another loss lowered the
#   error for another reason than the one that we had for it: change one thing at a time.
# - Print an error beside others: PCA at the same code size, the mean image, the
#   control with permuted pixels. And look at the pictures.
# - Squared error compares pixels, not shapes.

# %% [markdown]
# ## Questions to think about
#
# **1.** The lab's run keeps improving for twenty epochs although most hidden
# units are saturated. What is it that still learns?
#
# <details><summary>One answer</summary>
#
# The decoder can: its gradient with respect to its own kernel does not pass through
# the hidden units' slope. The row of the table whose encoder is never trained shows
# how far a decoder gets in three epochs with 256 random features. The lab's encoder
# moves, too; after the same three epochs the net with it is behind, on MNIST. What it
# adds in twenty, a run with a fixed encoder of that length would tell.
#
# </details>
#
# **2.** Batch normalisation before the hidden sigmoid gives every unit a
# pre-activation with mean 0 and standard deviation 1. Why does it rescue the lab's
# network only in part?
#
# <details><summary>One answer</summary>
#
# It mends what the hidden units suffer from: the table's column of saturated units
# falls to 0 %, and fewer outputs get stuck. But the decoder's initial weights and the
# squared error are as they were: each output is still a sum over 256 units with weights
# of size one. Codes near 1/2 make shorter sums than codes at 0 and 1 do: put both into
# your formula of Exercise 3.8. To rescue the rest, the output layer would need the
# normalisation, too (we did not test that), or smaller initial weights.
#
# </details>
#
# **3.** An overcomplete code of 1,000 could copy the image. Why is its test
# error not zero, and how would you force such a code to learn something?
#
# <details><summary>One answer</summary>
#
# A copy needs particular weights, and a few epochs of gradient descent from
# random initial weights do not arrive there. (That more epochs come nearer is
# to be expected; we did not test how near.) To make a wide code useful, take
# something else away: part of the input (lesson 05), or most of the units at
# any one time (lesson 08).
#
# </details>

# %% [markdown]
# ## Where to read on
#
# - Xavier Glorot and Yoshua Bengio, *Understanding the difficulty of training
#   deep feedforward neural networks*, AISTATS 2010: saturated units, and the
#   initialisation that bears the first author's name. A paper to read with
#   Figure 3.6 beside it.
# - Ian Goodfellow, Yoshua Bengio and Aaron Courville, *Deep Learning*, MIT
#   Press 2016, chapter 14: autoencoders; section 6.2 derives the losses from
#   likelihoods.
# - Gabriel Loaiza-Ganem and John P. Cunningham, *The continuous Bernoulli:
#   fixing a pervasive error in variational autoencoders*, NeurIPS 2019: what
#   becomes of the cross-entropy when pixels are grey.

# %%
score()

# %%
about.versions()
