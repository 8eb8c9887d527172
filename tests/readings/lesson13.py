"""What lesson 13 says of its figures."""

from reading import Printed, Reading


def read_outs(run: Printed) -> list[tuple[float, ...]]:
    return run.rows(r"^ *(\d+) active: read off (\S+), always the mean (\S+), with a .* (\S+)$")


def few_interfere_little(run: Printed) -> bool:
    offs = [row[1] for row in read_outs(run)]
    return offs == sorted(offs) and offs[0] < 0.25 and offs[-1] > 0.5


def behind_by_one_factor(run: Printed) -> bool:
    factors = [off / mean for _, off, mean, _ in read_outs(run)]
    return len(factors) == 4 and min(factors) > 1.3 and max(factors) < 1.6


def threshold_gains(run: Printed) -> bool:
    gains = [cut / mean for _, _, mean, cut in read_outs(run)]
    return gains == sorted(gains) and 0.4 < gains[0] < 0.6 and gains[-1] > 1


def nearly_perpendicular(run: Printed) -> bool:
    rows = run.rows(r"^ *\d+ random .* cosine (\S+), 1/d \S+, least \S+, largest .cosine. (\S+)$")
    return all(0.16 < square**0.5 < 0.19 for square, _ in rows) and rows[-1][1] > 0.5


def twice_the_least(run: Printed) -> bool:
    ((mean, least),) = run.rows(r"^ 64 random .* cosine (\S+), 1/d \S+, least (\S+), largest")
    return 1.5 < mean / least < 2.5


def table(run: Printed, name: str) -> tuple[float, ...]:
    pattern = rf"^{name} +(\S+)% +\((\S+)% to (\S+)%\) +(\S+)% +(\S+)$"
    return run.rows(pattern)[0]


def rows_are_features(run: Printed) -> bool:
    _, lowest, _, own, cosine = table(run, "SAE, 128 rows")
    return lowest >= 95 and cosine > 0.98 and 45 < own <= 50


def kmeans_as_well(run: Printed) -> bool:
    return table(run, "KMeans")[1] >= 95


def settled(run: Printed) -> dict[str, tuple[float, ...]]:
    pattern = r"^{} +found +(\S+)% \(highest (\S+)%\)  mean cosine (\S+)  explained (\S+)%"
    return {name: run.rows(pattern.format(name))[0] for name in ("sparse", "normal")}


def none_is_found(run: Printed) -> bool:
    return settled(run)["normal"][1] == 0 and settled(run)["sparse"][0] >= 95


def more_than_half(run: Printed) -> bool:
    return settled(run)["normal"][3] > 50


def a_small_share(run: Printed) -> bool:
    return settled(run)["normal"][3] < settled(run)["sparse"][3] - 20


def as_near_as_the_points(run: Printed) -> bool:
    ((own, random),) = run.rows(
        r"^128 of the normal points as rows: mean cosine (\S+); random rows, from the table: (\S+)$"
    )
    cosine = settled(run)["normal"][2]
    return abs(own - cosine) < 0.04 and random < cosine - 0.06


def explained_of_nothing(run: Printed) -> bool:
    rows = run.rows(
        r"^ *(\d+) active: found +(\S+)%, .* explained (\S+)%, of normal points (\S+)%$"
    )
    active, found, sparse, normal = rows[-1]
    return active == 10 and found < 5 and 0 < sparse - normal < 12


def more_k_explains_more(run: Printed) -> bool:
    rows = run.rows(r"^k +(\d+): found +(\S+)% \(\S+% to \S+%\), explained (\S+)%")
    explained = [row[2] for row in rows]
    return explained == sorted(explained) and rows[-1][1] < rows[-2][1]


def room_to_spare(run: Printed) -> bool:
    rows = run.rows(r"^rows +(\d+): found +(\S+)% \(\S+% to \S+%\), explained \S+%, dead (\S+)")
    found = {size: (share, dead) for size, share, dead in rows}
    return found[128][0] > found[64][0] and found[128][1] > 0


def pure_without_training(run: Printed) -> bool:
    ((chance,),) = run.rows(r"^share of a unit's ten top images .*; chance (\S+)%$")
    ((share,),) = run.rows(r"^untrained single units \S+% \(\d+ of them\); features (\S+)%")
    return share > chance + 10


def random_is_no_match(run: Printed) -> bool:
    return all(low > 0 for (low,) in run.rows(r"^   random +\S+, gap \S+ \[(\S+), \S+\]")[:-1])


def pushes(run: Printed, name: str) -> list[tuple[float, ...]]:
    return run.rows(rf"^{name} +\d+" + r" +(\S+)%" * 6 + "$")


def loses_by_many_a_push(run: Printed) -> bool:
    return all(
        44 < same < 57 and 34 < random < 47 and 58 < mean < 72 and 58 < another < 72
        for same, _, random, mean, another, _ in pushes(run, r"features, SAE \d")
    )


def single_units_hardly_more(run: Printed) -> bool:
    ((_, off, _, _, another, _),) = pushes(run, "single units, 8 largest")
    return off > 50 and off - another < 5


def nothing_untrained(run: Printed) -> bool:
    ((_, *shares, shuffled),) = pushes(run, "untrained network, features")
    return max(shares) < shuffled + 4


def untrained_alike(run: Printed) -> bool:
    text = run.text[run.text.index("untrained: strongest") :]
    rows = Printed(text, run.data, run.profile).rows(r"^   [a-z ]+ +(\S+), gap")
    effects = [row[0] for row in rows[:5]]
    return max(effects) < 1.5 * min(effects)


READINGS = [
    Reading("(the root of the mean squared cosine is about 0.18)", nearly_perpendicular),
    Reading("The fewer features are present at a time", few_interfere_little),
    Reading("by nearly the same factor in each row", behind_by_one_factor),
    Reading("about half of the mean's error with one feature", threshold_gains),
    Reading("twice as many as dimensions cost only about twice the least", twice_the_least),
    Reading("Nearly every feature has its row, up to order and length.", rows_are_features),
    Reading("a clustering of directions finds them as well", kmeans_as_well),
    Reading("With nothing to find, none is found.", none_is_found),
    Reading("more than half of the control's variance is explained", more_than_half),
    Reading("that it is a small one is seen only beside the first line", a_small_share),
    Reading(
        "taken as rows, are about as near, and random rows are less near", as_near_as_the_points
    ),
    Reading("with ten active, points in which there is nothing to", explained_of_nothing),
    Reading("With a larger $k$ more is explained, in each row above;", more_k_explains_more),
    Reading("a dictionary with room to spare finds more, and pays with dead rows", room_to_spare),
    Reading("the features of a network that has learned nothing are pure", pure_without_training),
    Reading("The easy controls are passed: a random direction", random_is_no_match),
    Reading(
        "In full on MNIST a push in a random direction does so for about two in five",
        loses_by_many_a_push,
        data=("mnist",),
        profiles=("full",),
    ),
    Reading(
        "In full on MNIST the 8 largest single units lower their digit for most units, too",
        single_units_hardly_more,
        data=("mnist",),
        profiles=("full",),
    ),
    Reading(
        "In full on MNIST the 8 largest single units lower their digit for most units, too, but "
        "hardly more often than a push towards another image; and in the untrained network "
        "nothing is above what shuffling leaves",
        nothing_untrained,
        data=("mnist",),
        profiles=("full",),
    ),
    Reading("in the untrained network all directions change the answer", untrained_alike),
]
