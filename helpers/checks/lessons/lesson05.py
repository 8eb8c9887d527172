"""Checks of lesson 05, the denoising autoencoder."""

import numpy as np
from scipy.special import expit

from helpers.checks import expect
from helpers.checks.gradients import backpropagate, expect_gradients
from helpers.checks.registry import exercise


@exercise(
    "5.1",
    "Exact masking",
    points=4,
    noun="noise",
    steps=("count", "the others", "a new draw", "the seed"),
    hints=(
        "A coin for each pixel gives the right number on average only. Put the pixels of each "
        "image in a random order instead, and take the first round(v d) of them.",
        "rng = np.random.default_rng(seed); np.argsort(rng.random(images.shape), axis=1) is a "
        "random order of 0 to d - 1 for each image.",
        "count = round(fraction * images.shape[1]); order = np.argsort(rng.random(images.shape), "
        "axis=1); return np.where(order < count, 0, images)",
    ),
)
def check_mask_exactly(mask_exactly, rng):
    images = rng.uniform(0.1, 1, size=(40, 16)).astype("float32")
    before = images.copy()
    masked = {}
    for fraction, count in ((0.25, 4), (0.5, 8), (0.8, 13), (0.7, 11), (0.0, 0), (1.0, 16)):
        masked[fraction] = expect.shaped(mask_exactly(images, fraction, 7), images.shape)
        if not np.array_equal(images, before):
            raise expect.NotYet("your function writes into the images it was given: copy first")
        _expect_count((masked[fraction] == 0).sum(axis=1), count, fraction)
    yield "exactly round(v d) pixels of every image are 0"
    for result in masked.values():
        left = result != 0
        if not np.allclose(result[left], images[left]):
            raise expect.NotYet(
                "the pixels that are left have changed: masking sets some to 0 and does nothing "
                "to the others (dividing them by 1 - v is dropout)"
            )
    yield "the other pixels are as they were"
    many = expect.shaped(mask_exactly(np.ones((600, 8)), 0.5, 7), (600, 8)) == 0
    if not np.all(many.sum(axis=1) == 4):
        raise expect.NotYet("v = 0.5 of 8 pixels: expected 4 zeros in every image: is d fixed?")
    if len(np.unique(many, axis=0)) == 1:
        raise expect.NotYet("every image loses the same pixels: draw anew for each image")
    # 600 coins: a share of 0.5 has a standard deviation of 0.02.
    if np.abs(many.mean(axis=0) - 0.5).max() > 0.12 or len(np.unique(many, axis=0)) < 60:
        raise expect.NotYet(
            "some pixels, or some sets of pixels, are never drawn: all pixels have the same chance"
        )
    yield "drawn anew for each image, each pixel with the same chance"
    again, other = (expect.array(mask_exactly(images, 0.5, seed)) for seed in (7, 8))
    if not np.array_equal(again, masked[0.5]):
        raise expect.NotYet(
            "the same seed gives another mask: let np.random.default_rng(seed) draw everything"
        )
    if np.array_equal(other, masked[0.5]):
        raise expect.NotYet("another seed gives the same mask: is the seed used?")
    yield "the same mask for the same seed, another for another"


def _expect_count(counts, count, fraction):
    """Accept ``count`` zeros in each of the images of 16 pixels, or say what came instead."""
    if np.all(counts == count):
        return
    if np.all(counts == 16 - count):
        raise expect.NotYet(
            f"v = {fraction} of the pixels are left instead of masked: of 16, {count} become 0"
        )
    if np.ptp(counts) > 0 and counts.sum() == count * len(counts):
        raise expect.NotYet(
            "the number is right over the whole batch, not in each image: draw along axis=1"
        )
    if np.ptp(counts) > 0:
        raise expect.NotYet(
            f"v = {fraction} of 16 pixels: expected {count} zeros in every image, got between "
            f"{counts.min()} and {counts.max()}: is each pixel decided on its own?"
        )
    raise expect.NotYet(
        f"v = {fraction} of 16 pixels: expected {count} zeros in every image, got {counts[0]}: "
        "round(v d), neither less nor more"
    )


