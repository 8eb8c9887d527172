"""Lesson 08: each check accepts right answers of any kind and names the mistake in wrong ones."""

import heapq

import keras
import numpy as np
import tensorflow as tf
from answers import closing_tests
from scipy.special import kl_div, xlogy

# 8.1 and 8.2


def divergence(p, q):
    return p * np.log(p / q) + (1 - p) * np.log((1 - p) / (1 - q))


def slope(p, q):
    return (q - p) / (q * (1 - q))


def kl(values=divergence, slopes=slope, low=1e-7):
    """Return an answer of 8.1 with these values and slopes, functions of (p, q)."""

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
    """Return an answer of 8.2; values and gradient are functions of (codes, weight, target)."""

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


def clipped_codes(codes, weight, target):
    """Clip the codes in place of their means."""
    return penalty()(np.clip(codes, 1e-7, 1 - 1e-7), weight, target)


def row_by_row(target, activities):
    """Work on a single row only."""
    values = []
    for q in activities:
        q = min(max(q, 1e-7), 1 - 1e-7)
        values.append(divergence(target, q))
    return values, slope(target, np.clip(activities, 1e-7, 1 - 1e-7))


# 8.3


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


# 8.4


def keeping(kept, values=lambda a: np.maximum(a, 0), slopes=None):
    """Return an answer of 8.4 that keeps what this mask, a function of (numbers, k), says."""

    def top_k(pre_activations, k, code_slopes):
        mask = kept(pre_activations, k)
        through = mask & (pre_activations > 0)
        passed = slopes(pre_activations, through, code_slopes) if slopes else through * code_slopes
        return np.where(mask, values(pre_activations), 0), passed

    return top_k


def largest(numbers, k):
    order = np.argsort(-numbers, axis=1, kind="stable")
    return np.argsort(order, axis=1, kind="stable") < k


def at_least(numbers, k):
    return numbers >= -np.sort(-numbers, axis=1)[:, k - 1 : k]


def top_by_tape(pre_activations, k, code_slopes):
    numbers = tf.constant(pre_activations)
    with tf.GradientTape() as tape:
        tape.watch(numbers)
        positive = keras.ops.relu(numbers)
        places = tf.math.top_k(positive, k).indices
        codes = positive * tf.reduce_sum(
            tf.one_hot(places, numbers.shape[1], dtype=numbers.dtype), 1
        )
        total = tf.reduce_sum(codes * tf.constant(code_slopes, numbers.dtype))
    return codes, tape.gradient(total, numbers)


def top_by_loops(pre_activations, k, code_slopes):
    codes, slopes = np.zeros((2, *pre_activations.shape))
    for i, row in enumerate(pre_activations):
        for j in heapq.nlargest(k, range(len(row)), key=row.__getitem__):
            if row[j] > 0:
                codes[i, j], slopes[i, j] = row[j], code_slopes[i, j]
    return codes, slopes


# 8.5


def choosing(
    own=lambda codes: codes != 0,
    borrow=lambda own: np.roll(own, 1, axis=0),
    weigh=lambda codes: np.abs(codes).sum(axis=0),
    count=lambda own: own.sum(axis=1).max(),
    fit=None,
    last=None,
):
    """Return an answer of 8.5 with these parts; `last` makes the results of the errors (3, n)."""

    def compare_choices(codes, dictionary, offset, images):
        used = own(codes)
        fixed = np.zeros(codes.shape, bool)
        fixed[:, np.argsort(-weigh(codes), kind="stable")[: count(used)]] = True
        errors = np.array(
            [
                [
                    (fit or fitted)(dictionary[units], offset, image)
                    for units, image in zip(chosen, images, strict=True)
                ]
                for chosen in (used, borrow(used), fixed)
            ]
        )
        return (last or in_all)(errors)

    return compare_choices


def fitted(rows, offset, image):
    values = np.linalg.lstsq(rows.T, image - offset, rcond=None)[0]
    return np.mean((values @ rows + offset - image) ** 2)


def by_pseudo_inverse(rows, offset, image):
    rest = image - offset
    return np.mean((rest - rest @ np.linalg.pinv(rows) @ rows) ** 2)


def by_normal_equations(rows, offset, image):
    values = np.linalg.solve(rows @ rows.T, rows @ (image - offset))
    return np.square(image - offset - rows.T @ values).mean()


