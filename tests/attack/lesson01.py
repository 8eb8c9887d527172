"""Right and wrong answers to the exercises of lesson 01."""

import functools
import itertools
import math
import statistics
import sys
from collections import Counter

import keras
import numpy as np
from scipy import linalg, stats
from scipy.spatial import KDTree
from scipy.spatial.distance import cdist
from sklearn.covariance import empirical_covariance
from sklearn.metrics import pairwise_distances, pairwise_distances_argmin_min
from sklearn.mixture import GaussianMixture


def altered(answer, change):
    """Return the answer with its result changed."""

    @functools.wraps(answer)
    def wrapped(*args, **kwargs):
        return change(answer(*args, **kwargs))

    return wrapped


def remembering(answer, key):
    """Return the answer, but the same result whenever the key is the same."""
    memory = {}

    @functools.wraps(answer)
    def wrapped(*args, **kwargs):
        place = key(*args, *kwargs.values())
        if place not in memory:
            memory[place] = answer(*args, **kwargs)
        return memory[place]

    return wrapped


def broken(answer):
    """Return what can be wrong with every exercise."""

    @functools.wraps(answer)
    def exits(*args, **kwargs):
        sys.exit(0)

    @functools.wraps(answer)
    def raises(*args, **kwargs):
        raise ValueError("not yet")

    return {
        "remembers-the-first-result": remembering(answer, lambda *args: None),
        "remembers-by-shape": remembering(answer, lambda *args: tuple(map(np.shape, args))),
        "prints-only": altered(answer, print),
        "exits": exits,
        "raises": raises,
    }


# 1.1


def contrast(queries, points):
    gaps = cdist(queries, points)
    return gaps.min(axis=1) / gaps.max(axis=1)


def contrast_by_loop(queries, points):
    ratios = []
    for query in queries:
        gaps = np.linalg.norm(points - query, axis=1)
        ratios.append(gaps.min() / gaps.max())
    return np.array(ratios)


def contrast_in_plain_python(queries, points):
    result = np.empty(len(queries))
    for i, query in enumerate(queries.tolist()):
        gaps = sorted(math.dist(query, point) for point in points.tolist())
        result[i] = gaps[0] / gaps[-1]
    return result


def contrast_by_broadcasting(queries, points):
    gaps = np.sqrt(np.square(queries[:, None] - points[None]).sum(axis=-1))
    return np.min(gaps, axis=-1) / np.max(gaps, axis=-1)


def contrast_by_squares(queries, points):
    squares = cdist(queries, points, "sqeuclidean")
    return np.sqrt(squares.min(axis=1) / squares.max(axis=1))


def contrast_by_sklearn(queries, points):
    gaps = np.sort(pairwise_distances(queries, points), axis=1)
    return gaps[:, 0] / gaps[:, -1]


def contrast_by_keras(queries, points):
    differences = keras.ops.expand_dims(queries, 1) - keras.ops.expand_dims(points, 0)
    gaps = keras.ops.norm(differences, axis=2)
    return keras.ops.convert_to_numpy(keras.ops.min(gaps, axis=1) / keras.ops.max(gaps, axis=1))


def contrast_by_columns(queries, points):
    gaps = cdist(points, queries)
    return gaps.min(axis=0) / gaps.max(axis=0)


def contrast_measured(metric):
    def contrast(queries, points):
        gaps = cdist(queries, points, metric)
        return gaps.min(axis=1) / gaps.max(axis=1)

    return contrast


def contrast_after(change):
    """Return the contrast of distances that were changed first."""

    def contrast(queries, points):
        gaps = change(cdist(queries, points))
        return gaps.min(axis=1) / gaps.max(axis=1)

    return contrast


def contrast_centred_in_place(queries, points):
    mean = points.mean(axis=0)
    queries -= mean
    points -= mean
    return contrast(queries, points)


def contrast_points_sorted(queries, points):
    points.sort(axis=0)
    return contrast(queries, points)


def contrast_in_the_inputs_dtype(queries, points):
    result = np.zeros_like(queries[:, 0])
    result[:] = contrast(queries, points)
    return result


def contrast_of_paired_rows(queries, points):
    gaps = np.linalg.norm(queries - points, axis=1)
    return gaps.min() / gaps.max() * np.ones(len(queries))


def contrast_of_first_query(queries, points):
    return np.repeat(contrast(queries[:1], points), len(queries))


# 1.2


def fitted(training, ridge):
    training = np.asarray(training, dtype=float)
    covariance = np.cov(training.T, bias=True) + ridge * np.eye(training.shape[1])
    return training.mean(axis=0), covariance


def gaussian(squares, log_determinant, size):
    return -0.5 * (squares + log_determinant + size * np.log(2 * np.pi))


def density(vectors, training, ridge):
    mean, covariance = fitted(training, ridge)
    offsets = vectors - mean
    squares = np.sum(offsets * np.linalg.solve(covariance, offsets.T).T, axis=1)
    return gaussian(squares, np.linalg.slogdet(covariance)[1], len(mean))


def density_by_scipy(vectors, training, ridge):
    result = stats.multivariate_normal.logpdf(vectors, *fitted(training, ridge))
    return np.reshape(result, len(vectors))


def density_by_cholesky(vectors, training, ridge):
    mean, covariance = fitted(training, ridge)
    factor = np.linalg.cholesky(covariance)
    white = linalg.solve_triangular(factor, (vectors - mean).T, lower=True)
    return gaussian(np.square(white).sum(axis=0), 2 * np.log(np.diag(factor)).sum(), len(mean))


def density_by_eigenvectors(vectors, training, ridge):
    centred = np.asarray(training - training.mean(axis=0), dtype=float)
    values, columns = np.linalg.eigh(centred.T @ centred / len(centred))
    codes = (vectors - training.mean(axis=0)) @ columns
    squares = (codes**2 / (values + ridge)).sum(axis=1)
    return gaussian(squares, np.log(values + ridge).sum(), len(values))


