"""A sparse autoencoder whose code keeps the k largest activations of each image."""

from __future__ import annotations

import keras
import numpy as np

from helpers.layers.sparsity import TopK


def build_top_k(
    mean: np.ndarray, num_units: int, k: int, *, seed: int = 0
) -> tuple[keras.Model, keras.Model]:
    """Build a top-k sparse autoencoder: a dense layer, `TopK`, and a linear decoder.

    The decoder's kernel, its *dictionary*, begins as random directions of length 1, and the
    encoder's as their transpose; then both are trained apart, and no length is kept. The decoder's
    bias begins as the mean, and the encoder's so that a pre-activation is the component of what
    differs from the mean.

    Args:
        mean: of the data, (d,).
        num_units: rows of the dictionary.
        k: units that may be active for each image, at most `num_units`.
        seed: of the directions.

    Returns:
        ``encoder`` (n, d) -> (n, num_units), with a layer "pre_activations" below its layer
        "code", and ``decoder`` (n, num_units) -> (n, d), with one layer "dictionary".

    Raises:
        ValueError: a mean that is not (d,), or a k outside 1 to `num_units`.
    """
    mean = np.asarray(mean, "float32")
    if mean.ndim != 1:
        raise ValueError(f"mean must have shape (d,). Received: {mean.shape}")
    directions = np.random.default_rng(seed).normal(size=(num_units, len(mean)))
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    inputs = keras.Input((len(mean),), name="images")
    pre_activations = keras.layers.Dense(num_units, name="pre_activations")
    encoder = keras.Model(inputs, TopK(k, name="code")(pre_activations(inputs)), name="encoder")
    codes = keras.Input((num_units,), name="codes")
    dictionary = keras.layers.Dense(len(mean), name="dictionary")
    decoder = keras.Model(codes, dictionary(codes), name="decoder")
    dictionary.set_weights([directions, mean])
    pre_activations.set_weights([directions.T, -directions @ mean])
    return encoder, decoder
