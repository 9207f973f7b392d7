"""Whether an engine gives what its network gives: joints and boxes against ONNX Runtime's on the same pictures.

A build may compute in half precision or in bytes, and libraries have their own mistakes; no engine is used before it
has been compared.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine import crops
from engine.boxes import box_iou
from engine.detector import Detector
from engine.pose import PoseEstimator
from engine.types import U8, Boxes

Pictures = Sequence[tuple[U8, Boxes]]
"""Pictures uint8 [H, W, 3] RGB, each with the boxes of the people on it."""

MEDIAN_PX = 0.25  # half of all joints lie nearer to the reference's than this, in pixels of the crop
MOVED_SHARE = 0.005  # of the joints may leave the circle within which PCK counts them as the same
CIRCLE = 0.05  # that circle's radius, as a share of the crop's height
SURE = 0.1  # joints scored below this have no peak to speak of: where they lie is chance
# Half of all boxes overlap the reference's by this much or more. Boxes are found as multiples of a cell, so the pixels
# they are off by grow with the person, and say as much about the pictures as about the engine. Measured on the embedded
# detector: bf16 0.995 on drawn people that fill the picture and 0.998 on photographs, with AP 0.412 as in f32; int8
# 0.970 and less, planes in the wrong order 0.91.
BOX_MEDIAN_IOU = 0.99
BOX_MARGIN = 0.1  # boxes this far above the threshold must be found again
BOX_IOU = 0.5


@dataclass(frozen=True, slots=True)
class Verdict:
    """How far an engine lies from the reference.

    compared    joints (or boxes) of the reference that were sure enough to compare
    median_px   distance in pixels of the network's input; of boxes, of the corner that is farthest off
    moved       share of them that landed elsewhere (joints), or were not found again or are new (boxes)
    median_iou  of boxes, by which they are judged; None of joints
    """

    compared: int
    median_px: float
    moved: float
    median_iou: float | None = None

    @property
    def passed(self) -> bool:
        is_near = self.median_px <= MEDIAN_PX if self.median_iou is None else self.median_iou >= BOX_MEDIAN_IOU
        return self.compared > 0 and is_near and self.moved <= MOVED_SHARE

    @property
    def figures(self) -> dict[str, float]:
        found = {"compared": self.compared, "median_px": round(self.median_px, 4), "moved": round(self.moved, 5)}
        return found if self.median_iou is None else found | {"median_iou": round(self.median_iou, 4)}

    def __str__(self) -> str:
        thing = "joints" if self.median_iou is None else "boxes"
        if self.compared == 0:
            return f"no {thing} to compare: the network finds nobody on the pictures"
        if self.median_iou is None:
            near = f"median {self.median_px:.3f} px (allowed {MEDIAN_PX})"
        else:
            near = f"median {self.median_px:.3f} px, IoU {self.median_iou:.3f} (at least {BOX_MEDIAN_IOU})"
        return f"{self.compared} {thing}, {near}, {self.moved:.2%} elsewhere (allowed {MOVED_SHARE:.1%})"


def check_pose(reference: PoseEstimator, candidate: PoseEstimator, pictures: Pictures) -> Verdict:
    """Joints of every person on `pictures`, by both."""
    distances = []
    for image, boxes in pictures:
        expected, found = reference.estimate(image, boxes), candidate.estimate(image, boxes)
        _, sizes = crops.centres_and_sizes(boxes.xyxy, reference.input_size_wh)
        scale = reference.input_size_wh[1] / sizes[:, 1]  # source → crop pixels
        apart = np.linalg.norm(found.keypoints - expected.keypoints, axis=2) * scale[:, None]
        distances.append(np.nan_to_num(apart, nan=np.inf)[expected.scores >= SURE])
    apart = np.concatenate(distances) if distances else np.zeros(0)
    circle = CIRCLE * reference.input_size_wh[1]
    moved = float((apart > circle).mean()) if len(apart) else 0.0
    return Verdict(len(apart), float(np.median(apart)) if len(apart) else 0.0, moved)


def check_detector(reference: Detector, candidate: Detector, pictures: Pictures) -> Verdict:
    """Boxes on `pictures`, by both: sure ones must be found again, and nothing sure may be new."""
    distances, overlapping, lost, compared = [], [], 0, 0
    for image, _ in pictures:
        scale = max(reference.card.input_size) / max(image.shape[:2])
        expected, found = reference.detect(image), candidate.detect(image)
        for one, other in ((expected, found), (found, expected)):
            sure = one[one.scores >= reference.threshold + BOX_MARGIN]
            overlaps = box_iou(sure.xyxy, other.xyxy) if len(other) else np.zeros((len(sure), 1))
            best = overlaps.argmax(axis=1) if len(sure) else np.zeros(0, np.int64)
            shared = overlaps[np.arange(len(sure)), best]
            matched = shared >= BOX_IOU
            lost += int((~matched).sum())
            compared += len(sure)
            if matched.any():
                distances.append(np.abs(sure.xyxy[matched] - other.xyxy[best[matched]]).max(axis=1) * scale)
                overlapping.append(shared[matched])
    median_px = float(np.median(np.concatenate(distances))) if distances else 0.0
    median_iou = float(np.median(np.concatenate(overlapping))) if overlapping else 0.0
    return Verdict(compared, median_px, lost / max(compared, 1), median_iou)
