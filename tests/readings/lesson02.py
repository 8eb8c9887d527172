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


def the_test_images_are_nearer_to_the_span(run: Printed) -> bool:
    ((training, test),) = run.rows(
        r"^mean image alone: training images ([\d.]+), test images ([\d.]+)"
    )
    ((of_training,),) = run.rows(r"^ *30 numbers: discarded variances +([\d.]+)")
    ((of_test,),) = run.rows(r"^test images, 30 numbers: ([\d.]+) by")
    return training < test and of_test < of_training


def the_margin_costs_one_number(run: Printed) -> bool:
    rows = run.rows(
        r"^at most +(\d+) per image: (\d+) numbers, test \S+\n"
        r" +without the margin: (\d+), test (\S+)"
    )
    return len(rows) == 3 and all(
        size - bare == 1 and test <= limit for limit, size, bare, test in rows
    )


def isomap_keeps_more_neighbours(run: Printed) -> bool:
    kept = {
        (width, name): run.number(rf"^width {width}  {name} .* neighbours kept ([\d.]+)%")
        for width in (1, 3)
        for name in ("side view", "PCA", "Isomap")
    }
    return all(
        kept[width, "Isomap"] > 1.3 * max(kept[width, "PCA"], kept[width, "side view"])
        for width in (1, 3)
    )


def the_side_view_keeps_the_stripes_only(run: Printed) -> bool:
    ((stripe, kept),) = run.rows(
        r"^width 1  side view  same stripe ([\d.]+)%  neighbours kept ([\d.]+)%"
    )
    return stripe > 95 and kept < 30


def a_small_error_is_no_proof(run: Printed) -> bool:
    ((error, angle),) = run.rows(r"code of 30: error \+(.*)% .* (\d+) degrees")
    return error < 5 and angle > 10


READINGS = [
    Reading("the error is the sum of the discarded variances, to rounding", identity),
    Reading("the one fitted to them:", floor_of_the_test_images),
    Reading(
        "In full on MNIST the angles do fall. The pixels that are never inked account for a part "
        "only; with the nearly constant ones gone, too, the encoder spans PCA's subspace nearly "
        "as the decoder does, and the control stays where it was.",
        encoder_leaves_the_subspace,
        data=("mnist",),
        profiles=("full",),
    ),
    Reading(
        "In full on MNIST the test images lie farther from the mean image, but nearer to the span "
        "of the first components.",
        the_test_images_are_nearer_to_the_span,
        data=("mnist",),
        profiles=("full",),
    ),
    Reading(
        "In full on MNIST the margin costs one number, and the test images keep the promise "
        "without it, too",
        the_margin_costs_one_number,
        data=("mnist",),
        profiles=("full",),
    ),
    Reading(
        "The side view has the stripes in order, but loses the place across the roll.",
        the_side_view_keeps_the_stripes_only,
    ),
    Reading(
        "On both rolls Isomap keeps more neighbours than the two linear codes.",
        isomap_keeps_more_neighbours,
    ),
    Reading(
        "In full on MNIST the answer is no.",
        a_small_error_is_no_proof,
        data=("mnist",),
        profiles=("full",),
    ),
]
