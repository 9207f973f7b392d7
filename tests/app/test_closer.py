from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.closer import GAIN, look_closer, part_around
from app.engines import Choice, Engines
from app.pipeline import run
from engine.boxes import box_iou
from engine.loading import load_detector
from engine.types import U8, Boxes
from engine.video.opening import open_source
from tests.shared import VIDEO, needs_shared

NOBODY = Boxes.empty()


def boxes(*xyxy: tuple[float, float, float, float], score: float = 0.6) -> Boxes:
    return Boxes(np.array(xyxy, np.float32), np.full(len(xyxy), score, np.float32))


def bright(image: U8) -> Boxes:
    """A detector of white rectangles."""
    rows, columns = np.nonzero(image[..., 0])
    if not len(rows):
        return NOBODY
    return boxes((columns.min() - 0.5, rows.min() - 0.5, columns.max() + 0.5, rows.max() + 0.5))


@given(st.integers(0, 590), st.integers(0, 310), st.integers(8, 40), st.integers(8, 40), st.integers(-4, 4))
def test_who_is_seen_in_a_part_has_his_place_in_the_picture(x: int, y: int, w: int, h: int, off: int) -> None:
    image = np.zeros((360, 640, 3), np.uint8)
    image[y : y + h, x : x + w] = 255
    true = bright(image)
    found = look_closer(bright, image, NOBODY, boxes(*(true.xyxy + off / 2).tolist()))
    np.testing.assert_array_equal(found.xyxy, true.xyxy)


@given(
    st.tuples(st.floats(-50, 700), st.floats(-50, 400), st.floats(1, 300), st.floats(1, 300)),
    st.integers(1, 640),
    st.integers(1, 360),
)
def test_a_part_lies_in_the_picture_and_shows_more_of_less(
    box: tuple[float, float, float, float], width: int, height: int
) -> None:
    left, top, wide, high = box
    part = part_around(np.array([left, top, left + wide, top + high], np.float32), (width, height))
    outside = left + wide <= 0 or top + high <= 0 or left >= width or top >= height
    if outside:
        assert part is None
    if part is not None:
        middle = np.clip([left + wide / 2, top + high / 2], 0, [width, height])
        assert (np.array(part[:2]) - 1 <= middle).all()
        assert (middle <= np.array(part[2:]) + 1).all()
        assert 0 <= part[0] < part[2] <= width
        assert 0 <= part[1] < part[3] <= height
        assert GAIN * max(part[2] - part[0], part[3] - part[1]) <= max(width, height)


def test_nobody_is_looked_for_behind_whom_the_detector_found() -> None:
    image = np.zeros((360, 640, 3), np.uint8)
    image[100:140, 100:120] = 255
    hider = boxes((98, 96, 122, 142))
    looks: list[U8] = []

    def detect(part: U8) -> Boxes:
        looks.append(part)
        return bright(part)

    found = look_closer(detect, image, hider, boxes((101, 104, 119, 141), (300, 100, 320, 140)))
    np.testing.assert_array_equal(found.xyxy, hider.xyxy)
    assert len(looks) == 1, "only the second was looked for"


def test_two_seen_in_one_look_are_both_kept() -> None:
    image = np.zeros((360, 640, 3), np.uint8)
    left, right = boxes((300, 100, 330, 160)), boxes((314, 100, 344, 160))

    def detect(part: U8) -> Boxes:
        top_left = np.array(part_around(left.xyxy[0], (640, 360)))[[0, 1, 0, 1]].astype(np.float32)
        return Boxes(np.concatenate([right.xyxy, left.xyxy]) - top_left, np.array([0.8, 0.7], np.float32))

    both = Boxes(np.concatenate([left.xyxy, right.xyxy]), np.array([0.9, 0.6], np.float32))
    found = look_closer(detect, image, NOBODY, both)
    assert sorted(found.xyxy[:, 0].tolist()) == [300, 314]


def test_people_who_fill_the_picture_leave_the_looks_to_others() -> None:
    image = np.zeros((360, 640, 3), np.uint8)
    image[100:140, 100:120] = 255
    large = boxes((200, 0, 400, 350), (350, 5, 560, 355), score=0.9)
    small = boxes((101, 104, 119, 141), score=0.3)
    expected = Boxes(np.concatenate([large.xyxy, small.xyxy]), np.concatenate([large.scores, small.scores]))
    assert len(look_closer(bright, image, NOBODY, expected)) == 1


@needs_shared
def test_a_small_man_against_the_light_is_found_and_an_empty_place_stays_empty() -> None:
    with open_source(VIDEO / "runner.mp4") as source, load_detector() as detector:
        image = next(frame.image for frame in source if frame.index == 27)
        man, leaves = boxes((590, 50, 740, 470)), boxes((1100, 50, 1250, 470))
        detect = partial(detector.detect, whole=False)  # in the picture's own shape he is seen at once
        whole = detect(image)
        assert box_iou(whole.xyxy, man.xyxy).max(initial=0) < 0.3
        closer = look_closer(detect, image, whole, man)
        assert len(closer) == len(whole) + 1
        assert box_iou(closer.xyxy[-1:], man.xyxy) > 0.5
        assert len(look_closer(detect, image, whole, leaves)) == len(whole)


@needs_shared
def test_whom_the_detector_often_misses_is_followed_without_a_gap() -> None:
    followed = 0
    with open_source(VIDEO / "runner.mp4") as source, Engines.load(Choice()) as engines:
        for result in run(source, engines.detector, engines.pose, engines.tracker):
            if result.frame.index == 60:
                break
            followed += 1 in result.tracks.ids
    assert followed == pytest.approx(60, abs=3), "he is missed from frame 15 to 60"
