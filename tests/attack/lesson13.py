"""Right and wrong answers to the exercises of lesson 13."""

import math

import numpy as np
import scipy.linalg
import scipy.optimize
import scipy.sparse
import scipy.stats
import tensorflow as tf
from keras import ops
from turns import (
    by_shape,
    exits,
    given,
    noisily,
    none,
    raises,
    remember,
    swapped,
    then,
    where,
    writes,
)


def part_of(place, change, answer):
    """Return an answer with one part of its result changed."""
    return then(
        lambda parts: tuple(change(x) if i == place else x for i, x in enumerate(parts)), answer
    )


def rounded(values):
    return np.round(values, 2)


def hopeless(answer, *writable):
    """Return what fits any exercise: no work at all, or the work of another call."""
    table = {
        "first-for-ever": remember(answer),
        "first-of-shape": remember(answer, by_shape),
        "exits": exits(answer),
        "raises": raises(answer),
        "nothing": none(answer),
    }
    return table | {f"writes-{place}": writes(place, answer) for place in writable}


# 13.1


def others(directions):
    return directions @ directions.T - np.eye(len(directions))


def off_by(shares, mean, variance):
    return variance * np.sum(shares**2, axis=1) + mean**2 * np.sum(shares, axis=1) ** 2


def welch(m, d):
    return (m - d) / (d * (m - 1)) if m > d else 0.0


def costing(error=off_by, least=welch, shares=others, of=lambda directions: directions.shape):
    def interference(directions, mean, variance):
        return error(shares(directions), mean, variance), least(*of(directions))

    return interference


interference = costing()


def costs_by_loops(directions, mean, variance):
    rows, errors = directions.tolist(), []
    for j, one in enumerate(rows):
        total = squares = 0.0
        for i, two in enumerate(rows):
            if i != j:
                cosine = sum(a * b for a, b in zip(one, two, strict=True))
                total += cosine
                squares += cosine * cosine
        errors.append(variance * squares + mean * mean * total * total)
    m, d = len(rows), len(rows[0])
    return errors, 0 if m <= d else (m - d) / d / (m - 1)


def costs_of_tensorflow(directions, mean, variance):
    rows = tf.cast(directions, "float32")
    shares = tf.matmul(rows, rows, transpose_b=True)
    shares = tf.linalg.set_diag(shares, tf.zeros(len(rows)))
    errors = variance * tf.reduce_sum(shares**2, axis=0)
    errors += mean**2 * tf.reduce_sum(shares, axis=0) ** 2
    m, d = directions.shape
    return errors, tf.maximum(0.0, (m - d) / max(d * (m - 1), 1))


def costs_of_keras(directions, mean, variance):
    shares = ops.matmul(directions, ops.transpose(directions)) * (1 - np.eye(len(directions)))
    squares, sums = ops.sum(ops.square(shares), axis=1), ops.sum(shares, axis=1)
    return [variance * squares + ops.square(mean * sums), welch(*directions.shape)]


def costs_by_covariance(directions, mean, variance):
    """The error is a linear function of the coefficients, with these second moments."""
    m, d = directions.shape
    moments = variance * np.eye(m) + mean**2 * np.ones((m, m))
    errors = np.einsum("ji,ik,jk->j", others(directions), moments, others(directions))
    eigenvalues = np.full(min(m, d), m / min(m, d))
    return errors, (np.sum(eigenvalues**2) - m) / max(m * (m - 1), 1)


def costs_without_gram(directions, mean, variance):
    scatter, total = directions.T @ directions, directions.sum(axis=0)
    squares = np.sum(directions @ scatter * directions, axis=1) - 1
    m, d = directions.shape
    least = np.array(max(m - d, 0) / (d * max(m - 1, 1)))
    return variance * squares + (mean * (directions @ total - 1)) ** 2, least


def costs_by_drawing(directions, mean, variance):
    """The mean error over many drawn points, near to what is expected."""
    rng = np.random.default_rng(0)
    drawn = rng.normal(mean, np.sqrt(variance), size=(4_000, len(directions)))
    return np.mean((drawn @ others(directions)) ** 2, axis=0), welch(*directions.shape)


def rank_for_d(directions):
    return len(directions), np.linalg.matrix_rank(directions)


def measured(directions, mean, variance):
    shares = others(directions)
    count = max(len(shares) * (len(shares) - 1), 1)
    return off_by(shares, mean, variance), np.sum(shares**2) / count


def measured_or_0(directions, mean, variance):
    m, d = directions.shape
    errors, least = measured(directions, mean, variance)
    return errors, least if m > d else 0.0


# 13.2


def lengths_of(rows):
    return np.linalg.norm(rows, axis=1, keepdims=True)


def unit(rows, floor=1e-12):
    return rows / np.maximum(lengths_of(rows), floor)


def cosines_of(found, truth):
    return unit(found) @ truth.T


def hungarian(cosines):
    return scipy.optimize.linear_sum_assignment(cosines, maximize=True)


def matching(
    cosines=cosines_of,
    assign=hungarian,
    shown=lambda cosines: cosines,
    empty=0.0,
    share=lambda cosines: np.mean(cosines > 0.9),
):
    def match(found, truth):
        all_of = cosines(found, truth)
        rows, columns = assign(all_of)
        best = np.full(len(truth), empty)
        best[columns] = shown(all_of)[rows, columns]
        return best, share(best)

    return match


match = matching()


def on(change):
    """Return an assignment of other numbers than the cosines."""
    return lambda cosines: scipy.optimize.linear_sum_assignment(change(cosines))


def match_by_subsets(found, truth):
    """The best sum over all ways, feature by feature, by the set of the rows that are taken."""
    cosines, (k, m) = cosines_of(found, truth), (len(found), len(truth))
    best = {frozenset(): (0.0, [])}
    for j in range(m):
        reached = {}
        skips = max(m - k, 0)
        for taken, (total, way) in best.items():
            options = [(taken | {i}, cosines[i, j], i) for i in range(k) if i not in taken]
            if way.count(None) < skips:
                options.append((taken, 0.0, None))
            for after, gain, row in options:
                if after not in reached or total + gain > reached[after][0]:
                    reached[after] = (total + gain, [*way, row])
        best = reached
    way = max(best.values(), key=lambda pair: pair[0])[1]
    values = [0.0 if row is None else float(cosines[row, j]) for j, row in enumerate(way)]
    return values, sum(value > 0.9 for value in values) / m


def match_or_subsets(found, truth):
    return (match_by_subsets if len(found) <= 9 else match)(found, truth)


def match_of_tensorflow(found, truth):
    cosines = tf.matmul(tf.math.l2_normalize(found, axis=1), truth, transpose_b=True).numpy()
    rows, columns = scipy.optimize.linear_sum_assignment(-cosines)
    values = tf.scatter_nd(columns[:, None], cosines[rows, columns], [len(truth)])
    return values, tf.reduce_mean(tf.cast(values > 0.9, "float32"))


def match_of_keras(found, truth):
    cosines = ops.convert_to_numpy(ops.matmul(truth, ops.transpose(ops.normalize(found, axis=1))))
    columns, rows = scipy.optimize.linear_sum_assignment(1 - cosines)
    values = np.zeros(len(truth))
    values[columns] = cosines[columns, rows]
    return [values, (values > 0.9).sum() / len(truth)]


def match_by_loops(found, truth):
    table = []
    for row in found.tolist():
        length = math.sqrt(sum(a * a for a in row))
        table.append(
            [sum(a * b for a, b in zip(row, one, strict=True)) / (length or 1) for one in truth]
        )
    pairs = dict(zip(*hungarian(np.transpose(table)), strict=True))
    values = [table[pairs[j]][j] if j in pairs else 0 for j in range(len(truth))]
    return values, np.float32(len([value for value in values if value > 0.9]) / len(values))


def match_padded(found, truth):
    """A square of costs: rows of zeros for the features that are left over."""
    size = max(len(found), len(truth))
    cosines = np.zeros((size, size))
    with np.errstate(invalid="ignore"):
        cosines[: len(found), : len(truth)] = np.nan_to_num(
            found / lengths_of(found) @ unit(truth).T
        )
    values = cosines[hungarian(cosines.T)[1]].diagonal()[: len(truth)]
    return values, np.count_nonzero(values > 0.9) / len(truth)


def match_by_program(found, truth):
    """The same as a linear program."""
    cosines = cosines_of(found, truth)
    k, m = cosines.shape
    rows = np.kron(np.eye(k), np.ones(m))
    columns = np.kron(np.ones(k), np.eye(m))
    few, many = (rows, columns) if k <= m else (columns, rows)
    solved = scipy.optimize.linprog(
        -cosines.ravel(), many, np.ones(len(many)), few, np.ones(len(few)), method="highs"
    )
    values = np.sum(solved.x.reshape(k, m).round() * cosines, axis=0)
    return values, np.mean(values > 0.9)


def match_in_float32(found, truth):
    return match(found.astype("float32"), truth.astype("float32"))


def greedily(cosines):
    left, rows, columns = cosines.copy(), [], []
    for _ in range(min(cosines.shape)):
        row, column = np.unravel_index(left.argmax(), left.shape)
        left[row], left[:, column] = -np.inf, -np.inf
        rows.append(row)
        columns.append(column)
    return rows, columns


