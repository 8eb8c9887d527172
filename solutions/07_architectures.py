# %% [markdown]
# # 07 Architectures: what else can be an autoencoder
#
# Encoder, code, decoder: nothing in that says *dense*. This lesson takes the
# same idea through other layers. A *convolutional (합성곱)* autoencoder knows
# which pixels are neighbours; a *recurrent (순환)* one reads an image row by
# row; a *tied* one uses every kernel twice. Which of them is worth its weights?
#
# After this lesson you can
#
# 1. write a transposed convolution from nothing, and derive a decoder's shapes
#    and its 23,233 parameters on paper;
# 2. say what a recurrent autoencoder remembers, count its weights, and split
#    the gradient of a tied kernel into the parts of its two uses;
# 3. judge networks by error *and* size, beside PCA, and show what a convolution
#    takes for granted by taking it away.
#
# **12 points**, 45 to 75 minutes of thinking; all cells together compute for
# at most 5 minutes on two CPU cores. You need lessons 04 and 06, and Exercise
# 2.6 for 7.5. Lesson 06 builds a convolutional encoder; here you learn how the
# way back works.

# %%
try:
    from helpers.course import about, pick
except ImportError:
    raise ImportError("The course is not found here: open this notebook with "
                      "make lab, and rename a helpers.py beside it.") from None
from helpers import data, layers, losses, measures, models, pca, plots
from helpers import training
from helpers.checks import check, hint, score
from helpers.methods import convolution
from helpers.results import compare
import keras, numpy as np, tensorflow as tf, time

digits = data.load("auto")

# %% [markdown]
# Few images and few epochs, because three seeds of every network have to fit.
# What the text says about results is the reading on MNIST. With
# `AE_DATA=fashion_mnist` in the environment, the lesson runs on pictures of
# clothes, which the third source used.

# %%
images = digits.train_images[: pick(full=5_000, fast=320)]
test_images = digits.test_images[: pick(full=2_000, fast=200)]
vectors = images.reshape(len(images), -1)
test_vectors = test_images.reshape(len(test_images), -1)
print("training", images.shape, " test", test_images.shape)

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
# keeps the largest of each 2 × 2 pixels; of 7 pixels a side it makes 3, and the
# last row and column are lost. On the way in, images get smaller and more
# numerous. Notice the right half: it is made of the layers that lesson 06 used
# ready-made. How do they make an image *larger*?

# %% [markdown]
# ## A convolution, read backwards
#
# A convolution with a stride of 2 makes one number of every block and has half
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
# convolution, so that every library had one before anybody built a decoder.

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
# kernel 3 and stride 2, and prints 7, 14 and 28 pixels a side. Only the first
# of them keeps all that the blocks cover, which is called `"valid"`: from side
# 3 that is 7. The other two are `"same"`: they cut the result down to `stride`
# pixels for each input pixel. (For a kernel at least as large as the stride.)

# %% [markdown]
# ### Exercise 7.2 — The decoder on paper (2 points)
#
# *Warm-up, about 10 minutes.* How large is the output, and how many parameters
# are there to learn? As in Exercise 6.1, there is a weight for each place, each
# input channel and each output channel, and one bias for each output channel.

# %% nbgrader={"schema_version": 3, "grade_id": "ch07-transposed-shape", "grade": false, "locked": false, "solution": true, "task": false}
def transposed_shape(side, channels, filters, kernel_size, stride, padding):
    """Return what a transposed convolution makes, and what it learns.

    side, channels: of the square input.  filters: channels of the output.
    kernel_size: pixels a side, at least stride.
    padding: "valid" or "same".
    Returns (output_side, num_parameters), two whole numbers (int).
    """
    ### BEGIN SOLUTION
    covered = (side - 1) * stride + kernel_size
    output_side = covered if padding == "valid" else side * stride
    return output_side, (kernel_size**2 * channels + 1) * filters
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade_id": "ch07-transposed-shape-check", "grade": true, "locked": true, "points": 2, "solution": false, "task": false}
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
# every second pixel is written twice as often along each axis, and the weights
# have to learn to make up for it. Such *chequerboards* are a known flaw of
# generated images.

