"""What turns a right answer into another one, for the attacks of several lessons."""

import functools
import sys


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
