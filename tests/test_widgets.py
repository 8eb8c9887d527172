"""Widgets: the static twin without a front end, the moving picture with one."""

import importlib

import numpy as np
import pytest

from helpers import pca, widgets
from helpers.front_end import in_notebook

RNG = np.random.default_rng(0)
VECTORS = RNG.uniform(size=(60, 16))
MEAN, COMPONENTS, VARIANCES = pca.fit_pca(VECTORS, 16)


@pytest.fixture
def explorer():
    shares = pca.explained_variance(VARIANCES)
    return widgets.explore_pca(
        VECTORS[:4], MEAN, COMPONENTS, shares, sizes=(1, 5, 10, 99), alt="digits appear"
    )


@pytest.fixture
def front_end(monkeypatch):
    for name in ("AE_QUIET", "CI", "NBGRADER_EXECUTION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("JPY_SESSION_NAME", "03_basic_autoencoder.ipynb")
    importlib.import_module("ipykernel")


def test_without_a_front_end_only_the_twin_is_shown(explorer, monkeypatch):
    monkeypatch.setenv("AE_QUIET", "1")
    data, metadata = explorer._repr_mimebundle_()
    assert sorted(data) == ["image/png", "text/plain"]
    assert metadata["image/png"]["alt"] == "digits appear"


def test_with_a_front_end_the_same_output_holds_widget_and_twin(explorer, front_end):
    data, _ = explorer._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in data
    assert "image/png" in data


@pytest.mark.parametrize("name", ["AE_QUIET", "CI", "NBGRADER_EXECUTION"])
def test_nobody_looks_under_ci_a_builder_or_a_grader(name, front_end, monkeypatch):
    assert in_notebook()
    monkeypatch.setenv(name, "1")
    assert not in_notebook()


def test_nobody_looks_at_a_kernel_without_a_front_end(front_end, monkeypatch):
    monkeypatch.delenv("JPY_SESSION_NAME")
    assert not in_notebook()


def test_the_slider_is_labelled_and_moves_the_picture(explorer):
    slider, picture = explorer.widget().children
    assert slider.description == "components"
    assert slider.options == (1, 5, 10)
    before = picture.value
    slider.value = 10
    assert picture.value != before
    slider.value = 5
    assert picture.value == before


def test_a_moved_figure_says_where_it_stands(explorer):
    assert "5 components keep" in explorer.draw(5).alt
