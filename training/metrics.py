"""Scores of poses and boxes by COCO's rules; COCO's own arithmetic is pycocotools', never ours.

Shapes: N people, K joints; keypoints float [N, K, 2] and boxes xyxy float [N, 4] in source pixels.
"""

from __future__ import annotations

import contextlib
import io
import math
from collections.abc import Collection, Sequence
from typing import Any

import numpy as np

from engine.crops import centres_and_sizes
from engine.ranking import person_scores
from engine.skeletons import COCO, Skeleton
from engine.types import F32, F64, I64, Bools
from training.data.people import Scene

KEYPOINT_STATS = ("AP", "AP50", "AP75", "AP_M", "AP_L", "AR", "AR50", "AR75", "AR_M", "AR_L")
BOX_STATS = ("AP", "AP50", "AP75", "AP_S", "AP_M", "AP_L", "AR1", "AR10", "AR100")
OKS_NMS = 0.9  # of two poses more alike than this the weaker one goes (HRNet, OKS_THRE)


def oks(points: F32, truth: F32, labelled: F32, area: F32, skeleton: Skeleton = COCO) -> F64:
    """Object keypoint similarity [N] of poses [N, K, 2] to the truth [N, K, 2] (cocoeval.py, computeOks).

    labelled [N, K] > 0 where the truth is known; area [N], square pixels. 0 where nothing is labelled.
    """
    variance = (2 * skeleton.sigmas.astype(np.float64)) ** 2
    squared = ((points.astype(np.float64) - truth) ** 2).sum(2)
    alike = np.exp(-squared / (variance * (area[:, None] + np.spacing(1)) * 2)) * (labelled > 0)
    return np.asarray(alike.sum(1) / np.maximum((labelled > 0).sum(1), 1), np.float64)


def oks_nms(points: F32, scores: F32, areas: F32, skeleton: Skeleton = COCO, *, limit: float = OKS_NMS) -> I64:
    """Rows to keep, best first: greedy suppression by OKS over all joints, mean of both areas (HRNet, nms.py)."""
    order = np.argsort(-scores, kind="stable")
    kept: list[int] = []
    everything = np.ones((1, points.shape[1]), np.float32)
    for row in order:
        area = (areas[kept] + areas[row]) / 2
        same = oks(points[kept], points[row][None], np.repeat(everything, len(kept), 0), area, skeleton)
        if not (same > limit).any():
            kept.append(int(row))
    return np.array(kept, np.int64)


def pck(points: F32, truth: F32, labelled: F32, reach: F32) -> F64:
    """Share [K] of labelled joints that lie within `reach` [N] pixels of the truth; NaN for a joint never labelled."""
    distance = np.linalg.norm(points.astype(np.float64) - truth, axis=2)
    counted = (labelled > 0) & (reach > 0)[:, None]
    right = (distance <= reach[:, None]) & counted
    total = counted.sum(0)
    return np.where(total > 0, right.sum(0) / np.maximum(total, 1), np.nan)


def torso_diagonals(truth: F32, labelled: F32, skeleton: Skeleton = COCO) -> F32:
    """The longer of the torso's diagonals (shoulder – hip of the other side), pixels [N]; 0 where none is labelled.

    The longer one, for of a torso seen from its side or twisted one of them is short.
    """
    longest = np.zeros(len(truth), np.float32)
    for ends in (("left_shoulder", "right_hip"), ("right_shoulder", "left_hip")):
        a, b = (skeleton.keypoints.index(name) for name in ends)
        known = (labelled[:, a] > 0) & (labelled[:, b] > 0)
        longest = np.maximum(longest, known * np.linalg.norm(truth[:, a] - truth[:, b], axis=1))
    return longest


PCKH_COLUMNS = {
    "Head": (9,), "Sho": (12, 13), "Elb": (11, 14), "Wri": (10, 15), "Hip": (2, 3), "Knee": (1, 4), "Ank": (0, 5),
}  # fmt: skip
PCKH_UNCOUNTED = (6, 7)  # pelvis and thorax are left out of MPII's mean


def pckh(points: F32, truth: F32, known: Bools, heads: F32) -> dict[str, float]:
    """MPII's figures: shares of joints within half a head of the truth (Andriluka et al.; HRNet's mpii.py), 0–1.

    points, truth [N, 16, 2] pixels; known [N, 16]; heads [N], sizes in pixels. A column is the mean of its left and
    right joint. `Mean` weighs each joint by how often it is annotated. What is published as "Mean@0.1" is taken at 0.11
    in the official code (its threshold number 11, counted from 0): that is `Mean@0.11` here, beside an honest
    `Mean@0.10`. NaN where nothing is annotated.
    """
    counted = np.asarray(known, np.float32)
    of_joint = pck(points, truth, counted, 0.5 * heads)
    figures = {name: float(of_joint[list(joints)].mean()) for name, joints in PCKH_COLUMNS.items()}
    counted[:, PCKH_UNCOUNTED] = 0
    total = counted.sum(0)
    for name, reach in (("Mean", 0.5), ("Mean@0.11", 0.11), ("Mean@0.10", 0.1)):
        right = np.nan_to_num(pck(points, truth, counted, reach * heads)) * total
        figures[name] = float(right.sum() / total.sum()) if total.any() else float("nan")
    return figures


