"""Checks of lesson 01, learning without labels."""

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
    points=2,
    steps=("value",),
    hints=(
        "All distances at once: cdist(queries, points) has one row per query.",
        "The nearest point of a query is the smallest entry of its row: .min(axis=1).",
        "distances = cdist(queries, points); return distances.min(axis=1) / distances.max(axis=1)",
    ),
    also="both distances have the same unit, so moving or stretching all points changes nothing.",
    later=_thousand_queries,
)
def check_distance_contrast(distance_contrast, rng):
    # Queries that are points, one query, one point of one coordinate, whole numbers.
    whole = rng.integers(0, 50, size=(7, 3))
    shapes = ((5, 8, 3), (4, 6, 5), (1, 4, 3), (3, 1, 1))
    yield from compare(
        distance_contrast,
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
        "mean = training.mean(axis=0); covariance = np.cov(training.T, bias=True) + ridge * "
        "np.eye(d); offsets = vectors - mean; squares = np.sum(offsets * np.linalg.solve("
        "covariance, offsets.T).T, axis=1); then -(squares + log det + d log(2 pi)) / 2",
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
        "own = distances.min(axis=1); while len(empty := np.setdiff1d(np.arange(len(centres)), "
        "labels)): farthest = own.argmax(); labels[farthest], own[farthest] = empty[0], -1. Then "
        "take the means.",
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


@exercise(
    "1.4",
    "Reconstruction loss in three units",
    points=2,
    noun="loss",
    steps=("SSE/image", "MSE", "L2"),
    hints=(
        "First one number per image: the squared differences, summed over axis=1.",
        "All three come from these: their average; that divided by the number of pixels; the "
        "average of their square roots.",
        "errors = np.sum((reconstructions - images) ** 2, axis=1); return errors.mean(), "
        "errors.mean() / images.shape[1], np.sqrt(errors).mean()",
    ),
    also="SSE/image and MSE differ by a factor; L2 is not to be had from them, for an average of "
    "roots is not the root of the average.",
)
def check_reconstruction_losses(reconstruction_losses, rng):
    whole = rng.integers(0, 9, size=(2, 3, 1)) + np.array([0, 10])[:, None, None]
    pairs = [rng.uniform(-1, 1, size=(2, n, d)) for n, d in ((6, 9), (4, 5), (1, 7))]
    cases = [(x, x + np.linspace(0.2, 1, len(x))[:, None] * y) for x, y in pairs]
    for part, (right, says, mistakes) in _LOSSES.items():
        yield from compare(
            reconstruction_losses,
            right,
            [*cases, tuple(whole)],
            mistakes,
            parts=tuple(_LOSSES),
            part=part,
            what=f"{part} of images {{images.shape}}",
            says=says,
        )


def _errors(images, reconstructions):
    return np.square(reconstructions - images).sum(axis=1)


def _sse(images, reconstructions):
    return _errors(images, reconstructions).mean()


def _mse(images, reconstructions):
    return np.square(reconstructions - images).mean()


def _l2(images, reconstructions):
    return np.sqrt(_errors(images, reconstructions)).mean()


_LOSSES = {
    "SSE/image": (_sse, "squared error summed over the pixels, averaged over the images", {
        "summed over the images as well: sum over the pixels, then average": lambda x, y: (
            _errors(x, y).sum()),
        "averaged over the pixels: the first result sums over them": _mse,
        "half of it came back: this loss has no 1/2": lambda x, y: _sse(x, y) / 2,
        "the differences are made positive but not squared": lambda x, y: (
            np.abs(x - y).sum(axis=1).mean()),
        "the results are in another order: SSE/image comes first": _l2,
        "one number per image: average them over the images": lambda x, y: Shape((len(x),)),
    }),
    "MSE": (_mse, "the sum divided by the number of pixels", {
        "the second result is the first again: divide by the pixels": _sse,
        "averaged over the pixels and summed over the images: average both": lambda x, y: (
            _errors(x, y).sum() / x.shape[1]),
        "divided by the number of images, not of pixels": lambda x, y: _sse(x, y) / len(x),
    }),
    "L2": (_l2, "the square root of each image's sum, averaged", {
        "the root of the average: take each image's root first, then average": lambda x, y: (
            np.sqrt(_sse(x, y))),
        "the root of the MSE: take each image's root first, then average": lambda x, y: (
            np.sqrt(_mse(x, y))),
        "this is the root over all images: one root per image": lambda x, y: np.linalg.norm(x - y),
        "this is the root of each image's mean: take its sum": lambda x, y: (
            _l2(x, y) / np.sqrt(x.shape[1])),
        "the roots are summed over the images: average them": lambda x, y: _l2(x, y) * len(x),
    }),
}  # fmt: skip


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
        "return representatives, labels[representatives][groups]",
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


@exercise(
    "1.6",
    "What a chosen label is worth",
    points=2,
    steps=("the curve", "its ends", "out of reach"),
    hints=(
        "The curve is the average over the runs: np.mean(accuracies, axis=1), one per count.",
        "Read it sideways: np.interp(target, heights, counts) follows the straight lines.",
        "mean = np.mean(accuracies, axis=1); return None if mean.max() < target else "
        "np.interp(target, mean, counts)",
    ),
    also="np.interp reads a curve sideways when x and y change places, as long as it rises: then "
    "each height belongs to one number of labels.",
)
def check_labels_worth(labels_worth, rng):
    counts, accuracies = _curve(rng)
    mean = accuracies.mean(axis=1)
    within = [mean[i] + share * (mean[i + 1] - mean[i]) for i, share in _PLACES]
    ends = [mean[0] / 2, mean[0], mean[-1]]
    for where, targets, mistakes, says in (
        ("", within, _WORTH_MISTAKES, "on the straight lines between the measured points"),
        (
            " at an end of the curve",
            ends,
            {},
            "the first count below the curve, the last at its top",
        ),
        (" above the whole curve", [mean[-1] + 1 / 64], {}, "None above the whole curve"),
    ):
        yield from compare(
            labels_worth,
            _worth,
            [(counts, accuracies, target) for target in targets],
            mistakes,
            what=f"the number of labels{where}",
            otherwise=_none_within,
            says=says,
        )


# Segments of the curve, and how far along them.
_PLACES = ((0, 0.25), (2, 0.5), (3, 0.75), (1, 0.0), (3, 0.0))


def _curve(rng):
    """Return a list of counts and runs with exact means, none of which lies on its curve."""
    counts = np.cumsum([6, 5, 17, 9, 41]) * (1 + 2 * rng.integers(20))
    mean = 20 + np.cumsum([0, 4, 8, 4, 12]) + rng.integers(0, 8)
    runs = [[2, -3, 0, 1], [1, 0, -3, 2], [-3, 2, 1, 0], [2, 1, -3, 0], [1, -3, 2, 0]]
    return counts.tolist(), (mean[:, None] + np.array(runs)) / 64


def _read(counts, heights, target):
    return np.interp(target, heights, counts)


def _worth(counts, accuracies, target):
    heights = accuracies.mean(axis=1)
    return None if target > heights.max() else _read(counts, heights, target)


def _none_within(value, counts, accuracies, target):
    if value is not None or target > accuracies.mean(axis=1).max():
        return ""
    return f"the curve does reach this accuracy, {target:.3f}; got None"


def _at_point(choose):
    """Return the reading of one measured point: ``choose(heights, target)`` is its position."""
    return lambda counts, a, target: counts[choose(a.mean(axis=1), target)]


_WORTH_MISTAKES = {
    "this is the next measured point: follow the straight line to it": _at_point(
        lambda heights, target: np.argmax(heights >= target)),
    "this is the measured point before: follow the line on": _at_point(
        lambda heights, target: max(np.argmax(heights >= target) - 1, 0)),
    "this is a position in the list: return the number of labels": lambda n, a, target: (
        _worth(np.arange(len(n)), a, target)),
    "x and y are swapped: an accuracy came back": lambda n, a, target: (
        _read(a.mean(axis=1), n, target)),
    "you read the best run, not the mean of all": lambda n, a, t: _read(n, a.max(axis=1), t),
    "you read the worst run, not the mean of all": lambda n, a, t: _read(n, a.min(axis=1), t),
    "you read the median of the runs, not their mean": lambda n, a, t: (
        _read(n, np.median(a, axis=1), t)),
    "each run was read and the readings averaged: average the runs first": lambda n, a, t: (
        np.mean([_read(n, run, t) for run in a.T])),
    "the lines are straight in the number of labels, not in its logarithm": lambda n, a, t: (
        np.exp(_worth(np.log(n), a, t))),
    "the number is cut to a whole one: return a float": lambda *case: int(_worth(*case)),
}  # fmt: skip
