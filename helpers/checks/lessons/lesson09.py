"""Checks of lesson 09, pretraining: the softmax on top, the stack below, and what an error says."""

import itertools

import numpy as np
from scipy import special

from helpers.checks import expect
from helpers.checks.registry import exercise


@exercise(
    "9.1",
    "Softmax",
    points=1,
    steps=("values", "rows", "far out"),
    hints=(
        "Two lines: the exponential of everything, then each row divided by its own sum.",
        "sum(axis=1, keepdims=True) gives one sum a row, in a shape that divides the rows. A large "
        "activation overflows: take each row's largest away first, which changes no quotient.",
        "powers = np.exp(activations - activations.max(axis=1, keepdims=True)); "
        "return powers / powers.sum(axis=1, keepdims=True)",
    ),
)
def check_softmax(softmax, rng):
    activations = rng.normal(size=(5, 4))
    powers = np.exp(activations)
    expected = powers / powers.sum(axis=1, keepdims=True)
    given = activations.copy()
    value = softmax(given)
    expect.close(
        value,
        expected,
        (
            (powers, "these are the exponentials: divide each row by its sum"),
            (
                powers / powers.sum(axis=0),
                "the columns sum to 1: an image is a row, so sum along axis=1",
            ),
            (powers / powers.sum(), "everything together sums to 1: each row has its own sum"),
            (
                activations / activations.sum(axis=1, keepdims=True),
                "the exponential is missing: an activation can be negative, a share cannot",
            ),
            (special.expit(activations), "this is the sigmoid, which looks at one class alone"),
            (np.log(expected), "this is the logarithm of the softmax"),
            (
                special.softmax(-activations, axis=1),
                "the sign: the largest activation gets the largest probability",
            ),
        ),
    )
    if not np.array_equal(given, activations):
        raise expect.NotYet("your function changes the activations it was given: work on a copy")
    yield "exp(a) over the sum of its row"
    activations = rng.normal(scale=3.0, size=(3, 7))
    expect.close(softmax(activations), special.softmax(activations, axis=1), what="3 rows of 7")
    expect.close(np.asarray(softmax(activations[:1])).sum(), 1.0, what="the sum of a single row")
    yield "each row sums to 1, whatever the shape"
    rows = (
        (1000, 1001, 0),
        (-1000, -1000, -1001),
        (0, 1000, 0),
        (0, 0, 3000),
        (20000, 0, -20000),
        (-1, 0, 1),
    )
    far = np.array(rows, dtype=float)
    value = expect.shaped(softmax(far.copy()), far.shape)
    if not np.all(np.isfinite(value)):
        raise expect.NotYet(
            "activations of 1000 or 20000 give nan: take each row's *largest* away before the "
            "exponential, not its mean, its median, its first number, or the largest of all"
        )
    expect.close(value, special.softmax(far, axis=1), what="activations from -20000 to 20000")
    yield "finite for activations of 1000 and -1000"


