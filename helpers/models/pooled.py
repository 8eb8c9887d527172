"""The convolutional autoencoder of the third source, and the arithmetic of its decoder."""

import keras

IMAGE_SHAPE = (28, 28, 1)
ENCODER_FILTERS = (16, 32, 64)
DEEPEST_SHAPE = (3, 3, 64)  # what three poolings leave of an image
# Filters and padding of the decoder's layers: 3 -> 7 -> 14 -> 28 pixels per side.
DECODER_LAYERS = ((32, "valid"), (16, "same"), (1, "same"))


def transposed_shape(
    side: int, channels: int, filters: int, kernel_size: int, stride: int, padding: str
) -> tuple[int, int]:
    """Return the side of a transposed convolution's output, and its parameters.

    Args:
        side: pixels per side of the square input.
        channels: of the input.
        filters: channels of the output.
        kernel_size: pixels per side of the square kernel, at least `stride`.
        stride: pixels from one block that is written to the next.
        padding: "valid" keeps all that the blocks cover, "same" keeps stride pixels for each of the
            input.

    Raises:
        ValueError: another padding.
    """
    if padding not in ("valid", "same"):
        raise ValueError(f'padding must be "valid" or "same". Received: {padding!r}')
    covered = (side - 1) * stride + kernel_size
    output_side = covered if padding == "valid" else side * stride
    return output_side, (kernel_size**2 * channels + 1) * filters


def build_pooled(code_size: int | None = None) -> tuple[keras.Model, keras.Model]:
    """Build the third source's convolutional autoencoder; its decoder has 23,233 parameters.

    Three convolutions, each followed by a pooling that halves the image, and three transposed
    convolutions of stride 2, all SELU but for the sigmoid output.

    Args:
        code_size: units of a dense code between the two halves, linear, with a dense SELU layer
            after it; when None, as in the source, the code is the (3, 3, 64) map itself.

    Returns:
        ``encoder`` (n, 28, 28, 1) -> (n, code_size) or (n, 3, 3, 64), and ``decoder`` back.

    Raises:
        ValueError: a code size below 1.

    Reference: slide deck on Hands-On Machine Learning, 2nd edition, convolutional autoencoder.
    """
    if code_size is not None and code_size < 1:
        raise ValueError(f"code_size must be at least 1, or None. Received: {code_size}")
    images = units = keras.Input(IMAGE_SHAPE, name="images")
    for filters in ENCODER_FILTERS:
        units = keras.layers.Conv2D(filters, 3, padding="same", activation="selu")(units)
        units = keras.layers.MaxPooling2D(2)(units)
    if code_size is not None:
        units = keras.layers.Flatten()(units)
        units = keras.layers.Dense(code_size, name="code")(units)
    encoder = keras.Model(images, units, name="encoder")
    codes = units = keras.Input(encoder.output_shape[1:], name="codes")
    if code_size is not None:
        side, _, channels = DEEPEST_SHAPE
        units = keras.layers.Dense(side * side * channels, "selu")(units)
        units = keras.layers.Reshape(DEEPEST_SHAPE)(units)
    for filters, padding in DECODER_LAYERS:
        last = filters == 1
        units = keras.layers.Conv2DTranspose(
            filters,
            3,
            strides=2,
            padding=padding,
            activation="sigmoid" if last else "selu",
            name="output" if last else None,
        )(units)
    return encoder, keras.Model(codes, units, name="decoder")


def outline(*halves: keras.Model) -> list[tuple[str, tuple[int, ...], int]]:
    """Return the layers of models in order: kind, shape of the output, number of parameters.

    The input of the first model is the first entry; those of the others are left out. Shapes are
    of one image, without the batch axis.
    """
    entries = [("Input", tuple(halves[0].input_shape[1:]), 0)]
    for half in halves:
        for layer in half.layers:
            if not isinstance(layer, keras.layers.InputLayer):
                shape = tuple(layer.output.shape[1:])
                entries.append((type(layer).__name__, shape, layer.count_params()))
    return entries
