"""From the scorer's end to a confined runner and back, without TensorFlow: forks in milliseconds.

The lesson is a set-up cell whose functions end in all ways that an answer can.
"""

import dataclasses
import subprocess
import sys

import psutil
import pytest
from grading_kit import levels

from helpers.grading.sandbox.limits import Limits
from helpers.grading.trusted import worker
from helpers.grading.trusted.remote import Lost, NoRunner

pytestmark = pytest.mark.skipif(levels() == (), reason="no process can be forked here")

# The warm parent, spared the import that takes seconds.
LIGHT = """\
import sys
from helpers.grading.untrusted import warm
warm._import_and_configure = lambda: None
warm.computed = lambda: False
sys.exit(warm.main(sys.argv[1:]))
"""
LESSON = """\
import os
import time

def add(x): return x + 1
def spin(x):
    while True: pass
def wait(x):
    time.sleep(0.4)
    return x
def leave(x): os._exit(3)
def fork(x): return os.fork()
"""
LIMITS = Limits(seconds=0.2)
# By the clock, as long as a busy machine may need.
LONG = 60


@pytest.fixture(scope="module", params=levels())
def parent(request):
    """Return a warm parent of one level."""
    real = subprocess.Popen
    lesson = {"number": "02", "setup": LESSON, "needs": ""}
    settings = {"level": request.param, "limits": dataclasses.asdict(LIMITS)}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            worker.subprocess,
            "Popen",
            lambda command, **options: real([sys.executable, "-c", LIGHT, command[-1]], **options),
        )
        one = worker.WarmParent({**settings, "lessons": {"02": lesson}})
        one.start()
    one.level = request.param
    yield one
    one.close()


@pytest.fixture
def runner(parent):
    """Return a fresh runner."""
    one = parent.fork("02")
    yield one
    one.close()


def called(runner, name, seconds=LONG):
    """Return what an answer returns, or how it was lost."""
    runner.allow(seconds)
    answer = runner.ask("name", name=name)
    try:
        return answer(3)
    except Lost as lost:
        return lost.status


def test_an_answer_is_called_and_says_how_it_is_confined(parent, runner):
    assert called(runner, "add") == 4
    assert ("seccomp" in runner.details) == (parent.level != "L1")


def test_an_endless_loop_ends_by_processor_time_and_waiting_does_not(parent, runner):
    """The clock says nothing: on a busy machine an honest answer takes long by it."""
    for _ in range(2):
        assert called(runner, "wait") == 3
    assert called(runner, "spin") == "time-out"


def test_what_only_waits_ends_by_the_clock(runner):
    assert called(runner, "wait", seconds=0.1) == "time-out"


def test_an_end_of_its_own_is_told_with_its_code(runner):
    runner.allow(LONG)
    answer = runner.ask("name", name="leave")
    with pytest.raises(Lost, match="exit code 3") as lost:
        answer(3)
    assert lost.value.status == "crashed"


def test_a_confined_answer_starts_no_process(parent, runner):
    if parent.level != "L1":
        with pytest.raises(PermissionError):
            called(runner, "fork")


def test_a_warm_parent_that_does_not_live_is_tried_twice_and_then_said(monkeypatch):
    real, started = subprocess.Popen, []

    def start(command, **options):
        started.append(real([sys.executable, "-c", "input()"], **options))
        return started[-1]

    monkeypatch.setattr(worker.subprocess, "Popen", start)
    one = worker.WarmParent({})
    with pytest.raises(NoRunner, match="no runner could be started: the warm parent ended"):
        one.fork("02")
    assert len(started) == 2
    assert all(process.returncode is not None for process in started)


def test_nothing_is_left_of_a_warm_parent_that_is_killed(parent):
    """The last test of its level: the parent dies, with a runner at work."""
    runner = parent.fork("02")
    family = psutil.Process(parent._process.pid).children(recursive=True)
    assert len(family) >= 2  # who watches, and the runner
    parent._process.kill()
    parent._process.wait()
    runner.close()
    assert psutil.wait_procs(family, timeout=LONG)[1] == []
