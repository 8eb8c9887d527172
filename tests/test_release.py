"""The notebook builder, tried on tiny lessons: one for each way to go wrong."""

import argparse
import ast
import base64
import io
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import numpy as np
import pytest

from helpers.__main__ import main
from helpers.release import (
    add_commands,
    build_solution,
    build_student,
    execute,
    load_lesson,
    stale,
    student_notebook,
    write_student,
)
from helpers.release.leaks import differences, leaks, telling_lines
from helpers.release.lesson import find_sources
from helpers.release.lint import GUARD, GUARDED, _set_up, lint
from helpers.release.notebook import digest, read_source, worked_in
from helpers.release.outputs import MACHINE_PATH, problems, shrink, tidy

INTRO = """# %% [markdown]
# # 9 Tiny lesson

# %%
try:
    from helpers.course import about
except ImportError:
    raise ImportError("The course is not found here: open this notebook with "
                      "make lab, and rename a helpers.py beside it.") from None


def check(exercise, answer):
    return answer

"""
HEADING = """# %% [markdown]
# ### Exercise 9.1 — Affine map (3 points)
# *Warm-up, about 5 minutes*. Write it.

"""
ANSWER_MARKS = (
    '# %% nbgrader={"schema_version": 3, "grade_id": "ch09-affine", "grade": false, '
    '"locked": false, "solution": true, "task": false}\n'
)
ANSWER_CODE = '''def affine(inputs, kernel, bias):
    """Return the affine map of some inputs."""
    ### BEGIN SOLUTION
    hidden = inputs * kernel + bias
    return hidden
    ### END SOLUTION

'''
CHECK_MARKS = (
    '# %% nbgrader={"schema_version": 3, "grade_id": "ch09-affine-check", "grade": true, '
    '"locked": true, "points": 3, "solution": false, "task": false}\n'
)
CHECK_CODE = 'affine = check("9.1", affine)\n\n'
CLOSING = """# %%
print(affine(2.0, 3.0, 1.0))
"""
EXERCISE = HEADING + ANSWER_MARKS + ANSWER_CODE + CHECK_MARKS + CHECK_CODE
LESSON = INTRO + EXERCISE + CLOSING


@pytest.fixture
def write(tmp_path):
    """Write a lesson source into a course folder and return its path."""

    def write_lesson(text=LESSON, name="09_tiny"):
        source = tmp_path / "solutions" / f"{name}.py"
        source.parent.mkdir(exist_ok=True)
        source.write_text(text, encoding="utf-8")
        return source

    return write_lesson


def copy_of(source):
    return source.parent.parent / "notebooks" / f"{source.stem}.ipynb"


def edit(path, text="mine"):
    """Work in a notebook as Jupyter would: change a source, leave the metadata."""
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[-1].source = text
    nbformat.write(notebook, path)


# The student copy


def test_student_copy_has_the_stub_instead_of_the_answer(write):
    source = write()
    notebook = nbformat.reads(build_student(source).decode(), as_version=4)
    assert [cell.cell_type for cell in notebook.cells] == [
        "markdown", "code", "markdown", "code", "code", "code"
    ]  # fmt: skip
    assert notebook.cells[3].source == (
        "def affine(inputs, kernel, bias):\n"
        '    """Return the affine map of some inputs."""\n'
        "    # TODO: write your code here, then run this cell and the next one.\n"
        '    raise NotImplementedError("TODO 9.1")'
    )
    ast.parse(notebook.cells[3].source)
    assert all(not cell.outputs for cell in notebook.cells if cell.cell_type == "code")
    assert all(cell.execution_count is None for cell in notebook.cells if "outputs" in cell)


def test_student_copy_keeps_what_nbgrader_and_nbval_need(write):
    notebook = nbformat.reads(build_student(write()).decode(), as_version=4)
    answer, check = notebook.cells[3], notebook.cells[4]
    assert answer.metadata.nbgrader.solution and not answer.metadata.nbgrader.grade
    assert check.metadata.nbgrader.points == 3
    assert check.metadata.tags == ["nbval-check-output"]
    assert check.metadata.editable is False and answer.metadata.deletable is False
    assert len(check.metadata.nbgrader.checksum) == 32


def test_student_copy_has_neutral_metadata(write):
    content = build_student(write("# ---\n# jupyter:\n#   author: x\n# ---\n\n" + LESSON))
    notebook = json.loads(content)
    assert sorted(notebook["metadata"]) == ["kernelspec", "language_info", "workbook"]
    assert notebook["metadata"]["kernelspec"]["name"] == "python3"
    assert "version" not in notebook["metadata"]["language_info"]
    assert b"jupytext" not in content and b"inputs * kernel" not in content


