"""Right and wrong answers to the exercises of lesson 09."""

import functools
import math

import keras
import numpy as np
import scipy.sparse
import scipy.special
from turns import exits, none, raises, remember, then


def by_shape(*inputs, **named):
    return str([np.shape(value) for value in inputs])


# 9.1


def softmax(activations):
    powers = np.exp(activations - activations.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def softmax_by_loop(activations):
    rows = []
    for row in activations:
        powers = [math.exp(value - max(row)) for value in row]
        rows.append([power / sum(powers) for power in powers])
    return np.array(rows)


def softmax_by_differences(activations):
    with np.errstate(over="ignore"):
        powers = np.exp(activations[:, None, :] * 1.0 - activations[:, :, None])
        return 1 / powers.sum(axis=2)


def softmax_transposed(activations):
    powers = np.exp(activations.T - activations.max(axis=1))
    return (powers / powers.sum(axis=0)).T


def softmax_of_keras(activations):
    activations = keras.ops.convert_to_tensor(np.asarray(activations, "float64"))
    return np.array(keras.ops.softmax(activations, axis=1))


def shifted_softmax(shift, axis=1):
    def softmax(activations):
        powers = np.exp(activations - shift(activations))
        return powers / powers.sum(axis=axis, keepdims=True)

    return softmax


def softmax_in_place(activations):
    activations -= activations.max(axis=1, keepdims=True)
    powers = np.exp(activations)
    return powers / powers.sum(axis=1, keepdims=True)


def softmax_over_input(activations):
    activations[...] = softmax(activations)
    return activations


def softmax_without_keepdims(activations):
    powers = np.exp(activations - activations.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1)


def sigmoid_shares(activations):
    powers = scipy.special.expit(activations)
    return powers / powers.sum(axis=1, keepdims=True)


def powers_of_two(activations):
    powers = np.exp2(activations - activations.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def largest_only(activations):
    return np.eye(activations.shape[1])[activations.argmax(axis=1)]


# 9.2


def softmax_gradient(codes, probabilities, labels):
    rows = np.arange(len(labels))
    errors = probabilities.copy()
    errors[rows, labels] -= 1
    errors = errors / len(labels)
    loss = -np.log(probabilities[rows, labels]).mean()
    return loss, codes.T @ errors, errors.sum(axis=0)


def gradient_by_mask(codes, probabilities, labels):
    one_hot = np.asarray(labels)[:, None] == np.arange(probabilities.shape[1])
    errors = probabilities - one_hot
    loss = float(-np.mean(np.log(probabilities[one_hot])))
    return [loss, np.einsum("nk,nc->kc", codes, errors) / len(codes), errors.mean(axis=0)]


def gradient_by_loop(codes, probabilities, labels):
    loss, kernel, bias = 0.0, 0.0, 0.0
    for code, row, label in zip(codes, probabilities, labels, strict=True):
        error = np.array([p - (place == label) for place, p in enumerate(row)])
        loss -= math.log(row[label]) / len(labels)
        kernel = kernel + np.outer(code, error) / len(labels)
        bias = bias + error / len(labels)
    return loss, kernel, bias


def gradient_by_outer_mean(codes, probabilities, labels):
    right = np.asarray(labels, int)[:, None]
    errors = np.array(probabilities)
    found = np.take_along_axis(errors, right, axis=1)
    np.put_along_axis(errors, right, found - 1, axis=1)
    outer = codes[:, :, None] * errors[:, None, :]
    return np.log(1 / found).mean(), outer.mean(axis=0), errors.mean(axis=0)


def gradient_by_class_sums(codes, probabilities, labels):
    count, classes = probabilities.shape
    places = (np.arange(count), labels)
    one_hot = scipy.sparse.csr_matrix((np.ones(count), places), (count, classes))
    bias = probabilities.mean(axis=0) - np.bincount(labels, minlength=classes) / count
    kernel = np.dot(codes.T, probabilities) - (one_hot.T @ codes).T
    return -np.log(probabilities[places]).sum() / count, kernel / count, bias


def gradient_of_keras(codes, probabilities, labels):
    one_hot = np.asarray(keras.ops.one_hot(labels, probabilities.shape[1]), "float64")
    errors = keras.ops.convert_to_tensor((probabilities - one_hot) / len(one_hot))
    codes = keras.ops.convert_to_tensor(np.asarray(codes, "float64"))
    kernel = keras.ops.matmul(keras.ops.transpose(codes), errors)
    loss = -keras.ops.mean(keras.ops.log(right_ones(probabilities, labels)))
    return float(loss), np.array(kernel), np.array(keras.ops.sum(errors, axis=0))


def with_loss(loss_of):
    def answer(codes, probabilities, labels):
        _, kernel, bias = softmax_gradient(codes, probabilities, labels)
        return loss_of(probabilities, labels), kernel, bias

    return answer


def right_ones(probabilities, labels):
    return probabilities[np.arange(len(labels)), labels]


def with_gradients(gradients_of):
    def answer(codes, probabilities, labels):
        errors = probabilities - np.eye(probabilities.shape[1])[labels]
        loss = -np.log(right_ones(probabilities, labels)).mean()
        return loss, *gradients_of(codes, errors, len(labels))

    return answer


def gradient_in_place(codes, probabilities, labels):
    loss = -np.log(right_ones(probabilities, labels)).mean()
    probabilities[np.arange(len(labels)), labels] -= 1
    return loss, codes.T @ probabilities / len(labels), probabilities.mean(axis=0)


def gradient_of_ten(codes, probabilities, labels):
    errors = (probabilities - np.eye(10)[labels]) / len(labels)
    loss = -np.log(right_ones(probabilities, labels)).mean()
    return loss, codes.T @ errors, errors.sum(axis=0)


def gradient_all_columns(codes, probabilities, labels):
    errors = probabilities.copy()
    errors[:, labels] -= 1
    loss = -np.log(right_ones(probabilities, labels)).mean()
    return loss, codes.T @ errors / len(labels), errors.mean(axis=0)


def gradient_through_slopes(codes, probabilities, labels):
    errors = probabilities - np.eye(probabilities.shape[1])[labels]
    errors = errors * probabilities * (1 - probabilities) / len(labels)
    loss = -np.log(right_ones(probabilities, labels)).mean()
    return loss, codes.T @ errors, errors.sum(axis=0)


# 9.3


def encode(encoders, images):
    for encoder in encoders:
        images = encoder(images)
    return np.array(images)


def mask_of(shape, count, rng):
    return np.argsort(rng.random(shape), axis=1) < count


def masked(codes, fraction, seed):
    mask = mask_of(codes.shape, round(fraction * codes.shape[1]), np.random.default_rng(seed))
    return np.where(mask, 0, codes)


def denoising_stage(encoders, images, fraction, seed):
    codes = encode(encoders, images)
    return masked(codes, fraction, seed), codes


def stage_by_choice(encoders, images, fraction, seed):
    codes = np.array(images)
    for encoder in encoders:
        codes = encoder.predict(codes, verbose=0)
    rng, noisy = np.random.default_rng(seed), codes.copy()
    for row in noisy:
        row[rng.choice(len(row), size=round(len(row) * fraction), replace=False)] = 0
    return noisy, codes


def stage_by_permuted(encoders, images, fraction, seed):
    codes = encode(encoders, images)
    mask = np.ones_like(codes)
    mask[:, : round(fraction * codes.shape[1])] = 0
    return [codes * np.random.default_rng(seed).permuted(mask, axis=1), codes]


def stage_by_permutation(encoders, images, fraction, seed):
    codes = functools.reduce(lambda values, encoder: encoder(values), encoders, images)
    codes = keras.ops.convert_to_numpy(codes)
    rng = np.random.default_rng(seed)
    count = int(np.rint(fraction * codes.shape[-1]))
    noisy = []
    for row in codes:
        places = rng.permutation(codes.shape[1])[:count]
        noisy.append([0 if place in places else x for place, x in enumerate(row)])
    return np.array(noisy), codes


def stage_by_largest(encoders, images, fraction, seed):
    codes = encode(encoders, images).astype("float64")
    drawn = np.random.default_rng(seed).normal(size=codes.shape)
    places = np.argsort(drawn, axis=1)[:, codes.shape[1] - round(fraction * codes.shape[1]) :]
    noisy = codes.copy()
    np.put_along_axis(noisy, places, 0, axis=1)
    return noisy, codes


def stage_with(noisy_of, encode=encode):
    def answer(encoders, images, fraction, seed):
        codes = encode(encoders, images)
        return noisy_of(codes, fraction, seed), codes

    return answer


def counted(count_of):
    return stage_with(
        lambda codes, fraction, seed: np.where(
            mask_of(codes.shape, count_of(fraction * codes.shape[1]), np.random.default_rng(seed)),
            0,
            codes,
        )
    )


def scaled_up(codes, fraction, seed):
    rest = codes.shape[1] - round(fraction * codes.shape[1])
    return masked(codes, fraction, seed) * codes.shape[1] / max(rest, 1)


def set_to_one(codes, fraction, seed):
    return np.where(masked(np.ones_like(codes), fraction, seed) == 0, 1, codes)


def same_columns(codes, fraction, seed):
    noisy = codes.copy()
    places = np.random.default_rng(seed).permutation(codes.shape[1])
    noisy[:, places[: round(fraction * codes.shape[1])]] = 0
    return noisy


def first_columns(codes, fraction, seed):
    noisy = codes.copy()
    noisy[:, : round(fraction * codes.shape[1])] = 0
    return noisy


def with_replacement(codes, fraction, seed):
    noisy, size = codes.copy(), codes.shape[1]
    drawn = np.random.default_rng(seed).integers(size, size=(len(codes), round(fraction * size)))
    np.put_along_axis(noisy, drawn, 0, axis=1)
    return noisy


def exact_in_all(codes, fraction, seed):
    noisy = codes.copy().ravel()
    noisy[np.random.default_rng(seed).permutation(noisy.size)[: round(fraction * noisy.size)]] = 0
    return noisy.reshape(codes.shape)


def ink_first(codes, fraction, seed):
    drawn = np.random.default_rng(seed).random(codes.shape) + (codes == 0)
    count = round(fraction * codes.shape[1])
    return np.where(np.argsort(np.argsort(drawn, axis=1), axis=1) < count, 0, codes)


def noise_on_images(encoders, images, fraction, seed):
    return encode(encoders, masked(images, fraction, seed)), encode(encoders, images)


def noise_in_every_stage(encoders, images, fraction, seed):
    noisy = masked(np.array(images), fraction, seed)
    for encoder in encoders:
        noisy = masked(np.array(encoder(noisy)), fraction, seed)
    return noisy, encode(encoders, images)


def target_of_noisy_images(encoders, images, fraction, seed):
    codes = encode(encoders, masked(images, fraction, seed))
    return masked(codes, fraction, seed), codes


def noise_in_place(encoders, images, fraction, seed):
    codes = np.asarray(images)
    for encoder in encoders:
        codes = np.array(encoder(codes))
    clean = codes.copy()
    codes[...] = masked(codes, fraction, seed)
    return codes, clean


def pops_encoders(encoders, images, fraction, seed):
    codes = images
    while encoders:
        codes = encoders.pop(0)(codes)
    codes = np.array(codes)
    return masked(codes, fraction, seed), codes


def needs_an_encoder(encoders, images, fraction, seed):
    codes = encoders[0](images)
    codes = encode(encoders[1:], codes)
    return masked(codes, fraction, seed), codes


# 9.4


def classifier(
    hidden="sigmoid",
    top="softmax",
    between=(),
    below=(),
    hidden_options=None,
    top_options=None,
    use=None,
):
    def stack_classifier(stages, num_classes):
        images = units = keras.Input((len(stages[0][0]),))
        for kernel, bias in stages:
            layer = keras.layers.Dense(len(bias), hidden, **(hidden_options or {}))
            units = layer(units)
            layer.set_weights([kernel, bias] if use is None else use(kernel, bias))
            for build in between:
                units = build()(units)
        for build in below:
            units = build()(units)
        outputs = keras.layers.Dense(num_classes, top, **(top_options or {}))(units)
        return keras.Model(images, outputs)

    return stack_classifier


stack_classifier = classifier()


def sequential(stages, num_classes):
    model = keras.Sequential([keras.Input((stages[0][0].shape[0],))])
    for stage in stages:
        model.add(keras.layers.Dense(stage[1].size, activation="sigmoid"))
        model.layers[-1].set_weights(list(stage))
    model.add(keras.layers.Dense(num_classes, activation="softmax"))
    return model


def sequential_without_input(stages, num_classes):
    layers = [keras.layers.Dense(len(bias), "sigmoid") for _, bias in stages]
    model = keras.Sequential([*layers, keras.layers.Dense(num_classes), keras.layers.Softmax()])
    model(np.zeros((1, len(stages[0][0])), "float32"))
    for layer, (kernel, bias) in zip(layers, stages, strict=True):
        layer.kernel.assign(kernel)
        layer.bias.assign(bias)
    return model


def with_activation_layers(stages, num_classes):
    units = images = keras.layers.Input(shape=(np.shape(stages[0][0])[0],))
    for kernel, bias in stages:
        units = keras.layers.Dense(
            kernel.shape[1],
            kernel_initializer=lambda shape, dtype=None, kernel=kernel: kernel,
            bias_initializer=lambda shape, dtype=None, bias=bias: bias,
        )(units)
        units = keras.layers.Activation("sigmoid")(units)
    units = keras.layers.Dense(num_classes, name="answers")(units)
    return keras.Model(images, keras.layers.Activation("softmax")(units))


class Subclassed(keras.Model):
    def __init__(self, stages, num_classes):
        super().__init__()
        self.stages = [keras.layers.Dense(len(bias), "sigmoid") for _, bias in stages]
        self.top = keras.layers.Dense(num_classes, "softmax")
        self(keras.ops.zeros((1, len(stages[0][0]))))
        for layer, weights in zip(self.stages, stages, strict=True):
            layer.set_weights(weights)

    def call(self, images):
        for layer in self.stages:
            images = layer(images)
        return self.top(images)


class Stage(keras.layers.Layer):
    def __init__(self, kernel, bias):
        super().__init__()
        self.kernel = self.add_weight(shape=kernel.shape)
        self.bias = self.add_weight(shape=bias.shape)
        self.set_weights([kernel, bias])

    def call(self, units):
        return keras.ops.sigmoid(keras.ops.matmul(units, self.kernel) + self.bias)


def with_own_layer(stages, num_classes):
    own = [Stage(*stage) for stage in stages]
    top = keras.layers.Dense(num_classes, activation=keras.activations.softmax)
    return keras.Sequential([keras.Input((len(stages[0][0]),)), *own, top])


def on_stages(change):
    return lambda stages, num_classes: stack_classifier(change(stages), num_classes)


def frozen(layers):
    def answer(stages, num_classes):
        model = stack_classifier(stages, num_classes)
        for layer in model.layers[layers]:
            layer.trainable = False
        return model

    return answer


def random_start(stages, num_classes):
    sizes = [len(stages[0][0]), *(len(bias) for _, bias in stages)]
    layers = [keras.layers.Dense(size, "sigmoid") for size in sizes[1:]]
    top = keras.layers.Dense(num_classes, "softmax")
    return keras.Sequential([keras.Input((sizes[0],)), *layers, top])


def weights_as_constants(stages, num_classes):
    units = images = keras.Input((len(stages[0][0]),))
    for kernel, bias in stages:
        units = keras.ops.sigmoid(keras.ops.matmul(units, kernel) + bias)
    return keras.Model(images, keras.layers.Dense(num_classes, "softmax")(units))


def reverses_stages(stages, num_classes):
    stages.reverse()
    return stack_classifier(stages[::-1], num_classes)


def shared_top():
    kept = {}

    def answer(stages, num_classes):
        size = len(stages[-1][1])
        top = kept.setdefault((size, num_classes), keras.layers.Dense(num_classes, "softmax"))
        model = stack_classifier(stages, num_classes)
        return keras.Model(model.inputs, top(model.layers[-1].input))

    return answer


def shape_of_stages(stages, num_classes):
    return str([np.shape(kernel) for kernel, _ in stages]), num_classes


# 9.5


def error_interval(probabilities, labels):
    share = np.mean(np.argmax(probabilities, axis=1) != labels)
    return 100 * share, 196 * np.sqrt(share * (1 - share) / len(labels))


def interval_by_loop(probabilities, labels):
    wrong = 0
    for row, label in zip(probabilities, labels, strict=True):
        wrong += int(np.argmax(row)) != int(label)
    percent = 100 * wrong / len(labels)
    return percent, 1.96 * math.sqrt(percent * (100 - percent) / len(labels))


def interval_by_deviation(probabilities, labels):
    wrong = 100.0 * (np.asarray(probabilities).argmax(axis=-1) != np.asarray(labels))
    return [wrong.mean(), 1.96 * wrong.std() / len(wrong) ** 0.5]


def interval_by_count(probabilities, labels):
    right = np.count_nonzero(np.equal(probabilities.argmax(1), labels))
    share = 1 - right / len(labels)
    return np.float64(share * 100), np.float64(1.96e2 * (share * (1 - share) / len(labels)) ** 0.5)


def interval_of_keras(probabilities, labels):
    answers = keras.ops.argmax(probabilities, axis=1)
    wrong = keras.ops.cast(keras.ops.not_equal(answers, np.asarray(labels, int)), "float64")
    spread = 100 * keras.ops.std(wrong) / np.sqrt(len(labels))
    return float(keras.ops.mean(wrong)) * 100, float(1.96 * spread)


def interval(width_of, wrong_of=None):
    def error_interval(probabilities, labels):
        if wrong_of is None:
            wrong = np.argmax(probabilities, axis=1) != labels
        else:
            wrong = wrong_of(probabilities, labels)
        share = np.mean(wrong)
        return 100 * share, width_of(share, len(labels))

    return error_interval


def right_width(share, count):
    return 196 * np.sqrt(share * (1 - share) / count)


def unlikely(probabilities, labels):
    return probabilities[np.arange(len(labels)), labels] < 0.5


def two_likeliest(probabilities, labels):
    return (np.argsort(probabilities, axis=1)[:, -2:] != labels[:, None]).all(axis=1)


def sorts_in_place(probabilities, labels):
    result = error_interval(probabilities, labels)
    probabilities.sort(axis=1)
    return result


def rule_of_three(probabilities, labels):
    percent, width = error_interval(probabilities, labels)
    return percent, width if percent > 0 else 300 / len(labels)


# 9.6


def clear_effects(counts, errors, other_errors):
    better, worse = [], []
    for count, runs, others in zip(counts, errors, other_errors, strict=True):
        if max(runs) < min(others):
            better.append(count)
        if min(runs) > max(others):
            worse.append(count)
    return sorted(better), sorted(worse)


def effects_by_arrays(counts, errors, other_errors):
    counts, errors, others = map(np.asarray, (counts, errors, other_errors))
    better = counts[errors.max(axis=1) < others.min(axis=1)]
    worse = counts[errors.min(axis=1) > others.max(axis=1)]
    return np.sort(better).tolist(), np.sort(worse).tolist()


def effects_by_order(counts, errors, other_errors):
    better, worse = [], []
    for place in np.argsort(counts):
        best, worst = np.min(errors[place]), np.max(errors[place])
        if worst < np.min(other_errors[place]):
            better += [np.int64(counts[place])]
        elif best > np.max(other_errors[place]):
            worse += [np.int64(counts[place])]
    return [better, worse]


def effects_of_all_pairs(counts, errors, other_errors):
    rows = sorted(zip(counts, map(list, errors), map(list, other_errors), strict=True))
    better = [c for c, ours, theirs in rows if all(e < o for e in ours for o in theirs)]
    worse = [c for c, ours, theirs in rows if all(e > o for e in ours for o in theirs)]
    return better, worse


def effects_by_broadcasting(counts, errors, other_errors):
    pairs = np.sign(np.array(errors)[:, :, None] - np.array(other_errors)[:, None, :])
    sums = pairs.sum(axis=(1, 2)) / pairs[0].size
    named = dict(zip(counts, sums, strict=True))
    return tuple(sorted(c for c in named if named[c] == sign) for sign in (-1, 1))


def effects(is_better, is_worse=None, order=sorted):
    def answer(counts, errors, other_errors):
        rows = list(zip(counts, errors, other_errors, strict=True))
        worse = is_worse or (lambda ours, theirs: is_better(theirs, ours))
        return (
            order(count for count, ours, theirs in rows if is_better(ours, theirs)),
            order(count for count, ours, theirs in rows if worse(ours, theirs)),
        )

    return answer


def clear(ours, theirs):
    return max(ours) < min(theirs)


def counts_alone_sorted(counts, errors, other_errors):
    return clear_effects(sorted(counts), errors, other_errors)


def sorts_counts(counts, errors, other_errors):
    result = clear_effects(counts, errors, other_errors)
    counts.sort()
    return result


def sorts_errors(counts, errors, other_errors):
    errors.sort(axis=1)
    other_errors.sort(axis=1)
    better = [c for c, e, o in zip(counts, errors, other_errors, strict=True) if e[-1] < o[0]]
    worse = [c for c, e, o in zip(counts, errors, other_errors, strict=True) if e[0] > o[-1]]
    return sorted(better), sorted(worse)


def takes_runs_as_sorted(counts, errors, other_errors):
    return effects(lambda ours, theirs: ours[-1] < theirs[0])(counts, errors, other_errors)


def places(counts, errors, other_errors):
    return clear_effects(range(len(counts)), errors, other_errors)


def only_three_runs(counts, errors, other_errors):
    return clear_effects(counts, errors[:, :3], other_errors[:, :3])


def along_counts(counts, errors, other_errors):
    return clear_effects(counts, np.transpose(errors), np.transpose(other_errors))


def until_it_fails(counts, errors, other_errors):
    better, worse = clear_effects(counts, errors, other_errors)
    kept = []
    for count in sorted(counts):
        if count not in better:
            break
        kept.append(count)
    return kept, worse


RIGHT = {
    "9.1": {
        "by-loop": softmax_by_loop,
        "by-differences": softmax_by_differences,
        "transposed": softmax_transposed,
        "keras": softmax_of_keras,
        "scipy": lambda activations: scipy.special.softmax(activations, axis=1),
        "logsumexp": lambda activations: np.exp(
            activations - scipy.special.logsumexp(activations, axis=-1)[:, np.newaxis]
        ),
        "each-row-alone": lambda activations: np.apply_along_axis(
            scipy.special.softmax, 1, np.asarray(activations, "float64")
        ),
    },
    "9.2": {
        "by-mask": gradient_by_mask,
        "by-loop": gradient_by_loop,
        "by-outer-mean": gradient_by_outer_mean,
        "by-class-sums": gradient_by_class_sums,
        "keras": gradient_of_keras,
    },
    "9.3": {
        "by-choice": stage_by_choice,
        "by-permuted": stage_by_permuted,
        "by-permutation": stage_by_permutation,
        "by-largest": stage_by_largest,
        "by-argsort": denoising_stage,
    },
    "9.4": {
        "functional": stack_classifier,
        "sequential": sequential,
        "sequential-without-input": sequential_without_input,
        "activation-layers": with_activation_layers,
        "subclassed": Subclassed,
        "own-layer": with_own_layer,
        "top-of-zeros": classifier(top_options={"kernel_initializer": "zeros"}),
    },
    "9.5": {
        "by-loop": interval_by_loop,
        "by-deviation": interval_by_deviation,
        "by-count": interval_by_count,
        "keras": interval_of_keras,
    },
    "9.6": {
        "by-arrays": effects_by_arrays,
        "by-order": effects_by_order,
        "all-pairs": effects_of_all_pairs,
        "by-broadcasting": effects_by_broadcasting,
    },
}

WRONG = {
    "9.1": {
        "no-shift": shifted_softmax(lambda a: 0),
        "largest-of-all": shifted_softmax(np.max),
        "largest-of-column": shifted_softmax(lambda a: a.max(axis=0)),
        "shift-by-mean": shifted_softmax(lambda a: a.mean(axis=1, keepdims=True)),
        "shift-by-least": shifted_softmax(lambda a: a.min(axis=1, keepdims=True)),
        "shift-by-absolute": shifted_softmax(lambda a: abs(a).max(axis=1, keepdims=True)),
        "sum-of-column": shifted_softmax(lambda a: a.max(axis=1, keepdims=True), axis=0),
        "sum-of-all": shifted_softmax(lambda a: a.max(axis=1, keepdims=True), axis=None),
        "clipped": lambda activations: softmax(np.clip(activations, -500, 500)),
        "divides-by-largest": lambda activations: softmax(
            activations / abs(activations).max(axis=1, keepdims=True)
        ),
        "shift-in-place": softmax_in_place,
        "over-its-input": softmax_over_input,
        "no-keepdims": softmax_without_keepdims,
        "shares-of-sigmoids": sigmoid_shares,
        "powers-of-two": powers_of_two,
        "largest-only": largest_only,
        "logarithm": then(np.log, softmax),
        "rounded": then(lambda p: p.round(3), softmax),
        "squeezed": then(np.squeeze, softmax),
        "transposed": then(np.transpose, softmax),
        "first-for-ever": remember(softmax),
        "first-of-shape": remember(softmax, by_shape),
        "exits": exits(softmax),
        "raises": raises(softmax),
    },
    "9.2": {
        "in-place": gradient_in_place,
        "ten-classes": gradient_of_ten,
        "all-columns": gradient_all_columns,
        "slopes-twice": gradient_through_slopes,
        "loss-summed": with_loss(lambda p, labels: -np.log(right_ones(p, labels)).sum()),
        "loss-of-each": with_loss(lambda p, labels: -np.log(right_ones(p, labels))),
        "loss-base-two": with_loss(lambda p, labels: -np.log2(right_ones(p, labels)).mean()),
        "loss-sign": with_loss(lambda p, labels: np.log(right_ones(p, labels)).mean()),
        "loss-of-mean": with_loss(lambda p, labels: -np.log(right_ones(p, labels).mean())),
        "loss-of-likeliest": with_loss(lambda p, labels: -np.log(p.max(axis=1)).mean()),
        "loss-all-pairs": with_loss(lambda p, labels: -np.log(p[:, labels]).mean()),
        "loss-over-classes": with_loss(
            lambda p, labels: -np.log(right_ones(p, labels)).mean() / p.shape[1]
        ),
        "loss-zero-times-infinity": with_loss(
            lambda p, labels: -(np.eye(p.shape[1])[labels] * np.log(p)).sum(axis=1).mean()
        ),
        "gradients-summed": with_gradients(lambda z, e, n: (z.T @ e, e.sum(axis=0))),
        "bias-summed": with_gradients(lambda z, e, n: (z.T @ e / n, e.sum(axis=0))),
        "kernel-summed": with_gradients(lambda z, e, n: (z.T @ e, e.mean(axis=0))),
        "divided-twice": with_gradients(lambda z, e, n: (z.T @ e / n**2, e.mean(axis=0) / n)),
        "other-sign": with_gradients(lambda z, e, n: (-z.T @ e / n, -e.mean(axis=0))),
        "kernel-transposed": with_gradients(lambda z, e, n: (e.T @ z / n, e.mean(axis=0))),
        "bias-kept-as-row": with_gradients(
            lambda z, e, n: (z.T @ e / n, e.mean(axis=0, keepdims=True))
        ),
        "bias-of-images": with_gradients(lambda z, e, n: (z.T @ e / n, e.sum(axis=1) / n)),
        "bias-first": with_gradients(lambda z, e, n: (e.mean(axis=0), z.T @ e / n)),
        "squeezed": with_gradients(lambda z, e, n: (np.squeeze(z.T @ e / n), e.mean(axis=0))),
        "codes-centred": with_gradients(
            lambda z, e, n: ((z - z.mean(axis=0)).T @ e / n, e.mean(axis=0))
        ),
        "one-less": with_gradients(
            lambda z, e, n: (z.T @ e / max(n - 1, 1), e.sum(axis=0) / max(n - 1, 1))
        ),
        "first-for-ever": remember(softmax_gradient),
        "first-of-shape": remember(softmax_gradient, by_shape),
        "exits": exits(softmax_gradient),
        "none": none(softmax_gradient),
    },
    "9.3": {
        "noise-on-images": noise_on_images,
        "noise-in-every-stage": noise_in_every_stage,
        "target-of-noisy-images": target_of_noisy_images,
        "in-place": noise_in_place,
        "pops-encoders": pops_encoders,
        "needs-an-encoder": needs_an_encoder,
        "target-is-noisy": then(lambda pair: (pair[0], pair[0]), denoising_stage),
        "clean-is-input": then(lambda pair: (pair[1], pair[1]), denoising_stage),
        "other-order": then(lambda pair: pair[::-1], denoising_stage),
        "squeezed": then(lambda pair: tuple(map(np.squeeze, pair)), denoising_stage),
        "last-left-out": stage_with(masked, lambda encoders, x: encode(encoders[:-1], x)),
        "first-only": stage_with(masked, lambda encoders, x: encode(encoders[:1], x)),
        "last-encoder-first": stage_with(masked, lambda encoders, x: encode(encoders[::-1], x)),
        "rounds-down": counted(int),
        "rounds-up": counted(math.ceil),
        "rounds-half-up": counted(lambda x: int(x + 0.5)),
        "one-at-least": counted(lambda x: max(1, round(x))),
        "keeps-instead": stage_with(lambda x, f, seed: x - masked(x, f, seed)),
        "seed-ignored": stage_with(lambda x, f, seed: masked(x, f, 0)),
        "never-the-same": stage_with(lambda x, f, seed: masked(x, f, None)),
        "fraction-ignored": stage_with(lambda x, f, seed: masked(x, 0.5, seed)),
        "each-by-chance": stage_with(
            lambda x, f, seed: x * (np.random.default_rng(seed).random(x.shape) >= f)
        ),
        "gaussian": stage_with(
            lambda x, f, seed: x + f * np.random.default_rng(seed).normal(size=x.shape)
        ),
        "whole-rows": stage_with(
            lambda x, f, seed: x * (np.random.default_rng(seed).random((len(x), 1)) >= f)
        ),
        "scaled-up": stage_with(scaled_up),
        "set-to-one": stage_with(set_to_one),
        "same-columns": stage_with(same_columns),
        "first-columns": stage_with(first_columns),
        "with-replacement": stage_with(with_replacement),
        "exact-in-all": stage_with(exact_in_all),
        "ink-first": stage_with(ink_first),
        "first-for-ever": remember(denoising_stage),
        "first-of-shape": remember(denoising_stage, by_shape),
        "exits": exits(denoising_stage),
    },
    "9.4": {
        "random-start": random_start,
        "constants": weights_as_constants,
        "stages-frozen": frozen(slice(1, -1)),
        "first-stage-frozen": frozen(slice(1, 2)),
        "top-frozen": frozen(slice(-1, None)),
        "all-frozen": frozen(slice(None)),
        "logits": classifier(top=None),
        "log-softmax": classifier(top="log_softmax"),
        "sigmoid-on-top": classifier(top="sigmoid"),
        "softmax-of-batch": classifier(top=lambda a: keras.ops.softmax(a, axis=0)),
        "softmax-twice": classifier(top=lambda a: keras.ops.softmax(keras.ops.softmax(a))),
        "relu": classifier(hidden="relu"),
        "tanh": classifier(hidden="tanh"),
        "linear": classifier(hidden=None),
        "hard-sigmoid": classifier(hidden="hard_sigmoid"),
        "dropout": classifier(between=[lambda: keras.layers.Dropout(0.2)]),
        "gaussian-noise": classifier(between=[lambda: keras.layers.GaussianNoise(0.1)]),
        "dropout-below-top": classifier(below=[lambda: keras.layers.Dropout(0.5)]),
        "batch-normalisation": classifier(between=[keras.layers.BatchNormalization]),
        "another-layer": classifier(below=[lambda: keras.layers.Dense(30, "sigmoid")]),
        "sigmoid-twice": classifier(between=[lambda: keras.layers.Activation("sigmoid")]),
        "price-on-weights": classifier(hidden_options={"kernel_regularizer": "l2"}),
        "price-on-top": classifier(top_options={"kernel_regularizer": "l2"}),
        "price-on-units": classifier(hidden_options={"activity_regularizer": "l1"}),
        "kernels-bounded": classifier(hidden_options={"kernel_constraint": "max_norm"}),
        "stages-without-bias": classifier(
            hidden_options={"use_bias": False}, use=lambda kernel, bias: [kernel]
        ),
        "top-without-bias": classifier(top_options={"use_bias": False}),
        "bias-forgotten": classifier(use=lambda kernel, bias: [kernel, 0 * bias]),
        "kernel-transposed": classifier(use=lambda kernel, bias: [kernel.T, bias]),
        "shared-top": shared_top(),
        "ten-classes": lambda stages, num_classes: stack_classifier(stages, 10),
        "last-stage-left-out": on_stages(lambda stages: stages[:-1]),
        "first-stage-only": on_stages(lambda stages: stages[:1]),
        "last-stage-first": on_stages(lambda stages: stages[::-1]),
        "pops-stages": on_stages(lambda stages: [stages.pop(0) for _ in range(len(stages))]),
        "reverses-stages": reverses_stages,
        "three-stages": on_stages(lambda stages: [stages[0], stages[1], stages[2]]),
        "first-for-ever": remember(stack_classifier),
        "first-of-shape": remember(stack_classifier, shape_of_stages),
        "exits": exits(stack_classifier),
        "none": none(stack_classifier),
    },
    "9.5": {
        "shares": then(lambda pair: (pair[0] / 100, pair[1] / 100), error_interval),
        "width-as-share": then(lambda pair: (pair[0], pair[1] / 100), error_interval),
        "correct-ones": then(lambda pair: (100 - pair[0], pair[1]), error_interval),
        "other-order": then(lambda pair: pair[::-1], error_interval),
        "low-and-high": then(lambda pair: (pair[0] - pair[1], pair[0] + pair[1]), error_interval),
        "rounded": then(lambda pair: (round(pair[0]), pair[1]), error_interval),
        "whole-width": interval(lambda share, n: 2 * right_width(share, n)),
        "one-deviation": interval(lambda share, n: right_width(share, n) / 1.96),
        "ninety-percent": interval(lambda share, n: right_width(share, n) * 1.645 / 1.96),
        "two-deviations": interval(lambda share, n: right_width(share, n) * 2 / 1.96),
        "variance": interval(lambda share, n: 196 * share * (1 - share) / n),
        "n-outside-root": interval(lambda share, n: 196 * np.sqrt(share * (1 - share)) / n),
        "n-minus-one": interval(lambda share, n: right_width(share, max(n - 1, 1))),
        "without-n": interval(lambda share, n: right_width(share, 1)),
        "one-minus-forgotten": interval(lambda share, n: 196 * np.sqrt(share / n)),
        "always-half": interval(lambda share, n: right_width(0.5, n)),
        "root-of-percent": interval(lambda share, n: 1.96 * np.sqrt(share * (1 - share) * 100 / n)),
        "ten-thousand": interval(lambda share, n: right_width(share, 10_000)),
        "rule-of-three": rule_of_three,
        "least-probable": interval(right_width, lambda p, t: p.argmin(axis=1) != t),
        "wrong-axis": interval(right_width, lambda p, t: np.resize(p.argmax(axis=0), len(t)) != t),
        "unlikely": interval(right_width, unlikely),
        "two-likeliest": interval(right_width, two_likeliest),
        "sorts-in-place": sorts_in_place,
        "first-for-ever": remember(error_interval),
        "first-of-shape": remember(error_interval, by_shape),
        "exits": exits(error_interval),
        "raises": raises(error_interval),
    },
    "9.6": {
        "means": effects(lambda ours, theirs: np.mean(ours) < np.mean(theirs)),
        "medians": effects(lambda ours, theirs: np.median(ours) < np.median(theirs)),
        "equal-is-clear": effects(lambda ours, theirs: max(ours) <= min(theirs)),
        "equal-is-worse": effects(clear, lambda ours, theirs: min(ours) >= max(theirs)),
        "run-by-run": effects(lambda ours, theirs: np.all(ours < theirs)),
        "worst-against-worst": effects(lambda ours, theirs: max(ours) < max(theirs)),
        "best-against-best": effects(lambda ours, theirs: min(ours) < min(theirs)),
        "best-against-worst": effects(lambda ours, theirs: min(ours) < max(theirs)),
        "worst-below-mean": effects(lambda ours, theirs: max(ours) < np.mean(theirs)),
        "two-deviations": effects(
            lambda ours, theirs: np.mean(ours) + np.std(ours) < np.mean(theirs) - np.std(theirs)
        ),
        "worse-is-the-rest": effects(clear, lambda ours, theirs: not clear(ours, theirs)),
        "never-worse": effects(clear, lambda ours, theirs: False),
        "as-they-come": effects(clear, order=list),
        "falling": effects(clear, order=lambda counts: sorted(counts, reverse=True)),
        "sorted-as-text": effects(clear, order=lambda counts: sorted(counts, key=str)),
        "least-one-only": effects(clear, order=lambda counts: sorted(counts)[:1]),
        "other-order": then(lambda pair: pair[::-1], clear_effects),
        "how-many": then(lambda pair: (len(pair[0]), len(pair[1])), clear_effects),
        "one-list": then(lambda pair: sorted(pair[0] + pair[1]), clear_effects),
        "none-if-empty": then(lambda pair: (pair[0] or None, pair[1] or None), clear_effects),
        "counts-alone-sorted": counts_alone_sorted,
        "sorts-counts": sorts_counts,
        "sorts-errors": sorts_errors,
        "runs-taken-as-sorted": takes_runs_as_sorted,
        "places": places,
        "three-runs": only_three_runs,
        "along-counts": along_counts,
        "until-it-fails": until_it_fails,
        "first-for-ever": remember(clear_effects),
        "first-of-shape": remember(clear_effects, by_shape),
        "exits": exits(clear_effects),
    },
}
