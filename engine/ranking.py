"""How people found in one picture rank among all, as COCO's evaluation wants them."""

from __future__ import annotations

import numpy as np

from engine.types import F32

SEEN = 0.2  # a joint's least score to count in its person's (HRNet, IN_VIS_THRE)


def person_scores(joints: F32, boxes: F32) -> F32:
    """HRNet's rescoring of N people: box score [N] × mean of the joint scores [N, K] above `SEEN`, 0 where none is."""
    seen = joints > SEEN
    mean = np.where(seen, joints, 0).sum(axis=1) / np.maximum(seen.sum(axis=1), 1)
    return np.asarray(mean * boxes, np.float32)
