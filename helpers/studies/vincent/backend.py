"""What Keras has no word for: compile a function, and draw by a seed that is counted inside it."""

from __future__ import annotations

from collections.abc import Callable

import keras


def compiled(function: Callable) -> Callable:
    """Compile a function of arrays and nested lists of arrays; each new shape once more."""
    if keras.backend.backend() == "jax":
        import jax

        return jax.jit(function)
    import tensorflow as tf

    # XLA's loops on a CPU use one core; TensorFlow's own products use all.
    on_gpu = bool(tf.config.list_physical_devices("GPU"))
    made: dict[str, Callable] = {}

    def call(*arguments):
        # One concrete function per shape: TensorFlow warns of one that is traced for many.
        shapes = keras.tree.map_structure(lambda array: str(array.shape), arguments)
        key = str(shapes)
        if key not in made:
            whole = tf.function(function, jit_compile=on_gpu, autograph=False)
            made[key] = whole.get_concrete_function(*arguments)
        return made[key](*arguments)

    return call


def uniform(shape: tuple[int, ...], stream, step):
    """Draw float32 numbers in [0, 1) that belong to two whole numbers and to nothing else.

    The two backends draw other numbers.

    Args:
        shape: of the result.
        stream: int32 scalar, for example of a seed.
        step: int32 scalar, within the stream.
    """
    if keras.backend.backend() == "jax":
        import jax

        key = jax.random.fold_in(jax.random.fold_in(jax.random.key(0), stream), step)
        return jax.random.uniform(key, shape, "float32")
    import tensorflow as tf

    return tf.random.stateless_uniform(shape, tf.stack([stream, step]), alg="philox")


def machine() -> str:
    """Return where Keras computes, in words."""
    if keras.backend.backend() == "jax":
        import jax

        device = jax.devices()[0]
        if device.platform != "cpu":
            return f"one {device.device_kind}, by JAX {jax.__version__}"
    from helpers.course import about

    return f"{about.device()}, by {keras.backend.backend()}"
