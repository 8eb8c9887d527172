"""Train an adversarial autoencoder: reconstruct, and give the codes the shape of a prior.

Reference: Makhzani, Shlens, Jaitly, Goodfellow and Frey, Adversarial autoencoders, 2015.
"""

from __future__ import annotations

import functools
from collections.abc import Callable

import keras
import numpy as np
import tensorflow as tf
from keras import ops

from helpers import losses
from helpers.training import device
from helpers.training import inputs as checks
from helpers.training.compiled import Traced, tensor_of

TERMS = ("reconstruction", "discriminator", "generator")


def build_discriminator(code_size: int, hidden_sizes: tuple[int, ...] = (100, 100)) -> keras.Model:
    """Build the discriminator, codes (n, code_size) -> (n, 1).

    Its output is the probability that a code was sampled from the prior.
    """
    codes = units = keras.Input((code_size,), name="codes")
    for size in hidden_sizes:
        units = keras.layers.Dense(size, "gelu")(units)
    outputs = keras.layers.Dense(1, "sigmoid", name="from_prior")(units)
    return keras.Model(codes, outputs, name="discriminator")


def adversarial_losses(on_prior, on_codes) -> tuple:
    """Return the discriminator's loss and the generator's, in nats.

    Args:
        on_prior: the discriminator's outputs for codes sampled from the prior, (n, 1), in [0, 1].
        on_codes: its outputs for codes of images, (m, 1), in [0, 1].

    Returns:
        ``(discriminator_loss, generator_loss)``: the cross-entropy of the discriminator, whose
        target is 1 for the prior and 0 for codes, each averaged, then added; and that of its
        outputs for codes with target 1, which the encoder lowers. Outputs are clipped as in
        ``losses.binary_cross_entropy``.

    Reference: Goodfellow et al., 2014, section 3, with the generator's loss that does not saturate.
    """
    on_prior, on_codes = (ops.clip(x, 1e-7, 1 - 1e-7) for x in (on_prior, on_codes))
    discriminator_loss = -ops.mean(ops.log(on_prior)) - ops.mean(ops.log(1 - on_codes))
    return discriminator_loss, -ops.mean(ops.log(on_codes))


def train_adversarial(
    encoder: keras.Model,
    decoder: keras.Model,
    discriminator: keras.Model,
    images: np.ndarray,
    *,
    epochs: int,
    batch_size: int,
    code_losses: Callable = adversarial_losses,
    learning_rate: float = 1e-3,
    generator_share: float = 0.5,
    seed: int = 0,
) -> dict[str, list[float]]:
    """Train the three networks, three steps per batch, and return their losses by epoch.

    Every epoch takes the images in a new order and leaves out those of a last, smaller batch. The
    same seed on the same device gives the same curves.

    Args:
        encoder: images (n, d) -> codes (n, k).
        decoder: codes (n, k) -> images (n, d) with a sigmoid output.
        discriminator: codes (n, k) -> (n, 1), from ``build_discriminator``.
        images: float32 (n, d), pixels in [0, 1].
        epochs, batch_size: at least 1; a batch of at most all images.
        code_losses: what discriminator and encoder lower: (outputs for the prior, outputs for
            codes), (n, 1) each -> (discriminator's loss, generator's), two scalars.
            ``adversarial_losses`` if not given. One that cannot be compiled, because it asks a
            tensor for its numbers, is called step by step, which takes longer.
        learning_rate: at the start of a cosine, of reconstruction and discriminator.
        generator_share: of that rate for the generator's step, above 0; the larger, the more the
            shape of the codes counts against the reconstruction.
        seed: of the order and of the samples from the prior N(0, I).

    Returns:
        A list for each of "reconstruction" (cross-entropy per image), "discriminator" and
        "generator", means over the steps of each epoch, in nats.

    Raises:
        ValueError: images or counts that cannot work.
        FloatingPointError: a loss is no longer finite.
    """
    images = checks.images_array("images", images)
    checks.check_counts(len(images), epochs, batch_size, seed)
    num_steps = len(images) // batch_size
    rates = dict.fromkeys(TERMS, learning_rate) | {"generator": generator_share * learning_rate}
    history: dict[str, list[float]] = {name: [] for name in TERMS}
    with Traced() as traced:
        take = _make_steps(
            (encoder, decoder, discriminator),
            images,
            batch_size,
            rates,
            epochs * num_steps,
            code_losses,
            traced,
        )
        for epoch in range(epochs):
            order = np.random.default_rng((seed, epoch)).permutation(len(images))
            batches = order[: num_steps * batch_size].reshape(num_steps, batch_size)
            totals = np.zeros(3)
            for number, batch in enumerate(batches):
                step_seed = tf.constant([seed, epoch * num_steps + number])
                totals += take(tf.constant(batch), step_seed).numpy()
            if not np.isfinite(totals).all():
                raise FloatingPointError(
                    f"A loss is no longer finite in epoch {epoch + 1}: try a smaller learning "
                    f"rate. Received: learning_rate {learning_rate}"
                )
            for name, total in zip(TERMS, totals / num_steps, strict=True):
                history[name].append(float(total))
    return history


