"""Train nets side by side: one compiled loop over steps, each on images drawn anew."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable

import numpy as np
from keras import ops

from helpers.studies.vincent import gradients
from helpers.studies.vincent.backend import compiled, uniform

OPTIMIZERS = ("sgd", "momentum", "adam")
MOMENTUM = 0.9
_BETAS, _EPSILON = (0.9, 0.999), 1e-7  # Adam's


def memory(optimizer: str, params: list) -> list:
    """Return what an optimizer remembers before the first step: arrays of zeros."""
    times = {"sgd": 0, "momentum": 1, "adam": 2}[optimizer]
    return [[ops.zeros_like(param) for param in params] for _ in range(times)]


@functools.cache
def loop(kind: str, optimizer: str, batch: int) -> Callable:
    """Return a compiled function that takes some steps.

    Args:
        kind: "autoencoder", "boltzmann" or "classifier".
        optimizer: "sgd", "momentum" (0.9) or "adam", whose rate falls to 0 along a cosine.
        batch: images per step, drawn with replacement.

    Returns:
        A function of (params, memory, data, start, steps) that returns params and memory.
        ``start``, int32 scalar, is the number of steps taken before, ``steps`` that of this call,
        and ``data`` a dict:

        - "inputs": (rows, below), and "first", int32 (nets, 1): the row where a net's own begin;
        - "count", int32 (nets, 1): rows that a net may draw from, its first one and those below it;
        - "whole": int32 scalar, steps of the whole training, along which the rate of "adam" falls;
        - "targets": (rows, classes), for "classifier";
        - "streams": int32 (seeds,), and "stream", int32 (nets,): which of them is a net's own;
        - "rate" and "noise", float32 (nets, 1, 1); "gain", float32 (nets, 1, 1): what inputs that
          are kept are multiplied by.
    """

    def take_steps(params: list, memory: list, data: dict, start, steps):
        def one(step, state):
            params, memory = state
            return _step(kind, optimizer, batch, params, memory, data, step)

        return ops.fori_loop(start, start + steps, one, (params, memory))

    return compiled(take_steps)


def _step(kind: str, optimizer: str, batch: int, params, memory, data, step):
    width = params[0].shape[2] if kind == "boltzmann" else params[0].shape[1]
    drawn = ops.stack(
        [
            uniform((batch, 1 + width), data["streams"][number], step)
            for number in range(data["streams"].shape[0])
        ]
    )
    drawn = ops.take(drawn, data["stream"], axis=0)
    count = data["count"]
    rows = ops.cast(drawn[:, :, 0] * ops.cast(count, "float32"), "int32")
    rows = ops.minimum(rows, count - 1)  # a number just below 1 may be rounded up
    rows = rows + data["first"]
    inputs = ops.take(data["inputs"], rows, axis=0)
    scale = 1.0 / batch if optimizer == "adam" else -data["rate"] / batch
    more = drawn[:, :, 1:]
    if kind == "boltzmann":
        found = gradients.boltzmann(params, inputs, more, scale)
    else:
        kept = ops.cast(more >= data["noise"], "float32") * data["gain"]
        if kind == "autoencoder":
            found = gradients.autoencoder(params, inputs, kept, scale)
        else:
            targets = ops.take(data["targets"], rows, axis=0)
            found = gradients.classifier(params, inputs * kept, targets, scale)
    return _update(optimizer, params, memory, found, data, step)


def _update(optimizer: str, params, memory, found, data, step):
    """Return the parameters and the memory after one step; "sgd" and "momentum" have the rate
    in `found` already."""
    if optimizer == "sgd":
        return [param + change for param, change in zip(params, found, strict=True)], memory
    if optimizer == "momentum":
        speeds = [MOMENTUM * speed + change for speed, change in zip(memory[0], found, strict=True)]
        return [p + speed for p, speed in zip(params, speeds, strict=True)], [speeds]
    done = ops.cast(step, "float32")
    share = done / ops.cast(data["whole"], "float32")
    rate = data["rate"] * 0.5 * (1 + ops.cos(math.pi * share))
    one, two = _BETAS
    first = [one * m + (1 - one) * g for m, g in zip(memory[0], found, strict=True)]
    second = [two * v + (1 - two) * g * g for v, g in zip(memory[1], found, strict=True)]
    rate = rate * ops.sqrt(1 - two ** (done + 1)) / (1 - one ** (done + 1))
    params = [
        param - rate * m / (ops.sqrt(v) + _EPSILON)
        for param, m, v in zip(params, first, second, strict=True)
    ]
    return params, [first, second]


@compiled
def codes_of(inputs, kernel, bias):
    """Return the outputs of a layer of sigmoid units: (nets, rows, units)."""
    return ops.sigmoid(inputs @ kernel + bias)


@compiled
def answers_of(params: list, inputs):
    """Return the most probable class of each image, int32 (nets, images)."""
    codes = gradients.hidden_layers(params, inputs)[-1]
    return ops.argmax(codes @ params[-2] + params[-1], axis=-1)


@compiled
def better_of(is_better, params: list, best: list):
    """Return, net by net, the new parameters where they are better, else the old ones."""
    chosen = is_better[:, None, None]
    return [ops.where(chosen, new, old) for new, old in zip(params, best, strict=True)]


def glorot(shape: tuple[int, int], *seeds: int) -> np.ndarray:
    """Draw a kernel, float32 of this shape, uniform as Glorot and Bengio, 2010, say."""
    limit = math.sqrt(6 / sum(shape))
    return np.random.default_rng(seeds).uniform(-limit, limit, shape).astype("float32")
