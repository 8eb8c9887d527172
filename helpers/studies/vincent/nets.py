"""The nets of the table: layers, pretrained or not, a softmax on top, fine-tuned."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterable, Sequence

import numpy as np
from keras import ops

from helpers.studies.vincent import descent
from helpers.studies.vincent.blocks import Blocks, Job, filled

Predictor = Callable[[np.ndarray], np.ndarray]

_LOOKS = 40  # at the validation images, while a net is fine-tuned
# What jobs have in common that are trained side by side, and what each may have of its own.
_PRETRAINED_ALIKE = ("kind", "tied", "optimizer", "batch", "pretrain_steps")
PRETRAINED_BY = (*_PRETRAINED_ALIKE, "pretrain_rate", "noise")
_TUNED_ALIKE = ("sizes", "tune_optimizer", "batch", "tune_steps")
_STREAMS = 4  # their number is filled up to a multiple, so that less has to be compiled


def fit(jobs: Sequence[Job]) -> list[Predictor]:
    """Pretrain, put a softmax on top and fine-tune; keep what is best on validation images.

    All jobs are trained side by side as far as their shapes allow, also those of several data sets,
    which a GPU does in little more time than one. What a job gives does not depend on the others,
    but for rounding: its draws belong to its seed. Jobs whose pretraining is the same share it,
    also the lower layers of a deeper stack.

    Args:
        jobs: a problem, whose test images are not looked at, a setting and a seed each. A setting
            has the "kind": "autoencoder", a stack of denoising autoencoders, "boltzmann", one of
            restricted Boltzmann machines, or "none", random initial weights; "sizes" of the layers;
            "batch", images per step; "tune_steps", "tune_rate", "tune_optimizer" and "tune_noise",
            the share of pixels set to 0 while the whole is fine-tuned, the others then multiplied
            by 1 / (1 - share). But for "none" it has "optimizer" ("sgd", "momentum" or "adam"),
            "pretrain_steps" for every layer and "pretrain_rate"; "autoencoder" also "noise", the
            share of inputs set to 0 while a layer is pretrained, and "tied", whether the decoder's
            kernel is the encoder's transposed.

    Returns:
        For each job a function from images (n, 784) to labels (n,).
    """
    data = Blocks([job.problem for job in jobs])
    pretrained = {
        key: layers
        for group in _alike(jobs, _PRETRAINED_ALIKE)
        if group[0].setting["kind"] != "none"
        for key, layers in _pretrain(data, group).items()
    }
    found: dict[str, Predictor] = {}
    for group in _alike(jobs, _TUNED_ALIKE, by_classes=True):
        layers = [pretrained.get(_key(job, PRETRAINED_BY), []) for job in group]
        nets = _fine_tune(data, group, layers)
        found |= {_key(job): net for job, net in zip(group, nets, strict=True)}
    return [found[_key(job)] for job in jobs]


def _alike(jobs: Iterable[Job], names: Sequence[str], by_classes: bool = False) -> list[list[Job]]:
    """Put jobs that agree in these parts of their settings together, in their order."""
    groups: dict[str, list[Job]] = {}
    for job in jobs:
        key = [job.setting.get(name) for name in names]
        key += [job.problem.num_classes] * by_classes
        groups.setdefault(json.dumps(key), []).append(job)
    return list(groups.values())


def _key(job: Job, names: Sequence[str] | None = None) -> str:
    problem, setting, seed = job
    chosen = setting if names is None else [setting.get(name) for name in names]
    return json.dumps([chosen, setting["sizes"][0] if names else None, id(problem), seed])


def _pretrain(data: Blocks, group: Sequence[Job]) -> dict[str, list]:
    """Pretrain stacks side by side: what a job is pretrained by -> its layers' arrays."""
    deepest: dict[str, Job] = {}
    for job in group:
        key = _key(job, PRETRAINED_BY)
        if key not in deepest or len(job.setting["sizes"]) > len(deepest[key].setting["sizes"]):
            deepest[key] = job
    found: dict[str, list] = {}
    for stacks in _alike(deepest.values(), ("sizes",)):
        stages = _pretrain_alike(data, stacks)
        for number, job in enumerate(stacks):
            found[_key(job, PRETRAINED_BY)] = [
                [array[number] for array in stage] for stage in stages
            ]
    return found


