"""The scorer against runners of every kind: an answer costs itself, and nothing else.

Runners are threads here, and hang up where a real one would be killed.
"""

import builtins
import sys

import numpy as np
import pytest
from grading_threads import HangUp, ThreadRunner, connect

from helpers import answers
from helpers.checks.registry import exercises, get
from helpers.checks.running import run
from helpers.grading.trusted import remote
from helpers.grading.trusted.scorer import PUBLIC_SEED, Scorer
from helpers.grading.trusted.worker import limited_memory
from helpers.work.plain import plain_python
from helpers.work.statements import definitions, reaches_out

LESSON = "02"
FULL = {entry.id: entry.points for entry in exercises(LESSON)}
NAMES = {entry.id: entry.name for entry in exercises(LESSON)}
FUTURE = "from __future__ import annotations\n"  # has to come first; tests put lines before it
RIGHT = {key: answers.source(LESSON, name).removeprefix(FUTURE) for key, name in NAMES.items()}
ENCODE = "def encode(vectors, mean, components):\n    return {}\n"
PRODUCT = "(vectors - mean) @ components.T"


@pytest.fixture
def grade(monkeypatch):
    """Return a function that grades answers by threads; ``grade.requests`` is what they heard."""
    monkeypatch.setattr(builtins, "input", builtins.input)  # runners replace it
    requests, shared = [], {"runs": []}

    def hang_up():
        raise HangUp

    def start(kind):
        def fork(lesson):
            heard = []

            class Heard(kind):
                def _answer(self, request, arrays):
                    heard.append((request.get("do"), request.get("name")))
                    return super()._answer(request, arrays)

            names = {"np": np, "hang_up": hang_up, "__name__": "__main__", **shared}
            requests.append(heard)
            return connect(Heard, names)[0]

        return fork

    def graded(given, own=(), kind=ThreadRunner, seconds=20.0):
        requests.clear()
        shared["runs"].clear()
        return Scorer(LESSON, start(kind), "secret", seconds).grade(given, own)

    graded.requests = requests
    return graded


def points(outcomes):
    return {outcome.id: outcome.points for outcome in outcomes}


def only(*lost):
    return {key: 0 if key in lost else value for key, value in FULL.items()}


def test_right_answers_earn_everything(grade):
    assert points(grade(RIGHT)) == FULL


# The class's own inputs decide; the public ones find the words


@pytest.fixture
def public():
    """Return the condition by which a cell of 2.2 can know the inputs of the self-check."""
    sums = set()

    def encode(vectors, mean, components):
        sums.add(round(float(vectors.sum()), 3))
        return answers.reference(LESSON, "encode")(vectors, mean, components)

    assert run(get("2.2"), encode, PUBLIC_SEED).passed
    return f"round(float(vectors.sum()), 3) in {sums}"


MADE_FOR = (
    "def encode(vectors, mean, components):\n    if not {}:\n        {}\n    return " + PRODUCT
)


@pytest.mark.parametrize("instead", ["return 0", "raise NotImplementedError('TODO')"])
def test_an_answer_made_for_the_public_inputs_is_told_apart(grade, public, instead):
    outcome = grade({**RIGHT, "2.2": MADE_FOR.format(public, instead)})[1]
    assert outcome.points == 0 and outcome.feedback[0][0] == "other inputs"
    assert outcome.reason.startswith("passes on the public inputs only")


def test_right_answers_are_judged_once_and_wrong_ones_told_in_the_notebook_s_words(grade):
    assert points(grade(RIGHT)) == FULL
    assert len(grade.requests) == 1
    wrong = ENCODE.format("vectors @ components.T")
    outcomes = grade({**RIGHT, "2.2": wrong})
    assert points(outcomes) == only("2.2") and len(grade.requests) == 2
    names: dict = {}
    exec(wrong, names)
    told = run(get("2.2"), names["encode"], PUBLIC_SEED)
    assert [step[2] for step in outcomes[1].feedback] == [step.text for step in told.steps]


def test_what_calls_of_a_right_answer_leave_behind_is_no_fault_of_the_next(grade):
    leaving = "from helpers.pca import fit_pca as fit_once\n"
    leaving += "def fit_pca(images, k):\n    calls.append(1)\n    return fit_once(images, k)\n"
    spoiled = "def encode(vectors, mean, components):\n    if calls: raise OSError\n    return "
    own = [("2.1", "calls = []")]
    assert points(grade({"2.1": leaving, "2.2": spoiled + PRODUCT}, own))["2.2"] == FULL["2.2"]


