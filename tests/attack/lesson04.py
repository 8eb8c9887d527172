"""Right and wrong student answers to the exercises of lesson 04."""

import functools
import itertools

import keras
import numpy as np
import scipy.spatial
import tensorflow as tf
from keras import ops
from keras.layers import Activation, BatchNormalization, Dense
from sklearn.neighbors import NearestNeighbors


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


def leave(*arguments):
    raise SystemExit


def fail(*arguments):
    raise ValueError("not finished")


# 4.1 batch norm


def norm(
    statistics=lambda a: (a.mean(axis=0), a.var(axis=0)),
    divisor=lambda variance, epsilon: np.sqrt(variance + epsilon),
    update=lambda old, new, momentum: momentum * old + (1 - momentum) * new,
    affine=lambda a, scale, shift: scale * a + shift,
    use=lambda a, moving: moving,
):
    """Return batch_norm with one of its parts replaced."""

    def batch_norm(a, scale, shift, moving, phase_train, momentum=0.9, epsilon=1e-3):
        mean, variance = use(a, moving)
        if phase_train:
            mean, variance = statistics(a)
            moving = (update(moving[0], mean, momentum), update(moving[1], variance, momentum))
        return affine((a - mean) / divisor(variance, epsilon), scale, shift), moving

    return batch_norm


norm_plain = norm()


def norm_changed(change):
    """Return batch_norm with its arguments changed before."""

    def batch_norm(a, scale, shift, moving, phase_train, momentum=0.9, epsilon=1e-3):
        return norm_plain(*change(a, scale, shift, moving, phase_train, momentum, epsilon))

    return batch_norm


def norm_loop(a, scale, shift, moving, phase_train, momentum=0.9, epsilon=1e-3):
    outputs, means, variances = np.zeros(a.shape), [], []
    for k in range(a.shape[1]):
        mean, variance = moving[0][k], moving[1][k]
        new_mean, new_variance = mean, variance
        if phase_train:
            mean = sum(a[:, k]) / len(a)
            variance = sum((x - mean) ** 2 for x in a[:, k]) / len(a)
            new_mean = momentum * new_mean + (1 - momentum) * mean
            new_variance = momentum * new_variance + (1 - momentum) * variance
        for n in range(len(a)):
            outputs[n, k] = scale[k] * (a[n, k] - mean) / (variance + epsilon) ** 0.5 + shift[k]
        means.append(new_mean)
        variances.append(new_variance)
    return outputs, (np.array(means), np.array(variances))


def norm_by_factor(a, scale, shift, moving, phase_train, momentum=0.9, epsilon=1e-3):
    mean, variance = moving
    if phase_train:
        mean = np.average(a, axis=0)
        variance = np.average(a**2.0, axis=0) - mean**2
        pairs = zip(moving, (mean, variance), strict=True)
        moving = [old + (1 - momentum) * (new - old) for old, new in pairs]
    factor = scale / np.sqrt(variance + epsilon)
    return [a * factor + (shift - mean * factor), moving]


def norm_keras_ops(a, scale, shift, moving, phase_train, momentum=0.9, epsilon=1e-3):
    now = ops.moments(ops.cast(a, "float64"), axes=[0]) if phase_train else moving
    outputs = ops.batch_normalization(
        ops.cast(a, "float64"), *(ops.cast(s, "float64") for s in now), -1, shift, scale, epsilon
    )
    if phase_train:
        moving = momentum * np.stack(moving) + (1 - momentum) * np.stack(now)
    return ops.convert_to_numpy(outputs), tuple(moving)


def norm_integers(a, *arguments):
    outputs, moving = norm_plain(a, *arguments)
    return outputs.astype(a.dtype), moving


def norm_by_moving(a, scale, shift, moving, phase_train, momentum=0.9, epsilon=1e-3):
    _, moving = norm_plain(a, scale, shift, moving, phase_train, momentum, epsilon)
    return norm_plain(a, scale, shift, moving, False, momentum, epsilon)[0], moving


def norm_moving_stays(a, scale, shift, moving, *arguments):
    return norm_plain(a, scale, shift, moving, *arguments)[0], moving


def norm_moving_always(a, scale, shift, moving, phase_train, *arguments):
    outputs, _ = norm_plain(a, scale, shift, moving, phase_train, *arguments)
    return outputs, norm_plain(a, scale, shift, moving, True, *arguments)[1]


def norm_centres_in_place(a, scale, shift, moving, phase_train, *arguments):
    result = norm_plain(a, scale, shift, moving, phase_train, *arguments)
    if phase_train:
        a -= a.mean(axis=0)
    return result


def norm_moves_in_place(a, scale, shift, moving, *arguments):
    outputs, new = norm_plain(a, scale, shift, moving, *arguments)
    moving[0][...], moving[1][...] = new
    return outputs, moving


def norm_one_image(a, scale, shift, moving, phase_train, *arguments):
    return norm_plain(a, scale, shift, moving, phase_train and len(a) > 1, *arguments)


def norm_squeezed(*arguments):
    outputs, moving = norm_plain(*arguments)
    return np.squeeze(outputs), moving


# 4.2 and 4.3 encoder and decoder


def block(units, dense=None, batch=None, activation="sigmoid"):
    """Return the three layers of one size."""
    norm = BatchNormalization(**(batch or {}))
    return [Dense(units, **(dense or {})), norm, Activation(activation)]


def whole(sizes, make=block, last=None):
    """Return a model of blocks; `last` makes the last one, if it is another."""
    *first, end = sizes[1:]
    layers = [layer for size in first for layer in make(size)]
    return keras.Sequential([keras.Input((sizes[0],)), *layers, *(last or make)(end)])


