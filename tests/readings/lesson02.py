"""What lesson 02 says of its figures."""

from reading import Printed, Reading


def identity(run: Printed) -> bool:
    rows = run.rows(
        r"^ *\d+ numbers: discarded variances +(\S+) +measured on the training images +(\S+)"
    )
    return len(rows) == 3 and all(
        abs(predicted - measured) < 2e-3 * max(measured, 1) for predicted, measured in rows
    )


def floor_of_the_test_images(run: Printed) -> bool:
    rows = run.rows(r"PCA of the training images (\S+), their own (\S+)")
    return all(own < fitted_elsewhere for fitted_elsewhere, own in rows)


def encoder_leaves_the_subspace(run: Printed) -> bool:
    rows = run.rows(r"without +(\d+) pixels .* encoder +(\S+) to +(\S+) degrees, control +(\S+) to")
    never, hardly = rows[0], rows[-1]
    return never[2] > 20 and hardly[2] < 10 and min(row[3] for row in rows) > 60


def a_small_error_is_no_proof(run: Printed) -> bool:
    ((error, angle),) = run.rows(r"code of 30: error \+(.*)% .* (\d+) degrees")
    return error < 5 and angle > 10


READINGS = [
    Reading("the error is the sum of the discarded variances, to rounding", identity),
    Reading("the one fitted to them:", floor_of_the_test_images),
    Reading(
        "In full on MNIST that is it. The pixels that are never inked explain a part only; "
        "with the nearly constant ones gone, too, the encoder spans PCA's subspace as the "
        "decoder does, and the control stays where it was.",
        encoder_leaves_the_subspace,
        data=("mnist",),
        profiles=("full",),
    ),
    Reading(
        "In full on MNIST the answer is no.",
        a_small_error_is_no_proof,
        data=("mnist",),
        profiles=("full",),
    ),
]
