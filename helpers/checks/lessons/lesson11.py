"""Checks of lesson 11, diffusion."""

import itertools

import numpy as np
from scipy.linalg import sqrtm
from scipy.special import expit, logsumexp, softmax

from helpers.checks import expect
from helpers.checks.cases import Shape, compare
from helpers.checks.gradients import central_slopes
from helpers.checks.registry import exercise


def _many_points(rng):
    """for 5,000 points"""
    noisy, means = rng.normal(size=(5_000, 2)), rng.normal(size=(3, 2))
    return noisy, means, np.full(3, 0.3), np.full(3, 1 / 3), 0.5


@exercise(
    "11.1",
    "The score of a mixture",
    points=3,
    steps=("answers", "scores", "far away"),
    hints=(
        "Noise makes each part wider: a noisy point of part i is normal around m_i with variance "
        "s_i^2 + sigma^2. So weight times height is known for each part, and Bayes' rule makes "
        "probabilities of them, which add up to 1.",
        "Within one part the clean number is a compromise: of what the noisy point "
        "is away from the centre, the share that belongs to the clean point is the share of its "
        "variance, s_i^2 / (s_i^2 + sigma^2).",
        "The height of a part in d directions has a factor (variance)^(-d/2), which differs from "
        "part to part and does not cancel. Work with logarithms and subtract the largest of each "
        "row before exp. The score is the arrow, answer minus noisy point, over sigma^2.",
    ),
    also="a mixture with noise is a mixture again, with wider parts: the score is also the mean of "
    "the parts' scores (m_i - noisy) / (s_i^2 + sigma^2), with the same probabilities.",
    later=_many_points,
)
def check_mixture_score(mixture_score, rng):
    def case(n, c, d, level, away=0.0):
        means = rng.normal(size=(c, d))
        weights = rng.uniform(0.2, 1.0, size=c)
        noisy = means[rng.integers(c, size=n)] + rng.normal(scale=level, size=(n, d)) + away
        deviations = rng.uniform(0.3, 0.9, size=c)
        return noisy, means, deviations, weights / weights.sum(), level

    near = [case(5, 4, 2, 0.6), case(3, 6, 3, 1.3), case(4, 5, 1, 0.8), case(1, 3, 2, 0.7)]
    near += [case(3, 1, 2, 0.5)]
    names = ("answers", "scores")
    for part, right, mistakes, says in (
        ("answers", _answers, _answer_mistakes, "the mean of the clean point, given the noisy one"),
        ("scores", _slopes, _score_mistakes, "equal to the slope of log p, by finite differences"),
    ):
        yield from compare(
            mixture_score,
            right,
            near,
            mistakes,
            says=says,
            parts=names,
            part=part,
            what=f"`{part}`",
        )
    # Near points and far ones in one batch, and far to both sides: no part is nearest to all.
    away = np.array([[0.0], [90.0], [0.0], [-90.0]])
    for given in (case(4, 3, 2, 0.05, away), case(2, 3, 300, 0.04, away[1::2] / 20)):
        noisy, *_, level = given
        came = expect.parts(mixture_score(*given), names)
        answers = _answers(*given)
        rights = answers, (answers - noisy) / level**2
        for value, right, name in zip(came, rights, names, strict=True):
            value = expect.shaped(value, noisy.shape, f"`{name}`")
            if not np.all(np.isfinite(value)):
                raise expect.NotYet(
                    "far from all parts every height is 0 to the computer, and 0 / 0 is nan: take "
                    "logarithms of the heights, and subtract the largest of each row before exp"
                )
            expect.close(value, right, what=f"`{name}`, some of them far from all parts,")
    yield "finite and right, where every height is 0 to the computer"


def _logs(noisy, means, deviations, weights, level, power=None):
    """Return the log of each part's weight times its height, (n, c)."""
    variances = deviations**2 + level**2
    squares = np.square(noisy[:, None] - means).sum(axis=2)
    power = noisy.shape[1] if power is None else power
    return np.log(weights) - power / 2 * np.log(variances) - squares / (2 * variances)


