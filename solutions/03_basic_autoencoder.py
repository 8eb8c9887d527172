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
# 1. write the forward pass, two losses and one training step yourself, and
#    say what each number in them means;
# 2. explain why the very same network, optimizer and data end at an error of
#    0.033 in the lab of 2019 and many times lower with another start;
# 3. tell what a code of a given size keeps, beside PCA, and name two things
#    that a low reconstruction error does not tell you.
#
# **18 points**, 60 to 90 minutes of thinking; all cells together compute for
# at most 5 minutes on two CPU cores. You need lesson 02 for the comparison
# with PCA, and the chain rule.

# %%
try:
    from helpers.course import about, pick
except ImportError:
    raise ImportError("The course is not found here: open this notebook with "
                      "make lab, and rename a helpers.py beside it.") from None
from helpers import data, losses, measures, models, pca, plots, training
from helpers import widgets
from helpers.checks import check, hint, score
from helpers.results import compare, published
from helpers.training import optimizers
import keras, numpy as np, tensorflow as tf

digits = data.load("auto")

# %% [markdown]
# Images are rows of 784 numbers in this lesson: `(n, 784)`, each pixel in
# [0, 1]. The network is asked to return them.

# %%
images = digits.train_vectors[: pick(full=60_000, fast=2_000)]
test_images = digits.test_vectors
test_labels = digits.test_labels
print("training", images.shape, " test", test_images.shape)

# %%
keras.utils.set_random_seed(3)
untrained = models.chain(*models.build_basic(784, 32))
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
    alt="A column of 784 input units, a narrow column of 32 code units, a column of "
    "784 output units; every unit is joined to all of the next column.",
)

# %% [markdown]
# **Figure 3.2.** The network of the formula, with a code of 32. A circle is a
# unit, a line is one number of a kernel; three dots stand for the units that are
# not drawn. The column in the middle is the *bottleneck*: whatever the decoder
# knows of an image has passed through it.

# %% [markdown]
# ### Exercise 3.1 — Sigmoid and its slope (2 points)
#
# *Warm-up, about 5 minutes.* The sigmoid squeezes any number $a$ into (0, 1).
# In a network, $a$ is the sum that a unit forms, its *pre-activation*:
#
# $$s = \sigma(a) = \frac{1}{1 + e^{-a}}, \qquad
# \frac{\mathrm{d}s}{\mathrm{d}a} = s\,(1 - s).$$
#
# Training multiplies by the slope at every unit, so this slope is what the
# first half of the lesson turns on. Return both.

# %% nbgrader={"schema_version": 3, "grade_id": "ch03-sigmoid", "grade": false, "locked": false, "solution": true, "task": false}
def sigmoid(activations):
    """Return the sigmoid and its slope at each number.

    activations: array of any shape, floats or integers, also far from 0.
    Returns (values, slopes), two arrays of that shape.
    """
    ### BEGIN SOLUTION
    values = 1 / (1 + np.exp(-activations))
    return values, values * (1 - values)
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade_id": "ch03-sigmoid-check", "grade": true, "locked": true, "points": 2, "solution": false, "task": false}
sigmoid = check("3.1", sigmoid)

# %%
activations = np.linspace(-8, 8, 161)
values, slopes = sigmoid(activations)
print(f"slope at 0: {slopes[80]:.2f}, at 4: {slopes[120]:.4f}", end="")
print(f", at 8: {slopes[160]:.6f}")
plots.show_curves(
    {"value": (activations, values), "slope": (activations, slopes)},
    x_label="activation a",
    y_label="sigmoid and slope",
    alt="The sigmoid rises from 0 to 1; its slope is a bump of height 0.25 "
    "at zero and is almost nothing beyond plus or minus 5.",
)

# %% [markdown]
# **Figure 3.3.** The sigmoid and its slope. Notice how narrow the bump is: a
# unit whose activation is beyond ±5 is *saturated (포화)*. It answers 0 or 1
# whatever the image, and almost no gradient passes through it.

# %% [markdown]
# ### Exercise 3.2 — Dense layer (3 points)
#
# *The idea itself, about 10 minutes.* A dense layer computes $K$ weighted
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


# %% nbgrader={"schema_version": 3, "grade_id": "ch03-dense-check", "grade": true, "locked": true, "points": 3, "solution": false, "task": false}
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
# ### Exercise 3.3 — Encoder and decoder (3 points)
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


