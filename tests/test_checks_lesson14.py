"""Lesson 14: each check accepts right answers of any kind and names the mistake in wrong ones."""

import numpy as np
from answers import closing_tests
from scipy.ndimage import uniform_filter
from sklearn.feature_extraction.image import extract_patches_2d
from sklearn.metrics import roc_auc_score

from helpers import measures
from helpers.answers import lesson14 as answers
from helpers.checks.registry import get
from helpers.methods import patches

FIRST, SECOND = 0.01**2, 0.03**2


def by_filter(image, other, window, *, first=FIRST, second=SECOND, unbiased=True, twice=2):
    """Return the similarity by running means, right or with a mistake put in."""
    edge = window // 2
    inside = tuple(slice(edge, side - edge) for side in image.shape)

    def mean(values):
        return uniform_filter(values, window)[inside]

    a, b = mean(image), mean(other)
    share = window**2 / (window**2 - 1) if unbiased else 1.0
    spread = share * (mean(image**2) + mean(other**2) - a**2 - b**2)
    both = share * (mean(image * other) - a * b)
    with np.errstate(all="ignore"):
        means = (2 * a * b + first) / (a**2 + b**2 + first)
        return np.mean(means * (twice * both + second) / (spread + second))


def by_covariance(image, other, window, *, step=1):
    rows, columns = (range(0, side - window + 1, step) for side in image.shape)
    found = []
    for row in rows:
        for column in columns:
            where = slice(row, row + window), slice(column, column + window)
            x, y = image[where].ravel(), other[where].ravel()
            (sx, both), (_, sy) = np.cov(x, y)
            means = (2 * x.mean() * y.mean() + FIRST) / (x.mean() ** 2 + y.mean() ** 2 + FIRST)
            found.append(means * (2 * both + SECOND) / (sx + sy + SECOND))
    return float(np.mean(found))


def one_window(image, other, window):
    x, y = image.ravel(), other.ravel()
    (sx, both), (_, sy) = np.cov(x, y)
    means = (2 * x.mean() * y.mean() + FIRST) / (x.mean() ** 2 + y.mean() ** 2 + FIRST)
    return means * (2 * both + SECOND) / (sx + sy + SECOND)


def means_alone(image, other, window):
    views = (np.lib.stride_tricks.sliding_window_view(i, (window, window)) for i in (image, other))
    a, b = (view.mean(axis=(2, 3)) for view in views)
    return np.mean((2 * a * b + FIRST) / (a**2 + b**2 + FIRST))


def by_sorting(photographs, share, seed):
    """Give each photograph a random number, and take the largest."""
    known = sorted(set(np.asarray(photographs).tolist()))
    count = max(1, round(share * len(known)))
    numbers = np.random.default_rng(seed).random(len(known))
    chosen = {known[place] for place in np.argsort(numbers)[-count:]}
    return np.array([one in chosen for one in photographs])


def tie_up(photographs, share, seed):
    """Round a half up, as most people do."""
    known = np.unique(photographs)
    count = max(1, int(share * len(known) + 0.5))
    return np.isin(photographs, np.random.default_rng(seed).permutation(known)[:count])


def by_patch(photographs, share, seed):
    return np.random.default_rng(seed).random(len(photographs)) < share


def of_patches(photographs, share, seed):
    """Take photographs until they have their share of the patches."""
    rng = np.random.default_rng(seed)
    order = rng.permutation(np.unique(photographs))
    mask = np.zeros(len(photographs), bool)
    for one in order:
        mask |= photographs == one
        if mask.mean() >= 2 * share:
            break
    return mask


def no_photograph(photographs, share, seed):
    known = np.unique(photographs)
    chosen = np.random.default_rng(seed).choice(known, round(share * len(known)), replace=False)
    return np.isin(photographs, chosen)


def in_their_order(photographs, share, seed):
    known = np.array(list(dict.fromkeys(np.asarray(photographs).tolist())))
    count = max(1, round(share * len(known)))
    return np.isin(photographs, np.random.default_rng(seed).choice(known, count, replace=False))


