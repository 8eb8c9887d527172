"""Lesson 06: each check accepts right answers of any kind and names the mistake in wrong ones."""

from itertools import permutations

import keras
import numpy as np
from answers import closing_tests
from scipy.optimize import brentq, linear_sum_assignment
from scipy.spatial.distance import cdist
from scipy.special import softmax
from scipy.stats import binomtest
from sklearn.metrics import confusion_matrix


def conv_shape(side, channels, filters, kernel, stride):
    return (side - kernel) // stride + 1, kernel * kernel * channels * filters + filters


def shape_by_keras(side, channels, filters, kernel, stride):
    layer = keras.layers.Conv2D(filters, kernel, strides=stride)
    layer.build((None, side, side, channels))
    return layer.compute_output_shape((1, side, side, channels))[1], layer.count_params()


def with_side(rule):
    """Return an answer to 6.1 with this rule for the side and the right parameters."""
    return lambda s, c, f, k, stride: (rule(s, k, stride), conv_shape(s, c, f, k, stride)[1])


def with_parameters(rule):
    return lambda s, c, f, k, stride: (conv_shape(s, c, f, k, stride)[0], rule(c, f, k))


def encoder(
    conv="relu", code=None, strides=2, flatten=keras.layers.Flatten, name="code", **options
):
    """Return a builder of the convolutional encoder, or of one with a mistake."""

    def build(code_size, activation):
        layers = [keras.Input((28, 28, 1))]
        for filters in (32, 64):
            layers.append(keras.layers.Conv2D(filters, 2, strides, activation=conv, **options))
        layers.append(flatten())
        layers.append(keras.layers.Dense(code_size, code or activation, name=name, **options))
        return keras.Sequential(layers)

    return build


def one_by_one(code_size, activation):
    images = units = keras.Input((28, 28, 1))
    for filters in (32, 64):
        units = keras.layers.Conv2D(filters, (2, 2), (2, 2), padding="same")(units)
        units = keras.layers.ReLU()(units)
    units = keras.layers.Reshape((7 * 7 * 64,))(units)
    return keras.Model(images, keras.layers.Dense(code_size, activation, name="code")(units))


def without_input(code_size, activation):
    return keras.Sequential(encoder()(code_size, activation).layers)


class OwnEncoder(keras.Model):
    def __init__(self, code_size, activation):
        super().__init__()
        self.code = keras.layers.Dense(code_size, activation)
        self.first = keras.layers.Conv2D(32, 2, 2, activation="relu")
        self.second = keras.layers.Conv2D(64, 2, 2, activation="relu")

    def call(self, images):
        units = self.second(self.first(images))
        return self.code(keras.ops.reshape(units, (-1, 7 * 7 * 64)))


class Around(keras.Model):
    def __init__(self, model):
        super().__init__()
        self.model = model

    def call(self, inputs):
        return self.model(inputs)


def cut(autoencoder, name):
    return keras.Model(autoencoder.inputs, autoencoder.get_layer(name).output)


def step_by_step(autoencoder, name):
    inputs = units = keras.Input(autoencoder.input_shape[1:])
    for layer in autoencoder.layers[1:]:
        units = layer(units)
        if layer.name == name:
            return keras.Model(inputs, units)


def sequential(autoencoder, name):
    names = [layer.name for layer in autoencoder.layers]
    return keras.Sequential(autoencoder.layers[: names.index(name) + 1])


def fresh(autoencoder, name):
    return cut(keras.models.clone_model(autoencoder), name)


def copied(autoencoder, name):
    other = keras.models.clone_model(autoencoder)
    other.set_weights(autoencoder.get_weights())
    return cut(other, name)


def table_of(labels, clusters):
    return np.array(
        [
            [np.sum((clusters == c) & (labels == d)) for d in np.unique(labels)]
            for c in np.unique(clusters)
        ]
    )


