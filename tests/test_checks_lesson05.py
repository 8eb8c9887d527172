"""Lesson 05: each check accepts right answers of any kind and names the mistake in wrong ones."""

import numpy as np
import tensorflow as tf
from answers import closing_tests

from helpers import losses


def one_by_one(images, fraction, seed):
    rng = np.random.default_rng(seed)
    masked = np.array(images)
    for image in masked:
        image[rng.permutation(len(image))[: round(fraction * len(image))]] = 0
    return masked


def permuted_rows(images, fraction, seed):
    kept = np.arange(images.shape[1]) >= round(fraction * images.shape[1])
    kept = np.tile(kept, (len(images), 1))
    return images * np.random.default_rng(seed).permuted(kept, axis=1)


def coins(images, fraction, seed):
    return np.where(np.random.default_rng(seed).random(images.shape) < fraction, 0, images)


def over_the_batch(images, fraction, seed):
    order = np.random.default_rng(seed).permutation(images.size)
    zeroed = order < round(fraction * images.size)
    return np.where(zeroed.reshape(images.shape), 0, images)


def same_for_all(images, fraction, seed):
    return one_by_one(images[:1], fraction, seed).astype(bool) * images


def first_ones(images, fraction, seed):
    shift = np.random.default_rng(seed).integers(0, images.shape[1], size=len(images))
    places = (np.arange(images.shape[1]) + shift[:, None]) % images.shape[1]
    return np.where(places < round(fraction * images.shape[1]), 0, images)


def in_place(images, fraction, seed):
    images[:] = one_by_one(images, fraction, seed)
    return images


def no_seed(images, fraction, seed):
    return one_by_one(images, fraction, 0)


def unseeded(images, fraction, seed):
    return one_by_one(images, fraction, None)


def rounded_down(images, fraction, seed):
    return one_by_one(images, int(fraction * images.shape[1]) / images.shape[1], seed)


def rounded_up(images, fraction, seed):
    return one_by_one(images, np.ceil(fraction * images.shape[1]) / images.shape[1], seed)


def switch_in_place(images, switches, corrupt):
    images *= np.where(np.equal(corrupt, 1), switches, 1)
    return images


def dropout(images, fraction, seed):
    return one_by_one(images, fraction, seed) / max(1 - fraction, 1e-9)


def with_if(images, switches, corrupt):
    if corrupt:
        return images * switches
    return images


def step(loss):
    """Return a training step with this loss of (clean images, noisy images, model)."""

    def denoising_step(model, images, noisy_images):
        with tf.GradientTape() as tape:
            value = loss(images, noisy_images, model)
        return value, tape.gradient(value, model.trainable_variables)

    return denoising_step


def entropy(targets, outputs):
    return losses.binary_cross_entropy(targets, outputs)


def by_hand(x, y):
    y = tf.clip_by_value(y, 1e-7, 1 - 1e-7)
    return -tf.reduce_sum(x * tf.math.log(y) + (1 - x) * tf.math.log(1 - y), axis=1)


right_step = step(lambda x, n, model: tf.reduce_mean(entropy(x, model(n))))


def turned(model, images, noisy_images):
    value, gradients = right_step(model, images, noisy_images)
    return value, [-g for g in gradients]


def outside_the_tape(model, images, noisy_images):
    outputs = model(noisy_images)
    with tf.GradientTape() as tape:
        value = tf.reduce_mean(entropy(images, outputs))
    return value, tape.gradient(value, model.trainable_variables)


def errors_of(x, y):
    return np.mean(np.square(x - y), axis=1)


def field(points, outputs, curve, *, ways=None, arrows=None, norm=True, pick=np.argmin):
    """Return a right field, or one with a mistake put in."""
    arrows = outputs - points if arrows is None else arrows
    squares = np.square(curve[None] - points[:, None]).sum(axis=2)
    gaps = curve[pick(squares, axis=1)] - points if ways is None else ways
    products = (arrows * gaps).sum(axis=1)
    if norm:
        products = products / np.linalg.norm(arrows, axis=1) / np.linalg.norm(gaps, axis=1)
    return arrows, products


def field_by_loop(points, outputs, curve):
    cosines = []
    for point, output in zip(points, outputs, strict=True):
        gap = min((c - point for c in curve), key=np.linalg.norm)
        arrow = output - point
        cosines.append(arrow @ gap / np.sqrt((arrow @ arrow) * (gap @ gap)))
    return [outputs - points, cosines]