def in_one_stretch(photographs, share, seed):
    known = np.unique(photographs)
    count, start = max(1, round(share * len(known))), np.random.default_rng(seed).integers(99)
    return np.isin(photographs, np.roll(known, start)[:count])


def drawn_by_size(photographs, share, seed):
    known, sizes = np.unique(photographs, return_counts=True)
    count, rng = max(1, round(share * len(known))), np.random.default_rng(seed)
    return np.isin(photographs, rng.choice(known, count, replace=False, p=sizes / sizes.sum()))


def rounded_down(photographs, share, seed):
    known = np.unique(photographs)
    chosen = np.random.default_rng(seed).permutation(known)[: max(1, int(share * len(known)))]
    return np.isin(photographs, chosen)


def never_all(photographs, share, seed):
    known = np.random.default_rng(seed).permutation(np.unique(photographs))
    count = min(max(1, round(share * len(known))), len(known) - 1)
    return np.isin(photographs, known[:count])


def always_the_same(photographs, share, seed):
    return answers.split_photographs(photographs, share, 0)


def starts(side, size, step, edge=True):
    found = list(range(0, side - size + 1, step))
    return [*found, side - size] if edge and found[-1] != side - size else found


def cleaning(*, edge=True, again=False, count=True, clip=True, early=False, last=False, order="C"):
    """Return a right answer to 14.3, or one with a mistake put in."""

    def clean_picture(denoise, picture, size, step):
        sums, counts = np.zeros(picture.shape), np.zeros(picture.shape)
        tops = starts(picture.shape[0], size, step, edge)
        for top in tops + [tops[-1]] * again:
            lefts = starts(picture.shape[1], size, step, edge)
            for left in lefts + [lefts[-1]] * again:
                where = slice(top, top + size), slice(left, left + size)
                row = picture[where].reshape(1, -1, order=order)
                answer = np.asarray(denoise(row)).reshape(size, size, order=order)
                answer = np.clip(answer, 0, 1) if early else answer
                sums[where] = answer if last else sums[where] + answer
                counts[where] = 1 if last else counts[where] + 1
        with np.errstate(all="ignore"):
            found = sums / counts if count else sums
        return np.clip(found, 0, 1) if clip else found

    return clean_picture


def all_at_once(denoise, picture, size, step):
    """Return the mean by putting answers at all places of one pixel of the patches at a time."""
    rows = patches.cut_patches(picture, size, step)
    return np.clip(patches.merge_patches(np.asarray(denoise(rows)), picture.shape, step), 0, 1)


def with_extracted(denoise, picture, size, step):
    """Cut all patches with scikit-learn, and use those that begin at the right places."""
    every = extract_patches_2d(np.asarray(picture), (size, size))
    columns = picture.shape[1] - size + 1
    places = [
        (r, c)
        for r in starts(picture.shape[0], size, step)
        for c in starts(picture.shape[1], size, step)
    ]
    rows = every[[r * columns + c for r, c in places]].reshape(len(places), -1)
    found = np.full((len(places), *picture.shape), np.nan)
    for one, (r, c), answer in zip(found, places, np.asarray(denoise(rows)), strict=True):
        one[r : r + size, c : c + size] = answer.reshape(size, size)
    return np.nanmean(found, axis=0).clip(0, 1)


def interval(*, at=(2.5, 97.5), pick=lambda one, two: one - two, second=None, none=None):
    """Return a right answer to 14.4, or one with a mistake put in."""

    def paired_interval(scores, others, is_odd, draws):
        gaps = []
        for number, rows in enumerate(draws):
            if len(set(is_odd[rows].tolist())) < 2:
                if none is not None:
                    gaps.append(none)
                continue
            other = rows if second is None else second(draws, number)
            one = roc_auc_score(is_odd[rows], scores[rows])
            gaps.append(pick(one, roc_auc_score(is_odd[other], others[other])))
        low, high = np.percentile(gaps, at)
        return low, high

    return paired_interval


def first_of_one_kind(is_odd, draws):
    return next((n for n, rows in enumerate(draws) if len(set(is_odd[rows])) < 2), len(draws))


