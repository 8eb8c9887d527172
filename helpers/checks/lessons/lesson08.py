"""Checks of lesson 08, sparse codes."""

import numpy as np
from scipy.special import rel_entr

from helpers.checks import expect
from helpers.checks.cases import Shape, compare
from helpers.checks.registry import exercise


@exercise(
    "8.1",
    "Mean activity",
    points=1,
    steps=("value", "edges"),
    hints=(
        "A unit is a column of the codes, an image a row.",
        "Average over axis 0.",
        "return np.mean(codes, axis=0)",
    ),
    also="np.ones(n) @ codes / n is the same mean, written as a product.",
)
def check_mean_activity(mean_activity, rng):
    batches = [rng.random(shape) for shape in ((5, 3), (4, 7), (6, 6), (50, 2))]
    batches[1][rng.integers(4, size=7), np.arange(7)] = 0  # each unit silent for one image

    def mistakes(codes):
        total, silent = codes.sum(axis=0), np.sum(codes == 0, axis=0)
        return {
            "one number came back for all units: average over the images, axis 0": codes.mean(),
            "averaged over the units of each image: the units are the columns": codes.mean(axis=1),
            "divided by the images for which the unit speaks: divide by all, by n": (
                total / (len(codes) - silent)
            ),
            "summed over the images instead of averaging: divide by n": total,
            "divided by the number of units: divide by n": total / codes.shape[1],
            "this is the largest activity of each unit, not the mean": codes.max(axis=0),
            "this is the median of each unit, not the mean": np.median(codes, axis=0),
            "return (k,), without an axis of length 1": codes.mean(axis=0, keepdims=True),
        }

    edges = [rng.random((1, 4)), rng.random((6, 1)), rng.random((300, 2), "float32")]
    for batch, known, says in (
        (batches, mistakes, "the mean over the images"),
        (edges, None, "one image, one unit, many images"),
    ):
        yield from compare(
            mean_activity,
            lambda codes: codes.sum(axis=0) / len(codes),
            [(codes,) for codes in batch],
            known,
            says=says,
            what="the mean of codes {codes.shape}",
        )


# In float32 the number nearest to 1 - 1e-7 is 1.19e-7 below 1, and values and slopes there differ.
_AT_ONE = 0.03, 0.25


def _divergence(target, activities):
    """Return the divergence of two coins by SciPy's relative entropies, of clipped activities."""
    q = np.clip(activities, 1e-7, 1 - 1e-7)
    return rel_entr(target, q) + rel_entr(1 - target, 1 - q)


def _slope(target, activities):
    q = np.clip(activities, 1e-7, 1 - 1e-7)
    return (q - target) / (q * (1 - q))


@exercise(
    "8.2",
    "KL of two coins",
    points=3,
    steps=("values", "slopes", "shapes", "at 0", "at 1"),
    hints=(
        "Two terms, one for each outcome: p ln(p / q) for a unit that speaks, and the same with "
        "1 - p and 1 - q for one that is silent.",
        "np.log is the natural logarithm. The slope is (q - p) / (q (1 - q)).",
        "q = np.clip(activities, 1e-7, 1 - 1e-7); values = target * np.log(target / q) + "
        "(1 - target) * np.log((1 - target) / (1 - q)); slopes = (q - target) / (q * (1 - q))",
    ),
    also="the slope is (1 - p) / (1 - q) - p / q; its sign is that of q - p, so it draws every "
    "unit to the target.",
)
def check_bernoulli_kl(bernoulli_kl, rng):
    def step(part, cases, says, mistakes=None, where="", tolerance=1e-4):
        right, what = (_divergence, "the value") if part == "values" else (_slope, "the slope")
        options = {"parts": ("values", "slopes"), "part": part, "tolerance": tolerance}
        return compare(
            bernoulli_kl, right, cases, mistakes, says=says, what=what + where, **options
        )

    q = np.array([0.03, *rng.uniform(0.05, 0.95, size=5), 0.97])
    cases = [(0.1, q), (rng.uniform(0.2, 0.4), q), (0.05, rng.uniform(0.1, 0.9, size=(3, 4)))]
    says = "p ln(p / q) + (1 - p) ln((1 - p) / (1 - q)), 0 at the target"
    yield from step("values", cases, says, _wrong_values)
    says = "(q - p) / (q (1 - q)): down above the target, up below"
    yield from step("slopes", cases, says, _wrong_slopes)
    shapes = [(0.2, rng.uniform(0.1, 0.9, size=shape)) for shape in ((7,), (1,), (3, 1), ())]
    for part in ("values", "slopes"):
        list(step(part, shapes, "", where=" for activities of shape {activities.shape}"))
    yield "of the shape of the activities, whatever it is"
    told = "the slope came out as 0 where the activity is clipped: take it at the clipped one"
    clip = "clip the activities first: this is infinite"
    slopes = {told: lambda p, q: 0 * q, clip: lambda p, q: (q - p) / (q * (1 - q))}
    for end, near, tolerances in ((0, "1e-7", (1e-3, 1e-3)), (1, "1 - 1e-7", _AT_ONE)):
        kinds = ("float64", "float32")
        ends = [(p, np.full(3, end, kind)) for p in (0.1, 0.3) for kind in kinds]
        where = f" at an activity of exactly {end}, brought to {near},"
        values = {clip: lambda p, q: sum(_coins(p, q))}
        list(step("values", ends, "", values, where, tolerances[0]))
        list(step("slopes", ends, "", slopes, where, tolerances[1]))
        yield "finite, by the clipped activity"


