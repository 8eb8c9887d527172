"""Right and wrong answers to the exercises of lesson 05, to try the checks on."""

import math
import statistics
import sys

import keras
import numpy as np
import tensorflow as tf
from scipy.spatial.distance import cdist
from scipy.special import logsumexp, softmax
from scipy.stats import t


def remembers_first(answer):
    kept = []

    def wrong(*arguments, **named):
        if not kept:
            kept.append(answer(*arguments, **named))
        return kept[0]

    return wrong


def remembers_by_shape(answer):
    kept = {}

    def wrong(*arguments, **named):
        shapes = str([np.shape(argument) for argument in arguments])
        if shapes not in kept:
            kept[shapes] = answer(*arguments, **named)
        return kept[shapes]

    return wrong


def exits(*arguments, **named):
    sys.exit(0)


def gives_up(*arguments, **named):
    raise ValueError("no idea")


def returns_none(*arguments, **named):
    return None


# Exercise 5.1


def masking(draw, count=lambda v, n, d: round(v * d), generator=np.random.default_rng):
    def answer(images, fraction, seed):
        n, d = images.shape
        return np.where(draw(generator(seed), n, d, count(fraction, n, d)), 0, images)

    return answer


def ranks(rng, n, d, k):
    return np.argsort(rng.random((n, d)), axis=1) < k


mask_rows = masking(ranks)


def choice_loop(images, fraction, seed):
    rng = np.random.default_rng(seed)
    spoilt = images.copy()
    for row in spoilt:
        row[rng.choice(len(row), round(fraction * len(row)), replace=False)] = 0
    return spoilt


def shuffle_loop(images, fraction, seed):
    rng = np.random.default_rng(seed)
    d = images.shape[1]
    count = int(np.rint(fraction * d))
    rows = []
    for image in images:
        keep = [False] * count + [True] * (d - count)
        rng.shuffle(keep)
        rows.append([pixel if kept else 0 for pixel, kept in zip(image, keep, strict=False)])
    return np.array(rows)


def put_along_axis(images, fraction, seed):
    noise = np.random.default_rng(seed).normal(size=images.shape)
    spoilt = np.array(images)
    chosen = np.argsort(noise, axis=1)[:, : round(fraction * images.shape[1])]
    np.put_along_axis(spoilt, chosen, 0, axis=1)
    return spoilt


def times_a_mask(images, fraction, seed):
    n, d = images.shape
    keep = ~ranks(np.random.default_rng(seed), n, d, round(fraction * d))
    return images * keep.astype(images.dtype)


def erases_the_last_of_an_order(images, fraction, seed):
    order = np.argsort(np.random.default_rng(seed).random(images.shape), axis=1)
    spoilt = images.copy()
    np.put_along_axis(spoilt, order[:, -round(fraction * images.shape[1]) :], 0, axis=1)
    return spoilt


def writes_into_images(images, fraction, seed):
    n, d = images.shape
    images[ranks(np.random.default_rng(seed), n, d, round(fraction * d))] = 0
    return images


def multiplies_images_in_place(images, fraction, seed):
    n, d = images.shape
    images *= ~ranks(np.random.default_rng(seed), n, d, round(fraction * d))
    return images


def only_pixels_with_ink(images, fraction, seed):
    rng = np.random.default_rng(seed)
    spoilt = images.copy()
    for row in spoilt:
        ink = np.flatnonzero(row)
        count = min(len(ink), round(fraction * len(row)))
        row[rng.choice(ink, count, replace=False)] = 0
    return spoilt


def share_of_the_ink(images, fraction, seed):
    rng = np.random.default_rng(seed)
    spoilt = images.copy()
    for row in spoilt:
        ink = np.flatnonzero(row)
        row[rng.choice(ink, round(fraction * len(ink)), replace=False)] = 0
    return spoilt


def with_replacement(rng, n, d, k):
    chosen = np.zeros((n, d), bool)
    np.put_along_axis(chosen, rng.integers(0, d, (n, k)), True, axis=1)
    return chosen


def over_the_whole_batch(images, fraction, seed):
    order = np.random.default_rng(seed).permutation(images.size)
    return np.where(order.reshape(images.shape) < round(fraction * images.size), 0, images)


def below_the_quantile(images, fraction, seed):
    draw = np.random.default_rng(seed).random(images.shape)
    return np.where(draw < np.quantile(draw, fraction), 0, images)


def up_to_a_sorted_value(images, fraction, seed):
    draw = np.random.default_rng(seed).random(images.shape)
    count = round(fraction * images.shape[1])
    return np.where(draw < np.sort(draw, axis=1)[:, count, None], 0, images)


def fresh_generator_for_each_row(images, fraction, seed):
    return np.concatenate([mask_rows(image[None], fraction, seed) for image in images])


def moves_the_rest(images, fraction, seed):
    return np.random.default_rng(seed).permuted(mask_rows(images, fraction, seed), axis=1)


def block_of_neighbours(rng, n, d, k):
    starts = rng.integers(0, d, (n, 1))
    return (np.arange(d) - starts) % d < k


def brightest_pixels(images, fraction, seed):
    order = np.argsort(np.argsort(-images, axis=1), axis=1)
    return np.where(order < round(fraction * images.shape[1]), 0, images)


# Exercise 5.2


def spoil(images, switches, corrupt):
    return images * (1 - corrupt * (1 - switches))


def switch_by_row(images, switches, corrupt):
    turned_on = np.broadcast_to(corrupt, (len(images), 1))[:, 0]
    rows = zip(images, switches, turned_on, strict=False)
    return np.array([image * switch if on else image for image, switch, on in rows])


def images_themselves(images, switches, corrupt):
    if np.ndim(corrupt) == 0:
        return images * switches if corrupt else images
    return np.where(corrupt == 1, images * switches, images)


def masked_copy(images, switches, corrupt):
    spoilt = np.array(images)
    spoilt[(switches == 0) & (np.asarray(corrupt) == 1)] = 0
    return spoilt


def with_keras_ops(images, switches, corrupt):
    corrupt = keras.ops.cast(corrupt, "float32")
    factor = 1 - corrupt * (1 - keras.ops.cast(switches, "float32"))
    return images * keras.ops.convert_to_numpy(factor)


def one_number_only(images, switches, corrupt):
    return images * switches if corrupt else images


def multiplies_by_switches_in_place(images, switches, corrupt):
    images *= 1 - corrupt * (1 - switches)
    return images


def changes_switches(images, switches, corrupt):
    switches[np.broadcast_to(corrupt, switches.shape) == 0] = 1
    return images * switches


