"""Hostile files: refused or read as far as they are notebooks, listed with a reason, not followed.

No student code runs here, so one look at what is taken in shows the score's side of it: answers
that come through are the honest ones.
"""

import copy
import io
import json
import os
import stat
import zipfile

import pytest
from evidence import digests
from grading_kit import ROOT, file_name, filled, hand_in, notebook, solution

from helpers.grading import files
from helpers.grading.intake import find

NAME = file_name("02")


def text(answers=None):
    return json.dumps(filled("02", solution("02") if answers is None else answers))


@pytest.fixture
def folder(tmp_path):
    """Return a class folder with one honest student in it."""
    place = tmp_path / "class"
    hand_in(place, "bystander", "02", solution("02"))
    return place


def taken(folder):
    """Take a class in; check that the bystander is whole and nothing changed; return the rest."""
    before = digests([folder.parent])
    submissions, refused = find(folder)
    assert digests([folder.parent]) == before
    by_student = {one.student: one for one in submissions}
    bystander = by_student.pop("bystander")
    assert bystander.answers == solution("02") and bystander.notes == ()
    return by_student, dict(refused)


def refused_alone(folder, name, why):
    """Assert that nobody but the bystander is graded, and that one file is listed with a reason."""
    others, refused = taken(folder)
    assert others == {}
    assert why in refused[name], refused


