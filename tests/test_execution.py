"""The committed notebooks, run in the fast profile: by nbval, unfilled, and through nbgrader.

Minutes, not seconds. The tiny course at the top shows that each of these runs can fail.
"""

import csv
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from reading import broken
from reading import lessons as with_readings
from replay import mixed, replay

from helpers.checks.registry import exercises
from helpers.release import build_student, execute, load_lesson
from helpers.release.lesson import solution_path, student_path
from helpers.release.notebook import kind
from helpers.release.outputs import RULES

ROOT = Path(__file__).resolve().parents[1]
LESSONS = [path.stem for path in sorted((ROOT / "solutions").glob("[0-9][0-9]_*.py"))]
# nbgrader runs a lesson twice more; one shows that the way through it works, and
# test_grading_elsewhere.py sends another submission through an exported course.
GRADED = ["02_pca"]
# The others are run half untouched: one run per lesson shows two things.
UNTOUCHED = ["00_start_here", "02_pca"]
CELL_SECONDS = 600

TINY = """\
# %% [markdown]
# # 9 Tiny lesson

# %%
try:
    from helpers.course import about
except ImportError:
    raise ImportError("The course is not found here: open this notebook with "
                      "make lab, and rename a helpers.py beside it.") from None
import os


def check(exercise, answer):
    points = (4, 2)[exercise == "9.2"]
    try:
        right = answer(3) == {"9.1": 9, "9.2": 27}[exercise]
    except NotImplementedError:
        right = False
    if not right and os.environ.get("NBGRADER_EXECUTION"):
        raise AssertionError("not yet")
    print(f"{points if right else 0} of {points} points")
    return answer

# %% [markdown]
# ### Exercise 9.1 — Square (4 points)
# *Warm-up, about 1 minute*

# %% nbgrader={"schema_version": 3, "grade_id": "ch09-square", "grade": false, "locked": false, "solution": true, "task": false}
def square(number):
    ### BEGIN SOLUTION
    return number * number
    ### END SOLUTION

# %% nbgrader={"schema_version": 3, "grade_id": "ch09-square-check", "grade": true, "locked": true, "points": 4, "solution": false, "task": false}
square = check("9.1", square)

# %% [markdown]
# ### Exercise 9.2 — Cube (2 points)
# *Warm-up, about 1 minute*

# %% nbgrader={"schema_version": 3, "grade_id": "ch09-cube", "grade": false, "locked": false, "solution": true, "task": false}
def cube(number):
    ### BEGIN SOLUTION
    return number * number * number
    ### END SOLUTION

# %% nbgrader={"schema_version": 3, "grade_id": "ch09-cube-check", "grade": true, "locked": true, "points": 2, "solution": false, "task": false}
cube = check("9.2", cube)
"""  # noqa: E501

CONFIG = f"""\
c = get_config()
c.CourseDirectory.course_id = "course"
c.Execute.timeout = {CELL_SECONDS}
"""


@pytest.fixture
def call(tmp_path):
    """Run a Python module's command in ``tmp_path``, away from the user's own settings."""
    removed = ("MPLBACKEND", "NBGRADER_EXECUTION", "PYTEST_ADDOPTS")
    environment = {name: value for name, value in os.environ.items() if name not in removed}
    environment |= {"AE_PROFILE": "fast", "TF_CPP_MIN_LOG_LEVEL": "3"}
    # nbgrader calls alembic by name.
    environment["PATH"] = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    for name in ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR"):
        environment[name] = str(tmp_path / "settings" / name.lower())
    if "AE_DATA_DIR" in environment:
        environment["AE_DATA_DIR"] = os.path.abspath(environment["AE_DATA_DIR"])

    def run(*words):
        command = [sys.executable, "-m", *words]
        return subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True
        )

    return run


@pytest.fixture
def nbval(call, tmp_path):
    """Run nbval on a copy of a notebook, in an empty folder with no settings of pytest's."""

    def run(path):
        folder = tmp_path / "nbval"
        folder.mkdir()
        (folder / "pytest.ini").write_text("[pytest]\n")
        shutil.copy(path, folder)
        return call(
            *("pytest", "-q", "-p", "no:cacheprovider", "-c", "nbval/pytest.ini"),
            *("--nbval-lax", "--nbval-current-env", f"--nbval-cell-timeout={CELL_SECONDS}"),
            f"nbval/{path.name}",
        )

    return run


@pytest.fixture
def grade(call, tmp_path):
    """Send submissions of one assignment through nbgrader and return points by student."""

    def run(source, submissions):
        """``source`` and the submissions are notebook files; all get the source's name."""
        (tmp_path / "nbgrader_config.py").write_text(CONFIG)
        name = source.stem
        places = {tmp_path / "source" / name: source}
        for student, path in submissions.items():
            places[tmp_path / "submitted" / student / name] = path
        for folder, path in places.items():
            folder.mkdir(parents=True)
            shutil.copy(path, folder / f"{name}.ipynb")
        for words in (
            ("generate_assignment", name),
            ("autograde", name),
            ("export", "--to=grades.csv"),
        ):
            result = call("nbgrader", *words)
            assert result.returncode == 0, result.stderr
        with (tmp_path / "grades.csv").open(newline="") as stream:
            rows = list(csv.DictReader(stream))
        return {row["student_id"]: (float(row["score"]), float(row["max_score"])) for row in rows}

    return run


