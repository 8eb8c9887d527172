"""Whole folders in a new edition: no file is ever half written, lost or written over."""

import errno
import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from grading_kit import file_name
from work_kit import (
    FRONT_ENDS,
    answered,
    code,
    earlier,
    lines_of,
    predicting,
    save,
    sources,
    today,
)

from helpers.__main__ import main
from helpers.course import LESSONS
from helpers.work import aside, update
from helpers.work.handed_out import handed_out
from helpers.work.update import as_handed_out, to_bytes
from helpers.work.words import moved_text

NAME = file_name("03")


def worked(lesson="03"):
    """Return an earlier edition's notebook with answers, predictions and a cell of one's own."""
    book = predicting(answered(earlier(lesson), lesson))
    book["cells"].insert(7, code("mine = '여기'", id="mine"))
    return book


def files(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture
def folder(tmp_path):
    """Return a folder of two worked lessons, an untouched one and other files."""
    place = tmp_path / "내 수업 (1)"
    save(place, worked("02"), "02")
    save(place, worked("03"), "03")
    save(place, earlier("04"), "04")
    (place / "notes.txt").write_text("mine")
    return place


def test_each_notebook_is_of_this_edition_and_the_old_file_beside_it(folder, capsys):
    before = files(folder)
    assert main(["update", str(folder)]) == 0
    after = files(folder)
    for lesson in ("02", "03"):
        name = file_name(lesson)
        new = json.loads(after.pop(name))
        assert lines_of(json.loads(before[name])) - lines_of(earlier(lesson)) <= lines_of(new)
        assert new["metadata"]["workbook"] == today(lesson)["metadata"]["workbook"]
        assert after.pop(name.replace(".ipynb", ".mine.ipynb")) == before[name]
    # Nobody had worked in the third, so nothing of it is kept.
    assert after.pop(file_name("04")) == (handed_out() / file_name("04")).read_bytes()
    assert after == {"notes.txt": b"mine"}
    said = capsys.readouterr().out
    assert f"{NAME}: updated\n    the old file: 03_basic_autoencoder.mine.ipynb\n" in said
    assert "    taken along: 8 answers (3.1, 3.2," in said
    assert max(map(len, said.splitlines())) <= 80


def test_a_second_time_nothing_changes(folder, capsys):
    assert main(["update", str(folder)]) == 0
    before = files(folder)
    capsys.readouterr()
    assert main(["update", str(folder)]) == 0
    assert files(folder) == before
    names = [file_name(lesson) for lesson in ("02", "03", "04")]
    assert set(capsys.readouterr().out.splitlines()) == {f"{name}: up to date" for name in names}


@pytest.mark.parametrize("front_end", ["Colab", "format 4.4", "VS Code"])
def test_a_file_of_another_front_end_is_updated_once(tmp_path, front_end):
    book = FRONT_ENDS[front_end](worked())
    del book["metadata"]["workbook"]
    save(tmp_path, book)
    assert [one.state for one in update.update(tmp_path)] == ["updated"]
    assert [one.state for one in update.update(tmp_path)] == ["up to date"]


def test_earlier_copies_are_never_written_over(folder):
    (folder / "03_basic_autoencoder.mine.ipynb").write_text("of last year")
    main(["update", str(folder)])
    assert (folder / "03_basic_autoencoder.mine.ipynb").read_text() == "of last year"
    assert json.loads((folder / "03_basic_autoencoder.mine2.ipynb").read_text()) == worked()


def test_lessons_that_are_not_there_come_on_request(folder):
    main(["update", str(folder), "--all"])
    there = {path.name[:2] for path in folder.iterdir() if ".mine" not in path.name}
    assert {lesson.number for lesson in LESSONS} <= there
    assert (folder / file_name("10")).read_bytes() == (handed_out() / file_name("10")).read_bytes()


def test_into_another_folder_and_the_old_files_are_left_alone(folder, tmp_path, capsys):
    to, before = tmp_path / "new", files(folder)
    assert main(["update", str(folder), "--to", str(to)]) == 2
    assert "There is no folder" in capsys.readouterr().err
    save(to, today("03"), "03")
    assert main(["update", str(folder), "--to", str(to)]) == 0
    assert files(folder) == before
    assert sorted(files(to)) == [file_name(lesson) for lesson in ("02", "03", "04")]
    again = files(to)
    assert main(["update", str(folder), "--to", str(to)]) == 0
    assert files(to) == again
    mine = json.loads(again[NAME])
    mine["cells"].append(code("later = 1"))
    save(to, mine)
    assert main(["update", str(folder), "--to", str(to)]) == 1
    said = " ".join(capsys.readouterr().out.split())
    assert f"{NAME}: left as it is: somebody worked in new/{NAME} already" in said
    assert "later = 1" in (to / NAME).read_text(encoding="utf-8")


MERGED = b'{"cells": [\n<<<<<<< HEAD\n{}\n=======\n{}\n>>>>>>> origin/main\n]}'


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (MERGED, "it is not a notebook (no valid JSON)"),
        (b"", "it is not a notebook (no valid JSON)"),
        (b'{"nbformat": 3, "worksheets": []}', "it is not a notebook of format 4"),
        (b'{"nbformat": 4, "cells": [{"cell_type": "code", "source": 7}]}', "its cell 1 has no"),
        ('{"cells": [{"cell_type": "code", "source": "é"}]}'.encode("latin-1"), "not in UTF-8"),
    ],
)
def test_what_is_no_notebook_is_named_and_left_as_it_is(folder, capsys, content, why):
    (folder / NAME).write_bytes(content)
    assert main(["update", str(folder)]) == 1
    said = capsys.readouterr().out
    assert f"{NAME}: left as it is: " in said and why in " ".join(said.split())
    assert (folder / NAME).read_bytes() == content
    assert not list(folder.glob("03*.mine*"))
    assert list(folder.glob("02*.mine*")), "the others are updated"


