"""The contestants from outside: PyTorch and JAX, each in its own usual way."""

from __future__ import annotations

import functools
import itertools
import time
from collections.abc import Callable

import numpy as np

from helpers.studies.bench.nets import DENSE, LEARNING_RATE, SEED, layers_of, net_of

Turn = Callable[[], dict]


def build_torch(images: np.ndarray, task: dict) -> Turn:
    """Return a turn of PyTorch, eager or compiled as the contestant's name says."""
    import torch

    torch.set_flush_denormal(True)
    torch.manual_seed(SEED)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    take_step = torch_training(torch_model(task).to(device), task)
    data = torch.from_numpy(images).to(device)

    def turn() -> dict:
        start = time.perf_counter()
        total = torch.zeros((), device=device)
        for indices in torch.randperm(len(data), device=device).split(task["batch"]):
            total += take_step(data[indices]) * len(indices)
        loss = total.item() / len(data)  # waits for the device
        return {"seconds": time.perf_counter() - start, "loss": loss}

    return turn


def torch_training(model, task: dict, epsilon: float = 1e-8) -> Callable:
    """Return a step (batch) -> its mean loss, that trains a PyTorch model; epsilon is Adam's."""
    import torch

    optimizer = torch.optim.Adam(model.parameters(), LEARNING_RATE, eps=epsilon)
    functional = torch.nn.functional

    def error_of(batch):
        if net_of(task).loss == "mean_squared_error":
            return functional.mse_loss(model(batch), batch)
        return functional.binary_cross_entropy(model(batch), batch, reduction="sum") / len(batch)

    if task["contestant"] == "torch-compiled":
        error_of = torch.compile(error_of)

    def step(batch):
        optimizer.zero_grad()
        error = error_of(batch)
        error.backward()
        optimizer.step()
        return error.detach()

    return step


def torch_model(task: dict):
    """Return the net of a task in PyTorch, initialised as Keras does: Glorot, and zeros."""
    from torch import nn

    class Last(nn.Module):
        """The outputs of an LSTM, which gives its state, too: all of them or the last one."""

        def __init__(self, inputs: int, units: int, all_steps: bool):
            super().__init__()
            self.lstm = nn.LSTM(inputs, units, batch_first=True)
            self.all_steps = all_steps

        def forward(self, steps):
            outputs, _ = self.lstm(steps)
            return outputs if self.all_steps else outputs[:, -1]

    class Repeat(nn.Module):
        def forward(self, codes):
            return codes[:, None].expand(-1, 28, -1)

    class Channel(nn.Module):
        """The one channel of images first, as PyTorch wants it, or last, as it comes."""

        def __init__(self, first: bool):
            super().__init__()
            self.first = first

        def forward(self, batch):
            return batch[:, None, :, :, 0] if self.first else batch[:, 0, :, :, None]

    relu = nn.ReLU
    parts: dict[str, Callable[[], list]] = {
        DENSE: lambda: [
            part
            for a, b in itertools.pairwise(layers_of(task.get("width", 1000)))
            for part in (nn.Linear(a, b), nn.Sigmoid())
        ],
        "convolutional": lambda: [
            *(Channel(True), nn.Conv2d(1, 32, 2, 2), relu(), nn.Conv2d(32, 64, 2, 2), relu()),
            *(nn.Flatten(), nn.Linear(3136, 64), relu(), nn.Linear(64, 3136), relu()),
            *(nn.Unflatten(1, (64, 7, 7)), nn.ConvTranspose2d(64, 32, 2, 2), relu()),
            *(nn.ConvTranspose2d(32, 1, 2, 2), nn.Sigmoid(), Channel(False)),
        ],
        "recurrent": lambda: [
            *(Last(28, 100, True), Last(100, 30, False), Repeat(), Last(30, 100, True)),
            *(nn.Linear(100, 28), nn.Sigmoid()),
        ],
    }
    model = nn.Sequential(*parts[task.get("net", DENSE)]())
    for parameter in model.parameters():
        initialise = nn.init.xavier_uniform_ if parameter.dim() > 1 else nn.init.zeros_
        initialise(parameter)
    return model


def build_jax(images: np.ndarray, task: dict) -> Turn:
    """Return a turn of JAX: an epoch in one call, a scan over its batches that reuses the state."""
    import jax.numpy as jnp

    rng, weights = np.random.default_rng(SEED), []
    for a, b in itertools.pairwise(layers_of()):
        bound = np.sqrt(6 / (a + b))
        weights.append((rng.uniform(-bound, bound, (a, b)), np.zeros(b)))
    state, epoch = jax_training(weights)
    data, size = jnp.asarray(images), task["batch"]
    full = len(images) // size * size

    def turn() -> dict:
        nonlocal state
        start = time.perf_counter()
        order, total = rng.permutation(len(images)).astype(np.int32), 0.0
        for batches in order[:full].reshape(-1, size), order[np.newaxis, full:]:
            if batches.size:
                state, errors = epoch(state, data, batches)
                total += float(errors.sum()) * batches.shape[1]  # waits for the device
        return {"seconds": time.perf_counter() - start, "loss": total / len(images)}

    return turn


def jax_training(weights: list[tuple], epsilon: float = 1e-8) -> tuple:
    """Return the state of a run, and a function that takes an epoch of it.

    Args:
        weights: kernel and bias of each layer.
        epsilon: of Adam.

    Returns:
        ``state``, the weights and Adam's moments, and ``epoch`` (state, images, batches) -> state
        and the mean error of each batch; batches are int32 (steps, b). The state that it is given
        is used up.
    """
    import jax
    import jax.numpy as jnp
    import optax

    optimizer = optax.adam(LEARNING_RATE, eps=epsilon)

    def error_of(weights, batch):
        units = batch
        for kernel, bias in weights:
            units = jax.nn.sigmoid(units @ kernel + bias)
        return jnp.mean((units - batch) ** 2)

    @functools.partial(jax.jit, donate_argnums=0)
    def epoch(state, images, batches):
        def step(state, indices):
            weights, moments = state
            batch = images.at[indices].get(mode="promise_in_bounds")
            error, gradients = jax.value_and_grad(error_of)(weights, batch)
            updates, moments = optimizer.update(gradients, moments)
            return (optax.apply_updates(weights, updates), moments), error

        return jax.lax.scan(step, state, batches)

    start = [(jnp.array(a, jnp.float32), jnp.array(b, jnp.float32)) for a, b in weights]
    return (start, optimizer.init(start)), epoch
