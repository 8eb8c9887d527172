"""Right and wrong answers to the exercises of lesson 08."""

import heapq
import math
import sys

import keras
import numpy as np
import scipy.special
import tensorflow as tf


def after(change, answer):
    return lambda *args: change(answer(*args))


def spoiling(spoil, answer):
    def spoils(*args):
        result = answer(*args)
        spoil(*args)
        return result

    return spoils


def remembering(answer, key=lambda *args: None):
    known = {}

    def remembers(*args):
        if key(*args) not in known:
            known[key(*args)] = answer(*args)
        return known[key(*args)]

    return remembers


def shapes(*args):
    return tuple(arg if np.isscalar(arg) else np.shape(arg) for arg in args)


def raising(error):
    def raises(*args):
        raise error

    return raises


def leaving(*args):
    sys.exit()


def clipped(q, low=1e-7, high=1 - 1e-7):
    return np.clip(q, low, high)


# 8.1


def mean(codes):
    return np.mean(codes, axis=0)


def mean_loops(codes):
    return np.array([math.fsum(unit) / len(unit) for unit in codes.T])


def mean_running(codes):
    so_far = np.zeros(codes.shape[1])
    for i, code in enumerate(codes):
        so_far += (code - so_far) / (i + 1)
    return so_far


def mean_type_of_codes(codes):
    means = np.empty(codes.shape[1], codes.dtype)
    means[:] = np.mean(codes, axis=0)
    return means


def mean_summing_in_place(codes):
    total = codes[0]
    for code in codes[1:]:
        total += code
    return total / len(codes)


def mean_of_pairs(codes):
    means = codes[0].astype(float)
    for code in codes[1:]:
        means = (means + code) / 2
    return means


# 8.2


def divergence(p, q):
    return p * np.log(p / q) + (1 - p) * np.log((1 - p) / (1 - q))


def slope(p, q):
    return (q - p) / (q * (1 - q))


def coins(value=divergence, slope=slope, clip=clipped):
    def bernoulli_kl(target, activities):
        q = clip(activities)
        with np.errstate(all="ignore"):
            return value(target, q), slope(target, q)

    return bernoulli_kl


def coins_scipy(target, activities):
    q = clipped(activities)
    values = scipy.special.rel_entr(target, q) + scipy.special.rel_entr(1 - target, 1 - q)
    return values, (1 - target) / (1 - q) - target / q


def coins_loops(target, activities):
    values, slopes = np.empty(np.shape(activities)), np.empty(np.shape(activities))
    for place in np.ndindex(values.shape):
        q = min(max(float(activities[place]), 1e-7), 1 - 1e-7)
        values[place] = target * math.log(target / q)
        values[place] += (1 - target) * math.log((1 - target) / (1 - q))
        slopes[place] = (1 - target) / (1 - q) - target / q
    return values, slopes


def coins_tape(target, activities):
    q = tf.constant(clipped(np.asarray(activities, float)))
    with tf.GradientTape() as tape:
        tape.watch(q)
        values = target * tf.math.log(target / q)
        values += (1 - target) * tf.math.log((1 - target) / (1 - q))
    return values, tape.gradient(values, q)


def coins_clipped_on_tape(target, activities):
    activities = tf.constant(np.asarray(activities, float))
    with tf.GradientTape() as tape:
        tape.watch(activities)
        q = tf.clip_by_value(activities, 1e-7, 1 - 1e-7)
        values = target * tf.math.log(target / q)
        values += (1 - target) * tf.math.log((1 - target) / (1 - q))
    return values.numpy(), tape.gradient(values, activities).numpy()


def coins_type_of_activities(target, activities):
    values, slopes = np.empty_like(activities), np.empty_like(activities)
    values[...], slopes[...] = coins()(target, activities)
    return values, slopes


def coins_numeric_slope(target, activities):
    q = clipped(activities)
    return divergence(target, q), (divergence(target, q + 1e-3) - divergence(target, q)) / 1e-3


def coins_in_place(target, activities):
    np.clip(activities, 1e-7, 1 - 1e-7, out=activities)
    return divergence(target, activities), slope(target, activities)


def coins_vectors_only(target, activities):
    answers = [coins()(target, q) for q in activities.tolist()]
    return np.array([v for v, _ in answers]), np.array([s for _, s in answers])


def coins_entropies(target, q):
    return scipy.special.entr([target, 1 - target]).sum()


# 8.3


