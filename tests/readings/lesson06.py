"""What lesson 06 says of its figures."""

import re

import numpy as np
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


def narrow_code(run: Printed) -> tuple[float, ...]:
    line = r"^trained +rank correlation with pixel distances (\S+) +nearest .* (\S+)%"
    return run.rows(line)[0]


def untrained_rows_are_low(run: Printed) -> bool:
    ((pca,),) = run.rows(r"^PCA-10 \(baseline\) +(\S+)%(?: +\S+%){3} +\d\S+$")
    rows = run.rows(r"^untrained code \(control\) +(\S+)%(?: +\S+%){3} +\d\S+$")
    return all(kmeans < pca for (kmeans,) in rows)


def several_times_as_long(run: Printed) -> bool:
    rows = run.rows(r"^trained code(?: +\S+%){4} +(\d\S+)$")
    return len(rows) >= 1 and all(ratio > 2 for (ratio,) in rows)


def as_scikit_learn_s(run: Printed) -> bool:
    return run.number(r"^largest difference to scikit-learn's: (\S+)") < 1e-6


def two_runs_agree(run: Printed) -> bool:
    ((share, chance),) = run.rows(r"the ten nearest in the other: (\d+)% \(by chance (\S+)%")
    return share > 80 > 4 * chance


def neighbours_are_in_the_code(run: Printed) -> bool:
    ((share, chance),) = run.rows(r"the ten nearest in the code: (\d+)% \(by chance (\S+)%")
    return share > 70 and share > 4 * chance


def widths_and_gaps(run: Printed, name: str) -> tuple[float, ...]:
    line = rf"^{name} +wide group / narrow group +(\S+) +far gap / near gap +(\S+)"
    return run.rows(line)[0]


def widths_and_gaps_are_lost(run: Printed) -> bool:
    (width, gap), (of_map, gap_of_map) = (widths_and_gaps(run, n) for n in ("data", "map"))
    return width > 4 and of_map < 1.5 and gap_of_map < gap / 2


def betas_make_the_width_small(run: Printed) -> bool:
    (own, gap), (one, gap_of_one) = (widths_and_gaps(run, n) for n in ("own betas", "one beta"))
    return one > 2 > 1.5 > own and max(gap, gap_of_one) < 3


def the_second_map_has_lost_the_gap(run: Printed) -> bool:
    (_, gap), (_, again) = (widths_and_gaps(run, name) for name in ("data", "second map"))
    return again < gap / 2


def far_gaps_cost_nothing(run: Printed) -> bool:
    rows = run.rows(r"^third group +\S+ away from the first: KL (\S+)$")
    (on_top,), (clear,), (far,) = rows
    return on_top - clear > 10 * abs(clear - far)


def both_quotients(run: Printed) -> list[tuple[float, ...]]:
    return run.rows(r"^error with ReLU / .* code \S+ +(\S+); in the code, decoder \S+ +(\S+)$")


def elu_in_the_code_costs_less(run: Printed) -> bool:
    rows = run.rows(r"^(?:ReLU|ELU) +(?:ReLU|ELU) +(\S+) +(\d+) +\d+ +\d+ +\d+ +\d+%")
    (_, relu), (_, code_elu), (_, decoder_elu), (_, elu) = rows
    more_still = min(code_elu, elu) > max(relu, decoder_elu)
    in_decoder, in_code = zip(*both_quotients(run), strict=True)
    return more_still and all(1 / quotient < min(in_decoder) for quotient in in_code)


def maps_by_kmeans(run: Printed) -> dict[str, tuple[float, ...]]:
    names = {"pixels": r"pixels", "code": r"trained code"}
    line = r" +map, 2-d +(\S+)%(?: ± +\S+%)? +(\S+)%"
    return {name: run.rows(rf"^{words}{line}")[0] for name, words in names.items()}


def the_share_does_not_explain_the_map(run: Printed) -> bool:
    alike = abs(spaces(run)["raw pixels"][1] - narrow_code(run)[1]) < 2.5
    found = maps_by_kmeans(run)
    return alike and found["code"][0] > found["pixels"][0] + 5


