"""Keep the chatter of TensorFlow's start-up off stderr.

TensorFlow 2.21 writes about the machine before it has read TF_CPP_MIN_LOG_LEVEL. A
notebook would show those lines as errors, and nbgrader would score their cell with 0.
"""

import contextlib
import importlib.abc
import importlib.machinery
import os
import sys
from collections.abc import Iterator


@contextlib.contextmanager
def silenced_stderr() -> Iterator[None]:
    """Send what C code writes to file descriptor 2 to the null device meanwhile."""
    sys.stderr.flush()
    saved = os.dup(2)
    try:
        with open(os.devnull, "wb") as sink:
            os.dup2(sink.fileno(), 2)
        yield
    finally:
        os.dup2(saved, 2)
        os.close(saved)


class _Loader(importlib.abc.Loader):
    """Load a module as the loader inside does, in silence."""

    def __init__(self, loader: importlib.abc.Loader):
        self._loader = loader

    def create_module(self, spec):
        return self._loader.create_module(spec)

    def exec_module(self, module):
        with silenced_stderr():
            self._loader.exec_module(module)

    def __getattr__(self, name):
        # get_source, get_resource_reader and the like, for tools that look into modules.
        return getattr(self._loader, name)


class _Finder(importlib.abc.MetaPathFinder):
    """Find ``tensorflow`` where it is, and hand it over with a silent loader."""

    def find_spec(self, name, path=None, target=None):
        if name != "tensorflow":
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path)
        if spec is not None and spec.loader is not None:
            spec.loader = _Loader(spec.loader)
        return spec


def install() -> None:
    """Make the first ``import tensorflow`` of this process a silent one."""
    if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())
