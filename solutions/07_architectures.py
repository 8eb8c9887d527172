# %% [markdown]
# # 07 Architectures: what else can be an autoencoder
#
# Encoder, code, decoder: nothing in that says *dense*. This lesson takes the
# same idea through other layers. A *convolutional (합성곱)* autoencoder knows
# which pixels are neighbours; a *tied* one uses every kernel twice; a *recurrent
# (순환)* one reads a sequence step by step. On the rows of an image you will see it
# learn next to nothing in the few steps that we can afford; then you give it a shorter
# sequence, the strokes of a pen.
#
# After this lesson you can
#
# 1. write a transposed convolution from nothing, and derive a decoder's shapes
#    and its 23,233 parameters on paper;
# 2. split the gradient of a tied kernel into the parts of its two uses, and build
#    a recurrent autoencoder that reconstructs strokes;
# 3. compare networks by error, size and time, beside PCA, and show what a
#    convolution and a recurrent net take for granted by taking it away.
#
# **12 points**, 60 to 90 minutes of thinking; all cells together compute for
# at most 5 minutes on two CPU cores, in at most 3 GB of memory. You need lessons 04
# and 06, and Exercise 2.6 for 7.5. Lesson 06 builds a convolutional encoder; here you
# learn how the way back works.

# %%
try:
    from helpers.course import about, pick
except ImportError:
    raise ImportError("The course is not found here: open this notebook with "
                      "make lab, and rename a helpers.py beside it.") from None
from helpers import data, layers, losses, measures, models, pca, plots
from helpers import training
from helpers.checks import check, hint, predicted, score
from helpers.data import strokes as pen
from helpers.methods import convolution
from helpers.results import compare
import keras, numpy as np, tensorflow as tf, time

digits = data.load("auto")

# %% [markdown]
# Few images and few epochs, because three seeds of every network have to fit.
# Learning rates are chosen on *validation* images, which come from the training
# images. Where a result depends on your data or on the profile, a cell prints what
# holds. With `AE_DATA=fashion_mnist` in the environment, the lesson runs on
# pictures of clothes, which the third source used.

# %%
images = digits.train_images[: pick(full=5_000, fast=320)]
validation_images = digits.train_images[-pick(full=1_000, fast=200) :]
test_images = digits.test_images[: pick(full=2_000, fast=200)]
vectors = images.reshape(len(images), -1)
test_vectors = test_images.reshape(len(test_images), -1)
print("training", images.shape, " validation", validation_images.shape)
print("test", test_images.shape)

# %%
conv_encoder, conv_decoder = models.build_pooled()
plots.show_shapes(
    models.outline(conv_encoder, conv_decoder),
    alt="Ten piles of squares: an image shrinks in three steps to a pile of "
    "64 maps of 3 by 3, and grows in three steps to an image again.",
)

# %% [markdown]
# **Figure 7.1.** The convolutional autoencoder of the third source, drawn as
# what flows through it: height × width × channels below each layer, and its
# parameters in brown. *Conv* is a convolution with a kernel of 3 × 3; *pool*
# keeps the largest of each 2 × 2 pixels; of 7 pixels per side it makes 3, and the
# last row and column are lost. On the way in, images get smaller and more
# numerous. Notice the right half: it is made of the layers that lesson 06 used
# ready-made. How do they make an image *larger*?

# %% [markdown]
# ## A convolution, read backwards
#
# A convolution with a stride of 2 makes one number of every block and has about half
# as many outputs as inputs. The *transposed convolution (전치 합성곱)* goes the
# other way: every number *writes* a block, the kernel times that number, and
# where blocks overlap they add up:
#
# $$y_{s i + p} \mathrel{+}= x_i\, w_p \qquad
# i = 0 \dots m - 1,\; p = 0 \dots k - 1.$$
#
# | symbol | in words | in the code |
# |---|---|---|
# | $x_i$ | number $i$ of the $m$ inputs | `inputs[i]` |
# | $w_p$ | weight $p$ of the $k$ in the kernel | `kernel[p]` |
# | $s$ | stride: how far apart blocks begin | `stride` |
# | $y_j$ | output $j$, 0 before anything is written | `outputs[j]` |
#
# By hand: inputs (1, 3), kernel (1, 2, 1), stride 2. Two blocks of three, the
# second one begins at place 2, and five numbers come out.
#
# ```
# 1 times the kernel    1  2  1
# 3 times the kernel          3  6  3
# sum                   1  2  4  6  3
# ```

# %% [markdown]
# ### Exercise 7.1 — Transposed convolution in one dimension (2 points)
#
# *The idea itself, about 10 minutes.* Write it. The last block has to fit, so
# first work out how many numbers come out.

# %% nbgrader={"schema_version": 3, "grade_id": "ch07-transpose-convolve", "grade": false, "locked": false, "solution": true, "task": false}
def transpose_convolve(inputs, kernel, stride):
    """Write the kernel once for every input, and add up.

    inputs: (m,).  kernel: (k,).  Both may hold whole numbers or floats.
    stride: a whole number, at least 1; it may be larger than k.
    Returns a vector of floats as long as the blocks need, and no longer.
    """
    ### BEGIN SOLUTION
    outputs = np.zeros(stride * (len(inputs) - 1) + len(kernel))
    for i, number in enumerate(inputs):
        start = stride * i
        outputs[start : start + len(kernel)] += number * kernel
    return outputs
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade_id": "ch07-transpose-convolve-check", "grade": true, "locked": true, "points": 2, "solution": false, "task": false}
transpose_convolve = check("7.1", transpose_convolve)

# %%
kernel = np.array([1.0, 2.0, 1.0])
print(transpose_convolve(np.array([1.0, 3.0]), kernel, 2))

# %% [markdown]
# Why *transposed*? A convolution is linear, so it is a matrix $C$: one row for
# each block. Here is the one that makes two numbers of five.

# %%
matrix = convolution.convolution_matrix(5, kernel, 2)
print("C =", *matrix, sep="\n")
print("C.T @ (1, 3) =", matrix.T @ [1.0, 3.0])

# %% [markdown]
# The same five numbers. Your function multiplies by $C^\top$, without ever
# writing $C$ down. That gives a test that needs no example: for all long
# vectors $u$ and short vectors $v$,
# $\langle C u,\, v\rangle = \langle u,\, C^\top v\rangle$, where the brackets
# multiply place by place and add up. It is also what training needs. The
# gradient of a convolution with respect to its inputs is a transposed
# convolution.

# %%
rng = np.random.default_rng(7)
u, v = rng.normal(size=31), rng.normal(size=15)
left = convolution.convolve(u, kernel, 2) @ v
right = u @ transpose_convolve(v, kernel, 2)
print(f"<C u, v> = {left:.6f}   <u, C.T v> = {right:.6f}")

# %% [markdown]
# A transpose is not an inverse: $C^\top C u$ has the size of $u$ and other
# numbers. What was lost, a decoder has to learn.

# %% [markdown]
# ## The decoder on paper
#
# Images go the same way, with squares in place of blocks and a kernel for each
# pair of channels. The third source's decoder has three such layers, all with
# kernel 3 and stride 2, and prints 7, 14 and 28 pixels per side. The first is
# `"valid"`: it keeps all that the blocks cover, so that side 3 becomes 7. The other two are
# `"same"`: they cut the result down to `stride` pixels for each input pixel, so that 7
# becomes 14. (For a kernel at least as large as the stride.)

