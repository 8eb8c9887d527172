"""Whose is it, and which answer is it: every layout, front end and name that courses report.

Nothing runs here. A case builds what an instructor would be given, and says who handed in what.
"""

import io
import json
import os
import sys
import unicodedata
import zipfile
from pathlib import Path

import pytest
from grading_kit import LESSONS, file_name, filled, notebook, solution

from helpers.course import ROOT
from helpers.grading import intake
from helpers.grading.files import Refused, files_of
from helpers.grading.intake import take_in
from helpers.work import answers as answers_module
from helpers.work.cells import cells_of
from helpers.work.lessons import facts

NAME, OTHER = file_name("03"), file_name("04")
SIGMOID = (
    "def sigmoid(activations):\n    s = 1 / (1 + np.exp(-activations))\n    return s, s - s * s\n"
)
DENSE = "def dense(inputs, kernel, bias):\n    return inputs @ kernel + bias\n"
HEADING = "### Exercise 3.1 — Sigmoid and its slope (1 point)\n\nText."
ACTIVATIONS = """\
pre_activations = np.linspace(-8, 8, 161)
values, slopes = sigmoid(pre_activations)
print(f"slope at 0: {slopes[80]:.2f}")"""
STUB = facts("03").stubs["ch03-sigmoid"]


def code(source, mark=None, **more):
    """Return a code cell, as JupyterLab writes it, with nbgrader's mark of an answer if asked."""
    marks = {"nbgrader": {"grade_id": mark, "solution": True}} if mark else {}
    return {"cell_type": "code", "metadata": marks, "source": source, "outputs": [], **more}


def text(source, **metadata):
    return {"cell_type": "markdown", "metadata": metadata, "source": source}


def check(number, name, **more):
    return code(f'{name} = check("{number}", {name})', **more)


def book(*cells, **more):
    """Return a notebook as bytes."""
    content = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": list(cells), **more}
    return json.dumps(content).encode()


def zipped(*members):
    """Return a zip as bytes, of pairs (name or ZipInfo, content)."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return buffer.getvalue()


def answer(source=SIGMOID):
    return book(code(source, "ch03-sigmoid"))


GOOD = answer()
LATER = answer(SIGMOID + "# later\n")
BLANK = answer(STUB)
FOUR = book(code("x = 1", next(iter(facts("04").stubs))))


def place(folder, files, name="class"):
    """Write files by their paths, or a zip's content under a name; return where they are."""
    if isinstance(files, bytes):
        path = folder / f"{name}.zip"
        path.write_bytes(files)
        return path
    for path, content in files.items():
        (folder / name / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / name / path).write_bytes(content)
    return folder / name


MOODLE = "{}_assignsubmission_file"