BROKEN = {
    "no JSON": (b"{", "no valid JSON"),
    "empty": (b"", "no valid JSON"),
    "not a number": (b'{"nbformat": NaN}', "format 4"),
    "other bytes": (bytes(range(256)), "no valid JSON"),
    "deeply nested": (b"[" * 200_000, "no valid JSON"),
    "a list": (b"[]", "format 4"),
    "an older format": (b'{"nbformat": 3, "worksheets": []}', "format 4"),
    "cells of another kind": (b'{"nbformat": 4, "cells": {"a": 1}}', "format 4"),
    "many cells": (b'{"nbformat": 4, "cells": [' + b"{}," * 6_000 + b"{}]}", "5000 cells"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_no_notebook_is_refused(folder, name):
    content, why = BROKEN[name]
    hand_in(folder, "eve", "02", content)
    refused_alone(folder, f"eve/{NAME}", why)


def test_200_mb_on_one_line_are_refused_unread(folder):
    path = hand_in(folder, "eve", "02", b"[")
    os.truncate(path, 200_000_000)
    refused_alone(folder, f"eve/{NAME}", "larger than 20 MB")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes in this file system")
def test_links_and_pipes_are_refused(folder, tmp_path):
    target = ROOT / "solutions" / NAME
    for student in ("soft", "hard", "pipe"):
        (folder / student).mkdir()
    (folder / "soft" / NAME).symlink_to(target)
    os.link(hand_in(tmp_path, "original", "02", solution("02")), folder / "hard" / NAME)
    os.mkfifo(folder / "pipe" / NAME)
    (folder / "whole").symlink_to(ROOT / "solutions")
    others, refused = taken(folder)
    assert others == {}
    for name, why in (("soft", "a link"), ("hard", "hard link"), ("pipe", "regular file")):
        assert why in refused[f"{name}/{NAME}"]
    assert "whole" in refused


def test_cells_that_are_no_cells_are_passed_over(folder):
    broken = filled("02", solution("02"))
    broken["metadata"] = [1]
    broken["cells"] += [
        7,
        None,
        {},
        {"metadata": []},
        {"metadata": {"nbgrader": "x"}, "source": "x"},
        {"metadata": {"nbgrader": {"grade_id": ["ch02-encode"]}}, "source": "x"},
        {"metadata": {"nbgrader": {"grade_id": "ch02-encode"}}, "source": {"a": 1}},
        {"metadata": {"nbgrader": {"grade_id": "ch02-encode"}}, "source": ["a", 1]},
    ]
    hand_in(folder, "eve", "02", json.dumps(broken))
    others, _ = taken(folder)
    assert others["eve"].answers == solution("02")


def changed(change):
    """Return a right submission after ``change(cells by grade_id, all cells)``."""
    book = copy.deepcopy(filled("02", solution("02")))
    marked = {c["metadata"].get("nbgrader", {}).get("grade_id"): c for c in book["cells"]}
    change(marked, book["cells"])
    return json.dumps(book)


CHECK_CELLS = {
    "edited": lambda marked, cells: marked["ch02-encode-check"].update(source="score = 16"),
    "deleted": lambda marked, cells: cells.remove(marked["ch02-encode-check"]),
    "doubled": lambda marked, cells: cells.append(marked["ch02-encode-check"]),
    "retyped": lambda marked, cells: marked["ch02-encode-check"]["metadata"]["nbgrader"].update(
        grade_id="ch02-encode-checked", points=100, solution=True
    ),
}


@pytest.mark.parametrize("name", CHECK_CELLS)
def test_check_cells_are_never_used_and_a_change_is_noted(folder, name):
    hand_in(folder, "eve", "02", changed(CHECK_CELLS[name]))
    others, _ = taken(folder)
    assert others["eve"].answers == solution("02")
    assert others["eve"].notes == (
        "ch02-encode-check: the check cell is changed, missing or doubled; not used",
    )


def test_doubled_answer_cells_run_in_their_order_without_the_blank_ones(folder):
    def double(marked, cells):
        for content in ("first = 1", "last = 2", " \n"):
            cells.append({**marked["ch02-encode"], "source": content})

    hand_in(folder, "eve", "02", changed(double))
    others, _ = taken(folder)
    whole = f"{solution('02')['2.2']}\n\nfirst = 1\n\nlast = 2"
    assert others["eve"].answers == {**solution("02"), "2.2": whole}
    assert others["eve"].notes == ("2.2: 3 answer cells, run in their order",)


def test_an_answer_cell_made_text_or_deleted_is_not_started(folder):
    def spoil(marked, cells):
        marked["ch02-encode"]["cell_type"] = "markdown"
        cells.remove(marked["ch02-decode"])

    hand_in(folder, "eve", "02", changed(spoil))
    others, _ = taken(folder)
    assert set(others["eve"].answers) == set(solution("02")) - {"2.2", "2.3"}
    assert "no code cell" in others["eve"].notes[0]
    assert "2.3: its answer cell is missing" in others["eve"].notes


def test_a_wrong_kernel_is_noted(folder):
    book = filled("02", solution("02"))
    book["metadata"]["kernelspec"] = {"language": "R", "name": "ir"}
    hand_in(folder, "eve", "02", json.dumps(book))
    others, _ = taken(folder)
    assert others["eve"].notes == ("saved with a kernel for 'R'; answers are run as Python",)


def test_an_untouched_or_blank_answer_is_not_run(folder):
    hand_in(folder, "eve", "02", json.dumps(notebook("02")))
    hand_in(folder, "mallory", "02", dict.fromkeys(solution("02"), "  \n"))
    others, _ = taken(folder)
    assert others["eve"].answers == others["mallory"].answers == {}


def test_an_answer_of_a_megabyte_is_not_run(folder):
    hand_in(folder, "eve", "02", {"2.2": "x = 1\n" * 200_000})
    others, _ = taken(folder)
    assert others["eve"].answers == {}
    assert "not run" in others["eve"].notes[0]


def test_models_pickles_and_other_files_are_listed_never_opened(folder):
    for name in ("model.keras", "weights.h5", "state.pkl", "02_pca.py", "99_other.ipynb"):
        (folder / "bystander" / name).write_bytes(b"x")
    refused = taken(folder)[1]
    assert len(refused) == 5
    assert all(why.startswith("unknown") for why in refused.values())


def zipped(members):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as stream:
        for name, content in members:
            stream.writestr(name, content)
    return buffer.getvalue()


def archive(path, members):
    path.write_bytes(zipped(members))
    return path


def test_paths_out_of_a_zip_and_links_in_it_are_refused(folder):
    link = zipfile.ZipInfo(f"link/{NAME}")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    members = [
        (f"../../eve/{NAME}", text()),
        (f"/etc/{NAME}", text()),
        (link, "/etc/passwd"),
        (f"good/{NAME}", text()),
    ]
    archive(folder / "all.zip", members)
    others, refused = taken(folder)
    assert others["all"].file == f"all.zip/good/{NAME}"
    assert sorted(why.split(": ")[1] for why in refused.values()) == [
        "it is a link",
        "its path leads out of the zip",
        "its path leads out of the zip",
    ]


def test_a_zip_bomb_is_given_up_at_the_cap(folder, monkeypatch):
    monkeypatch.setattr(files, "MAX_FILE", 1_000_000)
    archive(folder / "bomb.zip", [(f"eve/{NAME}", b"\0" * 30_000_000)])
    refused_alone(folder, f"bomb.zip/eve/{NAME}", "larger than 1 MB")


def test_zips_of_too_many_files_damaged_ones_and_a_third_level_are_refused(folder, monkeypatch):
    monkeypatch.setattr(files, "MAX_CLASS_MEMBERS", 3)
    archive(folder / "many.zip", [(f"{n}/{NAME}", "x") for n in range(4)])
    (folder / "broken.zip").write_bytes(b"PK\x03\x04 and nothing else")
    inner = zipped([(f"eve/{NAME}", text())])
    archive(folder / "nested.zip", [("once.zip", zipped([("twice.zip", inner)]))])
    others, refused = taken(folder)
    assert others == {}
    assert "more than 3 files" in refused["many.zip"]
    assert "not a readable zip" in refused["broken.zip"]
    assert "a zip in a zip in a zip" in refused["nested.zip/once.zip/twice.zip"]


def test_a_zip_is_measured_before_it_is_inflated(folder, monkeypatch):
    """400 kB that would be 600 MB, in one piece or in many, cost neither time nor memory."""
    archive(folder / "one.zip", [("inner.zip", b"\0" * 90_000_000)])
    bombs = [(f"{n}/{NAME}", b'{"nbformat": 4, "cells": []' + b" " * 19_000_000) for n in range(6)]
    archive(folder / "many.zip", bombs)
    read = []
    monkeypatch.setattr(files, "_capped", counted(files._capped, read))
    others, refused = taken(folder)
    assert others == {}
    assert "grows too large" in refused["one.zip/inner.zip"]
    assert sum(read) < 5 * files.MAX_FILE
    assert [why for why in refused.values() if "too much of this student" in why]


def test_a_zip_in_a_zip_is_not_inflated_anew_for_each_of_its_notebooks(folder, monkeypatch):
    blank = [(f"{NAME[:-6]} ({n}).ipynb", text({})) for n in range(50)]
    blank.append(("noise.bin", os.urandom(9_000_000)))
    archive(folder / "eve.zip", [("inner.zip", zipped(blank))])
    read = []
    monkeypatch.setattr(files, "_capped", counted(files._capped, read))
    others, refused = taken(folder)
    assert others["eve"].answers == {}
    assert sum(read) < 6 * files.MAX_FILE
    assert len(refused) > 30


def counted(function, sizes):
    def wrapper(*arguments):
        content = function(*arguments)
        sizes.append(len(content))
        return content

    return wrapper


def test_a_notebook_of_millions_of_values_is_refused_unread(folder, monkeypatch):
    monkeypatch.setattr(json, "loads", lambda *_, **__: pytest.fail("it was read"))
    for student, content in (("eve", b"[" + b"{}," * 450_000), ("mallory", b"1," * 3_000_001)):
        hand_in(folder, student, "02", content)
    (folder / "bystander" / NAME).unlink()
    _, refused = find(folder)
    assert len(refused) == 2
    assert all("more values than a notebook does" in why for _, why in refused)


def changed_zip(content, offset, new):
    """Return a zip after a change in its list of members, at an offset in the first entry."""
    start = content.index(b"PK\x01\x02") + offset
    return content[:start] + new + content[start + len(new) :]


def test_odd_zips_cost_themselves_only(folder):
    whole = zipped([(f"x/{NAME}", text())])
    odd = {
        "newer.zip": changed_zip(whole, 6, b"\xff\x00"),  # a version that nobody knows
        "method.zip": changed_zip(whole, 10, b"\x63\x00"),  # nor this compression
        "locked.zip": changed_zip(whole, 8, b"\x01\x00"),  # said to be encrypted
        "cut.zip": whole[: len(whole) // 2],
        "nothing.zip": b"",
    }
    for name, content in odd.items():
        (folder / name).write_bytes(content)
    # A name of one letter becomes an empty one and an extra field of a byte.
    unnamed = bytearray(zipped([("m", text()), (f"x/{NAME}", text())]))
    for signature, length in ((b"PK\x03\x04", 26), (b"PK\x01\x02", 28)):
        at = unnamed.index(signature) + length
        unnamed[at : at + 4] = b"\x00\x00\x01\x00"
    (folder / "unnamed.zip").write_bytes(unnamed)
    others, refused = taken(folder)
    assert set(others) == {"unnamed"}
    assert "no name" in refused["unnamed.zip/(no name)"]
    assert {name.split("/")[0] for name in refused} == {*odd, "unnamed.zip"}


def test_a_folder_that_cannot_be_listed_costs_itself_only(folder, monkeypatch):
    hand_in(folder, "eve", "02", text())
    listed = type(folder).iterdir

    def iterdir(path):
        if path.name == "eve":
            raise PermissionError(13, "Permission denied")
        return listed(path)

    monkeypatch.setattr(type(folder), "iterdir", iterdir)
    others, refused = taken(folder)
    assert others == {}
    assert "Permission denied" in refused["eve"]


def test_names_that_a_student_chose_take_nobody_else_s_place(folder):
    archive(folder / "eve.zip", [(f"bystander/{NAME}", text({})), (f"dan/{NAME}", text({}))])
    hand_in(folder, "dan", "02", text({}))
    others, _ = taken(folder)
    assert set(others) == {"eve", "dan"}
    assert others["dan"].file == f"dan/{NAME}"


def test_no_two_students_share_a_page():
    from helpers.grading.report import page_name

    names = ["ann", "Ann", "ANN", "a nn", "a-nn", "a_nn", "nul", "NUL", "con", "x" * 61, "x" * 60]
    names += [page_name(name).removesuffix(".html") for name in names]
    pages = {page_name(name).casefold() for name in set(names)}
    assert len(pages) == len(set(names))
    assert "nul.html" not in pages and page_name("ann") == "ann.html"


def test_markup_in_a_students_name_is_text_in_every_report(folder, tmp_path):
    from helpers.grading.coordinator import Plan, grade_class
    from helpers.grading.report import write_reports

    for student in ("<img src=x onerror=alert(1)>", "=cmd|calc", "..%2f..%2fescape", "Zoë 李"):
        hand_in(folder, student, "02", json.dumps(notebook("02")))
    (folder / "bystander" / NAME).unlink()
    submissions, refused = find(folder)
    records = grade_class(submissions, Plan(tmp_path / "out", "s", "L1"), lambda: None)
    paths = write_reports(records, refused, tmp_path / "out", "L1")
    assert all((tmp_path / "out") in path.parents for path in paths)
    pages = [path.read_text(encoding="utf-8") for path in paths if path.suffix == ".html"]
    assert len(pages) == 5
    assert not any("<img" in page for page in pages)
    assert sum("&lt;img src=x onerror=alert(1)&gt;" in page for page in pages) == 2
    grades = (tmp_path / "out" / "grades.csv").read_text(encoding="utf-8")
    assert "'=cmd|calc,0,0" in grades and "Zoë 李,0,0" in grades
