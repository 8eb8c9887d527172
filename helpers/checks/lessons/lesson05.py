"""Checks of lesson 05, the denoising autoencoder."""

import contextlib
from functools import partial

import numpy as np
from scipy.optimize import brentq
from scipy.special import expit, logsumexp, softmax
from scipy.stats import t as t_distribution

from helpers.checks import expect
from helpers.checks.cases import Shape, compare
from helpers.checks.gradients import backpropagate, call_step, central_slopes, expect_gradients
from helpers.checks.guard import Raised
from helpers.checks.registry import exercise


@exercise(
    "5.1",
    "Exact masking",
    points=3,
    noun="noise",
    steps=("count", "the others", "the seed", "each image anew"),
    hints=(
        "A coin for each pixel gives the right number on average only. Put the pixels of each "
        "image in a random order instead, and take the first round(v d) of them.",
        "Random numbers that are sorted give a random order: np.argsort along axis=1 makes one of "
        "0 to d - 1 for each row of an array of them, whatever is in the images.",
        "In each row of such an order exactly `count` entries are below `count`. Where that is so "
        "the pixel becomes 0 (np.where), elsewhere it stays. d is images.shape[1], and count is "
        "v d rounded by Python's round.",
    ),
    also="any other way to a random order does it as well, such as rng.permuted(..., axis=1), or "
    "rng.choice(d, count, replace=False) image by image.",
)
def check_mask_exactly(mask_exactly, rng):
    shapes = [(40, 16, v) for v in (0.25, 0.5, 0.8, 0.7, 0.0, 1.0)]
    shapes += [(5, 10, 0.25), (1, 9, 0.6), (3, 1, 1.0)]
    cases = [(rng.uniform(0.1, 1, size=(n, d)).astype("float32"), v) for n, d, v in shapes]
    masked = []

    def zeros(images, fraction):
        masked.append(expect.shaped(mask_exactly(images, fraction, 7), images.shape))
        return (masked[-1] == 0).sum(axis=1)

    def right(images, v):
        return np.full(len(images), round(v * images.shape[1]))

    says = "exactly round(v d) pixels of every image are 0"
    yield from compare(zeros, right, cases, _counts, says=says, otherwise=_other_count)
    for result, (before, fraction) in zip(masked, cases, strict=True):
        _expect_others(result, before, fraction)
    yield "the other pixels are as they were"
    again, other = (expect.array(mask_exactly(cases[1][0], 0.5, seed)) for seed in (7, 8))
    if not np.array_equal(again, masked[1]):
        raise expect.NotYet(
            "the same seed gives another mask: let np.random.default_rng(seed) draw everything"
        )
    if np.array_equal(other, masked[1]):
        raise expect.NotYet("another seed gives the same mask: is the seed used?")
    yield "the same mask for the same seed, another for another"
    _expect_anew(expect.array(mask_exactly(np.ones((600, 8)), 0.5, 7)) == 0)
    images = rng.uniform(0.1, 1, size=(50, 12)) * (rng.random((50, 12)) < 0.5)
    ink, all_ink = (expect.array(mask_exactly(i, 0.5, 7)) for i in (images, np.ones((50, 12))))
    if not np.allclose(ink, images * all_ink):
        raise expect.NotYet(
            "which pixels are erased depends on what is in them: a pixel that is 0 already has "
            "the same chance as any other"
        )
    yield "drawn anew for each image, each pixel with the same chance"


def _counts(images, v):
    """Return how many pixels of each image are 0 after one of the usual mistakes."""
    (n, d), right = images.shape, round(v * images.shape[1])
    counts = {
        "v of the pixels are left instead of masked: round(v d) of them become 0": d - right,
        "no pixel is 0: a masked pixel becomes 0": 0,
        "the number is cut off: int(v d) is not round(v d)": int(v * d),
        "the number is rounded up: it is round(v d)": int(np.ceil(v * d)),
        "halves are rounded up, but Python's round makes 2 of 2.5": int(v * d + 0.5),
        "at v = 0 all pixels are 0: order[-0:] is everything": right or d,
        "the number is taken of the images: d is images.shape[1]": min(d, round(v * n)),
        "784 stands in it: d is images.shape[1]": min(d, round(v * 784)),
    }
    return {told: np.full(n, count) for told, count in counts.items()}


def _other_count(counts, images, fraction):
    """Say which numbers of zeros came, if they are no known mistake."""
    size, low, high = images.shape[1], counts.min(), counts.max()
    right = round(fraction * size)
    wanted = f"v = {fraction} of {size} pixels: expected {right} zeros in every image, got {low}"
    if low == high:
        return f"{wanted}: round(v d), neither less nor more"
    if counts.sum() == right * len(counts):
        return "the number is right over the whole batch, not in each image: draw along axis=1"
    hint = "is a pixel drawn twice" if high <= right else "is each pixel decided on its own"
    return f"{wanted} to {high}: {hint}, or is axis=1 missing?"


def _expect_others(result, before, fraction):
    left = result != 0
    if np.allclose(result[left], before[left]):
        return
    if np.allclose(result[left] * (1 - fraction), before[left]):
        raise expect.NotYet("the other pixels are divided by 1 - v: that is dropout, not masking")
    raise expect.NotYet("the pixels that are left have changed or moved: leave them as they were")