def _coins(p, q):
    """Return the two terms of D(p || q), with nan where they have no value."""
    return p * np.log(p / q), (1 - p) * np.log((1 - p) / (1 - q))


def _wrong_values(p, q):
    speaks, silent = _coins(p, q)
    return {
        "one number came back: one value for each activity, without a sum": np.sum(speaks + silent),
        "only one outcome: add the term of the silent unit, with 1 - p and 1 - q": speaks,
        "the two coins are exchanged: this is D(q || p)": sum(_coins(q, p)),
        "the sign: it is ln(p / q), not ln(q / p)": -(speaks + silent),
        "this is in bits: use the natural logarithm": (speaks + silent) / np.log(2),
        "the second term is subtracted; add it": speaks - silent,
        "this is the cross-entropy: subtract the surprise that cannot be helped, so that the "
        "value is 0 at the target": -p * np.log(q) - (1 - p) * np.log(1 - q),
        "this is the squared difference, not the divergence": np.square(q - p),
        "the two results are exchanged: the values come first": _slope(p, q),
        "keep the shape of the activities": (speaks + silent).ravel(),
    }


def _wrong_slopes(p, q):
    odds, right = (1 - p) / (1 - q), _slope(p, q)
    return {
        "the sign is turned round: above the target the divergence rises": -right,
        "the second term is missing from the slope: + (1 - p) / (1 - q)": -p / q,
        "the sign of the second term: minus from ln(1 / x), minus from 1 - q": -p / q - odds,
        "the sign of the first term: ln(1 / q) has the slope -1 / q": p / q + odds,
        "this is the slope of D(q || p), with the coins exchanged": np.log(q / p) + np.log(odds),
        "this is the slope in the target; take it in q": np.log(p / q) - np.log(odds),
        "divide by q (1 - q): both logarithms have slopes of their own": q - p,
        "keep the shape of the activities": right.ravel(),
    }