# %% nbgrader={"schema_version": 3, "grade_id": "ch03-build-basic-check", "grade": true, "locked": true, "points": 3, "solution": false, "task": false}
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
# pixels of an image (MSE),
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

# %% [markdown]
# ### Exercise 3.4 — Squared error (2 points)
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


# %% nbgrader={"schema_version": 3, "grade_id": "ch03-mean-squared-error-check", "grade": true, "locked": true, "points": 2, "solution": false, "task": false}
mean_squared_error = check("3.4", mean_squared_error)

# %% [markdown]
# ### Exercise 3.5 — Cross-entropy (3 points)
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


# %% nbgrader={"schema_version": 3, "grade_id": "ch03-binary-cross-entropy-check", "grade": true, "locked": true, "points": 3, "solution": false, "task": false}
binary_cross_entropy = check("3.5", binary_cross_entropy)

# %% [markdown]
# What does each loss *do* to a unit that is badly wrong? Take one pixel that
# should be ink, $x = 1$, move the activation $a$ of the output unit from far
# wrong to right, and ask TensorFlow for the slope of each loss.

# %%
def loss_slopes(loss):
    activations = tf.linspace(-10.0, 5.0, 61)[:, None]
    with tf.GradientTape() as tape:
        tape.watch(activations)
        total = tf.reduce_sum(
            loss(tf.ones_like(activations), tf.sigmoid(activations))
        )
    gradient = tape.gradient(total, activations)
    return activations[:, 0].numpy(), gradient[:, 0].numpy()


plots.show_curves(
    {
        "squared error": loss_slopes(mean_squared_error),
        "cross-entropy": loss_slopes(binary_cross_entropy),
    },
    x_label="activation a of an output unit whose target is 1",
    y_label="d loss / d a",
    alt="Slope of two losses against the activation. Far on the wrong side "
    "the squared error's slope returns to zero; the cross-entropy's is -1.",
)

# %% [markdown]
# **Figure 3.4.** The slope that reaches an output unit whose target is 1. On
# the far left the unit is completely wrong. There the squared error gives it
# *no* slope, because the sigmoid is flat; the cross-entropy pulls with full
# strength, because its logarithm cancels the flatness. Keep this picture in
# mind when a start with large weights comes up below.

# %% [markdown]
# ## One step of training
#
# Training repeats one step: run the network, compute one number, ask for the
# gradient of that number with respect to every weight, move every weight a
# little against it. The target of an autoencoder is its own input; no label
# appears anywhere.

# %% [markdown]
# ### Exercise 3.6 — Training step (3 points)
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


# %% nbgrader={"schema_version": 3, "grade_id": "ch03-loss-and-gradients-check", "grade": true, "locked": true, "points": 3, "solution": false, "task": false}
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
# `training.train` from here on is the same step, compiled, with fresh batches
# of shuffled images, and a history of what it cost.

# %% [markdown]
# ## The lab of 2019, as it was
#
# The first source of this course trains 784-256-784 with both sigmoids, the
# squared error, RMSProp at 0.01, batches of 100 out of 55,000 images, for 20
# epochs, and starts every weight and bias from a **normal distribution with
# standard deviation 1**. It prints the error of each epoch, ending at 0.0327.
# (An *epoch* is one pass over all training images, in *batches* of so many, and
# a step for each batch. The *learning rate*, 0.01, scales every step. *RMSProp*,
# a forerunner of Adam, divides each weight's step by the recent size of its
# gradient, plus a small $\varepsilon$ against division by zero.)
#
# Here is that recipe, with the RMSProp of TensorFlow 1. Beside it run the same
# with one change: Glorot's start, which scales the weights by the number of
# units they connect.

# %%
def unit_normal(shape, dtype=None):
    return keras.random.normal(shape, stddev=1.0, dtype=dtype)


def run_lab(optimizer, epochs=20, **start):
    keras.utils.set_random_seed(3)
    encoder, decoder = models.build_basic(784, 256, **start)
    history = training.train(
        models.chain(encoder, decoder),
        images[:55_000],
        loss=losses.mean_squared_error,
        optimizer=optimizer,
        epochs=epochs,
        batch_size=100,
        validation=test_images,
    )
    return encoder, decoder, history


lab_start = {"initializer": unit_normal, "bias_initializer": unit_normal}
lab = run_lab(optimizers.RMSpropTF1(0.01), **lab_start)
glorot = run_lab(optimizers.RMSpropTF1(0.01))
keras_default = run_lab(keras.optimizers.RMSprop(0.01), 5, **lab_start)

