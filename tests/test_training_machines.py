"""Two processes, as on two machines, train together as one does (TF_CONFIG)."""

import json
import os
import socket
import subprocess
import sys
import textwrap

import numpy as np
import pytest

SCRIPT = textwrap.dedent(
    """
    import json
    import sys
    import helpers
    import keras
    import numpy as np
    import tensorflow as tf
    from helpers import losses, training

    strategy = None
    if sys.argv[1] == "together":
        strategy = tf.distribute.MultiWorkerMirroredStrategy()
    scope = (strategy or tf.distribute.get_strategy()).scope
    images = np.random.default_rng(0).uniform(0.1, 0.9, (50, 12)).astype("float32")

    def noise(batch, seed):
        return batch + 0.3 * tf.random.stateless_normal(tf.shape(batch), seed)

    for epochs in (2, 3):  # the second run goes on from the first
        with scope():
            keras.utils.set_random_seed(1)
            inputs = keras.Input((12,))
            codes = keras.layers.Dense(5, "tanh", kernel_regularizer="l2")(inputs)
            model = keras.Model(inputs, keras.layers.Dense(12, "sigmoid")(codes))
            adam = keras.optimizers.Adam(0.03)
        history = training.train(
            model, images, loss=losses.squared_error, optimizer=adam, epochs=epochs,
            batch_size=16, corrupt=noise, validation=images[:20], strategy=strategy, jit=False,
            checkpoint_dir=sys.argv[2], progress=False,
        )
    replicas = strategy.num_replicas_in_sync if strategy else 1
    weights = [weight.tolist() for weight in model.get_weights()]
    curves = {"loss": history.loss, "validation": history.validation}
    print(json.dumps({**curves, "replicas": replicas, "weights": weights}))
    """
)


def free_port():
    with socket.socket() as one:
        one.bind(("localhost", 0))
        return one.getsockname()[1]


def start(how, folder, **environment):
    return subprocess.Popen(
        [sys.executable, "-c", SCRIPT, how, str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "CUDA_VISIBLE_DEVICES": "-1", **environment},
    )


def test_two_processes_give_the_curve_of_one(tmp_path):
    cluster = {"worker": [f"localhost:{free_port()}" for _ in range(2)]}
    configs = [
        json.dumps({"cluster": cluster, "task": {"type": "worker", "index": index}})
        for index in range(2)
    ]
    running = [
        start("together", tmp_path / str(index), TF_CONFIG=config)
        for index, config in enumerate(configs)
    ]
    running.append(start("alone", tmp_path / "alone"))
    results = []
    try:
        for process in running:
            output, errors = process.communicate(timeout=240)
            assert process.returncode == 0, errors
            results.append(json.loads(output.splitlines()[-1]))
    finally:
        for process in running:
            process.kill()
            process.wait()
    first, second, alone = results
    assert first == second
    assert (first["replicas"], alone["replicas"]) == (2, 1)
    for name in ("loss", "validation"):
        assert len(alone[name]) == 3
        assert first[name] == pytest.approx(alone[name], rel=1e-5)
    for ours, theirs in zip(first["weights"], alone["weights"], strict=True):
        assert np.max(np.abs(np.subtract(ours, theirs))) < 1e-4
