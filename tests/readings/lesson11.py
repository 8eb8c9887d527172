"""What lesson 11 says of its figures."""

from reading import Printed, Reading


def compromise(run: Printed) -> bool:
    (narrow,), (middle,), (wide,) = run.rows(r"noisy 2 was +(\S+) on average")
    return narrow < 0.2 < 0.9 < middle < 1.1 < 1.8 < wide


def slopes_agree(run: Printed) -> bool:
    return all(apart < 1e-4 for (apart,) in run.rows(r"from the slopes (\S+) of it"))


def noise_then_point(run: Printed) -> bool:
    rows = run.rows(r"with the point ([+-]\S+), with minus the noise ([+-]\S+)$")
    points, noises = zip(*rows, strict=True)
    return (
        list(points) == sorted(points)
        and list(noises) == sorted(noises, reverse=True)
        and noises[0] > 0.99
        and points[-1] > 0.99
    )


def size_1(run: Printed) -> bool:
    rows = run.rows(r"variance of inputs (\S+), of targets (\S+);")
    return len(rows) == 5 and all(abs(value - 1) < 0.05 for row in rows for value in row)


def arrows(run: Printed) -> list[tuple[float, ...]]:
    return run.rows(r"^sigma +(\S+) +(\S+)% +(\S+)%$")


def specialist(run: Printed) -> bool:
    by_level = {level: (told, one) for level, told, one in arrows(run)}
    return by_level[0.5][1] <= by_level[0.5][0] and all(
        one > told for level, (told, one) in by_level.items() if level in (0.2, 1, 3, 10)
    )


def worst_at_the_lowest(run: Printed) -> bool:
    told = [row[1] for row in arrows(run)]
    return told[0] == max(told)


def steps_of_both(run: Printed) -> bool:
    rows = run.rows(r"steps: Euler (\S+), Heun (\S+), exact (\S+)$")
    euler, heun = zip(*[(abs(a - c), abs(b - c)) for a, b, c in rows], strict=True)
    return all(
        1.7 < euler[i] / euler[i + 1] < 2.3 and 3 < heun[i] / heun[i + 1] < 5 for i in (0, 1)
    )


def ends(run: Printed) -> dict[str, tuple[list[float], list[float]]]:
    numbers = r"(\S+) (\S+) (\S+)"
    names = [
        "exact, 32 steps",
        "exact, 32 steps, fresh",
        "all levels, 32 steps",
        "0.5 only, 32 steps",
        "0.5 only, iterated",
    ]
    found = {}
    for name in names:
        (row,) = run.rows(rf"^{name} +shares {numbers} +spread {numbers}$")
        found[name] = row[:3], row[3:]
    return found


def ends_fill_the_parts(run: Printed) -> bool:
    return all(
        max(abs(one - right) for one, right in zip(shares, (0.3, 0.3, 0.4), strict=True)) < 0.05
        and all(0.9 < spread < 1.1 for spread in spreads)
        for name, (shares, spreads) in ends(run).items()
        if name.startswith("exact")
    )


def ends_in_points(run: Printed) -> bool:
    return max(ends(run)["0.5 only, iterated"][1]) < 0.3


def too_narrow(run: Printed) -> bool:
    return max(ends(run)["0.5 only, 32 steps"][1]) < 0.85


def errors(run: Printed) -> dict[str, list[float]]:
    pattern = r"^{}" + r" +\d+: (\S+)" * 5 + "$"
    names = ("Euler, exact", "Heun, exact", "Euler, all levels", "Heun, all levels")
    return {name: list(run.rows(pattern.format(name))[0]) for name in names}


def heun_is_steeper(run: Printed) -> bool:
    found = errors(run)
    euler, heun = found["Euler, exact"], found["Heun, exact"]
    level = 0.5 < heun[2] / euler[2] < 2
    return (
        level
        and all(heun[i] > 3 * euler[i] for i in (0, 1))
        and all(heun[i] < euler[i] for i in (3, 4))
    )


def points_at_one_level(run: Printed) -> bool:
    numbers = r"(\S+) (\S+) (\S+)"
    (exact,) = run.rows(rf"^exact, iterated at 0.5 +shares {numbers} +spread {numbers}$")
    (whole,) = run.rows(rf"^exact, whole answers +shares {numbers} +spread {numbers}$")
    return max(exact[3:]) < 0.3 and max(whole[:3]) > 0.99


def few_steps_are_wide(run: Printed) -> bool:
    numbers = r"(\S+) (\S+) (\S+)"
    (smooth,) = run.rows(rf"^exact, 8 steps +shares {numbers} +spread {numbers}$")
    (fresh,) = run.rows(rf"^exact, 8 steps, fresh +shares {numbers} +spread {numbers}$")
    return all(1.03 < one < 1.25 for one in smooth[3:]) and all(
        1.3 < one < 1.8 for one in fresh[3:]
    )


def the_network_levels_off(run: Printed) -> bool:
    found = errors(run)
    own = found["Heun, all levels"]
    return own[4] > 0.7 * own[3] and own[4] > 3 * found["Heun, exact"][4]


READINGS = [
    Reading("Narrow data ($s = 0.2$) say that it was noise;", compromise),
    Reading("its slope by finite differences is the control of your scores", slopes_agree),
    Reading("Where there is little noise, the layers are asked for the noise", noise_then_point),
    Reading("always of size 1.", size_1),
    Reading("At 0.5 the specialist knows the arrows at least as well;", specialist),
    Reading("The one for all levels is worst where there is least noise.", worst_at_the_lowest),
    Reading("Twice as many steps halve Euler's error", steps_of_both),
    Reading("Left, a smooth way for each noise, and the ends fill the parts.", ends_fill_the_parts),
    Reading("a denoiser of one level, iterated, leads to points", ends_in_points),
    Reading("the one trained at one level had ends that were too narrow", too_narrow),
    Reading("from 31 on it is ahead, and its error falls faster", heun_is_steeper),
    Reading("the exact denoiser ends in points, too", points_at_one_level),
    Reading("even the exact denoiser's ends are too wide, a little without", few_steps_are_wide),
    Reading("an error that more steps do not remove", the_network_levels_off),
]