# What comes in: paths and contents below a folder, or a zip. Then who handed in lesson 03, or
# (lesson, who) where that is another.
LAYOUTS = {
    "a folder a student": ({f"ann/{NAME}": GOOD, f"Bo Li/{NAME}": GOOD}, ["Bo Li", "ann"]),
    "names before the topic": ({f"ann_{NAME}": GOOD, f"2023_{NAME}": GOOD}, ["2023", "ann"]),
    "Moodle, folders": ({f"{MOODLE.format('Ann Alpha_5011')}/{NAME}": GOOD}, ["Ann Alpha"]),
    "Moodle, folders of older versions": (
        {f"{MOODLE.format('Ann Alpha_5011')}_/{NAME}": GOOD}, ["Ann Alpha"]),
    "Moodle, no folders": ({f"{MOODLE.format('Ann Alpha_5011')}_{NAME}": GOOD}, ["Ann Alpha"]),
    "Moodle, no names": (
        zipped(*[(f"{MOODLE.format(f'Participant_{n}')}/{NAME}", GOOD) for n in (5011, 5012)]),
        ["Participant_5011", "Participant_5012"]),
    "Moodle, no name, alone": (
        zipped((f"{MOODLE.format('Participant_5011')}/{NAME}", GOOD)), ["Participant_5011"]),
    "Moodle, no names, in German": (
        zipped(*[(f"{MOODLE.format(f'Teilnehmer_{n}')}/{NAME}", GOOD) for n in (5, 6)]),
        ["Teilnehmer_5", "Teilnehmer_6"]),
    "Moodle, two of one name": (
        {f"{MOODLE.format(f'Kim Minji_{n}')}/{NAME}": GOOD for n in (5011, 5012)},
        ["Kim Minji_5011", "Kim Minji_5012"]),
    "Moodle, other numbers in another lesson": (
        {f"{MOODLE.format('Ann_5011')}/{NAME}": GOOD, f"{MOODLE.format('Ann_6011')}/{OTHER}": FOUR},
        ["Ann", ("04", "Ann")]),
    "Moodle, a zip by a student": (
        {f"{MOODLE.format('Ann_5011')}/work.zip": zipped((NAME, GOOD))}, ["Ann"]),
    "Moodle, zips of one name": (
        {f"{MOODLE.format(f'{who}_{n}')}/homework.zip": zipped((NAME, GOOD))
         for n, who in enumerate(("Ann", "Bo"))}, ["Ann", "Bo"]),
    "Moodle, zips of one name, no folders": (
        {f"{MOODLE.format(f'{who}_{n}')}_homework.zip": zipped((NAME, GOOD))
         for n, who in enumerate(("Ann", "Bo"))}, ["Ann", "Bo"]),
    "Moodle, a zip in the zip": (
        zipped((f"{MOODLE.format('Ann_5011')}/work.zip", zipped((f"w/{NAME}", GOOD)))), ["Ann"]),
    "Moodle, the zip beside others": (
        {"moodle.zip": zipped(*[(f"{MOODLE.format(who)}/{NAME}", GOOD) for who in ("A_1", "B_2")]),
         f"bo/{NAME}": GOOD}, ["A", "B", "bo"]),
    "a zip with a file as Canvas names it": (
        {"ann.zip": zipped((f"bo_4711_90001_{NAME}", GOOD)), f"bo/{NAME}": GOOD}, ["ann", "bo"]),
    "clones of the whole course": (
        {f"{who}/{folder}/{NAME}": LATER if folder == "solutions" else GOOD
         for who in ("ann", "bo") for folder in ("notebooks", "solutions")}, ["ann", "bo"]),
    "Canvas": ({f"adamsamy_4711_90001_{NAME}": GOOD}, ["adamsamy"]),
    "Canvas, late": ({f"adamsamy_LATE_4711_90001_{NAME}": GOOD}, ["adamsamy"]),
    "Canvas, a second upload": ({f"clarkcid_4713_90003_{NAME[:-6]}-1.ipynb": GOOD}, ["clarkcid"]),
    "Canvas, no names": (
        {f"anon_x7Gh2_90001_{NAME}": GOOD, f"anon_q1Lp9_90002_{NAME}": GOOD},
        ["anon_q1Lp9", "anon_x7Gh2"]),
    "Canvas, no name, late": ({f"LATE_anon_x7Gh2_90001_{NAME}": GOOD}, ["anon_x7Gh2"]),
    "Canvas, two of one name": (
        {f"kimminji_{n}_9000{n}_{NAME}": GOOD for n in (1, 2)}, ["kimminji_1", "kimminji_2"]),
    "Canvas, a zip": (
        {"adamsamy_4711_90001_work.zip": zipped((f"x/{NAME}", GOOD))}, ["adamsamy"]),
    "Blackboard": ({f"Lesson 3_balpha1_attempt_2025-03-03-11-00-00_{NAME}": GOOD}, ["balpha1"]),
    "Blackboard, names that end alike": (
        {f"Lesson_kim_mj_attempt_2025-03-03-11-00-00_{NAME}": GOOD,
         f"Lesson_lee_mj_attempt_2025-03-03-11-00-00_{NAME}": GOOD},
        ["Lesson_kim_mj", "Lesson_lee_mj"]),
    "files that name another in another's way": (
        {f"L_eve_attempt_2025-03-03-11-00-00_bo_attempt_2030-03-03-11-00-00_{NAME}": GOOD,
         f"L_bo_attempt_2025-03-03-11-00-00_{NAME}": GOOD}, ["bo", "eve"]),
    "files that name another in Moodle's way": (
        {f"{MOODLE.format('Eve_5')}_{MOODLE.format('Bo_6')}_{NAME}": GOOD,
         f"{MOODLE.format('Bo_6')}_{NAME}": GOOD}, ["Bo", "Eve"]),
    "files that name another in Canvas's way": (
        {f"eve_5_1001_bo_6_1009_{NAME}": GOOD, f"bo_6_1002_{NAME}": GOOD}, ["bo", "eve"]),
    "Brightspace": (
        {f"397063-255 - Mary-Ann Smith - Sep 24, 2024 926 PM/{NAME}": GOOD}, ["Mary-Ann Smith"]),
    "nbgrader, its folder": ({f"ann/03_basic_autoencoder/{NAME}": GOOD}, ["ann"]),
    "nbgrader, the course": (
        {f"submitted/ann/03_basic_autoencoder/{NAME}": GOOD,
         f"source/03_basic_autoencoder/{NAME}": LATER,
         f"release/03_basic_autoencoder/{NAME}": BLANK,
         f"autograded/ann/03_basic_autoencoder/{NAME}": LATER}, ["ann"]),
    "clones": (
        {f"lesson-03-ann/notebooks/{NAME}": GOOD, "lesson-03-ann/.git/x.ipynb": b"x",
         f"lesson-03-bo/notebooks/{NAME}": GOOD}, ["lesson-03-ann", "lesson-03-bo"]),
    "a folder around the class": (
        {f"all/ann/{NAME}": GOOD, f"all/bo/{NAME}": GOOD}, ["ann", "bo"]),
    "a folder in the zip of the class": (
        zipped((f"all/ann/{NAME}", GOOD), (f"all/bo/{NAME}", GOOD)), ["ann", "bo"]),
    "a folder a lesson": (
        {f"{name[:2]}/{who}/{name}": content for name, content in ((NAME, GOOD), (OTHER, FOUR))
         for who in ("ann", "bo")}, ["ann", "bo", ("04", "ann"), ("04", "bo")]),
    "Canvas in a folder a lesson": (
        {f"3/adamsamy_4711_90001_{NAME}": GOOD, f"4/adamsamy_4711_90009_{OTHER}": FOUR},
        ["adamsamy", ("04", "adamsamy")]),
    "zips of two groups": (
        {f"{group}.zip": zipped((f"{group}1/{NAME}", GOOD), (f"{group}2/{NAME}", GOOD))
         for group in "ab"}, ["a1", "a2", "b1", "b2"]),
    "a zip a student": ({"ann.zip": zipped((NAME, GOOD)), f"bo/{NAME}": GOOD}, ["ann", "bo"]),
    "a zip with a folder of the same": ({"ann.zip": zipped((f"notebooks/{NAME}", GOOD))}, ["ann"]),
    "a zip that holds another's folder": (
        {"eve/work.zip": zipped((f"bo/{NAME}", LATER)), f"bo/{NAME}": GOOD}, ["bo", "eve"]),
    "a zip that says to be Moodle's": (
        {"eve.zip": zipped(*[(f"{MOODLE.format(who)}/{NAME}", LATER) for who in ("bo_1", "cy_2")]),
         f"bo/{NAME}": GOOD, f"ann/{NAME}": GOOD}, ["ann", "bo", "cy"]),
    "a zip that holds two others'": (
        {"eve.zip": zipped((f"ann/{NAME}", LATER), (f"bo/{NAME}", LATER)), f"bo/{NAME}": GOOD},
        ["bo", "eve"]),
    "what macOS adds": (
        {"ann/w.zip": zipped((f"w/{NAME}", GOOD), (f"__MACOSX/w/._{NAME}", b"x")),
         f"ann/._{NAME}": b"x", f"ann/.ipynb_checkpoints/{NAME}": b"x", "ann/.DS_Store": b"x"},
        ["ann"]),
    "a folder named like a notebook": (
        {f"ann/{NAME}/{NAME}": GOOD, f"bo/{NAME}": GOOD}, ["ann", "bo"]),
    "backslashes in a zip": (zipped((f"ann\\{NAME}", GOOD), (f"bo\\{NAME}", GOOD)), ["ann", "bo"]),
    "a copy of the browser": ({f"ann_{NAME[:-6]} (1).ipynb": GOOD}, ["ann"]),
    "a copy of Jupyter": ({f"ann/{NAME[:-6]}-Copy1.ipynb": GOOD}, ["ann"]),
    "a copy of Colab": ({f"ann/Copy of {NAME}": GOOD}, ["ann"]),
    "a copy of Colab in Korean": ({f"ann/{NAME[:-6]}의 사본.ipynb": GOOD}, ["ann"]),
    "capitals": ({f"ann/{NAME.upper()}": GOOD}, ["ann"]),
    "spaces for underscores": ({"ann/03 basic autoencoder.ipynb": GOOD}, ["ann"]),
    "saved as text": ({f"ann/{NAME}.txt": GOOD}, ["ann"]),
    "a name without the lesson": ({"ann/homework.ipynb": GOOD}, ["ann"]),
    "a name of another lesson": ({f"ann/{OTHER}": GOOD}, ["ann"]),
    "one student's zip by itself": (zipped((NAME, GOOD)), ["class"]),
    "a notebook beside folders in a zip": (
        zipped((NAME, GOOD), (f"bo/{NAME}", GOOD)), ["bo", "class"]),
    "wide spaces": ({f"김 민지/{NAME}": GOOD}, ["김 민지"]),
    "hard spaces": ({f"Ann\u00a0 Alpha/{NAME}": GOOD}, ["Ann Alpha"]),
    "letters in parts": ({f"{unicodedata.normalize('NFD', '김민지')}/{NAME}": GOOD}, ["김민지"]),
    "an escape in a name": ({f"a\x1b[1mnn/{NAME}": GOOD}, ["a\\x1b[1mnn"]),
    "a long name in a zip": (zipped((f"{'x' * 300}/{NAME}", GOOD), (f"bo/{NAME}", GOOD)),
        ["bo", f"{'x' * 200}… "]),
}  # fmt: skip


