"""Checks of lesson 01, learning without labels."""

import numpy as np
from scipy.spatial.distance import cdist
from scipy.stats import multivariate_normal

from helpers.checks import expect
from helpers.checks.registry import exercise


@exercise(
    "1.1",
    "Nearest against farthest",
    points=2,
    steps=("shape", "value", "one query"),
    hints=(
        "All distances at once: cdist(queries, points) has one row a query.",
        "The nearest point of a query is the smallest entry of its row: .min(axis=1).",
        "distances = cdist(queries, points); return distances.min(axis=1) / distances.max(axis=1)",
    ),
)
def check_distance_contrast(distance_contrast, rng):
    queries, points = rng.normal(size=(5, 3)), rng.normal(size=(8, 3))
    answer = distance_contrast(queries, points)
    if np.shape(answer) == (8,):
        raise expect.NotYet("one number a point came back: take the smallest of each row, axis=1")
    if answer is not None and np.shape(answer) == ():
        raise expect.NotYet("one number came back for all queries: work along axis=1 only")
    expect.shaped(answer, (5,))
    yield "one number a query, (5,)"
    distances = cdist(queries, points)
    near, far = distances.min(axis=1), distances.max(axis=1)
    expect.close(
        answer,
        near / far,
        (
            (far / near, "upside down: the nearest distance goes above the line"),
            ((near / far) ** 2, "these are squared distances: take their square roots first"),
            (near, "this is the nearest distance itself: divide it by the farthest"),
            (1 - near / far, "this is 1 minus the ratio"),
            ((far - near) / near, "this is (farthest - nearest) / nearest; return the ratio"),
            (near / distances.mean(axis=1), "you divided by the average distance, not the largest"),
            (_ratio(queries, points, "cityblock"), "these are sums of absolute differences"),
        ),
    )
    yield "nearest / farthest"
    expect.close(distance_contrast(queries[:1], points[:1]), [1.0], what="one query and one point")
    queries, points = rng.normal(size=(3, 5)), rng.normal(size=(11, 5))
    expect.close(
        distance_contrast(queries, points),
        cdist(queries, points).min(axis=1) / cdist(queries, points).max(axis=1),
        what="the result for 3 queries and 11 points of 5 coordinates (is a size fixed?)",
    )
    yield "1 where there is only one point"


def _ratio(queries, points, metric):
    distances = cdist(queries, points, metric)
    return distances.min(axis=1) / distances.max(axis=1)


@exercise(
    "1.2",
    "Gaussian log density",
    points=3,
    steps=("shape", "value", "many pixels"),
    hints=(
        "Three pieces: the mean, the covariance with the ridge on its diagonal, and the formula. "
        "All of them are fitted to the training vectors.",
        "np.linalg.solve(covariance, offsets.T).T gives every (x - mean) times the inverse; "
        "np.linalg.slogdet(covariance)[1] is the log of the determinant.",
        "mean = training.mean(axis=0); covariance = np.cov(training.T, bias=True) + ridge * "
        "np.eye(d); offsets = vectors - mean; squares = np.sum(offsets * np.linalg.solve("
        "covariance, offsets.T).T, axis=1); then -(squares + log det + d log(2 pi)) / 2",
    ),
)
def check_log_density(log_density, rng):
    mixing = rng.normal(size=(4, 4))
    training = rng.normal(size=(30, 4)) @ mixing + rng.normal(size=4)
    vectors, ridge = rng.normal(size=(6, 4)) @ mixing, 0.5
    answer = log_density(vectors, training, ridge)
    if answer is not None and np.shape(answer) in ((), (6, 6)):
        raise expect.NotYet(
            f"one log density a vector, (6,); yours has shape {np.shape(answer)}: sum over the "
            "pixels of each vector only"
        )
    expect.shaped(answer, (6,))
    yield "one number a vector, (6,)"
    expect.close(answer, _normal(vectors, training, ridge), _density_causes(vectors, training))
    yield "the Gaussian's log density, ridge included"
    many = rng.normal(scale=0.01, size=(60, 120))
    many[:, 7] = 0.0
    answer = expect.shaped(log_density(many[:5], many, 1e-6), (5,))
    if not np.all(np.isfinite(answer)):
        raise expect.NotYet(
            "with 120 pixels it is infinite or nan: the determinant is too small for a float, so "
            "take its logarithm with np.linalg.slogdet"
        )
    expect.close(
        answer, _normal(many[:5], many, 1e-6), what="with 120 pixels, one of them constant"
    )
    yield "finite for 120 pixels, one of them constant"