def _expect_anew(zeros):
    """Accept 600 masks of 4 of 8 pixels that are drawn independently."""
    if not np.all(zeros.sum(axis=1) == 4):
        raise expect.NotYet("v = 0.5 of 8 pixels: expected 4 zeros in every image: is d fixed?")
    kinds = len(np.unique(zeros, axis=0))
    if kinds == 1:
        raise expect.NotYet("every image loses the same pixels: draw anew for each image")
    # There are 70 sets of 4; a share of 0.5 has a standard deviation of 0.02 over 600 images.
    if np.abs(zeros.mean(axis=0) - 0.5).max() > 0.12 or kinds < 60:
        raise expect.NotYet(
            "some pixels, or some sets of pixels, are never drawn: all pixels have the same chance"
        )


@exercise(
    "5.2",
    "The corrupt switch",
    points=1,
    noun="switch",
    steps=("one number", "one per image"),
    hints=(
        "Two terms, one of which is multiplied by 0: no `if` is needed.",
        "The first term is the corrupted image and counts where corrupt is 1; the second is the "
        "clean image and counts where corrupt is 0.",
        "A number or a column (n, 1) multiplies an array (n, d) row by row, so that the same two "
        "products serve both. 1 - corrupt is 1 exactly where corrupt is 0.",
    ),
    also="np.where(corrupt, images * switches, images) says the same.",
)
def check_corrupt_input(corrupt_input, rng):
    def case(corrupt, count, size):
        switches = rng.integers(0, 2, size=(count, size)).astype("float32")
        switches[0] = np.arange(size) % 2
        return rng.uniform(0.1, 1, size=(count, size)).astype("float32"), switches, corrupt

    cases = [case(corrupt, *shape) for corrupt in (1, 0) for shape in ((6, 9), (1, 5), (4, 2))]
    says = "at 1, pixel times switch; at 0, the clean images"
    yield from compare(corrupt_input, _switched, cases, _switch_mistakes, says=says)
    columns = [np.arange(n, dtype="float32").reshape(n, 1) % 2 for n in (6, 4)]
    try:
        yield from compare(
            corrupt_input,
            _switched,
            [case(columns[0], 6, 9), case(1 - columns[1], 4, 2)],
            lambda x, s, c: {
                "the first number of `corrupt` is taken for all images": _switched(x, s, c[0]),
                "all images are corrupted as soon as one is to be": _switched(x, s, 1),
            },
            says="also with one number per image, (n, 1)",
            what="the result where `corrupt` is (n, 1)",
        )
    except Raised as raised:
        if not isinstance(raised.problem, ValueError):
            raise
        raise expect.NotYet(
            "it stops with a ValueError when `corrupt` is (n, 1), one number per image: `if` can "
            "ask one number only. Write it with products of the arrays as they come"
        ) from None


def _switched(images, switches, corrupt):
    return images * np.where(np.equal(corrupt, 1), switches, 1)


def _switch_mistakes(x, s, c):
    return {
        "`corrupt` is the wrong way round: 1 corrupts, 0 leaves clean": _switched(x, s, 1 - c),
        "the images are clean at corrupt = 1, too": x,
        "the images are corrupted at corrupt = 0, too: is `corrupt` used?": x * s,
        "a switch of 1 keeps the pixel, and a switch of 0 does not": _switched(x, 1 - s, c),
        "nothing is left at corrupt = 0: add the clean images": x * s * c,
        "the clean images are always added: multiply them by 1 - corrupt": x * s * c + x,
        "at corrupt = 0 both terms count: multiply the first by corrupt": x * s + x * (1 - c),
        "the switches are added; a pixel is multiplied by its switch": x + c * s,
    }


@exercise(
    "5.3",
    "Denoising step",
    points=2,
    noun="step",
    steps=("loss", "gradients"),
    hints=(
        "It is the training step of Exercise 3.6 with another loss. Which of the two arrays does "
        "the network see, and which does the loss compare with?",
        "Two calls stand inside the tape: the network's, and the loss's. One array goes to each; "
        "look at Figure 5.3 for which.",
        "The network gets the noisy images, and the targets, the first argument of the loss, are "
        "the clean ones. The loss has one number per image: its mean is what the tape "
        "differentiates, by the trainable variables, after the `with` block.",
    ),
    also="the network sees the noisy images and the loss the clean ones: that is all that makes an "
    "autoencoder a denoising one.",
)
def check_denoising_step(denoising_step, rng):
    model = _model_with_a_frozen_layer(rng)
    images = rng.uniform(0.05, 0.95, size=(4, 6)).astype("float32")
    noisy = np.where((np.arange(6) + np.arange(4)[:, None]) % 3, images, 0).astype("float32")
    names = ("loss", "gradients")
    step = partial(call_step, denoising_step)
    yield from compare(
        step,
        lambda model, images, noisy: _cross_entropy(images, _forward(noisy, model)[1]),
        [(model, images, noisy), (model, images[2:3], noisy[2:3])],
        _loss_mistakes,
        says="the cross-entropy to the clean images, averaged over the batch",
        parts=names,
        part="loss",
        what="the loss",
    )
    _, gradients = expect.parts(step(model, images, noisy), names)
    expect_gradients(gradients, _backpropagate(noisy, images, model), model)
    yield "equal to backpropagation by hand, for all four trainable variables"


def _model_with_a_frozen_layer(rng):
    import keras

    inputs = keras.Input((6,))
    units = keras.layers.Dense(6, trainable=False)(inputs)
    hidden = keras.layers.Dense(3, "sigmoid")(units)
    model = keras.Model(inputs, keras.layers.Dense(6, "sigmoid")(hidden))
    model.set_weights([rng.normal(size=w.shape) for w in model.get_weights()])
    return model


