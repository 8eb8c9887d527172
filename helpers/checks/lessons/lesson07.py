"""Checks of lesson 07: transposed convolutions, an LSTM's size, tied gradients, fair comparison."""

import numpy as np

from helpers.checks import expect
from helpers.checks.registry import exercise


@exercise(
    "7.1",
    "Transposed convolution in one dimension",
    points=2,
    steps=("length", "value", "transpose"),
    hints=(
        "The last block begins at stride * (m - 1), and it is k numbers long.",
        "Start from zeros of that length; for each input add its number times the kernel to the k "
        "places that begin at stride * i.",
        "outputs = np.zeros(stride * (len(inputs) - 1) + len(kernel)); for i, number in "
        "enumerate(inputs): outputs[stride * i : stride * i + len(kernel)] += number * kernel",
    ),
)
def check_transpose_convolve(transpose_convolve, rng):
    for count, size, stride in ((5, 3, 2), (4, 4, 1), (3, 2, 3)):
        inputs, kernel = rng.normal(size=count), rng.normal(size=size)
        _expect_length(transpose_convolve(inputs.copy(), kernel.copy(), stride), *inputs.shape,
                       size, stride)  # fmt: skip
    yield "stride times (m - 1), plus k"
    for count, size, stride in ((5, 3, 2), (6, 5, 2), (4, 4, 1), (1, 3, 2), (3, 2, 3)):
        inputs, kernel = rng.normal(size=count), rng.normal(size=size)
        given = inputs.copy(), kernel.copy()
        value = transpose_convolve(*given, stride)
        what = f"the result for {count} inputs, a kernel of {size} and stride {stride}"
        _expect_spread(value, inputs, kernel, stride, what)
        if not (np.array_equal(given[0], inputs) and np.array_equal(given[1], kernel)):
            raise expect.NotYet("your function changes its inputs: write into a new array")
    yield "every input writes the kernel, and overlaps add up"
    v, kernel = rng.normal(size=7), rng.normal(size=4)
    matrix = _matrix(7, kernel, 3)
    u = rng.normal(size=matrix.shape[0])
    expect.close(
        u @ expect.shaped(transpose_convolve(v, kernel, 3), u.shape),
        (matrix.T @ u) @ v,
        what="<u, C.T v> against <C u, v>",
    )
    yield "the transpose of the convolution's matrix"


def _expect_length(value, count, size, stride):
    right = stride * (count - 1) + size
    where = f"{count} inputs, kernel {size}, stride {stride}"
    if value is None or np.ndim(value) != 1:
        raise expect.NotYet(f"expected a vector of {right}, got {expect.describe(value)}")
    if len(value) == right:
        return
    causes = {
        stride * count: "that is stride times m, as with padding; the last block may be longer",
        (count - size) // stride + 1: "that is what an ordinary convolution leaves",
        stride * count + size: "it is m - 1 strides from the first block to the last",
        count + size - 1: "the stride is missing: blocks begin `stride` places apart",
        count * size: "the blocks stand side by side; they begin `stride` places apart and overlap",
    }
    cause = causes.get(len(value), "the last block begins at stride * (m - 1)")
    raise expect.NotYet(f"{where}: {right} numbers are needed, yours are {len(value)}: {cause}")


def _matrix(count, kernel, stride):
    """Return the matrix of the transposed convolution: one shifted kernel a column."""
    matrix = np.zeros((stride * (count - 1) + len(kernel), count))
    for column in range(count):
        for p, weight in enumerate(kernel):
            matrix[stride * column + p, column] = weight
    return matrix


