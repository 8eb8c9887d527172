"""Right and wrong answers to the exercises of lesson 07."""

import sys

import keras
import numpy as np
import scipy.linalg
import scipy.signal
import tensorflow as tf


def after(change, answer):
    return lambda *args: change(answer(*args))


def given(change, answer):
    return lambda *args: answer(*change(*args))


def spoiling(spoil, answer):
    def spoils(*args):
        result = answer(*args)
        spoil(*args)
        return result

    return spoils


def remembering(answer, key=lambda *args: None):
    known = {}

    def remembers(*args):
        if key(*args) not in known:
            known[key(*args)] = answer(*args)
        return known[key(*args)]

    return remembers


def shapes(*args):
    return tuple(arg if np.isscalar(arg) else np.shape(arg) for arg in args)


def raising(error):
    def raises(*args):
        raise error

    return raises


def leaving(*args):
    sys.exit()


# 7.1


def needed(m, k, stride):
    return stride * (m - 1) + k


def vector(length=needed, step=lambda s: s, block=np.multiply, add=np.add, dtype=float):
    def transpose_convolve(inputs, kernel, stride):
        stride = step(stride)
        outputs = np.zeros(length(len(inputs), len(kernel), stride), dtype or inputs.dtype)
        for i, number in enumerate(inputs):
            part = outputs[stride * i : stride * i + len(kernel)]
            part[:] = add(part, block(number, kernel)[: len(part)])
        return outputs

    return transpose_convolve


def stretch(inputs, stride):
    stretched = np.zeros(stride * (len(inputs) - 1) + 1)
    stretched[::stride] = inputs
    return stretched


def vector_loops(inputs, kernel, stride):
    outputs = [0.0] * needed(len(inputs), len(kernel), stride)
    for i in range(len(inputs)):
        for p in range(len(kernel)):
            outputs[stride * i + p] += float(inputs[i] * kernel[p])
    return outputs


def vector_matrix(inputs, kernel, stride):
    size = needed(len(inputs), len(kernel), stride)
    column = np.concatenate([kernel, np.zeros(size - len(kernel))])
    row = np.concatenate([kernel[:1], np.zeros(size - 1)])
    return scipy.linalg.toeplitz(column, row)[:, ::stride][:, : len(inputs)] @ inputs


def vector_add_at(inputs, kernel, stride):
    places = stride * np.arange(len(inputs))[:, None] + np.arange(len(kernel))
    outputs = np.zeros(places.max() + 1)
    np.add.at(outputs, places, np.outer(inputs, kernel))
    return outputs


def vector_bincount(inputs, kernel, stride):
    places = np.add.outer(stride * np.arange(len(inputs)), np.arange(len(kernel)))
    return np.bincount(places.ravel(), np.outer(inputs, kernel).ravel())


def vector_tensorflow(inputs, kernel, stride):
    size = needed(len(inputs), len(kernel), stride)
    maps = tf.constant(inputs, "float32")[None, None, :, None]
    weights = tf.constant(kernel, "float32")[None, :, None, None]
    strides = [1, 1, stride, 1]
    outputs = tf.nn.conv2d_transpose(maps, weights, [1, 1, size, 1], strides, "VALID")
    return outputs[0, 0, :, 0].numpy()


def vector_keras(inputs, kernel, stride):
    maps = keras.ops.convert_to_tensor(inputs, "float32")[None, :, None]
    weights = keras.ops.convert_to_tensor(kernel, "float32")[:, None, None]
    return keras.ops.conv_transpose(maps, weights, stride, "valid").numpy()[0, :, 0]


def vector_wrapped(inputs, kernel, stride):
    outputs = np.zeros(stride * len(inputs))
    for i, number in enumerate(inputs):
        for p, weight in enumerate(kernel):
            outputs[(stride * i + p) % len(outputs)] += number * weight
    return outputs


def vector_averaged(inputs, kernel, stride):
    written = vector()(np.ones(len(inputs)), np.ones(len(kernel)), stride)
    return vector()(inputs, kernel, stride) / np.maximum(written, 1)


def vector_strided_convolution(inputs, kernel, stride):
    return np.correlate(inputs, kernel, "valid" if len(inputs) >= len(kernel) else "full")[::stride]


def vector_scaled_kernel(inputs, kernel, stride):
    outputs = np.zeros(needed(len(inputs), len(kernel), stride))
    for i, number in enumerate(inputs):
        kernel *= number
        outputs[stride * i : stride * i + len(kernel)] += kernel
    return outputs