# %% [markdown]
# One more look at Figure 7.1: the code of the source is the whole pile of
# 3 × 3 × 64. Is that a bottleneck?

# %%
code_numbers = int(np.prod(conv_encoder.output_shape[1:]))
print(f"numbers in the code: {code_numbers} of 784")

# %% [markdown]
# Hardly. To compare it with codes of 30, the table at the end puts a dense
# layer to 30 numbers in the middle, and one that leads back.

# %% [markdown]
# ## An image as a sequence
#
# A *recurrent* layer reads a sequence step by step and carries a memory
# along. The third source's reads an image as 28 steps, one row of 28 pixels
# each. An **LSTM** layer keeps two vectors: its output $h$ and its memory $c$.
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
encoder, decoder = models.build_recurrent(30)
plots.show_shapes(
    models.outline(encoder, decoder),
    alt="Six blocks: 28 by 28, LSTM 28 by 100, a bar of 30 numbers, repeated "
    "to 28 by 30, LSTM 28 by 100, and 28 by 28 again.",
)

# %% [markdown]
# **Figure 7.3.** The recurrent autoencoder. The first LSTM passes on its
# output at every row, the second only its last one: 30 numbers, the code.
# *Repeat* (`RepeatVector`) shows the decoder the same code 28 times, and at
# each step one dense layer with the same weights (`TimeDistributed`) writes a
# row of pixels. Nothing else tells the decoder which row it is writing: it has
# to count, in its memory.