@exercise(
    "9.2",
    "Gradient of a softmax layer",
    points=3,
    steps=("loss", "bias", "kernel", "uphill"),
    hints=(
        "np.arange(n) and labels together pick one probability a row: the right class's.",
        "Make errors, (n, c): a copy of the probabilities with 1 taken from the right class. "
        "Divide by n, because the loss is a mean.",
        "kernel_gradient = codes.T @ errors; bias_gradient = errors.sum(axis=0)",
    ),
)
def check_softmax_gradient(softmax_gradient, rng):
    names = ("loss", "kernel_gradient", "bias_gradient")
    codes, kernel, bias, labels = _softmax_layer(rng, 6, 5, 4)
    probabilities = special.softmax(codes @ kernel + bias, axis=1)
    given = codes.copy(), probabilities.copy(), labels.copy()
    loss, kernel_gradient, bias_gradient = expect.parts(
        _with_a_class_missing(softmax_gradient, *given), names
    )
    if not np.array_equal(given[1], probabilities):
        raise expect.NotYet(
            "your function changes the probabilities it was given: subtract from a copy of them"
        )
    right = probabilities[np.arange(6), labels]
    expect.close(
        loss,
        -np.log(right).mean(),
        (
            (-np.log(right).sum(), "the loss is the sum over the images; take the mean"),
            (np.log(right).mean(), "the sign: the logarithm of a probability is negative"),
            (1 - right.mean(), "that is 1 minus the probability: take minus its logarithm"),
            (-np.log2(right).mean(), "this is in bits: use the natural logarithm"),
            (
                -np.log(right).sum() / probabilities.size,
                "averaged over the classes as well: divide by the number of images only",
            ),
            (
                -np.log(probabilities).mean(),
                "this averages over all classes; only the right class of each image counts",
            ),
        ),
        what="the loss",
    )
    yield "mean of -log p of the right class, in nats"
    one_hot = np.eye(4)[labels]
    errors = (probabilities - one_hot) / 6
    causes = (
        (6 * errors, "is the sum over the images: the loss is a mean, so divide by n"),
        (-errors, "has its sign turned round: probability minus 1 at the right class"),
        (probabilities / 6, "never looks at the labels: take 1 from the right class"),
        (
            -one_hot / probabilities / 6,
            "is that of the loss with respect to the probabilities: go on through the softmax, "
            "where much cancels",
        ),
        (
            errors * probabilities * (1 - probabilities),
            "is multiplied by a slope p (1 - p): in a softmax with this loss it cancels",
        ),
        (errors / 4, "is divided by the number of classes too: divide by n only"),
    )
    expect.close(
        bias_gradient,
        errors.sum(axis=0),
        (
            *((wrong.sum(axis=0), f"the bias gradient {cause}") for wrong, cause in causes),
            (errors.mean(axis=0), "the bias gradient is divided by n twice"),
        ),
        what="the bias gradient",
    )
    yield "the sum of (p - one-hot) / n"
    expect.close(
        kernel_gradient,
        codes.T @ errors,
        tuple((codes.T @ wrong, f"the kernel gradient {cause}") for wrong, cause in causes),
        what="the kernel gradient",
    )
    yield "codes, transposed, times (p - one-hot) / n"
    _expect_the_slope(softmax_gradient, rng, names)
    yield "equal to the slope of the loss, also where a class is missing"


def _softmax_layer(rng, count, units, classes):
    """Return codes, kernel, bias and labels; the last class is nobody's, the one before is used."""
    labels = rng.integers(classes - 1, size=count)
    labels[rng.integers(count)] = classes - 2
    return (
        rng.uniform(size=(count, units)),
        rng.normal(size=(units, classes)),
        rng.normal(size=classes),
        labels,
    )


def _with_a_class_missing(softmax_gradient, codes, probabilities, labels):
    """Return the answer; if it fails, but not with labels of every class, say that."""
    try:
        return softmax_gradient(codes, probabilities, labels)
    except Exception:
        every = np.arange(len(labels)) % probabilities.shape[1]
        try:
            softmax_gradient(codes.copy(), probabilities.copy(), every)
        except Exception:
            every = None
        if every is None:
            raise
    raise expect.NotYet(
        "a class is missing from the labels, and your function fails: take the number of classes "
        "from the probabilities"
    )


