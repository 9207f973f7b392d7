"""Where somebody was, as arrays: what doubts are told by."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.analysis import trajectories
from app.edits import Edits
from app.results import Recording
from app.sides import as_found, fixed_by_hand
from engine.boxes import box_area
from engine.types import F64, I64, Bools


@dataclass(frozen=True, eq=False, slots=True)
class Path:
    """One person on the T frames on which he is.

    indices  int64 [T], of the frames
    times_s  float64 [T]
    boxes    float64 [T, 4], px
    points   float64 [T, K, 2], px, as they were found; NaN where not known
    scores   float64 [T], the mean of all joints
    fixed    bool [T, K], which joints were put in their place, or on their side, by hand
    """

    person: int
    indices: I64
    times_s: F64
    boxes: F64
    points: F64
    scores: F64
    fixed: Bools

    def __len__(self) -> int:
        return len(self.indices)

    @property
    def centres(self) -> F64:
        """Of the boxes, [T, 2]."""
        return (self.boxes[:, :2] + self.boxes[:, 2:]) / 2

    @property
    def sizes(self) -> F64:
        """Square roots of the boxes' areas, [T] px, 1 or more."""
        return np.sqrt(np.maximum(box_area(self.boxes), 1.0))


def paths_of(recording: Recording, edits: Edits, *, min_score: float) -> list[Path]:
    """Everybody's path, by id, ascending, but for who is left out by hand."""
    boxes: dict[int, list[F64]] = {}
    scores: dict[int, list[float]] = {}
    for record in recording:
        poses = record.tracks.poses
        mean = poses.scores.mean(axis=1) if poses.scores.size else poses.boxes.scores
        for person, box, score in zip(record.tracks.ids.tolist(), poses.boxes.xyxy, mean.tolist(), strict=True):
            boxes.setdefault(person, []).append(box)
            scores.setdefault(person, []).append(score)
    return [
        Path(
            person, way.indices, way.times_s, np.array(boxes[person], np.float64), way.points, np.array(scores[person]),
            fixed_by_hand(recording, person, way.indices.tolist(), edits),
        )
        for person, way in trajectories(as_found(recording), min_score=min_score).items()
        if person not in edits.hidden
    ]  # fmt: skip
