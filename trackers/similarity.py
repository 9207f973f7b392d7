"""How alike two people are, 0–1: intersection over union of boxes, object keypoint similarity of poses."""

from __future__ import annotations

import numpy as np

from engine.types import F64, Bools

BOX_TO_AREA = 0.53  # how much of its box a person fills: stands for COCO's mask area where there are no masks


def box_iou(boxes: F64, others: F64) -> F64:
    """Intersection over union, [N, M], of boxes [N, 4] and [M, 4] (left, top, right, bottom; px); 0 where both are
    empty."""
    low = np.maximum(boxes[:, None, :2], others[None, :, :2])
    high = np.minimum(boxes[:, None, 2:], others[None, :, 2:])
    intersection: F64 = np.clip(high - low, 0.0, None).prod(axis=2)
    union = box_area(boxes)[:, None] + box_area(others)[None, :] - intersection
    return np.divide(intersection, union, out=np.zeros_like(intersection), where=union > 0.0)


def box_area(boxes: F64) -> F64:
    """Areas [N] in px² of boxes [N, 4]; 0 for one turned inside out."""
    area: F64 = np.clip(boxes[:, 2:] - boxes[:, :2], 0.0, None).prod(axis=1)
    return area


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
