"""What every tracker promises, whatever it is given."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.types import U8, Boxes, Poses, Tracks
from tests.trackers.people import poses_at, together
from trackers import TRACKERS, Tracker

EVERY = pytest.mark.parametrize("name", sorted(TRACKERS))


def follow(tracker: Tracker, frames: list[Poses], fps: float = 30.0, pictures: bool = False) -> list[Tracks]:
    return [
        tracker.update(poses, index / fps, drawn(poses) if pictures else None) for index, poses in enumerate(frames)
    ]


def drawn(poses: Poses) -> U8:
    """People as rectangles whose colours depend on how low they stand, whatever order they are given in."""
    image = np.full((480, 640, 3), 120, np.uint8)
    boxes = poses.boxes.xyxy
    boxes = boxes[np.isfinite(boxes).all(axis=1)]
    for left, top, right, bottom in boxes[np.lexsort(boxes.T)].clip(0, 640).astype(int).tolist():
        image[top:bottom, left:right] = [(bottom // 60 * 90) % 256, (bottom // 60 * 50) % 256, 90]
    return image


def told(tracks: list[Tracks]) -> list[list[tuple[int, tuple[float, ...]]]]:
    """Who was where, without the order in which the detections came."""
    return [
        [(int(who), tuple(box)) for who, box in zip(frame.ids, frame.poses.boxes.xyxy.tolist(), strict=True)]
        for frame in tracks
    ]


@st.composite
def scenes(draw: st.DrawFn) -> list[Poses]:
    """Some frames of people who walk about, are missed, invented, weak, or without a single good joint."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    people, joints = draw(st.integers(0, 6)), draw(st.sampled_from([0, 1, 5, 17]))
    places, steps = rng.uniform(0, 600, (people, 2)), rng.normal(0, 6, (people, 2))
    frames = []
    for index in range(draw(st.integers(1, 12))):
        kept = rng.random(people) > 0.2
        found = poses_at(*(places + steps * index)[kept].tolist(), joints=joints)
        odd = poses_at(*rng.uniform(0, 600, (rng.integers(0, 3), 2)).tolist(), joints=joints, box_score=0.4)
        both = together(found, odd)
        scores = np.where(rng.random(both.scores.shape) < 0.2, 0.05, both.scores).astype(np.float32)
        points = np.where(rng.random((*both.scores.shape, 1)) < 0.05, np.nan, both.keypoints).astype(np.float32)
        boxes = both.boxes.xyxy.copy()
        boxes[rng.random(len(boxes)) < 0.1, 2:] = 0.0
        boxes[rng.random(len(boxes)) < 0.05] = np.nan
        frames.append(Poses(points, scores, Boxes(boxes, both.boxes.scores)))
    return frames


@EVERY
@settings(max_examples=60, deadline=None)
@given(frames=scenes(), pictures=st.booleans())
def test_what_comes_out_is_a_choice_of_what_went_in(name: str, frames: list[Poses], pictures: bool) -> None:
    highest = 0
    for poses, tracks in zip(frames, follow(TRACKERS[name](), frames, pictures=pictures), strict=True):
        ids = tracks.ids.tolist()
        assert ids == sorted(set(ids)), "an id twice, or out of order"
        assert len(set(tracks.rows.tolist())) == len(tracks)
        np.testing.assert_array_equal(tracks.poses.keypoints, poses.keypoints[tracks.rows])
        np.testing.assert_array_equal(tracks.poses.boxes.xyxy, poses.boxes.xyxy[tracks.rows])
        new = [who for who in ids if who > highest]
        assert new == list(range(highest + 1, highest + 1 + len(new))), "a number was skipped"
        highest = max([highest, *ids])


@EVERY
@settings(max_examples=60, deadline=None)
@given(frames=scenes(), seed=st.integers(0, 1000), pictures=st.booleans())
def test_the_order_of_the_detections_changes_nothing_else(
    name: str, frames: list[Poses], seed: int, pictures: bool
) -> None:
    rng = np.random.default_rng(seed)
    shuffled = [poses[rng.permutation(len(poses))] for poses in frames]
    np.testing.assert_equal(
        told(follow(TRACKERS[name](), frames, pictures=pictures)),
        told(follow(TRACKERS[name](), shuffled, pictures=pictures)),
    )  # assert_equal: NaN is NaN here


