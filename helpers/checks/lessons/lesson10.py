"""Checks of lesson 10, generative models."""

import numpy as np
from scipy.special import expit

from helpers.checks import expect
from helpers.checks.cases import Shape, compare
from helpers.checks.gradients import gradients_pass
from helpers.checks.registry import exercise


def _normals(rng, *shapes):
    """Return float32 arrays of unit normals, one for each shape."""
    return tuple(rng.normal(size=shape).astype("float32") for shape in shapes)


@exercise(
    "10.1",
    "Reparameterise",
    points=1,
    steps=("value", "far out", "gradient"),
    hints=(
        "A sample is the mean plus the deviation times the noise.",
        "The variance is exp(log_variances); the deviation is its root, exp(log_variances / 2).",
        "return means + keras.ops.exp(log_variances / 2) * noise",
    ),
    also="the noise comes from outside, so that the codes are a smooth function of means and "
    "log_variances: a gradient passes to both, and none is needed for the noise.",
)
def check_reparameterise(reparameterise, rng):
    shapes = (5, 3), (2, 7), (1, 4), (4, 1), (3, 3)
    cases = [_normals(rng, shape, shape, shape) for shape in shapes]
    cases.append(_normals(rng, (1, 1), (1, 1), (5, 1)))  # as the cell below calls it
    says = "mean + deviation x noise, also for one image or one number"
    yield from compare(
        reparameterise, _sample, cases, _sample_mistakes, says=says, what="the sample"
    )
    far = [
        (means, np.full_like(means, log), noise) for log in (-11, 9) for means, _, noise in cases
    ]
    says = "also for variances near 0, and large ones"
    what = "the sample for log variances of -11 and 9"
    yield from compare(reparameterise, _sample, far, says=says, what=what)
    _, log_variances, noise = cases[0]
    (weights,) = _normals(rng, (5, 3))
    deviations = np.exp(log_variances / 2)
    slopes = weights, weights * noise * deviations / 2, weights * deviations
    yield gradients_pass(reparameterise, cases[0], weights, slopes, "means and log_variances")


def _sample(means, log_variances, noise):
    return means + np.exp(log_variances / 2) * noise


def _sample_mistakes(means, log_variances, noise):
    deviations = np.exp(log_variances / 2)
    return {
        "the noise is multiplied by the variance; take its root, the deviation: "
        "exp(log_variances / 2)": means + deviations**2 * noise,
        "the noise is multiplied by half the variance: halve the logarithm, not the variance": (
            means + deviations**2 / 2 * noise
        ),
        "the noise is multiplied by the logarithm of the variance: exp is missing": (
            means + log_variances * noise
        ),
        "the noise is multiplied by half the logarithm: that is the log of the deviation, and exp "
        "is missing": means + log_variances / 2 * noise,
        "the noise is multiplied by the variance's square: halve the logarithm": (
            means + deviations**4 * noise
        ),
        "the sign of the logarithm: this is 1 over the deviation": means + noise / deviations,
        "the noise is not used: these are the means": means + 0 * log_variances,
        "every distribution has deviation 1: use log_variances": means + noise,
        "the mean is missing: add means": deviations * noise,
        "the noise is subtracted; add it": means - deviations * noise,
        "means and log_variances are swapped": _sample(log_variances, means, noise),
    }


@exercise(
    "10.2",
    "KL in closed form",
    points=2,
    steps=("value", "far out", "zero", "gradient"),
    hints=(
        "One number per image: add up over the code, axis 1.",
        "exp(log_variances) is the variance; log_variances is its logarithm already.",
        "terms = keras.ops.square(means) + keras.ops.exp(log_variances) - log_variances - 1; "
        "return keras.ops.sum(terms, axis=1) / 2",
    ),
    also="its slope in a mean is the mean itself, that in a log variance (variance - 1) / 2: both "
    "draw the distribution to N(0, 1), the harder the farther it is.",
)
def check_gaussian_kl(gaussian_kl, rng):
    cases = [_normals(rng, shape, shape) for shape in ((5, 3), (3, 8), (1, 4), (4, 1), (6, 6))]
    says = "half the sum of mean^2 + variance - log variance - 1, one number per image"
    what = "the divergence of codes {means.shape}"
    yield from compare(gaussian_kl, _divergences, cases, _kl_mistakes, says=says, what=what)
    far = [(means, np.full_like(means, log)) for log in (-11, 9) for means, _ in cases]
    says = "also for variances near 0, and large ones"
    what = "the divergence for log variances of -11 and 9"
    yield from compare(gaussian_kl, _divergences, far, says=says, what=what)
    nothing = np.zeros((4, 2), "float32")
    what = "1 plus the divergence at mean 0 and variance 1"
    expect.close(1 + expect.array(gaussian_kl(nothing, nothing)), np.ones(4), what=what)
    yield "0 for mean 0 and variance 1"
    means, log_variances = cases[0]
    (weights,) = _normals(rng, 5)
    slopes = weights[:, None] * means, weights[:, None] * np.expm1(log_variances) / 2
    yield gradients_pass(gaussian_kl, cases[0], weights, slopes, "means and log_variances")