# 7.2


def paper(
    valid=lambda side, size, stride: (side - 1) * stride + size,
    same=lambda side, size, stride: side * stride,
    count=lambda c, f, size: (size**2 * c + 1) * f,
):
    def transposed_shape(side, channels, filters, kernel_size, stride, padding):
        grown = valid if padding == "valid" else same
        return grown(side, kernel_size, stride), count(channels, filters, kernel_size)

    return transposed_shape


def paper_keras(side, channels, filters, kernel_size, stride, padding):
    layer = keras.layers.Conv2DTranspose(filters, kernel_size, stride, padding)
    layer.build((None, side, side, channels))
    return layer.compute_output_shape((None, side, side, channels))[1], layer.count_params()


def paper_loops(side, channels, filters, kernel_size, stride, padding):
    written = {stride * i + p for i in range(side) for p in range(kernel_size)}
    output_side = {"valid": len(written), "same": side * stride}[padding]
    num_parameters = 0
    for _ in range(filters):
        num_parameters += 1
        for _ in range(channels):
            num_parameters += kernel_size * kernel_size
    return output_side, num_parameters


def paper_shapes(side, channels, filters, kernel_size, stride, padding):
    kernel, bias = np.empty((kernel_size, kernel_size, filters, channels)), np.empty(filters)
    output_side = side * stride
    if padding == "valid":
        output_side += kernel_size - stride
    return [output_side, kernel.size + bias.size]


# 7.3


def pictures(
    size=lambda m, k, stride: stride * (m - 1) + k,
    write="nc,pqfc->npqf",
    steps=lambda stride: (stride, stride),
    kernel_of=lambda kernel: kernel,
    add=np.add,
    dtype=float,
):
    def transpose_convolve_images(images, kernel, stride):
        kernel, (down, right) = kernel_of(kernel), steps(stride)
        n, h, w, _ = images.shape
        k, _, f, _ = kernel.shape
        shape = (n, size(h, k, down), size(w, k, right), f)
        outputs = np.zeros(shape, dtype or images.dtype)
        for i in range(h):
            for j in range(w):
                part = outputs[:, down * i : down * i + k, right * j : right * j + k]
                block = np.einsum(write, images[:, i, j], kernel)
                part[:] = add(part, block[:, : part.shape[1], : part.shape[2]])
        return outputs

    return transpose_convolve_images


def pictures_by_weight(images, kernel, stride):
    (n, h, w, _), (k, _, f, _) = images.shape, kernel.shape
    outputs = np.zeros((n, needed(h, k, stride), needed(w, k, stride), f))
    for p in range(k):
        for q in range(k):
            rows = slice(p, p + stride * (h - 1) + 1, stride)
            columns = slice(q, q + stride * (w - 1) + 1, stride)
            outputs[:, rows, columns] += images @ kernel[p, q].T
    return outputs


def pictures_tensorflow(images, kernel, stride):
    (n, h, w, _), (k, _, f, _) = images.shape, kernel.shape
    shape = [n, needed(h, k, stride), needed(w, k, stride), f]
    images, kernel = tf.cast(images, "float32"), tf.cast(kernel, "float32")
    return tf.nn.conv2d_transpose(images, kernel, shape, stride, "VALID")


def pictures_tape(images, kernel, stride):
    (n, h, w, _), (k, _, f, _) = images.shape, kernel.shape
    maps = tf.zeros((n, needed(h, k, stride), needed(w, k, stride), f), "float64")
    with tf.GradientTape() as tape:
        tape.watch(maps)
        codes = tf.nn.conv2d(maps, tf.cast(kernel, "float64"), stride, "VALID")
    return tape.gradient(codes, maps, output_gradients=tf.cast(images, "float64")).numpy()


def pictures_scipy(images, kernel, stride):
    (n, h, w, c), (k, _, f, _) = images.shape, kernel.shape
    outputs = np.zeros((n, needed(h, k, stride), needed(w, k, stride), f))
    stretched = np.zeros((n, needed(h, 1, stride), needed(w, 1, stride), c))
    stretched[:, ::stride, ::stride] = images
    for m, out, into in np.ndindex(n, f, c):
        outputs[m, ..., out] += scipy.signal.convolve2d(
            stretched[m, ..., into], kernel[:, :, out, into]
        )
    return outputs


