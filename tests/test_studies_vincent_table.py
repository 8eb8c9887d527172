"""The 48 cells: intervals, verdicts, what was not run, the text and the picture."""

import dataclasses
import json

import pytest
from matplotlib.colors import to_rgb
from matplotlib.patches import Rectangle

from helpers.measures import half_width
from helpers.results import published
from helpers.studies import vincent
from helpers.studies.vincent import (
    by_noise,
    by_rate,
    causes,
    cell_of,
    datasets,
    machines,
    systems,
    table,
    trials,
)
from helpers.studies.vincent.table import RUN_FILE, as_text, published_key


def record(**changes):
    """Return a record as a run writes it."""
    (setting,) = systems.settings("SVM-rbf", "sgd")
    return {
        "dataset": "rect", "system": "SVM-rbf", "recipe": "sgd", "seed": 0, "setting": setting,
        "chosen": {"C": 10, "gamma": 2}, "validation_error": 3.0, "test_error": 2.2,
        "test_images": 50_000, "train_images": 1000, "seconds": 5.0, **changes,
    }  # fmt: skip


def cells_of(tmp_path, *records):
    path = tmp_path / "run.json"
    path.write_text(json.dumps({"records": list(records)}))
    return {(cell.dataset, cell.system): cell for cell in table(path)}


@pytest.mark.parametrize("row", ["basic", "rot", "bg-rand", "bg-img", "rect-img", "convex"])
def test_the_published_half_widths_are_of_this_kind(row):
    theirs = published(published_key(row, "SdA-3"))
    assert half_width(theirs.value, 50_000) == pytest.approx(theirs.plus_minus, abs=0.01)


def test_without_a_file_nothing_was_run(tmp_path):
    cells = table(tmp_path / "none.json")
    assert len(cells) == 48 and {cell.verdict for cell in cells} == {"not run"}
    assert (cells[5].system, cells[5].published, cells[5].published_half_width) == (
        "SdA-3", 2.80, 0.14,
    )  # fmt: skip
    assert [cell.dataset for cell in cells[::6]] == [
        "basic", "rot", "bg-rand", "bg-img", "rot-bg-img", "rect", "rect-img", "convex",
    ]  # fmt: skip


def test_a_cell_holds_its_record(tmp_path):
    cell = cells_of(tmp_path, record())["rect", "SVM-rbf"]
    assert (cell.error, cell.published) == (2.2, 2.15)
    assert cell.half_width == pytest.approx(1.96 * 100 * (0.022 * 0.978 / 50_000) ** 0.5)
    assert cell.record["chosen"] == {"C": 10, "gamma": 2}
    assert (cell.settings, cell.seeds, cell.low, cell.high) == (1, 1, 2.2, 2.2)
    assert cell.key == "vincent2008.rect.svm_rbf"


@pytest.mark.parametrize(
    ("error", "verdict"),
    [(2.15, "within"), (2.27, "within"), (2.29, "above"), (2.03, "within"), (2.01, "below")],
)
def test_the_verdict_is_about_the_published_interval(tmp_path, error, verdict):
    assert cells_of(tmp_path, record(test_error=error))["rect", "SVM-rbf"].verdict == verdict


def test_the_cell_is_the_setting_with_the_lowest_validation_error(tmp_path):
    first, second = systems.settings("SdA-3", "sgd")[:2]
    rows = [
        record(system="SdA-3", setting=first, validation_error=4.0, test_error=1.0),
        record(system="SdA-3", setting=second, validation_error=3.5, test_error=2.0),
        record(system="SdA-3", setting=second, seed=1, validation_error=5.0, test_error=4.0),
        record(system="SdA-3", setting=first, seed=7, validation_error=0.1, test_error=0.1),
        record(system=systems.NOISY, setting=first, validation_error=0.1, test_error=0.1),
        record(system="SdA-3", setting=second, recipe="adam", validation_error=0.1),
    ]
    cell = cells_of(tmp_path, *rows)["rect", "SdA-3"]
    assert (cell.error, cell.low, cell.high, cell.seeds) == (3.0, 2.0, 4.0, 2)
    assert cell.record["setting"] == second and cell.settings == 2
    path = tmp_path / "run.json"
    (adam,) = (c for c in table(path, recipe="adam") if (c.dataset, c.system) == ("rect", "SdA-3"))
    assert (adam.error, adam.seeds, adam.record["recipe"]) == (2.2, 1, "adam")


