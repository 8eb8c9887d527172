"""A student's answers run in a process of their own: what goes wrong in one costs that one."""

import json
import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from grading_kit import solution
from work_kit import answered, at, code, today

from helpers.checks.registry import get
from helpers.course import ROOT
from helpers.work import judging
from helpers.work.answers import work_in
from helpers.work.cells import cells_of
from helpers.work.judging import NotJudged, judge
from helpers.work.lessons import facts
from helpers.work.trial import Trial, execute, set_up

LESSON = facts("01")
ENTRIES = LESSON.exercises
RIGHT = solution("01")


def judged(book, folder, seconds=10):
    """Return status and words by exercise."""
    work = work_in(cells_of(book["cells"]), LESSON)
    found = judge(LESSON, work, folder, seconds)
    assert [one.id for one in found] == [entry.id for entry in ENTRIES]
    assert all(one.points == (one.of if one.status == "passed" else 0) for one in found)
    return {one.id: (one.status, one.words) for one in found}


def put(book, number, text):
    book["cells"][at(book, ENTRIES[number].grade_id)]["source"] = text


def test_right_answers_earn_everything_with_what_stands_beside_them(tmp_path):
    """Own cells, modules in the folder, magics and ``await`` are as in a notebook."""
    book = answered(today("01"), "01")
    (tmp_path / "my_module.py").write_text("HALF = 0.5\n")
    (tmp_path / "random.py").write_text("raise RuntimeError('not the module of that name')\n")
    book["cells"].insert(at(book, ENTRIES[1].grade_id), code("from my_module import HALF"))
    put(book, 1, f"%%time\nassert HALF == 0.5\n!echo hello\nprint('{{}}')\n{RIGHT['1.2']}")
    put(book, 2, f"import asyncio\nawait asyncio.sleep(0)\n{RIGHT['1.3']}")
    assert set(judged(book, tmp_path, seconds=60).values()) == {("passed", "")}


def test_an_answer_that_is_wrong_crashes_or_never_ends_costs_itself(tmp_path):
    book = answered(today("01"), "01")
    name = [entry.name for entry in ENTRIES]
    put(book, 0, f"import numpy as np\nnp.sum = None\ndef {name[0]}(*a, **k):\n    return 0")
    put(book, 1, f"import os\ndef {name[1]}(*a, **k):\n    os._exit(0)")
    put(book, 2, f"def {name[2]}(*a, **k):\n    while True:\n        pass")
    put(book, 3, f"{name[3]} = nowhere")
    put(book, 4, f"exit()\n{RIGHT[ENTRIES[4].id]}")
    found = judged(book, tmp_path)
    assert found["1.1"][0] == "not yet"
    assert found["1.2"] == ("crashed", judging._STATUS["crashed"])
    assert found["1.3"] == ("time-out", judging._STATUS["time-out"])
    assert found["1.4"] == (
        "not yet",
        "its cell stops with NameError: name 'nowhere' is not defined",
    )
    assert found["1.5"] == ("not yet", "its cell stops with SystemExit: None")
    assert {found[entry.id][0] for entry in ENTRIES[5:]} == {"passed"}


def test_without_answers_nothing_runs(tmp_path, monkeypatch):
    monkeypatch.setattr(judging.subprocess, "Popen", None)
    assert {status for status, _ in judged(today("01"), tmp_path).values()} == {"not started"}


def test_a_set_up_cell_that_does_not_run_is_no_fault_of_an_answer(tmp_path, monkeypatch):
    broken = replace(LESSON, setup="import no_such_package")
    work = work_in(cells_of(answered(today("01"), "01", ["1.1"])["cells"]), LESSON)
    with pytest.raises(NotJudged, match=r"does not run here: .*no_such_package"):
        judge(broken, work, tmp_path)


def test_nothing_is_left_running(tmp_path):
    book = answered(today("01"), "01", [])
    sleeping = "import os, subprocess, sys\nfrom pathlib import Path\n"
    sleeping += "p = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
    sleeping += "Path('pid').write_text(str(p.pid))\n"
    put(book, 0, sleeping + RIGHT["1.1"])
    assert judged(book, tmp_path)["1.1"][0] == "passed"
    if os.name != "posix":
        pytest.skip("processes are counted otherwise here")
    pid = int((tmp_path / "pid").read_text())
    state = Path(f"/proc/{pid}/stat")
    assert not state.exists() or state.read_text().split()[2] == "Z"


