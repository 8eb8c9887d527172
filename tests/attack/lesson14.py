"""Right and wrong answers to the exercises of lesson 14."""

import functools
import hashlib
import itertools
import math
import random
import statistics

import keras
import numpy as np
import scipy.ndimage
import scipy.stats
import skimage.metrics
import sklearn.metrics
import sklearn.model_selection
import tensorflow as tf
from keras import ops
from numpy.lib.stride_tricks import sliding_window_view
from turns import by_shape, exits, noisily, none, raises, remember, then, writes

from helpers import measures
from helpers.methods import patches

# 14.1

C, D = 0.01**2, 0.03**2


def windows_of(picture, window):
    return sliding_window_view(np.asarray(picture, float), (window, window)).reshape(-1, window**2)


def windows_without(rows, columns):
    """Return a cutter that leaves some of the last rows and columns out."""

    def cut(picture, window):
        return windows_of(picture[: len(picture) - rows, : picture.shape[1] - columns], window)

    return cut


def windows_at_every(step_of):
    def cut(picture, window):
        step = step_of(window)
        found = sliding_window_view(np.asarray(picture, float), (window, window))[::step, ::step]
        return found.reshape(-1, window**2)

    return cut


def windows_beyond(mode):
    """Return a cutter with a window around every pixel, beyond the edges as well."""

    def cut(picture, window):
        return windows_of(np.pad(picture, (window // 2, (window - 1) // 2), mode=mode), window)

    return cut


def means_alike(mean, other, spread=0, c=C):
    return (2 * mean * other + c) / (mean**2 + other**2 + c)


def deviations_alike(both, one, other, d=D):
    return (2 * both + d) / (one + other + d)


def variance_of(rows):
    return rows.var(axis=1, ddof=1)


def covariance_of(rows, others):
    gaps = rows - rows.mean(axis=1, keepdims=True)
    return (gaps * (others - others.mean(axis=1, keepdims=True))).sum(axis=1) / (len(rows[0]) - 1)


def ssim(
    cut=windows_of,
    mean=lambda rows: rows.mean(axis=1),
    variance=variance_of,
    covariance=covariance_of,
    first=means_alike,
    second=deviations_alike,
    gather=lambda a, b: np.mean(a * b),
):
    def similarity(image, other, window):
        one, two = cut(image, window), cut(other, window)
        a = first(mean(one), mean(two))
        return gather(a, second(covariance(one, two), variance(one), variance(two)))

    return similarity


similarity = ssim()


def ssim_by_loops(image, other, window):
    total, count = 0.0, 0
    for top in range(len(image) - window + 1):
        for left in range(len(image[0]) - window + 1):
            place = slice(top, top + window), slice(left, left + window)
            a, b = (np.asarray(one[place], float).ravel() for one in (image, other))
            (aa, ab), (_, bb) = np.cov(a, b)
            total += means_alike(a.mean(), b.mean()) * deviations_alike(ab, aa, bb)
            count += 1
    return float(total / count)


def ssim_by_short_range(image, other, window):
    found = [
        ssim_by_loops(*(one[r : r + window, c : c + window] for one in (image, other)), window)
        for r in range(len(image) - window)
        for c in range(image.shape[1] - window)
    ]
    return np.mean(found)


def ssim_in_python(image, other, window):
    height, width, found = len(image), len(image[0]), []
    for top, left in itertools.product(range(height - window + 1), range(width - window + 1)):
        a = [float(v) for row in image[top : top + window] for v in row[left : left + window]]
        b = [float(v) for row in other[top : top + window] for v in row[left : left + window]]
        m, n = statistics.fmean(a), statistics.fmean(b)
        found.append(
            means_alike(m, n)
            * deviations_alike(statistics.covariance(a, b), *map(statistics.variance, (a, b)))
        )
    return statistics.fmean(found)


def ssim_by_filter(image, other, window):
    image, other = np.asarray(image, float), np.asarray(other, float)
    low, high = window // 2, (window - 1) // 2

    def mean(values):
        height, width = values.shape
        return scipy.ndimage.uniform_filter(values, window)[low : height - high, low : width - high]

    more = window**2 / (window**2 - 1)
    m, n = mean(image), mean(other)
    spreads = [mean(a * b) - s for a, b, s in (
        (image, other, m * n), (image, image, m * m), (other, other, n * n))]  # fmt: skip
    return np.mean(means_alike(m, n) * deviations_alike(*(more * one for one in spreads)))


def ssim_by_sums(image, other, window):
    """Sums over windows as differences of sums from the corner."""

    def sums(values):
        total = np.pad(np.cumsum(np.cumsum(values, 0), 1), ((1, 0), (1, 0)))
        w = window
        return total[w:, w:] - total[:-w, w:] - total[w:, :-w] + total[:-w, :-w]

    x, y, n = np.asarray(image, float), np.asarray(other, float), window**2
    sx, sy = sums(x), sums(y)
    spreads = [(sums(a) - s / n) / (n - 1) for a, s in (
        (x * y, sx * sy), (x * x, sx**2), (y * y, sy**2))]  # fmt: skip
    return (means_alike(sx / n, sy / n) * deviations_alike(*spreads)).mean()


def ssim_of_tensorflow(image, other, window):
    def cut(picture):
        picture = tf.cast(picture, "float32")[None, :, :, None]
        found = tf.image.extract_patches(
            picture, [1, window, window, 1], [1, 1, 1, 1], [1, 1, 1, 1], "VALID"
        )
        return tf.reshape(found, (-1, window * window))

    x, y = cut(image), cut(other)
    m, n = tf.reduce_mean(x, axis=1), tf.reduce_mean(y, axis=1)
    x, y = x - m[:, None], y - n[:, None]
    both, one, two = (
        tf.reduce_sum(a * b, axis=1) / (window * window - 1) for a, b in ((x, y), (x, x), (y, y))
    )
    return tf.reduce_mean(means_alike(m, n) * deviations_alike(both, one, two))


def ssim_of_keras(image, other, window):
    pictures = ops.cast(ops.stack([image, other]), "float32")[..., None]
    m, n = ops.average_pool(pictures, window, 1, "valid")[..., 0]
    more = window**2 / (window**2 - 1)

    def spread(a, b):
        product = (a - 0.5) * (b - 0.5)
        return ops.average_pool(product[None], window, 1, "valid")[0, ..., 0]

    x, y = pictures
    both = more * (spread(x, y) - (m - 0.5) * (n - 0.5))
    one = more * (spread(x, x) - ops.square(m - 0.5))
    two = more * (spread(y, y) - ops.square(n - 0.5))
    return ops.mean(means_alike(m, n) * deviations_alike(both, one, two))


def biased(rows, others=None):
    others = rows if others is None else others
    return covariance_of(rows, others) * (len(rows[0]) - 1) / len(rows[0])


def not_centred(rows, others=None):
    others = rows if others is None else others
    return (rows * others).sum(axis=1) / (len(rows[0]) - 1)


def divided_by(number):
    """Return variance and covariance of the sums of squares, divided by another number."""

    def part(rows, others=None):
        others = rows if others is None else others
        size = len(rows[0])
        return covariance_of(rows, others) * (size - 1) / number(size)

    return {"variance": part, "covariance": part}


def with_root(both, one, other):
    return deviations_alike(both, np.sqrt(one), np.sqrt(other))


def gaussian_windows(image, other, window):
    def mean(values):
        return scipy.ndimage.gaussian_filter(values, window / 5)

    image, other = np.asarray(image, float), np.asarray(other, float)
    m, n = mean(image), mean(other)
    spreads = (mean(a * b) - s for a, b, s in (
        (image, other, m * n), (image, image, m * m), (other, other, n * n)))  # fmt: skip
    return np.mean(means_alike(m, n) * deviations_alike(*spreads))


def some_windows(count):
    def cut(picture, window):
        found = windows_of(picture, window)
        return found[np.random.default_rng(0).permutation(len(found))[:count]]

    return cut


def square_windows(picture, window):
    return windows_of(picture[: min(picture.shape), : min(picture.shape)], window)


# 14.2


def count_of(share, photographs):
    return max(1, round(share * photographs))


def split(
    keys=np.unique,
    count=count_of,
    rng=np.random.default_rng,
    draw=lambda rng, keys, count: rng.permutation(keys)[:count],
    mark=np.isin,
):
    def split_photographs(photographs, share, seed):
        found = keys(photographs)
        return mark(photographs, draw(rng(seed), found, count(share, len(found))))

    return split_photographs


split_photographs = split()


def split_by_loops(photographs, share, seed):
    names = sorted({int(one) for one in photographs})
    random.Random(int(seed)).shuffle(names)
    chosen = names[: int(np.round(share * len(names))) or 1]
    return [int(one) in chosen for one in photographs]


def split_by_inverse(photographs, share, seed):
    names, where_each = np.unique(photographs, return_inverse=True)
    test = np.zeros(len(names), bool)
    count = count_of(share, len(names))
    test[np.random.default_rng(seed).choice(len(names), count, replace=False)] = True
    return test[where_each]


def split_by_hash(photographs, share, seed):
    def place(one):
        return hashlib.sha256(f"{seed} {int(one)}".encode()).digest()

    names = sorted(set(np.asarray(photographs).tolist()), key=place)
    chosen = set(names[: count_of(share, len(names))])
    return np.fromiter((int(one) in chosen for one in photographs), bool)


def split_by_ranks(photographs, share, seed):
    names = np.unique(photographs)
    places = np.random.default_rng(seed).random(len(names)).argsort().argsort()
    return (places < count_of(share, len(names)))[np.searchsorted(names, photographs)]


def split_of_sklearn(photographs, share, seed):
    names = len(set(photographs.tolist()))
    count, test = count_of(share, names), np.ones(len(photographs), bool)
    if count < names:
        splitter = sklearn.model_selection.GroupShuffleSplit(1, test_size=count, random_state=seed)
        test[next(splitter.split(photographs, groups=photographs))[0]] = False
    return test


def split_of_tensorflow(photographs, share, seed):
    names = tf.sort(tf.unique(photographs).y)
    order = tf.random.experimental.stateless_shuffle(names, seed=[seed, 1])
    chosen = order[: count_of(share, len(names))]
    return tf.reduce_any(photographs[:, None] == chosen[None], axis=1)


def split_of_keras(photographs, share, seed):
    names = np.unique(photographs)
    order = keras.random.shuffle(ops.arange(len(names)), seed=int(seed))
    chosen = names[ops.convert_to_numpy(order)[: count_of(share, len(names))]]
    return ops.any(ops.equal(photographs[:, None], chosen), axis=1)


def split_by_legacy_seed(photographs, share, seed):
    names = np.unique(photographs)
    chosen = np.random.RandomState(seed).permutation(names)[: count_of(share, len(names))]
    return np.array([one in chosen for one in photographs])


def until_share_of_patches(photographs, share, seed):
    test = np.zeros(len(photographs), bool)
    for one in np.random.default_rng(seed).permutation(np.unique(photographs)):
        if test.mean() >= share and test.any():
            break
        test |= photographs == one
    return test


def coin_for_each(photographs, share, seed):
    names = np.unique(photographs)
    return np.isin(photographs, names[np.random.default_rng(seed).random(len(names)) < share])


def by_patch(photographs, share, seed):
    return np.random.default_rng(seed).random(len(photographs)) < share


def patches_counted(photographs, share, seed):
    chosen = np.random.default_rng(seed).permutation(len(photographs))
    return np.isin(np.arange(len(photographs)), chosen[: count_of(share, len(photographs))])


def photographs_of_patches(photographs, share, seed):
    rng, count = np.random.default_rng(seed), count_of(share, len(np.unique(photographs)))
    return np.isin(photographs, rng.choice(photographs, count))


def part_of_each(photographs, share, seed):
    test, rng = np.zeros(len(photographs), bool), np.random.default_rng(seed)
    for one in np.unique(photographs):
        rows = np.flatnonzero(photographs == one)
        test[rng.permutation(rows)[: count_of(share, len(rows))]] = True
    return test


def by_appearance(photographs):
    return np.array(list(dict.fromkeys(photographs.tolist())))


def by_size(photographs):
    names, counts = np.unique(photographs, return_counts=True)
    return names[np.argsort(counts, kind="stable")]


def weighted(photographs, share, seed):
    names, counts = np.unique(photographs, return_counts=True)
    rng = np.random.default_rng(seed)
    count = count_of(share, len(names))
    return np.isin(photographs, rng.choice(names, count, replace=False, p=counts / counts.sum()))


def in_one_stretch(rng, keys, count):
    return np.roll(keys, rng.integers(len(keys)))[:count]


def every_other(rng, keys, count):
    return np.roll(keys[np.linspace(0, len(keys) - 1, count).astype(int)], 1)


# 14.3


def places(length, size, step):
    return sorted({*range(0, length - size + 1, step), length - size})


def places_without_last(length, size, step):
    return list(range(0, length - size + 1, step))


def places_doubled(length, size, step):
    return [*range(0, length - size + 1, step), length - size]


def places_spread(length, size, step):
    count = len(places(length, size, step))
    return np.linspace(0, length - size, count).round().astype(int).tolist()


def places_moved_back(length, size, step):
    """Begin as long as there are pixels, and move what does not fit back into the picture."""
    return sorted({min(one, length - size) for one in range(0, length, step)})


def places_to_the_last_pixel(length, size, step):
    return list(range(0, length - size, step)) or [0]


def rows_of(picture, tops, lefts, size):
    found = [picture[t : t + size, x : x + size].ravel() for t in tops for x in lefts]
    return np.array(found)


def clip_01(found):
    return np.clip(found, 0, 1)


def mean_of(answers, corners, shape, size, weights=None):
    sums, counts = np.zeros(shape), np.zeros(shape)
    weights = np.ones((size, size)) if weights is None else weights
    for (top, left), answer in zip(corners, answers, strict=True):
        sums[top : top + size, left : left + size] += weights * answer.reshape(size, size)
        counts[top : top + size, left : left + size] += weights
    return sums / np.maximum(counts, 1e-12)


def cleaning(
    begins=places,
    begins_across=None,
    before=lambda picture: picture,
    rows=lambda rows: rows,
    ask=lambda denoise, rows: np.asarray(denoise(rows)),
    answers=lambda answers, rows: answers,
    merge=mean_of,
    after=clip_01,
):
    def clean_picture(denoise, picture, size, step):
        tops = begins(picture.shape[0], size, step)
        lefts = (begins_across or begins)(picture.shape[1], size, step)
        cut = rows(rows_of(before(picture), tops, lefts, size))
        found = answers(ask(denoise, cut), cut)
        return after(merge(found, list(itertools.product(tops, lefts)), picture.shape, size))

    return clean_picture


clean_picture = cleaning()


def clean_by_pixel_lists(denoise, picture, size, step):
    height, width = picture.shape
    found = [[[] for _ in range(width)] for _ in range(height)]
    tops, lefts = places(height, size, step), places(width, size, step)
    answers = np.asarray(denoise(rows_of(picture, tops, lefts, size)))
    for (top, left), answer in zip(itertools.product(tops, lefts), answers, strict=True):
        for down, right in itertools.product(range(size), repeat=2):
            found[top + down][left + right].append(float(answer[down * size + right]))
    return [[min(max(statistics.fmean(one), 0.0), 1.0) for one in row] for row in found]


def clean_one_by_one(denoise, picture, size, step):
    sums, counts = np.zeros(picture.shape), np.zeros(picture.shape)
    for top in places(picture.shape[0], size, step):
        for left in places(picture.shape[1], size, step):
            place = slice(top, top + size), slice(left, left + size)
            sums[place] += np.asarray(denoise(picture[place].reshape(1, -1))).reshape(size, size)
            counts[place] += 1
    return clip_01(sums / counts)


def clean_by_index(denoise, picture, size, step):
    height, width = picture.shape
    pixels = np.arange(height * width).reshape(height, width)
    tops, lefts = places(height, size, step), places(width, size, step)
    index = sliding_window_view(pixels, (size, size))[np.ix_(tops, lefts)].reshape(-1, size**2)
    answers = np.asarray(denoise(picture.ravel()[index]), float)
    sums = np.bincount(index.ravel(), answers.ravel(), height * width)
    counts = np.bincount(index.ravel(), minlength=height * width)
    return clip_01(sums / counts).reshape(height, width)


def clean_of_tensorflow(denoise, picture, size, step):
    height, width = picture.shape
    tops, lefts = places(height, size, step), places(width, size, step)
    corners = list(itertools.product(tops, lefts))
    picture = tf.convert_to_tensor(picture)
    rows = tf.stack([tf.reshape(picture[t : t + size, x : x + size], [-1]) for t, x in corners])
    answers = tf.cast(denoise(rows.numpy()), "float64")
    index = [
        [(t + down) * width + x + right for down in range(size) for right in range(size)]
        for t, x in corners
    ]
    flat = tf.reshape(tf.constant(index), [-1])
    mean = tf.math.unsorted_segment_mean(tf.reshape(answers, [-1]), flat, height * width)
    return tf.clip_by_value(tf.reshape(mean, (height, width)), 0.0, 1.0)


def clean_of_keras(denoise, picture, size, step):
    tops, lefts = (places(length, size, step) for length in picture.shape)
    corners = list(itertools.product(tops, lefts))
    rows = ops.stack([ops.reshape(picture[t : t + size, x : x + size], -1) for t, x in corners])
    answers = ops.reshape(
        ops.convert_to_tensor(denoise(ops.convert_to_numpy(rows))), (-1, size, size)
    )
    sums, counts = ops.zeros(picture.shape), ops.zeros(picture.shape)
    for (t, x), answer in zip(corners, answers, strict=True):
        around = ((t, picture.shape[0] - size - t), (x, picture.shape[1] - size - x))
        sums = sums + ops.pad(ops.cast(answer, "float32"), around)
        counts = counts + ops.pad(ops.ones((size, size)), around)
    return ops.clip(sums / counts, 0, 1)


def clean_of_library(denoise, picture, size, step):
    found = np.asarray(denoise(patches.cut_patches(picture, size, step)))
    return np.clip(patches.merge_patches(found, picture.shape, step), 0, 1)


def clean_by_change(denoise, picture, size, step):
    """Add to the picture the mean of what the denoiser changes."""
    changes = cleaning(answers=lambda answers, rows: answers - rows, after=lambda x: x)
    return clip_01(picture + changes(denoise, picture, size, step))


def last_answer(answers, corners, shape, size):
    found = np.zeros(shape)
    for (top, left), answer in zip(corners, answers, strict=True):
        found[top : top + size, left : left + size] = answer.reshape(size, size)
    return found


def first_answer(answers, corners, shape, size):
    return last_answer(answers[::-1], corners[::-1], shape, size)


def median_of(answers, corners, shape, size):
    every = np.full((len(answers), *shape), np.nan)
    for one, (top, left), answer in zip(every, corners, answers, strict=True):
        one[top : top + size, left : left + size] = answer.reshape(size, size)
    return np.nanmedian(every, axis=0)


def sum_of(answers, corners, shape, size):
    return mean_of(answers, corners, shape, size) * counts_of(corners, shape, size)


def counts_of(corners, shape, size):
    counts = np.zeros(shape)
    for top, left in corners:
        counts[top : top + size, left : left + size] += 1
    return counts


def same_count(answers, corners, shape, size):
    return sum_of(answers, corners, shape, size) / counts_of(corners, shape, size).max()


def running_mean(answers, corners, shape, size):
    """Average what is there with the next answer, which gives the last ones more weight."""
    found, seen = np.zeros(shape), np.zeros(shape, bool)
    for (top, left), answer in zip(corners, answers, strict=True):
        place = slice(top, top + size), slice(left, left + size)
        answer = answer.reshape(size, size)
        found[place] = np.where(seen[place], (found[place] + answer) / 2, answer)
        seen[place] = True
    return found


def columns_first(answers, corners, shape, size):
    turned = answers.reshape(-1, size, size).transpose(0, 2, 1).reshape(len(answers), -1)
    return mean_of(turned, corners, shape, size)


def bell_weighted(answers, corners, shape, size):
    bell = scipy.signal.windows.gaussian(size, size / 4)
    return mean_of(answers, corners, shape, size, np.outer(bell, bell))


def read_by_columns(rows):
    size = math.isqrt(rows.shape[1])
    return rows.reshape(-1, size, size).transpose(0, 2, 1).reshape(len(rows), -1)


def padded(denoise, picture, size, step):
    """Add pixels at the right and below until the patches fit, and cut them off again."""
    more = [-(length - size) % step for length in picture.shape]
    wide = np.pad(picture, [(0, one) for one in more], mode="reflect")
    return clean_picture(denoise, wide, size, step)[: picture.shape[0], : picture.shape[1]]


def rest_left_noisy(denoise, picture, size, step):
    tops, lefts = (places_without_last(length, size, step) for length in picture.shape)
    corners = list(itertools.product(tops, lefts))
    found = np.asarray(denoise(rows_of(picture, tops, lefts, size)))
    merged = mean_of(found, corners, picture.shape, size)
    return clip_01(np.where(counts_of(corners, picture.shape, size) > 0, merged, picture))


def no_corner(denoise, picture, size, step):
    """The last row of patches and the last column, but not the one in the corner."""
    tops, lefts = (places(length, size, step) for length in picture.shape)
    corners = list(itertools.product(tops, lefts))[:-1]
    rows = np.array([picture[t : t + size, x : x + size].ravel() for t, x in corners])
    return clip_01(mean_of(np.asarray(denoise(rows)), corners, picture.shape, size))


def whole_at_once(denoise, picture, size, step):
    return clip_01(np.asarray(denoise(picture.reshape(1, -1)))).reshape(picture.shape)


def asks_with_pictures(denoise, picture, size, step):
    tops, lefts = (places(length, size, step) for length in picture.shape)
    rows = rows_of(picture, tops, lefts, size).reshape(-1, size, size)
    found = np.asarray(denoise(rows)).reshape(len(rows), -1)
    return clip_01(mean_of(found, list(itertools.product(tops, lefts)), picture.shape, size))


def asks_with_one_row(denoise, picture, size, step):
    def ask(denoise, rows):
        return np.array([denoise(row) for row in rows])

    return cleaning(ask=ask)(denoise, picture, size, step)


def clips_in_place(denoise, picture, size, step):
    np.clip(picture, 0, 1, out=picture)
    return clean_picture(denoise, picture, size, step)


# 14.4


def paired(
    area=measures.roc_auc,
    draws_of=lambda draws, is_odd: draws,
    truth=lambda is_odd, rows: is_odd[rows],
    difference=lambda a, b: a - b,
    one_kind=None,
    summary=lambda values: np.percentile(values, [2.5, 97.5]),
):
    def paired_interval(scores, others, is_odd, draws):
        found = []
        for rows in draws_of(draws, is_odd):
            kinds = truth(is_odd, rows)
            if kinds.all() or not kinds.any():
                found += [] if one_kind is None else [one_kind]
                continue
            found.append(difference(area(scores[rows], kinds), area(others[rows], kinds)))
        return tuple(map(float, summary(np.array(found))))

    return paired_interval


paired_interval = paired()


def interval_by_try(scores, others, is_odd, draws):
    found = []
    for rows in draws:
        try:
            one = measures.roc_auc(scores[rows], is_odd[rows])
            other = measures.roc_auc(others[rows], is_odd[rows])
        except ValueError:
            continue
        found.append(one - other)
    return np.quantile(found, [0.025, 0.975])


def interval_of_sklearn(scores, others, is_odd, draws):
    areas = [
        [sklearn.metrics.roc_auc_score(is_odd[rows], one[rows]) for one in (scores, others)]
        for rows in draws
        if len(np.unique(is_odd[rows])) == 2
    ]
    gaps = np.subtract(*np.transpose(areas))
    return np.percentile(gaps, 2.5), np.percentile(gaps, 97.5)


def interval_by_ranks(scores, others, is_odd, draws):
    truth = is_odd[draws]
    odd = truth.sum(axis=1)
    kept = (odd > 0) & (odd < truth.shape[1])
    truth, odd, draws = truth[kept], odd[kept], draws[kept]

    def areas(values):
        ranks = scipy.stats.rankdata(values[draws], axis=1)
        wins = np.sum(ranks * truth, axis=1) - odd * (odd + 1) / 2
        return wins / (odd * (truth.shape[1] - odd))

    return np.percentile(areas(scores) - areas(others), [2.5, 97.5]).tolist()


def interval_by_counts(scores, others, is_odd, draws):
    """Each pair of pictures counts as often as its two are drawn."""
    pairs = [np.sign(one[is_odd][:, None] - one[~is_odd]) / 2 for one in (scores, others)]
    gaps = []
    for rows in draws.tolist():
        times = np.bincount(rows, minlength=len(is_odd))
        odd, usual = times[is_odd], times[~is_odd]
        if odd.sum() * usual.sum():
            gaps.append(odd @ (pairs[0] - pairs[1]) @ usual / (odd.sum() * usual.sum()))
        else:
            gaps.append(np.nan)
    return np.nanpercentile(gaps, [2.5, 97.5])


def interval_of_tensorflow(scores, others, is_odd, draws):
    def area(values, odd):
        gaps = tf.boolean_mask(values, odd)[:, None] - tf.boolean_mask(values, ~odd)[None]
        return tf.reduce_mean(tf.sign(gaps)) / 2 + 0.5

    gaps = []
    for rows in draws:
        odd = tf.gather(is_odd, rows)
        if 0 < int(tf.reduce_sum(tf.cast(odd, tf.int32))) < len(rows):
            one, other = (
                area(tf.cast(tf.gather(x, rows), "float64"), odd) for x in (scores, others)
            )
            gaps.append(float(one - other))
    return tf.constant(np.percentile(gaps, (2.5, 97.5)))


def wins_only(scores, is_odd):
    return np.mean(scores[is_odd][:, None] > scores[~is_odd])


def mean_gap(scores, is_odd):
    return scores[is_odd].mean() - scores[~is_odd].mean()


def of_both_areas(scores, others, is_odd, draws):
    kept = [rows for rows in draws if 0 < is_odd[rows].sum() < len(rows)]
    ends = [
        np.percentile([measures.roc_auc(x[r], is_odd[r]) for r in kept], [2.5, 97.5])
        for x in (scores, others)
    ]
    return tuple(ends[0] - ends[1])


def widest_of_both_areas(scores, others, is_odd, draws):
    kept = [rows for rows in draws if 0 < is_odd[rows].sum() < len(rows)]
    a, b = (
        np.percentile([measures.roc_auc(x[r], is_odd[r]) for r in kept], [2.5, 97.5])
        for x in (scores, others)
    )
    return a[0] - b[1], a[1] - b[0]


def unpaired(scores, others, is_odd, draws):
    """Judge each method on resamples of its own."""
    kept = [rows for rows in draws if 0 < is_odd[rows].sum() < len(rows)]
    areas = [[measures.roc_auc(x[r], is_odd[r]) for r in kept] for x in (scores, others)]
    return tuple(np.percentile(np.subtract(areas[0], np.roll(areas[1], 1)), [2.5, 97.5]))


def observed(scores, others, is_odd):
    return measures.roc_auc(scores, is_odd) - measures.roc_auc(others, is_odd)


def turned_round(scores, others, is_odd, draws):
    low, high = paired_interval(scores, others, is_odd, draws)
    gap = observed(scores, others, is_odd)
    return 2 * gap - high, 2 * gap - low


def made_up(scores, others, is_odd, draws):
    gap = observed(scores, others, is_odd)
    return gap - 0.02, gap + 0.02


def of_a_normal(factor):
    return lambda x: (np.mean(x) - factor * np.std(x), np.mean(x) + factor * np.std(x))


def own_draws(draws, is_odd):
    return np.random.default_rng(0).integers(len(is_odd), size=np.shape(draws))


def within_kinds(draws, is_odd):
    """Draw odd and usual ones apart, so that each resample has as many of both."""
    rng, kinds = np.random.default_rng(0), [np.flatnonzero(is_odd), np.flatnonzero(~is_odd)]
    return [np.concatenate([rng.choice(kind, len(kind)) for kind in kinds]) for _ in draws]


# 14.5


def strongest(study):
    return max(study["baselines"].values())


def gap_of(study, mean=np.mean, rival=strongest):
    return mean(study["ours"]) - rival(study)


def interval_is_off(study, gap=gap_of, outside=lambda low, value, high: not low <= value <= high):
    if study["interval"] is None:
        return True
    low, high = study["interval"]
    return bool(study["baselines"]) and bool(outside(low, gap(study), high))


def word_of(interval):
    if interval is None:
        return "undecided"
    low, high = interval
    return "better" if low > 0 else "worse" if high < 0 else "undecided"


QUESTIONS = {
    "seeds": lambda study: len(study["ours"]) < 3,
    "baseline": lambda study: len(study["baselines"]) == 0,
    "control": lambda study: (
        study["control"] is None
        or not study["control"][0] <= study["chance"] <= study["control"][1]
    ),
    "test": lambda study: study["chosen_on"] != "validation" or study["test_uses"] != 1,
    "interval": interval_is_off,
    "verdict": lambda study: study["verdict"] != word_of(study["interval"]),
}


def reader(**other):
    questions = QUESTIONS | other

    def faults(study):
        return [name for name, asked in questions.items() if asked(study)]

    return faults


faults = reader()


def faults_by_ifs(study):
    found = []
    if len(study["ours"]) <= 2:
        found.append("seeds")
    if not study["baselines"]:
        found.append("baseline")
    control = study["control"]
    if control is None or study["chance"] < control[0] or study["chance"] > control[1]:
        found.append("control")
    if not (study["chosen_on"] == "validation" and study["test_uses"] == 1):
        found.append("test")
    interval = study["interval"]
    if interval is None:
        found.append("interval")
    elif study["baselines"]:
        best = sorted(study["baselines"].values())[-1]
        gap = sum(study["ours"]) / len(study["ours"]) - best
        if gap < interval[0] or gap > interval[1]:
            found.append("interval")
    if interval is None or interval[0] <= 0 <= interval[1]:
        says = "undecided"
    elif interval[0] > 0:
        says = "better"
    else:
        says = "worse"
    if study["verdict"] != says:
        found.append("verdict")
    return found


def faults_of_numpy(study):
    ours, interval = np.asarray(study["ours"], float), study["interval"]
    rivals = np.array([float(one) for one in study["baselines"].values()])
    low, high = (-np.inf, np.inf) if interval is None else map(float, interval)
    bottom, top = (np.inf, -np.inf) if study["control"] is None else study["control"]
    wrong = np.array([
        ours.size < 3,
        rivals.size == 0,
        not bottom <= study["chance"] <= top,
        (study["chosen_on"], study["test_uses"]) != ("validation", 1),
        interval is None
        or (rivals.size > 0 and abs(ours.mean() - rivals.max() - (low + high) / 2)
            > (high - low) / 2 + 1e-12),
        study["verdict"] != ("undecided", "better", "worse")[int(low > 0) - int(high < 0)],
    ])  # fmt: skip
    names = np.array(["seeds", "baseline", "control", "test", "interval", "verdict"])
    return names[wrong].tolist()


def faults_of_match(study):
    found = {name for name in ("seeds", "baseline", "test") if QUESTIONS[name](study)}
    match study["control"]:
        case None:
            found.add("control")
        case low, high if not low <= study["chance"] <= high:
            found.add("control")
    match study["interval"]:
        case None:
            found.add("interval")
            says = "undecided"
        case low, high:
            says = {(1, 1): "better", (-1, -1): "worse"}.get(
                tuple(np.sign([low, high]).astype(int).tolist()), "undecided"
            )
            gaps = [np.mean(study["ours"]) - one for one in study["baselines"].values()]
            if gaps and not low <= min(gaps) <= high:
                found.add("interval")
    return sorted(found | ({"verdict"} if says != study["verdict"] else set()))


def faults_yielded(study):
    def objections():
        yield from (name for name, asked in reversed(QUESTIONS.items()) if asked(study))

    return [*objections()]


def stops_at_first(study):
    return faults(study)[:1]


def pops(study):
    found = faults(study)
    study.pop("verdict")
    return found


def sorts_ours(study):
    found = faults(study)
    study["ours"][:] = sorted(study["ours"])
    return found


def once_for_each_reason(study):
    found = faults(study)
    if study["chosen_on"] != "validation" and study["test_uses"] != 1:
        found.append("test")
    return found


def all_or_nothing(study):
    return list(QUESTIONS) if faults(study) else []


def baselines_needed(study):
    """A study without baselines has no interval that could be right."""
    return interval_is_off(study) or not study["baselines"]


def control_differs(low_end, high_end):
    def asked(study):
        control = study["control"]
        return control is None or not (
            low_end(control[0], study["chance"]) and high_end(study["chance"], control[1])
        )

    return asked


def below(a, b):
    return a < b


def up_to(a, b):
    return a <= b


def verdict_by(word):
    return lambda study: study["verdict"] != word(study)


def word_of_gap(study):
    if study["interval"] is None or not study["baselines"]:
        return "undecided"
    return "better" if gap_of(study) > 0 else "worse" if gap_of(study) < 0 else "undecided"


def word_with_ends(study):
    if study["interval"] is None:
        return "undecided"
    low, high = study["interval"]
    return "better" if low >= 0 else "worse" if high <= 0 else "undecided"


# 14.6

NAMES = ("PCA", "mean image")


def rival_of(measured, best=max):
    return best(NAMES, key=lambda name: measured[name])


def between(measured, best=max):
    return measured[f"AE - {rival_of(measured, best)}"]


ENTRIES = {
    "ours": lambda measured: list(measured["AE"]),
    "baselines": lambda measured: {name: measured[name] for name in NAMES},
    "control": lambda measured: measured["shuffled"],
    "chance": lambda measured: 0.5,
    "chosen_on": lambda measured: "validation",
    "test_uses": lambda measured: 1,
    "interval": between,
    "verdict": lambda measured: word_of(between(measured)),
}


def record(**other):
    entries = ENTRIES | other

    def my_study(measured):
        return {name: entry(measured) for name, entry in entries.items()}

    return my_study


my_study = record()


def study_by_lines(measured):
    if measured["PCA"] >= measured["mean image"]:
        low, high = measured["AE - PCA"]
    else:
        low, high = measured["AE - mean image"]
    verdict = "undecided"
    if low > 0:
        verdict = "better"
    if high < 0:
        verdict = "worse"
    return dict(
        ours=measured["AE"],
        baselines=dict(PCA=measured["PCA"], mean=measured["mean image"]),
        control=measured["shuffled"],
        chance=0.5,
        chosen_on="validation",
        test_uses=1,
        interval=[low, high],
        verdict=verdict,
    )


def study_of_any_baselines(measured):
    """Take as a baseline whatever has an interval beside ours."""
    names = [name.removeprefix("AE - ") for name in measured if name.startswith("AE - ")]
    best = sorted(names, key=measured.get)[-1]
    interval = np.asarray(measured["AE - " + best])
    verdict = {2: "better", -2: "worse"}.get(int(np.sign(interval).sum()), "undecided")
    return {
        "verdict": verdict,
        "interval": tuple(interval.tolist()),
        "test_uses": 1,
        "chosen_on": "validation",
        "chance": 1 / 2,
        "control": tuple(measured["shuffled"]),
        "baselines": {name: float(measured[name]) for name in names},
        "ours": [float(one) for one in measured["AE"]],
    }


def study_of_numpy(measured):
    return my_study(measured) | {
        "ours": np.array(measured["AE"]),
        "control": np.array(measured["shuffled"]),
        "interval": np.array(between(measured)),
    }


def study_by_lowest_gap(measured):
    """The strongest baseline is the one that leaves the smallest difference."""
    interval = min((measured[f"AE - {name}"] for name in NAMES), key=sum)
    return my_study(measured) | {"interval": interval, "verdict": word_of(interval)}


def with_entry(name, value):
    return then(lambda study: study | {name: value}, my_study)


def without_entry(name):
    return then(lambda study: {key: study[key] for key in study if key != name}, my_study)


def shifted(entry, by):
    return record(**{entry: lambda measured: tuple(np.add(ENTRIES[entry](measured), by))})


def interval_and_word(choose):
    return record(interval=choose, verdict=lambda measured: word_of(choose(measured)))


def own_interval(measured):
    gaps = np.array(measured["AE"]) - measured[rival_of(measured)]
    return gaps.min(), gaps.max()


def interval_of_seeds(measured):
    gaps = np.array(measured["AE"]) - measured[rival_of(measured)]
    half = 1.96 * gaps.std(ddof=1) / np.sqrt(len(gaps))
    return gaps.mean() - half, gaps.mean() + half


def never_worse(measured):
    interval = between(measured)
    return None if word_of(interval) == "worse" else interval


def writes_measured(measured):
    measured["PCA"] = measured["mean image"] = 0.5
    return my_study(measured)


def sorts_measured(measured):
    measured["AE"].sort(reverse=True)
    return my_study(measured)


def weaker_when_it_helps(measured):
    """Compare with the baseline beside which the verdict is the kinder one."""
    intervals = [measured[f"AE - {name}"] for name in NAMES]
    return max(intervals, key=lambda one: one[0])


MEASURED = {
    "AE": [0.95, 0.94, 0.96],
    "PCA": 0.93,
    "mean image": 0.82,
    "shuffled": (0.42, 0.57),
    "AE - PCA": (0.01, 0.03),
    "AE - mean image": (0.09, 0.18),
}

RIGHT = {
    "14.1": {
        "all-windows": similarity,
        "by-loops": ssim_by_loops,
        "python": ssim_in_python,
        "by-filter": ssim_by_filter,
        "by-sums": ssim_by_sums,
        "tensorflow": ssim_of_tensorflow,
        "keras": ssim_of_keras,
        "skimage": lambda image, other, window: skimage.metrics.structural_similarity(
            image, other, win_size=window, data_range=1.0
        ),
        "library": lambda image, other, window: measures.ssim(image, other, window=window),
        "swapped": lambda image, other, window: similarity(other, image, window),
        "turned": lambda image, other, window: similarity(image.T[::-1], other.T[::-1], window),
    },
    "14.2": {
        "loops": split_by_loops,
        "inverse": split_by_inverse,
        "hash": split_by_hash,
        "ranks": split_by_ranks,
        "sklearn": split_of_sklearn,
        "tensorflow": split_of_tensorflow,
        "keras": split_of_keras,
        "legacy-seed": split_by_legacy_seed,
        "isin": split_photographs,
        "half-up": split(count=lambda share, n: max(1, math.floor(share * n + 0.5))),
        "last-ones": split(
            draw=lambda rng, keys, count: rng.permutation(keys)[len(keys) - count :]
        ),
    },
    "14.3": {
        "pixel-lists": clean_by_pixel_lists,
        "one-by-one": clean_one_by_one,
        "by-index": clean_by_index,
        "tensorflow": clean_of_tensorflow,
        "keras": clean_of_keras,
        "library": clean_of_library,
        "library-whole": lambda denoise, picture, size, step: patches.denoise_picture(
            lambda rows: np.asarray(denoise(rows)), picture, size, step
        ),
        "by-change": clean_by_change,
        "all-corners": clean_picture,
        "moved-back": cleaning(places_moved_back),
        "other-order": lambda denoise, picture, size, step: clean_picture(
            lambda rows: np.asarray(denoise(rows[::-1]))[::-1], picture, size, step
        ),
    },
    "14.4": {
        "paired": paired_interval,
        "try": interval_by_try,
        "sklearn": interval_of_sklearn,
        "ranks": interval_by_ranks,
        "counts": interval_by_counts,
        "tensorflow": interval_of_tensorflow,
    },
    "14.5": {
        "by-ifs": faults_by_ifs,
        "numpy": faults_of_numpy,
        "match": faults_of_match,
        "yielded": faults_yielded,
        "by-table": faults,
    },
    "14.6": {
        "by-table": my_study,
        "by-lines": study_by_lines,
        "any-baselines": study_of_any_baselines,
        "numpy": study_of_numpy,
        "lowest-gap": study_by_lowest_gap,
    },
}

WRONG = {
    "14.1": {
        "biased": ssim(variance=biased, covariance=biased),
        "biased-variances": ssim(variance=biased),
        "biased-covariance": ssim(covariance=biased),
        "by-side-less-one": ssim(**divided_by(lambda size: math.isqrt(size) - 1)),
        "by-side": ssim(**divided_by(math.isqrt)),
        "by-less-two": ssim(**divided_by(lambda size: size - 2)),
        "not-divided": ssim(**divided_by(lambda size: 1)),
        "deviations": ssim(second=with_root),
        "not-centred": ssim(variance=not_centred, covariance=not_centred),
        "correlation": ssim(second=lambda both, a, b: both / np.sqrt(np.maximum(a * b, 1e-12))),
        "three-factors": ssim(
            second=lambda both, a, b: (
                deviations_alike(np.sqrt(a * b), a, b)
                * (both + D / 2)
                / np.sqrt((a + D / 2) * (b + D / 2))
            )
        ),
        "constants-swapped": ssim(
            first=functools.partial(means_alike, c=D),
            second=functools.partial(deviations_alike, d=C),
        ),
        "constants-equal": ssim(second=functools.partial(deviations_alike, d=C)),
        "constants-not-squared": ssim(
            first=functools.partial(means_alike, c=0.01),
            second=functools.partial(deviations_alike, d=0.03),
        ),
        "c-not-squared": ssim(first=functools.partial(means_alike, c=0.01)),
        "d-not-squared": ssim(second=functools.partial(deviations_alike, d=0.03)),
        "no-constants": ssim(
            first=functools.partial(means_alike, c=0),
            second=functools.partial(deviations_alike, d=0),
        ),
        "tiny-constants": ssim(
            first=functools.partial(means_alike, c=1e-12),
            second=functools.partial(deviations_alike, d=1e-12),
        ),
        "constants-of-255": ssim(
            first=functools.partial(means_alike, c=(0.01 * 255) ** 2),
            second=functools.partial(deviations_alike, d=(0.03 * 255) ** 2),
        ),
        "constants-below-only": ssim(
            first=lambda m, n: 2 * m * n / (m**2 + n**2 + C),
            second=lambda both, a, b: 2 * both / (a + b + D),
        ),
        "no-twos": ssim(
            first=lambda m, n: (m * n + C) / (m**2 + n**2 + C),
            second=lambda both, a, b: (both + D) / (a + b + D),
        ),
        "means-not-squared": ssim(first=lambda m, n: (2 * m * n + C) / (m + n + C)),
        "means-only": ssim(gather=lambda a, b: np.mean(a)),
        "deviations-only": ssim(gather=lambda a, b: np.mean(b)),
        "factors-added": ssim(gather=lambda a, b: np.mean(a + b) / 2),
        "means-multiplied": ssim(gather=lambda a, b: np.mean(a) * np.mean(b)),
        "sum": ssim(gather=lambda a, b: np.sum(a * b)),
        "median": ssim(gather=lambda a, b: np.median(a * b)),
        "smallest": ssim(gather=lambda a, b: np.min(a * b)),
        "geometric-mean": ssim(
            gather=lambda a, b: np.exp(np.mean(np.log(np.maximum(a * b, 1e-9))))
        ),
        "each-at-least-0": ssim(gather=lambda a, b: np.mean(np.maximum(a * b, 0))),
        "size-of-each": ssim(gather=lambda a, b: np.mean(np.abs(a * b))),
        "at-least-0": then(lambda value: max(value, 0), similarity),
        "size": then(abs, similarity),
        "dissimilarity": then(lambda value: (1 - value) / 2, similarity),
        "percent": then(lambda value: 100 * value, similarity),
        "rounded": then(lambda value: round(float(value), 2), similarity),
        "map": ssim(gather=lambda a, b: a * b),
        "of-shape-1": then(lambda value: np.array([value]), similarity),
        "text": then(str, similarity),
        "noisy": then(noisily, similarity),
        "side-by-side": ssim(windows_at_every(lambda window: window)),
        "half-overlapping": ssim(windows_at_every(lambda window: max(window // 2, 1))),
        "every-other": ssim(windows_at_every(lambda window: 2)),
        "no-last": ssim(windows_without(1, 1)),
        "no-last-row": ssim(windows_without(1, 0)),
        "no-last-column": ssim(windows_without(0, 1)),
        "no-last-by-range": ssim_by_short_range,
        "square-part": ssim(square_windows),
        "ten-windows": ssim(some_windows(10)),
        "half-of-windows": ssim(
            lambda x, window: some_windows(len(windows_of(x, window)) // 2)(x, window)
        ),
        "padded-with-0": ssim(windows_beyond("constant")),
        "padded-with-edge": ssim(windows_beyond("edge")),
        "padded-with-mirror": ssim(windows_beyond("reflect")),
        "one-window": ssim(lambda picture, window: np.asarray(picture, float).reshape(1, -1)),
        "rows-for-windows": ssim(lambda picture, window: np.asarray(picture, float)),
        "gaussian": gaussian_windows,
        "window-7": lambda image, other, window: similarity(image, other, min(7, *image.shape)),
        "window-plus-1": lambda image, other, window: similarity(image, other, window + 1),
        "window-less-1": lambda image, other, window: similarity(image, other, max(window - 1, 2)),
        "library-default": lambda image, other, window: measures.ssim(image, other),
        "skimage-of-range-2": lambda image, other, window: skimage.metrics.structural_similarity(
            image, other, win_size=window | 1, data_range=2.0
        ),
        "psnr": lambda image, other, window: measures.psnr(image[None], other[None]),
        "whole-correlation": lambda image, other, window: np.corrcoef(image.ravel(), other.ravel())[
            0, 1
        ],
        "with-itself": lambda image, other, window: similarity(image, image, window),
        "in-255": lambda image, other, window: similarity(255 * image, 255 * other, window),
        "standardised": lambda image, other, window: similarity(
            image - image.mean() + 0.5, other - other.mean() + 0.5, window
        ),
        "clipped-other": lambda image, other, window: similarity(
            image, np.clip(other, image.min(), image.max()), window
        ),
        "half-precision": lambda image, other, window: similarity(
            np.round(image, 2), np.round(other, 2), window
        ),
        "writes-image": writes(0, similarity),
        "writes-other": writes(1, similarity),
        "first-for-ever": remember(similarity),
        "first-of-shape": remember(similarity, by_shape),
        "first-of-window": remember(similarity, lambda image, other, window: window),
        "always-1": lambda image, other, window: 1.0,
        "exits": exits(similarity),
        "raises": raises(similarity),
        "nothing": none(similarity),
    },
    "14.2": {
        "by-patch": by_patch,
        "share-of-patches-at-random": patches_counted,
        "part-of-each": part_of_each,
        "until-share-of-patches": until_share_of_patches,
        "coin-for-each": coin_for_each,
        "drawn-among-patches": photographs_of_patches,
        "weighted-by-patches": weighted,
        "other-way-round": then(np.logical_not, split_photographs),
        "one-minus-share": split(count=lambda share, n: count_of(1 - share, n)),
        "rounded-up": split(count=lambda share, n: max(1, math.ceil(share * n))),
        "rounded-down": split(count=lambda share, n: max(1, int(share * n))),
        "none-for-0": split(count=lambda share, n: round(share * n)),
        "always-one-more": split(count=lambda share, n: min(n, round(share * n) + 1)),
        "one-less": split(count=lambda share, n: max(1, round(share * n) - 1)),
        "one-left-for-training": split(count=lambda share, n: min(max(1, round(share * n)), n - 1)),
        "always-one": split(count=lambda share, n: 1),
        "always-a-quarter": split(count=lambda share, n: count_of(0.25, n)),
        "always-half": split(count=lambda share, n: count_of(0.5, n)),
        "at-least-two": split(count=lambda share, n: min(n, max(2, round(share * n)))),
        "share-of-largest-number": lambda photographs, share, seed: split(
            count=lambda share, n: count_of(share, abs(int(photographs.max())) + 1)
        )(photographs, share, seed),
        "with-replacement": split(draw=lambda rng, keys, count: rng.choice(keys, count)),
        "first-ones": split(draw=lambda rng, keys, count: keys[:count]),
        "last-ones": split(draw=lambda rng, keys, count: keys[-count:]),
        "stretch": split(draw=in_one_stretch),
        "every-other": split(draw=every_other),
        "from-0-on": split(keys=lambda photographs: np.arange(np.max(photographs) + 1)),
        "from-0-as-many": split(keys=lambda photographs: np.arange(len(np.unique(photographs)))),
        "places-for-numbers": split(
            draw=lambda rng, keys, count: rng.permutation(len(keys))[:count]
        ),
        "from-lowest-to-highest": split(
            keys=lambda photographs: np.arange(photographs.min(), photographs.max() + 1)
        ),
        "by-counts": split(keys=lambda photographs: np.flatnonzero(np.bincount(photographs))),
        "by-appearance": split(keys=by_appearance),
        "by-size": split(keys=by_size),
        "python-set": split(keys=lambda photographs: np.array(list(set(photographs.tolist())))),
        "numbers-in-rows": split(keys=lambda photographs: photographs),
        "small-numbers": split(
            keys=lambda photographs: np.unique(np.asarray(photographs, np.uint8))
        ),
        "no-seed": split(rng=lambda seed: np.random.default_rng()),
        "seed-0": split(rng=lambda seed: np.random.default_rng(0)),
        "seed-of-two": split(rng=lambda seed: np.random.default_rng(seed % 2)),
        "seed-and-rows": lambda photographs, share, seed: split(
            rng=lambda seed: np.random.default_rng([seed, len(photographs)])
        )(photographs, share, seed),
        "seed-and-sum": lambda photographs, share, seed: split(
            rng=lambda seed: np.random.default_rng([seed, abs(int(photographs.sum()))])
        )(photographs, share, seed),
        "seed-and-first": lambda photographs, share, seed: split(
            rng=lambda seed: np.random.default_rng([seed, abs(int(photographs[0]))])
        )(photographs, share, seed),
        "numbers-modulo": lambda photographs, share, seed: photographs % 4 == seed % 4,
        "hash-below-share": lambda photographs, share, seed: np.array(
            [random.Random(f"{seed} {one}").random() < share for one in photographs.tolist()]
        ),
        "places": then(np.flatnonzero, split_photographs),
        "numbers": lambda photographs, share, seed: np.unique(
            photographs[split_photographs(photographs, share, seed)]
        ),
        "of-photographs": lambda photographs, share, seed: split_photographs(
            np.unique(photographs), share, seed
        ),
        "whole-numbers": then(lambda test: test.astype(int), split_photographs),
        "column": then(lambda test: test[:, None], split_photographs),
        "both-parts": then(lambda test: (~test, test), split_photographs),
        "texts": then(lambda test: np.where(test, "test", "training"), split_photographs),
        "sorts-photographs": lambda photographs, share, seed: (
            photographs.sort() or split_photographs(photographs, share, seed)
        ),
        "writes-photographs": writes(0, split_photographs),
        "first-for-ever": remember(split_photographs),
        "first-of-shape": remember(split_photographs, by_shape),
        "exits": exits(split_photographs),
        "raises": raises(split_photographs),
        "nothing": none(split_photographs),
    },
    "14.3": {
        "no-last": rest_left_noisy,
        "no-last-and-0": cleaning(places_without_last),
        "no-last-below": cleaning(places_without_last, places),
        "no-last-at-the-right": cleaning(places, places_without_last),
        "no-last-corner": no_corner,
        "last-twice-where-it-fits": cleaning(places_doubled),
        "spread-evenly": cleaning(places_spread),
        "last-that-fits-left-out": cleaning(places_to_the_last_pixel),
        "padded": padded,
        "step-1": cleaning(lambda length, size, step: places(length, size, 1)),
        "step-2": cleaning(lambda length, size, step: places(length, size, min(2, size))),
        "step-of-size": cleaning(lambda length, size, step: places(length, size, size)),
        "step-across-only": cleaning(lambda length, size, step: places(length, size, 1), places),
        "step-down-only": cleaning(places, lambda length, size, step: places(length, size, 1)),
        "step-plus-1": cleaning(
            lambda length, size, step: places(length, size, min(step + 1, size))
        ),
        "from-second": cleaning(
            lambda length, size, step: [*range(1, length - size, step), length - size]
        ),
        "size-8": lambda denoise, picture, size, step: clean_picture(denoise, picture, 8, step),
        "square-pictures": lambda denoise, picture, size, step: clean_picture(
            denoise, picture[: min(picture.shape), : min(picture.shape)], size, step
        ),
        "sides-swapped": cleaning(
            lambda length, size, step: places(length, size, step),
            before=lambda picture: picture.T,
        ),
        "rows-read-by-columns": cleaning(rows=read_by_columns),
        "answers-read-by-columns": cleaning(merge=columns_first),
        "all-by-columns": cleaning(rows=read_by_columns, merge=columns_first),
        "turned-back-to-front": cleaning(rows=lambda rows: rows[:, ::-1]),
        "answers-in-other-order": cleaning(answers=lambda answers, rows: answers[::-1]),
        "patches-down-first": lambda denoise, picture, size, step: (
            clean_picture(denoise, picture.T, size, step).T
        ),
        "last-answer": cleaning(merge=last_answer),
        "first-answer": cleaning(merge=first_answer),
        "median": cleaning(merge=median_of),
        "sum": cleaning(merge=sum_of),
        "largest-count": cleaning(merge=same_count),
        "running-mean": cleaning(merge=running_mean),
        "bell-weighted": cleaning(merge=bell_weighted),
        "counts-plus-1": cleaning(
            merge=lambda answers, corners, shape, size: (
                sum_of(answers, corners, shape, size) / (counts_of(corners, shape, size) + 1)
            )
        ),
        "no-clip": cleaning(after=lambda found: found),
        "no-clip-above": cleaning(after=lambda found: np.maximum(found, 0)),
        "no-clip-below": cleaning(after=lambda found: np.minimum(found, 1)),
        "clip-to-minus-1": cleaning(after=lambda found: np.clip(found, -1, 1)),
        "scaled-for-clip": cleaning(
            after=lambda found: (found - found.min()) / (np.ptp(found) + 1e-12)
        ),
        "modulo-for-clip": cleaning(after=lambda found: found % 1),
        "answers-clipped": cleaning(answers=lambda answers, rows: clip_01(answers)),
        "picture-clipped": cleaning(before=clip_01),
        "rows-clipped": cleaning(rows=clip_01),
        "rows-centred": cleaning(
            rows=lambda rows: rows - rows.mean(axis=1, keepdims=True),
            answers=lambda answers, rows: answers + rows.mean(axis=1, keepdims=True),
        ),
        "change-for-answer": cleaning(answers=lambda answers, rows: rows - answers),
        "half-way": cleaning(answers=lambda answers, rows: (answers + rows) / 2),
        "cleaned-twice": cleaning(
            ask=lambda denoise, rows: np.asarray(denoise(np.asarray(denoise(rows))))
        ),
        "picture-cleaned-twice": lambda denoise, picture, size, step: clean_picture(
            denoise, clean_picture(denoise, picture, size, step), size, step
        ),
        "never-asked": lambda denoise, picture, size, step: clip_01(picture),
        "median-filter": lambda denoise, picture, size, step: clip_01(
            scipy.ndimage.median_filter(picture, 3)
        ),
        "whole-at-once": whole_at_once,
        "asks-with-pictures": asks_with_pictures,
        "asks-with-one-row": asks_with_one_row,
        "flat": then(np.ravel, clean_picture),
        "transposed": then(np.transpose, clean_picture),
        "rounded": then(lambda found: np.round(found, 2), clean_picture),
        "bytes": then(lambda found: (255 * found).astype("uint8"), clean_picture),
        "noisy": then(noisily, clean_picture),
        "with-counts": then(lambda found: (found, found), clean_picture),
        "clips-picture": clips_in_place,
        "writes-picture": writes(1, clean_picture),
        "first-for-ever": remember(clean_picture),
        "first-of-shape": remember(clean_picture, lambda denoise, *rest: by_shape(*rest)),
        "exits": exits(clean_picture),
        "raises": raises(clean_picture),
        "nothing": none(clean_picture),
    },
    "14.4": {
        "others-less-scores": paired(difference=lambda a, b: b - a),
        "size-of-difference": paired(difference=lambda a, b: abs(a - b)),
        "ratio": paired(difference=lambda a, b: a / max(b, 1e-9) - 1),
        "scores-alone": paired(difference=lambda a, b: a),
        "others-alone": paired(difference=lambda a, b: b),
        "high-first": then(lambda ends: ends[::-1], paired_interval),
        "90": paired(summary=lambda x: np.percentile(x, [5, 95])),
        "one-sided": paired(summary=lambda x: (np.percentile(x, 5), x.max())),
        "99": paired(summary=lambda x: np.percentile(x, [0.5, 99.5])),
        "2-to-98": paired(summary=lambda x: np.percentile(x, [2, 98])),
        "shares-for-percent": paired(summary=lambda x: np.percentile(x, [0.025, 0.975])),
        "quartiles": paired(summary=lambda x: np.percentile(x, [25, 75])),
        "extremes": paired(summary=lambda x: (x.min(), x.max())),
        "normal": paired(summary=of_a_normal(1.96)),
        "two-deviations": paired(summary=of_a_normal(2)),
        "one-deviation": paired(summary=of_a_normal(1)),
        "of-the-mean": paired(summary=lambda x: of_a_normal(1.96 / np.sqrt(len(x)))(x)),
        "by-rank": paired(
            summary=lambda x: np.sort(x)[
                [int(0.025 * len(x)), min(int(0.975 * len(x)), len(x) - 1)]
            ]
        ),
        "nearest": paired(summary=lambda x: np.percentile(x, [2.5, 97.5], method="nearest")),
        "turned-round": turned_round,
        "of-both-areas": of_both_areas,
        "widest-of-both-areas": widest_of_both_areas,
        "observed-alone": lambda scores, others, is_odd, draws: (
            (observed(scores, others, is_odd),) * 2
        ),
        "made-up": made_up,
        "around-0": paired(summary=lambda x: np.percentile(x - x.mean(), [2.5, 97.5])),
        "always-minus-1-to-1": lambda *_: (-1.0, 1.0),
        "above-0": lambda *_: (0.01, 0.05),
        "own-draws": paired(draws_of=own_draws),
        "within-kinds": paired(draws_of=within_kinds),
        "one-draw": paired(draws_of=lambda draws, _: draws[:1]),
        "no-first-draw": paired(draws_of=lambda draws, _: draws[1:]),
        "no-last-draw": paired(draws_of=lambda draws, _: draws[:-1]),
        "half-of-draws": paired(draws_of=lambda draws, _: draws[: len(draws) // 2]),
        "draws-by-columns": paired(draws_of=lambda draws, _: np.transpose(draws)),
        "each-picture-once": paired(draws_of=lambda draws, _: [np.unique(rows) for rows in draws]),
        "equal-draws-once": paired(draws_of=lambda draws, _: np.unique(draws, axis=0)),
        "not-paired": unpaired,
        "truth-not-drawn": paired(truth=lambda is_odd, rows: is_odd),
        "one-kind-as-0": paired(one_kind=0.0),
        "one-kind-as-half": paired(one_kind=0.5),
        "one-kind-as-nan": paired(one_kind=np.nan),
        "one-kind-raises": lambda scores, others, is_odd, draws: np.percentile(
            [observed(scores[rows], others[rows], is_odd[rows]) for rows in draws], [2.5, 97.5]
        ),
        "ends-at-one-kind": lambda scores, others, is_odd, draws: paired_interval(
            scores,
            others,
            is_odd,
            list(itertools.takewhile(lambda rows: 0 < is_odd[rows].sum() < len(rows), draws))
            or draws,
        ),
        "wins-only": paired(area=wins_only),
        "ties-win": paired(area=lambda x, odd: np.mean(x[odd][:, None] >= x[~odd])),
        "means-for-areas": paired(area=mean_gap),
        "usual-ones-odd": paired(truth=lambda is_odd, rows: ~is_odd[rows]),
        "either-direction": paired(
            area=lambda x, odd: max(measures.roc_auc(x, odd), 1 - measures.roc_auc(x, odd))
        ),
        "of-summed-scores": lambda scores, others, is_odd, draws: paired(
            difference=lambda a, b: a - 0.5
        )(scores - others, others, is_odd, draws),
        "standardised": lambda scores, others, is_odd, draws: paired_interval(
            np.round(scores, 1), np.round(others, 1), is_odd, draws
        ),
        "differences": paired(summary=lambda x: x),
        "with-mean": paired(summary=lambda x: (*np.percentile(x, [2.5, 97.5]), x.mean())),
        "width": then(lambda ends: ends[1] - ends[0], paired_interval),
        "middle-and-half-width": then(
            lambda ends: ((ends[0] + ends[1]) / 2, (ends[1] - ends[0]) / 2), paired_interval
        ),
        "rounded": then(lambda ends: np.round(ends, 2), paired_interval),
        "noisy": then(noisily, paired_interval),
        "sorts-scores": writes(0, paired_interval),
        "writes-others": writes(1, paired_interval),
        "writes-draws": writes(3, paired_interval),
        "first-for-ever": remember(paired_interval),
        "first-of-shape": remember(paired_interval, by_shape),
        "exits": exits(paired_interval),
        "raises": raises(paired_interval),
        "nothing": none(paired_interval),
    },
    "14.5": {
        "three-are-too-few": reader(seeds=lambda study: len(study["ours"]) <= 3),
        "two-are-enough": reader(seeds=lambda study: len(study["ours"]) < 2),
        "seeds-never": reader(seeds=lambda study: False),
        "three-different": reader(seeds=lambda study: len(set(study["ours"])) < 3),
        "exactly-three": reader(seeds=lambda study: len(study["ours"]) != 3),
        "baseline-none": reader(baseline=lambda study: study["baselines"] is None),
        "two-baselines": reader(baseline=lambda study: len(study["baselines"]) < 2),
        "baseline-beaten": reader(
            baseline=lambda study: not study["baselines"] or gap_of(study) < 0
        ),
        "baseline-0": reader(baseline=lambda study: not any(study["baselines"].values())),
        "no-control-allowed": reader(
            control=lambda study: study["control"] is not None and QUESTIONS["control"](study)
        ),
        "control-there": reader(control=lambda study: study["control"] is None),
        "control-crashes": reader(
            control=lambda study: not study["control"][0] <= study["chance"] <= study["control"][1]
        ),
        "control-half": reader(
            control=lambda study: (
                study["control"] is None or not study["control"][0] <= 0.5 <= study["control"][1]
            )
        ),
        "control-turned": reader(
            control=lambda study: study["control"] is None or not QUESTIONS["control"](study)
        ),
        "control-without-ends": reader(control=control_differs(below, below)),
        "control-without-low-end": reader(control=control_differs(below, up_to)),
        "control-without-high-end": reader(control=control_differs(up_to, below)),
        "control-low-only": reader(control=control_differs(up_to, lambda a, b: True)),
        "control-high-only": reader(control=control_differs(lambda a, b: True, up_to)),
        "control-near-chance": reader(
            control=lambda study: (
                study["control"] is None or abs(np.mean(study["control"]) - study["chance"]) > 0.1
            )
        ),
        "control-below-ours": reader(
            control=lambda study: (
                study["control"] is None or study["control"][1] >= min(study["ours"], default=0)
            )
        ),
        "control-false-if-0": reader(
            control=lambda study: (
                study["control"] is None or not any(study["control"]) or QUESTIONS["control"](study)
            )
        ),
        "test-uses-only": reader(test=lambda study: study["test_uses"] != 1),
        "chosen-on-only": reader(test=lambda study: study["chosen_on"] != "validation"),
        "test-both-needed": reader(
            test=lambda study: study["chosen_on"] != "validation" and study["test_uses"] != 1
        ),
        "test-never-used-allowed": reader(
            test=lambda study: study["chosen_on"] != "validation" or study["test_uses"] > 1
        ),
        "test-used-often-allowed": reader(
            test=lambda study: study["chosen_on"] != "validation" or study["test_uses"] < 1
        ),
        "chosen-on-test": reader(
            test=lambda study: study["chosen_on"] == "test" or study["test_uses"] != 1
        ),
        "chosen-on-training-allowed": reader(
            test=lambda study: (
                study["chosen_on"] not in ("validation", "training") or study["test_uses"] != 1
            )
        ),
        "validation-in-text": reader(
            test=lambda study: "validation" not in study["chosen_on"] or study["test_uses"] != 1
        ),
        "test-in-text": reader(
            test=lambda study: "test" in study["chosen_on"] or study["test_uses"] != 1
        ),
        "interval-there": reader(interval=lambda study: study["interval"] is None),
        "interval-none-allowed": reader(
            interval=lambda study: study["interval"] is not None and interval_is_off(study)
        ),
        "interval-first-baseline": reader(
            interval=lambda study: interval_is_off(
                study, lambda s: gap_of(s, rival=lambda s: next(iter(s["baselines"].values())))
            )
        ),
        "interval-last-baseline": reader(
            interval=lambda study: interval_is_off(
                study, lambda s: gap_of(s, rival=lambda s: list(s["baselines"].values())[-1])
            )
        ),
        "interval-weakest-baseline": reader(
            interval=lambda study: interval_is_off(
                study, lambda s: gap_of(s, rival=lambda s: min(s["baselines"].values()))
            )
        ),
        "interval-mean-baseline": reader(
            interval=lambda study: interval_is_off(
                study, lambda s: gap_of(s, rival=lambda s: np.mean([*s["baselines"].values()]))
            )
        ),
        "interval-best-of-0": reader(
            interval=lambda study: interval_is_off(
                study, lambda s: gap_of(s, rival=lambda s: max(0, *s["baselines"].values()))
            )
        ),
        "interval-by-name": reader(
            interval=lambda study: interval_is_off(
                study, lambda s: gap_of(s, rival=lambda s: s["baselines"][max(s["baselines"])])
            )
        ),
        "interval-of-any-baseline": reader(
            interval=lambda study: (
                all(
                    interval_is_off(study, lambda s, one=one: np.mean(s["ours"]) - one)
                    for one in study["baselines"].values()
                )
                if study["baselines"]
                else study["interval"] is None
            )
        ),
        "interval-of-every-seed": reader(
            interval=lambda study: (
                study["interval"] is None
                or any(
                    interval_is_off(study, lambda s, one=one: one - strongest(s))
                    for one in study["ours"]
                )
            )
        ),
        "interval-of-best-seed": reader(
            interval=lambda study: interval_is_off(study, lambda s: gap_of(s, np.max))
        ),
        "interval-of-median-seed": reader(
            interval=lambda study: interval_is_off(study, lambda s: gap_of(s, np.median))
        ),
        "interval-of-first-seed": reader(
            interval=lambda study: interval_is_off(study, lambda s: gap_of(s, lambda x: x[0]))
        ),
        "interval-other-sign": reader(
            interval=lambda study: interval_is_off(study, lambda s: -gap_of(s))
        ),
        "interval-size": reader(
            interval=lambda study: interval_is_off(study, lambda s: abs(gap_of(s)))
        ),
        "interval-of-ours": reader(
            interval=lambda study: interval_is_off(study, lambda s: np.mean(s["ours"]))
        ),
        "interval-of-0": reader(interval=lambda study: interval_is_off(study, lambda s: 0)),
        "interval-of-middle": reader(
            interval=lambda study: interval_is_off(
                study, outside=lambda low, x, high: abs(x - (low + high) / 2) > 0.005
            )
        ),
        "interval-low-only": reader(
            interval=lambda study: interval_is_off(study, outside=lambda low, x, high: x < low)
        ),
        "interval-high-only": reader(
            interval=lambda study: interval_is_off(study, outside=lambda low, x, high: x > high)
        ),
        "interval-needs-baseline": reader(interval=baselines_needed),
        "interval-if-verdict": reader(
            interval=lambda study: study["verdict"] != "undecided" and interval_is_off(study)
        ),
        "verdict-of-gap": reader(verdict=verdict_by(word_of_gap)),
        "verdict-of-low-end": reader(
            verdict=verdict_by(
                lambda s: (s["interval"] and s["interval"][0] > 0 and "better") or "worse"
            )
        ),
        "verdict-with-ends": reader(verdict=verdict_by(word_with_ends)),
        "verdict-other-way": reader(
            verdict=verdict_by(
                lambda s: {"better": "worse", "worse": "better"}.get(
                    word_of(s["interval"]), "undecided"
                )
            )
        ),
        "verdict-of-known-words": reader(
            verdict=lambda study: study["verdict"] not in ("better", "worse", "undecided")
        ),
        "verdict-better-only": reader(
            verdict=lambda study: (
                (study["verdict"] == "better") != (word_of(study["interval"]) == "better")
            )
        ),
        "verdict-too-bold": reader(
            verdict=lambda study: study["verdict"] not in ("undecided", word_of(study["interval"]))
        ),
        "verdict-undecided-0": reader(
            verdict=lambda study: (
                word_of(study["interval"]) != "undecided"
                and study["verdict"] != word_of(study["interval"])
            )
        ),
        "verdict-without-interval": reader(
            verdict=lambda study: study["interval"] is not None and QUESTIONS["verdict"](study)
        ),
        "verdict-always-without-interval": reader(
            verdict=lambda study: study["interval"] is None or QUESTIONS["verdict"](study)
        ),
        "verdict-only-if-interval-holds": reader(
            verdict=lambda study: not interval_is_off(study) and QUESTIONS["verdict"](study)
        ),
        "stops-at-first": stops_at_first,
        "once-for-each-reason": once_for_each_reason,
        "all-or-nothing": all_or_nothing,
        "dictionary": lambda study: {name: asked(study) for name, asked in QUESTIONS.items()},
        "truths": lambda study: [asked(study) for asked in QUESTIONS.values()],
        "entries": then(
            lambda names: ["ours" if name == "seeds" else name for name in names], faults
        ),
        "capitals": then(lambda names: [name.upper() for name in names], faults),
        "text": then(", ".join, faults),
        "none-if-right": then(lambda names: names or None, faults),
        "words-if-right": then(lambda names: names or ["none"], faults),
        "names-that-are-fine": then(
            lambda names: [name for name in QUESTIONS if name not in names], faults
        ),
        "never": lambda study: [],
        "always": lambda study: list(QUESTIONS),
        "count": then(len, faults),
        "pops": pops,
        "sorts-ours": sorts_ours,
        "first-for-ever": remember(faults),
        "by-verdict": remember(faults, lambda study: study["verdict"]),
        "exits": exits(faults),
        "raises": raises(faults),
        "nothing": none(faults),
    },
    "14.6": {
        "no-baseline": with_entry("baselines", {}),
        "pca-only": record(baselines=lambda m: {"PCA": m["PCA"]}),
        "mean-image-only": record(baselines=lambda m: {"mean image": m["mean image"]}),
        "strongest-only": record(baselines=lambda m: {rival_of(m): m[rival_of(m)]}),
        "weakest-only": record(baselines=lambda m: {rival_of(m, min): m[rival_of(m, min)]}),
        "baselines-swapped": record(
            baselines=lambda m: {"PCA": m["mean image"], "mean image": m["PCA"]}
        ),
        "baselines-lowered": record(baselines=lambda m: {name: m[name] - 0.02 for name in NAMES}),
        "baselines-at-chance": with_entry("baselines", {"PCA": 0.5, "mean image": 0.5}),
        "baselines-as-list": record(baselines=lambda m: [m[name] for name in NAMES]),
        "baselines-as-names": with_entry("baselines", list(NAMES)),
        "baselines-with-control": record(
            baselines=lambda m: {name: m[name] for name in NAMES} | {"shuffled": m["shuffled"][1]}
        ),
        "baselines-with-ours": record(
            baselines=lambda m: {name: m[name] for name in NAMES} | {"AE": np.mean(m["AE"])}
        ),
        "baselines-with-intervals": record(
            baselines=lambda m: {name: m[f"AE - {name}"] for name in NAMES}
        ),
        "ours-best": record(ours=lambda m: [max(m["AE"])]),
        "ours-best-thrice": record(ours=lambda m: 3 * [max(m["AE"])]),
        "ours-best-for-each": record(ours=lambda m: len(m["AE"]) * [max(m["AE"])]),
        "ours-mean": record(ours=lambda m: [float(np.mean(m["AE"]))]),
        "ours-mean-thrice": record(ours=lambda m: len(m["AE"]) * [float(np.mean(m["AE"]))]),
        "ours-mean-alone": record(ours=lambda m: float(np.mean(m["AE"]))),
        "ours-first-three": record(ours=lambda m: m["AE"][:3]),
        "ours-without-worst": record(ours=lambda m: sorted(m["AE"])[1:]),
        "ours-worst-replaced": record(ours=lambda m: [*sorted(m["AE"])[1:], max(m["AE"])]),
        "ours-raised": record(ours=lambda m: [one + 0.01 for one in m["AE"]]),
        "ours-rounded": record(ours=lambda m: [round(one, 1) for one in m["AE"]]),
        "ours-of-pca": record(ours=lambda m: [m["PCA"]] * 3),
        "ours-made-up": with_entry("ours", [0.95, 0.95, 0.95]),
        "ours-of-this-run": record(ours=lambda m: MEASURED["AE"]),
        "this-run": lambda measured: my_study(MEASURED),
        "no-control": with_entry("control", None),
        "control-made-up": with_entry("control", (0.4, 0.6)),
        "control-around-half": record(control=lambda m: (0.5, 0.5)),
        "control-of-everything": with_entry("control", (0.0, 1.0)),
        "control-widened": record(
            control=lambda m: (min(m["shuffled"][0], 0.5), max(m["shuffled"][1], 0.5))
        ),
        "control-is-ours": record(control=lambda m: (min(m["AE"]), max(m["AE"]))),
        "control-is-baseline": record(control=lambda m: (m["mean image"], m["PCA"])),
        "control-is-difference": record(control=lambda m: m["AE - mean image"]),
        "control-middle": record(control=lambda m: float(np.mean(m["shuffled"]))),
        "control-turned": record(control=lambda m: tuple(m["shuffled"])[::-1]),
        "control-shifted": shifted("control", 0.01),
        "chance-0": with_entry("chance", 0),
        "chance-1": with_entry("chance", 1.0),
        "chance-percent": with_entry("chance", 50),
        "chance-tenth": with_entry("chance", 0.1),
        "chance-of-control": record(chance=lambda m: float(np.mean(m["shuffled"]))),
        "chance-of-control-end": record(chance=lambda m: m["shuffled"][0]),
        "chance-of-ours": record(chance=lambda m: np.mean(m["AE"])),
        "chance-of-mean-image": record(chance=lambda m: m["mean image"]),
        "chosen-on-test": with_entry("chosen_on", "test"),
        "chosen-on-training": with_entry("chosen_on", "training"),
        "chosen-on-both": with_entry("chosen_on", "validation and test"),
        "chosen-nowhere": with_entry("chosen_on", None),
        "chosen-size": with_entry("chosen_on", 16),
        "chosen-in-capitals": with_entry("chosen_on", "Validation"),
        "test-never": with_entry("test_uses", 0),
        "test-twice": with_entry("test_uses", 2),
        "test-thrice": record(test_uses=lambda m: len(m["AE"])),
        "test-as-text": with_entry("test_uses", "once"),
        "no-interval": interval_and_word(lambda m: None),
        "no-interval-and-better": with_entry("interval", None),
        "interval-of-pca": interval_and_word(lambda m: m["AE - PCA"]),
        "interval-of-mean-image": interval_and_word(lambda m: m["AE - mean image"]),
        "interval-of-weaker": interval_and_word(lambda m: between(m, min)),
        "interval-of-kinder": interval_and_word(weaker_when_it_helps),
        "interval-of-both": interval_and_word(
            lambda m: (m["AE - PCA"][0], m["AE - mean image"][1])
        ),
        "interval-mean-of-both": interval_and_word(
            lambda m: tuple(np.mean([m[f"AE - {name}"] for name in NAMES], axis=0))
        ),
        "interval-of-extremes": interval_and_word(own_interval),
        "interval-of-seeds": interval_and_word(interval_of_seeds),
        "interval-of-ours": interval_and_word(lambda m: (min(m["AE"]), max(m["AE"]))),
        "interval-of-control": interval_and_word(lambda m: m["shuffled"]),
        "interval-left-out-when-worse": interval_and_word(never_worse),
        "interval-made-up": interval_and_word(lambda m: (0.01, 0.03)),
        "interval-of-everything": interval_and_word(lambda m: (-1.0, 1.0)),
        "interval-above-0": interval_and_word(
            lambda m: (max(between(m)[0], 0.001), max(between(m)[1], 0.002))
        ),
        "interval-around-mean-of-ours": interval_and_word(
            lambda m: tuple(np.mean(m["AE"]) - m[rival_of(m)] + np.array([-0.01, 0.01]))
        ),
        "interval-shifted": shifted("interval", 0.002),
        "interval-turned": record(interval=lambda m: tuple(between(m))[::-1]),
        "interval-other-sign": interval_and_word(lambda m: (-between(m)[1], -between(m)[0])),
        "interval-middle": record(interval=lambda m: float(np.mean(between(m)))),
        "interval-rounded": record(interval=lambda m: tuple(np.round(between(m), 1))),
        "better": with_entry("verdict", "better"),
        "worse": with_entry("verdict", "worse"),
        "undecided": with_entry("verdict", "undecided"),
        "verdict-of-means": record(
            verdict=lambda m: "better" if np.mean(m["AE"]) > m[rival_of(m)] else "worse"
        ),
        "verdict-of-best": record(
            verdict=lambda m: "better" if max(m["AE"]) > m[rival_of(m)] else "undecided"
        ),
        "verdict-of-pca": record(verdict=lambda m: word_of(m["AE - PCA"])),
        "verdict-of-mean-image": record(verdict=lambda m: word_of(m["AE - mean image"])),
        "verdict-never-worse": record(
            verdict=lambda m: "better" if word_of(between(m)) == "better" else "undecided"
        ),
        "verdict-never-undecided": record(
            verdict=lambda m: "better" if sum(between(m)) > 0 else "worse"
        ),
        "verdict-other-way": record(
            verdict=lambda m: {"better": "worse", "worse": "better"}.get(
                word_of(between(m)), "undecided"
            )
        ),
        "verdict-in-words": record(verdict=lambda m: f"ours is {word_of(between(m))}"),
        "verdict-in-capitals": record(verdict=lambda m: word_of(between(m)).capitalize()),
        "verdict-truth": record(verdict=lambda m: word_of(between(m)) == "better"),
        "verdict-left-out": without_entry("verdict"),
        "chance-left-out": without_entry("chance"),
        "empty": lambda measured: {},
        "measured": lambda measured: dict(measured),
        "list": then(lambda study: list(study.values()), my_study),
        "text": then(str, my_study),
        "faults": then(faults, my_study),
        "writes-measured": writes_measured,
        "sorts-measured": sorts_measured,
        "first-for-ever": remember(my_study),
        "exits": exits(my_study),
        "raises": raises(my_study),
        "nothing": none(my_study),
    },
}
