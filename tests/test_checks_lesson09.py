"""Lesson 09: each check accepts right answers of any kind and names the mistake in wrong ones."""

import keras
import numpy as np
import tensorflow as tf
from answers import assert_accepted, assert_refused, closing_tests
from scipy import special

from helpers import layers


def scaled_softmax(axis):
    def softmax(activations):
        powers = np.exp(activations)
        return powers / powers.sum(axis=axis, keepdims=axis is not None)

    return softmax


def in_place(activations):
    activations -= activations.max(axis=1, keepdims=True)
    return special.softmax(activations, axis=1)


def less(largest, kind=float):
    """Return a softmax that takes `largest` of the activations away, in numbers of this kind."""

    def softmax(activations):
        powers = np.exp((activations - largest(activations)).astype(kind))
        return (powers / powers.sum(axis=1, keepdims=True)).astype(float)

    return softmax


def gradients(change=lambda e, p, y: e, loss=lambda r, p: -np.log(r).mean(), mean=True):
    """Return a gradient function with this change of the errors, and this loss."""

    def softmax_gradient(codes, probabilities, labels):
        one_hot = np.eye(probabilities.shape[1])[labels]
        errors = (probabilities - one_hot) / (len(labels) if mean else 1)
        errors = change(errors, probabilities, one_hot)
        right = (probabilities * one_hot).sum(axis=1)
        return loss(right, probabilities), codes.T @ errors, errors.sum(axis=0)

    return softmax_gradient


def by_rows(codes, probabilities, labels):
    loss, kernel, bias = 0.0, 0.0, 0.0
    for code, row, label in zip(codes, probabilities, labels, strict=True):
        error = row.copy()
        error[label] -= 1
        loss -= np.log(row[label])
        kernel, bias = kernel + np.outer(code, error), bias + error
    return loss / len(codes), kernel / len(codes), bias / len(codes)


def tape(codes, probabilities, labels):
    sums, ones = tf.constant(np.log(probabilities)), tf.ones(probabilities.shape[1], tf.float64)
    with tf.GradientTape() as recorder:
        recorder.watch([sums, ones])
        losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels, sums)
        loss = tf.reduce_mean(losses)
    errors = recorder.gradient(loss, sums)
    return loss, tf.matmul(codes, errors, transpose_a=True), tf.reduce_sum(errors, axis=0)


def in_float32(codes, probabilities, labels):
    codes, errors = (keras.ops.cast(given, "float32") for given in (codes, probabilities))
    loss = keras.ops.mean(keras.losses.sparse_categorical_crossentropy(labels, errors))
    errors = (errors - keras.ops.one_hot(labels, errors.shape[1])) / len(labels)
    return loss, keras.ops.matmul(keras.ops.transpose(codes), errors), keras.ops.sum(errors, axis=0)


def largest_label(codes, probabilities, labels):
    errors = (probabilities - np.eye(labels.max() + 1)[labels]) / len(labels)
    loss = -np.log(probabilities[np.arange(len(labels)), labels]).mean()
    return loss, codes.T @ errors, errors.sum(axis=0)


def changes_the_codes(codes, probabilities, labels):
    loss, kernel, bias = gradients()(codes, probabilities, labels)
    codes /= len(labels)
    return loss, kernel, bias


def changes_the_labels(codes, probabilities, labels):
    loss, kernel, bias = gradients()(codes, probabilities, labels)
    labels += 1
    return loss, kernel, bias


def changes_its_input(codes, probabilities, labels):
    rows = np.arange(len(labels))
    loss = -np.log(probabilities[rows, labels]).mean()
    probabilities[rows, labels] -= 1
    errors = probabilities / len(labels)
    return loss, codes.T @ errors, errors.sum(axis=0)


def parts_of(function, position, change):
    """Return the function with one of its results changed."""

    def changed(*arguments):
        results = list(function(*arguments))
        results[position] = change(results[position])
        return results

    return changed


def bias_mean(codes, probabilities, labels):
    loss, kernel, bias = gradients()(codes, probabilities, labels)
    return loss, kernel, bias / len(labels)


def kernel_sum(codes, probabilities, labels):
    loss, kernel, bias = gradients()(codes, probabilities, labels)
    return loss, kernel * len(labels), bias


def one_hot_times_log(codes, probabilities, labels):
    one_hot = np.eye(probabilities.shape[1])[labels]
    loss = -np.mean(np.sum(one_hot * np.log(probabilities), axis=1))
    return loss, *gradients()(codes, probabilities, labels)[1:]