@pytest.fixture
def tiny(tmp_path):
    """Write a tiny lesson's executed solution and student copy; return their paths."""
    source = tmp_path / "course" / "solutions" / "09_tiny.py"
    for folder in (source.parent, source.parent.parent / "notebooks"):
        folder.mkdir(parents=True)
    source.write_text(TINY, encoding="utf-8")
    student_path(source).write_bytes(build_student(source))
    notebook = load_lesson(source)
    execute(notebook, profile="fast", timeout=60)
    nbformat.write(notebook, solution_path(source))
    return solution_path(source), student_path(source)


def fill(path, answers, name):
    """Copy a student notebook with some answers filled in; return the copy's path."""
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
        cell.source = answers.get(grade_id, cell.source)
    filled = path.with_name(name)
    nbformat.write(notebook, filled)
    return filled


# The tiny course


def test_nbval_accepts_the_same_verdicts_and_refuses_others(nbval, tiny, tmp_path):
    solution, _ = tiny
    accepted = nbval(solution)
    assert accepted.returncode == 0 and "5 passed" in accepted.stdout, accepted.stdout
    shutil.rmtree(tmp_path / "nbval")
    notebook = nbformat.read(solution, as_version=4)
    notebook.cells[-1].outputs[0].text = "0 of 2 points\n"
    nbformat.write(notebook, solution)
    refused = nbval(solution)
    assert refused.returncode == 1 and "1 failed, 4 passed" in refused.stdout, refused.stdout


def test_nbgrader_grades_solution_partial_wrong_and_untouched(grade, tiny, tmp_path):
    solution, untouched = tiny
    square = "def square(number):\n    return number**2"
    cube = "def cube(number):\n    return number + 24.5"
    cheat = "print('6 of 6 points')"
    points = grade(
        solution,
        {
            "solved": solution,
            "untouched": untouched,
            "partly": fill(untouched, {"ch09-square": square, "ch09-cube": cube}, "p.ipynb"),
            "cheated": fill(untouched, {"ch09-square-check": cheat}, "c.ipynb"),
        },
    )
    assert points == {
        "solved": (6, 6),
        "untouched": (0, 6),
        "partly": (4, 6),
        "cheated": (0, 6),
    }
    released = nbformat.read(tmp_path / "release/09_tiny/09_tiny.ipynb", as_version=4)
    ours = nbformat.read(untouched, as_version=4)
    assert [cell.id for cell in released.cells] == [cell.id for cell in ours.cells]
    for theirs, mine in zip(released.cells, ours.cells, strict=True):
        if kind(mine) == "answer":
            assert "raise NotImplementedError()" in theirs.source
            assert "return" not in theirs.source and "return" not in mine.source
        else:
            assert (theirs.source, theirs.metadata) == (mine.source, mine.metadata)


# The lessons


@pytest.mark.parametrize("lesson", LESSONS)
def test_solution_runs_under_nbval_with_the_committed_verdicts(nbval, lesson):
    result = nbval(ROOT / "solutions" / f"{lesson}.ipynb")
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize("lesson", UNTOUCHED)
def test_untouched_student_copy_runs_to_the_end_and_scores_nothing(lesson):
    notebook = nbformat.read(ROOT / "notebooks" / f"{lesson}.ipynb", as_version=4)
    execute(notebook, profile="fast", timeout=CELL_SECONDS)
    for rule in ("counts", "errors", "stderr", "widgets", "paths"):
        assert list(RULES[rule](notebook)) == []
    points = sum(entry.points for entry in exercises(lesson[:2]))
    if points:
        scores = [cell for cell in notebook.cells if re.search(r"^score\(", cell.source, re.M)]
        assert f" 0 of {points} points" in scores[-1].outputs[0].text


@pytest.mark.parametrize("lesson", [name[:2] for name in LESSONS if exercises(name[:2])])
def test_a_lesson_half_untouched_and_half_in_other_forms_runs_to_its_end(lesson):
    half = os.environ.get("AE_DATA") == "digits"  # .ci/run goes on with the other half
    forms = dict(list(mixed(lesson).items())[half::2])
    earned, goal, run = replay(lesson, forms)
    assert earned == goal
    if lesson in with_readings():
        assert list(broken(lesson, run)) == []


@pytest.mark.parametrize("lesson", GRADED)
def test_nbgrader_gives_the_solution_all_points_and_the_untouched_copy_none(grade, lesson):
    solution = ROOT / "solutions" / f"{lesson}.ipynb"
    untouched = ROOT / "notebooks" / f"{lesson}.ipynb"
    points = sum(entry.points for entry in exercises(lesson[:2]))
    graded = grade(solution, {"solved": solution, "untouched": untouched})
    assert graded == {"solved": (points, points), "untouched": (0, points)}