def _divergences(means, log_variances):
    """Return the KL to N(0, 1), in the form with logarithms of two deviations."""
    means, deviations = means.astype(float), np.exp(log_variances.astype(float) / 2)
    return np.sum(np.log(1 / deviations) + (deviations**2 + means**2) / 2 - 0.5, axis=1)


def _kl_mistakes(means, log_variances):
    right, (n, k) = _divergences(means, log_variances), means.shape
    squares, variances = np.square(means), np.exp(log_variances)
    terms = (squares + variances - log_variances - 1) / 2
    logs = log_variances.sum(axis=1)
    return {
        "one number came back for the whole batch: sum along axis=1 only": Shape(),
        "one number per code came back: add up those of each image": terms,
        "summed along axis 0, over the images; the code is axis 1": terms.sum(axis=0),
        "a column came back, shape (n, 1): leave keepdims out": Shape((n, 1)),
        "the 1/2 in front is missing": 2 * right,
        "averaged over the code; the numbers of a code add up": right / k,
        "the sign is turned round: a divergence is never below 0": -right,
        "this is in bits: use the natural logarithm": right / np.log(2),
        "the minus 1 is missing: it is 0 for mean 0 and variance 1": right + k / 2,
        "1 is subtracted once per image; it is once for each number of the code": (
            right + (k - 1) / 2
        ),
        "the mean is not squared": right - (squares - means).sum(axis=1) / 2,
        "the deviation stands where the variance belongs: exp(log_variances), without the half": (
            right - (variances - np.sqrt(variances)).sum(axis=1) / 2
        ),
        "the means are missing: a distribution away from 0 costs more": (
            right - squares.sum(axis=1) / 2
        ),
        "the variance is missing: add exp(log_variances)": right - variances.sum(axis=1) / 2,
        "the logarithm of the variance is missing": right + logs / 2,
        "half the logarithm is missing: half of log variance is the log of the deviation, and the "
        "1/2 in front comes on top": right + logs / 4,
        "the sign of the logarithm: it is minus log_variances": right + logs,
        "means and log_variances are swapped": _divergences(log_variances, means),
        "this is the KL the other way round, KL(p || q)": (
            np.sum((1 + squares) / variances + log_variances - 1, axis=1) / 2
        ),
    }


@exercise(
    "10.3",
    "A step of the VAE",
    points=3,
    noun="step",
    steps=("reconstruction", "KL", "gradients"),
    hints=(
        "Inside `with tf.GradientTape() as tape:` encode, sample with reparameterise, decode, and "
        "compute both terms.",
        "Each term is the mean over the batch of one number per image. The gradients are those of "
        "their sum, for encoder.trainable_variables + decoder.trainable_variables.",
        "means, log_variances = encoder(images); outputs = decoder(reparameterise(means, "
        "log_variances, noise)); reconstruction = keras.ops.mean(losses.binary_cross_entropy("
        "images, outputs)); kl = keras.ops.mean(gaussian_kl(means, log_variances))",
    ),
    also="one sample per image and step is enough: its gradient has the right mean, and the noise "
    "averages out over the batch and the steps.",
)
def check_vae_step(vae_step, rng):
    encoder, decoder = _halves(rng, 6, 3)
    # More images than a batch of the lesson, one image, and a few.
    batches = [(rng.uniform(size=(n, 6)), _noise(rng, (n, 3))) for n in (4, 1, 120)]
    cases = [(encoder, decoder, *(a.astype("float32") for a in batch)) for batch in batches]
    came = [expect.parts(vae_step(*case), ("reconstruction", "kl", "gradients")) for case in cases]
    for place, (what, mistakes, says) in enumerate(
        (
            (
                "the reconstruction",
                _reconstruction_mistakes,
                "cross-entropy of what the samples decode to, nats per image",
            ),
            ("the KL", _term_mistakes, "mean over the batch, nats per image"),
        )
    ):
        values = iter([results[place] for results in came])
        yield from compare(
            lambda *case, values=values: next(values),
            lambda *case, place=place: _terms(*case)[place].mean(),
            cases,
            mistakes,
            says=says,
            what=what,
        )
    for case, (_, _, gradients) in zip(cases, came, strict=True):
        _expect_gradients(gradients, case)
    yield "of the sum of both, for every trainable variable, equal to backpropagation by hand"


