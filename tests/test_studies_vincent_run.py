"""The run: what it tries, what it chooses by, and that nothing finished is ever lost."""

import json

import numpy as np
import pytest

from helpers.__main__ import main
from helpers.studies.vincent import datasets, systems, table
from helpers.studies.vincent import run as running
from helpers.studies.vincent.records import Records
from helpers.studies.vincent.run import describe, run

COUNTS = (60, 40, 50)
JOB = {"names": ["rect"], "counts": COUNTS, "report": lambda line: None, "seeds": 2}
OFFERED = [
    {"name": "first", "validation": 8, "test": 5},
    {"name": "better", "validation": 4, "test": 20},
    {"name": "equal", "validation": 4, "test": 0},
    {"name": "worse", "validation": 6, "test": 0},
]


class Oracle:
    """Stand in for a system: it errs on as many images as its setting says, in each part."""

    def __init__(self, problem):
        self.problem, self.asked, self.fitted = problem, [], []

    def fit(self, problems, jobs):
        self.fitted.append([(job["setting"]["name"], job["seed"]) for job in jobs])
        return [(self.predictor(job["setting"]), {}) for job in jobs]

    def predictor(self, setting):
        def predict(images):
            for part in ("validation", "test"):
                split = getattr(self.problem, part)
                if images is split.images:
                    self.asked.append((setting["name"], part))
                    wrong = np.arange(len(split)) < setting[part]
                    return np.where(wrong, 1 - split.labels, split.labels)
            raise AssertionError("only whole parts are classified")

        return predict


@pytest.fixture
def oracle(monkeypatch):
    problem = datasets.load("rect", COUNTS)
    stand_in = Oracle(problem)
    running._problem.cache_clear()
    monkeypatch.setattr(datasets, "load", lambda name, counts: problem)
    monkeypatch.setattr(systems, "settings", lambda system, recipe: OFFERED)
    monkeypatch.setattr(systems, "fit", stand_in.fit)
    yield stand_in
    running._problem.cache_clear()


@pytest.mark.parametrize("at_once", [1, 2, 3, 9])
def test_the_validation_error_chooses_and_only_the_best_keeps_a_test_error(
    oracle, tmp_path, at_once
):
    path = tmp_path / "run.json"
    run(path, system_names=["SdA-3"], at_once=at_once, **JOB)
    rows = Records.load(path).all
    assert [row["validation_error"] for row in rows] == [20, 10, 10, 15, 10]
    # "equal" and "worse" would have done better on the test images, which nobody may know.
    assert [row["test_error"] for row in rows][1:] == [40, None, None, 40]
    assert rows[0]["test_error"] == (10 if at_once == 1 else None)
    assert [row["seed"] for row in rows] == [0, 0, 0, 0, 1]
    assert rows[4]["setting"]["name"] == Records.load(path).best(rows[0])["setting"]["name"]
    assert rows[4]["setting"]["name"] == "better"
    assert {row["test_images"] for row in rows} == {50} and rows[0]["train_images"] == 60
    assert [len(batch) for batch in oracle.fitted][:1] == [min(at_once, 4)]


def test_an_equal_one_of_a_later_batch_is_no_better(oracle, tmp_path, monkeypatch):
    monkeypatch.setattr(systems, "settings", lambda system, recipe: OFFERED[1:3])
    path = tmp_path / "run.json"
    run(path, system_names=["SdA-3"], at_once=1, **JOB)
    assert [row["test_error"] for row in Records.load(path).all] == [40, None, 40]


def test_a_run_goes_on_where_it_was_stopped(oracle, tmp_path, monkeypatch):
    path, whole = tmp_path / "run.json", tmp_path / "whole.json"

    def stopped(problems, jobs):
        if jobs[0]["setting"]["name"] == "equal":
            raise KeyboardInterrupt
        return oracle.fit(problems, jobs)

    monkeypatch.setattr(systems, "fit", stopped)
    with pytest.raises(KeyboardInterrupt):
        run(path, system_names=["SdA-3"], at_once=1, **JOB)
    assert len(Records.load(path).all) == 2
    monkeypatch.setattr(systems, "fit", oracle.fit)
    run(path, system_names=["SdA-3"], at_once=1, **JOB)
    names = [name for batch in oracle.fitted for name, _ in batch]
    assert names == ["first", "better", "equal", "worse", "better"]
    run(whole, system_names=["SdA-3"], at_once=1, **JOB)
    timeless = [
        [{**row, "seconds": 0, "cpu_seconds": 0} for row in Records.load(file).all]
        for file in (path, whole)
    ]
    assert timeless[0] == timeless[1]


