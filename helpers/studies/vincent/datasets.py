"""The eight data sets of the table, made with fixed seeds and never downloaded."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field

import numpy as np

from helpers.studies.vincent import digits, shapes

NAMES = (*digits.NAMES, *shapes.NAMES)
SEED = 2008

# Training, validation and test images, as published.
COUNTS = {
    **dict.fromkeys(digits.NAMES, (10_000, 2_000, 50_000)),
    "rect": (1_000, 200, 50_000),
    "rect-img": (10_000, 2_000, 50_000),
    "convex": (6_000, 2_000, 50_000),
}


@dataclass(frozen=True, eq=False)
class Split:
    """Hold the images of one part: float32 (n, 784) in [0, 1], and int64 labels (n,)."""

    images: np.ndarray = field(repr=False)
    labels: np.ndarray = field(repr=False)

    def __len__(self) -> int:
        return len(self.labels)


@dataclass(frozen=True, eq=False)
class Problem:
    """Hold one data set of the table.

    Args:
        name: one of `NAMES`.
        train: images to learn from.
        validation: images to choose settings by.
        test: images to measure with, once.
        num_classes: 10 digits, or 2 kinds of shape.
    """

    name: str
    train: Split
    validation: Split
    test: Split
    num_classes: int


def load(name: str, counts: tuple[int, int, int] | None = None) -> Problem:
    """Make one data set, always the same one.

    The digits are MNIST's 60,000 training and 10,000 test images, shuffled together; 62,000 of
    them are used, in the same parts for all five data sets. Photographs behind test images are
    right halves, those behind the others left ones.

    Args:
        name: one of `NAMES`.
        counts: training, validation and test images; as published when None.

    Raises:
        ValueError: an unknown name; counts that cannot be had; or a data set of digits on a
            machine without MNIST.
    """
    if name not in NAMES:
        raise ValueError(f"A data set is one of {', '.join(NAMES)}. Received: {name!r}")
    counts = counts or COUNTS[name]
    if min(counts) < 1:
        raise ValueError(f"counts are three numbers of at least 1. Received: {counts}")
    rng = np.random.default_rng([SEED, NAMES.index(name)])
    ends = np.cumsum(counts)
    is_digits = name in digits.NAMES
    pool = mnist_pool(sum(counts)) if is_digits else None
    parts = []
    for end, count, half in zip(ends, counts, ("left", "left", "right"), strict=True):
        if pool is not None:
            images, labels = (array[end - count : end] for array in pool)
            images = digits.vary(name, images, rng, half)
        else:
            images, labels = shapes.draw(name, count, rng, half)
        parts.append(Split(images.reshape(count, -1), labels))
    train, validation, test = parts
    return Problem(name, train, validation, test, 10 if is_digits else 2)


def redraw(problem: Problem, number: int) -> Problem:
    """Return a data set of shapes with other training and validation images, as many as before.

    The test images stay. The same number gives the same images.

    Args:
        problem: of shapes, from `load`. (Of digits there are no more than the table uses.)
        number: from 1 on.

    Raises:
        ValueError: a data set of digits, or a number below 1.
    """
    if problem.name not in shapes.NAMES or number < 1:
        raise ValueError(
            f"redraw takes one of {', '.join(shapes.NAMES)} and a number from 1 on. "
            f"Received: {problem.name} and {number}"
        )
    rng = np.random.default_rng([SEED, NAMES.index(problem.name), number])

    def like(part: Split) -> Split:
        images, labels = shapes.draw(problem.name, len(part), rng)
        return Split(images.reshape(len(part), -1), labels)

    return dataclasses.replace(
        problem, train=like(problem.train), validation=like(problem.validation)
    )


def mnist_pool(count: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the first so many of MNIST's 70,000 images in a fixed random order, with labels.

    Raises:
        ValueError: more than there are, or MNIST is not on this machine.
    """
    from helpers import data

    mnist = data.load("auto")
    if mnist.name != "mnist":
        raise ValueError(
            "This table needs MNIST, except for its rows rect, rect-img and convex, which "
            "--dataset asks for; python -m helpers fetch mnist brings it here. "
            f"Received: {mnist.name}"
        )
    images = np.concatenate([mnist.train_images, mnist.test_images])
    labels = np.concatenate([mnist.train_labels, mnist.test_labels])
    if count > len(images):
        raise ValueError(f"MNIST has {len(images):,} images. Received: {count:,}")
    order = np.random.default_rng(SEED).permutation(len(images))[:count]
    return images[order], labels[order]
