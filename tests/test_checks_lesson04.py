"""Lesson 04: each check accepts right answers of any kind and names the mistake in wrong ones."""

import itertools
import re
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
from answers import assert_no_gradient, assert_refused, closing_tests, stopped
from scipy.spatial.distance import cdist
from scipy.special import expit
from sklearn.neighbors import NearestNeighbors

# 4.1


def norm(mean_of, share=lambda m: m, finish=lambda x: x, scaled=True, shifted=True, root=np.sqrt):
    """Return a batch normalisation; `mean_of` picks (mean, variance) from batch and moving."""

    def batch_norm(activations, scale, shift, moving, phase_train, momentum=0.9, epsilon=1e-3):
        momentum = share(momentum)
        batch = activations.mean(axis=0), activations.var(axis=0)
        mean, variance = mean_of(batch, moving, phase_train)
        outputs = (activations - mean) / root(variance + epsilon)
        outputs = outputs * (scale if scaled else 1) + (shift if shifted else 0)
        if phase_train:
            moving = tuple(
                momentum * m + (1 - momentum) * b for m, b in zip(moving, batch, strict=True)
            )
        return finish(outputs), moving

    return batch_norm


def switched(batch, moving, phase_train):
    return batch if phase_train else moving


def by_keras(activations, scale, shift, moving, phase_train, momentum=0.9, epsilon=1e-3):
    layer = keras.layers.BatchNormalization(momentum=momentum, epsilon=epsilon)
    layer.build((None, len(scale)))
    layer.set_weights([scale, shift, *moving])
    outputs = layer(activations.astype("float32"), training=phase_train)
    return outputs, layer.get_weights()[2:]


def unit_by_unit(activations, scale, shift, moving, phase_train, momentum=0.9, epsilon=1e-3):
    columns, means, variances = [], [], []
    for k, (mean, variance) in enumerate(zip(*moving, strict=True)):
        column = activations[:, k]
        if phase_train:
            moved = [momentum * mean, momentum * variance]
            mean, variance = column.mean(), column.var()
            moved = moved[0] + (1 - momentum) * mean, moved[1] + (1 - momentum) * variance
        else:
            moved = mean, variance
        columns.append(scale[k] * (column - mean) / (variance + epsilon) ** 0.5 + shift[k])
        means.append(moved[0])
        variances.append(moved[1])
    return np.transpose(columns), [means, variances]


def unbiased(activations, scale, shift, moving, phase_train, momentum=0.9, epsilon=1e-3):
    arguments = activations, scale, shift, moving, phase_train, momentum, epsilon
    outputs, new = norm(switched)(*arguments)
    if phase_train:
        gathered = activations.var(axis=0) * len(activations) / max(len(activations) - 1, 1)
        new = new[0], momentum * moving[1] + (1 - momentum) * gathered
    return outputs, new


def across(activations, scale, shift, moving, phase_train, momentum=0.9, epsilon=1e-3):
    mean = activations.mean(axis=1, keepdims=True)
    deviation = np.sqrt(activations.var(axis=1, keepdims=True) + epsilon)
    return scale * (activations - mean) / deviation + shift, moving


def without_moving(*arguments):
    return norm(switched)(*arguments)[0], arguments[3]


def gathers_in_use(activations, scale, shift, moving, phase_train, *options):
    outputs, _ = norm(switched)(activations, scale, shift, moving, phase_train, *options)
    _, new = norm(switched)(activations, scale, shift, moving, True, *options)
    return outputs, new


def alone(activations, scale, shift, moving, phase_train, *options):
    several = phase_train and len(activations) > 1
    return norm(switched)(activations, scale, shift, moving, several, *options)


# 4.2 and 4.3


def half(
    activation="sigmoid",
    last="sigmoid",
    norms=None,
    turn=False,
    training=None,
    live=True,
    **options,
):
    """Return a builder of one half; `turn` reverses the hidden sizes, `norms` counts norms."""

    batch = {key: options.pop(key) for key in ("momentum", "scale") if key in options}

    def build(input_size, hidden_sizes, code_size):
        hidden_sizes = hidden_sizes[::-1] if turn else hidden_sizes
        sizes = (*hidden_sizes, code_size)
        inputs = units = keras.Input((input_size,))
        for position, size in enumerate(sizes):
            act = last if position == len(sizes) - 1 else activation
            units = keras.layers.Dense(size, **options)(units)
            if norms is None or position < len(sizes) - norms:
                units = keras.layers.BatchNormalization(trainable=live, **batch)(
                    units, training=training
                )
            units = keras.layers.Activation(act)(units)
        return keras.Model(inputs, units)

    return build