def _forward(shown, model):
    """Return what the trained layers get, codes and outputs, in NumPy."""
    weights = [w.astype(float) for w in model.get_weights()]
    units = shown @ weights[0] + weights[1]
    codes = expit(units @ weights[2] + weights[3])
    return (units, codes), expit(codes @ weights[4] + weights[5])


def _cross_entropy(targets, outputs):
    outputs = np.clip(outputs, 1e-7, 1 - 1e-7)
    return -np.sum(targets * np.log(outputs) + (1 - targets) * np.log(1 - outputs)) / len(targets)


def _backpropagate(shown, targets, model):
    """Return the four gradients of the mean cross-entropy, in NumPy."""
    (units, codes), outputs = _forward(shown, model)
    # With a sigmoid output its slope cancels, and plain differences are left.
    output_delta = (outputs - targets) / len(targets)
    return backpropagate(units, codes, output_delta, model.get_weights()[4].astype(float))


def _loss_mistakes(model, clean, noisy):
    from_noisy, from_clean = (_forward(shown, model)[1] for shown in (noisy, clean))
    right, pixels = _cross_entropy(clean, from_noisy), clean.shape[1]
    squares, ink = np.square(from_noisy - clean), clean * np.log(from_noisy)
    return {
        "the loss compares with the noisy images: this network learns to copy the noise. The "
        "targets are the clean images": _cross_entropy(noisy, from_noisy),
        "the network is shown the clean images: show it the noisy ones, and compare with the "
        "clean ones": _cross_entropy(clean, from_clean),
        "swapped: the network sees the noisy images, the loss the clean ones": _cross_entropy(
            noisy, from_clean
        ),
        "averaged over the pixels, too: the loss is a sum over them, in nats": right / pixels,
        "summed over the batch instead of averaged": right * len(clean),
        "784 stands in it: the number of pixels is that of the images": right * 784 / pixels,
        "this is the MSE; the cross-entropy is asked for": squares.mean(),
        "this is the squared error; the cross-entropy is asked for": squares.sum() / len(clean),
        "binary_cross_entropy takes the targets first": _cross_entropy(from_noisy, clean),
        "half of it is missing: (1 - x) log(1 - y)": -ink.sum() / len(clean),
        "this is in bits: use the natural logarithm": right / np.log(2),
        "this is one loss per image: return their mean": Shape((len(clean),)),
    }


def _ten_thousand_images(rng):
    """on 10,000 images"""
    images = np.full((10_000, 784), 0.5, "float32")
    return images, images + 0.1


@exercise(
    "5.4",
    "PSNR",
    points=1,
    steps=("one image", "many images"),
    hints=(
        "First the MSE of each image, then its ratio in decibels, then the mean over the images.",
        "The ratio of an image is -10 log10(MSE): pixels reach from 0 to 1, so the peak is 1.",
        "Two means are taken. The one over the pixels, axis=1, comes before the logarithm; the one "
        "over the images comes after it.",
    ),
    also="a tenth of the squared error is worth 10 dB; -20 log10 of the root of the MSE is the "
    "same number.",
    later=_ten_thousand_images,
)
def check_psnr(psnr, rng):
    def pair(*scales):
        images = rng.uniform(0.1, 0.8, size=(len(scales), 12))
        images[:, 0] = np.linspace(0.85, 0.95, len(scales))  # no peak is 1
        gaps = rng.uniform(0.5, 1.0, size=images.shape) * rng.choice((-1, 1), size=images.shape)
        return images, images + np.array(scales)[:, None] * gaps

    def right(images, others):
        return np.mean(-10 * np.log10(np.square(images - others).mean(axis=1)))

    for cases, says, what in (
        ([pair(0.2), pair(0.001)], "-10 log10(MSE), in dB", "the PSNR of one image"),
        ([pair(0.4, 0.0005, 0.05, 0.1, 0.2)], "the mean of the images' ratios", "the mean PSNR"),
    ):
        yield from compare(psnr, right, cases, _psnr_mistakes, says=says, what=what)


def _psnr_mistakes(images, others):
    def decibels(ratio):
        return 10 * np.log10(ratio)

    errors, peaks = np.square(images - others).mean(axis=1), images.max(axis=1)
    ratios = -decibels(errors)
    right = ratios.mean()
    return {
        "the sign: less error is a higher PSNR": -right,
        "20 log10 goes with a root of the error; of the MSE, it is 10 log10": 2 * right,
        "10 log10 goes with the MSE; of its root, it is 20 log10": right / 2,
        "this is the natural logarithm: decibels are made with log10": right * np.log(10),
        "this is log2: decibels are made with log10": right * np.log2(10),
        "the factor 10 of the deci-bel is missing": right / 10,
        "summed over the pixels: the MSE is a mean": right - decibels(images.shape[1]),
        "the peak is 1, the most that a pixel can be, not 255": right + decibels(255**2),
        "the peak is 1, the most that a pixel can be, not the largest one": (
            np.mean(ratios + decibels(peaks**2))
        ),
        "one MSE over all images came first: take the mean of the ratios": -decibels(errors.mean()),
        "this is the median of the ratios; their mean is asked for": np.median(ratios),
        "this is the sum of the ratios; their mean is asked for": ratios.sum(),
        "one number is asked for, the mean over the images": Shape((len(images),)),
    }


