"""The default tracker does what a user would call keeping people apart."""

from __future__ import annotations

import numpy as np
import pytest

from engine.types import Boxes, Poses
from tests.trackers.people import picture, poses_at, together
from trackers.oks import OksTracker


def test_somebody_clearly_there_has_a_number_at_once() -> None:
    assert OksTracker().update(poses_at((100, 200), (400, 200)), 0.0).ids.tolist() == [1, 2]


@pytest.mark.parametrize("fps", [10, 60])
def test_somebody_less_clear_has_one_within_two_tenths_of_a_second(fps: int) -> None:
    tracker = OksTracker()
    seen = [len(tracker.update(poses_at((100, 200), box_score=0.55, score=0.42), i / fps)) for i in range(fps)]
    assert seen[0] == 0
    assert all(seen[round(0.2 * fps) :])


def test_flicker_gets_no_number_and_burns_none() -> None:
    tracker = OksTracker()
    rng = np.random.default_rng(1)
    for index in range(100):
        places = rng.uniform(0, 2000, (3, 2))
        assert len(tracker.update(poses_at(*places.tolist(), box_score=0.6, score=0.3), index / 30)) == 0
    assert tracker.update(poses_at((100, 200)), 10.0).ids.tolist() == [1]


def test_a_weak_detection_continues_somebody_but_starts_nobody() -> None:
    tracker = OksTracker()
    tracker.update(poses_at((100, 200)), 0.0)
    for index in range(1, 30):
        weak = poses_at((100, 200), (600, 200), box_score=0.3)
        assert tracker.update(weak, index / 30).ids.tolist() == [1]


def test_of_two_boxes_with_one_pose_the_one_that_fits_it_is_shown() -> None:
    """A detector's box for two people, surer than the one for her alone, in which she is drawn once more."""
    own = poses_at((300, 300), box_score=0.8)
    left, top, right, bottom = own.boxes.xyxy[0].tolist()
    wide = Poses(own.keypoints, own.scores, Boxes.of([[left - 120, top - 90, right, bottom]], [0.95]))
    (shown,) = OksTracker().update(together(wide, own), 0.0).poses.boxes.xyxy.tolist()
    assert shown == own.boxes.xyxy[0].tolist()


@pytest.mark.parametrize("fps", [10, 60])
def test_two_who_cross_keep_their_numbers(fps: int) -> None:
    tracker = OksTracker()
    for index in range(4 * fps):
        t = index / fps
        left, right = (100 + 150 * t, 200.0), (700 - 150 * t, 230.0)
        hidden = abs(left[0] - right[0]) < 40  # the nearer one covers the other
        poses = poses_at(right) if hidden else poses_at(left, right)
        ids = tracker.update(poses, t).ids.tolist()
    assert ids == [1, 2]
    last = tracker.update(poses_at((100 + 150 * 4, 200), (700 - 150 * 4, 230)), 4.0)
    assert dict(zip(last.ids.tolist(), last.rows.tolist(), strict=True)) == {1: 0, 2: 1}


def test_who_was_hidden_for_a_second_comes_back_as_himself() -> None:
    tracker = OksTracker()
    for index in range(90):
        t = index / 30
        poses = Poses.empty() if 1.0 <= t < 2.0 else poses_at((100 + 80 * t, 200))
        ids = tracker.update(poses, t).ids.tolist()
    assert ids == [1]


def test_who_is_out_of_sight_is_not_shown() -> None:
    tracker = OksTracker()
    for index in range(10):
        tracker.update(poses_at((100, 200)), index / 30)
    assert len(tracker.update(Poses.empty(), 10 / 30)) == 0


def test_somebody_found_twice_is_shown_once() -> None:
    tracker = OksTracker()
    for index in range(20):
        twice = together(poses_at((100, 200)), poses_at((102, 199), box_score=0.7))
        assert tracker.update(twice, index / 30).ids.tolist() == [1]


@pytest.mark.parametrize(("quality", "numbers"), [(0.35, {1}), (0.9, {1, 2})])
def test_a_box_around_somebody_followed_is_somebody_else_only_where_its_pose_is_better(
    quality: float, numbers: set[int]
) -> None:
    """A detector sees somebody who leaps once as himself and once with the bush below him; who steps in front of
    somebody is seen better than he."""
    tracker, seen = OksTracker(), set[int]()
    for index in range(30):
        people = poses_at((300, 200), score=0.7)
        if index >= 10:
            people = together(people, poses_at((310, 260), height=320, score=quality))
        seen |= set(tracker.update(people, index / 30).ids.tolist())
    assert seen == numbers


def test_half_a_body_moves_like_the_whole() -> None:
    tracker = OksTracker()
    for index in range(60):
        whole = poses_at((100 + 2 * index, 200))
        scores = whole.scores.copy()
        boxes = whole.boxes.xyxy.copy()
        if index >= 20:  # the legs go behind a table
            scores[:, 11:] = 0.05
            boxes[:, 3] = 200
        tracks = tracker.update(Poses(whole.keypoints, scores, Boxes(boxes, whole.boxes.scores)), index / 30)
        assert tracks.ids.tolist() == [1]


