"""A lesson on the website: what the solution computed is there, what answers an exercise is not."""

import re
import shutil
from pathlib import Path

import nbformat
import pytest

from helpers.checks.registry import exercises
from helpers.release.leaks import leaks
from helpers.release.lesson import load_lesson
from helpers.release.lint import BEGIN
from helpers.site.lessons import _folded, lesson_page

ROOT = Path(__file__).resolve().parents[1]
SOURCES = sorted((ROOT / "solutions").glob("[0-9][0-9]_*.py"))
lesson_by_lesson = pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
DEEP = ROOT / "solutions" / "04_deep_autoencoder.py"


@pytest.fixture(scope="module")
def pages():
    return {source: lesson_page(source) for source in SOURCES}


def text_of(cell):
    printed = "".join(output.get("text", "") for output in cell.get("outputs", ()))
    shown = (output.get("data", {}) for output in cell.get("outputs", ()))
    return "\n".join([cell.source, printed, *(data.get("text/plain", "") for data in shown)])


@lesson_by_lesson
def test_no_line_of_an_answer_is_on_the_page(pages, source):
    page = pages[source]
    assert leaks(page, load_lesson(source)) == []
    everything = "\n".join(map(text_of, page.cells))
    assert BEGIN not in everything
    # Nor what a right answer is told, nor what the author predicted.
    assert not re.search(r"Your own .* from here on", everything)
    assert "You predicted" not in everything
    assert not re.search(r"Exercise \d+\.\d+ .* ([1-9]\d*) of \1 points", everything)
    assert not re.search(r"^  Also: ", everything, re.MULTILINE)
    guesses = re.findall(r"^(\w+ = .*)  # prediction$", everything, re.MULTILINE)
    assert all(guess.endswith(" = ...") for guess in guesses)


@lesson_by_lesson
def test_pictures_are_those_of_the_solution_with_their_alternatives(pages, source):
    ran = nbformat.read(source.with_suffix(".ipynb"), as_version=4)
    expected = [
        output.metadata["image/png"]["alt"]
        for cell in ran.cells
        for output in cell.get("outputs", ())
        if "image/png" in output.get("data", {})
    ]
    shown = []
    for cell in pages[source].cells:
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            if "image/png" in data:
                shown.append(cell.metadata["mystnb"]["image"]["alt"])
            elif "ae-explorer" in data.get("text/html", ""):
                (alt,) = re.findall(r'<img [^>]*alt="(.*?)"', data["text/html"])
                shown.append(alt.replace("&#x27;", "'").replace("&quot;", '"'))
    assert shown == expected


@lesson_by_lesson
def test_every_exercise_has_its_folded_hints(pages, source):
    text = "\n".join(cell.source for cell in pages[source].cells)
    for exercise in exercises(source.name[:2]):
        total = len(exercise.hints)
        folded = text.split(f'check("{exercise.id}"')[1].split("check(")[0]
        assert f"<details><summary>Hint 1 of {total}</summary>" in folded, exercise.id


def test_a_hint_that_is_the_answer_is_left_out(pages):
    text = "\n".join(cell.source for cell in pages[SOURCES[0]].cells)
    assert exercises("00")[0].hints[2] == "return np.mean(images, axis=0)"
    assert "Hint 2 of 3" in text and "Hint 3 of 3" not in text


def test_a_check_says_what_a_student_reads_who_has_not_begun(pages):
    cells = {cell.id: cell for cell in pages[DEEP].cells}
    (output,) = cells["ch04-l2-check"].outputs
    assert "0 of 2 points" in output.text and "Not started" in output.text
    assert cells["ch04-l2"].outputs == []
    (score,) = (cell for cell in pages[DEEP].cells if cell.source == "score()")
    assert score.outputs == []


@pytest.mark.parametrize(
    ("printed", "shown"),
    [
        ("You predicted 10. In this run: 35 batches, 3.5 times as much.", "35 batches"),
        ("You predicted 0.5. In this run: 0.191 of all pixels, 33 % less.", "0.191 of all pixels"),
        ("You predicted a (0). In this run: c (nan).", "c (nan)"),
        ("You predicted a (low, or so), and so it is.", "a (low, or so)"),
    ],
)
def test_what_came_of_a_prediction_is_folded_without_the_author_s_guess(printed, shown):
    text = _folded(f"before <b>\n{printed}\nafter\n")
    assert text.startswith("<details><summary>Predict first")
    assert f"before &lt;b&gt;\nIn this run: {shown}.\nafter\n" in text


def test_the_glossary_of_lesson_00_has_a_page_of_its_own(pages):
    text = "\n".join(cell.source for cell in pages[SOURCES[0]].cells)
    assert "(../glossary.md)" in text and "| term |" not in text


def test_a_lesson_that_was_not_executed_or_has_changed_is_refused(tmp_path):
    source = tmp_path / "solutions" / SOURCES[0].name
    source.parent.mkdir()
    shutil.copy(SOURCES[0], source)
    with pytest.raises(ValueError, match=r"00_start_here.ipynb is missing: make solutions NB=00"):
        lesson_page(source)
    shutil.copy(SOURCES[0].with_suffix(".ipynb"), source.parent)
    assert lesson_page(source).cells
    changed = source.read_text(encoding="utf-8").replace("Welcome.", "Welcome!")
    source.write_text(changed, encoding="utf-8")
    with pytest.raises(ValueError, match="differs from its source: make solutions NB=00"):
        lesson_page(source)
