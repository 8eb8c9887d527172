"""Checks of lesson 03, the autoencoder with one hidden layer."""

import math
from functools import partial

import numpy as np
from scipy.special import erfc, expit, softmax
from scipy.stats import norm

from helpers.checks import expect
from helpers.checks.cases import Shape, compare
from helpers.checks.gradients import (
    backpropagate,
    call_step,
    expect_gradients,
    gradients_pass,
    not_per_image,
    pairs_of_images,
)
from helpers.checks.models import (
    draw_weights,
    expect_drawn,
    expect_fresh,
    expect_plain,
    expect_sizes,
    is_vector,
)
from helpers.checks.registry import exercise


@exercise(
    "3.1",
    "Sigmoid and its slope",
    points=1,
    steps=("values", "slopes", "far out"),
    hints=(
        "The slope needs no new exponential: write it with the value itself.",
        "Keep the value under a name: the slope is that value times what it lacks to 1. np.exp "
        "takes a whole array.",
        "Far out, exp(1000) is infinity in floats. One over infinity is 0, which is right; "
        "infinity over infinity is nan. So let the exponential stand below the fraction line only.",
    ),
    also="scipy.special.expit is the same function; so is (1 + tanh(a / 2)) / 2, which never "
    "overflows.",
)
def check_sigmoid(sigmoid, rng):
    # No zero among them, so that every mistake has a value.
    whole = np.array([-3, -1, 1, 2, 4])
    shapes = (4, 5), (1, 4), (3, 1), (6,)
    cases = [(rng.normal(scale=2.0, size=shape),) for shape in shapes] + [(whole,)]
    names = ("values", "slopes")
    step = partial(compare, sigmoid, cases=cases, parts=names)
    yield from step(
        right=expit,
        mistakes=_sigmoid_mistakes,
        says="1 / (1 + exp(-a))",
        part="values",
        what="the value",
    )
    yield from step(
        right=lambda a: expit(a) * expit(-a),
        mistakes=_slope_mistakes,
        says="s (1 - s), at most 0.25",
        part="slopes",
        what="the slope",
    )
    far = np.array([-1000.0, -40.0, 0.0, 40.0, 1000.0])
    values, slopes = expect.parts(sigmoid(far), names)
    for what, part, right in (
        ("the value", values, [0.0, 0.0, 0.5, 1.0, 1.0]),
        ("the slope", slopes, [0.0, 0.0, 0.25, 0.0, 0.0]),
    ):
        if np.isnan(expect.array(part, what)).any():
            raise expect.NotYet(
                f"{what} at -1000 or 1000 is nan: exp(1000) is infinity, and infinity divided by "
                "itself is no number. 1 / (1 + exp(-a)) and s (1 - s) stay finite"
            )
        expect.close(part, right, what=f"{what} at -1000, -40, 0, 40, 1000")
    yield "flat at -1000 and 1000: a saturated unit"


def _sigmoid_mistakes(a):
    return {
        "this is sigmoid(-a): is the minus inside exp missing?": expit(-a),
        "the denominator is 1 - exp(-a): it is 1 + exp(-a)": 1 / (1 - np.exp(-a)),
        "this is tanh, which runs from -1 to 1, not from 0 to 1": np.tanh(a),
        "this is the softmax, which divides by the sum over all: the sigmoid takes each number "
        "by itself": softmax(a),
        "these are the slopes: return values first, then slopes": expit(a) * expit(-a),
    }


def _slope_mistakes(a):
    s = expit(a)
    return {
        "you took a (1 - a); it is the sigmoid's value s that goes in: s (1 - s)": a * (1 - a),
        "the slopes equal the values: multiply by 1 minus the value": s,
        "this is 1 - s: multiply it by s": 1 - s,
        "1 - s^2 is the slope of tanh; the sigmoid's is s (1 - s)": 1 - s**2,
        "the sign: the sigmoid rises everywhere, so its slope is positive": -s * (1 - s),
    }


def _four_hundred_images(rng):
    """on 400 images of 784 pixels and 256 units"""
    return rng.uniform(size=(400, 784)), rng.normal(size=(784, 256)), rng.normal(size=256)


@exercise(
    "3.2",
    "Dense layer",
    points=1,
    noun="layer",
    steps=("value", "one image"),
    hints=(
        "Each output is a weighted sum of all inputs of that image, plus its own bias.",
        "For all images at once that is one matrix product: (n, d) times (d, k).",
        "In NumPy @ is that product. A bias of shape (k,) is added to each of the n rows by "
        "broadcasting, so no loop is needed.",
    ),
    also='np.einsum("nd,dk->nk", inputs, kernel) + bias spells out the sum over d; NumPy adds the '
    "bias to every row.",
    later=_four_hundred_images,
)
def check_dense(dense, rng):
    def case(n, d, k):
        return rng.normal(size=(n, d)), rng.normal(size=(d, k)), rng.normal(size=k)

    # A kernel of whole numbers, as the lesson's own: the results are none.
    inputs, _, bias = case(2, 3, 2)
    whole = inputs, rng.integers(1, 5, size=(3, 2)), bias
    yield from compare(
        dense,
        lambda inputs, kernel, bias: inputs @ kernel + bias,
        [case(5, 3, 4), case(4, 3, 3), case(6, 2, 1), whole],
        _dense_mistakes,
        says="inputs @ kernel + bias, (n, k)",
    )
    yield from compare(
        dense,
        lambda inputs, kernel, bias: inputs @ kernel + bias,
        [case(1, 3, 4), case(1, 2, 1)],
        says="also for a batch of one, (1, k)",
        what="the result for one image",
    )


