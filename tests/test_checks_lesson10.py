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


def root_of_the_logarithm(means, log_variances, noise):
    with np.errstate(all="ignore"):
        return means + np.sqrt(log_variances) * noise


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


def sum_outside(encoder, decoder, images, noise):
    with tf.GradientTape() as tape:
        means, log_variances = encoder(images)
        outputs = decoder(means + tf.exp(log_variances / 2) * noise)
        reconstruction = tf.reduce_mean(
            keras.losses.binary_crossentropy(images, outputs) * images.shape[1]
        )
        divergence = tf.reduce_mean(kl_by_deviations(means, log_variances))
    variables = encoder.trainable_variables + decoder.trainable_variables
    return reconstruction, divergence, tape.gradient(reconstruction + divergence, variables)


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


def clipped(*values):
    return [np.clip(np.asarray(v, float), 1e-7, 1 - 1e-7) for v in values]


def losses_of_outputs(on_prior, on_codes):
    p, c = clipped(on_prior, on_codes)
    return -np.log(p).mean() - np.log(1 - c).mean(), -np.log(c).mean()


def losses_by_keras(on_prior, on_codes):
    entropy = keras.losses.BinaryCrossentropy()
    told = entropy(np.ones_like(on_prior), on_prior) + entropy(np.zeros_like(on_codes), on_codes)
    return [told, entropy(np.ones_like(on_codes), on_codes)]


def losses_by_tensorflow(on_prior, on_codes):
    p, c = (tf.clip_by_value(given, 1e-7, 1 - 1e-7) for given in (on_prior, on_codes))
    told = tf.reduce_mean(tf.math.log(p)) + tf.reduce_mean(tf.math.log1p(-c))
    return -told, tf.reduce_mean(-tf.math.log(c))


def losses_with(log):
    """Return losses with another guard of the logarithm."""

    def losses(p, c):
        p, c = (np.asarray(given, float) for given in (p, c))
        with np.errstate(all="ignore"):
            return -log(p).mean() - log(1 - c).mean(), -log(c).mean()

    return losses


def unclipped(p, c):
    with np.errstate(all="ignore"):
        return -np.log(p).mean() - np.log(1 - c).mean(), -np.log(c).mean()


def wrong_losses(told=None, fool=None):
    """Return losses in which one of the two is computed as given from clipped (p, c)."""

    def losses(on_prior, on_codes):
        pair = clipped(on_prior, on_codes)
        right = losses_of_outputs(on_prior, on_codes)
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


def report(
    *,
    validation=None,
    percent=95,
    ends=(2.5, 97.5),
    pool=False,
    again=(True, True),
    sizes=lambda odd, normal: (odd, normal),
    resampled_auc=None,
    times=lambda num_resamples: num_resamples,
    replace=True,
    generator=np.random.default_rng,
    spread=None,
    word=None,
    change=lambda *parts: parts,
    auc=by_ranks,
):
    """Return an evaluation with some of its parts exchanged."""

    def evaluate(validation_scores, scores, is_anomaly, num_resamples, seed):
        kinds = scores[is_anomaly], scores[~is_anomaly]
        rng, aucs = generator(seed), []
        for _ in range(times(num_resamples)):
            if pool:
                chosen = rng.choice(scores, len(scores))
                aucs.append(auc(chosen, is_anomaly))
                continue
            taken = [
                rng.choice(kind, size, replace=replace) if turn else kind
                for kind, turn, size in zip(kinds, again, sizes(*map(len, kinds)), strict=True)
            ]
            flags = np.arange(sum(map(len, taken))) < len(taken[0])
            aucs.append((resampled_auc or auc)(np.concatenate(taken), flags))
        value = auc(scores, is_anomaly)
        interval = np.percentile(aucs, ends)
        if spread:
            interval = value + np.array([-1, 1]) * spread(np.array(aucs))
        base = validation_scores if validation is None else validation(scores, is_anomaly)
        threshold = np.percentile(base, percent)
        rates = [np.mean(kind > threshold) for kind in kinds]
        side = "found" if interval[0] > 0.5 else "reversed" if interval[1] < 0.5 else "undecided"
        return change(value, tuple(interval), rates, word(value, *interval) if word else side)

    return evaluate


