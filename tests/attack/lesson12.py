"""Right and wrong answers to the exercises of lesson 12."""

import math
import random

import numpy as np
import scipy.special
import scipy.stats
import tensorflow as tf
from keras import ops
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import mean_squared_error
from turns import (
    by_shape,
    exits,
    first_of,
    given,
    noisily,
    none,
    raises,
    remember,
    second_of,
    swapped,
    then,
    where,
    writes,
)

from helpers import layers, measures, models


def cheats(answer, key=by_shape, places=(0,)):
    """Return what is wrong with any answer, whatever the exercise."""
    return {
        "first-for-ever": remember(answer),
        "first-of-shape": remember(answer, key),
        "exits": exits(answer),
        "raises": raises(answer),
        "nothing": none(answer),
    } | {f"writes-{place}": writes(place, answer) for place in places}


def of_pairs(answer):
    """Return what is wrong with any answer of two results."""
    return {
        "swapped": then(swapped, answer),
        "first-only": then(lambda pair: pair[0], answer),
        "second-only": then(lambda pair: pair[1], answer),
        "three-results": then(lambda pair: (*pair, 0.0), answer),
    }


def rounded(digits):
    return lambda values: np.round(np.asarray(values, float), digits)


# 12.1


def cutting(order=(0, 1, 3, 2, 4), rows=lambda size, side: size, back=lambda grid, n, p: grid):
    """Return patches by way of a grid of (image, row, pixel row, column, pixel)."""

    def cut_patches(images, size):
        side = math.isqrt(images.shape[1])
        step = rows(size, side)
        grid = images.reshape(len(images), side // step, step, side // step, step)
        grid = back(grid.transpose(order), len(images), size**2)
        return grid.reshape(len(images), -1, size**2)

    return cut_patches


cut_patches = cutting()


def cut_by_loops(images, size):
    side = math.isqrt(len(images[0]))
    return [
        [
            [image[(top + i) * side + left + j] for i in range(size) for j in range(size)]
            for top in range(0, side, size)
            for left in range(0, side, size)
        ]
        for image in images.tolist()
    ]


def cut_by_slices(images, size):
    side = int(np.sqrt(images.shape[1]))
    squares, patches = images.reshape(-1, side, side), []
    for top in range(side // size):
        for left in range(side // size):
            one = squares[:, top * size : (top + 1) * size, left * size : (left + 1) * size]
            patches.append(one.reshape(len(images), -1))
    return np.stack(patches, axis=1)


def cut_of_tensorflow(images, size):
    side = round(images.shape[1] ** 0.5)
    squares = tf.reshape(tf.cast(images, "float32"), (-1, side, side, 1))
    window = [1, size, size, 1]
    found = tf.image.extract_patches(squares, window, window, [1, 1, 1, 1], "VALID")
    return tf.reshape(found, (len(images), -1, size * size))


def cut_of_keras(images, size):
    side = round(images.shape[1] ** 0.5)
    grid = ops.reshape(images, (-1, side // size, size, side // size, size))
    return ops.reshape(ops.swapaxes(grid, 2, 3), (-1, (side // size) ** 2, size * size))


def cut_by_splits(images, size):
    side = round(images.shape[1] ** 0.5)
    squares = images.reshape(-1, side, side)
    parts = [
        part
        for band in np.split(squares, side // size, axis=1)
        for part in np.split(band, side // size, axis=2)
    ]
    return np.array(parts).swapaxes(0, 1).reshape(len(images), -1, size * size)


def cut_by_numbers(images, size):
    side = round(images.shape[1] ** 0.5)
    numbers = np.arange(side * side).reshape(side, side)
    windows = np.lib.stride_tricks.sliding_window_view(numbers, (size, size))[::size, ::size]
    return images[:, windows.reshape(-1, size * size)]


def cut_overlapping(images, size):
    side = math.isqrt(images.shape[1])
    squares = images.reshape(-1, side, side)
    windows = np.lib.stride_tricks.sliding_window_view(squares, (size, size), axis=(1, 2))
    return windows.reshape(len(images), -1, size * size)


def snakes(patches):
    side = math.isqrt(patches.shape[1])
    grid = patches.reshape(len(patches), side, side, -1).copy()
    grid[:, 1::2] = grid[:, 1::2, ::-1]
    return grid.reshape(patches.shape)


def cut_in_place(images, size):
    images -= images.mean()
    return cut_patches(images, size)


# 12.2


def placing(order, seen_of=lambda n, t, s: s, generator=np.random.default_rng):
    """Return an answer whose ``order`` is (rng, n, t, s) -> places of every image, (n, t)."""

    def random_places(count, num_patches, num_seen, seed):
        places = np.array(order(generator(seed), count, num_patches, num_seen))
        first = seen_of(count, num_patches, num_seen)
        return places[:, :first], places[:, first:]

    return random_places


def sorted_draws(rng, n, t, s):
    return np.argsort(rng.random((n, t)), axis=1)


random_places = placing(sorted_draws)


def each(one):
    """Return an order that is drawn for one image after the other, by (rng, t, s)."""
    return lambda rng, n, t, s: np.array([one(rng, t, s) for _ in range(n)])


def places_by_choice(count, num_patches, num_seen, seed):
    rng, seen, hidden = np.random.default_rng(seed), [], []
    for _ in range(count):
        chosen = sorted(rng.choice(num_patches, num_seen, replace=False).tolist())
        seen.append(chosen)
        hidden.append([place for place in range(num_patches) if place not in chosen])
    return seen, hidden


def places_by_masks(count, num_patches, num_seen, seed):
    marks = np.tile(np.arange(num_patches) < num_seen, (count, 1))
    marks = np.random.default_rng(seed).permuted(marks, axis=1)
    return (
        np.nonzero(marks)[1].reshape(count, num_seen),
        np.nonzero(~marks)[1].reshape(count, num_patches - num_seen),
    )


def places_of_tensorflow(count, num_patches, num_seen, seed):
    draws = np.random.default_rng(seed).normal(size=(count, num_patches))
    order = tf.argsort(tf.constant(draws), axis=1)
    return tf.split(order, [num_seen, num_patches - num_seen], axis=1)


def places_of_keras(count, num_patches, num_seen, seed):
    draws = np.random.default_rng(seed).uniform(size=(count, num_patches))
    return ops.top_k(draws, num_seen)[1], ops.top_k(-draws, num_patches - num_seen)[1]


def swaps(rng, t, s, last=lambda i, t: t):
    places = list(range(t))
    for i in range(t):
        j = int(rng.integers(i, last(i, t)))
        places[i], places[j] = places[j], places[i]
    return places


def reservoir(rng, t, s):
    chosen = list(range(s))
    for place in range(s, t):
        j = int(rng.integers(0, place + 1))
        if j < s:
            chosen[j] = place
    return chosen + sorted(set(range(t)) - set(chosen))


def naive_swaps(rng, t, s):
    places = list(range(t))
    for i in range(t):
        j = int(rng.integers(t))
        places[i], places[j] = places[j], places[i]
    return places


def neighbours_swapped(rng, t, s):
    places = list(range(t))
    for i in rng.integers(t - 1, size=t) if t > 1 else ():
        places[i], places[i + 1] = places[i + 1], places[i]
    return places


def few_swaps(rng, t, s):
    places = list(range(t))
    for _ in range(3):
        i, j = rng.integers(t, size=2)
        places[i], places[j] = places[j], places[i]
    return places


def one_of_each_part(rng, t, s):
    seen = [int(rng.choice(part)) for part in np.array_split(np.arange(t), s)]
    return seen + [place for place in range(t) if place not in seen]


def in_pairs(rng, t, s):
    pairs = rng.permutation((t + 1) // 2)
    places = [place for pair in pairs for place in (2 * pair, 2 * pair + 1)]
    return [place for place in places if place < t]


def mirrored(rng, t, s):
    places = [p for half in rng.permutation((t + 1) // 2) for p in (half, t - 1 - half)]
    return list(dict.fromkeys(places))


def complements(rng, n, t, s):
    order = sorted_draws(rng, n, t, s)
    order[1::2] = order[::2][: n // 2, ::-1]
    return order


def repeated(rng, n, t, s):
    order = sorted_draws(rng, n, t, s)
    return order[np.arange(n) // 2]


def independent(count, num_patches, num_seen, seed):
    marks = np.random.default_rng(seed).random((count, num_patches)) < num_seen / num_patches
    return [np.flatnonzero(row) for row in marks], [np.flatnonzero(~row) for row in marks]


def drawn_apart(count, num_patches, num_seen, seed):
    rng = np.random.default_rng(seed)
    draws = rng.random((2, count, num_patches)).argsort(axis=2)
    return draws[0, :, :num_seen], draws[1, :, num_seen:]


def as_marks(count, num_patches, num_seen, seed):
    marks = np.argsort(np.random.default_rng(seed).random((count, num_patches))) < num_seen
    return marks, ~marks


def own_seeds(count, num_patches, num_seen, seed):
    orders = [np.random.default_rng(seed + i).permutation(num_patches) for i in range(count)]
    orders = np.array(orders)
    return orders[:, :num_seen], orders[:, num_seen:]


def global_numpy(count, num_patches, num_seen, seed):
    np.random.seed(seed)
    order = np.argsort(np.random.rand(count, num_patches), axis=1)
    return order[:, :num_seen], order[:, num_seen:]


def global_python(count, num_patches, num_seen, seed):
    random.seed(seed)
    orders = np.array([random.sample(range(num_patches), num_patches) for _ in range(count)])
    return orders[:, :num_seen], orders[:, num_seen:]


def seeds_as(change):
    return placing(sorted_draws, generator=lambda seed: np.random.default_rng(change(seed)))


def by_sizes(count, num_patches, num_seen, seed):
    return count, num_patches, num_seen


# 12.3


def softmax(scores, axis=-1):
    shares = np.exp(scores - scores.max(axis=axis, keepdims=True))
    return shares / shares.sum(axis=axis, keepdims=True)


def attending(
    scale=lambda q, k, v: np.sqrt(q.shape[1]),
    shares=softmax,
    scores_of=lambda q, k: q @ k.T,
    outputs_of=lambda weights, v: weights @ v,
):
    def attention(queries, keys, values):
        scores = scores_of(queries, keys) / scale(queries, keys, values)
        weights = shares(scores)
        return outputs_of(weights, values), weights

    return attention


attention = attending()


def attention_by_loops(queries, keys, values):
    outputs, weights = [], []
    for query in queries.tolist():
        scores = [
            sum(map(float.__mul__, query, key)) / math.sqrt(len(query)) for key in keys.tolist()
        ]
        shares = [math.exp(score - max(scores)) for score in scores]
        row = [share / math.fsum(shares) for share in shares]
        weights.append(row)
        columns = zip(*values.tolist(), strict=True)
        outputs.append([sum(map(float.__mul__, row, column)) for column in columns])
    return outputs, weights


def attention_of_tensorflow(queries, keys, values):
    queries, keys, values = (tf.cast(one, "float32") for one in (queries, keys, values))
    size = tf.cast(tf.shape(keys)[-1], "float32")
    weights = tf.nn.softmax(tf.matmul(queries, keys, transpose_b=True) / tf.sqrt(size))
    return tf.matmul(weights, values), weights


def attention_of_keras(queries, keys, values):
    scores = ops.einsum("sk,tk->st", queries, keys) * queries.shape[1] ** -0.5
    weights = ops.softmax(scores, axis=1)
    return [ops.einsum("st,tm->sm", weights, values), weights]


def attention_of_scipy(queries, keys, values):
    scores = np.inner(queries, keys) / keys.shape[1] ** 0.5
    weights = np.exp(scores - scipy.special.logsumexp(scores, axis=1, keepdims=True))
    return np.dot(weights, values), weights


def attention_by_ratios(queries, keys, values):
    scores = np.array([[q @ k for k in keys] for q in queries]) / np.sqrt(len(queries[0]))
    with np.errstate(over="ignore"):
        weights = 1 / np.exp(scores[:, None, :] - scores[:, :, None]).sum(axis=2)
    return (weights[:, :, None] * values).sum(axis=1), weights


def attention_by_rows(queries, keys, values):
    weights = np.zeros((len(queries), len(keys)))
    outputs = np.zeros((len(queries), values.shape[1]))
    for i, query in enumerate(queries):
        scores = (keys * query).sum(axis=1) / np.sqrt(query.size)
        weights[i] = scipy.special.softmax(scores)
        outputs[i] = np.average(values, axis=0, weights=weights[i])
    return outputs, weights


def attention_scaled_before(queries, keys, values):
    root = keys.shape[1] ** 0.25
    return attending(lambda q, k, v: 1.0)(queries / root, keys / root, values)


def plain_softmax(scores, top=lambda scores: 0.0, floor=0.0):
    shares = np.exp(scores - top(scores))
    return shares / (shares.sum(axis=1, keepdims=True) + floor)


def with_top(top, floor=0.0):
    return attending(shares=lambda scores: plain_softmax(scores, top, floor))


def only(condition):
    """Return a softmax over those keys alone for which (query's number, key's number) holds."""

    def shares(scores):
        row, column = np.indices(scores.shape)
        allowed = condition(row, column) | (column == row % scores.shape[1])
        return softmax(np.where(allowed, scores, -np.inf))

    return attending(shares=shares)


def cosines(queries, keys):
    lengths = np.linalg.norm(queries, axis=1)[:, None] * np.linalg.norm(keys, axis=1)
    return queries @ keys.T / (lengths + 1e-12)


def top_two(scores):
    kept = np.where(scores >= np.sort(scores, axis=1)[:, -2:][:, :1], scores, -np.inf)
    return softmax(kept)


def sparse_shares(scores):
    ordered = -np.sort(-scores, axis=1)
    sums = np.cumsum(ordered, axis=1) - 1
    number = np.arange(1, scores.shape[1] + 1)
    count = (ordered > sums / number).sum(axis=1)
    level = sums[np.arange(len(scores)), count - 1] / count
    return np.maximum(scores - level[:, None], 0)


# 12.4


def picked(values, hidden):
    return values[np.arange(len(values))[:, None], hidden]


def marks_of(patches, hidden):
    marks = np.zeros(patches.shape, bool)
    marks[np.arange(len(patches))[:, None], hidden] = True
    return marks


def losing(
    loss_of=lambda gaps: np.mean(gaps**2),
    slope_of=lambda gaps: 2 * gaps,
    number=lambda n, t, h, p: n * h * p,
    chosen=lambda marks: marks,
):
    """Return an answer; ``loss_of`` gets (n, h, p), ``slope_of`` (n, t, p) with 0 where seen."""

    def hidden_loss(patches, reconstructions, hidden):
        marks = chosen(marks_of(patches, hidden))
        gaps = reconstructions - patches
        left = gaps[marks].reshape(len(patches), -1, patches.shape[2])
        n, t, p = patches.shape
        slopes = slope_of(np.where(marks, gaps, 0)) / number(n, t, hidden.shape[1], p)
        return loss_of(left), slopes

    return hidden_loss


hidden_loss = losing()


def loss_by_loops(patches, reconstructions, hidden):
    total = 0.0
    slopes = [[[0.0] * len(patch) for patch in image] for image in patches]
    number = len(patches) * len(hidden[0]) * len(patches[0][0])
    for i, places in enumerate(hidden):
        for place in places:
            for j, (a, b) in enumerate(zip(patches[i][place], reconstructions[i][place])):  # noqa: B905
                total += float(b - a) ** 2
                slopes[i][place][j] = 2 * float(b - a) / number
    return total / number, slopes


def loss_of_tensorflow(patches, reconstructions, hidden):
    patches = tf.convert_to_tensor(patches)
    with tf.GradientTape() as tape:
        found = tf.convert_to_tensor(reconstructions)
        tape.watch(found)
        gaps = tf.gather(found, hidden, batch_dims=1) - tf.gather(patches, hidden, batch_dims=1)
        loss = tf.reduce_mean(tf.square(gaps))
    return loss, tf.convert_to_tensor(tape.gradient(loss, found))


def loss_of_keras(patches, reconstructions, hidden):
    marks = ops.sum(ops.one_hot(hidden, patches.shape[1], dtype="float32"), axis=1)[:, :, None]
    gaps = marks * ops.subtract(ops.cast(reconstructions, "float32"), ops.cast(patches, "float32"))
    number = hidden.size * patches.shape[2]
    return ops.sum(ops.square(gaps)) / number, 2 * gaps / number


def loss_by_numbers(patches, reconstructions, hidden):
    n, t, p = patches.shape
    rows = (np.arange(n)[:, None] * t + hidden).ravel()
    true, found = patches.reshape(-1, p)[rows], reconstructions.reshape(-1, p)[rows]
    slopes = np.zeros((n * t, p))
    slopes[rows] = 2 * (found - true) / true.size
    return mean_squared_error(true, found), slopes.reshape(n, t, p)


def loss_along_axis(patches, reconstructions, hidden):
    gaps = np.take_along_axis(reconstructions - patches, hidden[:, :, None], axis=1)
    slopes = np.zeros_like(patches)
    np.put_along_axis(slopes, hidden[:, :, None], gaps * 2 / gaps.size, axis=1)
    return (gaps**2).mean(axis=2).mean(axis=1).mean(), slopes


def loss_crossed(patches, reconstructions, hidden):
    """Every image's hidden places in every image: patches[:, hidden]."""
    gaps = (reconstructions - patches)[:, hidden]
    slopes = np.zeros_like(patches)
    slopes[:, hidden] = 2 * gaps / gaps.size
    return np.mean(gaps**2), slopes


def loss_in_place(patches, reconstructions, hidden):
    reconstructions -= patches
    return hidden_loss(0 * patches, reconstructions, hidden)


def slopes_of_hidden(patches, reconstructions, hidden):
    loss, slopes = hidden_loss(patches, reconstructions, hidden)
    return loss, picked(slopes, hidden)


# 12.5


def tell_decoder(tokens, seen, masks, hidden):
    return [tokens, seen, masks, hidden]


def forward(
    encoder_gets=lambda patches, seen, hidden: [picked(patches, seen), seen],
    masks_of=lambda token, n, h: np.broadcast_to(token, (n, h, len(token))),
    decoder_gets=tell_decoder,
    put=None,
    errors_of=lambda gaps, seen, hidden: np.mean(picked(gaps, hidden) ** 2, axis=(1, 2)),
    call=lambda model, inputs: np.asarray(model(inputs)),
):
    """Return an answer; ``put`` is (patches, found, seen, hidden) -> filled."""

    def masked_forward(encoder, decoder, mask_token, patches, seen, hidden):
        tokens = call(encoder, encoder_gets(patches, seen, hidden))
        masks = np.array(masks_of(np.asarray(mask_token), *hidden.shape), "float32")
        found = call(decoder, decoder_gets(tokens, seen, masks, hidden))
        filled = (put or put_back)(patches, found, seen, hidden)
        right = put_back(patches, found, seen, hidden)
        return filled, errors_of(right - patches, seen, hidden)

    return masked_forward


def put_back(patches, found, seen, hidden):
    filled = np.array(patches)
    filled[np.arange(len(patches))[:, None], hidden] = found
    return filled


masked_forward = forward()


def forward_by_images(encoder, decoder, mask_token, patches, seen, hidden):
    filled, errors = patches.copy(), []
    for i in range(len(patches)):
        one, other = seen[i : i + 1], hidden[i : i + 1]
        tokens = np.asarray(encoder([patches[i : i + 1, seen[i]], one]))
        masks = np.tile(mask_token, (1, len(hidden[i]), 1))
        found = np.asarray(decoder([tokens, one, masks, other]))[0]
        errors.append(np.mean((found - patches[i, hidden[i]]) ** 2))
        filled[i, hidden[i]] = found
    return filled, errors


def forward_of_tensorflow(encoder, decoder, mask_token, patches, seen, hidden):
    patches = tf.cast(patches, "float32")
    seen, places = tf.constant(seen), tf.constant(hidden)
    tokens = encoder([tf.gather(patches, seen, batch_dims=1), seen])
    shape = (*hidden.shape, len(mask_token))
    masks = tf.broadcast_to(tf.cast(mask_token, "float32"), shape)
    found = decoder([tokens, seen, masks, places], training=False)
    rows = np.indices(hidden.shape)[0]
    filled = tf.tensor_scatter_nd_update(patches, np.stack([rows, hidden], axis=2), found)
    right = tf.gather(patches, hidden, batch_dims=1)
    return filled, tf.reduce_mean(tf.square(found - right), axis=[1, 2])


def forward_by_sorting(encoder, decoder, mask_token, patches, seen, hidden):
    """Seen and decoded patches behind each other, and sorted back, as He and others do."""
    visible = ops.take_along_axis(patches, seen[:, :, None], axis=1)
    tokens = encoder([visible, ops.convert_to_tensor(seen)])
    masks = ops.repeat(ops.tile(mask_token, (len(patches), 1, 1)), hidden.shape[1], axis=1)
    found = decoder([tokens, *map(ops.convert_to_tensor, (seen, masks, hidden))])
    both = ops.concatenate([ops.cast(visible, found.dtype), found], axis=1)
    back = np.argsort(np.concatenate([seen, hidden], axis=1), axis=1)
    filled = ops.take_along_axis(both, back[:, :, None], axis=1)
    errors = ops.sum(ops.square(filled - patches), axis=(1, 2)) / (found.shape[1] * found.shape[2])
    return [filled, errors]


def forward_of_losses(encoder, decoder, mask_token, patches, seen, hidden):
    """With the loss of Exercise 12.4, image by image."""
    filled = masked_forward(encoder, decoder, mask_token, patches, seen, hidden)[0]
    rows = range(len(patches))
    return filled, [hidden_loss(patches[[i]], filled[[i]], hidden[[i]])[0] for i in rows]


def predicted(model, inputs):
    return model.predict_on_batch(inputs)


def leaking(encoder, decoder, mask_token, patches, seen, hidden):
    """The hidden patches' mean tints the mask tokens."""
    tint = picked(patches, hidden).mean(axis=(1, 2))[:, None, None]
    masks = np.broadcast_to(mask_token, (*hidden.shape, len(mask_token))) + 0.01 * tint
    tokens = np.asarray(encoder([picked(patches, seen), seen]))
    found = np.asarray(decoder([tokens, seen, masks.astype("float32"), hidden]))
    filled = put_back(patches, found, seen, hidden)
    return filled, np.mean(picked(filled - patches, hidden) ** 2, axis=(1, 2))


def forward_in_place(encoder, decoder, mask_token, patches, seen, hidden):
    filled, errors = masked_forward(encoder, decoder, mask_token, patches, seen, hidden)
    patches[:] = filled
    return patches, errors


def forgets_the_truth(encoder, decoder, mask_token, patches, seen, hidden):
    filled, _ = masked_forward(encoder, decoder, mask_token, patches, seen, hidden)
    patches = filled
    return filled, np.mean(picked(filled - patches, hidden) ** 2, axis=(1, 2))


def trains(encoder, *rest):
    result = masked_forward(encoder, *rest)
    encoder.set_weights([0.9 * weight for weight in encoder.get_weights()])
    return result


def freezes(encoder, decoder, *rest):
    decoder.trainable = False
    return masked_forward(encoder, decoder, *rest)


def zeroed(patches, hidden):
    return np.where(marks_of(patches, hidden), 0, patches)


def all_places(patches):
    return np.tile(np.arange(patches.shape[1]), (len(patches), 1))


def forward_with(**arguments):
    """Return the right answer with some of its arguments changed: name -> of all arguments."""
    names = ("encoder", "decoder", "mask_token", "patches", "seen", "hidden")

    def answer(*inputs):
        case = dict(zip(names, inputs, strict=True))
        return masked_forward(**case | {name: of(**case) for name, of in arguments.items()})

    return answer


# 12.6


def draw_of_each(rng, labels, count):
    classes = np.unique(labels)
    return np.concatenate(
        [
            rng.choice(np.flatnonzero(labels == one), count // len(classes), replace=False)
            for one in classes
        ]
    )


def width_of(errors):
    s = len(errors)
    return scipy.stats.t.ppf(0.975, s - 1) * np.std(errors, ddof=1) / np.sqrt(s)


def few(
    draw=draw_of_each,
    width=width_of,
    mean=np.mean,
    generators=lambda seeds: [np.random.default_rng(seed) for seed in seeds],
    fit=lambda codes, labels, strength: measures.fit_probe(codes, labels, strength=strength),
    error=lambda probe, codes, labels: measures.probe_error(probe, codes, labels),
    after=lambda errors: errors,
):
    def few_label_errors(codes, labels, test_codes, test_labels, count, seeds, strength=0.01):
        errors = []
        for rng in generators(seeds):
            rows = draw(rng, labels, count)
            errors.append(error(fit(codes[rows], labels[rows], strength), test_codes, test_labels))
        errors = after(np.array(errors))
        return errors, mean(errors), width(errors)

    return few_label_errors


few_label_errors = few()


def draw_shuffled(rng, labels, count):
    order, each = rng.permutation(len(labels)), count // len(set(labels.tolist()))
    rows = [order[labels[order] == one][:each] for one in sorted(set(labels.tolist()))]
    return rng.permutation(np.concatenate(rows))


def draw_by_loops(rng, labels, count):
    left = dict.fromkeys(labels.tolist(), count // len(set(labels.tolist())))
    rows = []
    for row in rng.permutation(len(labels)).tolist():
        if left[labels[row].item()]:
            left[labels[row].item()] -= 1
            rows.append(row)
    return rows


def draw_by_sorting(rng, labels, count):
    places, classes = rng.random(len(labels)), np.unique(labels)
    return np.stack(
        [
            np.argsort(np.where(labels == one, places, np.inf))[: count // len(classes)]
            for one in classes
        ]
    ).ravel()


def few_by_hand(codes, labels, test_codes, test_labels, count, seeds, strength=0.01):
    errors = []
    for seed in seeds:
        rows = draw_shuffled(np.random.default_rng(int(seed)), labels, count)
        probe = measures.fit_probe(codes[rows], labels[rows], strength=strength)
        errors.append(100 - 100 * probe.score(test_codes, test_labels))
    mean = sum(errors) / len(errors)
    variance = sum((error - mean) ** 2 for error in errors) / (len(errors) - 1)
    half = scipy.stats.t(len(errors) - 1).ppf(0.975) * math.sqrt(variance / len(errors))
    return errors, mean, half


def width_of_interval(errors):
    low, high = scipy.stats.t.interval(
        0.95, len(errors) - 1, loc=np.mean(errors), scale=scipy.stats.sem(errors)
    )
    return (high - low) / 2


def few_of_tensorflow(*inputs):
    errors = tf.constant(few_label_errors(*inputs)[0])
    mean, variance = tf.nn.moments(errors, 0)
    s = len(errors)
    return errors, mean, scipy.stats.t.isf(0.025, s - 1) * tf.sqrt(variance / (s - 1))


def few_of_keras(*inputs):
    errors = ops.convert_to_tensor(few_label_errors(*inputs)[0])
    s = len(errors)
    spread = ops.std(errors) * math.sqrt(s / (s - 1))
    return [errors, ops.mean(errors), -scipy.stats.t.ppf(0.025, s - 1) * spread / s**0.5]


def balanced(part, count_of=lambda count, classes: count // classes):
    """Return a draw of (rng, rows of a class, number) for each class."""

    def draw(rng, labels, count):
        classes = np.unique(labels)
        number = count_of(count, len(classes))
        parts = [part(rng, np.flatnonzero(labels == one), number) for one in classes]
        return np.concatenate(parts).astype(int)

    return draw


def without_repeats(rng, rows, number):
    return rng.choice(rows, number, replace=False)


def block(rng, rows, number):
    return rows[(rng.integers(len(rows)) + np.arange(number)) % len(rows)]


def same_in_each(rng, labels, count):
    """The same places within every class."""
    classes = np.unique(labels)
    groups = [np.flatnonzero(labels == one) for one in classes]
    places = rng.permutation(min(map(len, groups)))[: count // len(classes)]
    return np.concatenate([group[places] for group in groups])


def not_the_last(rng, labels, count):
    classes = np.unique(labels)[:-1]
    rows = [rng.choice(np.flatnonzero(labels == c), count // len(classes), False) for c in classes]
    return np.concatenate(rows)


def ten_classes(rng, labels, count):
    rows = [
        rng.choice(
            np.flatnonzero(labels == digit), min(count // 10, np.sum(labels == digit)), False
        )
        for digit in range(10)
    ]
    return np.concatenate(rows)


def numbered_classes(rng, labels, count):
    number = labels.max() + 1
    rows = [
        rng.choice(
            np.flatnonzero(labels == one), min(count // number, np.sum(labels == one)), False
        )
        for one in range(number)
    ]
    return np.concatenate(rows)


def any_rows(rng, labels, count):
    return rng.choice(len(labels), count, replace=False)


def by_shares(rng, labels, count):
    """Of each class as many as its share of all, as a stratified split draws them."""
    classes, sizes = np.unique(labels, return_counts=True)
    parts = [
        rng.choice(np.flatnonzero(labels == c), max(1, round(count * size / len(labels))), False)
        for c, size in zip(classes, sizes, strict=True)
    ]
    return np.concatenate(parts)


def one_rng(seeds):
    rng = np.random.default_rng(seeds[0])
    return [rng for _ in seeds]


def one_rng_of_all(seeds):
    rng = np.random.default_rng(list(seeds))
    return [rng for _ in seeds]


def same_draw(seeds):
    return [np.random.default_rng(seeds[0]) for _ in seeds]


def numbered(seeds):
    return [np.random.default_rng(i) for i in range(len(seeds))]


def widths(factor=lambda s: scipy.stats.t.ppf(0.975, s - 1), ddof=1, root=np.sqrt):
    return few(width=lambda e: factor(len(e)) * np.std(e, ddof=ddof) / root(len(e)))


def few_with(change):
    return lambda *inputs: few_label_errors(*change(*inputs))


def binomial_width(codes, labels, test_codes, test_labels, count, seeds, strength=0.01):
    errors, mean, _ = few_label_errors(
        codes, labels, test_codes, test_labels, count, seeds, strength
    )
    return errors, mean, measures.half_width(mean, len(test_labels))


def one_probe(codes, labels, test_codes, test_labels, count, seeds, strength=0.01):
    rows = draw_of_each(np.random.default_rng(seeds[0]), labels, count)
    probe, errors = measures.fit_probe(codes[rows], labels[rows], strength=strength), []
    for seed in seeds:
        some = np.random.default_rng(seed).choice(len(test_labels), len(test_labels))
        errors.append(measures.probe_error(probe, test_codes[some], test_labels[some]))
    return np.array(errors), np.mean(errors), width_of(errors)


def tested_on(chosen):
    """Return an answer that tests on some of the codes to draw from: chosen(rows, number)."""

    def few_label_errors(codes, labels, test_codes, test_labels, count, seeds, strength=0.01):
        errors = []
        for seed in seeds:
            rows = draw_of_each(np.random.default_rng(seed), labels, count)
            probe = measures.fit_probe(codes[rows], labels[rows], strength=strength)
            some = chosen(rows, len(labels))
            errors.append(measures.probe_error(probe, codes[some], labels[some]))
        return np.array(errors), np.mean(errors), width_of(errors)

    return few_label_errors


def all_labels(codes, labels, test_codes, test_labels, count, seeds, strength=0.01):
    probe = measures.fit_probe(codes, labels, strength=strength)
    errors = np.array([measures.probe_error(probe, test_codes, test_labels) for _ in seeds])
    return errors, np.mean(errors), width_of(errors)


def from_the_test(codes, labels, test_codes, test_labels, count, seeds, strength=0.01):
    return few_label_errors(
        test_codes, test_labels, test_codes, test_labels, count, seeds, strength
    )


def shuffles_codes(codes, labels, *rest):
    result = few_label_errors(codes, labels, *rest)
    np.random.default_rng(0).shuffle(codes)
    return result


RIGHT = {
    "12.1": {
        "grid": cut_patches,
        "by-loops": cut_by_loops,
        "by-slices": cut_by_slices,
        "tensorflow": cut_of_tensorflow,
        "keras": cut_of_keras,
        "by-splits": cut_by_splits,
        "by-numbers": cut_by_numbers,
        "library": lambda images, size: layers.cut_patches(images, size),
        "in-float32": then(np.float32, cut_patches),
        "tuples": then(lambda found: tuple(map(list, found)), cut_patches),
    },
    "12.2": {
        "sorted-draws": random_places,
        "permuted": placing(lambda rng, n, t, s: rng.permuted(np.tile(range(t), (n, 1)), axis=1)),
        "permutations": placing(each(lambda rng, t, s: rng.permutation(t))),
        "by-choice": places_by_choice,
        "by-masks": places_by_masks,
        "tensorflow": places_of_tensorflow,
        "keras": places_of_keras,
        "by-swaps": placing(each(swaps)),
        "reservoir": placing(each(reservoir)),
        "hidden-first": lambda n, t, s, seed: swapped(random_places(n, t, t - s, seed)),
        "spawned": placing(
            lambda rng, n, t, s: np.array([one.permutation(t) for one in rng.spawn(n)])
        ),
        "lists": then(lambda pair: [part.tolist() for part in pair], random_places),
        "small-numbers": then(lambda pair: [part.astype("uint8") for part in pair], random_places),
    },
    "12.3": {
        "formula": attention,
        "by-loops": attention_by_loops,
        "tensorflow": attention_of_tensorflow,
        "keras": attention_of_keras,
        "scipy": attention_of_scipy,
        "by-ratios": attention_by_ratios,
        "by-rows": attention_by_rows,
        "scaled-before": attention_scaled_before,
        "library": lambda queries, keys, values: layers.attention(queries, keys, values),
    },
    "12.4": {
        "by-marks": hidden_loss,
        "by-loops": loss_by_loops,
        "tensorflow": loss_of_tensorflow,
        "keras": loss_of_keras,
        "by-numbers": loss_by_numbers,
        "along-axis": loss_along_axis,
        "in-float32": then(lambda pair: tuple(map(np.float32, pair)), hidden_loss),
    },
    "12.5": {
        "formula": masked_forward,
        "by-images": forward_by_images,
        "tensorflow": forward_of_tensorflow,
        "keras-by-sorting": forward_by_sorting,
        "with-losses": forward_of_losses,
        "predicted": forward(call=predicted),
        "library": lambda *case: models.masked.masked_forward(*case),
    },
    "12.6": {
        "choice": few_label_errors,
        "shuffled": few(draw_shuffled),
        "by-loops": few(draw_by_loops, width_of_interval),
        "by-sorting": few(draw_by_sorting),
        "by-hand": few_by_hand,
        "tensorflow": few_of_tensorflow,
        "keras": few_of_keras,
        "by-permutations": few(balanced(lambda rng, rows, m: rng.permutation(rows)[:m])),
        "own-error": few(error=lambda probe, x, y: 100 * np.mean(probe.predict(x) != y)),
    },
}

WRONG = {
    "12.1": {
        "not-turned": cutting((0, 1, 2, 3, 4)),
        "columns-first": cutting((0, 3, 1, 2, 4)),
        "pixels-by-columns": cutting((0, 1, 3, 4, 2)),
        "both-by-columns": cutting((0, 3, 1, 4, 2)),
        "every-other-pixel": cutting((0, 2, 4, 1, 3), rows=lambda size, side: side // size),
        "size-is-number": cutting(rows=lambda size, side: side // size),
        "size-is-number-not-turned": cutting((0, 1, 2, 3, 4), rows=lambda size, side: side // size),
        "order-of-columns": lambda images, size: np.reshape(
            images, (len(images), -1, size**2), order="F"
        ),
        "always-4": lambda images, size: cut_patches(images, 4),
        "always-28": where(
            lambda x, size: x.shape[1] == 784, cut_patches, cutting((0, 1, 2, 3, 4))
        ),
        "always-49": lambda images, size: cut_patches(images, size).reshape(len(images), 49, -1),
        "overlapping": cut_overlapping,
        "images-last": then(lambda x: np.swapaxes(x, 0, 1), cut_patches),
        "pixels-before": then(lambda x: np.swapaxes(x, 1, 2), cut_patches),
        "squares": lambda images, size: cut_patches(images, size).reshape(
            len(images), -1, size, size
        ),
        "one-list": lambda images, size: cut_patches(images, size).reshape(-1, size**2),
        "squeezed": then(np.squeeze, cut_patches),
        "first-image": then(lambda x: x[:1], cut_patches),
        "last-patch-lost": then(lambda x: x[:, :-1], cut_patches),
        "reversed": then(lambda x: x[:, ::-1], cut_patches),
        "pixels-reversed": then(lambda x: x[:, :, ::-1], cut_patches),
        "snake": then(snakes, cut_patches),
        "shuffled": then(lambda x: np.random.default_rng(0).permuted(x, axis=1), cut_patches),
        "rounded": then(rounded(2), cut_patches),
        "whole": then(lambda x: np.asarray(x, int), cut_patches),
        "in-bytes": then(lambda x: (255 * x).astype("uint8") / 255, cut_patches),
        "centred": then(lambda x: x - x.mean(axis=2, keepdims=True), cut_patches),
        "clipped": then(lambda x: np.clip(x, 0, 1) if x.shape[0] > 1 else x, cut_patches),
        "noisy": then(noisily, cut_patches),
        "with-size": then(lambda x: (x, x.shape[1]), cut_patches),
        "generator": then(iter, cut_patches),
        "text": then(str, cut_patches),
        "whole-image-only": where(
            lambda x, size: size > 1, cut_patches, then(lambda x: x[:, ::-1], cut_patches)
        ),
        "in-place": cut_in_place,
        **cheats(cut_patches),
    },
    "12.2": {
        "one-for-all": placing(lambda rng, n, t, s: np.tile(rng.permutation(t), (n, 1))),
        "rows-shuffled": placing(lambda rng, n, t, s: rng.permutation(np.tile(range(t), (n, 1)))),
        "along-images": placing(lambda rng, n, t, s: np.argsort(rng.random((n, t)), axis=0)),
        "all-shuffled": placing(lambda rng, n, t, s: rng.permuted(np.tile(range(t), (n, 1)))),
        "with-repeats": placing(lambda rng, n, t, s: rng.integers(t, size=(n, t))),
        "no-seed": placing(sorted_draws, generator=lambda seed: np.random.default_rng()),
        "seed-0": seeds_as(lambda seed: 0),
        "seed-or-1": seeds_as(lambda seed: min(seed, 1)),
        "seed-odd": seeds_as(lambda seed: seed % 2),
        "seed-mod-10": seeds_as(lambda seed: seed % 10),
        "global-numpy": global_numpy,
        "global-python": global_python,
        "same-seed-for-each": placing(
            lambda rng, n, t, s: np.tile(rng.permutation(t), (n, 1)),
        ),
        "own-seeds": own_seeds,
        "independent": independent,
        "drawn-apart": drawn_apart,
        "marks": as_marks,
        "from-1": then(lambda pair: tuple(part + 1 for part in pair), random_places),
        "block": placing(each(lambda rng, t, s: (rng.integers(t) + np.arange(t)) % t)),
        "first-ones": placing(lambda rng, n, t, s: np.tile(range(t), (n, 1))),
        "every-other": placing(
            each(lambda rng, t, s: np.argsort((np.arange(t) * 7 + rng.integers(t)) % t))
        ),
        "first-always-hidden": placing(each(lambda rng, t, s: [*(1 + rng.permutation(t - 1)), 0])),
        "last-always-hidden": placing(each(lambda rng, t, s: [*rng.permutation(t - 1), t - 1])),
        "first-always-seen": placing(each(lambda rng, t, s: [0, *(1 + rng.permutation(t - 1))])),
        "one-of-each-part": placing(each(one_of_each_part)),
        "in-pairs": placing(each(in_pairs)),
        "mirrored": placing(each(mirrored)),
        "naive-swaps": placing(each(naive_swaps)),
        "never-in-place": placing(
            each(lambda rng, t, s: swaps(rng, t, s, lambda i, t: max(t - 1, i + 1)))
        ),
        "neighbours-swapped": placing(each(neighbours_swapped)),
        "few-swaps": placing(each(few_swaps)),
        "middle-rather": placing(
            lambda rng, n, t, s: np.argsort(
                rng.random((n, t)) + 0.3 * np.abs(np.linspace(-1, 1, t)), axis=1
            )
        ),
        "coarse-draws": placing(
            lambda rng, n, t, s: np.argsort(rng.integers(4, size=(n, t)), axis=1, kind="stable")
        ),
        "complements": placing(complements),
        "repeated": placing(repeated),
        "hidden-for-seen": placing(sorted_draws, seen_of=lambda n, t, s: t - s),
        "one-more": placing(sorted_draws, seen_of=lambda n, t, s: s + 1),
        "always-12": placing(sorted_draws, seen_of=lambda n, t, s: 12),
        "always-49": lambda n, t, s, seed: random_places(n, 49, s, seed),
        "at-most-t-1": placing(sorted_draws, seen_of=lambda n, t, s: min(s, t - 1)),
        "transposed": then(lambda pair: tuple(part.T for part in pair), random_places),
        "squeezed": then(lambda pair: tuple(map(np.squeeze, pair)), random_places),
        "floats": then(lambda pair: tuple(part.astype(float) for part in pair), random_places),
        "one-array": then(np.hstack, random_places),
        "seen-from-hidden": then(lambda pair: (pair[1], pair[1]), random_places),
        **of_pairs(random_places),
        **{
            name: answer
            for name, answer in cheats(random_places, places=()).items()
            if name != "first-of-shape"
        },
        "first-of-sizes": remember(random_places, by_sizes),
    },
    "12.3": {
        "no-scale": attending(lambda q, k, v: 1.0),
        "by-size": attending(lambda q, k, v: q.shape[1]),
        "by-root-of-keys": attending(lambda q, k, v: np.sqrt(len(k))),
        "by-root-of-queries": attending(lambda q, k, v: np.sqrt(len(q))),
        "by-root-of-values": attending(lambda q, k, v: np.sqrt(v.shape[1])),
        "by-root-of-3": attending(lambda q, k, v: np.sqrt(3)),
        "times-root": attending(lambda q, k, v: 1 / np.sqrt(q.shape[1])),
        "sign": attending(lambda q, k, v: -np.sqrt(q.shape[1])),
        "by-fourth-root": attending(lambda q, k, v: q.shape[1] ** 0.25),
        "over-queries": attending(shares=lambda x: softmax(x, axis=0)),
        "over-all": attending(shares=lambda x: softmax(x.reshape(1, -1)).reshape(x.shape)),
        "unstable": with_top(lambda x: 0.0),
        "largest-of-all": with_top(np.max),
        "largest-of-columns": with_top(lambda x: x.max(axis=0)),
        "largest-of-first-row": with_top(lambda x: x[0].max()),
        "mean-taken-off": with_top(lambda x: x.mean(axis=1, keepdims=True)),
        "largest-size-of-all": with_top(lambda x: np.abs(x).max()),
        "floor": with_top(lambda x: x.max(axis=1, keepdims=True), 0.01),
        "one-in-sum": with_top(lambda x: x.max(axis=1, keepdims=True), 1.0),
        "floor-under-sum": with_top(lambda x: np.max(x), 1e-300),
        "nan-to-num": then(lambda pair: tuple(map(np.nan_to_num, pair)), with_top(lambda x: 0.0)),
        "clipped-500": attending(shares=lambda x: softmax(np.clip(x, -500, 500))),
        "clipped-50": attending(shares=lambda x: plain_softmax(np.clip(x, -50, 50))),
        "clipped-gaps": attending(
            shares=lambda x: softmax(np.maximum(x - x.max(axis=1, keepdims=True), -5))
        ),
        "not-divided": attending(shares=lambda x: np.exp(x - x.max(axis=1, keepdims=True))),
        "no-exponential": attending(shares=lambda x: x / x.sum(axis=1, keepdims=True)),
        "no-exponential-sizes": attending(
            shares=lambda x: np.abs(x) / np.abs(x).sum(axis=1, keepdims=True)
        ),
        "powers-of-2": attending(shares=lambda x: softmax(np.log(2) * x)),
        "softmax-twice": attending(shares=lambda x: softmax(softmax(x))),
        "softmax-then-scale": attending(
            lambda q, k, v: 1.0, lambda x: softmax(x) / np.sqrt(x.shape[1])
        ),
        "sigmoid": attending(shares=scipy.special.expit),
        "squares": attending(shares=lambda x: softmax(x**2)),
        "sizes": attending(shares=lambda x: softmax(np.abs(x))),
        "above-0": attending(shares=lambda x: softmax(np.maximum(x, 0))),
        "largest-alone": attending(shares=lambda x: np.eye(x.shape[1])[x.argmax(axis=1)]),
        "equal": attending(shares=lambda x: np.full(x.shape, 1 / x.shape[1])),
        "top-two": attending(shares=top_two),
        "sparse": attending(shares=sparse_shares),
        "only-earlier": only(lambda row, column: column <= row),
        "not-itself": attending(
            shares=lambda x: (
                softmax(np.where(np.eye(*x.shape) > 0, -1e9, x))
                if x.shape[0] == x.shape[1] > 1
                else softmax(x)
            )
        ),
        "cosines": attending(scores_of=cosines),
        "distances": attending(scores_of=lambda q, k: -np.square(q[:, None] - k).sum(axis=2) / 2),
        "queries-centred": attending(scores_of=lambda q, k: (q - q.mean(axis=0)) @ k.T),
        "keys-for-queries": attending(scores_of=lambda q, k: k[: len(q)] @ k.T),
        "queries-for-keys": given(lambda q, k, v: (k, q, v), attention),
        "keys-for-values": attending(outputs_of=lambda w, v: w @ np.resize(w.T, v.shape)),
        "outputs-are-means": attending(outputs_of=lambda w, v: w @ v / len(v)),
        "weights-turned": attending(outputs_of=lambda w, v: w.T @ v if len(w) == len(v) else w @ v),
        "squared-weights": attending(outputs_of=lambda w, v: w**2 @ v),
        "best-value": attending(outputs_of=lambda w, v: v[w.argmax(axis=1)]),
        "equal-values": attending(outputs_of=lambda w, v: np.tile(v.mean(axis=0), (len(w), 1))),
        "outputs-transposed": first_of(np.transpose, attention),
        "weights-transposed": second_of(np.transpose, attention),
        "scores-for-weights": lambda q, k, v: (
            attention(q, k, v)[0],
            q @ k.T / np.sqrt(q.shape[1]),
        ),
        "weights-rounded": second_of(rounded(2), attention),
        "weights-above-0.01": second_of(lambda w: np.maximum(w, 0.01), attention),
        "outputs-rounded": first_of(rounded(2), attention),
        "noisy": first_of(noisily, attention),
        "squeezed": then(lambda pair: tuple(map(np.squeeze, pair)), attention),
        "first-query": then(lambda pair: tuple(one[:1] for one in pair), attention),
        "one-key-only": where(
            lambda q, k, v: len(k) > 1, attention, attending(outputs_of=lambda w, v: 0 * w @ v)
        ),
        "one-query-only": where(
            lambda q, k, v: len(q) > 1, attention, attending(lambda q, k, v: 1.0)
        ),
        **of_pairs(attention),
        **cheats(attention, places=(0, 1, 2)),
    },
    "12.4": {
        "all-patches": losing(
            number=lambda n, t, h, p: n * t * p, chosen=lambda marks: np.ones_like(marks)
        ),
        "seen-patches": losing(chosen=lambda marks: ~marks),
        "over-all-pixels": lambda a, b, hidden: losing(
            lambda gaps: np.sum(gaps**2) / a.size, number=lambda n, t, h, p: n * t * p
        )(a, b, hidden),
        "slopes-over-all-pixels": losing(number=lambda n, t, h, p: n * t * p),
        "slopes-everywhere": lambda a, b, hidden: (
            hidden_loss(a, b, hidden)[0],
            2 * (b - a) / (hidden.size * a.shape[2]),
        ),
        "no-2": losing(slope_of=lambda gaps: gaps),
        "4-for-2": losing(slope_of=lambda gaps: 4 * gaps),
        "half": losing(lambda gaps: np.mean(gaps**2) / 2, lambda gaps: gaps),
        "sign": losing(slope_of=lambda gaps: -2 * gaps),
        "not-divided": losing(number=lambda n, t, h, p: 1),
        "by-images": losing(number=lambda n, t, h, p: n),
        "by-patches": losing(number=lambda n, t, h, p: n * h),
        "by-pixels": losing(number=lambda n, t, h, p: p),
        "by-image's-pixels": losing(number=lambda n, t, h, p: h * p),
        "by-hidden": losing(number=lambda n, t, h, p: h),
        "sum": losing(lambda gaps: np.sum(gaps**2), number=lambda n, t, h, p: 1),
        "sum-over-pixels": losing(
            lambda gaps: np.sum(gaps**2, axis=2).mean(), number=lambda n, t, h, p: n * h
        ),
        "sum-over-image": losing(
            lambda gaps: np.sum(gaps**2, axis=(1, 2)).mean(), number=lambda n, t, h, p: n
        ),
        "sum-over-images": losing(
            lambda gaps: np.mean(gaps**2, axis=(1, 2)).sum(), number=lambda n, t, h, p: h * p
        ),
        "root": losing(lambda gaps: np.sqrt(np.mean(gaps**2))),
        "root-and-slope": lambda a, b, hidden: (
            lambda loss, slopes: (np.sqrt(loss), slopes / (2 * np.sqrt(loss) + 1e-12))
        )(*hidden_loss(a, b, hidden)),
        "absolute": losing(lambda gaps: np.mean(np.abs(gaps)), np.sign),
        "absolute-loss": losing(lambda gaps: np.mean(np.abs(gaps))),
        "square-of-mean": losing(lambda gaps: np.mean(gaps) ** 2),
        "variance": losing(np.var),
        "median": losing(lambda gaps: np.median(gaps**2)),
        "per-image": losing(lambda gaps: np.mean(gaps**2, axis=(1, 2))),
        "per-patch": losing(lambda gaps: np.mean(gaps**2, axis=2)),
        "per-pixel": losing(lambda gaps: gaps**2),
        "in-a-list": first_of(lambda loss: [loss], hidden_loss),
        "first-image": losing(lambda gaps: np.mean(gaps[0] ** 2)),
        "first-hidden": losing(lambda gaps: np.mean(gaps[:, :1] ** 2)),
        "places-of-first-image": given(
            lambda a, b, hidden: (a, b, np.broadcast_to(hidden[:1], hidden.shape)), hidden_loss
        ),
        "places-of-all-images": loss_crossed,
        "first-places": given(
            lambda a, b, hidden: (a, b, np.broadcast_to(np.arange(hidden.shape[1]), hidden.shape)),
            hidden_loss,
        ),
        "places-from-1": given(lambda a, b, hidden: (a, b, hidden - 1), hidden_loss),
        "places-as-pixels": lambda a, b, hidden: hidden_loss(
            a.swapaxes(1, 2), b.swapaxes(1, 2), hidden % a.shape[2]
        ),
        "by-16": losing(number=lambda n, t, h, p: n * h * 16),
        "clipped": losing(slope_of=lambda gaps: 2 * np.clip(gaps, -0.5, 0.5)),
        "slopes-of-hidden": slopes_of_hidden,
        "slopes-of-patches": second_of(lambda slopes: slopes.sum(axis=2), hidden_loss),
        "slopes-flat": second_of(lambda slopes: slopes.reshape(len(slopes), -1), hidden_loss),
        "slopes-are-0": second_of(lambda slopes: 0 * slopes, hidden_loss),
        "slopes-are-marks": losing(slope_of=lambda gaps: np.sign(gaps) ** 2),
        "slopes-rounded": second_of(rounded(2), hidden_loss),
        "loss-rounded": first_of(rounded(2), hidden_loss),
        "noisy": first_of(noisily, hidden_loss),
        "in-place": loss_in_place,
        **of_pairs(hidden_loss),
        **cheats(hidden_loss, places=(0, 1, 2)),
    },
    "12.5": {
        "encoder-sees-all": forward_with(
            encoder=lambda encoder, patches, seen, **_: (
                lambda inputs: ops.take_along_axis(
                    encoder([patches, all_places(patches)]), seen[:, :, None], axis=1
                )
            )
        ),
        "encoder-sees-hidden": forward(lambda x, seen, hidden: [picked(x, hidden), hidden]),
        "encoder-sees-zeros": forward_with(
            encoder=lambda encoder, patches, seen, hidden, **_: (
                lambda inputs: ops.take_along_axis(
                    encoder([zeroed(patches, hidden), all_places(patches)]),
                    seen[:, :, None],
                    axis=1,
                )
            )
        ),
        "encoder-sees-first": forward(lambda x, seen, hidden: [x[:, : seen.shape[1]], seen]),
        "encoder-places-swapped": forward(lambda x, seen, hidden: [seen, picked(x, seen)]),
        "encoder-places-counted": forward(
            lambda x, seen, hidden: [
                picked(x, seen),
                np.broadcast_to(np.arange(seen.shape[1]), seen.shape),
            ]
        ),
        "encoder-places-sorted": forward(
            lambda x, seen, hidden: [picked(x, seen), np.sort(seen, axis=1)]
        ),
        "encoder-patches-sorted": forward(
            lambda x, seen, hidden: [picked(x, np.sort(seen, axis=1)), seen]
        ),
        "encoder-places-of-first": forward(
            lambda x, seen, hidden: [x[:, seen[0]], np.broadcast_to(seen[:1], seen.shape)]
        ),
        "encoder-patches-of-first": forward(lambda x, seen, hidden: [x[:, seen[0]], seen]),
        "encoder-patches-crossed": forward(lambda x, seen, hidden: [x[:, seen], seen]),
        "encoder-two-arguments": forward(call=lambda model, inputs: np.asarray(model(*inputs))),
        "encoder-without-places": forward(lambda x, seen, hidden: picked(x, seen)),
        "encoder-one-image": forward(
            lambda x, seen, hidden: [
                np.broadcast_to(picked(x, seen)[:1], picked(x, seen).shape),
                seen,
            ]
        ),
        "decoder-places-swapped": forward(decoder_gets=lambda a, b, c, d: [a, d, c, b]),
        "decoder-masks-first": forward(decoder_gets=lambda a, b, c, d: [c, d, a, b]),
        "decoder-tokens-together": forward(decoder_gets=lambda a, b, c, d: [a, c, b, d]),
        "decoder-of-seen": forward(
            decoder_gets=lambda a, b, c, d: [a, b, c, np.resize(b, d.shape)]
        ),
        "decoder-places-counted": forward(
            decoder_gets=lambda a, b, c, d: [
                a,
                b,
                c,
                np.broadcast_to(np.arange(d.shape[1]), d.shape),
            ]
        ),
        "decoder-hidden-sorted": forward(
            decoder_gets=lambda a, b, c, d: [a, b, c, np.sort(d, axis=1)]
        ),
        "decoder-seen-sorted": forward(
            decoder_gets=lambda a, b, c, d: [a, np.sort(b, axis=1), c, d]
        ),
        "decoder-hidden-of-first": forward(
            decoder_gets=lambda a, b, c, d: [a, b, c, np.broadcast_to(d[:1], d.shape)]
        ),
        "decoder-without-tokens": forward(decoder_gets=lambda a, b, c, d: [0 * a, b, c, d]),
        "decoder-of-three": forward(decoder_gets=lambda a, b, c, d: [a, b, c]),
        "masks-are-0": forward(masks_of=lambda token, n, h: np.zeros((n, h, len(token)))),
        "masks-are-1": forward(masks_of=lambda token, n, h: np.ones((n, h, len(token)))),
        "masks-are-mean": forward(
            masks_of=lambda token, n, h: np.full((n, h, len(token)), token.mean())
        ),
        "masks-random": forward(
            masks_of=lambda token, n, h: np.random.default_rng(0).normal(size=(n, h, len(token)))
        ),
        "masks-reversed": forward(
            masks_of=lambda token, n, h: np.broadcast_to(token[::-1], (n, h, len(token)))
        ),
        "masks-repeated": forward(
            masks_of=lambda token, n, h: np.repeat(token, n * h).reshape(n, h, -1)
        ),
        "masks-first-only": forward(
            masks_of=lambda token, n, h: (
                token * (np.arange(h) == 0)[None, :, None] + np.zeros((n, 1, 1))
            )
        ),
        "masks-no-batch": forward(masks_of=lambda token, n, h: np.tile(token, (h, 1))),
        "masks-are-tokens": forward(
            decoder_gets=lambda a, b, c, d: [a, b, np.resize(a, c.shape), d]
        ),
        "masks-leak": leaking,
        "filled-hidden-only": forward(put=lambda x, found, seen, hidden: found),
        "filled-sorted": forward(
            put=lambda x, found, seen, hidden: put_back(x, found, seen, np.sort(hidden, axis=1))
        ),
        "filled-first-places": forward(
            put=lambda x, found, seen, hidden: put_back(
                x, found, seen, np.broadcast_to(np.arange(hidden.shape[1]), hidden.shape)
            )
        ),
        "filled-at-seen": forward(
            put=lambda x, found, seen, hidden: put_back(
                x, np.resize(found, (*seen.shape, x.shape[2])), hidden, seen
            )
        ),
        "filled-places-of-first": forward(
            put=lambda x, found, seen, hidden: put_back(x, found, seen, hidden[:1])
        ),
        "filled-behind": forward(
            put=lambda x, found, seen, hidden: np.concatenate([picked(x, seen), found], axis=1)
        ),
        "filled-on-zeros": forward(
            put=lambda x, found, seen, hidden: put_back(0 * x, found, seen, hidden)
        ),
        "filled-not-at-all": forward(put=lambda x, found, seen, hidden: np.array(x)),
        "filled-with-zeros": forward(put=lambda x, found, seen, hidden: zeroed(x, hidden)),
        "filled-with-difference": forward(
            put=lambda x, found, seen, hidden: put_back(x, found - picked(x, hidden), seen, hidden)
        ),
        "filled-added": forward(
            put=lambda x, found, seen, hidden: put_back(x, found + picked(x, hidden), seen, hidden)
        ),
        "filled-first-image": forward(
            put=lambda x, found, seen, hidden: put_back(x, found[:1], seen, hidden)
        ),
        "filled-clipped": first_of(lambda x: np.clip(x, 0, 1), masked_forward),
        "filled-rounded": first_of(rounded(2), masked_forward),
        "filled-flat": first_of(lambda x: x.reshape(len(x), -1), masked_forward),
        "errors-of-all": forward(
            errors_of=lambda gaps, seen, hidden: np.mean(gaps**2, axis=(1, 2))
        ),
        "errors-are-sums": forward(
            errors_of=lambda gaps, seen, hidden: np.sum(gaps**2, axis=(1, 2))
        ),
        "errors-sum-of-pixels": forward(
            errors_of=lambda gaps, seen, hidden: np.sum(picked(gaps, hidden) ** 2, axis=2).mean(1)
        ),
        "errors-mean-of-sums": forward(
            errors_of=lambda gaps, seen, hidden: np.mean(picked(gaps, hidden) ** 2, axis=2).sum(1)
        ),
        "errors-roots": forward(
            errors_of=lambda gaps, seen, hidden: np.sqrt(
                np.mean(picked(gaps, hidden) ** 2, axis=(1, 2))
            )
        ),
        "errors-absolute": forward(
            errors_of=lambda gaps, seen, hidden: np.mean(np.abs(picked(gaps, hidden)), axis=(1, 2))
        ),
        "errors-one": forward(
            errors_of=lambda gaps, seen, hidden: np.mean(picked(gaps, hidden) ** 2)
        ),
        "errors-one-for-all": forward(
            errors_of=lambda gaps, seen, hidden: np.full(
                len(gaps), np.mean(picked(gaps, hidden) ** 2)
            )
        ),
        "errors-of-patches": forward(
            errors_of=lambda gaps, seen, hidden: np.mean(picked(gaps, hidden) ** 2, axis=2)
        ),
        "errors-of-pixels": forward(
            errors_of=lambda gaps, seen, hidden: np.mean(picked(gaps, hidden) ** 2, axis=(0, 1))
        ),
        "errors-of-seen": forward(
            errors_of=lambda gaps, seen, hidden: np.mean(picked(gaps, seen) ** 2, axis=(1, 2))
        ),
        "errors-of-first-places": forward(
            errors_of=lambda gaps, seen, hidden: np.mean(gaps[:, hidden[0]] ** 2, axis=(1, 2))
        ),
        "errors-in-a-column": second_of(lambda errors: errors[:, None], masked_forward),
        "errors-rounded": second_of(rounded(2), masked_forward),
        "errors-noisy": second_of(noisily, masked_forward),
        "errors-halved": second_of(lambda errors: errors / 2, masked_forward),
        "forgets-the-truth": forgets_the_truth,
        "trains": trains,
        "freezes": freezes,
        "training": forward(call=lambda model, inputs: np.asarray(model(inputs, training=True))),
        "seen-and-hidden-swapped": forward_with(
            seen=lambda hidden, **_: hidden, hidden=lambda seen, **_: seen
        ),
        "in-place": forward_in_place,
        **of_pairs(masked_forward),
        **cheats(masked_forward, places=(2, 3, 4, 5)),
    },
    "12.6": {
        "normal": widths(lambda s: 1.96),
        "of-n": widths(lambda s: scipy.stats.t.ppf(0.975, s)),
        "of-n-2": widths(lambda s: scipy.stats.t.ppf(0.975, max(s - 2, 1))),
        "one-sided": widths(lambda s: scipy.stats.t.ppf(0.95, s - 1)),
        "lower-quantile": widths(lambda s: scipy.stats.t.ppf(0.025, s - 1)),
        "density": widths(lambda s: scipy.stats.t.pdf(0.975, s - 1)),
        "always-4": widths(lambda s: scipy.stats.t.ppf(0.975, 4)),
        "no-t": widths(lambda s: 1.0),
        "biased": widths(ddof=0),
        "deviation": widths(root=lambda s: 1),
        "by-n": widths(root=lambda s: s),
        "by-root-of-n-1": widths(root=lambda s: np.sqrt(s - 1)),
        "biased-by-root-of-n-1-of-n": widths(lambda s: scipy.stats.t.ppf(0.975, s), ddof=0),
        "whole-width": then(lambda all3: (*all3[:2], 2 * all3[2]), few_label_errors),
        "variance": few(
            width=lambda e: (
                scipy.stats.t.ppf(0.975, len(e) - 1) * np.var(e, ddof=1) / np.sqrt(len(e))
            )
        ),
        "range": few(width=lambda e: (e.max() - e.min()) / 2),
        "percentiles": few(width=lambda e: np.diff(np.percentile(e, [2.5, 97.5]))[0] / 2),
        "limits": few(width=lambda e: (np.mean(e) - width_of(e), np.mean(e) + width_of(e))),
        "binomial": binomial_width,
        "median": few(mean=np.median),
        "sum": few(mean=np.sum),
        "mean-is-first": few(mean=lambda e: e[0]),
        "mean-rounded": few(mean=lambda e: round(float(np.mean(e)))),
        "shares": few(after=lambda e: e / 100),
        "right-ones": few(after=lambda e: 100 - e),
        "counts": lambda *inputs: few(after=lambda e: e * len(inputs[3]) / 100)(*inputs),
        "sorted": few(after=np.sort),
        "rounded": few(after=np.round),
        "errors-noisy": few(after=noisily),
        "errors-left-out": few(after=lambda e: e[:-1]),
        "with-repeats": few(balanced(lambda rng, rows, m: rng.choice(rows, m))),
        "not-balanced": few(any_rows),
        "by-shares": few(by_shares),
        "first-rows": few(lambda rng, labels, count: np.arange(count)),
        "first-of-each": few(balanced(lambda rng, rows, m: rows[:m])),
        "block": few(balanced(block)),
        "same-in-each": few(same_in_each),
        "last-never": few(balanced(lambda rng, rows, m: without_repeats(rng, rows[:-1], m))),
        "first-never": few(balanced(lambda rng, rows, m: without_repeats(rng, rows[1:], m))),
        "first-half": few(
            balanced(lambda rng, rows, m: without_repeats(rng, rows[: max(m, len(rows) // 2)], m))
        ),
        "last-seldom": few(
            balanced(lambda rng, rows, m: without_repeats(rng, rows[: max(m, len(rows) - 1)], m))
        ),
        "count-of-each": few(
            balanced(
                lambda rng, rows, m: without_repeats(rng, rows, min(m, len(rows))),
                lambda count, classes: count,
            )
        ),
        "one-too-few": few(
            balanced(without_repeats, lambda count, classes: max(count // classes - 1, 1))
        ),
        "one-too-many": few(
            balanced(
                lambda rng, rows, m: without_repeats(rng, rows, min(m, len(rows))),
                lambda count, classes: count // classes + 1,
            )
        ),
        "ten-classes": few(ten_classes),
        "numbered-classes": few(numbered_classes),
        "last-class-lost": few(not_the_last),
        "all-labels": all_labels,
        "one-draw": few(generators=same_draw),
        "one-rng": few(generators=one_rng),
        "one-rng-of-all": few(generators=one_rng_of_all),
        "numbered-seeds": few(generators=numbered),
        "always-seed-0": few(generators=lambda seeds: [np.random.default_rng(0) for _ in seeds]),
        "no-seed": few(generators=lambda seeds: [np.random.default_rng() for _ in seeds]),
        "five-seeds": few_with(lambda *inputs: (*inputs[:5], range(5), *inputs[6:])),
        "three-seeds": few_with(lambda *inputs: (*inputs[:5], inputs[5][:3], *inputs[6:])),
        "rng-of-each-class": few(
            lambda seed, labels, count: np.concatenate(
                [
                    np.random.default_rng(seed).choice(
                        np.flatnonzero(labels == c), count // len(set(labels.tolist())), False
                    )
                    for c in np.unique(labels)
                ]
            ),
            generators=list,
        ),
        "tested-on-drawn": tested_on(lambda rows, n: rows),
        "tested-on-rest": tested_on(lambda rows, n: np.setdiff1d(np.arange(n), rows)),
        "tested-on-codes": few_with(lambda a, b, c, d, *rest: (a, b, a, b, *rest)),
        "drawn-from-test": from_the_test,
        "swapped-sets": few_with(lambda a, b, c, d, *rest: (c, d, a, b, *rest)),
        "one-probe": one_probe,
        "labels-shuffled": few(
            fit=lambda x, y, c: measures.fit_probe(
                x, np.random.default_rng(0).permutation(y), strength=c
            )
        ),
        "labels-of-first-rows": few(
            fit=lambda x, y, c: measures.fit_probe(x, np.sort(y)[::-1], strength=c)
        ),
        "not-standardised": few(
            fit=lambda x, y, c: measures.fit_probe(x, y, standardise=False, strength=c)
        ),
        "usual-strength": few(fit=lambda x, y, c: measures.fit_probe(x, y)),
        "other-strength": few(fit=lambda x, y, c: measures.fit_probe(x, y, strength=1.0)),
        "own-regression": few(fit=lambda x, y, c: LogisticRegression(max_iter=1000).fit(x, y)),
        "first-column": few_with(lambda a, b, c, d, *rest: (a[:, :1], b, c[:, :1], d, *rest)),
        "half-of-test": few_with(lambda a, b, c, d, *rest: (a, b, c[::2], d[::2], *rest)),
        "errors-only": then(lambda all3: all3[0], few_label_errors),
        "without-errors": then(lambda all3: all3[1:], few_label_errors),
        "mean-first": then(lambda all3: (all3[1], all3[0], all3[2]), few_label_errors),
        "mean-last": then(lambda all3: (all3[0], all3[2], all3[1]), few_label_errors),
        "shuffles-codes": shuffles_codes,
        **cheats(few_label_errors, places=(0, 2)),
    },
}
