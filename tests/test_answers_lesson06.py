"""Lesson 06 goes on with every accepted encoder, and its references reach every allowed case."""

import re
from pathlib import Path

import keras
import numpy as np
import pytest
from test_checks_lesson06 import RIGHT, entropy

from helpers import models
from helpers.checks.form import to_go_on_with
from helpers.checks.registry import get
from helpers.checks.running import run


def solution():
    return (Path(__file__).parents[1] / "solutions/06_latent_clustering.py").read_text("utf-8")


@pytest.mark.parametrize(("name", "builder"), RIGHT["6.2"], ids=lambda value: str(value)[:20])
def test_the_lesson_goes_on_with_every_accepted_encoder(name, builder):
    entry = get("6.2")
    build = to_go_on_with(entry.load_reference(), builder, run(entry, builder).first)
    names = {"keras": keras, "models": models, "build_conv_encoder": build}
    exec(re.search(r"def build_autoencoder.*?\n\n", solution(), re.DOTALL)[0], names)
    autoencoder = names["build_autoencoder"]("relu")
    assert autoencoder.count_params() == 421_377
    codes = models.code_model(autoencoder, "code")(np.ones((2, 28, 28, 1), "float32"))
    assert codes.shape == (2, 64)


def test_the_reference_cuts_a_sequential_model():
    layers = [keras.Input((6,)), keras.layers.Dense(2, name="code"), keras.layers.Dense(6)]
    whole = keras.Sequential(layers)
    inputs = np.ones((3, 6), "float32")
    codes = get("6.3").load_reference()(whole, "code")
    np.testing.assert_allclose(codes(inputs), layers[1](inputs))


@pytest.mark.parametrize("case", ["scaled", "far", "outlier", "near ties", "twin"])
@pytest.mark.parametrize("perplexity", [1.01, 6.0, 19.999])
def test_the_text_s_bisection_reaches_every_perplexity(case, perplexity):
    squared = np.random.default_rng(0).uniform(0.5, 6, size=20)
    squared = {
        "scaled": squared * 1e9,
        "far": squared + 1e6,
        "outlier": np.r_[squared[:-1], 1e8],
        "near ties": np.r_[squared[:-1], squared[:-1].min() + 1e-9],
        "twin": np.r_[squared[:-1], 0],
    }[case]
    names = {"np": np}
    exec(re.search(r"def neighbour_prob.*?END SOLUTION", solution(), re.DOTALL)[0], names)
    for rule in (names["neighbour_probabilities"], get("6.5").load_reference()):
        reached = 2 ** entropy(rule(squared, perplexity))
        assert reached == pytest.approx(perplexity, rel=1e-6)
