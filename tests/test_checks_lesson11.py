"""Lesson 11: each check accepts right answers of any kind and names the mistake in wrong ones."""

import itertools

import numpy as np
import tensorflow as tf
from answers import closing_tests
from scipy.linalg import sqrtm
from scipy.stats import multivariate_normal

from helpers.methods import diffusion


def posterior(noisy, means, variances, weights, *, power=1.0, stable=True):
    d = noisy.shape[1]
    squares = np.square(noisy[:, None] - means).sum(axis=2)
    logs = np.log(weights) - power * d / 2 * np.log(variances) - squares / (2 * variances)
    logs = logs - logs.max(axis=1, keepdims=True) if stable else logs
    shares = np.exp(logs)
    return shares / shares.sum(axis=1, keepdims=True)


def scoring(
    *,
    variances=lambda s, level: s**2 + level**2,
    kept=lambda s, level: s**2 / (s**2 + level**2),
    use=lambda weights: weights,
    score=lambda arrows, level: arrows / level**2,
    **options,
):
    """Return a right answer to 11.1, or one with a mistake put in."""

    def mixture_score(noisy, means, deviations, weights, level):
        shares = posterior(noisy, means, variances(deviations, level), use(weights), **options)
        gaps = noisy[:, None] - means
        of_parts = means + kept(deviations, level)[:, None] * gaps
        answers = np.einsum("nc,ncd->nd", shares, of_parts)
        return answers, score(answers - noisy, level)

    return mixture_score


def by_scores(noisy, means, deviations, weights, level):
    """Return the score as a mean of scores, and the answer from it."""
    variances = deviations**2 + level**2
    shares = posterior(noisy, means, variances, weights)
    slopes = (means - noisy[:, None]) / variances[:, None]
    scores = np.sum(shares[..., None] * slopes, axis=1)
    return noisy + level**2 * scores, scores


def part_by_part(noisy, means, deviations, weights, level):
    size = noisy.shape[1]
    logs = []
    for mean, deviation, weight in zip(means, deviations, weights, strict=True):
        covariance = (deviation**2 + level**2) * np.eye(size)
        heights = multivariate_normal(mean, covariance).logpdf(noisy)
        logs.append(np.log(weight) + np.atleast_1d(heights))
    total = np.logaddexp.reduce(logs, axis=0)
    answers = np.zeros(noisy.shape)
    for log, mean, deviation in zip(logs, means, deviations, strict=True):
        one = (deviation**2 * noisy + level**2 * mean) / (deviation**2 + level**2)
        answers += np.exp(log - total)[:, None] * one
    return answers, (answers - noisy) / level**2


def swapped_scores(*case):
    return scoring()(*case)[::-1]


def largest_part(noisy, means, deviations, weights, level):
    variances = deviations**2 + level**2
    best = posterior(noisy, means, variances, weights).argmax(axis=1)
    kept = (deviations**2 / variances)[best][:, None]
    answers = means[best] + kept * (noisy - means[best])
    return answers, (answers - noisy) / level**2


def one_largest(noisy, means, deviations, weights, level):
    """Subtract the largest logarithm of all points, not that of each one."""
    variances = deviations**2 + level**2
    squares = np.square(noisy[:, None] - means).sum(axis=2)
    logs = np.log(weights) - noisy.shape[1] / 2 * np.log(variances) - squares / (2 * variances)
    shares = np.exp(logs - logs.max())
    shares /= shares.sum(axis=1, keepdims=True)
    arrows = np.sum((shares / variances)[..., None] * (means - noisy[:, None]), axis=1)
    return noisy + level**2 * arrows, arrows


def nearest_when_far(noisy, means, deviations, weights, level):
    """Take the nearest part alone where every height is 0."""
    variances = deviations**2 + level**2
    nearest = np.square(noisy[:, None] - means).sum(axis=2).argmin(axis=1)
    alone = (means[nearest] - noisy) / variances[nearest][:, None]
    scores = scoring(stable=False)(noisy, means, deviations, weights, level)[1]
    scores = np.where(np.isfinite(scores), scores, alone)
    return noisy + level**2 * scores, scores


