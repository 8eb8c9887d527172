"""Lesson 03: each check accepts right answers of any kind and names the mistake in wrong ones."""

import math

import keras
import numpy as np
import tensorflow as tf
from answers import assert_accepted, assert_no_gradient, assert_refused, closing_tests, stopped
from scipy.special import expit
from scipy.stats import norm


def halves(hidden="sigmoid", output="sigmoid", **options):
    """Return a builder of encoder and decoder with these activations."""

    def build(input_size, code_size):
        return tuple(
            keras.Sequential([keras.Input((before,)), keras.layers.Dense(after, act, **options)])
            for before, after, act in (
                (input_size, code_size, hidden),
                (code_size, input_size, output),
            )
        )

    return build


def separate_activations(input_size, code_size):
    images, codes = keras.Input((input_size,)), keras.Input((code_size,))
    encoded = keras.layers.Activation("sigmoid")(keras.layers.Dense(code_size)(images))
    decoded = keras.ops.sigmoid(keras.layers.Dense(input_size)(codes))
    return [keras.Model(images, encoded), keras.Model(codes, decoded)]


class BiasFirst(keras.layers.Layer):
    """A dense sigmoid layer that keeps its bias as a row, before its kernel."""

    def __init__(self, units):
        super().__init__()
        self.units = units

    def build(self, shape):
        self.bias = self.add_weight(shape=(1, self.units), initializer="zeros")
        self.kernel = self.add_weight(shape=(shape[-1], self.units))

    def call(self, inputs):
        return keras.ops.sigmoid(inputs @ self.kernel + self.bias)


class Half(keras.Model):
    def __init__(self, before, after):
        super().__init__()
        self.dense = keras.layers.Dense(after)

    def call(self, inputs):
        return keras.ops.sigmoid(self.dense(inputs))


def without_input(before, after):
    return keras.Sequential([keras.layers.Dense(after, "sigmoid")])


def by_own_layer(before, after):
    return keras.Sequential([keras.Input((before,)), BiasFirst(after)])


def each_half(build):
    """Return a builder that makes both halves by build(before, after)."""
    return lambda input_size, code_size: (
        build(input_size, code_size),
        build(code_size, input_size),
    )


def deep(input_size, code_size):
    _, decoder = halves()(input_size, code_size)
    wide = keras.layers.Dense(9, "sigmoid")
    return (
        keras.Sequential([keras.Input((input_size,)), wide, keras.layers.Dense(code_size)]),
        decoder,
    )


def squares(x, y):
    return np.square(np.asarray(y, float) - x)


def entropy(x, y, low=1e-7):
    x, y = np.asarray(x, float), np.clip(np.asarray(y, float), low, 1 - low)
    return -(x * np.log(y) + (1 - x) * np.log(1 - y))


def unclipped(x, y):
    return -(x * tf.math.log(y) + (1 - x) * tf.math.log(1 - y))


def step(loss, variables=lambda model: model.trainable_variables):
    """Return a training step with this loss of (outputs, images)."""

    def loss_and_gradients(model, images):
        with tf.GradientTape() as tape:
            value = loss(model(images), images)
        return value, tape.gradient(value, variables(model))

    return loss_and_gradients


def mean_of_images(y, x):
    return tf.reduce_mean(tf.reduce_mean((x - y) ** 2, axis=1))


def outside_the_tape(model, images):
    outputs = model(images)
    with tf.GradientTape() as tape:
        value = tf.reduce_mean(tf.square(outputs - images))
    return value, tape.gradient(value, model.trainable_variables)


def turned(model, images):
    value, gradients = step(mean_of_images)(model, images)
    return value, [-g for g in gradients]


def loop(
    order=lambda n, epoch: np.random.permutation(n),
    starts=lambda n, size: range(0, n, size),
    stop=lambda errors, patience: len(errors) - 1 - int(np.argmin(errors)) >= patience,
    best=lambda errors: int(np.argmin(errors)),
    before=False,
    kept=lambda states, best: states[best],
):
    """Return a training loop, with one of its parts replaced."""

    def train(step, validate, get_weights, images, batch_size, epochs, patience):
        errors, states = [], [get_weights()]
        for epoch in range(epochs):
            if before:
                errors.append(validate())
            numbers = order(len(images), epoch)
            for first in starts(len(images), batch_size):
                step(images[numbers[first : first + batch_size]])
            if not before:
                errors.append(validate())
            states.append(get_weights())
            if stop(errors, patience):
                break
        return kept(states, best(errors) + 1), errors

    return train