def _dense_mistakes(inputs, kernel, bias):
    product = inputs @ kernel
    square = kernel.shape[0] == kernel.shape[1]
    turned = inputs @ kernel.T if square else product
    return {
        "yours is transposed, (k, n): one row per image, so the inputs come first": (
            Shape((len(bias), len(inputs)))
        ),
        "the kernel is transposed where it is square: its rows are inputs": turned + bias,
        "yours is the same number too low in each column, in every row: is the bias added?": (
            product
        ),
        "the bias is subtracted; add it": product - bias,
        "the sum of all biases is added to every unit: each unit has its own": product + bias.sum(),
        "averaged over the inputs: a unit sums them": product / len(kernel) + bias,
        "a sigmoid is already applied: this layer returns pre-activations": expit(product + bias),
        "a ReLU is already applied: this layer returns pre-activations": (
            np.maximum(product + bias, 0)
        ),
    }


def _numpy_autoencoder(images, weights):
    """Return codes and outputs of sigmoid layers, from kernels and biases, in NumPy."""
    encoder_kernel, encoder_bias, decoder_kernel, decoder_bias = weights
    codes = expit(images @ encoder_kernel + encoder_bias)
    return codes, expit(codes @ decoder_kernel + decoder_bias)


HALVES = ("encoder", "decoder")


@exercise(
    "3.3",
    "Encoder and decoder",
    points=2,
    noun="model builder",
    steps=("models", "initialisation", "code", "output", "training"),
    hints=(
        "Two models, each with one Dense layer: keras.Input, keras.layers.Dense, keras.Model.",
        "The encoder goes from input_size to code_size, the decoder back; both use a sigmoid.",
        "A layer is made with its number of units and its activation, and then called with what "
        "goes into it. keras.Model takes the input and what came out. The decoder begins with an "
        "Input of its own, so that it can be used without the encoder.",
    ),
    also='keras.Sequential([keras.Input((input_size,)), keras.layers.Dense(code_size, "sigmoid")]) '
    "is the same encoder: a Functional model is needed only where layers branch.",
)
def check_build_basic(build_basic, rng):
    sizes = 7, 3
    models = expect.parts(build_basic(*sizes), HALVES)
    _expect_halves(models, *sizes)
    yield "kernels (7, 3) and (3, 7), and their biases"
    expect_drawn(models, HALVES)
    # A code that is wider than the image, as one of the lesson's.
    _expect_halves(expect_fresh(build_basic, (4, 6), HALVES), 4, 6)
    yield "new layers at every call, initialised by chance"
    says = "sigmoid(x W + b), in (0, 1)", "sigmoid(z D + d), in (0, 1) like the pixels"
    for model, size, part, text in zip(models, sizes, ("code", "output"), says, strict=True):
        # Pre-activations of both signs, so that a ReLU is not taken for a linear layer.
        inputs = rng.normal(scale=3.0, size=(4, size)).astype("float32")
        yield from _expect_sigmoid_layer(model, np.concatenate([inputs, -inputs]), part, text, rng)
    for model, name, size in zip(models, HALVES, sizes, strict=True):
        expect_plain(model, name, (size,), trainable=2, rng=rng)
    yield "every weight is trained, with nothing beside the two layers"


def _expect_halves(models, input_size, code_size):
    """Accept an encoder and a decoder of these sizes, each with a kernel and a bias."""
    for name, model, (before, after) in zip(
        HALVES, models, ((input_size, code_size), (code_size, input_size)), strict=True
    ):
        expect_sizes(model, name, before, after)
        _expect_one_layer([w for w in model.get_weights() if w.size], name, before, after)


def _expect_one_layer(weights, name, before, after):
    shapes = [tuple(weight.shape) for weight in weights]
    vectors = [weight.size for weight in weights if is_vector(weight)]
    kernels = [tuple(weight.shape) for weight in weights if not is_vector(weight)]
    if kernels == [(before, after)] and vectors == [after]:
        return
    if kernels == [(before, after)] and not vectors:
        raise expect.NotYet(f"the {name} has a kernel but no bias: keep use_bias=True")
    if len(kernels) > 1:
        raise expect.NotYet(
            f"the {name} has {len(kernels)} kernels; this net has one hidden layer, so one Dense "
            "layer in each half"
        )
    raise expect.NotYet(
        f"the {name} should have a kernel {(before, after)} and a bias {(after,)} only; its "
        f"weights have the shapes {', '.join(map(str, shapes))}"
    )


