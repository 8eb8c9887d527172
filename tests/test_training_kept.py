"""Compiled loops are kept for the next model of the same kind, and for no other."""

import functools
import gc
import weakref

import keras
import numpy as np
import pytest
import tensorflow as tf

from helpers import layers, losses, models, training
from helpers.training import kept


@pytest.fixture(autouse=True)
def nothing_kept():
    """Begin and end with no loop kept."""
    kept._KEPT.clear()
    yield
    kept._KEPT.clear()


@pytest.fixture
def traced():
    """Return a loss of ours, and a list that grows when it is traced."""
    times = []

    def squared_error(targets, outputs):
        if not tf.executing_eagerly():
            times.append(1)
        return losses.squared_error(targets, outputs)

    squared_error.__module__ = "helpers.losses"
    return squared_error, times


IMAGES = np.random.default_rng(0).random((50, 12), dtype="float32")


def dense(seed=0, activation="relu", regularizer=None, trainable=True):
    """Return 12-5-12, its code named as the course's are."""
    keras.utils.set_random_seed(seed)
    inputs = keras.Input((12,))
    codes = keras.layers.Dense(5, activation, activity_regularizer=regularizer, name="code")(inputs)
    model = keras.Model(inputs, keras.layers.Dense(12, "sigmoid")(codes))
    model.layers[1].trainable = trainable
    return model


def fit(model, loss, optimizer=None, images=IMAGES, **options):
    options = {"epochs": 2, "batch_size": 20, "seed": 3} | options
    optimizer = optimizer or keras.optimizers.Adam(1e-2)
    history = training.train(model, images, loss=loss, optimizer=optimizer, **options)
    return model.get_weights(), history.loss


def fresh(*arguments, **options):
    """Return what `fit` does where nothing is kept."""
    kept._KEPT.clear()
    return fit(*arguments, **options)


def same(one, other):
    weights = all(np.array_equal(a, b) for a, b in zip(one[0], other[0], strict=True))
    return weights and one[1] == other[1]


def test_a_second_model_of_the_kind_is_not_traced_and_trains_to_the_same_bits(traced):
    loss, times = traced
    first = fit(dense(seed=1), loss)
    once = len(times)
    second = fit(dense(seed=2), loss, seed=4)
    assert len(times) == once > 0
    assert same(second, fresh(dense(seed=2), loss, seed=4))
    assert same(first, fresh(dense(seed=1), loss))


def test_chained_halves_and_an_optimizer_with_a_schedule_are_of_one_kind(traced):
    loss, times = traced

    def run(seed):
        keras.utils.set_random_seed(seed)
        halves = models.build_dense((12, 8, 3), activation="gelu")
        rate = keras.optimizers.schedules.CosineDecay(1e-2, 6)
        return fit(models.chain(*halves), loss, keras.optimizers.AdamW(rate))

    run(0)
    once = len(times)
    again = run(1)
    assert len(times) == once
    kept._KEPT.clear()
    assert same(again, run(1))


def mixed(share):
    return layers.mixture(layers.masking(share), layers.gaussian(0.1))


@pytest.mark.parametrize(
    ("name", "make"),
    [("corrupt", layers.masking), ("corrupt", mixed), ("augment", lambda share: layers.shifts(1))],
)
def test_a_corruption_made_anew_is_of_the_same_kind_if_its_numbers_are(traced, name, make):
    loss, times = traced
    images = np.random.default_rng(0).random((50, 9), dtype="float32")

    def run(share, **options):
        model = keras.Sequential([keras.Input((9,)), keras.layers.Dense(9)])
        return fit(model, loss, images=images, **{name: make(share)}, **options)

    run(0.5)
    once = len(times)
    run(0.5, seed=4)
    assert len(times) == once
    run(0.25)
    assert (len(times) == once) == (name == "augment")
    keras.utils.set_random_seed(1)
    again = run(0.5)
    kept._KEPT.clear()
    keras.utils.set_random_seed(1)
    assert same(again, run(0.5))


def test_a_corruption_of_the_caller_s_own_is_compiled_each_time(traced):
    loss, times = traced
    strength = [0.0]

    def weaken(batch, seed, share):
        return batch * (share + strength[0])

    class Partial(functools.partial):
        """A user's own, with a call of its own."""

    @functools.wraps(layers.noise._mask)
    def disguised(batch, seed):
        return batch * strength[0]

    for own in (Partial(layers.masking(0.5)), disguised,
                functools.partial(weaken, share=0.5), functools.partial(layers.noise._mix,
                corruptions=(weaken,))):  # fmt: skip
        assert kept._tell(own) is None
    fit(dense(), loss, corrupt=functools.partial(weaken, share=0.5))
    once = len(times)
    strength[0] = 0.5
    fit(dense(), loss, corrupt=functools.partial(weaken, share=0.5))
    assert len(times) > once


