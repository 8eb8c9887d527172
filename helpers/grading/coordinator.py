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
from helpers.grading.lessons import facts
from helpers.grading.log import ResultLog
from helpers.grading.trusted.review import signs


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
    """

    out: Path
    seed: str
    level: str

    @property
    def seed_name(self) -> str:
        """A short name of the seed, which does not tell it."""
        return hashlib.sha256(f"name of {self.seed}".encode()).hexdigest()[:8]


def grade_class(
    submissions: list[Submission],
    plan: Plan,
    open_grader: Callable[[], Grader],
    report: Callable[[int, int, float], None] = lambda done, total, seconds: None,
) -> list[dict]:
    """Grade what the log does not hold yet and return the records of these submissions.

    Args:
        submissions: of the class.
        plan: where to, by which seed, how confined.
        open_grader: called only if there is something to run.
        report: called with submissions done, all of them, and seconds so far.

    Raises:
        OSError: a result cannot be written.
    """
    log = ResultLog(plan.out / "results.jsonl")
    try:
        identities = {_identity(one, plan): one for one in submissions}
        # What failed for the grader's own reasons is tried again.
        sound = [record for record in log.records if not record["problem"]]
        known = {record["identity"] for record in sound}
        cache = {record["key"]: record for record in sound}
        waiting: dict[str, list[Submission]] = {}
        start, done = time.monotonic(), 0
        for identity, one in identities.items():
            key = _key(one, plan)
            if identity in known:
                done += 1
            elif key in cache:
                done += 1
                log.append(_record(one, plan, cache[key], cached=True))
            elif not one.answers:
                done += 1
                log.append(_record(one, plan, _nothing(one), cached=False))
            else:
                waiting.setdefault(key, []).append(one)
        report(done, len(identities), 0.0)
        if waiting:
            for key, result in _results(waiting, plan, open_grader):
                for number, one in enumerate(waiting[key]):
                    log.append(_record(one, plan, result, cached=number > 0))
                    done += 1
                report(done, len(identities), time.monotonic() - start)
        records = {record["identity"]: record for record in log.records}
        return [records[identity] for identity in identities]
    finally:
        log.close()


def _results(
    waiting: dict[str, list[Submission]], plan: Plan, open_grader: Callable[[], Grader]
) -> Iterator[tuple[str, dict]]:
    """Yield the result of each key, run once whoever handed it in."""
    jobs = [
        {"key": key, "lesson": ones[0].lesson, "seed": plan.seed, "answers": ones[0].answers}
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
    entries = {entry.id: entry for entry in facts(one.lesson).exercises}
    review = [sign for id, source in one.answers.items() for sign in signs(entries[id], source)]
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
        "review": review,
        "problem": result.get("problem", ""),
        "level": result.get("level", plan.level),
        "details": result.get("details", ""),
        "seed": plan.seed_name,
        "seconds": 0.0 if cached else result["seconds"],
        "cached": cached,
    }
