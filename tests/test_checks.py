"""What a student reads: verdicts, hints, the score, and what the lesson goes on with."""

import inspect
import linecache
import random
import re
import threading

import keras
import numpy as np
import pytest
import tensorflow as tf
from forms import in_form

from helpers import checks, layers
from helpers.answers import lesson01
from helpers.checks import CheckFailed, check, hint, score
from helpers.checks.cases import Shape, compare
from helpers.checks.expect import NotYet, close, describe, parts, shaped, whole
from helpers.checks.form import to_go_on_with
from helpers.checks.guard import Guarded, explain
from helpers.checks.panel import a_word_while_waiting
from helpers.checks.registry import exercises, get
from helpers.checks.running import WIDTH, parameters, run, to_text


@pytest.fixture(autouse=True)
def fresh_session(monkeypatch):
    monkeypatch.setattr(checks, "_verdicts", {})
    monkeypatch.setattr(checks, "_hints_shown", {})
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)


def right(inputs, kernel, bias):
    return inputs @ kernel + bias


def without_bias(inputs, kernel, bias):
    return inputs @ kernel


def stub(inputs, kernel, bias):
    raise NotImplementedError("TODO 3.2")


def test_a_right_answer_is_handed_back_with_its_points(capsys):
    assert check("3.2", right) is right
    text = capsys.readouterr().out
    assert text.startswith("Exercise 3.2  Dense layer")
    assert "1 of 1 points" in text.splitlines()[0]
    assert "Your own layer from here on." in text


def as_list(inputs, kernel, bias):
    return right(inputs, kernel, bias).tolist()


def as_tensor(inputs, kernel, bias):
    return tf.constant(right(inputs, kernel, bias))


@pytest.mark.parametrize("answer", [as_list, as_tensor])
def test_a_list_or_tensor_of_the_right_numbers_reaches_later_cells_as_an_array(answer, capsys):
    going_on = check("3.2", answer)
    assert "in the form that they need" in capsys.readouterr().out
    result = going_on(np.eye(2), np.eye(2), np.ones(2))
    assert isinstance(result, np.ndarray)
    np.testing.assert_array_equal(result, [[2, 1], [1, 2]])
    assert going_on.__name__ == answer.__name__
    assert check("3.2", going_on) is going_on
    assert "reaches later cells" not in capsys.readouterr().out


def handed_on(exercise, answer):
    """Return what the lesson goes on with after a right answer."""
    entry = get(exercise)
    verdict = run(entry, answer)
    assert verdict.passed, verdict.steps
    return to_go_on_with(entry.load_reference(), answer, verdict.first)


def test_each_part_of_a_result_takes_the_form_of_the_reference_s():
    def one_step(points, centres):
        labels, moved = lesson01.kmeans_step(points, centres)
        return [labels.tolist(), moved]

    points = np.array([[0.0, 0], [0, 1], [9, 9]])
    labels, moved = handed_on("1.3", one_step)(points, points[[0, 2]])
    assert isinstance(labels, np.ndarray) and isinstance(moved, np.ndarray)
    assert labels.tolist() == [0, 0, 1]


def test_what_the_reference_leaves_a_list_or_a_tensor_stays_one():
    for exercise in ("7.6", "3.6", "10.1"):
        reference = get(exercise).load_reference()

        def answer(*arguments, reference=reference):
            return reference(*arguments)

        assert handed_on(exercise, answer) is answer


@pytest.mark.parametrize(
    ("reference", "answer", "kind"),
    [
        (0.5, np.array([0.5]), float),
        (3, tf.constant(3.0), int),
        (True, np.array(1), bool),
        (tf.constant(0.5), np.float64(0.5), tf.Tensor),
        ("words", None, type(None)),
    ],
)
def test_a_result_takes_the_type_of_the_reference_s(reference, answer, kind):
    going_on = to_go_on_with(lambda: reference, lambda: answer, ((), {}, answer))
    result = going_on()
    assert isinstance(result, kind)
    if tf.is_tensor(reference):
        assert result.dtype == reference.dtype
    assert result is None or result == reference


