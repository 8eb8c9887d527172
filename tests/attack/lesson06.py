"""Right and wrong answers to the exercises of lesson 06, to try the checks on."""

import math
import sys
from collections import Counter

import keras
import numpy as np
import scipy.special
from scipy.optimize import brentq, linear_sum_assignment
from scipy.spatial.distance import pdist, squareform
from scipy.stats import binomtest
from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score
from sklearn.metrics.cluster import contingency_matrix


def remembers_first(answer):
    kept = []

    def wrong(*arguments, **named):
        if not kept:
            kept.append(answer(*arguments, **named))
        return kept[0]

    return wrong


def remembers_by_shape(answer):
    kept = {}

    def wrong(*arguments, **named):
        shapes = str([np.shape(argument) for argument in arguments])
        if shapes not in kept:
            kept[shapes] = answer(*arguments, **named)
        return kept[shapes]

    return wrong


def exits(*arguments, **named):
    sys.exit(0)


def gives_up(*arguments, **named):
    raise ValueError("no idea")


def returns_none(*arguments, **named):
    return None


# Exercise 6.1


def shape(
    places=lambda side, k, s: (side - k) // s + 1,
    parameters=lambda c, f, k: (k * k * c + 1) * f,
    finish=lambda side, count: (side, count),
):
    def answer(side, channels, filters, kernel_size, stride):
        return finish(places(side, kernel_size, stride), parameters(channels, filters, kernel_size))

    return answer


def count_by_walking(side, k, s):
    start, count = 0, 0
    while start + k <= side:
        start, count = start + s, count + 1
    return count


def ask_keras(side, channels, filters, kernel_size, stride):
    layer = keras.layers.Conv2D(filters, kernel_size, strides=stride)
    layer.build((None, side, side, channels))
    return layer.compute_output_shape((1, side, side, channels))[1], layer.count_params()


# Exercise 6.2


def encoder(
    filters=(32, 64),
    kernel_size=2,
    strides=2,
    padding="valid",
    hidden="relu",
    flat=keras.layers.Flatten,
    last=lambda size, activation: keras.layers.Dense(size, activation, name="code"),
    before=(),
    between=(),
    after=(),
    **options,
):
    def build(code_size, activation):
        images = keras.Input((28, 28, 1))
        units = images
        for make in before:
            units = make()(units)
        for count in filters:
            units = keras.layers.Conv2D(
                count, kernel_size, strides=strides, padding=padding, activation=hidden, **options
            )(units)
        units = flat()(units)
        for make in between:
            units = make()(units)
        units = last(code_size, activation)(units)
        for make in after:
            units = make()(units)
        return keras.Model(images, units)

    return build


def dense(**options):
    return lambda size, activation: keras.layers.Dense(size, activation, **options)


def stack(code_size, activation):
    return [
        keras.layers.Conv2D(32, 2, strides=2, activation="relu"),
        keras.layers.Conv2D(64, 2, strides=2, activation="relu"),
        keras.layers.Flatten(),
        keras.layers.Dense(code_size, activation, name="code"),
    ]


def chain(parts, shape=(28, 28, 1)):
    images = units = keras.Input(shape)
    for part in parts:
        units = part(units)
    return keras.Model(images, units)


def sequential(code_size, activation):
    return keras.Sequential([keras.Input((28, 28, 1)), *stack(code_size, activation)])


def graph_of_a_sequential(code_size, activation):
    model = sequential(code_size, activation)
    return keras.Model(model.inputs[0], model.outputs[0])


class Encoder(keras.Model):
    def __init__(self, code_size, activation):
        model = chain(stack(code_size, activation))
        super().__init__(inputs=model.inputs[0], outputs=model.outputs[0])


def activations_apart(code_size, activation):
    images = units = keras.Input((28, 28, 1), name="images")
    for filters in (32, 64):
        units = keras.layers.Conv2D(filters, (2, 2), (2, 2))(units)
        units = keras.layers.Activation("relu")(units)
    units = keras.layers.Dense(code_size)(keras.layers.Flatten()(units))
    codes = keras.layers.Activation(activation, name="code")(units)
    return keras.Model(inputs=images, outputs=codes, name="encoder")


class Halving(keras.layers.Layer):
    def __init__(self, filters, **options):
        super().__init__(**options)
        self.convolution = keras.layers.Conv2D(filters, 2, 2)

    def build(self, input_shape):
        self.convolution.build(input_shape)

    def call(self, images):
        return keras.ops.relu(self.convolution(images))

    def compute_output_shape(self, input_shape):
        return self.convolution.compute_output_shape(input_shape)


def own_layers(code_size, activation):
    images = keras.Input((28, 28, 1))
    units = Halving(64)(Halving(32)(images))
    units = keras.layers.Reshape((7 * 7 * 64,))(units)
    return keras.Model(images, keras.layers.Dense(code_size, activation, name="code")(units))


class OwnModel(keras.Model):
    def __init__(self, code_size, activation):
        super().__init__()
        self.parts = stack(code_size, activation)

    def call(self, images):
        for part in self.parts:
            images = part(images)
        return images


def pooled(pooling):
    def build(code_size, activation):
        images = units = keras.Input((28, 28, 1))
        for filters in (32, 64):
            units = keras.layers.Conv2D(filters, 2, padding="same", activation="relu")(units)
            units = pooling(2)(units)
        codes = dense(name="code")(code_size, activation)(keras.layers.Flatten()(units))
        return keras.Model(images, codes)

    return build


def sharing(number, *arguments):
    kept = stack(*arguments)[number]

    def build(code_size, activation):
        parts = stack(code_size, activation)
        parts[number] = kept
        return chain(parts)

    return build


def frozen(code_size, activation):
    model = encoder()(code_size, activation)
    model.trainable = False
    return model


def same_start_each_time(code_size, activation):
    keras.utils.set_random_seed(0)
    return encoder()(code_size, activation)


def activation_on_the_convolutions(code_size, activation):
    return encoder(hidden=activation)(code_size, activation)


def dense_encoder(code_size, activation):
    return chain(
        [
            keras.layers.Flatten(),
            keras.layers.Dense(784, "relu"),
            keras.layers.Dense(code_size, activation, name="code"),
        ]
    )


def for_vectors(code_size, activation):
    return chain([keras.layers.Reshape((28, 28, 1)), *stack(code_size, activation)], (784,))


def gives_the_layers(code_size, activation):
    return stack(code_size, activation)


def codes_of_each_place(code_size, activation):
    parts = stack(code_size, activation)
    return chain([parts[0], parts[1], parts[3]])


