"""Lesson 10: each check accepts right answers of any kind and names the mistake in wrong ones."""

import keras
import numpy as np
import tensorflow as tf
from answers import assert_no_gradient, closing_tests, stopped
from scipy.stats import rankdata
from sklearn.metrics import roc_auc_score


def loop_codes(means, log_variances, noise):
    means, log_variances = (tf.broadcast_to(x, noise.shape) for x in (means, log_variances))
    return [
        [m + tf.sqrt(tf.exp(v)) * e for m, v, e in zip(*rows, strict=True)]
        for rows in zip(means, log_variances, noise, strict=True)
    ]


def kl(means, log_variances):
    """Return each number's divergence, (n, k)."""
    return (means**2 + np.exp(log_variances) - log_variances - 1) / 2


def kl_by_deviations(means, log_variances):
    """Return the divergences in the form with the logarithm of a ratio of deviations."""
    deviations = tf.exp(log_variances / 2)
    terms = (deviations**2 + tf.square(means) - 1) / 2 - tf.math.log(deviations)
    return tf.reduce_sum(terms, axis=1)


def in_place(function):
    """Return a function with the same results that moves what it is given first."""

    def changed(*arguments):
        results = function(*(np.copy(argument) for argument in arguments))
        arguments[0][...] = 1 - arguments[0]
        return results

    return changed


def added_in_place(means, log_variances, noise):
    means += np.exp(log_variances / 2) * noise
    return means


def step(
    *,
    power=0.5,
    still=False,
    entropy=None,
    kl_factor=0.5,
    weights=(1, 1),
    reduce=tf.reduce_mean,
    sign=1,
    decoder_first=False,
):
    """Return a step of the VAE with some of its parts exchanged."""

    def entropies(x, y):
        return keras.losses.binary_crossentropy(x, y) * x.shape[1]

    entropy = entropy or entropies

    def vae_step(encoder, decoder, images, noise):
        models = (decoder, encoder) if decoder_first else (encoder, decoder)
        variables = [v for model in models for v in model.trainable_variables]
        with tf.GradientTape() as tape:
            means, log_variances = encoder(images)
            deviations = tf.exp(power * log_variances)
            outputs = decoder(means if still else means + deviations * noise)
            reconstruction = reduce(entropy(images, outputs))
            terms = means**2 + tf.exp(log_variances) - log_variances - 1
            divergence = reduce(kl_factor * tf.reduce_sum(terms, axis=1))
            loss = weights[0] * reconstruction + weights[1] * divergence
        gradients = tape.gradient(loss, variables, unconnected_gradients="zero")
        return reconstruction, divergence, [sign * g for g in gradients]

    return vae_step


def separate_tapes(encoder, decoder, images, noise):
    with tf.GradientTape(persistent=True) as tape:
        means, log_variances = encoder(images, training=True)
        outputs = decoder(keras.ops.exp(log_variances / 2) * noise + means)
        reconstruction = tf.reduce_mean(
            -tf.reduce_sum(
                images * tf.math.log(outputs) + (1 - images) * tf.math.log(1 - outputs), axis=1
            )
        )
        divergence = tf.reduce_mean(
            tf.reduce_sum(means**2 + tf.exp(log_variances) - log_variances - 1, axis=1) / 2
        )
    of_encoder = tape.gradient([reconstruction, divergence], encoder.trainable_variables)
    of_decoder = tape.gradient(reconstruction, decoder.trainable_variables)
    return [reconstruction, divergence, (*of_encoder, *of_decoder)]


def with_numpy(encoder, decoder, images, noise):
    with tf.GradientTape() as tape:
        means, log_variances = (part.numpy() for part in encoder(images))
        outputs = decoder(means + np.exp(log_variances / 2) * noise)
        reconstruction = tf.reduce_mean(keras.losses.binary_crossentropy(images, outputs))
        reconstruction *= images.shape[1]
        divergence = kl(means, log_variances).sum(axis=1).mean()
        loss = reconstruction + divergence
    variables = encoder.trainable_variables + decoder.trainable_variables
    return reconstruction, divergence, tape.gradient(loss, variables)


def all_variables(encoder, decoder, images, noise):
    reconstruction, divergence, gradients = step()(encoder, decoder, images, noise)
    return reconstruction, divergence, [None, None, *gradients]


