"""What a check asks for depends on the seed: a table of the public results earns nothing else."""

import hashlib

import numpy as np
import pytest

from helpers.checks.registry import exercises
from helpers.checks.running import run
from helpers.grading.trusted.scorer import PUBLIC_SEED

SEEDS = (1, 2, 3)


def digest(value):
    """Return a short name of arguments: the same for equal numbers, whatever holds them."""
    if hasattr(value, "get_weights"):
        value = value.get_weights()
    if isinstance(value, list | tuple):
        parts = [digest(part) for part in value]
    elif isinstance(value, dict):
        parts = [f"{key}:{digest(part)}" for key, part in value.items()]
    elif callable(value):
        parts = [getattr(value, "__name__", "")]
    elif hasattr(value, "numpy") or isinstance(value, np.ndarray):
        array = np.asarray(value)
        parts = [str(array.shape), array.astype(float).tobytes().hex()]
    else:
        parts = [repr(value)]
    return hashlib.sha256("|".join(parts).encode()).hexdigest()


class Recorder:
    """An answer that keeps what the reference returns, or how it refuses."""

    def __init__(self, reference):
        self.reference, self.calls = reference, []

    def __call__(self, *arguments, **options):
        key = digest([arguments, options])
        try:
            result = self.reference(*arguments, **options)
        except Exception as problem:
            self.calls.append((key, problem))
            raise
        self.calls.append((key, result))
        return result


class Table:
    """An answer made of recorded results: by the inputs where these are known, else in order."""

    def __init__(self, calls):
        self.calls, self.known, self.number = calls, dict(calls), 0

    def __call__(self, *arguments, **options):
        in_order = self.calls[self.number % len(self.calls)][1]
        self.number += 1
        result = self.known.get(digest([arguments, options]), in_order)
        if isinstance(result, Exception):
            raise result
        return result


@pytest.mark.parametrize("entry", exercises(), ids=lambda entry: entry.id)
def test_a_table_of_the_public_results_earns_nothing_on_another_seed(entry):
    recorder = Recorder(entry.load_reference())
    assert run(entry, recorder, PUBLIC_SEED).passed
    passed = [seed for seed in SEEDS if run(entry, Table(recorder.calls), seed).passed]
    assert not passed
