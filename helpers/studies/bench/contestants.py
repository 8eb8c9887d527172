"""The contestants: each builds a function that takes its turn and says what it measured.

All train the same net on the same images with Adam and the same loss. A turn is one epoch, and its
seconds are those of the steps, without compilation, on every side.
"""

from __future__ import annotations

import functools
import itertools
import time
from collections.abc import Callable

import numpy as np

from helpers.studies.bench import limits, peers, quality
from helpers.studies.bench.nets import LEARNING_RATE, build_model, net_of

_STEPS_PER_EXECUTION = (1, 8, 32)

Turn = Callable[[], dict]


def build_ours(images: np.ndarray, task: dict) -> Turn:
    """Return a turn of `helpers.training.train`; images are float32, of the net's shape.

    It is compiled as a longer training would be: for a turn's few steps alone XLA would not pay.
    """
    import keras

    from helpers import losses, training
    from helpers.training import device

    model, optimizer = build_model(task), keras.optimizers.Adam(LEARNING_RATE)
    loss = losses.by_name(net_of(task).loss)

    def turn() -> dict:
        history = training.train(
            model,
            images,
            loss=loss,
            optimizer=optimizer,
            epochs=1,
            batch_size=task["batch"],
            jit=device.suits_xla(model),
            progress=False,
        )
        return {"seconds": history.seconds[-1], "loss": history.loss[-1]}

    return turn


def build_fit(images: np.ndarray, task: dict) -> Turn:
    """Return a turn of `keras.Model.fit` as anyone writes it."""
    model = build_model(task)
    _compile(model, task)
    return functools.partial(_fit, model, images, task["batch"])


def build_fit_best(images: np.ndarray, task: dict) -> Turn:
    """Return a turn of `fit`, with or without XLA and with the steps per execution, as is fastest.

    Each choice is tried for two epochs, the first of which compiles.
    """
    model, steps = build_model(task), -(-len(images) // task["batch"])

    def compile_with(jit: bool, count: int) -> Turn:
        _compile(model, task, jit_compile=jit, steps_per_execution=count)
        return functools.partial(_fit, model, images, task["batch"])

    def seconds_of(choice: tuple[bool, int]) -> float:
        turn = compile_with(*choice)
        return [turn()["seconds"] for _ in range(2)][-1]

    counts = [count for count in _STEPS_PER_EXECUTION if count <= steps]
    jit, count = min(itertools.product((True, False), counts), key=seconds_of)
    turn = compile_with(jit, count)
    detail = f"{'XLA' if jit else 'no XLA'}, steps_per_execution={count}"
    return lambda: {**turn(), "detail": detail}


BUILDERS: dict[str, Callable[[np.ndarray, dict], Turn]] = {
    "ours": build_ours,
    "fit": build_fit,
    "fit-best": build_fit_best,
    "torch-eager": peers.build_torch,
    "torch-compiled": peers.build_torch,
    "jax": peers.build_jax,
    "sgemm": limits.build_sgemm,
    "products": limits.build_products,
    "stream": limits.build_stream,
    "quality": quality.build_quality,
}


def _compile(model, task: dict, **options) -> None:
    import keras

    from helpers import losses

    loss = losses.by_name(net_of(task).loss)
    model.compile(keras.optimizers.Adam(LEARNING_RATE), loss=loss, **options)


def _fit(model, images: np.ndarray, batch_size: int) -> dict:
    """Take one epoch of `fit`, timed from its first step to its last."""
    import keras

    times = []
    clock = keras.callbacks.LambdaCallback(
        on_epoch_begin=lambda epoch, logs: times.append(time.perf_counter()),
        on_epoch_end=lambda epoch, logs: times.append(time.perf_counter()),
    )
    history = model.fit(images, images, batch_size=batch_size, verbose=0, callbacks=[clock])
    return {"seconds": times[1] - times[0], "loss": history.history["loss"][-1]}
