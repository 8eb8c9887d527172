"""Hostile answers: scored for what is right, reported, and nothing else changes.

Each level of isolation that this machine offers grades one class of all attacks and one bystander.
"""

import os
import re
import socket

import pytest
from attacks import ATTACKS, RIGHT, body
from evidence import digests
from grading_kit import ROOT, hand_in, levels, settings, solution

from helpers.checks.registry import get
from helpers.checks.running import run
from helpers.grading.coordinator import Plan, grade_class
from helpers.grading.intake import find
from helpers.grading.pool import LocalPool
from helpers.grading.report import page_name, write_reports
from helpers.grading.sandbox.limits import Limits
from helpers.grading.trusted.scorer import PUBLIC_SEED

LIMITS = Limits(seconds=3, memory=300_000_000)
# Before, within and after the attack: what else each hostile student hands in, and earns.
HONEST = {"2.1": 3, "2.3": 1, "2.4": 2}


def public_sums():
    """Return the sum of the vectors of each call that the notebook's own check makes."""
    sums = []

    def encode(vectors, mean, components):
        sums.append(float(vectors.sum()))
        return (vectors - mean) @ components.T

    assert run(get("2.2"), encode, PUBLIC_SEED).passed
    return sums


class Class:
    """A graded class, with the evidence."""

    def __init__(self, level, folder):
        self.level = level
        self.attacks = [attack for attack in ATTACKS if level in attack.levels]
        self.out, self.canary = folder / "out", folder / "canary"
        self.canary.mkdir()
        (self.canary / "kept").write_text("kept")
        (folder / "canary_of_home").write_text("kept")
        self.submissions = folder / "class"
        self.listener = socket.create_server(("127.0.0.1", 0))
        hand_in(self.submissions, "bystander", "02", solution("02"))
        for number, attack in enumerate(self.attacks):
            answers = {key: solution("02")[key] for key in HONEST}
            cell = self._with_paths(attack.cell, folder)
            hand_in(self.submissions, f"s{number:02d}", "02", {**answers, "2.2": cell})
        named = [ROOT / path for path in re.findall(r"ROOT_PATH/([\w/.]+)", str(self.attacks))]
        self.places = (folder, *named)
        self.before = self._digests()
        self.out.mkdir()
        self._grade()
        self.after = self._digests()

    def _with_paths(self, cell, folder):
        values = {
            "ROOT_PATH": ROOT,
            "CLASS_PATH": self.submissions,
            "OUT_PATH": self.out,
            "CANARY_PATH": self.canary,
            "HOME_PATH/canary": folder / "canary_of_home",
            "PUBLIC_SUMS": public_sums(),
            "PARENT_PID": os.getpid(),
            "PORT": self.listener.getsockname()[1],
        }
        for word, value in values.items():
            cell = cell.replace(word, str(value))
        return cell

    def _digests(self):
        """Return what lies in all places that attacks name, but for the results."""
        found = digests(self.places)
        return {path: fact for path, fact in found.items() if not path.startswith(str(self.out))}

    def _grade(self):
        plan = Plan(self.out, "secret", self.level)
        (self.out / "seed.txt").write_text("secret")
        pools = []

        def open_pool():
            pools.append(LocalPool(settings(self.level, LIMITS), 2))
            return pools[0]

        submissions, refused = find(self.submissions)
        try:
            records = grade_class(submissions, plan, open_pool)
        finally:
            for pool in pools:
                pool.close()
        self.records = {record["student"]: record for record in records}
        write_reports(records, refused, self.out, self.level)
        self.report = (self.out / "class.html").read_text(encoding="utf-8")

    def record(self, attack):
        return self.records[f"s{self.attacks.index(attack):02d}"]


@pytest.fixture(scope="module")
def classes(tmp_path_factory):
    """Return a function that grades the class of a level once."""
    graded = {}

    def of(level):
        if level not in graded:
            graded[level] = Class(level, tmp_path_factory.mktemp(level))
        return graded[level]

    yield of
    for one in graded.values():
        one.listener.close()


CASES = [
    pytest.param(level, attack, id=f"{level}-{attack.name.replace(' ', '_')}")
    for level in levels()
    for attack in ATTACKS
    if level in attack.levels
]


@pytest.mark.parametrize(("level", "attack"), CASES)
def test_an_attack_earns_what_is_right_and_is_reported(classes, level, attack):
    one = classes(level)
    record = one.record(attack)
    earned = {outcome["id"]: outcome["points"] for outcome in record["outcomes"]}
    assert earned == {"2.1": 3, "2.2": attack.points, "2.3": 1, "2.4": 2, "2.5": 0, "2.6": 0,
                      "2.7": 0, "2.8": 0}, record  # fmt: skip
    assert record["level"] == level
    row = one.report.partition(f"<td>{record['student']}</td><td>02</td>")[2].partition("</tr>")[0]
    assert attack.reason in row, row
    if attack.points == 0:
        assert "2.2:" in row


@pytest.mark.parametrize("level", levels())
def test_the_grader_and_everybody_else_are_unharmed(classes, level):
    one = classes(level)
    assert one.records["bystander"]["points"] == 16
    assert len(one.records) == len(one.attacks) + 1
    assert not any(record["problem"] for record in one.records.values())
    assert one.after == one.before
    one.listener.settimeout(0)
    with pytest.raises(BlockingIOError):
        one.listener.accept()


@pytest.mark.parametrize("level", levels())
def test_a_students_page_tells_no_hidden_input_and_no_words_of_code(classes, level):
    one = classes(level)
    for name in ("hidden inputs through an error", "hidden inputs through a result",
                 "markup and escape sequences"):  # fmt: skip
        attack = next(attack for attack in one.attacks if attack.name == name)
        student = one.record(attack)["student"]
        page = (one.out / "students" / page_name(student)).read_text(encoding="utf-8")
        assert "LEAK" not in page and "alert" not in page and "\x1b" not in page
        part = page[page.index("<td>2.2</td>") : page.index("<td>2.3</td>")]
        assert "not right yet" in part
        if "hidden" in name:
            assert "it passes on the inputs of the self-check" in part
            assert not re.search(r"\d\.\d{2}", part)
    assert "<script" not in one.report


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_the_thief_of_these_tests_would_be_rewarded_if_nothing_stopped_it(tmp_path):
    """Show that the attacks that read and write fail for the walls, not for a mistake in them."""
    spoils = []
    for attack in ATTACKS:
        if attack.name.startswith(("reads", "writes")):
            namespace = {}
            exec(re.sub(r"open\('[^']*'", f"open({str(tmp_path / 'x')!r}", attack.cell), namespace)
            (tmp_path / "x").write_text("x")
            import numpy as np

            vectors, mean, components = np.ones((3, 4)), np.zeros(4), np.ones((2, 4))
            spoils.append(namespace["encode"](vectors, mean, components).shape)
    assert spoils == [(3, 2)] * 16
    assert RIGHT in body("pass", RIGHT)
