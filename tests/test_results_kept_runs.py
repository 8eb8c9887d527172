"""The runs that were made once and are kept in data/: whole, and what the texts say of them."""

import types

import numpy as np
import pytest

from helpers import __main__ as command_line
from helpers import data
from helpers.results import cluster_runs, kept_runs, long_run, longer_run, published
from helpers.studies import lab, vincent
from helpers.studies.vincent import datasets, systems


@pytest.fixture(scope="module")
def run():
    return long_run()


def test_the_long_run_is_the_one_that_its_command_makes(run):
    assert (run["command"], run["data"], run["images"]) == (
        "python -m helpers long-run",
        "mnist",
        60_000,
    )
    for name, epochs in (("plain", 30), ("shifted", 60)):
        assert len(run[f"{name}_train"]) == len(run[f"{name}_test"]) == epochs


def test_only_the_shifted_run_passes_the_paper(run):
    paper = published("hinton2006.deep_ae.sse.k30").value
    assert run["shifted_test"][-1] <= 2.4 < paper < min(run["plain_test"])


def test_the_plain_run_overfits_and_the_shifted_one_does_not(run):
    assert run["plain_test"][-1] / run["plain_train"][-1] > 1.3
    assert run["shifted_test"][-1] / run["shifted_train"][-1] < 1.05


# Each reads what its command writes: the file, the options, and the keys of its own.
KEPT = {
    long_run: ("long_run_code30.json", "long-run", "shifted_test"),
    longer_run: (
        "long_run_code30_longer.json",
        "long-run --plain 0 --shifted 0 --longer 480",
        "longer_test",
    ),
    cluster_runs: ("clusters10.json", "cluster-run", "rows"),
}


@pytest.fixture
def kept_folder(tmp_path, monkeypatch):
    """Return the folder that kept runs are read from; the commands train nothing meanwhile."""
    monkeypatch.setattr(kept_runs, "DATA", tmp_path)
    images = np.zeros((60_000, 1))
    dataset = types.SimpleNamespace(name="mnist", train_vectors=images, test_vectors=images)
    monkeypatch.setattr(data, "load", lambda name: dataset)

    def trained(images, unseen, epochs, folder, name):
        falling = [9 - epoch / epochs for epoch in range(epochs)]
        return types.SimpleNamespace(loss=falling, validation=falling, seconds=[0.5] * epochs)

    monkeypatch.setattr(lab.long_run, "_train", trained)
    codes = [[0.0], [1.0]], [[0.5]]
    monkeypatch.setattr(lab.cluster_run, "_linear", lambda dataset: codes)
    monkeypatch.setattr(lab.cluster_run, "_trained", lambda dataset, epochs, seed: codes)
    scores = {"learned_train": 98.5, "learned_test": 98.25}
    monkeypatch.setattr(lab.cluster_run, "_scores", lambda dataset, train, test, seed: scores)
    monkeypatch.setattr(lab.cluster_run.metadata, "version", lambda name: "1.0")
    return tmp_path


def read_as_written(read, folder) -> dict:
    """Return what a function reads of the file that its command writes."""
    name, options, _ = KEPT[read]
    assert command_line.main([*options.split(), "--out", str(folder / name)]) == 0
    return read()


@pytest.mark.parametrize("read", KEPT, ids=lambda read: read.__name__)
def test_a_kept_run_is_read_as_its_command_writes_it(read, kept_folder):
    _, options, own = KEPT[read]
    run = read_as_written(read, kept_folder)
    assert run["command"] == f"python -m helpers {options}"
    assert (run["data"], run["images"]) == ("mnist", 60_000)
    assert run["machine"] and run["versions"]["keras"] and run[own]


def test_the_longer_run_has_two_curves_of_480_epochs(kept_folder):
    run = read_as_written(longer_run, kept_folder)
    curves = {key: len(value) for key, value in run.items() if isinstance(value, list)}
    assert curves == {"longer_train": 480, "longer_test": 480}
    assert run["longer_test"][0] == 9 and run["seconds"] == 240


def test_the_cluster_runs_are_a_baseline_and_three_trainings(kept_folder):
    rows = read_as_written(cluster_runs, kept_folder)["rows"]
    assert [row["space"] for row in rows] == ["PCA-10", "code", "code", "code"]
    assert [row["seed"] for row in rows] == [0, 0, 1, 2]
    assert all(row["learned_test"] == 98.25 and row["seconds"] >= 0 for row in rows)


@pytest.mark.parametrize("read", KEPT, ids=lambda read: read.__name__)
@pytest.mark.parametrize(
    ("content", "problem"),
    [(None, "is missing"), ('{"rows', "is damaged"), ("{}", "is of another run: it has no")],
)
def test_a_run_that_cannot_be_read_says_the_command_that_makes_it(
    read, content, problem, kept_folder
):
    name, options, _ = KEPT[read]
    if content is not None:
        (kept_folder / name).write_text(content, encoding="utf-8")
    with pytest.raises(ValueError, match=problem) as refusal:
        read()
    made_by = f"python -m helpers {options} --out helpers/results/data/{name}"
    assert str(refusal.value).endswith(made_by)


def test_the_kept_table_says_what_was_run_and_invents_nothing():
    cells = vincent.table()
    run = [cell for cell in cells if cell.error is not None]
    assert len(cells) == 48 and run
    for cell in run:
        assert cell.record["size"] == "small" and cell.record["test_images"] == 50_000
        assert 1 <= cell.settings_done <= cell.settings_asked
        assert cell.half_width == pytest.approx(
            1.96 * (cell.error * (100 - cell.error) / 50_000) ** 0.5, abs=1e-3
        )