def own_switches(images, switches, corrupt):
    switches = np.random.default_rng(5).integers(0, 2, images.shape)
    return spoil(images, switches, corrupt)


# Exercise 5.3


def cross_entropy(targets, outputs):
    targets = keras.ops.convert_to_tensor(targets, "float32")
    return keras.losses.binary_crossentropy(targets, outputs) * targets.shape[1]


def mean_cross_entropy(targets, outputs):
    return keras.ops.mean(cross_entropy(targets, outputs))


def by_hand(targets, outputs):
    outputs = tf.clip_by_value(outputs, 1e-7, 1 - 1e-7)
    logs = targets * tf.math.log(outputs) + (1 - targets) * tf.math.log(1 - outputs)
    return -tf.reduce_sum(logs) / len(targets)


def step(
    measure=mean_cross_entropy,
    target=0,
    shown=1,
    variables="trainable_variables",
    finish=lambda loss, gradients: (loss, gradients),
    **options,
):
    def answer(autoencoder, images, noisy_images):
        batches = images, noisy_images
        with tf.GradientTape() as tape:
            loss = measure(batches[target], autoencoder(batches[shown], **options))
        return finish(loss, tape.gradient(loss, getattr(autoencoder, variables)))

    return answer


def one_variable_at_a_time(autoencoder, images, noisy_images):
    with tf.GradientTape(persistent=True) as tape:
        loss = mean_cross_entropy(images, autoencoder(noisy_images))
    return loss, [tape.gradient(loss, weights) for weights in autoencoder.trainable_variables]


def watched_by_hand(autoencoder, images, noisy_images):
    weights = [variable.value for variable in autoencoder.trainable_variables]
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(weights)
        loss = mean_cross_entropy(images, autoencoder(noisy_images))
    return loss, tape.gradient(loss, weights)


def image_by_image(autoencoder, images, noisy_images):
    with tf.GradientTape() as tape:
        parts = [
            mean_cross_entropy(images[i : i + 1], autoencoder(noisy_images[i : i + 1]))
            for i in range(len(images))
        ]
        loss = sum(parts) / len(parts)
    return loss, tape.gradient(loss, autoencoder.trainable_variables)


def compiled(autoencoder, images, noisy_images):
    return tf.function(step())(
        autoencoder, tf.constant(images, tf.float32), tf.constant(noisy_images, tf.float32)
    )


def through_numpy(autoencoder, images, noisy_images):
    with tf.GradientTape() as tape:
        outputs = autoencoder(noisy_images).numpy()
        loss = tf.convert_to_tensor(mean_cross_entropy(images, outputs))
    return loss, tape.gradient(loss, autoencoder.trainable_variables)


def model_called_outside_the_tape(autoencoder, images, noisy_images):
    outputs = autoencoder(noisy_images)
    with tf.GradientTape() as tape:
        loss = mean_cross_entropy(images, outputs)
    return loss, tape.gradient(loss, autoencoder.trainable_variables)


def takes_the_step(autoencoder, images, noisy_images):
    loss, gradients = step()(autoencoder, images, noisy_images)
    keras.optimizers.SGD(0.01).apply(gradients, autoencoder.trainable_variables)
    return loss, gradients


def sets_weights_to_zero(autoencoder, images, noisy_images):
    autoencoder.set_weights([np.zeros_like(weights) for weights in autoencoder.get_weights()])
    return step()(autoencoder, images, noisy_images)


def freezes_the_model(autoencoder, images, noisy_images):
    loss, gradients = step()(autoencoder, images, noisy_images)
    autoencoder.trainable = False
    return loss, gradients


def weight_penalty(autoencoder, images, noisy_images):
    with tf.GradientTape() as tape:
        loss = mean_cross_entropy(images, autoencoder(noisy_images))
        for weights in autoencoder.trainable_variables:
            loss += 1e-3 * keras.ops.sum(keras.ops.square(weights))
    return loss, tape.gradient(loss, autoencoder.trainable_variables)


def kernels_only(autoencoder, images, noisy_images):
    kernels = [weights for weights in autoencoder.trainable_variables if weights.ndim == 2]
    with tf.GradientTape() as tape:
        loss = mean_cross_entropy(images, autoencoder(noisy_images))
    return loss, tape.gradient(loss, kernels)


def overwrites_the_noisy_batch(autoencoder, images, noisy_images):
    loss, gradients = step()(autoencoder, images, noisy_images)
    noisy_images[:] = images
    return loss, gradients


def first_image_only(autoencoder, images, noisy_images):
    return step()(autoencoder, images[:1], noisy_images[:1])


def spoils_once_more(autoencoder, images, noisy_images):
    return step()(autoencoder, images, mask_rows(noisy_images, 0.5, 0))


def ink_half_only(targets, outputs):
    return -keras.ops.sum(targets * keras.ops.log(outputs)) / len(targets)


def blocked(targets, outputs):
    return mean_cross_entropy(targets, keras.ops.stop_gradient(outputs))


# Exercise 5.4


def errors(images, reconstructions):
    return np.mean(np.square(images - reconstructions), axis=1)


def ratio(images, reconstructions):
    return np.mean(-10 * np.log10(errors(images, reconstructions)))


def ratio_loop(images, reconstructions):
    total = 0.0
    for image, reconstruction in zip(images.tolist(), reconstructions.tolist(), strict=False):
        squares = [(x - y) ** 2 for x, y in zip(image, reconstruction, strict=False)]
        total -= 10 * math.log10(sum(squares) / len(squares))
    return total / len(images)


def ratio_by_norm(images, reconstructions):
    lengths = np.linalg.norm(images - reconstructions, axis=1)
    return float(20 * np.log10(np.sqrt(images.shape[1]) / lengths).mean())


def ratio_by_keras(images, reconstructions):
    squares = keras.ops.mean(keras.ops.square(images - reconstructions), axis=-1)
    return keras.ops.mean(-10 * keras.ops.log(squares) / math.log(10))


def ratio_by_einsum(images, reconstructions):
    gaps = images - reconstructions
    squares = np.einsum("ij,ij->i", gaps, gaps) / gaps.shape[1]
    return -10 * np.sum(np.log10(squares)) / len(squares)


def subtracts_in_place(images, reconstructions):
    images -= reconstructions
    return -10 * np.log10(np.square(images).mean(axis=1)).mean()


def squares_in_place(images, reconstructions):
    reconstructions -= images
    reconstructions **= 2
    return -10 * np.log10(reconstructions.mean(axis=1)).mean()


