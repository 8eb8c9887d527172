"""The files that an instructor hands on: grades.csv, one page a student, one for the class."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections import Counter, defaultdict
from pathlib import Path

from helpers.course.atomic import write_atomically
from helpers.grading.lessons import facts
from helpers.grading.pages import bars, bullets, page, table, text

_STATUS = {
    "passed": "right",
    "not yet": "not right yet",
    "not started": "not started",
    "time-out": "no end in time",
    "crashed": "ended by itself",
}


def write_reports(
    records: list[dict], refused: list[tuple[str, str]], out: Path, level: str
) -> list[Path]:
    """Write all reports and return their paths.

    Args:
        records: of the class, as in results.jsonl.
        refused: files that were not graded, and why.
        out: the folder of the results.
        level: how submissions were confined, in words.
    """
    by_student: dict[str, list[dict]] = defaultdict(list)
    for record in sorted(records, key=lambda r: (r["student"], r["lesson"])):
        by_student[record["student"]].append(record)
    contents = {out / "grades.csv": grades_csv(by_student)}
    for student, own in by_student.items():
        contents[out / "students" / page_name(student)] = student_page(student, own)
    contents[out / "class.html"] = class_page(by_student, refused, level)
    for path, content in contents.items():
        write_atomically(path, content)
    return list(contents)


def page_name(student: str) -> str:
    """Return a file name for a student: readable, safe, and different for each."""
    plain = re.sub(r"[^A-Za-z0-9-]+", "-", student).strip("-")[:60]
    if plain == student:
        return f"{plain}.html"
    digest = hashlib.sha256(student.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{plain or 'student'}-{digest}.html"


def grades_csv(by_student: dict[str, list[dict]]) -> bytes:
    """Return one row a student and one column a lesson, as a learning platform imports it."""
    lessons = sorted({record["lesson"] for own in by_student.values() for record in own})
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(["student", *(f"lesson_{n}_of_{facts(n).points}" for n in lessons), "total"])
    for student, own in by_student.items():
        points = {record["lesson"]: record["points"] for record in own}
        row = [points.get(number, "") for number in lessons]
        writer.writerow([_no_formula(student), *row, sum(points.values())])
    return stream.getvalue().encode("utf-8", "replace")


def _no_formula(name: str) -> str:
    """Keep a spreadsheet from taking a name for a formula."""
    return f"'{name}" if name[:1] in "=+-@\t\r" else name


def student_page(student: str, records: list[dict]) -> bytes:
    """Return a student's page: the author's words, no hidden input, no expected value of one."""
    parts = []
    for record in records:
        lesson = facts(record["lesson"])
        parts.append(
            f"<h2>Lesson {text(lesson.number)}, {text(lesson.title)}: "
            f"{record['points']} of {record['of']} points</h2>"
        )
        titles = {entry.id: entry.title for entry in lesson.exercises}
        rows = [
            (
                text(outcome["id"]),
                text(titles[outcome["id"]]),
                f"{outcome['points']} of {outcome['of']}",
                _status(outcome),
                bullets(f"{name}: {said}" for name, _, said in outcome["feedback"]),
            )
            for outcome in record["outcomes"]
        ]
        heads = ("", "exercise", "points", "status", "what the check says")
        parts.append(table(heads, rows, {2}))
        parts.append(bullets(record["notes"]))
    parts.append(
        "<p><small>The words come from the inputs of the self-check, which you can run yourself. "
        "Points are given on other inputs.</small></p>"
    )
    return page(f"Results of {student}", parts)


def _status(outcome: dict) -> str:
    kind = "passed" if outcome["status"] == "passed" else "failed"
    return f'<span class="{kind}">{text(_STATUS[outcome["status"]])}</span>'


def class_page(
    by_student: dict[str, list[dict]], refused: list[tuple[str, str]], level: str
) -> bytes:
    """Return the instructor's page: rates, mistakes, points, and all that needs a look."""
    records = [record for own in by_student.values() for record in own]
    parts = [f"<p>{len(records)} submissions of {len(by_student)} students. {text(level)}.</p>"]
    for number in sorted({record["lesson"] for record in records}):
        parts += _lesson_part(number, [r for r in records if r["lesson"] == number])
    parts += [_points_part(by_student), *_look_part(records), *_refused_part(refused)]
    return page("Results of the class", parts)


