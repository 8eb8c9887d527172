"""Right and wrong answers to the exercises of lesson 11."""

import functools
import itertools
import math

import numpy as np
import scipy.integrate
import scipy.interpolate
import scipy.linalg
import scipy.spatial.distance
import scipy.special
import tensorflow as tf
from keras import ops
from turns import (
    by_shape,
    exits,
    first_of,
    given,
    noisily,
    none,
    raises,
    remember,
    second_of,
    swapped,
    then,
    where,
    writes,
)

from helpers.methods import diffusion, mixtures

# 11.1


def log_heights(noisy, means, deviations, weights, level, power=None, half=2):
    variances = deviations**2 + level**2
    squares = np.square(noisy[:, None] - means).sum(axis=2)
    power = noisy.shape[1] if power is None else power
    return np.log(weights) - power * np.log(variances) / 2 - squares / (half * variances)


def shares_of(logs):
    shares = np.exp(logs - logs.max(axis=1, keepdims=True))
    return shares / shares.sum(axis=1, keepdims=True)


def kept_of(deviations, level):
    return deviations**2 / (deviations**2 + level**2)


def scoring(
    logs_of=log_heights,
    shares=shares_of,
    kept=kept_of,
    score=lambda arrows, level: arrows / level**2,
    begin=lambda noisy, means: means,
):
    def mixture_score(noisy, means, deviations, weights, level):
        found = shares(logs_of(noisy, means, deviations, weights, level))
        gaps = noisy[:, None] - means
        of_parts = begin(noisy, means) + kept(deviations, level)[:, None] * gaps
        answers = np.sum(found[..., None] * of_parts, axis=1)
        return answers, score(answers - noisy, level)

    return mixture_score


mixture_score = scoring()


def score_by_loops(noisy, means, deviations, weights, level):
    answers = [[0.0] * len(means[0]) for _ in noisy]
    scores = [[0.0] * len(means[0]) for _ in noisy]
    for row, point in enumerate(noisy):
        logs = []
        for mean, deviation, weight in zip(means, deviations, weights, strict=True):
            variance = float(deviation) ** 2 + level**2
            square = sum((float(a) - float(b)) ** 2 for a, b in zip(point, mean, strict=True))
            logs.append(
                math.log(weight) - len(point) / 2 * math.log(variance) - square / variance / 2
            )
        largest = max(logs)
        total = sum(math.exp(log - largest) for log in logs)
        for log, mean, deviation in zip(logs, means, deviations, strict=True):
            share = math.exp(log - largest) / total
            for column, (a, m) in enumerate(zip(point, mean, strict=True)):
                kept = deviation**2 / (deviation**2 + level**2)
                answers[row][column] += share * (m + kept * (a - m))
                scores[row][column] += share * (m - a) / (deviation**2 + level**2)
    return answers, scores


def score_of_tensorflow(noisy, means, deviations, weights, level):
    noisy, means, deviations, weights = (
        tf.cast(value, "float32") for value in (noisy, means, deviations, weights)
    )
    variances = tf.square(deviations) + tf.cast(level, "float32") ** 2
    gaps = noisy[:, None, :] - means[None, :, :]
    logs = tf.math.log(weights) - 0.5 * tf.cast(tf.shape(noisy)[1], "float32") * tf.math.log(
        variances
    )
    logs -= tf.reduce_sum(gaps**2, axis=-1) / (2 * variances)
    shares = tf.nn.softmax(logs, axis=-1)
    scores = -tf.reduce_sum((shares / variances)[:, :, None] * gaps, axis=1)
    return noisy + level**2 * scores, scores


def score_of_keras(noisy, means, deviations, weights, level):
    variances = ops.square(deviations) + level**2
    gaps = ops.expand_dims(noisy, 1) - ops.expand_dims(means, 0)
    logs = ops.log(weights) - noisy.shape[1] * ops.log(variances) / 2
    logs = logs - ops.sum(ops.square(gaps), axis=2) / (2 * variances)
    shares = ops.softmax(logs, axis=1)
    kept = ops.expand_dims(ops.square(deviations) / variances, 1)
    answers = ops.einsum("nc,ncd->nd", shares, means + kept * gaps)
    return [answers, (answers - noisy) / level**2]


def score_of_scipy(noisy, means, deviations, weights, level):
    variances = deviations**2 + level**2
    squares = scipy.spatial.distance.cdist(noisy, means, "sqeuclidean")
    logs = np.log(weights) - noisy.shape[1] / 2 * np.log(2 * np.pi * variances)
    logs = logs - squares / 2 / variances
    shares = np.exp(logs - scipy.special.logsumexp(logs, axis=1, keepdims=True))
    kept = deviations**2 / variances
    answers = shares @ ((1 - kept)[:, None] * means) + (shares @ kept)[:, None] * noisy
    return np.stack([answers, (answers - noisy) / level**2])


def score_by_ratios(noisy, means, deviations, weights, level):
    logs = log_heights(noisy, means, deviations, weights, level)
    shares = 1 / np.exp(logs[:, None, :] - logs[:, :, None]).sum(axis=2)
    answers = np.zeros(noisy.shape)
    for part in range(len(means)):
        narrow = 1 / deviations[part] ** 2
        wide = 1 / level**2
        one = (narrow * means[part] + wide * noisy) / (narrow + wide)
        answers += shares[:, [part]] * one
    return answers, (answers - noisy) / level**2


def score_by_tape(noisy, means, deviations, weights, level):
    points = tf.convert_to_tensor(noisy)
    with tf.GradientTape() as tape:
        tape.watch(points)
        squares = tf.reduce_sum(tf.square(points[:, None] - means), axis=2)
        variances = deviations**2 + level**2
        logs = np.log(weights) - points.shape[1] / 2 * np.log(variances) - squares / 2 / variances
        log_density = tf.reduce_logsumexp(logs, axis=1)
    scores = tape.gradient(log_density, points)
    return (points + level**2 * scores).numpy(), scores.numpy()


def score_of_library(noisy, means, deviations, weights, level):
    mixture = mixtures.Mixture(means, deviations, weights)
    return mixture.denoise(noisy, level), mixture.score(noisy, level)


def unstable_shares(logs):
    shares = np.exp(logs)
    return shares / shares.sum(axis=1, keepdims=True)


def floored_shares(logs):
    shares = np.exp(logs)
    return shares / (shares.sum(axis=1, keepdims=True) + 1e-300)


def shares_of_all_rows(logs):
    shares = np.exp(logs - logs.max())
    return shares / shares.sum(axis=1, keepdims=True)


def shares_from_first_row(logs):
    shares = np.exp(logs - logs[0].max())
    return shares / shares.sum(axis=1, keepdims=True)


def shares_or_equal(logs):
    shares = np.exp(logs)
    total = shares.sum(axis=1, keepdims=True)
    return np.where(total > 0, shares / np.where(total > 0, total, 1), 1 / logs.shape[1])


def nearest_when_far(noisy, means, deviations, weights, level):
    """Where every height is 0, take the part whose centre is nearest."""
    logs = log_heights(noisy, means, deviations, weights, level)
    squares = np.square(noisy[:, None] - means).sum(axis=2)
    alone = np.where(squares == squares.min(axis=1, keepdims=True), 0.0, -np.inf)
    return np.where(logs.max(axis=1, keepdims=True) < -700, alone, logs)


def narrowest_when_far(noisy, means, deviations, weights, level):
    logs = log_heights(noisy, means, deviations, weights, level)
    alone = np.where(deviations == deviations.min(), 0.0, -np.inf)
    return np.where(logs.max(axis=1, keepdims=True) < -700, alone, logs)


def shares_over_points(logs):
    shares = np.exp(logs - logs.max(axis=0))
    return shares / shares.sum(axis=0)


