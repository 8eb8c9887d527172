"""The six systems of the table, the controls, and the settings that are tried for each."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence

import numpy as np

from helpers.studies.vincent.datasets import Problem

NAMES = ("SVM-rbf", "SVM-poly", "DBN-1", "SAA-3", "DBN-3", "SdA-3")
# Controls, which have no column in the table: SdA-3 with noise in fine-tuning, too, and nets of one
# and of three layers with random initial weights, fine-tuned for as many steps as a weight of the
# others is changed in pretraining and fine-tuning together.
NOISY = "SdA-3-noisy"
CONTROLS = (NOISY, "NNet-1", "NNet-3")
# "adam" is a first attempt, as one would do it today. "sgd" is nearer to the paper, and "long" the
# same with four times the pretraining. "rates" and "steps" take what "sgd" chose, and fine-tune at
# higher rates or for more steps. "causes" are trainings of one layer between the first attempt and
# the second.
RECIPES = ("sgd", "long", "rates", "steps", "adam", "causes")
# Systems that are trained side by side, since they can share their pretraining.
FAMILIES = (
    ("SAA-3", "SdA-3", NOISY),
    ("DBN-1", "DBN-3"),
    ("NNet-1", "NNet-3"),
    ("SVM-rbf",),
    ("SVM-poly",),
)

NOISES = (0.25, 0.4, 0.1)
UNITS = 1000
_PRETRAIN_STEPS = 40_000
_TUNE_STEPS = 20_000
_TUNE_RATES = (0.2, 0.05)
_HIGHER_RATES = (0.5, 1.0, 2.0, 4.0)
_MORE_STEPS = 4 * _TUNE_STEPS  # so that a pretrained net at 0.2 goes as far as at 1.0
_RATES = {"autoencoder": (0.02, 0.1), "boltzmann": (0.005, 0.02)}
_GRIDS = {
    "SVM-rbf": {"C": (0.01, 0.1, 1, 10, 100, 1000), "gamma": (0.125, 0.25, 0.5, 1, 2, 4, 8)},
    "SVM-poly": {
        "C": (1e-4, 1e-3, 0.01, 0.1, 1, 10, 100),
        "degree": (1, 2, 3, 4, 5, 6, 8, 10, 13, 16, 20),
    },
}


def families(recipe: str) -> tuple[tuple[str, ...], ...]:
    """Return the systems of a recipe, those that are trained side by side together."""
    return (tuple(CAUSES),) if recipe == "causes" else FAMILIES


def goes_on(system: str, recipe: str) -> bool:
    """Return whether this recipe's settings of a system are changes of what "sgd" chose."""
    return recipe in ("rates", "steps") and not system.startswith("SVM")


def settings(system: str, recipe: str, chosen: dict | None = None) -> list[dict]:
    """Return the settings to try, in order; the one with the lowest validation error counts.

    Args:
        system: one of `NAMES` or `CONTROLS`.
        recipe: one of `RECIPES`. A support vector machine has the same setting in all of them: a
            grid, to choose from on 2,500 images.
        chosen: setting that the recipe "sgd" chose, which "rates" and "steps" go on from.

    Raises:
        ValueError: another name or recipe, or one that has nothing to go on from.
    """
    if recipe not in RECIPES:
        raise ValueError(f"A recipe is one of {', '.join(RECIPES)}. Received: {recipe!r}")
    known = tuple(CAUSES) if recipe == "causes" else NAMES + CONTROLS
    if system not in known:
        raise ValueError(f"A system is one of {', '.join(known)}. Received: {system!r}")
    if recipe == "causes":
        return [CAUSES[system]]
    if system.startswith("SVM"):
        grid = {name: list(numbers) for name, numbers in _GRIDS[system].items()}
        return [{**grid, "screen": 2500}]
    if goes_on(system, recipe):
        if chosen is None:
            raise ValueError(
                f'The recipe "{recipe}" goes on from what "sgd" chose. Received: no setting of '
                f"{system}"
            )
        if recipe == "steps":  # a net without pretraining gets as many more
            return [{**chosen, "tune_steps": chosen["tune_steps"] + _MORE_STEPS}]
        return [{**chosen, "tune_rate": rate} for rate in _HIGHER_RATES]
    sizes = [UNITS] * int(system.split("-")[1])
    return _with_adam(system, sizes) if recipe == "adam" else _with_sgd(system, sizes, recipe)


def _noises(system: str) -> list[tuple[float, float]]:
    """Return pairs: the share of inputs set to 0 in pretraining, and in fine-tuning."""
    if system == NOISY:
        return [(0.25, 0.25)]
    return [(noise, 0.0) for noise in ((0.0,) if system == "SAA-3" else NOISES)]


