"""When must the detector look, and when will the boxes do that the tracks predict?

Between detections the pose network is given boxes recycled from the tracks, which costs next to nothing. What that
cannot do is see somebody new, or notice that a box holds nobody any more; so each reason for doubt shortens the time
until the detector looks again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np

from engine.boxes import box_iou
from engine.types import F32, F64, U8, Bools, Boxes, Frame, Tracks
from trackers import Tracker


@dataclass(frozen=True, slots=True)
class PlanSettings:
    """Longest times between two detections, seconds of the source, and what shortens them."""

    calm_s: float = 0.4
    """Nothing special: whoever walks in is looked for within this time and a frame."""
    alone_s: float = 0.2
    """Nobody is followed."""
    border_s: float = 0.2
    """Somebody is at the border of the picture: he may be half out."""
    close_s: float = 0.15
    """Two people overlap: their boxes might slip onto one of them."""
    urgent_s: float = 0.1
    """Somebody was lost, missed or weakens, something moves where nobody is, or people move fast."""
    overlap: float = 0.2
    """IoU from which two people are close."""
    weaker: float = 0.8
    """A track weakens when its mean keypoint score falls below this part of what is usual."""
    moved: float = 0.25
    """Parts of a box's height by which a box may move, or change a side, before it is checked."""
    changed: int = 20
    """Grey levels by which a cell of the picture (64 across) must change to count as moving."""
    cells: int = 5
    """Moving cells outside all boxes that ask for a look."""
    cut: float = 35.0
    """Mean change of the whole picture, grey levels, that only a cut makes."""


SAME_PLACE = 0.3
"""IoU from which a box that a detector found may be of whom the tracker expects there."""


SAME_PERSON = 0.5
"""IoU from which such a box certainly is of him: a wider one may hold two people, of whom he is one."""


class DetectionPlan:
    """Decides frame by frame; `due`, then detector or `tracker.predict`, pose network, `tracker.update`, `note`.

    every  a number: on every `every`-th frame (1: always); "auto": as the tracks need it
    """

    def __init__(self, every: int | Literal["auto"] = "auto", settings: PlanSettings | None = None) -> None:
        if every != "auto" and every < 1:
            raise ValueError(f"the detector can run on every 1st, 2nd … frame or on auto, not on every {every}th")
        self._every = every
        self._settings = settings or PlanSettings()
        self.reset()

    def reset(self) -> None:
        """A new source, or a jump in this one: the next frame is looked at."""
        self._detected_s: float | None = None
        self._since = 0
        self._within_s = 0.0
        self._glance: U8 | None = None
        self._usual: dict[int, float] = {}
        self._checked: dict[int, F32] = {}
        self._last_ids: frozenset[int] = frozenset()
        self._lost_s = -np.inf

    def due(self, frame: Frame, tracker: Tracker) -> bool:
        """Must the detector run on this frame?"""
        if self._every != "auto":
            return self._detected_s is None or self._since >= self._every
        glance, before = _glance(frame.image), self._glance
        self._glance = glance
        if self._detected_s is None or before is None or before.shape != glance.shape:
            return True
        waited = frame.time_s - self._detected_s + 1e-3  # a hair, for timestamps that are rounded
        if waited < 0 or waited >= self._within_s:
            return True
        change = np.asarray(cv2.absdiff(glance, before), np.uint8)
        if float(change.mean()) >= self._settings.cut:
            return True
        expected = tracker.predict(frame.time_s).xyxy
        if len(expected) != len(self._last_ids):  # somebody is only suspected, lost, or believed in no longer
            return True
        if not len(expected):
            return waited >= self._settings.alone_s
        return waited >= self._settings.urgent_s and self._moves_outside(change, expected, frame)

    def note(
        self, tracks: Tracks, detected: bool, time_s: float, size_wh: tuple[int, int], *, missed: bool = False
    ) -> None:
        """What was found in a frame of `size_wh` pixels, whether the detector had looked at it, and if so, whether it
        `missed` somebody expected."""
        if missed:
            self._lost_s = time_s
        self._since = 1 if detected else self._since + 1
        if detected:
            self._detected_s = time_s
        if self._every == "auto":
            self._within_s = self._longest(tracks, detected, time_s, size_wh)

    def _longest(self, tracks: Tracks, detected: bool, time_s: float, size_wh: tuple[int, int]) -> float:
        """Seconds after the last detection at which the next must come."""
        s = self._settings
        ids = frozenset(tracks.ids.tolist())
        if self._last_ids - ids:
            self._lost_s = time_s
        self._last_ids = ids
        weaker = self._weakens(tracks, detected)
        if weaker or time_s - self._lost_s < s.calm_s or self._strays(tracks, detected):
            return s.urgent_s
        if not len(tracks):
            return s.alone_s
        boxes = tracks.poses.boxes.xyxy
        if len(tracks) > 1 and np.triu(box_iou(boxes, boxes), 1).max() > s.overlap:
            return s.close_s
        return s.border_s if _at_border(boxes, size_wh) else s.calm_s

    def _weakens(self, tracks: Tracks, detected: bool) -> bool:
        scores = tracks.poses.scores.mean(axis=1) if tracks.poses.scores.shape[1] else tracks.poses.boxes.scores
        now: dict[int, float] = dict(zip(tracks.ids.tolist(), scores.tolist(), strict=True))
        usual: dict[int, float] = {who: self._usual.get(who, score) for who, score in now.items()}
        weaker = any(score < self._settings.weaker * usual[who] for who, score in now.items())
        pull = 0.3 if detected else 0.05
        self._usual = {who: usual[who] + pull * (score - usual[who]) for who, score in now.items()}
        return weaker

    def _strays(self, tracks: Tracks, detected: bool) -> bool:
        """Whether a box is far from where, or not the size that, a detector last saw it."""
        boxes = dict(zip(tracks.ids.tolist(), tracks.poses.boxes.xyxy, strict=True))
        if detected:
            self._checked = boxes
            return False
        for who, box in boxes.items():
            seen = self._checked.setdefault(who, box)
            if np.abs(box - seen).max() > self._settings.moved * max(float(seen[3] - seen[1]), 1.0):
                return True
        return False

    def _moves_outside(self, change: U8, boxes: F32, frame: Frame) -> bool:
        moving = change > self._settings.changed
        high, wide = moving.shape
        to_cells = np.array([wide / frame.width, high / frame.height] * 2)
        width, height = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
        margin = 0.15 * np.stack([-width, -height, width, height], axis=1)
        for left, top, right, bottom in ((boxes + margin) * to_cells).tolist():
            rows = slice(max(int(top), 0), max(int(np.ceil(bottom)), 0))
            moving[rows, max(int(left), 0) : max(int(np.ceil(right)), 0)] = False
        return int(moving.sum()) >= self._settings.cells


