"""Checks of lesson 12, masked autoencoders."""

import random

import numpy as np
from scipy.special import softmax
from scipy.stats import chi2
from scipy.stats import t as student_t

from helpers.checks import expect
from helpers.checks.cases import Shape, compare
from helpers.checks.guard import Raised, explain
from helpers.checks.registry import exercise


def _many_images(rng):
    """for 10,000 images"""
    return rng.uniform(size=(10_000, 784)).astype("float32"), 4


@exercise(
    "12.1",
    "Cut into patches",
    points=1,
    steps=("patches",),
    hints=(
        "A picture has two axes: make rows and columns of the pixels first. Which rows and which "
        "columns belong to the patch in row a and column b of the grid?",
        "A reshape splits an axis of 28 into 7 and 4: which patch, and which pixel within it. Do "
        "so with both axes, and five axes are there.",
        "The five axes are image, row of the grid, row of pixels, column of the grid, column of "
        "pixels. Bring both of the grid before both of the pixels, np.transpose, and only then "
        "reshape again.",
    ),
    also="two loops over the grid with slices do the same, and a convolution with a stride of the "
    "patch's size and kernels that pick one pixel each does, too.",
    later=_many_images,
)
def check_cut_patches(cut_patches, rng):
    cases = [
        (rng.normal(size=(n, side * side)).astype("float32"), size)
        for n, side, size in ((3, 6, 2), (2, 8, 4), (1, 6, 3), (2, 9, 3), (2, 3, 1), (2, 4, 4))
    ]
    yield from compare(
        cut_patches,
        lambda images, size: _cut(images, size).reshape(len(images), -1, size * size),
        cases,
        _cut_mistakes,
        says="squares of neighbouring pixels, row by row",
        what="the patches",
        otherwise=_other_pixels,
    )


def _cut(images, size):
    """Return patches (n, rows, columns, size, size), by slices."""
    side = round(images.shape[1] ** 0.5)
    pictures, steps = images.reshape(-1, side, side), range(0, side, size)
    return np.stack(
        [np.stack([pictures[:, a : a + size, b : b + size] for b in steps], 1) for a in steps], 1
    )


def _cut_mistakes(images, size):
    grid = _cut(images, size)
    n, per_side = len(images), grid.shape[1]
    flat = (n, per_side**2, size**2)
    return {
        "reshape alone takes pixels that follow each other in one row of the picture; a patch has "
        "pixels of several rows: reshape, transpose, reshape": images.reshape(flat),
        "the patches go down the columns of the grid: row by row is asked for": (
            grid.swapaxes(1, 2).reshape(flat)
        ),
        "within a patch the pixels go down the columns: row by row is asked for": (
            grid.swapaxes(3, 4).reshape(flat)
        ),
        "every patch is turned, and the grid, too: exchange no rows with columns": (
            grid.swapaxes(1, 2).swapaxes(3, 4).reshape(flat)
        ),
        "grid and pixels are exchanged: that is every size-th pixel, not neighbours": (
            images.reshape(n, size, per_side, size, per_side).transpose(0, 2, 4, 1, 3).reshape(flat)
        ),
        "`size` is taken for the number of patches in a row of the grid: it is the pixels of a "
        "patch's side, and a row has side / size patches": (
            images.reshape(n, size, per_side, size, per_side).transpose(0, 1, 3, 2, 4).reshape(flat)
        ),
        "the patches overlap: the next one begins where the one before it ends": Shape(
            (n, (per_side * size - size + 1) ** 2, size**2)
        ),
        "the patches came first and the images second: images first, (n, t, size * size)": Shape(
            (per_side**2, n, size**2)
        ),
        "the pixels came before the patches: (n, t, size * size)": Shape((n, size**2, per_side**2)),
        "the grid still has two axes: one axis for all patches of an image": Shape(
            (n, per_side, per_side, size**2)
        ),
        "a patch still has two axes: its pixels belong in one": Shape((n, per_side**2, size, size)),
        "the image is no axis of its own any more: patches of an image stay together": Shape(
            (n * per_side**2, size**2)
        ),
    }


def _other_pixels(patches, images, size):
    """Say which pixels belong in the first patch that has others, or nothing of another shape."""
    grid = _cut(images, size)
    right = grid.reshape(len(images), -1, size * size)
    try:
        patches = np.asarray(patches, float)
    except (TypeError, ValueError):
        return ""
    if patches.shape != right.shape:
        return ""
    if not np.isin(patches.astype("float32"), images).all():
        return "some of the numbers are not in the images: the pixels are to be moved, as they are"
    at = int(np.argmax(np.any(patches != right, axis=(0, 2))))
    row, column = (size * one for one in divmod(at, grid.shape[1]))
    return (
        f"patch {at} of each image should hold rows {row} to {row + size - 1} and columns {column} "
        f"to {column + size - 1} of the picture, row by row; yours holds other pixels "
        f"(size {size}, {grid.shape[1]} patches in a row of the grid)"
    )


@exercise(
    "12.3",
    "Attention",
    points=3,
    steps=("weights", "outputs", "large scores"),
    hints=(
        "How well does a key match a query? By their scalar product. All of them at once are one "
        "matrix product, (s, k) times (k, t).",
        "A sum of k products of independent numbers of variance 1 has the variance k: divide by "
        "its root. Then each row, all keys of one query, becomes probabilities.",
        "Softmax of Exercise 9.1 along the last axis, with each row's largest score taken away "
        "before exp. An output is the mean of the values with these weights, one more matrix "
        "product.",
    ),
    also="nothing in it is trained: what is learned are the three matrices that make queries, keys "
    "and values of the tokens.",
)
def check_attention(attention, rng):
    def case(s, t, k, m, scale=1.0):
        return tuple(scale * rng.normal(size=shape) for shape in ((s, k), (t, k), (t, m)))

    cases = [case(4, 6, 3, 2), case(5, 5, 4, 4), case(1, 3, 2, 5), case(3, 1, 2, 2)]
    cases += [case(2, 4, 1, 3)]
    names = ("outputs", "weights")
    for part, right, mistakes, says in (
        ("weights", _weights, _weight_mistakes, "softmax of the scaled products, by rows"),
        ("outputs", _attended, _output_mistakes, "means of the values with these weights"),
    ):
        yield from compare(
            attention, right, cases, mistakes, says=says, parts=names, part=part,
            what=f"the {part}", otherwise=_no_shares if part == "weights" else None,
        )  # fmt: skip
    large = case(3, 4, 2, 2, scale=100.0)
    came = expect.parts(attention(*large), names)
    for value, right, name in zip(came, (_attended, _weights), names, strict=True):
        if not np.all(np.isfinite(expect.array(value, f"the {name}"))):
            raise expect.NotYet(
                "nan or infinity where the scores are large: take each row's largest score away "
                "before exp"
            )
        right = right(*large)
        value = expect.shaped(value, right.shape, f"the {name}")
        if not np.allclose(value, right, rtol=1e-3, atol=1e-3 * np.abs(right).max()):
            raise expect.NotYet(
                f"the {name} are wrong where the scores are large: take the largest score of each "
                "row away from that row before exp. Then nothing has to be clipped, replaced or "
                "kept above 0"
            )
    yield "finite and right where the scores are large"


