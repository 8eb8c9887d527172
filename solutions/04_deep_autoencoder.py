# %% [markdown]
# # 04 Deep autoencoder: what depth is for
#
# Lesson 03 ended with a defeat: with a code of two numbers, one hidden layer
# was no better than PCA. This lesson puts more layers on both sides. A *deep
# autoencoder (심층 오토인코더)* has several layers before the code and several
# after it; the sources also call it *stacked (적층)*. Its code can bend, and
# two numbers begin to mean something.
#
# After this lesson you can
#
# 1. build and train 784-1000-500-250-2 and back, stop it and go on, and say
#    what its layers do differently in training and in use;
# 2. show with gradients why such nets did not train for twenty years, and
#    compare three ways round that at the same cost;
# 3. set your own deep code beside PCA's and beside the figure that made deep
#    autoencoders famous, and tell over-fitting from learning in its curve.
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
from helpers.results import compare, long_run, published
import keras, numpy as np, tempfile

digits = data.load("auto")

# %% [markdown]
# One image in twelve is kept aside for *validation (검증)*: after every epoch
# you look at images that the net was not trained on. The test images are for
# the figures at the end of each part. (What the text says about results is the
# reading on MNIST. On the embedded digits the nets see too few images, and some
# of it does not hold.)

# %%
images = digits.train_vectors[: pick(full=60_000, fast=2_400)]
held_out = len(images) // 12
seen, validation = images[:-held_out], images[-held_out:]
test_images = digits.test_vectors[: pick(full=10_000, fast=1_000)]
test_labels = digits.test_labels[: len(test_images)]
print("seen", seen.shape, " validation", validation.shape, end="")
print("  test", test_images.shape)

# %%
mean = images.mean(axis=0)
covariance = (images - mean).T @ (images - mean) / len(images)
eigenvectors = np.linalg.eigh(covariance.astype(float))[1]
components = eigenvectors.T[::-1][:30].astype("float32")


def pca_rebuilt(vectors, code_size):
    codes = pca.encode(vectors, mean, components[:code_size])
    return pca.decode(codes, mean, components[:code_size])


plots.show_rows(
    {
        "input": test_images[:10],
        "no number": mean + 0 * test_images[:10],
        "PCA, 2": pca_rebuilt(test_images[:10], 2),
    },
    alt="Ten digits; below each the same grey mean image; below that PCA's "
    "rebuilding from two numbers, grey clouds of which few can be read.",
)

# %% [markdown]
# **Figure 4.1.** Ten test images; the mean image, which needs no code at all;
# and PCA with two numbers an image. The third row is what this lesson has to
# beat. A linear code of two can only add two fixed pictures to the mean.

# %% [markdown]
# ## A layer that behaves differently in training
#
# The deep net of the first source is made of one kind of layer: a matrix
# product and a bias, then **batch normalisation (배치 정규화)**, then a sigmoid.
# You know from lesson 03 what goes wrong with a sigmoid alone: large
# activations saturate it. Batch normalisation takes the activations of one
# unit over the batch, moves them to mean 0 and deviation 1, and only then
# applies two trained numbers, a scale and a shift:
#
# $$\hat a = \gamma\,\frac{a - m}{\sqrt{v + \varepsilon}} + \beta .$$
#
# | symbol | in words | in the code |
# |---|---|---|
# | $a$ | activation of one unit, for one image | `activations[i, k]` |
# | $m$, $v$ | mean and variance of that unit's activations | over axis 0 |
# | $\gamma$, $\beta$ | scale and shift, trained | `scale`, `shift` |
# | $\varepsilon$ | a small number against division by zero | `epsilon` |
# | $\rho$ | how much of the moving statistics stays | `momentum` |
#
# Whose mean and variance? **In training**, those of the batch. **In use** there
# may be a single image, and its answer must not depend on its neighbours: then
# the layer takes *moving* statistics, gathered while it was trained, batch by
# batch, as $\rho$ times the old ones plus $1 - \rho$ times the batch's. The
# source passes a switch to every layer for this, `phase_train`: True while
# training, False in the test.

# %% [markdown]
# ### Exercise 4.1 — Batch norm with its phase switch (3 points)
#
# *The idea itself, about 15 minutes.* Write the layer with both phases, and
# return the moving statistics beside the output.

# %% nbgrader={"schema_version": 3, "grade_id": "ch04-batch-norm", "grade": false, "locked": false, "solution": true, "task": false}
def batch_norm(
    activations, scale, shift, moving, phase_train, momentum=0.9, epsilon=1e-3
):
    """Normalise every unit: by the batch in training, else by `moving`.

    activations: (n, k), floats or integers.  scale, shift: (k,).
    moving: a pair (mean, variance), each (k,).
    A variance divides by n, as np.var does, in the moving one, too.
    Returns (outputs, moving): (n, k), and the pair after this batch; if
    phase_train is False, the pair that came in.
    """
    ### BEGIN SOLUTION
    mean, variance = moving
    if phase_train:
        old_mean, old_variance = moving
        mean, variance = activations.mean(axis=0), activations.var(axis=0)
        moving = (
            momentum * old_mean + (1 - momentum) * mean,
            momentum * old_variance + (1 - momentum) * variance,
        )
    normalised = (activations - mean) / np.sqrt(variance + epsilon)
    return scale * normalised + shift, moving
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade_id": "ch04-batch-norm-check", "grade": true, "locked": true, "points": 3, "solution": false, "task": false}
batch_norm = check("4.1", batch_norm)

