"""Who was where in each frame, as evaluation needs it: true or found, read from any format."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

import numpy as np

from engine.skeletons import COCO
from engine.types import F64, I64, Tracks


@dataclass(frozen=True, eq=False, slots=True)
class People:
    """The N people of one frame.

    ids         int64 [N], unique in the frame
    boxes       float64 [N, 4]: left, top, right, bottom; px
    keypoints   float64 [N, K, 2], px; K = 0 where only boxes are known
    scores      float64 [N, K]; 0 where a joint is not labelled (truth) or not there (result)
    head_boxes  float64 [N, 4], px; [0, 4] where they are not known (only PoseTrack labels them)
    ignore      polygons, each float64 [P, 2], px: what lies in them is neither right nor wrong
    neutral     bool [N]: true for what may be found without counting (a seated crowd, a reflection: MOT16's classes)
    """

    ids: I64
    boxes: F64
    keypoints: F64
    scores: F64
    head_boxes: F64 = field(default_factory=lambda: np.zeros((0, 4)))
    ignore: tuple[F64, ...] = ()
    neutral: np.ndarray[tuple[int, ...], np.dtype[np.bool_]] | None = None

    @classmethod
    def of(cls, ids: object, boxes: object, keypoints: object | None = None, scores: object | None = None) -> Self:
        """People from outside data; raises ValueError where shapes disagree or an id is there twice."""
        names = np.asarray(ids, np.int64).reshape(-1)
        count = len(names)
        points = np.zeros((count, 0, 2)) if keypoints is None else np.asarray(keypoints, np.float64)
        marks = np.ones(points.shape[:2]) if scores is None else np.asarray(scores, np.float64)
        corners = np.asarray(boxes, np.float64).reshape(-1, 4)
        if len(corners) != count or points.ndim != 3 or len(points) != count or marks.shape != points.shape[:2]:
            raise ValueError(
                f"{count} ids do not fit boxes {list(corners.shape)}, keypoints {list(points.shape)}, "
                f"scores {list(marks.shape)}"
            )
        if len(np.unique(names)) != count:
            raise ValueError("an id is there twice in one frame")
        return cls(names, corners, points, marks)

    @classmethod
    def empty(cls, keypoint_count: int = 0) -> Self:
        return cls.of([], np.zeros((0, 4)), np.zeros((0, keypoint_count, 2)))

    @classmethod
    def from_tracks(cls, tracks: Tracks) -> Self:
        return cls.of(tracks.ids, tracks.poses.boxes.xyxy, tracks.poses.keypoints, tracks.poses.scores)

    def __len__(self) -> int:
        return len(self.ids)

    def __getitem__(self, rows: np.ndarray[tuple[int, ...], np.dtype[np.generic]]) -> People:
        return People(
            self.ids[rows],
            self.boxes[rows],
            self.keypoints[rows],
            self.scores[rows],
            self.head_boxes[rows] if len(self.head_boxes) else self.head_boxes,
            self.ignore,
            None if self.neutral is None else self.neutral[rows],
        )


@dataclass(frozen=True, eq=False, slots=True)
class Sequence:
    """The people of one video.

    frames    frame index (0 is the first of the video) → its people
    joints    names of the K keypoints, in their order; empty where only boxes are known
    length    number of frames of the video, labelled or not
    complete  a frame that is not in `frames` holds nobody; otherwise nobody looked at it (PoseTrack labels some only)
    """

    name: str
    frames: Mapping[int, People]
    joints: tuple[str, ...] = COCO.keypoints
    length: int = 0
    complete: bool = True

    def at(self, index: int) -> People:
        """The people of frame `index`; nobody where the sequence does not have it."""
        people = self.frames.get(index)
        return People.empty(len(self.joints)) if people is None else people
