"""Fill the table, one batch of trainings after another, so that it can be stopped at any moment."""

from __future__ import annotations

import contextlib
import functools
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from helpers.course import about, progress
from helpers.course.cluster import Cluster
from helpers.measures.labels import error_percent
from helpers.studies.vincent import datasets, systems
from helpers.studies.vincent.records import Records


def run(
    path: Path,
    *,
    names: Sequence[str],
    system_names: Sequence[str],
    recipe: str = "sgd",
    tried: int | None = None,
    seeds: int = 3,
    at_once: int = 4,
    scheduler: str | None = None,
    counts: tuple[int, int, int] | None = None,
    report: Callable[[str], None] = print,
) -> None:
    """Try every setting that the file at `path` does not hold yet, and add its record to it.

    Every setting is tried with seed 0. The one with the lowest error on the validation images is
    the system's for this data set, and it alone is trained again with the other seeds. Of seed 0
    only settings that were the best so far have a test error in the file. The file is written anew
    after every batch, whole or not at all.

    Args:
        path: JSON file, made if it is not there.
        names: data sets, in the order in which they are run.
        system_names: systems, run in the order of `systems.families`, each for all data sets.
        recipe: one of `systems.RECIPES`.
        tried: so many settings of each system, the first ones; all when None.
        seeds: of everything that the systems draw, from 0 on; the data sets have their own.
        at_once: trainings in one batch, side by side where they are nets; more than one data set
            has go on with the next one's.
        scheduler: address of a dask.distributed cluster; here when None. A batch whose machine
            is lost is trained on another one.
        counts: images of each part, for a trial; as published when None.
        report: is given one line for every finished setting.

    Raises:
        ValueError: an unknown name, a file that is not one of records, or a recipe that goes on
            from settings that are not in it.
    """
    records = Records.load(path)
    families = [
        [name for name in family if name in system_names] for family in systems.families(recipe)
    ]
    groups: list[list[dict[str, Any]]] = [
        [
            {"dataset": name, "recipe": recipe, "system": system}
            | ({} if counts is None else {"counts": list(counts)})
            for name in names
            for system in family
        ]
        for family in families
    ]
    first = [
        [
            {**cell, "seed": 0, "setting": setting}
            for cell in cells
            for setting in _settings(records, cell)[:tried]
        ]
        for cells in groups
    ]
    whole = sum(map(len, first)) + sum(_again(c, seeds) for cells in groups for c in cells)
    done = sum(records.find(job) is not None for jobs in first for job in jobs)
    with contextlib.ExitStack() as stack:
        each = _in_turn
        if scheduler:
            each = stack.enter_context(contextlib.closing(Cluster(scheduler))).each
        left = stack.enter_context(progress.bar(whole, lines=True, unit=" trainings", smoothing=0))
        report(f"{done} of {sum(map(len, first))} settings are done.")
        for again in (False, True):
            jobs = [_repeats(records, cells, seeds) for cells in groups] if again else first
            batches = _batches(records, jobs, at_once)
            left.update(sum(map(len, jobs)) - sum(map(len, batches)))
            for _, result in each(measure, [(batch,) for batch in batches]):
                found = result()
                records.add(*(_settled(records, row) for row in found))
                for row in found:
                    report(describe(row))
                left.update(len(found))


def _settings(records: Records, cell: dict) -> list[dict]:
    """Return a cell's settings to try; some recipes go on from the one that "sgd" chose.

    Raises:
        ValueError: there "sgd" is not finished.
    """
    system, recipe = cell["system"], cell["recipe"]
    if not systems.goes_on(system, recipe):
        return systems.settings(system, recipe)
    usual = {**cell, "recipe": "sgd", "seed": 0}
    offered = systems.settings(system, "sgd")
    done = sum(records.find({**usual, "setting": one}) is not None for one in offered)
    if done < len(offered):
        raise ValueError(
            f'The recipe "{recipe}" goes on from the setting that "sgd" chose: run that recipe '
            f"first, with the same file. Received: {done} of {len(offered)} settings of {system} "
            f"on {cell['dataset']}"
        )
    best = records.best(usual)
    return systems.settings(system, recipe, best and best["setting"])


def _again(cell: dict, seeds: int) -> int:
    """Return how often a cell's chosen setting is repeated; a machine without chance never is."""
    return 0 if cell["system"].startswith("SVM") else seeds - 1


