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
    return ops.sqrt(ops.mean(ops.square(errors), axis=-1) * errors.shape[-1])


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


# 4.6 greedy stage


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


# 4.7 best epoch


def best_plain(train, unseen):
    place = int(np.argmin(unseen))
    return place + 1, unseen[place] - train[place]


def best_by_min(train, unseen):
    epoch = list(unseen).index(min(unseen)) + 1
    return [epoch, float(unseen[epoch - 1]) - float(train[epoch - 1])]


def best_by_tuples(train, unseen):
    error, epoch, seen = min(
        (u, e, t) for e, (t, u) in enumerate(zip(train, unseen, strict=True), start=1)
    )
    return epoch, error - seen


def best_by_loop(train, unseen):
    best = 0
    for i in range(1, len(unseen)):
        if unseen[i] < unseen[best]:
            best = i
    return best + 1, unseen[best] - train[best]


def best_array(train, unseen):
    train, unseen = np.array(train), np.array(unseen)
    place = unseen.argmin()
    return place + 1, (unseen - train)[place]


def best_at(place_of):
    """Return best_epoch with the place found otherwise."""

    def best_epoch(train, unseen):
        place = int(place_of(np.asarray(train), np.asarray(unseen)))
        return place + 1, unseen[place] - train[place]

    return best_epoch


def best_gap(gap_of):
    """Return best_epoch with the gap computed otherwise."""
    return lambda train, unseen: (
        best_plain(train, unseen)[0],
        gap_of(np.asarray(train), np.asarray(unseen), int(np.argmin(unseen))),
    )


def best_first_dip(train, unseen):
    rising = np.diff(np.asarray(unseen)) > 0
    return np.argmax(rising) if rising.any() else len(unseen) - 1


def best_sorts(train, unseen):
    result = best_plain(train, unseen)
    unseen.sort()
    return result


def best_pops(train, unseen):
    result = best_plain(train, unseen)
    del train[result[0] :]
    return result


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
        "ops": l2_plain,
        "norm": lambda targets, outputs: ops.norm(difference(targets, outputs), axis=1),
        "power": lambda targets, outputs: ops.sum((targets - outputs) ** 2, axis=-1) ** 0.5,
        "tensorflow": lambda targets, outputs: tf.norm(outputs - targets, axis=1),
        "einsum": lambda targets, outputs: ops.sqrt(
            ops.einsum("nd,nd->n", outputs - targets, outputs - targets)
        ),
        "safe-root": l2_safe,
        "root-of-d-times-mean": l2_scaled,
        "double": lambda targets, outputs: l2_plain(
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
        "plain": stage_plain,
        "reduce": stage_reduce,
        "predict": stage_predict,
        "recursive": stage_recursive,
        "image-by-image": stage_image_by_image,
        "numpy": stage_numpy,
    },
    "4.7": {
        "argmin": best_plain,
        "index-of-min": best_by_min,
        "tuples": best_by_tuples,
        "loop": best_by_loop,
        "numpy-numbers": best_array,
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
    "4.7": {
        "from-zero": lambda train, unseen: (
            best_plain(train, unseen)[0] - 1,
            best_plain(train, unseen)[1],
        ),
        "off-by-one-gap": best_gap(
            lambda train, unseen, i: (unseen - train)[min(i + 1, len(train) - 1)]
        ),
        "lowest-train": best_at(lambda train, unseen: train.argmin()),
        "lowest-sum": best_at(lambda train, unseen: (train + unseen).argmin()),
        "highest": best_at(lambda train, unseen: unseen.argmax()),
        "smallest-gap": best_at(lambda train, unseen: np.abs(unseen - train).argmin()),
        "last-epoch": best_at(lambda train, unseen: len(unseen) - 1),
        "last-on-a-tie": best_at(lambda train, unseen: np.flatnonzero(unseen == unseen.min())[-1]),
        "lower-train-on-a-tie": best_at(lambda train, unseen: np.lexsort((train, unseen))[0]),
        "first-dip": best_at(best_first_dip),
        "rounded": best_at(lambda train, unseen: unseen.round(1).argmin()),
        "swapped-arguments": lambda train, unseen: best_plain(unseen, train),
        "sign": best_gap(lambda train, unseen, i: train[i] - unseen[i]),
        "absolute": best_gap(lambda train, unseen, i: abs(unseen[i] - train[i])),
        "not-below-0": best_gap(lambda train, unseen, i: max(unseen[i] - train[i], 0.0)),
        "relative": best_gap(lambda train, unseen, i: (unseen[i] - train[i]) / train[i]),
        "last-gap": best_gap(lambda train, unseen, i: unseen[-1] - train[-1]),
        "gap-of-minima": best_gap(lambda train, unseen, i: unseen.min() - train.min()),
        "gap-of-means": best_gap(lambda train, unseen, i: unseen.mean() - train.mean()),
        "largest-gap": best_gap(lambda train, unseen, i: (unseen - train).max()),
        "error-for-gap": best_gap(lambda train, unseen, i: unseen[i]),
        "results-swapped": lambda train, unseen: best_plain(train, unseen)[::-1],
        "epoch-only": lambda train, unseen: best_plain(train, unseen)[0],
        "float-epoch": lambda train, unseen: (
            float(best_plain(train, unseen)[0]),
            best_plain(train, unseen)[1],
        ),
        "sorts": best_sorts,
        "pops": best_pops,
        "first-answer": first_answer(best_plain),
        "first-answer-by-length": first_answer(best_plain, shapes),
        "none": lambda train, unseen: None,
        "exit": leave,
        "raises": fail,
    },
}
