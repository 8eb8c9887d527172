"""Right and wrong answers to the exercises of lesson 10."""

import functools
import sys

import keras
import numpy as np
import scipy.integrate
import scipy.stats
import sklearn.metrics
import tensorflow as tf
from keras import ops


def by_shape(*inputs, **named):
    return str([np.shape(value) for value in inputs])


def remember(answer, key=lambda *inputs, **named: None):
    kept = {}

    @functools.wraps(answer)
    def remembered(*inputs, **named):
        place = key(*inputs, **named)
        if place not in kept:
            kept[place] = answer(*inputs, **named)
        return kept[place]

    return remembered


def exits(answer):
    return functools.wraps(answer)(lambda *inputs, **named: sys.exit(0))


def raises(answer):
    @functools.wraps(answer)
    def raising(*inputs, **named):
        raise ValueError("not done yet")

    return raising


def none(answer):
    return functools.wraps(answer)(lambda *inputs, **named: None)


def then(change, answer):
    return functools.wraps(answer)(lambda *inputs, **named: change(answer(*inputs, **named)))


def swapped(pair):
    return pair[1], pair[0]


def doubled(pair):
    return 2 * pair[0], 2 * pair[1]


def in_bits(pair):
    return pair[0] / np.log(2), pair[1] / np.log(2)


def in_numpy(answer):
    return functools.wraps(answer)(lambda *inputs: answer(*map(np.array, inputs)))


def without_slope(*places):
    def change(answer):
        @functools.wraps(answer)
        def blocked(*inputs):
            held = (
                ops.stop_gradient(ops.convert_to_tensor(value)) if place in places else value
                for place, value in enumerate(inputs)
            )
            return answer(*held)

        return blocked

    return change


# 10.1


def reparameterise(means, log_variances, noise):
    return means + ops.exp(log_variances / 2) * noise


def draw_by_columns(means, log_variances, noise):
    means, log_variances, noise = map(ops.convert_to_tensor, (means, log_variances, noise))
    columns = range(means.shape[1])
    deviations = [ops.sqrt(ops.exp(log_variances[:, column])) for column in columns]
    return ops.stack([means[:, j] + deviations[j] * noise[:, j] for j in columns], axis=1)


def draw_with(deviation):
    def reparameterise(means, log_variances, noise):
        return means + deviation(log_variances) * noise

    return reparameterise


def noise_in_place(means, log_variances, noise):
    noise *= np.exp(np.asarray(log_variances) / 2)
    return means + noise


def own_noise(means, log_variances, noise):
    return reparameterise(means, log_variances, keras.random.normal(ops.shape(means)))


def standardised_noise(means, log_variances, noise):
    noise = (noise - ops.mean(noise, axis=0)) / (ops.std(noise, axis=0) + 1e-7)
    return reparameterise(means, log_variances, noise)


# 10.2


def gaussian_kl(means, log_variances):
    terms = ops.square(means) + ops.exp(log_variances)
    return ops.sum(terms - log_variances - 1, axis=1) / 2


def kl_by_columns(means, log_variances):
    means, log_variances = map(ops.convert_to_tensor, (means, log_variances))
    total = 0.0
    for column in range(means.shape[1]):
        mean, log_variance = means[:, column], log_variances[:, column]
        total = total + 0.5 * (mean * mean + ops.exp(log_variance) - log_variance - 1)
    return total


def kl_of_tensorflow(means, log_variances):
    terms = 1 + log_variances - tf.square(means) - tf.exp(log_variances)
    return -0.5 * tf.reduce_sum(terms, axis=-1)


def kl_by_means(means, log_variances):
    terms = ops.power(means, 2) + ops.expm1(log_variances) - log_variances
    return ops.mean(terms, axis=1) * (ops.shape(means)[1] / 2)


def kl_with_logarithm(means, log_variances):
    deviations = ops.exp(0.5 * log_variances)
    terms = (ops.square(deviations) + ops.square(means)) / 2 - 0.5 - ops.log(deviations)
    return ops.einsum("nk->n", terms)


def kl_of(terms_of, gather=lambda terms: ops.sum(terms, axis=1)):
    def gaussian_kl(means, log_variances):
        return gather(terms_of(means, log_variances))

    return gaussian_kl


def kl_terms(means, log_variances):
    return (ops.square(means) + ops.exp(log_variances) - log_variances - 1) / 2


def kl_in_place(means, log_variances):
    result = gaussian_kl(means, log_variances)
    if isinstance(means, np.ndarray):
        means **= 2
    return result


# 10.3


def entropies_of(targets, outputs):
    outputs = ops.clip(outputs, 1e-7, 1 - 1e-7)
    terms = targets * ops.log(outputs) + (1 - targets) * ops.log(1 - outputs)
    return -ops.sum(terms, axis=1)


def step(
    draw=reparameterise,
    entropies=entropies_of,
    divergence=gaussian_kl,
    mean=ops.mean,
    objective=lambda reconstruction, kl: reconstruction + kl,
    variables_of=lambda encoder, decoder: encoder.trainable_variables + decoder.trainable_variables,
    after=lambda reconstruction, kl, gradients: (reconstruction, kl, gradients),
):
    def vae_step(encoder, decoder, images, noise):
        with tf.GradientTape() as tape:
            means, log_variances = encoder(images)
            outputs = decoder(draw(means, log_variances, noise))
            reconstruction = mean(entropies(images, outputs))
            kl = mean(divergence(means, log_variances))
            loss = objective(reconstruction, kl)
        gradients = tape.gradient(loss, variables_of(encoder, decoder))
        return after(reconstruction, kl, gradients)

    return vae_step


vae_step = step()