@pytest.fixture(scope="module")
def cells() -> dict:
    """The cells of the table of 2008, by data set and system."""
    return {(cell.dataset, cell.system): cell for cell in vincent.table()}


def test_no_cell_of_the_table_is_empty(cells):
    assert all(cell.error is not None for cell in cells.values())
    for (_, system), cell in cells.items():
        assert cell.settings_done == cell.settings_asked == (5 if system == "SdA-3" else 1)


def test_sda3_is_within_the_published_interval_or_below_on_five_data_sets(cells):
    verdicts = [cell.verdict for (_, system), cell in cells.items() if system == "SdA-3"]
    assert verdicts.count("within") + verdicts.count("below") == 5


def test_where_sda3_is_below_the_images_are_easier_as_lesson_09_says(cells):
    for name in datasets.NAMES:
        if cells[name, "SdA-3"].verdict == "below":
            assert cells[name, "SVM-rbf"].verdict == "below"
    assert cells["convex", "SVM-rbf"].error < 0.7 * cells["convex", "SVM-rbf"].published


def test_as_a_share_of_the_machine_s_error_six_data_sets_come_out_as_published(cells):
    apart = []
    for name in datasets.NAMES:
        sda, svm = cells[name, "SdA-3"], cells[name, "SVM-rbf"]
        if abs(sda.error / svm.error - sda.published / svm.published) > 0.08:
            apart.append(name)
    assert apart == ["bg-rand", "rect"]
    rect = {system: cells["rect", system] for system in ("SdA-3", "SVM-rbf")}
    published = rect["SdA-3"].published / rect["SVM-rbf"].published
    assert rect["SdA-3"].error / rect["SVM-rbf"].error < published


def test_on_random_backgrounds_longer_pretraining_makes_it_worse(cells):
    error = {system: cells["bg-rand", system].error for system in systems.NAMES}
    assert 0.9 * error["SVM-rbf"] < error["SdA-3"] < error["SVM-rbf"] < error["SAA-3"]
    assert min(error["DBN-1"], error["DBN-3"]) > max(error["SAA-3"], error["SVM-poly"])
    assert cells["bg-rand", "SdA-3"].record["setting"]["noise"] == 0.1
    change = {}
    for name in datasets.NAMES:
        tried = validation_errors(name)
        change[name] = tried[0.25, 0, 6000] - tried[0.25, 0, 1500]
    assert change.pop("bg-rand") == pytest.approx(3, abs=0.3)
    assert max(map(abs, change.values())) <= 0.601
    assert sum(one < 0 for one in change.values()) == 4


def validation_errors(name) -> dict[tuple, float]:
    """Errors of SdA-3, by noise in pretraining, noise in fine-tuning and steps a layer."""
    keys = "noise", "tune_noise", "pretrain_steps"
    return {
        tuple(row["setting"][key] for key in keys): row["validation_error"]
        for row in vincent.trials(name, "SdA-3")
    }


def test_pretraining_lowers_the_error_of_a_random_start_but_not_on_random_backgrounds():
    for name in datasets.NAMES:
        error = {
            system: min(row["validation_error"] for row in vincent.trials(name, system))
            for system in ("NNet-1", "DBN-1", "NNet-3", "DBN-3", "SAA-3")
        }
        if name == "bg-rand":
            assert abs(error["DBN-1"] - error["NNet-1"]) < 0.3
            assert error["DBN-3"] > error["NNet-3"] + 1.5
            assert error["SAA-3"] < error["NNet-3"]
        else:
            assert error["DBN-1"] < error["NNet-1"]
            assert max(error["DBN-3"], error["SAA-3"]) < error["NNet-3"]
        if name == "rot":
            assert error["NNet-1"] == pytest.approx(25, abs=0.5)
            assert error["DBN-1"] == pytest.approx(15.5, abs=0.05)


def test_much_noise_is_best_on_plain_shapes_and_worst_on_backgrounds():
    for name in datasets.NAMES:
        errors = validation_errors(name)
        little, some, much = (errors[share, share, 1500] for share in (0.1, 0.25, 0.4))
        if name in ("bg-rand", "bg-img", "rot-bg-img"):
            assert little < some < much == max(errors.values())
            assert much > 1.2 * min(errors.values())
        if name in ("basic", "rect"):
            assert much == min(errors.values())


def test_noise_in_pretraining_helps_everywhere_and_in_fine_tuning_only_without_backgrounds(cells):
    effects = vincent.noise_effects()
    assert all(row["pretraining"] < row["none"] for row in effects.values())
    large = [row for row in effects.values() if row["pretraining"] < 0.93 * row["none"]]
    assert len(large) == 6
    for name in ("basic", "rot"):
        assert effects[name]["fine-tuning"] < effects[name]["none"]
        assert effects[name]["both"] < effects[name]["pretraining"]
    for name in ("bg-rand", "bg-img", "rot-bg-img"):
        assert effects[name]["fine-tuning"] > effects[name]["none"]
        assert effects[name]["both"] > effects[name]["pretraining"]
    assert all(cells[n, "SdA-3"].error < cells[n, "SAA-3"].error for n in datasets.NAMES)
    assert cells["convex", "SdA-3"].published > cells["convex", "SAA-3"].published
