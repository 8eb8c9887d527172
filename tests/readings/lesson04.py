"""What lesson 04 says of its figures."""

import re

from reading import Printed, Reading

ON_MNIST = {"data": ("mnist",)}
FULL_ON_MNIST = {"data": ("mnist",), "profiles": ("full",)}


def the_resumed_run_is_the_unbroken_one(run: Printed) -> bool:
    found = re.findall(r"bit for bit (True|False) +largest difference (\S+)", run.text)
    return [same for same, _ in found] == ["False", "True", "False", "False"] and all(
        (float(difference) == 0) == (same == "True") for same, difference in found
    )


def two_controls_differ(run: Printed) -> bool:
    with_memory = run.number(r"^weights and Adam's memory alone .* difference (\S+)")
    return with_memory < run.number(r"^weights alone .* difference (\S+)")


def below_the_training_loss(run: Printed) -> bool:
    ((below, of),) = run.rows(r"^validation below our training loss in (\d+) of (\d+) epochs")
    return below > of / 2


def the_phase_makes_most(run: Printed) -> bool:
    lines = (
        "during the last epoch",
        "after it, training phase",
        "after it, inference",
        "validation, inference",
    )
    during, training, inference, others = (run.number(rf"^{line} +(\S+)") for line in lines)
    small = max(abs(during - training), abs(inference - others))
    return training - inference > 2 * small


def no_activation_is_pca(run: Printed) -> bool:
    ((sse, _, agreement),) = run.rows(r"^deep, no activation +(\S+) +(\S+) +(\S+)%")
    ((of_pca, _, own),) = run.rows(r"^PCA +(\S+) +(\S+) +(\S+)% +1.00")
    return abs(sse / of_pca - 1) < 0.02 and abs(agreement - own) < 2


def one_and_a_half_times(run: Printed) -> bool:
    times = [times for (times,) in run.rows(r"^deep, (?:sigmoid|GELU) .*% +(\S+)$")]
    return len(times) == 2 and min(times) > 1.4


def a_line_and_a_curve(run: Printed) -> bool:
    pca, plain, tanh = (
        run.number(rf"^{name} +mean distance to the reconstruction (\S+)")
        for name in ("PCA", "deep, no activation", "deep, tanh")
    )
    return plain >= 0.98 * pca and tanh < pca / 2


def typical_anywhere(run: Printed) -> bool:
    return abs(run.number(r"^shuffled places lie (\S+) times as far") - 1) < 0.1


def first_and_last(run: Printed) -> list[float]:
    return [share for (share,) in run.rows(r"first layer / last layer (\S+)$")]


def a_hundred_thousandth(run: Printed) -> bool:
    plain, batch_norm, gelu, larger, steeper, centred = first_and_last(run)
    alike = (batch_norm, gelu, steeper, centred)
    return 5e-6 < plain < 2e-5 and 5e-3 < larger < 2e-2 and all(0.5 < s < 2 for s in alike)


def the_formula_beside_the_gradients(run: Printed) -> bool:
    rows = run.rows(r"^\S.* (\d\.\de[-+]\d+) +(\d\.\de[-+]\d+) +0")
    plain, larger, steeper, centred = (measured / formula for formula, measured in rows)
    return all(0.7 < s < 1.3 for s in (plain, steeper)) and larger < 0.2 and centred > 2 * larger


def what_arrives(run: Printed) -> bool:
    plain, batch_norm, gelu, *_ = (d for (d,) in run.rows(r"deviation over images (\S+)$"))
    return plain < 5e-6 and 0.1 < batch_norm < 0.3 and gelu < 1e-3


def stages_were_a_way(run: Printed) -> bool:
    mean_image = run.number(r"^mean image +(\S+)$")
    error = {
        name: run.number(rf"^{re.escape(name)} +(\S+)")
        for name in (
            "whole, sigmoid",
            "the same, kernels x 4",
            "whole, 4 (sigmoid - 1/2)",
            "whole, batch norm",
            "whole, GELU",
            "stages, then whole",
            "sigmoid, rate x 10",
        )
    }
    stages = error["stages, then whole"]
    others = ("the same, kernels x 4", "whole, 4 (sigmoid - 1/2)", "whole, batch norm")
    return (
        error["whole, sigmoid"] >= mean_image - 0.5
        and error["sigmoid, rate x 10"] > stages
        and all(error[name] < stages for name in (*others, "whole, GELU"))
    )


def exactly_half(run: Printed) -> bool:
    ((untied,),) = run.rows(r"^untied +kernel parameters +(\S+) ")
    ((tied,),) = run.rows(r"^tied +kernel parameters +(\S+) ")
    return untied == 2 * tied


