"""Checks of lesson 09, pretraining: the softmax on top, the stack below, and what an error says."""

import itertools

import numpy as np
from scipy import special

from helpers.checks import expect, models
from helpers.checks.cases import Shape, compare
from helpers.checks.guard import Raised, explain
from helpers.checks.registry import exercise


def _replayed(results):
    """Return a function that gives these results again, one for each case."""
    left = iter(results)
    return lambda *case: next(left)


@exercise(
    "9.1",
    "Softmax",
    points=1,
    steps=("values", "far out"),
    hints=(
        "Two lines: the exponential of everything, then each row divided by its own sum.",
        "sum(axis=1, keepdims=True) gives one sum per row, in a shape that divides the rows. A "
        "large activation overflows: take each row's largest away first.",
        "max(axis=1, keepdims=True) has the same shape. Taking it away multiplies all powers of a "
        "row by one number, which the division takes out again.",
    ),
    also="scipy.special.softmax(activations, axis=1) is the same; for two classes, the softmax is "
    "the sigmoid of the difference of their activations.",
)
def check_softmax(softmax, rng):
    cases = [(rng.normal(scale=s, size=shape),) for s, shape in ((1, (5, 4)), (3, (3, 7)))]
    cases += [(rng.normal(size=shape),) for shape in ((1, 6), (4, 1), (3, 3))]
    says = "exp(a) over the sum of its row, also for one image or one class"
    what = "the result for activations of shape {activations.shape}"
    yield from compare(softmax, _softmax, cases, _softmax_mistakes, says=says, what=what)
    rows = (1000, 1001, 0), (-1000, -1000, -1001), (0, 1000, 0), (0, 0, 3000), (20000, 0, -20000)
    far = np.array([*rows, (-1, 0, 1)], dtype=float)
    yield from compare(
        softmax,
        _softmax,
        [(far[rng.permutation(6)],), (far[:, ::-1] + 0.5,)],
        says="finite for activations of 1000 and -1000",
        what="the result for activations from -20000 to 20000",
        otherwise=_overflow,
    )


def _softmax(activations):
    return special.softmax(activations, axis=1)


def _overflow(value, activations):
    value = expect.array(value)
    if np.isfinite(value).all():
        return ""
    return (
        "activations of 1000 or 20000 give nan: take each row's *largest* away before the "
        "exponential, not its mean, its median, its first number, or the largest of all"
    )


def _softmax_mistakes(a):
    powers, right = np.exp(a), _softmax(a)
    return {
        "these are the exponentials: divide each row by its sum": powers,
        "the columns sum to 1: an image is a row, so sum along axis=1": powers / powers.sum(axis=0),
        "everything together sums to 1: each row has its own sum": powers / powers.sum(),
        "the exponential is missing: an activation can be negative, a probability cannot": (
            a / a.sum(axis=1, keepdims=True)
        ),
        "this is the sigmoid, which looks at one class alone": special.expit(a),
        "this is the logarithm of the softmax": np.log(right),
        "the sign: the largest activation gets the largest probability": _softmax(-a),
        "divided by the largest activation: subtract it, which changes no quotient": (
            _softmax(a / np.abs(a).max(axis=1, keepdims=True))
        ),
    }


NAMES = "loss", "kernel_gradient", "bias_gradient"


def _two_thousand_images(rng):
    """on 2,000 images, as many as in 20 of the 301 steps below"""
    return rng.random((2000, 784)), np.full((2000, 10), 0.1), rng.integers(10, size=2000)