def keypoint_results(image_id: int, points: F32, joint_scores: F32, scores: F32) -> list[dict[str, Any]]:
    """COCO result records of the poses of one picture."""
    return [
        {
            "image_id": image_id,
            "keypoints": np.concatenate([place, seen[:, None]], axis=1).ravel().tolist(),
            "score": float(score),
        }
        for place, seen, score in zip(points, joint_scores, scores, strict=True)
    ]


def picture_results(
    image_id: int, points: F32, joint_scores: F32, xyxy: F32, box_scores: F32, size_wh: tuple[int, int]
) -> list[dict[str, Any]]:
    """COCO result records of the poses of one picture as HRNet writes them: rescored, and of two alike one.

    xyxy [N, 4] and box_scores [N] of the boxes they were looked for in, `size_wh` of the crops: how much alike two are
    is measured by the area of what the network saw, the box grown to the crop's shape and padded (HRNet, coco.py).
    """
    totals = person_scores(joint_scores, box_scores)
    areas = np.asarray(centres_and_sizes(xyxy, size_wh)[1].prod(1), np.float32)
    kept = oks_nms(points, totals, areas)
    return keypoint_results(image_id, points[kept], joint_scores[kept], totals[kept])


def keypoint_stats(
    truth: Sequence[dict[str, Any]], results: Sequence[dict[str, Any]], image_ids: Collection[int] = ()
) -> dict[str, float]:
    """COCO's ten keypoint figures, NaN where nobody is annotated whom one is of.

    `truth` are COCO annotations of people with joints; `results` have image_id, keypoints (3 K numbers), score.
    `image_ids` are of all pictures that were looked at: whom `results` see where nobody is annotated is wrong there.
    """
    return _coco_stats(truth, results, "keypoints", KEYPOINT_STATS, image_ids)


def box_results(image_id: int, xyxy: F32, scores: F32) -> list[dict[str, Any]]:
    """COCO result records of the boxes [N, 4] (pixel edges) of one picture."""
    xywh = np.concatenate([xyxy[:, :2], xyxy[:, 2:] - xyxy[:, :2]], axis=1)
    return [
        {"image_id": image_id, "bbox": box.tolist(), "score": float(score)}
        for box, score in zip(xywh, scores, strict=True)
    ]


def box_stats(scenes: Sequence[Scene], results: Sequence[dict[str, Any]]) -> dict[str, float]:
    """COCO's box figures, NaN where nobody is annotated whom one is of.

    A scene's ignored regions count as crowds: what lies in them is neither right nor wrong.
    """
    truth = [
        {"image_id": scene.image_id, "bbox": [x, y, right - x, bottom - y], "area": area, "iscrowd": crowd}
        for scene in scenes
        for boxes, areas, crowd in ((scene.people, scene.areas, 0), (scene.ignore, np.ones(len(scene.ignore)), 1))
        for (x, y, right, bottom), area in zip(boxes.tolist(), areas.tolist(), strict=True)
    ]  # fmt: skip
    numbered = [{"id": number, **annotation} for number, annotation in enumerate(truth, start=1)]
    return _coco_stats(numbered, results, "bbox", BOX_STATS, [scene.image_id for scene in scenes])


def _coco_stats(
    truth: Sequence[dict[str, Any]],
    results: Sequence[dict[str, Any]],
    kind: str,
    names: Sequence[str],
    image_ids: Collection[int] = (),
) -> dict[str, float]:
    from pycocotools.coco import COCO as Dataset
    from pycocotools.cocoeval import COCOeval

    known = {*image_ids, *(annotation["image_id"] for annotation in truth)}
    dataset = Dataset()
    dataset.dataset = {
        "info": {},
        "images": [{"id": image_id} for image_id in sorted(known)],
        "annotations": [{"iscrowd": 0, **annotation, "category_id": 1} for annotation in truth],
        "categories": [{"id": 1, "name": "person"}],
    }
    # pycocotools takes whatever is not a number for a match of everything
    kept = [{"category_id": 1, **result} for result in results if result["image_id"] in known and _is_finite(result)]
    if not known:
        return dict.fromkeys(names, math.nan)
    if not kept:  # which it does not take: something far from everybody does as well
        far = {"bbox": [-1e6, -1e6, 1.0, 1.0]} if kind == "bbox" else {"keypoints": [-1e6, -1e6, 1.0] * len(COCO)}
        kept = [{"category_id": 1, "image_id": min(known), "score": 0.0, **far}]
    with contextlib.redirect_stdout(io.StringIO()):  # pycocotools prints its table
        dataset.createIndex()
        evaluation = COCOeval(dataset, dataset.loadRes(kept), kind)
        evaluation.evaluate()
        evaluation.accumulate()
        evaluation.summarize()
    # it says -1 where there is nobody
    return {
        name: float(value) if value >= 0 else math.nan for name, value in zip(names, evaluation.stats, strict=False)
    }


def _is_finite(result: dict[str, Any]) -> bool:
    return bool(np.isfinite([result["score"], *result.get("keypoints", ()), *result.get("bbox", ())]).all())
