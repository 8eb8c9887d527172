"""The contestants: each builds a function that takes its turn and says what it measured.

All train the same net on the same images with Adam and the squared error. A turn is one epoch, and
its seconds are those of the steps, without compilation, on every side.
"""

from __future__ import annotations

import functools
import itertools
import time
from collections.abc import Callable

import numpy as np

LAYERS = (784, 1000, 500, 250, 2, 250, 500, 1000, 784)
# A product forwards and two backwards, each with a multiplication and an addition per weight. The
# first layer needs one product less, which is left in: 16.9 million per image.
FLOP_PER_IMAGE = 6 * sum(a * b for a, b in itertools.pairwise(LAYERS))
LEARNING_RATE = 1e-3
_SEED = 3
_STEPS_PER_EXECUTION = (1, 8, 32)
_SGEMM_SIZE = 2048

Turn = Callable[[], dict]


def build_ours(images: np.ndarray, task: dict) -> Turn:
    """Return a turn of `helpers.training.train`; images are float32 (n, 784)."""
    import keras

    from helpers import losses, training

    model, optimizer = _build_model(), keras.optimizers.Adam(LEARNING_RATE)

    def turn() -> dict:
        history = training.train(
            model,
            images,
            loss=losses.mean_squared_error,
            optimizer=optimizer,
            epochs=1,
            batch_size=task["batch"],
            progress=False,
        )
        return {"seconds": history.seconds[-1], "loss": history.loss[-1]}

    return turn


def build_fit(images: np.ndarray, task: dict) -> Turn:
    """Return a turn of `keras.Model.fit` as anyone writes it."""
    import keras

    model = _build_model()
    model.compile(keras.optimizers.Adam(LEARNING_RATE), loss="mse")
    return functools.partial(_fit, model, images, task["batch"])


def build_fit_best(images: np.ndarray, task: dict) -> Turn:
    """Return a turn of `fit` with XLA and the number of steps per execution that was fastest."""
    import keras

    model, steps = _build_model(), -(-len(images) // task["batch"])
    optimizer = keras.optimizers.Adam(LEARNING_RATE)

    def compile_with(count: int) -> Turn:
        model.compile(optimizer, loss="mse", jit_compile=True, steps_per_execution=count)
        return functools.partial(_fit, model, images, task["batch"])

    def seconds_of(count: int) -> float:
        turn = compile_with(count)
        return [turn()["seconds"] for _ in range(2)][-1]  # the first of them compiles

    best = min((count for count in _STEPS_PER_EXECUTION if count <= steps), key=seconds_of)
    turn = compile_with(best)
    return lambda: {**turn(), "detail": f"steps_per_execution={best}"}


def build_torch(images: np.ndarray, task: dict) -> Turn:
    """Return a turn of PyTorch, eager or compiled as the contestant's name says."""
    import torch

    torch.set_flush_denormal(True)
    torch.manual_seed(_SEED)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    layers = []
    for size, next_size in itertools.pairwise(LAYERS):
        layers += [torch.nn.Linear(size, next_size), torch.nn.Sigmoid()]
        torch.nn.init.xavier_uniform_(layers[-2].weight)
        torch.nn.init.zeros_(layers[-2].bias)
    model = torch.nn.Sequential(*layers).to(device)
    optimizer = torch.optim.Adam(model.parameters(), LEARNING_RATE)
    data = torch.from_numpy(images).to(device)

    def error_of(batch):
        return torch.nn.functional.mse_loss(model(batch), batch)

    if task["contestant"] == "torch-compiled":
        error_of = torch.compile(error_of)

    def turn() -> dict:
        start = time.perf_counter()
        total = torch.zeros((), device=device)
        for indices in torch.randperm(len(data), device=device).split(task["batch"]):
            optimizer.zero_grad()
            error = error_of(data[indices])
            error.backward()
            optimizer.step()
            total += error.detach() * len(indices)
        loss = total.item() / len(data)  # waits for the device
        return {"seconds": time.perf_counter() - start, "loss": loss}

    return turn


def build_sgemm(images: np.ndarray, task: dict) -> Turn:
    """Return a turn that multiplies large float32 matrices: the rate that nothing can beat."""
    import tensorflow as tf

    rng = np.random.default_rng(_SEED)
    size = _SGEMM_SIZE
    # Entries of 1 / size on average keep the product of any number of them at the same scale.
    matrix = tf.constant(rng.uniform(0, 2 / size, (size, size)), tf.float32)
    times = task["products"]

    def turn() -> dict:
        start = time.perf_counter()
        product = matrix
        for _ in range(times):
            product = tf.matmul(matrix, product)
        float(product[0, 0])  # waits for the device
        seconds = time.perf_counter() - start
        return {"seconds": seconds, "gflops": times * 2 * size**3 / seconds / 1e9}

    return turn


def build_quality(images: np.ndarray, task: dict) -> Turn:
    """Return a turn that trains 784-256-784 by the seeds' recipe, then by ours of today."""
    import keras

    from helpers import models
    from helpers.training.optimizers import RMSpropTF1

    def unit_normal(shape, dtype=None):
        return keras.random.normal(shape, stddev=1.0, dtype=dtype)

    # So that the first recipe is not charged with the start of the device.
    _train(models.build_basic(784, 2), images[:100], keras.optimizers.Adam(), 1, 100)

    def turn() -> dict:
        keras.utils.set_random_seed(_SEED)
        halves = models.build_basic(784, 256, initializer=unit_normal, bias_initializer=unit_normal)
        seeds = _train(halves, images, RMSpropTF1(0.01), task["seeds_epochs"], 100)
        keras.utils.set_random_seed(_SEED)
        halves = models.build_basic(784, 256, activation="leaky_relu")
        epochs = task["today_epochs"]
        steps = epochs * -(-len(images) // 128)
        schedule = keras.optimizers.schedules.CosineDecay(2e-3, steps)
        return {
            "seeds": seeds,
            "today": _train(halves, images, keras.optimizers.Adam(schedule), epochs, 128),
        }

    return turn


BUILDERS: dict[str, Callable[[np.ndarray, dict], Turn]] = {
    "ours": build_ours,
    "fit": build_fit,
    "fit-best": build_fit_best,
    "torch-eager": build_torch,
    "torch-compiled": build_torch,
    "sgemm": build_sgemm,
    "quality": build_quality,
}


def _build_model():
    import keras

    from helpers import models

    keras.utils.set_random_seed(_SEED)
    sizes = LAYERS[: len(LAYERS) // 2 + 1]
    return models.chain(*models.build_dense(sizes, activation="sigmoid", code_activation="sigmoid"))


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


def _train(halves, images: np.ndarray, optimizer, epochs: int, batch_size: int) -> dict:
    """Train in our loop; return the curve, the seconds of its epochs and those before them."""
    from helpers import losses, models, training

    start = time.perf_counter()
    history = training.train(
        models.chain(*halves),
        images,
        loss=losses.mean_squared_error,
        optimizer=optimizer,
        epochs=epochs,
        batch_size=batch_size,
        progress=False,
    )
    start_up = time.perf_counter() - start - sum(history.seconds)
    return {"loss": history.loss, "seconds": history.seconds, "start_up_seconds": start_up}
