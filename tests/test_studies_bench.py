"""The benchmark: its arithmetic by hand, its processes when they fail, and a smoke run of it all.

Nothing here asks how fast anything is.
"""

import importlib.util
import json
import sys

import pytest

from helpers.course import progress
from helpers.studies import bench
from helpers.studies.bench import arithmetic, measure, processes, table

GOOD = (
    "import sys\n"
    'print(\'{"data": "none"}\', flush=True)\n'
    "for number, line in enumerate(sys.stdin):\n"
    "    print('{\"seconds\": %d}' % number, flush=True)\n"
)


def run(*words):
    """Run `bench` as the command line does."""
    import argparse

    parser = argparse.ArgumentParser()
    bench.add_commands(parser.add_subparsers())
    args = parser.parse_args(["bench", *words])
    return args.run(args)


def turns(*seconds, **more):
    return [{"seconds": value, "loss": 0.1, "peak_bytes": 5, **more} for value in seconds]


@pytest.fixture
def contestant():
    made = []

    def make(program, limit=20.0):
        made.append(processes.Contestant("one", [sys.executable, "-c", program], limit))
        return made[-1]

    yield make
    for one in made:
        one.close()


def take_turns(one, rounds=1):
    reports = []
    processes.take_turns([one], rounds, lambda who: reports.append(who.name))
    return reports


def test_operations_are_those_of_the_issue():
    assert arithmetic.FLOP_PER_IMAGE == 16_914_000
    assert arithmetic.share_of_limit(5_000, 169.14) == pytest.approx(0.5)
    assert arithmetic.share_of_limit(5_000, None) is None


def test_race_by_hand():
    answers = {
        "ours": turns(1.0, 9.0, 2.0),
        "fit": turns(5.0, 3.0, 1.0),
        "sgemm": [{"seconds": 1.0, "gflops": rate} for rate in (99.0, 169.14, 200.0)],
    }
    race = arithmetic.summarise_race(100, 10_000, answers, {"torch-eager": "gone"})
    ours, fit = race["contestants"]["ours"], race["contestants"]["fit"]
    assert race["limit"] == {"gflops": 169.14}
    assert (ours["seconds"], fit["seconds"]) == (2.0, 3.0)
    assert (ours["ratio"], fit["ratio"]) == (1.0, 1.5)
    assert ours["rounds"] == [1.0, 9.0, 2.0]
    assert ours["images_per_second"] == 5_000
    assert ours["share_of_limit"] == pytest.approx(0.5)
    assert fit["share_of_limit"] == pytest.approx(1 / 3)
    assert race["contestants"]["torch-eager"] == {"not_run": "gone"}
    text = table.format_race(race)
    assert "limit sgemm 169 GFLOP/s" in text
    assert text.splitlines()[3].split()[:5] == ["fit", "3.000", "3,333", "1.50", "33%"]
    assert text.splitlines()[4].split() == ["torch-eager", "not", "run:", "gone"]


def test_race_without_ours_or_limit_compares_nothing():
    answers = {"ours": turns(1.0), "fit": turns(3.0), "sgemm": []}
    problems = {"ours": "it broke", "sgemm": "it broke too"}
    race = arithmetic.summarise_race(100, 300, answers, problems)
    assert race["limit"] == {"not_run": "it broke too"}
    assert race["contestants"]["ours"] == {"not_run": "it broke"}
    assert race["contestants"]["fit"]["ratio"] is None
    assert race["contestants"]["fit"]["share_of_limit"] is None
    assert "sgemm not run: it broke too" in table.format_race(race)


def test_quality_by_hand():
    seeds = {"loss": [0.5, 0.04, 0.03], "seconds": [2.0, 3.0, 4.0], "start_up_seconds": 1.0}
    today = {"loss": [0.02, 0.01], "seconds": [0.5, 0.5], "start_up_seconds": 1.5}
    quality = arithmetic.summarise_quality({"seeds": seeds, "today": today}, 0.0327)
    assert quality["target"] == 0.0327
    assert (quality["seeds"]["seconds"], quality["today"]["seconds"]) == (9.0, 0.5)
    assert quality["ratio"] == 18.0
    assert quality["ratio_with_start_up"] == 5.0
    assert "18.0; with the start-up of both 5.0" in table.format_quality(quality)


def test_quality_that_the_seeds_miss_is_their_own_last_and_ours_may_miss_it():
    seeds = {"loss": [0.5, 0.04], "seconds": [2.0, 3.0], "start_up_seconds": 1.0}
    today = {"loss": [0.05], "seconds": [0.5], "start_up_seconds": 1.0}
    quality = arithmetic.summarise_quality({"seeds": seeds, "today": today}, 0.0327)
    assert quality["target"] == 0.04
    assert quality["seeds"]["seconds"] == 5.0
    assert quality["today"]["seconds"] is quality["ratio"] is None
    assert quality["ratio_with_start_up"] is None
    assert "not reached" in table.format_quality(quality)