@EVERY
@settings(max_examples=25, deadline=None)
@given(before=scenes(), frames=scenes(), pictures=st.booleans())
def test_reset_is_a_fresh_tracker(name: str, before: list[Poses], frames: list[Poses], pictures: bool) -> None:
    used = TRACKERS[name]()
    follow(used, before, pictures=pictures)
    used.reset()
    np.testing.assert_equal(
        told(follow(used, frames, pictures=pictures)), told(follow(TRACKERS[name](), frames, pictures=pictures))
    )


@EVERY
@settings(max_examples=25, deadline=None)
@given(frames=scenes())
def test_looking_ahead_changes_nothing(name: str, frames: list[Poses]) -> None:
    asked = TRACKERS[name]()
    answers = []
    for index, poses in enumerate(frames):
        asked.predict(index / 30)
        answers.append(asked.update(poses, index / 30))
        asked.predict(index / 30 + 0.02)
    np.testing.assert_equal(told(answers), told(follow(TRACKERS[name](), frames)))


@EVERY
def test_poses_given_stay_untouched_and_so_do_answers(name: str) -> None:
    tracker = TRACKERS[name]()
    poses = poses_at((100, 200), (400, 200))
    points, boxes = poses.keypoints.copy(), poses.boxes.xyxy.copy()
    first = tracker.update(poses, 0.0)
    ids = first.ids.copy()
    for index in range(1, 20):
        tracker.update(poses_at((100 + index, 200), (400, 200)), index / 30)
    np.testing.assert_array_equal(poses.keypoints, points)
    np.testing.assert_array_equal(poses.boxes.xyxy, boxes)
    np.testing.assert_array_equal(first.ids, ids)


@EVERY
@pytest.mark.parametrize("later", [1.0, 0.5, float("nan")])
def test_time_that_stands_still_or_runs_backwards_is_refused(name: str, later: float) -> None:
    tracker = TRACKERS[name]()
    tracker.update(poses_at((100, 200)), 1.0)
    with pytest.raises(ValueError, match="time"):
        tracker.update(poses_at((100, 200)), later)
    assert len(tracker.update(poses_at((100, 200)), 1.2)) == 1  # and does no harm


@EVERY
def test_nobody_then_somebody_then_nobody(name: str) -> None:
    tracker = TRACKERS[name]()
    assert len(tracker.predict(0.0)) == 0
    frames = [Poses.empty()] * 3 + [poses_at((100, 200))] * 12 + [Poses.empty()] * 3
    seen = [len(tracks) for tracks in follow(tracker, frames)]
    assert seen[:3] == [0, 0, 0]
    assert seen[8:15] == [1] * 7
    assert seen[-3:] == [0, 0, 0]


@EVERY
@pytest.mark.parametrize("joints", [0, 1, 16, 17])
def test_a_thousand_people_keep_their_numbers(name: str, joints: int) -> None:
    places = [(300.0 * (index % 40), 400.0 * (index // 40)) for index in range(1000)]
    tracker = TRACKERS[name]()
    least = 2 if name == "flow" else 0
    frames = [poses_at(*[(x + 2.0 * step, y) for x, y in places], joints=joints) for step in range(3)]
    last = follow(tracker, frames, fps=30)[-1] if joints >= least else None
    if last is not None:
        assert len(last) == 1000
        assert last.ids.tolist() == list(range(1, 1001))


@EVERY
def test_ids_begin_at_one_in_every_instance(name: str) -> None:
    for _ in range(2):
        tracks = follow(TRACKERS[name](), [poses_at((100, 200), (500, 200))] * 10)[-1]
        assert tracks.ids.tolist() == [1, 2]


@EVERY
def test_who_walks_on_is_expected_where_he_goes(name: str) -> None:
    tracker = TRACKERS[name]()
    for index in range(15):
        tracker.update(poses_at((100 + 4 * index, 200)), index / 30)
    expected, true = tracker.predict(15 / 30).xyxy, poses_at((160, 200)).boxes.xyxy
    assert expected.shape == (1, 4)
    np.testing.assert_allclose(expected, true, atol=25)