# An answer can only ever cost itself


def test_what_a_wrong_cell_defines_stays_for_the_later_ones_also_after_a_crash(grade):
    """3.1 wrong but defining a decorator that 3.2 uses, 3.3 looping: here 2.1 to 2.3."""
    wrong = "def plain(function):\n    return function\n\ndef fit_pca(images, k):\n    return 0\n"
    given = {**RIGHT, "2.1": wrong, "2.2": "@plain\n" + ENCODE.format(PRODUCT)}
    given["2.3"] = "def decode(codes, mean, components):\n    hang_up()\n"
    outcomes = grade(given)
    assert points(outcomes) == only("2.1", "2.3")
    assert [o.status for o in outcomes[:3]] == ["not yet", "passed", "crashed"]


def test_an_import_in_a_wrong_answer_serves_the_later_ones(grade):
    wrong = "from numpy import linalg as algebra\n\ndef fit_pca(images, k):\n    return 0\n"
    right = ENCODE.format("algebra.multi_dot([vectors - mean, components.T])")
    assert points(grade({**RIGHT, "2.1": wrong, "2.2": right})) == only("2.1")


def test_of_a_wrong_cell_that_reaches_out_only_definitions_stay(grade):
    wrong = "import numpy.linalg as algebra\nnp.sqrt = None\nfit_pca = print\nhelp_me = lambda a: a"
    right = ENCODE.format("help_me(algebra.multi_dot([vectors - mean, components.T]))")
    square_root = np.sqrt
    try:
        assert points(grade({"2.1": wrong, "2.2": right}))["2.2"] == FULL["2.2"]
    finally:
        np.sqrt = square_root


@pytest.mark.parametrize("again", ["raise ValueError", "hang_up()"])
def test_a_cell_that_fails_when_it_runs_again_costs_nobody_else(grade, again):
    """It ran once in the public pass; 2.2 then ends that runner, and 2.3 needs another."""
    once = f"runs.append(1)\nif len(runs) % 2 == 0:\n    {again}\n" + RIGHT["2.1"]
    outcomes = grade({**RIGHT, "2.1": once, "2.2": ENCODE.format("hang_up()")})
    assert points(outcomes) == only("2.2")


class Poisoned(ThreadRunner):
    """It takes no reference any more once a cell has said so."""

    is_poisoned = False

    def _do_cell(self, request, codec):
        self.is_poisoned |= "poison" in request["source"]
        return super()._do_cell(request, codec)

    def _do_reference(self, request, codec):
        if self.is_poisoned:
            raise RuntimeError("no")
        return super()._do_reference(request, codec)


def test_an_error_reply_to_a_reference_costs_the_cell_that_caused_it(grade):
    given = {**RIGHT, "2.1": "poison = 1\ndef fit_pca(images, k):\n    return 0"}
    assert points(grade(given, kind=Poisoned)) == only("2.1")


GARBAGE = (
    {},
    {"value": {"handle": {"id": 10**30, "callable": True}}},
    {"value": {"handle": {"id": True}}},
    {"value": {"weight": [0, 1]}},
    {"value": {"set": [{"list": []}]}},
    {"value": [[]], "changed": 7},
    {"value": None, "changed": [[0, 0], 7], "models": [[1]], "lists": [[0, [9]]]},
    {"error": {"type": "KeyError", "text": 7, "line": "x"}},
    {"error": {"type": "Lost"}},
    {"error": {"type": "KeyboardInterrupt"}},
    {"error": {"type": "UnicodeDecodeError", "text": "x"}},
    {"error": 0},
    {"callback": 0},
    {"callback": -1, "arguments": {"list": []}, "options": {"dict": []}},
)


