"""git pull with worked notebooks, in a real clone: the student's line wins, and nothing is lost."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from grading_kit import file_name
from work_kit import answered, code, earlier, lines_of, predicting, restamped, save, today

from helpers.work import clone as clone_module
from helpers.work.clone import JOURNAL, carry_over, pull

ROOT = Path(__file__).resolve().parents[1]
NAME, OTHER, SAME = (file_name(lesson) for lesson in ("03", "02", "04"))
MINE = NAME.replace(".ipynb", ".mine.ipynb")

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="there is no git")


def git(folder, *words):
    person = ["-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "init.defaultBranch=main"]
    done = subprocess.run(["git", *person, *words], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def helpers_in(folder, *words):
    """Run the course's command line in a clone, with the clone's own tools."""
    environment = {**os.environ, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "helpers", *words]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, env=environment)


@pytest.fixture
def origin(tmp_path):
    """Return a repository of the course: an earlier edition of two lessons, today's of a third."""
    place = tmp_path / "원본 origin"
    place.mkdir()
    ignored = shutil.ignore_patterns("__pycache__", "*.part")
    shutil.copytree(ROOT / "helpers", place / "helpers", ignore=ignored)
    shutil.copy2(ROOT / ".gitignore", place)
    for lesson in ("02", "03"):
        save(place / "notebooks", earlier(lesson), lesson)
    save(place / "notebooks", restamped(today("04")), "04")
    git(place, "init", "-q")
    git(place, "add", "-A")
    git(place, "commit", "-qm", "An edition")
    return place


@pytest.fixture
def mine(origin, tmp_path):
    """Return a student's clone with work in two lessons."""
    place = tmp_path / "my clone (1)"
    git(tmp_path, "clone", "-q", str(origin), str(place))
    save(place / "notebooks", worked("03"), "03")
    save(place / "notebooks", answered(restamped(today("04")), "04"), "04")
    return place


def worked(lesson):
    book = predicting(answered(earlier(lesson), lesson))
    book["cells"].insert(7, code("mine = '여기'", id="mine"))
    return book


def publish(origin):
    """Commit a new edition of the two lessons, and a new tool."""
    for lesson in ("02", "03"):
        save(origin / "notebooks", today(lesson), lesson)
    (origin / "helpers" / "brand_new.py").write_text("")
    git(origin, "add", "-A")
    git(origin, "commit", "-qm", "A new edition")


def notebooks(place):
    return {path.name: path.read_text(encoding="utf-8") for path in (place / "notebooks").iterdir()}


def expect_all_there(before, place, lesson="03"):
    after = notebooks(place)
    name = file_name(lesson)
    new = json.loads(after[name])
    assert new["metadata"]["workbook"] == today(lesson)["metadata"]["workbook"]
    assert lines_of(json.loads(before[name])) - lines_of(earlier(lesson)) <= lines_of(new)
    assert after[name.replace(".ipynb", ".mine.ipynb")] == before[name]
    assert JOURNAL not in after
    assert after[SAME] == before[SAME], "a lesson that is the same stays as it was"
    assert [n for n in after if n.startswith("04")] == [SAME]


def test_one_command_gets_the_new_edition_and_keeps_the_work(origin, mine):
    publish(origin)
    refused = subprocess.run(["git", "pull", "--ff-only"], cwd=mine, capture_output=True, text=True)
    assert "would be overwritten" in refused.stderr
    before = notebooks(mine)
    done = helpers_in(mine, "update", "--pull")
    assert done.returncode == 0, done.stderr
    assert f"{NAME}: updated\n    the old file: {MINE}" in done.stdout
    expect_all_there(before, mine)
    assert json.loads(notebooks(mine)[OTHER]) == today("02")
    assert (mine / "helpers" / "brand_new.py").exists()
    # git sees two notebooks that the student changed, and nothing else.
    status = git(mine, "status", "--porcelain").splitlines()
    assert sorted(status) == [f" M notebooks/{NAME}", f" M notebooks/{SAME}"]
    before = notebooks(mine)
    done = helpers_in(mine, "update", "--pull")
    assert done.returncode == 0 and "Already up to date" in done.stdout
    assert notebooks(mine) == before


