"""The contestants of the benchmark: all take the same step, and a limit tries every library.

Nothing here asks how fast anything is.
"""

import importlib.util
import subprocess
import sys

import numpy as np
import pytest

from helpers.studies.bench import contestants, limits, nets, peers, plan


@pytest.mark.parametrize("builder", [limits.build_products, limits.build_stream])
def test_a_turn_of_a_limit_tells_every_library(builder):
    images = np.full((20, 784), 0.5, "float32")
    answer = builder(images, {"batch": 10, "products": 2, "stream_bytes": 2**18})()
    assert len(answer["seconds_by"]) >= 2
    assert answer["seconds"] == min(answer["seconds_by"].values()) > 0
    assert answer.get("bytes", 3 * 2**18) == 3 * 2**18


@pytest.mark.parametrize("net", plan.OTHER_NETS)
def test_both_loops_train_the_nets_of_the_lessons(net):
    task = {"net": net, "batch": 8}
    shape = nets.net_of(task).shape
    images = np.random.default_rng(0).uniform(size=(16, *shape)).astype("float32")
    ours, fit = (contestants.BUILDERS[name](images, task)() for name in ("ours", "fit"))
    assert ours["loss"] == pytest.approx(fit["loss"], rel=0.02)  # other batches
    assert ours["seconds"] > 0 < fit["seconds"]


def one_step_of_ours(task):
    """Return images, the weights before and those after a step of ours, all images at once."""
    import keras

    from helpers import losses, training

    model = nets.build_model(task)
    shape = nets.net_of(task).shape
    images = np.random.default_rng(0).uniform(size=(16, *shape)).astype("float32")
    before = model.get_weights()
    training.train(
        model,
        images,
        loss=losses.by_name(nets.net_of(task).loss),
        optimizer=keras.optimizers.Adam(nets.LEARNING_RATE),
        epochs=1,
        batch_size=16,
        progress=False,
    )
    return images, before, model.get_weights()


def assert_same_step(before, ours, theirs):
    """A first step of Adam moves every weight by the rate, where its gradient is not tiny."""
    for start, mine, other in zip(before, ours, theirs, strict=True):
        assert np.abs(mine - start).max() > 0.9 * nets.LEARNING_RATE
        assert np.mean(np.abs(mine - other) > 0.05 * nets.LEARNING_RATE) < 0.01


def test_jax_takes_the_step_of_ours():
    pytest.importorskip("jax", reason="JAX is not installed")
    pytest.importorskip("optax", reason="optax is not installed")
    images, before, ours = one_step_of_ours({"width": 40})
    state, epoch = peers.jax_training(list(zip(before[::2], before[1::2], strict=True)))
    (weights, _), errors = epoch(state, images_of_jax(images), np.arange(16)[np.newaxis])
    assert errors.shape == (1,)
    assert_same_step(before, ours, [np.asarray(part) for pair in weights for part in pair])


def images_of_jax(images):
    import jax.numpy as jnp

    return jnp.asarray(images)


TORCH = """
import sys, numpy as np, torch
from helpers.studies.bench import peers
given = np.load(sys.argv[1])
task = {"contestant": "torch-eager", "width": 40}
model = peers.torch_model(task)
names = [name for name in given.files if name != "images"]
with torch.no_grad():
    for parameter, name in zip(model.parameters(), names, strict=True):
        parameter.copy_(torch.from_numpy(given[name].T))
peers.torch_training(model, task)(torch.from_numpy(given["images"]))
np.savez(sys.argv[2], *[parameter.detach().numpy().T for parameter in model.parameters()])
"""


def test_torch_takes_the_step_of_ours(tmp_path):
    if importlib.util.find_spec("torch") is None:
        pytest.skip("PyTorch is not installed")
    images, before, ours = one_step_of_ours({"width": 40})
    np.savez(tmp_path / "given.npz", *before, images=images)
    # In a process of its own, as in the benchmark: TensorFlow and PyTorch disagree in one.
    files = [str(tmp_path / name) for name in ("given.npz", "after.npz")]
    subprocess.run([sys.executable, "-c", TORCH, *files], check=True)
    after = np.load(files[1])
    assert_same_step(before, ours, [after[name] for name in after.files])