def test_one_recipe_can_be_asked_for_and_a_control_stands_alone(tmp_path):
    (setting,) = systems.settings("NNet-3", "adam")
    rows = [
        record(system="NNet-3", setting=setting, recipe="adam", test_error=9.0),
        record(system="NNet-3", validation_error=1.0, test_error=5.0),
    ]
    path = tmp_path / "run.json"
    path.write_text(json.dumps({"records": rows}))
    assert cell_of("rect", "NNet-3", path).error == 5.0
    found = cell_of("rect", "NNet-3", path, recipe="adam")
    assert (found.error, found.verdict) == (9.0, "alone")
    assert cell_of("rot", "NNet-3", path).verdict == "not run"


def test_corruption_levels_are_of_pretraining_alone(tmp_path):
    low, high, *_ = systems.settings("SdA-3", "sgd")
    (plain, _, *_) = systems.settings("SAA-3", "sgd")
    (noisy, *_) = systems.settings(systems.NOISY, "sgd")
    rows = [
        record(system="SdA-3", setting=low, validation_error=2.0),
        record(system="SdA-3", setting={**low, "tune_rate": 7}, validation_error=1.5),
        record(system="SdA-3", setting=high, validation_error=3.0, test_error=None),
        record(system="SdA-3", setting=high, seed=1, validation_error=0.3),
        record(system="SAA-3", setting=plain, validation_error=5.0),
        record(system="SAA-3", setting=plain, validation_error=0.1, counts=[10, 10, 10]),
        record(system="SAA-3", setting=plain, recipe="adam", validation_error=0.2),
        record(system=systems.NOISY, setting=noisy, validation_error=0.4),
    ]
    path = tmp_path / "run.json"
    path.write_text(json.dumps({"records": rows}))
    found = by_noise(path)
    assert found["rect"] == {0.0: 5.0, 0.1: None, 0.25: 1.5, 0.4: 3.0}
    assert list(found) == list(datasets.NAMES) and set(found["rot"].values()) == {None}
    assert len(trials("rect", "SdA-3", path)) == 4
    assert [row["validation_error"] for row in trials("rect", "SAA-3", path)] == [5.0]
    (adam,) = trials("rect", "SAA-3", path, recipe="adam")
    assert adam["validation_error"] == 0.2


def test_rates_of_fine_tuning_are_told_where_higher_ones_were_tried(tmp_path):
    low, high, *_ = systems.settings("SdA-3", "sgd")
    row = {"system": "SdA-3", "recipe": "sgd"}
    rates = {**row, "recipe": "rates"}
    rows = [
        record(**row, setting=low, validation_error=2.0),
        record(**row, setting={**low, "tune_rate": 0.05}, validation_error=3.0, test_error=None),
        record(**row, setting=high, validation_error=2.5),
        record(**rates, setting={**low, "tune_rate": 1.0}, validation_error=1.5, test_error=1.7),
        record(**rates, setting={**low, "tune_rate": 0.5}, validation_error=1.8, test_error=None),
        record(**rates, setting={**low, "tune_rate": 1.0}, seed=1, validation_error=0.1),
        record(**rates, setting={**low, "tune_rate": 2.0}, counts=[9, 9, 9], validation_error=0.1),
        record(**{**row, "recipe": "steps"}, setting={**low, "tune_steps": 9}),
        record(**row, dataset="rot", setting=low),
    ]
    path = tmp_path / "run.json"
    path.write_text(json.dumps({"records": rows}))
    found = by_rate("SdA-3", path)
    assert found == {
        "rect": {0.05: (3.0, None), 0.2: (2.0, 2.2), 0.5: (1.8, None), 1.0: (1.5, 1.7)}
    }
    assert list(found["rect"]) == sorted(found["rect"]) and by_rate("SAA-3", path) == {}
    path.write_text(json.dumps({"records": [record(), record(recipe="rates")]}))
    assert by_rate("SVM-rbf", path) == {}