@pytest.mark.parametrize(
    ("reference", "answer"),
    [(0.5, np.ones(2)), ([1, 2], {"a": 1}), (tf.constant(1.0), "no number")],
)
def test_a_result_that_has_no_such_form_is_left_as_it_is(reference, answer):
    going_on = to_go_on_with(lambda: reference, lambda: answer, ((), {}, answer))
    assert going_on() is answer


def test_an_answer_that_its_check_never_called_is_handed_on_as_it_is():
    assert to_go_on_with(layers.dense, right, None) is right


def test_a_wrong_answer_hears_the_cause_and_the_lesson_goes_on(capsys):
    assert check("3.2", without_bias) is layers.dense
    text = capsys.readouterr().out
    assert "0 of 1 points" in text
    assert "is the bias added?" in text
    assert "then     one image" in text
    assert 'hint("3.2") shows the first of 3 hints.' in " ".join(text.split())


def test_a_stub_is_not_started_and_shows_no_error(capsys):
    assert check("3.2", stub) is layers.dense
    text = capsys.readouterr().out
    assert "Not started" in text
    assert "NotImplementedError" not in text


def test_a_library_s_not_implemented_error_is_not_an_empty_todo():
    def answer(inputs, kernel, bias):
        raise NotImplementedError("This operation has no gradient.")

    assert run(get("3.2"), answer).status == "not yet"


def test_running_the_check_cell_twice_does_not_turn_the_reference_into_points(capsys):
    dense = check("3.2", without_bias)
    dense = check("3.2", dense)
    score()
    text = capsys.readouterr().out
    assert "run the cell that defines `dense` first" in " ".join(text.split())
    assert "0 of 18 points" in text
    assert "3.2   Dense layer                                    0 of 1  not yet" in text


def test_an_error_in_the_answer_is_named_with_no_traceback(capsys):
    check("3.2", lambda inputs, kernel, bias: inputs @ kernel + undefined_name)  # noqa: F821
    text = capsys.readouterr().out
    assert "NameError: name 'undefined_name' is not defined" in " ".join(text.split())
    assert "Traceback" not in text


@pytest.mark.parametrize("answer", [None, 3.0, "dense"])
def test_an_answer_that_cannot_be_called_is_refused(answer, capsys):
    assert check("3.2", answer) is layers.dense
    assert "can be called" in " ".join(capsys.readouterr().out.split())


def test_warnings_of_an_answer_stay_off_stderr(capfd):
    import warnings

    import numpy as np

    def noisy(inputs, kernel, bias):
        warnings.warn("loud", stacklevel=1)
        np.log(np.zeros(1))
        return inputs @ kernel + bias

    assert check("3.2", noisy) is noisy
    assert capfd.readouterr().err == ""


def test_an_interrupt_ends_the_check_and_the_lesson_goes_on(capsys):
    def endless(*arguments):
        raise KeyboardInterrupt

    assert check("3.2", endless) is layers.dense
    assert "stopped by you" in capsys.readouterr().out


class Mute(Exception):
    def __str__(self):
        raise RuntimeError("no words")


@pytest.mark.parametrize("problem", [SystemExit(0), GeneratorExit(), Mute()])
def test_what_an_answer_raises_ends_its_check_only(problem, capsys):
    def answer(*arguments):
        raise problem

    assert check("3.2", answer) is layers.dense
    assert type(problem).__name__ in capsys.readouterr().out


def test_inputs_are_copies_and_a_change_is_named():
    def in_place(inputs, kernel, bias):
        result = inputs @ kernel + bias
        bias += 1
        return result

    (text,) = [s.text for s in run(get("3.2"), in_place).steps if s.status == "not yet"]
    assert text == "your function changes its input `bias`: work on a copy"


def test_a_change_inside_a_dict_is_named_and_a_look_into_it_is_none():
    def noted(table, mark):
        table["images"] += mark

    table = {"images": np.zeros(2)}
    Guarded(noted, ["table", "mark"])(table, 0)
    with pytest.raises(NotYet, match="changes its input `table`"):
        Guarded(noted, ["table", "mark"])(table, 1)
    with pytest.raises(NotYet, match="changes its input `table`"):
        Guarded(lambda table: table.clear(), ["table"])(table)
    assert table["images"].tolist() == [0, 0]


