"""Checks of lesson 04, the deep autoencoder."""

import contextlib

import numpy as np
from scipy.special import expit

from helpers.checks import expect
from helpers.checks.registry import exercise


@exercise(
    "4.1",
    "Batch norm with its phase switch",
    points=3,
    noun="layer",
    steps=("training", "moving", "use", "an image alone"),
    hints=(
        "While training, mean and variance are those of the batch, along axis 0; otherwise they "
        "are the two in `moving`.",
        "While training, also return new moving statistics: momentum times the old ones plus "
        "(1 - momentum) times those of the batch.",
        "mean, variance = moving; if phase_train: the batch's own, activations.mean(axis=0) and "
        "activations.var(axis=0), and the blend; then "
        "scale * (activations - mean) / np.sqrt(variance + epsilon) + shift",
    ),
)
def check_batch_norm(batch_norm, rng):
    activations = rng.normal(2.0, 3.0, size=(6, 4))
    scale, shift = rng.uniform(0.5, 2.0, size=4), rng.normal(size=4)
    moving = rng.normal(size=4), rng.uniform(2.0, 5.0, size=4)
    names = ("outputs", "moving")
    given = activations.copy(), tuple(part.copy() for part in moving)

    def call(rows, phase_train):
        result = batch_norm(rows.copy(), scale, shift, tuple(m.copy() for m in moving), phase_train)
        outputs, new = expect.parts(result, names)
        return outputs, expect.parts(new, ("mean", "variance"))

    outputs, new = call(activations, True)
    batch = given[0].mean(axis=0), given[0].var(axis=0)
    _expect_normalised(outputs, activations, scale, shift, batch, moving)
    yield "mean and deviation of the batch, then scale and shift"
    for name, value, old, fresh in zip(("mean", "variance"), new, moving, batch, strict=True):
        _expect_moved(name, value, old, fresh, len(activations))
    yield "0.9 of the old ones plus 0.1 of the batch's"
    outputs, new = call(activations, False)
    expect.close(
        outputs,
        _normalised(activations, scale, shift, *moving),
        (
            (
                _normalised(activations, scale, shift, *batch),
                "the batch's statistics are used although phase_train is False: take the moving "
                "ones",
            ),
        ),
        what="the output when phase_train is False",
        tolerance=2e-3,
    )
    for name, value, old in zip(("mean", "variance"), new, moving, strict=True):
        try:
            expect.close(value, old, what=f"the moving {name}")
        except expect.NotYet:
            raise expect.NotYet(
                f"the moving {name} changes although phase_train is False: use must leave no trace"
            ) from None
    yield "the moving statistics, which stay as they were"
    alone, _ = call(activations[:1], False)
    expect.close(alone, np.asarray(outputs)[:1], what="an image alone, phase_train False")
    yield "when it is used, an image's output does not depend on its neighbours"


def _normalised(activations, scale, shift, mean, variance, epsilon=1e-3):
    return scale * (activations - mean) / np.sqrt(variance + epsilon) + shift


def _expect_normalised(outputs, activations, scale, shift, batch, moving):
    """Accept the outputs of a training step, or say which part of it went astray."""
    mean, variance = batch
    centred = activations - mean
    across = activations.mean(axis=1, keepdims=True), activations.var(axis=1, keepdims=True)
    plain = _normalised(activations, 1.0, 0.0, *batch)
    expect.close(
        outputs,
        _normalised(activations, scale, shift, *batch),
        (
            (plain, "scale and shift are missing: they come last"),
            (scale * plain, "the shift is missing: add it last"),
            (plain + shift, "the scale is missing: multiply by it before adding the shift"),
            (
                scale * centred / (variance + 1e-3) + shift,
                "divided by the variance: divide by its square root",
            ),
            (
                _normalised(activations, scale, shift, *moving),
                "the moving statistics are used although phase_train is True: take the batch's",
            ),
            (
                _normalised(activations, scale, shift, *across),
                "worked along axis 1, over the units of one image: a batch is normalised unit by "
                "unit, along axis 0",
            ),
            (
                expit(_normalised(activations, scale, shift, *batch)),
                "a sigmoid is already applied: it comes after this layer",
            ),
        ),
        what="the output while training",
        tolerance=2e-3,
    )


