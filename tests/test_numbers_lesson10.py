"""What lesson 10 claims about MNIST, read off its committed solution."""

import re

import numpy as np
import pytest
from printed import SOLUTIONS, printed

from helpers.results import collect

SOLUTION = SOLUTIONS / "10_generative.ipynb"


@pytest.fixture(scope="module")
def text() -> str:
    """All that the lesson printed."""
    return printed("10_generative.ipynb")


def quality(text: str) -> dict[str, tuple[float, float]]:
    """Return (share that the judge is sure of, nearest error) of every row, the last of a name."""
    rows = re.findall(r"^(\S.*?) +([\d.]+)% +([\d.]+)$", text, re.MULTILINE)
    return {name: (float(sure), float(nearest)) for name, sure, nearest in rows}


def aucs(text: str) -> dict[str, np.ndarray]:
    """Return the ten ROC-AUCs of each row."""
    rows = re.findall(r"^(network|PCA|ink|control) +mean \S+ +\[([^]]+)\]", text, re.MULTILINE)
    return {name: np.array(values.split(), float) for name, values in rows}


def test_the_vae_is_below_the_published_sum_on_unseen_images(text):
    ours = {record["key"]: record["ours"] for record in collect([SOLUTION])}
    assert ours["keras.vae.total"] == pytest.approx(
        ours["keras.vae.reconstruction"] + ours["keras.vae.kl"]
    )
    assert ours["keras.vae.total"] < 146.95
    by_name = {
        name: float(value)
        for name, value in re.findall(
            r"^(mean image, no code|code of another|perfect copy).*?([\d.]+)$", text, re.MULTILINE
        )
    }
    assert by_name["code of another"] > by_name["mean image, no code"]
    assert by_name["mean image, no code"] > ours["keras.vae.total"] > by_name["perfect copy"]


def test_the_formula_is_the_simulation_s_within_its_error(text):
    rows = re.findall(r"^ +\S+ +[\d.]+ +([\d.]+) +([\d.]+) ± ([\d.]+)$", text, re.MULTILINE)
    assert len(rows) == 5
    for formula, estimate, error in (map(float, row) for row in rows):
        assert abs(formula - estimate) < 4 * error + 0.001


def test_an_unfitted_normal_fails_the_plain_decoder_and_not_the_vae(text):
    rows = quality(text)
    sure, nearest = rows["VAE, prior"]
    assert rows["AE, unit normal"][0] < sure / 2 and rows["AE, unit normal"][1] > nearest + 5
    assert sure < rows["test images"][0]


def test_a_fitted_normal_does_as_well_as_the_vae_as_the_lesson_admits(text):
    rows = quality(text)
    assert rows["AE, fitted normal"] == pytest.approx(rows["VAE, prior"], rel=0.15)
    assert rows["AE, fitted normal"][1] < rows["test images"][1]


def test_each_measure_is_fooled_where_the_lesson_says_so(text):
    rows = quality(text)
    assert 0 < rows["shuffled pixels"][0] < 20 and rows["shuffled pixels"][1] > 60
    assert rows["mean image"][0] == 0 and rows["mean image"][1] < 30


def test_halfway_codes_beat_pixels_and_hardly_each_other(text):
    halfway = text[text.index("pairs, halfway") : text.index("their ends, rebuilt")]
    rows = quality(halfway)
    assert rows["pixels"][0] < 25
    for name in ("AE codes", "VAE codes"):
        assert rows[name][0] == pytest.approx(66, abs=5) and rows[name][1] < rows["pixels"][1]
    assert rows["AE codes"][1] < rows["VAE codes"][1]


def test_the_conditional_decoder_draws_what_is_asked_and_the_control_is_chance(text):
    (asked,) = re.findall(r"reads as asked: ([\d.]+)%", text)
    (shuffled,) = re.findall(r"asked digits shuffled: +([\d.]+)%", text)
    assert float(asked) > 90
    assert float(shuffled) == pytest.approx(10, abs=2.5)


def test_the_label_saves_reconstruction_and_code(text):
    plain, conditional = (
        (float(r), float(k)) for r, k in re.findall(r"VAE +reconstruction (\S+) \+ KL (\S+)", text)
    )
    assert conditional[0] < plain[0]
    assert conditional[1] < plain[1]


def test_the_judge_of_codes_gives_them_the_shape_of_the_prior(text):
    rows = {
        name: tuple(map(float, values))
        for name, *values in re.findall(
            r"^(plain|adversarial|variational|prior itself) +within 1.177: +([\d.]+)%"
            r" +within 2.146: +([\d.]+)%",
            text,
            re.MULTILINE,
        )
    }
    assert rows["prior itself"] == pytest.approx((50, 90), abs=2)
    assert rows["plain"][0] < 5
    for name in ("adversarial", "variational"):
        assert rows[name][0] == pytest.approx(50, abs=15), name
    assert 1.2 < float(re.search(r"discriminator .*last +([\d.]+)", text)[1]) < 1.4


def test_anomalies_are_found_but_for_the_one_and_the_control_is_chance(text):
    rows = aucs(text)
    assert rows["control"] == pytest.approx(np.full(10, 0.5), abs=0.06)
    assert rows["network"][1] < 0.5
    assert rows["network"].mean() > rows["ink"].mean() + 0.1
    assert abs(rows["network"].mean() - rows["PCA"].mean()) < 0.02
    missed, won = re.search(r"missed: \[(.*?)\] +network above PCA: \[(.*?)\]", text).groups()
    assert missed.split(", ") == ["1", "9"]
    assert len(won.split(", ")) == 5
    assert (np.delete(rows["PCA"], [1, 9]) > rows["control"].max()).all()
