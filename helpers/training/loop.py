"""The training loop."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable

import keras
import tensorflow as tf

from helpers.training import device
from helpers.training import inputs as checks
from helpers.training.checkpoints import Checkpoints
from helpers.training.compiled import make_runner, make_step
from helpers.training.epochs import Epochs
from helpers.training.history import History
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
    validation=None,
    checkpoint_dir: str | os.PathLike | None = None,
    seed: int = 0,
    strategy: tf.distribute.Strategy | None = None,
    progress: bool | None = None,
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
        images: floating-point (n, ...), finite, the inputs.
        targets: floating-point (n, ...), finite, within the range of the last activation; the
            images themselves, uncorrupted, when None.
        loss: function (targets, outputs) -> one number per image, (n,). Its mean over the batch,
            plus the model's regularisation, is minimised.
        optimizer: a Keras optimizer of this model alone, or the name of one.
        epochs: passes over the images, those of the checkpoints included.
        batch_size: images per step, of all replicas together.
        corrupt: function (batch, seed) -> batch, run inside the compiled step, with `seed` an int32
            tensor (2,), new in each step, for TensorFlow's stateless random functions.
        validation: inputs, or (inputs, targets); measured after every epoch, never corrupted.
        checkpoint_dir: where to save the run after every epoch. The same call again, after the
            process was killed or with more epochs, goes on from there and ends with the very
            weights of an unbroken run.
        seed: from 0 to 2**31 - 1.
        strategy: a `tf.distribute.Strategy` in whose scope model and optimizer were made. A last
            batch that its replicas cannot share evenly loses the few images that are left over.
        progress: show a bar; when None, if a person looks on.
        tensorboard_dir: where to write the curves for TensorBoard.
        precision: "float32", "mixed_bfloat16", or "auto": the one that suits device and model.
        jit: compile with XLA; when None, where that is faster.

    Raises:
        ValueError: an argument that cannot work, or checkpoints of another recipe.
        OSError: checkpoints cannot be written.
        FloatingPointError: the loss is no longer finite.
    """
    inputs, targets = checks.pair("images", images, targets)
    strategy = strategy or tf.distribute.get_strategy()
    replicas = strategy.num_replicas_in_sync
    data = checks.pair("images", images, targets)
    checks.check_counts(len(data[0]), epochs, batch_size, seed, replicas)
    checks.check_fit(model, *data, loss, "images")
    if corrupt is not None:
        checks.check_corrupt(corrupt, data[0])
    unseen = _validation_pair(model, validation, loss)
    optimizer = _prepare(optimizer, model, strategy)

    checkpoints, history = None, History()
    if checkpoint_dir is not None:
        recipe = recipe_of(
            model,
            optimizer,
            {"images": data, "validation": unseen},
            {"loss": loss, "corrupt": corrupt},
            {"batch_size": batch_size, "seed": seed, "replicas": replicas},
        )
        state = [*model.variables, *optimizer.variables]
        checkpoints = Checkpoints(checkpoint_dir, recipe, state)
        history = _restored(checkpoints, epochs)
    if history.epochs == epochs:
        return history

    step = make_step(model, loss, optimizer, corrupt)
    tensors = [tf.constant(array) for array in dict.fromkeys(map(id, data))]
