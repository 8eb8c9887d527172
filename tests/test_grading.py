"""Scores of honest submissions: right earns its points, wrong loses only its own."""

import importlib
import json
import re

import pytest
from grading_kit import (
    LESSONS,
    LIMITS,
    ROOT,
    SEED,
    filled,
    grade,
    hand_in,
    levels,
    settings,
    solution,
)

from helpers.checks.registry import exercises, get
from helpers.grading.intake import find
from helpers.grading.trusted.scorer import Scorer
from helpers.grading.trusted.worker import NoRunner, WarmParent, grade_job

pytestmark = pytest.mark.skipif(levels() == (), reason="no process can be forked here")
# Arrays, models and gradients. The checks of all lessons see answers across the wire in
# test_grading_forms.py, without a process for each.
SOME = ["02", "03"]


def tables(lesson):
    """Return the text of a table of answers as code that any cell can run, and the tables."""
    name = f"test_checks_lesson{lesson}"
    text = (ROOT / "tests" / f"{name}.py").read_text(encoding="utf-8")
    text = re.sub(r"^from answers import .*$|^.*closing_tests\(.*$", "", text, flags=re.MULTILINE)
    return text, importlib.import_module(name)


def taken(text, key, table, row):
    """Return an answer cell that takes its answer out of a table."""
    return f"{text}\n{get(key).name} = {table}[{key!r}][{row}][1]\n"


def rounds(text, table, name):
    """Yield ``(rows, answers)`` until each row of a table had its turn."""
    for number in range(max(map(len, table.values()))):
        rows = {key: min(number, len(entries) - 1) for key, entries in table.items()}
        yield rows, {key: taken(text, key, name, row) for key, row in rows.items()}


def points(graded):
    return {key: outcome["points"] for key, outcome in graded.items()}


def full(lesson):
    return {entry.id: entry.points for entry in exercises(lesson)}


@pytest.mark.parametrize("level", levels())
def test_models_and_gradients_earn_their_points_at_every_level(level):
    graded = grade("03", solution("03"), level=level)
    assert points(graded) == full("03"), graded


@pytest.mark.parametrize("lesson", LESSONS)
def test_the_solution_earns_everything_and_nothing_earns_nothing(lesson):
    graded = grade(lesson, solution(lesson))
    assert points(graded) == full(lesson), graded
    assert {outcome["reason"] for outcome in graded.values()} == {""}
    empty = grade(lesson, {})
    assert {outcome["status"] for outcome in empty.values()} == {"not started"}


@pytest.mark.parametrize("lesson", SOME)
def test_right_answers_by_other_methods_earn_everything(lesson):
    text, module = tables(lesson)
    for _, answers in rounds(text, module.RIGHT, "RIGHT"):
        graded = grade(lesson, answers)
        assert points(graded) == full(lesson), graded


@pytest.mark.parametrize("lesson", SOME)
def test_every_named_mistake_earns_nothing_and_is_named(lesson):
    text, module = tables(lesson)
    for rows, answers in rounds(text, module.WRONG, "WRONG"):
        for key, outcome in grade(lesson, answers).items():
            _, _, message = module.WRONG[key][rows[key]]
            assert outcome["points"] == 0, (key, rows[key])
            assert message in " ".join(text for _, _, text in outcome["feedback"]), outcome


def test_a_mistake_loses_its_exercise_and_no_other():
    text, _ = tables("02")
    for key in full("02"):
        graded = grade("02", {**solution("02"), key: taken(text, key, "WRONG", 0)})
        assert points(graded) == {**full("02"), key: 0}, graded


def test_later_answers_go_on_with_the_reference_for_an_early_failure():
    uses_it = "def encode(vectors, mean, components):\n    fit_pca(vectors, 1)\n    " + (
        "return (vectors - mean) @ components.T"
    )
    for broken in ("def fit_pca(:", "raise SystemExit", "import os; os._exit(3)", "x = 1"):
        graded = grade("02", {"2.1": broken, "2.2": uses_it})
        assert points(graded) == {**dict.fromkeys(full("02"), 0), "2.2": 1}, graded


def test_later_answers_may_use_a_helper_of_an_earlier_cell():
    helper = "def centre(v, m):\n    return v - m\n\n"
    encode = (
        "def encode(vectors, mean, components):\n    return centre(vectors, mean) @ components.T"
    )
    graded = grade("02", {"2.1": helper + solution("02")["2.1"], "2.2": encode})
    assert points(graded)["2.2"] == 1


def test_same_seed_same_inputs_and_another_seed_others():
    def drawn(seed):
        scorer = Scorer("02", None, seed, 1)
        return [scorer._hidden_seed(entry) for entry in exercises("02")]

    assert drawn("a") == drawn("a")
    assert not set(drawn("a")) & set(drawn("b"))
    assert 0 not in drawn("a")


