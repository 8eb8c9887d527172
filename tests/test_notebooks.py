"""The committed notebooks, read and never run: fresh, clean, readable, and all points there."""

import ast
import functools
import itertools
import re
from pathlib import Path

import nbformat
import pytest

from helpers import doctor
from helpers.checks.registry import exercises
from helpers.course import lessons
from helpers.release import build_student, load_lesson, stale
from helpers.release.lesson import solution_path, student_path
from helpers.release.lint import answers, headings
from helpers.release.notebook import digest, kind, without_wait
from helpers.release.outputs import MAX_BYTES, RULES, title_picture, title_picture_path
from helpers.release.staleness import orphans
from helpers.results import figures

ROOT = Path(__file__).resolve().parents[1]
LESSONS = [path.stem for path in sorted((ROOT / "solutions").glob("[0-9][0-9]_*.py"))]
POINTS = {lesson.number: lesson.points for lesson in lessons.LESSONS}
FIGURES = figures._load(figures._PUBLISHED_FILE)
# Full profile, on two cores that do nothing else.
MAX_MINUTES = 5

lesson_by_lesson = pytest.mark.parametrize("lesson", LESSONS)


def source_of(lesson):
    return ROOT / "solutions" / f"{lesson}.py"


@functools.cache
def solution(lesson):
    return nbformat.read(solution_path(source_of(lesson)), as_version=4)


@functools.cache
def student(lesson):
    return nbformat.read(student_path(source_of(lesson)), as_version=4)


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def prose(notebook):
    """Return the lines of the markdown cells, those inside code fences left out."""
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    return re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL).splitlines()


def test_the_lessons_of_the_spine_exist():
    assert {"00", "02", "03"} <= {lesson[:2] for lesson in LESSONS}


def test_every_built_notebook_has_a_source():
    assert orphans(ROOT) == []


def test_core_points_are_a_hundred():
    assert sum(POINTS[f"{number:02d}"] for number in range(7)) == 100


# Fresh


@lesson_by_lesson
def test_student_copy_is_the_solution_minus_the_answers(lesson):
    source = source_of(lesson)
    assert student_path(source).read_bytes() == build_student(source)


@lesson_by_lesson
def test_nothing_is_stale(lesson):
    assert stale(source_of(lesson)) == []


@lesson_by_lesson
def test_student_copy_has_no_outputs_and_no_answers(lesson):
    for cell in code_cells(student(lesson)):
        assert cell.outputs == [] and cell.execution_count is None
        assert "SOLUTION" not in cell.source
        assert ("raise NotImplementedError" in cell.source) == (kind(cell) == "answer")


@lesson_by_lesson
def test_solution_tells_how_it_was_made(lesson):
    facts = solution(lesson).metadata.workbook
    assert facts.profile == "full" and "mnist" in facts.data.split(", ")
    assert facts.source == digest(load_lesson(source_of(lesson)))
    assert "CPU core" in facts.device
    assert facts.minutes <= MAX_MINUTES


@lesson_by_lesson
def test_a_lesson_holds_no_more_memory_than_its_head_and_doctor_say(lesson):
    facts = solution(lesson).metadata.workbook
    said = re.search(r"in at most\s+(\d+) GB of memory", "\n".join(prose(solution(lesson))[:80]))
    needed = facts.get("gigabytes", 0)
    assert said or needed <= 1 or not POINTS[lesson[:2]]
    assert needed <= doctor.NEEDED_MEMORY and (not said or needed <= int(said[1]))


# Lessons 09 and 10 say it when they are executed next.
@pytest.mark.parametrize("lesson", [name for name in LESSONS if name[:2] < "07"])
def test_a_figure_of_images_is_compared_with_the_images_named(lesson):
    tree = ast.parse("\n".join(cell.source for cell in code_cells(solution(lesson))))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    for call in (call for call in calls if getattr(call.func, "id", "") == "compare"):
        words = [node.value for node in ast.walk(call) if isinstance(node, ast.Constant)]
        keys = [key for key in words if isinstance(key, str) and re.fullmatch(r"[\w.]+\w", key)]
        known = [FIGURES[key] for key in keys if key in FIGURES]
        of_images = not known or any(figure.split for figure in known)
        assert not of_images or any(option.arg == "images" for option in call.keywords), keys


