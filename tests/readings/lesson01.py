"""What lesson 01 says of its figures."""

from reading import Printed, Reading


def digits_concentrate_less(run: Printed) -> bool:
    ((noise,),) = run.rows(r"^784 pixels, uniform noise +(\S+)")
    ((permuted,),) = run.rows(r"^784 pixels, digits, pixels permuted +(\S+)")
    ((digits,),) = run.rows(r"^784 pixels, digits +(\S+)$")
    return noise > permuted > digits and noise - permuted < (noise - digits) / 2


def odd_images_are_found(run: Printed) -> bool:
    line = r" +density (\S+)  ink alone (\S+)  distance to mean (\S+)  variances (\S+)"
    ((turned, ink, far, variances),) = run.rows("upside down" + line)
    ((shuffled, same_ink, shuffled_far, _),) = run.rows("pixels shuffled" + line)
    return (
        min(shuffled, shuffled_far) > 0.9
        and ink == same_ink == 0.5 < far < variances < turned < shuffled
    )


def choosing_brings_most(run: Printed) -> bool:
    names = ("random", "random, to the nearest", "representatives alone", "passed on")
    random, nearest, chosen, both = (
        run.number(rf"^50 labels, {name} +mean (\S+)") for name in names
    )
    return random < nearest < both and (both - random) / 2 < chosen - random < both - random


def gains(run: Printed) -> dict[str, float]:
    pairs = {
        name: run.rows(rf"{name} +density .* random (\S+), passed on (\S+)")[0]
        for name in ("as they are", "each its own")
    }
    return {name: passed_on - random for name, (random, passed_on) in pairs.items()}


def one_permutation_changes_nothing(run: Printed) -> bool:
    before, after = (
        run.rows(rf"{name} +density ranks +(\S+) +neighbours (\S+) .* (\S+), passed on (\S+)")
        for name in ("as they are", "one for all")
    )
    mean_image = run.number(r"^nothing: the mean image +SSE/image +(\S+)")
    return (
        all(abs(a - b) < 0.01 for a, b in zip(before[0], after[0], strict=True))
        and run.number(r"as they are .* blocks (\S+)") < mean_image
        and run.number(r"one for all .* blocks (\S+)") > mean_image
    )


def a_permutation_each_leaves_less_than_half(run: Printed) -> bool:
    found = gains(run)
    before, after = (
        run.number(rf"{name} .*neighbours (\S+)") for name in ("as they are", "each its own")
    )
    return after < before / 2 and found["each its own"] < found["as they are"] / 2


def a_permutation_each_turns_the_gain(run: Printed) -> bool:
    return gains(run)["each its own"] < 0


READINGS = [
    Reading(
        "In digits it is much nearer, for the most part because their pixels depend on each "
        "other: the control, which has their values, concentrates nearly as noise does.",
        digits_concentrate_less,
    ),
    Reading(
        "Shuffled images are nearly always found, by the distance to the mean image alone, too. "
        "Images upside down are found more often than not, and the more of them, the more is "
        "known: the distance, the variances, in the density also the covariances.",
        odd_images_are_found,
    ),
    Reading(
        "Each helps by itself; choosing alone brings the larger part of the whole gain.",
        choosing_brings_most,
    ),
    Reading(
        "One permutation for all changes nothing but the blocks", one_permutation_changes_nothing
    ),
    Reading(
        "A permutation for each image leaves less than half of the gain, passed on minus random.",
        a_permutation_each_leaves_less_than_half,
    ),
    Reading(
        "In full on MNIST it is negative: random labels do better.",
        a_permutation_each_turns_the_gain,
        data=("mnist",),
        profiles=("full",),
    ),
]
