"""People as they are drawn: how plain each joint is, how much room they take, where they stand.

By their joints where these are seen: a box that the tracker goes on with may be old or jump, joints move smoothly.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from engine.skeletons import Skeleton
from engine.types import F32, F64, Bools, Tracks

FEWEST_JOINTS = 4
"""Of whom fewer are seen, his joints say little of how large he is."""
FACE = frozenset({"nose", "left_eye", "right_eye", "left_ear", "right_ear"})
_FADING = 0.07
"""How far around the least score joints are drawn faintly: at one score alone they would flash."""
# how far the body goes on around the middle of the face, an ankle, a wrist, in parts of the whole person
_HEAD, _FOOT, _HAND = 0.12, 0.05, 0.05
_CROWN = 0.7
"""How far the crown is from the face, in parts of the way from there to the shoulders (half of him may be seen)."""
_FAR = 1e6  # pixels: arithmetic on coordinates beyond would overflow


@dataclass(frozen=True, eq=False, slots=True)
class Figure:
    """One person of a frame.

    row        of the tracks
    points     float64 [K, 2]; 0 where unknown
    plain      float64 [K]: 0 not to be seen, 1 plain; between, near the least score
    seen       bool [K], scored at least the least score
    extent     float64 [4]: left, top, right, bottom of joints, head, hands, feet; of the box where few joints are seen
    outline    float64 [4]: of the extent and the box together
    face_size  the longer side of the face's joints
    """

    row: int
    points: F64
    plain: F64
    seen: Bools
    extent: F64
    outline: F64
    face_size: float

    @property
    def size(self) -> float:
        """The longer side: somebody who lies is as large as when he stands."""
        left, top, right, bottom = self.extent
        return float(max(right - left, bottom - top))

    @property
    def middle(self) -> float:
        """Of all joints, across: an arm held out hardly moves it."""
        if self.seen.sum() < FEWEST_JOINTS:
            return float(self.extent[0] + self.extent[2]) / 2
        return float(self.plain @ self.points[:, 0] / self.plain.sum())


def figures(tracks: Tracks, skeleton: Skeleton, min_score: float) -> list[Figure]:
    """Everybody, the farthest first: who stands lower in the picture is nearer."""
    poses = tracks.poses
    plain = plainness(poses.keypoints, poses.scores, min_score)
    seen = (poses.scores >= min_score) & (plain > 0)
    points = np.where(plain[..., None] > 0, poses.keypoints, 0.0).astype(np.float64).clip(-_FAR, _FAR)
    boxes = np.nan_to_num(poses.boxes.xyxy.astype(np.float64)).clip(-_FAR, _FAR)
    extents, faces = _extents(points, plain, skeleton)
    extents = np.where(seen.sum(axis=1)[:, None] < FEWEST_JOINTS, boxes, extents)
    low, high = np.minimum(extents, boxes)[:, :2], np.maximum(extents, boxes)[:, 2:]
    outlines = np.concatenate([low, high], axis=1)
    people = [
        Figure(row, points[row], plain[row], seen[row], extents[row], outlines[row], float(faces[row]))
        for row in range(len(tracks))
    ]
    return sorted(people, key=lambda figure: float(figure.outline[3]))


def plainness(points: F32, scores: F32, min_score: float) -> F64:
    """How plain joints [..., K] of these scores are: 0 well below the least, 1 well above, a half at it.

    At the ends of the scale there is no room to fade: from 0 on all are seen, 1 is for those put in place by hand.
    """
    fading = min(_FADING, min_score, 1.0 - min_score)
    if fading > 0:
        plain = ((scores.astype(np.float64) - min_score) / (2 * fading) + 0.5).clip(0.0, 1.0)
    else:
        plain = (scores >= min_score).astype(np.float64)
    return np.where(np.isfinite(points).all(axis=-1), plain, 0.0)


def feet(tracks: Tracks, skeleton: Skeleton, min_score: float) -> list[tuple[str, float, float]]:
    """Where everybody stands, and what told it: both ankles, else both hips, else the box's foot."""
    poses = tracks.poses
    places = [("box", (left + right) / 2, bottom) for left, _, right, bottom in poses.boxes.xyxy.tolist()]
    kinds = ("hip", "ankle")
    joints = [joint for kind in kinds for joint in _pair(skeleton, kind)]
    if poses.keypoints.shape[1] == len(skeleton) and len(joints) == 4:
        points = poses.keypoints[:, joints].astype(np.float64)
        seen = (poses.scores[:, joints] >= min_score) & np.isfinite(points).all(axis=2)
        middles = ((points[:, ::2] + points[:, 1::2]) / 2).tolist()
        for row, pair in np.argwhere(seen[:, ::2] & seen[:, 1::2]).tolist():  # the ankles come last
            places[row] = (kinds[pair], *middles[row][pair])
    return places


def _extents(points: F64, plain: F64, skeleton: Skeleton) -> tuple[F64, F64]:
    """The corners [N, 4] of joints, head, hands and feet, and how large the faces [N] are.

    These go on in all directions: who lies has his head at a side.
    """
    grown = _grown(points, plain)
    low, high = _corners(grown)
    if points.shape[1] != len(skeleton):
        return np.concatenate([low, high], axis=1), np.zeros(len(points))
    size = (high - low).max(axis=1, initial=0.0)
    discs = [
        (grown[:, joint], part * size * plain[:, joint])
        for kind, part in (("ankle", _FOOT), ("wrist", _HAND))
        for joint in _pair(skeleton, kind)
    ]
    face_size = np.zeros(len(points))
    if face := face_of(skeleton):
        in_face = _grown(points[:, face], plain[:, face])
        start, end = _corners(in_face)
        face_size = (end - start).max(axis=1, initial=0.0)
        shoulders = _pair(skeleton, "shoulder")
        middle = in_face.mean(axis=1)
        neck = np.hypot(*(grown[:, shoulders].mean(axis=1) - middle).T) * plain[:, shoulders].min(axis=1)
        radius = np.maximum(_HEAD * size, _CROWN * neck)
        is_there = plain[:, face].max(axis=1)
        discs.append((np.where(is_there[:, None] > 0, middle, low), radius * is_there))
    for centre, radius in discs:
        low, high = np.minimum(low, centre - radius[:, None]), np.maximum(high, centre + radius[:, None])
    return np.concatenate([low, high], axis=1), face_size


def _grown(points: F64, plain: F64) -> F64:
    """The joints [N, K, 2], those that fade in on their way out of the middle: nothing jumps by a joint."""
    whole = np.maximum(plain.sum(axis=1), 1e-9)[:, None]
    middle = ((plain[..., None] * points).sum(axis=1) / whole)[:, None]
    grown: F64 = middle + plain[..., None] * (points - middle)
    return grown


def _corners(points: F64) -> tuple[F64, F64]:
    return points.min(axis=1), points.max(axis=1)


@lru_cache(maxsize=32)
def face_of(skeleton: Skeleton) -> list[int]:
    """Which joints are of the face."""
    return [joint for joint, name in enumerate(skeleton.keypoints) if name in FACE]


@lru_cache(maxsize=32)
def _pair(skeleton: Skeleton, kind: str) -> list[int]:
    """The left and the right joint of a kind, where a skeleton has them."""
    return [joint for joint, name in enumerate(skeleton.keypoints) if name in (f"left_{kind}", f"right_{kind}")]
