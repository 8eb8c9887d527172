"""Checks of lesson 03, the autoencoder with one hidden layer."""

from functools import partial

import numpy as np
from scipy.special import expit, softmax

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
    points=2,
    steps=("values", "slopes", "far out"),
    hints=(
        "The slope needs no new exponential: write it with the value itself.",
        "If s = 1 / (1 + exp(-a)), then ds/da = s (1 - s).",
        "values = 1 / (1 + np.exp(-activations)); return values, values * (1 - values)",
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
    points=3,
    noun="layer",
    steps=("value", "one image"),
    hints=(
        "Each output is a weighted sum of all inputs of that image, plus its own bias.",
        "For all images at once that is one matrix product: (n, d) times (d, k).",
        "return inputs @ kernel + bias",
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
    points=3,
    noun="model builder",
    steps=("models", "initialisation", "code", "output", "training"),
    hints=(
        "Two models, each with one Dense layer: keras.Input, keras.layers.Dense, keras.Model.",
        "The encoder goes from input_size to code_size, the decoder back; both use a sigmoid.",
        "images = keras.Input((input_size,)); codes = keras.layers.Dense(code_size, "
        '"sigmoid")(images); encoder = keras.Model(images, codes); then the same for the decoder.',
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
    points=2,
    noun="loss",
    steps=("value", "gradient"),
    hints=(
        "One number per image: average over its pixels only, not over the batch.",
        "keras.ops.square and keras.ops.mean with axis=1.",
        "return keras.ops.mean(keras.ops.square(outputs - targets), axis=1)",
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
    points=3,
    noun="loss",
    steps=("value", "never nan", "gradient"),
    hints=(
        "Sum over the pixels: -(x log y + (1 - x) log(1 - y)), x the target, y the output.",
        "log(0) is minus infinity: keep outputs inside [1e-7, 1 - 1e-7] with keras.ops.clip.",
        "outputs = keras.ops.clip(outputs, 1e-7, 1 - 1e-7); then minus the sum over axis=1 of "
        "targets * log(outputs) + (1 - targets) * log(1 - outputs), with keras.ops.log.",
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
    points=3,
    noun="step",
    steps=("loss", "gradients"),
    hints=(
        "Inside `with tf.GradientTape() as tape:` run the model and compute one number.",
        "The target of an autoencoder is its own input. tape.gradient(loss, "
        "autoencoder.trainable_variables) gives one gradient per variable.",
        "with tf.GradientTape() as tape: outputs = autoencoder(images); loss = "
        "keras.ops.mean(keras.ops.square(outputs - images)) -- then return loss, "
        "tape.gradient(loss, autoencoder.trainable_variables)",
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


@exercise(
    "3.7",
    "Reading the curve",
    points=2,
    steps=("reading", "out of reach"),
    hints=(
        "Go through the code sizes and keep those whose error is at most the target.",
        "The smallest of them is the answer; if there is none, it is None.",
        "good = [size for size, error in zip(code_sizes, errors) if error <= target]; "
        "return min(good) if good else None",
    ),
    also="min((size for size, error in zip(code_sizes, errors) if error <= target), default=None) "
    "says it in one line.",
)
def check_smallest_code(smallest_code, rng):
    # By growing code size: the error falls, and rises twice, as a noisy run's does.
    pattern = 0.0904, 0.0323, 0.0614, 0.0082, 0.0216

    sizes = np.sort(rng.choice(np.arange(10, 300), size=5, replace=False)).tolist()

    def case(order, target):
        return [sizes[i] for i in order], tuple(pattern[i] for i in order), target

    def swapped_forms(sizes, errors, target):
        return tuple(sizes), list(errors), target

    first, second = (3, 1, 4, 0, 2), (4, 0, 1, 3, 2)
    yield from compare(
        smallest_code,
        lambda code_sizes, errors, target: min(_reached(code_sizes, errors, target)),
        [
            *(case(first, target) for target in (0.0318, 0.05, 0.1)),
            *(swapped_forms(*case(second, target)) for target in (0.0323, 0.07, 0.02)),
        ],
        _reading_mistakes,
        says="the smallest size at or under the target, whatever the order",
        what="the code size for a target of {target}",
    )
    yield from compare(
        smallest_code,
        lambda code_sizes, errors, target: None,
        [case(first, 0.005), case(second, 0.008)],
        says="None when no size is enough",
        what="the code size for a target of {target}, which no error reaches,",
    )


def _reached(sizes, errors, target):
    return [size for size, error in zip(sizes, errors, strict=True) if error <= target]


def _reading_mistakes(sizes, errors, target):
    pairs = list(zip(sizes, errors, strict=True))
    good = _reached(sizes, errors, target)
    any_order = "that reaches the target: sizes come in any order, take the smallest"
    return {
        "an error equal to the target reaches it: at most, not less than": (
            min(size for size, error in pairs if error < target)
        ),
        f"it returns the first size {any_order}": good[0],
        f"it returns the last size {any_order}": good[-1],
        "it returns the largest size that reaches the target: a smaller one does, too": max(good),
        "that is the position in the list; return the code size itself": sizes.index(min(good)),
        "it returns the size with the lowest error: a smaller one may reach the target": (
            min(pairs, key=lambda pair: pair[1])[0]
        ),
        "it returns the smallest size of all, whatever its error": min(sizes),
        "the sizes are sorted without their errors": _reached(sorted(sizes), errors, target)[0],
        "it returns the size whose error is nearest to the target, which may lie above it": (
            min(pairs, key=lambda pair: abs(pair[1] - target))[0]
        ),
        "it keeps the errors above the target: keep those at most the target": (
            min((size for size, error in pairs if error >= target), default=None)
        ),
        "it returns an error; return the code size that has it": (
            min(error for _, error in pairs if error <= target)
        ),
    }
