"""Checks of lesson 13, features inside a network."""

import itertools

import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.special import softmax

from helpers.checks import expect
from helpers.checks.cases import Shape, compare
from helpers.checks.guard import Raised
from helpers.checks.registry import exercise


def _with_rule(right, what, rule, tolerance=1e-4):
    """Return what to say of a wrong value: where it differs, and the rule that it breaks."""

    def otherwise(value, *case):
        try:
            expect.close(value, right(*case), what=what, tolerance=tolerance)
        except expect.NotYet as problem:
            end = "" if str(problem).endswith("?") else "."
            return f"{problem}{end} {rule(value, *case) if callable(rule) else rule}"
        return ""

    return otherwise


def _explained(answer, errors):
    """Return an answer whose errors are explained, by {word of the error: what is told}."""

    def explaining(*case):
        try:
            return answer(*case)
        except Raised as raised:
            words = f"{type(raised.problem).__name__}: {expect.says(raised.problem)}"
            for word, told in errors.items():
                if word in words:
                    raise expect.NotYet(f"it stopped with {words}. {told}") from None
            raise

    return explaining


def _directions(rng, m, d):
    rows = rng.normal(size=(m, d))
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@exercise(
    "13.1",
    "What superposition costs",
    points=2,
    steps=("errors", "least"),
    hints=(
        "f_j . x is c_j times 1, and c_i times the cosine of f_i and f_j for every other feature: "
        "the error is the sum of those.",
        "The expected square of a sum is the square of its mean, and its variance. The variance of "
        "a sum of independent terms is the sum of their variances, each with its cosine squared.",
        "The eigenvalues of the matrix of inner products have the sum m, its trace, and at most d "
        "of them are not 0. The sum of their squares is smallest when these d are equal: m^2 / d. "
        "Of the squared entries m are on the diagonal; the rest are m (m - 1) pairs.",
    ),
    also="directions that reach the least value are a tight frame: for them the matrix of the "
    "features, transposed times itself, is m / d times the identity.",
)
def check_interference(interference, rng):
    def case(m, d):
        chance, strength = rng.uniform(0.2, 0.6), rng.uniform(0.7, 1.6)
        mean, variance = chance * strength, chance * (1 - chance) * strength**2
        return _directions(rng, m, d), mean, variance

    # The one direction alone has a length of exactly 1, so that its error is exactly 0.
    alone = np.eye(3)[[1]], *case(1, 3)[1:]
    cases = [case(5, 3), case(4, 2), case(6, 4), alone, case(3, 5)]
    names = ("errors", "least")
    answer = _explained(
        interference,
        {
            "ZeroDivision": "One direction alone (m = 1) makes no pair to divide by; up to d can "
            "be perpendicular, and then the least value is 0"
        },
    )
    yield from compare(
        answer,
        _enumerated,
        cases,
        _error_mistakes,
        otherwise=_with_rule(
            _enumerated,
            "`errors`",
            "f_j . x is c_j plus, for every other feature i, c_i times the cosine of f_i and f_j. "
            "For each j it is the expected square of that sum over the others: the square of its "
            "mean plus its variance, worked out and not drawn or rounded",
        ),
        says="what the other features add, over all that may be present",
        parts=names,
        part="errors",
        what="`errors`",
    )
    # All in a plane of the space: the bound is that of the space.
    flat = _directions(rng, 7, 2) @ np.eye(4)[:2], *case(7, 4)[1:]
    cases += [(np.eye(3), 0.1, 0.2), case(9, 2), flat]
    yield from compare(
        answer,
        _least,
        cases,
        _least_mistakes,
        otherwise=_with_rule(
            _least,
            "`least`",
            "The m eigenvalues have the sum m, and at most d are not 0: how small can the sum of "
            "their squares be? Take off the m ones of the diagonal, and divide by the number of "
            "pairs; up to d directions, also one alone, can be perpendicular, and then it is 0",
        ),
        says="0 where all can be perpendicular, and the bound where they cannot",
        parts=names,
        part="least",
        what="`least`",
    )


def _enumerated(directions, mean, variance):
    """Return the expected squared errors by going through all points of features on or off."""
    strength = mean + variance / mean
    chance = mean / strength
    errors = np.zeros(len(directions))
    for present in itertools.product((0, 1), repeat=len(directions)):
        chances = np.where(present, chance, 1 - chance)
        coefficients = strength * np.array(present)
        read = directions @ (coefficients @ directions)
        errors += np.prod(chances) * np.square(read - coefficients)
    return errors


def _error_mistakes(directions, mean, variance):
    cosines = directions @ directions.T
    others = cosines * (1 - np.eye(len(directions)))
    squares, sums = np.square(others).sum(axis=1), others.sum(axis=1)
    right = (mean * sums) ** 2 + variance * squares
    m, d = directions.shape

    def total(rows, first=mean**2, second=variance):
        return first * rows.sum(axis=1) ** 2 + second * np.square(rows).sum(axis=1)

    return {
        "a feature is no error in its own read-out: leave the diagonal out": (
            (mean * cosines.sum(axis=1)) ** 2 + variance * np.square(cosines).sum(axis=1)
        ),
        "that is the variance of the error alone: coefficients of mean above 0 also shift it": (
            variance * squares
        ),
        "that is the square of the mean error alone: it varies as well": (mean * sums) ** 2,
        "variances of independent terms add up, each with its cosine squared: square first, then "
        "sum": (mean**2 + variance) * sums**2,
        "the mean of the coefficient squared stands before the square of the sum, the variance "
        "before the sum of the squares": (mean**2 + variance) * squares,
        "the square of the mean is missing: the mean error counts squared": (
            mean * sums + variance * squares
        ),
        "the square of the mean is missing: both the mean of the coefficients and the sum of the "
        "cosines are squared": total(others, mean),
        "the sum of the cosines is to be squared, not each: the mean error is the mean times their "
        "sum": total(others**2, 0) + mean**2 * sums,
        "the features after j are counted alone: those before it interfere, too": total(
            np.triu(others)
        ),
        "the features before j are counted alone: those after it interfere, too": total(
            np.tril(others)
        ),
        "the signs of the cosines count in their sum: shares of the others may cancel": total(
            np.abs(others)
        ),
        "a share is the coefficient times the cosine itself, not its square": total(others**2),
        "`variance` is a variance already: do not square it": total(others, second=variance**2),
        "`variance` is a variance already: take no root": total(others, second=np.sqrt(variance)),
        "`variance` is taken about the mean: do not add the square of the mean to it": total(
            others, second=variance + mean**2
        ),
        "`variance` is taken about the mean: do not subtract the square of the mean from it": total(
            others, second=variance - mean**2
        ),
        "mean and variance are mixed up: the mean is squared and goes with the squared sum": total(
            others, variance**2, mean
        ),
        "that is the mean error: the expected squared error is asked for": mean * sums,
        "f_j . x holds c_j itself, which is no error: nothing of feature j's own variance belongs "
        "in": right + variance,
        "all other features add up; nothing is divided by m": right / len(directions),
        "that is the mean over the features: return one error for each": (np.full(m, right.mean())),
        "that is the error for directions drawn at random; use the cosines of these": np.full(
            m, (m - 1) / d * (variance + mean**2)
        ),
        "one error for each feature: the cosines are directions @ directions.T, (m, m)": Shape(
            (d,)
        ),
        "errors is (m,), not a column": Shape((m, 1)),
        "these are root mean squares: the squared error is asked for": np.sqrt(right),
        "all features add up, they are not averaged": right / max(len(directions) - 1, 1),
        "one number came first: return errors, least, where `errors` has one number for each "
        "feature": Shape(()),
    }


