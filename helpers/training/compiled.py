"""The step that is repeated, and the compiled loop that repeats it."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Sequence

import keras
import numpy as np
import tensorflow as tf

from helpers.parts import is_shareable, shareable
from helpers.training.kept import Loops


def make_step(
    model: keras.Model,
    loss: Callable,
    optimizer: keras.Optimizer,
    corrupt: Callable | None,
    augment: Callable | None,
) -> Callable:
    """Return one step: corrupt, reconstruct, compare, and move every weight against its gradient.

    An augmentation comes before the corruption, and what it returns is input and target both.

    It takes inputs (b, ...), targets (b, ...) and a seed, int32 (2,), and returns the sum of the
    losses of the batch and the number that was minimised. Within a strategy each of its replicas
    does so for its own part of the batch, and the optimizer adds up their gradients.
    """

    def step(inputs, targets, seed):
        batch_size = inputs.shape[0]
        if augment is not None:
            # A seed of its own, or the noise would depend on the shift.
            own_seed = tf.random.experimental.stateless_fold_in(seed, 1, alg="philox")
            inputs = targets = augment(inputs, own_seed)
        if corrupt is not None:
            inputs = corrupt(inputs, seed)
        inputs, targets, replicas = _own_part(inputs, targets)
        with tf.GradientTape() as tape:
            outputs = model(inputs, training=True)
            losses = loss(targets, tf.cast(outputs, targets.dtype))
            objective = tf.reduce_sum(losses) / batch_size + sum(model.losses) / replicas
            scaled = optimizer.scale_loss(objective)  # as it is, unless the precision is float16
        gradients = tape.gradient(scaled, model.trainable_variables)
        optimizer.apply(gradients, model.trainable_variables)
        return tf.reduce_sum(losses), objective

    return step


class Traced(contextlib.AbstractContextManager):
    """Let go, in the end, of what traced graphs have captured.

    TensorFlow keeps every graph that it ever traced, and with it each variable that the graph
    captured: without this, the weights and the optimizer of every model that was ever trained.
    What was compiled from such a graph cannot be called any more afterwards.
    """

    def __init__(self):
        self._graphs: list[tf.Graph] = []

    def add(self, graph: tf.Graph | None = None) -> None:
        """Remember a graph; the one that is being traced when None."""
        self._graphs.append(graph or tf.compat.v1.get_default_graph())

    def __exit__(self, *error) -> None:
        for graph in self._graphs:
            graph.function_captures.clear()
            _ = graph.captures  # a copy of them, which is made anew when it is read


def tensor_of(array: np.ndarray) -> tf.Tensor:
    """Return a float32 array as a tensor, which shares the array's memory where it can.

    ``tf.constant`` would take two more copies of it for a moment, and one as long as the tensor is.
    """
    if not is_shareable(array):
        array, original = shareable(array.shape), array
        array[...] = original
    tensor = tf.experimental.dlpack.from_dlpack(array.__dlpack__())
    return tf.identity(tensor)  # on the device of the moment: a copy only where that is a GPU


def make_runner(
    step: Callable,
    inputs: np.ndarray,
    targets: np.ndarray,
    seed: int,
    strategy: tf.distribute.Strategy,
    jit: bool,
    traced: Traced,
    kept: Loops,
    variables: Sequence[keras.Variable],
) -> Callable:
    """Return a function of (steps, batch size) that compiles a loop over such batches.

    The loop takes many steps in one call. Its arguments, all tensors: ``batches``, int32
    (steps, batch size), the images of each step; ``first`` and ``last``, the steps to take, last
    excluded; ``number``, of step 0 within the whole run; ``total``, float64, the sum of losses so
    far. It returns the new total and the first step whose objective was not finite, or -1. A loop
    that is kept already is taken, with these variables, those of the model and of the optimizer.
    """

    # Arguments of the loop, not captured by it: TensorFlow would never give their memory back.
    # One array for both is passed once, so that each batch is gathered once.
    data = [tensor_of(part) for part in ([inputs] if targets is inputs else [inputs, targets])]
    specs = [tf.TensorSpec(part.shape, part.dtype) for part in data]
    seed = tf.constant(seed, tf.int32)

    @tf.function(jit_compile=jit, autograph=False)
    def run(data, seed, batches, first, last, number, total):
        def body(index, total, broken):
            traced.add()
            parts = [tf.gather(part, batches[index]) for part in data]
            batch = parts[0], parts[-1]
            step_seed = tf.stack([seed, number + index])
            results = strategy.run(step, args=(*batch, step_seed))
            loss, objective = [strategy.reduce("SUM", x, axis=None) for x in results]
            is_new = (broken < 0) & ~tf.math.is_finite(objective)
            total += tf.cast(loss, tf.float64)
            return index + 1, total, tf.where(is_new, index, broken)

        def goes_on(index, *_):
            traced.add()
            return index < last

        _, total, broken = tf.while_loop(goes_on, body, (first, total, tf.constant(-1)))
        return total, broken

    def compiled(steps: int, batch_size: int) -> Callable:
        loop = kept.find((steps, batch_size), variables)
        if loop is None:
            number, total = tf.TensorSpec((), tf.int32), tf.TensorSpec((), tf.float64)
            batches = tf.TensorSpec((steps, batch_size), tf.int32)
            # As a concrete function: a new tf.function for every model would be warned of.
            loop = run.get_concrete_function(specs, number, batches, number, number, number, total)
            kept.keep((steps, batch_size), loop, variables)
            traced.add(loop.graph)
        return functools.partial(loop, data, seed)

    return compiled


def _own_part(inputs, targets):
    """Return this replica's part of a batch, and the number of replicas."""
    context = tf.distribute.get_replica_context()
    replicas = context.num_replicas_in_sync
    if replicas == 1:
        return inputs, targets, 1
    size = inputs.shape[0] // replicas
    first = context.replica_id_in_sync_group * size
    return inputs[first : first + size], targets[first : first + size], replicas