def _scores(queries, keys):
    return np.einsum("sk,tk->st", queries, keys)


def _weights(queries, keys, values):
    return softmax(_scores(queries, keys) / np.sqrt(queries.shape[1]), axis=1)


def _attended(queries, keys, values):
    return np.einsum("st,tm->sm", _weights(queries, keys, values), values)


def _weight_mistakes(queries, keys, values):
    scores, k = _scores(queries, keys), queries.shape[1]
    root = np.sqrt(k)
    lengths = np.linalg.norm(queries, axis=1)[:, None] * np.linalg.norm(keys, axis=1)
    squares = np.square(queries[:, None] - keys).sum(axis=2)
    lowered = np.exp((scores - scores.max(axis=0)) / root)
    return {
        "the products are not divided by the root of k": softmax(scores, axis=1),
        "divided by k: by its root": softmax(scores / k, axis=1),
        "multiplied with the root of k: divide by it": softmax(scores * root, axis=1),
        "divided by the root of the number of keys: it is the length k of a key": softmax(
            scores / np.sqrt(len(keys)), axis=1
        ),
        "divided by the root of the number of queries: it is the length k of a query": softmax(
            scores / np.sqrt(len(queries)), axis=1
        ),
        "divided by the root of the length m of a value: it is the length k of a key": softmax(
            scores / np.sqrt(values.shape[1]), axis=1
        ),
        "divided by the fourth root of k: by the square root": softmax(
            scores / np.sqrt(root), axis=1
        ),
        "the sign of the scores is turned round: a key that matches well gets much": softmax(
            -scores / root, axis=1
        ),
        "divided by the lengths of query and key: the scalar product itself, over the root of k": (
            softmax(scores / lengths / root, axis=1)
        ),
        "these are distances of query and key: their scalar product is asked for": softmax(
            -squares / 2 / root, axis=1
        ),
        "the largest score of each column is taken away: of each row, with keepdims=True": (
            lowered / lowered.sum(axis=1, keepdims=True)
        ),
        "softmax twice: the weights are the softmax of the scores": softmax(
            softmax(scores / root, axis=1), axis=1
        ),
        "the whole weight goes to the best key: the softmax shares it out": np.eye(len(keys))[
            scores.argmax(axis=1)
        ],
        "all keys get the same weight: the scores do not count": np.full(
            scores.shape, 1 / len(keys)
        ),
        "the exponential is missing: the scores themselves are divided by their sum": (
            scores / scores.sum(axis=1, keepdims=True)
        ),
        "these are the exponentials less their largest: divide each row by its sum": np.exp(
            (scores - scores.max(axis=1, keepdims=True)) / root
        ),
        "the softmax goes down the columns: for each query the weights of all keys add up to 1": (
            softmax(scores / root, axis=0)
        ),
        "the softmax goes over the whole table: each row by itself adds up to 1": softmax(
            scores / root
        ),
        "these are the scaled scores: make probabilities of each row": scores / root,
        "these are the exponentials: divide each row by its sum": np.exp(scores / root),
        "rows and columns are exchanged: a row for each query, a column for each key": softmax(
            scores.T / root, axis=1
        ),
        "the weights of the queries for each key came: exchange queries and keys": softmax(
            scores.T / root, axis=0
        ),
        "these are the outputs: return outputs, weights": _attended(queries, keys, values),
    }


def _no_shares(weights, queries, keys, values):
    """Say that the rows of a table of weights do not add up to 1, if so."""
    shape = len(queries), len(keys)
    try:
        weights = np.asarray(weights, float)
    except (TypeError, ValueError):
        return ""
    if weights.shape != shape or not np.isfinite(weights).all():
        return ""
    sums = weights.sum(axis=1)
    if np.allclose(sums, 1, atol=1e-3):
        return ""
    return (
        "each row of the weights adds up to 1; one of yours adds up to "
        f"{sums[np.abs(sums - 1).argmax()]:.4g}: exponentials, each divided by the sum of its row"
    )


def _output_mistakes(queries, keys, values):
    weights = _weights(queries, keys, values)
    return {
        "these are the weights: return outputs, weights": weights,
        "the values are added up with equal weights": np.tile(
            values.mean(axis=0), (len(weights), 1)
        ),
        "only the value with the largest weight is taken: the mean of all, weighted": (
            values[weights.argmax(axis=1)]
        ),
        "the means are those of the keys: of the values": weights @ keys,
        "the weights are divided by the number of keys once more: they add up to 1 already": (
            weights @ values / len(keys)
        ),
        "the product with the values keeps all keys apart: add them up": Shape(
            (*weights.shape, values.shape[1])
        ),
        "the weights are squared: each value times its weight": weights**2 @ values,
        "rows and columns are exchanged: a row for each query, (s, m)": Shape(
            (values.shape[1], len(queries))
        ),
    }