def _least(directions, mean, variance):
    m, d = directions.shape
    return (m - d) / (d * (m - 1)) if m > d else 0.0


def _least_mistakes(directions, mean, variance):
    m, d = directions.shape
    cosines = (directions @ directions.T)[~np.eye(m, dtype=bool)]
    bound = (m - d) / (d * max(m - 1, 1))
    return {
        "that is what random directions have on average, 1 / d: there are better ones": 1 / d,
        "that is the mean of these directions; the least of any is asked for": (
            np.mean(cosines**2) if m > 1 else 0.0
        ),
        "it cannot be below 0: up to d directions can be perpendicular": bound,
        "the diagonal is counted: take its m ones off": max(1 / d, 1 / m),
        "that is the sum over all pairs: divide by m (m - 1)": max(m * m / d - m, 0.0),
        "there are m (m - 1) pairs i != j in the sum, not m^2": max(bound, 0.0) * (m - 1) / m,
        "that is the least of the largest |cosine|; the mean of the squares is asked for": (
            np.sqrt(max(bound, 0.0))
        ),
        "that is what random directions have on average, 1 / d, where m > d: there are better "
        "ones": 1 / d if m > d else 0.0,
        "that is the mean of these directions, where m > d; the least of any is asked for": (
            np.mean(cosines**2) if m > d else 0.0
        ),
        "the sign of m - d is dropped: up to d directions can be perpendicular, so that it is 0": (
            abs(bound)
        ),
        "that is the bound for the space that these directions fill; any m directions in d "
        "dimensions are meant": _least(np.empty((m, np.linalg.matrix_rank(directions))), 0, 0),
        "one number for each feature came second: `least` is one number": Shape((m,)),
    }


@exercise(
    "13.2",
    "Match with the truth",
    points=2,
    steps=("one for each", "more features than rows", "rows of zeros", "share"),
    hints=(
        "Divide each row by its length; then the inner products with the true directions, (m, r), "
        "are the cosines.",
        "scipy's linear_sum_assignment takes a matrix that need not be square, and returns the "
        "positions of the pairs. It makes the sum small unless told maximize=True.",
        "Begin with m zeros and fill in the cosines of the pairs: what is left without a row stays "
        "0. A row of zeros would be divided by 0: leave it as it is.",
    ),
    also="taking each feature's nearest row would let one row stand for two similar features, and "
    "count both as found.",
)
def check_match(match, rng):
    def case(k, m, d=4):
        return rng.normal(size=(k, d)) * rng.uniform(0.3, 3, size=(k, 1)), _directions(rng, m, d)

    def crowded(k, m):
        # Two true directions so near to each other that both have the same nearest row.
        found, truth = case(k, m, 3)
        near = truth[0] + 0.1 * rng.normal(size=3)
        truth[1] = near / np.linalg.norm(near)
        found[0] = 2 * truth[0] + 1.2 * truth[1]
        return found, truth

    names = ("cosines", "share")
    answer = _explained(
        match,
        {
            "invalid numeric": "A row of zeros has the cosine 0 with every direction; divided by "
            "its length, 0, it is nan"
        },
    )

    def cosines(cases, says, rule):
        return compare(
            answer, _best, cases, _match_mistakes,
            says=says, parts=names, part="cosines", what="`cosines`",
            otherwise=_with_rule(_best, "`cosines`", rule),
        )  # fmt: skip

    def against():
        """One row is against both directions, far more so against the second."""
        axes = np.linalg.qr(rng.normal(size=(3, 3)))[0]
        return np.array([[-0.1, -0.9, 0.4], [1.2, 1.0, 1.1]]) @ axes, axes[:2]

    square = [case(4, 4), case(6, 3), crowded(4, 3), crowded(5, 4), case(1, 1), against()]
    # "Of any length": a short row is as good as a long one.
    square[1][0][2] /= 60
    yield from cosines(
        square,
        "the best of all one-to-one matches",
        "Bring each row of found to length 1; the inner products with truth are the cosines. Of "
        "all one-to-one matches the one with the largest sum of cosines counts; return the cosine "
        "of each true direction with its row as it is, in the order of truth, also below 0",
    )
    few = [case(2, 5), crowded(1, 4), case(3, 4)]
    yield from cosines(
        few,
        "0 for a feature that is left without a row",
        "There are more true directions than rows: each row goes to one direction, so that the sum "
        "is largest, also with a cosine below 0, and the directions that are left have 0",
    )
    with_zeros = []
    for found, truth in (case(4, 3), case(3, 3)):
        found[1] = 0
        with_zeros.append((found, truth))
    yield from cosines(
        with_zeros,
        "a row of zeros finds nothing, and breaks nothing",
        "A row of zeros has the cosine 0 with every direction, and may be matched like any other",
    )

    def hit(cosines, m, d=6):
        """Return rows with these cosines; fewer than m, or m and a dead one."""
        truth = np.linalg.qr(rng.normal(size=(d, d)))[0]
        truth, spare = truth[:m], truth[m]
        found = truth[rng.permutation(m)][: len(cosines)]
        cosines = np.array(cosines)[:, None]
        found = cosines * found + np.sqrt(1 - cosines**2) * spare
        found *= rng.uniform(0.5, 2, size=cosines.shape)
        return found if len(found) < m or m == 1 else np.vstack([found, np.zeros((1, d))]), truth

    shares = [
        hit((0.86, 1, 0.92, 1), 4), hit((0.89, 0.86, 1, 0.93, 0.91), 5), hit((1, 1, 1), 3),
        hit((0.85, 0.7, 0.88), 3), hit((0.93, 0.85, 0.97), 5), hit((-0.95,), 1), hit((0.92,), 1),
    ]  # fmt: skip
    yield from compare(
        answer, _share, shares, _share_mistakes,
        says="the features above 0.9, out of all", parts=names, part="share", what="`share`",
        otherwise=_with_rule(
            _share, "`share`",
            "Count the true directions whose cosine, with its sign and not rounded, is above 0.9, "
            "and divide by the number of all true directions, also those without a row",
        ),
    )  # fmt: skip