def density_by_inverse(vectors, training, ridge):
    mean, covariance = fitted(training, ridge)
    offsets, inverse = vectors - mean, np.linalg.inv(covariance)
    squares = np.einsum("ij,jk,ik->i", offsets, inverse, offsets, optimize=True)
    return gaussian(squares, -np.linalg.slogdet(inverse)[1], len(mean))


def density_by_loop(vectors, training, ridge):
    mean, covariance = training.mean(axis=0, dtype=float), empirical_covariance(training)
    covariance = covariance.astype(float)
    for i in range(len(mean)):
        covariance[i, i] += ridge
    _, log_determinant = np.linalg.slogdet(covariance)
    result = []
    for vector in vectors:
        squares = (vector - mean) @ np.linalg.solve(covariance, vector - mean)
        result.append(gaussian(squares, log_determinant, len(mean)))
    return np.asarray(result)


def density_by_mixture(vectors, training, ridge):
    model = GaussianMixture(1, reg_covar=ridge).fit(np.asarray(training, dtype=float))
    return model.score_samples(np.asarray(vectors, dtype=float))


def density_with(covariance_of=None, centre_of=None, formula=gaussian, root=False):
    """Return a log density with some of its parts replaced."""

    def log_density(vectors, training, ridge):
        mean, covariance = fitted(training, ridge)
        if covariance_of:
            covariance = covariance_of(vectors, training, ridge)
        offsets = vectors - (centre_of(vectors, training) if centre_of else mean)
        squares = np.sum(offsets * np.linalg.solve(covariance, offsets.T).T, axis=1)
        squares = np.sqrt(squares) if root else squares
        return formula(squares, np.linalg.slogdet(covariance)[1], len(mean))

    return log_density


def density_by_determinant(vectors, training, ridge):
    mean, covariance = fitted(training, ridge)
    offsets = vectors - mean
    squares = np.sum(offsets * np.linalg.solve(covariance, offsets.T).T, axis=1)
    return gaussian(squares, np.log(np.linalg.det(covariance)), len(mean))


def density_of_all_pairs(vectors, training, ridge):
    mean, covariance = fitted(training, ridge)
    squares = (vectors - mean) @ np.linalg.solve(covariance, (vectors - mean).T)
    return gaussian(squares, np.linalg.slogdet(covariance)[1], len(mean))


def density_for_square_vectors(vectors, training, ridge):
    mean, covariance = fitted(training, ridge)
    squares = np.sum((vectors - mean).T * np.linalg.solve(covariance, (vectors - mean).T), axis=1)
    return gaussian(squares, np.linalg.slogdet(covariance)[1], len(mean))


def density_vectors_centred_in_place(vectors, training, ridge):
    result = density(vectors, training, ridge)
    vectors -= training.mean(axis=0)
    return result


def density_training_centred_in_place(vectors, training, ridge):
    mean = training.mean(axis=0)
    training -= mean
    return density(vectors - mean, training, ridge)


# 1.3


def means(vectors, labels, k):
    return np.array([vectors[labels == j].mean(axis=0) for j in range(k)])


def filled(gaps):
    """Return each vector's group after the rule for empty groups."""
    labels, own = gaps.argmin(axis=1), gaps.min(axis=1)
    while len(empty := np.setdiff1d(np.arange(gaps.shape[1]), labels)):
        farthest = own.argmax()
        labels[farthest], own[farthest] = empty[0], -np.inf
    return labels


def filled_from_larger_groups(gaps):
    """Return the same groups, numbered otherwise: a vector that is alone in its group stays."""
    labels, own = gaps.argmin(axis=1), gaps.min(axis=1)
    for k in range(gaps.shape[1]):
        if not np.any(labels == k):
            alone = np.bincount(labels)[labels] == 1
            labels[np.where(alone, -1, own).argmax()] = k
    return labels


def step(vectors, centres):
    labels = filled(cdist(vectors, centres))
    return labels, means(vectors, labels, len(centres))


def step_in_plain_python(vectors, centres):
    labels, own = [], []
    for vector in vectors:
        gaps = [math.dist(vector, centre) for centre in centres]
        own.append(min(gaps))
        labels.append(gaps.index(min(gaps)))
    while empty := sorted(set(range(len(centres))) - set(labels)):
        farthest = own.index(max(own))
        labels[farthest], own[farthest] = empty[0], -1
    new = [
        np.mean([v for v, j in zip(vectors, labels, strict=True) if j == k], axis=0)
        for k in range(len(centres))
    ]
    return np.array(labels), np.array(new)


def step_by_one_hot(vectors, centres):
    squares = np.square(vectors[:, None] - centres).sum(axis=2)
    one_hot = np.eye(len(centres))[filled(squares)]
    return one_hot.argmax(axis=1), one_hot.T @ vectors / one_hot.sum(axis=0)[:, None]


def step_by_adding(vectors, centres):
    labels, own = pairwise_distances_argmin_min(vectors, centres)
    labels = labels.astype(np.int32)
    for farthest in np.argsort(-own, kind="stable"):
        empty = np.flatnonzero(np.bincount(labels, minlength=len(centres)) == 0)
        labels[farthest] = empty[0] if len(empty) else labels[farthest]
    sums = np.zeros(np.shape(centres))
    np.add.at(sums, labels, vectors)
    return labels, sums / np.bincount(labels)[:, None]


def step_by_keras(vectors, centres):
    differences = keras.ops.expand_dims(vectors, 1) - keras.ops.expand_dims(centres, 0)
    labels = filled(keras.ops.convert_to_numpy(keras.ops.norm(differences, axis=-1)))
    one_hot = keras.ops.one_hot(labels, len(centres), dtype=vectors.dtype)
    sums = keras.ops.matmul(keras.ops.transpose(one_hot), vectors)
    counts = keras.ops.sum(one_hot, axis=0)[:, None]
    return labels, keras.ops.convert_to_numpy(sums / counts)


