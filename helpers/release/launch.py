"""What a student copy says of where it can run: badges, and a first cell that brings the course.

Both follow helpers/course/addresses.py, and are left out while an address there is empty.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from helpers.course import addresses

if TYPE_CHECKING:
    from nbformat import NotebookNode

_COLAB = "https://colab.research.google.com"
_BADGES = (
    ("Open in Colab", f"{_COLAB}/assets/colab-badge.svg", f"{_COLAB}/github/{{at}}"),
    (
        "Open in Kaggle",
        "https://kaggle.com/static/images/open-in-kaggle.svg",
        "https://kaggle.com/kernels/welcome?src=https://github.com/{at}",
    ),
    (
        "Open in Binder",
        "https://mybinder.org/badge_logo.svg",
        "https://mybinder.org/v2/gh/{repository}/{branch}?labpath={path}",
    ),
)

BOOTSTRAP = """\
try:
    import helpers.course
except ImportError:  # this notebook came alone: fetch the course
    import importlib, subprocess, sys
    print("The course is not here yet: pip installs it, which takes a minute.")
    pip = [sys.executable, "-m", "pip", "install", "-q", {wheel!r}]
    done = subprocess.run(pip, capture_output=True, text=True)
    if done.returncode:
        raise ImportError("The course could not be installed: with a network, run "
                          + {command!r} + " in a cell. " + done.stderr[-300:]) from None
    importlib.invalidate_caches()
    sys.modules.pop("helpers", None)
"""


def add_launch(notebook: NotebookNode, name: str) -> None:
    """Write badges below the title and the bootstrap into the first code cell, in place.

    Args:
        notebook: a student copy.
        name: of its file.

    Raises:
        ValueError: an address is not one.
    """
    if addresses.REPOSITORY:
        _add_badges(notebook, name)
    if addresses.WHEEL:
        _add_bootstrap(notebook)


def _add_badges(notebook: NotebookNode, name: str) -> None:
    repository = addresses.REPOSITORY
    if not re.fullmatch(r"[\w-]+/[\w.-]+", repository):
        raise ValueError(f"REPOSITORY reads owner/name. Received: {repository!r}")
    path, branch = quote(f"notebooks/{name}"), quote(addresses.BRANCH)
    where = {
        "repository": repository,
        "branch": branch,
        "path": path,
        "at": f"{repository}/blob/{branch}/{path}",
    }
    badges = [f"[![{alt}]({image})]({to.format(**where)})" for alt, image, to in _BADGES]
    cell = next(cell for cell in notebook.cells if cell.cell_type == "markdown")
    title, _, rest = cell.source.partition("\n")
    cell.source = f"{title}\n\n{' '.join(badges)}\n{rest}"


def _add_bootstrap(notebook: NotebookNode) -> None:
    wheel = addresses.WHEEL
    if wheel != wheel.strip() or wheel.startswith("-") or "\n" in wheel:
        raise ValueError(f"WHEEL is what stands behind pip install. Received: {wheel!r}")
    cell = next(cell for cell in notebook.cells if cell.cell_type == "code")
    command = f'%pip install "{wheel}"'
    cell.source = BOOTSTRAP.format(wheel=wheel, command=command) + cell.source