@exercise(
    "12.2",
    "Which patches are seen",
    points=1,
    steps=("counts", "seed", "chances"),
    hints=(
        "It is the masking of Exercise 5.1, with places in the place of pixels: exactly so many, "
        "drawn anew for each image.",
        "A random order of the places 0 to t - 1 for each image: the first num_seen of it are "
        "seen, the others hidden.",
        "np.argsort of random numbers (n, t) along axis 1 gives such orders; or rng.permuted of a "
        "table whose rows are 0 to t - 1, along axis 1.",
    ),
    also="with places instead of zeros the hidden patches are not there at all: the encoder gets "
    "fewer tokens.",
)
def check_random_places(random_places, rng):
    names, drawn = ("seen", "hidden"), {}
    first = 30 + int(rng.integers(20)), 8 + int(rng.integers(12)), 3
    for n, t, s in (first, (30, 49, 12), (5, 4, 1), (1, 6, 5), (3, 2, 1), (6, 6, 2), (4, 5, 5)):
        came = expect.parts(random_places(n, t, s, 7), names)
        seen, hidden = (
            expect.array(one, f"`{name}`") for one, name in zip(came, names, strict=True)
        )
        if seen.shape == (n, t - s) != (n, s) and hidden.shape == (n, s):
            raise expect.NotYet("the hidden places came first: return seen, hidden")
        if seen.shape in ((s,), (1, s)) and n > 1:
            raise expect.NotYet(
                "one choice came back for all images: a row for each of them, drawn anew"
            )
        if seen.shape == (n, t) == hidden.shape:
            raise expect.NotYet(
                f"places are asked for, {s} numbers of 0 to {t - 1} for each image, and no table "
                "of True and False"
            )
        seen, hidden = (
            expect.whole(one, f"`{name}`") for one, name in zip(came, names, strict=True)
        )
        expect.shaped(seen, (n, s), "`seen`")
        expect.shaped(hidden, (n, t - s), "`hidden`")
        _expect_all_once(seen, hidden, t)
        drawn[n, t, s] = seen
    yield "exactly so many for each image, and every place once"
    state = _global_states()
    again, *others = (
        expect.array(expect.parts(random_places(*first, seed), names)[0])
        for seed in (7, 8, 9, 17, 107, 1_007, 10_007)
    )
    if not np.array_equal(again, drawn[first]):
        raise expect.NotYet(
            "the same seed gives other places: let np.random.default_rng(seed) draw everything"
        )
    if any(np.array_equal(other, again) for other in others):
        raise expect.NotYet("another seed gives the same places: is the seed used?")
    if _global_states() != state:
        raise expect.NotYet(
            "a generator that the whole program shares was set or used (np.random.seed, "
            "np.random.rand, random.seed ...): rng = np.random.default_rng(seed), and rng's own "
            "methods draw everything"
        )
    yield "the same places for the same seed, others for another"
    seed = int(rng.integers(1_000, 10_000))
    seen = expect.array(expect.parts(random_places(5_000, 5, 2, seed), names)[0])
    pairs, counts = np.unique(np.sort(seen, axis=1), axis=0, return_counts=True)
    if len(pairs) == 1:
        raise expect.NotYet("every image has the same places seen: draw anew for each image")
    # Ten pairs, 500 each. Right answers are refused once in ten million times.
    if len(pairs) < 10 or np.square(counts - 500).sum() / 500 > chi2.isf(1e-7, 9):
        often, seldom = (pairs[i].astype(int).tolist() for i in (counts.argmax(), counts.argmin()))
        least = f"{seldom} {counts.min()} times" if len(pairs) == 10 else "others never"
        raise expect.NotYet(
            "some choices come more often than others: each set of places has the same chance, "
            f"and of 5,000 images with 2 of 5 patches seen each of the ten about 500; yours has "
            f"{often} {counts.max()} times, and {least}"
        )
    # Of 40 patches 20 are seen in more than 10^11 ways: no two images of few have alike ones.
    one, other = (
        np.sort(expect.array(expect.parts(random_places(60, 40, 20, seed), names)[0]), axis=1)
        for seed in (7, 8)
    )
    if len(np.unique(one, axis=0)) < len(one):
        raise expect.NotYet("some images have the same places seen: draw anew for each image")
    if len(np.unique(np.concatenate([one, other]), axis=0)) < len(one) + len(other):
        raise expect.NotYet(
            "images of seed 7 have the places that other images have of seed 8: one generator, "
            "np.random.default_rng(seed), for all images, and no seed + 1 for the next"
        )
    marks = np.zeros((len(one), 40))
    np.put_along_axis(marks, one.astype(int), 1, axis=1)
    if (marks @ marks.T).min() < 1:
        raise expect.NotYet(
            "what one image sees is just what another one does not see: draw for each image "
            "without regard to the others"
        )
    yield "every choice has the same chance, anew for each image"


def _global_states():
    """Return what the generators of Python and NumPy that all share would draw next."""
    kind, numbers, *rest = np.random.get_state()
    return random.getstate(), kind, numbers.tolist(), rest


def _expect_all_once(seen, hidden, t):
    both = np.concatenate([seen, hidden], axis=1)
    if both.size and (both.min() < 0 or both.max() >= t):
        raise expect.NotYet(
            f"the places of {t} patches are 0 to {t - 1}; yours go from {both.min()} to "
            f"{both.max()}"
        )
    if any(len(np.unique(row)) < len(row) for row in seen):
        raise expect.NotYet("a place is seen twice: draw without putting back")
    if any(set(a) & set(b) for a, b in zip(seen, hidden, strict=True)):
        raise expect.NotYet("a place is seen and hidden as well: hidden are the others")
    if any(len(np.unique(row)) < t for row in both):
        raise expect.NotYet("a place is neither seen nor hidden: every patch is one of the two")


@exercise(
    "12.4",
    "The loss of what is hidden",
    points=2,
    steps=("loss", "slopes"),
    hints=(
        "Take the hidden patches of both arrays first; the loss is the mean of the squared "
        "differences of their pixels, over everything that is left.",
        "Places differ from image to image: np.arange(n)[:, None] as the first index and hidden as "
        "the second pick them, or np.take_along_axis.",
        "The slope of a mean of N squared differences is 2 times the difference over N, where the "
        "patch is hidden. The loss does not depend on the others: an array of zeros, into which "
        "the hidden ones are written.",
    ),
    also="a mask of 0 and 1, multiplied with the differences, gives the same; then divide "
    "by the sum of the mask times the pixels of a patch.",
)
def check_hidden_loss(hidden_loss, rng):
    def case(n, t, p, h):
        places = rng.permuted(np.tile(np.arange(t), (n, 1)), axis=1)[:, :h]
        return *rng.uniform(size=(2, n, t, p)), places

    cases = [case(3, 5, 4, 2), case(2, 6, 3, 4), case(1, 4, 2, 3), case(4, 3, 1, 1)]
    names = ("loss", "slopes")
    for part, right, mistakes, says in (
        ("loss", _hidden_loss, _loss_mistakes, "the mean over the pixels of hidden patches"),
        ("slopes", _hidden_slopes, _slope_mistakes, "its slopes, 0 where a patch was seen"),
    ):
        yield from compare(
            hidden_loss, right, cases, mistakes, says=says, parts=names, part=part,
            what=f"the {part}", otherwise=_other_factor if part == "slopes" else None,
        )  # fmt: skip


def _mask(patches, hidden):
    """Return 1 at the pixels of hidden patches, (n, t, p)."""
    mask = np.zeros(patches.shape)
    for one, places in zip(mask, hidden, strict=True):
        one[np.asarray(places, int)] = 1
    return mask


def _hidden_loss(patches, reconstructions, hidden):
    mask = _mask(patches, hidden)
    return np.sum(mask * (reconstructions - patches) ** 2) / mask.sum()


