"""The last line of a lesson: which versions, which data and which device it ran on."""

import importlib.metadata
import platform


def versions() -> None:
    """Print the versions, the data set, the profile and the device, in two lines."""
    from helpers import data, profiles
    from helpers.training import device

    packages = ("tensorflow", "keras", "numpy", "scikit-learn", "matplotlib")
    named = [f"{name} {importlib.metadata.version(name)}" for name in packages]
    print(f"Python {platform.python_version()}, {', '.join(named)}")
    loaded = ", ".join(dict.fromkeys(data.loaded())) or "none"
    print(f"data {loaded}; profile {profiles.name()}; device {device.describe()}")
