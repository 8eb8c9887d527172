"""Checks of lesson 14, the project."""

import itertools

import numpy as np

from helpers.checks import expect
from helpers.checks.cases import compare
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
    def pair(h, w, window, noise=0.2):
        image = rng.uniform(0.1, 0.9, size=(h, w))
        return image, np.clip(0.7 * image + 0.1 + noise * rng.normal(size=(h, w)), 0, 1), window

    def flat(h, w, window):
        one, two = rng.uniform(0.1, 0.4), rng.uniform(0.5, 0.9)
        return np.full((h, w), one), np.full((h, w), two), window

    what = "the similarity"
    yield from compare(
        similarity, _ssim, [pair(3, 3, 3), pair(5, 5, 5)], _ssim_mistakes,
        says="the formula, where the window is the whole picture", what=what,
    )  # fmt: skip
    yield from compare(
        similarity, _ssim, [pair(6, 8, 3), pair(9, 7, 5), pair(7, 7, 3, 0.05)], _ssim_mistakes,
        says="the mean over the windows at every place", what=what,
    )  # fmt: skip
    yield from compare(
        similarity, _ssim, [flat(4, 5, 3), flat(6, 6, 5)], _ssim_mistakes,
        says="what the constants leave, where nothing varies", what=what,
    )  # fmt: skip


def _windows(image, window, step=1):
    rows, columns = (range(0, side - window + 1, step) for side in image.shape)
    return [image[r : r + window, c : c + window].ravel() for r in rows for c in columns]


def _of_window(x, y, *, ddof=1, first=_FIRST, second=_SECOND, parts="ab", twice=2, root=False):
    """Return the similarity of two windows, right or with a mistake put in."""
    n = len(x) - ddof
    a, b = x.mean(), y.mean()
    both = np.sum((x - a) * (y - b)) / n
    spreads = [np.sum((one - one.mean()) ** 2) / n for one in (x, y)]
    spreads = np.sqrt(spreads) if root else spreads
    means = (2 * a * b + first) / (a * a + b * b + first)
    with np.errstate(all="ignore"):
        rest = np.float64(twice * both + second) / (np.sum(spreads) + second)
    return {"ab": means * rest, "a": means, "b": rest, "a+b": (means + rest) / 2}[parts]


def _ssim(image, other, window, step=1, **options):
    pairs = zip(_windows(image, window, step), _windows(other, window, step), strict=True)
    return np.mean([_of_window(x, y, **options) for x, y in pairs])


def _ssim_mistakes(image, other, window):
    case = image, other, window
    return {
        "the variances and the covariance are divided by the number of pixels less one; np.var "
        "divides by the number": _ssim(*case, ddof=0),
        "the constants c and d are missing: where nothing varies it is 0 / 0": _ssim(
            *case, first=0.0, second=0.0
        ),
        "the factor of the deviations is missing: yours compares the means alone": _ssim(
            *case, parts="a"
        ),
        "the factor of the means is missing": _ssim(*case, parts="b"),
        "the two factors are multiplied, not averaged": _ssim(*case, parts="a+b"),
        "twice the covariance stands above the line": _ssim(*case, twice=1),
        "below the line stand variances, not standard deviations": _ssim(*case, root=True),
        "c and d are swapped: c goes with the means": _ssim(*case, first=_SECOND, second=_FIRST),
        "that is one window as large as the picture: make the quotient for every window": (
            _of_window(image.ravel(), other.ravel())
        ),
        "there is a window at every place, one pixel after the other: yours lie side by side": (
            _ssim(*case, step=window)
        ),
    }


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
    def case(num_photographs, most, share):
        known = rng.choice(1_000, num_photographs, replace=False)
        photographs = rng.permutation(np.repeat(known, rng.integers(1, most, num_photographs)))
        return photographs, share, int(rng.integers(1_000))

    cases = [case(8, 9, 0.25), case(5, 30, 0.4), case(10, 6, 0.5), case(6, 2, 0.34)]
    cases.append((np.repeat(rng.choice(50, 4, replace=False), [40, 1, 1, 1]), 0.25, 3))
    cases.append((np.array([7, 3, 7]), 0.1, 5))
    chosen = [_mask(split_photographs(*given), given[0]) for given in cases]
    for (photographs, *_), mask in zip(cases, chosen, strict=True):
        torn = set(photographs[mask]) & set(photographs[~mask])
        if torn:
            raise expect.NotYet(
                f"photograph {min(torn)} is on both sides: draw among photographs, not patches"
            )
    yield "no photograph is on both sides"
    for (photographs, share, _), mask in zip(cases, chosen, strict=True):
        known, wanted = len(set(photographs)), max(1, round(share * len(set(photographs))))
        came = len(set(photographs[mask]))
        if came == known - wanted != wanted:
            raise expect.NotYet("the other way round: True is for patches of the test")
        if came != wanted:
            raise expect.NotYet(
                f"of {known} photographs, share {share:g}, {wanted} are for the test; yours has "
                f"{came}: count photographs, not patches, and take at least one"
            )
    yield "the share counts photographs, and at least one is for the test"
    for given, mask in zip(cases, chosen, strict=True):
        order = rng.permutation(len(mask))
        again = _mask(split_photographs(given[0][order], *given[1:]), given[0])
        if not np.array_equal(again, mask[order]):
            raise expect.NotYet(
                "the same patches in another order, or the same call again, give another split: "
                "draw from the sorted photographs with np.random.default_rng(seed)"
            )
    yield "the order of the patches does not count"
    photographs, share = np.arange(20).repeat(2), 0.3
    splits = {_mask(split_photographs(photographs, share, seed), photographs).tobytes()
              for seed in range(8)}  # fmt: skip
    if len(splits) < 5:
        raise expect.NotYet("other seeds should give other splits; eight seeds gave "
                            f"{len(splits)}")  # fmt: skip
    yield "another seed gives another split"


