"""Lesson 03: each check accepts right answers of any kind and names the mistake in wrong ones."""

import keras
import numpy as np
import tensorflow as tf
from answers import assert_accepted, assert_no_gradient, assert_refused, closing_tests, stopped
from scipy.special import expit


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


def first_match(sizes, errors, target):
    return next((s for s, e in zip(sizes, errors, strict=True) if e <= target), None)


def smallest(sizes, errors, target, default=None, strict=False):
    reached = [
        s for s, e in zip(sizes, errors, strict=True) if e < target or (e == target and not strict)
    ]
    return min(reached, default=default)


def with_numpy(sizes, errors, target):
    reached = np.asarray(sizes)[np.asarray(errors) <= target]
    return int(reached.min()) if reached.size else None


def largest(sizes, errors, target):
    return max((s for s, e in zip(sizes, errors, strict=True) if e <= target), default=None)


def position(sizes, errors, target):
    return list(sizes).index(smallest(sizes, errors, target))


def best_of_all(sizes, errors, target):
    return sizes[int(np.argmin(errors))]


def nearest_error(sizes, errors, target):
    return sizes[int(np.argmin(np.abs(np.array(errors) - target)))]


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
    "3.7": [("min with default", smallest), ("numpy", with_numpy)],
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
        ("first", first_match, "the first size that"),
        ("largest", largest, "the largest size that"),
        ("position", position, "position in the list"),
        ("strictly below", lambda *a: smallest(*a, strict=True), "equal to the target"),
        ("default 0", lambda *a: smallest(*a, default=0), "should be None here"),
        ("best of all", best_of_all, "the size with the lowest error"),
        ("nearest", nearest_error, "whose error is nearest"),
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
