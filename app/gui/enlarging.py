"""Small pictures made as large as they are shown, before people are drawn on them: or lines would be blocks."""

from __future__ import annotations

from typing import cast

import cv2
import numpy as np

from engine.types import U8, Tracks

WORTHWHILE = 1.5
MOST_PIXELS = 3840 * 2160
"""A larger view than a screen is an enlarged one, of which a part is seen: there `ENOUGH_PIXELS` must do."""
ENOUGH_PIXELS = 4_000_000


def enlarged_size(size_wh: tuple[int, int], view_size: tuple[int, int] | None) -> tuple[int, int] | None:
    """The size to draw at, the shape kept; None where the picture is hardly smaller than the view."""
    if view_size is None:
        return None
    width, height = size_wh
    scale = min(view_size[0] / width, view_size[1] / height)
    if width * height * scale**2 > MOST_PIXELS:
        scale = (ENOUGH_PIXELS / (width * height)) ** 0.5
    return (round(width * scale), round(height * scale)) if scale >= WORTHWHILE else None


def enlarged(image: U8, size_wh: tuple[int, int]) -> U8:
    return cast(U8, cv2.resize(image, size_wh, interpolation=cv2.INTER_LINEAR))


def scaled(tracks: Tracks, across: float, down: float) -> Tracks:
    """The same people in a picture so many times as wide and as high."""
    factor = np.array([across, down])
    shift = (factor - 1) / 2  # (0, 0) is the middle of the first pixel
    return tracks.moved(lambda points: (points * factor + shift).astype(np.float32))
