"""Checks of lesson 07: transposed convolutions, an LSTM's size, tied gradients, strokes."""

import numpy as np
from scipy.special import expit

from helpers.checks import expect, models
from helpers.checks.cases import Shape, compare
from helpers.checks.registry import exercise


def _numbers(rng, *shape):
    """Return numbers of both signs, none of them near 0."""
    return rng.choice((-1.0, 1.0), size=shape) * rng.uniform(0.5, 1.5, size=shape)


@exercise(
    "7.1",
    "Transposed convolution in one dimension",
    points=2,
    steps=("blocks", "edges"),
    hints=(
        "The last block begins at stride * (m - 1), and it is k numbers long.",
        "Start from zeros of that length; for each input add its number times the kernel to the k "
        "places that begin at stride * i.",
        "A slice of the outputs that is k long takes one block: its begin moves by `stride` from "
        "one input to the next. Adding in place (+=) lets overlaps add up; the zeros have to be "
        "floats, or whole numbers cut off the decimals.",
    ),
    also="put stride - 1 zeros between the inputs; np.convolve of that and the kernel is the same.",
)
def check_transpose_convolve(transpose_convolve, rng):
    inputs, kernel = _numbers(rng, 5), _numbers(rng, 3)
    yield from compare(
        transpose_convolve,
        _written,
        [*((inputs, kernel, s) for s in (2, 1, 3)), (_numbers(rng, 6), _numbers(rng, 4), 2)],
        _written_wrong,
        says="every input writes the kernel, and overlaps add up",
        what="the result for m = {x.size}, k = {w.size} and stride {s}",
    )
    zeros = np.pad(_numbers(rng, 3), 1), np.pad(_numbers(rng, 2), 1)
    whole = rng.permutation([-3, 1, 2, 5]), np.array([0.5, -1.25, 0.75])
    yield from compare(
        transpose_convolve,
        _written,
        [(inputs, kernel, 4), (inputs[:1], kernel[:1], 2), (*zeros, 2), (*whole, 2)],
        lambda x, w, s: {
            "whole numbers as inputs cut off the decimals: make zeros of another type": (
                _replaced(x, w, s, x.dtype, np.add)
            ),
            "the last block is as long as the kernel, even where the stride is larger": (
                Shape([s * (x.size - 1) + max(w.size, s)])
            ),
        },
        says="one input, a stride beyond the kernel, zeros at the ends, whole numbers",
        what="the result for inputs {x}, kernel {w} and stride {s}",
    )


def _written(x, w, s):
    """Return the transposed convolution: zeros between the inputs, then an ordinary one."""
    return np.convolve(np.kron(x, np.eye(s)[0])[: s * (len(x) - 1) + 1], w)


def _replaced(x, w, s, dtype=float, write=lambda old, new: new):
    """Return what comes when blocks are written in this way."""
    outputs = np.zeros(s * (len(x) - 1) + len(w), dtype)
    for i, number in enumerate(x):
        block = outputs[s * i : s * i + len(w)]
        block[:] = write(block, number * w)
    return outputs


