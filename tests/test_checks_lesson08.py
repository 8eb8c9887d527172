"""Lesson 08: each check accepts right answers of any kind and names the mistake in wrong ones."""

import heapq

import keras
import numpy as np
import tensorflow as tf
from answers import closing_tests
from scipy.special import kl_div, xlogy

# 8.2 and 8.3


def divergence(p, q):
    return p * np.log(p / q) + (1 - p) * np.log((1 - p) / (1 - q))


def slope(p, q):
    return (q - p) / (q * (1 - q))


def kl(values=divergence, slopes=slope, low=1e-7):
    """Return an answer of 8.2 with these values and slopes, functions of (p, q)."""

    def bernoulli_kl(target, activities):
        q = np.clip(activities, low, 1 - low)
        return values(target, q), slopes(target, q)

    return bernoulli_kl


def with_scipy(target, activities):
    q = np.clip(activities, 1e-7, 1 - 1e-7)
    return kl_div(target, q) + kl_div(1 - target, 1 - q), (1 - target) / (1 - q) - target / q


def with_tensorflow(target, activities):
    q = tf.clip_by_value(tf.constant(activities, tf.float64), 1e-7, 1 - 1e-7)
    with tf.GradientTape() as tape:
        tape.watch(q)
        values = -target * tf.math.log(q) - (1 - target) * tf.math.log(1 - q)
        values += xlogy(target, target) + xlogy(1 - target, 1 - target)
    return values, tape.gradient(values, q)


def in_single(target, activities):
    """Clip and count in float32, the precision of the lesson's codes."""
    q = np.clip(activities.astype("float32"), 1e-7, 1 - 1e-7)
    return divergence(target, q), slope(target, q)


def with_keras(target, activities):
    q = keras.ops.clip(keras.ops.convert_to_tensor(activities, "float32"), 1e-7, 1 - 1e-7)
    first = target * keras.ops.log(target / q)
    return first + (1 - target) * keras.ops.log((1 - target) / (1 - q)), slope(target, q)


def in_place(target, activities):
    np.clip(activities, 1e-7, 1 - 1e-7, out=activities)
    return kl()(target, activities)


def penalty(values=None, gradient=None, axis=0):
    """Return an answer of 8.3; values and gradient are functions of (codes, weight, target)."""

    def kl_penalty(codes, weight, target):
        q = np.clip(codes.mean(axis=axis), 1e-7, 1 - 1e-7)
        value = weight * divergence(target, q).sum()
        every = np.zeros(codes.shape) + weight * slope(target, means(codes)) / len(codes)
        return (
            values(codes, weight, target) if values else value,
            gradient(codes, weight, target) if gradient else every,
        )

    return kl_penalty


def penalty_by_tape(codes, weight, target):
    codes = tf.constant(codes)
    with tf.GradientTape() as tape:
        tape.watch(codes)
        q = tf.reduce_mean(codes, 0)
        q += tf.stop_gradient(tf.clip_by_value(q, 1e-7, 1 - 1e-7) - q)
        value = weight * keras.ops.sum(
            target * tf.math.log(target / q) + (1 - target) * tf.math.log((1 - target) / (1 - q))
        )
    return value, tape.gradient(value, codes)


def penalty_by_loops(codes, weight, target):
    n, k = codes.shape
    sums = [sum(float(codes[i, j]) for i in range(n)) for j in range(k)]
    clipped = [min(max(total / n, 1e-7), 1 - 1e-7) for total in sums]
    gradient = [[weight * slope(target, q) / n for q in clipped] for _ in range(n)]
    return weight * sum(divergence(target, q) for q in clipped), gradient


def means(codes):
    return np.clip(codes.mean(axis=0), 1e-7, 1 - 1e-7)


def unclipped(codes, weight, target):
    q = codes.mean(axis=0)
    gradient = np.zeros(codes.shape) + weight * slope(target, q) / len(codes)
    return weight * divergence(target, q).sum(), gradient


def spoiling(answer):
    """Return an answer that writes into the codes when it is done."""

    def spoils(codes, *others):
        result = answer(codes, *others)
        codes *= 2
        return result

    return spoils


# 8.4


def any_silent(codes, threshold):
    return [k for k in range(codes.shape[1]) if (codes[:, k] < threshold).any()]


def loud(how):
    """Return an answer of 8.4 that takes this for the largest activity of each unit."""
    return lambda codes, threshold: np.flatnonzero(how(codes) < threshold)


# 8.5


def with_heap(codes, count):
    columns = np.asarray(codes).T
    return [heapq.nlargest(count, range(len(c)), key=c.__getitem__) for c in columns]


def filled_in(codes, count):
    positions = np.zeros((codes.shape[1], count))
    for unit, column in enumerate(codes.T):
        positions[unit] = np.argsort(-column)[:count]
    return positions


def over_units(codes, count):
    flat = np.argsort(-codes.ravel())[:count] // codes.shape[1]
    return np.tile(flat, (codes.shape[1], 1))


