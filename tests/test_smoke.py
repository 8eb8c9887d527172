"""What has to hold with every set of versions: noxfile.py runs this file with the oldest, too.

The lessons themselves are in smoke.py, which is no part of the suite.
"""

import ast
import functools
import subprocess
import sys

import ipywidgets
import nbformat
import numpy as np
import pytest

from helpers import doctor, handout, widgets
from helpers.widgets.explorer import WIDGET_VIEW
from helpers.widgets.frames import FRAMES


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
