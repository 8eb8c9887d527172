"""Lesson 13: each check accepts right answers of any kind and names the mistake in wrong ones."""

import keras
import numpy as np
import tensorflow as tf
from answers import closing_tests
from scipy.linalg import sqrtm
from scipy.optimize import linear_sum_assignment


def costs(
    *,
    diagonal=False,
    squares=lambda cosines: np.square(cosines).sum(axis=1),
    sums=lambda cosines: cosines.sum(axis=1) ** 2,
    least=lambda m, d: max(0.0, (m - d) / (d * (m - 1))) if m > 1 else 0.0,
    weights=lambda mean, variance: (mean**2, variance),
):
    """Return a right answer to 13.1, or one with a mistake put in."""

    def interference(directions, mean, variance):
        m, d = directions.shape
        cosines = directions @ directions.T
        if not diagonal:
            cosines = cosines - np.diag(np.diag(cosines))
        first, second = weights(mean, variance)
        return first * sums(cosines) + second * squares(cosines), least(m, d)

    return interference


def costs_in_loops(directions, mean, variance):
    m, d = directions.shape
    errors = []
    for j in range(m):
        terms = [float(directions[i] @ directions[j]) for i in range(m) if i != j]
        errors.append((mean * sum(terms)) ** 2 + variance * sum(term**2 for term in terms))
    # Sum of the squared eigenvalues of a frame that is as tight as can be.
    values = np.full(min(m, d), m / min(m, d))
    return errors, (np.sum(values**2) - m) / max(m * (m - 1), 1)


def costs_with_tensors(directions, mean, variance):
    m, d = directions.shape
    rows = tf.constant(directions)
    cosines = tf.linalg.set_diag(rows @ tf.transpose(rows), tf.zeros(m, rows.dtype))
    errors = mean**2 * tf.reduce_sum(cosines, 1) ** 2 + variance * tf.reduce_sum(cosines**2, 1)
    return errors, 0 if m <= d else (m / d - 1) / (m - 1)


def costs_without_cosines(directions, mean, variance):
    """Return the errors from sums over all features, less each one's own share of 1."""
    scatter, total = directions.T @ directions, directions.sum(axis=0)
    squares = np.sum(directions @ scatter * directions, axis=1) - 1
    return variance * squares + (mean * (directions @ total - 1)) ** 2, costs()(
        directions, mean, variance
    )[1]


def costs_with_a_rank(directions, mean, variance):
    m, rank = len(directions), np.linalg.matrix_rank(directions)
    least = (m - rank) / (rank * (m - 1)) if m > rank else 0.0
    return costs()(directions, mean, variance)[0], least


def similarity(found, truth, *, absolute=False, normalised=True):
    lengths = np.linalg.norm(found, axis=1)
    lengths = np.where(lengths > 0, lengths, 1) if normalised else np.ones(len(found))
    similar = np.array(
        [[t @ f / size for f, size in zip(found, lengths, strict=True)] for t in truth]
    )
    return np.abs(similar) if absolute else similar


def matching(*, maximize=True, finish=lambda cosines: cosines, **options):
    """Return a right answer to 13.2, or one with a mistake put in."""

    def match(found, truth):
        similar = similarity(found, truth, **options)
        places, rows = linear_sum_assignment(similar, maximize=maximize)
        cosines = np.zeros(len(truth))
        cosines[places] = similar[places, rows]
        return finish(cosines), (cosines > 0.9).mean()

    return match


def padded_match(found, truth):
    """Return the match in a square matrix, filled up with zeros."""
    similar = similarity(found, truth)
    size = max(similar.shape)
    square = np.full((size, size), -2.0)
    square[: len(truth), : len(found)] = similar
    if len(found) < size:
        square[:, len(found) :] = -2.0
    _, rows = linear_sum_assignment(-square)
    cosines = [
        max(square[i, rows[i]], -1) if rows[i] < len(found) else 0.0 for i in range(len(truth))
    ]
    return cosines, float(np.mean(np.array(cosines) > 0.9))


