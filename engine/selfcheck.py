"""Whether an engine gives what its network gives: joints and boxes against ONNX Runtime's on the same pictures.

A build may compute in half precision or in bytes, and libraries have their own mistakes; no engine is used before it
has been compared.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine import crops
from engine.detector import Detector
from engine.heads import ious
from engine.pose import PoseEstimator
from engine.types import U8, Boxes

Pictures = Sequence[tuple[U8, Boxes]]
"""Pictures uint8 [H, W, 3] RGB, each with the boxes of the people on it."""

MEDIAN_PX = 0.25  # half of all joints lie nearer to the reference's than this, in pixels of the crop
MOVED_SHARE = 0.005  # of the joints may leave the circle within which PCK counts them as the same
CIRCLE = 0.05  # that circle's radius, as a share of the crop's height
SURE = 0.1  # joints scored below this have no peak to speak of: where they lie is chance
BOX_MEDIAN_PX = 0.5  # of a box's corners, in pixels of the letterbox
BOX_MARGIN = 0.1  # boxes this far above the threshold must be found again
BOX_IOU = 0.5


@dataclass(frozen=True, slots=True)
class Verdict:
    """How far an engine lies from the reference.

    compared  joints (or boxes) of the reference that were sure enough to compare
    median_px  distance in pixels of the network's input
    moved     share of them that landed elsewhere (joints), or were not found again or are new (boxes)
    """

    compared: int
    median_px: float
    moved: float
    allowed_px: float
    thing: str

    @property
    def passed(self) -> bool:
        return self.compared > 0 and self.median_px <= self.allowed_px and self.moved <= MOVED_SHARE

    @property
    def figures(self) -> dict[str, float]:
        return {"compared": self.compared, "median_px": round(self.median_px, 4), "moved": round(self.moved, 5)}

    def __str__(self) -> str:
        if self.compared == 0:
            return f"no {self.thing} to compare: the network finds nobody on the pictures"
        return (
            f"{self.compared} {self.thing}, median {self.median_px:.3f} px (allowed {self.allowed_px}), "
            f"{self.moved:.2%} elsewhere (allowed {MOVED_SHARE:.1%})"
        )


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
    return Verdict(len(apart), float(np.median(apart)) if len(apart) else 0.0, moved, MEDIAN_PX, "joints")


def check_detector(reference: Detector, candidate: Detector, pictures: Pictures) -> Verdict:
    """Boxes on `pictures`, by both: sure ones must be found again, and nothing sure may be new."""
    distances, lost, compared = [], 0, 0
    for image, _ in pictures:
        scale = max(reference.card.input_size) / max(image.shape[:2])
        expected, found = reference.detect(image), candidate.detect(image)
        for one, other in ((expected, found), (found, expected)):
            sure = one[one.scores >= reference.threshold + BOX_MARGIN]
            overlaps = ious(sure.xyxy, other.xyxy) if len(other) else np.zeros((len(sure), 1), np.float32)
            best = overlaps.argmax(axis=1) if len(sure) else np.zeros(0, np.int64)
            matched = overlaps[np.arange(len(sure)), best] >= BOX_IOU
            lost += int((~matched).sum())
            compared += len(sure)
            if matched.any():
                distances.append(np.abs(sure.xyxy[matched] - other.xyxy[best[matched]]).max(axis=1) * scale)
    apart = np.concatenate(distances) if distances else np.zeros(0)
    median = float(np.median(apart)) if len(apart) else 0.0
    return Verdict(compared, median, lost / max(compared, 1), BOX_MEDIAN_PX, "boxes")