def step_of_two_gradients(encoder, decoder, images, noise):
    with tf.GradientTape(persistent=True) as tape:
        means, log_variances = encoder(images, training=True)
        codes = draw_by_columns(means, log_variances, noise)
        entropy = keras.losses.binary_crossentropy(images, decoder(codes, training=True))
        reconstruction = ops.mean(entropy) * images.shape[1]
        kl = ops.sum(kl_by_columns(means, log_variances)) / len(images)
        loss = reconstruction + kl
    gradients = [tape.gradient(loss, half.trainable_variables) for half in (encoder, decoder)]
    return reconstruction, kl, gradients[0] + gradients[1]


def step_of_separate_terms(encoder, decoder, images, noise):
    def terms():
        means, log_variances = encoder(images)
        outputs = decoder(means + ops.exp(0.5 * log_variances) * noise)
        return ops.mean(entropies_of(images, outputs)), ops.mean(
            kl_of_tensorflow(means, log_variances)
        )

    variables = [*encoder.trainable_variables, *decoder.trainable_variables]
    parts = []
    for place in range(2):
        with tf.GradientTape() as tape:
            values = terms()
        slopes = tape.gradient(values[place], variables)
        parts.append([0.0 if slope is None else slope for slope in slopes])
    return [float(values[0]), float(values[1]), [a + b for a, b in zip(*parts, strict=True)]]


def step_watching(encoder, decoder, images, noise):
    variables = encoder.trainable_variables + decoder.trainable_variables
    images = tf.convert_to_tensor(images)
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch([variable.value for variable in variables])
        means, log_variances = encoder(images)
        outputs = decoder(kept := reparameterise(means, log_variances, noise))
        sums = [
            tf.reduce_sum(entropies_of(images, outputs)),
            tf.reduce_sum(kl_with_logarithm(means, log_variances)),
        ]
        loss = tf.add_n(sums) / kept.shape[0]
    gradients = tape.gradient(loss, [variable.value for variable in variables])
    return sums[0] / len(images), sums[1] / len(images), gradients


def step_by_chain_rule(encoder, decoder, images, noise):
    with tf.GradientTape() as tape:
        means, log_variances = encoder(images)
        codes = reparameterise(means, log_variances, noise)
        kl = ops.mean(gaussian_kl(means, log_variances))
        fixed = tf.stop_gradient(codes)
        with tf.GradientTape() as inner:
            inner.watch(fixed)
            reconstruction = ops.mean(entropies_of(images, decoder(fixed)))
        sources = [fixed, *decoder.trainable_variables]
        on_codes, *of_decoder = inner.gradient(reconstruction, sources)
        stand_in = kl + ops.sum(codes * tf.stop_gradient(on_codes))
    of_encoder = tape.gradient(stand_in, encoder.trainable_variables)
    return reconstruction.numpy(), kl.numpy(), [*of_encoder, *of_decoder]


def squared_errors(targets, outputs):
    return ops.sum(ops.square(targets - outputs), axis=1)


def with_effect(effect):
    def answer(encoder, decoder, images, noise):
        result = vae_step(encoder, decoder, images, noise)
        effect(encoder, decoder, result[2])
        return result

    return answer


def descend(encoder, decoder, gradients):
    variables = encoder.trainable_variables + decoder.trainable_variables
    keras.optimizers.SGD(0.01).apply(gradients, variables)


def rescale(encoder, decoder, gradients):
    decoder.set_weights([0.9 * value for value in decoder.get_weights()])


def freeze(encoder, decoder, gradients):
    encoder.trainable = False


def on_rows(images_of, noise_of=lambda noise: noise):
    def answer(encoder, decoder, images, noise):
        return vae_step(encoder, decoder, images_of(images), noise_of(noise))

    return answer


def step_after_descent(encoder, decoder, images, noise):
    descend(encoder, decoder, vae_step(encoder, decoder, images, noise)[2])
    return vae_step(encoder, decoder, images, noise)


def images_in_place(encoder, decoder, images, noise):
    result = vae_step(encoder, decoder, images, noise)
    np.round(images, out=images)
    return result


# 10.4


def beside_labels(values, labels, num_classes=10):
    return np.concatenate([values, np.eye(num_classes, dtype="float32")[labels]], axis=1)


def beside_by_loop(values, labels, num_classes=10):
    rows = []
    for row, label in zip(values, labels, strict=True):
        rows.append([*row, *(1.0 if place == label else 0.0 for place in range(num_classes))])
    return np.array(rows)


def beside_by_comparison(values, labels, num_classes=10):
    return np.hstack([values, np.asarray(labels)[:, None] == np.arange(num_classes)])


def beside_by_places(values, labels, num_classes=10):
    values = np.asarray(values, "float64")
    wide = np.pad(values, ((0, 0), (0, num_classes)))
    wide[np.arange(len(wide)), values.shape[1] + np.asarray(labels, int)] = 1
    return wide


def beside_of_keras(values, labels, num_classes=10):
    values = ops.cast(values, "float32")
    return ops.concatenate([values, ops.one_hot(labels, num_classes)], axis=-1)


def beside_of_utils(values, labels, num_classes=10):
    return np.c_[values, keras.utils.to_categorical(labels, num_classes=num_classes)]


def beside(one_hot_of, join=lambda values, one_hot: np.concatenate([values, one_hot], axis=1)):
    def answer(values, labels, num_classes=10):
        return join(values, one_hot_of(np.asarray(labels), num_classes))

    return answer


def one_hot(labels, num_classes):
    return np.eye(num_classes, dtype="float32")[labels]


def over_last_columns(values, one_hot):
    wide = np.array(values)
    wide[:, -one_hot.shape[1] :] = one_hot
    return wide


