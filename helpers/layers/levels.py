"""The layer that corrupts a diffusion model's points, each at a noise level of its own."""

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="autoencoder_workbook")
class NoiseLevels(keras.layers.Layer):
    """Add normal noise to points at random levels, and hide some of their labels.

    ``layer([points, labels])`` with points (n, k) and labels (n, c) returns noisy points (n, k),
    the logarithm of each one's noise level (n, 1), and the labels, some of whose rows are zeros.
    Levels, noise and hidden rows are drawn anew in each call, by a generator of the layer's own.

    Args:
        mean, deviation: of the normal distribution of the logarithms of the noise levels.
        hidden: share of the labels that become zeros, from 0 to 1.
        seed: of the generator.
        **options: name, dtype and the like, of every Keras layer.

    Raises:
        ValueError: a deviation below 0, or a share outside 0 to 1.

    Reference: Karras et al., 2022, table 1; hidden labels: Ho and Salimans, 2022, algorithm 1.
    """

    def __init__(
        self,
        mean: float = -0.5,
        deviation: float = 1.2,
        hidden: float = 0.1,
        seed: int = 0,
        **options,
    ):
        super().__init__(**options)
        if deviation < 0 or not 0 <= hidden <= 1:
            raise ValueError(
                "NoiseLevels takes a deviation of 0 or more and a share of hidden labels from 0 "
                f"to 1. Received: {deviation}, {hidden}"
            )
        self.mean, self.deviation, self.hidden, self.seed = mean, deviation, hidden, seed
        self.generator = keras.random.SeedGenerator(seed)

    def call(self, inputs):
        """Return noisy points (n, k), log levels (n, 1) and labels (n, c)."""
        points, labels = inputs
        column = (ops.shape(points)[0], 1)
        kind = {"dtype": points.dtype, "seed": self.generator}
        log_levels = self.mean + self.deviation * keras.random.normal(column, **kind)
        noise = keras.random.normal(ops.shape(points), **kind)
        kept = keras.random.uniform(column, **kind) >= self.hidden
        noisy = points + ops.exp(log_levels) * noise
        return noisy, log_levels, labels * ops.cast(kept, labels.dtype)

    def get_config(self) -> dict:
        """Return the arguments of the constructor, ready for JSON."""
        own = {name: getattr(self, name) for name in ("mean", "deviation", "hidden", "seed")}
        return {**super().get_config(), **own}