# %% [markdown]
# Five numbers: the activations of one unit for a batch of five images. They
# are all far out, where the sigmoid is flat. Normalise them, and look at the
# slope that each image's gradient has to pass, before and after.

# %%
far_out = np.array([[30.0], [34.0], [38.0], [42.0], [46.0]])
one, zero = np.ones(1), np.zeros(1)
normalised, moving = batch_norm(far_out, one, zero, (zero, one), True)
for name, values in (("before", far_out), ("after", normalised)):
    _, slopes = layers.sigmoid(values)
    print(f"{name:6}", values[:, 0].round(2), " slopes", slopes[:, 0].round(3))
print(f"moving mean {moving[0][0]:.1f}, variance {moving[1][0]:.1f}")

# %% [markdown]
# Now the same image alone. In training its unit is compared with itself, so
# that nothing of it is left; in use it is compared with what was gathered.

# %%
for phase_train in (True, False):
    outputs, _ = batch_norm(far_out[:1], one, zero, moving, phase_train)
    print(f"phase_train={phase_train!s:5}  output {outputs[0, 0]:.2f}")

# %% [markdown]
# The second output is large because one batch is not enough to gather
# statistics: the moving mean still stands near its start, 0. After some
# fifty batches it has arrived. Forgetting the switch is a common mistake with
# this layer, and it raises no error.

# %% [markdown]
# ## Encoder and decoder
#
# Keras has your layer as `BatchNormalization`, and the switch as `training=`:
# `model(images, training=True)`. `training.train` sets it, and `model(images)`
# alone means use. So the encoder is a loop:
# $784 \to 1000 \to 500 \to 250 \to 2$, every layer Dense, batch norm, sigmoid,
# the code's layer too. Give Dense the initializer `"lecun_normal"` (deviation
# one over the root of the number of inputs), or leave Keras's own.

# %% [markdown]
# ### Exercise 4.2 — Encoder (3 points)
#
# *The idea itself, about 10 minutes.*

# %% nbgrader={"schema_version": 3, "grade_id": "ch04-build-encoder", "grade": false, "locked": false, "solution": true, "task": false}
def build_encoder(input_size, hidden_sizes, code_size):
    """Build the encoder: Dense, batch norm and sigmoid for every size.

    hidden_sizes: tuple or list, units of the hidden layers in this order,
    for example (1000, 500, 250).
    Returns a Keras model (n, input_size) -> (n, code_size). Any will do:
    Functional, Sequential or a class of your own.
    """
    ### BEGIN SOLUTION
    images = units = keras.Input((input_size,))
    for size in (*hidden_sizes, code_size):
        units = keras.layers.Dense(
            size, kernel_initializer="lecun_normal"
        )(units)
        units = keras.layers.BatchNormalization(momentum=0.9)(units)
        units = keras.layers.Activation("sigmoid")(units)
    return keras.Model(images, units)
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade_id": "ch04-build-encoder-check", "grade": true, "locked": true, "points": 3, "solution": false, "task": false}
build_encoder = check("4.2", build_encoder)

# %% [markdown]
# ### Exercise 4.3 — Decoder (2 points)
#
# *Warm-up, about 5 minutes.* The decoder goes back the same way,
# $2 \to 250 \to 500 \to 1000 \to 784$, with layers of the same kind. Its
# arguments are those of the encoder, in the encoder's order.

# %% nbgrader={"schema_version": 3, "grade_id": "ch04-build-decoder", "grade": false, "locked": false, "solution": true, "task": false}
def build_decoder(input_size, hidden_sizes, code_size):
    """Build the decoder that mirrors build_encoder's encoder.

    hidden_sizes: tuple or list, the encoder's, first one first.
    Returns a Keras model (n, code_size) -> (n, input_size). Any will do:
    Functional, Sequential or a class of your own.
    """
    ### BEGIN SOLUTION
    return build_encoder(code_size, hidden_sizes[::-1], input_size)
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade_id": "ch04-build-decoder-check", "grade": true, "locked": true, "points": 2, "solution": false, "task": false}
build_decoder = check("4.3", build_decoder)

# %%
hidden_sizes = (1000, 500, 250)
keras.utils.set_random_seed(4)
encoder = build_encoder(784, hidden_sizes, 2)
decoder = build_decoder(784, hidden_sizes, 2)
autoencoder = models.chain(encoder, decoder)
kernels = [w for w in autoencoder.weights if len(w.shape) == 2]
print("kernels ", " ".join(f"{a}x{b}" for a, b in (w.shape for w in kernels)))
print(f"parameters {autoencoder.count_params():,}, ", end="")
print(f"of them in kernels {sum(np.prod(w.shape) for w in kernels):,}")

