"""Deep autoencoders: the first source's, with batch normalisation in every layer, and tied ones."""

import keras

from helpers.layers.tied import TiedDense


def build_deep(
    code_size: int = 2,
    hidden_sizes: tuple[int, ...] = (1000, 500, 250),
    *,
    input_size: int = 784,
    momentum: float = 0.9,
) -> tuple[keras.Model, keras.Model]:
    """Build the encoder 784-1000-500-250-2 and the decoder that mirrors it.

    Every layer, code and output included, is the lab's `layer`: matrix product and bias, batch
    normalisation, sigmoid. Its `phase_train` is Keras's `training`: True normalises by the batch,
    False by the running mean and variance.

    Args:
        code_size: units of the code.
        hidden_sizes: units of the encoder's hidden layers, the first one first.
        input_size: pixels of an image.
        momentum: of the running mean and variance, in [0, 1).

    Returns:
        ``encoder`` (n, input_size) -> (n, code_size) and ``decoder`` back, both with outputs in
        [0, 1].

    Raises:
        ValueError: a size below 1.

    Reference: KCC 2019 tutorial review (Namgung), lab, `autoencoder_mnist.py`.
    """
    encoder = build_encoder(input_size, hidden_sizes, code_size, momentum)
    return encoder, build_decoder(input_size, hidden_sizes, code_size, momentum)


def build_encoder(
    input_size: int, hidden_sizes: tuple[int, ...], code_size: int, momentum: float = 0.9
) -> keras.Model:
    """Build the encoder of `build_deep`; arguments and errors are the same."""
    return _stack("encoder", "images", (input_size, *hidden_sizes, code_size), "code", momentum)


def build_decoder(
    input_size: int, hidden_sizes: tuple[int, ...], code_size: int, momentum: float = 0.9
) -> keras.Model:
    """Build the decoder of `build_deep`; arguments and errors are the same."""
    sizes = (code_size, *reversed(hidden_sizes), input_size)
    return _stack("decoder", "codes", sizes, "output", momentum)


def _stack(
    name: str, input_name: str, sizes: tuple[int, ...], output_name: str, momentum: float
) -> keras.Model:
    """Return the model of these layers; `sizes` begins with that of its input."""
    if min(sizes) < 1:
        raise ValueError(f"All sizes must be at least 1. Received: {sizes}")
    inputs = units = keras.Input((sizes[0],), name=input_name)
    for position, size in enumerate(sizes[1:], start=2):
        # Standard deviation 1 / sqrt(inputs), so that no sigmoid starts saturated.
        units = keras.layers.Dense(size, kernel_initializer="lecun_normal")(units)
        units = keras.layers.BatchNormalization(momentum=momentum)(units)
        is_last = position == len(sizes)
        units = keras.layers.Activation("sigmoid", name=output_name if is_last else None)(units)
    return keras.Model(inputs, units, name=name)


def build_tied(
    layer_sizes: tuple[int, ...], *, activation: str = "relu", code_activation: str | None = None
) -> tuple[keras.Model, keras.Model]:
    """Build a dense autoencoder whose decoder uses the encoder's kernels, transposed.

    It is `build_dense` with half the kernel parameters: the same layers, activations and biases.

    Args:
        layer_sizes: inputs, hidden layers, code: D, ..., K.
        activation: of the hidden layers.
        code_activation: of the code; linear when left out.

    Returns:
        ``encoder`` (n, D) -> (n, K) and ``decoder`` (n, K) -> (n, D) with a sigmoid output.

    Raises:
        ValueError: fewer than two sizes, or one below 1.
    """
    if len(layer_sizes) < 2 or min(layer_sizes) < 1:
        raise ValueError(
            f"layer_sizes needs two or more sizes, all sizes at least 1. Received: {layer_sizes}"
        )
    last = len(layer_sizes) - 2
    tied = [
        TiedDense(
            size,
            code_activation if position == last else activation,
            transposed_activation="sigmoid" if position == 0 else activation,
        )
        for position, size in enumerate(layer_sizes[1:])
    ]
    images = units = keras.Input((layer_sizes[0],), name="images")
    for layer in tied:
        units = layer(units)
    encoder = keras.Model(images, units, name="encoder")
    codes = units = keras.Input((layer_sizes[-1],), name="codes")
    for layer in reversed(tied):
        units = layer(units, transposed=True)
    return encoder, keras.Model(codes, units, name="decoder")