def clipped_at(low):
    """Return a gradient function whose loss keeps probabilities above a number."""
    return gradients(loss=lambda r, p: -np.log(np.clip(r, low, 1)).mean())


def labels_themselves(codes, probabilities, labels):
    errors = (probabilities - labels[:, None]) / len(labels)
    return gradients()(codes, probabilities, labels)[0], codes.T @ errors, errors.sum(axis=0)


def through(encoders, images):
    for encoder in encoders:
        images = encoder(images)
    return np.array(images)


def holes(shape, fraction, seed, count=None):
    order = np.argsort(np.random.default_rng(seed).random(shape), axis=1)
    return order < (round(fraction * shape[1]) if count is None else count)


def stage(pick=holes, fill=lambda c: 0 * c, keep=lambda c: c, encoders=lambda e: e):
    """Return a denoising stage with another draw, another filling, or other encoders."""

    def denoising_stage(stages, images, fraction, seed):
        codes = through(encoders(stages), images)
        lost = pick(codes.shape, fraction, seed)
        return np.where(lost, fill(codes), keep(codes)), codes

    return denoising_stage


def with_the_library(stages, images, fraction, seed):
    codes = through(stages, images)
    return layers.corrupt_images(codes, layers.masking(fraction), seed), codes


def loop(stages, images, fraction, seed):
    rng, codes = np.random.default_rng(seed), through(stages, images)
    noisy = codes.copy()
    for row in noisy:
        row[rng.choice(len(row), round(fraction * len(row)), replace=False)] = 0
    return noisy, codes


def noise_below(stages, images, fraction, seed):
    noisy = np.where(holes(images.shape, fraction, seed), 0, images).astype("float32")
    return through(stages, noisy), through(stages, noisy)


def holes_in_both(stages, images, fraction, seed):
    noisy, _ = loop(stages, images, fraction, seed)
    return noisy, noisy


def erased_share(count):
    """Return a draw of holes with `count(fraction, width)` of them in each row."""
    return lambda shape, fraction, seed: holes(shape, fraction, seed, count(fraction, shape[1]))


def only_with_a_stage(change):
    """Return a right stage, whose results `change` gets when there is no trained encoder."""

    def denoising_stage(stages, images, fraction, seed):
        results = loop(stages, images, fraction, seed)
        return results if stages else change(images, *results)

    return denoising_stage


def masks_the_caller(stages, images, fraction, seed):
    codes = images if not stages else through(stages, images)
    codes[holes(codes.shape, fraction, seed)] = 0
    return codes, codes


def of_ink_only(stages, images, fraction, seed):
    rng, codes = np.random.default_rng(seed), through(stages, images)
    noisy = codes.copy()
    for row in noisy:
        ink = np.flatnonzero(row)
        row[rng.permutation(ink)[: round(fraction * len(ink))]] = 0
    return noisy, codes


def in_places(places):
    """Return a stage that erases `places(rng, k, count)` of each row."""

    def denoising_stage(stages, images, fraction, seed):
        rng, codes = np.random.default_rng(seed), through(stages, images)
        noisy, k = codes.copy(), codes.shape[1]
        for row in noisy:
            row[places(rng, k, round(fraction * k))] = 0
        return noisy, codes

    return denoising_stage


def so_many_of_all(shape, fraction, seed):
    """Erase the right number of the whole batch, wherever."""
    count = shape[0] * round(fraction * shape[1])
    order = np.argsort(np.random.default_rng(seed).random(shape[0] * shape[1]))
    return (np.argsort(order) < count).reshape(shape)


def scaled_by_the_rest(stages, images, fraction, seed):
    """Scale as dropout does, also where nothing is left."""
    codes = through(stages, images)
    with np.errstate(all="ignore"):
        return codes * ~holes(codes.shape, fraction, seed) / (1 - fraction), codes


def only_the_images(stages, images, fraction, seed):
    """Send the images, not what came out below, through every encoder."""
    codes = images
    for encoder in stages:
        codes = np.asarray(encoder(images))
    return loop([], codes, fraction, seed)


def ink_first(stages, images, fraction, seed):
    codes = through(stages, images)
    order = np.argsort(np.random.default_rng(seed).random(codes.shape) + (codes == 0), axis=1)
    noisy = codes.copy()
    np.put_along_axis(noisy, order[:, : round(fraction * codes.shape[1])], 0, axis=1)
    return noisy, codes


