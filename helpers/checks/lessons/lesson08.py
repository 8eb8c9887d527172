"""Checks of lesson 08, sparse codes."""

import numpy as np
from scipy.special import rel_entr

from helpers.checks import expect
from helpers.checks.registry import exercise


@exercise(
    "8.1",
    "Mean activity",
    points=1,
    steps=("shape", "value"),
    hints=(
        "A unit is a column of the codes, an image a row.",
        "Average over axis 0.",
        "return np.mean(codes, axis=0)",
    ),
)
def check_mean_activity(mean_activity, rng):
    batches = [rng.random(shape) for shape in ((5, 3), (4, 7), (1, 2), (6, 6))]
    batches[1][rng.integers(4, size=7), np.arange(7)] = 0  # each unit silent for one image
    for codes in batches:
        means = mean_activity(codes.copy())
        if np.shape(means) == () and means is not None:
            raise expect.NotYet(
                "one number came back for all units: average over the images only, axis 0"
            )
        if codes.shape == (5, 3) and np.shape(means) == (5,):
            raise expect.NotYet("(5,) came back, one number an image: the units are the columns")
        expect.shaped(means, codes.shape[1:])
    yield "one number a unit, (k,)"
    for codes in batches:
        expect.close(
            mean_activity(codes),
            codes.sum(axis=0) / len(codes),
            (
                (
                    codes.sum(axis=0) / np.maximum(np.sum(codes > 0, axis=0), 1),
                    "divided by the images for which the unit speaks: divide by n, by all images",
                ),
                (codes.sum(axis=0), "summed over the images instead of averaging: divide by n"),
                (codes.max(axis=0), "this is the largest activity of each unit, not the mean"),
                (np.median(codes, axis=0), "this is the median of each unit, not the mean"),
                (
                    codes.mean(axis=1) if np.ptp(codes.shape) == 0 else np.nan,
                    "averaged over the units of an image; average over the images of a unit",
                ),
            ),
        )
    yield "the mean over the images"


def _divergence(target, activities):
    """Return the divergence of two coins by SciPy's relative entropies."""
    return rel_entr(target, activities) + rel_entr(1 - target, 1 - activities)


@exercise(
    "8.2",
    "KL of two coins",
    points=3,
    steps=("values", "slopes", "at 0 and 1"),
    hints=(
        "Two terms, one an outcome: p ln(p / q) for a unit that speaks, and the same with 1 - p "
        "and 1 - q for one that is silent.",
        "np.log is the natural logarithm. The slope is (q - p) / (q (1 - q)).",
        "q = np.clip(activities, 1e-7, 1 - 1e-7); values = target * np.log(target / q) + "
        "(1 - target) * np.log((1 - target) / (1 - q)); slopes = (q - target) / (q * (1 - q))",
    ),
)
def check_bernoulli_kl(bernoulli_kl, rng):
    for shape in ((7,), (3, 4)):
        p, q = rng.uniform(0.05, 0.4), rng.uniform(0.05, 0.95, size=shape)
        values, slopes = expect.parts(bernoulli_kl(p, q.copy()), ("values", "slopes"))
        _expect_values(values, p, q)
    yield "p ln(p / q) + (1 - p) ln((1 - p) / (1 - q)), 0 at the target"
    expected = (q - p) / (q * (1 - q))
    expect.close(
        slopes,
        expected,
        (
            (-expected, "the sign is turned round: above the target the divergence rises"),
            (-p / q, "the second term is missing from the slope: + (1 - p) / (1 - q)"),
            (
                -p / q - (1 - p) / (1 - q),
                "the sign of the second term: ln(1 - q) has the slope -1 / (1 - q), and minus "
                "times minus is plus",
            ),
            (
                np.log(q / p) + np.log((1 - p) / (1 - q)),
                "this is the slope of D(q || p), with the two coins exchanged",
            ),
            (q - p, "divide by q (1 - q): both logarithms have slopes of their own"),
        ),
        what="the slopes",
    )
    yield "(q - p) / (q (1 - q)): down above the target, up below"
    ends = np.array([0.0, 1.0, 0.25])
    values, slopes = expect.parts(bernoulli_kl(0.25, ends), ("values", "slopes"))
    for name, value in (("values", values), ("slopes", slopes)):
        if not np.all(np.isfinite(expect.shaped(value, (3,), name))):
            raise expect.NotYet(
                f"{name} at activities of 0 and 1 hold nan or infinity: clip the activities first"
            )
    expect.close(
        values, _at_ends(values, ends, _divergence), what="values at 0 and 1", tolerance=1e-3
    )
    expect.close(slopes, _at_ends(slopes, ends, _slope), what="slopes at 0 and 1", tolerance=1e-3)
    yield "finite for a unit that is always silent, or never"