def peak_of_the_batch(images, reconstructions):
    return np.mean(10 * np.log10(images.max() ** 2 / errors(images, reconstructions)))


def peak_of_each_image(images, reconstructions):
    peaks = images.max(axis=1) ** 2
    return np.mean(10 * np.log10(peaks / errors(images, reconstructions)))


def signal_over_noise(images, reconstructions):
    power = np.square(images).mean(axis=1)
    return np.mean(10 * np.log10(power / errors(images, reconstructions)))


def squeezed_ratio(images, reconstructions):
    gaps = np.squeeze(images - reconstructions)
    return np.mean(-10 * np.log10(np.mean(gaps**2, axis=1)))


# Exercise 5.5


def from_network(model, images, noisy):
    return np.asarray(model(noisy))


def image_ratios(images, others):
    return -10 * np.log10(errors(images, others))


def standard_half(before, after):
    gains = after - before
    return 1.96 * np.std(gains, ddof=1) / np.sqrt(len(gains))


def verdict(gain, half):
    return "denoiser" if gain > half else "identity" if gain < -half else "neither"


def evaluation(
    denoise=from_network,
    ratios=image_ratios,
    half=standard_half,
    decide=verdict,
    row=lambda before, after, half: (before.mean(), after.mean(), (after - before).mean(), half),
    finish=lambda table, better: (np.array(table), better),
):
    def answer(autoencoder, images, noisy_sets):
        table, better = [], []
        for noisy in noisy_sets:
            before = ratios(images, noisy)
            after = ratios(images, denoise(autoencoder, images, noisy))
            width = half(before, after)
            table.append(row(before, after, width))
            better.append(decide(np.mean(after - before), width))
        return finish(table, better)

    return answer


def evaluation_at_once(autoencoder, images, noisy_sets):
    stacked = np.stack(noisy_sets)
    outputs = autoencoder(stacked.reshape(-1, stacked.shape[2])).numpy().reshape(stacked.shape)
    before, after = (
        -20 * np.log10(np.sqrt(np.mean((seen - images) ** 2, axis=2)))
        for seen in (stacked, outputs)
    )
    gains = after - before
    halves = 1.96 * gains.std(axis=1, ddof=1) * len(images) ** -0.5
    means = gains.mean(axis=1)
    table = np.column_stack([before.mean(axis=1), after.mean(axis=1), means, halves])
    words = np.select([means - halves > 0, means + halves < 0], ["denoiser", "identity"], "neither")
    return table, words


def evaluation_by_statistics(autoencoder, images, noisy_sets):
    table, better = [], []
    for noisy in noisy_sets:
        outputs = autoencoder.predict_on_batch(noisy)
        first, second = (
            [-10 * math.log10(((x - y) ** 2).mean()) for x, y in zip(images, seen, strict=True)]
            for seen in (noisy, outputs)
        )
        gains = [b - a for a, b in zip(first, second, strict=False)]
        half = 1.96 * statistics.stdev(gains) / math.sqrt(len(gains))
        gain = statistics.fmean(gains)
        table.append([statistics.fmean(first), statistics.fmean(second), gain, half])
        better.append(verdict(gain, half))
    return [table, better]


def half_by_error(numbers):
    return 1.96 * np.std(numbers, ddof=1) / np.sqrt(len(numbers))


def half_by_resampling(before, after):
    gains = after - before
    drawn = np.random.default_rng(0).choice(gains, (2000, len(gains))).mean(axis=1)
    return np.ptp(np.percentile(drawn, [2.5, 97.5])) / 2


def half_by_student(before, after):
    gains = after - before
    return t.ppf(0.975, len(gains) - 1) * np.std(gains, ddof=1) / np.sqrt(len(gains))


def noisy_over_noisy(autoencoder, images, noisy):
    return images + (from_network(autoencoder, images, noisy) - noisy)


def twice_through(autoencoder, images, noisy):
    return np.asarray(autoencoder(autoencoder(noisy)))


def in_training(autoencoder, images, noisy):
    return np.asarray(autoencoder(noisy, training=True))


def clipped(autoencoder, images, noisy):
    return np.clip(from_network(autoencoder, images, noisy), 0.45, 0.55)


def writes_outputs_into_noisy(autoencoder, images, noisy_sets):
    result = evaluation()(autoencoder, images, noisy_sets)
    for noisy in noisy_sets:
        noisy[:] = np.asarray(autoencoder(noisy))
    return result


def first_level_only(autoencoder, images, noisy_sets):
    return evaluation()(autoencoder, images, noisy_sets[:1])


def pops_levels(autoencoder, images, noisy_sets):
    table, better = [], []
    while noisy_sets:
        rows, words = evaluation()(autoencoder, images, [noisy_sets.pop(0)])
        table.append(rows[0])
        better += words
    return np.array(table), better


def trains_first(autoencoder, images, noisy_sets):
    autoencoder.compile("sgd", "mse")
    autoencoder.fit(noisy_sets[0], images, epochs=1, verbose=0)
    return evaluation()(autoencoder, images, noisy_sets)


# Exercise 5.6


def shares(noisy, data, deviation):
    logs = -cdist(noisy, data, "sqeuclidean") / (2 * deviation**2)
    return softmax(logs, axis=1)


def scored(
    weights=shares,
    answer=lambda shares, noisy, data: shares @ data,
    score=lambda arrows, deviation: arrows / deviation**2,
    finish=lambda answers, scores: (answers, scores),
):
    def function(noisy, data, deviation):
        answers = answer(weights(noisy, data, deviation), noisy, data)
        return finish(answers, score(answers - noisy, deviation))

    return function


def scored_by_logsumexp(noisy, data, deviation):
    logs = -((noisy[:, None, :] - data) ** 2).sum(-1) / 2 / deviation**2
    weights = np.exp(logs - logsumexp(logs, axis=1, keepdims=True))
    ways = np.einsum("nm,nmd->nd", weights, data - noisy[:, None, :])
    return noisy + ways, ways / deviation**2


def scored_point_by_point(noisy, data, deviation):
    answers = np.empty(noisy.shape)
    for row, point in enumerate(noisy):
        squares = [float(np.dot(point - x, point - x)) for x in data]
        least = min(squares)
        heights = [math.exp((least - square) / (2 * deviation**2)) for square in squares]
        answers[row] = sum(h * x for h, x in zip(heights, data, strict=False)) / sum(heights)
    return [answers, (answers - noisy) * deviation**-2]