# %% [markdown]
# ### Exercise 7.2 — The decoder on paper (1 point)
#
# *Warm-up, about 10 minutes.* How large is the output, and how many parameters
# are there to learn? As in Exercise 6.1, there is a weight for each place, each
# input channel and each output channel, and one bias for each output channel.

# %% nbgrader={"schema_version": 3, "grade_id": "ch07-transposed-shape", "grade": false, "locked": false, "solution": true, "task": false}
def transposed_shape(side, channels, filters, kernel_size, stride, padding):
    """Return what a transposed convolution makes, and what it learns.

    side, channels: of the square input.  filters: channels of the output.
    kernel_size: pixels per side, at least stride.
    padding: "valid" or "same".
    Returns (output_side, num_parameters), two whole numbers (int).
    """
    ### BEGIN SOLUTION
    covered = (side - 1) * stride + kernel_size
    output_side = covered if padding == "valid" else side * stride
    return output_side, (kernel_size**2 * channels + 1) * filters
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade_id": "ch07-transposed-shape-check", "grade": true, "locked": true, "points": 1, "solution": false, "task": false}
transposed_shape = check("7.2", transposed_shape)

# %%
side, channels, counts = 3, 64, []
for filters, padding in ((32, "valid"), (16, "same"), (1, "same")):
    side, count = transposed_shape(side, channels, filters, 3, 2, padding)
    channels = filters
    counts.append(count)
    shape = f"{side:2} x {side:2} x {filters:2}"
    print(f"{padding:5} {shape}  {count:6,} parameters")
compare(
    {
        "conv_decoder.parameters.layer1": counts[0],
        "conv_decoder.parameters.layer2": counts[1],
        "conv_decoder.parameters.layer3": counts[2],
        "conv_decoder.parameters": conv_decoder.count_params(),
    },
    note="Ours: the layers on paper; the sum is Keras's count.",
)

# %% [markdown]
# ### Exercise 7.3 — Transposed convolution of images (3 points)
#
# *The idea itself, about 15 minutes.* Now with rows, columns and channels, and
# `"valid"`. The pixel at row $i$ and column $j$ writes a square of $k \times
# k$ whose corner is at row $s i$ and column $s j$; output channel $f$ of it
# gets the sum over the input channels $c$ of pixel times weight:
#
# $$y_{s i + p,\; s j + q,\; f} \mathrel{+}= \sum_c x_{ijc}\, W_{pqfc}.$$
#
# The kernel $W$ is `kernel[p, q, f, c]`, output channel first, as Keras stores
# it for this layer. No bias, no activation.

# %% nbgrader={"schema_version": 3, "grade_id": "ch07-transpose-convolve-images", "grade": false, "locked": false, "solution": true, "task": false}
def transpose_convolve_images(images, kernel, stride):
    """Write a block of the kernel for every pixel, and add up.

    images: (n, h, w, c), whole numbers or floats.  kernel: (k, k, f, c).
    stride: at least 1; it may be larger than k.
    Returns floats (n, height, width, f), as large as the blocks need.
    """
    ### BEGIN SOLUTION
    n, h, w, _ = images.shape
    k, _, f, _ = kernel.shape
    shape = (n, stride * (h - 1) + k, stride * (w - 1) + k, f)
    outputs = np.zeros(shape)
    for i in range(h):
        for j in range(w):
            blocks = np.einsum("nc,pqfc->npqf", images[:, i, j], kernel)
            rows = slice(stride * i, stride * i + k)
            columns = slice(stride * j, stride * j + k)
            outputs[:, rows, columns] += blocks
    return outputs
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade_id": "ch07-transpose-convolve-images-check", "grade": true, "locked": true, "points": 3, "solution": false, "task": false}
transpose_convolve_images = check("7.3", transpose_convolve_images)

# %%
layer = keras.layers.Conv2DTranspose(32, 3, strides=2, use_bias=False)
maps = rng.normal(size=(4, 3, 3, 64)).astype("float32")
by_keras = layer(maps).numpy()
by_hand = transpose_convolve_images(maps, layer.get_weights()[0], 2)
print("shape", by_hand.shape, end="")
print(
    f"  largest difference from Keras {np.abs(by_hand - by_keras).max():.6f}"
)

# %%
flat = np.ones((1, 5, 5, 1))
written = [
    transpose_convolve_images(flat, np.ones((size, size, 1, 1)), 2)
    for size in (2, 3, 4)
]
plots.show_images(
    np.concatenate([part[:, :10, :10, 0] for part in written]) / 4,
    titles=["kernel 2", "kernel 3", "kernel 4"],
    columns=3,
    alt="Three squares for stride 2. Kernel 2: one even grey. Kernel 3: a "
    "chequered pattern. Kernel 4: even again, lighter at the border.",
)

# %% [markdown]
# **Figure 7.2.** How often each pixel is written to, at stride 2: white never,
# black four times; the lower and right borders are cut off. The input is flat
# and so is the kernel. Where the kernel size is a multiple of the stride, the
# inside comes out flat as well. The source's kernel of 3 does not divide by 2:
# every second pixel is written twice as often along each axis, unless the weights
# make up for it. Such *chequerboard artefacts* are a known flaw of generated
# images (Odena and others, 2016).

# %% [markdown]
# One more look at Figure 7.1: the code of the source is the whole pile of
# 3 × 3 × 64. Is that a bottleneck?

# %%
code_numbers = int(np.prod(conv_encoder.output_shape[1:]))
print(f"numbers in the code: {code_numbers} of 784")

# %% [markdown]
# Hardly. To compare it with codes of 30, the table further below puts a dense
# layer to 30 numbers in the middle, and one that leads back.

# %% [markdown]
# ## An image as a sequence
#
# A *recurrent* layer reads a sequence step by step and carries a memory
# along. The third source's reads an image as 28 steps, one row of 28 pixels
# each. An **LSTM** (*long short-term memory*) layer keeps two vectors: its output
# $h$ and its memory $c$.
# At each step it computes three *gates*, which say how much to let through, and
# a candidate for what to write:
#
# $$i, f, o = \sigma(x\, W_{i,f,o} + h\, U_{i,f,o} + b_{i,f,o}), \quad
# g = \tanh(x\, W_g + h\, U_g + b_g),$$
# $$c \leftarrow f \odot c + i \odot g, \qquad h \leftarrow o \odot \tanh(c).$$
#
# | symbol | in words | in the code |
# |---|---|---|
# | $x$ | inputs of this step: one row of the image | `images[:, step]` |
# | $h$, $c$ | outputs of the last step, and memory; both start at 0 | in the layer |
# | $i$, $f$, $o$ | gates: write, keep, show; each number in (0, 1) | in the layer |
# | $g$ | candidate, in (−1, 1) | in the layer |
# | $W$, $U$, $b$ | kernel of the inputs, kernel of the outputs, bias; four of each, side by side in three arrays | `get_weights()` |
# | $\odot$ | multiply number by number | |
#
# By hand, with one unit: memory 2, keep gate 0.5, write and show gates (nearly)
# 1, candidate −0.4. The new memory is 0.5 · 2 + 1 · (−0.4) = 0.6, and the output
# tanh(0.6) ≈ 0.54. The weights are the same at every step, however long the
# sequence is.

