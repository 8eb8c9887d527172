"""The choice of device, precision and compiler, with the list of devices replaced."""

import contextlib

import keras
import numpy as np
import pytest
import tensorflow as tf

from helpers import losses, training
from helpers.training import device


class GPU:
    name, device_type = "/physical_device:GPU:0", "GPU"


@pytest.fixture
def gpus(monkeypatch):
    """Return a function that makes TensorFlow see so many GPUs; it records their memory growth."""
    grown = []

    def see(count=1, in_use=False, **details):
        def grow(gpu, value):
            if in_use:
                raise RuntimeError("Physical devices cannot be modified after being initialized")
            grown.append((gpu, value))

        found = {"device_name": "NVIDIA H100", "compute_capability": (9, 0), **details}
        boards = [GPU() for _ in range(count)]
        monkeypatch.setattr(tf.config, "list_physical_devices", lambda kind=None: boards)
        monkeypatch.setattr(tf.config.experimental, "set_memory_growth", grow)
        monkeypatch.setattr(tf.config.experimental, "get_device_details", lambda gpu: found)
        return grown

    return see


@pytest.fixture
def no_gpu(gpus, monkeypatch):
    gpus(0)
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    monkeypatch.setattr("shutil.which", lambda name: None)


def dense(size=12):
    inputs = keras.Input((size,))
    return keras.Model(inputs, keras.layers.Dense(size)(keras.layers.Dense(size)(inputs)))


def convolutional():
    inputs = keras.Input((4, 4, 1))
    return keras.Model(inputs, keras.layers.Conv2D(1, 3, padding="same")(inputs))


def recurrent():
    inputs = keras.Input((4, 3))
    return keras.Model(inputs, keras.layers.GRU(3, return_sequences=True)(inputs))


def choose(model, batch_size=10, **decided):
    return device.choose(model, batch_size, tf.distribute.get_strategy(), **decided)


def test_gpu_is_taken_and_its_memory_grows(gpus):
    grown = gpus(2)
    found = training.find_device()
    assert (found.kind, found.count, found.compute_capability) == ("GPU", 2, (9, 0))
    assert [value for _, value in grown] == [True, True]
    line = training.describe()
    assert "\n" not in line
    assert "GPU NVIDIA H100, the first of 2 (compute capability 9.0)" in line


def test_gpu_in_use_is_taken_as_it_is(gpus):
    assert gpus(in_use=True) == []
    assert training.find_device().kind == "GPU"


def test_gpu_of_unknown_capability(gpus):
    gpus(compute_capability=None)
    assert "(compute capability unknown)" in training.describe()
    assert choose(dense(), 10**9).precision == "float32"


def test_without_gpu_the_cpu_and_why(no_gpu, monkeypatch):
    assert training.find_device().kind == "CPU"
    assert training.describe().endswith("TensorFlow sees no GPU.")
    monkeypatch.setattr("shutil.which", lambda name: "/usr/bin/nvidia-smi")
    assert "pip install 'tensorflow[and-cuda]'" in training.describe()
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "-1")
    assert "CUDA_VISIBLE_DEVICES hides the GPUs" in training.describe()


@pytest.mark.parametrize(
    ("capability", "batch_size", "precision"),
    [
        ((9, 0), 10, "float32"),  # 24,024 weights: 2.4e5 products
        ((9, 0), 10**5, "mixed_bfloat16"),
        ((8, 0), 10**5, "mixed_bfloat16"),
        ((7, 5), 10**5, "float32"),  # no bfloat16 units
    ],
)
def test_precision_follows_the_gpu_and_the_work(gpus, capability, batch_size, precision):
    gpus(compute_capability=capability)
    assert choose(dense(109), batch_size).precision == precision
    assert choose(dense(109), batch_size, precision="float32").precision == "float32"


def test_cpu_computes_in_float32(no_gpu):
    assert choose(dense(109), 10**6).precision == "float32"


@pytest.mark.parametrize(
    ("build", "on_cpu"), [(dense, True), (convolutional, False), (recurrent, False)]
)
def test_xla_where_it_is_faster(no_gpu, gpus, build, on_cpu):
    model = build()
    nested_input = keras.Input(model.input_shape[1:])
    nested = keras.Model(nested_input, model(nested_input))
    assert [choose(x).jit for x in (model, nested)] == [on_cpu, on_cpu]
    assert choose(model, jit=True).jit
    assert not choose(model, jit=False).jit
    assert ("compiled by XLA" in choose(model).reason) == on_cpu
    gpus()
    assert choose(model).jit


def test_a_run_that_ends_before_xla_has_compiled_it_is_a_graph(no_gpu):
    strategy = tf.distribute.get_strategy()

    def jit(num_steps, **options):
        return device.choose(dense(), 10, strategy, num_steps=num_steps, **options).jit

    assert [jit(steps) for steps in (199, 200, None)] == [False, True, True]
    assert jit(1, jit=True)


def test_layers_compute_in_bfloat16_meanwhile_and_the_last_one_does_not():
    inner = dense()
    inputs = keras.Input((12,))
    model = keras.Model(inputs, inner(keras.layers.Dense(12)(inputs)))
    with contextlib.suppress(KeyError), device.computing_in(model, "mixed_bfloat16"):
        inside = [layer.compute_dtype for layer in (model.layers[1], *inner.layers[1:])]
        outputs = model(np.ones((2, 12), "float32"))
        raise KeyError  # an error inside must not leave the policies changed
    assert inside == ["bfloat16", "bfloat16", "float32"]
    assert outputs.dtype == "float32"
    after = [layer.compute_dtype for layer in (*model.layers, *inner.layers)]
    assert set(after) == {"float32"}
    assert {variable.dtype for variable in model.variables} == {"float32"}


def test_bfloat16_trains_almost_as_float32_does():
    images = np.random.default_rng(0).uniform(0.1, 0.9, (40, 12)).astype("float32")
    curves = {}
    for precision in ("float32", "mixed_bfloat16"):
        keras.utils.set_random_seed(1)
        model = dense()
        curves[precision] = training.train(
            model,
            images,
            loss=losses.squared_error,
            optimizer=keras.optimizers.SGD(0.01),
            epochs=3,
            batch_size=20,
            precision=precision,
            jit=False,
        ).loss
        assert model(images).dtype == "float32"
    assert curves["float32"] != curves["mixed_bfloat16"]
    assert curves["mixed_bfloat16"] == pytest.approx(curves["float32"], rel=0.02)


def test_model_built_in_float16_gets_its_loss_scaled():
    images = np.random.default_rng(0).uniform(0.1, 0.9, (40, 12)).astype("float32")
    keras.utils.set_random_seed(1)
    inputs = keras.Input((12,))
    layers = [keras.layers.Dense(12, dtype="mixed_float16") for _ in range(2)]
    model = keras.Model(inputs, layers[1](layers[0](inputs)))

    def tiny(targets, outputs):
        # Its gradients are below the smallest float16, 6e-8, unless they are scaled up.
        return 1e-6 * losses.mean_squared_error(targets, outputs)

    before = layers[0].kernel.numpy()
    history = training.train(
        model,
        images,
        loss=tiny,
        optimizer=keras.optimizers.SGD(1e4),
        epochs=5,
        batch_size=20,
        jit=False,
    )
    assert history.loss[-1] < 0.9 * history.loss[0]
    assert np.abs(layers[0].kernel.numpy() - before).max() > 0