def values_in_place(values, labels, num_classes=10):
    result = beside_labels(values, labels, num_classes)
    values /= 2
    return result


def labels_in_place(values, labels, num_classes=10):
    result = beside_labels(values, labels, num_classes)
    labels.sort()
    return result


# 10.5


def clipped(outputs):
    return ops.clip(outputs, 1e-7, 1 - 1e-7)


def minus_log(outputs):
    return -ops.mean(ops.log(outputs))


def adversarial_losses(on_prior, on_codes):
    on_prior, on_codes = clipped(on_prior), clipped(on_codes)
    return minus_log(on_prior) + minus_log(1 - on_codes), minus_log(on_codes)


def losses_of_keras(on_prior, on_codes):
    entropy = keras.losses.BinaryCrossentropy()
    apart = entropy(ops.ones_like(on_codes), on_codes)
    told = entropy(ops.ones_like(on_prior), on_prior)
    return told + entropy(ops.zeros_like(on_codes), on_codes), apart


def losses_of_tensorflow(on_prior, on_codes):
    prior, codes = (tf.clip_by_value(x, 1e-7, 1 - 1e-7) for x in (on_prior, on_codes))
    real = tf.reduce_sum(tf.math.log(prior)) / len(prior)
    made = tf.reduce_sum(tf.math.log(1 - codes)) / len(codes)
    return -real - made, tf.reduce_mean(-tf.math.log(codes))


def losses_by_targets(on_prior, on_codes):
    def entropy(target, outputs):
        outputs = ops.maximum(ops.minimum(outputs, 1 - 1e-7), 1e-7)
        terms = target * ops.log(outputs) + (1 - target) * ops.log1p(-outputs)
        return -ops.mean(terms)

    return [entropy(1, on_prior) + entropy(0, on_codes), entropy(1, on_codes)]


def losses_of_rows(on_prior, on_codes):
    real = keras.losses.binary_crossentropy(ops.ones_like(on_prior), on_prior)
    made = keras.losses.binary_crossentropy(ops.zeros_like(on_codes), on_codes)
    fooled = -ops.log(clipped(on_codes))[:, 0]
    return ops.mean(real) + ops.mean(made), ops.mean(fooled)


def pair_of(discriminator_of, generator_of, clip=clipped):
    def adversarial_losses(on_prior, on_codes):
        on_prior, on_codes = clip(on_prior), clip(on_codes)
        return discriminator_of(on_prior, on_codes), generator_of(on_codes)

    return adversarial_losses


def told_apart(on_prior, on_codes):
    return minus_log(on_prior) + minus_log(1 - on_codes)


def mean_of_all(on_prior, on_codes):
    return 2 * minus_log(ops.concatenate([on_prior, 1 - on_codes], axis=0))


def pair_by_pair(on_prior, on_codes):
    count = min(len(on_prior), len(on_codes))
    return minus_log(on_prior[:count]) + minus_log(1 - on_codes[:count])


# 10.6


def roc_auc(scores, is_anomaly):
    odd, normal = scores[is_anomaly][:, None], scores[~is_anomaly]
    return np.mean(odd > normal) + np.mean(odd == normal) / 2


def auc_by_loop(scores, is_anomaly):
    wins, pairs = 0.0, 0
    for odd in np.asarray(scores)[np.asarray(is_anomaly)]:
        for normal in np.asarray(scores)[np.logical_not(is_anomaly)]:
            wins += 1 if odd > normal else 0.5 if odd == normal else 0
            pairs += 1
    return wins / pairs


def auc_by_ranks(scores, is_anomaly):
    is_anomaly = np.asarray(is_anomaly, bool)
    odd = is_anomaly.sum()
    ranks = scipy.stats.rankdata(scores)[is_anomaly].sum() - odd * (odd + 1) / 2
    return float(ranks / (odd * (len(is_anomaly) - odd)))


def auc_by_search(scores, is_anomaly):
    odd, normal = scores[is_anomaly], np.sort(scores[~is_anomaly])
    below = np.searchsorted(normal, odd, "left") + np.searchsorted(normal, odd, "right")
    return below.mean() / (2 * len(normal))


def auc_by_curve(scores, is_anomaly):
    levels = [np.inf, *sorted(set(np.asarray(scores).tolist()), reverse=True)]
    found = [np.mean(scores[is_anomaly] >= level) for level in levels]
    alarms = [np.mean(scores[~is_anomaly] >= level) for level in levels]
    return scipy.integrate.trapezoid(found, alarms)


def auc_of_keras(scores, is_anomaly):
    odd = ops.expand_dims(ops.convert_to_tensor(scores[is_anomaly]), 1)
    signs = ops.sign(odd - ops.convert_to_tensor(scores[~is_anomaly]))
    return ops.mean(ops.cast(signs, "float64") + 1) / 2


def auc_of_pairs(share):
    def roc_auc(scores, is_anomaly):
        return share(scores[is_anomaly][:, None], scores[~is_anomaly])

    return roc_auc


def auc_by_places(scores, is_anomaly):
    places = np.empty(len(scores))
    places[np.argsort(scores, kind="stable")] = np.arange(1, len(scores) + 1)
    odd = np.sum(is_anomaly)
    return (places[is_anomaly].sum() - odd * (odd + 1) / 2) / (odd * (len(scores) - odd))


def auc_by_steps(scores, is_anomaly):
    order = np.argsort(-scores, kind="stable")
    found = np.cumsum(is_anomaly[order]) / is_anomaly.sum()
    return np.mean(found[~is_anomaly[order]])