def test_where_there_is_no_notebook_that_is_said(tmp_path, capsys):
    assert main(["update", str(tmp_path)]) == 2
    assert "There is no notebook of the course in" in capsys.readouterr().err
    assert main(["update", str(tmp_path / "nowhere")]) == 2
    assert "There is no folder" in capsys.readouterr().err


def test_permissions_and_links_stay(folder, tmp_path):
    if sys.platform == "win32":
        pytest.skip("Windows has other permissions")
    real = tmp_path / "elsewhere.ipynb"
    (folder / NAME).rename(real)
    real.chmod(0o600)
    (folder / NAME).symlink_to(real)
    main(["update", str(folder)])
    assert (folder / NAME).is_symlink() and stat.S_IMODE(real.stat().st_mode) == 0o600
    assert stat.S_IMODE((folder / "03_basic_autoencoder.mine.ipynb").stat().st_mode) == 0o600
    assert "mine = '여기'" in real.read_text(encoding="utf-8")


def test_the_lesson_last_worked_in_stays_the_last_one(folder):
    os.utime(folder / file_name("02"), (2_000_000_000, 2_000_000_000))
    os.utime(folder / NAME, (1_000_000_000, 1_000_000_000))
    moved = update.update(folder)
    assert moved[-1].file == file_name("02")


def test_half_a_letter_in_a_note_stops_nothing(tmp_path):
    book = worked()
    book["cells"].insert(2, {"cell_type": "markdown", "metadata": {}, "source": "half \ud83d"})
    (tmp_path / NAME).write_text(json.dumps(book), encoding="utf-8")
    assert [one.state for one in update.update(tmp_path)] == ["updated"]
    assert ("markdown", "half \ud83d") in sources(json.loads((tmp_path / NAME).read_text()))


# Whatever stops it


