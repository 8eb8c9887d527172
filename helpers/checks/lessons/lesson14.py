"""Checks of lesson 14, the project."""

import itertools

import numpy as np

from helpers.checks import expect
from helpers.checks.cases import compare
from helpers.checks.guard import Raised, explain
from helpers.checks.registry import exercise

_FIRST, _SECOND = 0.01**2, 0.03**2


@exercise(
    "14.1",
    "Structural similarity",
    points=2,
    steps=("one window", "all windows", "flat pictures"),
    hints=(
        "np.lib.stride_tricks.sliding_window_view(image, (window, window)) has every window: shape "
        "(h - window + 1, w - window + 1, window, window). Means over the last two axes.",
        "The variance of a window and the covariance of two: sums of products of deviations from "
        "the mean, divided by the number of pixels in a window less one.",
        "The covariance is the sum of (x - mean of x) * (y - mean of y), and the variance that of "
        "x with itself. Make the quotient for every window, and then the mean of the quotients.",
    ),
    also="scipy.ndimage.uniform_filter has the means of all windows at once; "
    "skimage.metrics.structural_similarity(image, other, win_size=7, data_range=1) is the same "
    "number.",
)
def check_similarity(similarity, rng):
    def pair(h, w, window, noise=0.2, slope=0.7):
        image = rng.uniform(0.1, 0.9, size=(h, w))
        other = 0.5 + slope * (image - 0.5) + noise * rng.normal(size=(h, w))
        return image, np.clip(other, 0, 1), window

    def flat(h, w, window, of=(0.1, 0.4), to=(0.5, 0.9)):
        return np.full((h, w), rng.uniform(*of)), np.full((h, w), rng.uniform(*to)), window

    what = "the similarity"
    whole = [pair(3, 3, 3), pair(5, 5, 5), pair(3, 3, 3, slope=-0.6)]
    yield from compare(
        similarity, _ssim, whole, _ssim_mistakes,
        says="the formula, where the window is the whole picture", what=what,
    )  # fmt: skip
    many = [pair(6, 8, 3), pair(9, 7, 5), pair(7, 7, 3, 0.05), pair(6, 7, 3, slope=-0.6)]
    many += [pair(12, 10, 9), pair(7, 8, 3, 0.6, slope=0.0)]
    yield from compare(
        similarity, _ssim, many, _ssim_mistakes,
        says="the mean over the windows at every place", what=what,
    )  # fmt: skip
    # The mean of squares less the squared mean is off by rounding, in 32 bits, where all is flat.
    dark = flat(5, 4, 3, (0.0, 0.004), (0.01, 0.03))
    yield from compare(
        similarity, _ssim, [flat(4, 5, 3), flat(6, 6, 5), dark], _ssim_mistakes,
        says="what the constants leave, where nothing varies", what=what, tolerance=1e-3,
    )  # fmt: skip


