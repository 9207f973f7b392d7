"""People far away: large pictures looked at in parts as well."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.boxes import box_iou
from engine.loading import load_detector
from engine.parts import GAIN, MAX_PARTS, OVERLAP, SAME, SHRUNK, joined, parts_of, whole_in
from engine.types import F32, U8, Boxes
from tests.engine.wide import crowd

sides = st.integers(16, 9000)


def boxes(*xyxys: tuple[float, ...], scores: tuple[float, ...] | None = None) -> Boxes:
    return Boxes(np.array(xyxys, np.float32).reshape(-1, 4), np.array(scores or [0.5] * len(xyxys), np.float32))


@given(width=sides, height=sides, look=st.sampled_from([320, 416, 640, 1280]))
def test_parts_show_the_whole_picture_and_people_at_their_borders_whole(width: int, height: int, look: int) -> None:
    parts = parts_of((width, height), look)
    assert (not parts) == (max(width, height) < GAIN * round(look * SHRUNK))
    assert len(parts) <= MAX_PARTS
    if not parts:
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


@pytest.mark.parametrize(
    ("size_wh", "count"),
    [((640, 480), 0), ((1280, 720), 6), ((1920, 1080), 15), ((1080, 1920), 15), ((3840, 2160), 15)],
)
def test_so_many_parts_are_looked_at_with_the_embedded_detector(size_wh: tuple[int, int], count: int) -> None:
    assert len(parts_of(size_wh, 320)) == count


def test_a_box_that_a_part_cuts_off_is_left_to_another_look() -> None:
    found = boxes((10, 10, 40, 90), (70, 10, 100, 90), (0, 20, 30, 90))
    at_the_left = whole_in((0, 0, 100, 100), found, (200, 100))
    np.testing.assert_array_equal(at_the_left.xyxy, found.xyxy[[0, 2]])  # the picture itself ends at the left
    at_the_right = whole_in((100, 0, 200, 100), found, (200, 100))
    np.testing.assert_array_equal(at_the_right.xyxy, found.xyxy[[0, 1]] + np.array([100, 0, 100, 0], np.float32))


def test_whom_two_looks_find_counts_once_and_the_surer_box_stays() -> None:
    vague, exact, alone = (10, 10, 50, 90), (12, 14, 46, 92), (120, 10, 150, 90)
    both = joined(boxes(vague, scores=(0.4,)), [boxes(exact, alone, scores=(0.8, 0.3))])
    assert box_iou(np.array([vague]), np.array([exact]))[0, 0] > SAME
    np.testing.assert_array_equal(both.xyxy, np.array([exact, alone], np.float32))


def test_two_who_stand_close_stay_two() -> None:
    """Within one look the detector has told already who is one person."""
    close = boxes((0, 0, 100, 300), (28, 0, 128, 300))
    assert box_iou(close.xyxy, close.xyxy)[0, 1] > SAME
    assert len(joined(close, [Boxes.empty()])) == len(joined(Boxes.empty(), [close])) == 2


def test_a_leg_that_a_part_takes_for_somebody_is_left_out() -> None:
    near = boxes((400, 100, 900, 1000))
    leg, far_behind, beside = (450, 600, 640, 980), (600, 150, 640, 240), (860, 500, 1100, 900)
    found = joined(near, [boxes(leg, far_behind, beside)])
    np.testing.assert_array_equal(found.xyxy, np.concatenate([near.xyxy, np.array([far_behind, beside], np.float32)]))


def test_in_a_crowd_nobody_is_lost_to_his_own_copies() -> None:
    places = [(30 * (n % 40), 70 * (n // 40), 30 * (n % 40) + 25, 70 * (n // 40) + 60) for n in range(200)]
    crowd = boxes(*places)
    assert len(joined(crowd, [crowd, crowd, Boxes.empty()])) == 200


@pytest.fixture(scope="module")
def far_away() -> tuple[U8, F32]:
    """A wide picture, 1920 × 1080, with drawn people 130 pixels high, and their boxes."""
    return crowd(12, (130, 170), 6, (90, 240), (310, 520))


def test_people_far_away_are_found_where_they_are_looked_for(far_away: tuple[U8, F32]) -> None:
    picture, places = far_away
    counts = {}
    for far in (False, True):
        with load_detector(far=far, precision="f32") as detector:
            found = detector.detect(picture)
        counts[far] = int((box_iou(places, found.xyxy).max(axis=1, initial=0) >= SAME).sum())
        # one look alone leaves two boxes that overlap by less than the card's nms_iou
        same = SAME if far else max(SAME, detector.card.nms_iou)
        assert not (np.triu(box_iou(found.xyxy, found.xyxy), 1) > same).any(), "somebody counts twice"
    assert counts[True] >= counts[False] + 5


def test_only_large_pictures_are_looked_at_in_parts_and_only_where_that_is_wanted(
    far_away: tuple[U8, F32], monkeypatch: pytest.MonkeyPatch
) -> None:
    picture = far_away[0]
    with load_detector(far=True) as detector:
        looks = []
        run = detector._run
        monkeypatch.setattr(detector, "_run", lambda *given: looks.append(1) or run(*given))
        for shown, wanted, count in ((picture, True, 16), (picture, False, 1), (picture[:480, :640], True, 1)):
            looks.clear()
            detector.detect(shown, whole=wanted)
            assert len(looks) == count
