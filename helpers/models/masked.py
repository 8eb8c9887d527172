"""A masked autoencoder: an encoder that sees some patches, a decoder that fills in the others."""

from __future__ import annotations

import keras
import numpy as np
from keras import ops

from helpers.layers.attention import MaskTokens, Positions, attention_block
from helpers.layers.patches import Patches, RandomPlaces


def build_patch_encoder(
    num_patches: int, patch_size: int, width: int, *, blocks: int = 2, heads: int = 2
) -> keras.Model:
    """Build a transformer that makes a token of each patch that it sees.

    Args:
        num_patches: t, places that a patch may have.
        patch_size: p, pixels of a patch.
        width: k, numbers of a token.
        blocks: of attention and dense layers, 1 or more.
        heads: of each attention; they divide k.

    Returns:
        Model of [patches (n, s, p), their places (n, s), integers] -> tokens (n, s, k), for any
        number s of patches.

    Raises:
        ValueError: sizes below 1, or heads that do not divide k.

    Reference: He et al., 2022, section 3.
    """
    if min(num_patches, patch_size, width, blocks, heads) < 1:
        raise ValueError(
            "build_patch_encoder takes sizes of at least 1. "
            f"Received: {num_patches}, {patch_size}, {width}, {blocks}, {heads}"
        )
    patches = keras.Input((None, patch_size), name="patches")
    places = keras.Input((None,), dtype="int32", name="places")
    tokens = keras.layers.Dense(width, name="embed")(patches)
    tokens = Positions(num_patches, name="positions")([tokens, places])
    for block in range(blocks):
        tokens = attention_block(tokens, heads, name=f"block_{block + 1}")
    tokens = keras.layers.LayerNormalization(name="norm")(tokens)
    return keras.Model([patches, places], tokens, name="encoder")


def build_patch_decoder(
    num_patches: int, patch_size: int, width: int, *, blocks: int = 1, heads: int = 2
) -> keras.Model:
    """Build a transformer that makes the hidden patches of the tokens of the seen ones.

    A mask token stands at each hidden place, told only where that is. It looks at the tokens of the
    seen patches and not at the other mask tokens, which is cheaper than to let all look at all.

    Args:
        num_patches, patch_size, width, blocks, heads: as for ``build_patch_encoder``.

    Returns:
        Model of [tokens (n, s, k), their places (n, s), mask tokens (n, h, k), their places (n, h)]
        -> patches (n, h, p), for any numbers s and h.

    Raises:
        ValueError: sizes below 1, or heads that do not divide k.

    Reference: He et al., 2022, section 3; who looks at whom: Fu et al., 2024, section 3.
    """
    if min(num_patches, patch_size, width, blocks, heads) < 1:
        raise ValueError(
            "build_patch_decoder takes sizes of at least 1. "
            f"Received: {num_patches}, {patch_size}, {width}, {blocks}, {heads}"
        )
    tokens = keras.Input((None, width), name="tokens")
    seen = keras.Input((None,), dtype="int32", name="seen")
    masks = keras.Input((None, width), name="masks")
    hidden = keras.Input((None,), dtype="int32", name="hidden")
    positions = Positions(num_patches, name="positions")
    context = positions([keras.layers.Dense(width, name="embed")(tokens), seen])
    units = positions([masks, hidden])
    for block in range(blocks):
        units = attention_block(units, heads, context=context, name=f"block_{block + 1}")
    units = keras.layers.LayerNormalization(name="norm")(units)
    small = keras.initializers.RandomNormal(stddev=0.01)
    patches = keras.layers.Dense(patch_size, kernel_initializer=small, name="pixels")(units)
    return keras.Model([tokens, seen, masks, hidden], patches, name="decoder")


