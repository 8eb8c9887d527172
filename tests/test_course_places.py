"""First steps of a lesson where machines are unlike ours: locale, console, folders, one core."""

import os
import subprocess
import sys

import pytest

from helpers.course import ROOT

# What each lesson does: its set-up cell, data, a right and a wrong answer, a hint, a picture.
STEPS = """
import os
if {one_core} and hasattr(os, "sched_setaffinity"):
    os.sched_setaffinity(0, {{min(os.sched_getaffinity(0))}})
from helpers.course import about, pick
from helpers import data, layers, losses, measures, models, plots, training, widgets
from helpers.checks import check, hint, predicted, score
digits = data.load("digits")
check("3.2", lambda inputs, kernel, bias: inputs @ kernel + bias)
check("3.2", lambda inputs, kernel, bias: inputs @ kernel)
hint("3.2")
score()
predicted(0.1, 0.9)
plots.show_rows({{"잠재": digits.test_images[:3]}}, alt="Three digits.")
about.versions()
"""
PLACES = {
    "C locale, one core, no home to write to": {
        "LC_ALL": "C",
        "LANG": "C",
        "PYTHONUTF8": "0",
        "PYTHONCOERCECLOCALE": "0",
        "HOME": "/proc/nobody",
    },
    "a Korean console": {"PYTHONIOENCODING": "euc-kr"},
    "a console of ASCII alone": {"PYTHONIOENCODING": "ascii"},
}


@pytest.mark.skipif(sys.platform != "linux", reason="the places are Linux's")
@pytest.mark.parametrize("place", PLACES)
def test_the_first_steps_of_a_lesson_go_well(place, tmp_path):
    folder = tmp_path / "한글 폴더 [1]"
    folder.mkdir()
    kept = {key: os.environ[key] for key in ("PATH", "HOME") if key in os.environ}
    kept |= {"PYTHONPATH": str(ROOT), "AE_PROFILE": "fast", "MPLBACKEND": "agg"}
    environment = kept | PLACES[place]
    steps = folder / "steps.py"
    steps.write_text(STEPS.format(one_core="one core" in place), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(steps)], cwd=folder, env=environment, capture_output=True
    )
    assert done.returncode == 0, done.stderr.decode(errors="replace")
    assert done.stderr == b""
    assert b"1 of 1 point" in done.stdout and b"not yet" in done.stdout