def up_and_down(build):
    """Return an encoder's and a decoder's builder, both by build(sizes)."""
    return (
        lambda input_size, hidden_sizes, code_size: build((input_size, *hidden_sizes, code_size)),
        lambda input_size, hidden_sizes, code_size: build(
            (code_size, *reversed(hidden_sizes), input_size)
        ),
    )


def blocks(last=None, **options):
    make = functools.partial(block, **options)
    return lambda sizes: whole(sizes, make, last)


def layered(make, last=None):
    return lambda sizes: whole(sizes, make, last)


def functional(sizes):
    inputs = units = keras.Input((sizes[0],))
    for size in sizes[1:]:
        units = Dense(size, kernel_initializer="lecun_normal")(units)
        units = ops.sigmoid(BatchNormalization(momentum=0.9)(units))
    return keras.Model(inputs, units)


class OwnModel(keras.Model):
    def __init__(self, sizes):
        super().__init__()
        self.steps = [(Dense(size), BatchNormalization()) for size in sizes]

    def call(self, inputs, training=False):
        for dense, batch in self.steps:
            inputs = ops.sigmoid(batch(dense(inputs), training=training))
        return inputs


def subclassed(sizes):
    model = OwnModel(sizes[1:])
    model(ops.zeros((1, sizes[0])))
    return model


class OwnFunctional(keras.Model):
    def __init__(self, sizes):
        inputs = units = keras.Input((sizes[0],))
        for size in sizes[1:]:
            units = BatchNormalization()(Dense(size)(units))
            units = keras.activations.sigmoid(units)
        super().__init__(inputs=inputs, outputs=units)


class OwnLayer(keras.layers.Layer):
    def __init__(self, units):
        super().__init__()
        self.dense, self.batch = Dense(units), BatchNormalization(momentum=0.95)

    def build(self, shape):
        self.dense.build(shape)
        self.batch.build((None, self.dense.units))

    def call(self, inputs, training=False):
        return ops.sigmoid(self.batch(self.dense(inputs), training=training))

    def compute_output_shape(self, shape):
        return (shape[0], self.dense.units)


def built_later(sizes):
    model = keras.Sequential()
    for size in sizes[1:]:
        for layer in block(size):
            model.add(layer)
    model.build((None, sizes[0]))
    return model


def nested(sizes):
    parts = [whole(two) for two in itertools.pairwise(sizes)]
    return keras.Sequential([keras.Input((sizes[0],)), *parts])


def always_training(sizes):
    inputs = units = keras.Input((sizes[0],))
    for size in sizes[1:]:
        dense, batch, activation = block(size)
        units = activation(batch(dense(units), training=True))
    return keras.Model(inputs, units)


def frozen_batch_norm(sizes):
    model = whole(sizes)
    for layer in model.layers:
        if isinstance(layer, BatchNormalization):
            layer.trainable = False
    return model


def with_layer(make, place=3):
    """Return a block with another layer before `place`."""
    return layered(lambda units: [*block(units)[:place], make(), *block(units)[place:]])


MODELS_RIGHT = {
    "sequential": blocks(),
    "functional-lecun": functional,
    "subclassed": subclassed,
    "subclassed-functional": OwnFunctional,
    "own-layer": layered(lambda units: [OwnLayer(units)]),
    "built-later": built_later,
    "nested": nested,
    "activation-in-dense-linear": blocks(dense={"activation": "linear"}),
}
MODELS_WRONG = {
    "no-batch-norm": layered(lambda units: [Dense(units, "sigmoid")]),
    "batch-norm-after-sigmoid": layered(
        lambda units: [Dense(units, "sigmoid"), BatchNormalization()]
    ),
    "batch-norm-first": layered(lambda units: [BatchNormalization(), Dense(units, "sigmoid")]),
    "sigmoid-twice": blocks(dense={"activation": "sigmoid"}),
    "no-sigmoid": layered(lambda units: block(units)[:2]),
    "last-one-linear": layered(block, lambda units: [Dense(units)]),
    "last-without-sigmoid": layered(block, lambda units: block(units)[:2]),
    "last-without-batch-norm": layered(block, lambda units: [Dense(units, "sigmoid")]),
    "relu": blocks(activation="relu"),
    "relu-then-sigmoid": layered(functools.partial(block, activation="relu"), block),
    "tanh": blocks(activation="tanh"),
    "softmax": blocks(activation="softmax"),
    "layer-norm": layered(
        lambda units: [Dense(units), keras.layers.LayerNormalization(), Activation("sigmoid")]
    ),
    "no-scale": blocks(batch={"scale": False}),
    "no-shift": blocks(batch={"center": False}),
    "moving-statistics-never-move": blocks(batch={"momentum": 1.0}),
    "always-in-training": always_training,
    "frozen-batch-norm": frozen_batch_norm,
    "frozen-dense": blocks(dense={"trainable": False}),
    "zeros": blocks(dense={"kernel_initializer": "zeros"}),
    "ones": blocks(dense={"kernel_initializer": "ones"}),
    "scale-starts-at-0": blocks(batch={"gamma_initializer": "zeros"}),
    "l2-penalty": blocks(dense={"kernel_regularizer": "l2"}),
    "activity-penalty": blocks(dense={"activity_regularizer": "l1"}),
    "dropout": with_layer(lambda: keras.layers.Dropout(0.2)),
    "noise": with_layer(lambda: keras.layers.GaussianNoise(0.1), 0),
    "every-layer-twice": layered(lambda units: [*block(units), *block(units)]),
    "first-hidden-missing": lambda sizes: whole(sizes[:1] + sizes[2:] if sizes[2:] else sizes),
    "no-hidden": lambda sizes: whole(sizes[:1] + sizes[-1:]),
    "first-hidden-only": lambda sizes: whole((*sizes[:2], sizes[-1]) if sizes[2:] else sizes),
    "sorted-up": lambda sizes: whole((sizes[0], *sorted(sizes[1:-1]), sizes[-1])),
    "sorted-down": lambda sizes: whole((sizes[0], *sorted(sizes[1:-1])[::-1], sizes[-1])),
    "each-size-once": lambda sizes: whole((sizes[0], *dict.fromkeys(sizes[1:-1]), sizes[-1])),
    "shared-between-calls": functools.cache(whole),
    "first-answer": first_answer(whole),
}


