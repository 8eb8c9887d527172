"""A student's work in a new edition's copy: in its place, and never a line lost."""

import json

import nbformat
import pytest
from grading_kit import solution
from work_kit import (
    FRONT_ENDS,
    answered,
    at,
    code,
    earlier,
    lines_of,
    predicting,
    restamped,
    scrambled,
    sources,
    today,
    without_marks,
    words,
)

from helpers.work.answers import work_in
from helpers.work.carry import carry
from helpers.work.cells import Refused, cells_of, source
from helpers.work.handed_out import PREDICTION
from helpers.work.lessons import facts
from helpers.work.sewing import END

LESSON = facts("03")
IDS = [entry.id for entry in LESSON.exercises]
GONE = "def gone(number):\n    return number"


def carried(old, lesson="03"):
    """Return what became of an old notebook, which has to be a valid one."""
    found = carry(json.loads(json.dumps(old)), today(lesson), facts(lesson))
    nbformat.validate(found.notebook)
    return found


def answers(book, lesson="03"):
    return work_in(cells_of(book["cells"]), facts(lesson)).answers


def text_of(book, grade_id):
    return source(book["cells"][at(book, grade_id)])


def beside(book, text):
    """Return the sources above and below the cell that holds a text."""
    texts = [source(cell) for cell in book["cells"]]
    place = next(n for n, one in enumerate(texts) if text in one)
    return texts[place - 1], texts[place + 1] if place + 1 < len(texts) else ""


@pytest.mark.parametrize("prints", [True, False])
def test_an_untouched_notebook_of_an_earlier_edition_becomes_the_new_copy(prints):
    found = carried(earlier(prints=prints))
    assert sources(found.notebook) == sources(today())
    assert (found.answers, found.own, found.edited, found.homeless) == ([], 0, 0, [])
    assert found.notebook["metadata"]["workbook"] == today()["metadata"]["workbook"]


@pytest.mark.parametrize("front_end", FRONT_ENDS)
def test_answers_are_in_the_cells_of_their_exercises_whatever_wrote_the_file(front_end):
    found = carried(FRONT_ENDS[front_end](predicting(answered(earlier()))))
    for entry in LESSON.exercises:
        assert text_of(found.notebook, entry.grade_id) == solution("03")[entry.id]
    assert found.answers == IDS
    assert answers(found.notebook) == answers(answered(today()))
    codes = [source(c) for c in found.notebook["cells"] if c["cell_type"] == "code"]
    guesses = [match[2] for text in codes for match in PREDICTION.finditer(text)]
    assert guesses == ['"mine"'] * 3
    assert not [c for c in found.notebook["cells"] if c.get("outputs")]


def test_an_exercise_whose_number_another_one_has_now_is_not_taken_for_it():
    old = answered(earlier(), ids=[])
    old["cells"][at(old, "ch03-gone")]["source"] = GONE
    found = carried(old)
    assert found.answers == [] and len(found.homeless) == 1
    assert found.homeless[0].startswith("the answer ch03-gone that begins with: def gone(number):")
    *_, end, last = found.notebook["cells"]
    assert end["source"] == END and last["source"] == f"```python\n{GONE}\n```"
    assert text_of(found.notebook, "ch03-sigmoid") == text_of(today(), "ch03-sigmoid")


def test_a_heading_or_a_check_with_an_old_number_leads_to_no_other_exercise():
    old = without_marks(earlier())
    place = next(n for n, c in enumerate(old["cells"]) if c["id"] == "ch03-gone")
    old["cells"][place] = code(GONE, id="other")
    found = carried(old)
    assert answers(found.notebook) == {} and GONE in [source(c) for c in found.notebook["cells"]]


def test_a_todo_with_other_words_is_the_new_one_and_a_plan_in_it_stays():
    entry, plan = LESSON.exercises[1], "    # First the product, then the bias.\n    raise"
    old = earlier()
    assert text_of(old, entry.grade_id) != text_of(today(), entry.grade_id)
    assert text_of(carried(old).notebook, entry.grade_id) == text_of(today(), entry.grade_id)
    cell = old["cells"][at(old, entry.grade_id)]
    cell["source"] = cell["source"].replace("    raise", plan)
    found = carried(old)
    assert plan in text_of(found.notebook, entry.grade_id)
    assert found.answers == [] and found.edited == 1