@exercise(
    "8.3",
    "The penalty of a batch",
    points=3,
    steps=("penalty", "gradient", "silent units", "constant units"),
    hints=(
        "bernoulli_kl(target, mean_activity(codes)) gives a divergence and a slope for each "
        "unit. Sum the divergences, and weight the sum.",
        "One activity is one of n in its unit's mean: the mean moves by 1/n of what it moves. "
        "So its slope is weight times the unit's slope, divided by n, the same for all images.",
        "values, slopes = bernoulli_kl(target, mean_activity(codes)); gradient = "
        "np.zeros(codes.shape) + weight * slopes / len(codes); "
        "return weight * np.sum(values), gradient",
    ),
    also="all rows of the gradient are equal, because the penalty sees a unit by its mean only; "
    "the same codes twice cost the same, with half the slope for each activity.",
)
def check_kl_penalty(kl_penalty, rng):
    def step(part, cases, says, mistakes=None, where="", tolerance=1e-4):
        right, what = (_price if part == "penalty" else _pushes), f"the {part}{where}"
        options = {"parts": ("penalty", "gradient"), "part": part, "tolerance": tolerance}
        return compare(kl_penalty, right, cases, mistakes, says=says, what=what, **options)

    codes = rng.uniform(0.05, 0.95, size=(6, 4))
    cases = [(codes, 1.7, 0.1), (codes, 0.6, 0.1), (codes, 0.6, 0.25)]
    cases += [(rng.random((3, 5), "float32"), 2.5, 0.05), (rng.random((6, 4)), 1.7, 0.1)]
    cases += [(rng.random((1, 3)), 0.4, 0.2), (rng.random((4, 1)), 3.0, 0.2)]
    says = "weight times the sum of D(p || mean activity) over the units"
    yield from step("penalty", cases, says, _wrong_penalties)
    says = "weight times slope, divided by n: the same for all images"
    yield from step("gradient", cases, says, _wrong_gradients)
    codes[rng.integers(6, size=4), np.arange(4)] = 0
    for part in ("penalty", "gradient"):
        list(step(part, [(codes, 0.5, 0.1)], "", where=" where each unit is silent for one image"))
    told = "the slope came out as 0 where a unit's mean is clipped: take it at the clipped one"
    mistakes = {told: lambda *case: np.where(np.abs(_pushes(*case)) > 1e3, 0, _pushes(*case))}
    unclipped = {
        "clip the means first: the divergence of this unit is infinite": (
            lambda z, weight, target: weight * np.sum(_coins(target, z.mean(axis=0)))
        )
    }
    for activity, tolerances in ((0, (1e-3, 1e-3)), (1, _AT_ONE)):
        ends = rng.uniform(0.3, 0.7, size=(3, 4))
        ends[:, rng.integers(4)] = activity
        ends = [(ends.astype(kind), 0.5, 0.1) for kind in ("float64", "float32")]
        where = f" for a unit that is {activity} for all images"
        list(step("penalty", ends, "", unclipped, where, tolerances[0]))
        list(step("gradient", ends, "", mistakes, where, tolerances[1]))
        yield "finite, by the clipped mean"


def _price(codes, weight, target):
    return weight * np.sum(_divergence(target, codes.mean(axis=0, dtype=float)))


def _pushes(codes, weight, target):
    slopes = _slope(target, codes.mean(axis=0, dtype=float))
    return np.tile(weight * slopes / len(codes), (len(codes), 1))


def _wrong_penalties(codes, weight, target):
    means, single = codes.mean(axis=0), _divergence(target, codes)
    values = _divergence(target, means)
    over_units = _divergence(target, codes.mean(axis=1))
    return {
        "one number for each unit came back: sum over the units": weight * values,
        "the weight is missing": values.sum(),
        "averaged over the units; the penalty is their sum": weight * values.mean(),
        "the divergence of every single activity: average over images first": weight * single.sum(),
        "the divergence of every single activity, averaged later: average over images first": (
            weight * single.sum() / len(codes)
        ),
        "averaged over units: a unit's mean goes over the images": weight * over_units.sum(),
        "divided by n once more: the mean has done that": weight * values.sum() / len(codes),
        "the two coins are exchanged: the target comes first": weight
        * sum(_coins(means, target)).sum(),
        "weight and target are exchanged": target * sum(_coins(weight, means)).sum(),
        "the two results are exchanged: the penalty comes first": _pushes(codes, weight, target),
    }