def builders(models, side):
    return {name: up_and_down(build)[side] for name, build in models.items()}


def from_list(input_size, hidden_sizes, code_size):
    sizes = list(hidden_sizes)
    sizes.append(code_size)
    return whole([input_size, *sizes])


def decoder_by_index(input_size, hidden_sizes, code_size):
    sizes = [hidden_sizes[-1 - i] for i in range(len(hidden_sizes))]
    return whole([code_size, *sizes, input_size])


def encoder_pops(input_size, hidden_sizes, code_size):
    model = whole((input_size, *hidden_sizes, code_size))
    while isinstance(hidden_sizes, list) and hidden_sizes:
        hidden_sizes.pop(0)
    return model


def encoder_appends(input_size, hidden_sizes, code_size):
    hidden_sizes += type(hidden_sizes)([code_size])
    return whole((input_size, *hidden_sizes))


def decoder_reverses_in_place(input_size, hidden_sizes, code_size):
    if not isinstance(hidden_sizes, list):
        hidden_sizes = list(hidden_sizes)
    hidden_sizes.reverse()
    return whole((code_size, *hidden_sizes, input_size))


# 4.4 L2


def difference(targets, outputs):
    return ops.convert_to_tensor(outputs) - ops.convert_to_tensor(targets)


def l2_plain(targets, outputs):
    return ops.sqrt(ops.sum(ops.square(difference(targets, outputs)), axis=1))


def l2_safe(targets, outputs):
    squares = ops.sum(ops.square(difference(targets, outputs)), axis=1)
    far = squares > 0
    return ops.where(far, ops.sqrt(ops.where(far, squares, 1)), 0)


def l2_in_place(targets, outputs):
    outputs -= targets
    return ops.sqrt(ops.sum(ops.square(outputs), axis=1))


def l2_scaled(targets, outputs):
    errors = difference(targets, outputs)
    return ops.sqrt(ops.mean(ops.square(errors), axis=-1) * errors.shape[-1] + 1e-10)


# 4.5 neighbour agreement


def squared(codes, i):
    return np.sum((codes - codes[i]) ** 2, axis=1)


def agreement(distance=squared, labels_of=lambda labels, i: labels[i]):
    """Return neighbour_agreement with another distance of all codes to one."""

    def neighbour_agreement(codes, labels):
        agree = 0
        for i in range(len(codes)):
            distances = np.array(distance(codes, i), "float64")
            distances[i] = np.inf
            agree += bool(labels_of(labels, np.argmin(distances)) == labels_of(labels, i))
        return agree / len(codes)

    return neighbour_agreement


agreement_plain = agreement()


def agreement_matrix(codes, labels):
    distances = scipy.spatial.distance.cdist(codes, codes)
    np.fill_diagonal(distances, np.inf)
    return np.mean(labels[distances.argmin(axis=1)] == labels)


def agreement_sklearn(codes, labels):
    nearest = NearestNeighbors(n_neighbors=1).fit(codes).kneighbors(return_distance=False)
    return float((labels[nearest[:, 0]] == labels).mean())


def agreement_without_self(codes, labels):
    same = []
    for i in range(len(codes)):
        others = np.delete(codes, i, axis=0)
        nearest = np.linalg.norm(others - codes[i], axis=1).argmin()
        same.append(np.delete(labels, i)[nearest] == labels[i])
    return np.mean(same, dtype="float32")


def agreement_two_loops(codes, labels):
    count = 0
    for i in range(len(codes)):
        others = [j for j in range(len(codes)) if j != i]
        nearest = min(others, key=lambda j: np.sqrt(np.sum((codes[i] - codes[j]) ** 2)))
        count += int(labels[nearest] == labels[i])
    return count / len(codes)


def agreement_tree(codes, labels):
    _, two = scipy.spatial.KDTree(codes).query(codes, k=2)
    here = np.arange(len(codes))
    return np.mean(labels[np.where(two[:, 0] == here, two[:, 1], two[:, 0])] == labels)


def agreement_with_self(codes, labels):
    nearest = [np.argmin(squared(codes, i)) for i in range(len(codes))]
    return np.mean(labels[nearest] == labels)


def agreement_second(codes, labels):
    nearest = [np.argsort(squared(codes, i), kind="stable")[1] for i in range(len(codes))]
    return np.mean(labels[nearest] == labels)


def agreement_not_at_zero(codes, i):
    distances = squared(codes, i)
    return np.where(distances == 0, np.inf, distances)


def agreement_first_removed(codes, labels):
    distances = scipy.spatial.distance.cdist(codes, codes)
    distances[:, 0] = np.inf
    return np.mean(labels[distances.argmin(axis=1)] == labels)


def agreement_index_shifted(codes, labels):
    same = []
    for i in range(len(codes)):
        others = np.delete(codes, i, axis=0)
        nearest = np.linalg.norm(others - codes[i], axis=1).argmin()
        same.append(labels[nearest] == labels[i])
    return np.mean(same)


def agreement_of_three(codes, labels):
    same = 0.0
    for i in range(len(codes)):
        nearest = [j for j in np.argsort(squared(codes, i)) if j != i][:3]
        same += np.mean(labels[nearest] == labels[i])
    return same / len(codes)


def agreement_later_only(codes, labels):
    later = [i + 1 + np.argmin(squared(codes, i)[i + 1 :]) for i in range(len(codes) - 1)]
    return np.mean(labels[later] == labels[:-1])


def agreement_centres_in_place(codes, labels):
    codes -= codes.mean(axis=0)
    return agreement_plain(codes, labels)


