"""Right and wrong student answers to the exercises of lesson 03."""

import functools
import math
import random
import statistics

import keras
import numpy as np
import scipy.special
import scipy.stats
import tensorflow as tf
from keras import ops
from keras.layers import Activation, Dense


def first_answer(function, key=lambda *arguments: None):
    """Answer with the first result for every call with the same key."""
    kept = {}

    def answer(*arguments):
        place = key(*arguments)
        if place not in kept:
            kept[place] = function(*arguments)
        return kept[place]

    return answer


def shapes(*arguments):
    return tuple(np.shape(argument) for argument in arguments)


def squeezed(function, squeeze=np.squeeze):
    """Drop every axis of length one from the result."""
    return lambda *arguments: squeeze(function(*arguments))


def leave(*arguments):
    raise SystemExit


def fail(*arguments):
    raise ValueError("not finished")


# 3.1 sigmoid


def pair(values):
    return values, values * (1 - values)


def sigmoid_plain(a):
    return pair(1 / (1 + np.exp(-a)))


def sigmoid_two_sided(a):
    small = np.exp(-np.abs(a))
    return pair(np.where(a >= 0, 1, small) / (1 + small))


def sigmoid_loop(a):
    values = np.empty(a.shape)
    for place in np.ndindex(a.shape):
        values[place] = 0.5 + 0.5 * math.tanh(a[place] / 2)
    return pair(values)


def sigmoid_in_place(a):
    a *= -1.0
    return sigmoid_plain(-a)


def sigmoid_typed_as_input(a):
    values, slopes = np.zeros_like(a), np.zeros_like(a)
    values[...], slopes[...] = sigmoid_plain(a)
    return values, slopes


def sigmoid_numeric_slope(a):
    values, _ = sigmoid_plain(a)
    return values, (sigmoid_plain(a + 0.5)[0] - values) / 0.5


def sigmoid_slope_of_exponentials(a):
    small = np.exp(-a)
    return 1 / (1 + small), small / (1 + small) ** 2


def sigmoid_only_vectors(a):
    values = np.array([1 / (1 + math.exp(-number)) for number in a])
    return pair(values)


# 3.2 dense layer


def dense_plain(inputs, kernel, bias):
    return inputs @ kernel + bias


def dense_loop(inputs, kernel, bias):
    outputs = np.zeros((len(inputs), len(bias)))
    for n in range(len(inputs)):
        for k in range(len(bias)):
            outputs[n, k] = bias[k] + sum(inputs[n] * kernel[:, k])
    return outputs


def dense_column_of_ones(inputs, kernel, bias):
    ones = np.ones((len(inputs), 1))
    return np.hstack([inputs, ones]) @ np.vstack([kernel, bias])


def dense_adds_into_bias(inputs, kernel, bias):
    outputs = inputs @ kernel
    bias += outputs[0] * 0 + 1e-3
    return outputs + bias - 1e-3


def dense_scales_inputs(inputs, kernel, bias):
    inputs *= 2.0
    return inputs @ kernel / 2 + bias


def dense_typed_as_kernel(inputs, kernel, bias):
    outputs = np.zeros((len(inputs), kernel.shape[1]), kernel.dtype)
    outputs[...] = inputs @ kernel + bias
    return outputs


def dense_square_only(inputs, kernel, bias):
    outputs = np.zeros((len(inputs), len(bias)))
    for k in range(len(kernel)):
        outputs[:, k] = inputs @ kernel[:, k] + bias[k]
    return outputs


def dense_without_last_pixel(inputs, kernel, bias):
    return sum(inputs[:, i, None] * kernel[i] for i in range(len(kernel) - 1)) + bias


# 3.3 encoder and decoder


def half(sizes, activation="sigmoid", extra=(), layer=Dense, **options):
    """Return one half: its input, layers made by `extra`, and one layer."""
    layers = [*(make() for make in extra), layer(sizes[1], activation=activation, **options)]
    return keras.Sequential([keras.Input((sizes[0],)), *layers])


def halves(code="sigmoid", pixels="sigmoid", **options):
    def build_basic(input_size, code_size):
        encoder = half((input_size, code_size), code, **options)
        return encoder, half((code_size, input_size), pixels, **options)

    return build_basic


def each_half(build):
    """Return a builder that makes both halves by build(from, to)."""
    return lambda input_size, code_size: (
        build(input_size, code_size),
        build(code_size, input_size),
    )


class OwnDense(keras.layers.Layer):
    def __init__(self, units, activation="sigmoid", bias=True, **options):
        super().__init__(**options)
        self.units, self.activation, self.bias = units, activation, bias

    def build(self, shape):
        self.w = self.add_weight(shape=(shape[-1], self.units), initializer="glorot_normal")
        self.b = self.add_weight(shape=(self.units,), initializer="zeros", trainable=self.bias)

    def call(self, inputs):
        return ops.sigmoid(ops.matmul(inputs, self.w) + self.b)


class OwnModel(keras.Model):
    def __init__(self, units):
        super().__init__()
        self.dense = Dense(units)

    def call(self, inputs):
        return ops.sigmoid(self.dense(inputs))


class OwnFunctional(keras.Model):
    def __init__(self, size, units):
        inputs = keras.Input((size,))
        super().__init__(inputs=inputs, outputs=Dense(units, "sigmoid")(inputs))


def functional(size, units):
    inputs = keras.Input(shape=(size,))
    return keras.Model(inputs=inputs, outputs=Dense(units, activation=ops.sigmoid)(inputs))


