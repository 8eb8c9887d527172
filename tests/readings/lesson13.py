"""What lesson 13 says of its figures."""

from reading import Printed, Reading


def few_interfere_little(run: Printed) -> bool:
    offs = [off for _, off in run.rows(r"^ *(\d+) active of 64: read-outs are off by (\S+) ")]
    return offs == sorted(offs) and offs[0] < 0.25 and offs[-1] > 0.5


def twice_the_least(run: Printed) -> bool:
    ((mean, least),) = run.rows(r"^ 64 random .* cosine (\S+), 1/d \S+, least (\S+), largest")
    return 1.5 < mean / least < 2.5


def table(run: Printed, name: str) -> tuple[float, ...]:
    pattern = rf"^{name} +(\S+)% +\((\S+)% to (\S+)%\) +(\S+)% +(\S+)$"
    return run.rows(pattern)[0]


def rows_are_features(run: Printed) -> bool:
    return table(run, "SAE, 128 rows")[1] >= 95 and table(run, "SAE, 128 rows")[4] > 0.98


def kmeans_as_well(run: Printed) -> bool:
    return table(run, "KMeans")[1] >= 95


def settled(run: Printed) -> dict[str, tuple[float, ...]]:
    pattern = r"^{} +found +(\S+)% \(highest (\S+)%\)  mean cosine (\S+)  explained (\S+)%"
    return {name: run.rows(pattern.format(name))[0] for name in ("sparse", "normal")}


def none_is_found(run: Printed) -> bool:
    return settled(run)["normal"][1] == 0 and settled(run)["sparse"][0] >= 95


def more_than_half(run: Printed) -> bool:
    return settled(run)["normal"][3] > 50


def more_k_explains_more(run: Printed) -> bool:
    rows = run.rows(r"^k +(\d+): found +(\S+)% \(\S+% to \S+%\), explained (\S+)%")
    explained = [row[2] for row in rows]
    return explained == sorted(explained) and rows[-1][1] < rows[-2][1]


def room_to_spare(run: Printed) -> bool:
    rows = run.rows(r"^rows +(\d+): found +(\S+)% \(\S+% to \S+%\), explained \S+%, dead (\S+)")
    found = {size: (share, dead) for size, share, dead in rows}
    return found[128][0] > found[64][0] and found[128][1] > 0


def pure_without_training(run: Printed) -> bool:
    ((share,),) = run.rows(r"^features, untrained +\d+ living, (\S+)% of")
    return share > 25


def random_is_no_match(run: Printed) -> bool:
    return all(low > 0 for (low,) in run.rows(r"^   random +\S+, gap \S+ \[(\S+), \S+\]")[:-1])


def untrained_alike(run: Printed) -> bool:
    text = run.text[run.text.index("untrained: strongest") :]
    rows = Printed(text, run.data, run.profile).rows(r"^   [a-z ]+ +(\S+), gap")
    effects = [row[0] for row in rows[:5]]
    return max(effects) < 1.5 * min(effects)


READINGS = [
    Reading("The fewer features are present at a time", few_interfere_little),
    Reading("twice as many as dimensions cost only about twice the least", twice_the_least),
    Reading("The rows are the features, up to order and length.", rows_are_features),
    Reading("a clustering of directions finds them as well", kmeans_as_well),
    Reading("With nothing to find, none is found.", none_is_found),
    Reading("more than half of the control's variance is explained", more_than_half),
    Reading("With a larger $k$ more is explained, in each row above;", more_k_explains_more),
    Reading("a dictionary with room to spare finds more, and pays with dead rows", room_to_spare),
    Reading("the features of a network that has learned nothing are pure", pure_without_training),
    Reading("The easy controls are passed: a random direction", random_is_no_match),
    Reading("in the untrained network all directions change the answer", untrained_alike),
]