def _mixed(logs, noisy, means, kept):
    """Return the mean of the parts' answers, each of which keeps a share of the gap, (c,)."""
    of_parts = means + kept[:, None] * (noisy[:, None] - means)
    return np.sum(softmax(logs, axis=1)[..., None] * of_parts, axis=1)


def _kept(deviations, level):
    return deviations**2 / (deviations**2 + level**2)


def _answers(noisy, means, deviations, weights, level):
    logs = _logs(noisy, means, deviations, weights, level)
    return _mixed(logs, noisy, means, _kept(deviations, level))


def _slopes(noisy, means, deviations, weights, level):
    """Return the gradient of log p."""

    def log_density(points):
        return logsumexp(_logs(points, means, deviations, weights, level), axis=1)

    return central_slopes(log_density, noisy)


def _answer_mistakes(noisy, means, deviations, weights, level):
    case = noisy, means, deviations, weights, level
    logs, kept = _logs(*case), _kept(deviations, level)
    right = _answers(*case)
    clean_logs = _logs(noisy, means, deviations, weights, 0.0)
    noise_logs = _logs(noisy, means, 0 * deviations, weights, level)
    heights = np.exp(logs) / (2 * np.pi) ** (noisy.shape[1] / 2)
    of_parts = means + kept[:, None] * (noisy[:, None] - means)
    return {
        "every part answers with its centre: a wide part leaves a share of the gap between centre "
        "and noisy point": _mixed(logs, noisy, means, 0 * kept),
        "the shares are turned round: narrow parts (small s) answer near their centre": _mixed(
            logs, noisy, means, 1 - kept
        ),
        "the share of the gap is one of variances, not of standard deviations": _mixed(
            logs, noisy, means, deviations / (deviations + level)
        ),
        "the heights are those of the clean parts: noise makes each part wider": _mixed(
            clean_logs, noisy, means, kept
        ),
        "the heights are those of the noise alone: each part has a width of its own": _mixed(
            noise_logs, noisy, means, kept
        ),
        "the weights of the parts are not used": _mixed(
            _logs(noisy, means, deviations, np.ones_like(weights), level), noisy, means, kept
        ),
        "the heights lack their factor (variance)^(-d/2): wide parts are lower, and it does not "
        "cancel": _mixed(_logs(*case, power=0), noisy, means, kept),
        "the factor in front of a height is (variance)^(-d/2) in d directions": _mixed(
            _logs(*case, power=1), noisy, means, kept
        ),
        "weight times height is no probability yet: divide by the sum over the parts": np.sum(
            heights[..., None] * of_parts, axis=1
        ),
        "the noisy point does not count for the probabilities: weight each part by its height "
        "there, too": np.sum(weights[:, None] * of_parts, axis=1),
        "that is the answer of the most probable part alone: take the mean of all, each weighted "
        "by its probability": of_parts[np.arange(len(noisy)), logs.argmax(axis=1)],
        "these are the arrows; the first result is where they end": right - noisy,
        "the scores came first: return answers, scores": (right - noisy) / level**2,
    }


def _score_mistakes(noisy, means, deviations, weights, level):
    arrows = _answers(noisy, means, deviations, weights, level) - noisy
    centres = _mixed(_logs(noisy, means, deviations, weights, level), noisy, means, 0 * deviations)
    return {
        "the sign: the score leads to where noisy points are likelier": -arrows / level**2,
        "these are the arrows, answer minus noisy point: Tweedie's formula has one more factor": (
            arrows
        ),
        "sigma stands in it squared": arrows / level,
        "divide the arrow by sigma^2, not multiply": arrows * level**2,
        "the arrow leads to the answer, not to the mean of the centres": (
            (centres - noisy) / level**2
        ),
        "this is log p itself; its gradient is asked for": Shape((len(noisy),)),
    }


