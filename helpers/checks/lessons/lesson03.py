"""Checks of lesson 03, the autoencoder with one hidden layer."""

import numpy as np
from scipy.special import expit

from helpers.checks import expect
from helpers.checks.gradients import backpropagate, expect_gradients, gradients_pass, weighted_sum
from helpers.checks.registry import exercise


@exercise(
    "3.1",
    "Sigmoid and its slope",
    points=2,
    steps=("values", "slopes", "far out"),
    hints=(
        "The slope needs no new exponential: write it with the value itself.",
        "If s = 1 / (1 + exp(-a)), then ds/da = s (1 - s).",
        "values = 1 / (1 + np.exp(-activations)); return values, values * (1 - values)",
    ),
)
def check_sigmoid(sigmoid, rng):
    activations = rng.normal(scale=3.0, size=(4, 5))
    values, slopes = expect.parts(sigmoid(activations), ("values", "slopes"))
    expected = expit(activations)
    expect.close(
        values,
        expected,
        (
            (expit(-activations), "this is sigmoid(-a): is the minus inside exp missing?"),
            (np.tanh(activations), "this is tanh, which runs from -1 to 1, not from 0 to 1"),
        ),
        what="values",
    )
    yield "1 / (1 + exp(-a))"
    expect.close(
        slopes,
        expected * (1 - expected),
        (
            (
                activations * (1 - activations),
                "you took a (1 - a); it is the sigmoid's value s that goes in: s (1 - s)",
            ),
            (expected, "the slopes equal the values: multiply by 1 minus the value"),
            (1 - expected**2, "1 - s^2 is the slope of tanh; the sigmoid's is s (1 - s)"),
        ),
        what="slopes",
    )
    yield "s (1 - s), at most 0.25"
    far = np.array([-40.0, 0.0, 40.0])
    values, slopes = expect.parts(sigmoid(far), ("values", "slopes"))
    expect.close(values, [0.0, 0.5, 1.0], what="values at -40, 0, 40")
    expect.close(slopes, [0.0, 0.25, 0.0], what="slopes at -40, 0, 40")
    yield "flat at -40 and 40: a saturated unit"


@exercise(
    "3.2",
    "Dense layer",
    points=3,
    noun="layer",
    steps=("shape", "value", "one image"),
    hints=(
        "Each output is a weighted sum of all inputs of that image, plus its own bias.",
        "For all images at once that is one matrix product: (n, d) times (d, k).",
        "return inputs @ kernel + bias",
    ),
)
def check_dense(dense, rng):
    inputs, kernel, bias = rng.normal(size=(5, 3)), rng.normal(size=(3, 4)), rng.normal(size=4)
    outputs = dense(inputs, kernel, bias)
    if np.shape(outputs) == (4, 5):
        raise expect.NotYet("yours is transposed, (4, 5): one row an image, so inputs come first")
    expect.shaped(outputs, (5, 4))
    yield "(5, 4)"
    product = inputs @ kernel
    expect.close(
        outputs,
        product + bias,
        (
            (
                product,
                "yours differs from inputs @ kernel + bias by the same amount in every "
                "row: is the bias added?",
            ),
            (product - bias, "the bias is subtracted; add it"),
            (
                expit(product + bias),
                "a sigmoid is already applied: the activation comes after this layer",
            ),
        ),
    )
    yield "inputs @ kernel + bias"
    square = rng.normal(size=(3, 3))
    expect.close(
        dense(inputs[:1], square, bias[:3]),
        inputs[:1] @ square + bias[:3],
        ((inputs[:1] @ square.T + bias[:3], "the kernel is transposed: its rows are inputs"),),
    )
    yield "also for a batch of one and a square kernel"


def _numpy_autoencoder(images, weights):
    """Return codes and outputs of sigmoid layers, from kernels and biases, in NumPy."""
    encoder_kernel, encoder_bias, decoder_kernel, decoder_bias = weights
    codes = expit(images @ encoder_kernel + encoder_bias)
    return codes, expit(codes @ decoder_kernel + decoder_bias)


def _kernels_and_biases(models, sizes):
    """Return the four weight arrays of an encoder and a decoder, or say what is odd."""
    weights = []
    for name, model, (before, after) in zip(
        ("encoder", "decoder"), models, (sizes, sizes[::-1]), strict=True
    ):
        shapes = [tuple(w.shape) for w in model.get_weights()]
        if shapes != [(before, after), (after,)]:
            if shapes == [(before, after)]:
                raise expect.NotYet(f"the {name} has a kernel but no bias: keep use_bias=True")
            if len(shapes) > 2:
                raise expect.NotYet(
                    f"the {name} has {len(shapes) // 2} layers; this net has one hidden layer, "
                    "so one Dense layer in each half"
                )
            raise expect.NotYet(
                f"the {name} should have a kernel {(before, after)} and a bias ({after},); "
                f"its weights have the shapes {shapes}"
            )
        weights += model.get_weights()
    return weights


