"""Lesson 01: each check accepts right answers of any kind and names the mistake in wrong ones."""

import numpy as np
from answers import closing_tests
from scipy.interpolate import interp1d
from scipy.spatial.distance import cdist
from scipy.stats import multivariate_normal, norm
from sklearn.metrics import pairwise_distances, pairwise_distances_argmin
from sklearn.neighbors import NearestNeighbors


def contrast_by_loop(queries, points):
    ratios = []
    for query in queries:
        distances = np.sqrt(((points - query) ** 2).sum(axis=1))
        ratios.append(distances.min() / distances.max())
    return ratios


def contrast_by_search(queries, points):
    search = NearestNeighbors(n_neighbors=len(points)).fit(points)
    distances, _ = search.kneighbors(queries)
    return distances[:, 0] / distances[:, -1]


def ratio(queries, points, axis=1, metric="euclidean"):
    distances = cdist(queries, points, metric)
    return distances.min(axis=axis) / distances.max(axis=axis)


def gaussian(
    bias=True, log_determinant=True, constant=True, half=0.5, ridge_on=np.eye, constant_of=None
):
    """Return a log density with pieces left out or changed."""

    def log_density(vectors, training, ridge):
        size = training.shape[1]
        covariance = np.cov(training.T, bias=bias) + ridge * ridge_on(size)
        offsets = vectors - training.mean(axis=0)
        total = np.sum(offsets @ np.linalg.pinv(covariance) * offsets, axis=1)
        total = total + log_determinant * np.linalg.slogdet(covariance)[1]
        return -half * (total + constant * (constant_of or size) * np.log(2 * np.pi))

    return log_density


def by_cholesky(vectors, training, ridge):
    mean = training.mean(axis=0)
    covariance = (training - mean).T @ (training - mean) / len(training)
    factor = np.linalg.cholesky(covariance + ridge * np.eye(len(mean)))
    white = np.linalg.solve(factor, (vectors - mean).T)
    constant = np.log(np.diag(factor)).sum() + len(mean) * np.log(2 * np.pi) / 2
    return -(white**2).sum(axis=0) / 2 - constant


def by_eigenvectors(vectors, training, ridge):
    mean = training.mean(axis=0)
    _, singular_values, rows = np.linalg.svd(training - mean, full_matrices=True)
    variances = np.full(len(mean), float(ridge))
    variances[: len(singular_values)] += singular_values**2 / len(training)
    codes = (vectors - mean) @ rows.T
    return -0.5 * (codes**2 / variances + np.log(2 * np.pi * variances)).sum(axis=1)


def by_scipy(vectors, training, ridge):
    covariance = np.cov(training.T, bias=True) + ridge * np.eye(training.shape[1])
    return np.atleast_1d(multivariate_normal(training.mean(axis=0), covariance).logpdf(vectors))


def plain_determinant(vectors, training, ridge):
    covariance = np.cov(training.T, bias=True) + ridge * np.eye(training.shape[1])
    offsets = vectors - training.mean(axis=0)
    squares = np.sum(offsets @ np.linalg.inv(covariance) * offsets, axis=1)
    size = training.shape[1]
    return -0.5 * (squares + np.log((2 * np.pi) ** size * np.linalg.det(covariance)))


def every_entry(size):
    return np.ones((size, size))


def step(update=np.mean, count_once=True, nearest=False, keep=False, report=True, again=True):
    """Return a KMeans step with pieces left out or changed."""

    def kmeans_step(vectors, centres):
        distances = cdist(vectors, centres)
        labels, own = distances.argmin(axis=1), distances.min(axis=1)
        first = labels.copy()
        new = np.array(centres, dtype=float)
        for k in [*range(len(centres))] * (1 + len(centres) * again):
            if not (labels == k).any() and not keep:
                chosen = distances[:, k].argmin() if nearest else own.argmax()
                new[k] = vectors[chosen]
                if count_once:
                    labels[chosen], own[chosen] = k, -1
        for k in range(len(centres)):
            if (labels == k).any():
                new[k] = update(vectors[labels == k], axis=0)
        return labels if report else first, new

    return kmeans_step


def by_matrix(vectors, centres):
    labels = pairwise_distances_argmin(vectors, centres)
    own = np.linalg.norm(vectors - centres[labels], axis=1)
    while len(empty := np.setdiff1d(np.arange(len(centres)), labels)):
        farthest = own.argmax()
        labels[farthest], own[farthest] = empty[0], -1
    members = np.eye(len(centres))[labels]
    return labels, (members.T @ vectors) / members.sum(axis=0)[:, None]


