"""The last line of a lesson: which versions, which data and which device it ran on."""

import importlib.metadata
import os
import platform
import sys


def device() -> str:
    """Return the device in words, for example ``"2 CPU cores"``; GPUs first, if any."""
    try:
        cores = len(os.sched_getaffinity(0))
    except AttributeError:  # not on macOS and Windows
        cores = os.cpu_count() or 1
    names = [f"{cores} CPU core{'s' if cores > 1 else ''}"]
    if "tensorflow" in sys.modules:
        config = sys.modules["tensorflow"].config
        for gpu in config.list_physical_devices("GPU"):
            details = config.experimental.get_device_details(gpu)
            names.insert(0, details.get("device_name", "GPU"))
    return ", ".join(names)


def versions() -> None:
    """Print the versions, the data sets loaded, the profile and the device, in two lines."""
    from helpers import data, profiles

    packages = ("tensorflow", "keras", "numpy", "scikit-learn", "matplotlib")
    named = [f"{name} {importlib.metadata.version(name)}" for name in packages]
    print(f"Python {platform.python_version()}, {', '.join(named)}")
    loaded = ", ".join(dict.fromkeys(data.loaded())) or "none"
    print(f"data {loaded}; profile {profiles.name()}; device {device()}")
