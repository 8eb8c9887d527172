"""The training loop."""

from __future__ import annotations

import contextlib
import functools
import math
import os
import time
from collections.abc import Callable

import keras
import numpy as np
import tensorflow as tf

from helpers.training import device
from helpers.training import inputs as checks
from helpers.training.checkpoints import Checkpoints
from helpers.training.compiled import Traced, make_runner, make_step
from helpers.training.epochs import Epochs
from helpers.training.history import History
from helpers.training.kept import Loops, loops_of
from helpers.training.measure import make_evaluator
from helpers.training.progress import Progress, Scalars
from helpers.training.recipe import recipe_of


def train(
    model: keras.Model,
    images,
    targets=None,
    *,
    loss: Callable,
    optimizer: keras.Optimizer | str,
    epochs: int,
    batch_size: int,
    corrupt: Callable | None = None,
    augment: Callable | None = None,
    validation=None,
    checkpoint_dir: str | os.PathLike | None = None,
    seed: int = 0,
    strategy: tf.distribute.Strategy | None = None,
    progress: bool | None = None,
    on_epoch: Callable[[History], None] | None = None,
    tensorboard_dir: str | os.PathLike | None = None,
    precision: str = "auto",
    jit: bool | None = None,
) -> History:
    """Train a model and return its curves.

    Every epoch takes all images once, in a new order. When the batch size does not divide their
    number, the last batch is a smaller one. The same seed on the same device gives the same curve;
    the seed decides the order and the corruption, while the weights start as the caller made them.

    Args:
        model: a built Keras model with one input (n, ...) and one output like the targets.
        images: floating-point (n, ...), finite, the inputs. They may be used where they are,
            without a copy: leave them alone meanwhile.
        targets: floating-point (n, ...), finite, within the range of the last activation; the
            images themselves, uncorrupted, when None.
        loss: function (targets, outputs) -> one number per image, (n,). Its mean over the batch,
            plus the model's regularisation, is minimised.
        optimizer: a Keras optimizer of this model alone, or the name of one.
        epochs: passes over the images, those of the checkpoints included.
        batch_size: images per step, of all replicas together.
        corrupt: function (batch, seed) -> batch, run inside the compiled step, with `seed` an int32
            tensor (2,), new in each step, for TensorFlow's stateless random functions.
        augment: function of the same kind whose result is the input and the target both, so that
            it goes without `targets`; before the corruption.
        validation: inputs, or (inputs, targets); measured after every epoch, never corrupted.
        checkpoint_dir: where to save the run after every epoch. The same call again, after the
            process was killed or with more epochs, goes on from there and ends with the very
            weights of an unbroken run.
        seed: from 0 to 2**31 - 1.
        strategy: a `tf.distribute.Strategy` in whose scope model and optimizer were made. A last
            batch that its replicas cannot share evenly loses the few images that are left over.
            With several machines (`MultiWorkerMirroredStrategy`, TF_CONFIG) each makes the same
            call on all images, and has a `checkpoint_dir` and a `tensorboard_dir` of its own.
        progress: show a bar; when None, if a person looks on.
        on_epoch: called with the history after every epoch, when its checkpoint is written.
        tensorboard_dir: where to write the curves for TensorBoard.
        precision: "float32", "mixed_bfloat16", or "auto": the one that suits device and model.
        jit: compile with XLA; when None, where that is faster: not on the CPU for convolutions, and
            not for short runs without checkpoints.

    Raises:
        ValueError: an argument that cannot work, or checkpoints of another recipe.
        OSError: checkpoints cannot be written.
        FloatingPointError: the loss is no longer finite.
    """
    strategy = strategy or tf.distribute.get_strategy()
    data = checks.pair("images", images, targets)
    checks.check_counts(len(data[0]), epochs, batch_size, seed, strategy.num_replicas_in_sync)
    checks.check_fit(model, *data, loss, "images")
    if augment is not None and targets is not None:
        raise ValueError(
            "augment changes inputs and targets alike, and goes without targets. "
            f"Received: targets of shape {data[1].shape}"
        )
    for name, function in (("augment", augment), ("corrupt", corrupt)):
        if function is not None:
            checks.check_batch_function(name, function, data[0])
    unseen = _validation_pair(model, validation, loss)
    is_new = not getattr(optimizer, "built", False)  # Keras looks at a used one while it traces
    optimizer = _prepare(optimizer, model, strategy)

    history, checkpoints = History(), None
    if checkpoint_dir is not None:
        recipe = recipe_of(
            model,
            optimizer,
            {"images": data, "validation": unseen},
            {"loss": loss, "corrupt": corrupt, "augment": augment},
            {"batch_size": batch_size, "seed": seed, "replicas": strategy.num_replicas_in_sync},
        )
        checkpoints = Checkpoints(checkpoint_dir, recipe, [*model.variables, *optimizer.variables])
        history = _restore(checkpoints, epochs)
    if history.epochs == epochs:
        return history

    # A run with checkpoints may be resumed with more epochs, and has to go on with the same bits.
    num_steps = None if checkpoints else epochs * -(-len(data[0]) // batch_size)
    choice = device.choose(model, batch_size, strategy, precision, jit, num_steps)
    step = make_step(model, loss, optimizer, corrupt, augment)
    is_plain = strategy is tf.distribute.get_strategy() and not tf.distribute.has_strategy()
    sizes = [(array.shape, array.dtype.str) for array in data]
    settings = choice.jit, choice.precision, *sizes, batch_size, data[0] is data[1]
    functions = loss, corrupt, augment
    kept = loops_of(model, optimizer, functions, settings) if is_plain and is_new else Loops()
    with Traced() as traced, contextlib.closing(kept):
        variables = [*model.variables, *optimizer.variables]
        run = make_runner(step, *data, seed, strategy, choice.jit, traced, kept, variables)
        rounds = Epochs(run, len(data[0]), batch_size, seed, strategy.num_replicas_in_sync)
        with device.computing_in(model, choice.precision):
            rounds.compile()
        if checkpoints and not history.epochs:
            checkpoints.save(history)
        measure = make_evaluator(model, *unseen, loss, traced) if unseen else None
        scalars = Scalars(tensorboard_dir)
        with Progress(epochs, rounds.images, history.epochs, progress) as bar:
            bar.announce(choice.reason)
            for epoch in range(history.epochs, epochs):
                start = time.perf_counter()
                mean = rounds.take(epoch, functools.partial(bar.advance, epoch))
                seconds = time.perf_counter() - start
                history.add(mean, measure and measure(), seconds, rounds.images)
                _check_finite(history)
                if checkpoints:
                    checkpoints.save(history)
                scalars.write(history)
                bar.end_epoch(history)
                if on_epoch is not None:
                    on_epoch(history)
    return history


def _validation_pair(
    model: keras.Model, validation, loss: Callable
) -> tuple[np.ndarray, np.ndarray] | None:
    """Return the validation inputs and targets, checked, or None."""
    if validation is None:
        return None
    is_pair = isinstance(validation, (tuple, list)) and len(validation) == 2
    unseen = checks.pair("validation", *(validation if is_pair else (validation, None)))
    checks.check_fit(model, *unseen, loss, "validation")
    return unseen


def _prepare(
    optimizer: keras.Optimizer | str, model: keras.Model, strategy: tf.distribute.Strategy
) -> keras.Optimizer:
    """Return the optimizer with the variables that the model needs.

    Raises:
        ValueError: nothing to train, or model or optimizer made outside the strategy's scope.
    """
    if not model.trainable_variables:
        raise ValueError("model must have weights to train. Received: none that are trainable")
    made_here = strategy.extended.variable_created_in_scope
    with strategy.scope():
        optimizer = keras.optimizers.get(optimizer)
        if not made_here(model.variables[0].value) or not made_here(optimizer.iterations.value):
            raise ValueError(
                "model and optimizer must both be made inside `with strategy.scope():` of the "
                "strategy that is passed. Received: one that was made outside"
            )
        if any(layer.dtype_policy.name == "mixed_float16" for layer in model.layers):
            optimizer = keras.mixed_precision.LossScaleOptimizer(optimizer)
        optimizer.build(model.trainable_variables)
    return optimizer


def _check_finite(history: History) -> None:
    """Refuse a validation loss of nan or infinity; that of training is checked in every step."""
    if history.validation and not math.isfinite(history.validation[-1]):
        raise FloatingPointError(
            f"The validation loss is {history.validation[-1]} after epoch {history.epochs}, while "
            "the training loss is finite. Look for a logarithm or a root of 0 in the loss."
        )


def _restore(checkpoints: Checkpoints, epochs: int) -> History:
    """Return the history of the newest checkpoint, whose state is restored, or an empty one.

    Raises:
        ValueError: it has more epochs than were asked for.
    """
    history = checkpoints.restore() or History()
    if history.epochs > epochs:
        raise ValueError(
            f"epochs must be at least the {history.epochs} that checkpoint_dir holds already. "
            f"Received: {epochs}"
        )
    return history