# %%
lab_history, glorot_history = lab[-1], glorot[-1]
epochs = range(1, len(lab_history.loss) + 1)
printed = [published(f"basic_ae.mse.epoch{epoch}").value for epoch in epochs]
plots.show_curves(
    {
        "as printed in 2019": (epochs, printed),
        "the same recipe here": (epochs, lab_history.loss),
        "with Glorot's start": (epochs, glorot_history.loss),
        "with Keras's RMSProp": (epochs[:5], keras_default[-1].loss),
    },
    x_label="epoch",
    y_label="MSE on the training images",
    log_y=True,
    dashed=["as printed in 2019"],
    alt="Training error by epoch, logarithmic. The printed curve and our run "
    "of the recipe flatten together; Glorot's start ends far below both; "
    "Keras's RMSProp lies above.",
)

# %% [markdown]
# **Figure 3.5.** The printed losses, our run of the same recipe, and the run
# that differs in nothing but the scale of its first weights. The fourth curve
# is a trap for anyone who translates the lab word for word: Keras's RMSProp has
# the same name and the same 0.01, and a default $\varepsilon$ a thousand times
# larger. The gradients of a saturated network are small enough for that to
# matter.

# %%
glorot_test = glorot_history.validation[-1]
compare(
    {
        "basic_ae.mse.epoch20": lab_history.loss[-1],
        "measured.basic_ae.glorot.mse.train.epoch20": glorot_history.loss[-1],
        "measured.basic_ae.glorot.mse.test.epoch20": glorot_test,
    },
    note="The last two: an earlier measurement with Keras's own RMSProp.",
)

# %% [markdown]
# Nothing is wrong with the lab's network, its optimizer or its twenty epochs.
# Look inside to see what is wrong with its start: feed it test images before
# any training, and look at the activations of the hidden units and at their
# slopes, the factor that every gradient has to pass.

# %%
def hidden_activations(encoder):
    kernel, bias = encoder.get_weights()
    return dense(test_images[:1000], kernel, bias)


keras.utils.set_random_seed(3)
first_lab, _ = models.build_basic(784, 256, **lab_start)
first_glorot, _ = models.build_basic(784, 256)
before = {
    "unit normal": hidden_activations(first_lab),
    "Glorot": hidden_activations(first_glorot),
}
for name, activations in before.items():
    flat = np.mean(np.abs(activations) > 5)
    print(f"{name:12} saturated before training: {flat:6.1%}")

# %%
after = {
    "unit normal": hidden_activations(lab[0]),
    "Glorot": hidden_activations(glorot[0]),
}
for name, activations in after.items():
    flat = np.mean(np.abs(activations) > 5)
    print(f"{name:12} saturated after training:  {flat:6.1%}")
plots.show_histograms(
    {"before training": before, "after training": after},
    x_label="activation of a hidden unit",
    alt="Histograms of hidden activations. The unit-normal start is wide, "
    "mostly beyond plus or minus 5, before and after training; Glorot's is "
    "narrow around zero before.",
)

# %% [markdown]
# **Figure 3.6.** Hidden activations on 1,000 test images. About a hundred ink
# pixels an image, each times a weight of size one, add up to activations of
# size ten. Most units are saturated from the first step, their slope is close
# to 0, and twenty epochs do not bring them back. Glorot's start divides the
# weights by $\sqrt{(784 + 256)/2}$, so that every unit begins inside the bump
# of Figure 3.3.

# %% [markdown]
# That is the hidden layer. The output layer has the same start and the same
# sigmoid, and Figure 3.4 said what happens to an output that begins far on the
# wrong side: under a squared error nothing pulls it back. So ask where in the
# image the lab's error sits.

# %%
def by_pixel(encoder, decoder):
    outputs = decoder(encoder(test_images)).numpy()
    errors = np.square(outputs - test_images).mean(axis=0)
    return np.ptp(outputs, axis=0), outputs.mean(axis=0), errors


lab_range, lab_mean, lab_error = by_pixel(*lab[:2])
_, _, glorot_error = by_pixel(*glorot[:2])
stuck = (lab_range < 0.1) & (lab_error > 0.01)
share = lab_error[stuck].sum() / lab_error.sum()
print(f"output pixels that are wrong and never move: {stuck.sum()} of 784")
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
# squared error sits for both starts. Some output pixels stand at ink near the
# border, where there hardly ever is any, others at paper in the middle, and
# they cannot get away. One pixel stuck at the wrong end costs
# $1/784 \approx 0.0013$ of MSE, so that the last number above would be the whole
# of 0.0327. More than that are stuck: a pixel at paper where there is ink only
# sometimes costs less.