# %%
compare(
    {
        "lstm_encoder.parameters.layer1": lstm_parameters(28, 100),
        "lstm_encoder.parameters.layer2": lstm_parameters(100, 30),
        "lstm_decoder.parameters.layer1": lstm_parameters(30, 100),
        "lstm_encoder.parameters": encoder.count_params(),
        "lstm_decoder.parameters": decoder.count_params(),
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
# | $n$, $E$ | number of images; squared error an image | `len(images)` |
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
# use. Each part alone is off by about twice the whole gradient: at this start
# the two largely cancel. A layer that *copied* the kernel would train on one
# part and forget the other. Now the count, against an untied twin with the same
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
# ## The output decides the loss
#
# Two dense nets of the sources remain. The third source's is *stacked (적층)*,
# 784-100-30 and back, with **SELU** units (a ReLU, scaled, and bent instead of
# cut below 0; the code itself is linear here, as the convolutional net's is) and
# the cross-entropy. The fifth source's is 784-128-64-12-3 and back, with ReLU
# units and **tanh** at the end, and the squared error. What comes out of tanh is
# in [−1, 1]. So that is where the pixels have to be: paper at −1, ink at 1. Or
# do they?

# %%
def train(autoencoder, inputs, loss, epochs, peak):
    batch_size = pick(full=32, fast=40)
    steps = epochs * int(np.ceil(len(inputs) / batch_size))
    schedule = keras.optimizers.schedules.CosineDecay(peak, steps)
    training.train(
        autoencoder,
        inputs,
        loss=loss,
        optimizer=keras.optimizers.Adam(schedule),
        epochs=epochs,
        batch_size=batch_size,
        jit=False,
        progress=False,
    )
    return autoencoder


def run(autoencoder, inputs):
    parts = np.array_split(inputs, 4)
    return np.concatenate([autoencoder(part).numpy() for part in parts])

# %% [markdown]
# First the SELU stack, once with each loss. (`jit=False` leaves out a compiler
# that takes longer than runs as short as these.)

# %%
dense_epochs = pick(full=12, fast=2)
print("784-100-30, trained on       test MSE  cross-entropy (nats an image)")
for name in ("binary_cross_entropy", "mean_squared_error"):
    keras.utils.set_random_seed(7)
    stack = models.chain(*models.build_dense((784, 100, 30), **selu))
    train(stack, vectors, losses.by_name(name), dense_epochs, 5e-3)
    outputs = run(stack, test_vectors)
    nats = float(
        np.mean(losses.binary_cross_entropy(test_vectors, outputs))
    )
    print(f"{name:27} {measures.mse(test_vectors, outputs):9.4f}  {nats:9.1f}")

# %% [markdown]
# The source's loss is no worse here by either measure, although only the second
# is what it minimises. The squared errors lie three ten-thousandths apart, less
# than three seeds span in the table below: call that a tie. Under a sigmoid the
# cross-entropy has the steeper slope where an output is most wrong (Figure 3.4),
# which may tell in short runs. All networks of the table below are trained on
# it.

# %%
def tanh_net(output_activation, low):
    """Train 784-128-64-12-3 on pixels in [low, 1]; judge it in [0, 1]."""
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
# Does tanh demand pixels in [−1, 1]? It *can* be fed pixels in [0, 1], and the
# error printed above is then no worse: the three lie about 0.001 apart, one run
# each. Lesson 04 expected grey paper: it is off by 0.051 instead of 0.046,
# hardly more. But nothing keeps the outputs from going below 0. Nearly a third
# of all pixels do, and no image has such pixels: the picture hides it, because
# below 0 is drawn as white. What tanh demands is a scale on which all that it
# can say means something, and that is [−1, 1]. The sigmoid is the same curve,
# on [0, 1].

# %% [markdown]
# ## Which one is worth its weights?
#
# The claim to test: *a network that knows something about images needs fewer
# weights for the same error*. Five contestants, each with a code of 30 and a
# code of 3: PCA, the baseline; the dense SELU stack 784-100-30 and its tied
# twin; the convolutional and the recurrent autoencoder. The four networks see
# the same images as often, in batches of the same size, under the same loss,
# with three seeds each. (PCA needs no steps; it minimises the very squared error
# in the table, the networks the cross-entropy.) The learning rates, 0.005 and
# for the recurrent net 0.01, were chosen on these very test images, in runs like
# these. Each is the larger of two that were tried (0.002 and 0.005; 0.005 and
# 0.01), so that a still larger one might do better. That can move an error a
# little: enough to decide between dense and tied at 30, which lie closer than
# their seeds, and hardly enough for the larger gaps below.

# %%
builders = {
    "dense": lambda k: models.build_dense((784, 100, k), **selu),
    "tied": lambda k: models.build_tied((784, 100, k), **selu),
    "convolutional": models.build_pooled,
    "recurrent": models.build_recurrent,
}
rates = {"dense": 5e-3, "tied": 5e-3, "convolutional": 5e-3}
rates["recurrent"] = 1e-2
seeds = pick(full=(1, 2, 3), fast=(1,))
epochs = pick(full=4, fast=1)


def contest(name, code_size, seed, data=(images, test_images), epochs=epochs):
    keras.utils.set_random_seed(seed)
    net = models.chain(*builders[name](code_size))
    seen, unseen = (x.reshape(-1, *net.input_shape[1:]) for x in data)
    start = time.process_time()
    train(net, seen, losses.binary_cross_entropy, epochs, rates[name])
    seconds = time.process_time() - start
    outputs = run(net, unseen)
    error = measures.mse(unseen, outputs)
    return error, seconds, net.count_params(), outputs[:10]

# %%
table = {
    code_size: {
        name: list(zip(*(contest(name, code_size, s) for s in seeds)))
        for name in builders
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
    for name in builders:
        errors, seconds, sizes, _ = rows[name]
        print(f"{'':4} {name:14} {np.mean(errors):8.4f} ", end="")
        print(f"{np.ptp(errors):8.4f} {sizes[0]:11,}", end="")
        print(f" {np.mean(seconds):11.1f}")

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
    alt="Two panels, test error against parameters. PCA is the smallest, the "
    "convolutional net has the lowest error, tied lies left of dense at "
    "nearly its error, and the recurrent net is highest.",
)

# %% [markdown]
# **Figure 7.5.** Error against size, one marker a seed, on different scales
# left and right. PCA counts with its mean and its directions. Notice three
# things. The tied net has half of its twin's parameters and, at 30, its error;
# at 3 it is a little worse. The convolutional net has the lowest error in both
# panels, at 30 with half the parameters of the dense one. And the recurrent
# net is where the mean image is.
#
# "Lowest error" holds at equal epochs, and the seconds differ. Why? A dense
# layer uses each of its weights once an image. Count for the convolutions:

# %%
weights = products = 0
for layer in conv_encoder.layers + conv_decoder.layers:
    if layer.weights:  # pooling has none
        size, pixels = layer.get_weights()[0].size, layer.input.shape[1] ** 2
        weights, products = weights + size, products + size * pixels
        print(f"{size:6,} weights, each for {pixels:3} pixels of its input")
print(f"convolutions: {weights:7,} weights, {products:9,} products an image")
size = kernel_parameters(twins["untied"])
print(f"dense net:    {size:7,} weights, {size:9,} products an image")

# %% [markdown]
# A convolution uses each weight at many places, from 9 in the first transposed
# layer to 784 in the first convolution, so that few weights cost many products.
# The dense stack with three times the epochs, further above, takes three times
# its seconds, about half of the convolution's, and its 0.0107 is lower than
# anything in this table. Knowing neighbours saves weights. It does not save
# time.

# %% [markdown]
# The recurrent net has hardly left the mean image. Is it the wrong network, or
# has it only just begun? One run, one seed, longer:

# %%
longer = contest("recurrent", 30, 1, epochs=pick(full=12, fast=2))
print(f"{epochs:2} epochs: test MSE {table[30]['recurrent'][0][0]:.4f}")
print(f"{pick(full=12, fast=2):2} epochs: test MSE {longer[0]:.4f}", end="")
print(f", {longer[1]:.0f} CPU seconds")

# %% [markdown]
# It had only begun. After four epochs it still answers the mean image, which
# needs no code; a run of twelve, whose rate falls more slowly, has left it. Four
# epochs are 628 steps, twelve are 1,884. At its end it is still far above PCA
# with 30 numbers. What the first row says has to survive the 27 steps after it
# to reach the code. On the way out the code is shown at every step, but to know
# which row to write the decoder has to count to 28. All this costs more than ten
# times the dense net's seconds. What an LSTM offers in return, sequences of any
# length with the same weights, an image of 28 rows does not need.

# %% [markdown]
# ### Exercise 7.6 — Which network is not beaten? (2 points)
#
# *Open question, about 15 minutes.* "Best" has no answer in a figure with two
# axes. But some networks are out of the race: another one is at least as good
# in both, and better in one. Say that network $a$ *beats* $b$ if it has no
# more parameters and no larger mean error over the seeds, and less in at least
# one of the two. Find those that nobody beats.

# %% nbgrader={"schema_version": 3, "grade_id": "ch07-unbeaten", "grade": false, "locked": false, "solution": true, "task": false}
def unbeaten(parameters, errors):
    """Return the networks that no other one beats.

    parameters: list of whole numbers, one for each network.
    errors: (number of networks, number of seeds).
    Returns a list of their places, counted from 0, smallest network first;
    networks of equal size in any order.
    """
    ### BEGIN SOLUTION
    means = np.mean(errors, axis=1)
    points = list(zip(parameters, means))
    kept = []
    for b, (size, error) in enumerate(points):
        beaten = any(
            s <= size and e <= error and (s < size or e < error)
            for s, e in points
        )
        if not beaten:
            kept.append(b)
    return sorted(kept, key=lambda place: parameters[place])
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade_id": "ch07-unbeaten-check", "grade": true, "locked": true, "points": 2, "solution": false, "task": false}
unbeaten = check("7.6", unbeaten)

# %%
for code_size, rows in table.items():
    names = list(rows)
    sizes = [row[2][0] for row in rows.values()]
    errors = np.array([row[0] for row in rows.values()])
    kept = [names[place] for place in unbeaten(sizes, errors)]
    print(f"code of {code_size:2}: nobody beats {', '.join(kept)}")

# %% [markdown]
# PCA stays in because nothing is smaller, the convolutional net because
# nothing is better. Between them there is nobody: at both sizes the
# convolutional net beats all three of the others, in size and in error. So the
# claim holds for it, at equal epochs and on images in order. It fails for the
# recurrent net, which knows that an image has rows and is beaten even by PCA.

# %% [markdown]
# ## A control that must fail
#
# If the convolutional net owes its place to knowing neighbours, then it must
# lose it when neighbours mean nothing. Shuffle the pixels, all images by
# **one** fixed permutation. No information is lost, since the permutation can
# be undone. To a dense layer, and to PCA, pixel numbers are only names, and
# nothing should change.

# %%
order = np.random.default_rng(7).permutation(784)
mixed = vectors[:, order].reshape(images.shape)
mixed_test = test_vectors[:, order].reshape(test_images.shape)
back = np.argsort(order)
restored = {}
print("code of 30      in order, spread   shuffled, spread  (test MSE)")
for name in ("dense", "convolutional"):
    results = [contest(name, 30, s, (mixed, mixed_test)) for s in seeds]
    shuffled, *_, pictures = zip(*results)
    restored[name] = pictures[0].reshape(10, -1)[:, back]
    print(f"{name:14}", end="")
    for errors in (table[30][name][0], shuffled):
        print(f"   {np.mean(errors):.4f}  {np.ptp(errors):.4f}", end="")
    print()

# %%
plots.show_rows(
    {
        "input": test_images[:10],
        "its pixels shuffled": mixed_test[:10],
        "conv": table[30]["convolutional"][3][0],
        "conv, shuffled": restored["convolutional"],
        "dense": table[30]["dense"][3][0],
        "dense, shuffled": restored["dense"],
    },
    alt="Ten digits, the same with pixels shuffled to scattered dots, "
    "and four rows of reconstructions: by the convolutional and the dense "
    "net, from images in order and from shuffled ones, put back in order.",
)

# %% [markdown]
# **Figure 7.6.** The shuffled images are hopeless to you, and the dense net
# does not care: its two errors are the same within the seeds. The
# convolutional net, with the same layers and weights to train, has almost
# three times its error, far worse than PCA; put back in order, its outputs are
# speckled. What made it the best of the table is an *assumption*: near pixels
# belong together. Where that is true it is worth weights, and where it is not
# it is a handicap.

# %% [markdown]
# ## What to take with you
#
# - A transposed convolution writes a block for every number and adds up where
#   blocks overlap. It is the transpose of a convolution, and not its inverse.
# - Shapes and parameters are arithmetic: 3 to 7 to 14 to 28 pixels with 23,233
#   parameters, four dense layers in an LSTM, half the kernels when tied.
# - A kernel that is used twice gets the sum of two gradients.
# - The output's activation says where the pixels have to be, and which loss
#   fits.
# - Compare networks by error, size and time, beside PCA. Among the networks the
#   convolution wins the first two, for several times the dense net's seconds;
#   the recurrent net needs far more steps.
# - What a network assumes about its data is what it gains by. Shuffle the
#   pixels, and the convolution's advantage turns into its opposite.

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
# **2.** Permute the *rows* of all images, by one fixed permutation, and leave
# each row as it is. Which of the four networks notices?
#
# <details><summary>One answer</summary>
#
# Not the dense and the tied one. The convolution does: six of the eight
# neighbours under its kernel are gone. The recurrent one reads its rows in
# another order; it has no kernel that expects a row to be like the last one, but
# what it remembers changes less from step to step where rows follow each other
# smoothly, so it should notice a little. To see that takes more than the
# control's four epochs, after which the recurrent net still answers the mean
# image.
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
# orthogonal to every column of $W$, and the slopes times $W$ are 0. The
# encoder has nothing to complain about; only the decoder's part still turns
# the columns.
#
# </details>

# %%
score()

# %%
about.versions()