def by_hungarian(labels, clusters):
    table = table_of(labels, clusters)
    return table[linear_sum_assignment(table, maximize=True)].sum() / len(labels)


def by_cost(labels, clusters):
    _, digits = np.unique(labels, return_inverse=True)
    _, groups = np.unique(clusters, return_inverse=True)
    table = confusion_matrix(groups, digits)
    rows, columns = linear_sum_assignment(-table)
    return sum(table[r, c] for r, c in zip(rows, columns, strict=True)) / len(digits)


def by_brute_force(labels, clusters):
    table = table_of(labels, clusters)
    table = table if table.shape[0] >= table.shape[1] else table.T
    return max(
        sum(table[r, c] for c, r in enumerate(rows)) / len(labels)
        for rows in permutations(range(len(table)), table.shape[1])
    )


def greedy(labels, clusters):
    table = table_of(labels, clusters).astype(float)
    found = 0
    for _ in range(min(table.shape)):
        row, column = np.unravel_index(np.argmax(table), table.shape)
        found += table[row, column]
        table[row], table[:, column] = -1, -1
    return found / len(labels)


def square_only(labels, clusters):
    """Match one-to-one where the table is square, by majority elsewhere."""
    table = table_of(labels, clusters)
    if table.shape[0] == table.shape[1]:
        return by_hungarian(labels, clusters)
    return table.max(axis=1).sum() / len(labels)


def entropy(p, log=np.log2):
    return -np.sum(p * log(p + 1e-300))


def bisect(measure=lambda p: 2 ** entropy(p), prepare=lambda d: d - d.min(), turned=False):
    """Return an answer to 6.5 that bisects beta until the measure is the perplexity."""

    def neighbour_probabilities(squared, perplexity):
        distances = prepare(squared)
        low, high = 1e-12, 1e12
        for _ in range(200):
            beta = np.sqrt(low * high)
            p = np.exp(-beta * distances)
            p = p / p.sum()
            if (measure(p) > perplexity) != turned:
                low = beta
            else:
                high = beta
        return p

    return neighbour_probabilities


def by_root_finder(squared, perplexity):
    scaled = (squared - squared.min()) / squared.std()

    def excess(beta):
        p = softmax(-beta * scaled)
        return -np.sum(p * np.log(p + 1e-300)) - np.log(perplexity)

    return softmax(-brentq(excess, 1e-6, 1e4) * scaled)


def plain_bisection(squared, perplexity):
    scaled = (squared - squared.min()) / squared.mean()
    low, high = 0.0, 1e9
    for _ in range(100):
        beta = (low + high) / 2
        p = softmax(-beta * scaled)
        low, high = (beta, high) if np.exp(entropy(p, np.log)) > perplexity else (low, beta)
    return p


def divergence_with(joint=None, similarity=None, total=None):
    """Return an answer to 6.6, with one of its three formulas replaced."""

    def map_divergence(conditional, points):
        n = len(points)
        p = (joint or (lambda c: (c + c.T) / (2 * n)))(conditional)
        squared = cdist(points, points, "sqeuclidean")
        q = (similarity or student)(squared)
        return p, q, (total or kl)(p, q)

    return map_divergence


def student(squared):
    weights = (1 - np.eye(len(squared))) / (1 + squared)
    return weights / weights.sum()


def gauss(squared):
    weights = np.exp(-squared) * (1 - np.eye(len(squared)))
    return weights / weights.sum()


def rowwise(squared):
    weights = student(squared)
    return weights / weights.sum(axis=1, keepdims=True)


def with_diagonal(squared):
    return 1 / (1 + squared) / (1 / (1 + squared)).sum()


def kl(p, q):
    return np.sum([a * np.log(a / b) for a, b in zip(p.ravel(), q.ravel(), strict=True) if a > 0])


def kl_with_margin(p, q):
    return np.sum(p * np.log((p + 1e-300) / (q + 1e-300)))


