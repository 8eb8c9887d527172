"""Checks of lesson 06: a convolutional code, how to score a clustering, and t-SNE."""

from collections import Counter

import numpy as np
from scipy.optimize import brentq, linear_sum_assignment
from scipy.special import entr, expit, rel_entr, softmax

from helpers.checks import expect, models
from helpers.checks.cases import Shape, compare
from helpers.checks.registry import exercise


@exercise(
    "6.1",
    "Shapes on paper",
    points=2,
    steps=("side", "parameters"),
    hints=(
        "Lay the kernel at the left edge and move it: how often does it still fit? Then count the "
        "weights of one filter, over all input channels.",
        "It fits once, and once more for every whole stride in the side minus the kernel size. "
        "Every filter has kernel_size² weights per channel, and one bias.",
        "output_side = (side - kernel_size) // stride + 1; num_parameters = "
        "(kernel_size**2 * channels + 1) * filters",
    ),
    also="len(range(0, side - kernel_size + 1, stride)) counts the same places one by one; Keras "
    "prints both numbers in model.summary().",
)
def check_convolution_shape(convolution_shape, rng):
    channels, filters = (int(n) for n in rng.integers(3, 30, size=2))
    cases = [
        (14, 5, 6, 4, 2),
        (28, 1, 32, 2, 2),
        (15, 32, 64, 2, 2),
        (29, channels, filters + 30, 2, 4),  # 3 of 4 pixels of a stride are left over
        (29, filters + 30, channels, 5, 3),
        (28, 2, 1, 3, 1),
        (7, 1, 1, 7, 4),
    ]
    for part, right, mistakes, says in (
        ("output_side", _places, _side_mistakes, "how often the kernel fits, rounded down"),
        ("num_parameters", _parameters, _parameter_mistakes, "a kernel per channel and one bias, "
         "for each filter"),
    ):  # fmt: skip
        yield from compare(
            convolution_shape,
            right,
            cases,
            mistakes,
            says=says,
            parts=("output_side", "num_parameters"),
            part=part,
            what=f"{part} ({{side}} x {{side}} x {{channels}}, {{filters}} filters, kernel size "
            "{kernel_size}, stride {stride})",
            tolerance=1e-9,
        )


def _places(side, channels, filters, kernel_size, stride):
    return len(range(0, side - kernel_size + 1, stride))


def _parameters(side, channels, filters, kernel_size, stride):
    return filters * (channels * kernel_size * kernel_size + 1)