def agreement_sorts_labels(codes, labels):
    result = agreement_plain(codes, labels)
    labels.sort()
    return result


def agreement_far(codes, labels):
    farthest = [np.argmax(squared(codes, i)) for i in range(len(codes))]
    return np.mean(labels[farthest] == labels)


def agreement_scaled(codes, i):
    return squared(codes / (codes.std(axis=0) + 1e-9), i)


def agreement_cosine(codes, i):
    lengths = np.linalg.norm(codes, axis=1) + 1e-12
    return 1 - codes @ codes[i] / lengths / lengths[i]


def agreement_squeezed(codes, i):
    return np.sum((np.squeeze(codes) - np.squeeze(codes)[i]) ** 2, axis=1)


# 4.6 gradient left


def left(sizes_of=lambda sizes: sizes[1:], factor=lambda i, o: (2 * i / (i + o)) ** 0.5):
    """Return gradient_left with the kernels that are passed, or a kernel's factor, replaced."""

    def gradient_left(sizes, slope):
        result = 1.0
        for inputs, outputs in itertools.pairwise(sizes_of(sizes)):
            result *= slope * factor(inputs, outputs)
        return result

    return gradient_left


left_plain = left()


def left_by_draws_of_variance(sizes, slope):
    """Follow the squared length from the last layer back."""
    squared = 1.0
    for place in range(len(sizes) - 1, 1, -1):
        inputs, outputs = sizes[place - 1], sizes[place]
        variance = 2.0 / (inputs + outputs) * squared  # of one number of W g
        squared = inputs * variance * slope**2
    return np.sqrt(squared)


def left_by_arrays(sizes, slope):
    inputs, outputs = np.array(sizes[1:-1], float), np.array(sizes[2:], float)
    return np.prod(slope * np.sqrt(2 / (inputs + outputs)) * np.sqrt(inputs))


def left_by_logs(sizes, slope):
    logs = [np.log(slope) + 0.5 * np.log(2 * i / (i + o)) for i, o in itertools.pairwise(sizes[1:])]
    return float(np.exp(np.sum(logs)))


def left_sorts(sizes, slope):
    result = left_plain(sizes, slope)
    if isinstance(sizes, list):
        sizes.sort()
    return result


def left_pops(sizes, slope):
    if isinstance(sizes, list):
        sizes.pop(0)
        return left(lambda s: s)(sizes, slope)
    return left_plain(sizes, slope)


# 4.7 greedy stage


def through(models, values):
    for model in models:
        values = model(values)
    return values


def stage(up=through, down=lambda decoders, codes: through(decoders[::-1], codes)):
    """Return greedy_stage with its way up or down replaced."""

    def greedy_stage(encoders, decoders, images):
        inputs = up(encoders, images)
        return inputs, down(decoders, inputs)

    return greedy_stage


stage_plain = stage()


def stage_reduce(encoders, decoders, images):
    inputs = functools.reduce(lambda values, encoder: encoder(values), encoders, images)
    return inputs, functools.reduce(lambda values, decoder: decoder(values), decoders[::-1], inputs)


def stage_predict(encoders, decoders, images):
    inputs = np.asarray(images)
    for encoder in encoders:
        inputs = encoder.predict(inputs, verbose=0)
    outputs = inputs
    for i in range(len(decoders) - 1, -1, -1):
        outputs = decoders[i].predict(outputs, verbose=0)
    return inputs, outputs


def stage_recursive(encoders, decoders, images):
    if not encoders:
        return images, images
    codes = encoders[0](images)
    inputs, outputs = stage_recursive(encoders[1:], decoders[1:], codes)
    return inputs, decoders[0](outputs)


def stage_image_by_image(encoders, decoders, images):
    pairs = [stage_plain(encoders, decoders, images[n : n + 1]) for n in range(len(images))]
    return [np.concatenate([np.asarray(p[side]) for p in pairs]) for side in (0, 1)]


def stage_numpy(encoders, decoders, images):
    return tuple(np.asarray(part) for part in stage_plain(list(encoders), list(decoders), images))


def stage_reverses_in_place(encoders, decoders, images):
    inputs = through(encoders, images)
    decoders.reverse()
    return inputs, through(decoders, inputs)


def stage_pops(encoders, decoders, images):
    inputs = outputs = through(encoders, images)
    while decoders:
        outputs = decoders.pop()(outputs)
    return inputs, outputs


def stage_freezes(encoders, decoders, images):
    for model in (*encoders, *decoders):
        model.trainable = False
    return stage_plain(encoders, decoders, images)


def stage_back_and_forth(encoders, decoders, images):
    inputs = outputs = images
    for encoder, decoder in zip(encoders, decoders, strict=True):
        inputs = encoder(inputs)
        outputs = decoder(inputs)
    return inputs, outputs


def stage_none_when_empty(encoders, decoders, images):
    return stage_plain(encoders, decoders, images) if encoders else None


def stage_squeezed(encoders, decoders, images):
    inputs, outputs = stage_plain(encoders, decoders, images)
    return np.squeeze(inputs), np.squeeze(outputs)


def in_training(models, values):
    for model in models:
        values = model(values, training=True)
    return values


# 4.8 tied


