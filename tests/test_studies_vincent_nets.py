"""The nets of the table: gradients against automatic ones, and many nets at once against one."""

import os
import subprocess
import sys

import keras
import numpy as np
import pytest
import tensorflow as tf

from helpers.studies.vincent import blocks, datasets, descent, gradients, nets
from helpers.studies.vincent.backend import compiled, uniform
from helpers.studies.vincent.blocks import Blocks
from helpers.studies.vincent.nets import Job

SETTING = {
    "kind": "autoencoder", "sizes": [9, 7], "tied": True, "optimizer": "sgd", "batch": 5,
    "pretrain_steps": 30, "pretrain_rate": 0.05, "noise": 0.25, "tune_optimizer": "sgd",
    "tune_rate": 0.1, "tune_noise": 0.0, "tune_steps": 120,
}  # fmt: skip


def draw(rng, *shapes):
    return [tf.constant(rng.normal(size=shape), tf.float32) for shape in shapes]


@pytest.fixture
def rng():
    return np.random.default_rng(3)


@pytest.fixture
def plain(rng):
    def split(count):
        labels = rng.integers(2, size=count)
        images = rng.uniform(0, 0.5, (count, 20)).astype("float32")
        images[labels == 1, :10] += 0.5
        return datasets.Split(images, labels)

    return datasets.Problem("plain", split(80), split(40), split(60), 2)


