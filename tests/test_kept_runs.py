"""The runs that were made once and are kept in data/: whole, and what the texts say of them."""

import pytest

from helpers import vincent
from helpers.results import long_run, published


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


def test_sda3_is_within_the_published_interval_or_below_on_most_data_sets():
    verdicts = [cell.verdict for cell in vincent.table() if cell.system == "SdA-3"]
    assert verdicts.count("within") + verdicts.count("below") >= 5


def test_noise_wins_where_lesson_09_says_so():
    error = {(cell.dataset, cell.system): cell.error for cell in vincent.table()}
    for name in ("basic", "rot", "rect-img"):
        assert error[name, "SdA-3"] < error[name, "SAA-3"]
    for name in ("bg-img", "convex"):
        assert error[name, "SdA-3"] > error[name, "SAA-3"]
    theirs = {(cell.dataset, cell.system): cell.published for cell in vincent.table()}
    assert theirs["convex", "SdA-3"] > theirs["convex", "SAA-3"]
    assert theirs["bg-img", "SdA-3"] < theirs["bg-img", "SAA-3"]
    assert error["bg-rand", "SdA-3"] > 1.5 * theirs["bg-rand", "SdA-3"]