def _mask(value, photographs):
    mask = expect.array(value, "the result")
    if mask.shape != photographs.shape or np.asarray(value).dtype.kind != "b":
        raise expect.NotYet(
            f"the result should be True or False for each of {len(photographs)} patches; yours is "
            f"{expect.describe(value)} of type {np.asarray(value).dtype}"
        )
    return mask.astype(bool)


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
    def case(model, h, w, size, step):
        return model, rng.uniform(0.1, 0.9, size=(h, w)).astype("float32"), size, step

    three, two = _linear(3, rng), _linear(2, rng)
    what = "the picture"
    same = [case(_linear(3, None), 7, 9, 3, 2), case(_linear(1, None), 2, 3, 1, 1)]
    same += [case(_linear(4, None), 4, 4, 4, 4), case(_linear(2, None), 5, 6, 2, 1)]
    yield from compare(
        clean_picture, _cleaned, same, _cleaning_mistakes,
        says="a denoiser that changes nothing returns the picture", what=what,
    )  # fmt: skip
    fitting = [case(three, 7, 9, 3, 2), case(two, 4, 5, 2, 1), case(three, 3, 6, 3, 3)]
    yield from compare(
        clean_picture, _cleaned, fitting, _cleaning_mistakes,
        says="each pixel is the mean of the patches that cover it", what=what,
    )  # fmt: skip
    over = [case(three, 8, 6, 3, 2), case(two, 4, 7, 2, 2), case(_linear(4, rng), 9, 11, 4, 3)]
    yield from compare(
        clean_picture, _cleaned, over, _cleaning_mistakes,
        says="the last patches are at the edge, where the step does not fit", what=what,
    )  # fmt: skip
    wide = [
        case(_linear(3, rng, wide=9.0), 7, 8, 3, 2),
        case(_linear(2, rng, wide=6.0), 6, 5, 2, 1),
    ]
    yield from compare(
        clean_picture, _cleaned, wide, _cleaning_mistakes,
        says="clipped to [0, 1] after the mean", what=what,
    )  # fmt: skip


def _starts(side, size, step, edge=True):
    found = list(range(0, side - size + 1, step))
    return [*found, side - size] if edge and found[-1] != side - size else found


def _asked(model):
    kernel, bias = (weight.astype(float) for weight in model.get_weights())
    return lambda patches: patches @ kernel + bias


def _cleaned(model, picture, size, step, *, edge=True, mean="counts", clip="after", turn=False,
             last=False):  # fmt: skip
    """Return a picture cleaned patch by patch, right or with a mistake put in."""
    picture, denoise = np.asarray(picture, float), _asked(model)
    sums, counts = np.zeros(picture.shape), np.zeros(picture.shape)
    rows, columns = (_starts(side, size, step, edge) for side in picture.shape)
    for row, column in itertools.product(rows, columns):
        where = slice(row, row + size), slice(column, column + size)
        patch = picture[where].T if turn else picture[where]
        answer = denoise(patch.reshape(1, -1)).reshape(size, size)
        answer = answer.T if turn else answer
        answer = np.clip(answer, 0, 1) if clip == "before" else answer
        if last:
            sums[where], counts[where] = answer, 1
        else:
            sums[where] += answer
            counts[where] += 1
    with np.errstate(all="ignore"):
        found = {"counts": sums / counts, "sum": sums, "size": sums / size**2,
                 "kept": sums / np.maximum(counts, 1)}[mean]  # fmt: skip
    return np.clip(found, 0, 1) if clip == "after" else found