def _wrong_gradients(codes, weight, target):
    right, n = _pushes(codes, weight, target), len(codes)
    return {
        "one slope for each unit came back; every activity of the batch has one": right[0],
        "one row came back; every activity of the batch has a slope": right[:1],
        "this is the slope in the unit's mean: one activity is only 1/n of the mean": right * n,
        "the weight is missing from the gradient": right / weight,
        "the weight is there twice": right * weight,
        "the weight and the 1/n of the mean are missing from the gradient": right * n / weight,
        "divided by the units, too: they are summed": right / codes.shape[1],
        "divided by the number of units instead of images": right * n / codes.shape[1],
        "the sign of the gradient is turned round": -right,
        "the slope is taken at each single activity: it is the unit's mean that counts, and all "
        "images of a unit get the same push": weight * _slope(target, codes) / n,
        "multiplied by the activity: the mean has the slope 1/n in each of them": right * codes,
    }


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
    also="np.flatnonzero(codes.max(axis=0) < threshold) names the same units without a loop.",
)
def check_dead_units(dead_units, rng):
    def step(cases, mistakes, says):
        what = "the list of dead units at a threshold of {threshold}"
        return compare(dead_units, _dead, cases, mistakes, says=says, what=what, whole=True)

    peaks = np.array([0.02, 0.03, 0.06, 0.07, 0.09, 0.12, 0.3, 0.35, 0.9])
    codes, other = (_spoken(rng, rng.permutation(peaks)) for _ in range(2))
    many = _spoken(rng, rng.permutation(np.repeat(peaks, 40)), count=4)
    cases = [(codes, 0.1), (codes, 0.2), (codes, 0.08), (other, 0.1)]
    says = "the units that no image brings to the threshold, in order"
    yield from step([*cases, (many, 0.025)], _wrong_units, says)
    exact = np.array([[0.25, 0.1, 0.5], [0.25, 0.0, 0.1]])
    told = "an activity equal to the threshold is not below it: that unit lives"
    mistakes = {told: lambda codes, threshold: np.flatnonzero(codes.max(axis=0) <= threshold)}
    yield from step([(exact, 0.25), (exact, 0.5)], mistakes, "to reach the threshold is to live")
    alive = rng.uniform(0.3, 0.9, size=(3, 4))
    edges = [(alive, 0.2), (alive, 0.95), (np.array([[0.1, 0.4, 0.2]]), 0.3), (alive[:, :1], 0.95)]
    told = "no unit is dead: return an empty list"
    mistakes = {
        told: lambda *case: _dead(*case) or None,
        "a number came back for a single unit: return a list, even of one": (
            lambda *case: _dead(*case)[0] if len(_dead(*case)) == 1 else _dead(*case)
        ),
    }
    yield from step(edges, mistakes, "an empty list when all are alive; one image, one unit")


def _dead(codes, threshold):
    return np.flatnonzero((codes < threshold).all(axis=0)).tolist()