def sets_weights(encoder, decoder, images, noise):
    results = step()(encoder, decoder, images, noise)
    decoder.set_weights([0.9 * weight for weight in decoder.get_weights()])
    return results


def hundred_images(encoder, decoder, images, noise):
    return step()(encoder, decoder, images[:100], noise[:100])


def one_sum(encoder, decoder, images, noise):
    reconstruction, divergence, gradients = step()(encoder, decoder, images, noise)
    return reconstruction + divergence, divergence, gradients


def second_sum(encoder, decoder, images, noise):
    reconstruction, divergence, gradients = step()(encoder, decoder, images, noise)
    return reconstruction, reconstruction + divergence, gradients


def swapped_terms(encoder, decoder, images, noise):
    reconstruction, divergence, gradients = step()(encoder, decoder, images, noise)
    return divergence, reconstruction, gradients


def squares(x, y):
    return tf.reduce_sum((x - y) ** 2, axis=1)


def one_hot(labels, classes=10):
    return np.eye(classes)[labels]


def filled(values, labels, num_classes=10):
    result = np.zeros((len(values), values.shape[1] + num_classes))
    result[:, : values.shape[1]] = values
    for row, label in enumerate(labels):
        result[row, values.shape[1] + label] = 1
    return result


def zeroed(values, labels, num_classes=10):
    result = np.concatenate([values, one_hot(labels, num_classes)], axis=1)
    values[:] = 0
    return result


def beside(first, second):
    return np.concatenate([first, second], axis=1)


def clipped(*values):
    return [np.clip(np.asarray(v, float), 1e-7, 1 - 1e-7) for v in values]


def judged(on_prior, on_codes):
    p, c = clipped(on_prior, on_codes)
    return -np.log(p).mean() - np.log(1 - c).mean(), -np.log(c).mean()


def judged_by_keras(on_prior, on_codes):
    entropy = keras.losses.BinaryCrossentropy()
    told = entropy(np.ones_like(on_prior), on_prior) + entropy(np.zeros_like(on_codes), on_codes)
    return [told, entropy(np.ones_like(on_codes), on_codes)]


def judged_by_tensorflow(on_prior, on_codes):
    p, c = (tf.clip_by_value(given, 1e-7, 1 - 1e-7) for given in (on_prior, on_codes))
    told = tf.reduce_mean(tf.math.log(p)) + tf.reduce_mean(tf.math.log1p(-c))
    return -told, tf.reduce_mean(-tf.math.log(c))


def judged_with(log):
    """Return losses with another guard of the logarithm."""

    def losses(p, c):
        p, c = (np.asarray(given, float) for given in (p, c))
        with np.errstate(all="ignore"):
            return -log(p).mean() - log(1 - c).mean(), -log(c).mean()

    return losses


def unclipped(p, c):
    with np.errstate(all="ignore"):
        return -np.log(p).mean() - np.log(1 - c).mean(), -np.log(c).mean()


def wrongly_judged(told=None, fool=None):
    """Return losses in which one of the two is computed as given from clipped (p, c)."""

    def losses(on_prior, on_codes):
        pair = clipped(on_prior, on_codes)
        right = judged(on_prior, on_codes)
        return told(*pair) if told else right[0], fool(*pair) if fool else right[1]

    return losses


def by_ranks(scores, is_anomaly):
    count = is_anomaly.sum()
    wins = rankdata(scores)[is_anomaly].sum() - count * (count + 1) / 2
    return wins / (count * (~is_anomaly).sum())


def by_order(scores, is_anomaly):
    count = is_anomaly.sum()
    wins = rankdata(scores, "ordinal")[is_anomaly].sum() - count * (count + 1) / 2
    return wins / (count * (~is_anomaly).sum())


def by_loops(scores, is_anomaly):
    odd = [s for s, a in zip(scores, is_anomaly, strict=True) if a]
    normal = [s for s, a in zip(scores, is_anomaly, strict=True) if not a]
    return sum((o > n) + (o == n) / 2 for o in odd for n in normal) / (len(odd) * len(normal))


def won_pairs(scores, is_anomaly):
    return np.sum(scores[is_anomaly][:, None] > scores[~is_anomaly])


def shares(scores, is_anomaly, ties):
    odd, normal = scores[is_anomaly][:, None], scores[~is_anomaly]
    return np.mean(odd > normal) + ties * np.mean(odd == normal)


