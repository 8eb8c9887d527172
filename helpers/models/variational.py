"""Variational autoencoders of dense layers, with and without a label beside the code."""

import keras

from helpers.layers.sampling import Sampling


def build_vae(
    layer_sizes: tuple[int, ...], *, num_classes: int = 0, activation: str = "gelu"
) -> tuple[keras.Model, keras.Model]:
    """Build an encoder from images to normal distributions of codes, and a decoder of codes.

    Args:
        layer_sizes: inputs, hidden layers, code: D, ..., K; the decoder has them in reverse.
        num_classes: columns that a conditional model adds to the input of each half, for labels.
        activation: of the hidden layers.

    Returns:
        ``encoder`` (n, D + num_classes) -> [means (n, K), log_variances (n, K)] and ``decoder``
        (n, K + num_classes) -> (n, D) with a sigmoid output.

    Raises:
        ValueError: fewer than two sizes, one below 1, or a negative number of classes.

    Reference: Kingma and Welling, 2014, appendix C; with classes, Sohn, Lee and Yan, 2015.
    """
    if len(layer_sizes) < 2 or min(layer_sizes) < 1 or num_classes < 0:
        raise ValueError(
            "layer_sizes needs two or more sizes, all at least 1, and num_classes is 0 or more. "
            f"Received: {layer_sizes}, {num_classes}"
        )
    input_size, *hidden_sizes, code_size = layer_sizes
    images = units = keras.Input((input_size + num_classes,), name="images")
    for size in hidden_sizes:
        units = keras.layers.Dense(size, activation)(units)
    means = keras.layers.Dense(code_size, name="mean")(units)
    # Zeros make every initial variance 1; random initial weights would only add noise.
    log_variances = keras.layers.Dense(code_size, kernel_initializer="zeros", name="log_variance")(
        units
    )
    encoder = keras.Model(images, [means, log_variances], name="encoder")
    codes = units = keras.Input((code_size + num_classes,), name="codes")
    for size in reversed(hidden_sizes):
        units = keras.layers.Dense(size, activation)(units)
    outputs = keras.layers.Dense(input_size, "sigmoid", name="output")(units)
    return encoder, keras.Model(codes, outputs, name="decoder")


def chain_vae(
    encoder: keras.Model, decoder: keras.Model, *, seed: int = 0, kl_weight: float = 1.0
) -> keras.Model:
    """Return the variational autoencoder to train, which samples one code per image.

    It shares the weights of both halves. Its loss is the cross-entropy of its outputs plus the KL
    divergence, times ``kl_weight``, that its sampling layer adds. That of a conditional pair takes
    (n, D + classes), each image with its label beside it, and passes the label to the decoder.

    Args:
        encoder, decoder: from ``build_vae``.
        seed: of the codes' noise.
        kl_weight: beta, what the KL counts beside the cross-entropy, 0 or more.

    Raises:
        ValueError: a negative weight.
    """
    images = keras.Input(encoder.input_shape[1:], name="images")
    codes = Sampling(seed, kl_weight)(encoder(images))
    num_classes = decoder.input_shape[-1] - codes.shape[-1]
    if num_classes:
        codes = keras.ops.concatenate([codes, images[:, -num_classes:]], axis=1)
    return keras.Model(images, decoder(codes), name="vae")
