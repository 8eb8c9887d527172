"""A denoiser of patches for all noise levels, and the model that trains it."""

import keras
from keras import ops

from helpers.layers.levels import NoiseLevels


def build_patch_denoiser(
    num_pixels: int, hidden_sizes: tuple[int, ...] = (256, 256, 256), *, activation: str = "relu"
) -> keras.Model:
    """Build a dense denoiser of patches that is told the noise level.

    Each patch loses its own mean and is divided by the noise level, so that its noise has
    deviation 1 whatever the level; what the dense layers make of it goes the way back.

    Args:
        num_pixels: of a patch, d, 2 or more.
        hidden_sizes: units of the dense layers, one or more.
        activation: of the hidden layers.

    Returns:
        Model of [noisy patches (n, d), logarithms of their noise levels (n, 1)] -> patches (n, d),
        all in units of the pixels.

    Raises:
        ValueError: no hidden layer, or a size out of range.
    """
    if not hidden_sizes or min(hidden_sizes) < 1 or num_pixels < 2:
        raise ValueError(
            "build_patch_denoiser takes patches of 2 pixels or more and one hidden layer or more "
            f"of at least 1 unit. Received: {num_pixels}, {hidden_sizes}"
        )
    noisy = keras.Input((num_pixels,), name="noisy")
    log_levels = keras.Input((1,), name="log_levels")
    levels = ops.exp(log_levels)
    means = ops.mean(noisy, axis=1, keepdims=True)
    units = (noisy - means) / levels
    for size in hidden_sizes:
        units = keras.layers.Dense(size, activation)(units)
    found = keras.layers.Dense(num_pixels, name="found")(units)
    return keras.Model([noisy, log_levels], means + levels * found, name="patch_denoiser")


def chain_patch_denoiser(
    denoiser: keras.Model, *, corrupted: bool = True, seed: int = 0, **levels: float
) -> keras.Model:
    """Return the model that trains a denoiser of patches; it shares its weights.

    Its inputs are clean patches (n, d). It corrupts each at a level of its own, and its output
    (n, d) is the denoiser's error divided by the level: the target is 0 everywhere.

    Args:
        denoiser: from ``build_patch_denoiser``.
        corrupted: whether the denoiser sees the noise; without it is a plain autoencoder that is
            told of a noise that is not there.
        seed: of the noise.
        **levels: arguments of ``layers.NoiseLevels``: mean and deviation of the logarithm.
    """
    patches = keras.Input(denoiser.inputs[0].shape[1:], name="patches")
    noisy, log_levels, _ = NoiseLevels(seed=seed, **levels)([patches, patches[:, :0]])
    found = denoiser([noisy if corrupted else patches, log_levels])
    return keras.Model(patches, (found - patches) / ops.exp(log_levels), name="denoising_patches")
