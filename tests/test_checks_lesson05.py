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


def psnr_of(images, others):
    return -10 * np.log10(errors_of(images, others))


def half_of(gains, *, ddof=1, factor=1.96):
    return factor * np.std(gains, ddof=ddof) / np.sqrt(len(gains))


def told(gain, half):
    if abs(gain) <= half:
        return "neither"
    return "denoiser" if gain > 0 else "identity"


def evaluation(*, use=lambda m, x, n: m(n).numpy(), psnr=psnr_of, half=None, tell=told, turn=None):
    """Return a right evaluation, or one with a mistake put in.

    use: (model, clean, noisy) -> outputs.  half: (before, after) -> half-width.
    tell: (gain, half-width) -> word.  turn: what becomes of a row.
    """

    def evaluate_denoiser(model, images, noisy_sets):
        table, better = [], []
        for noisy in noisy_sets:
            before, after = psnr(images, noisy), psnr(images, use(model, images, noisy))
            gain = np.mean(after - before)
            width = half_of(after - before) if half is None else half(before, after)
            row = (np.mean(before), np.mean(after), gain, width)
            table.append(turn(row) if turn else row)
            better.append(tell(gain, width))
        return np.array(table), better

    return evaluate_denoiser


def evaluation_by_predict(model, images, noisy_sets):
    seen = np.concatenate([images, *noisy_sets])
    outputs = np.split(model.predict(seen, verbose=0), len(noisy_sets) + 1)[1:]
    rows = []
    for noisy, output in zip(noisy_sets, outputs, strict=True):
        pairs = [
            (float(psnr_of(x[None], n[None])[0]), float(psnr_of(x[None], y[None])[0]))
            for x, n, y in zip(images, noisy, output, strict=True)
        ]
        gains = [after - before for before, after in pairs]
        mean = sum(gains) / len(gains)
        variance = sum((g - mean) ** 2 for g in gains) / (len(gains) - 1)
        both = [sum(column) / len(pairs) for column in zip(*pairs, strict=True)]
        rows.append([*both, mean, 1.96 * (variance / len(gains)) ** 0.5])
    return rows, tuple(told(row[2], row[3]) for row in rows)


def independent(before, after):
    return np.hypot(half_of(before), half_of(after))


def overlap(model, images, noisy_sets):
    table, _ = evaluation()(model, images, noisy_sets)
    _, better = evaluation(half=lambda b, a: half_of(b) + half_of(a))(model, images, noisy_sets)
    return table, better


def sideways(model, images, noisy_sets):
    table, better = evaluation()(model, images, noisy_sets)
    return table.T, better


def weights_of(noisy, data, deviation, *, power=2, double=2.0, stable=True, sigma=2):
    squares = np.square(noisy[:, None] - data[None]).sum(axis=2) ** (power / 2)
    squares = squares - squares.min(axis=1, keepdims=True) if stable else squares
    weights = np.exp(-squares / (double * deviation**sigma))
    return weights / weights.sum(axis=1, keepdims=True)


def scoring(*, weights=weights_of, score=lambda arrows, s: arrows / s**2, **options):
    """Return right answers and scores, or some with a mistake put in."""

    def denoise_and_score(noisy, data, deviation):
        answers = weights(noisy, data, deviation, **options) @ data
        return answers, score(answers - noisy, deviation)

    return denoise_and_score


def scoring_by_loop(noisy, data, deviation):
    answers, scores = [], []
    for point in noisy:
        ways = data - point
        logs = -np.sum(ways**2, axis=1) / (2 * deviation**2)
        shares = np.exp(logs - np.logaddexp.reduce(logs))
        answers.append((shares[:, None] * data).sum(axis=0))
        scores.append((shares[:, None] * ways).sum(axis=0) / deviation**2)
    return [np.array(answers), np.array(scores)]


def scoring_by_softmax(noisy, data, deviation):
    ways = tf.constant(data)[None] - tf.constant(noisy)[:, None]
    shares = tf.nn.softmax(-tf.reduce_sum(ways**2, axis=2) / (2 * deviation**2), axis=1)
    return shares @ data, tf.einsum("nm,nmd->nd", shares, ways) / deviation**2


def nearest(noisy, data, deviation):
    squares = np.square(noisy[:, None] - data[None]).sum(axis=2)
    answers = data[squares.argmin(axis=1)]
    return answers, (answers - noisy) / deviation**2


def with_a_floor(noisy, data, deviation):
    weights = bells(noisy, data, deviation)
    return weights / np.maximum(weights.sum(axis=1, keepdims=True), 1e-300)


def bells(noisy, data, deviation):
    squares = np.square(noisy[:, None] - data[None]).sum(axis=2)
    return np.exp(-squares / (2 * deviation**2))