def _slope(target, activities):
    return (activities - target) / (activities * (1 - activities))


def _at_ends(answer, ends, rule):
    """Return the rule at 0 and 1, clipped in the precision that the answer seems to use.

    In float32 the number nearest to 1 - 1e-7 is 1.19e-7 below 1.
    """
    precise, single = (
        rule(0.25, np.clip(ends, 1e-7, upper)) for upper in (1 - 1e-7, float(np.float32(1 - 1e-7)))
    )
    return single if np.isclose(np.asarray(answer)[1], single[1], rtol=1e-3) else precise


def _expect_values(values, p, q):
    """Accept the divergence, or name the mistake."""
    if np.shape(values) == () and values is not None:
        raise expect.NotYet(
            "one number came back for all units: one value for each activity, without a sum"
        )
    speaks, silent = p * np.log(p / q), (1 - p) * np.log((1 - p) / (1 - q))
    expect.close(
        values,
        _divergence(p, q),
        (
            (speaks, "only one outcome: add the term of the silent unit, with 1 - p and 1 - q"),
            (_divergence(q, p), "the two coins are exchanged: this is D(q || p)"),
            (-(speaks + silent), "the sign: it is ln(p / q), not ln(q / p)"),
            ((speaks + silent) / np.log(2), "this is in bits: use the natural logarithm"),
            (speaks - silent, "the second term is subtracted; add it"),
            (
                -p * np.log(q) - (1 - p) * np.log(1 - q),
                "this is the cross-entropy: subtract the surprise that cannot be helped, so that "
                "the value is 0 at the target",
            ),
            (np.square(q - p), "this is the squared difference, not the divergence"),
        ),
        what="the value",
    )


@exercise(
    "8.3",
    "The penalty of a batch",
    points=3,
    steps=("penalty", "gradient", "batch size"),
    hints=(
        "bernoulli_kl(target, mean_activity(codes)) gives a divergence and a slope for each "
        "unit. Sum the divergences, and weight the sum.",
        "One activity is one of n in its unit's mean: the mean moves by 1/n of what it moves. "
        "So its slope is weight times the unit's slope, divided by n, the same for all images.",
        "values, slopes = bernoulli_kl(target, mean_activity(codes)); gradient = "
        "np.zeros(codes.shape) + weight * slopes / len(codes); "
        "return weight * np.sum(values), gradient",
    ),
)
def check_kl_penalty(kl_penalty, rng):
    for shape in ((6, 4), (3, 5)):
        codes, weight, target = rng.random(shape), rng.uniform(0.5, 3), rng.uniform(0.05, 0.3)
        penalty, gradient = expect.parts(kl_penalty(codes, weight, target), ("penalty", "gradient"))
        _expect_penalty(penalty, codes, weight, target)
    yield "weight times the sum of D(p || mean activity) over the units"
    means = codes.mean(axis=0)
    slopes = (means - target) / (means * (1 - means))
    if np.shape(gradient) == means.shape:
        raise expect.NotYet("one slope a unit came back; every activity of the batch has one")
    whole = np.broadcast_to(slopes, codes.shape)
    own = (codes - target) / (codes * (1 - codes))
    expect.close(
        gradient,
        weight * whole / len(codes),
        (
            (
                weight * whole,
                "this is the slope in the unit's mean: one activity is only 1/n of the mean",
            ),
            (whole / len(codes), "the weight is missing from the gradient"),
            (whole, "the weight and the 1/n of the mean are missing from the gradient"),
            (weight * whole / codes.size, "divided by the units, too: they are summed"),
            (-weight * whole / len(codes), "the sign of the gradient is turned round"),
            (
                weight * own / len(codes),
                "the slope is taken at each single activity: it is the unit's mean that counts, "
                "and all images of a unit get the same push",
            ),
        ),
        what="the gradient",
    )
    yield "weight times slope, divided by n: the same for all images"
    twice = np.concatenate([codes, codes])
    again, halved = expect.parts(kl_penalty(twice, weight, target), ("penalty", "gradient"))
    first, _ = kl_penalty(codes.copy(), weight, target)
    expect.close(again, float(np.asarray(first)), what="the penalty of the same codes twice")
    halves = np.broadcast_to(weight * slopes / len(twice), twice.shape)
    expect.close(halved, halves, what="the gradient of the codes twice")
    yield "the same penalty for the same codes twice, half the slope each"