def match_from_the_rows(found, truth):
    safe = found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-12)
    cost = 1 - safe @ truth.T
    rows, places = linear_sum_assignment(cost)
    cosines = np.zeros(len(truth))
    for row, place in zip(rows, places, strict=True):
        cosines[place] = 1 - cost[row, place]
    return tf.constant(cosines), np.count_nonzero(cosines > 0.9) / len(truth)


def nearest(found, truth):
    cosines = similarity(found, truth).max(axis=1)
    return cosines, np.mean(cosines > 0.9)


def greedy(found, truth):
    similar, cosines = similarity(found, truth), np.zeros(len(truth))
    for _ in range(min(similar.shape)):
        place, row = np.unravel_index(similar.argmax(), similar.shape)
        cosines[place] = similar[place, row]
        similar[place, :] = similar[:, row] = -np.inf
    return cosines, np.mean(cosines > 0.9)


def no_zero_rows(found, truth):
    with np.errstate(all="ignore"):
        similar = truth @ (found / np.linalg.norm(found, axis=1, keepdims=True)).T
    if not np.all(np.isfinite(similar)):
        return np.full(len(truth), np.nan), np.nan
    return matching()(found, truth)


def only_matched(found, truth):
    similar = similarity(found, truth)
    places, rows = linear_sum_assignment(similar, maximize=True)
    cosines = similar[places, rows]
    return cosines, np.mean(cosines > 0.9)


def short_as_zeros(found, truth):
    lengths = np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 0.1)
    places, rows = linear_sum_assignment(similar := truth @ (found / lengths).T, maximize=True)
    cosines = np.zeros(len(truth))
    cosines[places] = similar[places, rows]
    return cosines, np.mean(cosines > 0.9)


def clipped_match(found, truth):
    similar = similarity(found, truth)
    places, rows = linear_sum_assignment(np.maximum(similar, 0), maximize=True)
    cosines = np.zeros(len(truth))
    cosines[places] = similar[places, rows]
    return cosines, np.mean(cosines > 0.9)


def divided_by_zero(found, truth):
    with np.errstate(all="ignore"):
        similar = truth @ (found / np.linalg.norm(found, axis=1, keepdims=True)).T
    linear_sum_assignment(similar)
    return matching()(found, truth)


def sharing(share):
    return lambda found, truth: (cosines := matching()(found, truth)[0], share(cosines, found))


def moments(root, *, ddof=1, centre=lambda points: points.mean(axis=0)):
    def same_moments(points, noise):
        covariance = np.atleast_2d(np.cov(points, rowvar=False, ddof=ddof))
        return centre(points) + noise @ root(covariance)

    return same_moments


def symmetric(covariance):
    values, vectors = np.linalg.eigh(covariance)
    return vectors @ np.diag(np.sqrt(np.clip(values, 0, None))) @ vectors.T


def eigen_rows(covariance):
    """Return L.T."""
    values, vectors = np.linalg.eigh(covariance)
    return (vectors * np.sqrt(np.clip(values, 0, None))).T


def by_svd(points, noise):
    """Return the control by the singular values of the centred points."""
    mean = points.mean(axis=0)
    _, values, rows = np.linalg.svd(points - mean, full_matrices=True)
    scale = np.zeros(points.shape[1])
    scale[: len(values)] = values / np.sqrt(len(points) - 1)
    return mean + (noise * scale) @ rows


def by_cholesky(covariance):
    jitter = 1e-9 * max(np.trace(covariance), 1e-30) * np.eye(len(covariance))
    return np.linalg.cholesky(covariance + jitter).T


def unclipped(covariance):
    values, vectors = np.linalg.eigh(covariance)
    with np.errstate(invalid="ignore"):
        values = np.where(values < 1e-9 * values.max(), -1e-17, values)
        return (vectors * np.sqrt(values)).T