def without_offset(rows, offset, image):
    values = np.linalg.lstsq(rows.T, image, rcond=None)[0]
    return np.mean((values @ rows - image) ** 2)


def by_products(rows, offset, image):
    """Take the products of rows and image for the values, as lesson 02 projects."""
    values = rows @ (image - offset)
    return np.mean((values @ rows + offset - image) ** 2)


def own_counts(codes, dictionary, offset, images):
    """Give each image as many of the fixed units as it has of its own."""
    errors = []
    own = codes != 0
    order = np.argsort(-np.abs(codes).sum(axis=0))
    for i, image in enumerate(images):
        chosen = own[i], own[i - 1], order[: own[i].sum()]
        errors.append([fitted(dictionary[units], offset, image) for units in chosen])
    return in_all(np.transpose(errors))


def borrowed_values(codes, dictionary, offset, images):
    """Borrow what the image before was rebuilt as."""
    errors, _, _ = choosing(last=lambda errors: (errors, 0, 0))(codes, dictionary, offset, images)
    own = []
    for used, image in zip(codes != 0, images, strict=True):
        rows = dictionary[used]
        own.append(np.linalg.lstsq(rows.T, image - offset, rcond=None)[0] @ rows + offset)
    errors[1] = np.square(np.roll(own, 1, axis=0) - images).mean(axis=1)
    return in_all(errors)


def most_often(codes, dictionary, offset, images, ties=1):
    """Take the units active for most images; `ties` says which of equal ones come first."""
    units = np.arange(codes.shape[1])[::ties]
    order = units[np.argsort(-(codes != 0).sum(axis=0)[units], kind="stable")]
    ranks = np.argsort(order)
    return choosing(weigh=lambda codes: -ranks)(codes, dictionary, offset, images)


def in_all(errors, ddof=1, sign=1, factor=1.96, root=0.5):
    gaps = errors[1:] - errors[0]
    halves = factor * gaps.std(axis=1, ddof=ddof) / errors.shape[1] ** root
    return errors.mean(axis=1), sign * gaps.mean(axis=1), halves


def unpaired(errors):
    means, gaps, _ = in_all(errors)
    spread = errors.var(axis=1, ddof=1)
    return means, gaps, 1.96 * np.sqrt((spread[1:] + spread[0]) / errors.shape[1])


def values_of_the_code(codes, dictionary, offset, images):
    errors, gaps, halves = choosing()(codes, dictionary, offset, images)
    return [np.mean((codes @ dictionary + offset - images) ** 2), *errors[1:]], gaps, halves