def feature_by_feature(cosines):
    left, rows = cosines.copy(), []
    for column in range(min(cosines.shape)):
        rows.append(left[:, column].argmax())
        left[rows[-1]] = -np.inf
    return rows, np.arange(min(cosines.shape))


def row_by_row(cosines):
    columns, rows = feature_by_feature(cosines.T)
    return rows, columns


def only_positive(cosines):
    """Leaves a feature without a row rather than give it a cosine below 0."""
    rows, columns = hungarian(np.maximum(cosines, 0))
    some = cosines[rows, columns] > 0
    return rows[some], columns[some]


def nearest_row(cosines):
    return cosines.argmax(axis=0), np.arange(cosines.shape[1])


def nearest_feature(cosines):
    return np.arange(len(cosines)), cosines.argmax(axis=1)


def nearest_absolute(cosines):
    return nearest_row(np.abs(cosines))


def in_rows_order(found, truth):
    cosines = cosines_of(found, truth)
    values = cosines[hungarian(cosines)]
    values = np.concatenate([values, np.zeros(len(truth) - len(values))])
    return values, np.mean(values > 0.9)


def matched_only(found, truth):
    cosines = cosines_of(found, truth)
    rows, columns = hungarian(cosines)
    values = cosines[rows, columns][np.argsort(columns)]
    return values, np.mean(values > 0.9)


def best_for_the_rest(found, truth):
    values, _ = matching(empty=np.nan)(found, truth)
    values = np.where(np.isnan(values), cosines_of(found, truth).max(axis=0), values)
    return values, np.mean(values > 0.9)


def cosines_in_place(found, truth):
    found /= np.maximum(lengths_of(found), 1e-12)
    return match(found, truth)


def among_pairs(found, truth):
    """The share of the pairs that were made."""
    values, _ = match(found, truth)
    return values, np.sum(values > 0.9) / min(len(found), len(truth))


# 13.3


def covariance_of(points):
    return np.atleast_2d(np.cov(points, rowvar=False))


def eigen_root(covariance):
    values, vectors = np.linalg.eigh(covariance)
    return vectors * np.sqrt(np.maximum(values, 0))


def symmetric_root(covariance):
    vectors = np.linalg.eigh(covariance)[1]
    return eigen_root(covariance) @ vectors.T


def shaping(
    root=eigen_root,
    spread=covariance_of,
    middle=lambda points: points.mean(axis=0),
    noise_of=lambda noise, points: noise,
    turned=lambda noise, root: noise @ root.T,
):
    def same_moments(points, noise):
        return middle(points) + turned(noise_of(noise, points), root(spread(points)))

    return same_moments


same_moments = shaping()


def moments_of_svd(points, noise):
    centre = points.mean(axis=0)
    _, values, rows = np.linalg.svd(points - centre, full_matrices=False)
    scaled = values / np.sqrt(len(points) - 1)
    return noise[:, : len(values)] * scaled @ rows + centre


def moments_of_qr(points, noise):
    centre = points.mean(axis=0)
    upper = np.linalg.qr((points - centre) / np.sqrt(len(points) - 1), mode="r")
    return centre + noise[:, : len(upper)] @ upper


def moments_by_loops(points, noise):
    n, d = points.shape
    centre = [sum(points[:, a]) / n for a in range(d)]
    covariance = [
        [
            sum((row[a] - centre[a]) * (row[b] - centre[b]) for row in points) / (n - 1)
            for b in range(d)
        ]
        for a in range(d)
    ]
    root = eigen_root(np.array(covariance))
    return [
        [centre[a] + sum(root[a][b] * one[b] for b in range(d)) for a in range(d)] for one in noise
    ]


def moments_of_tensorflow(points, noise):
    points, noise = tf.cast(points, "float32"), tf.cast(noise, "float32")
    centre = tf.reduce_mean(points, axis=0)
    centred = points - centre
    covariance = tf.matmul(centred, centred, transpose_a=True) / float(len(points) - 1)
    values, vectors = tf.linalg.eigh(covariance)
    return centre + tf.matmul(noise * tf.sqrt(tf.nn.relu(values)), vectors, transpose_b=True)


def moments_of_keras(points, noise):
    centre = ops.mean(points, axis=0)
    centred = ops.subtract(points, centre)
    covariance = ops.matmul(ops.transpose(centred), centred) / (len(points) - 1)
    values, vectors = ops.eigh(covariance)
    root = vectors * ops.sqrt(ops.relu(values))
    return ops.add(centre, ops.matmul(noise, ops.transpose(root)))


def moments_of_scipy(points, noise):
    """A positive semi-definite LDL, which also a singular matrix has."""
    lower, middle, _ = scipy.linalg.ldl(covariance_of(points))
    return points.mean(axis=0) + noise @ (lower * np.sqrt(np.maximum(np.diag(middle), 0))).T


def root_of_values(root_values):
    """Return a root made from the eigenvectors and a function of the eigenvalues."""

    def root(covariance):
        values, vectors = np.linalg.eigh(covariance)
        return vectors * root_values(values)

    return root


def cholesky_of(share):
    """Return the root of a covariance with a share of its trace added to the diagonal."""
    return lambda covariance: np.linalg.cholesky(
        covariance + share * np.trace(covariance) * np.eye(len(covariance))
    )


def cholesky_or(other):
    def root(covariance):
        try:
            return np.linalg.cholesky(covariance)
        except np.linalg.LinAlgError:
            return other(covariance)

    return root


def uncentred(points):
    return points.T @ points / (len(points) - 1)


def moments_apart(points):
    """The mean of the products less the product of the means."""
    centre, n = points.mean(axis=0), len(points)
    return (points.T @ points / n - np.outer(centre, centre)) * n / (n - 1)


def whitened(noise, points):
    return (noise - noise.mean(axis=0)) / (noise.std(axis=0) + 1e-9)


def own_noise(noise, points):
    return np.random.default_rng(0).normal(size=noise.shape)


def drawn_by_numpy(points, noise):
    rng = np.random.default_rng(0)
    return rng.multivariate_normal(points.mean(axis=0), covariance_of(points), size=len(noise))


def points_again(points, noise):
    return points[np.arange(len(noise)) % len(points)]


def points_redrawn(points, noise):
    return np.random.default_rng(0).choice(points, size=len(noise))


def points_mixed(points, noise):
    """Each row a mixture of the centred points: the moments hold, but not noise's own rows."""
    centred = points - points.mean(axis=0)
    mixing = np.random.default_rng(0).normal(size=(len(noise), len(points)))
    return points.mean(axis=0) + mixing @ centred / np.sqrt(len(points) - 1)


def ranked(points, noise):
    """The same ranks as noise, and in each column the numbers of the points."""
    places = noise.argsort(axis=0).argsort(axis=0) * len(points) // len(noise)
    return np.take_along_axis(np.sort(points, axis=0), places, axis=0)


def mean_in_place(points, noise):
    centre = points.mean(axis=0)
    covariance = covariance_of(points)
    points -= centre
    return centre + noise @ eigen_root(covariance).T


def noise_in_place(points, noise):
    noise *= 2
    return same_moments(points, noise / 2)


# 13.4


def active(codes):
    return codes > 0


def shares_by_digit(fires, labels):
    return np.stack([fires[labels == digit].mean(axis=0) for digit in range(10)])


def dead_of(codes, rates):
    return ~np.any(codes > 0, axis=0)


def firing(active=active, shares=shares_by_digit, dead=dead_of):
    def firing_rates(codes, labels):
        rates = shares(active(codes), labels)
        return rates, dead(codes, rates)

    return firing_rates


firing_rates = firing()


def firing_by_loops(codes, labels):
    count = [[0] * len(codes[0]) for _ in range(10)]
    images = [0] * 10
    for row, digit in zip(codes.tolist(), labels.tolist(), strict=True):
        images[digit] += 1
        for unit_, value in enumerate(row):
            count[digit][unit_] += value != 0
    rates = [[c / images[digit] for c in count[digit]] for digit in range(10)]
    return rates, [not any(row[j] for row in rates) for j in range(len(codes[0]))]


def firing_by_one_hot(codes, labels):
    marks = (np.asarray(labels)[:, None] == np.arange(10)).astype(float)
    return (marks / marks.sum(axis=0)).T @ np.sign(codes), codes.sum(axis=0) == 0


def firing_by_adding(codes, labels):
    rates = np.zeros((10, codes.shape[1]))
    np.add.at(rates, labels, codes != 0)
    rates /= np.bincount(labels, minlength=10)[:, None]
    return rates, np.count_nonzero(codes, axis=0) == 0


def firing_of_tensorflow(codes, labels):
    fires = tf.cast(codes > 0, "float32")
    rates = tf.math.unsorted_segment_mean(fires, labels, 10)
    return rates, tf.reduce_all(tf.equal(codes, 0), axis=0)


def firing_of_keras(codes, labels):
    marks = ops.one_hot(labels, 10, dtype="float32")
    counts = ops.matmul(ops.transpose(marks), ops.cast(ops.not_equal(codes, 0), "float32"))
    return [counts / ops.sum(marks, axis=0)[:, None], ops.logical_not(ops.any(codes, axis=0))]