def test_where_a_reference_tells_no_names_arguments_are_counted():
    assert parameters(type) == []  # a built-in without a signature
    with pytest.raises(NotYet, match="changes its input `argument 1`"):
        Guarded(lambda values: values.sort(), parameters(type))(np.array([2.0, 1.0]))


def test_a_result_that_is_remembered_fails_on_the_next_draw():
    kept = {}

    def lazy(inputs, kernel, bias):
        return kept.setdefault((inputs.shape, kernel.shape), inputs @ kernel + bias)

    assert not run(get("3.2"), lazy).passed


def test_a_raise_that_was_left_above_an_answer_is_named():
    def left(inputs, kernel, bias):
        """Dense layer."""
        raise NotImplementedError("TODO 3.2")
        return inputs @ kernel + bias

    verdict = run(get("3.2"), left)
    assert verdict.status == "not yet"
    assert "still stands in it: delete it" in verdict.steps[0].text


class Odd:
    """Neither an array nor anything else that can be read."""

    shape = property(lambda self: 1 / 0)


def test_an_error_of_ours_is_never_told_as_the_students():
    (text,) = [s.text for s in run(get("3.2"), lambda *a: Odd()).steps if s.status == "not yet"]
    assert text.endswith("an object of type Odd where an array of shape (5, 4) is needed")


CELL = """\
class Lazy:
    rows = []

    @property
    def shape(self):
        return len(self.rows), len(self.rows[0])


def dense(inputs, kernel, bias):
    return Lazy()
"""


def test_a_result_that_stops_when_the_check_looks_at_it_is_told_with_the_student_s_line():
    name = "<ipython-input-7-of-a-test>"
    linecache.cache[name] = (len(CELL), None, CELL.splitlines(True), name)
    cell = {"__name__": "__main__"}
    exec(compile(CELL, name, "exec"), cell)
    verdict = run(get("3.2"), cell["dense"])
    (text,) = [step.text for step in verdict.steps if step.status == "not yet"]
    assert text.startswith("what it returned stopped with IndexError: list index out of range")
    assert text.endswith("(line 6 of your cell: return len(self.rows), len(self.rows[0]))")


def test_the_global_generators_are_left_alone():
    random.seed(1), np.random.seed(1)
    before = random.getstate(), np.random.get_state()[1].copy()
    for entry in exercises():
        reference = entry.load_reference()
        run(entry, lambda *arguments, reference=reference: reference(*arguments))
    assert random.getstate() == before[0]
    np.testing.assert_array_equal(np.random.get_state()[1], before[1])


def test_a_right_answer_that_is_slow_is_told_and_the_lesson_goes_on_quickly(monkeypatch, capsys):
    monkeypatch.setattr("helpers.checks.running.SLOW", 0.0)
    assert check("3.2", right) is layers.dense
    text = capsys.readouterr().out
    assert "1 of 1 points" in text and "Right, but slow" in text


def test_a_right_answer_that_is_stopped_on_what_the_cells_below_use_is_slow(capsys):
    def impatient(inputs, kernel, bias):
        if len(inputs) > 100:
            raise KeyboardInterrupt
        return right(inputs, kernel, bias)

    assert check("3.2", impatient) is layers.dense
    text = " ".join(capsys.readouterr().out.split())
    assert "1 of 1 points" in text
    assert "you stopped it after 0 s on 400 images of 784 pixels and 256 units." in text


def test_a_right_answer_that_fails_on_what_the_cells_below_use_is_not_called_slow(capsys):
    def small(inputs, kernel, bias):
        assert len(inputs) <= 100
        return right(inputs, kernel, bias)

    assert check("3.2", small) is small
    assert "slow" not in capsys.readouterr().out


def test_a_table_takes_a_compiled_function_that_hides_its_arguments():
    with pytest.raises(ValueError):
        inspect.signature(max)
    step = compare(lambda a, b: b, max, [(2.0, 3.0)], says="the larger", what="the value")
    assert list(step) == ["the larger"]


