"""What an instructor hands on: tables that import, rosters that match, pages that say enough."""

import csv
import io
import json

import pytest
from grading_kit import file_name, filled, hand_in, solution

from helpers.grading import cli
from helpers.grading.coordinator import Plan, grade_class
from helpers.grading.intake import Intake, Submission, take_in
from helpers.grading.report import ClassFacts, page_name, student_page, write_class
from helpers.grading.roster import read_roster
from helpers.grading.sandbox.limits import Limits
from helpers.grading.tables import Row, grade_tables, no_formula
from helpers.grading.whose import Person
from helpers.work.lessons import facts

NAME = file_name("02")


def outcome(entry, status="passed", feedback=()):
    points = entry.points if status == "passed" else 0
    return {"id": entry.id, "status": status, "points": points, "of": entry.points,
            "feedback": list(feedback), "reason": ""}  # fmt: skip


def record(student, lesson="02", statuses=(), problem="", notes=()):
    """Return a line of results.jsonl; exercises beyond the statuses are right."""
    entries = facts(lesson).exercises
    statuses = [*statuses, *["passed"] * (len(entries) - len(statuses))]
    outcomes = [
        outcome(entry, status, [(entry.steps[0], "not yet", "why")] * (status != "passed"))
        for entry, status in zip(entries, statuses, strict=True)
    ]
    return {"student": student, "lesson": lesson, "outcomes": outcomes, "problem": problem,
            "points": sum(o["points"] for o in outcomes), "of": facts(lesson).points,
            "notes": list(notes), "review": [], "level": "L1", "key": student}  # fmt: skip


def table(rows, lessons, kind, roster, tmp_path):
    """Return the cells of each file that a table is written to."""
    contents = grade_tables(rows, lessons, kind, roster, tmp_path)
    assert all(content.startswith(b"\xef\xbb\xbf") for content in contents.values())
    return {
        path.name: list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
        for path, content in contents.items()
    }


MOODLE = Person("Ann Alpha", "5011", "moodle")
CANVAS = Person("adamsamy", "4711", "canvas")


def test_a_plain_table_has_a_column_a_lesson_and_blanks_for_what_is_not_graded(tmp_path):
    rows = [Row("ann", {"02": 16, "03": 0}), Row("bo", {"02": 5}, whole=False), Row("cy")]
    assert table(rows, ["02", "03"], "plain", None, tmp_path)["grades.csv"] == [
        ["student", "lesson_02_of_16", "lesson_03_of_18", "total"],
        ["ann", "16", "0", "16"],
        ["bo", "5", "", ""],
        ["cy", "", "", ""],
    ]


def test_canvas_finds_the_student_by_the_number_in_the_file_s_name(tmp_path):
    rows = [Row("adamsamy", {"02": 7}, {"02": CANVAS}), Row("Bo Li")]
    assert table(rows, ["02"], "canvas", None, tmp_path)["grades.csv"] == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section",
         "Lesson 02 PCA, the linear autoencoder"],
        ["    Points Possible", "", "", "", "", "16"],
        ["adamsamy", "4711", "", "", "", "7"],
        ["Bo Li", "", "", "", "", ""],
    ]  # fmt: skip


def test_moodle_finds_the_student_by_the_number_in_the_folder_s_name(tmp_path):
    later = Person("Ann Alpha", "6011", "moodle")
    rows = [Row("Ann Alpha", {"02": 7, "03": 9}, {"02": MOODLE, "03": later})]
    files = table(rows, ["02", "03"], "moodle", None, tmp_path)
    assert files.keys() == {"grades_02.csv", "grades_03.csv"}
    heads, line = files["grades_03.csv"]
    # These three Moodle asks for.
    assert {"Identifier", "Grade", "Last modified (grade)"} <= set(heads)
    found = dict(zip(heads, line, strict=True))
    assert (found["Identifier"], found["Grade"]) == ("Participant 6011", "9")
    assert table(rows, ["02"], "moodle", None, tmp_path).keys() == {"grades.csv"}


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+82", "'+82"),
        ("-x", "'-x"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("＝1+1", "'＝1+1"),
        ("x;=1+1", "x;'=1+1"),
        ("x; =1+1", "x; '=1+1"),
        ('x,"=1+1', "x,\"'=1+1"),
        ("x\t=1", "x\t'=1"),
        ("x\n=1", "x\n'=1"),
        (" =1", " '=1"),
        ("Ann-Marie O'Neil = x", "Ann-Marie O'Neil = x"),
        ("김민지", "김민지"),
    ],
)
def test_no_name_is_a_formula(name, written):
    assert no_formula(name) == written


