"""Progress of long work: a bar, plain lines, or nothing."""

import io

import pytest

from helpers.course import progress


def follow(**options) -> str:
    stream = io.StringIO()
    with progress.bar(40, file=stream, unit=" steps", **options) as bar:
        for _ in range(40):
            bar.update()
    return stream.getvalue()


def test_a_bar_is_drawn_in_place():
    drawn = follow(shown=True)
    assert "\r" in drawn and "40/40" in drawn.split("\r")[-1]


def test_a_log_gets_a_line_per_tenth():
    lines = follow(shown=False, lines=True).splitlines()
    assert lines[0] == "0 of 40 steps, ? left"
    assert [line.split(" of ")[0] for line in lines] == [str(n) for n in range(0, 41, 4)]


@pytest.mark.parametrize("shown", [False, None])
def test_where_nobody_looks_on_nothing_is_written(shown, monkeypatch):
    monkeypatch.setattr(progress, "is_watched", lambda: False)
    assert follow(shown=shown) == ""