def score_in_place(noisy, means, deviations, weights, level):
    answers, scores = scoring()(noisy, means, deviations, weights, level)
    noisy += 0.1
    return answers, scores


def pair(*, c=lambda v, s: 1 / np.sqrt(v), a=lambda v: 1 / v, b=lambda v, s: s / np.sqrt(v)):
    """Return a right answer to 11.2, or one with a mistake put in."""

    def training_pair(points, noise, levels):
        noisy, variances = points + levels * noise, 1 + levels**2
        targets = (points - a(variances) * noisy) / b(variances, levels)
        return c(variances, levels) * noisy, targets

    return training_pair


def pair_by_angle(points, noise, levels):
    angles = np.arctan(levels)
    return (
        np.cos(angles) * points + np.sin(angles) * noise,
        np.sin(angles) * points - np.cos(angles) * noise,
    )


def pair_in_loops(points, noise, levels):
    pairs = [
        pair()(x[None], e[None], s[None]) for x, e, s in zip(points, noise, levels, strict=True)
    ]
    inputs, targets = zip(*pairs, strict=True)
    return np.concatenate(inputs), np.concatenate(targets)


def of_the_batch(points, noise, levels):
    noisy = points + levels * noise
    left = points - noisy / (1 + levels**2)
    return noisy / np.sqrt(1 + levels**2), left / left.std()


def first_level(points, noise, levels):
    return pair()(points, noise, np.full_like(levels, levels[0, 0]))


def slope(denoise, points, level):
    return (points - denoise(points, level)) / level


def euler(denoise, points, level, lower):
    return points + (lower - level) * slope(denoise, points, level)


def heun(denoise, points, level, lower):
    first = slope(denoise, points, level)
    moved = points + (lower - level) * first
    if lower == 0:
        return moved
    return points + (lower - level) * (first + slope(denoise, moved, lower)) / 2


def stepping(one=euler, two=heun):
    return lambda *case: (one(*case), two(*case))


def euler_as_a_mean(denoise, points, level, lower):
    share = lower / level
    return share * points + (1 - share) * denoise(points, level)


def heun_by_corrections(denoise, points, level, lower):
    moved = euler_as_a_mean(denoise, points, level, lower)
    other = slope(denoise, points, level) - slope(denoise, moved, lower)
    return moved - (lower - level) * other / 2


def with_tensors(denoise, points, level, lower):
    case = denoise, points, level, lower
    return tf.constant(euler(*case)), tf.constant(heun(*case))


def turned(denoise, points, level, lower):
    return 2 * points - euler(denoise, points, level, lower)


def at_its_end(denoise, points, level, lower):
    return points + (lower - level) * slope(denoise, euler(denoise, points, level, lower), lower)


def summed(denoise, points, level, lower):
    return 2 * heun(denoise, points, level, lower) - points


def from_its_end(denoise, points, level, lower):
    case = denoise, points, level, lower
    return euler(*case) + heun(*case) - points


def same_level(denoise, points, level, lower):
    moved = euler(denoise, points, level, lower)
    both = slope(denoise, points, level) + (moved - denoise(moved, level)) / lower
    return points + (lower - level) * both / 2


def step_in_place(denoise, points, level, lower):
    case = euler(denoise, points, level, lower), heun(denoise, points, level, lower)
    points -= 1
    return case


def walking(*, step=heun, first=None, down=None, scale=None, stop=None, rows=None):
    """Return a right answer to 11.4, or one with a mistake put in."""

    def sample(denoise, noise, levels, fresh=None):
        points = (levels[0] if first is None else first) * noise
        pairs = list(itertools.pairwise(levels))[:stop]
        for i, (level, lower) in enumerate(pairs):
            if fresh is None:
                points = step(denoise, points, level, lower)
                continue
            end = lower**2 / level if down is None else down(level, lower)
            points = step(denoise, points, level, end)
            width = np.sqrt(lower**2 - end**2) if scale is None else scale(lower, end)
            points = points + width * fresh[i if rows is None else rows]
        return points

    return sample