# %% [markdown]
# ### Exercise 7.4 — Parameters of an LSTM (1 point)
#
# *Warm-up, about 5 minutes.* Count them.

# %% nbgrader={"schema_version": 3, "grade_id": "ch07-lstm-parameters", "grade": false, "locked": false, "solution": true, "task": false}
def lstm_parameters(input_size, units):
    """Return the number of parameters of an LSTM layer.

    input_size: numbers of one step.  units: outputs of the layer.
    Returns a whole number (int).
    """
    ### BEGIN SOLUTION
    return 4 * ((input_size + units) * units + units)
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade_id": "ch07-lstm-parameters-check", "grade": true, "locked": true, "points": 1, "solution": false, "task": false}
lstm_parameters = check("7.4", lstm_parameters)

# %%
row_encoder, row_decoder = models.build_recurrent(30)
plots.show_shapes(
    models.outline(row_encoder, row_decoder),
    alt="Six blocks: 28 by 28, LSTM 28 by 100, a bar of 30 numbers, repeated "
    "to 28 by 30, LSTM 28 by 100, and 28 by 28 again.",
)

# %% [markdown]
# **Figure 7.3.** The third source's recurrent autoencoder. The first LSTM passes on its
# output at every row, the second only its last one: 30 numbers, the code.
# *Repeat* (`RepeatVector`) shows the decoder the same code 28 times, and at
# each step one dense layer with the same weights writes a row of pixels. (A Keras
# `Dense` layer works along the last axis, and so does this by itself; the source wraps
# it in `TimeDistributed`, which computes the same, one step after another.) The
# decoder's inputs do not say which row it is writing; only what
# it has in its memory differs from step to step.

# %%
compare(
    {
        "lstm_encoder.parameters.layer1": lstm_parameters(28, 100),
        "lstm_encoder.parameters.layer2": lstm_parameters(100, 30),
        "lstm_decoder.parameters.layer1": lstm_parameters(30, 100),
        "lstm_encoder.parameters": row_encoder.count_params(),
        "lstm_decoder.parameters": row_decoder.count_params(),
    },
    note="Ours: the layers on paper; the two sums are Keras's count.",
)

# %% [markdown]
# ## One kernel, two uses
#
# Lesson 04 measured what *tied weights (가중치 묶기)* cost. How do they train? The
# kernel $W$ of a linear tied autoencoder stands in the formula twice:
#
# $$z = x W, \qquad y = z W^\top, \qquad
# E = \frac1n \sum_{x} \lVert y - x \rVert^2.$$
#
# | symbol | in words | in the code |
# |---|---|---|
# | $x$, $y$ | an image and its reconstruction, rows of $d$ | `images`, `outputs` |
# | $z$ | its code, a row of $k$ | `codes` |
# | $W$ | the one kernel, $d$ rows and $k$ columns | `kernel` |
# | $n$, $E$ | number of images; squared error per image | `len(images)` |
#
# By the rule for products, its gradient is the sum of two parts: the one with
# $W^\top$ held fixed, which goes through the encoder, and the one with the
# first $W$ held fixed, through the decoder. By hand, with one pixel, one unit,
# $x = 1$, $W = 0.5$: $E = (W \cdot W - 1)^2$, and each part is $2\,(0.25 - 1)
# \cdot 0.5 =
# -0.75$. The gradient is $-1.5$.

# %% [markdown]
# ### Exercise 7.5 — The gradient of both uses (2 points)
#
# *The idea itself, about 15 minutes.* You derived both parts in lesson 02, for
# two kernels of their own. The decoder's kernel here is $W^\top$, so turn its
# gradient round, to the shape of $W$.

# %% nbgrader={"schema_version": 3, "grade_id": "ch07-tied-gradients", "grade": false, "locked": false, "solution": true, "task": false}
def tied_gradients(images, kernel):
    """Return the two parts of a tied kernel's gradient.

    images: floats (n, d).  kernel: W, floats (d, k).
    Returns (encoder_part, decoder_part), each (d, k); their sum is the
    gradient of the squared error, summed over pixels, averaged over images.
    """
    ### BEGIN SOLUTION
    codes = images @ kernel
    outputs = codes @ kernel.T
    slopes = 2 * (outputs - images) / len(images)
    return images.T @ (slopes @ kernel), slopes.T @ codes
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade_id": "ch07-tied-gradients-check", "grade": true, "locked": true, "points": 2, "solution": false, "task": false}
tied_gradients = check("7.5", tied_gradients)

# %%
keras.utils.set_random_seed(7)
tied_layer = layers.TiedDense(30)
batch = tf.constant(vectors[:100])
with tf.GradientTape() as tape:
    outputs = tied_layer(tied_layer(batch), transposed=True)
    error = tf.reduce_mean(losses.squared_error(batch, outputs))
by_tape = tape.gradient(error, tied_layer.kernel.value).numpy()
parts = tied_gradients(vectors[:100], tied_layer.get_weights()[0])
for name, part in zip(("encoder", "decoder", "sum"), (*parts, sum(parts))):
    away = np.abs(part - by_tape).max() / np.abs(by_tape).max()
    print(f"{name:8} differs from the tape's gradient by {away:.1%}")

# %% [markdown]
# The tape knows the kernel only once, and adds up what comes back from each
# use. (Printed is the largest difference in any weight, as a share of the gradient's largest
# entry.) Each part alone is off by more than the whole gradient: with these initial
# weights the two partly cancel. Now the count, against an untied twin with the same
# layers:

# %%
def kernel_parameters(autoencoder):
    kernels = [w for w in autoencoder.weights if len(w.shape) > 1]
    return int(sum(np.prod(w.shape) for w in kernels))


selu = {"activation": "selu"}
twins = {
    "untied": models.chain(*models.build_dense((784, 100, 30), **selu)),
    "tied": models.chain(*models.build_tied((784, 100, 30), **selu)),
}
for name, twin in twins.items():
    print(f"{name:7} kernel parameters {kernel_parameters(twin):8,}")
assert 2 * kernel_parameters(twins["tied"]) == kernel_parameters(
    twins["untied"]
)

# %% [markdown]
# ## Output activation, pixel range and loss
#
# Two dense nets of the sources remain. The third source's is *stacked (적층)*,
# 784-100-30 and back, with **SELU** units (a scaled ReLU whose outputs below 0 fall
# off to a limit, where the ReLU's are 0; in our version the code itself is linear, as the
# convolutional net's is) and the cross-entropy. The fifth source's is
# 784-128-64-12-3 and back, with ReLU units and **tanh** at the end, and the squared
# error. (The cross-entropy reads outputs as probabilities, and needs them between 0 and 1.)

# %%
def train(net, inputs, loss, epochs, peak, batch_size=None, **options):
    """Train with a falling rate; options: clip and validation."""
    batch_size = batch_size or pick(full=32, fast=40)
    steps = epochs * int(np.ceil(len(inputs) / batch_size))
    schedule = keras.optimizers.schedules.CosineDecay(peak, steps)
    clip = options.pop("clip", None)
    return training.train(
        net,
        inputs,
        loss=loss,
        optimizer=keras.optimizers.Adam(schedule, global_clipnorm=clip),
        epochs=epochs,
        batch_size=batch_size,
        jit=False,
        progress=False,
        **options,
    )