@pytest.mark.parametrize("layout", LAYOUTS)
def test_everybody_is_found_once_and_as_the_platform_says(layout, tmp_path):
    files, expected = LAYOUTS[layout]
    taken = take_in(place(tmp_path, files))
    found = [(one.lesson, one.student) for one in taken.submissions]
    wanted = [one if isinstance(one, tuple) else ("03", one) for one in expected]
    assert len(found) == len(wanted), (found, taken.refused)
    for (lesson, student), (wanted_lesson, wanted_student) in zip(
        sorted(found), sorted(wanted), strict=True
    ):
        assert lesson == wanted_lesson
        assert student == wanted_student or (
            wanted_student.endswith("… ") and student.startswith(wanted_student)
        )
    own = [one for one in taken.submissions if one.lesson == "03"]
    assert not any("# later" in one.answers["3.1"] for one in own if one.student in ("ann", "bo"))
    assert all(one.answers.keys() == {"3.1"} for one in own)
    assert not taken.ungraded


# Several notebooks of one student: the one that counts.
ATTEMPTS = {
    "Blackboard's attempts": {
        f"L_ann_attempt_2025-03-04-09-30-00_{NAME}": LATER,
        f"L_ann_attempt_2025-03-03-11-00-00_{NAME}": GOOD,
    },
    "Brightspace's dates": {
        f"1-2 - Ann - Sep 9, 2024 1126 AM/{NAME}": GOOD,
        f"1-2 - Ann - Sep 9, 2024 1205 PM/{NAME}": LATER,
        f"1-2 - Ann - Aug 30, 2024 926 PM/{NAME}": GOOD,
    },
    "Canvas's uploads": {
        f"ann_1_90009_{NAME[:-6]}-1.ipynb": LATER,
        f"ann_1_90001_{NAME}": GOOD,
    },
    "copies": {
        f"ann/{NAME}": GOOD,
        f"ann/{NAME[:-6]} (10).ipynb": LATER,
        f"ann/{NAME[:-6]} (9).ipynb": GOOD,
    },
    "versions of Teams": {f"ann/Version 10/{NAME}": LATER, f"ann/Version 9/{NAME}": GOOD},
    "versions of Teams, of two students": {
        **{f"ann/Version {n}/{NAME}": LATER if n == 10 else GOOD for n in (9, 10)},
        **{f"bo/Version {n}/{NAME}": LATER if n == 10 else GOOD for n in (9, 10)},
    },
    "a copy that nobody wrote in": {f"ann/{NAME}": LATER, f"ann/{NAME[:-6]}-Copy1.ipynb": BLANK},
    "a later file that is broken": {f"ann/{NAME}": LATER, f"ann/{NAME[:-6]}-1.ipynb": b"{"},
    "a folder and a file": {f"ann/{NAME}": GOOD, f"ann_{NAME[:-6]} (2).ipynb": LATER},
}


