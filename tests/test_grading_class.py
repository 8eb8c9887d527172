"""A class: layouts, resuming, crashes, full disks, copies, reports, the command itself."""

import csv
import io
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
import zipfile

import pytest
from grading_kit import ROOT, file_name, filled, hand_in, levels, settings, solution

from helpers.grading import cli, coordinator
from helpers.grading.coordinator import Plan, grade_class
from helpers.grading.intake import find
from helpers.grading.pool import LocalPool
from helpers.grading.progress import Progress
from helpers.grading.report import identical, write_reports
from helpers.grading.sandbox.limits import Limits
from helpers.work import lessons

NAME = file_name("02")

# Grades by the length of an answer, so that a class takes no time; a kill can come anywhere.
NOT_CENTRED = """\
def errors_by_size(vectors, mean, components):
    total = (vectors**2).sum(axis=1, keepdims=True)
    kept = (((vectors - mean) @ components.T) ** 2).cumsum(axis=1)
    return np.hstack([total, total - kept])
"""
FAKE = """\
import sys, time
from pathlib import Path

from helpers.grading import coordinator
from helpers.work import lessons
from helpers.grading.intake import find


class Fake:
    def grade(self, jobs):
        for job in jobs:
            time.sleep(0.005)
            print(job["key"], file=sys.stderr, flush=True)
            outcomes = [
                {"id": f"2.{k}", "status": "passed", "points": len(str(job["answers"])) % 3,
                 "of": 2, "feedback": [], "reason": ""}
                for k in range(1, 8)
            ]
            yield job, {"outcomes": outcomes, "seconds": 0.0, "details": ""}


submissions, _ = find(Path(sys.argv[1]))
print("ready", flush=True)
coordinator.grade_class(submissions, coordinator.Plan(Path(sys.argv[2]), "s", "L1"), Fake)
"""


@pytest.fixture(scope="module")
def forty(tmp_path_factory):
    """Return a class of 40 small, different submissions."""
    folder = tmp_path_factory.mktemp("class")
    small = filled("02", {})
    small["cells"] = [c for c in small["cells"] if "nbgrader" in c["metadata"]]
    for number in range(40):
        for cell in small["cells"]:
            if cell["metadata"]["nbgrader"]["grade_id"] == "ch02-encode":
                cell["source"] = "x" * (number + 1)
        hand_in(folder, f"s{number:02d}", "02", json.dumps(small))
    return folder


