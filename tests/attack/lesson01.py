"""Right and wrong answers to the exercises of lesson 01."""

import functools
import math
import statistics
import sys
from collections import Counter

import keras
import numpy as np
from scipy import interpolate, linalg, stats
from scipy.spatial import KDTree
from scipy.spatial.distance import cdist
from sklearn.covariance import empirical_covariance
from sklearn.metrics import mean_squared_error, pairwise_distances, pairwise_distances_argmin_min
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


def all_losses(images, reconstructions):
    errors = np.sum((reconstructions - images) ** 2, axis=1)
    sse = errors.mean()
    return sse, sse / images.shape[1], np.sqrt(errors).mean()


def losses_by_norm(images, reconstructions):
    norms = np.linalg.norm(images - reconstructions, axis=1)
    return np.array([(norms**2).mean(), (norms**2).mean() / images.shape[-1], norms.mean()])


def losses_by_loop(images, reconstructions):
    sse, mse, l2 = [], [], []
    for image, reconstruction in zip(images.tolist(), reconstructions.tolist(), strict=True):
        squares = [(a - b) ** 2 for a, b in zip(image, reconstruction, strict=True)]
        sse.append(sum(squares))
        mse.append(sum(squares) / len(squares))
        l2.append(math.sqrt(sum(squares)))
    return [statistics.fmean(values) for values in (sse, mse, l2)]


def losses_by_keras(images, reconstructions):
    squares = keras.ops.square(keras.ops.subtract(images, reconstructions))
    sums = keras.ops.sum(squares, axis=1)
    return keras.ops.mean(sums), keras.ops.mean(squares), keras.ops.mean(keras.ops.sqrt(sums))


def losses_by_sklearn(images, reconstructions):
    mse = mean_squared_error(images, reconstructions)
    paired = [math.dist(a, b) for a, b in zip(images, reconstructions, strict=True)]
    return mse * images.shape[1], mse, float(np.mean(paired))


def losses_by_einsum(images, reconstructions):
    off = np.asarray(reconstructions - images, dtype=np.float64)
    errors = np.einsum("ij,ij->i", off, off)
    return float(errors.sum() / len(off)), float(errors.sum() / off.size), np.mean(errors**0.5)


def losses_with(change):
    """Return losses changed by change(differences, sse, mse, l2)."""

    def reconstruction_losses(images, reconstructions):
        return change(reconstructions - images, *all_losses(images, reconstructions))

    return reconstruction_losses


def losses_in_place(images, reconstructions):
    reconstructions -= images
    return all_losses(0 * images, reconstructions)


def losses_of_images_in_place(images, reconstructions):
    result = all_losses(images, reconstructions)
    np.subtract(images, reconstructions, out=images)
    return result


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


def worth(counts, accuracies, target):
    heights = np.mean(accuracies, axis=1)
    return None if target > heights.max() else float(np.interp(target, heights, counts))


def worth_by_segments(counts, accuracies, target):
    heights = [sum(runs) / len(runs) for runs in accuracies]
    if target <= heights[0]:
        return float(counts[0])
    for i in range(1, len(counts)):
        if target <= heights[i]:
            share = (target - heights[i - 1]) / (heights[i] - heights[i - 1])
            return float(counts[i - 1] + share * (counts[i] - counts[i - 1]))
    return None


def worth_by_search(counts, accuracies, target):
    counts, heights = np.array(counts, dtype=float), np.array(accuracies).mean(axis=1)
    right = np.searchsorted(heights, target)
    if right == len(counts):
        return None
    if right == 0:
        return counts[0]
    slope = (counts[right] - counts[right - 1]) / (heights[right] - heights[right - 1])
    return counts[right - 1] + slope * (target - heights[right - 1])


def worth_by_nan(counts, accuracies, target):
    result = np.interp(target, np.average(accuracies, axis=1), counts, right=np.nan)
    return None if np.isnan(result) else result


def worth_by_scipy(counts, accuracies, target):
    heights = np.mean(accuracies, axis=1)
    if target > heights[-1]:
        return None
    if target <= heights[0]:
        return float(counts[0])
    return interpolate.interp1d(heights, counts)(target).item()


def worth_by_keras(counts, accuracies, target):
    heights = keras.ops.convert_to_numpy(keras.ops.mean(np.asarray(accuracies), axis=1))
    if target > max(heights):
        return None
    return float(np.interp([target], heights, counts)[0])