# %%
def filters(encoder, count=30):
    return encoder.get_weights()[0][:, :count].T


plots.show_images(
    np.concatenate([filters(lab[0]), filters(glorot[0])]),
    columns=15,
    signed=True,
    alt="Two rows of fifteen filters after the unit-normal start, all noise, "
    "above two rows after Glorot's start, with blobs and strokes.",
)

# %% [markdown]
# **Figure 3.8.** What thirty hidden units look for: column $k$ of the encoder
# kernel as an image, red for positive and blue for negative weights. The first
# two rows started from a unit normal and are still the noise they started as, up
# to the border where there is never any ink. The last two, from Glorot's start,
# have gathered where the ink is. They are no clean strokes: nothing asks a code
# of 256 for that. Lesson 05 asks for more, and you will see how far it gets.

# %% [markdown]
# ## A recipe of today
#
# Three changes: a *leaky ReLU* code (the activation itself if it is positive, a
# fifth of it if not, so that no unit ever goes flat), Adam instead of RMSProp,
# and a learning rate that falls along a cosine to 0. Batches of 128.

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
        validation=test_images,
    )


keras.utils.set_random_seed(3)
encoder, decoder = models.build_basic(784, 256, activation="leaky_relu")
autoencoder = models.chain(encoder, decoder)
modern_history = train_modern(autoencoder, images, pick(full=8, fast=10))

# %%
first, *_, last = modern_history.validation
compare(
    {
        "basic_ae.mse.epoch20": first,
        "measured.basic_ae.modern.mse.test.epoch10": last,
    },
    note="Ours, first row: test images, after our first epoch. Second row: a "
    "leaky ReLU code, 8 epochs, batches of 128.",
)

# %% [markdown]
# The first row takes the *first* epoch of this recipe, on test images, against
# the lab's twentieth. So a 0.0327 says little about autoencoders. How much of it
# is the start alone you saw in Figure 3.5, where nothing else was changed; here
# the code, the optimizer and its schedule are others, too. Look at the pictures
# as well, because one number never shows what is lost.

# %%
reconstructions = autoencoder(test_images).numpy()
lab_autoencoder = models.chain(*lab[:2])
train_modern(wide, images, pick(full=3, fast=10))
plots.show_rows(
    {
        "input": test_images[:10],
        "lab recipe": lab_autoencoder(test_images[:10]).numpy(),
        "today's": reconstructions[:10],
        "code of 64": wide(test_images[:10]).numpy(),
    },
    alt="Ten digits and three reconstructions of each. The lab's are speckled "
    "with noise, today's are close to the input, the second source's too.",
)

# %% [markdown]
# **Figure 3.9.** Ten test images and what three networks return. The dots in
# the lab's row are the same in every picture: its stuck pixels. The last row is
# the second source's 784-784-64-784, trained like ours for three epochs.

# %% [markdown]
# ## How much fits through the middle
#
# The curve that comes back in every lesson: reconstruction error against the
# size of the code, with PCA on the same axes. PCA is the best that *any*
# linear code can do (lesson 02), so it is the baseline that a network has to
# beat. The largest code here, 1,000, is wider than the image: an
# *overcomplete* code. Nothing forces it to summarise.

# %%
code_sizes = pick(
    full=[2, 8, 16, 32, 64, 128, 256, 1000], fast=[2, 64, 1000]
)


def sweep(code_size, images=images, test_images=test_images):
    keras.utils.set_random_seed(3)
    halves = models.build_basic(784, code_size, activation="leaky_relu")
    model = models.chain(*halves)
    train_modern(model, images, pick(full=5, fast=10))
    outputs = model(test_images).numpy()
    return measures.mse(test_images, outputs), outputs[:10]


ae_errors, first_ten = zip(*map(sweep, code_sizes))

# %%
def pca_error(code_size):
    codes = pca.encode(test_images, mean, components[:code_size])
    decoded = pca.decode(codes, mean, components[:code_size])
    return measures.mse(test_images, decoded)