def subclassed(size, units):
    model = OwnModel(units)
    model(ops.zeros((1, size)))
    return model


def built_later(size, units):
    model = keras.Sequential()
    model.add(Dense(units, "sigmoid"))
    model.build((None, size))
    return model


def separate_activation(size, units):
    return keras.Sequential([keras.Input((size,)), Dense(units), Activation("sigmoid")])


def cut_in_two(input_size, code_size):
    whole = keras.Sequential(
        [keras.Input((input_size,)), Dense(code_size, "sigmoid"), Dense(input_size, "sigmoid")]
    )
    decoder = keras.Sequential([keras.Input((code_size,)), whole.layers[1]])
    return keras.Model(whole.inputs[0], whole.layers[0].output), decoder


def frozen(input_size, code_size):
    encoder, decoder = halves()(input_size, code_size)
    encoder.trainable = False
    return encoder, decoder


def extra_hidden_layer(size, units):
    return half((size, units), extra=[lambda: Dense(size, "sigmoid")])


def same_size_twice(input_size, code_size):
    build = functools.cache(half)
    return build((input_size, code_size)), build((code_size, code_size))


def whole_as_encoder(input_size, code_size):
    encoder, decoder = halves()(input_size, code_size)
    return keras.Sequential([encoder, decoder]), decoder


# 3.4 squared error


def mse_plain(targets, outputs):
    return ops.mean(ops.square(outputs - targets), axis=1)


def mse_in_place(targets, outputs):
    outputs -= targets
    return ops.mean(ops.square(outputs), axis=1)


def mse_expanded(targets, outputs):
    product = ops.einsum("nd,nd->n", outputs, targets)
    squares = ops.sum(targets**2, axis=1) + ops.sum(outputs**2, axis=1)
    return (squares - 2 * product) / targets.shape[1]


# 3.5 cross-entropy


def clipped(outputs, small=1e-7):
    return ops.clip(outputs, small, 1 - small)


def cross_entropy(targets, outputs, log=ops.log):
    return -(targets * log(outputs) + (1 - targets) * log(1 - outputs))


def bce_plain(targets, outputs):
    return ops.sum(cross_entropy(targets, clipped(outputs)), axis=1)


def bce_weighted(targets, outputs):
    outputs = ops.minimum(ops.maximum(outputs, 1e-7), 1 - 1e-7)
    ink = ops.einsum("nd,nd->n", targets, ops.log(outputs))
    return -ink - ops.einsum("nd,nd->n", 1 - targets, ops.log1p(-outputs))


def bce_double(targets, outputs):
    return bce_plain(ops.cast(targets, "float64"), ops.cast(outputs, "float64"))


def bce_clipped_twice(targets, outputs):
    ink, paper = clipped(outputs), clipped(1 - outputs)
    return -ops.sum(targets * ops.log(ink) + (1 - targets) * ops.log(paper), axis=1)


def bce_logits(targets, outputs):
    outputs = clipped(outputs)
    logits = ops.log(outputs) - ops.log(1 - outputs)
    return ops.sum(ops.softplus(logits) - targets * logits, axis=1)


def bce_in_place(targets, outputs):
    if isinstance(outputs, np.ndarray):
        np.clip(outputs, 1e-7, 1 - 1e-7, out=outputs)
    return bce_plain(targets, outputs)


def bce_numpy(targets, outputs):
    outputs = np.clip(np.asarray(outputs), 1e-7, 1 - 1e-7)
    return np.sum(cross_entropy(np.asarray(targets), outputs, np.log), axis=1)


def bce_nan_to_num(targets, outputs):
    return ops.sum(ops.nan_to_num(cross_entropy(targets, outputs)), axis=1)


def bce_black_or_white(targets, outputs):
    outputs = clipped(outputs)
    right = ops.where(ops.convert_to_tensor(targets) > 0.5, outputs, 1 - outputs)
    return -ops.sum(ops.log(right), axis=1)


# 3.6 training step


def mse_of_all(images, outputs):
    return ops.mean(ops.square(outputs - images))


def step(loss=mse_of_all, variables=lambda model: model.trainable_variables, run=None):
    """Return loss_and_gradients with one of its parts replaced."""
    run = run or (lambda model, images: model(images))

    def loss_and_gradients(autoencoder, images):
        with tf.GradientTape() as tape:
            value = loss(images, run(autoencoder, images))
        return value, tape.gradient(value, variables(autoencoder))

    return loss_and_gradients


step_plain = step()


def changed(change):
    """Return loss_and_gradients with its loss and gradients changed at the end."""
    return lambda autoencoder, images: change(*step_plain(autoencoder, images))


def step_image_by_image(autoencoder, images):
    steps = [step_plain(autoencoder, images[n : n + 1]) for n in range(len(images))]
    losses, gradients = zip(*steps, strict=True)
    return sum(losses) / len(images), [sum(g) / len(images) for g in zip(*gradients, strict=True)]


def step_compiled(autoencoder, images):
    @tf.function
    def compiled(batch):
        value = mse_of_all(batch, autoencoder(batch))
        return value, tf.gradients(value, [v.value for v in autoencoder.trainable_variables])

    return compiled(tf.convert_to_tensor(images))


def step_one_by_one(autoencoder, images):
    with tf.GradientTape(persistent=True) as tape:
        value = tf.reduce_mean(keras.losses.mean_squared_error(images, autoencoder(images)))
    return float(value), [tape.gradient(value, v) for v in autoencoder.trainable_variables]