@pytest.mark.parametrize("kind", ATTEMPTS)
def test_the_latest_attempt_counts_with_a_note(kind, tmp_path):
    taken = take_in(place(tmp_path, ATTEMPTS[kind]))
    count = len(ATTEMPTS[kind]) // len(taken.submissions)
    assert len(taken.submissions) == (2 if "two students" in kind else 1)
    for one in taken.submissions:
        assert one.answers["3.1"].endswith("# later\n")
        assert one.notes[0].startswith(f"the latest of {count}; not graded: ")
    assert not taken.ungraded


def test_one_notebook_by_itself_is_of_the_student_whose_folder_it_is_in(tmp_path):
    (one,) = take_in(place(tmp_path, {f"ann/{NAME}": GOOD}) / "ann" / NAME).submissions
    assert (one.student, one.file) == ("ann", NAME)


def test_a_notebook_of_another_lesson_does_not_stand_in_for_the_one_that_is_there(tmp_path):
    """Its name says lesson 04, its cells are of 03, of which the student handed in another."""
    taken = take_in(place(tmp_path, {f"ann/{NAME}": LATER, f"ann/{OTHER}": GOOD}))
    (one,) = taken.submissions
    assert one.lesson == "03" and one.answers["3.1"].endswith("# later\n")
    why = "its cells are of lesson 03, of which another notebook counts"
    assert taken.refused == [(f"ann/{OTHER}", why)]
    assert not taken.ungraded


def test_no_more_is_read_of_a_student_than_there_is_room_for(tmp_path, monkeypatch):
    monkeypatch.setattr(intake, "_MAX_READ", 0)
    files = {f"ann/{n}.ipynb": book(code("x = 1")) for n in (1, 2)}
    taken = take_in(place(tmp_path, {**files, f"bo/{NAME}": GOOD}))
    assert [one.student for one in taken.submissions] == ["bo"]
    first, second = (why for _, why in taken.refused)
    assert first == "unknown: no lesson's notebook"
    assert second == "unknown lesson; its name says none, and there is too much of this student"
    assert taken.ungraded.keys() == {"ann"}


REFUSED = {
    "no notebook": ({"ann/essay.docx": b"x"}, "essay.docx", "unknown: no notebook"),
    "no JSON": ({f"ann/{NAME}": b"{"}, NAME, "no valid JSON"),
    "an older format": ({f"ann/{NAME}": b'{"nbformat": 3, "worksheets": []}'}, NAME, "format 4"),
    "of another course": ({f"ann/{NAME}": book(code("x = 1"))}, NAME, "no cell of lesson 03"),
    "of no lesson": ({"ann/x.ipynb": book(code("x = 1"))}, "x.ipynb", "no lesson's notebook"),
    "another archive": ({"ann/work.rar": b"x"}, "work.rar", "only zips"),
    "a broken zip": ({"ann/work.zip": b"PK"}, "work.zip", "not a readable zip"),
    "a zip locked by a password": (
        {"ann/work.zip": zipped((NAME, GOOD)).replace(b"PK\x01\x02\x14\x03\x14\x00\x00",
                                                      b"PK\x01\x02\x14\x03\x14\x00\x01")},
        f"work.zip/{NAME}", "cannot be read"),
    "a locked zip in the zip": (
        {"ann/all.zip": zipped(("work.zip", b"")).replace(b"PK\x01\x02\x14\x03\x14\x00\x00",
                                                         b"PK\x01\x02\x14\x03\x14\x00\x01")},
        "all.zip/work.zip", "cannot be read"),
    "folders without end": (
        {f"ann/{'f/' * 30}{NAME}": GOOD}, "/".join("f" * 30), "more than 30 folders deep"),
    "folders without end in a zip": (
        {"ann/w.zip": zipped(("f/" * 30 + NAME, GOOD))}, "w.zip/" + "f/" * 30 + NAME,
        "more than 30 folders deep"),
    "a name of a thousand letters in a zip": (
        {"ann/w.zip": zipped((f"{'x' * 1000}{NAME}", GOOD))}, f"w.zip/{'x' * 1000}{NAME}",
        "its name is too long"),
}  # fmt: skip