def _make_steps(
    networks: tuple[keras.Model, keras.Model, keras.Model],
    images: np.ndarray,
    batch_size: int,
    rates: dict[str, float],
    num_steps: int,
    code_losses: Callable,
    traced: Traced,
) -> Callable:
    """Return a compiled function of (indices, seed) that takes the three steps of a batch."""
    encoder, decoder, discriminator = networks
    parts = {
        "reconstruction": encoder.trainable_variables + decoder.trainable_variables,
        "discriminator": discriminator.trainable_variables,
        "generator": encoder.trainable_variables,
    }
    optimizers = {name: _optimizer(name, rates[name], num_steps) for name in TERMS}
    for name, variables in parts.items():
        optimizers[name].build(variables)
    images = tensor_of(images)

    def loss_of(name, batch, prior):
        codes = encoder(batch, training=True)
        if name == "reconstruction":
            outputs = decoder(codes, training=True)
            return ops.mean(losses.binary_cross_entropy(batch, outputs))
        pair = code_losses(discriminator(prior), discriminator(codes))
        return pair[TERMS.index(name) - 1]

    code_losses, is_compilable = _compilable(code_losses, batch_size)
    jit = device.suits_xla(encoder) and is_compilable

    @tf.function(jit_compile=jit, autograph=False)
    def take(images, indices, seed):
        batch = tf.gather(images, indices)
        shape = (batch_size, discriminator.input_shape[-1])
        prior = tf.random.stateless_normal(shape, seed, alg="philox")
        values = []
        for name in TERMS:
            with tf.GradientTape() as tape:
                value = loss_of(name, batch, prior)
            gradients = tape.gradient(value, parts[name])
            optimizers[name].apply(gradients, parts[name])
            values.append(value)
        return tf.stack(values)

    # As a concrete function: a new tf.function for every model would be warned of. The images are
    # its argument: TensorFlow would never give back the memory of a captured tensor.
    concrete = take.get_concrete_function(
        tf.TensorSpec(images.shape, images.dtype),
        tf.TensorSpec((batch_size,), tf.int64),
        tf.TensorSpec((2,), tf.int32),
    )
    traced.add(concrete.graph)
    return functools.partial(concrete, images)


def _compilable(code_losses: Callable, batch_size: int) -> tuple[Callable, bool]:
    """Return the losses as two float32 scalars, for a traced step, and whether XLA takes them."""

    def scalars(on_prior, on_codes):
        pair = code_losses(on_prior, on_codes)
        return tuple(tf.reshape(tf.cast(value, tf.float32), ()) for value in pair)

    def step_by_step(on_prior, on_codes):
        pair = tf.py_function(scalars, (on_prior, on_codes), (tf.float32, tf.float32))
        return tuple(tf.ensure_shape(value, ()) for value in pair)

    outputs = tf.TensorSpec((batch_size, 1), tf.float32)
    try:
        tf.function(scalars, autograph=False).get_concrete_function(outputs, outputs)
    except Exception:  # a loss written for eager tensors
        return step_by_step, False
    return scalars, True


def _optimizer(name: str, rate: float, num_steps: int) -> keras.Optimizer:
    schedule = keras.optimizers.schedules.CosineDecay(rate, num_steps)
    # The game has no fixed target: a long memory of old gradients makes it swing.
    return keras.optimizers.Adam(schedule, beta_1=0.9 if name == "reconstruction" else 0.5)