@exercise(
    "11.2",
    "What the layers are asked for",
    points=2,
    steps=("inputs", "targets", "in general"),
    hints=(
        "The noisy number is a sum of two independent ones, of variances 1 and sigma^2. What is "
        "its variance, and what does it have to be multiplied with to have variance 1?",
        "E (x - a noisy)^2 is a parabola in a. With E x^2 = 1, E x noisy = 1 and E noisy^2 = "
        "1 + sigma^2, differentiate it and set the slope to 0.",
        "a is 1 / (1 + sigma^2), so that what is left of x, x - a noisy, has the variance "
        "1 - a = sigma^2 / (1 + sigma^2). b is the root of that. noisy is points + levels * noise.",
    ),
    also="the target is also (sigma x - noise) / sqrt(1 + sigma^2): a mixture of point and "
    "noise whose squared shares add up to 1.",
)
def check_training_pair(training_pair, rng):
    def case(n, k, low, high):
        levels = np.exp(rng.uniform(np.log(low), np.log(high), size=(n, 1)))
        return rng.normal(size=(n, k)), rng.normal(size=(n, k)), levels

    cases = [case(5, 3, 0.2, 4.0), case(4, 1, 0.5, 9.0), case(1, 6, 0.3, 0.6), case(3, 2, 2, 5)]
    names = ("inputs", "targets")
    for part, mistakes, says in (
        ("inputs", _input_mistakes, "the noisy points, of variance 1 at every level"),
        ("targets", _target_mistakes, "what a multiple of the noisy point leaves, of variance 1"),
    ):
        place = names.index(part)
        yield from compare(
            training_pair,
            lambda *given, place=place: _pair(*given)[place],
            cases,
            mistakes,
            says=says,
            parts=names,
            part=part,
            what=f"the {part}",
        )
    # Levels far apart in one batch, and float32 as in the lesson.
    points, noise, _ = case(2, 4, 1, 2)
    given = tuple(one.astype("float32") for one in (points, noise, np.array([[0.05], [20.0]])))
    came = expect.parts(training_pair(*given), names)
    for value, right, name in zip(came, _pair(*given), names, strict=True):
        expect.close(value, right, what=f"the {name} at levels of 0.05 and 20", tolerance=1e-3)
    yield "also at levels of 0.05 and 20"


def _pair(points, noise, levels):
    roots = np.sqrt(1 + levels**2)
    return (points + levels * noise) / roots, (levels * points - noise) / roots


def _input_mistakes(points, noise, levels):
    noisy, variances = points + levels * noise, 1 + levels**2
    return {
        "these are the noisy points as they are: c has to make their variance 1": noisy,
        "divide the noisy points by the root of their variance, not by the variance": (
            noisy / variances
        ),
        "standard deviations of independent numbers do not add up; their variances do": (
            noisy / (1 + levels)
        ),
        "sigma^2 is the variance of the noise alone: the points have 1": noisy / levels,
        "the noise is not multiplied with its level": (points + noise) / np.sqrt(variances),
        "the level is a standard deviation; the noise was multiplied with its square": (
            (points + variances * noise - noise) / np.sqrt(variances)
        ),
        "the targets came first: return inputs, targets": _pair(points, noise, levels)[1],
        "the clean points are no input: the layers see noisy ones": points,
    }


def _target_mistakes(points, noise, levels):
    noisy, variances = points + levels * noise, 1 + levels**2
    right, roots = _pair(points, noise, levels)[1], np.sqrt(variances)
    left = points - noisy / variances
    return {
        "these are the clean points: take a times the noisy point off first": points,
        "divide what is left by b: its variance has to be 1": left,
        "multiplied with b instead of divided by it": left * levels / roots,
        "divided by the variance of what is left; b is its root": left * variances / levels**2,
        "b is above 0: the sign is turned round": -right,
        "that is minus the noise, which the layers are asked for at low levels only: a is not 1": (
            -noise
        ),
        "that is the noise: the layers are asked for x minus a times the noisy point": noise,
        "a is that of the variances, 1 / (1 + sigma^2), and not its root": (
            (points - noisy / roots) * roots / levels
        ),
        "with a = 0 the best multiple of the noisy point is not used": points * roots / levels,
        "b is that of what is left, sigma / sqrt(1 + sigma^2): yours is divided by sigma": (
            left / levels
        ),
        "b is that of what is left, sigma / sqrt(1 + sigma^2): yours is multiplied with "
        "sqrt(1 + sigma^2)": left * roots,
    }


