"""What lesson 10 says of its figures."""

import re

from reading import Printed, Reading


def quality(run: Printed, name: str) -> tuple[float, ...]:
    """Return sure, nearest, worst and kinds in the first row of a name."""
    return run.rows(rf"^{re.escape(name)} +([\d.]+)% +([\d.]+) +([\d.]+) +([\d.]+)$")[0]


def mean_is_near_and_no_digit(run: Printed) -> bool:
    sure, nearest, *_ = quality(run, "mean image")
    return sure < 1 and nearest < 0.6 * quality(run, "shuffled pixels")[1]


def zero_at_the_prior(run: Printed) -> bool:
    rows = run.rows(r"^ +(\S+) +([\d.]+) +([\d.]+) +[\d.]+ ± [\d.]+$")
    return all((value == 0) == ((mean, variance) == (0, 1)) for mean, variance, value in rows)


def first_steps(run: Printed) -> bool:
    rows = run.rows(r"^step +\d+  reconstruction +(\S+) \+ KL +(\S+) nats$")
    return rows[0][1] < 0.05 and all(one < rows[0][0] and kl > 1 for one, kl in rows[1:])


def cannot_tell(run: Printed) -> bool:
    return run.rows(r"^cannot tell +L_D (\S+) +L_G (\S+)$") == [(1.386, 0.693)]


def size_decides(run: Printed) -> bool:
    pattern = r"^code of (.+): sure \S+ ± \S+, (\w+) +nearest image \S+ ± \S+, (\w+)$"
    found = {name: tuple(who) for name, *who in re.findall(pattern, run.text, re.MULTILINE)}
    both = ("variational", "variational")
    return found == {"2": ("plain", "variational"), "16": both, "16, another seed": both}


def different_places(run: Printed) -> bool:
    halfway, ends = run.text.split("pairs, halfway")[1].split("their ends, rebuilt")[:2]
    halfway, ends = (Printed(part, run.data, run.profile) for part in (halfway, ends))
    names = [f"{kind} {size}" for size in (2, 16) for kind in ("AE", "VAE")]
    middle, end = ([quality(part, name)[0] for name in names] for part in (halfway, ends))
    return min(middle[:2]) > max(middle[2:]) and max(end[:2]) < min(end[2:])


def read_as_asked(run: Printed) -> bool:
    asked = run.number(r"read as asked: +([\d.]+)%")
    return asked > run.number(r"real test images read right: +([\d.]+)%")


def ones_are_easy(run: Printed) -> bool:
    ((ones, others),) = run.rows(r"which were left out: (\S+); of the other .*: (\S+)$")
    return ones < others


FULL = {"data": ("mnist",), "profiles": ("full",)}
READINGS = [
    Reading("The mean image is near to something and is no digit.", mean_is_near_and_no_digit),
    Reading("It is 0 for mean 0 and variance 1, and only there.", zero_at_the_prior),
    Reading("At first a cloud tells next to nothing and costs next to nothing.", first_steps),
    Reading("If it cannot tell, the losses are", cannot_tell),
    Reading("In full on MNIST the answer depends on the code size.", size_decides, **FULL),
    Reading(
        "In full on MNIST the two code sizes fail at different places.", different_places, **FULL
    ),
    Reading(
        "In full on MNIST the classifier reads more of these samples as asked than it reads right "
        "of real test images.",
        read_as_asked,
        **FULL,
    ),
    Reading(
        "In full on MNIST the network rebuilds 1s, which it has never seen, with smaller errors "
        "than the digits it was trained on.",
        ones_are_easy,
        **FULL,
    ),
]