def test_a_finished_run_trains_nothing_and_leaves_the_file(oracle, tmp_path):
    path, lines = tmp_path / "run.json", []
    run(path, system_names=["SdA-3"], **JOB)
    before, done = path.read_bytes(), len(oracle.fitted)
    run(path, system_names=["SdA-3"], **{**JOB, "report": lines.append})
    assert path.read_bytes() == before and lines == ["4 of 4 settings are done."]
    assert len(oracle.fitted) == done and list(tmp_path.iterdir()) == [path]


def test_another_recipe_is_another_run_and_more_seeds_go_on(oracle, tmp_path):
    path = tmp_path / "run.json"
    run(path, system_names=["SdA-3"], **JOB)
    run(path, system_names=["SdA-3"], recipe="adam", **JOB)
    assert len(Records.load(path).all) == 10
    run(path, system_names=["SdA-3"], **{**JOB, "seeds": 4})
    assert [row["seed"] for row in Records.load(path).all][10:] == [2, 3]


def test_fewer_settings_can_be_tried(oracle, tmp_path):
    path = tmp_path / "run.json"
    run(path, system_names=["SdA-3"], tried=1, **{**JOB, "seeds": 1})
    assert [row["setting"]["name"] for row in Records.load(path).all] == ["first"]


def test_a_machine_without_chance_is_trained_once(oracle, tmp_path):
    path = tmp_path / "run.json"
    run(path, system_names=["SVM-rbf"], **JOB)
    assert {row["seed"] for row in Records.load(path).all} == {0}


def test_the_lines_say_what_was_found_and_how_far_it_is(oracle, tmp_path, capsys):
    lines = []
    arguments = {**JOB, "report": lines.append}
    run(tmp_path / "run.json", system_names=["SdA-3"], at_once=1, **arguments)
    assert lines[0] == "0 of 4 settings are done."
    assert lines[1].startswith("rect SdA-3, seed 0 (): validation ")
    assert "validation 10.00 %, test 40.00 %" in lines[2]
    assert "validation 10.00 %, not the best so far" in lines[3]
    told = capsys.readouterr().err.splitlines()
    assert told[0] == "0 of 5 trainings, ? left" and told[-1] == "5 of 5 trainings, 00:00 left"


def test_a_cluster_trains_the_same_and_a_killed_machine_loses_nothing(tmp_path):
    distributed = pytest.importorskip("distributed")
    here, there = tmp_path / "here.json", tmp_path / "there.json"
    job = {**JOB, "seeds": 1, "system_names": ["SVM-rbf", "SVM-poly"]}
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None
    ) as cluster:
        killed = []

        def report(line):
            if "SVM" in line and not killed:
                killed.append(next(iter(cluster.workers.values())))
                killed[0].process.process._process.kill()

        run(there, scheduler=cluster.scheduler_address, **{**job, "report": report})
    run(here, **job)
    rows = [
        sorted((r["system"], r["validation_error"], r["test_error"]) for r in Records.load(f).all)
        for f in (here, there)
    ]
    assert killed and len(rows[0]) == 2 and rows[0] == rows[1]


@pytest.mark.parametrize("system", [*systems.NAMES, *systems.CONTROLS])
@pytest.mark.parametrize("recipe", ["sgd", "long", "adam"])
def test_settings_are_json_and_differ(system, recipe):
    offered = systems.settings(system, recipe)
    assert json.loads(json.dumps(offered)) == offered
    assert len({json.dumps(setting) for setting in offered}) == len(offered)
    if not system.startswith("SVM"):
        assert {len(setting["sizes"]) for setting in offered} == {1 if "-1" in system else 3}


@pytest.mark.parametrize("recipe", ["sgd", "long", "adam"])
def test_noise_in_fine_tuning_has_a_column_of_its_own(recipe):
    def shares(system, name):
        return {setting[name] for setting in systems.settings(system, recipe)}

    assert shares("SAA-3", "noise") == shares("SAA-3", "tune_noise") == {0}
    assert shares("SdA-3", "noise") == {0.1, 0.25, 0.4} and shares("SdA-3", "tune_noise") == {0}
    assert 0 not in shares(systems.NOISY, "tune_noise")


@pytest.mark.parametrize("recipe", ["sgd", "long", "adam"])
@pytest.mark.parametrize("depth", [1, 3])
def test_a_random_start_changes_a_weight_as_often_as_a_pretrained_one(recipe, depth):
    steps = {setting["tune_steps"] for setting in systems.settings(f"NNet-{depth}", recipe)}
    rival = systems.settings("SAA-3", recipe)[0]
    assert steps == {rival["pretrain_steps"] + rival["tune_steps"]}