def _expect_moved(name, value, old, fresh, count):
    """Accept the new moving mean or variance, or say how it was blended instead."""
    causes = [
        (old, f"the moving {name} did not change although phase_train is True"),
        (fresh, f"the moving {name} is the batch's own: keep momentum times the old one"),
        (0.1 * old + 0.9 * fresh, "momentum is the share of the *old* statistics"),
    ]
    if name == "variance":
        unbiased = fresh * count / (count - 1)
        causes.append((0.9 * old + 0.1 * np.sqrt(fresh), "a standard deviation is gathered"))
        # Keras divides by n, other libraries gather n - 1: both are batch normalisation.
        with contextlib.suppress(expect.NotYet):
            return expect.close(value, 0.9 * old + 0.1 * unbiased)
    return expect.close(value, 0.9 * old + 0.1 * fresh, tuple(causes), what=f"the moving {name}")


SIZES = (7, 6, 5, 3)  # input, two hidden layers, code


def _layers(model):
    """Return the layers of a model in order, those of models inside it included."""
    found = []
    for layer in model.layers:
        found += _layers(layer) if hasattr(layer, "layers") else [layer]
    return found


def _blocks(model, name, sizes):
    """Return dense and normalising layers of a model as pairs, or say what is missing."""
    import keras

    if not hasattr(model, "get_weights"):
        raise expect.NotYet(f"the {name} should be a Keras model; it is {expect.describe(model)}")
    shapes = model.input_shape[-1], model.output_shape[-1]
    if shapes == (sizes[-1], sizes[0]):
        raise expect.NotYet(f"this one goes from {shapes[0]} to {shapes[1]}: the wrong way round")
    if shapes != (sizes[0], sizes[-1]):
        raise expect.NotYet(
            f"the {name} should go from {sizes[0]} to {sizes[-1]} numbers; yours goes from "
            f"{shapes[0]} to {shapes[1]}"
        )
    dense = [x for x in _layers(model) if isinstance(x, keras.layers.Dense)]
    units = [layer.units for layer in dense]
    if units == [*sizes[-2:0:-1], sizes[-1]] != list(sizes[1:]):
        raise expect.NotYet(
            f"the hidden layers have {units[:-1]} units, in the encoder's order; the {name} needs "
            "them in reverse"
            if name == "decoder"
            else f"the hidden layers are in reverse, {units[:-1]}: the first one comes first"
        )
    if units != list(sizes[1:]):
        raise expect.NotYet(f"dense layers of {list(sizes[1:])} units are needed; yours: {units}")
    norms = [x for x in _layers(model) if isinstance(x, keras.layers.BatchNormalization)]
    if not norms:
        raise expect.NotYet("there is no batch normalisation: one after each dense layer")
    if len(norms) < len(dense):
        raise expect.NotYet(
            f"{len(dense)} dense layers but {len(norms)} batch normalisations: every layer has "
            "one, the last one too"
        )
    return list(zip(dense, norms, strict=False))


def _draw_weights(blocks, rng):
    """Give every layer weights that hide no mistake, and return them layer by layer."""
    drawn = []
    for dense, norm in blocks:
        for layer in (dense, norm):
            # The last weights of a normalisation are a variance, which is positive.
            weights = [rng.normal(size=w.shape) for w in layer.get_weights()]
            if layer is norm:
                weights[-1] = rng.uniform(0.5, 2.0, size=weights[-1].shape)
            layer.set_weights(weights)
        drawn.append((dense, norm))
    return drawn


def _forward(images, blocks, phase_train, activations, norm_last=False):
    """Return the output in NumPy; `activations` holds one function a layer."""
    units = images.astype(float)
    for (dense, norm), activation in zip(blocks, activations, strict=True):
        kernel, *bias = dense.get_weights()
        units = units @ kernel + (bias[0] if bias else 0)
        if norm_last:
            units = activation(units)
        units = _keras_norm(units, norm, phase_train)
        if not norm_last:
            units = activation(units)
    return units