def by_pairs(scores, others, is_odd, draws):
    gaps = []
    for rows in draws:
        odd = is_odd[rows]
        if odd.any() and not odd.all():
            wins = [
                np.mean(np.sign(one[rows][odd][:, None] - one[rows][~odd]) / 2 + 0.5)
                for one in (scores, others)
            ]
            gaps.append(wins[0] - wins[1])
    gaps.sort()
    return tuple(np.quantile(gaps, [0.025, 0.975]).tolist())


def deviations(scores, others, is_odd, draws):
    gaps = [
        measures.roc_auc(scores[r], is_odd[r]) - measures.roc_auc(others[r], is_odd[r])
        for r in draws
        if 0 < is_odd[r].sum() < len(r)
    ]
    half = 1.96 * np.std(gaps)
    return np.mean(gaps) - half, np.mean(gaps) + half


def reading(study, *, skip=(), weakest=False, ends=True, missing="undecided"):
    """Return a right answer to 14.5, or one with a mistake put in."""
    low, high = study["interval"] or (None, None)
    control = study["control"]
    baselines = list(study["baselines"].values())
    tests = {
        "seeds": len(study["ours"]) >= 3,
        "baseline": bool(baselines),
        "control": bool(control) and control[0] <= study["chance"] <= control[1],
        "test": study["test_uses"] == 1 and study["chosen_on"] == "validation",
        "interval": low is not None,
        "verdict": True,
    }
    says = missing
    if low is not None:
        says = "better" if low > 0 else "worse" if high < 0 else "undecided"
        if baselines and ends:
            against = min(baselines) if weakest else max(baselines)
            tests["interval"] = low <= np.mean(study["ours"]) - against <= high
    tests["verdict"] = study["verdict"] == says
    return [name for name, holds in tests.items() if not holds and name not in skip]


def with_changes(**changes):
    """Return an answer to 14.6 with some entries replaced, or left out where None."""

    def my_study(measured):
        study = answers.my_study(measured)
        for key, change in changes.items():
            if change is None:
                del study[key]
            else:
                study[key] = change(measured) if callable(change) else change
        return study

    return my_study


def in_steps(measured):
    pca, image = measured["PCA"], measured["mean image"]
    low, high = measured["AE - PCA" if pca >= image else "AE - mean image"]
    verdict = "undecided"
    if low > 0:
        verdict = "better"
    elif high < 0:
        verdict = "worse"
    return {
        "ours": np.array(measured["AE"]),
        "baselines": {"mean image": image, "PCA": pca},
        "control": list(measured["shuffled"]),
        "chance": 0.5,
        "chosen_on": "validation",
        "test_uses": 1,
        "interval": [low, high],
        "verdict": verdict,
    }