def worth_of(summary):
    """Return an answer that sums the runs up in another way."""

    def labels_worth(counts, accuracies, target):
        heights = np.maximum.accumulate(summary(accuracies))
        return None if target > heights.max() else float(np.interp(target, heights, counts))

    return labels_worth


def worth_if(low=None, high=None, top=False):
    """Return an answer with another value outside the curve, or at its top."""

    def labels_worth(counts, accuracies, target):
        heights = np.mean(accuracies, axis=1)
        if target > heights.max() or (top and target == heights.max()):
            return high(counts) if high else None
        if low and target < heights[0]:
            return low(counts)
        return float(np.interp(target, heights, counts))

    return labels_worth


def worth_on_log_axis(counts, accuracies, target):
    result = worth(np.log(counts), accuracies, target)
    return None if result is None else float(np.exp(result))


def worth_of_runs(counts, accuracies, target):
    if target > np.max(np.mean(accuracies, axis=1)):
        return None
    return float(np.mean([np.interp(target, run, counts) for run in np.transpose(accuracies)]))


def worth_extrapolated(counts, accuracies, target):
    line = interpolate.interp1d(
        np.mean(accuracies, axis=1), counts, fill_value="extrapolate", bounds_error=False
    )
    return float(line(target))


def worth_at_count(choose):
    def labels_worth(counts, accuracies, target):
        heights = np.mean(accuracies, axis=1)
        return None if target > heights.max() else float(counts[choose(heights, target)])

    return labels_worth


def worth_swapped(counts, accuracies, target):
    return float(np.interp(target, counts, np.mean(accuracies, axis=1)))


def worth_on_one_line(counts, accuracies, target):
    heights = np.mean(accuracies, axis=1)
    ends = [heights[0], heights[-1]], [counts[0], counts[-1]]
    return None if target > heights.max() else float(np.interp(target, *ends))


def worth_of_arrays(counts, accuracies, target):
    return worth(counts.astype(float), accuracies, target)


def worth_popping(counts, accuracies, target):
    result = worth(counts, accuracies, target)
    if isinstance(counts, list):
        counts.pop()
    accuracies[-1] = 0
    return result


def worth_sorting(counts, accuracies, target):
    result = worth(counts, accuracies, target)
    accuracies.sort(axis=1)
    return result


def worth_of_course_counts(counts, accuracies, target):
    counts = np.array([20, 50, 100, 200, 500, 1000])[: len(counts)]
    return worth(counts, accuracies, target)