def _with_adam(system: str, sizes: list[int]) -> list[dict]:
    """Adam, untied weights, batches of 100, and one number of steps for all."""
    tuned = {"sizes": sizes, "batch": 100, "tune_optimizer": "adam", "tune_rate": 1e-3}
    tuned |= {"tune_noise": 0.0, "tune_steps": 3000}
    if system.startswith("NNet"):
        return [{"kind": "none", **tuned, "tune_steps": 4500}]
    if system.startswith("DBN"):
        return [
            {"kind": "boltzmann", "optimizer": "sgd", **tuned}
            | {"pretrain_steps": 1500, "pretrain_rate": 0.05}
        ]
    return [
        {"kind": "autoencoder", "tied": False, "optimizer": "adam", **tuned}
        | {"pretrain_steps": 1500, "pretrain_rate": 1e-3, "noise": noise, "tune_noise": tune_noise}
        for noise, tune_noise in _noises(system)
    ]


def _with_sgd(system: str, sizes: list[int], recipe: str) -> list[dict]:
    """Gradient descent with momentum, tied weights, batches of 20, long; likely settings first."""
    times = 4 if recipe == "long" else 1
    steps, found = times * _PRETRAIN_STEPS, []
    for tune_rate in _TUNE_RATES:
        tuned = {"sizes": sizes, "batch": 20, "tune_optimizer": "sgd", "tune_rate": tune_rate}
        tuned |= {"tune_noise": 0.0, "tune_steps": _TUNE_STEPS}
        if system.startswith("NNet"):
            found.append({"kind": "none", **tuned, "tune_steps": steps + _TUNE_STEPS})
            continue
        tuned |= {"optimizer": "momentum", "pretrain_steps": steps}
        if system.startswith("DBN"):
            found += [
                {"kind": "boltzmann", **tuned, "pretrain_rate": rate}
                for rate in _RATES["boltzmann"]
            ]
        else:
            found += [
                {"kind": "autoencoder", "tied": True, **tuned, "pretrain_rate": rate}
                | {"noise": noise, "tune_noise": tune_noise}
                for rate, (noise, tune_noise) in itertools.product(
                    _RATES["autoencoder"], _noises(system)
                )
            ]
    return found


def _cause(**changes) -> dict:
    """Return a setting of one layer: the first attempt but longer, with changes."""
    setting = {"kind": "autoencoder", "sizes": [UNITS], "tied": False, "optimizer": "adam"}
    setting |= {"batch": 100, "pretrain_steps": 12_000, "pretrain_rate": 1e-3, "noise": 0.25}
    setting |= {"tune_optimizer": "sgd", "tune_rate": 0.2, "tune_noise": 0.0, "tune_steps": 20_000}
    return setting | changes


_SMALL = {"batch": 20, "pretrain_steps": 60_000}
_PLAIN = {"optimizer": "sgd", "pretrain_rate": 0.2}
# One layer, pretrained on as many images each (but where steps are named).
CAUSES = {
    "no pretraining": _cause(kind="none", batch=20, tune_steps=80_000),
    "Adam, 1,500 steps": _cause(pretrain_steps=1500),
    "Adam, tied, 1,500 steps": _cause(pretrain_steps=1500, tied=True),
    "Adam": _cause(),
    "Adam, tied": _cause(tied=True),
    "Adam, batch 20": _cause(**_SMALL),
    "Adam, batch 20, tied": _cause(**_SMALL, tied=True),
    "Adam 1e-4, batch 20, tied": _cause(**_SMALL, tied=True, pretrain_rate=1e-4),
    "SGD, tied": _cause(**_PLAIN, tied=True),
    "SGD, tied, 60,000 steps": _cause(**_PLAIN, tied=True, pretrain_steps=60_000),
    "SGD, batch 20": _cause(**_PLAIN, **_SMALL),
    "SGD, batch 20, tied": _cause(**_PLAIN, **_SMALL, tied=True),
    "SGD 0.05, batch 20, tied": _cause(**_SMALL, optimizer="sgd", pretrain_rate=0.05, tied=True),
    "SGD, batch 20, tied, 15,000 steps": _cause(
        **_PLAIN, batch=20, tied=True, pretrain_steps=15_000
    ),
    "momentum, batch 20, tied": _cause(
        **_SMALL, optimizer="momentum", pretrain_rate=0.1, tied=True
    ),
    "momentum, batch 20": _cause(**_SMALL, optimizer="momentum", pretrain_rate=0.1),
}


def fit(
    problems: Sequence[Problem], jobs: Sequence[dict]
) -> list[tuple[Callable[[np.ndarray], np.ndarray], dict]]:
    """Train systems with one setting and one seed each, without the test images.

    Args:
        problems: data to learn from, one for each job.
        jobs: each with "system", one of `NAMES` or `CONTROLS`; "setting", one of `settings`; and
            "seed", of everything that is drawn. Those of one call are of one of `FAMILIES`.

    Returns:
        For each a function from images (n, 784) to labels (n,), and what was chosen within the
        setting.
    """
    from helpers.studies.vincent import nets, svm

    if jobs[0]["system"].startswith("SVM"):
        return [
            svm.fit(job["system"].removeprefix("SVM-"), problem, job["setting"])
            for problem, job in zip(problems, jobs, strict=True)
        ]
    trained = nets.fit(
        [
            nets.Job(problem, job["setting"], job["seed"])
            for problem, job in zip(problems, jobs, strict=True)
        ]
    )
    return [(predict, {}) for predict in trained]
