"""What lesson 01 says of its figures."""

from reading import Printed, Reading


def digits_concentrate_less(run: Printed) -> bool:
    ((noise,),) = run.rows(r"^784 pixels, uniform noise +(\S+)")
    ((permuted,),) = run.rows(r"^784 pixels, digits, pixels permuted +(\S+)")
    ((digits,),) = run.rows(r"^784 pixels, digits +(\S+)$")
    return noise > permuted > digits and noise - permuted < (noise - digits) / 2


def odd_images_are_found(run: Printed) -> bool:
    ((turned, ink),) = run.rows(r"upside down +density (\S+) +ink alone (\S+)")
    ((shuffled, as_much_ink),) = run.rows(r"pixels shuffled +density (\S+) +ink alone (\S+)")
    return shuffled > 0.95 and 0.5 < turned < shuffled and {ink, as_much_ink} == {0.5}


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
    return all(abs(a - b) < 0.01 for a, b in zip(before[0], after[0], strict=True))


def a_permutation_each_destroys_most(run: Printed) -> bool:
    found = gains(run)
    before, after = (
        run.number(rf"{name} .*neighbours (\S+)") for name in ("as they are", "each its own")
    )
    return after < before / 2 and found["each its own"] < found["as they are"] / 2


READINGS = [
    Reading(
        "In digits it is much nearer, for the most part because their pixels depend on each "
        "other: the control, which has their values, concentrates nearly as noise does.",
        digits_concentrate_less,
    ),
    Reading(
        "Shuffled images are nearly always found, images upside down more often than not; the "
        "ink alone finds nothing.",
        odd_images_are_found,
    ),
    Reading("One permutation for all changes nothing", one_permutation_changes_nothing),
    Reading("A permutation for each image destroys most of it", a_permutation_each_destroys_most),
]