NONLINEARITIES = {
    "is linear: its layer ends in a sigmoid": lambda a: a,
    "uses a ReLU: its layer ends in a sigmoid": lambda a: np.maximum(a, 0),
    "uses tanh: its layer ends in a sigmoid": np.tanh,
    "uses a softmax: its layer ends in a sigmoid": partial(softmax, axis=1),
    "goes through two sigmoids: one is enough": lambda a: expit(expit(a)),
}


def _expect_sigmoid_layer(model, inputs, part, says, rng):
    weights = draw_weights(model, rng)
    (kernel,) = [weight for weight in weights if not is_vector(weight)]
    (bias,) = [weight.ravel() for weight in weights if is_vector(weight)]
    sums = inputs @ kernel + bias
    yield from compare(
        model,
        lambda inputs: expit(sums),
        [(inputs,)],
        lambda inputs: {f"the {part} {told}": f(sums) for told, f in NONLINEARITIES.items()},
        says=says,
        what=f"the {part}",
    )


@exercise(
    "3.4",
    "Squared error",
    points=1,
    noun="loss",
    steps=("value", "gradient"),
    hints=(
        "One number per image: average over its pixels only, not over the batch.",
        "keras.ops.square and keras.ops.mean with axis=1.",
        "The order is: difference, square, mean. With axis=1 the mean runs over the pixels, and "
        "one number for each image is left.",
    ),
    also="keras.losses.mean_squared_error(targets, outputs) is the same: Keras, too, averages "
    "over the last axis and leaves the batch alone.",
)
def check_mean_squared_error(mean_squared_error, rng):
    cases = pairs_of_images(rng)
    yield from compare(
        mean_squared_error,
        lambda targets, outputs: np.square(outputs - targets).mean(axis=1),
        cases,
        _squared_error_mistakes,
        says="mean over the pixels of (output - target)^2, one number per image",
        what="the result for targets of shape {targets.shape}",
    )
    targets, outputs = cases[0]
    weights = rng.normal(size=5).astype("float32")
    slopes = None, weights[:, None] * 2 * (outputs - targets) / targets.shape[1]
    yield gradients_pass(mean_squared_error, (targets, outputs), weights, slopes, "outputs")


def _squared_error_mistakes(x, y):
    d = y - x
    return not_per_image(x, y) | {
        "summed over the pixels instead of averaging: this is SSE per image, not MSE": (
            (d**2).sum(axis=1)
        ),
        "half of it came back: MSE has no 1/2": (d**2).mean(axis=1) / 2,
        "a root is taken of the sum: this is the L2 distance": np.sqrt((d**2).sum(axis=1)),
        "a root is taken: this is the root mean square": np.sqrt((d**2).mean(axis=1)),
        "the differences are made positive but not squared": np.abs(d).mean(axis=1),
        "the differences are not squared": d.mean(axis=1),
        "averaged before squaring: square each difference first": d.mean(axis=1) ** 2,
        "targets and outputs are added: take their difference": ((y + x) ** 2).mean(axis=1),
        "the targets do not come in: the error is the difference to them": (y**2).mean(axis=1),
    }


@exercise(
    "3.5",
    "Cross-entropy",
    points=2,
    noun="loss",
    steps=("value", "never nan", "gradient"),
    hints=(
        "Sum over the pixels: -(x log y + (1 - x) log(1 - y)), x the target, y the output.",
        "log(0) is minus infinity: keep outputs inside [1e-7, 1 - 1e-7] with keras.ops.clip.",
        "Clip first, and use the clipped outputs in both logarithms: clipping a sum that is "
        "infinite already cannot bring it back. Each pixel has a term for its ink and one for its "
        "paper; add the two, sum over axis=1, and turn the sign.",
    ),
    also="keras.ops.binary_crossentropy clips at the same 1e-7 and gives one number per pixel, to "
    "be summed; keras.losses.binary_crossentropy is their mean.",
)
def check_binary_cross_entropy(binary_cross_entropy, rng):
    cases = pairs_of_images(rng)
    yield from compare(
        binary_cross_entropy,
        _cross_entropy,
        cases,
        _cross_entropy_mistakes,
        says="-sum of x log y + (1 - x) log(1 - y), in nats per image",
        what="the result for targets of shape {targets.shape}",
    )
    _expect_clipped(binary_cross_entropy, rng)
    yield "finite also for outputs of exactly 0 and 1"
    targets, outputs = cases[0]
    weights = rng.normal(size=5).astype("float32")
    slopes = None, weights[:, None] * (outputs - targets) / (outputs * (1 - outputs))
    yield gradients_pass(binary_cross_entropy, (targets, outputs), weights, slopes, "outputs")


def _terms(x, y):
    """Return the terms of ink and of paper, one per pixel."""
    x, y = x.astype(float), y.astype(float)
    return x * np.log(y), (1 - x) * np.log(1 - y)


def _cross_entropy(targets, outputs):
    return -sum(_terms(targets, outputs)).sum(axis=1)