@exercise(
    "9.2",
    "Gradient of a softmax layer",
    points=3,
    steps=("loss", "bias", "kernel", "missing class"),
    hints=(
        "np.arange(n) and labels together pick one probability per row: the right class's.",
        "Make errors, (n, c): a copy of the probabilities with 1 taken from the right class. "
        "Divide by n, because the loss is a mean.",
        "The kernel's gradient is (k, c): codes, (n, k), meet errors, (n, c), and the images are "
        "summed over. A bias sees a code that is always 1.",
    ),
    also="libraries join softmax and cross-entropy in one function of the activations "
    "(from_logits=True): its slope is p - one-hot, with no logarithm and no division left.",
    later=_two_thousand_images,
)
def check_softmax_gradient(softmax_gradient, rng):
    cases = [_softmax_layer(rng, *sizes) for sizes in ((6, 5, 4), (7, 3, 6), (9, 1, 3), (5, 5, 5))]
    # A probability of exactly 0 costs nothing where its class is not the right one.
    codes, probabilities, labels = _softmax_layer(rng, 6, 5, 4)
    probabilities[0, (labels[0] + 1) % 4] = 0
    probabilities[0] /= probabilities[0].sum()
    cases.append((codes, probabilities, labels))
    # Nor is a small probability of the right class a larger one: it costs most.
    codes, probabilities, labels = _softmax_layer(rng, 6, 5, 4)
    probabilities[1, labels[1]] = 2e-5
    probabilities[1] /= probabilities[1].sum()
    cases.append((codes, probabilities, labels))
    results = [softmax_gradient(*case) for case in cases]
    yield from _softmax_steps(results, cases)
    rare = [_softmax_layer(rng, *sizes, unused=1) for sizes in ((6, 5, 4), (1, 4, 3))]
    try:
        results = [softmax_gradient(*case) for case in rare]
    except Raised as raised:
        if not isinstance(raised.problem, ValueError | IndexError):
            raise
        raise expect.NotYet(
            "where the last class is missing from the labels, your function stops with "
            f"{explain(raised.problem)}: take the number of classes from the probabilities"
        ) from None
    list(_softmax_steps(results, rare, " where the last class is missing from the labels"))
    yield "the number of classes is that of the probabilities; one image will do"


def _softmax_layer(rng, count, units, classes, unused=0):
    """Return codes, probabilities and labels of every class but the last `unused` ones."""
    labels = rng.permutation(np.arange(count) % (classes - unused))
    probabilities = special.softmax(rng.normal(size=(count, classes)), axis=1)
    return rng.uniform(0.1, 1, size=(count, units)), probabilities, labels


def _softmax_steps(results, cases, where=""):
    for part, right, mistakes, says in (
        ("loss", _log_loss, _loss_mistakes, "mean of -log p of the right class, in nats"),
        (
            "bias_gradient",
            lambda z, p, t: _errors(p, t).sum(axis=0),
            _bias_mistakes,
            "the sum of (p - one-hot) / n",
        ),
        (
            "kernel_gradient",
            lambda z, p, t: z.T @ _errors(p, t),
            _kernel_mistakes,
            "codes, transposed, times (p - one-hot) / n",
        ),
    ):
        what = f"the {part.replace('_', ' ')}{where}"
        options = {"parts": NAMES, "part": part, "what": what, "says": says}
        yield from compare(_replayed(results), right, cases, mistakes, **options)


def _of_right_class(p, t):
    return p[np.arange(len(t)), t]


def _log_loss(z, p, t):
    return -np.log(_of_right_class(p, t)).mean()


def _errors(p, t):
    return (p - np.eye(p.shape[1])[t]) / len(t)


def _loss_mistakes(z, p, t):
    loss, right = _log_loss(z, p, t), _of_right_class(p, t)
    one_hot = np.eye(p.shape[1])[t]
    return {
        "the loss is the sum over the images; take the mean": loss * len(t),
        "the sign: the logarithm of a probability is negative": -loss,
        "that is 1 minus the probability: take minus its logarithm": 1 - right.mean(),
        "the loss is in bits: use the natural logarithm": loss / np.log(2),
        "the loss is averaged over the classes as well: divide by the number of images only": (
            loss / p.shape[1]
        ),
        "this averages over all classes; only the right class of each image counts": (
            -np.log(p).mean()
        ),
        "this is the logarithm of the mean: take the mean of the logarithms": (
            -np.log(right.mean())
        ),
        "probabilities[:, labels] pairs each image with the labels of all: pick with "
        "np.arange(n), too": -np.log(p[:, t]).mean(),
        "0 times log 0 is nan, and a wrong class may have probability 0: pick the right class "
        "before the logarithm": -(one_hot * np.log(p)).sum(axis=1).mean(),
        "one loss per image came back: return their mean": Shape((len(t),)),
    } | {
        f"probabilities were clipped at {low:g}: a right class with a smaller one costs more": (
            -np.log(np.clip(right, low, 1)).mean()
        )
        for low in (1e-4, 1e-3, 1e-2)
    }