def pictures_add_at(images, kernel, stride):
    (n, h, w, _), (k, _, f, _) = images.shape, kernel.shape
    outputs = np.zeros((n, needed(h, k, stride), needed(w, k, stride), f))
    blocks = np.tensordot(images, kernel, axes=(3, 3))
    rows = stride * np.arange(h)[:, None, None, None] + np.arange(k)[:, None]
    columns = stride * np.arange(w)[:, None, None] + np.arange(k)
    np.add.at(outputs, (slice(None), rows, columns), blocks)
    return outputs


def pictures_keras(images, kernel, stride):
    f, k = kernel.shape[2], kernel.shape[0]
    layer = keras.layers.Conv2DTranspose(f, k, stride, use_bias=False)
    layer.build(images.shape)
    layer.set_weights([kernel])
    return layer(images.astype("float32")).numpy()


def pictures_averaged(images, kernel, stride):
    ones = np.ones((1, *images.shape[1:3], 1))
    written = pictures()(ones, np.ones((*kernel.shape[:2], 1, 1)), stride)
    return pictures()(images, kernel, stride) / np.maximum(written, 1)


def pictures_square_only(images, kernel, stride):
    h, k = images.shape[1], kernel.shape[0]
    size = needed(h, k, stride)
    outputs = np.zeros((len(images), size, size, kernel.shape[2]))
    for i in range(h):
        for j in range(h):
            blocks = np.einsum("nc,pqfc->npqf", images[:, i, j], kernel)
            outputs[:, stride * i : stride * i + k, stride * j : stride * j + k] += blocks
    return outputs


def pictures_first_image(images, kernel, stride):
    return pictures()(np.repeat(images[:1], len(images), axis=0), kernel, stride)


# 7.4


def lstm_keras(input_size, units):
    layer = keras.layers.LSTM(units)
    layer.build((None, None, input_size))
    return layer.count_params()


def lstm_dense(input_size, units):
    dense = keras.Sequential([keras.Input((input_size + units,)), keras.layers.Dense(units)])
    return 4 * dense.count_params()


def lstm_shapes(input_size, units):
    of_layer = [(input_size, 4 * units), (units, 4 * units), (4 * units,)]
    return np.sum([np.prod(shape) for shape in of_layer])


def lstm_gates(input_size, units):
    total = 0
    for _ in ("write", "keep", "show", "candidate"):
        total += input_size * units
        total += units * units
        total += units
    return total


def lstm_of_cells(input_size, units):
    return sum(4 * (input_size + units + 1) for _ in range(units))


def lstm(count):
    return lambda input_size, units: count(input_size, units)


# 7.5


def tied(
    scale=lambda n, d: 2 / n,
    parts=lambda x, w, slopes: (x.T @ (slopes @ w), slopes.T @ (x @ w)),
    slope=lambda y, x: y - x,
):
    def tied_gradients(images, kernel):
        slopes = scale(*images.shape) * slope(images @ kernel @ kernel.T, images)
        return parts(images, kernel, slopes)

    return tied_gradients


def tied_both(x, w, slopes):
    return x.T @ slopes @ w, slopes.T @ x @ w


def tied_tape(images, kernel):
    images, first = tf.cast(images, "float64"), tf.cast(kernel, "float64")
    second = tf.identity(first)
    with tf.GradientTape() as tape:
        tape.watch([first, second])
        outputs = tf.matmul(images @ first, second, transpose_b=True)
        error = tf.reduce_mean(tf.reduce_sum((outputs - images) ** 2, axis=1))
    return tuple(part.numpy() for part in tape.gradient(error, [first, second]))


def tied_loops(images, kernel):
    encoder_part, decoder_part = np.zeros(kernel.shape), np.zeros(kernel.shape)
    for x in images:
        z = x @ kernel
        slope = 2 * (kernel @ z - x) / len(images)
        encoder_part += np.outer(x, slope @ kernel)
        decoder_part += np.outer(slope, z)
    return [encoder_part, decoder_part]


def tied_moments(images, kernel):
    moments = images.T @ images / len(images)
    gram = kernel.T @ kernel
    encoder_part = 2 * (moments @ kernel @ gram - moments @ kernel)
    decoder_part = 2 * (kernel @ (kernel.T @ moments @ kernel) - moments @ kernel)
    return np.stack([encoder_part, decoder_part])


