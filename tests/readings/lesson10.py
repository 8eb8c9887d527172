"""What lesson 10 says of its figures."""

import itertools
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


def both_fall(run: Printed) -> bool:
    rows = run.rows(r"^step +(\d+)  reconstruction +(\S+) \+ KL +(\S+) nats$")
    later = [row[1:] for row in rows if row[0] >= 20]
    return all(
        after[0] < before[0] and after[1] < before[1] for before, after in itertools.pairwise(later)
    )


def blurred_are_nearer(run: Printed) -> bool:
    return quality(run, "test images, blurred")[1] < quality(run, "test images")[1]


def fitted_are_kinds_and_no_digits(run: Printed) -> bool:
    two, sixteen = (quality(run, f"AE {size}, fitted normal") for size in (2, 16))
    sure = [round(row[0]) for row in (two, sixteen, quality(run, "test images"))]
    as_far = two[2] > quality(run, "shuffled pixels")[1]
    return min(two[3], sixteen[3]) >= 8 and sure == [61, 36, 86] and as_far


def measures_disagree(run: Printed) -> bool:
    pattern = r"^code of (.+): sure \S+ ± \S+, (\w+) +nearest image \S+ ± \S+, (\w+)$"
    found = {name: tuple(who) for name, *who in re.findall(pattern, run.text, re.MULTILINE)}
    nearer = quality(run, "VAE 2, prior")[1] < quality(run, "test images")[1]
    first = found["2"] == ("plain", "variational") and nearer
    return first and found["16"] == ("variational", "variational")


def ends_are_other_digits(run: Printed) -> bool:
    line = re.search(r"  AE 2 (\d)-(\d)  VAE 2 (\d)-(\d)  ", run.text)
    return bool(line) and line.groups() == tuple("4848")


def shapes(run: Printed) -> bool:
    rows = {
        name: tuple(map(float, shares))
        for name, *shares in re.findall(
            r"^(plain|adversarial|variational|prior itself) +within 1.177: +([\d.]+)%"
            r" +within 2.146: +([\d.]+)%",
            run.text,
            re.MULTILINE,
        )
    }
    said = {"adversarial": (46, 85), "variational": (34, 73), "plain": (4, 12)}
    said["prior itself"] = (50, 90)
    return all(
        abs(value - text) < 1.5
        for name, texts in said.items()
        for value, text in zip(rows[name], texts, strict=True)
    )


def ink_is_a_large_part(run: Printed) -> bool:
    rows = re.findall(r"^(network|network, per ink) +AUC for the 1: (\S+),", run.text, re.MULTILINE)
    means = re.findall(
        r"^(network|network, per ink|PCA) +mean AUC (\S+)  found (\d+) ", run.text, re.MULTILINE
    )
    means = {name: (round(float(mean), 3), int(found)) for name, mean, found in means}
    return (
        dict(rows) == {"network": "0.23", "network, per ink": "0.84"}
        and means["network, per ink"][1] == 10
        and [round(means[name][0], 2) for name in ("network", "network, per ink")] == [0.68, 0.75]
    )


def hardly_worth(run: Printed) -> bool:
    means = dict(re.findall(r"^(network|PCA) +mean AUC (\S+) ", run.text, re.MULTILINE))
    return means == {"network": "0.682", "PCA": "0.675"}


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
    Reading("In full on MNIST, from step 20 on both fall.", both_fall, **FULL),
    Reading(
        "On MNIST blurred test images are nearer to training images than the sharp ones that they "
        "were made of",
        blurred_are_nearer,
        data=("mnist",),
    ),
    Reading(
        "In full on MNIST the classifier reads eight kinds or more among the samples from the "
        "fitted normal, at both sizes.",
        fitted_are_kinds_and_no_digits,
        **FULL,
    ),
    Reading(
        "In full on MNIST the two measures disagree in the first trainings with a code of 2: the "
        "classifier is sure of more of the plain autoencoder's samples, and the variational one's "
        "are nearer to training images, nearer even than real test images.",
        measures_disagree,
        **FULL,
    ),
    Reading(
        "In full on MNIST the pair is a 5 and a 6, and with a code of 2 they come back as a 4 and "
        "an 8 in both nets",
        ends_are_other_digits,
        **FULL,
    ),
    Reading(
        "In full on MNIST the adversarial codes come near them (46 and 85 % for the prior's 50 and "
        "90); the variational ones, after this short training, are wider (about 34 and 73 %)",
        shapes,
        **FULL,
    ),
    Reading(
        "In full on MNIST, per ink all ten digits are found, the 1 with an AUC of 0.84 in place of "
        "0.23, and the mean AUC rises from 0.68 to 0.75",
        ink_is_a_large_part,
        **FULL,
    ),
    Reading(
        "In full on MNIST the mean AUC of PCA is 0.675 beside the network's 0.682",
        hardly_worth,
        **FULL,
    ),
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
