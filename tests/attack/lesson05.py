"""Right and wrong answers to the exercises of lesson 05, to try the checks on."""

import math
import statistics
import sys

import keras
import numpy as np
import tensorflow as tf
from scipy.spatial import cKDTree
from scipy.spatial.distance import cdist


def remembers_first(answer):
    kept = []

    def wrong(*arguments, **named):
        if not kept:
            kept.append(answer(*arguments, **named))
        return kept[0]

    return wrong


def remembers_by_shape(answer):
    kept = {}

    def wrong(*arguments, **named):
        shapes = str([np.shape(argument) for argument in arguments])
        if shapes not in kept:
            kept[shapes] = answer(*arguments, **named)
        return kept[shapes]

    return wrong


def exits(*arguments, **named):
    sys.exit(0)


def gives_up(*arguments, **named):
    raise ValueError("no idea")


def returns_none(*arguments, **named):
    return None


# Exercise 5.1


def masking(draw, count=lambda v, n, d: round(v * d), generator=np.random.default_rng):
    def answer(images, fraction, seed):
        n, d = images.shape
        return np.where(draw(generator(seed), n, d, count(fraction, n, d)), 0, images)

    return answer


def ranks(rng, n, d, k):
    return np.argsort(rng.random((n, d)), axis=1) < k


mask_rows = masking(ranks)


def choice_loop(images, fraction, seed):
    rng = np.random.default_rng(seed)
    spoilt = images.copy()
    for row in spoilt:
        row[rng.choice(len(row), round(fraction * len(row)), replace=False)] = 0
    return spoilt


def shuffle_loop(images, fraction, seed):
    rng = np.random.default_rng(seed)
    d = images.shape[1]
    count = int(np.rint(fraction * d))
    rows = []
    for image in images:
        keep = [False] * count + [True] * (d - count)
        rng.shuffle(keep)
        rows.append([pixel if kept else 0 for pixel, kept in zip(image, keep, strict=False)])
    return np.array(rows)


def put_along_axis(images, fraction, seed):
    noise = np.random.default_rng(seed).normal(size=images.shape)
    spoilt = np.array(images)
    chosen = np.argsort(noise, axis=1)[:, : round(fraction * images.shape[1])]
    np.put_along_axis(spoilt, chosen, 0, axis=1)
    return spoilt


def times_a_mask(images, fraction, seed):
    n, d = images.shape
    keep = ~ranks(np.random.default_rng(seed), n, d, round(fraction * d))
    return images * keep.astype(images.dtype)


def erases_the_last_of_an_order(images, fraction, seed):
    order = np.argsort(np.random.default_rng(seed).random(images.shape), axis=1)
    spoilt = images.copy()
    np.put_along_axis(spoilt, order[:, -round(fraction * images.shape[1]) :], 0, axis=1)
    return spoilt


def writes_into_images(images, fraction, seed):
    n, d = images.shape
    images[ranks(np.random.default_rng(seed), n, d, round(fraction * d))] = 0
    return images


def multiplies_images_in_place(images, fraction, seed):
    n, d = images.shape
    images *= ~ranks(np.random.default_rng(seed), n, d, round(fraction * d))
    return images


def only_pixels_with_ink(images, fraction, seed):
    rng = np.random.default_rng(seed)
    spoilt = images.copy()
    for row in spoilt:
        ink = np.flatnonzero(row)
        count = min(len(ink), round(fraction * len(row)))
        row[rng.choice(ink, count, replace=False)] = 0
    return spoilt


def share_of_the_ink(images, fraction, seed):
    rng = np.random.default_rng(seed)
    spoilt = images.copy()
    for row in spoilt:
        ink = np.flatnonzero(row)
        row[rng.choice(ink, round(fraction * len(ink)), replace=False)] = 0
    return spoilt


def with_replacement(rng, n, d, k):
    chosen = np.zeros((n, d), bool)
    np.put_along_axis(chosen, rng.integers(0, d, (n, k)), True, axis=1)
    return chosen


def over_the_whole_batch(images, fraction, seed):
    order = np.random.default_rng(seed).permutation(images.size)
    return np.where(order.reshape(images.shape) < round(fraction * images.size), 0, images)


def below_the_quantile(images, fraction, seed):
    draw = np.random.default_rng(seed).random(images.shape)
    return np.where(draw < np.quantile(draw, fraction), 0, images)


def up_to_a_sorted_value(images, fraction, seed):
    draw = np.random.default_rng(seed).random(images.shape)
    count = round(fraction * images.shape[1])
    return np.where(draw < np.sort(draw, axis=1)[:, count, None], 0, images)


def fresh_generator_for_each_row(images, fraction, seed):
    return np.concatenate([mask_rows(image[None], fraction, seed) for image in images])


