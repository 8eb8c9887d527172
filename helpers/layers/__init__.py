"""The course's layers: by hand in NumPy first, then as Keras sees them; and its corruptions."""

from helpers.layers.batch_norm import batch_norm
from helpers.layers.dense import dense, sigmoid
from helpers.layers.noise import (
    corrupt_images,
    gaussian,
    masking,
    mixture,
    random_switch,
    salt_and_pepper,
)
from helpers.layers.shifts import shifts
from helpers.layers.tied import TiedDense

__all__ = [
    "TiedDense",
    "batch_norm",
    "corrupt_images",
    "dense",
    "gaussian",
    "masking",
    "mixture",
    "random_switch",
    "salt_and_pepper",
    "shifts",
    "sigmoid",
]
