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


def attention_block(tokens, num_heads: int, *, context=None, name: str = "block"):
    """Return tokens after attention and a small dense network, each added to what came.

    Every token is standardised before either (*pre-norm*). The dense network's hidden layer is
    twice as wide as a token.

    Args:
        tokens: Keras tensor (n, t, k); k is a multiple of the number of heads.
        num_heads: attentions side by side, each of k / num_heads numbers.
        context: Keras tensor (n, s, k), the tokens that are looked at; the tokens themselves when
            None (*self-attention*).
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
    asking = keras.layers.LayerNormalization(name=f"{name}_norm")(tokens)
    seen = asking
    if context is not None:
        seen = keras.layers.LayerNormalization(name=f"{name}_context_norm")(context)
    tokens = keras.layers.Add()([tokens, attend(asking, seen)])
    units = keras.layers.LayerNormalization(name=f"{name}_dense_norm")(tokens)
    units = keras.layers.Dense(2 * width, "relu", name=f"{name}_wide")(units)
    return keras.layers.Add()([tokens, keras.layers.Dense(width, name=f"{name}_narrow")(units)])


def waves(num_places: int, width: int) -> np.ndarray:
    """Return a vector for each place of a square grid: sines and cosines of its row and column.

    Args:
        num_places: a square number.
        width: numbers of a vector; what a multiple of 4 leaves over is 0.

    Returns:
        float32 (num_places, width), from -1 to 1.

    Raises:
        ValueError: no square number, or a width below 1.

    Reference: Vaswani et al., 2017, section 3.5, for rows and columns each.
    """
    side, count = round(num_places**0.5), width // 4
    if side < 1 or side**2 != num_places or width < 1:
        raise ValueError(
            "waves takes a square number of places and a width of at least 1. "
            f"Received: {num_places}, {width}"
        )
    # No wave is shorter than four places, so that neighbours are alike.
    steps = np.pi / 2 * np.arange(1, count + 1) / max(count, 1)
    angles = np.arange(side)[:, None] * steps
    one = np.concatenate([np.sin(angles), np.cos(angles)], axis=1)
    both = np.concatenate([np.repeat(one, side, axis=0), np.tile(one, (side, 1))], axis=1)
    return np.pad(both, ((0, 0), (0, width - 4 * count))).astype("float32")


@keras.saving.register_keras_serializable(package="autoencoder_workbook")
class Positions(keras.layers.Layer):
    """Add to each token a learned vector that tells its place in a square grid.

    ``layer([tokens, places])`` with tokens (n, s, k) and places (n, s), integers from 0 to
    num_places - 1, returns (n, s, k). The vectors begin as ``waves``, so that neighbours are alike.

    Args:
        num_places: how many places there are, a square number.
        **options: name, dtype and the like, of every Keras layer.

    Raises:
        ValueError: no square number.

    Reference: Dosovitskiy et al., 2021, equation 1.
    """

    def __init__(self, num_places: int, **options):
        super().__init__(**options)
        waves(num_places, 1)  # refuses what is no grid
        self.num_places = num_places

    def build(self, input_shape):
        """Make the vectors, (num_places, k)."""
        shape = self.num_places, input_shape[0][-1]
        self.vectors = self.add_weight(
            shape=shape, initializer=lambda shape, dtype: waves(*shape), name="vectors"
        )

    def call(self, inputs):
        """Return tokens (n, s, k) with their places added."""
        tokens, places = inputs
        return tokens + ops.take(self.vectors, ops.cast(places, "int32"), axis=0)

    def get_config(self) -> dict:
        """Return the arguments of the constructor, ready for JSON."""
        return {**super().get_config(), "num_places": self.num_places}


@keras.saving.register_keras_serializable(package="autoencoder_workbook")
class MaskTokens(keras.layers.Layer):
    """One and the same learned token for every hidden place.

    ``layer(hidden)`` with the hidden places (n, h) returns (n, h, k), h times the *mask token*.

    Args:
        width: k, numbers of a token.
        **options: name, dtype and the like, of every Keras layer.

    Reference: He et al., 2022, section 3.
    """

    def __init__(self, width: int, **options):
        super().__init__(**options)
        self.width = width

    def build(self, input_shape):
        """Make the token, (k,)."""
        self.token = self.add_weight(shape=(self.width,), initializer="zeros", name="token")

    def call(self, hidden):
        """Return tokens (n, h, k)."""
        return ops.broadcast_to(self.token, (*ops.shape(hidden), self.width))

    def get_config(self) -> dict:
        """Return the arguments of the constructor, ready for JSON."""
        return {**super().get_config(), "width": self.width}