def _noise(rng, shape):
    """Return noise that is neither nearly 0 nor large, so that no output is nearly 0 or 1."""
    return rng.uniform(0.4, 1.4, size=shape) * rng.choice((-1, 1), size=shape)


def _halves(rng, num_pixels, code_size):
    """Return an encoder with two outputs and a frozen layer, and a decoder, weights drawn."""
    import keras

    images = keras.Input((num_pixels,))
    units = keras.layers.Dense(num_pixels, trainable=False)(images)
    means, log_variances = (keras.layers.Dense(code_size)(units) for _ in range(2))
    encoder = keras.Model(images, [means, log_variances])
    decoder = keras.Sequential(
        [keras.Input((code_size,)), keras.layers.Dense(num_pixels, "sigmoid")]
    )
    for model in (encoder, decoder):
        model.set_weights([rng.uniform(-0.7, 0.7, size=w.shape) for w in model.get_weights()])
    return encoder, decoder


def _forward(encoder, decoder, images, noise, power=0.5):
    """Return units, means, log variances and outputs; `power` 1 makes of a deviation a variance."""
    weights = [w.astype(float) for w in (*encoder.get_weights(), *decoder.get_weights())]
    units = images @ weights[0] + weights[1]
    means, logs = units @ weights[2] + weights[3], units @ weights[4] + weights[5]
    codes = means + np.exp(power * logs) * noise
    return units, means, logs, codes, expit(codes @ weights[6] + weights[7])


def _terms(encoder, decoder, images, noise, power=0.5):
    """Return both terms of each image, and the outputs."""
    _, means, logs, _, outputs = _forward(encoder, decoder, images, noise, power)
    entropies = -np.sum(images * np.log(outputs) + (1 - images) * np.log1p(-outputs), axis=1)
    return entropies, _divergences(means, logs), outputs


def _term_mistakes(encoder, decoder, images, noise):
    entropies, divergences, _ = _terms(encoder, decoder, images, noise)
    return {
        "summed over the batch instead of averaging": divergences.sum(),
        "the KL is twice what it should be: where is its 1/2?": 2 * divergences.mean(),
        "averaged over the numbers of the code; they add up": divergences.mean() / noise.shape[1],
        "the second result is the sum of both terms; return the KL alone": (
            (entropies + divergences).mean()
        ),
        "one number per image came back: return their mean": Shape((len(images),)),
    }


def _reconstruction_mistakes(encoder, decoder, images, noise):
    case = encoder, decoder, images, noise
    entropies, divergences, outputs = _terms(*case)
    return {
        "summed over the batch instead of averaging": entropies.sum(),
        "averaged over the pixels; this loss adds them": entropies.mean() / images.shape[1],
        "the means were decoded: decode a sample, with the noise": (
            _terms(encoder, decoder, images, 0 * noise)[0].mean()
        ),
        "the sample uses the variance where the deviation belongs": _terms(*case, 1)[0].mean(),
        "this is the sum of both terms: return them separately": (entropies + divergences).mean(),
        "this is the squared error; use losses.binary_cross_entropy": (
            np.square(outputs - images).sum(axis=1).mean()
        ),
        "losses.binary_cross_entropy takes the targets first, then the outputs": (
            -np.sum(outputs * np.log(images) + (1 - outputs) * np.log1p(-images), axis=1).mean()
        ),
        "half of it is missing: (1 - x) log(1 - y)": (
            -np.sum(images * np.log(outputs), axis=1).mean()
        ),
        "the KL came first: return reconstruction, kl, gradients": divergences.mean(),
        "one number per image came back: return their mean": Shape((len(images),)),
    }