def norm_last(input_size, hidden_sizes, code_size):
    inputs = units = keras.Input((input_size,))
    for size in (*hidden_sizes, code_size):
        units = keras.layers.Dense(size, "sigmoid")(units)
        units = keras.layers.BatchNormalization()(units)
    return keras.Model(inputs, units)


def sequential(input_size, hidden_sizes, code_size):
    model = keras.Sequential([keras.Input((input_size,))])
    for size in (*hidden_sizes, code_size):
        model.add(keras.layers.Dense(size))
        model.add(keras.layers.BatchNormalization(momentum=0.9, epsilon=1e-5))
        model.add(keras.layers.Activation("sigmoid"))
    return model


def nested(input_size, hidden_sizes, code_size):
    sizes = (input_size, *hidden_sizes, code_size)
    blocks = []
    for before, after in itertools.pairwise(sizes):
        inputs = keras.Input((before,))
        sums = keras.layers.Dense(after, use_bias=False)(inputs)
        outputs = keras.ops.sigmoid(keras.layers.BatchNormalization()(sums))
        blocks.append(keras.Model(inputs, outputs))
    return keras.Sequential([keras.Input((input_size,)), *blocks])


class Stack(keras.Model):
    """Dense layers kept apart from their normalisations: the weights come in another order."""

    def __init__(self, sizes):
        super().__init__()
        self.norms = [keras.layers.BatchNormalization(epsilon=1e-5) for _ in sizes]
        self.products = [keras.layers.Dense(size) for size in sizes]

    def call(self, inputs):
        for product, normalise in zip(self.products, self.norms, strict=True):
            inputs = keras.ops.sigmoid(normalise(product(inputs)))
        return inputs


def subclassed(input_size, hidden_sizes, code_size):
    return Stack((*hidden_sizes, code_size))


def unbuilt(input_size, hidden_sizes, code_size):
    model = keras.Sequential()
    for size in (*hidden_sizes, code_size):
        model.add(keras.layers.Dense(size))
        model.add(keras.layers.BatchNormalization())
        model.add(keras.layers.Activation("sigmoid"))
    return model


def backwards(build):
    """Return a builder of the mirror: `build` with input and code exchanged."""
    return lambda input_size, hidden, code_size: build(code_size, hidden[::-1], input_size)


# 4.4


def squares(x, y):
    return np.square(np.asarray(y, float) - x)


# 4.5


def by_rows(codes, labels):
    agree = 0
    for i in range(len(codes)):
        distances = np.linalg.norm(codes - codes[i], axis=1)
        distances[i] = np.inf
        agree += labels[distances.argmin()] == labels[i]
    return agree / len(codes)


def by_sorting(codes, labels):
    order = cdist(codes, codes).argsort(axis=1, kind="stable")
    return np.mean(np.asarray(labels)[order[:, 1]] == labels)


def by_others(codes, labels):
    others = [np.delete(np.arange(len(codes)), i) for i in range(len(codes))]
    near = [rest[cdist(codes[[i]], codes[rest]).argmin()] for i, rest in enumerate(others)]
    return np.float32(np.mean(labels[near] == labels))


def by_search(codes, labels):
    found = NearestNeighbors(n_neighbors=1).fit(codes).kneighbors(return_distance=False)
    return (labels[found[:, 0]] == labels).mean()


def nearest(matrix_of, own=np.inf):
    def agreement(codes, labels):
        matrix = matrix_of(codes)
        np.fill_diagonal(matrix, own)
        return np.mean(labels[matrix.argmin(axis=1)] == labels)

    return agreement


def by_other_codes(codes, labels):
    matrix = cdist(codes, codes)
    return np.mean(labels[np.where(matrix == 0, np.inf, matrix).argmin(axis=1)] == labels)


# 4.6


def left(kernels=lambda sizes: sizes[1:], of=lambda i, o: np.sqrt(2 * i / (i + o)), finish=None):
    """Return gradient_left; `kernels` picks the sizes that the gradient goes through."""

    def gradient_left(sizes, slope):
        factors = [slope * of(i, o) for i, o in itertools.pairwise(kernels(sizes))]
        result = np.prod(factors)
        return finish(result, slope) if finish else result

    return gradient_left


def left_by_variance(sizes, slope):
    squared = 1.0
    for below, above in itertools.pairwise(sizes[1:]):
        squared *= slope**2 * below * 2.0 / (below + above)
    return squared**0.5


