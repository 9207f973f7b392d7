"""Lays the heatmaps of a joint over a picture, in colours from blue (little) to red (much)."""

from __future__ import annotations

import cv2
import numpy as np

from engine.heat import Heat
from engine.types import F32, F64, U8

LEAST = 0.02
"""Below, a map says nothing; the picture stays as it is."""
MOST = 0.75
"""How much of the picture the highest values cover."""


def lay_heat(canvas: U8, heat: Heat) -> None:
    """Draw it on `canvas` (uint8 [H, W, 3], RGB). The maps' values as they are: a faint joint looks faint."""
    for cells, matrix in zip(heat.maps, heat.to_frame, strict=True):
        left, top, right, bottom = _covered(cells, matrix, (canvas.shape[1], canvas.shape[0]))
        if right <= left or bottom <= top:
            continue
        moved = matrix.copy()
        moved[:, 2] -= left, top
        strength = cv2.warpAffine(cells, moved, (right - left, bottom - top), flags=cv2.INTER_LINEAR).clip(0.0, 1.0)
        colours = cv2.applyColorMap((strength * 255).astype(np.uint8), cv2.COLORMAP_JET)[..., ::-1]
        share = np.where(strength < LEAST, 0.0, MOST * np.minimum(np.sqrt(strength) * 1.2, 1.0))[..., None]
        part = canvas[top:bottom, left:right]
        part[:] = np.rint(part + (colours - part.astype(np.float32)) * share.astype(np.float32))


def _covered(cells: F32, matrix: F64, size_wh: tuple[int, int]) -> tuple[int, int, int, int]:
    """The part of the picture that a map covers: left, top, right, bottom."""
    height, width = cells.shape
    corners = np.array([[x, y, 1.0] for x in (-0.5, width - 0.5) for y in (-0.5, height - 0.5)])
    places = corners @ matrix.T
    low = np.maximum(np.floor(places.min(axis=0)), 0)
    high = np.minimum(np.ceil(places.max(axis=0)) + 1, size_wh)
    return int(low[0]), int(low[1]), int(high[0]), int(high[1])