def _expect_penalty(penalty, codes, weight, target):
    """Accept the penalty of a batch, or name the mistake."""
    values = _divergence(target, codes.mean(axis=0))
    if np.shape(penalty) == values.shape:
        raise expect.NotYet("one number a unit came back: sum over the units")
    single = _divergence(target, codes)
    right = weight * values.sum()
    expect.close(
        penalty,
        right,
        (
            (values.sum(), "the weight is missing"),
            (weight * values.mean(), "averaged over the units; the penalty is their sum"),
            (
                weight * single.sum(),
                "the divergence is taken of every single activity: average over the images first",
            ),
            (
                weight * single.mean(axis=0).sum(),
                "the divergence is taken of every single activity and then averaged: average over "
                "the images first",
            ),
            (
                weight * _divergence(target, codes.mean(axis=1)).sum(),
                "averaged over the units of each image: a unit's mean goes over the images",
            ),
            (right / len(codes), "divided by n once more: the mean has done that already"),
        ),
        what="the penalty",
    )


@exercise(
    "8.4",
    "Dead units",
    points=1,
    steps=("which", "the threshold", "none"),
    hints=(
        "A unit is alive as soon as one image brings it to the threshold.",
        "Compare each unit's largest activity, codes.max(axis=0), with the threshold.",
        "return [unit for unit in range(codes.shape[1]) if codes[:, unit].max() < threshold]",
    ),
)
def check_dead_units(dead_units, rng):
    codes = rng.uniform(0, 0.09, size=(9, 12))
    alive = np.sort(rng.choice(12, size=7, replace=False))
    codes[rng.integers(9, size=7), alive] = rng.uniform(0.3, 0.9, size=7)
    codes[:, alive[0]] = [0.05, *[0.9] * 8]  # speaks for most images, and is silent for one
    constant = np.flatnonzero(~np.isin(np.arange(12), alive))
    _expect_units(dead_units, constant, codes, 0.1)
    wide = np.concatenate([np.full((4, 1), 0.3), rng.uniform(0.31, 0.6, size=(4, 2))], axis=1)
    _expect_units(dead_units, [0], wide, 0.305)
    # Two units are dead, three speak for one image of 200, one for every fourth, one for most.
    many, kinds = rng.uniform(0, 0.09, size=(200, 7)), rng.permutation(7)
    many[rng.integers(200, size=3), kinds[2:5]] = rng.uniform(0.3, 0.9, size=3)
    many[::4, kinds[5]] = 0.4
    many[1:, kinds[6]] = 0.9
    _expect_units(dead_units, sorted(kinds[:2]), many, 0.2)
    yield "the units that no image brings above the threshold, in order"
    exact = np.array([[0.25, 0.1, 0.5], [0.25, 0.0, 0.1]])
    _expect_units(dead_units, [1], exact, 0.25)
    yield "a unit that just reaches the threshold is alive"
    _expect_units(dead_units, [], np.full((3, 4), 0.5), 0.2)
    yield "an empty list when all are alive"


