"""Shared by the tests of the checks: what must be accepted, what must be refused and why."""

import pytest

from helpers.checks.registry import exercises, get
from helpers.checks.running import run


def cases(rights: dict, wrongs: dict) -> tuple[list, list]:
    """Flatten two tables into parameters: (id, name, answer) and (id, name, answer, message)."""
    accepted = [(key, name, answer) for key, table in rights.items() for name, answer in table]
    refused = [
        (key, name, answer, message)
        for key, table in wrongs.items()
        for name, answer, message in table
    ]
    return accepted, refused


def assert_accepted(exercise_id: str, answer) -> None:
    """Assert full points, whatever the seed, with one text for every announced step."""
    entry = get(exercise_id)
    for seed in (0, 1, 2):
        verdict = run(entry, answer, seed)
        assert verdict.passed, [step for step in verdict.steps if step.status == "not yet"]
        assert [step.name for step in verdict.steps] == list(entry.steps)


def assert_refused(exercise_id: str, answer, message: str) -> None:
    """Assert no points, whatever the seed, and that the likely cause is named."""
    for seed in (0, 1, 2):
        verdict = run(get(exercise_id), answer, seed)
        assert verdict.status == "not yet"
        (text,) = [step.text for step in verdict.steps if step.status == "not yet"]
        assert message in text, text


def assert_no_gradient(table: dict) -> None:
    """Assert that answers with right numbers hear that no gradient passes through them."""
    for key, answers in table.items():
        for answer in answers:
            assert_refused(key, answer, "no gradient passes")


def stopped(function):
    """Return a function of tensors through which no gradient passes to what it is given."""
    import keras

    return lambda *arguments: function(*map(keras.ops.stop_gradient, arguments))


def assert_table_is_complete(lesson: str, rights: dict, wrongs: dict) -> None:
    """Assert two alternative right answers and three named wrong ones for each exercise."""
    for entry in exercises(lesson):
        assert len(rights[entry.id]) >= 2, entry.id
        assert len(wrongs[entry.id]) >= 3, entry.id
        messages = [message for _, _, message in wrongs[entry.id]]
        assert len(set(messages)) == len(messages), f"{entry.id}: one message for two mistakes"


def _short(value) -> str:
    """Name a part of a case: no address of a function, which differs from process to process."""
    return value[:30] if isinstance(value, str) else type(value).__name__


def closing_tests(lesson: str, rights: dict, wrongs: dict) -> tuple:
    """Return the three tests that every table of answers goes through."""
    accepted, refused = cases(rights, wrongs)

    def test_every_exercise_has_two_right_and_three_wrong_answers():
        assert_table_is_complete(lesson, rights, wrongs)

    @pytest.mark.parametrize(("key", "name", "answer"), accepted, ids=_short)
    def test_right_answers_earn_the_points(key, name, answer):
        assert_accepted(key, answer)

    @pytest.mark.parametrize(("key", "name", "answer", "message"), refused, ids=_short)
    def test_wrong_answers_hear_what_is_wrong(key, name, answer, message):
        assert_refused(key, answer, message)

    return (
        test_every_exercise_has_two_right_and_three_wrong_answers,
        test_right_answers_earn_the_points,
        test_wrong_answers_hear_what_is_wrong,
    )