def tied_einsum(images, kernel):
    images, kernel = np.asarray(images, "float32"), np.asarray(kernel, "float32")
    codes = np.einsum("nd,dk->nk", images, kernel)
    errors = np.einsum("nk,dk->nd", codes, kernel) - images
    encoder_part = np.einsum("nd,ne,ek->dk", images, errors, kernel)
    decoder_part = np.einsum("nd,nk->dk", errors, codes)
    return encoder_part * 2 / len(images), decoder_part * 2 / len(images)


def tied_differences(images, kernel):
    def error(first, second):
        return np.sum((images @ first @ second.T - images) ** 2) / len(images)

    parts = np.zeros((2, *kernel.shape))
    for place in np.ndindex(kernel.shape):
        step = np.zeros(kernel.shape)
        step[place] = 0.5
        parts[0][place] = error(kernel + step, kernel) - error(kernel - step, kernel)
        parts[1][place] = error(kernel, kernel + step) - error(kernel, kernel - step)
    return parts[0], parts[1]


def tied_single_tape(images, kernel):
    images, kernel = tf.cast(images, "float64"), tf.cast(kernel, "float64")
    with tf.GradientTape() as tape:
        tape.watch(kernel)
        outputs = tf.matmul(images @ kernel, kernel, transpose_b=True)
        error = tf.reduce_mean(tf.reduce_sum((outputs - images) ** 2, axis=1))
    whole = tape.gradient(error, kernel).numpy()
    return whole / 2, whole / 2


# 7.6

K = keras.layers


def chain(inputs, *layers):
    outputs = inputs
    for layer in layers:
        outputs = layer(outputs)
    return keras.Model(inputs, outputs)


def reading(steps, k, units):
    return [K.LSTM(units), K.Dense(k)]


def writing(steps, k, units):
    return [K.RepeatVector(steps), K.LSTM(units, return_sequences=True), K.Dense(2)]


def strokes(encoder=reading, decoder=writing, sequential=False):
    """Return a builder of both halves from the lists of their layers."""

    def build(steps, k, units):
        halves = []
        for shape, layers in (((steps, 2), encoder), ((k,), decoder)):
            made, inputs = layers(steps, k, units), keras.Input(shape)
            halves.append(keras.Sequential(made) if sequential else chain(inputs, *made))
        return tuple(halves)

    return build


def of_cell(cell, **options):
    return lambda s, k, u: [K.RNN(cell(u), **options), K.Dense(k)]


def writes(*before, **options):
    def layers(steps, k, units):
        lstm = K.LSTM(units, return_sequences=True, **options)
        return [*(layer(steps, k) for layer in before or [lambda s, k: K.RepeatVector(s)]), lstm]

    return lambda *sizes: [*layers(*sizes), K.Dense(2)]


def repeated_by_ops(steps, k, units):
    tile = K.Lambda(
        lambda codes: keras.ops.tile(codes[:, None], (1, steps, 1)), output_shape=(steps, k)
    )
    return [tile, K.LSTM(units, return_sequences=True), K.TimeDistributed(K.Dense(2))]


def pooled(pooling):
    return lambda s, k, u: [K.LSTM(u, return_sequences=True), pooling(), K.Dense(k)]


def scaled(steps, k, units):
    return [K.Rescaling(0.5), *reading(steps, k, units)]


def seeded(steps, k, units):
    return [
        K.LSTM(units, kernel_initializer=keras.initializers.GlorotUniform(1)),
        K.Dense(k, kernel_initializer=keras.initializers.GlorotUniform(2)),
    ]


def penalised(steps, k, units):
    return [K.LSTM(units), K.Dense(k, activity_regularizer="l2")]


def constrained(steps, k, units):
    return [K.LSTM(units, kernel_constraint="non_neg"), K.Dense(k)]


def zeros(steps, k, units):
    return [K.LSTM(units), K.Dense(k, kernel_initializer="zeros")]


def shared_dense(steps, k, units):
    one = K.Dense(units, "tanh")
    return [K.LSTM(units), one, one, K.Dense(k)]


def turned():
    return K.Lambda(lambda points: points[:, ::-1], output_shape=lambda shape: shape)


def always_ten(steps, k, units):
    return strokes()(10, k, units)


def always_64(steps, k, units):
    return strokes()(steps, k, 64)