def _expect_units(dead_units, expected, codes, threshold):
    """Accept the units as any sequence of numbers, or say which others came."""
    answer = dead_units(codes, threshold)
    expected, below = [int(unit) for unit in expected], codes < threshold
    if answer is None or np.ndim(answer) == 0:
        raise expect.NotYet(
            f"return the numbers of the units, a list; yours is {expect.describe(answer)}"
        )
    found = np.asarray(answer)
    if found.dtype == bool:
        raise expect.NotYet("True and False came back; return the numbers of the units")
    if found.ndim != 1:
        raise expect.NotYet(f"return one list of numbers; yours has the shape {found.shape}")
    found = found.tolist()
    if found == expected:
        return
    if expected and found == [unit + 1 for unit in expected]:
        raise expect.NotYet("the units are counted from 1: count from 0")
    # Whoever gets this far with another threshold was right at 0.1.
    if threshold != 0.1 and found == np.flatnonzero((codes < 0.1).all(axis=0)).tolist():
        raise expect.NotYet("these are the units below 0.1: use the threshold that comes in")
    readings = (
        (
            below.any(axis=0),
            "these are the units that are silent for some image; a dead one is silent for all",
        ),
        (
            codes.mean(axis=0) < threshold,
            "these are the units whose mean is below the threshold: a unit that speaks seldom is "
            "not dead",
        ),
        (
            np.percentile(codes, 90, axis=0) < threshold,
            f"a unit that speaks for one image of {len(codes)} lives: take its largest activity",
        ),
        (~below.all(axis=0), "these are the units that are alive: it is the others"),
        (
            (codes <= threshold).all(axis=0),
            "an activity equal to the threshold is not below it: that unit lives",
        ),
        (below.all(axis=1), "these are images, not units: the units are the columns"),
    )
    for mask, cause in readings:
        # Nothing at all comes of many mistakes: it does not say which.
        if mask.any() and found == np.flatnonzero(mask).tolist():
            raise expect.NotYet(cause)
    if sorted(found) == expected:
        raise expect.NotYet("the right units in another order: from the lowest number up")
    raise expect.NotYet(f"expected the units {expected}, got {found}")


@exercise(
    "8.5",
    "Exciting images",
    points=2,
    steps=("shape", "images", "order"),
    hints=(
        "Sort the images of each unit by its activity; the positions are what you want, not the "
        "activities.",
        "np.argsort sorts upwards: sort -codes along axis 0, and keep the first rows.",
        "return np.argsort(-codes, axis=0)[:count].T",
    ),
)
def check_exciting_images(exciting_images, rng):
    # The last is so large that a partial sort leaves it out of order.
    sizes = ((9, 4, 3), (7, 5, 7), (6, 8, 1), (12, 3, 5), (2000, 3, 600))
    # A permutation, so that no two activities are equal.
    cases = [(rng.permutation(n * k).reshape(n, k) / (n * k), count) for n, k, count in sizes]
    answers = []
    for codes, count in cases:
        answer = exciting_images(codes, count)
        if np.shape(answer) == (count, codes.shape[1]) != (codes.shape[1], count):
            raise expect.NotYet(
                f"{np.shape(answer)} came back: one row a unit, so transpose it to "
                f"{(codes.shape[1], count)}"
            )
        expect.shaped(answer, (codes.shape[1], count))
        answers.append(answer)
    yield "(k, count), one row a unit"
    for (codes, count), (answer, _) in zip(cases, answers, strict=True):
        down = np.argsort(-codes, axis=0)
        if np.array_equal(answer, -np.sort(-codes, axis=0)[:count].T):
            raise expect.NotYet("these are the activities; return the positions of the images")
        answer = expect.whole(answer, "the positions")
        if np.array_equal(answer, down[:count].T + 1):
            raise expect.NotYet("these positions are counted from 1: positions count from 0")
        if np.array_equal(np.sort(answer), np.sort(down[::-1][:count].T)) and count < len(codes):
            raise expect.NotYet("these are the images that excite the units least: sort downwards")
        if not np.array_equal(np.sort(answer, axis=1), np.sort(down[:count].T, axis=1)):
            raise expect.NotYet(
                f"the {count} strongest images of unit 0 are {sorted(down[:count, 0].tolist())}; "
                f"yours are {sorted(answer[0].tolist())}: is each unit sorted on its own, over "
                "the images?"
            )
    yield "the images with the largest activities of each unit"
    for (codes, count), answer in zip(cases, answers, strict=True):
        expected = np.argsort(-codes, axis=0)[:count].T
        if count > 1 and np.array_equal(answer, expected[:, ::-1]):
            raise expect.NotYet("the right images, the weakest of them first: turn the order round")
        if not np.array_equal(answer, expected):
            raise expect.NotYet(
                "the right images, in another order: the strongest comes first in each row"
            )
    yield "the strongest first"