def loops(conditional, points):
    n = len(points)
    p, q = np.zeros((n, n)), np.zeros((n, n))
    for i in range(n):
        for j in range(n):
            if i != j:
                p[i, j] = (conditional[i, j] + conditional[j, i]) / 2 / n
                q[i, j] = 1 / (1 + np.sum((points[i] - points[j]) ** 2))
    q /= q.sum()
    return p, q, kl(p, q)


def verdict(margin=lambda tosses, n: 2 * np.sqrt(tosses), paired=True, names=("code", "map")):
    """Return an answer to 6.7 with this margin between the two sides."""

    def more_mixed(labels, in_code, on_map):
        code, on_map = (labels[near] != labels for near in (in_code, on_map))
        if paired:
            code, on_map = code & ~on_map, on_map & ~code
        lead, tosses = on_map.sum() - code.sum(), on_map.sum() + code.sum()
        if abs(lead) <= margin(tosses, len(labels)):
            return "undecided"
        return names[int(lead > 0)]

    return more_mixed


def by_loop(labels, in_code, on_map):
    heads = tosses = 0
    for own, code, on in zip(labels, labels[in_code], labels[on_map], strict=True):
        if (own == code) != (own == on):
            tosses += 1
            heads += own != on
    if tosses == 0:
        return "undecided"
    away = (heads - tosses / 2) / (tosses**0.5 / 2)
    return "map" if away > 2 else "code" if away < -2 else "undecided"


def by_binomial(labels, in_code, on_map):
    code, on = labels[in_code] != labels, labels[on_map] != labels
    heads, tosses = int(np.sum(on & ~code)), int(np.sum(on != code))
    if tosses == 0 or binomtest(heads, tosses).pvalue >= 0.0455:
        return "undecided"
    return "map" if 2 * heads > tosses else "code"


def at_the_edge(labels, in_code, on_map):
    code, on = labels[in_code] != labels, labels[on_map] != labels
    heads, tosses = np.sum(on & ~code), np.sum(on != code)
    if tosses and abs(2 * heads - tosses) >= 2 * np.sqrt(tosses):
        return "map" if 2 * heads > tosses else "code"
    return "undecided"


def neighbours_compared(labels, in_code, on_map):
    apart = labels[in_code] != labels[on_map]
    heads = np.sum(apart & (labels[on_map] != labels))
    tails = np.sum(apart & (labels[in_code] != labels))
    if abs(heads - tails) <= 2 * np.sqrt(max(apart.sum(), 1)):
        return "undecided"
    return "map" if heads > tails else "code"


def evaluation(
    keep=lambda scores, costs: int(np.argmin(costs)),
    score=by_hungarian,
    spread=lambda kept: (max(kept) - min(kept)) / 2,
    control=lambda rng, labels, clusters: by_hungarian(rng.permutation(labels), clusters),
    flattered=lambda rows: np.mean([max(row) for row in rows]),
    used=lambda seeds: seeds,
    finish=lambda *four: four,
):
    """Return an answer to 6.8, with one of its parts replaced."""

    def evaluate_clustering(spaces, labels, cluster, seeds, rng):
        rows, kept, permuted = [], [], []
        for points in spaces:
            runs = [cluster(points, seed) for seed in used(seeds)]
            rows.append([score(labels, clusters) for clusters, _ in runs])
            chosen = keep(rows[-1], [cost for _, cost in runs])
            kept.append(rows[-1][chosen])
            permuted.append(control(rng, labels, runs[chosen][0]))
        return finish(np.mean(kept), spread(kept), np.mean(permuted), flattered(rows))

    return evaluate_clustering


def control_on_the_first_space(spaces, labels, cluster, seeds, rng):
    mean, spread, _, flattered = evaluation()(spaces, labels, cluster, seeds, rng)
    return mean, spread, evaluation()(spaces[:1], labels, cluster, seeds, rng)[2], flattered