def auc_at_one_level(scores, is_anomaly):
    guess = scores >= np.mean(scores)
    return (np.mean(guess[is_anomaly]) + np.mean(~guess[~is_anomaly])) / 2


def ranks_from_zero(scores, is_anomaly):
    odd = is_anomaly.sum()
    ranks = scipy.stats.rankdata(scores)[is_anomaly].sum()
    return (ranks - odd * (odd - 1) / 2) / (odd * (len(scores) - odd))


def auc_zipped(scores, is_anomaly):
    pairs = list(zip(scores[is_anomaly], scores[~is_anomaly], strict=False))
    return np.mean([(odd > normal) + (odd == normal) / 2 for odd, normal in pairs])


def auc_of_drawn_pairs(scores, is_anomaly):
    rng = np.random.default_rng(0)
    odd, normal = (rng.choice(scores[mask], 100) for mask in (is_anomaly, ~is_anomaly))
    return np.mean(odd > normal) + np.mean(odd == normal) / 2


def auc_of_distinct(scores, is_anomaly):
    odd, normal = np.unique(scores[is_anomaly])[:, None], np.unique(scores[~is_anomaly])
    return np.mean(odd > normal) + np.mean(odd == normal) / 2


def auc_sorting(scores, is_anomaly):
    result = roc_auc(scores, is_anomaly)
    scores.sort()
    return result


def auc_flipping(scores, is_anomaly):
    result = roc_auc(scores, is_anomaly)
    np.logical_not(is_anomaly, out=is_anomaly)
    return result


# 10.7


def read_anomalies(network, baseline, control):
    missed = np.flatnonzero(np.array(network) <= np.max(control))
    won = np.flatnonzero(np.array(network) > np.array(baseline))
    return missed.tolist(), won.tolist()


def read_by_loop(network, baseline, control):
    missed, won = [], []
    for digit in range(len(network)):
        if not network[digit] > max(control):
            missed.append(digit)
        if network[digit] > baseline[digit]:
            won.append(digit)
    return missed, won


def read_by_where(network, baseline, control):
    network, baseline, control = map(np.asarray, (network, baseline, control))
    missed = np.where(network <= control.max())[0]
    return [list(missed), list(np.where(network - baseline > 0)[0])]


def read_by_pairs(network, baseline, control):
    level = sorted(control)[-1]
    missed = [digit for digit, auc in enumerate(network) if auc <= level]
    pairs = enumerate(zip(network, baseline, strict=True))
    return missed, [digit for digit, (ours, theirs) in pairs if ours > theirs]


def read_by_compress(network, baseline, control):
    digits = np.arange(len(network))
    missed = np.extract(np.less_equal(network, np.amax(control)), digits)
    return missed.tolist(), digits[np.greater(network, baseline)].tolist()


def reading(is_missed, is_won=lambda ours, theirs: ours > theirs):
    def answer(network, baseline, control):
        places = range(len(network))
        return (
            [i for i in places if is_missed(network[i], control, i)],
            [i for i in places if is_won(network[i], baseline[i])],
        )

    return answer


def is_missed(auc, control, place):
    return auc <= max(control)


def shifted(pair):
    return [digit + 1 for digit in pair[0]], [digit + 1 for digit in pair[1]]


def of_lists_only(network, baseline, control):
    ordered = control.copy()
    ordered.sort()
    missed = [digit for digit in range(len(network)) if network[digit] <= ordered[-1]]
    return missed, [network.index(a) for a, b in zip(network, baseline, strict=True) if a > b]


def of_arrays_only(network, baseline, control):
    missed, won = network <= control.max(), network > baseline
    return np.flatnonzero(missed).tolist(), np.flatnonzero(won).tolist()


def of_ten(network, baseline, control):
    missed = [digit for digit in range(10) if network[digit] <= max(control)]
    return missed, [digit for digit in range(10) if network[digit] > baseline[digit]]


def by_auc(network, baseline, control):
    missed, won = read_anomalies(network, baseline, control)
    return sorted(missed, key=lambda i: network[i]), sorted(won, key=lambda i: -network[i])


def aucs_themselves(network, baseline, control):
    missed, won = read_anomalies(network, baseline, control)
    return [network[digit] for digit in missed], [network[digit] for digit in won]


def won_if_found(network, baseline, control):
    missed, won = read_anomalies(network, baseline, control)
    return missed, [digit for digit in won if digit not in missed]


def missed_by_both(network, baseline, control):
    missed, won = read_anomalies(network, baseline, control)
    return [digit for digit in missed if baseline[digit] <= max(control)], won


def two_decimals(network, baseline, control):
    return read_anomalies(*(np.round(values, 2) for values in (network, baseline, control)))


def sorts_control(network, baseline, control):
    control.sort()
    return read_anomalies(network, baseline, control)


def one_more(network, baseline, control):
    missed, won = read_anomalies(network, baseline, control)
    return missed, won, max(control)