PREDICTED = "\n# %%\n# A share.\nguess = 0.5  # prediction\n\n# %%\npredicted(guess, 1 / 3)\n"


def test_student_copy_asks_for_the_prediction_that_the_solution_has(write):
    source = write(LESSON + PREDICTED)
    notebook = nbformat.reads(build_student(source).decode(), as_version=4)
    assert notebook.cells[-2].source == "# A share.\nguess = ...  # prediction"
    ast.parse(notebook.cells[-2].source)
    assert notebook.cells[-1].source == "predicted(guess, 1 / 3)"
    assert load_lesson(source).cells[-2].source == "# A share.\nguess = 0.5  # prediction"


def test_stub_fits_in_79_columns_inside_a_method(write):
    method = ANSWER_CODE.replace("def affine", "class affine:\n    def call", 1)
    head, body = method.split("\n", 2)[0], method.split("\n", 2)[1:]
    nested = "\n".join([head, body[0], *("    " + line for line in body[1].splitlines())])
    source = write(LESSON.replace(ANSWER_CODE, nested + "\n\n"))
    notebook = nbformat.reads(build_student(source).decode(), as_version=4)
    lines = notebook.cells[3].source.splitlines()
    assert any(line.startswith("        # TODO") for line in lines)
    assert max(map(len, lines)) <= 79


def test_two_builds_are_byte_identical(write):
    first = build_student(write())
    assert build_student(write()) == first
    assert build_student(write(LESSON.replace("2.0", "4.0"))) != first


def test_cell_ids_come_from_grade_ids_or_content_and_are_unique(write):
    source = write(LESSON + "# %%\nprint(1)\n\n# %%\nprint(1)\n")
    ids = [cell.id for cell in load_lesson(source).cells]
    assert ids[3:5] == ["ch09-affine", "ch09-affine-check"]
    assert ids[-1] == ids[-2] + "-2"
    assert len(set(ids)) == len(ids)
    moved = write(INTRO + "# %%\nprint(0)\n\n" + EXERCISE + CLOSING)
    assert ids[0] == load_lesson(moved).cells[0].id


def test_round_trip_from_student_copy_and_answers_to_solution(write):
    source = write()
    solution = load_lesson(source)
    student = student_notebook(solution)
    student.cells[3].source = solution.cells[3].source
    assert digest(student) == digest(solution)
    assert digest(student_notebook(solution)) != digest(solution)


def test_student_copy_of_an_executed_solution_has_no_outputs(write):
    solution = load_lesson(write())
    fresh = student_notebook(solution)
    solution.cells[-1].outputs = [stream("7.0\n")]
    solution.cells[-1].execution_count = 4
    assert student_notebook(solution) == fresh
    assert solution.cells[-1].outputs == [stream("7.0\n")]


# What the builder refuses


def replaced(old, new, count=1):
    assert LESSON.count(old) >= 1
    return LESSON.replace(old, new, count)


