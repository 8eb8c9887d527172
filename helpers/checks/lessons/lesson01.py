"""Checks of lesson 01, learning without labels."""

from functools import lru_cache
from itertools import combinations

import numpy as np
from scipy.spatial.distance import cdist
from scipy.stats import multivariate_normal

from helpers.checks import expect
from helpers.checks.cases import Shape, compare
from helpers.checks.registry import exercise


def _thousand_queries(rng):
    """on 1,000 queries and 1,000 points"""
    return rng.random((1000, 20)), rng.random((1000, 20))


@exercise(
    "1.1",
    "Nearest against farthest",
    points=1,
    steps=("value",),
    hints=(
        "All distances at once: cdist(queries, points) has one row per query.",
        "The nearest point of a query is the smallest entry of its row.",
        "A smallest and a largest entry are taken along each row, axis=1: two arrays of (m,), and "
        "one divided by the other.",
    ),
    also="both distances have the same unit, so moving or stretching all points changes nothing.",
    later=_thousand_queries,
)
def check_nearest_over_farthest(nearest_over_farthest, rng):
    # Queries that are points, one query, one point of one coordinate, whole numbers.
    whole = rng.integers(0, 50, size=(7, 3))
    shapes = ((5, 8, 3), (4, 6, 5), (1, 4, 3), (3, 1, 1))
    yield from compare(
        nearest_over_farthest,
        _ratio,
        [(rng.normal(size=(m, d)), rng.normal(size=(n, d))) for m, n, d in shapes]
        + [(whole[[2, 3]], whole.copy()), (whole[:3] + 60, whole)],
        _RATIO_MISTAKES,
        what="the result for queries {queries.shape} and points {points.shape}",
        says="nearest / farthest, one number per query",
    )


def _ratio(queries, points, metric="euclidean", nearest=np.min, farthest=np.max):
    distances = cdist(queries, points, metric)
    return nearest(distances, axis=1) / farthest(distances, axis=1)


_RATIO_MISTAKES = {
    "upside down: the nearest distance goes above the line": lambda q, p: 1 / _ratio(q, p),
    "these are squared distances: take their square roots first": lambda q, p: _ratio(q, p) ** 2,
    "the nearest distance itself: divide it by the farthest": lambda q, p: cdist(q, p).min(axis=1),
    "this is 1 minus the ratio": lambda q, p: 1 - _ratio(q, p),
    "this is (farthest - nearest) / nearest: return the ratio": lambda q, p: 1 / _ratio(q, p) - 1,
    "you divided by the average distance, not the largest": lambda q, p: (
        _ratio(q, p, farthest=np.mean)),
    "these are sums of absolute differences, not distances": lambda q, p: _ratio(q, p, "cityblock"),
    "one number per point came back: with cdist(queries, points), work along axis=1": (
        lambda q, p: Shape((len(p),))),
    "one number came back for all queries: work along axis=1 only": lambda q, p: Shape(()),
    "cut to whole numbers: make room for floats": lambda q, p: _ratio(q, p).astype(q.dtype),
}  # fmt: skip


def _four_hundred_images(rng):
    """on 400 images of 784 pixels"""
    return rng.random((400, 784)), rng.random((1000, 784)), 0.01


@exercise(
    "1.2",
    "Gaussian log density",
    points=3,
    steps=("value", "many pixels"),
    hints=(
        "Three pieces: the mean, the covariance with the ridge on its diagonal, and the formula. "
        "All of them are fitted to the training vectors.",
        "np.linalg.solve(covariance, offsets.T).T gives every (x - mean) times the inverse; "
        "np.linalg.slogdet(covariance)[1] is the log of the determinant.",
        "The bracket of the formula holds three terms per vector: the sum over the pixels of "
        "offset times solved offset, one log determinant for all, and d log(2 pi). Half of their "
        "sum, with a minus, is the result.",
    ),
    also="scipy.stats.multivariate_normal(mean, covariance).logpdf(vectors) is the same formula, "
    "computed from the eigenvalues: their logarithms add up to log det.",
    later=_four_hundred_images,
)
def check_log_density(log_density, rng):
    sizes = ((6, 30, 4, 0.5), (5, 20, 3, 2.0), (1, 12, 3, 0.1))
    whole = rng.integers(0, 9, size=(4, 3)), rng.integers(0, 9, size=(9, 3)), 3
    yield from compare(
        log_density,
        _normal,
        [_drawn(rng, *each) for each in sizes] + [whole],
        _NORMAL_MISTAKES,
        what="the result for vectors {vectors.shape} and training {training.shape}",
        says="the Gaussian's log density, ridge included, one number per vector",
    )
    many = rng.normal(scale=0.01, size=(60, 120))
    many[:, 7] = 0.0
    told = "infinite: the determinant is too small for a float, so take np.linalg.slogdet"
    yield from compare(
        log_density,
        _normal,
        [(many[:5], many, 1e-6)],
        {told: lambda vectors, *_: np.full(len(vectors), np.inf)},
        what="the result for 120 pixels, one of them constant",
        says="finite for 120 pixels, one of them constant",
    )


