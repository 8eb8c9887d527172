"""Lesson 12: each check accepts right answers of any kind and names the mistake in wrong ones."""

import keras
import numpy as np
import tensorflow as tf
from answers import closing_tests
from scipy.stats import t as student_t

from helpers import measures


def cutting(*, order=(0, 1, 3, 2, 4), shape=None):
    """Return a right answer to 12.1, or one with a mistake put in."""

    def cut_patches(images, size):
        n, side = len(images), round(np.sqrt(images.shape[1]))
        per_side = side // size
        grid = images.reshape(n, per_side, size, per_side, size).transpose(order)
        return grid.reshape(shape(n, per_side, size) if shape else (n, per_side**2, size**2))

    return cut_patches


def cut_by_slices(images, size):
    side = round(images.shape[1] ** 0.5)
    found = []
    for top in range(0, side, size):
        for left in range(0, side, size):
            rows = images.reshape(-1, side, side)[:, top : top + size, left : left + size]
            found.append(rows.reshape(len(images), -1))
    return np.stack(found, axis=1)


def cut_by_tensorflow(images, size):
    side = round(images.shape[1] ** 0.5)
    pictures = tf.reshape(images, (-1, side, side, 1))
    steps = (1, size, size, 1)
    found = tf.image.extract_patches(pictures, steps, steps, (1, 1, 1, 1), "VALID")
    return tf.reshape(found, (len(images), -1, size * size))


def attending(
    *, scale=lambda q, k: np.sqrt(k.shape[1]), axis=1, stable=True, mean=lambda w, k, v: w @ v
):
    """Return a right answer to 12.3, or one with a mistake put in."""

    def attention(queries, keys, values):
        scores = queries @ keys.T / scale(queries, keys)
        scores = scores - scores.max(axis=1, keepdims=True) if stable else scores
        powers = np.exp(scores)
        weights = powers / powers.sum(axis=axis, keepdims=True)
        return mean(weights, keys, values), weights

    return attention


def attend_by_keras(queries, keys, values):
    scores = keras.ops.matmul(queries, keras.ops.transpose(keys)) / keys.shape[1] ** 0.5
    weights = keras.ops.softmax(scores, axis=-1)
    return keras.ops.matmul(weights, values), weights


def attend_in_loops(queries, keys, values):
    outputs, weights = [], []
    for query in queries:
        scores = np.array([query @ key for key in keys]) / np.sqrt(len(query))
        powers = np.exp(scores - scores.max())
        weights.append(powers / powers.sum())
        outputs.append(sum(w * v for w, v in zip(weights[-1], values, strict=True)))
    return np.array(outputs), np.array(weights)


def raw_scores(queries, keys, values):
    weights = queries @ keys.T / np.sqrt(keys.shape[1])
    return weights @ values, weights


def clipping(queries, keys, values):
    powers = np.exp(np.clip(queries @ keys.T / keys.shape[1] ** 0.5, -50, 50))
    weights = powers / powers.sum(axis=1, keepdims=True)
    return weights @ values, weights


def no_exponential(queries, keys, values):
    scores = queries @ keys.T
    weights = scores / scores.sum(axis=1, keepdims=True)
    return weights @ values, weights


def places(*, draw=None, swap=False, seed_used=True):
    """Return a right answer to 12.2, or one with a mistake put in."""

    def random_places(count, num_patches, num_seen, seed):
        rng = np.random.default_rng(seed if seed_used else 0)
        order = (draw or by_argsort)(rng, count, num_patches)
        seen, hidden = order[:, :num_seen], order[:, num_seen:]
        return (hidden, seen) if swap else (seen, hidden)

    return random_places


def by_argsort(rng, count, num_patches):
    return np.argsort(rng.random((count, num_patches)), axis=1)


def by_permuted(rng, count, num_patches):
    return rng.permuted(np.tile(np.arange(num_patches), (count, 1)), axis=1)


