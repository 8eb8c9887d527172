"""The whole measurement: three races, the time to the seeds' quality, the cost of more images."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import platform
from dataclasses import asdict, dataclass
from pathlib import Path

from tqdm import tqdm

from helpers.course import about, progress
from helpers.studies.bench import arithmetic, processes

CONTESTANTS = ("ours", "fit", "fit-best", "torch-eager", "torch-compiled", "sgemm")


@dataclass(frozen=True)
class Plan:
    """Say what is measured, and how thoroughly.

    Args:
        contestants: some of CONTESTANTS.
        rounds: turns of each, whose median counts.
        images: of an epoch in the races.
        batches: one race for each of these batch sizes.
        sizes: numbers of images whose cost is compared.
        sizes_batch: batch size for that.
        quality_images: that both recipes train on.
        seeds_epochs: of the seeds' recipe.
        today_epochs: of ours of today.
        products: of matrices in a turn of sgemm.
        limit: seconds that a turn or a warm-up may take.

    Raises:
        ValueError: an unknown contestant, or a number that is too small or too large.
    """

    contestants: tuple[str, ...] = CONTESTANTS
    rounds: int = 3
    images: int = 12_000
    batches: tuple[int, ...] = (100, 250, 1000)
    sizes: tuple[int, ...] = (10_000, 20_000, 40_000, 60_000)
    sizes_batch: int = 250
    quality_images: int = 55_000
    seeds_epochs: int = 20
    today_epochs: int = 8
    products: int = 40
    limit: float = 900.0

    def __post_init__(self) -> None:
        unknown = [name for name in self.contestants if name not in CONTESTANTS]
        if unknown or not self.contestants:
            raise ValueError(
                f"contestants are some of {', '.join(CONTESTANTS)}. "
                f"Received: {', '.join(unknown) or 'none'}"
            )
        if self.rounds < 1:
            raise ValueError(f"rounds must be at least 1. Received: {self.rounds}")
        if not self.batches or min(self.batches) < 1 or max(self.batches) > self.images:
            raise ValueError(
                f"batches must be from 1 to the number of images, {self.images}. "
                f"Received: {', '.join(map(str, self.batches)) or 'none'}"
            )
        if not self.limit > 0:
            raise ValueError(f"limit must be more than 0 seconds. Received: {self.limit:g}")


def measure(plan: Plan) -> dict:
    """Carry out a plan, one process at a time, and return all results, ready for JSON.

    Returns:
        ``machine``, ``versions``, ``data`` (name of the data set), ``plan``, ``races`` (see
        `arithmetic.summarise_race`), ``quality`` and ``cost`` (the other functions there).
    """
    from helpers.results import published

    runnable, missing = _split(plan.contestants)
    quality_work = plan.quality_images * (plan.seeds_epochs + plan.today_epochs) // 10
    turns = plan.rounds + 1
    racing = plan.images * len(runnable) * len(plan.batches)
    work = turns * (racing + sum(plan.sizes)) + quality_work
    left = progress.bar(work, lines=True, unit=" images", smoothing=0)
    facts: dict = {}

    races = [_race(plan, batch, runnable, missing, left, facts) for batch in plan.batches]
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
    cost = _cost(plan, left)
    left.close()
    return {
        "machine": _machine(facts),
        "versions": _versions(),
        "data": facts.get("data"),
        "plan": asdict(plan),
        "races": races,
        "quality": quality,
        "cost": cost,
    }


def _advance(left: tqdm, work: int, what: str) -> None:
    """Say that so many images more are done, and who was measured."""
    left.set_postfix_str(what, refresh=False)
    left.update(work)


def _split(names: tuple[str, ...]) -> tuple[list[str], dict[str, str]]:
    """Return the contestants that can run here, and why the others cannot."""
    missing = {}
    if importlib.util.find_spec("torch") is None:
        missing = {name: "torch is not installed" for name in names if name.startswith("torch")}
    return [name for name in names if name not in missing], missing


def _race(plan: Plan, batch: int, names: list[str], missing: dict, left: tqdm, facts: dict) -> dict:
    task = {"images": plan.images, "batch": batch, "products": plan.products}
    racers = [processes.start({**task, "contestant": name}, plan.limit) for name in names]
    processes.take_turns(
        racers, plan.rounds, lambda one: _advance(left, plan.images, f"batch {batch}: {one.name}")
    )
    for one in racers:
        if not one.name.startswith("torch"):  # PyTorch does not know the device by its name
            facts.update(one.facts)
    problems = {one.name: one.problem for one in racers if one.problem}
    answers = {one.name: one.turns for one in racers}
    return arithmetic.summarise_race(batch, plan.images, answers, {**missing, **problems})


def _cost(plan: Plan, left: tqdm) -> dict:
    task = {"contestant": "ours", "batch": plan.sizes_batch}
    runs = {size: processes.start({**task, "images": size}, plan.limit) for size in plan.sizes}
    size_of = {id(one): size for size, one in runs.items()}
    processes.take_turns(
        list(runs.values()),
        plan.rounds,
        lambda one: _advance(left, size_of[id(one)], f"{size_of[id(one)]:,} images"),
    )
    problems = {size: one.problem for size, one in runs.items() if one.problem}
    answers = {size: one.turns for size, one in runs.items()}
    return arithmetic.summarise_cost(plan.sizes_batch, answers, problems)


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
    for name in ("tensorflow", "keras", "numpy", "torch"):
        try:
            versions[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return versions