def _drawn(rng, count, training, size, ridge):
    """Return vectors and training vectors whose pixels depend on each other, far from 0."""
    mixing, place = rng.normal(size=(size, size)), 3.0 * np.arange(1, size + 1)
    vectors = rng.normal(size=(training + count, size)) @ mixing + place
    return vectors[:count], vectors[count:], ridge


def _normal(vectors, training, ridge, covariance=None, mean=None):
    mean = training.mean(axis=0) if mean is None else mean
    covariance = np.cov(training.T, bias=True) if covariance is None else covariance
    normal = multivariate_normal(mean, covariance + ridge * np.eye(len(mean)))
    return normal.logpdf(vectors).reshape(len(vectors))


def _terms(squares=1, log_determinant=1, constant=1, ridge_on=np.eye):
    """Return a log density whose terms count so many times."""

    def log_density(vectors, training, ridge):
        size, offsets = training.shape[1], vectors - training.mean(axis=0)
        covariance = np.cov(training.T, bias=True) + ridge * ridge_on(size)
        distances = np.sum(offsets @ np.linalg.pinv(covariance) * offsets, axis=1)
        logarithm = log_determinant * np.linalg.slogdet(covariance)[1]
        return -(squares * distances + logarithm + constant * size * np.log(2 * np.pi)) / 2

    return log_density


_NORMAL_MISTAKES = {
    "the sign: a likely vector has a high log density, so the bracket gets a minus": (
        _terms(-1, -1, -1)),
    "this is the density itself: return its logarithm": lambda *case: np.exp(_normal(*case)),
    "the factor 1/2 is missing": _terms(2, 2, 2),
    "the ridge is not in it: add ridge * np.eye(d)": lambda v, t, r: _normal(v, t, 0.0),
    "the ridge is on every entry of the covariance: it belongs on the diagonal only": (
        _terms(ridge_on=lambda size: np.ones((size, size)))),
    "divide the covariance by n, not by n - 1": lambda v, t, r: _normal(v, t, r, np.cov(t.T)),
    "only the variances are in it: the covariance has the pairs, too": lambda v, t, r: (
        _normal(v, t, r, np.diag(t.var(axis=0)))),
    "the covariance is taken without subtracting the mean": lambda v, t, r: (
        _normal(v, t, r, t.T @ t / len(t))),
    "the mean is not subtracted from `vectors`": lambda v, t, r: _normal(v, t, r, mean=0 * t[0]),
    "the mean is that of `vectors`: take that of `training`": lambda v, t, r: (
        _normal(v, t, r, mean=v.mean(axis=0))),
    "the mean and covariance are those of `vectors`: fit them to `training`": lambda v, t, r: (
        _normal(v, v, r)),
    "the constant d log(2 pi) is missing": _terms(1, 1, 0),
    "the constant counts once per pixel: it is d log(2 pi)": lambda v, t, r: (
        _terms(1, 1, 1 / t.shape[1])(v, t, r)),
    "the log of the determinant is missing": _terms(1, 0, 1),
    "the log of the determinant and d log(2 pi) are missing": _terms(1, 0, 0),
    "the log of the determinant has the wrong sign": _terms(1, -1, 1),
    "one log density per vector: these are all pairs of vectors": lambda v, t, r: (
        Shape((len(v), len(v)))),
    "one log density per vector is wanted, not one for all": lambda v, t, r: Shape(()),
}  # fmt: skip


def _many_distances(rng):
    """on as many distances as twenty steps below take"""
    vectors = rng.random((20_000, 40))
    return vectors, vectors[:100]


