"""What each downloadable data set is: its sizes, its digests, and where it can be had."""

import hashlib
import struct
from dataclasses import dataclass

import numpy as np

IDX_FILES = {
    "x_train": "train-images-idx3-ubyte",
    "y_train": "train-labels-idx1-ubyte",
    "x_test": "t10k-images-idx3-ubyte",
    "y_test": "t10k-labels-idx1-ubyte",
}


class DataRefused(ValueError):
    """A file is there, and it is not the data set that it should be."""


class DataUnavailable(OSError):
    """A data set is on none of the places that were searched, and could not be downloaded."""


@dataclass(frozen=True)
class Spec:
    """Describe one data set of 28 x 28 uint8 images with uint8 labels.

    Args:
        name: what `load` calls it; `NAME.npz` is its file.
        title: what a sentence calls it.
        train: number of training images.
        test: number of test images.
        megabytes: what a download of it weighs.
        folder: the sub-folder in which its idx files may lie.
        digests: SHA-256 of each decoded array in idx form, see `digest`.
        mirrors: URLs; one that ends in .npz is the whole data set, one that ends in / is a
            folder with the four idx files, gzipped.
    """

    name: str
    title: str
    train: int
    test: int
    megabytes: int
    folder: str
    digests: dict[str, str]
    mirrors: tuple[str, ...]

    @property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Return the shape of each array by its key."""
        return {
            "x_train": (self.train, 28, 28),
            "y_train": (self.train,),
            "x_test": (self.test, 28, 28),
            "y_test": (self.test,),
        }

    @property
    def largest(self) -> int:
        """Return the bytes that no file of the data set exceeds, compressed or not."""
        return (self.train + self.test) * (28 * 28 + 1) + (1 << 20)


def idx_header(shape: tuple[int, ...]) -> bytes:
    """Return the bytes with which an idx file of uint8 values of this shape begins."""
    return struct.pack(f">HBB{len(shape)}I", 0, 8, len(shape), *shape)


def digest(array: np.ndarray) -> str:
    """Return the SHA-256 of a uint8 array in idx form: its header, then its values in C order.

    It depends on nothing but the decoded array, and it is the number that
    `gunzip -c train-images-idx3-ubyte.gz | sha256sum` prints.
    """
    sha = hashlib.sha256(idx_header(array.shape))
    sha.update(np.ascontiguousarray(array).data)
    return sha.hexdigest()


MNIST = Spec(
    name="mnist",
    title="MNIST",
    train=60_000,
    test=10_000,
    megabytes=11,
    folder="mnist",
    digests={
        "x_train": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
        "y_train": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
        "x_test": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
        "y_test": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    },
    mirrors=(
        "https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz",
        "https://ossci-datasets.s3.amazonaws.com/mnist/",
        "https://storage.googleapis.com/cvdf-datasets/mnist/",
        "https://s3.amazonaws.com/img-datasets/mnist.npz",
    ),
)

FASHION_MNIST = Spec(
    name="fashion_mnist",
    title="Fashion-MNIST",
    train=60_000,
    test=10_000,
    megabytes=30,
    folder="fashion-mnist",
    digests={
        "x_train": "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
        "y_train": "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
        "x_test": "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
        "y_test": "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
    },
    mirrors=(
        "https://storage.googleapis.com/tensorflow/tf-keras-datasets/",
        "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
        "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
    ),
)

SPECS = {spec.name: spec for spec in (MNIST, FASHION_MNIST)}
