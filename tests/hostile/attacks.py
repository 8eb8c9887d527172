"""Hostile answers, one attack each, all in the answer cell of exercise 2.2 of lesson 02.

Words in capitals that end in _PATH are replaced by paths of the machine, PUBLIC_SUMS by what the
vectors of the public inputs add up to, which a student can find out. Every attack is small
and bounded: it does no harm where it succeeds.
"""

from dataclasses import dataclass

RIGHT = "(vectors - mean) @ components.T"


@dataclass(frozen=True)
class Attack:
    """One hostile answer.

    Args:
        name: what it tries.
        cell: source of the answer cell.
        reason: a part of what the instructor is told.
        points: what exercise 2.2 earns, which is worth 2.
        levels: where it can be tried without doing harm.
    """

    name: str
    cell: str
    reason: str
    points: int = 0
    levels: tuple[str, ...] = ("L3", "L2", "L1")


def body(lines: str, result: str = "None") -> str:
    """Return an answer whose function runs these lines first."""
    inner = "\n".join(f"    {line}" for line in lines.strip("\n").splitlines())
    return f"def encode(vectors, mean, components):\n{inner}\n    return {result}\n"


def thief(statement: str, setup: str = "pass") -> str:
    """Return an answer that is right if, and only if, something forbidden can be done."""
    return f"""\
{setup}
def encode(vectors, mean, components):
    try:
        {statement}
    except Exception as problem:
        raise ValueError("refused: " + type(problem).__name__)
    return {RIGHT}
"""


CONFINED = ("L3", "L2")
LIAR = """\
class Liar(BASE):
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __lt__(self, other): return True
    def __le__(self, other): return True
    def __sub__(self, other): return 0.0
    def __abs__(self): return 0.0
    def __float__(self): return 0.0
    __hash__ = None
    shape = (5, 2)

def encode(vectors, mean, components):
    return Liar()
"""
PUBLIC_ONLY = f"""\
import numpy as np

def _is_public(vectors):
    return any(np.isclose(vectors.sum(), one) for one in PUBLIC_SUMS)

def encode(vectors, mean, components):
    if _is_public(vectors):
        return {RIGHT}
    OTHERWISE
"""