def _expect_the_slope(softmax_gradient, rng, names) -> None:
    """Compare with finite differences of the loss, in float64, for another shape."""
    codes, kernel, bias, labels = _softmax_layer(rng, 4, 3, 6)

    def evaluate(kernel, bias):
        logs = special.log_softmax(codes @ kernel + bias, axis=1)
        return -logs[np.arange(4), labels].mean()

    probabilities = special.softmax(codes @ kernel + bias, axis=1)
    answer = softmax_gradient(codes.copy(), probabilities.copy(), labels.copy())
    loss, kernel_gradient, bias_gradient = expect.parts(answer, names)
    expect.close(loss, evaluate(kernel, bias), what="the loss on 4 images of 6 classes")
    kernel_gradient = expect.shaped(kernel_gradient, (3, 6), "the kernel gradient")
    bias_gradient = expect.shaped(bias_gradient, (6,), "the bias gradient")
    way, bias_way = rng.normal(size=(3, 6)), rng.normal(size=6)
    step = 1e-5
    up = evaluate(kernel + step * way, bias + step * bias_way)
    down = evaluate(kernel - step * way, bias - step * bias_way)
    slope = (up - down) / (2 * step)
    predicted = np.sum(kernel_gradient * way) + np.sum(bias_gradient * bias_way)
    if not abs(slope - predicted) <= 1e-4 * (1 + abs(slope)):
        raise expect.NotYet(
            f"on 4 images of 3 numbers and 6 classes the loss has a slope of {slope:.5f} in some "
            f"direction, and your gradients say {predicted:.5f}"
        )


@exercise(
    "9.3",
    "One denoising stage",
    points=2,
    noun="stage",
    steps=("codes", "count", "values", "draw"),
    hints=(
        "First the codes: send the clean images through every encoder. The noise comes last.",
        "Masking is Exercise 5.1 on codes: in each row round(fraction * k) numbers become 0, where "
        "k is the width of the codes.",
        "codes = np.asarray(codes) after the loop; order = np.argsort(rng.random(codes.shape), "
        "axis=1) with rng = np.random.default_rng(seed); noisy = np.where(order < count, 0, codes)",
    ),
)
def check_denoising_stage(denoising_stage, rng):
    names = ("noisy_codes", "codes")
    encoders = [_small_encoder(rng, before, after) for before, after in ((6, 14), (14, 12))]
    images = rng.uniform(0.1, 1.0, size=(7, 6)).astype("float32")
    given = images.copy()
    noisy, codes = expect.parts(denoising_stage(list(encoders), given, 0.3, 3), names)
    if not np.array_equal(given, images):
        raise expect.NotYet("your function changes the images it was given: work on a copy")
    first = np.asarray(encoders[0](images))
    clean = np.asarray(encoders[1](first))
    if np.shape(codes) == clean.shape and np.mean(np.isclose(codes, clean, atol=1e-4)) < 0.99:
        _name_the_codes_mistake(codes, noisy, clean)
    expect.close(codes, clean, what="the codes of the trained encoders")
    yield "those of clean images, through every encoder"
    noisy = expect.shaped(noisy, clean.shape, "the noisy codes")
    erased = noisy == 0
    _expect_four_of_twelve(erased.sum(axis=1))
    yield "exactly round(fraction * k) in each row"
    kept = np.where(erased, 0, clean)
    if np.allclose(noisy, kept / 0.7, atol=1e-4):
        raise expect.NotYet("the others are scaled up, as dropout does: leave them as they were")
    expect.close(noisy, kept, what="the numbers that were not erased")
    yield "the others as they were"
    _expect_fresh_draws(denoising_stage, rng, erased, encoders, images, names)
    yield "new for each row and seed, the same for the same seed"


def _name_the_codes_mistake(codes, noisy, clean) -> None:
    """Say which likely mistake made codes that are not those of the clean images."""
    codes, noisy = expect.array(codes, "the codes"), expect.array(noisy, "the noisy codes")
    if noisy.shape == clean.shape and np.allclose(noisy, clean, atol=1e-4):
        raise expect.NotYet("the clean codes came first: return noisy_codes, codes")
    if np.any(codes == 0):
        raise expect.NotYet("the codes to give back have holes: the target is the clean code")
    raise expect.NotYet(
        "the codes are not those of the clean images after every encoder: does the noise enter "
        "before the encoders, or is an encoder left out?"
    )