def test_a_check_by_a_table_tells_the_cause_that_explains_every_case():
    cases = [(np.array([2.0]),), (np.array([3.0, 5.0]),)]
    mistakes = {
        "squared": lambda x: x**2,
        "doubled twice": lambda x: 4 * x,
        "summed": lambda x: Shape(()),
    }

    def step(answer):
        return list(compare(answer, lambda x: 2 * x, cases, mistakes, says="twice", what="{x}"))

    assert step(lambda x: 2 * x) == ["twice"]
    for answer, told in (
        (lambda x: 4 * x, "doubled twice"),  # squared would explain the 2 alone
        (lambda x: x**2, "squared"),
        (lambda x: x.sum(), "summed"),
        (lambda x: x + 2, "differs from the expected value"),
    ):
        with pytest.raises(NotYet, match=told):
            step(answer)


def test_a_model_by_any_way_of_writing_is_handed_on_with_an_input():
    class Half(keras.Model):
        def __init__(self, size):
            super().__init__()
            self.layer = keras.layers.Dense(size, "sigmoid")

        def call(self, inputs):
            return self.layer(inputs)

    def subclassed(input_size, code_size):
        return Half(code_size), Half(input_size)

    def sequential(input_size, code_size):
        dense = keras.layers.Dense
        return [keras.Sequential([dense(n, "sigmoid")]) for n in (code_size, input_size)]

    for builder in (subclassed, sequential):
        encoder, decoder = handed_on("3.3", builder)(9, 2)
        assert encoder.input.shape == (None, 9) and decoder.output.shape == (None, 9)


@pytest.mark.parametrize("form", ["subclass", "sequential"])
@pytest.mark.parametrize("number", ["3.3", "4.2", "4.3", "6.2", "9.4"])
def test_the_right_model_in_another_form_is_handed_on_with_inputs_and_outputs(number, form):
    # A check may have called a class with Keras tensors: then it knows its input, but not its
    # outputs. A Sequential without an Input knows both once it was called, and a new one does not.
    entry = get(number)
    answer = in_form(form, entry.load_reference())
    verdict = run(entry, answer)
    assert verdict.passed
    arguments, options, _ = verdict.first
    models = to_go_on_with(entry.load_reference(), answer, verdict.first)(*arguments, **options)
    for model in models if isinstance(models, tuple | list) else [models]:
        assert model.inputs and model.outputs


def test_hints_come_one_at_a_time_and_then_all_again(capsys):
    total = len(get("3.2").hints)
    for number in range(1, total + 1):
        hint("3.2")
        assert f"hint {number} of {total}" in capsys.readouterr().out
    hint("3.2")
    text = capsys.readouterr().out
    assert all(each in text for each in get("3.2").hints)
    check("3.2", stub)
    assert "hint(" not in capsys.readouterr().out


@pytest.mark.parametrize("number", [3, "3", "3.77"])
def test_a_hint_of_no_exercise_names_those_of_the_lesson_and_stops_nothing(capsys, number):
    hint(number)
    text = capsys.readouterr().out
    assert text.startswith(f"There is no exercise {str(number)!r}. The numbers here are 3.1, 3.2, ")
    assert "4.1" not in text


def test_score_adds_up_and_lists_every_exercise(capsys):
    check("3.2", right)
    check("3.1", lambda activations: None)
    capsys.readouterr()
    score()
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].endswith("1 of 18 points")
    assert len(lines) == 1 + len(exercises("03"))
    assert lines[2].endswith("1 of 1  passed")
    assert lines[3].endswith("not checked yet")


def test_score_before_any_check_says_what_to_do(capsys):
    score()
    assert "run the check cells first" in capsys.readouterr().out


def test_an_open_notebook_shows_the_score_as_a_table_with_the_text_beside_it(monkeypatch, capsys):
    shown = []
    monkeypatch.setattr("helpers.checks.panel.in_notebook", lambda: True)
    monkeypatch.setattr("IPython.display.display", lambda bundle, raw: shown.append(bundle))
    score("03")
    (bundle,) = shown
    assert capsys.readouterr().out == ""
    table = bundle["text/html"]
    assert table.count("<tr>") == 1 + len(exercises("03"))
    assert re.search(r'<progress value="\d+" max="18" aria-label="Points of lesson 03"', table)
    total = re.search(r"\d+ of 18 points", bundle["text/plain"])[0]
    assert f"<b>{total}</b>" in table