def firing_of_scipy(codes, labels):
    marks = scipy.sparse.csr_matrix((np.ones(len(labels)), (labels, np.arange(len(labels)))))
    counts = marks @ scipy.sparse.csr_matrix(codes > 0).astype(float)
    rates = counts.toarray() / np.asarray(marks.sum(axis=1))
    return rates, (rates.max(axis=0) == 0).astype(int)


def blocks(fires, labels):
    """Shares as if the images were sorted by digit, and equally many of each."""
    return np.stack([block.mean(axis=0) for block in np.array_split(fires, 10)])


def fires_in_place(codes, labels):
    codes[codes > 0] = 1
    return firing_rates(codes, labels)


# 13.5


def own_part(hidden, codes, dictionary, units):
    return codes[np.arange(len(units)), units][:, None] * dictionary[units]


def along(directions):
    return directions / lengths_of(directions)


def switching(
    part=own_part,
    way=along,
    length=lengths_of,
    off=lambda hidden, part: hidden - part,
    moved=lambda hidden, step, part: hidden - step,
):
    def switch_off(hidden, codes, dictionary, units, directions):
        own = part(hidden, codes, dictionary, units)
        return off(hidden, own), moved(hidden, length(own) * way(directions), own)

    return switch_off


switch_off = switching()


def switch_by_loops(hidden, codes, dictionary, units, directions):
    offs, moves = [], []
    for h, z, k, way in zip(hidden, codes, units, directions, strict=True):
        own = [float(z[k]) * float(a) for a in dictionary[k]]
        far = math.sqrt(sum(a * a for a in own)) / math.sqrt(sum(float(a) ** 2 for a in way))
        offs.append([float(a) - b for a, b in zip(h, own, strict=True)])
        moves.append([float(a) - far * float(b) for a, b in zip(h, way, strict=True)])
    return offs, moves


def switch_by_decoding(hidden, codes, dictionary, units, directions):
    """What the whole dictionary rebuilds with the unit off, and what it does not explain."""
    without = codes.copy()
    without[np.arange(len(units)), units] = 0
    off = without @ dictionary + (hidden - codes @ dictionary)
    far = np.sqrt(np.sum((hidden - off) ** 2, axis=1) / np.sum(directions**2, axis=1))
    return off, hidden - far[:, None] * directions


def switch_of_tensorflow(hidden, codes, dictionary, units, directions):
    hidden, codes, dictionary, directions = (
        tf.cast(value, "float32") for value in (hidden, codes, dictionary, directions)
    )
    activity = tf.gather(codes, units, axis=1, batch_dims=1)
    own = activity[:, None] * tf.gather(dictionary, units)
    far = tf.norm(own, axis=1, keepdims=True)
    return hidden - own, hidden - far * tf.math.l2_normalize(directions, axis=1)


def switch_of_keras(hidden, codes, dictionary, units, directions):
    kept = ops.cast(ops.one_hot(units, codes.shape[1]), codes.dtype) * codes
    own = ops.matmul(kept, dictionary)
    far = ops.norm(own, axis=1, keepdims=True) / ops.norm(directions, axis=1, keepdims=True)
    return [ops.subtract(hidden, own), ops.subtract(hidden, far * directions)]


def switch_of_scipy(hidden, codes, dictionary, units, directions):
    places = (np.arange(len(units)), units)
    marks = scipy.sparse.coo_matrix((codes[places], places), shape=codes.shape)
    own = marks.tocsr() @ dictionary
    far = np.linalg.norm(dictionary[units], axis=1) * codes[places]
    ways = directions / np.sqrt(np.einsum("nd,nd->n", directions, directions))[:, None]
    return np.stack([hidden - own, hidden - far[:, None] * ways])


def part_with(activity=None, row=None):
    """Return a contribution with another activity or another row of the dictionary."""

    def part(hidden, codes, dictionary, units):
        z = codes[np.arange(len(units)), units] if activity is None else activity(codes, units)
        rows = dictionary[units] if row is None else row(dictionary, units)
        return np.reshape(z, (-1, 1)) * rows

    return part


def projection(hidden, codes, dictionary, units):
    rows = unit(dictionary[units])
    return np.sum(hidden * rows, axis=1, keepdims=True) * rows


def rest_left_out(hidden, codes, dictionary, units, directions):
    own = own_part(hidden, codes, dictionary, units)
    return codes @ dictionary - own, hidden - lengths_of(own) * along(directions)


def codes_in_place(hidden, codes, dictionary, units, directions):
    result = switch_off(hidden, codes, dictionary, units, directions)
    codes[np.arange(len(units)), units] = 0
    return result


def hidden_in_place(hidden, codes, dictionary, units, directions):
    own = own_part(hidden, codes, dictionary, units)
    moved = hidden - lengths_of(own) * along(directions)
    hidden -= own
    return hidden, moved


# 13.6


def probabilities(above, activations):
    return np.asarray(above(np.asarray(activations, "float32")), float)


def longest(codes, dictionary):
    return np.argmax(codes * np.linalg.norm(dictionary, axis=1), axis=1)


def moving_probability(after, before):
    return np.abs(after - before).sum(axis=1) / 2


def drawn_means(gaps, draws):
    return gaps[draws].mean(axis=1)


def middle_95(means, gap):
    return np.percentile(means, [2.5, 97.5])


def comparing(
    pick=longest,
    moved=moving_probability,
    pushed=switch_off,
    answer=probabilities,
    gap=lambda first, other: first - other,
    means=drawn_means,
    interval=middle_95,
    ways=lambda controls: controls,
    begin=lambda hidden, codes, dictionary: hidden,
    average=np.mean,
):
    def compare_ablations(above, hidden, codes, dictionary, controls, draws):
        units = pick(codes, dictionary)
        before = answer(above, begin(hidden, codes, dictionary))
        moves = []
        for directions in ways(controls):
            off, elsewhere = pushed(hidden, codes, dictionary, units, directions)
            if not moves:
                moves.append(moved(answer(above, off), before))
            moves.append(moved(answer(above, elsewhere), before))
        gaps = [gap(moves[0], move) for move in moves[1:]]
        ends = [interval(means(some, draws), np.mean(some)) for some in gaps]
        return (
            np.array([average(move) for move in moves]),
            np.array([average(some) for some in gaps]),
            np.array(ends),
        )

    return compare_ablations


compare_ablations = comparing()


def compare_by_loops(above, hidden, codes, dictionary, controls, draws):
    def answer_one(h):
        return above.predict(np.asarray(h, "float32")[None], verbose=0)[0]

    moves = []
    for i in range(len(hidden)):
        parts = [z * row for z, row in zip(codes[i], dictionary, strict=True)]
        own = max(parts, key=np.linalg.norm)
        before, steps = answer_one(hidden[i]), [own]
        for way in controls[:, i]:
            steps.append(way * (np.linalg.norm(own) / np.linalg.norm(way)))
        moves.append([np.abs(answer_one(hidden[i] - s) - before).sum() / 2 for s in steps])
    gaps = [[row[0] - row[j] for row in moves] for j in range(1, len(moves[0]))]
    intervals = []
    for some in gaps:
        means = sorted(sum(some[i] for i in draw) / len(draw) for draw in draws)
        intervals.append([])
        for share in (0.025, 0.975):
            place = share * (len(means) - 1)
            low, part = int(place), place - int(place)
            high = min(low + 1, len(means) - 1)
            intervals[-1].append(means[low] * (1 - part) + means[high] * part)
    effects = [sum(column) / len(moves) for column in zip(*moves, strict=True)]
    return effects, [sum(some) / len(some) for some in gaps], intervals


def compare_at_once(above, hidden, codes, dictionary, controls, draws):
    """One call of the model on all pushed activations; the draws as counts of each image."""
    n, q = len(hidden), len(controls)
    units = np.argmax(codes**2 * np.sum(dictionary**2, axis=1), axis=1)
    own = np.take_along_axis(codes, units[:, None], 1) * dictionary[units]
    ways = np.concatenate([own[None], controls])
    steps = ways * (
        np.linalg.norm(own, axis=1) / np.maximum(np.linalg.norm(ways, axis=2), 1e-12)
    ).reshape(1 + q, n, 1)
    pushed = np.concatenate([hidden[None], hidden - steps]).reshape(-1, hidden.shape[1])
    answers = above.predict(pushed.astype("float32"), batch_size=256, verbose=0)
    answers = answers.reshape(2 + q, n, -1).astype(float)
    moves = np.maximum(answers[1:] - answers[0], 0).sum(axis=2)
    counts = np.stack([np.bincount(draw, minlength=n) for draw in draws])
    means = counts @ (moves[0] - moves[1:]).T / draws.shape[1]
    effects = moves.mean(axis=1)
    return effects, effects[0] - effects[1:], np.quantile(means, [0.025, 0.975], axis=0).T


