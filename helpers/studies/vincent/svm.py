"""Support vector machines on precomputed kernels: matrix products by BLAS, the rest by libsvm."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable

import numpy as np

from helpers.measures.labels import error_percent
from helpers.parts import in_parts
from helpers.studies.vincent.datasets import Problem, Split

Predictor = Callable[[np.ndarray], np.ndarray]


def fit(kind: str, problem: Problem, setting: dict) -> tuple[Predictor, dict]:
    """Choose the numbers of a kernel, and fit a support vector machine with them.

    Where the setting has several candidates, each is fitted to the first `screen` training images,
    and the one with the lowest error on the validation images is taken. The result is then fitted
    to all training images.

    Args:
        kind: "rbf", exp(-gamma |x - y|^2), or "poly", (gamma x.y + 1)^degree.
        problem: data to learn from; its test images are not looked at.
        setting: lists "C" and, for "rbf", "gamma" in units of 1 / (784 variance of a pixel), or for
            "poly" "degree", where gamma is 1 / mean |x|^2; and "screen", images to choose on.

    Returns:
        A function from images (n, 784) to labels (n,), and the numbers chosen.
    """
    names = ("C", "gamma" if kind == "rbf" else "degree")
    candidates = [
        dict(zip(names, numbers, strict=True))
        for numbers in itertools.product(*(setting[name] for name in names))
    ]
    if len(candidates) > 1:
        few = Split(*(part[: setting["screen"]] for part in _arrays(problem.train)))
        errors = [_screen(kind, few, problem.validation, numbers) for numbers in candidates]
        candidates = [candidates[int(np.argmin(errors))]]
    (chosen,) = candidates
    return _fit_one(kind, problem.train, chosen), chosen


def _arrays(split: Split) -> tuple[np.ndarray, np.ndarray]:
    return split.images, split.labels


def _screen(kind: str, train: Split, validation: Split, numbers: dict) -> float:
    """Return the error on the validation images of a machine fitted to few images, in percent."""
    answers = _fit_one(kind, train, numbers)(validation.images)
    return error_percent(answers, validation.labels)


def _fit_one(kind: str, train: Split, numbers: dict) -> Predictor:
    """Fit one support vector machine and return the function that classifies."""
    from sklearn.svm import SVC

    kernel = make_kernel(kind, train.images, numbers)
    machine = SVC(C=numbers["C"], kernel="precomputed", cache_size=1000)
    machine.fit(kernel(train.images, train.images), train.labels)
    support = machine.support_
    vectors = train.images[support]

    def predict(images: np.ndarray) -> np.ndarray:
        # libsvm reads the support vectors' columns alone.
        values = np.zeros((len(images), len(train)))
        values[:, support] = kernel(images, vectors)
        return machine.predict(values)

    return functools.partial(in_parts, predict, size=2000)


def make_kernel(kind: str, images: np.ndarray, numbers: dict) -> Callable:
    """Return a kernel, a function of (n, d) and (m, d) to (n, m), scaled to these images."""
    if kind == "rbf":
        gamma = numbers["gamma"] / (images.shape[1] * float(images.var()))

        def rbf(left: np.ndarray, right: np.ndarray) -> np.ndarray:
            squares = [np.sum(np.square(side), axis=1) for side in (left, right)]
            distances = squares[0][:, np.newaxis] + squares[1] - 2 * (left @ right.T)
            return np.exp(-gamma * np.maximum(distances, 0))

        return rbf
    gamma = 1 / float(np.mean(np.sum(np.square(images), axis=1)))
    return lambda left, right: (gamma * (left @ right.T) + 1) ** numbers["degree"]