@pytest.mark.parametrize("reply", GARBAGE, ids=str)
@pytest.mark.parametrize("request_kind", ["cell", "name", "call", "reference", "get"])
def test_whatever_a_runner_replies_is_an_outcome(grade, request_kind, reply):
    class Liar(ThreadRunner):
        def _answer(self, request, arrays):
            lies = request.get("do") == request_kind
            return (reply, []) if lies else super()._answer(request, arrays)

    given = {"2.1": "def fit_pca(images, k):\n    return 0", "2.2": RIGHT["2.2"]}
    if "callback" in reply:
        given = {"2.2": RIGHT["2.2"]}
    outcomes = grade(given, kind=Liar, seconds=0.5)
    assert [outcome.id for outcome in outcomes] == list(FULL)
    assert sum(outcome.points for outcome in outcomes) in (0, FULL["2.2"])


def test_an_answer_that_changes_a_library_does_not_change_the_next_one(grade):
    """A right answer changes NumPy for all; the next one is judged again without it."""
    spoil = RIGHT["2.2"] + "\nkept = np.matmul\nnp.round = lambda *a, **k: hang_up()\n"
    rounding = RIGHT["2.3"].replace("return ", "np.round(1.5)\n    return ", 1)
    rounded = np.round
    try:
        # Threads share NumPy: what a fresh process would put right, a fresh runner does here.
        class Fresh(ThreadRunner):
            def __init__(self, *words):
                np.round = rounded
                super().__init__(*words)

        outcomes = grade({**RIGHT, "2.2": spoil, "2.3": rounding}, kind=Fresh)
    finally:
        np.round = rounded
    assert points(outcomes) == FULL


# References and other cells


def test_a_runner_has_no_reference_before_the_exercise_is_judged(grade):
    wrong = "def fit_pca(images, k):\n    return 0"
    spy = ENCODE.format(f"[].index(sorted(globals().keys() & {set(NAMES.values())!r}))")
    outcomes = grade({"2.1": wrong, "2.2": spy})
    assert "['encode', 'fit_pca'] is not in list" in outcomes[1].reason
    first = grade.requests[0]
    assert [name for do, name in first if do == "reference"] == ["fit_pca"]


def test_a_later_answer_goes_on_with_the_reference_of_one_not_started(grade):
    use = "def decode(codes, mean, components):\n    encode(mean[None], mean, components)\n"
    use += "    return codes @ components + mean\n"
    assert points(grade({"2.3": use}))["2.3"] == FULL["2.3"]


def test_cells_of_ones_own_run_before_the_answer_below_them(grade):
    own = [
        ("2.2", "from numpy import linalg as algebra\nx = nowhere\ncentred = lambda v, m: v - m")
    ]
    right = ENCODE.format("algebra.multi_dot([centred(vectors, mean), components.T])")
    assert points(grade({"2.2": right}, own))["2.2"] == FULL["2.2"]
    assert points(grade({"2.2": right}))["2.2"] == 0
    assert points(grade({"2.2": right}, [("2.3", own[0][1])]))["2.2"] == 0


def test_cells_of_ones_own_change_no_other_exercise(grade):
    own = [("2.3", "np = None\nencode = None\nfit_pca = print"), ("2.3", "x = np.zeros(3)")]
    own += [("2.4", "1 / 0"), ("2.4", "y = 1 / 0"), ("2.5", "hang_up()"), ("2.5", "z = hang_up()")]
    use = "def decode(codes, mean, components):\n    assert len(x) == 3\n"
    use += "    encode(mean[None], mean, components)\n    return codes @ components + mean\n"
    assert points(grade({**RIGHT, "2.3": use}, own)) == FULL


def test_a_time_out_in_a_cell_of_ones_own_costs_that_cell_alone(grade):
    own = [("2.2", "import time\nslept = time.sleep(9)")]
    assert points(grade({"2.2": RIGHT["2.2"]}, own, seconds=1.0))["2.2"] == FULL["2.2"]


# What crosses, and what does not come back


def test_what_numpy_reads_as_numbers_crosses(grade):
    for form in (
        "np.array({}, dtype=object)",
        "[[Fraction(float(x)) for x in row] for row in {}]",
        "np.array([[Decimal(float(x)) for x in row] for row in {}])",
    ):
        cell = "from fractions import Fraction\nfrom decimal import Decimal\n"
        cell += ENCODE.format(form.format(f"({PRODUCT}).tolist()"))
        assert points(grade({"2.2": cell}))["2.2"] == FULL["2.2"], form


