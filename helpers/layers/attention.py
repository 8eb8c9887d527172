"""Attention: by hand in NumPy, and the layers around Keras' own that a patch transformer needs."""

from __future__ import annotations

import keras
import numpy as np
from keras import ops
from scipy.special import softmax


def attention(
    queries: np.ndarray, keys: np.ndarray, values: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return for each query the mean of the values, weighted by how well their keys match.

    Args:
        queries: (..., s, k).
        keys: (..., t, k), of the same leading axes.
        values: (..., t, m).

    Returns:
        ``outputs`` (..., s, m), and ``weights`` (..., s, t), whose rows add up to 1.

    Raises:
        ValueError: queries and keys of different length, or not one value for each key.

    Reference: Vaswani et al., 2017, equation 1.
    """
    queries, keys, values = (np.asarray(one) for one in (queries, keys, values))
    if queries.shape[-1] != keys.shape[-1] or keys.shape[-2] != values.shape[-2]:
        raise ValueError(
            "attention takes queries (..., s, k), keys (..., t, k) and values (..., t, m). "
            f"Received: {queries.shape}, {keys.shape}, {values.shape}"
        )
    scores = queries @ np.swapaxes(keys, -1, -2) / np.sqrt(keys.shape[-1])
    weights = softmax(scores, axis=-1)
    return weights @ values, weights


def attention_block(tokens, num_heads: int, *, widening: int = 2, name: str = "block"):
    """Return tokens after self-attention and a small dense network, each added to what came.

    Every token is standardised before either (*pre-norm*).

    Args:
        tokens: Keras tensor (n, t, k); k is a multiple of the number of heads.
        num_heads: attentions side by side, each of k / num_heads numbers.
        widening: the dense network's hidden layer has so many times k units.
        name: beginning of the layers' names.

    Returns:
        Keras tensor (n, t, k).

    Raises:
        ValueError: heads that do not divide k.

    Reference: Vaswani et al., 2017, section 3; pre-norm: Dosovitskiy et al., 2021, equations 2, 3.
    """
    width = tokens.shape[-1]
    if num_heads < 1 or width % num_heads:
        raise ValueError(
            f"The number of heads divides the numbers of a token, {width}. Received: {num_heads}"
        )
    attend = keras.layers.MultiHeadAttention(num_heads, width // num_heads, name=f"{name}_attend")
    seen = keras.layers.LayerNormalization(name=f"{name}_norm")(tokens)
    tokens = keras.layers.Add()([tokens, attend(seen, seen)])
    units = keras.layers.LayerNormalization(name=f"{name}_dense_norm")(tokens)
    units = keras.layers.Dense(widening * width, "gelu", name=f"{name}_wide")(units)
    return keras.layers.Add()([tokens, keras.layers.Dense(width, name=f"{name}_narrow")(units)])


@keras.saving.register_keras_serializable(package="autoencoder_workbook")
class Positions(keras.layers.Layer):
    """Add to each token a learned vector that tells its place.

    ``layer([tokens, places])`` with tokens (n, s, k) and places (n, s), integers from 0 to
    num_places - 1, returns (n, s, k).

    Args:
        num_places: how many places there are.
        deviation: of the initial vectors' numbers.
        **options: name, dtype and the like, of every Keras layer.

    Reference: Dosovitskiy et al., 2021, equation 1.
    """

    def __init__(self, num_places: int, deviation: float = 0.5, **options):
        super().__init__(**options)
        self.num_places, self.deviation = num_places, deviation

    def build(self, input_shape):
        """Make the vectors, (num_places, k)."""
        self.vectors = self.add_weight(
            shape=(self.num_places, input_shape[0][-1]),
            initializer=keras.initializers.RandomNormal(0.0, self.deviation),
            name="vectors",
        )

    def call(self, inputs):
        """Return tokens (n, s, k) with their places added."""
        tokens, places = inputs
        return tokens + ops.take(self.vectors, ops.cast(places, "int32"), axis=0)

    def get_config(self) -> dict:
        """Return the arguments of the constructor, ready for JSON."""
        own = {"num_places": self.num_places, "deviation": self.deviation}
        return {**super().get_config(), **own}


@keras.saving.register_keras_serializable(package="autoencoder_workbook")
class MaskTokens(keras.layers.Layer):
    """Append one and the same learned token for every hidden place.

    ``layer([tokens, hidden])`` with tokens (n, s, k) and the hidden places (n, h) returns
    (n, s + h, k): the tokens as they are, and h times the *mask token* (k,) behind them.

    Args:
        **options: name, dtype and the like, of every Keras layer.

    Reference: He et al., 2022, section 3.
    """

    def build(self, input_shape):
        """Make the token, (k,)."""
        width = input_shape[0][-1]
        self.token = self.add_weight(shape=(width,), initializer="zeros", name="token")

    def call(self, inputs):
        """Return tokens (n, s + h, k)."""
        tokens, hidden = inputs
        shape = (*ops.shape(hidden), tokens.shape[-1])
        return ops.concatenate([tokens, ops.broadcast_to(self.token, shape)], axis=1)
