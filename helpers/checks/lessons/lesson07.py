"""Checks of lesson 07: transposed convolutions, an LSTM's size, tied gradients, fair comparison."""

import itertools

import numpy as np

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
        "outputs = np.zeros(stride * (len(inputs) - 1) + len(kernel)); for i, number in "
        "enumerate(inputs): outputs[stride * i : stride * i + len(kernel)] += number * kernel",
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
    points=2,
    steps=("valid", "same", "parameters"),
    hints=(
        "For the side with padding valid, take the length of Exercise 7.1: how far is it to the "
        "last block, and how long is that?",
        "valid: (side - 1) * stride + kernel_size. same: side * stride. Each output channel has "
        "kernel_size² weights for each input channel, and one bias.",
        'output_side = side * stride if padding == "same" else (side - 1) * stride + kernel_size; '
        "num_parameters = (kernel_size**2 * channels + 1) * filters",
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
        "The square of pixel (i, j), for all images at once: np.einsum('nc,pqfc->npqf', "
        "images[:, i, j], kernel).",
        "outputs = np.zeros((n, stride * (h - 1) + k, stride * (w - 1) + k, f)); in both loops: "
        "outputs[:, stride * i : stride * i + k, stride * j : stride * j + k] += that square",
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
        "return 4 * ((input_size + units) * units + units)",
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
        "Through the encoder they go back through W^T to the codes, slopes @ kernel, and then meet "
        "the images. The decoder's kernel W^T has the gradient codes.T @ slopes; turn it round.",
        "codes = images @ kernel; slopes = 2 * (codes @ kernel.T - images) / len(images); return "
        "images.T @ (slopes @ kernel), slopes.T @ codes",
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
            lambda x, w, place=place: _tied_wrong(*_tied_parts(x, w), place, len(x)),
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


@exercise(
    "7.6",
    "Which network is not beaten?",
    points=2,
    steps=("beaten", "ties", "one left"),
    hints=(
        "Average the errors over the seeds first, axis=1. Then ask of each network whether any "
        "other one beats it.",
        "a beats b if s_a <= s_b and e_a <= e_b and (s_a < s_b or e_a < e_b): so no network beats "
        "itself, and of two equal ones neither does.",
        "kept = [b for b, (size, error) in enumerate(points) if not any(s <= size and e <= error "
        "and (s < size or e < error) for s, e in points)]; return sorted(kept, key=lambda place: "
        "parameters[place])",
    ),
    also="walk from the smallest network up, the smaller error first among equal sizes: one stays "
    "if its error is below all before it, or if it equals the last that stayed.",
)
def check_unbeaten(unbeaten, rng):
    def step(answer, right, cases, mistakes, says):
        what = "the list of places for the sizes {p}"
        return compare(answer, right, cases, mistakes, says=says, what=what, whole=True)

    says = "no other one is as small and as good; the smallest comes first"
    yield from step(unbeaten, _front, _races(rng), _front_wrong, says)
    sizes, errors = np.array([10, 20, 20, 10, 30]), np.array([4.0, 3, 3.5, 4, 3])[:, None]
    yield from step(
        # Which of two equal ones comes first is left open.
        lambda parameters, errors: sorted(unbeaten(parameters, errors)),
        lambda p, e: sorted(_front(p, e)),
        [(sizes[i].tolist(), errors[i] + [[-1, 1]]) for i in (np.arange(5), rng.permutation(5))],
        lambda p, e: {
            "one of the same size with a smaller error beats: <= in both, < in one": (
                _left(p, e, lambda a, b: a[0] < b[0] and a[1] <= b[1])
            ),
            "a smaller one with an equal error beats, too: <= in both, < in one": (
                _left(p, e, lambda a, b: a[0] <= b[0] and a[1] < b[1])
            ),
            "better in one is enough where the other is equal: <= in both, < in one": (
                _left(p, e, lambda a, b: a[0] < b[0] and a[1] < b[1])
            ),
            "two equal networks do not beat each other: both stay": (
                _left(p, e, lambda a, b: a[0] <= b[0] and a[1] <= b[1])
            ),
            "of two equal networks the second is missing: neither beats the other": (
                sorted(set(_front(p, e)) - {len(p) - 1 - p[::-1].index(10)})
            ),
            "of two equal networks the first is missing: neither beats the other": (
                sorted(set(_front(p, e)) - {p.index(10)})
            ),
        },
        "equal ones do not beat each other; equal in one, the other decides",
    )
    single = [([9, 7], np.array([[2.0], [1.0]])), ([7], rng.uniform(size=(1, 3)))]
    told = "a number came back for a single network: return a list, even of one"
    mistakes = {told: lambda p, e: _front(p, e)[0]}
    yield from step(unbeaten, _front, single, mistakes, "a list, even of one")


def _races(rng):
    """Return three races of six networks, in each of which some are beaten.

    Each row's deviations of the seeds add up to 0 and all numbers are sums of powers of 2, so that
    no rounding decides.
    """
    sizes, deviations = np.array([50, 100, 200, 300, 400, 500]), np.array(_DEVIATIONS)
    # Turned by any number, the unbeaten ones are not in the order of their sizes.
    order = np.roll([4, 0, 5, 1, 3, 2], rng.integers(6))
    wide, close = np.array([8.0, 7, 9, 7.5, 5, 3]), 4 + np.array([3, 2, 3, 0, 1, -1]) / 1024
    return [
        (sizes[i].tolist(), (means[:, None] + deviations)[i])
        for i, means in ((order, wide), (np.roll(order, 3), wide), (order, close))
    ]


_DEVIATIONS = ([-4, 2, 2], [4, -2, -2], [-5, 5, 0], [1, 1, -2], [-2, -2, 4], [3, -6, 3])


def _front(p, e):
    """Walk from the smallest network up; keep each new lowest error, and what equals the last."""
    means, kept, last = np.mean(e, axis=1), [], (0, np.inf)
    for place in np.lexsort((means, p)):
        point = p[place], means[place]
        if point[1] < last[1] or point == last:
            kept.append(int(place))
            last = point
    return kept


def _left(p, e, beats):
    """Return what is left by another rule, as it stands in the list."""
    points = list(zip(p, np.mean(e, axis=1), strict=True))
    others = (points[:b] + points[b + 1 :] for b in range(len(p)))
    return [b for b, rest in enumerate(others) if not any(beats(a, points[b]) for a in rest)]


def _front_wrong(p, e):
    right, by_size, means = _front(p, e), np.argsort(p), np.mean(e, axis=1)
    judges = {"median": np.median, "worst": np.max, "best": np.min}
    pairs = itertools.pairwise(by_size)
    return {
        "those are the sizes: return places in the list, counted from 0": [p[i] for i in right],
        "the places are counted from 1: count from 0": [i + 1 for i in right],
        "these are True and False: return places in the list": np.isin(range(len(p)), right),
        "the right ones, as they stand in the list: the smallest comes first": sorted(right),
        "the right ones, the largest first: turn the order round": right[::-1],
        "those are the beaten ones: return the others": [i for i in by_size if i not in right],
        "those are the beaten ones, as they stand in the list: return the others": (
            [i for i in range(len(p)) if i not in right]
        ),
        "only the smallest error is left: it does not beat a smaller network": [np.argmin(means)],
        "only the smallest network is left: it does not beat a smaller error": [np.argmin(p)],
        "nothing is left: a network must not beat itself, nor two each other": [],
        "only the next smaller one is compared: any other one may beat it": (
            [by_size[0], *(b for a, b in pairs if means[b] < means[a])]
        ),
        "the first seed counts alone: average over the seeds, axis=1": _front(p, e[:, :1]),
    } | {
        f"the {name} seed counts alone: average over the seeds, axis=1": (
            _front(p, judge(e, axis=1, keepdims=True))
        )
        for name, judge in judges.items()
    }
