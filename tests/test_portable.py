"""What students need runs where there is no POSIX: tried without its modules, and read for calls.

Windows and macOS are not here: a child process has the modules taken away that they lack.
"""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
HELPERS = ROOT / "helpers"
POSIX = ("fcntl", "grp", "posix", "pwd", "pty", "resource", "syslog", "termios", "tty")
# Rooms that a student's lessons and commands never enter; README says which commands need POSIX.
OTHERS = {"grading", "release", "studies"}

# As on Windows, in what the course asks of `os` and `signal` (sys.platform cannot be changed:
# TensorFlow is built for this one). The real modules stay in sys.modules' place for the standard
# library, which has imported them already or finds None as it does there.
WITHOUT = f"""
import os, signal, sys
import subprocess, tempfile, socket, selectors, multiprocessing, zipfile, tarfile, shutil
import asyncio, concurrent.futures, getpass, logging.handlers, pathlib, uuid
import psutil  # has a module a system; this one's asks for this one's
for name in {POSIX!r}:
    sys.modules[name] = None
for name in ("fork", "forkpty", "geteuid", "getuid", "getgid", "sched_getaffinity", "killpg"):
    vars(os).pop(name, None)
for name in ("SIGALRM", "SIGKILL", "SIGHUP", "alarm", "setitimer", "pthread_sigmask"):
    vars(signal).pop(name, None)
"""
LESSON = """
from test_smoke import imports
exec("\\n".join(imports()))
from helpers import data, handout
from helpers.__main__ import build_parser
from helpers.checks.registry import get
from helpers.checks.running import run
from helpers.course import about
from test_smoke import in_place_of
build_parser()
entry = get("3.1")
print(run(entry, in_place_of(entry.load_reference())).status)
print(len(data.load("digits").test_images))
print(about.cores() >= 1, about.cpu() != "")
"""


def child(code: str, *, without: str = "", **options):
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "tests")))}
    return subprocess.run(
        [sys.executable, "-c", without + code], env=environment, cwd=ROOT, text=True, **options
    )


def test_lessons_import_check_and_load_without_posix_modules():
    done = child(LESSON, without=WITHOUT, capture_output=True)
    assert (done.returncode, done.stderr) == (0, "")
    passed, _, _, count, told = done.stdout.splitlines()
    assert (passed, count, told) == ("passed", "360", "True True")


def test_taking_the_modules_away_is_felt():
    done = child("import helpers.grading.sandbox.walls", without=WITHOUT, capture_output=True)
    assert "import of fcntl halted" in done.stderr


def modules() -> list[Path]:
    return [
        path
        for path in sorted(HELPERS.rglob("*.py"))
        if path.relative_to(HELPERS).parts[0] not in OTHERS
    ]


def at_import(tree: ast.Module) -> list[ast.stmt]:
    """Return the statements that run when a module is imported, those of functions left out."""
    found, pending = [], list(tree.body)
    while pending:
        node = pending.pop()
        found.append(node)
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            pending += [one for one in ast.iter_child_nodes(node) if isinstance(one, ast.stmt)]
    return found


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(HELPERS)))
def test_no_posix_module_is_imported_with_a_module(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = set()
    for node in at_import(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module)
    assert not names & set(POSIX)


def without_encoding(tree: ast.Module) -> list[str]:
    """Return the calls that open or read a file as text in whatever encoding the machine has."""
    found = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = ast.unparse(node.func).rsplit(".", 1)[-1]
        words = {word.arg: word.value for word in node.keywords}
        given = [*node.args, *words.values()]
        parts = [part for one in given for part in ast.walk(one) if isinstance(part, ast.Constant)]
        modes = [part.value for part in parts if isinstance(part.value, str)]
        is_open = name == "open" and not any("b" in mode and len(mode) < 4 for mode in modes)
        # Files of other kinds, and of an archive: never text.
        own = ast.unparse(node.func) in ("os.open", "Image.open", "gzip.open", "opened().open")
        is_text = name in ("read_text", "write_text") or (is_open and not own)
        positional = (name == "read_text" and node.args) or (name == "write_text" and node.args[1:])
        if is_text and "encoding" not in words and not positional:
            found.append(ast.unparse(node))
    return found


@pytest.mark.parametrize("path", sorted(HELPERS.rglob("*.py")), ids=lambda p: p.stem)
def test_every_text_file_is_opened_with_its_encoding(path):
    relative = path.relative_to(HELPERS).as_posix()
    if relative.startswith("grading/sandbox/"):
        pytest.skip("Linux only, and numbers only")
    assert without_encoding(ast.parse(path.read_text(encoding="utf-8"))) == []


def test_an_open_without_encoding_is_found():
    code = "open('a'); p.read_text(); p.write_text(t); p.open('w'); open(p, 'rb'); os.open(p, 0)"
    assert len(without_encoding(ast.parse(code))) == 4


@pytest.mark.skipif(os.name != "posix", reason="closes a descriptor as pythonw starts without it")
def test_tensorflow_can_be_imported_where_there_is_no_stderr():
    code = "import helpers, tensorflow as tf; print(int(tf.constant(3) + 4))"
    done = child(code, stdout=subprocess.PIPE, preexec_fn=lambda: os.close(2))
    assert (done.returncode, done.stdout) == (0, "7\n")