class OwnTied(keras.Model):
    """Kernels of one's own, used both ways; the options replace one part each."""

    def __init__(
        self,
        sizes,
        activation,
        end="sigmoid",
        code=None,
        first=None,
        own=False,
        biases="both",
        order=1,
        **options,
    ):
        super().__init__()
        options = {"initializer": "glorot_normal", **options}
        self.count, self.own, self.biases, self.order = len(sizes) - 1, own, biases, order
        acts = [activation] * self.count
        acts[-1] = code or activation
        acts[0] = first or acts[0]
        self.acts = [keras.activations.get(name) for name in acts]
        back = [end, *[activation] * (self.count - 1)]
        self.back = [keras.activations.get(name) for name in back]
        pairs = list(itertools.pairwise(sizes))
        self.kernels = [self.add_weight(shape=pair, **options) for pair in pairs]
        if own:
            self.own_kernels = [self.add_weight(shape=pair, **options) for pair in pairs]
        self.ups = [self.bias(n) for n in sizes[1:]] if biases != "back" else []
        self.downs = [self.bias(n) for n in sizes[:-1]] if biases != "up" else []
        if biases == "one each":
            del self.downs[1:]

    def bias(self, size):
        return self.add_weight(shape=(size,), initializer="zeros")

    def call(self, inputs):
        for n in range(self.count):
            sums = inputs @ self.kernels[n]
            inputs = self.acts[n](sums + self.ups[n] if self.ups else sums)
        for n in range(self.count - 1, -1, -1):
            kernels = self.own_kernels if self.own else self.kernels
            sums = inputs @ ops.transpose(kernels[n])
            if self.biases == "one each" and n:
                sums = sums + self.ups[n - 1]
            elif self.downs:
                sums = sums + self.downs[n]
            inputs = self.back[n](sums)
        return inputs


def own_tied(change=lambda sizes, activation: (sizes, activation), **options):
    return lambda sizes, activation: OwnTied(*change(sizes, activation), **options)


class Mirror(keras.layers.Layer):
    """The way back through a Dense layer; `frozen` takes the kernel's numbers once."""

    def __init__(self, dense, size, activation, frozen=False, bias=True):
        super().__init__()
        self.dense, self.frozen = dense, frozen
        self.activation = keras.activations.get(activation)
        self.fixed = ops.transpose(ops.convert_to_tensor(np.array(dense.kernel)))
        if bias:
            self.bias = self.add_weight(shape=(size,), initializer="zeros")
        self.has_bias = bias

    def call(self, inputs):
        kernel = self.fixed if self.frozen else ops.transpose(self.dense.kernel)
        sums = ops.matmul(inputs, kernel)
        return self.activation(sums + self.bias if self.has_bias else sums)


def mirrored(frozen=False, bias=True, trainable=True, extra=None):
    """Return a builder of Dense layers and their mirrors."""

    def build_tied(sizes, activation):
        inputs = units = keras.Input((sizes[0],))
        up = [Dense(n, activation, trainable=trainable) for n in sizes[1:]]
        for dense in up:
            units = dense(units)
        if extra:
            units = extra()(units)
        for n in range(len(up) - 1, -1, -1):
            end = activation if n else "sigmoid"
            units = Mirror(up[n], sizes[n], end, frozen, bias)(units)
        return keras.Model(inputs, units)

    return build_tied


def tied_two_halves(sizes, activation):
    inputs = keras.Input((sizes[0],))
    up = [Dense(n, activation) for n in sizes[1:]]
    encoder = keras.Sequential([inputs, *up])
    codes = units = keras.Input((sizes[-1],))
    for n in range(len(up) - 1, -1, -1):
        units = Mirror(up[n], sizes[n], activation if n else "sigmoid")(units)
    decoder = keras.Model(codes, units)
    return keras.Sequential([keras.Input((sizes[0],)), encoder, decoder])


def untied(sizes, activation):
    layers = [Dense(n, activation) for n in (*sizes[1:], *list(sizes)[-2:0:-1])]
    return keras.Sequential([keras.Input((sizes[0],)), *layers, Dense(sizes[0], "sigmoid")])


def tied_reverses(sizes, activation):
    model = OwnTied(tuple(sizes), activation)
    if isinstance(sizes, list):
        sizes.reverse()
    return model


def tied_for_two(sizes, activation):
    """The answer for exactly two layers."""
    return OwnTied((sizes[0], sizes[1], sizes[2]), activation)


RIGHT = {
    "4.1": {
        "plain": norm_plain,
        "loop": norm_loop,
        "by-factor-lists": norm_by_factor,
        "keras-ops": norm_keras_ops,
        "power-minus-half": norm(
            divisor=lambda variance, epsilon: 1 / (variance + epsilon) ** -0.5
        ),
        "mean-of-squares": norm(
            statistics=lambda a: (np.mean(a, 0), np.mean((a - np.mean(a, 0)) ** 2, 0))
        ),
    },
    "4.2": {**builders(MODELS_RIGHT, 0), "from-list": from_list},
    "4.3": {**builders(MODELS_RIGHT, 1), "by-index": decoder_by_index},
    "4.4": {
        "small-number": lambda targets, outputs: ops.sqrt(
            ops.sum(ops.square(difference(targets, outputs)), axis=1) + 1e-8
        ),
        "keras-epsilon": lambda targets, outputs: (
            (ops.sum((targets - outputs) ** 2, axis=-1) + keras.backend.epsilon()) ** 0.5
        ),
        "maximum": lambda targets, outputs: ops.sqrt(
            ops.maximum(ops.sum(ops.square(difference(targets, outputs)), axis=1), 1e-12)
        ),
        "einsum": lambda targets, outputs: ops.sqrt(
            1e-9 + ops.einsum("nd,nd->n", outputs - targets, outputs - targets)
        ),
        "safe-root": l2_safe,
        "root-of-d-times-mean": l2_scaled,
        "double": lambda targets, outputs: l2_safe(
            ops.cast(targets, "float64"), ops.cast(outputs, "float64")
        ),
    },
    "4.5": {
        "plain": agreement_plain,
        "matrix": agreement_matrix,
        "sklearn": agreement_sklearn,
        "without-self-float32": agreement_without_self,
        "two-loops": agreement_two_loops,
        "tree": agreement_tree,
    },
    "4.6": {
        "plain": left_plain,
        "squared-lengths": left_by_draws_of_variance,
        "arrays": left_by_arrays,
        "logarithms": left_by_logs,
        "numpy-number": lambda sizes, slope: np.float64(left_plain(sizes, slope)),
    },
    "4.7": {
        "plain": stage_plain,
        "reduce": stage_reduce,
        "predict": stage_predict,
        "recursive": stage_recursive,
        "image-by-image": stage_image_by_image,
        "numpy": stage_numpy,
    },
    "4.8": {
        "own-model": own_tied(),
        "own-model-orthogonal": own_tied(initializer="orthogonal"),
        "mirrored": mirrored(),
        "two-halves": tied_two_halves,
    },
}