def _expect_spread(value, inputs, kernel, stride, what):
    matrix = _matrix(len(inputs), kernel, stride)
    flipped = _matrix(len(inputs), kernel[::-1], stride)
    last = np.zeros(len(matrix))
    for i, number in enumerate(inputs):
        last[stride * i : stride * i + len(kernel)] = number * kernel
    once = _matrix(len(inputs), np.ones(len(kernel)), stride).sum(axis=1)
    mean = matrix @ inputs / np.maximum(once, 1)
    expect.close(
        value,
        matrix @ inputs,
        (
            (last, "where two blocks overlap, the later one replaces the earlier: use +="),
            (flipped @ inputs, "the kernel is written backwards: weight p goes to place s i + p"),
            (
                matrix.sum(axis=1),
                "every block is the kernel itself: multiply it by its input",
            ),
            (
                _matrix(len(inputs), np.ones(len(kernel)), stride) @ inputs,
                "the inputs are only repeated: multiply by the weights of the kernel",
            ),
            (mean, "overlaps are averaged: they add up"),
        ),
        what=what,
    )


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
)
def check_transposed_shape(transposed_shape, rng):
    names = ("output_side", "num_parameters")

    def answer(side, channels, filters, kernel_size, stride, padding):
        given = side, channels, filters, kernel_size, stride, padding
        return expect.parts(transposed_shape(*given), names)

    for side, kernel_size, stride in ((3, 3, 2), (5, 4, 2), (7, 2, 2), (4, 5, 3), (6, 3, 1)):
        value, _ = answer(side, 5, 4, kernel_size, stride, "valid")
        _expect_side(value, side, kernel_size, stride)
    yield "as far as the last block reaches"
    for side, kernel_size, stride in ((7, 3, 2), (14, 3, 2), (5, 5, 3), (6, 4, 1)):
        value, _ = answer(side, 5, 4, kernel_size, stride, "same")
        expect.close(
            value,
            side * stride,
            (
                (
                    (side - 1) * stride + kernel_size,
                    '"same" gives what "valid" should: it cuts the result down to stride pixels '
                    "for each input pixel",
                ),
                (side, '"same" does not mean the same side: stride pixels for each input pixel'),
                (-(-side // stride), "that is an ordinary convolution: this one makes it larger"),
            ),
            what=f'output_side for side {side}, kernel {kernel_size}, stride {stride}, "same"',
            tolerance=1e-9,
        )
    yield "stride pixels for each input pixel"
    cases = ((64, 32, 3, "valid"), (7, 2, 5, "same"), (1, 6, 4, "valid"), (16, 1, 3, "same"))
    for channels, filters, kernel_size, padding in cases:
        side, value = answer(6, channels, filters, kernel_size, 2, padding)
        _expect_parameters(value, side, channels, filters, kernel_size)
    yield "one kernel a pair of channels, one bias an output channel"


def _expect_side(value, side, kernel_size, stride):
    expect.close(
        value,
        (side - 1) * stride + kernel_size,
        (
            ((side - kernel_size) // stride + 1, "that is an ordinary convolution, which shrinks"),
            (
                side * stride + kernel_size,
                "it is side - 1 strides from the first block to the last",
            ),
            (side * stride, '"valid" gives stride pixels for each input pixel; that is "same"'),
            (
                (side - 1) * stride + 1,
                "the last block is kernel_size long, and not one pixel",
            ),
        ),
        what=f'output_side for side {side}, kernel {kernel_size}, stride {stride}, "valid"',
        tolerance=1e-9,
    )


def _expect_parameters(value, side, channels, filters, kernel_size):
    weights = kernel_size**2 * channels * filters
    expect.close(
        value,
        weights + filters,
        (
            (weights, "the biases are missing: one an output channel"),
            (weights + channels, "one bias an input channel; it is one an output channel"),
            (weights + 1, "there is one bias for each output channel, not one for all"),
            (
                (kernel_size**2 + 1) * filters,
                "the input channels are missing: a weight for each of them",
            ),
            ((kernel_size * channels + 1) * filters, "a kernel is a square: kernel_size² places"),
            (
                (weights + filters) * float(side) ** 2,
                "the weights are the same at every place: do not multiply by the places",
            ),
        ),
        what=f"num_parameters with {channels} channels, {filters} filters, kernel {kernel_size}",
        tolerance=1e-9,
    )


@exercise(
    "7.3",
    "Transposed convolution of images",
    points=3,
    steps=("shape", "one channel", "channels", "Keras"),
    hints=(
        "As in one dimension, with a loop over rows and one over columns; each pixel writes a "
        "square of k by k with f channels.",
        "The square of pixel (i, j), for all images at once: np.einsum('nc,pqfc->npqf', "
        "images[:, i, j], kernel).",
        "outputs = np.zeros((n, stride * (h - 1) + k, stride * (w - 1) + k, f)); in both loops: "
        "outputs[:, stride * i : stride * i + k, stride * j : stride * j + k] += that square",
    ),
)
def check_transpose_convolve_images(transpose_convolve_images, rng):
    cases = (((2, 3, 5, 4), (3, 3, 2, 4), 2), ((1, 4, 2, 1), (4, 4, 3, 1), 3))
    for shape, kernel_shape, stride in cases:
        images, kernel = rng.normal(size=shape), rng.normal(size=kernel_shape)
        value = transpose_convolve_images(images, kernel, stride)
        _expect_map_shape(value, shape, kernel_shape, stride)
    yield "stride * (side - 1) + k along each axis, f channels"
    for shape, size, stride in (((2, 3, 4, 1), 3, 2), ((3, 2, 2, 1), 4, 1)):
        images, kernel = rng.normal(size=shape), rng.normal(size=(size, size, 1, 1))
        given = images.copy(), kernel.copy()
        value = transpose_convolve_images(*given, stride)
        if not (np.array_equal(given[0], images) and np.array_equal(given[1], kernel)):
            raise expect.NotYet("your function changes its inputs: write into a new array")
        _expect_map(value, images, kernel, stride, "the result with one channel")
    yield "every pixel writes a square, and overlaps add up"
    images, kernel = rng.normal(size=(2, 3, 2, 4)), rng.normal(size=(3, 3, 4, 4))
    _expect_map(
        transpose_convolve_images(images, kernel, 2), images, kernel, 2, "the result with channels"
    )
    yield "summed over the input channels"
    _expect_keras(transpose_convolve_images, rng)
    yield "equal to Conv2DTranspose"


def _expect_map_shape(value, shape, kernel_shape, stride):
    (count, height, width, _), (size, _, filters, channels) = shape, kernel_shape
    right = count, stride * (height - 1) + size, stride * (width - 1) + size, filters
    came = np.shape(value)
    causes = {
        (count, *right[1:3], channels): "f, the output channel, is the kernel's third axis",
        (count, right[2], right[1], filters): "height and width are exchanged",
        (count, height * stride, width * stride, filters): 'that is "same"; here it is "valid"',
        right[1:]: "the images are summed: keep the first axis",
        right[:3]: "the output channels are summed: keep them as the last axis",
    }
    if came != right and came in causes:
        raise expect.NotYet(f"the shape should be {right}; yours is {came}: {causes[came]}")
    expect.shaped(value, right)


def _by_matrices(images, kernel, stride):
    """Return the transposed convolution by one matrix for each axis and pair of channels."""
    height, width, size = *images.shape[1:3], kernel.shape[0]
    rows = np.stack([_matrix(height, unit, stride) for unit in np.eye(size)])
    columns = np.stack([_matrix(width, unit, stride) for unit in np.eye(size)])
    return np.einsum("pai,qbj,pqfc,nijc->nabf", rows, columns, kernel, images, optimize=True)


def _expect_map(value, images, kernel, stride, what):
    size = kernel.shape[0]
    right = _by_matrices(images, kernel, stride)
    replaced = np.zeros_like(right)
    for i, j in np.ndindex(*images.shape[1:3]):
        block = np.einsum("nc,pqfc->npqf", images[:, i, j], kernel)
        top, left = stride * i, stride * j
        replaced[:, top : top + size, left : left + size] = block
    causes = [
        (replaced, "where two squares overlap, the later one replaces the earlier: use +="),
        (
            _by_matrices(images, kernel[::-1, ::-1], stride),
            "the kernel is turned round: weight (p, q) goes to row s i + p and column s j + q",
        ),
        (
            _by_matrices(images, kernel.transpose(1, 0, 2, 3), stride),
            "rows and columns of the kernel are exchanged",
        ),
    ]
    if kernel.shape[2] == kernel.shape[3] > 1:
        causes += [
            (
                _by_matrices(images, kernel.transpose(0, 1, 3, 2), stride),
                "the channels are exchanged: kernel[p, q, f, c] has the output channel first",
            ),
            (
                _by_matrices(images[..., :1], kernel[..., :1], stride),
                "only the first input channel is used: sum over all of them",
            ),
            (right / kernel.shape[3], "averaged over the input channels: they add up"),
        ]
    expect.close(value, right, tuple(causes), what=what)


def _expect_keras(transpose_convolve_images, rng):
    import keras

    layer = keras.layers.Conv2DTranspose(3, 4, strides=2, use_bias=False)
    images = rng.normal(size=(2, 4, 3, 5)).astype("float32")
    layer(images)
    layer.set_weights([rng.normal(size=w.shape) for w in layer.get_weights()])
    expected = layer(images).numpy()
    value = transpose_convolve_images(images, layer.get_weights()[0], 2)
    expect.close(value, expected, what="the result beside Keras's", tolerance=1e-3)


@exercise(
    "7.4",
    "Parameters of an LSTM",
    points=1,
    steps=("count",),
    hints=(
        "There are three gates and a candidate: four times the same count.",
        "Each of the four has a weight from every input and from every output to each unit, and "
        "one bias a unit.",
        "return 4 * ((input_size + units) * units + units)",
    ),
)
def check_lstm_parameters(lstm_parameters, rng):
    for input_size, units in ((28, 100), (7, 3), (1, 5), *rng.integers(2, 60, size=(3, 2))):
        _expect_lstm(lstm_parameters(int(input_size), int(units)), int(input_size), int(units))
    yield "four times inputs, outputs and a bias to each unit"


def _expect_lstm(value, input_size, units):
    one = (input_size + units) * units + units
    expect.close(
        value,
        4 * one,
        (
            (one, "that is one part; an LSTM has four: three gates and a candidate"),
            (3 * one, "the candidate is missing: it has weights like a gate's"),
            (4 * (one - units), "the biases are missing: one a unit in each of the four parts"),
            (
                4 * (input_size * units + units),
                "the last outputs are missing: they come in beside the inputs of the step",
            ),
            (4 * (one + units), "two biases a unit; Keras's layer has one"),
            (4 * one - 3 * units, "each of the four parts has biases of its own"),
            (
                4 * ((input_size + units) * units + 1),
                "one bias a part; it is one for each unit of it",
            ),
            (28 * 4 * one, "the weights are the same at every step: do not count the steps"),
        ),
        what=f"the count for {input_size} inputs and {units} units",
        tolerance=1e-9,
    )


@exercise(
    "7.5",
    "The gradient of both uses",
    points=2,
    steps=("encoder", "decoder", "sum"),
    hints=(
        "First the slopes of the error at the outputs: 2 (outputs - images) / n.",
        "Through the encoder they go back through W^T to the codes, slopes @ kernel, and then meet "
        "the images. The decoder's kernel W^T has the gradient codes.T @ slopes; turn it round.",
        "codes = images @ kernel; slopes = 2 * (codes @ kernel.T - images) / len(images); return "
        "images.T @ (slopes @ kernel), slopes.T @ codes",
    ),
)
def check_tied_gradients(tied_gradients, rng):
    names = ("encoder_part", "decoder_part")
    images, kernel = rng.normal(size=(6, 5)), rng.normal(size=(5, 3))
    given = images.copy(), kernel.copy()
    first, second = expect.parts(tied_gradients(*given), names)
    if not (np.array_equal(given[0], images) and np.array_equal(given[1], kernel)):
        raise expect.NotYet("your function changes its inputs: compute with copies")
    encoder_part = _slope_of(lambda w: _tied_error(images, w, kernel), kernel)
    decoder_part = _slope_of(lambda w: _tied_error(images, kernel, w), kernel)
    exchanged = "the two parts are exchanged: the encoder's comes first"
    if np.shape(second) == (5, 3) and np.allclose(
        expect.array(second, "the decoder's part"), decoder_part, rtol=0, atol=1e-3
    ):
        exchanged = "this is the decoder's part, as in the second place"
    again = "this is the encoder's part again: the decoder's belongs here"
    for name, value, part, other in (
        ("the encoder's part", first, encoder_part, (decoder_part, exchanged)),
        ("the decoder's part", second, decoder_part, (encoder_part, again)),
    ):
        if name == "the decoder's part" and np.shape(value) == (3, 5):
            raise expect.NotYet(
                "the decoder's part is the gradient of W^T, (3, 5): turn it round, to the shape "
                "of W"
            )
        expect.close(value, part, _tied_causes(part, other, images), what=name, tolerance=1e-3)
        yield f"the slope of the error when only the {name.split()[1]} kernel moves"
    images, kernel = rng.normal(size=(4, 7)), rng.normal(size=(7, 2))
    parts = expect.parts(tied_gradients(images, kernel), names)
    both = sum(expect.shaped(part, (7, 2), name) for part, name in zip(parts, names, strict=True))
    expect.close(
        both,
        _slope_of(lambda w: _tied_error(images, w, w), kernel),
        what="the sum of both parts, for 4 images of 7 pixels and a code of 2",
        tolerance=1e-3,
    )
    yield "together the gradient of the one kernel"


def _tied_error(images, encoder_kernel, decoder_kernel):
    outputs = images @ encoder_kernel @ decoder_kernel.T
    return np.mean(np.sum(np.square(outputs - images), axis=1))


def _slope_of(error, kernel, step=1e-4):
    """Return central differences of a function of the kernel."""
    slopes = np.zeros_like(kernel)
    for place in np.ndindex(*kernel.shape):
        moved = np.zeros_like(kernel)
        moved[place] = step
        slopes[place] = (error(kernel + moved) - error(kernel - moved)) / (2 * step)
    return slopes


def _tied_causes(part, other, images):
    count, pixels = images.shape
    return (
        other,
        (part + other[0], "that is the whole gradient: return the two parts"),
        (-part, "the sign: outputs minus images"),
        (part / 2, "half of it came back: the square brings a factor 2"),
        (part * count, "summed over the images: the error is their mean"),
        (part / pixels, "averaged over the pixels: the error is a sum over them"),
        (part * count / pixels, "averaged over pixels, summed over images: it is the other way"),
    )


@exercise(
    "7.6",
    "Which network is not beaten?",
    points=2,
    steps=("beaten", "ties", "order"),
    hints=(
        "Average the errors over the seeds first, axis=1. Then ask of each network whether any "
        "other one beats it.",
        "a beats b if s_a <= s_b and e_a <= e_b and (s_a < s_b or e_a < e_b): so no network beats "
        "itself, and of two equal ones neither does.",
        "kept = [b for b, (size, error) in enumerate(points) if not any(s <= size and e <= error "
        "and (s < size or e < error) for s, e in points)]; return sorted(kept, key=lambda place: "
        "parameters[place])",
    ),
)
def check_unbeaten(unbeaten, rng):
    sizes, errors = [500, 100, 300, 200, 400], np.array([1.0, 5.0, 3.0, 6.0, 2.5])
    for order in (np.arange(5), rng.permutation(5)):
        # Seeds that would change the answer if one of them, or the best, counted alone.
        noise = np.array([[0, 0, 0], [-4.8, 2, 2.8], [1, 1, -2], [-5.9, 3, 2.9], [1, -2, 1]])
        given = [sizes[i] for i in order], (errors[:, None] + noise)[order]
        right = [int(np.flatnonzero(order == i)[0]) for i in (1, 2, 4, 0)]
        _expect_kept(unbeaten, right, *given)
    # The mean error falls to the third network; the median does not, nor does the worst seed.
    sizes = [10, 20, 30, 40]
    errors = np.array([[1, 1, 10], [3, 3, 3], [0.5, 0.5, 6.5], [2.75, 2.75, 2.75]])
    _expect_kept(unbeaten, [0, 1, 2], sizes, errors)
    yield "no other one is as small and as good"
    sizes = [10, 20, 20, 10]
    errors = np.array([[4.0, 4.0], [3.0, 3.0], [3.5, 3.5], [4.0, 4.0]])
    answer = _as_list(unbeaten(list(sizes), errors.copy()))
    if 2 in answer:
        raise expect.NotYet(
            "a network of the same size with a smaller error beats: <= in both, < in one"
        )
    if sorted(answer) != [0, 1, 3]:
        raise expect.NotYet(
            f"of two networks that are equal in both neither beats the other, so [0, 3, 1] is "
            f"expected; got {answer}"
        )
    _expect_kept(unbeaten, [1, 2], [20, 10, 30], np.array([[4.0], [4.0], [3.0]]))
    yield "equal ones do not beat each other"
    sizes, errors = [30, 20, 10, 15], np.array([[1.0], [2.0], [3.0], [9.0]])
    _expect_kept(unbeaten, [2, 1, 0], sizes, errors)
    yield "places in the list, smallest network first"


def _as_list(answer):
    if answer is None or np.ndim(answer) != 1:
        raise expect.NotYet(f"expected a list of places, got {expect.describe(answer)}")
    return expect.whole(answer, "the places").tolist()


def _expect_kept(unbeaten, right, sizes, errors):
    """Accept the places in this order, or say what was compared instead."""
    given = list(sizes), errors.copy()
    answer = _as_list(unbeaten(*given))
    if answer == right:
        return
    means = errors.mean(axis=1)
    if answer == [sizes[place] for place in right]:
        raise expect.NotYet("those are the sizes: return places in the list, counted from 0")
    if answer == [place + 1 for place in right]:
        raise expect.NotYet("the places are counted from 1: count from 0")
    if sorted(answer) == sorted(right):
        raise expect.NotYet(f"the right ones in another order: the smallest first, {right}")
    if sorted(answer) == sorted(set(range(len(sizes))) - set(right)):
        raise expect.NotYet("those are the beaten ones: return the others")
    if answer == [int(np.argmin(means))]:
        raise expect.NotYet(
            "only the one with the smallest error is left: a smaller network with a larger error "
            "is not beaten by it"
        )
    if answer == [int(np.argmin(sizes))]:
        raise expect.NotYet(
            "only the smallest network is left: a larger one with a smaller error is not beaten"
        )
    alone_by_name = (
        ("median", np.median(errors, axis=1)),
        ("worst", errors.max(axis=1)),
        ("lowest", errors.min(axis=1)),
        ("first", errors[:, 0]),
    )
    for name, alone in alone_by_name:
        if sorted(answer) == sorted(_front(sizes, alone)):
            raise expect.NotYet(f"the {name} seed counts alone: average over the seeds, axis=1")
    points = list(zip(sizes, means, strict=True))
    by_error = [
        place
        for place, (size, error) in enumerate(points)
        if not any(s <= size and e < error for s, e in points)
    ]
    if sorted(answer) == by_error:
        raise expect.NotYet(
            "a smaller network with an equal error beats, too: <= in both, < in one of the two"
        )
    if not answer:
        raise expect.NotYet(
            "nothing is left: does every network beat itself? It has to be better in one of the two"
        )
    raise expect.NotYet(f"expected the places {right}, got {answer}")


def _front(sizes, means):
    """Walk from the smallest network up and keep each new lowest error."""
    kept, best = [], np.inf
    for place in np.lexsort((means, sizes)):
        if means[place] < best:
            kept.append(int(place))
            best = means[place]
    return kept
