"""Keep the chatter of TensorFlow's start-up off stderr.

TensorFlow 2.21 writes about the machine before it has read TF_CPP_MIN_LOG_LEVEL. A
notebook would show those lines as errors, and nbgrader would score their cell with 0.
"""

import contextlib
import os
import sys
from collections.abc import Iterator

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
    """Make the first ``import tensorflow`` of this process a silent one."""
    wrap_import("tensorflow", silenced_stderr)