WRONG = {
    "4.1": {
        "over-units": norm(
            statistics=lambda a: (a.mean(axis=1, keepdims=True), a.var(axis=1, keepdims=True))
        ),
        "over-everything": norm(statistics=lambda a: (a.mean(), a.var())),
        "n-minus-1": norm(
            statistics=lambda a: (a.mean(axis=0), a.var(axis=0) * len(a) / max(len(a) - 1, 1))
        ),
        "deviation-for-variance": norm(statistics=lambda a: (a.mean(axis=0), a.std(axis=0))),
        "no-epsilon": norm(divisor=lambda variance, epsilon: np.sqrt(variance)),
        "epsilon-outside-root": norm(divisor=lambda variance, epsilon: variance**0.5 + epsilon),
        "epsilon-fixed": norm(divisor=lambda variance, epsilon: np.sqrt(variance + 1e-3)),
        "no-root": norm(divisor=lambda variance, epsilon: variance + epsilon),
        "momentum-swapped": norm(update=lambda old, new, m: (1 - m) * old + m * new),
        "momentum-fixed": norm(update=lambda old, new, m: 0.9 * old + 0.1 * new),
        "moving-replaced": norm(update=lambda old, new, m: new),
        "moving-summed": norm(update=lambda old, new, m: m * old + new),
        "no-scale": norm(affine=lambda a, scale, shift: a + shift),
        "no-shift": norm(affine=lambda a, scale, shift: scale * a),
        "shift-before-scale": norm(affine=lambda a, scale, shift: scale * (a + shift)),
        "first-scale-for-all": norm(affine=lambda a, scale, shift: scale[0] * a + shift[0]),
        "in-use-by-batch": norm(use=lambda a, moving: (a.mean(axis=0), a.var(axis=0))),
        "in-use-unchanged": norm(use=lambda a, moving: (0.0, 1.0)),
        "phase-swapped": norm_changed(
            lambda a, s, b, moving, phase, *e: (a, s, b, moving, not phase, *e)
        ),
        "in-training-by-moving": norm_by_moving,
        "moving-stays": norm_moving_stays,
        "moving-in-use-too": norm_moving_always,
        "alone-by-moving": norm_one_image,
        "integers-stay-integers": norm_integers,
        "centres-in-place": norm_centres_in_place,
        "moves-in-place": norm_moves_in_place,
        "squeezed": norm_squeezed,
        "outputs-only": lambda *arguments: norm_plain(*arguments)[0],
        "swapped": lambda *arguments: norm_plain(*arguments)[::-1],
        "first-answer": first_answer(norm_plain),
        "first-answer-by-shape": first_answer(norm_plain, lambda a, *rest: a.shape),
        "none": lambda *arguments: None,
        "exit": leave,
        "raises": fail,
    },
    "4.2": {
        **builders(MODELS_WRONG, 0),
        "reversed": lambda size, hidden, code: whole((size, *hidden[::-1], code)),
        "decoder": lambda size, hidden, code: whole((code, *hidden[::-1], size)),
        "size-784": lambda size, hidden, code: whole((784, *hidden, code)),
        "hidden-1000-500-250": lambda size, hidden, code: whole((size, 1000, 500, 250, code)),
        "code-2": lambda size, hidden, code: whole((size, *hidden, 2)),
        "pops-hidden-sizes": encoder_pops,
        "appends-to-hidden-sizes": encoder_appends,
        "none": lambda size, hidden, code: None,
        "exit": leave,
        "raises": fail,
    },
    "4.3": {
        **builders(MODELS_WRONG, 1),
        "not-reversed": lambda size, hidden, code: whole((code, *hidden, size)),
        "encoder": lambda size, hidden, code: whole((size, *hidden, code)),
        "encoder-reversed": lambda size, hidden, code: whole((size, *hidden[::-1], code)),
        "size-784": lambda size, hidden, code: whole((code, *hidden[::-1], 784)),
        "hidden-250-500-1000": lambda size, hidden, code: whole((code, 250, 500, 1000, size)),
        "code-2": lambda size, hidden, code: whole((2, *hidden[::-1], size)),
        "reverses-in-place": decoder_reverses_in_place,
        "none": lambda size, hidden, code: None,
        "exit": leave,
        "raises": fail,
    },
    "4.4": {
        "not-rooted": lambda targets, outputs: ops.square(l2_plain(targets, outputs)),
        "root-of-mean": lambda targets, outputs: ops.sqrt(
            ops.mean(ops.square(difference(targets, outputs)), axis=1)
        ),
        "half-inside": lambda targets, outputs: l2_plain(targets, outputs) / 2**0.5,
        "over-images": lambda targets, outputs: ops.norm(difference(targets, outputs), axis=0),
        "one-number": lambda targets, outputs: ops.norm(difference(targets, outputs)),
        "mean-over-batch": lambda targets, outputs: ops.mean(l2_plain(targets, outputs)),
        "l1": lambda targets, outputs: ops.sum(ops.abs(difference(targets, outputs)), axis=1),
        "largest": lambda targets, outputs: ops.max(ops.abs(difference(targets, outputs)), axis=1),
        "sum-before-square": lambda targets, outputs: ops.abs(
            ops.sum(difference(targets, outputs), axis=1)
        ),
        "plus": lambda targets, outputs: l2_plain(targets, -outputs),
        "ignores-targets": lambda targets, outputs: l2_plain(0 * targets, outputs),
        "mean-times-28": lambda targets, outputs: (
            28 * ops.sqrt(ops.mean(ops.square(difference(targets, outputs)), axis=1))
        ),
        "keepdims": lambda targets, outputs: l2_plain(targets, outputs)[:, None],
        "squeezed": lambda targets, outputs: ops.squeeze(l2_plain(targets, outputs)),
        "no-gradient-numpy": lambda targets, outputs: np.linalg.norm(
            np.asarray(outputs) - np.asarray(targets), axis=1
        ),
        "no-gradient-stopped": lambda targets, outputs: ops.stop_gradient(
            l2_plain(targets, outputs)
        ),
        "root-of-0": l2_plain,
        "norm": lambda targets, outputs: ops.norm(difference(targets, outputs), axis=1),
        "norm-by-tensorflow": lambda targets, outputs: tf.norm(outputs - targets, axis=1),
        "power": lambda targets, outputs: ops.sum((targets - outputs) ** 2, axis=-1) ** 0.5,
        "nan-to-0-afterwards": lambda targets, outputs: ops.nan_to_num(l2_plain(targets, outputs)),
        "added-after-the-root": lambda targets, outputs: l2_plain(targets, outputs) + 1e-7,
        "too-much-under-the-root": lambda targets, outputs: ops.sqrt(
            ops.sum(ops.square(difference(targets, outputs)), axis=1) + 1e-2
        ),
        "in-place": l2_in_place,
        "first-answer": first_answer(l2_plain),
        "first-answer-by-shape": first_answer(l2_plain, shapes),
        "none": lambda targets, outputs: None,
        "exit": leave,
        "raises": fail,
    },
    "4.5": {
        "with-itself": agreement_with_self,
        "second-in-order": agreement_second,
        "duplicates-left-out": agreement(agreement_not_at_zero),
        "first-left-out": agreement_first_removed,
        "index-shifted": agreement_index_shifted,
        "farthest": agreement_far,
        "manhattan": agreement(lambda codes, i: np.abs(codes - codes[i]).sum(axis=1)),
        "largest-coordinate": agreement(lambda codes, i: np.abs(codes - codes[i]).max(axis=1)),
        "not-squared": agreement(lambda codes, i: np.abs((codes - codes[i]).sum(axis=1))),
        "cosine": agreement(agreement_cosine),
        "product": agreement(lambda codes, i: -codes @ codes[i]),
        "lengths": agreement(lambda codes, i: np.abs((codes**2).sum(1) - (codes[i] ** 2).sum())),
        "first-coordinate": agreement(lambda codes, i: np.abs(codes[:, 0] - codes[i, 0])),
        "two-coordinates": agreement(lambda codes, i: squared(codes[:, :2], i)),
        "scaled": agreement(agreement_scaled),
        "fails-for-one-column": agreement(agreement_squeezed),
        "rounded-codes": agreement(lambda codes, i: squared(np.round(codes, 1), i)),
        "three-neighbours": agreement_of_three,
        "later-images-only": agreement_later_only,
        "parity": agreement(labels_of=lambda labels, i: labels[i] % 2),
        "first-hundred": lambda codes, labels: agreement_plain(codes[:100], labels[:100]),
        "percent": lambda codes, labels: 100 * agreement_plain(codes, labels),
        "count": lambda codes, labels: round(agreement_plain(codes, labels) * len(codes)),
        "n-minus-1": lambda codes, labels: (
            agreement_plain(codes, labels) * len(codes) / (len(codes) - 1)
        ),
        "disagreement": lambda codes, labels: 1 - agreement_plain(codes, labels),
        "whole-number": lambda codes, labels: int(agreement_plain(codes, labels)),
        "one-for-each": lambda codes, labels: np.full(len(codes), agreement_plain(codes, labels)),
        "centres-in-place": agreement_centres_in_place,
        "sorts-labels": agreement_sorts_labels,
        "first-answer": first_answer(agreement_plain),
        "first-answer-by-shape": first_answer(agreement_plain, shapes),
        "none": lambda codes, labels: None,
        "exit": leave,
        "raises": fail,
    },
    "4.6": {
        "every-kernel": left(lambda sizes: sizes),
        "all-but-the-last-kernel": left(lambda sizes: sizes[:-1]),
        "inner-kernels-only": left(lambda sizes: sizes[1:-1]),
        "every-slope": lambda sizes, slope: slope * left_plain(sizes, slope),
        "no-slope": lambda sizes, slope: left_plain(sizes, 1),
        "one-slope": lambda sizes, slope: slope * left_plain(sizes, 1),
        "slopes-alone": left(factor=lambda i, o: 1),
        "a-quarter": lambda sizes, slope: left_plain(sizes, 0.25),
        "outputs": left(factor=lambda i, o: (2 * o / (i + o)) ** 0.5),
        "both": left(factor=lambda i, o: (2 * i * o / (i + o)) ** 0.5),
        "deviation-alone": left(factor=lambda i, o: (2 / (i + o)) ** 0.5),
        "variance-alone": left(factor=lambda i, o: 2 / (i + o)),
        "inputs-without-root": left(factor=lambda i, o: i * (2 / (i + o)) ** 0.5),
        "without-root": left(factor=lambda i, o: 2 * i / (i + o)),
        "squared": lambda sizes, slope: left_plain(sizes, slope) ** 2,
        "uniform-limit": left(factor=lambda i, o: (6 * i / (i + o)) ** 0.5),
        "one-over-inputs": left(factor=lambda i, o: (i / o) ** 0.5),
        "one-over-sum": left(factor=lambda i, o: (i / (i + o)) ** 0.5),
        "turned": lambda sizes, slope: 1 / left_plain(sizes, slope),
        "sum-of-layers": lambda sizes, slope: sum(
            left_plain(sizes[n : n + 3], slope) for n in range(len(sizes) - 2)
        ),
        "one-kernel-of-outer-sizes": lambda sizes, slope: left_plain(
            (1, sizes[1], sizes[-1]), slope
        ),
        "backwards": lambda sizes, slope: left_plain(sizes[::-1], slope),
        "0-for-one-layer": lambda sizes, slope: left_plain(sizes, slope) if sizes[2:] else 0,
        "slope-for-one-layer": lambda sizes, slope: (
            left_plain(sizes, slope) if sizes[2:] else slope
        ),
        "each-layer": lambda sizes, slope: [
            left_plain(sizes[n : n + 3], slope) for n in range(len(sizes) - 2)
        ],
        "sorts": left_sorts,
        "pops": left_pops,
        "first-answer": first_answer(left_plain),
        "first-answer-by-length": first_answer(left_plain, lambda sizes, slope: len(sizes)),
        "none": lambda sizes, slope: None,
        "exit": leave,
        "raises": fail,
    },
    "4.7": {
        "decoders-in-order": stage(down=through),
        "encoders-reversed": stage(up=lambda models, values: through(models[::-1], values)),
        "last-encoder-only": stage(up=lambda models, values: through(models[-1:], values)),
        "last-decoder-only": stage(down=lambda models, values: through(models[-1:], values)),
        "first-decoder-only": stage(down=lambda models, values: through(models[:1], values)),
        "first-decoder-forgotten": stage(
            down=lambda models, values: through(models[:0:-1], values)
        ),
        "encoders-but-last": stage(up=lambda models, values: through(models[:-1], values)),
        "each-stage-by-itself": stage_back_and_forth,
        "back-in-training": stage(down=lambda models, values: in_training(models[::-1], values)),
        "up-in-training": stage(up=in_training),
        "swapped": lambda *arguments: stage_plain(*arguments)[::-1],
        "inputs-are-images": lambda encoders, decoders, images: (
            images,
            stage_plain(encoders, decoders, images)[1],
        ),
        "inputs-are-reconstructions": lambda *arguments: (stage_plain(*arguments)[1],) * 2,
        "inputs-only": lambda *arguments: stage_plain(*arguments)[0],
        "copies-images": lambda encoders, decoders, images: (through(encoders, images), images),
        "reverses-in-place": stage_reverses_in_place,
        "pops": stage_pops,
        "freezes-stages": stage_freezes,
        "none-when-empty": stage_none_when_empty,
        "fails-when-empty": stage(
            down=lambda models, values: (models[-1], through(models[::-1], values))[1]
        ),
        "squeezed": stage_squeezed,
        "clipped-codes": stage(up=lambda models, values: np.clip(through(models, values), 0, 1)),
        "three-stages": stage(up=lambda models, values: models[2](models[1](models[0](values)))),
        "first-answer": first_answer(stage_plain),
        "first-answer-by-count": first_answer(
            stage_plain, lambda encoders, decoders, images: (len(encoders), images.shape)
        ),
        "exit": leave,
        "raises": fail,
    },
    "4.8": {
        "untied": untied,
        "kernels-of-its-own": own_tied(own=True),
        "kernels-of-the-first-moment": mirrored(frozen=True),
        "no-biases-back": mirrored(bias=False),
        "biases-up-only": own_tied(biases="up"),
        "biases-back-only": own_tied(biases="back"),
        "one-bias-per-size": own_tied(biases="one each"),
        "linear-output": own_tied(end="linear"),
        "output-like-the-others": lambda sizes, activation: OwnTied(
            sizes, activation, end=activation
        ),
        "linear-code": own_tied(code="linear"),
        "sigmoid-code": own_tied(code="sigmoid"),
        "linear-first": own_tied(first="linear"),
        "all-linear": own_tied(lambda sizes, activation: (sizes, "linear")),
        "all-sigmoid": own_tied(lambda sizes, activation: (sizes, "sigmoid")),
        "selu-always": own_tied(lambda sizes, activation: (sizes, "selu")),
        "tanh-always": own_tied(lambda sizes, activation: (sizes, "tanh")),
        "sizes-sorted": own_tied(
            lambda sizes, activation: ((sizes[0], *sorted(sizes[1:], reverse=True)), activation)
        ),
        "size-784": own_tied(lambda sizes, activation: ((784, *sizes[1:]), activation)),
        "no-hidden": own_tied(lambda sizes, activation: ((sizes[0], sizes[-1]), activation)),
        "for-two-layers": tied_for_two,
        "zeros": own_tied(initializer="zeros"),
        "ones": own_tied(initializer="ones"),
        "seeded": own_tied(initializer=keras.initializers.GlorotUniform(seed=4)),
        "frozen-kernels": own_tied(trainable=False),
        "frozen-dense": mirrored(trainable=False),
        "penalty": own_tied(regularizer="l2"),
        "constraint": own_tied(constraint="non_neg"),
        "dropout": mirrored(extra=lambda: keras.layers.Dropout(0.3)),
        "noise": mirrored(extra=lambda: keras.layers.GaussianNoise(0.1)),
        "batch-norm": mirrored(extra=BatchNormalization),
        "encoder-only": lambda sizes, activation: keras.Sequential(
            [keras.Input((sizes[0],)), *[Dense(n, activation) for n in sizes[1:]]]
        ),
        "two-models": lambda sizes, activation: (OwnTied(sizes, activation),) * 2,
        "shared-between-calls": first_answer(
            OwnTied, lambda sizes, activation: (tuple(sizes), activation)
        ),
        "reverses-in-place": tied_reverses,
        "first-answer": first_answer(OwnTied),
        "none": lambda sizes, activation: None,
        "exit": leave,
        "raises": fail,
    },
}
