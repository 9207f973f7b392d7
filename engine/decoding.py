"""Heatmaps → keypoints, in NumPy: the reference for every deployed graph, and what foreign graphs run through.

Heatmaps are float32 [N, K, h, w]. Coordinates come out in heatmap cells (x, y), the centre of the first cell at (0, 0);
`to_crop` turns them into crop pixels as the network's pixel rule has it. Scores are the raw peaks.
"""

from __future__ import annotations

import math
from enum import StrEnum

import cv2
import numpy as np

from engine.crops import PixelRule
from engine.types import F32, I64


class Decoding(StrEnum):
    """How a coordinate is read from a heatmap (or that the graph has done it)."""

    GRAPH = "graph"  # the graph gives coordinates itself
    ARGMAX = "argmax"  # the highest cell
    QUARTER = "quarter"  # a quarter cell towards the higher neighbour: HRNet and SimpleBaseline
    PARABOLA = "parabola"  # vertex of the parabola through the logarithms of three cells: our deployed graphs
    DARK = "dark"  # Taylor expansion of the smoothed logarithm: Zhang et al., CVPR 2020
    SIMCC = "simcc"  # a distribution for each axis: Li et al., ECCV 2022


def dark_kernel(height: int) -> int:
    """How wide DARK smooths maps of `height` cells, in cells: 3 at 32, whose targets have sigma 1, else 11 (DARK)."""
    return 3 if height <= 32 else 11


def argmax(heatmaps: F32) -> tuple[I64, I64, F32]:
    """Column [N, K], row [N, K] and height [N, K] of the highest cell of each map."""
    people, keypoints, height, width = heatmaps.shape
    flat = heatmaps.reshape(people, keypoints, height * width)
    index = flat.argmax(axis=2)
    peaks = np.take_along_axis(flat, index[:, :, None], axis=2)[:, :, 0]
    return index % width, index // width, peaks


def decode(heatmaps: F32, decoding: Decoding, *, smooth: float = 0.0) -> tuple[F32, F32]:
    """Coordinates [N, K, 2] in heatmap cells and scores [N, K] of the highest peak of each map.

    `smooth` is the sigma, in cells, of the Gaussian that the maps are smoothed with before the peak is sought (our
    deployed graphs: 1); the score is still the map's own value there.
    """
    # PyTorch gives them channels last; OpenCV would smooth copies of such maps, and what was asked for stayed unwritten
    heatmaps = np.ascontiguousarray(heatmaps, np.float32)
    if smooth:
        raw, heatmaps = heatmaps, _smoothed(heatmaps, smooth)
    columns, rows, peaks = argmax(heatmaps)
    if smooth:
        peaks = _at(raw, columns, rows)
    points = np.stack([columns, rows], axis=2).astype(np.float32)
    match decoding:
        case Decoding.ARGMAX:
            return points, peaks
        case Decoding.QUARTER:
            return points + _quarter(heatmaps, columns, rows), peaks
        case Decoding.PARABOLA:
            return points + _parabola(heatmaps, columns, rows), peaks
        case Decoding.DARK:
            return points + _dark(heatmaps, columns, rows), peaks
        case Decoding.GRAPH | Decoding.SIMCC:
            raise ValueError(f"{decoding} is no way to read heatmaps")


def decode_simcc(x: F32, y: F32, size_wh: tuple[int, int]) -> tuple[F32, F32]:
    """Keypoints [N, K, 2] in crop pixels and scores [N, K] of SimCC distributions x [N, K, a·W] and y [N, K, b·H].

    The score is the lower of the two peaks (RTMPose, Jiang et al. 2023, takes it so).
    """
    splits = np.array([x.shape[2] / size_wh[0], y.shape[2] / size_wh[1]], np.float32)
    points = np.stack([x.argmax(axis=2), y.argmax(axis=2)], axis=2).astype(np.float32) / splits
    return points.astype(np.float32), np.minimum(x.max(axis=2), y.max(axis=2))


def to_crop(points: F32, heatmap_wh: tuple[int, int], size_wh: tuple[int, int], rule: PixelRule) -> F32:
    """Points [N, K, 2] in heatmap cells → crop pixels."""
    stride, first = cells_in_crop(heatmap_wh, size_wh, rule)
    return (points * stride + first).astype(np.float32)


def cells_in_crop(heatmap_wh: tuple[int, int], size_wh: tuple[int, int], rule: PixelRule) -> tuple[F32, F32]:
    """How many crop pixels there are from one heatmap cell to the next, and on which one the first lies: x, y each.

    SKELTER: cell i covers the pixels 4i … 4i+3 (at stride 4), its centre is at 4i + 1.5. CLASSIC: cell i lies on pixel
    4i. UDP: the outermost cells lie on the outermost pixels.
    """
    heatmap, crop = np.array(heatmap_wh, np.float32), np.array(size_wh, np.float32)
    stride: F32 = crop / heatmap
    match rule:
        case PixelRule.SKELTER:
            return stride, (stride - 1) / np.float32(2)
        case PixelRule.CLASSIC:
            return stride, np.zeros(2, np.float32)
        case PixelRule.UDP:
            return (crop - 1) / (heatmap - 1), np.zeros(2, np.float32)


