"""From a person's box to the picture the pose network sees, and back: the one affine rule, for running and training.

A box becomes a centre and a size: the size is grown to the crop's aspect ratio (never shrunk), then by 1.25. Three
pixel rules map that rectangle onto the crop; they differ by fractions of a pixel, which checkpoints are sensitive to:

    SKELTER  scale W_out / w,       the centre lands on ((W_out - 1) / 2, (H_out - 1) / 2); ours
    CLASSIC  scale W_out / w,       the centre lands on (W_out / 2, H_out / 2); HRNet and SimpleBaseline (transforms.py)
    UDP      scale (W_out - 1) / w  and (H_out - 1) / h, centre as SKELTER; UDP-Pose (Huang et al., CVPR 2020)

Shapes: N people, crops W_out × H_out pixels (`size_wh`), affines float64 [N, 2, 3] from source pixels to crop pixels.
"""

from __future__ import annotations

from enum import StrEnum

import cv2
import numpy as np
import numpy.typing as npt

from engine.types import F32, F64, U8

PADDING = 1.25


class PixelRule(StrEnum):
    """How a rectangle of the source is laid onto the crop's pixels."""

    SKELTER = "skelter"
    CLASSIC = "classic"
    UDP = "udp"


def centres_and_sizes(xyxy: npt.ArrayLike, size_wh: tuple[int, int], *, padding: float = PADDING) -> tuple[F64, F64]:
    """Boxes [N, 4] → centres [N, 2] and padded sizes [N, 2] (w, h) of the crops' aspect ratio, in source pixels."""
    boxes = np.asarray(xyxy, np.float64).reshape(-1, 4)
    centres = (boxes[:, :2] + boxes[:, 2:]) / 2
    width, height = (boxes[:, 2:] - boxes[:, :2]).clip(min=1.0).T
    aspect = size_wh[0] / size_wh[1]
    height = np.maximum(height, width / aspect) * padding
    return centres, np.stack([height * aspect, height], axis=1)


def affines(
    centres: npt.ArrayLike,
    sizes: npt.ArrayLike,
    size_wh: tuple[int, int],
    *,
    rotation_deg: npt.ArrayLike = 0.0,
    rule: PixelRule = PixelRule.SKELTER,
) -> F64:
    """Affines [N, 2, 3] that lay the rectangles (turned by `rotation_deg`, clockwise on screen) onto the crops."""
    centre = np.asarray(centres, np.float64).reshape(-1, 2)
    size = np.asarray(sizes, np.float64).reshape(-1, 2)
    out = np.asarray(size_wh, np.float64)
    match rule:
        case PixelRule.SKELTER:
            scale, target = np.repeat(out[:1] / size[:, :1], 2, axis=1), (out - 1) / 2
        case PixelRule.CLASSIC:
            scale, target = np.repeat(out[:1] / size[:, :1], 2, axis=1), out / 2
        case PixelRule.UDP:
            scale, target = (out - 1) / size, (out - 1) / 2
    angle = np.broadcast_to(np.deg2rad(np.asarray(rotation_deg, np.float64)), (len(centre),))
    cos, sin = np.cos(angle), np.sin(angle)
    turn = np.stack([np.stack([cos, sin], 1), np.stack([-sin, cos], 1)], 1)  # [N, 2, 2]
    linear = scale[:, :, None] * turn
    shift = target - np.einsum("nij,nj->ni", linear, centre)
    return np.concatenate([linear, shift[:, :, None]], axis=2)


def invert(matrices: F64) -> F64:
    """The affines [N, 2, 3] that lead back."""
    linear = np.linalg.inv(matrices[:, :, :2])
    shift = -np.einsum("nij,nj->ni", linear, matrices[:, :, 2])
    return np.concatenate([linear, shift[:, :, None]], axis=2)


def mirrored(matrices: F64, width: int) -> F64:
    """The affines [..., 2, 3] whose crops, `width` wide, show the same from right to left."""
    turned = matrices.copy()
    turned[..., 0, :] *= -1
    turned[..., 0, 2] += width - 1
    return turned


def transform(points: npt.ArrayLike, matrices: F64) -> F32:
    """Points [N, K, 2] through their own affine each, float32 [N, K, 2]."""
    given = np.asarray(points, np.float64)
    moved = np.einsum("nij,nkj->nki", matrices[:, :, :2], given) + matrices[:, None, :, 2]
    result: F32 = moved.astype(np.float32)
    return result


def cut(image: U8, matrices: F64, size_wh: tuple[int, int]) -> U8:
    """The crops uint8 [N, H_out, W_out, 3] of an image, bilinear, black outside."""
    width, height = size_wh
    crops = np.empty((len(matrices), height, width, image.shape[2]), np.uint8)
    for crop, matrix in zip(crops, matrices, strict=True):
        cv2.warpAffine(image, matrix, (width, height), dst=crop, flags=cv2.INTER_LINEAR, borderValue=(0, 0, 0))
    return crops