def sorted_places(count, num_patches, num_seen, seed):
    rng = np.random.default_rng(seed)
    everything = np.arange(num_patches)
    seen = [np.sort(rng.choice(num_patches, num_seen, replace=False)) for _ in range(count)]
    hidden = [np.setdiff1d(everything, some) for some in seen]
    return np.array(seen, int), np.array(hidden, int).reshape(count, num_patches - num_seen)


def with_repeats(count, num_patches, num_seen, seed):
    rng = np.random.default_rng(seed)
    seen = rng.integers(num_patches, size=(count, num_seen))
    return seen, rng.integers(num_patches, size=(count, num_patches - num_seen))


def drawn_apart(count, num_patches, num_seen, seed):
    rng = np.random.default_rng(seed)
    return (
        by_argsort(rng, count, num_patches)[:, :num_seen],
        by_argsort(rng, count, num_patches)[:, num_seen:],
    )


def as_masks(count, num_patches, num_seen, seed):
    mask = by_argsort(np.random.default_rng(seed), count, num_patches) < num_seen
    return mask, ~mask


def in_floats(*case):
    return tuple(one.astype(float) for one in places()(*case))


def rolled(rng, count, num_patches):
    """Return neighbours only, a block of places that begins anywhere."""
    return (np.arange(num_patches) + rng.integers(num_patches, size=(count, 1))) % num_patches


def seeds_of_images(count, num_patches, num_seen, seed):
    orders = [np.random.default_rng(seed + i).permutation(num_patches) for i in range(count)]
    return np.array(orders)[:, :num_seen], np.array(orders)[:, num_seen:]


def by_global_generator(count, num_patches, num_seen, seed):
    np.random.seed(seed)
    order = np.random.rand(count, num_patches).argsort(axis=1)
    return order[:, :num_seen], order[:, num_seen:]


def by_naive_swaps(rng, count, num_patches):
    order = np.tile(np.arange(num_patches), (count, 1))
    rows = np.arange(count)
    for i in range(num_patches):
        j = rng.integers(num_patches, size=count)
        order[rows, i], order[rows, j] = order[rows, j], order[rows, i]
    return order


def of_hidden(*, take=None, over=np.mean, slope=None):
    """Return a right answer to 12.4, or one with a mistake put in."""

    def hidden_loss(patches, reconstructions, hidden):
        rows = np.arange(len(patches))[:, None]
        gaps = reconstructions - patches
        gone = take(gaps, hidden) if take else gaps[rows, hidden]
        slopes = np.zeros(patches.shape)
        slopes[rows, hidden] = 2 * gaps[rows, hidden] / gaps[rows, hidden].size
        if slope:
            slopes = slope(slopes, gaps, hidden)
        return over(np.square(gone)), slopes

    return hidden_loss


def by_mask(patches, reconstructions, hidden):
    mask = np.zeros(patches.shape[:2])
    np.put_along_axis(mask, hidden, 1, axis=1)
    mask = mask[..., None] * np.ones(patches.shape[2])
    loss = np.sum(mask * (reconstructions - patches) ** 2) / mask.sum()
    return loss, 2 * mask * (reconstructions - patches) / mask.sum()


def by_tape(patches, reconstructions, hidden):
    outputs = tf.constant(reconstructions)
    with tf.GradientTape() as tape:
        tape.watch(outputs)
        gone = tf.gather(outputs - patches, hidden, batch_dims=1)
        loss = tf.reduce_mean(tf.square(gone))
    return loss, tf.convert_to_tensor(tape.gradient(loss, outputs))


def hidden_slopes_only(patches, reconstructions, hidden):
    rows = np.arange(len(patches))[:, None]
    loss, slopes = of_hidden()(patches, reconstructions, hidden)
    return loss, slopes[rows, hidden]


def numbered(places):
    """Return 0, 1, 2 ... in place of places."""
    return np.tile(np.arange(places.shape[1]), (len(places), 1))


