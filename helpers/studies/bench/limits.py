"""What a step cannot avoid, measured: its matrix products, and the memory that Adam passes through.

Each is tried through several libraries, of which `arithmetic` takes the fastest.
"""

from __future__ import annotations

import functools
import itertools
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from helpers.course import about
from helpers.studies.bench.nets import SEED, layers_of

_SGEMM_SIZE = 2048
# Numbers that a core takes at a time: few enough for its own cache.
_BLOCK = 2**14
_FACTOR = np.float32(2**-10)

Turn = Callable[[], dict]


def build_sgemm(images: np.ndarray, task: dict) -> Turn:
    """Return a turn that multiplies large float32 matrices: the rate that no product beats."""
    import tensorflow as tf

    rng = np.random.default_rng(SEED)
    size = _SGEMM_SIZE
    # Entries of 1 / size on average keep the product of any number of them at the same scale.
    matrix = tf.constant(rng.uniform(0, 2 / size, (size, size)), tf.float32)
    times = task["products"]

    def turn() -> dict:
        start = time.perf_counter()
        product = matrix
        for _ in range(times):
            product = tf.matmul(matrix, product)
        float(product[0, 0])  # waits for the device
        seconds = time.perf_counter() - start
        return {"seconds": seconds, "gflops": times * 2 * size**3 / seconds / 1e9}

    return turn


def build_products(images: np.ndarray, task: dict) -> Turn:
    """Return a turn of the products of a step, of its very shapes, and of nothing else.

    Forwards each layer's outputs are the next one's inputs; backwards they stand in for gradients.
    It tells ``seconds_by`` library, of one step.
    """
    rng = np.random.default_rng(SEED)
    layers = layers_of()
    # Units of variance 1 / inputs keep the outputs at the scale of the inputs.
    kernels = [
        (rng.standard_normal((a, b)) / np.sqrt(a)).astype(np.float32)
        for a, b in itertools.pairwise(layers)
    ]
    start = np.ascontiguousarray(images[: task["batch"]])
    runs: dict[str, Callable[[int], None]] = {
        "TensorFlow": _tensorflow_products(start, kernels, jit=False),
        "TensorFlow, XLA": _tensorflow_products(start, kernels, jit=True),
        "NumPy": _numpy_products(start, kernels),
    }
    return functools.partial(_time_each, runs, task["products"])


def build_stream(images: np.ndarray, task: dict) -> Turn:
    """Return a turn of ``a += factor * b`` over two arrays that no cache holds, with all cores.

    It tells ``seconds_by`` library for ``bytes``: a and b are read, a is written. As a is updated
    where it is, like Adam's weights and moments, no line is fetched only to be written over.
    """
    size = task["stream_bytes"] // 4
    runs: dict[str, Callable[[int], None]] = {
        "TensorFlow, XLA": _tensorflow_triad(size),
        "NumPy, threads": _numpy_triad(size),
    }
    turn = functools.partial(_time_each, runs, 2)
    return lambda: {**turn(), "bytes": 3 * 4 * size}


def _time_each(runs: dict[str, Callable[[int], None]], times: int) -> dict:
    """Return the seconds of one repetition, by library; without the first, which warms up."""
    seconds_by = {}
    for name, run in runs.items():
        run(1)
        start = time.perf_counter()
        run(times)
        seconds_by[name] = (time.perf_counter() - start) / times
    return {"seconds": min(seconds_by.values()), "seconds_by": seconds_by}


def _tensorflow_products(start: np.ndarray, kernels: list[np.ndarray], jit: bool):
    import tensorflow as tf

    weights = [tf.constant(kernel) for kernel in kernels]

    images = tf.constant(start)

    def step(number, units, gradients):
        inputs = []
        for kernel in weights:
            inputs.append(units)
            units = tf.matmul(units, kernel)
        back, gradients = units, []
        for layer in reversed(range(len(weights))):
            gradients.insert(0, tf.matmul(inputs[layer], back, transpose_a=True))
            if layer:
                back = tf.matmul(back, weights[layer], transpose_b=True)
        # The next step depends on this one, so that no product can be taken out of the loop.
        return number + 1, images + 1e-9 * back[:, :1], gradients

    @tf.function(jit_compile=jit, autograph=False)
    def loop(times):
        state = tf.constant(0), images, [tf.zeros_like(kernel) for kernel in weights]
        _, units, gradients = tf.while_loop(lambda number, *_: number < times, step, state)
        return units[0, 0], [gradient[0, 0] for gradient in gradients]

    def run(times: int) -> None:
        float(loop(tf.constant(times))[0])  # waits for the device

    return run


def _numpy_products(start: np.ndarray, kernels: list[np.ndarray]):
    outputs = [np.empty((len(start), kernel.shape[1]), np.float32) for kernel in kernels]
    backs = [np.empty((len(start), kernel.shape[0]), np.float32) for kernel in kernels]
    gradients = [np.empty_like(kernel) for kernel in kernels]
    inputs = [start, *outputs[:-1]]

    def run(times: int) -> None:
        for _ in range(times):
            for units, kernel, result in zip(inputs, kernels, outputs, strict=True):
                np.matmul(units, kernel, out=result)
            back = outputs[-1]
            for layer in reversed(range(len(kernels))):
                np.matmul(inputs[layer].T, back, out=gradients[layer])
                if layer:
                    back = np.matmul(back, kernels[layer].T, out=backs[layer])

    return run


def _tensorflow_triad(size: int):
    import tensorflow as tf

    a, b = (tf.Variable(tf.fill((size,), value)) for value in (0.0, 1.0))

    @tf.function(jit_compile=True, autograph=False)
    def loop(times):
        def step(number):
            a.assign_add(_FACTOR * b)
            return (number + 1,)

        tf.while_loop(lambda number: number < times, step, (tf.constant(0),))
        return a[0]

    def run(times: int) -> None:
        float(loop(tf.constant(times)))  # waits for the device

    return run


def _numpy_triad(size: int):
    """NumPy adds on one core, and lets the others run meanwhile: a slice for each of them."""
    a, b = np.zeros(size, np.float32), np.ones(size, np.float32)
    cores = about.cores()
    slices = list(itertools.pairwise(np.linspace(0, size, cores + 1).astype(int).tolist()))

    def add(part: tuple[int, int]) -> None:
        product = np.empty(_BLOCK, np.float32)  # stays in the core's cache
        for first in range(*part, _BLOCK):
            here = slice(first, min(first + _BLOCK, part[1]))
            some = np.multiply(b[here], _FACTOR, out=product[: here.stop - first])
            np.add(a[here], some, out=a[here])

    def run(times: int) -> None:
        with ThreadPoolExecutor(cores) as pool:
            for _ in range(times):
                list(pool.map(add, slices))

    return run