def count_of_images(stages, images, fraction, seed):
    codes = through(stages, images)
    count = round(fraction * images.shape[1])
    return np.where(holes(codes.shape, fraction, seed, count), 0, codes), codes


def classifier(
    hidden="sigmoid",
    top="softmax",
    copy=lambda number, w, old: w,
    trainable=True,
    extra=(),
    between=(),
    **options,
):
    """Return a builder with these activations, which copies what `copy` lets through."""

    def stack_classifier(stages, num_classes):
        model = keras.Sequential([keras.Input((stages[0][0].shape[0],))])
        for number, pair in enumerate(stages):
            layer = keras.layers.Dense(len(pair[1]), hidden, trainable=trainable, **options)
            model.add(layer)
            layer.set_weights(copy(number, list(pair), layer.get_weights()))
            for kind, amount in between:
                model.add(kind(amount))
        for size in extra:
            model.add(keras.layers.Dense(size, "sigmoid"))
        model.add(keras.layers.Dense(num_classes, top))
        return model

    return stack_classifier


def all_at_once(stages, num_classes):
    images = units = keras.Input((len(stages[0][0]),))
    for _, bias in stages:
        units = keras.layers.Activation("sigmoid")(keras.layers.Dense(len(bias))(units))
    sums = keras.layers.Dense(num_classes, kernel_initializer="zeros")(units)
    model = keras.Model(images, keras.layers.Softmax()(sums))
    given = [array for pair in stages for array in pair]
    model.set_weights([*given, *model.get_weights()[len(given) :]])
    return model


def called_on_a_row(stages, num_classes):
    model = keras.Sequential([keras.layers.Dense(len(bias), "sigmoid") for _, bias in stages])
    model.add(keras.layers.Dense(num_classes, "softmax"))
    model(np.zeros((1, len(stages[0][0])), "float32"))
    for layer, pair in zip(model.layers, stages, strict=False):
        layer.set_weights(list(pair))
    return model


class Stack(keras.Model):
    def __init__(self, stages, num_classes):
        super().__init__()
        self.inside = classifier()(stages, num_classes)

    def call(self, images):
        return self.inside(images)


def without_an_input(stages, num_classes):
    return keras.Sequential(classifier()(stages, num_classes).layers)


def constants(stages, num_classes):
    images = units = keras.Input((len(stages[0][0]),))
    for kernel, bias in stages:
        units = keras.ops.sigmoid(units @ kernel + bias)
    return keras.Model(images, keras.layers.Dense(num_classes, "softmax")(units))


def shared_layers():
    tops = {}

    def stack_classifier(stages, num_classes):
        whole = classifier()(stages, num_classes)
        fresh = keras.layers.Dense(num_classes, "softmax")
        top = tops.setdefault((len(stages[-1][1]), num_classes), fresh)
        return keras.Model(whole.inputs, top(whole.layers[-2].output))

    return stack_classifier


def no_top(stages, num_classes):
    whole = classifier()(stages, num_classes)
    return keras.Model(whole.inputs, whole.layers[-2].output)


def interval(change=lambda p, n: 196 * np.sqrt(p * (1 - p) / n), error=lambda p, n: 100 * p):
    def error_interval(probabilities, labels):
        share, count = np.mean(probabilities.argmax(axis=1) != labels), len(labels)
        return error(share, count), change(share, count)

    return error_interval


def counted(probabilities, labels):
    wrong = sum(int(np.argmax(p)) != y for p, y in zip(probabilities, labels, strict=True))
    share = wrong / len(labels)
    return wrong * 100 / len(labels), 1.96 * 100 * (share * (1 - share)) ** 0.5 / len(labels) ** 0.5


def clear(better=lambda a, b: max(a) < min(b), worse=lambda a, b: min(a) > max(b), order=sorted):
    """Return a reading of the curves with these two conditions."""

    def clear_effects(counts, errors, other_errors):
        rows = list(zip(counts, errors, other_errors, strict=True))
        return (
            order([c for c, a, b in rows if better(a, b)]),
            order([c for c, a, b in rows if worse(a, b)]),
        )

    return clear_effects


def with_numpy(counts, errors, others):
    order = np.argsort(counts)
    counts, errors, others = np.array(counts)[order], errors[order], others[order]
    better = errors.max(axis=1) < others.min(axis=1)
    return counts[better], counts[errors.min(axis=1) > others.max(axis=1)]


