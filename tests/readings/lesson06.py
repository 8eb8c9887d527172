"""What lesson 06 says of its figures."""

from reading import Printed, Reading

ON_MNIST = {"data": ("mnist",)}
FULL_ON_MNIST = {"data": ("mnist",), "profiles": ("full",)}


def the_decoder_counts_most(run: Printed) -> bool:
    rows = run.rows(r"^(?:ReLU|ELU) +(?:ReLU|ELU) +(\S+) +(\d+) +(\d+) +(\d+) +(\d+) +(\d+)%")
    relu, code_elu, decoder_elu, elu = rows
    both_still = min(relu[2], code_elu[2]) > 2 * max(decoder_elu[2], elu[2])
    on_still_pixels = min(relu[5], code_elu[5]) > 2 * max(decoder_elu[5], elu[5])
    lower = decoder_elu[0] < relu[0] / 1.5 and elu[0] < code_elu[0] / 1.5
    return both_still and on_still_pixels and lower


def chance_is_above_a_tenth(run: Printed) -> bool:
    return 10 < run.number(r"^the same clusters, shuffled: +(\S+)%") < 25


def not_above_the_pixels(run: Printed) -> bool:
    ((code, width),) = run.rows(r"^AE-64 +(\S+)% ± +(\S+)%")
    ((pixels, half),) = run.rows(r"^raw pixels +(\S+)% ± +(\S+)%")
    return code - width <= pixels + half


def spaces(run: Printed) -> dict[str, tuple[float, ...]]:
    names = ("raw pixels", "PCA-64", "AE-64")
    line = r"rank correlation with pixel distances (\S+) +nearest has the same digit (\S+)%"
    return {name: run.rows(rf"^{name} +{line}")[0] for name in names}


def loosely(run: Printed) -> bool:
    found = spaces(run)
    return found["PCA-64"][0] > 0.95 > found["AE-64"][0]


def the_narrow_code_keeps_fewer_distances(run: Printed) -> bool:
    line = r"^trained +rank correlation with pixel distances (\S+) +nearest .* (\S+)%"
    ((correlation, same),) = run.rows(line)
    return correlation < spaces(run)["AE-64"][0] and same > 50


def untrained_rows_are_low(run: Printed) -> bool:
    ((pca,),) = run.rows(r"^PCA-10 \(baseline\) +(\S+)% +\S+% +\S+%  ")
    rows = run.rows(r"^untrained code \(control\) +(\S+)% +\S+% +\S+%  ")
    return all(kmeans < pca for (kmeans,) in rows)


def several_times_as_long(run: Printed) -> bool:
    rows = run.rows(r"^trained code +\S+% +\S+% +\S+% +(\d\S+)$")
    return len(rows) >= 1 and all(ratio > 2 for (ratio,) in rows)


def as_scikit_learn_s(run: Printed) -> bool:
    return run.number(r"^largest difference to scikit-learn's: (\S+)") < 1e-6


def two_runs_agree(run: Printed) -> bool:
    ((share, chance),) = run.rows(r"among the ten nearest in the other: (\d+)% \(by chance (\d+)%")
    return share > 80 > 4 * chance


def widths_and_gaps(run: Printed, name: str) -> tuple[float, ...]:
    line = rf"^{name} +wide group / narrow group +(\S+) +far gap / near gap +(\S+)"
    return run.rows(line)[0]


def widths_and_gaps_are_lost(run: Printed) -> bool:
    (width, gap), (of_map, gap_of_map) = (widths_and_gaps(run, n) for n in ("data", "map"))
    return width > 4 and of_map < 1.5 and gap_of_map < gap / 2


def betas_make_the_width_small(run: Printed) -> bool:
    (own, gap), (one, gap_of_one) = (widths_and_gaps(run, n) for n in ("own betas", "one beta"))
    return one > 2 > 1.5 > own and max(gap, gap_of_one) < 3


def references_alike(run: Printed) -> bool:
    rows = run.rows(r"UMAP in +\d+ dimensions, +60,000 images: (\S+) %")
    return len(rows) == 2 and abs(rows[0][0] - rows[1][0]) < 1


READINGS = [
    Reading(
        "In full on MNIST it is the decoder's activation that counts most: with ReLU there, "
        "units of its first layer stand still for every image, and patches of the image with "
        "them.",
        the_decoder_counts_most,
        **FULL_ON_MNIST,
    ),
    Reading(
        "The control says where the scale begins: above 10 %, since the best match profits from "
        "chance",
        chance_is_above_a_tenth,
    ),
    Reading(
        "On MNIST the code of 64 does not beat the pixels that it was made from",
        not_above_the_pixels,
        **ON_MNIST,
    ),
    Reading(
        "PCA's distances are nearly the pixels' own; those of the code follow them loosely.",
        loosely,
    ),
    Reading(
        "in every space the nearest neighbour of most images has their own digit",
        lambda run: all(same > 50 for _, same in spaces(run).values()),
    ),
    Reading(
        "on MNIST of more than nine in ten",
        lambda run: all(same > 90 for _, same in spaces(run).values()),
        **ON_MNIST,
    ),
    Reading(
        "distances between images follow those of the pixels less than the 64-d code's do, and "
        "still nearest neighbours share their digit.",
        the_narrow_code_keeps_fewer_distances,
    ),
    Reading(
        "Ten numbers by themselves do little: look at the untrained rows.", untrained_rows_are_low
    ),
    Reading(
        "the clouds of the digits are several times as long as they are thin.",
        several_times_as_long,
    ),
    Reading(
        "Every step above looks at all pairs, and 5,000 codes have 12 million of them.",
        as_scikit_learn_s,
    ),
    Reading(
        "how much of who is next to whom, and how much of the distances between the digits, is "
        "the same in both.",
        two_runs_agree,
    ),
    Reading(
        "On the map the wide group is about as small as the narrow ones, and the far group has "
        "moved in.",
        widths_and_gaps_are_lost,
    ),
    Reading(
        r"With one $\beta$ the wide group stays wide: its own $\beta_i$ are what made it small. "
        "The far gap is lost either way",
        betas_make_the_width_small,
    ),
    Reading(
        "the same code has nearly the same accuracy in two dimensions and in ten.",
        references_alike,
    ),
]