def compare_of_tensorflow(above, hidden, codes, dictionary, controls, draws):
    hidden, codes, dictionary, controls = (
        tf.cast(value, "float32") for value in (hidden, codes, dictionary, controls)
    )
    strengths = codes * tf.norm(dictionary, axis=1)
    units, far = tf.argmax(strengths, axis=1), tf.reduce_max(strengths, axis=1)[:, None]
    own = tf.gather(codes, units, axis=1, batch_dims=1)[:, None] * tf.gather(dictionary, units)
    before, moves = above(hidden), []
    for step in [own, *(far * tf.math.l2_normalize(way, axis=1) for way in controls)]:
        moves.append(0.5 * tf.reduce_sum(tf.abs(above(hidden - step) - before), axis=1))
    gaps = tf.stack([moves[0] - move for move in moves[1:]])
    means = tf.reduce_mean(tf.gather(gaps, draws, axis=1), axis=2).numpy()
    intervals = np.percentile(means, (2.5, 97.5), axis=1).T
    return tf.reduce_mean(moves, axis=1), tf.reduce_mean(gaps, axis=1), intervals


def compare_of_keras(above, hidden, codes, dictionary, controls, draws):
    strengths = codes * ops.convert_to_numpy(ops.norm(dictionary, axis=1))
    units = ops.convert_to_numpy(ops.argmax(strengths, axis=1))
    pairs = [switch_off(hidden, codes, dictionary, units, way) for way in controls]
    before = above.predict_on_batch(hidden)
    moves = ops.stack(
        [
            ops.sum(ops.abs(above.predict_on_batch(some) - before), axis=1) / 2
            for some in [pairs[0][0], *(pair[1] for pair in pairs)]
        ]
    )
    gaps = ops.subtract(moves[:1], moves[1:])
    means = ops.mean(ops.take(gaps, draws, axis=1), axis=2)
    intervals = ops.quantile(means, [0.025, 0.975], axis=1)
    return [ops.mean(moves, axis=1), ops.mean(gaps, axis=1), ops.transpose(intervals)]


def compare_by_distances(above, hidden, codes, dictionary, controls, draws):
    """The distances by SciPy, the shares of the drawn images by a resampling function."""
    moved = np.vectorize(
        lambda p, q: float(scipy.spatial.distance.cityblock(p, q)) / 2, signature="(c),(c)->()"
    )
    return comparing(
        moved=moved,
        means=lambda gaps, draws: np.apply_along_axis(lambda row: np.mean(gaps[row]), 1, draws),
        interval=lambda means, gap: scipy.stats.scoreatpercentile(means, [2.5, 97.5]),
    )(above, hidden, codes, dictionary, controls, draws)


def answers_inside(place):
    """Return an answer that turns the model's probabilities into something else first."""
    return comparing(answer=lambda above, activations: place(probabilities(above, activations)))


def percentiles(low, high):
    return lambda means, gap: np.percentile(means, [low, high])


def unpaired(above, hidden, codes, dictionary, controls, draws):
    """The bootstrap of two samples: each effect is drawn by itself."""
    moves = []
    comparing(moved=lambda *pair: moves.append(moving_probability(*pair)) or moves[-1])(
        above, hidden, codes, dictionary, controls, draws
    )
    other = np.roll(draws, 1, axis=0)
    means = [moves[0][draws].mean(axis=1) - move[other].mean(axis=1) for move in moves[1:]]
    result = compare_ablations(above, hidden, codes, dictionary, controls, draws)
    return *result[:2], np.array([middle_95(some, 0) for some in means])


def of_effects(above, hidden, codes, dictionary, controls, draws):
    """Intervals of the controls' own effects."""
    moves = []
    comparing(moved=lambda *pair: moves.append(moving_probability(*pair)) or moves[-1])(
        above, hidden, codes, dictionary, controls, draws
    )
    result = compare_ablations(above, hidden, codes, dictionary, controls, draws)
    return *result[:2], np.array([middle_95(drawn_means(m, draws), 0) for m in moves[1:]])


def model_given(change):
    """Return an answer that does something to the model after its work."""

    def answer(above, *rest):
        result = compare_ablations(above, *rest)
        change(above)
        return result

    return answer


def halve_weights(model):
    model.set_weights([weight / 2 for weight in model.get_weights()])


def freeze(model):
    model.trainable = False


RIGHT = {
    "13.1": {
        "vectorised": interference,
        "loops": costs_by_loops,
        "tensorflow": costs_of_tensorflow,
        "keras-ops": costs_of_keras,
        "by-covariance": costs_by_covariance,
        "without-gram": costs_without_gram,
        "list": then(lambda parts: [list(parts[0]), parts[1]], interference),
        "float32": part_of(0, np.float32, interference),
        "least-of-0-dimensions": part_of(1, np.array, interference),
    },
    "13.2": {
        "vectorised": match,
        "subsets": match_or_subsets,
        "tensorflow": match_of_tensorflow,
        "keras-ops": match_of_keras,
        "loops": match_by_loops,
        "padded": match_padded,
        "linear-program": match_by_program,
        "float32": match_in_float32,
        "squared-distances": matching(assign=on(lambda c: 2 - 2 * c)),
        "list": part_of(0, list, match),
    },
    "13.3": {
        "eigenvectors": same_moments,
        "symmetric": shaping(symmetric_root),
        "svd": moments_of_svd,
        "qr": moments_of_qr,
        "loops": moments_by_loops,
        "tensorflow": moments_of_tensorflow,
        "keras-ops": moments_of_keras,
        "ldl": moments_of_scipy,
        "cholesky-a-little-more": shaping(cholesky_of(1e-10)),
        "absolute-values": shaping(root_of_values(lambda v: np.sqrt(np.abs(v)))),
        "numpy-cov": shaping(spread=lambda p: np.cov(p.T).reshape(p.shape[1], -1)),
        "sqrtm": shaping(lambda c: np.real(scipy.linalg.sqrtm(c))),
        "moments-apart": shaping(spread=moments_apart),
        "numbers-turned-round": shaping(noise_of=lambda noise, points: noise[:, ::-1]),
        "other-sign": shaping(noise_of=lambda noise, points: -noise),
    },
    "13.4": {
        "vectorised": firing_rates,
        "loops": firing_by_loops,
        "one-hot": firing_by_one_hot,
        "adding": firing_by_adding,
        "tensorflow": firing_of_tensorflow,
        "keras-ops": firing_of_keras,
        "scipy": firing_of_scipy,
        "by-the-rates": firing(dead=lambda codes, rates: rates.max(axis=0) == 0),
        "float32": part_of(0, np.float32, firing_rates),
    },
    "13.5": {
        "vectorised": switch_off,
        "loops": switch_by_loops,
        "decoding": switch_by_decoding,
        "tensorflow": switch_of_tensorflow,
        "keras-ops": switch_of_keras,
        "scipy": switch_of_scipy,
        "float32": then(lambda pair: [np.float32(x) for x in pair], switch_off),
    },
    "13.6": {
        "vectorised": compare_ablations,
        "loops": compare_by_loops,
        "at-once": compare_at_once,
        "tensorflow": compare_of_tensorflow,
        "keras-ops": compare_of_keras,
        "scipy": compare_by_distances,
        "list": then(lambda parts: [x.tolist() for x in parts], compare_ablations),
    },
}

