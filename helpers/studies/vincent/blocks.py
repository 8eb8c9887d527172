"""The images that nets side by side learn from, of one data set or of several."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from keras import ops

from helpers.studies.vincent import descent
from helpers.studies.vincent.datasets import Problem

_ROWS = 2000  # images classified at once
# Blocks are filled up to a multiple of so many rows, so that less has to be compiled.
_MANY_ROWS = 10_000


class Job(NamedTuple):
    """One net to train: data to learn from, a setting (see `fit`), and a seed."""

    problem: Problem
    setting: dict
    seed: int


class Blocks:
    """Hold the images of data sets where Keras computes, each part sent there once.

    The training images of all of them lie below each other, in blocks of `rows`.
    """

    def __init__(self, problems: Iterable[Problem]):
        self.problems = list({id(problem): problem for problem in problems}.values())
        self.rows = max(
            count if count < 1000 else filled(count, _MANY_ROWS)
            for count in (len(problem.train) for problem in self.problems)
        )
        self.inputs = self._blocks([problem.train.images for problem in self.problems])
        self._parts: dict[int, list] = {}

    def _blocks(self, arrays: Sequence[np.ndarray]):
        blocks = [np.pad(array, ((0, self.rows - len(array)), (0, 0))) for array in arrays]
        return ops.convert_to_tensor(np.concatenate(blocks))

    def numbers(self, jobs: Sequence[Job]) -> np.ndarray:
        """Return the number of each job's data set, int32 (jobs,)."""
        known = [id(problem) for problem in self.problems]
        return np.asarray([known.index(id(job.problem)) for job in jobs], np.int32)

    def counts(self, jobs: Sequence[Job]) -> np.ndarray:
        """Return how many training images each job has, int32 (jobs,)."""
        return np.asarray([len(job.problem.train) for job in jobs], np.int32)

    def targets(self, num_classes: int):
        """Return the labels of all blocks, one-hot; zeros where a data set has more classes."""
        classes = np.arange(num_classes)
        return self._blocks(
            [(p.train.labels[:, None] == classes).astype("float32") for p in self.problems]
        )

    def blocks_of(self, jobs: Sequence[Job]):
        """Return the training images of each job, (jobs, rows, 784), or (1, rows, 784) for all."""
        blocks = ops.reshape(self.inputs, (len(self.problems), self.rows, -1))
        if len(self.problems) == 1:
            return blocks
        return ops.take(blocks, ops.convert_to_tensor(self.numbers(jobs)), axis=0)

    def parts(self, images: np.ndarray) -> list:
        """Return images of a data set in parts of (1, rows, 784)."""
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

    def errors(self, params: list, jobs: Sequence[Job]) -> np.ndarray:
        """Return the share of its validation images that each net gets wrong, (nets,)."""
        found, numbers = np.empty(len(jobs)), self.numbers(jobs)
        for number in np.unique(numbers):
            own = np.flatnonzero(numbers == number)
            split, nets = self.problems[number].validation, params
            if len(own) < len(jobs):
                index = ops.convert_to_tensor(own.astype(np.int32))
                nets = [ops.take(param, index, axis=0) for param in params]
            found[own] = (self.answers(nets, split.images) != split.labels).mean(axis=1)
        return found


def filled(count: int, size: int) -> int:
    """Return the next multiple of a size."""
    return -(-count // size) * size