def while_loop(step, validate, get_weights, images, batch_size, epochs, patience):
    generator, errors, left, lowest, best = np.random.default_rng(), [], patience, np.inf, None
    while len(errors) < epochs and left:
        left_over = generator.permutation(images)
        while len(left_over):
            step(left_over[:batch_size])
            left_over = left_over[batch_size:]
        errors.append(validate())
        if errors[-1] < lowest:
            lowest, best, left = errors[-1], get_weights(), patience
        else:
            left -= 1
    return best, np.array(errors)


def split_loop(step, validate, get_weights, images, batch_size, epochs, patience):
    history = []
    for _ in range(epochs):
        cuts = range(batch_size, len(images), batch_size)
        for batch in np.split(np.random.permutation(images), cuts):
            step(batch)
        history.append((validate(), len(history), get_weights()))
        if len(history) - 1 - min(history, key=lambda one: one[:2])[1] >= patience:
            break
    return min(history, key=lambda one: one[:2])[2], [error for error, *_ in history]


def with_replacement(step, validate, get_weights, images, batch_size, epochs, patience):
    def chosen(batch):
        step(images[np.random.randint(len(images), size=len(batch))])

    return loop()(chosen, validate, get_weights, images, batch_size, epochs, patience)


def one_by_one(step, validate, get_weights, images, batch_size, epochs, patience):
    return loop()(step, validate, get_weights, images, 1, epochs, patience)


def rows_only(step, validate, get_weights, images, batch_size, epochs, patience):
    def each(batch):
        for image in batch:
            step(image)

    return loop()(each, validate, get_weights, images, batch_size, epochs, patience)


def shuffles_in_place(step, validate, get_weights, images, batch_size, epochs, patience):
    np.random.shuffle(images)
    return loop()(step, validate, get_weights, images, batch_size, epochs, patience)


def late(errors, patience):
    return len(errors) - 1 - int(np.argmin(errors)) > patience


def against_the_one_before(errors, patience):
    bad = list(np.diff(errors) >= 0)
    return len(bad) >= patience and all(bad[-patience:])


def total(errors, patience):
    lowest = np.minimum.accumulate([np.inf, *errors])[:-1]
    return int(np.sum(np.array(errors) >= lowest)) >= patience


def first_rise(errors, patience):
    return late(errors, 0)


def equal_is_lower(errors, patience):
    return int(np.argmin(errors[::-1])) >= patience


def with_start(step, validate, get_weights, images, batch_size, epochs, patience):
    first = validate()
    weights, errors = loop()(step, validate, get_weights, images, batch_size, epochs, patience)
    return weights, [first, *errors]


def sums(
    lengths=lambda x, s: s * np.sqrt((x**2).sum(axis=1) + 1),
    share=lambda deviations, t: 2 * norm.sf(t / deviations).mean(),
    scale=lambda lengths: np.mean(lengths**2) ** -0.5,
):
    """Return an answer to 3.8 with one of its parts replaced."""
    return lambda x, s, t: (
        lengths(x, s),
        share(s * sums_right(x), t),
        scale(sums_right(x)),
    )


def sums_right(x):
    return np.linalg.norm(np.hstack([x, np.ones((len(x), 1))]), axis=1)


def sums_by_erfc(inputs, deviation, limit):
    with_one = np.c_[inputs, np.ones(len(inputs))]
    variances = deviation**2 * np.einsum("nd,nd->n", with_one, with_one)
    shares = [math.erfc(limit / math.sqrt(2 * variance)) for variance in variances]
    return np.sqrt(variances), sum(shares) / len(shares), deviation / np.sqrt(variances.mean())