def test_where_git_does_not_pull_everything_is_as_it_was(origin, mine, monkeypatch):
    publish(origin)
    git(mine, "commit", "-qam", "My work")  # so that the two have parted
    save(mine / "notebooks", predicting(answered(earlier("02"), "02")), "02")
    before = notebooks(mine)
    with pytest.raises(ValueError, match=r"git does not pull(?s:.)* as they were"):
        pull(mine / "notebooks")
    assert notebooks(mine) == before


def test_marks_of_a_merge_are_named_and_nothing_is_changed(origin, mine):
    publish(origin)
    (mine / "notebooks" / NAME).write_text("<<<<<<< HEAD\n{}\n=======\n{}\n>>>>>>> theirs\n")
    before = notebooks(mine)
    with pytest.raises(
        ValueError, match=rf"{NAME}: no notebook that can be read(?s:.)*merge --abort"
    ):
        pull(mine / "notebooks")
    assert notebooks(mine) == before


def test_a_deleted_notebook_comes_back(origin, mine):
    (mine / "notebooks" / OTHER).unlink()
    publish(origin)
    assert helpers_in(mine, "update", "--pull").returncode == 0
    assert json.loads(notebooks(mine)[OTHER]) == today("02")


def test_outside_of_a_clone_that_is_said(tmp_path):
    with pytest.raises(ValueError, match="is in no clone of the course"):
        pull(save(tmp_path / "alone", today()).parent)


class Killed(BaseException):
    """In place of kill -9: nothing that is still to come happens."""


@pytest.mark.parametrize("step", ["checkout", "pull", "carry"])
def test_stopped_at_any_step_the_next_call_goes_on(origin, mine, monkeypatch, step):
    publish(origin)
    before, run = notebooks(mine), subprocess.run

    def stopping(command, *arguments, **options):
        if {"checkout": "checkout", "pull": "pull", "carry": "update"}[step] in command:
            raise Killed
        return run(command, *arguments, **options)

    monkeypatch.setattr(clone_module.subprocess, "run", stopping)
    with pytest.raises(Killed):
        pull(mine / "notebooks")
    monkeypatch.undo()
    there = notebooks(mine)
    assert before[NAME] in (there[NAME], there[MINE])
    if step == "carry":
        assert helpers_in(mine, "update").returncode == 0
    else:
        # Where the new edition is not there yet, the work goes back, and the next pull is whole.
        assert helpers_in(mine, "update").returncode == 0
        assert notebooks(mine)[NAME] == before[NAME]
        assert helpers_in(mine, "update", "--pull").returncode == 0
    expect_all_there(before, mine)


def test_work_that_was_done_after_a_stop_is_not_written_over(origin, mine):
    folder = mine / "notebooks"
    kept = save(folder, worked("03"), "03", MINE)
    (folder / JOURNAL).write_text(json.dumps({NAME: MINE, OTHER: "gone.ipynb"}))
    later = answered(today("03"), ids=["3.1"])
    save(folder, later, "03")
    told = carry_over(folder, lambda moved: None)
    assert [(one.file, one.state) for one in told] == [(NAME, "up to date"), (OTHER, "refused")]
    assert json.loads((folder / NAME).read_text(encoding="utf-8")) == later
    assert kept.exists() and not (folder / JOURNAL).exists()


def test_a_lesson_that_is_gone_keeps_the_students_copy(origin, mine):
    folder = mine / "notebooks"
    (folder / NAME).rename(folder / MINE)
    (folder / JOURNAL).write_text(json.dumps({NAME: MINE}))
    (moved,) = carry_over(folder, lambda moved: None)
    assert moved.state == "refused" and f"yours is {MINE}" in moved.words
    assert (folder / MINE).exists()
