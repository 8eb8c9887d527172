"""What lesson 10 claims about MNIST, read off its committed solution."""

import re
from typing import NamedTuple

import numpy as np
import pytest
from printed import SOLUTIONS, printed

from helpers.results import collect

SOLUTION = SOLUTIONS / "10_generative.ipynb"


@pytest.fixture(scope="module")
def text() -> str:
    """All that the lesson printed."""
    return printed("10_generative.ipynb")


class Quality(NamedTuple):
    """Hold a row: the percentage that the judge is sure of, nearest errors, kinds of digit."""

    sure: float
    nearest: float
    worst: float
    kinds: float


def quality(text: str) -> dict[str, Quality]:
    """Return every row of the tables of drawn images, the last one of a name."""
    rows = re.findall(r"^(\S.*?) +([\d.]+)% +([\d.]+) +([\d.]+) +([\d.]+)$", text, re.MULTILINE)
    return {name: Quality(*map(float, numbers)) for name, *numbers in rows}


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
    plain, variational = rows["AE, unit normal"], rows["VAE, prior"]
    assert plain.sure < variational.sure / 2 and plain.nearest > variational.nearest + 5
    assert plain.kinds < 5 < 9 < variational.kinds
    assert variational.sure < rows["test images"].sure


def test_a_fitted_normal_does_as_well_as_the_vae_as_the_lesson_admits(text):
    rows = quality(text)
    plain, variational = rows["AE, fitted normal"], rows["VAE, prior"]
    assert variational.sure < plain.sure and plain.nearest < variational.nearest
    assert plain[:2] == pytest.approx(variational[:2], rel=0.15)
    assert plain.nearest < rows["test images"].nearest
    assert plain.worst > rows["test images"].worst > variational.worst


def test_each_measure_is_fooled_where_the_lesson_says_so(text):
    rows = quality(text)
    assert 0 < rows["shuffled pixels"].sure < 20 and rows["shuffled pixels"].nearest > 60
    assert rows["mean image"].sure == 0 and rows["mean image"].nearest < 30
    assert rows["one training image"] == (100, 0, 0, 1)


def test_halfway_codes_beat_pixels_and_hardly_each_other(text):
    halfway = text[text.index("pairs, halfway") : text.index("their ends, rebuilt")]
    rows, ends = quality(halfway), quality(text[text.index("their ends, rebuilt") :])
    assert rows["pixels"].sure < 25
    for name in ("AE codes", "VAE codes"):
        assert rows[name].sure == pytest.approx(66, abs=5)
        assert rows[name].nearest < rows["pixels"].nearest
    assert rows["AE codes"].nearest / ends["AE codes"].nearest < 1.1
    assert rows["VAE codes"].nearest / ends["VAE codes"].nearest == pytest.approx(1.25, abs=0.07)


def test_the_conditional_decoder_draws_what_is_asked_and_the_control_is_chance(text):
    (asked,) = re.findall(r"reads as asked: ([\d.]+)%", text)
    (shuffled,) = re.findall(r"asked digits shuffled: +([\d.]+)%", text)
    (real,) = re.findall(r"the judge reads ([\d.]+)% of the test images", text)
    assert float(asked) > float(real) > 90
    assert float(shuffled) == pytest.approx(10, abs=2.5)


def test_the_label_saves_reconstruction_and_code(text):
    plain, conditional = (
        (float(r), float(k)) for r, k in re.findall(r"VAE +reconstruction (\S+) \+ KL (\S+)", text)
    )
    assert conditional[0] < plain[0]
    assert conditional[1] < plain[1]
    assert sum(conditional) + np.log(10) < sum(plain)


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


def test_the_judge_s_drawings_are_known_less_also_at_equal_cost(text):
    rows = quality(text)
    adversarial, variational = rows["adversarial, prior"], rows["VAE, as few images"]
    assert adversarial.sure == pytest.approx(20, abs=3)
    assert variational.sure / adversarial.sure == pytest.approx(2, abs=0.3)
    assert variational.sure < rows["VAE, prior"].sure


def test_anomalies_are_found_but_for_the_one_and_the_control_is_chance(text):
    rows = aucs(text)
    assert rows["control"] == pytest.approx(np.full(10, 0.5), abs=0.06)
    assert rows["network"][1] < 0.5
    assert rows["network"].mean() > rows["ink"].mean() + 0.1
    assert abs(rows["network"].mean() - rows["PCA"].mean()) < 0.02
    missed, won = re.search(r"missed: \[(.*?)\] +network above PCA: \[(.*?)\]", text).groups()
    assert missed.split(", ") == ["1", "9"]
    assert len(won.split(", ")) == 5
    assert (rows["network"] == rows["PCA"]).sum() == 4
    assert (np.delete(rows["PCA"], [1, 9]) > rows["control"].max()).all()
