"""What processes of the course find, and that both scorers score alike."""

import os

import pytest

from helpers.course import ROOT, environment
from helpers.grading.trusted import worker


@pytest.mark.parametrize("own", [None, "", os.pathsep.join(("one", "two"))])
def test_the_course_is_found_first_and_then_what_this_process_finds(monkeypatch, own):
    monkeypatch.delenv("PYTHONPATH", raising=False)
    if own is not None:
        monkeypatch.setenv("PYTHONPATH", own)
    expected = [str(ROOT), "one", "two"] if own else [str(ROOT)]
    assert environment.python_path().split(os.pathsep) == expected


def test_the_grader_scores_as_a_student_s_own_count_does_and_passes_on_no_secret(monkeypatch):
    monkeypatch.setenv("AE_DATA", "mnist")
    monkeypatch.setenv("TOKEN", "secret")
    found = worker.environment()
    assert environment.SCORING.items() <= found.items()
    assert "TOKEN" not in found and found["OMP_NUM_THREADS"] == "1"