def _expect_four_of_twelve(counts) -> None:
    """Compare how many numbers each row lost with round(0.3 * 12), images being 6 wide."""
    if not counts.any():
        raise expect.NotYet("no number of the noisy codes is 0: masking is missing")
    causes = {
        round(0.3 * 6): "the number to erase is that of the images; take it from the codes",
        int(0.3 * 12): "0.3 of 12 numbers is 3.6: round it to 4; yours is cut off to 3",
        round(0.7 * 12): "the fraction is the erased share: yours is the share that stays",
    }
    if np.all(counts == counts[0]) and counts[0] in causes:
        raise expect.NotYet(causes[counts[0]])
    if not np.all(counts == 4):
        raise expect.NotYet(
            "of 12 numbers with a fraction of 0.3, exactly round(3.6) = 4 become 0 in each row; "
            f"yours erased {counts.min()} to {counts.max()}: a coin for each number?"
        )


def _expect_fresh_draws(denoising_stage, rng, erased, encoders, images, names) -> None:
    if np.all(erased == erased[0]):
        raise expect.NotYet("every row lost the same places: draw them anew for each image")

    def holes(images, fraction, seed):
        noisy, _ = expect.parts(denoising_stage(list(encoders), images, fraction, seed), names)
        return np.asarray(noisy) == 0

    if not np.array_equal(holes(images, 0.3, 3), erased):
        raise expect.NotYet("the same seed gave other holes: draw from default_rng(seed)")
    if np.array_equal(holes(images, 0.3, 4), erased):
        raise expect.NotYet("another seed gave the same holes: draw from default_rng(seed)")
    _expect_masked_images(denoising_stage, rng, names)
    if holes(images, 0.0, 6).any():
        raise expect.NotYet("a fraction of 0 should erase nothing")


def _expect_masked_images(denoising_stage, rng, names) -> None:
    """Without a trained stage the codes are the images: look at all that comes back, and in."""
    images = rng.uniform(0.1, 1.0, size=(3, 20)).astype("float32")
    given = images.copy()
    noisy, codes = expect.parts(denoising_stage([], given, 0.36, 5), names)
    what = "with no trained stage, the codes"
    codes = expect.shaped(codes, (3, 20), what)
    if np.any(codes == 0):
        raise expect.NotYet(
            f"{what} should be the clean images; yours have holes: mask a copy, for without a "
            "stage the codes are the caller's images themselves"
        )
    expect.close(codes, images, what=what)
    noisy = expect.shaped(noisy, (3, 20), "with no stage, the noisy images")
    counts = (noisy == 0).sum(axis=1)
    if np.all(counts == 8):
        raise expect.NotYet(
            "0.36 of 20 pixels is 7.2: round it to 7; yours is 8, which is rounded up (ceil)"
        )
    if not np.all(counts == 7):
        raise expect.NotYet(
            "with no trained stage the codes are the images: of 20 pixels and a fraction of 0.36, "
            f"round(7.2) = 7 become 0; yours erased {counts.tolist()}"
        )
    what = "with no stage, the pixels that were not erased"
    expect.close(noisy, np.where(noisy == 0, 0, images), what=what)


def _small_encoder(rng, before, after):
    """Return a model (n, before) -> (n, after), one sigmoid layer with weights of its own."""
    import keras

    encoder = keras.Sequential([keras.Input((before,)), keras.layers.Dense(after, "sigmoid")])
    encoder.set_weights([rng.normal(size=w.shape) for w in encoder.get_weights()])
    return encoder