def run(autoencoder, inputs):
    parts = np.array_split(inputs, 4)
    return np.concatenate([autoencoder(part).numpy() for part in parts])

# %% [markdown]
# First the SELU stack, once with each loss. (`jit=False` leaves out a compiler
# that takes longer than runs as short as these; `clip` and `validation` are for later.)

# %%
dense_epochs = pick(full=12, fast=2)
long_runs = {}
print("784-100-30, trained on     test MSE  cross-entropy (nats per image)")
for name in ("binary_cross_entropy", "mean_squared_error"):
    keras.utils.set_random_seed(7)
    stack = models.chain(*models.build_dense((784, 100, 30), **selu))
    begun = time.process_time()
    train(stack, vectors, losses.by_name(name), dense_epochs, 5e-3)
    seconds = time.process_time() - begun
    outputs = run(stack, test_vectors)
    nats = float(
        np.mean(losses.binary_cross_entropy(test_vectors, outputs))
    )
    long_runs[name] = measures.mse(test_vectors, outputs), seconds
    print(f"{name:25} {long_runs[name][0]:9.4f}  {nats:9.1f}")

# %% [markdown]
# On MNIST in full the source's loss is no worse by either measure, although only the
# second is what it minimises. The squared errors lie three ten-thousandths apart,
# less than three seeds span in the table below: call that a tie. All networks of the
# table below are trained on the cross-entropy.
#
# Now the other net's ending. What comes out of tanh is in [−1, 1]. Do the pixels have to
# be there, too: paper at −1, ink at 1?

# %%
# In full this takes about 10 seconds on two cores.
def tanh_net(output_activation, low):
    """Train 784-128-64-12-3 on pixels in [low, 1]; measure in [0, 1]."""
    keras.utils.set_random_seed(7)
    sizes = (784, 128, 64, 12, 3)
    halves = models.build_dense(sizes, output_activation=output_activation)
    net = models.chain(*halves)
    scaled = vectors * (1 - low) + low
    train(net, scaled, losses.mean_squared_error, dense_epochs, 2e-3)
    outputs = run(net, test_vectors * (1 - low) + low)
    return (outputs - low) / (1 - low)


rebuilt = {
    "tanh, [-1, 1]": tanh_net("tanh", -1.0),
    "tanh, [0, 1]": tanh_net("tanh", 0.0),
    "sigmoid, [0, 1]": tanh_net("sigmoid", 0.0),
}
paper = test_vectors == 0
for name, outputs in rebuilt.items():
    error = measures.mse(test_vectors, outputs)
    print(f"{name:16} test MSE {error:.4f}, ", end="")
    print(f"paper is off by {np.abs(outputs[paper]).mean():.3f}", end="")
    print(f", pixels below 0: {np.mean(outputs < 0):.0%}")

# %%
plots.show_rows(
    {"input": test_vectors[:10]}
    | {name: outputs[:10] for name, outputs in rebuilt.items()},
    alt="Ten digits rebuilt from three numbers by three nets. "
    "All three rows are soft digits, some of them another than the input.",
)

# %% [markdown]
# **Figure 7.4.** Ten digits from three numbers, by one net with three endings.
# Does tanh demand pixels in [−1, 1]? It *can* be fed pixels in [0, 1]: on MNIST in full
# the three errors printed above lie about 0.001 apart, one run each. (Three seeds of
# another net with a code of 3 span nearly as much, in the table below: no order can be
# read from this.) But nothing keeps its outputs from going below 0, and no image has such
# pixels. The share that does is printed; the picture hides it, because below 0 is
# drawn as white. With tanh and [−1, 1], or with a sigmoid (the same curve, scaled)
# and [0, 1], every output is a possible pixel.

# %% [markdown]
# ## Which one is worth its weights?
#
# The claim to test: *a network that knows something about images needs fewer
# weights for the same error*. The contestants, each with a code of 30 and a
# code of 3: PCA, the baseline; the dense SELU stack 784-100-30; its tied twin;
# and the convolutional autoencoder. The networks see the same images as often, in
# batches of the same size, under the same loss, with three seeds each. (PCA needs no
# steps; it minimises the very squared error in the table, the networks the
# cross-entropy.) Each network has the learning rate, of those tried, that had the
# smallest error on the validation images, with a code of 30 and a seed of its own. It
# is then used for the code of 3, too. (Where it is the largest or the
# smallest one tried, one beyond it might do better.)

# %%
builders = {
    "dense": lambda k: models.build_dense((784, 100, k), **selu),
    "tied": lambda k: models.build_tied((784, 100, k), **selu),
    "convolutional": models.build_pooled,
    "recurrent": models.build_recurrent,
}
contestants = ("dense", "tied", "convolutional")
seeds = pick(full=(1, 2, 3), fast=(1,))
epochs = pick(full=4, fast=1)


def contest(name, code_size, seed, rate, data=(images, test_images)):
    keras.utils.set_random_seed(seed)
    net = models.chain(*builders[name](code_size))
    seen, unseen = (x.reshape(-1, *net.input_shape[1:]) for x in data)
    begun = time.process_time()
    train(net, seen, losses.binary_cross_entropy, epochs, rate)
    seconds = time.process_time() - begun
    outputs = run(net, unseen)
    error = measures.mse(unseen, outputs)
    return error, seconds, net.count_params(), outputs[:10]

# %%
# In full this takes about 20 seconds on two cores.
tried, rates = pick(full=(0.005, 0.01), fast=(0.01,)), {}
for name in contestants:
    found = [
        contest(name, 30, 0, rate, (images, validation_images))[0]
        for rate in tried
    ]
    rates[name] = tried[int(np.argmin(found))]
    row = "  ".join(f"{rate}: {e:.4f}" for rate, e in zip(tried, found))
    print(f"{name:14} validation MSE at {row}   chosen {rates[name]}")

# %%
# In full this takes about 50 seconds on two cores.
def span(errors, digits=4):
    if len(seeds) == 1:
        return "one seed"
    return f"{np.ptp(errors):8.{digits}f}"


table = {
    code_size: {
        name: list(zip(*(
            contest(name, code_size, seed, rates[name]) for seed in seeds
        )))
        for name in contestants
    }
    for code_size in (30, 3)
}

# %%
mean, components, _ = pca.fit_pca(vectors, 30)
mean_error = measures.mse(test_vectors, mean + 0 * test_vectors)
print(f"mean image: test MSE {mean_error:.4f}\n")
print("code network        test MSE   spread  parameters  CPU seconds")
for code_size, rows in table.items():
    kept = components[:code_size]
    codes = pca.encode(test_vectors, mean, kept)
    outputs = pca.decode(codes, mean, kept)
    error = measures.mse(test_vectors, outputs)
    size = kept.size + mean.size
    rows["PCA"] = ([error] * len(seeds), [], [size], outputs[:10])
    print(f"{code_size:4} {'PCA':14} {error:8.4f} {'':8} {size:11,}")
    for name in contestants:
        errors, seconds, sizes, _ = rows[name]
        print(f"{'':4} {name:14} {np.mean(errors):8.4f} ", end="")
        print(f"{span(errors)} {sizes[0]:11,}", end="")
        print(f" {np.mean(seconds):11.1f}")

