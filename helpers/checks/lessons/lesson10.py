"""Checks of lesson 10, generative models."""

import numpy as np
from scipy.special import expit

from helpers.checks import expect
from helpers.checks.gradients import gradients_pass, weighted_sum
from helpers.checks.registry import exercise


def _normals(rng, *shapes):
    """Return float32 arrays of unit normals, one for each shape."""
    return [rng.normal(size=shape).astype("float32") for shape in shapes]


@exercise(
    "10.1",
    "Reparameterise",
    points=1,
    steps=("value", "other shapes", "gradient"),
    hints=(
        "A draw is the centre plus the deviation times the noise.",
        "The variance is exp(log_variances); the deviation is its root, exp(log_variances / 2).",
        "return means + keras.ops.exp(log_variances / 2) * noise",
    ),
)
def check_reparameterise(reparameterise, rng):
    for shape in ((5, 3), (2, 7)):
        means, log_variances, noise = _normals(rng, shape, shape, shape)
        wide, deviations = np.exp(log_variances), np.exp(log_variances / 2)
        given = means.copy(), log_variances.copy(), noise.copy()
        codes = reparameterise(*given)
        expect.close(
            codes,
            means + deviations * noise,
            (
                (
                    means + wide * noise,
                    "the noise is multiplied by the variance; take its root, the deviation: "
                    "exp(log_variances / 2)",
                ),
                (
                    means + log_variances * noise,
                    "the noise is multiplied by the logarithm of the variance: exp is missing",
                ),
                (means, "the noise is not used: these are the centres"),
                (means + noise, "every cloud has deviation 1: use log_variances"),
                (deviations * noise, "the centre is missing: add means"),
                (means - deviations * noise, "the noise is subtracted; add it"),
            ),
            what="the codes",
        )
        kept = means, log_variances, noise
        if shape == (5, 3):
            yield "mean + deviation x noise"
    yield "also for other numbers of images and codes"
    (weights,) = _normals(rng, shape)
    slopes = weights, weights * noise * deviations / 2, weights * deviations
    total = weighted_sum(weights)
    yield gradients_pass(reparameterise, kept, total, slopes, "means and log_variances")


def _textbook_kl(means, log_variances):
    """Return each number's KL to N(0, 1), in the form with logarithms of two deviations."""
    means, deviations = means.astype(float), np.exp(log_variances.astype(float) / 2)
    return np.log(1 / deviations) + (np.square(deviations) + np.square(means)) / 2 - 0.5


@exercise(
    "10.2",
    "KL in closed form",
    points=2,
    steps=("shape", "value", "zero", "gradient"),
    hints=(
        "One number an image: add up over the code, axis 1.",
        "exp(log_variances) is the variance; log_variances is its logarithm already.",
        "terms = keras.ops.square(means) + keras.ops.exp(log_variances) - log_variances - 1; "
        "return keras.ops.sum(terms, axis=1) / 2",
    ),
)
def check_gaussian_kl(gaussian_kl, rng):
    means, log_variances = _normals(rng, (5, 3), (5, 3))
    answer = gaussian_kl(means.copy(), log_variances.copy())
    if answer is not None and np.shape(answer) == ():
        raise expect.NotYet("one number came back for the whole batch: sum along axis=1 only")
    if np.shape(answer) == (3,):
        raise expect.NotYet("summed along axis 0, over the images; the code is axis 1")
    if np.shape(answer) == (5, 3):
        raise expect.NotYet("one number a code came back: add up those of each image")
    expect.shaped(answer, (5,))
    yield "one number an image, (5,)"
    for shape in ((5, 3), (3, 8)):
        means, log_variances = _normals(rng, shape, shape)
        right = _textbook_kl(means, log_variances).sum(axis=1)
        size = shape[1]
        squares, variances = np.square(means), np.exp(log_variances)
        given = means.copy(), log_variances.copy()
        expect.close(
            gaussian_kl(*given),
            right,
            (
                (2 * right, "the 1/2 in front is missing"),
                (right / size, "averaged over the code; the numbers of a code add up"),
                (-right, "the sign is turned round: a divergence is never below 0"),
                (right + size / 2, "the minus 1 is missing: it is 0 for mean 0 and variance 1"),
                (
                    right - (squares - means).sum(axis=1) / 2,
                    "the mean is not squared",
                ),
                (
                    right - (variances - np.sqrt(variances)).sum(axis=1) / 2,
                    "the deviation stands where the variance belongs: exp(log_variances), "
                    "without the half",
                ),
                (
                    right - squares.sum(axis=1) / 2,
                    "the means are missing: a cloud that lies off the middle costs more",
                ),
                (
                    right + log_variances.sum(axis=1),
                    "the sign of the logarithm: it is minus log_variances",
                ),
            ),
            what="the divergence",
        )
        kept = means, log_variances
    yield "half the sum of mean^2 + variance - log variance - 1"
    expect.close(
        1 + expect.array(gaussian_kl(np.zeros((4, 2), "float32"), np.zeros((4, 2), "float32"))),
        np.ones(4),
        what="1 plus the divergence at mean 0 and variance 1",
    )
    yield "0 for mean 0 and variance 1"
    (weights,) = _normals(rng, 3)
    slopes = weights[:, None] * means, weights[:, None] * (variances - 1) / 2
    yield gradients_pass(
        gaussian_kl, kept, weighted_sum(weights), slopes, "means and log_variances"
    )


