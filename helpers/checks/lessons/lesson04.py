"""Checks of lesson 04, the deep autoencoder."""

import itertools
from collections import Counter
from functools import partial

import numpy as np
from scipy.sparse.csgraph import connected_components
from scipy.spatial.distance import cdist
from scipy.special import expit, softmax

from helpers.checks import expect
from helpers.checks.cases import Shape, compare
from helpers.checks.gradients import gradients_pass, not_per_image, pairs_of_images
from helpers.checks.models import (
    draw_weights,
    expect_drawn,
    expect_fresh,
    expect_plain,
    expect_sizes,
    is_vector,
)
from helpers.checks.registry import exercise


@exercise(
    "4.1",
    "Batch norm with its phase switch",
    points=3,
    noun="layer",
    steps=("training", "moving", "inference", "one image"),
    hints=(
        "While training, mean and variance are those of the batch, along axis 0; otherwise they "
        "are the two in `moving`.",
        "While training, also return new moving statistics: momentum times the old ones plus "
        "(1 - momentum) times those of the batch.",
        "One pair of mean and variance is chosen first, by the switch alone. The line that "
        "normalises by it is then the same in both phases, and epsilon stands under its root; the "
        "new moving pair is made while training, beside that line and not used in it.",
    ),
    also="keras.layers.BatchNormalization is this layer: its gamma is your scale, its beta your "
    "shift, training= your phase_train, and its momentum is 0.99 unless you say otherwise.",
)
def check_batch_norm(batch_norm, rng):
    step = partial(compare, batch_norm, parts=("outputs", "moving"))
    outputs = partial(step, right=lambda *case: _batch_norm(*case)[0], part="outputs")
    moving = partial(step, right=lambda *case: _batch_norm(*case)[1], part="moving")
    in_training, in_inference = (
        [
            _batch(rng, (6, 4), phase),
            _batch(rng, (5, 2), phase, 0.6, 0.5),
            _batch(rng, (7, 1), phase, 0.8, 0.01),
        ]
        for phase in (True, False)
    )
    yield from outputs(
        cases=in_training,
        mistakes=_training_mistakes,
        says="mean and deviation of the batch, then scale and shift",
        what="the output while training",
    )
    yield from moving(
        cases=in_training,
        mistakes=_moving_mistakes,
        says="momentum of the old ones, the rest from the batch",
        what="the pair of moving mean and variance",
    )
    uses = "the batch's statistics are used although phase_train is False: take the moving ones"
    list(
        outputs(
            cases=in_inference,
            mistakes=lambda *case: {uses: _batch_norm(*case[:4], True, *case[5:])[0]},
            says="",
            what="the output when phase_train is False",
        )
    )
    changes = "the moving statistics change although phase_train is False: leave them as they are"
    yield from moving(
        cases=in_inference,
        mistakes=lambda *case: {changes: _batch_norm(*case[:4], True, *case[5:])[1]},
        says="the moving statistics, which stay as they were",
        what="the pair of moving statistics when phase_train is False",
    )
    for phase, what in ((True, "while training"), (False, "when phase_train is False")):
        list(
            outputs(
                cases=[_batch(rng, (1, 4), phase), _batch(rng, (1, 1), phase, 0.6, 0.5)],
                mistakes=_single_image_mistakes,
                says="",
                what=f"the output for one image {what}",
            )
        )
    yield "in training nothing of it is left but the shift; in inference it needs no neighbours"


def _batch(rng, shape, phase_train, *options):
    """Return arguments: whole numbers as activations where there are two units."""
    units = shape[1]
    activations = rng.normal(2.0, 0.3, size=shape)
    if units == 2:
        activations = rng.permuted(np.arange(10).reshape(shape) - 3, axis=0)
    moving = rng.normal(size=units), rng.uniform(2.0, 5.0, size=units)
    scale, shift = rng.uniform(0.5, 0.9, size=units), rng.uniform(0.5, 2.0, size=units)
    return activations, scale, shift, moving, phase_train, *options


def _batch_norm(a, scale, shift, moving, phase_train, momentum=0.9, epsilon=1e-3):
    mean, variance = (a.mean(axis=0), a.var(axis=0)) if phase_train else moving
    outputs = scale * (a - mean) / np.sqrt(variance + epsilon) + shift
    if not phase_train:
        return outputs, np.stack(moving)
    return outputs, momentum * np.stack(moving) + (1 - momentum) * np.stack((mean, variance))


