"""The layer in the middle of a variational autoencoder: it samples a code and adds its KL."""

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="autoencoder_workbook")
class Sampling(keras.layers.Layer):
    """Sample codes from the distributions that an encoder returns, and add their KL to the loss.

    ``layer([means, log_variances])``, each (n, k), gives codes (n, k). In training a code is
    sampled from N(mean, variance), anew in each step, by a generator of the layer's own; in
    inference it is the mean. The mean KL divergence to N(0, I) over the batch, in nats, times
    ``kl_weight`` is the layer's loss.

    Args:
        seed: of the generator.
        kl_weight: what the divergence counts beside the reconstruction, 0 or more; 1 for the
            evidence lower bound.
        **options: name, dtype and the like, of every Keras layer.

    Raises:
        ValueError: a negative weight.

    Reference: Kingma and Welling, 2014, section 2.4 and appendix B; the weight (beta): Higgins
    and others, 2017.
    """

    def __init__(self, seed: int = 0, kl_weight: float = 1.0, **options):
        super().__init__(**options)
        if kl_weight < 0:
            raise ValueError(f"kl_weight must be 0 or more. Received: {kl_weight}")
        self.seed, self.kl_weight = seed, float(kl_weight)
        self.generator = keras.random.SeedGenerator(seed)

    def call(self, inputs, training=False):
        """Return codes (n, k) of [means, log_variances]."""
        means, log_variances = inputs
        self.add_loss(self.kl_weight * ops.mean(gaussian_kl(means, log_variances)))
        if not training:
            return means
        noise = keras.random.normal(ops.shape(means), dtype=means.dtype, seed=self.generator)
        return reparameterise(means, log_variances, noise)

    def get_config(self) -> dict:
        """Return the arguments of the constructor, ready for JSON."""
        return {**super().get_config(), "seed": self.seed, "kl_weight": self.kl_weight}


def reparameterise(means, log_variances, noise):
    """Return codes sampled from N(means, exp(log_variances)), made of noise from N(0, 1).

    Args:
        means, log_variances, noise: (n, k), arrays or tensors.

    Returns:
        means + exp(log_variances / 2) * noise, (n, k), of which a gradient passes to both.

    Reference: Kingma and Welling, 2014, section 2.4.
    """
    return means + ops.exp(log_variances / 2) * noise


def gaussian_kl(means, log_variances):
    """Return the KL divergence of N(means, exp(log_variances)) to N(0, I), for each image.

    Args:
        means, log_variances: (n, k), arrays or tensors.

    Returns:
        Nats per image, (n,), 0 or more; 0 exactly at mean 0 and variance 1.

    Reference: Kingma and Welling, 2014, appendix B.
    """
    terms = ops.square(means) + ops.exp(log_variances) - log_variances - 1
    return ops.sum(terms, axis=1) / 2
