"""The training loop takes the steps that Keras takes, and refuses what cannot work."""

import json

import keras
import numpy as np
import pytest
import tensorflow as tf

from helpers import losses, training
from helpers.parts import shareable

SIZE, COUNT, BATCH = 12, 50, 16  # 50 = 3 * 16 + 2: the last batch is a smaller one


@pytest.fixture
def images():
    return np.random.default_rng(0).uniform(0.1, 0.9, (COUNT, SIZE)).astype("float32")


def build(*kinds, output="sigmoid"):
    """Build a small net, always with the same weights; `kinds` make the layers inside."""
    keras.utils.set_random_seed(1)
    inputs = units = keras.Input((SIZE,))
    for kind in kinds or (tanh,):
        units = kind()(units)
    return keras.Model(inputs, keras.layers.Dense(SIZE, output)(units))


def tanh():
    return keras.layers.Dense(5, "tanh")


def dropout():
    return keras.layers.Dropout(0.3, seed=4)


def batch_norm():
    return keras.layers.BatchNormalization(momentum=0.5)


def fit(model, images, targets=None, **changes):
    """Train for two epochs, uncompiled by XLA because that takes a second."""
    recipe = {
        "jit": False,
        "loss": losses.mean_squared_error,
        "optimizer": "adam",
        "epochs": 2,
        "batch_size": BATCH,
    }
    return training.train(model, images, targets, **{**recipe, **changes})


def orders(epochs, seed=0):
    """Yield the documented order of each epoch."""
    for epoch in range(epochs):
        yield np.random.default_rng([seed, epoch]).permutation(COUNT)


def train_by_keras(model, images, optimizer, epochs):
    """Train with Keras's own step, batch by batch, and return the loss of each epoch."""
    model.compile(optimizer, "mse")
    curve = []
    for order in orders(epochs):
        total = 0.0
        for first in range(0, COUNT, BATCH):
            batch = images[order[first : first + BATCH]]
            model.reset_metrics()
            total += model.train_on_batch(batch, batch) * len(batch)
        curve.append(total / COUNT)
    return curve


def cosine(_=None):
    return keras.optimizers.schedules.CosineDecay(0.03, 12)


@pytest.mark.parametrize(
    "make",
    [
        lambda: keras.optimizers.Adam(0.01),
        lambda: keras.optimizers.RMSprop(0.01),
        lambda: keras.optimizers.AdamW(cosine(), weight_decay=0.01),
        lambda: keras.optimizers.SGD(0.1, momentum=0.9, clipnorm=0.1),
    ],
    ids=["adam", "rmsprop", "adamw cosine", "sgd clipped"],
)
def test_same_curve_and_weights_as_keras_step_by_step(images, make):
    ours, theirs = build(), build()
    history = fit(ours, images, optimizer=make(), epochs=3, jit=True)
    curve = train_by_keras(theirs, images, make(), 3)
    np.testing.assert_allclose(history.loss, curve, rtol=1e-5)
    assert history.loss[-1] < history.loss[0]
    for mine, other in zip(ours.get_weights(), theirs.get_weights(), strict=True):
        np.testing.assert_allclose(mine, other, rtol=1e-3, atol=1e-5)


def test_batch_norm_statistics_move_as_in_keras(images):
    ours, theirs = build(tanh, batch_norm), build(tanh, batch_norm)
    fit(ours, images, optimizer=keras.optimizers.SGD(0.1))
    train_by_keras(theirs, images, keras.optimizers.SGD(0.1), 2)
    assert np.abs(ours.layers[2].moving_mean.numpy()).max() > 0.01
    for mine, other in zip(ours.get_weights(), theirs.get_weights(), strict=True):
        np.testing.assert_allclose(mine, other, rtol=1e-4, atol=1e-6)


def test_one_linear_step_by_hand():
    images = np.array([[1.0, 0.0], [0.0, 2.0]], "float32")
    inputs = keras.Input((2,))
    layer = keras.layers.Dense(2, use_bias=False, kernel_initializer="zeros")
    model = keras.Model(inputs, layer(inputs))
    history = training.train(
        model,
        images,
        loss=losses.squared_error,
        optimizer=keras.optimizers.SGD(0.1),
        epochs=1,
        batch_size=2,
    )
    # Outputs are 0, so the loss is the mean of 1 and 4, and the gradient -2 x^T x / 2.
    assert history.loss == [2.5]
    np.testing.assert_allclose(layer.kernel.numpy(), [[0.1, 0.0], [0.0, 0.4]], rtol=1e-6)


