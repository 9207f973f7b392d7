"""Poses of standing people to move about: real ones from labelled pictures, or drawn in code where there are none."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import cv2
import numpy as np

from engine.types import F64, U8

SHARED_PEOPLE = Path(__file__).resolve().parents[2] / "shared" / "data" / "people" / "people-1.zip"

# x (to the picture's right, from the middle), y (from the ground, up negative), in heights of a person; COCO's order
DRAWN = np.array(
    [
        [0.00, -0.93], [0.02, -0.95], [-0.02, -0.95], [0.045, -0.94], [-0.045, -0.94], [0.11, -0.80], [-0.11, -0.80],
        [0.15, -0.63], [-0.15, -0.63], [0.16, -0.47], [-0.16, -0.47], [0.075, -0.50], [-0.075, -0.50], [0.08, -0.27],
        [-0.08, -0.27], [0.08, -0.03], [-0.08, -0.03],
    ]
)  # fmt: skip

SEGMENTS = (  # what of a body hides what is behind it: two joints and the half width in heights
    (5, 7, 0.035), (7, 9, 0.03), (6, 8, 0.035), (8, 10, 0.03), (11, 13, 0.05), (13, 15, 0.04), (12, 14, 0.05),
    (14, 16, 0.04), (5, 11, 0.06), (6, 12, 0.06), (5, 12, 0.07), (6, 11, 0.07), (5, 6, 0.05), (11, 12, 0.06),
    (3, 4, 0.07),
)  # fmt: skip


def load_shapes(archive: Path = SHARED_PEOPLE) -> F64:
    """Upright people with all 17 joints labelled by hand, float64 [S, 17, 2], in heights of the person: x from the
    middle of the hips, y from the lowest ankle, up negative. Where `archive` is missing: shapes drawn in code."""
    if not archive.exists():
        return _drawn_shapes()
    with zipfile.ZipFile(archive) as opened:
        annotations = json.loads(opened.read("people.json"))["annotations"]
    true = [row["keypoints"] for row in annotations if row["label"] == "gt"]
    labelled = np.array(true, np.float64).reshape(-1, 17, 3)
    points = labelled[:, :, :2]
    x, y = points[..., 0], points[..., 1]
    height, width = np.ptp(y, axis=1), np.ptp(x, axis=1)
    upright = (
        (labelled[:, :, 2] > 0).all(axis=1)
        & (height > 100.0)
        & (width < 0.6 * height)
        & (y[:, :5].max(axis=1) < y[:, 5:7].min(axis=1))
        & (y[:, 5:7].max(axis=1) < y[:, 11:13].min(axis=1))
        & (y[:, 11:13].max(axis=1) < y[:, 13:15].min(axis=1))
        & (y[:, 13:15].max(axis=1) < y[:, 15:].min(axis=1))
    )
    return _in_heights(points[upright])


def _in_heights(points: F64) -> F64:
    middle = points[:, 11:13, 0].mean(axis=1)
    low, height = points[..., 1].max(axis=1), np.ptp(points[..., 1], axis=1)
    at_ground = points - np.stack([middle, low], axis=1)[:, None]
    shapes: F64 = at_ground / (1.1 * height)[:, None, None]  # head and feet reach beyond the joints
    return shapes - [0.0, 0.03]


def _drawn_shapes(count: int = 60, seed: int = 0) -> F64:
    rng = np.random.default_rng(seed)
    shapes = np.repeat(DRAWN[None], count, axis=0)
    shapes[:, :, 0] *= rng.uniform(0.5, 1.2, (count, 1))  # turned to the side, or broad
    shapes[:, [7, 8, 9, 10]] += rng.normal(0.0, 0.05, (count, 4, 2))
    shapes[:, [13, 14, 15, 16]] += rng.normal(0.0, 0.02, (count, 4, 2))
    return shapes


def hidden_by(joints: F64, others: F64, heights: F64) -> F64:
    """For each joint how many of the other bodies cover it, int-valued [N, M, K] (0 or 1).

    joints  [N, K, 2] px; others  [M, 17, 2] px, of people `heights` [M] px tall
    """
    ends = np.array([segment[:2] for segment in SEGMENTS])
    radius = np.array([segment[2] for segment in SEGMENTS]) * heights[:, None]  # [M, S]
    start, along = others[:, ends[:, 0]], others[:, ends[:, 1]] - others[:, ends[:, 0]]  # [M, S, 2]
    length = np.maximum((along**2).sum(axis=-1), 1e-9)
    away = joints[:, None, :, None] - start[None, :, None]  # [N, M, K, S, 2]
    place = np.clip((away * along[None, :, None]).sum(axis=-1) / length[None, :, None], 0.0, 1.0)
    distance = np.linalg.norm(away - place[..., None] * along[None, :, None], axis=-1)
    near: F64 = (distance < radius[None, :, None]).any(axis=-1).astype(np.float64)
    return near


def draw_person(image: U8, joints: F64, height: float, shirt: tuple[int, int, int], legs: tuple[int, int, int]) -> None:
    """Paint a person of `joints` [17, 2] on `image`, in two colours and a skin tone."""
    points = np.round(joints * 16).astype(np.int32)  # cv2 takes sixteenths of a pixel

    def limb(chain: tuple[int, ...], width: float, colour: tuple[int, int, int]) -> None:
        thick = max(1, round(width * height))
        cv2.polylines(image, [points[list(chain)]], False, colour, thick, cv2.LINE_8, shift=4)

    limb((11, 13, 15), 0.09, legs)
    limb((12, 14, 16), 0.09, legs)
    cv2.fillConvexPoly(image, cv2.convexHull(points[[5, 6, 12, 11]]), shirt, cv2.LINE_8, shift=4)
    limb((5, 6, 12, 11, 5), 0.08, shirt)
    limb((5, 7, 9), 0.06, shirt)
    limb((6, 8, 10), 0.06, shirt)
    head = points[:5].mean(axis=0).astype(int)
    cv2.circle(
        image, (int(head[0]), int(head[1])), round(0.065 * height * 16), (214, 170, 140), -1, cv2.LINE_8, shift=4
    )