def by_plain_cov(points, noise):
    return points.mean(axis=0) + noise @ eigen_rows(np.cov(points, rowvar=False))


def of_the_rows(points, noise):
    return points.mean(axis=0) + noise @ symmetric(np.cov(points))


def by_products(points, noise):
    return points.mean(axis=0) + noise @ symmetric(points.T @ points / (len(points) - 1))


def from_its_own_noise(points, noise):
    covariance = np.atleast_2d(np.cov(points, rowvar=False))
    rng = np.random.default_rng(0)
    return rng.multivariate_normal(points.mean(axis=0), covariance, size=len(noise))


def rates_by_sums(codes, labels):
    one_hot = np.eye(10)[labels]
    return one_hot.T @ (codes != 0) / one_hot.sum(axis=0)[:, None], (codes == 0).all(axis=0)


def rates_in_loops(codes, labels):
    rates = [
        [
            sum(codes[labels == digit, unit] > 0) / sum(labels == digit)
            for unit in range(codes.shape[1])
        ]
        for digit in range(10)
    ]
    return rates, [bool(np.max(column) == 0) for column in codes.T]


def rating(rates=lambda r, d: r, dead=lambda r, d: d):
    def firing_rates(codes, labels):
        both = rates_by_sums(codes, labels)
        return rates(*both), dead(*both)

    return firing_rates


def counted(codes, labels):
    return np.eye(10)[labels].T @ (codes != 0), (codes == 0).all(axis=0)


def of_all(codes, labels):
    rates, dead = counted(codes, labels)
    return rates / len(codes), dead


def mean_activities(codes, labels):
    one_hot = np.eye(10)[labels]
    return one_hot.T @ codes / one_hot.sum(axis=0)[:, None], (codes == 0).all(axis=0)


def of_the_units(codes, labels):
    rates, dead = counted(codes, labels)
    return rates / np.maximum(rates.sum(axis=0), 1), dead


def images_without(codes, labels):
    return rates_by_sums(codes, labels)[0], (codes == 0).all(axis=1)


def contribution(codes, dictionary, units):
    return codes[np.arange(len(codes)), units][:, None] * dictionary[units]


def switching(
    *,
    own=contribution,
    off=lambda hidden, own: hidden - own,
    length=lambda own: np.linalg.norm(own, axis=1, keepdims=True),
    way=lambda ways: ways / np.linalg.norm(ways, axis=1, keepdims=True),
    moved=lambda hidden, step: hidden - step,
):
    """Return a right answer to 13.5, or one with a mistake put in."""

    def switch_off(hidden, codes, dictionary, units, directions):
        taken = own(codes, dictionary, units)
        return off(hidden, taken), moved(hidden, length(taken) * way(directions))

    return switch_off


def of_length_1(codes, dictionary, units):
    return contribution(codes, dictionary / np.linalg.norm(dictionary, axis=1)[:, None], units)


def by_the_decoder(hidden, codes, dictionary, units, directions):
    silent = codes.copy()
    silent[np.arange(len(codes)), units] = 0
    taken = (codes - silent) @ dictionary
    scale = np.sqrt((taken**2).sum(1) / (directions**2).sum(1))
    return hidden - taken, hidden - scale[:, None] * directions


def image_by_image(hidden, codes, dictionary, units, directions):
    offs, moves = [], []
    for h, z, unit, way in zip(hidden, codes, units, directions, strict=True):
        taken = z[unit] * dictionary[unit]
        offs.append(tf.constant(h - taken))
        moves.append(h - np.linalg.norm(taken) / np.linalg.norm(way) * way)
    return tf.stack(offs), moves


def rebuilt_only(hidden, codes, dictionary, units, directions):
    silent = codes.copy()
    silent[np.arange(len(codes)), units] = 0
    return silent @ dictionary, switching()(hidden, codes, dictionary, units, directions)[1]