RIGHT = {
    "14.1": [
        ("running means", by_filter),
        ("np.cov", by_covariance),
        ("ours", lambda image, other, window: measures.ssim(image, other, window=window)),
    ],
    "14.2": [
        ("by sorting", by_sorting),
        ("tie up", tie_up),
        ("choice", lambda *g: answers.split_photographs(*g)),
    ],
    "14.3": [
        ("one by one", cleaning()),
        ("pixel by pixel", all_at_once),
        ("a layer for each patch", with_extracted),
    ],
    "14.4": [("scikit-learn", interval()), ("pairs", by_pairs)],
    "14.5": [
        ("table", reading),
        ("set", lambda study: set(reading(study))),
        ("in steps", lambda study: answers.faults(study)[::-1]),
    ],
    "14.6": [
        ("in steps", in_steps),
        (
            "own names",
            with_changes(baselines=lambda m: {"pca": m["PCA"], "average": m["mean image"]}),
        ),
        ("by name", lambda measured: answers.my_study(measured)),
    ],
}
WRONG = {
    "14.1": [
        ("by n", lambda *g: by_filter(*g, unbiased=False), "number of pixels less one"),
        ("no constants", lambda *g: by_filter(*g, first=0.0, second=0.0), "constants c and d"),
        (
            "swapped",
            lambda *g: by_filter(*g, first=SECOND, second=FIRST),
            "goes with the means, and d",
        ),
        ("once", lambda *g: by_filter(*g, twice=1), "twice the covariance"),
        ("side by side", lambda i, o, w: by_covariance(i, o, w, step=w), "side by side"),
        ("one window", one_window, "as large as the picture"),
        ("means", means_alone, "compares the means alone"),
        ("an array", lambda i, o, w: i, "should be one number"),
        ("above 0", lambda *g: max(by_filter(*g), 0.0), "can be below 0, where"),
        ("size", lambda *g: abs(by_filter(*g)), "take no absolute value"),
        ("not squared", lambda *g: by_filter(*g, first=0.01, second=0.03), "and d is 0.03 squared"),
    ],
    "14.2": [
        ("by patch", by_patch, "is on both sides"),
        ("share of patches", of_patches, "count photographs, not patches"),
        ("none", no_photograph, "where round gives 0, it is one"),
        ("other way", lambda *g: ~answers.split_photographs(*g), "the other way round"),
        ("order", in_their_order, "in another order"),
        ("same", always_the_same, "other seeds should give"),
        ("a stretch", in_one_stretch, "draw every one by itself"),
        ("by size", drawn_by_size, "more or fewer patches"),
        ("down", rounded_down, "not down"),
        ("one left", never_all, "none is left for training"),
        (
            "places",
            lambda *g: np.flatnonzero(answers.split_photographs(*g)),
            "should be True or False for each",
        ),
    ],
    "14.3": [
        ("sums", cleaning(count=False), "divide each pixel by how many"),
        ("no edge", cleaning(edge=False), "their count is 0"),
        ("overwritten", cleaning(last=True), "overwrites those before it"),
        ("columns first", cleaning(order="F"), "column by column"),
        ("clipped early", cleaning(early=True), "clip the mean, not each patch"),
        ("not clipped", cleaning(clip=False), "is not clipped"),
        ("as it came", lambda d, p, size, step: p, "the picture as it came"),
        ("twice", cleaning(again=True), "counts the last patch twice"),
        ("first", lambda d, p, size, step: all_at_once(d, p.clip(0, 1), size, step), "sees it"),
        ("a row", lambda d, p, size, step: d(p[:1, : size * size - 1]), "was not asked for rows"),
        ("side by side", lambda d, p, size, step: all_at_once(d, p, size, size), "step pixels on"),
        ("in place", lambda d, p, s, t: np.clip(p, 0.2, 0.3, out=p), "changes its input `picture`"),
    ],
    "14.4": [
        ("unpaired", interval(second=lambda draws, n: draws[n - 1]), "different resamples"),
        (
            "not resampled",
            interval(second=lambda draws, n: np.arange(draws.shape[1])),
            "second method is not resampled",
        ),
        ("sign", interval(pick=lambda one, two: two - one), "scores less others"),
        ("first", interval(pick=lambda one, two: one), "first method's area"),
        ("second", interval(pick=lambda one, two: two), "second method's area"),
        ("90 %", interval(at=(5, 95)), "yours are 5 % and 95 %"),
        ("turned", interval(at=(97.5, 2.5)), "wrong way round"),
        ("normal", deviations, "take the percentiles"),
        ("zeros", interval(none=0.0), "no difference of 0"),
        ("nan", interval(none=np.nan), "all images are of one kind"),
        ("one", lambda *g: interval()(*g)[0], "2 results"),
        ("shares", interval(at=(0.025, 0.975)), "not shares"),
        ("size", interval(pick=lambda one, two: abs(one - two)), "no absolute values"),
        (
            "until the first",
            lambda scores, others, is_odd, draws: interval()(
                scores, others, is_odd, draws[: first_of_one_kind(is_odd, draws)]
            ),
            "stops at the first one",
        ),
        (
            "each once",
            lambda scores, others, is_odd, draws: interval()(
                scores, others, is_odd, [np.unique(rows) for rows in draws]
            ),
            "drawn several times counts several times",
        ),
    ],
    "14.5": [
        ("seeds", lambda s: reading(s, skip=("seeds",)), '"seeds" is a fault here'),
        ("control", lambda s: reading(s, skip=("control",)), '"control" is a fault here'),
        ("test", lambda s: reading(s, skip=("test",)), '"test" is a fault here'),
        ("weakest", lambda s: reading(s, weakest=True), '"interval" is no fault here'),
        ("any interval", lambda s: reading(s, ends=False), "difference from the weaker baseline"),
        ("no verdict", lambda s: reading(s, skip=("verdict",)), '"verdict" is a fault here'),
        ("needs one", lambda s: reading(s, missing="none"), '"verdict" is no fault here'),
        ("other names", lambda s: ["no " + one for one in reading(s)], "yours has 'no "),
        ("twice", lambda s: reading(s) * 2, "one of them twice"),
        (
            "crashes",
            lambda s: (
                reading(s, skip=("control",))
                + ["control"] * (not s["control"][0] <= s["chance"] <= s["control"][1])
            ),
            '"control" is None: ask for that first',
        ),
        (
            "half",
            lambda s: reading(s | {"chance": 0.5}),
            "a chance of 0.1, and a control around it",
        ),
        (
            "best seed",
            lambda s: reading(s | {"ours": [max(s["ours"])] * len(s["ours"])}),
            "and no single one of them",
        ),
        (
            "ends at 0",
            lambda s: reading(
                s
                | {
                    "interval": s["interval"]
                    and tuple(1e-9 * (end == 0) + end for end in s["interval"])
                }
            ),
            "that ends at 0",
        ),
        (
            "training",
            lambda s: reading(s | {"chosen_on": s["chosen_on"].replace("training", "validation")}),
            "chosen on the training part",
        ),
        ("a number", lambda s: len(reading(s)), "return a list of names"),
    ],
    "14.6": [
        ("no control", with_changes(control=None), '"control" is missing'),
        ("text", lambda measured: "better", "return a dict"),
        ("twice", with_changes(test_uses=2), "the test was used once"),
        ("one baseline", with_changes(baselines=lambda m: {"PCA": m["PCA"]}), "a dict of both"),
        ("weaker", with_changes(interval=lambda m: m["AE - PCA"]), "against the weaker baseline"),
        ("better", with_changes(verdict="better"), 'your verdict is "better"'),
        ("mean", with_changes(ours=lambda m: float(np.mean(m["AE"]))), "one area per seed"),
        (
            "shuffled widened",
            with_changes(control=lambda m: (min(m["shuffled"][0], 0.5), m["shuffled"][1])),
            "also where chance is not within it",
        ),
        (
            "middle of the control",
            with_changes(chance=lambda m: float(np.mean(m["shuffled"]))),
            "whatever the control gave",
        ),
        (
            "swapped names",
            with_changes(baselines=lambda m: {"PCA": m["mean image"], "mean image": m["PCA"]}),
            "each with its name",
        ),
        ("on test", with_changes(chosen_on="test"), 'yours is "test"'),
        ("made up", with_changes(interval=(0.01, 0.03)), "whichever way it points"),
    ],
}

(
    test_every_exercise_has_two_right_and_three_wrong_answers,
    test_right_answers_earn_the_points,
    test_wrong_answers_hear_what_is_wrong,
) = closing_tests("14", RIGHT, WRONG)


def test_the_check_s_similarity_is_scikit_image_s():
    from skimage.metrics import structural_similarity

    from helpers.checks.lessons.lesson14 import _ssim

    rng = np.random.default_rng(3)
    image, other = rng.random((9, 12)), rng.random((9, 12))
    for window in (3, 5, 9):
        right = structural_similarity(image, other, win_size=window, data_range=1)
        np.testing.assert_allclose(_ssim(image, other, window), right, atol=1e-12)


def test_points_and_ideas():
    points = {number: get(f"14.{number}").points for number in range(1, 7)}
    assert points == {1: 2, 2: 2, 3: 3, 4: 2, 5: 2, 6: 1}