def slope_of_p(noisy, data, deviation):
    answers, scores = scoring()(noisy, data, deviation)
    return answers, scores * bells(noisy, data, deviation).mean(axis=1, keepdims=True)


def unnormalised(noisy, data, deviation):
    answers = bells(noisy, data, deviation) @ data
    return answers, (answers - noisy) / deviation**2


def over_the_points(noisy, data, deviation):
    weights = bells(noisy, data, deviation)
    answers = weights / weights.sum(axis=0) @ data
    return answers, (answers - noisy) / deviation**2


def by_differences(errors, best, factor, *, ddof=1, root=True):
    gaps = errors - errors[best]
    spreads = np.std(gaps, axis=1, ddof=ddof)
    return factor * spreads / (np.sqrt(errors.shape[1]) if root else 1)


def reading(
    levels, errors, factor, *, halves=by_differences, statistic=np.mean, keep=lambda v, b: True
):
    """Return a right reading of a sweep, or one with a mistake put in."""
    best = int(np.argmin(statistic(errors, axis=1)))
    gaps = (errors - errors[best]).mean(axis=1)
    kept = np.asarray(levels)[gaps <= halves(errors, best, factor)]
    candidates = sorted(float(v) for v in kept if keep(v, levels[best]))
    return levels[best], candidates, deciding(levels, candidates)


def deciding(levels, candidates):
    if max(levels) in candidates:
        return "go on"
    return "settled" if len(candidates) == 1 else "undecided"


def reading_by_loop(levels, errors, factor):
    table = {level: [float(e) for e in row] for level, row in zip(levels, errors, strict=True)}
    best = min(table, key=lambda level: sum(table[level]))
    candidates = []
    for level in sorted(table):
        gaps = [a - b for a, b in zip(table[level], table[best], strict=True)]
        mean = sum(gaps) / len(gaps)
        variance = sum((gap - mean) ** 2 for gap in gaps) / (len(gaps) - 1)
        if mean <= factor * (variance / len(gaps)) ** 0.5:
            candidates.append(level)
    return [best, tuple(candidates), deciding(levels, candidates)]


def position(levels, errors, factor):
    best, *rest = reading(levels, errors, factor)
    return list(levels).index(best), *rest


def unsorted(levels, errors, factor):
    best, candidates, decision = reading(levels, errors, factor)
    return best, [level for level in levels if level in candidates], decision


def first_of_the_sorted(levels, errors, factor):
    return reading(sorted(levels), errors, factor)


def decided(decide):
    """Return a reading with another decision: (levels, best, candidates) -> word."""

    def best_noise(levels, errors, factor):
        best, candidates, _ = reading(levels, errors, factor)
        return best, candidates, decide(levels, best, candidates)

    return best_noise


def own_spread(errors, best, factor):
    return factor * np.std(errors, axis=1, ddof=1) / np.sqrt(errors.shape[1])


