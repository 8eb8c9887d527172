"""Grade a class: take in, look up, hand out, write down. Runs no student code, no TensorFlow."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from helpers.grading.intake import Submission
from helpers.grading.log import ResultLog
from helpers.grading.sandbox.limits import Limits
from helpers.grading.trusted.review import review
from helpers.work.lessons import facts


class Grader(Protocol):
    """Whatever grades jobs: a pool on this machine, a cluster."""

    def grade(self, jobs: Iterable[dict]) -> Iterator[tuple[dict, dict]]:
        """Yield each job with its result, in any order."""


@dataclass(frozen=True)
class Plan:
    """How a class is graded.

    Args:
        out: folder of the results.
        seed: the class's secret, any text.
        level: of isolation, ``"L1"`` to ``"L3"``.
        seconds: of processor time that one exercise is allowed.
    """

    out: Path
    seed: str
    level: str
    seconds: float = Limits().seconds

    @property
    def seed_name(self) -> str:
        """A short name of the seed, which does not tell it."""
        return hashlib.sha256(f"name of {self.seed}".encode()).hexdigest()[:8]


def grade_class(
    submissions: list[Submission],
    plan: Plan,
    open_grader: Callable[[], Grader],
    report: Callable[[int, int, float], None] = lambda done, total, seconds: None,
    say: Callable[[str], None] = print,
) -> list[dict]:
    """Grade what the log does not hold yet and return the records of these submissions.

    A submission that could not be judged is recorded with its ``problem`` and without points; the
    next run tries it again, as it does a time-out under a smaller limit than the plan's.

    Args:
        submissions: of the class.
        plan: where to, by which seed, how confined.
        open_grader: called only if there is something to run.
        report: called with submissions done, all of them, and seconds so far.
        say: called with a line for each line of the log that is no result.

    Raises:
        OSError: a result cannot be written.
        ValueError: the folder holds something else, or another grader is at work in it.
    """
    log = ResultLog(plan.out / "results.jsonl")
    try:
        for line in log.passed_over:
            say(line)
        identities = {_identity(one, plan): one for one in submissions}
        standing = [record for record in log.records if _stands(record, plan)]
        records = {record["identity"]: record for record in standing}
        cache = {record["key"]: record for record in standing}
        waiting: dict[str, list[Submission]] = {}
        start, done = time.monotonic(), 0

        def keep(one: Submission, result: dict, *, cached: bool) -> None:
            record = _record(one, plan, result, cached=cached)
            log.append(record)
            records[record["identity"]] = record

        for identity, one in identities.items():
            key = _key(one, plan)
            if identity not in records:
                if key in cache:
                    keep(one, cache[key], cached=True)
                elif not one.answers:
                    keep(one, _nothing(one), cached=False)
                else:
                    waiting.setdefault(key, []).append(one)
                    continue
            done += 1
        report(done, len(identities), 0.0)
        if waiting:
            for key, result in _results(waiting, plan, open_grader):
                for number, one in enumerate(waiting[key]):
                    keep(one, result, cached=number > 0)
                    done += 1
                report(done, len(identities), time.monotonic() - start)
        return [records[identity] for identity in identities]
    finally:
        log.close()


def _stands(record: dict, plan: Plan) -> bool:
    """Return whether a record is still what grading would bring.

    What failed for the grader's own reasons is not, nor a time-out where more is allowed now.
    """
    timed_out = any(outcome["status"] == "time-out" for outcome in record["outcomes"])
    return not record["problem"] and not (timed_out and record["allowed"] < plan.seconds)


def _results(
    waiting: dict[str, list[Submission]], plan: Plan, open_grader: Callable[[], Grader]
) -> Iterator[tuple[str, dict]]:
    """Yield the result of each key, run once whoever handed it in."""
    jobs = [
        {
            "key": key,
            "lesson": ones[0].lesson,
            "seed": plan.seed,
            "answers": ones[0].answers,
            "own": list(ones[0].own),
        }
        for key, ones in waiting.items()
    ]
    grader = open_grader()
    for job, result in grader.grade(jobs):
        if result.get("problem"):
            result = {**_nothing(waiting[job["key"]][0]), "problem": result["problem"]}
        yield job["key"], result


def _key(one: Submission, plan: Plan) -> str:
    return one.key(facts(one.lesson).version, plan.seed)


def _identity(one: Submission, plan: Plan) -> str:
    words = [one.student, one.lesson, _key(one, plan), one.notes]
    return hashlib.sha256(json.dumps(words).encode()).hexdigest()[:32]


def _nothing(one: Submission) -> dict:
    """Return the result of a submission in which nothing was run."""
    outcomes = [
        {
            "id": entry.id,
            "status": "not started",
            "points": 0,
            "of": entry.points,
            "feedback": [],
            "reason": "",
        }
        for entry in facts(one.lesson).exercises
    ]
    return {"outcomes": outcomes, "seconds": 0.0, "details": "nothing was run"}


def _record(one: Submission, plan: Plan, result: dict, *, cached: bool) -> dict:
    outcomes = result["outcomes"]
    return {
        "identity": _identity(one, plan),
        "key": _key(one, plan),
        "student": one.student,
        "lesson": one.lesson,
        "file": one.file,
        "points": sum(outcome["points"] for outcome in outcomes),
        "of": sum(outcome["of"] for outcome in outcomes),
        "outcomes": outcomes,
        "notes": list(one.notes),
        "review": review(one.lesson, one.answers, one.own),
        "problem": result.get("problem", ""),
        "level": result.get("level", plan.level),
        "details": result.get("details", ""),
        "seed": plan.seed_name,
        "seconds": 0.0 if cached else result["seconds"],
        "allowed": result.get("allowed", plan.seconds),
        "cached": cached,
    }