def moves_the_rest(images, fraction, seed):
    return np.random.default_rng(seed).permuted(mask_rows(images, fraction, seed), axis=1)


def block_of_neighbours(rng, n, d, k):
    starts = rng.integers(0, d, (n, 1))
    return (np.arange(d) - starts) % d < k


def brightest_pixels(images, fraction, seed):
    order = np.argsort(np.argsort(-images, axis=1), axis=1)
    return np.where(order < round(fraction * images.shape[1]), 0, images)


# Exercise 5.2


def spoil(images, switches, corrupt):
    return images * (1 - corrupt * (1 - switches))


def switch_by_row(images, switches, corrupt):
    turned_on = np.broadcast_to(corrupt, (len(images), 1))[:, 0]
    rows = zip(images, switches, turned_on, strict=False)
    return np.array([image * switch if on else image for image, switch, on in rows])


def images_themselves(images, switches, corrupt):
    if np.ndim(corrupt) == 0:
        return images * switches if corrupt else images
    return np.where(corrupt == 1, images * switches, images)


def masked_copy(images, switches, corrupt):
    spoilt = np.array(images)
    spoilt[(switches == 0) & (np.asarray(corrupt) == 1)] = 0
    return spoilt


def with_keras_ops(images, switches, corrupt):
    corrupt = keras.ops.cast(corrupt, "float32")
    factor = 1 - corrupt * (1 - keras.ops.cast(switches, "float32"))
    return images * keras.ops.convert_to_numpy(factor)


def one_number_only(images, switches, corrupt):
    return images * switches if corrupt else images


def multiplies_by_switches_in_place(images, switches, corrupt):
    images *= 1 - corrupt * (1 - switches)
    return images


def changes_switches(images, switches, corrupt):
    switches[np.broadcast_to(corrupt, switches.shape) == 0] = 1
    return images * switches


def own_switches(images, switches, corrupt):
    switches = np.random.default_rng(5).integers(0, 2, images.shape)
    return spoil(images, switches, corrupt)


# Exercise 5.3


def cross_entropy(targets, outputs):
    targets = keras.ops.convert_to_tensor(targets, "float32")
    return keras.losses.binary_crossentropy(targets, outputs) * targets.shape[1]


def mean_cross_entropy(targets, outputs):
    return keras.ops.mean(cross_entropy(targets, outputs))


def by_hand(targets, outputs):
    outputs = tf.clip_by_value(outputs, 1e-7, 1 - 1e-7)
    logs = targets * tf.math.log(outputs) + (1 - targets) * tf.math.log(1 - outputs)
    return -tf.reduce_sum(logs) / len(targets)


def step(
    measure=mean_cross_entropy,
    target=0,
    shown=1,
    variables="trainable_variables",
    finish=lambda loss, gradients: (loss, gradients),
    **options,
):
    def answer(autoencoder, images, noisy_images):
        batches = images, noisy_images
        with tf.GradientTape() as tape:
            loss = measure(batches[target], autoencoder(batches[shown], **options))
        return finish(loss, tape.gradient(loss, getattr(autoencoder, variables)))

    return answer


def one_variable_at_a_time(autoencoder, images, noisy_images):
    with tf.GradientTape(persistent=True) as tape:
        loss = mean_cross_entropy(images, autoencoder(noisy_images))
    return loss, [tape.gradient(loss, weights) for weights in autoencoder.trainable_variables]


def watched_by_hand(autoencoder, images, noisy_images):
    weights = [variable.value for variable in autoencoder.trainable_variables]
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(weights)
        loss = mean_cross_entropy(images, autoencoder(noisy_images))
    return loss, tape.gradient(loss, weights)


def image_by_image(autoencoder, images, noisy_images):
    with tf.GradientTape() as tape:
        parts = [
            mean_cross_entropy(images[i : i + 1], autoencoder(noisy_images[i : i + 1]))
            for i in range(len(images))
        ]
        loss = sum(parts) / len(parts)
    return loss, tape.gradient(loss, autoencoder.trainable_variables)


def compiled(autoencoder, images, noisy_images):
    return tf.function(step())(
        autoencoder, tf.constant(images, tf.float32), tf.constant(noisy_images, tf.float32)
    )


def through_numpy(autoencoder, images, noisy_images):
    with tf.GradientTape() as tape:
        outputs = autoencoder(noisy_images).numpy()
        loss = tf.convert_to_tensor(mean_cross_entropy(images, outputs))
    return loss, tape.gradient(loss, autoencoder.trainable_variables)


def model_called_outside_the_tape(autoencoder, images, noisy_images):
    outputs = autoencoder(noisy_images)
    with tf.GradientTape() as tape:
        loss = mean_cross_entropy(images, outputs)
    return loss, tape.gradient(loss, autoencoder.trainable_variables)