@pytest.mark.parametrize("kind", REFUSED)
def test_whose_work_is_refused_is_named_with_the_reason(kind, tmp_path):
    files, name, why = REFUSED[kind]
    taken = take_in(place(tmp_path, {**files, f"bo/{NAME}": GOOD}))
    assert [one.student for one in taken.submissions] == ["bo"]
    ((refused, reason),) = taken.refused
    assert refused == f"ann/{name}" and why in reason
    assert taken.ungraded.keys() == {"ann"}
    assert taken.people.keys() == {"ann", "bo"}


def test_a_file_that_changes_while_a_class_is_taken_in_is_refused_and_says_so(tmp_path):
    folder = place(tmp_path, {f"{name}.ipynb": GOOD for name in "abcde"})
    listed = files_of(folder)
    first, second, third = (next(listed) for _ in range(3))
    (folder / "d.ipynb").unlink()
    (gone, last) = listed
    assert gone.why.startswith("not taken: ") and "d.ipynb" in gone.why
    with pytest.raises(Refused, match="not taken"):
        gone.read()
    (folder / "a.ipynb").unlink()
    with pytest.raises(Refused, match="not taken: No such file"):
        first.read()
    os.link(folder / "b.ipynb", tmp_path / "elsewhere")
    with pytest.raises(Refused, match="hard link"):
        second.read()
    (folder / "c.ipynb").unlink()
    (folder / "c.ipynb").symlink_to(folder / "e.ipynb")
    with pytest.raises(Refused, match="not taken: "):
        third.read()
    assert last.read() == GOOD


@pytest.mark.skipif(sys.platform != "linux", reason="no such file elsewhere")
def test_a_disk_that_does_not_give_a_file_back_is_said(tmp_path):
    """This process's own memory reads like a file on a bad disk."""
    (bad,) = files_of(Path("/proc/self/mem"))
    with pytest.raises(Refused, match="not taken: Input/output error"):
        bad.read()
    (tmp_path / "class.zip").symlink_to("/proc/self/mem")
    taken = take_in(tmp_path / "class.zip")
    assert taken.submissions == []
    ((_, why),) = taken.refused
    assert why == "not taken: Input/output error"


def test_of_many_other_files_some_are_named_and_the_rest_counted(tmp_path):
    files = {f"ann/data/{n:03}.png": b"x" for n in range(300)}
    taken = take_in(place(tmp_path, {**files, f"ann/{NAME}": GOOD}))
    assert len(taken.refused) == 11
    assert taken.refused[-1] == ("ann: 290 more files", "unknown: no notebook")
    assert taken.ungraded == {}


@pytest.mark.parametrize(
    ("name", "encoding"),
    [
        ("김민지", "cp949"),
        ("김민지", "utf-8"),
        ("김똠방", "cp949"),
        ("José Gérard", "cp437"),
        ("Gérard", "cp437"),
        ("Kim 민지", "cp949"),
    ],
)
def test_names_in_zips_are_read_in_the_encoding_that_they_are_in(name, encoding, tmp_path):
    raw = f"{name}_5011_assignsubmission_file/{NAME}".encode(encoding)
    marker = "m" * len(raw)
    content = zipped((marker, GOOD)).replace(marker.encode(), raw)
    (one,) = take_in(place(tmp_path, content)).submissions
    assert one.student == name