def _wrong_errors(p, t):
    one_hot, errors = np.eye(p.shape[1])[t], _errors(p, t)
    return {
        "is the sum over the images: the loss is a mean, so divide by n": errors * len(t),
        "has its sign turned round: probability minus 1 at the right class": -errors,
        "never looks at the labels: take 1 from the right class": p / len(t),
        "is that of the loss with respect to the probabilities: go on through the softmax, where "
        "much cancels": -one_hot / p / len(t),
        "is multiplied by a slope p (1 - p): in a softmax with this loss it cancels": (
            errors * p * (1 - p)
        ),
        "is divided by the number of classes too: divide by n only": errors / p.shape[1],
        "is divided by n twice": errors / len(t),
        "has the labels themselves taken from the probabilities: take 1 from the right class's": (
            (p - t[:, None]) / len(t)
        ),
        "has more than one 1 taken from each row: errors[:, labels] is every row and all labels": (
            (p - (np.eye(p.shape[1])[t].sum(axis=0) > 0)) / len(t)
        ),
    }


def _bias_mistakes(z, p, t):
    told = {f"the bias gradient {k}": e.sum(axis=0) for k, e in _wrong_errors(p, t).items()}
    errors = _errors(p, t)
    return told | {
        "the bias gradient is one number per image: sum over the images, axis 0": (
            errors.sum(axis=1)
        ),
        "the two gradients are swapped: the kernel's comes first": z.T @ errors,
        "the bias gradient has one axis, (c,): leave keepdims out": Shape((1, p.shape[1])),
    }


def _kernel_mistakes(z, p, t):
    told = {f"the kernel gradient {k}": z.T @ e for k, e in _wrong_errors(p, t).items()}
    errors = _errors(p, t)
    return told | {
        "the kernel gradient is transposed: (k, c), codes.T @ errors": errors.T @ z,
    }


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
        "np.random.default_rng(seed).random gives numbers of the shape of the codes; "
        "their ranks in each row say which numbers to erase. Keep the codes themselves as they "
        "are: they are the target.",
    ),
    also="row[rng.choice(k, count, replace=False)] = 0, on each row of a copy, erases as many; an "
    "argsort of random numbers is a permutation of every row at once.",
)
def check_denoising_stage(denoising_stage, rng):
    encoders = [_small_encoder(rng, before, 13) for before in (6, 13)]
    images, pixels = (rng.uniform(0.1, 1, size=s).astype("float32") for s in ((7, 6), (5, 20)))
    cases = [(encoders, images, 0.3, 3), (encoders, images, 0.5, 3), ([], pixels, 0.36, 5)]
    cases += [([], pixels[:1], 0.7, 2), ([], pixels[:, :1], 1.0, 2), ([], pixels, 0.0, 6)]
    came = [expect.parts(denoising_stage(*case), ("noisy_codes", "codes")) for case in cases]
    clean = [_codes(encoders, images) for encoders, images, _, _ in cases]
    yield from compare(
        lambda codes, *rest: codes,
        lambda codes, noisy, right, below: right,
        [(c, n, right, case) for (n, c), right, case in zip(came, clean, cases, strict=True)],
        lambda codes, noisy, right, case: {
            "an encoder is left out: the codes are those of the last one": (
                _codes(case[0][:-1], case[1])
            ),
        },
        says="those of clean images, through every encoder",
        what="the codes",
        otherwise=_wrong_codes,
    )
    noisy = [
        expect.shaped(n, right.shape, "noisy_codes")
        for (n, _), right in zip(came, clean, strict=True)
    ]
    given = [(case[1].shape[1], case[2]) for case in cases]
    table = [(n, right, *g) for n, right, g in zip(noisy, clean, given, strict=True)]
    _expect_finite(table)
    scattered = _scattered(table)
    yield from compare(
        lambda noisy, *rest: np.sum(noisy == 0, axis=1),
        lambda noisy, codes, width, v: np.full(len(codes), round(v * codes.shape[1])),
        table,
        _count_mistakes,
        says="exactly round(fraction * k) in each row",
        otherwise=lambda counts, *case: _wrong_count(counts, scattered, *case),
    )
    yield from compare(
        lambda noisy, *rest: noisy,
        lambda noisy, codes, width, v: np.where(noisy == 0, 0, codes),
        table,
        says="the others as they were",
        what="a number of the noisy codes that was not erased",
        otherwise=_scaled,
    )
    _expect_draws(denoising_stage, rng)
    yield "new for each row and seed, the same for the same seed"


def _small_encoder(rng, before, after):
    """Return a model (n, before) -> (n, after), one sigmoid layer with weights of its own."""
    import keras

    encoder = keras.Sequential([keras.Input((before,)), keras.layers.Dense(after, "sigmoid")])
    encoder.set_weights([rng.normal(size=w.shape) for w in encoder.get_weights()])
    return encoder


def _codes(encoders, images):
    for encoder in encoders:
        kernel, bias = encoder.get_weights()
        images = special.expit(images @ kernel + bias)
    return images


