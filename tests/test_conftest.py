"""How the suite is dealt out to processes: what a file's tests share is made once."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from helpers.course.environment import python_path

TESTS = """\
import os
import pytest

@pytest.mark.parametrize("number", range(4))
def test_it(number):
    with open("record.txt", "a") as stream:
        stream.write(f"{os.path.basename(__file__)} {os.environ['PYTEST_XDIST_WORKER']}\\n")
"""


def test_a_file_stays_in_one_process_and_long_tests_begin_one_by_one(tmp_path):
    shutil.copy(Path(__file__).with_name("conftest.py"), tmp_path)
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    names = ("test_a.py", "test_b.py", "test_execution.py")
    for name in names:
        (tmp_path / name).write_text(TESTS)
    removed = [name for name in os.environ if name.startswith("PYTEST_")]
    environment = {name: value for name, value in os.environ.items() if name not in removed}
    words = ("-q", "-n", "2", "--dist", "loadscope", "--no-loadscope-reorder")
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *words],
        cwd=tmp_path,
        env={**environment, "PYTHONPATH": python_path()},
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    lines = [line.split() for line in (tmp_path / "record.txt").read_text().splitlines()]
    processes = {name: {worker for file, worker in lines if file == name} for name in names}
    assert [len(processes[name]) for name in names] == [1, 1, 2]
    assert lines[0][0] == lines[1][0] == "test_execution.py"
