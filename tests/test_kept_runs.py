"""The runs that were made once and are kept in data/: whole, and what the texts say of them."""

import pytest

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