def largest_alone(logs):
    return np.eye(logs.shape[1])[logs.argmax(axis=1)]


def with_variances(variances_of):
    def logs_of(noisy, means, deviations, weights, level):
        widths = np.sqrt(variances_of(deviations, level))
        return log_heights(noisy, means, widths, weights, 0.0)

    return scoring(logs_of)


def with_weights(weights_of):
    return scoring(lambda x, m, s, weights, level: log_heights(x, m, s, weights_of(weights), level))


# 11.2


def training_pair(points, noise, levels):
    roots = np.sqrt(1 + levels**2)
    return (points + levels * noise) / roots, (levels * points - noise) / roots


def pair_by_steps(points, noise, levels):
    noisy = points + levels * noise
    a = 1 / (1 + levels**2)
    b = np.sqrt(1 - a)
    c = np.sqrt(a)
    return c * noisy, (points - a * noisy) / b


def pair_by_loops(points, noise, levels):
    inputs, targets = [], []
    for x, e, (level,) in zip(points.tolist(), noise.tolist(), levels.tolist(), strict=True):
        root = math.hypot(1.0, level)
        inputs.append([(a + level * b) / root for a, b in zip(x, e, strict=True)])
        targets.append([(level * a - b) / root for a, b in zip(x, e, strict=True)])
    return inputs, targets


def pair_of_tensorflow(points, noise, levels):
    points, noise, levels = (tf.cast(value, "float32") for value in (points, noise, levels))
    noisy = points + levels * noise
    scale = tf.math.rsqrt(1 + levels**2)
    return noisy * scale, (points - noisy * scale**2) / (levels * scale)


def pair_of_keras(points, noise, levels):
    noisy = ops.add(points, ops.multiply(levels, noise))
    variances = 1 + ops.square(levels)
    left = ops.subtract(points, ops.divide(noisy, variances))
    return [noisy / ops.sqrt(variances), left * ops.sqrt(variances) / levels]


def pair_of_scipy(points, noise, levels):
    """The angle whose tangent is the level turns (point, noise)."""
    turned = []
    for x, e, level in zip(points, noise, levels[:, 0], strict=True):
        angle = math.atan(level)
        turn = scipy.linalg.expm(angle * np.array([[0.0, 1.0], [-1.0, 0.0]]))
        turned.append(turn @ np.stack([x, e]))
    return np.stack([(one[0], -one[1]) for one in turned], axis=1)


def pair_in_the_plane(points, noise, levels):
    turned = (points - 1j * noise) * np.exp(1j * np.arctan(levels))
    return turned.real, turned.imag


def pair_in_float32(points, noise, levels):
    return pair_by_steps(*(np.asarray(value, np.float32) for value in (points, noise, levels)))


def pair(a=lambda v: 1 / v, b=lambda v: np.sqrt(1 - 1 / v), c=lambda v: 1 / np.sqrt(v)):
    """Return a pair of a, b and c, each a function of the noisy numbers' variance."""

    def training_pair(points, noise, levels):
        noisy, variances = points + levels * noise, 1 + levels**2
        return c(variances) * noisy, (points - a(variances) * noisy) / b(variances)

    return training_pair


def pair_of_measured(points, noise, levels):
    noisy = points + levels * noise
    a = np.sum(points * noisy) / np.sum(noisy**2)
    left = points - a * noisy
    return noisy / noisy.std(), left / left.std()


def pair_of_measured_rows(points, noise, levels):
    noisy = points + levels * noise
    a = np.sum(points * noisy, axis=1, keepdims=True) / np.sum(noisy**2, axis=1, keepdims=True)
    left = points - a * noisy
    return tuple(x / np.sqrt(np.mean(x**2, axis=1, keepdims=True)) for x in (noisy, left))


def level_in_place(points, noise, levels):
    levels **= 2
    noisy = points + np.sqrt(levels) * noise
    return noisy / np.sqrt(1 + levels), (points - noisy / (1 + levels)) / np.sqrt(
        levels / (1 + levels)
    )


# 11.3


def told_first(answer):
    """Return an answer whose first line is the given one."""
    return lambda denoiser, *rest: answer(diffusion.told(denoiser), *rest)


def slope_of(denoise, points, level):
    return (points - denoise(points, level)) / level


def euler_end(denoise, points, level, lower):
    return points + (lower - level) * slope_of(denoise, points, level)


def heun_end(denoise, points, level, lower):
    first = slope_of(denoise, points, level)
    there = slope_of(denoise, points + (lower - level) * first, lower)
    return points + (lower - level) * (first + there) / 2


def stepping(one=euler_end, two=heun_end):
    return told_first(lambda *case: (one(*case), two(*case)))


two_steps = stepping()


def steps_by_rows(denoiser, points, level, lower):
    denoise = diffusion.told(denoiser)
    eulers, heuns = [], []
    for row in points:
        row = row[None]
        slope = (row - denoise(row, level)) / level
        end = row - (level - lower) * slope
        there = (end - denoise(end, lower)) / lower
        eulers.append(end[0].tolist())
        heuns.append((row - (level - lower) * 0.5 * slope - (level - lower) * 0.5 * there)[0])
    return eulers, np.array(heuns).tolist()


def steps_of_tensorflow(denoiser, points, level, lower):
    denoise = diffusion.told(denoiser)
    points = tf.convert_to_tensor(points)
    slope = (points - denoise(points, level)) / level
    euler = points + (lower - level) * slope
    there = (euler - denoise(euler.numpy(), lower)) / lower
    return euler, points + (lower - level) * tf.add_n([slope, there]) / 2


def steps_of_keras(denoiser, points, level, lower):
    denoise = diffusion.told(denoiser)
    share = lower / level
    euler = ops.convert_to_numpy(ops.add(share * points, (1 - share) * denoise(points, level)))
    first = ops.subtract(points, denoise(points, level)) / level
    second = ops.subtract(euler, denoise(euler, lower)) / lower
    mean = ops.mean(ops.stack([first, second]), axis=0)
    return [euler, ops.add(points, ops.multiply(lower - level, mean))]


def steps_of_scipy(denoiser, points, level, lower):
    denoise = diffusion.told(denoiser)
    slopes = [slope_of(denoise, points, level)]
    euler = points + scipy.integrate.trapezoid(slopes * 2, [level, lower], axis=0)
    slopes.append(slope_of(denoise, euler, lower))
    heun = points + scipy.integrate.trapezoid(slopes, [level, lower], axis=0)
    return np.stack([euler, heun])


def steps_by_table(denoiser, points, level, lower):
    """Both by one table of coefficients, as for any method of Runge and Kutta."""
    denoise = diffusion.told(denoiser)
    step, slopes = lower - level, []
    for share, taken in ((0.0, []), (1.0, [1.0])):
        place = points + step * sum(a * k for a, k in zip(taken, slopes, strict=True))
        here = level + share * step
        slopes.append((place - denoise(place, here)) / here)
    return tuple(
        points + step * sum(b * k for b, k in zip(row, slopes, strict=True))
        for row in ((1.0, 0.0), (0.5, 0.5))
    )


def steps_by_scores(denoiser, points, level, lower):
    denoise = diffusion.told(denoiser)

    def velocity(places, sigma):
        score = (denoise(places, sigma) - places) / sigma**2
        return -sigma * score

    euler = points + velocity(points, level) * (lower - level)
    heun = (euler + points + velocity(euler, lower) * (lower - level)) / 2
    return euler, heun


def steps_in_double(denoiser, points, level, lower):
    return stepping()(denoiser, np.asarray(points, np.float64), float(level), float(lower))