# Front ends and habits: the cells that they leave, and the exercises that are answered.
LOST = "{}: found by the cell's id, since nbgrader's mark is lost"
BELOW = "{}: found below the exercise's heading, since the cell's marks are lost"
ABOVE = "{}: found above the exercise's check, since the cell's marks are lost"
NAMED = "{}: found by the name that a cell defines, since the answer cell is lost or empty"
HEADING_2 = "### Exercise 3.2 — Dense layer (1 point)"
WRITTEN = {
    "JupyterLab": ([code(SIGMOID, "ch03-sigmoid", id="ch03-sigmoid")], {"3.1": SIGMOID}, ""),
    "VS Code, marks lost": ([code(SIGMOID, id="ch03-sigmoid")], {"3.1": SIGMOID}, LOST),
    "Colab, id in the metadata": (
        [{**code(SIGMOID), "metadata": {"id": "ch03-sigmoid"}}], {"3.1": SIGMOID}, LOST),
    "Kaggle, ids lost": (
        [text(HEADING), {**code(SIGMOID), "metadata": {"_uuid": "x", "trusted": True}},
         check("3.1", "sigmoid")], {"3.1": SIGMOID}, BELOW),
    "Deepnote": (
        [text(HEADING, deepnote_cell_type="text-cell-h3"),
         {**code(SIGMOID), "metadata": {"cell_id": "x", "deepnote_cell_type": "code"}}],
        {"3.1": SIGMOID}, BELOW),
    "texts deleted": ([code("1 + 1"), code(SIGMOID), check("3.1", "sigmoid")],
        {"3.1": SIGMOID}, ABOVE),
    "only the answer": ([code(SIGMOID)], {"3.1": SIGMOID}, NAMED),
    "an answer under another name, marks lost": (
        [text(HEADING), code("def sigma(a):\n    return a"), text(HEADING_2)],
        {"3.1": "def sigma(a):\n    return a"}, BELOW),
    "the stub pasted below": (
        [code(SIGMOID, "ch03-sigmoid"), code(STUB, "ch03-sigmoid")], {"3.1": SIGMOID}, ""),
    "the stub pasted below, changed": (
        [code(SIGMOID, "ch03-sigmoid"),
         code("def sigmoid(a):\n    raise NotImplementedError", "ch03-sigmoid")],
        {"3.1": SIGMOID}, ""),
    "the stub kept, the answer in a new cell": (
        [text(HEADING), code(STUB, "ch03-sigmoid"), code(SIGMOID), check("3.1", "sigmoid")],
        {"3.1": SIGMOID}, BELOW),
    "a note kept in the cell, the answer in a new one": (
        [text(HEADING), code("# see below", "ch03-sigmoid"), code(SIGMOID)],
        {"3.1": f"{'# see below'}\n\n{SIGMOID}"}, BELOW),
    "split": (
        [code("one = 1.0\n", "ch03-sigmoid"), code(SIGMOID, "ch03-sigmoid")],
        {"3.1": f"one = 1.0\n\n\n{SIGMOID}"}, "3.1: 2 answer cells, run in their order"),
    "split, the lower half unmarked": (
        [code(SIGMOID, "ch03-sigmoid"), code("sigmoid = np.vectorize(sigmoid)"),
         check("3.1", "sigmoid")],
        {"3.1": f"{SIGMOID}\n\nsigmoid = np.vectorize(sigmoid)"}, ""),
    "a helper between the answer and its check": (
        [code(SIGMOID, "ch03-sigmoid"), code("print(1)\ndef half(x):\n    return x / 2"),
         check("3.1", "sigmoid")],
        {"3.1": f"{SIGMOID}\n\ndef half(x):\n    return x / 2"}, ""),
    "split, and one half is no Python": (
        [code("def sigmoid(:", "ch03-sigmoid"), code(SIGMOID, "ch03-sigmoid")],
        {"3.1": SIGMOID}, "3.1: 2 answer cells, run in their order"),
    "cut in the middle of a function": (
        [code("def sigmoid(a):", "ch03-sigmoid"), code("    return a, a", "ch03-sigmoid")],
        {"3.1": "def sigmoid(a):\n    return a, a"}, "3.1: 2 answer cells, run in their order"),
    "merged with its check": (
        [code(f'{SIGMOID}sigmoid = check("3.1", sigmoid)', "ch03-sigmoid")],
        {"3.1": f"{SIGMOID}pass"}, ""),
    "merged into its check": (
        [code(f'{SIGMOID}sigmoid = check("3.1", sigmoid)', "ch03-sigmoid-check")],
        {"3.1": f"{SIGMOID}pass"}, NAMED),
    "two answers in one cell": (
        [code(SIGMOID + DENSE, "ch03-sigmoid")],
        {"3.1": SIGMOID + DENSE, "3.2": SIGMOID + DENSE}, NAMED.format("3.2")),
    "two answers under two lost marks": (
        [code(SIGMOID, id="ch03-sigmoid"), code(DENSE, id="ch03-dense")],
        {"3.1": SIGMOID, "3.2": DENSE}, LOST.format("3.1, 3.2")),
    "a list of lines": ([code(SIGMOID.splitlines(True), "ch03-sigmoid")], {"3.1": SIGMOID}, ""),
    "a list of lines without ends": (
        [code(SIGMOID.splitlines(), "ch03-sigmoid")], {"3.1": SIGMOID[:-1]}, ""),
    "line ends of Windows": (
        [code(SIGMOID.replace("\n", "\r\n"), "ch03-sigmoid")], {"3.1": SIGMOID}, ""),
    "line ends of old": ([code(SIGMOID.replace("\n", "\r"), "ch03-sigmoid")], {"3.1": SIGMOID}, ""),
    "the stub with other line ends": (
        [code(STUB.replace("\n", " \r\n"), "ch03-sigmoid")], {}, ""),
    "%%time": ([code(f"%%time\n{SIGMOID}", "ch03-sigmoid")], {"3.1": f"\n{SIGMOID}"}, ""),
    "%%capture and %%time": (
        [code(f"\n%%capture out\n%%time\n{SIGMOID}", "ch03-sigmoid")],
        {"3.1": f"\n\n\n{SIGMOID}"}, ""),
    "a function that is called like the course's": (
        [code(f"def score(x):\n    return x\n\nscore(1)\n{SIGMOID}", "ch03-sigmoid")],
        {"3.1": f"def score(x):\n    return x\n\nscore(1)\n{SIGMOID}"}, ""),
    "%%writefile": ([code(f"%%writefile a.py\n{SIGMOID}", "ch03-sigmoid")], {}, ""),
    "line magics": (
        [code(f"%matplotlib inline\n{SIGMOID}%timeit sigmoid(1)\n!ls \\\n  -l\nsigmoid?\n"
              "files = !ls\n%time y = sigmoid(2)\n", "ch03-sigmoid")],
        {"3.1": f"None\n{SIGMOID}None\nNone\n\nNone\nfiles = None\ny = sigmoid(2)\n"}, ""),
    "magics in texts stay": (
        [code(f'!ls\ntext = """\n!ls\n"""\n{SIGMOID}', "ch03-sigmoid")],
        {"3.1": f'None\ntext = """\n!ls\n"""\n{SIGMOID}'}, ""),
    "await": (
        [code(f"import asyncio\nawait asyncio.sleep(\n    0\n); x = 1\n{SIGMOID}", "ch03-sigmoid")],
        {"3.1": f"import asyncio\npass\n\nx = 1\n{SIGMOID}"}, ""),
    "trials on the lesson's data": (
        [code(f"{SIGMOID}\nshown = sigmoid(images[:3])\nprint(shown)\nprint(sigmoid(1.0))\n"
              "x = [images for images in (1, 2)]", "ch03-sigmoid")],
        {"3.1": f"{SIGMOID}\npass\npass\nprint(sigmoid(1.0))\nx = [images for images in (1, 2)]"},
        "3.1: lines that need variables of the lesson's other cells are not run"),
    "an own variable of a name of the lesson's": (
        [code("images = 1"), code(f"{SIGMOID}print(images)", "ch03-sigmoid")],
        {"3.1": f"{SIGMOID}print(images)"}, ""),
    "merged with the lesson's cells below": (
        [code(SIGMOID + 'sigmoid = check("3.1", sigmoid)\n' + ACTIVATIONS, "ch03-sigmoid")],
        {"3.1": f"{SIGMOID}pass\npass\npass\npass"},
        "3.1: lines that need variables of the lesson's other cells are not run"),
    "indented": ([code("  sigmoid = abs\n  x = 1", "ch03-sigmoid")],
        {"3.1": "sigmoid = abs\nx = 1"}, ""),
    "shuffled": (
        [code(DENSE, "ch03-dense"), code(SIGMOID, "ch03-sigmoid")],
        {"3.1": SIGMOID, "3.2": DENSE}, ""),
}  # fmt: skip


