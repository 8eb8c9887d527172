"""The eight data sets: what is in them, and that they are always the same."""

import itertools

import numpy as np
import pytest

from helpers import data
from helpers.data import Dataset
from helpers.studies.vincent import (
    datasets,
    digits,
    examples,
    photos,
    redrawn,
    shapes,
    svm,
    systems,
)

COUNTS = (40, 10, 20)
RNG = np.random.default_rng(0)


def fake_digits(name="mnist", count=100):
    """Return a data set whose image number i has the brightness i / count everywhere."""
    images = np.repeat(np.arange(count, dtype="float32") / count, 784).reshape(-1, 28, 28)
    labels = np.arange(count) % 10
    half = count // 2
    return Dataset(name, images[:half], labels[:half], images[half:], labels[half:], "made here")


@pytest.fixture
def mnist(monkeypatch):
    monkeypatch.setattr(data, "load", lambda name: fake_digits())


@pytest.mark.parametrize("name", datasets.NAMES)
def test_every_data_set_has_its_parts(mnist, name):
    problem = datasets.load(name, COUNTS)
    parts = (problem.train, problem.validation, problem.test)
    assert [len(part) for part in parts] == list(COUNTS)
    for part in parts:
        assert part.images.shape == (len(part), 784) and part.images.dtype == np.float32
        assert part.images.min() >= 0 and part.images.max() <= 1
        assert part.labels.shape == (len(part),) and part.labels.max() < problem.num_classes
    again = datasets.load(name, COUNTS)
    np.testing.assert_array_equal(again.test.images, problem.test.images)
    np.testing.assert_array_equal(again.train.labels, problem.train.labels)


def test_the_published_counts():
    assert datasets.COUNTS["basic"] == datasets.COUNTS["rect-img"] == (10_000, 2_000, 50_000)
    assert datasets.COUNTS["rect"] == (1_000, 200, 50_000)
    assert datasets.COUNTS["convex"] == (6_000, 2_000, 50_000)


def test_no_digit_is_in_two_parts_and_labels_stay_with_their_images(mnist):
    problem = datasets.load("basic", (60, 15, 25))
    parts = (problem.train, problem.validation, problem.test)
    numbers = [np.round(part.images[:, 0] * 100).astype(int) for part in parts]
    assert sorted(np.concatenate(numbers)) == list(range(100))
    for part, own in zip(parts, numbers, strict=True):
        np.testing.assert_array_equal(part.labels, own % 10)


def test_all_five_have_the_same_digits_in_the_same_parts(mnist):
    parts = [datasets.load(name, COUNTS).test.labels for name in digits.NAMES]
    for labels in parts[1:]:
        np.testing.assert_array_equal(labels, parts[0])


def test_a_quarter_turn_is_exact():
    images = RNG.random((3, 28, 28), "float32")
    turned = digits.turn(images, np.array([0, np.pi / 2, np.pi]))
    for image, ours, quarters in zip(images, turned, (0, 1, 2), strict=True):
        np.testing.assert_allclose(ours, np.rot90(image, quarters), atol=1e-5)


def test_turning_keeps_the_ink_of_a_blob():
    image = np.zeros((1, 28, 28), "float32")
    image[0, 10:18, 6:22] = 1
    turned = digits.turn(np.repeat(image, 20, axis=0), np.linspace(0, 6, 20))
    np.testing.assert_allclose(turned.sum(axis=(1, 2)), image.sum(), rtol=0.02)


def test_a_background_never_hides_ink():
    images = fake_digits().train_images
    for name in ("bg-rand", "bg-img"):
        varied = digits.vary(name, images, np.random.default_rng(1))
        assert np.all(varied >= images) and np.any(varied > images)
    dark = np.zeros((200, 28, 28), "float32")
    noise = digits.vary("bg-rand", dark, np.random.default_rng(1))
    assert noise.mean() == pytest.approx(0.5, abs=0.01)
    assert noise.var() == pytest.approx(1 / 12, abs=0.002)


