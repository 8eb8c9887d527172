"""Checks of lesson 08, sparse codes."""

import numpy as np
from scipy.special import rel_entr

from helpers.checks import expect
from helpers.checks.cases import Shape, compare
from helpers.checks.registry import exercise

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
    "8.1",
    "KL of two coins",
    points=2,
    steps=("values", "slopes", "shapes", "at 0", "at 1"),
    hints=(
        "Two terms, one for each outcome: p ln(p / q) for an active unit, and the same with "
        "1 - p and 1 - q for one that is silent.",
        "np.log is the natural logarithm; clip first, and use the clipped activities everywhere.",
        "For the slope, write ln(p / q) as ln p - ln q: only - p ln q depends on q, and its slope "
        "is - p / q. In the second term q stands behind a minus, in ln(1 - q): the inner slope is "
        "-1, so that the signs come out the other way. Add the two.",
    ),
    also="the slope is (1 - p) / (1 - q) - p / q; its sign is that of q - p, so it moves every "
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
    "8.2",
    "The penalty of a batch",
    points=2,
    steps=("penalty", "gradient", "silent units", "constant units"),
    hints=(
        "Your bernoulli_kl takes the mean activities, one for each unit, and gives a divergence "
        "and a slope for each. Sum the divergences, and weight the sum.",
        "One activity is one of n in its unit's mean: the mean moves by 1/n of what it moves. "
        "Which slopes does the chain rule multiply?",
        "They make one row, (k,), the same for all images, and the gradient is (n, k). NumPy "
        "repeats a row when it is added to an array of zeros of the shape of the codes.",
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
    early = (
        "the codes were clipped, and then averaged: clip the means, once they are taken; in "
        "float32 the mean of clipped codes is another number"
    )
    unclipped[early] = lambda z, weight, target: _price(
        np.clip(z, 1e-7, 1 - 1e-7).mean(axis=0, keepdims=True), weight, target
    )
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
        "summed over the images: a unit's mean is that sum divided by n": (
            weight * _divergence(target, codes.sum(axis=0)).sum()
        ),
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
    "8.3",
    "Exciting images",
    points=1,
    steps=("images", "order", "edges"),
    hints=(
        "Sort the images of each unit by its activity; the positions are what you want, not the "
        "activities.",
        "np.argsort sorts upwards: sort -codes along axis 0, and keep the first rows.",
        "What is left after that has a column for each unit; the result has a row for each.",
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
    cases.append((activities(11, 4) - 0.7, 4))  # as of linear or tanh units
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
        "the activities of the largest size, negative ones with them: compare them as they are": (
            np.sort(_strongest(np.abs(codes), count))
        ),
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
    "8.4",
    "Keep k, forwards and backwards",
    points=3,
    steps=("codes", "slopes", "not positive", "equal numbers"),
    hints=(
        "Two conditions for a number to stay: it is among the k largest of its row, and it is "
        "positive. Everything else becomes 0.",
        "A position can say who stays: np.argsort(-row)[:k] gives exactly k of them, also where "
        "numbers are equal. A comparison with the k-th largest number may let more through.",
        "On the way back: a number that stayed is in the code unchanged, so its slope is that of "
        "the code. A number that did not stay could move a little without any change of the code. "
        "One mask serves both directions.",
    ),
    also="a unit that is kept for no image of the batch gets the slope 0 from all of them: that is "
    "how a unit of a top-k code can die.",
)
def check_top_k(top_k, rng):
    def step(part, cases, says, mistakes=None, where=""):
        right = _kept_codes if part == "codes" else _kept_slopes
        options = {"parts": ("codes", "slopes"), "part": part}
        return compare(
            top_k, right, cases, mistakes, says=says, what=f"the {part}{where}", **options
        )

    sizes = ((5, 7, 2), (7, 5, 3), (6, 6, 1), (1, 8, 3), (4, 1, 1), (3, 4, 4), (2, 300, 20))
    cases = [_before(rng, *size) for size in sizes]
    cases += [(cases[0][0], k, cases[0][2]) for k in (1, 4)]
    single = [part.astype("float32") for part in _before(rng, 4, 6, 2)[::2]]
    cases.append((single[0], 2, single[1]))
    says = "the k largest of each row if positive, 0 elsewhere"
    yield from step("codes", cases, says, _wrong_codes)
    says = "those of the numbers that stayed; 0 for all others"
    yield from step("slopes", cases, says, _wrong_code_slopes)
    few = rng.normal(size=(6, 5)) * np.array([1, 1, -1, -1, -1]) ** np.arange(1, 7)[:, None]
    few[0], few[1, :3], few[2] = -np.abs(few[0]), 0, 0
    few = [(few, k, rng.normal(size=few.shape)) for k in (1, 3, 5)]
    told = "a pre-activation of 0 or less has the slope 0, also where it is among the k largest"
    list(step("codes", few, "", _wrong_codes, " where few or none are positive"))
    mistakes = {told: lambda a, k, s: np.where(_kept(a, k), s, 0)}
    where = " where few or none are positive"
    yield from step("slopes", few, "fewer than k where fewer are positive", mistakes, where)
    for _ in range(2):
        equal = rng.permuted(np.repeat([[3, 2, 2, 2, 2, 1, -1, -1]], 5, axis=0), axis=1) / 2.0
        for k in (1, 2, 3, 5):
            _expect_equals(top_k, equal, k, rng.normal(size=equal.shape))
        _expect_equals(top_k, np.ones((3, 6)), 4, rng.normal(size=(3, 6)))
    yield "never more than k, whichever of equal ones they are"


def _before(rng, n, units, k):
    """Return a case: about half of the numbers positive, no two equal, some rows nearly all."""
    numbers = rng.normal(size=(n, units))
    numbers[::2] += 0.7
    return numbers, k, rng.uniform(0.2, 2, size=(n, units)) * rng.choice([-1, 1], size=(n, units))


def _kept(numbers, k):
    """Return which are among the k largest of their row; of equal ones the first."""
    order = np.argsort(-numbers, axis=1, kind="stable")
    return np.argsort(order, axis=1, kind="stable") < k


def _kept_codes(numbers, k, slopes):
    return np.where(_kept(numbers, k), np.maximum(numbers, 0), 0)


def _kept_slopes(numbers, k, slopes):
    return np.where(_kept(numbers, k) & (numbers > 0), slopes, 0)


def _wrong_codes(numbers, k, slopes):
    positive, mask, right = np.maximum(numbers, 0), _kept(numbers, k), _kept_codes(numbers, k, 0)
    whole = np.sort(numbers.ravel())[::-1][min(k * len(numbers), numbers.size) - 1]
    return {
        "numbers that are not positive stayed: set them to 0, too": np.where(mask, numbers, 0),
        "all positive numbers stayed: keep the k largest of each row": positive,
        "kept along axis 0: the k largest of each unit; take those of each image, along axis 1": (
            np.where(_kept(numbers.T, k).T, positive, 0)
        ),
        "the largest of the whole batch: take k of each row": (
            np.where(numbers >= whole, positive, 0)
        ),
        "the largest in size, negative ones with them: compare the numbers, not their sizes": (
            np.where(_kept(np.abs(numbers), k), numbers, 0)
        ),
        "the largest in size were looked for: compare the numbers, not their sizes": (
            np.where(_kept(np.abs(numbers), k), positive, 0)
        ),
        "these are the k smallest: np.argsort sorts upwards": (
            np.where(_kept(-numbers, k), positive, 0)
        ),
        "one too many stayed in each row": np.where(_kept(numbers, k + 1), positive, 0),
        "one too few stayed in each row: the k-th largest stays, too": (
            np.where(_kept(numbers, k - 1), positive, 0)
        ),
        "ones came back: those that stay keep their values": (right > 0).astype(float),
        "only the k numbers came back: return (n, units), with 0 elsewhere": Shape(
            (len(numbers), k)
        ),
        "the two results are exchanged: the codes come first": _kept_slopes(numbers, k, slopes),
    }


def _wrong_code_slopes(numbers, k, slopes):
    right = _kept_slopes(numbers, k, slopes)
    return {
        "the slopes came through unchanged: a number that did not stay does not move the code": (
            slopes
        ),
        "the slopes of the ReLU alone: a positive number that did not stay gets 0, too": (
            np.where(numbers > 0, slopes, 0)
        ),
        "a number that is not positive was set to 0: its slope is 0, also among the k largest": (
            np.where(_kept(numbers, k), slopes, 0)
        ),
        "multiplied by the activity: a number that stayed is in the code unchanged, slope 1": (
            right * numbers
        ),
        "this is the slope of the code in what stayed: multiply it by code_slopes": (
            (right != 0).astype(float)
        ),
        "the k largest slopes were looked for: who stays is decided by the pre-activations": (
            np.where(_kept(slopes, k), slopes, 0)
        ),
        "the sign is turned round: hand the slope on as it is": -right,
        "nothing came through: a number that stayed has the slope of its place in the code": (
            0 * slopes
        ),
    }


def _expect_equals(top_k, numbers, k, slopes):
    """Accept any of several equal numbers, as long as there are k and the slopes are theirs."""
    parts = expect.parts(top_k(numbers, k, slopes), ("codes", "slopes"))
    codes, passed = (
        expect.shaped(part, numbers.shape, f"the {name}")
        for part, name in zip(parts, ("codes", "slopes"), strict=True)
    )
    stayed, wanted = (codes != 0).sum(axis=1), np.minimum((numbers > 0).sum(axis=1), k)
    if np.any(stayed > wanted):
        raise expect.NotYet(
            f"with k = {k} and equal numbers {stayed.max()} stayed in a row: never more than k, "
            "also where several are equal to the k-th largest"
        )
    if np.any(stayed < wanted):
        raise expect.NotYet(
            f"with k = {k} and equal numbers only {stayed.min()} stayed in a row: of those "
            "that are equal to the k-th largest as many stay as there is room for"
        )
    strongest = -np.sort(-_kept_codes(numbers, k, 0), axis=1)
    expect.close(-np.sort(-codes, axis=1), strongest, what="the codes of equal numbers, sorted,")
    what = "the slopes where numbers are equal"
    expect.close(passed, np.where(codes != 0, slopes, 0), what=what)


@exercise(
    "8.5",
    "Compare three choices",
    points=4,
    steps=("own", "borrowed", "fixed", "gaps", "intervals"),
    hints=(
        "All three rules end in the same thing: a table of True and False, (n, units), that says "
        "which rows each image may use. Make the three tables first; one loop over the images "
        "serves them all.",
        "For one image, rows = dictionary[chosen] is (count, d). The values that come nearest to "
        "image - offset solve a least-squares problem with the matrix rows.T; np.linalg.lstsq "
        "returns them first. What they rebuild is values @ rows, plus the offset.",
        "Keep the errors image by image, three lists of n numbers. A gap is a mean of differences "
        "of two lists, and its half-width is 1.96 standard deviations of these differences "
        "(ddof=1), divided by the root of n. np.roll along axis 0 hands each row on to the next.",
    ),
    also="the residual is perpendicular to all chosen rows: that is how one sees that the values "
    "are the best ones.",
)
def check_compare_choices(compare_choices, rng):
    sizes = ((8, 9, 7, 3), (2, 6, 5, 2), (12, 5, 8, 1), (30, 12, 10, 4))
    cases = [_dictionary(rng, *size) for size in sizes]
    cases.append(_dictionary(rng, 12, 5, 8, 1, codes=_one_unit_each(rng)))
    cases.append(tuple(part.astype("float32") for part in _dictionary(rng, 6, 8, 9, 3)))
    results = []
    for case in cases:
        parts = expect.parts(compare_choices(*case), ("errors", "gaps", "halves"))
        shapes = ("errors", 3), ("gaps", 2), ("halves", 2)
        results.append(
            [
                expect.shaped(part, (count,), name)
                for part, (name, count) in zip(parts, shapes, strict=True)
            ]
        )
    of_all = {id(case[0]): _choice_errors(*case) for case in cases}
    for part, place, right, mistakes, says, what in (
        (0, 0, _own, _wrong_own, "each image's own units, values by least squares", "own units"),
        (0, 1, _borrowed, _wrong_borrowed, "those of the image before it", "borrowed units"),
        (0, 2, _fixed, _wrong_fixed, "the same units for all images", "fixed units"),
        (1, slice(2), _gaps, _wrong_gaps, "borrowed minus own, fixed minus own", "gaps"),
        (2, slice(2), _halves, _wrong_halves, "1.96 standard errors of the differences", "halves"),
    ):
        values = iter([result[part][place] for result in results])

        def of(table, case, function):
            return function(table[id(case[0])], *case)

        yield from compare(
            lambda *_, values=values: next(values),
            lambda *case, right=right: of(of_all, case, right),
            cases,
            lambda *case, mistakes=mistakes: of(of_all, case, mistakes),
            says=says,
            what=f"the error with {what}" if part == 0 else f"`{what}`",
            tolerance=1e-3,
        )


def _one_unit_each(rng):
    """Return codes (12, 5) in which number, sum of sizes and sum of squares favour other units."""
    units, sizes = [0] * 6 + [1] * 4 + [2, 3], [0.3] * 6 + [0.8, 0.9, 0.7, -0.8] + [2.5, 0.4]
    codes = np.zeros((12, 5))
    codes[rng.permutation(12), rng.permutation(5)[units]] = sizes
    return codes


def _dictionary(rng, n, units, d, most, codes=None):
    """Return a case in which the units with the largest sums are not those used most often.

    One of the images has `most` active units, one has 1, the rest 2 to `most`, the first one as
    few as it can; some activities are negative.
    """
    if codes is None:
        codes = _drawn_codes(rng, n, units, most)
        # Which units are used most often should not hang on the order of equal counts.
        while _is_tied(np.sum(codes != 0, axis=0), most):
            codes = _drawn_codes(rng, n, units, most)
        codes[n - 1] *= 9  # a few loud activities outweigh many
    dictionary, offset = rng.normal(size=(units, d)), rng.uniform(0.5, 1.5, size=d)
    images = offset + codes @ dictionary + rng.normal(scale=0.6, size=(n, d))
    return codes, dictionary, offset, images


def _drawn_codes(rng, n, units, most):
    codes = np.zeros((n, units))
    for image in range(n):
        count = most if image == n // 2 else rng.integers(min(2, most), most + 1)
        count = count if image else min(2, most - 1) or 1
        count = 1 if image == 1 < n // 2 else count
        active = rng.choice(units, size=count, replace=False)
        codes[image, active] = rng.uniform(0.3, 1, size=count) * rng.choice([-1, 1, 1], size=count)
    return codes


def _is_tied(numbers, count):
    """Return whether the `count` largest are not told from the rest by their size."""
    falling = np.append(-np.sort(-numbers), 0)
    return falling[count - 1] == falling[count]


def _rebuilt(chosen, dictionary, offset, images):
    """Return each image's best approximation by its chosen rows, by projection."""
    outputs = []
    for units, image in zip(chosen, images, strict=True):
        basis = np.linalg.qr(dictionary[units].T)[0]
        outputs.append(offset + basis @ (basis.T @ (image - offset)))
    return np.array(outputs)


def _most(codes, count, weigh=np.abs):
    fixed = np.zeros(codes.shape, bool)
    fixed[:, np.argsort(-weigh(codes).sum(axis=0), kind="stable")[:count]] = True
    return fixed


def _choices(codes):
    own = codes != 0
    return own, np.roll(own, 1, axis=0), _most(codes, own.sum(axis=1).max())


def _choice_errors(codes, dictionary, offset, images):
    """Return the images' errors under the three choices, (3, n)."""
    parts = [part.astype(float) for part in (dictionary, offset, images)]
    return np.array([_errors(chosen, *parts) for chosen in _choices(codes)])


def _errors(chosen, dictionary, offset, images):
    return np.square(_rebuilt(chosen, dictionary, offset, images) - images).mean(axis=1)


def _own(errors, *case):
    return errors[0].mean()


def _borrowed(errors, *case):
    return errors[1].mean()


def _fixed(errors, *case):
    return errors[2].mean()


def _gaps(errors, *case):
    return (errors[1:] - errors[0]).mean(axis=1)


def _halves(errors, *case):
    differences = errors[1:] - errors[0]
    return 1.96 * differences.std(axis=1, ddof=1) / len(differences[0]) ** 0.5


def _by_products(chosen, dictionary, offset, images):
    """Return the error with each row's inner product with the image as its value."""
    values = np.where(chosen, (images - offset) @ dictionary.T, 0)
    return np.square(values @ dictionary + offset - images).mean()


def _picked(chosen, dictionary, offset, images):
    """Return the error with values of the chosen rows out of a fit of all rows."""
    values = np.linalg.lstsq(dictionary.T, (images - offset).T, rcond=None)[0].T
    return np.square(np.where(chosen, values, 0) @ dictionary + offset - images).mean()


def _wrong_own(errors, codes, dictionary, offset, images):
    own, plain = codes != 0, np.zeros_like(offset)
    without = _rebuilt(own, dictionary, plain, images)
    return {
        "these are the errors with the values of the code: find the best values by least squares": (
            np.square(codes @ dictionary + offset - images).mean()
        ),
        "the values are the products of rows and image, right for perpendicular rows of length 1 "
        "only, as in lesson 02: these rows are not, so fit the values by least squares": (
            _by_products(own, dictionary, offset, images)
        ),
        "the values of all rows were fitted together, and then picked: fit the chosen rows alone": (
            _picked(own, dictionary, offset, images)
        ),
        "the offset is missing: fit the values to image - offset, and add it afterwards": (
            np.square(without - images).mean()
        ),
        "the values are fitted to the image itself: subtract the offset first": (
            np.square(without + offset - images).mean()
        ),
        "the offset is missing from what is compared with the image: add it": (
            np.square(_rebuilt(own, dictionary, offset, images) - offset - images).mean()
        ),
        "summed over the pixels: each image's error is the mean over its pixels": (
            errors[0].mean() * images.shape[1]
        ),
        "a root was taken: this is a mean squared error, without one": np.sqrt(errors[0]).mean(),
        "only the units above 0 were chosen: active is where the code is not 0": (
            _errors(codes > 0, dictionary, offset, images).mean()
        ),
        "all units were chosen: take those where the image's code is not 0": (
            _errors(np.ones_like(own), dictionary, offset, images).mean()
        ),
        "the units of image i - 1 were taken: own ones come first": errors[1].mean(),
        "the fixed units were taken: own ones come first": errors[2].mean(),
    }


def _wrong_borrowed(errors, codes, dictionary, offset, images):
    own = codes != 0
    return {
        "these are the units of image i + 1: image i takes those of image i - 1": (
            _errors(np.roll(own, -1, axis=0), dictionary, offset, images).mean()
        ),
        "shifted along the units: shift the images, axis 0": (
            _errors(np.roll(own, 1, axis=1), dictionary, offset, images).mean()
        ),
        "rolled without an axis: the last unit of each image went to the next; give axis=0": (
            _errors(np.roll(own, 1), dictionary, offset, images).mean()
        ),
        "these are the errors of own units once more: borrow those of the image before": (
            errors[0].mean()
        ),
        "the values were borrowed, too: fit them to this image": (
            np.square(np.roll(codes, 1, axis=0) @ dictionary + offset - images).mean()
        ),
        "the fitted values of the image before were borrowed, too: fit them to this image": (
            np.square(np.roll(_rebuilt(own, dictionary, offset, images), 1, axis=0) - images).mean()
        ),
        "this is the error with fixed units: borrowed ones come second": errors[2].mean(),
        "the first image needs borrowed units, too: those of the last image": (
            np.append(errors[1][1:], errors[0][0]).mean()
        ),
        "the first image is left out: it borrows from the last": errors[1][1:].mean(),
    }


def _wrong_fixed(errors, codes, dictionary, offset, images):
    own = codes != 0
    counts = own.sum(axis=1)

    def with_units(count, weigh=np.abs):
        return _errors(_most(codes, count, weigh), dictionary, offset, images).mean()

    order = np.argsort(-np.abs(codes).sum(axis=0), kind="stable")
    as_many = np.zeros_like(own)
    for chosen, count in zip(as_many, counts, strict=True):
        chosen[order[:count]] = True

    return {
        "each image has as many of the fixed units as of its own: all of them have as many as the "
        "image with the most": _errors(as_many, dictionary, offset, images).mean(),
        "the units active for most images were taken: add up their absolute activities": (
            with_units(counts.max(), lambda codes: codes != 0)
        ),
        "negative activities were taken off the sum: add up absolute activities": (
            with_units(counts.max(), lambda codes: codes)
        ),
        "the units with the smallest sums were taken: np.argsort sorts upwards": (
            with_units(counts.max(), lambda codes: -np.abs(codes))
        ),
        "as many units as the first image has: as many as the image with the most": (
            with_units(counts[0])
        ),
        "as many units as images have on average: as many as the image with the most": (
            with_units(round(counts.mean()))
        ),
        "as many units as the image with the fewest: as many as the one with the most": (
            with_units(counts.min())
        ),
        "all units that are ever active were taken: as many as the image with the most has": (
            with_units(np.count_nonzero(own.any(axis=0)))
        ),
        "the units with the largest single activity were taken: add up over the images": (
            with_units(
                counts.max(),
                lambda codes: np.where(np.abs(codes) == np.abs(codes).max(0), np.abs(codes), 0),
            )
        ),
    }


def _wrong_gaps(errors, *case):
    right = _gaps(errors)
    return {
        "the sign: by how much borrowed and fixed are *worse*, their errors minus own ones": -right,
        "the two gaps are exchanged: borrowed first, then fixed": right[::-1],
        "these are ratios: a gap is a difference": errors[1:].mean(axis=1) / errors[0].mean(),
        "relative to the error of own units: leave the division out": right / errors[0].mean(),
        "this is fixed minus borrowed: both are compared with own units": (
            np.array([right[0], right[1] - right[0]])
        ),
        "these are the errors themselves: subtract that of own units": errors[1:].mean(axis=1),
    }


def _wrong_halves(errors, *case):
    right, n = _halves(errors), errors.shape[1]
    spread = errors.var(axis=1, ddof=1)
    return {
        "use the standard deviation with n - 1, ddof=1": right * np.sqrt((n - 1) / n),
        "the two lists were taken as if of different images: take the differences image by image": (
            1.96 * np.sqrt((spread[1:] + spread[0]) / n)
        ),
        "the intervals of the errors themselves: take those of the differences": (
            1.96 * np.sqrt(spread[1:] / n)
        ),
        "the 1.96 is missing": right / 1.96,
        "divide by the root of n: this is the spread of single images": right * np.sqrt(n),
        "divided by n instead of its root": right / np.sqrt(n),
        "this is the whole width; half of it is asked for": 2 * right,
        "the two are exchanged: borrowed first, then fixed": right[::-1],
    }