def _smoothed(heatmaps: F32, sigma: float) -> F32:
    """The maps under a Gaussian cut at two sigma; the border repeats."""
    height, width = heatmaps.shape[2:]
    side = 2 * math.ceil(2 * sigma) + 1
    smooth = np.empty_like(heatmaps, dtype=np.float32)
    for before, after in zip(heatmaps.reshape(-1, height, width), smooth.reshape(-1, height, width), strict=True):
        cv2.GaussianBlur(before, (side, side), sigma, dst=after, borderType=cv2.BORDER_REPLICATE)
    return smooth


def _quarter(heatmaps: F32, columns: I64, rows: I64) -> F32:
    """Offsets [N, K, 2]: ±¼ towards the higher neighbour on each axis; none within two cells of the low border and one
    of the high (HRNet, lib/core/inference.py: 1 < x < w - 1 and 1 < y < h - 1, both or neither)."""
    height, width = heatmaps.shape[2:]
    inside = (columns > 1) & (columns < width - 1) & (rows > 1) & (rows < height - 1)
    x, y = columns.clip(1, width - 2), rows.clip(1, height - 2)
    right, left = _at(heatmaps, x + 1, y), _at(heatmaps, x - 1, y)
    below, above = _at(heatmaps, x, y + 1), _at(heatmaps, x, y - 1)
    towards = np.stack([np.sign(right - left), np.sign(below - above)], axis=2)
    offsets: F32 = np.where(inside[:, :, None], np.float32(0.25) * towards, np.float32(0))
    return offsets


def _parabola(heatmaps: F32, columns: I64, rows: I64) -> F32:
    """Offsets [N, K, 2]: exact for a Gaussian of any width; the border repeats; at most half a cell."""
    height, width = heatmaps.shape[2:]

    def log_at(x: I64, y: I64) -> F32:
        logs: F32 = np.log(np.maximum(_at(heatmaps, x.clip(0, width - 1), y.clip(0, height - 1)), np.float32(1e-4)))
        return logs

    centre = 2 * log_at(columns, rows)
    offsets = []
    for dx, dy in ((1, 0), (0, 1)):
        before, after = log_at(columns - dx, rows - dy), log_at(columns + dx, rows + dy)
        offsets.append(0.5 * (after - before) / np.maximum(centre - before - after, np.float32(1e-4)))
    return np.stack(offsets, axis=2).clip(-0.5, 0.5).astype(np.float32)


def _dark(heatmaps: F32, columns: I64, rows: I64) -> F32:
    """Offsets [N, K, 2] of distribution-aware decoding (Zhang et al., CVPR 2020; DARK, lib/core/inference.py).

    Peaks within two cells of a border stay.
    """
    height, width = heatmaps.shape[2:]
    kernel = dark_kernel(height)
    smooth = np.empty_like(heatmaps, dtype=np.float32)
    for before, after in zip(heatmaps.reshape(-1, height, width), smooth.reshape(-1, height, width), strict=True):
        # zeros outside; OpenCV takes sigma from the kernel's width: 0.3 ((kernel - 1) / 2 - 1) + 0.8
        cv2.GaussianBlur(before.astype(np.float32), (kernel, kernel), 0, dst=after, borderType=cv2.BORDER_CONSTANT)
    # rescaling the smoothed map to its old peak, as the reference does, adds a constant to the logarithm: it cancels,
    # except at the floor of 1e-10, so it is kept
    tops = smooth.max(axis=(2, 3), keepdims=True)
    smooth *= heatmaps.max(axis=(2, 3), keepdims=True) / np.where(tops == 0, np.float32(1), tops)
    logs = np.log(np.maximum(smooth, np.float32(1e-10)))

    inside = (columns > 1) & (columns < width - 2) & (rows > 1) & (rows < height - 2)
    x, y = columns.clip(2, width - 3), rows.clip(2, height - 3)
    centre = _at(logs, x, y)
    dx = (_at(logs, x + 1, y) - _at(logs, x - 1, y)) / 2
    dy = (_at(logs, x, y + 1) - _at(logs, x, y - 1)) / 2
    dxx = (_at(logs, x + 2, y) - 2 * centre + _at(logs, x - 2, y)) / 4
    dyy = (_at(logs, x, y + 2) - 2 * centre + _at(logs, x, y - 2)) / 4
    dxy = (_at(logs, x + 1, y + 1) - _at(logs, x - 1, y + 1) - _at(logs, x + 1, y - 1) + _at(logs, x - 1, y - 1)) / 4
    determinant = dxx * dyy - dxy * dxy
    solvable = inside & (determinant != 0)
    determinant = np.where(solvable, determinant, np.float32(1))
    offsets = -np.stack([dyy * dx - dxy * dy, dxx * dy - dxy * dx], axis=2) / determinant[:, :, None]
    kept: F32 = np.where(solvable[:, :, None], offsets, np.float32(0)).astype(np.float32)
    return kept


def _at(maps: F32, x: I64, y: I64) -> F32:
    """Each map's value [N, K] at its own cell."""
    people, keypoints = np.ogrid[: maps.shape[0], : maps.shape[1]]
    values: F32 = maps[people, keypoints, y, x]
    return values