def price(weight, p, q, codes):
    return weight * np.sum(divergence(p, q))


def push(weight, p, q, codes):
    return np.tile(weight * slope(p, q) / len(codes), (len(codes), 1))


def batch(penalty=price, gradient=push, means=mean, clip=clipped):
    def kl_penalty(codes, weight, target):
        q = clip(means(codes))
        with np.errstate(all="ignore"):
            return penalty(weight, target, q, codes), gradient(weight, target, q, codes)

    return kl_penalty


def batch_tape(codes, weight, target):
    codes = tf.constant(np.asarray(codes, float))
    with tf.GradientTape() as tape:
        tape.watch(codes)
        q = tf.reduce_mean(codes, axis=0)
        q = q + tf.stop_gradient(tf.clip_by_value(q, 1e-7, 1 - 1e-7) - q)
        values = target * tf.math.log(target / q)
        values += (1 - target) * tf.math.log((1 - target) / (1 - q))
        penalty = weight * tf.reduce_sum(values)
    return penalty.numpy(), tape.gradient(penalty, codes).numpy()


def batch_clipped_on_tape(codes, weight, target):
    codes = tf.constant(np.asarray(codes, float))
    with tf.GradientTape() as tape:
        tape.watch(codes)
        q = tf.clip_by_value(tf.reduce_mean(codes, axis=0), 1e-7, 1 - 1e-7)
        values = target * tf.math.log(target / q)
        values += (1 - target) * tf.math.log((1 - target) / (1 - q))
        penalty = weight * tf.reduce_sum(values)
    return penalty.numpy(), tape.gradient(penalty, codes).numpy()


def batch_loops(codes, weight, target):
    penalty, gradient = 0.0, np.zeros(codes.shape)
    for k in range(codes.shape[1]):
        q = clipped(sum(codes[:, k].tolist()) / len(codes))
        penalty += weight * float(divergence(target, q))
        for i in range(len(codes)):
            gradient[i, k] = weight * slope(target, q) / len(codes)
    return penalty, gradient


def batch_type_of_codes(codes, weight, target):
    penalty, pushes = batch()(codes, weight, target)
    gradient = np.zeros_like(codes)
    gradient[:] = pushes
    return penalty, gradient


def batch_clipping_codes(codes, weight, target):
    np.clip(codes, 1e-7, 1 - 1e-7, out=codes)
    return batch()(codes, weight, target)


# 8.4


def dead(silent=lambda codes, threshold: codes.max(axis=0) < threshold, first=0):
    def dead_units(codes, threshold):
        return [first + k for k, is_dead in enumerate(silent(codes, threshold)) if is_dead]

    return dead_units


def dead_strike_out(codes, threshold):
    left = list(range(codes.shape[1]))
    for code in codes:
        left = [k for k in left if code[k] < threshold]
    return left


def dead_numpy_integers(codes, threshold):
    return list(np.flatnonzero((codes < threshold).all(axis=0)))


def dead_counts(codes, threshold):
    spoken = np.count_nonzero(codes >= threshold, axis=0)
    return np.where(spoken == 0)[0].tolist()


def dead_keras(codes, threshold):
    silent = keras.ops.all(keras.ops.less(codes, threshold), axis=0)
    return [k for k, is_dead in enumerate(keras.ops.convert_to_numpy(silent)) if is_dead]


def dead_sets(codes, threshold):
    _, alive = np.nonzero(codes >= threshold)
    return sorted(set(range(codes.shape[1])) - set(alive.tolist()))


# 8.5


def exciting(codes, count):
    return np.argsort(-codes, axis=0)[:count].T


def exciting_backwards(codes, count):
    return np.argsort(codes.T, axis=1)[:, ::-1][:, :count]


def exciting_sorted(codes, count):
    rows = [sorted(range(len(unit)), key=lambda i: -unit[i])[:count] for unit in codes.T.tolist()]
    return np.array(rows)


def exciting_heap(codes, count):
    return np.array([heapq.nlargest(count, range(len(unit)), unit.__getitem__) for unit in codes.T])


def exciting_top_k(codes, count):
    return tf.math.top_k(tf.constant(codes.T), count).indices.numpy()


def exciting_maxima(codes, count):
    left, found = codes.astype(float), []
    for _ in range(count):
        found.append(left.argmax(axis=0))
        left[found[-1], np.arange(left.shape[1])] = -np.inf
    return np.stack(found, axis=1)


