"""The box baseline: ByteTrack's two passes over Kalman-predicted boxes; it looks neither at poses nor at pixels.

Zhang et al., "ByteTrack: multi-object tracking by associating every detection box", ECCV 2022, algorithm 1; its
lifetimes, there in frames, are in seconds here.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from engine.boxes import box_iou
from engine.types import F64, I64, U8, Bools, Boxes, Poses, Tracks
from trackers.assignment import assign
from trackers.lifecycle import LifeSettings, Lives
from trackers.motion import Bodies, MotionSettings
from trackers.observations import Observations, observe
from trackers.timeline import seconds_between


@dataclass(frozen=True, slots=True)
class IouSettings:
    """Thresholds of the published tracker where it states them."""

    life: LifeSettings = field(default_factory=lambda: LifeSettings(max_lost_s=1.0))
    """Who is out of sight is kept for 30 frames at 30 per second there, a second here."""
    motion: MotionSettings = field(default_factory=MotionSettings)
    least_box: float = 0.1
    """Box score under which a detection is not looked at (ByteTrack: 0.1)."""
    overlap: float = 0.2
    """Least IoU of a confident detection with the box expected (ByteTrack: 0.2)."""
    overlap_weak: float = 0.5
    """The same for a weak detection (ByteTrack: 0.5)."""
    overlap_new: float = 0.3
    """The same for a track without a number (ByteTrack: 0.3)."""
    max_people: int = 1000
    """People looked at per frame; of more the best boxes are taken."""


class IouTracker:
    """Follows boxes by their overlap; see the Tracker Protocol for the three verbs."""

    tells_predicted = False

    def __init__(self, settings: IouSettings | None = None) -> None:
        self._settings = settings or IouSettings()
        self.reset()

    def reset(self) -> None:
        self._time_s: float | None = None
        self._last_id = 0
        self._bodies = Bodies.none(0)
        self._lives = Lives.none()

    def predict(self, time_s: float, image: U8 | None = None) -> Boxes:
        if self._time_s is None:
            return Boxes.empty()
        there = self._lives.expected(self._time_s, self._settings.life)
        seconds = max(time_s - self._time_s, 0.0)
        boxes = self._bodies.boxes(self._bodies.centres + self._bodies.steps(seconds, self._settings.motion))[there]
        return Boxes(boxes.astype(np.float32), self._lives.scores[there])

    def update(
        self,
        poses: Poses,
        time_s: float,
        image: U8 | None = None,
        *,
        detected: Bools | None = None,
        looked: bool = True,
    ) -> Tracks:
        s = self._settings
        self._bodies.advance(seconds_between(self._time_s, time_s), s.motion)
        self._time_s = time_s
        people = len(poses)
        boxes_only = Poses(np.zeros((people, 0, 2), np.float32), np.zeros((people, 0), np.float32), poses.boxes)
        seen = observe(boxes_only, least_score=0.0, most=s.max_people)
        seen = seen[np.flatnonzero(seen.scores >= s.least_box)]

        tracks, found = self._associate(seen)
        matched, all_new = seen[found], np.ones(len(found), np.bool_)
        self._bodies.correct(tracks, matched, all_new, np.zeros(0, np.float32), s.motion)
        self._lives.observed(tracks, matched.scores, matched.qualities, all_new, time_s, looked=True)
        rows = np.full(len(self._lives), -1)
        rows[tracks] = matched.rows
        free = seen.scores >= s.life.confident
        free[found] = False
        new = seen[np.flatnonzero(free)]
        self._bodies.join(Bodies.born(new, s.motion))
        self._lives.join(Lives.born(new.scores, new.qualities, new.posed, time_s))
        self._number(np.flatnonzero(self._lives.ripe(s.life)))
        result = self._result(poses, np.concatenate([rows, new.rows]))
        keep = self._lives.worth_keeping(time_s, s.life)
        self._bodies.keep(keep)
        self._lives.keep(keep)
        return result

    def _associate(self, seen: Observations) -> tuple[I64, I64]:
        """Confident boxes with everybody known, weak ones with those seen last time, the rest with the suspected."""
        s, lives = self._settings, self._lives
        overlap = box_iou(self._expected(), seen.boxes).astype(np.float32)
        known, confident = lives.ids > 0, seen.scores >= s.life.confident
        pairs = [(np.zeros(0, np.int64), np.zeros(0, np.int64))]
        for who, what, least in (
            (known, confident, s.overlap),
            (known & (lives.misses == 0), ~confident, s.overlap_weak),
            (~known, confident, s.overlap_new),
        ):
            rows, columns = assign(1 - overlap, who[:, None] & what & (overlap >= least), 1 - 0.5 * least)
            overlap[rows] = -1
            overlap[:, columns] = -1
            pairs.append((rows, columns))
        return np.concatenate([rows for rows, _ in pairs]), np.concatenate([columns for _, columns in pairs])

    def _expected(self) -> F64:
        return self._bodies.boxes(self._bodies.centres)

    def _number(self, new: I64) -> None:
        new = new[np.argsort(self._bodies.centres[new, 0], kind="stable")]
        self._lives.ids[new] = self._last_id + 1 + np.arange(len(new))
        self._last_id += len(new)

    def _result(self, poses: Poses, row_of_track: I64) -> Tracks:
        shown = np.flatnonzero((self._lives.ids > 0) & (row_of_track >= 0))
        shown = shown[np.argsort(self._lives.ids[shown])]
        return Tracks(poses[row_of_track[shown]], self._lives.ids[shown], row_of_track[shown])
