"""The benchmark: its arithmetic by hand, its processes when they fail, and a smoke run of it all.

Nothing here asks how fast anything is.
"""

import importlib.util
import json
import sys

import numpy as np
import pytest

from helpers.course import progress
from helpers.studies import bench
from helpers.studies.bench import (
    arithmetic,
    measure,
    nets,
    plan,
    processes,
    table,
    worker,
)
from helpers.studies.bench.plan import Plan

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


def limits(products, triad):
    """Answers of a step's products and of a triad over 7 GB, each by one library."""
    return {
        "products": [{"seconds_by": {"one": products}}],
        "stream": [{"seconds_by": {"one": triad}, "bytes": 7e9}],
    }


def test_operations_and_bytes_by_hand():
    layers = nets.layers_of()
    assert layers == (784, 1000, 500, 250, 2, 250, 500, 1000, 784)
    weights = 2 * (784_000 + 500_000 + 125_000 + 500)
    biases = 2 * (1000 + 500 + 250) + 2 + 784
    assert nets.count_parameters(layers) == weights + biases == 2_823_286
    # Three products a layer, of two operations a weight, but for the gradient of the images.
    assert nets.flop_per_image(layers) == 6 * weights - 2 * 784_000 == 15_346_000
    assert nets.adam_bytes(layers) == 7 * 4 * 2_823_286
    assert nets.layers_of(250) == (784, 250, 125, 62, 2, 62, 125, 250, 784)


def test_limit_by_hand():
    answers = limits(0.01, 1.0)
    # The median of each library, and of these the smallest.
    answers["products"] = [
        {"seconds_by": {"slow": slow, "quick": quick}}
        for slow, quick in ((0.02, 0.01), (0.001, 0.03), (0.03, 0.01))
    ]
    limit = arithmetic.summarise_limit(100, 1050, answers, {})
    assert limit["products"]["by"] == "quick"
    assert limit["products"]["seconds"] == pytest.approx(10.5 * 0.01)
    assert limit["products"]["gflops"] == pytest.approx(15_346_000 * 100 / 0.01 / 1e9)
    assert limit["adam"]["bytes_per_second"] == 7e9
    assert limit["adam"]["seconds"] == pytest.approx(11 * 4 * 2_823_286 / 1e9)  # 11 steps
    assert limit["seconds"] == limit["products"]["seconds"] + limit["adam"]["seconds"]
    assert limit["sgemm_gflops"] is None
    answers["sgemm"] = [{"gflops": rate} for rate in (99.0, 169.0, 200.0)]
    limit = arithmetic.summarise_limit(100, 1050, answers, {})
    assert limit["sgemm_gflops"] == 169
    assert "(quick, 153 GFLOP/s, large ones 169) and memory of Adam 0.124" in table.format_limit(
        limit
    )


def test_race_by_hand():
    answers = {"ours": turns(1.0, 9.0, 2.0), "fit": turns(5.0, 3.0, 1.0), **limits(0.005, 1e-9)}
    race = arithmetic.summarise_race(100, 10_000, answers, {"torch-eager": "gone"})
    ours, fit = race["contestants"]["ours"], race["contestants"]["fit"]
    assert list(race["contestants"]) == ["ours", "fit", "torch-eager"]
    assert (ours["seconds"], fit["seconds"]) == (2.0, 3.0)
    assert (ours["ratio"], fit["ratio"]) == (1.0, 1.5)
    assert ours["rounds"] == [1.0, 9.0, 2.0]
    assert ours["images_per_second"] == 5_000
    assert ours["share_of_limit"] == pytest.approx(0.25)  # 100 steps of 5 ms
    assert fit["share_of_limit"] == pytest.approx(1 / 6)
    assert race["contestants"]["torch-eager"] == {"not_run": "gone"}
    lines = table.format_race(race).splitlines()
    assert lines[1].startswith("limit 0.500 s/epoch: products 0.500 (one, 307 GFLOP/s)")
    assert lines[4].split()[:5] == ["fit", "3.000", "3,333", "1.50", "17%"]
    assert lines[5].split() == ["torch-eager", "not", "run:", "gone"]


