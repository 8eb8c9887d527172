"""Lesson 01: each check accepts right answers of any kind and names the mistake in wrong ones."""

from itertools import combinations

import numpy as np
from answers import closing_tests
from scipy.spatial.distance import cdist
from scipy.stats import multivariate_normal, norm, ttest_ind
from sklearn.cluster import KMeans
from sklearn.metrics import pairwise_distances, pairwise_distances_argmin
from sklearn.neighbors import NearestNeighbors

from helpers.course.threads import one_thread


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


def ended(vectors, start, steps=10_000):
    """Return labels, centres and spread of a run that is stopped after so many steps."""
    labels, centres = step()(vectors, vectors[start])
    for _ in range(steps - 1):
        before, (labels, centres) = labels, step()(vectors, centres)
        if np.array_equal(before, labels):
            break
    return labels, centres, ((vectors - centres[labels]) ** 2).sum(axis=1).mean()


def groups(choose=np.argmin, steps=10_000, change=lambda labels, centres, spread, v: (
        labels, centres, spread)):  # fmt: skip
    """Return an answer that keeps another run, stops early, or changes the result."""

    def find_groups(vectors, starts):
        runs = [ended(vectors, start, steps) for start in starts]
        return change(*runs[int(choose([run[2] for run in runs]))], vectors)

    return find_groups


def groups_by_centres(vectors, starts):
    """Stop when no centre moves; keep the best in variables."""
    lowest = np.inf
    for start in starts:
        labels, centres = by_larger_groups(vectors, np.array(vectors)[start])
        moved = True
        while moved:
            labels, new = by_larger_groups(vectors, np.array(centres))
            moved, centres = not np.allclose(new, centres, rtol=0, atol=1e-12), new
        spread = np.mean(cdist(vectors, centres).min(axis=1) ** 2)
        if spread < lowest:
            best, lowest = (labels, centres), spread
    return *best, lowest


def groups_by_sklearn(vectors, starts):
    with one_thread():
        runs = [
            KMeans(len(start), init=vectors[start], n_init=1, max_iter=1000, tol=0).fit(vectors)
            for start in starts
        ]
    best = min(runs, key=lambda run: run.inertia_)
    return best.labels_, best.cluster_centers_, best.inertia_ / len(vectors)


def chosen_early(vectors, starts):
    return ended(vectors, min(starts, key=lambda start: ended(vectors, start, 1)[2]))


def labels_of_best_centres_of_last(vectors, starts):
    return groups()(vectors, starts)[0], ended(vectors, starts[-1])[1], 0


def distances_averaged(labels, centres, spread, vectors):
    return labels, centres, np.linalg.norm(vectors - centres[labels], axis=1).mean()


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


def gaps(first, second, middle=np.mean):
    results = np.append(first, second)
    for chosen in combinations(range(len(results)), len(first)):
        inside = np.isin(range(len(results)), chosen)
        yield middle(results[inside]) - middle(results[~inside])


def share(counts=lambda gap, found: gap >= found - 1e-9, middle=np.mean, of=np.mean):
    """Return a test that counts other splits, by another middle, or not as a share."""

    def chance_of_gap(first, second):
        found = middle(first) - middle(second)
        return of([counts(gap, found) for gap in gaps(first, second, middle)])

    return chance_of_gap


def share_of_sums(first, second):
    """Compare sums: as all results together stay the same, the larger sum has the larger gap."""
    results = list(first) + list(second)
    sums = [sum(part) for part in combinations(results, len(first))]
    return sum(one >= sum(first) - 1e-9 for one in sums) / len(sums)


def share_by_masks(first, second):
    """Go through all numbers whose binary digits say which results are the first part."""
    results, found = np.append(first, second), np.mean(first) - np.mean(second)
    masks = (np.arange(2 ** len(results))[:, None] >> np.arange(len(results))) & 1
    masks = masks[masks.sum(axis=1) == len(first)]
    differences = masks @ results / len(first) - (1 - masks) @ results / len(second)
    return np.mean(differences >= found - 1e-9)


