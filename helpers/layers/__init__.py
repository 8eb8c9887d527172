"""The course's layers: by hand in NumPy first, then as Keras sees them; and its corruptions."""

from helpers.layers.attention import MaskTokens, Positions, attention, attention_block, waves
from helpers.layers.batch_norm import batch_norm
from helpers.layers.dense import dense, sigmoid
from helpers.layers.levels import NoiseLevels
from helpers.layers.noise import (
    corrupt_images,
    gaussian,
    masking,
    mixture,
    random_switch,
    salt_and_pepper,
)
from helpers.layers.patches import Patches, RandomPlaces, cut_patches, join_patches, random_places
from helpers.layers.sampling import Sampling
from helpers.layers.shifts import shifts
from helpers.layers.sparsity import KLSparsity, L1Sparsity, TopK, kl_penalty
from helpers.layers.tied import TiedDense
from helpers.layers.warps import warps

__all__ = [
    "KLSparsity",
    "L1Sparsity",
    "MaskTokens",
    "NoiseLevels",
    "Patches",
    "Positions",
    "RandomPlaces",
    "Sampling",
    "TiedDense",
    "TopK",
    "attention",
    "attention_block",
    "batch_norm",
    "corrupt_images",
    "cut_patches",
    "dense",
    "gaussian",
    "join_patches",
    "kl_penalty",
    "masking",
    "mixture",
    "random_places",
    "random_switch",
    "salt_and_pepper",
    "shifts",
    "sigmoid",
    "warps",
    "waves",
]