@exercise(
    "3.3",
    "Encoder and decoder",
    points=3,
    noun="model builder",
    steps=("models", "weights", "codes", "outputs"),
    hints=(
        "Two models, each with one Dense layer: keras.Input, keras.layers.Dense, keras.Model.",
        "The encoder goes from input_size to code_size, the decoder back; both use a sigmoid.",
        "images = keras.Input((input_size,)); codes = keras.layers.Dense(code_size, "
        '"sigmoid")(images); encoder = keras.Model(images, codes); then the same for the decoder.',
    ),
)
def check_build_basic(build_basic, rng):
    sizes = (7, 3)
    models = expect.parts(build_basic(*sizes), ("encoder", "decoder"))
    for name, model in zip(("encoder", "decoder"), models, strict=True):
        if not hasattr(model, "get_weights"):
            raise expect.NotYet(f"the {name} should be a Keras model; it is a {type(model)}")
    shapes = [tuple(model.input_shape[1:]) for model in models]
    if shapes == [(3,), (7,)]:
        raise expect.NotYet("the decoder came first: return encoder, decoder")
    yield "an encoder and a decoder"
    weights = _kernels_and_biases(models, sizes)
    yield "kernels (7, 3) and (3, 7), and their biases"
    # Zero biases would hide a mistake.
    drawn = [rng.normal(size=w.shape) for w in weights]
    for model, part in zip(models, (drawn[:2], drawn[2:]), strict=True):
        model.set_weights(part)
    images = rng.uniform(size=(4, 7)).astype("float32")
    codes, outputs = _numpy_autoencoder(images, drawn)
    linear = images @ drawn[0] + drawn[1]
    expect.close(
        models[0](images),
        codes,
        (
            (linear, "the code is linear: the hidden layer's activation should be a sigmoid"),
            (np.maximum(linear, 0), "the code uses a ReLU; this net's hidden layer is a sigmoid"),
            (np.tanh(linear), "the code uses tanh; this net's hidden layer is a sigmoid"),
        ),
        what="the code",
    )
    yield "sigmoid(x W + b), in (0, 1)"
    linear = codes @ drawn[2] + drawn[3]
    expect.close(
        models[1](codes.astype("float32")),
        outputs,
        (
            (linear, "the output is linear: pixels are in [0, 1], so end with a sigmoid"),
            (np.maximum(linear, 0), "the output uses a ReLU; end with a sigmoid"),
            (np.tanh(linear), "the output uses tanh; pixels are in [0, 1], so end with a sigmoid"),
        ),
        what="the output",
    )
    yield "sigmoid(z D + b), in (0, 1) like the pixels"


@exercise(
    "3.4",
    "Squared error",
    points=2,
    noun="loss",
    steps=("shape", "value", "symmetry", "gradient"),
    hints=(
        "One number an image: average over its pixels only, not over the batch.",
        "keras.ops.square and keras.ops.mean with axis=1.",
        "return keras.ops.mean(keras.ops.square(outputs - targets), axis=1)",
    ),
)
def check_mean_squared_error(mean_squared_error, rng):
    targets = rng.uniform(size=(5, 8)).astype("float32")
    outputs = rng.uniform(size=(5, 8)).astype("float32")
    value = _one_number_an_image(mean_squared_error(targets, outputs), (5, 8))
    yield "one number an image, (5,)"
    squares = np.square(outputs.astype(float) - targets)
    expect.close(
        value,
        squares.sum(axis=1) / 8,
        (
            (
                squares.sum(axis=1),
                "summed over the pixels instead of averaging: this is SSE/image, not MSE",
            ),
            (
                squares.sum(axis=1) / 16,
                "half of it came back: the 1/2 of the equation is not part of MSE",
            ),
            (
                np.sqrt(squares.sum(axis=1)),
                "a square root is taken: this is the L2 distance, not the mean square",
            ),
            (
                np.sqrt(squares.mean(axis=1)),
                "a square root is taken: this is the root mean square",
            ),
            (
                np.abs(outputs - targets).mean(axis=1),
                "the differences are made positive but not squared",
            ),
            ((outputs - targets).mean(axis=1), "the differences are not squared"),
        ),
    )
    yield "mean over the pixels of (output - target)^2"
    expect.close(mean_squared_error(outputs, targets), squares.mean(axis=1))
    expect.close(mean_squared_error(targets, targets), np.zeros(5), what="an image with itself")
    yield "the same both ways, 0 for a perfect copy"
    weights = rng.normal(size=5).astype("float32")
    slopes = None, weights[:, None] * 2 * (outputs - targets) / 8
    total = weighted_sum(weights)
    yield gradients_pass(mean_squared_error, (targets, outputs), total, slopes, "outputs")


