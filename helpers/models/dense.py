"""Autoencoders of dense layers, on vectors, and how two halves make a whole."""

import keras


def build_basic(
    input_size: int,
    code_size: int,
    *,
    activation: str = "sigmoid",
    initializer: str | keras.Initializer = "glorot_uniform",
    bias_initializer: str | keras.Initializer = "zeros",
) -> tuple[keras.Model, keras.Model]:
    """Build the encoder and the decoder of an autoencoder with one hidden layer.

    Args:
        input_size: number of inputs D.
        code_size: number of hidden units K.
        activation: of the code; the output is always a sigmoid, since pixels are in [0, 1].
        initializer: of both kernels. The first source of the course draws them from a
            unit normal.
        bias_initializer: of both biases.

    Returns:
        ``encoder`` (n, D) -> (n, K) and ``decoder`` (n, K) -> (n, D).
    """
    dense = {"kernel_initializer": initializer, "bias_initializer": bias_initializer}
    images = keras.Input((input_size,), name="images")
    codes = keras.layers.Dense(code_size, activation, name="code", **dense)(images)
    encoder = keras.Model(images, codes, name="encoder")
    codes = keras.Input((code_size,), name="codes")
    outputs = keras.layers.Dense(input_size, "sigmoid", name="output", **dense)(codes)
    return encoder, keras.Model(codes, outputs, name="decoder")


def build_dense(
    layer_sizes: tuple[int, ...],
    decoder_sizes: tuple[int, ...] = (),
    *,
    activation: str = "relu",
    code_activation: str | None = None,
    output_activation: str = "sigmoid",
) -> tuple[keras.Model, keras.Model]:
    """Build a dense autoencoder, for example ``(784, 1000, 500, 250, 2)`` and its mirror.

    Args:
        layer_sizes: inputs, hidden layers, code: D, ..., K.
        decoder_sizes: the layers after the code, the output last; when left out, the
            encoder's in reverse.
        activation: of the hidden layers.
        code_activation: of the code; linear when left out.
        output_activation: of the output; the sigmoid is for pixels in [0, 1].

    Returns:
        ``encoder`` (n, D) -> (n, K) and ``decoder`` (n, K) -> (n, D).

    Raises:
        ValueError: fewer than two sizes, or one below 1.
    """
    if len(layer_sizes) < 2 or min(*layer_sizes, *decoder_sizes) < 1:
        raise ValueError(
            "layer_sizes needs two or more sizes, all sizes at least 1. "
            f"Received: {layer_sizes}, {decoder_sizes}"
        )
    input_size, *hidden_sizes, code_size = layer_sizes
    images = units = keras.Input((input_size,), name="images")
    for size in hidden_sizes:
        units = keras.layers.Dense(size, activation)(units)
    codes = keras.layers.Dense(code_size, code_activation, name="code")(units)
    encoder = keras.Model(images, codes, name="encoder")
    codes = units = keras.Input((code_size,), name="codes")
    *hidden_sizes, output_size = decoder_sizes or (*reversed(hidden_sizes), input_size)
    for size in hidden_sizes:
        units = keras.layers.Dense(size, activation)(units)
    outputs = keras.layers.Dense(output_size, output_activation, name="output")(units)
    return encoder, keras.Model(codes, outputs, name="decoder")


def chain(encoder: keras.Model, decoder: keras.Model) -> keras.Model:
    """Return the autoencoder that encodes and then decodes; it shares their weights."""
    images = keras.Input(encoder.input_shape[1:], name="images")
    return keras.Model(images, decoder(encoder(images)), name="autoencoder")