@exercise(
    "9.4",
    "Classifier from a stack",
    points=3,
    noun="model builder",
    steps=("shape", "copied", "probabilities", "trainable"),
    hints=(
        "One sigmoid Dense layer for each stage, then a Dense layer with num_classes units and a "
        "softmax.",
        "The input has as many numbers as the first kernel has rows. A layer has weights to set "
        "once it has been called on its input: layer.set_weights([kernel, bias]).",
        'for kernel, bias in stages: layer = keras.layers.Dense(len(bias), "sigmoid"); units = '
        "layer(units); layer.set_weights([kernel, bias])",
    ),
)
def check_stack_classifier(stack_classifier, rng):
    stages = _stages(rng, (8, 6, 5))
    model = stack_classifier(list(stages), 4)
    if not hasattr(model, "get_weights"):
        raise expect.NotYet(f"return a Keras model; yours is {expect.describe(model)}")
    images = rng.uniform(size=(7, 8)).astype("float32")
    ends = _ends(model)
    if ends[0][1:] != (8,):
        raise expect.NotYet(f"the model should take images (n, 8); its input is {ends[0]}")
    if ends[1][1:] == (5,):
        raise expect.NotYet("the model ends with the last code: put the softmax layer on top")
    expect.shaped(model(images), (7, 4), "the output for 7 images and 4 classes")
    yield "from images (n, 8) to classes (n, 4)"
    weights = _copied(model, stages)
    yield "each stage's kernel and bias, in its place"
    # A softmax that starts at 0 would hide what is done to its sums.
    model.set_weights([*weights[:-2], rng.normal(size=(5, 4)), rng.normal(size=4)])
    _expect_probabilities(model, images)
    three = _stages(rng, (3, 9, 4, 7))
    deeper = stack_classifier(three, 2)
    _copied(deeper, three)
    _expect_probabilities(deeper, rng.uniform(size=(2, 3)).astype("float32"))
    yield "sigmoids below, a softmax on top, for two stages and for three"
    if len(model.trainable_variables) < len(model.weights):
        raise expect.NotYet(
            "some layers are frozen: fine-tuning moves every weight, so leave them trainable"
        )
    yield "every weight can move"


def _ends(model):
    """Return the shapes of a model's input and output; its batch may have a fixed size."""
    try:
        return tuple(model.input_shape), tuple(model.output_shape)
    except (AttributeError, TypeError):
        raise expect.NotYet(
            "return a Functional or Sequential model that knows the shape of its input: start it "
            "with keras.Input"
        ) from None


def _stages(rng, sizes):
    pairs = itertools.pairwise(sizes)
    return [
        (rng.normal(size=pair).astype("float32"), rng.normal(size=pair[1]).astype("float32"))
        for pair in pairs
    ]


def _copied(model, stages):
    """Return the model's weights, the stages' own and two more, or say what is odd."""
    weights = model.get_weights()
    wanted = [array for stage in stages for array in stage]
    if [w.shape for w in weights[:-2]] != [w.shape for w in wanted]:
        raise expect.NotYet(
            f"one dense layer for each of the {len(stages)} stages, and one on top; the weights "
            f"have the shapes {[w.shape for w in weights]}"
        )
    same = [np.allclose(w, v, atol=1e-6) for w, v in zip(weights, wanted, strict=False)]
    if not any(same[::2]):
        raise expect.NotYet("no kernel is the stage's: set each layer's weights to [kernel, bias]")
    if not all(same[::2]):
        number = same[::2].index(False) + 1
        raise expect.NotYet(f"the kernel of layer {number} is not the one of stage {number}")
    if not all(same):
        raise expect.NotYet("the kernels are copied, the biases are not")
    return weights