def test_a_change_of_the_pose_network_keeps_the_people() -> None:
    tracker = OksTracker()
    tracker.update(poses_at((100, 200)), 0.0)
    assert tracker.update(poses_at((102, 200), joints=5), 0.1).ids.tolist() == [1]
    assert tracker.update(poses_at((104, 200), joints=0), 0.2).ids.tolist() == [1]


@pytest.mark.parametrize("joints", [0, 5, 26])
def test_a_change_of_the_pose_network_while_nobody_is_seen_keeps_the_people(joints: int) -> None:
    tracker = OksTracker()
    tracker.update(poses_at((100, 200)), 0.0)
    assert not len(tracker.update(Poses.empty(joints), 0.1))
    assert tracker.update(poses_at((100, 200)), 0.2).ids.tolist() == [1]


def test_a_recycled_box_on_an_empty_floor_ends() -> None:
    """The pose network draws somebody wherever it is asked; with the scores of a chair it is not believed."""
    tracker = OksTracker()
    for index in range(10):
        tracker.update(poses_at((100, 200)), index / 30)
    for index in range(10, 30):
        boxes = tracker.predict(index / 30)
        ghosts = poses_at(*[(100.0, 200.0)] * len(boxes), score=0.25)
        poses = Poses(ghosts.keypoints, ghosts.scores, boxes)
        assert len(tracker.update(poses, index / 30, detected=np.zeros(len(boxes), np.bool_), looked=False)) == 0
    assert len(tracker.predict(1.0)) == 0


def test_a_ghost_as_good_as_a_person_ends_when_the_detector_looks_in_vain() -> None:
    tracker = OksTracker()
    shown = []
    for index in range(90):
        t = index / 30
        looked = index < 10 or index % 5 == 0
        if looked:
            poses = poses_at((100, 200)) if index < 10 else poses_at((600, 200))  # a detector: he has left
        else:
            boxes = tracker.predict(t)
            middles = (boxes.xyxy[:, :2] + boxes.xyxy[:, 2:]) / 2
            ghosts = poses_at(*middles.tolist())
            poses = Poses(ghosts.keypoints, ghosts.scores, boxes)
        detected = np.full(len(poses), looked)
        if 1 in tracker.update(poses, t, detected=detected, looked=looked).ids:
            shown.append(t)
    assert max(shown) < 10 / 30 + 1.5


@pytest.mark.parametrize("quality", [0.8, 0.35])
def test_who_is_seen_in_half_a_box_is_not_taken_for_a_ghost(quality: float) -> None:
    """The detector boxes only his upper half from then on: our own box fits his pose better, but he was seen."""
    tracker = OksTracker()
    for index in range(120):
        t = index / 30
        whole = poses_at((300, 220), score=quality)
        poses, detected = whole, np.ones(1, np.bool_)
        if index >= 15:
            own, half = tracker.predict(t), whole.boxes.xyxy.copy()
            half[:, 3] -= 0.53 * (half[:, 3] - half[:, 1])
            boxes = Boxes.of(np.concatenate([half, own.xyxy]), [0.6, *own.scores])
            rows = [0] * len(boxes)
            poses = Poses(whole.keypoints[rows], whole.scores[rows], boxes)
            detected = np.arange(len(boxes)) == 0
        shown = tracker.update(poses, t, detected=detected).ids.tolist()
        assert index < 5 or shown == [1], t


def test_recycled_boxes_alone_start_nobody_and_keep_everybody() -> None:
    tracker = OksTracker()
    for index in range(60):
        t = index / 30
        true = poses_at((100 + 2 * index, 200), (400, 220))
        looked = index % 10 == 0
        if not looked:
            boxes = tracker.predict(t)
            assert len(boxes) == 2
            np.testing.assert_allclose(np.sort(boxes.xyxy[:, 0]), np.sort(true.boxes.xyxy[:, 0]), atol=30)
            order = np.argsort(boxes.xyxy[:, 0])
            boxes = boxes[order]
            true = Poses(true.keypoints, true.scores, boxes)
        detected = np.full(len(true), looked)
        assert tracker.update(true, t, detected=detected, looked=looked).ids.tolist() == [1, 2]


def test_who_stands_so_still_that_he_is_where_he_was_predicted_is_still_seen_by_the_detector() -> None:
    tracker = OksTracker()
    for index in range(60):
        predicted = tracker.predict(index / 30)
        tracks = tracker.update(poses_at((100, 200)), index / 30)
        assert tracks.ids.tolist() == [1]
        assert index == 0 or len(predicted) == 1


def test_a_cut_ends_everybody() -> None:
    tracker = OksTracker()
    for index in range(10):
        tracker.update(poses_at((200, 200)), index / 25, picture((200, 200, (200, 30, 30))))
    other = np.full((432, 768, 3), 20, np.uint8)
    other[:, 400:] = 235
    after = tracker.update(poses_at((520, 220)), 10 / 25, other)
    later = tracker.update(poses_at((520, 220)), 11 / 25, other)
    assert 1 not in after.ids
    assert later.ids.tolist() == [2]


