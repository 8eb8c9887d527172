"""The closing line of a lesson."""

import re
import subprocess
import sys

from helpers.course import about


def test_the_device_counts_the_cores():
    assert re.fullmatch(r"(.*, )?\d+ CPU cores?", about.device())


def test_versions_names_packages_profile_and_device(capsys):
    about.versions()
    text = capsys.readouterr().out
    for word in ("Python", "tensorflow", "keras", "numpy", "profile", about.device()):
        assert word in text
    assert len(text.splitlines()) == 2


def test_the_peak_of_memory_counts_what_was_let_go():
    code = (
        "import numpy; from helpers.course.about import peak_memory; print(peak_memory());"
        "held = numpy.ones(50_000_000); print(peak_memory()); del held; print(peak_memory())"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    before, during, after = map(float, result.stdout.split())
    assert 0.3 <= during - before <= 0.5 and after == during


def test_the_peak_of_another_process_is_its_own():
    code = "import sys, numpy; numpy.ones(100_000_000); print(flush=True); sys.stdin.read()"
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", code], stdin=pipe, stdout=pipe) as other:
        other.stdout.readline()
        peak = about.peak_memory(other.pid)
    assert 0.8 <= peak <= 1.1 if sys.platform == "linux" else peak == 0


def test_a_process_that_is_gone_has_no_peak():
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    assert about.peak_memory(gone.pid) == 0