def scored_by_tape(noisy, data, deviation):
    points, clean = tf.constant(noisy), tf.constant(data)
    with tf.GradientTape() as tape:
        tape.watch(points)
        squares = tf.reduce_sum((points[:, None] - clean[None]) ** 2, axis=2)
        logs = tf.reduce_logsumexp(-squares / (2 * deviation**2), axis=1)
    scores = tape.gradient(logs, points)
    return points + deviation**2 * scores, scores


def heights(noisy, data, deviation):
    return np.exp(-cdist(noisy, data, "sqeuclidean") / (2 * deviation**2))


def plain_softmax(noisy, data, deviation):
    found = heights(noisy, data, deviation)
    return found / found.sum(axis=1, keepdims=True)


def with_an_epsilon(noisy, data, deviation):
    found = heights(noisy, data, deviation)
    return found / (found.sum(axis=1, keepdims=True) + 1e-12)


def nearest_one(noisy, data, deviation):
    return np.eye(len(data))[cdist(noisy, data).argmin(axis=1)]


def two_nearest(noisy, data, deviation):
    found = shares(noisy, data, deviation)
    order = np.argsort(-found, axis=1)
    found[np.argsort(order, axis=1) > 1] = 0
    return found / found.sum(axis=1, keepdims=True)


def common_minimum(noisy, data, deviation):
    squares = cdist(noisy, data, "sqeuclidean")
    found = np.exp(-(squares - squares.min()) / (2 * deviation**2))
    return found / found.sum(axis=1, keepdims=True)


def linear_weights(noisy, data, deviation):
    found = 1 / (1 + cdist(noisy, data, "sqeuclidean") / (2 * deviation**2))
    return found / found.sum(axis=1, keepdims=True)


def one_normal(noisy, data, deviation):
    mean = data.mean(axis=0)
    variance = data.var(axis=0) + deviation**2
    scores = (mean - noisy) / variance
    return noisy + deviation**2 * scores, scores


def moves_noisy(noisy, data, deviation):
    answers, scores = scored()(noisy, data, deviation)
    noisy += deviation**2 * scores
    return answers, scores


def centres_data(noisy, data, deviation):
    mean = data.mean(axis=0)
    data -= mean
    noisy -= mean
    answers, scores = scored()(noisy, data, deviation)
    return answers + mean, scores


def forward_differences(noisy, data, deviation):
    def log_density(points):
        return np.log(heights(points, data, deviation).mean(axis=1))

    steps = 1e-2 * np.eye(noisy.shape[1])
    scores = np.column_stack(
        [(log_density(noisy + step) - log_density(noisy)) / 1e-2 for step in steps]
    )
    return scored()(noisy, data, deviation)[0], scores


# Exercise 5.7


def differences(errors, best):
    return np.asarray(errors) - np.asarray(errors)[best]


def standard_error(errors, best):
    gaps = differences(errors, best)
    return np.std(gaps, axis=1, ddof=1) / np.sqrt(gaps.shape[1])


def decision(levels, candidates):
    if max(levels) in candidates:
        return "go on"
    return "settled" if len(candidates) == 1 else "undecided"


def sweep(
    middle=lambda e: np.mean(e, axis=1),
    limit=lambda e, best, factor: factor * standard_error(e, best),
    keep=lambda gap, limit: gap <= limit,
    decide=decision,
    finish=lambda levels, best, chosen: (levels[best], sorted(levels[i] for i in chosen)),
):
    def answer(levels, errors, factor):
        errors = np.asarray(errors)
        best = int(np.argmin(middle(errors)))
        gaps = errors.mean(axis=1) - errors.mean(axis=1)[best]
        limits = np.broadcast_to(limit(errors, best, factor), gaps.shape)
        chosen = [i for i in range(len(levels)) if keep(gaps[i], limits[i])]
        first, second = finish(levels, best, chosen)
        return first, second, decide(levels, sorted(levels[i] for i in chosen))

    return answer


def by_statistics(levels, errors, factor):
    rows = {level: [float(e) for e in row] for level, row in zip(levels, errors, strict=False)}
    best = min(rows, key=lambda level: math.fsum(rows[level]))
    left = []
    for level, row in rows.items():
        gaps = [a - b for a, b in zip(row, rows[best], strict=False)]
        if statistics.fmean(gaps) <= factor * statistics.stdev(gaps) / math.sqrt(len(gaps)):
            left.append(level)
    return best, sorted(left), decision(levels, left)


def by_intervals(levels, errors, factor):
    order = np.argsort(levels)
    ordered, table = np.array(levels)[order], np.asarray(errors)[order]
    best = table.mean(axis=1).argmin()
    gaps = table - table[best]
    low = gaps.mean(axis=1) - factor * gaps.std(axis=1, ddof=1) / len(gaps[0]) ** 0.5
    left = ordered[~(low > 0)]
    word = "go on" if ordered[-1] in left else ("settled", "undecided")[len(left) > 1]
    return [ordered[best], list(left), word]


def by_sets(levels, errors, factor):
    best, _, _ = sweep()(levels, errors, factor)
    at = levels.index(best)
    halves = factor * standard_error(errors, at)
    low = differences(errors, at).mean(axis=1) - halves
    beaten = {level for level, end in zip(levels, low, strict=True) if end > 0}
    left = tuple(sorted(set(levels) - beaten))
    return np.float64(best), left, np.str_(decision(levels, left))


def sorts_levels_in_place(levels, errors, factor):
    result = sweep()(levels, errors, factor)
    levels.sort()
    return result


def sorts_errors_in_place(levels, errors, factor):
    result = sweep()(levels, errors, factor)
    errors.sort(axis=1)
    return result


def subtracts_a_level_in_place(levels, errors, factor):
    result = sweep()(levels, errors, factor)
    errors -= errors[0]
    return result


def sorts_each_row(levels, errors, factor):
    return sweep()(levels, np.sort(errors, axis=1), factor)


def sorts_levels_without_errors(levels, errors, factor):
    return sweep()(sorted(levels), errors, factor)


def all_seeds_worse(levels, errors, factor):
    best = int(np.mean(errors, axis=1).argmin())
    gaps = differences(errors, best)
    left = sorted(v for v, row in zip(levels, gaps, strict=False) if not np.all(row > 0))
    return levels[best], left, decision(levels, left)


def paired_with_the_next(levels, errors, factor):
    """Compare each level with the one of the next smaller mean."""
    means = np.mean(errors, axis=1)
    order, left = np.argsort(means), []
    for place, i in enumerate(order):
        gaps = errors[i] - errors[order[max(place - 1, 0)]]
        if gaps.mean() > factor * gaps.std(ddof=1) / np.sqrt(len(gaps)):
            break
        left.append(levels[i])
    return levels[order[0]], sorted(left), decision(levels, left)