@exercise(
    "8.6",
    "Reading the curve",
    points=2,
    steps=("reading", "order", "limits", "nothing"),
    hints=(
        "Two conditions for each network: abs(activity - target) <= tolerance, and error <= "
        "largest_error.",
        "Collect the targets of the networks that meet both. The smallest is the answer; if there "
        "is none, it is None.",
        "good = [t for t, a, e in zip(targets, activities, errors) if abs(a - t) <= tolerance and "
        "e <= largest_error]; return min(good) if good else None",
    ),
)
def check_sparsest_target(sparsest_target, rng):
    # Dyadic numbers, so that "equal to the limit" is exact.
    targets = np.array([1, 2, 4, 8, 16, 32]) / 64
    errors = np.array([60, 50, 40, 30, 20, 10]) / 64
    gaps = np.array([4, 1, -3, -1, 1, 0]) / 64
    reached = targets + gaps
    cases = [(targets, reached, errors, 1.5 / 64, limit / 64) for limit in (64, 45, 55, 25)]
    cases.append((targets, reached, errors, 5 / 64, 1.0))
    for case in cases:
        _expect_target(sparsest_target, *case)
    yield "the smallest target that was reached, at an error that is small enough"
    for case, limits in ((case[:3], case[3:]) for case in cases):
        for order in (slice(None, None, -1), rng.permutation(6)):
            mixed = (*(values[order] for values in case), *limits)
            answer = sparsest_target(*_copies(mixed))
            if answer != sparsest_target(*_copies((*case, *limits))):
                raise expect.NotYet(
                    "it fails when the networks come in another order: take the smallest target "
                    "that counts, not the first or the last"
                )
    yield "whatever order the networks come in"
    for limit in (50, 20):
        case = (targets, reached, errors, 1 / 64, limit / 64)
        _expect_target(sparsest_target, *case)
    yield "an activity or an error exactly at its limit counts"
    for case in (
        (targets, targets + 0.25, errors, 1 / 64, 1.0),
        (targets, targets, errors, 1 / 64, 1 / 64),
    ):
        answer = sparsest_target(*_copies(case))
        if answer is not None:
            raise expect.NotYet(
                f"no target counts here, so the answer is None; got {expect.describe(answer)}"
            )
    yield "None when no target counts"


def _copies(case):
    """Return the case with lists of its arrays, so that nothing is shared."""
    return (*(values.tolist() for values in case[:3]), *case[3:])


def _expect_target(sparsest_target, targets, activities, errors, tolerance, largest_error):
    """Accept the smallest target that counts, or say what was read instead."""
    case = targets, activities, errors, tolerance, largest_error
    answer = sparsest_target(*_copies(case))
    near = np.abs(activities - targets) <= tolerance
    small = errors <= largest_error
    right = targets[near & small].min()
    if answer is None or np.shape(answer) != ():
        raise expect.NotYet(f"expected the target {right}, got {expect.describe(answer)}")
    if answer == right:
        return
    readings = (
        (
            (activities - targets <= tolerance) & small,
            "an activity too far *below* its target has not reached it: take the absolute value",
        ),
        (small, "its network did not reach it: compare the activity with the target, too"),
        (near, "the error of its network is too large"),
        (
            (np.abs(activities - targets) < tolerance) & (errors < largest_error),
            "an activity or an error exactly at its limit counts, too",
        ),
        ((activities <= tolerance) & small, "compare the activity with its own target"),
    )
    for counted, cause in readings:
        if counted.any() and answer == targets[counted].min():
            raise expect.NotYet(f"expected {right}, got {answer}: {cause}")
    if answer in targets[near & small]:
        raise expect.NotYet(f"expected {right}, got {answer}: a smaller target counts as well")
    if answer in activities:
        raise expect.NotYet("that is an activity that was reached; return the target")
    if answer in errors[near & small]:
        raise expect.NotYet("that is an error; return the target")
    raise expect.NotYet(f"expected the target {right}, got {expect.describe(answer)}")
