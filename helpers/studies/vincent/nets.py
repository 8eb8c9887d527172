"""The nets of the table: layers, pretrained or not, a softmax on top, fine-tuned."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterable, Sequence

import numpy as np
from keras import ops

from helpers.studies.vincent import descent
from helpers.studies.vincent.datasets import Problem, Split

Predictor = Callable[[np.ndarray], np.ndarray]
Job = tuple[dict, int]  # a setting, and a seed

_ROWS = 2000  # images classified at once
_LOOKS = 40  # at the validation images, while a net is fine-tuned
# What jobs have in common that are trained side by side, and what each may have of its own.
_PRETRAINED_ALIKE = ("kind", "tied", "optimizer", "batch", "pretrain_steps")
PRETRAINED_BY = (*_PRETRAINED_ALIKE, "pretrain_rate", "noise")
_TUNED_ALIKE = ("sizes", "tune_optimizer", "batch", "tune_steps")
# Arrays are filled up to one of few lengths, so that less has to be compiled.
_MANY_ROWS, _STREAMS = 10_000, 4


def fit(problem: Problem, jobs: Sequence[Job]) -> list[Predictor]:
    """Pretrain, put a softmax on top and fine-tune; keep what is best on validation images.

    All jobs are trained side by side as far as their shapes allow, which a GPU does in little more
    time than one. What a job gives does not depend on the others, but for rounding: its draws
    belong to its seed. Jobs whose pretraining is the same share it, also the lower layers of a
    deeper stack.

    Args:
        problem: data to learn from; its test images are not looked at.
        jobs: a setting and a seed each. A setting has the "kind": "autoencoder", a stack of
            denoising autoencoders, "boltzmann", one of restricted Boltzmann machines, or "none",
            random initial weights; "sizes" of the layers; "batch", images per step; "tune_steps",
            "tune_rate", "tune_optimizer" and "tune_noise", the share of pixels set to 0 while the
            whole is fine-tuned, the others then multiplied by 1 / (1 - share). But for "none" it
            has "optimizer" ("sgd", "momentum" or "adam"), "pretrain_steps" for every layer and
            "pretrain_rate"; "autoencoder" also "noise", the share of inputs set to 0 while a layer
            is pretrained, and "tied", whether the decoder's kernel is the encoder's transposed.

    Returns:
        For each job a function from images (n, 784) to labels (n,).
    """
    data = _OnDevice(problem)
    pretrained = {
        key: layers
        for group in _alike(jobs, _PRETRAINED_ALIKE)
        if group[0][0]["kind"] != "none"
        for key, layers in _pretrain(data, group).items()
    }
    found: dict[str, Predictor] = {}
    for group in _alike(jobs, _TUNED_ALIKE):
        layers = [pretrained.get(_key(job, PRETRAINED_BY), []) for job in group]
        nets = _fine_tune(data, group, layers)
        found |= {_key(job): net for job, net in zip(group, nets, strict=True)}
    return [found[_key(job)] for job in jobs]


class _OnDevice:
    """Hold the images of a problem where Keras computes, each part sent there once."""

    def __init__(self, problem: Problem):
        self.problem = problem
        classes = np.eye(problem.num_classes, dtype="float32")
        count = len(problem.train)
        self.rows = count if count < 1000 else _filled(count, _MANY_ROWS)
        self.inputs, self.targets = (
            ops.convert_to_tensor(np.pad(array, ((0, self.rows - count), (0, 0))))
            for array in (problem.train.images, classes[problem.train.labels])
        )
        self._parts: dict[int, list] = {}

    def parts(self, images: np.ndarray) -> list:
        """Return images of this problem in parts of (1, rows, 784)."""
        if id(images) not in self._parts:
            self._parts[id(images)] = [
                ops.convert_to_tensor(images[None, first : first + _ROWS])
                for first in range(0, len(images), _ROWS)
            ]
        return self._parts[id(images)]

    def answers(self, params: list, images: np.ndarray) -> np.ndarray:
        """Return the labels that nets side by side give, (nets, images)."""
        found = [descent.answers_of(params, part) for part in self.parts(images)]
        return np.concatenate([ops.convert_to_numpy(part) for part in found], axis=1)

    def errors(self, params: list, split: Split) -> np.ndarray:
        """Return the share of images that each net gets wrong, (nets,)."""
        return (self.answers(params, split.images) != split.labels).mean(axis=1)


def _alike(jobs: Iterable[Job], names: Sequence[str]) -> list[list[Job]]:
    """Put jobs that agree in these parts of their settings together, in their order."""
    groups: dict[str, list[Job]] = {}
    for job in jobs:
        groups.setdefault(json.dumps([job[0].get(name) for name in names]), []).append(job)
    return list(groups.values())


def _key(job: Job, names: Sequence[str] | None = None) -> str:
    setting, seed = job
    chosen = setting if names is None else [setting.get(name) for name in names]
    return json.dumps([chosen, setting["sizes"][0] if names else None, seed])


def _pretrain(data: _OnDevice, group: Sequence[Job]) -> dict[str, list]:
    """Pretrain stacks side by side: what a job is pretrained by -> its layers' arrays."""
    deepest: dict[str, Job] = {}
    for job in group:
        key = _key(job, PRETRAINED_BY)
        if key not in deepest or len(job[0]["sizes"]) > len(deepest[key][0]["sizes"]):
            deepest[key] = job
    found: dict[str, list] = {}
    for stacks in _alike(deepest.values(), ("sizes",)):
        stages = _pretrain_alike(data, stacks)
        for number, job in enumerate(stacks):
            found[_key(job, PRETRAINED_BY)] = [
                [array[number] for array in stage] for stage in stages
            ]
    return found