def _halves(rng, num_pixels, code_size):
    """Return an encoder with two outputs and a decoder, one layer each, weights drawn."""
    import keras

    images = keras.Input((num_pixels,))
    means = keras.layers.Dense(code_size)(images)
    log_variances = keras.layers.Dense(code_size)(images)
    encoder = keras.Model(images, [means, log_variances])
    codes = keras.Input((code_size,))
    decoder = keras.Model(codes, keras.layers.Dense(num_pixels, "sigmoid")(codes))
    for model in (encoder, decoder):
        model.set_weights([0.7 * rng.normal(size=w.shape) for w in model.get_weights()])
    return encoder, decoder


def _mild_case(rng, count, num_pixels, code_size):
    """Return two halves, images and noise, drawn again until no output is nearly 0 or 1.

    In float32, little is left of 1 minus an output that is nearly 1.
    """
    encoder, decoder = _halves(rng, num_pixels, code_size)
    while True:
        images = rng.uniform(size=(count, num_pixels)).astype("float32")
        (noise,) = _normals(rng, (count, code_size))
        weights = [*encoder.get_weights(), *decoder.get_weights()]
        ends = [_both_terms(weights, images, noise, power=power)[2] for power in (0.5, 1)]
        margins = [np.minimum(outputs, 1 - outputs).min() for outputs in ends]
        if margins[0] > 1e-3 and margins[1] > 1e-12:
            return encoder, decoder, images, noise
        for model in (encoder, decoder):
            model.set_weights([0.7 * rng.normal(size=w.shape) for w in model.get_weights()])


def _both_terms(weights, images, noise, *, power=0.5):
    """Return the two terms for each image in NumPy; `power` 1/2 makes of a variance a deviation."""
    mean_kernel, mean_bias, log_kernel, log_bias, kernel, bias = (w.astype(float) for w in weights)
    images = images.astype(float)
    means, log_variances = images @ mean_kernel + mean_bias, images @ log_kernel + log_bias
    codes = means + np.exp(power * log_variances) * noise
    outputs = expit(codes @ kernel + bias)
    entropies = -(images * np.log(outputs) + (1 - images) * np.log(1 - outputs)).sum(axis=1)
    return entropies, _textbook_kl(means, log_variances).sum(axis=1), outputs


def _by_differences(weights, images, noise, share):
    """Return the gradients of reconstruction + share * KL, by central differences in float64."""
    weights = [w.astype(float) for w in weights]

    def loss():
        entropies, divergences, _ = _both_terms(weights, images, noise)
        return entropies.mean() + share * divergences.mean()

    gradients = []
    for weight in weights:
        gradient = np.zeros_like(weight)
        for place in np.ndindex(weight.shape):
            kept, ends = weight[place], []
            for step in (1e-5, -1e-5):
                weight[place] = kept + step
                ends.append(loss())
            weight[place] = kept
            gradient[place] = (ends[0] - ends[1]) / 2e-5
        gradients.append(gradient)
    return gradients


