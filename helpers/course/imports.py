"""Do something around the first import of a module, without importing it now."""

import contextlib
import importlib.abc
import importlib.machinery
import sys
from collections.abc import Callable

Around = Callable[[], contextlib.AbstractContextManager]


class _Loader(importlib.abc.Loader):
    """Load a module as the loader inside does, within a context."""

    def __init__(self, loader: importlib.abc.Loader, around: Around):
        self._loader, self._around = loader, around

    def create_module(self, spec):
        return self._loader.create_module(spec)

    def exec_module(self, module):
        with self._around():
            self._loader.exec_module(module)

    def __getattr__(self, name):
        # get_source, get_resource_reader and the like, for tools that look into modules.
        return getattr(self._loader, name)


class _Finder(importlib.abc.MetaPathFinder):
    """Find some modules where they are, and hand them over with a loader of ours."""

    def __init__(self):
        self.around: dict[str, Around] = {}

    def find_spec(self, name, path=None, target=None):
        if name not in self.around:
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path)
        if spec is not None and spec.loader is not None:
            spec.loader = _Loader(spec.loader, self.around[name])
        return spec


_finder = _Finder()


def wrap_import(name: str, around: Around) -> None:
    """Make the first ``import name`` of this process run within ``with around():``.

    Args:
        name: of a top-level module.
        around: function () -> context manager. A module that is imported already is left alone.
    """
    _finder.around[name] = around
    if _finder not in sys.meta_path:
        sys.meta_path.insert(0, _finder)