def _wrong_codes(codes, came, noisy, right, case):
    codes, noisy = expect.array(codes, "the codes"), expect.array(noisy, "the noisy codes")
    if codes.shape != right.shape:
        return ""
    if noisy.shape == right.shape and np.allclose(noisy, right, atol=1e-4):
        return "the clean codes came first: return noisy_codes, codes"
    if np.any(codes == 0):
        return (
            "the codes to give back have holes: the target is the clean code. If you mask in "
            "place, mask a copy: without a stage, the codes are the caller's images themselves"
        )
    return (
        "the codes are not those of the clean images after every encoder: does the noise enter "
        "before the encoders?"
    )


_NO_HOLES = (
    "no number of the noisy codes is 0: mask the codes, after every encoder, and set what is "
    "erased to 0"
)


def _count_mistakes(noisy, codes, width, v):
    n, k = codes.shape
    right = round(v * k)
    return {
        told: np.full(n, count)
        for told, count in {
            _NO_HOLES: 0,
            "the number to erase is that of the images; take it from the codes": round(v * width),
            "the number to erase is cut off: int(v k) is not round(v k)": int(v * k),
            "the number to erase is rounded up (ceil): it is round(v k)": int(np.ceil(v * k)),
            "halves are rounded up, but Python's round makes 6 of 6.5": int(v * k + 0.5),
            "the fraction is the erased share: yours is the share that stays": k - right,
            "the fraction is the share to erase, not the one that stays": round(k - v * k),
            "a fraction of 0 should erase nothing": max(1, right),
        }.items()
    }


def _expect_finite(table):
    """Refuse nan, which is no 0: dropout's factor is infinite where everything is erased."""
    if all(np.isfinite(noisy).all() for noisy, *_ in table):
        return
    told = "noisy_codes hold nan or infinity: set what is erased to 0, whatever the fraction"
    if all(_is_dropout(noisy, codes, v) for noisy, codes, _, v in table):
        told = (
            "the others are scaled up, as dropout does, and with a fraction of 1 divided by 0: "
            "leave them as they were"
        )
    raise expect.NotYet(told)


def _is_dropout(noisy, codes, v):
    kept = np.where(noisy == 0, 0, codes)
    return not np.isfinite(noisy).all() if v == 1 else np.allclose(noisy, kept / (1 - v))


def _scattered(table):
    """Say how the numbers of erased places came to differ, where one cause explains every case."""
    counts = [np.sum(noisy == 0, axis=1) for noisy, *_ in table]
    rights = [round(v * codes.shape[1]) for _, codes, _, v in table]
    pairs = list(zip(counts, rights, strict=True))
    if all(np.all(count <= right) for count, right in pairs):
        return "was a place drawn twice? Draw them without replacement"
    if all(count.sum() == right * len(count) for count, right in pairs):
        return "that is so many of all rows together; each row has its own"
    return "a coin for each number?"


def _wrong_count(counts, scattered, noisy, codes, width, v):
    if not counts.any():
        return _NO_HOLES
    k, least, most = codes.shape[1], counts.min(), counts.max()
    come = f"{least}" if least == most else f"{least} to {most}: {scattered}"
    return (
        f"of {k} numbers with a fraction of {v:g}, exactly round({v * k:.4g}) = {round(v * k)} "
        f"become 0 in each row; yours erased {come}"
    )


def _scaled(value, noisy, codes, width, v):
    kept = np.where(noisy == 0, 0, codes)
    factor = noisy.sum() / kept.sum()
    told = "the others are scaled up, as dropout does: leave them as they were"
    return told if factor > 1.01 and np.allclose(noisy, factor * kept) else ""


