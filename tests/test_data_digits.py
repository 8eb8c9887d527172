"""The embedded digits: drawn like MNIST, split once, and no test image copied."""

import numpy as np
import pytest

from helpers.data import digits


@pytest.fixture(scope="module")
def built():
    return digits.build_digits()


def test_digits_shapes_types_and_range(built):
    assert {key: (a.shape, a.dtype.name) for key, a in built.items()} == {
        "x_train": ((8622, 28, 28), "float32"),
        "y_train": ((8622,), "int64"),
        "x_test": ((360, 28, 28), "float32"),
        "y_test": ((360,), "int64"),
    }
    for key in ("x_train", "x_test"):
        assert built[key].min() == 0 and built[key].max() == 1
        np.testing.assert_allclose(built[key] * 255, np.round(built[key] * 255), atol=1e-4)


def test_digits_have_the_pixel_statistics_of_mnist(built):
    for key in ("x_train", "x_test"):
        assert built[key].mean() == pytest.approx(0.1307, abs=0.01)
        assert built[key].std() == pytest.approx(0.3081, abs=0.015)


def test_digits_leave_the_border_of_mnist(built):
    frame = np.ones((28, 28), bool)
    frame[2:-2, 2:-2] = False
    assert built["x_test"][:, frame].mean() < 0.001
    assert built["x_train"][:, frame].mean() < 0.01


def test_digits_split_has_every_class_in_the_same_share(built):
    train, test = np.bincount(built["y_train"][:1437]), np.bincount(built["y_test"])
    np.testing.assert_allclose(test / (train + test), 0.2, atol=0.005)


def test_digits_are_the_same_each_time(built):
    again = digits.build_digits()
    for key, array in built.items():
        np.testing.assert_array_equal(array, again[key])


def test_no_test_image_is_ever_copied(monkeypatch):
    """Number the originals and leave them undrawn, then look where the numbers end up."""
    numbered = np.arange(1797).reshape(-1, 1, 1)
    labels = digits.read_digits()[1]
    monkeypatch.setattr(digits, "read_digits", lambda: (numbered, labels))
    monkeypatch.setattr(digits, "draw", lambda images, *_: images)
    parts = digits.build_digits()
    rounds, test = parts["x_train"].reshape(6, 1437), parts["x_test"].ravel()
    assert sorted([*rounds[0], *test]) == list(range(1797))
    assert (rounds == rounds[0]).all()
    np.testing.assert_array_equal(parts["y_train"], labels[rounds.ravel()])
    np.testing.assert_array_equal(parts["y_test"], labels[test])


def test_copies_differ_from_their_original_and_from_each_other(built):
    rounds = built["x_train"].reshape(6, 1437, 784)
    for i in range(6):
        for j in range(i):
            assert (np.abs(rounds[i] - rounds[j]).sum(axis=1) > 1).all()


def test_nearest_training_image_mostly_has_the_right_label(built):
    train, test = (built[key].reshape(-1, 784) for key in ("x_train", "x_test"))
    nearest = ((train**2).sum(axis=1) - 2 * test @ train.T).argmin(axis=1)
    assert (built["y_train"][nearest] == built["y_test"]).mean() > 0.97


def test_draw_centres_the_ink():
    canvases = digits.draw(digits.read_digits()[0][:50])
    centers = np.einsum("nij,kij->nk", canvases, np.indices((28, 28)))
    centers /= canvases.sum(axis=(1, 2))[:, None]
    np.testing.assert_allclose(centers, 13.5, atol=0.8)


def test_draw_magnifies_a_block_by_two_and_a_half():
    block = np.zeros((1, 8, 8))
    block[:, 2:6, 1:7] = 1
    for scale in (1.0, 0.8):
        ink = digits.draw(block, scales=scale)[0] > 0.5
        rows, columns = ink.any(axis=1).sum(), ink.any(axis=0).sum()
        assert rows == pytest.approx(4 * 2.5 * scale, abs=1)
        assert columns == pytest.approx(6 * 2.5 * scale, abs=1)


def test_draw_shifts_and_turns():
    image = digits.read_digits()[0][:1]
    plain = digits.draw(image)[0]
    shifted = digits.draw(image, shifts=(2, -3))[0]
    np.testing.assert_allclose(shifted, np.roll(plain, (2, -3), axis=(0, 1)), atol=0.01)
    turned = digits.draw(image, degrees=90)[0]
    np.testing.assert_allclose(turned, np.rot90(plain, -1), atol=0.01)