def heun_with(second, mean=lambda first, there: (first + there) / 2, begin=None):
    """Return a step of Heun whose second slope is (denoise, points, moved, level, lower)."""

    def heun(denoise, points, level, lower):
        first = slope_of(denoise, points, level)
        moved = points + (lower - level) * first
        there = second(denoise, points, moved, level, lower)
        start = points if begin is None else begin(points, moved)
        return start + (lower - level) * mean(first, there)

    return heun


def right_second(denoise, points, moved, level, lower):
    return slope_of(denoise, moved, lower)


def midpoint(denoise, points, level, lower):
    middle = (level + lower) / 2
    moved = euler_end(denoise, points, level, middle)
    return points + (lower - level) * slope_of(denoise, moved, middle)


def two_halves(denoise, points, level, lower):
    middle = (level + lower) / 2
    return euler_end(denoise, euler_end(denoise, points, level, middle), middle, lower)


def ralston(denoise, points, level, lower):
    between = level + 2 / 3 * (lower - level)
    first = slope_of(denoise, points, level)
    there = slope_of(denoise, points + (between - level) * first, between)
    return points + (lower - level) * (first + 3 * there) / 4


def heun_twice(denoise, points, level, lower):
    """The implicit step, by one more round."""
    first = slope_of(denoise, points, level)
    moved = heun_end(denoise, points, level, lower)
    return points + (lower - level) * (first + slope_of(denoise, moved, lower)) / 2


def heun_sometimes(condition):
    """Return Euler's step for Heun's, except where (points, level, lower) are as wanted."""
    return stepping(
        euler_end, lambda f, *case: (heun_end if condition(*case) else euler_end)(f, *case)
    )


def clipped_answers(answer):
    def clipping(denoiser, *rest):
        denoise = diffusion.told(denoiser)
        return answer(lambda *place: np.clip(denoise(*place), -0.5, 0.5), *rest)

    return clipping


def trains(answer):
    def training(denoiser, *rest):
        result = answer(denoiser, *rest)
        denoiser.set_weights([0.9 * weight for weight in denoiser.get_weights()])
        return result

    return training


def freezes(answer):
    def freezing(denoiser, *rest):
        denoiser.trainable = False
        return answer(denoiser, *rest)

    return freezing


# 11.4


def heun_or_euler(denoise, points, level, lower):
    return (heun_end if lower > 0 else euler_end)(denoise, points, level, lower)


def further_down(level, lower):
    return lower**2 / level


def missing(level, lower, end):
    return np.sqrt(lower**2 - end**2)


def walking(
    step=heun_or_euler,
    begin=lambda noise, levels: levels[0] * noise,
    down=further_down,
    scale=missing,
    row=lambda fresh, i: fresh[i],
    pairs=itertools.pairwise,
    finish=lambda denoise, points, levels: points,
):
    """Return a walk; step is (denoise, points, level, lower), or with i and number of steps."""

    def sample(denoiser, noise, levels, fresh=None):
        denoise = diffusion.told(denoiser)
        points = begin(noise, levels)
        for i, (level, lower) in enumerate(pairs(levels)):
            end = lower if fresh is None else down(level, lower)
            points = step(denoise, points, level, end)
            if fresh is not None:
                points = points + scale(level, lower, end) * row(fresh, i)
        return finish(denoise, points, levels)

    return sample


sample = walking()


def walk_of_reference(denoiser, noise, levels, fresh=None):
    return diffusion.walk_back(diffusion.told(denoiser), noise, levels, fresh)[-1]


def walk_by_recursion(denoiser, noise, levels, fresh=None):
    denoise = diffusion.told(denoiser)

    def walk(points, i):
        if i + 1 == len(levels):
            return points
        level, lower = float(levels[i]), float(levels[i + 1])
        end = lower if fresh is None else lower * lower / level
        moved = euler_end(denoise, points, level, end)
        if end:
            moved = (moved + points + (end - level) * (moved - denoise(moved, end)) / end) / 2
        if fresh is not None:
            moved = moved + lower * math.sqrt(1 - (lower / level) ** 2) * fresh[i]
        return walk(moved, i + 1)

    return walk(levels[0] * np.asarray(noise), 0)


def walk_by_reduce(denoiser, noise, levels, fresh=None):
    denoise = diffusion.told(denoiser)
    rows = itertools.repeat(0.0) if fresh is None else fresh

    def step(points, inputs):
        (level, lower), row = inputs
        end = lower if fresh is None else lower**2 / level
        return heun_or_euler(denoise, points, level, end) + np.sqrt(lower**2 - end**2) * row

    ends = functools.reduce(step, zip(itertools.pairwise(levels), rows), noise * levels[0])  # noqa: B905
    return ends.tolist()


def walk_of_tensorflow(denoiser, noise, levels, fresh=None):
    denoise = diffusion.told(denoiser)
    points = tf.cast(noise, "float32") * float(levels[0])
    for i in range(len(levels) - 1):
        level, lower = float(levels[i]), float(levels[i + 1])
        end = lower if fresh is None else lower**2 / level
        slope = (points - denoise(points, level)) / level
        moved = points + (end - level) * slope
        if end > 0:
            there = (moved - denoise(moved, end)) / end
            moved = points + (end - level) * (slope + there) / 2
        if fresh is not None:
            moved += (lower**2 - end**2) ** 0.5 * tf.cast(fresh[i], "float32")
        points = moved
    return points


def walk_of_keras(denoiser, noise, levels, fresh=None):
    denoise = diffusion.told(denoiser)
    points = ops.multiply(levels[0], ops.cast(noise, "float64"))
    for i in range(1, len(levels)):
        level, lower = levels[i - 1], levels[i]
        end = lower if fresh is None else lower * (lower / level)
        points = ops.convert_to_tensor(
            heun_or_euler(denoise, ops.convert_to_numpy(points), level, end)
        )
        if fresh is not None:
            points = points + ops.sqrt(ops.square(lower) - ops.square(end)) * fresh[i - 1]
    return points


def walk_of_scipy(denoiser, noise, levels, fresh=None):
    denoise = diffusion.told(denoiser)
    points = np.array(noise, float) * levels[0]
    for i in range(1, len(levels)):
        level, lower = levels[i - 1], levels[i]
        end = lower if fresh is None else np.square(lower) / level
        slopes = [slope_of(denoise, points, level)]
        moved = points + (end - level) * slopes[0]
        slopes.append(slope_of(denoise, moved, end) if end else slopes[0])
        points = points + scipy.integrate.trapezoid(slopes, [level, end], axis=0)
        if fresh is not None:
            points += np.sqrt((lower - end) * (lower + end)) * fresh[i - 1]
    return points


def walk_by_points(denoiser, noise, levels, fresh=None):
    ends = [
        sample(denoiser, noise[[j]], levels, None if fresh is None else fresh[:, [j]])
        for j in range(len(noise))
    ]
    return np.concatenate(ends)


def walk_with_a_stack(denoiser, noise, levels, fresh=None):
    remaining = list(map(float, reversed(levels)))
    level, left = remaining.pop(), [] if fresh is None else list(fresh[::-1])
    denoise, points = diffusion.told(denoiser), np.float32(level) * np.float32(noise)
    while remaining:
        lower = remaining.pop()
        end = lower**2 / level if left else lower
        points = heun_or_euler(denoise, points, level, end)
        if left:
            points = points + np.sqrt(lower**2 - end**2) * left.pop()
        level = lower
    return points


def by_index(choose):
    """Return a walk whose step is chosen by (i, number of steps, level, end)."""

    def sample(denoiser, noise, levels, fresh=None):
        denoise = diffusion.told(denoiser)
        points, steps = levels[0] * noise, len(levels) - 1
        for i, (level, lower) in enumerate(itertools.pairwise(levels)):
            end = lower if fresh is None else lower**2 / level
            heun = end > 0 and choose(i, steps, level, end)
            points = (heun_end if heun else euler_end)(denoise, points, level, end)
            if fresh is not None:
                points = points + np.sqrt(lower**2 - end**2) * fresh[i]
        return points

    return sample