def _normal(vectors, training, ridge, bias=True):
    covariance = np.cov(training.T, bias=bias) + ridge * np.eye(training.shape[1])
    return multivariate_normal(training.mean(axis=0), covariance).logpdf(vectors)


def _density_causes(vectors, training, ridge=0.5):
    """Return (wrong value, likely cause) pairs for ``check_log_density``."""
    right, size = _normal(vectors, training, ridge), training.shape[1]
    covariance = np.cov(training.T, bias=True) + ridge * np.eye(size)
    offsets = vectors - training.mean(axis=0)
    squares = np.sum(offsets @ np.linalg.inv(covariance) * offsets, axis=1)
    log_determinant = np.linalg.slogdet(covariance)[1]
    everywhere = np.cov(training.T, bias=True) + ridge
    inverse = np.linalg.pinv(everywhere)
    smeared = np.sum(offsets @ inverse * offsets, axis=1) + np.linalg.slogdet(everywhere)[1]
    alone = multivariate_normal(training.mean(axis=0), np.diag(np.diag(covariance)))
    return (
        (-right, "the sign: a likely vector has a high log density, so the bracket gets a minus"),
        (np.exp(right), "this is the density itself: return its logarithm"),
        (2 * right, "the factor 1/2 is missing"),
        (_normal(vectors, training, 0.0), "the ridge is not in it: add ridge * np.eye(d)"),
        (
            -0.5 * (smeared + size * np.log(2 * np.pi)),
            "the ridge is on every entry of the covariance: it belongs on the diagonal only",
        ),
        (_normal(vectors, training, ridge, bias=False), "divide the covariance by n, not by n - 1"),
        (-0.5 * (squares + log_determinant), "the constant d log(2 pi) is missing"),
        (-0.5 * (squares + size * np.log(2 * np.pi)), "the log of the determinant is missing"),
        (-0.5 * squares, "the log of the determinant and d log(2 pi) are missing"),
        (alone.logpdf(vectors), "only the variances are in it: the covariance has the pairs, too"),
        (
            _normal(vectors, vectors, ridge),
            "the mean and covariance are those of `vectors`: fit them to `training`",
        ),
    )


@exercise(
    "1.3",
    "One KMeans step",
    points=3,
    noun="step",
    steps=("groups", "centres", "empty group"),
    hints=(
        "Assign: cdist(vectors, centres) has one row a vector; .argmin(axis=1) is its group.",
        "Update: vectors[labels == k].mean(axis=0) for each group k. Before that, look for a "
        "group without vectors: labels == k is nowhere true.",
        "For an empty group k: farthest = own.argmax(), where own = distances.min(axis=1); "
        "labels[farthest] = k; own[farthest] = 0. Then take the means.",
    ),
)
def check_kmeans_step(kmeans_step, rng):
    vectors = rng.normal(size=(40, 3)) + 4 * rng.integers(0, 2, size=(40, 1))
    # So near to four of the vectors that no group is empty.
    start = vectors[:4] + 0.001
    labels, centres = expect.parts(kmeans_step(vectors, start.copy()), ("labels", "centres"))
    distances = cdist(vectors, start)
    if np.shape(labels) == (4,):
        raise expect.NotYet("one group a vector, (40,); argmin over axis=1, not axis=0")
    expect.close(
        labels,
        distances.argmin(axis=1),
        (
            (distances.argmax(axis=1), "each vector went to the farthest centre: argmin"),
            (distances.argmin(axis=1) + 1, "groups are counted from 0"),
        ),
        what="labels",
    )
    yield "each vector with its nearest centre"
    groups = distances.argmin(axis=1)
    expect.close(
        centres,
        _sklearn_step(vectors, start),
        (
            (start, "these are the old centres: the second result is the new ones"),
            (_each(vectors, groups, 4, np.sum), "these are sums: divide by the group's size"),
            (_each(vectors, groups, 4, np.median), "these are medians: KMeans takes means"),
        ),
        what="centres",
    )
    yield "each centre in the mean of its group, as scikit-learn has it"
    yield from _check_empty_group(kmeans_step, vectors, start)


