"""Whoever lies, hangs or stands on his head is shown to the pose network upright: in a crop turned by quarter turns.

Networks learn from people who stand, sit and walk. The crop of somebody lying shows him small besides: it is higher
than wide, and he is not. As MediaPipe's pose does (Bazarevsky et al., BlazePose, 2020), which turns by any angle, the
next look follows the torso that the last one found; quarter turns are as good here (docs/benchmarks.md), and the same
box does for them.
"""

from __future__ import annotations

import numpy as np

from engine.skeletons import Skeleton
from engine.types import F32, F64, I64

LYING_DEG = 55.0
"""From here on a torso is looked at once more; up to 45 the nearest quarter turn is none."""
LEAST_SCORE = 0.15
"""Mean score of shoulders and hips below which their direction is chance."""


def quarter_turns(keypoints: F32, scores: F32, skeleton: Skeleton) -> I64:
    """By how many quarter turns, clockwise on screen, N people are from upright: 0 to 3, int64 [N].

    keypoints  float32 [N, K, 2], and their scores [N, K]; 0 where the torso cannot be told
    """
    shoulders, hips = (
        [skeleton.keypoints.index(f"{side}_{part}") for side in ("left", "right")] for part in ("shoulder", "hip")
    )
    with np.errstate(invalid="ignore"):  # of a network that gives no numbers
        down = keypoints[:, hips].mean(axis=1) - keypoints[:, shoulders].mean(axis=1)
    angle = np.rad2deg(np.arctan2(-down[:, 0], down[:, 1]))  # no length: upright
    told = (np.abs(angle) >= LYING_DEG) & (scores[:, shoulders + hips].mean(axis=1) >= LEAST_SCORE)
    return np.where(told, np.rint(angle / 90), 0).astype(np.int64) % 4


def turned(xyxy: F32 | F64, turns: I64) -> F64:
    """Boxes [N, 4] as they are in pictures that were turned back by so many quarter turns around the boxes' middles."""
    boxes = xyxy.astype(np.float64)
    middle, half = (boxes[:, :2] + boxes[:, 2:]) / 2, (boxes[:, 2:] - boxes[:, :2]) / 2
    half = np.where(turns[:, None] % 2 == 1, half[:, ::-1], half)
    return np.concatenate([middle - half, middle + half], axis=1)