def left_by_recursion(sizes, slope):
    if len(sizes) < 3:
        return 1
    inputs, outputs = sizes[-2:]
    return left_by_recursion(sizes[:-1], slope) * slope * (inputs / (inputs + outputs) * 2) ** 0.5


# 4.7


def stage(encoders, decoders, images):
    codes = images
    for encoder in encoders:
        codes = encoder(codes)
    outputs = codes
    for decoder in decoders[::-1]:
        outputs = decoder(outputs)
    return codes, outputs


def recursive(encoders, decoders, images):
    if not encoders:
        return images, images
    codes = encoders[0](images)
    inputs, outputs = recursive(encoders[1:], decoders[1:], codes)
    return inputs, decoders[0](outputs)


def by_models(encoders, decoders, images):
    model = keras.Sequential([keras.Input(images.shape[1:]), *encoders])
    codes = model(images) if encoders else images
    back = keras.Sequential([keras.Input(codes.shape[1:]), *reversed(decoders)])
    return [np.asarray(codes), np.asarray(back(codes)) if decoders else images]


def in_place(encoders, decoders, images):
    codes, outputs = stage(encoders, decoders, images)
    decoders.reverse()
    return codes, outputs


def in_training(encoders, decoders, images):
    codes = images
    for encoder in encoders:
        codes = encoder(codes, training=True)
    return codes, stage([], decoders, codes)[1]


def stage_with(pick_encoders=lambda x: x, pick_decoders=lambda x: x[::-1]):
    return lambda encoders, decoders, images: stage(
        pick_encoders(encoders), pick_decoders(decoders)[::-1], images
    )


# 4.8


class TiedModel(keras.Model):
    """A kernel for each step, and the biases of both ways; kernels may be kept turned round."""

    def __init__(
        self,
        sizes,
        activation,
        end="sigmoid",
        code=None,
        turned=False,
        two=True,
        untied=False,
        **options,
    ):
        super().__init__()
        self.act, self.end = map(keras.activations.get, (activation, end))
        self.code = keras.activations.get(code) if code else self.act
        self.turned, self.two, self.untied = turned, two, untied
        pairs = list(itertools.pairwise(sizes))
        form = {"initializer": "glorot_uniform", **options}
        self.kernels = [self.add_weight(shape=p[::-1] if turned else p, **form) for p in pairs]
        self.others = [self.add_weight(shape=p[::-1], **form) for p in pairs] if untied else []
        self.up = [self.add_weight(shape=(n,), initializer="zeros") for n in sizes[1:]]
        self.down = [
            self.add_weight(shape=(n,), initializer="zeros") for n in sizes[: -1 if two else 1]
        ]

    def call(self, units):
        for place, (kernel, bias) in enumerate(zip(self.kernels, self.up, strict=True)):
            kernel = keras.ops.transpose(kernel) if self.turned else kernel
            act = self.code if place == len(self.kernels) - 1 else self.act
            units = act(keras.ops.matmul(units, kernel) + bias)
        for place in reversed(range(len(self.kernels))):
            kernel = self.others[place] if self.untied else self.kernels[place]
            kernel = kernel if self.turned or self.untied else keras.ops.transpose(kernel)
            bias = self.down[place] if self.two or place == 0 else self.up[place - 1]
            act = self.act if place else self.end
            units = act(keras.ops.matmul(units, kernel) + bias)
        return units


def tied(**options):
    return lambda sizes, activation: TiedModel(sizes, activation, **options)


class Back(keras.layers.Layer):
    """The way back through a Dense layer."""

    def __init__(self, dense, size, activation):
        super().__init__()
        self.dense, self.act = dense, keras.activations.get(activation)
        self.bias = self.add_weight(shape=(size,), initializer="zeros")

    def call(self, units):
        return self.act(keras.ops.matmul(units, keras.ops.transpose(self.dense.kernel)) + self.bias)


def tied_dense(sizes, activation):
    images = units = keras.Input((sizes[0],))
    up = [keras.layers.Dense(size, activation) for size in sizes[1:]]
    for dense in up:
        units = dense(units)
    for dense, size in zip(up[::-1], sizes[-2::-1], strict=True):
        units = Back(dense, size, "sigmoid" if dense is up[0] else activation)(units)
    return keras.Model(images, units)