@pytest.mark.parametrize("kind", WRITTEN)
def test_every_answer_is_found_however_its_notebook_was_saved(kind, tmp_path):
    cells, expected, note = WRITTEN[kind]
    (one,) = take_in(place(tmp_path, {f"ann/{NAME}": book(*cells)})).submissions
    assert one.answers == expected
    said = [words for words in one.notes if "missing" not in words and "check cell" not in words]
    assert note.format("3.1") in (said or [""])
    if not note:
        assert not [words for words in said if "found" in words]


def stripped(cells, keep):
    """Return the cells of a worked lesson without marks; and without ids, or all but answers."""
    for number, cell in enumerate(cells):
        answer = cell["metadata"].pop("nbgrader", {}).get("solution", False)
        if keep != "id":
            cell["id"] = f"c{number}"
        if keep != "name" or answer:
            yield cell


@pytest.mark.parametrize("lesson", LESSONS)
@pytest.mark.parametrize("keep", ["marks", "id", "heading", "name"])
def test_every_answer_of_every_lesson_is_found_whatever_is_lost(lesson, keep):
    cells = filled(lesson, solution(lesson))["cells"]
    cells = cells if keep == "marks" else list(stripped(cells, keep))
    work = answers_module.work_in(cells_of(cells), facts(lesson))
    assert work.answers == solution(lesson)
    assert work.own == ()
    ids = ", ".join(work.answers)
    found = {"id": LOST, "heading": BELOW, "name": NAMED}
    assert [note for note in work.notes if "check cell" not in note] == (
        [] if keep == "marks" else [found[keep].format(ids)]
    )


CONTENTS = {
    "a byte order mark": b"\xef\xbb\xbf" + GOOD,
    "UTF-16": GOOD.decode().encode("utf-16"),
    "CR line ends": json.dumps(json.loads(GOOD), indent=1).replace("\n", "\r").encode(),
    "NaN in metadata": GOOD.replace(
        b'"metadata": {}', b'"metadata": {"a": NaN, "b": -Infinity}', 1
    ),
    "format 4.0": GOOD.replace(b'"nbformat_minor": 5', b'"nbformat_minor": 0'),
    "no format": GOOD.replace(b'"nbformat": 4, ', b""),
    "bytes of cp949": GOOD.replace(b"return", b'"\xb1\xe8\xb9\xce"; return'.replace(b'"', b"'")),
    "a tab in a text": GOOD.replace(b"\\n    s", b"\\n\ts").replace(
        b"\\n    return", b"\\n\treturn"
    ),
}


