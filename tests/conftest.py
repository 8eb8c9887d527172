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
# Minutes each, and better not the last to begin.
_LONG = ("test_hostile_answers.py", "test_site.py", "test_browser.py")


def pytest_collection_modifyitems(items):
    """Let the longest begin."""
    first = (*_ONE_BY_ONE, *_LONG)
    items.sort(key=lambda item: first.index(name) if (name := item.path.name) in first else 99)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Keep the tests of a file in one process, with what they share."""
    from xdist.scheduler import LoadScopeScheduling

    class ByFile(LoadScopeScheduling):
        def _split_scope(self, nodeid):
            path = nodeid.partition("::")[0]
            return nodeid if Path(path).name in _ONE_BY_ONE else path

    return ByFile(config, log)
