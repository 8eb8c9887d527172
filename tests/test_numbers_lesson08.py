"""What lesson 08 prints about MNIST, beyond its readings, read off its committed solution."""

import math
import re

import pytest
from printed import printed
from reading import committed, prose


@pytest.fixture(scope="module")
def sparse() -> str:
    """All that the lesson printed."""
    return printed("08_sparse.ipynb")


def test_keras_divides_a_plain_regularizer_and_ours_undoes_it(sparse):
    by_hand = float(re.search(r"by your function: (\S+)", sparse)[1])
    pattern = r"batch of +(\d+) +Keras (\d+)\.(\d+)\S* (\S+) +as tf.keras 2 (\S+) +ours (\S+)"
    rows = re.findall(pattern, sparse)
    assert [int(size) for size, *_ in rows] == [10, 100, 1000]
    for size, major, minor, installed, slides, ours in rows:
        divided = pytest.approx(by_hand / int(size), rel=0.01)
        is_divided = (int(major), int(minor)) >= (3, 14)
        assert float(installed) == (divided if is_divided else pytest.approx(by_hand, abs=0.001))
        assert float(slides) == divided
        assert float(ours) == pytest.approx(by_hand, abs=0.001)


def test_the_lesson_says_which_keras_divides():
    told = prose("08")
    assert "tf.keras 2 divides whatever an activity regularizer returns" in told
    assert "Keras 3 did not at first, and does so again from version 3.14 on" in told


def test_the_slides_weight_in_nats(sparse):
    assert f"weight 0.05 x 784 / 32 = {0.05 * 784 / 32:.2f}" in sparse


def test_positions_cost_what_they_cost(sparse):
    rows = re.findall(r"^k = +(\d+)  top-k.*\n +positions +(\S+) bits.* PCA (\d+): ", sparse, re.M)
    assert [int(k) for k, *_ in rows] == [5, 10, 20, 40]
    for k, bits, components in rows:
        exact = math.log2(math.comb(300, int(k)))
        assert float(bits) == pytest.approx(exact, abs=0.05)
        assert int(components) == round(int(k) + exact / 8)


def test_ten_chosen_units_are_worth_thirty_components(sparse):
    assert re.search(r"In this run: (\d+) components", sparse)[1] in ("29", "30", "31")


def test_rounding_to_bytes_costs_the_top_k_code_nothing_that_is_printed(sparse):
    rows = re.findall(r"^k = +\d+  top-k (\S+) .*\n.*in bytes: top-k (\S+) ", sparse, re.M)
    assert len(rows) == 4
    assert all(abs(float(exact) - float(rounded)) < 2e-4 for exact, rounded in rows)


def test_the_run_was_full_on_mnist(sparse):
    assert "data mnist; profile full" in sparse
    assert committed("08").text.count("12 of 12 points") == 1
