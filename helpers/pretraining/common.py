"""What both steps share: initial weights, and how the rate falls."""

from __future__ import annotations

import math
from collections.abc import Sequence

import keras
import numpy as np


def glorot(*seeds: int) -> keras.initializers.GlorotUniform:
    """Return an initializer whose numbers belong to these seeds, whatever was drawn before."""
    (number,) = np.random.SeedSequence(seeds).generate_state(1)
    return keras.initializers.GlorotUniform(seed=int(number) % 2**31)


def falling_adam(
    learning_rate: float, epochs: int, images: int, batch_size: int
) -> keras.optimizers.Adam:
    """Return Adam with a rate that falls to 0 along a cosine over the whole training."""
    steps = max(1, epochs * math.ceil(images / min(batch_size, images))) if images else 1
    return keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(learning_rate, steps))


def check_sizes(sizes: Sequence[int]) -> None:
    """Refuse layers without a unit, or none at all."""
    if not sizes or min(sizes) < 1:
        raise ValueError(f"All sizes are whole numbers of at least 1. Received: {tuple(sizes)}")