def test_a_lesson_for_practice_has_no_points(capsys):
    score("00")
    assert "practice, no points" in capsys.readouterr().out


def test_score_of_an_unknown_lesson_is_an_error():
    with pytest.raises(ValueError, match="no lesson '77'"):
        score("77")


def test_under_nbgrader_a_failing_check_raises_and_a_right_one_does_not(monkeypatch, capsys):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    assert check("3.2", right) is right
    with pytest.raises(CheckFailed, match="is the bias added"):
        check("3.2", without_bias)
    with pytest.raises(CheckFailed, match="Not started"):
        check("3.2", stub)


@pytest.mark.parametrize("number", ["3.99", "77.1", "three", "", 3.99])
def test_an_unknown_exercise_is_an_error_that_lists_the_known_ones(number):
    with pytest.raises(ValueError, match=r"The numbers here are .*3\.7"):
        check(number, right)


def test_verdicts_are_narrow_enough_for_a_notebook():
    for entry in exercises():
        for answer in (entry.load_reference(), lambda *a: None, lambda *a: 1 / 0):
            lines = to_text(run(entry, answer)).splitlines()
            assert max(map(len, lines)) <= WIDTH


@pytest.mark.parametrize("entry", exercises(), ids=lambda e: e.id)
def test_every_reference_passes_its_own_check(entry):
    reference = entry.load_reference()
    verdict = run(entry, lambda *arguments: reference(*arguments))
    assert verdict.passed, verdict.steps


@pytest.mark.parametrize("entry", exercises(), ids=lambda e: e.id)
def test_every_exercise_has_three_hints_and_a_lazy_answer_fails(entry):
    assert len(entry.hints) == 3
    for lazy in (lambda *a: None, lambda *a: 0.0, lambda *a: a[0]):
        assert run(entry, lazy).status == "not yet"


def test_close_names_a_constant_factor():
    with pytest.raises(NotYet, match="2 times it everywhere"):
        close([2.0, 4.0], [1.0, 2.0])


def test_close_prefers_the_named_cause():
    with pytest.raises(NotYet, match="doubled"):
        close([2.0, 4.0], [1.0, 2.0], (([2.0, 4.0], "doubled"),))


def test_a_cause_that_holds_infinity_is_no_one_s():
    with pytest.raises(NotYet, match="differs from the expected value"):
        close([2.0, 5.0], [1.0, 2.0], (([float("inf"), 4.0], "infinite"),))


def test_whole_numbers_are_told_from_floats():
    np.testing.assert_array_equal(whole([3, 1]), [3, 1])
    np.testing.assert_array_equal(whole(np.array([], float)), [])
    with pytest.raises(NotYet, match="yours are floats"):
        whole(np.array([3.0, 1.0]))
    with pytest.raises(NotYet, match="the result should be whole numbers; what came is True or"):
        whole(np.array([True, False]))


def test_text_is_no_number():
    with pytest.raises(NotYet, match="it is text"):
        close("2.5", 2.5)


def test_close_refuses_nan_and_a_wrong_shape():
    with pytest.raises(NotYet, match="nan or infinity"):
        close([float("nan"), 1.0], [1.0, 1.0])
    with pytest.raises(NotYet, match=r"shape \(2,\); yours has \(1,\)"):
        close([1.0], [1.0, 1.0])


@pytest.mark.parametrize(
    ("what", "verb"),
    [
        ("the points", "differ from the expected values"),
        ("the slopes for activities of shape (3, 4)", "differ from the expected values"),
        ("its rates (found, told)", "differ from the expected values"),
        ("the codes of equal numbers, sorted,", "differ from the expected values"),
        ("the loss", "differs from the expected value"),
        ("the bias", "differs from the expected value"),
        ("the axis", "differs from the expected value"),
        ("the result for codes (3, 4)", "differs from the expected value"),
        ("the number of points", "differs from the expected value"),
        ("`points`", "differs from the expected value"),
        ("num_points with 3 channels", "differs from the expected value"),
    ],
)
def test_a_verb_agrees_with_what_differs(what, verb):
    with pytest.raises(NotYet, match=f"^{re.escape(what)} {verb}: "):
        close([1.0, 2.5], [1.0, 2.0], what=what)