@exercise(
    "5.5",
    "A whole evaluation",
    points=4,
    steps=("PSNR", "gain", "interval", "decision"),
    hints=(
        "Go level by level. Keep one number per image as long as you can: the PSNR of the noisy "
        "image, and that of the output. Which differences do these two lists allow?",
        "The gain of an image is the second minus the first. The mean of the gains has an "
        "interval: 1.96 standard deviations of the gains (ddof=1), divided by the root of how "
        "many there are. 5.4 returns a mean: here its numbers are needed before the mean.",
        "Three outcomes are possible. If the mean gain is above the half-width, the whole interval "
        "is above 0; if it is below minus the half-width, the whole interval is below 0; in "
        "between it holds 0, and neither is better. Collect one row and one word per level.",
    ),
    also="a hard image is hard for both, and the difference image by image leaves that out: the "
    "interval of the gains can be far narrower than those of the two means.",
)
def check_evaluate_denoiser(evaluate_denoiser, rng):
    cases = [_evaluation(rng, count, size) for count, size in ((24, 6), (2, 5), (9, 6))]
    results = []
    for case in cases:
        table, better = expect.parts(evaluate_denoiser(*case), ("table", "better"))
        results.append((_expect_table(table, len(case[2])), better))
    for columns, right, mistakes, says, what in (
        (slice(0, 2), _levels_psnr, _psnr_pairs, "of the noisy images, and of the outputs", "PSNR"),
        (2, _levels_gain, _gain_mistakes, "outputs minus noisy images, in dB", "gain"),
        (3, _levels_half, _half_mistakes, "1.96 standard errors of the images' gains", "interval"),
    ):
        values = iter([table[:, columns] for table, _ in results])
        yield from compare(
            lambda *_, values=values: next(values),
            right,
            cases,
            mistakes,
            says=says,
            what=f"the {what} of `table`",
            # The columns of a PSNR are large, and single precision is the network's.
            tolerance=1e-4 if what == "PSNR" else 1e-3,
        )
    for (_, better), case in zip(results, cases, strict=True):
        _expect_better(better, case)
    yield "only where the whole interval is on one side of 0"


def _evaluation(rng, count, size):
    """Return a network, clean images, and noisy ones at levels that call for every decision.

    The network moves its input a third of the way to one image, near which all images are. That
    takes a part of strong noise away, and harms images with little noise. How noisy an image is
    differs much from image to image, so that the two mean PSNRs have wide intervals.
    """
    middle, step = rng.uniform(0.4, 0.6, size=size), 0.3
    model = _linear_model(np.eye(size) * (1 - step), middle * step)
    images = (middle + rng.normal(scale=0.05, size=(count, size))).astype("float32")
    grain = rng.normal(size=(count, size)) * np.exp(rng.normal(scale=0.8, size=(count, 1)))

    def excess(logarithm, wanted):
        noisy = images + np.exp(logarithm) * grain
        before, after = _image_psnr(images, noisy), _image_psnr(images, _outputs(model, noisy))
        gains = after - before
        return gains.mean() - wanted * _half(gains)

    # A share of the half-width: beyond 1 it is a clear gain, beyond -1 a clear loss.
    wanted = rng.permutation([-1.5, -0.5, 0.5, 1.5] if count > 2 else [-0.5, 0.5])
    levels = [np.exp(brentq(excess, -14, 9, args=(one,))) for one in wanted]
    return model, images, [(images + level * grain).astype("float32") for level in levels]


def _linear_model(kernel, bias):
    """Return a network of one linear layer, with dropout that is off unless it trains."""
    import keras

    inputs = keras.Input((len(bias),))
    outputs = keras.layers.Dropout(0.5)(keras.layers.Dense(len(bias))(inputs))
    model = keras.Model(inputs, outputs)
    model.set_weights([kernel, bias])
    return model


def _outputs(model, noisy):
    kernel, bias = (w.astype(float) for w in model.get_weights())
    return noisy @ kernel + bias


def _image_psnr(images, others):
    return -10 * np.log10(np.square(images.astype(float) - others).mean(axis=1))


def _half(numbers, ddof=1):
    return 1.96 * numbers.std(ddof=ddof) / len(numbers) ** 0.5


def _both_psnr(model, images, noisy_sets):
    """Return the images' PSNRs before and after, (2, n), for each level."""
    return [
        np.array([_image_psnr(images, seen) for seen in (noisy, _outputs(model, noisy))])
        for noisy in noisy_sets
    ]


def _levels_psnr(model, images, noisy_sets):
    return np.array([both.mean(axis=1) for both in _both_psnr(model, images, noisy_sets)])


def _levels_gain(model, images, noisy_sets):
    return np.array([(b[1] - b[0]).mean() for b in _both_psnr(model, images, noisy_sets)])


def _levels_half(model, images, noisy_sets):
    return np.array([_half(b[1] - b[0]) for b in _both_psnr(model, images, noisy_sets)])