@exercise(
    "5.2",
    "The corrupt switch",
    points=2,
    noun="switch",
    steps=("on", "off", "image by image"),
    hints=(
        "Two terms, one of which is multiplied by 0: no `if` is needed.",
        "Spoilt images times corrupt, plus clean images times 1 - corrupt.",
        "return images * switches * corrupt + images * (1 - corrupt)",
    ),
)
def check_corrupt_input(corrupt_input, rng):
    images = rng.uniform(0.1, 1, size=(6, 9)).astype("float32")
    switches = rng.integers(0, 2, size=images.shape).astype("float32")
    switches[:, :2] = (0, 1)
    expect.close(
        corrupt_input(images.copy(), switches.copy(), 1),
        images * switches,
        (
            (images, "the images are clean at corrupt = 1: is the switch the wrong way round?"),
            (images + switches, "the switches are added; a pixel is multiplied by its switch"),
            (images * (1 - switches), "a switch of 1 keeps the pixel, and a switch of 0 does not"),
            (
                images * switches + images,
                "the clean images are added whatever the switch is: multiply them by 1 - corrupt",
            ),
        ),
        what="the result at corrupt = 1",
    )
    yield "at 1, pixel times switch"
    expect.close(
        corrupt_input(images.copy(), switches.copy(), 0),
        images,
        (
            (images * switches, "the images are spoilt at corrupt = 0, too: is `corrupt` used?"),
            (np.zeros_like(images), "nothing is left at corrupt = 0: add the clean images"),
        ),
        what="the result at corrupt = 0",
    )
    yield "at 0, the clean images"
    corrupt = np.arange(6, dtype="float32").reshape(6, 1) % 2
    try:
        given = images.copy()
        mixed = corrupt_input(given, switches.copy(), corrupt)
    except ValueError:
        raise expect.NotYet(
            "it fails when `corrupt` is (n, 1), one number for each image: `if` can ask one number "
            "only. Write it with products"
        ) from None
    expect.close(mixed, images * np.where(corrupt, switches, 1), what="the result image by image")
    if not np.array_equal(given, images):
        raise expect.NotYet("your function writes into the images it was given: return new ones")
    yield "also with one switch for each image, (n, 1)"


@exercise(
    "5.3",
    "Denoising step",
    points=4,
    noun="step",
    steps=("loss", "gradients", "a step down"),
    hints=(
        "It is the training step of Exercise 3.6 with another loss. Which of the two arrays does "
        "the network see, and which does the loss compare with?",
        "outputs = autoencoder(noisy_images); the targets of losses.binary_cross_entropy are the "
        "clean images.",
        "with tf.GradientTape() as tape: outputs = autoencoder(noisy_images); loss = "
        "keras.ops.mean(losses.binary_cross_entropy(images, outputs)) -- then return loss, "
        "tape.gradient(loss, autoencoder.trainable_variables)",
    ),
)
def check_denoising_step(denoising_step, rng):
    import keras

    inputs = keras.Input((6,))
    hidden = keras.layers.Dense(3, "sigmoid")(inputs)
    model = keras.Model(inputs, keras.layers.Dense(6, "sigmoid")(hidden))
    model.set_weights([rng.normal(size=w.shape) for w in model.get_weights()])
    images = rng.uniform(0.05, 0.95, size=(4, 6)).astype("float32")
    noisy = images * np.where(np.arange(6) % 3 == np.arange(4)[:, None] % 3, 0, 1).astype("float32")
    loss, gradients = expect.parts(denoising_step(model, images, noisy), ("loss", "gradients"))
    weights = model.get_weights()
    right, expected = _backpropagate(noisy, images, weights)
    outputs, clean_outputs = (_forward(shown, weights)[1] for shown in (noisy, images))
    expect.close(
        loss,
        right,
        (
            (
                _cross_entropy(noisy, outputs),
                "the loss compares with the noisy images: this network learns to copy the noise. "
                "The targets are the clean images",
            ),
            (
                _cross_entropy(images, clean_outputs),
                "the network is shown the clean images: show it the noisy ones, and compare with "
                "the clean ones",
            ),
            (
                _cross_entropy(noisy, clean_outputs),
                "the two are swapped: the network sees the noisy images, the loss the clean ones",
            ),
            (right / 6, "averaged over the pixels, too: the loss is a sum over them, in nats"),
            (right * 4, "summed over the batch instead of averaged"),
            (np.square(outputs - images).mean(), "this is the MSE; the cross-entropy is asked for"),
            (_cross_entropy(outputs, images), "binary_cross_entropy takes the targets first"),
        ),
        what="the loss",
    )
    yield "the cross-entropy to the clean images, averaged over the batch"
    expect_gradients(gradients, expected, model)
    yield "equal to backpropagation by hand, for all four variables"
    model.set_weights([w - 0.1 * np.asarray(g) for w, g in zip(weights, gradients, strict=True)])
    if not float(np.asarray(denoising_step(model, images, noisy)[0])) < right:
        raise expect.NotYet("a small step against the gradient should lower the loss")
    yield "a small step against the gradient lowers the loss"


