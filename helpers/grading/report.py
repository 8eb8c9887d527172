"""The files that an instructor hands on: grades.csv, one page a student, one for the class."""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from helpers.checks.registry import Exercise
from helpers.course.atomic import write_atomically
from helpers.grading.intake import Intake, Submission
from helpers.grading.pages import bars, bullets, page, paragraphs, table, text
from helpers.grading.roster import Roster
from helpers.grading.sandbox.limits import Limits
from helpers.grading.tables import Row, grade_tables
from helpers.grading.whose import Person
from helpers.work.lessons import LessonFacts, facts

_STATUS = {
    "passed": "right",
    "not yet": "not right yet",
    "not started": "not started",
    "time-out": "no end in time",
    "crashed": "ended by itself",
}
# Names that no file may have on Windows.
_RESERVED = re.compile(r"con|prn|aux|nul|com\d|lpt\d")


@dataclass(frozen=True)
class ClassFacts:
    """What is known of a class beside its results.

    Args:
        taken: what it handed in.
        level: how submissions were confined, in words.
        limits: of one exercise.
        roster: who is in the class, if that is known.
        table: which ``grades.csv`` is written: ``"plain"``, ``"canvas"`` or ``"moodle"``.
    """

    taken: Intake
    level: str = ""
    limits: Limits | None = None
    roster: Roster | None = None
    table: str = "plain"

    def missing(self) -> list[str]:
        """Return the names on the roster of whom nothing came."""
        people = self.taken.people.values()
        return [member.name for member in self.roster.missing(people)] if self.roster else []

    def strangers(self) -> list[str]:
        """Return the students who are not on the roster."""
        people = sorted(self.taken.people.items()) if self.roster else []
        return [name for name, person in people if self.roster and not self.roster.has(person)]


def write_reports(
    records: list[dict], refused: list[tuple[str, str]], out: Path, level: str
) -> list[Path]:
    """Write all reports of a class of which nothing else is known; see ``write_class``."""
    return write_class(records, ClassFacts(Intake([], refused, {}, {}), level), out)


def write_class(records: list[dict], known: ClassFacts, out: Path) -> list[Path]:
    """Write all reports and return their paths.

    Args:
        records: of the class, as in results.jsonl.
        known: what is known of it beside these.
        out: the folder of the results.
    """
    by_student: dict[str, list[dict]] = defaultdict(list)
    for record in sorted(records, key=lambda r: (r["student"], r["lesson"])):
        by_student[record["student"]].append(record)
    lessons = sorted({record["lesson"] for record in records})
    rows = _rows(by_student, known)
    contents = grade_tables(rows, lessons, known.table, known.roster, out)
    for student, own in by_student.items():
        path = out / "students" / page_name(student)
        contents[path] = student_page(student, own, known.limits)
    contents[out / "class.html"] = class_page(by_student, known)
    for path, content in contents.items():
        write_atomically(path, content)
    return list(contents)