# %% [markdown]
# ## The L2 loss
#
# The source measures the distance of an image to its reconstruction,
#
# $$L_2(x, y) = \sqrt{\sum_{j=1}^{784} (y_j - x_j)^2},$$
#
# one number per image, the L2 of Exercise 1.4, and takes the mean over the batch.
# As a loss it has to let gradients pass.

# %% [markdown]
# ### Exercise 4.4 — L2 loss (2 points)
#
# *Warm-up, about 5 minutes.* Return it for each image, by `keras.ops`.

# %% nbgrader={"schema_version": 3, "grade_id": "ch04-l2", "grade": false, "locked": false, "solution": true, "task": false}
def l2(targets, outputs):
    """Return the Euclidean distance of each image to its reconstruction.

    targets, outputs: (n, d).  Returns (n,), and lets gradients pass.
    """
    ### BEGIN SOLUTION
    squares = keras.ops.square(outputs - targets)
    return keras.ops.sqrt(keras.ops.sum(squares, axis=1))
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade_id": "ch04-l2-check", "grade": true, "locked": true, "points": 2, "solution": false, "task": false}
l2 = check("4.4", l2)

# %% [markdown]
# Two images of two pixels, reconstructed with errors (0.3, 0.4) and (0, 0.1):

# %%
targets = np.zeros((2, 2), "float32")
errors = np.array([[0.3, 0.4], [0.0, 0.1]], "float32")
distances = np.asarray(l2(targets, errors))
print("L2 of each", distances.round(3), f" their mean {distances.mean():.3f}")
mean_sse = np.square(errors).sum(axis=1).mean()
print(f"root of the mean SSE {np.sqrt(mean_sse):.3f}")

# %% [markdown]
# The loss that trains below, `losses.l2`, is yours with one more line: the
# slope of a root at exactly 0 is infinite, and an image that is reproduced
# exactly would turn every weight into `nan`.

# %% [markdown]
# ## The lab's deep net, in six epochs
#
# The source trains this net for 1,000 epochs with Adam and batches of 100, at
# a fixed learning rate of 0.01, and prints the loss of the first seven. Here
# the same net gets six epochs with the same optimizer and batches, and one
# change: the rate begins at 0.01 and falls along a cosine to 0. After every
# epoch come validation, a checkpoint, and the reconstructions of ten test
# images, kept for the next figure.

# %%
def cosine(peak, num_images, epochs, batch_size):
    steps = epochs * int(np.ceil(num_images / batch_size))
    return keras.optimizers.schedules.CosineDecay(peak, steps)


pictures = {}


def keep_pictures(history):
    pictures[history.epochs] = autoencoder(test_images[:10]).numpy()


with tempfile.TemporaryDirectory() as folder:
    lab_history = training.train(
        autoencoder,
        seen,
        loss=losses.l2,
        optimizer=keras.optimizers.Adam(cosine(0.01, len(seen), 6, 100)),
        epochs=6,
        batch_size=100,
        validation=validation,
        checkpoint_dir=folder,
        on_epoch=keep_pictures,
    )

# %%
plots.show_rows(
    {
        "input": test_images[:10],
        "1 epoch": pictures[1],
        "2 epochs": pictures[2],
        "6 epochs": pictures[6],
    },
    alt="Ten digits and their reconstructions from two numbers after one, two "
    "and six epochs: blurred at first, then readable digits.",
)

# %% [markdown]
# **Figure 4.2.** The same ten images, rebuilt from two numbers, as training
# goes on. The source shows such pictures at epochs 5, 100 and 200. Compare with
# the third row of Figure 4.1: these are digits, though not always the right
# ones. Where two numbers cannot tell a 4 from a 9, the net draws a 9.

# %%
epochs = range(1, 8)


def printed(part):
    keys = [f"deep_ae.l2.{part}.epoch{epoch}" for epoch in epochs]
    return [published(key).value for key in keys]


pca_validation = measures.mean_l2(validation, pca_rebuilt(validation, 2))
plots.show_curves(
    {
        "train, printed in 2019": (epochs, printed("train")),
        "validation, printed in 2019": (epochs, printed("validation")),
        "train, here": (epochs[:6], lab_history.loss),
        "validation, here": (epochs[:6], lab_history.validation),
    },
    x_label="epoch",
    y_label="L2, mean over images",
    levels={"PCA with two numbers": pca_validation},
    dashed=["train, printed in 2019", "validation, printed in 2019"],
    alt="L2 by epoch. The printed curves fall from 11.7 and 9.9 to about 7, "
    "above the level of PCA; ours begin lower, pass it and flatten.",
)