def _training_mistakes(a, scale, shift, moving, phase_train, momentum=0.9, epsilon=1e-3):
    mean, variance = batch = a.mean(axis=0), a.var(axis=0)
    across = a.mean(axis=1, keepdims=True), a.var(axis=1, keepdims=True)

    def by(mean, variance, epsilon=epsilon):
        return scale * (a - mean) / np.sqrt(variance + epsilon) + shift

    right = by(mean, variance)
    plain = (right - shift) / scale
    return {
        "scale and shift are missing: they come last": plain,
        "the shift is missing: add it last": right - shift,
        "the scale is missing: multiply by it before adding the shift": plain + shift,
        "the shift is added before the scale multiplies: it comes last": scale * (plain + shift),
        "divided by the variance: divide by its square root": (
            scale * (a - mean) / (variance + epsilon) + shift
        ),
        "epsilon is missing: add it to the variance": by(mean, variance, 0),
        "epsilon is added to the root: add it to the variance, under the root": (
            scale * (a - mean) / (np.sqrt(variance) + epsilon) + shift
        ),
        "epsilon is fixed at 1e-3: take the argument": by(mean, variance, 1e-3),
        "the standard deviation stands where the variance belongs": by(mean, a.std(axis=0)),
        "the variance divides by n - 1: here it divides by n, as np.var does": (
            by(mean, variance * len(a) / (len(a) - 1))
        ),
        "the moving statistics are used although phase_train is True: take the batch's": (
            by(*moving)
        ),
        "the new moving statistics are used while training: take the batch's": by(
            *(momentum * m + (1 - momentum) * b for m, b in zip(moving, batch, strict=True))
        ),
        "worked along axis 1, over the units of one image: each unit has its own mean and "
        "variance, along axis 0": by(*across),
        "one mean and one variance for all units: each unit has its own, along axis 0": (
            by(a.mean(), a.var())
        ),
        "a sigmoid is already applied: it comes after this layer": expit(right),
    }


def _moving_mistakes(a, scale, shift, moving, phase_train, momentum=0.9, epsilon=1e-3):
    old, variance = np.stack(moving), a.var(axis=0)

    def blend(variance, momentum=momentum):
        return momentum * old + (1 - momentum) * np.stack((a.mean(axis=0), variance))

    unbiased = variance * len(a) / (len(a) - 1)
    return {
        "the moving statistics did not change although phase_train is True": old,
        "these are the batch's own: keep momentum times the old ones": blend(variance, 0),
        "momentum is the share of the *old* statistics": blend(variance, 1 - momentum),
        "momentum is fixed at 0.9: take the argument": blend(variance, 0.9),
        "the batch's are added whole: they come times 1 - momentum": (
            momentum * old + blend(variance, 0)
        ),
        "the moving variance gathers standard deviations": blend(a.std(axis=0)),
        "the variance divides by n - 1: here it divides by n, as np.var does": blend(unbiased),
    }


def _single_image_mistakes(a, scale, shift, moving, phase_train, *options):
    return {
        "one image is normalised by the other statistics: the switch alone decides, not how many "
        "images there are": _batch_norm(a, scale, shift, moving, not phase_train, *options)[0],
    }


# Kernel sizes that tell every layer from the others; and two alike, falling where those rise.
FIRST, SECOND = (7, (4, 5), 3), (6, [5, 4, 4], 2)
# One number per unit each, in Keras's order. A layer of one's own may keep another.
ROLES = ("bias", "scale", "shift", "mean", "variance")


def _check_half(builder, name, rng):
    """Check one half of the deep autoencoder by what it computes from its weights."""
    sizes, others = (
        (size, *hidden, code) if name == "encoder" else (code, *hidden[::-1], size)
        for size, hidden, code in (FIRST, SECOND)
    )
    _expect_layers(builder(*SECOND), name, others)
    (model,) = expect_fresh(builder, FIRST, (name,))
    at_first = _expect_layers(model, name, sizes)
    yield f"kernels of {_arrows(sizes)}, and batch normalisation after each"
    expect_drawn([model], [name])
    yield "new layers at every call, initialised by chance"
    weights = draw_weights(model, rng)
    images = rng.normal(scale=2.0, size=(8, sizes[0])).astype("float32")
    roles, epsilon = _as_kept(model(images), images, weights, sizes)
    forward = partial(_forward, weights=weights, sizes=sizes, roles=roles, epsilon=epsilon)
    last = "code" if name == "encoder" else "output"
    yield from compare(
        model,
        forward,
        [(images,)],
        lambda images: _layer_mistakes(forward, images, last, len(sizes) - 2),
        says="sigmoid(batch norm(x W + b)), layer by layer",
        what=f"the {last} in inference",
        tolerance=1e-3,
    )
    # Not before: with other nonlinearities all units may be dead by chance.
    if np.ptp(at_first, axis=0).max() == 0:
        raise expect.NotYet(
            f"before training the {name} answers the same whatever comes in: does a scale start "
            "at 0? Leave the initialisation to Keras"
        )
    yield from _check_training(model, name, f"the {last}", forward, images, rng)


def _check_training(model, name, what, forward, images, rng):
    """Check that every weight is trained, and what training=True changes."""
    before = model.get_weights()
    num_moving = 2 * (len(forward.keywords["sizes"]) - 1)
    trainable = len(before) - num_moving
    expect_plain(model, name, images.shape[1:], trainable=trainable, rng=rng)
    model.set_weights(before)
    still = "training=True changes nothing: leave the phase to Keras, no training=False of your own"
    step = compare(
        lambda images: model(images, training=True),
        lambda images: forward(images, training=True),
        [(images,)],
        lambda images: {still: forward(images)},
        says="training=True normalises by the batch, and the moving statistics follow",
        what=f"{what} with training=True",
        tolerance=1e-2,
    )
    says = list(step)
    if sum(map(np.array_equal, model.get_weights(), before)) != trainable:
        raise expect.NotYet(
            "training=True leaves a moving mean or variance as it was: is the momentum 1?"
        )
    yield from says