def _expect_draws(denoising_stage, rng):
    """Look where the holes are, in many rows without an encoder, half of whose pixels are 0."""
    images = rng.uniform(0.1, 1, size=(200, 20))
    grey = images * (rng.permuted(np.arange(20) % 2 + np.zeros((200, 1)), axis=1))

    def erased(images, seed):
        noisy, _ = expect.parts(denoising_stage([], images, 0.3, seed), ("noisy_codes", "codes"))
        return (expect.shaped(noisy, images.shape, "noisy_codes") == 0) & (images > 0)

    holes = erased(images, 3)
    if np.all(holes == holes[0]):
        raise expect.NotYet("every row lost the same places: draw them anew for each row")
    if not np.array_equal(erased(images, 3), holes):
        raise expect.NotYet("the same seed gave other holes: draw from default_rng(seed)")
    if np.array_equal(erased(images, 4), holes):
        raise expect.NotYet("another seed gave the same holes: draw from default_rng(seed)")
    # 60 of 200 rows are expected to lose a place, more or less 6.5.
    if np.abs(holes.sum(axis=0) - 60).max() > 40:
        raise expect.NotYet("some places of a row are erased far more often than others")
    _expect_apart(holes)
    of_ink = erased(grey, 5)
    share = of_ink.sum() / np.sum(grey > 0)
    if abs(share - 0.3) > 0.07:
        raise expect.NotYet(
            f"of the pixels with ink, {share:.0%} were erased instead of about 30 %: draw the "
            "places among all pixels of a row, those that are 0 already, too"
        )
    if not np.ptp(of_ink.sum(axis=1)):
        raise expect.NotYet(
            "each row lost the same number of its pixels with ink: draw the places among all "
            "pixels of a row, those that are 0 already, too"
        )


def _expect_apart(holes):
    """Refuse places that are not drawn one by one: a block, or a pattern that is moved."""
    k = holes.shape[1]
    alone = holes.sum(axis=1).mean() * (holes.sum(axis=1).mean() - 1) / (k - 1)
    for distance in range(1, k // 2 + 1):
        pairs = np.sum(holes & np.roll(holes, distance, axis=1), axis=1).mean()
        if abs(pairs - alone) > 0.7:  # more than 7 standard deviations, with 200 rows
            raise expect.NotYet(
                "the places that a row lost are neighbours: draw each place by itself"
                if distance == 1 and pairs > alone
                else "the places that a row lost stand at set distances: draw each by itself"
            )


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
        "A loop over the stages: make the layer, call it on what came out of the last one, then "
        "set its weights. After the loop one more layer, and keras.Model takes both ends.",
    ),
    also="a chain of the encoders themselves would compute the same, but fine-tuning would then "
    "change the encoders, too: copies keep the pretrained stack for the next comparison.",
)
def check_stack_classifier(stack_classifier, rng):
    built = []
    for sizes, classes in (((8, 6, 5), 4), ((3, 9, 4, 7), 2)):
        stages = _stages(rng, sizes)
        model = stack_classifier(stages, classes)
        _expect_classes(models.build(model, "classifier", sizes[:1]), sizes[-1], classes)
        built.append((model, stages))
    yield "from images (n, d) to probabilities (n, num_classes)"
    tops = [_expect_copied(model, stages) for model, stages in built]
    yield "each stage's kernel and bias, among the weights"
    for (model, stages), places in zip(built, tops, strict=True):
        images = rng.uniform(size=(7, len(stages[0][0]))).astype("float32")
        top = _fill_top(model, places, rng)
        list(_expect_probabilities(model, stages, top, images))
    yield "sigmoids below, a softmax on top, for two stages and for three"
    _expect_own_weights(stack_classifier, built[0][0], rng)
    for model, stages in built:
        count, size = 2 * len(stages) + 2, len(stages[0][0])
        models.expect_plain(model, "classifier", (size,), trainable=count, rng=rng)
    yield "every weight can move, and no other model's with it"


def _stages(rng, sizes):
    return [
        (rng.normal(size=pair).astype("float32"), rng.normal(size=pair[1]).astype("float32"))
        for pair in itertools.pairwise(sizes)
    ]


def _expect_classes(outputs, code_size, classes):
    if outputs.shape == (4, code_size):
        raise expect.NotYet("the model ends with the last code: put the softmax layer on top")
    expect.shaped(outputs, (4, classes), f"the output for 4 images and {classes} classes")


def _expect_copied(model, stages):
    """Return the places among the weights of the kernel and the bias on top, or say what is odd."""
    weights = model.get_weights()
    left, missing = list(range(len(weights))), []
    for number, stage in enumerate(stages, start=1):
        for name, array in zip(("kernel", "bias"), stage, strict=True):
            found = [place for place in left if _is_copy(weights[place], array)]
            left = [place for place in left if place not in found[:1]]
            missing += [] if found else [(name, number)]
    kernels = [number for name, number in missing if name == "kernel"]
    if len(kernels) == len(stages):
        raise expect.NotYet(
            "no kernel is the stage's: set each layer's weights to [kernel, bias], and keep them "
            "weights, which training can move"
        )
    if kernels:
        raise expect.NotYet(f"the kernel of stage {kernels[0]} is nowhere among the weights")
    if missing:
        raise expect.NotYet("the kernels are copied, the biases are not")
    shapes = sorted(tuple(weights[place].shape) for place in left)
    if [len(shape) for shape in shapes] != [2, 1] and [len(shape) for shape in shapes] != [1, 2]:
        raise expect.NotYet(
            "beside the stages' weights the model should have one kernel and one bias, those of "
            f"the softmax layer; it has {', '.join(map(str, shapes)) or 'none'}"
        )
    return left