RIGHT = {
    "5.1": {
        "ranks of random numbers": mask_rows,
        "permuted rows": masking(
            lambda rng, n, d, k: rng.permuted(np.tile(np.arange(d) < k, (n, 1)), axis=1)
        ),
        "choice in a loop": choice_loop,
        "shuffled lists": shuffle_loop,
        "put along axis": put_along_axis,
        "times a mask": times_a_mask,
        "permutation of each row": masking(
            lambda rng, n, d, k: np.array([rng.permutation(d) >= d - k for _ in range(n)])
        ),
    },
    "5.2": {
        "one factor": spoil,
        "two terms": lambda images, switches, corrupt: (
            corrupt * images * switches + (1 - corrupt) * images
        ),
        "where": lambda images, switches, corrupt: np.where(corrupt, images * switches, images),
        "power": lambda images, switches, corrupt: images * np.power(switches, corrupt),
        "maximum": lambda images, switches, corrupt: images * np.maximum(switches, 1 - corrupt),
        "row by row": switch_by_row,
        "the images themselves": images_themselves,
        "masked copy": masked_copy,
        "keras ops": with_keras_ops,
    },
    "5.3": {
        "plain": step(),
        "by hand with tf": step(by_hand),
        "training=True": step(training=True),
        "Python number": step(finish=lambda loss, gradients: (float(loss), gradients)),
        "pair as a list": step(finish=lambda loss, gradients: [loss, list(gradients)]),
        "trainable_weights": step(variables="trainable_weights"),
        "one variable at a time": one_variable_at_a_time,
        "watched by hand": watched_by_hand,
        "image by image": image_by_image,
        "compiled": compiled,
    },
    "5.4": {
        "minus log": ratio,
        "loop": ratio_loop,
        "norm": ratio_by_norm,
        "keras ops": ratio_by_keras,
        "einsum": ratio_by_einsum,
        "log of the inverse": lambda images, reconstructions: np.average(
            10 * np.log10(1 / errors(images, reconstructions))
        ),
    },
    "5.5": {
        "level by level": evaluation(),
        "all at once": evaluation_at_once,
        "statistics, lists": evaluation_by_statistics,
        "keras ops": evaluation(
            lambda model, images, noisy: keras.ops.convert_to_numpy(model(noisy, training=False))
        ),
        "psnr of one image at a time": evaluation(
            ratios=lambda x, y: np.array([ratio(x[i : i + 1], y[i : i + 1]) for i in range(len(x))])
        ),
        "tuple": evaluation(finish=lambda table, better: (table, tuple(better))),
        "array of words": evaluation(finish=lambda table, better: (table, np.array(better))),
    },
    "5.6": {
        "softmax": scored(),
        "log sum": scored_by_logsumexp,
        "point by point": scored_point_by_point,
        "gradient tape": scored_by_tape,
        "einsum": scored(answer=lambda shares, noisy, data: np.einsum("nm,md->nd", shares, data)),
    },
    "5.7": {
        "NumPy": sweep(),
        "statistics": by_statistics,
        "intervals": by_intervals,
        "sets and NumPy scalars": by_sets,
        "set of levels": sweep(
            finish=lambda levels, best, chosen: (
                float(levels[best]),
                sorted({float(levels[i]) for i in chosen}),
            )
        ),
    },
}

