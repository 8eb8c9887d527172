"""What lesson 12 claims about MNIST, read off its committed solution."""

import re
from itertools import pairwise

import numpy as np
import pytest
from printed import printed

from helpers import layers


@pytest.fixture(scope="module")
def text() -> str:
    """All that the lesson printed."""
    return printed("12_masked.ipynb")


def table(text: str) -> dict[str, list[tuple[float, float, float]]]:
    """Return name -> (lowest, highest, half-width) for each number of labels, in percent."""
    found = {}
    for line in text.splitlines():
        cells = re.findall(r"([\d.]+)(?: to +([\d.]+))? +±([\d.]+)", line)
        if cells and not line.startswith("network minus"):
            name = re.split(r" {2,}", line)[0].strip()
            found[name] = [
                (float(low), float(high or low), float(half)) for low, high, half in cells
            ]
    return found


def test_the_table_is_whole(text):
    rows = table(text)
    names = {f"masked AE, {percent} %" for percent in (25, 50, 75, 90)}
    names |= {"masked AE, 75 %, longer", "not trained", "DAE", "PCA", "raw pixels"}
    names |= {"75 %, permuted", "not trained, permuted"}
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
    claims = re.findall(r"^(?:yes|NO|undecided)(?: \(one\))? {2,}(.+)$", text, re.M)
    assert len(claims) == len(set(claims)) == 17


def test_each_row_has_the_errors_of_four_penalties_and_what_it_chose(text):
    for name in table(text):
        if "permuted" in name:
            continue
        (line,) = re.findall(
            rf"^{re.escape(name)} +((?:[\d.]+ +){{4}}(?:[\d.]+, ){{2}}[\d.]+)$", text, re.M
        )
        *errors, _, _, chosen = map(float, re.findall(r"[\d.]+", line))
        assert dict(zip((0.01, 0.1, 1, 10), errors, strict=True))[chosen] == min(errors)


def test_another_penalty_moves_the_untrained_more_than_training_does(text):
    rows = table(text)
    (line,) = re.findall(r"^not trained +((?:[\d.]+ +){4})[\d.]+, ", text, re.M)
    errors = list(map(float, line.split()))
    trained = [np.mean(rows[f"masked AE, {percent} %"][-1][:2]) for percent in (25, 50, 75, 90)]
    untrained = np.mean(rows["not trained"][-1][:2])
    assert max(errors) - min(errors) > 2 * (untrained - min(trained))


def test_attention_by_hand():
    queries, keys = np.array([[1.0, 1, 0, 0]]), np.array([[1.0, 1, 0, 0], [0, 0, 1, 1]])
    outputs, weights = layers.attention(queries, keys, np.array([[10.0], [20.0]]))
    assert np.allclose(weights, [[0.731, 0.269]], atol=5e-4)
    assert np.isclose(outputs[0, 0], 12.69, atol=5e-3)
    assert np.isclose(np.e, 2.718, atol=5e-4)


def test_neighbours_look_at_each_other_where_places_are_known():
    tokens = np.array([[2, 0, 0], [0, 2, 0], [2, 0, 0.5], [0, 0, 2], [1, 1, 1]])
    placed = np.concatenate([tokens, 0.8 * layers.waves(49, 48)[21:26]], axis=1)
    alone, there = (layers.attention(one, one, tokens)[1] for one in (tokens, placed))
    near = [(0, 1), (1, 2), (2, 3)]  # token 4 is as like its neighbour as any
    assert all(there[pair] > 1.5 * alone[pair] for pair in near)
    assert there[0, 2] < alone[0, 2]


def test_the_denoiser_has_nine_times_as_many_weights(text):
    (count,) = re.findall(r"^([\d,]+) numbers trained", text, re.M)
    sizes = [784, 256, 48, 256, 784]
    weights = sum(a * b + b for a, b in pairwise(sizes))
    assert round(weights / int(count.replace(",", ""))) == 9