@pytest.mark.parametrize("batch_size", [1, BATCH, COUNT - 1, COUNT])
def test_every_image_counts_once_whatever_the_batch_size(images, batch_size):
    model = build()
    outputs = model.predict(images, verbose=0)
    expected = np.square(outputs - images).mean()
    still = keras.optimizers.SGD(0.0)
    history = fit(model, images, optimizer=still, batch_size=batch_size, validation=images)
    np.testing.assert_allclose(history.loss + history.validation, expected, rtol=1e-6)
    assert training.evaluate(model, images, losses.mean_squared_error, batch_size=7) == (
        pytest.approx(expected, rel=1e-6)
    )


def test_regularisation_is_minimised_but_not_reported(images):
    layer = keras.layers.Dense(5, kernel_regularizer=keras.regularizers.L2(10.0))
    model = build(lambda: layer)
    before = np.abs(layer.kernel.numpy()).mean()
    history = fit(model, images, optimizer=keras.optimizers.SGD(0.01), epochs=3)
    assert np.abs(layer.kernel.numpy()).mean() < 0.5 * before
    assert max(history.loss) < 0.5  # the penalty alone is above 10


def test_targets_differ_from_inputs(images):
    targets = np.full_like(images, 0.25)
    model = build()
    history = fit(model, images, targets, optimizer=keras.optimizers.Adam(0.03), epochs=40)
    assert history.loss[-1] < 1e-3 < history.loss[0]
    np.testing.assert_allclose(model.predict(images, verbose=0), targets, atol=0.1)


def noise(batch, seed):
    return batch + tf.random.stateless_uniform(tf.shape(batch), seed)


def test_corruption_touches_inputs_only(images):
    model = build(output="linear")
    model.layers[-1].kernel.assign(np.zeros((5, SIZE)))
    zeroed = fit(
        model,
        images,
        corrupt=lambda batch, seed: batch * 0,
        optimizer=keras.optimizers.SGD(0.0),
        validation=images,
    )
    np.testing.assert_allclose(zeroed.loss, np.square(images).mean(), rtol=1e-6)
    # A model that copies shows what it was fed: the training loss is that of the corruption.
    inputs = keras.Input((SIZE,))
    copy = keras.Model(inputs, keras.layers.Dense(SIZE, kernel_initializer="identity")(inputs))
    kept = fit(copy, images, corrupt=noise, optimizer=keras.optimizers.SGD(0.0), validation=images)
    np.testing.assert_allclose(kept.loss, 1 / 3, rtol=0.15)  # the mean square of U(0, 1)
    np.testing.assert_allclose(kept.validation, 0, atol=1e-10)


def test_augmentation_changes_inputs_and_targets_alike_and_comes_before_the_corruption(images):
    model = build(output="linear")
    model.layers[-1].kernel.assign(np.zeros((5, SIZE)))
    halved = fit(
        model,
        images,
        augment=lambda batch, seed: batch / 2,
        optimizer=keras.optimizers.SGD(0.0),
        validation=images,
    )
    np.testing.assert_allclose(halved.loss, np.square(images / 2).mean(), rtol=1e-6)
    np.testing.assert_allclose(halved.validation, np.square(images).mean(), rtol=1e-6)
    # A model that copies: the target is the augmented batch, the input that and the corruption.
    inputs = keras.Input((SIZE,))
    copy = keras.Model(inputs, keras.layers.Dense(SIZE, kernel_initializer="identity")(inputs))
    doubled = {"augment": lambda batch, seed: batch * 0 + 2, "corrupt": lambda x, seed: x + 3}
    history = fit(copy, images, optimizer=keras.optimizers.SGD(0.0), **doubled)
    np.testing.assert_allclose(history.loss, 9, rtol=1e-6)