def by_recursion(denoise, noise, levels, fresh=None, begun=False):
    points = np.array(noise) if begun else levels[0] * noise
    if len(levels) == 1:
        return points
    level, lower = float(levels[0]), float(levels[1])
    if fresh is None:
        return by_recursion(denoise, heun(denoise, points, level, lower), levels[1:], None, True)
    end = lower * lower / level
    moved = heun(denoise, points, level, end)
    moved = moved + lower * np.sqrt(1 - (lower / level) ** 2) * fresh[0]
    return by_recursion(denoise, moved, levels[1:], fresh[1:], True)


def with_lists(denoise, noise, levels, fresh=None):
    return walking()(denoise, np.asarray(noise), list(levels), fresh).tolist()


def no_end(denoise, points, level, lower):
    with np.errstate(all="ignore"):
        first = slope(denoise, points, level)
        moved = points + (lower - level) * first
        there = (moved - denoise(moved, lower)) / np.float64(lower)
        return points + (lower - level) * (first + there) / 2


def half_of_the_way(denoise, points, level, lower):
    if lower > 0:
        return heun(denoise, points, level, lower)
    return points - level * slope(denoise, points, level) / 2


def unless_low(step):
    """Take Euler's step where the lower level is below 0.01."""
    return lambda *case: (step if case[-1] > 0.01 else euler)(*case)


def low_if_fresh(denoise, noise, levels, fresh=None):
    return walking(step=heun if fresh is None else unless_low(heun))(denoise, noise, levels, fresh)


def whole_path(denoise, noise, levels, fresh=None):
    return np.stack([walking(stop=i)(denoise, noise, levels, fresh) for i in range(len(levels))])


def walk_in_place(denoise, noise, levels, fresh=None):
    ends = walking()(denoise, noise, levels, fresh)
    noise *= levels[0]
    return ends


def euler_if_fresh(denoise, noise, levels, fresh=None):
    return walking(step=heun if fresh is None else euler)(denoise, noise, levels, fresh)


def guide_in_place(with_label, without, guidance):
    with_label -= without
    return without + guidance * with_label


def distance(*, gap=np.sum, root=lambda c, d: np.trace(sqrtm(c @ d)).real, factor=2.0, ddof=1):
    """Return a right answer to 11.6, or one with a mistake put in."""

    def frechet_distance(features, others):
        c, d = (np.cov(rows, rowvar=False, ddof=ddof) for rows in (features, others))
        squares = np.square(features.mean(axis=0) - others.mean(axis=0))
        return gap(squares) + np.trace(c) + np.trace(d) - factor * root(c, d)

    return frechet_distance


def symmetric_root(c, d):
    values, vectors = np.linalg.eigh(c)
    half = vectors @ np.diag(np.sqrt(np.maximum(values, 0))) @ vectors.T
    return np.sqrt(np.maximum(np.linalg.eigvalsh(half @ d @ half), 0)).sum()


def nuclear_root(c, d):
    """Return the trace as the sum of singular values of a product of two square roots."""
    halves = []
    for one in (c, d):
        values, vectors = np.linalg.eigh(one)
        halves.append(vectors * np.sqrt(np.maximum(values, 0)) @ vectors.T)
    return np.linalg.svd(halves[0] @ halves[1], compute_uv=False).sum()


def own_root(c):
    return np.sqrt(np.maximum(np.linalg.eigvals(c).real, 0)).sum()


def complex_root(c, d):
    return np.sqrt(np.linalg.eigvals(c @ d).astype(complex)).sum()


def in_rows(features, others):
    size = min(len(features), len(others))
    return distance(root=symmetric_root)(features[:size].T, others[:size].T)


