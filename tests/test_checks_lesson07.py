"""Lesson 07: each check accepts right answers of any kind and names the mistake in wrong ones."""

import keras
import numpy as np
import tensorflow as tf
from answers import closing_tests

# 7.1


def spread(write="add", order=slice(None), scale=True, length=None, use_kernel=True):
    """Return an answer to 7.1, or one with a mistake."""

    def transpose_convolve(inputs, kernel, stride):
        size = stride * (len(inputs) - 1) + len(kernel)
        outputs = np.zeros(size if length is None else length(len(inputs), len(kernel), stride))
        for i, number in enumerate(inputs):
            block = (kernel[order] if use_kernel else 1 + 0 * kernel) * (number if scale else 1)
            place = slice(stride * i, stride * i + len(kernel))
            block = block[: len(outputs[place])]
            outputs[place] = block if write == "replace" else outputs[place] + block
        return outputs

    return transpose_convolve


def from_place_i(inputs, kernel, stride):
    """Begin block i at place i, in outputs of the right length."""
    return spread(length=lambda m, k, s: stride * (m - 1) + k)(inputs, kernel, 1)


def by_matrix(inputs, kernel, stride):
    rows = stride * (len(inputs) - 1) + len(kernel)
    columns = [np.roll(np.pad(kernel, (0, rows - len(kernel))), stride * i)
               for i in range(len(inputs))]  # fmt: skip
    return np.stack(columns, axis=1) @ inputs


def by_stuffing(inputs, kernel, stride):
    """Put zeros between the inputs and convolve in full, as signal processing does."""
    stuffed = np.zeros(stride * (len(inputs) - 1) + 1)
    stuffed[::stride] = inputs
    return np.convolve(stuffed, kernel)


def of_their_type(inputs, kernel, stride):
    outputs = np.zeros(stride * (len(inputs) - 1) + len(kernel), inputs.dtype)
    for i, p in np.ndindex(len(inputs), len(kernel)):
        outputs[stride * i + p] += inputs[i] * kernel[p]
    return outputs


def spoils(inputs, kernel, stride):
    outputs = by_stuffing(inputs, kernel, stride)
    inputs *= 2
    return outputs


# 7.2


def shape_by_keras(side, channels, filters, kernel_size, stride, padding):
    layer = keras.layers.Conv2DTranspose(filters, kernel_size, strides=stride, padding=padding)
    layer.build((None, side, side, channels))
    return layer.compute_output_shape((1, side, side, channels))[1], layer.count_params()


def paper(side=None, same=None, count=None):
    """Return an answer to 7.2 with one of its rules replaced."""

    def transposed_shape(n, channels, filters, k, s, padding):
        valid = side(n, k, s) if side else (n - 1) * s + k
        cut = same(n, k, s) if same else n * s
        weights = count(n, channels, filters, k) if count else (k * k * channels + 1) * filters
        return (cut if padding == "same" else valid), weights

    return transposed_shape


# 7.3


def images_with(write="add", turn=lambda kernel: kernel, divide=1, first=False, dtype=float):
    def transpose_convolve_images(images, kernel, stride):
        n, h, w, _ = images.shape
        k, f = kernel.shape[0], kernel.shape[2]
        kernel = turn(kernel)
        if first:
            images, kernel = images[..., :1], kernel[..., :1]
        size = n, stride * (h - 1) + k, stride * (w - 1) + k, f
        outputs = np.zeros(size, dtype or images.dtype)
        for i in range(h):
            for j in range(w):
                block = np.tensordot(images[:, i, j], kernel, (1, 3))
                if divide == "channels":
                    block = block / kernel.shape[3]
                part = outputs[:, stride * i : stride * i + k, stride * j : stride * j + k]
                part[...] = block if write == "replace" else part + block
        return outputs

    return transpose_convolve_images