def _hidden_slopes(patches, reconstructions, hidden):
    mask = _mask(patches, hidden)
    return 2 * mask * (reconstructions - patches) / mask.sum()


def _loss_mistakes(patches, reconstructions, hidden):
    mask, squares = _mask(patches, hidden), (reconstructions - patches) ** 2
    n, hidden = len(patches), np.asarray(hidden, int)
    return {
        "all patches count: those that were seen are no task": squares.mean(),
        "the seen patches count, and the hidden ones are asked for": (
            ((1 - mask) * squares).sum() / (1 - mask).sum()
        ),
        "the squares of hidden patches are divided by the number of all pixels: by that of the "
        "hidden ones": (mask * squares).mean(),
        "the squares are added up: take their mean": (mask * squares).sum(),
        "divided by the number of hidden patches: each has several pixels": (
            (mask * squares).sum() / hidden.size
        ),
        "divided by the number of images alone": (mask * squares).sum() / n,
        "half of it: the mean of the squares, without 1/2": _hidden_loss(
            patches, reconstructions, hidden
        ) / 2,
        "these are absolute differences: squares are asked for": (
            (mask * np.abs(reconstructions - patches)).sum() / mask.sum()
        ),
        "the root of the mean came back": np.sqrt((mask * squares).sum() / mask.sum()),
        "the same patches are taken of every image: places differ from image to image": np.mean(
            squares[:, hidden[0]]
        ),
        "patches[:, hidden] takes the hidden places of all images from each of them: pair image "
        "and places, np.arange(n)[:, None]": np.mean(squares[:, hidden]),
        "the means of the images are added up: take their mean": (
            n * (mask * squares).sum() / mask.sum()
        ),
        "this is the square of the mean difference: the mean of the squares is asked for": (
            (mask * (reconstructions - patches)).sum() / mask.sum()
        )
        ** 2,
        "this is the variance of the differences: the mean of their squares, their mean left in": (
            np.var((reconstructions - patches)[mask > 0])
        ),
        "the first patches of each image are taken: those at the places in `hidden`": np.mean(
            squares[:, : hidden.shape[1]]
        ),
        "the first image alone counts: the mean goes over all of them": (
            (mask * squares)[0].sum() / mask[0].sum()
        ),
        "one number per image came back: the mean over the batch is asked for": Shape((n,)),
        "one number per patch came back: the mean over all of them is asked for": Shape(
            hidden.shape
        ),
        "the squares of all hidden pixels came back: their mean is asked for": Shape(
            (*hidden.shape, patches.shape[2])
        ),
        "the slopes came first: return loss, slopes": Shape(patches.shape),
    }  # fmt: skip


def _slope_mistakes(patches, reconstructions, hidden):
    right, mask = _hidden_slopes(patches, reconstructions, hidden), _mask(patches, hidden)
    gaps, (n, _, p) = reconstructions - patches, patches.shape
    return {
        "the slopes are not 0 at seen patches: the loss does not depend on them": (
            2 * gaps / mask.sum()
        ),
        "the slopes at the seen patches, and 0 at the hidden ones: the other way round": (
            2 * (1 - mask) * gaps / mask.sum()
        ),
        "the sign: reconstruction minus patch": -right,
        "the 2 of the square is missing": right / 2,
        "not divided by the number of hidden pixels": right * mask.sum(),
        "divided by the number of all pixels": right * mask.sum() / mask.size,
        "divided by the hidden pixels of one image: the mean goes over the batch": right * n,
        "slopes of all patches are asked for, (n, t, p): 0 where a patch was seen": Shape(
            (n, np.shape(hidden)[1], p)
        ),
    }


def _other_factor(slopes, patches, reconstructions, hidden):
    """Say by what slopes are to be divided, if they are right but for a factor."""
    right = _hidden_slopes(patches, reconstructions, hidden)
    number = round(_mask(patches, hidden).sum())
    try:
        slopes = np.asarray(slopes, float)
    except (TypeError, ValueError):
        return ""
    if slopes.shape != right.shape:
        return ""
    rule = (
        "each is 2 times reconstruction minus patch, over the number of all hidden pixels of the "
        f"batch, n h p = {number} here"
    )
    if not slopes.any():
        return f"all slopes are 0: {rule}"
    factor = np.vdot(right, slopes) / np.vdot(right, right)
    if not np.allclose(slopes, factor * right, atol=1e-3 * np.abs(slopes).max()):
        return ""
    return f"the slopes are {factor:.4g} times what they should be: {rule}"


def _encoder(t, p, k, rng):
    """Return a small model of patches and places, each of whose tokens has seen all others."""
    import keras

    patches = keras.Input((None, p), name="patches")
    places = keras.Input((None,), dtype="int32", name="places")
    tokens = keras.layers.Dense(k)(keras.layers.Dropout(0.3)(patches))
    tokens = keras.layers.Add()([tokens, keras.layers.Embedding(t, k)(places)])
    around = keras.layers.GlobalAveragePooling1D(keepdims=True)(tokens)
    tokens = keras.layers.Activation("tanh")(keras.layers.Add()([tokens, around]))
    model = keras.Model([patches, places], tokens, name="encoder")
    model.set_weights([rng.normal(size=w.shape) for w in model.get_weights()])
    return model


def _decoder(t, p, k, rng):
    """Return a small model of tokens, mask tokens and the places of both."""
    import keras

    tokens, masks = (keras.Input((None, k), name=name) for name in ("tokens", "masks"))
    seen, hidden = (keras.Input((None,), dtype="int32", name=n) for n in ("seen", "hidden"))
    vectors = keras.layers.Embedding(t, k)
    around = keras.layers.Activation("tanh")(keras.layers.Add()([tokens, vectors(seen)]))
    around = keras.layers.GlobalAveragePooling1D(keepdims=True)(around)
    units = keras.layers.Add()([masks, vectors(hidden), around])
    units = keras.layers.Activation("tanh")(units)
    found = keras.layers.Dense(p)(units)
    model = keras.Model([tokens, seen, masks, hidden], found, name="decoder")
    model.set_weights([rng.normal(size=w.shape) for w in model.get_weights()])
    return model


def _encoded(encoder, patches, places):
    """Return the tokens of ``_encoder``, in NumPy."""
    kernel, bias, vectors = (w.astype(float) for w in encoder.get_weights())
    tokens = patches @ kernel + bias + vectors[places]
    return np.tanh(tokens + tokens.mean(axis=1, keepdims=True))


def _decoded(decoder, tokens, seen, masks, hidden):
    vectors, kernel, bias = (w.astype(float) for w in decoder.get_weights())
    around = np.tanh(tokens + vectors[seen]).mean(axis=1, keepdims=True)
    return np.tanh(masks + vectors[hidden] + around) @ kernel + bias


