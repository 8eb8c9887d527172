"""What lesson 12 says of its figures."""

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


def permuted_is_read_better(run: Printed) -> bool:
    lowest = [
        row[-2] for row in run.rows(r"^75 % +(\S+) to (\S+) +(\S+) to (\S+) +(\S+) to (\S+)$")
    ]
    (permuted,) = run.rows(r"^75 %, permuted +(\S+) to (\S+) +(\S+) to (\S+) +(\S+) to (\S+)$")
    return permuted[-1] < lowest[0]


def between_untrained_and_free_codes(run: Printed) -> bool:
    def last(name: str) -> tuple[float, ...]:
        return run.rows(rf"^{name} +.* (\S+) to +(\S+) ±\S+$")[0]

    masked, longer = last("masked AE, 75 %"), last("masked AE, 75 %, longer")
    free = max(last("PCA")[1], last("raw pixels")[1])
    return free < longer[0] <= longer[1] < masked[0] <= masked[1] < last("not trained")[0]


READINGS = [
    Reading(
        "In full on MNIST the control did not fail: the code of permuted patches is read better, "
        "in every training.",
        permuted_is_read_better,
        data=("mnist",),
        profiles=("full",),
    ),
    Reading(
        "In full on MNIST the masked code is ahead of the encoder that was not trained, far behind "
        "codes that cost nothing, and still gaining with more steps.",
        between_untrained_and_free_codes,
        data=("mnist",),
        profiles=("full",),
    ),
    Reading("Over all pixels the copier looks better.", copier_looks_better),
    Reading("Over the hidden ones they are equal: copying is no merit.", equal_where_hidden),
    Reading("the first and the third token look at each other", alike_look_at_each_other),
    Reading("The linear task has changed as the line above says.", linear_task_has_changed),
]
