"""What self-check accepts, the grader accepts, and it refuses the same: checks across the wire.

``python tests/replay.py --grade`` does it for every form and ten seeds, and ``--level L3`` for
every form behind the walls of a level.
"""

import keras
import numpy as np
import pytest
import tensorflow as tf
from forms import FORMS, in_form
from grading_kit import levels
from grading_threads import held
from replay import graded, mixed, refused

from helpers.checks.registry import exercises, get
from helpers.checks.running import run


def texts(verdict):
    return " ".join(step.text for step in verdict.steps if step.status == "not yet")


@pytest.mark.parametrize("entry", exercises(), ids=lambda entry: entry.id)
def test_a_right_answer_in_another_form_is_right_in_the_grader_too(entry):
    form = mixed(entry.lesson)[entry.id]
    for seed in (0, 1):
        answer = in_form(form, entry.load_reference())
        assert run(entry, answer, seed).passed
        assert graded(entry, form, seed) == ""


@pytest.mark.parametrize("level", levels())
@pytest.mark.parametrize("lesson", ["02", "08"])
def test_right_answers_in_other_forms_earn_everything_behind_the_walls(level, lesson):
    assert refused(level, lesson, mixed(lesson)) == []


def halves(make):
    """Return an answer to 3.3 whose layers are made by ``make(units) -> layers``."""

    def build_basic(input_size, code_size):
        sizes = (input_size, code_size), (code_size, input_size)
        return [keras.Sequential([keras.Input((a,)), *make(b)]) for a, b in sizes]

    return build_basic


def own_sigmoid(activations):
    return 1 / (1 + keras.ops.exp(-activations))


class Own(keras.layers.Layer):
    def __init__(self, units):
        super().__init__()
        self.inside = keras.layers.Dense(units)

    def call(self, inputs):
        return keras.ops.sigmoid(self.inside(inputs))


HONEST = {
    "an own activation": halves(lambda n: [keras.layers.Dense(n, own_sigmoid)]),
    "a Lambda layer": halves(lambda n: [keras.layers.Dense(n), keras.layers.Lambda(own_sigmoid)]),
    "an own layer": halves(lambda n: [Own(n)]),
    "no Input": lambda a, b: [keras.Sequential([keras.layers.Dense(n, "sigmoid")]) for n in (b, a)],
}


@pytest.mark.parametrize("name", HONEST)
def test_models_of_every_kind_are_judged_by_what_they_compute(name):
    assert run(get("3.3"), HONEST[name], 1).passed
    with held(HONEST[name]) as answer:
        verdict = run(get("3.3"), answer, 1)
    assert verdict.passed, texts(verdict)


def test_a_long_seed_does_not_hide_what_it_does():
    """A seed makes two calls alike, which is what 3.3 refuses, whatever the number's length."""
    seeded = halves(
        lambda n: [keras.layers.Dense(n, "sigmoid", kernel_initializer=seed_of_eight_digits())]
    )
    here = run(get("3.3"), seeded, 1)
    with held(seeded) as answer:
        there = run(get("3.3"), answer, 1)
    assert texts(here) == texts(there) != ""


def seed_of_eight_digits():
    return keras.initializers.GlorotUniform(seed=20_261_126)


def zeros_for(change):
    """Return a step that makes the check's model one whose loss and gradients are zeros."""

    def step(autoencoder, *images):
        change(autoencoder)
        gradients = [tf.zeros_like(weight) for weight in autoencoder.trainable_variables]
        return tf.constant(0.0), gradients

    return step


def no_weights(model):
    model.set_weights([0 * weight for weight in model.get_weights()])


def one_weight(model):
    model.trainable_variables[-1].assign_add(1 + 0 * model.trainable_variables[-1])


@pytest.mark.parametrize("key", ["3.6", "5.3"])
@pytest.mark.parametrize("change", [no_weights, one_weight])
def test_a_step_that_changes_the_model_of_the_check_earns_nothing(key, change):
    for seed in (0, 1):
        with held(zeros_for(change)) as answer:
            verdict = run(get(key), answer, seed)
        assert "changes the weights of `autoencoder`" in texts(verdict)


LOSSES = ("3.4", "3.5", "4.4", "10.1", "10.2", "10.4")


@pytest.mark.parametrize("key", LOSSES)
def test_a_loss_that_no_gradient_passes_is_refused(key):
    reference = get(key).load_reference()

    def stopped(*arguments):
        return reference(*map(keras.ops.stop_gradient, arguments))

    def in_numpy(*arguments):
        result = reference(*(np.asarray(argument) for argument in arguments))
        return [np.asarray(part) for part in result] if key == "10.4" else np.asarray(result)

    for loss in (stopped, in_numpy):
        with held(loss) as answer:
            assert "no gradient passes" in texts(run(get(key), answer, 1))


def test_every_form_is_in_some_lesson():
    used = {form for entry in exercises() for form in mixed(entry.lesson).values()}
    assert used == set(FORMS)


class Copy(keras.Model):
    """A model with the weights of another one, its own from then on."""

    def __init__(self, model):
        super().__init__()
        self.inside = keras.models.clone_model(model)
        self.inside.set_weights(model.get_weights())

    def call(self, inputs, training=False):
        return self.inside(inputs, training=training)


def test_a_copy_of_the_check_s_model_is_told_from_a_part_of_it():
    def copied(autoencoder, layer_name):
        layer = autoencoder.get_layer(layer_name)
        return Copy(keras.Model(autoencoder.inputs[0], layer.output))

    with held(copied) as answer:
        assert "share the layers" in texts(run(get("6.3"), answer, 1))
