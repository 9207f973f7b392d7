"""Pictures by themselves: everybody at once, nobody remembered."""

from __future__ import annotations

from engine.types import Poses
from tests.trackers.people import poses_at, together
from trackers.still import StillTracker


def test_everybody_is_shown_at_first_sight_numbered_from_left_to_right() -> None:
    poses = poses_at((500, 100), (100, 120), (300, 90))
    tracker = StillTracker()
    for time_s in (0.0, 5.0):
        tracks = tracker.update(poses, time_s)
        assert tracks.ids.tolist() == [1, 2, 3]
        assert tracks.rows.tolist() == [1, 2, 0]


def test_weak_boxes_and_people_found_twice_are_left_out() -> None:
    poses = together(poses_at((100, 120)), together(poses_at((103, 120)), poses_at((400, 90), box_score=0.4)))
    assert len(StillTracker().update(poses, 0.0)) == 1


def test_nobody() -> None:
    assert len(StillTracker().update(Poses.empty(17), 0.0)) == 0
    assert len(StillTracker().predict(1.0)) == 0