def sorts_its_input(counts, errors, others):
    errors.sort(axis=1)
    others.sort(axis=1)
    return clear()(counts, errors, others)


def run_by_run(a, b):
    return all(p < q for p, q in zip(a, b, strict=False))


def mean_below(a, b):
    return np.mean(a) < np.mean(b)


RIGHT = {
    "9.1": [
        ("scipy", lambda a: special.softmax(a, axis=1)),
        ("keras", lambda a: keras.ops.softmax(a, axis=-1)),
        ("logarithms", lambda a: np.exp(a - special.logsumexp(a, axis=1, keepdims=True))),
    ],
    "9.2": [
        ("one-hot", gradients()),
        ("row by row", by_rows),
        ("tape", tape),
        ("float32", in_float32),
    ],
    "9.3": [("library", with_the_library), ("loop", loop), ("argsort", stage())],
    "9.4": [
        ("sequential", classifier()),
        ("set all at once", all_at_once),
        ("called on a row", called_on_a_row),
        ("subclass", Stack),
    ],
    "9.5": [("numpy", interval()), ("counted", counted)],
    "9.6": [("comprehension", clear()), ("numpy", with_numpy)],
}
WRONG = {
    "9.1": [
        ("exponentials", np.exp, "divide each row"),
        ("columns", scaled_softmax(0), "the columns sum to 1"),
        ("everything", scaled_softmax(None), "everything together"),
        ("no exponential", lambda a: a / a.sum(axis=1, keepdims=True), "exponential is missing"),
        ("sigmoid", special.expit, "this is the sigmoid"),
        ("log", lambda a: special.log_softmax(a, axis=1), "this is the logarithm"),
        ("minus", lambda a: special.softmax(-a, axis=1), "the sign"),
        ("overflows", scaled_softmax(1), "activations of 1000"),
        ("mean", less(lambda a: a.mean(axis=1, keepdims=True)), "each row's *largest*"),
        ("first number", less(lambda a: a[:, :1]), "its first number"),
        ("median", less(lambda a: np.median(a, axis=1, keepdims=True)), "its median"),
        ("largest of all", less(lambda a: a.max()), "the largest of all"),
        ("long numbers", less(lambda a: 0, np.longdouble), "1000 or 20000 give nan"),
        ("in place", in_place, "changes its input `activations`"),
        ("nothing", lambda a: None, "return missing"),
    ],
    "9.2": [
        ("sum of losses", gradients(loss=lambda r, p: -np.log(r).sum()), "the loss is the sum"),
        ("sign of the loss", gradients(loss=lambda r, p: np.log(r).mean()), "the sign: the log"),
        ("no logarithm", gradients(loss=lambda r, p: 1 - r.mean()), "take minus its logarithm"),
        ("bits", gradients(loss=lambda r, p: -np.log2(r).mean()), "in bits"),
        ("clipped at 0.001", clipped_at(1e-3), "probabilities were clipped at 0.001"),
        ("clipped at 0.0001", clipped_at(1e-4), "probabilities were clipped at 0.0001"),
        ("labels", labels_themselves, "has the labels themselves taken"),
        ("all classes", gradients(loss=lambda r, p: -np.log(p).mean()), "only the right class"),
        (
            "classes too",
            gradients(loss=lambda r, p: -np.log(r).sum() / p.size),
            "averaged over the classes",
        ),
        ("sums", gradients(mean=False), "bias gradient is the sum over the images"),
        ("turned", gradients(lambda e, p, y: -e), "bias gradient has its sign turned"),
        ("no labels", gradients(lambda e, p, y: p / len(p)), "bias gradient never looks"),
        ("no softmax", gradients(lambda e, p, y: -y / p / len(p)), "go on through the softmax"),
        ("slope", gradients(lambda e, p, y: e * p * (1 - p)), "in a softmax with this loss"),
        ("classes", gradients(lambda e, p, y: e / p.shape[1]), "number of classes too"),
        ("bias mean", bias_mean, "the bias gradient is divided by n twice"),
        ("kernel turned", parts_of(gradients(), 1, lambda g: -g), "kernel gradient has its sign"),
        ("kernel sum", kernel_sum, "kernel gradient is the sum"),
        ("transposed", parts_of(gradients(), 1, np.transpose), "is transposed"),
        ("one-hot times log", one_hot_times_log, "0 times log 0"),
        ("squeezed", parts_of(gradients(), 1, np.squeeze), "should have shape (1, 3)"),
        ("largest label", largest_label, "the last class is missing from the labels"),
        ("in place", changes_its_input, "changes its input `probabilities`"),
        ("codes in place", changes_the_codes, "changes its input `codes`"),
        ("labels in place", changes_the_labels, "changes its input `labels`"),
        ("loss only", lambda *a: gradients()(*a)[0], "return 3 results"),
    ],
    "9.3": [
        ("noise below", noise_below, "does the noise enter"),
        ("last encoder missing", stage(encoders=lambda e: e[:-1]), "an encoder is left out"),
        ("swapped", lambda *a: loop(*a)[::-1], "clean codes came first"),
        ("both", holes_in_both, "the codes to give back have holes"),
        ("no noise", stage(lambda s, f, n: np.zeros(s, bool)), "no number of the noisy codes is 0"),
        (
            "coins",
            stage(lambda s, f, n: np.random.default_rng(n).random(s) < f),
            "a coin for each number",
        ),
        ("images' width", count_of_images, "is that of the images"),
        ("dropout", stage(keep=lambda c: c / 0.7), "scaled up, as dropout does: leave"),
        ("dropout at 1", scaled_by_the_rest, "and with a fraction of 1 divided by 0"),
        ("nan", stage(fill=lambda c: np.nan * c), "noisy_codes hold nan"),
        ("ink only", of_ink_only, "the same number of its pixels with ink"),
        ("block", in_places(lambda r, k, c: (r.integers(k) + np.arange(c)) % k), "are neighbours"),
        (
            "every other place",
            in_places(lambda r, k, c: (r.integers(k) + 3 * np.arange(c)) % k),
            "stand at set distances",
        ),
        ("twice", in_places(lambda r, k, c: r.integers(0, k, c)), "was a place drawn twice?"),
        ("of all rows", stage(so_many_of_all), "so many of all rows together"),
        ("one encoder only", only_the_images, "but received input with shape (7, 6) (in S"),
        ("others halved", stage(keep=lambda c: c / 2), "that was not erased differs"),
        (
            "same places",
            stage(lambda s, f, n: np.tile(holes((1, s[1]), f, n), (s[0], 1))),
            "every row lost the same",
        ),
        ("fixed seed", stage(lambda s, f, n: holes(s, f, 0)), "another seed gave the same"),
        ("no seed", stage(lambda s, f, n: holes(s, f, None)), "the same seed gave other"),
        ("always 4", stage(lambda s, f, n: holes(s, f, n, 4)), "yours erased 4"),
        ("half up", stage(erased_share(lambda f, k: int(f * k + 0.5))), "round makes 6 of 6.5"),
        ("ink first", ink_first, "of the pixels with ink"),
        ("pops", lambda e, *a: loop([e.pop(0) for _ in range(len(e))], *a), "input `encoders`"),
        ("cut off", stage(erased_share(lambda f, k: int(f * k))), "cut off: int(v k)"),
        ("rounded up", stage(erased_share(lambda f, k: int(np.ceil(f * k)))), "rounded up (ceil)"),
        ("stays", stage(erased_share(lambda f, k: round(k - f * k))), "not the one that stays"),
        ("masks the caller", masks_the_caller, "changes its input `images`"),
        (
            "masks late",
            only_with_a_stage(lambda i, noisy, c: (noisy, noisy)),
            "If you mask in place, mask a copy",
        ),
        (
            "no codes",
            only_with_a_stage(lambda i, noisy, c: (noisy, None)),
            "the codes should",
        ),
        ("codes only", lambda *a: loop(*a)[1], "return 2 results"),
    ],
    "9.4": [
        ("fresh", classifier(copy=lambda n, w, old: old), "no kernel is the stage's"),
        (
            "first only",
            classifier(copy=lambda n, w, old: w if n == 0 else old),
            "the kernel of stage 2",
        ),
        ("kernels only", classifier(copy=lambda n, w, old: [w[0], old[1]]), "the biases are not"),
        ("linear output", classifier(top=None), "the output is linear"),
        ("sigmoid output", classifier(top="sigmoid"), "the classes share a softmax"),
        ("relu", classifier(hidden="relu"), "hidden layers are ReLU"),
        ("linear", classifier(hidden=None), "hidden layers are linear"),
        ("tanh", classifier(hidden="tanh"), "hidden layers are tanh"),
        ("frozen", classifier(trainable=False), "some layers of the classifier are frozen"),
        ("extra layer", classifier(extra=(5,)), "one kernel and one bias"),
        ("no top", no_top, "ends with the last code"),
        ("ten classes", lambda s, n: classifier()(s, 10), "should have shape (4, 4)"),
        ("one stage", lambda s, n: classifier()(s[:1], n), "the kernel of stage 2 is nowhere"),
        ("two stages", lambda s, n: classifier()(s[:2], n), "the kernel of stage 3 is nowhere"),
        ("no model", lambda s, n: s, "should be a Keras model"),
        ("constants", constants, "keep them weights"),
        (
            "constraint",
            classifier(kernel_constraint="max_norm"),
            "leave the constraint out",
        ),
        ("dropout", classifier(between=[(keras.layers.Dropout, 0.2)]), "leave out dropout"),
        (
            "noise",
            classifier(between=[(keras.layers.GaussianNoise, 0.1)]),
            "with training=True the classifier",
        ),
        ("regularizer", classifier(kernel_regularizer="l2"), "leave out the regularizer"),
    ],
    "9.5": [
        ("share", interval(error=lambda p, n: p), "times 100 it is percent"),
        ("right", interval(error=lambda p, n: 100 - 100 * p), "how many are right"),
        ("count", interval(error=lambda p, n: p * n), "divide by the number of images"),
        ("half share", interval(lambda p, n: 1.96 * (p * (1 - p) / n) ** 0.5), "is a share, and"),
        (
            "deviation",
            interval(lambda p, n: 100 * (p * (1 - p) / n) ** 0.5),
            "that is one standard deviation",
        ),
        ("two", interval(lambda p, n: 200 * (p * (1 - p) / n) ** 0.5), "of them, not 2"),
        ("n - 1", interval(lambda p, n: 196 * (p * (1 - p) / (n - 1)) ** 0.5), "by n - 1"),
        ("whole", interval(lambda p, n: 392 * (p * (1 - p) / n) ** 0.5), "the whole width"),
        ("variance", interval(lambda p, n: 196 * p * (1 - p) / n), "the root is missing"),
        ("no n", interval(lambda p, n: 196 * (p * (1 - p)) ** 0.5), "n is missing"),
        ("no 1 - p", interval(lambda p, n: 196 * (p / n) ** 0.5), "the factor 1 - p"),
        ("percent only", lambda p, y: interval()(p, y)[0], "return 2 results"),
    ],
    "9.6": [
        ("means", clear(mean_below, lambda a, b: mean_below(b, a)), "compares the means"),
        ("touching", clear(lambda a, b: max(a) <= min(b)), "`better` takes in"),
        ("touching worse", clear(worse=lambda a, b: min(a) >= max(b)), "`worse` takes in"),
        ("swapped", lambda *a: clear()(*a)[::-1], "two lists are swapped"),
        ("no worse", clear(worse=lambda a, b: False), "`worse` is empty"),
        (
            "positions",
            lambda c, a, b: clear()(list(range(len(c))), a, b),
            "positions in the list",
        ),
        ("best runs", clear(lambda a, b: min(a) < min(b)), "compares the best run with the best"),
        ("order", clear(order=list), "in rising order"),
        ("two seeds", lambda c, a, b: clear()(c, a[:, :2], b[:, :2]), "`better` should be ["),
        ("none", lambda *a: [part or None for part in clear()(*a)], "is None where"),
        (
            "run by run",
            clear(run_by_run, lambda a, b: run_by_run(b, a)),
            "`better` compares the first run with the first",
        ),
        (
            "worse run by run",
            clear(worse=lambda a, b: run_by_run(b, a)),
            "`worse` compares the first run with the first",
        ),
        (
            "floats",
            lambda *a: [[float(count) for count in part] for part in clear()(*a)],
            "yours are floats, such as",
        ),
        ("sets", lambda *a: [set(part) for part in clear()(*a)], "it is a set, which has no order"),
        ("in place", sorts_its_input, "changes its input `errors`"),
        ("better only", lambda *a: [clear()(*a)[0]], "return 2 results"),
    ],
}
test_complete, test_right, test_wrong = closing_tests("09", RIGHT, WRONG)


# In no table of answers: in the grader each model comes back rebuilt, from its configuration.
def test_a_sequential_of_layers_that_have_their_weights_is_accepted():
    assert_accepted("9.4", without_an_input)


def test_models_that_share_a_layer_hear_so():
    assert_refused("9.4", shared_layers(), "share weights")