def _spoken(rng, peaks, count=40):
    """Return codes in which one image in the last fifth brings each unit to its peak.

    Two units more speak for some images only: for every third, and for all but the first.
    """
    codes = rng.uniform(0, 0.4, size=(count, len(peaks))) * peaks
    codes[rng.integers(count * 4 // 5, count, size=len(peaks)), np.arange(len(peaks))] = peaks
    often, mostly = np.zeros((2, count, 1))
    often[::3], mostly[1:] = 0.8, 0.9
    codes = np.concatenate([often, codes, mostly, np.full((count, 1), 0.5)], axis=1)
    return codes


def _wrong_units(codes, threshold):
    below, right, top = codes < threshold, _dead(codes, threshold), codes.max(axis=0)
    means, medians, high = codes.mean(axis=0), np.median(codes, axis=0), np.percentile(codes, 95, 0)
    return {
        "an empty list came back, but some units are dead: is it over the images, axis 0?": [],
        "silent for some image is not dead: it has to be all": np.flatnonzero(below.any(axis=0)),
        "the mean is below the threshold, but a unit that speaks seldom is not dead": (
            np.flatnonzero(means < threshold)
        ),
        "silent for most images is not dead: it has to be all": np.flatnonzero(medians < threshold),
        "silent for nearly all images is not dead: take the largest activity": (
            np.flatnonzero(high < threshold)
        ),
        "these are the units that are alive: it is the others": np.flatnonzero(~below.all(axis=0)),
        "these are the units below 0.05: use the threshold that comes in": _dead(codes, 0.05),
        "the units are counted from 1: count from 0": [unit + 1 for unit in right],
        "the right units, the last first: from the lowest number up": right[::-1],
        "True and False came back; return the numbers of the units": below.all(axis=0),
        "this is how many units are dead; return which": len(right),
        "return one list: np.where gives a tuple, and its first part is the list": [right],
        "return one list of numbers, not one list for each unit": np.reshape(right, (-1, 1)),
        "these are activities; return the numbers of the units": top[right],
    }


@exercise(
    "8.5",
    "Exciting images",
    points=2,
    steps=("images", "order", "edges"),
    hints=(
        "Sort the images of each unit by its activity; the positions are what you want, not the "
        "activities.",
        "np.argsort sorts upwards: sort -codes along axis 0, and keep the first rows.",
        "return np.argsort(-codes, axis=0)[:count].T",
    ),
    also="for a large batch, np.argpartition finds the strongest without sorting the rest; then "
    "sort those alone.",
)
def check_exciting_images(exciting_images, rng):
    def activities(n, k):
        """Return codes with no two of a unit equal; the first one's weakest is 0, and the last."""
        codes = rng.permutation(np.arange(1, n * k + 1)).reshape(n, k) / (n * k + 1)
        codes[:, 0] = np.arange(n, 0, -1) / n - 1 / n
        return codes

    # The last of the cases is so large that a partial sort leaves it out of order.
    sizes = ((9, 4, 3), (9, 4, 5), (7, 5, 7), (12, 3, 2), (40, 3, 9))
    cases = [(activities(n, k), count) for n, k, count in sizes]
    cases += [(activities(9, 4), 3), (activities(2000, 3), 600)]
    yield from compare(
        lambda codes, count: np.sort(exciting_images(codes, count), axis=-1),
        lambda codes, count: np.sort(_strongest(codes, count), axis=1),
        cases,
        _wrong_images,
        says="the images with the largest activities of each unit, one row for each unit",
        what="the positions for codes {codes.shape} and a count of {count}, each row sorted,",
        whole=True,
    )
    yield from compare(
        exciting_images,
        _strongest,
        cases,
        {
            "the right images, the weakest of them first: turn the order round": (
                lambda codes, count: _strongest(codes, count)[:, ::-1]
            ),
            "the right images, by their place in the batch: the strongest comes first": (
                lambda codes, count: np.sort(_strongest(codes, count), axis=1)
            ),
        },
        says="the strongest first",
        what="the order of the right images, the strongest first in each row,",
    )
    yield from _check_equals(exciting_images, rng, activities)


def _strongest(codes, count):
    return np.argsort(-codes, axis=0)[:count].T


def _wrong_images(codes, count):
    """Return what comes of known mistakes, each row sorted."""
    right, up, across = _strongest(codes, count), np.argsort(codes, axis=0), np.argsort(-codes)
    ranks = np.argsort(np.argsort(-codes, axis=0), axis=0)
    everywhere = np.argsort(-codes.ravel())[:count] // codes.shape[1]
    return {
        "one row for each unit, (k, count): transpose": np.sort(right.T),
        "transpose, do not reshape: a row is a unit": np.sort(right.T.reshape(right.shape)),
        "these are the activities; return the positions of the images": (
            np.sort(np.take_along_axis(codes, right.T, axis=0).T)
        ),
        "these positions are counted from 1: positions count from 0": np.sort(right) + 1,
        "these images excite the units least: sort downwards": np.sort(up[:count].T),
        "the strongest units of each image: sort along axis 0": np.sort(across[:, :count]),
        "all units have the same images: sort each unit on its own": (
            np.sort(np.tile(everywhere, (len(right), 1)))
        ),
        "these are ranks; the positions of the strongest are wanted": np.sort(ranks[:count].T),
        "all images came back: keep the first `count`": np.sort(up.T),
        "one image too many: keep `count`": Shape((len(right), min(count + 1, len(codes)))),
    }


def _check_equals(exciting_images, rng, activities):
    """Accept one image, one unit, and equal activities in any order, if no image comes twice."""
    (_,) = compare(
        exciting_images,
        _strongest,
        [(activities(6, 3), 1), (activities(8, 1), 3), (activities(1, 3), 1)],
        says="",
        what="the positions for codes {codes.shape} and a count of {count}",
    )
    codes = rng.permuted(np.repeat(np.arange(1, 6) / 6, 2)[:, None].repeat(3, axis=1), axis=0)
    places = expect.shaped(exciting_images(codes, 4), (3, 4), "the positions").astype(int)
    if any(len(set(row)) < 4 for row in places.tolist()):
        raise expect.NotYet("two images with the same activity: one of them came back twice")
    found = np.take_along_axis(codes, places.T, axis=0).T
    expect.close(found, -np.sort(-codes, axis=0)[:4].T, what="the activities at your positions")
    yield "one image, one unit; no image twice where activities are equal"


@exercise(
    "8.6",
    "Reading the curve",
    points=2,
    steps=("reading", "limits", "several networks"),
    hints=(
        "Two conditions for each network: abs(activity - target) <= tolerance, and error <= "
        "largest_error.",
        "Collect the targets of the networks that meet both. The smallest is the answer; if there "
        "is none, it is None.",
        "good = [t for t, a, e in zip(targets, activities, errors) if abs(a - t) <= tolerance and "
        "e <= largest_error]; return min(good) if good else None",
    ),
    also="min(good, default=None) needs no if.",
)
def check_sparsest_target(sparsest_target, rng):
    def step(cases, says):
        what = "the target for a tolerance of {tolerance:.3g} and errors to {largest_error:.3g}"
        return compare(sparsest_target, _sparsest, cases, _wrong_targets, says=says, what=what)

    # Whole numbers over a power of 2, so that "equal to the limit" is exact.
    unit = int(rng.integers(20, 60)) / 2048
    targets, gaps = np.array([1, 2, 4, 8, 16, 32]), np.array([4, 1, -3, -1, 0.5, 1])
    networks = np.array([targets, targets + gaps, [60, 50, 40, 20, 35, 25]]) * unit
    # Two networks for each target: one is near enough, the other's error is small enough.
    pairs = np.array([[4, 4, 8, 8, 16, 16], [4, 9, 8, 8, 16, 25], [50, 10, 30, 40, 20, 20]]) * unit
    orders = [np.arange(6), np.arange(6)[::-1], rng.permutation(6)]

    def cases(limits, networks=networks, form=np.ndarray.tolist):
        scaled = [(tolerance * unit, largest * unit) for tolerance, largest in limits]
        return [(*map(form, networks[:, order]), *pair) for order in orders for pair in scaled]

    limits = (1.5, 64), (1.5, 45), (5, 64), (0.75, 64), (3.5, 45), (1.5, 22), (1.5, 5), (0.25, 64)
    says = "the smallest target that counts, in any order; None if none does"
    yield from step(cases(limits) + cases(limits[1:2], form=np.array), says)
    limits = (1, 50), (3, 40), (1, 20), (1.5, 50), (1, 64), (0.25, 64)
    yield from step(cases(limits), "an activity or an error exactly at its limit counts")
    limits = (1, 35), (1, 25), (1, 5)
    yield from step(cases(limits, pairs), "of several networks with one target each counts")


def _sparsest(targets, activities, errors, tolerance, largest_error):
    t, a, e = map(np.asarray, (targets, activities, errors))
    return min(t[(np.abs(a - t) <= tolerance) & (e <= largest_error)], default=None)


def _wrong_targets(targets, activities, errors, tolerance, largest_error):
    t, a, e = map(np.asarray, (targets, activities, errors))
    off, distance = a - t, np.abs(a - t)
    near, small, last = (
        distance <= tolerance,
        e <= largest_error,
        dict(zip(t, range(6), strict=True)),
    )
    good = np.flatnonzero(near & small)

    def smallest(*conditions):
        return min(t[np.all(conditions, axis=0)], default=None)

    def first(values, order):
        return values[good][np.argmin(order[good])] if good.size else None

    limit, inside, below = "exactly at its limit counts", distance < tolerance, e < largest_error
    return {
        "two networks with one target: the same one has to meet both conditions": (
            min(np.intersect1d(t[near], t[small]), default=None)
        ),
        "two networks with one target: each counts, not only the last": (
            smallest(near, small, np.isin(range(6), list(last.values())))
        ),
        "an activity too far *below* its target has not reached it: take the absolute value": (
            smallest(off <= tolerance, small)
        ),
        "an activity too far *above* its target has not reached it: take the absolute value": (
            smallest(-off <= tolerance, small)
        ),
        "an activity a little below its target has reached it, too": (
            smallest(off >= 0, off <= tolerance, small)
        ),
        "its network did not reach it: compare the activity with the target, too": smallest(small),
        "the error of its network is too large: compare it with largest_error": smallest(near),
        "both conditions have to hold, not one of them": smallest(near | small),
        f"an activity or an error {limit}": smallest(inside, below),
        f"an activity {limit}": smallest(inside, small),
        f"an error {limit}": smallest(near, below),
        "compare the activity with its own target": smallest(a <= tolerance, small),
        "the tolerance is no share of the target": smallest(distance <= tolerance * t, small),
        "tolerance and largest_error are exchanged": (
            smallest(distance <= largest_error, e <= tolerance)
        ),
        "this is the largest target that counts; return the smallest": first(t, -t),
        "this is the first in the list that counts; return the smallest": first(t, np.arange(6)),
        "this is the last in the list that counts; return the smallest": first(t, -np.arange(6)),
        "this is the one with the smallest error; return the smallest target": first(t, e),
        "this is the one nearest to its target; return the smallest target": first(t, distance),
        "that is an activity that was reached; return the target": first(a, t),
        "that is an error; return the target": first(e, t),
        "that is a place in the list; return the target": first(np.arange(6), t),
    }
