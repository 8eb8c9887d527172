"""`start` and `lab`: the notebooks in a folder of one's own, and no work of anybody's replaced."""

import os
from pathlib import Path

import pytest

from helpers import data, handout
from helpers.__main__ import main
from helpers.course import LESSONS, ROOT, places
from helpers.handout import cli, copies

NAMES = [f"{lesson.number}_{lesson.topic}.ipynb" for lesson in LESSONS]


@pytest.fixture
def lab(monkeypatch):
    """Return where JupyterLab was opened and with what, instead of opening it."""
    opened = []
    app = pytest.importorskip("jupyterlab.labapp").LabApp
    monkeypatch.setattr(
        app, "launch_instance", lambda options: opened.append((Path.cwd(), options))
    )
    monkeypatch.setattr(data, "fetch", lambda name, seconds: "data/mnist.npz")
    return opened


def test_a_new_folder_gets_the_notebooks_byte_for_byte(tmp_path):
    folder = tmp_path / "내 강의 & more" / "here"
    assert handout.start(folder) == copies.Copies(written=NAMES)
    for name in NAMES:
        assert (folder / name).read_bytes() == (ROOT / "notebooks" / name).read_bytes()
    assert sorted(path.name for path in folder.iterdir()) == NAMES


def test_a_second_start_changes_nothing(tmp_path):
    handout.start(tmp_path)
    assert handout.start(tmp_path) == copies.Copies(same=NAMES)


def test_a_student_s_work_stays_and_is_named(tmp_path, capsys):
    handout.start(tmp_path)
    (tmp_path / NAMES[3]).write_text("my work")
    (tmp_path / NAMES[5]).unlink()
    assert main(["start", str(tmp_path)]) == 0
    assert (tmp_path / NAMES[3]).read_text() == "my work"
    assert (tmp_path / NAMES[5]).is_file()
    printed = capsys.readouterr().out
    assert f"{NAMES[3]}: differs from the one that is handed out, left as it is" in printed
    assert f"{NAMES[5]}: written" in printed
    assert f"{len(NAMES) - 2} were there already" in printed


def test_a_set_aside_copy_is_not_handed_out(tmp_path, monkeypatch):
    folder = tmp_path / "notebooks"
    folder.mkdir()
    for name in ("01_a.ipynb", "01_a.mine.ipynb", "01_a.mine2.ipynb", "notes.ipynb"):
        (folder / name).write_text("{}")
    monkeypatch.setattr(copies, "FOLDER", folder)
    assert [path.name for path in handout.notebooks()] == ["01_a.ipynb"]


def test_a_course_without_notebooks_says_so(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(copies, "FOLDER", tmp_path / "none")
    assert main(["start", str(tmp_path / "mine")]) == 2
    assert "came without its notebooks" in capsys.readouterr().err
    assert not (tmp_path / "mine").exists()


def test_a_file_in_place_of_the_folder_is_refused(tmp_path, capsys):
    (tmp_path / "mine").write_text("")
    assert main(["start", str(tmp_path / "mine")]) == 2
    assert "is a file" in capsys.readouterr().err


def test_lab_copies_and_opens_the_first_lesson_there(tmp_path, lab, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["lab", "my course", "--no-browser"]) == 0
    ((folder, options),) = lab
    assert folder == tmp_path / "my course"
    assert (folder / options[-1]).is_file()
    as_root = hasattr(os, "geteuid") and os.geteuid() == 0
    assert options == ["--no-browser", *["--allow-root"] * as_root, "00_start_here.ipynb"]
    assert "mnist is ready" in capsys.readouterr().out


def test_lab_goes_on_without_mnist(tmp_path, lab, monkeypatch, capsys):
    def fetch(name, seconds):
        raise data.DataUnavailable("No network.")

    monkeypatch.setattr(data, "fetch", fetch)
    monkeypatch.chdir(tmp_path)
    assert main(["lab", "mine"]) == 0
    assert len(lab) == 1
    assert "embedded digits for now. No network." in capsys.readouterr().out


def test_where_to_work_if_nobody_says(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert cli.working_folder() == ROOT / "notebooks"
    monkeypatch.setattr(cli, "in_clone", lambda: False)
    assert cli.working_folder() == tmp_path / "autoencoder-workbook"
    (tmp_path / NAMES[0]).write_text("{}")
    assert cli.working_folder() == tmp_path


def test_without_jupyterlab_lab_says_what_to_install(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(cli.importlib.util, "find_spec", lambda name: None)
    assert main(["lab", str(tmp_path / "mine")]) == 2
    assert "pip install jupyterlab" in capsys.readouterr().err
    assert not (tmp_path / "mine").exists()


def test_downloads_stay_in_a_clone_and_go_to_the_user_elsewhere(tmp_path, monkeypatch):
    assert places.in_clone()
    assert places.data_folder() == ROOT / "data"
    monkeypatch.setattr(places, "ROOT", tmp_path / "site-packages")
    assert not places.in_clone()
    folder = places.data_folder()
    assert folder.parts[-2:] == ("autoencoder-workbook", "data")
    assert tmp_path not in folder.parents
    with pytest.raises(ValueError, match="export-nbgrader works on the sources"):
        places.need_clone("export-nbgrader")