def step_taken(autoencoder, images):
    value, gradients = step_plain(autoencoder, images)
    for variable, gradient in zip(autoencoder.trainable_variables, gradients, strict=True):
        variable.assign_sub(0.01 * gradient)
    return value, gradients


def step_by_train_on_batch(autoencoder, images):
    value, gradients = step_plain(autoencoder, images)
    autoencoder.compile("sgd", "mse")
    autoencoder.train_on_batch(images, images)
    return value, gradients


def step_loss_outside(autoencoder, images):
    with tf.GradientTape() as tape:
        outputs = autoencoder(images)
    value = mse_of_all(images, outputs)
    return value, tape.gradient(value, autoencoder.trainable_variables)


def step_by_layer(autoencoder, images):
    with tf.GradientTape() as tape:
        value = mse_of_all(images, autoencoder(images))
    gradients = tape.gradient(value, {id(v): v for v in autoencoder.trainable_variables})
    return value, gradients


def step_binarises(autoencoder, images):
    images[:] = np.round(images)
    return step_plain(autoencoder, images)


# 3.7 training loop


def permuted(n, epoch):
    return np.random.permutation(n)


def drawn_by_sorting(n, epoch):
    return np.argsort(np.random.default_rng().random(n))


def shuffled_list(n, epoch):
    numbers = list(range(n))
    random.shuffle(numbers)
    return numbers


def training(order=permuted, lowest=min, worse=lambda count, patience: count >= patience):
    """Return train_with_patience, which keeps what it knows of each epoch in a list."""

    def train(step, validate, get_weights, images, batch_size, epochs, patience):
        seen = []
        for epoch in range(epochs):
            numbers = order(len(images), epoch)
            for n in range(0, len(images), batch_size):
                step(images[numbers[n : n + batch_size]])
            seen.append((validate(), epoch, get_weights()))
            best = lowest(seen, key=lambda one: one[:2])
            if worse(epoch - best[1], patience):
                break
        return best[2], [one[0] for one in seen]

    return train


def training_counts_up(step, validate, get_weights, images, batch_size, epochs, patience):
    best, weights, errors, bad, epoch = float("inf"), None, [], 0, 0
    while epoch < epochs and bad < patience:
        order, n = permuted(len(images), epoch), 0
        while n < len(images):
            step(images[order[n : n + batch_size]])
            n += batch_size
        error = validate()
        errors.append(error)
        bad = bad + 1 if error >= best else 0
        if not bad:
            best, weights = error, get_weights()
        epoch += 1
    return weights, errors


def training_by_dataset(step, validate, get_weights, images, batch_size, epochs, patience):
    batches = tf.data.Dataset.from_tensor_slices(images).shuffle(len(images)).batch(batch_size)
    errors, kept = [], []
    for _ in range(epochs):
        for batch in batches:
            step(batch.numpy())
        errors.append(validate())
        kept.append(get_weights())
        if len(errors) > patience and min(errors[-patience:]) >= min(errors[:-patience]):
            break
    return kept[errors.index(min(errors))], tuple(errors)


def training_with_stop(stops):
    """Return a loop that stops when stops(errors, patience) says so."""

    def train(step, validate, get_weights, images, batch_size, epochs, patience):
        errors, kept = [], []
        for epoch in range(epochs):
            order = permuted(len(images), epoch)
            for n in range(0, len(images), batch_size):
                step(images[order[n : n + batch_size]])
            errors.append(validate())
            kept.append(get_weights())
            if stops(errors, patience):
                break
        return kept[errors.index(min(errors))], errors

    return train


def training_changed(change, loop=training_counts_up):
    """Return a loop whose (weights, errors) are changed at the end, given get_weights."""

    def train(step, validate, get_weights, *others):
        return change(*loop(step, validate, get_weights, *others), get_weights)

    return train


def training_given(change):
    """Return a loop that works on a changed step, images, batch_size, epochs and patience."""

    def train(step, validate, get_weights, *others):
        step, *others = change(step, *others)
        return training_counts_up(step, validate, get_weights, *others)

    return train


def training_shuffles_in_place(step, validate, get_weights, images, *others):
    np.random.shuffle(images)
    return training_counts_up(step, validate, get_weights, images, *others)


