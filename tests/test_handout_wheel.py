"""The wheel: built from a source distribution, unpacked, and used where there is no clone."""

import json
import os
import shutil
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

from helpers.course import addresses
from helpers.release import build_student

ROOT = Path(__file__).resolve().parents[1]
LEFT_BEHIND = shutil.ignore_patterns(
    ".*", "__pycache__", "build", "*.egg-info", "*.npz", "*-ubyte*", "*.part", "*.mine*", "runs"
)
HANDED_OUT = {path.name: path for path in (ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb")}
HANDED_OUT = {name: path for name, path in HANDED_OUT.items() if ".mine" not in name}


@pytest.fixture(scope="module")
def clone(tmp_path_factory):
    """Return a copy of the course: a build leaves files behind."""
    folder = tmp_path_factory.mktemp("wheel") / "a clone"
    shutil.copytree(ROOT, folder, ignore=LEFT_BEHIND)
    (folder / "notebooks" / "01_unsupervised.mine.ipynb").write_text("{}")
    return folder


@pytest.fixture(scope="module")
def built(clone):
    """Return the source distribution, and the wheel that was built from it."""
    folder = clone.parent / "dist"
    command = ["build", "--no-isolation", "--outdir", str(folder), str(clone)]
    done = subprocess.run(
        [sys.executable, "-m", *command], capture_output=True, text=True, cwd=clone.parent
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    (source,), (wheel,) = folder.glob("*.tar.gz"), folder.glob("*.whl")
    return source, wheel


@pytest.fixture(scope="module")
def installed(built, tmp_path_factory):
    """Return what calls the installed course in a folder where there is nothing else."""
    site, home = tmp_path_factory.mktemp("site"), tmp_path_factory.mktemp("home")
    with zipfile.ZipFile(built[1]) as wheel:
        wheel.extractall(site)
    here = home / "here"
    here.mkdir()
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AE_")}
    # Where each system keeps a user's data.
    folders = dict.fromkeys(("HOME", "USERPROFILE", "LOCALAPPDATA", "XDG_DATA_HOME"), str(home))
    environment = {**kept, **folders, "PYTHONPATH": str(site)}

    def call(*words):
        return subprocess.run(
            [sys.executable, *words], cwd=here, env=environment, capture_output=True, text=True
        )

    call.here, call.site, call.home = here, site, home
    return call


def test_the_wheel_holds_the_student_notebooks_byte_for_byte(built):
    with zipfile.ZipFile(built[1]) as wheel:
        found = [name for name in wheel.namelist() if name.endswith(".ipynb")]
        assert sorted(found) == sorted(f"helpers/handout/notebooks/{name}" for name in HANDED_OUT)
        for name, path in HANDED_OUT.items():
            content = wheel.read(f"helpers/handout/notebooks/{name}")
            assert content == path.read_bytes()
            assert b"BEGIN SOLUTION" not in content


def test_nothing_of_authors_travels(built):
    source, wheel = built
    with zipfile.ZipFile(wheel) as file:
        tops = {name.split("/")[0] for name in file.namelist()}
    assert tops == {"helpers", f"{'-'.join(wheel.stem.split('-')[:2])}.dist-info"}
    with tarfile.open(source) as file:
        inside = [name.split("/", 1)[1] for name in file.getnames() if "/" in name]
    assert not [name for name in inside if name.startswith(("solutions", "tests"))]
    assert not [name for name in inside if ".mine" in name]


def test_the_wheel_holds_every_module_and_every_kept_figure(built):
    with zipfile.ZipFile(built[1]) as wheel:
        names = set(wheel.namelist())
    wanted = [*(ROOT / "helpers").rglob("*.py"), *(ROOT / "helpers" / "results").rglob("*.json")]
    assert {path.relative_to(ROOT).as_posix() for path in wanted} <= names


def test_it_brings_its_command_and_no_tool_of_authors(built):
    with zipfile.ZipFile(built[1]) as wheel:
        (entry,) = [name for name in wheel.namelist() if name.endswith("entry_points.txt")]
        metadata = wheel.read(entry.replace("entry_points.txt", "METADATA")).decode()
        assert "autoencoder-workbook = helpers.__main__:main" in wheel.read(entry).decode()
    needed = [
        line.split()[1] for line in metadata.splitlines()
        if line.startswith("Requires-Dist") and "extra ==" not in line
    ]  # fmt: skip
    assert not [name for name in needed if name.startswith(("jupyter", "nbval", "nbgrader"))]


def test_start_works_where_there_is_no_clone(installed):
    done = installed("-m", "helpers", "start", "mine")
    assert (done.returncode, done.stderr) == (0, "")
    for name, path in HANDED_OUT.items():
        assert (installed.here / "mine" / name).read_bytes() == path.read_bytes()


def test_published_figures_are_there_and_downloads_go_to_the_user(installed):
    code = (
        "from helpers import data, results\n"
        "from helpers.data import files\n"
        "print(results.published('pca.sse.k30'), len(results.long_run()))\n"
        "print(files.DATA_DIR)\n"
    )
    done = installed("-c", code)
    assert (done.returncode, done.stderr) == (0, "")
    folder = Path(done.stdout.splitlines()[1])
    assert installed.home in folder.parents
    assert installed.site not in folder.parents


@pytest.mark.parametrize(
    "words",
    [["student"], ["solutions"], ["stale"], ["export-nbgrader", "course"], ["results"],
     ["bench-grading"]],
)  # fmt: skip
def test_an_author_s_command_asks_for_a_clone(installed, words):
    done = installed("-m", "helpers", *words)
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1
    assert "run it in a clone of the course" in done.stderr
    assert not (installed.here / "course").exists()


def test_the_grader_knows_the_lessons_where_there_is_no_clone(installed):
    code = "from helpers.work.lessons import facts; print(len(facts('03').stubs))"
    done = installed("-c", code)
    assert (done.returncode, done.stderr) == (0, "")
    assert int(done.stdout) > 5


def test_a_worked_notebook_is_never_built_in(clone, tmp_path):
    folder = tmp_path / "worked"
    shutil.copytree(clone, folder)
    path = folder / "notebooks" / "03_basic_autoencoder.ipynb"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("raise NotImplementedError", "return 1 #", 1), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "setup.py", "-q", "build_py", "--build-lib", str(tmp_path / "lib")],
        cwd=folder,
        capture_output=True,
        text=True,
    )
    assert done.returncode != 0
    assert "Somebody worked in notebooks/03_basic_autoencoder.ipynb" in done.stderr
    assert not list((tmp_path / "lib").rglob("*.ipynb"))


@pytest.mark.skipif(os.name != "posix", reason="packages are lent by links")
def test_one_notebook_alone_fetches_the_course_and_goes_on(built, tmp_path, monkeypatch):
    """An empty folder, TensorFlow and friends, and a first cell that knows of the wheel."""
    monkeypatch.setattr(addresses, "WHEEL", str(built[1]))
    notebook = json.loads(build_student(ROOT / "solutions" / "03_basic_autoencoder.py"))
    cell = next(cell for cell in notebook["cells"] if cell["cell_type"] == "code")
    (tmp_path / "cell.py").write_text("".join(cell["source"]), encoding="utf-8")
    friends, empty = tmp_path / "friends", tmp_path / "empty folder"
    friends.mkdir(), empty.mkdir()
    for place in map(Path, filter(os.path.isdir, sys.path)):
        for path in place.iterdir() if place.name == "site-packages" else ():
            own = path.name.startswith(("autoencoder_workbook", "__editable__", "helpers"))
            if not own and path.suffix != ".pth" and not (friends / path.name).exists():
                (friends / path.name).symlink_to(path)
    venv.create(tmp_path / "venv", with_pip=True)
    python = tmp_path / "venv" / "bin" / "python"
    (site,) = (tmp_path / "venv" / "lib").glob("*/site-packages")
    (site / "friends.pth").write_text(f"{friends}\n", encoding="utf-8")
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    # No index: what is here has to do, and nothing of it is replaced.
    environment = {**kept, "AE_DATA": "digits", "PIP_NO_INDEX": "1"}

    def run(*words):
        return subprocess.run(
            [python, *words], cwd=empty, env=environment, capture_output=True, text=True
        )

    assert "No module named 'helpers'" in run("-c", "import helpers").stderr
    done = run(tmp_path / "cell.py")
    assert (done.returncode, done.stderr) == (0, "")
    first, *_, data, _ = done.stdout.splitlines()
    assert first.startswith("The course is not here yet: pip installs it")
    assert data.startswith("Data: digits")
    installed = {path.name for path in site.iterdir() if path.suffix == ".dist-info"}
    assert {name.split("-")[0] for name in installed} <= {
        "pip",
        "setuptools",
        "autoencoder_workbook",
    }
    assert not run(tmp_path / "cell.py").stdout.startswith("The course is not here")