def step_by_step_evaluation(spaces, labels, cluster, seeds, rng):
    accuracies, chances, peeked = [], [], []
    for points in spaces:
        lowest, best = np.inf, 0
        for seed in seeds:
            clusters, cost = cluster(points, seed=seed)
            accuracy = by_cost(labels, clusters)
            best = max(best, accuracy)
            if cost < lowest:
                lowest, kept, kept_accuracy = cost, clusters, accuracy
        accuracies.append(kept_accuracy)
        peeked.append(best)
        shuffled = labels.copy()
        rng.shuffle(shuffled)
        chances.append(by_cost(shuffled, kept))
    return [np.mean(accuracies), np.ptp(accuracies) / 2, np.mean(chances), np.mean(peeked)]


def as_matched_before(rng, labels, clusters):
    table = table_of(labels, clusters)
    rows, columns = linear_sum_assignment(table, maximize=True)
    names = dict(zip(np.unique(clusters)[rows], np.unique(labels)[columns], strict=True))
    return np.mean([names[c] == d for c, d in zip(clusters, rng.permutation(labels), strict=True)])


def of_equal_size(rng, labels, clusters):
    return by_hungarian(labels, rng.integers(0, len(np.unique(labels)), size=len(labels)))


RIGHT = {
    "6.1": [
        ("formula", conv_shape),
        ("keras", shape_by_keras),
        ("ceil", with_side(lambda s, k, t: -(-(s - k + 1) // t))),
    ],
    "6.2": [
        ("sequential", encoder()),
        ("one by one", one_by_one),
        ("without a name", encoder(name=None)),
        ("without an Input", without_input),
        ("a class", OwnEncoder),
    ],
    "6.3": [
        ("inputs", cut),
        ("again", step_by_step),
        ("sequential", sequential),
        ("a class", lambda autoencoder, name: Around(cut(autoencoder, name))),
    ],
    "6.4": [
        ("hungarian", by_hungarian),
        ("cost", by_cost),
        ("brute force", by_brute_force),
    ],
    "6.5": [
        ("bisection", bisect()),
        ("root finder", by_root_finder),
        ("plain", plain_bisection),
        ("nats", bisect(lambda p: np.exp(entropy(p, np.log)))),
    ],
    "6.6": [
        ("cdist", divergence_with()),
        ("loops", loops),
        ("tiny margin", divergence_with(total=kl_with_margin)),
    ],
    "6.7": [("arrays", verdict()), ("loop", by_loop), ("binomial", by_binomial)],
    "6.8": [
        ("lists", evaluation()),
        ("step by step", step_by_step_evaluation),
        (
            "clusters permuted",
            evaluation(control=lambda r, labels, found: by_hungarian(labels, r.permutation(found))),
        ),
    ],
}
WRONG = {
    "6.1": [
        ("one short", with_side(lambda s, k, t: (s - k) // t), "one position is missing"),
        ("as with padding", with_side(lambda s, k, t: -(-s // t)), "that is with padding"),
        ("no stride", with_side(lambda s, k, t: s - k + 1), "the stride is missing"),
        ("rounded up", with_side(lambda s, k, t: -(-(s - k) // t) + 1), "round down: the kernel"),
        ("a fraction", with_side(lambda s, k, t: (s - k) / t + 1), "positions is whole"),
        ("no bias", with_parameters(lambda c, f, k: k * k * c * f), "biases are missing"),
        ("no channels", with_parameters(lambda c, f, k: (k * k + 1) * f), "channels are missing"),
        (
            "bias a channel",
            with_parameters(lambda c, f, k: (k * k + 1) * f * c),
            "one bias per filter and channel",
        ),
        ("flat kernel", with_parameters(lambda c, f, k: (k * c + 1) * f), "a square"),
        ("sixteen", with_parameters(lambda c, f, k: (16 * c + 1) * f), "28 x 28 x 1, 32 filters"),
        ("swapped", lambda *a: conv_shape(*a)[::-1], "parameters came first"),
    ],
    "6.2": [
        ("no stride", encoder(strides=1), "strides=2 in both convolutions"),
        ("pooled", encoder(flatten=keras.layers.GlobalAveragePooling2D), "is there a pooling"),
        ("elu convolutions", encoder(conv="elu"), "the convolutions are elu"),
        ("linear convolutions", encoder(conv=None), "the convolutions are linear"),
        ("always relu", encoder(code="relu"), "always relu"),
        ("linear code", encoder(code="linear"), "always linear"),
        ("no bias", encoder(use_bias=False), "has no biases"),
        ("five units", lambda n, act: encoder()(5, act), "use code_size"),
        ("nothing", lambda *a: None, "should be a Keras model"),
    ],
    "6.3": [
        ("layer", lambda a, name: a.get_layer(name), "this is the layer alone"),
        ("output", lambda a, name: a.get_layer(name).output, "should be a Keras model"),
        ("whole", lambda a, name: a, "ends at 'out'"),
        ("third layer", lambda a, name: cut(a, a.layers[3].name), "ends at 'out_in'"),
        ("fresh", fresh, "not this autoencoder's"),
        ("fixed name", lambda a, name: cut(a, "code"), "ends at 'code'"),
        ("copied", copied, "when the autoencoder is trained on"),
    ],
    "6.4": [
        ("no match", lambda a, b: np.mean(a == b), "need not be digit 3"),
        ("smallest sum of a table with empty rows", lambda a, b: 0.0, "unless it gets"),
        (
            "majority",
            lambda a, b: table_of(a, b).max(axis=1).sum() / len(a),
            "one digit can be taken twice",
        ),
        (
            "largest cluster",
            lambda a, b: table_of(a, b).max(axis=0).sum() / len(a),
            "one cluster can be taken twice",
        ),
        ("greedy", greedy, "the match is greedy"),
        (
            "minimum",
            lambda a, b: table_of(a, b)[linear_sum_assignment(table_of(a, b))].sum() / len(a),
            "this is the worst match",
        ),
        ("count", lambda a, b: by_hungarian(a, b) * len(a), "divide by how many"),
        ("square only", square_only, "its most frequent digit"),
    ],
    "6.5": [
        ("not divided", lambda d, p: np.exp(-d), "divide by their sum"),
        ("fixed", lambda d, p: softmax(-d / 2), "beta is fixed"),
        ("perplexity is sigma", lambda d, p: softmax(-d / 2 / p**2), "is not sigma"),
        ("perplexity is beta", lambda d, p: softmax(-d / p), "is not beta"),
        ("turned", bisect(turned=True), "the wrong half"),
        ("entropy", bisect(entropy), "the entropy is compared"),
        ("mixed bases", bisect(lambda p: 2 ** entropy(p, np.log)), "bases do not go together"),
        ("root", bisect(prepare=lambda d: np.sqrt(d)), "a root is taken"),
        ("squared twice", bisect(prepare=lambda d: d**2), "squared already"),
        (
            "underflow",
            lambda d, p: (
                bisect(prepare=lambda d: d)(d, p)
                if d.max() < 1e4
                else np.exp(-d) / np.exp(-d).sum()
            ),
            "Subtract the smallest distance",
        ),
    ],
    "6.6": [
        ("not over n", divergence_with(joint=lambda c: (c + c.T) / 2), "divide by the number of"),
        ("not halved", divergence_with(joint=lambda c: (c + c.T) / len(c)), "its sum is 2"),
        ("one way", divergence_with(joint=lambda c: c / len(c)), "not symmetric"),
        ("gauss", divergence_with(similarity=gauss), "these are Gaussian"),
        ("rows", divergence_with(similarity=rowwise), "each row has sum 1"),
        ("diagonal", divergence_with(similarity=with_diagonal), "the diagonal counts, too"),
        ("swapped", divergence_with(total=lambda p, q: -_turned(p, q)), "this is KL(Q || P)"),
        ("sign", divergence_with(total=lambda p, q: -kl(p, q)), "the sign"),
        ("bits", divergence_with(total=lambda p, q: kl(p, q) / np.log(2)), "bits"),
        ("nan", divergence_with(total=lambda p, q: np.sum(p * np.log(p / q))), "0 log 0"),
    ],
    "6.7": [
        ("no margin", verdict(lambda tosses, n: 0), "however small its lead"),
        ("one deviation", verdict(lambda tosses, n: np.sqrt(tosses)), "one standard deviation"),
        ("four of them", verdict(lambda tosses, n: 4 * np.sqrt(tosses)), "four standard"),
        ("all images", verdict(lambda tosses, n: 2 * np.sqrt(n)), "taken for tosses"),
        ("not paired", verdict(paired=False), "both mix are counted, too"),
        ("swapped", verdict(names=("map", "code")), "the sides are swapped"),
        ("edge", at_the_edge, "are not more than two"),
        ("neighbours", neighbours_compared, "compared with each other"),
        ("variance", verdict(lambda tosses, n: tosses), "whatever the images are"),
        ("other word", lambda *a: "neither", "is asked for; it is the text 'neither'"),
        ("a number", lambda *a: 0.3, "is asked for; it is the number 0.3"),
    ],
    "6.8": [
        ("labels choose", evaluation(lambda s, c: int(np.argmax(s))), "the labels choose the run"),
        ("largest cost", evaluation(lambda s, c: int(np.argmax(c))), "largest cost is kept"),
        ("first run", evaluation(lambda s, c: 0), "the first run is kept"),
        ("one seed", evaluation(used=lambda seeds: seeds[:1]), "with each seed"),
        ("own seeds", evaluation(used=lambda seeds: range(len(seeds))), "none of `seeds`"),
        ("no match", evaluation(score=lambda a, b: np.mean(a == b)), "score by clustering_acc"),
        ("deviation", evaluation(spread=np.std), "this is the standard deviation; half"),
        ("whole range", evaluation(spread=np.ptp), "the whole distance"),
        (
            "labels as they are",
            evaluation(control=lambda r, labels, found: by_hungarian(labels, found)),
            "are not permuted",
        ),
        ("old match", evaluation(control=as_matched_before), "look for the best match anew"),
        (
            "unmatched control",
            evaluation(control=lambda r, labels, found: np.mean(r.permutation(labels) == found)),
            "compared without a match",
        ),
        ("sizes lost", evaluation(control=of_equal_size), "so that all sizes stay"),
        ("first space", control_on_the_first_space, "that of the first space alone"),
        (
            "own generator",
            evaluation(
                control=lambda r, labels, found: by_hungarian(
                    np.random.default_rng(3).permutation(labels), found
                )
            ),
            "other generators give the same control",
        ),
        (
            "global generator",
            evaluation(
                control=lambda r, labels, found: by_hungarian(np.random.permutation(labels), found)
            ),
            "another control each time",
        ),
        ("mean again", evaluation(flattered=lambda rows: 0), "the flattered"),
        ("best of all", evaluation(flattered=lambda rows: np.max(rows)), "the highest of all"),
        ("three", evaluation(finish=lambda *four: four[:3]), "return 4 results"),
        (
            "all spaces at once",
            lambda spaces, labels, cluster, seeds, rng: cluster(np.concatenate(spaces), seeds[0]),
            "takes one space",
        ),
    ],
}


def _turned(p, q):
    """Return minus KL(Q || P) over the pairs where P is not 0."""
    return np.sum(q[p > 0] * np.log(p[p > 0] / q[p > 0]))


test_complete, test_right, test_wrong = closing_tests("06", RIGHT, WRONG)