def field_by_angles(points, outputs, curve):
    arrows, gaps = outputs - points, nearest_to(points, curve) - points
    angles = [np.arctan2(v[:, 1], v[:, 0]) for v in (arrows, gaps)]
    return arrows, np.cos(angles[0] - angles[1])


def nearest_to(targets, curve):
    return curve[np.square(curve[None] - targets[:, None]).sum(axis=2).argmin(axis=1)]


def reading(levels, errors, *, ddof=1, factor=1.0, own=False, best_too=True, statistic=np.mean):
    """Return a right reading of a sweep, or one with a mistake put in."""
    means = np.mean(errors, axis=1)
    best = int(np.argmin(statistic(errors, axis=1)))
    spreads = np.std(errors, axis=1, ddof=ddof) * factor
    limits = means[best] + (spreads if own else spreads[best])
    tied = np.asarray(levels)[means <= limits]
    return levels[best], sorted(float(t) for t in tied if best_too or t != levels[best])


def reading_by_loop(levels, errors):
    table = {level: [float(e) for e in row] for level, row in zip(levels, errors, strict=True)}
    means = {level: sum(row) / len(row) for level, row in table.items()}
    best = min(means, key=means.get)
    squares = [(e - means[best]) ** 2 for e in table[best]]
    limit = means[best] + (sum(squares) / (len(squares) - 1)) ** 0.5
    return best, tuple(level for level in sorted(means) if means[level] <= limit)


def position(levels, errors):
    best, tied = reading(levels, errors)
    return list(levels).index(best), tied


def unsorted(levels, errors):
    best, tied = reading(levels, errors)
    return best, [level for level in levels if level in tied]


def first_of_the_sorted(levels, errors):
    return reading(sorted(levels), errors)


