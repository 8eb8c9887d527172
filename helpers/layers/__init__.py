"""The course's layers: by hand in NumPy first, then as Keras sees them; and its corruptions."""

from helpers.layers.dense import dense, sigmoid
from helpers.layers.noise import gaussian, masking, random_switch, salt_and_pepper

__all__ = [
    "dense",
    "gaussian",
    "masking",
    "random_switch",
    "salt_and_pepper",
    "sigmoid",
]