@pytest.mark.parametrize("tied", [True, False])
def test_the_gradients_of_an_autoencoder_are_the_automatic_ones(rng, tied):
    params = draw(rng, (2, 6, 4), (2, 1, 4), (2, 1, 6), *([] if tied else [(2, 4, 6)]))
    inputs = tf.constant(rng.random((2, 5, 6)), tf.float32)
    kept = tf.constant(rng.random((2, 5, 6)) > 0.3, tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(params)
        codes = tf.sigmoid((inputs * kept) @ params[0] + params[1])
        back = tf.linalg.matrix_transpose(params[0]) if tied else params[3]
        logits = codes @ back + params[2]
        loss = tf.reduce_sum(tf.nn.sigmoid_cross_entropy_with_logits(inputs, logits), axis=[1, 2])
    expected = tape.gradient(loss, params)
    scale = tf.constant([[[1.0]], [[0.5]]])
    found = gradients.autoencoder(params, inputs, kept, scale)
    for ours, theirs in zip(found, expected, strict=True):
        np.testing.assert_allclose(ours, theirs * scale, atol=1e-5)


def test_the_gradients_of_a_classifier_are_the_automatic_ones(rng):
    params = draw(rng, (2, 6, 5), (2, 1, 5), (2, 5, 4), (2, 1, 4), (2, 4, 3), (2, 1, 3))
    inputs = draw(rng, (2, 7, 6))[0]
    targets = tf.one_hot(rng.integers(3, size=(2, 7)), 3)
    with tf.GradientTape() as tape:
        tape.watch(params)
        units = inputs
        for kernel, bias in (params[:2], params[2:4]):
            units = tf.sigmoid(units @ kernel + bias)
        logits = units @ params[4] + params[5]
        loss = tf.reduce_sum(tf.nn.softmax_cross_entropy_with_logits(targets, logits))
    found = gradients.classifier(params, inputs, targets, tf.ones((2, 1, 1)))
    for ours, theirs in zip(found, tape.gradient(loss, params), strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-5)


def test_one_step_of_contrastive_divergence_is_the_textbook_s(rng):
    kernel, bias, below = (array.numpy()[0] for array in draw(rng, (1, 4, 3), (1, 1, 3), (1, 1, 4)))
    inputs, draws = rng.random((6, 4)), rng.random((6, 3))
    found = gradients.boltzmann(
        [tf.constant(a[None], tf.float32) for a in (kernel, bias, below)],
        tf.constant(inputs[None], tf.float32),
        tf.constant(draws[None], tf.float32),
        tf.ones((1, 1, 1)),
    )

    def sigmoid(values):
        return 1 / (1 + np.exp(-values))

    first = sigmoid(inputs @ kernel + bias)
    again = sigmoid((draws < first) @ kernel.T + below)
    second = sigmoid(again @ kernel + bias)
    expected = [
        sum(np.outer(again[i], second[i]) - np.outer(inputs[i], first[i]) for i in range(6))
    ]
    expected += [(second - first).sum(axis=0), (again - inputs).sum(axis=0)]
    for ours, theirs in zip(found, expected, strict=True):
        np.testing.assert_allclose(np.squeeze(ours), np.squeeze(theirs), atol=1e-5)


def test_contrastive_divergence_learns_what_two_patterns_share(rng):
    patterns = np.eye(2, dtype="float32").repeat(4, axis=1)  # 11110000 and 00001111
    labels = rng.integers(2, size=200)
    split = datasets.Split(patterns[labels], labels)
    problem = datasets.Problem("patterns", split, split, split, 2)
    setting = SETTING | {"kind": "boltzmann", "sizes": [4], "pretrain_steps": 400}
    ((kernel, bias),) = nets._pretrain_alike(Blocks([problem]), [Job(problem, setting, 0)])
    codes = 1 / (1 + np.exp(-(patterns @ np.asarray(kernel)[0] + np.asarray(bias)[0])))
    again = 1 / (1 + np.exp(-(codes @ np.asarray(kernel)[0].T)))
    assert np.abs(codes[0] - codes[1]).max() > 0.9
    assert (again[0, :4] > again[0, 4:]).all() and (again[1, :4] < again[1, 4:]).all()


def descend(optimizer, steps, found, rate=0.1, whole=10):
    params = [tf.constant([[[1.0, -2.0]]])]
    memory = descent.memory(optimizer, params)
    data = {"rate": tf.constant([[[rate]]]), "whole": tf.constant(whole)}
    for step in range(steps):
        params, memory = descent._update(
            optimizer, params, memory, [tf.constant(found)], data, tf.constant(step)
        )
    return np.squeeze(params[0])


def test_momentum_adds_up_as_it_is_written():
    found = [[[-0.1, 0.2]]]  # minus rate times gradient
    np.testing.assert_allclose(descend("sgd", 3, found), [0.7, -1.4], rtol=1e-6)
    # Speeds are 1, 1.9 and 2.71 times the first.
    np.testing.assert_allclose(descend("momentum", 3, found), [1 - 0.561, -2 + 1.122], rtol=1e-5)


def test_adam_is_keras_s_own_on_a_cosine():
    found = [[[0.3, -4.0]]]
    variable = keras.Variable([[[1.0, -2.0]]])
    rate = keras.optimizers.schedules.CosineDecay(0.1, 10)
    adam = keras.optimizers.Adam(rate)
    for _ in range(6):
        adam.apply([tf.constant(found)], [variable])
    np.testing.assert_allclose(descend("adam", 6, found), np.squeeze(variable), rtol=1e-5)


JOBS = [
    (SETTING, 0),
    (SETTING | {"noise": 0.0}, 0),
    (SETTING, 1),
    (SETTING | {"sizes": [9]}, 0),
    (SETTING | {"tune_noise": 0.25}, 1),
    (SETTING | {"tied": False, "optimizer": "adam", "pretrain_rate": 1e-3}, 0),
    (SETTING | {"kind": "boltzmann", "optimizer": "momentum", "pretrain_rate": 0.01}, 0),
    (SETTING | {"kind": "none"}, 0),
]


def jobs_of(problem, pairs=JOBS):
    return [Job(problem, setting, seed) for setting, seed in pairs]


def test_a_net_is_the_same_alone_and_beside_others(plain):
    jobs = jobs_of(plain)
    for job, predict in zip(jobs, nets.fit(jobs), strict=True):
        (alone,) = nets.fit([job])
        images = plain.test.images
        assert np.mean(alone(images) == predict(images)) > 0.98


def test_nets_of_other_seeds_or_settings_differ(plain):
    jobs = jobs_of(plain, [(SETTING, 0), (SETTING | {"noise": 0.0}, 0), (SETTING, 1), (SETTING, 0)])
    (kernels, _), _ = nets._pretrain_alike(Blocks([plain]), jobs)
    first, quiet, other, again = np.asarray(kernels)
    np.testing.assert_allclose(first, again, atol=1e-5)
    assert np.abs(first - quiet).max() > 1e-3 and np.abs(first - other).max() > 0.1
    drawn = descent.glorot((20, 9), 0, 0)
    assert (
        np.abs(first - drawn).max() > 1e-3 and np.corrcoef(first.ravel(), drawn.ravel())[0, 1] > 0.8
    )


def test_pretraining_is_shared_by_jobs_that_have_it_in_common(plain, monkeypatch):
    trained = []
    whole = nets._pretrain_alike
    monkeypatch.setattr(
        nets, "_pretrain_alike", lambda data, jobs: trained.append(jobs) or whole(data, jobs)
    )
    nets.fit(jobs_of(plain)[:5])
    assert [[(job.setting["noise"], job.seed) for job in jobs] for jobs in trained] == [
        [(0.25, 0), (0.0, 0), (0.25, 1)]
    ]


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job[0]["kind"])
def test_a_net_learns_a_plain_problem(plain, job):
    setting, seed = job
    (predict,) = nets.fit([Job(plain, setting | {"tune_steps": 1000, "tune_rate": 0.3}, seed)])
    assert np.mean(predict(plain.test.images) == plain.test.labels) > 0.9