def test_race_without_ours_or_limit_compares_nothing():
    answers = {"ours": turns(1.0), "fit": turns(3.0), **limits(1.0, 1.0), "stream": []}
    problems = {"ours": "it broke", "stream": "it broke too"}
    race = arithmetic.summarise_race(100, 300, answers, problems)
    assert race["limit"] == {"not_run": "it broke too"}
    assert race["contestants"]["ours"] == {"not_run": "it broke"}
    assert race["contestants"]["fit"]["ratio"] is None
    assert race["contestants"]["fit"]["share_of_limit"] is None
    assert "limit not run: it broke too" in table.format_race(race)


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


def test_width_by_hand():
    answers = {250: turns(1.0), 500: turns(2.0), 1000: turns(4.0), 2000: turns(8.0), 4000: []}
    width = arithmetic.summarise_width(250, 12_000, answers, {4000: "out of memory"})
    assert width["exponent"] == pytest.approx(1.0)
    assert width["worst_deviation"] == pytest.approx(0.0, abs=1e-9)
    assert width["widths"][2]["gflops"] == pytest.approx(15_346_000 * 12_000 / 4.0 / 1e9)
    assert width["widths"][2]["parameters"] == 2_823_286
    assert width["widths"][4]["not_run"] == "out of memory"
    assert 0 < width["operations_exponent"] < 1  # they grow faster than the width
    assert "power of 1.00, at most 0.0% off" in table.format_width(width)
    few = arithmetic.summarise_width(250, 12_000, {250: turns(1.0)}, {})
    assert few["exponent"] is few["worst_deviation"] is few["operations_exponent"] is None
    assert "power" not in table.format_width(few)


def test_power_law_by_hand():
    assert arithmetic.fit_power_law([1, 2, 4], [3.0, 12.0, 48.0])[0] == pytest.approx(2.0)
    # In logarithms to the base 2 the line through (0, 0), (1, 3), (2, 0) is the constant 1.
    exponent, worst = arithmetic.fit_power_law([1, 2, 4], [1.0, 8.0, 1.0])
    assert exponent == pytest.approx(0.0, abs=1e-9)
    assert worst == pytest.approx(1.0)


def test_images_beyond_the_data_set_are_shifted_copies():
    images = np.random.default_rng(0).uniform(size=(3, 784)).astype("float32")
    assert np.array_equal(worker.shifted_copies(images, 2), images[:2])
    many = worker.shifted_copies(images, 88)  # 29 times all of them, and one
    assert many.shape == (88, 784)
    assert np.array_equal(many[:3], images)
    first, original = many.reshape(-1, 28, 28), images[0].reshape(28, 28)
    assert np.array_equal(first[3][:, 1:], original[:, :-1])
    assert np.array_equal(first[28 * 3][1:], original[:-1])
    assert len(np.unique(many, axis=0)) == 88


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
    small = Plan(images=100, batches=(100,), rounds=1)
    race = measure._race(small, 100, ["fit", "ours"], {}, progress.bar(1), {})
    assert race["net"] == "dense"
    assert "MemoryError: too big" in race["contestants"]["fit"]["not_run"]
    assert race["contestants"]["ours"]["seconds"] == 1


def test_missing_packages_are_marked(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    names, missing = Plan(contestants=("ours", "torch-eager", "torch-compiled", "jax")).runnable()
    assert names == ["ours"]
    assert missing == {
        "torch-eager": "torch is not installed",
        "torch-compiled": "torch is not installed",
        "jax": "jax is not installed",
    }
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: name != "optax" or None)
    assert Plan(contestants=("jax",)).runnable()[1] == {"jax": "optax is not installed"}