def chain_masked(
    encoder: keras.Model, decoder: keras.Model, num_seen: int, *, seed: int = 0
) -> keras.Model:
    """Return the model that trains a masked autoencoder; it shares the weights of both halves.

    Its inputs are images (n, d). In every call it draws for each image the patches that the encoder
    sees; the decoder gets their tokens, and a mask token for each hidden place. The output
    (n, h * p) is the error on the hidden patches, divided by the root of their number of pixels:
    the target is 0 everywhere, and the squared error is the mean over the hidden pixels.

    Args:
        encoder, decoder: from ``build_patch_encoder`` and ``build_patch_decoder``.
        num_seen: patches seen of each image, from 1 to one less than all.
        seed: of the choice.

    Raises:
        ValueError: another number of patches seen.

    Reference: He et al., 2022, section 3.
    """
    num_patches = encoder.get_layer("positions").num_places
    patch_size = encoder.inputs[0].shape[-1]
    if not 1 <= num_seen < num_patches:
        raise ValueError(f"num_seen is from 1 to {num_patches - 1}. Received: {num_seen}")
    images = keras.Input((num_patches * patch_size,), name="images")
    patches = Patches(round(patch_size**0.5))(images)
    seen, hidden = RandomPlaces(num_seen, seed=seed)(patches)
    tokens = encoder([_at(patches, seen), seen])
    masks = MaskTokens(encoder.outputs[0].shape[-1], name="mask_tokens")(hidden)
    errors = decoder([tokens, seen, masks, hidden]) - _at(patches, hidden)
    size = (num_patches - num_seen) * patch_size
    return keras.Model(images, ops.reshape(errors, (-1, size)) / size**0.5, name="masked")


def _at(patches, places):
    """Return the patches (n, s, p) at places (n, s) of each image."""
    return ops.take_along_axis(patches, ops.expand_dims(places, -1), axis=1)


def masked_forward(
    encoder: keras.Model,
    decoder: keras.Model,
    mask_token: np.ndarray,
    patches: np.ndarray,
    seen: np.ndarray,
    hidden: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Return patches of which the hidden ones are filled in, and the error there.

    Args:
        encoder: model of [patches (n, s, p), places (n, s)] -> tokens (n, s, k).
        decoder: model of [tokens (n, s, k), places (n, s), mask tokens (n, h, k), places (n, h)]
            -> patches (n, h, p).
        mask_token: (k,), the token of every hidden place.
        patches: (n, t, p); those that are hidden are not looked at but for the error.
        seen, hidden: integers (n, s) and (n, t - s), the places of each image.

    Returns:
        ``filled`` (n, t, p), and ``errors`` (n,), mean squares over the hidden pixels.

    Reference: He et al., 2022, section 3.
    """
    rows = np.arange(len(patches))[:, None]
    tokens = np.asarray(encoder([patches[rows, seen], seen]))
    masks = np.broadcast_to(mask_token, (*np.shape(hidden), tokens.shape[-1]))
    found = np.asarray(decoder([tokens, seen, masks.astype(tokens.dtype), hidden]))
    filled = np.array(patches)
    filled[rows, hidden] = found
    errors = np.square(filled - patches)[rows, hidden].mean(axis=(1, 2))
    return filled, errors


def pool_tokens(encoder: keras.Model) -> keras.Model:
    """Return the model of images (n, d) -> the mean of the tokens of all their patches, (n, k).

    Args:
        encoder: from ``build_patch_encoder``, whose weights it shares.
    """
    num_patches = encoder.get_layer("positions").num_places
    patch_size = encoder.inputs[0].shape[-1]
    images = keras.Input((num_patches * patch_size,), name="images")
    patches = Patches(round(patch_size**0.5))(images)
    places = ops.cast(ops.zeros_like(patches[:, :, 0]), "int32") + ops.arange(num_patches)
    pooled = keras.layers.GlobalAveragePooling1D(name="mean_token")(encoder([patches, places]))
    return keras.Model(images, pooled, name="pooled")


def mean_token(encoder: keras.Model, images: np.ndarray, *, batch_size: int = 500) -> np.ndarray:
    """Return the mean of the tokens of all patches, (n, k), of images (n, d): an image's code.

    Args:
        encoder: from ``build_patch_encoder``.
        images: (n, d), prepared as for its training.
        batch_size: images at once.
    """
    pooled = pool_tokens(encoder)
    # Called, not predicted: a compiled function for each of many encoders takes longer.
    parts = [images[first : first + batch_size] for first in range(0, len(images), batch_size)]
    return np.concatenate([np.asarray(pooled(part)) for part in parts])