def _keras_norm(units, norm, phase_train):
    scale = np.asarray(norm.gamma) if norm.scale else 1.0
    shift = np.asarray(norm.beta) if norm.center else 0.0
    mean, variance = np.asarray(norm.moving_mean), np.asarray(norm.moving_variance)
    if phase_train:
        mean, variance = units.mean(axis=0), units.var(axis=0)
    return _normalised(units, scale, shift, mean, variance, norm.epsilon)


def _same(value):
    return value


def _relu(value):
    return np.maximum(value, 0)


def _check_half(model, name, sizes, rng):
    """Check one half of the deep autoencoder: layers, values in use, values in training."""
    blocks = _blocks(model, name, sizes)
    yield f"{len(blocks)} dense layers, each with its batch normalisation"
    blocks = _draw_weights(blocks, rng)
    images = rng.uniform(size=(5, sizes[0])).astype("float32")
    last = "code" if name == "encoder" else "output"
    *hidden, _ = [expit] * len(blocks)
    wrong = [
        ([*hidden, _same], f"the {last} is linear: every layer of this net ends in a sigmoid"),
        ([_relu] * len(blocks), "the layers use a ReLU; this net's layers are sigmoids"),
        ([_relu] * len(hidden) + [expit], "the hidden layers use a ReLU; they are sigmoids here"),
        ([np.tanh] * len(blocks), "the layers use tanh; this net's layers are sigmoids"),
        ([_same] * len(blocks), "there is no sigmoid anywhere: without one, depth adds nothing"),
    ]
    causes = [(_forward(images, blocks, False, a), text) for a, text in wrong]
    causes += [
        (
            _forward(images, blocks, False, [expit] * len(blocks), norm_last=True),
            "the sigmoid comes before the normalisation: normalise the sums, then apply it",
        ),
        (
            _forward(images, blocks, True, [expit] * len(blocks)),
            "the batch's statistics are used although nobody trains: leave the phase to Keras, "
            "no training= of your own",
        ),
    ]
    expect.close(
        model(images),
        _forward(images, blocks, False, [expit] * len(blocks)),
        tuple(causes),
        what=f"the {last} in use",
        tolerance=1e-3,
    )
    yield "sigmoid(batch norm(x W + b)), layer by layer"
    expected = _forward(images, blocks, True, [expit] * len(blocks))
    expect.close(
        model(images, training=True),
        expected,
        (
            (
                model(images, training=False),
                "training=True changes nothing: the normalisation is frozen",
            ),
        ),
        what=f"the {last}, training=True",
        tolerance=1e-2,
    )
    yield "training=True normalises by the batch"


@exercise(
    "4.2",
    "Encoder",
    points=3,
    noun="model builder",
    steps=("layers", "values", "phase"),
    hints=(
        "A loop over the sizes, code included: Dense, BatchNormalization, sigmoid.",
        "Keras's BatchNormalization has the phase switch inside: model(x, training=True).",
        "images = units = keras.Input((input_size,)); for size in (*hidden_sizes, code_size): "
        "units = keras.layers.Dense(size)(units); units = keras.layers.BatchNormalization("
        'momentum=0.9)(units); units = keras.layers.Activation("sigmoid")(units); return '
        "keras.Model(images, units)",
    ),
)
def check_build_encoder(build_encoder, rng):
    model = build_encoder(SIZES[0], SIZES[1:-1], SIZES[-1])
    other = build_encoder(8, (4,), 2)
    _blocks(other, "encoder", (8, 4, 2))
    yield from _check_half(model, "encoder", SIZES, rng)


@exercise(
    "4.3",
    "Decoder",
    points=2,
    noun="model builder",
    steps=("layers", "values", "phase"),
    hints=(
        "The same kind of layers, from the code to the image: 2-250-500-1000-784.",
        "The hidden sizes come in the encoder's order; hidden_sizes[::-1] turns them round.",
        "An encoder with input and code exchanged and the hidden sizes reversed is a decoder: "
        "build_encoder(code_size, hidden_sizes[::-1], input_size)",
    ),
)
def check_build_decoder(build_decoder, rng):
    model = build_decoder(SIZES[0], SIZES[1:-1], SIZES[-1])
    other = build_decoder(8, (4,), 2)
    _blocks(other, "decoder", (2, 4, 8))
    yield from _check_half(model, "decoder", SIZES[::-1], rng)