def test_nan_is_told_with_all_that_may_have_made_it():
    causes = "a division by zero, the log of 0, or the root or log of a number below 0"
    with pytest.raises(NotYet, match=f"the codes hold nan or infinity: {causes}"):
        close([float("nan"), 1.0], [1.0, 1.0], what="the codes")
    with pytest.raises(NotYet, match="the code holds nan"):
        close([float("nan"), 1.0], [1.0, 1.0], what="the code")


def test_floats_for_whole_numbers_are_shown():
    with pytest.raises(NotYet, match=r"yours are floats, such as 200\.0"):
        whole([200.0, 300.0])
    with pytest.raises(NotYet, match="it is a set, which has no order"):
        whole({200, 300})


def test_shaped_and_parts_say_what_came():
    with pytest.raises(NotYet, match="return missing"):
        shaped(None, (2,))
    with pytest.raises(NotYet, match="array of numbers"):
        shaped("text", (2,))
    with pytest.raises(NotYet, match=r"2 results, \(a, b\); yours is the number 3"):
        parts(3.0, ("a", "b"))
    tensor = keras.ops.convert_to_tensor([1.0, 2.0])
    assert [float(one) for one in parts(tensor, ("a", "b"))] == [1.0, 2.0]
    with pytest.raises(NotYet, match=r"yours is an array of shape \(2,\)"):
        parts(tensor, ("a", "b", "c"))
    assert describe([1, 2, 3]) == "a list of 3"


# What a library's words mean


def told(exercise, answer):
    (text,) = [step.text for step in run(get(exercise), answer).steps if step.status == "not yet"]
    return text


def test_an_error_about_shapes_names_the_shapes():
    text = told("3.2", lambda inputs, kernel, bias: kernel @ inputs + bias)
    assert re.search(r"The shapes: inputs \(\d+, \d+\), kernel \(\d+, \d+\), bias \(\d+,\)$", text)


def test_an_error_about_one_array_names_its_shape():
    def one_row(vectors):
        return [0 if number > 0 else 1 for number in vectors]

    text = told("4.5", lambda codes, labels: one_row(codes))
    assert re.search(r"ambiguous.*The shapes?: codes \(\d+, \d+\)", text), text


@pytest.mark.parametrize(
    ("stops", "words"),
    [
        (
            lambda: keras.Sequential([keras.Input((6,)), keras.layers.Dense(2)])(np.zeros((7, 5))),
            r"ValueError: Input 0 .*have value 6, but received input with shape \(7, 5\) "
            r"\(in Sequential\.call\(\)\)$",
        ),
        (
            lambda: keras.layers.Conv2DTranspose(2, 3)(np.arange(16).reshape(1, 4, 4, 1)),
            "Incompatible type conversion requested to type int64",
        ),
        (
            lambda: tf.add(np.ones(4), np.ones(3)),
            r"InvalidArgumentError: Incompatible shapes: \[4\] vs. \[3\]",
        ),
        (lambda: 1 / 0, "ZeroDivisionError: division by zero"),
    ],
)
def test_the_line_of_an_error_that_holds_its_reason_is_shown(stops, words):
    with pytest.raises(Exception) as caught:
        stops()
    text = explain(caught.value)
    assert re.search(words, text), text
    assert not re.search("function_node|when calling|\x1b|Variable: ", text), text


def with_an_integer_layer(inputs, kernel, bias):
    return keras.layers.Conv2DTranspose(2, 3)(np.arange(16).reshape(1, 4, 4, 1))


def by_xor(targets, outputs):
    return (targets - outputs) ^ 2


def with_tensors_beside_arrays(encoder, decoder, mask_token, patches, seen, hidden):
    raise ValueError("In a nested call() argument, you cannot mix tensors and non-tensors.")


def with_infinity(codes, labels):
    for i in range(len(codes)):
        distances = np.sum((codes - codes[i]) ** 2, axis=1)
        distances[i] = np.inf
    return 1.0