def test_augmentation_and_corruption_draw_from_seeds_of_their_own(images):
    inputs = keras.Input((SIZE,))
    copy = keras.Model(inputs, keras.layers.Dense(SIZE, kernel_initializer="identity")(inputs))

    def draw(batch, seed):
        return tf.random.stateless_uniform(tf.shape(batch), seed)

    still = {"optimizer": keras.optimizers.SGD(0.0), "augment": draw, "corrupt": draw}
    # Two independent uniform numbers differ by 1/6 in the mean square; the same one, by nothing.
    np.testing.assert_allclose(fit(copy, images, **still).loss, 1 / 6, rtol=0.2)


def test_every_step_of_a_run_has_a_seed_of_its_own(images):
    inputs = keras.Input((SIZE,))
    copy = keras.Model(inputs, keras.layers.Dense(SIZE, kernel_initializer="identity")(inputs))
    history = fit(
        copy,
        images,
        seed=100,
        corrupt=lambda batch, seed: batch * 0 + tf.cast(seed[0] + seed[1], tf.float32),
        loss=lambda targets, outputs: outputs[:, 0],
        optimizer=keras.optimizers.SGD(0.0),
    )
    # Steps of 16, 16, 16 and 2 images, numbered 0 to 3 and 4 to 7.
    first = 100 + (16 * (0 + 1 + 2) + 2 * 3) / 50
    assert history.loss == pytest.approx([first, first + 4], rel=1e-6)


def test_corruption_is_new_in_every_step_and_the_same_in_every_run(images):
    inputs = keras.Input((SIZE,))
    copy = keras.Model(inputs, keras.layers.Dense(SIZE, kernel_initializer="identity")(inputs))
    still = {"optimizer": keras.optimizers.SGD(0.0), "corrupt": noise, "batch_size": 1}
    once, again = fit(copy, images, **still), fit(copy, images, **still)
    other = fit(copy, images, seed=1, **still)
    assert once.loss == again.loss
    assert len({*once.loss, *other.loss}) == 4
    # Were one noise used for all steps of an epoch, its mean square over 12 numbers would vary
    # by 0.09; over 50 steps of their own it varies by 0.012.
    np.testing.assert_allclose(once.loss + other.loss, 1 / 3, atol=0.05)


@pytest.mark.parametrize("jit", [False, True])
def test_same_seed_same_bits_whatever_the_global_generators_say(images, jit):
    def run(seed, disturb):
        model = build(dropout)
        if disturb:
            keras.utils.set_random_seed(99)
            tf.random.uniform((3,))
        history = fit(model, images[:48], corrupt=noise, seed=seed, jit=jit)
        return history.loss, model.get_weights()

    (loss, weights), (same_loss, same_weights) = run(3, False), run(3, True)
    assert loss == same_loss
    for one, other in zip(weights, same_weights, strict=True):
        np.testing.assert_array_equal(one, other)
    assert run(4, False)[0] != loss


@pytest.mark.parametrize("jit", [False, True])
def test_images_whose_memory_is_shared_train_alike_and_stay_as_they_are(images, jit):
    shared = shareable(images.shape)
    shared[...] = images
    read_only = images.copy()
    read_only.flags.writeable = False
    runs = []
    for inputs in (images, shared, read_only):
        model = build()
        history = fit(model, inputs, corrupt=noise, jit=jit)
        runs.append([history.loss, *model.get_weights()])
    for run in runs[1:]:
        assert all(map(np.array_equal, run, runs[0]))
    np.testing.assert_array_equal(shared, images)


# Keras reads its variables in a way that NumPy 2 deprecates.
@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
def test_a_trained_model_can_be_saved_and_numpy_numbers_will_do(images, tmp_path):
    def active():
        return keras.layers.Dense(5, "tanh", activity_regularizer="l2")

    model = build(active)
    numbers = {"epochs": np.int64(1), "batch_size": np.int32(16), "seed": np.int64(3)}
    fit(model, images, checkpoint_dir=tmp_path / "run", **numbers)
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(again(images), model(images))
    assert float(model.losses[0]) > 0


def test_validation_is_measured_without_training_mode(images):
    model = build(tanh, dropout)
    unseen = images[:30], images[:30] * 0.5
    history = fit(model, images, validation=unseen)
    measured = training.evaluate(model, unseen[0], losses.mean_squared_error, unseen[1])
    assert history.validation[-1] == measured
    assert len(history.validation) == history.epochs == 2