# %%
for code_size, rows in table.items():
    names = list(rows)
    best = min(names, key=lambda name: np.mean(rows[name][0]))
    beaten = [
        name
        for name in names
        if rows[name][2][0] > rows[best][2][0]
        and np.mean(rows[name][0]) > np.mean(rows[best][0])
    ]
    print(f"code of {code_size:2}: smallest error {best}; larger than it and "
          f"worse: {', '.join(beaten) or 'none'}")

# %%
plots.show_panels(
    {
        f"code of {code_size}": {
            name: ([row[2][0] / 1000] * len(seeds), row[0])
            for name, row in rows.items()
        }
        for code_size, rows in table.items()
    },
    x_label="parameters, in thousands",
    y_label="MSE on the test images",
    alt="Two panels, test error against parameters. PCA is the smallest, and "
    "tied lies left of dense; on MNIST in full the convolutional net has the "
    "lowest error, and tied is a little above dense at 30, clearly at 3.",
)

# %% [markdown]
# **Figure 7.5.** Error against size, one marker per seed, on different scales
# left and right. PCA counts with its mean and its directions. The tied net has about
# half of its twin's parameters. On MNIST in full the convolutional net has the lowest
# error in both panels, with fewer parameters than the dense one. So here, for these
# sizes and at equal epochs, the claim is not contradicted. No more than that: the
# dense net's chosen rate is the largest one tried and the convolutional net's the
# smallest, and on the validation images, at their chosen rates, the two tie.
#
# Equal epochs are not equal seconds. Why? A dense layer uses each of its
# weights once per image. Count for the convolutions:

# %%
weights = products = 0
for layer in conv_encoder.layers + conv_decoder.layers:
    if layer.weights:  # pooling has none
        size, pixels = layer.get_weights()[0].size, layer.input.shape[1] ** 2
        weights, products = weights + size, products + size * pixels
        print(f"{size:6,} weights, each for {pixels:3} pixels of its input")
print(f"convolutions: {weights:7,} weights, {products:9,} products per image")
size = kernel_parameters(twins["untied"])
print(f"dense net:    {size:7,} weights, {size:9,} products per image")
row = table[30]["convolutional"]
print(f"convolutional, {epochs:2} epochs: MSE {np.mean(row[0]):.4f}, "
      f"{np.mean(row[1]):.1f} CPU seconds")
error, seconds = long_runs["binary_cross_entropy"]
print(f"dense net,     {dense_epochs:2} epochs: MSE {error:.4f}, "
      f"{seconds:.1f} CPU seconds (one run)")

# %% [markdown]
# A convolution uses each weight at many places, from 9 in the first transposed
# layer to 784 in the first convolution, so that few weights cost many products.
# The last line is the dense stack from further above, with more epochs. On MNIST in
# full it has a lower error than the convolutional net, in less time. Knowing neighbours
# saves weights there, and not time.
#
# Now the recurrent net of Figure 7.3, which reads the image row by row: one run, one
# seed, as many epochs on some of the images, at a learning rate of 0.01 (not tuned).

# %%
# In full this takes about 10 seconds on two cores.
few = images[: pick(full=2_000, fast=320)]
by_rows = contest("recurrent", 30, 1, 0.01, (few, test_images))
pictures = by_rows[3].reshape(10, -1)
alike = (pictures - pictures.mean(axis=0)).std() / (
    (test_vectors[:10] - test_vectors[:10].mean(axis=0)).std())
print(f"test MSE {by_rows[0]:.4f}, of the mean image {mean_error:.4f}, "
      f"of PCA-30 {table[30]['PCA'][0][0]:.4f}; {by_rows[1]:.1f} CPU seconds")
print(f"its ten outputs differ from each other {alike:.0%} as much as the "
      "inputs do")
plots.show_rows(
    {
        "input": test_images[:10],
        "mean image": np.repeat(mean[None], 10, axis=0),
        "recurrent, rows": pictures,
        "dense": table[30]["dense"][3][0],
    },
    alt="Ten digits; ten times the mean image, a blur; the recurrent net's "
    "outputs, nearly the same blur each time; the dense net's digits.",
)

# %% [markdown]
# **Figure 7.6.** What the recurrent net returns: after these few epochs nearly the same
# image whatever it reads. On MNIST in full its error is that of the mean image, to a few
# per cent, and the mean image needs no code. The net has
# more parameters than the tied net. (How far more images, more epochs or another learning
# rate would bring it, we did not test here.) So few steps may not
# be enough; or the network does not suit, or rows of pixels do not as a sequence. This
# run cannot tell which. The last part of this lesson gives it another sequence.

# %% [markdown]
# ## A control that must fail
#
# If the convolutional net owes its place to knowing neighbours, then it must
# lose it when neighbours mean nothing. Permute the pixels, all images by
# **one** fixed permutation. No information is lost, since the permutation can
# be undone. Predict first: whose error grows by more than a quarter?

# %%
# "dense", "convolutional", "both" or "none": write it before you run on.
pixel_guess = "convolutional"  # prediction

# %%
order = np.random.default_rng(7).permutation(784)
mixed = vectors[:, order].reshape(images.shape)
mixed_test = test_vectors[:, order].reshape(test_images.shape)
back = np.argsort(order)
data_permuted = (mixed, mixed_test)
restored, grown = {}, []

# %%
# In full this takes about 20 seconds on two cores.
print("code of 30      in order, spread   permuted, spread  (test MSE)")
for name in ("dense", "convolutional"):
    results = [
        contest(name, 30, seed, rates[name], data_permuted)
        for seed in seeds
    ]
    permuted, *_, pictures = zip(*results)
    restored[name] = pictures[0].reshape(10, -1)[:, back]
    print(f"{name:14}", end="")
    for errors in (table[30][name][0], permuted):
        print(f"   {np.mean(errors):.4f}  {span(errors).strip()}", end="")
    print()
    if np.mean(permuted) > 1.25 * np.mean(table[30][name][0]):
        grown.append(name)
predicted(
    pixel_guess,
    "both" if len(grown) == 2 else grown[0] if grown else "none",
    choices={
        "dense": "only the dense net's error grows",
        "convolutional": "only the convolutional net's error grows",
        "both": "both errors grow",
        "none": "neither error grows",
    },
)

# %%
plots.show_rows(
    {
        "input": test_images[:10],
        "pixels permuted": mixed_test[:10],
        "conv": table[30]["convolutional"][3][0],
        "conv, permuted": restored["convolutional"],
        "dense": table[30]["dense"][3][0],
        "dense, permuted": restored["dense"],
    },
    alt="Ten digits, the same with pixels permuted to scattered dots, "
    "and four rows of reconstructions: by the convolutional and the dense "
    "net, from images in order and from permuted ones, put back in order.",
)

# %% [markdown]
# **Figure 7.7.** To a dense layer pixel numbers are only names, and to PCA too: a
# permutation of the inputs permutes the rows of a kernel, and what can be learned
# stays the same. The convolutional net has the same layers, the same weights to train
# and the same information, and only its neighbours are gone. On MNIST in full that
# costs it its place: its error is then above PCA's, and its outputs, put back in order,
# are speckled. What made it the best of the table is an *assumption* (in the field's
# words, an *inductive bias*): near pixels belong together. (A net that has learned too
# little has no place to lose. Where its error in order lies above that of the mean image,
# printed above Figure 7.5, as it may in the fast profile, "none" can come out: that says
# nothing against a prediction for the full run.)

