"""Run a notebook top to bottom on a fresh kernel, and keep it only if all went well."""

import json
import math
import os
import re
import subprocess
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from helpers.course import about
from helpers.course.atomic import write_atomically
from helpers.release.leaks import differences, leaks
from helpers.release.lesson import label, load_lesson, refuse, solution_path
from helpers.release.notebook import digest, place, to_bytes, worked_in
from helpers.release.outputs import problems, tidy, title_picture, title_picture_path
from helpers.release.student import student_notebook

if TYPE_CHECKING:
    from nbclient.exceptions import CellExecutionError
    from nbformat import NotebookNode

SLOW = 5  # seconds of a cell

# Runs in the lesson's kernel after its last cell, and is not saved.
PROBE = """\
def _probe():
    import json

    from helpers.course import about

    facts = {"data": about.data_used(), "device": about.device()}
    print(json.dumps({**facts, "gigabytes": about.peak_memory()}))

_probe()
"""


def build_solution(
    source: Path,
    *,
    profile: str = "full",
    timeout: int = 1_800,
    force: bool = False,
) -> "NotebookNode":
    """Execute a lesson and write ``solutions/NN_topic.ipynb`` and its title picture.

    Args:
        source: ``solutions/NN_topic.py``.
        profile: ``"full"`` or ``"fast"``, handed to the kernel as ``AE_PROFILE``.
        timeout: seconds that one cell may take.
        force: replace a solution notebook even if somebody edited it.

    Returns:
        The executed notebook. Its metadata tells ``data``, ``profile``, ``device`` (words),
        ``minutes`` (wall clock), ``gigabytes`` (the most that the kernel held), ``seconds`` (of its
        slow cells, by their place), ``held`` (the most held so far, of the cells that raised it,
        by their place) and ``source`` (digest of the cells).

    Raises:
        ValueError: the lesson breaks a rule, a cell fails, or the outputs break a rule.
            The notebook that was there is then unchanged; what ran, if it ran, lies in ``build/``.
    """
    path = solution_path(source)
    notebook = load_lesson(source)
    student = student_notebook(notebook)
    refuse(source, differences(student, notebook) + leaks(student, notebook))
    if worked_in(path) and not force:
        raise ValueError(
            f"Somebody edited {label(path)}, which is built from {source.name}. Move the "
            "edits there, then run again with --force."
        )
    facts = execute(notebook, profile=profile, timeout=timeout, name=label(path))
    notebook.metadata.workbook = {**facts, "profile": profile, "source": digest(notebook)}
    found = problems(notebook)
    if found:  # a run of many minutes is not thrown away
        aside = path.parents[1] / "build" / path.name
        aside.parent.mkdir(exist_ok=True)
        write_atomically(aside, to_bytes(notebook))
        found.append(f"so that what ran lies in {label(aside)} for you to look at")
    refuse(path, found)
    write_atomically(path, to_bytes(notebook))
    picture = title_picture(notebook)
    if picture:
        write_atomically(title_picture_path(source), picture)
    return notebook


def execute(
    notebook: "NotebookNode", *, profile: str, timeout: int = 1_800, name: str = "the notebook"
) -> dict[str, Any]:
    """Run a notebook in place, on this interpreter, in an empty folder.

    Args:
        notebook: what to run; its outputs are replaced.
        profile: ``"full"`` or ``"fast"``.
        timeout: seconds that one cell may take.
        name: what messages call the notebook.

    Returns:
        ``data`` (names of the data sets loaded, or "none"), ``device`` (words), ``gigabytes`` (the
        most that the kernel held), ``minutes``, ``seconds``: place of a cell in words -> seconds,
        of those that took SLOW or more, and ``held``: place -> GB, of the cells that raised the
        most held so far by a tenth or more (on Linux; elsewhere none).

    Raises:
        ValueError: a cell failed, took too long, or killed the kernel.
    """
    import nbformat
    from jupyter_client import AsyncKernelManager
    from jupyter_client.kernelspec import KernelSpecManager
    from nbclient import NotebookClient

    # No kernel folder: a user's own "python3" may belong to another interpreter.
    manager: Any = AsyncKernelManager(
        kernel_name="python3", kernel_spec_manager=KernelSpecManager(kernel_dirs=[])
    )
    client = NotebookClient(
        notebook,
        km=manager,
        timeout=timeout,
        force_raise_errors=True,
        record_timing=False,
        store_widget_state=False,
        shutdown_kernel="immediate",
    )
    codes = [index for index, cell in enumerate(notebook.cells) if cell.cell_type == "code"]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        working = Path(folder) / "working"
        working.mkdir()
        environment = _environment(profile, Path(folder))
        try:
            # A cell's stderr comes with its outputs; this is only the kernel's own log.
            kernel = client.setup_kernel(
                cwd=str(working), env=environment, stderr=subprocess.DEVNULL, cleanup_kc=True
            )
            with kernel:
                took, held, most = {}, {}, 0.0
                for index in codes:
                    start = time.monotonic()
                    _run_cell(client, index, name)
                    took[index] = time.monotonic() - start
                    so_far = about.peak_memory(manager.provisioner.pid)
                    if so_far > most:
                        held[place(notebook, index)] = most = so_far
                minutes = math.ceil(sum(took.values()) / 6) / 10  # never 0.0
                seconds = {
                    place(notebook, index): round(value)
                    for index, value in took.items()
                    if value >= SLOW
                }
                notebook.cells.append(nbformat.v4.new_code_cell(PROBE))
                _run_cell(client, len(notebook.cells) - 1, name)
                probe = notebook.cells.pop()
        except RuntimeError as error:
            raise ValueError(f"{name}: the Jupyter kernel did not start: {error}") from None
    tidy(notebook)
    # A busy kernel sends a line and its end as two outputs.
    facts = json.loads("".join(output.text for output in probe.outputs if output.name == "stdout"))
    data = ", ".join(facts["data"]) or "none"
    return {**facts, "data": data, "minutes": minutes, "seconds": seconds, "held": held}


def _environment(profile: str, home: Path) -> dict[str, str]:
    """Return this process's environment without what would change a lesson's outputs."""
    removed = ("MPLBACKEND", "NBGRADER_EXECUTION")
    environment = {name: value for name, value in os.environ.items() if name not in removed}
    if environment.get("AE_DATA_DIR"):
        environment["AE_DATA_DIR"] = os.path.abspath(environment["AE_DATA_DIR"])
    return {
        **environment,
        "AE_PROFILE": profile,
        "AE_QUIET": "1",
        "IPYTHONDIR": str(home / "ipython"),
    }


def _run_cell(client: Any, index: int, name: str) -> None:
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    where = f"{name}, {place(client.nb, index)}"
    try:
        client.execute_cell(client.nb.cells[index], index)
    except CellExecutionError as error:
        raise ValueError(f"{where}: {_explain(error)}.") from None
    except CellTimeoutError:
        raise ValueError(f"{where}: it took more than {client.timeout} seconds.") from None
    except DeadKernelError:
        raise ValueError(f"{where}: the kernel died; was memory short?") from None


def _explain(error: "CellExecutionError") -> str:
    """Say which line of the cell raised what."""
    traceback = re.sub(r"\x1b\[[0-9;]*m", "", error.traceback)
    line = re.search(r"^-+> (\d+) (.*)$", traceback, re.MULTILINE)
    at = f" at line {line[1]}, `{line[2].strip()}`" if line else ""
    message = (error.evalue.strip().splitlines() or [""])[0]
    return f"it stopped with {error.ename}{at}: {message}".rstrip(".: ")