BEGIN, END = "    ### BEGIN SOLUTION\n", "    ### END SOLUTION\n"
BAD_SOURCES = {
    "nested begin": (replaced(BEGIN, BEGIN + BEGIN), "inside another solution"),
    "begin alone": (replaced(END, ""), "without an '### END SOLUTION'"),
    "end alone": (replaced(BEGIN, ""), "without a '### BEGIN SOLUTION'"),
    "no marker": (replaced(BEGIN, "").replace(END, ""), "has no '### BEGIN SOLUTION'"),
    "nothing between": (
        replaced("    hidden = inputs * kernel + bias\n    return hidden\n", ""),
        "is empty",
    ),
    "sloppy marker": (replaced("### BEGIN", "# BEGIN"), "write the marker as"),
    "marker in a plain cell": (replaced(ANSWER_MARKS, "# %%\n"), "not an answer cell"),
    "hidden tests": (replaced("return answer", "### BEGIN HIDDEN TESTS"), "hidden tests"),
    "grade_id missing": (replaced('"ch09-affine"', '""'), "the grade_id is missing"),
    "grade_id twice": (LESSON + EXERCISE, "'ch09-affine' is used twice"),
    "grade_id of another lesson": (
        LESSON.replace("ch09-affine", "ch08-affine"),
        "reads 'ch09-name'. Received: 'ch08-affine'",
    ),
    "old schema": (replaced('"schema_version": 3', '"schema_version": 2'), "schema_version to 3"),
    "odd flags": (replaced('"locked": true', '"locked": false'), "neither those of an answer"),
    "no check": (replaced(CHECK_MARKS + CHECK_CODE, ""), "must be its check"),
    "cell between": (
        replaced(CHECK_MARKS, "# %%\nprint(0)\n\n" + CHECK_MARKS),
        "must be its check, 'ch09-affine-check'",
    ),
    "check alone": (replaced(ANSWER_MARKS + ANSWER_CODE, ""), "before a check must be its answer"),
    "check of another name": (replaced("ch09-affine-check", "ch09-other-check"), "must be its"),
    "points differ": (replaced("(3 points)", "(2 points)"), "points are 3, and the heading says 2"),
    "number differs": (replaced('check("9.1"', 'check("9.2"'), "checks 9.2, and the heading says"),
    "check drops the result": (replaced("affine = check", "check"), "a check cell reads"),
    "check does more": (replaced(CHECK_CODE, CHECK_CODE[:-1] + "x = 1\n"), "a check cell reads"),
    "name differs": (replaced(CHECK_CODE, 'dense = check("9.1", dense)\n'), "it checks 'dense'"),
    "name not defined": (replaced("def affine", "def other"), "does not define 'affine'"),
    "no heading": (replaced(HEADING, ""), "no exercise heading above"),
    "heading without answer": (LESSON + "\n" + HEADING.replace("9.1", "9.2"), "has no answer cell"),
    "sloppy heading": (replaced("9.1 — Affine", "9.1: Affine"), "reads like"),
    "numbers skip": (LESSON.replace("9.1", "9.4"), "number the exercises 9.1"),
    "no minutes": (replaced("*Warm-up, about 5 minutes*", "Easy"), "how hard and how long"),
    "not Python": (replaced("print(affine", "print affine"), "is not Python"),
    "stub not Python": (
        replaced("    hidden = i", "    if True:\n        hidden = i")
        .replace(BEGIN, "    for _ in range(1):\n" + BEGIN),
        "is not Python",
    ),
    "stub stops the notebook": (
        replaced("def affine", "def affine(*_): pass\n\n### BEGIN SOLUTION\nx = 1\n"
                 "### END SOLUTION\ndef affine"),
        "would stop the notebook",
    ),
    "graded prose": (
        replaced("# %% [markdown]\n# ###", '# %% [markdown] nbgrader={"schema_version": 3, '
                 '"grade_id": "ch09-x", "grade": true, "locked": false, "solution": true, '
                 '"points": 1, "task": false}\n# ###'),
        "only code cells are graded",
    ),
    "prediction without its result": (
        LESSON + PREDICTED.replace("predicted(guess", "predicted(other"),
        "no cell below says what was found: predicted(guess, ...)",
    ),
    "sloppy prediction": (
        LESSON + PREDICTED.replace("  # prediction", " # prediction"),
        "a prediction reads 'share = 0.1  # prediction'",
    ),
    "unknown metadata": (replaced("# %%\ntry", '# %% colour="red"\ntry'), "cell metadata colour"),
    "empty cell": (LESSON + "\n# %%\n", "remove the empty cell"),
    "answer in the code": (
        LESSON + "hidden = inputs  *  kernel + bias\n",
        "shows this line of a solution: hidden = inputs  *  kernel + bias",
    ),
    "answer in the prose": (
        LESSON + "\n# %% [markdown]\n# Use `hidden = inputs * kernel + bias`.\n",
        "shows this line of a solution",
    ),
    "answer in a tag": (
        LESSON + '\n# %% tags=["hidden = inputs * kernel + bias"]\nprint(1)\n',
        "shows this line of a solution",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD_SOURCES)
def test_bad_source_is_refused_with_file_cell_and_rule(write, case):
    text, rule = BAD_SOURCES[case]
    source = write(text)
    with pytest.raises(ValueError, match=re.escape(rule)) as refusal:
        build_student(source)
    for line in str(refusal.value).splitlines():
        assert re.match(r"solutions/09_tiny\.py, cell \d+ \(.+\): .+\.$", line)
    assert not copy_of(source).exists()


def test_all_problems_are_listed_at_once(write):
    with pytest.raises(ValueError) as refusal:
        load_lesson(write(LESSON.replace("3 points", "2 points") + "\n# %%\n"))
    assert len(str(refusal.value).splitlines()) == 2


def test_the_good_source_has_no_problem(write):
    solution = read_source(write())
    assert lint(solution, "09") == []
    student = student_notebook(solution)
    assert leaks(student, solution) == [] and differences(student, solution) == []


def test_an_exercise_without_points_is_allowed(write):
    text = LESSON.replace("(3 points)", "(no points)").replace('"points": 3', '"points": 0')
    assert build_student(write(text))


@pytest.mark.parametrize("name", ["9_tiny", "tiny", "09_Tiny"])
def test_lesson_names_are_checked(write, name):
    with pytest.raises(ValueError, match=r"NN_topic\.py\. Received"):
        load_lesson(write(name=name))


def test_a_missing_source_and_one_of_other_bytes_are_refused(write, tmp_path):
    source = write()
    with pytest.raises(ValueError, match=r"There is no lesson source 08_none\.py"):
        load_lesson(source.with_name("08_none.py"))
    source.write_bytes(b"\xff\xfe")
    with pytest.raises(ValueError, match="not UTF-8"):
        load_lesson(source)


# The first code cell


def test_a_lesson_begins_with_the_guard(write):
    lesson = read_source(write())
    assert list(_set_up(lesson, "09")) == []
    for bad in (
        LESSON.replace("make lab", "make it"),
        LESSON.replace("import about", "import *"),
        LESSON.replace("# %%\ntry", "# %%\nprint(0)\n\n# %%\ntry"),
    ):
        assert bad != LESSON
        (problem,) = _set_up(read_source(write(bad)), "09")
        assert problem == (1, "the first code cell begins with GUARD of helpers/release/lint.py")


OPENING = Path(__file__).parents[1] / "solutions" / "00_start_here.py"


@pytest.mark.parametrize(
    ("options", "beside"),
    [
        ((), "helpers.py"),
        # A Python that has no packages, and so not the course.
        (("-S",), None),
        (("-S",), "helpers.py"),
        (("-S",), "helpers/__init__.py"),
    ],
)
def test_without_the_course_the_first_cell_ends_in_one_sentence(tmp_path, options, beside):
    if beside:
        (tmp_path / beside).parent.mkdir(exist_ok=True)
        (tmp_path / beside).write_text("value = 1\n")
    first = next(cell for cell in read_source(OPENING).cells if cell.cell_type == "code")
    assert GUARDED.match(first.source)
    done = subprocess.run(
        [sys.executable, *options, "-c", first.source],
        cwd=tmp_path,
        env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    sentence = "".join(re.findall(r'"(.+)"', GUARD))
    assert done.stderr.splitlines()[-1] == f"ImportError: {sentence}"
    assert done.stderr.count("Error") == 1 + done.stderr.count("raise ImportError")
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("line", "telling"),
    [
        ("return inputs @ kernel + bias", True),
        ("gradients = tape.gradient(loss, autoencoder.trainable_weights)", True),
        ("return 1 / (1 + np.exp(-values))", True),
        ("return codes", False),
        ("codes = encoder(images)", False),
        ("for index in range(num_epochs):", False),
        ("for index in range(len(images)):", False),
        ("with tf.GradientTape() as tape:", False),
        ("inputs = keras.Input(shape=(784,))", False),
        ("# inputs @ kernel + bias, as in the figure above", False),
    ],
)
def test_which_lines_give_an_answer_away(line, telling):
    marked = f"### BEGIN SOLUTION\n    {line}\n### END SOLUTION"
    assert bool(telling_lines(marked)) is telling
    assert not telling_lines(line)


def test_a_copy_with_lines_of_its_own_differs(write):
    solution = load_lesson(write())
    student = student_notebook(solution)
    student.cells[3].source += "\n    return 5"
    student.cells[5].source += "\n1"
    assert differences(student, solution) == [
        "cell 4 (ch09-affine): this line is not in the solution: return 5",
        "cell 6 (print(affine(2.0, 3.0, 1.0))): differs from the solution's",
    ]
    del student.cells[0]
    assert "other cells" in differences(student, solution)[0]


# The work of a student


def test_untouched_copy_is_rebuilt_and_one_that_is_up_to_date_is_left_alone(write):
    source = write()
    path = copy_of(source)
    assert write_student([source]) == [path]
    assert write_student([source]) == []
    write(LESSON.replace("2.0", "4.0"))
    assert write_student([source]) == [path]
    assert b"affine(4.0" in path.read_bytes()


def test_running_cells_is_not_working_in_a_copy(write):
    source = write()
    write_student([source])
    path = copy_of(source)
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[-1].outputs = [nbformat.v4.new_output("stream", text="7.0\n")]
    notebook.metadata.language_info.version = "3.12.1"
    nbformat.write(notebook, path)
    assert not worked_in(path)


def test_copy_that_somebody_worked_in_is_refused_and_nothing_is_written(write):
    source, other = write(), write(LESSON.replace("09", "08").replace("9.1", "8.1"), "08_tiny")
    write_student([source])
    edit(copy_of(source))
    before = copy_of(source).read_bytes()
    write(LESSON.replace("2.0", "4.0"))
    with pytest.raises(ValueError, match=r"Somebody worked in notebooks/09_tiny\.ipynb"):
        write_student([other, source])
    assert copy_of(source).read_bytes() == before
    assert not copy_of(other).exists()
    assert sorted(os.listdir(copy_of(source).parent)) == ["09_tiny.ipynb"]


@pytest.mark.parametrize("content", [b"", b"not a notebook", b"[]", b'{"cells": []}', b"\xff"])
def test_unreadable_copy_counts_as_somebodys_work(write, content):
    source = write()
    copy_of(source).parent.mkdir()
    copy_of(source).write_bytes(content)
    with pytest.raises(ValueError, match="Somebody worked in"):
        write_student([source])
    assert copy_of(source).read_bytes() == content


def test_force_keeps_every_earlier_version(write):
    source = write()
    path = copy_of(source)
    kept = {}
    for number in ("", "2", "3"):
        write_student([source], force=True)
        edit(path, f"version {number}")
        kept[path.with_name(f"09_tiny.mine{number}.ipynb")] = path.read_bytes()
        write_student([source], force=True)
        assert not worked_in(path)
    assert {p: p.read_bytes() for p in path.parent.glob("*.mine*")} == kept


def test_force_keeps_no_copy_of_an_untouched_notebook(write):
    source = write()
    write_student([source])
    assert write_student([source], force=True) == []
    assert not list(copy_of(source).parent.glob("*.mine*"))


def test_a_failing_write_leaves_the_old_file_and_no_other(write, monkeypatch):
    source = write()
    write_student([source])
    before = copy_of(source).read_bytes()
    write(LESSON.replace("2.0", "4.0"))

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_student([source])
    assert copy_of(source).read_bytes() == before
    assert os.listdir(copy_of(source).parent) == ["09_tiny.ipynb"]


# Staleness


def test_stale_goes_by_content_and_not_by_time(write):
    source = write()
    assert [reason.split(":")[0] for reason in stale(source)] == [
        "notebooks/09_tiny.ipynb is missing",
        "solutions/09_tiny.ipynb is missing",
    ]
    write_student([source])
    nbformat.write(load_lesson(source), source.with_suffix(".ipynb"))
    os.utime(source, (2e9, 2e9))
    assert stale(source) == []
    write(LESSON.replace("2.0", "4.0"))
    assert stale(source) == [
        "notebooks/09_tiny.ipynb differs from its source: make student",
        "solutions/09_tiny.ipynb differs from its source: make solutions NB=09",
    ]


def test_stale_sees_what_differs_only_in_metadata(write):
    source = write()
    write_student([source])
    nbformat.write(load_lesson(source), source.with_suffix(".ipynb"))
    write(LESSON.replace("# %%\nprint(affine", '# %% tags=["hide"]\nprint(affine'))
    assert len(stale(source)) == 2


def test_stale_tells_work_from_age(write):
    source = write()
    write_student([source])
    edit(copy_of(source))
    assert stale(source)[0] == "notebooks/09_tiny.ipynb was worked in since it was built"


# The command line


def command(root, *words):
    parser = argparse.ArgumentParser()
    add_commands(parser.add_subparsers())
    args = parser.parse_args([*words, "--root", str(root)])
    return args.run(args)


def test_student_and_stale_commands(write, tmp_path, capsys):
    source = write()
    assert command(tmp_path, "student", "09") == 0
    assert command(tmp_path, "student", "9") == 0
    assert capsys.readouterr().out.splitlines() == [
        "notebooks/09_tiny.ipynb: written",
        "notebooks/09_tiny.ipynb: up to date",
    ]
    nbformat.write(load_lesson(source), source.with_suffix(".ipynb"))
    assert command(tmp_path, "stale") == 0
    copy_of(source).with_name("08_gone.ipynb").write_text("{}")
    copy_of(source).with_name("08_gone.mine.ipynb").write_text("{}")
    assert command(tmp_path, "stale") == 1
    assert capsys.readouterr().out == (
        "notebooks/08_gone.ipynb has no source solutions/08_gone.py: remove it\n"
    )


def test_lessons_are_found_by_number_or_stem(write, tmp_path):
    first, second = write(), write(name="10_other")
    assert find_sources(tmp_path) == [first, second]
    assert find_sources(tmp_path, ["10", "9", "09_tiny"]) == [first, second]
    with pytest.raises(ValueError, match=r"no lesson '11'\. There are 09_tiny, 10_other"):
        find_sources(tmp_path, ["11"])
    with pytest.raises(ValueError, match="no lesson source"):
        find_sources(tmp_path / "empty")


@pytest.mark.parametrize("name", ["student", "solutions", "stale"])
def test_commands_say_which_tool_is_missing(write, tmp_path, monkeypatch, name):
    write()
    monkeypatch.setattr("helpers.release.cli.TOOLS", ("json", "no_such_tool"))
    with pytest.raises(ValueError, match=r"author tools, and no_such_tool is not installed"):
        command(tmp_path, name)


def test_refusals_are_one_sentence_and_exit_code_2(write, tmp_path, capsys):
    source = write()
    write_student([source])
    edit(copy_of(source))
    assert main(["student", "--root", str(tmp_path)]) == 2
    assert main(["student", "--root", str(tmp_path), "11"]) == 2
    captured = capsys.readouterr()
    assert captured.out == "" and "Traceback" not in captured.err
    assert len(captured.err.splitlines()) == 2
    assert main(["student", "--root", str(tmp_path), "--force"]) == 0


# Running a solution


RUN = INTRO + EXERCISE


def test_solution_is_executed_and_records_where_and_how_long(write, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("NBGRADER_EXECUTION", "1")
    monkeypatch.setattr(sys.modules["helpers.release.execute"], "SLOW", 2)
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    monkeypatch.setenv("AE_DATA_DIR", "relative")
    # A kernel of the user's, for another interpreter, must not be the one that runs.
    kernel = tmp_path / "user" / "kernels" / "python3" / "kernel.json"
    kernel.parent.mkdir(parents=True)
    kernel.write_text('{"argv": ["false"], "display_name": "x", "language": "python"}')
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "user"))
    text = (
        "# %%\nimport os, time\n\nabout.note_data('a')\nabout.note_data('b')\ntime.sleep(2)\n"
        "print('one')\nprint('two', flush=True)\n"
        "open('beside.txt', 'w').close()\n"
        "print(os.environ['AE_PROFILE'], 'NBGRADER_EXECUTION' in os.environ,\n"
        "      os.path.isabs(os.environ['AE_DATA_DIR']))\n"
    )
    source = write(LESSON + "\n" + text)
    assert command(tmp_path, "solutions", "09", "--profile", "fast") == 0
    notebook = nbformat.read(source.with_suffix(".ipynb"), as_version=4)
    codes = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in codes] == [1, 2, 3, 4, 5]
    assert codes[3].outputs[0].text == "7.0\n"
    assert [output.text for output in codes[4].outputs] == ["one\ntwo\nfast False True\n"]
    facts = notebook.metadata.workbook
    assert facts.profile == "fast" and facts.data == "a, b" and facts.minutes < 1
    assert 0 < facts.gigabytes < 4
    if sys.platform == "linux":
        held = list(facts.held.values())
        assert held == sorted(set(held)) and 0 < held[-1] <= facts.gigabytes
    assert facts.seconds["cell 7 (import os, time)"] >= 2
    assert re.search(
        r"^ +\d+ s  cell 7 \(import os, time\)$", capsys.readouterr().out, re.MULTILINE
    )
    assert re.fullmatch(r"\d+ CPU cores?", facts.device)
    assert facts.source == digest(read_source(source))
    assert sorted(os.listdir(source.parent)) == ["09_tiny.ipynb", "09_tiny.py"]
    assert os.listdir(here) == []
    assert problems(notebook) == []
    assert "solutions" not in "".join(stale(source))