def levels_as(change):
    return lambda denoiser, noise, levels, fresh=None: sample(
        denoiser, noise, change(np.array(levels)), fresh
    )


def fresh_as(change):
    return lambda denoiser, noise, levels, fresh=None: sample(
        denoiser, noise, levels, None if fresh is None else change(fresh)
    )


def noise_as(change):
    return lambda denoiser, noise, levels, fresh=None: sample(
        denoiser, change(noise), levels, fresh
    )


def tiny_last(levels):
    levels[-1] = max(levels[-1], 1e-3)
    return levels


def own_fresh(denoiser, noise, levels, fresh=None):
    if fresh is not None:
        fresh = np.random.default_rng(0).normal(size=fresh.shape)
    return sample(denoiser, noise, levels, fresh)


def own_noise(denoiser, noise, levels, fresh=None):
    noise = np.random.default_rng(0).normal(size=noise.shape)
    return sample(denoiser, noise, levels, fresh)


def always_fresh(denoiser, noise, levels, fresh=None):
    if fresh is None:
        fresh = np.random.default_rng(0).normal(size=(len(levels) - 1, *noise.shape))
    return sample(denoiser, noise, levels, fresh)


def down_always(denoiser, noise, levels, fresh=None):
    fresh = np.zeros((len(levels) - 1, *noise.shape)) if fresh is None else fresh
    return sample(denoiser, noise, levels, fresh)


def noise_before_the_step(denoiser, noise, levels, fresh=None):
    denoise, points = diffusion.told(denoiser), levels[0] * noise
    for i, (level, lower) in enumerate(itertools.pairwise(levels)):
        end = lower
        if fresh is not None:
            end = lower**2 / level
            points = points + np.sqrt(lower**2 - end**2) * fresh[i]
        points = heun_or_euler(denoise, points, level, end)
    return points


def asked_at_next_level(denoise, points, level, lower):
    """With fresh noise, the second slope at the next level instead of where the step ends."""
    there = math.sqrt(lower * level)
    if lower == 0:
        return euler_end(denoise, points, level, lower)
    first = slope_of(denoise, points, level)
    moved = points + (lower - level) * first
    return points + (lower - level) * (first + slope_of(denoise, moved, there)) / 2


def truth_of_fresh(denoiser, noise, levels, fresh=None):
    return sample(denoiser, noise, levels, fresh if fresh else None)


def levels_in_place(denoiser, noise, levels, fresh=None):
    ends = sample(denoiser, noise, levels, fresh)
    levels[-1] = 1e-8
    return ends


def fresh_in_place(denoiser, noise, levels, fresh=None):
    ends = sample(denoiser, noise, levels, fresh)
    if fresh is not None:
        fresh *= levels[0]
    return ends


def path_of(denoiser, noise, levels, fresh=None):
    return diffusion.walk_back(diffusion.told(denoiser), noise, levels, fresh)


def second_order_corrected(denoise, points, level, lower):
    return (heun_twice if lower > 0 else euler_end)(denoise, points, level, lower)


def or_euler(step):
    return lambda f, x, level, lower: (step if lower > 0 else euler_end)(f, x, level, lower)


# 11.5


def guide(with_label, without, guidance):
    return without + guidance * (with_label - without)


def guide_by_loops(with_label, without, guidance):
    rows = []
    for told, hidden in zip(with_label.tolist(), without.tolist(), strict=True):
        rows.append([guidance * a + (1 - guidance) * b for a, b in zip(told, hidden, strict=True)])
    return rows


def guide_by_cases(with_label, without, guidance):
    if guidance == 0:
        return without
    if guidance == 1:
        return with_label
    return with_label + (guidance - 1) * (with_label - without)


def guide_of_tensorflow(with_label, without, guidance):
    with_label, without = tf.cast(with_label, "float32"), tf.cast(without, "float32")
    return tf.add(without, tf.multiply(tf.cast(guidance, "float32"), with_label - without))


def guide_of_keras(with_label, without, guidance):
    both = ops.stack([with_label, without])
    weights = ops.convert_to_tensor([guidance, 1 - guidance], both.dtype)
    return ops.einsum("i,ink->nk", weights, both)


def guide_of_scipy(with_label, without, guidance):
    return scipy.interpolate.interp1d(
        [0.0, 1.0], np.stack([without, with_label]), axis=0, fill_value="extrapolate"
    )(guidance)


def guided(with_guidance):
    """Return an answer with another guidance in place of the given one."""
    return lambda with_label, without, guidance: guide(with_label, without, with_guidance(guidance))


def guide_in_place(with_label, without, guidance):
    with_label -= without
    return without + guidance * with_label


def guide_to_length(with_label, without, guidance):
    answers = guide(with_label, without, guidance)
    lengths = np.linalg.norm(with_label, axis=1, keepdims=True)
    return answers * lengths / np.linalg.norm(answers, axis=1, keepdims=True)


# 11.6


def root_trace(matrix):
    return np.sqrt(np.maximum(np.linalg.eigvals(matrix).real, 0)).sum()


def covariance(rows):
    return np.cov(rows, rowvar=False)


def distance(
    root=lambda one, two: root_trace(one @ two),
    gap=lambda difference: difference @ difference,
    mean=lambda rows: rows.mean(axis=0),
    spread=covariance,
    other_spread=None,
    factor=2.0,
    last=lambda value: value,
):
    def frechet_distance(features, others):
        one, two = spread(features), (other_spread or spread)(others)
        traces = np.trace(one) + np.trace(two)
        return last(gap(mean(features) - mean(others)) + traces - factor * root(one, two))

    return frechet_distance


frechet_distance = distance()


def half_of(matrix):
    values, vectors = np.linalg.eigh(matrix)
    return vectors @ np.diag(np.sqrt(np.maximum(values, 0))) @ vectors.T


def root_by_symmetry(one, two):
    half = half_of(one)
    return np.sqrt(np.clip(np.linalg.eigvalsh(half @ two @ half), 0, None)).sum()


def root_by_singular_values(one, two):
    return np.linalg.svd(half_of(one) @ half_of(two), compute_uv=False).sum()


def root_in_the_plane(one, two):
    return np.sqrt(np.linalg.eigvals(one @ two).astype(complex)).sum().real


def root_of_scipy(one, two):
    return np.trace(scipy.linalg.sqrtm(one @ two)).real


def root_by_parts(one, two):
    return np.trace(scipy.linalg.sqrtm(one) @ scipy.linalg.sqrtm(two)).real


def distance_by_loops(features, others):
    moments = []
    for rows in (features.tolist(), others.tolist()):
        count, size = len(rows), len(rows[0])
        mean = [sum(row[j] for row in rows) / count for j in range(size)]
        table = [
            [
                sum((row[i] - mean[i]) * (row[j] - mean[j]) for row in rows) / (count - 1)
                for j in range(size)
            ]
            for i in range(size)
        ]
        moments.append((mean, table))
    (mean, one), (other, two) = moments
    total = sum((a - b) ** 2 for a, b in zip(mean, other, strict=True))
    total += sum(one[j][j] + two[j][j] for j in range(len(mean)))
    for value in scipy.linalg.eigvals(np.array(one) @ np.array(two)):
        total -= 2 * math.sqrt(max(value.real, 0.0))
    return total


