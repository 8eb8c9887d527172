"""What lesson 11 claims about MNIST, read off its committed solution."""

import re
from typing import NamedTuple

import pytest
from printed import printed


@pytest.fixture(scope="module")
def text() -> str:
    """All that the lesson printed."""
    return printed("11_diffusion.ipynb")


class Quality(NamedTuple):
    """Hold a row: shares in percent, kinds of digit, nearest error, Fréchet distance."""

    sure: float
    kinds: float
    nearest: float
    distance: float
    asked: float


def rows(text: str) -> list[tuple[str, Quality]]:
    """Return every row of the tables of samples, in order."""
    pattern = r"^(\S.*?) +([\d.]+)% +([\d.]+) +([\d.]+) +([\d.]+)(?: +([\d.]+)%)?$"
    return [
        (name, Quality(*(float(number or "nan") for number in numbers)))
        for name, *numbers in re.findall(pattern, text, re.MULTILINE)
    ]


def trained(text: str, guidance: str) -> list[Quality]:
    """Return the rows of all trainings at one guidance."""
    names = f"diffusion, guidance {guidance}", f"guidance {guidance}, next seed"
    return [row for name, row in rows(text) if name in names]


def test_the_tables_are_whole(text):
    assert len(dict(rows(text))) == 21
    assert len(trained(text, "1")) == len(trained(text, "1.5")) == 3


def test_every_training_is_nearer_to_test_images_than_each_baseline(text):
    by_name = dict(rows(text))
    baselines = ("AE, fitted normal", "AE, a normal per digit", "VAE", "PCA, fitted normal")
    worst = max(row.distance for row in trained(text, "1"))
    assert worst < min(by_name[name].distance for name in baselines)
    assert worst < by_name["ten images, repeated"].distance


def test_with_guidance_the_digit_asked_for_is_the_digit_read(text):
    plain, guided = trained(text, "1"), trained(text, "1.5")
    assert all(b.asked > a.asked for a, b in zip(plain, guided, strict=True))
    assert all(b.sure > a.sure for a, b in zip(plain, guided, strict=True))
    assert min(row.asked for row in guided) > 97


def test_much_guidance_is_surer_and_farther_away(text):
    by_name = dict(rows(text))
    some, much = by_name["diffusion, guidance 1.5"], by_name["diffusion, guidance 2.5"]
    assert much.sure > some.sure and much.distance > some.distance


def test_shuffled_labels_ask_for_nothing(text):
    by_name, plain = dict(rows(text)), trained(text, "1")
    control = by_name["guidance 1.5, shuffled"]
    for guidance in ("0", "1", "1.5"):
        assert by_name[f"guidance {guidance}, shuffled"].asked == pytest.approx(10, abs=4)
    # The Fréchet distance does not see it: it is that of guidance 1.
    assert control.distance <= max(row.distance for row in plain)
    assert control.distance < by_name["diffusion, guidance 0"].distance / 2


def test_a_normal_for_each_digit_is_no_weak_rival(text):
    by_name, plain = dict(rows(text)), trained(text, "1")
    names = "AE, a normal per digit", "... other samples", "... and others"
    rivals = [by_name[name] for name in names]
    assert min(row.asked for row in rivals) > max(row.asked for row in plain)
    assert max(row.distance for row in rivals) < 2 * min(row.distance for row in plain)
    assert max(row.distance for row in plain) < by_name["the same, through the AE"].distance


def test_ten_steps_are_as_good_as_twenty(text):
    by_name = dict(rows(text))
    three, six, ten = (by_name[f"guidance 1, {steps} steps"].distance for steps in (3, 6, 10))
    twenty = by_name["diffusion, guidance 1"].distance
    assert three > 5 * twenty and six < 2 * twenty and ten < 1.15 * twenty


def test_the_samples_are_no_nearer_to_training_images_than_unseen_ones_are(text):
    shares = {
        name: float(share)
        for name, share in re.findall(r"^(\S.*?) +([\d.]+) % ± [\d.]+, .*; errors", text, re.M)
    }
    assert len(shares) == 4
    seen, unseen = shares["training images, through the AE"], shares["kept apart, through the AE"]
    assert seen > unseen + 5
    for guidance in ("1", "1.5"):
        assert shares[f"diffusion, guidance {guidance}"] < (seen + unseen) / 2


def test_the_rows_of_the_control_with_shuffled_labels_are_alike(text):
    rows = re.findall(r"^guidance \S+, shuffled +\S+ +\S+ +\S+ +(\S+) +\S+%$", text, re.MULTILINE)
    distances = [float(distance) for distance in rows]
    assert len(distances) == 3 and max(distances) < 1.05 * min(distances)
