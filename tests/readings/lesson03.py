"""What lesson 03 says of its figures."""

from reading import Printed, Reading

FULL_ON_MNIST = {"data": ("mnist",), "profiles": ("full",)}


def lower_on_the_images_it_trains_on(run: Printed) -> bool:
    rows = run.rows(r"^(?:last|best) epoch: MSE (\S+) on the 40 images, (\S+) on validation")
    return len(rows) == 2 and all(seen < others for seen, others in rows)


def epsilon_it_is(run: Printed) -> bool:
    rows = run.rows(r"^1e-(\d+) +([01]) +\S+ \S+ (\S+)$")
    third = {(exponent, start): error for exponent, start, error in rows}
    doubled = all(third[7, start] > 2 * third[10, start] for start in (0, 1))
    return doubled and abs(third[10, 0] / third[10, 1] - 1) < 0.25


def the_formula_knows_the_spread(run: Printed) -> bool:
    ((measured, share),) = run.rows(
        r"^unit normal +before training: standard deviation +(\S+) +saturated +(\S+)%"
    )
    ((derived, expected),) = run.rows(
        r"^your formula, unit normal: +standard deviation +(\S+) +saturated +(\S+)%"
    )
    return abs(derived / measured - 1) < 0.05 and abs(share - expected) < 3


def many_begin_saturated(run: Printed) -> bool:
    return run.number(r"^unit normal +before training: .* saturated +(\S+)%") > 30


def more_move_out_than_in(run: Printed) -> bool:
    return run.number(r"^unit normal +after +training: .* saturated +(\S+)%") > run.number(
        r"^unit normal +before training: .* saturated +(\S+)%"
    )


def nine_runs(run: Printed) -> dict[str, tuple[float, ...]]:
    names = (
        "encoder unit,   decoder unit",
        "encoder Glorot, decoder unit",
        "encoder unit,   decoder Glorot",
        "encoder Glorot, decoder Glorot",
        "lab, batch normalisation",
        "lab, encoder never trained",
        "lab, squared error summed",
        "lab, cross-entropy, clipped",
        "lab, cross-entropy from logits",
    )
    return {name: run.rows(rf"^{name} +(\S+) +(\S+)% +(\d+)$")[0] for name in names}


def the_decoder_costs_most(run: Printed) -> bool:
    table = nine_runs(run)
    lab, encoder, decoder, both, batch_norm, fixed, summed, clipped, logits = table.values()
    return (
        (decoder[2] == 0 and abs(decoder[0] / both[0] - 1) < 0.1 and 35 < decoder[1] < 50)
        and (lab[0] / decoder[0] > lab[0] / encoder[0] > 1 and 0 < encoder[2] < lab[2])
        and (batch_norm[1] < 1 and batch_norm[0] > 3 * decoder[0])
        and batch_norm[2] < lab[2]
        and fixed[0] <= lab[0]
        and max(clipped[2], logits[2]) <= 2 < 50 < summed[2]
        and abs(summed[0] / clipped[0] - 1) < 0.2
        and summed[0] < lab[0] / 2
        and 2 * decoder[0] < logits[0] < clipped[0] < lab[0]
    )


def filters_stay_where_they_began(run: Printed) -> bool:
    unit, glorot = (
        run.number(rf"^{name} +mean cosine of a filter with its initial self (\S+)")
        for name in ("unit normal", "Glorot")
    )
    return unit > glorot and unit > 0.9


def errors_of_64(run: Printed) -> tuple[float, ...]:
    names = ("PCA", "PCA, clipped", "linear code, sigmoid output", "leaky ReLU code, .*")
    return tuple(run.number(rf"^code of 64, {name} +MSE (\S+)") for name in names)


def winners(run: Printed) -> dict[int, bool]:
    """Return for each code size whether the network has the lower error."""
    lines = run.text.splitlines()
    return {
        int(line[len("code of ") :].split(":")[0]): "network has the lower" in line
        for line in lines
        if line.startswith("code of ") and "has the lower error" in line
    }


def the_output_s_advantage(run: Printed) -> bool:
    pca, clipped, linear, leaky = errors_of_64(run)
    wins = {size for size, network in winners(run).items() if network}
    return (
        {32, 64} <= wins <= {16, 32, 64}
        and len(winners(run)) == 5
        and linear < clipped < pca
        and leaky >= linear
    )


def pca_wins_everywhere(run: Printed) -> bool:
    found = winners(run)
    return len(found) > 1 and not any(found.values())


def about_any_directions(run: Printed) -> bool:
    explained = run.number(r"^permuted pixels .* explained +(\S+)%")
    any_directions = run.number(r"directions, chosen at random, would keep (\S+)%")
    return 0 < explained - any_directions < 5