def _windows(image, window, step, edges):
    if edges:
        image = np.pad(image, window // 2, mode=edges)
    views = np.lib.stride_tricks.sliding_window_view(image, (window, window))
    return views[::step, ::step].reshape(-1, window * window)


def _ssim(image, other, window, *, step=1, edges="", **options):
    """Return the similarity of two pictures, right or with a mistake put in."""
    pictures = (np.asarray(one, float) for one in (image, other))
    return _of_windows(*(_windows(one, window, step, edges) for one in pictures), **options)


def _of_windows(x, y, *, ddof=1, both_ddof=None, first=_FIRST, second=_SECOND, twice=(2, 2),
                above=True, root=False, centred=True, squared=True, gather="ab"):  # fmt: skip
    """Return the similarity of windows, one in each row."""
    a, b = x.mean(axis=1), y.mean(axis=1)
    u, v = (x - a[:, None], y - b[:, None]) if centred else (x, y)
    size = x.shape[1]
    both = np.sum(u * v, axis=1) / (size - (ddof if both_ddof is None else both_ddof))
    spreads = np.sum([u * u, v * v], axis=2) / (size - ddof)
    spreads = np.sqrt(spreads) if root else spreads
    with np.errstate(all="ignore"):
        below = a * a + b * b if squared else a + b
        means = (twice[0] * a * b + above * first) / (below + first)
        rest = (twice[1] * both + above * second) / (spreads.sum(axis=0) + second)
    product = means * rest
    return {
        "ab": lambda: product.mean(),
        "a": lambda: means.mean(),
        "b": lambda: rest.mean(),
        "a + b": lambda: (means + rest).mean() / 2,
        "apart": lambda: means.mean() * rest.mean(),
        "sum": lambda: product.sum(),
        "size": lambda: np.abs(product).mean(),
        "of all": lambda: abs(product.mean()),
        "above 0": lambda: np.maximum(product, 0).mean(),
        "all above 0": lambda: max(product.mean(), 0.0),
    }[gather]()


def _ssim_mistakes(image, other, window):
    case = image, other, window
    return {
        "the variances and the covariance are divided by the number of pixels less one; np.var "
        "divides by the number": _ssim(*case, ddof=0),
        "the variances are divided by the number of pixels less one, as the covariance is; np.var "
        "divides by the number unless told ddof=1": _ssim(*case, ddof=0, both_ddof=1),
        "the covariance is divided by the number of pixels less one, as the variances are": (
            _ssim(*case, both_ddof=0)
        ),
        "yours counts the numbers along a side, less one: divide by the number of pixels, "
        "window * window, less one": _ssim(*case, ddof=window**2 - window + 1),
        "the sums are to be divided by the number of pixels less one": _ssim(
            *case, ddof=window**2 - 1
        ),
        "variance and covariance are those of the deviations: take the window's mean off first": (
            _ssim(*case, centred=False)
        ),
        "the constants c and d are missing: where nothing varies it is 0 / 0": _ssim(
            *case, first=0.0, second=0.0
        ),
        "c is 0.01 squared, and d is 0.03 squared": _ssim(*case, first=0.01, second=0.03),
        "c is 0.01 squared": _ssim(*case, first=0.01),
        "d is 0.03 squared": _ssim(*case, second=0.03),
        "c goes with the means, and d, 0.03 squared, with the deviations; yours has c there": _ssim(
            *case, second=_FIRST
        ),
        "c and d are those for pixels from 0 to 255; here they are from 0 to 1": _ssim(
            *case, first=255**2 * _FIRST, second=255**2 * _SECOND
        ),
        "the factor of the deviations is missing: yours compares the means alone": _ssim(
            *case, gather="a"
        ),
        "the factor of the means is missing": _ssim(*case, gather="b"),
        "the two factors are multiplied, not averaged": _ssim(*case, gather="a + b"),
        "multiply the two factors in each window, and take the mean of the products": _ssim(
            *case, gather="apart"
        ),
        "that is the sum over the windows: take the mean": _ssim(*case, gather="sum"),
        "the similarity can be below 0, where one picture rises as the other falls: leave it so":
            _ssim(*case, gather="all above 0"),
        "a window where one picture rises as the other falls has a similarity below 0: leave it so":
            _ssim(*case, gather="above 0"),
        "the similarity can be below 0: take no absolute value": _ssim(*case, gather="of all"),
        "the similarity of a window can be below 0: take no absolute value": _ssim(
            *case, gather="size"
        ),
        "twice the covariance stands above the line": _ssim(*case, twice=(2, 1)),
        "twice the product of the means stands above the line": _ssim(*case, twice=(1, 2)),
        "above the lines stand twice the product of the means and twice the covariance": _ssim(
            *case, twice=(1, 1)
        ),
        "c and d stand above the line, too: equal pictures have similarity 1": _ssim(
            *case, above=False
        ),
        "below the line stand the squares of the means": _ssim(*case, squared=False),
        "below the line stand variances, not standard deviations": _ssim(*case, root=True),
        "c goes with the means, and d with the deviations; yours has them swapped": _ssim(
            *case, first=_SECOND, second=_FIRST
        ),
        "that is one window as large as the picture: make the quotient for every window": (
            _of_windows(image.reshape(1, -1), other.reshape(1, -1))
        ),
        "there is a window at every place, one pixel after the other: yours lie side by side": (
            _ssim(*case, step=window)
        ),
        "there is a window at every place, one pixel after the other: yours are two apart": (
            _ssim(*case, step=2)
        ),
        **{
            "a window is there only where it fits as a whole: yours reach beyond the edges, at "
            f"{edges}": _ssim(*case, edges=how)
            for edges, how in (
                ("0", "constant"), ("copies of the edge", "edge"), ("a mirror", "reflect"),
                ("a mirror with the edge in it", "symmetric"))
        },
        "the last window is missing: it begins at side - window, so that there are "
        "side - window + 1 along a side": (
            np.nan if window in image.shape else _ssim(image[:-1, :-1], other[:-1, :-1], window)
        ),
    }  # fmt: skip


@exercise(
    "14.2",
    "A split without leaks",
    points=2,
    steps=("whole photographs", "how many", "order", "seed"),
    hints=(
        "Draw among photographs, not among patches: np.unique has each of them once.",
        "rng.choice(known, count, replace=False) draws count of them, each at most once. Count "
        "photographs: round(share * how many there are), and 1 where that is 0.",
        "A patch is for the test if its photograph was drawn: np.isin.",
    ),
    also="scikit-learn's GroupShuffleSplit does it for any groups: people, days, hospitals.",
)
def check_split_photographs(split_photographs, rng):
    def case(numbers, most, share):
        times = rng.integers(1, most, size=len(numbers))
        return rng.permutation(np.repeat(numbers, times)), share, int(rng.integers(1_000))

    def some(count, low=0, high=1_000):
        return low + rng.choice(high - low, count, replace=False)

    cases = [case(some(8), 9, 0.25), case(some(5), 30, 0.4), case(some(10), 6, 0.5)]
    cases += [case(some(6), 2, 0.34), case(some(9), 5, 0.3), case(some(7, -40, 40), 6, 0.45)]
    cases.append((np.repeat(some(4, high=50), [40, 1, 1, 1]), 0.25, 3))
    cases += [(np.array([7, 3, 7]), 0.1, 5), case(some(4), 4, 0.0), case(some(5), 4, 1.0)]
    # A Python set has multiples of a power of two in the order in which they come.
    cases += [case(4_096 * some(8, 1, 90), 4, 0.4) for _ in range(3)]
    chosen = [_mask(split_photographs(*given), given[0]) for given in cases]
    for (photographs, *_), mask in zip(cases, chosen, strict=True):
        torn = set(photographs[mask]) & set(photographs[~mask])
        if torn:
            raise expect.NotYet(
                f"photograph {min(torn)} is on both sides: draw among photographs, not patches"
            )
    yield "no photograph is on both sides"
    for (photographs, share, _), mask in zip(cases, chosen, strict=True):
        _expect_count(photographs, share, len(set(photographs[mask])))
    yield "the share counts photographs, and at least one is for the test"
    for (photographs, share, seed), mask in zip(cases, chosen, strict=True):
        order = rng.permutation(len(mask))
        again = _mask(split_photographs(photographs[order], share, seed), photographs)
        if not np.array_equal(again, mask[order]):
            raise expect.NotYet(
                "the same patches in another order, or the same call again, give another split: "
                "draw from the sorted photographs with np.random.default_rng(seed)"
            )
        known = np.unique(photographs)
        more = np.repeat(known, rng.permutation(np.arange(1, len(known) + 1)))
        again = _mask(split_photographs(more, share, seed), more)
        if set(more[again]) != set(photographs[mask]):
            raise expect.NotYet(
                "the same photographs and seed give others for the test as soon as a photograph "
                "has more or fewer patches: draw from np.unique(photographs), each as likely as "
                "the others, and let the seed alone decide"
            )
    yield "neither the order of the patches counts nor how many there are"
    photographs, share = np.arange(20).repeat(2), 0.3
    masks = [_mask(split_photographs(photographs, share, seed), photographs) for seed in range(40)]
    splits = {mask.tobytes() for mask in masks}
    if len(splits) < 8:
        raise expect.NotYet(f"other seeds should give other splits; 40 seeds gave {len(splits)}")
    if len(splits) < 30:
        raise expect.NotYet(
            f"40 seeds gave {len(splits)} splits of 20 photographs alone: draw every one by itself "
            "(neighbours, such as pictures of one day, may not always go together)"
        )
    if not np.any(masks, axis=0).all() or np.all(masks, axis=0).any():
        raise expect.NotYet("in 40 seeds some photograph is never drawn, or always: draw from all")
    yield "another seed gives another split"


def _expect_count(photographs, share, came):
    """Refuse another number of photographs for the test, with the likely reason."""
    known = len(set(photographs))
    exact, wanted = share * known, max(1, round(share * known))
    is_tie = exact % 1 == 0.5  # rounded either way
    if came == wanted or (is_tie and came == wanted + 1):
        return
    if came == known - wanted != wanted:
        raise expect.NotYet("the other way round: True is for patches of the test")
    is_all = wanted == known
    if came == 0:
        told = (
            "where round gives 0, it is one"
            if exact <= 0.5
            else "draw the photographs' own numbers, which need not be 0, 1, 2 and so on: "
            "np.unique has them"
        )
    elif is_all and came == known - 1:
        told = "here that is all of them, and none is left for training"
    elif came == int(exact):
        told = "round to the nearest whole number, not down"
    elif came == int(np.ceil(exact)):
        told = "round to the nearest whole number, not up"
    elif came < wanted:
        told = (
            "count photographs, draw each at most once (replace=False), and by the numbers that "
            "they have, which np.unique lists"
        )
    else:
        told = "count photographs, not patches, and draw exactly so many"
    raise expect.NotYet(
        f"of {known} photographs, share {share:g}, {wanted} {'is' if wanted == 1 else 'are'} for "
        f"the test; yours has {came}: {told}"
    )


def _mask(value, photographs):
    try:
        mask = np.asarray(value)
    except ValueError:  # lists of several lengths
        mask = np.array(None)
    if mask.shape != photographs.shape or mask.dtype.kind != "b":
        held = f", of type {mask.dtype}" if mask.shape and mask.dtype.kind not in "bO" else ""
        raise expect.NotYet(
            f"the result should be True or False for each of {len(photographs)} patches; yours is "
            f"{expect.describe(value)}{held}"
        )
    return mask


def _linear(size, rng, *, wide=1.0):
    """Return a linear map of patches as a Keras model; None for the generator is the identity."""
    import keras

    d = size * size
    model = keras.Sequential([keras.Input((d,)), keras.layers.Dense(d)])
    if rng is None:
        model.set_weights([np.eye(d), np.zeros(d)])
    else:
        model.set_weights([wide * rng.normal(size=(d, d)) / d, rng.uniform(0.2, 0.6, size=d)])
    return model


def _many_places(rng):
    """for a picture of 200 x 300"""
    return _linear(8, None), rng.uniform(size=(200, 300)), 8, 2


@exercise(
    "14.3",
    "Clean a picture",
    points=3,
    steps=("put back", "mean", "edges", "range"),
    hints=(
        "Where do patches begin? At 0, step, 2 * step, ... as long as they fit, and once more at "
        "the very edge, side - size. The same for rows and for columns.",
        "Stack all patches as rows, ask the denoiser once, and add each answer to a picture of "
        "zeros where its patch was. Beside it, count how often each pixel was added to.",
        "Divide the sums by the counts, and clip to [0, 1] at the very end: not the patches, whose "
        "mean may be inside though one of them is outside.",
    ),
    also="loop over the size * size pixels of a patch instead of over the patches, with the "
    "places of all patches at once: a hundred additions instead of ten thousand.",
    later=_many_places,
)
def check_clean_picture(clean_picture, rng):
    def case(model, h, w, size, step, low=0.1, high=0.9):
        return model, rng.uniform(low, high, size=(h, w)).astype("float32"), size, step

    def cleaned(model, picture, size, step):
        try:
            return clean_picture(model, picture, size, step)
        except Raised as raised:
            text = str(raised.problem)
            if not any(part in text for part in ("incompatible", "Invalid input shape")):
                raise
            raise expect.NotYet(
                f"the denoiser was not asked for rows of size * size = {size * size} numbers: call "
                "it with an array of shape (n, size * size), a single patch being n = 1"
            ) from None

    three, two = _linear(3, rng), _linear(2, rng)
    what = "the picture"
    same = [case(_linear(3, None), 7, 9, 3, 2), case(_linear(1, None), 2, 3, 1, 1)]
    same += [case(_linear(4, None), 4, 4, 4, 4), case(_linear(2, None), 5, 6, 2, 1)]
    yield from compare(
        cleaned, _cleaned, same, _cleaning_mistakes,
        says="a denoiser that changes nothing returns the picture", what=what,
    )  # fmt: skip
    fitting = [case(three, 7, 9, 3, 2), case(two, 4, 5, 2, 1), case(three, 3, 6, 3, 3)]
    yield from compare(
        cleaned, _cleaned, fitting, _cleaning_mistakes,
        says="each pixel is the mean of the patches that cover it", what=what,
    )  # fmt: skip
    over = [case(three, 8, 6, 3, 2), case(two, 4, 7, 2, 2), case(_linear(4, rng), 9, 11, 4, 3)]
    yield from compare(
        cleaned, _cleaned, over, _cleaning_mistakes,
        says="the last patches are at the edge, where the step does not fit", what=what,
    )  # fmt: skip
    # Noisy pixels outside [0, 1] go to the denoiser as they are.
    wide = [
        case(_linear(3, rng, wide=9.0), 7, 8, 3, 2, -0.4, 1.4),
        case(_linear(2, rng, wide=6.0), 6, 5, 2, 1, -0.4, 1.4),
    ]
    yield from compare(
        cleaned, _cleaned, wide, _cleaning_mistakes,
        says="clipped to [0, 1] after the mean, and not before", what=what,
    )  # fmt: skip


def _starts(side, size, step, edge=True):
    found = list(range(0, side - size + 1, step))
    if edge == "twice":
        return [*found, side - size]
    return [*found, side - size] if edge and found[-1] != side - size else found


def _asked(model):
    kernel, bias = (weight.astype(float) for weight in model.get_weights())
    return lambda patches: patches @ kernel + bias


def _cleaned(model, picture, size, step, *, edges=(True, True), mean="counts", clip="after",
             turn=(False, False), keep="all", times=1):  # fmt: skip
    """Return a picture cleaned patch by patch, right or with a mistake put in."""
    picture, denoise = np.asarray(picture, float), _asked(model)
    picture = np.clip(picture, 0, 1) if clip == "picture" else picture
    sums, counts = np.zeros(picture.shape), np.zeros(picture.shape)
    places = zip(picture.shape, edges, strict=True)
    rows, columns = (_starts(side, size, step, edge) for side, edge in places)
    for row, column in itertools.product(rows, columns):
        where = slice(row, row + size), slice(column, column + size)
        patch = picture[where].T if turn[0] else picture[where]
        answer = patch.reshape(1, -1)
        for _ in range(times):
            answer = denoise(answer)
        answer = answer.reshape(size, size)
        answer = answer.T if turn[1] else answer
        answer = np.clip(answer, 0, 1) if clip == "before" else answer
        if keep == "last":
            sums[where], counts[where] = answer, 1
        elif keep == "first":
            sums[where] = np.where(counts[where] > 0, sums[where], answer)
            counts[where] = 1
        else:
            sums[where] += answer
            counts[where] += 1
    with np.errstate(all="ignore"):
        found = {"counts": sums / counts, "sum": sums, "size": sums / size**2,
                 "most": sums / counts.max(), "more": sums / (counts + 1),
                 "kept": sums / np.maximum(counts, 1),
                 "noisy": np.where(counts > 0, sums / counts, picture)}[mean]  # fmt: skip
    low, high = {"not": (-np.inf, np.inf), "above": (-np.inf, 1), "below": (0, np.inf),
                 "wide": (-1, 1)}.get(clip, (0, 1))  # fmt: skip
    return np.clip(found, low, high)


def _cleaning_mistakes(model, picture, size, step):
    case = model, picture, size, step
    no_edge = (False, False)
    mistakes = {
        "the patches are added up: divide each pixel by how many patches cover it": {"mean": "sum"},
        "a pixel near the edge is covered by fewer patches: count them, instead of dividing by "
        "size * size": {"mean": "size"},
        "a pixel near the edge is covered by fewer patches: count them for each pixel, instead of "
        "dividing all by the largest count": {"mean": "most"},
        "each count is one too large: begin to count at 0": {"mean": "more"},
        "nothing covers the pixels at the right and lower edge, where the step does not fit: their "
        "count is 0": {"edges": no_edge},
        "the right and lower edge stay 0 where the step does not fit: one more row and column of "
        "patches begins at side - size": {"edges": no_edge, "mean": "kept"},
        "the right and lower edge stay noisy where the step does not fit: one more row and column "
        "of patches begins at side - size": {"edges": no_edge, "mean": "noisy"},
        "one more patch begins at side - size only where the step does not fit: where it fits, "
        "yours counts the last patch twice": {"edges": ("twice", "twice")},
        **{
            f"patches at {edge} edge are missing, where the step does not fit": {
                "edges": edges, "mean": "kept"
            }
            for edge, edges in (("the lower", (False, True)), ("the right", (True, False)))
        },
        "each patch overwrites those before it: add them up": {"keep": "last"},
        "a pixel keeps its first answer: add them all up": {"keep": "first"},
        "a patch is read column by column; its rows come first, as reshape does it": {
            "turn": (True, True)
        },
        "the rows of a patch come first, both on the way to the denoiser and back; yours goes "
        "column by column on one of the two": {"turn": (True, False)},
        "clip the mean, not each patch: the mean of clipped numbers is another one": {
            "clip": "before"
        },
        "the picture is clipped before the denoiser sees it: clip the result alone": {
            "clip": "picture"
        },
        "the picture is not clipped to [0, 1]": {"clip": "not"},
        "the picture is not clipped at 0": {"clip": "above"},
        "the picture is not clipped at 1": {"clip": "below"},
        "the picture is clipped to [-1, 1]; its pixels are from 0 to 1": {"clip": "wide"},
        "the denoiser is asked twice, the second time about its own answers": {"times": 2},
    }  # fmt: skip
    other_steps = {
        "the patches lie side by side: the next one begins step pixels on": size,
        "the patches begin at every pixel: the next one begins step pixels on": 1,
    }
    return (
        {told: _cleaned(*case, **changes) for told, changes in mistakes.items()}
        | {told: _cleaned(*case[:3], other) for told, other in other_steps.items()}
        | {"this is the picture as it came": np.asarray(picture, float)}
    )


@exercise(
    "14.4",
    "Interval of a difference",
    points=2,
    steps=("interval", "one kind", "ties"),
    hints=(
        "A row of draws says which images are in that resample, some of them several times. Both "
        "methods are judged on the very same rows.",
        "measures.roc_auc(scores[rows], is_odd[rows]) is one area; keep the difference of the two "
        "for each resample. Where all images of a resample are of one kind there is no area.",
        "np.percentile(differences, [2.5, 97.5]) are the two ends of the interval.",
    ),
    also="paired matters because both methods find the same images easy: their areas rise and "
    "fall together from one resample to the next, and the difference moves less than either.",
)
def check_paired_interval(paired_interval, rng):
    def case(n, resamples, odd=0.4, ties=False, rare="", again=0):
        is_odd = np.zeros(n, bool)
        is_odd[: 1 if rare else max(2, int(odd * n))] = True
        is_odd = rng.permutation(is_odd)
        scores = rng.normal(size=n) + 1.2 * is_odd
        others = 0.6 * scores + 0.6 * rng.normal(size=n)
        if rare == "clear":
            # Wherever there is an area, one method has all of it and the other nothing.
            scores = rng.uniform(size=n) + 2.0 * is_odd
            others = -scores
        elif rare:
            scores, others = rng.normal(size=(2, n))
            scores[is_odd], others[is_odd] = 0.1, -0.1
        if ties:
            scores, others = np.round(scores), np.round(others)
        draws = rng.integers(n, size=(resamples, n))
        both = np.argmax(is_odd), np.argmin(is_odd)
        if rare:
            draws[:4, :2], draws[4] = both, both[1]
        else:
            draws[:, :2] = both
        draws[resamples - again :] = draws[:again]
        return scores, others, is_odd, draws

    usual = [case(20, 50), case(31, 35), case(27, 40, again=15)]
    rare = [case(6, 45, rare="clear"), case(5, 40, rare="clear"), case(11, 45, rare="any")]
    names = ("low", "high")
    for says, cases in (
        ("2.5 % and 97.5 % of the differences, on the same rows", usual),
        ("resamples of one kind do not count", rare),
        ("a tie counts one half", [case(18, 40, ties=True), case(25, 35, ties=True)]),
    ):
        yield from compare(
            lambda *given: expect.parts(paired_interval(*given), names),
            _interval, cases, _interval_mistakes, says=says, what="the interval",
            otherwise=_not_a_number,
        )  # fmt: skip


def _areas(scores, is_odd, draws, tie=0.0, turned=False):
    """Return the area of each resample, by its pairs; nan where there is none."""
    areas = []
    for rows in draws:
        odd, usual = scores[rows][is_odd[rows]], scores[rows][~is_odd[rows]]
        wins = np.sign(odd[:, None] - usual[None])
        wins = np.where(wins == 0, tie, wins)
        area = (1 + wins.mean()) / 2 if wins.size else np.nan
        areas.append(max(area, 1 - area) if turned else area)
    return np.array(areas)


def _ends(gaps, at=(2.5, 97.5)):
    return np.nanpercentile(gaps, at)


def _interval(scores, others, is_odd, draws):
    return _ends(_areas(scores, is_odd, draws) - _areas(others, is_odd, draws))


def _not_a_number(value, *case):
    if np.all(np.isfinite(np.asarray(value, float))):
        return ""
    return "nan: in some resample all images are of one kind, and there is no area: leave it out"


def _interval_mistakes(scores, others, is_odd, draws):
    def gaps_of(rows, **options):
        return _areas(scores, is_odd, rows, **options) - _areas(others, is_odd, rows, **options)

    first, second = _areas(scores, is_odd, draws), _areas(others, is_odd, draws)
    gaps, whole = first - second, np.arange(len(is_odd))[None]
    fixed, observed = _areas(others, is_odd, whole)[0], gaps_of(whole)[0]
    middle, deviation = np.nanmean(gaps), np.nanstd(gaps)
    both = np.array([_ends(first), _ends(second)])
    low, high = _ends(gaps)
    around = {times: np.array([middle - times * deviation, middle + times * deviation])
              for times in (1.96, 2, 1.96 / np.sqrt(np.sum(~np.isnan(gaps))),
                            1.96 / np.sqrt(len(draws)))}  # fmt: skip
    normal = "that is an interval of the normal distribution: take the percentiles of the "
    of_mean = ("that is the interval of the mean of the resamples{}: more resamples would make it "
               "as narrow as you like")  # fmt: skip
    apart = [np.array([_areas(one[rows], is_odd, whole)[0] for rows in draws])
             for one in (scores, others)]  # fmt: skip
    return {
        "a resample of one kind does not count; yours stops at the first one, and leaves those "
        "after it out": _ends(gaps[: _first_gap(gaps)] if _first_gap(gaps) else gaps),
        "the two methods are judged on different resamples: take the same rows for both": _ends(
            first - np.roll(second, 1)
        ),
        "the second method is not resampled: take the same rows for both": _ends(first - fixed),
        "is_odd is resampled by the same rows as the scores: is_odd[rows]": _ends(
            apart[0] - apart[1]
        ),
        "a picture that is drawn several times counts several times: take the row as it is": _ends(
            gaps_of([np.unique(rows) for rows in draws])
        ),
        "the sign: scores less others": _ends(-gaps),
        "keep the sign of the differences, no absolute values": _ends(np.abs(gaps)),
        "that is the interval of the first method's area, not of the difference": both[0],
        "that is the interval of the second method's area": both[1],
        "take the difference in each resample and then the percentiles, not the difference of two "
        "intervals": both[0] - both[1],
        "take the difference in each resample and then the percentiles; yours sets the ends of two "
        "intervals against each other": both[0] - both[1, ::-1],
        "an area may be below 0.5: leave it so": _ends(gaps_of(draws, turned=True)),
        "that is the difference on the pictures as they are: resample them by the rows of draws":
            np.array([observed, observed]),
        "95 % lie between 2.5 % and 97.5 %; yours are 5 % and 95 %": _ends(gaps, (5, 95)),
        "95 % lie between 2.5 % and 97.5 %; yours are 0.5 % and 99.5 %": _ends(gaps, (0.5, 99.5)),
        "np.percentile takes per cent, 2.5 and 97.5, not shares": _ends(gaps, (0.025, 0.975)),
        "those are the smallest and the largest difference: 2.5 % are to lie beyond each end":
            _ends(gaps, (0, 100)),
        "the ends are the wrong way round: low, high": np.array([high, low]),
        "that interval is turned round at the observed difference: take the percentiles as they "
        "are": np.array([2 * observed - high, 2 * observed - low]),
        "that is an interval around 0: take the differences as they are": _ends(gaps - middle),
        f"{normal}differences": around[1.96],
        f"{normal}differences, not two deviations": around[2],
        of_mean.format(""): around[1.96 / np.sqrt(np.sum(~np.isnan(gaps)))],
        of_mean.format(", of all drawn"): around[1.96 / np.sqrt(len(draws))],
        "a resample of one kind has no area: leave it out, it is no difference of 0": _ends(
            np.nan_to_num(gaps)
        ),
        "a tie counts one half, as in measures.roc_auc; yours counts it as nothing": _ends(
            gaps_of(draws, tie=-1.0)
        ),
        "a tie counts one half, as in measures.roc_auc; yours counts it as a win": _ends(
            gaps_of(draws, tie=1.0)
        ),
    }  # fmt: skip


def _first_gap(gaps):
    """Return the place of the first resample without an area; their number if all have one."""
    return int(np.argmax(np.append(np.isnan(gaps), True)))


_FAULTS = ("seeds", "baseline", "control", "test", "interval", "verdict")


def _sound(rng, gap=None):
    """Return a record without a fault."""
    strongest = float(rng.uniform(0.6, 0.8))
    gap = float(rng.choice([-0.08, 0.02, 0.08])) if gap is None else gap
    ours = strongest + gap + np.array([-0.01, 0.0, 0.01, 0.004][: int(rng.integers(3, 5))])
    low, high = gap - float(rng.uniform(0.03, 0.05)), gap + float(rng.uniform(0.03, 0.05))
    baselines = {"PCA": strongest, "mean image": strongest - float(rng.uniform(0.1, 0.3))}
    return {
        "ours": [float(one) for one in ours],
        "baselines": dict(sorted(baselines.items(), key=lambda _: rng.random())),
        "control": (0.5 - float(rng.uniform(0.02, 0.05)), 0.5 + float(rng.uniform(0.02, 0.05))),
        "chance": 0.5,
        "chosen_on": "validation",
        "test_uses": 1,
        "interval": (low, high),
        "verdict": "better" if low > 0 else "worse" if high < 0 else "undecided",
    }


def _unusual(rng):
    """Yield records without a fault that are unlike most, and in what."""
    better, worse = _sound(rng, 0.08), _sound(rng, -0.08)
    yield better | {"ours": [float(np.mean(better["ours"]))] * 3}, "three equal results of ours"
    strongest = max(better["baselines"].values())
    yield better | {"baselines": {"PCA": strongest}}, "one baseline"
    apart = rng.permutation([0.03, -0.01, -0.02])
    narrow = worse | {"ours": [max(worse["baselines"].values()) - 0.08 + float(by) for by in apart]}
    yield (
        narrow | {"interval": (-0.085, -0.075)},
        "an interval that holds the mean of the differences, and no single one of them",
    )
    for chance, control, told in (
        (0.5, (0.1, 0.52), "a control that reaches far below chance"),
        (0.5, (0.48, 0.9), "a control that reaches far above chance"),
        (0.5, (0.5, 0.6), "a control with chance as its lower end"),
        (0.5, (0.4, 0.5), "a control with chance as its upper end"),
        (0.1, (0.07, 0.12), "a chance of 0.1, and a control around it"),
        (0.0, (0.0, 0.0), "a chance of 0, and a control of exactly 0"),
    ):
        yield better | {"chance": chance, "control": control}, told
    shift = {name: value - strongest for name, value in better["baselines"].items()}
    ours = [one - strongest for one in better["ours"]]
    yield better | {"ours": ours, "baselines": {"PCA": 0.0}}, "one baseline, with a result of 0"
    lower = {name: value - 0.3 for name, value in shift.items()}
    yield (
        better | {"ours": [one - 0.3 for one in ours], "baselines": lower},
        "results below 0 (higher is better)",
    )
    for interval, verdict in (((0.0, 0.1), "undecided"), ((-0.1, 0.0), "undecided")):
        gap = sum(interval) / 2
        yield (
            _sound(rng, gap) | {"interval": interval, "verdict": verdict},
            f'an interval {_shown(interval)} that ends at 0, and "undecided"',
        )


def _wrong(study, *names, how=0):
    """Return a record with these faults put in, each in one of several ways."""
    study = dict(study)
    low, high = study["interval"]
    strongest = max(study["baselines"].values())
    weakest = min(study["baselines"].values())
    for name in names:
        ways: tuple = {
            "seeds": ({"ours": study["ours"][:2]}, {"ours": study["ours"][1:2]}),
            "baseline": ({"baselines": {}},),
            "control": ({"control": None}, {"control": (0.6, 0.8)}, {"control": (0.1, 0.4)},
                        {"control": (0.51, 0.56)}, {"control": (0.07, 0.12)}),
            "test": ({"test_uses": 2}, {"chosen_on": "test"}, {"test_uses": 0},
                     {"chosen_on": "training"}, {"chosen_on": "validation and test"},
                     {"chosen_on": "test", "test_uses": 5}),
            "interval": (
                {"interval": (low + strongest - weakest, high + strongest - weakest),
                 "verdict": "better"},
                {"interval": None, "verdict": "undecided"},
                {"interval": (low - 0.3, high - 0.3), "verdict": "worse"},
            ),
            "verdict": ({"verdict": "worse" if study["verdict"] == "better" else "better"},
                        {"verdict": "worse" if study["verdict"] == "undecided" else "undecided"}),
        }[name]  # fmt: skip
        study.update(ways[how % len(ways)])
    return study


@exercise(
    "14.5",
    "What is wrong with a study",
    points=2,
    steps=("a sound one", "what is missing", "what does not hold", "several at once"),
    hints=(
        "Six questions, each by itself: begin with an empty list, and append a name for each that "
        "is answered with no.",
        "A control that is there can still be no control: chance has to lie within its interval. "
        "An interval that is there can be that of another difference: the mean of ours, less the "
        "largest of the baselines, has to lie within it (where there are baselines).",
        "The verdict follows from the interval alone: better if it lies above 0, worse if below, "
        "undecided if 0 is in it, or if there is none.",
    ),
    also="the strongest baseline is the one to compare with: against a weak one anything is an "
    "improvement.",
)
def check_faults(faults, rng):
    sound = [_sound(rng, gap) for gap in (-0.08, 0.02, 0.08)] + [_sound(rng)]
    for study in sound:
        _expect_faults(faults, study, (), f'a sound study, "{study["verdict"]}"')
    for study, told in _unusual(rng):
        _expect_faults(faults, study, (), f"a sound study with {told}")
    yield "nothing is wrong with a sound study, better, worse or undecided"
    for name, how, told in (
        ("seeds", 0, "two results of ours"),
        ("seeds", 1, "one result of ours"),
        ("baseline", 0, "no baselines"),
        ("control", 0, "no control (None)"),
        ("interval", 1, 'no interval (None), and "undecided"'),
    ):
        _expect_faults(faults, _wrong(_sound(rng), name, how=how), (name,), told)
    yield "what is not there: seeds, baseline, control, interval"
    clear = [_sound(rng, gap) for gap in (0.08, -0.08)]
    for name, how, told in (
        ("control", 1, "a control with an interval above chance"),
        ("control", 2, "a control with an interval below chance"),
        ("control", 3, "a control with an interval just above chance"),
        ("control", 4, "a control around 0.1, where chance is 0.5"),
        ("test", 0, "a test that was used twice"),
        ("test", 1, "settings chosen on the test"),
        ("test", 2, "a test that was not used"),
        ("test", 3, "settings chosen on the training part"),
        ("test", 4, 'settings chosen on "validation and test"'),
        ("test", 5, "settings chosen on the test, and a test that was used five times"),
        ("interval", 0, "an interval of the difference from the weaker baseline"),
        ("interval", 2, "an interval far below the mean of ours less the strongest baseline"),
    ):
        _expect_faults(faults, _wrong(clear[0], name, how=how), (name,), told)
    for study in (*clear, _sound(rng, 0.02)):
        for how in range(2):
            wrong = _wrong(study, "verdict", how=how)
            told = f'an interval {_shown(study["interval"])}, and "{wrong["verdict"]}"'
            _expect_faults(faults, wrong, ("verdict",), told)
    touching = _sound(rng, 0.05) | {"interval": (0.0, 0.1), "verdict": "better"}
    told = 'an interval from 0 to 0.1, and "better" though it ends at 0'
    _expect_faults(faults, touching, ("verdict",), told)
    without = _wrong(clear[0], "interval", how=1) | {"verdict": "better"}
    _expect_faults(faults, without, ("interval", "verdict"), 'no interval, and "better"')
    yield "what is there and does not hold: control, test, interval, verdict"
    for number in range(6):
        names = [n for n in ("seeds", "baseline", "control", "test") if rng.random() < 0.6]
        study = _wrong(_sound(rng), *names, how=number)
        _expect_faults(faults, study, tuple(names), f"a study with {len(names)} faults")
    everything = _wrong(_sound(rng), *_FAULTS[:4]) | {"interval": None, "verdict": "worse"}
    _expect_faults(faults, everything, _FAULTS, "a study in which all is wrong")
    yield "several faults, each named once"


def _shown(interval):
    return "None" if interval is None else f"from {interval[0]:+.3f} to {interval[1]:+.3f}"


def _expect_faults(faults, study, wanted, told):
    try:
        came = faults(study)
    except Raised as raised:
        if not isinstance(raised.problem, TypeError | ValueError | IndexError | KeyError):
            raise
        absent = [f'"{name}" is None' for name in ("control", "interval") if study[name] is None]
        absent += ['"baselines" is empty'] if not study["baselines"] else []
        if not absent:
            raise
        raise expect.NotYet(
            f"{told}: it stopped with {explain(raised.problem)}. Here {' and '.join(absent)}: ask "
            "for that first"
        ) from None
    if not isinstance(came, list | tuple | set | frozenset):
        raise expect.NotYet(f"return a list of names; yours is {expect.describe(came)}")
    came = [str(one) for one in came]
    unknown = [one for one in came if one not in _FAULTS]
    if unknown:
        raise expect.NotYet(
            f"the names are {', '.join(_FAULTS)}; yours has {unknown[0][:20]!r} "
            "(nothing wrong is an empty list)"
        )
    if len(set(came)) != len(came):
        raise expect.NotYet(f"{told}: each fault is named once; yours has one of them twice")
    missed = [name for name in wanted if name not in came]
    extra = [name for name in came if name not in wanted]
    if missed:
        raise expect.NotYet(
            f'{told}: "{missed[0]}" is a fault here, and yours does not name it'
            f"{_facts(missed[0], study)}"
        )
    if extra:
        raise expect.NotYet(
            f'{told}: "{extra[0]}" is no fault here, and yours names it{_facts(extra[0], study)}'
        )


def _facts(name, study):
    """Return the numbers that decide about a fault, for a message."""
    ours, baselines = study["ours"], study["baselines"]
    facts = {
        "seeds": lambda: f"{len(ours)} results of ours",
        "control": lambda: f"chance {study['chance']:g}, control {_shown(study['control'])}",
        "interval": lambda: (
            f"mean of ours {np.mean(ours):.3f}, baselines "
            f"{', '.join(f'{one:.3f}' for one in baselines.values()) or 'none'}, interval "
            f"{_shown(study['interval'])}"
        ),
    }
    return f" ({facts[name]()})" if name in facts else ""


@exercise(
    "14.6",
    "Your study",
    points=1,
    steps=("form", "numbers", "strongest baseline", "verdict"),
    hints=(
        "Eight entries, those of the table above Exercise 14.5. The numbers come from measured.",
        "Which baseline is the strongest, differs from study to study: find it, and take the "
        "interval against that one.",
        'The interval against "PCA" is measured["AE - PCA"]: make the key from the name of the '
        "strongest baseline. The verdict is what faults asks for.",
    ),
    also="a reader believes a study by its form before its numbers: what would have made it fail?",
)
def check_my_study(my_study, rng):
    cases = [_measured(rng, strong, gap) for strong in _BASELINES
             for gap in (-0.06, 0.01, 0.06)]  # fmt: skip
    # More seeds, and an evaluation that leaks: the record says so.
    cases += [_measured(rng, "PCA", 0.06, seeds=5), _measured(rng, "mean image", 0.06, leak=0.1)]
    studies = [my_study(measured) for measured in cases]
    for study in studies:
        _expect_form(study)
    yield "all entries are there"
    for measured, study in zip(cases, studies, strict=True):
        _expect_as_measured(study, measured)
    yield "the numbers are those that were measured"
    for measured, study in zip(cases, studies, strict=True):
        weaker, stronger = sorted(_BASELINES, key=lambda name: measured[name])
        wanted = measured[f"AE - {stronger}"]
        if not _is_as(study["interval"], wanted):
            raise expect.NotYet(
                "that is the interval against the weaker baseline"
                if _is_as(study["interval"], measured[f"AE - {weaker}"])
                else '"interval" is the measured one against the strongest baseline as it came, '
                f'here measured["AE - {stronger}"], whichever way it points'
            )
    yield "the interval is that against the strongest baseline"
    for study in studies:
        low, high = study["interval"]
        right = "better" if low > 0 else "worse" if high < 0 else "undecided"
        if not isinstance(study["verdict"], str) or study["verdict"] != right:
            raise expect.NotYet(
                f'an interval {_shown((low, high))} says "{right}"; your verdict is '
                f"{_quoted(study['verdict'])}"
            )
    yield "the verdict follows from the interval"


_BASELINES = ("PCA", "mean image")


def _quoted(value):
    return f'"{value[:30]}"' if isinstance(value, str) else expect.describe(value, may_be_none=True)


def _expect_form(study):
    if not isinstance(study, dict):
        raise expect.NotYet(f"return a dict; yours is {expect.describe(study)}")
    entries = ("ours", "baselines", "control", "chance", "chosen_on", "test_uses", "interval",
               "verdict")  # fmt: skip
    for entry in entries:
        if entry not in study:
            raise expect.NotYet(
                f'the entry "{entry}" is missing; the table above Exercise 14.5 has all eight'
            )
    if not isinstance(study["chosen_on"], str) or study["chosen_on"] != "validation":
        raise expect.NotYet(
            'the settings of this project were chosen on "validation": chosen_on says so, in that '
            f"word; yours is {_quoted(study['chosen_on'])}"
        )
    uses = study["test_uses"]
    if not isinstance(uses, int | float | np.number) or uses != 1:
        raise expect.NotYet(
            f"the test was used once: test_uses is the number 1; yours is {_quoted(uses)}"
        )


def _is_as(value, wanted):
    """Return whether a value holds the numbers that were measured."""
    try:
        value = np.asarray(value, float)
    except (TypeError, ValueError):
        return False
    return value.shape == np.shape(wanted) and np.allclose(value, wanted, rtol=1e-4, atol=1e-9)


def _expect_as_measured(study, measured):
    if not _is_as(study["ours"], measured["AE"]):
        raise expect.NotYet(
            '"ours" is measured["AE"] as it came: one area per seed, none left out, replaced, '
            "averaged or rounded, however many there are"
        )
    baselines = study["baselines"]
    if not isinstance(baselines, dict) or len(baselines) != 2:
        raise expect.NotYet(
            '"baselines" is a dict of both, "PCA" and "mean image", and of nothing else'
        )
    areas = [measured[name] for name in _BASELINES]
    known = all(_is_as(baselines[name], measured[name]) for name in _BASELINES if name in baselines)
    values = list(baselines.values())
    if not known or not any(_is_as(order, areas) for order in (values, values[::-1])):
        raise expect.NotYet(
            '"baselines" holds both areas as they were measured, each with its name: '
            'measured["PCA"] and measured["mean image"]'
        )
    if not _is_as(study["control"], measured["shuffled"]):
        raise expect.NotYet(
            '"control" is measured["shuffled"] as it came, (low, high), also where chance is not '
            "within it: a reader has to see that"
        )
    if not _is_as(study["chance"], 0.5):
        raise expect.NotYet(
            '"chance" is what the control has to give, the area of a score that knows nothing: '
            f"0.5, whatever the control gave; yours is {expect.describe(study['chance'])}"
        )


def _measured(rng, strongest, gap, seeds=3, leak=0.0):
    """Return what the second project measures, with the AE so much better than the strongest."""
    weaker = "mean image" if strongest == "PCA" else "PCA"
    area = float(rng.uniform(0.6, 0.75))
    areas = {strongest: area, weaker: area - float(rng.uniform(0.1, 0.2))}
    shifts = rng.normal(scale=0.005, size=seeds)
    ours = [area + gap + float(shift) for shift in shifts - shifts.mean()]
    half, low, high = (float(rng.uniform(0.03, 0.05)) for _ in range(3))
    return {
        "AE": ours,
        "PCA": areas["PCA"],
        "mean image": areas["mean image"],
        "shuffled": (0.5 + leak - low, 0.5 + leak + high),
        **{f"AE - {name}": (area + gap - areas[name] - half, area + gap - areas[name] + half)
           for name in _BASELINES},
    }  # fmt: skip
