"""A new lesson is one recipe: CONTRIBUTING.md's, followed in a copy of the course."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LEFT_BEHIND = shutil.ignore_patterns(
    ".*", "__pycache__", "build", "*.egg-info", "*.npz", "*-ubyte*", "*.part", "*.mine*", "runs"
)
ENTRY = '    Lesson("15", "toy", "A toy lesson", 2, ("10",)),\n'
LESSON = """\
# %% [markdown]
# # 15 A toy lesson
#
# Images in a mirror.

# %%
try:
    from helpers.course import about
except ImportError:
    raise ImportError("The course is not found here: open this notebook with "
                      "make lab, and rename a helpers.py beside it.") from None
from helpers import data, plots
from helpers.checks import check, hint, score

digits = data.load("auto")

# %% [markdown]
# ## Left and right
#
# ### Exercise 15.1 — Mirror (2 points)
#
# *Warm-up, about 2 minutes.* Return the images as a mirror shows them.

# %% nbgrader={"schema_version": 3, "grade_id": "ch15-mirror", "grade": false, "locked": false, "solution": true, "task": false}
def mirror(images):
    \"\"\"Return the images as a mirror shows them: (n, h, w) -> (n, h, w).\"\"\"
    ### BEGIN SOLUTION
    return images[:, :, ::-1]
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade_id": "ch15-mirror-check", "grade": true, "locked": true, "points": 2, "solution": false, "task": false}
mirror = check("15.1", mirror)

# %%
plots.show_images(
    mirror(digits.test_images[:10]), alt="Ten digits, each in a mirror."
)

# %% [markdown]
# **Figure 15.1.** The first ten test images in a mirror.

# %%
score()
about.versions()
"""  # noqa: E501
CHECK = '''\
"""The check of lesson 15."""

import numpy as np

from helpers.checks import expect
from helpers.checks.registry import exercise


@exercise(
    "15.1",
    "Mirror",
    points=2,
    steps=("value",),
    hints=("A mirror swaps left and right.", "The last axis runs from left to right."),
)
def check_mirror(mirror, rng):
    images = rng.uniform(size=(3, 4, 5))
    upside_down = (np.flip(images, axis=1), "upside down: a mirror swaps left and right")
    expect.close(mirror(images), np.flip(images, axis=2), (upside_down,))
    yield "left and right change places"
'''
ANSWER = '''\
"""The reference answer of lesson 15."""

import numpy as np


def mirror(images: np.ndarray) -> np.ndarray:
    """Return the images as a mirror shows them: (n, h, w) -> (n, h, w)."""
    return images[:, :, ::-1]
'''
CHECK_TEST = '''\
"""Lesson 15: the check accepts right answers and refuses wrong ones."""

import numpy as np
import pytest
from answers import assert_accepted, assert_refused


@pytest.mark.parametrize("answer", [lambda x: x[:, :, ::-1], lambda x: np.flip(x, 2)])
def test_a_mirror_is_accepted(answer):
    assert_accepted("15.1", answer)


def test_upside_down_is_refused():
    assert_refused("15.1", lambda x: x[:, ::-1], "upside down")
'''
# What the recipe in CONTRIBUTING.md names, for this lesson.
RECIPE = {
    "solutions/15_toy.py": LESSON,
    "helpers/checks/lessons/lesson15.py": CHECK,
    "helpers/answers/lesson15.py": ANSWER,
    "tests/test_checks_lesson15.py": CHECK_TEST,
}
STATIC = ("tests/test_notebooks.py", "tests/test_project.py", "tests/test_coverage.py")


def run(course, *words):
    """Run the course's Python in a copy of it; return the ended process."""
    data = Path(os.environ.get("AE_DATA_DIR") or ROOT / "data").absolute()
    dropped = ("AE_PROFILE", "NBGRADER_EXECUTION", "PYTEST_ADDOPTS", "PYTEST_XDIST_WORKER")
    kept = {name: value for name, value in os.environ.items() if name not in dropped}
    return subprocess.run(
        [sys.executable, *words],
        cwd=course,
        env={**kept, "PYTHONPATH": str(course), "AE_DATA_DIR": str(data)},
        capture_output=True,
        text=True,
    )


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """Return a copy of the course to which the recipe has added a lesson."""
    folder = tmp_path_factory.mktemp("copy") / "course"
    shutil.copytree(ROOT, folder, ignore=LEFT_BEHIND)
    shutil.copytree(ROOT / ".github", folder / ".github")
    entries = folder / "helpers" / "course" / "lessons.py"
    text = entries.read_text(encoding="utf-8")
    assert text.count(")\nCORE") == 1
    entries.write_text(text.replace(")\nCORE", f"{ENTRY})\nCORE"), encoding="utf-8")
    for name, content in RECIPE.items():
        (folder / name).write_text(content, encoding="utf-8")
    for command in (["student", "15"], ["solutions", "00", "15"]):
        done = run(folder, "-m", "helpers", *command)
        assert done.returncode == 0, done.stdout + done.stderr
    return folder


def test_the_recipe_names_every_file_that_a_new_lesson_touches():
    contributing = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    for name in ("helpers/course/lessons.py", *RECIPE):
        assert f"`{name.replace('15_toy', 'NN_topic').replace('15', 'NN')}`" in contributing


def test_a_lesson_added_by_the_recipe_keeps_every_rule(course):
    without_mnist = [
        f"--deselect=tests/test_notebooks.py::test_solution_tells_how_it_was_made[{path.stem}]"
        for path in (course / "solutions").glob("*.ipynb")
        if path.stem[:2] in ("00", "15")
        and "mnist"
        not in json.loads(path.read_text(encoding="utf-8"))["metadata"]["workbook"]["data"]
    ]
    tests = [*STATIC, "tests/test_checks_lesson15.py"]
    options = ["-p", "no:cacheprovider", *without_mnist]
    done = run(course, "-m", "pytest", *options, *tests)
    assert done.returncode == 0, done.stdout[-8_000:] + done.stderr


def test_the_new_lesson_is_in_table_form_map_and_score(course):
    row = "| [15](notebooks/15_toy.ipynb) | A toy lesson | 10 | 2 | "
    assert row in (course / "README.md").read_text(encoding="utf-8")
    opening = (course / "solutions" / "00_start_here.ipynb").read_text(encoding="utf-8")
    assert "15 A toy lesson, after 10" in opening
    form = (course / ".github" / "ISSUE_TEMPLATE" / "lesson.yml").read_text(encoding="utf-8")
    assert '        - "15 A toy lesson"\n        - another page' in form
    toy = (course / "solutions" / "15_toy.ipynb").read_text(encoding="utf-8")
    assert "2 of 2 points" in toy
