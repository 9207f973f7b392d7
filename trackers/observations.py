"""The poses of one frame as a tracker can trust them: finite, in a fixed order, each with a centre and a size."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.boxes import box_iou
from engine.types import F32, F64, I64, Bools, Poses
from trackers.resemblance import oks_of_pairs
from trackers.similarity import BOX_TO_AREA


@dataclass(frozen=True, eq=False, slots=True)
class Observations:
    """What is usable of N poses, from left to right, so that the order in which they were given changes nothing.

    rows      int64 [N], the row of the pose given
    points    float32 [N, K, 2], pixels; 0 where missing
    weights   float32 [N, K]: the keypoint's score, 0 where it is missing or too low
    boxes     float64 [N, 4]; where the one given has no area, the extent of the keypoints
    scores    float32 [N], of the boxes
    posed     bool [N]: whether a pose was looked for at all: some keypoint has a score above 0
    qualities float32 [N], mean score of all K keypoints; the box's where there is no pose
    centres   float64 [N, 2], of the boxes
    sizes     float64 [N], the square root of the area that OKS calls s², pixels
    """

    rows: I64
    points: F32
    weights: F32
    boxes: F64
    scores: F32
    posed: Bools
    qualities: F32
    centres: F64
    sizes: F64

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, chosen: I64) -> Observations:
        return Observations(
            self.rows[chosen], self.points[chosen], self.weights[chosen], self.boxes[chosen], self.scores[chosen],
            self.posed[chosen], self.qualities[chosen], self.centres[chosen], self.sizes[chosen],
        )  # fmt: skip


@dataclass(frozen=True, eq=False, slots=True)
class Shapes:
    """Where M bodies are that may hide others.

    points  float32 [M, K, 2], pixels      there  bool [M, K], which of these keypoints are known
    boxes   float64 [M, 4]                 sizes  float64 [M]
    """

    points: F32
    there: Bools
    boxes: F64
    sizes: F64

    @classmethod
    def together(cls, seen: Observations, others: Shapes) -> Shapes:
        return cls(
            np.concatenate([seen.points, others.points]),
            np.concatenate([seen.weights > 0, others.there]),
            np.concatenate([seen.boxes, others.boxes]),
            np.concatenate([seen.sizes, others.sizes]),
        )


def observe(poses: Poses, *, least_score: float, most: int) -> Observations:
    """The poses that have a place: a box with an area, or two keypoints that span one.

    `least_score` is the score from which a keypoint counts; of more than `most` people the best boxes are kept.
    """
    x, y = poses.keypoints[..., 0], poses.keypoints[..., 1]
    scores = _finite_or_zero(poses.scores)
    there = (scores >= max(least_score, _TINY)) & np.isfinite(x) & np.isfinite(y)
    weights = np.where(there, np.minimum(scores, 1), np.float32(0))
    points = np.where(there[..., None], poses.keypoints, np.float32(0))

    boxes = poses.boxes.xyxy.astype(np.float64)
    flat = ~_spans(boxes)
    if flat.any():
        boxes[flat] = extents(points[flat], weights[flat] > 0)
    rows = np.flatnonzero(_spans(boxes)) if flat.any() else np.arange(len(boxes))
    box_scores = _finite_or_zero(poses.boxes.scores)
    if len(rows) > most:
        best_first = np.lexsort((*boxes[rows].T, -box_scores[rows]))
        rows = rows[best_first[:most]]
    b = boxes[rows]
    rows = rows[np.lexsort((box_scores[rows], b[:, 3], b[:, 2], b[:, 1], b[:, 0]))]
    posed = scores.max(axis=1, initial=0) > 0
    qualities = np.where(posed, scores.sum(axis=1) / max(scores.shape[1], 1), box_scores).astype(np.float32)
    boxes = boxes[rows]
    sides = boxes[:, 2:] - boxes[:, :2]
    return Observations(
        rows=rows,
        points=points[rows],
        weights=weights[rows],
        boxes=boxes,
        scores=box_scores[rows],
        posed=posed[rows],
        qualities=qualities[rows],
        centres=(boxes[:, :2] + boxes[:, 2:]) / 2,
        sizes=np.sqrt(BOX_TO_AREA * sides[:, 0] * sides[:, 1]),
    )


_TINY = float(np.finfo(np.float32).tiny)


def _finite_or_zero(values: F32) -> F32:
    good = np.isfinite(values)
    return values if good.all() else np.where(good, values, np.float32(0))


def _spans(boxes: F64) -> Bools:
    """Which boxes [N, 4] are finite and have an area."""
    with np.errstate(invalid="ignore"):  # inf - inf
        sides = boxes[:, 2:] - boxes[:, :2]
    return np.asarray((np.isfinite(sides) & (sides > 0)).all(axis=1))


def extents(points: F32 | F64, there: Bools) -> F64:
    """The tightest boxes [N, 4] round the keypoints [N, K, 2] that are `there` [N, K]; NaN where none is."""
    if not points.shape[1]:
        return np.full((len(points), 4), np.nan)
    absent = ~there
    by_axis = points.transpose(2, 0, 1)  # the min of a contiguous last axis is several times faster
    low = np.where(absent, np.inf, by_axis).min(axis=2)
    high = np.where(absent, -np.inf, by_axis).max(axis=2)
    found = np.concatenate([low, high]).T.astype(np.float64)
    found[absent.all(axis=1)] = np.nan
    return found


def best_of_same(seen: Observations, sigmas: F32, same_pose: float, same_part: float, same_box: float) -> I64:
    """Which observation shows best whom each observation [N] shows: itself, or one whose pose is the same and whose box
    is stronger, or fits the pose better (the other may hold two people).

    A pose network asked for the person behind often draws the person in front once more: the boxes differ, the poses
    do not. Poses are the same from an OKS of `same_pose` (at least half the keypoints of the poorer one shared); where
    there are none to compare, boxes from an IoU of `same_box`. Where one box lies within the other (the upper half of
    somebody and the whole of him) `same_part` is enough.
    """
    best = np.arange(len(seen))
    if len(seen) < 2:
        return best
    apart = np.abs(seen.centres[:, None] - seen.centres[None])
    near = np.maximum(apart[..., 0], apart[..., 1]) < 0.75 * np.maximum(seen.sizes[:, None], seen.sizes[None])
    first, second = np.nonzero(near)
    first, second = first[first < second], second[first < second]
    if not len(first):
        return best
    shared = np.sqrt(seen.weights[first] * seen.weights[second])
    area = np.minimum(seen.sizes[first], seen.sizes[second]) ** 2
    variances = area[:, None] * (2 * sigmas) ** 2
    alike, _ = oks_of_pairs(seen.points[first], seen.points[second], shared, variances)
    joints = (seen.weights > 0).sum(axis=1)
    comparable = 2 * (shared > 0).sum(axis=1) >= np.maximum(np.minimum(joints[first], joints[second]), 6)
    if (comparable & (alike < same_part)).all():
        return best
    low = np.maximum(seen.boxes[first, :2], seen.boxes[second, :2])
    shared_area = np.maximum(np.minimum(seen.boxes[first, 2:], seen.boxes[second, 2:]) - low, 0).prod(axis=1)
    within = shared_area * BOX_TO_AREA >= 0.85 * area
    same = comparable & (alike >= np.where(within, same_part, same_pose))
    if not comparable.all():
        overlap = box_iou(seen.boxes, seen.boxes)[first, second]
        same |= ~comparable & (overlap >= same_box)
    if not same.any():
        return best
    worth = list(zip((seen.scores * _fit(seen)).tolist(), seen.qualities.tolist(), strict=True))
    for one, other in zip(first[same].tolist(), second[same].tolist(), strict=True):
        if best[one] == one and best[other] == other:
            worse, better = (one, other) if worth[one] < worth[other] else (other, one)
            best[best == worse] = better  # and whomever that one stood for
    return best


def _fit(seen: Observations) -> F64:
    """How well the boxes [N] fit the joints in them, 0–1: intersection over union with what the joints seen span."""
    spans = extents(seen.points, seen.weights > 0)
    spans = np.where(_spans(spans)[:, None], spans, seen.boxes)
    low, high = np.maximum(seen.boxes[:, :2], spans[:, :2]), np.minimum(seen.boxes[:, 2:], spans[:, 2:])
    shared = np.maximum(high - low, 0).prod(axis=1)
    areas = [(boxes[:, 2:] - boxes[:, :2]).prod(axis=1) for boxes in (seen.boxes, spans)]
    return np.asarray(shared / (areas[0] + areas[1] - shared))


def nested(seen: Observations, share: float = 0.75, poorer: float = 0.7, least: float = 0.3) -> Bools:
    """Which observations [N] lie inside a better one: a detector's second look at somebody's legs, not a child; or
    around a better one: a look at him and at the bush behind him.

    Inside: `share` of the box within a larger one whose mean keypoint score is so much higher that this one's is less
    than the part `poorer` of it. Around: `share` of the box of another within this one, not less than the part `least`
    of its area, whose mean keypoint score is higher. Boxes without keypoints are never taken for either.
    """
    if len(seen) < 2 or not seen.posed.any():
        return np.zeros(len(seen), np.bool_)
    sides = np.minimum(seen.boxes[:, None, 2:], seen.boxes[None, :, 2:]) - np.maximum(
        seen.boxes[:, None, :2], seen.boxes[None, :, :2]
    )
    shared = np.maximum(sides, 0).prod(axis=2)
    areas = shared.diagonal()
    inside = (shared >= share * areas[:, None]) & (seen.sizes[:, None] < seen.sizes[None])
    around = (shared >= share * areas) & (seen.sizes[:, None] > seen.sizes) & (areas >= least * areas[:, None])
    better = seen.qualities[:, None] < np.where(inside, poorer, 1.0) * seen.qualities
    return np.asarray(((inside | around) & better & seen.posed[:, None] & seen.posed).any(axis=1))