mean, components, _ = pca.fit_pca(images, 256)
pca_sizes = code_sizes[:-1]
pca_errors = [pca_error(code_size) for code_size in pca_sizes]
plots.show_curves(
    {
        "basic autoencoder": (code_sizes, ae_errors),
        "PCA": (pca_sizes, pca_errors),
    },
    x_label="code size (numbers an image)",
    y_label="MSE on the test images",
    log_x=True,
    log_y=True,
    dashed=["PCA"],
    alt="Test error against code size, both axes logarithmic. The autoencoder "
    "lies below PCA for codes of middling size; PCA wins at 256.",
)

# %% [markdown]
# **Figure 3.10.** Test error against code size, for a network with one hidden
# layer and for PCA, both fitted to the same images. Where does the network win,
# and where does PCA? In the middle, the network: its output sigmoid cannot draw
# blacker than black. When there
# is room for everything, PCA's exact solution beats five epochs of gradient
# descent. And with two numbers one hidden layer has nothing to offer. (This is
# the reading on MNIST. The embedded digits are too few: five epochs of them are
# a seventh of the steps, and PCA wins at every size.)

# %% [markdown]
# ### Exercise 3.7 — Reading the curve (2 points)
#
# *Reads the figure, about 5 minutes.* How large a code does each method need
# for a given quality? Write the reading of the figure as a function.

# %% nbgrader={"schema_version": 3, "grade_id": "ch03-smallest-code", "grade": false, "locked": false, "solution": true, "task": false}
def smallest_code(code_sizes, errors, target):
    """Return the smallest code size whose error is at most the target.

    code_sizes: list or tuple of integers, in any order.
    errors: list or tuple, the error of each.
    Returns a code size, or None if none reaches the target.
    """
    ### BEGIN SOLUTION
    good = [
        size
        for size, error in zip(code_sizes, errors)
        if error <= target
    ]
    return min(good) if good else None
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade_id": "ch03-smallest-code-check", "grade": true, "locked": true, "points": 2, "solution": false, "task": false}
smallest_code = check("3.7", smallest_code)

# %%
for target in (published("basic_ae.mse.epoch20").value, 0.015, 0.007, 0.002):
    network = smallest_code(code_sizes, ae_errors, target)
    linear = smallest_code(pca_sizes, pca_errors, target)
    print(f"MSE {target:.4f}: network {network}, PCA {linear}")

# %% [markdown]
# On MNIST the lab's final 0.0327, from a code of 256, is within reach of 16
# numbers, whichever of the two methods makes them. What such an error looks
# like, you can see by moving the slider.

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
    "3.9.",
)

# %% [markdown]
# **Figure 3.11.** Ten test images through codes of several sizes. At 8 numbers
# you can guess most of the digits, although the error is still more than half
# of the mean image's. On paper six of the sizes stand above each other; where a
# kernel runs, a slider moves through all of them.

# %% [markdown]
# ## A control that must fail
#
# The claim is that a narrow code works because images have structure that
# repeats. If so, the same network must fail on images without structure. Take
# the same pixels and shuffle them *within each image, each image differently*:
# the same amount of ink, the same code, no strokes. The baseline is a code of
# size zero: answer the mean image every time.

# %%
rng = np.random.default_rng(3)
shuffled = rng.permuted(images, axis=1)
shuffled_test = rng.permuted(test_images, axis=1)
shuffled_error, _ = sweep(64, shuffled, shuffled_test)
rows = {
    "digits": (test_images, images, ae_errors[code_sizes.index(64)]),
    "shuffled pixels": (shuffled_test, shuffled, shuffled_error),
}
for name, (tested, trained, error) in rows.items():
    baseline = measures.mse(tested, trained.mean(axis=0) + 0 * tested)
    kept = 1 - error / baseline
    print(
        f"{name:16} mean image {baseline:.4f}  code of 64 {error:.4f}"
        f"  explained {kept:6.1%}"
    )

# %% [markdown]
# On shuffled pixels a code of 64 keeps about what any 64 directions out of 784
# would keep, a twelfth, and hardly more. What an autoencoder learns is not how
# to copy; it is what the training images have in common.

# %% [markdown]
# ## What the error does not see
#
# Move each test image one pixel to the right: a person sees the same digit.
# Erase its lower half: a person sees a ruin. Which one does the squared error
# prefer?

# %%
pictures = plots.as_images(test_images)
moved = np.roll(pictures, 1, axis=2)
moved_twice = np.roll(pictures, 2, axis=2)
erased = pictures.copy()
erased[:, 14:] = 0
damage = {
    "moved by one pixel": measures.sse_per_image(pictures, moved),
    "moved by two pixels": measures.sse_per_image(pictures, moved_twice),
    "lower half erased": measures.sse_per_image(pictures, erased),
    "reconstruction": measures.sse_per_image(test_images, reconstructions),
}
for name, error in damage.items():
    print(f"{name:20} SSE/image {error:6.2f}")