def _forward(images, weights):
    """Return codes and outputs of an autoencoder with two sigmoid layers, in NumPy."""
    encoder_kernel, encoder_bias, decoder_kernel, decoder_bias = (w.astype(float) for w in weights)
    codes = expit(images @ encoder_kernel + encoder_bias)
    return codes, expit(codes @ decoder_kernel + decoder_bias)


def _cross_entropy(targets, outputs):
    outputs = np.clip(outputs, 1e-7, 1 - 1e-7)
    return -np.sum(targets * np.log(outputs) + (1 - targets) * np.log(1 - outputs)) / len(targets)


def _backpropagate(shown, targets, weights):
    """Return the mean cross-entropy and its four gradients, in NumPy."""
    codes, outputs = _forward(shown, weights)
    # With a sigmoid output its slope cancels, and plain differences are left.
    output_delta = (outputs - targets) / len(targets)
    gradients = backpropagate(shown, codes, output_delta, weights[2].astype(float))
    return _cross_entropy(targets, outputs), gradients


@exercise(
    "5.4",
    "PSNR",
    points=2,
    steps=("one image", "many images", "ten times less"),
    hints=(
        "First the MSE of each image, then its ratio in decibels, then the mean over the images.",
        "The ratio of an image is -10 log10(MSE): pixels reach from 0 to 1, so the peak is 1.",
        "errors = np.mean((reconstructions - images) ** 2, axis=1); return np.mean(-10 * "
        "np.log10(errors))",
    ),
)
def check_psnr(psnr, rng):
    image = rng.uniform(size=(1, 12))
    noisy = np.clip(image + rng.normal(scale=0.2, size=image.shape), 0, 1)
    expect.close(_scalar(psnr(image, noisy)), *_ratio(image, noisy), what="the PSNR of one image")
    yield "-10 log10(MSE), in dB"
    images = rng.uniform(size=(5, 12))
    scales = np.array([0.02, 0.05, 0.1, 0.2, 0.4])[:, None]
    noisy = np.clip(images + rng.normal(scale=scales, size=images.shape), 0, 1)
    expect.close(_scalar(psnr(images, noisy)), *_ratio(images, noisy), what="the mean PSNR")
    yield "the mean of the images' ratios"
    near = images + (noisy - images) / np.sqrt(10)
    gain = _scalar(psnr(images, near)) - _scalar(psnr(images, noisy))
    expect.close(gain, 10.0, what="the gain from a tenth of the squared error")
    yield "a tenth of the squared error is worth 10 dB"


def _scalar(value):
    """Return the number that came, or say what came instead."""
    if value is not None and np.ndim(value) and np.size(value) > 1:
        raise expect.NotYet(f"one number is asked for, the mean; yours is {expect.describe(value)}")
    return expect.shaped(np.squeeze(value) if value is not None else value, ())


def _ratio(images, noisy):
    """Return the mean ratio, and what it is after one of the usual mistakes, with its cause."""
    squares = np.square(images - noisy)
    errors = squares.mean(axis=1)
    ratios = -10 * np.log10(errors)
    together = -10 * np.log10(errors.mean())
    causes = (
        (-ratios.mean(), "the sign: less error is a higher PSNR"),
        (2 * ratios.mean(), "20 log10 goes with a root of the error; of the MSE, it is 10 log10"),
        (
            -10 * np.log(errors).mean(),
            "this is the natural logarithm: decibels are made with log10",
        ),
        (ratios.mean() / 10, "the factor 10 of the deci-bel is missing"),
        (
            -10 * np.log10(squares.sum(axis=1)).mean(),
            "the squared error is summed over the pixels; the MSE is their mean",
        ),
        (
            together,
            "one MSE over all images came first: take each image's ratio, then the mean of the "
            "ratios",
        ),
    )
    return ratios.mean(), causes