# Exercise 6.3


def code_part(autoencoder, layer_name):
    return keras.Model(autoencoder.inputs, autoencoder.get_layer(layer_name).output)


def by_searching(autoencoder, layer_name):
    for layer in autoencoder.layers:
        if layer.name == layer_name:
            return keras.Model(inputs=autoencoder.input, outputs=layer.output, name="codes")


def by_dictionary(autoencoder, layer_name):
    outputs = {layer.name: layer.output for layer in autoencoder.layers}
    return keras.models.Model(autoencoder.inputs[0], outputs[layer_name])


class Wrapped(keras.Model):
    def __init__(self, inner):
        super().__init__()
        self.inner = inner

    def call(self, images):
        return self.inner(images)


def wrapped(autoencoder, layer_name):
    return Wrapped(code_part(autoencoder, layer_name))


def on_a_new_input(autoencoder, layer_name):
    images = keras.Input(autoencoder.input_shape[1:])
    return keras.Model(images, code_part(autoencoder, layer_name)(images))


def position(autoencoder, layer_name):
    return [layer.name for layer in autoencoder.layers].index(layer_name)


def up_to(find):
    def answer(autoencoder, layer_name):
        return keras.Model(autoencoder.input, find(autoencoder, layer_name).output)

    return answer


def by_part_of_the_name(autoencoder, layer_name):
    return next(layer for layer in autoencoder.layers if layer_name in layer.name)


def cloned(autoencoder, layer_name):
    return code_part(keras.models.clone_model(autoencoder), layer_name)


def copied_weights(autoencoder, layer_name):
    part = code_part(autoencoder, layer_name)
    copy = keras.models.clone_model(part)
    copy.set_weights(part.get_weights())
    return copy


def then(*layers):
    def answer(autoencoder, layer_name):
        units = autoencoder.get_layer(layer_name).output
        for make in layers:
            units = make()(units)
        return keras.Model(autoencoder.input, units)

    return answer


def second_half(autoencoder, layer_name):
    return keras.Model(autoencoder.get_layer(layer_name).output, autoencoder.output)


def one_layer(autoencoder, layer_name):
    layer = autoencoder.get_layer(layer_name)
    return keras.Model(layer.input, layer.output)


def before_the_layer(autoencoder, layer_name):
    return keras.Model(autoencoder.input, autoencoder.get_layer(layer_name).input)


def both_outputs(autoencoder, layer_name):
    outputs = [autoencoder.get_layer(layer_name).output, autoencoder.output]
    return keras.Model(autoencoder.input, outputs)


def freezes(autoencoder, layer_name):
    part = code_part(autoencoder, layer_name)
    part.trainable = False
    return part


def starts_afresh(autoencoder, layer_name):
    part = code_part(autoencoder, layer_name)
    part.set_weights([0.1 * np.random.normal(size=w.shape) for w in part.get_weights()])
    return part


def renames_the_layer(autoencoder, layer_name):
    part = code_part(autoencoder, layer_name)
    autoencoder.get_layer(layer_name).name = "codes"
    return part


def removes_the_activation(autoencoder, layer_name):
    layer = autoencoder.get_layer(layer_name)
    layer.activation = keras.activations.linear
    return keras.Model(autoencoder.input, layer.output)


def remembers_by_name():
    kept = {}

    def wrong(autoencoder, layer_name):
        if layer_name not in kept:
            kept[layer_name] = code_part(autoencoder, layer_name)
        return kept[layer_name]

    return wrong


# Exercise 6.4


def table_of(labels, clusters):
    rows, row = np.unique(clusters, return_inverse=True)
    columns, column = np.unique(labels, return_inverse=True)
    table = np.zeros((len(rows), len(columns)), int)
    np.add.at(table, (row, column), 1)
    return table


def best_match(table, total):
    return table[linear_sum_assignment(table, maximize=True)].sum() / total


def accuracy(labels, clusters):
    return best_match(table_of(labels, clusters), len(labels))


def accuracy_by_counter(labels, clusters):
    pairs = Counter(zip(labels.tolist(), clusters.tolist(), strict=False))
    digits, found = sorted({d for d, _ in pairs}), sorted({c for _, c in pairs})
    costs = [[-pairs[d, c] for c in found] for d in digits]
    rows, columns = linear_sum_assignment(costs)
    return -sum(costs[i][j] for i, j in zip(rows, columns, strict=False)) / len(labels)


def accuracy_by_sklearn(labels, clusters):
    table = contingency_matrix(labels, clusters)
    return float(best_match(table / table.sum(), 1))


def accuracy_in_a_square(labels, clusters):
    small = table_of(labels, clusters)
    square = np.zeros((max(small.shape),) * 2)
    square[: small.shape[0], : small.shape[1]] = small
    rows, columns = linear_sum_assignment(square.max() - square)
    return np.float32(square[rows, columns].sum() / labels.size)


def accuracy_by_renaming(labels, clusters):
    digits, found = np.unique(labels), np.unique(clusters)
    agree = (labels == digits[:, None]).astype(int) @ (clusters == found[:, None]).T.astype(int)
    rows, columns = linear_sum_assignment(agree, maximize=True)
    names = dict(zip(found[columns].tolist(), digits[rows].tolist(), strict=False))
    return np.mean(
        [names.get(c) == d for c, d in zip(clusters.tolist(), labels.tolist(), strict=False)]
    )


def greedy(labels, clusters):
    table, right = table_of(labels, clusters), 0
    while table.size:
        i, j = np.unravel_index(table.argmax(), table.shape)
        right += table[i, j]
        table = np.delete(np.delete(table, i, axis=0), j, axis=1)
    return right / len(labels)


def ten_by_ten(labels, clusters):
    table = np.zeros((10, 10), int)
    np.add.at(table, (clusters, labels), 1)
    return best_match(table, len(labels))


def as_many_clusters_as_digits(labels, clusters):
    size = labels.max() + 1
    table = np.zeros((size, size), int)
    np.add.at(table, (clusters, labels), 1)
    return best_match(table, len(labels))


