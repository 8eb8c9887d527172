"""The folder of results: one grader at a time, a seed made once, time-outs and faults tried again,
and no process that outlives its grader."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time

import psutil
import pytest
from grading_kit import ROOT, hand_in, levels

from helpers.course import atomic, locks
from helpers.grading import folder, pool
from helpers.grading.coordinator import Plan, grade_class
from helpers.grading.folder import alone
from helpers.grading.intake import find
from helpers.grading.log import ResultLog
from helpers.grading.pool import LocalPool
from helpers.grading.seeds import read_seed

LONG = 300  # a busy machine takes its time


def in_a_process(code, *words, **options):
    """Start Python on some lines."""
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, words)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        **options,
    )


HOLD = """\
import sys, time
from pathlib import Path
from helpers.grading.folder import alone
with alone(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_second_grader_hears_who_holds_the_folder_and_a_dead_one_holds_nothing(tmp_path):
    holder = in_a_process(HOLD, tmp_path)
    try:
        assert holder.stdout.readline() == "held\n"
        said = rf"Another grader is at work in .*process {holder.pid} on .*since 20"
        with pytest.raises(ValueError, match=said), alone(tmp_path):
            pass
        with pytest.raises(ValueError, match=said):
            read_seed(None, tmp_path)
        with pytest.raises(ValueError, match=said):
            grade_class([], Plan(tmp_path, "s", "L1"), lambda: None)
    finally:
        holder.kill()
        holder.communicate()
    assert not (tmp_path / "results.jsonl").exists() and not (tmp_path / "seed.txt").exists()
    with alone(tmp_path):
        pass
    assert len(read_seed(None, tmp_path)) == 32


def test_a_lock_file_of_odd_words_is_not_read_out(tmp_path):
    for words in (b"\x1b[2Jgone", b""):
        with alone(tmp_path):
            (tmp_path / ".lock").write_bytes(words)
            with pytest.raises(ValueError, match="Another grader") as problem, alone(tmp_path):
                pass
        assert str(problem.value).startswith(f"Another grader is at work in {tmp_path}. Wait")


@pytest.mark.skipif(not hasattr(os, "O_PATH"), reason="of Linux only")
def test_what_cannot_be_locked_at_all_is_told_from_what_another_holds(tmp_path):
    (tmp_path / "file").touch()
    with open(os.open(tmp_path / "file", os.O_PATH), "rb") as file, pytest.raises(OSError):
        locks.lock(file)


def test_two_graders_in_one_folder_write_no_line_twice(tmp_path):
    log = ResultLog(tmp_path / "results.jsonl")
    with pytest.raises(ValueError, match="Another grader"):
        ResultLog(tmp_path / "results.jsonl")
    log.close()
    ResultLog(tmp_path / "results.jsonl").close()


def test_a_disk_without_locks_is_named(tmp_path, monkeypatch):
    def refuse(file):
        raise OSError(37, "No locks available")

    monkeypatch.setattr(folder, "lock", refuse)
    with pytest.raises(ValueError, match=r"kept for one grader \(No locks available\): choose"):
        read_seed(None, tmp_path)


# The seed


def test_of_many_first_runs_at_once_one_makes_the_seed(tmp_path):
    seeds, start = [], threading.Barrier(8)

    def first_run():
        start.wait()
        with contextlib.suppress(ValueError):
            seeds.append(read_seed(None, tmp_path))

    threads = [threading.Thread(target=first_run) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(seeds) == {(tmp_path / "seed.txt").read_text().strip()}
    assert read_seed(None, tmp_path) == seeds[0]
    assert (tmp_path / "seed.txt").stat().st_mode & 0o077 == 0


def test_a_first_run_that_broke_off_leaves_no_seed_or_one_to_be_made_anew(tmp_path, monkeypatch):
    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(atomic.os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        read_seed(None, tmp_path)
    monkeypatch.undo()
    assert {path.name for path in tmp_path.iterdir()} == {".lock"}
    (tmp_path / "seed.txt").touch()
    assert len(read_seed(None, tmp_path)) == 32


def test_an_emptied_seed_of_a_graded_class_is_not_replaced(tmp_path):
    (tmp_path / "seed.txt").touch()
    (tmp_path / "results.jsonl").write_text("{}\n")
    with pytest.raises(ValueError, match="is empty"):
        read_seed(None, tmp_path)
    for content, said in ((b"\xff\xfe", "no text"), (b" \n", "is empty")):
        (tmp_path / "own.txt").write_bytes(content)
        with pytest.raises(ValueError, match=said):
            read_seed(tmp_path / "own.txt", tmp_path)
    with pytest.raises(ValueError, match="not there"):
        read_seed(tmp_path, tmp_path)


# What is tried again


class Judge:
    """A grader that needs no time: an answer's text says how it ends."""

    def __init__(self):
        self.asked = []

    def grade(self, jobs):
        for job in jobs:
            text = job["answers"]["2.2"]
            self.asked.append(text)
            if "lost" in text:
                yield job, {"problem": "the grader lost its worker on it, twice"}
                continue
            status, points = ("time-out", 0) if "slow" in text else ("passed", 2)
            outcome = {"id": "2.2", "status": status, "points": points, "of": 2,
                       "feedback": [], "reason": ""}  # fmt: skip
            yield job, {"outcomes": [outcome], "seconds": 0.5, "details": ""}


@pytest.fixture
def judged(tmp_path):
    """Return a function that grades three submissions and returns what was run, and the records."""
    for student in ("fine", "lost", "slow"):
        hand_in(tmp_path / "class", student, "02", {"2.2": f"{student} = 1"})

    def run(seconds=10.0, judge=None):
        judge = judge or Judge()
        plan = Plan(tmp_path / "out", "s", "L1", seconds)
        records = grade_class(find(tmp_path / "class")[0], plan, lambda: judge)
        asked = sorted(text.split()[0] for text in judge.asked)
        return asked, {record["student"]: record for record in records}

    return run


def test_what_could_not_be_judged_is_no_grade_and_is_tried_again(judged):
    asked, records = judged()
    assert asked == ["fine", "lost", "slow"]
    assert records["lost"]["problem"] and records["lost"]["points"] == 0
    assert records["fine"]["points"] == 2 and not records["fine"]["problem"]
    assert judged()[0] == ["lost"]

    class Healthy(Judge):
        def grade(self, jobs):
            for job in jobs:
                job["answers"] = {"2.2": "found = 1"}
            return super().grade(jobs)

    asked, records = judged(judge=Healthy())
    assert asked == ["found"]
    assert records["lost"]["points"] == 2 and records["lost"]["problem"] == ""
    assert judged()[0] == []


def test_a_time_out_is_tried_again_when_more_is_allowed_and_only_then(judged):
    judged()
    assert judged(seconds=5)[0] == ["lost"]
    assert judged(seconds=30)[0] == ["lost", "slow"]
    assert judged(seconds=30)[0] == judged(seconds=10)[0] == ["lost"]


def test_a_good_grade_is_not_lost_to_a_fault_of_a_later_try(judged, tmp_path):
    """A time-out stands at its limit, although trying it under a larger one went wrong."""
    judged()

    class Sick(Judge):
        def grade(self, jobs):
            for job in jobs:
                job["answers"] = {"2.2": "lost = 1"}
            return super().grade(jobs)

    assert judged(seconds=30, judge=Sick())[1]["slow"]["problem"]
    asked, records = judged(seconds=10)
    assert asked == ["lost"] and records["slow"]["outcomes"][0]["status"] == "time-out"
    assert not records["slow"]["problem"]


def test_odd_lines_of_the_log_are_said_and_nothing_is_graded_twice(judged, tmp_path, capsys):
    judged()
    path = tmp_path / "out" / "results.jsonl"
    path.write_bytes(b'{"a": 1}\n' + path.read_bytes() + b"[]\n")
    capsys.readouterr()
    assert judged()[0] == ["lost"]
    said = capsys.readouterr().out.splitlines()
    assert [line.split(",")[1] for line in said] == [" line 1", " line 5"]


# Processes

# In place of a scorer: it answers, or hangs, or dies, as a job says.
STUB = """\
import json, sys, time
sys.stdin.readline()
for line in sys.stdin:
    text = json.loads(line)["answers"]["2.2"]
    if "die" in text:
        sys.exit(1)
    if "hang" in text:
        time.sleep(60)
    print(json.dumps({"said": text}), flush=True)
"""


@pytest.fixture
def started(monkeypatch):
    """Let workers be stubs; return the list of those that were started."""
    processes, real = [], subprocess.Popen

    def start(command, **options):
        processes.append(real([sys.executable, "-c", STUB], **options))
        return processes[-1]

    monkeypatch.setattr(pool.subprocess, "Popen", start)
    yield processes
    for process in processes:
        process.kill()
        process.wait()


SETTINGS = {"limits": {"seconds": 10.0}}


def job(text):
    return {"answers": {"2.2": text}}


def test_each_job_has_one_result_and_a_death_costs_its_own(started):
    grader = LocalPool(SETTINGS, 2)
    texts = ["a", "die", "b", "c", "d"]
    results = {given["answers"]["2.2"]: result for given, result in grader.grade(map(job, texts))}
    grader.close()
    assert results.pop("die") == {"problem": "the grader lost its worker on it, twice"}
    assert results == {text: {"said": text} for text in "abcd"}
    assert all(process.returncode is not None for process in started)


def test_a_worker_that_did_its_share_makes_room_for_a_new_one(started, monkeypatch):
    monkeypatch.setattr(pool, "_JOBS_EACH", 2)
    grader = LocalPool(SETTINGS, 1)
    results = [result for _, result in grader.grade(map(job, ["a", "b", "die", "c", "d"]))]
    grader.close()
    assert [r.get("said") for r in results] == ["a", "b", None, "c", "d"]
    # For a and b, twice for the one that dies, for c and d.
    assert len(started) == 4 and all(process.returncode is not None for process in started)


def test_closing_ends_every_worker_and_starts_none(started):
    grader = LocalPool(SETTINGS, 2)
    results = grader.grade(map(job, ["a", *["hang"] * 5]))
    assert next(results)[1] == {"said": "a"}
    while len(started) < 2:
        time.sleep(0.01)
    grader.close()
    grader.close()
    assert not any(thread.is_alive() for thread in grader._threads)
    assert len(started) == 2
    assert all(process.returncode is not None for process in started)


def test_a_machine_that_starts_no_process_ends_no_grading(monkeypatch):
    def refuse(*words, **options):
        raise OSError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(pool.subprocess, "Popen", refuse)
    grader = LocalPool(SETTINGS, 1)
    assert ["problem" in result for _, result in grader.grade([job("a"), job("b")])] == [True] * 2


# The grader as it is, spared TensorFlow, which lesson 02 has no need of.
WARM = """\
import sys
from helpers.grading.untrusted import warm
warm._import_and_configure = lambda: None
warm._prepare = lambda lesson: {"__name__": "__main__"}
warm.computed = lambda: False
sys.exit(warm.main(sys.argv[1:]))
"""
WORKER = f"""\
import subprocess, sys
from helpers.grading.trusted import worker
real = subprocess.Popen
subprocess.Popen = lambda command, **o: real([sys.executable, "-c", {WARM!r}, command[-1]], **o)
worker.main()
"""
GRADE = f"""\
import signal, subprocess, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # a background shell ignores it
from helpers.__main__ import main
real = subprocess.Popen
subprocess.Popen = lambda command, **o: real([sys.executable, "-c", {WORKER!r}], **o)
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.skipif(levels() == (), reason="no process can be forked here")
@pytest.mark.parametrize("name", ["SIGKILL", "SIGINT"])
def test_a_grader_that_is_ended_leaves_no_process_and_no_half_result(tmp_path, name):
    """It ends while an answer runs: worker, warm parent, the watching process, the runner."""
    hand_in(tmp_path / "class", "ann", "02", {})
    hand_in(tmp_path / "class", "bob", "02", {"2.2": "import time\ntime.sleep(600)"})
    out = tmp_path / "out"
    command = ["grade", tmp_path / "class", "--out", out, "--seconds", "600", "--trust"]
    grader = in_a_process(GRADE, *command, "--jobs", "1", start_new_session=True)
    try:
        process, deadline = psutil.Process(grader.pid), time.monotonic() + 5 * LONG
        while len(family := process.children(recursive=True)) < 4:
            assert grader.poll() is None and time.monotonic() < deadline
            time.sleep(0.05)
        os.killpg(grader.pid, signal.Signals[name])
        _, errors = grader.communicate(timeout=LONG)
        _, left = psutil.wait_procs(family, timeout=LONG)
        assert left == []
        assert "Traceback" not in errors
    finally:
        grader.kill()
    assert (out / "results.jsonl").read_bytes().count(b"\n") == 1
    with alone(out):
        pass