def _psnr_pairs(model, images, noisy_sets):
    right = _levels_psnr(model, images, noisy_sets)
    from_clean = _image_psnr(images, _outputs(model, images)).mean()
    to_noisy = [_image_psnr(noisy, _outputs(model, noisy)).mean() for noisy in noisy_sets]
    pooled = [
        [-10 * np.log10(np.square(images - seen).mean()) for seen in (n, _outputs(model, n))]
        for n in noisy_sets
    ]
    return {
        "the outputs stand first: a row begins with the noisy images": right[:, ::-1],
        "the outputs are compared with the noisy images: a network that copies would win. Compare "
        "with the clean ones": np.column_stack([right[:, 0], to_noisy]),
        "the network is shown the clean images: there is no noise to take away": np.column_stack(
            [right[:, 0], np.full(len(right), from_clean)]
        ),
        "one MSE over all images came first: the PSNR is each image's, and then the mean": pooled,
        "the sign: less error is a higher PSNR": -right,
        "the factor 10 of the deci-bel is missing": right / 10,
        "this is the natural logarithm: decibels are made with log10": right * np.log(10),
    }


def _gain_mistakes(model, images, noisy_sets):
    right, both = _levels_gain(model, images, noisy_sets), _levels_psnr(model, images, noisy_sets)
    return {
        "the sign: a gain is the outputs' PSNR minus that of the noisy images": -right,
        "a gain in dB is a difference: the ratio is in the logarithm already": both[:, 1]
        / both[:, 0],
        "the half-width stands third: the row is PSNR, PSNR, gain, half-width": _levels_half(
            model, images, noisy_sets
        ),
    }


def _half_mistakes(model, images, noisy_sets):
    both, right = _both_psnr(model, images, noisy_sets), _levels_half(model, images, noisy_sets)
    two = np.array([[_half(row) for row in b] for b in both])
    root = len(images) ** 0.5
    return {
        "both means were taken as independent. They are of the same images: take the gain of each "
        "image first, and the interval of their mean": np.sqrt(np.square(two).sum(axis=1)),
        "the two half-widths are added. The images are the same ones: take the gain of each image "
        "first, and the interval of their mean": two.sum(axis=1),
        "this is the interval of the outputs' PSNR; it is asked for that of the gain": two[:, 1],
        "this is the interval of the noisy images' PSNR; it is asked for that of the gain": two[
            :, 0
        ],
        "this is how far single images spread: a mean of n is known better by the root of n": right
        * root,
        "divide by the root of n, not by n": right / root,
        "np.std divides by n unless told: ddof=1": [_half(b[1] - b[0], 0) for b in both],
        "this is one standard error; the half-width is 1.96 of them": right / 1.96,
        "this is the whole width; half of it is asked for": 2 * right,
        "the factor is 1.96, not 2": right / 1.96 * 2,
    }


def _expect_table(table, levels):
    rows = expect.array(table, "`table`")
    if rows.shape == (4, levels) != (levels, 4):
        raise expect.NotYet("`table` lies on its side: a row for each level, with four numbers")
    rows = expect.shaped(table, (levels, 4), "`table`")
    if not np.all(np.isfinite(rows)):
        raise expect.NotYet(
            "`table` holds nan or infinity: is the PSNR that of the clean images with themselves, "
            "or a deviation taken over one number?"
        )
    return rows


def _words(value, what, choices, count=None):
    """Return a text, or a list of ``count`` texts, each one of the choices."""
    texts = [value] if count is None else value
    with contextlib.suppress(Exception):
        texts = [one.decode() if isinstance(one, bytes) else str(one) for one in np.ravel(texts)]
        if count in (None, len(texts)) and all(text in choices for text in texts):
            return texts
    wanted = ", ".join(f'"{choice}"' for choice in choices)
    many = f"a list of {count}, each one of" if count else "one of"
    raise expect.NotYet(f"`{what}` should be {many} {wanted}")


def _expect_better(better, case):
    words = _words(better, "better", ("denoiser", "identity", "neither"), len(case[2]))
    gains, halves = _levels_gain(*case), _levels_half(*case)
    signs = np.where(gains > 0, "denoiser", "identity")
    right = np.where(np.abs(gains) > halves, signs, "neither")
    if words == right.tolist():
        return
    if words == signs.tolist():
        raise expect.NotYet(
            "`better` follows the sign of the mean gain alone: where 0 lies within the interval, "
            "another draw of images may have the other sign, and it is neither"
        )
    halves_apart = [sum(map(_half, both)) for both in _both_psnr(*case)]
    overlap = np.where(np.abs(gains) > halves_apart, signs, "neither").tolist()
    if words == overlap:
        raise expect.NotYet(
            "`better` looks whether the intervals of the two means overlap. The images are the "
            "same ones: what counts is whether the interval of the gain holds 0"
        )
    wrong = next(i for i, (a, b) in enumerate(zip(words, right, strict=True)) if a != b)
    raise expect.NotYet(
        f"a gain of {gains[wrong]:+.3g} ± {halves[wrong]:.3g} dB: expected "
        f'"{right[wrong]}", got "{words[wrong]}"'
    )


def _many_points(rng):
    """on 300 points and 2,000 places of the data"""
    return rng.random((300, 2)), rng.random((2_000, 2)), 0.1