def test_words_and_layout_change_without_a_run(write, tmp_path):
    source = write(RUN + "# %%\nprint(1 + 1)\n")
    build_solution(source, profile="fast")
    path = source.with_suffix(".ipynb")
    source.write_text(
        source.read_text().replace("print(1 + 1)", "# a comment\nprint(\n    1 + 1\n)")
    )
    assert any("solutions/09_tiny.ipynb differs" in reason for reason in stale(source))
    assert command(tmp_path, "solutions", "09", "--keep") == 0
    built = nbformat.read(path, as_version=4)
    assert built.cells[-1].source == "# a comment\nprint(\n    1 + 1\n)"
    assert built.cells[-1].outputs[0].text == "2\n"
    assert built.metadata.workbook.source == digest(read_source(source))
    assert not any("solutions/" in reason for reason in stale(source))
    before = path.read_bytes()
    source.write_text(source.read_text().replace("1 + 1", "1 + 2"))
    with pytest.raises(ValueError, match="its code changed: run it"):
        command(tmp_path, "solutions", "09", "--keep")
    source.write_text(source.read_text() + "\n# %%\nprint(3)\n")
    with pytest.raises(ValueError, match=r"code cells, its source .*: run it"):
        command(tmp_path, "solutions", "09", "--keep")
    assert path.read_bytes() == before