@pytest.mark.parametrize("system", ["SdA-3", "SAA-3", "DBN-3", "NNet-3"])
def test_rates_and_steps_change_what_was_chosen_in_one_thing(system):
    usual = systems.settings(system, "sgd")
    chosen = usual[-1]
    rates, steps = (systems.settings(system, name, chosen) for name in ("rates", "steps"))
    for changed, name in ((rates, "tune_rate"), (steps, "tune_steps")):
        assert all({**setting, name: chosen[name]} == chosen for setting in changed)
        assert all(setting[name] > chosen[name] for setting in changed)
    assert min(s["tune_rate"] for s in rates) > max(s["tune_rate"] for s in usual)
    # A pretrained net's steps are then as many more as 1.0 is higher than 0.2: as far, if steps
    # just add up; a net without pretraining has as many more.
    assert [chosen["tune_steps"] + 80_000] == [setting["tune_steps"] for setting in steps]
    if system != "NNet-3":
        assert steps[0]["tune_steps"] * 0.2 == chosen["tune_steps"] * 1.0
    assert {0.2, 1.0} <= {setting["tune_rate"] for setting in usual + rates}


@pytest.mark.parametrize("recipe", ["rates", "steps"])
def test_a_recipe_that_goes_on_takes_the_cell_s_own_chosen_setting(recipe, tmp_path, monkeypatch):
    path, tried = tmp_path / "run.json", []

    def fit(problems, jobs):
        tried.extend(job["setting"] for job in jobs)
        return [(lambda images: np.zeros(len(images), int), {}) for _ in jobs]

    running._problem.cache_clear()
    monkeypatch.setattr(systems, "fit", fit)
    offered = systems.settings("SAA-3", "sgd")
    cell = {"system": "SAA-3", "recipe": "sgd", "counts": list(COUNTS), "seed": 0}
    chosen = {"convex": 0, "rect": 2}
    rows = [
        {**cell, "dataset": name, "setting": setting, "test_error": 1.0}
        | {"validation_error": 1.0 if number == chosen[name] else 2.0}
        for name in chosen
        for number, setting in enumerate(offered)
    ]
    job = {**JOB, "seeds": 1, "system_names": ["SAA-3"], "recipe": recipe}
    Records.load(path).add(*rows[:-1])
    before = path.read_bytes()
    with pytest.raises(ValueError, match="Received: 3 of 4 settings of SAA-3 on rect"):
        run(path, **job)
    assert path.read_bytes() == before and not tried
    Records.load(path).add(rows[-1])
    run(path, **job)
    assert tried == systems.settings("SAA-3", recipe, offered[2])
    running._problem.cache_clear()


def test_causes_go_from_one_recipe_to_the_other_in_single_steps():
    (bare,) = systems.settings("no pretraining", "causes")
    steps = {}
    for name in systems.families("causes")[0]:
        (setting,) = systems.settings(name, "causes")
        assert setting["sizes"] == [1000] and setting["tune_noise"] == 0
        if name != "no pretraining":
            steps[name] = setting["pretrain_steps"] * setting["batch"]
    assert bare["kind"] == "none"
    alike = {n: images for n, images in steps.items() if " steps" not in n}
    assert set(alike.values()) == {1_200_000}
    pairs = [("Adam", "Adam, tied"), ("SGD, batch 20", "SGD, batch 20, tied")]
    for one, other in pairs:
        (first,), (second,) = (systems.settings(name, "causes") for name in (one, other))
        assert {key for key in first if first[key] != second[key]} == {"tied"}


@pytest.mark.parametrize(
    ("system", "recipe", "words"),
    [
        ("SdA-2", "sgd", "A system is one of SVM-rbf"),
        ("SdA-3", "causes", "A system is one of no pretraining"),
        ("SdA-3", "rmsprop", "A recipe is one of sgd"),
    ],
)
def test_an_unknown_system_or_recipe_is_refused(system, recipe, words):
    with pytest.raises(ValueError, match=rf"{words}.*Received"):
        systems.settings(system, recipe)


@pytest.mark.parametrize(
    ("system", "setting"),
    [
        ("SVM-rbf", {"C": [1, 10], "gamma": [1, 2], "screen": 40}),
        ("SVM-poly", {"C": [10], "degree": [2]}),
    ],
)
def test_a_machine_learns_a_plain_problem(system, setting):
    rng = np.random.default_rng(0)

    def split(count):
        labels = rng.integers(2, size=count)
        images = rng.uniform(0, 0.5, (count, 20)).astype("float32")
        images[labels == 1, :10] += 0.5
        return datasets.Split(images, labels)

    problem = datasets.Problem("plain", split(80), split(40), split(60), 2)
    ((predict, _),) = systems.fit([problem], [{"system": system, "setting": setting, "seed": 0}])
    assert np.mean(predict(problem.test.images) == problem.test.labels) > 0.9