def page_name(student: str) -> str:
    """Return a file name for a student: readable, safe, and different for each.

    Where a file system takes capitals for small letters, too; what could be taken for another's
    name has a digest.
    """
    plain = re.sub(r"[^A-Za-z0-9-]+", "-", student).strip("-")[:60].lower()
    ends_alike = re.search(r"-[0-9a-f]{16}$", plain)
    if plain == student and not ends_alike and not _RESERVED.fullmatch(plain):
        return f"{plain}.html"
    digest = hashlib.sha256(student.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return f"{plain or 'student'}-{digest}.html"


def _rows(by_student: dict[str, list[dict]], known: ClassFacts) -> list[Row]:
    """Return the rows of the table: who was graded, who could not be, and who is missing."""
    people: dict[str, dict[str, Person]] = defaultdict(dict)
    for one in known.taken.submissions:
        people[one.student][one.lesson] = one.person
    rows = {
        student: Row(
            student,
            {r["lesson"]: r["points"] for r in own if not r["problem"]},
            people[student],
            not any(r["problem"] for r in own),
        )
        for student, own in by_student.items()
    }
    for name in known.taken.ungraded:
        rows.setdefault(name, Row(name, people={"": known.taken.people[name]}))
    for name in known.missing():
        rows.setdefault(name, Row(name))
    return [row for _, row in sorted(rows.items())]


def student_page(student: str, records: list[dict], limits: Limits | None = None) -> bytes:
    """Return a student's page: the author's words, no hidden input, no expected value of one.

    Args:
        student: the name.
        records: of this student.
        limits: of one exercise, if they are known.
    """
    parts = []
    for record in records:
        lesson = facts(record["lesson"])
        earned = f"{record['points']} of {record['of']} points"
        if record["problem"]:
            earned = "not graded yet, for a fault of the grader's own"
        parts.append(f"<h2>Lesson {text(lesson.number)}, {text(lesson.title)}: {text(earned)}</h2>")
        entries = {entry.id: entry for entry in lesson.exercises}
        rows = [
            (
                text(outcome["id"]),
                text(entries[outcome["id"]].title),
                f"{outcome['points']} of {outcome['of']}",
                _status(outcome),
                bullets(_feedback(outcome))
                + paragraphs(_advice(outcome, entries[outcome["id"]], lesson, limits)),
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


def _feedback(outcome: dict) -> list[str]:
    """Return what the check says of each step that it came to."""
    return [
        f"{'failed: ' if status == 'not yet' else ''}{name}: {said}"
        for name, status, said in outcome["feedback"]
        if status != "waits"
    ]


def _advice(
    outcome: dict, entry: Exercise, lesson: LessonFacts, limits: Limits | None
) -> list[str]:
    """Return for lost points what happened, and where in the lesson to read."""
    if outcome["points"] == outcome["of"]:
        return []
    time = f"{limits.seconds:g} seconds" if limits else "a few seconds"
    memory = f" {limits.memory // 1_000_000} MB" if limits else ""
    happened = {
        "not started": f"Nothing of your own was found for exercise {entry.id}.",
        "time-out": f"Exercise {entry.id} may take {time}, and did not end in that time.",
        "crashed": f"Exercise {entry.id} ended the program that ran it, or took more than the"
        f"{memory} memory that it may.",
    }.get(outcome["status"], "")
    section = lesson.sections.get(entry.id, "")
    inside = f" in the section \u201c{section}\u201d" if section else ""
    read = (
        f"Read lesson {lesson.number}{inside}, from its heading \u201cExercise {entry.id} \u2014 "
        f'{entry.title}\u201d on; hint("{entry.id}") says more.'
    )
    return [" ".join(filter(None, (happened, read)))]


def _status(outcome: dict) -> str:
    kind = "passed" if outcome["status"] == "passed" else "failed"
    return f'<span class="{kind}">{text(_STATUS[outcome["status"]])}</span>'


def class_page(by_student: dict[str, list[dict]], known: ClassFacts) -> bytes:
    """Return the instructor's page: rates, mistakes, points, and all that needs a look."""
    records = [record for own in by_student.values() for record in own]
    count = f"{_counted(len(records), 'submission')} of {_counted(len(by_student), 'student')}"
    parts = [f"<p>{count}. {text(known.level)}.</p>", *_people_part(known)]
    for number in sorted({record["lesson"] for record in records}):
        parts += _lesson_part(number, [r for r in records if r["lesson"] == number])
    parts += [_points_part(by_student), *_look_part(records), *_refused_part(known.taken.refused)]
    parts += _by_hand_part(known.taken.submissions)
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
        f"<p>{_counted(len(records), 'submission')}, {mean:.1f} of {lesson.points} points on "
        "average.</p>",
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
        points = ", ".join(
            f"{r['lesson']}: {'not graded' if r['problem'] else r['points']} of {r['of']}"
            for r in own
        )
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


def _people_part(known: ClassFacts) -> list[str]:
    """Return who has no grade, and who is not on the roster."""
    parts = []
    lists = (
        (
            "Handed in, and not graded",
            [f"{name}: {why}" for name, why in known.taken.ungraded.items()],
        ),
        ("On the roster, and nothing came", known.missing()),
        ("Not on the roster", known.strangers()),
    )
    for title, lines in lists:
        if lines:
            parts += [f"<h2>{title}</h2>", bullets(lines)]
    return parts


def _counted(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def _by_hand_part(submissions: Sequence[Submission]) -> list[str]:
    """Return the answers that a person grades, all students' to one question together."""
    questions: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for one in submissions:
        for grade_id, said in one.by_hand:
            questions[one.lesson, grade_id].append((one.student, said))
    parts = ["<h2>To be graded by hand</h2>"] if questions else []
    for (lesson, grade_id), answers in sorted(questions.items()):
        rows = [(text(student), f"<pre>{text(said)}</pre>") for student, said in answers]
        parts.append(f"<h3>Lesson {text(lesson)}, {text(grade_id)}</h3>")
        parts.append(table(("student", "answer"), rows, set()))
    return parts


def _refused_part(refused: Sequence[tuple[str, str]]) -> list[str]:
    if not refused:
        return []
    rows = [(text(name), text(why)) for name, why in refused]
    return ["<h2>Files that were not graded</h2>", table(("file", "why"), rows, set())]