@pytest.mark.parametrize("kind", CONTENTS)
def test_files_of_every_front_end_are_read(kind, tmp_path):
    (one,) = take_in(place(tmp_path, {f"ann/{NAME}": CONTENTS[kind]})).submissions
    assert one.answers["3.1"].startswith("def sigmoid(activations):")


def own(*cells):
    """Return what a notebook of lesson 03 with these cells hands over beside its answers."""
    return answers_module.work_in(cells_of(cells), facts("03")).own


def test_imports_and_definitions_go_with_the_answer_that_stands_below():
    one, two = code(SIGMOID, "ch03-sigmoid"), code(DENSE, "ch03-dense")
    helper = "def half(x):\n    return x / 2"
    assert own(code("import scipy.special"), one, code(helper), two, code("late = 1")) == (
        ("3.1", "import scipy.special"),
        ("3.2", helper),
    )
    # An answer that is not written yet is none that could come next.
    assert own(code(helper), code(STUB, "ch03-sigmoid"), two) == (("3.2", helper),)


@pytest.mark.parametrize(
    ("source", "kept"),
    [
        ("A = 1; B = A", "A = 1"),
        ("SIZES = (28 * 28, -1)\nNAMES = {'a': [1, 2]}", None),
        ("ops = keras.ops\nrelu = keras.activations.relu", None),
        ("import torch.nn as nn\nLinear = nn.Linear", None),
        ("relu = lambda x: x * (x > 0)", None),
        ("@once\n@twice\ndef f(x):\n    1\nprint(f(1))", "@once\n@twice\ndef f(x):\n    1"),
        ("class A:\n    x = 1", None),
        ("x = images[:10]\nmodel.fit(x)\ny = open('f')", ""),
        ("from helpers.answers.lesson03 import dense as d", ""),
        ("from helpers import answers", ""),
        ("import helpers.checks", ""),
        ("from helpers.checks import check", ""),
        ("def dense(a, b, c):\n    return 1", ""),
        ("import keras, numpy as np, tensorflow as tf", ""),
        ("def f(:", ""),
        ("%%time\ndef f(x):\n    return x", "def f(x):\n    return x"),
        ("!pip install scipy\nimport scipy", "import scipy"),
    ],
)  # fmt: skip
def test_what_counts_as_a_definition(source, kept):
    found = own(code(source), code(SIGMOID, "ch03-sigmoid"), code(DENSE, "ch03-dense"))
    kept = source if kept is None else kept
    assert found == ((("3.1", kept),) if kept else ())


def test_the_lessons_own_cells_are_nobodys_definitions():
    cells = [dict(cell) for cell in notebook("03")["cells"]]
    for cell in cells:
        if cell["id"] == "ch03-initial-sums":
            cell["source"] = "def initial_sums(inputs, deviation, limit):\n    return 1"
    assert own(*cells) == ()
    # A line more in the lesson's first cell is the student's.
    first = next(cell for cell in cells if cell["cell_type"] == "code")
    first["source"] = "".join(first["source"]) + "\nimport scipy"
    assert own(*cells) == (("3.8", "import scipy"),)


def test_what_is_handed_over_is_part_of_what_a_score_depends_on(tmp_path):
    one, two = (
        take_in(place(tmp_path, {f"ann/{NAME}": book(*cells, code(SIGMOID, "ch03-sigmoid"))}, name))
        for name, cells in (("one", [code("A = 1")]), ("two", [code("A = 2")]))
    )
    keys = {taken.submissions[0].key("version", "seed") for taken in (one, two)}
    assert len(keys) == 2


def test_answers_by_hand_are_passed_through(tmp_path):
    marks = {"nbgrader": {"grade_id": "why", "grade": True, "solution": True, "points": 3}}
    free = {"cell_type": "markdown", "metadata": marks, "source": "Because."}
    cells = [code(SIGMOID, "ch03-sigmoid"), free]
    (one,) = take_in(place(tmp_path, {f"ann/{NAME}": book(*cells)})).submissions
    assert one.by_hand == (("why", "Because."),)


# The lesson as it was handed out


def test_todos_are_those_handed_out_also_where_somebody_works_in_the_student_copy(tmp_path):
    name = f"02_{facts('02').topic}"
    for folder in ("notebooks", "solutions"):
        (tmp_path / folder).mkdir()
    text = (ROOT / "notebooks" / f"{name}.ipynb").read_text(encoding="utf-8")
    copy = json.loads(text)
    for cell in copy["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("solution"):
            cell["source"] = "def encode(vectors, mean, components):\n    return mine"
    worked_in = tmp_path / "notebooks" / f"{name}.ipynb"
    worked_in.write_text(json.dumps(copy), encoding="utf-8")
    with pytest.raises(ValueError, match=rf"There is no notebooks/{name}\.ipynb: run make student"):
        facts("02", tmp_path / "solutions")
    with pytest.raises(ValueError, match=rf"notebooks/{name}\.ipynb is somebody's work"):
        facts("02", tmp_path)
    solution = ROOT / "solutions" / f"{name}.ipynb"
    (tmp_path / "solutions" / solution.name).write_bytes(solution.read_bytes())
    handed_out, found = facts("02"), facts("02", tmp_path)
    assert found.stubs == handed_out.stubs and found.texts == handed_out.texts
