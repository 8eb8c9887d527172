"""What lesson 09 claims about MNIST, read off its committed solution."""

import re

import pytest
from printed import printed

from helpers.results import published

COUNTS = (100, 300, 1_000, 10_000)


@pytest.fixture(scope="module")
def text() -> str:
    """All that the lesson printed."""
    return printed("09_pretraining.ipynb")


def means(text: str, name: str) -> dict[int, float]:
    """Return the mean error at each number of labels, of one row of the table."""
    (line,) = re.findall(rf"^{re.escape(name)} +(\d.*\])$", text, re.MULTILINE)
    found = [float(mean) for mean in re.findall(r"([\d.]+) \[", line)]
    return dict(zip(COUNTS, found, strict=True))


def effects(text: str, name: str, other: str) -> tuple[list[int], list[int]]:
    """Return the numbers of labels at which `name` is clearly better, and clearly worse."""
    pattern = rf"^{re.escape(name)} against {re.escape(other)}:\n +clearly better at \[(.*?)\], "
    better, worse = re.search(pattern + r"clearly worse at \[(.*?)\]", text, re.MULTILINE).groups()
    return [int(n) for n in re.findall(r"\d+", better)], [int(n) for n in re.findall(r"\d+", worse)]


def test_pretraining_helps_everywhere_and_most_with_few_labels(text):
    pretrained, random = means(text, "pretrained"), means(text, "random initialisation")
    assert effects(text, "pretrained", "random initialisation") == (list(COUNTS), [])
    assert random[100] - pretrained[100] == pytest.approx(6, abs=0.7)
    gained = [1 - pretrained[count] / random[count] for count in COUNTS]
    assert min(gained) > 1 / 5 and max(gained) < 1 / 3 and gained[-1] > gained[0]
    assert random[10_000] - pretrained[10_000] == pytest.approx(2, abs=0.4)


def test_more_compute_replaces_it_only_with_many_labels(text):
    longer, random = means(text, "random, equal budget"), means(text, "random initialisation")
    assert all(random[count] - longer[count] < 0.4 for count in (100, 300, 1_000))
    assert effects(text, "pretrained", "random, equal budget") == ([100, 300, 1_000], [])
    assert random[10_000] - longer[10_000] > 1.5


def test_fine_tuning_pays_from_a_thousand_labels_on(text):
    better, worse = effects(text, "pretrained", "regression on codes")
    assert (better, worse) == ([1_000, 10_000], [])


def shares(text: str, name: str) -> dict[int, int]:
    """Return which percentage of pretraining's gain a control has, at each number of labels."""
    rows = text[text.index(f"{name} against random initialisation") :]
    found = re.findall(r"^ +([\d,]+) labels: +(\d+)%$", rows, re.MULTILINE)[: len(COUNTS)]
    return {int(count.replace(",", "")): int(share) for count, share in found}


def test_shuffled_pixels_are_worse_than_pretraining_and_better_than_a_random_start(text):
    assert effects(text, "pretrained", "shuffled pixels") == (list(COUNTS), [])
    assert effects(text, "shuffled pixels", "random initialisation") == ([300, 10_000], [])
    assert all(0 < share < 70 for share in shares(text, "shuffled pixels").values())


def test_weights_of_the_same_size_have_half_of_the_gain_or_more(text):
    assert effects(text, "pretrained", "shuffled weights") == ([300, 1_000], [])
    assert 100 not in effects(text, "shuffled weights", "random initialisation")[1]
    found, other = shares(text, "shuffled weights"), shares(text, "shuffled pixels")
    assert list(found) == list(COUNTS)
    assert all(found[count] > other[count] for count in COUNTS)
    assert found[100] == pytest.approx(50, abs=5) and min(found.values()) >= 45
    assert 80 < found[10_000] < 100


def test_today_s_random_start_wins_with_many_labels(text):
    better, worse = effects(text, "pretrained, sigmoids", "random initialisation of today")
    assert 300 in better and set(better) <= {100, 300}
    assert worse == [10_000]
    (today,) = re.findall(r"^ +100 labels: +([\d.]+) % \(", text, re.MULTILINE)
    assert float(today) - means(text, "pretrained")[100] == pytest.approx(4, abs=0.5)
    assert 100 not in better


def test_the_top_layer_moves_most_in_fine_tuning(text):
    moves = [int(share) for share in re.findall(r"kernel \d moved by (\d+)%", text)]
    assert len(moves) == 8
    random, pretrained = moves[:4], moves[4:]
    assert max(pretrained[:3]) <= 25 and pretrained[3] > 70
    assert random == sorted(random, reverse=True) and random[0] > 100
    assert "step 300  loss 0.051  test error 32.0 %" in text


