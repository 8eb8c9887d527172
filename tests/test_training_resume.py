"""A run that is killed, damaged or stopped goes on and ends with the bits of an unbroken one."""

import json
import os
import subprocess
import sys
import textwrap
from functools import partial
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf

from helpers import losses, training
from helpers.training.checkpoints import Checkpoints

IMAGES = np.random.default_rng(0).uniform(0.1, 0.9, (50, 12)).astype("float32")
EPOCHS = 4


def masked(batch, seed, rate=0.3):
    return batch * tf.cast(tf.random.stateless_uniform(tf.shape(batch), seed) > rate, tf.float32)


def build(seed=1):
    keras.utils.set_random_seed(seed)
    inputs = keras.Input((12,))
    units = keras.layers.Dense(6, "tanh")(inputs)
    units = keras.layers.Dropout(0.2, seed=3)(keras.layers.BatchNormalization()(units))
    return keras.Model(inputs, keras.layers.Dense(12, "sigmoid")(units))


def fit(model, folder, images=IMAGES, **changes):
    recipe = {
        "loss": losses.squared_error,
        "optimizer": keras.optimizers.Adam(0.01),
        "epochs": EPOCHS,
        "batch_size": 16,
        "corrupt": masked,
        "validation": IMAGES[:20],
        "jit": False,
        "checkpoint_dir": folder,
    }
    return training.train(model, images, **{**recipe, **changes})


def names(folder):
    return sorted(path.name for path in Path(folder).iterdir())


def assert_same(model, other):
    for mine, theirs in zip(model.variables, other.variables, strict=True):
        np.testing.assert_array_equal(np.asarray(mine), np.asarray(theirs))


@pytest.fixture(scope="module")
def unbroken(tmp_path_factory):
    folder = tmp_path_factory.mktemp("unbroken")
    model = build()
    return model, fit(model, folder), folder


# Each process kills itself at the moment named, as `kill -9` would. They are forked from one that
# has imported TensorFlow but not used it yet, because the import takes seconds.
KILLED = textwrap.dedent(
    """
    import os, signal, sys
    sys.path.insert(0, sys.argv[1])
    import helpers
    from helpers.training import checkpoints, progress
    from test_training_resume import IMAGES, build, fit

    def die():
        os.kill(os.getpid(), signal.SIGKILL)

    def after_call(owner, name, count, act=die):
        original, calls = getattr(owner, name), []

        def wrapped(*arguments, **options):
            calls.append(1)
            result = original(*arguments, **options)
            if len(calls) == count:
                act(*arguments) if act is not die else die()
            return result

        setattr(owner, name, wrapped)

    def cut_and_die(file, meta, arrays):
        file.truncate(file.tell() // 2)
        die()

    for number, moment in enumerate(sys.argv[5:]):
        moment, count = moment.split(":")
        process = os.fork()
        if process == 0:
            if moment == "step":
                after_call(progress.Progress, "advance", int(count))
            elif moment == "rename":
                after_call(os, "replace", int(count))
            elif moment == "write":
                after_call(checkpoints, "_write", int(count), cut_and_die)
            images = IMAGES[: int(sys.argv[4])]
            fit(build(1 + number), sys.argv[2], images, jit=sys.argv[3] == "xla")
            os._exit(0)
        print(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]), end=" ", flush=True)
    """
)