def rounded(change):
    return altered(worth, lambda result: None if result is None else change(result))


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
        "sums": all_losses,
        "array-of-norms": losses_by_norm,
        "loop": losses_by_loop,
        "keras-tensors": losses_by_keras,
        "sklearn": losses_by_sklearn,
        "einsum": losses_by_einsum,
        "float32": altered(all_losses, lambda result: tuple(map(np.float32, result))),
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
        "interp": worth,
        "segments": worth_by_segments,
        "search": worth_by_search,
        "nan-to-none": worth_by_nan,
        "scipy": worth_by_scipy,
        "keras": worth_by_keras,
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
    "1.4": broken(all_losses)
    | {
        "root-of-average": losses_with(lambda off, sse, mse, l2: (sse, mse, np.sqrt(sse))),
        "root-of-mse": losses_with(lambda off, sse, mse, l2: (sse, mse, np.sqrt(mse))),
        "l2-per-pixel": losses_with(lambda off, sse, mse, l2: (sse, mse, l2 / off.shape[1])),
        "l2-without-root": losses_with(lambda off, sse, mse, l2: (sse, mse, sse)),
        "l2-of-everything": losses_with(
            lambda off, sse, mse, l2: (sse, mse, np.linalg.norm(off) / len(off))
        ),
        "l2-spectral": losses_with(
            lambda off, sse, mse, l2: (sse, mse, np.linalg.norm(off, 2) / len(off))
        ),
        "l2-of-columns": losses_with(
            lambda off, sse, mse, l2: (sse, mse, np.linalg.norm(off, axis=0).mean())
        ),
        "l2-summed": losses_with(lambda off, sse, mse, l2: (sse, mse, l2 * len(off))),
        "sse-summed": losses_with(lambda off, sse, mse, l2: (sse * len(off), mse, l2)),
        "sse-per-column": losses_with(
            lambda off, sse, mse, l2: (np.square(off).sum(axis=0).mean(), mse, l2)
        ),
        "sse-halved": losses_with(lambda off, sse, mse, l2: (sse / 2, mse / 2, l2)),
        "n-minus-1": losses_with(
            lambda off, sse, mse, l2: (sse * len(off) / max(len(off) - 1, 1), mse, l2)
        ),
        "mse-by-784": losses_with(lambda off, sse, mse, l2: (sse, sse / 784, l2)),
        "mse-by-images": losses_with(lambda off, sse, mse, l2: (sse, sse / len(off), l2)),
        "mse-twice-averaged": losses_with(lambda off, sse, mse, l2: (sse, mse / len(off), l2)),
        "absolute-values": losses_with(
            lambda off, sse, mse, l2: (np.abs(off).sum(axis=1).mean(), np.abs(off).mean(), l2)
        ),
        "square-not-taken": losses_with(
            lambda off, sse, mse, l2: (off.sum(axis=1).mean(), off.mean(), l2)
        ),
        "square-after-sum": losses_with(
            lambda off, sse, mse, l2: ((off.sum(axis=1) ** 2).mean(), mse, l2)
        ),
        "other-order": losses_with(lambda off, sse, mse, l2: (mse, sse, l2)),
        "reversed": altered(all_losses, lambda result: result[::-1]),
        "two-numbers": altered(all_losses, lambda result: result[:2]),
        "sse-only": altered(all_losses, lambda result: result[0]),
        "dictionary": altered(
            all_losses, lambda r: dict(zip(("sse", "mse", "l2"), r, strict=True))
        ),
        "text": altered(all_losses, lambda result: tuple(f"{value:.4f}" for value in result)),
        "rounded": altered(all_losses, lambda result: tuple(np.round(result, 2))),
        "one-per-image": lambda images, reconstructions: (
            np.square(reconstructions - images).sum(axis=1),
            np.square(reconstructions - images).mean(axis=1),
            np.linalg.norm(reconstructions - images, axis=1),
        ),
        "first-image-only": lambda images, reconstructions: all_losses(
            images[:1], reconstructions[:1]
        ),
        "subtracts-in-place": losses_in_place,
        "overwrites-images": losses_of_images_in_place,
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
    "1.6": broken(worth)
    | {
        "logarithmic-axis": worth_on_log_axis,
        "medians": worth_of(lambda accuracies: np.median(accuracies, axis=1)),
        "best-runs": worth_of(lambda accuracies: np.max(accuracies, axis=1)),
        "worst-runs": worth_of(lambda accuracies: np.min(accuracies, axis=1)),
        "first-runs": worth_of(lambda accuracies: np.asarray(accuracies)[:, 0]),
        "middle-of-range": worth_of(
            lambda accuracies: (np.max(accuracies, axis=1) + np.min(accuracies, axis=1)) / 2
        ),
        "wrong-axis": worth_of(lambda accuracies: np.mean(accuracies, axis=0)),
        "mean-over-runs-last": worth_of_runs,
        "extrapolates": worth_extrapolated,
        "last-count-if-out-of-reach": worth_if(high=lambda counts: float(counts[-1])),
        "nan-if-out-of-reach": worth_if(high=lambda counts: float("nan")),
        "infinity-if-out-of-reach": worth_if(high=lambda counts: float("inf")),
        "zero-if-out-of-reach": worth_if(high=lambda counts: 0.0),
        "text-if-out-of-reach": worth_if(high=lambda counts: "None"),
        "top-out-of-reach": worth_if(top=True),
        "none-below-first": worth_if(low=lambda counts: None),
        "zero-below-first": worth_if(low=lambda counts: 0.0),
        "next-count": worth_at_count(lambda heights, target: np.argmax(heights >= target)),
        "nearest-count": worth_at_count(
            lambda heights, target: np.argmin(np.abs(heights - target))
        ),
        "position-of-count": lambda counts, accuracies, target: worth(
            np.arange(len(counts)), accuracies, target
        ),
        "one-line-from-first-to-last": worth_on_one_line,
        "axes-swapped": worth_swapped,
        "whole-number": rounded(int),
        "rounded-up": rounded(math.ceil),
        "text": rounded(str),
        "list": rounded(lambda result: [result]),
        "needs-an-array": worth_of_arrays,
        "course-counts": worth_of_course_counts,
        "overwrites-last": worth_popping,
        "sorts-runs-in-place": worth_sorting,
    },
}