def test_xla_and_graph_agree(images):
    # Without noise: TensorFlow's generators differ with and without XLA.
    with_xla, as_graph = (fit(build(), images, jit=jit) for jit in (True, False))
    np.testing.assert_allclose(with_xla.loss, as_graph.loss, rtol=1e-4)


def test_convolutional_model_trains(images):
    keras.utils.set_random_seed(1)
    pictures = images.reshape(-1, 4, 3, 1)
    inputs = keras.Input((4, 3, 1))
    units = keras.layers.Conv2D(4, 3, padding="same", activation="relu")(inputs)
    model = keras.Model(inputs, keras.layers.Conv2DTranspose(1, 3, padding="same")(units))
    history = fit(model, pictures, optimizer=keras.optimizers.Adam(0.01), epochs=5)
    assert history.loss[-1] < 0.8 * history.loss[0]


BAD_ARGUMENTS = {
    "whole numbers": ({"images": np.zeros((50, SIZE), "uint8")}, "/ 255. Received: dtype uint8"),
    "text": ({"images": [["a"] * SIZE]}, "floating-point"),
    "empty": ({"images": np.zeros((0, SIZE), "float32")}, r"at least one .* \(0, 12\)"),
    "flat": ({"images": np.zeros(SIZE, "float32")}, r"Received: shape \(12,\)"),
    "wrong width": ({"images": np.zeros((50, 11), "float32")}, r"\(n, 12\). Received: \(50, 11\)"),
    "extra axis": ({"images": np.zeros((50, 12, 1), "float32")}, r"inputs, \(n, 12\)"),
    "targets' width": ({"targets": np.zeros((50, 11), "float32")}, r"outputs, \(n, 12\)"),
    "targets' count": ({"targets": np.zeros((49, SIZE), "float32")}, "50 images and 49 targets"),
    "beyond the sigmoid": ({"targets": np.full((50, SIZE), 255.0)}, r"sigmoid. Received: \[255"),
    "batch above all": ({"batch_size": 51}, "from 1 to 50 .all images.. Received: 51"),
    "no batch": ({"batch_size": 0}, "Received: 0"),
    "half a batch": ({"batch_size": 2.5}, "whole number .* Received: 2.5"),
    "no epoch": ({"epochs": 0}, "epochs .* at least 1. Received: 0"),
    "negative seed": ({"seed": -1}, "seed .* Received: -1"),
    "loss a scalar": ({"loss": lambda t, o: keras.ops.mean(t - o)}, r"\(n,\).* shape \(\)"),
    "loss a pixel": ({"loss": lambda t, o: t - o}, r"shape \(2, 12\) for 2 images"),
    "corrupt's shape": ({"corrupt": lambda x, seed: x[:, :3]}, r"shape \(2, 3\) for \(2, 12\)"),
    "augment's shape": ({"augment": lambda x, seed: x[:, :3]}, r"augment.* shape \(2, 3\)"),
    "augment with targets": (
        {"augment": lambda x, seed: x, "targets": np.zeros((50, SIZE), "float32")},
        r"without targets. Received: targets of shape \(50, 12\)",
    ),
    "validation": ({"validation": np.zeros((9, 8), "float32")}, r"validation must .* \(9, 8\)"),
    "precision": ({"precision": "half"}, "Received: 'half'"),
    "optimizer": ({"optimizer": "adamm"}, "adamm"),
}


def test_a_class_around_a_model_inside_a_model_trains_as_the_model_does(images):
    class Own(keras.Model):
        def __init__(self, inside):
            super().__init__()
            self.inside = inside

        def call(self, inputs):
            return self.inside(inputs)

    inputs = keras.Input((images.shape[1],))
    around = keras.Model(inputs, Own(build())(inputs))
    assert fit(around, images).loss == pytest.approx(fit(build(), images).loss, rel=1e-6)


