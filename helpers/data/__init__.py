"""Images to learn from: embedded digits, MNIST and Fashion-MNIST, always in the same shape."""

from helpers.data.loading import Dataset, add_commands, fetch, load
from helpers.data.sources import DataRefused, DataUnavailable

__all__ = [
    "DataRefused",
    "DataUnavailable",
    "Dataset",
    "add_commands",
    "fetch",
    "load",
]