def share_of_drawn_splits(first, second):
    results, found = np.append(first, second), np.mean(first) - np.mean(second)
    drawn = np.random.default_rng(0).permuted(np.tile(results, (4000, 1)), axis=1)
    differences = drawn[:, : len(first)].mean(axis=1) - drawn[:, len(first) :].mean(axis=1)
    return np.mean(differences >= found - 1e-9)


def share_of_halves(first, second):
    results, found = np.append(first, second), np.mean(first) - np.mean(second)
    half = len(results) // 2
    return np.mean([gap >= found - 1e-9 for gap in gaps(results[:half], results[half:])])


def without_the_found(first, second):
    found = np.mean(first) - np.mean(second)
    others = list(gaps(first, second))[1:]
    return sum(gap >= found - 1e-9 for gap in others) / len(others)


RIGHT = {
    "1.1": [
        ("loop", contrast_by_loop),
        ("neighbour search", contrast_by_search),
        ("broadcast", lambda q, p: (lambda d: d.min(1) / d.max(1))(
            np.linalg.norm(q[:, None] - p[None], axis=2))),
    ],
    "1.2": [("cholesky", by_cholesky), ("eigenvectors", by_eigenvectors), ("scipy", by_scipy)],
    "1.3": [("loop", step()), ("matrix", by_matrix), ("larger groups", by_larger_groups)],
    "1.4": [
        ("loop", groups()),
        ("centres", groups_by_centres),
        ("scikit-learn", groups_by_sklearn),
    ],
    "1.5": [("loop", propagate_by_loop), ("scikit-learn", propagate_by_sklearn)],
    "1.6": [
        ("splits", share()),
        ("sums", share_of_sums),
        ("masks", share_by_masks),
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
        ("one step", groups(steps=1), "after the first step"),
        ("five steps", groups(steps=5), "one more step gives"),
        ("swapped", lambda v, s: (*groups()(v, s)[1::-1], 0), "the results are swapped"),
        ("first", groups(choose=lambda spreads: 0), "groups of the first start"),
        ("last", groups(choose=lambda spreads: -1), "groups of the last start"),
        ("worst", groups(np.argmax), "start with the highest spread"),
        ("early", chosen_early, "compared after their first step"),
        ("mixed", labels_of_best_centres_of_last, "keep a run's results together"),
        ("sum", groups(change=lambda k, c, j, v: (k, c, j * len(v))), "a sum over the vectors"),
        ("pixels", groups(change=lambda k, c, j, v: (k, c, j / v.shape[1])), "the coordinates"),
        ("root", groups(change=lambda k, c, j, v: (k, c, j**0.5)), "a root is taken"),
        ("distances", groups(change=distances_averaged), "the mean of their squares"),
        ("floats", groups(change=lambda k, c, j, v: (k + 0.0, c, j)), "yours are floats"),
        ("two results", groups(change=lambda k, c, j, v: (k, c)), "3 results"),
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
        ("larger only", share(lambda gap, found: gap > found + 1e-9), "only larger gaps"),
        ("count", share(of=np.sum), "divide by how many"),
        ("others only", without_the_found, "is left out"),
        ("drawn", share_of_drawn_splits, "drawn by chance only come near"),
        ("halves", share_of_halves, "equal halves"),
        ("both", share(lambda gap, found: abs(gap) >= abs(found) - 1e-9), "both directions"),
        ("one minus", lambda a, b: 1 - share()(a, b), "1 minus the share"),
        ("medians", share(middle=np.median), "medians"),
        ("swapped", lambda a, b: share()(b, a), "arguments swapped?"),
        ("gap", lambda a, b: np.mean(a) - np.mean(b), "the gap itself"),
        ("zero", lambda a, b: 0.0, "the share is never 0"),
        ("percent", lambda a, b: 100 * share()(a, b), "a share is at most 1"),
        ("t test", lambda a, b: ttest_ind(a, b, alternative="greater").pvalue, "the share"),
    ],
}
test_complete, test_right, test_wrong = closing_tests("01", RIGHT, WRONG)