@exercise(
    "1.3",
    "One KMeans step",
    points=3,
    noun="step",
    steps=("groups", "centres", "empty group", "its label", "several"),
    hints=(
        "Assign: cdist(vectors, centres) has one row per vector; .argmin(axis=1) is its group.",
        "Update: vectors[labels == k].mean(axis=0) for each group k. Before that, look for a "
        "group without vectors, again and again until there is none.",
        "Keep each vector's distance to its own centre in an array of its own. A vector that moves "
        "gets the empty group's number there and then, and a distance below all others, so that "
        "it is not taken again; which groups are empty is looked up anew each time.",
    ),
    also="one matrix product adds up all groups at once: members = np.eye(len(centres))[labels], "
    "then members.T @ vectors / members.sum(axis=0)[:, None].",
    later=_many_distances,
)
def check_kmeans_step(kmeans_step, rng):
    full, empty, several = _kmeans_cases(rng)
    relabel = {"the moved vector's label should be its new group": _nearest}
    for part, right, cases, mistakes, says in (
        ("labels", _filled, full, _LABEL_MISTAKES, "each vector with its nearest centre"),
        ("centres", _step(), full, _CENTRE_MISTAKES, "each centre in the mean of its group"),
        ("centres", _step(), empty, _EMPTY_MISTAKES, "it gets the vector farthest from its centre"),
        ("labels", _filled, empty, relabel, "the vector that moved has its new group's number"),
    ):
        yield from compare(
            kmeans_step,
            right,
            cases,
            mistakes,
            parts=("labels", "centres"),
            part=part,
            what=part if cases is full else f"{part}, with an empty group,",
            whole=part == "labels",
            says=says,
        )
    yield from compare(
        _placed(kmeans_step),
        lambda vectors, centres: _step()(vectors, centres)[_filled(vectors, centres)],
        several,
        what="the new centre of each vector, with several empty groups,",
        says="no group is empty, however many were",
    )


def _nearest(vectors, centres, metric="euclidean"):
    return cdist(vectors, centres, metric).argmin(axis=1)


def _filled(vectors, centres, rule=lambda distances, own, labels, k: own.argmax()):
    """Return each vector's group when this rule has filled the empty ones."""
    distances = cdist(vectors, centres)
    labels, own = distances.argmin(axis=1), distances.min(axis=1)
    while len(empty := np.setdiff1d(np.arange(len(centres)), labels)):
        chosen = rule(distances, own, labels, empty[0])
        labels[chosen], own[chosen] = empty[0], -1
    return labels


def _each(vectors, labels, centres, average=np.mean):
    return np.stack([average(vectors[labels == k], axis=0) for k in range(len(centres))])


def _step(average=np.mean, **rule):
    """Return a function that gives the new centres, by another rule if one is given."""
    return lambda v, c: _each(v, _filled(v, c, **rule), c, average)


def _instead(replace):
    """Return new centres of which those of empty groups are ``replace(vectors, centres)``."""

    def step(v, c):
        new = _each(v, _nearest(v, c), c)
        return np.where(np.isnan(new), replace(v, c), new)

    return step


def _from_new_means(v, c):
    labels = _nearest(v, c)
    distances = np.linalg.norm(v - _each(v, labels, c)[labels], axis=1)
    return _step(rule=lambda *_: distances.argmax())(v, c)


_LABEL_MISTAKES = {
    "each vector went to the farthest centre: argmin": lambda v, c: cdist(v, c).argmax(axis=1),
    "groups are counted from 0": lambda v, c: _nearest(v, c) + 1,
    "one group per vector, (n,): argmin over axis=1, not axis=0": lambda v, c: Shape((len(c),)),
    "the results are swapped: labels first, then centres": _step(),
    "zeros and ones: return one group number per vector": lambda v, c: Shape((len(v), len(c))),
    "the groups of moved centres: assign once, to the centres as they came": lambda v, c: (
        _nearest(v, _step()(v, c))),
    "absolute differences are summed: take Euclidean distances": lambda v, c: (
        _nearest(v, c, "cityblock")),
}  # fmt: skip
_CENTRE_MISTAKES = {
    "these are the old centres: the second result is the new ones": lambda v, c: c,
    "these are sums: divide by the group's size": _step(np.sum),
    "these are medians: KMeans takes means": _step(np.median),
    "each is the mean of all vectors: take its group's": lambda v, c: v.mean(axis=0) + 0 * c,
    "one number per centre: a group's mean is a vector, axis=0": lambda v, c: Shape((len(c),)),
    "cut to whole numbers: make room for floats": lambda v, c: _step()(v, c).astype(c.dtype),
}  # fmt: skip
_RULES = {
    "nearest to it": lambda distances, own, labels, k: distances[:, k].argmin(),
    "farthest from the empty group's centre": lambda distances, own, labels, k: (
        distances[:, k].argmax()),
    "farthest from all centres together": lambda distances, *_: distances.sum(axis=1).argmax(),
}  # fmt: skip
_EMPTY_MISTAKES = {
    "a group without vectors gives nan: the mean of nothing. See the rule": _instead(
        lambda v, c: np.nan),
    "the empty group kept its old centre: give it the farthest vector": _instead(lambda v, c: c),
    "the empty group's centre became zero: see the rule": _instead(lambda v, c: 0),
    "the vector that moved still counts in its old group: relabel it first": _instead(
        lambda v, c: v[cdist(v, c).min(axis=1).argmax()]),
    "the empty group was left out: return as many centres as there were": lambda v, c: (
        Shape((len(c) - 1, 1))),
    "the distances are those to the new means: apply the rule before the update": _from_new_means,
    **{f"the empty group got the vector {which}; the rule takes the vector that is farthest from "
       "its own centre": _step(rule=rule) for which, rule in _RULES.items()},
}  # fmt: skip