def by_the_length_of_off(hidden, codes, dictionary, units, directions):
    """Return answers in which the direction is found by dividing by what was taken off."""
    taken = contribution(codes, dictionary, units)
    lengths = np.linalg.norm(taken, axis=1, keepdims=True)
    ways = directions / np.linalg.norm(directions, axis=1, keepdims=True)
    with np.errstate(all="ignore"):
        return hidden - taken / lengths * lengths, hidden - ways * lengths


def off_in_place(hidden, codes, dictionary, units, directions):
    both = switching()(hidden, codes, dictionary, units, directions)
    hidden -= 1
    return both


def lengths_of(codes, dictionary):
    return np.abs(codes) * np.linalg.norm(dictionary, axis=1)


def as_far(taken, ways):
    lengths = np.linalg.norm(taken, axis=1, keepdims=True)
    return lengths * ways / np.linalg.norm(ways, axis=1, keepdims=True)


def comparing(
    *,
    unit=lambda codes, dictionary: lengths_of(codes, dictionary).argmax(axis=1),
    moved=lambda change: np.abs(change).sum(axis=1) / 2,
    step=as_far,
    gap=lambda effects: effects[0] - effects[1:],
    interval=lambda gaps, draws: np.percentile(gaps[:, draws].mean(axis=2), [2.5, 97.5], axis=1).T,
    mean=lambda effects: effects.mean(axis=1),
    base=lambda hidden, codes, dictionary: hidden,
):
    """Return a right answer to 13.6, or one with a mistake put in."""

    def compare_ablations(above, hidden, codes, dictionary, controls, draws):
        def answer(inputs):
            return np.asarray(above(np.asarray(inputs, "float32")), float)

        taken = contribution(codes, dictionary, unit(codes, dictionary))
        changed = [hidden - taken, *(hidden - step(taken, ways) for ways in controls)]
        before = answer(base(hidden, codes, dictionary))
        effects = np.stack([moved(answer(one) - before) for one in changed])
        gaps = gap(effects)
        return mean(effects), gaps.mean(axis=1), interval(gaps, draws)

    return compare_ablations


def image_for_image(above, hidden, codes, dictionary, controls, draws):
    """Return the comparison with one call of predict for each image, in lists."""
    rows = []
    for i, activity in enumerate(codes):
        taken = max(
            (z * row for z, row in zip(activity, dictionary, strict=True)), key=np.linalg.norm
        )
        steps = [taken]
        for ways in controls:
            steps.append(ways[i] * np.linalg.norm(taken) / np.linalg.norm(ways[i]))
        inputs = np.array([hidden[i], *(hidden[i] - step for step in steps)], "float32")
        answers = above.predict(inputs, verbose=0)
        rows.append(np.abs(answers[1:] - answers[0]).sum(axis=1) / 2)
    effects = np.array(rows)  # (n, 1 + q)
    gaps = effects[:, :1] - effects[:, 1:]
    means = np.array([gaps[list(drawn)].mean(axis=0) for drawn in draws])
    intervals = [[np.quantile(one, 0.025), np.quantile(one, 0.975)] for one in means.T]
    return effects.mean(axis=0), gaps.mean(axis=0), intervals


def with_keras(above, hidden, codes, dictionary, controls, draws):
    sizes = keras.ops.abs(codes) * keras.ops.norm(dictionary, axis=1)
    units = np.asarray(keras.ops.argmax(sizes, axis=1))
    return comparing(unit=lambda *_: units)(above, hidden, codes, dictionary, controls, draws)