def test_an_error_of_a_hundred_images_is_a_guess(text):
    widths = re.findall(r"^ *([\d,]+) test images: .* ± ([\d.]+) %$", text, re.MULTILINE)
    assert [float(width) for _, width in widths] == pytest.approx([8.6, 2.9, 0.88], abs=0.3)


def test_size_alone_has_a_third_to_a_half_of_the_gain(text):
    pattern = (
        r"^ *([\d,]+) labels: as large ([\d.]+) \[[\d.]+\], random initialisation ([\d.]+), "
        r"shuffled weights ([\d.]+), pretrained ([\d.]+)$"
    )
    rows = re.findall(pattern, text, re.MULTILINE)
    assert [count for count, *_ in rows] == ["100", "10,000"]
    shares = []
    for _, *errors in rows:
        as_large, random, shuffled, pretrained = map(float, errors)
        assert shuffled < as_large < random
        shares.append((random - as_large) / (random - pretrained))
    assert shares == pytest.approx([0.35, 0.44], abs=0.05)
    assert 100 not in effects(text, "shuffled weights", "random initialisation")[0]
    assert not {100, 10_000} & set(effects(text, "pretrained", "shuffled weights")[0])


RAISED = ("basic", "rot", "bg-rand", "rect")  # where SdA-3 is above the published interval


def test_the_rate_of_fine_tuning_brings_three_rows_of_four_within_the_interval(text):
    lines = text[text.index("validation error by the rate of fine-tuning") :].splitlines()
    rates = [float(rate) for rate in lines[1].split()]
    assert rates == [0.05, 0.2, 0.5, 1.0, 2.0, 4.0]
    rows = {line.split()[0]: [float(e) for e in line.split()[1:]] for line in lines[2:6]}
    assert tuple(rows) == RAISED
    best = {name: rates[errors.index(min(errors))] for name, errors in rows.items()}
    assert best == {"basic": 4.0, "rot": 2.0, "bg-rand": 0.5, "rect": 2.0}
    assert 20 * (rows["basic"][2] - rows["basic"][5]) == pytest.approx(7)  # of 2,000 images
    assert 2 * (rows["rect"][1] - rows["rect"][4]) == pytest.approx(1)  # of 200
    assert abs(rows["rot"][5] - rows["rot"][4]) < 0.1
    on_noise = dict(zip(rates, rows["bg-rand"], strict=True))
    assert on_noise[2.0] > on_noise[0.2] + 3 and on_noise[4.0] > 88  # one class for all
    found = re.findall(
        r"^(\S+) +([\d.]+) +([\d.]+), .*, (\w+) +([\d.]+) ± ([\d.]+), (\S+) of SVM-rbf's$",
        text,
        re.MULTILINE,
    )
    assert tuple(name for name, *_ in found) == RAISED
    for name, before, after, verdict, theirs, half, ratio in found:
        before, after, theirs, half, ratio = map(float, (before, after, theirs, half, ratio))
        assert after < before > theirs + half
        assert verdict == ("above" if name == "rect" else "within")
        assert (ratio > 1) == (name == "rect")
        if name == "rot":
            assert ratio == 0.89


def test_going_further_is_half_of_what_the_rate_of_1_brings_on_turned_digits(text):
    pattern = (
        r"rot, test, one seed:  at 0\.2 (\S+)  at 1\.0 (\S+)  at 2\.0 (\S+)\n +100,000 steps in "
        r"place of 20,000:  at 0\.2 (\S+) %"
    )
    before, raised, highest, longer = map(float, re.search(pattern, text).groups())
    assert (before, raised, highest, longer) == (12.43, 11.14, 10.32, 11.78)
    assert (before - longer) / (before - raised) == pytest.approx(0.5, abs=0.02)


def test_other_images_to_learn_from_move_the_machine_by_two_points_on_outlined_rectangles(text):
    table, half = map(
        float, re.search(r"SVM-rbf: (\S+) % in the table, ± (\S+) for", text).groups()
    )
    pattern = r"(\d+) other training sets: (\S+) to (\S+) %"
    count, low, high = map(float, re.search(pattern, text).groups())
    assert count == 10 and high - low == pytest.approx(2, abs=0.1) and high - low > 6 * 2 * half
    assert published("vincent2008.rect.svm_rbf").value < table < low