def forwards(
    *,
    shown=lambda seen, hidden: seen,
    told=lambda places: places,
    context=lambda places: places,
    asked=lambda places: places,
    token=lambda token: token,
    written=lambda hidden: hidden,
    error=lambda squares, rows, hidden: squares[rows, hidden].mean(axis=(1, 2)),
):
    """Return a right answer to 12.5, or one with a mistake put in."""

    def masked_forward(encoder, decoder, mask_token, patches, seen, hidden):
        rows, places = np.arange(len(patches))[:, None], shown(seen, hidden)
        tokens = np.asarray(encoder([patches[rows, places], told(places)]))
        masks = np.tile(token(mask_token), (*hidden.shape, 1))
        found = np.asarray(decoder([tokens, context(places), masks, asked(hidden)]))
        filled = patches.copy()
        filled[rows, written(hidden)] = found
        return filled, error(np.square(filled - patches), rows, hidden)

    return masked_forward


def one_by_one(encoder, decoder, mask_token, patches, seen, hidden):
    """Work on each image by itself."""
    filled, errors = [], []
    for image, one, other in zip(patches, seen, hidden, strict=True):
        tokens = encoder.predict([image[None, one], one[None]], verbose=0)
        masks = np.repeat(mask_token[None, None], len(other), axis=1)
        found = decoder.predict([tokens, one[None], masks, other[None]], verbose=0)[0]
        whole = image.copy()
        whole[other] = found
        filled.append(whole)
        errors.append(np.mean((found - image[other]) ** 2))
    return np.array(filled), np.array(errors)


def with_tensors(encoder, decoder, mask_token, patches, seen, hidden):
    seen, hidden = tf.constant(seen), tf.constant(hidden)
    shown = tf.gather(patches, seen, batch_dims=1)
    masks = tf.broadcast_to(mask_token, (*hidden.shape, len(mask_token)))
    found = decoder([encoder([shown, seen]), seen, masks, hidden])
    order = tf.argsort(tf.concat([seen, hidden], axis=1), axis=1)
    filled = tf.gather(tf.concat([shown, found], axis=1), order, batch_dims=1)
    gaps = found - tf.gather(patches, hidden, batch_dims=1)
    return filled, tf.reduce_mean(gaps**2, axis=(1, 2))


def peeking(encoder, decoder, mask_token, patches, seen, hidden):
    filled, errors = forwards()(encoder, decoder, mask_token, patches, seen, hidden)
    return filled + patches.mean(axis=(1, 2), keepdims=True), errors


def in_one_argument(encoder, decoder, mask_token, patches, seen, hidden):
    return encoder(patches[np.arange(len(patches))[:, None], seen]), None


def dropping(encoder, decoder, *rest):
    return forwards()(lambda inputs: encoder(inputs, training=True), decoder, *rest)


def found_alone(encoder, decoder, mask_token, patches, seen, hidden):
    filled, errors = forwards()(encoder, decoder, mask_token, patches, seen, hidden)
    return filled[np.arange(len(patches))[:, None], hidden], errors


def nothing_written(encoder, decoder, mask_token, patches, seen, hidden):
    errors = forwards()(encoder, decoder, mask_token, patches, seen, hidden)[1]
    return patches.copy(), errors


def few(
    *,
    rows=None,
    fit=measures.fit_probe,
    error=None,
    half=lambda e, n: student_t.ppf(0.975, n - 1) * e.std(ddof=1) / np.sqrt(n),
    generator=np.random.default_rng,
):
    """Return a right answer to 12.6, or one with a mistake put in."""

    def few_label_errors(codes, labels, test_codes, test_labels, count, seeds, strength=0.01):
        errors = []
        for seed in seeds:
            some = (rows or of_each)(generator(seed), labels, count)
            probe = fit(codes[some], labels[some], strength=strength)
            measure = error or (
                lambda probe, codes, labels, some, test, answers: measures.probe_error(
                    probe, test, answers
                )
            )
            errors.append(measure(probe, codes, labels, some, test_codes, test_labels))
        errors = np.array(errors)
        return errors, errors.mean(), half(errors, len(errors))

    return few_label_errors


