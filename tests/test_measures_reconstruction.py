"""Metrics: hand-computed values, invariants, independent oracles, failures."""

import itertools
import math
import subprocess
import sys

import numpy as np
import pytest

from helpers import measures
from helpers.answers import lesson00

# Two images of four pixels: SSE 4 and 1, so SSE/image 2.5, MSE 0.625, L2 (2 + 1) / 2.
IMAGES = np.zeros((2, 2, 2))
RECONSTRUCTIONS = np.array([[[1.0, 1.0], [1.0, 1.0]], [[0.0, 0.6], [0.8, 0.0]]])


@pytest.fixture
def generator():
    return np.random.default_rng(7)


def test_does_not_import_tensorflow():
    code = "import sys, helpers.measures; sys.exit('tensorflow' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_squared_errors_one_per_image():
    errors = measures.squared_errors(IMAGES, RECONSTRUCTIONS)
    assert errors.shape == (2,) and errors.dtype == np.float64
    np.testing.assert_allclose(errors, [4, 1])


def test_reconstruction_units_by_hand():
    assert measures.sse_per_image(IMAGES, RECONSTRUCTIONS) == pytest.approx(2.5)
    assert measures.mse(IMAGES, RECONSTRUCTIONS) == pytest.approx(0.625)
    assert measures.mean_l2(IMAGES, RECONSTRUCTIONS) == pytest.approx(1.5)


def test_vectors_beside_images():
    assert measures.mse(IMAGES, RECONSTRUCTIONS.reshape(2, 4)) == pytest.approx(0.625)
    assert measures.mse(IMAGES.reshape(2, 4), RECONSTRUCTIONS) == pytest.approx(0.625)


def test_more_images_than_one_chunk(generator):
    images = generator.random((2003, 3), dtype=np.float32)
    reconstructions = generator.random((2003, 3), dtype=np.float32)
    errors = ((images.astype(float) - reconstructions.astype(float)) ** 2).sum(axis=1)
    np.testing.assert_allclose(measures.squared_errors(images, reconstructions), errors, rtol=1e-12)


def test_8_bit_images_do_not_wrap_around():
    assert measures.mse(np.array([[0]], np.uint8), np.array([[255]], np.uint8)) == 255**2


@pytest.mark.parametrize(
    ("images", "reconstructions"),
    [
        (np.zeros((2, 4)), np.zeros((2, 5))),
        (np.zeros((2, 4)), np.zeros((1, 4))),
        (np.zeros((2, 4)), np.zeros((4, 2))),
        (np.zeros((0, 4)), np.zeros((0, 4))),
        (np.zeros((1, 2)), np.array([[0, np.nan]])),
        (np.array([[np.inf, 0]]), np.array([[np.inf, 0]])),
        (np.array([["a"]]), np.array([["b"]])),
        (1.0, 1.0),
    ],
)
@pytest.mark.parametrize(
    "metric", [measures.sse_per_image, measures.mse, measures.mean_l2, measures.psnr]
)
def test_bad_images(metric, images, reconstructions):
    with pytest.raises(ValueError, match="Received: "):
        metric(images, reconstructions)


def test_the_bad_image_is_named():
    images = np.zeros((1500, 2))
    images[1203, 1] = np.nan
    with pytest.raises(ValueError, match="image 1203"):
        measures.mse(images, np.zeros((1500, 2)))


def test_psnr_by_hand():
    images = np.zeros((2, 4))
    reconstructions = np.array([[0.1] * 4, [0.01] * 4])
    ratios = measures.psnr(images, reconstructions, per_image=True)
    np.testing.assert_allclose(ratios, [20, 40])
    assert measures.psnr(images, reconstructions) == pytest.approx(30)


def test_psnr_of_an_exact_image_is_infinite():
    assert measures.psnr(IMAGES, IMAGES) == math.inf


def test_psnr_needs_the_unit_range():
    with pytest.raises(ValueError, match=r"divide 8-bit images by 255.*Received: .* 0 to 255"):
        measures.psnr(np.array([[0, 255]]), np.array([[0, 254]]))


def test_principal_angles_by_hand():
    basis_a = np.eye(4)[:, :2]
    tilt = np.deg2rad(30)
    basis_b = np.array([[1, 0], [0, math.cos(tilt)], [0, math.sin(tilt)], [0, 0]])
    np.testing.assert_allclose(measures.principal_angles(basis_a, basis_b), [0, 30], atol=1e-6)
    np.testing.assert_allclose(measures.principal_angles(basis_a, np.eye(4)[:, 2:]), [90, 90])


def test_principal_angles_depend_on_the_subspace_only(generator):
    basis_a, basis_b = generator.normal(size=(2, 12, 4))
    angles = measures.principal_angles(basis_a, basis_b)
    mixed = basis_b @ generator.normal(size=(4, 4))
    np.testing.assert_allclose(measures.principal_angles(basis_a, mixed), angles, atol=1e-6)
    np.testing.assert_allclose(measures.principal_angles(basis_b, basis_a), angles, atol=1e-6)
    np.testing.assert_allclose(measures.principal_angles(basis_a, 5 * basis_a), 0, atol=1e-5)


def test_principal_angles_against_singular_values(generator):
    basis_a, basis_b = generator.normal(size=(12, 4)), generator.normal(size=(12, 3))
    cosines = np.linalg.svd(np.linalg.qr(basis_a)[0].T @ np.linalg.qr(basis_b)[0])[1]
    expected = np.rad2deg(np.arccos(cosines))
    angles = measures.principal_angles(basis_a, basis_b)
    assert angles.shape == (3,)
    np.testing.assert_allclose(angles, expected, atol=1e-6)
    assert (np.diff(angles) >= 0).all()