ROSTERS = {
    "names": "Ann Alpha\nAmy Adams\nBo Li\n",
    "first and last": "First name,Last name,Email\nAnn,Alpha,a@x\nAmy,Adams,b@x\nBo,Li,c@x\n",
    "Canvas": "Student,ID,Section\n    Points Possible,,\n\"Alpha, Ann\",1,A\n"
    "\"Adams, Amy\",4711,A\n\"Li, Bo\",3,A\n\"Student, Test\",9,A\n",
    "Moodle": "Identifier,Full name\nParticipant 5011,Ann\nParticipant 2,Amy Adams\n"
    "Participant 3,Bo Li\n",
    "German Excel": "Nachname;Vorname;name\nAlpha;Ann;\nAdams;Amy;\nLi;Bo;\n",
}  # fmt: skip


@pytest.mark.parametrize("kind", ROSTERS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp949"])
def test_a_roster_of_any_platform_says_who_is_missing(kind, encoding, tmp_path):
    path = tmp_path / "students.csv"
    path.write_text(ROSTERS[kind], encoding=encoding)
    roster = read_roster(path)
    assert len(roster.members) == 3
    people = [MOODLE, CANVAS if kind != "Moodle" else Person("Amy Adams"), Person("eve")]
    (missing,) = roster.missing(people)
    assert "Li" in missing.name
    assert [roster.has(person) for person in people] == [True, True, False]


def test_a_roster_tells_two_of_one_name_apart_by_number(tmp_path):
    path = tmp_path / "students.csv"
    path.write_text('Student,ID\n"Adams, Amy",4711\n"Adams, Amy",4712\n')
    roster = read_roster(path)
    assert roster.member(CANVAS).fields["id"] == "4711"
    assert roster.member(Person("adamsamy")) is None


def test_a_roster_tells_two_of_one_name_apart_by_brightspace_s_number(tmp_path):
    path = tmp_path / "students.csv"
    path.write_text("id,name\n397063,Mary Smith\n397064,Mary Smith\n")
    roster = read_roster(path)
    person = Person("Mary Smith", "397064-255", "brightspace")
    assert roster.member(person).fields["id"] == "397064"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp949"])
def test_korean_names_are_read_in_the_encoding_that_they_are_in(encoding, tmp_path):
    path = tmp_path / "students.csv"
    path.write_text("이름,학번\n김민지,2301\n이서준,2302\n", encoding=encoding)
    roster = read_roster(path)
    assert [member.name for member in roster.members] == ["김민지", "이서준"]
    (missing,) = roster.missing([Person("김민지")])
    assert missing.fields["학번"] == "2302"


def test_a_roster_gives_canvas_what_no_file_s_name_tells(tmp_path):
    path = tmp_path / "students.csv"
    path.write_text('Student,ID,SIS Login ID,Section\n"Adams, Amy",4711,amy@x,"A, 1"\n')
    rows = [Row("Amy Adams", {"02": 3}, {"02": Person("Amy Adams")})]
    _, _, line = table(rows, ["02"], "canvas", read_roster(path), tmp_path)["grades.csv"]
    assert line == ["Adams, Amy", "4711", "", "amy@x", "A, 1", "3"]


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"", "nobody"), (b"name\n", "nobody"), (b"PK\x03", "as CSV"), (None, "read")],
)
def test_a_roster_that_is_none_is_said_in_one_sentence(content, words, tmp_path):
    path = tmp_path / "students.csv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ValueError, match=words):
        read_roster(path)


def written(records, known, tmp_path):
    """Return what each file of a class holds, as text."""
    paths = write_class(records, known, tmp_path)
    return {path.name: path.read_text(encoding="utf-8-sig") for path in paths}


def test_what_could_not_be_graded_is_blank_and_named(tmp_path):
    path = tmp_path / "students.csv"
    path.write_text("Ann Alpha\nCy\nDee\n")
    ann, odd, dee = MOODLE, Person("<b>"), Person("dee")
    taken = Intake(
        [Submission(one.name, "02", "x", {}, person=one) for one in (ann, odd)],
        [("dee/x", "why")],
        {"dee": "dee/x: why"},
        {one.name: one for one in (ann, odd, dee)},
    )
    known = ClassFacts(taken, roster=read_roster(path))
    records = [record("Ann Alpha"), record("<b>", problem="the grader lost its worker")]
    files = written(records, known, tmp_path / "out")
    assert files["grades.csv"].splitlines()[1:] == ["<b>,,", "Ann Alpha,16,16", "Cy,,", "dee,,"]
    page = files["class.html"]
    for words in ("Handed in, and not graded", "dee/x: why", "nothing came", "Not on the roster"):
        assert words in page
    assert "<b>" not in page and "&lt;b&gt;" in page
    assert "not graded yet" in files[page_name("<b>")]


