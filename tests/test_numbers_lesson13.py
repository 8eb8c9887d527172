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
    """Return for each training, and the untrained network, what each control moves, and the gap."""
    blocks = re.split(r"strongest feature off, ", text)[1:]
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
    assert len(blocks) == 4 and all(len(block) == 6 for block in blocks)


def test_the_strongest_feature_moves_more_than_the_easy_controls(text):
    for block in controls(text)[:3]:
        for name in ("random", "another feature"):
            assert block[name][2] > 0
        assert block["off"][0] > 2 * block["random"][0]


def test_features_lower_the_digit_that_they_fire_for(text):
    agree = re.findall(r"^features, SAE \d +\d+ units: ([\d.]+)% .*shuffled ([\d.]+)%$", text, re.M)
    ((single, _),) = re.findall(
        r"^single units +\d+ units: ([\d.]+)% .*shuffled ([\d.]+)%$", text, re.M
    )
    assert len(agree) == 3
    for one, shuffled in agree:
        assert float(one) > float(single) and float(one) > 2 * float(shuffled)