def _expect_probabilities(model, images) -> None:
    *hidden, kernel, bias = [w.astype(float) for w in model.get_weights()]
    outcomes = {}
    for name, function in (
        ("sigmoid", special.expit),
        ("linear", lambda a: a),
        ("ReLU", lambda a: np.maximum(a, 0)),
        ("tanh", np.tanh),
    ):
        units = images.astype(float)
        for stage_kernel, stage_bias in zip(hidden[::2], hidden[1::2], strict=True):
            units = function(units @ stage_kernel + stage_bias)
        outcomes[name] = units @ kernel + bias
    sums = outcomes.pop("sigmoid")
    right = special.softmax(sums, axis=1)
    expect.close(
        model(images),
        right,
        (
            (sums, "the output is linear: end with a softmax"),
            (special.expit(sums), "the output is a sigmoid: the classes share a softmax"),
            *[
                (
                    special.softmax(wrong, axis=1),
                    f"the hidden layers are {name}: the encoders had sigmoids",
                )
                for name, wrong in outcomes.items()
            ],
        ),
        what="the output",
    )
    many = np.asarray(model(np.tile(images, (50, 1)), training=True))
    if not np.allclose(many, np.tile(right, (50, 1)), atol=1e-4):
        raise expect.NotYet(
            "with training=True the output is another one: leave out dropout and noise"
        )
    if len(model.losses):
        raise expect.NotYet("the model adds a loss of its own: leave out the regularizer")


@exercise(
    "9.5",
    "Error and its interval",
    points=1,
    steps=("error", "interval", "edges"),
    hints=(
        "The answer to an image is the class with the largest probability: np.argmax, axis=1.",
        "With p the share of wrong answers, the standard deviation of p is sqrt(p (1 - p) / n).",
        "Both results times 100: return 100 * p, 196 * np.sqrt(p * (1 - p) / n)",
    ),
)
def check_error_interval(error_interval, rng):
    names = ("percent", "half_width")
    for count, classes, mistakes in ((40, 5, 8), (90, 3, 60)):
        probabilities = special.softmax(rng.normal(size=(count, classes)), axis=1)
        labels = probabilities.argmax(axis=1)
        wrong = rng.choice(count, mistakes, replace=False)
        labels[wrong] = (labels[wrong] + 1) % classes
        share = mistakes / count
        result = expect.parts(error_interval(probabilities, labels), names)
        expect.close(
            result[0],
            100 * share,
            (
                (share, "a share came back: times 100 it is percent"),
                (100 * (1 - share), "that is how many are right; the error is how many are not"),
                (mistakes, "that is how many are wrong: divide by the number of images"),
            ),
            what="the error",
        )
        if count == 40:
            yield "wrong answers in percent"
        deviation = np.sqrt(share * (1 - share) / count)
        expect.close(
            result[1],
            196 * deviation,
            (
                (1.96 * deviation, "the half width is a share, and the error percent"),
                (100 * deviation, "that is one standard deviation: 95 % takes 1.96 of them"),
                (200 * deviation, "that is 2 standard deviations: 95 % takes 1.96 of them, not 2"),
                (
                    196 * np.sqrt(share * (1 - share) / (count - 1)),
                    "divided by n - 1: the variance of a share is p (1 - p) / n",
                ),
                (392 * deviation, "that is the whole width: half of it goes to each side"),
                (
                    196 * share * (1 - share) / count,
                    "the root is missing: p (1 - p) / n is a variance",
                ),
                (196 * np.sqrt(share * (1 - share)), "n is missing: more images, less doubt"),
                (
                    1.96 * np.sqrt(100 * share * abs(1 - 100 * share) / count),
                    "p goes into the root as a share, not in percent",
                ),
                (
                    196 * np.sqrt(share / count),
                    "the factor 1 - p is missing under the root",
                ),
            ),
            what="the half width",
        )
    yield "1.96 standard deviations to each side"
    perfect = np.eye(3)[[0, 2, 1, 1]]
    expect.close(
        expect.parts(error_interval(perfect, np.array([0, 2, 1, 1])), names),
        (0.0, 0.0),
        what="error and half width of a perfect classifier",
    )
    yield "0 ± 0 when every answer is right"