def _check_empty_group(kmeans_step, vectors, start):
    start = np.concatenate([start, [[60.0, 60, 60]]])
    distances = cdist(vectors, start)
    groups, own = distances.argmin(axis=1), distances.min(axis=1)
    labels, centres = expect.parts(kmeans_step(vectors, start.copy()), ("labels", "centres"))
    if not np.all(np.isfinite(expect.shaped(centres, (5, 3), "centres"))):
        raise expect.NotYet("a group without vectors gives nan: the mean of nothing. See the rule")
    moved = groups.copy()
    moved[own.argmax()] = 4
    crowded = np.concatenate([_each(vectors, groups, 4, np.mean), vectors[[own.argmax()]]])
    nearest = groups.copy()
    nearest[distances[:, 4].argmin()] = 4
    kept = np.concatenate([_each(vectors, groups, 4, np.mean), start[4:]])
    zero = np.concatenate([kept[:4], np.zeros((1, 3))])
    expect.close(
        centres,
        _sklearn_step(vectors, start),
        (
            (kept, "the empty group kept its old centre: give it the farthest vector"),
            (zero, "the empty group's centre became zero: see the rule"),
            (crowded, "the vector that moved still counts in its old group: relabel it first"),
            (
                _each(vectors, nearest, 5, np.mean),
                "the empty group got the vector nearest to it; the rule takes the vector that "
                "is farthest from its own centre",
            ),
        ),
        what="centres, with an empty group,",
    )
    expect.close(
        labels,
        moved,
        ((groups, "the centres are right; the moved vector's label should be its new group"),),
        what="labels, with an empty group,",
    )
    two = np.concatenate([start, [[-60.0, 60, -60]]])
    labels, centres = expect.parts(kmeans_step(vectors, two.copy()), ("labels", "centres"))
    labels = expect.shaped(labels, (40,), "labels")
    if not set(range(6)) <= set(labels.tolist()):
        raise expect.NotYet(
            "with two empty groups one of them stays empty: do they get the same vector? The one "
            "that moved is 0 away from its centre now"
        )
    expect.close(
        centres, _each(vectors, labels, 6, np.mean), what="centres, with two empty groups,"
    )
    yield "it gets the vector farthest from its centre, as scikit-learn has it"


def _sklearn_step(vectors, start):
    from sklearn.cluster import KMeans

    return KMeans(len(start), init=start, n_init=1, max_iter=1).fit(vectors).cluster_centers_


def _each(vectors, groups, count, function):
    return np.stack([function(vectors[groups == group], axis=0) for group in range(count)])


@exercise(
    "1.4",
    "Reconstruction loss in three units",
    points=2,
    noun="loss",
    steps=("sum", "mean", "L2"),
    hints=(
        "First one number an image: the squared differences, summed over axis=1.",
        "All three come from these: their average; that divided by the number of pixels; the "
        "average of their square roots.",
        "errors = np.sum((reconstructions - images) ** 2, axis=1); return errors.mean(), "
        "errors.mean() / images.shape[1], np.sqrt(errors).mean()",
    ),
)
def check_reconstruction_losses(reconstruction_losses, rng):
    images, reconstructions = rng.uniform(size=(2, 6, 9)) * np.linspace(0.2, 1, 6)[:, None]
    answer = expect.parts(reconstruction_losses(images, reconstructions), ("sum", "mean", "L2"))
    errors = np.square(reconstructions - images).sum(axis=1)
    wrong = np.abs(reconstructions - images).sum(axis=1)
    expect.close(
        answer[0],
        errors.mean(),
        (
            (errors.sum(), "summed over the images as well: the sum is over pixels, then average"),
            (errors.mean() / 9, "averaged over the pixels: the first result sums over them"),
            (errors.mean() / 2, "half of it came back: this loss has no 1/2"),
            (wrong.mean(), "the differences are made positive but not squared"),
        ),
        what="the sum",
    )
    yield "squared error summed over the pixels, averaged over the images"
    expect.close(
        answer[1],
        errors.mean() / 9,
        (
            (errors.mean(), "the second result is the first again: divide by the pixels"),
            (errors.sum() / 9, "averaged over the pixels and summed over the images: average both"),
            (errors.mean() / 6, "divided by the number of images, not of pixels"),
        ),
        what="the mean",
    )
    yield "the sum divided by the number of pixels"
    expect.close(
        answer[2],
        np.sqrt(errors).mean(),
        (
            (
                np.sqrt(errors.mean()),
                "this is the root of the average; take each image's root first, then average",
            ),
            (np.sqrt(errors.sum()), "this is the root over all images: one root an image"),
            (np.sqrt(errors / 9).mean(), "this is the root of each image's mean: take its sum"),
        ),
        what="the L2 loss",
    )
    images, reconstructions = rng.uniform(size=(2, 4, 5))
    answer = expect.parts(reconstruction_losses(images, reconstructions), ("sum", "mean", "L2"))
    errors = np.square(reconstructions - images).sum(axis=1)
    expect.close(
        np.stack([expect.array(value) for value in answer]),
        [errors.mean(), errors.mean() / 5, np.sqrt(errors).mean()],
        what="the result for 4 images of 5 pixels (is a size fixed?)",
    )
    yield "the square root of each image's sum, averaged"


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
)
def check_propagate(propagate, rng):
    vectors, centres = rng.normal(size=(30, 3)), rng.normal(size=(4, 3))
    labels = rng.permutation(np.arange(30) + 100)
    distances = cdist(vectors, centres)
    nearest, groups = distances.argmin(axis=0), distances.argmin(axis=1)
    answer = propagate(vectors, centres, labels.copy())
    representatives, passed_on = expect.parts(answer, ("representatives", "passed_on"))
    if np.shape(representatives) == (30,):
        raise expect.NotYet("one representative a centre, (4,): argmin down the columns, axis=0")
    expect.close(
        representatives,
        nearest,
        (
            (labels[nearest], "these are labels: return the positions of the representatives"),
            (distances.argmax(axis=0), "these are the vectors farthest from the centres"),
        ),
        what="representatives",
    )
    yield "for each centre the vector nearest to it"
    expect.close(
        passed_on,
        labels[nearest][groups],
        (
            (labels, "every vector has its own true label: it should get its representative's"),
            (groups, "these are group numbers: look up the label of the group's representative"),
            (nearest[groups], "these are positions of representatives: look up their labels"),
            (labels[groups], "the labels of the first four vectors: index with representatives"),
        ),
        what="passed_on",
    )
    yield "each vector has its representative's label"
    # A label that was not bought must not matter.
    few = rng.integers(0, 3, size=30)
    expected = few[nearest][groups]
    bought = np.full(30, -1)
    bought[nearest] = few[nearest]
    for asked in (few, bought):
        _, passed_on = expect.parts(propagate(vectors, centres, asked), ("first", "passed_on"))
        if not np.array_equal(expect.shaped(passed_on, (30,), "passed_on"), expected):
            raise expect.NotYet(
                "it looks at labels that were not paid for: only those of the representatives "
                "may count, so no vote within the group"
            )
    yield "only the representatives' labels are used"


