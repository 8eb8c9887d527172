"""The grader's benchmark: the class it makes, and what is measured of it, without a clock."""

import contextlib
import importlib.util
import json
import subprocess
import sys

import pytest

from helpers.__main__ import main
from helpers.studies.bench import grading


def test_a_class_of_twenty_has_all_kinds_and_no_two_hand_in_the_same(tmp_path):
    kinds = grading.build_class(tmp_path, 20)
    assert {kind: kinds.count(kind) for kind in kinds} == {
        "right": 11,
        "partly": 5,
        "empty": 2,
        "looping": 1,
        "crashing": 1,
    }
    texts = [path.read_text() for path in sorted(tmp_path.glob("*/*.ipynb"))]
    assert len(texts) == 20 and len(set(texts)) == 20 - 1  # the two empty ones are equal
    for kind, text in zip(kinds, texts, strict=True):
        assert ("while True: pass" in text) == (kind == "looping")
        assert ("os._exit(3)" in text) == (kind == "crashing")


def test_each_way_grades_its_class_and_the_first_is_graded_again(tmp_path, monkeypatch):
    asked = []

    def grade(submissions, out, size, way):
        asked.append((len(list(submissions.iterdir())), out.name, way))
        return {"submissions": size, **way, "seconds": len(asked)}

    monkeypatch.setattr(grading, "_grade", grade)
    report = grading.measure([2, 3], 0, with_dask=4)
    assert asked == [
        (2, "out0", {"jobs": 1}),
        (2, "out1", {"jobs": 2}),
        (3, "out2", {"jobs": 2}),
        (4, "out3", {"dask_workers": 2}),
        (2, "out1", {"jobs": 2}),  # again: all of it is there
    ]
    assert report["again_seconds"] == 5 and "nbgrader" not in report
    assert [run["submissions"] for run in report["runs"]] == [2, 2, 3, 4]


@pytest.mark.parametrize(
    ("way", "asked"),
    [({"jobs": 2}, ["--jobs", "2"]), ({"dask_workers": 2}, ["--dask", "tcp://here:1"])],
)
def test_a_graded_class_is_told_in_figures(tmp_path, monkeypatch, way, asked):
    out = tmp_path / "out"

    def timed(command, folder):
        assert command[-2:] == asked
        out.mkdir()
        rows = [{"student": f"s{n}", "level": "L1", "seconds": float(n)} for n in range(21)]
        text = "".join(f"{json.dumps(row)}\n" for row in rows)
        (out / "results.jsonl").write_text(text)
        return 30.0, 700

    monkeypatch.setattr(grading, "_timed", timed)
    monkeypatch.setattr(
        grading, "_cluster", lambda count: contextlib.nullcontext("tcp://here:1" * (count == 2))
    )
    found = grading._grade(tmp_path, out, 21, way)
    assert way.items() <= found.items()
    assert found["graded"] == 21 and found["per_minute"] == 42
    assert found["median_seconds"] == 10 and found["p95_seconds"] == 19
    assert found["peak_memory_mb"] == 700 and found["level"] == "L1"


def test_the_memory_of_a_command_is_seen(tmp_path):
    hold = "import time; held = b'x' * 10**8; time.sleep(2)"
    # In a process of its own: all that run below it are counted.
    code = (
        "import sys; from pathlib import Path; from helpers.studies.bench import grading; "
        f"print(grading._timed([sys.executable, '-c', {hold!r}], Path({str(tmp_path)!r}))[1])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert 100 <= int(done.stdout) < 300


@pytest.mark.parametrize(
    ("option", "module"), [("--dask", "distributed"), ("--nbgrader", "nbgrader")]
)
def test_what_is_missing_is_said_before_anything_is_measured(option, module, monkeypatch, capsys):
    monkeypatch.setattr(grading, "measure", lambda *_: pytest.fail("measured"))
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == module else name)
    assert main(["bench-grading", "--nbgrader", "0", option, "4"]) == 2
    assert f"This needs {module}: pip install" in capsys.readouterr().err


def test_a_command_that_fails_is_no_measurement(tmp_path):
    with pytest.raises(OSError, match="ended with exit code 3"):
        grading._timed(["python", "-c", "raise SystemExit(3)"], tmp_path)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--sizes", "many"], "--sizes takes whole numbers. Received: 'many'"),
        (["--sizes", "0"], "Received: 0, 40 and 0"),
        (["--dask", "-1"], "--dask is at least 0"),
    ],
)
def test_mistakes_on_the_command_line_take_one_sentence(words, said, capsys):
    assert main(["bench-grading", *words]) == 2
    error = capsys.readouterr().err
    assert said in error and error.count("\n") == 1
