"""How well two poses agree when both have gaps and doubts: OKS of chosen pairs, weighted, with variances that may grow.

`trackers.similarity` has the OKS of the metrics (every person with every person, labels against predictions); this is
the tracker's, for the few pairs that are near each other.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from engine.skeletons import skeleton_of
from engine.types import F32

Floats = npt.NDArray[np.floating[Any]]

_MIDDLING_SIGMA = 0.079  # COCO's shoulder, for keypoints of unknown nature


def sigmas_for(keypoint_count: int) -> F32:
    """The OKS constants [K] of the known skeleton with that many keypoints; a shoulder's for each where none has."""
    skeleton = skeleton_of(keypoint_count)
    return np.full(keypoint_count, _MIDDLING_SIGMA, np.float32) if skeleton is None else skeleton.sigmas


def oks_of_pairs(a: Floats, b: Floats, weights: Floats, variances: Floats) -> tuple[F32, F32]:
    """OKS (COCO's cocoeval, computeOks) of P pairs of poses, and the weight it rests on.

    a, b       [P, K, 2] pixels, finite
    weights    [P, K] ≥ 0: how much each keypoint counts; 0 where one of the two poses lacks it
    variances  [P, K] px²: COCO's s² (2σ)², here free to grow with the doubt about where a body has gone

    Returns float32 [P] in 0–1 (0 where no keypoint is shared) and float32 [P], the sum of the weights.
    """
    apart = a - b
    squared = np.einsum("pkc,pkc->pk", apart, apart)
    closeness = np.exp(squared / (-2.0 * variances))
    total = weights.sum(axis=1)
    summed = np.einsum("pk,pk->p", closeness, weights)
    return np.divide(summed, total, out=np.zeros_like(total, np.float32), where=total > 0), total.astype(np.float32)


def stiffness_for(keypoint_count: int) -> F32:
    """How much each keypoint [K] tells of where the whole body goes: a wrist, an ankle and a foot little, all else
    much."""
    skeleton = skeleton_of(keypoint_count)
    if skeleton is None:
        return np.ones(keypoint_count, np.float32)
    loose = {"wrist": 0.25, "ankle": 0.4, "toe": 0.4, "heel": 0.4, "elbow": 0.6, "knee": 0.7}
    return np.array([loose.get(name.split("_")[-1], 1.0) for name in skeleton.keypoints], np.float32)