def _is_copy(weight, array):
    return weight.shape == array.shape and np.allclose(weight, array, atol=1e-6)


def _fill_top(model, places, rng):
    """Give the softmax layer weights that hide no mistake, and return its kernel and bias."""
    weights = model.get_weights()
    for place in places:
        weights[place] = rng.normal(size=weights[place].shape).astype("float32")
    model.set_weights(weights)
    return sorted((weights[place] for place in places), key=np.ndim, reverse=True)


def _expect_probabilities(model, stages, top, images):
    def sums(images, nonlinearity=special.expit):
        for kernel, bias in stages:
            images = nonlinearity(images.astype(float) @ kernel + bias)
        return images @ top[0] + top[1]

    def mistakes(images):
        right = sums(images)
        return {
            "the output is linear: end with a softmax": right,
            "the output is a sigmoid: the classes share a softmax": special.expit(right),
            "this is the logarithm of the softmax": special.log_softmax(right, axis=1),
            "the softmax is taken over the images, axis 0; the classes of an image share it": (
                special.softmax(right, axis=0)
            ),
        } | {
            f"the hidden layers {told}: the encoders had sigmoids": _softmax(sums(images, function))
            for told, function in {
                "are linear": lambda a: a,
                "are ReLU": lambda a: np.maximum(a, 0),
                "are tanh": np.tanh,
            }.items()
        }

    return compare(
        model,
        lambda images: _softmax(sums(images)),
        [(images,)],
        mistakes,
        says="",
        what="the output",
    )


def _expect_own_weights(stack_classifier, model, rng):
    """Refuse a builder whose models share a layer: to train one would move the other."""
    before = model.get_weights()
    other = stack_classifier(_stages(rng, (8, 6, 5)), 4)
    models.build(other, "classifier", (8,))
    other.set_weights([weight + 1 for weight in other.get_weights()])
    if not all(map(np.array_equal, before, model.get_weights())):
        raise expect.NotYet(
            "two calls give models that share weights: make new layers inside the function"
        )


@exercise(
    "9.5",
    "Error and its interval",
    points=1,
    steps=("error", "interval", "edges"),
    hints=(
        "The answer to an image is the class with the largest probability: np.argmax, axis=1.",
        "With p the share of wrong answers, the standard deviation of p is sqrt(p (1 - p) / n).",
        "1.96 of those standard deviations are half of the interval. Both results are in percent.",
    ),
    also="with 100 for a wrong answer and 0 for a right one, the error is np.mean(wrong) and the "
    "half width 1.96 * np.std(wrong) / np.sqrt(n).",
)
def check_error_interval(error_interval, rng):
    # Of primes no share in percent is a whole number.
    count, many = (int(rng.choice(primes)) for primes in ((37, 41, 43, 47, 53), (83, 89, 97)))
    few, more, most = (int(n) for n in rng.integers((6, 11, 55), (11, 17, 66)))
    shapes = (count, 5, few), (count, 5, more), (many, 4, most)
    cases = [_classified(rng, *shape) for shape in shapes]
    sure = np.eye(4)[[0, 2, 1, 1]]
    edges = [(sure, np.array([0, 2, 1, 1])), (sure, np.array([1, 0, 0, 2]))]
    edges += [(sure[:1], np.array([0])), (sure[:1], np.array([3]))]

    def step(part, cases, mistakes=None, says="", where=""):
        right = _percent if part == "percent" else _half_width
        options = {"parts": ("percent", "half_width"), "part": part, "says": says}
        what = ("the error" if part == "percent" else "the half width") + where
        return compare(error_interval, right, cases, mistakes, what=what, **options)

    yield from step("percent", cases, _percent_mistakes, "wrong answers in percent")
    says = "1.96 standard deviations to each side"
    yield from step("half_width", cases, _width_mistakes, says)
    list(step("percent", edges, where=" where all answers are right, or all wrong"))
    told = "where no answer is wrong, the interval of this recipe is 0, as p (1 - p) is"
    mistakes = {
        told: lambda p, t: 0 if _percent(p, t) else 300 / len(t),
        f"{told}: is the rule 3 / n in it?": lambda p, t: 3 / len(t) * (_percent(p, t) == 0),
    }
    list(step("half_width", edges, mistakes, where=" where all answers are right, or all wrong"))
    yield "± 0 when every answer is right, or wrong; one image will do"