def references(run: Printed) -> dict[str, tuple[float, ...]]:
    names = ("the code itself", "t-SNE, 2-d,  5,000 images", "t-SNE, 2-d, 10,000 images")
    return {name: run.rows(rf"^{name} +(\S+) +(\S+) %$")[0] for name in names}


def the_map_of_5000_adds_nothing_to_the_mixture(run: Printed) -> bool:
    (kmeans, mixture), of_5000, of_10000 = references(run).values()
    better = of_10000[0] > of_5000[0] and of_10000[1] > of_5000[1]
    return of_5000[1] == mixture and of_5000[0] > kmeans and better


def the_largest_step_is_the_longer_training(run: Printed) -> bool:
    (_, mixture), (_, of_5000), (_, of_10000) = references(run).values()
    ours = run.number(r"^t-SNE map of 5,000 test images, mixture +(\S+)%$")
    umap = run.number(r"^UMAP, 10-d, 60,000 images +(\S+) %$")
    ladder = sorted((mixture, of_5000, of_10000, umap))
    return of_5000 - ours > ladder[-1] - ladder[0]


READINGS = [
    Reading(
        "in full on MNIST three trainings did not decide there which of the two is better.",
        lambda run: re.search(
            r"^mixture instead of KMeans, on the map .*: undecided", run.text, re.M
        ),
        **FULL_ON_MNIST,
    ),
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
        "in full on MNIST of more than nine in ten",
        lambda run: all(same > 90 for _, same in spaces(run).values()),
        **FULL_ON_MNIST,
    ),
    Reading(
        "in full on MNIST it says much the same of pixels, PCA-64 and AE-64.",
        lambda run: np.ptp([same for _, same in spaces(run).values()]) < 3,
        **FULL_ON_MNIST,
    ),
    Reading(
        "distances between images follow those of the pixels less than the 64-d code's do.",
        lambda run: narrow_code(run)[0] < spaces(run)["AE-64"][0],
    ),
    Reading(
        "Still, in full on MNIST, most nearest neighbours share their digit.",
        lambda run: narrow_code(run)[1] > 50,
        **FULL_ON_MNIST,
    ),
    Reading(
        "On MNIST ten random numbers do little: look at the untrained rows.",
        untrained_rows_are_low,
        **ON_MNIST,
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
        "Who is next to whom comes back in a second run",
        two_runs_agree,
    ),
    Reading(
        "who is next to whom on the map is mostly so in the data, by the share printed above.",
        neighbours_are_in_the_code,
    ),
    Reading(
        "The second map, from a random initial one, is not drawn: it has lost the far gap as well",
        the_second_map_has_lost_the_gap,
    ),
    Reading(
        "On top of another group the third one costs. Once it is clear of both, moving it further "
        "off changes the divergence hardly at all",
        far_gaps_cost_nothing,
    ),
    Reading(
        "In full on MNIST more units stand still in ELU's code than in ReLU's, and yet ELU in the "
        "code costs less than ReLU in the decoder does.",
        elu_in_the_code_costs_less,
        **FULL_ON_MNIST,
    ),
    Reading(
        "In full on MNIST the nearest neighbour has the same digit about as often in the pixels "
        "as in the trained code (both shares are printed above), and yet KMeans on a map of the "
        "pixels finds less than KMeans on a map of the code.",
        the_share_does_not_explain_the_map,
        **FULL_ON_MNIST,
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
        "With the longer training the mixture has the same accuracy on the code itself as on a "
        "map of 5,000 images: there this map added nothing to the mixture, and it did add to "
        "KMeans. A map of 10,000 images did better for both.",
        the_map_of_5000_adds_nothing_to_the_mixture,
    ),
    Reading(
        "In full on MNIST the largest step of the mixture is another one: from our map of 5,000 "
        "images to the reference's.",
        the_largest_step_is_the_longer_training,
        **FULL_ON_MNIST,
    ),
]