def exciting_lexsort(codes, count):
    images, units = np.indices(codes.shape).reshape(2, -1)
    order = np.lexsort((-codes.ravel(), units))
    return images[order].reshape(codes.shape[1], -1)[:, :count]


def exciting_zeroed(codes, count):
    left, found = codes.copy(), []
    for _ in range(count):
        found.append(left.argmax(axis=0))
        left[found[-1], np.arange(left.shape[1])] = 0
    return np.stack(found, axis=1)


def exciting_blanked(codes, count):
    found = []
    for _ in range(count):
        found.append(codes.argmax(axis=0))
        codes[found[-1], np.arange(codes.shape[1])] = -1
    return np.stack(found, axis=1)


def exciting_looked_up(codes, count):
    rows = []
    for unit in codes.T.tolist():
        rows.append([unit.index(activity) for activity in sorted(unit, reverse=True)[:count]])
    return np.array(rows)


def exciting_partition_beyond(codes, count):
    found = np.argpartition(-codes, count, axis=0)[:count]
    order = np.argsort(-np.take_along_axis(codes, found, axis=0), axis=0)
    return np.take_along_axis(found, order, axis=0).T


# 8.6


def counting(reached=lambda target, activity, tolerance: abs(activity - target) <= tolerance):
    def count(targets, activities, errors, tolerance, largest_error):
        rows = zip(targets, activities, errors, strict=True)
        return [(t, a, e) for t, a, e in rows if reached(t, a, tolerance) and e <= largest_error]

    return count


counts = counting()


def sparsest(good=counts, choose=lambda rows: min(target for target, _, _ in rows), none=None):
    def sparsest_target(*args):
        rows = good(*args)
        return choose(rows) if rows else none

    return sparsest_target


def sparsest_default(targets, activities, errors, tolerance, largest_error):
    good = filter(
        lambda row: abs(row[0] - row[1]) <= tolerance and row[2] <= largest_error,
        zip(targets, activities, errors, strict=True),
    )
    return min((row[0] for row in good), default=None)


def sparsest_mask(targets, activities, errors, tolerance, largest_error):
    targets, activities, errors = map(np.asarray, (targets, activities, errors))
    good = (np.abs(activities - targets) <= tolerance) & (errors <= largest_error)
    return targets[good].min() if good.any() else None


def sparsest_sorted(targets, activities, errors, tolerance, largest_error):
    for i in np.argsort(targets):
        if abs(activities[i] - targets[i]) <= tolerance and errors[i] <= largest_error:
            return float(targets[i])
    return None


def sparsest_running(targets, activities, errors, tolerance, largest_error):
    best = None
    for i in range(len(targets)):
        if errors[i] > largest_error or abs(targets[i] - activities[i]) > tolerance:
            continue
        if best is None or targets[i] < best:
            best = targets[i]
    return best


def sparsest_nan(targets, activities, errors, tolerance, largest_error):
    off = np.abs(np.subtract(targets, activities))
    good = np.logical_and(off <= tolerance, np.less_equal(errors, largest_error))
    smallest = np.min(np.where(good, targets, np.inf), initial=np.inf)
    return None if np.isinf(smallest) else smallest


def sparsest_arrays_only(targets, activities, errors, tolerance, largest_error):
    good = (abs(activities - targets) <= tolerance) & (errors <= largest_error)
    return targets[good].min() if good.any() else None


def sparsest_lists_only(targets, activities, errors, tolerance, largest_error):
    left = targets.copy()
    while left:
        smallest = min(left)
        i = targets.index(smallest)
        if abs(activities[i] - smallest) <= tolerance and errors[i] <= largest_error:
            return smallest
        left.remove(smallest)
    return None


def sparsest_by_target(targets, activities, errors, tolerance, largest_error):
    by_target = dict(zip(targets, zip(activities, errors, strict=True), strict=True))
    rows = [(t, a, e) for t, (a, e) in by_target.items()]
    return sparsest()(*zip(*rows, strict=True), tolerance, largest_error) if rows else None


def sparsest_stops(targets, activities, errors, tolerance, largest_error):
    best = None
    for t, a, e in sorted(zip(targets, activities, errors, strict=True), reverse=True):
        if abs(a - t) > tolerance or e > largest_error:
            break
        best = t
    return best


def sparsest_smallest_only(targets, activities, errors, tolerance, largest_error):
    rows = sorted(zip(targets, activities, errors, strict=True))[:1]
    return sparsest()(*zip(*rows, strict=True), tolerance, largest_error) if rows else None


