"""What turns a right answer into another one, for the attacks of several lessons."""

import functools
import sys

import numpy as np


def remember(answer, key=lambda *inputs, **named: None):
    kept = {}

    @functools.wraps(answer)
    def remembered(*inputs, **named):
        place = key(*inputs, **named)
        if place not in kept:
            kept[place] = answer(*inputs, **named)
        return kept[place]

    return remembered


def exits(answer):
    return functools.wraps(answer)(lambda *inputs, **named: sys.exit(0))


def raises(answer):
    @functools.wraps(answer)
    def raising(*inputs, **named):
        raise ValueError("not done yet")

    return raising


def none(answer):
    return functools.wraps(answer)(lambda *inputs, **named: None)


def then(change, answer):
    return functools.wraps(answer)(lambda *inputs, **named: change(answer(*inputs, **named)))


def by_shape(*inputs, **named):
    return str([np.shape(value) for value in inputs if not hasattr(value, "get_weights")])


def first_of(change, answer):
    return then(lambda pair: (change(pair[0]), pair[1]), answer)


def second_of(change, answer):
    return then(lambda pair: (pair[0], change(pair[1])), answer)


def given(change, answer):
    return functools.wraps(answer)(lambda *inputs: answer(*change(*inputs)))


def where(condition, answer, other):
    return lambda *inputs: (answer if condition(*inputs) else other)(*inputs)


def writes(place, answer, change=lambda values: values / 2):
    """Return an answer that leaves other numbers in one of its inputs."""

    @functools.wraps(answer)
    def writing(*inputs):
        result = answer(*inputs)
        inputs[place][...] = change(inputs[place])
        return result

    return writing


def swapped(parts):
    return parts[1], parts[0], *parts[2:]


def noisily(values):
    return values + np.random.default_rng().normal(scale=0.01, size=np.shape(values))
