"""Pretraining: the stages, the copied weights, fine-tuning and the error."""

import keras
import numpy as np
import pytest

from helpers.layers.noise import masking
from helpers.pretraining import (
    build_classifier,
    classification_error,
    fine_tune,
    pretrain_stack,
)

RECIPE = {"epochs": 2, "learning_rate": 0.01, "batch_size": 20}


def two_classes(count=120, seed=0):
    """Return images (count, 12) with ink on the left or on the right, and which it is."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(2, size=count)
    images = rng.uniform(0, 0.4, (count, 12))
    images[labels == 0, :6] += 0.5
    images[labels == 1, 6:] += 0.5
    return images.astype("float32"), labels


IMAGES, LABELS = two_classes()


@pytest.fixture(scope="module")
def encoders():
    return pretrain_stack(IMAGES, (7, 5), noise=0.25, **RECIPE)


def test_there_is_one_encoder_a_stage(encoders):
    shapes = [(encoder.input_shape, encoder.output_shape) for encoder in encoders]
    assert shapes == [((None, 12), (None, 7)), ((None, 7), (None, 5))]


def test_a_stage_is_an_affine_map_and_a_sigmoid(encoders):
    kernel, bias = encoders[0].get_weights()
    expected = 1 / (1 + np.exp(-(IMAGES[:4] @ kernel + bias)))
    np.testing.assert_allclose(encoders[0](IMAGES[:4]), expected, rtol=1e-5)


def test_a_second_stage_leaves_the_first_alone(encoders):
    (alone,) = pretrain_stack(IMAGES, (7,), noise=0.25, **RECIPE)
    for ours, other in zip(alone.get_weights(), encoders[0].get_weights(), strict=True):
        np.testing.assert_array_equal(ours, other)


def test_another_seed_or_noise_gives_other_weights(encoders):
    for change in ({"noise": 0.25, "seed": 1}, {"noise": 0.0}):
        (other,) = pretrain_stack(IMAGES, (7,), **change, **RECIPE)
        assert not np.allclose(other.get_weights()[0], encoders[0].get_weights()[0], atol=1e-4)


def test_noise_hides_inputs_from_every_stage():
    # Of inputs that are always hidden, no gradient reaches a kernel: it stays as it started.
    start = build_classifier((7, 5), 2, input_size=12).get_weights()
    for noise, moves in ((1.0, False), (0.5, True), (0.0, True)):
        for encoder, kernel in zip(
            pretrain_stack(IMAGES, (7, 5), noise=noise, **RECIPE), start[::2], strict=False
        ):
            trained, bias = encoder.get_weights()
            assert np.allclose(trained, kernel, atol=1e-6) != moves
            assert np.abs(bias).min() > 0


def test_the_classifier_takes_the_encoders_weights(encoders):
    classifier = build_classifier((7, 5), 2, encoders=encoders, input_size=12)
    codes = encoders[1](encoders[0](IMAGES))
    np.testing.assert_allclose(
        keras.Model(classifier.input, classifier.layers[-2].output)(IMAGES), codes, rtol=1e-5
    )
    np.testing.assert_allclose(np.sum(classifier(IMAGES), axis=1), 1, rtol=1e-5)


def test_the_softmax_starts_the_same_with_and_without_encoders(encoders):
    given = {"num_classes": 2, "input_size": 12, "seed": 3}
    pretrained = build_classifier((7, 5), encoders=encoders, **given).get_weights()
    random = build_classifier((7, 5), **given).get_weights()
    for ours, other in zip(pretrained[-2:], random[-2:], strict=True):
        np.testing.assert_array_equal(ours, other)
    assert not np.allclose(pretrained[0], random[0])


def test_a_start_depends_on_its_seed_alone():
    first = build_classifier((7,), seed=5).get_weights()
    keras.utils.set_random_seed(99)
    for ours, other in zip(build_classifier((7,), seed=5).get_weights(), first, strict=True):
        np.testing.assert_array_equal(ours, other)
    assert not np.allclose(build_classifier((7,), seed=6).get_weights()[0], first[0])


def test_fine_tuning_learns_the_classes_and_leaves_the_encoders(encoders):
    before = [encoder.get_weights() for encoder in encoders]
    classifier = build_classifier((7, 5), 2, encoders=encoders, input_size=12)
    history = fine_tune(classifier, IMAGES, LABELS, epochs=30, learning_rate=0.05)
    unseen = two_classes(seed=1)
    assert history.epochs == 30 and classification_error(classifier, *unseen) < 5
    for encoder, weights in zip(encoders, before, strict=True):
        np.testing.assert_array_equal(encoder.get_weights()[0], weights[0])


def test_the_weights_kept_are_those_of_the_best_epoch():
    # Validation labels are the wrong way round: the better it learns, the worse it scores.
    wrong = (IMAGES, 1 - LABELS)
    errors = []
    for validation in (None, wrong):
        classifier = build_classifier((7,), 2, input_size=12)
        fine_tune(
            classifier, IMAGES, LABELS, epochs=10, learning_rate=0.01, batch_size=20,
            validation=validation,
        )  # fmt: skip
        errors.append(classification_error(classifier, *wrong))
    assert errors[1] < 80 < errors[0]


def test_noise_in_fine_tuning_changes_what_is_learnt():
    kernels = []
    for corrupt in (None, masking(0.5)):
        classifier = build_classifier((7,), 2, input_size=12)
        fine_tune(classifier, IMAGES, LABELS, epochs=1, learning_rate=0.01, corrupt=corrupt)
        kernels.append(classifier.get_weights()[0])
    assert not np.allclose(*kernels, atol=1e-4)


def test_without_validation_the_history_has_none():
    classifier = build_classifier((7,), 2, input_size=12)
    history = fine_tune(classifier, IMAGES, LABELS, epochs=1, learning_rate=0.01)
    assert history.validation == []
    history = fine_tune(
        classifier, IMAGES, LABELS, epochs=2, learning_rate=0.01, validation=(IMAGES, LABELS)
    )
    assert len(history.validation) == 2


def test_the_first_cross_entropy_is_that_of_the_probabilities():
    # A rate of 1e-9 moves nothing, so that the loss met is the loss of the start.
    classifier = build_classifier((7,), 3, input_size=12)
    probabilities = np.asarray(classifier(IMAGES), "float64")
    expected = -np.log(probabilities[np.arange(len(LABELS)), LABELS]).mean()
    history = fine_tune(classifier, IMAGES, LABELS, epochs=1, learning_rate=1e-9)
    assert history.loss[0] == pytest.approx(expected, rel=1e-4)


def test_the_error_is_counted_in_percent():
    classifier = build_classifier((7,), 4, input_size=12)
    classes = np.asarray(classifier(IMAGES)).argmax(axis=1)
    wrong = classes.copy()
    wrong[:30] = (wrong[:30] + 1) % 4
    assert classification_error(classifier, IMAGES, classes) == 0
    assert classification_error(classifier, IMAGES, wrong) == pytest.approx(25)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: pretrain_stack(IMAGES, (), noise=0.1, **RECIPE), "All sizes"),
        (lambda: pretrain_stack(IMAGES, (3, 0), noise=0.1, **RECIPE), "All sizes"),
        (lambda: pretrain_stack(IMAGES, (3,), noise=1.5, **RECIPE), "masking takes a fraction"),
        (
            lambda: pretrain_stack(IMAGES, (3, 2), noise=0.1, activation="relu", **RECIPE),
            "outputs in .0, 1.",
        ),
        (lambda: pretrain_stack(IMAGES + 1, (3,), noise=0.1, **RECIPE), "must lie in .0, 1."),
        (lambda: pretrain_stack(IMAGES[:0], (3,), noise=0.1, **RECIPE), "at least one image"),
        (lambda: build_classifier((7,), 0), "All sizes"),
        (lambda: classification_error(build_classifier((7,)), IMAGES[:0], []), "At least one"),
        (
            lambda: fine_tune(
                build_classifier((7,), 2, input_size=12), IMAGES, LABELS + 1, epochs=1,
                learning_rate=0.1,
            ),
            "labels are whole numbers from 0 to 1",
        ),
        (
            lambda: fine_tune(
                build_classifier((7,), 2, input_size=12), IMAGES, LABELS[:5], epochs=1,
                learning_rate=0.1,
            ),
            "one target per image",
        ),
    ],
)  # fmt: skip
def test_what_cannot_work_is_refused(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_encoders_of_another_shape_are_refused(encoders):
    with pytest.raises(ValueError, match="one per hidden layer"):
        build_classifier((7,), 2, encoders=encoders, input_size=12)
