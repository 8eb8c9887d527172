"""Optimizers that a source used and today's Keras no longer has."""

import keras


class RMSpropTF1(keras.optimizers.RMSprop):
    """RMSProp as ``tf.train.RMSPropOptimizer`` was in TensorFlow 1.

    It differs from Keras 3's in two defaults. Epsilon is 1e-10 (Keras: 1e-7; both add it
    under the square root), which matters when gradients are small. The running mean of the
    squared gradients starts at 1 (Keras: at 0), so the first steps are short. Lesson 03
    changes one at a time.
    """

    def __init__(self, learning_rate: float = 0.01, **options):
        super().__init__(learning_rate, **{"rho": 0.9, "epsilon": 1e-10, **options})

    def build(self, variables) -> None:
        """Create the running means, at 1."""
        fresh = not self.built
        super().build(variables)
        if fresh:
            for mean in self._velocities:
                mean.assign(keras.ops.ones_like(mean))
