"""make, in a folder whose name has spaces, brackets and Korean letters: what reaches the tools."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ODD = "my course [1] (한글)'s $HOME & more"
# In place of Python and the tools: writes down what it is called with, a line each.
STUB = """\
#!/bin/sh
{
  printf 'run %s\\n' "$(basename "$0")"
  printf 'data %s\\n' "$AE_DATA_DIR"
  for argument in "$@"; do printf 'argument %s\\n' "$argument"; done
} >> "$STUB_LOG"
"""

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="there is no make")


@pytest.fixture
def clone(tmp_path):
    """Return a folder with the Makefile and an environment of stubs that counts as set up."""
    folder = tmp_path / ODD
    tools = folder / ".venv" / "bin"
    tools.mkdir(parents=True)
    for name in ("Makefile", "pyproject.toml", "constraints.txt"):
        shutil.copy2(ROOT / name, folder)
    for name in ("python", "ruff", "mypy"):
        (tools / name).write_text(STUB)
        (tools / name).chmod(0o755)
    for name in (".student", ".author"):
        (folder / ".venv" / name).touch()
    return folder


def make(folder, *words, **environment):
    """Run make in a folder; return the calls of the tools, each as (tool, data, arguments)."""
    log = folder.parent / "log"
    log.unlink(missing_ok=True)
    kept = {k: v for k, v in os.environ.items() if k not in ("AE_DATA_DIR", "MAKEFLAGS", "PYTHON")}
    subprocess.run(
        ["make", *words],
        cwd=folder,
        env={**kept, **environment, "STUB_LOG": str(log)},
        capture_output=True,
        text=True,
        check=True,
    )
    calls = []
    for line in log.read_text(encoding="utf-8").splitlines():
        what, _, value = line.partition(" ")
        if what == "run":
            calls.append([value])
        else:
            calls[-1].append(value)
    return [(tool, data, arguments) for tool, data, *arguments in calls]


@pytest.mark.parametrize(
    ("words", "arguments"),
    [
        (["lab"], [["-m", "helpers", "fetch", "mnist", "--seconds", "20"], ["-m", "jupyterlab"]]),
        (["update"], [["-m", "helpers", "update", "--pull"]]),
        (["test"], [["-m", "pytest"]]),
        (["solutions", "NB=00 03"], [["-m", "helpers", "solutions", "00", "03"]]),
        (["solutions"], [["-m", "helpers", "solutions"]]),
        (["student", "NB=03"], [["-m", "helpers", "student", "03"]]),
        (["export", "NB=04 05"], [["-m", "helpers", "export", "04", "05"]]),
        (["export", "NB=my [4].ipynb"], [["-m", "helpers", "export", "my [4].ipynb"]]),
        (["bench"], [["-m", "helpers", "bench"]]),
        (["lint"], [["check", "."], ["format", "--check", "."], []]),
    ],
    ids=lambda value: " ".join(value) if isinstance(value[0], str) else "",
)
def test_every_target_finds_its_tools(clone, words, arguments):
    calls = [call for _, _, call in make(clone, *words)]
    assert len(calls) == len(arguments)
    for call, expected in zip(calls, arguments, strict=True):
        assert call[: len(expected)] == expected
    if words == ["lab"]:
        assert calls[1][-1] == "notebooks/00_start_here.ipynb"


@pytest.mark.parametrize("folder", ["submissions", "the class [A] (한글).zip", "a'b $HOME `c` #1"])
def test_grade_gets_its_folders_whole(clone, folder):
    (call,) = make(clone, "grade", f"IN={folder}", f"OUT=out {folder}")
    assert call[2] == ["-m", "helpers", "grade", folder, "--out", f"out {folder}"]
    (call,) = make(clone, "grade", IN=folder, OUT=f"out {folder}")
    assert call[2] == ["-m", "helpers", "grade", folder, "--out", f"out {folder}"]


def test_grade_knows_home_and_invents_no_folder(clone):
    (call,) = make(clone, "grade", "IN=~/my class", "OUT=/a~/b", HOME="/home/한 글")
    assert call[2][2:] == ["grade", "/home/한 글/my class", "--out", "/a~/b"]
    (call,) = make(clone, "grade")
    assert call[2][2:] == ["grade", "--out"]


@pytest.mark.parametrize("where", ["environment", "command line"])
@pytest.mark.parametrize("data", ["data", "../my data [1] (한글)", "/my data/한글 $HOME", "~/data"])
def test_the_data_folder_arrives_as_one_absolute_path(clone, where, data):
    if where == "environment":
        calls = make(clone, "lab", AE_DATA_DIR=data)
    else:
        calls = make(clone, "lab", f"AE_DATA_DIR={data}")
    expected = data if data[0] in "/~" else f"{clone}/{data}"
    assert [arrived for _, arrived, _ in calls] == [expected, expected]


def test_without_a_data_folder_none_is_invented(clone):
    assert {data for _, data, _ in make(clone, "lab")} == {""}


def test_setting_up_takes_any_python(clone, tmp_path):
    shutil.rmtree(clone / ".venv")
    python = tmp_path / "another python [3]" / "python3"
    python.parent.mkdir()
    python.write_text(
        STUB + 'case "$*" in *venv*) mkdir -p .venv/bin; cp "$0" .venv/bin/python;; esac\n'
    )
    python.chmod(0o755)
    calls = [arguments for _, _, arguments in make(clone, "bench", f"PYTHON={python}")]
    assert [arguments[:2] for arguments in calls[1:]] == [
        ["-m", "venv"],
        ["-m", "pip"],
        ["-m", "helpers"],
    ]