# %% [markdown]
# **Figure 4.3.** The losses printed in 2019 and ours, with PCA's level. After
# seven epochs the printed run has not yet reached PCA; ours, with the same net,
# optimizer and batches, is below it after one. What slowed the printed run
# cannot be told from the source, which shows neither its batch norm nor its
# first weights. Notice also that our validation loss lies *below* the training
# loss. Question 1 asks why.

# %%
compare(
    {
        "deep_ae.l2.validation.epoch1": lab_history.validation[0],
        "deep_ae.l2.validation.epoch6": lab_history.validation[5],
    },
    note="Ours: 55,000 images seen, 5,000 others for validation, as in the "
    f"source. PCA with two numbers has {pca_validation:.3f} on them.",
)

# %% [markdown]
# ## Stop and go on
#
# A checkpoint a night into a long run is worth something only if going on from
# it is *exactly* going on: the weights, the optimizer's memory, the place in
# its schedule and the order of the images. On a small net, stop after two of
# four epochs, and make the same call again.

# %%
def small_run(folder, epochs):
    keras.utils.set_random_seed(4)
    model = models.chain(*models.build_deep(2, (32,)))
    training.train(
        model,
        images[:1000],
        loss=losses.l2,
        optimizer=keras.optimizers.Adam(0.01),
        epochs=epochs,
        batch_size=100,
        checkpoint_dir=folder,
        jit=False,
        progress=False,
    )
    return np.concatenate([w.ravel() for w in model.get_weights()])


with tempfile.TemporaryDirectory() as folder:
    unbroken = small_run(f"{folder}/unbroken", 4)
    stopped = small_run(f"{folder}/stopped", 2)
    resumed = small_run(f"{folder}/stopped", 4)
for name, weights in (("stopped after 2", stopped), ("resumed", resumed)):
    difference = np.abs(weights - unbroken).max()
    print(f"{name:16} largest difference of a weight {difference:.4f}")

# %% [markdown]
# The resumed run is the unbroken one, number for number. The row above it shows
# how far two more epochs move a weight.

# %% [markdown]
# ## A recipe of today, for the same code
#
# Two changes to the net. The hidden units are **GELU**, which returns nearly
# its activation where that is positive and nearly 0 where it is negative, with
# a smooth bend between; and the code is linear, so that it may spread as it
# likes. No batch norm. The optimizer is AdamW, Adam with a little shrinking of
# all weights at each step. From here on every recipe is fixed in advance, so
# that all images train, and the test images are only looked at.

# %%
def train_modern(autoencoder, loss, epochs, peak=2e-3):
    schedule = cosine(peak, len(images), epochs, 250)
    return training.train(
        autoencoder,
        images,
        loss=loss,
        optimizer=keras.optimizers.AdamW(schedule),
        epochs=epochs,
        batch_size=250,
        validation=test_images,
    )


keras.utils.set_random_seed(4)
flat_encoder, flat_decoder = models.build_dense(
    (784, *hidden_sizes, 2), activation="gelu"
)
flat = models.chain(flat_encoder, flat_decoder)
flat_history = train_modern(flat, losses.l2, pick(full=10, fast=4))

# %%
def mean_l2(reconstructions):
    return float(np.mean(np.asarray(l2(test_images, reconstructions))))


compare(
    {
        "pca.l2.k2": mean_l2(pca_rebuilt(test_images, 2)),
        "measured.deep_ae.code2.l2.test.epoch10": mean_l2(flat(test_images)),
    },
    note="Test images. The lab's net above, after its six epochs: "
    f"{mean_l2(autoencoder(test_images)):.3f}.",
)

# %% [markdown]
# ## A map that you can read
#
# Both codes are two numbers, so that they can be drawn. Here are the test
# images in three such maps. Colours are labels; no method has seen one.

# %%
codes = encoder(test_images).numpy()
flat_codes = flat_encoder(test_images).numpy()
pca_codes = pca.encode(test_images, mean, components[:2])
shown = slice(0, pick(full=2_000, fast=360))
plots.show_maps(
    {
        name: (points[shown], test_labels[shown])
        for name, points in {
            "PCA": pca_codes,
            "deep, sigmoid": codes,
            "deep, GELU": flat_codes,
        }.items()
    },
    alt="Three scatter maps of test images. In PCA's most digits overlap; in "
    "the two deep nets' most digits form arms or islands of their own.",
)

# %% [markdown]
# **Figure 4.4.** Two thousand test images in three codes of two numbers. PCA
# separates 0 from 1 and heaps the rest. The deep codes pull most digits apart
# although nobody told them that there are ten.

# %% [markdown]
# ### Exercise 4.5 — Neighbour agreement (3 points)
#
# *The idea itself, about 10 minutes.* A picture persuades; a number decides. You
# have read this one in lessons 01 and 02; now you write it.
# For each image find the nearest *other* image in the code, by Euclidean
# distance, and ask whether it shows the same digit. The share of images for
# which it does is the map's *neighbour agreement*. Ten thousand codes make a
# hundred million distances: take them one image at a time.