@exercise(
    "12.5",
    "Hide, encode, fill in, decode",
    points=3,
    steps=("filled", "errors", "not looked at"),
    hints=(
        "Four steps: take the seen patches of each image, and give them with their places to the "
        "encoder; make a mask token for each hidden place; give both kinds of tokens with their "
        "places to the decoder; put what it says where the hidden patches belong.",
        "np.arange(n)[:, None] pairs each image with its places: patches[rows, seen] is (n, s, p). "
        "The same pair of indices writes into a copy of patches.",
        "A mask token for each place: np.tile(mask_token, (n, h, 1)). The decoder takes a list of "
        "four: tokens, seen, mask tokens, hidden. Make arrays of what Keras returns, np.asarray, "
        "since it takes no list that mixes tensors and arrays. The errors are means over axes 1 "
        "and 2 of the hidden patches alone.",
    ),
    also="the encoder's work is that of the seen patches alone: at three quarters hidden it "
    "has a quarter of the tokens, and a sixteenth of the pairs that look at each other.",
)
def check_masked_forward(masked_forward, rng):
    def case(n, t, p, k, s):
        places = rng.permuted(np.tile(np.arange(t, dtype="int32"), (n, 1)), axis=1)
        models = _encoder(t, p, k, rng), _decoder(t, p, k, rng)
        token = rng.normal(size=k).astype("float32")
        patches = rng.normal(size=(n, t, p)).astype("float32")
        return *models, token, patches, places[:, :s], places[:, s:]

    kept = {}

    def forward(*case):
        place = id(case[3])
        if place not in kept:
            kept[place] = _called(masked_forward, *case)
        return kept[place]

    cases = [case(3, 6, 4, 3, 2), case(2, 4, 3, 5, 3), case(1, 5, 2, 4, 1)]
    names = ("filled", "errors")
    once, again = (
        expect.array(expect.parts(one, names)[0], "`filled`")
        for one in (forward(*cases[0]), _called(masked_forward, *cases[0]))
    )
    if once.shape == again.shape and not np.allclose(once, again, atol=1e-4):
        raise expect.NotYet(
            "the same inputs give other patches the second time: draw nothing, and call the models "
            "without training=True, so that they drop nothing"
        )
    for part, right, mistakes, says in (
        ("filled", _filled, _filled_mistakes, "seen patches as they came, hidden ones decoded"),
        ("errors", _errors, _error_mistakes, "mean squares over the hidden pixels, per image"),
    ):
        yield from compare(
            forward, right, cases, mistakes, says=says, parts=names, part=part,
            what=f"`{part}`", tolerance=1e-3,
            otherwise=_where_wrong if part == "filled" else None,
        )  # fmt: skip
    given = case(2, 6, 4, 3, 3)
    hidden = np.asarray(given[5])
    other = given[3].copy()
    other[np.arange(2)[:, None], hidden] += 1
    one, two = (
        expect.array(expect.parts(forward(*given[:3], x, *given[4:]), names)[0])
        for x in (given[3], other)
    )
    if not np.allclose(one, two, atol=1e-4):
        raise expect.NotYet(
            "what is in a hidden patch changes the answer: neither encoder nor decoder may see it"
        )
    yield "the same, whatever is in the hidden patches"


def _called(masked_forward, encoder, decoder, token, patches, seen, hidden):
    """Call an answer, and say what the models take where Keras says that it is something else."""
    try:
        return masked_forward(encoder, decoder, token, patches, seen, hidden)
    except Raised as raised:
        words = explain(raised.problem)
        if not any(part in words for part in _ABOUT_INPUTS):
            raise
        (n, s), (_, h), (k,), p = seen.shape, hidden.shape, token.shape, patches.shape[2]
        raise expect.NotYet(
            "a model was called with something else than it takes. Each takes one list: the "
            f"encoder [seen patches {n, s, p}, their places {n, s}], the decoder [tokens "
            f"{n, s, k}, their places {n, s}, mask tokens {n, h, k}, their places {n, h}]"
        ) from None


# Parts of what Keras says of a model's inputs, release by release.
_ABOUT_INPUTS = (
    "input(s)",
    "input shape",
    "input tensor",
    "Incompatible shapes",
    "incompatible with the layer",
    "positional argument",
    "(in Functional.call())",
    "(in Add.call())",
    "structure of `inputs`",
)


def _filled(encoder, decoder, token, patches, seen, hidden, **changes):
    """Return all patches, the hidden ones predicted, right or with a mistake put in."""
    seen, hidden = np.asarray(seen, int), np.asarray(hidden, int)
    rows = np.arange(len(patches))[:, None]
    shown = changes.get("shown", seen)
    given = patches[rows, changes.get("given", shown)]
    tokens = _encoded(encoder, given, changes.get("told", shown))
    tokens = tokens if "kept" not in changes else tokens[rows, changes["kept"]]
    masks = changes.get("masks", np.tile(changes.get("fill", token), (*hidden.shape, 1)))
    context = changes.get("context", seen if "kept" in changes else shown)
    found = _decoded(decoder, tokens, context, masks, changes.get("asked", hidden))
    filled = np.array(changes.get("onto", patches), float)
    filled[rows, changes.get("written", hidden)] = found
    return filled