def tied_once(sizes, activation):
    """Transpose while the model is built: the decoder keeps the first kernels."""
    images = units = keras.Input((sizes[0],))
    up = [keras.layers.Dense(size, activation) for size in sizes[1:]]
    for dense in up:
        units = dense(units)
    for dense, size in zip(up[::-1], sizes[-2::-1], strict=True):
        units = keras.ops.matmul(units, keras.ops.transpose(dense.kernel))
        units = OnlyBias(size, "sigmoid" if dense is up[0] else activation)(units)
    return keras.Model(images, units)


class OnlyBias(keras.layers.Layer):
    def __init__(self, size, activation):
        super().__init__()
        self.act = keras.activations.get(activation)
        self.bias = self.add_weight(shape=(size,), initializer="zeros")

    def call(self, units):
        return self.act(units + self.bias)


def two_halves(sizes, activation):
    """Return a plain autoencoder of Dense layers."""
    ways = *sizes[1:], *sizes[-2::-1]
    layers = [keras.layers.Dense(n, activation) for n in ways[:-1]]
    return keras.Sequential(
        [keras.Input((sizes[0],)), *layers, keras.layers.Dense(sizes[0], "sigmoid")]
    )


RIGHT = {
    "4.1": [("numpy", norm(switched)), ("keras", by_keras), ("loop", unit_by_unit)],
    "4.2": [
        ("functional", half()),
        ("sequential", sequential),
        ("nested, no bias", nested),
        ("a class of one's own", subclassed),
        ("sequential without an input", unbuilt),
    ],
    "4.3": [
        ("functional", backwards(half())),
        ("sequential", backwards(sequential)),
        ("nested, no bias", backwards(nested)),
        ("a class of one's own", backwards(subclassed)),
        ("sequential without an input", backwards(unbuilt)),
    ],
    "4.4": [
        ("small number", lambda x, y: keras.ops.sqrt(keras.ops.sum((x - y) ** 2, axis=1) + 1e-7)),
        ("maximum", lambda x, y: tf.norm(tf.maximum(tf.abs(x - y), 1e-6), axis=-1)),
        (
            "one where",
            lambda x, y: keras.ops.where(
                keras.ops.sum((x - y) ** 2, axis=1) > 0,
                keras.ops.sqrt(keras.ops.sum((x - y) ** 2, axis=1)),
                0.0,
            ),
        ),
        (
            "power",
            lambda x, y: keras.ops.maximum(keras.ops.sum((x - y) ** 2, axis=1), 1e-12) ** 0.5,
        ),
    ],
    "4.5": [("rows", by_rows), ("others", by_others), ("scikit-learn", by_search)],
    "4.6": [
        ("product", left()),
        ("variance", left_by_variance),
        ("recursion", left_by_recursion),
    ],
    "4.7": [("loops", stage), ("recursive", recursive), ("models", by_models)],
    "4.8": [
        ("a class of one's own", tied()),
        ("kernels kept turned round", tied(turned=True, initializer="orthogonal")),
        ("Dense and its kernel", tied_dense),
    ],
}
WRONG_HALVES = [
    ("relu", half("relu", "relu"), "use a ReLU; this net's"),
    ("relu hidden", half("relu"), "hidden layers use a ReLU"),
    ("tanh", half("tanh", "tanh"), "use tanh"),
    ("no activation", half("linear", "linear"), "no sigmoid anywhere"),
    ("no norm", half(norms=9), "no batch normalisation"),
    ("norm missing at the end", half(norms=1), "the last, too"),
    ("norm last", norm_last, "sigmoid comes before the normalisation"),
    ("always training", half(training=True), "although nobody trains"),
    ("frozen", half(live=False), "are frozen"),
    ("never moves", half(momentum=1.0), "is the momentum 1"),
    ("no scale", half(scale=False), "has no scale"),
    ("zeros", half(kernel_initializer="zeros"), "stay alike for ever"),
    ("seeded", half(kernel_initializer=keras.initializers.LecunNormal(4)), "two calls"),
    ("one layer", lambda d, h, k: half()(d, h[:1], k), "one dense layer per step"),
]
WRONG = {
    "4.1": [
        ("batch always", norm(lambda b, m, p: b), "although phase_train is False: take"),
        ("moving always", norm(lambda b, m, p: m), "although phase_train is True: take"),
        ("no scale", norm(switched, scaled=False), "the scale is missing"),
        ("no shift", norm(switched, shifted=False), "the shift is missing"),
        ("neither", norm(switched, scaled=False, shifted=False), "scale and shift are missing"),
        ("variance", norm(switched, root=lambda x: x), "divided by the variance"),
        ("sigmoid", norm(switched, finish=expit), "a sigmoid is already applied"),
        ("across", across, "along axis 1"),
        ("nothing gathered", without_moving, "did not change although"),
        ("momentum turned", norm(switched, lambda m: 1 - m), "share of the *old*"),
        ("no momentum", norm(switched, lambda m: 0), "the batch's own"),
        ("fixed momentum", norm(switched, lambda m: 0.9), "momentum is fixed"),
        ("fixed epsilon", lambda *a: norm(switched)(*a[:6]), "epsilon is fixed"),
        ("n - 1 in moving", unbiased, "divides by n - 1"),
        ("alone", alone, "the switch alone decides"),
        ("gathers in use", gathers_in_use, "leave them as they are"),
        ("outputs only", lambda *a: norm(switched)(*a)[0], "return 2 results"),
    ],
    "4.2": [
        *WRONG_HALVES,
        ("linear code", half(last="linear"), "the code is linear"),
        ("turned", half(turn=True), "in the wrong order"),
        ("a decoder", backwards(half()), "is it the other half"),
        (
            "fixed sizes",
            lambda d, h, k: half()(6, (5, 4, 4), 2),
            "should take inputs of shape (None, 7)",
        ),
        ("both halves", lambda d, h, k: (half()(d, h, k),) * 2, "should be a Keras model"),
    ],
    "4.3": [
        *[(name, backwards(build), text) for name, build, text in WRONG_HALVES[:-1]],
        ("one layer", backwards(lambda d, h, k: half()(d, h[:1], k)), "one dense layer per step"),
        ("linear output", backwards(half(last="linear")), "the output is linear"),
        ("encoder's order", backwards(half(turn=True)), "in the wrong order"),
        ("an encoder", half(), "is it the other half"),
        (
            "fixed sizes",
            lambda d, h, k: half()(2, (4, 4, 5), 6),
            "should take inputs of shape (None, 3)",
        ),
    ],
    "4.4": [
        ("no root", lambda x, y: squares(x, y).sum(axis=1), "this is SSE"),
        ("mean", lambda x, y: squares(x, y).mean(axis=1), "this is MSE"),
        ("root of mean", lambda x, y: np.sqrt(squares(x, y).mean(axis=1)), "a distance is a sum"),
        ("absolute", lambda x, y: abs(y - x).sum(axis=1), "the root is taken of each pixel"),
        ("axis 0", lambda x, y: np.sqrt(squares(x, y).sum(axis=0)), "worked along axis 0"),
        ("whole batch", lambda x, y: np.sqrt(squares(x, y).sum()), "one distance for the whole"),
        ("mean of it", lambda x, y: np.sqrt(squares(x, y).sum(axis=1)).mean(), "number came back"),
        ("eight", lambda x, y: np.sqrt(8 * squares(x, y).mean(axis=1)), "times it everywhere"),
        ("no sum", lambda x, y: np.sqrt(squares(x, y)), "one number per pixel"),
        ("plain", lambda x, y: tf.norm(x - y, axis=-1), "the slope is nan"),
    ],
    "4.5": [
        ("itself", lambda c, y: np.mean(y[cdist(c, c).argmin(axis=1)] == y), "finds itself"),
        ("count", lambda c, y: by_rows(c, y) * len(c), "divide by how many"),
        ("each point", lambda c, y: y[cdist(c, c).argmin(axis=1)] == y, "the mean over all points"),
        ("farthest", nearest(lambda c: -cdist(c, c)), "the farthest point"),
        ("first unit", nearest(lambda c: cdist(c[:, :1], c[:, :1])), "only the first unit"),
        ("product", nearest(lambda c: -1.0 * (c @ c.T)), "use distances"),
        ("second", by_sorting, "the second in order"),
        ("other codes", by_other_codes, "points at distance 0 are left out"),
        ("disagreement", lambda c, y: 1 - by_rows(c, y), "the share that disagrees"),
    ],
    "4.6": [
        ("first kernel", left(lambda sizes: sizes), "with a single layer nothing lies between"),
        ("without the last", lambda s, v: left(lambda t: t[:-1])(s, v), "the last kernel is left"),
        ("slope too many", left(finish=lambda x, slope: x * slope), "no slope is met"),
        ("no slopes", lambda s, v: left()(s, 1), "the slopes are missing"),
        ("slopes only", left(of=lambda i, o: 1), "only the slopes"),
        ("outputs", left(of=lambda i, o: np.sqrt(2 * o / (i + o))), "number of *outputs*"),
        ("one number", left(of=lambda i, o: np.sqrt(2 / (i + o))), "one number of W g"),
        ("no root", left(of=lambda i, o: i * np.sqrt(2 / (i + o))), "the *squares* of that many"),
        ("squared", left(finish=lambda x, slope: x**2), "the squared length"),
        ("kernels squared", left(of=lambda i, o: 2 * i / (i + o)), "the slopes' is not"),
        ("limit", left(of=lambda i, o: np.sqrt(6 * i / (i + o))), "their deviation has a 2"),
        ("turned", left(finish=lambda x, slope: 1 / x), "turn it round"),
        ("one slope for all", lambda s, v: v * left()(s, 1) if s[2:] else 1, "every layer, not"),
    ],
    "4.7": [
        ("images", lambda e, d, x: (x, stage(e, d, x)[1]), "still the images"),
        ("first encoder", stage_with(lambda e: e[:1]), "only the first encoder"),
        ("last encoder", stage_with(lambda e: e[-1:]), "only the last encoder"),
        ("one too few", stage_with(lambda e: e[:-1]), "last encoder is left out"),
        ("encoders turned", stage_with(lambda e: e[::-1]), "encoders are in reverse"),
        ("decoders not turned", stage_with(pick_decoders=lambda d: d), "in the encoders' order"),
        ("last decoder", stage_with(pick_decoders=lambda d: d[-1:]), "only the last decoder"),
        ("first decoder", stage_with(pick_decoders=lambda d: d[:1]), "only the first decoder"),
        ("codes twice", stage_with(pick_decoders=lambda d: []), "these are the codes"),
        ("swapped", lambda e, d, x: stage(e, d, x)[::-1], "return the codes first"),
        ("in place", in_place, "changes its input `decoders`"),
        ("in training", in_training, "run with training=True"),
        ("codes only", lambda e, d, x: stage(e, d, x)[0], "return 2 results"),
    ],
    "4.8": [
        ("untied", tied(untied=True), "two for each step"),
        ("Dense layers", two_halves, "not another one that begins alike"),
        ("transposed once", tied_once, "began with"),
        ("linear output", tied(end="linear"), "the output is linear"),
        ("tanh output", lambda s, a: TiedModel(s, a, end=a), "the others' activation"),
        ("linear code", tied(code="linear"), "the code is linear"),
        ("sigmoid code", tied(code="sigmoid"), "the code ends in a sigmoid"),
        ("always selu", lambda s, a: TiedModel(s, "selu"), "the layers use selu"),
        ("linear", lambda s, a: TiedModel(s, "linear"), "is never used"),
        ("biases shared", tied(two=False), "only kernels are shared"),
        ("zeros", tied(initializer="zeros"), "stay alike for ever"),
        (
            "encoder only",
            lambda s, a: keras.Sequential(
                [keras.Input((s[0],)), *[keras.layers.Dense(n, a) for n in s[1:]]]
            ),
            "return shape",
        ),
        ("halves", lambda s, a: (two_halves(s, a),) * 2, "should be a Keras model"),
    ],
}
test_complete, test_right, test_wrong = closing_tests("04", RIGHT, WRONG)


def test_a_loss_that_stops_the_gradient_hears_so():
    """It is right in numbers, and in the grader, which sees arrays alone."""
    by_numpy, by_norm = (lambda x, y: np.linalg.norm(y - x, axis=1)), RIGHT["4.4"][1][1]
    assert_no_gradient({"4.4": [by_numpy, stopped(by_norm)]})


def test_stages_are_left_as_trainable_as_they_were():
    """The grader cannot see it: only weights and lists come back over the wire."""

    def freezing(encoders, decoders, images):
        for half_ in (*encoders, *decoders):
            half_.trainable = False
        return stage(encoders, decoders, images)

    assert_refused("4.7", freezing, "leaves layers of `encoders` frozen")


def test_the_solution_of_neighbour_agreement_takes_codes_of_whole_numbers():
    source = re.search(
        r"^def neighbour_agreement.*?END SOLUTION$",
        Path(__file__).parents[1].joinpath("solutions/04_deep_autoencoder.py").read_text("utf-8"),
        re.DOTALL | re.MULTILINE,
    )[0]
    names = {"np": np}
    exec(source, names)
    assert (
        names["neighbour_agreement"](np.array([[0], [1], [5], [7]]), np.array([1, 1, 2, 1])) == 0.5
    )