@exercise(
    "10.3",
    "A step of the VAE",
    points=3,
    noun="step",
    steps=("reconstruction", "KL", "gradients"),
    hints=(
        "Inside `with tf.GradientTape() as tape:` encode, draw with reparameterise, decode, and "
        "compute both terms.",
        "Each term is the mean over the batch of one number an image. The gradients are those of "
        "their sum, for encoder.trainable_variables + decoder.trainable_variables.",
        "means, log_variances = encoder(images); outputs = decoder(reparameterise(means, "
        "log_variances, noise)); reconstruction = keras.ops.mean(losses.binary_cross_entropy("
        "images, outputs)); kl = keras.ops.mean(gaussian_kl(means, log_variances))",
    ),
)
def check_vae_step(vae_step, rng):
    names = ("reconstruction", "kl", "gradients")
    for count, num_pixels, code_size in ((4, 6, 2), (3, 5, 3)):
        encoder, decoder, images, noise = _mild_case(rng, count, num_pixels, code_size)
        answer = expect.parts(vae_step(encoder, decoder, images, noise), names)
        weights = [*encoder.get_weights(), *decoder.get_weights()]
        _expect_reconstruction(answer[0], weights, images, noise)
        if count == 4:
            yield "cross-entropy of the drawn codes' images, nats an image"
        _expect_kl(answer[1], weights, images, noise)
        if count == 4:
            yield "mean over the batch, nats an image"
        _expect_gradients(answer[2], weights, images, noise)
    yield "of the sum of both, for every variable, as by finite differences"


def _expect_reconstruction(value, weights, images, noise):
    entropies, divergences, outputs = _both_terms(weights, images, noise)
    still, _, _ = _both_terms(weights, images, 0 * noise)
    wide, _, _ = _both_terms(weights, images, noise, power=1)
    expect.close(
        value,
        entropies.mean(),
        (
            (entropies.sum(), "summed over the batch instead of averaging"),
            (entropies.mean() / images.shape[1], "averaged over the pixels; this loss adds them"),
            (still.mean(), "the centres were decoded: decode a draw, with the noise"),
            (wide.mean(), "the draw uses the variance where the deviation belongs"),
            (
                (entropies + divergences).mean(),
                "this is the sum of both terms: return them separately",
            ),
            (
                np.square(outputs - images).sum(axis=1).mean(),
                "this is the squared error; use losses.binary_cross_entropy",
            ),
            (divergences.mean(), "the KL came first: return reconstruction, kl, gradients"),
        ),
        what="the reconstruction",
    )


def _expect_kl(value, weights, images, noise):
    entropies, divergences, _ = _both_terms(weights, images, noise)
    expect.close(
        value,
        divergences.mean(),
        (
            (divergences.sum(), "summed over the batch instead of averaging"),
            (divergences.mean() * 2, "the KL is twice what it should be: where is its 1/2?"),
            (
                (entropies + divergences).mean(),
                "the second result is the sum of both terms; return the KL alone",
            ),
        ),
        what="the KL",
    )


def _expect_gradients(gradients, weights, images, noise):
    if not isinstance(gradients, list | tuple) or len(gradients) != len(weights):
        raise expect.NotYet(
            f"expected {len(weights)} gradients, those of the encoder's variables and then the "
            f"decoder's; got {expect.describe(gradients)}"
        )
    if any(gradient is None for gradient in gradients):
        raise expect.NotYet(
            "a gradient is None: encode, draw and decode inside the `with` block, with keras.ops "
            "rather than NumPy, in 10.1 and 10.2 too"
        )
    shapes = [tuple(np.shape(gradient)) for gradient in gradients]
    if shapes != [w.shape for w in weights] and sorted(shapes) == sorted(w.shape for w in weights):
        raise expect.NotYet("the gradients are in another order: the encoder's come first")
    both, first = (_by_differences(weights, images, noise, share) for share in (1, 0))
    for position, gradient in enumerate(gradients):
        expect.close(
            gradient,
            both[position],
            (
                (
                    first[position],
                    "this is the gradient of the reconstruction alone: add the KL to the loss",
                ),
                (
                    both[position] - first[position],
                    "this is the gradient of the KL alone: add the reconstruction",
                ),
                (-both[position], "the sign is turned round: return the gradient, do not step yet"),
                (both[position] * len(images), "of the loss summed over the batch; take the mean"),
            ),
            what=f"gradient {position + 1} of {len(weights)}",
            tolerance=1e-3,
        )


