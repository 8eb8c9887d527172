"""A training run gives the memory of its images back."""

import subprocess
import sys

import pytest

# 157 MB of images; what a call leaves behind for good, compiled code, is a fifth of that.
# A loop that keeps each call's images shows 3.6 copies after the first call.
SCRIPT = """
import helpers, numpy as np, psutil
from helpers import losses, models, training

images = np.full((50_000, 784), 0.5, "float32")
CALLS

for _ in range(4):
    call()
    print(psutil.Process().memory_info().rss / images.nbytes)
"""
TRAIN = """
def call():
    model = models.chain(*models.build_dense((784, 2)))
    training.train(
        model, images, images.copy(), loss=losses.l2, optimizer="sgd",
        epochs=1, batch_size=10_000, jit=JIT, progress=False,
    )
"""
PLAY = """
def call():
    training.train_adversarial(
        *models.build_dense((784, 2)), training.build_discriminator(2, (4,)), images,
        epochs=1, batch_size=10_000,
    )
"""


@pytest.mark.parametrize(
    "calls",
    [TRAIN.replace("JIT", "False"), TRAIN.replace("JIT", "True"), PLAY],
    ids=["graph", "XLA", "adversarial"],
)
def test_calls_do_not_keep_their_images(calls):
    command = [sys.executable, "-c", SCRIPT.replace("CALLS", calls)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    sizes = [float(line) for line in done.stdout.split()]
    assert sizes[-1] - sizes[0] < 2, sizes


# The second copy of 157 MB would be TensorFlow's, the third one of tf.constant for a moment.
PEAK = """
import helpers
from helpers import losses, models, training
from helpers.course.about import peak_memory
from helpers.parts import shareable

images = shareable((50_000, 784))
images[...] = 0.5
few = images[:1000]
for data in (few, few, images):
    model = models.chain(*models.build_dense((784, 2)))
    training.train(model, data, loss=losses.l2, optimizer="sgd", epochs=1, batch_size=500)
    print(peak_memory())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the peak of a process is Linux's")
def test_training_on_memory_that_can_be_shared_holds_no_copy():
    done = subprocess.run([sys.executable, "-c", PEAK], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    _, few, all_images = map(float, done.stdout.split())
    assert all_images - few < 0.15


HANDLES = """
import gc
import helpers, keras, numpy as np, tensorflow as tf
from helpers import losses, models, training

images = np.full((200, 30), 0.5, "float32")


def handles():
    gc.collect()
    kind = type(tf.constant(0.0))
    return sum(isinstance(o, kind) and o.dtype == tf.resource for o in gc.get_objects())


def call():
    encoder, decoder = models.build_dense((30, 9, 2))
    model = models.chain(encoder, decoder)
    training.train(
        model, images, loss=losses.l2, optimizer="adam", epochs=1, batch_size=60,
        validation=images, jit=JIT, progress=False,
    )
    training.evaluate(model, images, losses.l2)
    training.train_adversarial(
        encoder, decoder, training.build_discriminator(2, (4,)), images,
        epochs=1, batch_size=100,
    )
    return model.variables[0]  # so that this much is there


before = handles()
kept = call()
print(before, handles())
"""


@pytest.mark.parametrize("jit", [False, True], ids=["graph", "XLA"])
def test_a_training_that_is_over_keeps_no_variable_alive(jit):
    """TensorFlow keeps traced graphs, and with them all variables that they captured."""
    command = [sys.executable, "-c", HANDLES.replace("JIT", str(jit))]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    before, after = map(int, done.stdout.split()[-2:])
    # Of the one that is kept, and of two that Keras's generators of seeds may hold.
    assert after - before <= 3, done.stdout
