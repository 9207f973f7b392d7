"""The papers' tracker carries joints with the pixels, and keeps its queue in seconds."""

from __future__ import annotations

import cv2
import numpy as np

from engine.types import U8, Poses
from tests.trackers.people import poses_at
from trackers.flow import FlowTracker


def textured(shift: int) -> U8:
    rng = np.random.default_rng(5)
    wide = cv2.resize(rng.integers(0, 255, (20, 40, 3), np.uint8), (1200, 600), interpolation=cv2.INTER_CUBIC)
    return np.ascontiguousarray(wide[:, 300 - shift : 900 - shift])


def test_people_are_looked_for_where_the_pixels_of_their_joints_go_and_a_little_around() -> None:
    tracker = FlowTracker()
    tracker.update(poses_at((200, 250)), 0.0, textured(0))
    for image, x, off in ((None, 200, 0.01), (textured(15), 215, 1.5), (textured(15)[:100], 200, 0.01)):
        true = poses_at((x, 250))
        tight = np.concatenate([true.keypoints[0].min(axis=0), true.keypoints[0].max(axis=0)])
        sides = tight[2:] - tight[:2]
        wanted = np.concatenate([tight[:2] - 0.075 * sides, tight[2:] + 0.075 * sides])  # 15 % longer
        np.testing.assert_allclose(tracker.predict(0.1, image).xyxy[0], wanted, atol=off)


def test_who_is_found_in_a_box_carried_on_and_in_one_of_the_detector_is_one() -> None:
    tracker, detected = FlowTracker(), np.array([True, False, False])
    tracker.update(poses_at((200, 250), (700, 250)), 0.0)
    tracks = tracker.update(poses_at((200, 250), (203, 251), (700, 250)), 0.1, detected=detected)
    assert tracks.ids.tolist() == [1, 2]
    assert tracks.rows.tolist() == [0, 2], "the detector's box stays, and who is carried on alone"


def test_a_jump_that_oks_alone_would_lose_is_followed_by_flow() -> None:
    with_pixels, without = FlowTracker(), FlowTracker()
    for step in range(8):
        x = 200 + 35 * step
        seen = with_pixels.update(poses_at((x, 250), height=120), step / 10, textured(35 * step))
        blind = without.update(poses_at((x, 250), height=120), step / 10)
    assert seen.ids.tolist() == [1]
    assert blind.ids.tolist() != [1]


def test_people_keep_their_numbers_however_seldom_frames_come() -> None:
    tracker = FlowTracker()
    for index in range(5):
        tracks = tracker.update(poses_at((300, 300), (800, 300)), 1.0 * index)
    assert tracks.ids.tolist() == [1, 2]


def test_who_is_lost_returns_from_the_queue_within_its_time() -> None:
    for missing, same in ((0.3, True), (0.8, False)):
        tracker = FlowTracker()
        for step in range(5):
            tracker.update(poses_at((200, 250)), step / 30)
        tracker.update(Poses.empty(), 5 / 30)
        back = tracker.update(poses_at((200, 250)), 4 / 30 + missing)
        assert (back.ids.tolist() == [1]) == same


def test_the_queue_stays_short_at_any_frame_rate() -> None:
    tracker = FlowTracker()
    for step in range(600):
        tracker.update(poses_at((200, 250)), step / 240)
    assert len(tracker._queue) <= tracker._settings.queue + 2


def test_weak_boxes_and_joints_are_dropped() -> None:
    tracker = FlowTracker()
    assert len(tracker.update(poses_at((200, 250), box_score=0.45), 0.0)) == 0
    assert len(tracker.update(poses_at((200, 250), score=0.35), 0.1)) == 0
    assert len(tracker.update(poses_at((200, 250)), 0.2)) == 1