# %% [markdown]
# ## Where a recurrent net fits: strokes of a pen
#
# Writing is a sequence by nature: a pen goes from one point to the next. MNIST does
# not say how the pen went, so we make a guess of it. Every image is *thinned* until its
# ink is a line of one pixel (Zhang and Suen, 1984); we follow that line from end to
# end, begin at its upper end, and put 20 points on it, equally far apart along the
# way. A skeleton that is no single line (a closed loop, a crossing, two pieces) is
# left out.

# %%
num_points, share_held = 20, 6
sources = {
    "training": digits.train_images[: pick(full=12_000, fast=1_500)],
    "test": digits.test_images[: pick(full=2_000, fast=360)],
}
sources = {part: x.reshape(-1, 28, 28) for part, x in sources.items()}
found = {p: pen.strokes_of(x, num_points) for p, x in sources.items()}
for part, (some, _) in found.items():
    print(f"{part}: {len(some):,} of {len(sources[part]):,} images are a "
          f"single stroke ({len(some) / len(sources[part]):.0%})")
labels = digits.train_labels[found["training"][1]]
every = digits.train_labels[: len(sources["training"])]
shares = np.bincount(labels, minlength=10) / np.bincount(every, minlength=10)
print("by digit:", "  ".join(f"{d}: {x:.0%}" for d, x in enumerate(shares)))

# %%
plots.show_strokes(
    {"stroke": found["test"][0][:10]},
    sources["test"][found["test"][1][:10]],
    alt="Ten digits in grey, each with a line of 20 points along its ink, and "
    "a dot where the line begins, at the top.",
)

# %% [markdown]
# **Figure 7.8.** Strokes of test images. The dot is where the pen is put down. A
# person may have begun elsewhere, and a crossing bar is skipped: this is a line along
# the ink, and no record of a hand.
#
# A stroke is 20 points $(x, y)$, 40 numbers. PCA and a dense net see 40 numbers at
# once. A recurrent net sees two at a time, and has the same weights at each step.

# %%
plots.show_network(
    plots.Network(
        [("20 points", 40), ("", 128), ("", 128), ("code", 4), ("", 128),
         ("", 128), ("20 points", 40)],
        code=3,
        title="dense: the whole stroke at once",
    ),
    plots.Network(
        [("a point", 2), ("LSTM", 64), ("code", 4), ("LSTM", 64),
         ("a point", 2)],
        code=2,
        title="recurrent: 20 points in, one code, 20 points out",
    ),
    alt="Left, seven columns from 40 over 128, 128, a code of 4 and back to "
    "40. Right, five columns: a point of 2, an LSTM of 64, a code of 4, an "
    "LSTM of 64, a point of 2.",
)

# %% [markdown]
# **Figure 7.9.** Two autoencoders of strokes, with a code of 4. Right: the first LSTM reads 20
# points, one at a time; only after the last one the code is made; the second LSTM is
# shown this one code 20 times, and a point is written each time. (Not drawn: each LSTM
# also sees its own last output.)

# %% [markdown]
# ### Exercise 7.6 — A recurrent autoencoder of strokes (3 points)
#
# *Built from end to end, about 25 minutes.* Build the right half of Figure 7.9. The
# encoder's LSTM reads the points from the first to the last; a layer without
# activation makes the code of what it has put out **after the last one**. The decoder
# is shown the code at every step; at every step one and the same layer, without
# activation, makes a point of what the LSTM puts out there. Before you run the check,
# count the parameters on paper, with Exercise 7.4: they do not depend on `steps`.

# %% nbgrader={"schema_version": 3, "grade_id": "ch07-build-stroke-autoencoder", "grade": false, "locked": false, "solution": true, "task": false}
def build_stroke_autoencoder(steps, code_size, units):
    """Return an encoder and a decoder of sequences of points.

    steps: points of a sequence.  code_size: numbers of its code.
    units: of each of the two LSTMs, all else as Keras has it.
    Returns (encoder, decoder), two Keras models: (n, steps, 2) ->
    (n, code_size) and (n, code_size) -> (n, steps, 2). New layers at each
    call; no dropout, noise or penalty.
    """
    ### BEGIN SOLUTION
    points = keras.Input((steps, 2))
    last_output = keras.layers.LSTM(units)(points)
    codes = keras.layers.Dense(code_size)(last_output)
    encoder = keras.Model(points, codes)

    codes = keras.Input((code_size,))
    shown = keras.layers.RepeatVector(steps)(codes)
    outputs = keras.layers.LSTM(units, return_sequences=True)(shown)
    points = keras.layers.Dense(2)(outputs)  # the same layer at each step
    decoder = keras.Model(codes, points)
    return encoder, decoder
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade_id": "ch07-build-stroke-autoencoder-check", "grade": true, "locked": true, "points": 3, "solution": false, "task": false}
build_stroke_autoencoder = check("7.6", build_stroke_autoencoder)

# %%
for steps in (20, 200):
    halves = build_stroke_autoencoder(steps, 4, 64)
    counts = [half.count_params() for half in halves]
    print(f"{steps:3} points: encoder {counts[0]:,}, decoder {counts[1]:,} "
          f"parameters; PCA-4 {(4 + 1) * 2 * steps:,} numbers")
on_paper = lstm_parameters(2, 64) + (64 + 1) * 4
on_paper += lstm_parameters(4, 64) + (64 + 1) * 2
print(f"on paper: {on_paper:,} together")

# %% [markdown]
# Now train it. Points are *standardised*: the mean point of all training strokes is
# subtracted, and one number for both axes makes their standard deviation 1. The loss is
# the mean squared error; gradients longer than 1 are cut to length 1 (*gradient
# clipping*), a common precaution with recurrent nets that was not tested here. The
# error below is in pixels: the root of the mean squared distance of a point from where
# it should be. The rates are chosen on validation strokes, a sixth of the training
# strokes, as above.

# %%
held = len(found["training"][0]) // share_held
middle = found["training"][0][:-held].mean(axis=(0, 1))
scale = found["training"][0][:-held].std()


def stroke_sets(found):
    some, unseen = (
        (found[part][0] - middle) / scale for part in ("training", "test"))
    return {"training": some[:-held], "validation": some[-held:],
            "test": unseen}


def pixels_off(strokes, outputs):
    outputs = outputs.reshape(strokes.shape)
    squares = np.square(strokes - outputs).sum(axis=2)
    return float(scale * np.sqrt(squares.mean()))


strokes = stroke_sets(found)
print({part: some.shape for part, some in strokes.items()})

# %%
def build_dense_strokes(steps, code_size, units=128):
    sizes = (2 * steps, units, units, code_size)
    return models.build_dense(
        sizes, activation="gelu", output_activation="linear")


# %%
stroke_builders = {
    "dense": build_dense_strokes,
    "recurrent": lambda steps, k: build_stroke_autoencoder(steps, k, 64),
}
stroke_epochs, stroke_batch = 8, pick(full=64, fast=32)


def fit_strokes(name, code_size, seed, rate, sets, asked="test",
                epochs=stroke_epochs, initial=None):
    keras.utils.set_random_seed(seed)
    steps = sets["training"].shape[1]
    net = models.chain(*stroke_builders[name](steps, code_size))
    if initial is not None:
        net.set_weights(initial)
    seen, held_out, unseen = (
        sets[part].reshape(-1, *net.input_shape[1:])
        for part in ("training", "validation", asked))
    begun = time.process_time()
    history = train(net, seen, losses.mean_squared_error, epochs, rate,
                    stroke_batch, clip=1.0, validation=held_out)
    seconds = time.process_time() - begun
    outputs = run(net, unseen).reshape(sets[asked].shape)
    curve = scale * np.sqrt(2 * np.array(history.validation))  # pixels
    off = pixels_off(sets[asked], outputs)
    return off, seconds, net, outputs[:10], curve