def step_of_larger_groups(vectors, centres):
    labels = filled_from_larger_groups(cdist(vectors, centres))
    return labels, means(vectors, labels, len(centres))


def step_taking_all_at_once(vectors, centres):
    labels, own = pairwise_distances_argmin_min(vectors, centres)
    empty = np.setdiff1d(np.arange(len(centres)), labels)
    labels[np.argsort(-own)[: len(empty)]] = empty
    return labels, means(vectors, labels, len(centres))


def step_looking_once(mark):
    """Return a step that looks at each group once, and marks the vectors that moved."""

    def kmeans_step(vectors, centres):
        gaps = cdist(vectors, centres)
        labels, own = gaps.argmin(axis=1), gaps.min(axis=1)
        for k in range(len(centres)):
            if not np.any(labels == k):
                farthest = own.argmax()
                labels[farthest], own[farthest] = k, mark
        return labels, means(vectors, labels, len(centres))

    return kmeans_step


def step_while_empty(vectors, centres):
    gaps = cdist(vectors, centres)
    labels = np.argmin(gaps, axis=1)
    own = gaps[np.arange(len(vectors)), labels]
    while len(empty := sorted(set(range(len(centres))) - set(labels.tolist()))):
        labels[np.argmax(own)] = empty[0]
        own[np.argmax(own)] = -np.inf
    return [labels, np.stack([vectors[labels == k].mean(axis=0) for k in range(len(centres))])]


def step_seeding(vectors, centres):
    np.random.seed(0)
    return step(np.asarray(vectors, dtype=float), centres)


def step_with(choose, update=means, metric="euclidean"):
    """Return a step that fills empty groups by choose(gaps, labels, own, group)."""

    def kmeans_step(vectors, centres):
        gaps = cdist(vectors, centres, metric)
        labels, own = gaps.argmin(axis=1), gaps.min(axis=1)
        for k in range(len(centres)):
            if not np.any(labels == k):
                chosen = choose(gaps, labels, own, k)
                labels[chosen], own[chosen] = k, 0
        return labels, update(vectors, labels, len(centres))

    return kmeans_step


def farthest(gaps, labels, own, group):
    return own.argmax()


def medians(vectors, labels, k):
    return np.array([np.median(vectors[labels == j], axis=0) for j in range(k)])


def step_with_nan(vectors, centres):
    labels = cdist(vectors, centres).argmin(axis=1)
    return labels, means(vectors, labels, len(centres))


def step_keeping_empty_centres(vectors, centres):
    labels = cdist(vectors, centres).argmin(axis=1)
    groups = [vectors[labels == k] for k in range(len(centres))]
    pairs = zip(groups, centres, strict=True)
    return labels, np.array([g.mean(axis=0) if len(g) else c for g, c in pairs])


def step_dropping_empty_groups(vectors, centres):
    _, labels = np.unique(cdist(vectors, centres).argmin(axis=1), return_inverse=True)
    return labels, means(vectors, labels, labels.max() + 1)


def step_with_zeros(vectors, centres):
    one_hot = np.eye(len(centres))[cdist(vectors, centres).argmin(axis=1)]
    return one_hot.argmax(axis=1), one_hot.T @ vectors / np.maximum(one_hot.sum(0), 1)[:, None]


def step_leaving_points_in_old_groups(vectors, centres):
    old = cdist(vectors, centres).argmin(axis=1)
    labels = filled(cdist(vectors, centres))
    used = [old if np.any(old == k) else labels for k in range(len(centres))]
    return labels, np.array([vectors[u == k].mean(axis=0) for k, u in enumerate(used)])


def step_with_one_point_for_all_empty(vectors, centres):
    gaps = cdist(vectors, centres)
    labels, far = gaps.argmin(axis=1), gaps.min(axis=1).argmax()
    result, new = labels.copy(), []
    for k in range(len(centres)):
        if not np.any(labels == k):
            result[far] = k
        new.append(vectors[labels == k].mean(axis=0) if np.any(labels == k) else vectors[far])
    return result, np.array(new)


def step_filling_one_group(vectors, centres):
    gaps = cdist(vectors, centres)
    labels = gaps.argmin(axis=1)
    for k in range(len(centres)):
        if not np.any(labels == k):
            labels[gaps.min(axis=1).argmax()] = k
            break
    return labels, means(vectors, labels, len(centres))


def step_into_centres(vectors, centres):
    labels, new = step(vectors, centres)
    centres[:] = new
    return labels, centres


def step_in_the_centres_dtype(vectors, centres):
    labels, new = step(vectors, centres)
    result = np.zeros_like(centres)
    result[:] = new
    return labels, result


def step_labelled_by_new_centres(vectors, centres):
    _, new = step(vectors, centres)
    return cdist(vectors, new).argmin(axis=1), new


def step_repeated(vectors, centres):
    for _ in range(10):
        labels, centres = step(vectors, centres)
    return labels, centres


def step_by_products(vectors, centres):
    labels = filled(-vectors @ np.transpose(centres))
    return labels, means(vectors, labels, len(centres))


def step_for_ten(vectors, centres):
    labels = filled(cdist(vectors, centres))
    return labels, means(vectors, labels, 10)


def step_sorted(vectors, centres):
    labels, new = step(vectors, centres)
    order = np.argsort(new[:, 0])[::-1]
    return np.argsort(order)[labels], new[order]


def step_farthest_from_means(vectors, centres):
    labels = cdist(vectors, centres).argmin(axis=1)
    full = [k for k in range(len(centres)) if np.any(labels == k)]
    moved = np.array(centres, dtype=float)
    moved[full] = [vectors[labels == k].mean(axis=0) for k in full]
    own = np.linalg.norm(vectors - moved[labels], axis=1)
    for k in set(range(len(centres))) - set(full):
        labels[own.argmax()], own[own.argmax()] = k, 0
    return labels, means(vectors, labels, len(centres))