def training_whole_batches(step, validate, get_weights, images, batch_size, epochs, patience):
    order = np.random.permutation(len(images) // batch_size * batch_size)
    return training_counts_up(
        step, validate, get_weights, images[np.sort(order)], batch_size, epochs, patience
    )


def training_shuffles_batches(step, validate, get_weights, images, batch_size, epochs, patience):
    firsts = list(range(0, len(images), batch_size))
    errors, kept = [], []
    for _ in range(epochs):
        random.shuffle(firsts)
        for n in firsts:
            step(images[n : n + batch_size])
        errors.append(validate())
        kept.append(get_weights())
    return kept[int(np.argmin(errors))], errors


def training_weights_too_late(step, validate, get_weights, images, batch_size, epochs, patience):
    weights, errors = get_weights(), []
    for epoch in range(epochs):
        before = get_weights()
        order = permuted(len(images), epoch)
        for n in range(0, len(images), batch_size):
            step(images[order[n : n + batch_size]])
        errors.append(validate())
        if errors[-1] == min(errors):
            weights = before
        if epoch - int(np.argmin(errors)) >= patience:
            break
    return weights, errors


def training_validates_each_step(step, validate, get_weights, images, batch_size, epochs, patience):
    errors = []

    def stepped(batch):
        step(batch)
        errors.append(validate())

    weights, _ = training_counts_up(
        stepped, validate, get_weights, images, batch_size, epochs, patience
    )
    return weights, errors


def falls_from_the_one_before(errors, patience):
    last = errors[-patience - 1 :]
    return len(last) > patience and all(np.diff(last) >= 0)


# 3.8 initial weights


def sums_plain(inputs, deviation, limit):
    lengths = np.sqrt((inputs**2).sum(1) + 1)
    share = np.mean(2 * scipy.stats.norm.cdf(-limit / (deviation * lengths)))
    return deviation * lengths, share, 1 / np.sqrt(np.mean(lengths**2))


def sums_with_ones(inputs, deviation, limit):
    lengths = np.linalg.norm(np.c_[inputs, np.ones(len(inputs))], axis=1)
    inside = scipy.special.erf(limit / deviation / lengths / 2**0.5)
    return deviation * lengths, 1 - inside.mean(), len(inputs) ** 0.5 / np.linalg.norm(lengths)


def sums_loop(inputs, deviation, limit):
    deviations, shares = [], []
    for row in inputs:
        variance = deviation**2
        for pixel in row:
            variance += (deviation * pixel) ** 2
        deviations.append(math.sqrt(variance))
        upper = statistics.NormalDist(0, deviations[-1])
        shares.append(upper.cdf(-limit) + 1 - upper.cdf(limit))
    size = math.sqrt(sum(d * d for d in deviations) / len(deviations))
    return np.array(deviations), sum(shares) / len(shares), deviation / size


def sums_changed(deviations=None, share=None, scale=None):
    """Return initial_sums with parts that are made from lengths, deviation and limit."""

    def initial_sums(inputs, deviation, limit):
        right = sums_plain(inputs, deviation, limit)
        lengths = right[0] / deviation
        made = [make and make(lengths, deviation, limit) for make in (deviations, share, scale)]
        return tuple(r if m is None else m for r, m in zip(right, made, strict=True))

    return initial_sums


def sums_in_place(inputs, deviation, limit):
    inputs **= 2
    return sums_plain(np.sqrt(inputs), deviation, limit)


def sums_drawn(inputs, deviation, limit):
    kernel = np.random.default_rng(1).normal(scale=deviation, size=(inputs.shape[1], 3000))
    bias = np.random.default_rng(2).normal(scale=deviation, size=3000)
    drawn = inputs @ kernel + bias
    return drawn.std(axis=1), np.mean(abs(drawn) > limit), deviation / np.sqrt(np.mean(drawn**2))


def of_normal(t):
    return scipy.stats.norm.sf(t)


RIGHT = {
    "3.1": {
        "plain": sigmoid_plain,
        "expit": lambda a: pair(scipy.special.expit(a)),
        "two-sided": sigmoid_two_sided,
        "loop": sigmoid_loop,
        "logaddexp": lambda a: pair(np.exp(-np.logaddexp(0, -a))),
        "keras-to-numpy": lambda a: pair(ops.convert_to_numpy(ops.sigmoid(a.astype(float)))),
        "float32": lambda a: pair(scipy.special.expit(a.astype("float32"))),
        "list-of-two": lambda a: list(sigmoid_plain(a)),
        "stacked": lambda a: np.stack(sigmoid_plain(a)),
    },
    "3.2": {
        "matmul": dense_plain,
        "dot": lambda inputs, kernel, bias: np.add(inputs.dot(kernel), bias[None, :]),
        "einsum": lambda inputs, kernel, bias: np.einsum("nd,dk->nk", inputs, kernel) + bias,
        "loop": dense_loop,
        "broadcast": lambda inputs, kernel, bias: (inputs[:, :, None] * kernel).sum(1) + bias,
        "row-by-row": lambda inputs, kernel, bias: np.array([kernel.T @ x + bias for x in inputs]),
        "column-of-ones": dense_column_of_ones,
        "transposed-twice": lambda inputs, kernel, bias: (kernel.T @ inputs.T + bias[:, None]).T,
        "keras-ops": lambda inputs, kernel, bias: ops.convert_to_numpy(
            ops.matmul(inputs, ops.cast(kernel, inputs.dtype)) + ops.cast(bias, inputs.dtype)
        ),
    },
    "3.3": {
        "sequential": halves(),
        "functional": each_half(functional),
        "subclassed": each_half(subclassed),
        "subclassed-functional": each_half(OwnFunctional),
        "built-later": each_half(built_later),
        "separate-activation": each_half(separate_activation),
        "own-layer": halves(layer=OwnDense),
        "cut-in-two": cut_in_two,
        "he-normal": halves(kernel_initializer="he_normal"),
        "small-random-bias": halves(bias_initializer=keras.initializers.RandomNormal(stddev=0.01)),
    },
    "3.4": {
        "ops": mse_plain,
        "power": lambda targets, outputs: ops.average((targets - outputs) ** 2, axis=-1),
        "sum-over-d": lambda targets, outputs: (
            ops.sum(ops.square(targets - outputs), axis=1) / targets.shape[1]
        ),
        "keras-loss": lambda targets, outputs: keras.losses.mean_squared_error(targets, outputs),
        "tensorflow": lambda targets, outputs: tf.reduce_mean((outputs - targets) ** 2, axis=1),
        "expanded": mse_expanded,
        "double": lambda targets, outputs: mse_plain(
            ops.cast(targets, "float64"), ops.cast(outputs, "float64")
        ),
        "vectorized-map": lambda targets, outputs: ops.vectorized_map(
            lambda row: ops.mean(ops.square(row)), ops.convert_to_tensor(outputs - targets)
        ),
    },
    "3.5": {
        "ops": bce_plain,
        "einsum-log1p": bce_weighted,
        "double": bce_double,
        "clipped-twice": bce_clipped_twice,
        "from-logits": bce_logits,
        "keras-ops-loss": lambda targets, outputs: ops.sum(
            ops.binary_crossentropy(ops.convert_to_tensor(targets), clipped(outputs)), axis=-1
        ),
        "keras-loss-times-d": lambda targets, outputs: (
            keras.losses.binary_crossentropy(targets, outputs) * targets.shape[1]
        ),
        "tensorflow": lambda targets, outputs: tf.reduce_sum(
            cross_entropy(targets, tf.clip_by_value(outputs, 1e-7, 1 - 1e-7), tf.math.log), axis=1
        ),
    },
    "3.6": {
        "plain": step_plain,
        "mean-of-image-means": step(lambda images, outputs: ops.mean(mse_plain(images, outputs))),
        "image-by-image": step_image_by_image,
        "compiled": step_compiled,
        "one-by-one-float-loss": step_one_by_one,
        "numpy-results": changed(lambda loss, grads: (loss.numpy(), [g.numpy() for g in grads])),
        "list-of-two": changed(lambda loss, grads: [loss, list(grads)]),
    },
    "3.7": {
        "list-of-epochs": training(),
        "counts-up": training_counts_up,
        "dataset": training_by_dataset,
        "by-sorting": training(drawn_by_sorting),
        "shuffled-list": training(shuffled_list),
        "seed-of-the-epoch": training(lambda n, epoch: np.random.default_rng(epoch).permutation(n)),
        "tuple": training_changed(lambda weights, errors, now: (tuple(weights), tuple(errors))),
        "array-of-errors": training_changed(lambda w, errors, now: [w, np.array(errors)]),
    },
    "3.8": {
        "plain": sums_plain,
        "ones": sums_with_ones,
        "loop": sums_loop,
        "list": lambda *arguments: list(sums_plain(*arguments)),
        "keras": lambda *arguments: tuple(map(ops.convert_to_tensor, sums_plain(*arguments))),
    },
}

WRONG = {
    "3.1": {
        "slope-of-the-activation": lambda a: (sigmoid_plain(a)[0], a * (1 - a)),
        "slope-without-s": lambda a: (sigmoid_plain(a)[0], 1 - sigmoid_plain(a)[0]),
        "slope-of-tanh": lambda a: (sigmoid_plain(a)[0], 1 - sigmoid_plain(a)[0] ** 2),
        "sign-of-exponent": lambda a: pair(1 / (1 + np.exp(a))),
        "minus-for-plus": lambda a: pair(1 / (1 - np.exp(-a))),
        "tanh": lambda a: pair(np.tanh(a)),
        "hard-sigmoid": lambda a: pair(np.clip(a / 6 + 0.5, 0, 1)),
        "softmax": lambda a: pair(np.exp(a) / np.exp(a).sum()),
        "swapped": lambda a: sigmoid_plain(a)[::-1],
        "values-only": lambda a: sigmoid_plain(a)[0],
        "nan-at-1000": lambda a: pair(np.exp(a) / (1 + np.exp(a))),
        "slope-nan-at-minus-1000": sigmoid_slope_of_exponentials,
        "clipped-at-5": lambda a: sigmoid_plain(np.clip(a, -5, 5)),
        "numeric-slope": sigmoid_numeric_slope,
        "integers-stay-integers": sigmoid_typed_as_input,
        "in-place": sigmoid_in_place,
        "squeezed": lambda a: tuple(map(np.squeeze, sigmoid_plain(a))),
        "flat": lambda a: tuple(map(np.ravel, sigmoid_plain(a))),
        "vectors-only": sigmoid_only_vectors,
        "first-answer": first_answer(sigmoid_plain),
        "first-answer-by-shape": first_answer(sigmoid_plain, shapes),
        "rounded": lambda a: tuple(np.round(part, 2) for part in sigmoid_plain(a)),
        "none": lambda a: None,
        "exit": leave,
        "raises": fail,
    },
    "3.2": {
        "no-bias": lambda inputs, kernel, bias: inputs @ kernel,
        "minus-bias": lambda inputs, kernel, bias: inputs @ kernel - bias,
        "sum-of-biases": lambda inputs, kernel, bias: inputs @ kernel + bias.sum(),
        "bias-as-column": lambda inputs, kernel, bias: inputs @ kernel + bias[:, None],
        "kernel-transposed": lambda inputs, kernel, bias: inputs @ kernel.T + bias,
        "reshaped-for-transposed": lambda inputs, kernel, bias: (
            inputs @ kernel.reshape(kernel.shape[::-1]).T + bias
        ),
        "result-transposed": lambda inputs, kernel, bias: dense_plain(inputs, kernel, bias).T,
        "mean-for-sum": lambda inputs, kernel, bias: inputs @ kernel / len(kernel) + bias,
        "sigmoid-too": lambda *arguments: scipy.special.expit(dense_plain(*arguments)),
        "relu-too": lambda *arguments: np.maximum(dense_plain(*arguments), 0),
        "first-image-only": lambda inputs, kernel, bias: dense_plain(inputs[:1], kernel, bias),
        "last-pixel-missing": dense_without_last_pixel,
        "square-kernels-only": dense_square_only,
        "typed-as-kernel": dense_typed_as_kernel,
        "bias-times-inputs": lambda inputs, kernel, bias: (
            inputs @ kernel + bias * inputs.sum(axis=1, keepdims=True)
        ),
        "writes-into-inputs": dense_scales_inputs,
        "writes-into-bias": dense_adds_into_bias,
        "squeezed": squeezed(dense_plain),
        "size-784": lambda inputs, kernel, bias: inputs.reshape(-1, 784) @ kernel + bias,
        "first-answer": first_answer(dense_plain),
        "first-answer-by-shape": first_answer(dense_plain, shapes),
        "none": lambda inputs, kernel, bias: None,
        "exit": leave,
        "raises": fail,
    },
    "3.3": {
        "linear-decoder": halves(pixels=None),
        "linear-code": halves(code=None),
        "relu-code": halves(code="relu"),
        "softmax-pixels": halves(pixels="softmax"),
        "hard-sigmoid": halves("hard_sigmoid", "hard_sigmoid"),
        "tanh": halves("tanh", "tanh"),
        "sigmoid-twice": each_half(
            lambda size, units: keras.Sequential(
                [half((size, units)), Activation("sigmoid")],
            )
        ),
        "no-bias": halves(use_bias=False),
        "frozen-bias": halves(layer=functools.partial(OwnDense, bias=False)),
        "frozen-encoder": frozen,
        "zeros": halves(kernel_initializer="zeros"),
        "ones": halves(kernel_initializer="ones"),
        "constant": halves(kernel_initializer=keras.initializers.Constant(0.05)),
        "l2-penalty": halves(kernel_regularizer="l2"),
        "activity-penalty": halves(activity_regularizer="l1"),
        "dropout": halves(extra=[lambda: keras.layers.Dropout(0.2)]),
        "noise": halves(extra=[lambda: keras.layers.GaussianNoise(0.1)]),
        "batch-norm": halves(extra=[keras.layers.BatchNormalization]),
        "rescaled": halves(extra=[lambda: keras.layers.Rescaling(1 / 255)]),
        "extra-hidden-layer": each_half(extra_hidden_layer),
        "swapped": lambda *sizes: halves()(*sizes)[::-1],
        "sizes-swapped": lambda input_size, code_size: halves()(code_size, input_size),
        "decoder-from-code-to-code": same_size_twice,
        "whole-as-encoder": whole_as_encoder,
        "one-model": lambda *sizes: keras.Sequential(halves()(*sizes)),
        "size-784": lambda input_size, code_size: halves()(784, code_size),
        "code-32": lambda input_size, code_size: halves()(input_size, 32),
        "shared-between-calls": functools.cache(halves()),
        "first-answer": first_answer(halves()),
        "layers-not-models": lambda input_size, code_size: (
            Dense(code_size, "sigmoid"),
            Dense(input_size, "sigmoid"),
        ),
        "none": lambda input_size, code_size: None,
        "exit": leave,
        "raises": fail,
    },
    "3.4": {
        "half": lambda targets, outputs: mse_plain(targets, outputs) / 2,
        "sum": lambda targets, outputs: ops.sum(ops.square(outputs - targets), axis=1),
        "over-images": lambda targets, outputs: ops.mean(ops.square(outputs - targets), axis=0),
        "one-number": lambda targets, outputs: mse_of_all(targets, outputs),
        "absolute": lambda targets, outputs: ops.mean(ops.abs(outputs - targets), axis=1),
        "not-squared": lambda targets, outputs: ops.mean(outputs - targets, axis=1),
        "mean-then-square": lambda targets, outputs: ops.mean(outputs - targets, axis=1) ** 2,
        "root": lambda targets, outputs: ops.sqrt(mse_plain(targets, outputs)),
        "plus": lambda targets, outputs: mse_plain(targets, -outputs),
        "d-minus-1": lambda targets, outputs: (
            ops.sum(ops.square(outputs - targets), axis=1) / max(targets.shape[1] - 1, 1)
        ),
        "over-784": lambda targets, outputs: ops.sum(ops.square(outputs - targets), axis=1) / 784,
        "keepdims": lambda targets, outputs: mse_plain(targets, outputs)[:, None],
        "squeezed": squeezed(mse_plain, ops.squeeze),
        "no-gradient-numpy": lambda targets, outputs: np.mean(
            np.square(np.asarray(outputs) - np.asarray(targets)), axis=1
        ),
        "no-gradient-stopped": lambda targets, outputs: ops.stop_gradient(
            mse_plain(targets, outputs)
        ),
        "gradient-of-half-of-it": lambda targets, outputs: ops.mean(
            (outputs - targets) * ops.stop_gradient(outputs - targets), axis=1
        ),
        "ignores-targets": lambda targets, outputs: mse_plain(0 * targets, outputs),
        "in-place": mse_in_place,
        "first-answer": first_answer(mse_plain),
        "first-answer-by-shape": first_answer(mse_plain, shapes),
        "none": lambda targets, outputs: None,
        "exit": leave,
        "raises": fail,
    },
    "3.5": {
        "mean": lambda targets, outputs: bce_plain(targets, outputs) / targets.shape[1],
        "keras-mean": lambda targets, outputs: keras.losses.binary_crossentropy(targets, outputs),
        "mean-times-784": lambda targets, outputs: (
            keras.losses.binary_crossentropy(targets, outputs) * 784
        ),
        "sign": lambda targets, outputs: -bce_plain(targets, outputs),
        "ink-only": lambda targets, outputs: -ops.sum(targets * ops.log(clipped(outputs)), axis=1),
        "minus-between": lambda targets, outputs: (
            -ops.sum(
                targets * ops.log(clipped(outputs)) - (1 - targets) * ops.log(1 - clipped(outputs)),
                axis=1,
            )
        ),
        "bits": lambda targets, outputs: bce_plain(targets, outputs) / math.log(2),
        "log10": lambda targets, outputs: bce_plain(targets, outputs) / math.log(10),
        "over-images": lambda targets, outputs: ops.sum(
            cross_entropy(targets, clipped(outputs)), axis=0
        ),
        "one-number": lambda targets, outputs: ops.sum(cross_entropy(targets, clipped(outputs))),
        "swapped": lambda targets, outputs: bce_plain(outputs, targets),
        "not-clipped": lambda targets, outputs: ops.sum(cross_entropy(targets, outputs), axis=1),
        "clipped-at-0-only": lambda targets, outputs: ops.sum(
            cross_entropy(targets, ops.maximum(outputs, 1e-7)), axis=1
        ),
        "clipped-at-0.001": lambda targets, outputs: ops.sum(
            cross_entropy(targets, clipped(outputs, 1e-3)), axis=1
        ),
        "clipped-too-late": bce_nan_to_num,
        "sigmoid-again": lambda targets, outputs: bce_plain(targets, ops.sigmoid(outputs)),
        "black-or-white": bce_black_or_white,
        "squeezed": squeezed(bce_plain, ops.squeeze),
        "keepdims": lambda targets, outputs: bce_plain(targets, outputs)[:, None],
        "no-gradient-numpy": bce_numpy,
        "no-gradient-stopped": lambda targets, outputs: bce_plain(
            targets, ops.stop_gradient(ops.convert_to_tensor(outputs))
        ),
        "in-place": bce_in_place,
        "first-answer": first_answer(bce_plain),
        "first-answer-by-shape": first_answer(bce_plain, shapes),
        "none": lambda targets, outputs: None,
        "exit": leave,
        "raises": fail,
    },
    "3.6": {
        "sum-over-pixels": step(lambda x, y: ops.mean(ops.sum(ops.square(y - x), axis=1))),
        "sum-over-images": step(lambda x, y: ops.sum(mse_plain(x, y))),
        "half": step(lambda x, y: mse_of_all(x, y) / 2),
        "one-loss-an-image": step(mse_plain),
        "absolute": step(lambda x, y: ops.mean(ops.abs(y - x))),
        "root": step(lambda x, y: ops.sqrt(mse_of_all(x, y))),
        "first-image-only": step(lambda x, y: mse_of_all(x[:1], y[:1])),
        "gradient-of-the-sum": lambda autoencoder, images: (
            step_plain(autoencoder, images)[0],
            step(lambda x, y: ops.sum(ops.square(y - x)))(autoencoder, images)[1],
        ),
        "all-variables": step(variables=lambda model: model.variables),
        "kernels-only": step(variables=lambda model: model.trainable_variables[::2]),
        "reversed": step(variables=lambda model: model.trainable_variables[::-1]),
        "dictionary": step_by_layer,
        "numpy-inside": step(lambda x, y: tf.reduce_mean(tf.square(np.asarray(y) - np.asarray(x)))),
        "predict-inside": step(run=lambda model, x: tf.constant(model.predict(x, verbose=0))),
        "stop-gradient": step(run=lambda model, x: ops.stop_gradient(model(x))),
        "loss-outside-the-tape": step_loss_outside,
        "downhill": changed(lambda loss, gradients: (loss, [-g for g in gradients])),
        "times-learning-rate": changed(lambda loss, grads: (loss, [0.003 * g for g in grads])),
        "clipped": changed(lambda loss, grads: (loss, [ops.clip(g, -1e-3, 1e-3) for g in grads])),
        "one-norm": changed(
            lambda loss, grads: (loss, [g / (tf.norm(g) + 1e-7) for g in grads]),
        ),
        "swapped": changed(lambda loss, gradients: (gradients, loss)),
        "gradients-only": changed(lambda loss, gradients: gradients),
        "step-taken": step_taken,
        "trained-on-batch": step_by_train_on_batch,
        "noisy-images": step(run=lambda model, x: model(x + tf.random.normal(x.shape))),
        "binarises-images": step_binarises,
        "size-784": step(lambda x, y: ops.sum(ops.square(y - x)) / 784 / x.shape[0]),
        "batch-100": step(lambda x, y: ops.sum(mse_plain(x, y)) / 100),
        "first-answer": first_answer(step_plain),
        "first-answer-by-model": first_answer(step_plain, lambda model, images: id(model)),
        "none": lambda autoencoder, images: None,
        "exit": leave,
        "raises": fail,
    },
    "3.7": {
        "in-order": training(lambda n, epoch: np.arange(n)),
        "backwards": training(lambda n, epoch: np.arange(n)[::-1]),
        "one-order": training(lambda n, epoch: np.random.default_rng(7).permutation(n)),
        "shuffles-batches-only": training_shuffles_batches,
        "with-replacement": training(lambda n, epoch: np.random.randint(n, size=n)),
        "drops-the-rest": training_whole_batches,
        "all-at-once": training_given(lambda step, images, size, *o: (step, images, 99, *o)),
        "one-by-one": training_given(lambda step, images, size, *o: (step, images, 1, *o)),
        "batch-of-two": training_given(lambda step, images, size, *o: (step, images, 2, *o)),
        "rows": training_given(
            lambda step, *o: (lambda batch: [step(image) for image in batch], *o),
        ),
        "no-step": training_given(lambda step, *o: (lambda batch: None, *o)),
        "two-steps": training_given(
            lambda step, *o: (lambda batch: [step(batch), step(batch)], *o),
        ),
        "permutes-pixels": training_given(
            lambda step, *o: (lambda batch: step(batch[:, ::-1]), *o),
        ),
        "one-epoch": training_given(lambda step, a, b, epochs, p: (step, a, b, 1, p)),
        "one-epoch-more": training_given(lambda step, a, b, epochs, p: (step, a, b, epochs + 1, p)),
        "no-patience": training_given(lambda step, a, b, epochs, p: (step, a, b, epochs, 1)),
        "patience-3": training_given(lambda step, a, b, epochs, p: (step, a, b, epochs, 3)),
        "endless-patience": training_given(lambda step, a, b, epochs, p: (step, a, b, epochs, 999)),
        "one-too-late": training(worse=lambda count, patience: count > patience),
        "one-too-early": training(worse=lambda count, patience: count >= patience - 1),
        "the-one-before": training_with_stop(falls_from_the_one_before),
        "added-up": training_with_stop(
            lambda errors, patience: (
                sum(e >= min(errors[:i]) for i, e in enumerate(errors) if i) >= patience
            )
        ),
        "shuffles-in-place": training_shuffles_in_place,
        "last-weights": training_changed(lambda weights, errors, now: (now(), errors)),
        "worst-weights": training(lowest=max, worse=lambda count, patience: False),
        "weights-before-the-epoch": training_weights_too_late,
        "errors-first": training_changed(lambda weights, errors, now: (errors, weights)),
        "weights-only": training_changed(lambda weights, errors, now: weights),
        "lowest-error": training_changed(lambda weights, errors, now: (weights, min(errors))),
        "errors-up-to-the-best": training_changed(
            lambda weights, errors, now: (weights, errors[: errors.index(min(errors)) + 1])
        ),
        "best-so-far": training_changed(
            lambda weights, errors, now: (weights, list(np.minimum.accumulate(errors)))
        ),
        "error-of-each-step": training_validates_each_step,
        "flat-weights": training_changed(
            lambda weights, errors, now: (np.concatenate([w.ravel() for w in weights]), errors)
        ),
        "zeros": training_changed(lambda weights, errors, now: ([w * 0 for w in weights], errors)),
        "first-answer": first_answer(training()),
        "none": lambda *arguments: None,
        "exit": leave,
        "raises": fail,
    },
    "3.8": {
        "no-bias": lambda inputs, deviation, limit: (
            deviation * np.linalg.norm(inputs, axis=1),
            *sums_plain(inputs, deviation, limit)[1:],
        ),
        "variances": sums_changed(lambda lengths, s, t: (s * lengths) ** 2),
        "deviation-forgotten": sums_changed(lambda lengths, s, t: lengths),
        "deviation-squared": sums_changed(lambda lengths, s, t: s**2 * lengths),
        "one-deviation": sums_changed(lambda lengths, s, t: s * lengths.mean()),
        "pixels-added": lambda inputs, deviation, limit: (
            deviation * (inputs.sum(axis=1) + 1),
            *sums_plain(inputs, deviation, limit)[1:],
        ),
        "over-images": lambda inputs, deviation, limit: (
            deviation * np.sqrt((inputs**2).sum(axis=0) + 1),
            *sums_plain(inputs, deviation, limit)[1:],
        ),
        "one-end": sums_changed(share=lambda lengths, s, t: of_normal(t / s / lengths).mean()),
        "inside": sums_changed(
            share=lambda lengths, s, t: 1 - 2 * of_normal(t / s / lengths).mean()
        ),
        "below": sums_changed(share=lambda lengths, s, t: 1 - of_normal(t / s / lengths).mean()),
        "per-cent": sums_changed(
            share=lambda lengths, s, t: 200 * of_normal(t / s / lengths).mean()
        ),
        "each-image": sums_changed(share=lambda lengths, s, t: 2 * of_normal(t / s / lengths)),
        "of-the-mean": sums_changed(
            share=lambda lengths, s, t: 2 * of_normal(t / s / lengths.mean())
        ),
        "of-the-mean-square": sums_changed(
            share=lambda lengths, s, t: 2 * of_normal(t / s / np.sqrt((lengths**2).mean()))
        ),
        "limit-5": sums_changed(share=lambda lengths, s, t: 2 * of_normal(5 / s / lengths).mean()),
        "uniform": sums_changed(
            share=lambda lengths, s, t: np.maximum(0, 1 - t / s / lengths / 3**0.5).mean()
        ),
        "long-images": sums_changed(share=lambda lengths, s, t: np.mean(s * lengths > t)),
        "factor": sums_changed(scale=lambda lengths, s, t: 1 / s / np.sqrt((lengths**2).mean())),
        "size": sums_changed(scale=lambda lengths, s, t: np.sqrt((lengths**2).mean())),
        "scale-squared": sums_changed(scale=lambda lengths, s, t: 1 / (lengths**2).mean()),
        "mean-length": sums_changed(scale=lambda lengths, s, t: 1 / lengths.mean()),
        "scales": sums_changed(scale=lambda lengths, s, t: 1 / lengths),
        "glorot": lambda inputs, deviation, limit: (
            *sums_plain(inputs, deviation, limit)[:2],
            1 / np.sqrt(inputs.shape[1]),
        ),
        "drawn": sums_drawn,
        "in-place": sums_in_place,
        "swapped": lambda *arguments: sums_plain(*arguments)[::-1],
        "deviations-only": lambda *arguments: sums_plain(*arguments)[0],
        "first-answer": first_answer(sums_plain),
        "first-answer-by-shape": first_answer(sums_plain, shapes),
        "none": lambda *arguments: None,
        "exit": leave,
        "raises": fail,
    },
}
