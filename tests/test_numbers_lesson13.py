"""What lesson 13 claims about its full run on MNIST, read off its committed solution."""

import re

import pytest
from printed import printed


@pytest.fixture(scope="module")
def text() -> str:
    """All that the lesson printed."""
    return printed("13_features.ipynb")


def table(text: str) -> dict[str, list[float]]:
    """Return the rows of the baselines: found, lowest, highest, of its rows, mean cosine."""
    pattern = r"^(\S.*?) +([\d.]+)%  \(([\d.]+)% to ([\d.]+)%\) +([\d.]+)% +([\d.]+)$"
    return {name: [float(one) for one in rest] for name, *rest in re.findall(pattern, text, re.M)}


def controls(text: str) -> list[dict[str, list[float]]]:
    """Return what each control moves, and the gap: trainings, untrained network, random units."""
    blocks = re.split(r" off, (?=[\d.]+ of the probability)", text)[1:]
    pattern = r"^   (\S.*?) +([\d.]+), gap (\S+) \[(\S+), (\S+)\]$"
    return [
        {"off": [float(block.split()[0])]}
        | {name: [float(one) for one in rest] for name, *rest in re.findall(pattern, block, re.M)}
        for block in blocks
    ]


def test_the_autoencoder_finds_the_features_in_every_run(text):
    rows = table(text)
    assert len(rows) == 7
    assert rows["SAE, 128 rows"][1] >= 95
    assert rows["SAE, 64 rows"][2] < rows["SAE, 128 rows"][1]
    assert rows["PCA"][2] == rows["random rows"][2] == 0
    assert rows["KMeans"][1] >= rows["SAE, 128 rows"][1] - 5


def test_in_the_control_nothing_is_found_and_half_is_explained(text):
    ((highest, explained),) = re.findall(
        r"^normal +found +[\d.]+% \(highest ([\d.]+)%\)  mean cosine \S+  explained ([\d.]+)%",
        text,
        re.M,
    )
    assert float(highest) == 0 and float(explained) > 50


def test_three_trainings_and_the_control_have_five_controls_each(text):
    blocks = controls(text)
    assert [len(block) for block in blocks] == [6, 6, 6, 6, 3, 3, 3]


def test_the_strongest_feature_is_counted_by_training(text):
    for name in ("random", "towards another image"):
        lows, highs = zip(*(block[name][2:] for block in controls(text)[:3]), strict=True)
        more, less = sum(low > 0 for low in lows), sum(high < 0 for high in highs)
        line = rf"^   {name} +more in {more}, undecided in {3 - more - less}, less in {less} of 3$"
        assert re.search(line, text, re.M)


def test_the_strongest_feature_moves_more_than_the_easy_controls(text):
    for block in controls(text)[:3]:
        for name in ("random", "another feature"):
            assert block[name][2] > 0
        assert block["off"][0] > 2 * block["random"][0]


def pushes(text: str, name: str) -> list[float]:
    """Return a row of the last table: one digit, off, random, mean, another, shuffled."""
    ((row),) = re.findall(rf"^{name} +\d+ +(\S.*)$", text, re.M)
    return [float(one.rstrip("%")) for one in row.split()]


def test_features_lower_the_digit_that_they_fire_for_more_often_than_other_pushes(text):
    single = pushes(text, "single units, 8 largest")
    untrained = pushes(text, "untrained network, features")
    for seed in range(3):
        _, off, random, mean, another, shuffled = pushes(text, f"features, SAE {seed}")
        assert off > max(random, mean, another) and min(random, mean, another) > 2 * shuffled
        assert off > single[1] and off > untrained[1]


def test_most_are_found_with_two_and_four_rows_for_a_point(text):
    assert "most are found with k = 2 and 4 (equal in the mean), which explain" in text


def test_a_threshold_gains_from_sparseness(text):
    pattern = r"^ *(\d+) active: read off (\S+), always the mean (\S+), with a threshold (\S+)$"
    rows = [[float(one) for one in row] for row in re.findall(pattern, text, re.M)]
    assert [row[0] for row in rows] == [1, 3, 5, 10]
    assert all(1.3 < off / mean < 1.6 for _, off, mean, _ in rows)
    assert rows[0][3] < 0.6 * rows[0][2] and rows[-1][3] > rows[-1][2]


def test_normal_points_are_explained_nearly_as_well_where_nothing_is_found(text):
    pattern = r"^10 active: found +(\S+)%, .* explained (\S+)%, of normal points (\S+)%$"
    ((found, sparse, normal),) = re.findall(pattern, text, re.M)
    assert float(found) < 5 and 0 < float(sparse) - float(normal) < 12
