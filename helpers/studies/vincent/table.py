"""The 48 cells, ours beside the published ones."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from helpers.results import text
from helpers.results.figures import DATA, published

RUN_FILE = DATA / "vincent.json"


@dataclass(frozen=True)
class Cell:
    """Hold one data set and one system; errors and half-widths of 95 % intervals in percent.

    Args:
        dataset: row of the table, for example "bg-rand".
        system: column, for example "SdA-3".
        published: error in the paper.
        published_half_width: of its interval.
        error: ours on the test images, None if it was not run.
        half_width: of our interval, None if it was not run.
        record: of the chosen setting, as in the file: size, seed, setting, seconds; None likewise.
        settings_done: settings that were tried, and `settings_asked`, that belong to the size.
    """

    dataset: str
    system: str
    published: float
    published_half_width: float
    error: float | None = None
    half_width: float | None = None
    record: dict | None = None
    settings_done: int = 0
    settings_asked: int = 0

    @property
    def key(self) -> str:
        """Return the key of the published figure, for `compare`."""
        return published_key(self.dataset, self.system)

    @property
    def verdict(self) -> str:
        """Say how ours stands to the published interval: "not run", "below", "within", "above"."""
        if self.error is None:
            return "not run"
        if abs(self.error - self.published) <= self.published_half_width:
            return "within"
        return "below" if self.error < self.published else "above"


def table(path: str | Path | None = None, *, size: str = "small", seed: int = 0) -> list[Cell]:
    """Return the 48 cells, row by row as in the paper, from the file of a run.

    Args:
        path: of the file; the author's run in data/ when None. Without a file, no cell is run.
        size: "small" or "published".
        seed: of the run.

    Raises:
        ValueError: the file is not one of records.
    """
    from helpers.studies.vincent import datasets, systems
    from helpers.studies.vincent.records import Records

    records = Records.load(Path(path or RUN_FILE))
    return [
        _cell(records, {"dataset": name, "system": system, "size": size, "seed": seed})
        for name in datasets.NAMES
        for system in systems.NAMES
    ]


def trials(
    dataset: str,
    system: str,
    path: str | Path | None = None,
    *,
    size: str = "small",
    seed: int = 0,
) -> list[dict]:
    """Return the records of a cell, one for each setting that was tried, the oldest first.

    Args:
        dataset: row of the table, for example "bg-rand".
        system: column, or a control.
        path: of the file; the author's run in data/ when None.
        size: "small" or "published".
        seed: of the run.

    Raises:
        ValueError: the file is not one of records.
    """
    from helpers.studies.vincent.records import Records

    run = {"dataset": dataset, "system": system, "size": size, "seed": seed, "counts": None}
    rows = Records.load(Path(path or RUN_FILE)).all
    return [row for row in rows if all(row.get(key) == value for key, value in run.items())]


def noise_effects(
    path: str | Path | None = None, *, size: str = "small", seed: int = 0
) -> dict[str, dict[str, float | None]]:
    """Return what noise does to three layers of autoencoders, by where it is.

    Args:
        path: of the file; the author's run in data/ when None.
        size: "small" or "published".
        seed: of the run.

    Returns:
        Data set -> "none", "pretraining" (SdA-3 as published), "fine-tuning" (the control) and
        "both" -> error on the *validation* images in percent, the lowest over the widths of the
        layers; None if it was not run.

    Raises:
        ValueError: the file is not one of records.
    """
    from helpers.studies.vincent import datasets, systems

    shares = {
        "none": (0, 0),
        "pretraining": (systems.NOISE, 0),
        "fine-tuning": (0, systems.NOISE),
        "both": (systems.NOISE, systems.NOISE),
    }
    # Nothing but the noise may differ: not the length of pretraining, which SdA-3 also tries.
    steps = systems.settings("SAA-3", size)[0]["pretrain_steps"]
    found: dict[str, dict[str, float | None]] = {}
    for name in datasets.NAMES:
        errors: dict[tuple, list[float]] = {pair: [] for pair in shares.values()}
        for system in ("SAA-3", "SdA-3", systems.NOISY):
            for row in trials(name, system, path, size=size, seed=seed):
                pair = row["setting"]["noise"], row["setting"]["tune_noise"]
                if pair in errors and row["setting"]["pretrain_steps"] == steps:
                    errors[pair].append(row["validation_error"])
        found[name] = {place: min(errors[pair], default=None) for place, pair in shares.items()}
    return found


def published_key(dataset: str, system: str) -> str:
    """Return the key of a cell's published figure, for example "vincent2008.bg_rand.sda3"."""
    row = dataset.replace("-", "_")
    column = system.lower()
    column = column.replace("-", "_" if column.startswith("svm") else "")
    return f"vincent2008.{row}.{column}"


def _cell(records, job: dict) -> Cell:
    from helpers.measures.labels import half_width
    from helpers.studies.vincent import systems

    theirs = published(published_key(job["dataset"], job["system"]))
    asked = systems.settings(job["system"], job["size"])
    done = sum(records.find({**job, "setting": setting}) is not None for setting in asked)
    cell = {
        "dataset": job["dataset"],
        "system": job["system"],
        "published": theirs.value,
        "published_half_width": theirs.plus_minus,
        "settings_done": done,
        "settings_asked": len(asked),
    }
    best = records.best(job)
    if best is not None:
        error = best["test_error"]
        width = half_width(error, best["test_images"])
        cell |= {"error": error, "half_width": width, "record": best}
    return Cell(**cell)


def as_text(cells: list[Cell]) -> str:
    """Write the table as text: ours and its half-width, the published pair in brackets below."""
    names = list(dict.fromkeys(cell.system for cell in cells))
    rows = dict.fromkeys(cell.dataset for cell in cells)
    lines = []
    for row in rows:
        own = [cell for cell in cells if cell.dataset == row]
        lines.append([row, *(_pair(cell.error, cell.half_width) for cell in own)])
        theirs = (_pair(cell.published, cell.published_half_width) for cell in own)
        lines.append(["", *(f"({pair})" for pair in theirs)])
    written = text.table(["", *names], lines, align="<" + ">" * len(names), rule=False)
    return f"{written}\nours, and below it, in brackets, the paper's; errors in percent"


def _pair(error: float | None, width: float | None) -> str:
    return "not run" if error is None else f"{error:.2f} ± {width:.2f}"