def test_a_lamp_switched_on_ends_nobody() -> None:
    tracker = OksTracker()
    image = picture((200, 200, (200, 30, 30)))
    for index in range(10):
        tracker.update(poses_at((200, 200)), index / 25, image // 3)
    assert tracker.update(poses_at((200, 200)), 10 / 25, image).ids.tolist() == [1]


def test_a_camera_that_pans_past_somebody_hidden_finds_him_again() -> None:
    tracker = OksTracker()
    for index in range(60):
        shift = 4 * index  # px a frame: a body's width every ten frames
        x = 600.0 - shift
        hidden = 15 <= index < 45
        poses = Poses.empty() if hidden else poses_at((x, 200), height=120)
        ids = tracker.update(poses, index / 30, picture(shift=shift)).ids.tolist()
    assert ids == [1]


def test_who_returns_is_known_by_his_clothes() -> None:
    red, blue = (200, 30, 30), (30, 50, 200)
    tracker = OksTracker()
    for index in range(40):
        tracker.update(poses_at((150, 200)), index / 30, picture((150, 200, red)))
    for index in range(40, 60):
        tracker.update(Poses.empty(), index / 30, picture())
    for index in range(60, 90):  # another comes up where the first was last seen
        ids = tracker.update(poses_at((170, 200)), index / 30, picture((170, 200, blue))).ids.tolist()
    assert ids == [2]
    for index in range(90, 400):
        tracker.update(Poses.empty(), index / 30, picture())
    for index in range(400, 430):  # ten seconds later the first returns, elsewhere
        ids = tracker.update(poses_at((600, 220)), index / 30, picture((600, 220, red))).ids.tolist()
    assert ids == [1]


def test_who_crouches_keeps_his_number() -> None:
    tracker = OksTracker()
    for index in range(40):
        down = float(np.clip((index - 20) / 5, 0, 1))  # within a sixth of a second, feet on the ground
        height = 220 - 90 * down
        tracks = tracker.update(poses_at((200, 290 - 0.45 * height), height=height), index / 30)
        assert tracks.ids.tolist() == [1]


def test_one_missed_for_a_frame_is_not_taken_for_who_comes_up_from_behind_him() -> None:
    tracker = OksTracker()
    for index in range(60):
        standing, walking = poses_at((300, 220)), poses_at((150 + 5 * index, 200), height=180)
        hidden = 240 < 150 + 5 * index < 322
        poses = standing if hidden else walking if index == 35 else together(standing, walking)
        tracks = tracker.update(poses, index / 30)
    assert dict(zip(tracks.ids.tolist(), tracks.rows.tolist(), strict=True)) == {1: 1, 2: 0}


@pytest.mark.parametrize("apart", [(0,), (0, 170, 340)])
@pytest.mark.parametrize(("heights_a_s", "fps"), [(1.5, 5), (2.5, 8), (3.0, 10), (4.0, 12)])
def test_who_comes_into_the_picture_at_a_run_is_followed_at_low_frame_rates(
    heights_a_s: float, fps: float, apart: tuple[float, ...]
) -> None:
    tracker = OksTracker()
    seen = []
    for index in range(20):
        x = 100 + 200 * heights_a_s * index / fps
        seen.append(tracker.update(poses_at(*((x + gap, 300) for gap in apart)), index / fps).ids.tolist())
    everybody = list(range(1, len(apart) + 1))
    assert all(ids == everybody for ids in seen[1:])


@pytest.mark.parametrize("fps", [0.5, 1.0, 2.0, 5.0])
def test_people_who_stand_still_keep_their_numbers_however_seldom_they_are_seen(fps: float) -> None:
    tracker = OksTracker()
    for index in range(12):
        tracks = tracker.update(poses_at((300, 300), (800, 300)), index / fps)
    assert tracks.ids.tolist() == [1, 2]


def test_somebody_else_in_another_pose_is_not_taken_for_who_was_there() -> None:
    tracker = OksTracker()
    for index in range(20):
        tracks = tracker.update(poses_at((300, 300)), index / 10)
    lying = poses_at((360, 300))
    turned = lying.keypoints[..., ::-1] - [[300 - 360, 360 - 300]]
    box = Boxes.of([[*turned[0].min(axis=0), *turned[0].max(axis=0)]], [0.9])
    tracks = tracker.update(Poses.of(turned.astype(np.float32), lying.scores, box), 2.0)
    assert 1 not in tracks.ids.tolist()


def test_memory_and_ids_of_a_long_run_stay_bounded() -> None:
    tracker = OksTracker()
    for index in range(400):  # a passer-by a second, each in a place of his own
        tracker.update(poses_at((1000.0 * index, 200)), float(index))
    assert len(tracker.predict(399.5)) <= 1
    assert len(tracker._crowd) <= tracker._settings.life.max_lost + 2
    assert tracker.update(poses_at((0.0, 200)), 1000.0).ids.tolist() == [401]