def images_by_keras(images, kernel, stride):
    size, _, filters, _ = kernel.shape
    layer = keras.layers.Conv2DTranspose(filters, size, strides=stride, use_bias=False)
    layer.build(images.shape)
    layer.set_weights([kernel])
    return layer(images.astype("float32"))


def of_the_kernel(answer):
    """Return an answer without what Keras adds where the stride is larger than the kernel."""

    def transpose_convolve_images(images, kernel, stride):
        height, width = (stride * (side - 1) + len(kernel) for side in images.shape[1:3])
        return answer(images, kernel, stride)[:, :height, :width]

    return transpose_convolve_images


def images_by_stuffing(images, kernel, stride):
    n, h, w, channels = images.shape
    k = len(kernel)
    stuffed = np.zeros((n, stride * (h - 1) + 1, stride * (w - 1) + 1, channels))
    stuffed[:, ::stride, ::stride] = images
    padded = np.pad(stuffed, ((0, 0), (k - 1, k - 1), (k - 1, k - 1), (0, 0)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (k, k), axis=(1, 2))
    return np.einsum("nabcpq,pqfc->nabf", windows, kernel[::-1, ::-1])


def with_same(images, kernel, stride):
    height, width = stride * images.shape[1], stride * images.shape[2]
    outputs = images_with()(images, kernel, stride)
    room = np.pad(outputs, ((0, 0), (0, stride), (0, stride), (0, 0)))
    return room[:, :height, :width]


def exchanged_axes(images, kernel, stride):
    return images_with()(images, kernel, stride).transpose(0, 2, 1, 3)


# 7.4


def lstm_by_keras(input_size, units):
    layer = keras.layers.LSTM(units)
    layer.build((None, None, input_size))
    return layer.count_params()


def four(part):
    return lambda i, h: 4 * part(i, h)


# 7.5


def tied(encoder=1.0, decoder=1.0):
    """Return an answer to 7.5 whose parts are multiplied by a number or a rule of (n, d)."""

    def tied_gradients(images, kernel):
        slopes = 2 * (images @ kernel @ kernel.T - images) / len(images)
        scales = [x(*images.shape) if callable(x) else x for x in (encoder, decoder)]
        parts = images.T @ slopes @ kernel, slopes.T @ images @ kernel
        return tuple(scale * part for scale, part in zip(scales, parts, strict=True))

    return tied_gradients


def by_tape(images, kernel):
    first, second = tf.Variable(kernel), tf.Variable(kernel)
    with tf.GradientTape() as tape:
        outputs = tf.matmul(images @ first, second, transpose_b=True)
        error = tf.reduce_mean(tf.reduce_sum(tf.square(outputs - images), axis=1))
    return tape.gradient(error, [first, second])


def one_by_one(images, kernel):
    parts = np.zeros((2, *kernel.shape))
    for x in images:
        slope = 2 * (kernel @ (kernel.T @ x) - x) / len(images)
        parts[0] += np.outer(x, kernel.T @ slope)
        parts[1] += np.outer(slope, kernel.T @ x)
    return parts[0], parts[1]


def with_codes(images, kernel):
    """Forget the way back through the kernel."""
    return 2 / len(images) * images.T @ images @ kernel, tied()(images, kernel)[1]


def without_kernel(images, kernel):
    slopes = 2 * (images @ kernel @ kernel.T - images) / len(images)
    return images.T @ slopes, slopes.T @ images @ kernel


def of_outputs(images, kernel):
    outputs = images @ kernel @ kernel.T
    first, second = tied()(images, kernel)
    return outputs.T @ (2 * (outputs - images) / len(images)) @ kernel, second + 0 * first


def transposed_decoder(images, kernel):
    first, second = tied()(images, kernel)
    return first, second.T


def whole(images, kernel):
    both = sum(tied()(images, kernel))
    return both, both


# 7.6

LAYERS = keras.layers


def stroke_halves(
    encoder=None, decoder=None, cell=LAYERS.LSTM, code=None, output=None, read=None, **options
):
    """Return an answer to 7.6 with some of its layers replaced; each is a function of sizes."""

    def build_stroke_autoencoder(steps, k, units):
        encode = encoder or (lambda *_: [cell(units, **(read or {})), LAYERS.Dense(k, code)])
        decode = decoder or (
            lambda *_: [
                LAYERS.RepeatVector(steps),
                cell(units, return_sequences=True, **options),
                LAYERS.Dense(2, output),
            ]
        )
        return (
            keras.Sequential([keras.Input((steps, 2)), *encode(steps, k, units)]),
            keras.Sequential([keras.Input((k,)), *decode(steps, k, units)]),
        )

    return build_stroke_autoencoder


def of_memory(steps, k, units):
    """Make the code of what the LSTM remembers."""
    points = keras.Input((steps, 2))
    memory = LAYERS.LSTM(units, return_state=True)(points)[2]
    encoder = keras.Model(points, LAYERS.Dense(k)(memory))
    return encoder, stroke_functional(steps, k, units)[1]


def one_kernel_for_all_steps(steps, k, units):
    """End the decoder with a convolution over one step: one and the same layer at every step."""
    every = LAYERS.LSTM(units, return_sequences=True)
    return [LAYERS.RepeatVector(steps), every, LAYERS.Conv1D(2, 1)]


class Half(keras.Model):
    """A half as a class, without an Input."""

    def __init__(self, steps, size, units, decodes):
        super().__init__()
        self.steps, self.decodes = steps, decodes
        self.last = LAYERS.Dense(size)
        self.reads = LAYERS.RNN(LAYERS.LSTMCell(units), return_sequences=decodes)

    def call(self, inputs):
        if self.decodes:
            inputs = keras.ops.repeat(inputs[:, None], self.steps, axis=1)
        return self.last(self.reads(inputs))


def stroke_classes(steps, k, units):
    return Half(steps, k, units, False), Half(steps, 2, units, True)


def stroke_functional(steps, k, units):
    points = keras.Input((steps, 2))
    every = LAYERS.LSTM(units, return_sequences=True, unroll=True)(points)
    encoder = keras.Model(points, LAYERS.Dense(k)(every[:, -1]))
    codes = keras.Input((k,))
    states = LAYERS.LSTM(units, return_sequences=True)(LAYERS.RepeatVector(steps)(codes))
    return encoder, keras.Model(codes, LAYERS.TimeDistributed(LAYERS.Dense(2))(states))


def shown_once(steps, k, units):
    def pad(codes):
        return keras.ops.pad(codes[:, None], ((0, 0), (0, steps - 1), (0, 0)))

    return [
        LAYERS.Lambda(pad, output_shape=(steps, k)),
        LAYERS.LSTM(units, return_sequences=True),
        LAYERS.Dense(2),
    ]


def twenty_points(steps, k, units):
    encoder = keras.Sequential([keras.Input((20, 2)), LAYERS.LSTM(units), LAYERS.Dense(k)])
    return encoder, stroke_functional(steps, k, units)[1]


def dense_strokes(steps, k, units):
    return [LAYERS.Flatten(), LAYERS.Dense(units, "tanh"), LAYERS.Dense(k)]


def mean_of_outputs(steps, k, units):
    every = LAYERS.LSTM(units, return_sequences=True)
    return [every, LAYERS.GlobalAveragePooling1D(), LAYERS.Dense(k)]


def added_up(steps, k, units):
    add = LAYERS.Lambda(lambda x: keras.ops.cumsum(x, axis=1), output_shape=(steps, 2))
    plain = LAYERS.LSTM(units, return_sequences=True)
    return [LAYERS.RepeatVector(steps), plain, LAYERS.Dense(2), add]


def kept_halves(known={}):  # noqa: B006
    def build_stroke_autoencoder(*sizes):
        if sizes not in known:
            known[sizes] = stroke_functional(*sizes)
        return known[sizes]

    return build_stroke_autoencoder


def frozen_encoder(steps, k, units):
    encoder, decoder = stroke_functional(steps, k, units)
    encoder.trainable = False
    return encoder, decoder


RIGHT = {
    "7.1": [("loop", spread()), ("matrix", by_matrix), ("zeros between", by_stuffing)],
    "7.2": [("keras", shape_by_keras), ("formula", paper())],
    "7.3": [
        ("loops", images_with()),
        ("keras", of_the_kernel(images_by_keras)),
        ("zeros between", images_by_stuffing),
    ],
    "7.4": [
        ("keras", lstm_by_keras),
        ("formula", four(lambda i, h: h * (i + h + 1))),
    ],
    "7.5": [("products", tied()), ("tape", by_tape), ("one by one", one_by_one)],
    "7.6": [
        ("sequential", stroke_halves()),
        ("functional", stroke_functional),
        ("classes", stroke_classes),
        ("convolution over one step", stroke_halves(None, one_kernel_for_all_steps)),
    ],
}
WRONG = {
    "7.1": [
        ("replaced", spread("replace"), "the later one replaces"),
        ("backwards", spread(order=slice(None, None, -1)), "written backwards"),
        ("not multiplied", spread(scale=False), "every block is the kernel itself"),
        ("no weights", spread(use_kernel=False), "only repeated"),
        ("same length", spread(length=lambda m, k, s: s * m), "as with padding"),
        ("one too long", spread(length=lambda m, k, s: s * m + k), "it is m - 1 strides"),
        ("stride 1", lambda x, w, s: np.convolve(x, w), "the stride is missing"),
        ("from place i", from_place_i, "it begins at stride * i"),
        ("convolution", lambda x, w, s: np.convolve(x, w, "valid")[::s], "ordinary convolution"),
        ("side by side", lambda x, w, s: np.outer(x, w).ravel(), "side by side"),
        ("spoils", spoils, "changes its input `inputs`"),
        ("nothing", lambda x, w, s: None, "is a return missing"),
        ("integers", of_their_type, "cut off the decimals"),
        ("padded", spread(length=lambda m, k, s: s * (m - 1) + max(k, s)), "the last block is as"),
    ],
    "7.2": [
        ("convolution", paper(lambda n, k, s: (n - k) // s + 1), "which shrinks"),
        ("one stride more", paper(lambda n, k, s: n * s + k), "from the first block"),
        ("always same", paper(lambda n, k, s: n * s), 'that is "same"'),
        ("last pixel", paper(lambda n, k, s: (n - 1) * s + 1), "kernel_size long"),
        ("always valid", paper(same=lambda n, k, s: (n - 1) * s + k), 'what "valid" should'),
        ("same side", paper(same=lambda n, k, s: n), "is not the same side"),
        ("no bias", paper(count=lambda n, c, f, k: k * k * c * f), "the biases are missing"),
        (
            "bias in",
            paper(count=lambda n, c, f, k: k * k * c * f + c),
            "for each input channel; it",
        ),
        ("exchanged", lambda *a: paper()(*a)[::-1], "output_side comes first"),
        ("floats", lambda *a: tuple(map(float, paper()(*a))), "whole numbers of type int"),
        ("no channels", paper(count=lambda n, c, f, k: (k * k + 1) * f), "input channels are"),
        ("side", paper(count=lambda n, c, f, k: (k * c + 1) * f), "a kernel is a square"),
        ("one result", lambda *a: 7, "return 2 results"),
    ],
    "7.3": [
        ("replaced", images_with("replace"), "the later one replaces"),
        ("turned", images_with(turn=lambda k: k[::-1, ::-1]), "the kernel is turned round"),
        ("exchanged", images_with(turn=lambda k: k.transpose(1, 0, 2, 3)), "rows and columns of"),
        ("first channel", images_with(first=True), "only the first input channel is used"),
        ("averaged", images_with(divide="channels"), "averaged over the input channels"),
        ("same", with_same, 'that is "same"'),
        ("axes", exchanged_axes, "height and width are exchanged"),
        ("summed images", lambda x, k, s: images_with()(x, k, s).sum(axis=0), "keep the first"),
        ("padded", images_by_keras, "the last square is as large as the kernel"),
        ("integers", images_with(dtype=None), "whole numbers as pixels"),
        ("summed channels", lambda x, k, s: images_with()(x, k, s).sum(axis=3), "the last axis is"),
    ],
    "7.4": [
        ("one part", lambda i, h: (i + h) * h + h, "that is one part"),
        ("three parts", lambda i, h: 3 * ((i + h) * h + h), "the candidate is missing"),
        ("no bias", four(lambda i, h: (i + h) * h), "the biases are missing"),
        ("no outputs", four(lambda i, h: i * h + h), "the last outputs are missing"),
        ("two biases", four(lambda i, h: (i + h + 2) * h), "two biases for each unit"),
        ("one bias", lambda i, h: 4 * (i + h) * h + h, "biases of its own"),
        ("a bias a part", four(lambda i, h: (i + h) * h + 1), "for each unit of it"),
        ("every step", lambda i, h: 28 * 4 * ((i + h) * h + h), "do not count the steps"),
        ("own output", four(lambda i, h: (i + 2) * h), "not only its own"),
        ("bias of inputs", four(lambda i, h: (i + h) * h + i), "not for each input"),
    ],
    "7.5": [
        ("exchanged", lambda x, w: tied()(x, w)[::-1], "the encoder's comes first"),
        ("whole", whole, "return the two parts"),
        ("encoder twice", lambda x, w: tied()(x, w)[:1] * 2, "the encoder's part again"),
        ("half each", lambda x, w: (sum(tied()(x, w)) / 2,) * 2, "half of the whole"),
        ("sum", lambda x, w: sum(tied()(x, w)), "return 2 results"),
        ("sign", tied(-1, -1), "outputs minus images"),
        ("half", tied(0.5, 0.5), "a factor 2"),
        ("summed", tied(lambda n, d: n, lambda n, d: n), "summed over the images: the"),
        ("averaged", tied(lambda n, d: 1 / d, lambda n, d: 1 / d), "averaged over the pixels"),
        ("not turned", transposed_decoder, "turn it round"),
        ("codes", with_codes, "the codes themselves meet the images"),
        ("no kernel", without_kernel, "go back through W^T to the codes"),
        ("outputs", of_outputs, "the images that the encoder saw"),
        ("no 2 / n", tied(lambda n, d: n / 2, lambda n, d: n / 2), "the factor 2 / n"),
    ],
    "7.6": [
        (
            "every code",
            stroke_halves(lambda s, k, u: [LAYERS.LSTM(u, return_sequences=True), LAYERS.Dense(k)]),
            "a code at every step",
        ),
        ("no code", stroke_halves(lambda s, k, u: [LAYERS.LSTM(u)]), "outputs of its LSTM: a"),
        (
            "one point",
            stroke_halves(
                None,
                lambda s, k, u: [LAYERS.RepeatVector(s), LAYERS.LSTM(u), LAYERS.Dense(2)],
            ),
            "the decoder returns one point",
        ),
        (
            "no point",
            stroke_halves(
                None,
                lambda s, k, u: [
                    LAYERS.RepeatVector(s),
                    LAYERS.LSTM(u, return_sequences=True),
                ],
            ),
            "at each step: a layer that makes a point",
        ),
        (
            "in one row",
            stroke_halves(None, lambda s, k, u: [LAYERS.Dense(u), LAYERS.Dense(2 * s)]),
            "the points in one row",
        ),
        ("gru", stroke_halves(cell=LAYERS.GRU), "units: a GRU has fewer gates"),
        ("rnn", stroke_halves(cell=LAYERS.SimpleRNN), "units: a SimpleRNN has no gates"),
        ("LSTM of the code", stroke_halves(lambda s, k, u: [LAYERS.LSTM(k)]), "makes the code it"),
        (
            "LSTM of the points",
            stroke_halves(
                None,
                lambda s, k, u: [LAYERS.RepeatVector(s), LAYERS.LSTM(2, return_sequences=True)],
            ),
            "the LSTM of the decoder makes the points itself, with 2 units",
        ),
        (
            "always 64 units",
            stroke_halves(lambda s, k, u: [LAYERS.LSTM(64), LAYERS.Dense(k)]),
            "has 64 units where `units` is",
        ),
        (
            "repeats its code",
            stroke_halves(
                lambda s, k, u: [LAYERS.LSTM(u), LAYERS.Dense(k), LAYERS.RepeatVector(s)]
            ),
            "to repeat it is the decoder's part",
        ),
        (
            "forget biases of 0",
            stroke_halves(read={"unit_forget_bias": False}),
            "the LSTM of the encoder does not begin with the biases",
        ),
        (
            "biases of 1",
            stroke_halves(unit_forget_bias=False, bias_initializer="ones"),
            "the LSTM of the decoder does not begin with the biases",
        ),
        (
            "recurrent",
            stroke_halves(read={"recurrent_initializer": "glorot_uniform"}),
            "leave recurrent_initializer",
        ),
        (
            "kernel",
            stroke_halves(read={"kernel_initializer": "he_normal"}),
            "leave kernel_initializer",
        ),
        ("float16", stroke_halves(read={"dtype": "float16"}), "weights of type float16"),
        *(
            (
                f"passes over {number}",
                stroke_halves(
                    lambda s, k, u, number=number: [
                        LAYERS.Masking(number),
                        LAYERS.LSTM(u),
                        LAYERS.Dense(k),
                    ]
                ),
                f"numbers are all {number}: leave Masking out",
            )
            for number in (0, -1, 1)
        ),
        ("memory", of_memory, "the code is made of the LSTM's memory"),
        ("sigmoid LSTM", stroke_halves(activation="sigmoid"), "LSTM of the decoder has the act"),
        ("relu LSTM", stroke_halves(read={"activation": "relu"}), "encoder has the activation re"),
        ("linear LSTM", stroke_halves(activation=None), "LSTM of the decoder has no activation"),
        ("dense", stroke_halves(dense_strokes), "the encoder has no LSTM of"),
        (
            "deeper",
            stroke_halves(
                lambda s, k, u: [LAYERS.LSTM(u), LAYERS.Dense(u, "tanh"), LAYERS.Dense(k)]
            ),
            "more layers with weights",
        ),
        ("no bias", stroke_halves(use_bias=False), "the biases among them"),
        ("tanh code", stroke_halves(code="tanh"), "the encoder has the activation tanh"),
        ("sigmoid", stroke_halves(output="sigmoid"), "the decoder has the activation sigmoid"),
        ("backwards", stroke_halves(read={"go_backwards": True}), "reads the points backwards"),
        ("mean", stroke_halves(mean_of_outputs), "the mean of all outputs"),
        ("shown once", stroke_halves(None, shown_once), "at the first step only"),
        ("added up", stroke_halves(None, added_up), "added up step by step"),
        ("dropout", stroke_halves(dropout=0.5), "leave out dropout"),
        ("kept", kept_halves(), "make new layers inside the function"),
        ("frozen", frozen_encoder, "are frozen"),
        ("exchanged", lambda *a: stroke_functional(*a)[::-1], "the encoder should take inputs"),
        ("always 20 points", twenty_points, "yours takes (None, 20, 2)"),
        ("one model", lambda *a: stroke_functional(*a)[0], "return 2 results"),
        ("nothing", lambda *a: None, "is a return missing"),
    ],
}
test_complete, test_right, test_wrong = closing_tests("07", RIGHT, WRONG)