def _arrows(sizes):
    return "-".join(map(str, sizes))


def _expect_layers(model, name, sizes):
    """Accept a model whose weights are those of Dense and batch norm; return fresh outputs."""
    outputs = expect_sizes(model, name, sizes[0], sizes[-1])
    weights = model.get_weights()
    kernels = Counter(tuple(w.shape) for w in weights if not is_vector(w))
    vectors = Counter(w.size for w in weights if is_vector(w))
    if kernels != Counter(itertools.pairwise(sizes)):
        turned = sizes[0], *sizes[-2:0:-1], sizes[-1]
        if kernels == Counter(itertools.pairwise(turned)):
            raise expect.NotYet(
                "the hidden layers come in the wrong order: for these sizes the "
                f"{name} is {_arrows(sizes)}"
            )
        shapes = ", ".join("{} x {}".format(*shape) for shape in kernels.elements())
        raise expect.NotYet(
            f"the {name} should be {_arrows(sizes)}, one dense layer per step; its kernels are "
            f"{shapes}"
        )
    if sizes[0] in vectors and sizes[0] not in sizes[1:]:
        raise expect.NotYet(
            "a batch normalisation comes before a dense layer: it has numbers for "
            f"{sizes[0]} units. Dense first, then batch norm, then the sigmoid"
        )
    units = Counter(sizes[1:])
    per_unit = [vectors[size] / units[size] for size in sizes[1:]]
    if set(per_unit) <= {4, 5}:  # with a bias or, as the shift does its work, without
        return outputs
    if set(per_unit) <= {0, 1}:
        raise expect.NotYet("there is no batch normalisation: one after each dense layer")
    if per_unit[-1] <= 1:
        raise expect.NotYet(
            "the last dense layer has no batch normalisation: every layer has one, the last, too"
        )
    raise expect.NotYet(
        "bias, scale, shift, moving mean and moving variance are five numbers per unit beside the "
        f"kernel; in layers of {sizes[1:]} units there are {', '.join(f'{n:g}' for n in per_unit)}"
    )


def _forward(
    images, weights, sizes, roles=ROLES, epsilon=1e-3, training=False, then=(), before=None
):
    """Return the output in NumPy; `then` holds a nonlinearity per layer, sigmoids if empty."""
    units = images.astype(float)
    for place, shape in enumerate(itertools.pairwise(sizes)):
        (kernel,) = [w for w in weights if w.shape == shape]
        own = [w.ravel() for w in weights if is_vector(w) and w.size == shape[1]]
        names = roles if len(own) == len(roles) else [r for r in roles if r != "bias"]
        of = {"bias": 0.0, "scale": 1.0, "shift": 0.0, **dict(zip(names, own, strict=True))}
        units = units @ kernel + of["bias"]
        units = before(units) if before else units
        mean, variance = of["mean"], of["variance"]
        if training:
            mean, variance = units.mean(axis=0), units.var(axis=0)
        units = of["scale"] * (units - mean) / np.sqrt(variance + epsilon) + of["shift"]
        units = (then[place] if then else expit)(units)
    return units


def _as_kept(outputs, images, weights, sizes):
    """Return in which order the weights are kept and the epsilon, as far as outputs tell."""
    outputs = np.asarray(outputs)
    for roles in itertools.permutations(ROLES):
        errors = {
            epsilon: np.abs(outputs - _forward(images, weights, sizes, roles, epsilon)).max()
            for epsilon in (1e-3, 1e-5, 1e-4, 1e-2)
        }
        epsilon = min(errors, key=errors.get)
        if errors[epsilon] < 1e-3:
            return roles, epsilon
    return ROLES, 1e-3


def _layer_mistakes(forward, images, last, num_hidden):
    def with_(hidden, end):
        return forward(images, then=[hidden] * num_hidden + [end])

    def same(units):
        return units

    relu = partial(np.maximum, 0)
    mistakes = {
        f"the {last} is linear: every layer of this net ends in a sigmoid": with_(expit, same),
        "the layers use a ReLU; this net's layers are sigmoids": with_(relu, relu),
        "the hidden layers use a ReLU; they are sigmoids here": with_(relu, expit),
        "the layers use tanh; this net's layers are sigmoids": with_(np.tanh, np.tanh),
        "the layers use a softmax; this net's layers are sigmoids": (
            with_(*[partial(softmax, axis=1)] * 2)
        ),
        "there is no sigmoid anywhere: without one, depth adds nothing": with_(same, same),
        "the sigmoid comes before the normalisation: normalise the sums, then apply it": (
            forward(images, then=[same] * (num_hidden + 1), before=expit)
        ),
        "a sigmoid comes before the normalisation and another after it: the one after it is "
        "enough": forward(images, before=expit),
        "the batch's statistics are used although nobody trains: leave the phase to Keras, no "
        "training= of your own": forward(images, training=True),
    }
    without = {
        "the batch normalisation has no scale: leave scale=True, as Keras has it": "scale",
        "the batch normalisation has no shift: leave center=True, as Keras has it": "shift",
    }
    if len(forward.keywords["weights"]) == 5 * (num_hidden + 1):
        for told, role in without.items():
            mistakes[told] = forward(images, roles=[r for r in ROLES if r != role])
    return mistakes