def _one_number_an_image(value, shape):
    """Return per-image losses (n,), or say over what it was averaged instead."""
    count, size = shape
    if value is not None and np.shape(value) == ():
        raise expect.NotYet(
            "one number came back for the whole batch: averaged over the batch as well? "
            "Work along axis=1 only"
        )
    if np.shape(value) == (size,):
        raise expect.NotYet("worked along axis 0, over the batch; the pixels are axis 1")
    if np.shape(value) == shape:
        raise expect.NotYet("one number a pixel came back: combine the pixels of each image")
    return expect.shaped(value, (count,))


@exercise(
    "3.5",
    "Cross-entropy",
    points=3,
    noun="loss",
    steps=("shape", "value", "never nan", "gradient"),
    hints=(
        "Sum over the pixels: -(x log y + (1 - x) log(1 - y)), x the target, y the output.",
        "log(0) is minus infinity: keep outputs inside [1e-7, 1 - 1e-7] with keras.ops.clip.",
        "outputs = keras.ops.clip(outputs, 1e-7, 1 - 1e-7); then minus the sum over axis=1 of "
        "targets * log(outputs) + (1 - targets) * log(1 - outputs), with keras.ops.log.",
    ),
)
def check_binary_cross_entropy(binary_cross_entropy, rng):
    targets = rng.uniform(size=(5, 8)).astype("float32")
    outputs = rng.uniform(0.05, 0.95, size=(5, 8)).astype("float32")
    value = _one_number_an_image(binary_cross_entropy(targets, outputs), (5, 8))
    yield "one number an image, (5,)"
    x, z = targets.astype(float), outputs.astype(float)
    first, second = x * np.log(z), (1 - x) * np.log(1 - z)
    expect.close(
        value,
        -(first + second).sum(axis=1),
        (
            ((first + second).sum(axis=1), "the sign: a log of a number below 1 is negative"),
            (
                -(first + second).mean(axis=1),
                "averaged over the pixels; this loss is the sum over them, in nats an image",
            ),
            (-first.sum(axis=1), "the dark pixels are missing: add (1 - x) log(1 - y)"),
            (
                -(z * np.log(x) + (1 - z) * np.log(1 - x)).sum(axis=1),
                "targets and outputs are swapped: the log is of the output",
            ),
            (
                -(first + second).sum(axis=1) / np.log(2),
                "this is in bits: use the natural logarithm",
            ),
        ),
    )
    yield "-sum of x log y + (1 - x) log(1 - y), in nats an image"
    black_and_white = np.array([[0, 1, 0, 1], [1, 1, 0, 0]], dtype="float32")
    perfect = expect.array(binary_cross_entropy(black_and_white, black_and_white))
    if not np.all(np.isfinite(perfect)):
        raise expect.NotYet("outputs of exactly 0 or 1 give nan: clip them before the log")
    if np.max(np.abs(perfect)) > 0.01:
        raise expect.NotYet("a perfect black-and-white copy should cost almost 0: clip less")
    wrong = expect.array(binary_cross_entropy(black_and_white, 1 - black_and_white))
    if not np.all(wrong > 4):
        raise expect.NotYet("a perfectly wrong copy should cost a lot: is the clip too tight?")
    yield "finite also for outputs of exactly 0 and 1"
    weights = rng.normal(size=5).astype("float32")
    slopes = None, weights[:, None] * (z - x) / (z * (1 - z))
    total = weighted_sum(weights)
    yield gradients_pass(binary_cross_entropy, (targets, outputs), total, slopes, "outputs")


