"""Checks of lesson 13, features inside a network."""

import itertools

import numpy as np
from scipy.special import softmax

from helpers.checks import expect
from helpers.checks.cases import Shape, compare
from helpers.checks.registry import exercise


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

    cases = [case(5, 3), case(4, 2), case(6, 4), case(1, 3), case(3, 5)]
    names = ("errors", "least")
    yield from compare(
        interference,
        _enumerated,
        cases,
        _error_mistakes,
        says="what the other features add, over all that may be present",
        parts=names,
        part="errors",
        what="`errors`",
    )
    cases += [(np.eye(3), 0.1, 0.2), case(9, 2)]
    yield from compare(
        interference,
        _least,
        cases,
        _least_mistakes,
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
        "these are root mean squares: the squared error is asked for": np.sqrt(right),
        "all features add up, they are not averaged": right / max(len(directions) - 1, 1),
        "the least value came first: return errors, least": Shape(()),
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

    def cosines(cases, says):
        return compare(
            match, _best, cases, _match_mistakes,
            says=says, parts=names, part="cosines", what="`cosines`",
        )  # fmt: skip

    square = [case(4, 4), case(6, 3), crowded(4, 3), crowded(5, 4), case(1, 1)]
    yield from cosines(square, "the best of all one-to-one matches")
    few = [case(2, 5), crowded(1, 4), case(3, 4)]
    yield from cosines(few, "0 for a feature that is left without a row")
    with_zeros = []
    for found, truth in (case(4, 3), case(3, 3)):
        found[1] = 0
        with_zeros.append((found, truth))
    yield from cosines(with_zeros, "a row of zeros finds nothing, and breaks nothing")

    def hit(turned, m, d=6):
        truth = np.linalg.qr(rng.normal(size=(d, d)))[0][:m]
        found = truth[rng.permutation(m)] * rng.uniform(0.5, 2, size=(m, 1))
        spare = np.linalg.qr(np.vstack([truth, rng.normal(size=(d - m, d))]).T)[0].T[m]
        for row in range(turned):
            length = np.linalg.norm(found[row])
            found[row] = found[row] + 0.6 * length * spare  # a cosine of 0.857
        return np.vstack([found, np.zeros((1, d))]), truth  # a dead row

    shares = [hit(1, 4), hit(2, 5), hit(0, 3), hit(3, 3)]
    yield from compare(
        match, lambda found, truth: np.mean(_best(found, truth) > 0.9), shares, _share_mistakes,
        says="the features above 0.9, out of all", parts=names, part="share", what="`share`",
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
    unmatched = {"every feature has a cosine in the result: 0 for one without a row": Shape((k,))}
    return (unmatched if m > k else {}) | {
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

    full = [case(7, 3, 3), case(5, 2, 2), case(6, 4, 4)]
    for points in full:
        d = points.shape[1]
        value = expect.shaped(same_moments(points, np.zeros((1, d))), (1, d))
        _expect_mean(value[0], points)
    yield "without noise, the mean"
    _expect_covariance(same_moments, full, rng)
    yield "with noise, the covariance"
    flat = [case(6, 3, 1), case(9, 4, 2), case(4, 1, 1), case(3, 5, 2)]
    _expect_covariance(same_moments, flat, rng)
    yield "also of points on a line or in a plane, and of single numbers"


def _expect_mean(value, points):
    mean = points.mean(axis=0)
    expect.close(
        value,
        mean,
        (
            (0 * mean, "without noise there should be the mean of the points: it is missing"),
            (points[0], "without noise there should be the mean of the points, not one of them"),
        ),
        what="the point that noise of 0 gives",
    )


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
        _expect_mean(came[0], points)
        rows = came[1:] - came[0]  # the transpose of L
        mixed = rng.normal(size=(2, d))
        expect.close(
            expect.shaped(same_moments(points, mixed), mixed.shape),
            came[0] + mixed @ rows,
            what="the point of a sum of noises",
        )
        found.append((rows, np.atleast_2d(np.cov(points, rowvar=False)), n))
    for _, covariance, n in found:
        wrongs.append(
            {
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
        expect.close(value, right, what="the covariance that unit noise gets")


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

    cases = [case(30, 6), case(41, 4, 0.9), case(10, 3), case(25, 1)]
    names = ("rates", "dead")
    yield from compare(
        firing_rates, _rates, cases, _rate_mistakes,
        says="shares of each digit's images", parts=names, part="rates", what="`rates`",
    )  # fmt: skip
    yield from compare(
        firing_rates, lambda codes, labels: ~np.any(codes, axis=0), cases, _dead_mistakes,
        says="active for no image", parts=names, part="dead", what="`dead`",
    )  # fmt: skip


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
        expect.close(value, right, what=f"`{name}` where units are silent")
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

    def case(n, k, q, d=4, b=40):
        codes = rng.uniform(0.2, 1.5, size=(n, k)) * (rng.random((n, k)) < 0.7)
        codes[:, 0] = rng.uniform(0.2, 0.5, size=n)
        dictionary = rng.normal(size=(k, d)) * np.geomspace(0.3, 2, k)[::-1, None]
        hidden = rng.normal(size=(n, d)).astype("float32")
        controls = rng.normal(size=(q, n, d)) * rng.uniform(0.3, 3, size=(q, n, 1))
        draws = rng.integers(n, size=(b, n))
        return heads[d], hidden, codes, dictionary, controls, draws

    cases = [case(7, 5, 2), case(5, 4, 1, d=3), case(6, 3, 3), case(4, 1, 2)]
    names = ("effects", "gaps", "intervals")
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
        )


def _answer(above, hidden):
    kernel, bias, last, shift = (w.astype(float) for w in above.get_weights())
    return softmax(np.tanh(hidden @ kernel + bias) @ last + shift, axis=1)


def _moved(above, hidden, codes, dictionary, controls, *, units=None, scaled=True, base=None):
    """Return the probability that moves, (1 + q, n), right or with a mistake put in."""
    lengths = np.abs(codes) * np.linalg.norm(dictionary, axis=1)
    units = lengths.argmax(axis=1) if units is None else units
    ones = np.ones(hidden.shape)
    changed = [_switched(hidden, codes, dictionary, units, ones)[0]]
    for ways in controls:
        moved = _switched(hidden, codes, dictionary, units, ways)[1]
        changed.append(moved if scaled else hidden - ways)
    before = _answer(above, hidden if base is None else base)
    return np.stack([np.abs(_answer(above, one) - before).sum(axis=1) / 2 for one in changed])


def _summary(moved, draws):
    gaps = moved[0] - moved[1:]
    means = np.stack([gaps[:, rows].mean(axis=1) for rows in draws])
    return moved.mean(axis=1), gaps.mean(axis=1), np.percentile(means, [2.5, 97.5], axis=0).T


def _compared(above, hidden, codes, dictionary, controls, draws):
    return _summary(_moved(above, hidden, codes, dictionary, controls), draws)


def _effect_mistakes(above, hidden, codes, dictionary, controls, draws):
    case = above, hidden, codes, dictionary, controls
    right = _moved(*case)
    rebuilt = codes @ dictionary
    q, n = len(controls), len(hidden)
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
        "the effects of the controls alone came back: the unit's comes first": Shape((q,)),
        "one number per image came back: take the mean over the images": Shape((1 + q, n)),
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
    }
