"""The run: what it tries, what it chooses by, and that nothing finished is ever lost."""

import json

import numpy as np
import pytest

from helpers.__main__ import main
from helpers.studies.vincent import datasets, systems, table
from helpers.studies.vincent.records import Records
from helpers.studies.vincent.run import describe, plan, run

TINY = {"sizes": [6, 5], "batch": 20, "pretrain_steps": 4, "tune_steps": 80, "tune_rate": 0.05}
AUTOENCODER = {**TINY, "noise": 0.25, "tune_noise": 0.25, "pretrain_rate": 0.01}
COUNTS = (60, 40, 50)
JOB = {"names": ["rect"], "counts": COUNTS, "report": lambda line: None}


class Oracle:
    """Stand in for a system: it errs on as many images as its setting says, in each part."""

    def __init__(self, problem):
        self.problem, self.asked, self.fitted = problem, [], []

    def fit(self, system, problem, setting, seed):
        self.fitted.append(setting["name"])

        def predict(images):
            for part in ("validation", "test"):
                split = getattr(self.problem, part)
                if images is split.images:
                    self.asked.append((setting["name"], part))
                    wrong = np.arange(len(split)) < setting[part]
                    return np.where(wrong, 1 - split.labels, split.labels)
            raise AssertionError("only whole parts are classified")

        return predict, {}


@pytest.fixture
def oracle(monkeypatch):
    problem = datasets.load("rect", COUNTS)
    stand_in = Oracle(problem)
    offered = [
        {"name": "first", "validation": 8, "test": 5},
        {"name": "better", "validation": 4, "test": 20},
        {"name": "equal", "validation": 4, "test": 0},
        {"name": "worse", "validation": 6, "test": 0},
    ]
    monkeypatch.setattr(datasets, "load", lambda name, counts: problem)
    monkeypatch.setattr(systems, "settings", lambda system, size: offered)
    monkeypatch.setattr(systems, "fit", stand_in.fit)
    return stand_in


def test_the_validation_error_chooses_and_only_the_best_see_test_images(oracle, tmp_path):
    path = tmp_path / "run.json"
    run(path, system_names=["SdA-3"], **JOB)
    rows = Records.load(path).all
    assert [row["validation_error"] for row in rows] == [20, 10, 10, 15]
    # "equal" and "worse" would have done better on the test images, which nobody may know.
    assert [row["test_error"] for row in rows] == [10, 40, None, None]
    assert Records.load(path).best(rows[0])["setting"]["name"] == "better"
    assert ("equal", "test") not in oracle.asked and ("better", "test") in oracle.asked
    assert {row["test_images"] for row in rows} == {50} and rows[0]["train_images"] == 60


def test_a_run_goes_on_where_it_was_stopped(oracle, tmp_path, monkeypatch):
    path, whole = tmp_path / "run.json", tmp_path / "whole.json"

    def stopped(system, problem, setting, seed):
        if setting["name"] == "equal":
            raise KeyboardInterrupt
        return oracle.fit(system, problem, setting, seed)

    monkeypatch.setattr(systems, "fit", stopped)
    with pytest.raises(KeyboardInterrupt):
        run(path, system_names=["SdA-3"], **JOB)
    assert len(Records.load(path).all) == 2
    monkeypatch.setattr(systems, "fit", oracle.fit)
    run(path, system_names=["SdA-3"], **JOB)
    assert oracle.fitted == ["first", "better", "equal", "worse"]
    run(whole, system_names=["SdA-3"], **JOB)
    timeless = [
        [{**row, "seconds": 0, "cpu_seconds": 0} for row in Records.load(file).all]
        for file in (path, whole)
    ]
    assert timeless[0] == timeless[1]


def test_a_finished_run_trains_nothing_and_leaves_the_file(oracle, tmp_path):
    path, lines = tmp_path / "run.json", []
    run(path, system_names=["SdA-3"], **JOB)
    before = path.read_bytes()
    run(path, system_names=["SdA-3"], **{**JOB, "report": lines.append})
    assert path.read_bytes() == before and lines == ["4 of 4 settings are done."]
    assert list(tmp_path.iterdir()) == [path]


def test_another_seed_or_size_is_another_run(oracle, tmp_path):
    path = tmp_path / "run.json"
    run(path, system_names=["SdA-3"], **JOB)
    run(path, system_names=["SdA-3"], seed=1, **JOB)
    assert len(Records.load(path).all) == 8
    assert oracle.asked.count(("better", "test")) == 2