def _similar(found, truth):
    lengths = np.linalg.norm(found, axis=1, keepdims=True)
    return truth @ (found / np.where(lengths > 0, lengths, 1)).T


def _best(found, truth, similar=None):
    """Return the cosines of the best match, by trying them all."""
    similar = _similar(found, truth) if similar is None else similar
    m, k = similar.shape
    small, large = (m, k) if m <= k else (k, m)
    table = similar if m <= k else similar.T
    orders = np.array(list(itertools.permutations(range(large), small)))
    sums = table[np.arange(small), orders].sum(axis=1)
    best, cosines = orders[sums.argmax()], np.zeros(m)
    if m <= k:
        cosines[:] = table[np.arange(m), best]
    else:
        cosines[best] = table[np.arange(k), best]
    return cosines


def _share(found, truth):
    return np.mean(_best(found, truth) > 0.9)


def _in_turn(similar):
    """Return the cosines where each feature in turn takes the nearest row that is left."""
    similar, cosines = similar.copy(), np.zeros(len(similar))
    for place in range(min(similar.shape)):
        row = np.argmax(similar[place])
        cosines[place] = similar[place, row]
        similar[:, row] = -np.inf
    return cosines


def _matched_by(similar, sums):
    """Return the cosines of the match with the largest sum of other numbers."""
    rows, columns = linear_sum_assignment(sums, maximize=True)
    cosines = np.zeros(len(similar))
    cosines[rows] = similar[rows, columns]
    return cosines


def _greedy(similar):
    similar, cosines = similar.copy(), np.zeros(len(similar))
    for _ in range(min(similar.shape)):
        place, row = np.unravel_index(np.argmax(similar), similar.shape)
        cosines[place] = similar[place, row]
        similar[place], similar[:, row] = -np.inf, -np.inf
    return cosines


def _match_mistakes(found, truth):
    similar = _similar(found, truth)
    plain = truth @ found.T
    m, k = similar.shape
    best = _best(found, truth)
    unmatched = {"every feature has a cosine in the result: 0 for one without a row": Shape((k,))}
    angles = np.arccos(np.clip(similar, -1, 1))
    return (unmatched if m > k else {}) | {
        "the share came first: return cosines, share": Shape(()),
        "a cosine below 0 stays as it is: it is what the match gives": np.maximum(best, 0),
        "the match is found, and then the signs are dropped: return the cosines as they are": (
            np.abs(best)
        ),
        "the match is found, and then its cosines are squared: return them as they are": best**2,
        "a row is matched also where its cosine is below 0, as long as one is left": (
            np.maximum(_matched_by(similar, np.maximum(similar, 0)), 0)
        ),
        "each feature in turn takes the nearest row that is left: the best match has the largest "
        "sum over all": _in_turn(similar),
        "the match has the largest sum of cosines; the sign counts there, too": _matched_by(
            similar, np.abs(similar)
        ),
        "the match has the largest sum of cosines, not of their squares": _matched_by(
            similar, similar**2
        ),
        "the match has the largest sum of cosines, not the smallest sum of angles or "
        "distances": _matched_by(similar, -angles),
        "the match has the largest sum of cosines, not the smallest sum of distances": _matched_by(
            similar, -np.sin(angles / 2)
        ),
        "the match has the largest sum of cosines; those below 0 count as they are": _matched_by(
            similar, np.maximum(similar, 0)
        ),
        "match by the cosines, not by the products of rows of any length": _matched_by(
            similar, plain
        ),
        "each feature takes its nearest row, so that one row stands for two features: match one to "
        "one": similar.max(axis=1),
        "the sign counts: a row that points the other way has found nothing": _best(
            found, truth, np.abs(similar)
        ),
        "rows of a dictionary have any length: divide each by its own": _best(found, truth, plain),
        "the match makes the sum of cosines as small as it can: maximise it": -_best(
            found, truth, -similar
        ),
        "that is a greedy match, the largest cosine first: the best match has the largest sum": (
            _greedy(similar)
        ),
        "the rows are compared in their order: match them first": (
            np.diagonal(similar) if m == k else np.full(m, 2.0)
        ),
        "these are the cosines of the rows; return one for each true feature": (
            similar.max(axis=0) if m == k else Shape((k,))
        ),
        "the cosines are sorted; return them in the order of the features": np.sort(
            _best(found, truth)
        )[::-1],
    }


def _share_mistakes(found, truth):
    cosines = _best(found, truth)
    return {
        "that is the number of features found; divide by how many there are": np.sum(cosines > 0.9),
        "that is the mean cosine; the share of those above 0.9 is asked for": np.mean(cosines),
        "that is the share of those that are not found": np.mean(cosines <= 0.9),
        "that is the share of the rows; divide by the number of true directions": np.sum(
            cosines > 0.9
        )
        / len(found),
        "that is the share among the features that have a row; divide by all true directions": (
            np.sum(cosines > 0.9) / min(len(found), len(truth))
        ),
        "the sign counts: a row that points the other way has found nothing": np.mean(
            np.abs(cosines) > 0.9
        ),
        "the cosines are squared before they are held against 0.9": np.mean(cosines**2 > 0.9),
        "the threshold is 0.9, and nothing is rounded: a cosine of 0.92 is above it": np.mean(
            np.round(cosines, 1) > 0.9
        ),
        "a share is between 0 and 1, not a percentage": 100 * np.mean(cosines > 0.9),
    }