@pytest.mark.parametrize(
    ("basis", "rule"),
    [
        (np.eye(4)[:2], "transpose"),
        (np.ones(4), "one vector per column"),
        (np.eye(5)[:, :2], "same number of features"),
        (np.ones((4, 2)), "linearly independent"),
        (np.full((4, 1), np.nan), "finite"),
        (np.zeros((4, 0)), "non-empty"),
    ],
)
def test_bad_basis(basis, rule):
    with pytest.raises(ValueError, match=f"{rule}(.|\n)*Received: "):
        measures.principal_angles(np.eye(4)[:, :2], basis)


def test_neighbour_agreement_by_hand():
    # Nearest others on a line: 0-1, 1-0, 5-6, 6-5, 9-6.
    codes, labels = np.array([[0.0], [1], [5], [6], [9]]), np.array([0, 0, 1, 2, 2])
    assert measures.neighbour_agreement(codes, labels) == pytest.approx(3 / 5)
    assert measures.neighbour_agreement(codes, labels, num_neighbours=4) == pytest.approx(4 / 20)


def test_neighbour_agreement_does_not_ask_the_point_itself():
    codes = np.zeros((2, 3))  # twins at one place
    assert measures.neighbour_agreement(codes, ["a", "b"]) == 0
    assert measures.neighbour_agreement(codes, ["a", "a"]) == 1


def test_neighbour_agreement_against_all_distances(generator):
    codes, labels = generator.normal(size=(60, 5)), generator.integers(3, size=60)
    distances = ((codes[:, None] - codes) ** 2).sum(axis=2)
    np.fill_diagonal(distances, np.inf)
    expected = (labels[distances.argmin(axis=1)] == labels).mean()
    assert measures.neighbour_agreement(codes, labels) == pytest.approx(expected)
    rotation = np.linalg.qr(generator.normal(size=(5, 5)))[0]
    assert measures.neighbour_agreement(codes @ rotation, labels) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("codes", "labels", "num_neighbours"),
    [
        (np.zeros((3, 2)), [0, 1], 1),
        (np.full((2, 2), np.nan), [0, 1], 1),
        (np.zeros((2, 2)), [0, 1], 2),
        (np.zeros((2, 2)), [0, 1], 0),
        (np.zeros((0, 2)), [], 1),
        (np.zeros((2, 2)), [0.5, 1.5], 1),
    ],
)
def test_bad_codes(codes, labels, num_neighbours):
    with pytest.raises(ValueError, match="Received: "):
        measures.neighbour_agreement(codes, labels, num_neighbours=num_neighbours)


def test_clustering_accuracy_by_hand():
    # Cluster 0 can be only one digit: 4 + 1 right of 8 with cluster 0 as "7".
    labels = [7, 7, 7, 7, 3, 3, 3, 3]
    clusters = [0, 0, 0, 0, 0, 0, 0, 1]
    assert measures.clustering_accuracy(labels, clusters) == pytest.approx(5 / 8)


def test_clustering_accuracy_against_every_match(generator):
    labels, clusters = generator.integers(4, size=(2, 50))
    best = max(
        np.mean(np.array(names)[clusters] == labels) for names in itertools.permutations(range(4))
    )
    assert measures.clustering_accuracy(labels, clusters) == pytest.approx(best)


def test_more_clusters_than_classes():
    assert measures.clustering_accuracy([0, 0, 0, 1], [5, 5, 6, 7]) == pytest.approx(3 / 4)
    assert measures.clustering_accuracy([0, 1, 2, 3], [0, 0, 0, 0]) == pytest.approx(1 / 4)


def test_cluster_names_do_not_matter(generator):
    labels, clusters = generator.integers(5, size=(2, 80))
    renamed = np.array(["e", "a", "d", "b", "c"])[clusters]
    assert measures.clustering_scores(labels, renamed) == pytest.approx(
        measures.clustering_scores(labels, clusters)
    )


def test_scores_of_a_perfect_and_of_an_empty_clustering():
    perfect = measures.clustering_scores([0, 0, 1, 2], [2, 2, 0, 1])
    assert perfect == pytest.approx({"accuracy": 1, "nmi": 1, "ari": 1})
    one_heap = measures.clustering_scores([0, 0, 1, 1], [0, 0, 0, 0])
    assert one_heap == pytest.approx({"accuracy": 0.5, "nmi": 0, "ari": 0})


def test_nmi_and_ari_by_hand():
    # Crossed halves: every cluster holds one of each class, so they share no information.
    scores = measures.clustering_scores([0, 0, 1, 1], [0, 1, 0, 1])
    # ARI: 0 agreeing pairs, 2 * 2 / 6 expected of a mean of 2.
    assert scores == pytest.approx({"accuracy": 0.5, "nmi": 0, "ari": (0 - 2 / 3) / (2 - 2 / 3)})


@pytest.mark.parametrize(
    ("labels", "clusters"),
    [([0, 1], [0]), ([], []), ([0.0, 1.0], [0, 1]), ([[0, 1]], [[0, 1]]), ([0, np.nan], [0, 1])],
)
@pytest.mark.parametrize("score", [measures.clustering_accuracy, measures.clustering_scores])
def test_bad_labels(score, labels, clusters):
    with pytest.raises(ValueError, match="Received: "):
        score(labels, clusters)


def test_average_image_by_hand():
    np.testing.assert_allclose(
        lesson00.average_image(RECONSTRUCTIONS), [[0.5, 0.8], [0.9, 0.5]], rtol=1e-15
    )
