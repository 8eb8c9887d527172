"""Train a Keras model: one readable step, made fast, resumable and repeatable.

history = train(model, images, loss=losses.mse, optimizer="adam", epochs=5, batch_size=100)
"""

from helpers.training.history import History
from helpers.training.loop import evaluate, train

__all__ = ["History", "evaluate", "train"]
