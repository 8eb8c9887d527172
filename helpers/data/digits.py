"""Embedded digits: scikit-learn's 1,797 handwritten digits, drawn the way MNIST's are."""

import numpy as np

SEED = 0
TEST_SHARE = 0.2
COPIES = 5
# Pixels of the canvas to one of the original: 8 become 20, the size of MNIST's digits.
MAGNIFICATION = 2.5
# Ink below the first level becomes paper and ink above the second full ink. With these two, the
# mean and the standard deviation of the pixels come out as MNIST's (0.13 and 0.31).
PAPER, INK = 0.35, 0.85
MAX_DEGREES, MAX_SHIFT, SCALES = 12.0, 1.5, (0.88, 1.08)


def read_digits() -> tuple[np.ndarray, np.ndarray]:
    """Return scikit-learn's images, float (1797, 8, 8) in [0, 1], and labels, int64 (1797,)."""
    from sklearn.datasets import load_digits

    bunch = load_digits()
    return bunch.images / 16, bunch.target.astype(np.int64)


def draw(images: np.ndarray, degrees=0.0, scales=1.0, shifts=0.0) -> np.ndarray:
    """Draw 8 x 8 images on 28 x 28 canvases.

    The ink's centre of mass comes to the middle of the canvas, as in MNIST. A cubic spline through
    the 64 pixels, with empty paper around them, is read at each pixel of the canvas; the levels
    between PAPER and INK are then stretched to [0, 1] in 256 steps.

    Args:
        images: float (n, 8, 8) in [0, 1], each with some ink.
        degrees: clockwise turn about the centre of mass, one number or (n,).
        scales: 1 draws a digit about 20 pixels tall, one number or (n,).
        shifts: rows and columns to move by, in pixels of the canvas, one number or (n, 2).

    Returns:
        float32 (n, 28, 28) in [0, 1].
    """
    from scipy import ndimage

    count = len(images)
    turn = np.deg2rad(np.broadcast_to(degrees, count))
    matrices = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    matrices = np.moveaxis(matrices, -1, 0) / (MAGNIFICATION * np.reshape(scales, (-1, 1, 1)))
    paper = np.pad(images, ((0, 0), (2, 2), (2, 2)))
    centers = np.einsum("nij,kij->nk", paper, np.indices((12, 12))) / paper.sum((1, 2))[:, None]
    starts = centers - np.einsum("nij,nj->ni", matrices, 13.5 + np.broadcast_to(shifts, (count, 2)))
    splines = ndimage.spline_filter1d(ndimage.spline_filter1d(paper, axis=1), axis=2)
    canvases = np.empty((count, 28, 28), np.float32)
    for spline, matrix, start, canvas in zip(splines, matrices, starts, canvases, strict=True):
        ndimage.affine_transform(spline, matrix, start, output=canvas, prefilter=False)
    return np.round(255 * np.clip((canvases - PAPER) / (INK - PAPER), 0, 1)) / np.float32(255)


def augment(images: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Draw each 8 x 8 image once more, a little turned, scaled and shifted: (n, 28, 28)."""
    degrees = rng.uniform(-MAX_DEGREES, MAX_DEGREES, len(images))
    scales = rng.uniform(*SCALES, len(images))
    shifts = rng.uniform(-MAX_SHIFT, MAX_SHIFT, (len(images), 2))
    return draw(images, degrees, scales, shifts)


def build_digits() -> dict[str, np.ndarray]:
    """Build the embedded data set: the same arrays each time.

    One fifth of the originals, the same share of every digit, is the test part and is drawn once.
    The others are the training part: all of them drawn as they are, then COPIES rounds of changed
    copies in the same order. No test image is ever copied.

    Returns:
        x_train float32 (8622, 28, 28) and x_test float32 (360, 28, 28) in [0, 1];
        y_train int64 (8622,) and y_test int64 (360,).
    """
    from sklearn.model_selection import train_test_split

    images, labels = read_digits()
    train, test, y_train, y_test = train_test_split(
        images, labels, test_size=TEST_SHARE, random_state=SEED, stratify=labels
    )
    rng = np.random.default_rng(SEED)
    rounds = [draw(train), *(augment(train, rng) for _ in range(COPIES))]
    return {
        "x_train": np.concatenate(rounds),
        "y_train": np.tile(y_train, COPIES + 1),
        "x_test": draw(test),
        "y_test": y_test,
    }