@exercise(
    "4.4",
    "L2 loss",
    points=2,
    noun="loss",
    steps=("shape", "value", "distance"),
    hints=(
        "Square the differences, sum over the pixels of each image, take the root.",
        "keras.ops.square, keras.ops.sum with axis=1, keras.ops.sqrt, in this order.",
        "return keras.ops.sqrt(keras.ops.sum(keras.ops.square(outputs - targets), axis=1))",
    ),
)
def check_l2(l2, rng):
    targets = rng.uniform(size=(5, 8)).astype("float32")
    outputs = rng.uniform(size=(5, 8)).astype("float32")
    value = l2(targets, outputs)
    squares = np.square(outputs.astype(float) - targets)
    _expect_one_number_an_image(value, squares)
    yield "one number an image, (5,)"
    expect.close(
        value,
        np.sqrt(squares.sum(axis=1)),
        (
            (squares.sum(axis=1), "the square root is missing: this is SSE, the squared distance"),
            (squares.mean(axis=1), "this is MSE: sum over the pixels, then take the root"),
            (np.sqrt(squares.mean(axis=1)), "averaged over the pixels: a distance is a sum"),
            (np.sqrt(squares).sum(axis=1), "the root is taken of each pixel: sum first"),
        ),
    )
    yield "the root of the sum of (output - target)^2"
    middle = (targets + outputs) / 2
    half = expect.array(l2(targets, middle))
    expect.close(half, np.sqrt(squares.sum(axis=1)) / 2, what="the distance to a point half way")
    # Room for the small number that is often put under the root, for the gradient's sake.
    itself = np.asarray(expect.array(l2(targets, targets)))
    if np.abs(itself).max() > 2e-3:
        raise expect.NotYet(f"an image is {itself.max():.3g} away from itself; 0 is expected")
    targets, outputs = rng.uniform(size=(2, 3, 5)).astype("float32")
    expect.close(
        l2(targets, outputs),
        np.linalg.norm(outputs - targets, axis=1),
        what="the result for 3 images of 5 pixels (is a size fixed?)",
    )
    yield "half way is half as far, and a perfect copy costs 0"


def _expect_one_number_an_image(value, squares):
    """Accept (n,), or say over what was summed or averaged instead."""
    if value is not None and np.shape(value) == ():
        number = float(np.asarray(value))
        if np.isclose(number, np.sqrt(squares.sum()), rtol=1e-4):
            raise expect.NotYet("one distance for the whole batch: one root for each image")
        raise expect.NotYet(
            "one number came back for the whole batch: the loop averages, your loss does not"
        )
    if np.shape(value) == (squares.shape[1],):
        raise expect.NotYet("worked along axis 0, over the batch; the pixels are axis 1")
    if np.shape(value) == squares.shape:
        raise expect.NotYet("one number a pixel came back: sum over the pixels of each image")
    expect.shaped(value, squares.shape[:1])


@exercise(
    "4.5",
    "Neighbour agreement",
    points=3,
    steps=("value", "two groups", "any length"),
    hints=(
        "For each code: the distances to all codes, the nearest one, and whether labels agree.",
        "Every point is nearest to itself, at distance 0: put its own distance to infinity first.",
        "distances = np.sum((codes - codes[i]) ** 2, axis=1); distances[i] = np.inf; "
        "labels[np.argmin(distances)] == labels[i]; the mean of that over all i",
    ),
)
def check_neighbour_agreement(neighbour_agreement, rng):
    for size in (2, 5):
        codes, labels = rng.normal(size=(60, size)), rng.integers(0, 3, size=60)
        codes[:, 0] *= 4  # so that one axis alone does not decide
        _expect_agreement(neighbour_agreement(codes, labels), codes, labels)
    yield "the share of points whose nearest other point has their label"
    pairs = np.array([[0.0, 0.0], [0.1, 0.0], [5.0, 5.0], [5.0, 5.1]])
    for labels in ([3, 3, 8, 8], [3, 8, 3, 8]):
        _expect_agreement(neighbour_agreement(pairs, np.array(labels)), pairs, np.array(labels))
    yield "1 for pairs of equal labels, 0 for pairs of different ones"
    codes, labels = rng.normal(size=(7, 3)), np.array([1, 1, 1, 1, 1, 1, 2])
    _expect_agreement(neighbour_agreement(codes, labels), codes, labels)
    yield "for any number of points and units"