@pytest.mark.parametrize(
    ("exercise", "answer", "aid"),
    [
        ("3.4", by_xor, "A power is **"),
        ("4.5", with_infinity, "holds no infinity"),
        ("3.2", with_an_integer_layer, "Keras's layers work in float32"),
        ("12.5", with_tensors_beside_arrays, "make an array of what a model returns"),
    ],
)
def test_a_common_error_is_told_in_plain_words(exercise, answer, aid):
    assert aid in told(exercise, answer)


def gradients_by(sources):
    def step(model, images, *noisy):
        with tf.GradientTape() as tape:
            loss = keras.ops.mean(keras.ops.square(model(images) - images))
        return loss, tape.gradient(loss, sources(model, images))

    return step


def swapped(model, images, *noisy):
    with tf.GradientTape() as tape:
        loss = keras.ops.mean(keras.ops.square(model(images) - images))
    return loss, tape.gradient(model.trainable_variables, loss)


@pytest.mark.parametrize("exercise", ["3.6", "5.3"])
def test_gradients_by_something_else_are_not_blamed_on_the_loss(exercise):
    by_images = gradients_by(lambda model, images: images)
    assert "trainable_variables: one of the two is an array" in told(exercise, by_images)


def test_a_tape_whose_arguments_are_swapped_is_told_so():
    assert "takes the loss first" in told("3.6", swapped)


def test_a_clip_that_float32_rounds_away_is_told_its_bounds():
    def clipped_to_nothing(targets, outputs):
        y = keras.ops.clip(outputs, 1e-10, 1 - 1e-10)
        log = keras.ops.log
        return -keras.ops.sum(targets * log(y) + (1 - targets) * log(1 - y), axis=1)

    assert "[1e-7, 1 - 1e-7]" in told("3.5", clipped_to_nothing)


# The cell that was run before


@pytest.fixture
def shell(monkeypatch):
    """Return a shell of IPython's, which `check` takes for the one that it runs in."""
    from IPython.core.interactiveshell import InteractiveShell

    one = InteractiveShell()
    monkeypatch.setattr("IPython.get_ipython", lambda: one)
    return one


@pytest.mark.parametrize("cell", ["def dense(:\n    pass", "1 / 0\ndef dense(i, k, b):\n    pass"])
def test_an_answer_whose_cell_did_not_run_is_not_taken_for_the_one_before_it(shell, cell, capsys):
    shell.run_cell(cell)
    capsys.readouterr()
    assert check("3.2", right) is get("3.2").load_reference()
    said = " ".join(capsys.readouterr().out.split())
    assert re.search(r"cell that defines `dense` stopped with (Syntax|ZeroDivision)Error", said)
    shell.run_cell("def dense(i, k, b):\n    return i @ k + b")
    assert check("3.2", right) is right


def test_an_error_in_another_cell_is_nothing_to_an_answer(shell, capsys):
    shell.run_cell("def dense_two(:")
    assert check("3.2", right) is right


def test_marks_in_a_text_are_dressed_and_nothing_else_is(monkeypatch):
    from helpers.checks.panel import with_marks

    assert with_marks("the *old* `with` < block") == "the <em>old</em> <code>with</code> &lt; block"
    assert with_marks("2 * x * 3, 2*x*3 and **") == "2 * x * 3, 2*x*3 and **"


def test_a_check_that_takes_long_says_how_to_stop_it_where_a_person_waits(monkeypatch, capsys):
    said = threading.Event()
    monkeypatch.setattr("builtins.print", lambda *words: said.set())
    monkeypatch.setattr("helpers.checks.panel.PATIENCE", 0.0)
    with a_word_while_waiting():
        assert not said.wait(0.2)  # nobody looks on
    monkeypatch.setattr("helpers.checks.panel.in_notebook", lambda: True)
    with a_word_while_waiting():
        assert said.wait(60)
    monkeypatch.setattr("helpers.checks.panel.PATIENCE", 3600.0)
    said.clear()
    with a_word_while_waiting():
        pass
    assert not said.is_set()
    assert not [one for one in threading.enumerate() if isinstance(one, threading.Timer)]