# %% [markdown]
# There is a published pair, 205 for the shift and 158 for the erased half. It
# comes from a small colour photograph, where moving *everything* by one pixel
# costs more than half the image. Compare each pair with itself only.

# %%
compare(
    {
        "uva.sse.shift": damage["moved by one pixel"],
        "uva.sse.half_erased": damage["lower half erased"],
    },
    note="Ours: handwritten digits. Theirs: a colour photograph.",
)

# %%
plots.show_rows(
    {
        "input": pictures[:10],
        "moved by two": moved_twice[:10],
        "half erased": erased[:10],
    },
    alt="Ten digits, the same digits moved two pixels to the right, and with "
    "the lower half erased. The moved ones read as well as the originals.",
)

# %% [markdown]
# **Figure 3.12.** Moved by two pixels, a digit is still the same digit, and the
# squared error calls it worse than the ruin below. On digits one pixel is only
# a part of a stroke, so that it takes a move of two to cost more than the erased
# half. The lesson is the photograph's: this loss compares pixel with pixel, and
# knows nothing of shapes.

# %% [markdown]
# ## A code that you can look at
#
# With a code of two numbers, every image has a place in the plane, and every
# place has an image. Encoder on the left, decoder on the right: this picture
# returns in every lesson, and the point is to watch it change.

# %%
def train_flat(activation):
    keras.utils.set_random_seed(3)
    halves = models.build_basic(784, 2, activation=activation)
    model = models.chain(*halves)
    train_modern(model, images, pick(full=5, fast=15), learning_rate=0.02)
    return *halves, measures.mse(test_images, model(test_images).numpy())


*_, sigmoid_error = train_flat("sigmoid")
flat_encoder, flat_decoder, flat_error = train_flat("linear")
mean_error = measures.mse(test_images, mean + 0 * test_images)
print(f"mean image        {mean_error:.4f}")
print(f"two sigmoids      {sigmoid_error:.4f}")
print(f"two linear units  {flat_error:.4f}")
print(f"PCA-2             {pca_errors[0]:.4f}")

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
# **Figure 3.13.** The standing plot, for a linear code of two under a sigmoid
# output. Two *sigmoid* units do worse: with so few of them they saturate early,
# and the whole network answers the mean image. Even the linear
# ones only match PCA. A decoder that takes one sigmoid of a weighted sum of two
# numbers can do little but blend. Lesson 04 puts more layers on both sides, and
# this picture is where you will see it.

# %% [markdown]
# ## What to take with you
#
# - An autoencoder is trained on its own input; the narrow code is what makes
#   the task worth something.
# - Two losses, one number an image each. With a sigmoid output the squared
#   error loses its slope where the output is most wrong; the cross-entropy
#   does not.
# - The start decides whether units are alive. A unit normal over 784 inputs
#   saturates most of them, a squared error lets wrong outputs stay stuck, and a
#   known 0.0327 is the price.
# - An error needs a neighbour: PCA at the same code size, the mean image, the
#   shuffled control. And it needs a picture.
# - Squared error compares pixels, not shapes.

# %% [markdown]
# ## Questions to think about
#
# **1.** The lab's run keeps improving for twenty epochs although most hidden
# units are saturated. What is it that still learns?
#
# <details><summary>One answer</summary>
#
# The decoder. Its gradient with respect to its own kernel does not pass
# through the hidden units' slope. It learns to paint with random, fixed,
# almost binary features, and gets to 0.03 with them.
#
# </details>
#
# **2.** Would batch normalisation before the hidden sigmoid rescue the
# unit-normal start?
#
# <details><summary>One answer</summary>
#
# Yes, largely: it rescales each unit's activations to mean 0 and standard
# deviation 1 over the batch, whatever the kernel's scale is, so that units
# start inside the bump of Figure 3.3. Lesson 04 uses it.
#
# </details>
#
# **3.** An overcomplete code of 1,000 could copy the image. Why is its test
# error not zero, and how would you force such a code to learn something?
#
# <details><summary>One answer</summary>
#
# Copying is one point among all weights, and a few epochs of gradient descent
# from a random start do not arrive there. To make a wide code useful, take
# something else away: part of the input (lesson 05), or most of the units at
# any one time (lesson 08).
#
# </details>

# %%
score()

# %%
about.versions()
