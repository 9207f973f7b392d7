"""People far away: large pictures looked at in parts as well."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.boxes import box_iou
from engine.drawn import people
from engine.loading import load_detector
from engine.parts import MAX_PARTS, OVERLAP, SAME, SHRUNK, joined, parts_of, whole_in
from engine.types import F32, U8, Boxes

sides = st.integers(16, 9000)


def boxes(*xyxys: tuple[float, ...], scores: tuple[float, ...] | None = None) -> Boxes:
    return Boxes(np.array(xyxys, np.float32).reshape(-1, 4), np.array(scores or [0.5] * len(xyxys), np.float32))


@given(width=sides, height=sides, look=st.sampled_from([320, 416, 640, 1280]))
def test_parts_show_the_whole_picture_and_people_at_their_borders_whole(width: int, height: int, look: int) -> None:
    parts = parts_of((width, height), look)
    assert len(parts) <= MAX_PARTS
    if not parts:
        assert max(width, height) <= round(look * SHRUNK)
        return
    shown = np.zeros((-(-height // 16), -(-width // 16)), bool)
    for left, top, right, bottom in parts:
        assert 0 <= left < right <= width
        assert 0 <= top < bottom <= height
        shown[top // 16 : -(-bottom // 16), left // 16 : -(-right // 16)] = True
    assert shown.all()
    for begin, end, length in ((0, 2, width), (1, 3, height)):
        spans = sorted({(part[begin], part[end]) for part in parts})
        assert spans[0][0] == 0
        assert spans[-1][1] == length
        for (_, before), (after, last) in pairwise(spans):
            assert before - after >= OVERLAP * (last - after) - 2


def test_a_box_that_a_part_cuts_off_is_left_to_another_look() -> None:
    found = boxes((10, 10, 40, 90), (70, 10, 100, 90), (0, 20, 30, 90))
    at_the_left = whole_in((0, 0, 100, 100), found, (200, 100))
    np.testing.assert_array_equal(at_the_left.xyxy, found.xyxy[[0, 2]])  # the picture itself ends at the left
    at_the_right = whole_in((100, 0, 200, 100), found, (200, 100))
    np.testing.assert_array_equal(at_the_right.xyxy, found.xyxy[[0, 1]] + np.array([100, 0, 100, 0], np.float32))


def test_whom_two_looks_find_counts_once_and_the_surer_box_stays() -> None:
    vague, exact, alone = (10, 10, 50, 90), (12, 14, 46, 92), (120, 10, 150, 90)
    both = joined([boxes(vague, scores=(0.4,)), boxes(exact, alone, scores=(0.8, 0.3))])
    assert box_iou(np.array([vague]), np.array([exact]))[0, 0] > SAME
    np.testing.assert_array_equal(both.xyxy, np.array([exact, alone], np.float32))


@pytest.fixture(scope="module")
def far_away() -> tuple[U8, F32]:
    """A wide picture, 1920 × 1080, with drawn people 100 pixels high, and their boxes."""
    picture = np.full((1080, 1920, 3), 128, np.uint8)
    places = []
    for number, (image, box) in enumerate(people(12, (100, 130))):
        left, top = 90 + 310 * (number % 6), 240 + 520 * (number // 6)
        picture[top : top + 130, left : left + 100] = image
        places.append(box.xyxy[0] + np.array([left, top, left, top], np.float32))
    return picture, np.stack(places)


def test_people_far_away_are_found_where_they_are_looked_for(far_away: tuple[U8, F32]) -> None:
    picture, places = far_away
    counts = {}
    for far in (False, True):
        with load_detector(far=far, precision="f32") as detector:
            found = detector.detect(picture)
        counts[far] = int((box_iou(places, found.xyxy).max(axis=1, initial=0) >= SAME).sum())
        assert not (np.triu(box_iou(found.xyxy, found.xyxy), 1) > SAME).any(), "somebody counts twice"
    assert counts[True] >= counts[False] + 5


def test_a_picture_that_the_detector_sees_well_is_looked_at_once(far_away: tuple[U8, F32]) -> None:
    picture = far_away[0][:500, :544]
    with load_detector(far=True, precision="f32") as far, load_detector(precision="f32") as near:
        np.testing.assert_array_equal(far.detect(picture).xyxy, near.detect(picture).xyxy)
