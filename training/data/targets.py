"""What a pose network should answer: heatmaps of Gaussians.

Two kinds. `heatmaps`: a Gaussian at the real-valued place over the whole map (Zhang et al., DARK, CVPR 2020).
`classic_heatmaps`: HRNet's own (JointsDataset): rounded to a whole cell, cut at 3 sigma, cell i at crop pixel 4 i.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.crops import PixelRule
from engine.decoding import Decoding
from engine.types import F32

STRIDE = 4
SIGMA_HEIGHT = 256  # of the input at which a recipe's sigma is meant


@dataclass(frozen=True, slots=True)
class TargetRule:
    """How joints become heatmaps, and heatmaps joints again.

    pixels    where a crop's pixels and a heatmap's cells lie
    decoding  how the trained network's heatmaps are read
    rounded   whether the Gaussian stands on a whole cell
    """

    pixels: PixelRule
    decoding: Decoding
    rounded: bool = False


TARGET_RULES = {
    "gaussian": TargetRule(PixelRule.SKELTER, Decoding.PARABOLA),
    "classic": TargetRule(PixelRule.CLASSIC, Decoding.QUARTER, rounded=True),
    "dark": TargetRule(PixelRule.CLASSIC, Decoding.DARK),
    "udp": TargetRule(PixelRule.UDP, Decoding.DARK),
}


def sigma_at(sigma: float, height: int) -> float:
    """Cells, for an input of `height` pixels: HRNet's 2 at 256 becomes 3 at 384 and 1 at 128 (HRNet, DARK)."""
    return sigma * height / SIGMA_HEIGHT


def cells(points: F32, size_wh: tuple[int, int] = (0, 0), rule: PixelRule = PixelRule.SKELTER) -> F32:
    """Crop pixels [..., 2] → heatmap cells, as `engine.decoding.to_crop` leads back; UDP needs the crop's `size_wh`."""
    match rule:
        case PixelRule.SKELTER:
            return np.asarray((points - (STRIDE - 1) / 2) / STRIDE, np.float32)
        case PixelRule.CLASSIC:
            return np.asarray(points / STRIDE, np.float32)
        case PixelRule.UDP:
            size = np.array(size_wh, np.float64)
            return np.asarray(points * (size / STRIDE - 1) / (size - 1), np.float32)


def heatmaps(points: F32, size_wh: tuple[int, int], sigma: float) -> F32:
    """Gaussians of height 1, float32 [K, h, w], at `points` [K, 2] in heatmap cells."""
    width, height = size_wh
    scale = -0.5 / sigma**2
    columns = np.exp(scale * (np.arange(width, dtype=np.float32) - points[:, :1]) ** 2)
    rows = np.exp(scale * (np.arange(height, dtype=np.float32) - points[:, 1:]) ** 2)
    return np.asarray(rows[:, :, None] * columns[:, None, :], np.float32)


def inside(points: F32, size_wh: tuple[int, int], sigma: float) -> F32:
    """1 where the 3-sigma square of a joint (heatmap cells [K, 2]) touches the map, else 0: float32 [K]."""
    reach = 3 * sigma
    width, height = size_wh
    touches = (points > -reach) & (points < np.array([width, height], np.float32) + reach)
    return np.asarray(touches.all(axis=1), np.float32)


def classic_heatmaps(points: F32, visible: F32, size_wh: tuple[int, int], sigma: float) -> tuple[F32, F32]:
    """HRNet's targets float32 [K, h, w] and weights [K] for `points` [K, 2] in crop pixels.

    visible [K] is 0 where a joint is not labelled, else its weight; that is 0 for one too far outside.
    """
    width, height = size_wh
    reach = int(sigma * 3 + 1e-3)  # a recipe rounds: its 1.333333 at 256 is 2 at 384
    maps = np.zeros((len(points), height, width), np.float32)
    weights = np.array(visible, np.float32)
    offsets = np.arange(-reach, reach + 1)
    patch = np.exp(-(offsets[:, None] ** 2 + offsets[None] ** 2) / (2 * sigma**2)).astype(np.float32)
    for joint, (x, y) in enumerate(points):
        column, row = int(x / STRIDE + 0.5), int(y / STRIDE + 0.5)
        left, top, right, bottom = column - reach, row - reach, column + reach + 1, row + reach + 1
        if left >= width or top >= height or right < 0 or bottom < 0:
            weights[joint] = 0
        if weights[joint] == 0:
            continue
        x0, x1, y0, y1 = max(left, 0), min(right, width), max(top, 0), min(bottom, height)
        maps[joint, y0:y1, x0:x1] = patch[y0 - top : y1 - top, x0 - left : x1 - left]
    return maps, weights