def sparsest_separately(targets, activities, errors, tolerance, largest_error):
    columns = [sorted(column) for column in (targets, activities, errors)]
    return sparsest()(*columns, tolerance, largest_error)


def sparsest_two_networks(targets, activities, errors, tolerance, largest_error):
    rows = list(zip(targets, activities, errors, strict=True))
    reached = [t for t, a, _ in rows if abs(a - t) <= tolerance]
    cheap = [t for t, _, e in rows if e <= largest_error]
    both = [t for t in reached if t in cheap]
    return min(both) if both else None


def sparsest_prints(*args):
    rows = counts(*args)
    if not rows:
        print("none counts", end="")
        return 0
    return min(rows)[0]


RIGHT = {
    "8.1": {
        "mean": mean,
        "method": lambda codes: codes.mean(0),
        "sum-by-length": lambda codes: sum(codes) / len(codes),
        "product-with-ones": lambda codes: np.ones(len(codes)) @ codes / len(codes),
        "average-of-transposed": lambda codes: np.average(codes.T, axis=1),
        "einsum": lambda codes: np.einsum("nk->k", codes.astype(float)) / codes.shape[0],
        "unit-by-unit": mean_loops,
        "running-mean": mean_running,
        "type-of-codes": mean_type_of_codes,
        "keras-tensor": lambda codes: keras.ops.mean(codes, axis=0),
        "float32": lambda codes: np.mean(codes, axis=0, dtype="float32"),
    },
    "8.2": {
        "formula": coins(),
        "relative-entropies": coins_scipy,
        "loops": coins_loops,
        "type-of-activities": coins_type_of_activities,
        "tape-of-clipped": after(lambda pair: tuple(part.numpy() for part in pair), coins_tape),
        "tensors-in-a-list": after(list, coins_tape),
        "cross-entropy-minus-entropy": coins(
            value=lambda p, q: (
                scipy.special.xlogy(p, p)
                + scipy.special.xlog1py(1 - p, -p)
                - scipy.special.xlogy(p, q)
                - scipy.special.xlog1py(1 - p, -q)
            ),
            slope=lambda p, q: -p / q + (1 - p) / (1 - q),
        ),
        "maximum-and-minimum": coins(clip=lambda q: np.minimum(np.maximum(q, 1e-7), 1 - 1e-7)),
        "stacked": after(np.stack, coins()),
    },
    "8.3": {
        "tiled": batch(),
        "tape": batch_tape,
        "loops": batch_loops,
        "type-of-codes": batch_type_of_codes,
        "broadcast": batch(
            gradient=lambda b, p, q, z: np.broadcast_to(b * slope(p, q) / len(z), z.shape)
        ),
        "outer": batch(
            gradient=lambda b, p, q, z: np.outer(np.ones(len(z)), b * slope(p, q)) / len(z)
        ),
        "stacked-rows-python-number": batch(
            penalty=lambda *args: float(price(*args)),
            gradient=lambda b, p, q, z: np.stack([b / len(z) * slope(p, q) for _ in z]),
        ),
        "keras-penalty": batch(
            penalty=lambda b, p, q, z: keras.ops.sum(b * divergence(p, q)),
        ),
        "added-to-zeros": batch(
            gradient=lambda b, p, q, z: np.zeros(z.shape) + b * slope(p, q) / z.shape[0]
        ),
    },
    "8.4": {
        "largest": dead(),
        "all-below": dead(lambda codes, threshold: np.all(codes < threshold, axis=0)),
        "none-above": dead(lambda codes, threshold: ~(codes >= threshold).any(axis=0)),
        "unit-by-unit": dead(
            lambda codes, threshold: [max(u) < threshold for u in codes.T.tolist()]
        ),
        "strike-out": dead_strike_out,
        "numpy-integers": dead_numpy_integers,
        "counts": dead_counts,
        "keras": dead_keras,
        "sets": dead_sets,
    },
    "8.5": {
        "argsort": exciting,
        "argsort-backwards": exciting_backwards,
        "python-sort": exciting_sorted,
        "heap": exciting_heap,
        "top-k-int32": exciting_top_k,
        "one-after-another": exciting_maxima,
        "lexsort": exciting_lexsort,
        "argsort-of-last": lambda codes, count: codes.argsort(0)[: -count - 1 : -1].transpose(),
    },
    "8.6": {
        "comprehension": sparsest(),
        "filter-and-default": sparsest_default,
        "mask": sparsest_mask,
        "sorted-python-number": sparsest_sorted,
        "running-minimum": sparsest_running,
        "infinity-for-none": sparsest_nan,
    },
}