def _inputs(k):
    import keras

    return [keras.Input((k,), name="points"), keras.Input((1,), name="log_levels")]


def _normal(k, deviation):
    """Return the best denoiser of numbers from N(0, deviation^2), as a Keras model."""
    import keras

    points, logs = inputs = _inputs(k)
    # The share of the clean variance, s^2 / (s^2 + sigma^2), is a sigmoid of the log level.
    share = keras.layers.Dense(k, "sigmoid")(logs)
    model = keras.Model(inputs, keras.layers.Multiply()([points, share]))
    model.set_weights([np.full((1, k), -2.0), np.full(k, 2 * np.log(deviation))])
    return model


def _bent(k, rng):
    """Return a denoiser whose answers are no multiple of the points, so that mistakes differ."""
    import keras

    inputs = _inputs(k)
    units = keras.layers.Dense(5, "tanh")(keras.layers.Concatenate()(inputs))
    model = keras.Model(inputs, keras.layers.Dense(k)(units))
    model.set_weights(
        [rng.uniform(0.3, 0.9, size=w.shape) * rng.choice((-1, 1), w.shape)
         for w in model.get_weights()]
    )  # fmt: skip
    return model


def _asked(model):
    """Return such a model as a function of points and a level, in NumPy."""
    weights = [w.astype(float) for w in model.get_weights()]
    if len(weights) == 2:
        return lambda points, level: points * expit(np.log(level) * weights[0] + weights[1])
    kernel, bias, last, shift = weights

    def denoise(points, level):
        seen = np.column_stack([points, np.full(len(points), np.log(level))])
        return np.tanh(seen @ kernel + bias) @ last + shift

    return denoise


def _in_numpy(function):
    """Return a function of a model that works on it as a function of points and a level."""
    return lambda model, *rest: function(_asked(model), *rest)


@exercise(
    "11.3",
    "One step of each",
    points=2,
    steps=("Euler", "Heun"),
    hints=(
        "The slope dx/dsigma at the beginning is (points - denoise(points, level)) / level. Euler "
        "goes along it by the change of the level.",
        "The change is lower - level, which is below 0: with the slope's sign it leads towards the "
        "answer.",
        "For Heun take the slope once more, at Euler's end and at the level `lower`, with the "
        "answer of the denoiser there. The step begins at `points` again, along the mean of both.",
    ),
    also="Euler's step is also a weighted mean, of the point with weight lower / level and the "
    "answer with the rest: at lower = 0 only the answer is left.",
)
def check_two_steps(two_steps, rng):
    def case(model, n, level, lower):
        k = model.inputs[0].shape[1]
        return model, (level * rng.normal(size=(n, k))).astype("float32"), level, lower

    cases = [
        case(_bent(3, rng), 5, 2.0, 1.3),
        case(_normal(2, 0.7), 4, 1.0, 0.25),
        case(_bent(4, rng), 1, 0.6, 0.005),
        case(_normal(1, 1.5), 3, 5.0, 2.0),
    ]
    names = ("euler", "heun")
    for place, (part, mistakes, says) in enumerate(
        (
            ("euler", _euler_mistakes, "along the slope at the beginning"),
            ("heun", _heun_mistakes, "along the mean of the slopes at both ends"),
        )
    ):
        yield from compare(
            two_steps,
            _in_numpy(lambda *given, place=place: _steps(*given)[place]),
            cases,
            _in_numpy(mistakes),
            says=says,
            parts=names,
            part=part,
            what=f"the step of {part.title()}",
        )


