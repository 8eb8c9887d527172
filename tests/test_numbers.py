"""What the lessons claim about MNIST, read off the committed solutions."""

import re
from pathlib import Path

import nbformat
import pytest

from helpers.results import collect

SOLUTIONS = Path(__file__).parent.parent / "solutions"


@pytest.fixture(scope="module")
def figures() -> dict[tuple[str, str], list[float]]:
    """Every compared figure: (lesson, key) -> ours, in the order of the lesson."""
    found: dict[tuple[str, str], list[float]] = {}
    for record in collect(sorted(SOLUTIONS.glob("*.ipynb"))):
        found.setdefault((record["lesson"][:2], record["key"]), []).append(record["ours"])
    return found


def printed(name: str) -> str:
    """Return all that the cells of an executed solution printed."""
    notebook = nbformat.read(SOLUTIONS / name, as_version=4)
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    return "\n".join(output.text for output in outputs if output.output_type == "stream")


def test_pca_is_the_papers(figures):
    assert figures["02", "pca.sse.k30"] == [pytest.approx(13.866, abs=0.001)]
    assert figures["02", "hinton2006.pca.sse.k30"] == [pytest.approx(13.87, abs=0.005)]


def test_the_linear_autoencoder_finds_pca_s_error_and_subspace(figures):
    pca, trained = figures["02", "pca.sse.k10"]
    assert trained == pytest.approx(pca, rel=0.01)
    angles = re.search(r"trained decoder\s+\[([^]]*)\]", printed("02_pca.ipynb"))[1].split()
    assert len(angles) == 10
    assert max(map(float, angles)) < 5


def test_a_small_error_early_on_does_not_prove_the_subspace():
    text = printed("02_pca.ipynb")
    error, angle = re.search(r"code of 30: error \+(.*)% .* (\d+) degrees", text).groups()
    assert float(error) < 5
    assert float(angle) > 10


def test_the_lab_of_2019_is_reproduced_and_its_start_is_what_costs(figures):
    lab, first_modern_epoch = figures["03", "basic_ae.mse.epoch20"]
    assert lab == pytest.approx(0.0327, rel=0.2)
    (glorot_train,) = figures["03", "measured.basic_ae.glorot.mse.train.epoch20"]
    (glorot_test,) = figures["03", "measured.basic_ae.glorot.mse.test.epoch20"]
    assert lab / glorot_train > 6
    assert glorot_test <= 0.0060
    assert first_modern_epoch < 0.0327


def test_the_recipe_of_today_ends_low(figures):
    assert figures["03", "measured.basic_ae.modern.mse.test.epoch10"][0] <= 0.0050


def test_the_second_source_s_parameters_are_counted(figures):
    assert figures["03", "dense_ae.parameters"] == [716_640]


def test_most_of_the_lab_s_error_is_stuck_pixels():
    text = printed("03_basic_autoencoder.ipynb")
    assert int(re.search(r"never move: (\d+) of 784", text)[1]) > 10
    assert int(re.search(r"share of the lab's error: (\d+)%", text)[1]) > 50


def test_the_network_beats_pca_in_the_middle_and_loses_at_256():
    text = printed("03_basic_autoencoder.ipynb")
    needed = {
        target: (int(network), int(linear))
        for target, network, linear in re.findall(r"MSE (\S+): network (\d+), PCA (\d+)", text)
    }
    assert needed["0.0327"] == (16, 16)
    for target in ("0.0150", "0.0070"):
        network, linear = needed[target]
        assert network < linear
    assert needed["0.0020"] == (1000, 256)


def test_the_control_fails_as_it_must():
    shares = re.findall(r"explained\s+(-?[\d.]+)%", printed("03_basic_autoencoder.ipynb"))
    digits, shuffled = map(float, shares)
    assert digits > 80
    assert shuffled < 15