@exercise(
    "5.6",
    "The score",
    points=4,
    steps=("answers", "scores", "far away"),
    hints=(
        "Bayes: all clean points are equally likely before, so after the noisy one was seen each "
        "is as likely as the noise that it needs. That noise is normal, and the probabilities "
        "have to add up to 1.",
        "For the score, differentiate log p by hand, for one noisy number first. The derivative of "
        "log p is that of p, divided by p; that of each bell is the bell times (x_i - noisy) / "
        "sigma^2. Which mean have you computed already?",
        "The weights are a softmax over the clean points of minus the squared distance over "
        "2 sigma^2 (broadcast to (n, m, d), and sum over d). The answer is the mean with these "
        "weights. In the derivative the same weights come back, so the score needs the answer, "
        "the noisy point and sigma^2 only. Far from the data all weights are 0 to the computer: "
        "subtract the smallest squared distance of each row first, which cancels.",
    ),
    also="the arrow from the noisy point to the best answer is sigma^2 times the score: whoever "
    "can denoise knows in which direction noisy data become more likely.",
    later=_many_points,
)
def check_denoise_and_score(denoise_and_score, rng):
    def case(n, m, d, deviation, away=0.0):
        data = rng.normal(size=(m, d))
        noisy = data[rng.integers(m, size=n)] + rng.normal(scale=deviation, size=(n, d)) + away
        return noisy, data, deviation

    near = [case(5, 4, 2, 0.6), case(3, 6, 3, 1.3), case(4, 5, 1, 0.8), case(1, 3, 2, 0.7)]
    near += [case(3, 1, 2, 0.5)]
    names = ("answers", "scores")
    told = "`{}`".format
    for part, right, mistakes, says in (
        ("answers", _posterior_mean, _mean_mistakes, "the mean of the data, given the noisy point"),
        ("scores", _slopes, _score_mistakes, "equal to the slope of log p, by finite differences"),
    ):
        yield from compare(
            denoise_and_score,
            right,
            near,
            mistakes,
            says=says,
            parts=names,
            part=part,
            what=told(part),
        )
    far = [case(4, 5, 3, 0.05, away=5.0), case(2, 3, 400, 0.04, away=0.02)]
    for given in far:
        values = expect.parts(denoise_and_score(*given), names)
        for value, name in zip(values, names, strict=True):
            if not np.all(np.isfinite(expect.shaped(value, given[0].shape, told(name)))):
                raise expect.NotYet(
                    "far from all data every weight is 0 to the computer, and 0 / 0 is nan: a "
                    "factor that all weights of a noisy point share cancels, so subtract its "
                    "smallest squared distance before exp"
                )
        noisy, _, deviation = given
        nothing = np.zeros_like(noisy)  # the mean under no weight at all
        cause = (
            "every weight is 0 to the computer there, and a floor under their sum leaves nothing: "
            "subtract the smallest squared distance before exp"
        )
        for value, name in zip(values, names, strict=True):
            right, floored = (
                answer if name == "answers" else (answer - noisy) / deviation**2
                for answer in (_posterior_mean(*given), nothing)
            )
            expect.close(value, right, ((floored, cause),), what=f"{told(name)} far from the data")
    yield "finite and right, where every exp is 0 to the computer"


def _weights(noisy, data, deviation):
    squares = np.square(noisy[:, None] - data[None]).sum(axis=2)
    return softmax(-squares / (2 * deviation**2), axis=1)


def _posterior_mean(noisy, data, deviation):
    return _weights(noisy, data, deviation) @ data


def _slopes(noisy, data, deviation):
    """Return the gradient of log p."""

    def log_density(points):
        squares = np.square(points[:, None] - data[None]).sum(axis=2)
        return logsumexp(-squares / (2 * deviation**2), axis=1)

    return central_slopes(log_density, noisy, 1e-5 * deviation)


def _mean_mistakes(noisy, data, deviation):
    squares = np.square(noisy[:, None] - data[None]).sum(axis=2)
    bells = np.exp(-squares / (2 * deviation**2))
    columns = np.sqrt(2 * np.pi) * deviation
    right = _posterior_mean(noisy, data, deviation)

    def weighted(logarithms):
        return softmax(logarithms, axis=1) @ data

    return {
        "that is the nearest point of the data: less squared error has the mean of all, each "
        "weighted by its probability": data[squares.argmin(axis=1)],
        "that is the mean of the data, whatever the noisy point: weight each by its "
        "probability": np.broadcast_to(data.mean(axis=0), noisy.shape),
        "the weights do not add up to 1: divide by their sum": bells @ data,
        "heights of bells are no probabilities yet: divide the weights by their sum": (
            bells / columns ** noisy.shape[1] @ data
        ),
        "the mean over the data is no weighted mean: divide by the sum of the weights": bells
        @ data
        / len(data),
        "the 2 of 2 sigma^2 is missing": weighted(-squares / deviation**2),
        "sigma stands in the exponent squared": weighted(-squares / (2 * deviation)),
        "the exponent has the distance in it: it is squared there": weighted(
            -np.sqrt(squares) / (2 * deviation**2)
        ),
        "sigma does not stand in it: stronger noise makes far points likelier": weighted(
            -squares / 2
        ),
        "the weights are divided by their sum over the noisy points: it is over the data": softmax(
            -squares / (2 * deviation**2), axis=0
        )
        @ data,
        "the weights grow with the distance: there is a minus in the exponent": weighted(
            squares / (2 * deviation**2)
        ),
        "these are the arrows; the first result is where they end": right - noisy,
        "the scores came first: return answers, scores": (right - noisy) / deviation**2,
    }