RIGHT = {
    "5.1": [("one by one", one_by_one), ("permuted rows", permuted_rows)],
    "5.2": [
        ("where", lambda x, s, c: np.where(np.equal(c, 1), x * s, x)),
        ("one product", lambda x, s, c: x * (1 - c * (1 - s))),
        ("tensorflow", lambda x, s, c: tf.constant(x) * s * c + x * (1.0 - c)),
    ],
    "5.3": [
        ("course's loss", right_step),
        ("by hand", step(lambda x, n, model: tf.reduce_mean(by_hand(x, model(n))))),
        (
            "sum over n",
            step(lambda x, n, model: tf.reduce_sum(by_hand(x, model(n, training=True))) / len(x)),
        ),
    ],
    "5.4": [
        ("minus", lambda x, y: np.mean(-10 * np.log10(errors_of(x, y)))),
        ("root", lambda x, y: float(np.mean(-20 * np.log10(np.sqrt(errors_of(x, y)))))),
        (
            "tensorflow",
            lambda x, y: tf.reduce_mean(tf.image.psnr(x[:, None, :, None], y[:, None, :, None], 1)),
        ),
    ],
    "5.5": [("loop", field_by_loop), ("angles", field_by_angles), ("numpy", field)],
    "5.6": [
        ("loop", reading_by_loop),
        ("numpy", reading),
        ("float32", lambda v, e: (reading(v, e)[0], np.float32(reading(v, e)[1]))),
    ],
}
WRONG = {
    "5.1": [
        ("coins", coins, "is each pixel decided on its own"),
        ("kept", lambda x, v, s: one_by_one(x, 1 - v, s), "left instead of masked"),
        ("batch", over_the_batch, "right over the whole batch"),
        ("same for all", same_for_all, "every image loses the same pixels"),
        ("a block", first_ones, "never drawn"),
        ("in place", in_place, "changes its input `images`"),
        ("no seed", no_seed, "another seed gives the same mask"),
        ("unseeded", unseeded, "the same seed gives another mask"),
        ("rounded down", rounded_down, "cut off"),
        ("rounded up", rounded_up, "rounded up: it is round"),
        ("dropout", dropout, "is dropout"),
    ],
    "5.2": [
        ("wrong way round", lambda x, s, c: x * s * (1 - c) + x * c, "wrong way round"),
        ("added", lambda x, s, c: (x + s) * c + x * (1 - c), "switches are added"),
        ("always", lambda x, s, c: x * s, "is `corrupt` used"),
        ("nothing left", lambda x, s, c: x * s * c, "nothing is left"),
        ("both", lambda x, s, c: x * s * c + x, "always added"),
        ("complement", lambda x, s, c: x * (1 - s) * c + x * (1 - c), "a switch of 1 keeps"),
        ("in place", switch_in_place, "work on a copy"),
        ("if", with_if, "`if` can ask one number"),
    ],
    "5.3": [
        (
            "noisy target",
            step(lambda x, n, model: tf.reduce_mean(entropy(n, model(n)))),
            "learns to copy the noise",
        ),
        (
            "clean input",
            step(lambda x, n, model: tf.reduce_mean(entropy(x, model(x)))),
            "shown the clean images",
        ),
        (
            "swapped",
            step(lambda x, n, model: tf.reduce_mean(entropy(n, model(x)))),
            "the loss the clean ones",
        ),
        (
            "pixel mean",
            step(lambda x, n, model: tf.reduce_mean(entropy(x, model(n))) / 6),
            "averaged over the pixels",
        ),
        (
            "sum",
            step(lambda x, n, model: tf.reduce_sum(entropy(x, model(n)))),
            "summed over the batch",
        ),
        ("mse", step(lambda x, n, model: tf.reduce_mean((x - model(n)) ** 2)), "this is the MSE"),
        (
            "arguments",
            step(lambda x, n, model: tf.reduce_mean(entropy(model(n), x))),
            "targets first",
        ),
        ("turned", turned, "sign is turned round"),
        ("outside", outside_the_tape, "inside the `with` block"),
        ("loss only", lambda m, x, n: tf.reduce_mean(entropy(x, m(n))), "2 results"),
    ],
    "5.4": [
        ("sign", lambda x, y: np.mean(10 * np.log10(errors_of(x, y))), "the sign"),
        ("twenty", lambda x, y: np.mean(-20 * np.log10(errors_of(x, y))), "20 log10"),
        ("natural", lambda x, y: np.mean(-10 * np.log(errors_of(x, y))), "natural logarithm"),
        ("bel", lambda x, y: np.mean(-np.log10(errors_of(x, y))), "deci-bel"),
        ("sum", lambda x, y: np.mean(-10 * np.log10(12 * errors_of(x, y))), "summed over"),
        ("one mse", lambda x, y: -10 * np.log10(np.mean((x - y) ** 2)), "over all images came"),
        ("each", lambda x, y: -10 * np.log10(errors_of(x, y)), "one number is asked for"),
    ],
    "5.5": [
        ("turned", lambda p, r, c: field(p, r, c, arrows=p - r), "turned round"),
        ("outputs", lambda p, r, c: field(p, r, c, arrows=r), "take the input off"),
        (
            "gaps",
            lambda p, r, c: (nearest_to(p, c) - p, np.ones(len(p))),
            "leads to the reconstruction",
        ),
        ("products", lambda p, r, c: field(p, r, c, norm=False), "no cosine yet"),
        ("away", lambda p, r, c: field(p, r, c, ways=p - nearest_to(p, c)), "from the input to"),
        ("place", lambda p, r, c: field(p, r, c, ways=nearest_to(p, c)), "no way yet"),
        ("farthest", lambda p, r, c: field(p, r, c, pick=np.argmax), "farthest"),
        (
            "of outputs",
            lambda p, r, c: field(p, r, c, ways=nearest_to(r, c) - p),
            "not the reconstruction's",
        ),
        (
            "degrees",
            lambda p, r, c: (r - p, np.degrees(np.arccos(field(p, r, c)[1]))),
            "angle in degrees",
        ),
        ("arrows only", lambda p, r, c: r - p, "2 results"),
    ],
    "5.6": [
        ("position", position, "position in the list"),
        ("luckiest", lambda v, e: reading(v, e, statistic=np.min), "luckiest seed"),
        ("worst", lambda v, e: reading(v, -e), "largest mean error"),
        ("n", lambda v, e: reading(v, e, ddof=0), "ddof=1"),
        ("own", lambda v, e: reading(v, e, own=True), "its own deviation"),
        ("not itself", lambda v, e: reading(v, e, best_too=False), "tied with itself"),
        ("only best", lambda v, e: reading(v, e, factor=0), "only the best"),
        ("twice", lambda v, e: reading(v, e, factor=2), "plus one"),
        ("always 0.25", lambda v, e: (0.25, [0.0, 0.1, 0.25, 0.4, 0.5]), "got 0.25"),
        ("unsorted", unsorted, "from the smallest up"),
        ("order", first_of_the_sorted, "levels were sorted"),
        ("best only", lambda v, e: reading(v, e)[0], "2 results"),
    ],
}
test_complete, test_right, test_wrong = closing_tests("05", RIGHT, WRONG)