def test_precomputed_kernels_give_what_scikit_learn_gives():
    from sklearn.svm import SVC

    from helpers.studies.vincent import svm

    train, test = (datasets.load("rect", (150, 50, 90)), None)
    test, train = train.test, train.train
    gamma = 1 / (784 * train.images.var())
    length = 1 / np.mean(np.sum(train.images.astype(float) ** 2, axis=1))
    for kind, setting, theirs in (
        ("rbf", {"C": 10, "gamma": 2}, SVC(C=10, gamma=2 * gamma)),
        ("poly", {"C": 10, "degree": 3}, SVC(C=10, kernel="poly", gamma=length, coef0=1)),
    ):
        ours = svm._fit_one(kind, train, setting)(test.images)
        expected = theirs.fit(train.images, train.labels).predict(test.images)
        assert np.mean(ours == expected) > 0.98 and 0.1 < ours.mean() < 0.9


def test_the_candidate_that_errs_least_on_validation_images_is_taken(monkeypatch):
    from helpers.studies.vincent import svm

    problem = datasets.load("rect", COUNTS)
    seen = []

    def fit_one(kind, train, numbers):
        seen.append((len(train), numbers))
        wrong = 3 if numbers["gamma"] == 2 else 9
        labels = problem.validation.labels
        return lambda images: np.where(np.arange(len(labels)) < wrong, 1 - labels, labels)

    monkeypatch.setattr(svm, "_fit_one", fit_one)
    _, chosen = svm.fit("rbf", problem, {"C": [5], "gamma": [1, 2, 4], "screen": 30})
    assert chosen == {"C": 5, "gamma": 2} and seen[-1] == (60, chosen)
    assert [count for count, _ in seen[:-1]] == [30, 30, 30]


def test_the_command_line_writes_and_shows(tmp_path, capsys, monkeypatch):
    out = tmp_path / "made" / "run.json"
    monkeypatch.setitem(datasets.COUNTS, "rect", COUNTS)
    command = ["vincent", "--dataset", "rect", "--system", "SVM-poly", "--out", str(out)]
    assert main(command) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].startswith("rect SVM-poly, seed 0 (C ")
    assert "not run" in lines[-2] or "±" in lines[-2]
    (row,) = Records.load(out).all
    cells = {(cell.dataset, cell.system): cell for cell in table(out)}
    assert len(cells) == 48 and cells["rect", "SVM-poly"].error == row["test_error"]
    assert sum(cell.error is not None for cell in cells.values()) == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--dataset", "rectangles"], "--dataset takes some of basic"),
        (["--system", "sda3"], "--system takes some of SVM-rbf"),
        (["--recipe", "large"], "--recipe is one of sgd, long, rates, steps, adam, causes"),
        (["--recipe", "rates"], 'The recipe "rates" goes on from the setting that "sgd" chose'),
        (
            ["--recipe", "steps", "--system", "SdA-3", "--dataset", "rect"],
            "Received: 0 of 12 settings of SdA-3 on rect",
        ),
        (["--seeds", "0"], "--seeds is 1 or more"),
        (["--at-once", "0"], "--at-once is 1 or more"),
        (["--recipe", "causes", "--system", "SdA-3"], "--system takes some of no pretraining"),
        (["--dask", "nowhere", "--dataset", "rect"], "No scheduler answers at 'nowhere'"),
    ],
)
def test_mistakes_on_the_command_line_take_one_sentence(arguments, words, tmp_path, capsys):
    out = tmp_path / "run.json"
    assert main(["vincent", "--out", str(out), *arguments]) == 2
    error = capsys.readouterr().err
    assert words in error and error.count("\n") == 1
    assert not out.exists()


@pytest.mark.parametrize("content", ["{", "[]", '{"records": [{"dataset": "rect"}]}', "{}"])
def test_a_file_of_something_else_is_refused_and_kept(content, tmp_path, capsys):
    path = tmp_path / "mine.json"
    path.write_text(content)
    assert main(["vincent", "--dataset", "rect", "--out", str(path)]) == 2
    assert "mine.json is no file of this command" in capsys.readouterr().err
    assert path.read_text() == content


def test_without_mnist_it_is_said_in_one_sentence(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("AE_DATA", "digits")
    out = tmp_path / "run.json"
    assert main(["vincent", "--dataset", "basic", "--out", str(out)]) == 2
    error = capsys.readouterr().err
    assert "needs MNIST, except for its rows rect, rect-img and convex" in error
    assert not out.exists()


def test_a_record_is_told_in_words():
    record = {
        "dataset": "rot", "system": "SVM-rbf", "seed": 0,
        "setting": {"C": [1, 10], "gamma": [1, 2]},
        "chosen": {"C": 10, "gamma": 2}, "validation_error": 11.5, "test_error": 11.25,
        "seconds": 61.4,
    }  # fmt: skip
    words = "rot SVM-rbf, seed 0 (C 10, gamma 2): validation 11.50 %, test 11.25 %, 61 s"
    assert describe(record) == words
