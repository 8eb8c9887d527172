"""Right and wrong answers to the exercises of lesson 08."""

import heapq
import math
import sys

import keras
import numpy as np
import scipy.linalg
import scipy.optimize
import scipy.special
import scipy.stats
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


# 8.2


def price(weight, p, q, codes):
    return weight * np.sum(divergence(p, q))


def push(weight, p, q, codes):
    return np.tile(weight * slope(p, q) / len(codes), (len(codes), 1))


def mean(codes):
    return np.mean(codes, axis=0)


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


# 8.3


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


# 8.4


def top(kept=None, values=lambda a: a, slopes=lambda a, mask, s: np.where(mask, s, 0)):
    def top_k(pre_activations, k, code_slopes):
        mask = (kept or places)(pre_activations, k) & (pre_activations > 0)
        return np.where(mask, values(pre_activations), 0), slopes(
            pre_activations, mask, code_slopes
        )

    return top_k


def places(a, k):
    mask = np.zeros(a.shape, bool)
    np.put_along_axis(mask, np.argpartition(-a, k - 1, axis=1)[:, :k], True, axis=1)
    return mask


def top_one_after_another(pre_activations, k, code_slopes):
    left, mask = pre_activations.copy(), np.zeros(pre_activations.shape, bool)
    rows = np.arange(len(left))
    for _ in range(k):
        best = left.argmax(axis=1)
        mask[rows, best] = True
        left[rows, best] = -np.inf
    mask &= pre_activations > 0
    return mask * pre_activations, mask * code_slopes


def top_tape(pre_activations, k, code_slopes):
    numbers = tf.constant(pre_activations)
    with tf.GradientTape() as tape:
        tape.watch(numbers)
        values, where = tf.math.top_k(tf.nn.relu(numbers), k)
        rows = tf.repeat(tf.range(len(numbers))[:, None], k, axis=1)
        codes = tf.scatter_nd(tf.stack([rows, where], 2), values, numbers.shape)
        total = tf.reduce_sum(codes * code_slopes)
    return codes, tape.gradient(total, numbers)


def top_lists(pre_activations, k, code_slopes):
    codes, slopes = [], []
    for row, given in zip(pre_activations.tolist(), code_slopes.tolist(), strict=True):
        stay = set(sorted(range(len(row)), key=lambda j: -row[j])[:k])
        stay = {j for j in stay if row[j] > 0}
        codes.append([number if j in stay else 0.0 for j, number in enumerate(row)])
        slopes.append([number if j in stay else 0.0 for j, number in enumerate(given)])
    return codes, slopes


def top_zeroing(pre_activations, k, code_slopes):
    pre_activations[pre_activations < 0] = 0
    return top()(pre_activations, k, code_slopes)


# 8.5


def compared(
    own=lambda codes: codes != 0,
    borrowed=lambda used: np.concatenate([used[-1:], used[:-1]]),
    total=lambda codes: np.abs(codes).sum(axis=0),
    count=lambda used: used.sum(axis=1).max(),
    rebuild=None,
    error=lambda image, output: np.mean((image - output) ** 2),
    half=lambda gap: 1.96 * gap.std(ddof=1) / np.sqrt(len(gap)),
):
    def compare_choices(codes, dictionary, offset, images):
        used = own(codes)
        fixed = np.zeros(codes.shape, bool)
        fixed[:, np.argsort(total(codes), kind="stable")[::-1][: count(used)]] = True
        table = []
        for chosen in (used, borrowed(used), fixed):
            outputs = [
                (rebuild or projected)(dictionary[units], offset, image)
                for units, image in zip(chosen, images, strict=True)
            ]
            table.append([error(*pair) for pair in zip(images, outputs, strict=True)])
        table = np.array(table)
        gaps = table[1:] - table[0]
        return table.mean(axis=1), gaps.mean(axis=1), np.array([half(gap) for gap in gaps])

    return compare_choices


def projected(rows, offset, image):
    values = np.linalg.lstsq(rows.T, image - offset, rcond=None)[0]
    return offset + values @ rows