def _pretrain_alike(data: _OnDevice, jobs: Sequence[Job]) -> list[list]:
    """Return for each stage the kernels (nets, below, units) and biases (nets, 1, units)."""
    setting = jobs[0][0]
    kind, steps = setting["kind"], setting["pretrain_steps"]
    count = len(data.problem.train)
    inputs, first = data.inputs, np.zeros(len(jobs), np.int32)
    stages: list[list] = []
    for stage, units in enumerate(setting["sizes"]):
        below = inputs.shape[-1]
        params = [
            _kernels(jobs, (below, units), stage),
            ops.zeros((len(jobs), 1, units)),
            ops.zeros((len(jobs), 1, below)),
        ]
        if kind == "autoencoder" and not setting["tied"]:
            params.append(_kernels(jobs, (units, below), 100 + stage))
        noise = [job[0].get("noise", 0.0) for job in jobs]
        given = {
            "inputs": inputs,
            **_draws(jobs, first, count, stage),
            "rate": _each([job[0]["pretrain_rate"] for job in jobs]),
            "noise": _each(noise),
            "gain": _each([1.0] * len(jobs)),
            "whole": _whole(steps),
        }
        train = descent.loop(kind, setting["optimizer"], setting["batch"])
        memory = descent.memory(setting["optimizer"], params)
        kernel, bias, *_ = train(params, memory, given, _whole(0), _whole(steps))[0]
        stages.append([kernel, bias])
        if stage + 1 < len(setting["sizes"]):
            rows = inputs[None]
            if stage:
                rows = ops.reshape(inputs, (len(jobs), data.rows, below))
            inputs = ops.reshape(descent.codes_of(rows, kernel, bias), (-1, units))
            first = np.arange(len(jobs), dtype=np.int32) * data.rows
    return stages


def _fine_tune(data: _OnDevice, jobs: Sequence[Job], layers: Sequence[list]) -> list[Predictor]:
    """Fine-tune nets side by side from their pretrained layers, or from random weights."""
    setting = jobs[0][0]
    sizes = [data.inputs.shape[1], *setting["sizes"], data.problem.num_classes]
    params = []
    for stage, shape in enumerate(itertools.pairwise(sizes)):
        is_top = stage == len(sizes) - 2
        drawn = _kernels(jobs, shape, 1000 if is_top else stage)
        pairs = [
            (drawn[number], ops.zeros((1, shape[1]))) if is_top or not own else own[stage]
            for number, own in enumerate(layers)
        ]
        params += [ops.stack(arrays) for arrays in zip(*pairs, strict=True)]
    noise = [job[0]["tune_noise"] for job in jobs]
    given = {
        "inputs": data.inputs,
        "targets": data.targets,
        **_draws(jobs, np.zeros(len(jobs), np.int32), len(data.problem.train), 1000),
        "rate": _each([job[0]["tune_rate"] for job in jobs]),
        "noise": _each(noise),
        "gain": _each([1 / (1 - share) for share in noise]),
        "whole": _whole(setting["tune_steps"]),
    }
    whole = setting["tune_steps"]
    steps = max(1, whole // _LOOKS)
    train = descent.loop("classifier", setting["tune_optimizer"], setting["batch"])
    memory = descent.memory(setting["tune_optimizer"], params)
    best, lowest = params, np.full(len(jobs), np.inf)
    for start in range(0, whole, steps):
        params, memory = train(params, memory, given, _whole(start), _whole(steps))
        errors = data.errors(params, data.problem.validation)
        best = descent.better_of(ops.convert_to_tensor(errors < lowest), params, best)
        lowest = np.minimum(lowest, errors)
    return [_predictor(data, [param[n : n + 1] for param in best]) for n in range(len(jobs))]


def _predictor(data: _OnDevice, params: list) -> Predictor:
    return lambda images: data.answers(params, images)[0]


def _kernels(jobs: Sequence[Job], shape: tuple[int, int], stage: int):
    """Draw one kernel per job, by its seed: (nets, below, units)."""
    return ops.stack([descent.glorot(shape, seed, stage) for _, seed in jobs])


def _draws(jobs: Sequence[Job], first: np.ndarray, count: int, stage: int) -> dict:
    """Return what decides which images a net sees, and what is drawn for them."""
    seeds = sorted({seed for _, seed in jobs})
    streams = [10_000 * seed + stage for seed in seeds]
    streams += [streams[0]] * (_filled(len(seeds), _STREAMS) - len(seeds))
    return {
        "first": ops.convert_to_tensor(first[:, None]),
        "count": _whole(count),
        "streams": ops.convert_to_tensor(np.asarray(streams, np.int32)),
        "stream": ops.convert_to_tensor(np.asarray([seeds.index(s) for _, s in jobs], np.int32)),
    }


def _filled(count: int, size: int) -> int:
    return -(-count // size) * size


def _each(numbers: Sequence[float]):
    return ops.convert_to_tensor(np.asarray(numbers, np.float32)[:, None, None])


def _whole(number: int):
    return ops.convert_to_tensor(np.int32(number))