@pytest.mark.parametrize(("half", "columns"), [("left", slice(320)), ("right", slice(320, None))])
def test_patches_have_texture_and_come_from_one_half_of_the_photographs(half, columns):
    cut = photos.patches(50, np.random.default_rng(2), half)
    assert cut.shape == (50, 28, 28) and cut.std(axis=(1, 2)).min() >= 0.08
    windows = np.concatenate(
        [
            np.lib.stride_tricks.sliding_window_view(photo[:, columns], (28, 28)).reshape(-1, 784)
            for photo in photos.photographs()
        ]
    )
    for patch in cut[:5]:
        assert np.any(np.all(windows[:, :9] == patch.ravel()[:9], axis=1))


@pytest.mark.parametrize("name", ["bg-img", "rot-bg-img", "rect-img"])
def test_photographs_of_test_images_are_of_the_other_half(mnist, monkeypatch, name):
    asked = []
    for module in (digits, shapes):
        monkeypatch.setattr(
            module,
            "patches",
            lambda count, rng, half: asked.append((half, count)) or np.zeros((count, 28, 28)),
        )
    datasets.load(name, COUNTS)
    parts = [("left", 40), ("left", 10), ("right", 20)]
    assert asked == [part for part in parts for _ in range(2 if name == "rect-img" else 1)]


def bounds(image):
    """Return height and width of the box around the bright pixels."""
    rows, columns = np.nonzero(image)
    return int(np.ptp(rows)) + 1, int(np.ptp(columns)) + 1


def test_rectangles_are_outlines_labelled_by_their_shape():
    images, labels = shapes.draw("rect", 300, np.random.default_rng(3))
    assert set(np.unique(images)) == {0, 1} and 0.4 < labels.mean() < 0.6
    for image, label in zip(images, labels, strict=True):
        height, width = bounds(image)
        assert abs(height - width) >= 3 <= min(height, width) and label == (height > width)
        assert image.sum() == height * width - (height - 2) * (width - 2)


def test_rectangles_on_photographs_have_two_patches(monkeypatch):
    levels = itertools.cycle([0.25, 0.75])  # inside, outside
    monkeypatch.setattr(
        shapes,
        "patches",
        lambda count, rng, half: np.full((count, 28, 28), next(levels), "float32"),
    )
    images, labels = shapes.draw("rect-img", 200, np.random.default_rng(4))
    for image, label in zip(images, labels, strict=True):
        height, width = bounds(image == 0.25)
        assert (image == 0.25).sum() == height * width and min(height, width) >= 10
        assert abs(height - width) >= 5 and label == (height > width)
        assert 0.25 <= height * width / 784 <= 0.75


def on_segment_inside(region):
    """Tell convex from not, by another way: every pixel halfway between two white ones."""
    points = np.argwhere(region)
    sums = (points[:, None] + points[None]).reshape(-1, 2)
    middles = sums[(sums % 2 == 0).all(axis=1)] // 2
    return bool(region[tuple(middles.T)].all())


def test_regions_are_labelled_by_their_convexity():
    images, labels = shapes.draw("convex", 200, np.random.default_rng(5))
    assert set(np.unique(images)) == {0, 1} and 0.35 < labels.mean() < 0.65
    convex = [image > 0 for image in images[labels == 1]]
    assert all(on_segment_inside(region) and region.sum() >= 19 for region in convex)
    # Halfway is not everywhere: it misses few of the others.
    others = [on_segment_inside(image > 0) for image in images[labels == 0]]
    assert np.mean(others) < 0.05
    assert not any(shapes.is_convex(image > 0) for image in images[labels == 0])


def test_both_kinds_of_region_are_equally_white():
    images, labels = shapes.draw("convex", 4000, np.random.default_rng(6))
    convex, others = (images[labels == label].mean() for label in (1, 0))
    assert convex == pytest.approx(others, abs=0.02)