def _kmeans_cases(rng):
    """Return cases without, with one and with several empty groups."""

    def moved(vectors, *centres):
        scale, shift = rng.uniform(1, 2), rng.uniform(-5, 5)
        rows = [scale * np.reshape(x, (len(x), -1)) + shift for x in (vectors, *centres)]
        return [(rows[0], each) for each in rows[1:]]

    # Other distances take (0, 0) or (10, 10) elsewhere; whole numbers have a mean that is none.
    corners = np.array([[3.0, 3], [5, 0], [14, 14], [15, 10]])
    near = np.tile(corners, (3, 1)) + rng.uniform(-0.4, 0.4, size=(12, 2))
    cloud = rng.normal(size=(40, 3)) + 4 * rng.integers(0, 2, size=(40, 1))
    whole = np.array([[0], [1], [3], [8], [11]]) + rng.integers(-9, 9)
    full = moved([(0, 0), (10, 10), *near], corners)
    full += [(cloud, cloud[:4] + 0.001), (cloud[:5], cloud[5:6]), (whole, whole[0] + [[1], [4]])]
    # Around 0 and 20, 28 is the farthest from its centre, 14 from its mean, 3 in the larger group.
    two = [-1, 0, 1, 2, 3, 26, 27, 28, 14]
    empty = moved([0, 1, 2, 8, 10], [1, 50], [1, -50]) + moved(two, [0, 20, -60], [60, 0, 20])
    # In the second, all are in the place of their centre; then 10 is the last of its group.
    several = moved(two, [0, 60, 20, -60]) + moved([2, 2, 2], [2, 5, 9])
    for last in ([0, 1.2, 10], [0, 1.2, 10, 0.3]):
        several += moved(last, [0.5, 19, 100], [0.5, 100, 19])
    return full, empty, several


def _placed(kmeans_step):
    """Return a function that gives each vector its new centre, however the groups are numbered."""

    def placed(vectors, centres):
        labels, new = expect.parts(kmeans_step(vectors, centres), ("labels", "centres"))
        labels = expect.shaped(labels, (len(vectors),), "labels").astype(int)
        if sorted(set(labels.tolist())) != list(range(len(centres))):
            raise expect.NotYet(
                f"of {len(vectors)} vectors and {len(centres)} centres, one group is left empty: "
                "apply the rule until none is, and take no vector twice"
            )
        return expect.shaped(new, centres.shape, "centres")[labels]

    return placed


def _ten_thousand(rng):
    """on 2,000 vectors in five runs"""
    vectors = rng.random((2000, 20)) + 9 * rng.integers(0, 2, size=(2000, 1))
    return vectors, rng.permuted(np.tile(np.arange(2000), (5, 1)), axis=1)[:, :4]