# 1.4


def one_run(vectors, start, most=100_000, tolerance=0.0):
    """Return labels, centres, spread of a run, stopped early if told so."""
    centres, labels, spread = np.array(vectors)[start], None, np.inf
    for _ in range(most):
        before, last = labels, spread
        labels, centres = step(vectors, centres)
        spread = np.mean(np.sum((vectors - centres[labels]) ** 2, axis=1))
        if before is not None and np.array_equal(labels, before):
            break
        if tolerance and last - spread < tolerance * spread:
            break
    return labels, centres, spread


def grouped(vectors, starts):
    best = None
    for start in starts:
        run = one_run(vectors, start)
        if best is None or run[2] < best[2]:
            best = run
    return best


def grouped_by_sorting(vectors, starts):
    return sorted((one_run(vectors, start) for start in starts), key=lambda run: run[2])[0]


def grouped_by_argmin(vectors, starts):
    runs = [one_run(vectors, start) for start in starts]
    return list(runs[np.argmin([run[2] for run in runs])])


def grouped_by_moves(vectors, starts):
    """Stop when the centres stay where they are."""
    lowest, kept = float("inf"), None
    for start in starts.tolist():
        centres = vectors[start].astype(float)
        while True:
            labels, moved = step(vectors, centres)
            if np.abs(moved - centres).max() < 1e-12:
                break
            centres = moved
        squares = cdist(vectors, moved, "sqeuclidean")[np.arange(len(vectors)), labels]
        if squares.sum() < lowest:
            lowest, kept = squares.sum(), (labels, moved)
    return (*kept, lowest / len(vectors))


def grouped_by_recursion(vectors, starts):
    def onwards(centres, labels):
        found, moved = step(vectors, centres)
        return (found, moved) if np.all(found == labels) else onwards(moved, found)

    def spread(run):
        return np.linalg.norm(vectors - run[1][run[0]]) ** 2 / len(vectors)

    runs = [onwards(vectors[start], np.full(len(vectors), -1)) for start in starts]
    best = min(runs, key=spread)
    return best[0], best[1], spread(best)


def grouped_with(
    choose=np.argmin, change=lambda v, labels, centres, j: (labels, centres, j), **stop
):
    """Return groups of another run, stopped early, or with a changed result."""

    def find_groups(vectors, starts):
        runs = [one_run(vectors, start, **stop) for start in starts]
        return change(vectors, *runs[int(choose([run[2] for run in runs]))])

    return find_groups


def grouped_chosen_by(key):
    def find_groups(vectors, starts):
        return min((one_run(vectors, start) for start in starts), key=lambda run: key(vectors, run))

    return find_groups


def grouped_chosen_at_the_start(vectors, starts):
    return one_run(vectors, min(starts, key=lambda start: one_run(vectors, start, 1)[2]))


def grouped_from_all(vectors, starts):
    return one_run(vectors, starts.ravel()[: starts.shape[1]])


def grouped_from_centres(vectors, starts):
    labels, centres = step(vectors, starts)
    return labels, centres, 0.0


def grouped_mixed(vectors, starts):
    """Keep the lowest spread, and forget to keep its run."""
    lowest = min(one_run(vectors, start)[2] for start in starts)
    return (*one_run(vectors, starts[-1])[:2], lowest)


def grouped_centres_before(vectors, starts):
    """Return the centres that the last step came with, one step too early."""
    start = min(starts, key=lambda start: one_run(vectors, start)[2])
    return one_run(vectors, start)[0], vectors[start], one_run(vectors, start)[2]


def grouped_without_rule(vectors, starts):
    best = None
    for start in starts:
        centres = vectors[start]
        for _ in range(200):
            labels = cdist(vectors, centres).argmin(axis=1)
            centres = np.array(
                [vectors[labels == k].mean(axis=0) if k in labels else centres[k]
                 for k in range(len(start))]
            )  # fmt: skip
        spread = np.mean(np.sum((vectors - centres[labels]) ** 2, axis=1))
        if best is None or spread < best[2]:
            best = labels, centres, spread
    return best


def grouped_shuffling_starts(vectors, starts):
    result = grouped(vectors, starts)
    starts.sort(axis=1)
    return result


def grouped_centring(vectors, starts):
    vectors -= vectors.mean(axis=0)
    return grouped(vectors, starts)


# 1.5


def propagated(vectors, centres, labels):
    gaps = cdist(vectors, centres)
    representatives = gaps.argmin(axis=0)
    return representatives, labels[representatives][gaps.argmin(axis=1)]


def propagated_by_loop(vectors, centres, labels):
    representatives, passed_on = [], []
    for centre in centres:
        representatives.append(int(np.argmin(np.linalg.norm(vectors - centre, axis=1))))
    for vector in vectors:
        group = np.argmin([np.linalg.norm(vector - centre) for centre in centres])
        passed_on.append(labels[representatives[group]])
    return representatives, passed_on


def propagated_by_trees(vectors, centres, labels):
    _, representatives = KDTree(vectors).query(centres)
    _, groups = KDTree(centres).query(vectors)
    return representatives, np.take(np.take(labels, representatives), groups)


def propagated_by_sklearn(vectors, centres, labels):
    representatives, _ = pairwise_distances_argmin_min(centres, vectors)
    groups, _ = pairwise_distances_argmin_min(vectors, centres)
    return [representatives.astype(np.int32), labels[representatives[groups]]]


def propagated_group_by_group(vectors, centres, labels):
    squares = ((vectors[:, None] - centres) ** 2).sum(axis=2)
    representatives = np.argsort(squares, axis=0, kind="stable")[0]
    passed_on = np.empty_like(labels)
    for group, representative in enumerate(representatives):
        passed_on[squares.argmin(axis=1) == group] = labels[representative]
    return representatives, passed_on