RIGHT = {
    "13.1": [
        ("matrices", costs()),
        ("loops and eigenvalues", costs_in_loops),
        ("tensors", costs_with_tensors),
        ("sums", costs_without_cosines),
    ],
    "13.2": [
        ("Hungarian", matching()),
        ("from the rows", match_from_the_rows),
        ("padded", padded_match),
    ],
    "13.3": [
        ("symmetric root", moments(symmetric)),
        ("eigenvectors", moments(eigen_rows)),
        ("singular values", by_svd),
        ("SciPy", moments(lambda c: np.real(sqrtm(c + 1e-10 * np.trace(c) * np.eye(len(c)))))),
        ("Cholesky", moments(by_cholesky)),
    ],
    "13.4": [("one-hot", rates_by_sums), ("loops", rates_in_loops)],
    "13.5": [
        ("formula", switching()),
        ("decoder", by_the_decoder),
        ("one by one", image_by_image),
    ],
    "13.6": [
        ("whole", comparing()),
        ("image by image", image_for_image),
        ("Keras", with_keras),
    ],
}
WRONG = {
    "13.1": [
        ("diagonal", costs(diagonal=True), "leave the diagonal out"),
        ("variance alone", costs(weights=lambda m, v: (0, v)), "also shift it"),
        ("mean alone", costs(weights=lambda m, v: (m**2, 0)), "it varies as well"),
        (
            "sum first",
            costs(squares=lambda c: c.sum(axis=1) ** 2),
            "square first, then sum",
        ),
        (
            "second moment",
            costs(weights=lambda m, v: (0, m**2 + v)),
            "before the square of the sum",
        ),
        (
            "not squared",
            costs(sums=lambda c: c.sum(axis=1), weights=lambda m, v: (m, v)),
            "counts squared",
        ),
        ("1/d", costs(least=lambda m, d: 1 / d), "random directions have on average"),
        (
            "below 0",
            costs(least=lambda m, d: (m - d) / (d * max(m - 1, 1))),
            "cannot be below 0",
        ),
        ("sum", costs(least=lambda m, d: max(m * m / d - m, 0)), "divide by m (m - 1)"),
        (
            "largest",
            costs(least=lambda m, d: np.sqrt(max((m - d) / (d * max(m - 1, 1)), 0))),
            "of the largest |cosine|",
        ),
        ("one", lambda *case: costs()(*case)[0], "2 results"),
        ("swapped", lambda *case: costs()(*case)[::-1], "one number came first"),
        ("rank", costs_with_a_rank, "the space that these directions fill"),
        ("one alone", costs(least=lambda m, d: max(0, (m - d) / (d * (m - 1)))), "makes no pair"),
        (
            "half",
            costs(weights=lambda m, v: (m**2 / 2, v / 2)),
            "square of its mean plus its variance",
        ),
        ("deviation", costs(weights=lambda m, v: (m**2, np.sqrt(v))), "take no root"),
        ("with the mean", costs(weights=lambda m, v: (m**2, v + m**2)), "do not add the square"),
        (
            "plus 1",
            costs(least=lambda m, d: max(m - d, 0) / (d * m + d)),
            "divide by the number of",
        ),
    ],
    "13.2": [
        ("nearest", nearest, "match one to one"),
        ("absolute", matching(absolute=True), "the sign counts"),
        ("lengths", matching(normalised=False), "divide each by its own"),
        ("smallest", matching(maximize=False), "maximise it"),
        ("greedy", greedy, "greedy match"),
        ("sorted", matching(finish=lambda c: np.sort(c)[::-1]), "order of the features"),
        ("only matched", only_matched, "0 for one without a row"),
        ("nan", no_zero_rows, "nan"),
        ("count", sharing(lambda c, f: np.sum(c > 0.9)), "divide by how many"),
        ("mean", sharing(lambda c, f: np.mean(c)), "that is the mean cosine"),
        ("not found", sharing(lambda c, f: np.mean(c <= 0.9)), "not found"),
        ("not below 0", matching(finish=lambda c: np.maximum(c, 0)), "stays as it is"),
        ("clipped", clipped_match, "below 0 count as they are"),
        ("short rows", short_as_zeros, "Bring each row of found to length 1"),
        ("zeros", divided_by_zero, "divided by its length, 0, it is nan"),
        ("-1", matching(finish=lambda c: np.where(c == 0, -1, c)), "that are left have 0"),
        ("0.95", sharing(lambda c, f: np.mean(c > 0.95)), "0.92 is above it"),
        ("squares", sharing(lambda c, f: np.mean(c**2 > 0.9)), "are squared before"),
        ("both signs", sharing(lambda c, f: np.mean(np.abs(c) > 0.9)), "the other way has found"),
        (
            "of pairs",
            sharing(lambda c, f: np.sum(c > 0.9) / min(len(c), len(f))),
            "among the features that have a row",
        ),
        ("0.8", sharing(lambda c, f: np.mean(c > 0.8)), "also those without a row"),
        ("of rows", sharing(lambda c, f: np.sum(c > 0.9) / len(f)), "share of the rows"),
    ],
    "13.3": [
        ("no mean", moments(symmetric, centre=lambda p: 0), "it is missing"),
        ("own noise", from_its_own_noise, "the point that noise of 0 gives"),
        ("by n", moments(symmetric, ddof=0), "np.cov divides by n - 1"),
        ("covariance", moments(lambda c: c), "takes a root of it"),
        ("apart", moments(lambda c: np.diag(np.sqrt(np.diag(c)))), "a root of the whole matrix"),
        ("unit", moments(lambda c: np.eye(len(c))), "not stretched"),
        ("turned round", moments(lambda c: by_cholesky(c).T), "turned round"),
        ("negative", moments(unclipped), "count it as 0"),
        (
            "eigenvectors turned round",
            moments(lambda c: eigen_rows(c).T),
            "the eigenvectors are missing, or the root is turned round",
        ),
        ("Cholesky", moments(lambda c: np.linalg.cholesky(c).T), "does not exist: take eigh"),
        ("single numbers", by_plain_cov, "np.atleast_2d"),
        ("rows", of_the_rows, "unless told rowvar=False"),
        ("jitter", moments(lambda c: symmetric(c + 0.1 * np.eye(len(c)))), "to the diagonal"),
        ("not centred", by_products, "are not centred"),
        ("own rows", lambda p, e: moments(symmetric)(p, e - e.mean(axis=0)), "its own row of"),
        ("mean twice", moments(symmetric, centre=lambda p: 2 * p.mean(axis=0)), "added twice"),
    ],
    "13.4": [
        ("counts", counted, "divide by the number of the digit"),
        ("of all", of_all, "not by that of all"),
        ("activities", mean_activities, "not how strongly"),
        ("of units", of_the_units, "the other way round"),
        ("transposed", rating(rates=lambda r, d: r.T), "transpose"),
        ("living", rating(dead=lambda r, d: ~d), "living ones"),
        ("any digit", rating(dead=lambda r, d: (r == 0).any(axis=0)), "not for none of one"),
        ("how many", rating(dead=lambda r, d: d.sum()), "return which"),
        ("images", images_without, "one answer for each unit"),
        ("above 0.01", lambda z, t: rates_by_sums(z * (z > 0.01), t), "is not 0, however weak"),
        ("seldom", rating(dead=lambda r, d: r.max(axis=0) < 0.05), "is enough to live"),
        ("places", rating(dead=lambda r, d: np.flatnonzero(d)), "True or False for each unit"),
        ("silent", rating(rates=lambda r, d: 1 - r), "in which the unit is silent"),
    ],
    "13.5": [
        ("rebuilt", rebuilt_only, "does not explain is lost"),
        ("added", switching(off=lambda h, own: h + own), "the contribution is added"),
        ("contribution", switching(off=lambda h, own: own), "the contribution alone"),
        ("row", switching(own=lambda z, d, u: d[u]), "multiply it with the unit's activity"),
        (
            "length 1",
            switching(
                own=lambda z, d, u: contribution(z, d / np.linalg.norm(d, axis=1, keepdims=True), u)
            ),
            "activity times row",
        ),
        ("all", switching(own=lambda z, d, u: z @ d), "all units are switched off"),
        ("swapped", lambda *case: switching()(*case)[::-1], "the results are swapped"),
        ("long", switching(way=lambda ways: ways), "to length 1 first"),
        ("along", switching(moved=lambda h, step: h + step), "go against it"),
        (
            "mean",
            switching(length=lambda own: np.linalg.norm(own, axis=1).mean()),
            "not by the mean",
        ),
        ("norm of all", switching(length=np.linalg.norm), "one length for all images"),
        (
            "one norm",
            switching(way=lambda ways: ways / np.linalg.norm(ways)),
            "divided by one number",
        ),
        ("move", switching(moved=lambda h, step: step), "the move alone"),
        ("nan", by_the_length_of_off, "nan where the unit is silent"),
        ("clipped", switching(off=lambda h, own: np.maximum(h - own, 0)), "do not clip them"),
        ("unit 0", switching(own=lambda z, d, u: contribution(z, d, 0 * u)), "unit 0 is switched"),
        ("half", switching(off=lambda h, own: h - own / 2), "codes[i, units[i]]"),
        ("half as far", switching(moved=lambda h, step: h - step / 2), "by the length of what"),
        ("in place", off_in_place, "changes its input `hidden`"),
    ],
    "13.6": [
        ("activity", comparing(unit=lambda z, d: z.argmax(axis=1)), "the length of its row"),
        ("as they are", comparing(step=lambda taken, ways: ways), "length of their direction"),
        ("twice", comparing(moved=lambda c: np.abs(c).sum(axis=1)), "counted twice"),
        ("squares", comparing(moved=lambda c: np.square(c).sum(axis=1) / 2), "are squared"),
        ("rebuilt", comparing(base=lambda h, z, d: z @ d), "not for what is rebuilt"),
        ("sum", comparing(mean=lambda e: e.sum(axis=1)), "take the mean"),
        ("no unit", comparing(mean=lambda e: e[1:].mean(axis=1)), "the unit's comes first"),
        ("each", comparing(mean=lambda e: e), "one number per image"),
        ("sign", comparing(gap=lambda e: e[1:] - e[0]), "minus the control's"),
        ("itself", comparing(gap=lambda e: e[0] - e), "no result"),
        (
            "rows",
            comparing(interval=lambda g, d: np.percentile(g[:, d].mean(2), [2.5, 97.5], axis=1)),
            "transpose",
        ),
        (
            "of images",
            comparing(interval=lambda g, d: np.percentile(g, [2.5, 97.5], axis=1).T),
            "means over the draws",
        ),
        (
            "90 %",
            comparing(interval=lambda g, d: np.percentile(g[:, d].mean(2), [5, 95], axis=1).T),
            "middle 90 %",
        ),
        (
            "first draws",
            comparing(
                interval=lambda g, d: np.percentile(g[:, d[:100]].mean(2), [2.5, 97.5], axis=1).T
            ),
            "only the first 100 rows",
        ),
        (
            "half the draws",
            comparing(
                interval=lambda g, d: np.percentile(g[:, d[::2]].mean(2), [2.5, 97.5], axis=1).T
            ),
            "for each of all rows of draws",
        ),
        ("half as far", comparing(step=lambda t, w: as_far(t, w) / 2), "The first, with"),
        ("euclidean", comparing(moved=lambda c: np.linalg.norm(c, axis=1)), "half the sum, over"),
        (
            "shares",
            comparing(
                interval=lambda g, d: np.percentile(g[:, d].mean(2), [0.025, 0.975], axis=1).T
            ),
            "takes shares",
        ),
    ],
}
test_complete, test_right, test_wrong = closing_tests("13", RIGHT, WRONG)
