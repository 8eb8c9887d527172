"""The 48 cells: intervals, verdicts, what was not run, the text and the picture."""

import dataclasses
import json

import pytest
from matplotlib.colors import to_rgb
from matplotlib.patches import Rectangle

from helpers.measures import half_width
from helpers.results import published
from helpers.studies import vincent
from helpers.studies.vincent import datasets, noise_effects, systems, table, trials
from helpers.studies.vincent.table import RUN_FILE, as_text, published_key


def record(**changes):
    """Return a record as a run writes it."""
    (setting,) = systems.settings("SVM-rbf", "small")
    return {
        "dataset": "rect", "system": "SVM-rbf", "size": "small", "seed": 0, "setting": setting,
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
    assert cell.settings_done == cell.settings_asked == 1
    assert cell.key == "vincent2008.rect.svm_rbf"


@pytest.mark.parametrize(
    ("error", "verdict"),
    [(2.15, "within"), (2.27, "within"), (2.29, "above"), (2.03, "within"), (2.01, "below")],
)
def test_the_verdict_is_about_the_published_interval(tmp_path, error, verdict):
    assert cells_of(tmp_path, record(test_error=error))["rect", "SVM-rbf"].verdict == verdict


def test_the_cell_is_the_setting_with_the_lowest_validation_error(tmp_path):
    first, second = systems.settings("SdA-3", "small")[:2]
    rows = [
        record(system="SdA-3", setting=first, validation_error=4.0, test_error=1.0),
        record(system="SdA-3", setting=second, validation_error=3.5, test_error=2.0),
        record(system="SdA-3", setting=first, seed=7, validation_error=0.1, test_error=0.1),
    ]
    cell = cells_of(tmp_path, *rows)["rect", "SdA-3"]
    assert cell.error == 2.0 and cell.record["setting"] == second
    assert cell.settings_done == 2
    assert cell.settings_asked == len(systems.settings("SdA-3", "small"))


def test_noise_is_told_by_where_it_is(tmp_path):
    both, quiet = systems.settings("SdA-3", "small")[:2]
    (plain,) = systems.settings("SAA-3", "small")
    (noisy,) = systems.settings(systems.NOISY, "small")
    assert (quiet["noise"], quiet["tune_noise"]) == (both["noise"], 0)
    assert (noisy["noise"], noisy["tune_noise"]) == (0, both["noise"])
    rows = [
        record(system="SdA-3", setting=both, validation_error=1.0),
        record(system="SdA-3", setting=quiet, validation_error=2.0, test_error=None),
        record(system="SAA-3", setting=plain, validation_error=3.0),
        record(system="SAA-3", setting=plain, validation_error=0.1, counts=[10, 10, 10]),
        record(system="SdA-3", setting={**quiet, "pretrain_steps": 9}, validation_error=0.2),
        record(system=systems.NOISY, setting=noisy, validation_error=4.0),
        record(system="SAA-3", setting=plain, dataset="rot", validation_error=5.0),
    ]
    path = tmp_path / "run.json"
    path.write_text(json.dumps({"records": rows}))
    effects = noise_effects(path)
    assert effects["rect"] == {"none": 3.0, "pretraining": 2.0, "fine-tuning": 4.0, "both": 1.0}
    assert effects["rot"]["none"] == 5.0 and effects["rot"]["both"] is None
    assert list(effects) == list(datasets.NAMES)
    assert [row["setting"] for row in trials("rect", "SdA-3", path)] == [
        both, quiet, {**quiet, "pretrain_steps": 9},
    ]  # fmt: skip
    assert trials("rect", "SdA-3", path, seed=1) == []


@pytest.mark.parametrize("control", systems.CONTROLS)
def test_a_control_is_no_column(tmp_path, control):
    (setting,) = systems.settings(control, "small")
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