def _filled_mistakes(encoder, decoder, token, patches, seen, hidden):
    case = encoder, decoder, token, patches, seen, hidden
    first, last, everything = (
        np.tile(np.arange(count), (len(patches), 1))
        for count in (np.shape(seen)[1], np.shape(hidden)[1], patches.shape[1])
    )
    zeros = np.array(patches, float)
    rows = np.arange(len(patches))[:, None]
    zeros[rows, np.asarray(hidden, int)] = 0
    right = _filled(*case)
    of_first = np.tile(seen[:1], (len(seen), 1)), np.tile(hidden[:1], (len(hidden), 1))
    repeated = np.repeat(token, hidden.size).reshape(*hidden.shape, -1)
    return {
        "the encoder is told the places 0, 1, 2 ...: tell it where the seen patches were": _filled(
            *case, told=first
        ),
        "the decoder is told the places 0, 1, 2 ... of the seen tokens: tell it where they were": (
            _filled(*case, context=first)
        ),
        "the decoder is told the places 0, 1, 2 ... of the mask tokens: tell it which places are "
        "hidden": _filled(*case, asked=last),
        "the hidden places get a token of zeros: it is the mask token": _filled(
            *case, fill=np.zeros_like(token)
        ),
        "the answers stand in the order of `hidden`: write each at its place": _filled(
            *case, written=np.sort(hidden, axis=1)
        ),
        "the encoder sees all patches, the hidden ones as well: give it those that are seen": (
            _filled(*case, shown=everything)
        ),
        "the encoder sees all patches, the hidden ones as well: give it those that are seen, and "
        "not only keep their tokens": _filled(*case, shown=everything, kept=seen),
        "the encoder sees zeros where patches are hidden: give it the seen ones alone": _filled(
            encoder, decoder, token, zeros, seen, hidden, shown=everything, kept=seen, onto=patches
        ),
        "the encoder gets the first patches of each image: those at the places in `seen`, "
        "patches[np.arange(n)[:, None], seen]": _filled(*case, given=first),
        "the encoder gets the patches at the first image's places: each image has its own": _filled(
            *case, given=of_first[0]
        ),
        "the encoder gets the places of the first image, and the patches at them, for all: each "
        "image has its own": _filled(*case, shown=of_first[0], context=seen),
        "the seen places of the first image are taken for all: each image has its own": _filled(
            *case, shown=of_first[0]
        ),
        "the encoder's places are sorted and its patches are not: the same order for both": _filled(
            *case, told=np.sort(seen, axis=1)
        ),
        "the encoder's patches are sorted and its places are not: the same order for both": _filled(
            *case, given=np.sort(seen, axis=1)
        ),
        "the decoder's places of the tokens are sorted and the tokens are not: the same order for "
        "both": _filled(*case, context=np.sort(seen, axis=1)),
        "the decoder's hidden places are sorted, and its answers are written in the order of "
        "`hidden`: the same order for both": _filled(*case, asked=np.sort(hidden, axis=1)),
        "the decoder is told the first image's hidden places for all: each image has its own": (
            _filled(*case, asked=of_first[1])
        ),
        "the answers are written at the first image's hidden places: each image has its own": (
            _filled(*case, written=of_first[1])
        ),
        "the answers are written at the places 0, 1, 2 ...: at those in `hidden`": _filled(
            *case, written=last
        ),
        "seen and hidden are exchanged: the encoder gets the patches at `seen`": _filled(
            encoder, decoder, token, patches, hidden, seen
        ),
        "np.repeat repeats each number of the mask token: np.tile(mask_token, (n, h, 1)) repeats "
        "the token": _filled(*case, masks=repeated),
        "the seen patches are 0: they stay as they came": _filled(*case, onto=0 * patches),
        "seen and hidden patches stand behind each other: write each at its place": np.concatenate(
            [right[rows, seen], right[rows, hidden]], axis=1
        ),
        "the hidden patches are left as they were: write the decoder's answers there": np.array(
            patches, float
        ),
        "the hidden patches are 0: write the decoder's answers there": zeros,
        "only the hidden patches came back: all of them are asked for, at their places": Shape(
            (*np.shape(hidden), patches.shape[2])
        ),
        "the errors came first: return filled, errors": Shape((len(patches),)),
    }


def _where_wrong(filled, encoder, decoder, token, patches, seen, hidden):
    """Say whether it is the seen or the hidden patches that are not as they should be."""
    try:
        filled = np.asarray(filled, float)
    except (TypeError, ValueError):
        return ""
    if filled.shape != patches.shape or not np.isfinite(filled).all():
        return ""
    rows = np.arange(len(patches))[:, None]
    if not np.allclose(filled[rows, seen], patches[rows, seen], atol=1e-3):
        return "the seen patches are not as they came: write at the places in `hidden` alone"
    return (
        "the hidden patches are not what encoder and decoder make of the seen ones: tokens come of "
        "encoder([the patches at `seen`, seen]), what is written at `hidden` of decoder([tokens, "
        "seen, mask_token for each hidden place, hidden]), with nothing done to it"
    )


def _errors(encoder, decoder, token, patches, seen, hidden):
    filled = _filled(encoder, decoder, token, patches, seen, hidden)
    return ((filled - patches) ** 2).sum(axis=(1, 2)) / (np.shape(hidden)[1] * patches.shape[2])


def _error_mistakes(*case):
    right, patches, hidden = _errors(*case), case[3], case[5]
    share = np.shape(hidden)[1] / patches.shape[1]
    return {
        "averaged over all pixels, the seen ones with their error of 0 as well: over the hidden "
        "ones": right * share,
        "the squares are added up: take the mean over the hidden pixels": (
            right * np.shape(hidden)[1] * patches.shape[2]
        ),
        "averaged over the hidden patches alone: each has several pixels": (
            right * patches.shape[2]
        ),
        "the patches' means are added up: take the mean over patches and pixels": (
            right * np.shape(hidden)[1]
        ),
        "one number came back for the batch: one per image": right.mean(),
        "every image has the error of the whole batch: one of its own for each": np.full(
            len(right), right.mean()
        ),
        "the errors are 0: compare with the hidden patches as they came, which filled has no "
        "longer": 0 * right,
        "these are absolute differences: squares are asked for": (
            np.abs(_filled(*case) - patches).sum(axis=(1, 2)) / (hidden.shape[1] * patches.shape[2])
        ),
        "one error per patch came back: one per image": Shape(np.shape(hidden)),
        "a column came back, shape (n, 1): one number per image": Shape((len(right), 1)),
        "the root of it came back": np.sqrt(right),
    }