# %% nbgrader={"schema_version": 3, "grade_id": "ch04-neighbour-agreement", "grade": false, "locked": false, "solution": true, "task": false}
def neighbour_agreement(codes, labels):
    """Return how often a point's nearest other point has its label.

    codes: (n, k), floats or integers; equal codes are neighbours, too.
    labels: (n,).  Returns a number in [0, 1].
    """
    ### BEGIN SOLUTION
    agree = 0
    for i in range(len(codes)):
        distances = np.linalg.norm(codes - codes[i], axis=1)
        distances[i] = np.inf
        agree += labels[np.argmin(distances)] == labels[i]
    return agree / len(codes)
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade_id": "ch04-neighbour-agreement-check", "grade": true, "locked": true, "points": 3, "solution": false, "task": false}
neighbour_agreement = check("4.5", neighbour_agreement)

# %% [markdown]
# The claim to test: *depth makes two numbers worth more than any linear code of
# two*. The baseline is PCA. Two controls must fail. One is the deep net before
# training. The other has all the depth and no bend: the same eight layers
# without any activation. Eight matrices in a row are one matrix, so theory says
# that it can do no better than PCA.

# %%
keras.utils.set_random_seed(4)
untrained, _ = models.build_dense((784, *hidden_sizes, 2), activation="gelu")
sizes = (*hidden_sizes, 2, *hidden_sizes[::-1], 784)
linear = keras.Sequential(
    [keras.Input((784,)), *(keras.layers.Dense(size) for size in sizes)]
)
linear_history = train_modern(
    linear, losses.squared_error, pick(full=3, fast=3), peak=3e-4
)
linear_codes = keras.Sequential(linear.layers[:4])(test_images).numpy()

# %%
rebuilt = {
    "PCA": (pca_codes, pca_rebuilt(test_images, 2)),
    "deep, no activation": (linear_codes, linear(test_images).numpy()),
    "deep, sigmoid": (codes, autoencoder(test_images).numpy()),
    "deep, GELU": (flat_codes, flat(test_images).numpy()),
}
print(f"{'':20} SSE/image     L2  agreement")
for name, (points, outputs) in rebuilt.items():
    sse = measures.sse_per_image(test_images, outputs)
    agreement = neighbour_agreement(points, test_labels)
    print(f"{name:20} {sse:9.2f} {mean_l2(outputs):6.3f} {agreement:10.1%}")
before = neighbour_agreement(untrained(test_images).numpy(), test_labels)
shuffled = np.random.default_rng(4).permutation(test_labels)
chance = neighbour_agreement(flat_codes, shuffled)
print(f"{'untrained':38} {before:10.1%}")
print(f"{'labels shuffled':38} {chance:10.1%}")

# %% [markdown]
# Depth without a bend is PCA the long way round: an error just above PCA's, and
# fewer neighbours in place. What helps
# is the bend *between* layers, repeated. The untrained net keeps some
# neighbours, since images that are nearly equal have nearly equal codes in any
# continuous map; shuffled labels show how much agreement is mere chance.

# %%
widgets.explore_latent(
    decoder,
    codes[shown],
    test_labels[shown],
    images=test_images[shown],
    alt="Left: test images in the deep net's two-number code, most digits in "
    "areas of their own. Right: the decoder draws a clear digit in each area.",
)

# %% [markdown]
# **Figure 4.5.** The standing plot, for the net that you built. Put it beside
# Figure 3.13: the areas on the left hold mostly one digit each, and the decoder
# on the right draws strokes where it drew clouds. With a kernel it is also an
# instrument: move the point with the two sliders, the arrow keys or a click,
# and the decoder draws the image whose code that is. Follow a line from one
# area to another: one digit turns into the next, and at the border stands
# something that is neither. Look for a direction that does one thing, for
# example slant a digit.

# %% [markdown]
# ## Why such nets did not train
#
# Deep autoencoders are an idea of the 1980s, and for twenty years they failed to
# train. A gradient reaches the first layer through all the
# others, and each sigmoid on its way multiplies it by a slope of at most 1/4.
# With seven of them above the first layer:

# %%
print(f"largest product of seven slopes: {0.25**7:.6f}")
keras.utils.set_random_seed(4)
layer_sizes = (784, *hidden_sizes, 30)
sigmoids = {"activation": "sigmoid", "code_activation": "sigmoid"}
starts = {
    "sigmoid": models.build_dense(layer_sizes, **sigmoids),
    "sigmoid, batch norm": models.build_deep(30),
    "GELU": models.build_dense(layer_sizes, activation="gelu"),
}
norms = {
    name: training.gradient_norms(
        models.chain(*halves), images[:250], losses.mean_squared_error
    )
    for name, halves in starts.items()
}
for name, values in norms.items():
    print(f"{name:20} first layer / last layer {values[0] / values[-1]:.6f}")

