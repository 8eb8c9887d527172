"""The time to the quality of 2019: the seeds' recipe, then ours of today, in the same loop."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from helpers.studies.bench.nets import SEED


def build_quality(images: np.ndarray, task: dict) -> Callable[[], dict]:
    """Return a turn that trains 784-256-784 by the seeds' recipe, then by ours of today."""
    import keras

    from helpers import models
    from helpers.training.optimizers import RMSpropTF1

    def unit_normal(shape, dtype=None):
        return keras.random.normal(shape, stddev=1.0, dtype=dtype)

    # So that the first recipe is not charged with the start of the device.
    _train(models.build_basic(784, 2), images[:100], keras.optimizers.Adam(), 1, 100)

    def turn() -> dict:
        keras.utils.set_random_seed(SEED)
        halves = models.build_basic(784, 256, initializer=unit_normal, bias_initializer=unit_normal)
        seeds = _train(halves, images, RMSpropTF1(0.01), task["seeds_epochs"], 100)
        keras.utils.set_random_seed(SEED)
        halves = models.build_basic(784, 256, activation="leaky_relu")
        epochs = task["today_epochs"]
        steps = epochs * -(-len(images) // 128)
        schedule = keras.optimizers.schedules.CosineDecay(2e-3, steps)
        return {
            "seeds": seeds,
            "today": _train(halves, images, keras.optimizers.Adam(schedule), epochs, 128),
        }

    return turn


def _train(halves, images: np.ndarray, optimizer, epochs: int, batch_size: int) -> dict:
    """Train in our loop; return the curve, the seconds of its epochs and those before them."""
    from helpers import losses, models, training

    start = time.perf_counter()
    history = training.train(
        models.chain(*halves),
        images,
        loss=losses.mean_squared_error,
        optimizer=optimizer,
        epochs=epochs,
        batch_size=batch_size,
        progress=False,
    )
    start_up = time.perf_counter() - start - sum(history.seconds)
    return {"loss": history.loss, "seconds": history.seconds, "start_up_seconds": start_up}
