"""Load a data set by its name, and say which it is and where it came from."""

import argparse
import os
from dataclasses import dataclass, field

import numpy as np

from helpers.course import about
from helpers.data import files
from helpers.data.sources import SPECS, DataRefused, DataUnavailable, Spec
from helpers.parts import shareable

DEFAULT_ENV = "AE_DATA"
EMBEDDED = "digits"
EMBEDDED_SOURCE = "embedded in scikit-learn"


@dataclass(frozen=True, eq=False)
class Dataset:
    """Hold images and their labels, in the same form whatever the data set.

    Args:
        name: `digits`, `mnist` or `fashion_mnist`.
        train_images: float32 (n, 28, 28) in [0, 1], 0 is paper and 1 is ink.
        train_labels: int64 (n,), the class of each image, 0 to 9.
        test_images: like train_images.
        test_labels: like train_labels.
        source: where the images came from, without a machine path.
    """

    name: str
    train_images: np.ndarray = field(repr=False)
    train_labels: np.ndarray = field(repr=False)
    test_images: np.ndarray = field(repr=False)
    test_labels: np.ndarray = field(repr=False)
    source: str

    @property
    def train_vectors(self) -> np.ndarray:
        """View the training images as float32 (n, 784)."""
        return self.train_images.reshape(len(self.train_images), -1)

    @property
    def test_vectors(self) -> np.ndarray:
        """View the test images as float32 (n, 784)."""
        return self.test_images.reshape(len(self.test_images), -1)


def load(name: str = "auto") -> Dataset:
    """Load a data set and say which it is, how many images, from where, and what else there is.

    `auto` is MNIST if it is on this machine, else the embedded digits; the environment variable
    AE_DATA may name another data set for it. `mnist` and `fashion_mnist` are looked for in
    $AE_DATA_DIR, in data/ and in Keras's cache, then downloaded into data/. Every pixel and label
    of them is verified.

    Args:
        name: `auto`, `digits`, `mnist` or `fashion_mnist`.

    Raises:
        ValueError: no such data set; DataRefused when a file in $AE_DATA_DIR is not it.
        DataUnavailable: it is not on this machine and cannot be downloaded.
    """
    name = _check_name(name, ("auto", EMBEDDED, *SPECS), "name")
    if name == "auto":
        name = os.environ.get(DEFAULT_ENV) or "auto"
        name = _check_name(name, ("auto", EMBEDDED, *SPECS), DEFAULT_ENV)
    if name in SPECS:
        dataset = _load_files(SPECS[name])
    else:
        mnist = files.find(SPECS["mnist"], strict=False) if name == "auto" else None
        dataset = _from_bytes(SPECS["mnist"], *mnist) if mnist else _load_digits()
    about.note_data(dataset.name)
    print(_describe(dataset))
    return dataset


def _check_name(name: str, names: tuple[str, ...], what: str) -> str:
    if name not in names:
        raise ValueError(f"{what} must be one of {', '.join(names)}. Received: {name!r}")
    return name


def _load_digits() -> Dataset:
    from helpers.data.digits import build_digits

    arrays = build_digits()
    return Dataset(
        name=EMBEDDED,
        train_images=arrays["x_train"],
        train_labels=arrays["y_train"],
        test_images=arrays["x_test"],
        test_labels=arrays["y_test"],
        source=EMBEDDED_SOURCE,
    )


def _load_files(spec: Spec) -> Dataset:
    found = files.find(spec, strict=True)
    if found is None:
        print(f"{spec.title} is not on this machine yet: downloading {spec.megabytes} MB.")
        found = _download(spec, None)
    return _from_bytes(spec, *found)


def _download(spec: Spec, seconds: float | None, quiet: bool = False) -> tuple[files.Arrays, str]:
    from helpers.data.download import download

    arrays = download(spec, files.DATA_DIR, seconds, quiet=quiet)
    return arrays, f"data/{spec.name}.npz"


def _from_bytes(spec: Spec, arrays: files.Arrays, source: str) -> Dataset:
    """Scale pixels of 0 to 255 to [0, 1]."""
    return Dataset(
        name=spec.name,
        train_images=_scaled(arrays["x_train"]),
        train_labels=arrays["y_train"].astype(np.int64),
        test_images=_scaled(arrays["x_test"]),
        test_labels=arrays["y_test"].astype(np.int64),
        source=source,
    )


def _scaled(pixels: np.ndarray) -> np.ndarray:
    # All of them are trained on often: TensorFlow then uses this memory, instead of a copy.
    return np.divide(pixels, np.float32(255), out=shareable(pixels.shape))


def _describe(dataset: Dataset) -> str:
    counts = f"{len(dataset.train_images):,} training and {len(dataset.test_images):,} test images"
    if dataset.name == EMBEDDED:
        mnist = SPECS["mnist"]
        other = f"For {mnist.title} ({mnist.megabytes} MB) run: python -m helpers fetch mnist"
        return f"Data: {EMBEDDED}, {counts}, {dataset.source}\n{other}"
    title = SPECS[dataset.name].title
    other = f"For the small embedded digits set {DEFAULT_ENV}={EMBEDDED}"
    return f"Data: {title}, {counts}, from {dataset.source}\n{other}"


def fetch(name: str, seconds: float | None = None, *, quiet: bool = False) -> str:
    """See to it that a data set is on this machine, downloading it into data/ if it is not.

    Args:
        name: `digits`, `mnist` or `fashion_mnist`.
        seconds: time limit for the download as a whole; ten minutes unless given.
        quiet: show no progress bar.

    Returns:
        where it is, without a machine path.

    Raises:
        ValueError: no such data set, or a limit that is not positive; DataRefused when a file
            in $AE_DATA_DIR is not the data set.
        DataUnavailable: it could not be had; the message says what to do.
    """
    _check_name(name, (EMBEDDED, *SPECS), "name")
    if name == EMBEDDED:
        return EMBEDDED_SOURCE
    found = files.find(SPECS[name], strict=True) or _download(SPECS[name], seconds, quiet)
    return found[1]


def _run_fetch(args: argparse.Namespace) -> int:
    try:
        where = fetch(args.name, args.seconds, quiet=args.quiet)
    except (DataRefused, DataUnavailable) as error:
        print(error)
        return 1
    print(f"{args.name} is ready: {where}.")
    return 0


def add_commands(subparsers) -> None:
    """Add `fetch` to the command line."""
    names = ", ".join((EMBEDDED, *SPECS))
    parser = subparsers.add_parser("fetch", help="download a data set")
    parser.add_argument("name", help=f"one of {names}")
    parser.add_argument("--seconds", type=float, help="give up after this long (default: 600)")
    parser.add_argument("--quiet", action="store_true", help="show no progress bar")
    parser.set_defaults(run=_run_fetch)