@exercise(
    "1.4",
    "From start to best groups",
    points=3,
    steps=("to the end", "best start", "centres", "spread"),
    hints=(
        "vectors[start] are the initial centres of one run. Nothing moves any more when a step "
        "leaves every label as it was: then the means of the groups stay, too.",
        "Remember the labels of the step before, and compare with np.array_equal. Do not count "
        "steps: some runs end after three, others after a hundred.",
        "At the end of a run its spread is the mean of squared distances, each vector's to the "
        "centre of its own group. Keep labels, centres and spread of a run together, and replace "
        "all three only where a later run's spread is lower.",
    ),
    also="KMeans(k, init=vectors[start], n_init=1, tol=0) of scikit-learn is one run of it; with "
    "n_init=10 and no init it draws ten starts itself, and keeps the best as you do.",
    later=_ten_thousand,
)
def check_find_groups(find_groups, rng):
    cases, parts = _start_cases(rng), ("labels", "centres", "spread")
    one = [(vectors, starts[[_best(vectors, starts)[0]]]) for vectors, starts in cases]
    for part, each, mistakes, says in (
        ("labels", one, _END_MISTAKES, "the groups at which no step changes anything"),
        ("labels", cases, _BEST_MISTAKES, "those of the start that ends with the lowest spread"),
        ("centres", cases, _END_CENTRE_MISTAKES, "the means of these groups"),
        ("spread", cases, _SPREAD_MISTAKES, "the mean squared distance to the own centre"),
    ):
        yield from compare(
            find_groups,
            _of_run(parts.index(part)),
            each,
            mistakes,
            parts=parts,
            part=part,
            what=part if each is cases else f"{part}, from one start,",
            whole=part == "labels",
            otherwise=_still_moving if part == "labels" else None,
            says=says,
        )


def _run(vectors, start, steps=None):
    """Return labels, centres and spread at the end of one run, or after so many steps."""
    key = np.asarray(vectors, float).tobytes(), vectors.shape, tuple(map(int, start))
    path = _path(*key)
    return path[-1 if steps is None else min(steps, len(path)) - 1]


@lru_cache(maxsize=200)
def _path(numbers, shape, start):
    """Return labels, centres and spread after each step until none changes a label."""
    vectors = np.frombuffer(numbers).reshape(shape)
    centres, path = vectors[list(start)], []
    while True:
        labels = _filled(vectors, centres)
        if path and np.array_equal(labels, path[-1][0]):
            return path
        centres = _each(vectors, labels, centres)
        path.append((labels, centres, np.square(vectors - centres[labels]).sum(axis=1).mean()))


def _best(vectors, starts, choose=np.argmin, steps=None):
    """Return which start's run is chosen by its spread, and that run."""
    runs = [_run(vectors, start, steps) for start in starts]
    chosen = int(choose([spread for *_, spread in runs]))
    return chosen, runs[chosen]


def _of_run(place, choose=np.argmin, steps=None):
    return lambda vectors, starts: _best(vectors, starts, choose, steps)[1][place]


def _chosen_early(vectors, starts):
    first = [_run(vectors, start, 1)[2] for start in starts]
    return _run(vectors, starts[int(np.argmin(first))])[0]


def _still_moving(labels, vectors, starts):
    """Say how many vectors one more step would give another group."""
    found = expect.shaped(labels, (len(vectors),), "labels").astype(int)
    if not np.array_equal(np.unique(found), np.arange(starts.shape[1])):
        return ""
    further = _filled(vectors, _each(vectors, found, np.zeros((starts.shape[1], 1))))
    count = int(np.sum(further != found))
    return count and (
        f"one more step gives {count} of the {len(vectors)} vectors another group: go on until a "
        "step changes none"
    )


_END_MISTAKES = {
    "these are the groups after the first step: repeat it until no label changes": (
        _of_run(0, steps=1)),
    "the results are swapped: labels, centres, spread": _of_run(1),
}  # fmt: skip
_BEST_MISTAKES = {
    "these are the groups of the first start: the lowest spread decides": lambda v, s: (
        _run(v, s[0])[0]),
    "these are the groups of the last start: the lowest spread decides": lambda v, s: (
        _run(v, s[-1])[0]),
    "these are the groups of the start with the highest spread": _of_run(0, np.argmax),
    "the runs were compared after their first step: let each run to its end": _chosen_early,
}  # fmt: skip
_END_CENTRE_MISTAKES = {
    "these are the initial centres: return those of the last step": lambda v, s: (
        v[s[_best(v, s)[0]]]),
    "the centres of the last start, the labels of the best: keep a run's results together": (
        lambda v, s: _run(v, s[-1])[1]),
}  # fmt: skip
_SPREAD_MISTAKES = {
    "a sum over the vectors: the spread is their mean": lambda v, s: _of_run(2)(v, s) * len(v),
    "averaged over the coordinates, too: they are summed": lambda v, s: (
        _of_run(2)(v, s) / v.shape[1]),
    "the mean distance: the spread is the mean of their squares": lambda v, s: (
        np.sqrt(np.square(v - _of_run(1)(v, s)[_of_run(0)(v, s)]).sum(axis=1)).mean()),
    "a root is taken: the spread is a mean of squares": lambda v, s: np.sqrt(_of_run(2)(v, s)),
    "the spread of the last start: return that of the best": lambda v, s: _run(v, s[-1])[2],
    "the spreads of all starts: return the lowest": lambda v, s: Shape((len(s),)),
}  # fmt: skip