@pytest.mark.parametrize(
    ("compiler", "count", "moments"),
    [("graph", 50, "step:{} rename:1 step:1 write:1"), ("xla", 48, "step:{}")],
)
def test_killed_at_any_moment_it_ends_with_the_same_bits(tmp_path, compiler, count, moments):
    unbroken, resumed = build(), build(seed=9)
    recipe = {"jit": compiler == "xla", "images": IMAGES[:count]}
    history = fit(unbroken, tmp_path / "unbroken", **recipe)
    # Three or four calls of the loop make an epoch: the first process dies in any step of two.
    moments = moments.format(np.random.default_rng().integers(1, 7)).split()
    here, folder = Path(__file__).parent, tmp_path / "killed"
    ended = subprocess.run(
        [
            sys.executable,
            "-W",
            "ignore",
            "-c",
            KILLED,
            here,
            folder,
            compiler,
            str(count),
            *moments,
        ],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert (ended.stdout, ended.stderr) == ("-9 " * len(moments), ""), moments
    assert any(path.suffix == ".part" for path in folder.iterdir()) == ("write:1" in moments)
    again = fit(resumed, folder, **recipe)
    assert_same(resumed, unbroken)
    assert (again.loss, again.validation) == (history.loss, history.validation)
    assert not any(path.suffix == ".part" for path in folder.iterdir())


def test_newest_three_are_kept_and_a_finished_run_is_returned_at_once(unbroken):
    model, history, folder = unbroken
    assert names(folder) == [f"epoch-0000{epoch}.npz" for epoch in (2, 3, 4)]
    before = {path: path.stat().st_mtime_ns for path in folder.iterdir()}
    other = build(seed=5)
    again = fit(other, folder)
    assert_same(other, model)
    assert again == history  # the seconds too: nothing was run again
    assert {path: path.stat().st_mtime_ns for path in folder.iterdir()} == before


def test_more_epochs_go_on_and_fewer_are_refused(unbroken, tmp_path):
    _, history, _ = unbroken
    short = fit(build(), tmp_path, epochs=2)
    assert short.loss == history.loss[:2]
    more = fit(build(seed=5), tmp_path, epochs=EPOCHS)
    assert (more.loss, more.seconds[:2]) == (history.loss, short.seconds)
    with pytest.raises(ValueError, match=r"at least the 4 .* Received: 3"):
        fit(build(), tmp_path, epochs=3)


def truncate(path):
    path.write_bytes(path.read_bytes()[:-200])


def empty(path):
    path.write_bytes(b"")


def flip(path):
    """Change one weight and keep the file's own checksums right."""
    with np.load(path) as stored:
        arrays = dict(stored)
    arrays["variable_0000"][0, 0] += 1
    np.savez(path, **arrays)


def scribble(path):
    """Turn one bit of a stored weight; elsewhere it might hit bytes that mean nothing."""
    with np.load(path) as stored:
        weights = stored["variable_0000"].tobytes()
    content = bytearray(path.read_bytes())
    content[content.index(weights) + len(weights) // 2] ^= 1
    path.write_bytes(content)


def pickle_inside(path):
    np.savez(path, meta=np.array([{}], dtype=object), allow_pickle=True)


@pytest.mark.parametrize("damage", [truncate, empty, flip, scribble, pickle_inside])
def test_a_damaged_newest_checkpoint_is_left_out(unbroken, tmp_path, capsys, damage):
    model, history, folder = unbroken
    for path in folder.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    damage(tmp_path / "epoch-00004.npz")
    resumed = build(seed=5)
    again = fit(resumed, tmp_path)
    said = capsys.readouterr().out
    assert said.startswith("The checkpoint epoch-00004.npz is damaged (")
    assert said.count("\n") == 1
    assert_same(resumed, model)
    assert again.loss == history.loss
    assert names(tmp_path) == names(folder)


def test_when_all_are_damaged_the_run_starts_again(tmp_path, capsys):
    (tmp_path / "epoch-00003.npz").write_bytes(b"PK")
    assert fit(build(), tmp_path, epochs=1).epochs == 1
    assert capsys.readouterr().out.count("damaged") == 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"batch_size": 10}, "batch_size was 16, now 10$"),
        ({"seed": 3}, "seed was 0, now 3$"),
        ({"loss": losses.l2}, 'loss was "squared_error", now "l2"$'),
        ({"corrupt": None}, 'corrupt was "masked", now null$'),
        ({"corrupt": partial(masked, rate=0.5)}, r'corrupt was "masked", now "masked\(rate=0.5\)'),
        ({"validation": None}, "validation was .* now null$"),
        ({"validation": IMAGES[20:40]}, r"validation was .*\(20, 12\) .* now .*\(20, 12\) "),
        ({"optimizer": "adam"}, "optimizer was .* now "),  # with another learning rate
        ({"optimizer": "rmsprop"}, "optimizer was .* now "),
    ],
)
def test_another_recipe_is_refused_and_named(unbroken, changes, said):
    _, _, folder = unbroken
    model = build(seed=5)
    weights = model.get_weights()
    with pytest.raises(ValueError, match=f"another run(.|\n)*Received: {said}"):
        fit(model, folder, **changes)
    for before, after in zip(weights, model.get_weights(), strict=True):
        np.testing.assert_array_equal(before, after)


def test_another_net_or_other_images_are_refused(unbroken):
    _, _, folder = unbroken
    inputs = keras.Input((12,))
    with pytest.raises(ValueError, match=r"Received: weights was"):
        fit(keras.Model(inputs, keras.layers.Dense(12, "sigmoid")(inputs)), folder)
    with pytest.raises(ValueError, match=r"Received: images was"):
        fit(build(), folder, images=IMAGES[::-1])


def test_a_folder_that_cannot_be_written_is_refused_before_training(tmp_path, monkeypatch):
    with pytest.raises(OSError, match=r"cannot be written to .*Choose another"):
        fit(build(), "/proc/self")  # for nobody, root included
    (tmp_path / "file").write_text("here")
    with pytest.raises(OSError, match=r"cannot be written to .*file: .*Choose another"):
        fit(build(), tmp_path / "file")
    assert (tmp_path / "file").read_text() == "here"

    usage = type("Usage", (), {"free": 1000})
    monkeypatch.setattr("shutil.disk_usage", lambda folder: usage)
    with pytest.raises(OSError, match=r"need .* MB free. Received: 0 MB"):
        fit(build(), tmp_path / "full")
    assert names(tmp_path / "full") == []


@pytest.mark.parametrize("saved", [0, 2])
def test_a_disk_that_fills_up_loses_nothing(tmp_path, monkeypatch, saved):
    flush, calls = os.fsync, []

    def full(handle):
        calls.append(handle)
        if len(calls) > 2 * saved:  # a file and its folder at each save
            raise OSError(28, "No space left on device")
        flush(handle)

    monkeypatch.setattr("os.fsync", full)
    model = build()
    weights = model.get_weights()
    with pytest.raises(OSError, match=r"cannot be written to .*: No space left on device"):
        fit(model, tmp_path)
    assert names(tmp_path) == [f"epoch-0000{epoch}.npz" for epoch in range(saved)]
    if not saved:
        for before, after in zip(weights, model.get_weights(), strict=True):
            np.testing.assert_array_equal(before, after)


def test_checkpoint_restores_every_variable_and_no_pickle(tmp_path):
    variables = [keras.Variable(np.arange(6.0).reshape(2, 3)), keras.Variable(3, dtype="int64")]
    store = Checkpoints(tmp_path / "a" / "b", {"seed": 1}, variables)
    assert store.restore() is None
    history = training.History([1.0], [], [2.0], [3.0])
    store.save(history)
    variables[0].assign(np.zeros((2, 3)))
    variables[1].assign(0)
    assert store.restore() == history
    np.testing.assert_array_equal(variables[0].numpy(), [[0, 1, 2], [3, 4, 5]])
    assert int(variables[1].numpy()) == 3
    with np.load(tmp_path / "a" / "b" / "epoch-00001.npz", allow_pickle=False) as stored:
        assert json.loads(str(stored["meta"]))["recipe"] == {"seed": 1}