def propagated_by_keras(vectors, centres, labels):
    differences = keras.ops.expand_dims(vectors, 1) - keras.ops.expand_dims(centres, 0)
    squares = keras.ops.sum(keras.ops.square(differences), axis=2)
    representatives = keras.ops.convert_to_numpy(keras.ops.argmin(squares, axis=0))
    groups = keras.ops.convert_to_numpy(keras.ops.argmin(squares, axis=1))
    return representatives, labels[representatives][groups]


def propagate_with(change):
    """Return an answer changed by change(gaps, groups, representatives, labels)."""

    def propagate(vectors, centres, labels):
        gaps = cdist(vectors, centres)
        return change(gaps, gaps.argmin(axis=1), gaps.argmin(axis=0), labels)

    return propagate


def majority(groups, labels):
    """Return each vector's most frequent label in its group."""
    names = {g: Counter(labels[groups == g].tolist()).most_common(1)[0][0] for g in set(groups)}
    return np.array([names[g] for g in groups])


def propagated_to_nearest_representative(vectors, centres, labels):
    representatives = cdist(vectors, centres).argmin(axis=0)
    nearest = cdist(vectors, vectors[representatives]).argmin(axis=1)
    return representatives, labels[representatives][nearest]


def propagated_within_groups(vectors, centres, labels):
    gaps = cdist(vectors, centres)
    groups = gaps.argmin(axis=1)
    outside = groups[:, None] != np.arange(len(centres))
    representatives = np.where(outside, np.inf, gaps).argmin(axis=0)
    return representatives, labels[representatives][groups]


def propagated_without_repeats(vectors, centres, labels):
    gaps = cdist(vectors, centres)
    groups, representatives = gaps.argmin(axis=1), []
    for k in range(len(centres)):
        representatives.append(int(gaps[:, k].argmin()))
        gaps[representatives[-1]] = np.inf
    return np.array(representatives), labels[representatives][groups]


def propagated_by_city_blocks(vectors, centres, labels):
    gaps = cdist(vectors, centres, "cityblock")
    representatives = gaps.argmin(axis=0)
    return representatives, labels[representatives][gaps.argmin(axis=1)]


def propagated_into_labels(vectors, centres, labels):
    representatives, passed_on = propagated(vectors, centres, labels)
    labels[:] = passed_on
    return representatives, labels


def propagated_with_own_labels_kept(vectors, centres, labels):
    representatives, passed_on = propagated(vectors, centres, labels)
    passed_on[representatives] = labels[representatives]
    return representatives, passed_on


def propagated_vectors(vectors, centres, labels):
    representatives, passed_on = propagated(vectors, centres, labels)
    return vectors[representatives], passed_on


# 1.6


def all_gaps(first, second, middle=np.mean):
    results, positions = [*first, *second], range(len(first) + len(second))
    for chosen in itertools.combinations(positions, len(first)):
        rest = [results[i] for i in positions if i not in chosen]
        yield middle([results[i] for i in chosen]) - middle(rest)


def chance(first, second):
    found = np.mean(first) - np.mean(second)
    gaps = np.array(list(all_gaps(first, second)))
    return np.sum(gaps >= found - 1e-9) / len(gaps)


def chance_in_plain_python(first, second):
    found = statistics.fmean(first.tolist()) - statistics.fmean(second.tolist())
    counted = total = 0
    for gap in all_gaps(first.tolist(), second.tolist(), statistics.fmean):
        counted += gap + 1e-9 > found
        total += 1
    return counted / total


def chance_by_sums(first, second):
    together = np.append(first, second)
    parts = np.array(list(itertools.combinations(range(len(together)), len(first))))
    sums = together[parts].sum(axis=1)
    return float((sums > np.sum(first) - 1e-9).mean())


def chance_by_all_orders(first, second):
    """Go through all orders of the results: each split comes equally often."""
    together, size = np.append(first, second), len(first)
    orders = np.array(list(itertools.permutations(range(len(together)))))
    sums = together[orders[:, :size]].sum(axis=1)
    gaps = sums / size - (together.sum() - sums) / (len(together) - size)
    return np.mean(gaps >= first.mean() - second.mean() - 1e-9)


def chance_with(counts=None, middle=np.mean, finish=np.mean, found_by=None):
    """Return a share of other gaps, or of gaps that are counted by another rule."""

    def chance_of_gap(first, second):
        found = (found_by or middle)(first) - (found_by or middle)(second)
        gaps = np.array(list(all_gaps(first, second, middle)))
        return finish((counts or (lambda g, f: g >= f - 1e-9))(gaps, found))

    return chance_of_gap


def chance_drawn(first, second):
    rng, together = np.random.default_rng(0), np.append(first, second)
    gaps = []
    for _ in range(200):
        mixed = rng.permutation(together)
        gaps.append(mixed[: len(first)].mean() - mixed[len(first) :].mean())
    return np.mean(np.array(gaps) >= first.mean() - second.mean() - 1e-9)


def chance_of_pairs(first, second):
    """Compare every result with every other, not splits."""
    return np.mean(np.subtract.outer(first, second) <= 0)


def chance_of_halves(first, second):
    """Split into two equal parts whatever the sizes."""
    together = np.append(first, second)
    half = len(together) // 2
    parts = itertools.combinations(range(len(together)), half)
    gaps = [together[list(p)].mean() - np.delete(together, p).mean() for p in parts]
    return np.mean(np.array(gaps) >= first.mean() - second.mean() - 1e-9)


def chance_with_repeats(first, second):
    """Draw the first part with repeats, as a bootstrap does."""
    together = np.append(first, second)
    parts = itertools.product(together, repeat=len(first))
    return np.mean([np.mean(part) >= np.mean(first) - 1e-9 for part in parts])