def of_each(rng, labels, count):
    classes = np.unique(labels)
    return np.concatenate([
        rng.choice(np.flatnonzero(labels == c), count // len(classes), replace=False)
        for c in classes
    ])  # fmt: skip


def of_each_part(part, kinds=np.unique):
    """Return a draw of each class by (rng, rows, number)."""

    def rows(rng, labels, count):
        groups = [np.flatnonzero(labels == c) for c in kinds(labels)]
        parts = [part(rng, group, count // len(groups)) for group in groups]
        return np.concatenate(parts).astype(int)

    return rows


def neighbours(rng, rows, number):
    return rows[(rng.integers(len(rows)) + np.arange(number)) % len(rows)]


def at_same_places(rng, labels, count):
    places = rng.permutation(min(np.unique(labels, return_counts=True)[1]))
    return of_each_part(lambda rng, rows, m: rows[places[:m]])(rng, labels, count)


def first_of_a_shuffle(rng, labels, count):
    order = rng.permutation(len(labels))
    classes = np.unique(labels)
    return np.concatenate([order[labels[order] == c][: count // len(classes)] for c in classes])


def whatever_comes(rng, labels, count):
    return rng.choice(len(labels), count, replace=False)


def few_numbered(*case):
    return few()(*case[:5], range(len(case[5])), *case[6:])


def strong_probe(codes, labels, strength):
    return measures.fit_probe(codes, labels, strength=1.0)


def usual_probe(codes, labels, strength):
    return measures.fit_probe(codes, labels)


def one_for_all(*case):
    rng = np.random.default_rng(case[5][0])
    return few(generator=lambda seed: rng)(*case)


def in_place(answer, position):
    """Return an answer that changes one of its inputs."""

    def changed(*case):
        came = answer(*case)
        case[position][...] = 0
        return came

    return changed


RIGHT = {
    "12.1": [
        ("reshape", cutting()),
        ("slices", cut_by_slices),
        ("TensorFlow", cut_by_tensorflow),
    ],
    "12.3": [("NumPy", attending()), ("Keras", attend_by_keras), ("loops", attend_in_loops)],
    "12.2": [
        ("argsort", places()),
        ("permuted", places(draw=by_permuted)),
        ("choice", sorted_places),
    ],
    "12.4": [("indices", of_hidden()), ("mask", by_mask), ("tape", by_tape)],
    "12.5": [("arrays", forwards()), ("one by one", one_by_one), ("tensors", with_tensors)],
    "12.6": [("choice", few()), ("shuffle", few(rows=first_of_a_shuffle))],
}
WRONG = {
    "12.1": [
        ("reshape", cutting(order=(0, 1, 2, 3, 4)), "reshape alone"),
        ("columns", cutting(order=(0, 3, 1, 2, 4)), "go down the columns of the grid"),
        ("pixels", cutting(order=(0, 1, 3, 4, 2)), "within a patch"),
        ("both", cutting(order=(0, 3, 1, 4, 2)), "every patch is turned"),
        ("grid", cutting(shape=lambda n, g, s: (n, g, g, s * s)), "grid still has two axes"),
        ("square", cutting(shape=lambda n, g, s: (n, g * g, s, s)), "still has two axes"),
        ("flat", cutting(shape=lambda n, g, s: (-1, s * s)), "no axis of its own"),
        ("clipped", lambda *case: np.clip(cutting()(*case), 0, 1), "not in the images"),
        ("backwards", lambda *case: cutting()(*case)[:, ::-1], "should hold rows 0 to"),
        ("in place", in_place(cut_by_slices, 0), "changes its input `images`"),
    ],
    "12.3": [
        ("no scale", attending(scale=lambda q, k: 1), "not divided by the root"),
        ("by k", attending(scale=lambda q, k: k.shape[1]), "by its root"),
        ("by t", attending(scale=lambda q, k: np.sqrt(len(k))), "root of the number of keys"),
        ("columns", attending(axis=0, stable=False), "down the columns"),
        ("table", attending(axis=None, stable=False), "over the whole table"),
        ("scores", raw_scores, "make probabilities"),
        ("swapped", lambda *case: attending()(*case)[::-1], "return outputs, weights"),
        ("unstable", attending(stable=False), "largest score away"),
        ("equal", attending(mean=lambda w, k, v: np.tile(v.mean(axis=0), (len(w), 1))), "equal"),
        ("largest", attending(mean=lambda w, k, v: v[w.argmax(axis=1)]), "largest weight"),
        ("sign", attending(scale=lambda q, k: -np.sqrt(k.shape[1])), "the sign"),
        ("by m", attending(scale=lambda q, k: k.shape[1] ** 0.25), "fourth root"),
        ("clipped", clipping, "Then nothing has to be clipped"),
        ("no exponential", no_exponential, "the exponential is missing"),
        ("one", lambda *case: attending()(*case)[0], "2 results"),
    ],
    "12.2": [
        ("swapped", places(swap=True), "return seen, hidden"),
        ("twice", with_repeats, "twice"),
        ("apart", drawn_apart, "seen and hidden as well"),
        ("masks", as_masks, "no table of True and False"),
        ("floats", in_floats, "whole numbers"),
        ("no seed", places(seed_used=False), "is the seed used"),
        (
            "same for all",
            places(draw=lambda rng, n, t: np.tile(rng.permutation(t), (n, 1))),
            "every image has the same",
        ),
        ("rolled", places(draw=rolled), "some choices come more often"),
        ("from 1", lambda *case: tuple(x + 1 for x in places()(*case)), "are 0 to"),
        ("seed + 1", seeds_of_images, "of seed 8: one generator"),
        ("global", by_global_generator, "the whole program shares"),
        ("swaps", places(draw=by_naive_swaps), "of 5,000 images"),
        (
            "in twos",
            places(draw=lambda rng, n, t: by_argsort(rng, n, t)[np.arange(n) // 2]),
            "some images have the same",
        ),
        (
            "not all",
            lambda n, t, s, seed: places()(n, t, min(s, t - 1), seed),
            "should have shape (4, 5)",
        ),
        (
            "seedless",
            lambda n, t, s, seed: places()(n, t, s, np.random.default_rng().integers(99)),
            "the same seed gives other",
        ),
    ],
    "12.4": [
        ("all", of_hidden(take=lambda gaps, hidden: gaps), "all patches count"),
        ("sum", of_hidden(over=np.sum), "are added up"),
        ("half", of_hidden(over=lambda x: x.mean() / 2), "half of it"),
        ("root", of_hidden(over=lambda x: np.sqrt(x.mean())), "the root of the mean"),
        ("first", of_hidden(take=lambda g, hidden: g[:, hidden[0]]), "of every image"),
        ("pairs", of_hidden(take=lambda g, hidden: g[:, hidden]), "of all images from each"),
        ("seen", of_hidden(slope=lambda s, g, h: 2 * g / (h.size * g.shape[2])), "are not 0"),
        ("sign", of_hidden(slope=lambda s, g, h: -s), "the sign"),
        ("no 2", of_hidden(slope=lambda s, g, h: s / 2), "2 of the square"),
        ("whole", of_hidden(slope=lambda s, g, h: s * h.size * g.shape[2]), "not divided"),
        ("4", of_hidden(slope=lambda s, g, h: 2 * s), "2 times what they should be"),
        ("means", of_hidden(over=lambda x: x.mean(axis=(1, 2)).sum()), "images are added up"),
        ("swapped", lambda *case: of_hidden()(*case)[::-1], "return loss, slopes"),
        ("short", hidden_slopes_only, "slopes of all patches"),
        ("one", lambda *case: of_hidden()(*case)[0], "2 results"),
    ],
    "12.5": [
        ("told", forwards(told=numbered), "encoder is told the places"),
        ("context", forwards(context=numbered), "of the seen tokens"),
        ("asked", forwards(asked=numbered), "which places are hidden"),
        ("zeros", forwards(token=np.zeros_like), "token of zeros"),
        ("sorted", forwards(written=lambda h: np.sort(h, axis=1)), "write each at its place"),
        ("sort told", forwards(context=lambda p: np.sort(p, axis=1)), "and the tokens are not"),
        ("one argument", in_one_argument, "Each takes one list"),
        ("dropout", dropping, "without training=True"),
        (
            "encode all",
            forwards(shown=lambda s, h: numbered(np.concatenate([s, h], axis=1))),
            "encoder sees all patches",
        ),
        ("nothing", nothing_written, "left as they were"),
        ("alone", found_alone, "only the hidden patches"),
        ("swapped", lambda *case: forwards()(*case)[::-1], "errors came first"),
        ("mean", forwards(error=lambda s, r, h: s.mean(axis=(1, 2))), "seen ones with their"),
        ("sum", forwards(error=lambda s, r, h: s.sum(axis=(1, 2))), "are added up"),
        ("batch", forwards(error=lambda s, r, h: s[r, h].mean()), "one per image"),
        ("peeks", peeking, "the seen patches are not as they came"),
        ("in place", in_place(forwards(), 3), "changes its input `patches`"),
    ],
    "12.6": [
        (
            "right",
            few(error=lambda p, c, y, r, t, a: 100 - measures.probe_error(p, t, a)),
            "share that is right",
        ),
        (
            "shares",
            few(error=lambda p, c, y, r, t, a: measures.probe_error(p, t, a) / 100),
            "percent are asked for",
        ),
        (
            "fitted",
            few(error=lambda p, c, y, r, t, a: measures.probe_error(p, c[r], y[r])),
            "that it was fitted to",
        ),
        ("unbalanced", few(rows=whatever_comes), "Draw from each class"),
        ("repeats", few(rows=of_each_part(lambda g, r, m: g.choice(r, m))), "putting back"),
        ("block", few(rows=of_each_part(neighbours)), "of the six pairs never came"),
        ("same places", few(rows=at_same_places), "stand at the same places"),
        (
            "some never",
            few(rows=of_each_part(lambda g, r, m: g.permutation(r[: max(m, len(r) - 1)])[:m])),
            "some images never came",
        ),
        (
            "numbers for classes",
            few(rows=of_each_part(lambda g, r, m: r[:m], lambda y: range(y.max() + 1))),
            "of the classes 3, 8",
        ),
        (
            "three",
            lambda *case: few()(*case[:5], case[5][:3], *case[6:]),
            "for 4 seeds should have",
        ),
        ("numbered", few_numbered, "whatever i is"),
        ("strength", few(fit=strong_probe), "measures.fit_probe(codes, labels"),
        ("no strength", few(fit=usual_probe), "`strength` is not passed on"),
        ("one generator", one_for_all, "seeds before it"),
        ("same rows", few(generator=lambda seed: np.random.default_rng(0)), "all seeds give"),
        ("normal", few(half=lambda e, n: 1.96 * e.std(ddof=1) / np.sqrt(n)), "Student's t"),
        (
            "no root",
            few(half=lambda e, n: student_t.ppf(0.975, n - 1) * e.std(ddof=1)),
            "lacks the root",
        ),
        (
            "ddof",
            few(half=lambda e, n: student_t.ppf(0.975, n - 1) * e.std() / np.sqrt(n)),
            "ddof=1",
        ),
        (
            "below 0",
            few(half=lambda e, n: -e.std(ddof=1) * student_t.ppf(0.975, n - 1) / n**0.5),
            "is below 0",
        ),
        ("own t", few(half=lambda e, n: 2.776 * e.std(ddof=1) / np.sqrt(n)), "degrees of freedom"),
        ("two", lambda *case: few()(*case)[:2], "3 results"),
    ],
}
test_complete, test_right, test_wrong = closing_tests("12", RIGHT, WRONG)