def _pretrain_alike(data: Blocks, jobs: Sequence[Job]) -> list[list]:
    """Return for each stage the kernels (nets, below, units) and biases (nets, 1, units)."""
    setting = jobs[0].setting
    kind, steps = setting["kind"], setting["pretrain_steps"]
    inputs, first = data.inputs, data.numbers(jobs) * data.rows
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
        noise = [job.setting.get("noise", 0.0) for job in jobs]
        given = {
            "inputs": inputs,
            **_draws(jobs, first, data.counts(jobs), stage),
            "rate": _each([job.setting["pretrain_rate"] for job in jobs]),
            "noise": _each(noise),
            "gain": _each([1.0] * len(jobs)),
            "whole": _whole(steps),
        }
        train = descent.loop(kind, setting["optimizer"], setting["batch"])
        memory = descent.memory(setting["optimizer"], params)
        kernel, bias, *_ = train(params, memory, given, _whole(0), _whole(steps))[0]
        stages.append([kernel, bias])
        if stage + 1 < len(setting["sizes"]):
            rows = data.blocks_of(jobs)
            if stage:
                rows = ops.reshape(inputs, (len(jobs), data.rows, below))
            inputs = ops.reshape(descent.codes_of(rows, kernel, bias), (-1, units))
            first = np.arange(len(jobs), dtype=np.int32) * data.rows
    return stages


def _fine_tune(data: Blocks, jobs: Sequence[Job], layers: Sequence[list]) -> list[Predictor]:
    """Fine-tune nets side by side from their pretrained layers, or from random weights."""
    setting, num_classes = jobs[0].setting, jobs[0].problem.num_classes
    sizes = [data.inputs.shape[1], *setting["sizes"], num_classes]
    params = []
    for stage, shape in enumerate(itertools.pairwise(sizes)):
        is_top = stage == len(sizes) - 2
        drawn = _kernels(jobs, shape, 1000 if is_top else stage)
        pairs = [
            (drawn[number], ops.zeros((1, shape[1]))) if is_top or not own else own[stage]
            for number, own in enumerate(layers)
        ]
        params += [ops.stack(arrays) for arrays in zip(*pairs, strict=True)]
    noise = [job.setting["tune_noise"] for job in jobs]
    given = {
        "inputs": data.inputs,
        "targets": data.targets(num_classes),
        **_draws(jobs, data.numbers(jobs) * data.rows, data.counts(jobs), 1000),
        "rate": _each([job.setting["tune_rate"] for job in jobs]),
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
        errors = data.errors(params, jobs)
        best = descent.better_of(ops.convert_to_tensor(errors < lowest), params, best)
        lowest = np.minimum(lowest, errors)
    return [_predictor(data, [param[n : n + 1] for param in best]) for n in range(len(jobs))]


def _predictor(data: Blocks, params: list) -> Predictor:
    return lambda images: data.answers(params, images)[0]


def _kernels(jobs: Sequence[Job], shape: tuple[int, int], stage: int):
    """Draw one kernel per job, by its seed: (nets, below, units)."""
    return ops.stack([descent.glorot(shape, job.seed, stage) for job in jobs])


def _draws(jobs: Sequence[Job], first: np.ndarray, counts: np.ndarray, stage: int) -> dict:
    """Return what decides which images a net sees, and what is drawn for them."""
    seeds = sorted({job.seed for job in jobs})
    streams = [10_000 * seed + stage for seed in seeds]
    streams += [streams[0]] * (filled(len(seeds), _STREAMS) - len(seeds))
    own = [seeds.index(job.seed) for job in jobs]
    return {
        "first": ops.convert_to_tensor(first[:, None]),
        "count": ops.convert_to_tensor(counts[:, None]),
        "streams": ops.convert_to_tensor(np.asarray(streams, np.int32)),
        "stream": ops.convert_to_tensor(np.asarray(own, np.int32)),
    }


def _each(numbers: Sequence[float]):
    return ops.convert_to_tensor(np.asarray(numbers, np.float32)[:, None, None])


def _whole(number: int):
    return ops.convert_to_tensor(np.int32(number))