def test_an_answer_to_other_parameters_stands_and_is_named():
    old = earlier()
    old["cells"][at(old, "ch03-dense")]["source"] = "def dense(x, w):\n    return x @ w"
    found = carried(old)
    assert text_of(found.notebook, "ch03-dense") == "def dense(x, w):\n    return x @ w"
    assert found.changed == ["3.2 now asks for dense(inputs, kernel, bias); yours has (x, w)"]


def test_a_cell_of_ones_own_stands_under_the_cell_it_stood_under():
    old = answered(earlier())
    for mark, text in (("ch03-dense", "trial = 1"), ("ch03-dense-check", "other_trial = 2")):
        old["cells"].insert(at(old, mark) + 1, code(text, id=text[:5]))
    old["cells"].insert(0, words("My name", id="top"))
    old["cells"].append(words("The end", id="end"))
    found = carried(old)
    check = text_of(today(), "ch03-dense-check")
    assert beside(found.notebook, "trial = 1") == (solution("03")["3.2"], check)
    assert beside(found.notebook, "other_trial = 2")[0] == check
    texts = [source(cell) for cell in found.notebook["cells"]]
    assert (texts[0], texts[-1]) == ("My name", "The end")
    # The first of them only defines what stands between an answer and its check.
    assert found.own == 3 and found.homeless == []


def test_a_note_stays_with_a_text_that_reads_otherwise_today():
    new = today()
    changed = next(
        n for n, c in enumerate(new["cells"]) if source(c).startswith("## One step of training")
    )
    old = today()
    old["cells"][changed]["source"] = "## One step of training\n\nIt was told otherwise."
    restamped(old)
    old["cells"].insert(changed + 1, words("note of mine", id="note"))
    found = carried(old)
    assert beside(found.notebook, "note of mine")[0] == source(new["cells"][changed])


def test_a_changed_cell_of_the_lesson_is_as_the_student_changed_it():
    old = today()
    cell = next(c for c in old["cells"] if "num_epochs = pick(" in source(c))
    old = restamped(old)
    cell["source"] = cell["source"].replace("full=3", "full=30")
    found = carried(old)
    assert found.edited == 1 and found.own == 0 and found.homeless == []
    assert len(found.notebook["cells"]) == len(today()["cells"])
    assert cell["source"] in [source(c) for c in found.notebook["cells"]]


def test_a_changed_cell_that_is_another_one_today_stands_at_the_end_and_its_imports_on_top():
    old = earlier()
    cell = next(c for c in old["cells"] if source(c).startswith("print(gone("))
    cell["source"] = "import statistics\nprint(gone(4))"
    found = carried(old)
    assert found.homeless == ["a cell of code that begins with: import statistics"]
    assert source(found.notebook["cells"][-1]) == f"```python\n{cell['source']}\n```"
    above, _ = beside(found.notebook, "import statistics")
    assert above.startswith("try:\n    from helpers.course")


def test_no_line_of_a_cell_closes_the_fence_around_it():
    old = earlier()
    cell = old["cells"][at(old, "ch03-gone")]
    cell["source"] = 'def gone(number):\n    """\n````\n    """\n    return number'
    assert source(carried(old).notebook["cells"][-1]).startswith("`````python\n")


def test_a_split_answer_keeps_its_order_and_a_doubled_one_both_its_cells():
    old = answered(earlier(), ids=["3.2"])
    place = at(old, "ch03-dense")
    old["cells"].insert(place, code("HALF = 0.5", metadata=old["cells"][place]["metadata"]))
    old["cells"].insert(place + 2, code("def dense(*a):\n    return 1", id="second"))
    found = carried(old)
    texts = [source(cell) for cell in found.notebook["cells"]]
    first = texts.index("HALF = 0.5")
    assert texts[first + 1 : first + 3] == [solution("03")["3.2"], "def dense(*a):\n    return 1"]
    assert answers(found.notebook).keys() == {"3.2"}


