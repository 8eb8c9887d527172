"""Signs for the instructor: whatever leads to the course's own answer, by what it names."""

import importlib

import pytest

from helpers.checks.registry import exercises, get
from helpers.grading.trusted.review import review, signs

ENCODE = "def encode(vectors, mean, components):\n    return {}\n"

OWN = {
    "as it stands": ENCODE.format("pca.encode(vectors, mean, components)"),
    "imported": "from helpers.pca import encode",
    "imported with all": "from helpers.pca import *",
    "under another name": "from helpers.pca import encode as e\n" + ENCODE.format("e(vectors)"),
    "a module under another name": "import helpers.pca as q\nencode = lambda *a: q.encode(*a)",
    "the package": "import helpers.pca\n" + ENCODE.format("helpers.pca.encode(vectors)"),
    "inside": "def encode(v, m, c):\n    from helpers import pca as p\n    return p.encode(v)",
    "a lambda": "encode = lambda *a: pca.encode(*a)",
    "a default": "def encode(v, m, c, e=pca.encode):\n    return e(v, m, c)",
    "the module alone": "p = pca\n" + ENCODE.format("p.encode(vectors, mean, components)"),
    "the module's own name": "pca = pca\n" + ENCODE.format("pca.encode(vectors)"),
    "another function": ENCODE.format("measures.whatever(vectors)"),
    "a decorator": "@pca.encode\n" + ENCODE.format("0"),
    "a name bound where nothing runs": "if False:\n    import keras as pca\n"
    + ENCODE.format("pca.encode(vectors)"),
    "a name bound in another function": "def f():\n    pca = 1\n" + ENCODE.format("pca.encode(0)"),
    "behind a magic": "%%time\n%matplotlib inline\n" + ENCODE.format("pca.encode(vectors)"),
}
DETOURS = {
    "gc": "import gc as g\n" + ENCODE.format("g"),
    "gc from": "from gc import get_objects as objects",
    "gc by text": ENCODE.format("getattr(np, 'gc')"),
    "a name in two parts": ENCODE.format("getattr(vectors, 'g' + 'c')"),
    "frames": ENCODE.format("(x for x in ()).gi_frame.f_back.f_globals"),
    "a traceback": "try:\n    1 / 0\nexcept Exception as e:\n    f = e.__traceback__.tb_frame",
    "__dict__": ENCODE.format("np.__dict__"),
    "vars": ENCODE.format("vars(np)"),
    "globals": ENCODE.format("globals()"),
    "attrgetter": "from operator import attrgetter as a\n" + ENCODE.format("a('x')(np)"),
    "format": ENCODE.format("'{0.__globals__}'.format(print)"),
    "pieces of a dunder": ENCODE.format("getattr(print, '__sel' + 'f__')"),
    "a pattern": "match np:\n    case object(__dict__=d):\n        pass",
    "getattr as a value": ENCODE.format("list(map(getattr, [np], ['x']))"),
    "exec": "exec('x = 1')",
    "compile": ENCODE.format("compile('1', '', 'eval')"),
    "import by name": ENCODE.format("__import__('helpers')"),
    "a module of the library": ENCODE.format("np.testing.sys.modules"),
    "pickle": "import pickle",
    "numpy's pickles": ENCODE.format("np.load('x', allow_pickle=True)"),
    "subclasses": ENCODE.format("().__class__.__base__.__subclasses__()"),
}
HONEST = {
    "numpy": ENCODE.format("(vectors - mean) @ components.T"),
    "keras.ops": "from keras import ops\n" + ENCODE.format("ops.matmul(vectors, components)"),
    "keras.ops in full": ENCODE.format("keras.ops.encode(vectors)"),
    "tf.nn": "import tensorflow as tf\n" + ENCODE.format("tf.nn.encode(vectors)"),
    "scipy": "from scipy import special as s\n" + ENCODE.format("s.encode(vectors)"),
    "a name of one's own": "from sklearn import decomposition as pca\n" + ENCODE.format("pca.PCA"),
    "a parameter called as a module": "def encode(data, losses, measures):\n    return data.T",
    "a local variable": "def encode(v, m, c):\n    losses = v - m\n    return losses @ c.T",
    "a parameter of a closure": "def encode(losses, m, c):\n    return lambda: losses + m",
    "layers of keras": "from keras import layers\n" + ENCODE.format("layers.Dense(3)"),
    "an activation by its name": ENCODE.format("getattr(keras.ops, vectors)(mean)"),
    "a class": "class A(keras.Model):\n    def __init__(self):\n        super().__init__()\n"
    "    def call(self, x):\n        return self.inside(x)",
    "types": "print(type(1).__name__)",
    "an import that is not used": "from helpers import losses, pca\n" + ENCODE.format("0"),
    "no Python": "def f(:",
}


@pytest.mark.parametrize("name", OWN)
def test_the_course_s_own_things_are_flagged_however_they_are_spelled(name):
    found = signs(get("2.2"), OWN[name])
    assert any("the course's own" in sign for sign in found), found


@pytest.mark.parametrize("name", DETOURS)
def test_detours_are_flagged(name):
    assert any("a detour" in sign for sign in signs(get("2.2"), DETOURS[name]))


@pytest.mark.parametrize("name", HONEST)
def test_honest_answers_are_not_flagged(name):
    assert signs(get("2.2"), HONEST[name]) == []


def test_what_the_reference_uses_is_anybody_s_to_use():
    step = "def denoising_step(a, x, y):\n    return losses.{}(x, a(y))"
    assert signs(get("5.3"), step.format("binary_cross_entropy")) == []
    assert signs(get("5.3"), step.format("l2")) != []


def test_an_import_of_one_cell_is_seen_in_the_next():
    cells = {"2.1": "from helpers import pca as q", "2.2": ENCODE.format("q.encode(vectors)")}
    assert review("02", cells) == ["2.2: uses the course's own encode; read it"]
    own = [("2.2", "import gc"), ("2.2", "h = lambda *a: pca.encode(*a)")]
    found = review("02", {"2.2": ENCODE.format("h(vectors)")}, own)
    assert [sign[:5] for sign in found] == ["2.2: ", "2.2: "]
    assert "a detour" in found[0] and "own encode" in found[1]


@pytest.mark.parametrize("lesson", sorted({entry.lesson for entry in exercises()}))
def test_no_solution_is_flagged(lesson):
    kit = importlib.import_module("grading_kit")
    if lesson in kit.LESSONS:
        assert review(lesson, kit.solution(lesson)) == []