def _by_hand(encoder, decoder, images, noise, entropy=1, kl=1):
    """Return the gradients of a weighted sum of both terms, by backpropagation in NumPy."""
    units, means, logs, codes, outputs = _forward(encoder, decoder, images, noise)
    n = len(images)
    # With a sigmoid output its slope cancels, and plain differences are left.
    on_sums = entropy * (outputs - images) / n
    on_codes = on_sums @ decoder.get_weights()[0].T
    on_means = on_codes + kl * means / n
    on_logs = on_codes * noise * np.exp(logs / 2) / 2 + kl * np.expm1(logs) / 2 / n
    layers = (units, on_means), (units, on_logs), (codes, on_sums)
    return [part for before, slope in layers for part in (before.T @ slope, slope.sum(axis=0))]


def _expect_gradients(gradients, case):
    right = _by_hand(*case)
    if not isinstance(gradients, list | tuple) or len(gradients) != len(right):
        all_of_them = expect.describe(gradients) == expect.describe([0] * (len(right) + 2))
        more = ", frozen ones included: take trainable_variables" if all_of_them else ""
        raise expect.NotYet(
            f"expected {len(right)} gradients, those of the encoder's trainable variables and then "
            f"the decoder's; got {expect.describe(gradients)}{more}"
        )
    none = [gradient is None for gradient in gradients]
    gradients = [
        np.zeros_like(one) if gradient is None else expect.array(gradient, "a gradient")
        for gradient, one in zip(gradients, right, strict=True)
    ]
    shapes, wanted = ([part.shape for part in parts] for parts in (gradients, right))
    if shapes != wanted and sorted(shapes) == sorted(wanted):
        raise expect.NotYet("the gradients are in another order: the encoder's come first")
    # A cause has to explain all of them; one that fits a part alone is none.
    for told, parts in _wrong_gradients(right, case).items() if shapes == wanted else ():
        if _same(gradients, parts) and not _same(right, parts):
            raise expect.NotYet(told)
    if any(none):
        raise expect.NotYet(
            "a gradient is None: encode, sample and decode inside the `with` block, with keras.ops "
            "rather than NumPy, in 10.1 and 10.2 too"
        )
    for position, (gradient, one) in enumerate(zip(gradients, right, strict=True), start=1):
        what = f"gradient {position} of {len(right)}"
        expect.close(gradient, one, what=what, tolerance=1e-3)


def _same(gradients, others):
    scale = max(np.max(np.abs(other)) for other in others)
    pairs = zip(gradients, others, strict=True)
    return all(np.max(np.abs(one - other)) <= 1e-4 * scale for one, other in pairs)


def _wrong_gradients(right, case):
    of_kl = _by_hand(*case, entropy=0)
    return {
        "this is the gradient of the reconstruction alone: add the KL": _by_hand(*case, kl=0),
        "this is the gradient of the KL alone: add the reconstruction": of_kl,
        "this is the gradient of the difference: add the KL": _by_hand(*case, kl=-1),
        "the encoder's gradients are those of the KL alone: between its outputs and the codes, "
        "NumPy or stop_gradient holds back those of the reconstruction": [*of_kl[:4], *right[4:]],
        "the sign is turned round: return the gradient, do not step yet": [-g for g in right],
        "of the loss summed over the batch; take the mean": [g * len(case[2]) for g in right],
    }


def _ten_thousand_images(rng):
    """on 10,000 images, a sixth of those below"""
    return np.zeros((10_000, 784), "float32"), rng.integers(10, size=10_000)


@exercise(
    "10.4",
    "The label beside the code",
    points=1,
    steps=("value", "edges"),
    hints=(
        "np.eye(num_classes)[labels] is one row for each label.",
        "np.concatenate([...], axis=1) sets two arrays side by side.",
        "return np.concatenate([values, np.eye(num_classes)[labels]], axis=1)",
    ),
    also="labels[:, None] == np.arange(num_classes), keras.ops.one_hot and "
    "keras.utils.to_categorical make the same columns.",
    later=_ten_thousand_images,
)
def check_beside_labels(beside_labels, rng):
    def case(count, size, *classes):
        # The last class never occurs, and the one before always does.
        most = (*classes, 10)[0] - 2
        labels = np.concatenate([[most, most], np.arange(most), np.zeros(count, int)])[:count]
        return *_normals(rng, (count, size)), rng.permutation(labels), *classes

    cases = [case(6, 3), case(5, 6, 4), case(7, 2, 3)]
    edges = [case(1, 4), case(3, 1, 5), (rng.random((1, 1)), np.array([0]), 2)]
    edges.append((rng.random((4, 2)), rng.permutation(4), 4))
    for some, says in (
        (cases, "the row, then 1 at its label, in num_classes columns"),
        (edges, "one image, one value, the last class"),
    ):
        yield from compare(beside_labels, _beside, some, _beside_mistakes, says=says)