def by_larger_groups(vectors, centres):
    """Never take a vector that is alone in its group: the same groups, numbered otherwise."""
    distances = cdist(vectors, centres)
    labels, own = distances.argmin(axis=1), distances.min(axis=1)
    for k in range(len(centres)):
        if k not in labels:
            labels[np.where(np.bincount(labels)[labels] > 1, own, -1).argmax()] = k
    return labels.tolist(), [vectors[labels == k].mean(axis=0) for k in range(len(centres))]


def same_for_all_empty(vectors, centres):
    distances = cdist(vectors, centres)
    labels, own = distances.argmin(axis=1), distances.min(axis=1)
    new = np.array(centres, dtype=float)
    for k in set(range(len(centres))) - set(labels.tolist()):
        labels[own.argmax()] = k
    for k in set(labels.tolist()):
        new[k] = vectors[labels == k].mean(axis=0)
    return labels, new


def without_rule(vectors, centres):
    labels = cdist(vectors, centres).argmin(axis=1)
    return labels, np.stack([vectors[labels == k].mean(axis=0) for k in range(len(centres))])


def to_the_farthest(vectors, centres):
    labels = cdist(vectors, centres).argmax(axis=1)
    return labels, centres


def squares(images, reconstructions):
    return ((np.asarray(images) - reconstructions) ** 2).sum(axis=1)


def losses(total=np.mean, middle=None, last=None):
    """Return the three losses, some of them taken in another way from the squared errors."""

    def reconstruction_losses(images, reconstructions):
        errors, size = squares(images, reconstructions), np.shape(images)[1]
        mean = middle(errors, size) if middle else errors.mean() / size
        root = last(errors, size) if last else np.sqrt(errors).mean()
        return total(errors), mean, root

    return reconstruction_losses


def losses_by_loop(images, reconstructions):
    pairs = zip(images, reconstructions, strict=True)
    sums = [sum((a - b) ** 2 for a, b in zip(x, y, strict=True)) for x, y in pairs]
    count = len(sums)
    return [
        sum(sums) / count,
        sum(sums) / count / len(images[0]),
        sum(value**0.5 for value in sums) / count,
    ]


def losses_by_norm(images, reconstructions):
    lengths = np.linalg.norm(images - reconstructions, axis=1)
    return np.mean(lengths**2), np.mean((images - reconstructions) ** 2), np.mean(lengths)


def propagate_by_loop(vectors, centres, labels):
    chosen = [int(np.linalg.norm(vectors - c, axis=1).argmin()) for c in centres]
    groups = [int(np.linalg.norm(centres - v, axis=1).argmin()) for v in vectors]
    return chosen, [labels[chosen[group]] for group in groups]


def propagate_by_sklearn(vectors, centres, labels):
    chosen = pairwise_distances_argmin(centres, vectors)
    return chosen, labels[chosen][pairwise_distances_argmin(vectors, centres)]


def passing(what):
    """Return an answer whose representatives are right and which passes on ``what``."""

    def propagate(vectors, centres, labels):
        distances = pairwise_distances(vectors, centres)
        chosen, groups = distances.argmin(axis=0), distances.argmin(axis=1)
        return chosen, what(chosen, groups, labels)

    return propagate


def in_own_group(vectors, centres, labels):
    distances = cdist(vectors, centres)
    groups = distances.argmin(axis=1)
    distances[groups[:, None] != np.arange(len(centres))] = np.inf
    chosen = distances.argmin(axis=0)
    return chosen, labels[chosen][groups]


def vote(chosen, groups, labels):
    """Pass on the commonest label of a group."""
    passed_on = np.empty_like(labels)
    for group in range(len(chosen)):
        names, counts = np.unique(labels[groups == group], return_counts=True)
        passed_on[groups == group] = names[counts.argmax()]
    return passed_on


def interpolated(curve=lambda a: a.mean(axis=1), default=None):
    """Return a reading of one curve out of all runs; ``default`` above it."""

    def labels_worth(counts, accuracies, target):
        heights = curve(np.asarray(accuracies))
        return default if target > heights.max() else np.interp(target, heights, counts)

    return labels_worth


def by_segments(counts, accuracies, target):
    heights = np.asarray(accuracies).mean(axis=1)
    if heights[0] >= target:
        return int(counts[0])
    for i in range(1, len(counts)):
        if heights[i] >= target:
            slope = (counts[i] - counts[i - 1]) / (heights[i] - heights[i - 1])
            return counts[i - 1] + slope * (target - heights[i - 1])
    return None