def _lesson_part(number: str, records: list[dict]) -> list[str]:
    lesson = facts(number)
    rows, shares = [], []
    for position, entry in enumerate(lesson.exercises):
        outcomes = [record["outcomes"][position] for record in records]
        rate = sum(o["status"] == "passed" for o in outcomes) / len(outcomes)
        shares.append((entry.id, rate))
        mistakes = Counter(m for m in map(mistake, outcomes) if m)
        common = "; ".join(f"{count} x {what}" for what, count in mistakes.most_common(2))
        idle = sum(o["status"] == "not started" for o in outcomes)
        rows.append(
            (text(entry.id), text(entry.title), f"{rate:.0%}", str(idle), text(common or "none"))
        )
    told = ", ".join(f"exercise {name} {share:.0%}" for name, share in shares)
    mean = sum(record["points"] for record in records) / len(records)
    return [
        f"<h2>Lesson {text(number)}, {text(lesson.title)}</h2>",
        f"<p>{len(records)} submissions, {mean:.1f} of {lesson.points} points on average.</p>",
        bars(shares, f"Share of submissions with a right answer: {told}"),
        table(("", "exercise", "right", "not started", "commonest mistakes"), rows, {2, 3}),
    ]


def mistake(outcome: dict) -> str:
    """Return what went wrong with numbers left out, so that like mistakes are counted together."""
    if outcome["status"] in ("passed", "not started"):
        return ""
    said = [text for _, status, text in outcome["feedback"] if status == "not yet"]
    return re.sub(r"-?\d[\d.]*(e[-+]?\d+)?", "#", said[0] if said else outcome["status"])


def _points_part(by_student: dict[str, list[dict]]) -> str:
    rows = []
    for student, own in by_student.items():
        points = ", ".join(f"{r['lesson']}: {r['points']} of {r['of']}" for r in own)
        link = f'<a href="students/{text(page_name(student))}">{text(student)}</a>'
        levels = ", ".join(sorted({record["level"] for record in own}))
        rows.append((link, text(points), text(levels)))
    return f"<h2>Points</h2>{table(('student', 'points', 'level'), rows, set())}"


def _look_part(records: list[dict]) -> list[str]:
    """Return reasons for lost points beyond a wrong answer, notes, signs, and copies."""
    rows = []
    for record in records:
        lines = [record["problem"]] if record["problem"] else []
        lines += [f"{o['id']}: {o['reason']}" for o in record["outcomes"] if o["reason"]]
        lines += [f"look: {sign}" for sign in record["review"]]
        lines += record["notes"]
        if lines:
            rows.append((text(record["student"]), text(record["lesson"]), bullets(lines)))
    parts = ["<h2>Reasons and notes</h2>", table(("student", "lesson", ""), rows, set())]
    copies = identical(records)
    if copies:
        parts += ["<h2>Identical answers</h2>", bullets(copies)]
    return parts


def identical(records: list[dict]) -> list[str]:
    """Return who handed in exactly the same answers, in words; untouched copies do not count."""
    groups: dict[str, list[str]] = defaultdict(list)
    for record in records:
        if any(outcome["status"] != "not started" for outcome in record["outcomes"]):
            groups[record["key"]].append(f"{record['student']} (lesson {record['lesson']})")
    return [", ".join(names) for names in groups.values() if len(names) > 1]


def _refused_part(refused: list[tuple[str, str]]) -> list[str]:
    if not refused:
        return []
    rows = [(text(name), text(why)) for name, why in refused]
    return ["<h2>Files that were not graded</h2>", table(("file", "why"), rows, set())]