# %%
places = range(1, 9)
plots.show_curves(
    {name: (places, values) for name, values in norms.items()},
    x_label="layer, from the input (1) to the output (8)",
    y_label="norm of the kernel's gradient",
    log_y=True,
    alt="Gradient norm by layer, logarithmic. With plain sigmoids it falls by "
    "orders of magnitude towards the input; with batch norm or GELU hardly.",
)

# %% [markdown]
# **Figure 4.6.** How much gradient reaches each kernel of 784-1000-500-250-30
# and back, before any training. Under plain sigmoids the signal dies on its way
# to the input: the first layers do not know what the last ones need. Batch norm
# keeps every unit inside the bump of Figure 3.3 and restores the scale after
# each layer; GELU has a slope near 1 for half of its inputs.

# %% [markdown]
# ## One layer at a time
#
# The way out that made these nets famous, in 2006, was not to train them as a
# whole. **Greedy layer-wise training (층별 학습)** trains a stack of shallow
# autoencoders. Stage 1 is 784-1000-784 on the images. Stage 2 is 1000-500-1000
# on *the codes of stage 1*, and so on; each stage is a net with one hidden
# layer, and those do train. At the end the encoders are put in a row, and the
# decoders after them, and the whole net starts from there. The sources call
# this *pre-training (사전 학습)*: stacked autoencoders gave deep nets their first
# weights when neither batch norm nor today's initial weights were known.

# %% [markdown]
# ### Exercise 4.6 — One greedy stage (3 points)
#
# *The idea itself, about 10 minutes.* Some stages are trained. What does the
# next one learn from, and what do the trained ones make of the images?

# %% nbgrader={"schema_version": 3, "grade_id": "ch04-greedy-stage", "grade": false, "locked": false, "solution": true, "task": false}
def greedy_stage(encoders, decoders, images):
    """Return the next stage's inputs, and the reconstructions so far.

    encoders, decoders: lists of the trained stages' halves, Keras models,
    the stage trained first at the front; both may be empty.
    images: (n, d).
    Returns (inputs, reconstructions): (n, k), what the next stage has to
    reconstruct, and (n, d), the images there and all the way back.
    The lists and the models stay as they are; the models do not train.
    """
    ### BEGIN SOLUTION
    inputs = images
    for encoder in encoders:
        inputs = encoder(inputs)
    reconstructions = inputs
    for decoder in reversed(decoders):
        reconstructions = decoder(reconstructions)
    return inputs, reconstructions
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade_id": "ch04-greedy-stage-check", "grade": true, "locked": true, "points": 3, "solution": false, "task": false}
greedy_stage = check("4.6", greedy_stage)

# %% [markdown]
# Compare at equal cost. Each kernel belongs to one stage, so that an epoch of
# *all* stages costs as many products as one epoch of the whole net. Each row
# below gets the same number of epochs: for the whole net from a random start;
# for every stage; or half of them for every stage and half for the whole net
# after that. It is a small experiment, a net as deep but half as wide on 5,000
# images, and small differences in it mean little: hence three seeds, and the
# spread between them. The learning rate is 0.001, and the lab's 0.01 for the net
# with the lab's batch norm. (`jit=False` leaves out a compiler that takes longer than
# runs as short as these.)

# %%
few_sizes = (784, 500, 250, 125, 30)
few = images[: pick(full=5_000, fast=500)]
budget = pick(full=12, fast=2)
seeds = pick(full=(1, 2, 3), fast=(1,))


def train_few(autoencoder, inputs, epochs, rate=1e-3):
    training.train(
        autoencoder, inputs, loss=losses.mean_squared_error,
        optimizer=keras.optimizers.Adam(rate), epochs=epochs,
        batch_size=100, jit=False, progress=False,
    )


def train_stages(epochs):
    encoders, decoders = [], []
    for size in few_sizes[1:]:
        inputs = np.asarray(greedy_stage(encoders, decoders, few)[0])
        encoder, decoder = models.build_basic(inputs.shape[1], size)
        train_few(models.chain(encoder, decoder), inputs, epochs)
        encoders.append(encoder)
        decoders.append(decoder)
    return models.chain(*training.unroll(encoders, decoders))

# %%
def error_of(autoencoder):
    outputs = np.asarray(autoencoder(test_images))
    return measures.sse_per_image(test_images, outputs)