@exercise(
    "12.6",
    "Few labels, several times",
    points=2,
    steps=("errors", "balanced", "draws", "interval"),
    hints=(
        "For each seed: draw the rows of the few labels, fit a probe to their codes, measure its "
        "error on all test codes.",
        "Equally many of each class: go through np.unique(labels), and take count / classes of "
        "the rows with that label, without putting back, by np.random.default_rng(seed).",
        "measures.fit_probe and measures.probe_error are the middle. At the end the mean of the "
        "errors, and half the width of its interval: Student's t at 0.975 with one degree of "
        "freedom less than seeds, times the standard deviation (ddof=1), over the root of their "
        "number.",
    ),
    also="with the same seeds every encoder gets the same labelled images, so that differences of "
    "two encoders are paired.",
)
def check_few_label_errors(few_label_errors, rng):
    names = ("errors", "mean", "half_width")

    def call(*case):
        return expect.parts(_drawn_from(few_label_errors, *case), names)

    # Codes that are the same for all images of a class: any balanced draw gives the same probe.
    cases = [_steady_case(rng, 4, 3, 20), _steady_case(rng, 3, 2, 9), _steady_case(rng, 2, 1, 2)]
    cases.append(_telling_case(rng))
    yield from compare(
        call,
        lambda *case: np.full(len(case[5]), _steady_error(*case)),
        cases,
        _few_mistakes,
        says="the probe's errors on the test codes, one for each seed",
        parts=names,
        part="errors",
        what="the errors",
        tolerance=1e-3,
        otherwise=_uneven,
    )
    # One class in fifty images: a draw without regard to the classes misses it.
    labels = np.repeat([0, 1, 2], [290, 290, 12])
    labels = rng.permutation(labels)
    codes = 3 * np.eye(3)[labels] + 0.01 * rng.normal(size=(len(labels), 3))
    for count in (3, 12, 36):
        found = expect.array(call(codes, labels, codes, labels, count, [0, 1])[0])
        if found.max() > 0.5:
            raise expect.NotYet(
                f"{count} labels of three classes, one of them rare: some draws have not "
                f"{count // 3} of each. Draw from each class by itself"
            )
    yield "equally many of each class, the rare one as well"
    _expect_rows(call, rng)
    blurred = rng.normal(size=(300, 3)) + 1.2 * np.eye(3)[np.arange(300) % 3]
    case = blurred, np.arange(300) % 3, blurred, np.arange(300) % 3, 6
    first = call(*case, [3, 4, 5])
    one, two, other = (
        expect.array(came[0])
        for came in (first, *(call(*case, seeds) for seeds in ([3, 4, 5], [5, 3, 8])))
    )
    if not np.allclose(one, two):
        raise expect.NotYet("the same seeds give other errors: let default_rng(seed) draw the rows")
    if np.ptp(one) == 0:
        raise expect.NotYet("all seeds give the same error: each has to draw rows of its own")
    if np.allclose(other, one):
        raise expect.NotYet(
            "other seeds give the same errors: draw i uses default_rng(seeds[i]), whatever i is"
        )
    if not np.allclose(other[:2], one[[2, 0]]):
        raise expect.NotYet(
            "the error of a seed depends on the seeds before it, or stands at another place: a "
            "generator for each seed, default_rng(seeds[i]), and its error at place i"
        )
    yield "each seed draws rows of its own, the same ones every time"

    came = {3: first, 5: call(*case, [7, 8, 1, 6, 2])}
    errors = {n: expect.shaped(one[0], (n,), "the errors") for n, one in came.items()}
    yield from compare(
        lambda n: [
            expect.shaped(value, (), f"`{name}`")
            for value, name in zip(came[n][1:], names[1:], strict=True)
        ],
        lambda n: _interval(errors[n]),
        [(3,), (5,)],
        lambda n: _interval_mistakes(errors[n], len(case[3])),
        says="their mean, and half the width by Student's t",
        what="(mean, half_width)",
        otherwise=lambda value, n: _by_hand(value, errors[n]),
    )


def _drawn_from(few_label_errors, codes, labels, test_codes, test_labels, count, seeds, *strength):
    """Call an answer, and say what there is to draw where scikit-learn or NumPy refuses."""
    try:
        return few_label_errors(codes, labels, test_codes, test_labels, count, seeds, *strength)
    except Raised as raised:
        words = explain(raised.problem)
        kinds, sizes = np.unique(labels, return_counts=True)
        each = count // len(kinds)
        have = f"of the classes {', '.join(map(str, kinds))} (np.unique(labels))"
        if "larger sample" in words or "at least 2 classes" in words:
            told = f"there are {', '.join(map(str, sizes))} {have}, of which all may be drawn"
        elif "0 sample" in words or "minimum of 1 is required" in words:
            told = (
                f"no rows came to the probe, to fit or to test it on; there are {sizes[0]} {have}"
            )
        else:
            raise
        raise expect.NotYet(
            f"{told}: draw {each} of each class for {count} labels, and test on all of `test_codes`"
        ) from None


def _expect_rows(call, rng):
    """Refuse draws with repeats, or that never have some rows.

    Every row has a number of its own that no other has, and another number that says the wrong
    class in the test. So a test code is answered rightly if its row was drawn; row i is tested 2^i
    times, and the error tells which rows were drawn.
    """
    labels = rng.permutation(np.repeat([3, 8], 4))
    own, side = np.eye(len(labels)), np.where(labels == 3, -1.0, 1.0)[:, None]
    times = np.repeat(np.arange(len(labels)), 2 ** np.arange(len(labels)))
    codes, test_codes = np.hstack([own, side]), np.hstack([4 * own, -0.5 * side])[times]
    for count, seeds in ((8, [1, 2]), (4, list(range(100, 120)))):
        errors = expect.shaped(
            call(codes, labels, test_codes, labels[times], count, seeds)[0],
            (len(seeds),),
            f"the errors for {len(seeds)} seeds",
        )
        bits = np.rint(errors / 100 * len(times)).astype(int)
        drawn = (bits[:, None] >> np.arange(len(labels))) % 2 == 0
        each = np.stack([drawn[:, labels == kind] for kind in (3, 8)], axis=1)
        here, m = f"of 4 images of each of two classes, {count // 2} are asked for", count // 2
        fewest, most = each.sum(axis=2).min(), each.sum(axis=2).max()
        if fewest < m:
            raise expect.NotYet(
                f"{here}, and a draw has only {fewest} different ones of a class: draw without "
                "putting back (replace=False)"
            )
        if most > m:
            raise expect.NotYet(f"{here}, and a draw has {most} of a class")
    if (drawn == drawn[0]).all():
        raise expect.NotYet("all seeds give the same error: each has to draw rows of its own")
    if not drawn.any(axis=0).all():
        raise expect.NotYet(
            f"{here}, and in {len(seeds)} draws some images never came: all of a class have the "
            "same chance"
        )
    if (each[:, 0] == each[:, 1]).all():
        raise expect.NotYet(
            "in every draw the images of one class stand at the same places as those of the other: "
            "draw from each class anew, with one generator for a seed"
        )
    if len(np.unique(each.reshape(-1, 4), axis=0)) < 5:
        raise expect.NotYet(
            f"{here}, and in {len(seeds)} draws some of the six pairs never came: draw each image "
            "without regard to where it stands"
        )


def _steady_case(rng, classes, size, count):
    centres = rng.normal(size=(classes, size))
    labels = rng.permutation(np.repeat(np.arange(classes), count))
    test_labels = np.repeat(np.arange(classes), 60)
    test = centres[test_labels] + rng.normal(size=(len(test_labels), size))
    return centres[labels], labels, test, test_labels, classes * min(count, 5), [4, 9, 2, 5]


def _telling_case(rng):
    """Return a case with a strength, whose errors are others than without it."""
    while True:
        case = _steady_case(rng, 4, 3, 6)
        if abs(_steady_error(*case, 10.0) - _steady_error(*case)) > 1:
            return *case, 10.0