@pytest.mark.skipif(os.name != "posix", reason="processes are counted otherwise here")
def test_an_endless_answer_ends_when_nobody_waits_for_it(tmp_path):
    """The one who asked for points may be stopped with kill -9."""
    text = "import os\nfrom pathlib import Path\nPath('pid').write_text(str(os.getpid()))\n"
    job = {"setup": "", "steps": [{"exercise": "1.1", "status": "", "words": ""}]}
    job["steps"][0]["source"] = f"{text}while True:\n    pass"
    program = "from helpers.work.trial import main; main()"
    process = subprocess.Popen(
        [sys.executable, "-c", program],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    with process, process.stdin as pipe:
        pipe.write(json.dumps(job).encode() + b"\n")
        pipe.flush()
        while not (tmp_path / "pid").exists():
            assert process.poll() is None
            time.sleep(0.1)
        pipe.close()
        assert process.wait() == 1


# In this process: what a step does to the names


ENTRY = get("1.1")


def fresh(**names):
    return Trial({"__name__": "__main__", **names})


def test_of_a_wrong_answer_stays_what_it_defines_anew_and_the_reference_has_its_name():
    trial = fresh(np="numpy")
    wrong = f"np = 3\nhelp_me = 4\ndef {ENTRY.name}(*a, **k):\n    return None"
    status, words = trial.judge(ENTRY, wrong)
    assert status == "not yet" and words
    assert (trial.names["np"], trial.names["help_me"]) == ("numpy", 4)
    assert trial.names[ENTRY.name] is ENTRY.load_reference()


@pytest.mark.parametrize(
    ("text", "status", "said"),
    [
        (RIGHT["1.1"], "passed", ""),
        (LESSON.stubs[ENTRY.grade_id], "not started", ""),
        ("def other():\n    return 1", "not yet", "no longer defines"),
        ("def broken(:", "not yet", "SyntaxError"),
        ("raise SystemExit", "not yet", "SystemExit"),
        ("input()", "not yet", "EOFError"),
        (f"from helpers.answers.lesson01 import {ENTRY.name}", "not yet", ""),
    ],
)
def test_what_becomes_of_an_answer(text, status, said, monkeypatch):
    monkeypatch.setattr("builtins.input", lambda: (_ for _ in ()).throw(EOFError("nobody")))
    trial = Trial(set_up(LESSON.setup))
    found = trial.judge(ENTRY, text)
    assert found[0] == status and said in found[1]
    assert callable(trial.names[ENTRY.name])


def test_a_line_of_the_students_is_named():
    text = f"def {ENTRY.name}(*a, **k):\n    return 1 / 0"
    assert "(line 2 of your cell: return 1 / 0)" in fresh().judge(ENTRY, text)[1]


def test_own_cells_add_names_and_change_none():
    trial = fresh(np="numpy")
    trial.own("np = 3\nmine = 4\nyours = missing\nimport fractions\nprint('!')")
    assert trial.names["np"] == "numpy" and trial.names["mine"] == 4
    assert "fractions" in trial.names and "yours" not in trial.names
    trial.own("not ) python")


def test_an_answer_that_was_judged_before_is_there_again():
    trial = fresh()
    trial.repeat(ENTRY, RIGHT["1.1"], "passed")
    assert trial.names[ENTRY.name] is not ENTRY.load_reference()
    trial = fresh(kept=1)
    trial.repeat(ENTRY, f"kept = 2\nanew = 3\n{RIGHT['1.1']}", "not yet")
    assert trial.names[ENTRY.name] is ENTRY.load_reference()
    assert (trial.names["kept"], trial.names["anew"]) == (1, 3)
    trial.repeat(ENTRY, "raise SystemExit", "passed")
    assert trial.names[ENTRY.name] is ENTRY.load_reference()


def test_the_graders_of_a_notebook_do_nothing_here():
    names = set_up("")
    execute("x = check('1.1', 3)\nhint('1.1')\nscore()\npredicted(1, 2)\ndisplay(3)", names, "1.1")
    assert names["x"] == 3