def takes_the_step(autoencoder, images, noisy_images):
    loss, gradients = step()(autoencoder, images, noisy_images)
    keras.optimizers.SGD(0.01).apply(gradients, autoencoder.trainable_variables)
    return loss, gradients


def sets_weights_to_zero(autoencoder, images, noisy_images):
    autoencoder.set_weights([np.zeros_like(weights) for weights in autoencoder.get_weights()])
    return step()(autoencoder, images, noisy_images)


def freezes_the_model(autoencoder, images, noisy_images):
    loss, gradients = step()(autoencoder, images, noisy_images)
    autoencoder.trainable = False
    return loss, gradients


def weight_penalty(autoencoder, images, noisy_images):
    with tf.GradientTape() as tape:
        loss = mean_cross_entropy(images, autoencoder(noisy_images))
        for weights in autoencoder.trainable_variables:
            loss += 1e-3 * keras.ops.sum(keras.ops.square(weights))
    return loss, tape.gradient(loss, autoencoder.trainable_variables)


def kernels_only(autoencoder, images, noisy_images):
    kernels = [weights for weights in autoencoder.trainable_variables if weights.ndim == 2]
    with tf.GradientTape() as tape:
        loss = mean_cross_entropy(images, autoencoder(noisy_images))
    return loss, tape.gradient(loss, kernels)


def overwrites_the_noisy_batch(autoencoder, images, noisy_images):
    loss, gradients = step()(autoencoder, images, noisy_images)
    noisy_images[:] = images
    return loss, gradients


def first_image_only(autoencoder, images, noisy_images):
    return step()(autoencoder, images[:1], noisy_images[:1])


def spoils_once_more(autoencoder, images, noisy_images):
    return step()(autoencoder, images, mask_rows(noisy_images, 0.5, 0))


def ink_half_only(targets, outputs):
    return -keras.ops.sum(targets * keras.ops.log(outputs)) / len(targets)


def blocked(targets, outputs):
    return mean_cross_entropy(targets, keras.ops.stop_gradient(outputs))


# Exercise 5.4


def errors(images, reconstructions):
    return np.mean(np.square(images - reconstructions), axis=1)


def ratio(images, reconstructions):
    return np.mean(-10 * np.log10(errors(images, reconstructions)))


def ratio_loop(images, reconstructions):
    total = 0.0
    for image, reconstruction in zip(images.tolist(), reconstructions.tolist(), strict=False):
        squares = [(x - y) ** 2 for x, y in zip(image, reconstruction, strict=False)]
        total -= 10 * math.log10(sum(squares) / len(squares))
    return total / len(images)


def ratio_by_norm(images, reconstructions):
    lengths = np.linalg.norm(images - reconstructions, axis=1)
    return float(20 * np.log10(np.sqrt(images.shape[1]) / lengths).mean())


def ratio_by_keras(images, reconstructions):
    squares = keras.ops.mean(keras.ops.square(images - reconstructions), axis=-1)
    return keras.ops.mean(-10 * keras.ops.log(squares) / math.log(10))


def ratio_by_einsum(images, reconstructions):
    gaps = images - reconstructions
    squares = np.einsum("ij,ij->i", gaps, gaps) / gaps.shape[1]
    return -10 * np.sum(np.log10(squares)) / len(squares)


def subtracts_in_place(images, reconstructions):
    images -= reconstructions
    return -10 * np.log10(np.square(images).mean(axis=1)).mean()


def squares_in_place(images, reconstructions):
    reconstructions -= images
    reconstructions **= 2
    return -10 * np.log10(reconstructions.mean(axis=1)).mean()


def peak_of_the_batch(images, reconstructions):
    return np.mean(10 * np.log10(images.max() ** 2 / errors(images, reconstructions)))


def peak_of_each_image(images, reconstructions):
    peaks = images.max(axis=1) ** 2
    return np.mean(10 * np.log10(peaks / errors(images, reconstructions)))


def signal_over_noise(images, reconstructions):
    power = np.square(images).mean(axis=1)
    return np.mean(10 * np.log10(power / errors(images, reconstructions)))


def squeezed_ratio(images, reconstructions):
    gaps = np.squeeze(images - reconstructions)
    return np.mean(-10 * np.log10(np.mean(gaps**2, axis=1)))


# Exercise 5.5


def field(points, reconstructions, curve):
    arrows = reconstructions - points
    gaps = curve[cdist(points, curve).argmin(axis=1)] - points
    return arrows, cosine(arrows, gaps)


def cosine(a, b):
    return np.sum(a * b, axis=1) / np.linalg.norm(a, axis=1) / np.linalg.norm(b, axis=1)