RIGHT = {
    "10.1": {
        "by-columns": draw_by_columns,
        "root-of-variance": draw_with(lambda logs: ops.sqrt(ops.exp(logs))),
        "power": draw_with(lambda logs: ops.power(ops.exp(logs), 0.5)),
        "tensorflow": draw_with(lambda logs: tf.exp(0.5 * logs)),
        "named-operators": lambda means, log_variances, noise: ops.add(
            ops.multiply(noise, ops.exp(ops.multiply(0.5, log_variances))), means
        ),
    },
    "10.2": {
        "by-columns": kl_by_columns,
        "tensorflow": kl_of_tensorflow,
        "by-means": kl_by_means,
        "with-logarithm": kl_with_logarithm,
        "terms-halved": kl_of(kl_terms, lambda terms: ops.sum(terms, axis=-1)),
    },
    "10.3": {
        "one-tape": vae_step,
        "two-gradients": step_of_two_gradients,
        "separate-terms": step_of_separate_terms,
        "watching": step_watching,
        "chain-rule": step_by_chain_rule,
    },
    "10.4": {
        "by-loop": beside_by_loop,
        "by-comparison": beside_by_comparison,
        "by-places": beside_by_places,
        "keras": beside_of_keras,
        "to-categorical": beside_of_utils,
    },
    "10.5": {
        "keras": losses_of_keras,
        "tensorflow": losses_of_tensorflow,
        "by-targets": losses_by_targets,
        "of-rows": losses_of_rows,
    },
    "10.6": {
        "by-loop": auc_by_loop,
        "by-ranks": auc_by_ranks,
        "by-search": auc_by_search,
        "by-curve": auc_by_curve,
        "keras": auc_of_keras,
        "sklearn": lambda scores, is_anomaly: sklearn.metrics.roc_auc_score(is_anomaly, scores),
        "signs": auc_of_pairs(lambda odd, normal: 0.5 + np.sign(odd - normal).mean() / 2),
        "one-minus": auc_of_pairs(
            lambda odd, normal: 1 - np.mean((odd < normal) + 0.5 * (odd == normal))
        ),
    },
    "10.7": {
        "by-loop": read_by_loop,
        "by-where": read_by_where,
        "by-pairs": read_by_pairs,
        "by-compress": read_by_compress,
    },
}