@exercise(
    "10.4",
    "The label beside the code",
    points=1,
    steps=("shape", "value", "untouched"),
    hints=(
        "np.eye(num_classes)[labels] is one row for each label.",
        "np.concatenate([...], axis=1) sets two arrays side by side.",
        "return np.concatenate([values, np.eye(num_classes)[labels]], axis=1)",
    ),
)
def check_beside_labels(beside_labels, rng):
    for count, size, classes in ((6, 3, 10), (4, 5, 3)):
        (values,) = _normals(rng, (count, size))
        # The last class never occurs, and the one before always does.
        others = rng.permutation(classes - 2)[: count - 1]
        more = rng.integers(0, classes - 1, count - 1 - len(others))
        labels = rng.permutation(np.concatenate([[classes - 2], others, more]))
        one_hot = (labels[:, None] == np.arange(classes)).astype(float)
        kept = values.copy(), labels.copy()
        chosen = () if classes == 10 else (classes,)
        answer = beside_labels(values, labels, *chosen)
        if np.shape(answer) == (count, size + 1):
            raise expect.NotYet(
                "the label is one number there: a 7 is not seven times a 1. Write it one-hot"
            )
        if classes != 10 and np.shape(answer) == (count, size + 10):
            raise expect.NotYet("ten columns whatever comes: use num_classes")
        if np.shape(answer) == (count, size + classes - 1):
            raise expect.NotYet("columns up to the largest label: use num_classes")
        if np.shape(answer) == (count, classes):
            raise expect.NotYet("these are the labels alone: put the row's values before them")
        expect.shaped(answer, (count, size + classes))
        if classes == 10:
            yield f"({count}, {size} + 10)"
        shifted = np.roll(one_hot, 1, axis=1)
        expect.close(
            answer,
            np.concatenate([kept[0], one_hot], axis=1),
            (
                (
                    np.concatenate([one_hot, kept[0]], axis=1),
                    "the label stands first; put it after the values",
                ),
                (
                    np.concatenate([kept[0], shifted], axis=1),
                    "the 1 is one place too far to the right: label 0 is the first column",
                ),
                (
                    np.concatenate([kept[0], 1 - one_hot], axis=1),
                    "0 at the label and 1 elsewhere: it is the other way round",
                ),
            ),
        )
        changed = not np.array_equal(kept[0], values) or not np.array_equal(kept[1], labels)
        if changed:
            raise expect.NotYet("the values or labels that came in were changed: make new arrays")
    yield "the row, then 1 at its label"
    yield "what came in is as it was"


def _judge_terms(on_prior, on_codes):
    on_prior, on_codes = on_prior.astype(float), on_codes.astype(float)
    return -np.log(on_prior).mean(), -np.log1p(-on_codes).mean(), -np.log(on_codes).mean()