def field_by_tree(points, reconstructions, curve):
    _, nearest = cKDTree(curve).query(points)
    arrows, gaps = reconstructions - points, curve[nearest] - points
    arrows_1 = arrows / np.linalg.norm(arrows, axis=1, keepdims=True)
    gaps_1 = gaps / np.linalg.norm(gaps, axis=1, keepdims=True)
    return [arrows, np.einsum("ij,ij->i", arrows_1, gaps_1)]


def field_by_loop(points, reconstructions, curve):
    arrows, cosines = [], []
    for point, reconstruction in zip(points, reconstructions, strict=False):
        arrow = reconstruction - point
        gap = min((place - point for place in curve), key=lambda way: way @ way)
        arrows.append(arrow)
        cosines.append(arrow @ gap / math.sqrt((arrow @ arrow) * (gap @ gap)))
    return np.array(arrows), np.array(cosines)


def field_by_angles(points, reconstructions, curve):
    arrows = reconstructions - points
    gaps = curve[np.argmin(cdist(points, curve, "sqeuclidean"), axis=1)] - points
    difference = np.arctan2(arrows[:, 1], arrows[:, 0]) - np.arctan2(gaps[:, 1], gaps[:, 0])
    return arrows, np.cos(difference)


def field_by_complex_numbers(points, reconstructions, curve):
    places = curve[:, 0] + 1j * curve[:, 1]
    starts = points[:, 0] + 1j * points[:, 1]
    ways = places[:, None] - starts
    gaps = ways[np.abs(ways).argmin(axis=0), np.arange(len(starts))]
    arrows = np.subtract(reconstructions, points)
    turned = (arrows[:, 0] + 1j * arrows[:, 1]) * gaps.conj()
    return arrows, turned.real / np.abs(turned)


def field_with(nearest=None, cosines=cosine, arrows=lambda points, outputs: outputs - points):
    def answer(points, reconstructions, curve):
        if nearest is None:
            index = cdist(points, curve).argmin(axis=1)
        else:
            index = nearest(points, reconstructions, curve)
        way = arrows(points, reconstructions)
        return way, cosines(way, curve[index] - points)

    return answer


def moves_the_points(points, reconstructions, curve):
    arrows, cosines = field(points, reconstructions, curve)
    points += arrows
    return arrows, cosines


def subtracts_from_reconstructions(points, reconstructions, curve):
    _, cosines = field(points, reconstructions, curve)
    reconstructions -= points
    return reconstructions, cosines


def sorts_the_curve(points, reconstructions, curve):
    curve[:] = curve[np.argsort(curve[:, 0])]
    return field(points, reconstructions, curve)


def way_from_the_reconstruction(points, reconstructions, curve):
    arrows = reconstructions - points
    gaps = curve[cdist(reconstructions, curve).argmin(axis=1)] - reconstructions
    return arrows, cosine(arrows, gaps)


def along_the_curve(points, reconstructions, curve):
    arrows = reconstructions - points
    tangents = np.gradient(curve, axis=0)[cdist(points, curve).argmin(axis=1)]
    return arrows, cosine(arrows, tangents)


def squeezed_field(points, reconstructions, curve):
    arrows, cosines = field(points, reconstructions, curve)
    return np.squeeze(arrows), np.squeeze(cosines)


def plus_a_thousandth(a, b):
    lengths = np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1)
    return np.sum(a * b, axis=1) / (lengths + 1e-3)


# Exercise 5.6


def sweep(
    middle=lambda e: np.mean(e, axis=1),
    spread=lambda e, best: np.std(e[best], ddof=1),
    tied=lambda mean, limit: mean <= limit,
    finish=lambda levels, best, chosen: (levels[best], sorted(levels[i] for i in chosen)),
):
    def answer(levels, errors):
        means = middle(np.asarray(errors))
        best = int(np.argmin(means))
        limit = means[best] + spread(np.asarray(errors), best)
        chosen = [i for i, mean in enumerate(means[: len(levels)]) if tied(mean, limit)]
        return finish(levels, best, chosen)

    return answer


def by_statistics(levels, errors):
    rows = {
        level: [float(error) for error in row] for level, row in zip(levels, errors, strict=False)
    }
    means = {level: math.fsum(row) / len(row) for level, row in rows.items()}
    best = min(means, key=means.get)
    limit = means[best] + statistics.stdev(rows[best])
    return best, sorted(level for level in means if means[level] <= limit)


def by_sorting_pairs(levels, errors):
    order = np.argsort(levels)
    ordered, means = np.array(levels)[order], np.mean(errors, axis=1)[order]
    best = means.argmin()
    limit = means[best] + np.std(np.asarray(errors)[order[best]], ddof=1)
    return ordered[best], list(ordered[means <= limit])


def best_added_by_hand(levels, errors):
    means = np.asarray(errors).mean(axis=1)
    best = means.argmin()
    limit = means.min() + np.sqrt(np.var(errors[best], ddof=1))
    tied = {levels[best]} | {
        level for level, mean in zip(levels, means, strict=False) if mean <= limit
    }
    return [levels[best], sorted(tied)]


