"""Two replicas train as one device does, at the same batch for both together."""

import json
import os
import subprocess
import sys
import textwrap

import pytest

# Virtual devices must be made before TensorFlow is first used: a process of their own.
SCRIPT = textwrap.dedent(
    """
    import json
    import helpers
    import keras
    import numpy as np
    import tensorflow as tf
    from helpers import losses, training

    cpu = tf.config.list_physical_devices("CPU")[0]
    tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)
    images = np.random.default_rng(0).uniform(0.1, 0.9, (51, 12)).astype("float32")

    def build():
        keras.utils.set_random_seed(1)
        inputs = keras.Input((12,))
        codes = keras.layers.Dense(5, "tanh", kernel_regularizer="l2")(inputs)
        return keras.Model(inputs, keras.layers.Dense(12, "sigmoid")(codes))

    def noise(batch, seed):
        return batch + 0.3 * tf.random.stateless_normal(tf.shape(batch), seed)

    def train(model, optimizer, **changes):
        recipe = dict(loss=losses.squared_error, epochs=3, batch_size=16, corrupt=noise)
        recipe.update(validation=images[:20], jit=False)
        return training.train(model, images, optimizer=optimizer, **{**recipe, **changes})

    def message(model, optimizer, **changes):
        try:
            train(model, optimizer, **changes)
        except ValueError as error:
            return str(error)

    images = images[:50]
    one = build()
    results = {"one": train(one, keras.optimizers.Adam(0.03)).to_dict()}
    pair = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
    with pair.scope():
        two, adam = build(), keras.optimizers.Adam(0.03)
    import sys
    folder = sys.argv[1]
    train(two, adam, strategy=pair, checkpoint_dir=folder, epochs=2)
    with pair.scope():
        again, adam = build(), keras.optimizers.Adam(0.03)
    results["two"] = train(again, adam, strategy=pair, checkpoint_dir=folder).to_dict()
    gaps = [np.abs(a - b).max() for a, b in zip(one.get_weights(), again.get_weights())]
    results["gap"] = float(max(gaps))
    results["replicas"] = pair.num_replicas_in_sync
    results["model"] = message(build(), "adam", strategy=pair)
    with pair.scope():
        inside = build()
    results["optimizer"] = message(inside, keras.optimizers.Adam(), strategy=pair)
    results["forgotten"] = message(inside, "adam")
    results["odd"] = message(inside, "adam", strategy=pair, batch_size=15)
    results["jit"] = message(inside, "adam", strategy=pair, jit=True)
    print(json.dumps(results))
    """
)


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    folder = tmp_path_factory.mktemp("replicas")
    ended = subprocess.run(
        [sys.executable, "-W", "error::UserWarning", "-c", SCRIPT, str(folder)],
        capture_output=True,
        text=True,
        env={**os.environ, "CUDA_VISIBLE_DEVICES": "-1"},
        timeout=300,
    )
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout.splitlines()[-1])


def test_two_replicas_give_the_curve_of_one_device(results):
    assert results["replicas"] == 2
    for name in ("loss", "validation"):
        assert results["two"][name] == pytest.approx(results["one"][name], rel=1e-5)
    assert results["one"]["loss"][-1] < 0.9 * results["one"]["loss"][0]
    assert results["gap"] < 1e-4


@pytest.mark.parametrize(
    ("case", "said"),
    [
        ("model", "Received: one that was made outside"),
        ("optimizer", "Received: one that was made outside"),
        ("forgotten", "Received: one that was made outside"),
        ("odd", "multiple of the strategy's 2 replicas. Received: 15"),
        ("jit", "Received: 2 replicas"),
    ],
)
def test_what_replicas_cannot_do_is_refused(results, case, said):
    assert said in results[case]
