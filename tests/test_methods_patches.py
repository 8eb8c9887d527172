"""Patches: cut and put back, and the denoisers that work on one at a time."""

import keras
import numpy as np
import pytest
from sklearn.feature_extraction.image import extract_patches_2d, reconstruct_from_patches_2d

from helpers import measures, models
from helpers.methods import patches

RNG = np.random.default_rng(14)
PICTURE = RNG.random((13, 17))


def test_places_by_hand():
    assert patches.places(7, 3, 2).tolist() == [0, 2, 4]
    assert patches.places(8, 3, 2).tolist() == [0, 2, 4, 5]
    assert patches.places(3, 3, 1).tolist() == [0]
    assert patches.places(4, 1, 1).tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize("length, size, step", [(3, 4, 1), (5, 2, 3), (5, 2, 0), (5, 0, 1)])
def test_places_that_leave_pixels_out_are_refused(length, size, step):
    with pytest.raises(ValueError, match=r"1 <= step <= size <= the picture's side. Received"):
        patches.places(length, size, step)


def test_patches_and_their_means_are_those_of_scikit_learn():
    rows = patches.cut_patches(PICTURE, 4)
    every = extract_patches_2d(PICTURE, (4, 4))
    np.testing.assert_array_equal(rows, every.reshape(len(every), -1))
    changed = RNG.random(rows.shape)
    right = reconstruct_from_patches_2d(changed.reshape(-1, 4, 4), PICTURE.shape)
    np.testing.assert_allclose(patches.merge_patches(changed, PICTURE.shape), right, atol=1e-12)


@pytest.mark.parametrize("size, step", [(1, 1), (3, 1), (3, 2), (4, 4), (5, 3), (13, 7), (13, 13)])
def test_cut_and_put_back_is_the_same_picture(size, step):
    rows = patches.cut_patches(PICTURE, size, step)
    back = patches.merge_patches(rows, PICTURE.shape, step)
    np.testing.assert_allclose(back, PICTURE, atol=1e-14)


def test_other_shapes_are_refused():
    with pytest.raises(ValueError, match=r"a grey picture is \(h, w\). Received: shape \(2, 3, 3"):
        patches.cut_patches(np.zeros((2, 3, 3)), 2)
    with pytest.raises(ValueError, match="has 4 patches of 2 x 2 at step 1"):
        patches.merge_patches(np.zeros((5, 4)), (3, 3))
    with pytest.raises(ValueError, match="Received: shape"):
        patches.merge_patches(np.zeros((4, 5)), (3, 3))


def test_a_picture_is_denoised_in_parts_and_clipped(monkeypatch):
    monkeypatch.setattr(patches, "_PART", 7)
    sizes = []

    def brighter(rows):
        sizes.append(len(rows))
        return rows + 0.5

    found = patches.denoise_picture(brighter, PICTURE, 3, 2)
    np.testing.assert_allclose(found, np.minimum(PICTURE + 0.5, 1), atol=1e-12)
    assert max(sizes) == 7 and sum(sizes) == len(patches.cut_patches(PICTURE, 3, 2))


def test_components_are_orthonormal_ordered_and_without_the_mean():
    rows = patches.cut_patches(RNG.random((40, 40)), 3) @ RNG.random((9, 9))
    found = patches.fit_components(rows)
    np.testing.assert_allclose(found @ found.T, np.eye(9), atol=1e-12)
    rest = rows - rows.mean(axis=1, keepdims=True)
    variances = np.mean((rest @ found.T) ** 2, axis=0)
    assert np.all(np.diff(variances) <= 1e-9) and variances[-1] < 1e-12
    np.testing.assert_allclose(np.abs(found[-1]), 1 / 3, atol=1e-6)  # the mean itself


def test_keeping_all_changes_nothing_and_keeping_none_leaves_the_mean():
    rows = RNG.random((20, 9))
    found = patches.fit_components(rows)
    for keep in (patches.keep_first(found, 9), patches.keep_large(found, 0.0)):
        np.testing.assert_allclose(keep(rows), rows, atol=1e-12)
    means = np.repeat(rows.mean(axis=1, keepdims=True), 9, axis=1)
    for keep in (patches.keep_first(found, 0), patches.keep_large(found, 99.0)):
        np.testing.assert_allclose(keep(rows), means, atol=1e-12)


def test_small_coefficients_are_dropped_and_large_ones_stay_as_they_are():
    found = patches.fit_components(RNG.random((50, 4)))
    row = (3 * found[0] + 0.5 * found[1])[None] + 2.0
    kept = patches.keep_large(found, 1.0)(row)
    np.testing.assert_allclose(kept - kept.mean(), (3 * found[0])[None], atol=1e-12)


def test_a_network_is_asked_with_the_level_that_it_is_told():
    points, logs = keras.Input((4,)), keras.Input((1,))
    model = keras.Model([points, logs], points * keras.ops.exp(logs))
    found = patches.told(model, 0.3)(np.ones((5, 4)))
    np.testing.assert_allclose(found, 0.3, rtol=1e-6)


def test_the_setting_with_the_highest_score_is_chosen():
    clean = np.full((4, 4), 0.5)
    asked = []

    def cleaned(setting):
        asked.append(setting)
        return clean + setting

    def score(picture):
        return -np.abs(picture - clean).mean()

    assert patches.choose((0.3, -0.1, 0.1, 0.2), cleaned, score) == -0.1
    assert asked == [0.3, -0.1, 0.1, 0.2]


def test_the_untrained_network_moves_with_its_input():
    """A constant comes through; so does a factor, where the level is multiplied with it."""
    model = models.build_patch_denoiser(9, (12, 12))
    rows = RNG.random((6, 9))
    there = patches.told(model, 0.1)(rows)
    np.testing.assert_allclose(patches.told(model, 0.1)(rows + 0.25), there + 0.25, atol=1e-5)
    np.testing.assert_allclose(patches.told(model, 0.2)(2 * rows), 2 * there, atol=1e-5)
    assert measures.psnr(rows, there) < 40