def _start_cases(rng):
    """Return cases in which the best run is long, neither first nor last, and looks bad early."""
    cases = [_slow_case(rng, size) for size in (1, 2)]
    # Twice the same vector: a group is empty at once. A single group; each vector a group.
    twice = rng.normal(size=(9, 2)) + 6 * rng.integers(0, 2, size=(9, 1))
    twice[4] = twice[1]
    cases.append((twice, np.array([[1, 4]])))
    cases.append((rng.normal(size=(5, 3)), np.array([[2], [0]])))
    cases.append((rng.normal(size=(4, 2)), np.array([[3, 1, 0, 2]])))
    return cases


def _slow_case(rng, size):
    """Return 80 vectors and five starts: the third ends best, the fourth worst, both late."""
    while True:
        vectors = rng.uniform(0, 9, size=(80, size))
        starts = np.array([rng.choice(80, 4, replace=False) for _ in range(12)])
        early, late, ends = (
            np.array([_run(vectors, start, steps)[2] for start in starts])
            for steps in (1, 10, None)
        )
        worst = ends.argmax()
        for best in np.flatnonzero(late > ends):
            others = np.flatnonzero((ends > 1.001 * ends[best]) & (ends < 0.999 * ends[worst]))
            tempting = [i for i in others if early[i] == early[[*others, best, worst]].min()]
            rest = [i for i in others if i not in tempting]
            if tempting and len(rest) > 1:
                return vectors, starts[[rest[0], tempting[0], best, worst, rest[1]]]


def _million_distances(rng):
    """on 10,000 vectors and 100 centres"""
    vectors = rng.random((10_000, 40))
    return vectors, vectors[:100], np.arange(10_000)


@exercise(
    "1.5",
    "Representatives and their labels",
    points=2,
    steps=("representatives", "labels passed on", "labels bought"),
    hints=(
        "cdist(vectors, centres) again: down a column you find the vector nearest to a centre, "
        "along a row the centre nearest to a vector.",
        "representatives = distances.argmin(axis=0), groups = distances.argmin(axis=1).",
        "labels[representatives] are the labels that are paid for, one per group. Which of them a "
        "vector gets says the number of its group.",
    ),
    also="labels[representatives[groups]] is the same, one look-up after the other; either way "
    "no other label is read.",
    later=_million_distances,
)
def check_propagate(propagate, rng):
    cases = _propagate_cases(rng)
    # A label that was not bought must not matter.
    unpaid = [(v, c, np.where(np.isin(range(len(v)), _chosen(v, c)), y, -1)) for v, c, y in cases]
    hidden = "passed_on, where the labels that nobody bought are -1,"
    for part, right, each, mistakes, what, says in (
        ("representatives", _chosen, cases, _CHOSEN_MISTAKES, "representatives", "for each centre "
         "the vector nearest to it"),
        ("passed_on", _passed_on, cases, _PASSED_ON_MISTAKES, "passed_on", "each vector has its "
         "representative's label"),
        ("passed_on", _passed_on, unpaid, {}, hidden, "only the representatives' labels are used"),
    ):  # fmt: skip
        yield from compare(
            propagate,
            right,
            each,
            mistakes,
            parts=("representatives", "passed_on"),
            part=part,
            what=what,
            whole=part == "representatives",
            says=says,
        )


def _chosen(vectors, centres, labels=None, metric="euclidean"):
    return cdist(vectors, centres, metric).argmin(axis=0)


def _passed_on(vectors, centres, labels):
    return labels[_chosen(vectors, centres)][_nearest(vectors, centres)]


def _in_own_group(vectors, centres, labels):
    outside = _nearest(vectors, centres)[:, None] != np.arange(len(centres))
    return np.where(outside, np.inf, cdist(vectors, centres)).argmin(axis=0)


def _no_vector_twice(vectors, centres, labels):
    distances, chosen = cdist(vectors, centres), []
    for k in range(len(centres)):
        chosen.append(distances[:, k].argmin())
        distances[chosen[-1]] = np.inf
    return np.array(chosen)