WRONG = {
    "10.1": {
        "variance": draw_with(ops.exp),
        "logarithm": draw_with(lambda logs: logs),
        "half-of-variance": draw_with(lambda logs: ops.exp(logs) / 2),
        "precision": draw_with(lambda logs: ops.exp(-logs / 2)),
        "log-of-deviation-doubled": draw_with(lambda logs: ops.exp(2 * logs)),
        "softplus": draw_with(lambda logs: ops.softplus(logs / 2)),
        "powers-of-two": draw_with(lambda logs: ops.power(2.0, logs / 2)),
        "logs-clipped": draw_with(lambda logs: ops.exp(ops.clip(logs, -4, 4) / 2)),
        "deviation-and-a-bit": draw_with(lambda logs: ops.exp(logs / 2) + 0.01),
        "no-noise": lambda means, log_variances, noise: means + 0 * log_variances,
        "no-mean": lambda means, log_variances, noise: reparameterise(
            0 * means, log_variances, noise
        ),
        "own-noise": own_noise,
        "noise-standardised": standardised_noise,
        "noise-of-first-row": lambda means, log_variances, noise: reparameterise(
            means, log_variances, noise[:1]
        ),
        "noise-of-first-column": lambda means, log_variances, noise: reparameterise(
            means, log_variances, noise[:, :1]
        ),
        "noise-always-up": lambda means, log_variances, noise: reparameterise(
            means, log_variances, ops.abs(noise)
        ),
        "noise-in-place": noise_in_place,
        "halves-swapped": lambda means, log_variances, noise: reparameterise(
            log_variances, means, noise
        ),
        "two-columns": lambda means, log_variances, noise: reparameterise(
            means, log_variances, noise
        )[:, :2],
        "squeezed": then(ops.squeeze, reparameterise),
        "numpy": in_numpy(reparameterise),
        "to-numpy": then(ops.convert_to_numpy, reparameterise),
        "no-slope": then(ops.stop_gradient, reparameterise),
        "no-slope-of-means": without_slope(0)(reparameterise),
        "no-slope-of-variances": without_slope(1)(reparameterise),
        "first-for-ever": remember(reparameterise),
        "first-of-shape": remember(reparameterise, by_shape),
        "exits": exits(reparameterise),
        "raises": raises(reparameterise),
    },
    "10.2": {
        "no-half": then(lambda kl: 2 * kl, gaussian_kl),
        "in-bits": then(lambda kl: kl / np.log(2), gaussian_kl),
        "sign": then(lambda kl: -kl, gaussian_kl),
        "mean-of-images": then(ops.mean, gaussian_kl),
        "sum-of-images": then(ops.sum, gaussian_kl),
        "as-column": then(lambda kl: kl[:, None], gaussian_kl),
        "squeezed": then(ops.squeeze, gaussian_kl),
        "mean-of-numbers": kl_of(kl_terms, lambda terms: ops.mean(terms, axis=1)),
        "other-axis": kl_of(kl_terms, lambda terms: ops.sum(terms, axis=0)),
        "not-summed": kl_of(kl_terms, lambda terms: terms),
        "two-numbers": kl_of(kl_terms, lambda terms: ops.sum(terms[:, :2], axis=1)),
        "free-bits": kl_of(kl_terms, lambda terms: ops.sum(ops.maximum(terms, 0.1), axis=1)),
        "no-one": kl_of(lambda m, v: kl_terms(m, v) + 0.5),
        "one-per-image": lambda means, log_variances: (
            ops.sum(kl_terms(means, log_variances) + 0.5, axis=1) - 0.5
        ),
        "no-logarithm": kl_of(lambda m, v: kl_terms(m, v) + v / 2),
        "no-variance": kl_of(lambda m, v: kl_terms(m, v) - ops.exp(v) / 2),
        "no-mean": kl_of(lambda m, v: kl_terms(0 * m, v)),
        "mean-not-squared": kl_of(lambda m, v: kl_terms(0 * m, v) + m / 2),
        "deviation-for-variance": kl_of(
            lambda m, v: kl_terms(m, v) + (ops.exp(v / 2) - ops.exp(v)) / 2
        ),
        "logarithm-added": kl_of(lambda m, v: kl_terms(m, v) + v),
        "log-of-deviation": kl_of(lambda m, v: kl_terms(m, v) + v / 4),
        "half-of-first-only": kl_of(lambda m, v: kl_terms(m, v) - (v + 1) / 2),
        "variance-given": kl_of(lambda m, v: (m**2 + v - ops.log(ops.abs(v) + 1e-7) - 1) / 2),
        "other-direction": kl_of(lambda m, v: ((1 + m**2) * ops.exp(-v) + v - 1) / 2),
        "halves-swapped": lambda means, log_variances: gaussian_kl(log_variances, means),
        "logs-clipped": kl_of(lambda m, v: kl_terms(m, ops.clip(v, -4, 4))),
        "in-place": kl_in_place,
        "numpy": in_numpy(gaussian_kl),
        "to-numpy": then(ops.convert_to_numpy, gaussian_kl),
        "no-slope": then(ops.stop_gradient, gaussian_kl),
        "no-slope-of-means": without_slope(0)(gaussian_kl),
        "no-slope-of-variances": without_slope(1)(gaussian_kl),
        "first-for-ever": remember(gaussian_kl),
        "first-of-shape": remember(gaussian_kl, by_shape),
        "exits": exits(gaussian_kl),
    },
    "10.3": {
        "summed": step(mean=ops.sum),
        "mean-of-pixels": step(entropies=lambda x, y: entropies_of(x, y) / x.shape[1]),
        "squared-error": step(entropies=squared_errors),
        "ink-only": step(
            entropies=lambda x, y: -ops.sum(x * ops.log(ops.clip(y, 1e-7, 1)), axis=1)
        ),
        "targets-swapped": step(entropies=lambda x, y: entropies_of(y, x)),
        "entropy-taken-off": step(entropies=lambda x, y: entropies_of(x, y) - entropies_of(x, x)),
        "kl-no-half": step(divergence=lambda m, v: 2 * gaussian_kl(m, v)),
        "kl-mean-of-numbers": step(divergence=lambda m, v: gaussian_kl(m, v) / m.shape[1]),
        "kl-of-deviations": step(divergence=lambda m, v: gaussian_kl(m, 2 * v)),
        "variance-for-deviation": step(draw=draw_with(ops.exp)),
        "own-noise": step(draw=own_noise),
        "no-noise": step(draw=lambda means, log_variances, noise: means),
        "noise-only": step(draw=lambda means, log_variances, noise: noise),
        "codes-without-slope": step(draw=then(ops.stop_gradient, reparameterise)),
        "codes-in-numpy": step(draw=then(ops.convert_to_numpy, reparameterise)),
        "deviations-without-slope": step(draw=without_slope(1)(reparameterise)),
        "slope-of-reconstruction": step(objective=lambda reconstruction, kl: reconstruction),
        "slope-of-kl": step(objective=lambda reconstruction, kl: kl),
        "slope-of-difference": step(objective=lambda reconstruction, kl: reconstruction - kl),
        "kl-weighted": step(objective=lambda reconstruction, kl: reconstruction + 0.5 * kl),
        "slope-of-summed": step(objective=lambda reconstruction, kl: 100 * (reconstruction + kl)),
        "encoder-only": step(variables_of=lambda encoder, decoder: encoder.trainable_variables),
        "decoder-first": step(
            variables_of=lambda encoder, decoder: (
                decoder.trainable_variables + encoder.trainable_variables
            )
        ),
        "frozen-ones-too": step(
            variables_of=lambda encoder, decoder: encoder.weights + decoder.weights
        ),
        "kl-first": step(after=lambda r, kl, slopes: (kl, r, slopes)),
        "sum-first": step(after=lambda r, kl, slopes: (r + kl, kl, slopes)),
        "uphill": step(after=lambda r, kl, slopes: (r, kl, [-slope for slope in slopes])),
        "slopes-clipped": step(
            after=lambda r, kl, slopes: (r, kl, tf.clip_by_global_norm(slopes, 1.0)[0])
        ),
        "slopes-flat": step(
            after=lambda r, kl, slopes: (r, kl, [ops.reshape(slope, (-1,)) for slope in slopes])
        ),
        "two-lists": step(after=lambda r, kl, slopes: (r, kl, [slopes[:2], slopes[2:]])),
        "two-results": step(after=lambda reconstruction, kl, slopes: (reconstruction + kl, slopes)),
        "takes-a-step": with_effect(descend),
        "slopes-after-a-step": step_after_descent,
        "sets-weights": with_effect(rescale),
        "freezes-encoder": with_effect(freeze),
        "images-in-place": images_in_place,
        "rounds-images": on_rows(np.round),
        "hundred-images": on_rows(lambda images: images[:100], lambda noise: noise[:100]),
        "first-noise-for-all": on_rows(lambda images: images, lambda noise: noise[:1]),
        "code-of-two": on_rows(lambda images: images, lambda noise: noise[:, :2]),
        "first-for-ever": remember(vae_step),
        "first-of-shape": remember(vae_step, lambda encoder, decoder, *inputs: by_shape(*inputs)),
        "exits": exits(vae_step),
        "none": none(vae_step),
    },
    "10.4": {
        "always-ten": lambda values, labels, num_classes=10: beside_labels(values, labels),
        "largest-label": beside(lambda labels, classes: one_hot(labels, labels.max() + 1)),
        "labels-present": beside(
            lambda labels, classes: (labels[:, None] == np.unique(labels)).astype("float32")
        ),
        "label-itself": beside(lambda labels, classes: labels[:, None]),
        "label-in-its-place": beside(
            lambda labels, classes: one_hot(labels, classes) * labels[:, None]
        ),
        "from-one": beside(lambda labels, classes: one_hot(labels - 1, classes)),
        "from-behind": beside(lambda labels, classes: one_hot(labels, classes)[:, ::-1]),
        "cumulative": beside(lambda labels, classes: one_hot(labels, classes).cumsum(axis=1)),
        "minus-one-elsewhere": beside(lambda labels, classes: 2 * one_hot(labels, classes) - 1),
        "zero-at-label": beside(lambda labels, classes: 1 - one_hot(labels, classes)),
        "smoothed": beside(lambda labels, classes: 0.9 * one_hot(labels, classes) + 0.1 / classes),
        "first-label-for-all": beside(
            lambda labels, classes: one_hot(np.full_like(labels, labels[0]), classes)
        ),
        "labels-sorted": beside(lambda labels, classes: one_hot(np.sort(labels), classes)),
        "labels-first": beside(one_hot, lambda values, hot: np.hstack([hot, values])),
        "labels-only": beside(one_hot, lambda values, hot: hot),
        "over-last-columns": beside(one_hot, over_last_columns),
        "integers": beside(one_hot, lambda values, hot: np.hstack([values, hot]).astype(int)),
        "half-precision": beside(
            one_hot, lambda values, hot: np.hstack([values, hot]).astype("float16")
        ),
        "one-scale": beside(
            one_hot, lambda values, hot: np.hstack([values / np.abs(values).max(), hot])
        ),
        "two-arrays": beside(one_hot, lambda values, hot: (values, hot)),
        "squeezed": then(np.squeeze, beside_labels),
        "transposed": then(np.transpose, beside_labels),
        "values-in-place": values_in_place,
        "labels-in-place": labels_in_place,
        "first-for-ever": remember(beside_labels),
        "first-of-shape": remember(beside_labels, by_shape),
        "exits": exits(beside_labels),
        "raises": raises(beside_labels),
    },
    "10.5": {
        "not-clipped": pair_of(told_apart, minus_log, lambda outputs: outputs),
        "clipped-to-hundredths": pair_of(
            told_apart, minus_log, lambda outputs: ops.clip(outputs, 0.01, 0.99)
        ),
        "clipped-below-only": pair_of(
            told_apart, minus_log, lambda outputs: ops.maximum(outputs, 1e-7)
        ),
        "half-of-both": pair_of(lambda p, c: told_apart(p, c) / 2, minus_log),
        "mean-of-all": pair_of(mean_of_all, minus_log),
        "pair-by-pair": pair_of(pair_by_pair, minus_log),
        "prior-only": pair_of(lambda p, c: minus_log(p), minus_log),
        "codes-only": pair_of(lambda p, c: minus_log(1 - c), minus_log),
        "one-minus-forgotten": pair_of(lambda p, c: minus_log(p) + minus_log(c), minus_log),
        "one-minus-at-prior": pair_of(lambda p, c: minus_log(1 - p) + minus_log(c), minus_log),
        "log-of-means": pair_of(
            lambda p, c: -ops.log(ops.mean(p)) - ops.log(1 - ops.mean(c)),
            lambda c: -ops.log(ops.mean(c)),
        ),
        "difference": pair_of(lambda p, c: minus_log(p) - minus_log(1 - c), minus_log),
        "generator-of-game": pair_of(told_apart, lambda c: -minus_log(1 - c)),
        "generator-sees-through": pair_of(told_apart, lambda c: minus_log(1 - c)),
        "generator-sign": pair_of(told_apart, lambda c: -minus_log(c)),
        "generator-plus-both": pair_of(told_apart, lambda c: minus_log(c) + minus_log(1 - c)),
        "squared-errors": pair_of(
            lambda p, c: ops.mean((p - 1) ** 2) + ops.mean(c**2), lambda c: ops.mean((c - 1) ** 2)
        ),
        "means": pair_of(lambda p, c: ops.mean(c) - ops.mean(p), lambda c: -ops.mean(c)),
        "summed": pair_of(
            lambda p, c: -ops.sum(ops.log(p)) - ops.sum(ops.log(1 - c)),
            lambda c: -ops.sum(ops.log(c)),
        ),
        "in-bits": then(in_bits, adversarial_losses),
        "doubled": then(doubled, adversarial_losses),
        "signs": then(lambda pair: (-pair[0], -pair[1]), adversarial_losses),
        "generator-first": then(swapped, adversarial_losses),
        "one-loss": then(lambda pair: pair[0] + pair[1], adversarial_losses),
        "inputs-swapped": lambda on_prior, on_codes: adversarial_losses(on_codes, on_prior),
        "loss-of-each": pair_of(
            lambda p, c: -ops.mean(ops.log(p)) - ops.log(1 - c), lambda c: -ops.log(c)
        ),
        "no-slope-of-codes": pair_of(lambda p, c: told_apart(p, ops.stop_gradient(c)), minus_log),
        "no-slope-of-prior": without_slope(0)(adversarial_losses),
        "no-slope-of-generator": pair_of(told_apart, lambda c: minus_log(ops.stop_gradient(c))),
        "numpy": in_numpy(adversarial_losses),
        "numbers": then(lambda pair: tuple(map(float, pair)), adversarial_losses),
        "first-for-ever": remember(adversarial_losses),
        "first-of-shape": remember(adversarial_losses, by_shape),
        "exits": exits(adversarial_losses),
    },
    "10.6": {
        "ties-lose": auc_of_pairs(lambda odd, normal: np.mean(odd > normal)),
        "ties-win": auc_of_pairs(lambda odd, normal: np.mean(odd >= normal)),
        "ties-left-out": auc_of_pairs(
            lambda odd, normal: np.sum(odd > normal) / max(np.sum(odd != normal), 1)
        ),
        "ties-once": auc_of_pairs(
            lambda odd, normal: np.mean(odd > normal) + 0.5 * np.any(odd == normal) / odd.size
        ),
        "near-ties": auc_of_pairs(
            lambda odd, normal: np.mean((odd > normal + 0.01) + 0.5 * (abs(odd - normal) <= 0.01))
        ),
        "whole-scores": lambda scores, is_anomaly: roc_auc(scores.astype(int), is_anomaly),
        "normal-wins": lambda scores, is_anomaly: 1 - roc_auc(scores, is_anomaly),
        "twice-less-one": lambda scores, is_anomaly: 2 * roc_auc(scores, is_anomaly) - 1,
        "either-direction": lambda scores, is_anomaly: max(
            roc_auc(scores, is_anomaly), 1 - roc_auc(scores, is_anomaly)
        ),
        "percent": lambda scores, is_anomaly: 100 * roc_auc(scores, is_anomaly),
        "rounded": lambda scores, is_anomaly: round(roc_auc(scores, is_anomaly), 1),
        "wins-counted": auc_of_pairs(
            lambda odd, normal: np.sum(odd > normal) + np.sum(odd == normal) / 2
        ),
        "shares-of-each": auc_of_pairs(lambda odd, normal: np.mean(odd > normal, axis=1)),
        "median-normal": auc_of_pairs(lambda odd, normal: np.mean(odd > np.median(normal))),
        "mean-normal": auc_of_pairs(lambda odd, normal: np.mean(odd > np.mean(normal))),
        "largest-normal": auc_of_pairs(lambda odd, normal: np.mean(odd > np.max(normal))),
        "all-pairs": lambda scores, is_anomaly: auc_of_pairs(
            lambda odd, _: np.mean((odd > scores) + 0.5 * (odd == scores))
        )(scores, is_anomaly),
        "average-precision": lambda scores, is_anomaly: sklearn.metrics.average_precision_score(
            is_anomaly, scores
        ),
        "by-places": auc_by_places,
        "by-steps": auc_by_steps,
        "at-one-level": auc_at_one_level,
        "ranks-from-zero": ranks_from_zero,
        "zipped": auc_zipped,
        "drawn-pairs": auc_of_drawn_pairs,
        "distinct-scores": auc_of_distinct,
        "sorts-scores": auc_sorting,
        "flips-flags": auc_flipping,
        "first-for-ever": remember(roc_auc),
        "first-of-shape": remember(roc_auc, by_shape),
        "exits": exits(roc_auc),
        "raises": raises(roc_auc),
    },
    "10.7": {
        "below-only": reading(lambda auc, control, i: auc < max(control)),
        "equal-wins": reading(is_missed, lambda ours, theirs: ours >= theirs),
        "own-control": reading(lambda auc, control, i: auc <= control[i]),
        "least-control": reading(lambda auc, control, i: auc <= min(control)),
        "mean-control": reading(lambda auc, control, i: auc <= np.mean(control)),
        "median-control": reading(lambda auc, control, i: auc <= np.median(control)),
        "last-control": reading(lambda auc, control, i: auc <= control[-1]),
        "two-deviations": reading(
            lambda auc, control, i: auc <= np.mean(control) + 2 * np.std(control)
        ),
        "one-half": reading(lambda auc, control, i: auc <= 0.5),
        "largest-of-half": reading(lambda auc, control, i: auc <= max(0.5, *control)),
        "found": reading(lambda auc, control, i: auc > max(control)),
        "lost": reading(is_missed, lambda ours, theirs: ours < theirs),
        "clearly-won": reading(is_missed, lambda ours, theirs: ours > theirs + 0.01),
        "other-order": then(swapped, read_anomalies),
        "from-one": then(shifted, read_anomalies),
        "how-many": then(lambda pair: (len(pair[0]), len(pair[1])), read_anomalies),
        "falling": then(lambda pair: (pair[0][::-1], pair[1][::-1]), read_anomalies),
        "as-text": then(lambda pair: (str(pair[0]), str(pair[1])), read_anomalies),
        "none-if-empty": then(lambda pair: (pair[0] or None, pair[1] or None), read_anomalies),
        "one-if-single": then(
            lambda pair: tuple(x[0] if len(x) == 1 else x for x in pair), read_anomalies
        ),
        "as-flags": lambda network, baseline, control: (
            [auc <= max(control) for auc in network],
            [ours > theirs for ours, theirs in zip(network, baseline, strict=True)],
        ),
        "baseline-missed": lambda network, baseline, control: (
            read_anomalies(baseline, baseline, control)[0],
            read_anomalies(network, baseline, control)[1],
        ),
        "inputs-swapped": lambda network, baseline, control: read_anomalies(
            baseline, network, control
        ),
        "control-for-baseline": lambda network, baseline, control: read_anomalies(
            network, control, baseline
        ),
        "of-lists-only": of_lists_only,
        "of-arrays-only": of_arrays_only,
        "of-ten": of_ten,
        "by-auc": by_auc,
        "aucs-themselves": aucs_themselves,
        "won-if-found": won_if_found,
        "missed-by-both": missed_by_both,
        "two-decimals": two_decimals,
        "sorts-control": sorts_control,
        "three-results": one_more,
        "figure-10.7": lambda network, baseline, control: ([1, 9], [0, 2, 3, 5, 6]),
        "first-for-ever": remember(read_anomalies),
        "first-of-shape": remember(read_anomalies, by_shape),
        "exits": exits(read_anomalies),
    },
}