CHANGES = {
    "activation": lambda loss: fit(dense(activation="tanh"), loss),
    "frozen": lambda loss: fit(dense(trainable=False), loss),
    "regularised": lambda loss: fit(dense(regularizer=keras.regularizers.L1(0.1)), loss),
    "rate": lambda loss: fit(dense(), loss, keras.optimizers.SGD(1e-2)),
    "batch": lambda loss: fit(dense(), loss, batch_size=25),
    "fewer images": lambda loss: fit(dense(), loss, images=IMAGES[:40]),
    "targets": lambda loss: fit(dense(), loss, targets=IMAGES.copy()),
    "shifted": lambda loss: fit(dense(), loss, corrupt=layers.masking(0.5)),
    "another loss": lambda loss: fit(dense(), losses.mean_squared_error),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_differs_is_compiled_anew(traced, change):
    loss, _ = traced
    fit(dense(), loss)
    after = CHANGES[change](loss)
    kept._KEPT.clear()
    assert same(after, CHANGES[change](loss))


def test_a_model_of_any_length_is_compiled_for_each_length():
    def run(length):
        keras.utils.set_random_seed(0)
        inputs = keras.Input((None, 4))
        model = keras.Model(inputs, keras.layers.Dense(4)(inputs))
        images = np.random.default_rng(1).random((40, length, 4), dtype="float32")
        return fit(model, losses_of_steps, images=images)

    runs = [run(3), run(5)]
    kept._KEPT.clear()
    assert same(runs[1], run(5)) and not same(*runs)


def losses_of_steps(targets, outputs):
    return keras.ops.mean(keras.ops.square(targets - outputs), axis=(1, 2))


losses_of_steps.__module__ = "helpers.losses"


def test_a_weight_decay_that_leaves_variables_out_is_not_kept():
    optimizer = keras.optimizers.AdamW(1e-2, weight_decay=0.1)
    optimizer.exclude_from_weight_decay(var_names=["bias"])
    fit(dense(), losses.squared_error, optimizer)
    assert not kept._KEPT


def test_weights_of_a_penalty_tell_kinds_apart():
    def run(weight):
        return fit(dense(regularizer=layers.L1Sparsity(weight)), losses.squared_error)

    runs = [run(0.1), run(10.0)]
    kept._KEPT.clear()
    assert same(runs[1], run(10.0)) and not same(*runs)


def test_a_loss_of_the_caller_s_own_is_not_kept():
    factor = [1.0]

    def own(targets, outputs):
        return factor[0] * losses.squared_error(targets, outputs)

    fit(dense(), own)
    factor[0] = 3.0
    changed = fit(dense(), own)
    assert not kept._KEPT
    assert changed[1][0] > 2 * fresh(dense(), losses.squared_error)[1][0]


class Own(keras.Model):
    """A class that may compute something else than its layers tell."""


def own_model():
    inputs = keras.Input((12,))
    return Own(inputs, keras.layers.Dense(12, "sigmoid")(inputs))


def own_activation(x):
    return keras.ops.tanh(x)


@pytest.mark.parametrize(
    "build",
    [
        own_model,
        lambda: dense(activation=own_activation),
        lambda: keras.Sequential([keras.layers.Lambda(lambda x: 2 * x), keras.layers.Dense(12)]),
    ],
)
def test_a_model_whose_parts_may_change_is_not_kept(build):
    model = build()
    model(IMAGES)
    fit(model, losses.squared_error)
    assert not kept._KEPT


def test_a_trained_model_is_let_go_of():
    model = dense()
    fit(model, losses.squared_error)
    held = weakref.ref(model.weights[0].value)
    assert kept._KEPT
    del model
    gc.collect()
    assert held() is None
    fit(dense(), losses.squared_error)


def test_a_loop_that_was_kept_runs_while_a_tape_looks_on():
    fit(dense(), losses.squared_error)
    gc.collect()
    model = dense(seed=5)
    with tf.GradientTape():
        watched = fit(model, losses.squared_error)
    assert same(watched, fresh(dense(seed=5), losses.squared_error))


def test_no_more_kinds_are_kept_than_a_dozen():
    for size in range(1, kept._KINDS + 3):
        fit(dense(), losses.squared_error, batch_size=size, epochs=1)
    assert len(kept._KEPT) == kept._KINDS