def test_there_is_nothing_to_keep_of_a_solution_that_was_never_run(write, tmp_path):
    write(RUN)
    with pytest.raises(ValueError, match="is missing or was edited by hand"):
        command(tmp_path, "solutions", "09", "--keep")


def test_edited_solution_is_not_overwritten(write):
    source = write(RUN)
    path = source.with_suffix(".ipynb")
    nbformat.write(load_lesson(source), path)
    before = path.read_bytes()
    with pytest.raises(ValueError, match=r"Somebody edited solutions/09_tiny\.ipynb"):
        build_solution(source)
    assert path.read_bytes() == before


FAILING_RUNS = {
    "error": ("x = 1\n1 / 0", r"ZeroDivisionError at line 2, `1 / 0`: division by zero"),
    "stderr": ("import sys\n\nprint('late', file=sys.stderr)", r"it writes to stderr: late"),
    "dead": ("import os\n\nos._exit(1)", r"the kernel died"),
    "slow": ("import time\n\ntime.sleep(60)", r"more than 2 seconds"),
    "path": ("import os\n\nprint(os.path.join('/', 'some', 'where'))", r"this machine: /some/whe"),
}


@pytest.mark.parametrize("case", FAILING_RUNS)
def test_failing_run_keeps_the_old_notebook_and_names_the_cell(write, case):
    code, message = FAILING_RUNS[case]
    source = write(f"{RUN}# %%\n{code}\n")
    path = source.with_suffix(".ipynb")
    path.write_bytes(b"old")
    with pytest.raises(ValueError, match=message) as refusal:
        build_solution(source, profile="fast", timeout=2, force=True)
    first, *more = str(refusal.value).splitlines()
    assert re.match(r"solutions/09_tiny\.ipynb, cell 6 \(.*\): .*\.?$", first)
    # What ran to its end is kept, for an author to look at.
    kept = source.parents[1] / "build" / path.name
    assert kept.exists() == bool(more) == (case in ("stderr", "path"))
    assert path.read_bytes() == b"old"
    assert sorted(os.listdir(source.parent)) == ["09_tiny.ipynb", "09_tiny.py"]