@exercise(
    "3.6",
    "Training step",
    points=3,
    noun="step",
    steps=("loss", "gradients", "a step down"),
    hints=(
        "Inside `with tf.GradientTape() as tape:` run the model and compute one number.",
        "The target of an autoencoder is its own input. tape.gradient(loss, "
        "autoencoder.trainable_variables) gives one gradient a variable.",
        "with tf.GradientTape() as tape: outputs = autoencoder(images); loss = "
        "keras.ops.mean(keras.ops.square(outputs - images)) -- then return loss, "
        "tape.gradient(loss, autoencoder.trainable_variables)",
    ),
)
def check_loss_and_gradients(loss_and_gradients, rng):
    import keras

    sizes = (6, 3)
    inputs = keras.Input((sizes[0],))
    hidden = keras.layers.Dense(sizes[1], "sigmoid")(inputs)
    model = keras.Model(inputs, keras.layers.Dense(sizes[0], "sigmoid")(hidden))
    model.set_weights([rng.normal(size=w.shape) for w in model.get_weights()])
    images = rng.uniform(size=(4, sizes[0])).astype("float32")
    loss, gradients = expect.parts(loss_and_gradients(model, images), ("loss", "gradients"))
    expected_loss, expected = _backpropagate(images, model.get_weights())
    expect.close(
        loss,
        expected_loss,
        (
            (expected_loss * sizes[0], "summed over the pixels instead of averaging"),
            (expected_loss * images.size, "summed over pixels and batch instead of averaging"),
            (expected_loss / 2, "half of it came back: MSE has no 1/2"),
        ),
        what="the loss",
    )
    yield "the mean squared error of the batch"
    expect_gradients(gradients, expected, model)
    yield "equal to backpropagation by hand, for all four variables"
    before = model.get_weights()
    model.set_weights([w - 0.1 * np.asarray(g) for w, g in zip(before, gradients, strict=True)])
    after = float(np.asarray(loss_and_gradients(model, images)[0]))
    if not after < expected_loss:
        raise expect.NotYet("a small step against the gradient should lower the loss")
    yield "a small step against the gradient lowers the loss"


def _backpropagate(images, weights):
    """Return MSE and its four gradients for a sigmoid autoencoder, in NumPy."""
    codes, outputs = _numpy_autoencoder(images.astype(float), weights)
    output_delta = 2 * (outputs - images) / images.size * outputs * (1 - outputs)
    gradients = backpropagate(images, codes, output_delta, weights[2].astype(float))
    return np.square(outputs - images).mean(), gradients


@exercise(
    "3.7",
    "Reading the curve",
    points=2,
    steps=("reading", "order", "out of reach"),
    hints=(
        "Go through the code sizes and keep those whose error is at most the target.",
        "The smallest of them is the answer; if there is none, it is None.",
        "good = [size for size, error in zip(code_sizes, errors) if error <= target]; "
        "return min(good) if good else None",
    ),
)
def check_smallest_code(smallest_code, rng):
    sizes = np.sort(rng.choice(np.arange(10, 300), size=6, replace=False))
    errors = np.sort(rng.uniform(0.001, 0.1, size=6))[::-1]
    for position in (1, 3, 4):
        between = (errors[position] + errors[position - 1]) / 2
        _expect_size(smallest_code(sizes, errors, between), sizes, position)
        _expect_size(smallest_code(sizes, errors, errors[position]), sizes, position, tie=True)
    yield "the smallest size at or under the target"
    for order in (slice(None, None, -1), rng.permutation(6)):
        if smallest_code(sizes[order], errors[order], errors[2]) != sizes[2]:
            raise expect.NotYet(
                "it fails when the sizes come in another order: take the smallest size that "
                "reaches the target, not the first"
            )
    yield "whatever order the sizes come in"
    answer = smallest_code(sizes, errors, errors.min() / 2)
    if answer is not None:
        raise expect.NotYet(
            f"no size reaches this target, so the answer is None; got {expect.describe(answer)}"
        )
    yield "None when no size is enough"


def _expect_size(answer, sizes, position, tie=False):
    """Accept ``sizes[position]``, or say what was read instead."""
    right, came = sizes[position], expect.describe(answer)
    if np.shape(answer) != () or answer is None:
        raise expect.NotYet(f"expected the code size {right}, got {came}")
    if answer == right:
        return
    if tie and answer == sizes[position + 1]:
        raise expect.NotYet(
            f"expected {right}, got {answer}: an error equal to the target reaches it"
        )
    if answer == position:
        raise expect.NotYet("that is the position in the list; return the code size itself")
    if answer in sizes[position:]:
        raise expect.NotYet(f"expected {right}, got {answer}: a smaller code reaches the target")
    if answer in sizes:
        raise expect.NotYet(f"expected {right}, got {answer}, whose error is above the target")
    raise expect.NotYet(f"expected the code size {right}, got {came}")