def both_spreads(errors, best, factor):
    own = own_spread(errors, best, factor)
    return np.hypot(own, own[best])


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
    "5.5": [("numpy", evaluation()), ("predict", evaluation_by_predict)],
    "5.6": [
        ("numpy", scoring()),
        ("loop", scoring_by_loop),
        ("softmax", scoring_by_softmax),
    ],
    "5.7": [("loop", reading_by_loop), ("numpy", reading)],
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
        ("copies", evaluation(use=lambda m, x, n: x + m(n).numpy() - n), "that copies would win"),
        ("clean shown", evaluation(use=lambda m, x, n: m(x).numpy()), "shown the clean images"),
        ("outputs first", evaluation(turn=lambda r: (r[1], r[0], *r[2:])), "outputs stand first"),
        (
            "pooled",
            evaluation(psnr=lambda x, y: np.full(len(x), -10 * np.log10(errors_of(x, y).mean()))),
            "one MSE over all images",
        ),
        ("training", evaluation(use=lambda m, x, n: m(n, training=True).numpy()), "differs from"),
        ("loss", evaluation(turn=lambda r: (*r[:2], -r[2], r[3])), "the sign: a gain"),
        ("independent", evaluation(half=independent), "both means were taken as independent"),
        (
            "added",
            evaluation(half=lambda b, a: half_of(b) + half_of(a)),
            "the two half-widths are added",
        ),
        ("no root", evaluation(half=lambda b, a: 1.96 * np.std(a - b, ddof=1)), "single images"),
        ("n", evaluation(half=lambda b, a: half_of(a - b, ddof=0)), "ddof=1"),
        ("one error", evaluation(half=lambda b, a: half_of(a - b, factor=1)), "one standard error"),
        ("outputs' own", evaluation(half=lambda b, a: half_of(a)), "of the outputs' PSNR"),
        ("sign", evaluation(tell=lambda gain, half: told(gain, 0)), "the sign of the mean gain"),
        ("overlap", overlap, "intervals of the two means overlap"),
        ("swapped", evaluation(tell=lambda gain, half: told(-gain, half)), "dB: expected"),
        ("in words", evaluation(tell=lambda gain, half: "yes"), "each one of"),
        ("sideways", sideways, "lies on its side"),
        ("table only", lambda m, x, n: evaluation()(m, x, n)[0][:, :3], "2 results"),
    ],
    "5.6": [
        ("nearest", nearest, "that is the nearest point"),
        ("floor", scoring(weights=with_a_floor), "a floor under their sum"),
        (
            "mean",
            scoring(weights=lambda x, y, s: np.full((len(x), len(y)), 1 / len(y))),
            "of the data, whatever",
        ),
        ("unnormalised", unnormalised, "do not add up to 1"),
        ("over the points", over_the_points, "over the noisy points"),
        ("no 2", scoring(double=1.0), "the 2 of 2 sigma^2 is missing"),
        ("sigma", scoring(sigma=1), "sigma stands in the exponent squared"),
        ("distance", scoring(power=1), "it is squared there"),
        ("arrows", scoring(score=lambda a, s: a), "divided by?"),
        ("by sigma", scoring(score=lambda a, s: a / s), "sigma stands in it squared"),
        ("turned", scoring(score=lambda a, s: -a / s**2), "the score leads to where"),
        ("times", scoring(score=lambda a, s: a * s**2), "not multiplied"),
        ("of p", slope_of_p, "the slope of p;"),
        ("unstable", scoring(stable=False), "0 / 0 is nan"),
        ("scores first", lambda x, y, s: scoring()(x, y, s)[::-1], "the scores came first"),
        ("answers only", lambda x, y, s: scoring()(x, y, s)[0].tolist()[:1], "2 results"),
    ],
    "5.7": [
        ("position", position, "position in the list"),
        ("luckiest", lambda v, e, f: reading(v, e, f, statistic=np.min), "luckiest seed"),
        ("median", lambda v, e, f: reading(v, e, f, statistic=np.median), "smallest median"),
        ("worst", lambda v, e, f: reading(v, -e, f), "largest mean error"),
        (
            "n",
            lambda v, e, f: reading(
                v, e, f, halves=lambda e, b, f: by_differences(e, b, f, ddof=0)
            ),
            "ddof=1",
        ),
        (
            "no root",
            lambda v, e, f: reading(
                v, e, f, halves=lambda e, b, f: by_differences(e, b, f, root=False)
            ),
            "the root of their number",
        ),
        (
            "1.96",
            lambda v, e, f: reading(v, e, f, halves=lambda e, b, f: by_differences(e, b, 1.96)),
            "as with 1.96",
        ),
        (
            "one error",
            lambda v, e, f: reading(v, e, f, halves=lambda e, b, f: by_differences(e, b, 1)),
            "`factor` is not used",
        ),
        (
            "both",
            lambda v, e, f: reading(v, e, f, halves=both_spreads),
            "seeds move all levels together",
        ),
        (
            "one deviation",
            lambda v, e, f: reading(v, e, f, halves=lambda e, b, f: np.std(e[b], ddof=1)),
            "differences, seed by seed",
        ),
        (
            "not itself",
            lambda v, e, f: reading(v, e, f, keep=lambda level, best: level != best),
            "a candidate, too",
        ),
        (
            "only best",
            lambda v, e, f: reading(v, e, f, keep=lambda level, best: level == best),
            "only the best is listed",
        ),
        ("zero", lambda v, e, f: reading(v, e, f, keep=lambda level, best: level), "`if level`"),
        ("always 0.25", lambda v, e, f: (0.25, [0.0, 0.25], "settled"), "got 0.25"),
        ("unsorted", unsorted, "from the smallest up"),
        ("order", first_of_the_sorted, "levels were sorted"),
        ("best only", lambda v, e, f: reading(v, e, f)[0], "3 results"),
        (
            "count",
            decided(lambda v, b, c: "settled" if len(c) == 1 else "undecided"),
            "does not ask whether",
        ),
        (
            "best at the end",
            decided(lambda v, b, c: "go on" if b == max(v) else deciding([2.0], c)),
            "a candidate is enough",
        ),
        (
            "both ends",
            decided(lambda v, b, c: "go on" if min(v) in c else deciding(v, c)),
            "only the largest level",
        ),
        (
            "count first",
            decided(lambda v, b, c: "settled" if len(c) == 1 else deciding(v, c)),
            "the order:",
        ),
        (
            "last of the list",
            decided(lambda v, b, c: deciding([v[-1]], c)),
            "they may come in any order",
        ),
        ("other words", decided(lambda v, b, c: "more"), "should be one of"),
    ],
}
test_complete, test_right, test_wrong = closing_tests("05", RIGHT, WRONG)