def one_threshold(scores, is_anomaly):
    return np.mean((scores > np.median(scores)) == is_anomaly)


def flags_as_places(scores, is_anomaly):
    flags = is_anomaly.astype(int)
    return np.mean(scores[flags][:, None] > scores[1 - flags])


def squashed(scores, is_anomaly):
    return by_ranks(np.clip(scores, -30, None), is_anomaly)


def places(mask):
    return [digit for digit, holds in enumerate(mask) if holds]


def reading(missed=None, won=None):
    """Return a reading in which one of the two lists is computed as given."""

    def read(*aucs):
        network, baseline, control = map(np.asarray, aucs)
        mark = max(control)
        return (
            missed(network, baseline, control) if missed else places(network <= mark),
            won(network, baseline, control) if won else places(network > baseline),
        )

    return read


def sorts(network, baseline, control):
    control.sort()
    return reading()(network, baseline, control)


def as_arrays(network, baseline, control):
    return (
        np.nonzero(np.max(control) >= np.asarray(network))[0],
        np.nonzero(np.asarray(baseline) < np.asarray(network))[0],
    )


RIGHT = {
    "10.1": [
        ("loop", loop_codes),
        ("tensorflow", lambda m, v, e: tf.sqrt(tf.exp(v)) * e + m),
    ],
    "10.2": [
        ("deviations", kl_by_deviations),
        ("keras", lambda m, v: -0.5 * keras.ops.sum(1 + v - m**2 - keras.ops.exp(v), axis=-1)),
    ],
    "10.3": [("one tape", step()), ("persistent tape", separate_tapes)],
    "10.4": [
        ("filled", filled),
        ("keras", lambda v, y, c=10: beside(v, keras.utils.to_categorical(y, c))),
        ("hstack", lambda v, y, num_classes=10: np.hstack([v, np.eye(num_classes)[y]])),
    ],
    "10.5": [("tensorflow", judged_by_tensorflow), ("keras", judged_by_keras)],
    "10.6": [
        ("scikit-learn", lambda s, a: roc_auc_score(a, s)),
        ("ranks", by_ranks),
        ("loops", by_loops),
    ],
    "10.7": [("lists", reading()), ("arrays", as_arrays)],
}
WRONG = {
    "10.1": [
        ("variance", lambda m, v, e: m + np.exp(v) * e, "multiplied by the variance"),
        ("logarithm", lambda m, v, e: m + v * e, "exp is missing"),
        ("no noise", lambda m, v, e: m, "noise is not used"),
        ("no variance", lambda m, v, e: m + e, "has deviation 1"),
        ("no mean", lambda m, v, e: np.exp(v / 2) * e, "mean is missing"),
        ("subtracted", lambda m, v, e: m - np.exp(v / 2) * e, "subtracted"),
        (
            "own noise",
            lambda m, v, e: m + np.exp(v / 2) * np.random.default_rng().normal(size=e.shape),
            "differs from the expected value",
        ),
        (
            "fixed shape",
            lambda m, v, e: (m + np.exp(v / 2) * e)[:, :3],
            "should have shape (2, 7)",
        ),
        ("half the log", lambda m, v, e: m + v / 2 * e, "half the logarithm: that is"),
        ("half the variance", lambda m, v, e: m + np.exp(v) / 2 * e, "half the variance"),
        ("clipped", lambda m, v, e: m + np.exp(np.clip(v, -4, 4) / 2) * e, "log variances of -11"),
        ("squeezed", lambda m, v, e: np.squeeze(m + np.exp(v / 2) * e), "should have shape (1, 4)"),
        ("nothing", lambda m, v, e: None, "return missing"),
        ("in place", added_in_place, "changes its input `means`"),
    ],
    "10.2": [
        ("batch", lambda m, v: kl(m, v).sum(), "whole batch"),
        ("axis 0", lambda m, v: kl(m, v).sum(axis=0), "axis 0"),
        ("no sum", kl, "one number per code"),
        ("no half", lambda m, v: 2 * kl(m, v).sum(axis=1), "1/2 in front"),
        ("mean", lambda m, v: kl(m, v).mean(axis=1), "averaged over the code"),
        ("sign", lambda m, v: -kl(m, v).sum(axis=1), "never below 0"),
        ("no minus 1", lambda m, v: (kl(m, v) + 0.5).sum(axis=1), "minus 1 is missing"),
        (
            "deviation",
            lambda m, v: (m**2 + np.exp(v / 2) - v - 1).sum(axis=1) / 2,
            "deviation stands",
        ),
        ("no means", lambda m, v: (np.exp(v) - v - 1).sum(axis=1) / 2, "means are missing"),
        ("not squared", lambda m, v: (m + np.exp(v) - v - 1).sum(axis=1) / 2, "not squared"),
        ("plus log", lambda m, v: (m**2 + np.exp(v) + v - 1).sum(axis=1) / 2, "minus log_variance"),
        ("in place", in_place(lambda m, v: kl(m, v).sum(axis=1)), "changes its input `means`"),
        (
            "three codes",
            lambda m, v: 1.5 * (2 / m.shape[1]) * kl(m, v).sum(axis=1),
            "differs from the expected value",
        ),
    ],
    "10.3": [
        ("batch sum", step(reduce=tf.reduce_sum), "summed over the batch"),
        (
            "pixel mean",
            step(entropy=keras.losses.binary_crossentropy),
            "averaged over the pixels",
        ),
        ("centres", step(still=True), "means were decoded"),
        ("variance", step(power=1), "variance where the deviation"),
        ("one sum", one_sum, "return them separately"),
        ("squares", step(entropy=squares), "this is the squared error"),
        ("swapped", swapped_terms, "KL came first"),
        ("twice", step(kl_factor=1), "where is its 1/2"),
        ("second sum", second_sum, "return the KL alone"),
        ("only first", step(weights=(1, 0)), "reconstruction alone"),
        ("only KL", step(weights=(0, 1)), "KL alone: add"),
        ("turned", step(sign=-1), "do not step yet"),
        ("numpy", with_numpy, "gradient is None"),
        ("decoder first", step(decoder_first=True), "encoder's come first"),
        ("no gradients", lambda *a: step()(*a)[:2], "3 results"),
        ("encoder only", lambda *a: (*step()(*a)[:2], step()(*a)[2][:4]), "expected 6 gradients"),
        ("all variables", all_variables, "frozen ones included"),
        ("sets weights", sets_weights, "changes the weights of `decoder`"),
        ("hundred", hundred_images, "the reconstruction differs"),
    ],
    "10.4": [
        ("number", lambda v, y, c=10: beside(v, y[:, None]), "one-hot"),
        ("always ten", lambda v, y, c=10: beside(v, one_hot(y)), "use num_classes"),
        ("labels only", lambda v, y, c=10: one_hot(y, c), "labels alone"),
        ("label first", lambda v, y, c=10: beside(one_hot(y, c), v), "stands first"),
        (
            "from one",
            lambda v, y, c=10: beside(v, one_hot((np.asarray(y) + 1) % c, c)),
            "too far to the right",
        ),
        ("inverted", lambda v, y, c=10: beside(v, 1 - one_hot(y, c)), "other way round"),
        (
            "largest label",
            lambda v, y, c=10: beside(v, np.eye(y.max() + 1)[y]),
            "columns up to the largest label",
        ),
        ("in place", zeroed, "changes its input `values`"),
    ],
    "10.5": [
        (
            "half",
            wrongly_judged(told=lambda p, c: -(np.log(p).mean() + np.log(1 - c).mean()) / 2),
            "half of it",
        ),
        (
            "sign",
            wrongly_judged(told=lambda p, c: np.log(p).mean() + np.log(1 - c).mean()),
            "number below 1",
        ),
        ("no codes", wrongly_judged(told=lambda p, c: -np.log(p).mean()), "codes are missing"),
        ("no prior", wrongly_judged(told=lambda p, c: -np.log(1 - c).mean()), "prior is missing"),
        (
            "targets",
            wrongly_judged(told=lambda p, c: -np.log(1 - p).mean() - np.log(c).mean()),
            "targets are swapped",
        ),
        (
            "sum",
            wrongly_judged(told=lambda p, c: -np.log(p).sum() - np.log(1 - c).sum()),
            "summed over the batch",
        ),
        ("swapped", lambda p, c: judged(p, c)[::-1], "generator's loss came first"),
        (
            "saturating",
            wrongly_judged(fool=lambda p, c: np.log(1 - c).mean()),
            "which has no slope",
        ),
        ("caught", wrongly_judged(fool=lambda p, c: -np.log(1 - c).mean()), "wants to be taken"),
        ("no clip", unclipped, "give infinity: clip before"),
        (
            "tight clip",
            lambda p, c: judged(np.clip(p, 0.1, 0.9), np.clip(c, 0.1, 0.9)),
            "clipped at 0.1",
        ),
        (
            "clip at 1e-6",
            lambda p, c: judged(np.clip(p, 1e-6, 1 - 1e-6), np.clip(c, 1e-6, 1 - 1e-6)),
            "clipped at 1e-06",
        ),
        ("numbers for nan", judged_with(lambda x: np.nan_to_num(np.log(x))), "brought to 1e-7"),
        ("in place", in_place(judged), "changes its input `on_prior`"),
        ("one", lambda p, c: judged(p, c)[0], "2 results"),
    ],
    "10.6": [
        ("turned", lambda s, a: 1 - by_ranks(s, a), "turned round"),
        ("percent", lambda s, a: 100 * by_ranks(s, a), "in percent"),
        ("pairs", won_pairs, "divide by all pairs"),
        ("threshold", one_threshold, "one threshold"),
        ("means", lambda s, a: s[a].mean() - s[~a].mean(), "mean scores"),
        ("no ties", lambda s, a: shares(s, a, 0), "ties are not counted"),
        ("ties win", lambda s, a: shares(s, a, 1), "count as won"),
        ("squashed", squashed, "on another scale"),
        (
            "folded",
            lambda s, a: max(by_ranks(s, a), 1 - by_ranks(s, a)),
            "below 1/2 stays below",
        ),
        ("ordinal ranks", by_order, "equal scores are ranked as they come"),
        ("gini", lambda s, a: 2 * by_ranks(s, a) - 1, "2 AUC - 1"),
        ("places", flags_as_places, "keep them boolean"),
        ("in place", in_place(by_ranks), "changes its input `scores`"),
    ],
    "10.7": [
        ("found", reading(missed=lambda n, b, c: places(n > max(c))), "are found"),
        ("half", reading(missed=lambda n, b, c: places(n <= 0.5)), "compared with 0.5"),
        ("own control", reading(missed=lambda n, b, c: places(n <= c)), "its own control"),
        ("mean", reading(missed=lambda n, b, c: places(n <= np.mean(c))), "control's mean"),
        ("swapped", lambda *a: reading()(*a)[::-1], "won came first"),
        ("lost", reading(won=lambda n, b, c: places(n < b)), "baseline is higher"),
        ("below", reading(missed=lambda n, b, c: places(n < max(c))), "at most, not below"),
        ("not below", reading(won=lambda n, b, c: places(n >= b)), "is not above it"),
        ("mask", reading(missed=lambda n, b, c: n <= max(c)), "is a mask"),
        ("from 1", reading(missed=lambda n, b, c: [i + 1 for i in places(n <= max(c))]), "from 1"),
        (
            "backwards",
            reading(missed=lambda n, b, c: places(n <= max(c))[::-1]),
            "not in order",
        ),
        (
            "float digits",
            lambda *a: [np.array(digits, float) for digits in reading()(*a)],
            "should be whole numbers",
        ),
        ("in place", sorts, "changes its input `control`"),
        ("figures", reading(missed=lambda n, b, c: n[n <= max(c)]), "holds the AUCs themselves"),
    ],
}
test_complete, test_right, test_wrong = closing_tests("10", RIGHT, WRONG)


def test_answers_that_stop_the_gradient_hear_so():
    assert_no_gradient(
        {
            "10.1": [
                lambda m, v, e: m + np.exp(v / 2) * e,
                lambda m, v, e: np.array(m) + keras.ops.exp(v / 2) * e,
                stopped(lambda m, v, e: m + keras.ops.exp(v / 2) * e),
            ],
            "10.2": [
                lambda m, v: (np.square(m) + np.exp(v) - v - 1).sum(axis=1) / 2,
                lambda m, v: np.sum(m**2 + np.exp(v) - v - 1, axis=1) / 2,
                stopped(kl_by_deviations),
            ],
            "10.5": [judged, stopped(judged_by_tensorflow)],
        }
    )
