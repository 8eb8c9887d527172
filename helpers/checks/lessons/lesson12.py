"""Checks of lesson 12, masked autoencoders."""

import numpy as np
from scipy.special import softmax
from scipy.stats import t as student_t

from helpers.checks import expect
from helpers.checks.cases import Shape, compare
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
        (rng.uniform(size=(n, side * side)).astype("float32"), size)
        for n, side, size in ((3, 6, 2), (2, 8, 4), (1, 6, 3), (2, 9, 3), (2, 3, 1), (2, 4, 4))
    ]
    yield from compare(
        cut_patches,
        lambda images, size: _cut(images, size).reshape(len(images), -1, size * size),
        cases,
        _cut_mistakes,
        says="squares of neighbouring pixels, row by row",
        what="the patches",
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
        "the grid still has two axes: one axis for all patches of an image": Shape(
            (n, per_side, per_side, size**2)
        ),
        "a patch still has two axes: its pixels belong in one": Shape((n, per_side**2, size, size)),
        "the image is no axis of its own any more: patches of an image stay together": Shape(
            (n * per_side**2, size**2)
        ),
    }


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
            what=f"the {part}",
        )  # fmt: skip
    large = case(3, 4, 2, 2, scale=100.0)
    came = expect.parts(attention(*large), names)
    for value, right, name in zip(came, (_attended, _weights), names, strict=True):
        if not np.all(np.isfinite(expect.array(value, f"the {name}"))):
            raise expect.NotYet(
                "nan or infinity where the scores are large: take each row's largest score away "
                "before exp"
            )
        expect.close(value, right(*large), what=f"the {name} where the scores are large")
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
    return {
        "the products are not divided by the root of k": softmax(scores, axis=1),
        "divided by k: by its root": softmax(scores / k, axis=1),
        "multiplied with the root of k: divide by it": softmax(scores * root, axis=1),
        "divided by the root of the number of keys: it is the length k of a key": softmax(
            scores / np.sqrt(len(keys)), axis=1
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
        "the keys are compared with the values: with the queries": (
            softmax(_scores(keys, values) / root, axis=1)
            if keys.shape == values.shape == queries.shape
            else Shape((-1,))
        ),
    }


def _output_mistakes(queries, keys, values):
    weights = _weights(queries, keys, values)
    mistakes = {
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
    }
    if weights.shape[0] == weights.shape[1]:
        mistakes["the weights are turned round: each row of them makes an output"] = (
            weights.T @ values
        )
    else:
        mistakes["the weights are turned round: each row of them makes an output"] = Shape((-1,))
    return mistakes


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
    for n, t, s in (first, (30, 49, 12), (5, 4, 1), (1, 6, 5), (3, 2, 1), (6, 6, 2)):
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
    again, other = (
        expect.array(expect.parts(random_places(*first, seed), names)[0]) for seed in (7, 8)
    )
    if not np.array_equal(again, drawn[first]):
        raise expect.NotYet(
            "the same seed gives other places: let np.random.default_rng(seed) draw everything"
        )
    if np.array_equal(other, again):
        raise expect.NotYet("another seed gives the same places: is the seed used?")
    yield "the same places for the same seed, others for another"
    seed = int(rng.integers(1_000, 10_000))
    seen = expect.array(expect.parts(random_places(1_500, 5, 2, seed), names)[0])
    pairs, counts = np.unique(np.sort(seen, axis=1), axis=0, return_counts=True)
    if len(pairs) == 1:
        raise expect.NotYet("every image has the same places seen: draw anew for each image")
    # Ten pairs, 150 each, with a standard deviation of 12.
    if len(pairs) < 10 or np.abs(counts - 150).max() > 70:
        raise expect.NotYet(
            "some choices come more often than others, or never: all places of all images have "
            "the same chance"
        )
    yield "every choice has the same chance, anew for each image"


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
            what=f"the {part}",
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
        "one number per image came back: the mean over the batch is asked for": Shape((n,)),
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


def _encoder(t, p, k, rng):
    """Return a small model of patches and places, each of whose tokens has seen all others."""
    import keras

    patches, places = keras.Input((None, p)), keras.Input((None,), dtype="int32")
    tokens = keras.layers.Dense(k)(patches)
    tokens = keras.layers.Add()([tokens, keras.layers.Embedding(t, k)(places)])
    around = keras.layers.GlobalAveragePooling1D(keepdims=True)(tokens)
    tokens = keras.layers.Activation("tanh")(keras.layers.Add()([tokens, around]))
    model = keras.Model([patches, places], tokens)
    model.set_weights([rng.normal(size=w.shape) for w in model.get_weights()])
    return model


def _decoder(t, p, k, rng):
    """Return a small model of tokens, mask tokens and the places of both."""
    import keras

    tokens, masks = keras.Input((None, k)), keras.Input((None, k))
    seen, hidden = (keras.Input((None,), dtype="int32") for _ in range(2))
    vectors = keras.layers.Embedding(t, k)
    around = keras.layers.Add()([tokens, vectors(seen)])
    around = keras.layers.GlobalAveragePooling1D(keepdims=True)(around)
    units = keras.layers.Add()([masks, vectors(hidden), around])
    units = keras.layers.Activation("tanh")(units)
    model = keras.Model([tokens, seen, masks, hidden], keras.layers.Dense(p)(units))
    model.set_weights([rng.normal(size=w.shape) for w in model.get_weights()])
    return model


def _encoded(encoder, patches, places):
    """Return the tokens of ``_encoder``, in NumPy."""
    kernel, bias, vectors = (w.astype(float) for w in encoder.get_weights())
    tokens = patches @ kernel + bias + vectors[places]
    return np.tanh(tokens + tokens.mean(axis=1, keepdims=True))


def _decoded(decoder, tokens, seen, masks, hidden):
    vectors, kernel, bias = (w.astype(float) for w in decoder.get_weights())
    around = (tokens + vectors[seen]).mean(axis=1, keepdims=True)
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
        patches = rng.uniform(size=(n, t, p)).astype("float32")
        return *models, token, patches, places[:, :s], places[:, s:]

    cases = [case(3, 6, 4, 3, 2), case(2, 4, 3, 5, 3), case(1, 5, 2, 4, 1)]
    names = ("filled", "errors")
    for part, right, mistakes, says in (
        ("filled", _filled, _filled_mistakes, "seen patches as they came, hidden ones decoded"),
        ("errors", _errors, _error_mistakes, "mean squares over the hidden pixels, per image"),
    ):
        yield from compare(
            masked_forward, right, cases, mistakes, says=says, parts=names, part=part,
            what=f"`{part}`", tolerance=1e-3,
        )  # fmt: skip
    given = case(2, 6, 4, 3, 3)
    hidden = np.asarray(given[5])
    other = given[3].copy()
    other[np.arange(2)[:, None], hidden] += 1
    one, two = (
        expect.array(expect.parts(masked_forward(*given[:3], x, *given[4:]), names)[0])
        for x in (given[3], other)
    )
    if not np.allclose(one, two, atol=1e-4):
        raise expect.NotYet(
            "what is in a hidden patch changes the answer: neither encoder nor decoder may see it"
        )
    yield "the same, whatever is in the hidden patches"


def _filled(encoder, decoder, token, patches, seen, hidden, **changes):
    """Return all patches, the hidden ones predicted, right or with a mistake put in."""
    seen, hidden = np.asarray(seen, int), np.asarray(hidden, int)
    rows = np.arange(len(patches))[:, None]
    shown = changes.get("shown", seen)
    tokens = _encoded(encoder, patches[rows, shown], changes.get("told", shown))
    masks = np.tile(changes.get("fill", token), (*hidden.shape, 1))
    context = changes.get("context", shown)
    found = _decoded(decoder, tokens, context, masks, changes.get("asked", hidden))
    filled = np.array(patches, float)
    filled[rows, changes.get("written", hidden)] = found
    return filled


def _filled_mistakes(encoder, decoder, token, patches, seen, hidden):
    case = encoder, decoder, token, patches, seen, hidden
    first, last, everything = (
        np.tile(np.arange(count), (len(patches), 1))
        for count in (np.shape(seen)[1], np.shape(hidden)[1], patches.shape[1])
    )
    zeros = np.array(patches, float)
    zeros[np.arange(len(patches))[:, None], np.asarray(hidden, int)] = 0
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
        "the hidden patches are left as they were: write the decoder's answers there": np.array(
            patches, float
        ),
        "the hidden patches are 0: write the decoder's answers there": zeros,
        "only the hidden patches came back: all of them are asked for, at their places": Shape(
            (*np.shape(hidden), patches.shape[2])
        ),
        "the errors came first: return filled, errors": Shape((len(patches),)),
    }


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
        "one number came back for the batch: one per image": right.mean(),
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
        return expect.parts(few_label_errors(*case), names)

    # Codes that are the same for all images of a class: any balanced draw gives the same probe.
    cases = [_steady_case(rng, 4, 3, 20), _steady_case(rng, 3, 2, 9), _steady_case(rng, 2, 1, 2)]
    yield from compare(
        few_label_errors,
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
        found = expect.array(call(codes, labels, codes, labels, count, [0, 1, 2])[0])
        if found.max() > 0.5:
            raise expect.NotYet(
                f"{count} labels of three classes, one of them rare: some draws have not "
                f"{count // 3} of each. Draw from each class by itself"
            )
    yield "equally many of each class, the rare one as well"
    blurred = rng.normal(size=(300, 3)) + 1.2 * np.eye(3)[np.arange(300) % 3]
    case = blurred, np.arange(300) % 3, blurred, np.arange(300) % 3, 6
    one, two, other = (
        expect.array(call(*case, seeds)[0]) for seeds in ([3, 4, 5], [3, 4, 5], [5, 3, 8])
    )
    if not np.allclose(one, two):
        raise expect.NotYet("the same seeds give other errors: let default_rng(seed) draw the rows")
    if np.ptp(one) == 0:
        raise expect.NotYet("all seeds give the same error: each has to draw rows of its own")
    if not np.allclose(other[:2], one[[2, 0]]):
        raise expect.NotYet(
            "the error of a seed depends on the seeds before it: a generator for each seed"
        )
    yield "each seed draws rows of its own, the same ones every time"
    yield from compare(
        lambda *case: call(*case)[1:],
        lambda *given: _interval(expect.array(call(*given)[0])),
        [(*case, [3, 4, 5, 6]), (*case, [7, 8])],
        lambda *given: _interval_mistakes(expect.array(call(*given)[0])),
        says="their mean, and half the width by Student's t",
        what="(mean, half_width)",
    )


def _steady_case(rng, classes, size, count):
    centres = rng.normal(size=(classes, size))
    labels = rng.permutation(np.repeat(np.arange(classes), count))
    test_labels = np.repeat(np.arange(classes), 60)
    test = centres[test_labels] + rng.normal(size=(len(test_labels), size))
    return centres[labels], labels, test, test_labels, classes * min(count, 5), [4, 9, 2]


def _steady_error(codes, labels, test_codes, test_labels, count, seeds):
    return _probe_error(*_some_of_each(codes, labels, count), test_codes, test_labels)


def _some_of_each(codes, labels, count):
    kinds = np.unique(labels)
    rows = np.concatenate([np.flatnonzero(labels == c)[: count // len(kinds)] for c in kinds])
    return codes[rows], labels[rows]


def _probe_error(codes, labels, test_codes, test_labels):
    """Return the error in percent of the probe that the lesson takes, by scikit-learn."""
    from helpers.measures import fit_probe

    return 100 * np.mean(fit_probe(codes, labels).predict(test_codes) != test_labels)


def _few_mistakes(codes, labels, test_codes, test_labels, count, seeds):
    few = _some_of_each(codes, labels, count)
    right = _probe_error(*few, test_codes, test_labels)
    n = len(seeds)
    return {
        "this is the share that is right: errors are asked for": np.full(n, 100 - right),
        "the errors are shares from 0 to 1: percent are asked for": np.full(n, right / 100),
        "the probe is tested on the codes that it was fitted to: on the test codes": np.full(
            n, _probe_error(*few, *few)
        ),
        "the probe is tested on the codes that the labels are drawn from: on the test codes": (
            np.full(n, _probe_error(*few, codes, labels))
        ),
        "one number came back: one error for each seed": Shape(()),
    }


def _uneven(errors, codes, labels, test_codes, test_labels, count, seeds):
    """Say what errors that differ from seed to seed mean where all images of a class are alike."""
    errors = np.asarray(errors, float)
    if errors.shape == (len(seeds),) and np.ptp(errors) > 0.01:
        return (
            "all images of a class have the same codes here, and still the errors differ from seed "
            "to seed: some draws have more of one class than of another. Draw from each class by "
            "itself"
        )
    return ""


def _interval(errors):
    n = len(errors)
    half = student_t.ppf(0.975, n - 1) * errors.std(ddof=1) / np.sqrt(n)
    return np.array([errors.mean(), half])


def _interval_mistakes(errors):
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
        "one degree of freedom less than there are seeds": (
            student_t.ppf(0.975, n) * spread / np.sqrt(n)
        ),
    }
    return {told: np.array([mean, half]) for told, half in halves.items()} | {
        "the median came as the mean": np.array([np.median(errors), _interval(errors)[1]])
    }
