"""Images to learn from: embedded digits, MNIST and Fashion-MNIST in one shape; any folder's."""

from helpers.data.folder import Folder, load_folder
from helpers.data.loading import Dataset, add_commands, fetch, load
from helpers.data.sources import DataRefused, DataUnavailable

__all__ = [
    "DataRefused",
    "DataUnavailable",
    "Dataset",
    "Folder",
    "add_commands",
    "fetch",
    "load",
    "load_folder",
]