# %%
def pca_strokes(code_size, sets):
    seen, unseen = (sets[part].reshape(len(sets[part]), -1)
                    for part in ("training", "test"))
    mean, components, _ = pca.fit_pca(seen, code_size)
    codes = pca.encode(unseen, mean, components)
    outputs = pca.decode(codes, mean, components).reshape(sets["test"].shape)
    return pixels_off(sets["test"], outputs), outputs[:10]

# %%
# In full this takes about 20 seconds on two cores.
stroke_rates = {}
for name, tried in {
    "dense": pick(full=(0.005, 0.01), fast=(0.01,)),
    "recurrent": (0.01, 0.02),
}.items():
    off = [
        fit_strokes(name, 4, 0, rate, strokes, "validation")[0]
        for rate in tried
    ]
    stroke_rates[name] = tried[int(np.argmin(off))]
    row = "  ".join(f"{rate}: {e:.2f}" for rate, e in zip(tried, off))
    print(f"{name:10} validation pixels at {row}   "
          f"chosen {stroke_rates[name]}")

# %%
# In full this takes about 50 seconds on two cores.
fits = {
    (name, size): [
        fit_strokes(name, size, seed, stroke_rates[name], strokes)
        for seed in seeds
    ]
    for size in (4, 8)
    for name in stroke_builders
}
by_pca = {size: pca_strokes(size, strokes) for size in range(1, 13)}

# %%
average = strokes["training"].mean(axis=0)
whole = pixels_off(strokes["test"], average + 0 * strokes["test"])
print(f"mean stroke: {whole:.2f} pixels\n")
print("code net         pixels   spread  parameters  CPU seconds")
for size in (4, 8):
    print(f"{size:4} {'PCA':10} {by_pca[size][0]:7.2f} {'':8} "
          f"{(size + 1) * 2 * num_points:11,}")
    for name in stroke_builders:
        off = [one[0] for one in fits[name, size]]
        seconds = np.mean([one[1] for one in fits[name, size]])
        count = fits[name, size][0][2].count_params()
        print(f"{'':4} {name:10} {np.mean(off):7.2f} {span(off, 2)} "
              f"{count:11,} {seconds:11.1f}")

# %%
for size in (4, 8):
    off = {name: np.mean([one[0] for one in fits[name, size]])
           for name in stroke_builders} | {"PCA": by_pca[size][0]}
    order = sorted(off, key=off.get)
    print(f"code of {size}: {' < '.join(order)}", end="")
    same = [k for k, (e, _) in by_pca.items() if e <= off["recurrent"]]
    print(f"; PCA needs {min(same)} numbers for the recurrent net's error"
          if same else "; PCA needs more than 12 numbers for that")

# %%
curves = {"PCA": (list(by_pca), [off for off, _ in by_pca.values()])}
for name in stroke_builders:
    curves[name] = ([4] * len(seeds) + [8] * len(seeds), [
        one[0] for size in (4, 8) for one in fits[name, size]])
plots.show_curves(
    curves,
    x_label="numbers in the code",
    y_label="pixels off, on the test strokes",
    dashed=["PCA"],
    levels={"mean stroke": whole},
    alt="Pixels off against code size, falling: PCA dashed; dense and "
    "recurrent with markers at 4 and 8. On MNIST in full both are below PCA "
    "at 4, the dense net lowest.",
)

# %% [markdown]
# **Figure 7.10.** Error against code size on strokes, one marker per seed. The
# recurrent net works: on MNIST in full it is far from the mean stroke, and with a code of
# four it is well below PCA, the best *linear* code of four numbers. It does not win. The
# dense net, which knows nothing of time, has a lower error at both sizes in less time,
# with a quarter more parameters.
# And on MNIST in full, with a code of eight, the recurrent net's lead over PCA is gone. (At
# equal epochs, and at rates that were chosen with a code of four; whether a longer run, other
# rates or more units change the order, we did not test.)

# %% [markdown]
# ## Order in time, taken away
#
# Does the recurrent net use that the points come in order? Permute the 20 *steps*, by
# one fixed permutation for all strokes. The same points are still there, at other
# places in the sequence, and nothing is lost. Each method is trained anew on the
# permuted strokes, with the same rates. Whose error grows by more than 5 %?

# %%
# "PCA", "dense", "recurrent", "several" or "none": write it before you run on.
order_guess = "recurrent"  # prediction

# %%
# In full this takes about 30 seconds on two cores.
steps_order = np.random.default_rng(7).permutation(num_points)
jumbled = {part: some[:, steps_order] for part, some in strokes.items()}
jumbled_fits = {
    name: [
        fit_strokes(name, 4, seed, stroke_rates[name], jumbled)
        for seed in seeds
    ]
    for name in stroke_builders
}

# %%
errors = {"PCA": (by_pca[4][0], pca_strokes(4, jumbled)[0])}
for name, some in jumbled_fits.items():
    errors[name] = tuple(
        np.mean([one[0] for one in group]) for group in (fits[name, 4], some))
print("code of 4   in order  permuted   (pixels off)")
for name, (before, after) in errors.items():
    print(f"{name:10} {before:9.2f} {after:9.2f}")
grown = [name for name, (a, b) in errors.items() if b > 1.05 * a]
predicted(
    order_guess,
    "several" if len(grown) > 1 else grown[0] if grown else "none",
    choices={
        "PCA": "only PCA's error grows",
        "dense": "only the dense net's error grows",
        "recurrent": "only the recurrent net's error grows",
        "several": "more than one error grows",
        "none": "no error grows",
    },
)

# %%
curves = {}
for name in stroke_builders:
    for kind, group in {"": fits[name, 4],
                        ", permuted": jumbled_fits[name]}.items():
        mean_curve = np.mean([one[4] for one in group], axis=0)
        curves[name + kind] = (list(range(1, stroke_epochs + 1)), mean_curve)
halfway = stroke_epochs // 2 - 1
for epoch in (0, halfway, stroke_epochs - 1):
    row = [f"{name} {y[epoch]:.2f}" for name, (_, y) in curves.items()]
    print(f"epoch {epoch + 1}: {'; '.join(row)}")
plots.show_curves(
    curves,
    x_label="epochs",
    y_label="pixels off, on the validation strokes",
    log_y=True,
    dashed=[name for name in curves if "permuted" in name],
    alt="Four falling curves. The dense net's two lie on each other; the "
    "recurrent net's curve from permuted steps lies above the one from steps "
    "in order.",
)

# %% [markdown]
# **Figure 7.11.** Error by epoch, with a code of 4, mean over the seeds. PCA's error is
# the same to the last digit: a permutation of 40 numbers changes no distance. To the dense
# net, too, the places of its inputs are names, and its two curves lie close together. The
# recurrent net has the same layers, the same weights to train and the same points, and it
# learns more slowly from permuted steps: halfway through training its error is larger.
# On MNIST in full the gap shrinks fast in the first half of the epochs, and hardly at
# all in the second. Whether permuted steps only slow the training or cost accuracy for
# good, these few epochs cannot tell: their rate falls to 0, and it was chosen on strokes
# in order. So order in time is an inductive bias of this net, worth at least some epochs.