RIGHT = {
    "7.1": {
        "block-by-block": vector(),
        "two-loops": after(np.array, vector_loops),
        "a-list": vector_loops,
        "convolve-stretched": lambda x, w, s: np.convolve(stretch(x, s), w),
        "convolve-by-fourier": lambda x, w, s: scipy.signal.fftconvolve(stretch(x, s), w),
        "matrix": vector_matrix,
        "upfirdn": lambda x, w, s: scipy.signal.upfirdn(w, x, s),
        "add-at": vector_add_at,
        "bincount": vector_bincount,
        "tensorflow": vector_tensorflow,
        "float32": vector(dtype="float32"),
    },
    "7.2": {
        "formula": paper(),
        "keras-layer": paper_keras,
        "loops": paper_loops,
        "array-sizes-in-a-list": paper_shapes,
        "numpy-integers": after(lambda pair: (np.int64(pair[0]), np.int64(pair[1])), paper()),
        "covered-minus-overlap": paper(valid=lambda side, k, s: side * k - (side - 1) * (k - s)),
    },
    "7.3": {
        "pixel-by-pixel": pictures(),
        "weight-by-weight": pictures_by_weight,
        "tensorflow-tensor": pictures_tensorflow,
        "gradient-of-convolution": pictures_tape,
        "scipy-channel-by-channel": pictures_scipy,
        "add-at": pictures_add_at,
        "float32": pictures(dtype="float32"),
    },
    "7.4": {
        "formula": lambda input_size, units: 4 * ((input_size + units) * units + units),
        "factored": lambda input_size, units: 4 * units * (input_size + units + 1),
        "keras-layer": lstm_keras,
        "four-dense-layers": lstm_dense,
        "numpy-integer-of-shapes": lstm_shapes,
        "gate-by-gate": lstm_gates,
        "unit-by-unit": lstm_of_cells,
    },
    "7.5": {
        "formula": tied(),
        "two-tapes": tied_tape,
        "image-by-image-in-a-list": tied_loops,
        "second-moments-stacked": tied_moments,
        "einsum-float32": tied_einsum,
        "exact-differences": tied_differences,
        "type-of-images": lambda x, w: tuple(part.astype(x.dtype) for part in tied()(x, w)),
        "keras-ops": after(
            lambda parts: tuple(keras.ops.convert_to_numpy(part) for part in parts),
            tied(parts=lambda x, w, g: (keras.ops.dot(x.T, g @ w), keras.ops.dot(g.T, x @ w))),
        ),
    },
    "7.6": {
        "functional": strokes(),
        "sequential-without-input": strokes(sequential=True),
        "list": after(list, strokes()),
        "cell": strokes(of_cell(K.LSTMCell)),
        "ops-and-time-distributed": strokes(decoder=repeated_by_ops),
        "unrolled": strokes(decoder=writes(unroll=True)),
    },
}

