"""The types of helpers/, by mypy with the configuration of pyproject.toml."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# Nothing in this function is annotated, and helpers say what is wrong with it all the same.
PLANTED = """
from helpers.course.progress import bar

def planted():
    return bar("many")
"""


def mypy(*arguments) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "mypy", "--no-color-output", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True)


def test_the_types_of_helpers_agree():
    done = mypy()
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_planted_error_is_found(tmp_path):
    planted = tmp_path / "planted.py"
    planted.write_text(PLANTED, encoding="utf-8")
    done = mypy(planted)
    assert done.returncode == 1, done.stderr
    told, last = done.stdout.splitlines()
    assert 'planted.py:5: error: Argument 1 to "bar" has incompatible type "str"' in told
    assert last.startswith("Found 1 error in 1 file")
