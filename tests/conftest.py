"""For all tests: quiet TensorFlow, no window back end, the course's own data settings."""

import os
import sys
from pathlib import Path

import pytest

import helpers  # noqa: F401  (before TensorFlow: it sets the environment)

os.environ.setdefault("MPLBACKEND", "agg")
if "PYTEST_XDIST_WORKER" in os.environ:
    # There is a process for each core: more threads would only wait for one another.
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "TF_NUM_INTRAOP_THREADS"):
        os.environ.setdefault(name, "1")
sys.path.insert(0, str(Path(__file__).parent))

# Each of their tests takes long and shares nothing with the next.
_ONE_BY_ONE = (
    "test_execution.py",
    "test_checks_attack.py",
    "test_training_memory.py",
)


def pytest_collection_modifyitems(items):
    """Keep the tests of a file in one process, with what they share; the longest begin."""
    items.sort(key=lambda item: item.path.name not in _ONE_BY_ONE)
    for item in items:
        if item.path.name not in _ONE_BY_ONE:
            item.add_marker(pytest.mark.xdist_group(item.path.name))