def _slope(denoise, points, level):
    return (points - denoise(points, level)) / level


def _steps(denoise, points, level, lower):
    slope = _slope(denoise, points, level)
    euler = points + (lower - level) * slope
    there = _slope(denoise, euler, lower) if lower > 0 else slope
    return euler, points + (lower - level) * (slope + there) / 2


def _euler_mistakes(denoise, points, level, lower):
    slope, change = _slope(denoise, points, level), lower - level
    euler, heun = _steps(denoise, points, level, lower)
    return {
        "the sign: the level falls, so the change is lower - level, below 0": points
        - change * slope,
        "this is the answer of the denoiser: a step goes only a part of the way to it": denoise(
            points, level
        ),
        "the slope is divided by the level: (points - answers) / level": points
        + change * level * slope,
        "the slope is divided by the level that you are at, not by the lower one": points
        + change * slope * level / lower,
        "the slope is divided by the level once; the score would be divided twice": points
        + change * slope / level,
        "the change of the level is missing: multiply the slope with lower - level": points - slope,
        "go by the change of the level, not to the level: lower - level": points + lower * slope,
        "the denoiser is asked at the level `lower`; the point is at `level`": points
        + change * (points - denoise(points, lower)) / level,
        "the steps are swapped: return euler, heun": heun,
        "this is the move alone: add it to points": euler - points,
    }


def _heun_mistakes(denoise, points, level, lower):
    slope, change = _slope(denoise, points, level), lower - level
    euler, right = _steps(denoise, points, level, lower)
    there = _slope(denoise, euler, lower)
    return {
        "this is Euler's step again: take the slope at its end, too": euler,
        "only the slope at the end of Euler's step counts: take the mean of both": points
        + change * there,
        "the slopes are added: take their mean": points + change * (slope + there),
        "the step begins at Euler's end: it begins at points again": euler
        + change * (slope + there) / 2,
        "the second slope is taken where the step begins: take it at Euler's end": points
        + change * (slope + _slope(denoise, points, lower)) / 2,
        "at Euler's end the denoiser is told the level that you came from: it is `lower`": points
        + change * (slope + (euler - denoise(euler, level)) / lower) / 2,
        "the second slope is divided by the level that you came from: it is at `lower`": points
        + change * (slope + (euler - denoise(euler, lower)) / level) / 2,
        "the second slope has the level that you came from twice, told and divided by: it is at "
        "`lower`": points + change * (slope + (euler - denoise(euler, level)) / level) / 2,
        "the sign: the level falls, so the change is lower - level, below 0": points
        - change * (slope + there) / 2,
        "this is the move alone: add it to points": right - points,
    }