def _score_mistakes(noisy, data, deviation):
    arrows = _posterior_mean(noisy, data, deviation) - noisy
    squares = np.square(noisy[:, None] - data[None]).sum(axis=2)
    bells = np.exp(-squares / (2 * deviation**2))
    return {
        "the sign: the score leads to where noisy points are likelier": -arrows / deviation**2,
        "these are the arrows, answer minus noisy. Differentiate log p: what do they have to be "
        "divided by?": arrows,
        "sigma stands in it squared": arrows / deviation,
        "each bell's slope is divided by sigma^2, not multiplied with it": arrows * deviation**2,
        "the 2 of 2 sigma^2 goes when the square is differentiated": arrows / (2 * deviation**2),
        "this is the slope of p; that of log p is divided by p": arrows
        / deviation**2
        * bells.mean(axis=1, keepdims=True),
        "this is the slope of a sum of bells; that of its logarithm is divided by the sum": arrows
        / deviation**2
        * bells.sum(axis=1, keepdims=True),
        "this leads to the nearest point alone: all of them make p": (
            data[squares.argmin(axis=1)] - noisy
        )
        / deviation**2,
        "this is log p itself; its gradient is asked for": Shape((len(noisy),)),
    }


@exercise(
    "5.7",
    "Which level is best?",
    points=3,
    steps=("best", "candidates", "decision"),
    hints=(
        "The mean over the seeds, axis=1, names the best. For the rest, leave the means: take the "
        "difference of each level from the best one in each column.",
        "Each level has as many differences as there are seeds. Their mean is compared with "
        "factor times their standard deviation (ddof=1), over the root of the number of seeds.",
        "A level is beaten if the mean of its differences is above that half-width. The best's own "
        "differences are all 0, so that it is never beaten. Sort what is left; then ask first "
        "whether the largest level of the sweep is in it, and only then how many there are.",
    ),
    also="the best was picked by the same seeds, so its lead is a little flattered. A fresh seed "
    "for the levels that are left would be the fair way to go on.",
)
def check_best_noise(best_noise, rng):
    roles = (
        (3, ("far", "lucky", "wide", "agree", "near", "best"), "far"),
        (5, ("far", "agree", "near", "best"), "near"),
        (5, ("wide", "far", "best"), "far"),
        (4, ("far", "even", "some", "unlucky", "best", "agree"), "far"),
        (3, ("wide", "agree", "lucky", "best"), "wide"),
        (2, ("agree", "near", "best", "far"), "best"),
        (4, ("lucky", "swapped", "far", "best", "agree"), "agree"),
    )
    cases = [_sweep(rng, *role) for role in roles]
    results = [
        expect.parts(best_noise(*case), ("best", "candidates", "decision")) for case in cases
    ]
    for position, right, mistakes, says, otherwise in (
        (0, _best, _best_mistakes, "the level with the smallest mean over the seeds", None),
        (1, _candidates, _candidate_mistakes, "all that are not beaten, sorted", _other_levels),
    ):
        values = iter([result[position] for result in results])
        yield from compare(
            lambda *_, values=values: next(values),
            right,
            cases,
            mistakes,
            says=says,
            what=("`best`", "`candidates`")[position],
            tolerance=1e-6,
            otherwise=otherwise,
        )
    words = [_words(result[2], "decision", ("go on", "settled", "undecided")) for result in results]
    _expect_decisions([one for (one,) in words], cases)
    yield "the largest level first, then how many are left"


def _sweep(rng, seeds, roles, largest):
    """Return levels, errors and factor, so that each role is told apart from its neighbours.

    Seeds shift all levels together, by far more than levels differ: only differences seed by seed
    tell them apart. A role is a mean difference from the best, and that in standard errors.
    """
    factor = float(t_distribution.ppf(0.975, seeds - 1))
    differences = {
        "best": (0.0, 1.0),
        "agree": (0.4, 25.0 * factor),  # close, but on every seed: beaten
        "lucky": (0.6, 0.5),  # better than the best on some seed
        "even": (0.5, 1.5),  # not beaten; it would be by one standard error
        "some": (0.7, 2.3),  # not beaten, for up to five seeds; it would be by 1.96
        "near": (0.9, 1.25 * factor),  # beaten; not if the root of n is forgotten
        "wide": (1.2, 0.95 * factor),  # not beaten; it would be by ddof=0
        "far": (8.0, 30.0 * factor),
        "swapped": (0.6, 1.0),  # the best's own errors, on other seeds
        "unlucky": (0.75, 1.0),  # one bad seed, and the smallest median
    }
    levels = [0.0, *np.sort(rng.choice(np.arange(5, 95), len(roles) - 1, replace=False)) / 100]
    order = [role for role in rng.permutation([r for r in roles if r != largest])] + [largest]
    if "lucky" in order[:-1]:  # a level of 0 that is a candidate
        order.remove("lucky")
        order.insert(0, "lucky")
    shifts = rng.permutation(np.linspace(-4, 4, seeds)) + 20
    pattern = np.zeros(seeds)
    pattern[np.argsort(shifts)[:2]] = -1, 1  # the luckiest seed of all is the lucky level's
    rows = {}
    for role in order:
        mean, ratio = differences[role]
        spread = mean * seeds**0.5 / ratio / pattern.std(ddof=1)
        rows[role] = shifts + mean + spread * pattern
        if role == "swapped":
            rows[role] = np.roll(shifts, 1) + mean
        if role == "unlucky":
            rows[role] = shifts + np.where(shifts == shifts.max(), 4.5, -0.5)
    mixed = rng.permutation(len(order))
    errors = np.array([rows[order[i]] for i in mixed])
    return [float(levels[i]) for i in mixed], errors, factor


def _best(levels, errors, factor):
    return levels[int(np.argmin(errors.mean(axis=1)))]