RIGHT = {
    "8.1": [
        ("numpy", kl()),
        ("scipy", with_scipy),
        ("tensorflow", with_tensorflow),
        ("float32", in_single),
        ("keras", with_keras),
    ],
    "8.2": [("numpy", penalty()), ("tape", penalty_by_tape), ("loops", penalty_by_loops)],
    "8.3": [
        ("turned", lambda codes, m: np.argsort(codes, axis=0)[::-1][:m].T),
        ("heap", with_heap),
        ("tensorflow", lambda codes, m: tf.math.top_k(codes.T, m).indices),
    ],
    "8.4": [
        ("mask", keeping(largest)),
        ("tape", top_by_tape),
        ("loops", top_by_loops),
        ("after the ReLU", keeping(lambda a, k: largest(np.maximum(a, 0), k))),
    ],
    "8.5": [
        ("lstsq", choosing()),
        ("pseudo-inverse", choosing(fit=by_pseudo_inverse)),
        ("normal equations", choosing(fit=by_normal_equations)),
        ("lists", choosing(last=lambda e: [list(part) for part in in_all(e)])),
    ],
}
WRONG = {
    "8.1": [
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
        ("single rows", row_by_row, "The shape: activities (3, 4)"),
        ("other order", lambda p, q: kl()(p, q)[::-1], "the values come first"),
    ],
    "8.2": [
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
        ("codes clipped", clipped_codes, "clip the means, once they are taken"),
        (
            "sum",
            penalty(lambda c, w, p: w * divergence(p, np.clip(c.sum(0), 1e-7, 1 - 1e-7)).sum()),
            "summed over the images: a unit's mean",
        ),
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
    "8.3": [
        ("transposed", lambda codes, m: np.argsort(-codes, axis=0)[:m], "transpose"),
        ("values", lambda codes, m: -np.sort(-codes, axis=0)[:m].T, "these are the activities"),
        ("least", lambda codes, m: np.argsort(codes, axis=0)[:m].T, "excite the units least"),
        ("turned", lambda codes, m: np.argsort(codes, axis=0)[-m:].T, "turn the order round"),
        ("the same", over_units, "all units have the same images"),
        (
            "sizes",
            lambda codes, m: np.argsort(-np.abs(codes), axis=0)[:m].T,
            "the activities of the largest size",
        ),
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
    "8.4": [
        ("no relu", keeping(largest, values=lambda a: a), "numbers that are not positive stayed"),
        ("relu only", keeping(lambda a, k: a > 0), "all positive numbers stayed"),
        ("along axis 0", keeping(lambda a, k: largest(a.T, k).T), "kept along axis 0"),
        ("sizes", keeping(lambda a, k: largest(np.abs(a), k)), "the largest in size"),
        ("smallest", keeping(lambda a, k: largest(-a, k)), "these are the k smallest"),
        ("ones", keeping(largest, values=lambda a: a > 0), "ones came back"),
        ("equal ones", keeping(at_least), "never more than k"),
        (
            "too few of equal ones",
            keeping(lambda a, k: np.sum(a[:, None] >= a[:, :, None], axis=2) <= k),
            "only 1 stayed",
        ),
        (
            "all slopes",
            keeping(largest, slopes=lambda a, mask, s: s),
            "the slopes came through unchanged",
        ),
        (
            "slopes of the relu",
            keeping(largest, slopes=lambda a, mask, s: np.where(a > 0, s, 0)),
            "the slopes of the ReLU alone",
        ),
        (
            "slopes of ones",
            keeping(largest, slopes=lambda a, mask, s: mask * 1.0),
            "multiply it by code_slopes",
        ),
        (
            "slopes times activity",
            keeping(largest, slopes=lambda a, mask, s: mask * s * a),
            "multiplied by the activity",
        ),
        ("other order", lambda a, k, s: keeping(largest)(a, k, s)[::-1], "the codes come first"),
        (
            "slopes of what is negative",
            lambda a, k, s: (keeping(largest)(a, k, s)[0], np.where(largest(a, k), s, 0)),
            "was set to 0: its slope is 0",
        ),
        ("spoils", spoiling(keeping(largest)), "changes its input"),
    ],
    "8.5": [
        ("values of the code", values_of_the_code, "with the values of the code"),
        ("no offset", choosing(fit=without_offset), "the offset is missing: fit"),
        (
            "sums",
            choosing(fit=lambda *a: len(a[1]) * fitted(*a)),
            "summed over the pixels",
        ),
        ("positive ones", choosing(own=lambda codes: codes > 0), "only the units above 0"),
        ("next image", choosing(borrow=lambda own: np.roll(own, -1, axis=0)), "image i + 1"),
        ("flat roll", choosing(borrow=lambda own: np.roll(own, 1)), "rolled without an axis"),
        (
            "most often",
            choosing(weigh=lambda codes: (codes != 0).sum(axis=0)),
            "the units active for most images",
        ),
        (
            "most often, equal ones turned",
            lambda *case: most_often(*case, ties=-1),
            "the units active for most images were taken: add up",
        ),
        ("fewest", choosing(count=lambda own: own.sum(1).min()), "the image with the fewest"),
        ("first image", choosing(count=lambda own: own[0].sum()), "as the first image has"),
        ("products", choosing(fit=by_products), "right for perpendicular rows of length 1"),
        ("own counts", own_counts, "as many of the fixed units as of its own"),
        ("borrowed values", borrowed_values, "the fitted values of the image before"),
        ("signed sum", choosing(weigh=lambda codes: codes.sum(axis=0)), "taken off the sum"),
        ("average count", choosing(count=lambda own: round(own.sum(1).mean())), "on average"),
        ("sign", choosing(last=lambda e: in_all(e, sign=-1)), "the sign: by how much"),
        ("ddof", choosing(last=lambda e: in_all(e, ddof=0)), "with n - 1"),
        ("no root", choosing(last=lambda e: in_all(e, root=1)), "instead of its root"),
        ("one deviation", choosing(last=lambda e: in_all(e, factor=1)), "the 1.96 is missing"),
        ("unpaired", choosing(last=unpaired), "as if of different images"),
        ("spoils", spoiling(choosing()), "changes its input"),
    ],
}
test_complete, test_right, test_wrong = closing_tests("08", RIGHT, WRONG)