def run_fake(script, folder, out, kill_after=None):
    """Run the coordinator in a process; kill it after some seconds; return the jobs it ran."""
    process = subprocess.Popen(
        [sys.executable, str(script), str(folder), str(out)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    if kill_after is not None:
        process.stdout.readline()
        time.sleep(kill_after)
        process.send_signal(signal.SIGKILL)
    _, errors = process.communicate(timeout=60)
    return errors.split()


def essence(out):
    """Return what was graded, by student, without times."""
    lines = (out / "results.jsonl").read_text().splitlines()
    records = [json.loads(line) for line in lines]
    students = [record["student"] for record in records]
    assert len(set(students)) == len(students), "somebody was graded twice"
    return {record["student"]: (record["points"], record["outcomes"]) for record in records}


def test_killed_at_any_moment_everybody_is_graded_exactly_once(forty, tmp_path):
    script = tmp_path / "fake.py"
    script.write_text(FAKE)
    run_fake(script, forty, tmp_path / "unbroken")
    whole = essence(tmp_path / "unbroken")
    assert len(whole) == 40
    rng = random.Random(6)
    broken, ran, kills = tmp_path / "broken", [], 0
    for _ in range(4):
        ran += run_fake(script, forty, broken, kill_after=rng.uniform(0.0, 0.12))
        there = broken / "results.jsonl"
        kills += not there.exists() or there.read_bytes().count(b"\n") < 40
    assert kills >= 2, "every run came to its end before the kill"
    ran += run_fake(script, forty, broken)
    assert essence(broken) == whole
    # At most the one job in hand at each kill ran again.
    assert 40 <= len(ran) <= 40 + 4


class Instant:
    """A grader that needs no time; it counts what it was asked."""

    def __init__(self):
        self.jobs = []

    def grade(self, jobs):
        for job in jobs:
            self.jobs.append(job)
            right = "encode" in str(job["answers"])
            outcome = {"id": "2.1", "status": "passed" if right else "not yet", "points": 3,
                       "of": 3, "feedback": [], "reason": ""}  # fmt: skip
            yield job, {"outcomes": [outcome] * 8, "seconds": 0.5, "details": ""}


def test_a_full_disk_stops_with_a_message_and_loses_nothing(forty, tmp_path, monkeypatch):
    submissions, _ = find(forty)
    plan = Plan(tmp_path, "s", "L1")
    written, real = [], os.write

    def nearly_full(descriptor, content):
        if len(written) >= 5 and content.startswith(b'{"identity'):
            real(descriptor, content[:20])  # a part still fits
            raise OSError(28, "No space left on device")
        written.append(content)
        return real(descriptor, content)

    monkeypatch.setattr(os, "write", nearly_full)
    with pytest.raises(OSError, match=r"Grading stops.*No space left.*is safe"):
        grade_class(submissions, plan, Instant)
    monkeypatch.undo()
    lines = (tmp_path / "results.jsonl").read_bytes()
    assert lines.count(b"\n") == 5 and lines.endswith(b"\n")
    grader = Instant()
    records = grade_class(submissions, plan, lambda: grader)
    assert len(records) == 40 and len(grader.jobs) == 35


def test_copies_and_resubmissions_cost_nothing_and_copies_are_listed(tmp_path):
    folder, plan = tmp_path / "class", Plan(tmp_path / "out", "s", "L1")
    for student in ("ann", "bob", "cy"):
        hand_in(folder, student, "02", solution("02"))
    hand_in(folder, "dee", "02", {"2.2": "def encode(v, m, c):\n    return 1"})
    first = Instant()
    records = grade_class(find(folder)[0], plan, lambda: first)
    assert len(first.jobs) == 2
    assert [r["cached"] for r in records if r["student"] in ("ann", "bob", "cy")].count(False) == 1
    assert identical(records) == ["ann (lesson 02), bob (lesson 02), cy (lesson 02)"]
    # Another student hands in what is known; dee tries again; nobody else is touched.
    hand_in(folder, "eve", "02", solution("02"))
    hand_in(folder, "dee", "02", {"2.2": "def encode(v, m, c):\n    return 2"})
    second = Instant()
    records = grade_class(find(folder)[0], plan, lambda: second)
    assert [job["answers"]["2.2"][-1] for job in second.jobs] == ["2"]
    assert len((plan.out / "results.jsonl").read_text().splitlines()) == 6
    # Back to the first version: known, and the one that counts.
    hand_in(folder, "dee", "02", {"2.2": "def encode(v, m, c):\n    return 1"})
    records = grade_class(find(folder)[0], plan, lambda: pytest.fail("nothing is to be run"))
    assert len(records) == 5
    # Another seed is another class.
    third = Instant()
    grade_class(find(folder)[0], Plan(plan.out, "t", "L1"), lambda: third)
    assert len(third.jobs) == 2


def test_several_places_are_one_class_and_of_doubles_one_counts(tmp_path):
    text = json.dumps(filled("02", solution("02")))
    hand_in(tmp_path, "ann", "02", text)
    (tmp_path / f"bob_b_{NAME}").write_text(text)
    with zipfile.ZipFile(tmp_path / "moodle.zip", "w") as stream:
        stream.writestr(f"Cy Young_123_assignsubmission_file_/{NAME}", text)
        stream.writestr(f"dee_{NAME}", text)
    with zipfile.ZipFile(tmp_path / "eve.zip", "w") as stream:
        stream.writestr(NAME, text)
    (tmp_path / f"ann_{NAME}").write_text(text)
    submissions, refused = find(tmp_path)
    assert [one.student for one in submissions] == ["Cy Young", "ann", "bob_b", "dee", "eve"]
    assert refused == []
    notes = {one.student: one.notes for one in submissions}
    assert notes.pop("ann") == (f"the latest of 2; not graded: ann/{NAME}",)
    assert set(notes.values()) == {()}
    only, _ = find(tmp_path / "moodle.zip")
    assert [one.student for one in only] == ["Cy Young", "dee"]
    assert find(tmp_path, "03")[0] == []
    both, _ = find([tmp_path / "moodle.zip", tmp_path / "moodle.zip"])
    assert [one.student for one in both] == ["Cy Young", "dee"]
    with pytest.raises(ValueError, match="no folder or zip"):
        find(tmp_path / "nothing")


def test_progress_tells_the_time_left():
    stream = io.StringIO()
    progress = Progress(stream)
    progress(10, 50, 0.0)
    progress(20, 50, 5.0)
    progress(50, 50, 20.0)
    assert stream.getvalue().splitlines() == [
        "10 of 50 submissions, ? left",
        "20 of 50 submissions, 00:00 left",
        "50 of 50 submissions, 00:00 left",
    ]


def test_a_worker_that_dies_costs_its_job_at_most(tmp_path, monkeypatch):
    """The second death in a row is reported; the other submissions are graded."""
    from helpers.grading import pool

    asked = []

    class Worker:
        def __init__(self, settings):
            pass

        def ask(self, job):
            asked.append(job["answers"]["2.2"])
            if "die" in job["answers"]["2.2"]:
                return None
            return next(Instant().grade([job]))[1]

        def close(self):
            pass

    monkeypatch.setattr(pool, "Worker", Worker)
    for student, answer in (("ann", "die = 1"), ("bob", "live = 1"), ("cy", "live = 2")):
        hand_in(tmp_path / "class", student, "02", {"2.2": answer})
    plan = Plan(tmp_path / "out", "s", "L1")
    records = grade_class(find(tmp_path / "class")[0], plan, lambda: LocalPool({}, 2))
    problems = {record["student"]: record["problem"] for record in records}
    assert problems == {"ann": "the grader lost its worker on it, twice", "bob": "", "cy": ""}
    assert asked.count("die = 1") == 2
    write_reports(records, [], plan.out, "L1")
    assert "lost its worker" in (plan.out / "class.html").read_text(encoding="utf-8")


@pytest.mark.skipif(levels() == (), reason="no process can be forked here")
def test_the_coordinator_never_imports_tensorflow(tmp_path):
    hand_in(tmp_path / "class", "ann", "02", {})
    code = (
        "import sys\nfrom helpers.__main__ import main\n"
        f"print(main(['grade', {str(tmp_path / 'class')!r}, '--out', {str(tmp_path / 'out')!r},"
        " '--trust']))\n"
        "print([name for name in ('tensorflow', 'keras') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.endswith("0\n[]\n"), done.stdout + done.stderr


@pytest.mark.skipif(levels() == (), reason="no process can be forked here")
def test_the_command_grades_a_class_and_writes_every_file(tmp_path):
    folder, out = tmp_path / "class", tmp_path / "out"
    hand_in(folder, "ann", "02", solution("02"))
    partly = {key: solution("02")[key] for key in ("2.1", "2.2")}
    hand_in(folder, "bob", "02", {**partly, "2.4": NOT_CENTRED})
    hand_in(folder, "cy", "02", {})
    (folder / "notes.txt").write_text("x")
    command = [sys.executable, "-m", "helpers", "grade", str(folder), "--out", str(out), "--trust"]
    done = subprocess.run([*command, "--jobs", "1"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert f"Isolation {levels()[0]}" in done.stdout
    assert "notes.txt: unknown" in done.stdout and "3 of 3 submissions" in done.stdout
    assert done.stdout.endswith("1 file was not graded: see above, and the end of class.html.\n")
    with (out / "grades.csv").open(newline="", encoding="utf-8-sig") as stream:
        rows = list(csv.reader(stream))
    assert rows == [["student", "lesson_02_of_16", "total"], ["ann", "16", "16"],
                    ["bob", "4", "4"], ["cy", "0", "0"]]  # fmt: skip
    page = (out / "students" / "bob.html").read_text(encoding="utf-8")
    assert "the length is that of the vector: subtract the mean first" in page
    whole = (out / "class.html").read_text(encoding="utf-8")
    assert "notes.txt" in whole and "<svg role=" in whole and "33%" in whole
    records = [json.loads(line) for line in (out / "results.jsonl").read_text().splitlines()]
    assert {record["level"] for record in records} == {levels()[0]}
    assert (out / "seed.txt").stat().st_mode & 0o077 == 0
    again = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert again.returncode == 0
    assert len((out / "results.jsonl").read_text().splitlines()) == 3


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--lesson", "77"], "77"),
        (["--jobs", "0"], "at least 1"),
        (["--seconds", "0"], "between"),
        (["--roster", "no-such-file"], "roster"),
        (["--seed-file", "no-such-file", "--trust"], "seed file"),
        (["--level", "L1"], "not graded"),
    ],
)
def test_a_mistake_is_said_in_one_sentence(tmp_path, capsys, options, words):
    from helpers.__main__ import main

    hand_in(tmp_path / "class", "ann", "02", {})
    code = main(["grade", str(tmp_path / "class"), "--out", str(tmp_path / "out"), *options])
    assert code == 2
    errors = capsys.readouterr().err
    assert words in errors and len(errors.strip().splitlines()) == 1
    assert not (tmp_path / "out" / "results.jsonl").exists()


def test_a_class_without_a_notebook_is_said_and_leaves_no_results(tmp_path, monkeypatch, capsys):
    from helpers.__main__ import main

    monkeypatch.setattr(cli, "choose_level", lambda *_: ("L1", "limits only"))
    said = io.StringIO()  # no console: where a program calls the command
    monkeypatch.setattr("sys.stdout", said)
    (tmp_path / "class" / "ann").mkdir(parents=True)
    (tmp_path / "class" / "ann" / "essay.docx").write_text("x")
    assert main(["grade", str(tmp_path / "class"), "--out", str(tmp_path / "out")]) == 2
    assert "ann/essay.docx: unknown: no notebook" in said.getvalue()
    errors = capsys.readouterr().err
    assert errors == "No submission was found: see the layouts in grade --help.\n"
    assert not (tmp_path / "out").exists()


def test_limits_are_named_in_the_settings_of_every_worker():
    assert settings("L1", Limits(seconds=3))["limits"]["seconds"] == 3
    assert coordinator.Plan(ROOT, "s", "L1").seed_name != "s"


def test_a_grade_is_kept_only_while_nothing_that_it_depends_on_changes(tmp_path, monkeypatch):
    """Each module that a score depends on moves the version of its lesson; no other does."""
    package = tmp_path / "helpers"
    shutil.copytree(ROOT / "helpers", package, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(lessons, "ROOT", tmp_path)
    version = lessons.version("03", ["set-up"])
    assert version == lessons.version("03", ["set-up"])
    assert version != lessons.version("03", ["another set-up"])
    paths = lessons.depends_on("03")
    names = {str(path.relative_to(package)) for path in paths}
    for name in ("checks/lessons/lesson03.py", "checks/guard.py", "answers/lesson03.py"):
        assert name in names
    assert {"grading/wire/codec.py", "grading/trusted/scorer.py", "layers/dense.py"} <= names
    for path in paths:
        content = path.read_bytes()
        path.write_bytes(content + b"\n")
        assert lessons.version("03", ["set-up"]) != version, path.name
        path.write_bytes(content)
    for name in ("checks/lessons/lesson04.py", "plots/images.py", "grading/report.py"):
        (package / name).write_bytes(b"")
        assert lessons.version("03", ["set-up"]) == version