def report_by_others(monkeypatch):
    """Return the report of a run whose workers only answer, and the tasks they were given."""
    tasks = []
    answer = {"seconds": 2.0, "loss": 0.1, "peak_bytes": 2e9, "gflops": 99.0, "bytes": 7e9}
    answer |= {"seconds_by": {"one": 0.5}, "detail": ""}
    for name in ("seeds", "today"):
        answer[name] = {"loss": [0.5, 0.01], "seconds": [1.0, 1.0], "start_up_seconds": 1.0}
    program = (
        "import sys; print({})\nfor line in sys.stdin: print(" + repr(json.dumps(answer)) + ")"
    )

    def start(task, limit):
        tasks.append(task)
        return processes.Contestant(task["contestant"], [sys.executable, "-uc", program], limit)

    monkeypatch.setattr(processes, "start", start)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: True)
    small = {"rounds": 1, "batches": (100,), "sizes": (1, 2, 3), "widths": (250, 500, 1000)}
    return measure.measure(Plan(**small)), tasks


def test_whole_measurement_asks_every_contestant_and_the_page_tells_it(
    monkeypatch, tmp_path, capsys
):
    report, tasks = report_by_others(monkeypatch)
    asked = [(task.get("net"), task["contestant"]) for task in tasks]
    assert asked[:9] == [("dense", name) for name in plan.CONTESTANTS]
    others = ("convolutional", "recurrent")
    assert asked[9:19] == [(net, name) for net in others for name in plan.ALL_NETS]
    assert [race["net"] for race in report["nets"]] == list(others)
    assert [task["width"] for task in tasks if "width" in task] == [250, 500, 1000]
    assert report["width"]["exponent"] == pytest.approx(0.0, abs=1e-9)
    (race,) = report["races"]
    assert list(race["contestants"]) == list(plan.CONTESTANTS[:6])
    path = tmp_path / "kept.json"
    path.write_text(json.dumps(report), encoding="utf-8")
    capsys.readouterr()
    assert run("--page", str(path)) == 0
    lines = capsys.readouterr().out.splitlines()
    share = race["contestants"]["ours"]["share_of_limit"]
    assert f"| 100 | 1.00 | 1.00 | 1.00 | 1.00 | 1.00 | {share:.0%} |" in lines
    assert "| recurrent | 100 | 1.00 | 1.00 | 1.00 | 1.00 |" in lines
    assert "| 250 | 2.00 s | 2.0 GB |" in lines
    assert "Recurrent net, batch 100, 6,000 images" in table.format_report(report)


def test_page_of_an_older_run_is_refused(tmp_path):
    (tmp_path / "old.json").write_text('{"races": []}', encoding="utf-8")
    with pytest.raises(ValueError, match="is a run of an older benchmark"):
        run("--page", str(tmp_path / "old.json"))


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--rounds", "0"], "rounds must be at least 1. Received: 0"),
        (["--batches", "100,x"], "whole numbers with commas between. Received: '100,x'"),
        (["--batches", "0"], "from 1 to the number of images, 12000. Received: 0"),
        (["--images", "50"], "from 1 to the number of images, 50. Received: 100, 250, 1000"),
        (["--contestants", "ours,mxnet"], "contestants are some of .* Received: mxnet"),
        (["--nets", "recurrent,dense"], "nets are some of convolutional, recurrent. .*: dense"),
        (["--limit", "0"], "limit must be more than 0 seconds. Received: 0"),
    ],
)
def test_bad_arguments(words, message):
    with pytest.raises(ValueError, match=message):
        run(*words)


def test_smoke_run(monkeypatch, capsys):
    monkeypatch.setenv("AE_DATA", "digits")
    assert run("--quick", "--json", "--contestants", "ours,fit", "--nets", "none") == 0
    output = capsys.readouterr()
    report = json.loads(output.out)
    assert " left, batch 100: fit" in output.err
    measured = {"races", "nets", "quality", "cost", "width"}
    assert set(report) == {"machine", "versions", "data", "plan", *measured}
    assert report["nets"] == []
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
    (width,) = report["width"]["widths"]
    assert width["width"] == 250
    assert width["gflops"] > 0
    assert "Dense net, batch 100, 300 images" in table.format_report(report)
