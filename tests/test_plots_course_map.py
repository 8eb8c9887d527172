"""The map of the course: any list of lessons becomes a picture in which nothing overlaps."""

import itertools

import numpy as np
import pytest
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

from helpers.course.lessons import LESSONS, Lesson
from helpers.plots.course_map import (
    arrows,
    course_map_text,
    find_levels,
    place_rows,
    show_course_map,
    spread,
)


def lesson(number, *builds_on):
    return Lesson(f"{number:02d}", "topic", f"Title of {number}", 12, tuple(builds_on))


def drawn_at_random(count, seed):
    """Return lessons that each build on one or two of the six before."""
    rng = np.random.default_rng(seed)
    lessons = [lesson(0)]
    for number in range(1, count):
        before = [f"{earlier:02d}" for earlier in range(max(0, number - 6), number)]
        size = min(len(before), int(rng.integers(1, 3)))
        lessons.append(lesson(number, *sorted(rng.choice(before, size, replace=False).tolist())))
    return lessons


COURSES = {
    "today": LESSONS,
    "one more": (*LESSONS, lesson(15, "10")),
    "eighteen": (
        *LESSONS, lesson(15, "05", "07"), lesson(16, "04"), lesson(17, "06", "10")
    ),
    "one": (lesson(0),),
    "two ends": (lesson(0), lesson(1, "00"), lesson(2)),
    **{f"random {seed}": drawn_at_random(15, seed) for seed in range(5)},
}  # fmt: skip
every_course = pytest.mark.parametrize("course", COURSES.values(), ids=COURSES)


def patches(figure, kind):
    (axis,) = figure.axes
    return [patch for patch in axis.patches if isinstance(patch, kind)]


@every_course
def test_boxes_do_not_overlap_and_arrows_touch_only_their_ends(course):
    figure = show_course_map(course)
    boxes = [patch.get_path().get_extents() for patch in patches(figure, FancyBboxPatch)]
    assert len(boxes) == len(course)
    assert not [pair for pair in itertools.combinations(boxes, 2) if pair[0].overlaps(pair[1])]
    for arrow in patches(figure, FancyArrowPatch):
        line = arrow._path_original.to_polygons(closed_only=False)[0]
        assert np.all(np.diff(line[:, 0]) >= 0)
        for box in boxes:
            inside = box.padded(-0.01)
            assert not any(inside.contains(x, y) for x, y in line)


@every_course
def test_a_lesson_stands_to_the_right_of_all_that_it_builds_on(course):
    levels = find_levels(course)
    for entry in course:
        assert all(levels[earlier] < levels[entry.number] for earlier in entry.builds_on)
        assert all(text in course_map_text(course) for text in (entry.number, entry.title))


@every_course
def test_the_picture_is_no_larger_than_a_page(course):
    width, height = show_course_map(course).get_size_inches()
    assert width <= 8
    assert 1 <= height <= 10


def test_a_chain_is_straight_and_a_fork_is_even():
    course = [lesson(0), lesson(1, "00"), lesson(2, "01"), lesson(3, "02"), lesson(4, "02")]
    rows = place_rows(course, arrows(course))
    assert rows["00"] == pytest.approx(rows["01"], abs=1e-3)
    assert rows["01"] == pytest.approx(rows["02"], abs=1e-3)
    assert [rows["03"] - rows["02"], rows["04"] - rows["02"]] == pytest.approx(
        [-0.5, 0.5], abs=1e-3
    )


def test_an_arrow_that_a_longer_way_implies_is_left_out():
    course = [lesson(0), lesson(1, "00"), lesson(2, "00", "01"), lesson(3, "02"), lesson(4, "00")]
    assert arrows([*course, lesson(5, "03", "04")]) == [
        ["00", "01"],
        ["01", "02"],
        ["02", "03"],
        ["00", "04"],
        ["03", "05"],
        ["04", ("04", "05", 2), ("04", "05", 3), "05"],
    ]


def test_spread_moves_no_more_than_it_must():
    assert spread([0, 5], [1, 1], [1, 1]) == [0, 5]
    assert spread([1, 1], [1, 1], [1, 1]) == [0.5, 1.5]
    assert spread([1, 1], [1, 1], [3, 1]) == [0.75, 1.75]
    assert spread([1, 1, 9], [1, 0.5, 1], [1, 1, 1]) == [0.625, 1.375, 9]


def test_a_lesson_must_build_on_earlier_ones():
    with pytest.raises(ValueError, match=r"earlier ones\. Received: 01 on 02"):
        show_course_map([lesson(0), lesson(1, "02"), lesson(2)])


def test_every_box_has_number_title_and_points():
    (axis,) = show_course_map().axes
    texts = [text.get_text() for text in axis.texts]
    for entry in LESSONS:
        assert entry.number in texts
        assert entry.title in [text.replace("\n", " ") for text in texts]
    assert texts.count("12 points") == sum(entry.points == 12 for entry in LESSONS)