def test_answers_by_hand_stand_side_by_side(tmp_path):
    taken = [
        Submission("ann", "02", "x", {}, by_hand=(("why-pca", "Because <i>so</i>."),)),
        Submission("bo", "02", "y", {}, by_hand=(("why-pca", "No idea."),)),
    ]
    page = written([record("ann"), record("bo")], ClassFacts(Intake(taken, [], {}, {})), tmp_path)[
        "class.html"
    ]
    part = page.split("To be graded by hand")[1]
    assert part.index("why-pca") < part.index("Because &lt;i&gt;") < part.index("No idea.")
    assert "<i>" not in page


def test_a_student_reads_for_each_lost_point_what_failed_and_where_to_look():
    statuses = ["not yet", "not started", "time-out", "crashed"]
    limits = Limits(seconds=4, memory=800_000_000)
    page = student_page("ann", [record("ann", statuses=statuses)], limits).decode()
    lesson = facts("02")
    for entry in lesson.exercises:
        place = f"Exercise {entry.id} — {entry.title}”"
        assert (place in page) == (entry.id in ("2.1", "2.2", "2.3", "2.4")), entry.id
    assert f"failed: {lesson.exercises[0].steps[0]}: why" in page
    assert "Nothing of your own was found for exercise 2.2" in page
    assert "Exercise 2.3 may take 4 seconds, and did not end" in page
    assert "Exercise 2.4 ended the program that ran it, or took more than the 800 MB" in page
    assert f"“{lesson.sections['2.1']}”" in page


def test_every_exercise_has_its_section():
    for number in ("01", "02", "03", "10"):
        lesson = facts(number)
        assert lesson.sections.keys() == {entry.id for entry in lesson.exercises}
        assert all(lesson.sections.values())


def test_a_console_that_cannot_print_a_name_does_not_end_the_grading(tmp_path, monkeypatch):
    """Nothing is there to run, so that the command itself can be called."""
    raw = io.BytesIO()
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(raw, encoding="ascii", write_through=True))
    monkeypatch.setattr(cli, "choose_level", lambda *_: ("L1", "limits only"))
    hand_in(tmp_path / "class", "김민지", "02", {})
    changed = json.dumps(filled("02", {})).replace('check(\\"2.2\\"', 'check(\\"2.9\\"')
    hand_in(tmp_path / "class", "이름\x1b[2J", "02", changed)
    hand_in(tmp_path / "class", "박", "02", "{")
    (tmp_path / "class" / "메모.txt").write_text("x")
    (tmp_path / "roster.csv").write_text("김민지\n최\n", encoding="utf-8")
    command = ["grade", str(tmp_path / "class"), "--out", str(tmp_path / "out"), "--trust"]
    from helpers.__main__ import main

    assert main([*command, "--roster", str(tmp_path / "roster.csv"), "--csv", "moodle"]) == 0
    said = raw.getvalue().decode("ascii")
    assert "\x1b" not in said
    assert "2 submissions graded" in said
    assert "lesson 02: ch02-encode-check: the check cell is changed" in said
    assert "Handed in, and not graded: \\ubc15" in said
    assert "On the roster, and nothing came: \\ucd5c" in said
    assert "2 files were not graded: see above" in said
    grades = (tmp_path / "out" / "grades.csv").read_text(encoding="utf-8-sig")
    assert "김민지" in grades.splitlines()[1] and "최" in grades and "박" in grades


def test_notes_reach_the_student_and_the_class(tmp_path):
    text = json.dumps(filled("02", solution("02")))
    text = text.replace('"nbgrader"', '"lost"')
    hand_in(tmp_path / "class", "ann", "02", text)
    taken = take_in(tmp_path / "class")

    class Right:
        def grade(self, jobs):
            for job in jobs:
                yield job, {"outcomes": record("ann")["outcomes"], "seconds": 0.0}

    records = grade_class(taken.submissions, Plan(tmp_path / "out", "s", "L1"), Right)
    files = written(records, ClassFacts(taken), tmp_path / "out")
    words = "found by the cell&#x27;s id, since nbgrader&#x27;s mark is lost"
    assert words in files["ann.html"] and words in files["class.html"]
