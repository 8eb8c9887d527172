"""Grading by other means: a cluster of two processes, one killed, and nbgrader itself."""

import csv
import json
import os
import shutil
import signal
import sys
from functools import partial

import pytest
from grading_kit import LIMITS, ROOT, hand_in, levels, settings, solution
from test_execution import call  # noqa: F401  (a fixture)

from helpers.__main__ import main
from helpers.grading import cli, nbgrader
from helpers.grading.coordinator import Plan, grade_class
from helpers.grading.intake import find
from helpers.grading.nbgrader import export

CLASS = 10


@pytest.mark.skipif(levels() == (), reason="no process can be forked here")
@pytest.mark.filterwarnings("ignore")  # the cluster's own, when one of its processes is killed
def test_a_cluster_that_loses_a_machine_grades_everybody_once(tmp_path, monkeypatch):
    distributed = pytest.importorskip("distributed")
    from helpers.grading import cluster

    monkeypatch.setattr(cluster, "_BATCH", 2)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    for number in range(CLASS):
        answer = solution("02")["2.2"] + f"\n# {number}"
        hand_in(tmp_path / "class", f"s{number:02d}", "02", {"2.2": answer})
    submissions, _ = find(tmp_path / "class")
    plan = Plan(tmp_path / "out", "s", levels()[0])
    killed = []
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
    ) as machines:
        grader = cluster.Cluster(settings(levels()[0], LIMITS), machines.scheduler_address)

        def kill_one(done, total, seconds):
            if done >= 2 and not killed:
                (pid,) = {w.pid for w in list(machines.workers.values())[:1]}
                os.kill(pid, signal.SIGKILL)
                killed.append(pid)

        try:
            records = grade_class(submissions, plan, lambda: grader, kill_one)
        finally:
            grader.close()
    assert killed
    lines = (tmp_path / "out" / "results.jsonl").read_text().splitlines()
    students = [json.loads(line)["student"] for line in lines]
    assert sorted(students) == [f"s{number:02d}" for number in range(CLASS)]
    assert {record["points"] for record in records} == {1}
    assert {record["problem"] for record in records} == {""}


def test_nobody_at_the_scheduler_is_said_in_one_sentence(tmp_path, monkeypatch):
    distributed = pytest.importorskip("distributed")
    from helpers.grading.cluster import Cluster

    def refuse(*words, **options):
        raise OSError("timed out")

    monkeypatch.setattr(distributed, "Client", refuse)
    with pytest.raises(ValueError, match="No scheduler answers at 'tcp://nowhere:1'"):
        Cluster({}, "tcp://nowhere:1")


def test_without_dask_the_command_says_what_to_install_and_grades_nothing(
    tmp_path, monkeypatch, capsys
):
    monkeypatch.setitem(sys.modules, "distributed", None)
    monkeypatch.setattr(cli, "choose_level", lambda *_: ("L1", "limits only"))
    hand_in(tmp_path / "class", "ann", "02", {"2.2": "encode = 1"})
    words = ["grade", tmp_path / "class", "--out", tmp_path / "out", "--dask", "tcp://nowhere:1"]
    assert main(list(map(str, words))) == 2
    said = capsys.readouterr().err
    assert said == "--dask needs dask.distributed: pip install -e '.[cluster]'\n"
    assert (tmp_path / "out" / "results.jsonl").read_bytes() == b""
    assert not (tmp_path / "out" / "grades.csv").exists()


@pytest.mark.filterwarnings("ignore")
def test_what_no_machine_brings_back_is_a_fault_of_the_grader_s_and_no_grade(tmp_path, monkeypatch):
    distributed = pytest.importorskip("distributed")
    from helpers.grading import cluster

    def break_down(settings, batch):
        raise OSError("this machine has no memory left")

    monkeypatch.setattr(cluster, "grade_batch", break_down)
    for student in ("ann", "bo"):
        hand_in(tmp_path / "class", student, "02", {"2.2": f"{student} = 1"})
    plan = Plan(tmp_path / "out", "s", "L1")
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, processes=False, dashboard_address=None
    ) as machines:
        grader = cluster.Cluster({}, machines.scheduler_address)
        records = grade_class(find(tmp_path / "class")[0], plan, lambda: grader)
        grader.close()
    said = "no machine of the cluster brought it back: OSError"
    assert {record["student"]: record["problem"] for record in records} == {"ann": said, "bo": said}


@pytest.fixture
def workbook(tmp_path):
    """Return a workbook of two lessons that are built, and none that is being written."""
    folder = tmp_path / "workbook"
    (folder / "solutions").mkdir(parents=True)
    for lesson in ("00_start_here", "02_pca"):
        for suffix in (".py", ".ipynb"):
            shutil.copy(ROOT / "solutions" / (lesson + suffix), folder / "solutions")
    return folder


def test_the_tree_for_nbgrader_holds_every_lesson_and_replaces_nothing_foreign(workbook, tmp_path):
    course = tmp_path / "course"
    written = export(course, workbook)
    assert len(written) == 3
    assert export(course, workbook) == written
    first = course / "source" / "02_pca" / "02_pca.ipynb"
    assert not any(cell.get("outputs") for cell in json.loads(first.read_text())["cells"])
    first.write_text("mine")
    with pytest.raises(ValueError, match=r"source/.* would be replaced"):
        export(course, workbook)
    assert first.read_text() == "mine"
    (workbook / "solutions" / "00_start_here.ipynb").unlink()
    with pytest.raises(ValueError, match="make solutions"):
        export(tmp_path / "other", workbook)
    assert not (tmp_path / "other").exists()


def test_the_command_names_the_files_that_it_wrote_or_those_in_its_way(
    workbook, tmp_path, monkeypatch, capsys
):
    monkeypatch.setattr(nbgrader, "export", partial(export, root=workbook))
    command = ["export-nbgrader", str(tmp_path / "course")]
    assert main(command) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 3 and all(os.path.isfile(line) for line in lines)
    (tmp_path / "course" / "nbgrader_config.py").write_text("c = 1")
    assert main(command) == 2
    assert capsys.readouterr().err.startswith("nbgrader_config.py would be replaced")


def test_nbgrader_itself_grades_the_exported_course(call, workbook, tmp_path):  # noqa: F811
    """Lesson 02, half of it answered, one check cell deleted, and one exercise without marks."""
    export(tmp_path, workbook)
    name = "02_pca"
    half = {key: solution("02")[key] for key in ("2.1", "2.2")}
    path = hand_in(tmp_path / "submitted" / "bob", name, "02", half)
    book = json.loads(path.read_text())
    book["cells"] = [
        cell
        for cell in book["cells"]
        if cell["metadata"].get("nbgrader", {}).get("grade_id") != "ch02-decode-check"
    ]
    for cell in book["cells"]:
        if cell["id"].startswith("ch02-encode"):
            cell["metadata"], cell["id"] = {}, cell["id"].replace("ch02", "lost")
    path.write_text(json.dumps(book))
    for words in (("generate_assignment", name), ("autograde", name), ("export", "--to=g.csv")):
        done = call("nbgrader", *words)
        assert done.returncode == 0, done.stderr
    with (tmp_path / "g.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    graded = {row["student_id"]: (float(row["score"]), float(row["max_score"])) for row in rows}
    assert graded == {"bob": (4, 16)}
