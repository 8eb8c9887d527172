"""The contestants of the benchmark: all take the same step, and a limit tries every library.

Nothing here asks how fast anything is.
"""

import importlib.util
import json
import subprocess
import sys

import numpy as np
import pytest

from helpers.studies.bench import contestants, limits, nets, peers

PARAMETERS = {"dense": 2_823_286, "convolutional": 421_377, "recurrent": 122_548}


@pytest.mark.parametrize("builder", [limits.build_products, limits.build_stream])
def test_a_turn_of_a_limit_tells_every_library(builder):
    images = np.full((20, 784), 0.5, "float32")
    answer = builder(images, {"batch": 10, "products": 2, "stream_bytes": 2**18})()
    assert len(answer["seconds_by"]) >= 2
    assert answer["seconds"] == min(answer["seconds_by"].values()) > 0
    assert answer.get("bytes", 3 * 2**18) == 3 * 2**18


def test_both_loops_train_a_net_of_the_lessons():
    task = {"net": "convolutional", "batch": 8}
    images = np.random.default_rng(0).uniform(size=(16, 28, 28, 1)).astype("float32")
    ours, fit = (contestants.BUILDERS[name](images, task)() for name in ("ours", "fit"))
    assert ours["loss"] == pytest.approx(fit["loss"], rel=0.02)  # other batches
    assert ours["seconds"] > 0 < fit["seconds"]


@pytest.mark.parametrize(("net", "parameters"), PARAMETERS.items())
def test_the_nets_are_those_of_the_lessons(net, parameters):
    model = nets.build_model({"net": net})
    assert model.count_params() == parameters
    assert model.input_shape[1:] == model.output_shape[1:] == nets.net_of({"net": net}).shape


def one_step_of_ours(task):
    """Return images, the weights before and those after a step of ours, all images at once."""
    import keras

    from helpers import losses, training

    model = nets.build_model(task)
    shape = nets.net_of(task).shape
    images = np.random.default_rng(0).uniform(size=(16, *shape)).astype("float32")
    # Larger than they start, or the gradients would be too small to tell steps apart.
    rng = np.random.default_rng(1)
    before = [
        3 * weight if weight.ndim > 1 else rng.uniform(-1, 1, weight.shape).astype("float32")
        for weight in model.get_weights()
    ]
    model.set_weights(before)
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


# Keras adds its epsilon, 1e-7, before the correction of the second moment's bias, the others theirs
# after it: in the first step this one does the same.
EPSILON = 1e-7 / np.sqrt(1 - 0.999)


def assert_same_step(before, ours, theirs):
    rate = nets.LEARNING_RATE
    for start, mine, other in zip(before, ours, theirs, strict=True):
        assert np.median(np.abs(mine - start)) > 0.02 * rate
        np.testing.assert_allclose(other, mine, rtol=0, atol=0.01 * rate)


def test_jax_takes_the_step_of_ours():
    pytest.importorskip("jax", reason="JAX is not installed")
    pytest.importorskip("optax", reason="optax is not installed")
    images, before, ours = one_step_of_ours({"width": 40})
    state, epoch = peers.jax_training(list(zip(before[::2], before[1::2], strict=True)), EPSILON)
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
peers.torch_training(model, task, float(sys.argv[3]))(torch.from_numpy(given["images"]))
np.savez(sys.argv[2], *[parameter.detach().numpy().T for parameter in model.parameters()])
"""


SHAPES = """
import json, torch
from helpers.studies.bench import nets, peers
for net in nets.NETS:
    shape = nets.net_of({"net": net}).shape
    model = peers.torch_model({"net": net})
    outputs = model(torch.zeros(2, *shape))
    counts = sum(parameter.numel() for parameter in model.parameters())
    print(json.dumps([list(outputs.shape) == [2, *shape], counts]))
"""


def test_the_nets_of_torch_are_ours():
    if importlib.util.find_spec("torch") is None:
        pytest.skip("PyTorch is not installed")
    done = subprocess.run(
        [sys.executable, "-c", SHAPES], check=True, capture_output=True, text=True
    )
    told = [json.loads(line) for line in done.stdout.splitlines()]
    second_biases = {"recurrent": 4 * (100 + 30 + 100)}  # an LSTM of PyTorch has two
    assert told == [[True, n + second_biases.get(net, 0)] for net, n in PARAMETERS.items()]


def test_torch_takes_the_step_of_ours(tmp_path):
    if importlib.util.find_spec("torch") is None:
        pytest.skip("PyTorch is not installed")
    images, before, ours = one_step_of_ours({"width": 40})
    np.savez(tmp_path / "given.npz", *before, images=images)
    # In a process of its own, as in the benchmark: TensorFlow and PyTorch disagree in one.
    files = [str(tmp_path / name) for name in ("given.npz", "after.npz")]
    subprocess.run([sys.executable, "-c", TORCH, *files, str(EPSILON)], check=True)
    after = np.load(files[1])
    assert_same_step(before, ours, [after[name] for name in after.files])
