"""Who was where in each frame, as evaluation needs it: true or found, whatever format it came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self

import cv2
import numpy as np

from engine.types import F64, I64, Bools, Tracks


@dataclass(frozen=True, eq=False, slots=True)
class People:
    """The N people of one frame.

    ids         int64 [N], unique in the frame
    boxes       float64 [N, 4]: left, top, right, bottom; px
    keypoints   float64 [N, K, 2], px; K = 0 where only boxes are known
    scores      float64 [N, K]; 0 where a joint is not labelled (truth) or not there (result)
    confidence  float64 [N], of each person as a whole
    heads       float64 [N, 4], boxes of heads, px; NaN where not labelled (only PoseTrack does)
    neutral     bool [N]: may be found without counting (MOT16's people on vehicles, statues, reflections)
    ignore      polygons, each float64 [P, 2], px: what lies in them is neither right nor wrong
    """

    ids: I64
    boxes: F64
    keypoints: F64
    scores: F64
    confidence: F64
    heads: F64
    neutral: Bools
    ignore: tuple[F64, ...] = ()

    @classmethod
    def of(
        cls,
        ids: object,
        boxes: object,
        keypoints: object | None = None,
        scores: object | None = None,
        *,
        confidence: object | None = None,
        heads: object | None = None,
        neutral: object | None = None,
        ignore: tuple[F64, ...] = (),
    ) -> Self:
        """People from outside data; a joint that is not a number is not there. Raises ValueError where shapes disagree,
        a box is not a number or an id is there twice."""
        names = np.asarray(ids, np.int64).reshape(-1)
        count = len(names)
        points = np.zeros((count, 0, 2)) if keypoints is None else np.asarray(keypoints, np.float64)
        marks = np.ones(points.shape[:2]) if scores is None else np.asarray(scores, np.float64)
        if points.ndim == 3 and marks.shape == points.shape[:2]:
            marks = np.where(np.isfinite(points).all(axis=2) & np.isfinite(marks), marks, 0.0)
        people = cls(
            names,
            np.asarray(boxes, np.float64).reshape(-1, 4),
            np.nan_to_num(points, posinf=0.0, neginf=0.0),
            marks,
            np.ones(count) if confidence is None else np.asarray(confidence, np.float64),
            np.full((count, 4), np.nan) if heads is None else np.asarray(heads, np.float64).reshape(-1, 4),
            np.zeros(count, np.bool_) if neutral is None else np.asarray(neutral, np.bool_),
            ignore,
        )
        lengths = {len(people.boxes), len(points), len(people.confidence), len(people.heads), len(people.neutral)}
        if lengths != {count} or points.ndim != 3 or points.shape[2] != 2 or marks.shape != points.shape[:2]:
            raise ValueError(
                f"{count} ids do not fit boxes {list(people.boxes.shape)}, keypoints {list(points.shape)}, "
                f"scores {list(marks.shape)}"
            )
        if not np.isfinite(people.boxes).all():
            raise ValueError("a box is not a number")
        if len(np.unique(names)) != count:
            raise ValueError("an id is there twice in one frame")
        return people

    @classmethod
    def empty(cls, keypoint_count: int = 0) -> Self:
        return cls.of([], [], np.zeros((0, keypoint_count, 2)))

    @classmethod
    def from_tracks(cls, tracks: Tracks) -> Self:
        poses = tracks.poses
        return cls.of(
            tracks.ids, poses.boxes.xyxy, poses.keypoints, poses.scores, confidence=np.array(poses.boxes.scores)
        )

    def __len__(self) -> int:
        return len(self.ids)

    def __getitem__(self, rows: I64 | Bools) -> People:
        return People(
            self.ids[rows],
            self.boxes[rows],
            self.keypoints[rows],
            self.scores[rows],
            self.confidence[rows],
            self.heads[rows],
            self.neutral[rows],
            self.ignore,
        )

    def outside(self, polygons: tuple[F64, ...]) -> People:
        """Without the joints inside any of the polygons, and without people of whom no joint is left by that."""
        if not polygons or not len(self):
            return self
        inside = np.zeros(self.scores.shape, np.bool_)
        for polygon in polygons:
            contour = np.round(polygon * 256.0).astype(np.float32)  # cv2 wants float32; 1/256 px keeps whole numbers
            for place in zip(*np.nonzero((self.scores > 0.0) & ~inside), strict=True):
                x, y = (self.keypoints[place] * 256.0).tolist()
                inside[place] = cv2.pointPolygonTest(contour, (x, y), False) >= 0
        scores = np.where(inside, 0.0, self.scores)
        left = np.flatnonzero(~inside.any(axis=1) | (scores > 0.0).any(axis=1))
        return replace(self, scores=scores)[left]


@dataclass(frozen=True, eq=False, slots=True)
class Sequence:
    """The people of one video.

    frames    frame index (0 is the first of the video) → its people
    joints    names of the K keypoints, in their order; empty where only boxes are known
    length    number of frames of the video, labelled or not
    complete  a frame that is not in `frames` holds nobody; otherwise nobody looked at it (PoseTrack labels some only)
    images    what the file calls each frame; empty where the format has no names for them
    """

    name: str
    frames: Mapping[int, People]
    joints: tuple[str, ...] = ()
    length: int = 0
    complete: bool = True
    images: tuple[object, ...] = ()

    def at(self, index: int) -> People:
        """The people of frame `index`; nobody where the sequence does not have it."""
        people = self.frames.get(index)
        return People.empty(len(self.joints)) if people is None else people

    def in_order_of(self, images: tuple[object, ...]) -> Sequence | None:
        """The same with its frames in this order of their names; None where it has not just these, each once."""
        places = {image: index for index, image in enumerate(images)}
        if len(places) < len(images) or len(self.images) != len(images) or places.keys() != set(self.images):
            return None
        frames = {places[self.images[index]]: people for index, people in self.frames.items()}
        return replace(self, frames=frames, images=images)

    def in_joints(self, names: tuple[str, ...]) -> Sequence:
        """The same with these keypoints in this order; what it does not have is not there (score 0)."""
        columns = np.array([self.joints.index(name) if name in self.joints else -1 for name in names], np.int64)

        def picked(people: People) -> People:
            if not len(self.joints):
                return replace(
                    people, keypoints=np.zeros((len(people), len(names), 2)), scores=np.zeros((len(people), len(names)))
                )
            scores = np.where(columns >= 0, people.scores[:, columns], 0.0)
            return replace(people, keypoints=people.keypoints[:, columns], scores=scores)

        return replace(self, frames={index: picked(people) for index, people in self.frames.items()}, joints=names)