def test_answers_that_were_merged_stay_in_one_cell_and_no_todo_hides_them():
    old = answered(earlier(), ids=["3.1", "3.2"])
    first, second = (old["cells"][at(old, f"ch03-{name}")] for name in ("sigmoid", "dense"))
    first["source"] += f"\n\n{second['source']}"
    old["cells"].remove(second)
    found = carried(old)
    assert text_of(found.notebook, "ch03-sigmoid") == first["source"]
    assert text_of(found.notebook, "ch03-dense").startswith("# Exercise 3.2 is answered in")
    assert answers(found.notebook).keys() == {"3.1", "3.2"} == set(found.answers)


def test_a_prediction_in_words_of_ones_own_wins_as_a_whole():
    old = predicting(earlier(), "0.25")
    mine = "# I think that few are.\nsaturated_guess = 1 / 8"
    cell = next(c for c in old["cells"] if "saturated_guess = 0.25  # " in source(c))
    cell["source"] = mine
    found = carried(old)
    texts = [source(cell) for cell in found.notebook["cells"]]
    assert mine in texts and "half_guess = 0.25  # prediction" in "\n".join(texts)
    assert found.homeless == ["a cell of code that begins with: # A share."]


def test_metadata_of_a_front_end_stays_and_the_edition_is_todays():
    old = FRONT_ENDS["Colab"](answered(earlier()))
    old["metadata"]["widgets"] = {"state": "of outputs that stay behind"}
    found = carried(old).notebook
    assert "widgets" not in found["metadata"]
    assert found["metadata"]["colab"] == {"provenance": []}
    assert found["metadata"]["workbook"] == today()["metadata"]["workbook"]
    assert found["nbformat_minor"] == 5


def test_pictures_in_notes_stay():
    old = earlier()
    picture = {"photo.png": {"image/png": "aGVsbG8="}}
    old["cells"].insert(3, words("![](attachment:photo.png)", id="photo", attachments=picture))
    cells = carried(old).notebook["cells"]
    assert [c["attachments"] for c in cells if "attachments" in c] == [picture]


def test_a_question_that_an_instructor_added_keeps_its_mark():
    old = earlier()
    marks = {"grade_id": "why", "grade": True, "solution": True, "points": 2, "locked": False}
    marks |= {"schema_version": 3, "task": False}
    old["cells"].insert(9, words("Because.", id="why", metadata={"nbgrader": marks}))
    found = carried(old).notebook
    assert found["cells"][at(found, "why")]["source"] == "Because."


def test_what_is_no_cell_is_refused():
    old = today()
    old["cells"][3] = {"cell_type": "code", "source": 7}
    with pytest.raises(Refused, match="its cell 4 has no text"):
        carry(old, today(), LESSON)


@pytest.mark.parametrize("front_end", FRONT_ENDS)
@pytest.mark.parametrize("prints", [True, False])
def test_no_line_is_lost_whatever_a_student_did(front_end, prints):
    """Every line of the worked notebook that was not handed out is in the new one, as it was."""
    for seed in range(12):
        lesson = ("03", "02", "06")[seed % 3]
        handed = earlier(lesson, prints=prints)
        given = lines_of(handed)
        old = predicting(answered(handed, lesson), f'"{seed}"')
        old = FRONT_ENDS[front_end](scrambled(old, seed))
        found = carried(old, lesson).notebook
        lost = lines_of(old) - given - lines_of(found)
        assert not lost, (seed, lost)
        ids = [cell["id"] for cell in found["cells"]]
        assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("seed", range(6))
def test_a_second_time_nothing_moves(seed):
    old = scrambled(predicting(answered(earlier()), f'"{seed}"'), seed)
    once = carried(old).notebook
    assert sources(carried(once).notebook) == sources(once)