def misses(found: Boxes, expected: Boxes) -> bool:
    """Whether the detector found nothing at the place of somebody expected."""
    likeness = box_iou(expected.xyxy, found.xyxy)
    return bool((likeness.max(axis=1, initial=0) < SAME_PLACE).any())


def worth_a_pose(
    detected: Boxes, expected: Boxes, confident: float, *, add_expected: bool = False
) -> tuple[Boxes, Bools]:
    """The boxes to give to the pose network where the detector looked: the confident ones, and weak ones only where
    somebody is expected. Also, which of these boxes are the detector's own.

    A detector asked for weak boxes too gives a dozen for each person; only those that overlap (SAME_PLACE) a box
    that the tracker predicts may continue somebody, and no weak one may start a track. With `add_expected` the boxes
    expected in which the detector sees nobody for certain (SAME_PERSON) are looked at too, so that one miss makes
    nobody blink.
    """
    if not len(expected):
        sure = np.flatnonzero(detected.scores >= confident)
        return detected[sure], np.ones(len(sure), np.bool_)
    likeness = box_iou(detected.xyxy, expected.xyxy)
    chosen = (detected.scores >= confident) | (likeness.max(axis=1) >= SAME_PLACE)
    if not add_expected:
        return detected[np.flatnonzero(chosen)], np.ones(chosen.sum(), np.bool_)
    unseen = likeness[chosen].max(axis=0, initial=0) < SAME_PERSON
    boxes = Boxes(
        np.concatenate([detected.xyxy[chosen], expected.xyxy[unseen]]),
        np.concatenate([detected.scores[chosen], expected.scores[unseen]]),
    )
    return boxes, np.arange(len(boxes)) < chosen.sum()


def _glance(image: U8) -> U8:
    """The picture in grey and small, uint8 [36 or so, 64]: enough to see that something moves."""
    height, width = image.shape[:2]
    stride = max(1, min(width, height) // 144)
    high = max(1, round(64 * height / width))
    # rows first, then grey: to take every so many bytes costs a quarter of every so many pixels of three
    few = np.ascontiguousarray(cv2.cvtColor(image[::stride], cv2.COLOR_RGB2GRAY)[:, ::stride])
    return np.asarray(cv2.resize(few, (64, high), interpolation=cv2.INTER_AREA), np.uint8)


def _at_border(boxes: F32 | F64, size_wh: tuple[int, int], share: float = 0.01) -> bool:
    """Whether a box touches the left, right or upper border. (The lower one cuts whoever sits at a desk.)"""
    width, height = size_wh
    left, top, right = boxes[:, 0] <= share * width, boxes[:, 1] <= share * height, boxes[:, 2] >= (1 - share) * width
    return bool((left | top | right).any())