def _cleaning_mistakes(model, picture, size, step):
    case = model, picture, size, step
    return {
        "the patches are added up: divide each pixel by how many patches cover it": _cleaned(
            *case, mean="sum"
        ),
        "a pixel near the edge is covered by fewer patches: count them, instead of dividing by "
        "size * size": _cleaned(*case, mean="size"),
        "nothing covers the pixels at the right and lower edge, where the step does not fit: their "
        "count is 0": _cleaned(*case, edge=False),
        "the right and lower edge stay 0 where the step does not fit: one more row and column of "
        "patches begins at side - size": _cleaned(*case, edge=False, mean="kept"),
        "each patch overwrites those before it: add them up": _cleaned(*case, last=True),
        "a patch is read column by column; its rows come first, as reshape does it": _cleaned(
            *case, turn=True
        ),
        "clip the mean, not each patch: the mean of clipped numbers is another one": _cleaned(
            *case, clip="before"
        ),
        "the picture is not clipped to [0, 1]": _cleaned(*case, clip="not"),
        "this is the picture as it came": np.asarray(picture, float),
    }


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
    def case(n, resamples, odd=0.4, ties=False, rare=False):
        is_odd = np.zeros(n, bool)
        is_odd[: 1 if rare else max(2, int(odd * n))] = True
        is_odd = rng.permutation(is_odd)
        scores = rng.normal(size=n) + 1.2 * is_odd
        others = 0.6 * scores + 0.6 * rng.normal(size=n)
        if rare:
            # Wherever there is an area, one method has all of it and the other nothing.
            scores = rng.uniform(size=n) + 2.0 * is_odd
            others = -scores
        if ties:
            scores, others = np.round(scores), np.round(others)
        draws = rng.integers(n, size=(resamples, n))
        if not rare:
            draws[:, :2] = np.argmax(is_odd), np.argmin(is_odd)
        return scores, others, is_odd, draws

    names = ("low", "high")
    for says, cases in (
        ("2.5 % and 97.5 % of the differences, on the same rows", [case(20, 60), case(31, 40)]),
        ("resamples of one kind do not count", [case(6, 80, rare=True), case(5, 60, rare=True)]),
        ("a tie counts one half", [case(18, 50, ties=True), case(25, 45, ties=True)]),
    ):
        yield from compare(
            lambda *given: expect.parts(paired_interval(*given), names),
            _interval, cases, _interval_mistakes, says=says, what="the interval",
            otherwise=_not_a_number,
        )  # fmt: skip


def _areas(scores, is_odd, draws):
    """Return the area of each resample, by its pairs; nan where there is none."""
    areas = []
    for rows in draws:
        odd, usual = scores[rows][is_odd[rows]], scores[rows][~is_odd[rows]]
        wins = np.sign(odd[:, None] - usual[None])
        areas.append((1 + wins.mean()) / 2 if wins.size else np.nan)
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
    first, second = _areas(scores, is_odd, draws), _areas(others, is_odd, draws)
    gaps = first - second
    whole = np.arange(len(is_odd))[None]
    fixed = _areas(others, is_odd, whole)[0]
    middle, deviation = np.nanmean(gaps), np.nanstd(gaps)
    normal = np.array([middle - 1.96 * deviation, middle + 1.96 * deviation])
    error = 1.96 * deviation / np.sqrt(len(draws))
    return {
        "the two methods are judged on different resamples: take the same rows for both": _ends(
            first - np.roll(second, 1)
        ),
        "the second method is not resampled: take the same rows for both": _ends(first - fixed),
        "the sign: scores less others": _ends(-gaps),
        "that is the interval of the first method's area, not of the difference": _ends(first),
        "that is the interval of the second method's area": _ends(second),
        "95 % lie between 2.5 % and 97.5 %; yours are 5 % and 95 %": _ends(gaps, (5, 95)),
        "the ends are the wrong way round: low, high": _ends(gaps, (97.5, 2.5)),
        "that is an interval of the normal distribution: take the percentiles of the differences":
            normal,
        "that is the interval of the mean of the resamples: more resamples would make it as narrow "
        "as you like": np.array([middle - error, middle + error]),
        "a resample of one kind has no area: leave it out, it is no difference of 0": _ends(
            np.nan_to_num(gaps)
        ),
    }  # fmt: skip


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
            "control": ({"control": None}, {"control": (0.6, 0.8)}, {"control": (0.1, 0.4)}),
            "test": ({"test_uses": 2}, {"chosen_on": "test"}, {"test_uses": 0}),
            "interval": (
                {"interval": (low + strongest - weakest, high + strongest - weakest),
                 "verdict": "better"},
                {"interval": None, "verdict": "undecided"},
            ),
            "verdict": ({"verdict": "worse" if study["verdict"] == "better" else "better"},),
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
        ("test", 0, "a test that was used twice"),
        ("test", 1, "settings chosen on the test"),
        ("interval", 0, "an interval of the difference from the weaker baseline"),
    ):
        _expect_faults(faults, _wrong(clear[0], name, how=how), (name,), told)
    for study in (*clear, _sound(rng, 0.02)):
        told = f"an interval {_shown(study['interval'])} and another verdict"
        _expect_faults(faults, _wrong(study, "verdict"), ("verdict",), told)
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
    return f"from {interval[0]:+.2f} to {interval[1]:+.2f}"