@exercise(
    "5.5",
    "Vector field",
    points=3,
    steps=("arrows", "cosines", "straight and away"),
    hints=(
        "The arrow is reconstruction minus input. The way to compare it with leads from the input "
        "to the nearest point of the curve.",
        "ways = curve[None] - points[:, None] has shape (n, m, 2); np.argmin of its squared "
        "lengths gives the nearest point of the curve for each input.",
        "nearest = np.argmin((ways**2).sum(axis=2), axis=1); gaps = curve[nearest] - points; "
        "cosines = (arrows * gaps).sum(axis=1) / (length of arrows * length of gaps), with "
        "np.linalg.norm(..., axis=1)",
    ),
)
def check_vector_field(vector_field, rng):
    curve = np.column_stack([np.linspace(0, 1, 9), np.linspace(0, 1, 9) ** 2])
    points = rng.uniform((0, 0.35), (1, 1.35), size=(7, 2))
    reconstructions = points + rng.normal(scale=0.4, size=points.shape)
    names = ("arrows", "cosines")
    arrows, cosines = expect.parts(vector_field(points, reconstructions, curve), names)
    right = reconstructions - points
    expect.close(
        arrows,
        right,
        (
            (-right, "the arrows are turned round: reconstruction minus input"),
            (reconstructions, "an arrow is a difference: take the input off"),
            (_nearest(points, curve) - points, "these lead to the curve; an arrow leads to the "
             "reconstruction"),
        ),
        what="arrows",
    )  # fmt: skip
    yield "reconstruction minus input"
    gaps = _nearest(points, curve) - points
    expect.close(cosines, _cosine(right, gaps), _field_causes(right, points, curve), what="cosines")
    yield "the angle to the nearest point of the curve"
    towards = points + 0.3 * gaps
    for reconstruction, expected in ((towards, 1), (points - gaps, -1)):
        _, cosines = expect.parts(vector_field(points, reconstruction, curve), names)
        expect.close(cosines, np.full(7, expected), what="cosines of straight arrows")
    yield "1 straight to the curve, -1 straight away"


def _nearest(points, curve):
    squares = np.square(curve[None] - points[:, None]).sum(axis=2)
    return curve[squares.argmin(axis=1)]


def _cosine(first, second):
    lengths = np.linalg.norm(first, axis=1) * np.linalg.norm(second, axis=1)
    return np.sum(first * second, axis=1) / lengths


def _field_causes(arrows, points, curve):
    """Return the cosines after one of the usual mistakes, with its cause."""
    gaps = _nearest(points, curve) - points
    products = np.sum(arrows * gaps, axis=1)
    far = curve[np.square(curve[None] - points[:, None]).sum(axis=2).argmax(axis=1)] - points
    from_outputs = _nearest(points + arrows, curve) - points
    return (
        (products, "the products are not divided by the two lengths: this is no cosine yet"),
        (products / np.square(gaps).sum(axis=1), "divide by both lengths, not by one squared"),
        (_cosine(-arrows, gaps), "the sign: the way leads from the input to the curve"),
        (
            _cosine(arrows, _nearest(points, curve)),
            "you compare with the place of the nearest point; take the input off to get the way",
        ),
        (_cosine(arrows, far), "this is the way to the farthest point of the curve: argmin"),
        (
            _cosine(arrows, from_outputs),
            "the nearest point is that of the input, not that of the reconstruction",
        ),
        (
            np.degrees(np.arccos(np.clip(_cosine(arrows, gaps), -1, 1))),
            "this is the angle in degrees; its cosine is asked for",
        ),
    )


