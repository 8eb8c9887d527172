"""Keep the chatter of start-up off stderr, TensorFlow's and Matplotlib's.

TensorFlow 2.21 writes about the machine before it has read TF_CPP_MIN_LOG_LEVEL, and Matplotlib
about a home that it cannot write to. A notebook would show those lines as errors, and nbgrader
would score their cell with 0.
"""

import atexit
import contextlib
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from helpers.course.imports import wrap_import


@contextlib.contextmanager
def silenced_stderr() -> Iterator[None]:
    """Send what C code writes to file descriptor 2 to the null device meanwhile.

    Where the process has none (pythonw, some services), it is the null device from now on:
    TensorFlow writes there, and a file opened later would get the number.
    """
    if sys.stderr is not None:
        sys.stderr.flush()
    try:
        saved = os.dup(2)
    except OSError:
        number = os.open(os.devnull, os.O_WRONLY)
        if number != 2:
            os.dup2(number, 2)
            os.close(number)
        yield
        return
    try:
        with open(os.devnull, "wb") as sink:
            os.dup2(sink.fileno(), 2)
        yield
    finally:
        os.dup2(saved, 2)
        os.close(saved)


def install() -> None:
    """Make the first ``import tensorflow`` and ``matplotlib`` of this process silent ones."""
    wrap_import("tensorflow", silenced_stderr)
    wrap_import("matplotlib", folder_for_matplotlib)


@contextlib.contextmanager
def folder_for_matplotlib() -> Iterator[None]:
    """Give Matplotlib a temporary folder for its fonts where home cannot hold one."""
    if "MPLCONFIGDIR" not in os.environ:
        config = os.environ.get("XDG_CONFIG_HOME") or os.path.expanduser("~/.config")
        try:
            Path(config, "matplotlib").mkdir(parents=True, exist_ok=True)
        except OSError:
            os.environ["MPLCONFIGDIR"] = folder = tempfile.mkdtemp(prefix="matplotlib-")
            atexit.register(shutil.rmtree, folder, ignore_errors=True)
    yield