def test_hidden_seeds_fit_the_reference():
    graded = [points(grade("02", solution("02"), seed=str(seed))) for seed in range(3)]
    assert graded == [full("02")] * 3


def test_magics_and_shell_commands_of_a_notebook_do_no_harm():
    cell = "%matplotlib inline\n!echo hello\n" + solution("02")["2.2"]
    assert grade("02", {"2.2": cell})["2.2"]["points"] == 1


def test_a_notebook_of_habits_earns_what_it_earns_in_the_notebook(tmp_path):
    """One habit an exercise: magics, an await, a split cell, merged ones, lost marks."""
    right = solution("02")
    book = filled("02", right)
    cells = {cell["metadata"].get("nbgrader", {}).get("grade_id"): cell for cell in book["cells"]}
    first, second, third, fourth, fifth, sixth, seventh, _ = (
        cells[entry.grade_id] for entry in exercises("02")
    )
    first["source"] = "%%time\n" + right["2.1"]
    second["source"] = f"%%capture\n{right['2.2']}\n%timeit encode\n!ls\nencode?"
    third["source"] = f"import asyncio\nawait asyncio.sleep(0)\n{right['2.3']}"
    fourth["source"] = "one = 1"
    at = book["cells"].index(fourth) + 1
    book["cells"].insert(at, {**fourth, "id": "split", "source": right["2.4"]})
    fifth["source"] = f"{right['2.5']}\n\n{right['2.6']}"
    book["cells"].remove(sixth)
    seventh["metadata"], seventh["id"] = {}, "new"
    hand_in(tmp_path, "ann", "02", json.dumps(book))
    (one,), _ = find(tmp_path)
    graded = grade("02", one.answers)
    assert points(graded) == full("02"), (graded, one.notes)


def test_writing_into_the_inputs_neither_helps_nor_goes_unseen():
    spoil = "def encode(vectors, mean, components):\n    vectors[:] = mean\n    return 0 * {}"
    assert grade("02", {"2.2": spoil.format("vectors[:, :2]")})["2.2"]["points"] == 0
    in_place = "def encode(vectors, mean, components):\n    vectors -= mean\n    return {}"
    spoilt = grade("02", {"2.2": in_place.format("vectors @ components.T")})["2.2"]
    assert spoilt["points"] == 0 and spoilt["reason"]


def test_a_set_up_cell_that_computes_runs_after_the_fork():
    """A fork of a process in which TensorFlow has run anything would hang for ever."""
    computing = settings(levels()[0])
    lesson = {**computing["lessons"]["02"]}
    lesson["setup"] += "\nimport tensorflow as tf\nsum_of_set_up = tf.constant([1.0, 2.0]) + 1\n"
    parent = WarmParent({**computing, "lessons": {"02": lesson}})
    answers = {"2.2": "assert float(sum_of_set_up[1]) == 3\n" + solution("02")["2.2"]}
    job = {"lesson": "02", "seed": SEED, "answers": answers}
    try:
        result = grade_job(job, {}, parent, LIMITS.wall)
    finally:
        parent.close()
    assert [outcome["points"] for outcome in result["outcomes"]] == [0, 1, 0, 0, 0, 0, 0, 0]


def test_a_machine_that_starts_no_runner_is_no_students_fault(monkeypatch):
    parent, tries = WarmParent(settings("L1")), []

    def fail(lesson):
        tries.append(lesson)
        raise OSError("no more processes")

    for step in ("start", "expect_start"):
        monkeypatch.setattr(parent, step, lambda: None)
    monkeypatch.setattr(parent, "_fork", fail)
    with pytest.raises(NoRunner, match="no more processes"):
        grade_job({"lesson": "02", "seed": SEED, "answers": {"2.2": "x = 1"}}, {}, parent, 5)
    assert tries == ["02", "02"]


def test_a_model_with_code_in_a_layer_is_never_rebuilt_here(tmp_path):
    """Its code runs with the student's other code, where it can harm nobody."""
    cell = f"""
def build_basic(input_size, code_size):
    def spy(x):
        try:
            open({str(tmp_path / "written")!r}, "w")
        except OSError:
            pass
        return x
    halves = []
    for before, after in ((input_size, code_size), (code_size, input_size)):
        layers = [keras.layers.Dense(after, "sigmoid"), keras.layers.Lambda(spy)]
        halves.append(keras.Sequential([keras.Input((before,)), *layers]))
    return halves
"""
    graded = grade("03", {"3.3": cell})
    assert graded["3.3"]["points"] == 2, graded["3.3"]
    assert not (tmp_path / "written").exists() or levels()[0] == "L1"