def test_the_best_look_at_the_validation_images_is_kept(plain):
    wild = SETTING | {"kind": "none", "tune_rate": 3.0, "tune_steps": 400}
    (predict,) = nets.fit([Job(plain, wild, 0)])
    assert np.mean(predict(plain.validation.images) != plain.validation.labels) < 0.05


def test_rows_that_fill_up_are_never_drawn(plain, monkeypatch):
    monkeypatch.setattr(blocks, "_MANY_ROWS", 64)
    problem = datasets.Problem(
        "many", datasets.Split(*(np.tile(a, (13, *[1] * (a.ndim - 1))) for a in
                                 (plain.train.images, plain.train.labels))),
        plain.validation, plain.test, 2,
    )  # fmt: skip
    data, jobs = Blocks([problem]), [Job(problem, SETTING, 0)]
    assert (data.rows, data.inputs.shape) == (1088, (1088, 20))
    assert not np.asarray(data.inputs)[1040:].any()
    seen = uniform((4000, 1), 7, 1).numpy()[:, 0] * 1040
    assert seen.max() < 1040 and len(np.unique(seen.astype(int))) > 1000
    (kernels, _), _ = nets._pretrain_alike(data, jobs)
    monkeypatch.setattr(blocks, "_MANY_ROWS", 1)
    (unfilled, _), _ = nets._pretrain_alike(Blocks([problem]), jobs)
    np.testing.assert_allclose(kernels, unfilled, atol=1e-5)


def test_nets_of_several_data_sets_learn_each_its_own(plain, rng):
    """They have other images, another number of them, and one another number of classes."""
    few = datasets.Split(plain.train.images[:50, ::-1].copy(), 1 - plain.train.labels[:50])
    turned = datasets.Problem("turned", few, few, few, 2)
    more = datasets.Split(plain.train.images, plain.train.labels + 2 * (rng.random(80) > 0.5))
    four = datasets.Problem("four", more, plain.validation, plain.test, 4)
    pairs = [(SETTING | {"tune_steps": 400, "tune_rate": 0.3}, 0), (SETTING | {"kind": "none"}, 1)]
    jobs = [job for problem in (plain, turned, four) for job in jobs_of(problem, pairs)]
    together = nets.fit(jobs)
    for job, predict in zip(jobs, together, strict=True):
        (alone,) = nets.fit([job])
        images = job.problem.test.images
        assert np.mean(alone(images) == predict(images)) > 0.98
    for number in (0, 2):
        test = jobs[number].problem.test
        assert np.mean(together[number](test.images) == test.labels) > 0.9
    data = Blocks(job.problem for job in jobs)
    assert data.rows == 80 and data.numbers(jobs).tolist() == [0, 0, 1, 1, 2, 2]
    assert data.counts(jobs).tolist() == [80, 80, 50, 50, 80, 80]
    np.testing.assert_array_equal(data.blocks_of(jobs)[3, :50], few.images)
    assert np.asarray(data.targets(2)).sum() == 80 + 50 + (more.labels < 2).sum()


def test_draws_belong_to_their_stream_and_step():
    first = uniform((50,), 3, 4).numpy()
    np.testing.assert_array_equal(first, uniform((50,), 3, 4))
    for other in (uniform((50,), 3, 5), uniform((50,), 4, 4)):
        assert np.abs(first - other).min() > 0
    assert first.min() >= 0 and first.max() < 1


def test_a_compiled_function_takes_any_shape_without_a_word(caplog):
    doubled = compiled(lambda arrays, factor: [array * factor for array in arrays])
    for size in range(1, 9):
        (found,) = doubled([tf.ones(size)], tf.constant(2.0))
        assert found.shape == (size,) and (found.numpy() == 2).all()
    assert not caplog.records


JAX = """
import numpy as np
from helpers.studies.vincent import datasets, nets
import keras
assert keras.backend.backend() == "jax"
import sys
assert "tensorflow" not in sys.modules
problem = datasets.load("rect", (300, 100, 100))
setting = {setting} | {{"sizes": [40], "tune_steps": 2000, "batch": 20}}
(predict,) = nets.fit([nets.Job(problem, setting, 0)])
print(np.mean(predict(problem.validation.images) != problem.validation.labels))
"""


def test_another_backend_trains_them_too(tmp_path):
    pytest.importorskip("jax")
    done = subprocess.run(
        [sys.executable, "-c", JAX.format(setting=SETTING)],
        env={"AE_KERAS_BACKEND": "jax", "PATH": os.environ["PATH"], "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert float(done.stdout) < 0.4