# 8.6


def reading(
    near=lambda a, t, tol: abs(a - t) <= tol, small=lambda e, m: e <= m, pick=min, none=None
):
    """Return a reading of the curve with these conditions."""

    def sparsest_target(targets, activities, errors, tolerance, largest_error):
        good = [
            t
            for t, a, e in zip(targets, activities, errors, strict=True)
            if near(a, t, tolerance) and small(e, largest_error)
        ]
        return pick(good) if good else none

    return sparsest_target


def with_numpy(targets, activities, errors, tolerance, largest_error):
    targets, activities, errors = map(np.asarray, (targets, activities, errors))
    good = targets[(np.abs(activities - targets) <= tolerance) & (errors <= largest_error)]
    return good.min() if good.size else None


def sorts_its_input(place):
    """Return an answer that sorts one of its three lists when it is done."""

    def sparsest_target(*given):
        answer = reading()(*given)
        given[place].sort()
        return answer

    return sparsest_target


def its_activity(targets, activities, errors, *limits):
    answer = reading()(targets, activities, errors, *limits)
    return None if answer is None else activities[list(targets).index(answer)]


RIGHT = {
    "8.1": [
        ("method", lambda codes: codes.mean(axis=0)),
        ("tensorflow", lambda codes: tf.reduce_mean(codes, 0)),
        ("loop", lambda codes: [sum(column) / len(column) for column in codes.T]),
    ],
    "8.2": [
        ("numpy", kl()),
        ("scipy", with_scipy),
        ("tensorflow", with_tensorflow),
        ("float32", in_single),
        ("keras", with_keras),
    ],
    "8.3": [("numpy", penalty()), ("tape", penalty_by_tape), ("loops", penalty_by_loops)],
    "8.4": [
        ("flatnonzero", lambda codes, t: np.flatnonzero(codes.max(axis=0) < t)),
        ("all", lambda codes, t: tuple(np.where((codes < t).all(axis=0))[0])),
        ("list", lambda codes, t: [k for k, c in enumerate(codes.T) if max(c) < t]),
    ],
    "8.5": [
        ("turned", lambda codes, m: np.argsort(codes, axis=0)[::-1][:m].T),
        ("heap", with_heap),
        ("tensorflow", lambda codes, m: tf.math.top_k(codes.T, m).indices),
    ],
    "8.6": [("list", reading()), ("numpy", with_numpy)],
}
WRONG = {
    "8.1": [
        ("all", lambda codes: codes.mean(), "one number came back for all units"),
        ("units", lambda codes: codes.mean(axis=1), "averaged over the units of each image"),
        ("sum", lambda codes: codes.sum(axis=0), "divide by n"),
        ("max", lambda codes: codes.max(axis=0), "largest activity"),
        ("median", lambda codes: np.median(codes, axis=0), "median"),
        ("nothing", lambda codes: None, "return missing"),
        ("speaking", lambda codes: codes.sum(0) / (codes > 0).sum(0), "the unit speaks"),
        ("row", lambda codes: codes.mean(axis=0, keepdims=True), "without an axis"),
        ("spoils", spoiling(lambda codes: codes.mean(axis=0)), "changes its input"),
    ],
    "8.2": [
        ("one term", kl(lambda p, q: p * np.log(p / q)), "only one outcome"),
        ("exchanged", kl(lambda p, q: divergence(q, p)), "D(q || p)"),
        ("sign", kl(lambda p, q: -divergence(p, q)), "it is ln(p / q)"),
        ("bits", kl(lambda p, q: divergence(p, q) / np.log(2)), "in bits"),
        (
            "cross-entropy",
            kl(lambda p, q: -p * np.log(q) - (1 - p) * np.log(1 - q)),
            "cannot be helped",
        ),
        ("sum", kl(lambda p, q: divergence(p, q).sum()), "one value for each activity"),
        ("square", kl(lambda p, q: (q - p) ** 2), "squared difference"),
        ("slope sign", kl(slopes=lambda p, q: -slope(p, q)), "sign is turned round"),
        ("half a slope", kl(slopes=lambda p, q: -p / q), "missing from the slope"),
        (
            "minus",
            kl(slopes=lambda p, q: -p / q - (1 - p) / (1 - q)),
            "the sign of the second term",
        ),
        ("difference", kl(slopes=lambda p, q: q - p), "divide by q (1 - q)"),
        ("no clip", lambda p, q: (divergence(p, q), slope(p, q)), "clip the activities first"),
        ("values only", lambda p, q: divergence(p, np.clip(q, 1e-7, 1)), "2 results"),
        ("in place", in_place, "changes its input `activities`"),
        ("other order", lambda p, q: kl()(p, q)[::-1], "the values come first"),
    ],
    "8.3": [
        ("no weight", penalty(lambda c, w, p: divergence(p, means(c)).sum()), "weight is missing"),
        (
            "mean",
            penalty(lambda c, w, p: w * divergence(p, means(c)).mean()),
            "the penalty is their sum",
        ),
        (
            "single",
            penalty(lambda c, w, p: w * divergence(p, c).sum()),
            "of every single activity: average",
        ),
        (
            "single, then mean",
            penalty(lambda c, w, p: w * divergence(p, c).mean(axis=0).sum()),
            "every single activity, averaged later",
        ),
        ("over units", penalty(axis=1), "a unit's mean goes over the images"),
        (
            "divided twice",
            penalty(lambda c, w, p: w * divergence(p, means(c)).sum() / len(c)),
            "divided by n once more",
        ),
        ("a unit each", penalty(lambda c, w, p: w * divergence(p, means(c))), "sum over the units"),
        ("no clip", unclipped, "clip the means first"),
        ("arguments", lambda c, w, p: penalty()(c, p, w), "weight and target are exchanged"),
        ("other order", lambda c, w, p: penalty()(c, w, p)[::-1], "the penalty comes first"),
        (
            "slope of the mean",
            penalty(gradient=lambda c, w, p: w * slope(p, means(c)) + 0 * c),
            "only 1/n of the mean",
        ),
        (
            "slopes",
            penalty(gradient=lambda c, w, p: w * slope(p, means(c)) / len(c)),
            "one slope for each unit",
        ),
        (
            "own slopes",
            penalty(gradient=lambda c, w, p: w * slope(p, c) / len(c)),
            "taken at each single activity",
        ),
        (
            "gradient without weight",
            penalty(gradient=lambda c, w, p: slope(p, means(c)) / len(c) + 0 * c),
            "missing from the gradient",
        ),
        ("spoils", spoiling(penalty()), "changes its input"),
    ],
    "8.4": [
        (
            "mean",
            lambda codes, t: np.flatnonzero(codes.mean(axis=0) < t),
            "the mean is below the threshold",
        ),
        ("any", any_silent, "silent for some image"),
        ("alive", lambda codes, t: np.flatnonzero(codes.max(axis=0) >= t), "it is the others"),
        ("equal", lambda codes, t: np.flatnonzero(codes.max(axis=0) <= t), "equal to the thresh"),
        ("mask", lambda codes, t: codes.max(axis=0) < t, "True and False"),
        ("count", lambda codes, t: int((codes.max(axis=0) < t).sum()), "how many units are dead"),
        ("order", lambda codes, t: np.flatnonzero(codes.max(axis=0) < t)[::-1], "the last first"),
        ("from 1", lambda codes, t: np.flatnonzero(codes.max(axis=0) < t) + 1, "counted from 1"),
        ("fixed", lambda codes, t: np.flatnonzero(codes.max(axis=0) < 0.05), "below 0.05"),
        (
            "quantile",
            loud(lambda codes: np.percentile(codes, 95, axis=0)),
            "silent for nearly all images",
        ),
        ("spoils", spoiling(loud(lambda codes: codes.max(axis=0))), "changes its input"),
    ],
    "8.5": [
        ("transposed", lambda codes, m: np.argsort(-codes, axis=0)[:m], "transpose"),
        ("values", lambda codes, m: -np.sort(-codes, axis=0)[:m].T, "these are the activities"),
        ("least", lambda codes, m: np.argsort(codes, axis=0)[:m].T, "excite the units least"),
        ("turned", lambda codes, m: np.argsort(codes, axis=0)[-m:].T, "turn the order round"),
        ("the same", over_units, "all units have the same images"),
        ("floats", filled_in, "should be whole numbers"),
        ("from 1", lambda codes, m: np.argsort(-codes, axis=0)[:m].T + 1, "count from 0"),
        (
            "partial",
            lambda codes, m: np.argpartition(-codes, m - 1, axis=0)[:m].T,
            "the order of the right images",
        ),
        (
            "spoils",
            spoiling(lambda codes, m: np.argsort(-codes, axis=0)[:m].T),
            "changes its input",
        ),
        (
            "sorted",
            lambda codes, m: np.sort(np.argsort(-codes, axis=0)[:m].T, axis=1),
            "by their place in the batch",
        ),
    ],
    "8.6": [
        ("error only", reading(near=lambda *_: True), "did not reach it"),
        ("activity only", reading(small=lambda *_: True), "error of its network"),
        (
            "strict",
            reading(lambda a, t, tol: abs(a - t) < tol, lambda e, m: e < m),
            "exactly at its limit",
        ),
        ("one-sided", reading(lambda a, t, tol: a - t <= tol), "absolute value"),
        ("largest", reading(pick=max), "the largest target that counts"),
        ("first", reading(pick=lambda good: good[0]), "the first in the list"),
        ("zero", reading(none=0), "should be None here"),
        ("activity", its_activity, "that is an activity"),
        ("sorts targets", sorts_its_input(0), "changes its input `targets`"),
        ("sorts errors", sorts_its_input(2), "changes its input `errors`"),
    ],
}
test_complete, test_right, test_wrong = closing_tests("08", RIGHT, WRONG)