WRONG = {
    "13.1": {
        "own-share-too": costing(shares=lambda f: f @ f.T),
        "later-ones-only": costing(shares=lambda f: np.triu(f @ f.T, 1)),
        "earlier-ones-only": costing(shares=lambda f: np.tril(f @ f.T, -1)),
        "absolute-cosines": costing(shares=lambda f: np.abs(others(f))),
        "squared-cosines": costing(shares=lambda f: others(f) ** 2),
        "dimensions-for-features": costing(shares=lambda f: others(f.T)),
        "no-mean": costing(lambda s, mean, variance: off_by(s, 0, variance)),
        "no-variance": costing(lambda s, mean, variance: off_by(s, mean, 0)),
        "mean-not-squared": costing(lambda s, mean, variance: off_by(s, np.sqrt(mean), variance)),
        "variance-squared": costing(lambda s, mean, variance: off_by(s, mean, variance**2)),
        "deviation": costing(lambda s, mean, variance: off_by(s, mean, np.sqrt(variance))),
        "second-moment-for-both": costing(
            lambda s, mean, variance: off_by(s, 0, variance + mean**2)
        ),
        "second-moment-and-mean": costing(
            lambda s, mean, variance: off_by(s, mean, variance + mean**2)
        ),
        "square-of-the-mean-only-once": costing(
            lambda s, mean, variance: off_by(s, mean, variance - mean**2)
        ),
        "swapped-moments": costing(lambda s, mean, variance: off_by(s, variance, mean)),
        "all-as-one": costing(
            lambda s, mean, variance: (variance + mean**2) * np.sum(s, axis=1) ** 2
        ),
        "mean-of-squares-for-square": costing(
            lambda s, mean, variance: off_by(s, 0, variance) + mean**2 * np.sum(s, axis=1)
        ),
        "mean-error": costing(lambda s, mean, variance: mean * np.sum(s, axis=1)),
        "mean-over-others": costing(lambda s, *moments: off_by(s, *moments) / max(len(s) - 1, 1)),
        "mean-over-all": costing(lambda s, *moments: off_by(s, *moments) / len(s)),
        "rooted": costing(lambda s, *moments: np.sqrt(off_by(s, *moments))),
        "halved": costing(lambda s, *moments: off_by(s, *moments) / 2),
        "one-number": costing(lambda s, *moments: np.mean(off_by(s, *moments))),
        "same-for-all": costing(
            lambda s, *moments: np.mean(off_by(s, *moments)) + np.zeros(len(s))
        ),
        "by-the-bound": lambda f, mean, variance: (
            variance * (len(f) - 1) * welch(*f.shape) + np.zeros(len(f)),
            welch(*f.shape),
        ),
        "of-the-random": lambda f, mean, variance: (
            off_by(np.full((len(f), len(f) - 1), f.shape[1] ** -0.5), 0, variance + mean**2),
            welch(*f.shape),
        ),
        "of-c-too": costing(lambda s, mean, variance: off_by(s, mean, variance) + variance),
        "in-a-column": part_of(0, lambda x: x[:, None], interference),
        "drawn": costs_by_drawing,
        "whole": part_of(0, np.round, interference),
        "rounded": part_of(0, rounded, interference),
        "noisy": part_of(0, noisily, interference),
        "least-below-0": costing(least=lambda m, d: (m - d) / (d * max(m - 1, 1))),
        "least-absolute": costing(least=lambda m, d: abs(m - d) / (d * max(m - 1, 1))),
        "least-of-random": costing(least=lambda m, d: 1 / d),
        "least-of-random-or-0": costing(least=lambda m, d: 1 / d if m > d else 0),
        "least-over-all-pairs": costing(least=lambda m, d: max(m - d, 0) / (d * m)),
        "least-with-diagonal": costing(least=lambda m, d: max(1 / d, 1 / m)),
        "least-by-d-less-1": costing(least=lambda m, d: max(m - d, 0) / max(m * (d - 1), 1)),
        "least-bracket-forgotten": costing(least=lambda m, d: max(m - d, 0) / d * (m - 1)),
        "least-as-sum": costing(least=lambda m, d: max(m - d, 0) * m / d),
        "least-rooted": costing(least=lambda m, d: np.sqrt(welch(m, d))),
        "least-doubled": costing(least=lambda m, d: 2 * welch(m, d)),
        "least-halved": costing(least=lambda m, d: welch(m, d) / 2),
        "least-whole": costing(least=lambda m, d: max(m - d, 0) // max(d * (m - 1), 1)),
        "least-0": costing(least=lambda m, d: 0.0),
        "least-minus-1": costing(least=lambda m, d: -1.0),
        "least-swapped": costing(least=lambda m, d: welch(d, m)),
        "least-without-one": costing(least=lambda m, d: max(0, (m - d) / (d * (m - 1)))),
        "least-nan-for-one": costing(
            least=lambda m, d: max(0.0, m - d) / (d * np.float64(m - 1) if m > 1 else np.nan)
        ),
        "least-of-rank": costing(of=rank_for_d),
        "least-measured": measured,
        "least-measured-or-0": measured_or_0,
        "least-for-32": costing(least=lambda m, d: welch(m, 32)),
        "least-for-64-in-32": costing(least=lambda m, d: welch(64, 32)),
        "least-for-each": then(lambda p: (p[0], p[1] + np.zeros(len(p[0]))), interference),
        "least-of-shape-1": part_of(1, lambda x: np.array([x]), interference),
        "least-text": part_of(1, str, interference),
        "least-rounded": part_of(1, rounded, interference),
        "swapped": then(swapped, interference),
        "errors-only": then(lambda parts: parts[0], interference),
        "least-only": then(lambda parts: parts[1], interference),
        **hopeless(interference, 0),
    },
    "13.2": {
        "greedy": matching(assign=greedily),
        "feature-by-feature": matching(assign=feature_by_feature),
        "row-by-row": matching(assign=row_by_row),
        "nearest-row": matching(assign=nearest_row),
        "nearest-feature": matching(assign=nearest_feature),
        "nearest-absolute": matching(assign=nearest_absolute),
        "lowest-sum": matching(assign=on(lambda c: c)),
        "absolute": matching(lambda *two: np.abs(cosines_of(*two))),
        "matched-by-absolute": matching(assign=on(lambda c: -np.abs(c))),
        "matched-by-square": matching(assign=on(lambda c: -(c**2))),
        "matched-by-angle": matching(assign=on(lambda c: np.arccos(np.clip(c, -1, 1)))),
        "matched-by-distance": matching(assign=on(lambda c: np.sqrt(np.maximum(2 - 2 * c, 0)))),
        "matched-by-hits": matching(assign=on(lambda c: -(c > 0.9).astype(float))),
        "matched-by-whole": matching(assign=on(lambda c: -np.round(c, 1))),
        "matched-by-clipped": matching(assign=on(lambda c: -np.maximum(c, 0))),
        "only-positive-matched": matching(assign=only_positive),
        "only-positive-shown": matching(shown=lambda c: np.maximum(c, 0)),
        "absolute-shown": matching(shown=np.abs),
        "squares-shown": matching(shown=np.square),
        "angles-shown": matching(shown=lambda c: np.arccos(np.clip(c, -1, 1))),
        "products": matching(lambda found, truth: found @ truth.T),
        "matched-by-products": lambda found, truth: matching(
            lambda *two: found @ truth.T, shown=lambda _: cosines_of(found, truth)
        )(found, truth),
        "nan-for-zeros": matching(lambda found, truth: found / lengths_of(found) @ truth.T),
        "1-for-zeros": matching(lambda *two: np.where(lengths_of(two[0]) > 0, cosines_of(*two), 1)),
        "length-and-1": matching(lambda found, truth: found / (1 + lengths_of(found)) @ truth.T),
        "length-and-a-little": matching(
            lambda found, truth: found / (0.05 + lengths_of(found)) @ truth.T
        ),
        "short-as-zeros": matching(lambda found, truth: unit(found, 0.1) @ truth.T),
        "squared-lengths": matching(
            lambda found, truth: found / np.maximum(lengths_of(found) ** 2, 1e-12) @ truth.T
        ),
        "sums-for-lengths": matching(
            lambda found, truth: (
                found / np.maximum(np.abs(found).sum(axis=1, keepdims=True), 1e-12) @ truth.T
            )
        ),
        "columns-for-rows": matching(lambda found, truth: unit(found.T).T @ truth.T),
        "one-length": matching(lambda found, truth: found / np.linalg.norm(found) @ truth.T),
        "correlations": matching(
            lambda found, truth: (
                unit(found - found.mean(axis=1, keepdims=True))
                @ unit(truth - truth.mean(axis=1, keepdims=True)).T
            )
        ),
        "centred": matching(lambda found, truth: cosines_of(found - found.mean(axis=0), truth)),
        "rows-order": in_rows_order,
        "sorted": part_of(0, lambda c: np.sort(c)[::-1], match),
        "matched-only": matched_only,
        "nan-for-none": matching(empty=np.nan),
        "minus-1-for-none": matching(empty=-1.0),
        "1-for-none": matching(empty=1.0),
        "best-for-the-rest": best_for_the_rest,
        "half": matching(share=lambda c: np.mean(c > 0.5)),
        "above-0.8": matching(share=lambda c: np.mean(c > 0.8)),
        "above-0.95": matching(share=lambda c: np.mean(c > 0.95)),
        "absolute-in-share": matching(share=lambda c: np.mean(np.abs(c) > 0.9)),
        "squares-in-share": matching(share=lambda c: np.mean(c**2 > 0.9)),
        "rounded-in-share": matching(share=lambda c: np.mean(np.round(c, 1) > 0.9)),
        "share-below": matching(share=lambda c: np.mean(c < 0.9)),
        "count": matching(share=lambda c: np.sum(c > 0.9)),
        "percent": matching(share=lambda c: 100 * np.mean(c > 0.9)),
        "mean-cosine": matching(share=np.mean),
        "marks": matching(share=lambda c: c > 0.9),
        "share-of-pairs": among_pairs,
        "share-of-rows": lambda found, truth: (
            match(found, truth)[0],
            np.sum(match(found, truth)[0] > 0.9) / len(found),
        ),
        "share-of-64": matching(share=lambda c: np.sum(c > 0.9) / 64),
        "share-rounded": part_of(1, lambda share: round(float(share), 1), match),
        "share-whole": part_of(1, int, match),
        "share-1": part_of(1, lambda share: 1.0, match),
        "transposed": given(lambda found, truth: (found.T, truth.T), match),
        "roles-swapped": given(lambda found, truth: (truth, found), match),
        "first-rows": given(lambda found, truth: (found[: len(truth)], truth), match),
        "one-row-less": given(lambda found, truth: (found[:-1], truth), match),
        "rounded": part_of(0, rounded, match),
        "noisy": part_of(0, noisily, match),
        "swapped": then(swapped, match),
        "cosines-only": then(lambda parts: parts[0], match),
        "found-in-place": cosines_in_place,
        **hopeless(match, 1),
    },
    "13.3": {
        "no-mean": shaping(middle=lambda p: 0.0),
        "mean-twice": shaping(middle=lambda p: 2 * p.mean(axis=0)),
        "mean-of-all": shaping(middle=np.mean),
        "mean-subtracted": shaping(middle=lambda p: -p.mean(axis=0)),
        "median": shaping(middle=lambda p: np.median(p, axis=0)),
        "first-point": shaping(middle=lambda p: p[0]),
        "biased": shaping(spread=lambda p: np.cov(p, rowvar=False, ddof=0)),
        "not-divided": shaping(spread=lambda p: covariance_of(p) * (len(p) - 1)),
        "divided-twice": shaping(spread=lambda p: covariance_of(p) / (len(p) - 1)),
        "by-dimensions": shaping(
            spread=lambda p: covariance_of(p) * (len(p) - 1) / max(p.shape[1] - 1, 1)
        ),
        "not-centred": shaping(spread=uncentred),
        "correlations": shaping(spread=lambda p: np.nan_to_num(np.corrcoef(p, rowvar=False))),
        "variances-only": shaping(spread=lambda p: np.diag(np.diag(covariance_of(p)))),
        "one-variance": shaping(spread=lambda p: p.var(ddof=1) * np.eye(p.shape[1])),
        "mean-variance": shaping(
            spread=lambda p: np.mean(np.diag(covariance_of(p))) * np.eye(p.shape[1])
        ),
        "rows-for-columns": shaping(spread=np.cov),
        "absolute-covariance": shaping(spread=lambda p: np.abs(covariance_of(p))),
        "covariance-itself": shaping(lambda c: c),
        "root-of-entries": shaping(lambda c: np.sqrt(np.abs(c))),
        "signed-root-of-entries": shaping(lambda c: np.sign(c) * np.sqrt(np.abs(c))),
        "root-transposed": shaping(lambda c: eigen_root(c).T),
        "cholesky-transposed": shaping(lambda c: cholesky_of(1e-10)(c).T),
        "cholesky": shaping(np.linalg.cholesky),
        "cholesky-or-diagonal": shaping(cholesky_or(lambda c: np.diag(np.sqrt(np.diag(c))))),
        "cholesky-or-zeros": shaping(cholesky_or(np.zeros_like)),
        "cholesky-and-0.1": shaping(lambda c: np.linalg.cholesky(c + 0.1 * np.eye(len(c)))),
        "cholesky-and-1-percent": shaping(cholesky_of(1e-2)),
        "no-root": shaping(root_of_values(lambda v: np.maximum(v, 0))),
        "half-root": shaping(root_of_values(lambda v: np.maximum(v, 0) ** 0.25)),
        "root-of-below-0": shaping(root_of_values(lambda v: np.sqrt(v - 1e-12))),
        "one-over-root": shaping(root_of_values(lambda v: np.maximum(v, 1e-9) ** -0.5)),
        "values-only": shaping(lambda c: np.diag(np.sqrt(np.maximum(np.linalg.eigvalsh(c), 0)))),
        "vectors-only": shaping(root_of_values(np.ones_like)),
        "values-turned-round": shaping(root_of_values(lambda v: np.sqrt(np.maximum(v[::-1], 0)))),
        "largest-only": shaping(root_of_values(lambda v: np.sqrt(v * (v == v.max())))),
        "small-left-out": shaping(root_of_values(lambda v: np.sqrt(v * (v > 0.1 * v.max())))),
        "at-least-a-little": shaping(root_of_values(lambda v: np.sqrt(np.maximum(v, 0.01)))),
        "vectors-transposed": shaping(
            lambda c: np.linalg.eigh(c)[1].T * np.sqrt(np.maximum(np.linalg.eigvalsh(c), 0))
        ),
        "from-the-left": shaping(turned=lambda noise, root: noise @ root),
        "entry-by-entry": shaping(turned=lambda noise, root: noise * np.diag(root)),
        "deviations": lambda points, noise: (
            points.mean(axis=0) + noise * points.std(axis=0, ddof=1)
        ),
        "noise-standardised": shaping(noise_of=whitened),
        "noise-centred": shaping(noise_of=lambda noise, p: noise - noise.mean(axis=0)),
        "noise-squared": shaping(noise_of=lambda noise, p: noise**2),
        "noise-clipped": shaping(noise_of=lambda noise, p: np.clip(noise, -1, 1)),
        "noise-bent": shaping(noise_of=lambda noise, p: np.tanh(noise)),
        "noise-of-length-1": shaping(noise_of=lambda noise, p: unit(noise)),
        "noise-of-the-next": shaping(noise_of=lambda noise, p: np.roll(noise, 1, axis=0)),
        "noise-of-the-first": shaping(noise_of=lambda noise, p: 0 * noise + noise[:1]),
        "noise-sorted": shaping(noise_of=lambda noise, p: np.sort(noise, axis=0)),
        "noise-as-it-is": lambda points, noise: noise,
        "noise-and-mean": lambda points, noise: points.mean(axis=0) + noise,
        "noise-and-points": lambda points, noise: (
            points[np.arange(len(noise)) % len(points)] + noise
        ),
        "own-noise": shaping(noise_of=own_noise),
        "drawn": drawn_by_numpy,
        "points-again": points_again,
        "points-redrawn": points_redrawn,
        "points-mixed": points_mixed,
        "ranks": ranked,
        "first-row": then(lambda x: x[:1], same_moments),
        "squeezed": then(np.squeeze, same_moments),
        "transposed": then(np.transpose, same_moments),
        "as-many-as-points": given(
            lambda points, noise: (points, noise[np.arange(len(points)) % len(noise)]), same_moments
        ),
        "many-rows-only": where(
            lambda points, noise: len(noise) > 1, same_moments, lambda points, noise: noise
        ),
        "many-points-only": where(
            lambda points, noise: len(points) > points.shape[1],
            same_moments,
            shaping(spread=lambda p: np.diag(p.var(axis=0, ddof=1))),
        ),
        "rounded": then(rounded, same_moments),
        "whole": then(lambda x: np.asarray(x, int), same_moments),
        "noisy": then(noisily, same_moments),
        "with-the-root": lambda points, noise: (
            same_moments(points, noise),
            eigen_root(covariance_of(points)),
        ),
        "mean-in-place": mean_in_place,
        "noise-in-place": noise_in_place,
        **hopeless(same_moments, 0, 1),
    },
    "13.4": {
        "means-of-codes": firing(active=lambda codes: codes),
        "above-0.1": firing(active=lambda codes: codes > 0.1),
        "above-0.01": firing(active=lambda codes: codes > 0.01),
        "above-1": firing(active=lambda codes: codes > 1),
        "above-the-mean": firing(active=lambda codes: codes > codes.mean(axis=0)),
        "at-least-0": firing(active=lambda codes: codes >= 0),
        "silent": firing(active=lambda codes: codes == 0),
        "whole-codes": firing(active=lambda codes: codes.astype(int) > 0),
        "strongest-only": firing(
            active=lambda codes: (codes == codes.max(axis=1, keepdims=True)) & (codes > 0)
        ),
        "counts": firing(
            shares=lambda fires, labels: np.stack(
                [fires[labels == digit].sum(axis=0) for digit in range(10)]
            )
        ),
        "share-of-all-images": firing(
            shares=lambda fires, labels: np.stack(
                [(fires & (labels == digit)[:, None]).mean(axis=0) for digit in range(10)]
            )
        ),
        "share-of-the-firings": firing(
            shares=lambda fires, labels: np.stack(
                [
                    fires[labels == digit].sum(axis=0) / np.maximum(fires.sum(axis=0), 1)
                    for digit in range(10)
                ]
            )
        ),
        "share-of-the-digit's-firings": firing(
            shares=lambda fires, labels: np.stack(
                [
                    fires[labels == digit].sum(axis=0) / max(fires[labels == digit].sum(), 1)
                    for digit in range(10)
                ]
            )
        ),
        "sums-to-1": part_of(
            0, lambda rates: rates / np.maximum(rates.sum(axis=0), 1e-9), firing_rates
        ),
        "as-if-equally-many": firing(
            shares=lambda fires, labels: np.stack(
                [fires[labels == digit].sum(axis=0) / (len(labels) / 10) for digit in range(10)]
            )
        ),
        "as-if-sorted": firing(shares=blocks),
        "one-less-image": firing(
            shares=lambda fires, labels: np.stack(
                [
                    fires[labels == digit].sum(axis=0) / max((labels == digit).sum() - 1, 1)
                    for digit in range(10)
                ]
            )
        ),
        "same-for-all-digits": firing(
            shares=lambda fires, labels: np.tile(fires.mean(axis=0), (10, 1))
        ),
        "over-units": firing(
            shares=lambda fires, labels: np.stack(
                [fires[labels == digit].mean(axis=1).mean() for digit in range(10)]
            )
        ),
        "digits-from-1": part_of(0, lambda rates: np.roll(rates, 1, axis=0), firing_rates),
        "nine-digits": part_of(0, lambda rates: rates[:9], firing_rates),
        "transposed": part_of(0, np.transpose, firing_rates),
        "percent": part_of(0, lambda rates: 100 * rates, firing_rates),
        "rounded": part_of(0, rounded, firing_rates),
        "whole": part_of(0, np.round, firing_rates),
        "noisy": part_of(0, noisily, firing_rates),
        "living": part_of(1, np.logical_not, firing_rates),
        "none-dead": part_of(1, np.zeros_like, firing_rates),
        "all-dead": part_of(1, np.ones_like, firing_rates),
        "places-of-dead": part_of(1, np.flatnonzero, firing_rates),
        "number-of-dead": part_of(1, np.sum, firing_rates),
        "share-of-dead": part_of(1, np.mean, firing_rates),
        "dead-for-a-digit": firing(dead=lambda codes, rates: rates.min(axis=0) == 0),
        "dead-for-each-digit": firing(dead=lambda codes, rates: rates == 0),
        "silent-images": firing(dead=lambda codes, rates: ~np.any(codes > 0, axis=1)),
        "seldom": firing(dead=lambda codes, rates: rates.max(axis=0) < 0.05),
        "seldom-on-average": firing(dead=lambda codes, rates: np.mean(codes > 0, axis=0) < 0.01),
        "weak": firing(dead=lambda codes, rates: codes.max(axis=0) < 0.1),
        "weak-on-average": firing(dead=lambda codes, rates: codes.mean(axis=0) < 0.02),
        "always-on": firing(dead=lambda codes, rates: np.all(codes > 0, axis=0)),
        "not-always-on": firing(dead=lambda codes, rates: np.any(codes == 0, axis=0)),
        "first-images": firing(dead=lambda codes, rates: ~np.any(codes[:10] > 0, axis=0)),
        "without-the-last": firing(dead=lambda codes, rates: ~np.any(codes[:-1] > 0, axis=0)),
        "without-0": firing(dead=lambda codes, rates: rates[1:].max(axis=0) == 0),
        "dead-in-a-row": part_of(1, lambda dead: dead[None], firing_rates),
        "dead-as-numbers": firing(dead=lambda codes, rates: codes.sum(axis=0)),
        "dead-as-text": part_of(1, lambda dead: dead.astype(str), firing_rates),
        "swapped": then(swapped, firing_rates),
        "rates-only": then(lambda parts: parts[0], firing_rates),
        "codes-in-place": fires_in_place,
        **hopeless(firing_rates, 0),
    },
    "13.5": {
        "row-as-it-is": switching(part_with(activity=lambda codes, units: np.ones(len(units)))),
        "activity-squared": switching(
            part_with(activity=lambda codes, units: codes[np.arange(len(units)), units] ** 2)
        ),
        "activity-of-all": switching(part_with(activity=lambda codes, units: codes.sum(axis=1))),
        "activity-of-strongest": switching(
            part_with(activity=lambda codes, units: codes.max(axis=1))
        ),
        "activity-of-first-image": switching(
            part_with(activity=lambda codes, units: codes[0, units])
        ),
        "activity-of-mean": switching(
            part_with(activity=lambda codes, units: codes.mean(axis=0)[units])
        ),
        "activity-of-next": switching(
            part_with(
                activity=lambda codes, units: codes[
                    np.arange(len(units)), (units + 1) % codes.shape[1]
                ]
            )
        ),
        "first-unit-for-all": given(
            lambda h, z, rows, units, ways: (h, z, rows, 0 * units + units[0], ways), switch_off
        ),
        "unit-0": given(lambda h, z, rows, units, ways: (h, z, rows, 0 * units, ways), switch_off),
        "strongest-unit": given(
            lambda h, z, rows, units, ways: (h, z, rows, longest(z, rows), ways), switch_off
        ),
        "most-active-unit": given(
            lambda h, z, rows, units, ways: (h, z, rows, z.argmax(axis=1), ways), switch_off
        ),
        "all-units": switching(lambda h, z, rows, units: z @ rows),
        "all-units-named": switching(lambda h, z, rows, units: z[:, units] @ rows[units]),
        "other-units": switching(lambda h, z, rows, units: z @ rows - own_part(h, z, rows, units)),
        "row-of-length-1": switching(part_with(row=lambda rows, units: unit(rows[units]))),
        "row-of-image": switching(
            part_with(row=lambda rows, units: rows[np.arange(len(units)) % len(rows)])
        ),
        "projection": switching(projection),
        "rest-left-out": rest_left_out,
        "rebuilt-with": switching(off=lambda h, own: own),
        "added": switching(off=lambda h, own: h + own),
        "twice": switching(off=lambda h, own: h - 2 * own),
        "half": switching(off=lambda h, own: h - own / 2),
        "unchanged": switching(off=lambda h, own: h),
        "zeros": switching(off=lambda h, own: 0 * h),
        "off-above-0": switching(off=lambda h, own: np.maximum(h - own, 0)),
        "moved-above-0": switching(moved=lambda h, step, own: np.maximum(h - step, 0)),
        "directions-as-they-are": switching(way=lambda ways: ways),
        "directions-squared-length": switching(way=lambda ways: ways / lengths_of(ways) ** 2),
        "directions-by-sum": switching(
            way=lambda ways: ways / np.abs(ways).sum(axis=1, keepdims=True)
        ),
        "directions-by-columns": switching(way=lambda ways: ways / np.linalg.norm(ways, axis=0)),
        "directions-one-length": switching(way=lambda ways: ways / np.linalg.norm(ways)),
        "directions-root-mean": switching(
            way=lambda ways: ways / np.sqrt(np.mean(ways**2, axis=1, keepdims=True))
        ),
        "directions-length-and-a-little": switching(
            way=lambda ways: ways / (lengths_of(ways) + 0.01)
        ),
        "directions-at-least-1": switching(way=lambda ways: ways / np.maximum(lengths_of(ways), 1)),
        "directions-first-for-all": switching(way=lambda ways: 0 * ways + along(ways)[:1]),
        "directions-centred": switching(
            way=lambda ways: along(ways - ways.mean(axis=1, keepdims=True))
        ),
        "directions-absolute": switching(way=lambda ways: np.abs(along(ways))),
        "directions-random": switching(
            way=lambda ways: along(np.random.default_rng(0).normal(size=ways.shape))
        ),
        "as-far-as-activity": lambda h, z, rows, units, ways: (
            switch_off(h, z, rows, units, ways)[0],
            h - np.abs(z[np.arange(len(units)), units])[:, None] * along(ways),
        ),
        "as-far-as-row": lambda h, z, rows, units, ways: (
            switch_off(h, z, rows, units, ways)[0],
            h - lengths_of(rows[units]) * along(ways),
        ),
        "squared-far": switching(length=lambda own: lengths_of(own) ** 2),
        "far-as-sum": switching(length=lambda own: np.abs(own).sum(axis=1, keepdims=True)),
        "far-on-average": switching(length=lambda own: lengths_of(own).mean()),
        "far-together": switching(length=np.linalg.norm),
        "far-by-columns": switching(length=lambda own: np.linalg.norm(own, axis=0)),
        "far-1": switching(length=lambda own: 1.0),
        "at-least-a-little-far": switching(length=lambda own: np.maximum(lengths_of(own), 0.1)),
        "towards": switching(moved=lambda h, step, own: h + step),
        "from-off": switching(moved=lambda h, step, own: h - own - step),
        "step-only": switching(moved=lambda h, step, own: step),
        "off-again": switching(moved=lambda h, step, own: h - own),
        "way-back": switching(moved=lambda h, step, own: h + own),
        "nan-for-silent": switching(moved=lambda h, step, own: h - step * (own / own)),
        "swapped": then(swapped, switch_off),
        "off-only": then(lambda pair: pair[0], switch_off),
        "differences": switching(off=lambda h, own: -own, moved=lambda h, step, own: -step),
        "contribution-and-step": switching(off=lambda h, own: own, moved=lambda h, step, own: step),
        "first-image": then(lambda pair: (pair[0][:1], pair[1][:1]), switch_off),
        "transposed": then(lambda pair: (pair[0].T, pair[1].T), switch_off),
        "rounded": then(lambda pair: (rounded(pair[0]), rounded(pair[1])), switch_off),
        "noisy": part_of(1, noisily, switch_off),
        "codes-in-place": codes_in_place,
        "hidden-in-place": hidden_in_place,
        **hopeless(switch_off, 2, 4),
    },
    "13.6": {
        "most-active": comparing(pick=lambda codes, rows: codes.argmax(axis=1)),
        "longest-row": comparing(
            pick=lambda codes, rows: np.argmax((codes > 0) * lengths_of(rows).T, axis=1)
        ),
        "longest-row-of-all": comparing(
            pick=lambda codes, rows: np.full(len(codes), lengths_of(rows).argmax())
        ),
        "row-length-squared": comparing(
            pick=lambda codes, rows: np.argmax(codes * np.sum(rows**2, axis=1), axis=1)
        ),
        "row-sum-for-length": comparing(
            pick=lambda codes, rows: np.argmax(codes * np.abs(rows).sum(axis=1), axis=1)
        ),
        "row-largest-for-length": comparing(
            pick=lambda codes, rows: np.argmax(codes * np.abs(rows).max(axis=1), axis=1)
        ),
        "first-active": comparing(pick=lambda codes, rows: (codes > 0).argmax(axis=1)),
        "weakest-active": comparing(
            pick=lambda codes, rows: np.argmin(
                np.where(codes > 0, codes * lengths_of(rows).T, np.inf), axis=1
            )
        ),
        "second-longest": comparing(
            pick=lambda codes, rows: np.argsort(-codes * lengths_of(rows).T, axis=1)[:, 1]
        ),
        "unit-0": comparing(pick=lambda codes, rows: np.zeros(len(codes), int)),
        "one-for-all": comparing(
            pick=lambda codes, rows: np.full(
                len(codes), (codes.mean(axis=0) * lengths_of(rows)[:, 0]).argmax()
            )
        ),
        "of-the-first-image": comparing(
            pick=lambda codes, rows: np.full(len(codes), longest(codes[:1], rows)[0])
        ),
        "all-off": comparing(
            pushed=lambda h, z, rows, units, ways: (
                h - z @ rows,
                switch_off(h, z, rows, units, ways)[1],
            )
        ),
        "rest-left-out": comparing(pushed=rest_left_out),
        "compared-with-rebuilt": comparing(begin=lambda hidden, codes, rows: codes @ rows),
        "off-at-0": comparing(
            pushed=lambda *case: tuple(np.maximum(x, 0) for x in switch_off(*case))
        ),
        "controls-as-they-are": comparing(pushed=switching(way=lambda ways: ways)),
        "controls-together": comparing(pushed=switching(way=lambda w: w / np.linalg.norm(w))),
        "controls-towards": comparing(pushed=switching(moved=lambda h, step, own: h + step)),
        "controls-from-off": comparing(pushed=switching(moved=lambda h, step, own: h - own - step)),
        "controls-of-length-1": comparing(pushed=switching(length=lambda own: 1.0)),
        "controls-on-average-as-far": comparing(
            pushed=switching(length=lambda own: lengths_of(own).mean())
        ),
        "controls-twice-as-far": comparing(
            pushed=switching(length=lambda own: 2 * lengths_of(own))
        ),
        "controls-turned-round": comparing(ways=lambda controls: controls[::-1]),
        "controls-averaged": comparing(ways=lambda controls: 0 * controls + controls.mean(axis=0)),
        "first-control-only": comparing(ways=lambda controls: controls[:1]),
        "first-control-for-all": comparing(ways=lambda controls: 0 * controls + controls[:1]),
        "control-of-first-image": comparing(ways=lambda controls: 0 * controls + controls[:, :1]),
        "not-halved": comparing(moved=lambda p, q: np.abs(p - q).sum(axis=1)),
        "mean-for-sum": comparing(moved=lambda p, q: np.abs(p - q).mean(axis=1)),
        "mean-halved": comparing(moved=lambda p, q: np.abs(p - q).mean(axis=1) / 2),
        "largest-change": comparing(moved=lambda p, q: np.abs(p - q).max(axis=1)),
        "squared-changes": comparing(moved=lambda p, q: np.sum((p - q) ** 2, axis=1) / 2),
        "euclidean": comparing(moved=lambda p, q: np.linalg.norm(p - q, axis=1)),
        "hellinger": comparing(
            moved=lambda p, q: np.linalg.norm(np.sqrt(p) - np.sqrt(q), axis=1) / np.sqrt(2)
        ),
        "divergence": comparing(
            moved=lambda p, q: np.sum(q * np.log((q + 1e-9) / (p + 1e-9)), axis=1)
        ),
        "signed": comparing(moved=lambda p, q: np.sum(p - q, axis=1) / 2),
        "loss-of-the-answer": comparing(
            moved=lambda p, q: np.take_along_axis(q - p, q.argmax(axis=1)[:, None], 1)[:, 0]
        ),
        "change-of-the-answer": comparing(
            moved=lambda p, q: np.abs(np.take_along_axis(q - p, q.argmax(axis=1)[:, None], 1))[:, 0]
        ),
        "other-answers": comparing(
            moved=lambda p, q: (p.argmax(axis=1) != q.argmax(axis=1)).astype(float)
        ),
        "changes-of-means": comparing(
            moved=lambda p, q: np.full(len(p), np.abs(p.mean(axis=0) - q.mean(axis=0)).sum() / 2)
        ),
        "rounded-answers": answers_inside(rounded),
        "logs": answers_inside(lambda p: np.log(p + 1e-9)),
        "softmax-again": answers_inside(lambda p: scipy.special.softmax(p, axis=1)),
        "sums": comparing(average=np.sum),
        "medians": comparing(average=np.median),
        "deviations": comparing(average=np.std),
        "first-image": comparing(average=lambda moves: moves[0]),
        "gaps-turned-round": comparing(gap=lambda first, other: other - first),
        "gaps-absolute": comparing(gap=lambda first, other: np.abs(first - other)),
        "gaps-as-ratios": comparing(gap=lambda first, other: first / np.maximum(other, 1e-9)),
        "gaps-as-shares": comparing(gap=lambda first, other: (first - other) / (first + other)),
        "gaps-as-wins": comparing(gap=lambda first, other: (first > other).astype(float)),
        "gaps-are-effects": comparing(gap=lambda first, other: other),
        "gap-to-the-mean": part_of(
            1, lambda gaps: np.full(len(gaps), gaps.mean()), compare_ablations
        ),
        "gap-one-number": part_of(1, np.mean, compare_ablations),
        "5-to-95": comparing(interval=percentiles(5, 95)),
        "0-to-100": comparing(interval=percentiles(0, 100)),
        "0.5-to-99.5": comparing(interval=percentiles(0.5, 99.5)),
        "2.5-to-95": comparing(interval=percentiles(2.5, 95)),
        "quartiles": comparing(interval=percentiles(25, 75)),
        "shares-for-percent": comparing(interval=percentiles(0.025, 0.975)),
        "high-to-low": comparing(interval=percentiles(97.5, 2.5)),
        "normal-interval": comparing(
            interval=lambda means, gap: gap + np.array([-1.96, 1.96]) * means.std()
        ),
        "normal-about-means": comparing(
            interval=lambda means, gap: means.mean() + np.array([-1.96, 1.96]) * means.std()
        ),
        "reflected-interval": comparing(
            interval=lambda means, gap: 2 * gap - np.percentile(means, [97.5, 2.5])
        ),
        "interval-about-0": comparing(
            interval=lambda means, gap: np.percentile(means, [2.5, 97.5]) - gap
        ),
        "mean-and-deviation": comparing(interval=lambda means, gap: [gap, means.std()]),
        "standard-error": comparing(
            means=lambda gaps, draws: gaps,
            interval=lambda gaps, gap: (
                gap + np.array([-1.96, 1.96]) * gaps.std() / len(gaps) ** 0.5
            ),
        ),
        "of-images": comparing(means=lambda gaps, draws: gaps),
        "of-drawn-images": comparing(means=lambda gaps, draws: gaps[draws].ravel()),
        "means-over-draws": comparing(means=lambda gaps, draws: gaps[draws].mean(axis=0)),
        "medians-of-draws": comparing(means=lambda gaps, draws: np.median(gaps[draws], axis=1)),
        "sums-of-draws": comparing(means=lambda gaps, draws: gaps[draws].sum(axis=1)),
        "without-repeats": comparing(
            means=lambda gaps, draws: np.array([gaps[np.unique(draw)].mean() for draw in draws])
        ),
        "own-draws": comparing(
            means=lambda gaps, draws: drawn_means(
                gaps, np.random.default_rng(0).integers(len(gaps), size=draws.shape)
            )
        ),
        "first-draws": comparing(means=lambda gaps, draws: drawn_means(gaps, draws[:100])),
        "half-the-draws": comparing(
            means=lambda gaps, draws: drawn_means(gaps, draws[: -(-len(draws) // 2)])
        ),
        "first-draw": comparing(means=lambda gaps, draws: drawn_means(gaps, draws[:1])),
        "half-of-each-draw": comparing(
            means=lambda gaps, draws: drawn_means(gaps, draws[:, : -(-draws.shape[1] // 2)])
        ),
        "draws-plus-1": comparing(
            means=lambda gaps, draws: drawn_means(gaps, (draws + 1) % len(gaps))
        ),
        "unpaired": unpaired,
        "of-effects": of_effects,
        "intervals-transposed": part_of(2, np.transpose, compare_ablations),
        "intervals-of-the-first": part_of(2, lambda x: 0 * x + x[:1], compare_ablations),
        "intervals-of-one": part_of(2, lambda x: x[0], compare_ablations),
        "half-widths": part_of(2, lambda x: np.diff(x, axis=1)[:, 0] / 2, compare_ablations),
        "effects-without-the-unit": part_of(0, lambda x: x[1:], compare_ablations),
        "unit-last": part_of(0, lambda x: np.roll(x, -1), compare_ablations),
        "effects-of-images": comparing(average=lambda moves: moves),
        "swapped": then(swapped, compare_ablations),
        "effects-only": then(lambda parts: parts[0], compare_ablations),
        "without-intervals": then(lambda parts: parts[:2], compare_ablations),
        "rounded": then(lambda parts: tuple(rounded(x) for x in parts), compare_ablations),
        "percent": then(lambda parts: tuple(100 * x for x in parts), compare_ablations),
        "noisy": part_of(2, noisily, compare_ablations),
        "trains": model_given(halve_weights),
        "freezes": model_given(freeze),
        **hopeless(compare_ablations, 1, 2, 4),
    },
}
