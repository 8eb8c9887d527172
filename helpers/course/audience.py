"""Whether a person looks on, and what their notebook ran last."""

import os
import re
import sys

# Set by CI services, by nbgrader, and by this course's own notebook builder.
_QUIET = ("CI", "NBGRADER_EXECUTION", "AE_QUIET")
# Set in the kernels of JupyterLab and Notebook, VS Code and Colab, not in those of nbconvert.
_FRONT_ENDS = ("JPY_SESSION_NAME", "VSCODE_PID", "COLAB_RELEASE_TAG")


def is_quiet() -> bool:
    """Return whether CI, a grader or the notebook builder runs this process."""
    return any(os.environ.get(name) for name in _QUIET)


def in_notebook() -> bool:
    """Return whether this process is the kernel of a notebook that a person has open."""
    if is_quiet():
        return False
    return "ipykernel" in sys.modules and any(os.environ.get(name) for name in _FRONT_ENDS)


def is_watched() -> bool:
    """Return whether a person looks on: a terminal, or a notebook in a browser or an editor."""
    if "ipykernel" in sys.modules:
        return in_notebook()
    if is_quiet():
        return False
    return sys.stderr is not None and sys.stderr.isatty()


def error_of_cell(name: str) -> str:
    """Return the name of the error with which the cell run last ended, if it defines a name.

    Empty where it ended well, or defines something else. It says nothing of cells before that.
    """
    module = sys.modules.get("IPython")
    result = getattr(module and module.get_ipython(), "last_execution_result", None)
    if result is None or result.success:
        return ""
    defines = rf"^(async def|def|class) {re.escape(name)}\b"
    if not re.search(defines, result.info.raw_cell, re.MULTILINE):
        return ""
    return type(result.error_before_exec or result.error_in_exec).__name__