def _percent(p, t):
    return 100 * np.mean(p.argmax(axis=1) != t)


def _half_width(p, t):
    share = _percent(p, t) / 100
    return 196 * np.sqrt(share * (1 - share) / len(t))


def _percent_mistakes(p, t):
    percent, width = _percent(p, t), _half_width(p, t)
    return {
        "a share came back: times 100 it is percent": percent / 100,
        "that is how many are right; the error is how many are not": 100 - percent,
        "that is how many are wrong: divide by the number of images": percent * len(t) / 100,
        "the half width came first: return percent, half_width": width,
        "an answer is the most probable class, even with less than one half": (
            100 * np.mean(p[np.arange(len(t)), t] < 0.5)
        ),
        "rounded: return the number as it is": np.round(percent),
    }


def _width_mistakes(p, t):
    width, n = _half_width(p, t), len(t)
    share = _percent(p, t) / 100
    deviation = width / 1.96
    return {
        "the half width is a share, and the error percent": width / 100,
        "that is one standard deviation: 95 % takes 1.96 of them": deviation,
        "that is 2 standard deviations: 95 % takes 1.96 of them, not 2": 2 * deviation,
        "divided by n - 1: the variance of a share is p (1 - p) / n": width * np.sqrt(n / (n - 1)),
        "that is the whole width: half of it goes to each side": 2 * width,
        "the root is missing: p (1 - p) / n is a variance": 196 * share * (1 - share) / n,
        "n is missing: more images, less doubt": width * np.sqrt(n),
        "p goes into the root as a share, not in percent": (
            1.96 * np.sqrt(100 * share * abs(1 - 100 * share) / n)
        ),
        "the factor 1 - p is missing under the root": 196 * np.sqrt(share / n),
        "p is one half there, whatever the error: put the measured share in": 98 / np.sqrt(n),
    }


def _classified(rng, count, classes, wrong):
    """Return probabilities and labels with so many wrong answers.

    Of the wrong ones half are the second choice, and half the last one; an image in three is
    answered with less than one half.
    """
    ranked = np.sort(rng.dirichlet(np.ones(classes), size=count), axis=1)[:, ::-1]
    ranked[::3] = np.linspace(0.4, 0.1, classes) / np.linspace(0.4, 0.1, classes).sum()
    order = rng.permuted(np.tile(np.arange(classes), (count, 1)), axis=1)
    probabilities = np.zeros((count, classes))
    np.put_along_axis(probabilities, order, ranked, axis=1)
    choice = np.zeros(count, int)
    places = rng.permutation(count)[:wrong]
    choice[places[::2]], choice[places[1::2]] = 1, classes - 1
    return probabilities, order[np.arange(count), choice]


@exercise(
    "9.6",
    "Reading the curves",
    points=2,
    steps=("better", "worse", "few"),
    hints=(
        "Better beyond the seeds: even the worst run of one is below the best run of the other.",
        "The worst run has the largest error: max(runs) < min(others). Worse is the mirror image.",
        "A loop over counts and rows together (zip) puts a count into one list, the other, or "
        "neither. The counts may come in any order: sort both lists.",
    ),
    also="with arrays, and the rows in order: better = counts[errors.max(axis=1) < "
    "other_errors.min(axis=1)]; no pair of runs, one from each way, has to be looked at alone.",
)
def check_clear_effects(clear_effects, rng):
    counts, errors, others = _curves(rng)
    turn = rng.permutation(len(counts))
    turned = [counts[place] for place in turn], errors[turn], others[turn]
    cases = [(counts, errors, others), turned, (counts, others, errors)]
    # Counts whose order as text is another one.
    low, high = rng.uniform((1, 2), (2, 3), size=(3, 4, 2)).transpose(2, 0, 1)
    cases += [([1000, 90, 200], low, high), ([1000, 90, 200], high, low)]
    # No curve, one count, one run each: nothing is better than itself.
    few = [(counts, errors, errors), (counts[:1], errors[:1], others[:1])]
    few += [(counts[::-1], errors[::-1, :1], others[::-1, :1])]
    for part, text in (
        ("better", "its worst run is below the other's best; in rising order"),
        ("worse", "its best run is above the other's worst; in rising order"),
    ):
        yield from _effects_step(clear_effects, part, cases, text)
    for part in ("better", "worse"):
        list(_effects_step(clear_effects, part, few, ""))
    yield "empty lists where nothing is clear; one count, or one run of each"


