"""The layer in the middle of a variational autoencoder: draw a code, and charge for it."""

import keras
from keras import ops

from helpers.variational import gaussian_kl, reparameterise


@keras.saving.register_keras_serializable(package="autoencoder_workbook")
class Sampling(keras.layers.Layer):
    """Draw codes from the distributions that an encoder names, and add their KL to the loss.

    ``layer([means, log_variances])``, each (n, k), gives codes (n, k). In training a code is drawn
    from N(mean, variance), anew in each step, by a generator of the layer's own; in use it is the
    mean. The mean KL divergence to N(0, I) over the batch, in nats, is the layer's loss.

    Args:
        seed: of the generator.
        **options: name, dtype and the like, of every Keras layer.

    Reference: Kingma and Welling, 2014, section 2.4 and appendix B.
    """

    def __init__(self, seed: int = 0, **options):
        super().__init__(**options)
        self.seed = seed
        self.generator = keras.random.SeedGenerator(seed)

    def call(self, inputs, training=False):
        """Return codes (n, k) of [means, log_variances]."""
        means, log_variances = inputs
        self.add_loss(ops.mean(gaussian_kl(means, log_variances)))
        if not training:
            return means
        noise = keras.random.normal(ops.shape(means), dtype=means.dtype, seed=self.generator)
        return reparameterise(means, log_variances, noise)

    def get_config(self) -> dict:
        """Return the arguments of the constructor, ready for JSON."""
        return {**super().get_config(), "seed": self.seed}
