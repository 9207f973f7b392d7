"""The detector runs when it must, and not when it need not."""

from __future__ import annotations

import numpy as np
import pytest

from engine.types import U8, Boxes, Frame, Poses, Tracks
from tests.trackers.people import poses_at
from trackers.oks import OksTracker
from trackers.recycling import DetectionPlan, PlanSettings, misses, worth_a_pose

SIZE = (768, 432)


def picture(*people: tuple[float, float], light: int = 120) -> U8:
    image = np.full((SIZE[1], SIZE[0], 3), light, np.uint8)
    for x, y in people:
        image[max(0, int(y - 100)) : int(y + 90), max(0, int(x - 30)) : max(0, int(x + 30))] = 30
    return image


class Clip:
    """People who walk as `where(time)` says, followed with a detector that sees everybody and costs a count."""

    def __init__(self, every: int | str, fps: float = 30.0) -> None:
        self.plan = DetectionPlan(every)  # type: ignore[arg-type]
        self.tracker = OksTracker()
        self.fps, self.index = fps, 0
        self.detected: list[float] = []
        self.shown: list[list[int]] = []

    def step(self, *people: tuple[float, float], score: float = 0.8, light: int = 120) -> None:
        time_s = self.index / self.fps
        frame = Frame(picture(*people, light=light), self.index, time_s)
        self.index += 1
        due = self.plan.due(frame, self.tracker)
        poses = poses_at(*people, score=score) if people else Poses.empty()
        if due:
            self.detected.append(time_s)
        else:
            boxes = self.tracker.predict(time_s)
            middles = (boxes.xyxy[:, :2] + boxes.xyxy[:, 2:]) / 2
            nearest = [
                int(np.abs(poses.keypoints[:, 11:13].mean(axis=1) - middle).sum(axis=1).argmin()) for middle in middles
            ]
            poses = Poses(poses.keypoints[nearest], poses.scores[nearest], boxes) if people else Poses.empty()
        detected = np.full(len(poses), due)
        tracks = self.tracker.update(poses, time_s, frame.image, detected=detected, looked=due)
        self.shown.append(tracks.ids.tolist())
        self.plan.note(tracks, due, time_s, SIZE)


def test_a_number_is_kept_to() -> None:
    clip = Clip(5)
    for _ in range(20):
        clip.step((300, 200))
    assert [round(time * 30) for time in clip.detected] == [0, 5, 10, 15]


def test_one_is_always() -> None:
    clip = Clip(1)
    for _ in range(5):
        clip.step()
    assert len(clip.detected) == 5


@pytest.mark.parametrize("every", [0, -3])
def test_nonsense_is_refused(every: int) -> None:
    with pytest.raises(ValueError, match="1st, 2nd"):
        DetectionPlan(every)


@pytest.mark.parametrize("fps", [10, 30, 60])
def test_calm_scenes_are_seldom_looked_at_but_never_forgotten(fps: int) -> None:
    clip = Clip("auto", fps)
    for index in range(4 * fps):
        clip.step((300 + 5 * index / fps, 220))
    assert np.diff(clip.detected).max() <= 0.45 + 1 / fps
    assert len(clip.detected) <= 15
    assert clip.shown[fps:] == [[1]] * (3 * fps)


@pytest.mark.parametrize("fps", [10, 30, 60])
@pytest.mark.parametrize("somebody_there", [False, True])
def test_nobody_who_walks_in_stays_unseen_for_half_a_second(fps: int, somebody_there: bool) -> None:
    clip = Clip("auto", fps)
    there = [(150.0, 220.0)] if somebody_there else []
    for _ in range(round(2.25 * fps)):
        clip.step(*there)
    came, before = clip.index / fps, clip.index
    for index in range(fps):
        clip.step(*there, (600.0 - 60 * index / fps, 220.0))
    noticed = next(i for i, ids in enumerate(clip.shown[before:]) if len(ids) > len(there))
    assert noticed / fps <= 0.5
    assert any(came <= time <= came + 0.2 for time in clip.detected), "moving pixels did not call the detector"