WRONG = {
    "5.1": {
        "coin for each pixel": lambda images, fraction, seed: np.where(
            np.random.default_rng(seed).random(images.shape) < fraction, 0, images
        ),
        "exact over the batch only": over_the_whole_batch,
        "below a quantile": below_the_quantile,
        "with replacement": masking(with_replacement),
        "same pixels in every image": masking(lambda rng, n, d, k: rng.permutation(d) < k),
        "new generator for each row": fresh_generator_for_each_row,
        "ranks along axis 0": masking(
            lambda rng, n, d, k: np.argsort(rng.random((n, d)), axis=0) < k
        ),
        "first pixels": masking(lambda rng, n, d, k: np.arange(d) < k),
        "block of neighbours": masking(block_of_neighbours),
        "brightest pixels": brightest_pixels,
        "only pixels with ink": only_pixels_with_ink,
        "share of the ink": share_of_the_ink,
        "keeps instead of erases": masking(lambda rng, n, d, k: ~ranks(rng, n, d, k)),
        "count cut off": masking(ranks, lambda v, n, d: int(v * d)),
        "count rounded up": masking(ranks, lambda v, n, d: math.ceil(v * d)),
        "count rounded half up": masking(ranks, lambda v, n, d: int(v * d + 0.5)),
        "count from the number of images": masking(ranks, lambda v, n, d: round(v * n)),
        "count for 784 pixels": masking(ranks, lambda v, n, d: round(v * 784)),
        "minus zero erases all": erases_the_last_of_an_order,
        "fails for fraction 1": up_to_a_sorted_value,
        "spares the last pixel": masking(
            lambda rng, n, d, k: np.c_[ranks(rng, n, d - 1, k), np.zeros(n, bool)]
        ),
        "moves the rest": moves_the_rest,
        "sets to 1": lambda images, fraction, seed: np.where(
            mask_rows(np.ones(images.shape), fraction, seed), images, 1
        ),
        "ignores the seed": masking(ranks, generator=lambda seed: np.random.default_rng(0)),
        "no seed": masking(ranks, generator=lambda seed: np.random.default_rng()),
        "writes into images": writes_into_images,
        "multiplies in place": multiplies_images_in_place,
        "squeezed": lambda images, fraction, seed: np.squeeze(mask_rows(images, fraction, seed)),
        "remembers the first": remembers_first(mask_rows),
        "exits": exits,
    },
    "5.2": {
        "ignores corrupt": lambda images, switches, corrupt: images * switches,
        "always clean": lambda images, switches, corrupt: images + 0,
        "corrupt the other way round": lambda images, switches, corrupt: spoil(
            images, switches, 1 - corrupt
        ),
        "clean term missing": lambda images, switches, corrupt: images * switches * corrupt,
        "corrupt missing in a term": lambda images, switches, corrupt: (
            images * switches + images * (1 - corrupt)
        ),
        "adds the clean image": lambda images, switches, corrupt: (
            images * switches * corrupt + images
        ),
        "switches the other way round": lambda images, switches, corrupt: spoil(
            images, 1 - switches, corrupt
        ),
        "adds the switches": lambda images, switches, corrupt: images + corrupt * switches,
        "maximum with corrupt": lambda images, switches, corrupt: (
            images * np.maximum(switches, corrupt)
        ),
        "one number only": one_number_only,
        "any of corrupt": lambda images, switches, corrupt: (
            images * switches if np.any(corrupt) else images
        ),
        "first of corrupt": lambda images, switches, corrupt: spoil(
            images, switches, np.ravel(corrupt)[0]
        ),
        "corrupt flattened": lambda images, switches, corrupt: spoil(
            images, switches, np.ravel(corrupt)
        ),
        "one switch an image": lambda images, switches, corrupt: spoil(
            images, switches[:, :1], corrupt
        ),
        "switches of the first image": lambda images, switches, corrupt: spoil(
            images, switches[:1], corrupt
        ),
        "draws its own switches": own_switches,
        "rounds the pixels": lambda images, switches, corrupt: spoil(
            images, switches, corrupt
        ).astype(int),
        "multiplies in place": multiplies_by_switches_in_place,
        "changes the switches": changes_switches,
        "squeezed": lambda images, switches, corrupt: np.squeeze(spoil(images, switches, corrupt)),
        "remembers by shape": remembers_by_shape(spoil),
    },
    "5.3": {
        "compared with the noisy": step(target=1),
        "clean shown, noisy target": step(target=1, shown=0),
        "clean shown, clean target": step(shown=0),
        "summed over the batch": step(lambda x, y: keras.ops.sum(cross_entropy(x, y))),
        "averaged over the pixels": step(
            lambda x, y: keras.ops.mean(keras.losses.binary_crossentropy(x, y))
        ),
        "squared error": step(lambda x, y: keras.ops.mean(keras.ops.sum((x - y) ** 2, axis=1))),
        "targets and outputs swapped": step(lambda x, y: mean_cross_entropy(y, x)),
        "ink half only": step(ink_half_only),
        "in bits": step(lambda x, y: mean_cross_entropy(x, y) / math.log(2)),
        "for 784 pixels": step(
            lambda x, y: 784 * keras.ops.mean(keras.losses.binary_crossentropy(x, y))
        ),
        "for a batch of 100": step(lambda x, y: keras.ops.sum(cross_entropy(x, y)) / 100),
        "target made black and white": step(
            lambda x, y: mean_cross_entropy(keras.ops.cast(x > 0.5, "float32"), y)
        ),
        "gradient of the vector": step(
            cross_entropy, finish=lambda loss, gradients: (keras.ops.mean(loss), gradients)
        ),
        "one loss an image": step(cross_entropy),
        "through NumPy": through_numpy,
        "stop_gradient": step(blocked),
        "model called outside the tape": model_called_outside_the_tape,
        "all variables": step(variables="variables"),
        "kernels only": kernels_only,
        "gradients the other way round": step(finish=lambda loss, found: (loss, found[::-1])),
        "downhill": step(finish=lambda loss, found: (loss, [-gradient for gradient in found])),
        "gradients clipped": step(
            finish=lambda loss, found: (loss, [tf.clip_by_norm(part, 0.01) for part in found])
        ),
        "one flat gradient": step(
            finish=lambda loss, found: (loss, tf.concat([tf.reshape(g, [-1]) for g in found], 0))
        ),
        "gradients first": step(finish=lambda loss, gradients: (gradients, loss)),
        "loss only": step(finish=lambda loss, gradients: loss),
        "weight penalty": weight_penalty,
        "takes the step": takes_the_step,
        "sets the weights to 0": sets_weights_to_zero,
        "freezes the model": freezes_the_model,
        "overwrites the noisy batch": overwrites_the_noisy_batch,
        "first image only": first_image_only,
        "spoils once more": spoils_once_more,
        "remembers the first": remembers_first(step()),
        "exits": exits,
    },
    "5.4": {
        "log of the mean error": lambda x, y: -10 * np.log10(np.mean((x - y) ** 2)),
        "averaged over axis 0": lambda x, y: np.mean(-10 * np.log10(np.mean((x - y) ** 2, axis=0))),
        "summed over the pixels": lambda x, y: np.mean(
            -10 * np.log10(np.sum((x - y) ** 2, axis=1))
        ),
        "natural logarithm": lambda x, y: np.mean(-10 * np.log(errors(x, y))),
        "factor 20": lambda x, y: 2 * ratio(x, y),
        "factor 10 missing": lambda x, y: ratio(x, y) / 10,
        "wrong sign": lambda x, y: -ratio(x, y),
        "square root of the error": lambda x, y: ratio(x, y) / 2,
        "absolute error": lambda x, y: np.mean(-10 * np.log10(np.abs(x - y).mean(axis=1))),
        "variance of the gap": lambda x, y: np.mean(-10 * np.log10(np.var(x - y, axis=1))),
        "d - 1 for d": lambda x, y: np.mean(
            -10 * np.log10(np.sum((x - y) ** 2, axis=1) / (x.shape[1] - 1))
        ),
        "784 pixels": lambda x, y: np.mean(-10 * np.log10(np.sum((x - y) ** 2, axis=1) / 784)),
        "peak 255": lambda x, y: ratio(x, y) + 20 * np.log10(255),
        "peak of the batch": peak_of_the_batch,
        "peak of each image": peak_of_each_image,
        "signal over noise": signal_over_noise,
        "one number an image": lambda x, y: -10 * np.log10(errors(x, y)),
        "median": lambda x, y: np.median(-10 * np.log10(errors(x, y))),
        "sum over the images": lambda x, y: ratio(x, y) * len(x),
        "first image only": lambda x, y: ratio(x[:1], y[:1]),
        "rounded": lambda x, y: round(float(ratio(x, y)), 1),
        "a millionth added": lambda x, y: np.mean(-10 * np.log10(errors(x, y) + 1e-6)),
        "capped at 50 dB": lambda x, y: min(ratio(x, y), 50.0),
        "fails for one image": squeezed_ratio,
        "subtracts in place": subtracts_in_place,
        "squares in place": squares_in_place,
        "text": lambda x, y: f"{ratio(x, y)} dB",
        "remembers the first": remembers_first(ratio),
        "remembers by shape": remembers_by_shape(ratio),
    },
    "5.5": {
        "compared with the noisy": evaluation(noisy_over_noisy),
        "clean shown": evaluation(lambda model, images, noisy: from_network(model, images, images)),
        "in training": evaluation(in_training),
        "twice through": evaluation(twice_through),
        "outputs clipped": evaluation(clipped),
        "one MSE": evaluation(
            ratios=lambda x, y: np.full(len(x), -10 * np.log10(errors(x, y).mean()))
        ),
        "natural logarithm": evaluation(ratios=lambda x, y: -10 * np.log(errors(x, y))),
        "factor 20": evaluation(ratios=lambda x, y: 2 * image_ratios(x, y)),
        "sign of the ratio": evaluation(ratios=lambda x, y: -image_ratios(x, y)),
        "gain the other way round": evaluation(
            row=lambda before, after, half: (
                before.mean(),
                after.mean(),
                (before - after).mean(),
                half,
            )
        ),
        "gain as a quotient": evaluation(
            row=lambda before, after, half: (
                before.mean(),
                after.mean(),
                after.mean() / before.mean(),
                half,
            )
        ),
        "median gain": evaluation(
            row=lambda before, after, half: (
                before.mean(),
                after.mean(),
                np.median(after - before),
                half,
            )
        ),
        "outputs first": evaluation(
            row=lambda before, after, half: (
                after.mean(),
                before.mean(),
                (after - before).mean(),
                half,
            )
        ),
        "independent means": evaluation(
            half=lambda before, after: np.hypot(half_by_error(before), half_by_error(after))
        ),
        "half-widths added": evaluation(
            half=lambda before, after: half_by_error(before) + half_by_error(after)
        ),
        "of the outputs": evaluation(half=lambda before, after: half_by_error(after)),
        "n for n - 1": evaluation(
            half=lambda before, after: 1.96 * np.std(after - before) / len(after) ** 0.5
        ),
        "no root of n": evaluation(
            half=lambda before, after: 1.96 * np.std(after - before, ddof=1)
        ),
        "divided by n": evaluation(
            half=lambda before, after: 1.96 * np.std(after - before, ddof=1) / len(after)
        ),
        "root of n - 1": evaluation(
            half=lambda before, after: (
                1.96 * np.std(after - before, ddof=1) / (len(after) - 1) ** 0.5
            )
        ),
        "variance": evaluation(
            half=lambda before, after: 1.96 * np.var(after - before, ddof=1) / len(after) ** 0.5
        ),
        "standard error": evaluation(
            half=lambda before, after: np.std(after - before, ddof=1) / len(after) ** 0.5
        ),
        "whole width": evaluation(half=lambda before, after: 2 * standard_half(before, after)),
        "factor 2": evaluation(half=lambda before, after: standard_half(before, after) / 1.96 * 2),
        "factor 1.645": evaluation(
            half=lambda before, after: standard_half(before, after) / 1.96 * 1.645
        ),
        "Student's t": evaluation(half=half_by_student),
        "bootstrap": evaluation(half=half_by_resampling),
        "sign alone": evaluation(decide=lambda gain, half: verdict(gain, 0)),
        "never neither": evaluation(
            decide=lambda gain, half: "denoiser" if gain > half else "identity"
        ),
        "a tenth of a dB": evaluation(decide=lambda gain, half: verdict(gain, 0.1)),
        "twice the interval": evaluation(decide=lambda gain, half: verdict(gain, 2.2 * half)),
        "names the other way round": evaluation(decide=lambda gain, half: verdict(-gain, half)),
        "always the denoiser": evaluation(decide=lambda gain, half: "denoiser"),
        "numbers for words": evaluation(decide=lambda gain, half: int(np.sign(gain))),
        "other words": evaluation(decide=lambda gain, half: verdict(gain, half).upper()),
        "one word": evaluation(finish=lambda table, better: (np.array(table), better[-1])),
        "a row for all levels": evaluation(
            finish=lambda table, better: (np.mean(table, axis=0), better)
        ),
        "on its side": evaluation(finish=lambda table, better: (np.array(table).T, better)),
        "three columns": evaluation(
            finish=lambda table, better: (np.array(table)[:, [0, 1, 3]], better)
        ),
        "table as whole numbers": evaluation(
            finish=lambda table, better: (np.array(table).astype(int), better)
        ),
        "rounded": evaluation(finish=lambda table, better: (np.round(table, 1), better)),
        "decisions first": evaluation(finish=lambda table, better: (better, np.array(table))),
        "decisions missing": evaluation(finish=lambda table, better: np.array(table)),
        "first level only": first_level_only,
        "levels from the end": evaluation(finish=lambda table, better: (table[::-1], better[::-1])),
        "writes into noisy": writes_outputs_into_noisy,
        "pops the levels": pops_levels,
        "trains first": trains_first,
        "remembers the first": remembers_first(evaluation()),
        "remembers by shape": remembers_by_shape(evaluation()),
        "exits": exits,
        "returns None": returns_none,
    },
    "5.6": {
        "nearest": scored(nearest_one),
        "two nearest": scored(two_nearest),
        "mean of the data": scored(lambda x, y, s: np.full((len(x), len(y)), 1 / len(y))),
        "heights not divided": scored(heights),
        "no minimum": scored(plain_softmax),
        "epsilon for 0 / 0": scored(with_an_epsilon),
        "one minimum for all": scored(common_minimum),
        "over the noisy points": scored(
            lambda x, y, s: softmax(-cdist(x, y, "sqeuclidean") / (2 * s**2), axis=0)
        ),
        "2 missing": scored(lambda x, y, s: softmax(-cdist(x, y, "sqeuclidean") / s**2, axis=1)),
        "sigma for sigma squared": scored(
            lambda x, y, s: softmax(-cdist(x, y, "sqeuclidean") / (2 * s), axis=1)
        ),
        "no sigma": scored(lambda x, y, s: softmax(-cdist(x, y, "sqeuclidean") / 2, axis=1)),
        "distance for its square": scored(
            lambda x, y, s: softmax(-cdist(x, y) / (2 * s**2), axis=1)
        ),
        "sum of distances": scored(
            lambda x, y, s: softmax(-(cdist(x, y, "cityblock") ** 2) / (2 * s**2), axis=1)
        ),
        "mean over the directions": scored(
            lambda x, y, s: softmax(-((x[:, None] - y) ** 2).mean(-1) / (2 * s**2), axis=1)
        ),
        "heavy tails": scored(linear_weights),
        "minus missing": scored(
            lambda x, y, s: softmax(cdist(x, y, "sqeuclidean") / (2 * s**2), axis=1)
        ),
        "one normal": one_normal,
        "arrows for answers": scored(finish=lambda answers, scores: (scores * 0.25, scores)),
        "arrows for scores": scored(score=lambda arrows, s: arrows),
        "by sigma": scored(score=lambda arrows, s: arrows / s),
        "times sigma squared": scored(score=lambda arrows, s: arrows * s**2),
        "half": scored(score=lambda arrows, s: arrows / (2 * s**2)),
        "towards less likely": scored(score=lambda arrows, s: -arrows / s**2),
        "length 1": scored(
            score=lambda arrows, s: arrows / np.linalg.norm(arrows, axis=1, keepdims=True)
        ),
        "forward differences": forward_differences,
        "scores first": scored(finish=lambda answers, scores: (scores, answers)),
        "answers only": scored(finish=lambda answers, scores: answers),
        "squeezed": scored(finish=lambda a, b: (np.squeeze(a), np.squeeze(b))),
        "clipped to [0, 1]": scored(finish=lambda a, b: (np.clip(a, 0, 1), b)),
        "moves the noisy": moves_noisy,
        "centres in place": centres_data,
        "single precision heights": scored(
            lambda x, y, s: plain_softmax(x, y, s).astype("float16")
        ),
        "remembers by shape": remembers_by_shape(scored()),
        "remembers the first": remembers_first(scored()),
        "gives up": gives_up,
        "returns None": returns_none,
    },
    "5.7": {
        "n for n - 1": sweep(
            limit=lambda e, best, f: f * np.std(differences(e, best), axis=1) / np.sqrt(e.shape[1])
        ),
        "root of n forgotten": sweep(
            limit=lambda e, best, f: f * np.std(differences(e, best), axis=1, ddof=1)
        ),
        "divided by n": sweep(
            limit=lambda e, best, f: f * standard_error(e, best) / np.sqrt(e.shape[1])
        ),
        "factor forgotten": sweep(limit=lambda e, best, f: standard_error(e, best)),
        "1.96": sweep(limit=lambda e, best, f: 1.96 * standard_error(e, best)),
        "2": sweep(limit=lambda e, best, f: 2 * standard_error(e, best)),
        "twice the factor": sweep(limit=lambda e, best, f: 2 * f * standard_error(e, best)),
        "half the factor": sweep(limit=lambda e, best, f: f / 2 * standard_error(e, best)),
        "not paired": sweep(
            limit=lambda e, best, f: (
                f * np.hypot(e.std(1, ddof=1), e[best].std(ddof=1)) / np.sqrt(e.shape[1])
            )
        ),
        "best's own deviation": sweep(limit=lambda e, best, f: np.std(e[best], ddof=1)),
        "best's own interval": sweep(
            limit=lambda e, best, f: f * np.std(e[best], ddof=1) / np.sqrt(e.shape[1])
        ),
        "own interval": sweep(
            limit=lambda e, best, f: f * np.std(e, axis=1, ddof=1) / np.sqrt(e.shape[1])
        ),
        "variance": sweep(
            limit=lambda e, best, f: (
                f * np.var(differences(e, best), axis=1, ddof=1) / np.sqrt(e.shape[1])
            )
        ),
        "largest difference": sweep(
            limit=lambda e, best, f: np.ptp(differences(e, best), axis=1) / 2
        ),
        "fixed margin": sweep(limit=lambda e, best, f: 1.0),
        "one spread for all": sweep(limit=lambda e, best, f: f * standard_error(e, best).max()),
        "seeds sorted": sorts_each_row,
        "worse on all seeds": all_seeds_worse,
        "paired with the next": paired_with_the_next,
        "median for mean": sweep(middle=lambda e: np.median(e, axis=1)),
        "luckiest seed": sweep(middle=lambda e: np.min(e, axis=1)),
        "worst seed": sweep(middle=lambda e: -np.max(e, axis=1)),
        "averaged over levels": sweep(middle=lambda e: np.mean(e, axis=0)),
        "largest error is best": sweep(middle=lambda e: -np.mean(e, axis=1)),
        "beaten for candidates": sweep(keep=lambda gap, limit: gap > limit),
        "absolute value missed": sweep(keep=lambda gap, limit: gap <= 0),
        "best left out": sweep(
            finish=lambda levels, best, chosen: (
                levels[best],
                sorted(levels[i] for i in chosen if i != best),
            )
        ),
        "in the given order": sweep(
            finish=lambda levels, best, chosen: (levels[best], [levels[i] for i in chosen])
        ),
        "downwards": sweep(
            finish=lambda levels, best, chosen: (
                levels[best],
                sorted((levels[i] for i in chosen), reverse=True),
            )
        ),
        "level 0 left out": sweep(
            finish=lambda levels, best, chosen: (
                levels[best],
                sorted(levels[i] for i in chosen if levels[i]),
            )
        ),
        "positions for levels": sweep(finish=lambda levels, best, chosen: (best, chosen)),
        "smallest candidate is best": sweep(
            finish=lambda levels, best, chosen: (
                min(levels[i] for i in chosen),
                sorted(levels[i] for i in chosen),
            )
        ),
        "in percent": sweep(
            finish=lambda levels, best, chosen: (
                100 * levels[best],
                sorted(100 * levels[i] for i in chosen),
            )
        ),
        "number of candidates": sweep(
            finish=lambda levels, best, chosen: (levels[best], len(chosen))
        ),
        "candidates first": sweep(
            finish=lambda levels, best, chosen: (sorted(levels[i] for i in chosen), levels[best])
        ),
        "counts only": sweep(
            decide=lambda levels, left: "settled" if len(left) == 1 else "undecided"
        ),
        "one is settled": sweep(
            decide=lambda levels, left: "settled" if len(left) == 1 else decision(levels, left)
        ),
        "both ends": sweep(
            decide=lambda levels, left: "go on" if min(levels) in left else decision(levels, left)
        ),
        "last of the list": sweep(decide=lambda levels, left: decision(levels[-1:], left)),
        "always go on": sweep(decide=lambda levels, left: "go on"),
        "never go on": sweep(decide=lambda levels, left: "undecided"),
        "several go on": sweep(decide=lambda levels, left: "go on" if len(left) > 1 else "settled"),
        "no decision": sweep(decide=lambda levels, left: None),
        "sorts levels without errors": sorts_levels_without_errors,
        "sorts levels in place": sorts_levels_in_place,
        "sorts errors in place": sorts_errors_in_place,
        "subtracts in place": subtracts_a_level_in_place,
        "remembers the first": remembers_first(sweep()),
        "remembers by shape": remembers_by_shape(sweep()),
        "returns None": returns_none,
        "gives up": gives_up,
    },
}