def _steady_error(codes, labels, test_codes, test_labels, count, seeds, strength=0.01):
    return _probe_error(*_some_of_each(codes, labels, count), test_codes, test_labels, strength)


def _some_of_each(codes, labels, count, whole=False):
    kinds = np.unique(labels)
    each = count if whole else count // len(kinds)
    rows = np.concatenate([np.flatnonzero(labels == c)[:each] for c in kinds])
    return codes[rows], labels[rows]


def _plain_probe(codes, labels, strength):
    from helpers.measures import fit_probe

    return fit_probe(codes, labels, standardise=False, strength=strength)


def _probe_error(codes, labels, test_codes, test_labels, strength=0.01):
    """Return the error in percent of the probe that the lesson takes, by scikit-learn."""
    from helpers.measures import fit_probe

    probe = fit_probe(codes, labels, strength=strength)
    return 100 * np.mean(probe.predict(test_codes) != test_labels)


def _few_mistakes(codes, labels, test_codes, test_labels, count, seeds, strength=0.01):
    few, test = _some_of_each(codes, labels, count), (test_codes, test_labels)
    right = _probe_error(*few, test_codes, test_labels, strength)
    n = len(seeds)
    return {
        "`strength` is not passed on: measures.fit_probe(codes, labels, strength=strength)": (
            np.full(n, _probe_error(*few, *test))
        ),
        "this is the share that is right: errors are asked for": np.full(n, 100 - right),
        "the errors are shares from 0 to 1: percent are asked for": np.full(n, right / 100),
        "the probe is tested on the codes that it was fitted to: on the test codes": np.full(
            n, _probe_error(*few, *few, strength)
        ),
        "the probe is tested on the codes that the labels are drawn from: on the test codes": (
            np.full(n, _probe_error(*few, codes, labels, strength))
        ),
        "one number came first: return errors, mean, half_width, with one error for each seed": (
            Shape(())
        ),
        "the probe is fitted to all codes, or with a strength of its own: to a few of each class, "
        "by measures.fit_probe(codes, labels, strength=strength)": np.full(
            n, _probe_error(codes, labels, *test, strength)
        ),
        "`count` images of each class are drawn: it is the number of all classes together": np.full(
            n, _probe_error(*_some_of_each(codes, labels, count, whole=True), *test, strength)
        ),
        "the codes are not standardised: measures.fit_probe does it by itself": np.full(
            n, 100 * np.mean(_plain_probe(*few, strength).predict(test_codes) != test_labels)
        ),
        "these are numbers of errors: percent are asked for": np.full(
            n, right * len(test_labels) / 100
        ),
        "the errors are rounded: leave them as they are": np.full(n, np.round(right)),
    }


def _uneven(errors, codes, labels, test_codes, test_labels, count, seeds, strength=0.01):
    """Say what errors that differ from seed to seed mean where all images of a class are alike."""
    errors = expect.shaped(errors, (len(seeds),), f"the errors for {len(seeds)} seeds")
    each = count // len(np.unique(labels))
    rule = (
        f"draw {each} of each class for {count} labels, all from `codes`; fit "
        "measures.fit_probe(codes, labels, strength=strength) to them, and take "
        "measures.probe_error on all of `test_codes`"
    )
    if np.ptp(errors) > 0.01:
        return (
            "all images of a class have the same codes here, and still the errors differ from seed "
            "to seed. Do some draws have more of one class than of another? Draw from each class "
            f"by itself: {rule}"
        )
    right = _steady_error(codes, labels, test_codes, test_labels, count, seeds, strength)
    if not abs(errors[0] - right) > 1e-3 * right:
        return ""
    return f"the errors should be {right:.4g} % here, yours are {errors[0]:.4g}: {rule}"


def _interval(errors):
    n = len(errors)
    half = student_t.ppf(0.975, n - 1) * errors.std(ddof=1) / np.sqrt(n)
    return np.array([errors.mean(), half])


def _by_hand(value, errors):
    """Say how the mean and the half-width of these errors come about."""
    n, (mean, half) = len(errors), _interval(errors)
    if not np.isclose(value[0], mean, rtol=1e-3):
        return f"the mean of the {n} errors is {mean:.4g}; yours is {float(value[0]):.4g}"
    if np.isclose(value[1], half, rtol=1e-4):
        return ""
    return (
        f"for {n} errors the half-width is Student's t at 0.975 with {n - 1} degrees of freedom, "
        f"{student_t.ppf(0.975, n - 1):.4g}, times the standard deviation (ddof=1) "
        f"{errors.std(ddof=1):.4g}, over the root of {n}: {half:.4g}; yours is "
        f"{float(value[1]):.4g}"
    )


def _interval_mistakes(errors, tested):
    n, mean = len(errors), errors.mean()
    factor, spread = student_t.ppf(0.975, n - 1), errors.std(ddof=1)
    halves = {
        "1.96 is for many numbers; for a few take Student's t, scipy.stats.t.ppf(0.975, n - 1)": (
            1.96 * spread / np.sqrt(n)
        ),
        "the half-width lacks the root of the number of seeds: it is the mean's": factor * spread,
        "the standard deviation is that with n - 1, ddof=1": factor * errors.std() / np.sqrt(n),
        "the half-width is divided by n: by its root": factor * spread / n,
        "this is the whole width: half of it": 2 * factor * spread / np.sqrt(n),
        "this is the standard error: times Student's t": spread / np.sqrt(n),
        "this is the standard deviation: of the mean, and times Student's t": spread,
        "t at 0.95 leaves five percent at each end: 0.975": (
            student_t.ppf(0.95, n - 1) * spread / np.sqrt(n)
        ),
        "this is the interval of one error by the number of test images: it is the mean's, by how "
        "far the errors of the draws differ": (1.96 * np.sqrt(mean * (100 - mean) / tested)),
        "the variance stands where the standard deviation belongs": factor * spread**2 / np.sqrt(n),
        "the half-width is below 0: Student's t at 0.975, and not at 0.025": (
            -factor * spread / np.sqrt(n)
        ),
        "divided by the root of n - 1, which is for ddof=0: by that of n": (
            factor * spread / np.sqrt(n - 1)
        ),
        "one degree of freedom less than there are seeds": (
            student_t.ppf(0.975, n) * spread / np.sqrt(n)
        ),
    }
    right = _interval(errors)
    return {told: np.array([mean, half]) for told, half in halves.items()} | {
        "mean and half-width are exchanged: return errors, mean, half_width": right[::-1],
        "the errors are added up: take their mean": np.array([errors.sum(), right[1]]),
        "the median came as the mean": np.array([np.median(errors), _interval(errors)[1]]),
    }
