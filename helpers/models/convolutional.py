"""The convolutional autoencoder of the second source, and the arithmetic of its shapes."""

import keras

IMAGE_SHAPE = (28, 28, 1)
FILTERS = (32, 64)
DEEPEST_SHAPE = (7, 7, 64)  # what two convolutions of stride 2 leave of an image


def build_conv_encoder(code_size: int = 64, activation: str = "relu") -> keras.Model:
    """Build the encoder (n, 28, 28, 1) -> (n, code_size) of `build_convolutional`."""
    _check_size(code_size)
    images = units = keras.Input(IMAGE_SHAPE, name="images")
    for filters in FILTERS:
        units = keras.layers.Conv2D(filters, 2, strides=2, activation="relu")(units)
    units = keras.layers.Flatten()(units)
    codes = keras.layers.Dense(code_size, activation, name="code")(units)
    return keras.Model(images, codes, name="encoder")


def build_conv_decoder(code_size: int = 64, activation: str = "relu") -> keras.Model:
    """Build the decoder (n, code_size) -> (n, 28, 28, 1) of `build_convolutional`."""
    _check_size(code_size)
    side, _, filters = DEEPEST_SHAPE
    codes = keras.Input((code_size,), name="codes")
    units = keras.layers.Dense(side * side * filters, activation)(codes)
    units = keras.layers.Reshape(DEEPEST_SHAPE)(units)
    units = keras.layers.Conv2DTranspose(FILTERS[0], 2, strides=2, activation=activation)(units)
    outputs = keras.layers.Conv2DTranspose(1, 2, strides=2, activation="sigmoid", name="output")(
        units
    )
    return keras.Model(codes, outputs, name="decoder")


def build_convolutional(
    code_size: int = 64, activation: str = "relu"
) -> tuple[keras.Model, keras.Model]:
    """Build the second source's encoder and decoder: kernel 2, stride 2, 421,377 parameters.

    Args:
        code_size: units of the code, 64 in the source.
        activation: of the code and the decoder's hidden layers, "relu" or, in the source's variant,
            "elu". The encoder's convolutions are ReLU in both.

    Returns:
        ``encoder`` (n, 28, 28, 1) -> (n, code_size), its last layer named "code", and ``decoder``
        back, with a sigmoid output.

    Raises:
        ValueError: a code size below 1.

    Reference: AutoEncoder blog post, 6 July 2023, "MNIST with CNN" and "CNN with ELU".
    """
    return build_conv_encoder(code_size, activation), build_conv_decoder(code_size, activation)


def code_model(autoencoder: keras.Model, layer_name: str) -> keras.Model:
    """Return the model from an autoencoder's input to one of its layers; they share weights.

    Args:
        autoencoder: a Functional or Sequential model, built.
        layer_name: name of a layer of its own, not of a model inside it.
    """
    return keras.Model(autoencoder.inputs[0], autoencoder.get_layer(layer_name).output)


def _check_size(code_size: int) -> None:
    if code_size < 1:
        raise ValueError(f"code_size must be at least 1. Received: {code_size}")
