"""That the lessons run with these versions: each reference answer, and one lesson from end to end.

`make test` shows it of the newest versions in other ways, so that this file is noxfile.py's alone.
"""

import re

import pytest
from test_smoke import in_place_of, student_copies

from helpers.checks.registry import exercises
from helpers.checks.running import run
from helpers.course import LESSONS
from helpers.release import execute
from helpers.release.outputs import RULES

RUN = "03"  # it trains, compiles by XLA, and shows pictures of all kinds


@pytest.mark.parametrize("lesson", [one.number for one in LESSONS if exercises(one.number)])
def test_every_reference_answer_passes_its_check(lesson):
    verdicts = [run(entry, in_place_of(entry.load_reference())) for entry in exercises(lesson)]
    refused = [(one.exercise.id, one.steps) for one in verdicts if one.status != "passed"]
    assert not refused


def test_an_untouched_lesson_runs_to_its_end():
    notebook = student_copies()[RUN]
    execute(notebook, profile="fast", timeout=240)
    for rule in ("counts", "errors", "stderr", "widgets", "paths"):
        assert list(RULES[rule](notebook)) == []
    points = sum(entry.points for entry in exercises(RUN))
    scores = [cell for cell in notebook.cells if re.search(r"^score\(", cell.source, re.M)]
    assert f" 0 of {points} points" in scores[-1].outputs[0].text
