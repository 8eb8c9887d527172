"""Strokes from images: thinning, the way along a skeleton, points at equal distances."""

import numpy as np
import pytest

from helpers.data import strokes


def bar(height=9, width=20, rows=slice(3, 6), columns=slice(2, 18)):
    ink = np.zeros((1, height, width), bool)
    ink[:, rows, columns] = True
    return ink


def line(*pixels, shape=(12, 12)):
    skeleton = np.zeros(shape, bool)
    for row, column in pixels:
        skeleton[row, column] = True
    return skeleton


def test_a_thick_bar_becomes_its_middle_row():
    skeleton = strokes.thin(bar())[0]
    assert set(np.argwhere(skeleton)[:, 0]) == {4}
    assert 12 <= skeleton.sum() <= 16


def test_a_thin_line_and_empty_paper_stay_as_they_are():
    ink = np.stack([np.eye(9, dtype=bool), np.zeros((9, 9), bool)])
    np.testing.assert_array_equal(strokes.thin(ink), ink)


def test_thinning_keeps_within_the_ink_and_what_hangs_together():
    from scipy import ndimage

    rng = np.random.default_rng(0)
    ink = ndimage.gaussian_filter(rng.normal(size=(30, 20, 20)), (0, 1.6, 1.6)) > 0.05
    skeletons = strokes.thin(ink)
    assert not np.any(skeletons & ~ink)
    assert skeletons.sum() < 0.6 * ink.sum()
    touching = np.ones((3, 3))
    for before, after in zip(ink, skeletons, strict=True):
        labels, count = ndimage.label(before, touching)
        # Small specks may vanish, as in the paper; no piece splits, and no large one vanishes.
        large = sum((labels == piece).sum() > 16 for piece in range(1, count + 1))
        assert large <= ndimage.label(after, touching)[1] <= count


def test_images_do_not_change_each_other():
    ink = np.concatenate([bar(), bar(rows=slice(1, 8)), bar(columns=slice(2, 7))])
    together = strokes.thin(ink)
    for one, skeleton in zip(ink, together, strict=True):
        np.testing.assert_array_equal(strokes.thin(one[None])[0], skeleton)


def test_a_stroke_begins_at_its_upper_end():
    skeleton = line(*((row, 11 - row) for row in range(1, 11)))
    path = strokes.trace(skeleton)
    np.testing.assert_array_equal(path[0], (10, 1))  # x, then y
    np.testing.assert_array_equal(path[-1], (1, 10))
    turned = strokes.trace(skeleton[::-1])
    np.testing.assert_array_equal(turned[0], (1, 1))


def test_of_two_ends_in_one_row_the_left_one_begins():
    hook = [(row, 2) for row in range(3, 9)] + [(9, column) for column in range(3, 9)]
    hook += [(row, 9) for row in range(8, 2, -1)]
    path = strokes.trace(line(*hook))
    np.testing.assert_array_equal(path[[0, -1]], [(2, 3), (9, 3)])


def test_loops_crossings_pieces_and_specks_are_no_single_stroke():
    ring = [(2, c) for c in range(3, 9)] + [(9, c) for c in range(3, 9)]
    ring += [(r, 2) for r in range(3, 9)] + [(r, 9) for r in range(3, 9)]
    cross = [(6, c) for c in range(12)] + [(r, 6) for r in range(12)]
    pieces = [(r, 2) for r in range(12)] + [(r, 8) for r in range(12)]
    for pixels in (ring, cross, pieces, [(2, 2), (2, 3)], []):
        assert strokes.trace(line(*pixels)) is None
    assert strokes.trace(line(*cross), share=0.5) is not None


def test_points_are_evenly_spaced_along_the_way():
    corner = np.array([[0.0, 0.0], [6.0, 0.0], [6.0, 2.0]])
    points = strokes.resample(corner, 5)
    np.testing.assert_allclose(points, [[0, 0], [2, 0], [4, 0], [6, 0], [6, 2]])
    np.testing.assert_allclose(strokes.resample(corner, 2), corner[[0, 2]])


@pytest.mark.parametrize(
    ("path", "count", "told"),
    [
        (np.zeros((3, 2)), 4, "some length"),
        (np.eye(2), 1, "at least 2"),
        (np.ones((1, 2)), 4, "at least 2"),
        (np.ones((4, 3)), 4, "at least 2"),
    ],
)
def test_what_is_no_path_is_refused(path, count, told):
    with pytest.raises(ValueError, match=told):
        strokes.resample(path, count)


def test_a_single_image_is_no_stack():
    with pytest.raises(ValueError, match=r"\(n, h, w\)"):
        strokes.thin(np.zeros((5, 5)))


def test_images_become_strokes_and_say_which():
    images = np.zeros((3, 28, 28))
    images[0, 2:26, 5:8] = 1
    images[2, 5:8, 1:25] = 0.9
    found, kept = strokes.strokes_of(images, 6)
    assert found.shape == (2, 6, 2) and found.dtype == np.float32
    assert kept.tolist() == [0, 2]
    np.testing.assert_allclose(found[0, :, 0], 6, atol=0.6)
    assert np.all(np.diff(found[0, :, 1]) > 0)
    none, empty = strokes.strokes_of(images[1:2], 6)
    assert none.shape == (0, 6, 2) and len(empty) == 0