@exercise(
    "11.4",
    "The whole walk",
    points=3,
    steps=("to a level above 0", "to 0", "the exact way", "fresh noise"),
    hints=(
        "A loop over pairs of neighbouring levels, and in it Heun's step of Exercise 11.3 from one "
        "to the other. Only what a step returns goes on into the next.",
        "At level 0 the slope would be divided by 0: a step that ends there is Euler's. With fresh "
        "noise the step ends at levels[i + 1]**2 / levels[i], and everything in it that said the "
        "next level says that one.",
        "What is added after a step has the variance that is missing to the next level: "
        "levels[i + 1]**2 minus the square of where the step went. In the last step to 0 both are "
        "0, and so is the noise.",
    ),
    also="all the randomness of a walk without fresh noise is in its beginning: the same noise "
    "ends at the same point.",
)
def check_sample(sample, rng):
    def case(model, n, levels, fresh=False):
        k = model.inputs[0].shape[1]
        noise = rng.normal(size=(n, k)).astype("float32")
        added = rng.normal(size=(len(levels) - 1, n, k)) if fresh else None
        return model, noise, np.array(levels, float), added

    walked, wide, narrow = _in_numpy(_walked), _bent(3, rng), _bent(2, rng)
    above = [case(wide, 5, [3, 1.4, 0.5]), case(_normal(1, 0.7), 1, [2, 0.4, 0.05, 0.005])]
    above += [case(narrow, 2, [4, 3, 1.5, 0.9, 0.3])]
    yield from compare(
        sample, walked, above, _in_numpy(_walk_mistakes), says="Heun's steps, one after the other",
        what="the points where the levels end above 0",
    )  # fmt: skip
    to_zero = [case(narrow, 4, [3, 1.0, 0.2, 0]), case(wide, 2, [1.5, 0])]
    yield from compare(
        sample, walked, to_zero, _in_numpy(_last_mistakes), says="the last step is Euler's",
        what="the points where the levels end at 0", otherwise=_not_finite,
    )  # fmt: skip
    deviation, levels = 0.8, np.geomspace(8, 0.02, 40)
    noise = rng.normal(size=(6, 2)).astype("float32")
    ends = expect.shaped(sample(_normal(2, deviation), noise, levels), (6, 2))
    exact = levels[0] * noise * np.hypot(deviation, levels[-1]) / np.hypot(deviation, levels[0])
    expect.close(ends, exact, what="the end of 39 steps for normal data", tolerance=2e-2)
    yield "where normal data end, by their closed form"
    with_noise = [
        case(narrow, 4, [3, 1.0, 0.4], fresh=True),
        case(wide, 2, [2, 1.5, 0.6, 0.2], fresh=True),
        case(narrow, 3, [2, 0.7, 0], fresh=True),
        case(_normal(2, 0.7), 2, [0.5, 0.1, 0.02], fresh=True),
    ]
    yield from compare(
        sample, walked, with_noise, _in_numpy(_fresh_mistakes),
        says="further down, and up again by noise",
        what="the points with fresh noise", otherwise=_not_finite,
    )  # fmt: skip


def _walked(denoise, noise, levels, fresh=None, *, first=None, method=1, added=None, down=None):
    """Return the ends of a walk, right or with a mistake put in."""
    points = (levels[0] if first is None else first) * noise
    for index, (level, lower) in enumerate(itertools.pairwise(levels)):
        if fresh is None:
            points = _steps(denoise, points, level, lower)[method]
            continue
        end = lower**2 / level if down is None else down(level, lower)
        points = _steps(denoise, points, level, end)[method]
        scale = np.sqrt(max(lower**2 - end**2, 0)) if added is None else added(level, lower, end)
        points = points + scale * fresh[index]
    return points


def _walk_mistakes(denoise, noise, levels, fresh=None):
    case = denoise, noise, levels, fresh
    return {
        "the walk begins at levels[0] times the noise": _walked(*case, first=1.0),
        "all steps are Euler's: take Heun's where the lower level is above 0": _walked(
            *case, method=0
        ),
        "the last level is not reached: there is one step less than levels": (
            _walked(denoise, noise, levels[:-1], fresh)
        ),
        "the answer of the denoiser is returned after the walk: return the points": denoise(
            _walked(*case), levels[-1]
        ),
        "every step begins at the start of the walk again: go on from where the last one ended": (
            _steps(denoise, levels[0] * noise, levels[-2], levels[-1])[1]
        ),
        "the path came back, one place for each step: return the last one": Shape(
            (len(levels), *noise.shape)
        ),
    }


def _last_mistakes(denoise, noise, levels, fresh=None):
    before = _walked(denoise, noise, levels[:-1])
    return {
        "the last step, to level 0, is missing": before,
        "all steps are Euler's: take Heun's where the lower level is above 0": _walked(
            denoise, noise, levels, method=0
        ),
        "the slope at level 0 is taken as 0, so that the last step goes half of the way: it is a "
        "step of Euler's": (before + denoise(before, levels[-2])) / 2,
    }


def _not_finite(points, model, noise, levels, fresh=None):
    if np.all(np.isfinite(np.asarray(points, float))):
        return ""
    return (
        "nan or infinity: at level 0 there is no slope, so that a step which ends there is Euler's"
    )


