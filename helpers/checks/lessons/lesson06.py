"""Checks of lesson 06: a convolutional code, how to score a clustering, and t-SNE."""

from itertools import permutations

import numpy as np
from scipy.optimize import brentq

from helpers.checks import expect
from helpers.checks.registry import exercise


@exercise(
    "6.1",
    "Shapes on paper",
    points=2,
    steps=("side", "parameters", "what is left over"),
    hints=(
        "Lay the kernel at the left edge and move it: how often does it still fit? Then count the "
        "weights of one filter, over all input channels.",
        "It fits once, and once more for every whole stride in the side minus the kernel size. "
        "Every filter has kernel_size² weights a channel, and one bias.",
        "output_side = (side - kernel_size) // stride + 1; num_parameters = "
        "(kernel_size**2 * channels + 1) * filters",
    ),
)
def check_convolution_shape(convolution_shape, rng):
    names = ("output_side", "num_parameters")
    side, channels, filters, stride = 14, 5, 6, 2
    kernel_size = 4
    shape = expect.parts(convolution_shape(side, channels, filters, kernel_size, stride), names)
    right = _fits(side, kernel_size, stride)
    parameters = filters * (channels * kernel_size * kernel_size + 1)
    if np.shape(shape[0]) == () and shape[0] == parameters:
        raise expect.NotYet("the parameters came first: return output_side, num_parameters")
    expect.close(
        shape[0],
        right,
        (
            (right - 1, "one position is missing: the kernel also fits before its first move"),
            (
                -(-side // stride),
                "that is the side divided by the stride, as with padding: without it the kernel "
                "has to fit inside the image",
            ),
            (
                side - kernel_size + 1,
                "the stride is missing: so often it fits at stride 1",
            ),
        ),
        what="output_side",
        tolerance=1e-9,
    )
    yield "how often the kernel fits"
    expect.close(
        shape[1],
        parameters,
        (
            (parameters - filters, "the biases are missing: one a filter"),
            (
                filters * (kernel_size**2 + 1),
                "the channels are missing: a filter has a kernel for each input channel",
            ),
            (
                filters * channels * (kernel_size**2 + 1),
                "one bias a filter and channel; it is one bias a filter",
            ),
            (
                parameters - filters + channels,
                "one bias an input channel; it is one bias a filter, so one an output channel",
            ),
            (
                filters * (channels * kernel_size + 1),
                "a kernel is a square: kernel_size² weights a channel",
            ),
            (
                parameters * right**2,
                "the weights are the same at every position: that is what a convolution is",
            ),
        ),
        what="num_parameters",
        tolerance=1e-9,
    )
    yield "one kernel a channel and one bias, for each filter"
    for channels, filters, kernel_size in ((1, 32, 2), (32, 64, 3), (3, 7, 5)):
        _, answer = expect.parts(convolution_shape(29, channels, filters, kernel_size, 1), names)
        expect.close(
            answer,
            filters * (channels * kernel_size**2 + 1),
            what=f"num_parameters with {channels} channels, {filters} filters and kernel size "
            f"{kernel_size}",
            tolerance=1e-9,
        )
    for side, kernel_size, stride in ((28, 2, 2), (15, 2, 2), (28, 3, 2), (29, 5, 3), (7, 7, 4)):
        answer, _ = expect.parts(convolution_shape(side, 1, 1, kernel_size, stride), names)
        expect.close(
            answer,
            _fits(side, kernel_size, stride),
            (
                (
                    -(-(side - kernel_size) // stride) + 1,
                    f"side {side}, kernel {kernel_size}, stride {stride}: round down, the kernel "
                    "may not stick out",
                ),
                (
                    (side - kernel_size) / stride + 1,
                    f"side {side}, kernel {kernel_size}, stride {stride}: a number of positions "
                    "is whole: round down",
                ),
                (
                    side // stride,
                    f"side {side}, kernel {kernel_size}, stride {stride}: the kernel size counts, "
                    "too, not the stride alone",
                ),
            ),
            what=f"output_side at side {side}, kernel {kernel_size}, stride {stride}",
            tolerance=1e-9,
        )
    yield "rounded down, also where pixels are left over"


def _fits(side, kernel_size, stride):
    """Count the positions of a kernel one by one."""
    return len(range(0, side - kernel_size + 1, stride))


@exercise(
    "6.2",
    "Convolutional encoder",
    points=2,
    noun="model builder",
    steps=("model", "weights", "codes", "activation"),
    hints=(
        "Four layers after keras.Input((28, 28, 1)): two Conv2D, a Flatten, a Dense.",
        "Both convolutions have kernel size 2, strides=2 and a ReLU, with 32 and then 64 filters; "
        'the Dense layer takes the activation that was asked for, and name="code".',
        'units = keras.layers.Conv2D(32, 2, strides=2, activation="relu")(images); the same with '
        "64; keras.layers.Flatten(); keras.layers.Dense(code_size, activation, "
        'name="code"); return keras.Model(images, codes)',
    ),
)
def check_build_conv_encoder(build_conv_encoder, rng):
    model = build_conv_encoder(5, "relu")
    if not hasattr(model, "get_weights"):
        raise expect.NotYet(f"expected a Keras model; got {expect.describe(model)}")
    if tuple(model.input_shape) != (None, 28, 28, 1):
        raise expect.NotYet(
            "the model's input should be images (n, 28, 28, 1); yours takes "
            f"{tuple(model.input_shape)}"
        )
    if model.layers[-1].name != "code":
        raise expect.NotYet(
            f'the last layer is named {model.layers[-1].name!r}; name it: name="code", since the '
            "next exercise finds it by this name"
        )
    yield "images (n, 28, 28, 1) in, a last layer named code"
    _expect_conv_weights(model, 5)
    yield "2 x 2 kernels, 1 to 32 to 64 channels, then 3,136 to the code"
    images = rng.uniform(size=(3, 28, 28, 1)).astype("float32")
    _expect_conv_codes(model, images, rng, "relu")
    yield "both convolutions, then the code: equal to patches by hand"
    other = build_conv_encoder(3, "elu")
    _expect_conv_weights(other, 3)
    _expect_conv_codes(other, images, rng, "elu")
    yield "the code's activation is the one asked for"


def _expect_conv_weights(model, code_size):
    """Compare the shapes of the weights, or say which layer is odd."""
    shapes = [tuple(w.shape) for w in model.get_weights()]
    right = [(2, 2, 1, 32), (32,), (2, 2, 32, 64), (64,), (3136, code_size), (code_size,)]
    if shapes == right:
        return
    if len(shapes) < 6 and shapes == [s for s in right if len(s) > 1]:
        raise expect.NotYet("the layers have no biases: keep use_bias=True")
    if len(shapes) == 6 and shapes[4] == (3136, shapes[5][0]):
        raise expect.NotYet(
            f"the code has {shapes[5][0]} units; {code_size} were asked for: use code_size"
        )
    if len(shapes) == 6 and shapes[:4] == right[:4]:
        inputs = shapes[4][0]
        likely = {
            64: "64 is what pooling over the whole image leaves: use Flatten",
            26 * 26 * 64: "the stride is missing: strides=2 in both convolutions",
            13 * 13 * 64: "one of the convolutions has no stride: strides=2 in both",
            6 * 6 * 64: "one side is too small: is there another pooling layer or padding?",
            49: "the filters are averaged away: flatten all 64 channels",
        }
        cause = likely.get(inputs, "flatten 7 x 7 places of 64 channels")
        raise expect.NotYet(f"the code is computed from {inputs:,} numbers, not 3,136: {cause}")
    raise expect.NotYet(f"the weights should have the shapes {right}; yours have {shapes}")


def _expect_conv_codes(model, images, rng, activation):
    weights = [rng.normal(scale=0.3, size=w.shape) for w in model.get_weights()]
    model.set_weights(weights)
    functions = {
        "relu": lambda a: np.maximum(a, 0),
        "elu": lambda a: np.where(a > 0, a, np.expm1(np.minimum(a, 0))),
        "linear": lambda a: a,
        "sigmoid": lambda a: 1 / (1 + np.exp(-a)),
        "tanh": np.tanh,
    }
    right, *others = sorted(functions, key=lambda name: name != activation)

    def encode(conv, code):
        units = images.astype(float)
        for kernel, bias in (weights[:2], weights[2:4]):
            units = functions[conv](_patches(units, kernel) + bias)
        return functions[code](units.reshape(len(images), -1) @ weights[4] + weights[5])

    causes = [
        (encode("relu", name), f"the code's activation is {name}; {right} was asked for")
        for name in others
    ]
    causes += [
        (
            encode(name, right),
            f"the convolutions are {name}; in this net they are ReLU, whatever the code is",
        )
        for name in ("linear", "elu", "tanh", "sigmoid")
    ]
    expect.close(
        model(images), encode("relu", right), tuple(causes), what="the code", tolerance=1e-3
    )


def _patches(images, kernel):
    """Convolve by hand with stride 2: (n, 2h, 2w, c) and (2, 2, c, f) -> (n, h, w, f)."""
    count, height, width, channels = images.shape
    blocks = images.reshape(count, height // 2, 2, width // 2, 2, channels)
    return np.einsum("niajbc,abcf->nijf", blocks, kernel)


@exercise(
    "6.3",
    "The code model",
    points=2,
    noun="model",
    steps=("model", "codes", "shared"),
    hints=(
        "A Functional model is two ends of a graph that exists already: where it begins, and "
        "where it ends.",
        "It begins at autoencoder.input; a layer is found with autoencoder.get_layer(layer_name) "
        "and its result is the layer's .output.",
        "return keras.Model(autoencoder.input, autoencoder.get_layer(layer_name).output)",
    ),
)
def check_code_model(code_model, rng):
    import keras

    inputs = keras.Input((6,))
    units = keras.layers.Dense(5, "tanh", name="wide")(inputs)
    codes = keras.layers.Dense(2, "elu", name="narrow")(units)
    units = keras.layers.Dense(4, "tanh", name="back")(codes)
    whole = keras.Model(inputs, keras.layers.Dense(6, "sigmoid", name="out")(units))
    whole.set_weights([rng.normal(size=w.shape) for w in whole.get_weights()])
    model = code_model(whole, "narrow")
    if not hasattr(model, "predict"):
        if hasattr(model, "get_weights"):
            raise expect.NotYet(
                "this is the layer alone, which takes what the layer before it returns; make a "
                "keras.Model from the autoencoder's input to the layer's output"
            )
        raise expect.NotYet(
            f"expected a Keras model, so that it can be called; got {expect.describe(model)}"
        )
    if tuple(model.input_shape) != (None, 6):
        raise expect.NotYet(
            f"it should take what the autoencoder takes, (None, 6); yours takes "
            f"{tuple(model.input_shape)}: begin at autoencoder.input"
        )
    yield "a Keras model that takes images"
    images = rng.normal(size=(3, 6)).astype("float32")
    weights = [w.astype(float) for w in whole.get_weights()]
    hidden = np.tanh(images @ weights[0] + weights[1])
    linear = hidden @ weights[2] + weights[3]
    right = np.where(linear > 0, linear, np.expm1(np.minimum(linear, 0)))
    back = np.tanh(right @ weights[4] + weights[5])
    shape = tuple(np.shape(model(images)))
    for name, values in (("wide", hidden), ("back", back), ("out", whole(images))):
        if shape == np.shape(values):
            raise expect.NotYet(
                f"it returns the output of the layer {name!r}; the one that was asked for, by "
                "its name, is 'narrow'"
            )
    copied = "its weights are not the trained ones: use the autoencoder's own layers, no copy"
    expect.shaped(model(images), (3, 2), "the code")
    if not np.allclose(model(images), right, rtol=1e-3, atol=1e-4):
        raise expect.NotYet(copied)
    wide = np.asarray(code_model(whole, "wide")(images))
    if wide.shape != hidden.shape or not np.allclose(wide, hidden, rtol=1e-3, atol=1e-4):
        raise expect.NotYet(
            "asked for 'wide', it returns something else: find the layer by `layer_name`"
        )
    yield "the output of the layer that was asked for"
    whole.set_weights([np.zeros_like(w) for w in weights])
    if not np.allclose(model(images), 0, atol=1e-6):
        raise expect.NotYet(
            "its weights stay as they were when the autoencoder is trained on: share the layers "
            "instead of copying their weights"
        )
    yield "it shares its weights with the autoencoder"


@exercise(
    "6.4",
    "Clustering accuracy",
    points=3,
    steps=("value", "any names", "more clusters than digits"),
    hints=(
        "Count first: a table with a row a cluster and a column a digit, holding how many images "
        "have both.",
        "linear_sum_assignment(table, maximize=True) returns the rows and columns of the best "
        "one-to-one match; the sum of the table there is the number of images that it gets right.",
        "table = np.array([[np.sum((clusters == c) & (labels == d)) for d in np.unique(labels)] "
        "for c in np.unique(clusters)]); rows, columns = linear_sum_assignment(table, "
        "maximize=True); return table[rows, columns].sum() / len(labels)",
    ),
)
def check_clustering_accuracy(clustering_accuracy, rng):
    # A table on which a greedy match, a majority vote and the right answer all differ.
    table = np.array([[50, 45, 0], [40, 0, 0], [0, 5, 30]])
    # Names of clusters under which no match at all differs from every other mistake.
    names = np.array(((2, 0, 1), (0, 2, 1))[rng.integers(2)])
    labels, clusters = _from_table(table, names, rng)
    value = clustering_accuracy(labels, clusters)
    expect.close(value, 115 / 170, _matching_causes(table, labels, clusters), tolerance=1e-6)
    yield "the share of images that the best one-to-one match gets right"
    labels, clusters = _from_table(table, np.array([7, 3, 40]), rng)
    expect.close(
        clustering_accuracy(labels + 2, clusters),
        115 / 170,
        what="the accuracy, with clusters named 3, 7 and 40 and digits 2 to 4,",
        tolerance=1e-6,
    )
    yield "whatever clusters and digits are called"
    table = np.array([[20, 0], [15, 2], [1, 12]])
    labels, clusters = _from_table(table, rng.permutation(3), rng)
    expect.close(
        clustering_accuracy(labels, clusters),
        32 / 50,
        (
            (
                47 / 50,
                "with three clusters and two digits one cluster stays without a digit: yours "
                "gives one digit to two clusters",
            ),
        ),
        what="the accuracy of three clusters and two digits",
        tolerance=1e-6,
    )
    yield "a cluster without a digit of its own counts as wrong"


def _from_table(table, names, rng):
    """Return labels (columns) and clusters (rows, renamed) that have this table, shuffled."""
    pairs = [
        (digit, names[cluster])
        for (cluster, digit), count in np.ndenumerate(table)
        for _ in range(count)
    ]
    labels, clusters = np.array(pairs)[rng.permutation(len(pairs))].T
    return labels, clusters


def _matching_causes(table, labels, clusters):
    total = table.sum()
    worst = min(sum(table[range(3), order]) for order in permutations(range(3)))
    return (
        (
            115,
            "this is a number of images; divide by how many there are",
        ),
        (
            np.mean(labels == clusters),
            "cluster 3 need not be digit 3: match clusters with digits first",
        ),
        (
            table.max(axis=1).sum() / total,
            "each cluster takes its most frequent digit, so that one digit can be taken twice: "
            "the match is one-to-one",
        ),
        (
            table.max(axis=0).sum() / total,
            "each digit takes its largest cluster, so that one cluster can be taken twice: "
            "the match is one-to-one",
        ),
        (
            80 / total,
            "the match is greedy: the largest entry first. Giving up a little there can win more "
            "elsewhere: linear_sum_assignment looks at all",
        ),
        (worst / total, "this is the worst match: linear_sum_assignment(..., maximize=True)"),
    )


@exercise(
    "6.5",
    "Perplexity",
    points=3,
    steps=("sum", "value", "far away"),
    hints=(
        "For a given beta all is a formula: weights exp(-beta d²), their sum, probabilities, their "
        "entropy, 2 to its power. Is the result above the perplexity wanted? Then beta is too "
        "small.",
        "Keep a low and a high beta that have the answer between them, try the middle (on a "
        "logarithmic scale: the root of low times high), and replace one of the two; 100 times.",
        "low, high = 1e-10, 1e10; in each round: beta = np.sqrt(low * high); p = np.exp(-beta * "
        "(d - d.min())) with d the distances divided by their mean; p /= p.sum(); entropy = "
        "-np.sum(p * np.log2(p + 1e-300)); if 2**entropy > perplexity: low = beta, else: "
        "high = beta",
    ),
)
def check_neighbour_probabilities(neighbour_probabilities, rng):
    squared = rng.uniform(0.5, 6, size=12)
    perplexity = float(rng.uniform(3.5, 5))
    answer = expect.shaped(neighbour_probabilities(squared.copy(), perplexity), (12,))
    if np.any(answer < 0) or not np.isclose(answer.sum(), 1, atol=1e-4):
        raise expect.NotYet(
            f"probabilities add up to 1; yours add up to {answer.sum():.4g}: divide by their sum"
        )
    yield "probabilities, with sum 1"
    expect.close(
        answer,
        _with_perplexity(squared, perplexity),
        _perplexity_causes(squared, perplexity),
        what="the probabilities",
        tolerance=2e-3,
    )
    yield "exp(-beta d²), with the perplexity that was asked for"
    for far, what in ((squared * 1e5, "100,000 times as far"), (squared + 5e4, "all very far")):
        with np.errstate(all="ignore"):
            answer = expect.shaped(neighbour_probabilities(far.copy(), perplexity), (12,))
        if not np.all(np.isfinite(answer)) or not np.isclose(answer.sum(), 1, atol=1e-4):
            raise expect.NotYet(
                f"with points that are {what}, every exp(-beta d²) is 0, and 0 / 0 is nan: "
                "subtract the smallest distance first, which changes no probability"
            )
        expect.close(
            answer,
            _with_perplexity(squared, perplexity),
            what=f"the probabilities of points that are {what}",
            tolerance=2e-2,
        )
    yield "the same when all points are farther away"


def _softmax(logits):
    weights = np.exp(logits - np.max(logits))
    return weights / weights.sum()


def _entropy(probabilities):
    positive = probabilities[probabilities > 0]
    return -np.sum(positive * np.log(positive))


def _with_perplexity(squared, perplexity):
    """Find beta with a root finder, as an independent way to the same probabilities."""

    def excess(log_beta):
        return _entropy(_softmax(-np.exp(log_beta) * squared)) - np.log(perplexity)

    return _softmax(-np.exp(brentq(excess, -12, 12, xtol=1e-12)) * squared)


def _perplexity_causes(squared, perplexity):
    nearest = np.where(squared == squared.min(), 1.0, 0.0)
    fixed = "beta is fixed, and the perplexity not used: look for the beta that gives it"
    bases = (
        "the bases do not go together: 2 to the power of an entropy in bits (np.log2), or e to "
        "the power of one in nats (np.log)"
    )
    return (
        (
            np.full(12, 1 / 12),
            "beta ends at 0, where all are equally near: is the wrong half kept (a larger beta "
            "gives a smaller perplexity), or the entropy itself compared with the perplexity?",
        ),
        (
            nearest,
            "beta ends at the top of its range, where only the nearest point counts: a larger "
            "beta gives a smaller perplexity, so is it the wrong half that is kept?",
        ),
        (_softmax(-squared), fixed),
        (_softmax(-squared / 2), fixed),
        (_softmax(-squared / perplexity), "the perplexity is not beta: it is 2 to the entropy"),
        (
            _softmax(-squared / (2 * perplexity**2)),
            "the perplexity is not sigma: it is 2 to the power of the entropy",
        ),
        (_with_perplexity(squared, np.exp(np.log2(perplexity))), bases),
        (_with_perplexity(squared, 2 ** np.log(perplexity)), bases),
        (
            _with_perplexity(np.sqrt(squared), perplexity),
            "a root is taken: the exponent holds the squared distance",
        ),
        (
            _with_perplexity(squared**2, perplexity),
            "the distances are squared already: do not square them again",
        ),
    )


@exercise(
    "6.6",
    "What the map gets wrong",
    points=2,
    steps=("P", "Q", "divergence"),
    hints=(
        "P needs the mean of each pair's two conditional probabilities, divided by n. Q needs "
        "1 / (1 + d²) of each pair of places, without the pairs of a point with itself.",
        "Q is divided by one sum, over all pairs. For the divergence leave out entries where P is "
        "0, and with them the diagonal.",
        "joint = (conditional + conditional.T) / (2 * n); closeness = 1 / (1 + d2), "
        "np.fill_diagonal(closeness, 0), divided by closeness.sum(); np.sum of P log(P / Q) where "
        "joint > 0",
    ),
)
def check_map_divergence(map_divergence, rng):
    count = 6
    conditional = rng.uniform(0.1, 1, size=(count, count))
    np.fill_diagonal(conditional, 0)
    conditional[0, 1] = conditional[1, 0] = 0
    conditional /= conditional.sum(axis=1, keepdims=True)
    points = rng.normal(size=(count, 2))
    joint, similarities, divergence = expect.parts(
        map_divergence(conditional.copy(), points.copy()), ("joint", "similarities", "divergence")
    )
    both = conditional + conditional.T
    right_joint = both / (2 * count)
    expect.close(
        joint,
        right_joint,
        (
            (
                both / 2,
                f"its sum is {count}: divide by the number of points as well, so that it is 1",
            ),
            (both / count, "its sum is 2: take the mean of the two conditional probabilities"),
            (both, f"its sum is {2 * count}: divide by 2 n"),
            (
                conditional / count,
                "it is not symmetric: add the transposed matrix, so that P[i, j] = P[j, i]",
            ),
            (conditional, "these are the conditional probabilities as they came"),
        ),
        what="P",
    )
    yield "the mean of both conditionals over n: symmetric, with sum 1"
    squared = np.square(points[:, None] - points).sum(axis=2)
    away = 1 - np.eye(count)
    student = away / (1 + squared)
    similarity = student / student.sum()
    expect.close(similarities, similarity, _similarity_causes(squared, away), what="Q")
    yield "Student-t, one sum over all pairs"
    paired = right_joint > 0
    terms = right_joint[paired] * np.log(right_joint[paired] / similarity[paired])
    swapped = similarity[paired] * np.log(similarity[paired] / right_joint[paired])
    if np.shape(divergence) == () and not np.isfinite(float(divergence)):
        raise expect.NotYet(
            "the divergence is nan or infinite: 0 log 0 counts as 0, so leave out the entries "
            "where P is 0; the diagonal is among them"
        )
    expect.close(
        divergence,
        terms.sum(),
        (
            (swapped.sum(), "this is KL(Q || P): P stands before the logarithm, and Q below P"),
            (-terms.sum(), "the sign: P log(P / Q), with P above Q"),
            (terms.sum() / np.log(2), "this is in bits: use the natural logarithm"),
            (terms.mean(), "averaged over the pairs: the divergence is their sum"),
            (terms.sum() / count, "averaged over the points: the divergence is one sum"),
            (terms.sum() / 2, "half of it came back: both (i, j) and (j, i) count"),
        ),
        what="the divergence",
    )
    yield "the sum of P log(P / Q), in nats"


def _similarity_causes(squared, away):
    student = 1 / (1 + squared)
    gauss = np.exp(-squared) * away
    rows = student * away
    full = 1 / (1 + np.sqrt(squared)) * away
    return (
        (
            student / student.sum(),
            "the diagonal counts, too: a point is no neighbour of itself, so set it to 0 before "
            "the sum",
        ),
        (
            student / rows.sum(),
            "the diagonal is not 0: a point is no neighbour of itself",
        ),
        (
            rows / rows.sum(axis=1, keepdims=True),
            "each row has sum 1: divide by one sum over all pairs",
        ),
        (
            gauss / gauss.sum(),
            "these are Gaussian, exp(-d²); on the map it is the Student-t, 1 / (1 + d²)",
        ),
        (
            np.exp(-squared / 2) * away / (np.exp(-squared / 2) * away).sum(),
            "these are Gaussian, exp(-d²/2); on the map it is the Student-t, 1 / (1 + d²)",
        ),
        (full / full.sum(), "a root is taken: 1 / (1 + d²) holds the squared distance"),
        (rows, "their sum is not 1: divide by it"),
    )


@exercise(
    "6.7",
    "Reading the map",
    points=2,
    steps=("pair", "both ways", "nothing mixed"),
    hints=(
        "labels[neighbours] is the digit of each point's neighbour. Only points where it differs "
        "from their own matter.",
        "Count pairs without order: a 4 beside a 9 and a 9 beside a 4 are the same pair, "
        "tuple(sorted((a, b))).",
        "pairs = [tuple(sorted(p)) for p in zip(labels.tolist(), labels[neighbours].tolist()) if "
        "p[0] != p[1]]; return max(set(pairs), key=pairs.count) if pairs else None",
    ),
)
def check_most_mixed_pair(most_mixed_pair, rng):
    names = rng.permutation(10)
    plan = {(0, 0): 20, (1, 1): 9, (0, 3): 4, (1, 2): 5, (2, 1): 1, (3, 4): 7, (4, 3): 2}
    labels, neighbours = _neighbours(plan, names, rng)
    right = {int(names[3]), int(names[4])}
    answer = most_mixed_pair(labels, neighbours)
    _expect_pair(answer, right, names, plan)
    yield "two different digits, in most of the mixed pairs"
    plan = {(0, 0): 5, (1, 1): 2, (0, 1): 7, (2, 3): 5, (3, 2): 4}
    labels, neighbours = _neighbours(plan, names, rng)
    _expect_pair(most_mixed_pair(labels, neighbours), {int(names[2]), int(names[3])}, names, plan)
    yield "a beside b and b beside a are one pair"
    labels, neighbours = _neighbours({(0, 0): 3, (1, 1): 4}, names, rng)
    answer = most_mixed_pair(labels, neighbours)
    if answer is not None:
        raise expect.NotYet(
            "every neighbour here has its point's own digit, so nothing is mixed and the answer "
            f"is None; got {answer!r:.60}"
        )
    yield "None when no neighbour is of another digit"


def _neighbours(plan, names, rng):
    """Return labels and neighbour indices with these counts of (own, neighbour's) class."""
    own = [names[a] for (a, _), count in plan.items() for _ in range(count)]
    wanted = [names[b] for (_, b), count in plan.items() for _ in range(count)]
    order = rng.permutation(len(own))
    labels, wanted = np.array(own)[order], np.array(wanted)[order]
    if not set(wanted) <= set(labels):
        raise AssertionError("the plan asks for a neighbour of a class that has no point")
    places = np.arange(len(labels))
    neighbours = [
        rng.choice(places[(labels == b) & (places != place)]) for place, b in enumerate(wanted)
    ]
    return labels, np.array(neighbours)


def _expect_pair(answer, right, names, plan):
    if not isinstance(answer, tuple | list | np.ndarray | set) or len(answer) != 2:
        raise expect.NotYet(f"expected two digits, a tuple; got {expect.describe(answer)}")
    found = {int(value) for value in answer}
    if len(found) == 1:
        raise expect.NotYet(
            "the pair holds the same digit twice: points whose neighbour has their own digit are "
            "not mixed, leave them out"
        )
    if found == right:
        return
    named = {frozenset((int(names[a]), int(names[b]))): n for (a, b), n in plan.items() if a != b}
    one_way = max(((n, a, b) for (a, b), n in plan.items() if a != b), key=lambda entry: entry[0])
    if found == {int(names[one_way[1]]), int(names[one_way[2]])}:
        raise expect.NotYet(
            "this pair is the most frequent in one direction; count a 4 beside a 9 and a 9 beside "
            "a 4 together"
        )
    if frozenset(found) in named:
        raise expect.NotYet(
            f"expected the digits {sorted(right)}, got {sorted(found)}, which are mixed less often"
        )
    raise expect.NotYet(
        f"expected the digits {sorted(right)}, got {sorted(found)}, which are never neighbours "
        "here: return digits, not counts or places in the list"
    )