@pytest.mark.parametrize("fps", [10, 30])
def test_who_may_be_somebody_who_left_is_not_kept_waiting_longer(fps: int) -> None:
    """His joints are too unclear to show his clothes, and he comes in where somebody left a second before."""
    clip = Clip("auto", fps)
    for _ in range(2 * fps):
        clip.step((600, 220))
    for _ in range(fps):
        clip.step()
    before = clip.index
    for index in range(fps):
        clip.step((600.0 - 60 * index / fps, 220.0), score=0.45)
    noticed = next(i for i, ids in enumerate(clip.shown[before:]) if ids)
    assert noticed / fps <= 0.5


def test_whom_the_detector_missed_it_soon_looks_for_again() -> None:
    clip = Clip("auto")
    while len(clip.detected) < 6:
        clip.step((300, 220))
    before = clip.detected[-1]
    tracks = Tracks(poses_at((300, 220)), np.array([1]), np.array([0]))
    clip.plan.note(tracks, True, before, SIZE, missed=True)
    while len(clip.detected) < 7:
        clip.step((300, 220))
    assert clip.detected[-1] - before == pytest.approx(PlanSettings().urgent_s, abs=1.01 / clip.fps)


def test_a_track_that_weakens_is_checked() -> None:
    clip = Clip("auto")
    for _ in range(40):
        clip.step((300, 220))
    before = clip.detected[-1]
    for _ in range(4):
        clip.step((300, 220), score=0.5)
    assert clip.detected[-1] - before < 0.2  # calm, it would be 0.4


def test_a_cut_is_looked_at_at_once() -> None:
    clip = Clip("auto")
    for _ in range(40):
        clip.step((300, 220))
    clip.step((600, 220), light=250)
    assert clip.detected[-1] == pytest.approx(40 / 30)


def test_two_who_come_close_are_looked_at_more_often() -> None:
    far, close = Clip("auto"), Clip("auto")
    for _ in range(60):
        far.step((200, 220), (500, 220))
        close.step((200, 220), (240, 220))
    assert len(close.detected) > 1.5 * len(far.detected)


def test_after_reset_the_first_frame_is_looked_at() -> None:
    clip = Clip("auto")
    for _ in range(5):
        clip.step((300, 220))
    clip.plan.reset()
    clip.step((300, 220))
    assert clip.detected[-1] == pytest.approx(5 / 30)


def test_who_may_be_lost_in_a_box_for_two_is_looked_for_in_his_own() -> None:
    merged = Boxes.of([[0, 0, 100, 200]], [0.9])
    behind, before = [20, 0, 80, 110], [2, 4, 100, 196]
    boxes, from_detector = worth_a_pose(merged, Boxes.of([behind, before], [0.8, 0.8]), 0.5, add_expected=True)
    assert boxes.xyxy.tolist() == [[0, 0, 100, 200], behind]
    assert from_detector.tolist() == [True, False]


def test_a_box_that_differs_is_no_miss() -> None:
    expected = Boxes.of([[0, 0, 100, 200]], [0.8])
    assert not misses(Boxes.of([[0, 0, 100, 80]], [0.9]), expected)
    assert misses(Boxes.of([[0, 0, 100, 50]], [0.9]), expected)
    assert misses(Boxes.empty(), expected)
    assert not misses(Boxes.of([[0, 0, 100, 80]], [0.9]), Boxes.empty())


def test_who_was_only_suspected_is_not_looked_for_where_nothing_was_seen() -> None:
    tracker = OksTracker()
    tracker.update(poses_at((300, 220), score=0.15), 0.0)
    assert len(tracker.predict(1 / 30)) == 1
    tracker.update(Poses.empty(), 1 / 30, detected=np.zeros(0, np.bool_), looked=True)
    assert len(tracker.predict(2 / 30)) == 0


def test_weak_boxes_are_worth_a_pose_only_where_somebody_is_expected() -> None:
    detected = Boxes.of([[0, 0, 50, 100], [200, 0, 250, 100], [400, 0, 450, 100]], [0.9, 0.3, 0.3])
    expected = Boxes.of([[205, 0, 255, 105]], [0.8])
    assert worth_a_pose(detected, expected, 0.5)[0].xyxy[:, 0].tolist() == [0, 200]
    assert worth_a_pose(detected, Boxes.empty(), 0.5)[0].xyxy[:, 0].tolist() == [0]
    assert len(worth_a_pose(Boxes.empty(), expected, 0.5)[0]) == 0
