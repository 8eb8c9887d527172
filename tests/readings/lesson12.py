"""What lesson 12 says of its figures."""

import re

import numpy as np
from reading import Printed, Reading


def copying(run: Printed) -> tuple[tuple[float, float], tuple[float, float]]:
    (mean,) = run.rows(r"^mean image +all pixels (\S+), hidden (\S+);")
    (copied,) = run.rows(r"^copies the seen +all pixels (\S+), hidden (\S+);")
    return mean, copied


def copier_looks_better(run: Printed) -> bool:
    (mean, _), (copied, _) = copying(run)
    return copied < 0.9 * mean


def equal_where_hidden(run: Printed) -> bool:
    (_, mean), (_, copied) = copying(run)
    return mean == copied


def alike_look_at_each_other(run: Printed) -> bool:
    rows = run.rows(r"^\[(\S+) +(\S+) +(\S+) +(\S+) +(\S+) *\]$")
    first, third = rows[0], rows[2]
    return min(first[0], first[2]) > max(first[1], first[3], first[4]) and (
        min(third[0], third[2]) > max(third[1], third[3], third[4])
    )


def linear_task_has_changed(run: Printed) -> bool:
    ((patches, pixels),) = run.rows(r"^regression, hidden patches (\S+), permuted (\S+)$")
    return abs(pixels / patches - 1) > 0.1


def spans(run: Printed, name: str) -> list[tuple[float, float]]:
    """Return the lowest and highest error of a row's trainings for each number of labels."""
    span = r" +([\d.]+)(?: to +([\d.]+))? +±[\d.]+"
    found = re.search(rf"^{re.escape(name)}{span * 3}$", run.text, re.MULTILINE)
    if not found:
        raise ValueError(f"no row of three spans begins with {name!r}")
    ends = found.groups()
    return [
        (float(low), float(high or low)) for low, high in zip(ends[::2], ends[1::2], strict=True)
    ]


def permuted_is_read_better(run: Printed) -> bool:
    trained = zip(spans(run, "75 %, permuted"), spans(run, "masked AE, 75 %"), strict=True)
    fresh = zip(spans(run, "not trained, permuted"), spans(run, "not trained"), strict=True)
    before = [permuted[1] < patches[0] for permuted, patches in fresh]
    return all(permuted[1] < patches[0] for permuted, patches in trained) and (
        before == [True, True, False]
    )


def half_and_three_quarters_ahead(run: Printed) -> bool:
    rows = {percent: spans(run, f"masked AE, {percent} %")[-1] for percent in (25, 50, 75, 90)}
    fresh = spans(run, "not trained")[-1]
    ahead = {percent: high < fresh[0] for percent, (_, high) in rows.items()}
    overlap = all(rows[p][0] <= fresh[1] and fresh[0] <= rows[p][1] for p in (25, 90))
    free = max(spans(run, "PCA")[-1][1], spans(run, "raw pixels")[-1][1])
    lowest = min(low for low, _ in [*rows.values(), fresh])
    return ahead == {25: False, 50: True, 75: True, 90: False} and overlap and free < lowest


def penalty_moves_more(run: Printed) -> bool:
    *errors, _, _, _ = run.rows(
        r"^not trained +([\d.]+) +([\d.]+) +([\d.]+) +([\d.]+) +([\d.]+), ([\d.]+), ([\d.]+)$"
    )[0]
    fresh = np.mean(spans(run, "not trained")[-1])
    gains = [
        fresh - np.mean(spans(run, f"masked AE, {percent} %")[-1]) for percent in (25, 50, 75, 90)
    ]
    return max(errors) - min(errors) > max(gains)


READINGS = [
    Reading(
        "In full on MNIST the code of permuted patches is read better, in every training. Part of "
        "it is there before training: with 100 and with 300 labels encoders that were not trained "
        "read permuted pixels better, too. With 1,000 labels their ranges overlap, and those of "
        "the trained encoders do not.",
        permuted_is_read_better,
        data=("mnist",),
        profiles=("full",),
    ),
    Reading(
        "In full on MNIST every training at 50 and at 75 % is ahead of every encoder that was not "
        "trained, at 25 and at 90 % this is undecided, and all are behind PCA and raw pixels.",
        half_and_three_quarters_ahead,
        data=("mnist",),
        profiles=("full",),
    ),
    Reading(
        "In full on MNIST another $C$ moves the encoder that was not trained by more than the "
        "trainings of a few epochs do.",
        penalty_moves_more,
        data=("mnist",),
        profiles=("full",),
    ),
    Reading("Over all pixels the copier looks better.", copier_looks_better),
    Reading("Over the hidden ones they are equal: copying is no merit.", equal_where_hidden),
    Reading("the first and the third token look at each other", alike_look_at_each_other),
    Reading("The linear task has changed as the line above says.", linear_task_has_changed),
]
