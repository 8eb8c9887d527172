"""Train a Keras model: one readable step, made fast, resumable and repeatable.

In one call::

    history = train(model, images, loss=losses.l2, optimizer="adam", epochs=5, batch_size=100)
"""

from helpers.training.adversarial import build_discriminator, train_adversarial
from helpers.training.device import describe, find_device
from helpers.training.gradients import gradient_norms, weighted_slopes
from helpers.training.greedy import unroll
from helpers.training.history import History
from helpers.training.loop import train
from helpers.training.measure import evaluate

__all__ = [
    "History",
    "build_discriminator",
    "describe",
    "evaluate",
    "find_device",
    "gradient_norms",
    "train",
    "train_adversarial",
    "unroll",
    "weighted_slopes",
]
