"""Measure the grader on classes of lesson 03, on a cluster too, and nbgrader on the same."""

from __future__ import annotations

import contextlib
import copy
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil

from helpers.course import ROOT, about
from helpers.grading.nbgrader import export
from helpers.work.lessons import facts, source

LESSON = "03"
# Of every 20: right, partly right, empty, looping, crashing.
_MIX = ("right",) * 11 + ("partly",) * 5 + ("empty",) * 2 + ("looping", "crashing")
_CHANGED = {
    "partly": ("3.2", "def dense(inputs, kernel, bias):\n    return inputs @ kernel"),
    "looping": ("3.4", "def mean_squared_error(targets, outputs):\n    while True: pass"),
    "crashing": ("3.5", "import os\nos._exit(3)"),
}
_NBGRADER_CELL_SECONDS = 60
_WORKERS = 2


def build_class(folder: Path, count: int) -> list[str]:
    """Write ``count`` different submissions; return what kind each is."""
    lesson = facts(LESSON)
    name = f"{LESSON}_{lesson.topic}.ipynb"
    empty = json.loads((ROOT / "notebooks" / name).read_text(encoding="utf-8"))
    solved = json.loads((ROOT / "solutions" / name).read_text(encoding="utf-8"))
    answers = {
        cell["metadata"]["nbgrader"]["grade_id"]: source(cell)
        for cell in solved["cells"]
        if cell["metadata"].get("nbgrader", {}).get("solution")
    }
    ids = {entry.grade_id: entry.id for entry in lesson.exercises}
    kinds = [_MIX[number % len(_MIX)] for number in range(count)]
    for number, kind in enumerate(kinds):
        notebook = copy.deepcopy(empty)
        for cell in notebook["cells"] if kind != "empty" else []:
            grade_id = cell["metadata"].get("nbgrader", {}).get("grade_id")
            if grade_id in answers:
                changed, text = _CHANGED.get(kind, ("", ""))
                chosen = text if ids[grade_id] == changed else answers[grade_id]
                cell["source"] = f"{chosen}\n# student {number}"
        place = folder / f"s{number:04d}" / name
        place.parent.mkdir(parents=True)
        place.write_text(json.dumps(notebook), encoding="utf-8")
    return kinds


def measure(sizes: list[int], with_nbgrader: int, with_dask: int = 0) -> dict:
    """Return the figures of one run.

    Args:
        sizes: of the classes that two jobs grade; the first is also graded by one.
        with_nbgrader: how many submissions nbgrader is given, 0 for none.
        with_dask: how many two local workers of dask.distributed are given, 0 for none.
    """
    report: dict = {"cores": about.cores(), "runs": []}
    ways = [
        (size, {"jobs": jobs}) for size in sizes for jobs in ((1, 2) if size == sizes[0] else (2,))
    ]
    ways += [(with_dask, {"dask_workers": _WORKERS})] * bool(with_dask)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for number, (size, way) in enumerate(ways):
            submissions = folder / f"class{size}"
            if not submissions.exists():
                build_class(submissions, size)
            report["runs"].append(_grade(submissions, folder / f"out{number}", size, way))
            print(json.dumps(report["runs"][-1]), file=sys.stderr, flush=True)
        again = _grade(folder / f"class{sizes[0]}", folder / "out1", sizes[0], ways[1][1])
        report["again_seconds"] = again["seconds"]
        if with_nbgrader:
            report["nbgrader"] = _nbgrader(folder, with_nbgrader)
    return report


def _grade(submissions: Path, out: Path, size: int, way: dict[str, int]) -> dict:
    """Grade a class by the command line, by so many "jobs" or "dask_workers"."""
    command = [sys.executable, "-m", "helpers", "grade", str(submissions), "--out", str(out)]
    with _cluster(way.get("dask_workers", 0)) as address:
        more = ["--dask", address] if address else ["--jobs", str(way["jobs"])]
        seconds, peak = _timed([*command, *more], ROOT)
    log = (out / "results.jsonl").read_text(encoding="utf-8")
    records = [json.loads(line) for line in log.splitlines()]
    each = sorted(record["seconds"] for record in records)
    return {
        "submissions": size,
        **way,
        "level": records[0]["level"],
        "graded": len({record["student"] for record in records}),
        "seconds": round(seconds, 1),
        "per_minute": round(60 * size / seconds, 1),
        "median_seconds": statistics.median(each),
        "p95_seconds": each[int(0.95 * (len(each) - 1))],
        "peak_memory_mb": peak,
        "log_mb": round(len(log.encode()) / 1e6, 2),
    }


@contextlib.contextmanager
def _cluster(workers: int) -> Iterator[str]:
    """Run so many workers on this machine; yield their scheduler's address, "" without workers."""
    if not workers:
        yield ""
        return
    from distributed import LocalCluster

    with LocalCluster(
        n_workers=workers, threads_per_worker=1, processes=True, dashboard_address=None
    ) as machines:
        yield machines.scheduler_address


def _nbgrader(folder: Path, count: int) -> dict:
    course = folder / "course"
    export(course)
    config = course / "nbgrader_config.py"
    settings = config.read_text(encoding="utf-8")
    shorter = settings.replace("timeout = 600", f"timeout = {_NBGRADER_CELL_SECONDS}")
    config.write_text(shorter, encoding="utf-8")
    name = f"{LESSON}_{facts(LESSON).topic}"
    shutil.rmtree(folder / "same", ignore_errors=True)
    kinds = build_class(folder / "same", count)
    for student in (folder / "same").iterdir():
        shutil.copytree(student, course / "submitted" / student.name / name)
    tool = [sys.executable, "-m", "nbgrader"]
    _timed([*tool, "generate_assignment", name], course)
    seconds, _ = _timed([*tool, "autograde", name], course)
    return {
        "submissions": count,
        "looping": kinds.count("looping"),
        "cell_limit_seconds": _NBGRADER_CELL_SECONDS,
        "seconds": round(seconds, 1),
        "per_minute": round(60 * count / seconds, 2),
    }


def _timed(command: list[str], folder: Path) -> tuple[float, int]:
    """Run a command; return wall seconds, and the peak memory in megabytes.

    The memory is that of all processes below this one, which the workers of a cluster are, too; its
    scheduler is in this one and is not counted.
    """
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", "")))
    start = time.monotonic()
    process = psutil.Popen(
        command,
        cwd=folder,
        env={**os.environ, "PATH": path},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    over, peaks = threading.Event(), [0]
    watch = threading.Thread(target=_watch_memory, args=(over, peaks))
    watch.start()
    try:
        process.wait()
        seconds = time.monotonic() - start
    finally:
        over.set()
        watch.join()
    # nbgrader ends with 1 when a submission fails, as looping ones do.
    if process.returncode and "nbgrader" not in command:
        raise OSError(f"{command[2:4]} ended with exit code {process.returncode}")
    return seconds, round(peaks[0] / 1_000_000)


def _watch_memory(over: threading.Event, peaks: list[int]) -> None:
    """Note the largest sum of memory in bytes, a page that several processes share once."""
    while not over.wait(0.5):
        total = 0
        with contextlib.suppress(psutil.NoSuchProcess):
            for one in psutil.Process().children(recursive=True):
                with contextlib.suppress(psutil.NoSuchProcess, psutil.AccessDenied):
                    memory = one.memory_full_info()
                    total += getattr(memory, "pss", memory.uss)
        peaks[0] = max(peaks[0], total)