WRONG = {
    "8.1": {
        "of-each-image": lambda codes: np.mean(codes, axis=1),
        "of-everything": lambda codes: np.mean(codes),
        "as-a-row": lambda codes: np.mean(codes, axis=0, keepdims=True),
        "of-unequal-axis": lambda codes: np.mean(codes, axis=int(len(codes) < codes.shape[1])),
        "sum": lambda codes: np.sum(codes, axis=0),
        "one-image-less": lambda codes: np.sum(codes, axis=0) / max(len(codes) - 1, 1),
        "by-units": lambda codes: np.sum(codes, axis=0) / codes.shape[1],
        "always-100-images": lambda codes: np.sum(codes, axis=0) / 100,
        "median": lambda codes: np.median(codes, axis=0),
        "share-above-half": lambda codes: np.mean(codes > 0.5, axis=0),
        "share-not-zero": lambda codes: np.count_nonzero(codes, axis=0) / len(codes),
        "root-mean-square": lambda codes: np.sqrt(np.mean(codes**2.0, axis=0)),
        "middle-of-range": lambda codes: (np.min(codes, axis=0) + np.max(codes, axis=0)) / 2,
        "mean-of-pairs": mean_of_pairs,
        "at-most-32-images": lambda codes: np.mean(codes[:32], axis=0),
        "whole-division": lambda codes: np.sum(codes, axis=0) // len(codes),
        "two-digits": lambda codes: np.round(np.mean(codes, axis=0), 2),
        "squeezed": lambda codes: np.squeeze(np.mean(codes, axis=0)),
        "squeezed-first": lambda codes: np.mean(np.squeeze(codes), axis=0),
        "sums-in-place": mean_summing_in_place,
        "empties-codes": spoiling(lambda codes: codes.fill(0), mean),
        "sorts-codes": spoiling(lambda codes: codes.sort(axis=0), mean),
        "remembers-first": remembering(mean),
        "remembers-by-shape": remembering(mean, shapes),
        "none-for-one-image": lambda codes: mean(codes) if len(codes) > 1 else None,
        "leaves": leaving,
    },
    "8.2": {
        "swapped": coins(value=lambda p, q: divergence(q, p)),
        "swapped-with-its-slope": coins(
            value=lambda p, q: divergence(q, p),
            slope=lambda p, q: np.log(q / p) - np.log((1 - q) / (1 - p)),
        ),
        "active-only": coins(value=lambda p, q: p * np.log(p / q), slope=lambda p, q: -p / q),
        "cross-entropy": coins(value=lambda p, q: -p * np.log(q) - (1 - p) * np.log(1 - q)),
        "in-bits": coins(
            value=lambda p, q: divergence(p, q) / np.log(2),
            slope=lambda p, q: slope(p, q) / np.log(2),
        ),
        "wrong-sign-of-slope": coins(slope=lambda p, q: slope(q, p)),
        "slope-in-target": coins(slope=lambda p, q: np.log(p / q) - np.log((1 - p) / (1 - q))),
        "slope-of-logit": coins(slope=lambda p, q: q - p),
        "slope-terms-added": coins(slope=lambda p, q: p / q + (1 - p) / (1 - q)),
        "numeric-slope": coins_numeric_slope,
        "no-clip": coins(clip=lambda q: np.asarray(q)),
        "high-end-only": coins(clip=lambda q: np.minimum(q, 1 - 1e-7)),
        "clip-1e-6": coins(clip=lambda q: clipped(q, 1e-6, 1 - 1e-6)),
        "clip-1e-3": coins(clip=lambda q: clipped(q, 1e-3, 1 - 1e-3)),
        "zero-for-infinite": after(
            lambda pair: tuple(np.where(np.isfinite(part), part, 0.0) for part in pair),
            coins(clip=lambda q: np.asarray(q)),
        ),
        "slope-not-clipped": lambda p, q: (coins()(p, q)[0], coins(clip=np.asarray)(p, q)[1]),
        "clipped-on-tape": coins_clipped_on_tape,
        "target-always-0.1": lambda p, q: coins()(0.1, q),
        "sums": after(lambda pair: (np.sum(pair[0]), pair[1]), coins()),
        "flat": after(lambda pair: (np.ravel(pair[0]), np.ravel(pair[1])), coins()),
        "squeezed": after(lambda pair: (np.squeeze(pair[0]), np.squeeze(pair[1])), coins()),
        "at-least-a-vector": after(lambda pair: tuple(map(np.atleast_1d, pair)), coins()),
        "vectors-only": coins_vectors_only,
        "other-order": after(lambda pair: pair[::-1], coins()),
        "values-only": after(lambda pair: pair[0], coins()),
        "clips-in-place": coins_in_place,
        "empties-activities": spoiling(lambda p, q: q.fill(0), coins()),
        "remembers-first": remembering(coins()),
        "remembers-by-shape": remembering(coins(), shapes),
        "remembers-without-target": remembering(coins(), lambda p, q: (q.shape, q.tobytes())),
        "raises": raising(FloatingPointError("log of 0")),
    },
    "8.3": {
        "divergence-first": batch(
            penalty=lambda b, p, q, z: b * np.sum(np.mean(divergence(p, clipped(z)), axis=0)),
            gradient=lambda b, p, q, z: b * slope(p, clipped(z)) / len(z),
        ),
        "slope-of-each-activity": batch(
            gradient=lambda b, p, q, z: b * slope(p, clipped(z)) / len(z)
        ),
        "mean-over-units-first": batch(
            means=lambda z: np.mean(z, axis=1),
            gradient=lambda b, p, q, z: np.outer(b * slope(p, q), np.ones(z.shape[1])) / z.shape[1],
        ),
        "divided-by-images": batch(penalty=lambda b, p, q, z: price(b, p, q, z) / len(z)),
        "no-weight-in-gradient": batch(gradient=lambda b, p, q, z: push(1, p, q, z)),
        "weight-squared-in-gradient": batch(gradient=lambda b, p, q, z: push(b * b, p, q, z)),
        "no-chain-rule": batch(gradient=lambda b, p, q, z: push(b, p, q, z) * len(z)),
        "divided-by-units": batch(gradient=lambda b, p, q, z: push(b, p, q, z) * len(z) / len(q)),
        "always-5-images": batch(gradient=lambda b, p, q, z: push(b, p, q, z) * len(z) / 5),
        "times-activity": batch(gradient=lambda b, p, q, z: push(b, p, q, z) * z),
        "active-images-only": batch(gradient=lambda b, p, q, z: push(b, p, q, z) * (z > p)),
        "only-where-not-zero": batch(gradient=lambda b, p, q, z: push(b, p, q, z) * (z > 0)),
        "wrong-sign": batch(gradient=lambda b, p, q, z: -push(b, p, q, z)),
        "swapped-divergence": batch(penalty=lambda b, p, q, z: b * np.sum(divergence(q, p))),
        "absolute-sum": batch(
            penalty=lambda b, p, q, z: b * np.sum(q),
            gradient=lambda b, p, q, z: np.full(z.shape, b / len(z)),
        ),
        "target-always-0.1": lambda z, b, p: batch()(z, b, 0.1),
        "arguments-swapped": lambda z, b, p: batch()(z, p, b),
        "no-clip": batch(clip=lambda q: q),
        "clipped-on-tape": batch_clipped_on_tape,
        "clips-activities-first": batch(means=lambda z: np.mean(np.clip(z, 0.01, 0.99), axis=0)),
        "gradient-of-units": after(lambda pair: (pair[0], pair[1][0]), batch()),
        "gradient-as-a-row": after(lambda pair: (pair[0], pair[1][:1]), batch()),
        "gradient-transposed": after(lambda pair: (pair[0], pair[1].T), batch()),
        "squeezed": after(lambda pair: (pair[0], np.squeeze(pair[1])), batch()),
        "penalty-of-each-unit": batch(penalty=lambda b, p, q, z: b * divergence(p, q)),
        "other-order": after(lambda pair: pair[::-1], batch()),
        "penalty-only": after(lambda pair: pair[0], batch()),
        "clips-codes-in-place": batch_clipping_codes,
        "takes-a-step": spoiling(lambda z, b, p: z.__imul__(0.5), batch()),
        "remembers-first": remembering(batch()),
        "remembers-by-shape": remembering(batch(), shapes),
        "remembers-without-weight": remembering(batch(), lambda z, b, p: (z.tobytes(), p)),
        "none-for-one-image": lambda z, b, p: batch()(z, b, p) if len(z) > 1 else (0.0, None),
        "leaves": leaving,
    },
    "8.4": {
        "at-most": dead(lambda codes, threshold: codes.max(axis=0) <= threshold),
        "for-one-image": dead(lambda codes, threshold: codes.min(axis=0) < threshold),
        "on-average": dead(lambda codes, threshold: codes.mean(axis=0) < threshold),
        "for-most-images": dead(lambda codes, threshold: np.median(codes, axis=0) < threshold),
        "in-sum": dead(lambda codes, threshold: codes.sum(axis=0) < threshold),
        "for-first-image": dead(lambda codes, threshold: codes[0] < threshold),
        "for-32-images": dead(lambda codes, threshold: codes[:32].max(axis=0) < threshold),
        "exactly-0": dead(lambda codes, threshold: codes.max(axis=0) == 0),
        "small-spread": dead(lambda codes, threshold: np.ptp(codes, axis=0) < threshold),
        "dead-images": dead(lambda codes, threshold: codes.max(axis=1) < threshold),
        "alive": dead(lambda codes, threshold: codes.max(axis=0) >= threshold),
        "threshold-always-0.05": dead(lambda codes, threshold: codes.max(axis=0) < 0.05),
        "rounded": dead(lambda codes, threshold: np.round(codes.max(axis=0), 1) < threshold),
        "first-300": dead(lambda codes, threshold: codes[:, :300].max(axis=0) < threshold),
        "squeezed": dead(lambda codes, threshold: np.squeeze(codes).max(axis=0) < threshold),
        "counted-from-1": dead(first=1),
        "largest-first": after(lambda units: units[::-1], dead()),
        "count": after(len, dead()),
        "mask": lambda codes, threshold: (codes.max(axis=0) < threshold).tolist(),
        "tuple-of-where": lambda codes, threshold: np.where(codes.max(axis=0) < threshold),
        "argwhere": lambda codes, threshold: np.argwhere(codes.max(axis=0) < threshold),
        "number-for-one": after(lambda units: units[0] if len(units) == 1 else units, dead()),
        "none-for-none": after(lambda units: units or None, dead()),
        "their-activities": lambda codes, threshold: [
            top for top in codes.max(axis=0).tolist() if top < threshold
        ],
        "silences-codes": spoiling(lambda codes, t: codes.__setitem__(codes < t, 0), dead()),
        "sorts-codes": spoiling(lambda codes, threshold: codes.sort(axis=0), dead()),
        "remembers-first": remembering(dead()),
        "remembers-by-shape": remembering(dead(), shapes),
        "remembers-without-threshold": remembering(
            dead(), lambda codes, threshold: (codes.shape, codes.tobytes())
        ),
        "raises-for-none": lambda codes, threshold: dead()(codes, threshold) or [][0],
        "leaves": leaving,
    },
    "8.5": {
        "weakest": lambda codes, count: np.argsort(codes, axis=0)[:count].T,
        "weakest-of-strongest-first": lambda codes, count: np.argsort(codes, axis=0)[-count:].T,
        "not-turned": lambda codes, count: np.argsort(-codes, axis=0)[:count],
        "reshaped": lambda codes, count: exciting(codes, count).T.reshape(-1, count),
        "units-of-an-image": lambda codes, count: np.argsort(-codes, axis=1)[:, :count],
        "units-of-an-image-turned": lambda codes, count: exciting(codes.T, len(codes)).T[:count].T,
        "activities": lambda codes, count: -np.sort(-codes, axis=0)[:count].T,
        "in-order-of-place": lambda codes, count: np.sort(exciting(codes, count), axis=1),
        "fails-for-all-images": exciting_partition_beyond,
        "without-strongest": lambda codes, count: np.argsort(-codes, axis=0)[1 : count + 1].T,
        "one-too-many": lambda codes, count: exciting(codes, count + 1),
        "always-8": lambda codes, count: exciting(codes, 8),
        "all": lambda codes, count: exciting(codes, len(codes)),
        "ranks": lambda codes, count: np.argsort(np.argsort(-codes, axis=0), axis=0)[:count].T,
        "counted-from-1": lambda codes, count: exciting(codes, count) + 1,
        "by-distance-from-mean": lambda codes, count: exciting(
            np.abs(codes - codes.mean(axis=0)), count
        ),
        "of-all-units-together": lambda codes, count: np.tile(
            np.argsort(-codes.sum(axis=1))[:count], (codes.shape[1], 1)
        ),
        "whole-numbers-first": lambda codes, count: exciting(codes.astype(int), count),
        "two-digits": lambda codes, count: exciting(np.round(codes, 2), count),
        "zeroed-twice": exciting_zeroed,
        "first-of-equals-twice": exciting_looked_up,
        "squeezed": after(np.squeeze, exciting),
        "one-image-squeezed": lambda codes, count: (
            exciting(codes, count)[:, 0] if count == 1 else exciting(codes, count)
        ),
        "as-decimals": after(lambda places: places.astype(float), exciting),
        "blanks-codes": exciting_blanked,
        "turns-sign-of-codes": spoiling(lambda codes, count: np.negative(codes, codes), exciting),
        "sorts-codes": spoiling(lambda codes, count: codes.sort(axis=0), exciting),
        "remembers-first": remembering(exciting),
        "remembers-by-shape": remembering(exciting, shapes),
        "none-for-one": lambda codes, count: exciting(codes, count) if count > 1 else None,
        "leaves": leaving,
    },
    "8.6": {
        "largest": sparsest(choose=lambda rows: max(rows)[0]),
        "first": sparsest(choose=lambda rows: rows[0][0]),
        "smallest-error": sparsest(choose=lambda rows: min(rows, key=lambda row: row[2])[0]),
        "smallest-activity": sparsest(choose=lambda rows: min(rows, key=lambda row: row[1])[0]),
        "nearest": sparsest(choose=lambda rows: min(rows, key=lambda r: abs(r[0] - r[1]))[0]),
        "its-activity": sparsest(choose=lambda rows: min(rows)[1]),
        "all-that-count": sparsest(choose=lambda rows: sorted(row[0] for row in rows)),
        "its-place": lambda targets, *rest: (
            None
            if sparsest()(targets, *rest) is None
            else list(targets).index(sparsest()(targets, *rest))
        ),
        "less-than-tolerance": sparsest(counting(lambda t, a, tol: abs(a - t) < tol)),
        "from-above-only": sparsest(counting(lambda t, a, tol: 0 <= a - t <= tol)),
        "no-absolute-value": sparsest(counting(lambda t, a, tol: a - t <= tol)),
        "no-absolute-value-turned": sparsest(counting(lambda t, a, tol: t - a <= tol)),
        "share-of-target": sparsest(counting(lambda t, a, tol: abs(a - t) <= tol * t)),
        "numpy-isclose": sparsest(counting(lambda t, a, tol: np.isclose(a, t, tol))),
        "tolerance-always-0.02": sparsest(counting(lambda t, a, tol: abs(a - t) <= 0.02)),
        "ignores-activities": sparsest(counting(lambda t, a, tol: True)),
        "ignores-errors": lambda t, a, e, tol, largest: sparsest()(t, a, e, tol, np.inf),
        "less-than-error": lambda t, a, e, tol, largest: sparsest()(
            t, a, e, tol, np.nextafter(largest, -np.inf)
        ),
        "limits-swapped": lambda t, a, e, tol, largest: sparsest()(t, a, e, largest, tol),
        "either": lambda t, a, e, tol, largest: min(
            [
                target
                for target, activity, error in zip(t, a, e, strict=True)
                if abs(activity - target) <= tol or error <= largest
            ],
            default=None,
        ),
        "two-networks": sparsest_two_networks,
        "one-network-a-target": sparsest_by_target,
        "stops-at-first-failure": sparsest_stops,
        "smallest-only": sparsest_smallest_only,
        "columns-sorted-separately": sparsest_separately,
        "arrays-only": sparsest_arrays_only,
        "lists-only": sparsest_lists_only,
        "infinite-for-none": sparsest(none=np.inf),
        "nan-for-none": sparsest(none=np.nan),
        "false-for-none": sparsest(none=False),
        "prints-for-none": sparsest_prints,
        "raises-for-none": lambda *args: min(counts(*args))[0],
        "smallest-for-none": lambda *args: sparsest(none=min(args[0], default=None))(*args),
        "sorts-targets": spoiling(lambda targets, *rest: targets.sort(), sparsest()),
        "pops-errors": spoiling(lambda t, a, e, *limits: e.pop(), sparsest()),
        "remembers-first": remembering(sparsest()),
        "remembers-targets": remembering(sparsest(), lambda targets, *rest: tuple(targets)),
        "leaves": leaving,
    },
}