def a_smaller_gap(run: Printed) -> bool:
    (_, untied_gap), (_, tied_gap) = run.rows(r"^ +test (\S+), spread \S+ +gap (\S+), spread")
    trained = [error for (error,) in run.rows(r"^(?:un)?tied +kernel .* train +(\S+)$")]
    return tied_gap < untied_gap and trained[1] > trained[0]


def best_at_the_end(run: Printed) -> bool:
    rows = run.rows(r"^(?:plain|shifted) +best after epoch (\d+) of (\d+)")
    return len(rows) == 2 and all(best == last for best, last in rows)


def ahead_with_shifts(run: Printed) -> bool:
    plain = run.number(r"^plain +after 30 epochs: test (\S+)")
    shifted = run.number(r"^shifted +after 30 epochs: test (\S+)")
    return (plain, shifted) == (3.41, 2.79)


def behind_and_then_ahead(run: Printed) -> bool:
    (early, _), (late, trained) = (
        run.rows(rf"^after +{epoch} epochs: test (\S+), train (\S+)")[0] for epoch in (60, 480)
    )
    return (early, late, trained) == (2.95, 1.69, 1.53)


def ahead_after_one_epoch(run: Printed) -> bool:
    ((plain, trained),) = run.rows(r"^plain +after  1 epoch: +test (\S+), train (\S+)")
    return run.number(r"^shifted +after  1 epoch: +test (\S+),") < plain < trained


READINGS = [
    Reading(
        "The resumed run is the unbroken one, to the last bit.",
        the_resumed_run_is_the_unbroken_one,
    ),
    Reading(
        "the last one begins with an Adam that remembers nothing, which is all that the two "
        "differ in.",
        two_controls_differ,
    ),
    Reading(
        "In full on MNIST the validation loss of our run is below its training loss",
        below_the_training_loss,
        **FULL_ON_MNIST,
    ),
    Reading(
        "In the cell, the step from the training phase to inference is the large one, in full on "
        "MNIST.",
        the_phase_makes_most,
        **FULL_ON_MNIST,
    ),
    Reading(
        "If it has found the plane, as in full on MNIST, it has PCA's error and nearly PCA's "
        "agreement",
        no_activation_is_pca,
        **FULL_ON_MNIST,
    ),
    Reading(
        "in full on MNIST about one and a half times as many points, or more, have a nearest "
        "neighbour of their own digit",
        one_and_a_half_times,
        **FULL_ON_MNIST,
    ),
    Reading("Left and middle, a straight line; right, a curve.", a_line_and_a_curve),
    Reading(
        "Where the shuffled places are as near to an image as the halfway ones, as on MNIST",
        typical_anywhere,
        **ON_MNIST,
    ),
    Reading(
        "Under plain sigmoids the first layer gets about a hundred-thousandth of what the last "
        "one gets, with kernels times 4 about a hundredth. In the other four nets first and last "
        "layer get about the same",
        a_hundred_thousandth,
    ),
    Reading(
        "On MNIST the formula says what happens in the plain sigmoid net, and in the one with "
        "the steeper units. With kernels times 4 it promises too much",
        the_formula_beside_the_gradients,
        **ON_MNIST,
    ),
    Reading(
        "On MNIST, before training, the outputs of plain sigmoids differ by about a millionth, "
        "those with batch norm by about 0.2. GELU's differ by less than a thousandth",
        what_arrives,
        **ON_MNIST,
    ),
    Reading(
        "In full on MNIST the plain sigmoid net, trained as a whole from Keras's own initial "
        "weights, does no better than the mean image",
        stages_were_a_way,
        **FULL_ON_MNIST,
    ),
    Reading("Exactly half of the kernels.", exactly_half),
    Reading(
        "In full on MNIST, with 1,000 images and three seeds, the gap between test and training "
        "error is smaller with tied weights, as the source says, and the test error is not lower "
        "beyond the spread of the seeds: the training error went up, too.",
        a_smaller_gap,
        **FULL_ON_MNIST,
    ),
    Reading("Each run was best at its end", best_at_the_end),
    Reading(
        "after 30 epochs the run with shifts has 2.79 where the plain one has 3.41",
        ahead_with_shifts,
    ),
    Reading(
        "After 60 epochs this run has 2.95 and the second one, whose rate has by then fallen to "
        "0, 2.22; after 480 it has 1.69.",
        behind_and_then_ahead,
    ),
    Reading(
        "by the lines of one epoch the run with shifts is ahead after its first epoch, when the "
        "plain one's training error is above its test error.",
        ahead_after_one_epoch,
    ),
]
