"""The six systems of the table, the controls, and the settings that are tried for each."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from helpers.studies.vincent.datasets import Problem

NAMES = ("SVM-rbf", "SVM-poly", "DBN-1", "SAA-3", "DBN-3", "SdA-3")
# Controls, which have no column in the table: noise in fine-tuning but none in pretraining, and
# nets of one and of three layers with random initial weights.
NOISY = "SAA-3-noisy"
CONTROLS = (NOISY, "NNet-1", "NNet-3")
SIZES = ("small", "published")

_TUNE = {"batch": 100, "tune_rate": 1e-3}
_AUTOENCODER = {**_TUNE, "pretrain_rate": 1e-3}
_BOLTZMANN = {**_TUNE, "pretrain_rate": 0.05}
_STEPS = {
    "small": {"pretrain_steps": 1500, "tune_steps": 3000},
    "published": {"pretrain_steps": 10_000, "tune_steps": 10_000},
}
_UNITS = {"small": (1000,), "published": (500, 1000, 2000)}
NOISE = 0.25
# Each setting: the share of inputs set to 0 in pretraining, the share set to 0 in fine-tuning (none
# in the paper), and the length of pretraining as a multiple of `_STEPS`. The first setting is tried
# on every data set before the others.
_WAYS = {
    "SAA-3": [(0.0, 0.0, 1)],
    NOISY: [(0.0, NOISE, 1)],
    "SdA-3": [(NOISE, NOISE, 1), (NOISE, 0.0, 1), (0.4, 0.4, 1), (0.1, 0.1, 1), (NOISE, 0.0, 4)],
}


def settings(system: str, size: str) -> list[dict]:
    """Return the settings to try, in order; the one with the lowest validation error counts.

    Args:
        system: one of `NAMES` or `CONTROLS`.
        size: "small", for a machine of two cores: one width of layers, and support vector machines
            chosen on 2,500 images; or "published", several widths, longer trainings and finer grids
            on all images, as the paper's search was: days of computing.

    Raises:
        ValueError: another name or size.
    """
    if system not in (*NAMES, *CONTROLS) or size not in SIZES:
        raise ValueError(
            f"A system is one of {', '.join(NAMES + CONTROLS)}, a size one of {', '.join(SIZES)}. "
            f"Received: {system!r}, {size!r}"
        )
    if system.startswith("SVM"):
        return _machine_settings(system, size)
    depth = int(system.split("-")[1])
    layers = [[units] * depth for units in _UNITS[size]]
    if system.startswith("DBN"):
        return [{"sizes": sizes, **_BOLTZMANN, **_STEPS[size]} for sizes in layers]
    steps = _STEPS[size]
    if system.startswith("NNet"):
        return [{"sizes": sizes, **_TUNE, "tune_steps": steps["tune_steps"]} for sizes in layers]
    return [
        {
            "noise": noise,
            "tune_noise": tune_noise,
            "sizes": sizes,
            **_AUTOENCODER,
            **steps,
            "pretrain_steps": times * steps["pretrain_steps"],
        }
        for sizes in layers
        for noise, tune_noise, times in _WAYS[system]
    ]


def _machine_settings(system: str, size: str) -> list[dict]:
    """Return one grid to choose from on few images, or every pair by itself on all of them."""
    grids: dict[str, tuple[str, dict[str, tuple[float, ...]]]] = {
        "SVM-rbf": ("gamma", {"small": (0.5, 1, 2, 4), "published": (0.25, 0.5, 1, 2, 4, 8)}),
        "SVM-poly": ("degree", {"small": (2, 3, 5, 8), "published": (2, 3, 4, 5, 6, 8, 10)}),
    }
    name, numbers = grids[system]
    costs = (1, 10) if size == "small" else (0.1, 1, 10, 100, 1000)
    if size == "small":
        return [{"C": list(costs), name: list(numbers[size]), "screen": 2500}]
    return [{"C": [cost], name: [number]} for cost in costs for number in numbers[size]]


def fit(
    system: str, problem: Problem, setting: dict, seed: int
) -> tuple[Callable[[np.ndarray], np.ndarray], dict]:
    """Train one system with one setting, without the test images.

    Args:
        system: one of `NAMES` or `CONTROLS`.
        problem: data to learn from.
        setting: one of `settings`.
        seed: of everything that is drawn.

    Returns:
        A function from images (n, 784) to labels (n,), and what was chosen within the setting.
    """
    from helpers.studies.vincent import nets, svm

    if system.startswith("SVM"):
        return svm.fit(system.removeprefix("SVM-"), problem, setting)
    kind = {"DBN": "rbm", "NNet": "none"}.get(system.split("-")[0], "autoencoder")
    return nets.fit(kind, problem, setting, seed), {}