def test_causes_are_told_in_their_order(tmp_path):
    names = list(systems.CAUSES)
    rows = [
        record(dataset="bg-rand", system=name, recipe="causes", validation_error=number,
               test_error=number / 2)
        for number, name in enumerate(reversed(names[:3]))
    ]  # fmt: skip
    path = tmp_path / "run.json"
    path.write_text(json.dumps({"records": rows}))
    assert list(causes(path).items()) == [
        (names[0], (2, 1.0)), (names[1], (1, 0.5)), (names[2], (0, 0.0)),
    ]  # fmt: skip


def test_hours_are_told_by_machine(tmp_path):
    rows = [record(machine="a", seconds=1800.0), record(machine="b", seconds=36.0)]
    path = tmp_path / "run.json"
    path.write_text(json.dumps({"records": [*rows, record(machine="a", seconds=900.0)]}))
    assert machines(path) == {"a": (2, 0.75), "b": (1, 0.01)}


@pytest.mark.parametrize("control", systems.CONTROLS)
def test_a_control_is_no_column(tmp_path, control):
    setting = systems.settings(control, "adam")[0]
    cells = cells_of(tmp_path, record(system=control, setting=setting))
    assert len(cells) == 48 and {cell.verdict for cell in cells.values()} == {"not run"}


def test_a_trial_on_fewer_images_is_no_cell(tmp_path):
    assert cells_of(tmp_path, record(counts=[10, 10, 10]))["rect", "SVM-rbf"].verdict == "not run"


def test_the_text_holds_ours_and_theirs(tmp_path):
    lines = as_text(list(cells_of(tmp_path, record()).values())).splitlines()
    row = next(number for number, line in enumerate(lines) if line.startswith("rect "))
    assert lines[row].split()[1:6] == ["2.20", "±", "0.13", "not", "run"]
    assert lines[row + 1].split()[:3] == ["(2.15", "±", "0.13)"]


def test_every_published_cell_has_a_key():
    assert published(published_key("rot-bg-img", "DBN-1")).value == 52.21
    for cell in table():
        assert published(cell.key).split == "test"


def test_the_kept_run_is_of_whole_test_sets():
    cells = [cell for cell in table(RUN_FILE) if cell.error is not None]
    for cell in cells:
        assert cell.record["test_images"] == 50_000
        assert 0 <= cell.record["validation_error"] < 100 and cell.record["seconds"] > 0


def test_the_picture_shows_every_cell(tmp_path):
    cells = list(cells_of(tmp_path, record()).values())
    high = dataclasses.replace(cells[0], error=6.06, half_width=0.2)
    figure = vincent.show_table([high, *cells[1:]], alt="ours and theirs")
    axis = figure.axes[0]
    texts = [text.get_text() for text in axis.texts]
    assert texts.count("not run") == 46
    assert "2.20 ± 0.13" in texts and "2.15 ± 0.13" in texts and "6.06 ± 0.20" in texts
    assert texts.count("●") == 1 and texts.count("▲") == 1
    boxes = [patch for patch in axis.patches if isinstance(patch, Rectangle)]
    assert len(boxes) == 48 and sum(bool(box.get_hatch()) for box in boxes) == 46
    weights = {text.get_text(): text.get_weight() for text in axis.texts}
    assert weights["6.06 ± 0.20"] == weights["2.20 ± 0.13"] == "normal"  # alone in their rows
    red, _, blue = to_rgb(boxes[0].get_facecolor())
    assert red > blue  # twice the published error: the orange end
    assert figure.alt == "ours and theirs"


def test_the_lowest_of_ours_in_a_row_is_bold(tmp_path):
    first, second, *others = cells_of(tmp_path).values()
    cells = [
        dataclasses.replace(first, error=4.0, half_width=0.1),
        dataclasses.replace(second, error=3.0, half_width=0.1),
        *others,
    ]
    texts = vincent.show_table(cells, alt="bold").axes[0].texts
    assert [text.get_text() for text in texts if text.get_weight() == "bold"] == ["3.00 ± 0.10"]
