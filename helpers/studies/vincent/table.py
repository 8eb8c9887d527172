"""The 48 cells, ours beside the published ones."""

from __future__ import annotations

import math
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
        error: ours on the test images, the mean over seeds; None if it was not run.
        half_width: of our interval, for the test images, not for the seeds; None likewise.
        low: error of the best seed, and `high` of the worst; None likewise.
        record: of the chosen setting with seed 0, as in the file; None likewise.
        seeds: trainings of the chosen setting.
        settings: settings that it was chosen from.
    """

    dataset: str
    system: str
    published: float
    published_half_width: float
    error: float | None = None
    half_width: float | None = None
    low: float | None = None
    high: float | None = None
    record: dict | None = None
    seeds: int = 0
    settings: int = 0

    @property
    def key(self) -> str:
        """Return the key of the published figure, for `compare`."""
        return published_key(self.dataset, self.system)

    @property
    def verdict(self) -> str:
        """Say how ours stands to the published interval: "not run", "below", "within", "above".

        Beside no published figure it is "alone".
        """
        if self.error is None:
            return "not run"
        if math.isnan(self.published):
            return "alone"
        if abs(self.error - self.published) <= self.published_half_width:
            return "within"
        return "below" if self.error < self.published else "above"


def table(path: str | Path | None = None, *, recipe: str = "sgd") -> list[Cell]:
    """Return the 48 cells, row by row as in the paper, from the file of a run.

    The setting with the lowest error on the validation images, with seed 0, is the cell's.

    Args:
        path: of the file; the author's run in data/ when None. Without a file, no cell is run.
        recipe: one of `systems.RECIPES`, whose settings are the rivals.

    Raises:
        ValueError: the file is not one of records.
    """
    from helpers.studies.vincent import datasets, systems

    return [
        cell_of(name, system, path, recipe=recipe)
        for name in datasets.NAMES
        for system in systems.NAMES
    ]


def trials(
    dataset: str, system: str, path: str | Path | None = None, *, recipe: str = "sgd"
) -> list[dict]:
    """Return the records of a data set and a system, one for each setting and seed.

    Args:
        dataset: row of the table, for example "bg-rand".
        system: column, or a control.
        path: of the file; the author's run in data/ when None.
        recipe: one of `systems.RECIPES`.

    Raises:
        ValueError: the file is not one of records.
    """
    from helpers.studies.vincent.records import Records

    wanted = {"dataset": dataset, "system": system, "counts": None, "recipe": recipe}
    rows = Records.load(Path(path or RUN_FILE)).all
    return [row for row in rows if all(row.get(key) == value for key, value in wanted.items())]


def cell_of(
    dataset: str, system: str, path: str | Path | None = None, *, recipe: str = "sgd"
) -> Cell:
    """Return one cell; the arguments are those of `trials`.

    A control has no published figure: its `published` is not a number.
    """
    from helpers.measures.labels import half_width
    from helpers.studies.vincent import systems

    theirs, width = math.nan, math.nan
    if system in systems.NAMES:
        figure = published(published_key(dataset, system))
        theirs, width = figure.value, figure.plus_minus or math.nan
    rows = trials(dataset, system, path, recipe=recipe)
    tried = [row for row in rows if row["seed"] == 0]
    if not tried:
        return Cell(dataset, system, theirs, width)
    best = min(tried, key=lambda row: row["validation_error"])
    errors = [row["test_error"] for row in rows if row["setting"] == best["setting"]]
    error = sum(errors) / len(errors)
    return Cell(
        dataset,
        system,
        theirs,
        width,
        error=error,
        half_width=half_width(error, best["test_images"]),
        low=min(errors),
        high=max(errors),
        record=best,
        seeds=len(errors),
        settings=len(tried),
    )


def causes(path: str | Path | None = None) -> dict[str, tuple[float, float]]:
    """Return what separates a recipe that gains nothing on `bg-rand` from one that does.

    Args:
        path: of the file; the author's run in data/ when None.

    Returns:
        Name of a training of one layer -> errors of seed 0 in percent, on the validation images and
        on the test images, in the order of `systems.CAUSES`; without those that were not run.

    Raises:
        ValueError: the file is not one of records.
    """
    from helpers.studies.vincent import systems

    cells = {name: cell_of("bg-rand", name, path, recipe="causes") for name in systems.CAUSES}
    return {
        name: (each.record["validation_error"], each.record["test_error"])
        for name, each in cells.items()
        if each.record
    }


def by_noise(path: str | Path | None = None) -> dict[str, dict[float, float | None]]:
    """Return what the corruption level of pretraining does, fine-tuning being clean.

    Args:
        path: of the file; the author's run in data/ when None.

    Returns:
        Data set -> corruption level, from 0 (SAA-3) on -> lowest error on the *validation* images,
        in percent, over the other settings of the recipe "sgd" with seed 0; None if not run.

    Raises:
        ValueError: the file is not one of records.
    """
    from helpers.studies.vincent import datasets, systems

    levels = (0.0, *sorted(systems.NOISES))
    found: dict[str, dict[float, float | None]] = {}
    for name in datasets.NAMES:
        errors: dict[float, list[float]] = {level: [] for level in levels}
        for system in ("SAA-3", "SdA-3"):
            for row in trials(name, system, path, recipe="sgd"):
                if row["seed"] == 0:
                    errors[row["setting"]["noise"]].append(row["validation_error"])
        found[name] = {level: min(errors[level], default=None) for level in levels}
    return found


def by_rate(
    system: str = "SdA-3", path: str | Path | None = None
) -> dict[str, dict[float, tuple[float, float | None]]]:
    """Return what the rate of fine-tuning does, all else being what "sgd" chose.

    Args:
        system: column, or a control; a support vector machine has no such rate.
        path: of the file; the author's run in data/ when None.

    Returns:
        Data set, of those in which higher rates were tried -> rate, ascending -> errors in percent
        with seed 0, on the validation images and on the test images; the latter None but for a
        setting that was the best so far when it was tried.

    Raises:
        ValueError: the file is not one of records.
    """
    from helpers.studies.vincent import datasets

    found = {}
    for name in datasets.NAMES:
        usual, higher = (trials(name, system, path, recipe=recipe) for recipe in ("sgd", "rates"))
        best = cell_of(name, system, path).record
        if higher and best and "tune_rate" in best["setting"]:
            chosen = {**best["setting"], "tune_rate": None}
            rows = [
                row
                for row in usual + higher
                if row["seed"] == 0 and {**row["setting"], "tune_rate": None} == chosen
            ]
            rows.sort(key=lambda row: row["setting"]["tune_rate"])
            found[name] = {
                row["setting"]["tune_rate"]: (row["validation_error"], row["test_error"])
                for row in rows
            }
    return found


def machines(path: str | Path | None = None) -> dict[str, tuple[int, float]]:
    """Return where a run was made: machine in words -> trainings, and their hours together.

    Trainings side by side share their hours; several programs on one machine each have their own.

    Args:
        path: of the file; the author's run in data/ when None.

    Raises:
        ValueError: the file is not one of records.
    """
    from helpers.studies.vincent.records import Records

    found: dict[str, tuple[int, float]] = {}
    for row in Records.load(Path(path or RUN_FILE)).all:
        count, hours = found.get(row["machine"], (0, 0.0))
        found[row["machine"]] = count + 1, hours + row["seconds"] / 3600
    return found


def published_key(dataset: str, system: str) -> str:
    """Return the key of a cell's published figure, for example "vincent2008.bg_rand.sda3"."""
    row = dataset.replace("-", "_")
    column = system.lower()
    column = column.replace("-", "_" if column.startswith("svm") else "")
    return f"vincent2008.{row}.{column}"


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