def _repeats(records: Records, cells: Iterable[dict], seeds: int) -> list[dict]:
    """Return the chosen settings of cells with the other seeds."""
    return [
        {**cell, "seed": seed, "setting": best["setting"]}
        for cell in cells
        if (best := records.best(cell)) is not None
        for seed in range(1, 1 + _again(cell, seeds))
    ]


def _batches(records: Records, groups: list[list[dict]], at_once: int) -> list[list[dict]]:
    """Cut jobs that the file does not hold into batches; those that share pretraining together."""
    batches = []
    for jobs in groups:
        missing = [job for job in jobs if records.find(job) is None]
        missing.sort(key=lambda job: (job["seed"], jobs.index(_first_like(job, jobs))))
        batches += [missing[first : first + at_once] for first in range(0, len(missing), at_once)]
    return batches


def _first_like(job: dict, jobs: list[dict]) -> dict:
    """Return the first job that is pretrained as this one."""
    from helpers.studies.vincent.nets import PRETRAINED_BY

    def key(job: dict) -> list:
        return [job["dataset"], *(job["setting"].get(name) for name in PRETRAINED_BY)]

    return next(other for other in jobs if key(other) == key(job))


def _settled(records: Records, row: dict) -> dict:
    """Return a record without its test error, unless it is the best of its cell so far."""
    best = records.best(row)
    if row["seed"] or best is None or row["validation_error"] < best["validation_error"]:
        return row
    row["test_error"] = None
    return row


def _in_turn(function: Callable, calls: Iterable[tuple]) -> Iterator[tuple[int, Callable[[], Any]]]:
    """Do as `Cluster.each` does, one call after another in this process."""
    for number, call in enumerate(calls):
        yield number, functools.partial(function, *call)


@functools.lru_cache(maxsize=len(datasets.NAMES))
def _problem(name: str, counts: tuple[int, int, int] | None) -> datasets.Problem:
    return datasets.load(name, counts)


def measure(jobs: list[dict]) -> list[dict]:
    """Train jobs of one family of systems side by side, and return their records.

    Test images are classified by the best of each system by validation error, and by repeats.
    """
    problems = [
        _problem(job["dataset"], tuple(job["counts"]) if "counts" in job else None) for job in jobs
    ]
    start, cpu = time.perf_counter(), time.process_time()
    trained = systems.fit(problems, jobs)
    found = [
        {
            **job,
            "chosen": chosen,
            "machine": _machine(job),
            "train_images": len(problem.train),
            "validation_error": _error(predict, problem.validation),
            "test_error": None,
            "test_images": len(problem.test),
        }
        for job, problem, (predict, chosen) in zip(jobs, problems, trained, strict=True)
    ]
    for row, problem, (predict, _) in zip(found, problems, trained, strict=True):
        rivals = [other for other in found if _rival(other) == _rival(row)]
        if row["seed"] or row is min(rivals, key=lambda other: other["validation_error"]):
            row["test_error"] = _error(predict, problem.test)
    seconds, cpu_seconds = time.perf_counter() - start, time.process_time() - cpu
    for row in found:
        row["seconds"] = round(seconds / len(jobs), 1)
        row["cpu_seconds"] = round(cpu_seconds / len(jobs), 1)
        row["at_once"] = len(jobs)
    return found


def _rival(row: dict) -> tuple[str, str, int]:
    return row["dataset"], row["system"], row["seed"]


def _machine(job: dict) -> str:
    """Return where a job's system was trained, in words."""
    if job["system"].startswith("SVM"):
        return about.cpu()
    from helpers.studies.vincent import backend

    return backend.machine()


def _error(predict: Callable, split: datasets.Split) -> float:
    return round(error_percent(predict(split.images), split.labels), 4)


# What a line tells of a setting, in this order.
_TOLD = ("noise", "tune_noise", "pretrain_rate", "tune_rate", "tune_steps", "C", "gamma", "degree")


def describe(record: dict) -> str:
    """Say in words what one record holds."""
    setting = {**record["setting"], **record["chosen"]}
    words = ", ".join(f"{name} {setting[name]}" for name in _TOLD if name in setting)
    test = record["test_error"]
    measured = "not the best so far" if test is None else f"test {test:.2f} %"
    return (
        f"{record['dataset']} {record['system']}, seed {record['seed']} ({words}): validation "
        f"{record['validation_error']:.2f} %, {measured}, {record['seconds']:.0f} s"
    )
