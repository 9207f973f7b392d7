"""Made-up people for the trackers' tests: one body, placed where a test wants it."""

from __future__ import annotations

import numpy as np

from engine.types import Boxes, Poses

BODY = np.array(  # x, y in body heights from the middle of the hips, COCO's order
    [
        [0.00, -0.42], [0.02, -0.44], [-0.02, -0.44], [0.05, -0.43], [-0.05, -0.43], [0.11, -0.30], [-0.11, -0.30],
        [0.15, -0.13], [-0.15, -0.13], [0.16, 0.02], [-0.16, 0.02], [0.08, 0.00], [-0.08, 0.00], [0.08, 0.23],
        [-0.08, 0.23], [0.08, 0.45], [-0.08, 0.45],
    ]
)  # fmt: skip


def poses_at(
    *places: tuple[float, float], height: float = 200.0, box_score: float = 0.9, score: float = 0.8, joints: int = 17
) -> Poses:
    """People whose hips are at `places` (x, y), px."""
    centres = np.array(places, np.float32).reshape(-1, 2)
    points = centres[:, None] + (BODY * height).astype(np.float32)
    box = np.array([-0.22, -0.52, 0.22, 0.5]) * height
    boxes = np.tile(centres, 2) + box
    kept = points[:, :joints]
    scores = np.full(kept.shape[:2], score)
    return Poses.of(kept, scores, Boxes.of(boxes, np.full(len(centres), box_score)))


def together(*several: Poses) -> Poses:
    return Poses(
        np.concatenate([poses.keypoints for poses in several]),
        np.concatenate([poses.scores for poses in several]),
        Boxes(
            np.concatenate([poses.boxes.xyxy for poses in several]),
            np.concatenate([poses.boxes.scores for poses in several]),
        ),
    )