def _expect_agreement(value, codes, labels):
    """Accept the share, or say what was measured instead."""
    squares = np.square(codes[:, None] - codes[None])
    distances = squares.sum(axis=2)
    np.fill_diagonal(distances, np.inf)

    def share(matrix):
        return float(np.mean(labels[matrix.argmin(axis=1)] == labels))

    expected = share(distances)
    if value is None or np.shape(value) != ():
        raise expect.NotYet(
            f"expected one share between 0 and 1, got {expect.describe(value)}: the mean over "
            "all points"
        )
    value = float(np.asarray(value))
    if np.isclose(value, expected):
        return
    first = squares[:, :, 0] + np.where(np.eye(len(codes)), np.inf, 0)
    farthest = np.where(np.isinf(distances), -np.inf, distances)
    products = codes @ codes.T
    np.fill_diagonal(products, -np.inf)
    for wrong, cause in (
        (
            1.0,
            "every point agrees, whatever its label: each finds itself, at distance 0. Ask for "
            "the nearest *other* point",
        ),
        (expected * len(codes), "that is the number of points: divide by how many there are"),
        (1 - expected, "that is the share that disagrees"),
        (share(first), "only the first unit of the code is compared: sum over the units"),
        (share(-farthest), "that is the farthest point: take the smallest distance"),
        (share(-products), "the largest product is not the nearest point: use distances"),
    ):
        if np.isclose(value, wrong):
            raise expect.NotYet(cause)
    raise expect.NotYet(f"expected the share {expected:.4g}, got {value:.4g}")


@exercise(
    "4.6",
    "One greedy stage",
    points=3,
    noun="stage",
    steps=("first stage", "inputs", "reconstructions"),
    hints=(
        "The next stage learns from the codes of the trained encoders, one after the other.",
        "Back to an image, the decoder trained last comes first: reversed(decoders).",
        "inputs = images; for encoder in encoders: inputs = encoder(inputs); then outputs = "
        "inputs; for decoder in reversed(decoders): outputs = decoder(outputs); return inputs, "
        "outputs",
    ),
)
def check_greedy_stage(greedy_stage, rng):
    images = rng.uniform(size=(4, 6)).astype("float32")
    names = ("inputs", "reconstructions")
    for name, value in zip(names, expect.parts(greedy_stage([], [], images), names), strict=True):
        expect.close(value, images, what=f"the {name} with no stage trained")
    yield "with no stage trained, the images themselves"
    # Square kernels, so that a wrong order is no error of shapes.
    encoders, decoders = _small_halves(3, rng), _small_halves(3, rng)
    first, second, third = (half(images) for half in encoders[:1] * 3)
    second = encoders[1](first)
    third = encoders[2](second)
    given = list(encoders), list(decoders)
    inputs, outputs = expect.parts(greedy_stage(*given, images), names)
    if given != (encoders, decoders):
        raise expect.NotYet(
            "your function changes the lists it was given, for example with .reverse() or .pop(): "
            "the next stage needs them as they were"
        )
    backwards = encoders[0](encoders[1](encoders[2](images)))
    expect.close(
        inputs,
        third,
        (
            (images, "the inputs are still the images: the next stage reconstructs codes"),
            (first, "only the first encoder is used: send the images through all of them"),
            (encoders[2](images), "only the last encoder is used: its inputs are codes too"),
            (second, "the last encoder is left out"),
            (backwards, "the encoders are in reverse: the stage trained first comes first"),
            (_through(third, decoders[::-1]), "these are reconstructions: return the codes first"),
        ),
        what="the inputs of the next stage",
    )
    yield "the codes after every trained encoder, in order"
    expect.close(
        outputs,
        _through(third, decoders[::-1]),
        (
            (
                _through(third, decoders),
                "the decoders are in the encoders' order: the one trained last comes first",
            ),
            (decoders[0](third), "only the first decoder is used"),
            (decoders[-1](third), "only the last decoder is used: go on to the images"),
            (third, "these are the codes: send them back through the decoders"),
            (images, "these are the images themselves"),
        ),
        what="the reconstructions",
    )
    one = expect.parts(greedy_stage(encoders[:1], decoders[:1], images), names)
    for name, value, right in zip(names, one, (first, decoders[0](first)), strict=True):
        expect.close(value, right, what=f"the {name} with one stage trained")
    yield "back through every decoder, the last one first"


