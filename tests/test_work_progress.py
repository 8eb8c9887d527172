"""Points over all lessons: from the answers that are saved, and from nothing that was printed."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from grading_kit import file_name
from work_kit import FRONT_ENDS, answered, code, earlier, predicting, save, today

from helpers.__main__ import main
from helpers.course import LESSONS, ROOT
from helpers.work import notebooks as notebooks_module
from helpers.work import progress as progress_module
from helpers.work import show_progress
from helpers.work.judging import NotJudged, Result
from helpers.work.kept import NAME as KEPT
from helpers.work.notebooks import place
from helpers.work.progress import progress
from helpers.work.words import to_text

NAME = file_name("03")
ALL_POINTS = sum(lesson.points for lesson in LESSONS)


@pytest.fixture
def judged(monkeypatch):
    """Let an answer be right if it is there, without running it; return the lessons judged."""
    calls = []

    def judge(lesson, work, folder, seconds):
        calls.append(lesson.number)
        return tuple(
            Result(
                entry.id,
                entry.title,
                entry.points * ("wrong = 1" not in text) if text else 0,
                entry.points,
                ("not yet" if "wrong = 1" in text else "passed") if text else "not started",
                "the step that fails" if "wrong = 1" in text else "",
            )
            for entry in lesson.exercises
            for text in [work.answers.get(entry.id, "")]
        )

    monkeypatch.setattr(progress_module, "judge", judge)
    return calls


@pytest.fixture
def folder(tmp_path, judged):
    """Return a folder of all lessons, in which nobody has worked."""
    for lesson in LESSONS:
        save(
            tmp_path,
            today(lesson.number) if lesson.points else opening(),
            lesson.number,
            lesson.number + "_" + lesson.topic + ".ipynb",
        )
    return tmp_path


def opening():
    (path,) = (Path(__file__).parents[1] / "notebooks").glob("00_*.ipynb")
    return json.loads(path.read_text(encoding="utf-8"))


def points(found):
    return {one.number: one.points for one in found.lessons if one.points}


def row(found, number):
    return next(one for one in found.lessons if one.number == number)


def test_untouched_notebooks_say_0_and_run_nothing(folder, judged):
    found = progress(folder)
    assert points(found) == {} and judged == []
    assert (found.stopped, found.next) == (None, ("01", "1.1"))
    assert {one.state for one in found.lessons} == {"untouched"}
    assert not (folder / KEPT).exists()


def test_untouched_notebooks_are_looked_at_without_the_large_packages(folder):
    code = "import sys; from helpers.work.progress import progress; from pathlib import Path; "
    code += f"progress(Path({str(folder)!r})); "
    code += "print([m for m in ('tensorflow', 'keras', 'scipy', 'sklearn') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("front_end", FRONT_ENDS)
def test_points_are_those_of_the_answers_whatever_wrote_the_file(folder, front_end):
    save(folder, FRONT_ENDS[front_end](answered(today(), ids=["3.1", "3.3"])))
    found = progress(folder)
    assert points(found) == {"03": 3}
    assert (found.stopped, found.next) == (("03", "3.2"), ("03", "3.2"))


def test_what_is_printed_in_a_notebook_counts_nothing(folder):
    book = today()
    for cell in book["cells"]:
        if cell["cell_type"] == "code":
            said = {"output_type": "stream", "name": "stdout", "text": "18 of 18 points"}
            cell |= {"execution_count": 1, "outputs": [said]}
    book["cells"].append(code("score = lambda: print('18 of 18 points')"))
    save(folder, book)
    found = progress(folder)
    assert points(found) == {} and row(found, "03").state == "worked in"


def test_a_prediction_earns_nothing_and_is_no_exercise(folder):
    save(folder, predicting(today()))
    found = progress(folder)
    assert points(found) == {} and found.stopped == ("03", "3.1")
    assert {one.status for one in row(found, "03").results} == {"not started"}


def test_where_one_stopped_is_in_the_lesson_last_worked_in(folder):
    for seconds, lesson, ids in ((30, "02", ["2.1"]), (20, "03", ["3.1", "3.2"])):
        path = save(folder, answered(today(lesson), lesson, ids), lesson)
        os.utime(path, (seconds, seconds))
    # Somebody opened an untouched one later, which is no work.
    os.utime(folder / file_name("06"), (99, 99))
    assert progress(folder).stopped == ("02", "2.2")
    os.utime(folder / NAME, (40, 40))
    assert progress(folder).stopped == ("03", "3.3")


def test_after_a_lesson_that_is_done_comes_the_next_one_and_then_what_was_left_out(folder):
    save(folder, answered(today("03")), "03")
    found = progress(folder)
    assert (found.stopped, found.next) == (None, ("04", "4.1"))
    for lesson in LESSONS[2:]:
        save(folder, answered(today(lesson.number), lesson.number), lesson.number)
    os.utime(folder / file_name("10"), (2_000_000_000, 2_000_000_000))
    assert progress(folder).next == ("01", "1.1")
    save(folder, answered(today("01"), "01"), "01")
    found = progress(folder)
    assert found.next is None and sum(points(found).values()) == ALL_POINTS
    assert to_text(found).endswith("Everything is done.")


def test_what_is_known_is_not_run_again_until_an_answer_changes(folder, judged):
    save(folder, answered(today("03"), ids=["3.1"]))
    first = progress(folder)
    assert progress(folder) == first and judged == ["03"]
    save(folder, answered(today("03"), ids=["3.1", "3.2"]))
    assert points(progress(folder)) == {"03": 2} and judged == ["03", "03"]
    kept = json.loads((folder / KEPT).read_text(encoding="utf-8"))
    assert len(kept) == 1, "results of what has changed are not kept"
    progress(folder, seconds=20)
    assert len(judged) == 3


@pytest.mark.parametrize("content", [b"", b"[]", b'{"a": 3}', b'{"a": [{"x": 1}]}', b"\xff"])
def test_a_damaged_store_is_an_empty_one(folder, judged, content):
    (folder / KEPT).write_bytes(content)
    save(folder, answered(today(), ids=["3.1"]))
    assert points(progress(folder)) == {"03": 1}
    assert points(progress(folder)) == {"03": 1} and judged == ["03"]


def test_where_nothing_can_be_kept_the_points_are_told_all_the_same(folder, monkeypatch):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("helpers.work.kept.write_atomically", full)
    save(folder, answered(today(), ids=["3.1"]))
    assert points(progress(folder)) == {"03": 1}


def test_what_cannot_be_read_or_run_costs_its_own_lesson(folder, judged, monkeypatch):
    (folder / NAME).write_text("<<<<<<< HEAD")
    save(folder, answered(today("02"), "02", ["2.1"]), "02")
    found = progress(folder)
    assert row(found, "03").state == "not readable" and points(found) == {"02": 3}
    assert "03  Basic autoencoder" in to_text(found)
    assert "not computed: it is not a notebook" in " ".join(to_text(found).split())

    def fail(*_):
        raise NotJudged("its set-up cell does not run here: ImportError")

    monkeypatch.setattr(progress_module, "judge", fail)
    save(folder, answered(today("02"), "02", ["2.2"]), "02")
    assert "ImportError" in row(progress(folder), "02").problem
    assert not json.loads((folder / KEPT).read_text(encoding="utf-8"))


def test_a_renamed_notebook_is_known_by_its_cells_and_a_second_one_is_named(folder):
    (folder / NAME).unlink()
    save(folder, answered(today(), ids=["3.1"]), name="나의 노트.ipynb")
    assert row(progress(folder), "03").file == "나의 노트.ipynb"
    save(folder, today())
    save(folder, answered(today(), ids=["3.1"]), name="03_basic_autoencoder.mine.ipynb")
    found = row(progress(folder), "03")
    assert (found.file, found.others) == (NAME, ("나의 노트.ipynb",))


def test_an_earlier_edition_is_named(folder):
    save(folder, answered(earlier(), ids=["3.1"]))
    found = progress(folder)
    assert [one.number for one in found.lessons if one.is_old] == ["03"]
    assert "Of an earlier edition: 03. python -m helpers update" in to_text(found)


def test_the_text_fits_a_terminal_and_says_what_is_next(folder, capsys):
    book = answered(today(), ids=["3.1"])
    save(folder, answered(book, ids=["3.2"]))
    book["cells"].append(code("def build_basic(*a):\n    wrong = 1\n    return wrong"))
    save(folder, book)
    assert main(["progress", str(folder)]) == 0
    said = capsys.readouterr().out
    assert max(map(len, said.splitlines()[1:])) <= 80  # the first says which folder
    assert "  03  Basic autoencoder               2 of 18  not yet 3.3; not started 3.4,\n" in said
    assert (
        f"You stopped at 3.3, Encoder and decoder: {NAME}\n  not yet: the step that fails" in said
    )
    assert "      01 to 06 together               2 of 100\n" in said
    show_progress(folder)
    assert capsys.readouterr().out.splitlines() == said.splitlines()[1:]


def test_solutions_are_nobody_s_work(judged, capsys):
    show_progress(ROOT / "solutions")
    said = capsys.readouterr().out
    assert said.count("not begun") == len(LESSONS) and not judged
    assert "Next: 1.1, lesson 01" in said


def test_for_programs(folder, capsys):
    save(folder, answered(today(), ids=["3.1"]))
    assert main(["progress", str(folder), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["points"], found["of"], found["next"]) == (1, ALL_POINTS, ["03", "3.2"])
    assert found["lessons"][3]["results"][0]["status"] == "passed"


def test_mistakes_are_said_in_a_sentence(tmp_path, capsys):
    assert main(["progress", str(tmp_path / "nowhere")]) == 2
    assert "There is no folder" in capsys.readouterr().err
    assert main(["progress", "--seconds", "0"]) == 2
    assert "--seconds lies between 0 and 3600. Received: 0" in capsys.readouterr().err


def test_without_a_folder_the_one_at_hand_is_meant(folder, monkeypatch, tmp_path):
    monkeypatch.chdir(folder)
    assert progress().folder == folder
    (tmp_path / "notebooks").mkdir()
    save(tmp_path / "notebooks", today())
    for path in folder.glob("*.ipynb"):
        path.unlink()
    assert progress().folder == tmp_path / "notebooks"
    monkeypatch.chdir(tmp_path.parent)
    assert place(None) == ROOT / "notebooks"
    monkeypatch.setattr(notebooks_module, "ROOT", tmp_path / "site-packages")
    with pytest.raises(ValueError, match="no notebook of the course here: name the folder"):
        place(None)


def test_a_console_that_cannot_print_a_letter_shows_it_in_another_way(folder, monkeypatch):
    (folder / NAME).rename(folder / "나의 노트.ipynb")
    save(folder, answered(today(), ids=["3.1"]), name="나의 노트.ipynb")
    stream = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(stream, "ascii"))
    assert main(["progress", str(folder)]) == 0
    sys.stdout.flush()
    assert rb"\ub098\uc758" in stream.getvalue()