def counted(validation_scores, scores, is_anomaly, num_resamples, seed):
    """Return the report from a table of all pairs and counts of how often each image is taken."""
    odd, normal = np.sort(scores[is_anomaly]), np.sort(scores[~is_anomaly])
    pairs = (np.sign(odd[:, None] - normal) + 1) / 2
    rng, aucs = np.random.default_rng(seed), []
    for _ in range(num_resamples):
        rows, columns = (rng.integers(0, n, size=n) for n in pairs.shape)
        aucs.append(pairs[np.ix_(rows, columns)].mean())
    low, high = np.quantile(aucs, 0.025), np.quantile(aucs, 0.975)
    threshold = np.quantile(validation_scores, 0.95)
    word = "undecided"
    if low > 0.5 or high < 0.5:
        word = "found" if low > 0.5 else "reversed"
    rates = np.array([(odd > threshold).mean(), (normal > threshold).mean()])
    return [pairs.mean(), [low, high], rates, word]


def sorts_validation(validation_scores, *others):
    validation_scores.sort()
    return report()(validation_scores, *others)


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
    "10.4": [("tensorflow", losses_by_tensorflow), ("keras", losses_by_keras)],
    "10.5": [
        ("scikit-learn", lambda s, a: roc_auc_score(a, s)),
        ("ranks", by_ranks),
        ("loops", by_loops),
    ],
    "10.6": [
        ("samples", report()),
        ("counted", counted),
        ("scikit-learn", report(auc=lambda s, a: roc_auc_score(a, s))),
    ],
}
WRONG = {
    "10.1": [
        ("variance", lambda m, v, e: m + np.exp(v) * e, "multiplied by the variance"),
        ("logarithm", lambda m, v, e: m + v * e, "exp is missing"),
        ("root", root_of_the_logarithm, "or the root or log of a number below 0"),
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
        ("sum outside", sum_outside, "every gradient is None: the sum of both terms"),
        ("no gradients", lambda *a: step()(*a)[:2], "3 results"),
        ("encoder only", lambda *a: (*step()(*a)[:2], step()(*a)[2][:4]), "expected 6 gradients"),
        ("all variables", all_variables, "frozen ones included"),
        ("sets weights", sets_weights, "changes the weights of `decoder`"),
        ("hundred", hundred_images, "the reconstruction differs"),
    ],
    "10.4": [
        (
            "half",
            wrong_losses(told=lambda p, c: -(np.log(p).mean() + np.log(1 - c).mean()) / 2),
            "half of it",
        ),
        (
            "sign",
            wrong_losses(told=lambda p, c: np.log(p).mean() + np.log(1 - c).mean()),
            "number below 1",
        ),
        ("no codes", wrong_losses(told=lambda p, c: -np.log(p).mean()), "codes are missing"),
        ("no prior", wrong_losses(told=lambda p, c: -np.log(1 - c).mean()), "prior is missing"),
        (
            "targets",
            wrong_losses(told=lambda p, c: -np.log(1 - p).mean() - np.log(c).mean()),
            "targets are swapped",
        ),
        (
            "sum",
            wrong_losses(told=lambda p, c: -np.log(p).sum() - np.log(1 - c).sum()),
            "summed over the batch",
        ),
        ("swapped", lambda p, c: losses_of_outputs(p, c)[::-1], "generator's loss came first"),
        (
            "saturating",
            wrong_losses(fool=lambda p, c: np.log(1 - c).mean()),
            "which has no slope",
        ),
        ("caught", wrong_losses(fool=lambda p, c: -np.log(1 - c).mean()), "wants to be taken"),
        ("no clip", unclipped, "give infinity: clip before"),
        (
            "tight clip",
            lambda p, c: losses_of_outputs(np.clip(p, 0.1, 0.9), np.clip(c, 0.1, 0.9)),
            "clipped at 0.1",
        ),
        (
            "clip at 1e-6",
            lambda p, c: losses_of_outputs(np.clip(p, 1e-6, 1 - 1e-6), np.clip(c, 1e-6, 1 - 1e-6)),
            "clipped at 1e-06",
        ),
        ("numbers for nan", losses_with(lambda x: np.nan_to_num(np.log(x))), "brought to 1e-7"),
        ("in place", in_place(losses_of_outputs), "changes its input `on_prior`"),
        ("one", lambda p, c: losses_of_outputs(p, c)[0], "2 results"),
    ],
    "10.5": [
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
    "10.6": [
        ("turned", report(change=lambda a, *rest: (1 - a, *rest)), "turned round"),
        ("folded", report(change=lambda a, *rest: (max(a, 1 - a), *rest)), "stays below"),
        ("test threshold", report(validation=lambda s, a: s), "comes from all test images"),
        (
            "normal threshold",
            report(validation=lambda s, a: s[~a]),
            "which a detector does not know",
        ),
        ("5th", report(percent=5), "95 % of the validation scores lie above"),
        ("largest", report(percent=100), "largest validation score"),
        ("97.5", report(percent=97.5), "leaves 2.5 %"),
        (
            "alarms first",
            report(change=lambda a, i, rates, w: (a, i, rates[::-1], w)),
            "false alarms came first",
        ),
        (
            "below",
            report(change=lambda a, i, rates, w: (a, i, 1 - np.array(rates), w)),
            "shares below the threshold",
        ),
        ("90 %", report(ends=(5, 95)), "90 % interval"),
        ("no replacement", report(replace=False), "with replacement"),
        ("anomalies only", report(again=(True, False)), "one of the two kinds"),
        ("odd many", report(sizes=lambda odd, normal: (odd, odd)), "as many normal images as"),
        (
            "normal many",
            report(sizes=lambda odd, normal: (normal, normal)),
            "as many anomalies as there are",
        ),
        (
            "ties lost",
            report(resampled_auc=lambda s, a: shares(s, a, 0)),
            "in the resamples, too, a tie is half a pair",
        ),
        ("2,000 resamples", report(times=lambda count: 2000), "take num_resamples of them"),
        (
            "1.96 deviations",
            report(spread=lambda aucs: 1.96 * aucs.std()),
            "take the percentiles, not the mean",
        ),
        ("apart", report(pool=True), "no longer belong together"),
        (
            "root",
            report(spread=lambda aucs: 1.96 * aucs.std() / len(aucs) ** 0.5),
            "not divided by the",
        ),
        ("one deviation", report(spread=lambda aucs: aucs.std()), "one standard deviation"),
        (
            "high first",
            report(change=lambda a, i, r, w: (a, i[::-1], r, w)),
            "lower end of the interval comes first",
        ),
        ("unseeded", report(generator=lambda seed: np.random.default_rng()), "another interval"),
        ("fixed seed", report(generator=lambda seed: np.random.default_rng(5)), "seed used"),
        (
            "by AUC",
            report(word=lambda a, low, high: "found" if a >= 0.5 else "reversed"),
            "the AUC alone decides",
        ),
        (
            "by AUC, undecided at 1/2",
            report(
                word=lambda a, low, high: (
                    "undecided" if a == 0.5 else "found" if a > 0.5 else "reversed"
                )
            ),
            "AUC alone decides there",
        ),
        (
            "never reversed",
            report(word=lambda a, low, high: "undecided" if low <= 0.5 <= high else "found"),
            'is "reversed"',
        ),
        ("sure", report(word=lambda *numbers: "yes"), 'yours is "yes"'),
        ("in place", sorts_validation, "changes its input `validation_scores`"),
        ("no word", report(change=lambda *parts: parts[:3]), "4 results"),
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
            "10.4": [losses_of_outputs, stopped(losses_by_tensorflow)],
        }
    )