def _one_hot(labels, num_classes):
    return (np.asarray(labels)[:, None] == np.arange(num_classes)).astype(float)


def _beside(values, labels, num_classes=10):
    return np.concatenate([values, _one_hot(labels, num_classes)], axis=1)


def _beside_mistakes(values, labels, num_classes=10):
    one_hot = _one_hot(labels, num_classes)

    def beside(columns):
        return np.concatenate([values, columns], axis=1)

    return {
        "the label is one number there: a 7 is not seven times a 1. Write it one-hot": (
            beside(labels[:, None])
        ),
        "ten columns whatever comes: use num_classes": beside(_one_hot(labels, 10)),
        "columns up to the largest label: use num_classes": beside(
            _one_hot(labels, labels.max() + 1)
        ),
        "columns for the labels that occur only: use num_classes": (
            beside(labels[:, None] == np.unique(labels))
        ),
        "these are the labels alone: put the row's values before them": one_hot,
        "the label stands first; put it after the values": np.hstack([one_hot, values]),
        "the 1 is one place too far to the right: label 0 is the first column": (
            beside(np.roll(one_hot, 1, axis=1))
        ),
        "the 1 is one place too far to the left: label 0 is the first column": (
            beside(np.roll(one_hot, -1, axis=1))
        ),
        "0 at the label and 1 elsewhere: it is the other way round": beside(1 - one_hot),
        "the label stands in its column; put a 1 there": beside(one_hot * labels[:, None]),
        "the values are cut to whole numbers: keep them as they are": (
            np.hstack([values, one_hot]).astype(int)
        ),
    }


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
    also="the generator could as well minimise mean(log(1 - D)), which has the same goal, but no "
    "slope where the discriminator is sure: just there it has most to learn.",
)
def check_adversarial_losses(adversarial_losses, rng):
    def outputs(*counts):
        return tuple(rng.uniform(0.1, 0.9, size=(n, 1)).astype("float32") for n in counts)

    def step(place, cases, mistakes, says="", where="", tolerance=1e-4):
        name = ("discriminator", "generator")[place]
        parts = "discriminator_loss", "generator_loss"
        return compare(
            adversarial_losses,
            lambda on_prior, on_codes: _adversarial(on_prior, on_codes)[place],
            cases,
            mistakes,
            says=says,
            parts=parts,
            part=parts[place],
            what=f"the {name}'s loss{where}",
            tolerance=tolerance,
        )

    # The two batches may differ in size.
    cases = [outputs(*counts) for counts in ((6, 4), (3, 5), (1, 2), (2, 1))]
    says = "-mean(log D(prior)) - mean(log(1 - D(codes)))"
    yield from step(0, cases, _discriminator_mistakes, says)
    yield from step(1, cases, _generator_mistakes, "-mean(log D(codes))")
    ends = np.array([[0.0], [1.0], [1.0]], "float32")
    where = " for outputs of exactly 0 and 1, brought to 1e-7 and 1 - 1e-7,"
    for place in (0, 1):
        # In float32 the number nearest to 1 - 1e-7 is 1.19e-7 below 1, and its log 15.94.
        list(
            step(
                place, [(ends, ends[:2]), (ends[:1], ends)], _clip_mistakes(place), "", where, 0.02
            )
        )
    yield "finite also for outputs of exactly 0 and 1"
    on_prior, on_codes = cases[0]
    slopes = -1 / on_prior / 6, (1 / (1 - on_codes) - 3 / on_codes) / 4
    weights = np.array([1, 3], "float32")
    yield gradients_pass(adversarial_losses, cases[0], weights, slopes, "on_prior and on_codes")


def _adversarial(on_prior, on_codes, clip=1e-7):
    prior, codes = (
        np.clip(outputs.astype(float), clip, 1 - clip) for outputs in (on_prior, on_codes)
    )
    return -np.log(prior).mean() - np.log(1 - codes).mean(), -np.log(codes).mean()


