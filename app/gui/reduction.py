"""Large pictures made as small as they are shown, in the player's thread and better than a painter does it."""

from __future__ import annotations

from typing import cast

import cv2

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
