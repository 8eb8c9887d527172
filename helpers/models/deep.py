"""The deep autoencoder of the first source's lab, with batch normalisation in every layer."""

import keras


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
    sizes = (input_size, *hidden_sizes, code_size)
    if min(sizes) < 1:
        raise ValueError(f"All sizes must be at least 1. Received: {sizes}")
    encoder = _stack("encoder", "images", sizes, "code", momentum)
    return encoder, _stack("decoder", "codes", sizes[::-1], "output", momentum)


def _stack(
    name: str, input_name: str, sizes: tuple[int, ...], output_name: str, momentum: float
) -> keras.Model:
    """Return the model of these layers; `sizes` begins with that of its input."""
    inputs = units = keras.Input((sizes[0],), name=input_name)
    for position, size in enumerate(sizes[1:], start=2):
        # Standard deviation 1 / sqrt(inputs), so that no sigmoid starts saturated.
        units = keras.layers.Dense(size, kernel_initializer="lecun_normal")(units)
        units = keras.layers.BatchNormalization(momentum=momentum)(units)
        is_last = position == len(sizes)
        units = keras.layers.Activation("sigmoid", name=output_name if is_last else None)(units)
    return keras.Model(inputs, units, name=name)
