"""A denoiser for all noise levels, told the level and a label, and the model that trains it."""

import keras
from keras import ops

from helpers.layers.levels import NoiseLevels


def build_denoiser(
    code_size: int,
    hidden_sizes: tuple[int, ...],
    *,
    num_classes: int = 0,
    activation: str = "gelu",
) -> keras.Model:
    """Build a denoiser of points whose numbers have mean 0 and variance 1 without noise.

    What its dense layers get and what they are asked for has variance 1 at every noise level.

    Args:
        code_size: numbers of a point, k.
        hidden_sizes: units of the dense layers, one or more.
        num_classes: columns of the labels, one-hot; a row of zeros stands for "not told".
        activation: of the hidden layers.

    Returns:
        Model of [noisy points (n, k), log noise levels (n, 1), labels (n, num_classes)], without
        the labels when num_classes is 0, -> points (n, k).

    Raises:
        ValueError: no hidden layer, or a size below 1.

    Reference: Karras et al., 2022, section 5.
    """
    if not hidden_sizes or min(code_size, *hidden_sizes) < 1 or num_classes < 0:
        raise ValueError(
            "build_denoiser takes sizes of at least 1, one hidden layer or more, and 0 or more "
            f"classes. Received: {code_size}, {hidden_sizes}, {num_classes}"
        )
    noisy = keras.Input((code_size,), name="noisy")
    log_levels = keras.Input((1,), name="log_levels")
    inputs = [noisy, log_levels]
    levels = ops.exp(log_levels)
    roots = ops.sqrt(1 + ops.square(levels))
    seen = [noisy / roots, log_levels / 4]
    if num_classes:
        inputs.append(keras.Input((num_classes,), name="labels"))
        seen.append(inputs[-1])
    units = keras.layers.Concatenate()(seen)
    for size in hidden_sizes:
        units = keras.layers.Dense(size, activation)(units)
    answers = keras.layers.Dense(code_size, name="answer")(units)
    outputs = noisy / ops.square(roots) + levels / roots * answers
    return keras.Model(inputs, outputs, name="denoiser")


def chain_denoiser(denoiser: keras.Model, *, seed: int = 0, **levels: float) -> keras.Model:
    """Return the model that trains a denoiser; it shares its weights.

    Its inputs are clean points (n, k), their labels one-hot beside them if the denoiser has labels.
    It corrupts them, and its output (n, k) is the denoiser's error, divided by the deviation that
    the denoiser's dense layers have to account for: the target is 0 everywhere.

    Args:
        denoiser: from ``build_denoiser``.
        seed: of the noise.
        **levels: arguments of ``layers.NoiseLevels``: mean, deviation, hidden.

    Reference: Karras et al., 2022, equations 7 and 8.
    """
    code_size = denoiser.inputs[0].shape[-1]
    num_classes = denoiser.inputs[2].shape[-1] if len(denoiser.inputs) == 3 else 0
    inputs = keras.Input((code_size + num_classes,), name="points")
    points, labels = inputs[:, :code_size], inputs[:, code_size:]
    noisy, log_levels, labels = NoiseLevels(seed=seed, **levels)([points, labels])
    found = denoiser([noisy, log_levels, labels] if num_classes else [noisy, log_levels])
    weights = ops.sqrt(1 + ops.exp(-2 * log_levels))
    return keras.Model(inputs, weights * (found - points), name="denoising")