def sorts_levels_in_place(levels, errors):
    best, tied = sweep()(levels, errors)
    levels.sort()
    return best, tied


def pops_the_best(levels, errors):
    best, tied = sweep()(levels, errors)
    levels.remove(best)
    return best, tied


def sorts_errors_in_place(levels, errors):
    errors.sort(axis=1)
    return sweep()(levels, errors)


def sorts_levels_without_errors(levels, errors):
    return sweep()(sorted(levels), errors)


RIGHT = {
    "5.1": {
        "ranks of random numbers": mask_rows,
        "permuted rows": masking(
            lambda rng, n, d, k: rng.permuted(np.tile(np.arange(d) < k, (n, 1)), axis=1)
        ),
        "choice in a loop": choice_loop,
        "shuffled lists": shuffle_loop,
        "put along axis": put_along_axis,
        "times a mask": times_a_mask,
        "permutation of each row": masking(
            lambda rng, n, d, k: np.array([rng.permutation(d) >= d - k for _ in range(n)])
        ),
    },
    "5.2": {
        "one factor": spoil,
        "two terms": lambda images, switches, corrupt: (
            corrupt * images * switches + (1 - corrupt) * images
        ),
        "where": lambda images, switches, corrupt: np.where(corrupt, images * switches, images),
        "power": lambda images, switches, corrupt: images * np.power(switches, corrupt),
        "maximum": lambda images, switches, corrupt: images * np.maximum(switches, 1 - corrupt),
        "row by row": switch_by_row,
        "the images themselves": images_themselves,
        "masked copy": masked_copy,
        "keras ops": with_keras_ops,
    },
    "5.3": {
        "plain": step(),
        "by hand with tf": step(by_hand),
        "training=True": step(training=True),
        "Python number": step(finish=lambda loss, gradients: (float(loss), gradients)),
        "pair as a list": step(finish=lambda loss, gradients: [loss, list(gradients)]),
        "trainable_weights": step(variables="trainable_weights"),
        "one variable at a time": one_variable_at_a_time,
        "watched by hand": watched_by_hand,
        "image by image": image_by_image,
        "compiled": compiled,
    },
    "5.4": {
        "minus log": ratio,
        "loop": ratio_loop,
        "norm": ratio_by_norm,
        "keras ops": ratio_by_keras,
        "einsum": ratio_by_einsum,
        "log of the inverse": lambda images, reconstructions: np.average(
            10 * np.log10(1 / errors(images, reconstructions))
        ),
    },
    "5.5": {
        "cdist": field,
        "tree, list of two": field_by_tree,
        "loop": field_by_loop,
        "angles": field_by_angles,
        "complex numbers": field_by_complex_numbers,
    },
    "5.6": {
        "NumPy": sweep(),
        "statistics": by_statistics,
        "NumPy scalars": by_sorting_pairs,
        "best added by hand": best_added_by_hand,
        "set of levels": sweep(
            finish=lambda levels, best, chosen: (
                float(levels[best]),
                sorted({float(levels[i]) for i in chosen}),
            )
        ),
    },
}