@exercise(
    "10.5",
    "Two losses of one judge",
    points=2,
    noun="losses",
    steps=("discriminator", "generator", "never nan", "gradient"),
    hints=(
        "The discriminator wants on_prior near 1 and on_codes near 0; the generator wants "
        "on_codes near 1.",
        "Clip both with keras.ops.clip; then keras.ops.log and keras.ops.mean.",
        "return (-keras.ops.mean(keras.ops.log(on_prior)) - keras.ops.mean(keras.ops.log(1 - "
        "on_codes)), -keras.ops.mean(keras.ops.log(on_codes)))",
    ),
)
def check_adversarial_losses(adversarial_losses, rng):
    names = ("discriminator_loss", "generator_loss")
    values = []
    for count, other in ((6, 4), (3, 5)):
        on_prior = rng.uniform(0.1, 0.9, size=(count, 1)).astype("float32")
        on_codes = rng.uniform(0.1, 0.9, size=(other, 1)).astype("float32")
        given = on_prior.copy(), on_codes.copy()
        answer = expect.parts(adversarial_losses(*given), names)
        kept = on_prior, on_codes
        values.append((on_prior, on_codes, answer))
    for on_prior, on_codes, (told, _) in values:
        seen, caught, fooled = _judge_terms(on_prior, on_codes)
        pooled = np.concatenate([np.log(on_prior), np.log(1 - on_codes)])
        expect.close(
            told,
            seen + caught,
            (
                ((seen + caught) / 2, "half of it came back: the two means are added"),
                (-pooled.mean(), "half of it came back: the two means are added"),
                (-seen - caught, "the sign: a log of a number below 1 is negative"),
                (seen, "the codes are missing: add -mean(log(1 - on_codes))"),
                (caught, "the prior is missing: add -mean(log(on_prior))"),
                (
                    -np.log1p(-on_prior.astype(float)).mean() + fooled,
                    "the targets are swapped: 1 is for the prior, 0 for codes",
                ),
                (
                    len(on_prior) * seen + len(on_codes) * caught,
                    "summed over the batch instead of averaging",
                ),
                (fooled, "the generator's loss came first"),
            ),
            what="the discriminator's loss",
        )
    yield "-mean(log D(prior)) - mean(log(1 - D(codes)))"
    for on_prior, on_codes, (_, fool) in values:
        _, caught, fooled = _judge_terms(on_prior, on_codes)
        expect.close(
            fool,
            fooled,
            (
                (
                    -caught,
                    "this is mean(log(1 - D)), which has no slope where the judge sees through "
                    "the encoder: use -mean(log D)",
                ),
                (caught, "the encoder wants to be taken for the prior: target 1, -mean(log D)"),
                (-fooled, "the sign: a log of a number below 1 is negative"),
                (len(on_codes) * fooled, "summed over the batch instead of averaging"),
            ),
            what="the generator's loss",
        )
    yield "-mean(log D(codes))"
    ends = np.array([[0.0], [1.0], [1.0]], "float32")
    for pair in ((ends, ends[:2]), (ends[:1], ends)):
        given = [outputs.copy() for outputs in pair]
        losses = [expect.array(x) for x in expect.parts(adversarial_losses(*given), names)]
        if not np.isfinite(losses).all():
            raise expect.NotYet("outputs of exactly 0 or 1 give nan or infinity: clip first")
        if min(losses) < 4:
            raise expect.NotYet("a surely wrong judge costs a lot: is the clip too tight?")
        _expect_the_clip(losses, pair)
    yield "finite also for outputs of exactly 0 and 1"
    slopes = -1 / on_prior / len(on_prior), (1 / (1 - on_codes) - 3 / on_codes) / len(on_codes)
    weighted = weighted_sum(np.array([1, 3], "float32"))

    def total(losses):
        return weighted([_float32(loss) for loss in losses])

    yield gradients_pass(adversarial_losses, kept, total, slopes, "on_prior and on_codes")


def _float32(value):
    """Return a result as a float32 tensor, by a way that a gradient passes."""
    import tensorflow as tf

    return tf.cast(tf.convert_to_tensor(value), "float32")


def _expect_the_clip(losses, pair):
    """Compare the losses at outputs of 0 and 1 with those of a clip at 1e-7, within 2 %."""
    shares = [1 - pair[0].mean() + pair[1].mean(), 1 - pair[1].mean()]
    costs = [float(loss) / share for loss, share in zip(losses, shares, strict=True)]
    right = -np.log(1e-7)
    if min(costs) < 0.98 * right:
        raise expect.NotYet(
            f"a surely wrong output costs {min(costs):.4g} nats, and -log(1e-7) is {right:.4g}: "
            "clip the outputs to [1e-7, 1 - 1e-7], not tighter"
        )
    if max(costs) > 1.02 * right:
        raise expect.NotYet(
            f"a surely wrong output costs {max(costs):.4g} nats, and -log(1e-7) is {right:.4g}: "
            "clip the outputs before the logarithm, and leave the logarithm as it is"
        )


