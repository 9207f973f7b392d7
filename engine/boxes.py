"""How large boxes are and how alike: intersection over union, of what detectors find and of people who are followed."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from engine.types import F64


def box_iou(boxes: npt.NDArray[np.floating], others: npt.NDArray[np.floating]) -> F64:
    """Intersection over union, [N, M], of boxes [N, 4] and [M, 4] (left, top, right, bottom; px); 0 where both are
    empty."""
    return _iou(boxes.astype(np.float64)[:, None], others.astype(np.float64)[None])


def paired_iou(boxes: npt.NDArray[np.floating], others: npt.NDArray[np.floating]) -> F64:
    """The same of each of the boxes [N, 4] with the one of the others [N, 4] in its place, [N]."""
    return _iou(boxes.astype(np.float64), others.astype(np.float64))


def shares_within(boxes: npt.NDArray[np.floating], others: npt.NDArray[np.floating]) -> F64:
    """Which share of each of the boxes [N, 4] lies within each of the others [M, 4], [N, M]; 0 of an empty one."""
    one = boxes.astype(np.float64)[:, None]
    area = box_area(one)
    common = _intersection(one, others.astype(np.float64)[None])
    return np.divide(common, area, out=np.zeros_like(common), where=area > 0.0)


def _iou(one: F64, many: F64) -> F64:
    """Of boxes [..., 4] that go together."""
    intersection = _intersection(one, many)
    union = box_area(one) + box_area(many) - intersection
    return np.divide(intersection, union, out=np.zeros_like(intersection), where=union > 0.0)


def _intersection(one: F64, many: F64) -> F64:
    """px² that boxes [..., 4] have in common."""
    width = np.minimum(one[..., 2], many[..., 2]) - np.maximum(one[..., 0], many[..., 0])
    height = np.minimum(one[..., 3], many[..., 3]) - np.maximum(one[..., 1], many[..., 1])
    intersection: F64 = width.clip(0.0) * height.clip(0.0)
    return intersection


def box_area(boxes: npt.NDArray[np.floating]) -> F64:
    """Areas [...] in px² of boxes [..., 4]; 0 for one turned inside out."""
    area: F64 = (boxes[..., 2:].astype(np.float64) - boxes[..., :2]).clip(0.0).prod(axis=-1)
    return area
