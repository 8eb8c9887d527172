"""What lesson 12 claims about MNIST, read off its committed solution."""

import re

import pytest
from printed import printed


@pytest.fixture(scope="module")
def text() -> str:
    """All that the lesson printed."""
    return printed("12_masked.ipynb")


def table(text: str) -> dict[str, list[tuple[float, float, float]]]:
    """Return name -> (lowest, highest, half-width) for each number of labels, in percent."""
    found = {}
    for line in text.splitlines():
        cells = re.findall(r"([\d.]+) to +([\d.]+) ±([\d.]+)", line)
        if cells:
            name = re.split(r" {2,}", line)[0]
            found[name] = [tuple(map(float, cell)) for cell in cells]
    return found


def test_the_table_is_whole(text):
    rows = table(text)
    names = {f"masked AE, {percent} %" for percent in (25, 50, 75, 90)}
    names |= {"masked AE, 75 %, longer", "not trained", "DAE", "PCA", "raw pixels"}
    assert set(rows) == names
    assert all(len(row) == 3 for row in rows.values())


def test_every_code_is_read_better_with_more_labels(text):
    for row in table(text).values():
        lows = [low for low, *_ in row]
        assert lows == sorted(lows, reverse=True)


def test_a_longer_training_is_read_better(text):
    rows = table(text)
    longer, shorter = rows["masked AE, 75 %, longer"], rows["masked AE, 75 %"]
    assert longer[-1][1] < shorter[-1][0]


def test_permuted_pixels_are_easier_for_the_regression(text):
    (found,) = re.findall(r"^regression, hidden patches (\S+), permuted (\S+)$", text, re.M)
    patches, pixels = map(float, found)
    assert pixels < 0.6 * patches


def test_each_claim_is_answered(text):
    claims = re.findall(r"^(yes|NO ) (.+)$", text, re.M)
    assert len(claims) == 10