@exercise(
    "10.6",
    "ROC-AUC",
    points=2,
    steps=("value", "ties", "order only"),
    hints=(
        "Split the scores in two: scores[is_anomaly] and scores[~is_anomaly].",
        "odd[:, None] > normal compares every pair; the mean of it is the share that is true.",
        "odd, normal = scores[is_anomaly][:, None], scores[~is_anomaly]; return np.mean(odd > "
        "normal) + np.mean(odd == normal) / 2",
    ),
)
def check_roc_auc(roc_auc, rng):
    from sklearn.metrics import roc_auc_score

    def judge(scores, is_anomaly):
        given = scores.copy(), is_anomaly.copy()
        value = roc_auc(*given)
        return value

    for count, odd in ((30, 8), (41, 25)):
        is_anomaly = rng.permutation(np.arange(count) < odd)
        scores = rng.normal(size=count) + 0.8 * is_anomaly
        while roc_auc_score(is_anomaly, scores) < 0.55:
            scores = scores + 0.4 * is_anomaly
        right = roc_auc_score(is_anomaly, scores)
        middle = scores > np.median(scores)
        expect.close(
            judge(scores, is_anomaly),
            right,
            (
                (1 - right, "turned round: this is how often a normal image scores higher"),
                (100 * right, "this is in percent; return a number from 0 to 1"),
                (
                    right * odd * (count - odd),
                    "this is the number of pairs; divide by all pairs",
                ),
                (
                    np.mean(middle == is_anomaly),
                    "this is the share of right answers at one threshold; AUC needs none",
                ),
                (
                    scores[is_anomaly].mean() - scores[~is_anomaly].mean(),
                    "this is the difference of the mean scores; count pairs",
                ),
            ),
            what="the AUC",
        )
    _expect_low(judge, rng)
    yield "the share of pairs in which the anomaly is higher"
    _expect_half_ties(judge, rng)
    yield "a tie is half a pair"
    scores = rng.normal(size=20)
    is_anomaly = np.arange(20) % 3 == 0
    right = roc_auc_score(is_anomaly, scores)
    for moved in (np.exp(3 * scores), scores - 50):
        expect.close(judge(moved, is_anomaly), right, what="the AUC of scores on another scale")
    yield "the same on any scale of the scores"


def _expect_low(judge, rng):
    """Try scores that are lower for anomalies."""
    from sklearn.metrics import roc_auc_score

    is_anomaly = rng.permutation(np.arange(24) < 9)
    scores = rng.normal(size=24) - 0.3 * is_anomaly
    while roc_auc_score(is_anomaly, scores) > 0.4:
        scores = scores - 0.3 * is_anomaly
    right = roc_auc_score(is_anomaly, scores)
    folded = "an AUC below 1/2 stays below: anomalies score lower there, and it has to say so"
    causes = ((1 - right, folded), (0.5, folded))
    expect.close(judge(scores, is_anomaly), right, causes, what="the AUC")


def _expect_half_ties(judge, rng):
    """Try one block of scores with ties in several orders, and equal scores alone."""
    is_anomaly = np.arange(12) < 5
    scores = np.array([1, 2, 2, 3, 3, 1, 1, 1, 2, 2, 2, 3], float)
    pairs = np.sign(scores[:5, None] - scores[5:])
    won, tied = np.mean(pairs > 0), np.mean(pairs == 0)
    what = "the AUC with ties"
    orders = np.arange(12), np.arange(12)[::-1], rng.permutation(12)
    values = [expect.shaped(judge(scores[o], is_anomaly[o]), (), what) for o in orders]
    if np.ptp(values) > 1e-4:
        raise expect.NotYet(
            "in another order the same images have another AUC: equal scores share their rank, "
            "for a tie is half a pair"
        )
    causes = (
        (won, "ties are not counted: a tie is half a pair"),
        (won + tied, "ties count as won: a tie is half a pair"),
    )
    for value in values:
        expect.close(value, won + tied / 2, causes, what=what)
    equal = judge(np.full(12, 2.0), is_anomaly)
    expect.close(equal, 0.5, what="the AUC of scores that are all equal")