@pytest.mark.parametrize("case", BAD_ARGUMENTS)
def test_bad_arguments_are_refused_before_anything_is_written(images, case, tmp_path):
    changes, message = BAD_ARGUMENTS[case]
    arguments = {"images": images, **changes}
    model = build()
    with pytest.raises(ValueError, match=message):
        fit(model, checkpoint_dir=tmp_path / "run", **arguments)
    assert not list(tmp_path.rglob("*.*"))


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_first_bad_image_is_named(images, value):
    images[7, 3] = value
    with pytest.raises(ValueError, match="first in image 7"):
        fit(build(), images)


def test_models_that_cannot_train_are_refused(images):
    class Subclassed(keras.Model):
        def call(self, inputs):
            return inputs

    for other in (lambda x: x, Subclassed()):
        with pytest.raises(ValueError, match="built from its inputs and outputs"):
            fit(other, images)
    inputs = keras.Input((SIZE,))
    outputs = keras.layers.Identity()(inputs)
    with pytest.raises(ValueError, match="one tensor of outputs"):
        fit(keras.Model(inputs, [outputs, outputs]), images)
    frozen = build()
    frozen.trainable = False
    with pytest.raises(ValueError, match="none that are trainable"):
        fit(frozen, images)


@pytest.mark.skipif(
    keras.__version__.startswith("3.12."), reason="Keras 3.12 stumbles over its own message"
)
def test_the_optimizer_of_another_model_is_refused(images):
    used = keras.optimizers.Adam()
    fit(build(), images, optimizer=used, epochs=1)
    with pytest.raises(ValueError, match="new optimizer"):
        fit(build(), images, optimizer=used, epochs=1)


def test_broken_loss_names_epoch_and_step(images):
    def breaks_late(targets, outputs):
        # Step 6 of epochs of 4 is the second of epoch 2: then the optimizer has made 5 steps.
        value = tf.reduce_mean(tf.square(targets - outputs), axis=1)
        return tf.where(optimizer.iterations.value == 5, np.nan, value)

    optimizer = keras.optimizers.SGD(0.1)
    with pytest.raises(FloatingPointError, match=r"step 2 of epoch 2.*learning rate"):
        fit(build(), images, optimizer=optimizer, loss=breaks_late, epochs=3)


def test_learning_rate_too_high_is_reported(images):
    model = build(output="linear")
    with pytest.raises(FloatingPointError, match="learning rate is too high"):
        fit(model, images, optimizer=keras.optimizers.SGD(1e6), epochs=20)


def test_broken_validation_is_reported(images):
    unseen = images[:5], np.zeros((5, SIZE), "float32")

    def loss(targets, outputs):
        return tf.reduce_mean(tf.math.log(targets) * 0 + tf.square(targets - outputs), axis=1)

    with pytest.raises(FloatingPointError, match="validation loss is nan after epoch 1"):
        fit(build(), images, loss=loss, validation=unseen)


def test_history_tells_its_story_and_survives_json(images):
    history = fit(build(), images, validation=images)
    assert history.epochs == len(history.seconds) == 2
    assert min(history.images_per_second) > 0
    again = training.History.from_dict(json.loads(json.dumps(history.to_dict())))
    assert again == history
    text = repr(history)
    assert text.startswith(f"History(2 epochs, loss {history.loss[0]:.4g} -> ")
    assert "validation" in text and "images/s" in text
    assert repr(training.History()) == "History(no epochs yet)"
    assert "1 epoch," in repr(training.History([0.5], [], [2.0], [100.0]))
    assert "2 s, 100 images/s" in repr(training.History([0.5], [], [2.0], [100.0]))


@pytest.mark.parametrize(
    "lists",
    [
        {"loss": [1.0]},
        {"loss": [1.0], "validation": [], "seconds": [], "images_per_second": [1.0]},
        {"loss": [1.0], "validation": [1.0, 2.0], "seconds": [1.0], "images_per_second": [1.0]},
    ],
)
def test_history_of_unequal_lists_is_refused(lists):
    with pytest.raises(ValueError, match=r"equally long lists.*Received"):
        training.History.from_dict(lists)


def test_every_epoch_is_reported_with_the_history_so_far(images):
    seen = []
    history = fit(
        build(), images, epochs=3, on_epoch=lambda history: seen.append(list(history.loss))
    )
    assert seen == [history.loss[:count] for count in (1, 2, 3)]