def pixels_that_vary_keep_more(run: Printed) -> bool:
    explained = run.number(r"^permuted pixels .* explained +(\S+)%")
    by_pixels = run.number(r"^the 64 pixels that vary most keep (\S+)%")
    return explained < by_pixels < run.number(r"^digits +mean .* explained +(\S+)%")


def moved_and_erased(run: Printed) -> tuple[float, float]:
    return (
        run.number(r"^moved both ways +SSE/image +(\S+)"),
        run.number(r"^upper half erased +SSE/image +(\S+)"),
    )


def nearly_as_much(run: Printed) -> bool:
    _, erased = moved_and_erased(run)
    ways = (run.number(rf"^moved {way} +SSE/image +(\S+)") for way in ("down", "to the right"))
    return all(0.5 < cost / erased < 1 for cost in ways)


def few_are_stuck_before(run: Printed) -> bool:
    before = run.number(r"^output pixels that are stuck before training: (\d+)")
    return before < run.number(r"^output pixels that are stuck after it: (\d+)") / 4


def sigmoid_units_do_nothing(run: Printed) -> bool:
    rows = run.rows(r"^two sigmoid units, rate +\S+ +MSE (\S+) +saturated +(\S+)%")
    mean_image = run.number(r"^mean image (\S+) +PCA-2")
    return all(error >= mean_image and share > 90 for error, share in rows)


def linear_units_come_up_to_pca(run: Printed) -> bool:
    errors = [error for (error,) in run.rows(r"^two linear +units, rate +\S+ +MSE (\S+)")]
    return min(errors) > 0.97 * run.number(r"PCA-2 (\S+)")


READINGS = [
    Reading(
        "The error on the 40 images is lower than on others.", lower_on_the_images_it_trains_on
    ),
    Reading(
        r"In full on MNIST it is $\varepsilon$: with $10^{-7}$ the error of the third epoch is "
        "more than twice as high, wherever the means begin. Beginning them at 1 makes the first "
        "steps short and costs most of the first epoch, and little after it.",
        epsilon_it_is,
        **FULL_ON_MNIST,
    ),
    Reading(
        "With weights from a unit normal their standard deviation is the length of the image",
        the_formula_knows_the_spread,
    ),
    Reading("a large share of the units is saturated before the first step", many_begin_saturated),
    Reading(
        "In full on MNIST more are after training than before.",
        more_move_out_than_in,
        **FULL_ON_MNIST,
    ),
    Reading(
        "In full on MNIST: - The decoder's initial weights cost most.",
        the_decoder_costs_most,
        **FULL_ON_MNIST,
    ),
    Reading("The first two rows began as a unit normal", filters_stay_where_they_began),
    Reading(
        "In full on MNIST the network wins at 32 and 64 numbers, and at 16 by too little for one "
        "run to say. At 64, clipping brings PCA a part of the way; a linear code under a sigmoid "
        "output goes all the way, and the leaky ReLU adds nothing to that.",
        the_output_s_advantage,
        **FULL_ON_MNIST,
    ),
    Reading(
        "The embedded digits are too few for these epochs: PCA wins at every size.",
        pca_wins_everywhere,
        data=("digits",),
    ),
    Reading(
        "in full on MNIST a code of 64 keeps of permuted pixels little more than any 64 "
        "directions would.",
        about_any_directions,
        **FULL_ON_MNIST,
    ),
    Reading(
        "know nothing of how pixels depend on each other, keep more than that, and less than the "
        "network does.",
        pixels_that_vary_keep_more,
    ),
    Reading(
        "On MNIST one pixel in one direction costs nearly as much as the erased half",
        nearly_as_much,
        data=("mnist",),
    ),
    Reading(
        "On MNIST few stood there before training: far out as many outputs began, they still "
        "changed from image to image. It is training that drives them to one end",
        few_are_stuck_before,
        data=("mnist",),
    ),
    Reading(
        "The squared error has it the other way round, on the photograph and on MNIST.",
        lambda run: moved_and_erased(run)[0] > 1.2 * moved_and_erased(run)[1],
        data=("mnist",),
    ),
    Reading(
        "On the embedded digits the two cost about the same.",
        lambda run: 0.75 < moved_and_erased(run)[0] / moved_and_erased(run)[1] < 1.33,
        data=("digits",),
    ),
    Reading(
        "The two sigmoid units are saturated on nearly all images at either learning rate, and "
        "in full on MNIST that network does no better than the mean image",
        sigmoid_units_do_nothing,
        **FULL_ON_MNIST,
    ),
    Reading("The linear units come up to PCA at best", linear_units_come_up_to_pca),
]