def _through(values, models):
    for model in models:
        values = model(values)
    return values


def _small_halves(count, rng):
    """Return models (n, 6) -> (n, 6), each of one sigmoid layer with weights of its own."""
    import keras

    halves = []
    for _ in range(count):
        half = keras.Sequential([keras.Input((6,)), keras.layers.Dense(6, "sigmoid")])
        half.set_weights([rng.normal(scale=2.0, size=w.shape) for w in half.get_weights()])
        halves.append(half)
    return halves


@exercise(
    "4.7",
    "Reading the curves",
    points=2,
    steps=("epoch", "gap", "ties"),
    hints=(
        "Find the lowest error on the unseen images; its place in the list, plus 1, is the epoch.",
        "The gap is a difference at that epoch: unseen error minus training error.",
        "position = int(np.argmin(unseen_errors)); return position + 1, "
        "unseen_errors[position] - train_errors[position]",
    ),
)
def check_best_epoch(best_epoch, rng):
    names = ("epoch", "gap")
    cases = []
    for place in (0, 3, 7, 5):
        train = np.sort(rng.uniform(1.0, 5.0, size=8))[::-1]
        unseen = rng.uniform(6.0, 7.0, size=8)
        unseen[place] = 5.5
        epoch, gap = expect.parts(best_epoch(train, unseen), names)
        _expect_epoch(epoch, place)
        cases.append((gap, train, unseen, place))
    yield "the lowest error on unseen images, counted from 1"
    for gap, train, unseen, place in cases:
        expect.close(
            gap,
            unseen[place] - train[place],
            (
                (train[place] - unseen[place], "the sign: unseen minus training"),
                (unseen[-1] - train[-1], "that is the gap at the last epoch, not at the best one"),
                (unseen[place] - train[-1], "both errors are those of the best epoch"),
                (unseen[place] / train[place], "that is a ratio: subtract"),
                (unseen[place], "that is the error itself: subtract the training error"),
            ),
            what="the gap",
        )
    _, gap = expect.parts(best_epoch(np.array([6.0, 5.0]), np.array([5.0, 4.5])), names)
    expect.close(
        gap,
        -0.5,
        ((0.5, "the sign: where the unseen error is the smaller one, the gap is negative"),),
        what="the gap",
    )
    yield "unseen minus training error, at that epoch"
    train, unseen = [4.0, 3.0, 2.0, 1.0], [6.0, 5.0, 5.0, 5.5]
    epoch, gap = expect.parts(best_epoch(train, unseen), names)
    if epoch == 3:
        raise expect.NotYet("two epochs are equally good: the earlier one costs less")
    _expect_epoch(epoch, 1)
    expect.close(gap, 2.0, what="the gap")
    yield "the first of equals, from lists as well as arrays"


def _expect_epoch(epoch, place):
    if np.shape(epoch) != () or epoch is None:
        raise expect.NotYet(f"expected the epoch {place + 1}, got {expect.describe(epoch)}")
    if epoch == place + 1:
        return
    if epoch == place:
        raise expect.NotYet("that is the place in the list, from 0: epochs are counted from 1")
    if epoch == 8:
        raise expect.NotYet(
            "that is the last epoch, where the *training* error is lowest: ask the unseen images"
        )
    raise expect.NotYet(f"expected the epoch {place + 1}, got {expect.describe(epoch)}")