def _vote(vectors, centres, labels):
    groups = _nearest(vectors, centres)
    winners = {k: np.bincount(labels[groups == k]).argmax() for k in set(groups.tolist())}
    return np.array([winners[k] for k in groups.tolist()])


def _keeping_their_own(vectors, centres, labels):
    passed_on, chosen = _passed_on(vectors, centres, labels), _chosen(vectors, centres)
    passed_on[chosen] = labels[chosen]
    return passed_on


_CHOSEN_MISTAKES = {
    "the results are swapped: representatives first, then the labels": _passed_on,
    "one representative per centre, (k,): argmin down the columns, axis=0": lambda v, c, y: (
        Shape((len(v),))),
    "these are labels: return the positions of the representatives": lambda v, c, y: (
        y[_chosen(v, c)]),
    "these are the vectors farthest from the centres": lambda v, c, y: cdist(v, c).argmax(axis=0),
    "these are distances: return positions, argmin": lambda v, c, y: cdist(v, c).min(axis=0),
    "the positions are sorted: keep the order of the centres": lambda v, c, y: (
        np.sort(_chosen(v, c))),
    "the representative is the nearest of all vectors, even one of another group": _in_own_group,
    "one vector may be nearest to two centres: it represents both": _no_vector_twice,
    "absolute differences are summed: take Euclidean distances": lambda v, c, y: (
        _chosen(v, c, y, "cityblock")),
}  # fmt: skip
_PASSED_ON_MISTAKES = {
    "every vector has its own true label: it should get its representative's": lambda v, c, y: y,
    "these are group numbers: look up the label of the group's representative": lambda v, c, y: (
        _nearest(v, c)),
    "these are positions of representatives: look up their labels": lambda v, c, y: (
        _chosen(v, c)[_nearest(v, c)]),
    "the labels of the first vectors: index with representatives": lambda v, c, y: (
        y[_nearest(v, c)]),
    "the representatives' labels alone: pass them on, one label per vector": lambda v, c, y: (
        Shape((len(c),))),
    "a vote within each group counts labels that were not paid for": _vote,
    "each has the label of the representative nearest to it: go by the nearest centre": (
        lambda v, c, y: _passed_on(v, v[_chosen(v, c)], y)),
    "a representative in another group gets the label of that group": _keeping_their_own,
}  # fmt: skip


def _propagate_cases(rng):
    """Return cases in which every other rule takes another vector or another label."""
    line = np.array([[5], [4], [3.2], [2.2], [2.1], [1.6], [-2]])
    plane = np.array([[25, 20], [24, 24], [20, 27], [5, 0], [3, 3.0], [0, 6]])
    corners = 8 * np.eye(4, 3) + rng.uniform(-1, 1, size=(4, 3))
    cloud = np.tile(corners, (7, 1)) + rng.uniform(-2, 2, size=(28, 3))
    pairs = [
        (line, [[0.0], [3]]),  # The nearest to 0 is 1.6, which is in the group of 3.
        (line, [[0], [1.8], [3.3]]),  # The nearest to 0 and to 1.8 is 1.6.
        (plane, [[0.0, 0], [20, 20]]),  # The sum of absolute differences is least for (5, 0).
        (cloud, corners),
        (cloud[:6], corners[:1]),
    ]
    return [_with_labels(rng, vectors, np.array(centres)) for vectors, centres in pairs]


def _with_labels(rng, vectors, centres):
    """Return a case, moved, in which no representative has the label of its group's majority."""
    labels = 10 * _nearest(vectors, centres) + 10
    labels[_chosen(vectors, centres)] = 10 * np.arange(len(centres)) + 5
    scale, shift = rng.uniform(1, 2), rng.uniform(-5, 5)
    return scale * vectors + shift, scale * centres + shift, labels + rng.integers(10_000)


def _thirteen_runs(rng):
    """on three runs against ten"""
    return rng.random(3), rng.random(10)


