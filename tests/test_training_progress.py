"""A bar for people who look on, silence elsewhere, and scalars for TensorBoard."""

import sys

import keras
import numpy as np
import pytest
import tensorflow as tf

from helpers import losses, training
from helpers.course import audience
from helpers.training import progress

IMAGES = np.random.default_rng(0).uniform(0.1, 0.9, (50, 12)).astype("float32")


def fit(**changes):
    keras.utils.set_random_seed(1)
    inputs = keras.Input((12,))
    recipe = {
        "loss": losses.squared_error,
        "optimizer": "sgd",
        "epochs": 3,
        "batch_size": 16,
        "validation": IMAGES[:9],
        "jit": False,
    }
    model = keras.Model(inputs, keras.layers.Dense(12, "sigmoid")(inputs))
    return training.train(model, IMAGES, **{**recipe, **changes})


@pytest.fixture
def terminal(monkeypatch):
    """Make this process look like one in a terminal."""
    for name in (*audience._QUIET, *audience._FRONT_ENDS):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.delitem(sys.modules, "ipykernel", raising=False)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)


@pytest.fixture
def kernel(terminal, monkeypatch):
    """Make it look like a notebook's kernel, whose stderr is no terminal."""
    monkeypatch.setitem(sys.modules, "ipykernel", object())
    monkeypatch.setattr(sys.stderr, "isatty", lambda: False)


def test_watched_in_a_terminal(terminal, monkeypatch):
    assert audience.is_watched()
    monkeypatch.setattr(sys.stderr, "isatty", lambda: False)
    assert not audience.is_watched()
    monkeypatch.setattr(sys, "stderr", None)  # as under pythonw
    assert not audience.is_watched()


@pytest.mark.parametrize("name", audience._QUIET)
def test_not_watched_under_ci_graders_and_builders(terminal, monkeypatch, name):
    monkeypatch.setenv(name, "1")
    assert not audience.is_watched()


def test_watched_in_a_notebook_only_with_a_front_end(kernel, monkeypatch):
    assert not audience.is_watched()
    monkeypatch.setenv("JPY_SESSION_NAME", "03_basic_autoencoder.ipynb")
    assert audience.is_watched()
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    assert not audience.is_watched()


@pytest.mark.parametrize("jit", [False, True])
def test_nothing_is_written_when_nobody_looks_on(kernel, capfd, jit):
    fit(jit=jit)
    fit(jit=jit, progress=False)
    assert capfd.readouterr() == ("", "")


def test_bar_shows_epoch_losses_speed_and_time_left(capfd, monkeypatch):
    monkeypatch.setattr(progress, "_said", set())
    history = fit(progress=True)
    out, err = capfd.readouterr()
    assert out.startswith("Training on the ")
    assert out.count("\n") == 1
    fit(progress=True)
    assert capfd.readouterr().out == ""  # the same device as before
    last = err.split("\r")[-1]
    assert "epoch 3/3: 100%" in last
    assert f"loss={history.loss[-1]:.4g}, validation={history.validation[-1]:.4g}" in last
    assert "150/150" in last and "images/s" in last and "<" in last


def test_bar_of_a_resumed_run_starts_where_it_was(tmp_path, capfd):
    fit(checkpoint_dir=tmp_path, epochs=2, progress=False)
    fit(checkpoint_dir=tmp_path, epochs=3, progress=True)
    assert "100/150" in capfd.readouterr().err.split("\r")[1]


def test_bar_is_closed_when_training_breaks(capfd, monkeypatch):
    bars = []
    monkeypatch.setattr(progress.Progress, "announce", lambda bar, line: bars.append(bar))
    with pytest.raises(FloatingPointError):
        fit(progress=True, loss=lambda t, o: losses.squared_error(t, o) / 0.0)
    assert bars[0]._bar.disable  # what tqdm sets when it is closed


def test_scalars_can_be_read_back(tmp_path):
    history = fit(tensorboard_dir=tmp_path / "board")
    (path,) = (tmp_path / "board").iterdir()
    curves = {}
    for record in tf.data.TFRecordDataset(str(path)):
        event = tf.compat.v1.Event.FromString(record.numpy())
        for value in event.summary.value:
            assert value.metadata.plugin_data.plugin_name == "scalars"
            curves.setdefault(value.tag, {})[event.step] = float(tf.make_ndarray(value.tensor))
    assert curves["loss"] == pytest.approx(dict(enumerate(history.loss, 1)))
    assert curves["validation"] == pytest.approx(dict(enumerate(history.validation, 1)))
    assert set(curves) == {"loss", "validation", "seconds", "images_per_second"}


def test_without_validation_images_no_curve_of_it_is_written(tmp_path):
    fit(tensorboard_dir=tmp_path, validation=None, epochs=1)
    (path,) = tmp_path.iterdir()
    events = [tf.compat.v1.Event.FromString(record.numpy()) for record in
              tf.data.TFRecordDataset(str(path))]  # fmt: skip
    tags = {value.tag for event in events for value in event.summary.value}
    assert tags == {"loss", "seconds", "images_per_second"}