def sums_by_drawing(inputs, deviation, limit):
    generator = np.random.default_rng(0)
    kernel = generator.normal(scale=deviation, size=(inputs.shape[1] + 1, 2000))
    drawn = np.c_[inputs, np.ones(len(inputs))] @ kernel
    return drawn.std(axis=1), np.mean(np.abs(drawn) > limit), deviation / drawn.std()


RIGHT = {
    "3.1": [
        ("scipy", lambda a: (expit(a), expit(a) * expit(-a))),
        ("tanh", lambda a: (0.5 + 0.5 * np.tanh(a / 2), 0.25 / np.cosh(a / 2) ** 2)),
        ("keras", lambda a: [s := tf.sigmoid(tf.cast(a, "float64")), s - s**2]),
    ],
    "3.2": [
        ("einsum", lambda x, w, b: np.einsum("nd,dk->nk", x, w) + b),
        ("keras", lambda x, w, b: keras.ops.matmul(x, w) + b),
        ("loop", lambda x, w, b: [[r @ w[:, k] + b[k] for k in range(len(b))] for r in x]),
    ],
    "3.3": [
        ("sequential", halves()),
        ("separate activations", separate_activations),
        ("sequential without an input", each_half(without_input)),
        ("a class of one's own", each_half(Half)),
        ("a layer of one's own", each_half(by_own_layer)),
    ],
    "3.4": [
        ("tensorflow", lambda x, y: tf.reduce_mean(tf.math.squared_difference(x, y), 1)),
        ("keras", keras.losses.mean_squared_error),
    ],
    "3.5": [
        ("binary", lambda x, y: tf.reduce_sum(keras.ops.binary_crossentropy(x, y), 1)),
        ("keras", lambda x, y: 8 / 8 * keras.losses.binary_crossentropy(x, y) * x.shape[1]),
        (
            "clipped twice",
            lambda x, y: tf.reduce_sum(
                -x * tf.math.log(tf.clip_by_value(y, 1e-7, 1))
                - (1 - x) * tf.math.log(tf.clip_by_value(1 - y, 1e-7, 1)),
                axis=1,
            ),
        ),
    ],
    "3.6": [
        ("mean of images", step(mean_of_images)),
        ("keras loss", step(lambda y, x: tf.reduce_mean(keras.losses.mean_squared_error(x, y)))),
    ],
    "3.7": [
        ("permutation", loop()),
        ("while", while_loop),
        ("split", split_loop),
        ("seeded", loop(order=lambda n, epoch: np.random.default_rng(epoch).permutation(n))),
    ],
    "3.8": [("formula", sums()), ("erfc", sums_by_erfc)],
}
WRONG = {
    "3.1": [
        ("no minus", lambda a: (expit(-a), expit(a) * expit(-a)), "minus inside exp"),
        ("tanh", lambda a: (np.tanh(a), 1 - np.tanh(a) ** 2), "this is tanh"),
        ("a (1 - a)", lambda a: (expit(a), a * (1 - a)), "sigmoid's value s"),
        ("slope of tanh", lambda a: (expit(a), 1 - expit(a) ** 2), "slope of tanh"),
        ("falling", lambda a: (expit(a), -expit(a) * expit(-a)), "slope is positive"),
        ("overflow", lambda a: (expit(a), np.exp(-a) / (1 + np.exp(-a)) ** 2), "is nan: exp(1000)"),
        ("swapped", lambda a: (expit(a) * expit(-a), expit(a)), "return values first"),
        ("values only", lambda a: expit(a), "2 results"),
    ],
    "3.2": [
        ("no bias", lambda x, w, b: x @ w, "is the bias added"),
        ("minus bias", lambda x, w, b: x @ w - b, "subtracted"),
        ("sigmoid", lambda x, w, b: expit(x @ w + b), "returns pre-activations"),
        ("transposed", lambda x, w, b: (x @ w + b).T, "yours is transposed"),
        (
            "kernel transposed",
            lambda x, w, b: x @ (w.T if w.shape[0] == w.shape[1] else w) + b,
            "kernel is transposed where",
        ),
        ("nothing", lambda x, w, b: None, "return missing"),
    ],
    "3.3": [
        ("linear code", halves(hidden=None), "code is linear"),
        ("relu code", halves(hidden="relu"), "code uses a ReLU"),
        ("linear output", halves(output=None), "output is linear"),
        ("tanh output", halves(output="tanh"), "output uses tanh"),
        ("no bias", halves(use_bias=False), "no bias"),
        ("swapped", lambda d, k: halves()(d, k)[::-1], "is it the other half"),
        ("one model", lambda d, k: halves()(d, k)[0], "2 results"),
        ("deep", deep, "one hidden layer, so one Dense"),
        ("zeros", halves(kernel_initializer="zeros"), "would stay alike for ever"),
        ("frozen", halves(trainable=False), "are frozen"),
        ("penalty", halves(kernel_regularizer="l2"), "a loss of its own"),
        ("seeded", halves(kernel_initializer=keras.initializers.GlorotNormal(3)), "two calls"),
        ("layers", lambda d, k: [keras.layers.Dense(n, "sigmoid") for n in (k, d)], "type Dense"),
    ],
    "3.4": [
        ("whole batch", lambda x, y: np.mean(squares(x, y)), "for the whole batch"),
        ("axis 0", lambda x, y: np.mean(squares(x, y), axis=0), "axis 0"),
        ("sum", lambda x, y: np.sum(squares(x, y), axis=1), "SSE per image"),
        ("half", lambda x, y: np.mean(squares(x, y), axis=1) / 2, "half of it"),
        (
            "distance",
            lambda x, y: np.sqrt(np.sum(squares(x, y), axis=1)),
            "this is the L2 distance",
        ),
        ("not squared", lambda x, y: np.mean(y - x, axis=1), "not squared"),
        ("absolute", lambda x, y: np.mean(abs(y - x), axis=1), "but not squared"),
        ("no mean", squares, "one number per pixel"),
    ],
    "3.5": [
        ("no clip", lambda x, y: tf.reduce_sum(unclipped(x, y), 1), "clip the outputs at"),
        ("sign", lambda x, y: -entropy(x, y).sum(axis=1), "the sign"),
        ("mean", lambda x, y: entropy(x, y).mean(axis=1), "sum over them"),
        (
            "only ink",
            lambda x, y: -(x * np.log(np.clip(y, 1e-7, 1))).sum(axis=1),
            "second term, (1 - x) log(1 - y), is missing",
        ),
        ("swapped", lambda x, y: entropy(y, x).sum(axis=1), "swapped"),
        ("bits", lambda x, y: entropy(x, y).sum(axis=1) / np.log(2), "bits"),
        ("wide clip", lambda x, y: entropy(x, y, 1e-6).sum(axis=1), "exactly wrong costs 13.8"),
    ],
    "3.6": [
        ("sum", step(lambda y, x: tf.reduce_sum((x - y) ** 2)), "summed over pixels and batch"),
        (
            "pixel sum",
            step(lambda y, x: tf.reduce_mean(tf.reduce_sum((x - y) ** 2, axis=1))),
            "summed over the pixels instead of",
        ),
        ("half", step(lambda y, x: tf.reduce_mean((x - y) ** 2) / 2), "no 1/2"),
        ("outside", outside_the_tape, "inside the `with` block"),
        ("turned", turned, "sign is turned round"),
        ("all variables", step(mean_of_images, lambda m: m.variables), "frozen ones included"),
        ("kernels", step(mean_of_images, lambda m: m.trainable_variables[::2]), "got 2"),
        ("list first", lambda m, x: step(mean_of_images)(m, x)[::-1], "return the loss, then"),
        ("loss only", lambda m, x: tf.reduce_mean((m(x) - x) ** 2), "2 results"),
    ],
    "3.7": [
        ("drops the rest", loop(starts=lambda n, k: range(0, n - k + 1, k)), "last batch is miss"),
        ("replacement", with_replacement, "permute the numbers of the images"),
        ("one by one", one_by_one, "one at a time"),
        ("rows", rows_only, "a batch is (m, d)"),
        ("in place", shuffles_in_place, "changes its input `images`"),
        ("in order", loop(order=lambda n, epoch: np.arange(n)), "shuffle them"),
        (
            "one order",
            loop(order=lambda n, epoch: np.random.default_rng(n).permutation(n)),
            "the same order: draw a new one",
        ),
        ("before", loop(before=True), "before the steps of its epoch"),
        ("with the start", with_start, "none from before the training"),
        ("never stops", loop(stop=lambda errors, patience: False), "all epochs run"),
        ("late", loop(stop=late), "one epoch too late"),
        ("first rise", loop(stop=first_rise), "the first epoch that is not better"),
        ("previous", loop(stop=against_the_one_before), "with the one before it"),
        ("total", loop(stop=total), "sets the count back to 0"),
        ("equal", loop(stop=equal_is_lower), "it has to fall"),
        ("last weights", loop(best=lambda errors: len(errors) - 1), "those of the last epoch"),
        ("first weights", loop(kept=lambda states, best: states[0]), "from before the training"),
        ("array", loop(kept=lambda states, best: states[best][0]), "what get_weights() returned"),
        ("errors first", lambda *a: loop()(*a)[::-1], "return the weights first"),
        ("weights only", lambda *a: loop()(*a)[0], "return 2 results, (weights, errors)"),
    ],
    "3.8": [
        ("no bias", sums(lengths=lambda x, s: s * np.sqrt((x**2).sum(axis=1))), "bias is left out"),
        ("variance", sums(lengths=lambda x, s: (s * sums_right(x)) ** 2), "this is the variance"),
        ("sum", sums(lengths=lambda x, s: s * (x.sum(axis=1) + 1)), "it is the variances"),
        (
            "unit bias",
            sums(lengths=lambda x, s: np.hypot(s * np.sqrt((x**2).sum(1)), 1)),
            "the bias counts with a variance of 1",
        ),
        ("given 1", sums(lengths=lambda x, s: sums_right(x)), "this is for a deviation of 1"),
        ("one end", sums(share=lambda d, t: norm.sf(t / d).mean()), "one end only"),
        ("inside", sums(share=lambda d, t: 1 - 2 * norm.sf(t / d).mean()), "within the limits"),
        ("of the mean", sums(share=lambda d, t: 2 * norm.sf(t / d.mean())), "average deviation"),
        ("shares", sums(share=lambda d, t: 2 * norm.sf(t / d)), "one share per image"),
        ("images", sums(share=lambda d, t: np.mean(d > t)), "share of images whose"),
        ("not inverted", sums(scale=lambda d: np.mean(d**2) ** 0.5), "what a deviation of 1 gives"),
        ("mean", sums(scale=lambda d: 1 / d.mean()), "not the mean deviation"),
        ("scales", sums(scale=lambda d: 1 / d), "one scale per image"),
        ("drawn", sums_by_drawing, "differs from the expected value"),
    ],
}
test_complete, test_right, test_wrong = closing_tests("03", RIGHT, WRONG)


def test_losses_that_stop_the_gradient_hear_so():
    assert_no_gradient(
        {
            "3.4": [
                lambda x, y: np.mean((x - y) ** 2, axis=-1),
                stopped(lambda x, y: tf.reduce_mean((x - y) ** 2, 1)),
            ],
            "3.5": [
                lambda x, y: entropy(x, y).sum(axis=1),
                stopped(lambda x, y: tf.reduce_sum(keras.ops.binary_crossentropy(x, y), 1)),
            ],
        }
    )


def test_both_precisions_of_the_clip_are_right():
    """1 - 1e-7 is 1.2e-7 away from 1 in float32: 15.94 nats there, 16.12 in float64."""
    for dtype in ("float32", "float64"):

        def answer(x, y, dtype=dtype):
            x, y = (keras.ops.cast(part, dtype) for part in (x, y))
            y = keras.ops.clip(y, 1e-7, 1 - 1e-7)
            return tf.reduce_sum(unclipped(x, y), 1)

        assert_accepted("3.5", answer)


def test_a_loss_that_is_no_tensor_any_more_is_named_in_words():
    for plain in (float, np.mean):
        assert_refused(
            "3.6", step(lambda y, x, plain=plain: plain(mean_of_images(y, x))), "float()"
        )
