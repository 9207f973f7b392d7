"""Pictures in other sizes: large ones as small as they are shown, in the player's thread and better than a painter does
it; two beside each other, of one height."""

from __future__ import annotations

from typing import cast

import cv2
import numpy as np

from engine.types import U8

WORTHWHILE = 0.8


def reduced(picture: U8, view_size: tuple[int, int] | None) -> U8:
    """`picture` [H, W, 3] reduced to fit into (width, height), its shape kept; itself where that is hardly smaller."""
    if view_size is None:
        return picture
    height, width = picture.shape[:2]
    scale = min(view_size[0] / width, view_size[1] / height)
    if scale > WORTHWHILE:
        return picture
    size = max(round(width * scale), 1), max(round(height * scale), 1)
    return cast(U8, cv2.resize(picture, size, interpolation=cv2.INTER_AREA))


def side_by_side(left: U8, right: U8) -> U8:
    """Two pictures [H, W, 3] as one, the second enlarged or reduced to the first one's height."""
    height = left.shape[0]
    width = max(round(right.shape[1] * height / right.shape[0]), 1)
    shrinks = height < right.shape[0]
    fitted = cv2.resize(right, (width, height), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC)
    return np.concatenate([left, cast(U8, fitted)], axis=1)