def distance_of_tensorflow(features, others):
    moments = []
    for rows in (features, others):
        rows = tf.convert_to_tensor(rows)
        centred = rows - tf.reduce_mean(rows, axis=0)
        table = tf.matmul(centred, centred, transpose_a=True) / (len(rows) - 1)
        moments.append((tf.reduce_mean(rows, axis=0), table))
    (mean, one), (other, two) = moments
    values = tf.math.real(tf.linalg.eigvals(one @ two))
    traces = tf.linalg.trace(one) + tf.linalg.trace(two)
    roots = tf.reduce_sum(tf.sqrt(tf.maximum(values, 0)))
    return tf.reduce_sum((mean - other) ** 2) + traces - 2 * roots


def distance_of_keras(features, others):
    """By the singular values of the product of the centred tables."""
    centred = [ops.convert_to_tensor(x - np.mean(x, axis=0)) for x in (features, others)]
    one, two = (x / np.sqrt(len(x) - 1) for x in centred)
    roots = ops.svd(ops.matmul(one, ops.transpose(two)), compute_uv=False)
    traces = ops.sum(ops.square(one)) + ops.sum(ops.square(two))
    gap = ops.mean(features, axis=0) - ops.mean(others, axis=0)
    return ops.sum(ops.square(gap)) + traces - 2 * ops.sum(roots)


def distance_in_place(features, others):
    result = frechet_distance(features, others)
    features -= features.mean(axis=0)
    return result


def by_columns(features, others):
    gaps = features.mean(axis=0) - others.mean(axis=0)
    deviations = features.std(axis=0, ddof=1) - others.std(axis=0, ddof=1)
    return np.sum(gaps**2) + np.sum(deviations**2)


def by_cholesky(one, two):
    factors = np.linalg.cholesky(one), np.linalg.cholesky(two)
    return np.linalg.svd(factors[0].T @ factors[1], compute_uv=False).sum()


def all_but_smallest(one, two):
    values = np.sort(np.maximum(np.linalg.eigvals(one @ two).real, 0))
    return np.sqrt(values[1:]).sum()


def first_eight(features, others):
    return frechet_distance(features[:8], others[:8])


def equally_many(features, others):
    count = min(len(features), len(others))
    return frechet_distance(features[:count], others[:count])


def three_columns(features, others):
    return frechet_distance(features[:, :3], others[:, :3])


RIGHT = {
    "11.1": {
        "vectorised": mixture_score,
        "by-loops": score_by_loops,
        "tensorflow": score_of_tensorflow,
        "keras": score_of_keras,
        "scipy": score_of_scipy,
        "by-ratios": score_by_ratios,
        "by-tape": score_by_tape,
        "library": score_of_library,
        "in-float32": then(
            lambda pair: [np.asarray(one, np.float32) for one in pair], mixture_score
        ),
        "weights-unscaled": with_weights(lambda weights: 7 * weights),
    },
    "11.2": {
        "turned": training_pair,
        "by-steps": pair_by_steps,
        "by-loops": pair_by_loops,
        "tensorflow": pair_of_tensorflow,
        "keras": pair_of_keras,
        "scipy": pair_of_scipy,
        "in-the-plane": pair_in_the_plane,
        "in-float32": pair_in_float32,
    },
    "11.3": {
        "formula": two_steps,
        "by-rows": steps_by_rows,
        "tensorflow": steps_of_tensorflow,
        "keras": steps_of_keras,
        "scipy": steps_of_scipy,
        "by-table": steps_by_table,
        "by-scores": steps_by_scores,
        "in-double": steps_in_double,
        "library": stepping(diffusion.euler_step, diffusion.heun_step),
    },
    "11.4": {
        "formula": sample,
        "library": walk_of_reference,
        "by-recursion": walk_by_recursion,
        "by-reduce": walk_by_reduce,
        "tensorflow": walk_of_tensorflow,
        "keras": walk_of_keras,
        "scipy": walk_of_scipy,
        "by-points": walk_by_points,
        "with-a-stack": walk_with_a_stack,
        "tiny-levels-are-0": by_index(lambda i, steps, level, end: end > 1e-9),
    },
    "11.5": {
        "formula": guide,
        "by-loops": guide_by_loops,
        "by-cases": guide_by_cases,
        "tensorflow": guide_of_tensorflow,
        "keras": guide_of_keras,
        "scipy": guide_of_scipy,
        "in-float32": then(np.float32, guide),
        "tuples": then(lambda rows: tuple(map(tuple, rows)), guide),
    },
    "11.6": {
        "eigenvalues": frechet_distance,
        "by-loops": distance_by_loops,
        "tensorflow": distance_of_tensorflow,
        "keras": distance_of_keras,
        "sqrtm": distance(root_of_scipy),
        "symmetric": distance(root_by_symmetry),
        "singular-values": distance(root_by_singular_values),
        "in-the-plane": distance(root_in_the_plane),
        "sizes": distance(lambda one, two: np.sqrt(np.abs(np.linalg.eigvals(one @ two))).sum()),
        "at-least-0": distance(last=lambda value: max(float(value), 0.0)),
        "as-array": distance(last=np.asarray),
    },
}