RIGHT = {
    "11.1": [
        ("plain", scoring()),
        ("mean of scores", by_scores),
        ("SciPy's densities", part_by_part),
    ],
    "11.2": [("formula", pair()), ("angle", pair_by_angle), ("one by one", pair_in_loops)],
    "11.3": [
        ("formula", stepping()),
        ("means", stepping(euler_as_a_mean, heun_by_corrections)),
        ("tensors", with_tensors),
    ],
    "11.4": [("loop", walking()), ("recursion", by_recursion), ("lists", with_lists)],
    "11.5": [
        ("line", lambda a, b, w: b + w * (a - b)),
        ("weighted mean", lambda a, b, w: w * a + (1 - w) * b),
    ],
    "11.6": [
        ("symmetric", distance(root=symmetric_root)),
        ("singular values", distance(root=nuclear_root)),
        ("eigenvalues", distance(root=lambda c, d: own_root(c @ d))),
    ],
}
WRONG = {
    "11.1": [
        ("centres", scoring(kept=lambda s, level: 0 * s), "answers with its centre"),
        (
            "turned round",
            scoring(kept=lambda s, level: level**2 / (s**2 + level**2)),
            "shares are turned round",
        ),
        (
            "deviations",
            scoring(kept=lambda s, level: s / (s + level)),
            "one of variances, not of standard",
        ),
        ("clean heights", scoring(variances=lambda s, level: s**2), "those of the clean parts"),
        (
            "noise alone",
            scoring(variances=lambda s, level: 0 * s + level**2),
            "those of the noise alone",
        ),
        ("no weights", scoring(use=np.ones_like), "weights of the parts are not used"),
        ("no factor", scoring(power=0.0), "lack their factor"),
        ("largest", largest_part, "most probable part alone"),
        ("swapped", swapped_scores, "scores came first"),
        ("unstable", scoring(stable=False), "subtract the largest of each row"),
        ("largest of all", one_largest, "0 to the computer"),
        ("nearest when far", nearest_when_far, "some of them far from all parts"),
        ("sign", scoring(score=lambda arrows, level: -arrows / level**2), "the sign"),
        ("arrows", scoring(score=lambda arrows, level: arrows), "one more factor"),
        ("sigma", scoring(score=lambda arrows, level: arrows / level), "sigma stands in it"),
        ("one", lambda *case: scoring()(*case)[0], "2 results"),
        ("in place", score_in_place, "changes its input `noisy`"),
    ],
    "11.2": [
        ("as they are", pair(c=lambda v, s: 1.0), "noisy points as they are"),
        ("by variance", pair(c=lambda v, s: 1 / v), "by the root of their variance"),
        ("sum of deviations", pair(c=lambda v, s: 1 / (1 + s)), "do not add up"),
        ("noise alone", pair(c=lambda v, s: 1 / s), "variance of the noise alone"),
        ("not divided", pair(b=lambda v, s: 1.0), "divide what is left by b"),
        ("multiplied", pair(b=lambda v, s: np.sqrt(v) / s), "multiplied with b"),
        ("no root", pair(b=lambda v, s: s**2 / v), "b is its root"),
        ("minus", pair(b=lambda v, s: -s / np.sqrt(v)), "b is above 0"),
        ("noise", pair(a=lambda v: 1.0, b=lambda v, s: s), "at low levels only"),
        ("root of a", pair(a=lambda v: 1 / np.sqrt(v)), "and not its root"),
        ("a is 0", pair(a=lambda v: 0.0), "with a = 0"),
        ("sigma", pair(b=lambda v, s: s), "yours is divided by sigma"),
        ("swapped", lambda *case: pair()(*case)[::-1], "targets came first"),
        ("of the batch", of_the_batch, "targets differ"),
        ("first level", first_level, "inputs differ"),
    ],
    "11.3": [
        ("sign", stepping(turned), "the level falls"),
        ("answer", stepping(lambda f, x, s, t: f(x, s)), "answer of the denoiser"),
        ("not divided", stepping(lambda f, x, s, t: x + (t - s) * (x - f(x, s))), "is divided by"),
        ("whole slope", stepping(lambda f, x, s, t: x - slope(f, x, s)), "change of the level"),
        (
            "lower level",
            stepping(lambda f, x, s, t: x + (t - s) * (x - f(x, s)) / t),
            "not by the lower one",
        ),
        ("swapped", stepping(heun, euler), "the steps are swapped"),
        ("move", stepping(lambda *case: euler(*case) - case[1]), "the move alone"),
        ("twice Euler", stepping(euler, euler), "Euler's step again"),
        ("end only", stepping(euler, at_its_end), "only the slope at the end"),
        ("sum", stepping(euler, summed), "slopes are added"),
        ("from its end", stepping(euler, from_its_end), "begins at points again"),
        ("same level", stepping(euler, same_level), "told the level that you came from"),
        ("Euler below 0.01", stepping(euler, unless_low(heun)), "the step of Heun differs"),
        ("one", euler, "2 results"),
        ("in place", step_in_place, "changes its input `points`"),
    ],
    "11.4": [
        ("begins at 1", walking(first=1.0), "begins at levels[0]"),
        ("Euler", walking(step=euler), "all steps are Euler's"),
        ("one step less", walking(stop=-1), "one step less"),
        ("path", whole_path, "the path came back"),
        ("nan", walking(step=no_end), "no slope"),
        ("half of the way", walking(step=half_of_the_way), "goes half of the way"),
        ("no fresh", lambda f, e, s, fresh=None: walking()(f, e, s), "fresh is not used"),
        (
            "not down",
            walking(down=lambda s, t: t, scale=lambda t, end: t),
            "the points with fresh noise",
        ),
        ("whole level", walking(scale=lambda t, end: t), "whole next level"),
        ("difference", walking(scale=lambda t, end: t - end), "do not add up"),
        ("variance", walking(scale=lambda t, end: t**2 - end**2), "the root is missing"),
        ("as it is", walking(scale=lambda t, end: 1.0), "added as it is"),
        ("no noise", walking(scale=lambda t, end: 0.0), "no noise is added"),
        ("first row", walking(rows=0), "first row"),
        ("Euler below 0.01", walking(step=unless_low(heun)), "levels end above 0 differ from"),
        ("Euler below 0.01 if fresh", low_if_fresh, "points with fresh noise differ from"),
        ("Euler if fresh", euler_if_fresh, "with fresh noise all steps"),
        ("in place", walk_in_place, "changes its input `noise`"),
    ],
    "11.5": [
        ("swapped", lambda a, b, w: a + w * (b - a), "answers are swapped"),
        ("from the label", lambda a, b, w: a + w * (a - b), "it goes too far"),
        ("sign", lambda a, b, w: b - w * (a - b), "the sign"),
        ("difference", lambda a, b, w: w * (a - b), "is missing"),
        ("sum", lambda a, b, w: b + w * a, "are added"),
        ("with", lambda a, b, w: a, "whatever the guidance"),
        ("cut off at 1", lambda a, b, w: b + min(w, 1) * (a - b), "it is not cut off"),
        ("cut off at 5", lambda a, b, w: b + min(w, 5) * (a - b), "the result differs"),
        ("in place", guide_in_place, "changes its input `with_label`"),
    ],
    "11.6": [
        ("not squared", distance(gap=lambda x: np.sqrt(x.sum())), "of the first term or of all"),
        ("averaged", distance(gap=np.mean), "not averaged"),
        ("no 2", distance(factor=1.0), "the 2 in front"),
        ("no root", distance(root=lambda c, d: np.trace(c @ d)), "the root is missing"),
        (
            "entries",
            distance(root=lambda c, d: np.trace(np.sqrt(np.maximum(c @ d, 0)))),
            "root of each entry",
        ),
        ("by entries", distance(root=lambda c, d: own_root(c * d)), "is a matrix product"),
        ("apart", distance(root=lambda c, d: own_root(c) + own_root(d)), "multiply first"),
        ("by n", distance(ddof=0), "divided by n"),
        ("root of all", lambda a, b: distance()(a, b) ** 0.5, "a root is taken"),
        ("complex", distance(root=complex_root), "keep the real part"),
        ("rows", in_rows, "the distance"),
    ],
}


def asked(answer):
    """Return an answer that takes a model, of one that takes a function of points and a level."""
    return lambda denoiser, *rest: answer(diffusion.told(denoiser), *rest)


def by_the_model(denoiser, points, level, lower):
    """Ask the Keras model itself, without the library."""

    def denoise(points, level):
        logs = tf.fill((len(points), 1), tf.math.log(tf.cast(level, "float32")))
        return denoiser([tf.cast(points, "float32"), logs]).numpy()

    return stepping()(denoise, points, level, lower)


for key in ("11.3", "11.4"):
    RIGHT[key] = [(name, asked(answer)) for name, answer in RIGHT[key]]
    WRONG[key] = [(name, asked(answer), message) for name, answer, message in WRONG[key]]
RIGHT["11.3"].append(("model", by_the_model))
test_complete, test_right, test_wrong = closing_tests("11", RIGHT, WRONG)
