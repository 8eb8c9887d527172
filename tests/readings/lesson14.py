"""What lesson 14 says of its figures."""

from reading import Printed, Reading

BASELINES = ("median filter", "PCA, first", "PCA, large", "non-local means")


def same_error(run: Printed) -> bool:
    ratios = [ratio for (ratio,) in run.rows(r"^\S+ +PSNR (\S+) dB, SSIM \S+$")]
    return len(ratios) == 3 and len(set(ratios)) == 1


def shares(run: Printed) -> list[tuple[float, ...]]:
    """Return the mean, lowest and highest share of each split: by patch twice, then by block."""
    return run.rows(r"^split by .* right (\S+), from (\S+) to (\S+)$")


def leaks(run: Printed) -> bool:
    overlapping, apart, by_block = shares(run)
    return overlapping[1] > 0.55 and apart[1] > 0.55 and by_block[1] < 0.5 < by_block[2]


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
        leaks,
    ),
    Reading("An error of 0.3 in one answer is left as 0.15 or 0.1.", left_of_an_error),
    Reading(
        "In full the denoiser is above the median filter at every level",
        beside_the_median,
        profiles=("full",),
    ),
    Reading("Told too little, it leaves grain", told_too_little),
    Reading("Beside the methods stand two controls, which ought to do badly", control_fails),
    Reading("Its areas have to lie around 0.5", control_at_chance),
    Reading("It holds a copy, a broken file and one that is no picture", refuses_three),
    Reading("the form is right, and the reader knows what to expect", sound_form),
]