def _expect_faults(faults, study, wanted, told):
    came = faults(study)
    if not isinstance(came, list | tuple | set | frozenset):
        raise expect.NotYet(f"return a list of names; yours is {expect.describe(came)}")
    came = [str(one) for one in came]
    unknown = [one for one in came if one not in _FAULTS]
    if unknown:
        raise expect.NotYet(f"the names are {', '.join(_FAULTS)}; one of yours is another")
    if len(set(came)) != len(came):
        raise expect.NotYet(f"{told}: each fault is named once; yours has one of them twice")
    missed = [name for name in wanted if name not in came]
    extra = [name for name in came if name not in wanted]
    if missed:
        raise expect.NotYet(f'{told}: "{missed[0]}" is a fault here, and yours does not name it')
    if extra:
        raise expect.NotYet(f'{told}: "{extra[0]}" is no fault here, and yours names it')


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
    cases = [_measured(rng, strong, gap) for strong in ("PCA", "mean image")
             for gap in (-0.06, 0.01, 0.06)]  # fmt: skip
    studies = [my_study(measured) for measured in cases]
    keys = set(_sound(rng))
    for study in studies:
        if not isinstance(study, dict):
            raise expect.NotYet(f"return a dict; yours is {expect.describe(study)}")
        missing = sorted(keys - set(study))
        if missing:
            raise expect.NotYet(f'the entry "{missing[0]}" is missing')
        if study["chosen_on"] != "validation" or study["test_uses"] != 1:
            raise expect.NotYet(
                'the settings of this project were chosen on "validation", and the test was used '
                "once: chosen_on and test_uses say so"
            )
    yield "all entries are there"
    for measured, study in zip(cases, studies, strict=True):
        expect.close(study["ours"], measured["AE"], what='"ours"')
        if not isinstance(study["baselines"], dict) or len(study["baselines"]) != 2:
            raise expect.NotYet('"baselines" is a dict of both, "PCA" and "mean image"')
        for name in ("PCA", "mean image"):
            expect.close(study["baselines"].get(name), measured[name], what=f"baseline {name}")
        expect.close(study["control"], measured["shuffled"], what='"control"')
        expect.close(study["chance"], 0.5, what='"chance", the area of a score that knows nothing')
    yield "the numbers are those that were measured"
    for measured, study in zip(cases, studies, strict=True):
        weaker, stronger = sorted(("PCA", "mean image"), key=lambda name: measured[name])
        wrong = (measured[f"AE - {weaker}"], "that is the interval against the weaker baseline")
        expect.close(study["interval"], measured[f"AE - {stronger}"], (wrong,), what='"interval"')
    yield "the interval is that against the strongest baseline"
    for study in studies:
        low, high = study["interval"]
        right = "better" if low > 0 else "worse" if high < 0 else "undecided"
        if study["verdict"] != right:
            raise expect.NotYet(
                f'an interval {_shown((low, high))} says "{right}"; your verdict is another'
            )
    yield "the verdict follows from the interval"


def _measured(rng, strongest, gap):
    """Return what the second project measures, with the AE so much better than the strongest."""
    weaker = "mean image" if strongest == "PCA" else "PCA"
    area = float(rng.uniform(0.6, 0.75))
    areas = {strongest: area, weaker: area - float(rng.uniform(0.1, 0.2))}
    ours = [area + gap + float(shift) for shift in rng.normal(scale=0.005, size=3)]
    half = float(rng.uniform(0.03, 0.05))
    return {
        "AE": ours,
        "PCA": areas["PCA"],
        "mean image": areas["mean image"],
        "shuffled": (0.5 - half, 0.5 + half),
        **{f"AE - {name}": (area + gap - areas[name] - half, area + gap - areas[name] + half)
           for name in ("PCA", "mean image")},
    }  # fmt: skip