@exercise(
    "9.6",
    "Reading the curves",
    points=2,
    steps=("better", "worse", "order"),
    hints=(
        "Better beyond the seeds: even the worst run of one is below the best run of the other.",
        "The worst run has the largest error: max(runs) < min(others). Worse is the mirror image.",
        "for count, runs, others in zip(counts, errors, other_errors): if max(runs) < min(others): "
        "better.append(count); if min(runs) > max(others): worse.append(count). Sort both.",
    ),
)
def check_clear_effects(clear_effects, rng):
    counts, errors, others = _curves(rng)
    given = list(counts), errors.copy(), others.copy()
    result = expect.parts(clear_effects(*given), ("better", "worse"))
    better, worse = _counts(result[0], "better"), _counts(result[1], "worse")
    if (better, worse) == ([30], [10, 50]):
        raise expect.NotYet("the two lists are swapped: return better, worse")
    pairs = [10, 50, 90], [30, 100]
    _name_the_reading(better, "better", [10, 50], [10, 20, 40, 50, 90], [10, 20, 50], pairs[0])
    yield "its worst run is below the other's best"
    _name_the_reading(worse, "worse", [30], [30, 60, 70, 80, 100], [30, 60], pairs[1])
    yield "its best run is above the other's worst"
    turn = [3, 4, 8, 5, 6, 0, 9, 7, 2, 1]
    extremes = np.sort(errors, axis=1)[:, ::2]
    again = clear_effects([counts[i] for i in turn], extremes[turn], others[turn])
    lists = [_counts(value, "the list") for value in expect.parts(again, ("better", "worse"))]
    if [sorted(values) for values in lists] != [[10, 50], [30]]:
        raise expect.NotYet(
            "with the counts in another order and two seeds against three, the lists should be "
            f"[10, 50] and [30]; yours are {lists[0]} and {lists[1]}"
        )
    if lists != [[10, 50], [30]]:
        raise expect.NotYet("return the counts in rising order, whatever order they came in")
    yield "in rising order, whatever the order given"


def _curves(rng):
    """Return counts and two tables of errors: (10, 3) each, one row a number of labels."""
    rows = (
        ((5, 7, 6), (9, 10, 11)),  # better
        ((8, 9, 10), (12, 11, 10)),  # touches
        ((9, 11, 10), (5, 6, 7)),  # worse
        ((9, 4, 6), (7, 8, 10)),  # better in the mean only
        ((2, 3.5, 3), (4, 5, 6)),  # better
        ((12, 11, 10), (8, 9, 10)),  # touches
        ((7, 10, 8), (4, 6, 9)),  # worse in the mean only
        ((3, 4, 20), (9, 6, 5)),  # better but for one run
        ((1, 5, 3), (2, 6, 4)),  # better run by run only
        ((2, 6, 4), (1, 5, 3)),  # worse run by run only
    )
    tables = np.array(rows, dtype=float)  # (10, 2, 3)
    tables = tables * rng.uniform(0.5, 2.0, size=(10, 1, 1)) + rng.uniform(0, 3, size=(10, 1, 1))
    return list(range(10, 101, 10)), tables[:, 0], tables[:, 1]


def _counts(value, name):
    try:
        listed = list(value)
    except TypeError:
        listed = None
    if listed is None or any(np.ndim(count) for count in listed):
        raise expect.NotYet(f"`{name}` should be a list of counts; it is {expect.describe(value)}")
    return expect.whole(listed, f"`{name}`").tolist()


def _name_the_reading(found, name, right, by_means, touching, by_runs) -> None:
    """Accept the right counts in any order, or say how the others were probably found."""
    causes = (
        (by_means, "compares the means only: the seeds overlap at some of these counts"),
        (touching, "takes in counts at which the runs just touch: equal is not clear"),
        (by_runs, "compares the first run with the first and so on: compare all runs with all"),
        ([], "is empty"),
    )
    if sorted(found) == right:
        return
    for wrong, cause in causes:
        if sorted(found) == wrong:
            raise expect.NotYet(f"`{name}` {cause}")
    if found and max(found) < 10:
        raise expect.NotYet(f"`{name}` holds positions in the list: return the counts there")
    raise expect.NotYet(
        f"`{name}` should be {right}; yours is {found}: compare the worst run of one with the best "
        "of the other"
    )