def _clip_mistakes(place):
    def at(clip):
        return lambda on_prior, on_codes: _adversarial(on_prior, on_codes, clip)[place]

    told = "-log(1e-7) is 16.12 nats, the cost of an output that is surely wrong"
    return {
        "outputs of exactly 0 or 1 give infinity: clip before the logarithm": at(0),
        **{
            f"clipped at {clip:g}: clip to [1e-7, 1 - 1e-7], not tighter ({told})": at(clip)
            for clip in (1e-6, 1e-5, 1e-4, 1e-3, 0.01, 0.1)
        },
    }


def _discriminator_mistakes(on_prior, on_codes):
    right, fooled = _adversarial(on_prior, on_codes)
    seen = _adversarial(on_codes, on_prior)[1]
    caught = right - seen
    logs = -np.log(np.concatenate([on_prior, 1 - on_codes]))
    half = "half of it came back: the two means are added"
    return {
        half: right / 2,
        f"{half}, each over its own batch": logs.mean(),
        "each mean is over its own batch: the two batches may differ in size": 2 * logs.mean(),
        "the sign: a log of a number below 1 is negative": -right,
        "the codes are missing: add -mean(log(1 - on_codes))": seen,
        "the prior is missing: add -mean(log(on_prior))": caught,
        "the second term is subtracted; the two are added": seen - caught,
        "the targets are swapped: 1 is for the prior, 0 for codes": (
            _adversarial(on_codes, on_prior)[0]
        ),
        "the codes' target is 0: it is log(1 - on_codes)": seen + fooled,
        "summed over the batch instead of averaging": len(on_prior) * seen + len(on_codes) * caught,
        "this is the log of the mean: take the mean of the logs": (
            -np.log(on_prior.mean()) - np.log(1 - on_codes.mean())
        ),
        "in bits: use the natural logarithm": right / np.log(2),
        "the generator's loss came first": fooled,
        "this is the squared error: use the cross-entropy": (
            np.mean((1 - on_prior) ** 2) + np.mean(on_codes**2)
        ),
    }


def _generator_mistakes(on_prior, on_codes):
    right = _adversarial(on_prior, on_codes)[1]
    caught = -np.log(1 - on_codes.astype(float)).mean()
    return {
        "this is mean(log(1 - D)), which has no slope where the discriminator sees through the "
        "encoder: use -mean(log D)": -caught,
        "the encoder wants to be taken for the prior: target 1, -mean(log D)": caught,
        "the sign: a log of a number below 1 is negative": -right,
        "summed over the batch instead of averaging": len(on_codes) * right,
        "one number per code came back: return their mean": Shape(on_codes.shape),
    }


def _four_thousand_of_each(rng):
    """on 4,000 anomalies and 4,000 normal images, a sixth of all pairs below"""
    return rng.normal(size=8000), np.arange(8000) < 4000


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
    also="the ranks of m anomalies among all scores, summed, less m (m + 1) / 2, are the pairs "
    "that they win, ties as halves (Mann and Whitney's U): no pair has to be looked at.",
    later=_four_thousand_of_each,
)
def check_roc_auc(roc_auc, rng):
    def case(ranks, odd):
        # Scores are in the order of their ranks; `odd` are the places of the anomalies.
        order = rng.permutation(len(ranks))
        scores = np.cumsum(rng.uniform(0.1, 1, size=len(ranks)))[np.asarray(ranks)] - 3
        return scores[order], np.isin(np.arange(len(ranks)), odd)[order]

    below, above = rng.integers(9, size=2)  # so many normal scores more, at one end
    cases = [case(np.arange(24 + below), below + np.array([23, 22, 20, 17, 14, 13, 5]))]
    cases += [case(np.arange(24 + above), [3, 2, 9, 20, 6, 0])]
    cases += [case(np.arange(9), [8, 7, 5, 3, 6, 1]), case([0, 1], [1]), case([0, 1], [0])]
    # Mean, median and largest of the normal scores lie apart, with anomalies between.
    scores = np.array([0, 1, 2, 3, 40, 2.5, 5, 12, 50, 1.5])
    order = rng.permutation(10)
    cases.append((scores[order], (np.arange(10) > 4)[order]))
    says = "the share of pairs in which the anomaly is higher"
    yield from compare(roc_auc, _auc, cases, _auc_mistakes, says=says, what="the AUC")
    tied = np.array([1, 2, 2, 3, 3, 1, 1, 1, 2, 2, 2, 3]), np.arange(5)
    ties = [case(*tied), case(*tied), case(np.zeros(6, int), [0, 3])]
    # In the order given, and from behind: whoever breaks ties by place is told so.
    ties += [tuple(part[turn] for part in ties[0]) for turn in (np.argsort(~ties[0][1]),)]
    ties += [tuple(part[::-1] for part in ties[-1])]
    ties.append((np.array([0.5, 0.5]), np.array([True, False])))
    yield from compare(
        roc_auc, _auc, ties, _tie_mistakes, says="a tie is half a pair", what="the AUC with ties"
    )
    scores, is_anomaly = cases[0]
    scales = np.exp(2 * scores), scores - 50, scores / 1000, np.round(scores * 1000).astype(int)
    moved = [(scale, is_anomaly) for scale in scales]
    what = "the AUC of the same scores on another scale"
    says = "the same on any scale of the scores"
    yield from compare(roc_auc, _auc, moved, says=says, what=what)