@exercise(
    "10.7",
    "Reading the figure",
    points=1,
    steps=("missed", "won", "ties"),
    hints=(
        "The largest AUC of the control is one number for all digits.",
        "np.flatnonzero(condition) gives the places where a condition holds.",
        "missed = np.flatnonzero(np.array(network) <= np.max(control)); won = np.flatnonzero("
        "np.array(network) > np.array(baseline)); return missed.tolist(), won.tolist()",
    ),
)
def check_read_anomalies(read_anomalies, rng):
    drawn = [_aucs(rng, count) for count in (10, 10, 7)]
    answers = [expect.parts(read_anomalies(*aucs), ("missed", "won")) for aucs in drawn]
    for (network, baseline, control), (missed, _) in zip(drawn, answers, strict=True):
        _expect_digits(
            missed,
            network <= control.max(),
            (
                (network > control.max(), "these are the digits that are found; missed is asked"),
                (network <= 0.5, "compared with 0.5; the control's largest AUC is the mark"),
                (
                    network <= control,
                    "each digit is compared with its own control; take the largest of all",
                ),
                (network > baseline, "the digits that are won came first: return missed, won"),
                (network <= control.mean(), "compared with the control's mean; take its largest"),
            ),
            "missed",
        )
    yield "network at most the control's largest"
    for (network, baseline, _), (_, won) in zip(drawn, answers, strict=True):
        _expect_digits(
            won,
            network > baseline,
            ((network < baseline, "these are the digits where the baseline is higher"),),
            "won",
        )
    yield "network above the baseline"
    network, control = np.array([0.55, 0.7, 0.9]), np.array([0.45, 0.55, 0.5])
    missed, won = read_anomalies(network, np.array([0.5, 0.7, 0.95]), control)
    if not _digits(missed, "missed"):
        raise expect.NotYet("an AUC equal to the control's largest is missed: at most, not below")
    _expect_digits(missed, network <= 0.55, (), "missed")
    if 1 in _digits(won, "won"):
        raise expect.NotYet("an AUC equal to the baseline's is not above it")
    _expect_digits(won, np.array([True, False, False]), (), "won")
    yield "equal to the control is missed, equal to the baseline not won"


def _aucs(rng, count):
    """Return AUCs of network, baseline and control in which every mark gives another answer."""
    control = rng.uniform(0.445, 0.46, size=count)
    control[0], control[4] = 0.56, 0.44
    network = rng.uniform(0.6, 0.95, size=count)
    network[1:5] = 0.48, 0.3, 0.53, 0.455
    baseline = network + rng.choice([-0.05, 0.05], size=count)
    baseline[4], baseline[5] = network[4] - 0.1, network[5] + 0.1
    order = rng.permutation(count)
    return network[order], baseline[order], control[order]


def _digits(answer, what):
    """Return an answer as a list of whole numbers, or say what it is."""
    values = expect.array(answer, what)
    if values.ndim != 1 or not np.array_equal(values, np.round(values)):
        raise expect.NotYet(
            f"{what} should be a list of digits; it is {expect.describe(answer)}"
            + (" (the AUCs themselves?)" if values.ndim == 1 else "")
        )
    if np.asarray(answer).dtype.kind != "b":  # of a mask more is said below
        expect.whole(answer, what)
    return [int(value) for value in values]


def _expect_digits(answer, mask, causes, what):
    """Accept the places where a mask holds, in order, or name the likely cause."""
    right, came = np.flatnonzero(mask).tolist(), _digits(answer, what)
    if came == right:
        return
    if len(came) == len(mask) and set(came) <= {0, 1}:
        raise expect.NotYet(f"{what} is a mask: return the digits where it is true")
    if came == [digit + 1 for digit in right]:
        raise expect.NotYet("counted from 1: the first place is digit 0")
    if came != right and sorted(came) == right:
        raise expect.NotYet(f"{what} is not in order: expected {right}, got {came}")
    for wrong, cause in causes:
        if came == np.flatnonzero(wrong).tolist():
            raise expect.NotYet(cause)
    raise expect.NotYet(f"{what}: expected {right}, got {came}")