def chance_of_sets(first, second):
    """Put results into sets, where equal ones are one."""
    together = {*first.tolist(), *second.tolist()}
    sums = [sum(part) for part in itertools.combinations(together, min(len(first), len(together)))]
    return np.mean(np.array(sums) >= np.sum(first) - 1e-9)


def chance_sorting(first, second):
    result = chance(first, second)
    first.sort()
    second[:] = 0
    return result


RIGHT = {
    "1.1": {
        "cdist": contrast,
        "loop": contrast_by_loop,
        "plain-python": contrast_in_plain_python,
        "broadcasting": contrast_by_broadcasting,
        "root-last": contrast_by_squares,
        "sklearn": contrast_by_sklearn,
        "keras": contrast_by_keras,
        "columns": contrast_by_columns,
        "float32": altered(contrast, np.float32),
    },
    "1.2": {
        "solve": density,
        "scipy": density_by_scipy,
        "cholesky": density_by_cholesky,
        "eigenvectors": density_by_eigenvectors,
        "inverse": density_by_inverse,
        "loop": density_by_loop,
        "mixture-of-one": density_by_mixture,
    },
    "1.3": {
        "cdist": step,
        "plain-python": step_in_plain_python,
        "one-hot": step_by_one_hot,
        "adding-up": step_by_adding,
        "keras": step_by_keras,
        "while-empty": step_while_empty,
        "from-larger-groups": step_of_larger_groups,
        "seeds-numpy": step_seeding,
    },
    "1.4": {
        "loop": grouped,
        "sorting": grouped_by_sorting,
        "argmin-as-list": grouped_by_argmin,
        "centres-stay": grouped_by_moves,
        "recursion": grouped_by_recursion,
        "float32-spread": altered(grouped, lambda r: (r[0], r[1], np.float32(r[2]))),
    },
    "1.5": {
        "cdist": propagated,
        "lists": propagated_by_loop,
        "trees": propagated_by_trees,
        "sklearn": propagated_by_sklearn,
        "group-by-group": propagated_group_by_group,
        "keras": propagated_by_keras,
    },
    "1.6": {
        "gaps": chance,
        "plain-python": chance_in_plain_python,
        "sums": chance_by_sums,
        "sums-of-both": chance_with(middle=np.sum),
        "all-orders": chance_by_all_orders,
        "float32": altered(chance, np.float32),
    },
}

