"""What lesson 14 says of its figures."""

from reading import Printed, Reading

BASELINES = ("median filter", "PCA, first", "PCA, large", "non-local means")


def same_error(run: Printed) -> bool:
    ratios = [ratio for (ratio,) in run.rows(r"^\S+ +PSNR (\S+) dB, SSIM \S+$")]
    return len(ratios) == 3 and len(set(ratios)) == 1


def shares(run: Printed) -> list[list[tuple[float, ...]]]:
    """Return the mean, lowest and highest share of 1, 15 and 101 neighbours, for each split.

    The splits are by patch where patches overlap, by patch where none does, and by block.
    """
    rows = run.rows(r"^  nearest +\d+: right (\S+), from (\S+) to (\S+)$")
    return [rows[:3], rows[3:6], rows[6:]]


def leaks(run: Printed) -> bool:
    overlapping, apart, by_block = (rows[0] for rows in shares(run))
    return overlapping[1] > 0.55 and apart[1] > 0.52 and by_block[1] < 0.5 < by_block[2]


def none_is_right_by_block(run: Printed) -> bool:
    return all(low < 0.5 < high for _, low, high in shares(run)[2])


def votes_forget(run: Printed) -> bool:
    one, some, many = (mean for mean, _, _ in shares(run)[0])
    return one > some > many


def better_by_overlap(run: Printed) -> bool:
    steps = dict((step, dB) for dB, step in run.rows(r" (\S+) dB at step (\d+),"))
    return steps[2] > steps[8]


def first_is_mistuned(run: Printed) -> bool:
    row_first = row(run, "PCA, first")
    strip, own = run.rows(r"^PCA, first +(\S+) dB with \d+, the strip's; +(\S+) dB with")[0]
    return row_first[6] > row_first[3] and own > strip + 1


def a_choice_by_the_test_shows(run: Printed) -> bool:
    fair, leaky = run.rows(r"^shuffled labels, mean area (\S+) \(.*: (\S+)$")[0]
    return abs(fair - 0.5) < 0.03 and leaky > fair


def left_of_an_error(run: Printed) -> bool:
    found = run.rows(r"mean of the answers \[(\S+) +(\S+) +(\S+) +(\S+) +(\S+) *\]$")[0]
    clean = (0.1, 0.2, 0.9, 0.4, 0.5)
    apart = [round(a - b, 2) for a, b in zip(found, clean, strict=True)]
    return apart == [0, 0.15, 0.1, 0.15, 0]


def row(run: Printed, name: str) -> tuple[float, ...]:
    """Return PSNR, its spread and SSIM at each of the three levels."""
    return run.rows(rf"^{name} +" + r" +".join([r"(\S+) ± (\S+) +(\S+)"] * 3) + "$")[0]


def beside_the_median(run: Printed) -> bool:
    ours, weak = row(run, "denoiser"), row(run, "median filter")
    return all(ours[place] > weak[place] for place in (0, 3, 6))


def control_fails(run: Printed) -> bool:
    return bool(run.rows(r"^yes the plain autoencoder is less than (\d) dB above the noisy"))


def told_too_little(run: Printed) -> bool:
    return "yes told half of the level" in run.text


def refuses_three(run: Printed) -> bool:
    return (
        run.number(r"^Folder digits: pictures taken \S+, files refused (\d+);") == 3
        and "refused, duplicate: usual/copy of 000.png (of usual/000.png)" in run.text
    )


def control_at_chance(run: Printed) -> bool:
    low, high = run.rows(r"^shuffled +(\S+), (\S+)$")[0]
    return low < 0.5 < high


def sound_form(run: Printed) -> bool:
    return "what a reader would object to: nothing" in run.text


READINGS = [
    Reading("PSNR cannot tell them apart.", same_error),
    Reading("Patches do not have to overlap for a leak", leaks),
    Reading(
        "no method can be right about blocks that it has not seen in more than half of the cases, "
        "except by luck",
        none_is_right_by_block,
    ),
    Reading("the leak flatters the less, the more of them vote", votes_forget),
    Reading("a leak flattered the nearest neighbour most", votes_forget),
    Reading("better than one answer for each pixel (step 2 against step 8)", better_by_overlap),
    Reading(
        'In full "PCA, first" does better with more noise in the table, at 0.2 than at 0.1',
        first_is_mistuned,
        profiles=("full",),
    ),
    Reading("An error of 0.3 in one answer is left as 0.15 or 0.1.", left_of_an_error),
    Reading(
        "In full the denoiser is above the median filter at every level",
        beside_the_median,
        profiles=("full",),
    ),
    Reading("Told too little, it leaves grain", told_too_little),
    Reading("Beside the methods stand two controls, which ought to do badly", control_fails),
    Reading("The areas have to lie around 0.5", control_at_chance),
    Reading("something of the test has reached the choice", a_choice_by_the_test_shows),
    Reading("It holds a copy, a broken file and one that is no picture", refuses_three),
    Reading("the form is right, and the reader knows what to expect", sound_form),
]