@exercise(
    "1.6",
    "What a chosen label is worth",
    points=2,
    steps=("on a point", "between points", "out of reach"),
    hints=(
        "The curve is the average over the runs: np.mean(accuracies, axis=1), one number a count.",
        "Read it sideways: np.interp(target, heights, counts) follows the straight lines.",
        "mean = np.mean(accuracies, axis=1); return None if mean.max() < target else "
        "np.interp(target, mean, counts)",
    ),
)
def check_labels_worth(labels_worth, rng):
    counts = np.cumsum(rng.integers(5, 60, size=5))
    mean = np.sort(rng.uniform(0.3, 0.9, size=5)) + 0.02 * np.arange(5)
    noise = rng.uniform(-0.05, 0.05, size=(5, 3))
    accuracies = mean[:, None] + noise - noise.mean(axis=1, keepdims=True)
    for position in (1, 3, 0):
        # A hair below the point: the mean of three floats need not give it exactly.
        target = mean[position] - 1e-9
        _expect_count(labels_worth, counts, accuracies, target, counts[position])
    _expect_count(labels_worth, counts, accuracies, mean[0] - 0.05, counts[0])
    yield "the number of labels at that height"
    for left, share in ((0, 0.25), (2, 0.5), (3, 0.75)):
        target = mean[left] + share * (mean[left + 1] - mean[left])
        expected = counts[left] + share * (counts[left + 1] - counts[left])
        _expect_count(labels_worth, counts, accuracies, target, expected)
    yield "read on the straight line between two measured points"
    answer = labels_worth(counts, accuracies, mean.max() + 0.05)
    if answer is not None:
        raise expect.NotYet(
            f"the curve never gets that high, so the answer is None; got {expect.describe(answer)}"
        )
    yield "None above the whole curve"


def _expect_count(labels_worth, counts, accuracies, target, expected):
    """Accept ``expected``, or say how the curve was read instead."""
    answer = labels_worth(counts, accuracies, target)
    if answer is None:
        raise expect.NotYet("the curve does reach this accuracy; got None (is a return missing?)")
    mean = accuracies.mean(axis=1)
    right = int(np.argmax(mean >= target))
    runs = {
        "best": accuracies.max(axis=1),
        "worst": accuracies.min(axis=1),
        "first": accuracies[:, 0],
    }
    causes = [
        (counts[right], "this is the next measured point: follow the straight line to it"),
        (counts[max(right - 1, 0)], "this is the measured point before: follow the line on"),
        (right, "this is a position in the list: return the number of labels"),
        (np.interp(target, counts, mean), "x and y are swapped: an accuracy came back"),
    ] + [
        (np.interp(target, curve, counts), f"you read the {name} run, not the mean of all")
        for name, curve in runs.items()
    ]
    expect.close(answer, float(expected), tuple(causes), what="the number of labels")