def test_a_kernel_that_does_not_start_is_said_in_a_sentence(write, monkeypatch):
    monkeypatch.setattr(sys, "executable", shutil.which("false"))
    with pytest.raises(ValueError, match=r"09_tiny\.ipynb: the Jupyter kernel did not start"):
        build_solution(write())


def test_untouched_copy_runs_until_the_answer_is_called(write):
    notebook = student_notebook(load_lesson(write()))
    with pytest.raises(ValueError, match=r"cell 6 .* NotImplementedError .*TODO 9\.1"):
        execute(notebook, profile="fast", timeout=60)


# The outputs of a solution


def executed(*outputs, metadata=None, after=None):
    """Return a notebook of one executed cell and a caption."""
    cell = nbformat.v4.new_code_cell("show()", execution_count=1, outputs=list(outputs))
    if after is None:
        pictured = any("image/png" in output.get("data", {}) for output in outputs)
        after = "**Figure 9.1.** A square." if pictured else "Text."
    cells = [cell, nbformat.v4.new_markdown_cell(after)]
    return nbformat.v4.new_notebook(cells=cells, metadata=metadata or {})


def stream(text, name="stdout"):
    return nbformat.v4.new_output("stream", name=name, text=text)


def display(data, **metadata):
    return nbformat.v4.new_output("display_data", data=data, metadata=metadata)


