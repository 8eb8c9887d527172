"""The sentences of the lessons that depend on figures, held against what was printed."""

import pytest
import reading as engine
from reading import (
    DATA,
    Printed,
    Reading,
    broken,
    committed,
    lessons,
    prose,
    readings,
    squeeze,
)

TEXT = "code of 2: error 6.50, PCA 7.25\ncode of 30: error 3.10, PCA 13.87\nimages 10,000\n"
RUN = Printed(TEXT, "mnist", "fast")


def falls(run):
    (short, _), (long, _) = run.rows(r"error (\S+), PCA (\S+)$")
    return long < short


def test_figures_are_read_by_pattern():
    assert RUN.rows(r"code of (\d+): error (\S+),") == [(2, 6.5), (30, 3.1)]
    assert RUN.number(r"images (\S+)") == 10_000
    with pytest.raises(ValueError, match=r"no line reads 'depth \(.+\)'"):
        RUN.rows(r"depth (\d+)")


@pytest.mark.parametrize(
    "reading, expected",
    [
        (Reading("The error falls.", falls), []),
        (Reading("It rises.", lambda run: not falls(run)), ["'It rises.': the figures say other"]),
        (Reading("Depth.", lambda run: run.number(r"depth (\d+)")), ["'Depth.': no line reads"]),
        (Reading("In full it rises.", lambda run: False, profiles=("full",)), []),
        (Reading("On digits it rises.", lambda run: False, data=("digits",)), []),
        (Reading("On MNIST it rises.", lambda run: False, data=("mnist",)), ["'On MNIST it rises"]),
    ],
)
def test_a_reading_that_does_not_hold_is_named(monkeypatch, reading, expected):
    monkeypatch.setattr(engine, "readings", lambda lesson: [reading])
    found = list(broken("02", RUN))
    assert len(found) == len(expected)
    assert all(part in text for part, text in zip(expected, found, strict=True))
    assert all(text.startswith("lesson 02 on mnist, fast: ") for text in found)


def test_a_narrow_sentence_says_where_it_is_true():
    assert Reading("It falls.", falls).missing_words() == []
    assert Reading("It falls.", falls, data=("mnist",)).missing_words() == ["MNIST"]
    narrow = Reading("In full on MNIST it falls.", falls, data=("mnist",), profiles=("full",))
    assert narrow.missing_words() == []
    assert Reading("On MNIST it falls.", falls, profiles=("full",)).missing_words() == ["full"]


ALL = [(lesson, reading) for lesson in lessons() for reading in readings(lesson)]


@pytest.mark.parametrize("lesson, reading", ALL, ids=[f"{n} {r.says[:40]}" for n, r in ALL])
def test_the_sentence_stands_in_the_lesson_and_says_where_it_is_true(lesson, reading):
    assert squeeze(reading.says) in prose(lesson)
    assert reading.missing_words() == []
    assert set(reading.data) <= set(DATA) and reading.data and reading.profiles


@pytest.mark.parametrize("lesson", lessons())
def test_the_sentences_are_true_of_the_executed_solution(lesson):
    assert list(broken(lesson, committed(lesson))) == []


@pytest.mark.parametrize("lesson", lessons())
def test_a_run_that_printed_nothing_contradicts_every_reading(lesson):
    nothing = Printed("", "mnist", "full")
    claimed = [r for r in readings(lesson) if "mnist" in r.data and "full" in r.profiles]
    assert len(list(broken(lesson, nothing))) == len(claimed)
