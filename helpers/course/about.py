"""The last line of a lesson: which versions, which data and which device it ran on."""

import contextlib
import importlib.metadata
import math
import os
import platform
import sys

from helpers.course import profiles

_data: list[str] = []


def note_data(name: str) -> None:
    """Remember that a data set was loaded."""
    if name not in _data:
        _data.append(name)


def data_used() -> list[str]:
    """Return the names of the data sets loaded so far, each once, in the order of first use."""
    return list(_data)


def cores() -> int:
    """Return how many CPU cores this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on macOS and Windows
        return os.cpu_count() or 1


def cpu() -> str:
    """Return the CPU in words, for example ``"2 CPU cores"``."""
    count = cores()
    return f"{count} CPU core{'s' if count > 1 else ''}"


def peak_memory(process: int | None = None) -> float:
    """Return the most memory that a process has held so far, in GB, up to the next tenth.

    Args:
        process: its number; this one unless given. Of another only Linux tells it: elsewhere 0.0.
    """
    try:
        # getrusage's figure, on Linux, is at least that of the process that started this one.
        with open(f"/proc/{process or 'self'}/status", encoding="ascii", errors="replace") as file:
            peak = next(int(line.split()[1]) * 1024 for line in file if line.startswith("VmHWM"))
    except (OSError, StopIteration):
        peak = 0 if process else _peak_elsewhere()
    return math.ceil(peak / 1e8) / 10


def _peak_elsewhere() -> int:
    """Return the peak in bytes on macOS and Windows."""
    import psutil

    with contextlib.suppress(ImportError):
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return psutil.Process().memory_info().peak_wset


def gpus() -> list[dict]:
    """Return what TensorFlow tells of each GPU: ``device_name``, and what else it knows.

    Where TensorFlow is not imported, that is nothing.
    """
    if "tensorflow" not in sys.modules:
        return []
    config = sys.modules["tensorflow"].config
    details = map(config.experimental.get_device_details, config.list_physical_devices("GPU"))
    return [{"device_name": "GPU", **each} for each in details]


def device() -> str:
    """Return the device in words, for example ``"2 CPU cores"``; GPUs first, if any."""
    return ", ".join([*(gpu["device_name"] for gpu in gpus()), cpu()])


def versions() -> None:
    """Print the versions, the data sets loaded, the profile and the device, in two lines."""
    packages = ("tensorflow", "keras", "numpy", "scikit-learn", "matplotlib")
    named = [f"{name} {importlib.metadata.version(name)}" for name in packages]
    print(f"Python {platform.python_version()}, {', '.join(named)}")
    print(f"data {', '.join(_data) or 'none'}; profile {profiles.name()}; device {device()}")
