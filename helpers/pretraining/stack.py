"""Greedy pretraining: one denoising autoencoder after another."""

from __future__ import annotations

from collections.abc import Sequence

import keras
import numpy as np

from helpers import losses
from helpers.layers.noise import masking
from helpers.parts import in_parts
from helpers.pretraining.common import check_sizes, falling_adam, glorot
from helpers.training import train

_UNIT_RANGE = ("sigmoid", "hard_sigmoid")


def pretrain_stack(
    images: np.ndarray,
    sizes: Sequence[int],
    *,
    noise: float,
    epochs: int,
    learning_rate: float,
    batch_size: int = 100,
    seed: int = 0,
    activation: str = "sigmoid",
) -> list[keras.Model]:
    """Train one denoising autoencoder after another, each on the codes of the one below.

    A stage sees its inputs with a fraction set to 0, anew in every step, and learns to give them
    back whole, by cross-entropy and Adam on a cosine schedule. The codes that the next stage learns
    from are those of uncorrupted inputs. No label is used.

    Args:
        images: float (n, d) in [0, 1].
        sizes: units of the stages, the first one first.
        noise: fraction of a stage's inputs that is set to 0, from 0 (an ordinary autoencoder) to 1.
        epochs: passes over the images, for every stage.
        learning_rate: of the first step; the schedule brings it down to 0.
        batch_size: images per step; all of them where there are fewer.
        seed: decides the initial weights, the order and the noise.
        activation: of the codes. A stage above the first reconstructs codes by cross-entropy, so
            with more than one stage it is one with outputs in [0, 1].

    Returns:
        The stages' encoders, each (n, units below) -> (n, units). The decoders are dropped.

    Raises:
        ValueError: sizes, noise or activation that cannot work, or images as in `train`.

    Reference: Vincent et al., 2008, sections 2.3 and 2.4.
    """
    check_sizes(sizes)
    if len(sizes) > 1 and activation not in _UNIT_RANGE:
        raise ValueError(
            f"A stack of several stages takes an activation with outputs in [0, 1], one of "
            f"{', '.join(_UNIT_RANGE)}. Received: {activation!r}"
        )
    corrupt = masking(noise) if noise else None
    inputs, encoders = np.asarray(images), []
    for stage, size in enumerate(sizes):
        encoder, autoencoder = _build_stage(inputs.shape[1], size, activation, (seed, stage))
        train(
            autoencoder,
            inputs,
            loss=losses.binary_cross_entropy,
            optimizer=falling_adam(learning_rate, epochs, len(inputs), batch_size),
            epochs=epochs,
            batch_size=min(batch_size, len(inputs)),
            corrupt=corrupt,
            seed=seed + stage,
            progress=False,
        )
        encoders.append(encoder)
        inputs = in_parts(encoder, inputs)
    return encoders


def _build_stage(
    input_size: int, size: int, activation: str, seeds: tuple[int, int]
) -> tuple[keras.Model, keras.Model]:
    """Return a stage's encoder, and the autoencoder that trains it."""
    images = keras.Input((input_size,), name="inputs")
    codes = keras.layers.Dense(size, activation, kernel_initializer=glorot(*seeds), name="code")(
        images
    )
    outputs = keras.layers.Dense(
        input_size, "sigmoid", kernel_initializer=glorot(*seeds, 1), name="output"
    )(codes)
    name = f"stage_{seeds[1] + 1}"
    return keras.Model(images, codes, name=name), keras.Model(images, outputs)