def _not_beaten(levels, errors, limits):
    gaps = errors.mean(axis=1) - errors.mean(axis=1).min()
    return sorted(one for one, kept in zip(levels, gaps <= limits, strict=True) if kept)


def _candidates(levels, errors, factor, ddof=1):
    gaps = errors - errors[errors.mean(axis=1).argmin()]
    halves = factor * gaps.std(axis=1, ddof=ddof) / errors.shape[1] ** 0.5
    return _not_beaten(levels, errors, halves + 1e-9)


def _best_mistakes(levels, errors, factor):
    def lowest(values):
        return levels[int(values.argmin())]

    means, right = errors.mean(axis=1), _best(levels, errors, factor)
    return {
        "that is the position in the list; return the level itself": levels.index(right),
        "that level has the single luckiest seed, not the smallest mean": lowest(
            errors.min(axis=1)
        ),
        "that level has the smallest median, not the smallest mean": lowest(
            np.median(errors, axis=1)
        ),
        "that level has the largest mean error; the smallest is the best": lowest(-means),
        "that is the smallest mean error; return its level": means.min(),
        "that is the smallest of the candidates, not the best": _candidates(levels, errors, factor)[
            0
        ],
        "that is the level in percent; return it as it stands in `levels`": 100 * right,
        "the levels were sorted, and the errors were not": _best(sorted(levels), errors, factor),
    }


def _candidate_mistakes(levels, errors, factor):
    best, right = _best(levels, errors, factor), _candidates(levels, errors, factor)
    seeds, own = errors.shape[1] ** 0.5, errors.std(axis=1, ddof=1)
    winner = own[levels.index(best)]
    gaps = errors - errors[levels.index(best)]
    spreads = gaps.std(axis=1, ddof=1)

    def within(limits):
        return _not_beaten(levels, errors, limits + 1e-9)

    return {
        "seeds move all levels together, and their spread hides the differences: subtract the "
        "best's error seed by seed first": within(factor * np.hypot(own, winner) / seeds),
        "this takes the spread of the best's own errors: subtract its error seed by seed "
        "first": within(factor * winner / seeds),
        "this is one standard deviation of the best's own errors: the rule here goes by "
        "differences, seed by seed": within(winner),
        "this takes the spread of each level's own errors: subtract the best's error seed by seed "
        "first": within(factor * own / seeds),
        "a mean of several seeds is known better than one: divide by the root of their "
        "number": within(factor * spreads),
        "`factor` is not used": within(spreads / seeds),
        "the intervals are too narrow, as with 1.96, which is for many seeds: the half-width is "
        "`factor` standard errors": within(1.96 * spreads / seeds),
        "np.std divides by n unless told: ddof=1, with seeds this few": _candidates(
            levels, errors, factor, ddof=0
        ),
        "to be worse on every seed is not enough to be beaten: the interval decides": [
            one for one, row in sorted(zip(levels, gaps, strict=True)) if not np.all(row > 0)
        ],
        "the best level is a candidate, too: its differences from itself are all 0": [
            one for one in right if one != best
        ],
        "only the best is listed: add the levels that are not beaten": [best],
        "these are the beaten levels": [one for one in sorted(levels) if one not in right],
        "the level 0 is a level like any other: `if level` leaves it out": [v for v in right if v],
        "return the candidates sorted, from the smallest up": [v for v in levels if v in right],
        "sorted from the smallest up, not down": right[::-1],
        "`candidates` is a list of levels, not how many there are": Shape(()),
    }


def _other_levels(value, levels, errors, factor):
    """Say which levels were expected and which came."""
    try:
        came = [round(float(level), 6) for level in value]
    except (TypeError, ValueError):
        return ""
    return (
        f"expected {_candidates(levels, errors, factor)}, got {came}: is each level's mean "
        "difference from the best compared with factor standard errors of its differences?"
    )


def _expect_decisions(words, cases):
    kept = [_candidates(*case) for case in cases]
    tops = [max(case[0]) for case in cases]
    few = ["settled" if len(one) == 1 else "undecided" for one in kept]
    right = [
        "go on" if top in one else word for top, one, word in zip(tops, kept, few, strict=True)
    ]
    bests = [_best(*case) for case in cases]
    causes = {
        "the decision counts the candidates, and does not ask whether the largest level of the "
        "sweep is one of them: then a still larger one may be better": few,
        "the decision asks whether the best is the largest level: a candidate is enough, since it "
        "may be the best": [
            "go on" if top == best else word
            for top, best, word in zip(tops, bests, few, strict=True)
        ],
        "below the level 0 there is none to try: only the largest level says to go on": [
            "go on" if {top, min(case[0])} & set(one) else word
            for top, one, word, case in zip(tops, kept, few, cases, strict=True)
        ],
        'the order: "go on" comes first, before the candidates are counted': [
            "settled" if len(one) == 1 else "go on" if top in one else "undecided"
            for top, one in zip(tops, kept, strict=True)
        ],
        "the last of `levels` is taken for the largest: they may come in any order": [
            "go on" if case[0][-1] in one else word
            for one, word, case in zip(kept, few, cases, strict=True)
        ],
    }
    if words == right:
        return
    for told, wrong in causes.items():
        if words == wrong:
            raise expect.NotYet(told)
    one = next(i for i, (a, b) in enumerate(zip(words, right, strict=True)) if a != b)
    raise expect.NotYet(
        f"of the levels {sorted(cases[one][0])} the candidates are {kept[one]}: expected "
        f'"{right[one]}", got "{words[one]}"'
    )