ATTACKS = [
    # It does not come to an end
    Attack("endless loop", body("while True: pass"), "endless loop"),
    Attack("endless loop in the cell", "while True: pass", "endless loop"),
    Attack(
        "loop that ignores signals",
        "import signal\n"
        "for number in range(1, 32):\n"
        "    try: signal.signal(number, signal.SIG_IGN)\n"
        "    except (OSError, ValueError): pass\n"
        "while True:\n"
        "    try:\n"
        "        while True: pass\n"
        "    except BaseException: pass\n",
        "endless loop",
    ),
    Attack("sleep", body("import time\ntime.sleep(60)"), "endless loop"),
    # It takes more than its share
    Attack(
        "memory bomb",
        body("bomb = [b'x' * 20_000_000 for _ in range(30)]", RIGHT),
        "MemoryError",
    ),
    Attack(
        "fork bomb",
        thief(
            """children = [os.fork() or (time.sleep(20), os._exit(0)) for _ in range(8)]""",
            "import os, time",
        ),
        "refused: PermissionError",
        levels=CONFINED,
    ),
    Attack(
        "another program",
        thief("subprocess.run(['true'], check=True)", "import subprocess"),
        "refused",
        levels=CONFINED,
    ),
    Attack(
        "threads",
        "import threading, time\n"
        "for _ in range(200):\n"
        "    threading.Thread(target=time.sleep, args=(60,)).start()\n" + body("pass", RIGHT),
        "2.2: ",
    ),
    Attack(
        "atexit bomb",
        "import atexit, time\natexit.register(time.sleep, 60)\n" + body("pass", RIGHT),
        "",
        points=1,
    ),
    Attack(
        "filling the disk",
        thief("[open(f'{number}', 'wb').write(bytes(4_000_000)) for number in range(50)]"),
        "refused: ",
        levels=CONFINED,
    ),
    Attack("huge result", body("import numpy as np", "np.zeros((9_000, 1_000))"), "wire"),
    Attack(
        "deeply nested result",
        body("deep = []\nfor _ in range(10_000): deep = [deep]", "deep"),
        "nested",
    ),
    # It ends its process
    Attack("sys.exit", body("import sys\nsys.exit(0)"), "ends the program"),
    Attack("os._exit", body("import os\nos._exit(0)"), "exit code 0"),
    Attack("os._exit in the cell", "import os\nos._exit(7)", "exit code 7"),
    Attack("segmentation fault", body("import ctypes\nctypes.string_at(0)"), "SIGSEGV"),
    Attack("kills itself", body("import os\nos.kill(os.getpid(), 6)\nos.abort()"), "SIG"),
    # It changes what the grader might use
    Attack(
        "patched numpy",
        "import numpy as np\n"
        "np.allclose = np.array_equal = lambda *a, **k: True\n"
        "np.asarray = np.array = lambda *a, **k: 0.0\n"
        "np.linalg.svd = np.linalg.eigh = None\n"
        "np.cumsum = np.sum = lambda *a, **k: 1.0\n" + body("pass", "0.0"),
        "",
    ),
    Attack(
        "patched numpy under a right answer",
        "import numpy as np\nnp.cumsum = np.sum = lambda *a, **k: 1.0\n" + body("pass", RIGHT),
        "",
        points=1,
    ),
    Attack(
        "numpy that never ends under a right answer",
        "import numpy as np\n"
        "def _for_ever(*a, **k):\n    while True: pass\n"
        "np.cumsum = np.sum = _for_ever\n" + body("pass", RIGHT),
        "",
        points=1,
    ),
    Attack(
        "patched keras",
        "import keras\nkeras.ops.matmul = keras.Model.__call__ = None\n" + body("pass"),
        "is a return missing",
    ),
    Attack(
        "patched assert and AST",
        "import ast, builtins\n"
        "class NoAssert(ast.NodeTransformer):\n"
        "    def visit_Assert(self, node): return ast.Pass()\n"
        "old = builtins.compile\n"
        "builtins.compile = lambda source, *a, **k: old('pass', *a[:1], 'exec')\n"
        "builtins.AssertionError = builtins.Exception = BaseException\n"
        "builtins.isinstance = lambda *a: True\n" + body("pass"),
        "",
    ),
    Attack(
        "patched helpers",
        "import sys\n"
        "check = hint = score = lambda *a, **k: None\n"
        "for name in list(sys.modules):\n"
        "    if name.startswith('helpers.grading'):\n"
        "        vars(sys.modules[name])['run'] = lambda *a, **k: True\n" + body("pass"),
        "is a return missing",
    ),
    # It lies
    Attack("object that equals everything", LIAR.replace("BASE", "object"), "shape (5, 2)"),
    Attack("float that lies", LIAR.replace("BASE", "float"), "shape (5, 2)"),
    Attack(
        "object with __array__",
        "class Chameleon:\n"
        "    shape = (5, 2)\n"
        "    def __array__(self, *a, **k): raise SystemExit\n" + body("pass", "Chameleon()"),
        "ends the program",
    ),
    Attack(
        "array that equals everything",
        "import numpy as np\n"
        "class Same(np.ndarray):\n"
        "    def __eq__(self, other): return True\n"
        "    def __sub__(self, other): return np.zeros((5, 2))\n"
        + body("pass", "np.ones((5, 2)).view(Same)"),
        "differ",
    ),
    Attack(
        "pickle",
        "class Bomb:\n"
        "    def __reduce__(self):\n"
        "        return (open, ('CANARY_PATH/pickled', 'w'))\n"
        "import numpy as np\n" + body("pass", "np.array([Bomb()], dtype=object)"),
        "does not cross",
    ),
    Attack("printed score", body("print('16 of 16 points')\nprint('{\"points\": 16}')"), "return"),
    Attack(
        "display hooks",
        "import sys\n"
        "sys.displayhook = sys.excepthook = print\n"
        "get_ipython().display_formatter = None\n"
        "display({'text/html': '<script>16</script>'})\n" + body("pass"),
        "is a return missing",
    ),
    Attack(
        "talks on the wire",
        body(
            "import os\n"
            "for number in range(3, 64):\n"
            "    try: os.write(number, b'\\xff' * 64)\n"
            "    except OSError: pass",
            RIGHT,
        ),
        "",
    ),
    # It reads or writes what is not its own
    *(
        Attack(f"reads {what}", thief(f"open('{path}').read()"), "refused: ", levels=CONFINED)
        for what, path in (
            ("a solution", "ROOT_PATH/solutions/02_pca.py"),
            ("the checks", "ROOT_PATH/helpers/checks/lessons/lesson02.py"),
            ("the reference answers", "ROOT_PATH/helpers/answers/lesson02.py"),
            ("the tests", "ROOT_PATH/tests/test_checks_lesson02.py"),
            ("another student", "CLASS_PATH/bystander/02_pca.ipynb"),
            ("the results", "OUT_PATH/results.jsonl"),
            ("the seed", "OUT_PATH/seed.txt"),
            ("the home folder", "HOME_PATH/canary"),
            ("the password file", "/etc/passwd"),
            ("its parent's environment", "/proc/PARENT_PID/environ"),
            ("the first process", "/proc/1/root/etc/passwd"),
        )
    ),
    *(
        Attack(
            f"writes {what}", thief(f"open('{path}', 'a').write('x')"), "refused: ", levels=CONFINED
        )
        for what, path in (
            ("the results", "OUT_PATH/results.jsonl"),
            ("a solution", "ROOT_PATH/solutions/02_pca.py"),
            ("another student", "CLASS_PATH/bystander/02_pca.ipynb"),
            ("elsewhere", "CANARY_PATH/written"),
            ("the package", "ROOT_PATH/helpers/intruder.py"),
        )
    ),
    Attack(
        "removes and renames",
        thief("(os.chmod('CANARY_PATH/kept', 0), os.remove('CANARY_PATH/kept'))", "import os"),
        "refused: ",
        levels=CONFINED,
    ),
    *(
        Attack(
            f"imports the {room}",
            thief(f"importlib.import_module('helpers.{module}')", "import importlib"),
            "refused: ",
            levels=CONFINED,
        )
        for room, module in (("checks", "checks.lessons.lesson02"), ("answers", "answers.lesson02"))
    ),
    # It reaches out
    Attack(
        "network",
        thief("socket.create_connection(('127.0.0.1', PORT), timeout=2)", "import socket"),
        "refused: ",
        levels=CONFINED,
    ),
    Attack(
        "DNS",
        thief("socket.gethostbyname('example.org')", "import socket"),
        "refused: ",
        levels=CONFINED,
    ),
    Attack(
        "kills its parent",
        thief("os.kill(PARENT_PID, 15)", "import os"),
        "refused: ",
        levels=CONFINED,
    ),
    Attack(
        "new namespaces",
        thief(
            "assert not ctypes.CDLL(None).unshare(0x10000000)",
            "import ctypes",
        ),
        "refused: AssertionError",
        levels=CONFINED,
    ),
    # It tells, or is made for what it knows
    Attack(
        "hidden inputs through an error",
        PUBLIC_ONLY.replace("OTHERWISE", "raise ValueError('LEAK ' + repr(vectors.tolist()))"),
        "public inputs only",
    ),
    Attack(
        "hidden inputs through a result",
        PUBLIC_ONLY.replace("OTHERWISE", f"return vectors[0, 0] * 0 + {RIGHT} * 1.01"),
        "public inputs only",
    ),
    Attack(
        "markup and escape sequences",
        body("raise ValueError('\\x1b[31mred\\x1b[0m <script>alert(1)</script>\\u202e')"),
        "&lt;script&gt;alert(1)",
    ),
    # It takes over the process it runs in
    Attack(
        "the runner's methods",
        "import gc\n"
        "for one in gc.get_objects():\n"
        "    if type(one).__name__ == 'Runner':\n"
        "        type(one)._do_name = lambda *a: True\n"
        "        type(one)._do_call = lambda *a: vars(one)['_references']\n" + body("pass"),
        "2.2: ",
    ),
    Attack(
        "every reply its own",
        "import sys\n"
        "frame = sys._getframe()\n"
        "while 'self' not in frame.f_locals: frame = frame.f_back\n"
        "channel = frame.f_locals['self']._channel\n"
        "for _ in range(100): channel.send({'value': True, 'changed': [[0, 0]]}, [])\n"
        + body("pass"),
        "2.2: ",
    ),
    Attack(
        "thousands of objects",
        body("pass", "[encode] * 5_000"),
        "array of numbers",
    ),
    Attack(
        "an array of no bytes and endless rows",
        body("import numpy as np", "np.zeros((10**15, 0))"),
        "2.2: ",
    ),
    # It finds the course's own answer
    *(
        Attack(f"calls the reference by {way}", cell, sign, points=1)
        for way, cell, sign in (
            (
                "another name",
                "from helpers import pca as q\nencode = lambda *a: q.encode(*a)\n",
                "own encode; read it",
            ),
            (
                "gc",
                "import gc\n"
                "own = next(f for f in gc.get_objects() if type(f) is type(lambda: 0)\n"
                "           and (f.__module__, f.__name__) == ('helpers.pca', 'encode'))\n"
                "def encode(*arguments): return own(*arguments)\n",
                "by a detour; read it",
            ),
            (
                "attrgetter",
                "from operator import attrgetter as a\nimport helpers.pca as q\n"
                + body("pass", "a('en' + 'code')(q)(vectors, mean, components)"),
                "by a detour; read it",
            ),
            (
                "vars",
                "import helpers.pca as q\n"
                + body("pass", "vars(q)['en' + 'code'](vectors, mean, components)"),
                "by a detour; read it",
            ),
            (
                "a frame",
                body(
                    "where = (x for x in [1]).gi_frame\nimport helpers.pca",
                    "helpers.pca.encode(vectors, mean, components)",
                ),
                "own encode",
            ),
        )
    ),
    Attack(
        "calls the reference",
        "from helpers import pca\n" + body("pass", "pca.encode(vectors, mean, components)"),
        "own encode; read it",
        points=1,
    ),
]
