"""The attack of tests/attack, on one seed: every right answer passes, no wrong one does."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent / "attack"))
from run import judged, lessons

from helpers.checks.registry import exercises


@pytest.mark.parametrize("lesson", lessons())
def test_right_answers_pass_and_wrong_ones_do_not(lesson):
    found = list(judged(lesson))
    assert [row for row in found if row[1] and not row[3]] == []
    assert [row for row in found if not row[1] and row[3]] == []
    assert all(message for *_, message in found)


def test_each_exercise_is_attacked_by_ten_wrong_and_four_right_answers():
    counts: dict = {}
    for lesson in lessons():
        for exercise, is_right, *_ in judged(lesson, seeds=0):
            counts.setdefault(exercise, [0, 0])[is_right] += 1
    assert set(counts) == {entry.id for lesson in lessons() for entry in exercises(lesson)}
    assert all(wrong >= 10 and right >= 4 for wrong, right in counts.values())
