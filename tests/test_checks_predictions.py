"""A prediction beside its result: whatever a student writes, the lesson goes on."""

import numpy as np
import pytest

from helpers.checks import predicted

CHOICES = {"a": "it falls", "b": "it stays", "c": "it rises"}


def said(capsys, *arguments, **options):
    predicted(*arguments, **options)
    return capsys.readouterr().out


@pytest.mark.parametrize(
    "guess, result, expected",
    [
        (0.1, 0.634, "You predicted 0.1. In this run: 0.634 of all, 6.3 times as much."),
        (0.8, 0.2, "You predicted 0.8. In this run: 0.2 of all, 4.0 times less."),
        (0.5, 0.6, "You predicted 0.5. In this run: 0.6 of all, 20 % more."),
        (100, 95, "You predicted 100. In this run: 95 of all, 5 % less."),
        (0, 0.6, "You predicted 0. In this run: 0.6 of all."),
        (2, -1, "You predicted 2. In this run: -1 of all."),
        (3, 3, "You predicted 3 of all, and so it is."),
        (
            np.float32(2),
            np.int64(4),
            "You predicted 2. In this run: 4 of all, 2.0 times as much.",
        ),
        (
            1000,
            12345.6,
            "You predicted 1,000. In this run: 12,346 of all, 12.3 times as much.",
        ),
    ],
)
def test_a_number_is_set_beside_what_came(capsys, guess, result, expected):
    assert said(capsys, guess, result, "of all") == expected + "\n"


@pytest.mark.parametrize("guess", [..., None])
def test_nothing_written_is_no_dead_end(capsys, guess):
    expected = "No prediction was written. In this run: 0.25.\n"
    assert said(capsys, guess, 0.25) == expected


@pytest.mark.parametrize("guess", ["63 %", True, float("nan"), [1, 2], np.ones(3), 1j])
def test_what_is_no_number_is_told_and_the_result_stands_there(capsys, guess):
    text = said(capsys, guess, 0.25)
    assert text.startswith("A prediction is a number here, not ")
    assert text.endswith("In this run: 0.25.\n")


@pytest.mark.parametrize(
    "guess, expected",
    [
        ("a", "You predicted a (it falls). In this run: c (it rises).\n"),
        (" C ", "You predicted c (it rises), and so it is.\n"),
        (..., "No prediction was written. In this run: c (it rises).\n"),
        ("d", "A prediction is 'a' or 'b' or 'c' here, not 'd'. In this run: c (it rises).\n"),
        (3, "A prediction is 'a' or 'b' or 'c' here, not 3. In this run: c (it rises).\n"),
        (
            ["a"],
            "A prediction is 'a' or 'b' or 'c' here, not ['a']. In this run: c (it rises).\n",
        ),
    ],
)
def test_a_choice_is_set_beside_what_came(capsys, guess, expected):
    assert said(capsys, guess, "c", choices=CHOICES) == expected


def test_a_choice_is_read_whatever_its_case(capsys):
    choices = {"PCA": "of PCA alone", "none": "of none"}
    assert said(capsys, "pca", "PCA", choices=choices).startswith(
        "You predicted PCA (of PCA alone)"
    )


@pytest.mark.parametrize("result, options", [("x", {"choices": CHOICES}), (float("inf"), {})])
def test_a_result_that_is_none_is_refused(result, options):
    with pytest.raises(ValueError, match="Received"):
        predicted(0.1, result, **options)