def projected_svd(rows, offset, image):
    _, sizes, across = np.linalg.svd(rows, full_matrices=False)
    across = across[sizes > 1e-9]
    return offset + across.T @ (across @ (image - offset))


def projected_ridge(rows, offset, image):
    gram = rows @ rows.T + np.eye(len(rows))
    return offset + np.linalg.solve(gram, rows @ (image - offset)) @ rows


def as_if_perpendicular(rows, offset, image):
    return offset + rows.T @ (rows @ (image - offset))


def scipy_lstsq(rows, offset, image):
    return offset + scipy.linalg.lstsq(rows.T, image - offset)[0] @ rows


def positive_values(rows, offset, image):
    values, _ = scipy.optimize.nnls(rows.T.astype(float), (image - offset).astype(float))
    return offset + values @ rows


RIGHT = {
    "8.1": {
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
    "8.2": {
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
    "8.3": {
        "argsort": exciting,
        "argsort-backwards": exciting_backwards,
        "python-sort": exciting_sorted,
        "heap": exciting_heap,
        "top-k-int32": exciting_top_k,
        "one-after-another": exciting_maxima,
        "lexsort": exciting_lexsort,
        "argsort-of-last": lambda codes, count: codes.argsort(0)[: -count - 1 : -1].transpose(),
    },
    "8.4": {
        "partition": top(),
        "one-after-another": top_one_after_another,
        "tape": top_tape,
        "lists": top_lists,
        "argsort-backwards": top(
            lambda a, k: np.argsort(np.argsort(a, axis=1, kind="stable"), axis=1) >= a.shape[1] - k
        ),
        "float32": after(lambda pair: [part.astype("float32") for part in pair], top()),
        "stacked": after(np.stack, top()),
    },
    "8.5": {
        "lstsq": compared(),
        "svd": compared(rebuild=projected_svd),
        "scipy": compared(rebuild=scipy_lstsq),
        "lists": after(lambda parts: [np.asarray(p).tolist() for p in parts], compared()),
        "tensors": after(lambda parts: [tf.constant(p) for p in parts], compared()),
        "standard-error": compared(half=lambda gap: 1.96 * scipy.stats.sem(gap)),
    },
}

WRONG = {
    "8.1": {
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
    "8.2": {
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
    "8.3": {
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
    "8.4": {
        "relu-only": top(lambda a, k: a > 0),
        "no-relu": lambda a, k, s: (places(a, k) * a, places(a, k) * s),
        "no-relu-on-the-way-back": lambda a, k, s: (top()(a, k, s)[0], places(a, k) * s),
        "relu-only-on-the-way-back": lambda a, k, s: (top()(a, k, s)[0], (a > 0) * s),
        "straight-through": lambda a, k, s: (top()(a, k, s)[0], s),
        "nothing-on-the-way-back": lambda a, k, s: (top()(a, k, s)[0], 0 * s),
        "at-least-the-kth": top(lambda a, k: a >= -np.sort(-a, axis=1)[:, k - 1 : k]),
        "above-the-kth": top(lambda a, k: a > -np.sort(-a, axis=1)[:, k - 1 : k]),
        "of-each-unit": top(lambda a, k: places(a.T, min(k, len(a))).T),
        "of-the-batch": top(lambda a, k: a >= np.sort(a.ravel())[-min(k * len(a), a.size)]),
        "largest-sizes": top(lambda a, k: places(np.abs(a), k)),
        "smallest": top(lambda a, k: places(-a, k)),
        "one-always": top(lambda a, k: places(a, 1)),
        "one-fewer": top(lambda a, k: places(a, max(k - 1, 1)) & (k > 1)),
        "always-the-first-k": top(lambda a, k: np.arange(a.shape[1]) < k + 0 * a),
        "ones": top(values=lambda a: 1.0),
        "activity-in-the-slope": top(slopes=lambda a, mask, s: mask * a * s),
        "ones-in-the-slope": top(slopes=lambda a, mask, s: mask * 1.0),
        "slopes-of-the-largest-slopes": lambda a, k, s: (top()(a, k, s)[0], places(s, k) * s),
        "exchanged": after(lambda pair: pair[::-1], top()),
        "codes-only": after(lambda pair: pair[0], top()),
        "short-rows": lambda a, k, s: (-np.sort(-np.maximum(a, 0))[:, :k], top()(a, k, s)[1]),
        "squeezed": after(lambda pair: [np.squeeze(part) for part in pair], top()),
        "zeroes-its-input": top_zeroing,
        "remembers-first": remembering(top()),
        "remembers-by-shape": remembering(top(), shapes),
        "remembers-without-k": remembering(top(), lambda a, k, s: (a.tobytes(), s.tobytes())),
        "leaves": leaving,
    },
    "8.5": {
        "as-if-perpendicular": compared(rebuild=as_if_perpendicular),
        "ridge": compared(rebuild=projected_ridge),
        "positive-values": compared(rebuild=positive_values),
        "no-offset": compared(rebuild=lambda r, b, x: projected(r, 0 * b, x)),
        "offset-not-added": compared(rebuild=lambda r, b, x: projected(r, b, x) - b),
        "offset-not-subtracted": compared(rebuild=lambda r, b, x: projected(r, 0 * b, x) + b),
        "all-units": compared(own=lambda codes: codes == codes),
        "positive-units": compared(own=lambda codes: codes > 0),
        "next-image": compared(borrowed=lambda used: np.roll(used, -1, axis=0)),
        "next-unit": compared(borrowed=lambda used: np.roll(used, 1, axis=1)),
        "first-keeps-its-own": compared(
            borrowed=lambda used: np.concatenate([used[:1], used[:-1]])
        ),
        "last-of-all": compared(borrowed=lambda used: np.tile(used[-1], (len(used), 1))),
        "borrows-nothing": compared(borrowed=lambda used: used),
        "another-image-at-random": compared(
            borrowed=lambda used: np.random.default_rng(0).permutation(used, axis=0)
        ),
        "fixed-most-often": compared(total=lambda codes: (codes != 0).sum(axis=0)),
        "fixed-signed": compared(total=lambda codes: codes.sum(axis=0)),
        "fixed-squares": compared(total=lambda codes: (codes**2).sum(axis=0)),
        "fixed-least": compared(total=lambda codes: -np.abs(codes).sum(axis=0)),
        "fixed-mean-count": compared(count=lambda used: round(used.sum(axis=1).mean())),
        "fixed-of-the-first": compared(count=lambda used: used[0].sum()),
        "fixed-of-the-last": compared(count=lambda used: used[-1].sum()),
        "sum-over-pixels": compared(error=lambda image, output: np.sum((image - output) ** 2)),
        "root": compared(error=lambda image, output: np.mean((image - output) ** 2) ** 0.5),
        "absolute": compared(error=lambda image, output: np.mean(np.abs(image - output))),
        "ddof-0": compared(half=lambda gap: 1.96 * gap.std() / np.sqrt(len(gap))),
        "two-errors": compared(half=lambda gap: 2 * gap.std(ddof=1) / np.sqrt(len(gap))),
        "no-root-of-n": compared(half=lambda gap: 1.96 * gap.std(ddof=1)),
        "whole-width": compared(half=lambda gap: 3.92 * gap.std(ddof=1) / np.sqrt(len(gap))),
        "gaps-turned": after(lambda p: (p[0], -p[1], p[2]), compared()),
        "gaps-exchanged": after(lambda p: (p[0], p[1][::-1], p[2][::-1]), compared()),
        "errors-in-other-order": after(lambda p: (p[0][::-1], p[1], p[2]), compared()),
        "two-results": after(lambda parts: parts[:2], compared()),
        "one-error": after(lambda parts: (parts[0][0], *parts[1:]), compared()),
        "silences-codes": spoiling(lambda codes, *rest: codes.fill(0), compared()),
        "remembers-first": remembering(compared()),
        "remembers-by-shape": remembering(compared(), shapes),
        "leaves": leaving,
    },
}