@exercise(
    "4.2",
    "Encoder",
    points=2,
    noun="model builder",
    steps=("layers", "initialisation", "inference", "training"),
    hints=(
        "A loop over the sizes, code included: Dense, BatchNormalization, sigmoid.",
        "Keras's BatchNormalization has the phase switch inside: model(x, training=True).",
        "Dense without an activation makes the sums, the normalisation comes between them and the "
        "sigmoid, and the sigmoid is a layer of its own, Activation. The code is one more size in "
        "the same loop; new layers are made at every call.",
    ),
    also="Dense(size, use_bias=False) computes the same: the normalisation takes the mean away, "
    "and any bias with it, and brings a shift of its own.",
)
def check_build_encoder(build_encoder, rng):
    yield from _check_half(build_encoder, "encoder", rng)


@exercise(
    "4.3",
    "Decoder",
    points=1,
    noun="model builder",
    steps=("layers", "initialisation", "inference", "training"),
    hints=(
        "The same kind of layers, from the code to the image: 2-250-500-1000-784.",
        "The hidden sizes come in the encoder's order; hidden_sizes[::-1] turns them round.",
        "A decoder is an encoder for whom the code is the input and the image is the code: the "
        "function of Exercise 4.2 may be called here.",
    ),
    also="a decoder is an encoder with its sizes in reverse: build_encoder(code_size, "
    "hidden_sizes[::-1], input_size) is all of it.",
)
def check_build_decoder(build_decoder, rng):
    yield from _check_half(build_decoder, "decoder", rng)


@exercise(
    "4.4",
    "L2 loss",
    points=2,
    noun="loss",
    steps=("value", "gradient", "exact image"),
    hints=(
        "Square the differences, sum over the pixels of each image, take the root: and never let "
        "the root see a 0.",
        "A number too small to matter under the root will do; or choose by keras.ops.where which "
        "images the root is taken of.",
        "A single where around the root is right step by step, and nan again once XLA compiles it, "
        "which computes the root's slope at 0 all the same. It is safe where the root itself gets "
        "another number in place of 0, and a second where puts the 0 back.",
    ),
    also="with 1e-12 under the root, or keras.ops.maximum(squares, 1e-12), one line does it, and "
    "no distance changes by more than a millionth.",
)
def check_l2(l2, rng):
    cases = pairs_of_images(rng)
    yield from compare(
        l2,
        lambda targets, outputs: np.linalg.norm(outputs - targets, axis=1),
        cases,
        _distance_mistakes,
        says="the root of the sum of (output - target)^2, one number per image",
        what="the result for targets of shape {targets.shape}",
        # Room for the small number that may be put under the root.
        tolerance=2e-3,
    )
    yield _slopes_pass(l2, cases[3], rng)
    try:
        _slopes_pass(l2, cases[0], rng)
    except expect.NotYet as problem:
        if "nan" not in str(problem):
            raise
        raise expect.NotYet(
            "where outputs = targets the slope is nan: at 0 the root's own slope is infinite, so "
            "the root must never be taken of 0"
        ) from None
    yield "is 0 for an image that is reproduced exactly"


def _slopes_pass(l2, case, rng):
    targets, outputs = case
    weights = rng.normal(size=len(targets)).astype("float32")
    distances = np.linalg.norm(outputs - targets, axis=1, keepdims=True)
    slopes = weights[:, None] * (outputs - targets) / np.where(distances == 0, 1, distances)
    return gradients_pass(l2, (targets, outputs), weights, (None, slopes), "outputs")


def _distance_mistakes(x, y):
    d = y - x
    right = np.linalg.norm(d, axis=1)
    return {
        "one distance for the whole batch: take one root for each image": np.linalg.norm(d),
        **not_per_image(x, y),
        "the square root is missing: this is SSE, the squared distance": right**2,
        "this is MSE: sum over the pixels, then take the root": (d**2).mean(axis=1),
        "averaged over the pixels: a distance is a sum": np.sqrt((d**2).mean(axis=1)),
        "the root is taken of each pixel: sum the squares first": np.abs(d).sum(axis=1),
        "half of the sum is taken: L2 has no 1/2": right / np.sqrt(2),
        "summed before squaring: square each difference first": np.abs(d.sum(axis=1)),
        "only the largest difference counts here: sum all squares": np.abs(d).max(axis=1),
        "targets and outputs are added: take their difference": np.linalg.norm(x + y, axis=1),
        "the targets do not come in: take the difference to them": np.linalg.norm(y, axis=1),
        "the number of pixels is fixed at 784: sum, and no size is needed": (
            right * 28 / np.sqrt(x.shape[1])
        ),
    }