def _side_mistakes(side, channels, filters, kernel_size, stride):
    moves, right = (side - kernel_size) / stride, (side - kernel_size) // stride + 1
    return {
        "the parameters came first: return output_side, num_parameters": (
            _parameters(side, channels, filters, kernel_size, stride)
        ),
        "one position is missing: the kernel also fits before its first move": right - 1,
        "that is with padding; without it the kernel has to fit inside": -(-side // stride),
        "the kernel size counts, too, not the stride alone": side // stride,
        "divide by the stride, not by the kernel size": side // kernel_size,
        "the stride is missing: so often it fits at stride 1": side - kernel_size + 1,
        "round down: the kernel may not stick out": int(np.ceil(moves)) + 1,
        "round down, also from one half on: the kernel may not stick out": round(moves) + 1,
        "a number of positions is whole: round down": moves + 1,
        "this is the number of positions in the image; its root is asked for": right**2,
    }


def _parameter_mistakes(side, channels, filters, kernel_size, stride):
    kernel = kernel_size**2
    return {
        "the biases are missing: one per filter": filters * channels * kernel,
        "one bias for all; it is one bias per filter": filters * channels * kernel + 1,
        "the channels are missing: a filter has a kernel for each": filters * (kernel + 1),
        "one bias per filter and channel; it is one per filter": filters * channels * (kernel + 1),
        "one bias per input channel: are channels and filters swapped?": channels
        * (filters * kernel + 1),
        "a kernel is a square: kernel_size² weights per channel": (
            filters * (channels * kernel_size + 1)
        ),
        "the weights are the same at every position: that is what a convolution is": (
            filters
            * (channels * kernel + 1)
            * _places(side, channels, filters, kernel_size, stride) ** 2
        ),
    }


@exercise(
    "6.2",
    "Convolutional encoder",
    points=2,
    noun="model builder",
    steps=("model", "weights", "codes"),
    hints=(
        "Four layers after keras.Input((28, 28, 1)): two Conv2D, a Flatten, a Dense.",
        "Both convolutions have kernel size 2, strides=2 and a ReLU, with 32 and then 64 filters; "
        "the Dense layer takes the activation that was asked for.",
        'units = keras.layers.Conv2D(32, 2, strides=2, activation="relu")(images); the same with '
        "64; keras.layers.Flatten(); codes = keras.layers.Dense(code_size, activation); return "
        "keras.Model(images, codes)",
    ),
    also="kernel and stride are both 2 and 28 is 4 times 7, so no pixel is left over: "
    'padding="same" would change nothing here.',
)
def check_build_conv_encoder(build_conv_encoder, rng):
    def build(code_size, activation):
        model = build_conv_encoder(code_size, activation)
        models.build(model, "encoder", (28, 28, 1))
        return model

    (encoder,) = models.expect_fresh(build, (5, "relu"), ["encoder"])
    yield "images (n, 28, 28, 1) in, and each call makes a network of its own"
    _expect_conv_weights(encoder, 5)
    models.expect_drawn([encoder], ["encoder"])
    models.expect_plain(encoder, "encoder", (28, 28, 1), trainable=6, rng=rng)
    yield "2 x 2 kernels, 1 to 32 to 64 channels, then 3,136 to the code; all can be trained"
    images = rng.uniform(size=(6, 28, 28, 1)).astype("float32")
    drawn = {s: rng.normal(scale=0.3, size=s) for n in (5, 1) for s in _conv_shapes(n)}

    def encode(code_size, activation, *conv):
        return _encode(images, [drawn[s] for s in _conv_shapes(code_size)], activation, *conv)

    for code_size in (5, 1):  # each unit is above 0 for some images and below for others
        drawn[code_size,] -= encode(code_size, "linear").mean(axis=0)

    def codes(code_size, activation):
        model = encoder if code_size == 5 else build(code_size, activation)
        _expect_conv_weights(model, code_size)
        model.set_weights([drawn[tuple(w.shape)] for w in model.get_weights()])
        return model(images)

    yield from compare(
        codes,
        lambda code_size, activation: encode(code_size, activation),
        [(5, "relu"), (1, "elu")],
        lambda code_size, activation: {
            **{
                f"the code's activation is always {name}: take the one that is asked for": (
                    encode(code_size, name)
                )
                for name in ("relu", "elu", "linear", "sigmoid")
            },
            "the convolutions take `activation`, too; in this net they are ReLU": (
                encode(code_size, activation, activation)
            ),
            **{
                f"the convolutions are {name}; in this net they are ReLU": (
                    encode(code_size, activation, name)
                )
                for name in ("linear", "elu", "sigmoid", "tanh")
            },
            **{
                f"there is {kind} pooling behind convolutions of stride 1; take strides=2": (
                    encode(code_size, activation, "relu", kind)
                )
                for kind in ("max", "average")
            },
        },
        says="both convolutions, then the code, with the activation that is asked for",
        what='the code with activation "{activation}"',
        tolerance=1e-3,
    )


def _conv_shapes(code_size):
    return [(2, 2, 1, 32), (32,), (2, 2, 32, 64), (64,), (3136, code_size), (code_size,)]


def _expect_conv_weights(model, code_size):
    """Compare the shapes of the weights, in any order, or say which layer is odd."""
    shapes = [tuple(w.shape) for w in model.get_weights()]
    if sorted(shapes, key=str) == sorted(_conv_shapes(code_size), key=str):
        return
    convolutions, dense, biases = ([s for s in shapes if len(s) == n] for n in (4, 2, 1))
    filters, sides = [s[3] for s in convolutions], {s[:2] for s in convolutions}
    if len(filters) != 2 or len(dense) != 1:
        text = (
            f"the weights are those of {len(filters)} convolutions and {len(dense)} dense layers; "
            "two and one are asked for"
        )
    elif sides != {(2, 2)}:
        text = f"the kernels have the sizes {sorted(sides)}; (2, 2) is asked for"
    elif filters != [32, 64]:
        text = f"the convolutions have {filters} filters; 32 and then 64 are asked for"
    elif len(biases) < 3:
        text = "a layer has no biases: keep use_bias=True"
    elif len(biases) > 3:
        text = "there are more weights than three kernels and three biases: leave out other layers"
    elif dense[0][0] != 3136:
        text = f"the code is computed from {dense[0][0]:,} numbers, not 3,136: " + {
            64: "Flatten keeps all 7 x 7 places; is there a pooling, or no Flatten?",
            26 * 26 * 64: "the stride is missing: strides=2 in both convolutions",
            13 * 13 * 64: "one of the convolutions has no stride: strides=2 in both",
        }.get(dense[0][0], "flatten 7 x 7 places of 64 channels")
    else:
        text = f"the code has {dense[0][1]} units; {code_size} were asked for: use code_size"
    raise expect.NotYet(text)


def _encode(images, weights, activation, conv="relu", pooling=None):
    """Return the codes by Keras's operators; with pooling, by convolutions of stride 1."""
    from keras import ops

    def activate(name, units):
        return units if name == "linear" else getattr(ops, name)(units)

    units = ops.convert_to_tensor(images)
    weights = [ops.cast(w, "float32") for w in weights]
    for kernel, bias in (weights[:2], weights[2:4]):
        strides = 1 if pooling else 2
        units = ops.conv(units, kernel, strides=strides, padding="same") + bias
        units = activate(conv, units)
        if pooling:
            units = getattr(ops, f"{pooling}_pool")(units, 2, 2)
    units = ops.reshape(units, (len(images), -1)) @ weights[4] + weights[5]
    return np.asarray(activate(activation, units))


@exercise(
    "6.3",
    "The code model",
    points=2,
    noun="model",
    steps=("model", "output", "shared"),
    hints=(
        "A Functional model is two ends of a graph that exists already: where it begins, and "
        "where it ends.",
        "It begins at autoencoder.inputs[0]; a layer is found with "
        "autoencoder.get_layer(layer_name), and its result is the layer's .output.",
        "return keras.Model(autoencoder.inputs[0], autoencoder.get_layer(layer_name).output)",
    ),
    also="no weight was copied: train the autoencoder on, and this model has changed with it.",
)
def check_code_model(code_model, rng):
    whole = _named_layers(rng)
    before = [layer.name for layer in whole.layers]
    model = code_model(whole, "code")
    if hasattr(model, "get_weights") and not hasattr(model, "predict"):
        raise expect.NotYet(
            "this is the layer alone, which takes what the layer before it returns; make a "
            "keras.Model from the autoencoder's input to the layer's output"
        )
    models.build(model, "code model", (6,))
    if [layer.name for layer in whole.layers] != before:
        raise expect.NotYet("your function renames layers of the autoencoder: leave it as it is")
    yield "a Keras model that takes images"
    images = rng.normal(size=(20, 6)).astype("float32")
    outputs = _layer_outputs(whole, images)
    part_of = {"code": "code_in", "code_in": "code_in", "out": "out_in"}
    before = dict(zip(outputs, [images, *outputs.values()], strict=False))
    found = {}

    def output(name):
        found[name] = code_model(whole, name)
        models.build(found[name], "code model", (6,))
        return found[name](images)

    yield from compare(
        output,
        lambda name: outputs[name],
        [("code",), ("code_in",), ("out",)],
        lambda name: {
            **{f"it ends at {n!r}, whatever `layer_name` is": outputs[n] for n in outputs},
            "the names are compared in part, and 'code' is in 'code_in': use ==": outputs[
                part_of[name]
            ],
            "it ends before the layer: take the layer's .output": before[name],
        },
        says="the output of the layer that is asked for",
        what="the output for {name!r}",
        tolerance=1e-3,
        otherwise=lambda value, name: _why_not(found[name], whole, list(outputs).index(name) + 1),
    )
    models.expect_plain(model, "code model", (6,), trainable=4, rng=rng)
    whole.set_weights([rng.normal(size=w.shape) for w in whole.get_weights()])
    if not np.allclose(model(images), _layer_outputs(whole, images)["code"], atol=1e-3):
        raise expect.NotYet(
            "its weights stay as they were when the autoencoder is trained on: share the layers "
            "instead of copying their weights"
        )
    yield "it shares its weights with the autoencoder"


def _named_layers(rng):
    """Return an autoencoder; the name of its code is part of the name of an earlier layer."""
    import keras

    inputs = units = keras.Input((6,))
    for size, activation, name in (
        (5, "tanh", "code_in"),
        (2, "elu", "code"),
        (4, "tanh", "out_in"),
        (6, "sigmoid", "out"),
    ):
        units = keras.layers.Dense(size, activation, name=name)(units)
    model = keras.Model(inputs, units)
    model.set_weights([rng.normal(size=w.shape) for w in model.get_weights()])
    return model


def _layer_outputs(model, images):
    weights, units, outputs = model.get_weights(), images.astype(float), {}
    functions = {"code": lambda a: np.where(a > 0, a, np.expm1(np.minimum(a, 0))), "out": expit}
    for number, name in enumerate(("code_in", "code", "out_in", "out")):
        units = functions.get(name, np.tanh)(units @ weights[2 * number] + weights[2 * number + 1])
        outputs[name] = units
    return outputs


def _why_not(model, autoencoder, depth):
    """Say whether a model of other outputs has the first layers of the autoencoder."""
    own, trained = model.get_weights(), autoencoder.get_weights()[: 2 * depth]
    if len(own) == len(trained) and all(map(np.array_equal, own, trained)):
        return "its weights are right, but what it returns is not the layer's output: end there"
    if len(own) != len(trained):
        return (
            f"it has {len(own)} weight arrays; from the input to this layer there are "
            f"{len(trained)}: end at the layer's output"
        )
    return "its weights are not this autoencoder's: use its own layers, no copy"


def _in_ten_clusters(rng):
    """on 200 images in ten clusters"""
    return rng.integers(0, 10, size=200), rng.integers(0, 10, size=200)


@exercise(
    "6.4",
    "Clustering accuracy",
    points=3,
    steps=("value", "any names", "more clusters than digits"),
    hints=(
        "Count first: a table with a row per cluster and a column per digit, holding how many "
        "images have both.",
        "linear_sum_assignment(table, maximize=True) returns the rows and columns of the best "
        "one-to-one match; the sum of the table there is the number of images that it gets right.",
        "table = np.array([[np.sum((clusters == c) & (labels == d)) for d in np.unique(labels)] "
        "for c in np.unique(clusters)]); rows, columns = linear_sum_assignment(table, "
        "maximize=True); return table[rows, columns].sum() / len(labels)",
    ),
    also="sklearn.metrics.cluster.contingency_matrix(clusters, labels) is the table, too.",
    later=_in_ten_clusters,
)
def check_clustering_accuracy(clustering_accuracy, rng):
    more = int(rng.integers(1, 9))
    # On these two a greedy match, a majority vote, a match by size and the right answer differ.
    square = np.array([[50, 45, 0], [40, 0, 0], [0, 5, 60 + more]])
    same_size = np.array([[59, 60], [81 + more, 0]])
    tall = np.array([[20, 0], [15 + more, 2], [1, 12], [300, 0]])
    plain = [_from_table(square, (2, 0, 1), (0, 1, 2), rng), (np.array([4]), np.array([7]))]
    plain.append(_from_table(same_size, (0, 1), (0, 1), rng))
    named = [_from_table(square, (3, 4, -1), (10, 0, -7), rng)]
    for cases, says, what in (
        (plain, "the share of images that the best one-to-one match gets right", "the accuracy"),
        (named, "whatever clusters and digits are called", "the accuracy under other names"),
        (
            [_from_table(tall, (20, 23, 22, 21), (1, 0), rng)],
            "a cluster without a digit of its own counts as wrong",
            "the accuracy of four clusters and two digits",
        ),
    ):
        yield from compare(
            clustering_accuracy,
            lambda labels, clusters: _match(*_table(labels, clusters)),
            cases,
            _matching_mistakes,
            says=says,
            what=what,
            tolerance=1e-6,
        )


def _from_table(table, clusters, digits, rng):
    """Return labels and clusters that have this table, by these names, shuffled."""
    pairs = [
        (digits[column], clusters[row])
        for (row, column), count in np.ndenumerate(table)
        for _ in range(count)
    ]
    labels, found = np.array(pairs)[rng.permutation(len(pairs))].T
    return labels, found


def _table(labels, clusters):
    digits, groups = np.unique(labels), np.unique(clusters)
    return np.sum((clusters == groups[:, None, None]) & (labels == digits[:, None]), axis=2), labels


def _match(table, labels, maximize=True):
    return table[linear_sum_assignment(table, maximize=maximize)].sum() / len(labels)


def _matching_mistakes(labels, clusters):
    table, _ = _table(labels, clusters)
    right, total = _match(table, labels), len(labels)
    left, greedy = table.copy(), 0
    rows, columns = (np.argsort(-table.sum(axis)) for axis in (1, 0))
    shared = min(len(rows), len(columns))
    by_size = table[rows[:shared], columns[:shared]].sum()
    while left.size:
        row, column = np.unravel_index(left.argmax(), left.shape)
        greedy += left[row, column]
        left = np.delete(np.delete(left, row, axis=0), column, axis=1)
    return {
        "this is a number of images; divide by how many there are": right * total,
        "this is in percent; a share is asked for": 100 * right,
        "this is the share of wrong images": 1 - right,
        "cluster 3 need not be digit 3: match clusters with digits first": (
            np.mean(labels == clusters)
        ),
        "each cluster takes its most frequent digit, so that one digit can be taken twice: the "
        "match is one-to-one": table.max(axis=1).sum() / total,
        "each digit takes its largest cluster, so that one cluster can be taken twice: the match "
        "is one-to-one": table.max(axis=0).sum() / total,
        "the match is greedy, the largest entry first; giving up a little there can win more "
        "elsewhere: linear_sum_assignment looks at all": greedy / total,
        "clusters and digits are matched by their sizes: match by what they share": by_size / total,
        "this is the worst match: linear_sum_assignment(..., maximize=True)": (
            _match(table, labels, maximize=False)
        ),
    }


@exercise(
    "6.5",
    "Perplexity",
    points=3,
    steps=("sum", "value", "any distances"),
    hints=(
        "For a given beta all is a formula: weights exp(-beta d²), their sum, probabilities, their "
        "entropy, 2 to its power. Is the result above the perplexity wanted? Then beta is too "
        "small.",
        "Start with low = 0 and beta = 1. While beta is too small, let it be the new low, and "
        "double it; once one was too large, keep that as high, and try the middle.",
        "d = squared_distances - squared_distances.min(); d = d / d.mean(); low, high, beta = 0, "
        "np.inf, 1; in each of 100 rounds: p = np.exp(-beta * d); p /= p.sum(); if 2 ** "
        "-np.sum(p * np.log2(p + 1e-300)) > perplexity: low = beta, else: high = beta; then beta "
        "= 2 * low if high == np.inf else (low + high) / 2",
    ),
    also="a root finder such as scipy.optimize.brentq on the logarithm of beta gets there in "
    "fewer rounds; bisection needs to know only on which side it is.",
)
def check_neighbour_probabilities(neighbour_probabilities, rng):
    squared = rng.uniform(0.5, 6, size=12)
    perplexity = float(rng.uniform(3.5, 5))
    twin = np.array([4.0, 1.0, 0.0, 2.5, 6.0]) + np.array([1, 1, 0, 1, 1]) * rng.uniform(0.1, 0.5)
    usual = [(squared, perplexity), (twin, 2), (rng.uniform(1, 9, size=30), 15)]
    for case in usual:
        _expect_sum(expect.shaped(neighbour_probabilities(*case), case[0].shape), case[0])
    yield "probabilities, with sum 1"
    yield from compare(
        neighbour_probabilities,
        _with_perplexity,
        usual,
        _perplexity_mistakes,
        says="exp(-beta d²), with the perplexity that was asked for",
        tolerance=2e-3,
        otherwise=_other_beta,
    )
    apart = np.arange(1, 13) + rng.uniform(-0.3, 0.3, size=12)
    far = np.where(np.arange(12) == 7, 4_000, squared)
    extremes = [(squared * 1e5, perplexity), (squared + 5e4, perplexity), (far, perplexity)]
    yield from compare(
        neighbour_probabilities,
        _with_perplexity,
        [*extremes, (apart, 11.99), (apart, 1.05)],
        says="the same for far points, and for every perplexity from 1 to m",
        tolerance=2e-3,
        otherwise=lambda value, *case: _other_beta(value, *case) or _UNDERFLOW,
    )


_UNDERFLOW = (
    "these are not exp(-beta d²) divided by their sum: is the smallest distance subtracted before "
    "the exponential? Where all are far away it is 0, or nearly, for every point"
)


def _expect_sum(answer, squared):
    if np.all(answer >= 0) and np.isclose(answer.sum(), 1, atol=1e-4):
        return
    cause = "" if _beta(answer, squared) is None else ": divide by their sum"
    raise expect.NotYet(f"probabilities add up to 1; yours add up to {answer.sum():.4g}{cause}")


def _scaled(squared):
    away = squared - squared.min()
    return away / away.mean()


def _with_perplexity(squared, perplexity):
    """Find beta with a root finder, as an independent way to the same probabilities."""

    def excess(log_beta):
        return entr(softmax(-np.exp(log_beta) * scaled)).sum() - np.log(perplexity)

    scaled = _scaled(squared)
    return softmax(-np.exp(brentq(excess, -16, 16, xtol=1e-12)) * scaled)


def _beta(weights, squared):
    """Return the beta with which weights are exp(-beta d²) times a number; None if there is none.

    The distances count from the smallest, divided by their mean.
    """
    shown = weights > 1e-9 * weights.max()
    scaled, logs = _scaled(squared)[shown], -np.log(weights[shown] / weights.max())
    beta = logs @ scaled / max(scaled @ scaled, 1e-300)
    fits = np.count_nonzero(scaled) and np.allclose(logs, beta * scaled, atol=1e-2, rtol=1e-3)
    hidden = _scaled(squared)[~shown]
    return beta if fits and np.all(beta * hidden > 18) else None


def _other_beta(value, squared, perplexity):
    """Say that the search of beta ended at another place, if that is what happened."""
    if np.shape(value) != squared.shape:
        return ""
    if not np.isfinite(value).all():
        return (
            "nan: where all are far away every exp(-beta d²) is 0, and 0 / 0 is nan. Subtract the "
            "smallest distance first, which changes no probability"
        )
    beta = _beta(np.asarray(value, float), squared)
    needed = _beta(_with_perplexity(squared, perplexity), squared)
    half = "is the wrong half kept? A larger beta gives a smaller perplexity"
    if np.max(value) > 0.999 and perplexity > 1.1 and np.argmax(value) == np.argmin(squared):
        return f"beta ends at the top of its range, where only the nearest point counts: {half}"
    if beta is None:
        return ""
    if beta < 1e-4 * needed:
        return f"beta ends near 0, where all are equally near: {half}; or is the entropy compared?"
    return (
        f"the perplexity is {np.exp(entr(value).sum()):.4g} and not {perplexity:.4g}: beta is "
        f"{beta:.3g}, where {needed:.3g} is needed (distances less the smallest, divided by their "
        "mean). Does its range reach that far, in enough rounds, and is nothing nan on the way "
        "(0 log 0, an overflow)?"
    )


def _perplexity_mistakes(squared, perplexity):
    def to(distances, wanted=perplexity):
        return _with_perplexity(distances, wanted) if wanted < len(squared) else uniform

    uniform = np.full(len(squared), 1 / len(squared))
    return {
        "the entropy is compared with the perplexity, which is 2 to its power": (
            to(squared, 2**perplexity)
        ),
        "beta is fixed at 1: look for the one that gives the perplexity": softmax(-squared),
        "beta is fixed at 1/2: look for the one that gives the perplexity": softmax(-squared / 2),
        "the perplexity is not beta: it is 2 to the entropy": softmax(-squared / perplexity),
        "the perplexity is not sigma: it is 2 to the entropy": (
            softmax(-squared / (2 * perplexity**2))
        ),
        "the bases do not go together: 2 to the power of an entropy in nats": (
            to(squared, np.exp(np.log2(perplexity)))
        ),
        "the bases do not go together: e to the power of an entropy in bits": (
            to(squared, 2 ** np.log(perplexity))
        ),
        "a root is taken: the exponent holds the squared distance": to(np.sqrt(squared)),
        "the distances are squared already: do not square them again": to(squared**2),
        "squared once more: the distances are squared already": to(_scaled(squared) ** 2),
        "the order has changed: the first probability is the first distance's": (
            np.sort(to(squared))[::-1]
        ),
    }


def _of_300_codes(rng):
    """on 300 codes"""
    return (1 - np.eye(300)) / 299, rng.normal(size=(300, 2))


@exercise(
    "6.6",
    "What the map gets wrong",
    points=2,
    steps=("P", "Q", "divergence", "0 log 0"),
    hints=(
        "P needs the mean of each pair's two conditional probabilities, divided by n. Q needs "
        "1 / (1 + d²) of each pair of places, without the pairs of a point with itself.",
        "Q is divided by one sum, over all pairs. For the divergence leave out entries where P is "
        "0, and with them the diagonal.",
        "joint = (conditional + conditional.T) / (2 * n); closeness = 1 / (1 + d2), "
        "np.fill_diagonal(closeness, 0), divided by closeness.sum(); np.sum of P log(P / Q) where "
        "joint > 0",
    ),
    also="scipy.special.rel_entr(P, Q).sum() is the divergence, 0 log 0 included.",
    later=_of_300_codes,
)
def check_map_divergence(map_divergence, rng):
    def case(count, strangers):
        conditional = rng.uniform(0.1, 1, size=(count, count)) * (1 - np.eye(count))
        if strangers:
            conditional[0, 1] = conditional[1, 0] = 0
        return conditional / conditional.sum(axis=1, keepdims=True), rng.normal(size=(count, 2))

    zero = (
        "it is nan or infinite: 0 log 0 counts as 0, so leave out the entries where P is 0; the "
        "diagonal is among them"
    )
    cases, strangers = [case(6, False), case(3, False)], [case(5, True)]
    names = ("joint", "similarities", "divergence")
    for place, what, given, mistakes, says in (
        (0, "P", cases, _joint_mistakes, "the mean of both over n: symmetric, with sum 1"),
        (1, "Q", cases, _similarity_mistakes, "Student-t, one sum over all pairs"),
        (2, "the divergence", cases, _divergence_mistakes, "the sum of P log(P / Q), in nats"),
        (2, "the divergence", strangers, None, "nothing where P is 0"),
    ):
        yield from compare(
            map_divergence,
            lambda conditional, points, place=place: _map_parts(conditional, points)[place],
            given,
            mistakes,
            says=says,
            parts=names,
            part=names[place],
            what=what,
            otherwise=lambda value, *case: (
                zero if np.shape(value) == () and not np.isfinite(float(value)) else ""
            ),
        )


def _map_parts(conditional, points):
    joint = (conditional + conditional.T) / (2 * len(points))
    near = _closeness(points)
    return joint, near / near.sum(), rel_entr(joint, near / near.sum()).sum()


def _closeness(points):
    squared = np.square(points[:, None] - points).sum(axis=2)
    return (1 - np.eye(len(points))) / (1 + squared)


def _joint_mistakes(conditional, points):
    count, both = len(points), conditional + conditional.T
    return {
        "its sum is n: divide by the number of points as well, so that it is 1": both / 2,
        "its sum is 2: take the mean of the two conditional probabilities": both / count,
        "its sum is 2 n: divide by 2 n": both,
        "it is not symmetric: add the transposed matrix, so that P[i, j] = P[j, i]": (
            conditional / count
        ),
        "these are the conditional probabilities as they came": conditional,
        "this is Q: return P, Q and the divergence": _map_parts(conditional, points)[1],
        "300 stands in it: n is len(points)": both / 600,
    }


def _similarity_mistakes(conditional, points):
    near, away = _closeness(points), 1 - np.eye(len(points))
    squared = np.square(points[:, None] - points).sum(axis=2)
    gauss, half, root = (f * away for f in (np.exp(-squared), np.exp(-squared / 2), _root(squared)))
    full = near + np.eye(len(points))
    no_one = away / (squared + np.eye(len(points)))
    return {
        "the diagonal counts, too: set it to 0 before the sum": full / full.sum(),
        "the diagonal is in the sum: set it to 0 before": near / full.sum(),
        "the diagonal is not 0: a point is no neighbour of itself": full / near.sum(),
        "each row has sum 1: divide by one sum over all pairs": near / near.sum(1, keepdims=True),
        "these are Gaussian, exp(-d²); on the map it is 1 / (1 + d²)": gauss / gauss.sum(),
        "these are Gaussian, exp(-d²/2); on the map it is 1 / (1 + d²)": half / half.sum(),
        "a root is taken: 1 / (1 + d²) holds the squared distance": root / root.sum(),
        "the 1 is missing in 1 / (1 + d²)": no_one / no_one.sum(),
        "their sum is not 1: divide by it": near,
        "their sum is 2: the sum below goes over (k, l) and (l, k)": 2 * near / near.sum(),
    }


def _root(squared):
    return 1 / (1 + np.sqrt(squared))


def _divergence_mistakes(conditional, points):
    joint, similarity, right = _map_parts(conditional, points)
    turned = rel_entr(similarity, joint).sum()
    return {
        "this is KL(Q || P): P stands before the logarithm, and Q below P": turned,
        "this is the sum of both directions: KL(P || Q) alone is asked for": right + turned,
        "the sign: P log(P / Q), with P above Q": -right,
        "this is in bits: use the natural logarithm": right / np.log(2),
        "this is a mean over the pairs: the divergence is their sum": right / joint.size,
        "averaged over the pairs of two points: the divergence is their sum": (
            right / np.count_nonzero(joint)
        ),
        "averaged over the points: the divergence is one sum": right / len(points),
        "half of it came back: both (i, j) and (j, i) count": right / 2,
        "this is the cross-entropy: P log P is missing": right + entr(joint).sum(),
        "one number per point came: add them up": Shape((len(points),)),
    }


@exercise(
    "6.7",
    "Reading the map",
    points=2,
    steps=("pair", "nothing mixed"),
    hints=(
        "labels[neighbours] is the digit of each point's neighbour. Only points where it differs "
        "from their own matter.",
        "Count pairs without order: a 4 beside a 9 and a 9 beside a 4 are the same pair, "
        "tuple(sorted((a, b))).",
        "pairs = [tuple(sorted(p)) for p in zip(labels.tolist(), labels[neighbours].tolist()) if "
        "p[0] != p[1]]; return max(set(pairs), key=pairs.count) if pairs else None",
    ),
    also="collections.Counter(pairs).most_common(1) counts in one walk through the list.",
)
def check_most_mixed_pair(most_mixed_pair, rng):
    high = int(rng.integers(6, 10))
    five, six = (int(n) for n in rng.permutation([5, 6]))
    # The pair that is right in one of these is not what a mistake makes of it, or of the next.
    cases = [
        _neighbours([(0, high, 2), (high, 0, 7), (2, 3, 1)], [(1, 2, 4)], same=(4, 6)),
        _neighbours([(1, 7, 8), (0, 3, 1)], [(2, 9, 5)], same=(7, 3)),
        _neighbours([(3, 8, 5), (8, 3, 4), (4, five, 8), (4, six, 8), (0, 1, 1)], [], same=(3, 60)),
        _neighbours([], [(4, 9, 1)], same=(2, 2)),
    ]

    # 0 stays 0: whoever tests a digit by `if digit`, or multiplies digits, is found out by it.
    digits = [np.append(0, 1 + rng.permutation(9)) for _ in cases]
    cases = [(new[labels], near) for new, (labels, near) in zip(digits, cases, strict=True)]

    def pair(labels, neighbours):
        return _as_pair(most_mixed_pair(labels, neighbours))

    yield from compare(
        pair,
        _most_mixed,
        cases,
        _pair_mistakes,
        says="two different digits, in most of the mixed pairs, whichever stands first",
        what="the pair",
        otherwise=_other_pair,
    )
    answer = most_mixed_pair(*_neighbours([], [], same=(int(rng.integers(10)), 4)))
    if answer is not None:
        raise expect.NotYet(
            "every neighbour here has its point's own digit, so nothing is mixed and the answer "
            f"is None; it is {expect.describe(answer)}"
        )
    yield "None when no neighbour is of another digit"


def _neighbours(hubs, couples, same):
    """Return labels and neighbours.

    Args:
        hubs: (digit, other, count): so many points beside one point of the other digit, which
            comes before them and is beside a twin of its own.
        couples: (digit, other, count): so many times two points beside each other.
        same: (digit, count): so many points beside one of their own digit.
    """
    labels, neighbours = [], []
    for digit, other, count in [*hubs, (*same[:1], *same)]:
        first = len(labels)
        labels += [other, other] + [digit] * count
        neighbours += [first + 1] + [first] * (count + 1)
    for digit, other, count in couples:
        for _ in range(count):
            neighbours += [len(labels) + 1, len(labels)]
            labels += [digit, other]
    return np.array(labels), np.array(neighbours)


def _mixed(labels, neighbours, key=lambda a, b: (min(a, b), max(a, b))):
    pairs = zip(labels.tolist(), labels[neighbours].tolist(), strict=True)
    return Counter(key(a, b) for a, b in pairs if a != b)


def _most_mixed(labels, neighbours):
    return _mixed(labels, neighbours).most_common(1)[0][0]


def _as_pair(answer):
    """Return two digits in order, or say what came instead; None stays None."""
    if answer is None:
        return None
    if not isinstance(answer, tuple | list | np.ndarray | set | frozenset) or len(answer) != 2:
        raise expect.NotYet(f"two digits are asked for, a tuple; it is {expect.describe(answer)}")
    pair = sorted(expect.array(list(answer), "the pair").tolist())
    if pair[0] == pair[1]:
        raise expect.NotYet(
            "the pair holds the same digit twice: points whose neighbour has their own digit are "
            "not mixed, leave them out"
        )
    return pair


def _pair_mistakes(labels, neighbours):
    counts, one_way = _mixed(labels, neighbours), _mixed(labels, neighbours, lambda a, b: (a, b))
    digits = Counter(digit for pair in counts.elements() for digit in pair)
    images = {tuple(sorted(pair)) for pair in enumerate(neighbours.tolist())}
    once = Counter(tuple(sorted((int(labels[i]), int(labels[j])))) for i, j in images)
    once = Counter({pair: count for pair, count in once.items() if pair[0] != pair[1]})
    return {
        "this pair is the most frequent in one direction; count a 4 beside a 9 and a 9 beside a 4 "
        "together": sorted(one_way.most_common(1)[0][0]),
        "this pair is mixed least often": min(counts, key=counts.get),
        "these are the two digits that are mixed most; the pair of digits is asked for": (
            sorted(digit for digit, _ in digits.most_common(2))
        ),
        "two images beside each other count twice: every image has its own neighbour": (
            once.most_common(1)[0][0]
        ),
    }


def _other_pair(value, labels, neighbours):
    """Say how often the right pair is mixed, and how often the one that came."""
    if value is None:
        return "the pair is None, but some neighbours are of another digit"
    counts, right = _mixed(labels, neighbours), _most_mixed(labels, neighbours)
    came = tuple(int(digit) for digit in value)
    return (
        f"expected the digits {right[0]} and {right[1]}, mixed {counts[right]} times; got "
        f"{came[0]} and {came[1]}, mixed {counts[came]} times"
    )