WRONG = {
    "5.1": {
        "coin for each pixel": lambda images, fraction, seed: np.where(
            np.random.default_rng(seed).random(images.shape) < fraction, 0, images
        ),
        "exact over the batch only": over_the_whole_batch,
        "below a quantile": below_the_quantile,
        "with replacement": masking(with_replacement),
        "same pixels in every image": masking(lambda rng, n, d, k: rng.permutation(d) < k),
        "new generator for each row": fresh_generator_for_each_row,
        "ranks along axis 0": masking(
            lambda rng, n, d, k: np.argsort(rng.random((n, d)), axis=0) < k
        ),
        "first pixels": masking(lambda rng, n, d, k: np.arange(d) < k),
        "block of neighbours": masking(block_of_neighbours),
        "brightest pixels": brightest_pixels,
        "only pixels with ink": only_pixels_with_ink,
        "share of the ink": share_of_the_ink,
        "keeps instead of erases": masking(lambda rng, n, d, k: ~ranks(rng, n, d, k)),
        "count cut off": masking(ranks, lambda v, n, d: int(v * d)),
        "count rounded up": masking(ranks, lambda v, n, d: math.ceil(v * d)),
        "count rounded half up": masking(ranks, lambda v, n, d: int(v * d + 0.5)),
        "count from the number of images": masking(ranks, lambda v, n, d: round(v * n)),
        "count for 784 pixels": masking(ranks, lambda v, n, d: round(v * 784)),
        "minus zero erases all": erases_the_last_of_an_order,
        "fails for fraction 1": up_to_a_sorted_value,
        "spares the last pixel": masking(
            lambda rng, n, d, k: np.c_[ranks(rng, n, d - 1, k), np.zeros(n, bool)]
        ),
        "moves the rest": moves_the_rest,
        "sets to 1": lambda images, fraction, seed: np.where(
            mask_rows(np.ones(images.shape), fraction, seed), images, 1
        ),
        "ignores the seed": masking(ranks, generator=lambda seed: np.random.default_rng(0)),
        "no seed": masking(ranks, generator=lambda seed: np.random.default_rng()),
        "writes into images": writes_into_images,
        "multiplies in place": multiplies_images_in_place,
        "squeezed": lambda images, fraction, seed: np.squeeze(mask_rows(images, fraction, seed)),
        "remembers the first": remembers_first(mask_rows),
        "exits": exits,
    },
    "5.2": {
        "ignores corrupt": lambda images, switches, corrupt: images * switches,
        "always clean": lambda images, switches, corrupt: images + 0,
        "corrupt the other way round": lambda images, switches, corrupt: spoil(
            images, switches, 1 - corrupt
        ),
        "clean term missing": lambda images, switches, corrupt: images * switches * corrupt,
        "corrupt missing in a term": lambda images, switches, corrupt: (
            images * switches + images * (1 - corrupt)
        ),
        "adds the clean image": lambda images, switches, corrupt: (
            images * switches * corrupt + images
        ),
        "switches the other way round": lambda images, switches, corrupt: spoil(
            images, 1 - switches, corrupt
        ),
        "adds the switches": lambda images, switches, corrupt: images + corrupt * switches,
        "maximum with corrupt": lambda images, switches, corrupt: (
            images * np.maximum(switches, corrupt)
        ),
        "one number only": one_number_only,
        "any of corrupt": lambda images, switches, corrupt: (
            images * switches if np.any(corrupt) else images
        ),
        "first of corrupt": lambda images, switches, corrupt: spoil(
            images, switches, np.ravel(corrupt)[0]
        ),
        "corrupt flattened": lambda images, switches, corrupt: spoil(
            images, switches, np.ravel(corrupt)
        ),
        "one switch an image": lambda images, switches, corrupt: spoil(
            images, switches[:, :1], corrupt
        ),
        "switches of the first image": lambda images, switches, corrupt: spoil(
            images, switches[:1], corrupt
        ),
        "draws its own switches": own_switches,
        "rounds the pixels": lambda images, switches, corrupt: spoil(
            images, switches, corrupt
        ).astype(int),
        "multiplies in place": multiplies_by_switches_in_place,
        "changes the switches": changes_switches,
        "squeezed": lambda images, switches, corrupt: np.squeeze(spoil(images, switches, corrupt)),
        "remembers by shape": remembers_by_shape(spoil),
    },
    "5.3": {
        "compared with the noisy": step(target=1),
        "clean shown, noisy target": step(target=1, shown=0),
        "clean shown, clean target": step(shown=0),
        "summed over the batch": step(lambda x, y: keras.ops.sum(cross_entropy(x, y))),
        "averaged over the pixels": step(
            lambda x, y: keras.ops.mean(keras.losses.binary_crossentropy(x, y))
        ),
        "squared error": step(lambda x, y: keras.ops.mean(keras.ops.sum((x - y) ** 2, axis=1))),
        "targets and outputs swapped": step(lambda x, y: mean_cross_entropy(y, x)),
        "ink half only": step(ink_half_only),
        "in bits": step(lambda x, y: mean_cross_entropy(x, y) / math.log(2)),
        "for 784 pixels": step(
            lambda x, y: 784 * keras.ops.mean(keras.losses.binary_crossentropy(x, y))
        ),
        "for a batch of 100": step(lambda x, y: keras.ops.sum(cross_entropy(x, y)) / 100),
        "target made black and white": step(
            lambda x, y: mean_cross_entropy(keras.ops.cast(x > 0.5, "float32"), y)
        ),
        "gradient of the vector": step(
            cross_entropy, finish=lambda loss, gradients: (keras.ops.mean(loss), gradients)
        ),
        "one loss an image": step(cross_entropy),
        "through NumPy": through_numpy,
        "stop_gradient": step(blocked),
        "model called outside the tape": model_called_outside_the_tape,
        "all variables": step(variables="variables"),
        "kernels only": kernels_only,
        "gradients the other way round": step(finish=lambda loss, found: (loss, found[::-1])),
        "downhill": step(finish=lambda loss, found: (loss, [-gradient for gradient in found])),
        "gradients clipped": step(
            finish=lambda loss, found: (loss, [tf.clip_by_norm(part, 0.01) for part in found])
        ),
        "one flat gradient": step(
            finish=lambda loss, found: (loss, tf.concat([tf.reshape(g, [-1]) for g in found], 0))
        ),
        "gradients first": step(finish=lambda loss, gradients: (gradients, loss)),
        "loss only": step(finish=lambda loss, gradients: loss),
        "weight penalty": weight_penalty,
        "takes the step": takes_the_step,
        "sets the weights to 0": sets_weights_to_zero,
        "freezes the model": freezes_the_model,
        "overwrites the noisy batch": overwrites_the_noisy_batch,
        "first image only": first_image_only,
        "spoils once more": spoils_once_more,
        "remembers the first": remembers_first(step()),
        "exits": exits,
    },
    "5.4": {
        "log of the mean error": lambda x, y: -10 * np.log10(np.mean((x - y) ** 2)),
        "averaged over axis 0": lambda x, y: np.mean(-10 * np.log10(np.mean((x - y) ** 2, axis=0))),
        "summed over the pixels": lambda x, y: np.mean(
            -10 * np.log10(np.sum((x - y) ** 2, axis=1))
        ),
        "natural logarithm": lambda x, y: np.mean(-10 * np.log(errors(x, y))),
        "factor 20": lambda x, y: 2 * ratio(x, y),
        "factor 10 missing": lambda x, y: ratio(x, y) / 10,
        "wrong sign": lambda x, y: -ratio(x, y),
        "square root of the error": lambda x, y: ratio(x, y) / 2,
        "absolute error": lambda x, y: np.mean(-10 * np.log10(np.abs(x - y).mean(axis=1))),
        "variance of the gap": lambda x, y: np.mean(-10 * np.log10(np.var(x - y, axis=1))),
        "d - 1 for d": lambda x, y: np.mean(
            -10 * np.log10(np.sum((x - y) ** 2, axis=1) / (x.shape[1] - 1))
        ),
        "784 pixels": lambda x, y: np.mean(-10 * np.log10(np.sum((x - y) ** 2, axis=1) / 784)),
        "peak 255": lambda x, y: ratio(x, y) + 20 * np.log10(255),
        "peak of the batch": peak_of_the_batch,
        "peak of each image": peak_of_each_image,
        "signal over noise": signal_over_noise,
        "one number an image": lambda x, y: -10 * np.log10(errors(x, y)),
        "median": lambda x, y: np.median(-10 * np.log10(errors(x, y))),
        "sum over the images": lambda x, y: ratio(x, y) * len(x),
        "first image only": lambda x, y: ratio(x[:1], y[:1]),
        "rounded": lambda x, y: round(float(ratio(x, y)), 1),
        "a millionth added": lambda x, y: np.mean(-10 * np.log10(errors(x, y) + 1e-6)),
        "capped at 50 dB": lambda x, y: min(ratio(x, y), 50.0),
        "fails for one image": squeezed_ratio,
        "subtracts in place": subtracts_in_place,
        "squares in place": squares_in_place,
        "text": lambda x, y: f"{ratio(x, y)} dB",
        "remembers the first": remembers_first(ratio),
        "remembers by shape": remembers_by_shape(ratio),
    },
    "5.5": {
        "arrows the other way round": field_with(arrows=lambda points, outputs: points - outputs),
        "way the other way round": field_with(cosines=lambda a, b: cosine(a, -b)),
        "reconstructions as arrows": field_with(arrows=lambda points, outputs: outputs + 0),
        "nearest to the reconstruction": field_with(
            lambda points, outputs, curve: cdist(outputs, curve).argmin(axis=1)
        ),
        "nearest by sum of distances": field_with(
            lambda points, outputs, curve: cdist(points, curve, "cityblock").argmin(axis=1)
        ),
        "nearest by larger distance": field_with(
            lambda points, outputs, curve: cdist(points, curve, "chebyshev").argmin(axis=1)
        ),
        "nearest in x only": field_with(
            lambda points, outputs, curve: np.abs(points[:, :1] - curve[:, 0]).argmin(axis=1)
        ),
        "farthest": field_with(lambda points, outputs, curve: cdist(points, curve).argmax(axis=1)),
        "one place for all": field_with(
            lambda points, outputs, curve: np.full(
                len(points), cdist(points, curve).min(axis=0).argmin()
            )
        ),
        "first 100 places of the curve": field_with(
            lambda points, outputs, curve: cdist(points, curve[:100]).argmin(axis=1)
        ),
        "way from the reconstruction": way_from_the_reconstruction,
        "along the curve": along_the_curve,
        "dot product": field_with(cosines=lambda a, b: np.sum(a * b, axis=1)),
        "divided by one length": field_with(
            cosines=lambda a, b: np.sum(a * b, axis=1) / np.linalg.norm(a, axis=1)
        ),
        "divided by squared lengths": field_with(
            cosines=lambda a, b: np.sum(a * b, 1) / (np.sum(a**2, 1) * np.sum(b**2, 1))
        ),
        "one length for all": field_with(
            cosines=lambda a, b: np.sum(a * b, axis=1) / np.linalg.norm(a) / np.linalg.norm(b)
        ),
        "a thousandth added": field_with(cosines=plus_a_thousandth),
        "absolute value": field_with(cosines=lambda a, b: np.abs(cosine(a, b))),
        "cut off at 0": field_with(cosines=lambda a, b: np.maximum(cosine(a, b), 0)),
        "angle": field_with(cosines=lambda a, b: np.arccos(np.clip(cosine(a, b), -1, 1))),
        "mean cosine": field_with(cosines=lambda a, b: cosine(a, b).mean()),
        "cosines as a column": field_with(cosines=lambda a, b: cosine(a, b)[:, None]),
        "table of cosines": field_with(
            cosines=lambda a, b: (
                a @ b.T / np.linalg.norm(a, axis=1)[:, None] / np.linalg.norm(b, axis=1)
            )
        ),
        "arrows of length 1": lambda points, reconstructions, curve: (
            (reconstructions - points)
            / np.linalg.norm(reconstructions - points, axis=1, keepdims=True),
            field(points, reconstructions, curve)[1],
        ),
        "cosines first": lambda points, reconstructions, curve: field(
            points, reconstructions, curve
        )[::-1],
        "squeezed": squeezed_field,
        "moves the points": moves_the_points,
        "subtracts in place": subtracts_from_reconstructions,
        "sorts the curve": sorts_the_curve,
        "remembers by shape": remembers_by_shape(field),
    },
    "5.6": {
        "n for n - 1": sweep(spread=lambda e, best: np.std(e[best])),
        "variance": sweep(spread=lambda e, best: np.var(e[best], ddof=1)),
        "standard error": sweep(
            spread=lambda e, best: np.std(e[best], ddof=1) / np.sqrt(e.shape[1])
        ),
        "two deviations": sweep(spread=lambda e, best: 2 * np.std(e[best], ddof=1)),
        "deviation of all errors": sweep(spread=lambda e, best: np.std(e, ddof=1)),
        "deviation of the means": sweep(spread=lambda e, best: np.std(e.mean(axis=1), ddof=1)),
        "largest deviation": sweep(spread=lambda e, best: np.std(e, axis=1, ddof=1).max()),
        "range for deviation": sweep(spread=lambda e, best: np.ptp(e[best])),
        "fixed margin": sweep(spread=lambda e, best: 0.1),
        "three seeds": sweep(spread=lambda e, best: np.std(e[best][:3], ddof=1)),
        "median for mean": sweep(middle=lambda e: np.median(e, axis=1)),
        "luckiest seed": sweep(middle=lambda e: np.min(e, axis=1)),
        "averaged over levels": sweep(middle=lambda e: np.mean(e, axis=0)),
        "first seed only": sweep(middle=lambda e: e[:, 0]),
        "largest error is best": sweep(middle=lambda e: -np.mean(e, axis=1)),
        "less than, not at most": sweep(tied=lambda mean, limit: mean < limit),
        "best not tied with itself": sweep(
            finish=lambda levels, best, chosen: (
                levels[best],
                sorted(levels[i] for i in chosen if i != best),
            )
        ),
        "tied in the given order": sweep(
            finish=lambda levels, best, chosen: (levels[best], [levels[i] for i in chosen])
        ),
        "tied downwards": sweep(
            finish=lambda levels, best, chosen: (
                levels[best],
                sorted((levels[i] for i in chosen), reverse=True),
            )
        ),
        "level 0 left out": sweep(
            finish=lambda levels, best, chosen: (
                levels[best],
                sorted(levels[i] for i in chosen if levels[i]),
            )
        ),
        "positions for levels": sweep(finish=lambda levels, best, chosen: (best, chosen)),
        "smallest tied level is best": sweep(
            finish=lambda levels, best, chosen: (
                min(levels[i] for i in chosen),
                sorted(levels[i] for i in chosen),
            )
        ),
        "in percent": sweep(
            finish=lambda levels, best, chosen: (
                100 * levels[best],
                sorted(100 * levels[i] for i in chosen),
            )
        ),
        "number of tied levels": sweep(
            finish=lambda levels, best, chosen: (levels[best], len(chosen))
        ),
        "tied first": sweep(
            finish=lambda levels, best, chosen: (sorted(levels[i] for i in chosen), levels[best])
        ),
        "sorts levels without errors": sorts_levels_without_errors,
        "sorts levels in place": sorts_levels_in_place,
        "pops the best": pops_the_best,
        "sorts errors in place": sorts_errors_in_place,
        "remembers the first": remembers_first(sweep()),
        "returns None": returns_none,
        "gives up": gives_up,
    },
}