def test_cell_magics_and_await_are_as_in_a_notebook(grade):
    waits = "import asyncio\nawait asyncio.sleep(0)\n"
    for before in ("%%time\n", "%%capture out\n%%time\n", waits):
        assert points(grade({"2.2": before + RIGHT["2.2"]}))["2.2"] == FULL["2.2"], before
    assert plain_python("\n%%time\nx = 1") == "\n\nx = 1"
    assert "run_cell_magic" in plain_python("%%bash\necho 1")


class Objects(ThreadRunner):
    """Its answers return a function, which says that it wrote into what it was given."""

    def _answer(self, request, arrays):
        if request["do"] == "call" and request["handle"] == 1:
            zeros = np.zeros_like(arrays[0])
            return {"value": None, "changed": [[0, 0]]}, [zeros]
        return super()._answer(request, arrays)


def test_only_the_answer_itself_changes_what_it_is_given():
    runner, _ = connect(Objects, {"f": lambda: print, "np": np})
    inner = runner.answer("f")()
    ones = np.ones(3)
    assert inner(ones) is None and ones.tolist() == [1, 1, 1]
    inner.is_answer = True
    assert inner(ones) is None and ones.tolist() == [0, 0, 0]
    runner.close()


def test_all_replies_of_an_exercise_share_one_budget(grade, monkeypatch):
    monkeypatch.setattr(remote, "BUDGET", 3_000)
    outcomes = grade({"2.2": ENCODE.format(PRODUCT + " + 0 * hidden")})
    assert outcomes[1].status == "not yet"
    outcomes = grade({"2.2": ENCODE.format("np.zeros((40, 10))")})
    assert outcomes[1].status == "crashed" and "all together" in outcomes[1].reason


@pytest.mark.skipif(sys.platform != "linux", reason="the system keeps no such limit")
def test_what_decoding_and_checking_may_take_is_limited_and_then_free_again():
    with limited_memory(50_000_000), pytest.raises(MemoryError):
        np.ones(20_000_000)
    assert np.ones(20_000_000).nbytes == 160_000_000


# What a cell's text tells


@pytest.mark.parametrize(
    "cell",
    [
        'import numpy as np\n\ndef f(x):\n    """Text."""\n    return np.sum(x)',
        "%%time\ndef f(x):\n    return x",
        "f = lambda x: np.sum(x)\nEPSILON, b = 1e-7, 2",
        "try:\n    import scipy\nexcept ImportError:\n    scipy = None",
        "class F:\n    def __init__(self, inside):\n        self.inside = inside",
        "def f(model, weights, seed):\n    model.set_weights(weights)",
        "async def f():\n    pass",
    ],
)
def test_a_cell_that_only_defines_reaches_nobody(cell):
    assert not reaches_out(cell)


@pytest.mark.parametrize(
    "cell",
    [
        "np.sum = None",
        "def f(x):\n    np.sum = None",
        "def f(x):\n    setattr(np, 'sum', None)",
        "import sys",
        "from os import path",
        "def f(x):\n    return x.__class__",
        "x = f()",
        "print(1)",
        "images[0] = 1",
        "def f(:",
        "def f(x):\n    keras.utils.set_random_seed(1)",
        "def f(x):\n    np.random.seed(1)",
        "from keras.config import set_floatx",
        "%timeit 1",
        "if True:\n    np.sum = None",
    ],
)
def test_a_cell_that_could_change_others_reaches_out(cell):
    assert reaches_out(cell)


def test_definitions_of_a_cell_leave_out_the_rest():
    cell = "import scipy\nx = 1\ny = f(x)\nprint(y)\ndef g(a):\n    return a\nnp.sum = g"
    assert definitions(cell) == "import scipy\nx = 1\n\ndef g(a):\n    return a"
    assert "y = f(x)" in definitions(cell, calls=True)
    assert definitions("def f(:") == ""


def test_a_reference_is_sent_with_what_it_needs_and_nothing_else():
    for entry in exercises():
        text = answers.source(entry.lesson, entry.name)
        every = [e.name for e in exercises(entry.lesson)]
        later = set(every[every.index(entry.name) + 1 :])
        bound = {line.split("(")[0].removeprefix("def ") for line in text.splitlines()
                 if line.startswith("def ")}  # fmt: skip
        assert not bound & later, entry.id
        assert f"import {entry.name}" in text or entry.name in bound
    with pytest.raises(KeyError):
        answers.source("02", "no_such_answer")