def _fresh_mistakes(denoise, noise, levels, fresh):
    case = denoise, noise, levels, fresh
    return {
        "fresh is not used": _walked(denoise, noise, levels),
        "the steps go to the next level, and the noise comes on top: step further down": _walked(
            *case,
            down=lambda level, lower: lower,
            added=lambda level, lower, end: np.sqrt(lower**2 - (lower**2 / level) ** 2),
        ),
        "what is added has the standard deviation of the whole next level: a part of the noise is "
        "still there": _walked(*case, added=lambda level, lower, end: lower),
        "standard deviations do not add up: take the root of the difference of the squares": (
            _walked(*case, added=lambda level, lower, end: lower - end)
        ),
        "the root is missing: that is the variance of what is added": _walked(
            *case, added=lambda level, lower, end: lower**2 - end**2
        ),
        "the fresh noise is added as it is: give it its standard deviation": _walked(
            *case, added=lambda level, lower, end: 1.0
        ),
        "the steps go further down, and no noise is added": _walked(
            *case, added=lambda level, lower, end: 0.0
        ),
        "with fresh noise all steps are Euler's: take Heun's where the step ends above 0": (
            _walked(*case, method=0)
        ),
        "every step gets the first row of the fresh noise: step i gets fresh[i]": _walked(
            denoise, noise, levels, np.repeat(fresh[:1], len(fresh), axis=0)
        ),
    }


@exercise(
    "11.5",
    "Guidance",
    points=1,
    steps=("value",),
    hints=(
        "What does the label add? The difference of the two answers.",
        "Begin at the answer without the label, and go so many times that difference.",
        "At guidance 0 the difference must not count, and at 1 the answer without the label "
        "cancels.",
    ),
    also="it is also guidance times the one answer plus (1 - guidance) times the other: a weighted "
    "mean whose second weight is below 0 above 1.",
)
def check_guide(guide, rng):
    cases = [
        (*rng.normal(size=(2, n, k)), guidance)
        for n, k, guidance in ((4, 3, 1.5), (3, 2, 0.4), (1, 5, 8.0), (2, 1, 0.0), (5, 2, 1.0))
    ]
    yield from compare(
        guide, _guided, cases, _guide_mistakes, says="without the label at 0, with it at 1, beyond"
    )


def _guided(with_label, without, guidance):
    return (1 - guidance) * without + guidance * with_label


def _guide_mistakes(with_label, without, guidance):
    gap = with_label - without
    return {
        "the answers are swapped: at 0 the one without the label is left": _guided(
            without, with_label, guidance
        ),
        "the step begins at the answer with the label: at 1 it goes too far": with_label
        + guidance * gap,
        "the sign: go from the answer without the label towards the other": without
        - guidance * gap,
        "the answer without the label is missing": guidance * gap,
        "the answers are added: take their difference": without + guidance * with_label,
        "this is the answer with the label, whatever the guidance": with_label,
        "above 1 the guidance goes beyond the answer with the label: it is not cut off": (
            _guided(with_label, without, min(guidance, 1))
        ),
    }


