"""What has to hold with every set of versions: noxfile.py runs this file with the oldest, too."""

import ast
import functools
import re
import subprocess
import sys

import ipywidgets
import nbformat
import numpy as np
import pytest

from helpers import doctor, handout, widgets
from helpers.checks.registry import exercises
from helpers.checks.running import run
from helpers.course import LESSONS
from helpers.release import execute
from helpers.release.outputs import RULES
from helpers.widgets.explorer import WIDGET_VIEW
from helpers.widgets.frames import FRAMES

RUN = "03"  # it trains, compiles by XLA, and shows pictures of all kinds


def student_copies() -> dict[str, nbformat.NotebookNode]:
    """Return the student notebooks by their numbers, as they are handed out."""
    return {path.name[:2]: nbformat.read(path, as_version=4) for path in handout.notebooks()}


def imports() -> list[str]:
    """Return what the cells of all lessons import, a line each, the course's own first."""
    cells = [cell for notebook in student_copies().values() for cell in notebook.cells]
    codes = [cell.source for cell in cells if cell.cell_type == "code"]
    nodes = [node for code in codes for node in ast.walk(ast.parse(code))]
    found = {ast.unparse(n) for n in nodes if isinstance(n, ast.Import | ast.ImportFrom)}
    return sorted(found, key=lambda line: ("helpers" not in line, line))


def in_place_of(reference):
    """Return an answer that computes what the reference does: that one itself is not checked."""
    if isinstance(reference, type):
        return type(reference.__name__, (reference,), {})
    return functools.wraps(reference)(lambda *args, **options: reference(*args, **options))


def test_the_versions_are_those_that_the_project_asks_for():
    assert not [finding for finding in doctor.check_packages() if finding.blocks]


def test_all_that_lessons_import_is_there_and_says_nothing():
    lines = imports()
    assert "from helpers.checks import check, hint, predicted, score" in lines
    done = subprocess.run([sys.executable, "-c", "\n".join(lines)], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("lesson", [one.number for one in LESSONS if exercises(one.number)])
def test_every_reference_answer_passes_its_check(lesson):
    verdicts = [run(entry, in_place_of(entry.load_reference())) for entry in exercises(lesson)]
    refused = [(one.exercise.id, one.steps) for one in verdicts if one.status != "passed"]
    assert not refused


def test_a_widget_shows_itself_or_its_picture(monkeypatch):
    for name in ("AE_QUIET", "CI", "NBGRADER_EXECUTION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLAB_RELEASE_TAG", "a front end")
    pytest.importorskip("ipykernel")
    images = np.random.default_rng(0).uniform(size=(3, 784))
    explorer = widgets.explore_noise(lambda noisy: noisy / 2, images, alt="noise goes")
    data, metadata = explorer._repr_mimebundle_()
    assert data[WIDGET_VIEW]["model_id"] == explorer.widget().model_id
    assert metadata["image/png"]["alt"] == "noise goes"
    monkeypatch.setattr(ipywidgets, "VBox", None)
    other = widgets.explore_noise(lambda noisy: noisy / 2, images, alt="noise goes again")
    shown = set(other._repr_mimebundle_()[0]) - {FRAMES}
    assert shown == {"image/png", "text/plain"}


def test_an_untouched_lesson_runs_to_its_end():
    notebook = student_copies()[RUN]
    execute(notebook, profile="fast", timeout=240)
    for rule in ("counts", "errors", "stderr", "widgets", "paths"):
        assert list(RULES[rule](notebook)) == []
    points = sum(entry.points for entry in exercises(RUN))
    scores = [cell for cell in notebook.cells if re.search(r"^score\(", cell.source, re.M)]
    assert f" 0 of {points} points" in scores[-1].outputs[0].text
