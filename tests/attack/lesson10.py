"""Right and wrong answers to the exercises of lesson 10."""

import functools

import keras
import numpy as np
import scipy.integrate
import scipy.stats
import sklearn.metrics
import tensorflow as tf
from keras import ops
from turns import exits, none, raises, remember, then


def by_shape(*inputs, **named):
    return str([np.shape(value) for value in inputs])


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


# 10.5


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


# 10.6


def evaluate_detector(validation_scores, test_scores, is_anomaly, num_resamples, seed):
    odd, normal = test_scores[is_anomaly], test_scores[~is_anomaly]
    flags = np.repeat([True, False], [len(odd), len(normal)])
    rng, aucs = np.random.default_rng(seed), []
    for _ in range(num_resamples):
        taken = rng.choice(odd, len(odd)), rng.choice(normal, len(normal))
        aucs.append(roc_auc(np.concatenate(taken), flags))
    interval = np.percentile(aucs, [2.5, 97.5])
    threshold = np.percentile(validation_scores, 95)
    rates = np.mean(odd > threshold), np.mean(normal > threshold)
    return roc_auc(test_scores, is_anomaly), interval, rates, side_of(*interval)


def side_of(low, high):
    return "found" if low > 0.5 else "reversed" if high < 0.5 else "undecided"


def report_by_places(validation_scores, test_scores, is_anomaly, num_resamples, seed):
    rng, aucs = np.random.default_rng(seed), []
    odd, normal = np.flatnonzero(is_anomaly), np.flatnonzero(~is_anomaly)
    for _ in range(num_resamples):
        places = np.append(rng.choice(odd, odd.size), rng.choice(normal, normal.size))
        aucs.append(auc_by_ranks(test_scores[places], is_anomaly[places]))
    low, high = np.quantile(aucs, [0.025, 0.975])
    reported = test_scores > np.quantile(validation_scores, 0.95)
    rates = [reported[is_anomaly].mean(), reported[~is_anomaly].mean()]
    return auc_by_ranks(test_scores, is_anomaly), [low, high], rates, side_of(low, high)


def report_by_table(validation_scores, test_scores, is_anomaly, num_resamples, seed):
    pairs = 0.5 + np.sign(test_scores[is_anomaly][:, None] - test_scores[~is_anomaly]) / 2
    rng = np.random.default_rng(seed)
    rows, columns = (rng.integers(n, size=(num_resamples, n)) for n in pairs.shape)
    aucs = np.sort([pairs[r][:, c].mean() for r, c in zip(rows, columns, strict=True)])
    low, high = np.percentile(aucs, 2.5), np.percentile(aucs, 97.5)
    threshold = np.percentile(validation_scores, 95)
    rates = tuple(np.mean(test_scores[k] > threshold) for k in (is_anomaly, ~is_anomaly))
    return np.mean(pairs), np.array([low, high]), np.array(rates), side_of(low, high)


def report_of_halves(validation_scores, test_scores, is_anomaly, num_resamples, seed):
    auc, (low, high), rates, _ = report_by_places(
        validation_scores, test_scores, is_anomaly, num_resamples, seed
    )
    word = "undecided"
    if min(low, high) > 0.5:
        word = "found"
    if max(low, high) < 0.5:
        word = "reversed"
    return [float(auc), (float(low), float(high)), [*map(float, rates)], word]


def changed(part, change):
    """Return a report with one part changed: (value, all parts, all inputs) -> value."""

    def evaluate(*inputs):
        parts = list(evaluate_detector(*inputs))
        parts[part] = change(parts[part], parts, inputs)
        return tuple(parts)

    return evaluate


def shares_above(threshold):
    def rates(_, parts, inputs):
        _, scores, is_anomaly, *_ = inputs
        return np.mean(scores[is_anomaly] > threshold(*inputs)), np.mean(
            scores[~is_anomaly] > threshold(*inputs)
        )

    return changed(2, rates)


def interval_of(ends_of, sample=None):
    """Return a report whose interval is computed from (AUC, resampled AUCs)."""

    def interval(_, parts, inputs):
        _, scores, is_anomaly, num_resamples, seed = inputs
        rng = np.random.default_rng(seed)
        aucs = [
            auc_by_ranks(*(sample or both)(rng, scores, is_anomaly)) for _ in range(num_resamples)
        ]
        return ends_of(parts[0], np.array(aucs))

    return changed(1, interval)


def both(rng, scores, is_anomaly):
    odd, normal = scores[is_anomaly], scores[~is_anomaly]
    taken = np.append(rng.choice(odd, odd.size), rng.choice(normal, normal.size))
    return taken, np.arange(scores.size) < odd.size


def normal_only(rng, scores, is_anomaly):
    odd, normal = scores[is_anomaly], scores[~is_anomaly]
    return np.append(odd, rng.choice(normal, normal.size)), np.arange(scores.size) < odd.size