@exercise(
    "5.6",
    "Reading the sweep",
    points=3,
    steps=("best", "tied", "order"),
    hints=(
        "Mean over the seeds (axis=1) first; the best level has the smallest mean.",
        "The limit is the best mean plus np.std(errors of the best level, ddof=1). Every level "
        "whose mean is at most that is tied, the best one included.",
        "means = np.mean(errors, axis=1); best = np.argmin(means); limit = means[best] + "
        "np.std(errors[best], ddof=1); tied = sorted(level for level, mean in zip(levels, means) "
        "if mean <= limit); return levels[best], tied",
    ),
)
def check_best_noise(best_noise, rng):
    levels = [0.0, 0.1, 0.2, 0.3, 0.5, 0.7]
    # Three seeds around each mean; the best level's deviation, by n - 1, is 0.3.
    means = np.array([4.0, 3.27, 3.0, 3.32, 3.2, 5.0])
    spreads = np.array([1.5, 0.1, 0.3, 0.05, 0.4, 0.2])
    errors = means[:, None] + spreads[:, None] * np.array([-1.0, 1.0, 0.0])
    shift = rng.uniform(0, 3)
    names = ("best", "tied")
    best, tied = expect.parts(best_noise(levels, errors + shift), names)
    _expect_best(best, levels, 2, errors)
    yield "the level with the smallest mean over the seeds"
    _expect_tied(tied, [0.1, 0.2, 0.5], levels)
    yield "all within one standard deviation of the best"
    for order in (np.array([3, 5, 2, 0, 1, 4]), np.arange(6)[::-1]):
        shuffled = [levels[place] for place in order]
        best, tied = expect.parts(best_noise(shuffled, errors[order] + shift), names)
        if not np.isclose(best, 0.2) or sorted(_as_listed(tied)) != [0.1, 0.2, 0.5]:
            raise expect.NotYet("it fails when the levels come in another order")
        if list(tied) != sorted(tied):
            raise expect.NotYet("return the tied levels sorted, from the smallest up")
    # Four seeds, whose mean is not their median, and other levels.
    errors = np.array([[2.0, 2.0, 2.0, 6.0], [2.6, 2.8, 2.7, 2.9], [4.2, 4.6, 4.4, 4.3]])
    best, tied = expect.parts(best_noise([0.4, 0.6, 0.8], errors.copy()), names)
    if not np.isclose(best, 0.6) or _as_listed(tied) != [0.6]:
        raise expect.NotYet(
            f"with four seeds, of errors {errors.tolist()}, expected 0.6 and [0.6]: the limit is "
            "the mean, not the median, plus the deviation of that level's own errors"
        )
    yield "in whatever order they come"


def _expect_best(best, levels, place, errors):
    """Accept ``levels[place]``, or say what was read instead."""
    if np.ndim(best) or best is None:
        raise expect.NotYet(f"best is one level; yours is {expect.describe(best)}")
    if np.isclose(best, levels[place]):
        return
    if best == place:
        raise expect.NotYet("that is the position in the list; return the level itself")
    if np.isclose(best, levels[int(errors.min(axis=1).argmin())]):
        raise expect.NotYet(
            "that level has the single luckiest seed; the best level has the smallest mean"
        )
    if np.isclose(best, levels[int(errors.mean(axis=1).argmax())]):
        raise expect.NotYet("that level has the largest mean error; the smallest is the best")
    raise expect.NotYet(f"expected the level {levels[place]}, got {expect.describe(best)}")


def _as_listed(levels):
    """Return levels as plain numbers, rounded, since one may come back in float32."""
    return [round(float(level), 6) for level in levels]


def _expect_tied(tied, expected, levels):
    """Accept the tied levels, or say what was read instead."""
    if tied is None or np.ndim(tied) != 1:
        raise expect.NotYet(f"tied is a list of levels; yours is {expect.describe(tied)}")
    came = sorted(_as_listed(tied))
    if came == expected:
        return
    readings = {
        (0.1, 0.5): "the best level is tied with itself: include it",
        (0.2, 0.5): "np.std divides by n unless told: ddof=1 for n - 1, with seeds this few",
        (0.0, 0.2, 0.5): "each level was given its own deviation: the best level's counts",
        (0.2,): "only the best is listed: add the levels whose mean is within its deviation",
        (0.1, 0.2, 0.3, 0.5): "twice the deviation, or more: the limit is the best mean plus one",
    }
    cause = readings.get(tuple(came), "is the limit the best mean plus its standard deviation?")
    raise expect.NotYet(f"expected {expected}, got {came}: {cause}")