# %%
steps_back = np.argsort(steps_order)
rows = {
    "stroke": strokes["test"][:10],
    "PCA-4": by_pca[4][1],
    "dense": fits["dense", 4][0][3],
    "recurrent": fits["recurrent", 4][0][3],
    "rec., permuted": jumbled_fits["recurrent"][0][3][:, steps_back],
}
plots.show_strokes(
    {name: some * scale + middle for name, some in rows.items()},
    sources["test"][found["test"][1][:10]],
    alt="Ten strokes over their digits, and four rows of reconstructions from "
    "four numbers: PCA, dense, recurrent, and recurrent from permuted steps, "
    "put back in order.",
)

# %% [markdown]
# **Figure 7.12.** Strokes from four numbers, over the images that they come from. The
# last row was learned from permuted steps and is put back in order for the picture.

# %% [markdown]
# ## Another number of points
#
# Of the three, only the recurrent net can do this: take a stroke of 32 points with the very
# weights that were trained on 20. PCA-4 and the dense net have no weights for 24 numbers
# more. But *can take* is not *does well*. The rows to come: those weights as they are;
# the stroke brought to 20 points first, and the output back to 32 (which would do for
# PCA as well); those weights after one more epoch, on strokes of 32 points; and fresh
# weights after one epoch.

# %%
# In full this takes about 10 seconds on two cores.
finer = {p: pen.strokes_of(x, 32) for p, x in sources.items()}
finer_sets = stroke_sets(finer)
net = fits["recurrent", 4][0][2]
longer = models.chain(*stroke_builders["recurrent"](32, 4))
longer.set_weights(net.get_weights())
unseen = finer_sets["test"]
there = [pen.resample(one, 32) for one in run(net, strokes["test"])]
results = {
    "weights of 20 points, as they are": pixels_off(
        unseen, run(longer, unseen)),
    "20 points first, then back": pixels_off(unseen, np.array(there)),
}
rate = stroke_rates["recurrent"]
results["weights of 20 points, one epoch"] = fit_strokes(
    "recurrent", 4, 1, rate / 3, finer_sets, epochs=1,
    initial=net.get_weights())[0]
for name in stroke_builders:
    results[f"{name}, fresh weights, one epoch"] = fit_strokes(
        name, 4, 1, stroke_rates[name], finer_sets, epochs=1)[0]

# %%
for label, off in results.items():
    print(f"{label:36} {off:5.2f} pixels off")
print(f"{'mean stroke':36} {whole:5.2f} pixels off")

# %% [markdown]
# As they are, the weights run on 32 points, and what comes out is further off than the
# mean stroke. (Points lie closer together, and there are more of them. Which of the two
# the weights cannot take, we did not test.) One epoch on such strokes brings them far below
# fresh weights of the same net. (One seed each. Its rate, a third of the other, was not
# tuned.) Compare it
# with the fresh dense net after one epoch, and with the stroke that is brought to 20
# points: on MNIST in full that is better still, and costs nothing.
#
# So what an LSTM offers is real, and smaller than it sounds: weights whose number does not
# depend on the length, and which carry over to another length after some training there.
# For strokes, resampling does as well. Words, notes and events cannot be resampled. There
# the lengths differ from sequence to sequence, a batch is filled up to the longest one,
# and the filling is *masked*: the LSTM and the loss leave it out. (We did not do that
# here.)
#
# A layer that looks at all steps at once and learns which to look at is called
# *attention* (어텐션). It is beyond this lesson, as is the autoencoder that is trained with
# it to fill in what is hidden, the masked autoencoder.

# %% [markdown]
# ## What to take with you
#
# - A transposed convolution writes a block for every number and adds up where
#   blocks overlap. It is the transpose of a convolution, and not its inverse.
# - Shapes and parameters are arithmetic: 3 to 7 to 14 to 28 pixels with 23,233
#   parameters, four dense layers in an LSTM, half the kernels when tied.
# - A kernel that is used twice gets the sum of two gradients.
# - The output's activation says which pixel values can be written, and the
#   cross-entropy needs outputs between 0 and 1. Among the choices that are allowed,
#   the errors here hardly differ.
# - Compare networks by error, size and time, beside PCA. On MNIST in full the convolution
#   has the lowest error at equal epochs, with fewer parameters than the dense net and for
#   several times its seconds. PCA is smaller than either.
# - What a network assumes about its data is its inductive bias: neighbours for the
#   convolution, order in time for the recurrent net. A permutation that loses nothing
#   takes it away; what is left to learn is the same, and is learned worse or later.
# - On strokes a recurrent autoencoder works, and on MNIST in full, with a code of four, it
#   is better than PCA. A dense net of the same code size is better still.

# %% [markdown]
# ## Where to read on
#
# - V. Dumoulin and F. Visin, *A guide to convolution arithmetic for deep learning*,
#   2016 (arXiv 1603.07285): every shape of this lesson, as pictures.
# - A. Odena, V. Dumoulin and C. Olah, *Deconvolution and checkerboard artifacts*,
#   Distill, 2016: Figure 7.2 in generated images, and what to do about it.
# - D. Ha and D. Eck, *A neural representation of sketch drawings*, ICLR 2018: a
#   recurrent autoencoder of real pen strokes, with the moment the pen is lifted.
# - N. Srivastava, E. Mansimov and R. Salakhutdinov, *Unsupervised learning of video
#   representations using LSTMs*, ICML 2015: the same architecture on moving digits.

# %% [markdown]
# ## Questions to think about
#
# **1.** Instead of a transposed convolution, a decoder can enlarge the image by
# repeating each pixel 2 × 2 times and then convolve it at stride 1. What does
# that change in Figure 7.2?
#
# <details><summary>One answer</summary>
#
# Every pixel of the enlarged image is then covered by the same number of
# kernel places, whatever the kernel size, so that a flat input gives a flat
# output away from the border. It costs more products, because the convolution
# works on the large image.
#
# </details>
#
# **2.** Turn all strokes round, so that the pen begins at the lower end, and train
# anew. Which of the three methods notices?
#
# <details><summary>One answer</summary>
#
# To turn round is a permutation of the steps, so PCA and the dense net do not. The
# recurrent net reads another sequence, but one in which a step still follows from the
# last ones; if order in time is what it uses, it should lose little. In this it differs
# from the permutation of Figure 7.11. We did not run it. Try it: `steps_order = np.arange(20)[::-1]`. (In
# machine translation it helped to turn the input round and not the output, so that
# what is written first was read last: Sutskever and others, 2014.)
#
# </details>
#
# **3.** Of the two parts of a tied gradient, one vanishes when the columns of
# the kernel are orthogonal and of length 1, as PCA's are. Which one, and why?
#
# <details><summary>One answer</summary>
#
# The encoder's. It is $X^\top$ times the slopes at the outputs times $W$. With
# such a kernel $W^\top$ leads back (lesson 02), the error of an image is
# orthogonal to every column of $W$, and the slopes times $W$ are 0. Only the
# decoder's part is left. It turns the columns towards PCA's plane, and where they span
# that plane, it is 0, too.
#
# </details>

# %%
score()

# %%
about.versions()