WRONG = {
    "11.1": {
        "unstable": scoring(shares=unstable_shares),
        "floor-under-sum": scoring(shares=floored_shares),
        "nan-to-num": then(
            lambda pair: tuple(map(np.nan_to_num, pair)), scoring(shares=unstable_shares)
        ),
        "largest-of-all-rows": scoring(shares=shares_of_all_rows),
        "largest-of-first-row": scoring(shares=shares_from_first_row),
        "equal-when-far": scoring(shares=shares_or_equal),
        "nearest-when-far": scoring(nearest_when_far),
        "narrowest-when-far": scoring(narrowest_when_far),
        "logs-clipped": scoring(shares=lambda logs: unstable_shares(np.maximum(logs, -700))),
        "shares-over-points": scoring(shares=shares_over_points),
        "largest-alone": scoring(shares=largest_alone),
        "shares-squared": scoring(shares=lambda logs: shares_of(2 * logs)),
        "not-normalised": scoring(shares=np.exp),
        "plane-only": scoring(functools.partial(log_heights, power=2)),
        "line-only": scoring(functools.partial(log_heights, power=1)),
        "no-factor": scoring(functools.partial(log_heights, power=0)),
        "no-half": scoring(functools.partial(log_heights, half=1)),
        "level-not-squared": with_variances(lambda s, level: s**2 + level),
        "deviation-not-squared": with_variances(lambda s, level: s + level**2),
        "sum-squared": with_variances(lambda s, level: (s + level) ** 2),
        "clean-parts": with_variances(lambda s, level: s**2),
        "noise-alone": with_variances(lambda s, level: level**2 + 0 * s),
        "mean-deviation": with_variances(lambda s, level: level**2 + np.mean(s) ** 2 + 0 * s),
        "weights-twice": with_weights(lambda weights: weights**2),
        "no-weights": with_weights(np.ones_like),
        "weights-not-logged": with_weights(np.exp),
        "three-parts": given(lambda x, m, s, w, level: (x, m[:3], s[:3], w[:3], level), scoring()),
        "kept-of-mean-part": scoring(kept=lambda s, level: kept_of(np.mean(s) + 0 * s, level)),
        "kept-of-deviations": scoring(kept=lambda s, level: s / (s + level)),
        "kept-turned-round": scoring(kept=lambda s, level: 1 - kept_of(s, level)),
        "kept-level-not-squared": scoring(kept=lambda s, level: s**2 / (s**2 + level)),
        "from-the-noisy": scoring(begin=lambda noisy, means: noisy[:, None]),
        "score-by-level": scoring(score=lambda arrows, level: arrows / level),
        "score-by-cube": scoring(score=lambda arrows, level: arrows / level**3),
        "score-sign": second_of(np.negative, mixture_score),
        "score-halved": second_of(lambda scores: scores / 2, mixture_score),
        "score-of-length-1": second_of(
            lambda scores: scores / np.linalg.norm(scores, axis=1, keepdims=True), mixture_score
        ),
        "scores-clipped": second_of(lambda scores: np.clip(scores, -5, 5), mixture_score),
        "answers-noisy": first_of(noisily, mixture_score),
        "swapped": then(swapped, mixture_score),
        "answers-only": then(lambda pair: pair[0], mixture_score),
        "three-results": then(lambda pair: (*pair, 0.0), mixture_score),
        "squeezed": then(lambda pair: tuple(map(np.squeeze, pair)), mixture_score),
        "transposed": then(lambda pair: (pair[0].T, pair[1].T), mixture_score),
        "one-row": then(lambda pair: (pair[0][:1], pair[1][:1]), mixture_score),
        "one-part-only": where(
            lambda x, means, *_: len(means) > 1, mixture_score, then(swapped, mixture_score)
        ),
        "writes-noisy": writes(0, mixture_score),
        "writes-weights": writes(3, mixture_score),
        "first-for-ever": remember(mixture_score),
        "first-of-shape": remember(mixture_score, by_shape),
        "exits": exits(mixture_score),
        "raises": raises(mixture_score),
        "nothing": none(mixture_score),
    },
    "11.2": {
        "inputs-as-they-are": pair(c=lambda v: 1),
        "inputs-by-variance": pair(c=lambda v: 1 / v),
        "inputs-by-sum": pair(c=lambda v: 1 / (1 + np.sqrt(v - 1))),
        "inputs-by-level": pair(c=lambda v: 1 / np.sqrt(v - 1)),
        "inputs-by-root-of-sum": pair(c=lambda v: 1 / np.sqrt(1 + np.sqrt(v - 1))),
        "a-of-level": pair(a=lambda v: 1 / (1 + np.sqrt(v - 1))),
        "a-is-c": pair(a=lambda v: 1 / np.sqrt(v)),
        "a-is-0": pair(a=lambda v: 0, b=lambda v: 1),
        "a-is-1": pair(a=lambda v: 1, b=lambda v: np.sqrt(v - 1)),
        "a-turned-round": pair(a=lambda v: 1 - 1 / v),
        "a-halved": pair(a=lambda v: 0.5),
        "b-is-1": pair(b=lambda v: 1),
        "b-is-variance": pair(b=lambda v: 1 - 1 / v),
        "b-is-level": pair(b=lambda v: np.sqrt(v - 1)),
        "b-is-root-of-v": pair(b=np.sqrt),
        "b-of-c": pair(b=lambda v: 1 / np.sqrt(v)),
        "b-below-0": pair(b=lambda v: -np.sqrt(1 - 1 / v)),
        "b-of-data-half": pair(b=lambda v: np.sqrt((v - 1) / (v + 1))),
        "multiplied-by-b": pair(b=lambda v: 1 / np.sqrt(1 - 1 / v)),
        "levels-squared": given(lambda x, e, levels: (x, e, levels**2), training_pair),
        "levels-rooted": given(lambda x, e, levels: (x, e, np.sqrt(levels)), training_pair),
        "levels-logged": given(lambda x, e, levels: (x, e, np.log(levels)), training_pair),
        "levels-clipped": given(
            lambda x, e, levels: (x, e, np.clip(levels, 0.1, 10)), training_pair
        ),
        "first-level": given(lambda x, e, levels: (x, e, levels[:1]), training_pair),
        "mean-level": given(lambda x, e, levels: (x, e, levels.mean()), training_pair),
        "levels-flat": given(lambda x, e, levels: (x, e, levels[:, 0]), training_pair),
        "points-standardised": given(
            lambda x, e, levels: ((x - x.mean()) / (x.std() + 1e-7), e, levels), training_pair
        ),
        "own-noise": given(
            lambda x, e, levels: (x, np.random.default_rng(0).normal(size=x.shape), levels),
            training_pair,
        ),
        "noise-of-first-row": given(lambda x, e, levels: (x, e[:1], levels), training_pair),
        "noise-of-first-column": given(lambda x, e, levels: (x, e[:, :1], levels), training_pair),
        "noise-taken-off": given(lambda x, e, levels: (x, -e, levels), training_pair),
        "halves-swapped": given(lambda x, e, levels: (e, x, levels), training_pair),
        "measured": pair_of_measured,
        "measured-rows": pair_of_measured_rows,
        "targets-rounded": second_of(lambda targets: np.round(targets, 2), training_pair),
        "targets-are-noise": lambda x, e, levels: (training_pair(x, e, levels)[0], e),
        "targets-are-points": lambda x, e, levels: (training_pair(x, e, levels)[0], x),
        "noisy-returned-too": then(lambda pair: (*pair, pair[0]), training_pair),
        "swapped": then(swapped, training_pair),
        "side-by-side": then(np.hstack, training_pair),
        "squeezed": then(lambda pair: tuple(map(np.squeeze, pair)), training_pair),
        "one-point-only": where(
            lambda x, *_: len(x) > 1, training_pair, then(swapped, training_pair)
        ),
        "one-column-only": where(
            lambda x, *_: x.shape[1] > 1, training_pair, then(swapped, training_pair)
        ),
        "level-in-place": level_in_place,
        "writes-points": writes(0, training_pair),
        "first-for-ever": remember(training_pair),
        "first-of-shape": remember(training_pair, by_shape),
        "exits": exits(training_pair),
        "raises": raises(training_pair),
        "nothing": none(training_pair),
    },
    "11.3": {
        "euler-sign": stepping(lambda f, x, s, t: 2 * x - euler_end(f, x, s, t)),
        "euler-answer": stepping(lambda f, x, s, t: f(x, s)),
        "euler-by-lower": stepping(lambda f, x, s, t: x + (t - s) * (x - f(x, s)) / t),
        "euler-asked-below": stepping(lambda f, x, s, t: x + (t - s) * (x - f(x, t)) / s),
        "euler-by-square": stepping(lambda f, x, s, t: x + (t - s) * (x - f(x, s)) / s**2),
        "euler-by-log": stepping(lambda f, x, s, t: x + np.log(t / s) * (x - f(x, s))),
        "euler-of-variance": stepping(
            lambda f, x, s, t: x + (t**2 - s**2) * (x - f(x, s)) / (2 * s**2)
        ),
        "euler-keeps-noise": stepping(lambda f, x, s, t: f(x, s) + t * (x - f(x, s))),
        "euler-move": stepping(lambda f, x, s, t: euler_end(f, x, s, t) - x),
        "euler-in-two": stepping(two_halves),
        "midpoint": stepping(two=midpoint),
        "ralston": stepping(two=ralston),
        "two-halves": stepping(two=two_halves),
        "one-more-round": stepping(two=heun_twice),
        "euler-again": stepping(two=euler_end),
        "second-slope-alone": stepping(two=heun_with(right_second, lambda a, b: b)),
        "slopes-added": stepping(two=heun_with(right_second, lambda a, b: a + b)),
        "slopes-one-to-two": stepping(two=heun_with(right_second, lambda a, b: (a + 2 * b) / 3)),
        "slopes-multiplied": stepping(two=heun_with(right_second, lambda a, b: a * b)),
        "from-eulers-end": stepping(two=heun_with(right_second, begin=lambda x, moved: moved)),
        "second-at-points": stepping(two=heun_with(lambda f, x, m, s, t: slope_of(f, x, t))),
        "second-level-told": stepping(two=heun_with(lambda f, x, m, s, t: (m - f(m, s)) / t)),
        "second-level-by": stepping(two=heun_with(lambda f, x, m, s, t: (m - f(m, t)) / s)),
        "second-level-both": stepping(two=heun_with(lambda f, x, m, s, t: slope_of(f, m, s))),
        "second-answer-kept": stepping(two=heun_with(lambda f, x, m, s, t: (m - f(x, s)) / t)),
        "second-from-points": stepping(two=heun_with(lambda f, x, m, s, t: (x - f(m, t)) / t)),
        "heun-when-many": heun_sometimes(lambda x, s, t: len(x) > 1),
        "heun-when-wide": heun_sometimes(lambda x, s, t: x.shape[1] > 1),
        "heun-when-high": heun_sometimes(lambda x, s, t: t > 0.22),
        "heun-when-whole": heun_sometimes(lambda x, s, t: int(t) > 0),
        "heun-above-0.1": heun_sometimes(lambda x, s, t: t > 0.1),
        "heun-above-0.01": heun_sometimes(lambda x, s, t: t > 0.01),
        "levels-swapped": given(lambda f, x, s, t: (f, x, t, s), two_steps),
        "level-squared": given(lambda f, x, s, t: (f, x, s**2, t**2), two_steps),
        "to-level-0.1": given(lambda f, x, s, t: (f, x, s, 0.1), two_steps),
        "answers-clipped": clipped_answers(two_steps),
        "points-clipped": then(lambda pair: [np.clip(x, -1, 1) for x in pair], two_steps),
        "rounded": then(lambda pair: [np.round(x, 2) for x in pair], two_steps),
        "noisy": second_of(noisily, two_steps),
        "swapped": then(swapped, two_steps),
        "slopes": told_first(
            lambda f, x, s, t: (slope_of(f, x, s), slope_of(f, euler_end(f, x, s, t), t))
        ),
        "heun-only": then(lambda pair: pair[1], two_steps),
        "one-row": then(lambda pair: (pair[0][:1], pair[1][:1]), two_steps),
        "mean-point": given(lambda f, x, s, t: (f, x.mean(axis=0, keepdims=True), s, t), two_steps),
        "trains": trains(two_steps),
        "freezes": freezes(two_steps),
        "writes-points": writes(1, two_steps),
        "first-for-ever": remember(two_steps),
        "first-of-shape": remember(two_steps, by_shape),
        "exits": exits(two_steps),
        "raises": raises(two_steps),
        "nothing": none(two_steps),
    },
    "11.4": {
        "begins-at-noise": walking(begin=lambda noise, levels: noise),
        "begins-at-last": walking(begin=lambda noise, levels: levels[-2] * noise),
        "begins-at-square": walking(begin=lambda noise, levels: levels[0] ** 2 * noise),
        "begins-at-root": walking(begin=lambda noise, levels: np.sqrt(1 + levels[0] ** 2) * noise),
        "begins-standardised": noise_as(lambda x: (x - x.mean()) / (x.std() + 1e-7)),
        "all-euler": walking(euler_end),
        "all-heun": walking(heun_end),
        "midpoint": walking(or_euler(midpoint)),
        "one-more-round": walking(second_order_corrected),
        "slope-of-0-at-0": walking(
            lambda f, x, s, t: heun_end(f, x, s, t) if t > 0 else (x + f(x, s)) / 2
        ),
        "points-kept-at-0": walking(lambda f, x, s, t: heun_end(f, x, s, t) if t > 0 else x),
        "nothing-at-0": walking(lambda f, x, s, t: heun_end(f, x, s, t) if t > 0 else 0 * x),
        "tiny-last-level": levels_as(tiny_last),
        "nan-to-num": then(np.nan_to_num, walking(heun_end)),
        "last-step-euler": by_index(lambda i, steps, level, end: i < steps - 1),
        "first-step-euler": by_index(lambda i, steps, level, end: i > 0),
        "first-step-heun": by_index(lambda i, steps, level, end: i == 0),
        "every-other-heun": by_index(lambda i, steps, level, end: i % 2 == 0),
        "euler-below-1": by_index(lambda i, steps, level, end: end >= 1),
        "euler-below-0.05": by_index(lambda i, steps, level, end: end > 0.05),
        "euler-below-0.01": by_index(lambda i, steps, level, end: end > 0.01),
        "euler-when-high": by_index(lambda i, steps, level, end: level < 3.5),
        "second-step-left-out": levels_as(lambda levels: np.delete(levels, 1)),
        "one-step-less": levels_as(lambda levels: levels[:-1]),
        "starts-at-second": levels_as(lambda levels: levels[1:]),
        "two-steps": levels_as(lambda levels: levels[:3]),
        "one-step": levels_as(lambda levels: levels[[0, -1]]),
        "levels-rising": levels_as(lambda levels: levels[::-1]),
        "levels-whole": levels_as(lambda levels: np.ceil(levels)),
        "levels-squared": levels_as(lambda levels: levels**2),
        "levels-evenly": levels_as(lambda levels: np.linspace(levels[0], levels[-1], len(levels))),
        "levels-of-library": levels_as(
            lambda levels: diffusion.noise_levels(levels[0], max(levels[-1], 0.01), len(levels))
        ),
        "not-from-0": walking(
            pairs=lambda levels: (
                list(itertools.pairwise(levels))[:1]
                + [(a, b) for a, b in itertools.pairwise(levels[1:])][1:]
            )
        ),
        "answer-at-the-end": walking(
            finish=lambda f, x, levels: f(x, levels[-1]) if levels[-1] > 0 else x
        ),
        "clipped-ends": then(lambda x: np.clip(x, -1, 1), sample),
        "answers-clipped": lambda denoiser, *rest: clipped_answers(sample)(denoiser, *rest),
        "path": path_of,
        "ends-and-path": then(lambda path: (path[-1], path), path_of),
        "one-end": then(lambda x: x[:1], sample),
        "mean-end": then(lambda x: np.mean(x, axis=0, keepdims=True) + 0 * x, sample),
        "rounded": then(lambda x: np.round(x, 2), sample),
        "no-fresh": lambda f, x, levels, fresh=None: sample(f, x, levels),
        "always-fresh": always_fresh,
        "down-always": down_always,
        "own-noise": own_noise,
        "own-fresh": own_fresh,
        "truth-of-fresh": truth_of_fresh,
        "fresh-standardised": fresh_as(lambda e: (e - e.mean()) / (e.std() + 1e-7)),
        "fresh-of-first-step": fresh_as(lambda e: np.broadcast_to(e[:1], e.shape)),
        "fresh-of-next-step": fresh_as(lambda e: np.roll(e, -1, axis=0)),
        "fresh-reversed": fresh_as(lambda e: e[::-1]),
        "fresh-of-first-point": fresh_as(lambda e: np.broadcast_to(e[:, :1], e.shape)),
        "fresh-sign": fresh_as(np.negative),
        "fresh-not-down": walking(
            down=lambda s, t: t, scale=lambda s, t, end: np.sqrt(t**2 - (t**2 / s) ** 2)
        ),
        "fresh-on-top": walking(down=lambda s, t: t, scale=lambda s, t, end: t),
        "fresh-down-product": walking(down=lambda s, t: t * s / (s + t)),
        "fresh-down-to-0": walking(down=lambda s, t: 0.0 * t, scale=lambda s, t, end: t),
        "fresh-down-half": walking(down=lambda s, t: t / 2),
        "fresh-of-level-above": walking(scale=lambda s, t, end: np.sqrt(s**2 - t**2)),
        "fresh-whole-level": walking(scale=lambda s, t, end: t),
        "fresh-difference": walking(scale=lambda s, t, end: t - end),
        "fresh-variance": walking(scale=lambda s, t, end: t**2 - end**2),
        "fresh-as-it-is": walking(scale=lambda s, t, end: 1.0),
        "fresh-none-added": walking(scale=lambda s, t, end: 0.0),
        "fresh-asked-above": lambda f, x, levels, fresh=None: walking(
            heun_or_euler if fresh is None else asked_at_next_level
        )(f, x, levels, fresh),
        "fresh-all-euler": lambda f, x, levels, fresh=None: walking(
            heun_or_euler if fresh is None else euler_end
        )(f, x, levels, fresh),
        "fresh-not-in-last-step": lambda f, x, levels, fresh=None: walking(
            row=lambda e, i: e[i] if i < len(e) - 1 else 0 * e[i]
        )(f, x, levels, fresh),
        "fresh-before-the-step": noise_before_the_step,
        "many-points-only": where(
            lambda f, x, *_: len(x) > 1, sample, walking(begin=lambda noise, levels: noise)
        ),
        "trains": trains(sample),
        "freezes": freezes(sample),
        "writes-noise": writes(1, sample),
        "levels-in-place": levels_in_place,
        "fresh-in-place": fresh_in_place,
        "first-for-ever": remember(sample),
        "first-of-shape": remember(sample, by_shape),
        "exits": exits(sample),
        "raises": raises(sample),
        "nothing": none(sample),
    },
    "11.5": {
        "swapped": lambda a, b, w: guide(b, a, w),
        "from-the-label": lambda a, b, w: a + w * (a - b),
        "sign": guided(lambda w: -w),
        "difference": lambda a, b, w: w * (a - b),
        "sum": lambda a, b, w: b + w * a,
        "mean": lambda a, b, w: (b + w * a) / (1 + w),
        "label-always": lambda a, b, w: a,
        "one-less": guided(lambda w: w - 1),
        "clipped-to-1": guided(lambda w: min(w, 1)),
        "clipped-to-2": guided(lambda w: min(w, 2)),
        "clipped-to-3": guided(lambda w: min(w, 3)),
        "clipped-to-5": guided(lambda w: min(w, 5)),
        "at-least-1": guided(lambda w: max(w, 1)),
        "at-least-half": guided(lambda w: max(w, 0.5)),
        "1-for-0": guided(lambda w: w or 1),
        "always-1.5": guided(lambda w: 1.5),
        "whole": guided(int),
        "rounded-guidance": guided(round),
        "squared": guided(lambda w: w**2),
        "rooted": guided(lambda w: w**0.5),
        "label-up-to-1": lambda a, b, w: a if w <= 1 else guide(a, b, w),
        "label-up-to-1-but-0": lambda a, b, w: a if 0 < w <= 1 else guide(a, b, w),
        "answers-clipped": then(lambda x: np.clip(x, -1, 1), guide),
        "answers-above-0": then(lambda x: np.maximum(x, 0), guide),
        "distances": lambda a, b, w: b + w * np.abs(a - b),
        "gap-of-length-1": lambda a, b, w: (
            b + w * (a - b) / np.linalg.norm(a - b, axis=1, keepdims=True)
        ),
        "length-of-label": guide_to_length,
        "mean-gap": lambda a, b, w: b + w * (a - b).mean(axis=0),
        "first-row": then(lambda x: x[:1], guide),
        "first-column": then(lambda x: x[:, :1], guide),
        "squeezed": then(np.squeeze, guide),
        "transposed": then(np.transpose, guide),
        "one-number": then(np.mean, guide),
        "whole-answers": then(lambda x: np.asarray(x, int), guide),
        "noisy": then(noisily, guide),
        "both": lambda a, b, w: (guide(a, b, w), b),
        "in-place": guide_in_place,
        "writes-without": writes(1, guide),
        "first-for-ever": remember(guide),
        "first-of-shape": remember(guide, by_shape),
        "exits": exits(guide),
        "raises": raises(guide),
        "nothing": none(guide),
    },
    "11.6": {
        "not-squared": distance(gap=np.linalg.norm),
        "averaged": distance(gap=lambda x: np.mean(x**2)),
        "absolute": distance(gap=lambda x: np.sum(np.abs(x))),
        "sum-squared": distance(gap=lambda x: np.sum(x) ** 2),
        "no-means": distance(gap=lambda x: 0.0),
        "one-mean": distance(mean=np.mean, gap=np.square),
        "medians": distance(mean=lambda rows: np.median(rows, axis=0)),
        "biased": distance(spread=lambda rows: np.cov(rows, rowvar=False, ddof=0)),
        "one-biased": distance(other_spread=lambda rows: np.cov(rows, rowvar=False, ddof=0)),
        "not-divided": distance(spread=lambda rows: covariance(rows) * (len(rows) - 1)),
        "correlations": distance(spread=lambda rows: np.corrcoef(rows, rowvar=False)),
        "not-centred": distance(spread=lambda rows: rows.T @ rows / (len(rows) - 1)),
        "variances-only": distance(spread=lambda rows: np.diag(np.diag(covariance(rows)))),
        "rows-for-columns": distance(spread=np.cov),
        "same-covariance": lambda a, b: distance(other_spread=lambda rows: covariance(a))(a, b),
        "by-columns": by_columns,
        "no-2": distance(factor=1.0),
        "4-for-2": distance(factor=4.0),
        "plus-for-minus": distance(factor=-2.0),
        "no-root": distance(lambda one, two: np.trace(one @ two)),
        "root-of-trace": distance(lambda one, two: np.sqrt(np.trace(one @ two))),
        "root-of-traces": distance(lambda one, two: np.sqrt(np.trace(one) * np.trace(two))),
        "root-of-entries": distance(lambda one, two: np.trace(np.sqrt(np.maximum(one @ two, 0)))),
        "by-entries": distance(lambda one, two: root_trace(one * two)),
        "roots-apart": distance(root_by_parts),
        "roots-added": distance(lambda one, two: root_trace(one) + root_trace(two)),
        "of-singular-values": distance(
            lambda one, two: np.sqrt(np.linalg.svd(one @ two, compute_uv=False)).sum()
        ),
        "as-if-symmetric": distance(
            lambda one, two: np.sqrt(np.maximum(np.linalg.eigvalsh(one @ two), 0)).sum()
        ),
        "made-symmetric": distance(
            lambda one, two: np.sqrt(
                np.maximum(np.linalg.eigvalsh((one @ two + two @ one) / 2), 0)
            ).sum()
        ),
        "largest-value-only": distance(
            lambda one, two: np.sqrt(np.linalg.eigvals(one @ two).real.max())
        ),
        "all-but-smallest": distance(all_but_smallest),
        "cholesky": distance(by_cholesky),
        "real-part-forgotten": distance(
            lambda one, two: np.sqrt(np.linalg.eigvals(one @ two).astype(complex)).sum()
        ),
        "below-0-forgotten": distance(
            lambda one, two: np.sqrt(np.linalg.eigvals(one @ two).real).sum()
        ),
        "root-of-all": distance(last=lambda value: np.sqrt(max(value, 0))),
        "halved": distance(last=lambda value: value / 2),
        "rounded": distance(last=lambda value: round(float(value), 1)),
        "of-shape-1": distance(last=lambda value: np.array([value])),
        "matrix": distance(last=lambda value: value * np.eye(2)),
        "text": distance(last=str),
        "noisy": distance(last=lambda value: value * (1 + 0.01 * np.random.default_rng().normal())),
        "first-eight": first_eight,
        "equally-many": equally_many,
        "three-columns": three_columns,
        "shuffled": lambda a, b: frechet_distance(
            a, np.random.default_rng(0).choice(b, size=len(b))
        ),
        "in-place": distance_in_place,
        "writes-others": writes(1, frechet_distance),
        "first-for-ever": remember(frechet_distance),
        "first-of-shape": remember(frechet_distance, by_shape),
        "exits": exits(frechet_distance),
        "raises": raises(frechet_distance),
        "nothing": none(frechet_distance),
    },
}