@exercise(
    "1.6",
    "Could it be chance?",
    points=2,
    steps=("the share", "ties", "one run each"),
    hints=(
        "itertools.combinations(range(m + n), m) gives every way to choose which m of all results "
        "are the first part; the others are the second.",
        "The gap of a split is the mean of its first part minus that of the rest. One of the "
        "splits is the one that was found.",
        "Count the splits whose gap is not below the found one, with 1e-9 of room for rounding, "
        "and divide by how many splits there are.",
    ),
    also="scipy.stats.permutation_test((first, second), lambda a, b, axis: a.mean(axis) - "
    "b.mean(axis), alternative='greater') gives the same for two results or more on each side; "
    "with too many splits to count it draws some of them.",
    later=_thirteen_runs,
)
def check_chance_of_gap(chance_of_gap, rng):
    apart, tied, single = _gap_cases(rng)
    for cases, mistakes, what, says in (
        (apart, _GAP_MISTAKES, "", "the share of all splits with as large a gap"),
        (tied, _GAP_MISTAKES, " where several results are equal", "an equal gap counts as large"),
        (single, {}, " with one result on a side, or all alike", "the same rule"),
    ):
        yield from compare(
            chance_of_gap,
            _share,
            cases,
            mistakes,
            what="the share" + what,
            otherwise=_other_share,
            says=says,
        )


def _gaps(first, second, middle=np.mean):
    results, size = np.concatenate([first, second]), len(first)
    splits = [list(chosen) for chosen in combinations(range(len(results)), size)]
    return np.array([middle(results[c]) - middle(np.delete(results, c)) for c in splits])


def _share(first, second, middle=np.mean, change=lambda gaps: gaps):
    gaps = change(_gaps(first, second, middle))
    return np.mean(gaps >= gaps[0] - 1e-9)  # the split that was found comes first


def _without_the_found(first, second):
    gaps = _gaps(first, second)
    return np.mean(gaps[1:] >= gaps[0] - 1e-9)


def _other_share(value, first, second):
    number = float(expect.shaped(value, (), "the share"))
    if number <= 0:
        return "the share is never 0: the split that was found is one of them, and counts"
    if number > 1 + 1e-9:
        return f"a share is at most 1; yours is {number:g}"
    share = _share(first, second)
    return abs(number - share) < 0.1 and (
        f"expected {share:.4f}, got {number:.4f}: near it. Go through every split once "
        "(itertools.combinations); splits that are drawn by chance only come near the share"
    )


def _halves(first, second):
    results, size = np.concatenate([first, second]), (len(first) + len(second)) // 2
    gaps = _gaps(results[:size], results[size:])
    return np.mean(gaps >= first.mean() - second.mean() - 1e-9)


_GAP_MISTAKES = {
    "only larger gaps were counted: as large counts, too, and so does the split that was found": (
        lambda a, b: np.mean(_gaps(a, b) > _gaps(a, b)[0] + 1e-9)),
    "this counts the splits: divide by how many there are": lambda a, b: (
        _share(a, b) * len(_gaps(a, b))),
    "the split that was found is left out: it is one of all splits": _without_the_found,
    "gaps in both directions were counted: take the sign with it": lambda a, b: (
        _share(a, b, change=np.abs)),
    "these are the splits with as small a gap; as large ones count (arguments swapped?)": (
        lambda a, b: _share(a, b, change=np.negative)),
    "this is 1 minus the share": lambda a, b: 1 - _share(a, b),
    "these are gaps of medians: take means": lambda a, b: _share(a, b, np.median),
    "these are splits into equal halves: the parts keep the sizes that they have": _halves,
    "the gap itself came back: return the share": lambda a, b: _gaps(a, b)[0],
    "one number is wanted; these are the gaps of all splits": lambda a, b: (
        Shape((len(_gaps(a, b)),))),
}  # fmt: skip


def _gap_cases(rng):
    """Return cases without and with ties, and the smallest. Sums in them are exact."""

    def drawn(m, n, high):
        while True:
            numbers = rng.integers(high, size=m + n) if high < 9 else rng.permutation(high)[: m + n]
            first, second = numbers[:m] / 64, numbers[m:] / 64
            share, others = _share(first, second), _GAP_MISTAKES.values()
            wrong = [mistake(first, second) for mistake in others]
            far = [abs(one - share) > 0.01 for one in wrong if not isinstance(one, Shape)]
            if share < 0.5 and all(far):
                return first, second

    apart = [drawn(m, n, 900) for m, n in ((3, 5), (5, 3))]
    tied = [drawn(3, 5, 6), (np.array([1.5, 0.5, 1.0]), np.array([1.5, 0.5]))]
    single = [
        (np.array([a]), np.array(b)) for a, b in ((0.5, [0.25]), (0.25, [0.5]), (0.5, [0.5, 0.5]))
    ]
    return apart, tied, [*single, (np.array([0.75, 0.5]), np.array([0.25]))]
