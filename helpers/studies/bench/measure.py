"""The whole measurement: the races, the time to the seeds' quality, the cost of more of it."""

from __future__ import annotations

import importlib.metadata
import platform
from collections.abc import Callable, Hashable
from dataclasses import asdict
from pathlib import Path
from typing import TypeVar

from tqdm import tqdm

from helpers.course import about, progress
from helpers.studies.bench import arithmetic, processes
from helpers.studies.bench.nets import DENSE, flop_per_image, layers_of
from helpers.studies.bench.plan import ALL_NETS, Plan

Key = TypeVar("Key", bound=Hashable)


def measure(plan: Plan) -> dict:
    """Carry out a plan, one process at a time, and return all results, ready for JSON.

    Returns:
        ``machine``, ``versions``, ``data`` (name of the data set), ``plan``, ``races`` of the dense
        net and ``nets``, one of each other net (see `arithmetic.summarise_race`), ``quality``,
        ``cost`` and ``width`` (the other functions there).
    """
    from helpers.results import published

    runnable, missing = plan.runnable()
    quality_work = plan.quality_images * (plan.seeds_epochs + plan.today_epochs) // 10
    turns, others = plan.rounds + 1, [name for name in runnable if name in ALL_NETS]
    racing = plan.images * len(runnable) * len(plan.batches)
    racing += plan.nets_images * len(others) * len(plan.nets)
    growing = sum(plan.sizes) + sum(_width_work(plan, width) for width in plan.widths)
    work = turns * (racing + growing) + quality_work
    left = progress.bar(work, lines=True, unit=" images", smoothing=0)
    facts: dict = {}

    races = [_race(plan, batch, runnable, missing, left, facts) for batch in plan.batches]
    elsewhere = {name: why for name, why in missing.items() if name in ALL_NETS}
    nets = [_race(plan, plan.nets_batch, others, elsewhere, left, facts, net) for net in plan.nets]
    recipes = {"seeds_epochs": plan.seeds_epochs, "today_epochs": plan.today_epochs}
    task = {"contestant": "quality", "images": plan.quality_images, **recipes}
    one = processes.start(task, plan.limit)
    processes.take_turns(
        [one], 1, lambda one: _advance(left, quality_work // 2, "time to the seeds' quality")
    )
    figure = published("basic_ae.mse.epoch20").value
    quality = (
        {"not_run": one.problem}
        if one.problem
        else arithmetic.summarise_quality(one.turns[0], figure)
    )
    facts = facts or one.facts
    cost, width = _cost(plan, left), _width(plan, left)
    left.close()
    return {
        "machine": _machine(facts),
        "versions": _versions(),
        "data": facts.get("data"),
        "plan": asdict(plan),
        "races": races,
        "nets": nets,
        "quality": quality,
        "cost": cost,
        "width": width,
    }


def _advance(left: tqdm, work: int, what: str) -> None:
    """Say that so many images more are done, and who was measured."""
    left.set_postfix_str(what, refresh=False)
    left.update(work)


def _take_turns(
    plan: Plan, tasks: dict[Key, dict], report: Callable[[Key], None], facts: dict
) -> tuple[dict[Key, list[dict]], dict[Key, str]]:
    """Run tasks in turn, each in its process; return their turns by key, and their problems."""
    runs = {key: processes.start(task, plan.limit) for key, task in tasks.items()}
    key_of = {id(one): key for key, one in runs.items()}
    processes.take_turns(list(runs.values()), plan.rounds, lambda one: report(key_of[id(one)]))
    for one in runs.values():
        if not one.name.startswith(("torch", "jax")):  # they do not know the device by its name
            facts.update(one.facts)
    problems = {key: one.problem for key, one in runs.items() if one.problem}
    return {key: one.turns for key, one in runs.items()}, problems


def _race(
    plan: Plan,
    batch: int,
    names: list[str],
    missing: dict,
    left: tqdm,
    facts: dict,
    net: str = DENSE,
) -> dict:
    images, what = plan.images, f"batch {batch}"
    if net != DENSE:
        images, what = plan.nets_images, net
    measured = {"products": plan.products, "stream_bytes": plan.stream_bytes}
    task = {"images": images, "batch": batch, "net": net, **measured}
    answers, problems = _take_turns(
        plan,
        {name: {**task, "contestant": name} for name in names},
        lambda name: _advance(left, images, f"{what}: {name}"),
        facts,
    )
    return arithmetic.summarise_race(batch, images, answers, {**missing, **problems}, net)


def _cost(plan: Plan, left: tqdm) -> dict:
    task = {"contestant": "ours", "batch": plan.cost_batch}
    answers, problems = _take_turns(
        plan,
        {size: {**task, "images": size} for size in plan.sizes},
        lambda size: _advance(left, size, f"{size:,} images"),
        {},
    )
    return arithmetic.summarise_cost(plan.cost_batch, answers, problems)


def _width(plan: Plan, left: tqdm) -> dict:
    task = {"contestant": "ours", "batch": plan.cost_batch, "images": plan.images}
    answers, problems = _take_turns(
        plan,
        {width: {**task, "width": width} for width in plan.widths},
        lambda width: _advance(left, _width_work(plan, width), f"width {width:,}"),
        {},
    )
    return arithmetic.summarise_width(plan.cost_batch, plan.images, answers, problems)


def _width_work(plan: Plan, width: int) -> int:
    """Return the images of the usual net that would take as long as an epoch of this width."""
    return plan.images * flop_per_image(layers_of(width)) // flop_per_image(layers_of())


def _machine(facts: dict) -> str:
    """Return device, processor and system in words."""
    processor = platform.processor() or platform.machine()
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:  # not Linux
        lines = []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    device = facts.get("device") or about.device()
    return f"{device}; {models[0] if models else processor}; {platform.system()}"


def _versions() -> dict[str, str]:
    """Return the versions of Python and of the packages that are compared."""
    versions = {"python": platform.python_version()}
    for name in ("tensorflow", "keras", "numpy", "torch", "jax", "optax"):
        try:
            versions[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return versions