@exercise(
    "11.6",
    "Fréchet distance",
    points=1,
    steps=("means", "covariances", "both"),
    hints=(
        "Two terms: the squared length of the difference of the means, and the trace. Features "
        "stand in the columns: np.cov wants rowvar=False.",
        "The trace of a sum is the sum of the traces. Only that of the root is not to be had "
        "directly.",
        "A root of a matrix has the roots of its eigenvalues, and a trace is the sum of the "
        "eigenvalues. np.linalg.eigvals of the matrix product of both covariances; keep the real "
        "part, at least 0, before the root.",
    ),
    also="scipy.linalg.sqrtm makes the matrix itself; for 256 features that takes longer, and its "
    "trace is the same.",
)
def check_frechet_distance(frechet_distance, rng):
    def distance(*case):
        value = frechet_distance(*case)
        # As an array of floats it would lose its imaginary part unseen.
        if isinstance(value, complex) or (hasattr(value, "dtype") and np.iscomplexobj(value)):
            raise expect.NotYet("the result is complex: keep the real part")
        return value

    def rows(n, k, shift=0.0):
        return rng.normal(size=(n, k)) @ rng.normal(size=(k, k)) + shift * rng.normal(size=k)

    moved = []
    for n, k in ((9, 3), (12, 2)):
        one = rows(n, k)
        moved.append((one, one + rng.normal(size=k)))
    yield from compare(
        distance, _frechet, moved, _moved_mistakes,
        says="the squared distance of the means, where the covariances are equal",
        what="the distance of features that are only moved",
    )  # fmt: skip
    spread = []
    for n, m, k in ((20, 15, 3), (9, 30, 2)):
        one, two = rows(n, k), rows(m, k)
        spread.append((one - one.mean(axis=0), two - two.mean(axis=0)))
    yield from compare(
        distance, _frechet, spread, _frechet_mistakes,
        says="the trace, where the means are equal",
        what="the distance where the means are equal",
    )  # fmt: skip
    both = [(rows(25, 4, 2.0), rows(18, 4, 2.0)), (rows(6, 8), rows(7, 8))]
    yield from compare(
        distance, _frechet, both, _frechet_mistakes,
        says="their sum, also with fewer images than features",
        tolerance=1e-3, what="the distance",
    )  # fmt: skip


def _moments(rows):
    return rows.mean(axis=0), np.cov(rows, rowvar=False)


def _root_trace(matrix):
    values = np.linalg.eigvals(matrix)
    return np.sum(np.sqrt(np.maximum(values.real, 0)))


def _frechet(features, others):
    """Return the distance; by SciPy's root where the covariances can be inverted."""
    (mean, one), (other_mean, two) = _moments(features), _moments(others)
    can_invert = min(len(features), len(others)) > features.shape[1]
    trace = np.trace(np.real(sqrtm(one @ two))) if can_invert else _root_trace(one @ two)
    return np.sum(np.square(mean - other_mean)) + np.trace(one) + np.trace(two) - 2 * trace


def _moved_mistakes(features, others):
    gap = features.mean(axis=0) - others.mean(axis=0)
    rooted = {
        "a root is taken, of the first term or of all of it: the formula has the squared distance, "
        "and no root but that of the product": np.linalg.norm(gap)
    }
    return rooted | _frechet_mistakes(features, others)


def _frechet_mistakes(features, others):
    (mean, one), (other_mean, two) = _moments(features), _moments(others)
    gap = np.sum(np.square(mean - other_mean))
    traces, root = np.trace(one) + np.trace(two), _root_trace(one @ two)
    right = gap + traces - 2 * root
    biased = [np.cov(rows, rowvar=False, ddof=0) for rows in (features, others)]
    entries = np.sum(np.sqrt(np.maximum(np.diag(one @ two), 0)))
    return {
        "the squares of the means' differences are added up, not averaged": (
            gap / len(mean) + traces - 2 * root
        ),
        "the 2 in front of the root is missing": gap + traces - root,
        "the root is missing: its eigenvalues are the roots of those of the product": (
            gap + traces - 2 * np.trace(one @ two)
        ),
        "that is the root of each entry; the root of a matrix has the roots of its eigenvalues": (
            gap + traces - 2 * entries
        ),
        "the product is a matrix product, @": (gap + traces - 2 * _root_trace(one * two)),
        "that is the root of each covariance, not of their product: multiply first": (
            gap + traces - 2 * (_root_trace(one) + _root_trace(two))
        ),
        "the trace is missing: that is the distance of the means alone": gap,
        "the distance of the means is missing": traces - 2 * root,
        "the formula gives the squared distance; no root is taken of all of it": np.sqrt(
            max(right, 0)
        ),
        "the covariances are divided by n, not by n - 1 as np.cov does": (
            gap + sum(map(np.trace, biased)) - 2 * _root_trace(biased[0] @ biased[1])
        ),
    }