def _cross_entropy_mistakes(x, y):
    ink, paper = _terms(x, y)
    right = -(ink + paper).sum(axis=1)
    return not_per_image(x, y) | {
        "the sign: a log of a number below 1 is negative": -right,
        "averaged over the pixels; this loss is the sum over them, in nats per image": (
            right / x.shape[1]
        ),
        "the second term, (1 - x) log(1 - y), is missing": -ink.sum(axis=1),
        "the two terms are subtracted: add them": (paper - ink).sum(axis=1),
        "targets and outputs are swapped: the log is of the output": _cross_entropy(y, x),
        "this is in bits: use the natural logarithm": right / np.log(2),
        "this is the logarithm to base 10: use the natural one": right / np.log(10),
        "a sigmoid is applied: the outputs are probabilities already": _cross_entropy(x, expit(y)),
        "the targets are rounded to 0 or 1: a grey pixel has a share of both terms": (
            _cross_entropy(np.round(x), y)
        ),
        "the number of pixels is fixed at 784: take it from the arrays": right * 784 / x.shape[1],
    }


def _expect_clipped(binary_cross_entropy, rng):
    """Accept about 16 nats for an output that is exactly wrong, and none for a perfect copy."""
    targets = rng.permuted(np.array([[0, 1, 0, 1], [1, 1, 0, 0]], dtype="float32"), axis=1)
    outputs = np.stack([targets[0], 1 - targets[1]])
    value = expect.shaped(binary_cross_entropy(targets, outputs), (2,))
    # A sum of logs that is cut off afterwards is finite, and beyond reason.
    if not np.all(np.isfinite(value)) or np.max(np.abs(value)) > 1000:
        raise expect.NotYet(
            "outputs of exactly 0 and 1 give nan or infinity: clip the outputs at both ends, to "
            "[1e-7, 1 - 1e-7], before the log, and go on with the clipped ones (in float32, "
            "1 - 1e-10 is 1)"
        )
    # In float32 the nearest number to 1 - 1e-7 is 1.2e-7 away from 1: 15.94 nats, not 16.12.
    if abs(value[0]) > 1e-3 or not 15.8 < value[1] / 4 < 16.3:
        raise expect.NotYet(
            f"an output that is exactly wrong costs {value[1] / 4:.3g} nats per pixel, an exactly "
            f"right one {value[0] / 4:.2g}; clipped to [1e-7, 1 - 1e-7] they cost about 16 and 0"
        )


@exercise(
    "3.6",
    "Training step",
    points=2,
    noun="step",
    steps=("loss", "gradients"),
    hints=(
        "Inside `with tf.GradientTape() as tape:` run the model and compute one number.",
        "The target of an autoencoder is its own input. tape.gradient(loss, "
        "autoencoder.trainable_variables) gives one gradient per variable.",
        "The tape records what happens inside its block: the call of the model and the loss both "
        "belong there, and both stay tensors. The mean runs over all pixels of all images, so that "
        "the loss is one number.",
    ),
    also="your gradients equal backpropagation by hand, layer by layer; model.fit does this step "
    "for every batch and hands the gradients to the optimizer.",
)
def check_loss_and_gradients(loss_and_gradients, rng):
    model = _small_autoencoder(rng)
    images = rng.uniform(size=(4, 6)).astype("float32")
    batches = [(model, images), (model, images[1:2])]
    names = ("loss", "gradients")
    step = partial(call_step, loss_and_gradients)
    yield from compare(
        step,
        lambda model, images: _backpropagate(images, model)[0],
        batches,
        _step_mistakes,
        says="the mean squared error of the batch",
        parts=names,
        part="loss",
        what="the loss",
    )
    for _, batch in batches:
        _, gradients = expect.parts(step(model, batch), names)
        expect_gradients(gradients, _backpropagate(batch, model)[1], model)
    yield "equal to backpropagation by hand, for all four trainable variables"


def _small_autoencoder(rng):
    """Return a sigmoid autoencoder behind a frozen kernel, which is no trainable variable."""
    import keras

    layers = keras.layers
    frozen = layers.Dense(6, use_bias=False, trainable=False)
    model = keras.Sequential(
        [keras.Input((6,)), frozen, layers.Dense(3, "sigmoid"), layers.Dense(6, "sigmoid")]
    )
    model.set_weights([rng.normal(size=w.shape) for w in model.get_weights()])
    return model


def _backpropagate(images, model):
    """Return MSE and its four gradients for `_small_autoencoder`, in NumPy."""
    frozen, *weights = (weight.astype(float) for weight in model.get_weights())
    inputs = images.astype(float) @ frozen
    codes, outputs = _numpy_autoencoder(inputs, weights)
    output_delta = 2 * (outputs - images) / images.size * outputs * (1 - outputs)
    gradients = backpropagate(inputs, codes, output_delta, weights[2])
    return np.square(outputs - images).mean(), gradients


def _step_mistakes(model, images):
    right = _backpropagate(images, model)[0]
    frozen, *weights = model.get_weights()
    errors = _numpy_autoencoder(images @ frozen, weights)[1] - images
    return {
        "one loss per image came back: average them over the batch": Shape((len(images),)),
        "one loss per pixel came back: average them all": Shape(images.shape),
        "summed over pixels and batch instead of averaging": right * images.size,
        "summed over the pixels instead of averaging": right * images.shape[1],
        "summed over the batch instead of averaging": right * len(images),
        "half of it came back: MSE has no 1/2": right / 2,
        "a square root is taken: this is the root mean square": np.sqrt(right),
        "the differences are made positive but not squared": np.abs(errors).mean(),
    }