def test_cost_by_hand():
    answers = {1000: turns(1.0), 2000: turns(2.0), 3000: turns(9.0, 3.0, 0.0), 4000: []}
    cost = arithmetic.summarise_cost(250, answers, {4000: "out of memory"})
    assert cost["seconds_per_1000_images"] == pytest.approx(1.0)
    assert cost["worst_deviation"] == pytest.approx(0.0, abs=1e-9)
    assert cost["sizes"][3] == {"images": 4000, "not_run": "out of memory"}
    bent = arithmetic.summarise_cost(250, {1: turns(1.0), 2: turns(4.0), 3: turns(4.0)}, {})
    # The line is 1.5 n + 0, so 1.5, 3.0, 4.5 against 1, 4, 4.
    assert bent["worst_deviation"] == pytest.approx(0.5)
    assert "not run: out of memory" in table.format_cost(cost)
    assert arithmetic.summarise_cost(250, {1: turns(1.0)}, {})["worst_deviation"] is None


def test_contestant_warms_up_once_and_takes_its_turns(contestant):
    one = contestant(GOOD)
    assert take_turns(one, rounds=2) == ["one"] * 3
    assert one.problem is None
    assert one.facts == {"data": "none"}
    assert one.turns == [{"seconds": 1}, {"seconds": 2}]


@pytest.mark.parametrize(
    ("program", "limit", "problem"),
    [
        ("raise ValueError('no luck')", 20.0, "exit code 1, ValueError: no luck"),
        (GOOD.replace("flush=True)\nfor", "flush=True); 1 / 0\nfor"), 20.0, "ZeroDivisionError"),
        ("import os; os.kill(os.getpid(), 9)", 20.0, "exit code -9"),
        ("print('hello')", 20.0, "not JSON: hello"),
        ("import time; time.sleep(60)", 0.3, "no answer within 0.3 s"),
    ],
)
@pytest.mark.skipif(sys.platform == "win32", reason="signals have other exit codes there")
def test_contestant_that_fails_is_marked_with_the_reason(contestant, program, limit, problem):
    one = contestant(program, limit)
    assert take_turns(one) == ["one"] * 2
    assert problem in one.problem
    assert one.turns == []


def test_worker_that_crashes_is_reported_and_the_others_go_on(monkeypatch):
    def start(task, limit):
        program = "raise MemoryError('too big')" if task["contestant"] == "fit" else GOOD
        if task["contestant"] == "ours":
            program = program.replace('seconds": %d', 'loss": 1, "peak_bytes": 1, "seconds": %d')
        return processes.Contestant(task["contestant"], [sys.executable, "-c", program], limit)

    monkeypatch.setattr(processes, "start", start)
    plan = measure.Plan(images=100, batches=(100,), rounds=1)
    race = measure._race(plan, 100, ["fit", "ours"], {}, progress.bar(1), {})
    assert "MemoryError: too big" in race["contestants"]["fit"]["not_run"]
    assert race["contestants"]["ours"]["seconds"] == 1


def test_missing_torch_is_marked(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    names, missing = measure._split(("ours", "torch-eager", "torch-compiled"))
    assert names == ["ours"]
    assert missing == {
        "torch-eager": "torch is not installed",
        "torch-compiled": "torch is not installed",
    }


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--rounds", "0"], "rounds must be at least 1. Received: 0"),
        (["--batches", "100,x"], "whole numbers with commas between. Received: '100,x'"),
        (["--batches", "0"], "from 1 to the number of images, 12000. Received: 0"),
        (["--images", "50"], "from 1 to the number of images, 50. Received: 100, 250, 1000"),
        (["--contestants", "ours,jax"], "contestants are some of .* Received: jax"),
        (["--limit", "0"], "limit must be more than 0 seconds. Received: 0"),
    ],
)
def test_bad_arguments(words, message):
    with pytest.raises(ValueError, match=message):
        run(*words)


def test_smoke_run(monkeypatch, capsys):
    monkeypatch.setenv("AE_DATA", "digits")
    assert run("--quick", "--json", "--contestants", "ours,fit") == 0
    output = capsys.readouterr()
    report = json.loads(output.out)
    assert " left, batch 100: fit" in output.err
    assert set(report) == {"machine", "versions", "data", "plan", "races", "quality", "cost"}
    assert report["data"] == "digits"
    assert "CPU core" in report["machine"]
    (race,) = report["races"]
    assert race["limit"] == {"not_run": "not asked for"}
    ours, fit = (race["contestants"][name] for name in ("ours", "fit"))
    for one in (ours, fit):
        assert one["images_per_second"] * one["seconds"] == pytest.approx(race["images"])
        assert one["peak_bytes"] is None or one["peak_bytes"] > 1e7
        assert 0 < one["loss"] < 0.5
    assert fit["ratio"] == pytest.approx(fit["seconds"] / ours["seconds"])
    assert ours["ratio"] == 1
    quality = report["quality"]
    assert quality["target"] == quality["seeds"]["loss"][-1] > quality["published"] == 0.0327
    assert quality["seeds"]["seconds"] > 0
    assert [size["images"] for size in report["cost"]["sizes"]] == [200]
    assert all(size["seconds"] > 0 for size in report["cost"]["sizes"])
    assert "Batch 100, 300 images" in table.format_report(report)
