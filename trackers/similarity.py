"""How alike two poses are, 0–1: object keypoint similarity."""

from __future__ import annotations

import numpy as np

from engine.types import F64, Bools

BOX_TO_AREA = 0.53  # how much of its box a person fills: stands for COCO's mask area where there are no masks


def object_keypoint_similarity(
    keypoints: F64, labelled: Bools, areas: F64, others: F64, present: Bools, sigmas: F64
) -> F64:
    """Object keypoint similarity (OKS), [N, M], of N true poses with M found ones.

    keypoints  [N, K, 2] px, with `labelled` [N, K]: only these count
    areas      [N] px², the s² of the formula
    others     [M, K, 2] px, with `present` [M, K]: a labelled joint that was not found adds 0
    sigmas     [K], COCO's (its k_i is twice this)

    Source: cocoeval.py of the COCO API, OKS = Σ exp(−d²/(2 s² k²)) over labelled joints / their number. A true pose
    without a labelled joint or without an area is like nobody (0).
    """
    if keypoints.shape[1] == 0:
        return np.zeros((len(keypoints), len(others)))
    found = np.where(present[:, :, None], others, 0.0)
    true = np.where(labelled[:, :, None], keypoints, 0.0)
    squared = ((true[:, None] - found[None]) ** 2).sum(axis=3)  # [N, M, K]
    spread = 2.0 * np.maximum(areas, np.finfo(np.float64).tiny)[:, None, None] * (2.0 * sigmas) ** 2
    counted = labelled[:, None, :] & present[None, :, :]
    with np.errstate(over="ignore"):  # a person without an area: distance over nothing is endless, its exponential 0
        likeness = np.where(counted, np.exp(-squared / spread), 0.0).sum(axis=2)
    number = np.maximum(labelled.sum(axis=1), 1)[:, None]
    return np.where(areas[:, None] > 0.0, likeness / number, 0.0)