def without_replacement(rng, scores, is_anomaly):
    order = rng.permutation(scores.size)
    return scores[order], is_anomaly[order]


def flags_shuffled(rng, scores, is_anomaly):
    return scores, rng.permutation(is_anomaly)


def half_as_many(rng, scores, is_anomaly):
    odd, normal = scores[is_anomaly], scores[~is_anomaly]
    sizes = (odd.size + 1) // 2, (normal.size + 1) // 2
    taken = np.append(rng.choice(odd, sizes[0]), rng.choice(normal, sizes[1]))
    return taken, np.arange(sum(sizes)) < sizes[0]


def middle(_, aucs):
    return np.percentile(aucs, [2.5, 97.5])


def sorts_scores(validation_scores, test_scores, *others):
    report = evaluate_detector(validation_scores, test_scores, *others)
    test_scores.sort()
    return report


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
        "keras": losses_of_keras,
        "tensorflow": losses_of_tensorflow,
        "by-targets": losses_by_targets,
        "of-rows": losses_of_rows,
    },
    "10.5": {
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
    "10.6": {
        "by-places": report_by_places,
        "by-table": report_by_table,
        "of-halves": report_of_halves,
        "sklearn": changed(
            0, lambda _, parts, inputs: sklearn.metrics.roc_auc_score(inputs[2], inputs[1])
        ),
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
    "10.5": {
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
    "10.6": {
        "normal-wins": changed(0, lambda auc, *_: 1 - auc),
        "either-direction": changed(0, lambda auc, *_: max(auc, 1 - auc)),
        "middle-of-interval": changed(0, lambda _, parts, inputs: np.mean(parts[1])),
        "with-validation": changed(
            0,
            lambda _, parts, inputs: auc_by_ranks(
                np.append(inputs[1], inputs[0]),
                np.append(inputs[2], np.zeros(len(inputs[0]), bool)),
            ),
        ),
        "threshold-of-test": shares_above(lambda v, s, a, *_: np.percentile(s, 95)),
        "threshold-of-normal": shares_above(lambda v, s, a, *_: np.percentile(s[~a], 95)),
        "threshold-at-5": shares_above(lambda v, *_: np.percentile(v, 5)),
        "threshold-at-90": shares_above(lambda v, *_: np.percentile(v, 90)),
        "threshold-largest": shares_above(lambda v, *_: np.max(v)),
        "two-deviations": shares_above(lambda v, *_: v.mean() + 1.645 * v.std()),
        "rates-swapped": changed(2, lambda rates, *_: rates[::-1]),
        "missed-instead": changed(2, lambda rates, *_: (1 - rates[0], rates[1])),
        "counts": changed(2, lambda r, p, i: (r[0] * i[2].sum(), r[1] * (~i[2]).sum())),
        "ninety": interval_of(lambda _, aucs: np.percentile(aucs, [5, 95])),
        "ends": interval_of(lambda _, aucs: (aucs.min(), aucs.max())),
        "one-deviation": interval_of(lambda auc, aucs: (auc - aucs.std(), auc + aucs.std())),
        "standard-error": interval_of(
            lambda auc, aucs: (
                auc - 1.96 * aucs.std() / len(aucs) ** 0.5,
                auc + 1.96 * aucs.std() / len(aucs) ** 0.5,
            )
        ),
        "normal-only": interval_of(middle, normal_only),
        "no-replacement": interval_of(middle, without_replacement),
        "flags-shuffled": interval_of(middle, flags_shuffled),
        "half-as-many": interval_of(middle, half_as_many),
        "ends-swapped": changed(1, lambda interval, *_: interval[::-1]),
        "always-seed-0": lambda v, s, a, n, seed: evaluate_detector(v, s, a, n, 0),
        "one-resample": lambda v, s, a, n, seed: evaluate_detector(v, s, a, 1, seed),
        "ten-resamples": lambda v, s, a, n, seed: evaluate_detector(v, s, a, 10, seed),
        "word-of-auc": changed(
            3, lambda _, parts, inputs: "found" if parts[0] > 0.5 else "reversed"
        ),
        "never-reversed": changed(3, lambda word, *_: word.replace("reversed", "undecided")),
        "word-capital": changed(3, lambda word, *_: word.title()),
        "word-flag": changed(3, lambda word, *_: word == "found"),
        "no-word": then(lambda parts: parts[:3], evaluate_detector),
        "sorts-scores": sorts_scores,
        "first-for-ever": remember(evaluate_detector),
        "first-of-shape": remember(evaluate_detector, by_shape),
        "exits": exits(evaluate_detector),
        "raises": raises(evaluate_detector),
        "nothing": none(evaluate_detector),
    },
}
