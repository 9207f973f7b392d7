"""Made-up people for the trackers' tests: one body, placed where a test wants it."""

from __future__ import annotations

import cv2
import numpy as np

from engine.types import U8, Boxes, Poses

Dressed = tuple[float, float, tuple[int, int, int]]
"""Where somebody's hips are, and the colour of his clothes."""

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


def picture(*people: Dressed, shift: int = 0, seed: int = 0) -> U8:
    """A textured wall 768 × 432, `shift` px further left, with people (x, y, colour) before it."""
    rng = np.random.default_rng(seed)
    wall = cv2.resize(rng.integers(60, 200, (27, 64, 3), np.uint8), (1024, 432), interpolation=cv2.INTER_CUBIC)
    image = np.ascontiguousarray(wall[:, shift : shift + 768])
    for x, y, colour in people:
        for part in ([5, 6, 12, 11], [11, 13, 15], [12, 14, 16]):
            points = np.round(BODY[part] * 200 + [x, y]).astype(np.int32)
            cv2.polylines(image, [points], len(part) == 4, colour, 26)
            if len(part) == 4:
                cv2.fillPoly(image, [points], colour)
    return image