WRONG = {
    "1.1": broken(contrast)
    | {
        "wrong-axis": lambda queries, points: contrast(points, queries),
        "one-ratio-for-all": contrast_after(lambda gaps: np.tile(gaps.ravel(), (len(gaps), 1))),
        "first-query-for-all": contrast_of_first_query,
        "farthest-by-nearest": altered(contrast, np.reciprocal),
        "square-taken-twice": contrast_measured("sqeuclidean"),
        "root-taken-twice": altered(contrast, np.sqrt),
        "city-blocks": contrast_measured("cityblock"),
        "largest-coordinate": contrast_measured("chebyshev"),
        "difference": lambda queries, points: np.ptp(cdist(queries, points), axis=1),
        "one-minus": altered(contrast, lambda ratios: 1 - ratios),
        "mean-for-nearest": lambda queries, points: (
            cdist(queries, points).mean(axis=1) / cdist(queries, points).max(axis=1)
        ),
        "mean-for-farthest": lambda queries, points: (
            cdist(queries, points).min(axis=1) / cdist(queries, points).mean(axis=1)
        ),
        "skips-the-nearest": contrast_after(lambda gaps: np.sort(gaps, axis=1)[:, 1:]),
        "skips-zeros": lambda queries, points: (
            np.ma.masked_equal(cdist(queries, points), 0).min(axis=1).filled(0)
            / cdist(queries, points).max(axis=1)
        ),
        "paired-rows": contrast_of_paired_rows,
        "squeezed": altered(contrast, np.squeeze),
        "column": altered(contrast, lambda ratios: ratios[:, None]),
        "sorted": altered(contrast, np.sort),
        "rounded": altered(contrast, lambda ratios: ratios.round(1)),
        "mean-over-queries": altered(contrast, np.mean),
        "centres-inputs-in-place": contrast_centred_in_place,
        "sorts-points-in-place": contrast_points_sorted,
        "integer-buffer": contrast_in_the_inputs_dtype,
    },
    "1.2": broken(density)
    | {
        "n-minus-1": density_with(
            lambda vectors, training, ridge: np.cov(training.T) + ridge * np.eye(training.shape[1])
        ),
        "ridge-everywhere": density_with(
            lambda vectors, training, ridge: np.cov(training.T, bias=True) + ridge
        ),
        "ridge-0.01": lambda vectors, training, ridge: density(vectors, training, 0.01),
        "ridge-squared": lambda vectors, training, ridge: density(vectors, training, ridge**2),
        "ridge-missing": density_with(
            lambda vectors, training, ridge: np.cov(training.T, bias=True).reshape(
                training.shape[1], -1
            )
        ),
        "not-centred": density_with(
            lambda vectors, training, ridge: (
                training.T @ training / len(training) + ridge * np.eye(training.shape[1])
            )
        ),
        "pixels-independent": density_with(
            lambda vectors, training, ridge: np.diag(training.var(axis=0) + ridge)
        ),
        "deviations-for-variances": density_with(
            lambda vectors, training, ridge: np.diag(training.std(axis=0) + ridge)
        ),
        "covariance-of-vectors": density_with(
            lambda vectors, training, ridge: (
                np.cov(vectors.T, bias=True) + ridge * np.eye(vectors.shape[1])
            )
        ),
        "mean-of-vectors": density_with(centre_of=lambda vectors, training: vectors.mean(axis=0)),
        "mean-forgotten": density_with(centre_of=lambda vectors, training: 0),
        "mean-of-all-pixels": density_with(centre_of=lambda vectors, training: training.mean()),
        "swapped": lambda vectors, training, ridge: density(training, vectors, ridge),
        "covariance-of-rows": density_with(
            lambda vectors, training, ridge: np.cov(training) + ridge * np.eye(len(training))
        ),
        "root-of-squares": density_with(root=True),
        "half-missing": density_with(formula=lambda s, log, size: 2 * gaussian(s, log, size)),
        "half-of-squares-only": density_with(
            formula=lambda s, log, size: -0.5 * s - log - size * np.log(2 * np.pi)
        ),
        "two-pi-missing": density_with(formula=lambda s, log, size: -0.5 * (s + log)),
        "two-pi-once": density_with(formula=lambda s, log, size: gaussian(s, log, 1)),
        "two-pi-784-times": density_with(formula=lambda s, log, size: gaussian(s, log, 784)),
        "determinant-missing": density_with(formula=lambda s, log, size: gaussian(s, 0, size)),
        "determinant-divides": density_with(formula=lambda s, log, size: gaussian(s, -log, size)),
        "determinant-underflows": density_by_determinant,
        "sign-forgotten": altered(density, np.negative),
        "not-the-logarithm": altered(density, np.exp),
        "all-pairs": density_of_all_pairs,
        "square-vectors-only": density_for_square_vectors,
        "average": altered(density, np.mean),
        "squeezed": altered(density, np.squeeze),
        "centres-vectors-in-place": density_vectors_centred_in_place,
        "centres-training-in-place": density_training_centred_in_place,
    },
    "1.3": broken(step)
    | {
        "nan-for-empty": step_with_nan,
        "old-centre-for-empty": step_keeping_empty_centres,
        "zeros-for-empty": step_with_zeros,
        "empty-dropped": step_dropping_empty_groups,
        "empty-takes-its-nearest": step_with(lambda gaps, labels, own, k: gaps[:, k].argmin()),
        "empty-takes-its-farthest": step_with(lambda gaps, labels, own, k: gaps[:, k].argmax()),
        "empty-takes-the-first": step_with(lambda gaps, labels, own, k: 0),
        "empty-takes-the-nearest": step_with(lambda gaps, labels, own, k: own.argmin()),
        "empty-takes-from-largest": step_with(
            lambda gaps, labels, own, k: np.where(
                labels == np.bincount(labels).argmax(), own, -1
            ).argmax()
        ),
        "point-stays-in-old-group": step_leaving_points_in_old_groups,
        "one-point-for-all-empty": step_with_one_point_for_all_empty,
        "one-empty-group-only": step_filling_one_group,
        "all-at-once": step_taking_all_at_once,
        "one-look-at-each-group": step_looking_once(-1),
        "zero-for-those-that-moved": step_looking_once(0),
        "farthest-from-new-means": step_farthest_from_means,
        "medians": step_with(farthest, medians),
        "sums": step_with(
            farthest, lambda vectors, labels, k: np.eye(k)[labels].T @ np.asarray(vectors)
        ),
        "grand-mean": step_with(
            farthest, lambda vectors, labels, k: np.tile(vectors.mean(axis=0), (k, 1))
        ),
        "mean-of-all-pixels": step_with(
            farthest,
            lambda vectors, labels, k: np.array([vectors[labels == j].mean() for j in range(k)]),
        ),
        "city-blocks": step_with(farthest, metric="cityblock"),
        "largest-product": step_by_products,
        "farthest-centre": lambda vectors, centres: (
            filled(-cdist(vectors, centres)),
            means(vectors, filled(-cdist(vectors, centres)), len(centres)),
        ),
        "other-order": altered(step, lambda result: result[::-1]),
        "centres-only": altered(step, lambda result: result[1]),
        "old-centres": lambda vectors, centres: (step(vectors, centres)[0], centres),
        "labels-of-new-centres": step_labelled_by_new_centres,
        "ten-steps": step_repeated,
        "ten-groups": step_for_ten,
        "groups-sorted": step_sorted,
        "labels-from-one": altered(step, lambda result: (result[0] + 1, result[1])),
        "labels-one-hot": altered(
            step, lambda result: (np.eye(len(result[1]))[result[0]], result[1])
        ),
        "centres-squeezed": altered(step, lambda result: (result[0], np.squeeze(result[1]))),
        "centres-transposed": altered(step, lambda result: (result[0], result[1].T)),
        "writes-into-centres": step_into_centres,
        "integer-buffer": step_in_the_centres_dtype,
    },
    "1.4": broken(grouped)
    | {
        "one-step": grouped_with(most=1),
        "two-steps": grouped_with(most=2),
        "ten-steps": grouped_with(most=10),
        "until-it-falls-by-less-than-a-tenth": grouped_with(tolerance=0.1),
        "first-start": grouped_with(lambda spreads: 0),
        "last-start": grouped_with(lambda spreads: -1),
        "second-start": grouped_with(lambda spreads: min(1, len(spreads) - 1)),
        "highest-spread": grouped_with(np.argmax),
        "middle-spread": grouped_with(lambda spreads: np.argsort(spreads)[len(spreads) // 2]),
        "largest-group-smallest": grouped_chosen_by(
            lambda vectors, run: np.bincount(run[0]).max() * 1000 + run[2]
        ),
        "chosen-at-the-start": grouped_chosen_at_the_start,
        "first-positions": grouped_from_all,
        "starts-for-centres": grouped_from_centres,
        "spread-of-best-run-of-last": grouped_mixed,
        "initial-centres": grouped_centres_before,
        "empty-groups-kept": grouped_without_rule,
        "no-spread": altered(grouped, lambda result: result[:2]),
        "spread-only": altered(grouped, lambda result: result[2]),
        "other-order": altered(grouped, lambda result: (result[1], result[0], result[2])),
        "spread-first": altered(grouped, lambda result: result[::-1]),
        "summed": grouped_with(change=lambda v, labels, centres, j: (labels, centres, j * len(v))),
        "per-coordinate": grouped_with(
            change=lambda v, labels, centres, j: (labels, centres, j / v.shape[1])
        ),
        "root": altered(grouped, lambda result: (*result[:2], np.sqrt(result[2]))),
        "half": altered(grouped, lambda result: (*result[:2], result[2] / 2)),
        "distances": grouped_with(
            change=lambda v, labels, centres, j: (
                labels,
                centres,
                np.linalg.norm(v - centres[labels], axis=1).mean(),
            )
        ),
        "from-one": altered(grouped, lambda result: (result[0] + 1, *result[1:])),
        "float-labels": altered(grouped, lambda result: (result[0] + 0.0, *result[1:])),
        "squeezed": altered(grouped, lambda result: (result[0], np.squeeze(result[1]), result[2])),
        "one-hot": altered(
            grouped, lambda result: (np.eye(len(result[1]))[result[0]], *result[1:])
        ),
        "sorts-starts-in-place": grouped_shuffling_starts,
        "centres-in-place": grouped_centring,
    },
    "1.5": broken(propagated)
    | {
        "all-true-labels": propagate_with(lambda gaps, groups, reps, labels: (reps, labels.copy())),
        "majority-of-group": propagate_with(
            lambda gaps, groups, reps, labels: (reps, majority(groups, labels))
        ),
        "axes-swapped": propagate_with(
            lambda gaps, groups, reps, labels: (groups, labels[groups % len(labels)])
        ),
        "label-of-centre-number": propagate_with(
            lambda gaps, groups, reps, labels: (reps, labels[groups % len(labels)])
        ),
        "groups-for-labels": propagate_with(lambda gaps, groups, reps, labels: (reps, groups)),
        "positions-for-labels": propagate_with(
            lambda gaps, groups, reps, labels: (reps, reps[groups])
        ),
        "labels-of-representatives-only": propagate_with(
            lambda gaps, groups, reps, labels: (reps, labels[reps])
        ),
        "labels-for-positions": propagate_with(
            lambda gaps, groups, reps, labels: (labels[reps], labels[reps][groups])
        ),
        "one-label-for-all": propagate_with(
            lambda gaps, groups, reps, labels: (reps, np.full_like(labels, labels[reps[0]]))
        ),
        "others-unlabelled": propagate_with(
            lambda gaps, groups, reps, labels: (
                reps,
                np.where(np.isin(np.arange(len(labels)), reps), labels, -1),
            )
        ),
        "farthest": propagate_with(
            lambda gaps, groups, reps, labels: (
                gaps.argmax(axis=0),
                labels[gaps.argmax(axis=0)][groups],
            )
        ),
        "distances-for-positions": propagate_with(
            lambda gaps, groups, reps, labels: (gaps.min(axis=0), labels[reps][groups])
        ),
        "mask-for-positions": propagate_with(
            lambda gaps, groups, reps, labels: (
                np.isin(np.arange(len(labels)), reps),
                labels[reps][groups],
            )
        ),
        "vectors-for-positions": propagated_vectors,
        "float-positions": altered(propagated, lambda result: (result[0].astype(float), result[1])),
        "positions-squeezed": altered(
            propagated, lambda result: (np.squeeze(result[0]), result[1])
        ),
        "positions-sorted": altered(propagated, lambda result: (np.sort(result[0]), result[1])),
        "positions-unique": altered(propagated, lambda result: (np.unique(result[0]), result[1])),
        "other-order": altered(propagated, lambda result: result[::-1]),
        "passed-on-only": altered(propagated, lambda result: result[1]),
        "nearest-representative": propagated_to_nearest_representative,
        "nearest-in-own-group": propagated_within_groups,
        "no-vector-twice": propagated_without_repeats,
        "representatives-keep-theirs": propagated_with_own_labels_kept,
        "city-blocks": propagated_by_city_blocks,
        "writes-into-labels": propagated_into_labels,
    },
    "1.6": broken(chance)
    | {
        "larger-only": chance_with(lambda gaps, found: gaps > found + 1e-9),
        "count": chance_with(finish=np.sum),
        "without-the-found": chance_with(finish=lambda c: (np.sum(c) - 1) / max(len(c) - 1, 1)),
        "one-more": chance_with(finish=lambda c: (np.sum(c) + 1) / (len(c) + 1)),
        "both-directions": chance_with(lambda gaps, found: abs(gaps) >= abs(found) - 1e-9),
        "doubled": altered(chance, lambda share: min(1.0, 2 * share)),
        "as-small": chance_with(lambda gaps, found: gaps <= found + 1e-9),
        "one-minus": altered(chance, lambda share: 1 - share),
        "percent": altered(chance, lambda share: 100 * share),
        "swapped": lambda first, second: chance(second, first),
        "medians": chance_with(middle=np.median),
        "best-runs": chance_with(middle=np.max),
        "medians-of-the-found": chance_with(found_by=np.median),
        "drawn": chance_drawn,
        "pairs": chance_of_pairs,
        "halves": chance_of_halves,
        "repeats": chance_with_repeats,
        "sets": chance_of_sets,
        "t-test": lambda first, second: (
            stats.ttest_ind(first, second, alternative="greater").pvalue
        ),
        "rank-test": lambda first, second: (
            stats.mannwhitneyu(first, second, alternative="greater").pvalue
        ),
        "gap": lambda first, second: np.mean(first) - np.mean(second),
        "gaps": lambda first, second: list(all_gaps(first, second)),
        "whether-significant": altered(chance, lambda share: share < 0.05),
        "always-0.05": lambda first, second: 0.05,
        "text": altered(chance, str),
        "rounded": altered(chance, lambda share: round(float(share), 1)),
        "list": altered(chance, lambda share: [share]),
        "sorts-in-place": chance_sorting,
    },
}