@exercise(
    "13.3",
    "Same moments, no features",
    points=2,
    steps=("mean", "covariance", "a line and a plane"),
    hints=(
        "If noise has the identity as its covariance, what is the covariance of noise @ A? Work it "
        "out for one row: the mean of (A^T e)(A^T e)^T is A^T A.",
        "So noise @ L.T has the covariance L L^T. The root of a diagonal matrix is easy; eigh "
        "turns the covariance into one.",
        "With eigenvalues w and eigenvectors in the columns of V, C is V diag(w) V^T: L is V with "
        "column i multiplied by the root of w_i, where a w_i below 0 counts as 0.",
    ),
    also="any L with L L^T = C will do, for the noise looks the same in all directions. Cholesky's "
    "needs a C without eigenvalues of 0.",
)
def check_same_moments(same_moments, rng):
    def case(n, d, rank):
        points = rng.normal(size=(n, rank)) @ rng.normal(size=(rank, d)) + 3 * rng.normal(size=d)
        return points

    answer = _explained(
        same_moments,
        {
            "positive definite": "Where points lie in a subspace, an eigenvalue of the covariance "
            "is 0, and Cholesky's root does not exist: take eigh, and count what is below 0 as 0",
            "0-dimensional": "d is 1 here, and np.cov returns one number: np.atleast_2d makes it a "
            "matrix",
            "mismatch": "The covariance is that of the columns, (d, d), and np.cov takes rows for "
            "them unless told rowvar=False; noise is (q, d), and L.T comes after it",
        },
    )
    full = [case(7, 3, 3), case(5, 2, 2), case(6, 4, 4)]
    for points in full:
        d = points.shape[1]
        value = expect.shaped(answer(points, np.zeros((1, d))), (1, d))
        _expect_mean(value[0], points, "Take the mean over axis 0, round nothing, and draw nothing")
    yield "without noise, the mean"
    _expect_covariance(answer, full, rng)
    yield "with noise, the covariance"
    flat = [case(6, 3, 1), case(9, 4, 2), case(4, 1, 1), case(3, 5, 2)]
    _expect_covariance(answer, flat, rng)
    yield "also of points on a line or in a plane, and of single numbers"


def _expect_close(value, right, causes, what, rule):
    """Expect equal numbers, and say the rule where no cause explains another value."""
    told = _with_rule(lambda: right, what, rule)(value)
    for wrong, cause in causes:
        if told and np.shape(value) == np.shape(wrong) and _near(value, wrong):
            raise expect.NotYet(cause)
    if told:
        raise expect.NotYet(told)


def _expect_mean(value, points, rule):
    mean, there = points.mean(axis=0), "without noise there should be the mean of the points"
    causes = (
        (0 * mean, f"{there}: it is missing"),
        (points[0], f"{there}, not one of them"),
        (2 * mean, f"{there}: it is added twice"),
        (-mean, f"{there}: it is subtracted"),
        (0 * mean + points.mean(), f"{there}, (d,): take it over axis 0"),
        (np.median(points, axis=0), f"{there}, not their median"),
    )
    _expect_close(value, mean, causes, "the point that noise of 0 gives", rule)


def _expect_covariance(same_moments, cases, rng):
    """Read the linear map off unit rows of noise, and compare what it does to the covariance."""
    found, wrongs = [], []
    for points in cases:
        n, d = points.shape
        noise = np.vstack([np.zeros(d), np.eye(d)])
        came = expect.shaped(same_moments(points, noise), noise.shape)
        if not np.all(np.isfinite(came)):
            raise expect.NotYet(
                "nan came back: rounding makes an eigenvalue of 0 a little negative, and it has no "
                "root; count it as 0"
            )
        by_itself = (
            "Each row is the mean plus L times its own row of the noise that is given: nothing is "
            "centred or scaled by the other rows, drawn, bent or rounded"
        )
        _expect_mean(came[0], points, by_itself)
        rows = came[1:] - came[0]  # the transpose of L
        mixed = rng.normal(size=(2, d))
        _expect_close(
            expect.shaped(same_moments(points, mixed), mixed.shape),
            came[0] + mixed @ rows,
            (),
            "the point of a sum of noises",
            by_itself,
        )
        found.append((rows, np.atleast_2d(np.cov(points, rowvar=False)), points))
    for rows, covariance, points in found:
        n, mean = len(points), points.mean(axis=0)
        deviations = np.sqrt(np.maximum(np.diag(covariance), 1e-300))
        values, vectors = np.linalg.eigh(covariance)
        values = np.maximum(values, 0)
        more = np.trace(rows.T @ rows - covariance) / len(covariance) * np.eye(len(covariance))
        wrongs.append(
            {
                "the sums of products are not divided: np.cov divides by n - 1": covariance
                * (n - 1),
                "the covariance is divided by n - 1 twice": covariance / (n - 1),
                "the points are not centred before they are multiplied": (
                    covariance + n / (n - 1) * np.outer(mean, mean)
                ),
                "these are correlations: the covariance is asked for": (
                    covariance / np.outer(deviations, deviations)
                ),
                "the eigenvalues are on the diagonal and nothing is beside them: the eigenvectors "
                "are missing, or the root is turned round; it is noise @ L.T": np.diag(values),
                "the roots of the eigenvalues are taken twice": (
                    vectors * np.sqrt(values) @ vectors.T
                ),
                "a root is not that of each entry: L @ L.T should be the covariance": (
                    np.sqrt(np.abs(covariance)).T @ np.sqrt(np.abs(covariance))
                ),
                "all numbers have the same variance here, and no number goes with another: take a "
                "root of the whole matrix": np.diag(covariance).mean() * np.eye(len(covariance)),
                "something is added to the diagonal, too much to be rounding: leave it out, or "
                "make it far smaller": covariance + np.maximum(more, 0),
                "the covariance is divided by n; np.cov divides by n - 1": (
                    covariance * (n - 1) / n
                ),
                "the noise is multiplied with the covariance itself: it takes a root of it": (
                    covariance @ covariance
                ),
                "each number has its own standard deviation, and no number goes with another: "
                "take a root of the whole matrix": np.diag(np.diag(covariance)),
                "the noise is not stretched: the roots of the eigenvalues stretch it": np.eye(
                    len(covariance)
                ),
            }
        )
    values = [rows.T @ rows for rows, _, _ in found]
    rights = [covariance for _, covariance, _ in found]
    if all(_near(*pair) for pair in zip(values, rights, strict=True)):
        return
    for told in wrongs[0]:
        if all(_near(v, w[told]) for v, w in zip(values, wrongs, strict=True)):
            raise expect.NotYet(told)
    turned = [rows @ rows.T for rows, _, _ in found]
    if all(_near(*pair) for pair in zip(turned, rights, strict=True)):
        raise expect.NotYet(
            "the root is turned round: noise @ A has the covariance A^T A, so that it is "
            "noise @ L.T"
        )
    for value, right in zip(values, rights, strict=True):
        _expect_close(
            value,
            right,
            (),
            "the covariance that unit noise gets",
            "For points in any number, also fewer than dimensions or in a subspace, L @ L.T should "
            "be all of np.cov(points, rowvar=False): with eigenvalues w and eigenvectors V no more "
            "is left out than what rounding makes of 0, and root and eigenvector keep together",
        )