def test_convexity_by_hand():
    region = np.zeros((28, 28), bool)
    region[5:9, 5:9] = True
    assert shapes.is_convex(region)
    region[9, 5] = True  # a foot at the corner: the hull holds no other pixel
    assert shapes.is_convex(region)
    region[11, 5] = True
    assert not shapes.is_convex(region)  # a gap
    notch = np.zeros((28, 28), bool)
    notch[5:12, 5:7] = notch[10:12, 5:12] = True
    assert not shapes.is_convex(notch)  # an L: rows and columns without a gap
    assert shapes.is_convex(np.eye(28, dtype=bool))


def test_examples_show_the_same_digit_in_a_column():
    shown = examples(fake_digits().train_images[:3])
    assert list(shown) == list(datasets.NAMES)
    assert all(images.shape == (3, 28, 28) for images in shown.values())
    np.testing.assert_array_equal(shown["basic"], fake_digits().train_images[:3])


def test_without_mnist_only_the_shapes_can_be_had(monkeypatch):
    monkeypatch.setattr(data, "load", lambda name: fake_digits("digits"))
    with pytest.raises(ValueError, match=r"needs MNIST, except .* rect, rect-img and convex"):
        datasets.load("rot", COUNTS)
    datasets.load("rect", COUNTS)


@pytest.mark.parametrize(
    ("name", "counts", "words"),
    [("rotated", COUNTS, "one of basic, rot"), ("rect", (1, 0, 1), "at least 1"),
     ("basic", (90, 10, 10), "has 100 images")],
)  # fmt: skip
def test_what_cannot_be_had_is_refused(mnist, name, counts, words):
    with pytest.raises(ValueError, match=words):
        datasets.load(name, counts)


@pytest.mark.parametrize("name", shapes.NAMES)
def test_other_images_to_learn_from_and_the_same_to_measure_with(name):
    problem = datasets.load(name, COUNTS)
    one, same, other = (datasets.redraw(problem, number) for number in (1, 1, 2))
    assert one.test is problem.test and one.num_classes == 2
    for part in ("train", "validation"):
        drawn = [getattr(each, part) for each in (one, same, other, problem)]
        assert {each.images.shape for each in drawn} == {(len(drawn[3]), 784)}
        np.testing.assert_array_equal(drawn[0].images, drawn[1].images)
        np.testing.assert_array_equal(drawn[0].labels, drawn[1].labels)
        assert not np.array_equal(drawn[0].images, drawn[2].images)
        assert not np.array_equal(drawn[0].images, drawn[3].images)


def test_digits_cannot_be_drawn_anew_and_draws_are_counted_from_one(mnist):
    with pytest.raises(ValueError, match=r"takes one of rect, .* Received: rot and 1"):
        datasets.redraw(datasets.load("rot", COUNTS), 1)
    with pytest.raises(ValueError, match="Received: rect and 0"):
        datasets.redraw(datasets.load("rect", COUNTS), 0)


def test_errors_on_images_drawn_anew_are_those_of_a_machine_fitted_to_them():
    counts = (60, 40, 50)
    errors = redrawn("rect", 2, counts)
    drawn = datasets.redraw(datasets.load("rect", counts), 2)
    (setting,) = systems.settings("SVM-rbf", "sgd")
    predict, chosen = svm.fit("rbf", drawn, setting)
    wrong = np.mean(predict(drawn.test.images) != drawn.test.labels)
    assert errors.shape == (2,) and errors[1] == pytest.approx(100 * wrong)
    assert 0 < wrong < 0.5 and set(chosen) == {"C", "gamma"}
    for name, draws in (("rect", 0), ("rot", 1)):
        with pytest.raises(ValueError, match=f"at least one draw. Received: '{name}' and {draws}"):
            redrawn(name, draws)
