"""Fill the table, one setting after another, so that it can be stopped at any moment."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from helpers.course import progress
from helpers.measures.labels import error_percent
from helpers.studies.vincent import datasets, systems
from helpers.studies.vincent.records import Records


def run(
    path: Path,
    *,
    names: Sequence[str],
    system_names: Sequence[str],
    size: str = "small",
    seed: int = 0,
    counts: tuple[int, int, int] | None = None,
    report: Callable[[str], None] = print,
) -> None:
    """Try every setting that the file at `path` does not hold yet, and add its record to it.

    Test images are classified only by the best setting so far, by validation error, of a data set
    and a system: choosing looks at validation images alone. The file is written anew after every
    setting, whole or not at all.

    Args:
        path: JSON file, made if it is not there.
        names: data sets, in the order in which they are run.
        system_names: systems, in the order in which they are run: the first one on all data sets,
            then the next. Every cell gets its first setting before any gets its second.
        size: "small" or "published".
        seed: of everything that the systems draw; the data sets have their own.
        counts: images of each part, for a trial; as published when None.
        report: is given one line for every finished setting.

    Raises:
        ValueError: an unknown name, or a file that is not one of records.
    """
    records = Records.load(path)
    jobs = plan(names, system_names, size, seed)
    if counts is not None:
        jobs = [{**job, "counts": list(counts)} for job in jobs]
    missing = [job for job in jobs if records.find(job) is None]
    done = len(jobs) - len(missing)
    report(f"{done} of {len(jobs)} settings are done.")
    problem: datasets.Problem | None = None
    with progress.bar(len(jobs), lines=True, initial=done, unit=" settings", smoothing=0) as left:
        for job in missing:
            if problem is None or problem.name != job["dataset"]:
                problem = datasets.load(job["dataset"], counts)
            record = _try(job, problem, records)
            records.add(record)
            report(describe(record))
            left.update()


def plan(names: Sequence[str], system_names: Sequence[str], size: str, seed: int) -> list[dict]:
    """Return what has to be run, in this order; the arguments are those of `run`."""
    jobs = [
        (
            number,
            {"dataset": name, "system": system, "size": size, "seed": seed, "setting": setting},
        )
        for system in system_names
        for name in names
        for number, setting in enumerate(systems.settings(system, size))
    ]
    return [job for _, job in sorted(jobs, key=lambda pair: pair[0])]


def _try(job: dict, problem: datasets.Problem, records: Records) -> dict:
    """Train one setting and return its record."""
    start, cpu = time.perf_counter(), time.process_time()
    predict, chosen = systems.fit(job["system"], problem, job["setting"], job["seed"])
    validation_error = _error(predict, problem.validation)
    best = records.best(job)
    is_best = best is None or validation_error < best["validation_error"]
    return {
        **job,
        "chosen": chosen,
        "train_images": len(problem.train),
        "validation_error": validation_error,
        "test_error": _error(predict, problem.test) if is_best else None,
        "test_images": len(problem.test),
        "seconds": round(time.perf_counter() - start, 1),
        "cpu_seconds": round(time.process_time() - cpu, 1),
    }


def _error(predict: Callable, split: datasets.Split) -> float:
    return round(error_percent(predict(split.images), split.labels), 4)


def describe(record: dict) -> str:
    """Say in words what one record holds."""
    setting = {**record["setting"], **record["chosen"]}
    words = ", ".join(f"{name} {setting[name]}" for name in _TOLD if name in setting)
    test = record["test_error"]
    measured = "not the best so far" if test is None else f"test {test:.2f} %"
    return (
        f"{record['dataset']} {record['system']} ({words}): validation "
        f"{record['validation_error']:.2f} %, {measured}, {record['seconds']:.0f} s"
    )


_TOLD = ("C", "gamma", "degree", "noise", "sizes")