def _two_thousand_codes(rng):
    """on 2,000 codes"""
    return rng.normal(size=(2000, 2)), rng.integers(0, 10, size=2000)


@exercise(
    "4.5",
    "Neighbour agreement",
    points=2,
    steps=("value", "equal codes"),
    hints=(
        "For each code: the distances to all codes, the nearest one, and whether labels agree.",
        "Every point is nearest to itself, at distance 0: put its own distance to infinity first.",
        "A place in the list, not a distance of 0, tells the point itself: another point may have "
        "the same code. So set the entry i of the distances to codes[i], and then ask argmin.",
    ),
    also="the root in a distance changes no order, so squared distances do as well; scikit-learn's "
    "NearestNeighbors finds all neighbours at once.",
    later=_two_thousand_codes,
)
def check_neighbour_agreement(neighbour_agreement, rng):
    # Codes as small as a sigmoid's, one unit wider than the others; each group of neighbours has
    # a label of its own, so that any other neighbour lowers the share.
    small = rng.normal(scale=0.05, size=(120, 5)) * [4, 1, 1, 1, 1]
    nearest = _distances(small).argmin(axis=1)
    graph = np.zeros((120, 120))
    graph[np.arange(120), nearest] = 1
    groups = connected_components(graph, directed=False)[1]
    # Whole numbers on a line, no two gaps alike: no ties.
    line = np.cumsum(rng.permutation(np.arange(1, 31)))[:, None]
    wide = rng.normal(size=(150, 2)) * [4, 1]
    cases = [(wide, rng.choice((1, 3, 6), size=150)), (small, groups)]
    cases += [(line, np.arange(30) // 2 % 3), (wide[:9], np.array([1, 3, 1, 3, 6, 6, 6, 1, 1]))]
    step = partial(compare, neighbour_agreement, _agreement, mistakes=_agreement_mistakes)
    yield from step(
        cases=cases,
        says="the share of points whose nearest other point has their label",
        what="the share for codes of shape {codes.shape}",
    )
    # Eight pairs of equal codes; the labels of four pairs agree, and no other labels do.
    twins, order = np.repeat(rng.normal(size=(8, 2)), 2, axis=0), rng.permutation(16)
    labels = np.concatenate([np.arange(8) // 2, np.arange(8, 16)])
    yield from step(
        cases=[*cases, (twins[order], labels[order])],
        says="also where two codes are equal: one is the other's nearest",
        what="the share for codes of shape {codes.shape}",
    )


def _distances(codes, **options):
    distances = cdist(codes, codes, **options)
    np.fill_diagonal(distances, np.inf)
    return distances


def _agreement(codes, labels):
    return np.mean(labels[_distances(codes).argmin(axis=1)] == labels)


def _agreement_mistakes(codes, labels):
    right, distances = _agreement(codes, labels), cdist(codes, codes)

    def share(matrix):
        return np.mean(labels[matrix.argmin(axis=1)] == labels)

    products = np.where(np.eye(len(codes)), np.inf, -(codes @ codes.T))
    second = distances.argsort(axis=1, kind="stable")[:, 1]
    return {
        "every point finds itself, at distance 0: ask for the nearest *other* point": (
            share(distances)
        ),
        "one answer per point came back: return the mean over all points": Shape(labels.shape),
        "that is the number of points: divide by how many there are": right * len(codes),
        "that is a percentage: return the share, from 0 to 1": right * 100,
        "divided by n - 1: there are n points": right * len(codes) / (len(codes) - 1),
        "that is the share that disagrees": 1 - right,
        "that is the farthest point: take the smallest distance": share(-distances),
        "only the first unit of the code is compared: sum over the units": (
            share(_distances(codes[:, :1]))
        ),
        "absolute differences are summed: take Euclidean distances": (
            share(_distances(codes, metric="cityblock"))
        ),
        "the largest product is not the nearest point: use distances": share(products),
        "points at distance 0 are left out: an equal code is a neighbour, only the point itself "
        "is not": share(np.where(distances == 0, np.inf, distances)),
        "the second in order may be the point itself, where two codes are equal: put its own "
        "distance to infinity instead": np.mean(labels[second] == labels),
    }


@exercise(
    "4.6",
    "What a stack leaves of a gradient",
    points=2,
    steps=("one layer", "two layers", "stack"),
    hints=(
        "One number of W g is a sum over the outputs: with independent entries of mean 0 its "
        "variance is the deviation squared, times the squared length of g.",
        "W g has one such number per input of the layer, and the squared length of W g is the sum "
        "of their squares. Then come the slopes, one factor each, and the root.",
        "The gradient at the last layer is given, and that at the first is asked for: it goes "
        "through every kernel but the first one, which lies below the first layer's "
        "pre-activations, and meets the slopes of all layers but the last.",
    ),
    also="with equal sizes Glorot's kernel leaves the length as it is, and n layers leave "
    "slope^(n - 1): what is left of sigmoids can be read off the depth alone.",
)
def check_gradient_left(gradient_left, rng):
    step = partial(compare, gradient_left, _gradient_left, tolerance=1e-6)
    what = "the share for sizes {sizes} and slope {slope}"
    draw = partial(_sizes_and_slope, rng)
    yield from step(
        [draw(2), draw(2)],
        {
            "with a single layer nothing lies between the last one and the first: the share is 1": (
                lambda sizes, slope: _passed(itertools.pairwise(sizes), slope)
            ),
            "with a single layer the share is 1: no slope is met on the way": (
                lambda sizes, slope: slope
            ),
        },
        says="a single layer is the first and the last: all of it is left",
        what=what,
    )
    yield from step(
        [draw(3), draw(3), ([4, 1, 3], 0.5), ((3, 5, 1), 1.0), draw(3, list)],
        _kernel_mistakes,
        says="slope * deviation * root of the layer's inputs",
        what=what,
    )
    net = 784, 1000, 500, 250, 30, 250, 500, 1000, 784
    yield from step(
        [draw(5), draw(6, list), (net, 0.25), (net, 1.0)],
        _kernel_mistakes,
        says="the product over all kernels but the first",
        what=what,
    )


def _sizes_and_slope(rng, count, form=tuple):
    sizes = rng.permutation(np.arange(2, 40))[:count].tolist()
    return form(sizes), round(float(rng.uniform(0.2, 0.9)), 2)


def _passed(pairs, slope, of=lambda inputs, outputs: np.sqrt(2 * inputs / (inputs + outputs))):
    """Return a product over kernels, pairs (inputs, outputs)."""
    return float(np.prod([slope * of(inputs, outputs) for inputs, outputs in pairs]))


def _gradient_left(sizes, slope):
    return _passed(itertools.pairwise(sizes[1:]), slope)


def _kernel_mistakes(sizes, slope):
    kernels = list(itertools.pairwise(sizes[1:]))
    right, count = _gradient_left(sizes, slope), len(kernels)
    passed = partial(_passed, kernels, slope)
    return {
        "the first kernel is counted, too: it lies below the first layer's pre-activations, and "
        "the gradient there has not gone through it": _passed(itertools.pairwise(sizes), slope),
        "the last kernel is left out: the gradient at the last layer goes through it, and the "
        "first kernel is the one that it does not meet": (
            _passed(list(itertools.pairwise(sizes))[:-1], slope)
        ),
        "one slope too many: that of the last layer lies above its pre-activations, so that a "
        "stack of n layers has n - 1 of them": right * slope,
        "the slopes are missing": right / slope**count,
        "the slope comes once for every layer, not once for all": right / slope ** (count - 1),
        "only the slopes are there: the kernels change the length, too": slope**count,
        "the root of the number of *outputs* is taken: W g has one number per input of the layer": (
            passed(lambda inputs, outputs: np.sqrt(2 * outputs / (inputs + outputs)))
        ),
        "that is one number of W g: as many as the layer has inputs add their squares": (
            passed(lambda inputs, outputs: np.sqrt(2 / (inputs + outputs)))
        ),
        "inputs times deviation: the *squares* of that many numbers add, so take the root": (
            passed(lambda inputs, outputs: inputs * np.sqrt(2 / (inputs + outputs)))
        ),
        "that is the squared length: take the root": right**2,
        "the kernels' part is squared and the slopes' is not: take its root": (
            passed(lambda inputs, outputs: 2 * inputs / (inputs + outputs))
        ),
        "that is the limit of Glorot's uniform numbers, the root of 6 / (inputs + outputs): their "
        "deviation has a 2": passed(lambda i, o: np.sqrt(6 * i / (i + o))),
        "1 / inputs is another initialisation: Glorot's variance is 2 / (inputs + outputs)": (
            slope**count
        ),
        "that is the last layer's over the first one's: turn it round": 1 / right,
        "one number per layer came back: multiply them": Shape((count,)),
    }


@exercise(
    "4.7",
    "One greedy stage",
    points=2,
    noun="stage",
    steps=("first stage", "inputs", "reconstructions"),
    hints=(
        "The next stage learns from the codes of the trained encoders, one after the other.",
        "Back to an image, the decoder trained last comes first: reversed(decoders).",
        "Two loops, one after the other: the first goes up and ends with what the next stage "
        "learns from, the second goes on from there and ends at the images. With no stage trained "
        "neither loop runs, and both results are the images.",
    ),
    also="the same by recursion: the outermost encoder and decoder around one greedy_stage of the "
    "other stages, on the first one's codes.",
)
def check_greedy_stage(greedy_stage, rng):
    images = rng.uniform(size=(4, 6)).astype("float32")
    encoders = [_small_half(rng) for _ in range(3)]
    # The same three in another order: no way up or back is another's.
    decoders = [*encoders[1:], encoders[0]]
    names = ("inputs", "reconstructions")
    step = partial(compare, greedy_stage, parts=names)
    for part in names:
        first = step(
            right=lambda encoders, decoders, images: images,
            cases=[([], [], images)],
            says="with no stage trained, the images themselves",
            part=part,
            what=f"`{part}` with no stage trained",
        )
        told = list(first)
    yield from told
    cases = [
        (encoders[:count], decoders[:count], some)
        for count, some in ((1, images[1:2]), (3, images))
    ]
    yield from step(
        right=lambda encoders, decoders, images: _through(images, encoders),
        cases=cases,
        mistakes=_way_up_mistakes,
        says="the codes after every trained encoder, in order",
        part="inputs",
        what="`inputs`",
    )
    yield from step(
        right=lambda encoders, decoders, images: _through(images, encoders + decoders[::-1]),
        cases=cases,
        mistakes=_way_back_mistakes,
        says="back through every decoder, the last one first",
        part="reconstructions",
        what="`reconstructions`",
    )


def _small_half(rng):
    """Return a model (n, 6) -> (n, 6): square, so that a wrong order is no error of shapes.

    Its output in training is another, yet momentum 1 leaves the moving statistics as they are.
    """
    import keras

    inputs = keras.Input((6,))
    units = keras.layers.Dense(6, "sigmoid")(inputs)
    half = keras.Model(inputs, keras.layers.BatchNormalization(momentum=1.0)(units))
    draw_weights(half, rng)
    return half


def _through(values, models, **options):
    for model in models:
        values = model(values, **options)
    return np.asarray(values)


def _way_up_mistakes(encoders, decoders, images):
    up = partial(_through, images)
    return {
        "the inputs are still the images: the next stage reconstructs codes": images,
        "only the first encoder is used: send the images through all of them": up(encoders[:1]),
        "only the last encoder is used: its inputs are codes, too": up(encoders[-1:]),
        "the last encoder is left out": up(encoders[:-1]),
        "the encoders are in reverse: the stage trained first comes first": up(encoders[::-1]),
        "these are reconstructions: return the codes first": up(encoders + decoders[::-1]),
        "the encoders run with training=True: trained stages only answer": (
            up(encoders, training=True)
        ),
    }


def _way_back_mistakes(encoders, decoders, images):
    codes = _through(images, encoders)
    back = partial(_through, codes)
    return {
        "the decoders are in the encoders' order: the one trained last comes first": back(decoders),
        "only the first decoder is used": back(decoders[:1]),
        "only the last decoder is used: go on to the images": back(decoders[-1:]),
        "the decoder of the first stage is left out": back(decoders[:0:-1]),
        "these are the codes: send them back through the decoders": codes,
        "these are the images themselves: send the codes back through the decoders": images,
        "the decoders run with training=True: trained stages only answer": (
            back(decoders[::-1], training=True)
        ),
    }


# Sizes that tell every kernel and most biases apart; then a code wider than the image.
TIED, OTHER_TIED = ((7, 4, 5, 3), "tanh"), ([4, 6], "relu")


@exercise(
    "4.8",
    "A tied autoencoder, end to end",
    points=4,
    noun="model builder",
    steps=("weights", "initialisation", "output", "training"),
    hints=(
        "Make every array once, in the constructor of a class of your own: one kernel for each two "
        "neighbouring sizes, one bias for every size but the first on the way up, and one for "
        "every size but the last on the way back.",
        "Going up takes the kernels in order, going back takes the same list from its end, each "
        "one transposed by keras.ops.transpose. Only the very last layer ends in a sigmoid.",
        "What is transposed while the model is *built* is a copy of the numbers of that moment, "
        "and stays as it is while the kernel is trained. Inside call(), it is computed anew from "
        "the kernel every time, and gradients come back to the kernel from both of its uses.",
    ),
    also="a kernel that is used twice gets the sum of two gradients, one from each use; lesson 07 "
    "takes them apart. helpers.layers.TiedDense is such a layer for the library.",
)
def check_build_tied(build_tied, rng):
    _expect_tied_weights(build_tied(*OTHER_TIED), OTHER_TIED[0])
    (model,) = expect_fresh(build_tied, TIED, ("autoencoder",))
    _expect_tied_weights(model, TIED[0])
    yield f"one kernel for each of {_arrows(TIED[0])}, a bias for every layer on both ways"
    expect_drawn([model], ["autoencoder"])
    yield "new weights at every call, the kernels by chance"
    for sizes, activation in (TIED, OTHER_TIED):
        model = build_tied(sizes, activation)
        _expect_tied_weights(model, sizes)
        _expect_tied_outputs(model, sizes, activation, rng)
    yield f"up to the code and back down, {TIED[1]} on the way and a sigmoid at the end"
    expect_plain(model, "autoencoder", (sizes[0],), trainable=3 * (len(sizes) - 1), rng=rng)
    yield "every kernel and every bias is trained"


def _expect_tied_weights(model, sizes):
    """Accept a model with one kernel for each two sizes, either way round, and all biases."""
    expect_sizes(model, "autoencoder", sizes[0], sizes[0])
    weights = model.get_weights()
    pairs = [tuple(sorted(pair)) for pair in itertools.pairwise(sizes)]
    kernels = [tuple(sorted(w.shape)) for w in weights if not is_vector(w)]
    if Counter(kernels) == Counter(pairs * 2):
        raise expect.NotYet(
            f"there are {len(kernels)} kernels, two for each step: the decoder is to use the "
            "encoder's own, not another one that begins alike"
        )
    if Counter(kernels) != Counter(pairs):
        shapes = ", ".join("{} x {}".format(*w.shape) for w in weights if w.ndim == 2)
        raise expect.NotYet(
            f"{_arrows(sizes)} and back has {len(pairs)} kernels, one for each step, used on both "
            f"ways; yours are {shapes or 'none'}"
        )
    vectors = Counter(w.size for w in weights if is_vector(w))
    up, down = Counter(sizes[1:]), Counter(sizes[:-1])
    if vectors != up + down:
        told = {
            "there are no biases: every layer has one, on both ways its own": not vectors,
            "the layers on the way back have no biases: every layer has its own": vectors == up,
            "the layers on the way up have no biases: every layer has its own": vectors == down,
            "one bias for each size: a hidden layer on the way back has another bias than the one "
            "on the way up, so that only kernels are shared": set(vectors) == set(up + down)
            and not vectors - up - down,
        }
        for text, holds in told.items():
            if holds:
                raise expect.NotYet(text)
        raise expect.NotYet(
            f"the biases should have {sorted((up + down).elements())} numbers; yours have "
            f"{sorted(vectors.elements())}"
        )


def _expect_tied_outputs(model, sizes, activation, rng):
    """Compare with the formula; the two biases of a hidden size may be kept in either order."""
    at_first = [w for w in model.get_weights() if not is_vector(w)]
    weights = draw_weights(model, rng)
    images = rng.normal(size=(8, sizes[0])).astype("float32")
    outputs = expect.shaped(model(images), images.shape, "the output")
    hidden = range(len(sizes) - 2)
    ways = [
        partial(_tied, weights, sizes, turned=dict(zip(hidden, turned, strict=True)))
        for turned in itertools.product((False, True), repeat=len(hidden))
    ]
    tables = [_tied_mistakes(way, images, activation, at_first) for way in ways]
    if any(np.abs(outputs - way(images, activation)).max() < 1e-4 for way in ways):
        return
    for told in tables[0]:
        if any(np.abs(outputs - table[told]).max() < 1e-4 for table in tables):
            raise expect.NotYet(told)
    expect.close(outputs, ways[0](images, activation), what="the output", tolerance=1e-3)


def _tied(weights, sizes, images, activation, *, turned, end="sigmoid", code=None, back=None):
    """Return the output in NumPy and Keras's activations.

    Args:
        turned: hidden place -> whether the bias of the way back is kept first.
        code: activation of the code; that of the others when None.
        back: kernels of the way back, the encoder's when None.
    """
    import keras

    def by(name, sums):
        return np.asarray(keras.activations.get(name)(sums.astype("float32")), float)

    def kernel(matrices, shape):
        (found,) = [w for w in matrices if sorted(w.shape) == sorted(shape)]
        return found if found.shape == shape else found.T

    def bias(place, is_back):
        found = [w.ravel() for w in weights if is_vector(w) and w.size == sizes[place]]
        inner = 0 < place < len(sizes) - 1
        return found[is_back != turned[place - 1]] if inner else found[0]

    matrices = [w for w in weights if not is_vector(w)]
    units, last = images.astype(float), len(sizes) - 2
    for place, shape in enumerate(itertools.pairwise(sizes)):
        name = activation if code is None or place < last else code
        units = by(name, units @ kernel(matrices, shape) + bias(place + 1, False))
    for place, shape in reversed(list(enumerate(itertools.pairwise(sizes)))):
        matrix = kernel(matrices if back is None else back, shape)
        units = by(activation if place else end, units @ matrix.T + bias(place, True))
    return units


def _tied_mistakes(way, images, activation, at_first):
    return {
        "the decoder goes on with the kernels that the encoder began with: transpose them when the "
        "model is called, not while it is built": way(images, activation, back=at_first),
        "the output is linear: it ends in a sigmoid": way(images, activation, end="linear"),
        "the last layer has the others' activation: it ends in a sigmoid": (
            way(images, activation, end=activation)
        ),
        "the code is linear: `activation` is for every layer but the last": (
            way(images, activation, code="linear")
        ),
        "the code ends in a sigmoid: that is for the output": (
            way(images, activation, code="sigmoid")
        ),
        "`activation` is never used": way(images, "linear"),
        **{
            f"the layers use {name}, whatever is asked for: take the argument, `activation`": (
                way(images, name)
            )
            for name in ("selu", "relu", "tanh", "gelu")
            if name != activation
        },
        "all layers are sigmoids: that is for the output alone": way(images, "sigmoid"),
    }