def on_a_fine_grid(counts, accuracies, target):
    grid = np.linspace(counts[0], counts[-1], 2_000_001)
    heights = np.interp(grid, counts, np.mean(accuracies, axis=1))
    reached = np.flatnonzero(heights >= target)
    return float(grid[reached[0]]) if len(reached) else None


def extrapolated(counts, accuracies, target):
    heights = np.mean(accuracies, axis=1)
    line = interp1d(heights, counts, fill_value="extrapolate")
    return None if target > heights.max() else float(line(target))


def top_out_of_reach(counts, accuracies, target):
    heights = np.mean(accuracies, axis=1)
    return np.interp(target, heights, counts) if target < heights.max() else None


def next_point(counts, accuracies, target):
    reached = np.mean(accuracies, axis=1) >= target
    return counts[reached.argmax()] if reached.any() else None


def point_before(counts, accuracies, target):
    reached = np.mean(accuracies, axis=1) >= target
    return counts[max(reached.argmax() - 1, 0)] if reached.any() else None


RIGHT = {
    "1.1": [
        ("loop", contrast_by_loop),
        ("neighbour search", contrast_by_search),
        ("broadcast", lambda q, p: (lambda d: d.min(1) / d.max(1))(
            np.linalg.norm(q[:, None] - p[None], axis=2))),
    ],
    "1.2": [("cholesky", by_cholesky), ("eigenvectors", by_eigenvectors), ("scipy", by_scipy)],
    "1.3": [("loop", step()), ("matrix", by_matrix), ("larger groups", by_larger_groups)],
    "1.4": [("loop", losses_by_loop), ("norm", losses_by_norm), ("parts", losses())],
    "1.5": [("loop", propagate_by_loop), ("scikit-learn", propagate_by_sklearn)],
    "1.6": [
        ("interp", interpolated()),
        ("segments", by_segments),
        ("fine grid", on_a_fine_grid),
    ],
}  # fmt: skip
WRONG = {
    "1.1": [
        ("upside down", lambda q, p: 1 / ratio(q, p), "upside down"),
        ("squared", lambda q, p: ratio(q, p) ** 2, "squared distances"),
        ("nearest", lambda q, p: cdist(q, p).min(axis=1), "divide it by the farthest"),
        ("one minus", lambda q, p: 1 - ratio(q, p), "1 minus"),
        ("relative", lambda q, p: 1 / ratio(q, p) - 1, "return the ratio"),
        ("mean", lambda q, p: cdist(q, p).min(1) / cdist(q, p).mean(1), "average distance"),
        ("city block", lambda q, p: ratio(q, p, metric="cityblock"), "absolute differences"),
        ("axis 0", lambda q, p: ratio(q, p, axis=0), "one number per point"),
        ("all", lambda q, p: ratio(q, p, axis=None), "for all queries"),
        ("three coordinates", lambda q, p: ratio(q[:, :3], p[:, :3]), "queries (4, 5) and points"),
        ("whole", lambda q, p: ratio(q, p).astype(q.dtype), "cut to whole numbers"),
        ("squeezed", lambda q, p: np.squeeze(ratio(q, p)), "shape (1,); yours has ()"),
        ("nothing", lambda q, p: None, "return missing"),
    ],
    "1.2": [
        ("sign", lambda v, t, r: -by_scipy(v, t, r), "the sign"),
        ("density", lambda v, t, r: np.exp(by_scipy(v, t, r)), "return its logarithm"),
        ("no half", gaussian(half=1), "1/2 is missing"),
        ("no ridge", lambda v, t, r: by_scipy(v, t, 0), "the ridge is not in it"),
        ("ridge everywhere", gaussian(ridge_on=every_entry), "diagonal only"),
        ("n - 1", gaussian(bias=False), "not by n - 1"),
        ("no constant", gaussian(constant=False), "constant d log(2 pi)"),
        ("no determinant", gaussian(log_determinant=False), "log of the determinant is missing"),
        (
            "distance only",
            gaussian(log_determinant=False, constant=False),
            "determinant and d log(2 pi) are missing",
        ),
        (
            "variances only",
            lambda v, t, r: norm(t.mean(0), np.sqrt(t.var(0) + r)).logpdf(v).sum(axis=1),
            "only the variances",
        ),
        ("other mean", lambda v, t, r: by_scipy(v, v, r), "fit them to `training`"),
        ("determinant", plain_determinant, "slogdet"),
        ("summed", lambda v, t, r: by_scipy(v, t, r).sum(), "one log density per vector"),
        ("sign", lambda v, t, r: -by_scipy(v, t, r), "the bracket gets a minus"),
        ("log 2 pi once", gaussian(constant_of=1), "it is d log(2 pi)"),
    ],
    "1.3": [
        ("axis 0", lambda v, c: (cdist(v, c).argmin(axis=0), c), "not axis=0"),
        ("farthest", to_the_farthest, "farthest centre"),
        ("from 1", lambda v, c: (by_matrix(v, c)[0] + 1, by_matrix(v, c)[1]), "from 0"),
        ("old centres", lambda v, c: (by_matrix(v, c)[0], c), "old centres"),
        ("sums", step(update=np.sum), "these are sums"),
        ("medians", step(update=np.median), "these are medians"),
        ("no rule", without_rule, "mean of nothing"),
        ("kept", step(keep=True), "kept its old centre"),
        ("counted twice", step(count_once=False), "still counts in its old group"),
        ("nearest", step(nearest=True), "nearest to it; the rule"),
        ("old label", step(report=False), "should be its new group"),
        ("two empty", same_for_all_empty, "take no vector twice"),
        ("one look", step(again=False), "apply the rule until none is"),
        ("swapped", lambda v, c: by_matrix(v, c)[::-1], "labels first, then centres"),
        ("floats", lambda v, c: (by_matrix(v, c)[0] + 0.0, by_matrix(v, c)[1]), "yours are floats"),
        ("labels only", lambda v, c: by_matrix(v, c)[0], "2 results"),
    ],
    "1.4": [
        ("summed over images", losses(np.sum), "over the images as well"),
        ("half", losses(lambda e: e.mean() / 2), "no 1/2"),
        (
            "mean first",
            lambda x, y: (np.mean((x - y) ** 2),) * 3,
            "the first result sums over them",
        ),
        ("same", losses(middle=lambda e, d: e.mean()), "is the first again"),
        ("by images", losses(middle=lambda e, d: e.mean() / len(e)), "number of images"),
        ("half averaged", losses(middle=lambda e, d: e.sum() / d), "average both"),
        ("root of mean", losses(last=lambda e, d: e.mean() ** 0.5), "root of the average"),
        ("root of all", losses(last=lambda e, d: e.sum() ** 0.5), "root over all images"),
        ("rms", losses(last=lambda e, d: np.sqrt(e / d).mean()), "root of each image's mean"),
        ("absolute", lambda x, y: (np.abs(x - y).sum(1).mean(),) * 3, "but not squared"),
        ("nine pixels", losses(middle=lambda e, d: e.mean() / 9), "MSE of images (4, 5)"),
        ("one", lambda x, y: squares(x, y).mean(), "3 results"),
    ],
    "1.5": [
        ("axis 1", lambda v, c, y: (cdist(v, c).argmin(axis=1), y), "down the columns"),
        ("labels", lambda v, c, y: (y[cdist(v, c).argmin(axis=0)], y), "return the positions"),
        ("farthest", lambda v, c, y: (cdist(v, c).argmax(axis=0), y), "farthest from the centres"),
        ("true labels", passing(lambda r, g, y: y), "its own true label"),
        ("groups", passing(lambda r, g, y: g), "group numbers"),
        ("positions", passing(lambda r, g, y: r[g]), "look up their labels"),
        ("first four", passing(lambda r, g, y: y[g]), "labels of the first vectors"),
        ("vote", passing(vote), "not paid for"),
        ("own group", in_own_group, "nearest of all vectors"),
        ("floats", lambda v, c, y: (passing(vote)(v, c, y)[0] + 0.0, y), "yours are floats"),
        ("swapped", lambda v, c, y: propagate_by_sklearn(v, c, y)[::-1], "results are swapped"),
    ],
    "1.6": [
        ("next point", next_point, "next measured point"),
        ("point before", point_before, "measured point before"),
        ("swapped", lambda n, a, t: np.interp(t, n, np.mean(a, axis=1)), "swapped"),
        ("best run", interpolated(lambda a: a.max(axis=1)), "best run"),
        ("worst run", interpolated(lambda a: a.min(axis=1), default=0), "worst run"),
        ("last count", interpolated(default=500), "should be None here"),
        ("extrapolated", extrapolated, "at an end of the curve"),
        ("top", top_out_of_reach, "; got None"),
        ("median", interpolated(lambda a: np.median(a, axis=1)), "median of the runs"),
        ("never", lambda n, a, t: None, "does reach this accuracy"),
    ],
}
test_complete, test_right, test_wrong = closing_tests("01", RIGHT, WRONG)