def full(*_, **__):
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("writes", [0, 1])
def test_a_full_disk_leaves_every_file_whole(folder, monkeypatch, capsys, writes):
    before, left, sync = files(folder), [writes], os.fsync

    def fsync(descriptor):
        left[0] -= 1
        return full() if left[0] < 0 else sync(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    assert main(["update", str(folder)]) == 2
    assert "No space left" in capsys.readouterr().err
    after = files(folder)
    for name, content in after.items():
        assert content == before[name.replace(".mine", "")]
    assert before.keys() <= after.keys() and len(after) <= len(before) + 1
    monkeypatch.setattr(os, "fsync", sync)
    assert main(["update", str(folder)]) == 0
    assert len(list(folder.glob("*.mine*"))) == 2, "what was kept already is used"


def test_a_disk_that_is_really_full(folder, tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=160k", "tmpfs", str(disk)]
    try:
        done = subprocess.run(mount, capture_output=True)
    except OSError:
        pytest.skip("nothing can be mounted here")
    if done.returncode:
        pytest.skip("nothing can be mounted here")
    try:
        content = (folder / NAME).read_bytes()
        (disk / NAME).write_bytes(content)
        with pytest.raises(OSError, match="No space left"):
            update.update(disk)
        assert files(disk)[NAME] == content
        assert {name: data for name, data in files(disk).items() if data != content} == {}
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_a_folder_that_is_read_only_is_left_as_it_is(folder, monkeypatch, capsys):
    before = files(folder)

    def refuse(path, *_, **__):
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr(aside, "write_atomically", refuse)
    assert main(["update", str(folder)]) == 2
    assert "Permission denied" in capsys.readouterr().err
    assert files(folder) == before


def test_without_links_a_copy_is_named_all_the_same(folder, monkeypatch):
    def none(*_):
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", none)
    (folder / "03_basic_autoencoder.mine.ipynb").write_text("of last year")
    kept = aside.set_aside(folder / NAME)
    assert kept.name == "03_basic_autoencoder.mine2.ipynb"
    assert kept.read_bytes() == (folder / NAME).read_bytes()
    assert not list(folder.glob("*.part"))


# Run it in a process that ends itself, with kill -9, before or after a call that changes a file.
KILLED = """
import os, shutil, signal, sys
from pathlib import Path
from helpers.work import aside, update
place, spare = map(Path, sys.argv[1:])
names = ("fsync", "replace", "link", "unlink", "chmod", "open")
real = {name: getattr(os, name) for name in names}
before = sorted((p.name, p.read_bytes()) for p in spare.iterdir())
moment = 0
while True:
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(spare, place)
    child = os.fork()
    if child == 0:
        left = [moment]
        def counted(name):
            def call(*arguments, **options):
                for _ in range(2):
                    left[0] -= 1
                    if left[0] == -1:
                        os.kill(os.getpid(), signal.SIGKILL)
                    if _ == 0:
                        result = real[name](*arguments, **options)
                return result
            return call
        for name in names:
            setattr(os, name, counted(name))
        update.update(place)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    left = {p.name: p.read_bytes() for p in place.iterdir() if not p.name.endswith(".part")}
    old = dict(before)
    for name, content in old.items():
        kept = [data for other, data in left.items() if ".mine" in other]
        assert left[name] == content or content in kept, (moment, name)
        update.json.loads(left[name])
    for name, content in left.items():
        assert ".mine" not in name or content in old.values(), (moment, name)
    update.update(place)
    again = {p.name: p.read_bytes() for p in place.iterdir() if not p.name.endswith(".part")}
    if os.WIFEXITED(status):
        break
    moment += 1
    whole = again if moment == 1 else whole
    assert again == whole, (moment, sorted(again), sorted(whole))
print(moment, sorted(again))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
def test_killed_at_any_moment_the_old_file_is_whole_or_kept_beside_the_new_one(tmp_path):
    spare = tmp_path / "spare"
    save(spare, worked("02"), "02")
    save(spare, worked("03"), "03")
    command = [sys.executable, "-c", KILLED, str(tmp_path / "place"), str(spare)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parents[1])
    assert done.returncode == 0, done.stderr
    moments, *names = done.stdout.split(maxsplit=1)
    assert int(moments) > 30
    assert names == [
        str(
            [
                *("02_pca.ipynb", "02_pca.mine.ipynb"),
                *("03_basic_autoencoder.ipynb", "03_basic_autoencoder.mine.ipynb"),
            ]
        )
        + "\n"
    ]


# What is handed out


def test_the_copy_to_hand_out_has_no_outputs_and_is_nobodys_work(tmp_path, monkeypatch):
    monkeypatch.setattr(update, "handed_out", lambda: tmp_path)
    book = today()
    run = save(tmp_path, book)
    cell = next(c for c in book["cells"] if c["cell_type"] == "code")
    cell |= {"execution_count": 3, "outputs": [{"output_type": "stream", "name": "stdout"}]}
    save(tmp_path, book)
    assert sources(json.loads(as_handed_out("03"))) == sources(today())
    assert "stdout" not in as_handed_out("03").decode()
    save(tmp_path, answered(book))
    with pytest.raises(ValueError, match=f"{run.name} is somebody's work"):
        as_handed_out("03")
    run.unlink()
    with pytest.raises(ValueError, match=f"no {run.name} to hand out"):
        as_handed_out("03")


def test_a_notebook_is_written_as_jupyter_writes_it():
    content = (handed_out() / NAME).read_bytes()
    assert to_bytes(json.loads(content)) == content


def test_a_report_says_what_has_no_place():
    moved = update.Moved(NAME, "updated", "x", update.Carried({}, homeless=["a cell"], own=1))
    said = moved_text(moved)
    assert "taken along: 1 cell of your own" in said and "      - a cell" in said
