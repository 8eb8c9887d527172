"""Attack the checks: right answers of many kinds and wrong ones, written from the text alone.

python tests/attack/run.py                 every lesson, one seed
python tests/attack/run.py 03 --seeds 30   one lesson, thirty seeds
python tests/attack/run.py 03 --messages   what a student is told, answer by answer
"""

from __future__ import annotations

import argparse
import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path

import helpers  # noqa: F401  (before TensorFlow: it sets the environment)

FOLDER = Path(__file__).parent


def tables(lesson: str) -> tuple[dict, dict]:
    """Return a lesson's right and wrong answers, exercise -> name -> answer, made afresh."""
    path = FOLDER / f"lesson{lesson}.py"
    spec = importlib.util.spec_from_file_location(f"attack_lesson{lesson}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.RIGHT, module.WRONG


def lessons() -> list[str]:
    """Return the lessons that have such answers."""
    return [path.stem.removeprefix("lesson") for path in sorted(FOLDER.glob("lesson*.py"))]


def judged(lesson: str, seeds: int = 1) -> Iterator[tuple[str, bool, str, int, str]]:
    """Yield (exercise, is right, name, times that it passed, last message) for every answer."""
    from helpers.checks.registry import get
    from helpers.checks.running import run

    for is_right, table in zip((True, False), tables(lesson), strict=True):
        for exercise, answers in table.items():
            for name, answer in answers.items():
                verdicts = [run(get(exercise), answer, seed) for seed in range(seeds)]
                failed = [v for v in verdicts if not v.passed]
                texts = [s.text for v in failed[-1:] for s in v.steps if s.status == "not yet"]
                message = " ".join(texts) or (failed[-1].status if failed else "passed")
                yield exercise, is_right, name, seeds - len(failed), message


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("lessons", nargs="*", help="two digits each (default: all)")
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--messages", action="store_true", help="print every message")
    options = parser.parse_args()
    counts = dict.fromkeys(("right", "refused", "wrong", "accepted"), 0)
    for lesson in options.lessons or lessons():
        for exercise, is_right, name, passed, message in judged(lesson, options.seeds):
            odd = passed < options.seeds if is_right else passed
            counts["right" if is_right else "wrong"] += options.seeds
            counts["refused"] += is_right * (options.seeds - passed)
            counts["accepted"] += (not is_right) * passed
            if odd or options.messages:
                sign = ("RIGHT REFUSED" if is_right else "WRONG ACCEPTED") if odd else ""
                sign = sign or ("right" if is_right else "wrong")
                print(f"{exercise} {sign} {name} ({passed} of {options.seeds}): {message}")
    print(
        f"{counts['accepted']} of {counts['wrong']} wrong answers accepted, "
        f"{counts['refused']} of {counts['right']} right ones refused"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
