"""Reference answers of lesson 04: depth."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import keras
import numpy as np

from helpers.layers import batch_norm
from helpers.losses import l2
from helpers.measures.clustering import neighbour_agreement
from helpers.models import build_decoder, build_encoder, chain
from helpers.models import build_tied as build_tied_halves
from helpers.training.greedy import greedy_stage

__all__ = [
    "batch_norm",
    "build_decoder",
    "build_encoder",
    "build_tied",
    "gradient_left",
    "greedy_stage",
    "l2",
    "neighbour_agreement",
]


def gradient_left(sizes: Sequence[int], slope: float) -> float:
    """Return which share of the last layer's gradient is left at the first, in expectation.

    Both gradients are those at the pre-activations. The kernels are independent of them, with
    mean 0 and Glorot's deviation; the share is of the root of the expected squared length.

    Args:
        sizes: units from the input to the output, at least two.
        slope: of every unit.

    Raises:
        ValueError: fewer than two sizes.

    Reference: Glorot and Bengio, 2010, equations 6 and 12.
    """
    if len(sizes) < 2:
        raise ValueError(f"A layer leads from one size to another. Received: {list(sizes)}")
    kernels = itertools.pairwise(sizes[1:])
    factors = [2 * inputs / (inputs + outputs) for inputs, outputs in kernels]
    return float(np.prod(slope * np.sqrt(factors)))


def build_tied(layer_sizes: Sequence[int], activation: str) -> keras.Model:
    """Build an autoencoder whose decoder uses the encoder's kernels, transposed.

    Args:
        layer_sizes: from the image to the code: D, ..., K.
        activation: of every layer but the output, which is a sigmoid.

    Returns:
        Model (n, D) -> (n, D), with one kernel for each two sizes and a bias for every layer.

    Raises:
        ValueError: fewer than two sizes, or one below 1.
    """
    halves = build_tied_halves(
        tuple(layer_sizes), activation=activation, code_activation=activation
    )
    return chain(*halves)