# Clean


@lesson_by_lesson
@pytest.mark.parametrize("rule", RULES)
def test_outputs_keep_the_rule(lesson, rule):
    assert list(RULES[rule](solution(lesson))) == []


@lesson_by_lesson
@pytest.mark.parametrize("read", [solution, student], ids=["solution", "student"])
def test_notebook_is_valid_and_has_neutral_metadata(lesson, read):
    notebook = read(lesson)
    nbformat.validate(notebook)
    assert set(notebook.metadata) == {"kernelspec", "language_info", "workbook"}
    assert notebook.metadata.kernelspec.name == "python3"


@lesson_by_lesson
def test_notebook_is_small(lesson):
    assert solution_path(source_of(lesson)).stat().st_size <= MAX_BYTES


@lesson_by_lesson
def test_captions_carry_the_number_of_the_lesson(lesson):
    captions = [line for line in prose(solution(lesson)) if line.startswith("**Figure ")]
    numbers = [re.match(r"\*\*Figure (\d+)\.(\d+)\.\*\*", line).groups() for line in captions]
    expected = [(str(int(lesson[:2])), str(k)) for k in range(1, len(numbers) + 1)]
    assert numbers == expected


# Readable


@lesson_by_lesson
def test_code_cells_are_short_and_narrow(lesson):
    for cell in code_cells(solution(lesson)):
        source = without_wait(cell.source)
        lines = [line for line in source.splitlines() if not line.strip().startswith("###")]
        whole = kind(cell) == "answer" or re.match(r"(@.*\n)*(class|def) ", source)
        assert len(lines) <= (40 if whole else 25), cell.source
        assert max(map(len, lines)) <= 79, cell.source
    for cell in code_cells(student(lesson)):
        assert max(map(len, cell.source.splitlines())) <= 79, cell.source


@lesson_by_lesson
def test_set_up_cell_is_short(lesson):
    assert len(ast.parse(code_cells(student(lesson))[0].source).body) <= 9


@lesson_by_lesson
def test_headings_have_one_title_and_skip_no_level(lesson):
    found = [re.match(r"(#+) ", line) for line in prose(solution(lesson))]
    levels = [len(match[1]) for match in found if match]
    assert levels[0] == 1 and levels.count(1) == 1
    steps = [deeper - level for level, deeper in itertools.pairwise(levels)]
    assert max(steps, default=0) <= 1, levels


# Graded


@lesson_by_lesson
def test_exercises_agree_with_the_checks(lesson):
    notebook = load_lesson(source_of(lesson))
    written = [(a.heading.exercise, a.heading.title, a.grade_id) for a in answers(notebook)]
    points = [heading.points for heading in headings(notebook)]
    registered = exercises(lesson[:2])
    assert written == [(entry.id, entry.title, entry.grade_id) for entry in registered]
    assert points == [entry.points for entry in registered]
    checked = [cell.source for cell in notebook.cells if kind(cell) == "check"]
    assert checked == [f'{e.name} = check("{e.id}", {e.name})' for e in registered]


@lesson_by_lesson
def test_points_are_those_of_the_curriculum(lesson):
    notebook = student(lesson)
    points = [cell.metadata.nbgrader.points for cell in notebook.cells if kind(cell) == "check"]
    assert sum(points) == POINTS[lesson[:2]]


@lesson_by_lesson
def test_lesson_with_points_tells_the_score_once(lesson):
    scores = [c for c in code_cells(student(lesson)) if re.search(r"^score\(", c.source, re.M)]
    assert len(scores) == 1 or not POINTS[lesson[:2]]


@lesson_by_lesson
def test_the_title_picture_is_the_first_figure(lesson):
    assert title_picture_path(source_of(lesson)).read_bytes() == title_picture(solution(lesson))