def pairs_in_tens(labels, clusters):
    values, counts = np.unique(10 * clusters + labels, return_counts=True)
    table = np.zeros((values.max() // 10 + 1, 10), int)
    table[values // 10, values % 10] = counts
    return best_match(table, len(labels))


def by_size(labels, clusters):
    digits = [d for d, _ in Counter(labels.tolist()).most_common()]
    found = [c for c, _ in Counter(clusters.tolist()).most_common()]
    names = dict(zip(found, digits, strict=False))
    return np.mean(
        [names.get(c) == d for c, d in zip(clusters.tolist(), labels.tolist(), strict=False)]
    )


def columns_forgotten(labels, clusters):
    table = table_of(labels, clusters)
    rows, _ = linear_sum_assignment(table, maximize=True)
    return table[rows, np.arange(len(rows))].sum() / len(labels)


def rows_must_not_outnumber_columns(labels, clusters):
    table = table_of(labels, clusters)[: len(np.unique(labels))]
    return best_match(table, len(labels))


def over_matched_images(labels, clusters):
    table = table_of(labels, clusters)
    rows, columns = linear_sum_assignment(table, maximize=True)
    return table[rows, columns].sum() / table[rows].sum()


def mean_over_digits(labels, clusters):
    table = table_of(labels, clusters)
    rows, columns = linear_sum_assignment(table, maximize=True)
    return np.mean(table[rows, columns] / table[:, columns].sum(axis=0))


def sorts_both(labels, clusters):
    value = accuracy(labels, clusters)
    labels.sort()
    clusters.sort()
    return value


def shifts_clusters(labels, clusters):
    value = accuracy(labels, clusters)
    clusters -= clusters.min() - 1
    return value


# Exercise 6.5


def given_beta(scaled, beta):
    p = np.exp(-beta * scaled)
    return p / p.sum()


def entropy(p):
    return scipy.special.entr(p).sum()


def prepared(squared_distances):
    scaled = squared_distances - np.min(squared_distances)
    return scaled / scaled.mean()


def bisect(
    scale=prepared,
    measure=lambda p: np.exp(entropy(p)),
    probabilities=given_beta,
    low=1e-6,
    high=1e6,
    tries=100,
    middle=lambda low, high: math.sqrt(low * high),
    finish=lambda p, beta: p,
):
    def answer(squared_distances, perplexity):
        scaled = scale(squared_distances)
        small, large = low, high
        for _ in range(tries):
            beta = middle(small, large)
            p = probabilities(scaled, beta)
            if measure(p) > perplexity:
                small = beta
            else:
                large = beta
        return finish(p, beta)

    return answer


neighbours_by_bisection = bisect()


def by_brentq(squared_distances, perplexity):
    scaled = prepared(squared_distances)

    def too_much(log_beta):
        return entropy(given_beta(scaled, np.exp(log_beta))) - np.log(perplexity)

    return given_beta(scaled, np.exp(brentq(too_much, -14, 14, xtol=1e-13)))


def by_softmax(squared_distances, perplexity):
    scaled = squared_distances / squared_distances.mean()
    low, high = -14.0, 14.0
    for _ in range(80):
        logs = scipy.special.log_softmax(-np.exp((low + high) / 2) * scaled)
        bits = -np.sum(np.exp(logs) * logs) / np.log(2)
        low, high = ((low + high) / 2, high) if 2**bits > perplexity else (low, (low + high) / 2)
    return np.exp(logs)


def by_doubling(squared_distances, perplexity):
    scaled = prepared(np.asarray(squared_distances, dtype=float)).tolist()
    beta, low, high = 1.0, 0.0, math.inf
    for _ in range(200):
        weights = [math.exp(-beta * value) for value in scaled]
        p = [weight / math.fsum(weights) for weight in weights]
        bits = -sum(share * math.log2(share) for share in p if share > 0)
        if bits > math.log2(perplexity):
            low, beta = beta, 2 * beta if high == math.inf else (beta + high) / 2
        else:
            high, beta = beta, (low + beta) / 2
    return np.array(p)


def smallest_subtracted_in_place(squared_distances, perplexity):
    squared_distances -= squared_distances.min()
    return neighbours_by_bisection(squared_distances, perplexity)


def divided_in_place(squared_distances, perplexity):
    squared_distances /= squared_distances.mean()
    return neighbours_by_bisection(squared_distances, perplexity)


def nearest_alike(squared_distances, perplexity):
    ranks = np.argsort(np.argsort(squared_distances))
    chosen = ranks < round(perplexity)
    return chosen / chosen.sum()


def without_the_nearest(squared_distances, perplexity):
    p = np.zeros(len(squared_distances))
    others = np.arange(len(p)) != np.argmin(squared_distances)
    p[others] = neighbours_by_bisection(squared_distances[others], perplexity)
    return p


def twins_left_out(squared_distances, perplexity):
    weights = np.where(squared_distances > 0, 1.0, 0.0)
    return bisect(probabilities=lambda scaled, beta: unit(weights * np.exp(-beta * scaled)))(
        squared_distances, perplexity
    )


def unit(weights):
    return weights / weights.sum()


def distances_undone(squared_distances):
    return prepared(np.sqrt(squared_distances))


def without_zero_logs(p):
    with np.errstate(divide="ignore", invalid="ignore"):
        return 2 ** -np.sum(p * np.log2(p))


def unprepared(scaled, beta):
    with np.errstate(divide="ignore", invalid="ignore"):
        return given_beta(scaled, beta)


# Exercise 6.6


def pair_closeness(points, power=-1.0):
    squared = ((points[:, None] - points) ** 2).sum(axis=-1)
    closeness = (1 + squared) ** power
    return closeness * (1 - np.eye(len(points)))


def map_parts(
    joint=lambda p: (p + p.T) / (2 * len(p)),
    similar=lambda points: unit(pair_closeness(points)),
    divergence=lambda p, q: scipy.special.rel_entr(p, q).sum(),
    finish=lambda p, q, value: (p, q, value),
):
    def answer(conditional, points):
        p, q = joint(conditional), similar(points)
        return finish(p, q, divergence(p, q))

    return answer


all_parts = map_parts()


def by_pdist(conditional, points):
    closeness = squareform(1 / (1 + pdist(points, "sqeuclidean")))
    q = closeness / closeness.sum()
    p = 0.5 * (conditional + conditional.T) / conditional.shape[0]
    logs = np.log(p, where=p > 0, out=np.zeros_like(p)) - np.log(
        q, where=q > 0, out=np.zeros(q.shape)
    )
    return [p, q, float(np.sum(p * logs))]


def by_loops(conditional, points):
    n = len(points)
    p, q, total = np.zeros((n, n)), np.zeros((n, n)), 0.0
    for i in range(n):
        for j in range(n):
            p[i, j] = (conditional[i, j] + conditional[j, i]) / (2 * n)
            if i != j:
                q[i, j] = 1 / (1 + math.dist(points[i], points[j]) ** 2)
    q /= q.sum()
    for i in range(n):
        for j in range(n):
            if p[i, j] > 0:
                total += p[i, j] * math.log(p[i, j] / q[i, j])
    return p, q, total


def by_nansum(conditional, points):
    p, q, _ = all_parts(conditional, points)
    with np.errstate(all="ignore"):
        return p, q, np.nansum(p * np.log(p / q))


def by_keras(conditional, points):
    gaps = keras.ops.expand_dims(points, 1) - keras.ops.expand_dims(points, 0)
    closeness = 1 / (1 + keras.ops.sum(keras.ops.square(gaps), axis=2))
    closeness = keras.ops.convert_to_numpy(closeness) - np.eye(len(points))
    p = np.mean([conditional, np.transpose(conditional)], axis=0) / len(points)
    q = closeness / closeness.sum()
    return p, q, scipy.special.xlogy(p, p).sum() - scipy.special.xlogy(p, q).sum()


def adds_transpose_in_place(conditional, points):
    answer = all_parts(conditional, points)
    conditional += conditional.T.copy()
    return answer


def centres_the_points(conditional, points):
    points -= points.mean(axis=0)
    return all_parts(conditional, points)


def with_its_own_place(points):
    return unit(pair_closeness(points) + np.eye(len(points)))


def rows_of_ones(points):
    closeness = pair_closeness(points)
    return closeness / closeness.sum(axis=1, keepdims=True)


def bells(points):
    squared = squareform(pdist(points, "sqeuclidean"))
    return unit(np.exp(-squared) - np.eye(len(points)))


def distance_unsquared(points):
    return unit(1 / (1 + squareform(pdist(points))) - np.eye(len(points)))


def first_axis_only(points):
    return unit(pair_closeness(points[:, :1]))


def log_of_zero(p, q):
    with np.errstate(all="ignore"):
        return np.sum(p * np.log(p / q))


# Exercise 6.7


def alone(labels, in_code, on_map):
    code, on_map = (labels[near] != labels for near in (in_code, on_map))
    return int((code & ~on_map).sum()), int((on_map & ~code).sum())


def mixed_in_all(labels, in_code, on_map):
    return tuple(int((labels[near] != labels).sum()) for near in (in_code, on_map))


def decide(
    margin=lambda code, on, n: math.sqrt(code + on),
    count=alone,
    words=("code", "map", "undecided"),
    enough=lambda excess, margin: excess > margin,
    finish=lambda word: word,
):
    """Compare each side with half of all, plus a margin of two standard deviations."""

    def answer(labels, in_code, on_map):
        code, on = count(labels, in_code, on_map)
        half, far = (code + on) / 2, margin(code, on, len(labels))
        sides = [word for word, k in zip(words, (code, on), strict=False) if enough(k - half, far)]
        return finish(sides[0] if sides and code != on else words[2])

    return answer


def by_binomtest(labels, in_code, on_map):
    code, on = alone(labels, in_code, on_map)
    if code + on == 0 or binomtest(on, code + on).pvalue > 0.05:
        return "undecided"
    return "map" if on > code else "code"


def by_walking_through(labels, in_code, on_map):
    tosses, heads = 0, 0
    for digit, code, on in zip(
        labels.tolist(), labels[in_code].tolist(), labels[on_map].tolist(), strict=True
    ):
        if (digit == code) != (digit == on):
            tosses, heads = tosses + 1, heads + (digit == code)
    if (heads - tosses / 2) ** 2 <= tosses:
        return "undecided"
    return ("code", "map")[heads > tosses / 2]


def standard_scores(labels, in_code, on_map):
    code, on = alone(labels, in_code, on_map)
    score = (on - code) / max(math.sqrt(code + on), 1)
    return np.select([score > 2, score < -2], ["map", "code"], "undecided").item()


def shares_apart(threshold):
    def answer(labels, in_code, on_map):
        code, on = (count / len(labels) for count in mixed_in_all(labels, in_code, on_map))
        if abs(code - on) <= threshold:
            return "undecided"
        return "map" if on > code else "code"

    return answer


def intervals_apart(labels, in_code, on_map):
    code, on = (count / len(labels) for count in mixed_in_all(labels, in_code, on_map))
    widths = [2 * math.sqrt(share * (1 - share) / len(labels)) for share in (code, on)]
    if abs(code - on) <= sum(widths):
        return "undecided"
    return "map" if on > code else "code"


def other_neighbours(labels, in_code, on_map):
    differ = in_code != on_map
    return decide()(labels[differ], np.arange(differ.sum()), np.arange(differ.sum()))


def sorts_labels(labels, in_code, on_map):
    word = decide()(labels, in_code, on_map)
    labels.sort()
    return word


def labels_into_neighbours(labels, in_code, on_map):
    word = decide()(labels, in_code, on_map)
    in_code[:] = labels[in_code]
    return word


# Exercise 6.8


def evaluate(
    keep=lambda scores, costs: scores[int(np.argmin(costs))],
    which=lambda scores, costs: int(np.argmin(costs)),
    score=accuracy,
    mean=np.mean,
    spread=lambda kept: float(np.ptp(kept)) / 2,
    control=lambda labels, clusters, rng: accuracy(rng.permutation(labels), clusters),
    flattered=lambda rows: np.mean([np.max(row) for row in rows]),
    seeds_of=list,
    spaces_of=list,
    call=lambda cluster, points, seed: cluster(points, seed),
    finish=lambda *four: four,
):
    def answer(spaces, labels, cluster, seeds, rng):
        rows, kept, controls = [], [], []
        for points in spaces_of(spaces):
            found, costs = zip(
                *(call(cluster, points, seed) for seed in seeds_of(seeds)), strict=True
            )
            scores = [score(labels, clusters) for clusters in found]
            rows.append(scores)
            kept.append(keep(scores, costs))
            controls.append(control(labels, found[which(scores, costs)], rng))
        return finish(mean(kept), spread(kept), np.mean(controls), flattered(rows))

    return answer


def control_of_one_space(spaces, labels, cluster, seeds, rng):
    mean, spread, _, flattered = evaluate()(spaces, labels, cluster, seeds, rng)
    return mean, spread, evaluate()(spaces[:1], labels, cluster, seeds, rng)[2], flattered


def evaluated_in_arrays(spaces, labels, cluster, seeds, rng):
    runs = [[cluster(points, seed) for seed in seeds] for points in spaces]
    scores = np.array([[accuracy(labels, found) for found, _ in row] for row in runs])
    chosen = np.array([[cost for _, cost in row] for row in runs]).argmin(axis=1)
    kept = np.take_along_axis(scores, chosen[:, None], axis=1)[:, 0]
    chance = [
        accuracy(rng.permutation(labels), row[at][0]) for row, at in zip(runs, chosen, strict=True)
    ]
    return np.array([kept.mean(), np.ptp(kept) / 2, np.mean(chance), scores.max(axis=1).mean()])


def evaluated_by_sorting(spaces, labels, cluster, seeds, rng):
    kept, chance, best = [], [], []
    for points in spaces:
        runs = sorted((cluster(points, seed)[::-1] for seed in seeds), key=lambda run: run[0])
        scores = [accuracy_by_counter(labels, clusters) for _, clusters in runs]
        kept.append(scores[0])
        best.append(max(scores))
        order = rng.permutation(len(labels))
        chance.append(accuracy_by_counter(labels[order], runs[0][1]))
    return sum(kept) / len(kept), (max(kept) - min(kept)) / 2, np.mean(chance), np.mean(best)


def one_permutation_for_all(spaces, labels, cluster, seeds, rng):
    permuted = rng.permutation(labels)
    return evaluate(control=lambda labels, clusters, rng: accuracy(permuted, clusters))(
        spaces, labels, cluster, seeds, rng
    )


def shuffles_the_labels(labels, clusters, rng):
    rng.shuffle(labels)
    return accuracy(labels, clusters)


def matched_by_the_real_ones(labels, clusters, rng):
    table = table_of(labels, clusters)
    rows, columns = linear_sum_assignment(table, maximize=True)
    names = dict(zip(np.unique(clusters)[rows], np.unique(labels)[columns], strict=True))
    permuted = rng.permutation(labels)
    return np.mean([names.get(c) == d for c, d in zip(clusters, permuted, strict=True)])


def first_permuted_then_chosen(spaces, labels, cluster, seeds, rng):
    answer = evaluate()(spaces, labels, cluster, seeds, rng)
    permuted = rng.permutation(labels)
    return answer[0], answer[1], evaluate()(spaces, permuted, cluster, seeds, rng)[2], answer[0]


def sorts_the_seeds(spaces, labels, cluster, seeds, rng):
    seeds.sort()
    return evaluate()(spaces, labels, cluster, seeds, rng)


def drops_spaces(spaces, labels, cluster, seeds, rng):
    answer = evaluate()(spaces, labels, cluster, seeds, rng)
    spaces.pop()
    return answer


RIGHT = {
    "6.1": {
        "formula": shape(),
        "list": shape(finish=lambda side, count: [side, count]),
        "walking": shape(count_by_walking),
        "range": shape(lambda side, k, s: len(range(0, side - k + 1, s))),
        "rounded up": shape(lambda side, k, s: math.ceil((side - k + 1) / s)),
        "floor of a float": shape(lambda side, k, s: int(np.floor((side - k) / s)) + 1),
        "NumPy numbers": shape(finish=lambda side, count: tuple(np.array([side, count]))),
        "weights and biases": shape(parameters=lambda c, f, k: k**2 * c * f + f),
        "ask Keras": ask_keras,
    },
    "6.2": {
        "functional": encoder(),
        "layers in a loop": lambda code_size, activation: chain(stack(code_size, activation)),
        "graph of a sequential": graph_of_a_sequential,
        "subclass with a graph": Encoder,
        "activations apart": activations_apart,
        "own layers": own_layers,
        "padding that adds nothing": encoder(padding="same"),
        "other random start": encoder(kernel_initializer="he_normal"),
        "biases of 1": encoder(last=dense(name="code", bias_initializer="ones")),
        "last layer without its name": encoder(last=dense()),
        "name on the model only": lambda code_size, activation: keras.Model(
            (model := encoder(last=dense())(code_size, activation)).input,
            model.output,
            name="code",
        ),
        "sequential, has no input attribute": sequential,
        "sequential without input": lambda code_size, activation: keras.Sequential(
            stack(code_size, activation)
        ),
        "subclass without a graph": OwnModel,
    },
    "6.3": {
        "get_layer": code_part,
        "searching": by_searching,
        "dictionary": by_dictionary,
        "wrapped in a model of its own": wrapped,
        "on a new input": on_a_new_input,
    },
    "6.4": {
        "unique and add.at": accuracy,
        "counter, costs": accuracy_by_counter,
        "sklearn's table": accuracy_by_sklearn,
        "square table, float32": accuracy_in_a_square,
        "renaming the clusters": accuracy_by_renaming,
    },
    "6.5": {
        "geometric bisection": neighbours_by_bisection,
        "arithmetic bisection": bisect(middle=lambda low, high: (low + high) / 2),
        "brentq": by_brentq,
        "log_softmax": by_softmax,
        "doubling, Python lists": by_doubling,
    },
    "6.6": {
        "rel_entr": all_parts,
        "pdist, list of three": by_pdist,
        "loops": by_loops,
        "nansum": by_nansum,
        "keras ops": by_keras,
    },
    "6.7": {
        "half and a margin": decide(),
        "binomtest": by_binomtest,
        "walking": by_walking_through,
        "standard scores": standard_scores,
        "in capitals": decide(finish=str.upper),
    },
    "6.8": {
        "lists": evaluate(),
        "arrays": evaluated_in_arrays,
        "sorting": evaluated_by_sorting,
        "seed by name": evaluate(call=lambda cluster, points, seed: cluster(points, seed=seed)),
        "one permutation for all spaces": one_permutation_for_all,
        "clusters permuted": evaluate(
            control=lambda labels, clusters, rng: accuracy(labels, rng.permutation(clusters))
        ),
    },
}

WRONG = {
    "6.1": {
        "padding same": shape(lambda side, k, s: -(-side // s)),
        "side over stride": shape(lambda side, k, s: side // s),
        "side over kernel": shape(lambda side, k, s: side // k),
        "one place too few": shape(lambda side, k, s: (side - k) // s),
        "one place too many": shape(lambda side, k, s: (side - k) // s + 2),
        "last place left out": shape(lambda side, k, s: len(range(0, side - k, s))),
        "rounded up": shape(lambda side, k, s: math.ceil((side - k) / s) + 1),
        "rounded": shape(lambda side, k, s: round((side - k) / s) + 1),
        "not divided by the stride": shape(lambda side, k, s: side - k + 1),
        "stride first": shape(lambda side, k, s: side // s - k + 1),
        "padded by 1": shape(lambda side, k, s: (side + 2 - k) // s + 1),
        "kernel of 2": shape(lambda side, k, s: (side - 2) // s + 1),
        "number of places": shape(lambda side, k, s: ((side - k) // s + 1) ** 2),
        "no bias": shape(parameters=lambda c, f, k: k * k * c * f),
        "one bias for all": shape(parameters=lambda c, f, k: k * k * c * f + 1),
        "bias for each channel": shape(parameters=lambda c, f, k: (k * k + 1) * c * f),
        "bias for each input channel": shape(parameters=lambda c, f, k: k * k * c * f + c),
        "kernel not squared": shape(parameters=lambda c, f, k: (k * c + 1) * f),
        "twice for squared": shape(parameters=lambda c, f, k: (2 * k * c + 1) * f),
        "one channel": shape(parameters=lambda c, f, k: (k * k + 1) * f),
        "channels and filters swapped": shape(parameters=lambda c, f, k: (k * k * f + 1) * c),
        "weights for each place": lambda side, channels, filters, kernel_size, stride: (
            (side - kernel_size) // stride + 1,
            ((side - kernel_size) // stride + 1) ** 2 * (kernel_size**2 * channels + 1) * filters,
        ),
        "parameters first": shape(finish=lambda side, count: (count, side)),
        "text": shape(finish=lambda side, count: f"{side}, {count}"),
        "side only": shape(finish=lambda side, count: side),
        "remembers the first": remembers_first(shape()),
        "exits": exits,
    },
    "6.2": {
        "activation on the convolutions": activation_on_the_convolutions,
        "no ReLU": encoder(hidden=None),
        "sigmoid in the convolutions": encoder(hidden="sigmoid"),
        "no activation of the code": encoder(
            last=lambda size, activation: keras.layers.Dense(size, name="code")
        ),
        "always relu": encoder(
            last=lambda size, activation: keras.layers.Dense(size, "relu", name="code")
        ),
        "always elu": encoder(
            last=lambda size, activation: keras.layers.Dense(size, "elu", name="code")
        ),
        "code of 64": encoder(
            last=lambda size, activation: keras.layers.Dense(64, activation, name="code")
        ),
        "kernel of 3": encoder(kernel_size=3),
        "kernel of 3, padded": encoder(kernel_size=3, padding="same"),
        "stride 1": encoder(strides=1),
        "filters swapped": encoder(filters=(64, 32)),
        "32 filters twice": encoder(filters=(32, 32)),
        "one convolution": encoder(filters=(64,)),
        "three convolutions": encoder(filters=(32, 64, 64)),
        "max pooling": pooled(keras.layers.MaxPooling2D),
        "mean pooling": pooled(keras.layers.AveragePooling2D),
        "global pooling": encoder(flat=keras.layers.GlobalAveragePooling2D),
        "one more dense layer": encoder(between=[lambda: keras.layers.Dense(128, "relu")]),
        "dense layers only": dense_encoder,
        "not flattened": codes_of_each_place,
        "convolutions without bias": encoder(use_bias=False),
        "code without bias": encoder(last=dense(name="code", use_bias=False)),
        "kernels of 0": encoder(kernel_initializer="zeros"),
        "kernels of 1": encoder(kernel_initializer="ones"),
        "code kernel of 0": encoder(last=dense(name="code", kernel_initializer="zeros")),
        "weight penalty": encoder(kernel_regularizer="l2"),
        "code penalty": encoder(last=dense(name="code", activity_regularizer="l1")),
        "dropout": encoder(between=[lambda: keras.layers.Dropout(0.2)]),
        "noise on the images": encoder(before=[lambda: keras.layers.GaussianNoise(0.1)]),
        "batch normalisation": encoder(between=[keras.layers.BatchNormalization]),
        "scaled images": encoder(before=[lambda: keras.layers.Rescaling(1 / 255)]),
        "softmax behind": encoder(after=[keras.layers.Softmax]),
        "frozen": frozen,
        "first convolution frozen": encoder(trainable=False),
        "first convolution shared": sharing(0, 64, "relu"),
        "same start each time": same_start_each_time,
        "same model each time": remembers_first(encoder()),
        "for vectors": for_vectors,
        "a list of layers": gives_the_layers,
        "exits": exits,
    },
    "6.3": {
        "new weights": cloned,
        "copied weights": copied_weights,
        "whole autoencoder": lambda autoencoder, layer_name: autoencoder,
        "always the layer code": lambda autoencoder, layer_name: code_part(autoencoder, "code"),
        "layer in the middle": up_to(lambda model, name: model.layers[len(model.layers) // 2]),
        "second to last layer": up_to(lambda model, name: model.layers[-2]),
        "layer 4": up_to(lambda model, name: model.layers[4]),
        "one layer too far": up_to(lambda model, name: model.layers[position(model, name) + 1]),
        "part of the name": up_to(by_part_of_the_name),
        "before the layer": before_the_layer,
        "from the layer on": second_half,
        "the one layer only": one_layer,
        "both outputs": both_outputs,
        "flattened": then(keras.layers.Flatten, lambda: keras.layers.Reshape((-1, 1))),
        "one more ReLU": then(keras.layers.ReLU),
        "one more dense layer": then(lambda: keras.layers.Dense(2)),
        "dropout behind": then(lambda: keras.layers.Dropout(0.5)),
        "output of the layer": lambda autoencoder, layer_name: (
            autoencoder.get_layer(layer_name).output
        ),
        "the layer itself": lambda autoencoder, layer_name: autoencoder.get_layer(layer_name),
        "function, no model": lambda autoencoder, layer_name: (
            code_part(autoencoder, layer_name).predict
        ),
        "freezes": freezes,
        "starts afresh": starts_afresh,
        "renames the layer": renames_the_layer,
        "removes the activation": removes_the_activation,
        "remembers the first": remembers_first(code_part),
        "remembers by name": remembers_by_name(),
        "gives up": gives_up,
    },
    "6.4": {
        "no match": lambda labels, clusters: np.mean(labels == clusters),
        "majority in each cluster": lambda labels, clusters: (
            table_of(labels, clusters).max(axis=1).sum() / len(labels)
        ),
        "best cluster of each digit": lambda labels, clusters: (
            table_of(labels, clusters).max(axis=0).sum() / len(labels)
        ),
        "greedy": greedy,
        "matched by size": by_size,
        "worst match": lambda labels, clusters: (
            (table := table_of(labels, clusters))[linear_sum_assignment(table)].sum() / len(labels)
        ),
        "table of ten by ten": ten_by_ten,
        "as many clusters as digits": as_many_clusters_as_digits,
        "pairs in tens": pairs_in_tens,
        "columns forgotten": columns_forgotten,
        "clusters beyond the digits cut off": rows_must_not_outnumber_columns,
        "over the matched images": over_matched_images,
        "mean over the digits": mean_over_digits,
        "table in 8 bits": lambda labels, clusters: best_match(
            table_of(labels, clusters).astype("uint8"), len(labels)
        ),
        "NMI": lambda labels, clusters: normalized_mutual_info_score(labels, clusters),
        "ARI": lambda labels, clusters: adjusted_rand_score(labels, clusters),
        "percent": lambda labels, clusters: 100 * accuracy(labels, clusters),
        "count": lambda labels, clusters: best_match(table_of(labels, clusters), 1),
        "share of wrong images": lambda labels, clusters: 1 - accuracy(labels, clusters),
        "rounded": lambda labels, clusters: round(float(accuracy(labels, clusters)), 2),
        "sorts both": sorts_both,
        "shifts the clusters": shifts_clusters,
        "remembers by shape": remembers_by_shape(accuracy),
        "returns None": returns_none,
    },
    "6.5": {
        "beta of 1": lambda squared_distances, perplexity: given_beta(
            prepared(squared_distances), 1
        ),
        "beta from the perplexity": lambda squared_distances, perplexity: given_beta(
            prepared(squared_distances), 1 / perplexity
        ),
        "nearest ones alike": nearest_alike,
        "perplexity of 30": lambda squared_distances, perplexity: neighbours_by_bisection(
            squared_distances, min(30, len(squared_distances) - 0.5)
        ),
        "whole perplexity": lambda squared_distances, perplexity: neighbours_by_bisection(
            squared_distances, int(perplexity)
        ),
        "one neighbour more": lambda squared_distances, perplexity: neighbours_by_bisection(
            squared_distances, perplexity + 1
        ),
        "entropy for perplexity": bisect(measure=lambda p: entropy(p) / np.log(2)),
        "nats and bits mixed": bisect(measure=lambda p: 2 ** entropy(p)),
        "inverse sum of squares": bisect(measure=lambda p: 1 / np.sum(p**2)),
        "log of 0": bisect(measure=without_zero_logs),
        "wrong half": bisect(measure=lambda p: 1 / np.exp(entropy(p))),
        "unsquared distances": bisect(distances_undone),
        "squared once more": bisect(lambda d: prepared(d) ** 2),
        "Student-t": bisect(probabilities=lambda scaled, beta: unit(1 / (1 + beta * scaled))),
        "not divided by the sum": bisect(finish=lambda p, beta: p / p.max()),
        "range of 0.1 to 10": bisect(low=0.1, high=10),
        "range of 0 to 1": bisect(low=0, high=1, middle=lambda low, high: (low + high) / 2),
        "not scaled, range of a thousand": bisect(lambda d: d - d.min(), low=1e-3, high=1e3),
        "smallest not subtracted": bisect(lambda d: d / d.mean(), probabilities=unprepared),
        "largest subtracted": bisect(
            lambda d: (d - d.max()) / d.mean(), probabilities=unprepared, high=1e4
        ),
        "six tries": bisect(tries=6),
        "twins left out": twins_left_out,
        "nearest taken for itself": without_the_nearest,
        "sorted": bisect(finish=lambda p, beta: np.sort(p)[::-1]),
        "rounded": bisect(finish=lambda p, beta: p.round(2)),
        "divided by the number": bisect(finish=lambda p, beta: p / len(p)),
        "beta": bisect(finish=lambda p, beta: beta),
        "beta as well": bisect(finish=lambda p, beta: (p, beta)),
        "as a row": bisect(finish=lambda p, beta: p[None]),
        "smallest subtracted in place": smallest_subtracted_in_place,
        "divided in place": divided_in_place,
        "remembers by shape": remembers_by_shape(neighbours_by_bisection),
        "exits": exits,
    },
    "6.6": {
        "P not divided by n": map_parts(lambda p: (p + p.T) / 2),
        "P divided by n": map_parts(lambda p: (p + p.T) / len(p)),
        "P of 300 codes": map_parts(lambda p: (p + p.T) / 600),
        "P not symmetric": map_parts(lambda p: p / len(p)),
        "P of the products": map_parts(lambda p: p * p.T / (2 * len(p))),
        "P of the larger ones": map_parts(lambda p: np.maximum(p, p.T) / len(p)),
        "diagonal of Q": map_parts(similar=with_its_own_place),
        "diagonal set to 0 too late": map_parts(
            similar=lambda points: with_its_own_place(points) * (1 - np.eye(len(points)))
        ),
        "Q by rows": map_parts(similar=rows_of_ones),
        "Q not divided": map_parts(similar=pair_closeness),
        "Q over pairs once": map_parts(similar=lambda points: 2 * unit(pair_closeness(points))),
        "Q of bells": map_parts(similar=bells),
        "Q of unsquared distances": map_parts(similar=distance_unsquared),
        "Q squared": map_parts(similar=lambda points: unit(pair_closeness(points, -2))),
        "Q without the 1": map_parts(
            similar=lambda points: unit(
                squareform(1 / np.maximum(pdist(points, "sqeuclidean"), 1e-12))
            )
        ),
        "Q of the first axis": map_parts(similar=first_axis_only),
        "divergence the other way round": map_parts(
            divergence=lambda p, q: scipy.special.rel_entr(q, p).sum()
        ),
        "both ways": map_parts(
            divergence=lambda p, q: (
                scipy.special.rel_entr(p, q).sum() + scipy.special.rel_entr(q, p).sum()
            )
        ),
        "sign": map_parts(divergence=lambda p, q: -scipy.special.rel_entr(p, q).sum()),
        "in bits": map_parts(
            divergence=lambda p, q: scipy.special.rel_entr(p, q).sum() / math.log(2)
        ),
        "pairs once": map_parts(
            divergence=lambda p, q: np.triu(scipy.special.rel_entr(p, q)).sum()
        ),
        "mean for sum": map_parts(divergence=lambda p, q: scipy.special.rel_entr(p, q).mean()),
        "cross-entropy": map_parts(divergence=lambda p, q: -scipy.special.xlogy(p, q).sum()),
        "log of 0": map_parts(divergence=log_of_zero),
        "a thousandth added": map_parts(
            divergence=lambda p, q: np.sum(p * np.log((p + 1e-3) / (q + 1e-3)))
        ),
        "one number a code": map_parts(
            divergence=lambda p, q: scipy.special.rel_entr(p, q).sum(axis=1)
        ),
        "Q first": map_parts(finish=lambda p, q, value: (q, p, value)),
        "divergence first": map_parts(finish=lambda p, q, value: (value, p, q)),
        "divergence only": map_parts(finish=lambda p, q, value: value),
        "adds the transpose in place": adds_transpose_in_place,
        "centres the points": centres_the_points,
        "remembers by shape": remembers_by_shape(all_parts),
        "gives up": gives_up,
    },
    "6.7": {
        "whichever is more": decide(margin=lambda code, on, n: 0),
        "one standard deviation": decide(margin=lambda code, on, n: math.sqrt(code + on) / 2),
        "three standard deviations": decide(margin=lambda code, on, n: 1.5 * math.sqrt(code + on)),
        "root of m": decide(margin=lambda code, on, n: 2 * math.sqrt(code + on)),
        "variance": decide(margin=lambda code, on, n: (code + on) / 2),
        "of all images": decide(margin=lambda code, on, n: math.sqrt(n)),
        "two and more": decide(enough=lambda excess, margin: excess >= margin),
        "not paired": decide(count=mixed_in_all),
        "intervals apart": intervals_apart,
        "a percent apart": shares_apart(0.01),
        "five percent apart": shares_apart(0.05),
        "sides swapped": decide(words=("map", "code", "undecided")),
        "other word": decide(words=("code", "map", "neither")),
        "None for undecided": decide(words=("code", "map", None)),
        "a number": decide(finish=lambda word: len(word)),
        "a pair": decide(finish=lambda word: (word, 2)),
        "always the map": decide(finish=lambda word: "map"),
        "always undecided": decide(finish=lambda word: "undecided"),
        "who mixes less": decide(
            finish=lambda word: {"map": "code", "code": "map"}.get(word, word)
        ),
        "positions for digits": lambda labels, in_code, on_map: decide()(
            labels, labels[in_code], labels[on_map]
        ),
        "nothing differs": other_neighbours,
        "sorts the labels": sorts_labels,
        "labels into the neighbours": labels_into_neighbours,
        "remembers the first": remembers_first(decide()),
        "gives up": gives_up,
        "exits": exits,
    },
    "6.8": {
        "labels choose": evaluate(keep=lambda scores, costs: max(scores)),
        "control of one space": control_of_one_space,
        "largest cost": evaluate(keep=lambda scores, costs: scores[int(np.argmax(costs))]),
        "mean of the runs": evaluate(keep=lambda scores, costs: np.mean(scores)),
        "first run": evaluate(keep=lambda scores, costs: scores[0]),
        "last run": evaluate(keep=lambda scores, costs: scores[-1]),
        "median run": evaluate(keep=lambda scores, costs: np.median(scores)),
        "cost for accuracy": evaluate(keep=lambda scores, costs: min(costs)),
        "median of the spaces": evaluate(mean=np.median),
        "best space": evaluate(mean=max),
        "standard deviation": evaluate(spread=np.std),
        "range": evaluate(spread=np.ptp),
        "standard error": evaluate(spread=lambda kept: np.std(kept) / math.sqrt(len(kept))),
        "no spread": evaluate(spread=lambda kept: 0.0),
        "majority": evaluate(
            score=lambda labels, clusters: table_of(labels, clusters).max(axis=1).mean()
        ),
        "no match": evaluate(score=lambda labels, clusters: np.mean(labels == clusters)),
        "NMI": evaluate(score=normalized_mutual_info_score),
        "percent": evaluate(finish=lambda *four: [100 * value for value in four]),
        "chance of a tenth": evaluate(control=lambda labels, clusters, rng: 0.1),
        "one over the digits": evaluate(
            control=lambda labels, clusters, rng: 1 / len(np.unique(labels))
        ),
        "largest digit": evaluate(
            control=lambda labels, clusters, rng: np.bincount(labels).max() / len(labels)
        ),
        "not permuted": evaluate(control=lambda labels, clusters, rng: accuracy(labels, clusters)),
        "both permuted alike": evaluate(
            control=lambda labels, clusters, rng: accuracy(
                labels[(order := rng.permutation(len(labels)))], clusters[order]
            )
        ),
        "matched by the real labels": evaluate(control=matched_by_the_real_ones),
        "permuted and not matched": evaluate(
            control=lambda labels, clusters, rng: np.mean(rng.permutation(labels) == clusters)
        ),
        "random clusters": evaluate(
            control=lambda labels, clusters, rng: accuracy(
                labels, rng.integers(0, 10, size=len(labels))
            )
        ),
        "reversed labels": evaluate(
            control=lambda labels, clusters, rng: accuracy(labels[::-1], clusters)
        ),
        "a generator of its own": evaluate(
            control=lambda labels, clusters, rng: accuracy(
                np.random.default_rng(0).permutation(labels), clusters
            )
        ),
        "the global generator": evaluate(
            control=lambda labels, clusters, rng: accuracy(np.random.permutation(labels), clusters)
        ),
        "shuffles the labels": evaluate(control=shuffles_the_labels),
        "flattered is the mean": first_permuted_then_chosen,
        "best of all spaces": evaluate(flattered=lambda rows: np.max(rows)),
        "mean of all runs": evaluate(flattered=lambda rows: np.mean(rows)),
        "one seed": evaluate(seeds_of=lambda seeds: list(seeds)[:1]),
        "seeds from 0": evaluate(seeds_of=lambda seeds: range(len(seeds))),
        "how many seeds": evaluate(seeds_of=lambda seeds: [len(seeds)]),
        "first space only": evaluate(spaces_of=lambda spaces: spaces[:1]),
        "all spaces at once": evaluate(spaces_of=lambda spaces: [np.concatenate(spaces)]),
        "flattened spaces": evaluate(
            call=lambda cluster, points, seed: cluster(points.ravel(), seed)
        ),
        "arguments of cluster swapped": evaluate(
            call=lambda cluster, points, seed: cluster(seed, points)
        ),
        "pair the other way round": evaluate(
            call=lambda cluster, points, seed: cluster(points, seed)[::-1]
        ),
        "three numbers": evaluate(finish=lambda *four: four[:3]),
        "another order": evaluate(
            finish=lambda mean, spread, chance, best: (mean, spread, best, chance)
        ),
        "text": evaluate(finish=lambda mean, spread, *rest: f"{mean} ± {spread}"),
        "sorts the seeds": sorts_the_seeds,
        "drops a space": drops_spaces,
        "remembers the first": remembers_first(evaluate()),
        "gives up": gives_up,
    },
}