def _pairs(scores, is_anomaly):
    return np.sign(scores[is_anomaly][:, None] - scores[~is_anomaly])


def _auc(scores, is_anomaly):
    return (1 + _pairs(scores, is_anomaly).mean()) / 2


def _auc_mistakes(scores, is_anomaly):
    right, pairs = _auc(scores, is_anomaly), _pairs(scores, is_anomaly)
    flags, odd, normal = is_anomaly.astype(int), scores[is_anomaly], scores[~is_anomaly]
    lower = "an AUC below 1/2 stays below: anomalies score lower there, and it has to say so"
    return {
        "turned round: this is how often a normal image scores higher": 1 - right,
        "this is 2 AUC - 1: pairs that are lost are 0, not -1": 2 * right - 1,
        "this is in percent; return a number from 0 to 1": 100 * right,
        "this is the number of pairs; divide by all pairs": np.sum(pairs > 0),
        lower: max(right, 1 - right),
        f"{lower} (not 1/2)": max(right, 0.5),
        "this is the share of right answers at one threshold; AUC needs none": (
            np.mean((scores > np.median(scores)) == is_anomaly)
        ),
        "this is the difference of the mean scores; count pairs": odd.mean() - normal.mean(),
        "one number per anomaly came back: take the mean of them": Shape((len(odd),)),
        "True and False were used as the numbers 1 and 0, and so as places: keep them boolean": (
            np.mean(scores[flags][:, None] > scores[1 - flags])
        ),
        "the anomalies are compared with all images: compare them with the normal ones": np.mean(
            (odd[:, None] > scores) + (odd[:, None] == scores) / 2
        ),
        "the anomalies are compared with the mean normal score; compare every pair": (
            np.mean(odd > normal.mean())
        ),
        "the anomalies are compared with the median normal score; compare every pair": (
            np.mean(odd > np.median(normal))
        ),
        "the anomalies are compared with the largest normal score; compare every pair": (
            np.mean(odd > normal.max())
        ),
    }


def _tie_mistakes(scores, is_anomaly):
    pairs = _pairs(scores, is_anomaly)
    places = np.argsort(np.argsort(scores, kind="stable"), kind="stable")
    return {
        "ties are not counted: a tie is half a pair": np.mean(pairs > 0),
        "ties count as won: a tie is half a pair": np.mean(pairs >= 0),
        "pairs with a tie are left out: a tie is half a pair": (
            np.sum(pairs > 0) / max(np.sum(pairs != 0), 1)
        ),
        "equal scores are ranked as they come, so that the order of the images counts: they share "
        "their rank, for a tie is half a pair": _auc(places, is_anomaly),
    }