NEVER = 10_000


class _Recorder:
    """Stand in for a network in training: keep each batch, and follow a given validation curve.

    Args:
        images: (n, d), that the loop is given.
        batch_size: that the loop is given.
        curve: validation errors before training, and after each epoch of the right length.
        rng: for the weights after each step.
    """

    def __init__(self, images, batch_size, curve, rng):
        self.images, self.curve = images, curve
        self.per_epoch = math.ceil(len(images) / batch_size)
        self.batches: list[np.ndarray] = []
        steps = self.per_epoch * len(curve) + 1
        self.states = rng.normal(size=(steps, 6))

    def step(self, batch):
        """Keep one batch."""
        self.batches.append(np.array(batch, dtype=float))

    def validate(self):
        """Return the validation error after the steps so far."""
        return float(self.curve[min(len(self.batches) // self.per_epoch, len(self.curve) - 1)])

    def weights_after(self, steps):
        """Return the weights of the network after so many steps."""
        state = self.states[min(steps, len(self.states) - 1)]
        return [state[:3].copy(), state[3:4].copy(), state[4:].copy()]

    def get_weights(self):
        """Return the weights after the steps so far."""
        return self.weights_after(len(self.batches))

    def epochs(self):
        """Return the batches of each epoch of the right length."""
        return [
            self.batches[first : first + self.per_epoch]
            for first in range(0, len(self.batches), self.per_epoch)
        ]


def _falling(epochs):
    """Return a validation curve of so many epochs that falls all the time."""
    return 0.2 / np.arange(1, epochs + 2)


# Validation errors before training and after each epoch, and the patience. In this order: it
# rises once, falls below, then rises and falls short of its lowest; it rests at its lowest; it
# needs a patience of three; it rises twice, not in a row; it falls all along; it rises at once,
# from an error before training that is lower than all; it rises for good.
CURVES = (
    ((9, 6, 4, 5, 2, 3.5, 3, 1, 0.5, 0.4), 2),
    ((9, 4, 4, 4, 3, 2), 2),
    ((9, 5, 6, 5.5, 3, 4, 7, 6, 2), 3),
    ((9, 4, 5, 3, 3.5, 2, 2.5, 1), 2),
    ((9, 8, 6, 5, 3), 1),
    ((1, 4, 5, 6, 3, 2), 2),
    ((9, 3, 5, 4, 6, 7, 8), 2),
)


@exercise(
    "3.7",
    "Training loop",
    points=5,
    noun="loop",
    steps=("batches", "order", "errors", "stopping", "best weights"),
    hints=(
        "Two loops, one in the other: over the epochs, and over the batches of an epoch. "
        "np.random.permutation(n) is the numbers from 0 to n - 1 in a new order.",
        "images[order[first : first + batch_size]] is one batch; past the end a slice is shorter, "
        "so that the last batch takes care of itself. After the inner loop, keep one error.",
        "Keep two things beside the list of errors: the epoch of the lowest error so far, and the "
        "weights that get_weights() gave then, not at the end. The loop ends when the present "
        "epoch lies `patience` or more after that one.",
    ),
    also="Keras's fit does the same with callbacks=[keras.callbacks.EarlyStopping("
    "patience=patience, restore_best_weights=True)]: it counts the epochs since the lowest "
    "validation error, and brings the weights of that epoch back.",
)
def check_train_with_patience(train_with_patience, rng):
    yield _takes_batches(train_with_patience, rng)
    yield _shuffles(train_with_patience, rng)
    yield _keeps_errors(train_with_patience, rng)
    scale = rng.uniform(0.01, 0.03)
    cases = [
        (tuple((scale * np.array(curve)).round(4)), patience)
        for curve, patience in rng.permutation(np.array(CURVES, dtype=object))
    ]

    def epochs_run(curve, patience):
        recorder, _ = _call_loop(train_with_patience, rng, 5, 2, curve, patience)
        return len(recorder.epochs())

    yield from compare(
        epochs_run,
        _stops_after,
        cases,
        {told: partial(_stops_after, **how) for told, how in STOPPING_MISTAKES.items()},
        says="once the lowest error is `patience` epochs old",
        otherwise=_ran_otherwise,
    )
    for curve, patience in cases:
        _expect_best(train_with_patience, rng, curve, patience)
    yield "those of the epoch with the lowest validation error"


def _call_loop(loop, rng, n, batch_size, curve, patience):
    """Run a loop on ``n`` images; return the recorder and what came back, (weights, errors)."""
    images = rng.uniform(size=(n, 3))
    recorder = _Recorder(images, batch_size, curve, rng)
    result = loop(
        recorder.step,
        recorder.validate,
        recorder.get_weights,
        images,
        batch_size,
        len(curve) - 1,
        patience,
    )
    return recorder, expect.parts(result, ("weights", "errors"))


def _takes_batches(loop, rng):
    """Accept epochs in which each image comes once, in batches of the size asked for."""
    for n, size, epochs in ((7, 3, 3), (6, 3, 2), (1, 4, 2)):
        recorder, _ = _call_loop(loop, rng, n, size, _falling(epochs), NEVER)
        sizes = [size] * (n // size) + [n % size] * (n % size > 0)
        came = [len(batch) if batch.ndim == 2 else None for batch in recorder.batches]
        asked = f"{n} images in batches of {size}, {epochs} epochs"
        if came != sizes * epochs:
            raise expect.NotYet(_wrong_batches(recorder, came, sizes, epochs, asked))
        for batches in recorder.epochs():
            _expect_each_once(np.concatenate(batches), recorder.images)
    return "each image once per epoch, the rest of them in a shorter last batch"


def _wrong_batches(recorder, came, sizes, epochs, asked):
    if not came:
        return f"step was never called: {asked}"
    if None in came:
        return (
            f"a batch of shape {recorder.batches[came.index(None)].shape} came to step: a batch "
            "is (m, d), also where it holds one image"
        )
    full = [size for size in sizes if size == sizes[0]]
    n = len(recorder.images)
    causes = {
        "the last batch is missing where it is shorter than the others: it counts, too": (
            full * epochs
        ),
        "the images went to step one at a time: batch_size of them are one batch": [1] * n * epochs,
        "each step got all images: batch_size of them are one batch": [n] * epochs,
        "each step got all images, as often as there are batches: cut them up": (
            [n] * len(sizes) * epochs
        ),
        "one epoch more ran than `epochs`": sizes * (epochs + 1),
        "one epoch ran: the outer loop goes over the epochs": sizes,
        "one step per epoch was taken: an epoch goes over all images": [sizes[0]] * epochs,
        "the last batch was filled up to batch_size, or images were drawn with repeats: each image "
        "comes once in an epoch": ([recorder.batches[0].shape[0]] * len(sizes) * epochs),
    }
    for told, steps in causes.items():
        if came == steps:
            return told
    listed = ", ".join(map(str, came[:12])) + (", ..." if len(came) > 12 else "")
    return (
        f"{asked}: step should get batches of {sizes} in each epoch; yours got {len(came)} "
        f"batches, of {listed}"
    )


def _expect_each_once(rows, images):
    found = np.abs(rows[:, None] - images[None]).max(axis=2) < 1e-5
    if not found.any(axis=1).all():
        raise expect.NotYet(
            "step got rows that are none of the images: permute the rows of `images`, and leave "
            "the pixels of each where they are"
        )
    times = found.sum(axis=0)
    if (times != 1).any():
        raise expect.NotYet(
            f"in one epoch an image came {times.max()} times and another {times.min()} times: "
            "permute the numbers of the images once per epoch, do not choose a batch by chance"
        )


def _shuffles(loop, rng):
    """Accept a new order in every epoch."""
    orders = []
    for _ in range(2):
        recorder, _ = _call_loop(loop, rng, 12, 5, _falling(3), NEVER)
        rows = [np.concatenate(batches) for batches in recorder.epochs()]
        found = [np.abs(r[:, None] - recorder.images[None]).max(axis=2) < 1e-5 for r in rows]
        orders.append([one.argmax(axis=1).tolist() for one in found])
    if all(order == sorted(order) for call in orders for order in call):
        raise expect.NotYet("the images come in the order in which they were given: shuffle them")
    if all(call[0] == order for call in orders for order in call):
        raise expect.NotYet(
            "every epoch takes the images in the same order: draw a new one in each epoch"
        )
    inside = [
        [sorted(order[first : first + 5]) for order in call for first in (0, 5)] for call in orders
    ]
    if all(batch == list(range(batch[0], batch[0] + 5)) for call in inside for batch in call):
        raise expect.NotYet(
            "the same images are together in every epoch: shuffle all images, then cut batches"
        )
    return "shuffled anew in every epoch"


def _keeps_errors(loop, rng):
    """Accept one validation error per epoch, taken when its steps are done."""
    for n, epochs in ((5, 4), (1, 1)):
        curve = rng.uniform(0.5, 1) * _falling(epochs)
        _, (_, errors) = _call_loop(loop, rng, n, 2, curve, NEVER)
        if isinstance(errors, list | tuple) and any(np.ndim(error) for error in errors):
            raise expect.NotYet("arrays came last: return the weights first, then the errors")
        came = expect.array(errors, "the list of validation errors")
        counts = {
            (): "one error came back: return the list, one per epoch",
            (0,): "the list of errors is empty: append one per epoch",
            (epochs + 1,): f"{epochs + 1} errors came back for {epochs} epochs: one per epoch, "
            "after its steps, and none from before the training",
            (3 * epochs,): f"{3 * epochs} errors came back for {epochs} epochs of 3 steps: one "
            "per epoch",
        }
        if came.shape in counts and came.shape != (epochs,):
            raise expect.NotYet(counts[came.shape])
        before = "each error is taken before the steps of its epoch: validate after them"
        expect.close(came, curve[1:], ((curve[:-1], before),), what="the list of validation errors")
    return "one per epoch, after its steps"


def _ran_otherwise(epochs, curve, patience):
    return (
        f"with a patience of {patience} and validation errors of {_listed(curve[1:])} after the "
        f"epochs, {_stops_after(curve, patience)} epochs run; yours ran {epochs}"
    )


def _listed(errors):
    return ", ".join(f"{error:.3g}" for error in errors)


def _stops_after(curve, patience, *, kind="right", extra=0):
    """Return after how many epochs a loop stops, with a rule that is right or a known mistake."""
    errors, bad, best = list(curve[1:]), 0, curve[0] if kind == "start" else np.inf
    for epoch, error in enumerate(errors):
        against = errors[epoch - 1] if kind == "previous" and epoch else best
        lower = error <= against if kind == "equal" else error < against
        best = min(best, error)
        bad = 0 if lower and kind != "total" else bad + (not lower)
        if bad >= (1 if kind == "first" else patience + extra) and kind != "never":
            return epoch + 1
    return len(errors)


STOPPING_MISTAKES = {
    "all epochs run: stop when the validation error has not fallen for `patience` epochs": {
        "kind": "never"
    },
    "it stops at the first epoch that is not better: wait for `patience` of them": {
        "kind": "first"
    },
    "it stops one epoch too late: after `patience` epochs without a lower error, not after one "
    "more": {"extra": 1},
    "each error is compared with the one before it: compare it with the lowest so far": {
        "kind": "previous"
    },
    "the epochs without a lower error are added up over the whole run: a lower error sets the "
    "count back to 0": {"kind": "total"},
    "an error equal to the lowest counts as lower: it has to fall": {"kind": "equal"},
    "the error before training counts as the lowest so far: only epochs that ran count": {
        "kind": "start"
    },
}


def _expect_best(loop, rng, curve, patience):
    """Accept the weights after the epoch with the lowest error, of those that ran."""
    recorder, (weights, errors) = _call_loop(loop, rng, 5, 2, curve, patience)
    ran = len(recorder.epochs())
    expect.close(errors, curve[1 : ran + 1], what="the list of validation errors")
    best = int(np.argmin(curve[1 : ran + 1])) + 1
    if not isinstance(weights, list | tuple) or len(weights) != 3:
        raise expect.NotYet(
            "the weights should be a list of arrays, what get_weights() returned; yours is "
            f"{expect.describe(weights)}"
        )
    came = [
        expect.shaped(part, (size,), "a weight")
        for part, size in zip(weights, (3, 1, 2), strict=True)
    ]
    after = [
        steps
        for steps in range(recorder.per_epoch * ran + 1)
        if all(map(partial(np.allclose, atol=1e-5), came, recorder.weights_after(steps)))
    ]
    if after == [best * recorder.per_epoch]:
        return
    listed = _listed(curve[1 : ran + 1])
    lowest = (
        f"with validation errors of {listed} the lowest, and the first of it, is epoch {best}'s"
    )
    if not after:
        raise expect.NotYet(f"the weights are none that get_weights() returned: {lowest}")
    if after == [0]:
        raise expect.NotYet(f"the weights are those from before the training: {lowest}")
    epoch = math.ceil(after[0] / recorder.per_epoch)
    if after[0] % recorder.per_epoch:
        raise expect.NotYet(
            f"the weights were taken inside epoch {epoch}, before its last step: {lowest}"
        )
    which = "the last epoch that ran" if epoch == ran else f"epoch {epoch}"
    raise expect.NotYet(f"the weights are those of {which}: {lowest}")


@exercise(
    "3.8",
    "Initial weights",
    points=4,
    steps=("deviations", "share", "scale"),
    hints=(
        "A pre-activation is a sum of d + 1 independent numbers: weight times pixel, and the bias. "
        "What is the variance of one of them, for a given image?",
        "Divide the limit by the standard deviation, and you can ask a normal distribution of "
        "deviation 1. Both ends count. Every image has a share of its own, and there are as many "
        "units for each of them.",
        "The deviations are proportional to that of the weights. So find what a weight deviation "
        "of 1 gives, image by image, and take the root of the mean of its squares: how much too "
        "large is that?",
    ),
    also="the biggest part of it is the number of inputs: with d inputs of about the same size the "
    "scale falls as 1 / sqrt(d). Glorot's rule has 2 / (inputs + outputs) for the variance, so "
    "that what flows back is kept in bounds, too.",
)
def check_initial_sums(initial_sums, rng):
    cases = [
        (rng.uniform(size=(n, d)) * rng.uniform(0.1, 1.5, size=(n, 1)), deviation, limit)
        for n, d, deviation, limit in (
            (5, 8, rng.uniform(0.5, 0.9), 2.0),
            (4, 3, rng.uniform(1.2, 2.0), 1.5),
            (1, 6, rng.uniform(0.3, 0.6), 1.0),
        )
    ]
    names = ("deviations", "share", "scale")
    step = partial(compare, initial_sums, cases=cases, parts=names)
    yield from step(
        right=lambda inputs, deviation, limit: deviation * _lengths(inputs),
        mistakes=_deviation_mistakes,
        says="one per image, from the image's length and the bias",
        part="deviations",
        what="the array of deviations",
    )
    yield from step(
        right=_share_beyond,
        mistakes=_share_mistakes,
        says="of both ends, averaged over the images",
        part="share",
        what="the share",
    )
    yield from step(
        right=lambda inputs, deviation, limit: 1 / np.sqrt(np.mean(_lengths(inputs) ** 2)),
        mistakes=_scale_mistakes,
        says="pre-activations of mean square 1",
        part="scale",
        what="the scale",
    )


def _lengths(inputs):
    """Return the length of each input with one more number, 1, for the bias."""
    return np.sqrt(np.square(inputs).sum(axis=1) + 1)


def _beyond(limit, deviations):
    return erfc(limit / deviations / np.sqrt(2))


def _share_beyond(inputs, deviation, limit):
    return _beyond(limit, deviation * _lengths(inputs)).mean()


def _deviation_mistakes(inputs, deviation, limit):
    squares = np.square(inputs).sum(axis=1)
    n, d = inputs.shape
    return {
        "one number came back for all images: each image has a deviation of its own": Shape(),
        "one number per pixel came back: the sum runs over the pixels of each image": Shape((d,)),
        "the bias is left out: it is one more random number in each sum": (
            deviation * np.sqrt(squares)
        ),
        "this is the variance: the deviation is its root": deviation**2 * (squares + 1),
        "the deviations of the terms are added up: for independent numbers it is the variances "
        "that add": deviation * (inputs.sum(axis=1) + 1),
        "the pixels are not squared: a number c times a random one has c^2 times its variance": (
            deviation * np.sqrt(inputs.sum(axis=1) + 1)
        ),
        "the bias is added after the root: add variances, then take the root": (
            deviation * (np.sqrt(squares) + 1)
        ),
        "the bias counts with a variance of 1: it is drawn with the same deviation as the "
        "weights": np.sqrt(deviation**2 * squares + 1),
        "the deviation of the weights stands under the root without its square": (
            np.sqrt(deviation * (squares + 1))
        ),
        "the squares are averaged over the pixels: a unit sums them": (
            deviation * np.sqrt(squares / d + 1)
        ),
        "the image's mean is taken off first: a weight meets the pixel itself": (
            deviation * np.sqrt(d * inputs.var(axis=1) + 1)
        ),
        "every pixel counts as 1: a weight is multiplied by its pixel": (
            np.full(n, deviation * np.sqrt(d + 1))
        ),
        "this is for a deviation of 1: the weights have the one that is given": _lengths(inputs),
    }


def _share_mistakes(inputs, deviation, limit):
    right = _share_beyond(inputs, deviation, limit)
    deviations = deviation * _lengths(inputs)
    return {
        "one share per image came back: average them": Shape((len(inputs),)),
        "this is one end only: beyond the limit lies on both sides": right / 2,
        "this is the share within the limits: take what lies beyond them": 1 - right,
        "this is the share below the upper limit": norm.cdf(limit / deviations).mean(),
        "in per cent: a share is a number from 0 to 1": 100 * right,
        "summed over the images: average": right * len(inputs),
        "the limit is divided by the variance: divide by the deviation": (
            _beyond(limit, deviations**2).mean()
        ),
        "the limit is not divided by the deviations": _beyond(limit, np.ones(1)).mean(),
        "this is the share for the average deviation: images differ, so take the share of each "
        "image, then the average": _beyond(limit, deviations.mean()),
        "this is the share for one deviation, the root of the mean square: images differ, so take "
        "the share of each image, then the average": (
            _beyond(limit, np.sqrt(np.mean(deviations**2)))
        ),
        "this is the share of images whose deviation is beyond the limit: also the others have "
        "some units there": np.mean(deviations > limit),
    }


def _scale_mistakes(inputs, deviation, limit):
    lengths = _lengths(inputs)
    right = 1 / np.sqrt(np.mean(lengths**2))
    return {
        "one scale per image came back: one for the layer, from the mean square over the images": (
            Shape((len(inputs),))
        ),
        "this is by how much to multiply the deviation that is given: return the new deviation": (
            right / deviation
        ),
        "this is what a deviation of 1 gives: by how much has it to be smaller?": 1 / right,
        "this is the variance of the weights: its root is the deviation": right**2,
        "the mean square is to be 1, not the mean deviation": 1 / lengths.mean(),
        "this is the mean of each image's own scale: the mean square over the images is to be 1": (
            np.mean(1 / lengths)
        ),
        "the bias is left out: it is one more random number in each sum": (
            1 / np.sqrt(np.mean(lengths**2 - 1))
        ),
        "this counts the inputs, and not how large they are": 1 / np.sqrt(inputs.shape[1]),
        "the squares are summed over the images: average them": 1 / np.sqrt(np.sum(lengths**2)),
        "the deviation is multiplied by it: ask what the new one has to be, whatever was given": (
            right * deviation
        ),
    }
