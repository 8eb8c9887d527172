"""Checks of lesson 05, the denoising autoencoder."""

from functools import partial

import numpy as np
from scipy.special import expit

from helpers.checks import expect
from helpers.checks.cases import Shape, compare
from helpers.checks.gradients import backpropagate, call_step, expect_gradients
from helpers.checks.guard import Raised
from helpers.checks.registry import exercise


@exercise(
    "5.1",
    "Exact masking",
    points=4,
    noun="noise",
    steps=("count", "the others", "the seed", "each image anew"),
    hints=(
        "A coin for each pixel gives the right number on average only. Put the pixels of each "
        "image in a random order instead, and take the first round(v d) of them.",
        "rng = np.random.default_rng(seed); np.argsort(rng.random(images.shape), axis=1) is a "
        "random order of 0 to d - 1 for each image.",
        "count = round(fraction * images.shape[1]); order = np.argsort(rng.random(images.shape), "
        "axis=1); return np.where(order < count, 0, images)",
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
    points=2,
    noun="switch",
    steps=("one number", "one per image"),
    hints=(
        "Two terms, one of which is multiplied by 0: no `if` is needed.",
        "Corrupted images times corrupt, plus clean images times 1 - corrupt.",
        "return images * switches * corrupt + images * (1 - corrupt)",
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
    points=4,
    noun="step",
    steps=("loss", "gradients"),
    hints=(
        "It is the training step of Exercise 3.6 with another loss. Which of the two arrays does "
        "the network see, and which does the loss compare with?",
        "outputs = autoencoder(noisy_images); the targets of losses.binary_cross_entropy are the "
        "clean images.",
        "with tf.GradientTape() as tape: outputs = autoencoder(noisy_images); loss = "
        "keras.ops.mean(losses.binary_cross_entropy(images, outputs)) -- then return loss, "
        "tape.gradient(loss, autoencoder.trainable_variables)",
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
    points=2,
    steps=("one image", "many images"),
    hints=(
        "First the MSE of each image, then its ratio in decibels, then the mean over the images.",
        "The ratio of an image is -10 log10(MSE): pixels reach from 0 to 1, so the peak is 1.",
        "errors = np.mean((reconstructions - images) ** 2, axis=1); return np.mean(-10 * "
        "np.log10(errors))",
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
    "Vector field",
    points=3,
    steps=("arrows", "cosines"),
    hints=(
        "The arrow is reconstruction minus input. The way to compare it with leads from the input "
        "to the nearest point of the curve.",
        "ways = curve[None] - points[:, None] has shape (n, m, 2); np.argmin of its squared "
        "lengths gives the nearest point of the curve for each input.",
        "nearest = np.argmin((ways**2).sum(axis=2), axis=1); gaps = curve[nearest] - points; "
        "cosines = (arrows * gaps).sum(axis=1) / (length of arrows * length of gaps), with "
        "np.linalg.norm(..., axis=1)",
    ),
    also="the cosine does not depend on an arrow's length: a network that goes only half of the "
    "way back still gets 1.",
)
def check_vector_field(vector_field, rng):
    # Three quarters of a circle: nearest points are in its last part, too.
    angles = np.linspace(0, 1.5 * np.pi, 150)
    curve = np.column_stack([np.cos(angles), np.sin(angles)])
    turns = np.linspace(0.2, 4.5, 9) + rng.uniform(-0.1, 0.1, size=9)
    radii = np.tile([0.6, 1.5, 1.3], 3) + rng.uniform(-0.1, 0.1, size=9)
    points = radii[:, None] * np.column_stack([np.cos(turns), np.sin(turns)])
    anywhere = points + rng.normal(scale=0.6, size=points.shape)
    cases = [(points, anywhere, curve), (points[4:5], anywhere[4:5], curve[::3])]

    def arrow(points, outputs, curve):
        return outputs - points

    def cosine(points, outputs, curve):
        return _cosine(outputs - points, _nearest(points, curve) - points)

    back = "the angle to the nearest point of the curve: 1 straight to it, -1 away"
    for part, right, mistakes, says in (
        ("arrows", arrow, _arrow_mistakes, "reconstruction minus input"),
        ("cosines", cosine, _cosine_mistakes, back),
    ):
        yield from compare(
            vector_field,
            right,
            cases,
            mistakes,
            says=says,
            parts=("arrows", "cosines"),
            part=part,
            what=f"`{part}`",
        )


def _nearest(points, curve, pick=np.argmin):
    return curve[pick(np.square(curve[None] - points[:, None]).sum(axis=2), axis=1)]


def _cosine(first, second):
    lengths = np.linalg.norm(first, axis=1) * np.linalg.norm(second, axis=1)
    return np.sum(first * second, axis=1) / lengths


def _arrow_mistakes(points, outputs, curve):
    arrows, gaps = outputs - points, _nearest(points, curve) - points
    lengths = np.linalg.norm(arrows, axis=1, keepdims=True)
    return {
        "the arrows are turned round: reconstruction minus input": -arrows,
        "an arrow is a difference: take the input off": outputs,
        "these lead to the curve; an arrow leads to the reconstruction": gaps,
        "the arrows have length 1: leave them as long as they are": arrows / lengths,
        "the cosines came first: return arrows, cosines": Shape((len(points),)),
    }


def _cosine_mistakes(points, outputs, curve):
    arrows, near = outputs - points, _nearest(points, curve)
    gaps, back = near - points, _nearest(outputs, curve)
    cosines, products = _cosine(arrows, gaps), np.sum(arrows * gaps, axis=1)
    long, wide = np.linalg.norm(arrows, axis=1), np.linalg.norm(gaps, axis=1)
    both, angles = np.linalg.norm(arrows) * np.linalg.norm(gaps), np.arccos(np.clip(cosines, -1, 1))
    far = _nearest(points, curve, np.argmax)
    return {
        "the products are not divided by the two lengths: this is no cosine yet": products,
        "divide by both lengths, not by the arrow's alone": products / long,
        "divide by both lengths, not by the way's alone": products / wide,
        "divide by the lengths; these are their squares": products / np.square(long * wide),
        "np.linalg.norm without axis=1 is one length for all": products / both,
        "the sign is lost: an arrow that leads away has a cosine below 0": np.abs(cosines),
        "this is the angle in degrees; its cosine is asked for": np.degrees(angles),
        "this is the angle; its cosine is asked for": angles,
        "the sign: the way leads from the input to the curve": -cosines,
        "a place is no way yet: take the input off the nearest point": _cosine(arrows, near),
        "this leads to the farthest point of the curve: argmin": _cosine(arrows, far - points),
        "the nearest point is the input's, not the reconstruction's": _cosine(
            arrows, back - points
        ),
        "the way begins at the input, not at the reconstruction": _cosine(arrows, back - outputs),
        "one number per input is asked for": Shape(()),
    }


@exercise(
    "5.6",
    "Reading the sweep",
    points=3,
    steps=("best", "tied"),
    hints=(
        "Mean over the seeds (axis=1) first; the best level has the smallest mean.",
        "The limit is the best mean plus np.std(errors of the best level, ddof=1). Every level "
        "whose mean is at most that is tied, the best one included.",
        "means = np.mean(errors, axis=1); best = np.argmin(means); limit = means[best] + "
        "np.std(errors[best], ddof=1); tied = sorted(level for level, mean in zip(levels, means) "
        "if mean <= limit); return levels[best], tied",
    ),
    also="`tied` says that this sweep cannot tell the levels apart, not that they are equally "
    "good: from three seeds even the deviation is a rough guess.",
)
def check_best_noise(best_noise, rng):
    # The last one has two seeds, the fewest that have a deviation.
    two_seeds = np.array([[2.5, 4.0], [2.0, 4.0], [9.0, 8.0]])
    low, middle, high = _rising_levels(rng, 3)
    cases = [_sweep(rng), _sweep(rng), ([middle, high, low], two_seeds)]
    for part, right, mistakes, says, otherwise in (
        ("best", _best, _best_mistakes, "the level with the smallest mean over the seeds", None),
        ("tied", _tied, _tied_mistakes, "all within one standard deviation, sorted", _other_levels),
    ):
        yield from compare(
            best_noise,
            right,
            cases,
            mistakes,
            says=says,
            parts=("best", "tied"),
            part=part,
            what=f"`{part}`",
            tolerance=1e-6,
            otherwise=otherwise,
        )


def _rising_levels(rng, count):
    return (np.sort(rng.choice(np.arange(5, 100), size=count, replace=False)) / 100).tolist()


def _sweep(rng):
    """Return levels in some order, and errors of five seeds that tell the known mistakes apart.

    All numbers are sixteenths, so that the level at the limit is exactly there. The best level's
    deviation is 1.25 by n - 1 and 1.12 by n, its variance is 1.56, its standard error 0.56.
    """
    table = {  # by the rank of a level, whose own number is drawn
        0.25: (0.0, [-0.25, 0, 0.25, -1.75, 1.75]),  # the best
        0.0: (0.5, [0.125, -0.125, 0, 0.125, -0.125]),
        0.4: (0.75, [0.125, -0.125, 0, 0.125, -0.125]),
        0.5: (1.1875, [0, 1, 0, -1, 0]),
        0.1: (1.25, [0.5, 0, -0.5, 1, -1]),  # at the limit
        0.75: (1.4375, [10, -2.5, -2.5, -2.5, -2.5]),  # the smallest median
        0.9: (1.75, [-5, 1.25, 1.25, 1.25, 1.25]),  # the smallest first seed
        0.3: (3.0, [4, 0, 4, -8, 0]),  # the smallest error of all
        0.05: (20.0, [0, 1, 0, -1, 0]),
    }
    drawn = dict(zip([0.0, *_rising_levels(rng, len(table) - 1)], sorted(table), strict=True))
    levels = [float(level) for level in rng.permutation(list(drawn))]
    shift = 10 + rng.integers(0, 40) / 4
    rows = (table[drawn[level]] for level in levels)
    return levels, np.array([shift + mean + np.array(gaps) for mean, gaps in rows])


def _best(levels, errors):
    return levels[int(np.argmin(errors.mean(axis=1)))]


def _tied(levels, errors, spread=None):
    """Return the levels within one standard deviation of the best, or within another spread."""
    means = errors.mean(axis=1)
    spread = errors[means.argmin()].std(ddof=1) if spread is None else spread
    limit = means.min() + spread
    return sorted(level for level, one in zip(levels, means <= limit, strict=True) if one)


def _best_mistakes(levels, errors):
    def lowest(values):
        return levels[int(values.argmin())]

    means, medians, right = errors.mean(axis=1), np.median(errors, axis=1), _best(levels, errors)
    return {
        "that is the position in the list; return the level itself": levels.index(right),
        "that level has the single luckiest seed, not the smallest mean": lowest(
            errors.min(axis=1)
        ),
        "that level has the smallest median, not the smallest mean": lowest(medians),
        "that level is the best for the first seed, not on average": lowest(errors[:, 0]),
        "that level has the largest mean error; the smallest is the best": lowest(-means),
        "that is the smallest mean error; return its level": means.min(),
        "that is the smallest of the tied levels, not the best": _tied(levels, errors)[0],
        "that is the level in percent; return it as it stands in `levels`": 100 * right,
        "the levels were sorted, and the errors were not": _best(sorted(levels), errors),
    }


def _tied_mistakes(levels, errors):
    best, right = _best(levels, errors), _tied(levels, errors)
    spreads = errors.std(axis=1, ddof=1)
    own = spreads[levels.index(best)]
    by_n = errors[levels.index(best)].std()

    def within(spread):
        return _tied(levels, errors, spread)

    return {
        "the best level is tied with itself: include it": [v for v in right if v != best],
        "np.std divides by n unless told: ddof=1, with seeds this few": within(by_n),
        "that is the variance; its root is asked for": within(own**2),
        "that is the standard error; leave out the root of n": within(own / errors.shape[1] ** 0.5),
        "twice the deviation is too much: the limit is the mean plus one": within(2 * own),
        "each level was given its own deviation: the best level's counts": within(spreads),
        "a level just at the limit is tied, too: at most, not less": within(own - 1e-9),
        "only the best is listed: add the levels whose mean is within its deviation": [best],
        "the level 0 is a level like any other: `if level` leaves it out": [v for v in right if v],
        "return the tied levels sorted, from the smallest up": [v for v in levels if v in right],
        "sorted from the smallest up, not down": right[::-1],
        "`tied` is a list of levels, not how many there are": Shape(()),
    }


def _other_levels(value, levels, errors):
    """Say which levels were expected and which came."""
    try:
        came = [round(float(level), 6) for level in value]
    except (TypeError, ValueError):
        return ""
    return (
        f"expected {_tied(levels, errors)}, got {came}: is the limit the best mean plus the "
        "standard deviation of that level's own errors?"
    )