def _near(value, other):
    return np.allclose(value, other, rtol=1e-3, atol=1e-4 * max(np.abs(other).max(), 1e-12))


@exercise(
    "13.4",
    "Firing rates",
    points=1,
    steps=("rates", "dead"),
    hints=(
        "codes != 0 is True where a unit is active; the mean of True and False is a share.",
        "Pick the rows of one digit with labels == digit, and take the mean over them.",
        "A unit is dead if none of all images has it active: any over the images, and then not.",
    ),
    also="with one-hot labels the rates are one matrix product, divided by the number of images "
    "of each digit.",
)
def check_firing_rates(firing_rates, rng):
    def case(n, k, share=0.4):
        labels = rng.permutation(np.concatenate([np.arange(10), rng.integers(10, size=n - 10)]))
        codes = rng.uniform(0.05, 4, size=(n, k)) * (rng.random((n, k)) < share)
        codes[0] = np.maximum(codes[0], 0.3)
        codes[:, rng.permutation(k)[: k // 3]] = 0
        return codes, labels

    def seldom():
        """One unit is active in the last image alone, weakly, and one in the first alone."""
        labels = np.concatenate([rng.integers(1, 10, size=60), np.arange(1, 10), np.zeros(41, int)])
        labels[:-1] = rng.permutation(labels[:-1])
        codes = rng.uniform(0.05, 4, size=(len(labels), 5)) * (rng.random((len(labels), 5)) < 0.3)
        codes[:, [0, 2, 4]] = 0
        codes[-1, 2], codes[0, 4] = 0.002, 0.5
        return codes, labels

    cases = [case(30, 6), case(41, 4, 0.9), case(10, 3), case(25, 1), seldom()]
    names = ("rates", "dead")
    yield from compare(
        firing_rates, _rates, cases, _rate_mistakes,
        says="shares of each digit's images", parts=names, part="rates", what="`rates`",
        otherwise=_with_rule(
            _rates, "`rates`",
            "rates[digit, unit] is the share of the images with this label, 0 to 9, in which the "
            "unit is not 0, however weak: not rounded, and divided by the number of these images",
        ),
    )  # fmt: skip
    yield from compare(
        firing_rates, _dead, cases, _dead_mistakes,
        says="active for no image", parts=names, part="dead", what="`dead`",
        otherwise=_with_rule(
            _dead, "`dead`",
            "dead[unit] is True if the unit is 0 in all images and False otherwise: a single weak "
            "activity in a single image, of any digit, is enough to live",
        ),
    )  # fmt: skip


def _dead(codes, labels):
    return ~np.any(codes, axis=0)


def _rates(codes, labels):
    return np.array(
        [[np.mean(column[labels == digit] > 0) for column in codes.T] for digit in range(10)]
    )


def _rate_mistakes(codes, labels):
    one_hot = (labels[:, None] == np.arange(10)).astype(float)
    counts = one_hot.T @ (codes > 0)
    sums = one_hot.sum(axis=0)[:, None]
    return {
        "these are counts: divide by the number of the digit's images": counts,
        "divide by the number of the digit's images, not by that of all": counts / len(codes),
        "these are mean activities: how often is asked, not how strongly": one_hot.T @ codes / sums,
        "these are the shares of digits among a unit's images: the other way round": counts
        / np.maximum(counts.sum(axis=0), 1),
        "a row is a digit, a column a unit: transpose": Shape((codes.shape[1], 10)),
        "active is any number that is not 0, also a small one": one_hot.T @ (codes > 0.5) / sums,
        "these are the shares of images in which the unit is silent": 1 - counts / sums,
        "0 is silent: active is what is not 0": np.ones(counts.shape),
        "the digits have different numbers of images: divide by each one's own": (
            counts / (len(codes) / 10)
        ),
        "a share is between 0 and 1, not a percentage": 100 * counts / sums,
        "dead came first: return rates, dead": Shape((codes.shape[1],)),
        "one number for each digit came back: each unit has its own, (10, k)": Shape((10,)),
    }


def _dead_mistakes(codes, labels):
    rates = _rates(codes, labels)
    return {
        "these are the living ones": np.any(codes, axis=0),
        "dead is a unit that is active for no image of any digit, not for none of one": np.any(
            rates == 0, axis=0
        ),
        "these are the images without an active unit: one answer for each unit": Shape(
            (len(codes),)
        ),
        "that is how many are dead; return which": Shape(()),
        "these are the positions of the dead units: return True or False for each unit": Shape(
            (int(np.sum(_dead(codes, labels))),)
        ),
        "dead is one answer for each unit, over the images of all digits": Shape(rates.shape),
    }


@exercise(
    "13.5",
    "Off, and as far elsewhere",
    points=2,
    steps=("off", "moved", "silent units"),
    hints=(
        "What unit k adds to image i is codes[i, k] * dictionary[k]. With one unit for each image: "
        "codes[np.arange(n), units], and dictionary[units].",
        "Take it off hidden, not off what the autoencoder rebuilds: what the dictionary does not "
        "explain stays.",
        "The length of what was taken off, for each image, times the direction brought to length "
        "1: that is what moved takes off.",
    ),
    also="`hidden - rebuilt + rebuilt without the unit` is the same as off: the decoder is linear.",
)
def check_switch_off(switch_off, rng):
    def case(n, k, d, share=1.0):
        codes = rng.uniform(0.3, 2, size=(n, k)) * (rng.random((n, k)) < share)
        units = rng.integers(k, size=n)
        codes[np.arange(n), units] = rng.uniform(0.3, 2, size=n)
        dictionary = rng.normal(size=(k, d)) * rng.uniform(0.4, 2, size=(k, 1))
        ways = rng.normal(size=(n, d)) * rng.uniform(0.4, 3, size=(n, 1))
        return rng.normal(size=(n, d)), codes, dictionary, units, ways

    cases = [case(5, 4, 3), case(3, 6, 6, 0.5), case(1, 2, 4), case(4, 1, 5), case(6, 6, 6)]
    names = ("off", "moved")
    rules = (
        "Image i loses codes[i, units[i]] * dictionary[units[i]] once, and nothing else of hidden "
        "changes, also where a number falls below 0",
        "Image i begins at hidden[i] and goes against directions[i], brought to its own length 1, "
        "by the length of what `off` takes off hidden[i]; nothing is clipped or added",
    )
    for place, (part, mistakes, says) in enumerate(
        (
            ("off", _off_mistakes, "without the unit's contribution, all else as it is"),
            ("moved", _moved_mistakes, "as far, against the direction"),
        )
    ):
        yield from compare(
            switch_off,
            lambda *given, place=place: _switched(*given)[place],
            cases,
            mistakes,
            says=says,
            parts=names,
            part=part,
            what=f"`{part}`",
            otherwise=_with_rule(
                lambda *given, place=place: _switched(*given)[place], f"`{part}`", rules[place]
            ),
        )
    hidden, codes, dictionary, units, ways = case(4, 5, 3)
    codes[[0, 2], units[[0, 2]]] = 0
    given = hidden, codes, dictionary, units, ways
    came = expect.parts(switch_off(*given), names)
    for value, right, name in zip(came, _switched(*given), names, strict=True):
        value = expect.shaped(value, right.shape, f"`{name}`")
        if not np.all(np.isfinite(value)):
            raise expect.NotYet(
                "nan where the unit is silent: its contribution has the length 0; divide by the "
                "length of the direction, which is above 0"
            )
        _expect_close(
            value,
            right,
            (),
            f"`{name}` where units are silent",
            "The contribution of a silent unit has the length 0: there the image stays where it is",
        )
    yield "nothing changes where the unit is silent"


def _switched(hidden, codes, dictionary, units, directions):
    off, moved = hidden.astype(float).copy(), hidden.astype(float).copy()
    for i, unit in enumerate(units):
        own = codes[i, unit] * dictionary[unit]
        off[i] -= own
        moved[i] -= np.sqrt(own @ own) * directions[i] / np.sqrt(directions[i] @ directions[i])
    return off, moved


def _off_mistakes(hidden, codes, dictionary, units, directions):
    off, moved = _switched(hidden, codes, dictionary, units, directions)
    silent = codes.copy()
    silent[np.arange(len(codes)), units] = 0
    contribution = hidden - off
    lengths = np.linalg.norm(dictionary[units], axis=1, keepdims=True)
    n, along = len(codes), dictionary[units] / lengths
    own = codes[np.arange(n), units][:, None]
    strengths = codes * np.linalg.norm(dictionary, axis=1)
    return {
        "that is what the other units rebuild: what the dictionary does not explain is lost; take "
        "the contribution off hidden": silent @ dictionary,
        "the contribution is added: take it off": hidden + contribution,
        "that is the contribution alone: take it off hidden": contribution,
        "the dictionary's row is taken off as it is: multiply it with the unit's activity": hidden
        - dictionary[units],
        "the row is not brought to length 1: the contribution is activity times row": hidden
        - contribution / lengths,
        "all units are switched off": hidden - codes @ dictionary,
        "all units but this one are switched off": hidden - silent @ dictionary,
        "the results are swapped: return off, moved": moved,
        "hidden came back unchanged: take the contribution off it": hidden,
        "the contribution is taken off twice": hidden - 2 * contribution,
        "that is what changes; return the activations themselves": -contribution,
        "activations may fall below 0 when a unit is off: do not clip them": np.maximum(off, 0),
        "the activity is squared: the contribution is activity times row": hidden
        - contribution * own,
        "each image has a unit of its own: that of the first is switched off in all": (
            _switched(hidden, codes, dictionary, np.full(n, units[0]), directions)[0]
        ),
        "each image has a unit of its own, units[i]; unit 0 is switched off in all": (
            _switched(hidden, codes, dictionary, np.zeros(n, int), directions)[0]
        ),
        "the unit that is named is switched off, not the strongest of the image": (
            _switched(hidden, codes, dictionary, strengths.argmax(axis=1), directions)[0]
        ),
        "the unit that is named is switched off, not the most active of the image": (
            _switched(hidden, codes, dictionary, codes.argmax(axis=1), directions)[0]
        ),
        "the named unit's own activity goes with its row, not the image's largest": hidden
        - codes.max(axis=1, keepdims=True) * dictionary[units],
        "the named unit's own activity goes with its row, not the sum of all": hidden
        - codes.sum(axis=1, keepdims=True) * dictionary[units],
        "that is hidden without its part along the row: the unit's activity says how much it "
        "contributes": hidden - np.sum(hidden * along, axis=1, keepdims=True) * along,
    }


def _moved_mistakes(hidden, codes, dictionary, units, directions):
    off, _ = _switched(hidden, codes, dictionary, units, directions)
    lengths = np.linalg.norm(hidden - off, axis=1, keepdims=True)
    own = codes[np.arange(len(codes)), units][:, None]
    ways = directions / np.linalg.norm(directions, axis=1, keepdims=True)
    return {
        "bring the direction to length 1 first": hidden - lengths * directions,
        "moved along the direction: go against it, as off goes against the row": (
            hidden + lengths * ways
        ),
        "the length of what was taken off is activity times the length of the row": hidden
        - own * ways,
        "each image is moved by its own length, not by the mean": hidden - lengths.mean() * ways,
        "moved by a length of 1: by as much as in off": hidden - ways,
        "that is the move alone: take it off hidden": lengths * ways,
        "one length for all images: take the norm row by row": hidden
        - np.linalg.norm(hidden - off) * ways,
        "all directions are divided by one number: take the norm row by row": hidden
        - lengths * directions / np.linalg.norm(directions),
        "moved begins at hidden, not at off": off - lengths * ways,
        "that is off again: the way is that of directions": off,
        "that goes back along the row: the way is that of directions": hidden + (hidden - off),
        "that is what changes; return the activations themselves": -lengths * ways,
        "activations may fall below 0: do not clip them": np.maximum(hidden - lengths * ways, 0),
        "the length of what was taken off is activity times the length of the row, not that of the "
        "row alone": hidden - np.linalg.norm(dictionary[units], axis=1, keepdims=True) * ways,
        "the length is squared: np.linalg.norm has taken the root": hidden - lengths**2 * ways,
        "the direction is divided by its squared length: take the root": hidden
        - lengths * ways / np.linalg.norm(directions, axis=1, keepdims=True),
        "each image has a direction of its own: that of the first is used for all": hidden
        - lengths * ways[:1],
    }


def _head(d, classes, rng):
    """Return a classifier of activations with given weights, as a Keras model."""
    import keras

    inputs = keras.Input((d,), name="hidden")
    units = keras.layers.Dense(5, "tanh")(inputs)
    model = keras.Model(inputs, keras.layers.Dense(classes, "softmax")(units))
    model.set_weights([rng.normal(size=w.shape).astype("float32") for w in model.get_weights()])
    return model


def _many_images(rng):
    """for 2,000 images"""
    hidden, codes = rng.normal(size=(2_000, 4)).astype("float32"), rng.uniform(size=(2_000, 6))
    draws = rng.integers(2_000, size=(100, 2_000))
    controls = rng.normal(size=(2, 2_000, 4))
    return _head(4, 3, rng), hidden, codes, rng.normal(size=(6, 4)), controls, draws


@exercise(
    "13.6",
    "An ablation with controls and intervals",
    points=3,
    steps=("effects", "gaps", "intervals"),
    hints=(
        "The length of what unit k adds to image i is codes[i, k] times the length of row k: the "
        "largest in each row of that product is the unit. Exercise 13.5 then gives `off`, and "
        "`moved` for each control's directions.",
        "For each of the 1 + q changed activations: the answer of `above`, minus the answer for "
        "hidden, absolute values, summed over the classes, and half of it. That is one number per "
        "image, and the means over the images are the effects.",
        "The gap of an image is its first number minus that of the control. For each row of draws "
        "take the mean of the gaps at these positions; np.percentile of all these means, at 2.5 "
        "and 97.5, is the interval of one control.",
    ),
    also="the comparison is paired: each image is its own control, so that what makes one image "
    "easier to move than another cancels.",
    later=_many_images,
)
def check_compare_ablations(compare_ablations, rng):
    # Few models, for each one's predict takes a while to be traced.
    heads = {3: _head(3, 10, rng), 4: _head(4, 3, rng)}

    def case(n, k, q, d=4, b=45):
        codes = rng.uniform(0.2, 1.5, size=(n, k)) * (rng.random((n, k)) < 0.7)
        codes[:, 0] = rng.uniform(0.2, 0.5, size=n)
        dictionary = rng.normal(size=(k, d)) * np.geomspace(0.3, 2, k)[::-1, None]
        hidden = rng.normal(size=(n, d)).astype("float32")
        controls = rng.normal(size=(q, n, d)) * rng.uniform(0.3, 3, size=(q, n, 1))
        draws = rng.integers(n, size=(b, n))
        return heads[d], hidden, codes, dictionary, controls, draws

    cases = [case(7, 5, 2), case(5, 4, 1, d=3), case(6, 3, 3, b=750), case(4, 1, 2)]
    # In two images the longest contribution has neither the largest sum nor the largest number.
    _, _, codes, dictionary, *_ = cases[0]
    codes[:2] = [[1, 1, 0, 0, 0], [0, 0, 1, 1, 0]]
    dictionary[:4] = np.array(
        [[1.3, 0, 0, 0], [0.5, 0.5, 0.5, 0.5], [0, 1.1, 0, 0], [0.9, 0, 0.9, 0]]
    ) * rng.choice([-1, 1], size=(4, 4))
    names = ("effects", "gaps", "intervals")
    rules = {
        "effects": _effect_rule,
        "gaps": "For each control: the effect with the unit off minus the control's, with its sign",
        "intervals": "For each control: the gap of each image, unit minus control; for each of all "
        "rows of draws the mean of the gaps at its positions, the same images for both; of these "
        "means np.percentile at 2.5 and at 97.5",
    }
    for part, mistakes, says in (
        ("effects", _effect_mistakes, "the probability that moves, on average"),
        ("gaps", _gap_mistakes, "the unit's effect minus each control's"),
        ("intervals", _interval_mistakes, "the middle 95 % of the means over the draws"),
    ):
        place = names.index(part)
        yield from compare(
            compare_ablations,
            lambda *given, place=place: _compared(*given)[place],
            cases,
            mistakes,
            says=says,
            parts=names,
            part=part,
            what=f"`{part}`",
            tolerance=1e-3,
            otherwise=_with_rule(
                lambda *given, place=place: _compared(*given)[place], f"`{part}`", rules[part], 1e-3
            ),
        )


def _answer(above, hidden):
    kernel, bias, last, shift = (w.astype(float) for w in above.get_weights())
    return softmax(np.tanh(hidden @ kernel + bias) @ last + shift, axis=1)


def _moved(
    above, hidden, codes, dictionary, controls, *,
    units=None, scaled=True, lengthen=False, base=None,
):  # fmt: skip
    """Return the probability that moves, (1 + q, n), right or with a mistake put in."""
    lengths = np.abs(codes) * np.linalg.norm(dictionary, axis=1)
    units = lengths.argmax(axis=1) if units is None else units
    ones = np.ones(hidden.shape)
    changed = [_switched(hidden, codes, dictionary, units, ones)[0]]
    for ways in controls:
        moved = _switched(hidden, codes, dictionary, units, ways)[1]
        if lengthen:
            moved = hidden + (moved - hidden) * np.linalg.norm(ways, axis=1, keepdims=True)
        changed.append(moved if scaled else hidden - ways)
    before = _answer(above, hidden if base is None else base)
    return np.stack([np.abs(_answer(above, one) - before).sum(axis=1) / 2 for one in changed])


def _summary(moved, draws):
    gaps = moved[0] - moved[1:]
    means = np.stack([gaps[:, rows].mean(axis=1) for rows in draws])
    return moved.mean(axis=1), gaps.mean(axis=1), np.percentile(means, [2.5, 97.5], axis=0).T


def _compared(above, hidden, codes, dictionary, controls, draws):
    return _summary(_moved(above, hidden, codes, dictionary, controls), draws)


def _effect_rule(effects, *case):
    """Say which of the effects are wrong, and what each of them is."""
    right = _compared(*case)[0]
    try:
        values = np.asarray(effects, float).ravel()
        is_first_right = values.size > 1 and abs(values[0] - right[0]) <= 1e-3 * right.max()
    except (TypeError, ValueError):
        is_first_right = False
    if is_first_right:
        return (
            "The first, with the unit off, is right. For a control, each image moves from hidden "
            "against the control's direction, brought to length 1, by the length of that image's "
            "contribution: `moved` of 13.5, with the controls in their order"
        )
    return (
        "For each image: the unit with the longest codes[i, k] * dictionary[k], of that image, is "
        "off (`off` of 13.5, not clipped); then half the sum, over the classes, of the absolute "
        "changes of the probabilities, from the answer for hidden; then the mean over the images"
    )


def _effect_mistakes(above, hidden, codes, dictionary, controls, draws):
    case = above, hidden, codes, dictionary, controls
    right = _moved(*case)
    rebuilt, rows = codes @ dictionary, np.linalg.norm(dictionary, axis=1)
    q, n, classes = len(controls), len(hidden), above.output_shape[-1]
    return {
        "the unit with the largest activity is switched off: its contribution also has the length "
        "of its row": _moved(*case, units=codes.argmax(axis=1)).mean(axis=1),
        "one unit is switched off for all images: each has its own": _moved(
            *case, units=np.full(n, np.abs(codes).sum(axis=0).argmax())
        ).mean(axis=1),
        "the controls are moved by the length of their direction: by as much as the unit's "
        "contribution": _moved(*case, scaled=False).mean(axis=1),
        "half of the sum: what one class loses others gain, and it is counted twice": 2
        * right.mean(axis=1),
        "the changes are squared; their absolute values are asked for": _squares(*case),
        "compare with the answer for hidden, not for what is rebuilt": _moved(
            *case, base=rebuilt
        ).mean(axis=1),
        "the changes of all images are summed; take the mean": right.sum(axis=1),
        "one number for each control came back: return effects, gaps, intervals, where the effects "
        "are 1 + q, and the unit's comes first": Shape((q,)),
        "one number per image came back: take the mean over the images": Shape((1 + q, n)),
        "the controls' directions are not brought to length 1 before they are multiplied by the "
        "length of the contribution": _moved(*case, lengthen=True).mean(axis=1),
        "the changes are averaged over the classes: half of their sum is asked for": right.mean(
            axis=1
        )
        / (classes / 2),
        "the changes are averaged over the classes: half of the sum is asked for": right.mean(
            axis=1
        )
        / classes,
        "a probability is between 0 and 1, not a percentage": 100 * right.mean(axis=1),
        "the median over the images is taken: the mean is asked for": np.median(right, axis=1),
        "the unit whose row is longest is switched off: its contribution also has its activity": (
            _moved(*case, units=np.argmax((codes != 0) * rows, axis=1)).mean(axis=1)
        ),
        "the length of the row counts twice: the contribution is activity times row": _moved(
            *case, units=np.argmax(np.abs(codes) * rows**2, axis=1)
        ).mean(axis=1),
        "one unit is switched off for all images, the first; each has its own": _moved(
            *case, units=np.zeros(n, int)
        ).mean(axis=1),
    }


def _squares(above, hidden, codes, dictionary, controls):
    units = (np.abs(codes) * np.linalg.norm(dictionary, axis=1)).argmax(axis=1)
    off = _switched(hidden, codes, dictionary, units, np.ones(hidden.shape))[0]
    moved = [_switched(hidden, codes, dictionary, units, ways)[1] for ways in controls]
    before = _answer(above, hidden)
    return np.array(
        [np.square(_answer(above, one) - before).sum(axis=1).mean() / 2 for one in (off, *moved)]
    )


def _gap_mistakes(above, hidden, codes, dictionary, controls, draws):
    effects, gaps, _ = _compared(above, hidden, codes, dictionary, controls, draws)
    return {
        "the sign: the unit's effect minus the control's": -gaps,
        "these are the effects of the controls": effects[1:],
        "these are ratios; the differences are asked for": effects[0] / effects[1:],
        "the gap of the unit with itself is no result: one for each control": Shape(
            (1 + len(controls),)
        ),
        "the gaps are made absolute: a control may move more than the unit": np.abs(gaps),
        "one number came back: each control has its own gap": Shape(()),
        "one number for each image came back: take the mean over the images": Shape(
            (len(controls), len(hidden))
        ),
    }


def _interval_mistakes(above, hidden, codes, dictionary, controls, draws):
    moved = _moved(above, hidden, codes, dictionary, controls)
    gaps = moved[0] - moved[1:]
    means = np.stack([gaps[:, rows].mean(axis=1) for rows in draws])
    middle, low_high = gaps.mean(axis=1), np.percentile(means, [2.5, 97.5], axis=0)
    half = 1.96 * gaps.std(axis=1, ddof=1) / np.sqrt(gaps.shape[1])
    return {
        "the result has a row for each control, lower end first: transpose": (
            low_high if len(controls) == 2 else Shape((2, len(controls)))
        ),
        "these are percentiles of the images' gaps: take those of their means over the draws": (
            np.percentile(gaps, [2.5, 97.5], axis=1).T
        ),
        "the upper end came first": low_high.T[:, ::-1],
        "that is 1.96 standard errors on both sides; the bootstrap is asked for": np.column_stack(
            [middle - half, middle + half]
        ),
        "percentiles 5 and 95 hold the middle 90 %": np.percentile(means, [5, 95], axis=0).T,
        "these are the lowest and the highest mean; percentiles are asked for": np.column_stack(
            [means.min(axis=0), means.max(axis=0)]
        ),
        "np.quantile takes shares and np.percentile percents: 2.5 and 97.5": np.percentile(
            means, [0.025, 0.975], axis=0
        ).T,
        "that is 1.96 standard deviations of the means on both sides; their percentiles are asked "
        "for": np.column_stack([middle - 1.96 * means.std(0), middle + 1.96 * means.std(0)]),
        "the interval is turned round the mean gap: return the percentiles themselves": (
            2 * middle - low_high[::-1]
        ).T,
        "the mean gap is taken off: return the percentiles themselves": (low_high - middle).T,
        "these are percentiles of single drawn gaps: take the mean over each row of draws first": (
            np.percentile(gaps[:, draws], [2.5, 97.5], axis=(1, 2)).T
        ),
        "the means are taken over the wrong axis: a row of draws is one sample of images": (
            np.percentile(gaps[:, draws].mean(axis=1), [2.5, 97.5], axis=1).T
        ),
        "these are medians of the drawn images: take their means": (
            np.percentile(np.median(gaps[:, draws], axis=2), [2.5, 97.5], axis=1).T
        ),
        "these are sums of the drawn images: take their means": (gaps.shape[1] * low_high).T,
        "these are the intervals of the controls' effects: the gap, unit minus control, is asked "
        "for": np.percentile(moved[1:, draws].mean(axis=2), [2.5, 97.5], axis=1).T,
        "only the first 100 rows of draws are used": np.percentile(
            means[:100], [2.5, 97.5], axis=0
        ).T,
        "one number for each control came back: an interval has two ends, (q, 2)": Shape(
            (len(controls),)
        ),
    }