def picture(*, dpi=100, width=20, alt="A grey square."):
    from PIL import Image

    buffer = io.BytesIO()
    Image.new("L", (width, 10), 128).save(buffer, "png", dpi=(dpi, dpi))
    data = {"image/png": base64.b64encode(buffer.getvalue()).decode(), "text/plain": alt}
    return display(data, **{"image/png": {"alt": alt}})


WIDGET = "application/vnd.jupyter.widget-view+json"
BAD_OUTPUTS = {
    "path in html": (executed(display({"text/html": "<b>/opt/some/file</b>"})), "path of this"),
    "path on Windows": (executed(stream(r"in C:\Users\me")), "path of this machine: C:"),
    "dpi": (executed(picture(dpi=200)), "200 dots per inch"),
    "width": (executed(picture(width=1300)), "1300 pixels wide"),
    "no alt": (executed(picture(alt="")), "needs a text alternative"),
    "empty alt": (executed(picture(alt="Figure.")), "needs a text alternative"),
    "long alt": (executed(picture(alt="a\nb")), "more than one line"),
    "no caption": (executed(picture(), after="Look."), "must be its caption"),
    "no picture": (executed(stream("9"), after="**Figure 9.1.** 9."), "9.1 is not shown by"),
    "widget alone": (executed(display({WIDGET: {"model_id": "x"}})), "without a static picture"),
    "widget state": (executed(metadata={"widgets": {"state": 1}}), "holds widget state"),
    "too big": (executed(stream("x" * 500_001)), "more than 500,000: cell 1 (show()) 500,"),
    "error": (
        executed(nbformat.v4.new_output("error", ename="E", evalue="bad", traceback=[])),
        "it ended with E: bad",
    ),
}


@pytest.mark.parametrize("case", BAD_OUTPUTS)
def test_bad_output_is_refused(case):
    notebook, message = BAD_OUTPUTS[case]
    found = problems(notebook)
    assert len(found) == 1 and message in found[0]