def test_the_lines_say_what_was_found_and_how_far_it_is(oracle, tmp_path, capsys):
    lines = []
    run(tmp_path / "run.json", system_names=["SdA-3"], **{**JOB, "report": lines.append})
    assert lines[0] == "0 of 4 settings are done."
    assert lines[1].startswith("rect SdA-3 (): validation ")
    assert "validation 10.00 %, test 40.00 %" in lines[2]
    assert "validation 10.00 %, not the best so far" in lines[3]
    told = capsys.readouterr().err.splitlines()
    assert told[0] == "0 of 4 settings, ? left" and told[-1] == "4 of 4 settings, 00:00 left"


def test_every_cell_gets_its_first_setting_before_any_gets_its_second():
    jobs = plan(["rect", "convex"], ["SdA-3", "SVM-rbf"], "small", 0)
    cells = [(job["system"], job["dataset"]) for job in jobs]
    first = [("SdA-3", "rect"), ("SdA-3", "convex"), ("SVM-rbf", "rect"), ("SVM-rbf", "convex")]
    assert cells[:4] == first
    assert len({json.dumps(job) for job in jobs}) == len(jobs)


@pytest.mark.parametrize("system", [*systems.NAMES, *systems.CONTROLS])
@pytest.mark.parametrize("size", systems.SIZES)
def test_settings_are_json_and_differ(system, size):
    offered = systems.settings(system, size)
    assert json.loads(json.dumps(offered)) == offered
    assert len({json.dumps(setting) for setting in offered}) == len(offered)
    if not system.startswith("SVM"):
        assert {len(setting["sizes"]) for setting in offered} == {1 if "-1" in system else 3}


def test_only_the_denoising_stack_has_noise():
    (plain,) = systems.settings("SAA-3", "small")
    assert plain["noise"] == plain["tune_noise"] == 0
    assert min(setting["noise"] for setting in systems.settings("SdA-3", "small")) > 0
    # The paper's way, without noise in fine-tuning, is among those that validation chooses from.
    assert 0 in {setting["tune_noise"] for setting in systems.settings("SdA-3", "published")}
    (control,) = systems.settings(systems.NOISY, "small")
    assert control == {**plain, "tune_noise": control["tune_noise"]} != plain


@pytest.mark.parametrize(
    ("system", "setting"),
    [
        ("SVM-rbf", {"C": [1, 10], "gamma": [1, 2], "screen": 40}),
        ("SVM-poly", {"C": [10], "degree": [2]}),
        ("DBN-3", {**TINY, "pretrain_rate": 0.05}),
        ("NNet-3", TINY),
        ("SdA-3", AUTOENCODER),
    ],
)
def test_a_system_learns_a_plain_problem(system, setting):
    rng = np.random.default_rng(0)

    def split(count):
        labels = rng.integers(2, size=count)
        images = rng.uniform(0, 0.5, (count, 20)).astype("float32")
        images[labels == 1, :10] += 0.5
        return datasets.Split(images, labels)

    problem = datasets.Problem("plain", split(80), split(40), split(60), 2)
    predict, _ = systems.fit(system, problem, setting, seed=0)
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


def test_machines_stacked_are_the_library_s_own():
    from sklearn.neural_network import BernoulliRBM

    from helpers.studies.vincent import nets

    images = datasets.load("rect", COUNTS).train.images
    setting = {**TINY, "pretrain_rate": 0.05}
    (kernel, bias), (second, _) = nets.boltzmann_stack(images, setting, seed=4)
    machine = BernoulliRBM(6, learning_rate=0.05, batch_size=20, n_iter=1, random_state=4)
    codes = machine.fit_transform(images)
    np.testing.assert_allclose(codes, 1 / (1 + np.exp(-(images @ kernel + bias))), rtol=1e-4)
    assert second.shape == (6, 5)


def test_the_command_line_writes_and_shows(tmp_path, capsys, monkeypatch):
    out = tmp_path / "made" / "run.json"
    monkeypatch.setitem(datasets.COUNTS, "rect", COUNTS)
    command = ["vincent", "--dataset", "rect", "--system", "SVM-poly", "--out", str(out)]
    assert main(command) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].startswith("rect SVM-poly (C ")
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
        (["--size", "large"], "--size is small or published"),
        (["--seed", "-1"], "--seed is 0 or more"),
    ],
)
def test_mistakes_on_the_command_line_take_one_sentence(arguments, words, tmp_path, capsys):
    out = tmp_path / "run.json"
    assert main(["vincent", "--out", str(out), *arguments]) == 2
    error = capsys.readouterr().err
    assert words in error and "Received" in error and error.count("\n") == 1
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
        "dataset": "rot", "system": "SVM-rbf", "setting": {"C": [1, 10], "gamma": [1, 2]},
        "chosen": {"C": 10, "gamma": 2}, "validation_error": 11.5, "test_error": 11.25,
        "seconds": 61.4,
    }  # fmt: skip
    words = "rot SVM-rbf (C 10, gamma 2): validation 11.50 %, test 11.25 %, 61 s"
    assert describe(record) == words