@exercise(
    "10.7",
    "Reading the figure",
    points=1,
    steps=("missed", "won", "few"),
    hints=(
        "The largest AUC of the control is one number for all digits.",
        "np.flatnonzero(condition) gives the places where a condition holds.",
        "missed = np.flatnonzero(np.array(network) <= np.max(control)); won = np.flatnonzero("
        "np.array(network) > np.array(baseline)); return missed.tolist(), won.tolist()",
    ),
    also="[digit for digit, auc in enumerate(network) if auc <= max(control)] is the first list "
    "without arrays. The largest of ten controls is a hard mark: one in ten passes it by chance.",
)
def check_read_anomalies(read_anomalies, rng):
    def step(part, cases, says=""):
        mistakes = _missed_mistakes if part == "missed" else _won_mistakes
        right = _missed if part == "missed" else _won
        options = {"parts": ("missed", "won"), "part": part, "what": part, "whole": True}
        return compare(read_anomalies, right, cases, mistakes, says=says, **options)

    # As the lesson calls it, with lists, and with arrays; in the second, chance is below 1/2.
    drawn = [_aucs(rng, count, by) for count, by in ((12, 0), (12, 0.08), (11, 0))]
    cases = [tuple(part.tolist() for part in aucs) for aucs in drawn[:2]] + drawn[2:]
    yield from step("missed", cases, "network at most the control's largest, equal included")
    yield from step("won", cases, "network above the baseline, equal left out")
    few = [([0.9, 0.8, 0.7], [0.95, 0.8, 0.75], [0.5, 0.4, 0.6])]
    few += [([0.55, 0.7, 0.9], [0.5, 0.7, 0.95], [0.45, 0.55, 0.5]), ([0.4], [0.3], [0.5])]
    for part in ("missed", "won"):
        list(step(part, few))
    yield "an empty list where there is none; one digit, three digits"


def _digits(mask):
    return np.flatnonzero(mask).tolist()


def _missed(network, baseline, control):
    return _digits(np.asarray(network) <= np.max(control))


def _won(network, baseline, control):
    return _digits(np.asarray(network) > np.asarray(baseline))


def _missed_mistakes(network, baseline, control):
    network, baseline, control = map(np.asarray, (network, baseline, control))
    return _list_mistakes(network, network <= control.max(), "missed") | {
        told: _digits(wrong)
        for told, wrong in {
            "an AUC equal to the control's largest is missed: at most, not below": (
                network < control.max()
            ),
            "these are the digits that are found; missed is asked": network > control.max(),
            "compared with 0.5; the control's largest AUC is the mark": network <= 0.5,
            "compared with the control's largest or 0.5, whichever is more: the control's largest "
            "is the mark": network <= max(0.5, control.max()),
            "each digit is compared with its own control; take the largest of all": (
                network <= control
            ),
            "compared with the control's smallest; take its largest": network <= control.min(),
            "compared with the control's mean; take its largest": network <= control.mean(),
            "compared with the control's median; take its largest": network <= np.median(control),
            "the digits that are won came first: return missed, won": network > baseline,
            "these are the digits that the baseline misses": baseline <= control.max(),
        }.items()
    }


def _won_mistakes(network, baseline, control):
    network, baseline = map(np.asarray, (network, baseline))
    return _list_mistakes(network, network > baseline, "won") | {
        "an AUC equal to the baseline's is not above it": _digits(network >= baseline),
        "these are the digits where the baseline is higher": _digits(network < baseline),
        "a digit that is missed can be won, too: compare with the baseline alone": (
            _digits((network > baseline) & (network > np.max(control)))
        ),
    }


def _list_mistakes(network, mask, name):
    right = _digits(mask)
    return {
        f"{name} is a mask: return the digits where it is true": mask,
        "counted from 1: the first place is digit 0": [digit + 1 for digit in right],
        f"{name} is not in order: from the lowest digit up": right[::-1],
        f"{name} holds the AUCs themselves: return the digits": network[mask],
        f"{name} is how many there are: return which": len(right),
        f"{name} is None where there is no digit: return an empty list": right or None,
        f"{name} is a number where there is one digit: return a list, even of one": (
            right[0] if len(right) == 1 else right
        ),
    }


def _aucs(rng, count, below):
    """Return AUCs of network, baseline and control in which every mark gives another answer.

    Args:
        rng: for the order of the digits, and for the AUCs of those that are found.
        count: of digits, 11 or more.
        below: what is taken from all AUCs.
    """
    control = rng.uniform(0.449, 0.452, size=count)
    control[:3], control[5] = (0.5615, 0.44, 0.47), 0.495
    network = rng.uniform(0.62, 0.95, size=count)
    network[:9] = 0.5635, 0.3, 0.445, 0.458, 0.469, 0.49, 0.52, 0.55, 0.5615
    baseline = network + rng.choice([-0.002, 0.002], size=count)
    baseline[:4] = 0.54, 0.303, 0.443, 0.458
    baseline[9:11] = network[9] - 0.002, network[10] + 0.002
    order = rng.permutation(count)
    order = np.append(order[order != 2], 2)  # the last control is not the largest
    return tuple(np.round(part - below, 6)[order] for part in (network, baseline, control))