def test_counts_must_run_from_one_without_a_gap():
    notebook = executed()
    notebook.cells[0].execution_count = 2
    assert problems(notebook) == ["cell 1 (show()): its execution count is 2 and not 1"]


def test_captions_must_be_in_order():
    first, second = executed(picture()), executed(picture(), after="**Figure 9.1.** Again.")
    second.cells[0].execution_count = 2
    second.cells[0].id, second.cells[1].id = "second", "caption"
    first.cells += second.cells
    assert problems(first) == ["cell 3 (show()): its caption, Figure 9.1, is out of order"]


WAITING = "# In full this takes about {} seconds on two cores.\nslow()"


@pytest.mark.parametrize(
    ("source", "seconds", "found"),
    [
        ("slow()", 14, None),
        ("slow()", 38, "begin it with '# In full this takes about 40 seconds on two cores.'"),
        (WAITING.format(40), 38, None),
        (WAITING.format(40), 14, None),  # a quicker machine
        (WAITING.format(40), 13, "it says that it takes 40 seconds and took 13"),
        (WAITING.format(20), 61, "it says that it takes 20 seconds and took 61"),
        (WAITING.format(20), 0, "it says that it takes 20 seconds and took 0"),
    ],
)
def test_a_cell_that_makes_one_wait_says_so(source, seconds, found):
    notebook = executed()
    cell = nbformat.v4.new_code_cell(source, execution_count=2)
    notebook.cells.append(cell)
    # Its number is that of the run; a text cell may have come before it since.
    kept = {"cell 7 (slow())": seconds, "cell 1 (show())": 90}
    notebook.metadata.workbook = nbformat.from_dict({"profile": "full", "seconds": kept})
    where = f"cell {len(notebook.cells)} (slow())"
    assert problems(notebook) == ([f"{where}: {found}"] if found else [])
    notebook.metadata.workbook.profile = "fast"
    assert problems(notebook) == []


def test_good_outputs_pass():
    link = '<img src="data:image/png;base64,AAAA/bb/cc"> SSE/image, https://example.org/a/b, 1/2/3'
    notebook = executed(picture(), display({"text/html": link}), stream("a/b and/or c"))
    assert problems(notebook) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("saved in /var/data/mnist.npz", True),
        ("'/srv/x/y.py'", True),
        ("https://example.org/a/b", False),
        ("images/second, train/test/all", False),
        ("~/.keras/datasets/mnist.npz, $AE_DATA_DIR/mnist.npz", False),
        ("<b>bold</b></td></tr>", False),
        ("3 / 4 / 5", False),
    ],
)
def test_machine_paths_are_told_from_fractions_and_addresses(text, found):
    assert bool(MACHINE_PATH.search(text)) is found


def photograph(*, alpha=255):
    """Return a PNG of 60 x 60 grey pixels with a tint of their own, about 1,000 colours."""
    from PIL import Image

    rng = np.random.default_rng(0)
    grey, tint = rng.integers(0, 250, (60, 60, 1)), rng.integers(0, 5, (60, 60, 3))
    opacity = np.full((60, 60, 1), alpha)
    pixels = np.concatenate((grey + tint, opacity), axis=-1).astype(np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "png", dpi=(72, 72))
    return buffer.getvalue()


def test_shrink_halves_a_picture_and_keeps_what_is_seen():
    from PIL import Image

    png = photograph()
    small = shrink(png)
    assert len(small) < len(png) / 2 and small == shrink(png)
    with Image.open(io.BytesIO(png)) as before, Image.open(io.BytesIO(small)) as after:
        assert after.size == before.size and round(after.info["dpi"][0]) == 72
        difference = np.subtract(before.convert("RGB"), after.convert("RGB"), dtype=float)
    assert 0 < np.abs(difference).max() <= 8
    notebook = executed(display({"image/png": base64.b64encode(png).decode()}))
    tidy(notebook)
    assert base64.b64decode(notebook.cells[0].outputs[0].data["image/png"]) == small


def test_shrink_leaves_transparent_and_small_pictures_alone():
    transparent = photograph(alpha=100)
    assert shrink(transparent) == transparent
    assert shrink(shrink(photograph())) == shrink(photograph())


def test_tidy_merges_streams_keeps_order_and_drops_dressed_widgets():
    shown = picture()
    shown.data[WIDGET] = {"model_id": "x"}
    bar = stream("1 of 2\r2 of 2\n")
    notebook = executed(stream("a\n"), stream("b\n"), shown, bar, stream("c", "stderr"))
    tidy(notebook)
    outputs = notebook.cells[0].outputs
    assert [output.get("text") for output in outputs] == ["a\nb\n", None, "2 of 2\n", "c"]
    assert set(outputs[1].data) == {"image/png", "text/plain"}