def one_seed(seed):
    keras.utils.set_random_seed(seed)
    errors = {}
    for name, halves, rate in (
        ("whole, sigmoid", models.build_dense(few_sizes, **sigmoids), 1e-3),
        ("whole, batch norm", models.build_deep(30, few_sizes[1:4]), 1e-2),
        (
            "whole, GELU",
            models.build_dense(few_sizes, activation="gelu"),
            1e-3,
        ),
    ):
        whole = models.chain(*halves)
        train_few(whole, few, budget, rate)
        errors[name] = error_of(whole)
    errors["stages"] = error_of(train_stages(budget))
    half = train_stages(budget // 2)
    train_few(half, few, budget - budget // 2)
    errors["stages, then whole"] = error_of(half)
    return errors


rows = [one_seed(seed) for seed in seeds]
print(f"mean image           {error_of(lambda x: mean + 0 * x):6.2f}")
for name in rows[0]:
    errors = np.array([row[name] for row in rows])
    print(f"{name:20} {errors.mean():6.2f}  spread {np.ptp(errors):5.2f}")

# %% [markdown]
# The plain sigmoid net, trained as a whole, answers the mean image. Its parts,
# trained one at a time, do not, and the whole net that starts from them gets
# better still. That is why greedy training mattered. The rows with batch norm
# and with GELU say why nobody does it any more: they are the whole net, trained
# at once, at the same cost. The first source draws the same conclusion: whole-network training
# has become the common way. Lesson 09 comes back to stages, where few labels
# make them useful.

# %% [markdown]
# ## Tied weights: half the kernels
#
# A decoder is an encoder read backwards, so why train both? **Tied weights
# (가중치 묶기)** use the encoder's kernel $W$ for the encoder and its transpose
# $W^\top$ for the decoder. There is only one kernel to train; the biases stay
# separate. The third source promises half the weights and less over-fitting, on
# a *stacked* 784-100-30 with SELU units (a ReLU that is scaled, and bent instead
# of cut below 0). Count the first, measure the second.

# %%
def kernel_parameters(autoencoder):
    kernels = [w for w in autoencoder.weights if len(w.shape) == 2]
    return int(sum(np.prod(w.shape) for w in kernels))


def tied_or_not(build, seed, show=False):
    keras.utils.set_random_seed(seed)
    selu = {"activation": "selu", "code_activation": "selu"}
    model = models.chain(*build((784, 100, 30), **selu))
    train_few(model, few[:2000], pick(full=60, fast=4))
    seen_error = measures.sse_per_image(few[:2000], model(few[:2000]).numpy())
    return kernel_parameters(model), seen_error, error_of(model)


for name, build in {
    "untied": models.build_dense,
    "tied": models.build_tied,
}.items():
    runs = np.array([tied_or_not(build, seed) for seed in seeds])
    count, seen_error, test_error = runs.mean(axis=0)
    print(f"{name:7} kernel parameters {count:8,.0f}  train {seen_error:5.2f}")
    print(
        f"{'':7} test {test_error:.2f}, spread {np.ptp(runs[:, 2]):.2f}",
        end="",
    )
    print(f"  gap {test_error - seen_error:.2f}")

# %% [markdown]
# Exactly half of the kernels, and the gap between test and training error is
# smaller, as the source says. But the test error itself is not: what tying takes
# from over-fitting it takes from fitting, too. On 2,000 images, with the spread
# of three seeds in mind, it is a way to save weights and not a way to better
# images.

# %% [markdown]
# ## The figure that made them famous
#
# Hinton and Salakhutdinov (2006) trained 784-1000-500-250-30 and back, stage by
# stage and then as a whole, and reported a squared error of **3.00** an image
# on MNIST's test images, where PCA with 30 components has 13.87 and its
# logistic cousin, PCA under a sigmoid, 8.01. Here is the same shape with GELU units and a linear
# code, trained at once, from a random start, in the time that is left in this
# lesson.

# %%
keras.utils.set_random_seed(4)
deep = models.chain(*models.build_dense(layer_sizes, activation="gelu"))
deep_epochs = pick(full=20, fast=4)
deep_history = train_modern(deep, losses.squared_error, deep_epochs)
pca_error = measures.sse_per_image(test_images, pca_rebuilt(test_images, 30))

# %%
compare(
    {
        "hinton2006.deep_ae.sse.k30": error_of(deep),
        "hinton2006.logistic_pca.sse.k30": error_of(deep),
        "hinton2006.pca.sse.k30": pca_error,
    },
    note="Test images. Ours: the first two rows are the same net, set beside "
    "two published figures; the third is our PCA.",
)

# %%
plots.show_rows(
    {
        "input": test_images[:10],
        "PCA, 30": pca_rebuilt(test_images[:10], 30),
        "deep, 30": deep(test_images[:10]).numpy(),
        "deep, 2": flat(test_images[:10]).numpy(),
    },
    alt="Ten digits; PCA with 30 numbers gives them with grey shadows; the "
    "deep net with 30 numbers nearly as they are; with two, cleaned up.",
)

# %% [markdown]
# **Figure 4.7.** Thirty numbers by PCA and by the deep net, and two numbers by
# the deep net. PCA surrounds its strokes with grey, the price of adding fixed
# pictures. The deep net pays for its two numbers otherwise: clean strokes,
# sometimes of another digit.

# %% [markdown]
# ## The last mile is not the optimizer
#
# Our short run ends above 3.00. Would a longer one pass it? Two long runs with
# the same net and optimizer were made once, by the command below, and their
# errors after every epoch come with the course: a plain one, and one in which
# every image is moved by up to one pixel in each direction, at random, each
# time it is used.

# %%
long = long_run()
print(long["command"])
curves = {
    f"{kind}, {part}": long[f"{kind}_{part}"]
    for kind in ("plain", "shifted")
    for part in ("train", "test")
}
plots.show_curves(
    {
        name: (range(1, len(values) + 1), values)
        for name, values in curves.items()
    },
    x_label="epoch",
    y_label="SSE/image",
    log_y=True,
    levels={"2006": published("hinton2006.deep_ae.sse.k30").value},
    dashed=["plain, train", "shifted, train"],
    alt="SSE by epoch of two long runs. The plain run's training error falls "
    "far below its test error, which stays above 3.00; with shifts both fall "
    "together and pass 3.00.",
)

# %% [markdown]
# **Figure 4.8.** Two long runs and the figure of 2006. Look at the distance
# between the two curves of each run, and at where each test curve ends.

# %% [markdown]
# ### Exercise 4.7 — Reading the curves (2 points)
#
# *Reads the figure, about 5 minutes.* After which epoch was each run best on
# images that it had not seen, and how far apart were its two errors then?
# (Choosing an epoch by *test* error, and then reporting that error, would be
# cheating; validation images are for that. Here you only read.)

# %% nbgrader={"schema_version": 3, "grade_id": "ch04-best-epoch", "grade": false, "locked": false, "solution": true, "task": false}
def best_epoch(train_errors, unseen_errors):
    """Return the best epoch and the gap between the errors at that epoch.

    train_errors, unseen_errors: lists or arrays, one number per epoch.
    Returns (epoch, gap): counted from 1, with the lowest unseen error (the
    first on a tie); and unseen minus training error at that epoch.
    """
    ### BEGIN SOLUTION
    place = int(np.argmin(unseen_errors))
    return place + 1, unseen_errors[place] - train_errors[place]
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade_id": "ch04-best-epoch-check", "grade": true, "locked": true, "points": 2, "solution": false, "task": false}
best_epoch = check("4.7", best_epoch)

# %%
for kind in ("plain", "shifted"):
    train_errors, test_errors = long[f"{kind}_train"], long[f"{kind}_test"]
    epoch, gap = best_epoch(train_errors, test_errors)
    print(
        f"{kind:8} best after epoch {epoch} of {len(test_errors)}:"
        f" test {test_errors[epoch - 1]:.2f}, gap {gap:+.2f},"
        f" last {test_errors[-1]:.2f}"
    )

# %%
compare(
    "hinton2006.deep_ae.sse.k30",
    long["shifted_test"][-1],
    note="The long run with shifts, at its last epoch.",
)

# %% [markdown]
# Each run was best at its end: where the learning rate falls to 0, a test curve
# need not turn up. Over-fitting is the *gap*. The plain run goes on learning,
# but more and more of it is about its own 60,000 images. Shifts cost nothing
# but time and say something that is true of all handwriting: one pixel to the
# left, a 7 is still a 7. With them the gap is gone (the training images, moved,
# are even the harder ones), and the same net passes the figure of 2006, without
# stages.

# %% [markdown]
# ## What to take with you
#
# - A batch-normalised layer is two layers: one for training, which looks at the
#   batch, one for use, which must not. A switch tells them apart.
# - Depth without a bend is PCA. Depth with it makes a code of two whose areas
#   mean something, in pictures and in neighbour agreement.
# - Plain sigmoid stacks starve their first layers of gradient. Stages, batch
#   norm, and other units are three ways round it; the last two win at equal
#   cost.
# - Tied weights are half the kernels and leave a smaller gap, and not a smaller
#   test error.
# - When training and test error part, the next gain is in the data.

# %% [markdown]
# ## Questions to think about
#
# **1.** In Figure 4.3 the validation loss is lower than the training loss. Two
# things about how they are measured explain it. Which?
#
# <details><summary>One answer</summary>
#
# The training loss is averaged *during* the epoch, while the weights are still
# worse than at its end; and it is measured in the training phase, where
# every image is normalised by a small, noisy batch. The validation loss is
# measured after the epoch, with the moving statistics.
#
# </details>
#
# **2.** The lab's layer adds a bias before the batch normalisation. What does
# that bias do?
#
# <details><summary>One answer</summary>
#
# Nothing. Whatever it adds to a unit is added to the unit's mean as well, and
# subtracted again. The shift that comes after does its work. Remove it
# (`use_bias=False`), and only the count of parameters changes.
#
# </details>
#
# **3.** The fifth source trains 784-128-64-12-3 and ends it with tanh instead
# of a sigmoid. What must happen to the pixels, and what would you see if it did
# not?
#
# <details><summary>One answer</summary>
#
# Tanh runs from -1 to 1, so the pixels should be brought to [-1, 1], paper at
# -1. With pixels in [0, 1] it still trains, but paper, most of every image,
# sits at 0, in the steepest part of tanh, where every small activation shows as
# grey.
#
# </details>

# %%
score()

# %%
about.versions()