def _written_wrong(x, w, s):
    right, m, k = _written(x, w, s), len(x), len(w)
    return {
        "stride times m numbers, as with padding; the last block may be longer": Shape([s * m]),
        "an ordinary convolution leaves so few; here every input writes": Shape([(m - k) // s + 1]),
        "it is m - 1 strides from the first block to the last": Shape([s * m + k]),
        "the stride is missing: blocks begin `stride` places apart": _written(x, w, 1),
        "block i begins at place i: it begins at stride * i": (
            np.pad(_written(x, w, 1), (0, (s - 1) * (m - 1)))
        ),
        "blocks stand side by side; they begin `stride` apart and overlap": Shape([m * k]),
        "where two blocks overlap, the later one replaces the earlier: use +=": _replaced(x, w, s),
        "the kernel is written backwards: w[p] goes to place s i + p": _written(x, w[::-1], s),
        "every block is the kernel itself: multiply it by its input": _written(x**0, w, s),
        "the inputs are only repeated: multiply by the weights": _written(x, w**0, s),
        "overlaps are averaged: they add up": right / np.maximum(_written(x**0, w**0, s), 1),
    }


@exercise(
    "7.2",
    "The decoder on paper",
    points=1,
    steps=("valid", "same", "parameters"),
    hints=(
        "For the side with padding valid, take the length of Exercise 7.1: how far is it to the "
        "last block, and how long is that?",
        "For same, the result is cut to `stride` pixels per input pixel. Each output channel has "
        "kernel_size² weights for each input channel, and one bias.",
        "Try both on the source: side 3 with kernel 3 and stride 2 makes 7 with valid, and 7 makes "
        "14 with same; 64 channels to 32 have 18,464 parameters.",
    ),
    also="keras.layers.Conv2DTranspose says the same by compute_output_shape and count_params.",
)
def check_transposed_shape(transposed_shape, rng):
    options = {"parts": ("output_side", "num_parameters"), "tolerance": 1e-9, "whole": True}
    sides = [(3, 3, 2), (5, 4, 2), (7, 2, 2), (4, 5, 3), (6, 3, 1)]
    sides = [(n + int(rng.integers(6)), k, s) for n, k, s in sides] + [(1, 3, 2)]
    yield from compare(
        transposed_shape,
        lambda n, c, f, k, s, padding: (n - 1) * s + k,
        [(n, 5, 4, k, s, "valid") for n, k, s in sides],
        lambda n, c, f, k, s, padding: {
            "that is an ordinary convolution, which shrinks": (n - k) // s + 1,
            "it is side - 1 strides from the first block to the last": n * s + k,
            '"valid" gives stride pixels for each input pixel; that is "same"': n * s,
            "the last block is kernel_size long, and not one pixel": (n - 1) * s + 1,
            "the two results are exchanged: output_side comes first": (k * k * c + 1) * f,
        },
        says="as far as the last block reaches",
        part="output_side",
        what='output_side for side {n}, kernel {k}, stride {s}, "valid"',
        **options,
    )
    yield from compare(
        transposed_shape,
        lambda n, c, f, k, s, padding: n * s,
        [(n, 5, 4, k, s, "same") for n, k, s in sides],
        lambda n, c, f, k, s, padding: {
            '"same" gives what "valid" should: cut it to side times stride': (n - 1) * s + k,
            '"same" is not the same side: it is stride pixels for each input pixel': n,
            "that is an ordinary convolution: this one makes the image larger": -(-n // s),
        },
        says="stride pixels for each input pixel",
        part="output_side",
        what='output_side for side {n}, kernel {k}, stride {s}, "same"',
        **options,
    )
    counts = [(64, 32, 3, "valid"), (7, 2, 5, "same"), (256, 128, 3, "same")]
    more = rng.integers(4, size=(3, 2)).tolist()
    counts = [(c + a, f + b, *rest) for (c, f, *rest), (a, b) in zip(counts, more, strict=True)]
    counts.append((1, 6, 4, "valid"))
    yield from compare(
        transposed_shape,
        lambda n, c, f, k, s, padding: (k * k * c + 1) * f,
        [(6, c, f, k, 2, padding) for c, f, k, padding in counts],
        lambda n, c, f, k, s, padding: {
            "the biases are missing: one for each output channel": k * k * c * f,
            "one bias for each input channel; it is one for each output channel": (k * k * f + 1)
            * c,
            "there is one bias for each output channel, not one for all": k * k * c * f + 1,
            "the input channels are missing: a weight for each of them": (k * k + 1) * f,
            "a kernel is a square: kernel_size² places": (k * c + 1) * f,
            "the weights are the same at every place: do not count places": (
                (k * k * c + 1) * f * n * n
            ),
        },
        says="one kernel for each pair of channels, one bias for each output channel",
        part="num_parameters",
        what="num_parameters with {c} channels, {f} filters, kernel {k}",
        **options,
    )


def _maps(rng):
    """on the 4 stacks of 64 maps below"""
    return rng.normal(size=(4, 3, 3, 64)), rng.normal(size=(3, 3, 32, 64)), 2


@exercise(
    "7.3",
    "Transposed convolution of images",
    points=3,
    steps=("one channel", "channels", "edges"),
    hints=(
        "As in one dimension, with a loop over rows and one over columns; each pixel writes a "
        "square of k by k with f channels.",
        "For one pixel and all images, (n, c) meets (k, k, f, c), and c is summed over. Which of "
        "np.tensordot, np.einsum and @ leaves (n, k, k, f)?",
        "The outputs begin as zeros (n, height, width, f), with height and width from Exercise "
        "7.1. Row slice and column slice of a square are both k long and move by `stride`; all "
        "images and all f channels are added at once.",
    ),
    also="a loop over the k times k weights does it, too: images @ kernel[p, q].T is added to "
    "every stride-th row from p and every stride-th column from q.",
    later=_maps,
)
def check_transpose_convolve_images(transpose_convolve_images, rng):
    def step(cases, mistakes, says):
        what = "the result for images {x.shape}, a kernel {w.shape} and stride {s}"
        return compare(transpose_convolve_images, _painted, cases, mistakes, says=says, what=what)

    def case(shape, size, filters, s):
        return _numbers(rng, *shape), _numbers(rng, size, size, filters, shape[3]), s

    cases = [case((2, 3, 4, 1), 3, 1, 2), case((3, 2, 3, 1), 4, 1, 1), case((2, 4, 2, 1), 2, 1, 2)]
    yield from step(cases, _painted_wrong, "every pixel writes a square, and overlaps add up")
    yield from step(
        [case((2, 3, 2, 4), 3, 4, 2), case((3, 2, 4, 2), 2, 2, 1)],
        lambda x, w, s: {
            "channels exchanged: kernel[p, q, f, c], output first": _painted(
                x, w.swapaxes(2, 3), s
            ),
            "only the first input channel is used: sum over all": _painted(
                x[..., :1], w[..., :1], s
            ),
            "averaged over the input channels: they add up": _painted(x, w, s) / w.shape[3],
            "the output channels are added up: keep the last axis": _painted(x, w, s).sum(axis=3),
        },
        "summed over the input channels, one map for each output channel",
    )
    x, w, _ = case((2, 3, 2, 2), 2, 3, 2)
    whole = rng.permutation(np.arange(1, 13)).reshape(2, 3, 2, 1), w[..., :1], 1
    one = x[:1, :1, :1, :1], w[:1, :1, :1, :1], 2
    yield from step(
        [(x, w, 2), (x[:1], w, 3), one, whole],
        lambda x, w, s: {
            "the last square is as large as the kernel, even where the stride is larger": Shape(
                (len(x), *(s * (m - 1) + max(len(w), s) for m in x.shape[1:3]), w.shape[2])
            ),
            "f, the output channel, is the kernel's third axis": (
                Shape((*_painted(x, w, s).shape[:3], w.shape[3]))
            ),
            "whole numbers as pixels cut off the decimals: make zeros of another type": (
                _repainted(x, w, s, x.dtype, np.add)
            ),
        },
        "one image, one pixel, a stride beyond the kernel, whole numbers",
    )


def _painted(x, w, s):
    """Return the transposed convolution, weight by weight."""
    outputs = _canvas(x, w, s)
    rows, columns = (s * (side - 1) + 1 for side in x.shape[1:3])
    for p, q in np.ndindex(w.shape[:2]):
        outputs[:, p : p + rows : s, q : q + columns : s] += x @ w[p, q].T
    return outputs


def _canvas(x, w, s, dtype=float):
    """Return zeros of the shape of the result."""
    sides = (s * (side - 1) + len(w) for side in x.shape[1:3])
    return np.zeros((len(x), *sides, w.shape[2]), dtype)


def _repainted(x, w, s, dtype=float, write=lambda old, new: new):
    """Return what comes when the squares are written in this way."""
    outputs, k = _canvas(x, w, s, dtype), len(w)
    for i, j in np.ndindex(x.shape[1:3]):
        square = outputs[:, s * i : s * i + k, s * j : s * j + k]
        square[:] = write(square, np.einsum("nc,pqfc->npqf", x[:, i, j], w))
    return outputs


def _painted_wrong(x, w, s):
    right, same = _painted(x, w, s), Shape((len(x), s * x.shape[1], s * x.shape[2], 1))
    return {
        'stride pixels for each pixel, that is "same"; here it is "valid"': same,
        "height and width are exchanged": right.swapaxes(1, 2),
        "the images are added up: keep the first axis": right.sum(axis=0),
        "the images are added up: each has a result of its own": 0 * right + right.sum(axis=0),
        "the last axis is missing: keep it for one output channel, too": right[..., 0],
        "where two squares overlap, the later one replaces the earlier: use +=": (
            _repainted(x, w, s)
        ),
        "the kernel is turned round: weight (p, q) goes to row s i + p and column s j + q": (
            _painted(x, w[::-1, ::-1], s)
        ),
        "rows and columns of the kernel are exchanged": _painted(x, w.swapaxes(0, 1), s),
        "overlaps are averaged: they add up": right / _painted(x**0, w**0, s),
    }


@exercise(
    "7.4",
    "Parameters of an LSTM",
    points=1,
    steps=("count",),
    hints=(
        "There are three gates and a candidate: four times the same count.",
        "Each of the four has a weight from every input and from every output to each unit, and "
        "one bias for each unit.",
        "On one input and one unit each of the four has three numbers, a weight of the input, a "
        "weight of the last output and a bias: 12 in all. The unit's memory has no weights.",
    ),
    also="it is 4 * units * (input_size + units + 1): four dense layers on inputs and outputs.",
)
def check_lstm_parameters(lstm_parameters, rng):
    drawn = tuple(map(int, rng.integers(6, 60, size=2)))
    yield from compare(
        lstm_parameters,
        lambda i, h: 4 * h * (i + h + 1),
        [(28, 100), (1, 5), (40, 5), drawn],
        lambda i, h: {
            "that is one part; an LSTM has four: three gates and a candidate": h * (i + h + 1),
            "the candidate is missing: it has weights like a gate's": 3 * h * (i + h + 1),
            "the biases are missing: one for each unit in each of the four": 4 * h * (i + h),
            "the last outputs are missing: they come in beside the inputs": 4 * h * (i + 1),
            "two biases for each unit; Keras's layer has one": 4 * h * (i + h + 2),
            "each of the four parts has biases of its own": 4 * h * (i + h) + h,
            "one bias for each part; it is one for each unit of it": 4 * (h * (i + h) + 1),
            "there is one bias for each unit, not for each input": 4 * (h * (i + h) + i),
            "each unit sees the last outputs of all units, not only its own": 4 * h * (i + 2),
            "the memory has no weights, only inputs and last outputs": 4 * h * (i + 2 * h + 1),
            "the weights are the same at every step: do not count the steps": (
                28 * 4 * h * (i + h + 1)
            ),
        },
        says="four times inputs, outputs and a bias to each unit",
        what="the count for {i} inputs and {h} units",
        tolerance=1e-9,
        whole=True,
    )


@exercise(
    "7.5",
    "The gradient of both uses",
    points=2,
    steps=("encoder", "decoder", "edges"),
    hints=(
        "First the slopes of the error at the outputs: 2 (outputs - images) / n.",
        "Through the encoder they go back through W^T to the codes, and then meet the images. For "
        "the decoder write the formula of dE/dD from Exercise 2.6 with D = W^T: what is its shape, "
        "and what is the shape of W?",
        "Each part is a product of two matrices that share the axis of the images: images "
        "(turned) with what came back to the codes, and slopes (turned) with the codes. By hand, "
        "with one pixel and W = 0.5, both are -0.75.",
    ),
    also="a tape that watches two copies of the kernel, one for each use, returns the two parts; "
    "with one kernel it returns their sum.",
)
def check_tied_gradients(tied_gradients, rng):
    parts = ("encoder_part", "decoder_part")
    cases = [(_numbers(rng, n, d), _numbers(rng, d, k)) for n, d, k in ((6, 5, 3), (4, 7, 2))]
    cases.append((_numbers(rng, 6, 5), cases[0][1]))
    edges = [(_numbers(rng, n, d), _numbers(rng, d, k)) for n, d, k in ((1, 4, 2), (3, 4, 1))]
    edges.append((np.ones((1, 1)), np.full((1, 1), 0.5)))
    for place, part in enumerate(parts):
        yield from compare(
            tied_gradients,
            lambda x, w, place=place: _tied_parts(x, w)[place],
            cases,
            lambda x, w, place=place: (
                _tied_wrong(*_tied_parts(x, w), place, len(x)) | _tied_slips(x, w, place)
            ),
            says=f"the slope of the error when only the {part[:7]}'s kernel moves",
            parts=parts,
            part=part,
            what=part,
        )
    for place, part in enumerate(parts):
        right = lambda x, w, place=place: _tied_parts(x, w)[place]  # noqa: E731
        list(compare(tied_gradients, right, edges, says="", parts=parts, part=part, what=part))
    yield "one image, one number in the code, one pixel"


def _tied_parts(images, kernel):
    """Return X^T R W and R^T X W, with the slopes R at the outputs."""
    slopes = 2 / len(images) * (images @ kernel @ kernel.T - images)
    return images.T @ slopes @ kernel, slopes.T @ images @ kernel


def _tied_wrong(encoder_part, decoder_part, place, count):
    right, both = (encoder_part, decoder_part)[place], encoder_part + decoder_part
    exchanged = (
        ("this is the decoder's part: the encoder's comes first", decoder_part),
        ("this is the encoder's part again: the decoder's belongs here", encoder_part),
    )
    return {
        exchanged[place][0]: exchanged[place][1],
        "this is the gradient of W^T, (k, d): turn it round, to the shape of W": right.T,
        "that is the whole gradient: return the two parts": both,
        "that is half of the whole gradient: the two parts are not equal": both / 2,
        "the sign: outputs minus images": -right,
        "half of it came back: the square brings a factor 2": right / 2,
        "summed over the images: the error is their mean": right * count,
        "averaged over the pixels: the error is a sum over them": right / len(right),
        "averaged over pixels, summed over images: it is the other way": (
            right * count / len(right)
        ),
    }


def _tied_slips(images, kernel, place):
    """Return what comes of a factor that is left out, or is another one."""
    right, count = _tied_parts(images, kernel)[place], len(images)
    codes = images @ kernel
    outputs = 2 / count * codes @ kernel.T
    square = Shape((images.shape[1], images.shape[1]))
    led_back = (outputs - 2 / count * images) @ kernel
    return {
        "the factor 2 / n is missing": right * count / 2,
        "the outputs meet what came back to the codes: it is the images that the encoder saw": (
            kernel @ codes.T @ led_back
        ),
        "the slopes are made of the outputs alone: outputs minus images": (
            (images.T @ outputs @ kernel, outputs.T @ codes)[place]
        ),
        (
            "the codes themselves meet the images: what meets them is the slopes at the outputs, "
            "led back through the kernel",
            "the images meet the codes: the slopes at the outputs meet them",
        )[place]: 2 / count * images.T @ codes,
        (
            "the kernel is missing: the slopes at the outputs go back through W^T to the codes, "
            "and then meet the images",
            "the slopes at the outputs meet the images: in the decoder they meet the codes",
        )[place]: square,
    }


@exercise(
    "7.6",
    "A recurrent autoencoder of strokes",
    points=3,
    noun="model builder",
    steps=("shapes", "parameters", "encoder", "decoder", "nothing hidden"),
    hints=(
        "Each half has two layers with weights, an LSTM and a Dense. The encoder's LSTM puts out "
        "one vector per stroke, the decoder's one vector per step.",
        "An LSTM puts out its last output only, unless it is told return_sequences=True. "
        "RepeatVector(steps) makes a sequence of one vector. A Dense layer on a sequence works on "
        "each step with the same weights.",
        "In the Functional style each half begins with a keras.Input, (steps, 2) or (code_size,), "
        "and keras.Model takes its two ends. The order is LSTM, Dense in the one, RepeatVector, "
        "LSTM, Dense in the other. model.summary() shows the shape after each layer.",
    ),
    also="TimeDistributed around the last Dense layer does the same, and keras.Sequential twice "
    "does for the two models.",
)
def check_build_stroke_autoencoder(build_stroke_autoencoder, rng):
    sizes = [(5, 2, 3), (3, 1, 4)] if rng.random() < 0.5 else [(4, 2, 3), (6, 1, 4)]
    built = {}
    for steps, k, units in sizes:
        halves = expect.parts(build_stroke_autoencoder(steps, k, units), _HALVES)
        _expect_stroke_shapes(halves, steps, k, units)
        built[steps, k, units] = halves
    _expect_stroke_shapes(
        expect.parts(build_stroke_autoencoder(1, *sizes[0][1:]), _HALVES), 1, *sizes[0][1:]
    )
    yield "strokes of any number of points to a code and back, also of a single point"
    for (_, k, units), halves in built.items():
        _expect_stroke_weights(halves, k, units)
    yield "an LSTM and a dense layer in each half, whatever the number of steps"
    drawn = {
        size: [_squeezed(models.draw_weights(half, rng)) for half in built[size]] for size in sizes
    }
    for place, says in enumerate(
        (
            "it reads the points in order; the code is linear in the last output",
            "it is shown the code at every step, and writes a point at each",
        )
    ):
        shapes = [(6, steps, 2) if place == 0 else (6, k) for steps, k, _ in sizes]
        inputs = [rng.normal(size=shape).astype("float32") for shape in shapes]
        if place == 0:  # points that a layer of Keras's may pass over
            inputs[0][range(3), (0, 1, -1)] = np.array(_SKIPPED)[:, None]
        yield from compare(
            lambda size, inputs, place=place: built[size][place](inputs),
            lambda size, inputs, place=place: _half(drawn[size][place], inputs, place, size),
            list(zip(sizes, inputs, strict=True)),
            lambda size, inputs, place=place: _half_wrong(drawn[size][place], inputs, place, size),
            says=says,
            what=("the code", "the points")[place],
            tolerance=1e-3,
        )
    steps, k, units = sizes[0]
    fresh = models.expect_fresh(build_stroke_autoencoder, sizes[0], _HALVES)
    models.expect_drawn(fresh, _HALVES)
    for half, name, shape in zip(fresh, _HALVES, ((steps, 2), (k,)), strict=True):
        models.build(half, name, shape)
        _expect_as_keras_begins(half, name, units)
        models.expect_plain(half, name, shape, trainable=5, rng=rng)
    yield "new layers at each call, all can be trained, nothing random in them"


_HALVES = ("encoder", "decoder")


def _expect_stroke_shapes(halves, steps, k, units):
    encoder, decoder = halves
    codes = models.build(encoder, "encoder", (steps, 2))
    if codes.shape == (4, steps, k) and steps > 1 and not np.ptp(codes, axis=1).any():
        raise expect.NotYet(
            "the encoder returns its code once for every step: return it once, (n, code_size); "
            "to repeat it is the decoder's part"
        )
    if codes.shape == (4, steps, k) and steps > 1:
        raise expect.NotYet(
            "the encoder makes a code at every step: only the output after the last point makes "
            "the code, so leave out return_sequences there"
        )
    if codes.shape == (4, units) and units != k:
        raise expect.NotYet(
            f"the encoder returns the {units} outputs of its LSTM: a layer that makes {k} numbers "
            "of them is missing"
        )
    expect.shaped(codes, (4, k), f"what the encoder returns for 4 strokes of {steps} points")
    points = models.build(decoder, "decoder", (k,))
    causes = {
        (4, 2): "the decoder returns one point: its LSTM has to pass on its output at every step "
        "(return_sequences)",
        (4, steps, units): f"the decoder returns the {units} outputs of its LSTM at each step: a "
        "layer that makes a point of them is missing",
        (4, 2 * steps): "the decoder returns the points in one row: a point for each step is asked "
        "for, (n, steps, 2)",
    }
    if points.shape in causes and points.shape != (4, steps, 2):
        raise expect.NotYet(causes[points.shape])
    expect.shaped(points, (4, steps, 2), f"what the decoder returns for 4 codes of {steps} steps")


def _stroke_shapes(place, k, units):
    """Return the shapes of a half's weights: the LSTM's three, the dense layer's two."""
    inputs, outputs = ((2, k), (k, 2))[place]
    gates = 4 * units
    return [(inputs, gates), (units, gates), (gates,), (units, outputs), (outputs,)]


def _squeezed(weights):
    """Return weights with each kernel as a matrix: that of a convolution over one step, too."""
    return [w[0] if w.ndim == 3 and len(w) == 1 else w for w in weights]


def _expect_stroke_weights(halves, k, units):
    for place, (half, name) in enumerate(zip(halves, _HALVES, strict=True)):
        right = _stroke_shapes(place, k, units)
        weights = _squeezed(half.get_weights())
        for weight in weights:
            if weight.dtype != np.float32:
                raise expect.NotYet(
                    f"the {name} has weights of type {weight.dtype}: leave dtype as Keras has it, "
                    "float32"
                )
        came = [tuple(weight.shape) for weight in weights]
        if sorted(came) == sorted(right):
            continue
        told = _other_layers(came, place, k, units)
        count, wanted = (sum(map(np.prod, shapes)) for shapes in (came, right))
        raise expect.NotYet(f"{told} ({count} parameters; on paper there are {wanted})")


def _other_layers(came, place, k, units):
    """Say which layers a half has, by the shapes of its weights, in place of the right ones."""
    name, (inputs, outputs) = _HALVES[place], ((2, k), (k, 2))[place]
    found = _recurrent(came, inputs, 4)
    if units not in found:
        if found == [outputs] and len(came) == 3:
            return (
                f"the LSTM of the {name} makes the {('code', 'points')[place]} itself, with "
                f"{outputs} units: give it the {units} units asked for, and add a Dense layer that "
                f"makes {outputs} of them"
            )
        if found:
            return (
                f"the LSTM of the {name} has {found[0]} units where `units` is {units}: use the "
                "argument"
            )
        told = f"the {name} has no LSTM of {units} units"
        if _recurrent(came, inputs, 3):
            return f"{told}: a GRU has fewer gates"
        return f"{told}: a SimpleRNN has no gates" if _recurrent(came, inputs, 1) else told
    if len(came) > 5:
        return f"the {name} has more layers with weights than an LSTM and a dense one"
    if len(came) < 5:
        return f"the {name} should have five arrays of weights, the biases among them"
    return f"the weights of the {name} do not have the shapes of an LSTM and a dense layer"


def _recurrent(came, inputs, parts):
    """Return the units of recurrent layers of so many parts: 4 of an LSTM, 3 of a GRU."""
    return sorted(
        {
            shape[0]
            for shape in came
            if len(shape) == 2 and shape[1] == parts * shape[0] and (inputs, shape[1]) in came
        }
    )


# Numbers that a layer may be told to pass over, where all numbers of a step are that.
_SKIPPED = 0.0, -1.0, 1.0


def _expect_as_keras_begins(half, name, units):
    """Refuse first weights of an LSTM that are drawn or set in another way than Keras's own."""
    gates = 4 * units
    weights = _squeezed(half.get_weights())
    biases = next(w for w in weights if w.shape == (gates,))
    if not np.array_equal(biases, np.repeat([0, 1, 0, 0], units)):
        raise expect.NotYet(
            f"the LSTM of the {name} does not begin with the biases that Keras gives it, 1 for the "
            "forget gates and 0 for all others: leave bias_initializer and unit_forget_bias as "
            "they are"
        )
    recurrent = next(w for w in weights if w.shape == (units, gates))
    if not np.allclose(recurrent @ recurrent.T, np.eye(units), atol=1e-3):
        raise expect.NotYet(
            f"the LSTM of the {name} does not begin with an orthogonal matrix from outputs to "
            "gates, as Keras has it: leave recurrent_initializer as it is"
        )
    kernel = next(w for w in weights if w.ndim == 2 and w.shape[1] == gates and w is not recurrent)
    if np.abs(kernel).max() > 1.001 * np.sqrt(6 / sum(kernel.shape)):
        raise expect.NotYet(
            f"the LSTM of the {name} begins with larger weights of its inputs than Keras draws: "
            "leave kernel_initializer as it is"
        )


def _lstm(weights, inputs, units, bend=np.tanh, gate=expit, skip=None, memories=False):
    """Return the outputs of an LSTM at every step, (n, steps, units), in NumPy.

    Args:
        bend: the function of candidate and output.
        gate: the gates'.
        skip: pass over steps whose numbers are all this one, as Masking has it.
        memories: return what the LSTM remembers at every step, not what it puts out.
    """
    by_shape = {weight.shape: weight for weight in weights}
    kernel, recurrent = by_shape[inputs.shape[2], 4 * units], by_shape[units, 4 * units]
    output = memory = np.zeros((len(inputs), units))
    outputs = []
    for step in range(inputs.shape[1]):
        sums = inputs[:, step] @ kernel + output @ recurrent + by_shape[4 * units,]
        write, keep, candidate, show = np.split(sums, 4, axis=1)
        old = output, memory
        memory = gate(keep) * memory + gate(write) * bend(candidate)
        output = gate(show) * bend(memory)
        if skip is not None:
            passed = np.all(inputs[:, step] == skip, axis=1)[:, None]
            output, memory = np.where(passed, old[0], output), np.where(passed, old[1], memory)
        outputs.append(memory if memories else output)
    return np.stack(outputs, axis=1)


def _dense(weights, outputs, size):
    by_shape = {weight.shape: weight for weight in weights}
    return outputs @ by_shape[outputs.shape[-1], size] + by_shape[size,]


def _half(weights, inputs, place, size):
    """Return what the right encoder (place 0) or decoder (place 1) makes of inputs."""
    steps, k, units = size
    if place == 0:
        return _dense(weights, _lstm(weights, inputs, units)[:, -1], k)
    shown = np.repeat(inputs[:, None], steps, axis=1)
    return _dense(weights, _lstm(weights, shown, units), 2)


def _half_wrong(weights, inputs, place, size):
    steps, k, units = size
    right = _half(weights, inputs, place, size)
    half = _HALVES[place]
    wrong = {
        f"the last layer of the {half} has the activation {name}: leave it linear": change(right)
        for name, change in (
            ("tanh", np.tanh),
            ("sigmoid", expit),
            ("relu", lambda x: np.maximum(x, 0)),
        )
    }
    seen = inputs if place == 0 else np.repeat(inputs[:, None], steps, axis=1)
    used = slice(None) if place else -1
    size = 2 if place else k
    for told, options in {
        "the activation sigmoid": {"bend": expit},
        "the activation relu": {"bend": lambda x: np.maximum(x, 0)},
        "no activation": {"bend": lambda x: x},
        "gates with the activation tanh": {"gate": np.tanh},
        "gates with the activation relu": {"gate": lambda x: np.maximum(x, 0)},
        "gates with the activation hard_sigmoid": {"gate": lambda x: np.clip(x / 6 + 0.5, 0, 1)},
    }.items():
        wrong[f"the LSTM of the {half} has {told}: leave it as Keras has it"] = _dense(
            weights, _lstm(weights, seen, units, **options)[:, used], size
        )
    if place == 0:
        outputs = _lstm(weights, inputs, units)
        wrong |= {
            f"the encoder passes over points whose numbers are all {number:g}: leave Masking out": (
                _dense(weights, _lstm(weights, inputs, units, skip=number)[:, -1], k)
            )
            for number in _SKIPPED
        }
        wrong["the code is made of the LSTM's memory: take its output after the last point"] = (
            _dense(weights, _lstm(weights, inputs, units, memories=True)[:, -1], k)
        )
        turned = _lstm(weights, inputs[:, ::-1], units)[:, -1]
        return wrong | {
            "the encoder reads the points backwards": _dense(weights, turned, k),
            "the code is made of the mean of all outputs: take the one after the last point": (
                _dense(weights, outputs.mean(axis=1), k)
            ),
            "the code is made of the largest outputs: take the one after the last point": (
                _dense(weights, outputs.max(axis=1), k)
            ),
            "the code is made of the first output: take the one after the last point": (
                _dense(weights, outputs[:, 0], k)
            ),
        }
    once = np.zeros((len(inputs), steps, k))
    once[:, 0] = inputs
    first = np.repeat(right[:, :1], steps, axis=1)
    last = np.repeat(right[:, -1:], steps, axis=1)
    memories = _lstm(weights, seen, units, memories=True)
    return wrong | {
        "the points are made of the LSTM's memory: take its output at each step": (
            _dense(weights, memories, 2)
        ),
        "the code is shown at the first step only: show it at every step": (
            _dense(weights, _lstm(weights, once, units), 2)
        ),
        "the decoder writes the points backwards": right[:, ::-1],
        "every step has the same point: pass on the LSTM's output at each step": last,
        "every step has the first point: pass on the LSTM's output at each step": first,
        "the points are added up step by step: return them as they are": right.cumsum(axis=1),
    }