def _effects_step(clear_effects, part, cases, says):
    """Compare one list. Worse is better with the two ways exchanged."""

    def ordered(function):
        return lambda counts, ours, theirs: (
            function(counts, ours, theirs) if part == "better" else function(counts, theirs, ours)
        )

    def mistakes(counts, ours, theirs):
        better, worse = _clearly(counts, ours, theirs), _clearly(counts, theirs, ours)
        table = ordered(_reading_mistakes)(counts, ours, theirs)
        named = {f"`{part}` {told}": value for told, value in table.items()}
        swapped = worse if part == "better" else better
        return {"the two lists are swapped: return better, worse": swapped} | named

    return compare(
        clear_effects,
        ordered(_clearly),
        cases,
        mistakes,
        parts=("better", "worse"),
        part=part,
        says=says,
        what=f"`{part}`",
        whole=True,
    )


def _clearly(counts, ours, theirs):
    return _at(counts, ours.max(axis=1) < theirs.min(axis=1))


def _at(counts, mask):
    return sorted(np.asarray(counts)[mask].tolist())


def _reading_mistakes(counts, ours, theirs):
    clear = ours.max(axis=1) < theirs.min(axis=1)
    as_given = np.asarray(counts)[clear].tolist()
    readings = {
        "compares the means only: the seeds overlap at some of these counts": (
            ours.mean(axis=1) < theirs.mean(axis=1)
        ),
        "compares the medians only: the seeds overlap at some of these counts": (
            np.median(ours, axis=1) < np.median(theirs, axis=1)
        ),
        "takes in counts at which the runs just touch: equal is not clear": (
            ours.max(axis=1) <= theirs.min(axis=1)
        ),
        "compares the first run with the first and so on: compare all runs with all": (
            np.all(ours < theirs, axis=1)
        ),
        "compares the worst run with the worst: it has to be below the other's best": (
            ours.max(axis=1) < theirs.max(axis=1)
        ),
        "compares the best run with the best: the worst has to be below the other's best": (
            ours.min(axis=1) < theirs.min(axis=1)
        ),
        "compares the worst run with the other's mean: take the other's best": (
            ours.max(axis=1) < theirs.mean(axis=1)
        ),
        "holds all counts that the other list does not: many belong to neither": (
            ours.min(axis=1) <= theirs.max(axis=1)
        ),
    }
    return {
        "is empty": [],
        "is not in rising order": as_given,
        "holds positions in the list: return the counts there": np.flatnonzero(clear).tolist(),
        "is None where it should be an empty list": sorted(as_given) or None,
    } | {told: _at(counts, mask) for told, mask in readings.items()}


def _curves(rng):
    """Return counts and two tables of errors, (12, 4) each, one row for each number of labels.

    The runs of a row are in no order; each row is moved and stretched, which changes no reading.
    """
    rows = (
        ((5, 7, 6, 6.5), (9, 10, 11, 10.5)),  # better
        ((2, 3.5, 3, 2.5), (4, 5, 6, 5.5)),  # better
        ((3, 1, 2, 2.5), (8, 6, 7, 9)),  # better
        ((8, 9, 10, 9.5), (12, 11, 10, 13)),  # touches
        ((9, 11, 10, 9.5), (5, 6, 7, 6.5)),  # worse
        ((6, 4, 5, 5.5), (1, 3, 2, 2.5)),  # worse
        ((1, 2, 1.5, 8), (5, 7, 6, 7.5)),  # better in the mean, worse in the worst run
        ((6, 1, 7, 8), (2, 5, 5.5, 9)),  # better in the best run, worse in the mean
        ((20, 4, 5, 3), (9, 6, 8, 7)),  # better in the median, worse in the mean
        ((1, 5, 3, 2), (2, 6, 4, 3)),  # better run by run only
        ((3, 7, 6.5, 6.8), (6, 9, 8, 7)),  # below the other's mean only
        ((1, 1.2, 1.1, 4), (3.5, 6, 5.8, 5.9)),  # two standard deviations below
    )
    tables = np.array(rows)[rng.permutation(len(rows))]  # (12, 2, 4)
    tables = tables * rng.uniform(0.5, 2.0, size=(12, 1, 1)) + rng.uniform(0, 3, size=(12, 1, 1))
    return list(range(100, 1300, 100)), tables[:, 0], tables[:, 1]