WRONG = {
    "7.1": {
        "same-length": vector(length=lambda m, k, s: s * m),
        "pads-short-kernels": vector(length=lambda m, k, s: s * (m - 1) + max(k, s)),
        "keras-pads-short-kernels": vector_keras,
        "one-too-long": vector(length=lambda m, k, s: s * (m - 1) + k + 1),
        "cuts-last-block": vector(length=lambda m, k, s: s * (m - 1) + k - 1),
        "overwrites": vector(add=lambda old, new: new),
        "averages-overlaps": vector_averaged,
        "kernel-backwards": vector(block=lambda x, w: x * w[::-1]),
        "ignores-stride": lambda x, w, s: np.convolve(x, w),
        "stride-always-2": vector(step=lambda s: 2),
        "stride-of-kernel-length": lambda x, w, s: np.outer(x, w).ravel(),
        "kernel-always-3": vector(
            length=lambda m, k, s: needed(m, 3, s), block=lambda x, w: x * np.resize(w, 3)
        ),
        "swapped-arguments": lambda x, w, s: vector()(w, x, s),
        "wraps-around": vector_wrapped,
        "ordinary-convolution": vector_strided_convolution,
        "whole-numbers-only": vector(dtype=int),
        "type-of-inputs": vector(dtype=None),
        "writes-into-kernel": vector_scaled_kernel,
        "empties-inputs": spoiling(lambda x, w, s: x.fill(0), vector()),
        "turns-kernel-round": spoiling(
            lambda x, w, s: w.__setitem__(..., w[::-1].copy()), vector()
        ),
        "trims-zeros": after(np.trim_zeros, vector()),
        "squeezed": after(np.squeeze, vector()),
        "as-a-column": after(lambda y: y[:, None], vector()),
        "no-negatives": after(lambda y: np.maximum(y, 0), vector()),
        "remembers-first": remembering(vector()),
        "remembers-by-shape": remembering(vector(), shapes),
        "remembers-without-stride": remembering(
            vector(), lambda x, w, s: (x.tobytes(), w.tobytes())
        ),
        "leaves": leaving,
    },
    "7.2": {
        "paddings-swapped": paper(
            valid=lambda side, k, s: side * s, same=lambda side, k, s: (side - 1) * s + k
        ),
        "always-valid": paper(same=lambda side, k, s: (side - 1) * s + k),
        "always-same": paper(valid=lambda side, k, s: side * s),
        "block-too-much": paper(valid=lambda side, k, s: side * s + k),
        "same-is-valid-less-one": paper(same=lambda side, k, s: (side - 1) * s + k - 1),
        "same-keeps-side": paper(same=lambda side, k, s: side),
        "shrinks": paper(
            valid=lambda side, k, s: (side - k) // s + 1, same=lambda side, k, s: -(-side // s)
        ),
        "stride-always-2": lambda side, c, f, k, s, pad: paper()(side, c, f, k, 2, pad),
        "kernel-always-3": lambda side, c, f, k, s, pad: paper()(side, c, f, 3, s, pad),
        "no-bias": paper(count=lambda c, f, k: k**2 * c * f),
        "one-bias": paper(count=lambda c, f, k: k**2 * c * f + 1),
        "bias-of-inputs": paper(count=lambda c, f, k: k**2 * c * f + c),
        "kernel-not-squared": paper(count=lambda c, f, k: (k * c + 1) * f),
        "one-input-channel": paper(count=lambda c, f, k: (k**2 + 1) * f),
        "channels-for-filters": paper(count=lambda c, f, k: (k**2 * c + 1) * c),
        "overflows": paper(
            count=lambda c, f, k: int(np.prod([k, k, c, f], dtype="int16") + np.int16(f))
        ),
        "upper-case-padding": lambda side, c, f, k, s, pad: paper()(side, c, f, k, s, pad.upper()),
        "other-order": after(lambda pair: pair[::-1], paper()),
        "side-only": after(lambda pair: pair[0], paper()),
        "whole-shape": lambda side, c, f, k, s, pad: (
            (paper()(side, c, f, k, s, pad)[0],) * 2 + (f,),
            paper()(side, c, f, k, s, pad)[1],
        ),
        "as-text": after(lambda pair: tuple(map(str, pair)), paper()),
        "none-for-same": lambda *args: paper()(*args) if args[-1] == "valid" else None,
        "remembers-first": remembering(paper()),
        "remembers-without-padding": remembering(paper(), lambda *args: args[:-1]),
    },
    "7.3": {
        "same-size": pictures(size=lambda m, k, s: s * m),
        "keras-pads-short-kernels": pictures_keras,
        "overwrites": pictures(add=lambda old, new: new),
        "averages-overlaps": pictures_averaged,
        "kernel-turned": pictures(kernel_of=lambda w: w[::-1, ::-1]),
        "rows-for-columns": pictures(kernel_of=lambda w: w.swapaxes(0, 1)),
        "channels-swapped": pictures(kernel_of=lambda w: w.swapaxes(2, 3)),
        "channels-reshaped": pictures(
            kernel_of=lambda w: w.swapaxes(2, 3).reshape(w.shape),
        ),
        "first-channel-only": pictures(kernel_of=lambda w: w * (np.arange(w.shape[3]) == 0)),
        "mean-of-channels": pictures(kernel_of=lambda w: w / w.shape[3]),
        "sums-the-batch": pictures(write="mc,pqfc->pqf", add=lambda old, new: old + new[None]),
        "square-images-only": pictures_square_only,
        "height-and-width-swapped": after(lambda y: y.swapaxes(1, 2), pictures()),
        "channels-first": after(lambda y: np.moveaxis(y, -1, 1), pictures()),
        "stride-always-2": pictures(steps=lambda s: (2, 2)),
        "stride-of-rows-only": pictures(steps=lambda s: (s, 1)),
        "kernel-always-3": pictures(
            kernel_of=lambda w: np.pad(w, ((0, 3), (0, 3), (0, 0), (0, 0)))[:3, :3]
        ),
        "first-image-only": pictures_first_image,
        "squeezed": after(np.squeeze, pictures()),
        "single-filter-squeezed": after(lambda y: y[..., 0] if y.shape[3] == 1 else y, pictures()),
        "single-image-squeezed": after(lambda y: y[0] if len(y) == 1 else y, pictures()),
        "type-of-images": pictures(dtype=None),
        "relu": after(lambda y: np.maximum(y, 0), pictures()),
        "empties-images": spoiling(lambda x, w, s: x.fill(0), pictures()),
        "turns-kernel": spoiling(lambda x, w, s: w.__setitem__(..., w[::-1].copy()), pictures()),
        "remembers-first": remembering(pictures()),
        "remembers-by-shape": remembering(pictures(), shapes),
        "raises-for-short-kernels": lambda x, w, s: (
            pictures()(x, w, s) if len(w) >= s else raising(ValueError("stride"))()
        ),
        "leaves": leaving,
    },
    "7.4": {
        "three-gates": lstm(lambda d, k: 3 * ((d + k) * k + k)),
        "one-gate": lstm(lambda d, k: (d + k) * k + k),
        "no-bias": lstm(lambda d, k: 4 * (d + k) * k),
        "two-biases": lstm(lambda d, k: 4 * ((d + k) * k + 2 * k)),
        "bias-once": lstm(lambda d, k: 4 * (d + k) * k + k),
        "one-bias-a-gate": lstm(lambda d, k: 4 * ((d + k) * k + 1)),
        "bias-of-inputs": lstm(lambda d, k: 4 * ((d + k) * k + d)),
        "no-recurrence": lstm(lambda d, k: 4 * (d * k + k)),
        "recurrence-of-own-unit": lstm(lambda d, k: 4 * (d * k + k + k)),
        "peepholes": lstm(lambda d, k: 4 * ((d + k) * k + k) + 3 * k),
        "memory-too": lstm(lambda d, k: 4 * ((d + 2 * k) * k + k)),
        "every-step": lstm(lambda d, k: 28 * 4 * ((d + k) * k + k)),
        "units-always-100": lstm(lambda d, k: 4 * ((d + 100) * 100 + 100)),
        "inputs-always-28": lstm(lambda d, k: 4 * ((28 + k) * k + k)),
        "overflows": lambda d, k: int(np.prod([4, d + k + 1, k], dtype="int16")),
        "three-counts": lambda d, k: (4 * d * k, 4 * k * k, 4 * k),
        "as-text": lambda d, k: f"{4 * ((d + k) * k + k):,}",
        "prints": lambda d, k: print(4 * ((d + k) * k + k), end=""),
        "remembers-first": remembering(lstm_gates),
        "remembers-by-units": remembering(lstm_gates, lambda d, k: k),
        "leaves": leaving,
    },
    "7.5": {
        "other-order": tied(parts=lambda x, w, g: tied_both(x, w, g)[::-1]),
        "no-factor-2": tied(scale=lambda n, d: 1 / n),
        "sum-of-images": tied(scale=lambda n, d: 2),
        "mean-of-pixels": tied(scale=lambda n, d: 2 / (n * d)),
        "one-image-less": tied(scale=lambda n, d: 2 / max(n - 1, 1)),
        "always-100-images": tied(scale=lambda n, d: 2 / 100),
        "wrong-sign": tied(slope=lambda y, x: x - y),
        "sign-of-error": tied(slope=lambda y, x: np.sign(y - x)),
        "decoder-not-turned": tied(parts=lambda x, w, g: (x.T @ g @ w, w.T @ x.T @ g)),
        "decoder-reshaped": tied(
            parts=lambda x, w, g: (x.T @ g @ w, (w.T @ x.T @ g).reshape(w.shape))
        ),
        "encoder-without-kernel": tied(
            parts=lambda x, w, g: (x.T @ g @ np.ones(w.shape), g.T @ x @ w)
        ),
        "half-of-whole-each": tied_single_tape,
        "whole-twice": tied(parts=lambda x, w, g: (sum(tied_both(x, w, g)),) * 2),
        "sum-only": tied(parts=lambda x, w, g: sum(tied_both(x, w, g))),
        "whole-and-nothing": tied(
            parts=lambda x, w, g: (sum(tied_both(x, w, g)), np.zeros(w.shape))
        ),
        "encoder-of-orthogonal-kernel": tied(
            parts=lambda x, w, g: (np.zeros(w.shape), g.T @ x @ w)
        ),
        "whole-numbers": tied(
            scale=lambda n, d: 1, slope=lambda y, x: np.floor_divide(2 * (y - x), len(x))
        ),
        "squeezed": tied(parts=lambda x, w, g: tuple(map(np.squeeze, tied_both(x, w, g)))),
        "as-a-dictionary": after(
            lambda parts: dict(zip(("encoder", "decoder"), parts, strict=True)), tied()
        ),
        "subtracts-from-images": spoiling(lambda x, w: np.subtract(x, x @ w @ w.T, out=x), tied()),
        "takes-a-step": spoiling(lambda x, w: np.subtract(w, 1e-2 * w, out=w), tied()),
        "remembers-first": remembering(tied()),
        "remembers-by-shape": remembering(tied(), shapes),
        "fails-for-one-image": lambda x, w: tied()(x, w) if len(x) > 1 else None,
        "raises": raising(ZeroDivisionError()),
    },
    "7.6": {
        "gru": strokes(of_cell(K.GRUCell)),
        "simple": strokes(of_cell(K.SimpleRNNCell)),
        "bidirectional": strokes(lambda s, k, u: [K.Bidirectional(K.LSTM(u)), K.Dense(k)]),
        "two-lstms": strokes(
            lambda s, k, u: [K.LSTM(u, return_sequences=True), K.LSTM(u), K.Dense(k)]
        ),
        "code-is-lstm": strokes(lambda s, k, u: [K.LSTM(k)]),
        "flattened": strokes(lambda s, k, u: [K.Flatten(), K.Dense(u), K.Dense(k)]),
        "average-of-outputs": strokes(pooled(K.GlobalAveragePooling1D)),
        "largest-outputs": strokes(pooled(K.GlobalMaxPooling1D)),
        "backwards": strokes(of_cell(K.LSTMCell, go_backwards=True)),
        "relu-lstm": strokes(lambda s, k, u: [K.LSTM(u, activation="relu"), K.Dense(k)]),
        "tanh-code": strokes(lambda s, k, u: [K.LSTM(u), K.Dense(k, "tanh")]),
        "relu-code": strokes(lambda s, k, u: [K.LSTM(u), K.Dense(k, "relu")]),
        "no-bias-in-code": strokes(lambda s, k, u: [K.LSTM(u), K.Dense(k, use_bias=False)]),
        "scaled-inputs": strokes(scaled),
        "seeded": strokes(seeded),
        "penalised": strokes(penalised),
        "constrained": strokes(constrained),
        "kernel-of-zeros": strokes(zeros),
        "one-layer-twice": strokes(shared_dense),
        "dropout-in-lstm": strokes(decoder=writes(recurrent_dropout=0.4)),
        "dropout-of-code": strokes(
            decoder=writes(lambda s, k: K.Dropout(0.3), lambda s, k: K.RepeatVector(s))
        ),
        "no-sequence": strokes(decoder=lambda s, k, u: [K.RepeatVector(s), K.LSTM(u), K.Dense(2)]),
        "a-row-of-points": strokes(
            decoder=lambda s, k, u: [K.RepeatVector(s), K.LSTM(u), K.Dense(2 * s)]
        ),
        "a-layer-per-step": strokes(
            decoder=lambda s, k, u: [
                K.RepeatVector(s),
                K.LSTM(u, return_sequences=True),
                K.Flatten(),
                K.Dense(2 * s),
                K.Reshape((s, 2)),
            ]
        ),
        "dense-decoder": strokes(
            decoder=lambda s, k, u: [K.Dense(u, "tanh"), K.Dense(2 * s), K.Reshape((s, 2))]
        ),
        "sigmoid-points": strokes(
            decoder=lambda s, k, u: [*writing(s, k, u)[:2], K.Dense(2, "sigmoid")]
        ),
        "writes-backwards": strokes(decoder=lambda s, k, u: [*writing(s, k, u), turned()]),
        "ten-steps": always_ten,
        "units-of-its-own": always_64,
        "exchanged": after(lambda halves: halves[::-1], strokes()),
        "joined": after(lambda halves: keras.Sequential(halves), strokes()),
        "remembers-first": remembering(strokes()),
        "remembers-by-sizes": remembering(strokes(), lambda *sizes: sizes),
        "leaves": leaving,
    },
}
